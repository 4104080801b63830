//! The installed app without its window: a database of its own, a link to the shop's hub, and the road that every call
//! takes. A query is answered here, with or without the hub; what needs the hub's yes goes there under this device's
//! key, or under the session of whoever of the staff has signed in; an order that cannot reach the hub waits here.

use std::path::Path;
use std::sync::atomic::AtomicBool;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use ministore_core::call::{CALLS, Call, Kind};
use ministore_core::catalogue::PictureId;
use ministore_core::device::{Done, Register, Renew, Secret};
use ministore_core::fact::{GetSale, GetSales};
use ministore_core::fulfilment::{GetSlots, Mode, Slots};
use ministore_core::id::{CallId, DeviceId, SessionId, ShopId};
use ministore_core::order::Place;
use ministore_core::printer::Print;
use ministore_core::refusal::{Refusal, Thing};
use ministore_core::role::{Actor, Role};
use ministore_core::shift::GetShift;
use ministore_core::shop::GetShop;
use ministore_core::staff::{GetMe, SignIn, SignOut, SignedIn};
use ministore_core::sync::Event;
use ministore_core::time::Timestamp;
use ministore_core::trust::ShopLink;
use ministore_store::device::Waiting;
use ministore_store::fact::Unsent;
use ministore_store::{Clock, Credential, Engine, EngineOptions, Picture, system_clock};
use serde::{Deserialize, Serialize};
use tokio::sync::{Notify, broadcast, watch};
use uuid::Uuid;

use crate::address::Address;
use crate::authority::Authority;
use crate::key::DeviceKey;
use crate::link::Link;
use crate::problem::StartError;

/// How many changes a slow listener may fall behind.
const EVENTS: usize = 1024;

/// Whether the hub can be reached.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Reach {
    /// It answers.
    Online,
    /// It does not, or there is none yet.
    Offline,
}

/// How things stand between this device and its shop.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct Status {
    /// Whether this device belongs to a shop.
    pub paired: bool,
    /// Whether the shop's hub can be reached.
    pub hub: Reach,
    /// Where the hub is.
    pub address: Option<String>,
    /// How many orders wait to be sent.
    pub waiting: usize,
    /// How many of the orders that were kept here the hub has refused.
    pub refused: usize,
    /// How many orders waited and can be read no more: the data key that sealed them is gone.
    pub lost: usize,
    /// How many sales, refunds and counts wait to be sent.
    pub facts: u64,
    /// Since when the oldest of them waits.
    pub facts_since: Option<Timestamp>,
    /// How many of them the hub knows otherwise: somebody has to look at them.
    pub facts_clashing: u64,
    /// When the hub last answered.
    pub last_contact: Option<Timestamp>,
    /// Whether the shop has shut this device out.
    pub shut_out: bool,
}

impl Status {
    /// Notes what waits.
    pub(crate) fn count(&mut self, orders: &[Waiting], facts: Unsent) {
        self.refused = orders.iter().filter(|order| order.refused.is_some()).count();
        self.waiting = orders.len() - self.refused;
        self.facts = facts.waiting;
        self.facts_since = facts.since;
        self.facts_clashing = facts.clashing;
    }
}

/// Who is signed in here, and what proves it to the hub. It outlives the window: whoever sold when the power went sells on
/// when it is back, with or without the hub.
#[derive(Clone, Debug, Serialize, Deserialize)]
struct SignedInStaff {
    session: SessionId,
    secret: Secret,
    signed_in: SignedIn,
}

impl SignedInStaff {
    fn credential(&self) -> Credential {
        Credential { id: self.session.0, secret: self.secret.clone() }
    }
}

/// The installed app.
pub struct Device {
    pub(crate) engine: Engine,
    pub(crate) wake: Notify,
    pub(crate) fetch: Notify,
    /// Whether products with pictures have come in since pictures were last looked for.
    pub(crate) pictures_came: AtomicBool,
    pub(crate) sending: tokio::sync::Mutex<()>,
    pub(crate) pulling: tokio::sync::Mutex<()>,
    key: Mutex<DeviceKey>,
    id: DeviceId,
    clock: Clock,
    pairing: tokio::sync::Mutex<()>,
    link: Mutex<Option<Link>>,
    staff: Mutex<Option<SignedInStaff>>,
    status: watch::Sender<Status>,
    events: broadcast::Sender<Event>,
}

