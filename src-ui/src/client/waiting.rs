//! Orders that have not reached the hub yet: kept on this device, shown as waiting, sent again with the same keys.

use std::cell::Cell;

use leptos::prelude::*;
use ministore_core::id::{CallId, OrderId};
use ministore_core::order::{Order, OrderState, Place};
use ministore_core::refusal::Refusal;
use ministore_core::sync::Changed;
use ministore_core::time::Timestamp;
use serde::{Deserialize, Serialize};
use wasm_bindgen_futures::spawn_local;

use super::events::{self, Live};
use super::{clock, connection, ipc, storage};

const KEPT: &str = "ministore.waiting";
/// Between two attempts while something waits, in milliseconds.
const PAUSE: i32 = 20_000;

/// An order that waits for the hub, or that the hub refused when it arrived.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub(crate) struct Waiting {
    /// What was ordered.
    pub(crate) place: Place,
    /// Since when.
    pub(crate) since: Timestamp,
    /// Why the hub refused it; None while it waits.
    pub(crate) refused: Option<Refusal>,
    /// The key it is sent with. The shell keeps it to itself.
    #[serde(default)]
    call: Option<CallId>,
}

/// What became of an order.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) enum Placed {
    /// The hub has it.
    Now(Box<Order>),
    /// It waits for the hub.
    Later,
}

thread_local! {
    static WAITING: ArcRwSignal<Vec<Waiting>> = ArcRwSignal::new(first());
    static SENDING: Cell<bool> = const { Cell::new(false) };
}

fn first() -> Vec<Waiting> {
    if ipc::present() { Vec::new() } else { storage::get_json(KEPT).unwrap_or_default() }
}

/// The orders that wait or were refused, oldest first. Tracked.
pub(crate) fn waiting() -> Vec<Waiting> {
    WAITING.with(|signal| signal.get())
}

/// Places an order; where the hub cannot be reached it waits. Errors are the hub's refusals: nothing was ordered.
pub(crate) async fn place(place: Place, call: CallId) -> Result<Placed, Refusal> {
    let outcome = super::call_again(place.clone(), call).await;
    match outcome {
        Ok(order) => {
            change(|all| all.retain(|one| one.place.order != order.id));
            Ok(Placed::Now(Box::new(order)))
        }
        Err(refusal) if ipc::present() => {
            let order = place.order;
            refresh_from_shell().await;
            let waits = untrack(waiting).iter().any(|one| one.place.order == order && one.refused.is_none());
            if waits { Ok(Placed::Later) } else { Err(refusal) }
        }
        Err(Refusal::Offline) => {
            change(|all| {
                all.retain(|one| one.place.order != place.order);
                all.push(Waiting { place, since: clock::now(), refused: None, call: Some(call) });
            });
            keep_trying();
            Ok(Placed::Later)
        }
        Err(refusal) => Err(refusal),
    }
}

/// Takes a waiting order back, or puts a refused one away.
pub(crate) async fn dismiss(order: OrderId) -> Result<(), Refusal> {
    if ipc::present() {
        ipc::command::<()>("dismiss", &[("order", order.to_string().into())]).await?;
        refresh_from_shell().await;
    } else {
        change(|all| all.retain(|one| one.place.order != order));
    }
    Ok(())
}

/// Starts trying at once if anything waits from before.
pub(crate) fn start() {
    if ipc::present() {
        ipc::listen("status", |_| spawn_local(refresh_from_shell()));
        spawn_local(refresh_from_shell());
        return;
    }
    connection::on_back(send_all);
    note_count();
    if anything_waits() {
        keep_trying();
    }
}

fn anything_waits() -> bool {
    WAITING.with(|signal| signal.with_untracked(|all| all.iter().any(|one| one.refused.is_none())))
}

fn note_count() {
    let count = WAITING
        .with(|signal| signal.with_untracked(|all| all.iter().filter(|one| one.refused.is_none()).count()));
    connection::note_waiting(count as u32);
}

/// Sends everything that waits, one after the other.
fn send_all() {
    if ipc::present() || SENDING.replace(true) {
        return;
    }
    spawn_local(async {
        let to_send = WAITING.with(|signal| signal.get_untracked());
        for one in to_send.into_iter().filter(|one| one.refused.is_none()) {
            let order = one.place.order;
            let call = one.call.unwrap_or(CallId(order.0));
            match super::call_again(one.place, call).await {
                Ok(placed) => {
                    change(|all| all.retain(|one| one.place.order != order));
                    let changed = Changed::Order { order, number: placed.number, state: OrderState::Placed };
                    events::tell(&Live::Changed(changed));
                }
                Err(refusal) if refusal.is_passing() => break,
                Err(refusal) => change(|all| {
                    if let Some(one) = all.iter_mut().find(|one| one.place.order == order) {
                        one.refused = Some(refusal);
                    }
                }),
            }
        }
        SENDING.set(false);
    });
}

fn keep_trying() {
    spawn_local(async {
        while anything_waits() {
            send_all();
            clock::sleep(PAUSE).await;
        }
    });
}

async fn refresh_from_shell() {
    if let Ok(all) = ipc::command::<Vec<Waiting>>("waiting", &[]).await {
        WAITING.with(|signal| signal.set(all));
        note_count();
    }
}

fn change(edit: impl FnOnce(&mut Vec<Waiting>)) {
    WAITING.with(|signal| {
        signal.update(edit);
        if !ipc::present() {
            signal.with_untracked(|all| storage::set_json(KEPT, all));
        }
    });
    note_count();
}
