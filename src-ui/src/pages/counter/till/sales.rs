//! A sale found again: its receipt, and goods of it that come back.

use leptos::prelude::*;
use leptos_router::components::A;
use ministore_core::fact::{GetSale, GetSales, RecordRefund, Sale, SoldTicket};
use ministore_core::id::{LineId, SaleId};
use ministore_core::money::{Money, Price};
use ministore_core::refusal::Refusal;
use ministore_core::ticket::CardPaid;
use wasm_bindgen_futures::spawn_local;

use super::super::desk::Desk;
use super::super::frame::pane_head;
use super::super::place::Place;
use super::super::sound::{Sound, play};
use super::super::trouble::trouble_panel;
use super::print::{print_actions, return_buttons};
use super::receipt::receipt;
use crate::client::query::{Load, Query};
use crate::client::{call, call_again, new_id};
use crate::i18n::{self, day_and_time, local, say};
use crate::state::shop::zone;
use crate::widgets::announcer::announce;
use crate::widgets::field::Field;
use crate::widgets::icon::{Icon, icon};
use crate::widgets::measure::measure;
use crate::widgets::price::money;
use crate::widgets::skeleton::row_skeletons;

/// The till's newest sales, and a field for a receipt's number.
pub(crate) fn sales_screen(desk: Desk) -> AnyView {
    let sales = Query::new(|| Some(GetSales {}));
    let title = Signal::derive(|| say::TILL_SALES().to_owned());
    let typed = RwSignal::new(String::new());
    let problem = RwSignal::new(None::<Refusal>);
    let find = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        let Ok(number) = typed.get_untracked().trim().trim_start_matches('#').parse::<u32>() else {
            problem.set(Some(Refusal::NotFound { what: ministore_core::refusal::Thing::Sale }));
            return;
        };
        spawn_local(async move {
            match call(GetSale::Number(number)).await {
                Ok(found) => desk.go(Place::Sale(found.sale.id)),
                Err(refusal) => _ = problem.try_set(Some(refusal)),
            }
        });
    };
    view! {
        {pane_head(title, Some(Place::Till), None)}
        <div class="pane-body">
            <form class="till-find" novalidate on:submit=find>
                <Field label=say::TILL_FIND value=typed key="receipt" keys="numeric" longest=10 />
                <button class="button" data-testid="find-sale">{icon(Icon::Search)} {say::TILL_FIND_IT}</button>
            </form>
            {move || problem.get().map(|refusal| trouble_panel(refusal, None))}
            {move || sales.with(|load| match load {
                Load::Loading => row_skeletons(6),
                Load::Failed(refusal) => {
                    trouble_panel(refusal.clone(), Some(Callback::new(move |()| sales.reload())))
                }
                Load::Ready(list) if list.sales.is_empty() => {
                    view! { <p class="quiet-text" data-testid="no-sales">{say::TILL_NO_SALES}</p> }.into_any()
                }
                Load::Ready(list) => {
                    view! { <ul class="found-rows" data-testid="sales">{list.sales.iter().map(row).collect_view()}</ul> }
                        .into_any()
                }
            })}
        </div>
    }
    .into_any()
}

fn row(sale: &Sale) -> AnyView {
    let (no, at, items, total) = (sale.number, sale.at, sale.totals.items, sale.totals.total);
    view! {
        <li>
            <A href=Place::Sale(sale.id).path() attr:class="found-row sale-row" attr:data-testid="sale">
                <strong>{["#", &no.to_string()].concat()}</strong>
                <span class="item-name">{move || day_and_time(at, &zone())}</span>
                <span class="quiet-text">{move || say::till_items(items)}</span>
                <span class="line-amount">{money(total)}</span>
            </A>
        </li>
    }
    .into_any()
}

/// One sale.
pub(crate) fn sale_screen(desk: Desk, id: SaleId) -> AnyView {
    let query = Query::new(move || Some(GetSale::Key(id)));
    let title = Signal::derive(move || {
        query.with(|load| match load {
            Load::Ready(found) => say::till_number(&found.sale.number.to_string()),
            Load::Loading | Load::Failed(_) => say::TILL_SALES().to_owned(),
        })
    });
    view! {
        {pane_head(title, Some(Place::Sales), None)}
        <div class="pane-body till-sale">
            {move || query.with(|load| match load {
                Load::Loading => row_skeletons(6),
                Load::Failed(refusal) => {
                    trouble_panel(refusal.clone(), Some(Callback::new(move |()| query.reload())))
                }
                Load::Ready(found) => {
                    view! {
                        {receipt(&found.sale, &found.refunds)}
                        {print_actions(desk.till, &found.sale, false)}
                        {return_buttons(&found.refunds)}
                        {coming_back(desk, query, found)}
                    }
                    .into_any()
                }
            })}
        </div>
    }
    .into_any()
}

