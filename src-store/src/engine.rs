//! Opening a database, and the one way in for every call.

use std::future::Future;
use std::path::{Path, PathBuf};
use std::sync::{Arc, RwLock};
use std::time::Duration;

use ministore_core::call::{Call, Kind};
use ministore_core::device::Secret;
use ministore_core::id::{CallId, DeviceId, SessionId, StaffId};
use ministore_core::refusal::{Refusal, Thing};
use ministore_core::role::{Actor, Roles};
use ministore_core::time::Timestamp;
use ministore_core::with_calls;
use sha2::{Digest, Sha256};
use sqlx::migrate::{MigrateError, Migrator};
use sqlx::sqlite::{
    SqliteConnectOptions, SqliteJournalMode, SqlitePool, SqlitePoolOptions, SqliteSynchronous,
};
use sqlx::{ConnectOptions, Connection, Row, Sqlite, SqliteConnection, Transaction};
use tokio::sync::{Mutex, OwnedMappedMutexGuard, OwnedMutexGuard, broadcast};
use uuid::Uuid;

use crate::fault::{Fault, Trouble, trouble};
use crate::payment::{Provider, Providers};
use crate::row;
use crate::sync::Notice;
use crate::write::Head;

static MIGRATIONS: Migrator = sqlx::migrate!("../migrations");

/// How long a statement waits for another process that writes.
const BUSY_TIMEOUT: Duration = Duration::from_secs(5);

/// The size of a page of a new database, in bytes: SQLite's default.
const PAGE_SIZE: u64 = 4096;

/// How many single statements may be read at once, and as many views of several statements.
const READERS: u32 = 2;

/// How many events a slow watcher may fall behind before it is told that it missed some.
const WATCH_BUFFER: usize = 1024;

/// Tells the time.
pub type Clock = Arc<dyn Fn() -> Timestamp + Send + Sync>;

/// The machine's own clock.
pub fn system_clock() -> Clock {
    Arc::new(|| Timestamp(jiff::Timestamp::now().as_millisecond()))
}

/// Where an engine runs.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Seat {
    /// In the shop: its word is the last.
    Hub,
    /// In an installed app: it answers queries from what it pulled, and leaves the rest to the hub.
    Device,
}

/// What hashing a PIN costs (Argon2id, RFC 9106).
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct PinCost {
    /// Memory, in KiB.
    pub memory: u32,
    /// Passes over it.
    pub passes: u32,
}

impl Default for PinCost {
    /// As OWASP's Password Storage Cheat Sheet asks for: 19 MiB, two passes.
    fn default() -> Self {
        Self { memory: 19 * 1024, passes: 2 }
    }
}

/// What an engine needs from outside.
#[derive(Clone)]
pub struct EngineOptions {
    /// Tells the time.
    pub clock: Clock,
    /// Who takes payments at once.
    pub providers: Providers,
    /// What hashing a PIN costs.
    pub password_cost: PinCost,
    /// Where it runs.
    pub seat: Seat,
    /// How many bytes the database may grow to; None for as far as the disk goes. What would grow it further is
    /// refused as on a full disk.
    pub size_limit: Option<u64>,
}

impl EngineOptions {
    /// A shop's hub, with the demo wallet.
    pub fn hub() -> Self {
        Self {
            clock: system_clock(),
            providers: Providers::demo(),
            password_cost: PinCost::default(),
            seat: Seat::Hub,
            size_limit: None,
        }
    }

    /// An installed app.
    pub fn device() -> Self {
        Self { providers: Providers::default(), seat: Seat::Device, ..Self::hub() }
    }
}

/// Why a database was not opened. In every case its file is as it was.
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
    /// Anything else that the database said.
    #[error("{path} cannot be opened: {reason}")]
    Other {
        /// The file.
        path: PathBuf,
        /// What it said.
        reason: String,
    },
}

