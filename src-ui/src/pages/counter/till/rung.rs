//! The till's state: the ticket, what was done to it, and how a scan becomes a line. It outlives the page: what is rung up is
//! kept with every change.

use std::collections::{HashMap, VecDeque};
use std::sync::Arc;
use std::time::Duration;

use leptos::prelude::*;
use leptos::reactive::graph::Source as _;
use ministore_core::basket::BasketProduct;
use ministore_core::card_code::{CardCode, FindByCode, STEP_SECONDS};
use ministore_core::catalogue::{Lookup, Product, SoldBy};
use ministore_core::code::{CardNumber, Code, CodeError, ProductCode};
use ministore_core::code_payment::{PaidFor, PaymentCode, UndoCode};
use ministore_core::coupon::Coupon;
use ministore_core::deposit::{self, Deposit, DepositCode, Empties};
use ministore_core::fact::{Credit, GetSale, LineChange, LineSerial, RecordSale, Sale, TakenOff};
use ministore_core::gs1::Date;
use ministore_core::id::{DeviceId, LineId};
use ministore_core::marks::Marks;
use ministore_core::member::{Card, FindMember};
use ministore_core::money::{Currency, Money, Price};
use ministore_core::order::{OrderLine, PlaceLine};
use ministore_core::promotion::{Channel, Context, Priced};
use ministore_core::quantity::Measure;
use ministore_core::refusal::Refusal;
use ministore_core::role::StaffRole;
use ministore_core::shift::{GetShift, TakeNote, TillAction};
use ministore_core::tax::TaxRules;
use ministore_core::ticket::{
    self, Allow, Allowed, CardPaid, Change, Exchange, ForeignCash, Laid, MAX_SERIAL, Off, ReleaseValue, Rung,
    Taken, Ticket, TicketError, TicketLine, TillRules,
};
use serde::{Deserialize, Serialize};
use wasm_bindgen_futures::spawn_local;

use super::super::dispatch::Source;
use super::super::sound::{Sound, play};
use super::super::wallet::Payer;
use super::coupons::promotions_of;
use super::gift_card::Met;
use super::shown::{self, Shown};
use crate::client::query::{Load, Query};
use crate::client::staff::signed_in;
use crate::client::{call, call_again, clock, new_id, storage};
use crate::i18n::{self, local, money, say};
use crate::state::promotions;
use crate::state::shop::{shop, zone};
use crate::widgets::announcer::announce;

/// Where the ticket is kept.
const KEPT: &str = "ministore.till";

/// How many steps can be undone.
const UNDONE: usize = 50;

/// How long after a change the ticket is written, in milliseconds: behind the frame that shows it, and once for what came
/// meanwhile.
const KEPT_AFTER: u64 = 25;

/// How often it is seen whether the ticket may change again, in milliseconds.
const BUSY_PAUSE: i32 = 30;

/// How many products that were scanned are known without asking again.
const KNOWN: usize = 256;

/// The most that is typed before a scan as its quantity.
const MOST_TIMES: u32 = 999;

/// How far a sale has come.
#[derive(Clone, PartialEq, Debug)]
pub(super) enum Step {
    /// Goods are rung up.
    Ringing,
    /// It is being paid.
    Paying,
    /// It is sold.
    Sold(Box<Sale>),
}

/// What is kept of the till on this device.
#[derive(Serialize, Deserialize)]
struct Kept {
    ticket: Ticket,
    cards: Vec<CardPaid>,
    #[serde(default)]
    taken: Vec<Taken>,
    #[serde(default)]
    foreign: Option<ForeignCash>,
    #[serde(default)]
    coupons: Vec<Coupon>,
}

/// A line of the ticket with what it comes to.
#[derive(PartialEq, Eq, Debug)]
pub(super) struct Row {
    pub(super) line: TicketLine,
    pub(super) paid: Money,
    pub(super) list: Money,
}

/// The ticket's lines by their keys. A line that stays as it was stays the same one.
pub(super) type Rows = HashMap<LineId, Arc<Row>>;

/// What just could not be done.
#[derive(Clone, PartialEq, Debug)]
pub(super) enum Problem {
    /// A call was refused.
    Refused(Refusal),
    /// The ticket cannot be so.
    Ticket(TicketError),
    /// A text that is no code.
    Unread(CodeError),
    /// Goods that were not to be sold after that day.
    PastDate(String),
}

/// What is known of the code that a card on a phone has shown.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Proof {
    /// The hub has just said that it is right.
    Checked(CardCode),
    /// The hub could not be asked.
    Unchecked,
}

/// What was scanned or typed, to be rung up in its turn.
struct Scan {
    code: ProductCode,
    measure: Option<Measure>,
    times: u32,
    /// Its serial or lot number, where the code says one.
    number: String,
}

