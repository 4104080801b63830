//! The orders in a column, by what needs doing.

use leptos::prelude::*;
use leptos_router::components::A;
use ministore_core::fulfilment::Mode;
use ministore_core::id::OrderId;
use ministore_core::order::{Order, OrderState};

use super::arrivals;
use super::desk::Desk;
use super::order_words as words;
use super::place::Place;
use super::queue::{self, Group, Urgency};
use super::trouble::trouble_panel;
use crate::client::query::Load;
use crate::i18n::{money, number, say};
use crate::widgets::icon::{Icon, icon};
use crate::widgets::skeleton::row_skeletons;

/// How an answer has come, without what it says.
#[derive(Clone, PartialEq)]
enum Stage {
    Loading,
    Failed(ministore_core::refusal::Refusal),
    Empty,
    Listed,
}

/// The list.
pub(crate) fn order_list(desk: Desk) -> AnyView {
    let stage = Memo::new(move |_| {
        desk.queue.with(|load| match load {
            Load::Loading => Stage::Loading,
            Load::Failed(refusal) => Stage::Failed(refusal.clone()),
            Load::Ready(orders) if orders.orders.is_empty() => Stage::Empty,
            Load::Ready(_) => Stage::Listed,
        })
    });
    view! {
        <section class="desk-list" aria-label=say::COUNTER_ORDERS data-testid="queue">
            {move || match stage.get() {
                Stage::Loading => {
                    view! {
                        <p class="visually-hidden" role="status">{say::COUNTER_LOADING}</p>
                        {row_skeletons(6)}
                    }
                        .into_any()
                }
                Stage::Failed(refusal) => trouble_panel(refusal, Some(Callback::new(move |()| desk.queue.reload()))),
                Stage::Empty => empty(),
                Stage::Listed => {
                    view! {
                        {Group::OPEN.map(|group| open_group(desk, group)).into_iter().collect_view()}
                        {nothing_open(desk)}
                        {ended_group(desk)}
                    }
                        .into_any()
                }
            }}
        </section>
    }
    .into_any()
}

fn empty() -> AnyView {
    view! {
        <div class="empty" data-testid="queue-empty">
            <span class="empty-sign">{icon(Icon::Receipt)}</span>
            <h2>{say::COUNTER_EMPTY_TITLE}</h2>
            <p>{say::COUNTER_EMPTY_TEXT}</p>
        </div>
    }
    .into_any()
}

fn nothing_open(desk: Desk) -> AnyView {
    let none =
        Memo::new(move |_| desk.with_orders(|orders| orders.iter().all(|order| order.state.is_final())));
    (move || none.get().then(empty)).into_any()
}

fn members(desk: Desk, group: Group) -> Memo<Vec<OrderId>> {
    Memo::new(move |_| desk.with_orders(|orders| queue::members(orders, group)))
}

fn open_group(desk: Desk, group: Group) -> AnyView {
    let ids = members(desk, group);
    let some = Memo::new(move |_| ids.with(|ids| !ids.is_empty()));
    (move || {
        some.get().then(|| {
            view! {
                <section class="queue-group" data-testid=["group-", key_of(group)].concat()>
                    <h2 class="group-name">
                        {move || words::group(group)}
                        " "
                        <span class="group-count">{move || number(ids.with(Vec::len) as f64)}</span>
                    </h2>
                    {rows(desk, ids)}
                </section>
            }
            .into_any()
        })
    })
    .into_any()
}

/// What has ended is folded away.
fn ended_group(desk: Desk) -> AnyView {
    let ids = members(desk, Group::Ended);
    let some = Memo::new(move |_| ids.with(|ids| !ids.is_empty()));
    (move || {
        some.get().then(|| {
            view! {
                <details class="queue-group group-ended" data-testid="group-ended">
                    <summary class="group-name">
                        {move || words::group(Group::Ended)}
                        " "
                        <span class="group-count">{move || number(ids.with(Vec::len) as f64)}</span>
                    </summary>
                    {rows(desk, ids)}
                </details>
            }
            .into_any()
        })
    })
    .into_any()
}

