//! What the customer gets: the receipt, shown and printed, and what is given back.

use leptos::html;
use leptos::prelude::*;
use ministore_core::fact::{Refund, Sale};
use ministore_core::order::OrderLine;
use ministore_core::quantity::Measure;

use super::e_receipt::e_receipt;
use super::other_tender::tender_words;
use super::print::print_actions;
use super::rung::TillDesk;
use crate::i18n::{self, day_and_time, local, number, say};
use crate::state::shop::{shop, zone};
use crate::widgets::icon::{Icon, icon};
use crate::widgets::measure::measure;
use crate::widgets::price::money;

/// A sale that was just made: the change is the largest thing on the screen.
pub(super) fn sold_pane(till: TillDesk, sale: &Sale) -> AnyView {
    let button = NodeRef::<html::Button>::new();
    Effect::new(move |_| {
        if let Some(button) = button.get() {
            // Enter goes on to the next sale.
            let _ = button.focus();
        }
    });
    let change = sale.change;
    view! {
        <div class="till-sold" data-testid="sold">
            <span class="empty-sign done-sign">{icon(Icon::Check)}</span>
            <h2>{say::TILL_SOLD}</h2>
            <dl class="done-change">
                <dt>{say::COUNTER_GIVE_BACK}</dt>
                <dd class="change-amount" data-testid="change">{money(change)}</dd>
            </dl>
            <div class="till-sold-actions">
                <button
                    type="button"
                    class="button primary large main-action"
                    data-testid="next-sale"
                    node_ref=button
                    on:click=move |_| till.next()
                >
                    {icon(Icon::Scan)} {say::TILL_NEXT}
                </button>
            </div>
            {e_receipt(sale)}
            {print_actions(till, sale, true)}
            {receipt(sale, &[])}
        </div>
    }
    .into_any()
}

