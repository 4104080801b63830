//! The basket beside the shelves, where the screen is wide enough for both.

use leptos::prelude::*;
use leptos_router::components::A;

use crate::i18n::{local, money, say};
use crate::state::basket::{totals, with_basket};

/// How many lines stand in it, newest first.
const SHOWN: usize = 8;

/// The newest lines, the total and the way on.
#[component]
pub(crate) fn BasketAside() -> impl IntoView {
    let empty = Memo::new(|_| with_basket(|basket| basket.lines.is_empty()));
    let lines = || {
        with_basket(|basket| {
            basket
                .lines
                .iter()
                .rev()
                .take(SHOWN)
                .map(|line| {
                    let cost = line.measure.cost(line.product.price).map(money).unwrap_or_default();
                    let (name, measure) = (local(&line.product.name), super::measure::measure(line.measure));
                    view! {
                        <li>
                            <span class="aside-name">{name}</span>
                            <span class="quiet-text">{measure}</span>
                            <span class="money">{cost}</span>
                        </li>
                    }
                    .into_any()
                })
                .collect_view()
        })
    };
    view! {
        <aside class="basket-aside panel" aria-label=say::NAV_BASKET>
            <h2>{say::NAV_BASKET}</h2>
            <Show when=move || empty.get()>
                <p class="quiet-text">{say::BASKET_EMPTY_TEXT}</p>
            </Show>
            <ul>{lines}</ul>
            <Show when=move || !empty.get()>
                <A href="/cart" attr:class="button primary wide">
                    {move || {
                        say::basket_open(&totals().map(|totals| money(totals.total)).unwrap_or_default())
                    }}
                </A>
            </Show>
        </aside>
    }
    .into_any()
}
