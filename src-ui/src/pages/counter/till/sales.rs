//! A sale found again: by its number, or among a member's.

use leptos::prelude::*;
use leptos_router::components::A;
use ministore_core::code::{CardNumber, Code};
use ministore_core::fact::{GetSale, GetSales, Sale};
use ministore_core::id::SaleId;
use ministore_core::refusal::Refusal;
use wasm_bindgen_futures::spawn_local;

use super::super::desk::Desk;
use super::super::frame::pane_head;
use super::super::place::Place;
use super::super::trouble::trouble_panel;
use super::goods_back::coming_back;
use super::print::{print_actions, return_buttons};
use super::receipt::receipt;
use crate::client::call;
use crate::client::query::{Load, Query};
use crate::i18n::{day_and_time, say};
use crate::state::shop::{read_code, zone};
use crate::widgets::field::Field;
use crate::widgets::icon::{Icon, icon};
use crate::widgets::price::money;
use crate::widgets::skeleton::row_skeletons;

/// The till's newest sales, and a field for a receipt's number.
pub(crate) fn sales_screen(desk: Desk) -> AnyView {
    let card = desk.till.sales_of;
    let sales = Query::new(move || Some(GetSales { card: card.get() }));
    on_cleanup(move || card.set(None));
    let title = Signal::derive(|| say::TILL_SALES().to_owned());
    let typed = RwSignal::new(String::new());
    let problem = RwSignal::new(None::<Refusal>);
    let find = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        problem.set(None);
        if let Some(number) = card_of(&typed.get_untracked()) {
            card.set(Some(number));
            typed.set(String::new());
            return;
        }
        let Some(named) = GetSale::read(&typed.get_untracked()) else {
            problem.set(Some(Refusal::NotFound { what: ministore_core::refusal::Thing::Sale }));
            return;
        };
        spawn_local(async move {
            match call(named).await {
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
            {move || card.get().map(|number| view! {
                <p class="till-looked-for" data-testid="sales-of">
                    <span>{say::till_sales_of(&number.to_string())}</span>
                    <button type="button" class="button" on:click=move |_| card.set(None)>
                        {icon(Icon::Close)} {say::ACTION_CLOSE}
                    </button>
                </p>
            }.into_any())}
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

/// A card's number, as it is scanned or typed.
fn card_of(text: &str) -> Option<CardNumber> {
    match read_code(text.trim(), None) {
        Ok(Code::Member(card)) => Some(card),
        Ok(Code::MemberCode(code)) => Some(code.number()),
        _ => text.trim().parse().ok(),
    }
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
