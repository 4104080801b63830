//! Copies of a shop's database, and its return from one.
//!
//! Invariants: a file takes its place whole, by being renamed once it is synced and looked at; what had that place is
//! kept under another name first; at every moment a whole database lies where the hub looks for one.

use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};

use jiff::Timestamp;
use ministore_core::refusal::{Refusal, Thing};
use ministore_store::backup::{BackupError, copy, fold, schema_of};
use ministore_store::check::Difference;
use ministore_store::{Engine, EngineOptions, OpenError};

use crate::server::{StartError, database_path, give_to_owner, lock_folder, lock_path, make_folder};

/// What SQLite keeps beside a database.
const BESIDE: [&str; 3] = ["-wal", "-shm", "-journal"];

/// Why a copy was not made or not taken. The shop is as it was.
#[derive(Debug, thiserror::Error)]
pub enum CopyError {
    /// A file has that name.
    #[error("{0} exists already. Choose another name, or replace it with --force")]
    Exists(PathBuf),
    /// The hub's own files are neither a place for a copy nor a copy.
    #[error("{0} is the shop's own file. Choose another name")]
    Own(PathBuf),
    /// The database or its copy is not as it should be.
    #[error(transparent)]
    Backup(#[from] BackupError),
    /// The data folder cannot be had.
    #[error(transparent)]
    Folder(#[from] StartError),
    /// The balances could not be compared.
    #[error("the balances of the backup were not checked: {0}. Nothing was changed")]
    Unchecked(Refusal),
    /// The system did not do it.
    #[error("{path}: {source}")]
    File {
        /// Which file.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
}

impl From<OpenError> for CopyError {
    fn from(error: OpenError) -> Self {
        Self::Backup(error.into())
    }
}

fn file_error(path: &Path) -> impl FnOnce(io::Error) -> CopyError {
    move |source| CopyError::File { path: path.to_owned(), source }
}

/// A copy that was made.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Copied {
    /// Where it is.
    pub path: PathBuf,
    /// Its size, in bytes.
    pub bytes: u64,
    /// Its schema.
    pub schema: i64,
}

/// Copies the database of the folder `data` to `to`, while a hub serves it or not. An existing file is replaced only
/// with `force`.
pub async fn back_up(data: &Path, to: &Path, force: bool) -> Result<Copied, CopyError> {
    let database = database_path(data);
    if own_files(&database).chain([lock_path(data)]).any(|own| same_file(&own, to)) {
        return Err(CopyError::Own(to.to_owned()));
    }
    if !force && to.symlink_metadata().is_ok() {
        return Err(CopyError::Exists(to.to_owned()));
    }
    schema_of(&database).await?;
    // A name of its own, so that two that are written at once do not spoil each other.
    let part = beside(to, &format!(".part-{}", std::process::id()));
    let made = copy_checked(&database, &part).await;
    let schema = match made {
        Ok(schema) => schema,
        Err(error) => {
            // What failed first is told.
            let _ = fs::remove_file(&part);
            return Err(error);
        }
    };
    let bytes = fs::metadata(&part).map_err(file_error(&part))?.len();
    put_in_place(&part, to)?;
    Ok(Copied { path: to.to_owned(), bytes, schema })
}

/// Copies `from` to a new file `to`, as private as it, and looks at what came out.
async fn copy_checked(from: &Path, to: &Path) -> Result<i64, CopyError> {
    remove(to)?;
    let mut options = File::options();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(to).map_err(file_error(to))?;
    copy(from, to).await?;
    Ok(schema_of(to).await?)
}

/// A shop that was put back.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Restored {
    /// The schema that the backup had.
    pub schema: i64,
    /// What had its place, where there was something.
    pub kept: Option<PathBuf>,
    /// Balances that are not what their ledgers say.
    pub differences: Vec<Difference>,
}

/// Puts a copy of the backup `from` in the place of the database of `data`, which is kept beside under a name with the
/// time. Refused while a hub runs on the folder, and where `from` is damaged, of a newer schema, or no shop.
///
/// Interrupted at any moment, it leaves the old database or the new one, whole; if the old one was damaged beyond
/// opening, it may be left without the log that it had beside it, which is then among what was kept.
pub async fn restore(data: &Path, from: &Path) -> Result<Restored, CopyError> {
    let fresh = beside(&database_path(data), ".restoring");
    if same_file(&fresh, from) {
        return Err(CopyError::Own(from.to_owned()));
    }
    let schema = schema_of(from).await?;
    make_folder(data)?;
    let _lock = lock_folder(data)?;
    let database = database_path(data);
    for name in own_files(&fresh) {
        remove(&name)?;
    }
    let prepared = prepare(from, &fresh).await.and_then(|differences| {
        give_to_owner(&fresh, data).map_err(file_error(&fresh))?;
        Ok(differences)
    });
    let taken = match prepared {
        Ok(differences) => keep_old(&database).await.map(|kept| (differences, kept)),
        Err(error) => Err(error),
    };
    let (differences, kept) = match taken {
        Ok(taken) => taken,
        Err(error) => {
            for name in own_files(&fresh) {
                remove(&name)?;
            }
            return Err(error);
        }
    };
    // The log of another database would be read into this one.
    for name in BESIDE {
        remove(&beside(&database, name))?;
    }
    put_in_place(&fresh, &database)?;
    Ok(Restored { schema, kept, differences })
}

/// Makes the database that is to take its place: of this version's schema, in one file, its balances compared.
async fn prepare(from: &Path, fresh: &Path) -> Result<Vec<Difference>, CopyError> {
    copy_checked(from, fresh).await?;
    let engine = Engine::open(fresh, EngineOptions::hub()).await?;
    let checked = engine.check().await;
    engine.close().await;
    fold(fresh).await?;
    checked.map_err(|refusal| match refusal {
        Refusal::NotFound { what: Thing::Shop } => BackupError::Foreign { path: from.to_owned() }.into(),
        refusal => CopyError::Unchecked(refusal),
    })
}

/// Keeps what is in the database's place under a name with the time. It stays where it is too.
async fn keep_old(database: &Path) -> Result<Option<PathBuf>, CopyError> {
    match schema_of(database).await {
        Ok(_) | Err(BackupError::Foreign { .. } | BackupError::Open(OpenError::Newer { .. })) => {
            fold(database).await?;
        }
        Err(BackupError::Open(
            error @ (OpenError::Locked { .. } | OpenError::DiskFull { .. } | OpenError::Io { .. }),
        )) => return Err(error.into()),
        // One that is damaged is what a backup is for. It is kept as it is: opening it for writing might change it.
        Err(_) => {}
    }
    let kept = beside(database, &format!(".before-restore-{}", now()));
    // The database itself last: who sees it sees all of it.
    for name in ["-wal", "-journal", ""] {
        let (old, copy) = (beside(database, name), beside(&kept, name));
        if !old.exists() {
            continue;
        }
        if copy.exists() {
            return Err(CopyError::Exists(copy));
        }
        let part = beside(&copy, ".part");
        fs::copy(&old, &part).map_err(file_error(&part))?;
        give_to_owner(&part, folder_of(database)).map_err(file_error(&part))?;
        put_in_place(&part, &copy)?;
    }
    Ok(kept.exists().then_some(kept))
}

/// A database that was brought up to date.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Migrated {
    /// The schema that it had.
    pub from: i64,
    /// The schema that it has.
    pub to: i64,
    /// A copy of before, where something had to be done and one was wanted.
    pub backup: Option<Copied>,
}