/// The settings that outlive a restart.
mod setting {
    pub(super) const HUB: &str = "hub.address";
    pub(super) const AUTHORITY: &str = "hub.authority";
    pub(super) const SHOP: &str = "hub.shop";
    pub(super) const SLOTS_PICKUP: &str = "slots.pickup";
    pub(super) const SLOTS_DELIVERY: &str = "slots.delivery";
}

/// How long an answer waits for its effects to arrive here as well.
const SETTLING: Duration = Duration::from_secs(2);

/// How many times a print is asked for while the hub has not heard of its sale, and how long in between.
const UNHEARD: usize = 10;
const HEARD_SOON: Duration = Duration::from_millis(300);

impl Device {
    /// Opens the database in `dir`, as `key` says which device this is.
    pub async fn open(dir: &Path, key: DeviceKey) -> Result<Self, StartError> {
        let path = dir.join("device.db");
        let engine = Engine::open(&path, EngineOptions::device(key.data.clone())).await;
        let engine = engine.map_err(|error| StartError::Database(path, error))?;
        let link = Self::kept_link(&engine).await?;
        let clock = system_clock();
        let staff = engine.session().await.map_err(StartError::of)?;
        let staff = staff.and_then(|kept| serde_json::from_str::<SignedInStaff>(&kept).ok());
        let mut status = Status {
            paired: link.is_some(),
            hub: Reach::Offline,
            address: link.as_ref().map(|link| link.address().to_string()),
            waiting: 0,
            refused: 0,
            lost: engine.lost_orders().await.map_err(StartError::of)?.len(),
            facts: 0,
            facts_since: None,
            facts_clashing: 0,
            last_contact: None,
            shut_out: false,
        };
        status.count(
            &engine.waiting().await.map_err(StartError::of)?,
            engine.count_unsent().await.map_err(StartError::of)?,
        );
        Ok(Self {
            engine,
            wake: Notify::new(),
            fetch: Notify::new(),
            pictures_came: AtomicBool::new(false),
            sending: tokio::sync::Mutex::default(),
            pulling: tokio::sync::Mutex::default(),
            id: key.device,
            key: Mutex::new(key),
            staff: Mutex::new(staff.filter(|staff| staff.signed_in.until > clock())),
            clock,
            pairing: tokio::sync::Mutex::default(),
            link: Mutex::new(link),
            status: watch::Sender::new(status),
            events: broadcast::Sender::new(EVENTS),
        })
    }

    async fn kept_link(engine: &Engine) -> Result<Option<Link>, StartError> {
        let Some(address) = engine.setting(setting::HUB).await.map_err(StartError::of)? else {
            return Ok(None);
        };
        let address = address.parse().map_err(StartError::of)?;
        let authority = engine.setting(setting::AUTHORITY).await.map_err(StartError::of)?;
        let authority = authority.map(|kept| kept.parse()).transpose().map_err(StartError::of)?;
        Link::new(address, authority).map(Some).map_err(StartError::of)
    }

    /// Lets go of the database. Whoever runs [`Device::keep_in_step`] has stopped that before.
    pub async fn close(&self) {
        self.engine.clone().close().await;
    }

    /// How things stand.
    pub fn status(&self) -> Status {
        self.status.borrow().clone()
    }

    /// Tells each time that things stand differently.
    pub fn watch_status(&self) -> watch::Receiver<Status> {
        self.status.subscribe()
    }

    /// Tells what changes in the shop, after this device has it.
    pub fn watch_events(&self) -> broadcast::Receiver<Event> {
        self.events.subscribe()
    }

    /// What the page has had kept, as names and their texts.
    pub async fn page_kept(&self) -> Result<Vec<(String, String)>, Refusal> {
        self.engine.page_kept().await
    }

    /// Keeps texts under names for the page, or with None forgets them: all or none, on the disk.
    pub async fn keep_for_page(&self, changes: Vec<(String, Option<String>)>) -> Result<(), Refusal> {
        self.engine.keep_for_page(changes).await
    }

