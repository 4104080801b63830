//! Handing over: the shopper's code, the age where the law asks, the cash that is due, the change to give.

use std::sync::Arc;

use leptos::html;
use leptos::prelude::*;
use leptos_router::components::A;
use ministore_core::code::PickupCode;
use ministore_core::code_payment::{Owed, PaidFor};
use ministore_core::id::OrderId;
use ministore_core::money::Money;
use ministore_core::order::{HandOver, Order};
use ministore_core::payment::Tender;

use super::cash::{Amount, change, suggestions};
use super::desk::{self, Desk, Outcome};
use super::dispatch::Source;
use super::frame::pane_head;
use super::order_detail::with_order;
use super::order_words as words;
use super::place::Place;
use super::queue::{Next, next_action};
use super::said::said_banner;
use super::shelf::shelf_line;
use super::sound::{Sound, play};
use super::wallet::{Wallet, is_offered, wallet_panel};
use crate::i18n::{self, number, say};
use crate::refusal::state_word;
use crate::widgets::announcer::announce;
use crate::widgets::icon::{Icon, icon};
use crate::widgets::picture::picture;
use crate::widgets::price::money;

/// How many amounts are offered by one key.
const OFFERED: usize = 4;

/// What is to be taken in cash when this order is handed over.
fn cash_due(order: &Order) -> Option<Money> {
    let due = order.payment.due();
    (order.payment.tender == Tender::CashAtHandover && !due.is_zero()).then_some(due)
}

/// The hand-over screen.
pub(crate) fn hand_over_screen(desk: Desk, id: OrderId) -> AnyView {
    let handed = RwSignal::new(None::<Money>);
    with_order(desk, id, move |order| {
        let title = Signal::derive(move || {
            order
                .with(|order| {
                    order.as_ref().map(|order| say::counter_hand_over_title(&words::number_of(order)))
                })
                .unwrap_or_default()
        });
        let code =
            Memo::new(move |_| desk.shown.get().filter(|(order, _)| *order == id).map(|(_, code)| code));
        let can = Memo::new(move |_| {
            order.with(|order| order.as_ref().is_some_and(|order| next_action(order) == Some(Next::HandOver)))
        });
        view! {
            {pane_head(title, Some(Place::Order(id)), None)}
            {move || match (handed.get(), can.get(), code.get()) {
                (Some(change), ..) => order.get().map(|order| done(desk, &order, change)),
                (None, false, _) => order.get().map(|order| not_now(&order)),
                (None, true, None) => Some(ask_for_code(desk, order)),
                (None, true, Some(code)) => {
                    order.get_untracked().map(|there| settle(desk, order, &there, code, handed))
                }
            }}
        }
        .into_any()
    })
}

fn not_now(order: &Order) -> AnyView {
    let id = order.id;
    view! {
        <div class="pane-empty">
            <span class="empty-sign">{icon(Icon::Package)}</span>
            <h3>{say::counter_hand_over_not_now(state_word(order.state))}</h3>
            <p>{say::COUNTER_HAND_OVER_NOT_NOW_NEXT}</p>
            <A href=Place::Order(id).path() attr:class="button large">{say::COUNTER_TO_ORDER}</A>
        </div>
    }
    .into_any()
}

/// Whose goods they are and what they are, beside whatever is being done.
fn summary(order: Memo<Option<Order>>) -> AnyView {
    let content = move || {
        order.with(|order| {
            order.as_ref().map(|order| {
                let rows = order.lines.iter().map(|line| {
                    let seed = line.code.to_string();
                    view! {
                        <li class="bag-line">
                            <span class="line-picture">{picture(line.picture.as_ref(), &seed)}</span>
                            <span class="line-measure">{words::measure(line)}</span>
                            <span class="item-name">{words::name(line)}</span>
                        </li>
                    }
                    .into_any()
                });
                view! {
                    <p class="bag-name">{order.contact.name.clone()}</p>
                    {shelf_line(order)}
                    <p class="quiet-text">{say::counter_items(order.totals.items)}</p>
                    <ul>{rows.collect_view()}</ul>
                }
                .into_any()
            })
        })
    };
    view! { <section class="panel bag" aria-label=say::COUNTER_LINES>{content}</section> }.into_any()
}

