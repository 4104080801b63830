//! One order: what it is, where it stands, and the one thing to do with it next.

use std::sync::Arc;

use leptos::prelude::*;
use ministore_core::fulfilment::{Fulfilment, Mode};
use ministore_core::id::OrderId;
use ministore_core::order::{Accept, Dispatch, Order, OrderState, Ready};
use ministore_core::refusal::Refusal;

use super::arrivals;
use super::cancel::cancel_panel;
use super::desk::{self, Desk, Outcome};
use super::frame::pane_head;
use super::order_words as words;
use super::place::Place;
use super::queue::{self, Next, Urgency, next_action, progress};
use super::returned::returned;
use super::said::said_banner;
use super::shelf::shelf_form;
use super::short::short_chip;
use super::sound::{Sound, play};
use super::trouble::{trouble_panel, when_back};
use crate::client::query::Load;
use crate::i18n::{number, say, time};
use crate::refusal::state_word;
use crate::state::shop;
use crate::widgets::announcer::announce;
use crate::widgets::deposit::plus_deposit;
use crate::widgets::icon::{Icon, icon};
use crate::widgets::picture::picture;
use crate::widgets::price::money;
use crate::widgets::skeleton::row_skeletons;

/// Shows an order by `show` as soon as it is known, and asks for it where the list does not have it.
pub(crate) fn with_order(
    desk: Desk,
    id: OrderId,
    show: impl Fn(Memo<Option<Order>>) -> AnyView + Send + 'static,
) -> AnyView {
    let order = Memo::new(move |_| desk.order(id));
    let there = Memo::new(move |_| order.with(Option::is_some));
    let failed = RwSignal::new(None::<Refusal>);
    let ask = move || {
        failed.set(None);
        desk.fetch(id, move |refusal| {
            failed.try_set(Some(refusal));
        });
    };
    // The list comes first: most orders are in it.
    let listed = Memo::new(move |_| desk.queue.with(|load| !matches!(load, Load::Loading)));
    Effect::new(move |_| {
        if listed.get() && !there.get() {
            ask();
        }
    });
    when_back(move || {
        if failed.with_untracked(|why| why.as_ref().is_some_and(Refusal::is_passing)) {
            ask();
        }
    });
    (move || match (there.get(), failed.get()) {
        (true, _) => show(order),
        (false, Some(refusal)) => {
            let title = Signal::derive(|| say::COUNTER_ORDER().to_owned());
            view! {
                {pane_head(title, Some(Place::Queue), None)}
                {trouble_panel(refusal, Some(Callback::new(move |()| ask())))}
            }
            .into_any()
        }
        (false, None) => row_skeletons(5),
    })
    .into_any()
}

/// The order's screen.
pub(crate) fn order_detail(desk: Desk, id: OrderId) -> AnyView {
    let cancelling = RwSignal::new(false);
    with_order(desk, id, move |order| {
        let title = Signal::derive(move || {
            order
                .with(|order| order.as_ref().map(|order| say::counter_order_title(&words::number_of(order))))
                .unwrap_or_default()
        });
        let state = Memo::new(move |_| order.with(|order| order.as_ref().map(|order| order.state)));
        let chip = view! {
            <span class="state-chip" data-testid="order-state" data-state=move || state.get().map(OrderState::word)>
                {move || state.get().map(state_word)}
            </span>
        }
        .into_any();
        view! {
            {pane_head(title, Some(Place::Queue), Some(chip))}
            <div class="pane-body">
                {said_banner(desk)}
                {move || {
                    cancelling
                        .get()
                        .then(|| order.get_untracked().map(|order| cancel_panel(desk, &order, cancelling)))
                        .flatten()
                }}
                {move || order.with(|order| order.as_ref().map(|order| facts(desk, order)))}
                {shelf_form(desk, id, order)}
                {move || order.with(|order| order.as_ref().map(lines))}
                {move || order.with(|order| order.as_ref().and_then(|order| returned(desk, order)))}
                {move || order.with(|order| order.as_ref().map(journey))}
            </div>
            {actions(desk, order, cancelling)}
        }
        .into_any()
    })
}

