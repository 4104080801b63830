//! The device's own keys: the one that proves which device it is, and with it the data key. Both are kept where the
//! operating system keeps such things.
//!
//! `device.json` in the app's folder says which device this is and where its secret is: in the system's keychain, or,
//! where none answers (a machine without a desktop session), in that very file, which only its owner may read.
//!
//! A secret is drawn anew every [`KEY_DAYS`] days. The one before stays beside it: until the hub has taken the new one the
//! older is what it knows, and so it is again after it was restored from a backup.

use std::fs::{self, OpenOptions};
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::sync::mpsc;
use std::thread;
use std::time::Duration;

use ministore_core::device::{KEY_DAYS, Secret};
use ministore_core::id::DeviceId;
use ministore_core::time::Timestamp;
use ministore_store::{Credential, system_clock};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::data_key;

/// The name under which the keychain lists the key.
const SERVICE: &str = "store.ministore.app";
/// How long a new key waits for the keychain before it is kept in the file.
const KEYCHAIN_NEW: Duration = Duration::from_secs(5);
/// How long a kept key waits: a person may have to unlock the keychain first.
pub(crate) const KEYCHAIN_KEPT: Duration = Duration::from_secs(60);

/// Where secrets may be kept.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Keeper {
    /// In the system's keychain, or in the file where there is none.
    Keychain,
    /// In the file, always.
    File,
}

/// Which device this is, and what proves it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct DeviceKey {
    /// Which one.
    pub device: DeviceId,
    /// The key that seals what its database says of people.
    pub data: Secret,
    secrets: Secrets,
    drawn: Timestamp,
    path: PathBuf,
    keeper: Keeper,
}

/// What is kept where secrets are kept.
#[derive(Clone, PartialEq, Eq, Debug)]
struct Secrets {
    now: Secret,
    before: Option<Secret>,
}

impl Secrets {
    /// As the keychain keeps them: the one of now, and after a dot the one before.
    fn text(&self) -> String {
        match &self.before {
            Some(before) => format!("{}.{before}", self.now),
            None => self.now.to_string(),
        }
    }

    fn of(text: &str) -> Option<Self> {
        let (now, before) = match text.split_once('.') {
            Some((now, before)) => (now, Some(before.parse().ok()?)),
            None => (text, None),
        };
        Some(Self { now: now.parse().ok()?, before })
    }
}

impl DeviceKey {
    /// As the hub wants to see it.
    pub fn credential(&self) -> Credential {
        Credential { id: self.device.0, secret: self.secrets.now.clone() }
    }

    /// As the hub saw it before the secret was last drawn anew.
    pub fn credential_before(&self) -> Option<Credential> {
        Some(Credential { id: self.device.0, secret: self.secrets.before.clone()? })
    }

    /// Whether the secret has served long enough at `now`.
    pub fn is_old(&self, now: Timestamp) -> bool {
        now >= self.drawn.plus_minutes(KEY_DAYS * 24 * 60)
    }

    /// The key kept in `dir`, or a new one, kept before it is returned. May wait for the keychain, so not for a thread
    /// that others wait for.
    pub fn open(dir: &Path, keeper: Keeper) -> Result<Self, KeyError> {
        let path = file_in(dir);
        match fs::read(&path) {
            Ok(bytes) => Self::read(dir, path, &bytes, keeper),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Self::make(dir, path, keeper),
            Err(error) => Err(KeyError::Io(path, error)),
        }
    }

    /// The same device with a secret drawn at `now`, kept before it is returned. May wait for the keychain.
    pub fn drawn_anew(&self, now: Timestamp) -> Result<Self, KeyError> {
        let secrets = Secrets { now: draw(&self.path)?, before: Some(self.secrets.now.clone()) };
        let key = Self { secrets, drawn: now, ..self.clone() };
        key.keep()
    }