fn ask_for_code(desk: Desk, order: Memo<Option<Order>>) -> AnyView {
    let text = RwSignal::new(String::new());
    let field = NodeRef::<html::Input>::new();
    focus_when_there(field);
    let whole = move || text.with(|text| text.parse::<PickupCode>().is_ok());
    let send = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        let typed = text.get_untracked();
        if typed.parse::<PickupCode>().is_ok() {
            text.set(String::new());
            desk.heard(&typed, Source::Typed);
        }
    };
    view! {
        <div class="pane-body hand-over">
            <div class="hand-over-main">
                {said_banner(desk)}
                <form class="ask-code" on:submit=send>
                    <span class="empty-sign">{icon(Icon::Scan)}</span>
                    <h3>{say::COUNTER_ASK_CODE_TITLE}</h3>
                    <p>{say::COUNTER_ASK_CODE_TEXT}</p>
                    <label class="visually-hidden" for="pickup-code">{say::COUNTER_PICKUP_CODE}</label>
                    <input
                        id="pickup-code"
                        class="pickup-code"
                        type="text"
                        node_ref=field
                        maxlength="9"
                        autocomplete="off"
                        autocapitalize="characters"
                        spellcheck="false"
                        placeholder="K7M4-Q2ZP"
                        data-testid="pickup-code"
                        prop:value=move || text.get()
                        on:input=move |event| text.set(event_target_value(&event).to_uppercase())
                    />
                    <button
                        class="button primary large wide"
                        data-testid="pickup-code-go"
                        disabled=move || !whole()
                    >
                        {say::COUNTER_ASK_CODE_ACTION}
                    </button>
                </form>
            </div>
            {summary(order)}
        </div>
    }
    .into_any()
}

/// The code is right: what is due is taken, and the goods change hands.
fn settle(
    desk: Desk,
    order: Memo<Option<Order>>,
    there: &Order,
    code: PickupCode,
    handed: RwSignal<Option<Money>>,
) -> AnyView {
    let due = cash_due(there);
    let id = there.id;
    let amount = RwSignal::new(Amount::default());
    let of_age = RwSignal::new(there.min_age().is_none());
    let currency = there.payment.amount.currency;
    let received = Memo::new(move |_| amount.with(|amount| amount.money(currency)));
    let paid = RwSignal::new(false);
    // None where nothing is due; else the change, or what is still missing.
    let outcome = Memo::new(move |_| {
        let due = due.filter(|_| !paid.get());
        due.map(|due| received.get().map_or(Err(due), |cash| change(due, cash)))
    });
    let taken = StoredValue::new(None::<Callback<()>>);
    let wallet = due.filter(|_| untrack(is_offered)).map(|due| {
        let taken = Callback::new(move |_| {
            paid.set(true);
            if let Some(hand_over) = taken.get_value() {
                hand_over.run(());
            }
        });
        let owed = Callback::new(move |()| Owed::Order { order: id, pickup: code });
        Wallet::new(desk.payer, PaidFor::Order(id), owed, Signal::stored(due), taken)
    });
    let asks = move || wallet.is_some_and(|wallet| !wallet.is_idle()) && !paid.get();
    let ready = move || of_age.get() && !asks() && !matches!(outcome.get(), Some(Err(_)));
    let hand_over = move || {
        if !untrack(ready) {
            return;
        }
        let cash = due.filter(|_| !paid.get_untracked()).and_then(|_| received.get_untracked());
        let done = Arc::new(move |outcome: Outcome| {
            let change = outcome.change.unwrap_or_else(|| currency.minor(0));
            play(Sound::Done);
            announce(&untrack(|| match change.is_zero() {
                true => say::COUNTER_ANNOUNCE_HANDED().to_owned(),
                false => say::counter_announce_change(&i18n::money(change)),
            }));
            handed.set(Some(change));
        });
        desk.act(desk::step(HandOver { order: id, code, cash }), done);
    };
    let label = move || match outcome.get() {
        None | Some(Err(_)) => say::COUNTER_ACTION_HAND_OVER().to_owned(),
        Some(Ok(change)) if change.is_zero() => say::COUNTER_ACTION_HAND_OVER_EXACT().to_owned(),
        Some(Ok(change)) => say::counter_action_hand_over_change(&i18n::money(change)),
    };
    let age_check = there.min_age().map(|age| age_check(age, of_age));
    let hand_over_now = Callback::new(move |()| hand_over());
    taken.set_value(Some(hand_over_now));
    let main = match due {
        Some(due) => view! {
            {wallet.map(wallet_panel)}
            {move || (!asks() && !paid.get()).then(|| cash_desk(due, amount, outcome, hand_over_now))}
        }
        .into_any(),
        None => nothing_due(there),
    };
    view! {
        <div class="pane-body hand-over">
            <div class="hand-over-main">
                {said_banner(desk)}
                {age_check}
                {main}
            </div>
            {summary(order)}
        </div>
        <footer class="pane-actions">
            <button
                type="button"
                class="button primary large main-action"
                data-testid="confirm-hand-over"
                aria-busy=move || desk.busy.get().to_string()
                disabled=move || !ready() || desk.busy.get()
                on:click=move |_| hand_over()
            >
                {icon(Icon::Check)}
                {label}
            </button>
        </footer>
    }
    .into_any()
}

