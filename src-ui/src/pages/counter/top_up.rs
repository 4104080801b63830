//! The money on a member's card at the counter: what is there, cash that is put onto it, and cash that is paid out.

use leptos::prelude::*;
use ministore_core::card_code::CardCode;
use ministore_core::code::CardNumber;
use ministore_core::id::PaymentId;
use ministore_core::member::Card;
use ministore_core::money::{Currency, Money};
use ministore_core::refusal::Refusal;
use ministore_core::stored_value::{OnCard, PayOut, TopUp};
use wasm_bindgen_futures::spawn_local;

use super::cash::Amount;
use super::sound::{Sound, play};
use super::trouble::trouble_panel;
use crate::client::{call, new_id};
use crate::i18n::{day, money, say};
use crate::state::own_money::is_taken;
use crate::state::shop::zone;
use crate::widgets::announcer::announce;
use crate::widgets::icon::{Icon, icon};
use crate::widgets::stored_words;

/// The amounts that are put onto cards with one tap, in minor units of any currency: notes, in most.
const USUAL: [i64; 4] = [5_000, 10_000, 20_000, 50_000];

/// What a card's screen keeps while the card itself is asked for anew.
#[derive(Clone, Copy)]
pub(super) struct Till {
    number: CardNumber,
    /// What the card on a phone has just shown.
    code: Memo<Option<CardCode>>,
    typed: RwSignal<Amount>,
    tried: RwSignal<bool>,
    busy: RwSignal<bool>,
    /// What was done last.
    told: RwSignal<Option<String>>,
    problem: RwSignal<Option<Refusal>>,
    /// The keys of what is paid in and out next. A second tap, as after an answer that was lost, is the same; another
    /// amount is another.
    top_up: StoredValue<PaymentId>,
    pay_out: StoredValue<PaymentId>,
    changed: Callback<()>,
}

impl Till {
    /// Of the card with this number, and the code that it has just shown; `changed` is told when there is more or less on it.
    pub(super) fn of(number: CardNumber, code: Memo<Option<CardCode>>, changed: Callback<()>) -> Self {
        let till = Self {
            number,
            code,
            typed: RwSignal::new(Amount::default()),
            tried: RwSignal::new(false),
            busy: RwSignal::new(false),
            told: RwSignal::new(None),
            problem: RwSignal::new(None),
            top_up: StoredValue::new(new_id()),
            pay_out: StoredValue::new(new_id()),
            changed,
        };
        Effect::new(move |_| {
            till.typed.track();
            till.top_up.set_value(new_id());
        });
        till
    }

    /// Moves money, and says what has become of it.
    fn moves(
        self,
        asked: impl Future<Output = Result<OnCard, Refusal>> + 'static,
        said: impl FnOnce(OnCard) -> String + 'static,
    ) {
        if self.busy.get_untracked() {
            return;
        }
        self.busy.set(true);
        self.problem.set(None);
        self.told.set(None);
        spawn_local(async move {
            let outcome = asked.await;
            if self.busy.try_set(false).is_some() {
                return; // The screen was left.
            }
            match outcome {
                Ok(there) => {
                    let said = untrack(|| said(there));
                    play(Sound::Done);
                    announce(&said);
                    self.told.set(Some(said));
                    self.tried.set(false);
                    self.typed.set(Amount::default());
                    self.pay_out.set_value(new_id());
                }
                Err(refusal) => self.problem.set(Some(refusal)),
            }
            // What is there now, also where somebody else has just moved it.
            self.changed.run(());
        });
    }
}

/// The money on `card`: None where the shop keeps none on cards, and there is none.
pub(super) fn money_on_card(card: &Card, till: Till) -> Option<AnyView> {
    let stored = card.stored.as_ref()?;
    let there = stored.money;
    let some = !there.balance.is_zero() || !there.held.is_zero();
    if !is_taken() && !some {
        return None;
    }
    let held = (!there.held.is_zero()).then(|| {
        view! { <p class="quiet-text" data-testid="card-held">{move || say::stored_held(&money(there.held))}</p> }
            .into_any()
    });
    let zone = zone();
    let entries = stored.entries.iter().map(|entry| {
        let (entry, when) = (*entry, day(entry.at, &zone));
        view! {
            <li>
                <span>{move || stored_words::what(&entry)}</span>
                <span class="count">{when}</span>
                <strong class="count">{move || stored_words::change(&entry)}</strong>
            </li>
        }
        .into_any()
    });
    let entries = entries.collect_view();
    Some(
        view! {
            <section class="panel top-up" aria-labelledby="stored" data-testid="stored">
                <h3 id="stored">{say::STORED_TITLE}</h3>
                <p class="shown-points">
                    <strong data-testid="card-balance">{move || money(there.balance)}</strong>
                    <span>{say::STORED_BALANCE}</span>
                </p>
                {held}
                <div role="status">
                    {move || till.told.get().map(|told| view! {
                        <p class="with-sign top-up-done" data-testid="top-up-done">{icon(Icon::Check)} <strong>{told}</strong></p>
                    }.into_any())}
                </div>
                {is_taken().then(|| top_up_form(there, till))}
                {move || till.problem.get().map(|why| trouble_panel(why, None))}
                {(!there.balance.is_zero()).then(|| pay_out(there.balance, card.renews, till))}
            </section>
            <ol class="journey" aria-label=say::STORED_LEDGER data-testid="stored-ledger">{entries}</ol>
        }
        .into_any(),
    )
}

