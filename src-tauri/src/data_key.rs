//! The key that seals what this device's database says of people. It is kept where the device's own key is: in the
//! system's keychain, or, where none answers, in `data-key.json` beside the database, which only its owner may read. There
//! it protects a copy of the database, and nobody who has the whole folder.
//!
//! A key that is gone is drawn anew: the engine then forgets what the old one had sealed and the hub tells it again.

use std::path::{Path, PathBuf};
use std::{fs, io};

use ministore_core::device::Secret;
use ministore_core::id::DeviceId;
use serde::{Deserialize, Serialize};

use crate::key::{
    KEYCHAIN_KEPT, Keeper, KeyError, KeychainError, draw, in_keychain, keep_in_keychain, write_private,
};

/// The file that says where the key is.
pub fn file_in(dir: &Path) -> PathBuf {
    dir.join("data-key.json")
}

/// What the file holds.
#[derive(Serialize, Deserialize)]
struct Kept {
    /// None where the keychain has it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    key: Option<Secret>,
}

/// The key kept in `dir`, or a new one, kept before it is returned. Fails where the keychain has it and does not give it.
pub(crate) fn open(dir: &Path, keeper: Keeper, device: DeviceId) -> Result<Secret, KeyError> {
    let path = file_in(dir);
    let bytes = match fs::read(&path) {
        Ok(bytes) => bytes,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return make(&path, keeper, device),
        Err(error) => return Err(KeyError::Io(path, error)),
    };
    match serde_json::from_slice(&bytes) {
        Ok(Kept { key: Some(key) }) => return Ok(key),
        Ok(Kept { key: None }) => {}
        Err(_) => tracing::warn!(path = %path.display(), "the data key's file is damaged"),
    }
    let kept = match keeper {
        Keeper::File => None,
        Keeper::Keychain => match in_keychain(KEYCHAIN_KEPT, name(device), |entry| entry.get_password()) {
            Ok(text) => text.parse().ok(),
            Err(KeychainError::Keychain(keyring::Error::NoEntry)) => None,
            Err(error) => return Err(KeyError::Keychain(error)),
        },
    };
    match kept {
        Some(key) => Ok(key),
        None => {
            tracing::warn!("the data key is gone; another one is drawn");
            make(&path, keeper, device)
        }
    }
}

fn make(path: &Path, keeper: Keeper, device: DeviceId) -> Result<Secret, KeyError> {
    let key = draw(path)?;
    let kept = match keeper {
        Keeper::Keychain => keep_in_keychain(name(device), key.to_string()),
        Keeper::File => false,
    };
    let kept = Kept { key: (!kept).then(|| key.clone()) };
    write_private(path, &kept).map_err(|error| KeyError::Io(path.to_owned(), error))?;
    Ok(key)
}

/// Under which name the keychain has it.
fn name(device: DeviceId) -> String {
    format!("{device}.data")
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;

    fn device() -> DeviceId {
        DeviceId(Uuid::now_v7())
    }

    #[test]
    fn the_key_stays_and_a_lost_or_damaged_one_is_drawn_anew() {
        let dir = tempfile::tempdir().unwrap();
        let first = open(dir.path(), Keeper::File, device()).unwrap();
        assert_eq!(open(dir.path(), Keeper::File, device()).unwrap(), first);
        fs::write(file_in(dir.path()), b"{").unwrap();
        let second = open(dir.path(), Keeper::File, device()).unwrap();
        assert_ne!(second, first);
        fs::write(file_in(dir.path()), b"{}").unwrap();
        let third = open(dir.path(), Keeper::File, device()).unwrap();
        assert_ne!(third, second);
        assert_eq!(open(dir.path(), Keeper::File, device()).unwrap(), third, "and stays");
    }

    #[cfg(unix)]
    #[test]
    fn the_data_keys_file_is_for_its_owner_alone() {
        use std::os::unix::fs::PermissionsExt;
        let dir = tempfile::tempdir().unwrap();
        open(dir.path(), Keeper::File, device()).unwrap();
        let mode = fs::metadata(file_in(dir.path())).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600);
    }
}