fn nothing_due(order: &Order) -> AnyView {
    let unknown = order.payment.due().minor > 0;
    let (class, sign) =
        if unknown { ("paid-note paid-unknown", Icon::Clock) } else { ("paid-note", Icon::Check) };
    let order = order.clone();
    view! {
        <p class=class data-testid="nothing-due">
            {icon(sign)}
            <strong>{move || words::paid_long(&order)}</strong>
        </p>
    }
    .into_any()
}

fn age_check(age: u8, of_age: RwSignal<bool>) -> AnyView {
    view! {
        <label class="age-check" data-testid="age-check">
            <input
                type="checkbox"
                data-testid="of-age"
                prop:checked=move || of_age.get()
                on:change=move |event| of_age.set(event_target_checked(&event))
            />
            <span>
                <strong>{move || say::counter_age_check(&number(age.into()))}</strong>
                <span>{move || say::counter_age_confirm(&number(age.into()))}</span>
            </span>
        </label>
    }
    .into_any()
}

/// What is due, what is given, what is given back.
fn cash_desk(
    due: Money,
    amount: RwSignal<Amount>,
    outcome: Memo<Option<Result<Money, Money>>>,
    enter: Callback<()>,
) -> AnyView {
    let currency = due.currency;
    let field = NodeRef::<html::Input>::new();
    focus_when_there(field);
    let press = move |key: char| amount.update(|amount| *amount = amount.with(key, currency));
    let quick = suggestions(due, OFFERED).into_iter().enumerate().map(|(place, cash)| {
        let label =
            move || if place == 0 { say::counter_cash_exact(&i18n::money(cash)) } else { i18n::money(cash) };
        view! {
            <button
                type="button"
                class="button cash-quick"
                data-testid=["cash-", &cash.to_decimal()].concat()
                on:mousedown=|event| event.prevent_default()
                on:click=move |_| amount.set(Amount::of(cash))
            >
                {label}
            </button>
        }
        .into_any()
    });
    // A tap leaves the focus in the field, so that Enter afterwards hands over and does not press the key again.
    let key = move |key: char| {
        let label = key.to_string();
        view! {
            <button
                type="button"
                class="cash-key"
                data-testid=["cash-key-", &label].concat()
                on:mousedown=|event| event.prevent_default()
                on:click=move |_| press(key)
            >
                {label.clone()}
            </button>
        }
        .into_any()
    };
    let point = match currency.exponent() {
        0 => view! { <span></span> }.into_any(),
        _ => key('.'),
    };
    let change_line = move || match outcome.get() {
        Some(Ok(change)) => view! {
            <dt>{say::COUNTER_CHANGE}</dt>
            <dd class="change-amount" data-testid="change">{money(change)}</dd>
        }
        .into_any(),
        Some(Err(missing)) => view! {
            <dt>{say::COUNTER_MISSING}</dt>
            <dd class="missing-amount" data-testid="missing">{money(missing)}</dd>
        }
        .into_any(),
        None => ().into_any(),
    };
    view! {
        <form
            class="cash-desk"
            on:submit=move |event| {
                event.prevent_default();
                enter.run(());
            }
        >
            <dl class="cash-due">
                <dt>{say::COUNTER_DUE}</dt>
                <dd data-testid="due">{money(due)}</dd>
            </dl>
            <div class="cash-quicks" role="group" aria-label=say::COUNTER_CASH_QUICK>{quick.collect_view()}</div>
            <label class="cash-field">
                <span>{say::COUNTER_CASH_RECEIVED}</span>
                <input
                    type="text"
                    inputmode="none"
                    autocomplete="off"
                    placeholder="0"
                    data-testid="cash"
                    node_ref=field
                    prop:value=move || amount.with(|amount| amount.text().to_owned())
                    on:input=move |event| {
                        let typed = event_target_value(&event);
                        amount.set(typed.chars().fold(Amount::default(), |amount, key| amount.with(key, currency)));
                    }
                />
            </label>
            <div class="cash-keys">
                {"123456789".chars().map(key).collect_view()}
                {point}
                {key('0')}
                <button
                    type="button"
                    class="cash-key"
                    data-testid="cash-rub-out"
                    aria-label=say::COUNTER_SIGN_IN_RUB_OUT
                    on:mousedown=|event| event.prevent_default()
                    on:click=move |_| amount.update(|amount| *amount = amount.shorter())
                >
                    {icon(Icon::RubOut)}
                </button>
            </div>
            <dl class="cash-change" aria-live="polite">{change_line}</dl>
            <button class="visually-hidden" tabindex="-1" aria-hidden="true"></button>
        </form>
    }
    .into_any()
}

