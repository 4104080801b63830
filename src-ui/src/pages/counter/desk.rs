//! What the counter's screens share while somebody is signed in: the orders, the clock, what was just scanned, and the
//! one way in which an order is changed.

use std::collections::VecDeque;
use std::future::Future;
use std::pin::Pin;
use std::rc::Rc;
use std::sync::Arc;
use std::time::Duration;

use leptos::prelude::*;
use ministore_core::card_code::CardCode;
use ministore_core::code::{CardNumber, CodeError, PickupCode, ProductCode};
use ministore_core::code_payment::PaidFor;
use ministore_core::fact::GetSale;
use ministore_core::id::{CallId, LineId, OrderId};
use ministore_core::money::Money;
use ministore_core::order::{self, Find, GetQueue, HandedOver, Order, OrderState};
use ministore_core::quantity::Measure;
use ministore_core::refusal::{Refusal, Thing};
use ministore_core::sync::Changed;
use ministore_core::text::LocalText;
use ministore_core::time::Timestamp;
use wasm_bindgen_futures::spawn_local;

use super::arrivals::ring_for_arrivals;
use super::dispatch::{Meaning, Source, coupon, gift_card, meaning, without_mark};
use super::gate::GateDesk;
use super::order_words::number_of;
use super::place::{Place, search_path};
use super::queue::{Next, newcomers, next_action, since};
use super::sound::{Sound, play};
use super::till::TillDesk;
use super::trouble::{when_back, words_of, words_of_code};
use super::wallet::Payer;
use crate::client::events::{Live, on_live};
use crate::client::query::{Load, Query};
use crate::client::{call, call_again, call_as_staff, clock, new_id};
use crate::i18n::{local, say};
use crate::state::shop::read_code;
use crate::widgets::announcer::announce;

/// How often the ages of orders are told anew, in milliseconds.
const TICK: u64 = 10_000;
/// After so many of them an order that nobody has looked at rings again.
const TICKS_TO_RING: u32 = 3;
/// Changes that come closer together than this are asked for at once, in milliseconds.
const GATHER: i32 = 150;

/// What has just happened at this counter, to be told where it happened.
#[derive(Clone)]
pub(crate) enum Said {
    /// Something was collected.
    Picked(Picked),
    /// A line was put back.
    PutBack(LocalText),
    /// A scan that does not belong to the order, or is one too many.
    Wrong(Refusal),
    /// A text that is no code.
    Unread(CodeError),
    /// It was not done. With a way to try the very same again, where that can help.
    Failed(Refusal, Option<Callback<()>>),
    /// An order was opened by its code, and is not ready to be handed over.
    NotReady,
    /// An order was opened by its code after it had ended.
    Ended {
        /// Whether its shopper has the goods; otherwise it was cancelled.
        handed_over: bool,
        /// Since when.
        since: Option<Timestamp>,
    },
    /// The code that was shown belongs to this order, and not to the one that was open.
    Other {
        /// The number of the order that was open.
        asked: u32,
        /// The number of the code's order.
        found: u32,
    },
}

/// What was collected.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct Picked {
    /// For which order.
    pub(crate) order: OrderId,
    /// Of which line.
    pub(crate) line: LineId,
}

/// An order after a step, and what is given back to the shopper.
pub(crate) struct Outcome {
    pub(crate) order: Order,
    pub(crate) change: Option<Money>,
}

impl From<Order> for Outcome {
    fn from(order: Order) -> Self {
        Self { order, change: None }
    }
}

impl From<HandedOver> for Outcome {
    fn from(done: HandedOver) -> Self {
        Self { order: done.order, change: Some(done.change) }
    }
}

type Answer = Pin<Box<dyn Future<Output = Result<Outcome, Refusal>>>>;
type Attempt = Arc<dyn Fn() -> Answer + Send + Sync>;
/// What goes to the screen at a path.
pub(crate) type Go = Rc<dyn Fn(&str)>;
type Done = Arc<dyn Fn(Outcome) + Send + Sync>;