    fn read(dir: &Path, path: PathBuf, bytes: &[u8], wanted: Keeper) -> Result<Self, KeyError> {
        let damaged = || KeyError::Damaged(path.clone());
        let kept: Kept = serde_json::from_slice(bytes).map_err(|_| damaged())?;
        let (secrets, keeper) = match kept.secret {
            Some(now) => (Secrets { now, before: kept.before }, Keeper::File),
            None => match in_keychain(KEYCHAIN_KEPT, kept.device.to_string(), |entry| entry.get_password()) {
                Ok(text) => (Secrets::of(&text).ok_or_else(damaged)?, Keeper::Keychain),
                Err(KeychainError::Keychain(keyring::Error::NoEntry)) => return Err(KeyError::Gone),
                Err(error) => return Err(KeyError::Keychain(error)),
            },
        };
        let data = data_key::open(dir, wanted, kept.device)?;
        Ok(Self { device: kept.device, data, secrets, drawn: kept.drawn, path, keeper })
    }

    fn make(dir: &Path, path: PathBuf, keeper: Keeper) -> Result<Self, KeyError> {
        let secrets = Secrets { now: draw(&path)?, before: None };
        let (device, drawn) = (DeviceId(Uuid::now_v7()), system_clock()());
        let data = data_key::open(dir, keeper, device)?;
        Self { device, data, secrets, drawn, path, keeper }.keep()
    }

    /// Keeps it, in the keychain where that takes it and else in the file.
    fn keep(mut self) -> Result<Self, KeyError> {
        let in_keychain =
            self.keeper == Keeper::Keychain && keep_in_keychain(self.device.to_string(), self.secrets.text());
        self.keeper = if in_keychain { Keeper::Keychain } else { Keeper::File };
        let (secret, before) = match self.keeper {
            Keeper::Keychain => (None, None),
            Keeper::File => (Some(self.secrets.now.clone()), self.secrets.before.clone()),
        };
        let kept = Kept { device: self.device, secret, before, drawn: self.drawn };
        match write_private(&self.path, &kept) {
            Ok(()) => Ok(self),
            Err(error) => Err(KeyError::Io(self.path, error)),
        }
    }
}

/// A fresh secret, for the file at `path`.
pub(crate) fn draw(path: &Path) -> Result<Secret, KeyError> {
    let mut bytes = [0; 32];
    getrandom::fill(&mut bytes)
        .map_err(|error| KeyError::Io(path.to_owned(), io::Error::other(error.to_string())))?;
    Ok(Secret::from_bytes(bytes))
}

/// The file that says which device this is.
pub fn file_in(dir: &Path) -> PathBuf {
    dir.join("device.json")
}

/// What the file holds.
#[derive(Serialize, Deserialize)]
struct Kept {
    device: DeviceId,
    /// None where the keychain has it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    secret: Option<Secret>,
    /// The secret before that one, where both are in the file.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    before: Option<Secret>,
    /// When the secret was drawn; long ago where the file does not say.
    #[serde(default = "long_ago")]
    drawn: Timestamp,
}

const fn long_ago() -> Timestamp {
    Timestamp(0)
}

/// Whether the keychain took the text under this name, and gives it back.
pub(crate) fn keep_in_keychain(name: String, text: String) -> bool {
    let kept = in_keychain(KEYCHAIN_NEW, name, move |entry| {
        entry.set_password(&text)?;
        Ok(entry.get_password()? == text)
    });
    match kept {
        Ok(true) => return true,
        Ok(false) => tracing::warn!("the keychain gives back another key than it was given"),
        Err(error) => tracing::warn!(%error, "no keychain answers"),
    }
    tracing::warn!("the key is kept in a file that only you may read");
    false
}

/// Runs `ask` on its own thread: a keychain may wait for a person, or for ever.
pub(crate) fn in_keychain<T: Send + 'static>(
    patience: Duration,
    name: String,
    ask: impl FnOnce(&keyring::Entry) -> keyring::Result<T> + Send + 'static,
) -> Result<T, KeychainError> {
    let (answer, answered) = mpsc::channel();
    thread::spawn(move || {
        let result = keyring::Entry::new(SERVICE, &name).and_then(|entry| ask(&entry));
        // Nobody listens any more where patience has ended.
        let _ = answer.send(result);
    });
    Ok(answered.recv_timeout(patience).map_err(|_| KeychainError::Silent)??)
}

