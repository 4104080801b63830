//! What customers see of a till, on a window beside it or on a tablet of its own: the shop between sales, the goods as they are
//! rung up, what is to be paid, and the receipt to take along. Nobody signs in here, and nothing here names a person.

use std::time::Duration;

use leptos::prelude::*;
use ministore_core::catalogue::{Browse, Product};
use ministore_core::customer_display::{CustomerView, ShownLine, Stage};
use ministore_core::money::Money;
use ministore_core::quantity::Measure;
use ministore_core::receipt::ReceiptCode;

use super::for_phones::{card_address, origin};
use super::frame::name_window;
use super::sign_in::LanguageButton;
use crate::client::connection::{Connection, connection};
use crate::client::customer_display::{self, Seen, seen};
use crate::client::query::{Load, Query};
use crate::client::{clock, ipc};
use crate::i18n::{self, local, number, say};
use crate::state::shop::shop;
use crate::widgets::deposit::plus_deposit;
use crate::widgets::icon::{Icon, icon};
use crate::widgets::measure::measure;
use crate::widgets::picture::picture;
use crate::widgets::price::money;
use crate::widgets::qr_code::qr_code;

/// How often it is looked whether the till still says something, in milliseconds.
const LOOK: u64 = 2_000;

/// How long one picture is shown between sales, in milliseconds.
const PICTURE: u64 = 8_000;

/// How many products are among the pictures.
const PICTURES: u32 = 40;

/// What is drawn: kept apart from what is shown on it, so that a new line does not draw all of it anew.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Scene {
    NoTill,
    Idle,
    Sale(Stage),
}

/// The screen.
pub(super) fn customer_screen() -> AnyView {
    customer_display::listen();
    name_window(Signal::derive(|| say::FRONT_CUSTOMERS().to_owned()));
    let now = RwSignal::new(clock::now());
    every(LOOK, move || now.set(clock::now()));
    let reached = Memo::new(|_| connection() != Connection::Offline);
    let seen = Memo::new(move |_| seen(now.get(), reached.get()));
    // Once a till was followed, its silence is worth a word.
    let had = RwSignal::new(false);
    Effect::new(move |_| {
        if matches!(seen.get(), Seen::Till(_)) {
            had.set(true);
        }
    });
    let scene = Memo::new(move |_| {
        seen.with(|seen| match seen {
            Seen::NoTill => Scene::NoTill,
            Seen::Till(view) if view.stage == Stage::Idle => Scene::Idle,
            Seen::Till(view) => Scene::Sale(view.stage),
        })
    });
    let view = Memo::new(move |_| match seen.get() {
        Seen::Till(view) => Some(*view),
        Seen::NoTill => None,
    });
    view! {
        <main id="main" class="customer" data-testid="customer" data-scene=move || match scene.get() {
            Scene::NoTill => "no-till",
            Scene::Idle => "idle",
            Scene::Sale(Stage::Paying) => "paying",
            Scene::Sale(Stage::Sold) => "sold",
            Scene::Sale(Stage::Idle | Stage::Ringing) => "ringing",
        }>
            <header class="customer-head">
                <h1 class="customer-shop">{move || shop().map(|shop| local(&shop.name))}</h1>
                <LanguageButton />
            </header>
            {move || view.with(|view| view.as_ref().is_some_and(|view| view.practice)).then(|| view! {
                <p class="strip strip-training" role="status">{say::TILL_TRAINING_STRIP}</p>
            }.into_any())}
            {move || view.with(|view| view.as_ref().is_some_and(|view| view.join)).then(|| view! {
                <div class="customer-scan customer-join" role="status" data-testid="customer-join">
                    {move || {
                        qr_code(&card_address(&origin()), Signal::derive(|| say::FRONT_JOIN_SCAN().to_owned()))
                    }}
                    <p>{say::FRONT_JOIN_SCAN}</p>
                </div>
            }.into_any())}
            {move || match scene.get() {
                Scene::NoTill => no_till(had.get_untracked(), reached),
                Scene::Idle => idle(),
                Scene::Sale(stage) => sale(view, stage),
            }}
        </main>
    }
    .into_any()
}

/// Does something again and again while the view that asks is there.
fn every(milliseconds: u64, act: impl Fn() + 'static) {
    if let Ok(handle) = set_interval_with_handle(act, Duration::from_millis(milliseconds)) {
        on_cleanup(move || handle.clear());
    }
}