/// The counter's shared state. Cheap to copy; lives while somebody is signed in.
#[derive(Clone, Copy)]
pub(crate) struct Desk {
    /// The orders.
    pub(crate) queue: Query<GetQueue>,
    /// Orders that are open on a screen and not in the list any more.
    older: RwSignal<Vec<Order>>,
    /// The time, told anew every few seconds.
    pub(crate) now: RwSignal<Timestamp>,
    /// New orders that nobody has looked at.
    pub(crate) fresh: RwSignal<Vec<OrderId>>,
    /// What has just happened, and where.
    said: RwSignal<Option<(Place, Said)>>,
    /// The code that an order's shopper has shown.
    pub(crate) shown: RwSignal<Option<(OrderId, PickupCode)>>,
    /// What the card on a phone showed that was scanned last. In no address, which would outlive it.
    pub(crate) card_code: RwSignal<Option<CardCode>>,
    /// Who takes the code of a payer's wallet: the hand-over of an order that is still due.
    pub(crate) payer: Payer,
    /// What the way out has before it.
    pub(crate) gate: GateDesk,
    /// What is rung up.
    pub(crate) till: TillDesk,
    /// Whether a step is under way.
    pub(crate) busy: RwSignal<bool>,
    /// The screen.
    pub(crate) place: Memo<Place>,
    go: StoredValue<Go, LocalStorage>,
    picks: StoredValue<VecDeque<(order::Pick, CallId)>>,
    picking: StoredValue<bool>,
}

impl Desk {
    /// Opens the desk: asks for the orders and follows what happens to them.
    pub(crate) fn open(place: Memo<Place>, go: Go) -> Self {
        let desk = Self {
            queue: Query::new(|| Some(GetQueue {})),
            older: RwSignal::new(Vec::new()),
            now: RwSignal::new(clock::now()),
            fresh: RwSignal::new(Vec::new()),
            said: RwSignal::new(None),
            shown: RwSignal::new(None),
            card_code: RwSignal::new(None),
            payer: RwSignal::new(None),
            gate: GateDesk::open(),
            till: TillDesk::open(),
            busy: RwSignal::new(false),
            place,
            go: StoredValue::new_local(go),
            picks: StoredValue::new(VecDeque::new()),
            picking: StoredValue::new(false),
        };
        desk.follow_changes();
        desk.ring_for_newcomers();
        ring_for_arrivals(desk);
        desk.tick();
        desk
    }

    fn follow_changes(self) {
        let gathering = StoredValue::new(false);
        let reload_soon = move || {
            if gathering.get_value() {
                return;
            }
            gathering.set_value(true);
            spawn_local(async move {
                clock::sleep(GATHER).await;
                if gathering.try_set_value(false).is_none() {
                    self.queue.reload();
                }
            });
        };
        on_live(move |live| {
            if matches!(live, Live::Anything | Live::Changed(Changed::Order { .. })) {
                reload_soon();
            }
        });
        when_back(move || {
            // That the hub cannot be reached is no longer so. What was tried stands in the orders, if it arrived.
            let unreached =
                |said: &Option<(Place, Said)>| matches!(said, Some((_, Said::Failed(Refusal::Offline, _))));
            if self.said.with_untracked(unreached) {
                self.hush();
            }
            self.queue.reload();
            self.pick_on();
        });
    }

    fn ring_for_newcomers(self) {
        let known = StoredValue::new(None::<Vec<OrderId>>);
        Effect::new(move |_| {
            self.queue.with(|load| {
                let Load::Ready(orders) = load else { return };
                let orders = &orders.orders;
                if let Some(before) = known.get_value() {
                    let new = newcomers(&before, orders);
                    if let Some(first) = new.first() {
                        play(Sound::Order);
                        announce(&untrack(|| say::counter_announce_new(new.len() as u32, &number_of(first))));
                        self.fresh.update(|fresh| fresh.extend(new.iter().map(|order| order.id)));
                    }
                }
                known.set_value(Some(orders.iter().map(|order| order.id).collect()));
                let still_new = |id: &OrderId| {
                    orders.iter().any(|order| order.id == *id && next_action(order) == Some(Next::Accept))
                };
                if self.fresh.with_untracked(|fresh| !fresh.iter().all(still_new)) {
                    self.fresh.update(|fresh| fresh.retain(still_new));
                }
            });
        });
        Effect::new(move |_| {
            if let Some(seen) = self.place.get().order()
                && self.fresh.with_untracked(|fresh| fresh.contains(&seen))
            {
                self.fresh.update(|fresh| fresh.retain(|id| *id != seen));
            }
        });
    }

