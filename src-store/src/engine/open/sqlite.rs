//! Opening a file of SQLite's.

use std::path::Path;

use sqlx::migrate::{MigrateError, Migrator};
use sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteSynchronous};
use sqlx::{ConnectOptions, Connection as _, SqliteConnection};

use super::{BUSY_TIMEOUT, OpenError, Opened};
use crate::engine::Seat;
use crate::fault::{Trouble, trouble};
use crate::sql::{Connection, Held, Pool};

static MIGRATIONS: Migrator = sqlx::migrate!("../migrations");

/// The size of a page of a new database, in bytes: SQLite's default.
const PAGE_SIZE: u64 = 4096;

/// How many statements a connection keeps prepared: those that go together count as one, in each of their mixtures.
const STATEMENTS: usize = 300;

/// How many single statements may be read at once, and as many views of several statements.
const READERS: u32 = 2;

/// After how many pages of the log they are written back to the file, 16 MiB: a page that changes with every order, or
/// with every run of a first load, is written back once in that time.
const CHECKPOINT_PAGES: &str = "4096";

/// The most memory that each connection keeps pages in, in KiB as SQLite wants it: negative. A device has little to
/// spare, and one who asks.
const fn cache_size(seat: Seat) -> &'static str {
    match seat {
        Seat::Hub => "-16384",
        Seat::Device => "-8192",
    }
}

/// The newest schema that this version knows.
pub(super) fn newest_schema() -> i64 {
    MIGRATIONS.iter().map(|migration| migration.version).max().unwrap_or(0)
}

impl OpenError {
    pub(crate) fn of_file(path: &Path, error: sqlx::Error) -> Self {
        let path = path.to_owned();
        match (trouble(&error), error) {
            (Trouble::Full, _) => Self::DiskFull { path },
            (Trouble::Busy, _) => Self::Locked { path },
            (Trouble::Damaged, error) => Self::Damaged { path, reason: error.to_string() },
            (Trouble::Other, sqlx::Error::Io(source)) => Self::Io { path, source },
            (Trouble::Other, error) => Self::Other { path, reason: error.to_string() },
        }
    }
}

/// Opens a file, makes it where there is none, and brings an older one up to date.
pub(super) async fn open(path: &Path, size_limit: Option<u64>, seat: Seat) -> Result<Opened, OpenError> {
    inspect(path).await?;
    let connect = SqliteConnectOptions::new()
        .filename(path)
        .journal_mode(SqliteJournalMode::Wal)
        .synchronous(SqliteSynchronous::Full)
        .foreign_keys(true)
        .busy_timeout(BUSY_TIMEOUT)
        .statement_cache_capacity(STATEMENTS)
        .pragma("cache_size", cache_size(seat))
        .pragma("wal_autocheckpoint", CHECKPOINT_PAGES)
        .pragma("temp_store", "MEMORY")
        // What was erased is not to be read out of a page that happens to be free.
        .pragma("secure_delete", "ON");
    let connect = match size_limit {
        Some(bytes) => connect.pragma("max_page_count", (bytes / PAGE_SIZE).max(1).to_string()),
        None => connect,
    };
    // A connection to a file does not break between two uses, so it is not tried before each.
    let write = SqlitePoolOptions::new()
        .test_before_acquire(false)
        .before_acquire(|conn, _| Box::pin(is_fresh(conn)))
        .max_connections(1)
        .acquire_timeout(BUSY_TIMEOUT * 2)
        .connect_with(connect.clone().create_if_missing(true))
        .await
        .map_err(|error| OpenError::of_file(path, error))?;
    MIGRATIONS.run(&write).await.map_err(|error| match error {
        MigrateError::Execute(error) | MigrateError::ExecuteMigration(error, _) => {
            OpenError::of_file(path, error)
        }
        other => OpenError::Other { path: path.to_owned(), reason: other.to_string() },
    })?;
    let read = SqlitePoolOptions::new()
        .test_before_acquire(false)
        .before_acquire(|conn, _| Box::pin(is_fresh(conn)))
        .max_connections(READERS)
        .acquire_timeout(BUSY_TIMEOUT * 2)
        .connect_with(connect.clone().read_only(true))
        .await
        .map_err(|error| OpenError::of_file(path, error))?;
    let mut readers = Vec::new();
    for _ in 0..READERS {
        let reader = connect.clone().read_only(true).connect().await;
        let reader = reader.map_err(|error| OpenError::of_file(path, error))?;
        readers.push(Connection::Sqlite(Held::own(reader)));
    }
    Ok(Opened { write: Pool::Sqlite(write), read: Pool::Sqlite(read), readers, hints: None })
}

/// Whether a transaction can begin on this connection. Where writing failed, as on a full disk, SQLite takes back the
/// whole transaction by itself, and the driver goes on believing that it stands: such a connection is closed.
async fn is_fresh(conn: &mut SqliteConnection) -> Result<bool, sqlx::Error> {
    if conn.is_in_transaction() {
        // One that was dropped a moment ago is still to be taken back.
        conn.ping().await?;
    }
    Ok(!conn.is_in_transaction())
}

/// A connection that writes nothing, to a file that is there already.
pub(super) async fn only_read(path: &Path) -> Result<Connection, OpenError> {
    inspect(path).await?;
    let options = SqliteConnectOptions::new().filename(path).read_only(true).busy_timeout(BUSY_TIMEOUT);
    let conn = options.connect().await.map_err(|error| OpenError::of_file(path, error))?;
    Ok(Connection::Sqlite(Held::own(conn)))
}

/// Looks at an existing file without changing it, and gives its schema: None where it has none yet.
pub(crate) async fn inspect(path: &Path) -> Result<Option<i64>, OpenError> {
    match std::fs::metadata(path) {
        Ok(file) if file.len() == 0 => return Ok(None),
        Ok(_) => {}
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(None),
        Err(source) => return Err(OpenError::Io { path: path.to_owned(), source }),
    }
    let failed = |error| OpenError::of_file(path, error);
    let mut conn = SqliteConnectOptions::new()
        .filename(path)
        .read_only(true)
        .busy_timeout(BUSY_TIMEOUT)
        .connect()
        .await
        .map_err(failed)?;
    let found: Vec<String> =
        sqlx::query_scalar("PRAGMA quick_check(1)").fetch_all(&mut conn).await.map_err(failed)?;
    if found != ["ok"] {
        return Err(OpenError::Damaged { path: path.to_owned(), reason: found.join("; ") });
    }
    let migrated: i64 =
        sqlx::query_scalar("SELECT COUNT(*) FROM sqlite_schema WHERE name = '_sqlx_migrations'")
            .fetch_one(&mut conn)
            .await
            .map_err(failed)?;
    let found: Option<i64> = match migrated {
        0 => None,
        _ => sqlx::query_scalar("SELECT MAX(version) FROM _sqlx_migrations")
            .fetch_one(&mut conn)
            .await
            .map_err(failed)?,
    };
    conn.close().await.map_err(failed)?;
    let known = newest_schema();
    match found {
        Some(found) if found > known => Err(OpenError::Newer { path: path.to_owned(), found, known }),
        found => Ok(found),
    }
}
