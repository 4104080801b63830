//! Orders that have not reached the hub yet: kept on this device, shown as waiting, sent again with the same keys.

use std::cell::Cell;

use leptos::prelude::*;
use ministore_core::basket::Basket;
use ministore_core::id::{CallId, OrderId};
use ministore_core::order::{OrderState, Place};
use ministore_core::refusal::Refusal;
use ministore_core::sync::Changed;
use ministore_core::time::Timestamp;
use serde::{Deserialize, Serialize};
use wasm_bindgen_futures::spawn_local;

use super::events::{self, Live};
use super::turn::turn;
use super::{clock, connection, device, ipc, json, storage};
use crate::lasting::Lasting;

/// What each is kept under, before its order's key. One name each: tabs that change different ones do not meet.
const KEPT: &str = "ministore.waiting.";
/// Where earlier versions kept all of them.
const KEPT_TOGETHER: &str = "ministore.waiting";
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
    /// Whether it is being sent for the first time, and whoever ordered looks on. Kept before it is sent: a page that is
    /// ended meanwhile does not know whether the hub has got it, and sends it again.
    #[serde(default)]
    first: bool,
}

thread_local! {
    static WAITING: Lasting<Vec<Waiting>> = Lasting::new(Vec::new());
    static SENDING: Cell<bool> = const { Cell::new(false) };
    static TRYING: Cell<bool> = const { Cell::new(false) };
}

/// The orders that wait or were refused, oldest first. Tracked.
pub(crate) fn waiting() -> Vec<Waiting> {
    WAITING.with(|signal| signal.get())
}

/// Places an order that was made of what is in the basket; where the hub cannot be reached it waits. The basket is emptied
/// of it in the same moment in which it is known to be placed or to wait. Errors are the hub's refusals: nothing was
/// ordered, and the basket is as it was.
pub(crate) async fn place(place: Place, call: CallId, goods: &Basket) -> Result<(), Refusal> {
    let made_of = goods;
    let goods = (goods_name(place.order), json::write(made_of));
    if ipc::present() {
        return place_by_shell(place, call, goods).await;
    }
    let order = place.order;
    let waits =
        Waiting { place: place.clone(), since: clock::now(), refused: None, call: Some(call), first: true };
    let _turn = turn(&name(order)).await;
    storage::keep(vec![kept(&waits), goods]).await;
    match super::call_again(place, call).await {
        Ok(_) => {
            let basket = basket_without(&waits.place);
            storage::keep(vec![(name(order), None), (goods_name(order), None), basket]).await;
            Ok(())
        }
        Err(Refusal::Offline) => {
            let basket = basket_without(&waits.place);
            storage::keep(vec![kept(&Waiting { first: false, ..waits }), basket]).await;
            keep_trying();
            Ok(())
        }
        Err(refusal) => {
            // Where tabs cannot take turns, another may have let it wait.
            let basket = basket_with(made_of);
            storage::keep(vec![(name(order), None), (goods_name(order), None), basket]).await;
            Err(refusal)
        }
    }
}

async fn place_by_shell(place: Place, call: CallId, goods: storage::Change) -> Result<(), Refusal> {
    let order = place.order;
    let Err(refusal) = super::call_again(place, call).await else { return Ok(()) };
    refresh_from_shell().await;
    if untrack(waiting).iter().any(|one| one.place.order == order && one.refused.is_none()) {
        storage::keep(vec![goods]).await;
        Ok(())
    } else {
        Err(refusal)
    }
}

/// Takes a waiting order back, or puts a refused one away.
pub(crate) async fn dismiss(order: OrderId) -> Result<(), Refusal> {
    if ipc::present() {
        ipc::command::<()>("dismiss", &[("order", order.to_string().into())]).await?;
        refresh_from_shell().await;
    } else {
        let _turn = turn(&name(order)).await;
        storage::keep(vec![(name(order), None)]).await;
    }
    Ok(())
}

/// The changes that forget the orders which the hub refused. The shell forgets its own by itself.
pub(super) fn forget_refused() -> Vec<storage::Change> {
    let refused = all_kept().into_iter().filter(|one| one.refused.is_some());
    refused
        .flat_map(|one| [name(one.place.order), goods_name(one.place.order)].map(|name| (name, None)))
        .collect()
}

