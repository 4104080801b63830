//! What customers see of the till: made of its ticket, said to the window beside it, and shown on the tablet that it was
//! given the code of.

use std::time::Duration;

use leptos::prelude::*;
use ministore_core::customer_display::{BEAT, CustomerView, FollowDisplay, ShowOnDisplay, ShownLine, Stage};
use ministore_core::fact::Sale;
use ministore_core::id::DisplayId;
use ministore_core::issued::DisplayCode;
use ministore_core::money::{Money, MoneyError};
use ministore_core::receipt::ReceiptCode;
use ministore_core::refusal::{Refusal, Thing};
use serde::{Deserialize, Serialize};
use wasm_bindgen_futures::spawn_local;

use super::super::sound::{Sound, play};
use super::rung::{Step, TillDesk};
use crate::client::{call, customer_display, storage};
use crate::i18n::say;
use crate::widgets::announcer::announce;

/// Where the till keeps which display it shows on.
const KEPT: &str = "ministore.shown-on";

/// A display that this till shows on.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub(super) struct ShownOn {
    display: DisplayId,
    /// The code that it had.
    pub(super) code: DisplayCode,
}

/// What the customers' side knows beside the ticket. Cheap to copy; lives as the till does.
#[derive(Clone, Copy)]
pub(crate) struct Shown {
    /// The cash that was handed over, while it is being paid.
    pub(super) received: RwSignal<Option<Money>>,
    /// What the customer's phone scans to pay, while it is being paid.
    pub(super) to_scan: RwSignal<Option<String>>,
    /// Whether the customer is shown where to become a member.
    pub(super) join: RwSignal<bool>,
    /// The display that it is shown on.
    pub(super) on: RwSignal<Option<ShownOn>>,
    /// Why the display could not be shown on the last time, or not be found.
    pub(super) trouble: RwSignal<Option<Refusal>>,
    /// Whether a display is being looked for.
    pub(super) busy: RwSignal<bool>,
    /// What is to be sent next: a newer one takes the place of what has not gone yet.
    next: StoredValue<Option<ShowOnDisplay>>,
    sending: StoredValue<bool>,
}

impl Shown {
    pub(super) fn open() -> Self {
        Self {
            received: RwSignal::new(None),
            to_scan: RwSignal::new(None),
            join: RwSignal::new(false),
            on: RwSignal::new(storage::get_json(KEPT)),
            trouble: RwSignal::new(None),
            busy: RwSignal::new(false),
            next: StoredValue::new(None),
            sending: StoredValue::new(false),
        }
    }

    /// Shows on the display whose symbol this is. Whether it was one.
    pub(crate) fn heard(self, text: &str) -> bool {
        match DisplayCode::read_symbol(text) {
            Ok(code) => {
                self.follow(code);
                true
            }
            Err(_) => false,
        }
    }

    /// Shows on the display with this code from now on.
    pub(super) fn follow(self, code: DisplayCode) {
        if self.busy.get_untracked() {
            return;
        }
        self.busy.set(true);
        self.trouble.set(None);
        spawn_local(async move {
            let outcome = call(FollowDisplay { code }).await;
            if self.busy.try_set(false).is_some() {
                return;
            }
            match outcome {
                Ok(found) => {
                    self.leave();
                    let on = ShownOn { display: found.display, code };
                    storage::set_json(KEPT, &on);
                    self.on.set(Some(on));
                    play(Sound::Done);
                    announce(&say::front_shown_on(&code.to_string()));
                }
                Err(refusal) => {
                    play(Sound::Wrong);
                    self.trouble.set(Some(refusal));
                }
            }
        });
    }

    /// Shows nothing there any more.
    pub(super) fn leave(self) {
        if let Some(on) = self.on.get_untracked() {
            self.send(ShowOnDisplay { display: on.display, view: None });
        }
        storage::remove(KEPT);
        self.on.set(None);
        self.trouble.set(None);
    }

    /// Whether the display was away the last time that something was to be shown on it. Tracked.
    pub(super) fn is_away(self) -> bool {
        self.on.with(Option::is_some) && self.trouble.with(Option::is_some)
    }

    /// Shows the cash that is handed over, for as long as the view that asks is there.
    pub(super) fn receives(self, received: Memo<Option<Money>>) {
        Effect::new(move |_| self.received.set(received.get()));
        on_cleanup(move || _ = self.received.try_set(None));
    }

    fn show(self, view: CustomerView) {
        if let Some(on) = self.on.get_untracked() {
            self.send(ShowOnDisplay { display: on.display, view: Some(view) });
        }
    }

    fn send(self, show: ShowOnDisplay) {
        self.next.set_value(Some(show));
        if self.sending.get_value() {
            return;
        }
        self.sending.set_value(true);
        spawn_local(async move {
            while let Some(Some(show)) = self.next.try_update_value(Option::take) {
                let display = show.display;
                let outcome = call(show).await;
                // Of a display that was left meanwhile nothing is told.
                let Some(on) = self.on.try_get_untracked() else { return };
                if on.is_some_and(|on| on.display == display) {
                    self.trouble.set(outcome.err());
                }
            }
            self.sending.try_update_value(|sending| *sending = false);
        });
    }
}

