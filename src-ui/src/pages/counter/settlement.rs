//! Days in money, for managers: what each means of payment brought, and whether the provider's statement agrees.

use leptos::prelude::*;
use ministore_core::hours::Day;
use ministore_core::payment::Tender;
use ministore_core::refusal::Refusal;
use ministore_core::settlement::{
    DAYS_KEPT, DayOfMoney, Difference, DifferenceKind, FetchStatement, GetSettlement, Settlement, Statement,
    TenderOfDay,
};
use ministore_core::time::Timestamp;
use wasm_bindgen_futures::spawn_local;

use super::frame::pane_head;
use super::place::Place;
use super::trouble::trouble_panel;
use crate::client::query::{Load, Query};
use crate::client::{call_again, new_id};
use crate::i18n::say::{self, Phrase};
use crate::i18n::{self, day_and_time, money};
use crate::state::shop;
use crate::widgets::announcer::announce;
use crate::widgets::icon::{Icon, icon};
use crate::widgets::skeleton::row_skeletons;

#[derive(Clone, Copy)]
struct Board {
    days: Query<GetSettlement>,
    until: RwSignal<Option<Day>>,
    busy: RwSignal<bool>,
    problem: RwSignal<Option<Refusal>>,
}

impl Board {
    fn fetch(self, tender: Tender, day: Day) {
        if self.busy.get_untracked() {
            return;
        }
        self.busy.set(true);
        self.problem.set(None);
        spawn_local(async move {
            let outcome = call_again(FetchStatement { tender, day }, new_id()).await;
            if self.busy.try_set(false).is_some() {
                return; // The screen was left.
            }
            match outcome {
                Ok(_) => {
                    announce(&say::settlement_fetched_day(&day_words(day)));
                    self.days.reload();
                }
                Err(why) => self.problem.set(Some(why)),
            }
        });
    }
}

/// The screen.
pub(super) fn settlement_screen() -> AnyView {
    let until = RwSignal::new(None::<Day>);
    let board = Board {
        days: Query::new(move || Some(GetSettlement { until: until.get() })),
        until,
        busy: RwSignal::new(false),
        problem: RwSignal::new(None),
    };
    let title = Signal::derive(|| say::SETTLEMENT_TITLE().to_owned());
    let reload = Callback::new(move |()| board.days.reload());
    view! {
        {pane_head(title, Some(Place::Manage), None)}
        <div class="pane-body" data-testid="settlement">
            <p class="quiet-text">{say::SETTLEMENT_TEXT}</p>
            {move || board.problem.get().map(|why| trouble_panel(why, None))}
            {move || {
                board.days.with(|load| match load {
                    Load::Loading => row_skeletons(4),
                    Load::Ready(settlement) => days(board, settlement),
                    Load::Failed(refusal) => trouble_panel(refusal.clone(), Some(reload)),
                })
            }}
        </div>
    }
    .into_any()
}

fn days(board: Board, settlement: &Settlement) -> AnyView {
    let today = settlement.today;
    let stated = settlement.stated.clone();
    let newest = board.until.get_untracked().unwrap_or(today);
    let earlier = newest.plus_days(-ministore_core::settlement::DAYS_SHOWN);
    let rows = match settlement.days.as_slice() {
        [] => view! {
            <div class="pane-empty">
                <span class="empty-sign">{icon(Icon::Receipt)}</span>
                <h3>{say::SETTLEMENT_NONE}</h3>
                <p>{say::SETTLEMENT_NONE_TEXT}</p>
            </div>
        }
        .into_any(),
        days => days.iter().map(|day| day_section(board, day, today, &stated)).collect_view().into_any(),
    };
    let fetch = stated.first().copied().map(|tender| fetch_form(board, tender, today));
    let later = (newest < today).then(|| {
        view! {
            <button
                type="button"
                class="button"
                data-testid="settlement-newest"
                on:click=move |_| board.until.set(None)
            >
                {say::SETTLEMENT_NEWEST}
            </button>
        }
    });
    view! {
        {rows}
        <div class="settlement-pages">
            {later}
            <button
                type="button"
                class="button"
                data-testid="settlement-earlier"
                on:click=move |_| board.until.set(Some(earlier))
            >
                {say::SETTLEMENT_EARLIER}
            </button>
        </div>
        {fetch}
    }
    .into_any()
}

/// Fetching the statement of any day that is over.
fn fetch_form(board: Board, tender: Tender, today: Day) -> AnyView {
    let (first, last) = (today.plus_days(-DAYS_KEPT), today.plus_days(-1));
    let text = RwSignal::new(last.to_string());
    let day = move || text.with(|text| text.parse::<Day>().ok()).filter(|day| (first..=last).contains(day));
    let send = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        if let Some(day) = untrack(day) {
            board.fetch(tender, day);
        }
    };
    view! {
        <form class="panel settlement-fetch" on:submit=send>
            <label for="statement-day">{say::SETTLEMENT_FETCH_OF}</label>
            <input
                id="statement-day"
                type="date"
                min=first.to_string()
                max=last.to_string()
                data-testid="statement-day"
                prop:value=move || text.get()
                on:input=move |event| text.set(event_target_value(&event))
            />
            <button
                class="button"
                data-testid="statement-fetch"
                aria-busy=move || board.busy.get().to_string()
                disabled=move || day().is_none() || board.busy.get()
            >
                {icon(Icon::Download)}
                {say::SETTLEMENT_FETCH}
            </button>
            <p class="quiet-text">{say::SETTLEMENT_FETCH_HINT}</p>
        </form>
    }
    .into_any()
}