/// These orders, each as a row that opens it.
pub(super) fn rows(desk: Desk, ids: Memo<Vec<OrderId>>) -> AnyView {
    view! {
        <ul class="queue-rows">
            <For each=move || ids.get() key=|id| *id children=move |id| row(desk, id) />
        </ul>
    }
    .into_any()
}

fn row(desk: Desk, id: OrderId) -> AnyView {
    let order = Memo::new(move |_| desk.order(id));
    let fresh = Memo::new(move |_| desk.fresh.with(|fresh| fresh.contains(&id)));
    let current = move || (desk.place.get().order() == Some(id)).then_some("page");
    let number = order.with_untracked(|order| order.as_ref().map(words::number_of)).unwrap_or_default();
    view! {
        <li>
            <A
                href=Place::Order(id).path()
                attr:class="queue-row"
                attr:data-testid=["order-", &number].concat()
                attr:data-fresh=move || fresh.get().then_some("")
                attr:aria-current=current
            >
                {move || order.with(|order| order.as_ref().map(|order| row_content(desk, order, fresh.get())))}
            </A>
        </li>
    }
    .into_any()
}

fn row_content(desk: Desk, order: &Order, fresh: bool) -> AnyView {
    let now = desk.now.get();
    let mode = order.fulfilment.mode();
    let sign = match mode {
        Mode::Pickup => Icon::Shop,
        Mode::Delivery => Icon::Truck,
        Mode::CarryOut => Icon::Basket,
    };
    let (picked, items) = queue::progress(order);
    let amount = match order.state {
        OrderState::Picking => say::counter_progress(&number(picked.into()), &number(items.into())),
        _ => say::counter_items(items),
    };
    let since = if order.state.is_final() { queue::since(order) } else { queue::placed_at(order) };
    let age = since.map(|since| words::age(queue::minutes_between(since, now)));
    let pressing = match queue::urgency(order, now) {
        Urgency::Calm => None,
        Urgency::Soon => Some(("chip chip-soon", say::COUNTER_URGENCY_SOON())),
        Urgency::Late => Some(("chip chip-late", say::COUNTER_URGENCY_LATE())),
    };
    let due = if order.payment.due().is_zero() { "chip chip-paid" } else { "chip chip-due" };
    let chip = |class: &'static str, text: &'static str| view! { <span class=class>{text}</span> }.into_any();
    let state = match order.state {
        OrderState::Cancelled => chip("chip", crate::refusal::state_word(OrderState::Cancelled)),
        _ => chip(due, words::paid_short(order)),
    };
    let here = arrivals::waits(order, now).map(|age| say::arrival_chip(&age));
    let marks = (fresh || pressing.is_some() || here.is_some()).then(|| {
        view! {
            <span class="order-marks">
                {here.map(|here| view! { <span class="chip chip-new" data-testid="is-here">{here}</span> }.into_any())}
                {fresh.then(|| chip("chip chip-new", say::COUNTER_NEW_MARK()))}
                {pressing.map(|(class, text)| chip(class, text))}
            </span>
        }
        .into_any()
    });
    view! {
        <span class="order-number">{words::number_of(order)}</span>
        <span class="order-slot">{icon(sign)} <span class="visually-hidden">{words::mode(mode)}</span> {words::slot(order, now)}</span>
        <span class="order-total money">{money(order.totals.total)}</span>
        <span class="order-what">
            <span class="order-who">{words::who(order)}</span>
            " · "
            {amount}
            {age.map(|age| [" · ", &age].concat())}
        </span>
        <span class="order-paid">{state}</span>
        {marks}
    }
    .into_any()
}

const fn key_of(group: Group) -> &'static str {
    match group {
        Group::New => "new",
        Group::Accepted => "accepted",
        Group::Picking => "picking",
        Group::Ready => "ready",
        Group::OnItsWay => "on-its-way",
        Group::Ended => "ended",
    }
}