/// The receipt of a sale, with what came back of it.
pub(super) fn receipt(sale: &Sale, refunds: &[Refund]) -> AnyView {
    let shop = shop();
    let (name, address, footer) = match &shop {
        Some(shop) => (shop.name.clone(), shop.address.clone(), shop.till.footer.clone()),
        None => Default::default(),
    };
    let currency = sale.totals.total.currency;
    let lines = sale.lines.iter().map(|line| {
        let name = line.name.clone();
        let serial = sale.serials.iter().find(|kept| kept.line == line.id).map(|kept| kept.serial.clone());
        let off = sale.taken_off.iter().find(|off| off.line == line.id).map(|off| off.amount);
        let (how_much, price, amount) = (line.measure, line.price.money(), line.amount);
        view! {
            <li class="receipt-line">
                <span>{move || local(&name)}</span>
                <span class="quiet-text">
                    {move || match how_much {
                        Measure::Pieces(count) => [&number(count.into()), " × ", &i18n::money(price)].concat(),
                        other => measure(other),
                    }}
                </span>
                <span>{money(amount)}</span>
                {deposits(line)}
                {serial.map(|serial| view! { <span class="receipt-off quiet-text">{serial}</span> }.into_any())}
                {off.map(|off| view! {
                    <span class="receipt-off">{move || say::till_saved_line(&i18n::money(off))}</span>
                }.into_any())}
            </li>
        }
        .into_any()
    });
    let empties = sale.empties.iter().map(|empties| {
        let (name, count, each) = (empties.deposit.name.clone(), empties.count, empties.deposit.amount.money());
        let amount = empties.amount().unwrap_or(each);
        let amount = currency.minor(amount.minor.saturating_neg());
        view! {
            <li class="receipt-line" data-testid="receipt-empties">
                <span>{move || say::deposit_back_line(&local(&name))}</span>
                <span class="quiet-text">{move || say::deposit_back_row(&number(count.into()), &i18n::money(each))}</span>
                <span>{money(amount)}</span>
            </li>
        }
        .into_any()
    });
    let tax = sale.totals.tax.iter().map(|share| {
        let (rate, tax) = (share.rate, share.tax);
        view! {
            <div class="receipt-row quiet-text">
                <dt>{move || say::till_tax_at(&rate.to_string())}</dt>
                <dd>{money(tax)}</dd>
            </div>
        }
        .into_any()
    });
    let row = |label: &'static str, amount: ministore_core::money::Money, id: &'static str| {
        view! { <div class="receipt-row"><dt>{label}</dt><dd data-testid=id>{money(amount)}</dd></div> }
            .into_any()
    };
    let cards = sale.cards.iter().map(|card| {
        let words = [say::TILL_CARD(), " ", card.reference.as_str()].concat();
        let amount = card.amount.money();
        view! { <div class="receipt-row"><dt>{words}</dt><dd>{money(amount)}</dd></div> }.into_any()
    });
    let taken = sale.taken.iter().map(|taken| {
        let (tender, amount) = (taken.tender, taken.amount.money());
        view! {
            <div class="receipt-row" data-testid="receipt-taken">
                <dt>{move || tender_words(tender)}</dt>
                <dd>{money(amount)}</dd>
            </div>
        }
        .into_any()
    });
    let foreign = sale.foreign.map(|foreign| {
        let (given, worth) = (foreign.given.money(), foreign.worth.money());
        view! {
            <div class="receipt-row" data-testid="receipt-foreign">
                <dt>{move || i18n::money(given)}</dt>
                <dd>{money(worth)}</dd>
            </div>
        }
        .into_any()
    });
    let credit = sale.credit.map(|credit| credit.amount.money());
    let note = (!sale.note.is_empty()).then(|| {
        view! { <p class="quiet-text" data-testid="receipt-note">{sale.note.clone()}</p> }.into_any()
    });
    let back = refunds.iter().map(|refund| {
        let words = say::till_refund_row(&refund.number.to_string());
        let amount = currency.minor(-refund.amount.minor);
        view! { <div class="receipt-row"><dt>{words}</dt><dd data-testid="refunded">{money(amount)}</dd></div> }
            .into_any()
    });
    let (saved, rounding) = (sale.saved(), sale.rounding());
    let (at, no) = (sale.at, sale.number);
    view! {
        <article class="receipt" data-testid="receipt">
            <header>
                <strong>{move || local(&name)}</strong>
                <span>{move || local(&address)}</span>
                <span>{move || day_and_time(at, &zone())}</span>
                <span data-testid="receipt-number">
                    {move || if no == 0 { say::TILL_TRAINING().to_owned() } else { say::till_number(&no.to_string()) }}
                </span>
            </header>
            <ul>{lines.collect_view()} {empties.collect_view()}</ul>
            <dl>
                {(!saved.is_zero()).then(|| row(say::TILL_SAVED(), saved, "receipt-saved"))}
                {sale.totals.deposit.map(|deposit| row(say::DEPOSIT_SUM(), deposit, "receipt-deposit"))}
                <div class="receipt-row receipt-total">
                    <dt>{say::TILL_TOTAL}</dt>
                    <dd data-testid="receipt-total">{money(sale.totals.total)}</dd>
                </div>
                {tax.collect_view()}
                {credit.map(|credit| row(say::TILL_GOODS_BACK(), credit, "receipt-credit"))}
                {cards.collect_view()}
                {taken.collect_view()}
                {foreign}
                {(!rounding.is_zero()).then(|| row(say::TILL_ROUNDING(), rounding, "receipt-rounding"))}
                {(!sale.cash.is_zero()).then(|| row(say::TILL_CASH(), sale.cash, "receipt-cash"))}
                {(!sale.change.is_zero()).then(|| row(say::COUNTER_CHANGE(), sale.change, "receipt-change"))}
                {back.collect_view()}
            </dl>
            {note}
            <p class="receipt-foot">{move || local(&footer)}</p>
        </article>
    }
    .into_any()
}

/// The deposits on a line's containers, each in its own words.
fn deposits(line: &OrderLine) -> AnyView {
    let rows = line.containers().map(|(carried, count, amount)| {
        let name = carried.deposit.name.clone();
        view! {
            <span class="receipt-deposit quiet-text" data-testid="receipt-line-deposit">
                <span>{move || ["+ ", &number(count as f64), " × ", &local(&name)].concat()}</span>
                <span>{money(amount)}</span>
            </span>
        }
        .into_any()
    });
    rows.collect_view().into_any()
}
