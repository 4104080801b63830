//! What the shop holds about this device's shopper, saved as a file.

use std::fs::{File, OpenOptions};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use ministore_core::call::Call;
use ministore_core::member::{Export, PersonalData};
use ministore_core::refusal::{Refusal, Thing};

use crate::device::{Device, new_call_id, written};

/// How many files of the same name there may be before it is given up to find another.
const NAMES: u32 = 1000;

impl Device {
    /// Asks the hub for it, and writes it into a new file in `folder`. Gives the file's path.
    pub async fn save_own_data(&self, folder: &Path) -> Result<PathBuf, Refusal> {
        let link = self.link().ok_or(Refusal::NotFound { what: Thing::Shop })?;
        let reply = self.ask(&link, Export::NAME, new_call_id(), written(&Export {})?).await?;
        let data: PersonalData = serde_json::from_slice(&reply).map_err(|_| Refusal::VersionMismatch)?;
        let text = serde_json::to_vec_pretty(&data).map_err(|error| Refusal::invalid("reply", error))?;
        let folder = folder.to_owned();
        let saved = tokio::task::spawn_blocking(move || save(&folder, &text)).await;
        let saved = saved.unwrap_or_else(|error| Err(io::Error::other(error)));
        saved.map_err(|error| match error.kind() {
            io::ErrorKind::StorageFull => Refusal::DiskFull,
            _ => Refusal::Internal { incident: error.to_string() },
        })
    }
}

/// Writes a file that only its owner may read, under a name that was free.
fn save(folder: &Path, text: &[u8]) -> io::Result<PathBuf> {
    std::fs::create_dir_all(folder)?;
    let (path, mut file) = create(folder)?;
    let written = file.write_all(text).and_then(|()| file.sync_all());
    if let Err(error) = written {
        // Half a file would pass for all that the shop holds.
        drop(file);
        std::fs::remove_file(&path)?;
        return Err(error);
    }
    Ok(path)
}

fn create(folder: &Path) -> io::Result<(PathBuf, File)> {
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    for number in 1..=NAMES {
        let name = match number {
            1 => "ministore-my-data.json".to_owned(),
            _ => format!("ministore-my-data-{number}.json"),
        };
        let path = folder.join(name);
        match options.open(&path) {
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {}
            opened => return opened.map(|file| (path, file)),
        }
    }
    Err(io::ErrorKind::AlreadyExists.into())
}
