//! A till's receipt on the shopper's own phone, opened by its code: to look at, to keep, to print; and the points of the
//! purchase, with the card that they need.

use leptos::prelude::*;
use leptos_router::components::A;
use leptos_router::hooks::use_params_map;
use ministore_core::member::Card;
use ministore_core::money::Money;
use ministore_core::payment::Tender;
use ministore_core::quantity::Measure;
use ministore_core::receipt::{
    ClaimReceipt, Claimed, GetReceipt, Receipt, ReceiptCode, ReceiptLine, ReceiptPoints,
};
use ministore_core::refusal::{Refusal, Thing};
use ministore_core::touchpoint::Entrance;
use wasm_bindgen_futures::spawn_local;

use crate::client::own_data::CARD;
use crate::client::touchpoint::came_by;
use crate::client::{call, call_again, clock, new_id, storage};
use crate::i18n::{self, day_and_time, local, number, say};
use crate::pages::NotFound;
use crate::state::shop::{shop, zone};
use crate::widgets::announcer::announce;
use crate::widgets::error_panel::ErrorPanel;
use crate::widgets::icon::{Icon, icon};
use crate::widgets::join::JoinOffer;
use crate::widgets::measure::measure;
use crate::widgets::page::Page;
use crate::widgets::price::money;
use crate::widgets::skeleton::row_skeletons;

/// What the names of kept receipts begin with; the code follows.
const KEPT: &str = "ministore.receipt.";

/// How long to wait before asking again for one that is still on its way, in milliseconds.
const PAUSE: i32 = 4_000;

/// How far a receipt has come.
#[derive(Clone, PartialEq)]
enum Way {
    Asked,
    /// The sale has not reached the shop's hub, or there is none.
    Awaited,
    Here(Box<Receipt>),
    Failed(Refusal),
}

/// The screen behind the code.
#[component]
pub(crate) fn ReceiptPage() -> impl IntoView {
    came_by(Entrance::Receipt);
    let params = use_params_map();
    let code = Memo::new(move |_| {
        params.with(|params| params.get("code")).and_then(|code| code.parse::<ReceiptCode>().ok())
    });
    move || match code.get() {
        Some(code) => receipt_page(code),
        None => view! { <NotFound /> }.into_any(),
    }
}

fn receipt_page(code: ReceiptCode) -> AnyView {
    let name = [KEPT, &code.to_string()].concat();
    let kept = storage::get_json::<Receipt>(&name);
    let is_kept = RwSignal::new(kept.is_some());
    let way = RwSignal::new(kept.map_or(Way::Asked, |receipt| Way::Here(Box::new(receipt))));
    ask(code, way);
    let retry = Callback::new(move |()| {
        way.set(Way::Asked);
        ask(code, way);
    });
    Effect::new(move |_| {
        // What is kept is as it was told last.
        if let (true, Way::Here(receipt)) = (is_kept.get(), way.get()) {
            storage::set_json(&name, &*receipt);
        }
    });
    let title = Signal::derive(move || {
        way.with(|way| match way {
            Way::Here(receipt) => say::till_number(&receipt.number.to_string()),
            Way::Asked | Way::Awaited | Way::Failed(_) => say::FRONT_RECEIPT().to_owned(),
        })
    });
    view! {
        <Page title=title back="/" class="narrow receipt-page">
            {move || match way.get() {
                Way::Asked => row_skeletons(5),
                Way::Awaited => on_its_way(),
                Way::Failed(refusal) => view! { <ErrorPanel refusal=refusal retry=retry /> }.into_any(),
                Way::Here(receipt) => view! {
                    {slip(&receipt)}
                    {keeping(code, is_kept)}
                    {points(code, receipt.points)}
                    {others(code)}
                }
                .into_any(),
            }}
        </Page>
    }
    .into_any()
}

/// Asks until it is there, or cannot be had; what is shown stays where nothing newer comes.
fn ask(code: ReceiptCode, way: RwSignal<Way>) {
    spawn_local(async move {
        loop {
            let answer = call(GetReceipt { code }).await;
            let Some(before) = way.try_get_untracked() else { return };
            let is_here = matches!(before, Way::Here(_));
            match answer {
                Ok(receipt) => return way.set(Way::Here(Box::new(receipt))),
                Err(_) if is_here => return,
                Err(Refusal::NotFound { what: Thing::Sale }) => {
                    if before != Way::Awaited {
                        way.set(Way::Awaited);
                    }
                }
                Err(refusal) if refusal.is_passing() => way.set(Way::Failed(refusal)),
                Err(refusal) => return way.set(Way::Failed(refusal)),
            }
            clock::sleep(PAUSE).await;
        }
    });
}

fn on_its_way() -> AnyView {
    view! {
        <section class="panel group narrow-panel" role="status" data-testid="on-its-way">
            <h2 class="with-sign">{icon(Icon::Clock)} <span>{say::FRONT_ON_ITS_WAY}</span></h2>
            <p>{say::FRONT_ON_ITS_WAY_TEXT}</p>
        </section>
    }
    .into_any()
}

