//! What the shop's promotions make of the basket: whoever knows them all is asked, the hub or the app's own shell, and the
//! answer is shown once it is told. A browser that reaches neither shows the shop's own prices.

use std::cell::RefCell;

use leptos::prelude::*;
use ministore_core::order::{Quote, Quoted};
use ministore_core::sync::Changed;
use wasm_bindgen_futures::spawn_local;

use super::shop::shop;
use crate::client::call;
use crate::client::events::{Live, on_live};

/// How many answers are kept: a basket in two parts, and what it was a moment ago.
const KEPT: usize = 8;

/// An answer, and whether nothing has been heard since that may change it.
struct Told {
    quote: Quote,
    quoted: Quoted,
    fresh: bool,
}

thread_local! {
    static TOLD: ArcRwSignal<Vec<Told>> = ArcRwSignal::new(Vec::new());
    /// What is being asked, or could not be had until the way to the hub is back.
    static ASKED: RefCell<Vec<Quote>> = const { RefCell::new(Vec::new()) };
}

/// Follows what changes prices: the shop, and the caller's card.
pub(crate) fn start() {
    on_live(|live| {
        if matches!(live, Live::Anything | Live::Changed(Changed::Shop | Changed::Card)) {
            ask_again();
        }
    });
}

/// Asks anew for whatever is shown; what was told is shown until then.
pub(crate) fn ask_again() {
    ASKED.with_borrow_mut(Vec::clear);
    TOLD.with(|told| told.update(|told| told.iter_mut().for_each(|one| one.fresh = false)));
}

/// What the lines come to with promotions; None until that is told, and in a shop without any. Tracked.
pub(crate) fn quoted(quote: Quote) -> Option<Quoted> {
    if shop()?.promotions.text().is_empty() {
        return None;
    }
    let (quoted, fresh) = TOLD.with(|told| {
        told.with(|told| {
            let one = told.iter().find(|one| one.quote == quote);
            (one.map(|one| one.quoted.clone()), one.is_some_and(|one| one.fresh))
        })
    });
    if !fresh {
        ask(quote);
    }
    quoted
}

fn ask(quote: Quote) {
    let new = ASKED.with_borrow_mut(|asked| {
        let new = !asked.contains(&quote);
        if new {
            asked.push(quote.clone());
        }
        new
    });
    if !new {
        return;
    }
    spawn_local(async move {
        let outcome = call(quote.clone()).await;
        // What cannot be had now is asked for again once there is a way; what is refused says so when it is ordered.
        let Ok(quoted) = outcome else { return };
        ASKED.with_borrow_mut(|asked| asked.retain(|one| *one != quote));
        TOLD.with(|told| {
            told.update(|told| {
                told.retain(|one| one.quote != quote);
                told.truncate(KEPT - 1);
                told.insert(0, Told { quote, quoted, fresh: true });
            });
        });
    });
}
