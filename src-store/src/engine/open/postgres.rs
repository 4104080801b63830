//! Opening a database of a PostgreSQL server.

use std::fmt;
use std::str::FromStr;
use std::time::Duration;

use sqlx::migrate::{MigrateError, Migrator};
use sqlx::postgres::{PgConnectOptions, PgConnection, PgPoolOptions};
use sqlx::{ConnectOptions, Connection as _};

use super::{BUSY_TIMEOUT, Hints, Opened};
use crate::sql::{Connection, Held, Pool};

static MIGRATIONS: Migrator = sqlx::migrate!("../migrations/postgres");

/// How long the server may take to answer the first time.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(10);

/// How long a statement may take, and how long a transaction may stand still: one whose hub has gone keeps all others
/// from writing for no longer.
const STATEMENT_TIMEOUT: Duration = Duration::from_secs(30);

/// How many transactions of one engine may write or wait to write: while one commits, the next is already in the queue.
const WRITERS: u32 = 2;

/// How many views and single statements of one engine may be read at once.
const READERS: u32 = 8;

/// A connection that was unused for so long is tried before its use: the server may have been restarted.
const TRUSTED: Duration = Duration::from_secs(5);

/// Where a database of a PostgreSQL server is: `postgres://user:password@host:port/database`, as `libpq` reads it, with
/// what is missing from its environment (`PGHOST`, `PGPASSWORD`, `~/.pgpass` and so on). It is shown without password.
/// With `?sslmode=verify-full&sslrootcert=FILE` it is connected to by TLS, as the server whose name was signed by that
/// authority, or not at all (libpq, section 34.19); without, by TLS where the server has it, whoever that is.
#[derive(Clone, PartialEq, Eq)]
pub struct PostgresUrl(String);

impl PostgresUrl {
    /// How it is connected to.
    fn options(&self) -> Result<PgConnectOptions, ServerError> {
        // What the parser says is not passed on: it may hold the password.
        let options = PgConnectOptions::from_str(&self.0).map_err(|_| ServerError::Url)?;
        Ok(options.application_name("ministore"))
    }
}

impl FromStr for PostgresUrl {
    type Err = ServerError;

    fn from_str(text: &str) -> Result<Self, ServerError> {
        if !["postgres://", "postgresql://"].iter().any(|scheme| text.starts_with(scheme)) {
            return Err(ServerError::Url);
        }
        let url = Self(text.to_owned());
        url.options()?;
        Ok(url)
    }
}

impl fmt::Display for PostgresUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.options() {
            Err(_) => f.write_str("postgres://"),
            Ok(options) => {
                let database = options.get_database().unwrap_or(options.get_username());
                match options.get_socket() {
                    Some(folder) => write!(f, "{database} at {}", folder.display()),
                    None => write!(f, "{database} at {}:{}", options.get_host(), options.get_port()),
                }
            }
        }
    }
}

impl fmt::Debug for PostgresUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "PostgresUrl({self})")
    }
}

/// Why a database of a PostgreSQL server was not opened. In every case what it holds is as it was.
#[derive(Debug, thiserror::Error)]
pub enum ServerError {
    /// It is no such address.
    #[error("a PostgreSQL database is named as postgres://user:password@host:port/database")]
    Url,
    /// Nobody answers there.
    #[error(
        "the PostgreSQL server of {server} does not answer ({reason}). Nothing was changed. Look whether it runs and can be reached from here, then start again"
    )]
    Away {
        /// Which.
        server: String,
        /// What was seen.
        reason: String,
    },
    /// What it says to be is not what was asked for, or it does not encrypt.
    #[error(
        "the PostgreSQL server of {server} is not connected to by TLS as its address asks ({reason}). Nothing was changed. Compare `sslmode` and `sslrootcert` with what the server has"
    )]
    Distrusted {
        /// Which.
        server: String,
        /// What was seen.
        reason: String,
    },
    /// It does not let this user in.
    #[error(
        "the PostgreSQL server of {server} does not let {user} in ({reason}). Nothing was changed. Check the name and the password, then start again"
    )]
    SignIn {
        /// Which.
        server: String,
        /// Who asked.
        user: String,
        /// What it said.
        reason: String,
    },
    /// It has no such database.
    #[error("the PostgreSQL server has no database {server}. Make it with `createdb`, then start again")]
    Missing {
        /// Which.
        server: String,
    },
    /// Its texts are not in Unicode.
    #[error(
        "{server} keeps texts as {found}, not as UTF8. Nothing was changed. Make one with `createdb --encoding=UTF8 --template=template0`"
    )]
    Encoding {
        /// Which.
        server: String,
        /// How it keeps them.
        found: String,
    },
    /// A newer version of the program wrote it.
    #[error(
        "{server} was written by a newer version (schema {found}; this version knows {known}). Nothing was changed. Install the newer version, or restore a backup of before the update"
    )]
    Newer {
        /// Which.
        server: String,
        /// Its schema.
        found: i64,
        /// The newest schema that this version knows.
        known: i64,
    },
    /// Anything else that the server said.
    #[error("{server} cannot be opened: {reason}")]
    Other {
        /// Which.
        server: String,
        /// What it said.
        reason: String,
    },
}