    fn tick(self) {
        let ticks = StoredValue::new(0u32);
        let handle = set_interval_with_handle(
            move || {
                self.now.set(clock::now());
                ticks.update_value(|ticks| *ticks += 1);
                if ticks.get_value().is_multiple_of(TICKS_TO_RING)
                    && self.fresh.with_untracked(|fresh| !fresh.is_empty())
                {
                    play(Sound::Order);
                }
            },
            Duration::from_millis(TICK),
        );
        on_cleanup(move || {
            if let Ok(handle) = handle {
                handle.clear();
            }
        });
    }

    /// One of the orders. Tracked.
    pub(crate) fn order(self, id: OrderId) -> Option<Order> {
        let listed = self.queue.with(|load| match load {
            Load::Ready(orders) => orders.orders.iter().find(|order| order.id == id).cloned(),
            Load::Loading | Load::Failed(_) => None,
        });
        listed.or_else(|| self.older.with(|older| older.iter().find(|order| order.id == id).cloned()))
    }

    /// Reads all listed orders without copying them; nothing while they are not known. Tracked.
    pub(crate) fn with_orders<R: Default>(self, read: impl FnOnce(&[Order]) -> R) -> R {
        self.queue.with(|load| match load {
            Load::Ready(orders) => read(&orders.orders),
            Load::Loading | Load::Failed(_) => R::default(),
        })
    }

    /// Shows this as the order's present state, because a call has just told it.
    pub(crate) fn keep(self, order: Order) {
        let listed = untrack(|| {
            self.queue.with(|load| match load {
                Load::Ready(orders) => Some(orders.clone()),
                Load::Loading | Load::Failed(_) => None,
            })
        });
        match listed {
            Some(mut orders) if orders.orders.iter().any(|there| there.id == order.id) => {
                for there in orders.orders.iter_mut().filter(|there| there.id == order.id) {
                    there.clone_from(&order);
                }
                self.queue.put(orders);
            }
            _ => self.older.update(|older| {
                older.retain(|there| there.id != order.id);
                older.push(order);
            }),
        }
    }

    /// Asks for an order that is not in the list.
    pub(crate) fn fetch(self, id: OrderId, failed: impl FnOnce(Refusal) + 'static) {
        spawn_local(async move {
            match call_as_staff(order::Get { order: id }).await {
                Ok(order) if self.now.try_get_untracked().is_some() => self.keep(order),
                Ok(_) => {}
                Err(refusal) => failed(refusal),
            }
        });
    }

    /// Goes to a screen.
    pub(crate) fn go(self, place: Place) {
        self.go_to(&place.path());
    }

    fn go_to(self, path: &str) {
        if let Some(go) = self.go.try_get_value() {
            go(path);
        }
    }

    /// Tells what happened, at `place`.
    pub(crate) fn say(self, place: Place, said: Said) {
        self.said.set(Some((place, said)));
    }

    /// What happened on the screen that is open. Tracked.
    pub(crate) fn said(self) -> Option<Said> {
        let here = self.place.get();
        self.said.get().filter(|(place, _)| *place == here).map(|(_, said)| said)
    }

    /// Nothing happened.
    pub(crate) fn hush(self) {
        self.said.set(None);
    }

    /// Changes an order. While one change is under way another is not begun.
    pub(crate) fn act(self, attempt: Attempt, done: Done) {
        if self.busy.get_untracked() {
            return;
        }
        self.busy.set(true);
        let place = self.place.get_untracked();
        spawn_local(async move {
            let outcome = attempt().await;
            // Signed out meanwhile, there is nothing left to tell.
            if self.busy.try_set(false).is_some() {
                return;
            }
            match outcome {
                Ok(outcome) => {
                    self.hush();
                    self.keep(outcome.order.clone());
                    done(outcome);
                }
                Err(refusal) => {
                    play(Sound::Wrong);
                    let again = refusal
                        .is_passing()
                        .then(|| Callback::new(move |()| self.act(Arc::clone(&attempt), Arc::clone(&done))));
                    if again.is_none() {
                        self.queue.reload();
                    }
                    self.say(place, Said::Failed(refusal, again));
                }
            }
        });
    }

    /// Collects what was scanned: one after the other, in the order of the scans.
    pub(crate) fn pick(self, order: OrderId, code: ProductCode, count: u32, label: Option<Measure>) {
        let pick = order::Pick { order, code, count, label };
        self.picks.update_value(|picks| picks.push_back((pick, new_id())));
        self.pick_on();
    }