/// No till says anything: what to do about it.
fn no_till(lost: bool, reached: Memo<bool>) -> AnyView {
    let code = move || {
        customer_display::code().filter(|_| reached.get()).map(|code| {
            let label = Signal::derive(move || say::front_display_code(&code.to_string()));
            view! {
                <div class="customer-code">
                    {qr_code(&code.symbol_text(), label)}
                    <div>
                        <p>{say::FRONT_ENTER_CODE}</p>
                        <p class="customer-code-text" data-testid="display-code">{code.to_string()}</p>
                    </div>
                </div>
            }
            .into_any()
        })
    };
    let words = move || match (lost, reached.get()) {
        (_, false) => say::FRONT_NO_HUB(),
        (true, true) => say::FRONT_LOST(),
        (false, true) => say::FRONT_NO_TILL(),
    };
    let text = move || if ipc::present() { say::FRONT_NO_TILL_HERE() } else { say::FRONT_NO_TILL_TEXT() };
    view! {
        <section class="customer-none" role="status" data-testid="no-till" data-lost=lost.then_some("")>
            <span class="empty-sign">{icon(Icon::Shop)}</span>
            <h2>{words}</h2>
            <p>{text}</p>
            {code}
        </section>
    }
    .into_any()
}

/// Between sales: the shop and its goods.
fn idle() -> AnyView {
    let goods = Query::new(|| Some(Browse { category: None, after: None, limit: PICTURES }));
    let pictured = Memo::new(move |_| {
        goods.with(|load| match load {
            Load::Ready(page) => {
                page.products.iter().filter(|product| product.picture.is_some()).cloned().collect()
            }
            Load::Loading | Load::Failed(_) => Vec::new(),
        })
    });
    let at = RwSignal::new(0usize);
    if !moves_little() {
        every(PICTURE, move || at.update(|at| *at = at.wrapping_add(1)));
    }
    let shown = move || {
        let place = at.get();
        pictured.with(|all: &Vec<Product>| {
            let product = all.get(place.checked_rem(all.len())?)?;
            Some(poster(product))
        })
    };
    view! {
        <section class="customer-idle" data-testid="idle">
            <p class="customer-welcome">{say::FRONT_WELCOME}</p>
            <p class="customer-address">{move || shop().map(|shop| local(&shop.address))}</p>
            {shown}
        </section>
    }
    .into_any()
}

fn poster(product: &Product) -> AnyView {
    let (name, price) = (product.name.clone(), product.price.money());
    view! {
        <figure class="customer-poster">
            {picture(product.picture.as_ref(), product.category.as_str())}
            <figcaption>
                <span>{move || local(&name)}</span>
                {money(price)}
            </figcaption>
        </figure>
    }
    .into_any()
}

/// Whether whoever looks has asked for little motion.
fn moves_little() -> bool {
    let query = window().match_media("(prefers-reduced-motion: reduce)");
    query.ok().flatten().is_some_and(|query| query.matches())
}

fn sale(view: Memo<Option<CustomerView>>, stage: Stage) -> AnyView {
    let part = move |read: fn(&CustomerView) -> Option<AnyView>| {
        move || view.with(|view| view.as_ref().and_then(read))
    };
    let beside = match stage {
        Stage::Idle | Stage::Ringing => ().into_any(),
        Stage::Paying => view! { {part(paying)} }.into_any(),
        Stage::Sold => view! { {part(sold)} }.into_any(),
    };
    view! {
        <div class="customer-sale">
            <section class="customer-goods" aria-label=say::TILL_TICKET>
                {(stage == Stage::Ringing).then(|| view! { {part(last_line)} }.into_any())}
                {part(lines)}
            </section>
            <section class="customer-sums" aria-label=say::TILL_TOTAL>
                {beside}
                {part(sums)}
            </section>
        </div>
    }
    .into_any()
}

/// What was rung up last, as large as it gets.
fn last_line(view: &CustomerView) -> Option<AnyView> {
    let line = view.lines.last()?.clone();
    let (name, amount, deposit) = (line.name.clone(), line.amount, line.deposit);
    Some(
        view! {
            <div class="customer-last" role="status" data-testid="last-line">
                <span class="customer-last-name">{move || local(&name)}</span>
                <span class="customer-last-sums">
                    <span>{move || how_much(&line)}</span>
                    {plus_deposit(deposit)}
                    {money(amount)}
                </span>
            </div>
        }
        .into_any(),
    )
}