impl ServerError {
    /// What `error` means for who opens `url`, by its SQLSTATE (postgresql.org/docs/current/errcodes-appendix.html).
    fn of(url: &PostgresUrl, error: &sqlx::Error) -> Self {
        let (server, reason) = (url.to_string(), error.to_string());
        match error {
            sqlx::Error::Tls(_) => Self::Distrusted { server, reason },
            // As rustls says that it trusts no such certificate.
            sqlx::Error::Io(why) if why.kind() == std::io::ErrorKind::InvalidData => {
                Self::Distrusted { server, reason }
            }
            sqlx::Error::Io(_) | sqlx::Error::PoolTimedOut => Self::Away { server, reason },
            sqlx::Error::Database(database) => {
                let reason = database.message().to_owned();
                match database.code().as_deref() {
                    Some("28000" | "28P01") => {
                        let user =
                            url.options().map_or_else(|_| String::new(), |of| of.get_username().to_owned());
                        Self::SignIn { server, user, reason }
                    }
                    Some("3D000") => Self::Missing { server },
                    // Starting up, going down, or all its connections taken.
                    Some("57P01" | "57P02" | "57P03" | "53300") => Self::Away { server, reason },
                    _ => Self::Other { server, reason },
                }
            }
            _ => Self::Other { server, reason },
        }
    }
}

/// The newest schema that this version knows.
pub(super) fn newest_schema() -> i64 {
    MIGRATIONS.iter().map(|migration| migration.version).max().unwrap_or(0)
}

/// A connection that is used for reading alone.
pub(super) async fn only_read(url: &PostgresUrl) -> Result<Connection, ServerError> {
    connect(url).await.map(Held::own).map(Connection::Postgres)
}

async fn connect(url: &PostgresUrl) -> Result<PgConnection, ServerError> {
    let options = url.options()?;
    let conn = tokio::time::timeout(CONNECT_TIMEOUT, options.connect())
        .await
        .unwrap_or(Err(sqlx::Error::PoolTimedOut));
    conn.map_err(|error| ServerError::of(url, &error))
}

/// Opens a database, makes its tables where there are none, and brings older ones up to date.
pub(super) async fn open(url: &PostgresUrl) -> Result<Opened, ServerError> {
    let failed = |error: sqlx::Error| ServerError::of(url, &error);
    prepare(url, connect(url).await?).await?;
    let milliseconds = |of: Duration| of.as_millis().to_string();
    let options = url.options()?.options([
        ("lock_timeout", milliseconds(BUSY_TIMEOUT)),
        ("statement_timeout", milliseconds(STATEMENT_TIMEOUT)),
        ("idle_in_transaction_session_timeout", milliseconds(STATEMENT_TIMEOUT)),
    ]);
    let pool = |connections| {
        PgPoolOptions::new()
            .max_connections(connections)
            .acquire_timeout(BUSY_TIMEOUT * 2)
            .test_before_acquire(false)
            .before_acquire(|conn, kept| {
                Box::pin(async move {
                    if kept.idle_for > TRUSTED {
                        conn.ping().await?;
                    }
                    Ok(true)
                })
            })
            .connect_with(options.clone())
    };
    let write = pool(WRITERS).await.map_err(failed)?;
    let read = pool(READERS).await.map_err(failed)?;
    let newest: Option<i64> =
        sqlx::query_scalar("SELECT MAX(seq) FROM change").fetch_one(&read).await.map_err(failed)?;
    let listening = PgPoolOptions::new().max_connections(1).max_lifetime(None).idle_timeout(None);
    let hints = Hints { server: listening.connect_lazy_with(options), newest: newest.unwrap_or(0) };
    Ok(Opened {
        write: Pool::Postgres(write),
        read: Pool::Postgres(read),
        readers: Vec::new(),
        hints: Some(hints),
    })
}

/// Looks at what is there, then makes the tables or brings them up to date. Of several engines that come at once, one
/// does it and the others wait.
async fn prepare(url: &PostgresUrl, mut conn: PgConnection) -> Result<(), ServerError> {
    let failed = |error: sqlx::Error| ServerError::of(url, &error);
    let encoding: String =
        sqlx::query_scalar("SHOW server_encoding").fetch_one(&mut conn).await.map_err(failed)?;
    if encoding != "UTF8" {
        return Err(ServerError::Encoding { server: url.to_string(), found: encoding });
    }
    let migrated: bool = sqlx::query_scalar("SELECT to_regclass('_sqlx_migrations') IS NOT NULL")
        .fetch_one(&mut conn)
        .await
        .map_err(failed)?;
    if migrated {
        let found: Option<i64> = sqlx::query_scalar("SELECT MAX(version) FROM _sqlx_migrations")
            .fetch_one(&mut conn)
            .await
            .map_err(failed)?;
        let known = newest_schema();
        if let Some(found) = found.filter(|found| *found > known) {
            return Err(ServerError::Newer { server: url.to_string(), found, known });
        }
    }
    MIGRATIONS.run_direct(None, &mut conn, false).await.map_err(|error| match error {
        MigrateError::Execute(error) | MigrateError::ExecuteMigration(error, _) => failed(error),
        other => ServerError::Other { server: url.to_string(), reason: other.to_string() },
    })?;
    conn.close().await.map_err(failed)
}