    fn pick_on(self) {
        if self.picking.get_value() {
            return;
        }
        self.picking.set_value(true);
        spawn_local(async move {
            while let Some(Some((pick, id))) =
                self.picks.try_with_value(|picks| picks.front().map(|(pick, id)| (*pick, *id)))
            {
                let before = untrack(|| self.order(pick.order));
                let outcome = call_again(pick, id).await;
                if self.now.try_get_untracked().is_none() {
                    return;
                }
                let place = Place::Pick(pick.order);
                match outcome {
                    Ok(after) => self.picked(before, after, pick),
                    Err(refusal) if refusal.is_passing() => {
                        // It may have been counted or not: only the very same pick sent again can tell.
                        play(Sound::Wrong);
                        self.say(place, Said::Failed(refusal, Some(Callback::new(move |()| self.pick_on()))));
                        break;
                    }
                    Err(refusal) => {
                        play(Sound::Wrong);
                        self.say(place, Said::Wrong(refusal));
                    }
                }
                self.picks.update_value(|picks| _ = picks.pop_front());
            }
            self.picking.try_update_value(|picking| *picking = false);
        });
    }

    fn picked(self, before: Option<Order>, after: Order, pick: order::Pick) {
        let was = |line: LineId| {
            before
                .iter()
                .flat_map(|order| &order.lines)
                .find(|there| there.id == line)
                .map_or(0, |there| there.picked)
        };
        let lines = || after.lines.iter().filter(|line| line.code == pick.code);
        let line = lines().find(|line| line.picked > was(line.id)).or_else(|| lines().next());
        let all = super::queue::progress(&after);
        play(if all.0 == all.1 { Sound::Done } else { Sound::Right });
        if let Some(line) = line {
            let words = untrack(|| {
                let name = local(&line.name);
                match line.to_pick() {
                    0 if all.0 == all.1 => say::counter_announce_all_picked(&name),
                    0 => say::counter_announce_line_done(&name),
                    left => say::counter_announce_picked(left, &name),
                }
            });
            announce(&words);
            self.say(Place::Pick(pick.order), Said::Picked(Picked { order: pick.order, line: line.id }));
        }
        self.keep(after);
    }

    /// Does what a scanned or typed text means here.
    pub(crate) fn heard(self, text: &str, source: Source) {
        let (text, source) = match (without_mark(text), source) {
            ((text, Some(symbology)), Source::Scanned(None)) => (text, Source::Scanned(Some(symbology))),
            ((text, _), source) => (text, source),
        };
        let symbology = match source {
            Source::Scanned(symbology) => symbology,
            Source::Typed => None,
        };
        if self.till.shown.heard(text) {
            return;
        }
        let place = self.place.get_untracked();
        let code = read_code(text, symbology);
        if self.gate.heard(place == Place::Gate, text, &code, source) {
            self.hush();
            if place != Place::Gate {
                self.go(Place::Gate);
            }
            return;
        }
        if let Some(number) = gift_card(text, &code, source) {
            self.hush();
            self.till.meet_gift_card(number);
            if !matches!(place, Place::Till | Place::GiftCards) {
                self.go(Place::GiftCards);
            }
            return;
        }
        if let Some(code) = coupon(text, &code, source) {
            self.hush();
            self.till.meet_coupon(code);
            if place != Place::Till {
                self.go(Place::Till);
            }
            return;
        }
        if matches!(place, Place::Till | Place::Sales | Place::Sale(_))
            && let Some(receipt @ (GetSale::Key(_) | GetSale::Barcode { .. })) = GetSale::read(text)
        {
            return self.open_receipt(receipt);
        }
        if place == Place::Till && self.till.heard(text, &code, source) {
            return;
        }
        let means = self.queue.peek(|load| match load {
            Load::Ready(orders) => meaning(place, text, code, source, &orders.orders),
            Load::Loading | Load::Failed(_) => meaning(place, text, code, source, &[]),
        });
        match means {
            Meaning::Pick { order, code, label } => self.pick(order, code, 1, label),
            Meaning::Open { code, or_search } => self.open_by_code(code, or_search, place),
            Meaning::Order(id) => {
                play(Sound::Right);
                self.go(Place::Order(id));
            }
            Meaning::Payer(code) => match self.payer.get_untracked() {
                Some((PaidFor::Order(order), taken)) if place == Place::HandOver(order) => {
                    play(Sound::Right);
                    self.hush();
                    taken.run(code);
                }
                _ => self.unread(place, CodeError::Unknown),
            },
            Meaning::Card(number) => self.open_card(number, None, place),
            Meaning::CardCode(code) => self.open_card(code.number(), Some(code), place),
            Meaning::Table(table) => {
                play(Sound::Right);
                self.go(Place::Table(table));
            }
            Meaning::LookUp(code) => {
                play(Sound::Right);
                self.go(Place::Product(code));
            }
            Meaning::Search(words) => self.go_to(&search_path(&words)),
            Meaning::Nothing(error) => self.unread(place, error),
        }
    }

