//! The shelf on which an order waits to be fetched.

use std::sync::Arc;

use leptos::prelude::*;
use ministore_core::courier::{LONGEST_SHELF, Shelve};
use ministore_core::id::OrderId;
use ministore_core::order::{Order, OrderState};

use super::desk::{self, Desk, Outcome};
use super::order_words::number_of;
use super::sound::{Sound, play};
use crate::i18n::say;
use crate::widgets::announcer::announce;
use crate::widgets::icon::{Icon, icon};

/// Asks where an order that is ready was put.
pub(super) fn shelf_form(desk: Desk, id: OrderId, order: Memo<Option<Order>>) -> AnyView {
    let asked = Memo::new(move |_| {
        order.with(|order| order.as_ref().is_some_and(|order| order.state == OrderState::Ready))
    });
    (move || asked.get().then(|| form(desk, id, order))).into_any()
}

fn form(desk: Desk, id: OrderId, order: Memo<Option<Order>>) -> AnyView {
    let kept = move || {
        order.with(|order| order.as_ref().and_then(|order| order.handling.shelf.clone())).unwrap_or_default()
    };
    let typed = RwSignal::new(untrack(kept));
    let keep = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        let shelf = typed.get_untracked();
        let done = Arc::new(move |outcome: Outcome| {
            play(Sound::Done);
            let number = number_of(&outcome.order);
            announce(&untrack(|| match &outcome.order.handling.shelf {
                Some(shelf) => say::shelf_kept(&number, shelf),
                None => say::shelf_none(&number),
            }));
        });
        desk.act(desk::step(Shelve { order: id, shelf }), done);
    };
    view! {
        <form class="shelf-form" on:submit=keep>
            <label class="shelf-field">
                <span>{icon(Icon::Package)} {say::SHELF_LABEL}</span>
                <input
                    type="text"
                    autocomplete="off"
                    maxlength=LONGEST_SHELF
                    data-testid="shelf"
                    prop:value=move || typed.get()
                    on:input=move |event| typed.set(event_target_value(&event))
                />
            </label>
            <button
                class="button"
                data-testid="keep-shelf"
                disabled=move || desk.busy.get() || typed.with(|typed| typed.trim() == kept())
            >
                {say::SHELF_SAVE}
            </button>
        </form>
    }
    .into_any()
}

/// On which shelf an order stands, as a line of its own. Tracked.
pub(super) fn shelf_line(order: &Order) -> Option<AnyView> {
    let shelf = order.handling.shelf.clone()?;
    Some(
        view! { <p class="shelf-line" data-testid="on-shelf">{icon(Icon::Package)} <strong>{say::way_shelf(&shelf)}</strong></p> }
            .into_any(),
    )
}
