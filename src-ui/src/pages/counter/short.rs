//! A line of which something is not there: how much, and what the shopper is offered for it.

use std::sync::Arc;

use leptos::prelude::*;
use ministore_core::catalogue::{Product, Search};
use ministore_core::id::{LineId, OrderId};
use ministore_core::order::{OrderLine, Short, Substitute};
use ministore_core::quantity::Measure;

use super::desk::{self, Desk, Outcome};
use super::sound::{Sound, play};
use crate::client::new_id;
use crate::client::query::{Load, Query};
use crate::i18n::{local, number, say};
use crate::widgets::announcer::announce;
use crate::widgets::field::Field;
use crate::widgets::icon::{Icon, icon};
use crate::widgets::picture::picture;
use crate::widgets::price::shelf_price;
use crate::widgets::stepper::Stepper;

/// The most products that are proposed.
const PROPOSED: u32 = 5;

/// Asks how much of `line` is not there, while `open`, and what is done about it.
pub(crate) fn short_panel(desk: Desk, order: OrderId, line: &OrderLine, open: RwSignal<bool>) -> AnyView {
    let (id, sold_by) = (line.id, line.sold_by);
    let left = line.measure.items() - line.picked;
    let missing = RwSignal::new(left);
    let text = RwSignal::new(String::new());
    let chosen = RwSignal::new(None::<Product>);
    let own = line.product;
    let query = Query::new(move || {
        let text = text.get().trim().to_owned();
        (!text.is_empty()).then_some(Search { text, limit: PROPOSED })
    });
    let name = {
        let name = line.name.clone();
        Signal::derive(move || local(&name))
    };
    let (ordered, price) = (line.measure, line.price);
    let measure = move || match ordered {
        Measure::Pieces(_) => Measure::Pieces(missing.get_untracked()),
        Measure::Grams(_) | Measure::Labelled(_) => {
            // As heavy as what was ordered.
            Measure::Grams(u32::try_from(ordered.stock_units(price)).unwrap_or(u32::MAX))
        }
    };
    let send = move |offered: bool| {
        let product = chosen.get_untracked().filter(|_| offered);
        let substitute = product.and_then(|product| product.code()).map(|code| Substitute {
            line: LineId(new_id()),
            code,
            measure: measure(),
        });
        let asked = substitute.is_some();
        let done = Arc::new(move |_: Outcome| {
            play(Sound::Right);
            announce(&untrack(|| {
                if asked {
                    say::counter_short_asked(&name.get())
                } else {
                    say::counter_short_done(&name.get())
                }
            }));
            open.set(false);
        });
        desk.act(desk::step(Short { order, line: id, missing: missing.get_untracked(), substitute }), done);
    };
    let proposed = move || {
        query.with(|load| match load {
            Load::Ready(found) => {
                let fitting = found.products.iter().filter(|product| {
                    product.id != own && product.sold_by == sold_by && product.available > 0
                });
                let rows: Vec<_> = fitting.map(|product| proposal(product, chosen)).collect();
                if rows.is_empty() {
                    view! { <p class="quiet-text">{say::COUNTER_SHORT_NONE}</p> }.into_any()
                } else {
                    view! { <ul class="proposals">{rows.collect_view()}</ul> }.into_any()
                }
            }
            Load::Loading | Load::Failed(_) => ().into_any(),
        })
    };
    let count = (left > 1).then(|| {
        view! {
            <div class="short-count">
                <span>{say::COUNTER_SHORT_HOW_MANY}</span>
                <Stepper
                    value=missing
                    shown=Signal::derive(move || number(missing.get().into()))
                    of=name
                    min=1
                    max=left
                    on_change=Callback::new(move |value| missing.set(value))
                />
            </div>
        }
        .into_any()
    });
    view! {
        <section class="short-panel" data-testid="short-panel" aria-label=move || say::counter_short_title(&name.get())>
            <h3>{move || say::counter_short_title(&name.get())}</h3>
            {count}
            <Field
                label=Signal::derive(say::COUNTER_SHORT_SEARCH)
                value=text
                key="substitute"
                kind="search"
                example=say::COUNTER_SHORT_EXAMPLE
            />
            {move || (!text.get().trim().is_empty()).then(proposed)}
            <p class="quiet-text">{say::COUNTER_SHORT_PRICE}</p>
            <div class="cancel-actions">
                <button
                    type="button"
                    class="button large"
                    data-testid="short-refund"
                    disabled=move || desk.busy.get()
                    on:click=move |_| send(false)
                >
                    {icon(Icon::Wallet)}
                    {say::COUNTER_SHORT_REFUND}
                </button>
                <button
                    type="button"
                    class="button large primary"
                    data-testid="short-ask"
                    disabled=move || chosen.get().is_none() || desk.busy.get()
                    on:click=move |_| send(true)
                >
                    {icon(Icon::User)}
                    {say::COUNTER_SHORT_ASK}
                </button>
            </div>
        </section>
    }
    .into_any()
}

fn proposal(product: &Product, chosen: RwSignal<Option<Product>>) -> AnyView {
    let id = product.id;
    let (name, price) = (local(&product.name), shelf_price(product));
    let seed = product.category.as_str();
    let this = product.clone();
    view! {
        <li>
            <label class="proposal">
                <input
                    type="radio"
                    name="substitute"
                    data-testid="proposal"
                    prop:checked=move || chosen.with(|chosen| chosen.as_ref().is_some_and(|chosen| chosen.id == id))
                    on:change=move |_| chosen.set(Some(this.clone()))
                />
                <span class="line-picture">{picture(product.picture.as_ref(), seed)}</span>
                <span class="item-name">{name}</span>
                <span class="line-amount">{price}</span>
            </label>
        </li>
    }
    .into_any()
}

/// What is said of a line that is not all there.
pub(crate) fn short_words(line: &OrderLine) -> Option<String> {
    use ministore_core::order::OfferAnswer::{Accepted, Declined, Open};
    let asked = line.offer.as_ref().map(|offer| match offer.answer {
        Open => say::counter_short_open(&local(&offer.name)),
        Accepted => say::counter_short_accepted(&local(&offer.name)),
        Declined => say::COUNTER_SHORT_DECLINED().to_owned(),
    });
    let missing = (line.missing > 0).then(|| say::counter_short_missing(&number(line.missing.into())));
    let parts: Vec<String> = missing.into_iter().chain(asked).collect();
    (!parts.is_empty()).then(|| parts.join(" · "))
}

/// The chip of a line of which something is missing.
pub(crate) fn short_chip(line: &OrderLine) -> Option<AnyView> {
    short_words(line)
        .map(|text| view! { <span class="chip chip-soon" data-testid="short">{text}</span> }.into_any())
}