impl OpenError {
    pub(crate) fn of(path: &Path, error: sqlx::Error) -> Self {
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

/// Who calls, and under which id.
#[derive(Clone, Copy, Debug)]
pub struct Caller {
    /// Who, as it was verified.
    pub actor: Actor,
    /// The call's id; a repeat has the same.
    pub call: CallId,
}

impl Caller {
    /// The one whose repeats are told apart: the member of staff, else the device.
    pub(crate) fn who(&self) -> Uuid {
        match self.actor {
            Actor::Visitor => Uuid::nil(),
            Actor::Shopper(device) => device.0,
            Actor::Staff { staff, .. } => staff.0,
        }
    }

    /// The caller's device; a visitor has none.
    pub(crate) fn device(&self) -> Result<DeviceId, Fault> {
        self.actor.device().ok_or(Fault::Refused(Refusal::SignInFirst))
    }
}

/// What proves who calls: a device's key, or a session's.
#[derive(Clone, Debug)]
pub struct Credential {
    /// The device, or the session.
    pub id: Uuid,
    /// Its secret.
    pub secret: Secret,
}

/// How an engine answers a call. Roles have been checked before.
pub trait Answer<C: Call> {
    /// Does it.
    fn answer(&self, caller: &Caller, call: C) -> impl Future<Output = Result<C::Reply, Fault>> + Send;
}

/// One database, cheap to clone.
#[derive(Clone)]
pub struct Engine {
    inner: Arc<Inner>,
}

struct Inner {
    write: SqlitePool,
    read: SqlitePool,
    /// Connections for single statements: handing one back to a pool takes longer than looking a product up.
    readers: Vec<Arc<Mutex<Option<SqliteConnection>>>>,
    clock: Clock,
    providers: Vec<Arc<dyn Provider>>,
    pin_cost: PinCost,
    seat: Seat,
    head: RwLock<Option<Head>>,
    notices: broadcast::Sender<Notice>,
}

impl Engine {
    /// The schema that this version writes.
    pub fn schema() -> i64 {
        MIGRATIONS.iter().map(|migration| migration.version).max().unwrap_or(0)
    }

    /// Opens the database at `path`, makes it where there is none, and brings an older one up to date. Errors leave
    /// the file as it was.
    pub async fn open(path: &Path, options: EngineOptions) -> Result<Self, OpenError> {
        inspect(path).await?;
        let connect = SqliteConnectOptions::new()
            .filename(path)
            .journal_mode(SqliteJournalMode::Wal)
            .synchronous(SqliteSynchronous::Full)
            .foreign_keys(true)
            .busy_timeout(BUSY_TIMEOUT)
            .pragma("cache_size", "-16384")
            .pragma("temp_store", "MEMORY");
        let connect = match options.size_limit {
            Some(bytes) => connect.pragma("max_page_count", (bytes / PAGE_SIZE).max(1).to_string()),
            None => connect,
        };
        // A connection to a file does not break between two uses, so it is not tried before each.
        let write = SqlitePoolOptions::new()
            .test_before_acquire(false)
            .max_connections(1)
            .acquire_timeout(BUSY_TIMEOUT * 2)
            .connect_with(connect.clone().create_if_missing(true))
            .await
            .map_err(|error| OpenError::of(path, error))?;
        MIGRATIONS.run(&write).await.map_err(|error| match error {
            MigrateError::Execute(error) | MigrateError::ExecuteMigration(error, _) => {
                OpenError::of(path, error)
            }
            other => OpenError::Other { path: path.to_owned(), reason: other.to_string() },
        })?;
        let read = SqlitePoolOptions::new()
            .test_before_acquire(false)
            .max_connections(READERS)
            .acquire_timeout(BUSY_TIMEOUT * 2)
            .connect_with(connect.clone().read_only(true))
            .await
            .map_err(|error| OpenError::of(path, error))?;
        let mut readers = Vec::new();
        for _ in 0..READERS {
            let reader = connect.clone().read_only(true).connect().await;
            let reader = reader.map_err(|error| OpenError::of(path, error))?;
            readers.push(Arc::new(Mutex::new(Some(reader))));
        }
        let providers = options.providers.open(&write, &options.clock);
        let inner = Inner {
            write,
            read,
            readers,
            clock: options.clock,
            providers,
            pin_cost: options.password_cost,
            seat: options.seat,
            head: RwLock::new(None),
            notices: broadcast::Sender::new(WATCH_BUFFER),
        };
        Ok(Self { inner: Arc::new(inner) })
    }

    /// Makes one call: checks that the caller may, then does it.
    pub async fn call<C: Call>(&self, actor: &Actor, id: CallId, call: C) -> Result<C::Reply, Refusal>
    where
        Self: Answer<C>,
    {
        self.admit::<C>(actor)?;
        let caller = Caller { actor: *actor, call: id };
        self.answer(&caller, call).await.map_err(Fault::refusal)
    }

    /// Makes the call of that name with its JSON, and gives its reply's JSON.
    pub async fn call_json(
        &self,
        name: &str,
        actor: &Actor,
        id: CallId,
        body: &[u8],
    ) -> Result<Vec<u8>, Refusal> {
        macro_rules! dispatch {
            (() $($call:ty;)*) => {$(
                if name == <$call as Call>::NAME {
                    return Box::pin(self.call_body::<$call>(actor, id, body)).await;
                }
            )*};
        }
        with_calls!(dispatch);
        Err(Refusal::NotFound { what: Thing::Call })
    }

    async fn call_body<C: Call>(&self, actor: &Actor, id: CallId, body: &[u8]) -> Result<Vec<u8>, Refusal>
    where
        Self: Answer<C>,
    {
        self.admit::<C>(actor)?;
        let call: C = serde_json::from_slice(body).map_err(|error| Refusal::invalid("body", error))?;
        let reply = self.call(actor, id, call).await?;
        serde_json::to_vec(&reply).map_err(|error| Fault::Json(error).refusal())
    }

    /// The one place where roles are checked, and where a call belongs to the other seat.
    fn admit<C: Call>(&self, actor: &Actor) -> Result<(), Refusal> {
        admit(C::ROLES, actor)?;
        match (self.inner.seat, C::KIND) {
            (Seat::Hub, Kind::Device) => Err(Refusal::NotFound { what: Thing::Call }),
            (Seat::Device, _) if C::NEEDS_HUB => Err(Refusal::Offline),
            _ => Ok(()),
        }
    }

    /// Who presents this credential: a device's key makes a shopper, a session's key makes staff, none a visitor.
    /// Errors with `SignInFirst` where it proves nothing.
    pub async fn identify(&self, credential: Option<&Credential>) -> Result<Actor, Refusal> {
        match credential {
            None => Ok(Actor::Visitor),
            Some(credential) => self.verify(credential).await.map_err(Fault::refusal),
        }
    }

    async fn verify(&self, credential: &Credential) -> Result<Actor, Fault> {
        let head = match self.head().await {
            Err(Fault::Refused(_)) => return Err(Refusal::SignInFirst.into()),
            head => head?,
        };
        let hash = secret_hash(&credential.secret);
        let mut conn = self.reader().await?;
        let device: Option<Vec<u8>> =
            sqlx::query_scalar("SELECT secret_hash FROM device WHERE shop_id = $1 AND device_id = $2")
                .bind(head.shop.0)
                .bind(credential.id)
                .fetch_optional(&mut *conn)
                .await?;
        if device.is_some_and(|known| known == hash) {
            return Ok(Actor::Shopper(DeviceId(credential.id)));
        }
        let session = sqlx::query(
            "SELECT s.device_id, s.staff_id, f.role FROM session s
             JOIN staff f ON f.shop_id = s.shop_id AND f.staff_id = s.staff_id
             WHERE s.shop_id = $1 AND s.session_id = $2 AND s.secret_hash = $3 AND s.until > $4",
        )
        .bind(head.shop.0)
        .bind(credential.id)
        .bind(hash)
        .bind(self.now().0)
        .fetch_optional(&mut *conn)
        .await?
        .ok_or(Refusal::SignInFirst)?;
        Ok(Actor::Staff {
            device: DeviceId(session.try_get(0)?),
            session: SessionId(credential.id),
            staff: StaffId(session.try_get(1)?),
            role: row::staff_role(session.try_get(2)?)?,
        })
    }

    /// What changes from now on, as it becomes durable. A receiver that lags is told so and asks for all again.
    pub fn watch(&self) -> broadcast::Receiver<Notice> {
        self.inner.notices.subscribe()
    }

    /// Lets go of the file, with all that was written in it.
    pub async fn close(self) {
        for reader in &self.inner.readers {
            if let Some(reader) = reader.lock().await.take()
                && let Err(error) = reader.close().await
            {
                tracing::warn!(%error, "a reading connection did not close");
            }
        }
        self.inner.read.close().await;
        self.inner.write.close().await;
    }

    pub(crate) fn tell(&self, notice: Notice) {
        // Nobody watching is no failure.
        let _ = self.inner.notices.send(notice);
    }

    pub(crate) fn now(&self) -> Timestamp {
        (self.inner.clock)()
    }

    pub(crate) fn pin_cost(&self) -> PinCost {
        self.inner.pin_cost
    }

    pub(crate) fn seat(&self) -> Seat {
        self.inner.seat
    }

    pub(crate) fn providers(&self) -> &[Arc<dyn Provider>] {
        &self.inner.providers
    }

    /// Which shop this database is of. Refused while it is of none.
    pub(crate) async fn head(&self) -> Result<Head, Fault> {
        // A poisoned lock holds a whole value all the same: it is set in one step.
        if let Some(head) = *self.inner.head.read().unwrap_or_else(std::sync::PoisonError::into_inner) {
            return Ok(head);
        }
        let row = sqlx::query("SELECT shop_id, currency FROM shop")
            .fetch_optional(&self.inner.read)
            .await?
            .ok_or(Refusal::NotFound { what: Thing::Shop })?;
        let head = Head {
            shop: row.try_get::<Uuid, _>(0)?.into(),
            currency: row.try_get::<&str, _>(1)?.parse().map_err(|error| Fault::row("shop", error))?,
        };
        *self.inner.head.write().unwrap_or_else(std::sync::PoisonError::into_inner) = Some(head);
        Ok(head)
    }

    /// Forgets which shop this is: it has just gone.
    pub(crate) fn forget_head(&self) {
        *self.inner.head.write().unwrap_or_else(std::sync::PoisonError::into_inner) = None;
    }

    /// A connection for reading: the first that is free.
    pub(crate) async fn reader(
        &self,
    ) -> Result<OwnedMappedMutexGuard<Option<SqliteConnection>, SqliteConnection>, Fault> {
        let free = self.inner.readers.iter().find_map(|reader| reader.clone().try_lock_owned().ok());
        let reader = match (free, self.inner.readers.first()) {
            (Some(free), _) => free,
            (None, Some(busy)) => busy.clone().lock_owned().await,
            (None, None) => return Err(sqlx::Error::PoolClosed.into()),
        };
        OwnedMutexGuard::try_map(reader, Option::as_mut)
            .map_err(|_closed| Fault::Database(sqlx::Error::PoolClosed))
    }

    /// A view of one moment, for what takes several statements.
    pub(crate) async fn snapshot(&self) -> Result<Transaction<'static, Sqlite>, Fault> {
        Ok(self.inner.read.begin().await?)
    }

    pub(crate) async fn begin_immediate(&self) -> Result<Transaction<'static, Sqlite>, Fault> {
        Ok(self.inner.write.begin_with("BEGIN IMMEDIATE").await?)
    }
}

/// Whether `actor` may make calls for `roles`.
fn admit(roles: Roles, actor: &Actor) -> Result<(), Refusal> {
    match actor {
        actor if roles.include(actor.role()) => Ok(()),
        Actor::Visitor => Err(Refusal::SignInFirst),
        _ => Err(Refusal::NotAllowed),
    }
}

/// What is kept of a secret of 256 random bits: guessing it is hopeless, so a fast hash is enough.
pub(crate) fn secret_hash(secret: &Secret) -> Vec<u8> {
    Sha256::digest(secret.bytes()).to_vec()
}

/// Looks at an existing file without changing it, and gives its schema: None where it has none yet.
pub(crate) async fn inspect(path: &Path) -> Result<Option<i64>, OpenError> {
    match std::fs::metadata(path) {
        Ok(file) if file.len() == 0 => return Ok(None),
        Ok(_) => {}
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(None),
        Err(source) => return Err(OpenError::Io { path: path.to_owned(), source }),
    }
    let failed = |error| OpenError::of(path, error);
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
    let known = Engine::schema();
    match found {
        Some(found) if found > known => Err(OpenError::Newer { path: path.to_owned(), found, known }),
        found => Ok(found),
    }
}