    /// A card that was shown, on a phone by its code: the sales at which it was, or the card itself.
    fn open_card(self, number: CardNumber, code: Option<CardCode>, place: Place) {
        play(Sound::Right);
        if place == Place::Sales {
            return self.till.sales_of.set(Some(number));
        }
        self.card_code.set(code);
        self.go(Place::Card(number));
    }

    /// A receipt that was scanned: its sale, where goods of it can come back.
    fn open_receipt(self, receipt: GetSale) {
        spawn_local(async move {
            let outcome = call(receipt).await;
            if self.now.try_get_untracked().is_none() {
                return;
            }
            match outcome {
                Ok(found) => {
                    play(Sound::Right);
                    self.go(Place::Sale(found.sale.id));
                }
                Err(_) => self.unread(self.place.get_untracked(), CodeError::Unknown),
            }
        });
    }

    fn unread(self, place: Place, error: CodeError) {
        play(Sound::Wrong);
        self.say(place, Said::Unread(error));
        let (what, next) = untrack(|| words_of_code(error));
        announce(&[what, " ", next].concat());
    }

    fn open_by_code(self, code: PickupCode, or_search: Option<String>, from: Place) {
        spawn_local(async move {
            let outcome = call(Find { code }).await;
            if self.now.try_get_untracked().is_none() {
                return;
            }
            match (outcome, or_search) {
                (Ok(order), _) => self.opened(order, code, from),
                (Err(Refusal::NotFound { what: Thing::Order }), Some(words)) => {
                    self.go_to(&search_path(&words))
                }
                (Err(refusal), _) => {
                    play(Sound::Wrong);
                    let words = untrack(|| words_of(&refusal));
                    announce(&words.happened);
                    let again = refusal
                        .is_passing()
                        .then(|| Callback::new(move |()| self.open_by_code(code, None, from)));
                    self.say(from, Said::Failed(refusal, again));
                }
            }
        });
    }

    fn opened(self, order: Order, code: PickupCode, from: Place) {
        let (id, found) = (order.id, order.number);
        let can = next_action(&order) == Some(Next::HandOver);
        let ended = order.state.is_final().then(|| Said::Ended {
            handed_over: order.state == OrderState::HandedOver,
            since: since(&order),
        });
        self.hush();
        self.shown.set(Some((id, code)));
        self.keep(order);
        let to = if can { Place::HandOver(id) } else { Place::Order(id) };
        let asked = match from {
            Place::HandOver(asked) if asked != id => untrack(|| self.order(asked)).map(|order| order.number),
            _ => None,
        };
        play(if asked.is_some() || !can { Sound::Wrong } else { Sound::Right });
        self.go(to);
        match (ended, asked) {
            // Whatever was open: no bag leaves for a code that has been used.
            (Some(ended), _) => self.say(to, ended),
            (None, Some(asked)) => self.say(to, Said::Other { asked, found }),
            (None, None) if !can => self.say(to, Said::NotReady),
            (None, None) => {}
        }
    }
}

/// A step that only staff take, to be tried once or several times: each time as the same.
pub(crate) fn step<C>(call: C) -> Attempt
where
    C: ministore_core::call::Call + Clone,
    Outcome: From<C::Reply>,
{
    let id: CallId = new_id();
    Arc::new(move || {
        let call = call.clone();
        Box::pin(async move { call_again(call, id).await.map(Outcome::from) })
    })
}

/// Cancelling, which shoppers may too, done as staff. Twice is no harm: the second time it is cancelled already.
pub(crate) fn cancel(call: order::Cancel) -> Attempt {
    Arc::new(move || Box::pin(async move { call_as_staff(call).await.map(Outcome::from) }))
}