/// Brings the database of `data` up to this version's schema; a copy of before is kept beside it if `keep`. Refused
/// while a hub runs on the folder.
pub async fn migrate(data: &Path, keep: bool) -> Result<Migrated, CopyError> {
    let database = database_path(data);
    let from = schema_of(&database).await?;
    let to = Engine::schema();
    if from == to {
        return Ok(Migrated { from, to, backup: None });
    }
    let _lock = lock_folder(data)?;
    let backup = if keep {
        let name = beside(&database, &format!(".before-schema-{to}-{}", now()));
        Some(back_up(data, &name, false).await?)
    } else {
        None
    };
    Engine::open(&database, EngineOptions::hub()).await?.close().await;
    Ok(Migrated { from, to, backup })
}

/// The time in UTC as names of files carry it: without colons, which Windows does not have.
fn now() -> String {
    Timestamp::now().strftime("%Y%m%dT%H%M%S.%3fZ").to_string()
}

fn folder_of(file: &Path) -> &Path {
    file.parent().unwrap_or(file)
}

fn beside(path: &Path, suffix: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(suffix);
    PathBuf::from(name)
}

fn own_files(database: &Path) -> impl Iterator<Item = PathBuf> + use<'_> {
    std::iter::once("").chain(BESIDE).map(|suffix| beside(database, suffix))
}

/// Whether `path` leads to `own`, which may not be there.
fn same_file(own: &Path, path: &Path) -> bool {
    let found = |path: &Path| match path.canonicalize() {
        Ok(found) => Some(found),
        Err(_) => {
            Some(std::path::absolute(path).ok()?.parent()?.canonicalize().ok()?.join(path.file_name()?))
        }
    };
    found(own).is_some_and(|own| found(path) == Some(own))
}

fn remove(path: &Path) -> Result<(), CopyError> {
    match fs::remove_file(path) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(file_error(path)(error)),
        _ => Ok(()),
    }
}

/// Gives `part` its name, once all of it is on the disk.
fn put_in_place(part: &Path, path: &Path) -> Result<(), CopyError> {
    // Windows syncs only what is open for writing.
    let file = File::options().read(true).append(true).open(part).map_err(file_error(part))?;
    file.sync_all().map_err(file_error(part))?;
    fs::rename(part, path).map_err(file_error(path))?;
    #[cfg(unix)]
    if let Some(folder) = std::path::absolute(path).map_err(file_error(path))?.parent() {
        File::open(folder).and_then(|folder| folder.sync_all()).map_err(file_error(folder))?;
    }
    Ok(())
}