/// The till. Cheap to copy; lives while somebody is signed in.
#[derive(Clone, Copy)]
pub(crate) struct TillDesk {
    pub(super) ticket: RwSignal<Ticket>,
    pub(super) step: RwSignal<Step>,
    /// The line that is worked on.
    pub(super) chosen: RwSignal<Option<LineId>>,
    /// How many the next scan stands for.
    pub(super) times: RwSignal<u32>,
    /// The digits that were typed last where no field is, of which `*` makes the quantity of the next scan.
    pub(super) digits: StoredValue<String>,
    /// What is looked for by name.
    pub(super) words: RwSignal<String>,
    /// A product whose weight is to be typed, with its serial or lot number.
    pub(super) to_weigh: RwSignal<Option<(Product, String)>>,
    /// A product whose price is to be typed, with how much of it is bought and its serial or lot number.
    pub(super) to_price: RwSignal<Option<(Product, Measure, String)>>,
    pub(super) cards: RwSignal<Vec<CardPaid>>,
    /// What was taken by somebody's yes.
    pub(super) taken: RwSignal<Vec<Taken>>,
    /// Cash of another currency that lies on the counter.
    pub(super) foreign: RwSignal<Option<ForeignCash>>,
    /// Who takes the code of a payer's wallet.
    pub(super) payer: Payer,
    /// The gift card that was shown last.
    pub(crate) gift_card: RwSignal<Option<Met>>,
    /// The coupons that are set aside for the ticket.
    pub(super) coupons: RwSignal<Vec<Coupon>>,
    /// Those that the member could use.
    pub(super) of_member: RwSignal<Vec<Coupon>>,
    /// Whether the ticket is to be paid without one being picked.
    pub(super) without_coupon: RwSignal<bool>,
    /// What is said of the coupon that was shown last.
    pub(super) coupon_said: RwSignal<Option<String>>,
    /// Whether empties are being counted: what is scanned then comes back.
    pub(super) giving_back: RwSignal<bool>,
    /// What is said of the empties that came last.
    pub(super) empties_said: RwSignal<Option<String>>,
    /// The member whose card was shown, as the hub knows them.
    pub(super) member: RwSignal<Option<Card>>,
    /// What proves that the card is here; None where a number alone was shown, or it is long ago.
    pub(super) proof: RwSignal<Option<Proof>>,
    pub(super) allowed: RwSignal<Option<Allowed>>,
    pub(super) problem: RwSignal<Option<Problem>>,
    pub(super) busy: RwSignal<bool>,
    pub(super) shift: Query<GetShift>,
    /// Whose sales are looked at; None for the till's.
    pub(crate) sales_of: RwSignal<Option<CardNumber>>,
    /// Sales that touch nothing.
    pub(super) training: RwSignal<bool>,
    /// What promotions make of the ticket; None where there are none.
    promoted: Memo<Option<Priced>>,
    /// What the ticket comes to, reckoned once a change.
    reckoned: Memo<Result<Rung, TicketError>>,
    /// Whether the ticket is to be written yet.
    unkept: StoredValue<bool>,
    /// What customers see.
    pub(crate) shown: Shown,
    undo: RwSignal<Vec<Ticket>>,
    scans: StoredValue<VecDeque<Scan>>,
    scanning: StoredValue<bool>,
    known: StoredValue<HashMap<ProductCode, Product>>,
}

impl TillDesk {
    /// Opens it with what was rung up before.
    pub(crate) fn open() -> Self {
        let kept = storage::get_json::<Kept>(KEPT);
        let Kept { ticket, cards, taken, foreign, coupons } = kept.unwrap_or_else(|| Kept {
            ticket: Ticket::new(new_id()),
            cards: Vec::new(),
            taken: Vec::new(),
            foreign: None,
            coupons: Vec::new(),
        });
        let (ticket, coupons) = (RwSignal::new(ticket), RwSignal::new(coupons));
        let promoted = Memo::new(move |_| ticket.with(|ticket| coupons.with(|all| promoted(ticket, all))));
        let desk = Self {
            ticket,
            promoted,
            step: RwSignal::new(Step::Ringing),
            chosen: RwSignal::new(None),
            times: RwSignal::new(1),
            digits: StoredValue::new(String::new()),
            words: RwSignal::new(String::new()),
            to_weigh: RwSignal::new(None),
            to_price: RwSignal::new(None),
            cards: RwSignal::new(cards),
            taken: RwSignal::new(taken),
            foreign: RwSignal::new(foreign),
            payer: RwSignal::new(None),
            gift_card: RwSignal::new(None),
            coupons,
            of_member: RwSignal::new(Vec::new()),
            without_coupon: RwSignal::new(false),
            coupon_said: RwSignal::new(None),
            giving_back: RwSignal::new(false),
            empties_said: RwSignal::new(None),
            member: RwSignal::new(None),
            proof: RwSignal::new(None),
            allowed: RwSignal::new(None),
            problem: RwSignal::new(None),
            busy: RwSignal::new(false),
            shift: Query::new(|| Some(GetShift {})),
            sales_of: RwSignal::new(None),
            training: RwSignal::new(false),
            reckoned: Memo::new(move |_| {
                let (currency, taxes) =
                    shop().map_or((Currency::CNY, TaxRules::default()), |shop| (shop.currency, shop.taxes));
                promoted.with(|promoted| {
                    let off = promoted.as_ref().map_or(&[][..], |priced| &priced.allocations);
                    ticket.with(|ticket| ticket.rung(currency, taxes, off))
                })
            }),
            unkept: StoredValue::new(false),
            shown: Shown::open(),
            undo: RwSignal::new(Vec::new()),
            scans: StoredValue::new(VecDeque::new()),
            scanning: StoredValue::new(false),
            known: StoredValue::new(HashMap::new()),
        };
        Effect::new(move |_| {
            desk.ticket.track();
            desk.cards.track();
            desk.taken.track();
            desk.foreign.track();
            desk.coupons.track();
            if !desk.unkept.get_value() {
                desk.unkept.set_value(true);
                set_timeout(move || desk.keep(), Duration::from_millis(KEPT_AFTER));
            }
        });
        // Money that was taken is written before anything is drawn.
        Effect::watch(
            move || {
                desk.cards.track();
                desk.taken.track();
                desk.foreign.track();
                desk.coupons.track();
            },
            move |_, _, _| {
                desk.unkept.set_value(true);
                desk.keep();
            },
            false,
        );
        // A page that is left or closed has no later.
        let leaving = window_event_listener_untyped("pagehide", move |_| desk.keep());
        on_cleanup(move || leaving.remove());
        shown::publish(desk);
        if let Some(card) = desk.ticket.with_untracked(|ticket| ticket.card) {
            desk.meet(card);
        }
        desk
    }

    /// Follows whatever changes what customers see.
    pub(super) fn touched(self) {
        self.ticket.track();
        self.step.track();
        self.cards.track();
        self.taken.track();
        self.foreign.track();
        self.coupons.track();
        self.training.track();
        let _ = shop();
    }

    pub(super) fn currency(self) -> Currency {
        shop().map_or(Currency::CNY, |shop| shop.currency)
    }

