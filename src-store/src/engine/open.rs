//! Opening a database: a file of SQLite's, or one of a PostgreSQL server.

mod postgres;
mod sqlite;

use std::fmt;
use std::path::PathBuf;
use std::str::FromStr;
use std::time::Duration;

use sqlx::PgPool;

use crate::engine::Seat;
use crate::sql::{Connection, Pool};

pub use postgres::{PostgresUrl, ServerError};
pub(crate) use sqlite::inspect;

/// How long a statement waits for another that writes.
const BUSY_TIMEOUT: Duration = Duration::from_secs(5);

/// Where a shop's data is.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Database {
    /// In a file of SQLite's.
    Sqlite(PathBuf),
    /// In a database of a PostgreSQL server, for any number of engines at once.
    Postgres(PostgresUrl),
}

impl<P: Into<PathBuf>> From<P> for Database {
    fn from(path: P) -> Self {
        Self::Sqlite(path.into())
    }
}

impl Database {
    /// Opens it, makes what is missing, and brings an older one up to date. `size_limit` is for a file alone.
    pub(super) async fn open(&self, size_limit: Option<u64>, seat: Seat) -> Result<Opened, OpenError> {
        match self {
            Self::Sqlite(path) => sqlite::open(path, size_limit, seat).await,
            Self::Postgres(url) => Ok(postgres::open(url).await?),
        }
    }

    /// A connection that writes nothing, to a database that is there already.
    pub(crate) async fn only_read(&self) -> Result<Connection, OpenError> {
        match self {
            Self::Sqlite(path) => sqlite::only_read(path).await,
            Self::Postgres(url) => Ok(postgres::only_read(url).await?),
        }
    }

    /// The newest schema that this version knows for it.
    pub(crate) fn schema(&self) -> i64 {
        match self {
            Self::Sqlite(_) => sqlite::newest_schema(),
            Self::Postgres(_) => postgres::newest_schema(),
        }
    }
}

impl FromStr for Database {
    type Err = ServerError;

    /// A PostgreSQL server's address, `sqlite://` and a path, or a path.
    fn from_str(text: &str) -> Result<Self, ServerError> {
        match text.split_once("://") {
            Some(("sqlite", path)) => Ok(Self::Sqlite(path.into())),
            Some(_) => text.parse().map(Self::Postgres),
            None => Ok(Self::Sqlite(text.into())),
        }
    }
}

impl fmt::Display for Database {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Sqlite(path) => write!(f, "{}", path.display()),
            Self::Postgres(url) => write!(f, "{url}"),
        }
    }
}

/// The newest schema that this version knows.
pub(super) fn newest_schema() -> i64 {
    sqlite::newest_schema().max(postgres::newest_schema())
}

/// How to hear of what others change.
pub(super) struct Hints {
    /// For one connection that listens.
    pub(super) server: PgPool,
    /// The number of the newest change.
    pub(super) newest: i64,
}

/// The ways into an open database.
pub(super) struct Opened {
    /// For writing transactions.
    pub(super) write: Pool,
    /// For views of several statements.
    pub(super) read: Pool,
    /// For single statements; without any, those come from [`Self::read`] too.
    pub(super) readers: Vec<Connection>,
    /// Where others can write at the same time: how to hear of that.
    pub(super) hints: Option<Hints>,
}

/// Why a database was not opened. In every case what it holds is as it was.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// A newer version of the program wrote it.
    #[error(
        "{path} was written by a newer version (schema {found}; this version knows {known}). Nothing was changed. Install the newer version, or restore a backup of before the update"
    )]
    Newer {
        /// The file.
        path: PathBuf,
        /// Its schema.
        found: i64,
        /// The newest schema that this version knows.
        known: i64,
    },
    /// It is no database, or a broken one.
    #[error(
        "{path} is damaged ({reason}). It was left as it is. Keep a copy of it, then restore a backup in its place"
    )]
    Damaged {
        /// The file.
        path: PathBuf,
        /// What was found.
        reason: String,
    },
    /// No room to write.
    #[error("the disk is full, so {path} cannot be opened. Nothing was changed. Make room and start again")]
    DiskFull {
        /// The file.
        path: PathBuf,
    },
    /// Another program keeps it to itself.
    #[error(
        "{path} is in use by another program that does not let go of it. Stop that program and start again"
    )]
    Locked {
        /// The file.
        path: PathBuf,
    },
    /// It cannot be reached or made.
    #[error("{path} cannot be opened: {source}")]
    Io {
        /// The file.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// It is a PostgreSQL server's, and could not be opened there.
    #[error(transparent)]
    Server(#[from] ServerError),
    /// Anything else that the database said.
    #[error("{path} cannot be opened: {reason}")]
    Other {
        /// The file.
        path: PathBuf,
        /// What it said.
        reason: String,
    },
}