    /// Makes a call by its name, its body and its reply as JSON.
    pub async fn call_json(&self, name: &str, id: CallId, body: Vec<u8>) -> Result<Vec<u8>, Refusal> {
        let call = CALLS.iter().find(|call| call.name == name);
        let call = call.ok_or(Refusal::NotFound { what: Thing::Call })?;
        if call.kind == Kind::Device {
            return self.engine.call_json(name, &self.shopper(), id, &body).await;
        }
        if call.kind == Kind::Fact && name != Print::NAME {
            return self.record(name, id, &body).await;
        }
        let link = self.link().ok_or(Refusal::NotFound { what: Thing::Shop })?;
        // Staff act for the shop wherever a shopper could not, or could only for themselves.
        let staff =
            self.staff().filter(|_| !call.roles.include(Role::Visitor) && call.roles.include(Role::Manager));
        match (name, staff) {
            (Register::NAME, _) => Err(Refusal::NotAllowed),
            (SignIn::NAME, _) => self.sign_in(&link, id, body).await,
            // The hub knows best; whoever starts the app without it is not kept waiting for it.
            (GetMe::NAME, Some(_)) if self.status().hub == Reach::Offline => {
                let kept = lock(&self.staff).as_ref().map(|staff| staff.signed_in.clone());
                written(&kept.ok_or(Refusal::SignInFirst)?)
            }
            (SignOut::NAME, Some(staff)) => self.sign_out(&link, &staff, id).await,
            (Place::NAME, _) => self.place(&link, id, &body).await,
            (GetSlots::NAME, _) => self.slots(&link, id, body).await,
            (Print::NAME, Some(staff)) => self.print(&link, &staff, id, body).await,
            // The hub answers for a till once it has heard of all that was done there; until then the till itself does.
            (GetShift::NAME | GetSale::NAME | GetSales::NAME, Some(_)) if !self.has_sent(&link).await => {
                let actor = self.staff_actor().ok_or(Refusal::SignInFirst)?;
                self.engine.call_json(name, &actor, id, &body).await
            }
            (_, Some(staff)) => match self.ask_as_staff(&link, name, &staff, id, body.clone()).await {
                Err(Refusal::Offline) if !call.needs_hub => {
                    // A shopper is not told of a till's shift and sales.
                    let for_shoppers = call.roles.include(Role::Shopper);
                    let actor = self.staff_actor().filter(|_| !for_shoppers);
                    self.engine.call_json(name, &actor.unwrap_or(self.shopper()), id, &body).await
                }
                answer => answer,
            },
            _ if !call.roles.include(Role::Shopper) => Err(Refusal::SignInFirst),
            _ if !call.needs_hub => self.engine.call_json(name, &self.shopper(), id, &body).await,
            _ => {
                let reply = self.ask(&link, name, id, body).await?;
                if call.kind == Kind::Request {
                    self.settle_in(&link).await;
                }
                Ok(reply)
            }
        }
    }

    /// Whether the hub has all that was done here, a moment after it is asked.
    async fn has_sent(&self, link: &Link) -> bool {
        matches!(tokio::time::timeout(SETTLING, self.send_facts(link)).await, Ok(Ok(())))
    }

    /// Keeps what has just happened here; it goes out by itself, now or when the hub is back.
    async fn record(&self, name: &str, id: CallId, body: &[u8]) -> Result<Vec<u8>, Refusal> {
        let actor = self.staff_actor().ok_or(Refusal::SignInFirst)?;
        let reply = self.engine.call_json(name, &actor, id, body).await?;
        self.count_waiting().await?;
        self.wake.notify_one();
        Ok(reply)
    }

    /// Waits a moment for the effects of what was just done, so that the page finds them here.
    pub(crate) async fn settle_in(&self, link: &Link) {
        if !matches!(tokio::time::timeout(SETTLING, self.pull(link)).await, Ok(Ok(_))) {
            self.wake.notify_one();
        }
    }

    /// Asks the hub as this device. A hub that does not know the device is told of it, once.
    pub(crate) async fn ask(
        &self,
        link: &Link,
        name: &str,
        id: CallId,
        body: Vec<u8>,
    ) -> Result<Vec<u8>, Refusal> {
        let mut answer = link.call_json(name, Some(&self.credential()), id, body.clone()).await;
        if matches!(answer, Err(Refusal::SignInFirst)) {
            answer = match self.make_known(link).await {
                Ok(()) => link.call_json(name, Some(&self.credential()), id, body).await,
                Err(refusal) => Err(refusal),
            };
        }
        self.heard(&answer);
        answer
    }