    pub(super) fn rules(self) -> TillRules {
        shop().map(|shop| shop.till.clone()).unwrap_or_default()
    }

    /// Writes the ticket as it is, where it was not yet.
    fn keep(self) {
        if self.unkept.try_get_value() != Some(true) {
            return;
        }
        self.unkept.set_value(false);
        let (ticket, cards) = (self.ticket.get_untracked(), self.cards.get_untracked());
        let (taken, foreign) = (self.taken.get_untracked(), self.foreign.get_untracked());
        let coupons = self.coupons.get_untracked();
        let kept = Kept { ticket, cards, taken, foreign, coupons };
        storage::set_json(KEPT, &kept);
    }

    /// Follows what sums are made of. Not the memos that hold them: one of the library keeps whoever has read it for as long
    /// as it lives itself, and much of what shows sums comes and goes with each sale.
    fn follow_sums(self) {
        self.ticket.track();
        self.coupons.track();
        let _ = shop();
    }

    fn with_reckoned<T>(self, read: impl FnOnce(&Result<Rung, TicketError>) -> T) -> T {
        self.follow_sums();
        self.reckoned.with_untracked(read)
    }

    /// Gives what promotions make of the ticket to `read`: None where there are none. Tracked.
    pub(super) fn with_promoted<T>(self, read: impl FnOnce(&Option<Priced>) -> T) -> T {
        self.follow_sums();
        self.promoted.with_untracked(read)
    }

    /// What the ticket comes to. Tracked.
    pub(super) fn rung(self) -> Result<Rung, TicketError> {
        self.with_reckoned(Clone::clone)
    }

    /// The ticket's lines with their sums; none while it cannot be reckoned. Those of `before` that are as they were are
    /// the same. Tracked.
    pub(super) fn rows(self, before: Option<&Rows>) -> Rows {
        self.with_reckoned(|rung| {
            let Ok(rung) = rung else { return Rows::new() };
            let sums = rung.amounts.iter().zip(&rung.list);
            self.ticket.with(|ticket| {
                let rows = ticket.lines.iter().zip(sums).map(|(line, (paid, list))| {
                    let there = before.and_then(|rows| rows.get(&line.id));
                    let same = |row: &&Arc<Row>| row.line == *line && (row.paid, row.list) == (*paid, *list);
                    let row = match there.filter(same) {
                        Some(row) => Arc::clone(row),
                        None => Arc::new(Row { line: line.clone(), paid: *paid, list: *list }),
                    };
                    (line.id, row)
                });
                rows.collect()
            })
        })
    }

    /// A line with its sums; None while the ticket cannot be reckoned. Tracked.
    pub(super) fn row(self, id: LineId) -> Option<Arc<Row>> {
        self.with_reckoned(|rung| {
            let rung = rung.as_ref().ok()?;
            self.ticket.with(|ticket| {
                let at = ticket.lines.iter().position(|line| line.id == id)?;
                let (line, paid, list) = (ticket.lines.get(at)?, *rung.amounts.get(at)?, *rung.list.get(at)?);
                Some(Arc::new(Row { line: line.clone(), paid, list }))
            })
        })
    }

    /// The total; zero while the ticket cannot be reckoned. Tracked.
    pub(super) fn total(self) -> Money {
        let nothing = self.currency().minor(0);
        self.with_reckoned(|rung| rung.as_ref().map_or(nothing, |rung| rung.totals.total))
    }

    /// What goods that come back for it are worth. Tracked.
    pub(super) fn credit(self) -> Money {
        let currency = self.currency();
        self.ticket.with(|ticket| ticket.credit(currency))
    }

    /// The total without what comes back; below zero where that is worth more. Tracked.
    pub(super) fn to_pay(self) -> Money {
        let (total, credit) = (self.total(), self.credit());
        total.currency.minor(total.minor.saturating_sub(credit.minor))
    }

    pub(super) fn is_empty(self) -> bool {
        self.ticket.with(Ticket::is_empty)
    }

    pub(super) fn can_undo(self) -> bool {
        self.undo.with(|undo| !undo.is_empty())
    }

    /// Whether somebody who may do more has to allow what was taken off. Tracked.
    pub(super) fn needs_manager(self) -> bool {
        let manager = signed_in().is_some_and(|one| one.role == StaffRole::Manager);
        let limit = self.rules().cashier_off;
        !manager
            && self.allowed.with(Option::is_none)
            && self.with_reckoned(|rung| rung.as_ref().is_ok_and(|rung| rung.deepest() > limit))
    }

    /// Changes the ticket, so that it can be undone. What cannot be is told, and nothing is changed.
    pub(super) fn change(self, change: impl FnOnce(&mut Ticket) -> Result<(), TicketError>) -> bool {
        if !matches!(*self.step.read_untracked(), Step::Ringing) {
            return false;
        }
        let before = self.ticket.get_untracked();
        let mut after = before.clone();
        // Reckoned once, where all that shows it reckons too; nothing is drawn before this is over.
        let done = change(&mut after).and_then(|()| {
            self.ticket.set(after);
            let wrong = untrack(|| self.with_reckoned(|rung| rung.as_ref().err().copied()));
            wrong.map_or(Ok(()), Err).inspect_err(|_| self.ticket.set(before.clone()))
        });
        if let Err(error) = done {
            play(Sound::Wrong);
            self.problem.set(Some(Problem::Ticket(error)));
            return false;
        }
        self.problem.set(None);
        self.allowed.set(None);
        self.undo.update(|undo| {
            undo.push(before);
            if undo.len() > UNDONE {
                undo.remove(0);
            }
        });
        true
    }

    /// Takes the last change back.
    pub(super) fn undo(self) {
        let before = self.undo.try_update(Vec::pop).flatten();
        if let Some(before) = before {
            self.problem.set(None);
            self.allowed.set(None);
            self.ticket.set(before);
            announce(say::TILL_UNDONE());
        }
    }

