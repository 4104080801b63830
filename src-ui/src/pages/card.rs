//! The membership card: its barcode, the points, and how they came.

use leptos::prelude::*;
use leptos_router::components::A;
use ministore_core::member::{Card, GetCard, PointsEntry, PointsReason};
use ministore_core::stored_value::StoredEntry;
use ministore_core::sync::Changed;

use crate::client::events::{Live, on_live};
use crate::client::own_data::{CARD, CARD_KEY};
use crate::client::query::{Load, Query};
use crate::client::storage;
use crate::i18n::{day_and_time, local, money, number, say};
use crate::state::card_code::{OwnKey, own_key};
use crate::state::own_money::is_taken;
use crate::state::shop::{shop, zone};
use crate::widgets::barcode::barcode;
use crate::widgets::card_code::card_code;
use crate::widgets::error_panel::ErrorPanel;
use crate::widgets::icon::{Icon, icon};
use crate::widgets::install_row::InstallRow;
use crate::widgets::join::JoinOffer;
use crate::widgets::page::Page;
use crate::widgets::skeleton::row_skeletons;
use crate::widgets::stored_words;

/// The card.
#[component]
pub(crate) fn CardPage() -> impl IntoView {
    let card = Query::new(|| Some(GetCard {}));
    if let Some(kept) = storage::get_json::<Card>(CARD) {
        card.show(Some(kept));
    }
    on_live(move |live| {
        if matches!(live, Live::Anything | Live::Changed(Changed::Card | Changed::Erased)) {
            card.reload();
        }
    });
    Effect::new(move |_| {
        card.with(|card| match card {
            Load::Ready(Some(card)) => storage::set_json(CARD, card),
            Load::Ready(None) => {
                storage::remove(CARD);
                storage::remove(CARD_KEY);
            }
            Load::Loading | Load::Failed(_) => {}
        });
    });
    let key = own_key(Memo::new(move |_| {
        card.with(|card| match card {
            Load::Ready(Some(card)) => Some(card.number),
            Load::Ready(None) | Load::Loading | Load::Failed(_) => None,
        })
    }));
    view! {
        <Page title=Signal::derive(|| say::CARD_TITLE().to_owned()) back="/me" class="narrow">
            {move || match card.get() {
                Load::Loading => row_skeletons(3),
                Load::Failed(refusal) => {
                    view! { <ErrorPanel refusal=refusal retry=move |()| card.reload() /> }.into_any()
                }
                Load::Ready(None) => {
                    view! { <JoinOffer on_joined=move |joined| card.put(Some(joined)) /> }.into_any()
                }
                Load::Ready(Some(card)) => card_view(card, key),
            }}
            <InstallRow />
        </Page>
    }
}

fn card_view(card: Card, key: Memo<Option<OwnKey>>) -> AnyView {
    let text = card.number.to_string();
    // A card without a key, as before the hub was first asked, is known by its number.
    let code = {
        let text = text.clone();
        move || match key.get() {
            Some(key) => Some(card_code(key)),
            None => {
                let label = text.clone();
                barcode(&text, Signal::derive(move || say::card_barcode(&label)))
            }
        }
    };
    let points = card.points;
    let stored = stored_view(&card);
    let entries = card.entries.into_iter().map(entry).collect::<Vec<_>>();
    let ledger = if entries.is_empty() {
        view! { <p class="quiet-text">{say::CARD_NO_ENTRIES}</p> }.into_any()
    } else {
        view! { <ul class="ledger">{entries.collect_view()}</ul> }.into_any()
    };
    view! {
        <section class="member-card" data-testid="card">
            <p class="member-shop">{move || shop().map(|shop| local(&shop.name))}</p>
            <p class="member-points">
                <strong data-testid="points">{move || number(points as f64)}</strong> " " {say::CARD_POINTS}
            </p>
            <div class="member-code">
                {code}
                <p data-testid="card-number">{text}</p>
            </div>
        </section>
        <p class="quiet-text">
            {say::CARD_SHOW} " " {move || key.with(Option::is_some).then_some(say::CARD_CODE_TEXT)}
        </p>
        <A href="/coupons" attr:class="button wide" attr:data-testid="card-coupons">
            {icon(Icon::Star)} {say::COUPON_TITLE}
        </A>
        {stored}
        <section class="panel group" aria-labelledby="ledger">
            <h2 id="ledger">{say::CARD_LEDGER}</h2>
            {ledger}
        </section>
    }
    .into_any()
}

/// The money on the card, and how it came and went: None where the shop keeps none on cards, and there is none.
fn stored_view(card: &Card) -> Option<AnyView> {
    let stored = card.stored.as_ref()?;
    let there = stored.money;
    let some = !stored.entries.is_empty() || !there.balance.is_zero() || !there.held.is_zero();
    if !is_taken() && !some {
        return None;
    }
    let held = (!there.held.is_zero()).then(|| {
        view! { <p class="with-sign" data-testid="card-held">{icon(Icon::Clock)} <span>{move || say::stored_held(&money(there.held))}</span></p> }
            .into_any()
    });
    let rows = stored.entries.iter().copied().map(stored_entry).collect_view();
    let ledger = if stored.entries.is_empty() {
        view! { <p class="quiet-text">{say::STORED_EMPTY}</p> }.into_any()
    } else {
        view! { <ul class="ledger" aria-label=say::STORED_LEDGER data-testid="stored-ledger">{rows}</ul> }
            .into_any()
    };
    Some(
        view! {
            <section class="panel group" aria-labelledby="stored">
                <h2 id="stored">{say::STORED_TITLE}</h2>
                <p class="stored-balance">
                    <span>{say::STORED_BALANCE}</span>
                    <strong data-testid="card-balance">{move || money(there.balance)}</strong>
                </p>
                {held}
                {ledger}
            </section>
        }
        .into_any(),
    )
}

fn stored_entry(entry: StoredEntry) -> AnyView {
    let words = move || stored_words::what(&entry);
    let what = match entry.order {
        Some(order) => view! { <A href=["/orders/", &order.to_string()].concat()>{words}</A> }.into_any(),
        None => view! { <span>{words}</span> }.into_any(),
    };
    view! {
        <li>
            {what} <span class="quiet-text">{move || day_and_time(entry.at, &zone())}</span>
            <strong class="money">{move || stored_words::change(&entry)}</strong>
        </li>
    }
    .into_any()
}

fn entry(entry: PointsEntry) -> AnyView {
    let words = match entry.reason {
        PointsReason::Earned => say::CARD_EARNED,
        PointsReason::Returned => say::CARD_RETURNED,
    };
    let points = move || {
        let points = number(entry.points as f64);
        if entry.points > 0 { ["+", &points].concat() } else { points }
    };
    let what = match entry.order {
        Some(order) => view! { <A href=["/orders/", &order.to_string()].concat()>{words}</A> }.into_any(),
        None => view! { <span>{words}</span> }.into_any(),
    };
    view! {
        <li>
            {what} <span class="quiet-text">{move || day_and_time(entry.at, &zone())}</span>
            <strong class="money">{points}</strong>
        </li>
    }
    .into_any()
}
