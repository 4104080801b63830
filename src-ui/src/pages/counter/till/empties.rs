//! Empties that come back: scanned or tapped, counted, and taken off what is to be paid.

use leptos::prelude::*;
use ministore_core::deposit::{Deposit, DepositCode, Empties, MAX_EMPTIES};

use super::super::sound::{Sound, play};
use super::rung::{Step, TillDesk};
use crate::i18n::{self, local, number, say};
use crate::state::shop::shop;
use crate::widgets::field::Field;
use crate::widgets::icon::{Icon, icon};
use crate::widgets::price::money;
use crate::widgets::sheet::Sheet;
use crate::widgets::stepper::Stepper;

/// The empties on the ticket, one deposit after another.
pub(super) fn on_ticket(till: TillDesk) -> AnyView {
    let rows = move || {
        let all = till.ticket.with(|ticket| ticket.empties.clone());
        (!all.is_empty()).then(|| {
            let rows = all.into_iter().map(|empties| row(till, empties)).collect_view();
            view! { <ul class="till-empties" aria-label=say::DEPOSIT_EMPTIES>{rows}</ul> }.into_any()
        })
    };
    rows.into_any()
}

fn row(till: TillDesk, empties: Empties) -> AnyView {
    let (name, count, each) = (empties.deposit.name.clone(), empties.count, empties.deposit.amount.money());
    // What is on the ticket was reckoned with it.
    let amount = empties.amount().unwrap_or(each);
    let code = empties.deposit.code;
    let named = name.clone();
    let void = move |_| till.void_empties(&code);
    view! {
        <li class="till-empties-row" data-testid="ticket-empties">
            <span class="till-line-name">{icon(Icon::Undo)} {move || say::deposit_back_line(&local(&name))}</span>
            <span class="quiet-text">
                {move || say::deposit_back_row(&number(count.into()), &i18n::money(each))}
            </span>
            <span class="till-line-amount" data-testid="empties-amount">"−" {money(amount)}</span>
            {move || matches!(till.step.get(), Step::Ringing).then(|| {
                let (void, named) = (void.clone(), named.clone());
                view! {
                    <button
                        type="button"
                        class="icon-button"
                        data-testid="void-empties"
                        aria-label=move || say::deposit_void_empties(&local(&named))
                        on:click=void
                    >
                        {icon(Icon::Close)}
                    </button>
                }
                .into_any()
            })}
        </li>
    }
    .into_any()
}

/// The sheet on which they are counted.
pub(super) fn sheet(till: TillDesk) -> AnyView {
    let open = till.giving_back;
    view! {
        <Sheet open=open title=Signal::derive(|| say::DEPOSIT_EMPTIES().to_owned())>{counting(till)}</Sheet>
    }
    .into_any()
}

fn active() -> Vec<Deposit> {
    let all = shop().map(|shop| shop.deposits.clone()).unwrap_or_default();
    all.into_iter().filter(|deposit| deposit.active).collect()
}

/// How many are typed; none where that is no number of empties.
fn count_of(typed: &str) -> Option<u32> {
    typed.trim().parse().ok().filter(|count| (1..=MAX_EMPTIES).contains(count))
}

fn counting(till: TillDesk) -> AnyView {
    till.empties_said.set(None);
    // Digits and a star before the key stand for so many, as before a scan.
    let times = till.times.get_untracked();
    till.times.set(1);
    let typed = RwSignal::new(times.to_string());
    let wrong = RwSignal::new(false);
    let give = Callback::new(move |deposit: Deposit| match count_of(&typed.get_untracked()) {
        Some(count) => {
            wrong.set(false);
            if till.put_empties(&deposit, count) {
                typed.set("1".to_owned());
            }
        }
        None => {
            play(Sound::Wrong);
            wrong.set(true);
        }
    });
    let kinds = move || {
        let all = active();
        if all.is_empty() {
            return view! { <p class="quiet-text" data-testid="no-empties">{say::DEPOSIT_EMPTIES_NONE}</p> }
                .into_any();
        }
        let kinds = all.into_iter().map(|deposit| kind(deposit, give)).collect_view();
        view! { <div class="till-empties-kinds">{kinds}</div> }.into_any()
    };
    let close = move |_| {
        till.giving_back.set(false);
        super::free_keys();
    };
    view! {
        <div class="till-off-form" data-testid="empties-sheet">
            <p class="quiet-text">{say::DEPOSIT_EMPTIES_TEXT}</p>
            <Field
                label=say::DEPOSIT_COUNT
                value=typed
                key="empties-count"
                keys="numeric"
                longest=4
                wrong=wrong
                problem=say::DEPOSIT_COUNT_WRONG
            />
            {kinds}
            <p role="status" class="till-empties-said" data-testid="empties-said">{move || till.empties_said.get()}</p>
            <ul class="till-empties-list">
                {move || till.ticket.with(|ticket| ticket.empties.clone()).into_iter().map(|one| counted(till, one)).collect_view()}
            </ul>
            <button type="button" class="button primary large" data-testid="empties-done" on:click=close>
                {say::DEPOSIT_DONE}
            </button>
        </div>
    }
    .into_any()
}

fn kind(deposit: Deposit, give: Callback<Deposit>) -> AnyView {
    let (name, amount, code) = (deposit.name.clone(), deposit.amount.money(), deposit.code.to_string());
    view! {
        <button
            type="button"
            class="button large"
            data-testid=["empties-", &code].concat()
            on:click=move |_| give.run(deposit.clone())
        >
            {move || say::deposit_give(&local(&name), &i18n::money(amount))}
        </button>
    }
    .into_any()
}

/// What is counted of one deposit so far.
fn counted(till: TillDesk, empties: Empties) -> AnyView {
    let code: DepositCode = empties.deposit.code.clone();
    let (name, count) = (empties.deposit.name.clone(), empties.count);
    let each = empties.deposit.amount.money();
    let amount = empties.amount().unwrap_or(each);
    let named = name.clone();
    view! {
        <li class="till-empties-row">
            <span class="till-line-name">{move || local(&name)}</span>
            <Stepper
                value=Signal::derive(move || count)
                shown=Signal::derive(move || number(count.into()))
                of=Signal::derive(move || local(&named))
                max=MAX_EMPTIES
                on_change=Callback::new(move |count| till.count_empties(&code, count))
            />
            <span class="till-line-amount">"−" {money(amount)}</span>
        </li>
    }
    .into_any()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_count_is_a_whole_number_that_a_ticket_takes() {
        assert_eq!((count_of(" 12 "), count_of("9999")), (Some(12), Some(9_999)));
        for typed in ["", "0", "-1", "1.5", "10000", "many"] {
            assert_eq!(count_of(typed), None, "{typed}");
        }
    }
}
