//! The drawer: opened with a float, cash put in and taken out, counted and closed.

use leptos::prelude::*;
use ministore_core::id::{CashMoveId, ClosingId, ShiftId};
use ministore_core::money::{Currency, Money, Price};
use ministore_core::refusal::Refusal;
use ministore_core::shift::{
    CashMoved, CloseShift, Counted, MoveCash, OpenNow, OpenShift, TillState, counted, denominations,
};
use wasm_bindgen_futures::spawn_local;

use super::super::desk::Desk;
use super::super::frame::pane_head;
use super::super::place::Place;
use super::super::sound::{Sound, play};
use super::super::trouble::trouble_panel;
use super::print::{drawer_button, report_button};
use super::report::{closing, report};
use super::rules::rules_section;
use super::rung::TillDesk;
use crate::client::query::Load;
use crate::client::{call_again, new_id};
use crate::i18n::{self, day_and_time, say, time};
use crate::state::shop::zone;
use crate::widgets::announcer::announce;
use crate::widgets::field::Field;
use crate::widgets::icon::{Icon, icon};
use crate::widgets::price::money;
use crate::widgets::skeleton::row_skeletons;

/// The longest reason.
const REASON: usize = 200;

/// The drawer's screen.
pub(crate) fn drawer_screen(desk: Desk) -> AnyView {
    let till = desk.till;
    let title = Signal::derive(|| say::TILL_DRAWER().to_owned());
    view! {
        {pane_head(title, Some(Place::Till), None)}
        <div class="pane-body till-drawer">
            {move || till.shift.with(|load| match load {
                Load::Loading => row_skeletons(4),
                Load::Failed(refusal) => {
                    trouble_panel(refusal.clone(), Some(Callback::new(move |()| till.shift.reload())))
                }
                Load::Ready(TillState { open: Some(open), .. }) => opened(till, open),
                Load::Ready(TillState { open: None, last }) => {
                    view! {
                        {open_form(desk)}
                        {last.as_ref().map(|closed| view! {
                            {closing(closed)}
                            {report_button(closed.till, Some(closed.id))}
                        }.into_any())}
                    }
                    .into_any()
                }
            })}
            {rules_section()}
        </div>
    }
    .into_any()
}

pub(super) fn money_of(typed: &str, currency: Currency) -> Option<Money> {
    Money::parse_decimal(&typed.trim().replace(',', "."), currency).ok()
}

/// Something that is asked for, and what came of it. Tried again it is the same.
#[derive(Clone, Copy)]
pub(crate) struct Asking {
    pub(crate) busy: RwSignal<bool>,
    pub(crate) wrong: RwSignal<bool>,
    problem: RwSignal<Option<Refusal>>,
}

impl Asking {
    pub(crate) fn new() -> Self {
        Self { busy: RwSignal::new(false), wrong: RwSignal::new(false), problem: RwSignal::new(None) }
    }

    pub(crate) fn run<C>(self, call: C, done: impl FnOnce(C::Reply) + 'static)
    where
        C: ministore_core::call::Call,
    {
        if self.busy.get_untracked() {
            return;
        }
        self.busy.set(true);
        self.problem.set(None);
        spawn_local(async move {
            let outcome = call_again(call, new_id()).await;
            if self.busy.try_set(false).is_some() {
                return; // The screen was left.
            }
            match outcome {
                Ok(reply) => {
                    play(Sound::Done);
                    done(reply);
                }
                Err(refusal) => {
                    play(Sound::Wrong);
                    self.problem.set(Some(refusal));
                }
            }
        });
    }

    pub(crate) fn trouble(self) -> AnyView {
        (move || self.problem.get().map(|refusal| trouble_panel(refusal, None))).into_any()
    }
}

fn open_form(desk: Desk) -> AnyView {
    let till = desk.till;
    let typed = RwSignal::new(String::new());
    let asking = Asking::new();
    let shift: ShiftId = new_id();
    let currency = untrack(|| till.currency());
    let send = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        let text = typed.get_untracked();
        let float = if text.trim().is_empty() { Some(currency.minor(0)) } else { money_of(&text, currency) };
        let float = float.filter(|float| float.minor >= 0);
        asking.wrong.set(float.is_none());
        let Some(float) = float else { return };
        asking.run(OpenShift { shift, float }, move |_| {
            announce(&untrack(|| say::till_opened(&i18n::money(float))));
            till.training.set(false);
            till.shift.reload();
            desk.go(Place::Till);
        });
    };
    view! {
        <form class="panel till-form" data-testid="open-form" novalidate on:submit=send>
            <h3>{say::TILL_OPEN_IT}</h3>
            <p class="quiet-text">{say::TILL_OPEN_TEXT}</p>
            <Field
                label=say::TILL_FLOAT
                value=typed
                key="float"
                keys="decimal"
                longest=12
                wrong=asking.wrong
                problem=say::TILL_AMOUNT_WRONG
            />
            {asking.trouble()}
            <button class="button primary large" data-testid="open-till" disabled=move || asking.busy.get()>
                {say::TILL_OPEN_IT}
            </button>
        </form>
    }
    .into_any()
}

