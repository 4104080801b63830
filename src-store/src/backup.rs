//! A copy of a database while it is in use, and what a copy must prove before it takes a database's place.

use std::path::{Path, PathBuf};
use std::time::Duration;

use sqlx::sqlite::{SqliteConnectOptions, SqliteLockingMode};
use sqlx::{ConnectOptions, Connection};

use crate::engine::{OpenError, inspect};

/// How long to wait for who writes at this moment.
const PATIENCE: Duration = Duration::from_secs(5);

/// Why a database was not copied, or a copy not taken. In every case the database is as it was.
#[derive(Debug, thiserror::Error)]
pub enum BackupError {
    /// There is no such file, or nothing in it.
    #[error("there is no database at {path}")]
    Missing {
        /// Where it was looked for.
        path: PathBuf,
    },
    /// A database, but of another program.
    #[error("{path} is no shop of Ministore. Nothing was changed")]
    Foreign {
        /// The file.
        path: PathBuf,
    },
    /// SQLite is told paths as text.
    #[error("{path} has a name that is no text: choose another")]
    Name {
        /// The file.
        path: PathBuf,
    },
    /// It cannot be read or written, or is damaged, or newer than this version.
    #[error(transparent)]
    Open(#[from] OpenError),
}

/// The schema of the database at `path`, looked at without changing it. Errors where its structure is damaged and where
/// its schema is newer than this version's.
pub async fn schema_of(path: &Path) -> Result<i64, BackupError> {
    if std::fs::metadata(path).map_or(true, |file| file.len() == 0) {
        return Err(BackupError::Missing { path: path.to_owned() });
    }
    inspect(path).await?.ok_or_else(|| BackupError::Foreign { path: path.to_owned() })
}

/// Copies the database at `from`, as it is at one moment, into the file `to`, which is new or empty. Who writes to it
/// meanwhile is not held up. Errors leave part of a copy in `to`.
///
/// What comes out is one file, with nothing beside it. It is not yet synced.
pub async fn copy(from: &Path, to: &Path) -> Result<(), BackupError> {
    let absolute = std::path::absolute(to)
        .map_err(|source| OpenError::Io { path: to.to_owned(), source })?
        .into_os_string()
        .into_string()
        .map_err(|_| BackupError::Name { path: to.to_owned() })?;
    let failed = |error| OpenError::of_file(from, error);
    let mut conn = SqliteConnectOptions::new()
        .filename(from)
        .read_only(true)
        .busy_timeout(PATIENCE)
        .disable_statement_logging()
        .connect()
        .await
        .map_err(failed)?;
    sqlx::query("VACUUM INTO $1")
        .bind(absolute)
        .execute(&mut conn)
        .await
        .map_err(|error| OpenError::of_file(to, error))?;
    conn.close().await.map_err(failed)?;
    Ok(())
}

/// Folds what SQLite keeps beside the database at `path` into its one file. Errors with [`OpenError::Locked`] while
/// another program has it open. Interrupted at any moment it can be opened as before.
pub async fn fold(path: &Path) -> Result<(), OpenError> {
    let failed = |error| OpenError::of_file(path, error);
    let mut conn = SqliteConnectOptions::new()
        .filename(path)
        // Whoever else has it open holds a lock that this one does not share (sqlite.org/wal.html, section 8).
        .locking_mode(SqliteLockingMode::Exclusive)
        .busy_timeout(PATIENCE)
        .connect()
        .await
        .map_err(failed)?;
    sqlx::query("PRAGMA wal_checkpoint(TRUNCATE)").execute(&mut conn).await.map_err(failed)?;
    conn.close().await.map_err(failed)
}