fn row(label: say::Phrase, amount: Money, key: &'static str) -> AnyView {
    view! { <div class="slip-row"><dt>{label}</dt><dd data-testid=key>{money(amount)}</dd></div> }.into_any()
}

fn some(label: say::Phrase, amount: Money, key: &'static str) -> Option<AnyView> {
    (!amount.is_zero()).then(|| row(label, amount, key))
}

/// The receipt itself.
fn slip(receipt: &Receipt) -> AnyView {
    let lines = receipt.lines.iter().map(line).collect_view();
    let empties = receipt.empties.iter().map(|empties| {
        let (name, count, each) = (empties.deposit.name.clone(), empties.count, empties.deposit.amount.money());
        let amount = empties.amount().unwrap_or(each);
        let amount = amount.currency.minor(amount.minor.saturating_neg());
        view! {
            <li class="slip-line" data-testid="slip-empties">
                <span>{move || say::deposit_back_line(&local(&name))}</span>
                <span class="quiet-text">{move || say::deposit_back_row(&number(count.into()), &i18n::money(each))}</span>
                {money(amount)}
            </li>
        }
        .into_any()
    });
    let tax = receipt.totals.tax.iter().map(|share| {
        let (rate, tax) = (share.rate, share.tax);
        view! {
            <div class="slip-row quiet-text">
                <dt>{move || say::till_tax_at(&rate.to_string())}</dt>
                <dd>{money(tax)}</dd>
            </div>
        }
        .into_any()
    });
    let back = receipt.returns.iter().map(|back| {
        let (no, amount) = (back.number, back.amount.currency.minor(-back.amount.minor));
        view! {
            <div class="slip-row">
                <dt>{move || say::till_refund_row(&no.to_string())}</dt>
                <dd data-testid="slip-returned">{money(amount)}</dd>
            </div>
        }
        .into_any()
    });
    let (at, total) = (receipt.at, receipt.totals.total);
    let taken = receipt.taken.iter().map(|sum| match sum.tender {
        Tender::StoredValue => some(say::TILL_MEMBERS_MONEY, sum.amount, "slip-taken"),
        Tender::GiftCard => some(say::GIFT_CARD, sum.amount, "slip-taken"),
        _ => some(say::TILL_WALLET, sum.amount, "slip-taken"),
    });
    let foreign = receipt.foreign.map(|foreign| {
        let (given, worth) = (foreign.given.money(), foreign.worth.money());
        view! { <div class="slip-row"><dt>{move || i18n::money(given)}</dt><dd>{money(worth)}</dd></div> }
            .into_any()
    });
    view! {
        <article class="slip" data-testid="slip">
            <header>
                <strong>{move || shop().map(|shop| local(&shop.name))}</strong>
                <span>{move || shop().map(|shop| local(&shop.address))}</span>
                <span>{move || day_and_time(at, &zone())}</span>
            </header>
            <ul>{lines} {empties.collect_view()}</ul>
            <dl>
                {some(say::TILL_SAVED, receipt.saved, "slip-saved")}
                {receipt.totals.deposit.map(|deposit| row(say::DEPOSIT_SUM, deposit, "slip-deposit"))}
                <div class="slip-row slip-total">
                    <dt>{say::TILL_TOTAL}</dt>
                    <dd data-testid="slip-total">{money(total)}</dd>
                </div>
                {tax.collect_view()}
                {some(say::TILL_GOODS_BACK, receipt.credit, "slip-credit")}
                {some(say::TILL_CARD, receipt.by_card, "slip-card")}
                {taken.collect_view()}
                {foreign}
                {some(say::TILL_ROUNDING, receipt.rounding, "slip-rounding")}
                {some(say::TILL_CASH, receipt.cash, "slip-cash")}
                {some(say::COUNTER_CHANGE, receipt.change, "slip-change")}
                {back.collect_view()}
            </dl>
            <p class="slip-foot">{move || shop().map(|shop| local(&shop.till.footer))}</p>
        </article>
    }
    .into_any()
}

fn line(line: &ReceiptLine) -> AnyView {
    let (name, much, price, off, back) =
        (line.name.clone(), line.measure, line.price, line.off, line.came_back);
    let deposits = line.deposits.containers(much).map(|(carried, count, amount)| {
        let name = carried.deposit.name.clone();
        let words =
            move || ["+ ", &number(count as f64), " × ", &local(&name), " ", &i18n::money(amount)].concat();
        view! { <span class="slip-note" data-testid="slip-line-deposit">{words}</span> }.into_any()
    });
    view! {
        <li class="slip-line" data-testid="slip-line">
            <span>{move || local(&name)}</span>
            <span class="quiet-text">
                {move || match much {
                    Measure::Pieces(count) => [&number(count.into()), " × ", &i18n::money(price)].concat(),
                    other => measure(other),
                }}
            </span>
            {money(line.amount)}
            {deposits.collect_view()}
            {(!off.is_zero()).then(|| view! {
                <span class="slip-note">{move || say::till_saved_line(&i18n::money(off))}</span>
            }.into_any())}
            {back.then(|| view! { <span class="slip-note">{say::FRONT_CAME_BACK}</span> }.into_any())}
        </li>
    }
    .into_any()
}