    async fn ask_as_staff(
        &self,
        link: &Link,
        name: &str,
        staff: &Credential,
        id: CallId,
        body: Vec<u8>,
    ) -> Result<Vec<u8>, Refusal> {
        let answer = link.call_json(name, Some(staff), id, body).await;
        if matches!(answer, Err(Refusal::SignInFirst)) {
            self.forget_staff(staff).await?;
        }
        self.heard(&answer);
        answer
    }

    /// Prints at the hub, which may not have heard of the sale yet.
    async fn print(
        &self,
        link: &Link,
        staff: &Credential,
        id: CallId,
        body: Vec<u8>,
    ) -> Result<Vec<u8>, Refusal> {
        for _ in 0..UNHEARD {
            match self.ask_as_staff(link, Print::NAME, staff, id, body.clone()).await {
                Err(Refusal::NotFound { what: Thing::Sale | Thing::Refund | Thing::Closing }) => {
                    self.wake.notify_one();
                    tokio::time::sleep(HEARD_SOON).await;
                }
                answer => return answer,
            }
        }
        self.ask_as_staff(link, Print::NAME, staff, id, body).await
    }

    /// Lets the hub know this device by its key: in place of the one before, where it knows that.
    pub(crate) async fn make_known(&self, link: &Link) -> Result<(), Refusal> {
        let key = lock(&self.key).clone();
        let secret = key.credential().secret;
        if let Some(before) = key.credential_before() {
            match link.call(Some(&before), new_call_id(), &Renew { secret: secret.clone() }).await {
                Err(Refusal::SignInFirst) => {}
                answer => return answer.map(|Done {}| ()),
            }
        }
        let register = Register { device: key.device, secret, proof: None };
        link.call(None, new_call_id(), &register).await.map(|Done {}| ())
    }

    /// Draws a new key where this one has served long enough, and lets the hub know it.
    pub(crate) async fn renew_key(&self, link: &Link) -> Result<(), Refusal> {
        let (key, now) = (lock(&self.key).clone(), self.now());
        if !key.is_old(now) {
            return Ok(());
        }
        // The keychain may wait for a person.
        match tokio::task::spawn_blocking(move || key.drawn_anew(now)).await {
            Ok(Ok(drawn)) => *lock(&self.key) = drawn,
            Ok(Err(error)) => {
                tracing::warn!(%error, "this device keeps its key for now");
                return Ok(());
            }
            Err(error) => return Err(Refusal::Internal { incident: error.to_string() }),
        }
        self.make_known(link).await
    }

    async fn sign_in(&self, link: &Link, id: CallId, body: Vec<u8>) -> Result<Vec<u8>, Refusal> {
        let SignIn { session, secret, .. } = read(&body)?;
        let reply = self.ask(link, SignIn::NAME, id, body).await?;
        let signed_in = serde_json::from_slice(&reply).map_err(|_| Refusal::VersionMismatch)?;
        let staff = SignedInStaff { session, secret, signed_in };
        let kept = String::from_utf8(written(&staff)?).map_err(|_| Refusal::VersionMismatch)?;
        self.engine.keep_session(Some(kept)).await?;
        *lock(&self.staff) = Some(staff);
        self.wake.notify_one();
        Ok(reply)
    }

    /// Ends the session. Without the hub its key is forgotten all the same, so that nobody here can use it any more.
    async fn sign_out(&self, link: &Link, staff: &Credential, id: CallId) -> Result<Vec<u8>, Refusal> {
        let answer = link.call_json(SignOut::NAME, Some(staff), id, b"{}".to_vec()).await;
        self.heard(&answer);
        self.forget_staff(staff).await?;
        match answer {
            Err(refusal) if !matches!(refusal, Refusal::Offline | Refusal::SignInFirst) => Err(refusal),
            _ => written(&Done {}),
        }
    }

    pub(crate) async fn forget_staff(&self, staff: &Credential) -> Result<(), Refusal> {
        if lock(&self.staff).take_if(|kept| kept.session.0 == staff.id).is_some() {
            self.engine.keep_session(None).await?;
            self.wake.notify_one();
        }
        Ok(())
    }

