//! What a shift has taken, as X and Z reports show it.

use leptos::prelude::*;
use ministore_core::money::Money;
use ministore_core::shift::{Report, ShiftClosed};

use super::other_tender::tender_words;
use crate::i18n::{day_and_time, number, say};
use crate::state::shop::zone;
use crate::widgets::price::money;

fn row(label: &'static str, amount: Money, id: &'static str) -> AnyView {
    view! { <div class="receipt-row"><dt>{label}</dt><dd data-testid=id>{money(amount)}</dd></div> }
        .into_any()
}

/// The sums.
pub(super) fn report(report: &Report) -> AnyView {
    let counted = |label: &'static str, count: u32, id: &'static str| {
        view! {
            <div class="receipt-row">
                <dt>{label}</dt>
                <dd data-testid=id>{move || number(count.into())}</dd>
            </div>
        }
        .into_any()
    };
    let tax = report.tax.iter().map(|share| {
        let words = say::till_tax_at(&share.rate.to_string());
        let tax = share.tax;
        view! { <div class="receipt-row quiet-text"><dt>{words}</dt><dd>{money(tax)}</dd></div> }.into_any()
    });
    let other = report.by_other.iter().map(|sum| row(tender_words(sum.tender), sum.amount, "report-other"));
    let gift_cards = report.gift_cards.map(|sold| {
        view! {
            {counted(say::GIFT_REPORT_SOLD(), sold.count, "report-gift-cards")}
            {row(say::GIFT_REPORT_CARD(), sold.by_card, "report-gift-card")}
            {row(say::GIFT_REPORT_CASH(), sold.in_cash, "report-gift-cash")}
        }
        .into_any()
    });
    let foreign = report.foreign.iter().map(|taken| row(say::TILL_FOREIGN(), *taken, "report-foreign"));
    let receipts = report.receipts.map(|(first, last)| {
        let words = [first.to_string(), "–".to_owned(), last.to_string()].concat();
        view! { <div class="receipt-row"><dt>{say::TILL_RECEIPTS}</dt><dd>{words}</dd></div> }.into_any()
    });
    view! {
        <dl class="till-report" data-testid="report">
            {counted(say::TILL_REPORT_SALES(), report.sales, "report-sales")}
            {row(say::TILL_REPORT_SOLD(), report.sold, "report-sold")}
            {row(say::TILL_SAVED(), report.taken_off, "report-off")}
            {report.deposits.map(|sums| view! {
                {row(say::DEPOSIT_REPORT_TAKEN(), sums.taken, "report-deposits")}
                {row(say::DEPOSIT_REPORT_BACK(), sums.back, "report-deposits-back")}
            }.into_any())}
            {tax.collect_view()}
            {counted(say::TILL_REPORT_REFUNDS(), report.refunds, "report-refunds")}
            {row(say::TILL_REPORT_RETURNED(), report.returned, "report-returned")}
            {row(say::TILL_REPORT_CARD(), report.by_card, "report-card")}
            {other.collect_view()}
            {foreign.collect_view()}
            {row(say::TILL_REPORT_CASH(), report.in_cash, "report-cash")}
            {gift_cards}
            {row(say::TILL_ROUNDING(), report.rounding, "report-rounding")}
            {row(say::TILL_FLOAT(), report.float, "report-float")}
            {row(say::TILL_PUT_IN(), report.put_in, "report-in")}
            {row(say::TILL_TAKEN_OUT(), report.taken_out, "report-out")}
            {row(say::TILL_EXPECTED(), report.expected_cash, "report-expected")}
            {receipts}
        </dl>
    }
    .into_any()
}

/// The Z report of a shift that was closed.
pub(super) fn closing(closed: &ShiftClosed) -> AnyView {
    let at = closed.at;
    let difference = closed.difference();
    let words = match difference.minor {
        0 => say::TILL_RIGHT(),
        1.. => say::TILL_OVER(),
        _ => say::TILL_SHORT(),
    };
    view! {
        <article class="receipt till-z" data-testid="z-report">
            <header>
                <strong>{say::TILL_Z}</strong>
                <span>{move || day_and_time(at, &zone())}</span>
            </header>
            {report(&closed.report)}
            <dl>
                {row(say::TILL_COUNTED(), closed.counted, "z-counted")}
                <div class="receipt-row receipt-total">
                    <dt>{words}</dt>
                    <dd data-testid="z-difference">{money(difference)}</dd>
                </div>
                {closed.foreign_differences().into_iter().map(|difference| view! {
                    <div class="receipt-row">
                        <dt>{match difference.minor {
                            0 => say::TILL_RIGHT(),
                            1.. => say::TILL_OVER(),
                            _ => say::TILL_SHORT(),
                        }}</dt>
                        <dd data-testid="z-foreign">{money(difference)}</dd>
                    </div>
                }.into_any()).collect_view()}
            </dl>
        </article>
    }
    .into_any()
}