    /// Does what was scanned or typed. Whether it meant anything here.
    pub(crate) fn heard(self, text: &str, code: &Result<Code, CodeError>, source: Source) -> bool {
        // Those of a scanner were no quantity.
        self.digits.update_value(String::clear);
        if let Ok(code) = text.parse::<PaymentCode>()
            && let Some((_, payer)) = self.payer.get_untracked()
        {
            play(Sound::Right);
            payer.run(code);
            return true;
        }
        // Typed fast enough, it is one burst with the code of the scanner behind it.
        if self.quantity_typed(text) {
            return true;
        }
        match code {
            Ok(Code::Product { code, measure, .. }) => {
                let symbology = match source {
                    Source::Scanned(symbology) => symbology,
                    Source::Typed => None,
                };
                if self.giving_back.get_untracked() {
                    self.give_back_of(*code);
                    return true;
                }
                let marks = Marks::of(text, symbology, untrack(|| self.currency()));
                if let Some(day) = marks.sell_by.and_then(day_past) {
                    play(Sound::Wrong);
                    self.problem.set(Some(Problem::PastDate(day)));
                    return true;
                }
                let times = self.times.get_untracked();
                self.times.set(1);
                let number: String = marks.number().unwrap_or_default().chars().take(MAX_SERIAL).collect();
                let scan = Scan { code: *code, measure: *measure, times, number };
                self.scans.update_value(|scans| scans.push_back(scan));
                self.scan_on();
                true
            }
            Ok(Code::Member(card)) => {
                self.meet(*card);
                true
            }
            Ok(Code::MemberCode(code)) => {
                self.meet_code(*code);
                true
            }
            Err(CodeError::Unknown) if source == Source::Typed => {
                self.words.set(text.trim().to_owned());
                true
            }
            Err(error) if source != Source::Typed || !matches!(error, CodeError::Unknown) => {
                play(Sound::Wrong);
                self.problem.set(Some(Problem::Unread(*error)));
                true
            }
            _ => false,
        }
    }

    /// `3*` or `3×` stands for three of what is scanned next; `3*code` for three of it.
    pub(super) fn quantity_typed(self, text: &str) -> bool {
        let Some((times, rest)) = text.trim().split_once(['*', '×', 'x', 'X']) else { return false };
        let Ok(times @ 1..=MOST_TIMES) = times.trim().parse::<u32>() else { return false };
        self.times.set(times);
        let rest = rest.trim();
        if !rest.is_empty() {
            let code = crate::state::shop::read_code(rest, None);
            return self.heard(rest, &code, Source::Typed);
        }
        true
    }

    fn scan_on(self) {
        if self.scanning.get_value() {
            return;
        }
        self.scanning.set_value(true);
        spawn_local(async move {
            while let Some(Some(Scan { code, measure, times, number })) =
                self.scans.try_update_value(|scans| scans.pop_front())
            {
                let known = self.known.with_value(|known| known.get(&code).cloned());
                let found = match known {
                    Some(product) => Ok(product),
                    None => call(Lookup { code }).await,
                };
                // What is being sold, put aside or allowed stays as it was sent.
                while self.busy.try_get_untracked() == Some(true) {
                    clock::sleep(BUSY_PAUSE).await;
                }
                if self.busy.try_get_untracked().is_none() {
                    return;
                }
                match found {
                    Ok(product) => {
                        self.make_room();
                        self.known.update_value(|known| {
                            if known.len() >= KNOWN {
                                known.clear();
                            }
                            known.insert(code, product.clone());
                        });
                        self.ring(&product, measure, times, number);
                    }
                    Err(refusal) => {
                        play(Sound::Wrong);
                        self.problem.set(Some(Problem::Refused(refusal)));
                    }
                }
            }
            self.scanning.try_update_value(|scanning| *scanning = false);
        });
    }

    /// What comes in while the customer pays, or after, is rung up all the same: on this ticket, or on the next.
    pub(super) fn make_room(self) {
        let step =
            untrack(|| self.step.with(|step| (matches!(step, Step::Paying), matches!(step, Step::Sold(_)))));
        match step {
            (true, _) => self.ring_on(),
            (_, true) => self.next(),
            (false, false) => {}
        }
    }

    /// Rings up so many of a product; what is weighed and has no label asks for its weight.
    pub(super) fn ring(self, product: &Product, measure: Option<Measure>, times: u32, number: String) {
        let measure = match (product.sold_by, measure) {
            (_, Some(measure)) => measure,
            (SoldBy::Piece, None) => Measure::Pieces(times),
            (SoldBy::Weight, None) => {
                self.to_weigh.set(Some((product.clone(), number)));
                return;
            }
        };
        if product.price.money().is_zero() {
            self.to_price.set(Some((product.clone(), measure, number)));
            return;
        }
        self.ring_at(product, measure, None, number);
    }

    /// Rings up so much of a product, at another price than the shop's where one is given.
    pub(super) fn ring_at(self, product: &Product, measure: Measure, price: Option<Price>, serial: String) {
        let Some(goods) = BasketProduct::of(product) else { return };
        let change = Change { price, off: None };
        let line = TicketLine { id: new_id(), product: Arc::new(goods), measure, change, serial };
        let mut id = line.id;
        let done = self.change(|ticket| {
            id = ticket.put(line)?;
            Ok(())
        });
        if done {
            play(Sound::Right);
            self.chosen.set(Some(id));
            let words = untrack(|| say::till_rung(&local(&product.name), &money(self.total())));
            announce(&words);
        }
    }

    /// Shows the member of a card on the ticket.
    pub(super) fn meet(self, card: CardNumber) {
        if self.busy.get_untracked() {
            play(Sound::Wrong);
            return;
        }
        self.put_card(Some(card));
        self.meet_again(card);
    }