/// A day as it is written here, whatever the device's own zone.
fn day_words(day: Day) -> String {
    i18n::day(Timestamp(i64::from(day.days_since_1970()) * 86_400_000), "UTC")
}

const fn tender_word(tender: Tender) -> Phrase {
    match tender {
        Tender::StoredValue => say::STORED_TENDER,
        Tender::GiftCard => say::GIFT_CARD,
        Tender::CashAtHandover => say::SETTLEMENT_CASH,
        Tender::DemoWallet => say::SETTLEMENT_DEMO,
        Tender::WechatPay => say::SETTLEMENT_WECHAT,
    }
}

fn day_section(board: Board, shown: &DayOfMoney, today: Day, stated: &[Tender]) -> AnyView {
    let day = shown.day;
    let tenders = shown
        .tenders
        .iter()
        .map(|tender| tender_view(board, day, tender, day < today && stated.contains(&tender.tender)))
        .collect_view();
    view! {
        <section class="settlement-day" data-testid=["settlement-", &day.to_string()].concat()>
            <h3>{move || day_words(day)}</h3>
            {tenders}
        </section>
    }
    .into_any()
}

fn tender_view(board: Board, day: Day, shown: &TenderOfDay, should_be_stated: bool) -> AnyView {
    let (tender, payments, taken, given_back) = (shown.tender, shown.payments, shown.taken, shown.given_back);
    let statement = match &shown.statement {
        Some(statement) => Some(statement_view(statement)),
        None => should_be_stated.then(|| {
            view! {
                <p class="settlement-missing">
                    <span class="quiet-text">{say::SETTLEMENT_MISSING}</span>
                    <button
                        type="button"
                        class="button"
                        data-testid="statement-fetch-day"
                        disabled=move || board.busy.get()
                        on:click=move |_| board.fetch(tender, day)
                    >
                        {icon(Icon::Download)}
                        {say::SETTLEMENT_FETCH}
                    </button>
                </p>
            }
            .into_any()
        }),
    };
    let back = (!given_back.is_zero()).then(|| {
        view! {
            <dt>{say::SETTLEMENT_GIVEN_BACK}</dt>
            <dd>{move || money(given_back)}</dd>
        }
    });
    view! {
        <article class="panel settlement-tender" data-testid=["tender-", tender.word()].concat()>
            <h4>{tender_word(tender)} <span class="quiet-text">{move || say::settlement_payments(payments)}</span></h4>
            <dl class="settlement-sums">
                <dt>{say::SETTLEMENT_TAKEN}</dt>
                <dd data-testid="taken">{move || money(taken)}</dd>
                {back}
            </dl>
            {statement}
        </article>
    }
    .into_any()
}

fn statement_view(statement: &Statement) -> AnyView {
    let Statement { fetched, payments, taken, given_back, fees, ref differences } = *statement;
    let agrees = differences.is_empty();
    let rows = differences.iter().map(difference_view).collect_view();
    let verdict = if agrees {
        view! { <p class="settlement-agrees" data-testid="statement-agrees">{icon(Icon::Check)} {say::SETTLEMENT_AGREES}</p> }
            .into_any()
    } else {
        let count = u32::try_from(differences.len()).unwrap_or(u32::MAX);
        view! {
            <p class="settlement-differs" data-testid="statement-differs">
                {icon(Icon::Alert)} <strong>{move || say::settlement_differs(count)}</strong>
            </p>
            <ul class="settlement-differences">{rows}</ul>
            <p class="quiet-text">{say::SETTLEMENT_DIFFERS_NEXT}</p>
        }
        .into_any()
    };
    view! {
        <div class="settlement-statement" data-testid="statement">
            <p>
                {move || say::settlement_says(payments, &money(taken), &money(given_back), &money(fees))}
            </p>
            {verdict}
            <p class="quiet-text">{move || say::settlement_fetched_at(&day_and_time(fetched, &shop::zone()))}</p>
        </div>
    }
    .into_any()
}

fn difference_view(difference: &Difference) -> AnyView {
    let difference = difference.clone();
    let kind = match difference.kind {
        DifferenceKind::NotHere => "not-here",
        DifferenceKind::NotThere => "not-there",
        DifferenceKind::OtherAmount => "other-amount",
    };
    let number = difference.number.clone();
    let words = move || {
        let amount = |amount: Option<ministore_core::money::Money>| amount.map(money).unwrap_or_default();
        let (ours, theirs) = (amount(difference.ours), amount(difference.theirs));
        let order = difference.order.map_or_else(
            || say::SETTLEMENT_NO_ORDER().to_owned(),
            |number| say::settlement_order(&number.to_string()),
        );
        match (difference.kind, difference.refund) {
            (DifferenceKind::NotHere, false) => say::settlement_not_here(&theirs),
            (DifferenceKind::NotHere, true) => say::settlement_refund_not_here(&theirs),
            (DifferenceKind::NotThere, false) => say::settlement_not_there(&order, &ours),
            (DifferenceKind::NotThere, true) => say::settlement_refund_not_there(&order, &ours),
            (DifferenceKind::OtherAmount, false) => say::settlement_otherwise(&order, &ours, &theirs),
            (DifferenceKind::OtherAmount, true) => say::settlement_refund_otherwise(&order, &ours, &theirs),
        }
    };
    view! {
        <li data-testid="difference" data-kind=kind>
            {words}
            <code class="settlement-number">{number}</code>
        </li>
    }
    .into_any()
}
