//! The device's own keys: the one that proves which device it is, and with it the data key. Drawn once, and kept where the operating system keeps such things.
//!
//! `device.json` in the app's folder says which device this is and where its secret is: in the system's keychain, or,
//! where none answers (a machine without a desktop session), in that very file, which only its owner may read.

use std::fs::{self, OpenOptions};
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::sync::mpsc;
use std::thread;
use std::time::Duration;

use ministore_core::device::Secret;
use ministore_core::id::DeviceId;
use ministore_store::Credential;
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
    /// Its secret.
    pub secret: Secret,
    /// The key that seals what its database says of people.
    pub data: Secret,
}

impl DeviceKey {
    /// As the hub wants to see it.
    pub fn credential(&self) -> Credential {
        Credential { id: self.device.0, secret: self.secret.clone() }
    }

    /// The key kept in `dir`, or a new one, kept before it is returned. May wait for the keychain, so not for a thread
    /// that others wait for.
    pub fn open(dir: &Path, keeper: Keeper) -> Result<Self, KeyError> {
        let path = file_in(dir);
        let (device, secret) = match fs::read(&path) {
            Ok(bytes) => Self::read(&path, &bytes)?,
            Err(error) if error.kind() == io::ErrorKind::NotFound => Self::make(&path, keeper)?,
            Err(error) => return Err(KeyError::Io(path, error)),
        };
        let data = data_key::open(dir, keeper, device)?;
        Ok(Self { device, secret, data })
    }

    fn read(path: &Path, bytes: &[u8]) -> Result<(DeviceId, Secret), KeyError> {
        let kept: Kept = serde_json::from_slice(bytes).map_err(|_| KeyError::Damaged(path.to_owned()))?;
        let secret = match kept.secret {
            Some(secret) => secret,
            None => match in_keychain(KEYCHAIN_KEPT, kept.device.to_string(), |entry| entry.get_password()) {
                Ok(text) => text.parse().map_err(|_| KeyError::Damaged(path.to_owned()))?,
                Err(KeychainError::Keychain(keyring::Error::NoEntry)) => return Err(KeyError::Gone),
                Err(error) => return Err(KeyError::Keychain(error)),
            },
        };
        Ok((kept.device, secret))
    }

    fn make(path: &Path, keeper: Keeper) -> Result<(DeviceId, Secret), KeyError> {
        let (device, secret) = (DeviceId(Uuid::now_v7()), draw(path)?);
        let kept = match keeper {
            Keeper::Keychain => keep_in_keychain(device.to_string(), &secret),
            Keeper::File => false,
        };
        let kept = Kept { device, secret: (!kept).then(|| secret.clone()) };
        write_private(path, &kept).map_err(|error| KeyError::Io(path.to_owned(), error))?;
        Ok((device, secret))
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
}

/// Whether the keychain took the key under this name, and gives it back.
pub(crate) fn keep_in_keychain(name: String, secret: &Secret) -> bool {
    let text = secret.to_string();
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