/// What of it can still come back.
fn coming_back(desk: Desk, query: Query<GetSale>, found: &SoldTicket) -> AnyView {
    let sale = found.sale.clone();
    let gone = |id: LineId| found.refunds.iter().any(|refund| refund.lines.iter().any(|line| line.id == id));
    let amounts: Vec<_> = sale.lines.iter().map(|line| (line.tax, line.amount)).collect();
    let Ok(paid) = sale.totals.of_lines(&amounts) else { return ().into_any() };
    let left: Vec<_> = sale
        .lines
        .iter()
        .zip(paid)
        .filter(|(line, _)| !gone(line.id))
        .map(|(line, paid)| (line.clone(), paid, RwSignal::new(false)))
        .collect();
    if left.is_empty() {
        return view! { <p class="quiet-text" data-testid="all-back">{say::TILL_ALL_BACK}</p> }.into_any();
    }
    let currency = sale.totals.total.currency;
    let to_shelf = RwSignal::new(true);
    let by_card = RwSignal::new(false);
    let given: i64 = found.refunds.iter().map(|refund| refund.amount.minor - refund.in_cash().minor).sum();
    let card_left = sale.by_card().minor - given;
    let (busy, problem) = (RwSignal::new(false), RwSignal::new(None::<Refusal>));
    let amount = {
        let left = left.clone();
        Memo::new(move |_| {
            let chosen = left.iter().filter(|(.., chosen)| chosen.get());
            currency.minor(chosen.map(|(_, paid, _)| paid.minor).sum())
        })
    };
    let rows = left.iter().map(|(line, paid, chosen)| {
        let (name, how_much, paid, chosen) = (line.name.clone(), line.measure, *paid, *chosen);
        view! {
            <li>
                <label class="check till-back-line" data-testid="back-line">
                    <input
                        type="checkbox"
                        prop:checked=move || chosen.get()
                        on:change=move |event| chosen.set(event_target_checked(&event))
                    />
                    <span class="item-name">{move || local(&name)}</span>
                    <span class="quiet-text">{move || measure(how_much)}</span>
                    {money(paid)}
                </label>
            </li>
        }
        .into_any()
    });
    let rows = rows.collect_view();
    // Tapped twice it is the same return.
    let refund = RwSignal::new(new_id());
    let give = move |_| {
        if busy.get_untracked() {
            return;
        }
        let chosen = left.iter().filter(|(.., chosen)| chosen.get_untracked());
        let lines: Vec<LineId> = chosen.map(|(line, ..)| line.id).collect();
        let amount = untrack(|| amount.get());
        let by_card = by_card.get_untracked().then(|| card_part(amount, card_left)).flatten();
        let call = RecordRefund {
            by_card,
            to_shelf: to_shelf.get_untracked(),
            ..RecordRefund::in_cash(refund.get_untracked(), sale.id, lines)
        };
        busy.set(true);
        spawn_local(async move {
            let outcome = call_again(call, new_id()).await;
            if busy.try_set(false).is_some() {
                return;
            }
            match outcome {
                Ok(done) => {
                    play(Sound::Done);
                    announce(&untrack(|| say::till_given_back(&i18n::money(done.amount))));
                    desk.till.shift.reload();
                    query.reload();
                }
                Err(refusal) => {
                    play(Sound::Wrong);
                    problem.set(Some(refusal));
                }
            }
        });
    };
    view! {
        <section class="panel till-back" data-testid="coming-back">
            <h3>{say::TILL_BACK}</h3>
            <ul>{rows}</ul>
            <label class="check">
                <input
                    type="checkbox"
                    data-testid="to-shelf"
                    prop:checked=move || to_shelf.get()
                    on:change=move |event| to_shelf.set(event_target_checked(&event))
                />
                <span>{say::COUNTER_RETURN_TO_SHELF}</span>
            </label>
            {(card_left > 0).then(|| view! {
                <label class="check">
                    <input
                        type="checkbox"
                        data-testid="back-by-card"
                        prop:checked=move || by_card.get()
                        on:change=move |event| by_card.set(event_target_checked(&event))
                    />
                    <span>{move || say::till_back_by_card(&i18n::money(currency.minor(card_left)))}</span>
                </label>
            }.into_any())}
            {move || problem.get().map(|refusal| trouble_panel(refusal, None))}
            <button
                type="button"
                class="button primary large"
                data-testid="give-back"
                disabled=move || amount.get().is_zero() || busy.get()
                on:click=give
            >
                {move || say::till_give_back(&i18n::money(amount.get()))}
            </button>
        </section>
    }
    .into_any()
}

/// How much of `amount` goes back to the card: no more than it had paid.
fn card_part(amount: Money, left: i64) -> Option<CardPaid> {
    let part = amount.currency.minor(amount.minor.min(left));
    let amount = Price::new(part).ok()?;
    (part.minor > 0).then_some(CardPaid { amount, reference: String::new() })
}