/// Writes the file whole or not at all, readable by its owner alone.
pub(crate) fn write_private(path: &Path, kept: &impl Serialize) -> io::Result<()> {
    let new = path.with_extension("json.new");
    let mut options = OpenOptions::new();
    options.write(true).create(true).truncate(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut file = options.open(&new)?;
    file.write_all(&serde_json::to_vec(kept)?)?;
    file.sync_all()?;
    fs::rename(&new, path)
}

/// What a keychain did not do.
#[derive(Debug, thiserror::Error)]
pub enum KeychainError {
    /// It does not answer.
    #[error("the keychain does not answer")]
    Silent,
    /// Its own words.
    #[error(transparent)]
    Keychain(#[from] keyring::Error),
}

/// Why there is no key.
#[derive(Debug, thiserror::Error)]
pub enum KeyError {
    /// The file cannot be read or written.
    #[error("{}: {_1}", _0.display())]
    Io(PathBuf, #[source] io::Error),
    /// The file or the key is not what was written.
    #[error("{} is damaged", _0.display())]
    Damaged(PathBuf),
    /// The keychain has it and does not give it.
    #[error("the key is in the system's keychain, which does not give it: {_0}")]
    Keychain(#[source] KeychainError),
    /// The keychain had it and has it no more.
    #[error("the key is no longer in the system's keychain")]
    Gone,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_device_stays_the_same_device() {
        let dir = tempfile::tempdir().unwrap();
        let first = DeviceKey::open(dir.path(), Keeper::File).unwrap();
        assert_eq!(DeviceKey::open(dir.path(), Keeper::File).unwrap(), first);
        let other = tempfile::tempdir().unwrap();
        assert_ne!(DeviceKey::open(other.path(), Keeper::File).unwrap().device, first.device);
    }

    #[test]
    fn a_secret_drawn_anew_stands_beside_the_one_before() {
        let dir = tempfile::tempdir().unwrap();
        let first = DeviceKey::open(dir.path(), Keeper::File).unwrap();
        let month = first.drawn.plus_minutes(KEY_DAYS * 24 * 60);
        assert!(!first.is_old(Timestamp(month.0 - 1)));
        assert!(first.is_old(month));
        let second = first.drawn_anew(month).unwrap();
        assert!(!second.is_old(month));
        assert_eq!(second.device, first.device);
        assert_ne!(second.credential().secret, first.credential().secret);
        assert_eq!(second.credential_before().unwrap().secret, first.credential().secret);
        assert_eq!(DeviceKey::open(dir.path(), Keeper::File).unwrap(), second);
        assert_eq!(Secrets::of(&second.secrets.text()), Some(second.secrets));
        assert_eq!(Secrets::of(&first.secrets.text()), Some(first.secrets));
    }

    #[test]
    fn a_file_of_an_earlier_version_is_read_and_its_key_is_old() {
        let dir = tempfile::tempdir().unwrap();
        let (device, secret) = (Uuid::now_v7(), "ab".repeat(32));
        fs::write(file_in(dir.path()), format!("{{\"device\":\"{device}\",\"secret\":\"{secret}\"}}"))
            .unwrap();
        let key = DeviceKey::open(dir.path(), Keeper::File).unwrap();
        assert_eq!(key.credential().secret.to_string(), secret);
        assert_eq!(key.credential_before().map(|before| before.secret), None);
        assert!(key.is_old(system_clock()()));
    }

    #[cfg(unix)]
    #[test]
    fn the_file_is_for_its_owner_alone() {
        use std::os::unix::fs::PermissionsExt;
        let dir = tempfile::tempdir().unwrap();
        DeviceKey::open(dir.path(), Keeper::File).unwrap();
        let mode = fs::metadata(file_in(dir.path())).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600);
    }

    #[test]
    fn a_damaged_file_is_said_to_be_and_stays() {
        let dir = tempfile::tempdir().unwrap();
        fs::write(file_in(dir.path()), b"{\"device\":").unwrap();
        assert!(matches!(DeviceKey::open(dir.path(), Keeper::File), Err(KeyError::Damaged(_))));
        assert_eq!(fs::read(file_in(dir.path())).unwrap(), b"{\"device\":");
    }
}