fn how_much(line: &ShownLine) -> String {
    match line.measure {
        Measure::Pieces(count) => [&number(count.into()), " × ", &i18n::money(line.price)].concat(),
        other => measure(other),
    }
}

/// All lines, the newest first.
fn lines(view: &CustomerView) -> Option<AnyView> {
    let rows = view.lines.iter().rev().map(|line| {
        let line = line.clone();
        let (name, amount) = (line.name.clone(), line.amount);
        let list = (line.list != line.amount).then_some(line.list);
        let deposit = line.deposit;
        view! {
            <li class="customer-line" data-testid="customer-line">
                <span class="customer-line-name">{move || local(&name)}</span>
                <span class="quiet-text">{move || how_much(&line)}</span>
                {plus_deposit(deposit)}
                <span class="customer-line-amount">
                    {list.map(|list| view! { <s class="quiet-text">{money(list)}</s> }.into_any())}
                    {money(amount)}
                </span>
            </li>
        }
        .into_any()
    });
    Some(
        view! {
            // What scrolls has to be reached by the keyboard.
            <ol class="customer-lines" tabindex="0" aria-label=say::TILL_TICKET>{rows.collect_view()}</ol>
        }
        .into_any(),
    )
}

fn row(class: &'static str, label: say::Phrase, amount: Money, key: &'static str) -> AnyView {
    view! {
        <div class=["customer-row ", class].concat()>
            <dt>{label}</dt>
            <dd data-testid=key>{money(amount)}</dd>
        </div>
    }
    .into_any()
}

fn sums(view: &CustomerView) -> Option<AnyView> {
    let (items, saved, total) = (view.items, view.saved, view.total);
    let empties = view.empties.map(|back| back.currency.minor(back.minor.saturating_neg()));
    Some(
        view! {
            <dl class="customer-total" aria-live="polite">
                {(!saved.is_zero()).then(|| row("customer-saved", say::TILL_SAVED, saved, "customer-saved"))}
                {empties.map(|back| row("customer-saved", say::DEPOSIT_BACK_SUM, back, "customer-empties"))}
                <div class="customer-row customer-all">
                    <dt>{move || say::till_items(items)}</dt>
                    <dd data-testid="customer-total">{money(total)}</dd>
                </div>
            </dl>
        }
        .into_any(),
    )
}

fn paying(view: &CustomerView) -> Option<AnyView> {
    let (due, received, change) = (view.due, view.received, view.change);
    let to_scan = view.to_scan.clone();
    let label = Signal::derive(|| say::FRONT_SCAN_TO_PAY().to_owned());
    Some(
        view! {
            <dl class="customer-pay">
                {due.map(|due| row("customer-due", say::FRONT_TO_PAY, due, "customer-due"))}
                {received.map(|received| row("", say::FRONT_RECEIVED, received, "customer-received"))}
                {change.map(|change| row("customer-change", say::COUNTER_CHANGE, change, "customer-change"))}
            </dl>
            {to_scan.map(|text| view! {
                <div class="customer-scan" data-testid="to-scan">
                    {qr_code(&text, label)}
                    <p>{say::FRONT_SCAN_TO_PAY}</p>
                </div>
            }.into_any())}
        }
        .into_any(),
    )
}

fn sold(view: &CustomerView) -> Option<AnyView> {
    let (received, change, receipt) = (view.received, view.change, view.receipt);
    Some(
        view! {
            <div class="customer-thanks" role="status" data-testid="thanks">
                <span class="empty-sign done-sign">{icon(Icon::Check)}</span>
                <h2>{say::FRONT_THANKS}</h2>
            </div>
            <dl class="customer-pay">
                {received.map(|received| row("", say::FRONT_RECEIVED, received, "customer-received"))}
                {change.filter(|change| !change.is_zero()).map(|change| {
                    row("customer-change", say::COUNTER_CHANGE, change, "customer-change")
                })}
            </dl>
            {receipt.map(to_take_along)}
        }
        .into_any(),
    )
}

/// The receipt's code.
fn to_take_along(code: ReceiptCode) -> AnyView {
    let label = Signal::derive(|| say::FRONT_RECEIPT_CODE().to_owned());
    view! {
        <div class="customer-scan" data-testid="customer-receipt" data-address=move || code.address(&origin())>
            {move || qr_code(&code.address(&origin()), label)}
            <p>{say::FRONT_RECEIPT_SCAN}</p>
        </div>
    }
    .into_any()
}
