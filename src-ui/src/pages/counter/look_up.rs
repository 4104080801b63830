//! Looking up: a product by its code, orders and products by name, a member by the card.

use leptos::prelude::*;
use leptos_router::components::A;
use leptos_router::hooks::use_location;
use ministore_core::card_code::{CardCode, FindByCode};
use ministore_core::catalogue::{Lookup, Product, Search, SoldBy};
use ministore_core::code::{CardNumber, ProductCode};
use ministore_core::id::{OrderId, ProductId};
use ministore_core::member::{Card, FindMember, PointsReason};
use ministore_core::quantity::Measure;

use super::count::count_form;
use super::deposits::carried_by;
use super::desk::Desk;
use super::frame::pane_head;
use super::named::called;
use super::order_detail::age_flag;
use super::order_list::rows;
use super::place::Place;
use super::said::said_banner;
use super::top_up::{Till, money_on_card};
use super::trouble::trouble_panel;
use crate::client::query::{Load, Query};
use crate::i18n::{day, grams, local, number, say};
use crate::state::shop;
use crate::widgets::deposit::plus_deposits;
use crate::widgets::icon::{Icon, icon};
use crate::widgets::picture::picture;
use crate::widgets::price::{shelf_price, unit_line};
use crate::widgets::skeleton::row_skeletons;

/// The most results of a search.
const RESULTS: u32 = 24;

/// A product by its code.
pub(crate) fn product_screen(desk: Desk, code: ProductCode) -> AnyView {
    let query = Query::new(move || Some(Lookup { code }));
    let title = Signal::derive(|| say::COUNTER_LOOK_UP_TITLE().to_owned());
    view! {
        {pane_head(title, Some(Place::Queue), None)}
        <div class="pane-body">
            {said_banner(desk)}
            {move || query.with(|load| match load {
                Load::Loading => row_skeletons(4),
                Load::Ready(product) => {
                    let counted = Callback::new(move |_: ProductId| query.reload());
                    let linked = Callback::new(move |product: Product| query.put(product));
                    view! {
                        {product_card(product)}
                        {carried_by(product, linked)}
                        <details class="count-here">
                            <summary data-testid="count-here">{say::COUNTER_COUNT_HERE}</summary>
                            {count_form(product, counted)}
                        </details>
                    }
                    .into_any()
                }
                Load::Failed(refusal) => {
                    trouble_panel(refusal.clone(), Some(Callback::new(move |()| query.reload())))
                }
            })}
        </div>
    }
    .into_any()
}

fn product_card(product: &Product) -> AnyView {
    let (stock_class, stock) = match (product.available, product.sold_by) {
        (..=0, _) => ("stock stock-out", say::COUNTER_STOCK_OUT().to_owned()),
        (left, SoldBy::Piece) => ("stock", say::counter_stock_pieces(&number(left as f64))),
        (left, SoldBy::Weight) => {
            ("stock", say::counter_stock_weight(&grams(u32::try_from(left).unwrap_or(u32::MAX))))
        }
    };
    let seed = product.category.as_str();
    let fact = |label: &'static str, value: String| {
        (!value.is_empty())
            .then(|| view! { <div class="fact"><dt>{label}</dt><dd>{value}</dd></div> }.into_any())
    };
    let unit = unit_line(product);
    view! {
        <article class="look-up" data-testid="product">
            <div class="look-up-picture">{picture(product.picture.as_ref(), seed)}</div>
            <div class="look-up-words">
                <h3>{local(&product.name)}</h3>
                <p class="look-up-price" data-testid="product-price">{shelf_price(product)}</p>
                {plus_deposits(&product.deposits, Measure::Pieces(1), product.price.money())}
                <p class="quiet-text">{unit}</p>
                <p class=stock_class data-testid="product-stock">{stock}</p>
                {product.min_age.map(age_flag)}
                <dl class="counter-facts">
                    {fact(say::COUNTER_AISLE(), product.aisle.clone().unwrap_or_default())}
                    {fact(say::COUNTER_FACT_BRAND(), product.brand.clone())}
                    {fact(say::COUNTER_FACT_ALLERGENS(), local(&product.allergens))}
                    {fact(say::COUNTER_FACT_NOTES(), local(&product.notes))}
                    {fact(say::COUNTER_FACT_CODE(), product.code().map(|code| code.to_string()).unwrap_or_default())}
                </dl>
            </div>
        </article>
    }
    .into_any()
}

/// Open orders by their number or shopper, and products by name.
pub(crate) fn search_screen(desk: Desk) -> AnyView {
    let map = use_location().query;
    let text = Memo::new(move |_| map.with(|map| map.get("q")).unwrap_or_default());
    let query = Query::new(move || Some(Search { text: text.get(), limit: RESULTS }));
    let title = Signal::derive(move || say::counter_search_title(&text.get()));
    let orders = Memo::new(move |_| desk.with_orders(|orders| text.with(|text| called(orders, text))));
    let some_orders = Memo::new(move |_| orders.with(|orders| !orders.is_empty()));
    view! {
        {pane_head(title, Some(Place::Queue), None)}
        <div class="pane-body">
            {said_banner(desk)}
            {move || some_orders.get().then(|| found_orders(desk, orders))}
            {move || query.with(|load| match load {
                Load::Loading => row_skeletons(5),
                Load::Failed(refusal) => {
                    trouble_panel(refusal.clone(), Some(Callback::new(move |()| query.reload())))
                }
                Load::Ready(found) if found.products.is_empty() && some_orders.get() => ().into_any(),
                Load::Ready(found) if found.products.is_empty() => {
                    view! {
                        <div class="empty" data-testid="search-empty">
                            <span class="empty-sign">{icon(Icon::Search)}</span>
                            <h3>{say::COUNTER_SEARCH_NONE}</h3>
                            <p>{say::COUNTER_SEARCH_NONE_NEXT}</p>
                        </div>
                    }
                        .into_any()
                }
                Load::Ready(found) => {
                    let corrected = found.corrected.as_deref().map(|text| {
                        view! { <p class="quiet-text">{say::counter_search_corrected(text)}</p> }.into_any()
                    });
                    view! {
                        {corrected}
                        <ul class="found-rows" data-testid="found">{found.products.iter().map(found_row).collect_view()}</ul>
                    }
                        .into_any()
                }
            })}
        </div>
    }
    .into_any()
}