    /// Shows the member whose card shows this code. Without the hub nobody can say whether it does: it counts as its number
    /// would.
    fn meet_code(self, code: CardCode) {
        if self.busy.get_untracked() {
            play(Sound::Wrong);
            return;
        }
        let before = self.ticket.with_untracked(|ticket| ticket.card);
        self.put_card(Some(code.number()));
        spawn_local(async move {
            match call(FindByCode { code }).await {
                Ok(card) => {
                    play(Sound::Right);
                    self.member.try_set(Some(card));
                    self.proof.try_set(Some(Proof::Checked(code)));
                    self.find_coupons(code.number());
                    // The hub takes it for longer, but not surely.
                    let forget = move || {
                        if self.proof.try_get_untracked() == Some(Some(Proof::Checked(code))) {
                            self.proof.set(None);
                        }
                    };
                    set_timeout(forget, Duration::from_secs(STEP_SECONDS.unsigned_abs()));
                }
                Err(refusal) if refusal.is_passing() => _ = self.proof.try_set(Some(Proof::Unchecked)),
                Err(refusal) => {
                    // What is being sold, or is sold, stays as it was sent.
                    if self.busy.try_get_untracked() == Some(false)
                        && self.ticket.with_untracked(|ticket| ticket.card) == Some(code.number())
                        && !matches!(*self.step.read_untracked(), Step::Sold(_))
                    {
                        self.put_card(before);
                        if let Some(card) = before {
                            self.meet_again(card);
                        }
                    }
                    play(Sound::Wrong);
                    self.problem.try_set(Some(Problem::Refused(refusal)));
                }
            }
        });
    }

    /// Puts a card on the ticket, or takes it off. Nothing is proved of it yet.
    fn put_card(self, card: Option<CardNumber>) {
        self.proof.set(None);
        // What was told of one member says nothing of another.
        self.member.set(None);
        self.of_member.set(Vec::new());
        if matches!(*self.step.read_untracked(), Step::Paying) {
            // It changes no sum.
            self.ticket.update(|ticket| ticket.card = card);
        } else {
            self.make_room();
            self.change(|ticket| {
                ticket.card = card;
                Ok(())
            });
        }
    }

    /// The code by which money may leave the card on the ticket, where one was just shown. Tracked.
    pub(super) fn shown_code(self) -> Option<CardCode> {
        match self.proof.get() {
            Some(Proof::Checked(code)) if self.ticket.with(|ticket| ticket.card) == Some(code.number()) => {
                Some(code)
            }
            Some(Proof::Checked(_) | Proof::Unchecked) | None => None,
        }
    }

    /// Asks what is on the card that was shown.
    pub(super) fn meet_again(self, card: CardNumber) {
        spawn_local(async move {
            match call(FindMember { number: card }).await {
                Ok(found) => {
                    play(Sound::Right);
                    self.member.try_set(Some(found));
                    self.find_coupons(card);
                }
                // The card counts all the same: whoever it belongs to is found when the sale is booked.
                Err(refusal) if refusal.is_passing() => {}
                Err(refusal) => {
                    play(Sound::Wrong);
                    self.problem.try_set(Some(Problem::Refused(refusal)));
                    self.forget_member();
                }
            }
        });
    }

    /// Takes the member off the ticket.
    pub(super) fn forget_member(self) {
        self.member.try_set(None);
        self.proof.try_set(None);
        self.of_member.try_set(Vec::new());
        self.change(|ticket| {
            ticket.card = None;
            Ok(())
        });
    }

    /// Takes a line off.
    pub(super) fn void_line(self, line: LineId) {
        let name = self.ticket.with_untracked(|ticket| {
            ticket.lines.iter().find(|there| there.id == line).map(|there| there.product.name.clone())
        });
        let done = self.change(|ticket| {
            ticket.lines.retain(|there| there.id != line);
            Ok(())
        });
        if let (true, Some(name)) = (done, name) {
            self.chosen.set(None);
            self.note(TillAction::LineVoided, name.en);
        }
    }

    /// So many more of a line, or fewer; none takes it off.
    pub(super) fn add_pieces(self, line: LineId, more: i64) {
        let count = self.ticket.with_untracked(|ticket| {
            ticket.lines.iter().find(|there| there.id == line).and_then(|there| match there.measure {
                Measure::Pieces(count) => Some(i64::from(count)),
                Measure::Grams(_) | Measure::Labelled(_) => None,
            })
        });
        let Some(count) = count else { return };
        match u32::try_from(count + more) {
            Ok(0) | Err(_) => self.void_line(line),
            Ok(count) => {
                self.change(|ticket| {
                    for there in ticket.lines.iter_mut().filter(|there| there.id == line) {
                        there.measure = Measure::Pieces(count).checked()?;
                    }
                    Ok(())
                });
            }
        }
    }

    /// Takes so many empties back. Whether it could be done; what comes back is said where they are counted.
    pub(super) fn put_empties(self, deposit: &Deposit, count: u32) -> bool {
        self.make_room();
        let mut empties = self.ticket.with_untracked(|ticket| ticket.empties.clone());
        let more = Empties { deposit: deposit.clone(), count };
        let amount = more.amount();
        let done = deposit::put_empties(&mut empties, more).is_ok()
            && self.change(|ticket| {
                ticket.empties = empties;
                Ok(())
            });
        let said = match (done, amount) {
            (true, Ok(amount)) => {
                play(Sound::Right);
                let words = untrack(|| say::deposit_given(&local(&deposit.name), &money(amount)));
                announce(&words);
                words
            }
            _ => {
                play(Sound::Wrong);
                say::DEPOSIT_COUNT_WRONG().to_owned()
            }
        };
        self.empties_said.set(Some(said));
        done
    }

    /// So many empties of a deposit; none takes them off.
    pub(super) fn count_empties(self, code: &DepositCode, count: u32) {
        if count == 0 {
            return self.void_empties(code);
        }
        self.change(|ticket| {
            for there in ticket.empties.iter_mut().filter(|there| there.deposit.code == *code) {
                there.count = count.min(deposit::MAX_EMPTIES);
            }
            Ok(())
        });
    }

