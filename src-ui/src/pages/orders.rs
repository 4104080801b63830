//! The shopper's own orders.

use leptos::prelude::*;
use leptos_router::components::A;
use ministore_core::order::{GetMine, Order};
use ministore_core::sync::Changed;

use crate::client::events::{Live, on_live};
use crate::client::query::{Load, Query};
use crate::client::waiting::{Waiting, waiting};
use crate::i18n::{day_and_time, money, say};
use crate::refusal::state_word;
use crate::state::shop::zone;
use crate::widgets::empty_state::EmptyState;
use crate::widgets::error_panel::ErrorPanel;
use crate::widgets::icon::{Icon, icon};
use crate::widgets::install_row::InstallRow;
use crate::widgets::page::Page;
use crate::widgets::skeleton::row_skeletons;

/// Orders that wait, that are under way, and that are over.
#[component]
pub(crate) fn OrdersPage() -> impl IntoView {
    let orders = Query::new(|| Some(GetMine {}));
    on_live(move |live| {
        if matches!(live, Live::Anything | Live::Changed(Changed::Order { .. } | Changed::Erased)) {
            orders.reload();
        }
    });
    view! {
        <Page title=Signal::derive(|| say::NAV_ORDERS().to_owned()) class="narrow">
            {move || {
                let all = waiting();
                (!all.is_empty()).then(|| {
                    view! { <ul class="order-rows" data-testid="waiting">{all.into_iter().map(waiting_row).collect_view()}</ul> }
                        .into_any()
                })
            }}
            {move || match orders.get() {
                Load::Loading => row_skeletons(3),
                Load::Failed(refusal) => {
                    view! { <ErrorPanel refusal=refusal retry=move |()| orders.reload() /> }.into_any()
                }
                Load::Ready(orders) if orders.orders.is_empty() && waiting().is_empty() => view! {
                    <EmptyState
                        sign=Icon::Receipt
                        title=Signal::derive(|| say::ORDERS_EMPTY().to_owned())
                        text=Signal::derive(|| say::ORDERS_EMPTY_TEXT().to_owned())
                    >
                        <A href="/" attr:class="button primary">{say::BASKET_EMPTY_ACTION}</A>
                    </EmptyState>
                }
                .into_any(),
                Load::Ready(orders) => {
                    let (over, open): (Vec<_>, Vec<_>) =
                        orders.orders.into_iter().partition(|order| order.state.is_final());
                    view! {
                        {rows(say::ORDERS_OPEN, open)}
                        {rows(say::ORDERS_OVER, over)}
                    }
                    .into_any()
                }
            }}
            <InstallRow />
        </Page>
    }
}

fn rows(heading: fn() -> &'static str, orders: Vec<Order>) -> Option<AnyView> {
    (!orders.is_empty()).then(|| {
        view! {
            <section class="order-group">
                <h2>{heading}</h2>
                <ul class="order-rows">{orders.into_iter().map(row).collect_view()}</ul>
            </section>
        }
        .into_any()
    })
}

fn row(order: Order) -> AnyView {
    let (state, items, total) = (order.state, order.totals.items, order.totals.total);
    let placed = order.milestones.first().map(|milestone| milestone.at);
    let when = move || placed.map(|at| day_and_time(at, &zone())).unwrap_or_default();
    view! {
        <li>
            <A
                href=["/orders/", &order.id.to_string()].concat()
                attr:class="order-row"
                attr:data-testid="order"
                attr:data-state=state.word()
            >
                <strong>"#" {order.number.to_string()}</strong>
                <span class="state" data-state=state.word()>{move || state_word(state)}</span>
                <span class="quiet-text">{when} " · " {move || say::basket_goods(items)}</span>
                <span class="money">{move || money(total)}</span>
            </A>
        </li>
    }
    .into_any()
}

fn waiting_row(waiting: Waiting) -> AnyView {
    let (refused, since, total) = (waiting.refused.is_some(), waiting.since, waiting.place.expected_total);
    view! {
        <li>
            <A
                href=["/orders/", &waiting.place.order.to_string()].concat()
                attr:class="order-row"
                attr:data-testid="waiting-order"
            >
                <strong>{icon(if refused { Icon::Alert } else { Icon::Clock })}</strong>
                <span class="state" data-state=if refused { "cancelled" } else { "waiting" }>
                    {if refused { say::WAITING_REFUSED } else { say::WAITING_STATE }}
                </span>
                <span class="quiet-text">{move || day_and_time(since, &zone())}</span>
                <span class="money">{move || money(total)}</span>
            </A>
        </li>
    }
    .into_any()
}