fn found_orders(desk: Desk, orders: Memo<Vec<OrderId>>) -> AnyView {
    view! {
        <section class="queue-group" data-testid="found-orders">
            <h3 class="group-name">{say::COUNTER_ORDERS}</h3>
            {rows(desk, orders)}
        </section>
    }
    .into_any()
}

fn found_row(product: &Product) -> AnyView {
    let href = product.code().map(|code| Place::Product(code).path()).unwrap_or_default();
    let aisle = product.aisle.clone().map(|aisle| view! { <span class="aisle">{aisle}</span> }.into_any());
    let (tile, name, price) = (
        picture(product.picture.as_ref(), product.category.as_str()),
        local(&product.name),
        shelf_price(product),
    );
    view! {
        <li>
            <A href=href attr:class="found-row">
                <span class="line-picture">{tile}</span>
                <span class="item-name">{name}</span>
                {aisle}
                <span class="line-amount">{price}</span>
            </A>
        </li>
    }
    .into_any()
}

/// A member by the card that was shown.
pub(crate) fn card_screen(desk: Desk, card: CardNumber) -> AnyView {
    let query = Query::new(move || Some(FindMember { number: card }));
    let code = Memo::new(move |_| desk.card_code.get().filter(|code| code.number() == card));
    let check = Query::new(move || code.get().map(|code| FindByCode { code }));
    // Whoever comes back to the card later has not just scanned it.
    on_cleanup(move || {
        let of_card = |code: &CardCode| code.number() == card;
        if desk.card_code.try_get_untracked().flatten().as_ref().is_some_and(of_card) {
            desk.card_code.set(None);
        }
    });
    let wrong = Memo::new(move |_| {
        code.get().is_some()
            && check.with(|load| matches!(load, Load::Failed(refusal) if !refusal.is_passing()))
    });
    let till = Till::of(card, code, Callback::new(move |()| query.reload()));
    let title = Signal::derive(|| say::COUNTER_CARD_TITLE().to_owned());
    view! {
        {pane_head(title, Some(Place::Queue), None)}
        <div class="pane-body">
            {said_banner(desk)}
            {move || code.get().and_then(|_| check.with(checked))}
            {move || {
                (!wrong.get()).then(|| query.with(|load| match load {
                    Load::Loading => row_skeletons(3),
                    Load::Ready(card) => member_card(card, till),
                    Load::Failed(refusal) => {
                        trouble_panel(refusal.clone(), Some(Callback::new(move |()| query.reload())))
                    }
                }))
            }}
        </div>
    }
    .into_any()
}

/// What has become of the question whether the card shows the code that was scanned. Tracked.
fn checked(load: &Load<Card>) -> Option<AnyView> {
    Some(match load {
        Load::Loading => return None,
        Load::Ready(_) => view! {
            <p class="with-sign" role="status" data-testid="card-checked">{icon(Icon::Check)} <span>{say::CARD_CODE_CHECKED}</span></p>
        }
        .into_any(),
        Load::Failed(refusal) if refusal.is_passing() => view! {
            <p class="with-sign" role="status" data-testid="card-unchecked">{icon(Icon::Alert)} <span>{say::CARD_CODE_UNCHECKED}</span></p>
        }
        .into_any(),
        Load::Failed(refusal) => trouble_panel(refusal.clone(), None),
    })
}

fn member_card(card: &Card, till: Till) -> AnyView {
    let zone = shop::zone();
    let entries = card.entries.iter().map(|entry| {
        let sign = if entry.points >= 0 { "+" } else { "" };
        let what = match entry.reason {
            PointsReason::Earned => say::COUNTER_POINTS_EARNED,
            PointsReason::Returned => say::CARD_RETURNED,
        };
        view! {
            <li>
                <span>{what}</span>
                <span class="count">{day(entry.at, &zone)}</span>
                <strong class="count">{[sign, &number(entry.points as f64)].concat()}</strong>
            </li>
        }
        .into_any()
    });
    view! {
        <article class="shown-card" data-testid="card">
            <p class="member-number">{icon(Icon::Card)} {card.number.to_string()}</p>
            <p class="shown-points">
                <strong data-testid="card-points">{number(card.points as f64)}</strong>
                <span>{say::COUNTER_POINTS}</span>
            </p>
            <p class="quiet-text">{say::counter_member_since(&day(card.joined, &zone))}</p>
        </article>
        {money_on_card(card, till)}
        <ol class="journey" aria-label=say::COUNTER_POINTS_LEDGER>{entries.collect_view()}</ol>
    }
    .into_any()
}