/// Starts trying at once if anything waits from before.
pub(crate) fn start() {
    if ipc::present() {
        ipc::listen("status", |_| spawn_local(refresh_from_shell()));
        spawn_local(refresh_from_shell());
        return;
    }
    storage::on_change(KEPT, || {
        read_kept();
        if anything_waits() {
            keep_trying();
        }
    });
    connection::on_back(send_all);
    spawn_local(async {
        take_over().await;
        pick_up().await;
        read_kept();
        if anything_waits() {
            keep_trying();
        }
    });
}

/// Takes over what an earlier version kept, all under one name.
async fn take_over() {
    let Some(together) = storage::get_json::<Vec<Waiting>>(KEPT_TOGETHER) else { return };
    let mut changes: Vec<_> = together.iter().map(kept).collect();
    changes.push((KEPT_TOGETHER.to_owned(), None));
    storage::keep(changes).await;
}

/// Lets wait what was being sent when the page was ended, and takes it out of the basket that it was made of.
async fn pick_up() {
    for one in all_kept().into_iter().filter(|one| one.first) {
        let _turn = turn(&name(one.place.order)).await;
        // Another tab may still have been at it.
        if let Some(one) = read_anew(one.place.order).await.filter(|one| one.first) {
            let basket = basket_without(&one.place);
            storage::keep(vec![kept(&Waiting { first: false, ..one }), basket]).await;
        }
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
        for one in untrack(waiting) {
            let order = one.place.order;
            let _turn = turn(&name(order)).await;
            let still = read_anew(order).await.filter(|one| one.refused.is_none() && !one.first);
            let Some(one) = still else { continue };
            let call = one.call.unwrap_or(CallId(order.0));
            match super::call_again(one.place.clone(), call).await {
                Ok(placed) => {
                    storage::keep(vec![(name(order), None), (goods_name(order), None)]).await;
                    let changed = Changed::Order { order, number: placed.number, state: OrderState::Placed };
                    events::tell(&Live::Changed(changed));
                }
                Err(refusal) if refusal.is_passing() => break,
                Err(refusal) => {
                    storage::keep(vec![kept(&Waiting { refused: Some(refusal), ..one })]).await;
                }
            }
        }
        SENDING.set(false);
    });
}

fn keep_trying() {
    if TRYING.replace(true) {
        return;
    }
    spawn_local(async {
        while anything_waits() {
            send_all();
            clock::sleep(PAUSE).await;
        }
        TRYING.set(false);
    });
}

async fn refresh_from_shell() {
    if let Ok(all) = ipc::command::<Vec<Waiting>>("waiting", &[]).await {
        WAITING.with(|signal| signal.set(all));
        note_count();
    }
}

fn name(order: OrderId) -> String {
    [KEPT, &order.to_string()].concat()
}

/// Where the basket that an order was made of is kept until the hub has it.
pub(crate) fn goods_name(order: OrderId) -> String {
    ["ministore.order.", &order.to_string()].concat()
}

fn kept(waiting: &Waiting) -> storage::Change {
    (name(waiting.place.order), json::write(waiting))
}

/// The change that takes an order's lines out of the basket.
fn basket_without(place: &Place) -> storage::Change {
    let mut basket: Basket = storage::get_json(device::BASKET).unwrap_or_default();
    basket.lines.retain(|line| place.lines.iter().all(|ordered| ordered.id != line.id));
    (device::BASKET.to_owned(), json::write(&basket))
}

/// The change that puts back what is no longer in the basket.
fn basket_with(goods: &Basket) -> storage::Change {
    let mut basket: Basket = storage::get_json(device::BASKET).unwrap_or_default();
    for line in &goods.lines {
        if basket.lines.iter().all(|there| there.id != line.id) {
            basket.lines.push(line.clone());
        }
    }
    (device::BASKET.to_owned(), json::write(&basket))
}

fn all_kept() -> Vec<Waiting> {
    let mut all: Vec<Waiting> =
        storage::names(KEPT).iter().filter_map(|name| storage::get_json(name)).collect();
    all.sort_by_key(|one| one.since);
    all
}

/// An order as it is kept now, whichever tab changed it last.
async fn read_anew(order: OrderId) -> Option<Waiting> {
    storage::read_again(name(order)).await;
    storage::get_json(&name(order))
}

fn read_kept() {
    let mut all = all_kept();
    all.retain(|one| !one.first);
    WAITING.with(|signal| signal.set(all));
    note_count();
}