/// How long after a change customers see it, in milliseconds: no longer than they need to look up.
const AFTER: u64 = 80;

/// Says what is to be seen with every change, and now and then without one, for as long as somebody is signed in.
pub(super) fn publish(till: TillDesk) {
    let view = RwSignal::new(untrack(|| view_of(till)));
    let waits = StoredValue::new(false);
    // Off the frame in which the cashier sees what was rung up.
    Effect::new(move |_| {
        till.touched();
        till.shown.received.track();
        till.shown.to_scan.track();
        till.shown.join.track();
        till.shown.on.track();
        if waits.get_value() {
            return;
        }
        waits.set_value(true);
        let now = move || {
            if waits.try_set_value(false).is_some() {
                return; // Nobody is signed in any more.
            }
            let seen = untrack(|| view_of(till));
            customer_display::say(Some(seen.clone()));
            till.shown.show(seen.clone());
            view.set(seen);
        };
        set_timeout(now, Duration::from_millis(AFTER));
    });
    let beat = move || {
        let Some(view) = view.try_get_untracked() else { return };
        if !customer_display::is_anothers() {
            customer_display::say(Some(view.clone()));
            till.shown.show(view);
        }
    };
    let every = set_interval_with_handle(beat, Duration::from_millis(BEAT.unsigned_abs()));
    let left = window_event_listener(leptos::ev::pagehide, |_| say_gone());
    let back = window_event_listener(leptos::ev::pageshow, move |_| beat());
    on_cleanup(move || {
        if let Ok(every) = every {
            every.clear();
        }
        left.remove();
        back.remove();
        say_gone();
    });
}

/// Another page of this device that shows something goes on doing so.
fn say_gone() {
    if !customer_display::is_anothers() {
        customer_display::say(None);
    }
}

/// Whether a refusal says that a display does not listen.
pub(super) const fn is_no_display(refusal: &Refusal) -> bool {
    matches!(refusal, Refusal::NotFound { what: Thing::Display })
}

fn view_of(till: TillDesk) -> CustomerView {
    let practice = till.training.get();
    till.step.with(|step| match step {
        Step::Sold(sale) => sold(sale, practice),
        Step::Ringing => rung(till, Stage::Ringing, practice),
        Step::Paying => {
            let due = till.cash_due_now();
            let received = till.shown.received.get();
            let change = received.map(|received| received.minor - due.minor).filter(|change| *change >= 0);
            CustomerView {
                due: Some(due),
                received,
                change: change.map(|change| due.currency.minor(change)),
                to_scan: till.shown.to_scan.get(),
                ..rung(till, Stage::Paying, practice)
            }
        }
    })
}

fn rung(till: TillDesk, stage: Stage, practice: bool) -> CustomerView {
    let nothing = till.currency().minor(0);
    let empty = CustomerView {
        stage: Stage::Idle,
        lines: Vec::new(),
        items: 0,
        empties: None,
        saved: nothing,
        total: nothing,
        due: None,
        received: None,
        change: None,
        to_scan: None,
        join: till.shown.join.get(),
        receipt: None,
        practice,
    };
    let Ok(rung) = till.rung() else { return empty };
    let lines: Vec<ShownLine> = till.ticket.with(|ticket| {
        let sums = rung.amounts.iter().zip(&rung.list);
        let lines = ticket.lines.iter().zip(sums).map(|(line, (amount, list))| ShownLine {
            name: line.product.name.clone(),
            measure: line.measure,
            price: line.change.price.unwrap_or(line.product.price).money(),
            amount: *amount,
            list: *list,
            deposit: shown_deposit(line.product.deposits.of(line.measure, nothing.currency)),
        });
        lines.collect()
    });
    if till.is_empty() {
        return empty;
    }
    CustomerView {
        stage,
        items: rung.totals.items,
        empties: rung.totals.empties,
        saved: rung.saved(),
        total: till.to_pay(),
        lines,
        ..empty
    }
}

/// A line's deposits, where it has some. What is beyond the range is on no ticket that could be reckoned.
fn shown_deposit(deposit: Result<Money, MoneyError>) -> Option<Money> {
    deposit.ok().filter(|deposit| !deposit.is_zero())
}

fn sold(sale: &Sale, practice: bool) -> CustomerView {
    let nothing = sale.totals.total.currency.minor(0);
    let lines = sale.lines.iter().map(|line| {
        let off = sale.taken_off.iter().find(|off| off.line == line.id).map_or(nothing, |off| off.amount);
        ShownLine {
            name: line.name.clone(),
            measure: line.measure,
            price: line.price.money(),
            amount: line.amount,
            list: nothing.currency.minor(line.amount.minor.saturating_add(off.minor)),
            deposit: shown_deposit(line.deposit()),
        }
    });
    CustomerView {
        stage: Stage::Sold,
        lines: lines.collect(),
        items: sale.totals.items,
        empties: sale.totals.empties,
        saved: sale.saved(),
        total: sale.totals.total,
        due: None,
        received: (!sale.cash.is_zero()).then_some(sale.cash),
        change: Some(sale.change),
        to_scan: None,
        join: false,
        receipt: (!practice && sale.number > 0).then(|| ReceiptCode::of(sale.id)),
        practice,
    }
}
