//! How things stand between this device and the hub: in step or not, since when, what waits, and what was refused.

use leptos::prelude::*;
use leptos_router::components::A;
use ministore_core::time::Timestamp;
use wasm_bindgen_futures::spawn_local;

use super::icon::{Icon, icon};
use crate::client::connection::{self, Connection, connection, waiting_count};
use crate::client::ipc::{self, Status};
use crate::i18n::{day_and_time, say};
use crate::state::shop;

/// The facts, as they are while they are shown. `orders` says whether the reader's own orders are at hand.
pub(crate) fn in_step(orders: bool) -> AnyView {
    if ipc::present() {
        spawn_local(async {
            // The shell tells of every change but the time of the last contact, which has to be asked for.
            if let Ok(status) = ipc::command::<Status>("status", &[]).await {
                ipc::note_status(status);
            }
        });
    }
    let state = move || match connection() {
        Connection::Offline => (Icon::Offline, say::STEP_OFFLINE()),
        Connection::Online | Connection::Untried if waiting() > 0 => (Icon::Clock, say::STEP_SENDING()),
        Connection::Online | Connection::Untried => (Icon::Check, say::STEP_ONLINE()),
    };
    let at = |at: Timestamp| day_and_time(at, &shop::zone());
    let last = move || match ipc::status() {
        Some(status) => status.last_contact.map(Timestamp),
        None => connection::last_contact(),
    };
    let orders_waiting = move || {
        let count = waiting_count();
        (count > 0).then(|| {
            let words = move || say::strip_waiting(count);
            if orders { view! { <A href="/orders">{words}</A> }.into_any() } else { words().into_any() }
        })
    };
    let refused =
        move || ipc::status().map(|status| status.refused).filter(|count| *count > 0).map(say::step_refused);
    let facts = move || {
        ipc::status().filter(|status| status.facts > 0).map(|status| {
            let since = status.facts_since.map(|since| at(Timestamp(since))).unwrap_or_default();
            say::step_facts(status.facts, &since)
        })
    };
    let clashing = move || {
        ipc::status().map(|status| status.facts_clashing).filter(|count| *count > 0).map(say::step_clashing)
    };
    let nothing =
        move || (waiting() == 0 && refused().is_none() && clashing().is_none()).then(say::STEP_NOTHING);
    view! {
        <div class="in-step" data-testid="in-step">
            <p class="with-sign" data-testid="step-state">
                {move || icon(state().0)} <strong>{move || state().1}</strong>
            </p>
            <p class="quiet-text" data-testid="step-last">
                {move || last().map_or_else(|| say::STEP_NEVER().to_owned(), |last| say::step_last(&at(last)))}
            </p>
            <ul class="step-list" data-testid="step-waiting">
                {move || orders_waiting().map(|line| view! { <li>{line}</li> })}
                {move || facts().map(|line| view! { <li>{line}</li> })}
                {move || refused().map(|line| view! { <li class="step-bad">{line}</li> })}
                {move || clashing().map(|line| view! { <li class="step-bad">{line}</li> })}
                {move || nothing().map(|line| view! { <li>{line}</li> })}
            </ul>
        </div>
    }
    .into_any()
}

/// How much waits to be sent. Tracked.
fn waiting() -> u32 {
    waiting_count() + ipc::status().map_or(0, |status| status.facts)
}