fn top_up_form(there: OnCard, till: Till) -> AnyView {
    let (currency, room) = (there.balance.currency, there.room());
    if room.is_zero() {
        return view! { <p>{say::STORED_COUNTER_FULL}</p> }.into_any();
    }
    let amount = move || till.typed.with(|typed| typed.money(currency));
    let fits = move || amount().filter(|amount| there.takes(*amount).is_ok());
    let wrong = move || till.tried.get() && fits().is_none();
    let rule = move || say::stored_counter_wrong(&money(room));
    let submit = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        till.tried.set(true);
        let Some(amount) = untrack(fits) else { return announce(&untrack(rule)) };
        let asked = call(TopUp { top_up: till.top_up.get_value(), number: till.number, amount });
        till.moves(asked, move |there| say::stored_counter_done(&money(amount), &money(there.balance)));
    };
    let quick = USUAL.into_iter().filter(|minor| *minor <= room.minor).map(|minor| {
        let usual = currency.minor(minor);
        view! {
            <button
                type="button"
                class="button cash-quick"
                data-testid=["top-up-", &minor.to_string()].concat()
                on:click=move |_| till.typed.set(Amount::of(usual))
            >
                {move || money(usual)}
            </button>
        }
        .into_any()
    });
    view! {
        <form class="top-up-form" novalidate on:submit=submit>
            <div class="top-up-quicks" role="group" aria-label=say::STORED_COUNTER_QUICK>{quick.collect_view()}</div>
            <label class="field">
                <span>{say::STORED_COUNTER_AMOUNT}</span>
                <input
                    type="text"
                    name="top-up"
                    inputmode="decimal"
                    autocomplete="off"
                    placeholder="0"
                    data-testid="top-up-amount"
                    aria-invalid=move || wrong().then_some("true")
                    aria-describedby="top-up-rule"
                    prop:value=move || till.typed.with(|typed| typed.text().to_owned())
                    on:input=move |event| till.typed.set(typed_in(&event_target_value(&event), currency))
                />
                <span id="top-up-rule" class=move || if wrong() { "problem" } else { "quiet-text" }>
                    {move || if wrong() { rule() } else { say::stored_counter_room(&money(room)) }}
                </span>
            </label>
            <button
                type="submit"
                class="button primary large wide"
                data-testid="top-up"
                aria-busy=move || till.busy.get().to_string()
                disabled=move || till.busy.get()
            >
                {icon(Icon::Wallet)}
                <span>
                    {move || match fits() {
                        Some(amount) => say::stored_counter_action_amount(&money(amount)),
                        None => say::STORED_COUNTER_ACTION().to_owned(),
                    }}
                </span>
            </button>
        </form>
    }
    .into_any()
}

/// What was typed, as the keys of a till write it.
fn typed_in(text: &str, currency: Currency) -> Amount {
    text.chars().fold(Amount::default(), |amount, key| amount.with(key, currency))
}

fn pay_out(balance: Money, renews: bool, till: Till) -> AnyView {
    let go = move |_| {
        let (pay_out, code) = (till.pay_out.get_value(), till.code.get_untracked());
        let asked = call(PayOut { pay_out, number: till.number, amount: balance, code });
        till.moves(asked, move |there| say::stored_counter_paid_out(&money(balance), &money(there.balance)));
    };
    view! {
        <details class="pay-out">
            <summary data-testid="pay-out-open">{icon(Icon::Undo)} {say::STORED_COUNTER_PAY_OUT}</summary>
            <p class="quiet-text">{say::STORED_COUNTER_PAY_OUT_TEXT}</p>
            {move || (renews && till.code.get().is_none()).then(|| view! {
                <p class="with-sign" data-testid="pay-out-code">{icon(Icon::Scan)} <span>{say::CARD_CODE_TO_PAY_OUT}</span></p>
            }.into_any())}
            <button
                type="button"
                class="button large wide"
                data-testid="pay-out"
                aria-busy=move || till.busy.get().to_string()
                disabled=move || till.busy.get()
                on:click=go
            >
                {move || say::stored_counter_pay_out_action(&money(balance))}
            </button>
        </details>
    }
    .into_any()
}
