//! One database, and the one way in for every call.

mod open;

use std::future::Future;
use std::ops::{Deref, DerefMut};
use std::sync::{Arc, OnceLock, RwLock};

use ministore_core::call::{Call, Kind};
use ministore_core::device::{Secret, Standing};
use ministore_core::id::{CallId, DeviceId, SessionId, StaffId};
use ministore_core::refusal::{Refusal, Thing};
use ministore_core::role::{Actor, Roles};
use ministore_core::time::Timestamp;
use ministore_core::with_calls;
use sha2::{Digest, Sha256};
use tokio::sync::{Mutex, OwnedMappedMutexGuard, OwnedMutexGuard, broadcast};
use tokio::task::JoinHandle;
use uuid::Uuid;

use crate::customer_display::Displays;
use crate::fault::Fault;
use crate::lane::Lane;
use crate::payment::{Provider, Providers};
use crate::printer::{Press, UnderWay};
use crate::row;
use crate::seal::Seal;
use crate::sql;
use crate::sync::{Notice, listen};
use crate::write::Head;
use open::Opened;

pub(crate) use open::inspect;
pub use open::{Database, OpenError, PostgresUrl, ServerError};

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
    /// Under which key an installed app seals what names people; a hub has none.
    pub data_key: Option<Secret>,
    /// What prints here; None where nothing does.
    pub press: Option<Arc<dyn Press>>,
    /// How many bytes a database file may grow to; None for as far as the disk goes. What would grow it further is
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
            data_key: None,
            press: None,
            size_limit: None,
        }
    }

    /// An installed app, which seals under `key` what names people.
    pub fn device(key: Secret) -> Self {
        Self { providers: Providers::default(), seat: Seat::Device, data_key: Some(key), ..Self::hub() }
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

    /// Who of the shop calls.
    pub(crate) fn staff(&self) -> Option<StaffId> {
        match self.actor {
            Actor::Staff { staff, .. } => Some(staff),
            Actor::Visitor | Actor::Shopper(_) => None,
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

pub(crate) struct Inner {
    write: sql::Pool,
    lane: Lane,
    read: sql::Pool,
    /// Connections for single statements: handing one back to a pool takes longer than looking a product up.
    readers: Vec<Arc<Mutex<Option<sql::Connection>>>>,
    clock: Clock,
    providers: Vec<Arc<dyn Provider>>,
    press: Option<Arc<dyn Press>>,
    under_way: UnderWay,
    pin_cost: PinCost,
    seat: Seat,
    seal: Option<Seal>,
    head: RwLock<Option<Head>>,
    notices: broadcast::Sender<Notice>,
    displays: Displays,
    /// Up to which number of the feed the watchers have been told; None where no other hub writes it.
    told: Option<Mutex<i64>>,
    listening: OnceLock<Listening>,
}

/// A task that listens to other hubs, for as long as its engine is there.
struct Listening(JoinHandle<()>);

impl Drop for Listening {
    fn drop(&mut self) {
        self.0.abort();
    }
}

impl Engine {
    /// The schema that this version writes. Both databases count alike: a number that one of them lacks asked nothing of
    /// it.
    pub fn schema() -> i64 {
        open::newest_schema()
    }

    /// Opens a database, makes it where there is none, and brings an older one up to date. Errors leave what it holds
    /// as it was. On a PostgreSQL server the database itself has to be there; its tables are made.
    pub async fn open(database: impl Into<Database>, options: EngineOptions) -> Result<Self, OpenError> {
        let database = database.into();
        let Opened { write, read, readers, hints } = database.open(options.size_limit, options.seat).await?;
        let lane = Lane::over(write.clone());
        let providers = options.providers.open(&lane, &options.clock);
        let inner = Inner {
            lane,
            write,
            read,
            readers: readers.into_iter().map(|reader| Arc::new(Mutex::new(Some(reader)))).collect(),
            clock: options.clock,
            providers,
            press: options.press,
            under_way: UnderWay::default(),
            pin_cost: options.password_cost,
            seat: options.seat,
            seal: options.data_key.as_ref().map(Seal::of),
            head: RwLock::new(None),
            notices: broadcast::Sender::new(WATCH_BUFFER),
            displays: Displays::default(),
            told: hints.as_ref().map(|hints| Mutex::new(hints.newest)),
            listening: OnceLock::new(),
        };
        let inner = Arc::new(inner);
        if let Some(hints) = hints {
            let task = tokio::spawn(listen(Arc::downgrade(&inner), hints.server));
            // It was empty until now.
            let _ = inner.listening.set(Listening(task));
        }
        let engine = Self { inner };
        if engine.seat() == Seat::Device
            && let Err(fault) = engine.take_up_key().await
        {
            engine.close().await;
            return Err(OpenError::Other { path: database.to_string().into(), reason: fault.to_string() });
        }
        Ok(engine)
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
    /// Errors with `SignInFirst` where it proves nothing, and with `DeviceShutOut`.
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
        let device = sql::query(
            "SELECT secret_hash, secret_until, standing FROM device WHERE shop_id = $1 AND device_id = $2",
        )
        .bind(head.shop.0)
        .bind(credential.id)
        .fetch_optional(&mut conn)
        .await?;
        if let Some(device) = device
            && device.try_get::<Vec<u8>>(0)? == hash
        {
            if device.try_get::<Option<i64>>(1)?.is_some_and(|until| until <= self.now().0) {
                return Err(Refusal::SignInFirst.into());
            }
            return match row::standing(device.try_get(2)?)? {
                Standing::ShutOut => Err(Refusal::DeviceShutOut.into()),
                _ => Ok(Actor::Shopper(DeviceId(credential.id))),
            };
        }
        let session = sql::query(
            "SELECT s.device_id, s.staff_id, f.role, d.standing, p.demo FROM session s
             JOIN staff f ON f.shop_id = s.shop_id AND f.staff_id = s.staff_id
             JOIN device d ON d.shop_id = s.shop_id AND d.device_id = s.device_id
             JOIN shop p ON p.shop_id = s.shop_id
             WHERE s.shop_id = $1 AND s.session_id = $2 AND s.secret_hash = $3 AND s.until > $4",
        )
        .bind(head.shop.0)
        .bind(credential.id)
        .bind(hash)
        .bind(self.now().0)
        .fetch_optional(&mut conn)
        .await?
        .ok_or(Refusal::SignInFirst)?;
        let standing = row::standing(session.try_get(3)?)?;
        let role = row::staff_role(session.try_get(2)?)?;
        Ok(Actor::Staff {
            device: DeviceId(session.try_get(0)?),
            session: SessionId(credential.id),
            staff: StaffId(session.try_get(1)?),
            role: standing.works_as(role, session.try_get::<i64>(4)? == 1).ok_or(Refusal::SignInFirst)?,
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
        if let Some(listening) = self.inner.listening.get() {
            listening.0.abort();
        }
        self.inner.read.close().await;
        self.inner.write.close().await;
    }

    /// The customers' displays that listen here.
    pub(crate) fn displays(&self) -> &Displays {
        &self.inner.displays
    }

    pub(crate) fn tell(&self, notice: Notice) {
        // Nobody watching is no failure.
        let _ = self.inner.notices.send(notice);
    }

    /// Up to which number of the feed the watchers have been told; None where no other hub writes it.
    pub(crate) fn told(&self) -> Option<&Mutex<i64>> {
        self.inner.told.as_ref()
    }

    pub(crate) fn now(&self) -> Timestamp {
        (self.inner.clock)()
    }

    pub(crate) fn pin_cost(&self) -> PinCost {
        self.inner.pin_cost
    }

    /// What seals what names people, on an installed app.
    pub(crate) fn seal(&self) -> Option<&Seal> {
        self.inner.seal.as_ref()
    }

    pub(crate) fn seat(&self) -> Seat {
        self.inner.seat
    }

    pub(crate) fn providers(&self) -> &[Arc<dyn Provider>] {
        &self.inner.providers
    }

    /// What prints here.
    pub(crate) fn press_of(&self) -> Option<&Arc<dyn Press>> {
        self.inner.press.as_ref()
    }

    /// The prints that are under way.
    pub(crate) fn under_way(&self) -> &UnderWay {
        &self.inner.under_way
    }

    /// Which shop this database is of. Refused while it is of none.
    pub(crate) async fn head(&self) -> Result<Head, Fault> {
        // A poisoned lock holds a whole value all the same: it is set in one step.
        if let Some(head) = *self.inner.head.read().unwrap_or_else(std::sync::PoisonError::into_inner) {
            return Ok(head);
        }
        let row = sql::query("SELECT shop_id, currency FROM shop")
            .fetch_optional(&mut self.inner.read.acquire().await?)
            .await?
            .ok_or(Refusal::NotFound { what: Thing::Shop })?;
        let head = Head {
            shop: row.try_get::<Uuid>(0)?.into(),
            currency: row.try_get::<&str>(1)?.parse().map_err(|error| Fault::row("shop", error))?,
        };
        *self.inner.head.write().unwrap_or_else(std::sync::PoisonError::into_inner) = Some(head);
        Ok(head)
    }

    /// Forgets which shop this is: it has just gone.
    pub(crate) fn forget_head(&self) {
        *self.inner.head.write().unwrap_or_else(std::sync::PoisonError::into_inner) = None;
    }

    /// A connection for single statements that read: the first that is free.
    pub(crate) async fn reader(&self) -> Result<Reader, Fault> {
        let readers = &self.inner.readers;
        let free = readers.iter().find_map(|reader| reader.clone().try_lock_owned().ok());
        let reader = match (free, readers.first()) {
            (Some(free), _) => free,
            (None, Some(busy)) => busy.clone().lock_owned().await,
            (None, None) => return Ok(Reader::Pooled(self.inner.read.acquire().await?)),
        };
        OwnedMutexGuard::try_map(reader, Option::as_mut)
            .map(Reader::Kept)
            .map_err(|_closed| Fault::Database(sqlx::Error::PoolClosed))
    }

    /// A view of one moment, for what takes several statements.
    pub(crate) async fn snapshot(&self) -> Result<sql::Transaction, Fault> {
        Ok(self.inner.read.begin_read().await?)
    }

    /// To be called after many rows were written, so that the next statements are planned for them.
    pub(crate) async fn count_anew(&self) {
        // Without it statements are slower, not wrong.
        if let Err(error) = self.inner.write.count_anew().await {
            tracing::warn!(%error, "the database did not count its rows");
        }
    }

    /// Writes what the database's log holds back into the database.
    pub(crate) async fn write_back(&self) -> Result<(), Fault> {
        Ok(self.inner.write.write_back().await?)
    }

    /// Writes the whole database anew, so that nothing is left in it of what was there before.
    pub(crate) async fn write_anew(&self) -> Result<(), Fault> {
        Ok(self.inner.write.write_anew().await?)
    }

    /// Where writers take turns and share commits.
    pub(crate) fn lane(&self) -> &Lane {
        &self.inner.lane
    }

    pub(crate) async fn begin_immediate(&self) -> Result<sql::Transaction, Fault> {
        Ok(self.inner.write.begin_write().await?)
    }
}

/// A connection for single statements, until it is dropped.
pub(crate) enum Reader {
    Kept(OwnedMappedMutexGuard<Option<sql::Connection>, sql::Connection>),
    Pooled(sql::Connection),
}

impl Deref for Reader {
    type Target = sql::Connection;

    fn deref(&self) -> &sql::Connection {
        match self {
            Self::Kept(conn) => conn,
            Self::Pooled(conn) => conn,
        }
    }
}

impl DerefMut for Reader {
    fn deref_mut(&mut self) -> &mut sql::Connection {
        match self {
            Self::Kept(conn) => conn,
            Self::Pooled(conn) => conn,
        }
    }
}

impl From<Arc<Inner>> for Engine {
    fn from(inner: Arc<Inner>) -> Self {
        Self { inner }
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