fn facts(desk: Desk, order: &Order) -> AnyView {
    let now = desk.now.get();
    let mode = order.fulfilment.mode();
    let sign = match mode {
        Mode::Pickup => Icon::Shop,
        Mode::Delivery => Icon::Truck,
        Mode::CarryOut => Icon::Basket,
    };
    let pressing = match queue::urgency(order, now) {
        Urgency::Calm => None,
        Urgency::Soon => Some(("chip chip-soon", say::COUNTER_URGENCY_SOON())),
        Urgency::Late => Some(("chip chip-late", say::COUNTER_URGENCY_LATE())),
    }
    .map(|(class, text)| view! { <span class=class>{text}</span> }.into_any());
    let phone = (!order.contact.phone.is_empty()).then(|| {
        let href = ["tel:", &order.contact.phone].concat();
        view! { <a class="fact-phone" href=href>{order.contact.phone.clone()}</a> }.into_any()
    });
    let address = match &order.fulfilment {
        Fulfilment::Pickup { .. } | Fulfilment::CarryOut => None,
        // Erased with the name.
        Fulfilment::Delivery { address, .. } if address.street.is_empty() => None,
        Fulfilment::Delivery { address, .. } => {
            let note = (!address.note.is_empty())
                .then(|| view! { <span class="quiet-text">{address.note.clone()}</span> }.into_any());
            Some(
                view! {
                    <div class="fact fact-wide">
                        <dt>{icon(Icon::MapPin)} {say::COUNTER_FACT_ADDRESS}</dt>
                        <dd>{address.street.clone()} {note}</dd>
                    </div>
                }
                .into_any(),
            )
        }
    };
    let age_check = order.min_age().map(age_flag);
    let cancelled = order.cancelled.map(|reason| {
        view! {
            <div class="fact fact-wide">
                <dt>{icon(Icon::Alert)} {say::COUNTER_FACT_CANCELLED}</dt>
                <dd>{words::reason(reason)}</dd>
            </div>
        }
        .into_any()
    });
    let here = arrivals::waits(order, now).map(|here| {
        view! {
            <div class="fact fact-wide" data-testid="is-here-fact">
                <dt>{icon(Icon::MapPin)} {say::ARRIVAL_FACT}</dt>
                <dd><strong>{here}</strong></dd>
            </div>
        }
        .into_any()
    });
    let placed = queue::placed_at(order).map(|at| words::age(queue::minutes_between(at, now)));
    view! {
        <dl class="counter-facts">
            <div class="fact">
                <dt>{icon(sign)} {words::mode(mode)}</dt>
                <dd><strong>{words::slot(order, now)}</strong> {pressing}</dd>
            </div>
            <div class="fact">
                <dt>{icon(Icon::User)} {say::COUNTER_FACT_NAME}</dt>
                <dd><strong>{words::who(order)}</strong> {phone}</dd>
            </div>
            <div class="fact">
                <dt>{icon(Icon::Wallet)} {say::COUNTER_FACT_PAYMENT}</dt>
                <dd data-testid="payment">{words::paid_long(order)}</dd>
            </div>
            <div class="fact">
                <dt>{icon(Icon::Clock)} {say::COUNTER_FACT_PLACED}</dt>
                <dd>{placed}</dd>
            </div>
            {here}
            {address}
            {cancelled}
        </dl>
        {age_check}
    }
    .into_any()
}

/// Goods that are not for everyone.
pub(crate) fn age_flag(age: u8) -> AnyView {
    view! {
        <p class="age-flag" data-testid="age-flag">
            {icon(Icon::Alert)}
            <strong>{say::counter_age_check(&number(age.into()))}</strong>
        </p>
    }
    .into_any()
}

fn lines(order: &Order) -> AnyView {
    let rows = order.lines.iter().map(|line| {
        let done = line.to_pick() == 0;
        let seed = line.code.to_string();
        let age = line.min_age.map(|age| {
            view! { <span class="chip chip-age">{say::counter_age_chip(&number(age.into()))}</span> }.into_any()
        });
        let aisle = line.aisle.clone().map(|aisle| view! { <span class="aisle">{aisle}</span> }.into_any());
        let tick = done.then(|| {
            view! { <span class="line-tick">{icon(Icon::Check)}<span class="visually-hidden">{say::COUNTER_LINE_PICKED}</span></span> }
                .into_any()
        });
        view! {
            <li class="line-row" data-done=done.then_some("")>
                <span class="line-picture">{picture(line.picture.as_ref(), &seed)}</span>
                <span class="line-measure">{words::measure(line)}</span>
                <span class="item-name">{words::name(line)} {age} {short_chip(line)} {plus_deposit(line.settled_deposit().ok())}</span>
                {aisle}
                {tick}
                <span class="line-amount">{money(line.settled())}</span>
            </li>
        }
        .into_any()
    });
    let delivery = (!order.totals.delivery.is_zero()).then(|| {
        view! { <div class="total-row"><dt>{say::COUNTER_DELIVERY_FEE}</dt><dd>{money(order.totals.delivery)}</dd></div> }
            .into_any()
    });
    let deposit = order.totals.deposit.map(|deposit| {
        view! { <div class="total-row"><dt>{say::DEPOSIT_SUM}</dt><dd data-testid="order-deposit">{money(deposit)}</dd></div> }
            .into_any()
    });
    let less = order.totals.total.minor - order.payment.to_pay.minor;
    let changed = (less > 0 && order.state != OrderState::Cancelled).then(|| {
        view! {
            <div class="total-row" data-testid="to-pay">
                <dt>{say::COUNTER_TO_PAY}</dt>
                <dd>{money(order.payment.to_pay)}</dd>
            </div>
        }
        .into_any()
    });
    view! {
        <section class="panel lines" aria-label=say::COUNTER_LINES>
            <ul>{rows.collect_view()}</ul>
            <dl class="order-totals">
                {deposit}
                {delivery}
                <div class="total-row total-sum"><dt>{say::counter_total_of(&say::counter_items(order.totals.items))}</dt><dd>{money(order.totals.total)}</dd></div>
                {changed}
            </dl>
        </section>
    }
    .into_any()
}