fn opened(till: TillDesk, open: &OpenNow) -> AnyView {
    let (at, float) = (open.shift.at, open.shift.float);
    let moved = open.moved.iter().map(moved_row);
    view! {
        <p class="till-since" data-testid="open-since">
            {move || say::till_open_since(&day_and_time(at, &zone()), &i18n::money(float))}
        </p>
        {open.report.as_ref().map(|sums| view! {
            <section class="panel" data-testid="x-report">
                <h3>{say::TILL_X}</h3>
                {report(sums)}
                {report_button(open.shift.till, None)}
            </section>
        }.into_any())}
        {cash_form(till)}
        <ul class="till-moved" data-testid="moved">{moved.collect_view()}</ul>
        {drawer_button(till, open.shift.till)}
        {close_form(till, open.shift.id)}
    }
    .into_any()
}

fn moved_row(moved: &CashMoved) -> AnyView {
    let (at, amount, reason) = (moved.at, moved.amount, moved.reason.clone());
    view! {
        <li>
            <span>{move || time(at, &zone())}</span>
            <span class="item-name">{reason}</span>
            <strong>{money(amount)}</strong>
        </li>
    }
    .into_any()
}

fn cash_form(till: TillDesk) -> AnyView {
    let (typed, reason) = (RwSignal::new(String::new()), RwSignal::new(String::new()));
    let asking = Asking::new();
    let movement = RwSignal::new(new_id::<CashMoveId>());
    let currency = untrack(|| till.currency());
    let send = move |sign: i64| {
        let amount = money_of(&typed.get_untracked(), currency).filter(|amount| amount.minor > 0);
        let why = reason.get_untracked().trim().to_owned();
        asking.wrong.set(amount.is_none() || why.is_empty());
        let (Some(amount), false) = (amount, why.is_empty()) else { return };
        let amount = currency.minor(sign * amount.minor);
        let call = MoveCash { movement: movement.get_untracked(), amount, reason: why };
        asking.run(call, move |_| {
            announce(&untrack(|| say::till_moved(&i18n::money(amount))));
            movement.set(new_id());
            typed.set(String::new());
            reason.set(String::new());
            till.shift.reload();
        });
    };
    view! {
        <form class="panel till-form" data-testid="cash-form" novalidate on:submit=|event| event.prevent_default()>
            <h3>{say::TILL_MOVE}</h3>
            <Field label=say::TILL_MOVE_AMOUNT value=typed key="move-amount" keys="decimal" longest=12 />
            <Field
                label=say::TILL_MOVE_REASON
                value=reason
                key="move-reason"
                longest=REASON
                wrong=asking.wrong
                problem=say::TILL_MOVE_WRONG
            />
            {asking.trouble()}
            <div class="till-move-actions">
                <button type="button" class="button" data-testid="put-in" disabled=move || asking.busy.get() on:click=move |_| send(1)>
                    {icon(Icon::Plus)} {say::TILL_PUT_IN}
                </button>
                <button type="button" class="button" data-testid="take-out" disabled=move || asking.busy.get() on:click=move |_| send(-1)>
                    {icon(Icon::Minus)} {say::TILL_TAKEN_OUT}
                </button>
            </div>
        </form>
    }
    .into_any()
}