    /// Takes the empties of a deposit off.
    pub(super) fn void_empties(self, code: &DepositCode) {
        let done = self.change(|ticket| {
            ticket.empties.retain(|there| there.deposit.code != *code);
            Ok(())
        });
        if done {
            self.note(TillAction::LineVoided, [say::DEPOSIT_EMPTIES(), " ", code.as_str()].concat());
        }
    }

    /// The containers of a product come back.
    fn give_back_of(self, code: ProductCode) {
        let known = self.known.with_value(|known| known.get(&code).cloned());
        spawn_local(async move {
            let found = match known {
                Some(product) => Ok(product),
                None => call(Lookup { code }).await,
            };
            match found {
                Ok(product) if product.deposits.taken().next().is_some() => {
                    for carried in product.deposits.taken() {
                        self.put_empties(&carried.deposit, carried.count.into());
                    }
                }
                Ok(product) => {
                    play(Sound::Wrong);
                    let name = untrack(|| local(&product.name));
                    let words = [&name, ": ", say::DEPOSIT_NO_CONTAINERS()].concat();
                    self.empties_said.try_set(Some(words));
                }
                Err(refusal) => {
                    play(Sound::Wrong);
                    let said = untrack(|| crate::refusal::explain(&refusal).happened);
                    self.empties_said.try_set(Some(said));
                }
            }
        });
    }

    /// Empties at what they are worth now, for a ticket on which they came at something else; those that the shop gives back
    /// no more stay, and the sale says so.
    fn empties_again(self) {
        let known = untrack(shop).map(|shop| shop.deposits.clone()).unwrap_or_default();
        self.ticket.update(|ticket| {
            for there in &mut ticket.empties {
                if let Some(now) = known.iter().find(|now| now.code == there.deposit.code) {
                    there.deposit = now.clone();
                }
            }
        });
    }

    /// Changes what is taken off: a line, or all of it.
    pub(super) fn set_change(self, line: Option<LineId>, change: Change) -> bool {
        self.change(|ticket| {
            match line {
                None => ticket.off = change.off,
                Some(id) => {
                    for there in ticket.lines.iter_mut().filter(|there| there.id == id) {
                        there.change = change;
                    }
                }
            }
            Ok(())
        })
    }

    /// Throws the ticket away.
    pub(super) fn void(self) {
        let total = untrack(|| money(self.total()));
        self.note(TillAction::TicketVoided, total);
        self.let_go();
        self.next();
    }

    /// Gives back what was taken for a ticket that is not sold here. Where the hub cannot be asked now, it does so by itself
    /// within a day.
    pub(super) fn let_go(self) {
        for taken in self.taken.get_untracked() {
            self.release(taken, Callback::new(|_| {}));
        }
        let sale = self.ticket.with_untracked(|ticket| ticket.sale);
        self.free_coupons(self.coupons.get_untracked().iter().map(|coupon| coupon.id).collect(), sale);
    }

    /// Gives back what was taken, and tells whether it was.
    pub(super) fn release(self, taken: Taken, done: Callback<Result<(), Refusal>>) {
        let paid_for = PaidFor::Sale(self.ticket.with_untracked(|ticket| ticket.sale));
        spawn_local(async move {
            let outcome = match taken.tender {
                tender if tender.is_on_card() => {
                    call_again(ReleaseValue { payment: taken.payment }, new_id()).await.map(|_| ())
                }
                _ => call_again(UndoCode { paid_for }, new_id()).await.map(|_| ()),
            };
            done.run(outcome);
        });
    }

    /// Goods of an earlier sale that come back for those of this ticket; None takes them off again.
    pub(super) fn exchange(self, back: Option<Exchange>) -> bool {
        self.change(|ticket| {
            ticket.exchange = back.map(Box::new);
            Ok(())
        })
    }

    /// Keeps the serial or lot number of a line.
    pub(super) fn number_line(self, line: LineId, serial: &str) -> bool {
        self.change(|ticket| {
            for there in ticket.lines.iter_mut().filter(|there| there.id == line) {
                there.serial = serial.trim().to_owned();
            }
            Ok(())
        })
    }

    /// What is noted on the ticket.
    pub(super) fn write(self, note: String) -> bool {
        self.change(|ticket| {
            ticket.note = note;
            Ok(())
        })
    }

    /// Writes into the journal what changes no sum. It is no reason to stop a sale where that cannot be had just now.
    pub(super) fn note(self, action: TillAction, about: String) {
        if self.training.get_untracked() {
            return;
        }
        let note = TakeNote { note: new_id(), action, about };
        spawn_local(async move {
            let _ = call_again(note, new_id()).await;
        });
    }

    /// Begins the next ticket.
    pub(super) fn next(self) {
        self.begin(Ticket::new(new_id()));
    }

    /// Begins with this ticket.
    pub(super) fn begin(self, ticket: Ticket) {
        let card = ticket.card;
        renew(self.step, Step::Ringing);
        renew(self.undo, Vec::new());
        renew(self.cards, Vec::new());
        renew(self.taken, Vec::new());
        renew(self.foreign, None);
        renew(self.gift_card, None);
        self.no_coupons();
        renew(self.member, None);
        renew(self.proof, None);
        renew(self.allowed, None);
        renew(self.problem, None);
        renew(self.chosen, None);
        renew(self.times, 1);
        renew(self.ticket, ticket);
        for quiet in [self.busy, self.training] {
            let now = quiet.get_untracked();
            renew(quiet, now);
        }
        if let Some(card) = card {
            self.meet(card);
        }
    }

    /// Nothing of coupons is on the ticket, or was said of any.
    fn no_coupons(self) {
        renew(self.coupons, Vec::new());
        renew(self.of_member, Vec::new());
        renew(self.without_coupon, false);
        renew(self.coupon_said, None);
    }

    /// Goes on to paying, where there is something to pay.
    pub(crate) fn pay(self) {
        let ready = untrack(|| !self.is_empty() && self.rung().is_ok() && self.cards_fit());
        if ready && matches!(*self.step.read_untracked(), Step::Ringing) && !self.picks_coupon() {
            self.problem.set(None);
            self.words.set(String::new());
            self.step.set(Step::Paying);
        }
    }

