//! What customers are to see of a till: as a till at this device says it, and as the hub tells it to a display with a key.
//!
//! A window beside the till reads what the till keeps in the page's own storage, so it needs no hub. A tablet of its own
//! listens at the hub, and shows the code by which a till finds it.

use std::cell::{Cell, RefCell};

use leptos::prelude::*;
use ministore_core::customer_display::{CustomerView, DisplayNews, LOST_AFTER};
use ministore_core::issued::DisplayCode;
use ministore_core::time::Timestamp;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::{clock, device, events, json, new_id, storage};

/// Where the till at this device keeps what customers are to see.
const SAID: &str = "ministore.shown";

/// Where a display keeps its key.
const KEY: &str = "ministore.display-key";

/// What a till at this device said last.
#[derive(Clone, PartialEq, Serialize, Deserialize)]
struct Said {
    view: Option<CustomerView>,
    at: Timestamp,
    /// Which page did.
    by: Uuid,
}

/// What the hub told last, and when.
#[derive(Clone, PartialEq)]
struct Told {
    news: DisplayNews,
    at: Timestamp,
}

thread_local! {
    static PAGE: Uuid = new_id();
    static LISTENS: RefCell<Option<String>> = const { RefCell::new(None) };
    static HEARS: Cell<bool> = const { Cell::new(false) };
    static HERE: ArcRwSignal<Option<Said>> = ArcRwSignal::new(None);
    static THERE: ArcRwSignal<Option<Told>> = ArcRwSignal::new(None);
}

/// What a display shows.
#[derive(Clone, PartialEq, Debug)]
pub(crate) enum Seen {
    /// What a till says.
    Till(Box<CustomerView>),
    /// No till says anything.
    NoTill,
}

/// Says what customers are to see; none when the till goes.
pub(crate) fn say(view: Option<CustomerView>) {
    let by = PAGE.with(|page| *page);
    storage::set_json(SAID, &Said { view, at: clock::now(), by });
}

/// Whether another page of this device was the last to say something, and did so just now: it is its turn.
pub(crate) fn is_anothers() -> bool {
    let by = PAGE.with(|page| *page);
    storage::get_json::<Said>(SAID)
        .is_some_and(|said| said.by != by && said.view.is_some() && is_fresh(said.at, clock::now()))
}

/// Begins to be a display.
pub(crate) fn listen() {
    HERE.with(|signal| signal.set(storage::get_json(SAID)));
    if HEARS.replace(true) {
        return;
    }
    storage::on_change(SAID, || HERE.with(|signal| signal.set(storage::get_json(SAID))));
    let kept = storage::get(KEY);
    // Without random numbers nothing secret can be made: then only the window beside the till shows anything.
    let key = kept.or_else(|| device::secret().ok().map(|key| key.to_string()));
    if let Some(key) = key {
        storage::set(KEY, &key);
        LISTENS.replace(Some(key));
        events::listen_anew();
    }
}

/// The key to listen with, where this page is a display.
pub(super) fn key() -> Option<String> {
    LISTENS.with_borrow(Clone::clone)
}

/// Takes in what the hub told.
pub(super) fn heard(data: &str) {
    if let Ok(news) = json::parse(data) {
        THERE.with(|signal| signal.set(Some(Told { news, at: clock::now() })));
    }
}

/// The code by which a till finds this display, once the hub has given one. Tracked.
pub(crate) fn code() -> Option<DisplayCode> {
    THERE.with(|signal| signal.with(|told| told.as_ref().map(|told| told.news.code)))
}

/// What is to be seen at `now`; `reached` says whether the hub is. Tracked.
pub(crate) fn seen(now: Timestamp, reached: bool) -> Seen {
    let here = HERE.with(|signal| signal.get()).and_then(|said| fresh(said.view, said.at, now));
    let there = || {
        let told = THERE.with(|signal| signal.get()).filter(|_| reached)?;
        fresh(told.news.view, told.at, now)
    };
    here.or_else(there).map_or(Seen::NoTill, |view| Seen::Till(Box::new(view)))
}

fn fresh(view: Option<CustomerView>, at: Timestamp, now: Timestamp) -> Option<CustomerView> {
    view.filter(|_| is_fresh(at, now))
}

/// Whether what was said at `at` still stands. A clock that was set back says nothing about an age.
const fn is_fresh(at: Timestamp, now: Timestamp) -> bool {
    now.0.saturating_sub(at.0) < LOST_AFTER
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_till_that_says_nothing_is_lost_after_a_while() {
        let at = Timestamp(1_000_000);
        assert!(is_fresh(at, at));
        assert!(is_fresh(at, Timestamp(at.0 + LOST_AFTER - 1)));
        assert!(!is_fresh(at, Timestamp(at.0 + LOST_AFTER)));
        assert!(is_fresh(at, Timestamp(0)));
    }
}