    /// The slots: the hub's, or those it named last that have not begun, since an order for one waits for the hub's
    /// yes anyway.
    async fn slots(&self, link: &Link, id: CallId, body: Vec<u8>) -> Result<Vec<u8>, Refusal> {
        let GetSlots { mode } = read(&body)?;
        let kept = match mode {
            Mode::Pickup => setting::SLOTS_PICKUP,
            Mode::Delivery => setting::SLOTS_DELIVERY,
            // Never any: the hub says so.
            Mode::CarryOut => return self.ask(link, GetSlots::NAME, id, body).await,
        };
        match self.ask(link, GetSlots::NAME, id, body).await {
            Ok(reply) => {
                self.engine.set_setting(kept, Some(&String::from_utf8_lossy(&reply))).await?;
                Ok(reply)
            }
            Err(Refusal::Offline) => {
                let text = self.engine.setting(kept).await?.ok_or(Refusal::Offline)?;
                let Slots { mut slots } = serde_json::from_str(&text).map_err(|_| Refusal::Offline)?;
                slots.retain(|slot| slot.key.starts > self.now());
                if slots.is_empty() { Err(Refusal::Offline) } else { written(&Slots { slots }) }
            }
            Err(refusal) => Err(refusal),
        }
    }

    /// Makes this device one of the shop whose hub answers at `address`: known there by its key, with the shop's goods
    /// on their way here. The same shop at another address keeps everything; another shop takes the place of the old
    /// one, unless orders still wait for that.
    ///
    /// Where `address` is the shop's own link and names its authority, the app speaks HTTPS with the hub from then on, and
    /// takes that authority's signature alone.
    pub async fn pair(&self, address: &str) -> Result<Status, Refusal> {
        let _alone = self.pairing.lock().await;
        let (address, fingerprint) = match address.trim().parse::<ShopLink>() {
            Ok(link) => (link.address, link.authority),
            Err(_) => (address.to_owned(), None),
        };
        let mut address: Address = address.parse().map_err(|error| Refusal::invalid("address", error))?;
        let mut authority = None;
        if let Some(fingerprint) = fingerprint {
            authority = Some(Authority::fetch(&address, fingerprint).await?);
            address = address.over("https");
        }
        let kept = authority.as_ref().map(Authority::to_string);
        let link = Link::new(address, authority).map_err(|error| Refusal::invalid("address", error))?;
        link.check().await?;
        self.make_known(&link).await?;
        let shop = link.call(Some(&self.credential()), new_call_id(), &GetShop {}).await?.id;
        if self.shop().await? != Some(shop) {
            self.let_go().await?;
        }
        self.engine.set_setting(setting::AUTHORITY, kept.as_deref()).await?;
        self.engine.set_setting(setting::HUB, Some(&link.address().to_string())).await?;
        self.engine.set_setting(setting::SHOP, Some(&shop.to_string())).await?;
        // The first screen needs the shop; the loop goes on from there.
        self.pull_once(&link).await?;
        *lock(&self.link) = Some(link.clone());
        self.tell(|status| {
            status.paired = true;
            status.hub = Reach::Online;
            status.address = Some(link.address().to_string());
        });
        self.wake.notify_one();
        Ok(self.status())
    }

    /// Lets go of the shop and of what was kept of it. Refused while orders wait to be sent.
    pub async fn unpair(&self) -> Result<(), Refusal> {
        let _alone = self.pairing.lock().await;
        self.let_go().await
    }

    async fn let_go(&self) -> Result<(), Refusal> {
        let _sending = self.sending.lock().await;
        let _pulling = self.pulling.lock().await;
        if self.engine.waiting().await?.iter().any(|waiting| waiting.refused.is_none()) {
            return Err(Refusal::invalid("waiting", "orders still wait to be sent; take them back first"));
        }
        if self.engine.count_unsent().await?.waiting > 0 {
            return Err(Refusal::invalid("waiting", "sales still wait to be sent; connect to the hub first"));
        }
        *lock(&self.link) = None;
        *lock(&self.staff) = None;
        self.engine.keep_session(None).await?;
        self.engine.forget_shop().await?;
        for name in
            [setting::HUB, setting::AUTHORITY, setting::SHOP, setting::SLOTS_PICKUP, setting::SLOTS_DELIVERY]
        {
            self.engine.set_setting(name, None).await?;
        }
        self.tell(|status| {
            *status = Status {
                paired: false,
                hub: Reach::Offline,
                address: None,
                waiting: 0,
                refused: 0,
                lost: 0,
                facts: 0,
                facts_since: None,
                facts_clashing: 0,
                last_contact: None,
                shut_out: false,
            };
        });
        self.wake.notify_one();
        Ok(())
    }