    /// Back to the goods.
    pub(super) fn ring_on(self) {
        self.step.set(Step::Ringing);
    }

    /// What is left for cash, before it is rounded: below zero where goods that come back are worth more. Tracked.
    pub(super) fn rest(self) -> Money {
        let to_pay = self.to_pay();
        let cards =
            self.cards.with(|cards| cards.iter().map(|card| card.amount.money().minor).collect::<Vec<_>>());
        let taken =
            self.taken.with(|taken| taken.iter().map(|taken| taken.amount.money().minor).collect::<Vec<_>>());
        let rest = cards.into_iter().chain(taken).fold(to_pay.minor, i64::saturating_sub);
        to_pay.currency.minor(rest)
    }

    /// What is due in cash, beside that of another currency: below zero where that is more than enough. Tracked.
    pub(super) fn cash_due(self) -> Money {
        let rest = self.rest();
        let due = self.rules().rounding.map_or(rest, |rounding| rounding.rounded(rest));
        let worth = self.foreign.get().map_or(0, |foreign| foreign.worth.money().minor);
        due.currency.minor(due.minor.saturating_sub(worth))
    }

    /// What is due in cash, and nothing where some is to be given back. Tracked.
    pub(super) fn cash_due_now(self) -> Money {
        let due = self.cash_due();
        due.currency.minor(due.minor.max(0))
    }

    /// Whether what is paid beside cash is no more than there is to pay. Tracked.
    pub(super) fn cards_fit(self) -> bool {
        let (rest, to_pay) = (self.rest().minor, self.to_pay().minor);
        rest >= 0 || rest == to_pay
    }

    /// The sale as it is to be recorded.
    fn record(self, cash: Money) -> RecordSale {
        let ticket = self.ticket.get_untracked();
        let lines = ticket.lines.iter();
        RecordSale {
            sale: ticket.sale,
            lines: lines
                .clone()
                .map(|line| PlaceLine { id: line.id, product: line.product.id, measure: line.measure })
                .collect(),
            cash,
            expected_total: untrack(|| self.total()),
            cards: self.cards.get_untracked(),
            changes: lines
                .filter(|line| !line.change.is_none())
                .map(|line| LineChange { line: line.id, change: line.change })
                .collect(),
            off: ticket.off,
            note: ticket.note,
            card: ticket.card,
            allowed_by: self.allowed.with_untracked(|allowed| allowed.as_ref().map(|allowed| allowed.by)),
            taken: self.taken.get_untracked(),
            foreign: self.foreign.get_untracked(),
            exchange: ticket.exchange.map(|exchange| Box::new(exchange.back)),
            promotions: self
                .promoted
                .with_untracked(|priced| priced.as_ref().map(|priced| priced.allocations.clone()))
                .unwrap_or_default(),
            coupons: self.used_coupons(),
            empties: ticket.empties.iter().map(Empties::asked).collect(),
            serials: ticket
                .lines
                .iter()
                .filter(|line| !line.serial.is_empty())
                .map(|line| LineSerial { line: line.id, serial: line.serial.clone() })
                .collect(),
        }
    }

    /// Sells what is rung up for `cash` and the cards. Sent again after a lost answer, it is the same sale.
    pub(super) fn sell(self, cash: Money) {
        if self.busy.get_untracked() {
            return;
        }
        let record = self.record(cash);
        if self.training.get_untracked() {
            self.sold(self.as_if_sold(&record));
            return;
        }
        // What is sent is kept first: after a power cut it is the same sale.
        self.keep();
        self.busy.set(true);
        self.problem.set(None);
        spawn_local(async move {
            let outcome = call_again(record, new_id()).await;
            if self.busy.try_set(false).is_some() {
                return;
            }
            match outcome {
                Ok(sale) => {
                    self.sold(Some(sale));
                    self.shift.reload();
                }
                // It was sold, with other money on the counter: the first answer was lost.
                Err(Refusal::IdReused) => self.find_sold(),
                Err(refusal) => {
                    play(Sound::Wrong);
                    if matches!(refusal, Refusal::TotalChanged { .. }) {
                        self.prices_again();
                    }
                    self.problem.set(Some(Problem::Refused(refusal)));
                }
            }
        });
    }

    fn find_sold(self) {
        let sale = self.ticket.with_untracked(|ticket| ticket.sale);
        spawn_local(async move {
            match call(GetSale::Key(sale)).await {
                Ok(found) => self.sold(Some(found.sale)),
                Err(refusal) => _ = self.problem.try_set(Some(Problem::Refused(refusal))),
            }
        });
    }

    fn sold(self, sale: Option<Sale>) {
        let Some(sale) = sale else { return };
        let training = self.training.get_untracked();
        let unused = self.coupons.get_untracked().into_iter().map(|coupon| coupon.id);
        let unused = unused.filter(|coupon| training || !sale.coupons.contains(coupon));
        self.free_coupons(unused.collect(), sale.id);
        play(Sound::Done);
        let words = untrack(|| say::till_announce_sold(&money(sale.totals.total), &money(sale.change)));
        announce(&words);
        renew(self.step, Step::Sold(Box::new(sale)));
        // What was sold is on no ticket any more, also where the page is left now.
        renew(self.ticket, Ticket::new(new_id()));
        renew(self.undo, Vec::new());
        renew(self.cards, Vec::new());
        renew(self.taken, Vec::new());
        renew(self.foreign, None);
        self.no_coupons();
    }

