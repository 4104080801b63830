//! Taking the money: cash with what is given back, cards at the bank's terminal, and any split with what `other_tender` takes.

use leptos::html;
use leptos::prelude::*;
use ministore_core::money::{Money, Price};
use ministore_core::ticket::{CardPaid, Taken};

use super::super::cash::{Amount, change, suggestions};
use super::rung::TillDesk;
use super::{gift_card, other_tender};
use crate::i18n::{self, number, say};
use crate::widgets::field::Field;
use crate::widgets::icon::{Icon, icon};
use crate::widgets::price::money;

/// How many amounts are offered.
const OFFERED: usize = 5;

/// The longest reference of a card's slip.
const REFERENCE: usize = 40;

/// What is asked before a sale is made.
pub(super) fn tender_pane(till: TillDesk) -> AnyView {
    let amount = RwSignal::new(Amount::default());
    let of_age = RwSignal::new(false);
    let age = untrack(|| till.ticket.with(|ticket| ticket.min_age()));
    let currency = untrack(|| till.currency());
    let received = Memo::new(move |_| amount.with(|amount| amount.money(currency)));
    till.shown.receives(received);
    // Nothing typed is the exact amount: Enter is enough.
    let outcome = Memo::new(move |_| {
        let due = till.cash_due();
        let none = currency.minor(due.minor.saturating_neg().max(0));
        received.get().map_or(Ok(none), |cash| match due.minor {
            ..=0 => Ok(currency.minor(cash.minor.saturating_sub(due.minor))),
            _ => change(due, cash),
        })
    });
    let asks = other_tender::wallet(till);
    let asked =
        move || asks.is_some_and(|wallet| !wallet.is_idle()) && till.taken.with(|taken| !has_wallet(taken));
    let ready = Memo::new(move |_| {
        outcome.get().is_ok()
            && (age.is_none() || of_age.get())
            && !till.needs_manager()
            && till.cards_fit()
            && !asked()
    });
    let sell = move || {
        if ready.get_untracked() {
            let due = untrack(|| till.cash_due());
            let exactly = due.currency.minor(due.minor.max(0));
            till.sell(received.get_untracked().unwrap_or(exactly));
        }
    };
    let label = move || match outcome.get() {
        Ok(back) if !back.is_zero() => say::till_sell_change(&i18n::money(back)),
        _ => say::till_sell_exact(&i18n::money(till.cash_due_now())),
    };
    view! {
        <form
            class="till-tender"
            data-testid="tender"
            on:submit=move |event| {
                event.prevent_default();
                sell();
            }
        >
            <dl class="cash-due">
                <dt>{say::COUNTER_DUE}</dt>
                <dd data-testid="due">{move || i18n::money(till.cash_due_now())}</dd>
            </dl>
            {rounding_note(till)}
            {age.map(|age| age_check(age, of_age))}
            {manager_check(till)}
            {other_tender::paid_so_far(till)}
            {cash_field(till, amount, outcome)}
            <div class="till-ways">
                {cards(till)}
                {other_tender::of_member(till)}
                {gift_card::by_number(till)}
                {asks.map(|wallet| other_tender::by_wallet(till, wallet))}
                {other_tender::foreign(till)}
            </div>
            <footer class="till-tender-actions">
                <button type="button" class="button large" data-testid="ring-on" on:click=move |_| till.ring_on()>
                    {icon(Icon::Back)} {say::TILL_RING_ON}
                </button>
                <button
                    class="button primary large main-action"
                    data-testid="sell"
                    aria-busy=move || till.busy.get().to_string()
                    disabled=move || !ready.get() || till.busy.get()
                >
                    {icon(Icon::Check)} {label}
                </button>
            </footer>
        </form>
    }
    .into_any()
}