/// All is done: the change is the largest thing on the screen until the next order.
fn done(desk: Desk, order: &Order, change: Money) -> AnyView {
    let button = NodeRef::<html::Button>::new();
    Effect::new(move |_| {
        if let Some(button) = button.get() {
            // Enter goes on to the next order.
            let _ = button.focus();
        }
    });
    let points = (order.member.is_some() && order.points > 0).then(|| {
        view! { <p class="done-points">{icon(Icon::Star)} {say::counter_points_booked(order.points)}</p> }
            .into_any()
    });
    let give_back = (!change.is_zero()).then(|| {
        view! {
            <dl class="done-change">
                <dt>{say::COUNTER_GIVE_BACK}</dt>
                <dd class="change-amount" data-testid="change">{money(change)}</dd>
            </dl>
        }
        .into_any()
    });
    view! {
        <div class="pane-body done" data-testid="handed-over">
            <span class="empty-sign done-sign">{icon(Icon::Check)}</span>
            <h3>{say::counter_done_title(&words::number_of(order))}</h3>
            {give_back}
            {points}
        </div>
        <footer class="pane-actions">
            <button
                type="button"
                class="button primary large main-action"
                data-testid="next-order"
                node_ref=button
                on:click=move |_| desk.go(Place::Queue)
            >
                {icon(Icon::Receipt)}
                {say::COUNTER_ACTION_NEXT}
            </button>
        </footer>
    }
    .into_any()
}

fn focus_when_there(field: NodeRef<html::Input>) {
    Effect::new(move |_| {
        if let Some(field) = field.get() {
            // Focus cannot be refused to a field that is in the page.
            let _ = field.focus();
        }
    });
}