    /// What a training sale looks like: nothing of it is kept anywhere.
    fn as_if_sold(self, record: &RecordSale) -> Option<Sale> {
        let who = untrack(signed_in)?;
        let rung = untrack(|| self.rung()).ok()?;
        let rounding = untrack(|| self.rules()).rounding;
        let credit = untrack(|| self.credit());
        let laid = Laid {
            cards: &record.cards,
            taken: &record.taken,
            credit,
            cash: record.cash,
            foreign: record.foreign,
        };
        let paid = match ticket::paid(rung.totals.total, &laid, rounding) {
            Ok(paid) => paid,
            Err(error) => {
                self.problem.set(Some(Problem::Ticket(error)));
                return None;
            }
        };
        let ticket = self.ticket.get_untracked();
        let lines = ticket.lines.iter().zip(&rung.amounts);
        Some(Sale {
            id: record.sale,
            till: DeviceId(uuid::Uuid::nil()),
            number: 0,
            by: who.staff,
            at: crate::client::clock::now(),
            lines: lines.map(|(line, amount)| sold_line(line, *amount)).collect(),
            taken_off: ticket
                .lines
                .iter()
                .zip(rung.taken_off())
                .filter(|(_, amount)| !amount.is_zero())
                .map(|(line, amount)| TakenOff { line: line.id, amount })
                .collect(),
            totals: rung.totals,
            cash: record.cash,
            change: paid.change,
            cards: record.cards.clone(),
            note: record.note.clone(),
            card: record.card,
            allowed_by: record.allowed_by,
            shift: None,
            taken: record.taken.clone(),
            foreign: record.foreign,
            serials: record.serials.clone(),
            promotions: record.promotions.clone(),
            coupons: record.coupons.clone(),
            empties: ticket.empties,
            credit: ticket
                .exchange
                .map(|exchange| Credit { refund: exchange.back.refund, amount: exchange.worth }),
        })
    }

    /// Asks for the prices of now, for a ticket that was rung up at others.
    fn prices_again(self) {
        self.known.update_value(HashMap::clear);
        self.empties_again();
        let codes: Vec<ProductCode> =
            self.ticket.with_untracked(|ticket| ticket.lines.iter().map(|line| line.product.code).collect());
        spawn_local(async move {
            for code in codes {
                if let Ok(product) = call(Lookup { code }).await {
                    self.ticket.try_update(|ticket| {
                        for line in ticket.lines.iter_mut().filter(|line| line.product.id == product.id) {
                            let goods = Arc::make_mut(&mut line.product);
                            (goods.price, goods.tax) = (product.price, product.tax);
                            goods.deposits.clone_from(&product.deposits);
                        }
                    });
                }
            }
        });
    }

    /// Asks whether the manager of this PIN allows what was taken off.
    pub(super) fn ask_manager(self, pin: &str) {
        let Ok(pin) = pin.parse() else {
            self.problem.set(Some(Problem::Refused(Refusal::Invalid {
                field: "pin".to_owned(),
                reason: "4 to 8 digits".to_owned(),
            })));
            return;
        };
        let sale = self.ticket.with_untracked(|ticket| ticket.sale);
        self.busy.set(true);
        spawn_local(async move {
            let outcome = call(Allow { sale, pin }).await;
            if self.busy.try_set(false).is_some() {
                return;
            }
            match outcome {
                Ok(allowed) => {
                    self.problem.set(None);
                    self.allowed.set(Some(allowed));
                }
                Err(refusal) => {
                    play(Sound::Wrong);
                    self.problem.set(Some(Problem::Refused(refusal)));
                }
            }
        });
    }

    /// Whether a shift is open; None while that is not known. Tracked.
    pub(super) fn is_open(self) -> Option<bool> {
        self.shift.with(|load| match load {
            Load::Ready(state) => Some(state.open.is_some()),
            Load::Loading | Load::Failed(_) => None,
        })
    }
}

/// Sets a value that much of the page follows which comes and goes with each sale. A signal of the library keeps whoever has
/// read it, views that are gone too. Whoever is still there has just been told, and follows it again by reading it.
fn renew<T: Send + Sync + 'static>(signal: RwSignal<T>, value: T) {
    signal.set(value);
    signal.clear_subscribers();
}

/// What the shop's promotions make of a ticket with these coupons. Tracked.
fn promoted(ticket: &Ticket, coupons: &[Coupon]) -> Option<Priced> {
    let given = promotions_of(coupons);
    // Every card is of the lowest level.
    let member = ticket.card.map(|_| 0);
    let priced = promotions::with_rules(Channel::Counter, member, |rules, context| {
        ticket.promoted(rules, &Context { coupons: &given, ..*context })
    })?;
    match priced {
        Ok(priced) => Some(priced),
        Err(error) => {
            leptos::logging::error!("the ticket is at the shop's own prices: {error}");
            None
        }
    }
}

/// A day of the shop's calendar, where it is over.
fn day_past(date: Date) -> Option<String> {
    let today = i18n::day_key(clock::now(), &untrack(zone));
    let year = date.full_year(today.get(..4)?.parse().ok()?);
    // Without a day it is the month's last one.
    let day = format!("{year:04}-{:02}-{:02}", date.month, date.day.unwrap_or(31));
    (day < today).then_some(day)
}

fn sold_line(line: &TicketLine, amount: Money) -> OrderLine {
    OrderLine {
        id: line.id,
        product: line.product.id,
        code: line.product.code,
        name: line.product.name.clone(),
        picture: line.product.picture.clone(),
        price: line.change.price.unwrap_or(line.product.price),
        sold_by: line.product.sold_by,
        tax: line.product.tax,
        measure: line.measure,
        amount,
        aisle: None,
        min_age: line.product.min_age,
        tagged: line.product.tagged,
        picked: 0,
        missing: 0,
        returned: 0,
        weighed: None,
        replaces: None,
        offer: None,
        deposits: line.product.deposits.frozen(),
    }
}

/// What is taken off, in words. Tracked.
pub(super) fn off_words(off: Off) -> String {
    match off {
        Off::Share(share) => {
            let hundredths = share.hundredths();
            let percent = match hundredths % 100 {
                0 => (hundredths / 100).to_string(),
                rest => format!("{}.{:02}", hundredths / 100, rest),
            };
            ["−", &percent, " %"].concat()
        }
        Off::Amount(amount) => ["−", &money(amount.money())].concat(),
    }
}
