//! How an order comes into its shopper's hand: what the courier met, how many doors come before, and being at the shop.

use leptos::prelude::*;
use ministore_core::courier::{Arrive, Attempt, FailReason, GetProof};
use ministore_core::fulfilment::Mode;
use ministore_core::id::OrderId;
use ministore_core::order::{self, Order, OrderState};
use ministore_core::refusal::Refusal;
use wasm_bindgen_futures::spawn_local;

use crate::client::query::{Load, Query};
use crate::client::{call, call_again, new_id};
use crate::i18n::{say, time};
use crate::state::shop::{shop, zone};
use crate::widgets::announcer::announce;
use crate::widgets::error_panel::ErrorPanel;
use crate::widgets::icon::{Icon, icon};

/// What there is to say, and to do, right now.
pub(super) fn order_way(order: &Order, query: Query<order::Get>) -> AnyView {
    let back = (order.state == OrderState::Ready).then(|| order.handling.attempts.last().copied()).flatten();
    let is_out = order.state == OrderState::OnItsWay;
    let stops = order.handling.stops_before.filter(|_| is_out);
    let collects = order.fulfilment.mode() == Mode::Pickup && !order.state.is_final();
    let shelf = order.handling.shelf.clone().filter(|_| collects && order.state == OrderState::Ready);
    let told = move || shop().is_some_and(|shop| shop.reach.tells_shelf);
    let shelf = shelf.map(|shelf| {
        move || {
            let shelf = shelf.clone();
            told().then(|| {
                view! { <p class="way-shelf" data-testid="shelf">{icon(Icon::Package)} <strong>{move || say::way_shelf(&shelf)}</strong></p> }
                    .into_any()
            })
        }
    });
    view! {
        {back.map(attempt_view)}
        {stops.map(|stops| {
            view! {
                <p class="way-stops" data-testid="stops-before" data-stops=stops.to_string()>
                    {icon(Icon::Truck)}
                    <strong>{move || if stops == 0 { say::WAY_STOPS_NONE().to_owned() } else { say::way_stops(stops) }}</strong>
                </p>
            }
            .into_any()
        })}
        {shelf}
        {collects.then(|| here_view(order, query))}
        {order.handling.left_at_door.map(|at| {
            let order = order.id;
            view! {
                <p class="with-sign" data-testid="left-at-door">
                    {icon(Icon::Check)} <span>{move || say::way_left(&time(at, &zone()))}</span>
                </p>
                <DoorPicture order=order />
            }
            .into_any()
        })}
    }
    .into_any()
}

fn attempt_view(attempt: Attempt) -> AnyView {
    let words = move || {
        let at = time(attempt.at, &zone());
        match attempt.reason {
            FailReason::NobodyThere => say::way_attempt_nobody_there(&at),
            FailReason::WrongAddress => say::way_attempt_wrong_address(&at),
            FailReason::Refused => say::way_attempt_refused(&at),
        }
    };
    view! {
        <div class="notice" role="status" data-testid="attempt">
            <strong>{words}</strong> " " {say::WAY_ATTEMPT_NEXT}
        </div>
    }
    .into_any()
}

/// "I'm here", once.
fn here_view(order: &Order, query: Query<order::Get>) -> AnyView {
    let id = order.id;
    if let Some(since) = order.handling.arrived {
        return view! {
            <p class="with-sign" role="status" data-testid="arrived">
                {icon(Icon::Check)} <span>{move || say::way_here_told(&time(since, &zone()))}</span>
            </p>
        }
        .into_any();
    }
    let problem = RwSignal::new(None::<Refusal>);
    let busy = RwSignal::new(false);
    // A second tap, as after an answer that was lost, tells the same.
    let key = new_id();
    let tell = move |_| {
        if busy.get_untracked() {
            return;
        }
        busy.set(true);
        spawn_local(async move {
            let outcome = call_again(Arrive { order: id }, key).await;
            if busy.try_set(false).is_some() {
                return; // The page was left.
            }
            match outcome {
                Ok(order) => {
                    if let Some(since) = order.handling.arrived {
                        announce(&untrack(|| say::way_here_told(&time(since, &zone()))));
                    }
                    query.put(order);
                }
                Err(refusal) => problem.set(Some(refusal)),
            }
        });
    };
    view! {
        {move || problem.get().map(|refusal| view! { <ErrorPanel refusal=refusal /> }.into_any())}
        <button
            type="button"
            class="button primary wide"
            data-testid="arrive"
            aria-describedby="arrive-text"
            aria-busy=move || busy.get().to_string()
            on:click=tell
        >
            {icon(Icon::MapPin)} {say::WAY_HERE}
        </button>
        <p class="quiet-text" id="arrive-text">{say::WAY_HERE_TEXT}</p>
    }
    .into_any()
}

/// The picture of the door, fetched when it is asked for: it is larger than all else on the page.
#[component]
fn DoorPicture(order: OrderId) -> impl IntoView {
    let picture = RwSignal::new(None::<Load<String>>);
    let show = move || {
        picture.set(Some(Load::Loading));
        spawn_local(async move {
            let outcome = call(GetProof { order }).await;
            // The page may have been left meanwhile.
            picture.try_set(Some(match outcome {
                Ok(proof) => Load::Ready(["data:image/jpeg;base64,", &proof.jpeg].concat()),
                Err(refusal) => Load::Failed(refusal),
            }));
        });
    };
    move || match picture.get() {
        None => view! {
            <button type="button" class="button wide" data-testid="show-door" on:click=move |_| show()>
                {icon(Icon::Image)} {say::WAY_PICTURE_SHOW}
            </button>
        }
        .into_any(),
        Some(Load::Loading) => view! { <div class="door-picture shimmer" aria-busy="true"></div> }.into_any(),
        Some(Load::Ready(data)) => view! {
            <img class="door-picture" data-testid="door-picture" src=data alt=say::WAY_PICTURE />
        }
        .into_any(),
        Some(Load::Failed(refusal)) => {
            view! { <ErrorPanel refusal=refusal retry=move |()| show() /> }.into_any()
        }
    }
}