fn journey(order: &Order) -> AnyView {
    let zone = shop::zone();
    let steps = order.milestones.iter().map(|milestone| {
        view! {
            <li>
                <span>{state_word(milestone.state)}</span>
                <span class="count">{time(milestone.at, &zone)}</span>
            </li>
        }
        .into_any()
    });
    view! { <ol class="journey" aria-label=say::COUNTER_JOURNEY>{steps.collect_view()}</ol> }.into_any()
}

/// The one thing to do next, and quietly beside it the way out. One button for all of them, so that the focus stays
/// where it is from step to step.
fn actions(desk: Desk, order: Memo<Option<Order>>, cancelling: RwSignal<bool>) -> AnyView {
    let next = Memo::new(move |_| order.with(|order| order.as_ref().and_then(next_action)));
    let open = Memo::new(move |_| next.get().is_some());
    let steps = move || matches!(next.get(), Some(Next::Accept | Next::Ready | Next::SendOut));
    let face = move || match next.get() {
        Some(Next::Accept) | None => (Icon::Check, "accept"),
        Some(Next::Pick) => (Icon::Scan, "start-picking"),
        Some(Next::Ready) => (Icon::Package, "ready"),
        Some(Next::SendOut) => (Icon::Truck, "send-out"),
        Some(Next::HandOver) => (Icon::Basket, "hand-over"),
    };
    let label = move || match next.get() {
        Some(Next::Accept) | None => say::COUNTER_ACTION_ACCEPT().to_owned(),
        Some(Next::Pick) => order
            .with(|order| order.as_ref().filter(|order| order.state == OrderState::Picking).map(progress))
            .map_or_else(
                || say::COUNTER_ACTION_START_PICKING().to_owned(),
                |(picked, items)| say::counter_action_go_on_picking(&number((items - picked).into())),
            ),
        Some(Next::Ready) => say::COUNTER_ACTION_READY().to_owned(),
        Some(Next::SendOut) => say::COUNTER_ACTION_SEND_OUT().to_owned(),
        Some(Next::HandOver) => say::COUNTER_ACTION_HAND_OVER().to_owned(),
    };
    let run = move |_| {
        let Some(order) = order.get_untracked() else { return };
        let (id, title) = (order.id, words::number_of(&order));
        let then = |words: fn(&str) -> String| {
            let title = title.clone();
            Arc::new(move |_: Outcome| told(&untrack(|| words(&title))))
        };
        match next_action(&order) {
            Some(Next::Accept) => {
                desk.act(desk::step(Accept { order: id }), then(say::counter_announce_accepted))
            }
            Some(Next::Pick) => desk.go(Place::Pick(id)),
            Some(Next::Ready) => make_ready(desk, id, title),
            Some(Next::SendOut) => {
                desk.act(desk::step(Dispatch { order: id }), then(say::counter_announce_sent))
            }
            Some(Next::HandOver) => desk.go(Place::HandOver(id)),
            None => {}
        }
    };
    (move || {
        open.get().then(|| {
            view! {
                <footer class="pane-actions">
                    <button
                        type="button"
                        class="button plain danger"
                        data-testid="cancel"
                        aria-expanded=move || cancelling.get().to_string()
                        on:click=move |_| cancelling.update(|open| *open = !*open)
                    >
                        {say::COUNTER_ACTION_CANCEL}
                    </button>
                    <button
                        type="button"
                        class="button primary large main-action"
                        data-testid=move || face().1
                        aria-busy=move || (steps() && desk.busy.get()).to_string()
                        aria-disabled=move || (steps() && desk.busy.get()).to_string()
                        on:click=run
                    >
                        {move || icon(face().0)}
                        <span>{label}</span>
                    </button>
                </footer>
            }
            .into_any()
        })
    })
    .into_any()
}

/// Says that all of an order is collected, and goes back to it.
pub(crate) fn make_ready(desk: Desk, id: OrderId, title: String) {
    let done = Arc::new(move |_: Outcome| {
        told(&untrack(|| say::counter_announce_ready(&title)));
        desk.go(Place::Order(id));
    });
    desk.act(desk::step(Ready { order: id }), done);
}

fn told(words: &str) {
    play(Sound::Done);
    announce(words);
}