/// The drawer is counted without knowing what should be there.
fn close_form(till: TillDesk, shift: ShiftId) -> AnyView {
    let currency = untrack(|| till.currency());
    let kinds: Vec<(Money, RwSignal<String>)> = denominations(currency)
        .iter()
        .map(|minor| (currency.minor(*minor), RwSignal::new(String::new())))
        .collect();
    let asking = Asking::new();
    let closing: ClosingId = new_id();
    let counts = {
        let kinds = kinds.clone();
        Memo::new(move |_| {
            let one = |(worth, typed): &(Money, RwSignal<String>)| {
                let typed = typed.get();
                let typed = typed.trim();
                let count = if typed.is_empty() { Ok(0) } else { typed.parse::<u32>() };
                count.map(|count| Counted { worth: *worth, count })
            };
            let all: Result<Vec<_>, _> = kinds.iter().map(one).collect();
            all.ok().map(|all| all.into_iter().filter(|kind| kind.count > 0).collect::<Vec<_>>())
        })
    };
    let rows = kinds.iter().map(|(worth, typed)| {
        let (worth, typed) = (*worth, *typed);
        view! {
            <li>
                <label class="till-kind">
                    <span>{move || i18n::money(worth)}</span>
                    <span aria-hidden="true">"×"</span>
                    <input
                        type="text"
                        inputmode="numeric"
                        autocomplete="off"
                        maxlength="6"
                        data-testid=["count-", &worth.to_decimal()].concat()
                        prop:value=move || typed.get()
                        on:input=move |event| typed.set(event_target_value(&event))
                    />
                </label>
            </li>
        }
        .into_any()
    });
    let rows = rows.collect_view();
    let others: Vec<(Currency, RwSignal<String>)> = untrack(|| till.rules())
        .foreign
        .iter()
        .map(|rate| (rate.currency, RwSignal::new(String::new())))
        .collect();
    let foreign = {
        let others = others.clone();
        move || -> Option<Vec<Price>> {
            let typed = others.iter().map(|(currency, typed)| (*currency, typed.get_untracked()));
            let typed = typed.filter(|(_, typed)| !typed.trim().is_empty());
            typed.map(|(currency, typed)| Price::new(money_of(&typed, currency)?).ok()).collect()
        }
    };
    let other_rows = others.iter().map(|(currency, typed)| {
        let (code, typed) = (currency.code().to_owned(), *typed);
        view! {
            <li>
                <label class="till-kind">
                    <span>{code.clone()}</span>
                    <input
                        type="text"
                        inputmode="decimal"
                        autocomplete="off"
                        maxlength="12"
                        data-testid=["count-", &code].concat()
                        prop:value=move || typed.get()
                        on:input=move |event| typed.set(event_target_value(&event))
                    />
                </label>
            </li>
        }
        .into_any()
    });
    let other_rows = other_rows.collect_view();
    let sum = move || match counts.get().map(|counts| counted(&counts, currency)) {
        Some(Ok(sum)) => i18n::money(sum),
        Some(Err(_)) | None => "–".to_owned(),
    };
    let close = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        let (counts, foreign) = (counts.get_untracked(), foreign());
        asking.wrong.set(counts.is_none() || foreign.is_none());
        let (Some(counted), Some(foreign)) = (counts, foreign) else { return };
        asking.run(CloseShift { closing, shift, counted, foreign }, move |closed| {
            announce(&untrack(|| say::till_closed_by(&i18n::money(closed.difference()))));
            till.shift.reload();
        });
    };
    view! {
        <details class="panel till-close" data-testid="close">
            <summary data-testid="close-open">{icon(Icon::Lock)} {say::TILL_CLOSE}</summary>
            <form class="till-form" novalidate on:submit=close>
                <p class="quiet-text">{say::TILL_CLOSE_TEXT}</p>
                <ul class="till-kinds">{rows} {other_rows}</ul>
                <dl class="receipt-row receipt-total">
                    <dt>{say::TILL_COUNTED}</dt>
                    <dd data-testid="counted" aria-live="polite">{sum}</dd>
                </dl>
                {move || asking.wrong.get().then(|| view! {
                    <p class="problem" role="alert" data-testid="count-wrong">{say::TILL_COUNT_WRONG}</p>
                }.into_any())}
                {asking.trouble()}
                <button class="button primary large" data-testid="close-till" disabled=move || asking.busy.get()>
                    {say::TILL_CLOSE}
                </button>
            </form>
        </details>
    }
    .into_any()
}