fn rounding_note(till: TillDesk) -> AnyView {
    let note = move || {
        let foreign = till.foreign.get().map_or(0, |foreign| foreign.worth.money().minor);
        let by = till.cash_due().minor + foreign - till.rest().minor;
        (by != 0).then(|| {
            let words = say::till_rounded(&i18n::money(till.rest()));
            view! { <p class="quiet-text" data-testid="rounded">{words}</p> }.into_any()
        })
    };
    note.into_any()
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

/// Where more was taken off than a cashier may: a manager's PIN, on this very screen.
fn manager_check(till: TillDesk) -> AnyView {
    let pin = RwSignal::new(String::new());
    let needed = Memo::new(move |_| till.needs_manager());
    let check = move || {
        needed.get().then(|| {
            view! {
                <section class="panel till-allow" data-testid="needs-manager">
                    <p><strong>{say::TILL_NEEDS_MANAGER}</strong></p>
                    <Field label=say::TILL_MANAGER_PIN value=pin key="pin" kind="password" keys="numeric" longest=8 />
                    <button
                        type="button"
                        class="button"
                        data-testid="allow"
                        disabled=move || till.busy.get()
                        on:click=move |_| {
                            till.ask_manager(pin.get_untracked().trim());
                            pin.set(String::new());
                        }
                    >
                        {icon(Icon::Lock)} {say::TILL_ALLOW}
                    </button>
                </section>
            }
            .into_any()
        })
    };
    let by = move || {
        till.allowed.get().map(|allowed| {
            view! { <p class="quiet-text" data-testid="allowed">{say::till_allowed_by(&allowed.name)}</p> }.into_any()
        })
    };
    view! { {check} {by} }.into_any()
}

fn cash_field(till: TillDesk, amount: RwSignal<Amount>, outcome: Memo<Result<Money, Money>>) -> AnyView {
    let currency = untrack(|| till.currency());
    let field = NodeRef::<html::Input>::new();
    Effect::new(move |_| {
        if let Some(field) = field.get() {
            // Focus cannot be refused to a field that is in the page.
            let _ = field.focus();
        }
    });
    let quick = move || {
        let due = till.cash_due_now();
        let amounts = suggestions(due, OFFERED).into_iter().enumerate().map(|(place, cash)| {
            let label =
                if place == 0 { say::counter_cash_exact(&i18n::money(cash)) } else { i18n::money(cash) };
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
        amounts.collect_view()
    };
    let key = move |key: char| {
        let label = key.to_string();
        view! {
            <button
                type="button"
                class="cash-key"
                data-testid=["cash-key-", &label].concat()
                on:mousedown=|event| event.prevent_default()
                on:click=move |_| amount.update(|amount| *amount = amount.with(key, currency))
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
    let outcome = move || match outcome.get() {
        Ok(back) => view! {
            <dt>{say::COUNTER_CHANGE}</dt>
            <dd class="change-amount" data-testid="change">{money(back)}</dd>
        }
        .into_any(),
        Err(missing) => view! {
            <dt>{say::COUNTER_MISSING}</dt>
            <dd class="missing-amount" data-testid="missing">{money(missing)}</dd>
        }
        .into_any(),
    };
    view! {
        <div class="cash-quicks" role="group" aria-label=say::COUNTER_CASH_QUICK>{quick}</div>
        <label class="cash-field">
            <span>{say::COUNTER_CASH_RECEIVED}</span>
            <input
                type="text"
                inputmode="none"
                autocomplete="off"
                placeholder=move || till.cash_due_now().to_decimal()
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
        <dl class="cash-change" aria-live="polite">{outcome}</dl>
    }
    .into_any()
}

/// What the bank's terminal has taken.
fn cards(till: TillDesk) -> AnyView {
    let typed = RwSignal::new(String::new());
    let reference = RwSignal::new(String::new());
    let wrong = RwSignal::new(false);
    let currency = untrack(|| till.currency());
    let add = move |_| {
        let rest = untrack(|| till.rest());
        let text = typed.get_untracked().trim().replace(',', ".");
        let amount = if text.is_empty() { Some(rest) } else { Money::parse_decimal(&text, currency).ok() };
        let amount = amount.filter(|amount| amount.minor > 0 && amount.minor <= rest.minor);
        let Some(amount) = amount.and_then(|amount| Price::new(amount).ok()) else {
            wrong.set(true);
            return;
        };
        wrong.set(false);
        let reference = reference.try_update(std::mem::take).unwrap_or_default().trim().to_owned();
        till.cards.update(|cards| cards.push(CardPaid { amount, reference }));
        typed.set(String::new());
    };
    view! {
        <details class="panel till-cards" data-testid="cards">
            <summary data-testid="by-card">{icon(Icon::Card)} {say::TILL_BY_CARD}</summary>
            <p class="quiet-text">{move || say::till_card_text(&i18n::money(till.rest()))}</p>
            <Field
                label=say::TILL_CARD_AMOUNT
                value=typed
                key="card-amount"
                keys="decimal"
                longest=12
                wrong=wrong
                problem=say::TILL_CARD_WRONG
            />
            <Field label=say::TILL_CARD_REFERENCE value=reference key="card-reference" longest=REFERENCE />
            <button type="button" class="button" data-testid="card-taken" on:click=add>
                {icon(Icon::Check)} {say::TILL_CARD_TAKEN}
            </button>
        </details>
    }
    .into_any()
}

/// Whether a wallet has paid its part already.
pub(super) fn has_wallet(taken: &[Taken]) -> bool {
    taken.iter().any(|taken| !taken.tender.is_on_card())
}