/// Keeping and printing it.
fn keeping(code: ReceiptCode, is_kept: RwSignal<bool>) -> AnyView {
    let turn = move |_| {
        let keep = !is_kept.get_untracked();
        is_kept.set(keep);
        if keep {
            announce(say::FRONT_KEPT());
        } else {
            storage::remove(&[KEPT, &code.to_string()].concat());
        }
    };
    let print = move |_| {
        // A browser that prints nothing shows its own reason.
        let _ = window().print();
    };
    view! {
        <div class="slip-actions">
            <button type="button" class="button" data-testid="keep" aria-pressed=move || is_kept.get().to_string() on:click=turn>
                {icon(Icon::Receipt)}
                {move || if is_kept.get() { say::FRONT_KEPT() } else { say::FRONT_KEEP() }}
            </button>
            <button type="button" class="button" data-testid="print" on:click=print>{say::FRONT_PRINT}</button>
        </div>
    }
    .into_any()
}

/// The other receipts that this phone keeps, newest first.
fn others(code: ReceiptCode) -> AnyView {
    let mut others: Vec<(String, Receipt)> = storage::names(KEPT)
        .into_iter()
        .filter(|name| !name.ends_with(&code.to_string()))
        .filter_map(|name| {
            let receipt = storage::get_json(&name)?;
            Some((name.trim_start_matches(KEPT).to_owned(), receipt))
        })
        .collect();
    if others.is_empty() {
        return ().into_any();
    }
    others.sort_by_key(|(_, receipt)| std::cmp::Reverse(receipt.at));
    let rows = others.into_iter().map(|(code, receipt)| {
        let (at, total) = (receipt.at, receipt.totals.total);
        view! {
            <li>
                <A href=["/r/", &code].concat()>{move || day_and_time(at, &zone())}</A>
                {money(total)}
            </li>
        }
        .into_any()
    });
    view! {
        <section class="panel group slip-kept" aria-labelledby="kept-receipts" data-testid="kept-receipts">
            <h2 id="kept-receipts">{say::FRONT_KEPT_ONES}</h2>
            <ul class="slip-others">{rows.collect_view()}</ul>
        </section>
    }
    .into_any()
}

/// The points of the purchase.
fn points(code: ReceiptCode, points: ReceiptPoints) -> AnyView {
    let claimed = RwSignal::new(None::<Claimed>);
    let trouble = RwSignal::new(None::<Refusal>);
    let busy = RwSignal::new(false);
    let claim = move || {
        if busy.get_untracked() {
            return;
        }
        busy.set(true);
        trouble.set(None);
        spawn_local(async move {
            let outcome = call_again(ClaimReceipt { code }, new_id()).await;
            if busy.try_set(false).is_some() {
                return; // The page was left.
            }
            match outcome {
                Ok(outcome) => claimed.set(Some(outcome)),
                Err(refusal) => trouble.set(Some(refusal)),
            }
        });
    };
    let open = match points {
        ReceiptPoints::None => return ().into_any(),
        ReceiptPoints::Claimed { points } => {
            let text = move || say::front_points_counted(&number(points.into()));
            return view! { <p class="quiet-text slip-points" data-testid="points-taken">{text}</p> }
                .into_any();
        }
        ReceiptPoints::Open { points } => points,
    };
    let is_member = storage::get_json::<Card>(CARD).is_some();
    let offer = move || match (claimed.get(), is_member) {
        (Some(Claimed { mine: true, points }), _) => view! {
            <div class="panel group" role="status" data-testid="points-mine">
                <h2 class="with-sign">
                    {icon(Icon::Check)} <span>{move || say::front_points_yours(&number(points.into()))}</span>
                </h2>
                <A href="/card" attr:class="button">{say::CARD_TITLE}</A>
            </div>
        }
        .into_any(),
        (Some(_), _) => view! {
            <p class="panel" role="status" data-testid="points-others">{say::FRONT_POINTS_OTHERS}</p>
        }
        .into_any(),
        (None, true) => view! {
            <button
                type="button"
                class="button primary wide"
                data-testid="claim"
                aria-busy=move || busy.get().to_string()
                on:click=move |_| claim()
            >
                {icon(Icon::Star)} {move || say::front_points_claim(&number(open.into()))}
            </button>
        }
        .into_any(),
        (None, false) => view! {
            <p data-testid="points-open">{move || say::front_points_open(&number(open.into()))}</p>
            <JoinOffer on_joined=move |card: Card| {
                storage::set_json(CARD, &card);
                claim();
            } />
        }
        .into_any(),
    };
    view! {
        <section class="slip-points" aria-label=say::CARD_POINTS>
            {offer}
            {move || trouble.get().map(|refusal| view! {
                <ErrorPanel refusal=refusal retry=move |()| claim() />
            }.into_any())}
        </section>
    }
    .into_any()
}