    /// A picture: kept here, or fetched now and kept.
    pub async fn picture(&self, id: &PictureId) -> Result<Option<Picture>, Refusal> {
        if let Some(picture) = self.engine.picture(id).await? {
            return Ok(Some(picture));
        }
        match self.link() {
            Some(link) => self.fetch_picture(&link, id).await,
            None => Ok(None),
        }
    }

    /// Whether a picture is kept here, to be shown without the hub.
    pub async fn keeps_picture(&self, id: &PictureId) -> bool {
        matches!(self.engine.picture(id).await, Ok(Some(_)))
    }

    /// The shop that this device is paired with.
    pub(crate) async fn shop(&self) -> Result<Option<ShopId>, Refusal> {
        let kept = self.engine.setting(setting::SHOP).await?;
        Ok(kept.and_then(|id| id.parse().ok()))
    }

    pub(crate) fn link(&self) -> Option<Link> {
        lock(&self.link).clone()
    }

    pub(crate) fn staff(&self) -> Option<Credential> {
        lock(&self.staff).as_ref().map(SignedInStaff::credential)
    }

    fn staff_actor(&self) -> Option<Actor> {
        lock(&self.staff).as_ref().map(|kept| {
            let SignedIn { staff, role, .. } = kept.signed_in;
            Actor::Staff { device: self.id(), session: kept.session, staff, role }
        })
    }

    pub(crate) fn credential(&self) -> Credential {
        lock(&self.key).credential()
    }

    pub(crate) fn id(&self) -> DeviceId {
        self.id
    }

    pub(crate) fn shopper(&self) -> Actor {
        Actor::Shopper(self.id)
    }

    pub(crate) fn now(&self) -> Timestamp {
        (self.clock)()
    }

    /// Draws what an answer, or the lack of one, says about the hub, and has the loop look again where that is news.
    fn heard<T>(&self, answer: &Result<T, Refusal>) {
        let reach = match answer {
            Err(Refusal::Offline) => Reach::Offline,
            _ => Reach::Online,
        };
        if self.status.borrow().hub != reach {
            self.wake.notify_one();
        }
        self.reached(reach);
        // Other refusals, such as of a session that has ended, say nothing of the device.
        match answer {
            Ok(_) => self.tell(|status| status.shut_out = false),
            Err(Refusal::DeviceShutOut) => self.tell(|status| status.shut_out = true),
            Err(_) => {}
        }
    }

    pub(crate) fn reached(&self, reach: Reach) {
        let now = self.now();
        self.tell(|status| {
            // A late answer of a hub that was let go says nothing.
            if status.paired {
                status.hub = reach;
                if reach == Reach::Online {
                    status.last_contact = Some(now);
                }
            }
        });
    }

    /// Changes the status; watchers are told unless all that is new is the time of the last contact.
    pub(crate) fn tell(&self, change: impl FnOnce(&mut Status)) {
        self.status.send_if_modified(|status| {
            let before = status.clone();
            change(status);
            Status { last_contact: status.last_contact, ..before } != *status
        });
    }

    pub(crate) fn tell_event(&self, event: Event) {
        // Nobody listening is no failure.
        let _ = self.events.send(event);
    }
}

/// A new call's id.
pub(crate) fn new_call_id() -> CallId {
    CallId(Uuid::now_v7())
}

pub(crate) fn read<C: Call>(body: &[u8]) -> Result<C, Refusal> {
    serde_json::from_slice(body).map_err(|error| Refusal::invalid("body", error))
}

pub(crate) fn written(reply: &impl Serialize) -> Result<Vec<u8>, Refusal> {
    serde_json::to_vec(reply).map_err(|error| Refusal::invalid("reply", error))
}

/// What is behind a lock is replaced in one step, so it is whole also where a holder panicked.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
