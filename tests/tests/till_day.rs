//! A whole day at a till by a script, with a power cut in the middle of a payment; then its books are reckoned once more
//! from the journal alone, and everything agrees to the last fen: the report on the screen, the hub's own check, the stock
//! and the points.

use std::path::Path;
use std::time::Instant;

use anyhow::{Context, Result, ensure};
use ministore_core::id::MemberId;
use ministore_core::member::Join;
use ministore_core::shop::GetShop;
use ministore_core::ticket::{CashRounding, RoundingWay};
use ministore_hub::server::database_path;
use ministore_store::{Engine, EngineOptions};
use ministore_tests::books::{agrees_with_tables, reckon};
use ministore_tests::day::{Day, Pay, Ticket, key_of_ticket, put, report_says, scan};
use ministore_tests::hub::CASHIER_PIN;
use ministore_tests::journey::{ENTER, sign_in};
use ministore_tests::{Browser, Client, HubProcess, Page, Screen, hub, story};
use uuid::Uuid;

/// What the day is drawn from.
const SEED: u64 = 20_261_130;

/// Tickets before the lights go out, and after.
const BEFORE: usize = 25;
const AFTER: usize = 27;

const TILL: Browser<'_> = Browser { profile: Some("till"), ..Browser::new(Screen::TABLET) };

/// Has the shop in this folder round its cash to a jiao. Its hub is off.
async fn round_cash(folder: &Path) -> Result<()> {
    let engine = Engine::open(&database_path(folder), EngineOptions::hub()).await?;
    let caller = ministore_core::role::Actor::Visitor;
    let call = ministore_core::id::CallId(Uuid::now_v7());
    let mut shop = engine.call(&caller, call, GetShop {}).await?;
    shop.till.rounding = Some(CashRounding { step: 10, way: RoundingWay::Nearest });
    engine.update_shop(&shop).await?;
    engine.close().await;
    Ok(())
}

#[test]
fn a_days_books_agree_to_the_last_fen_through_a_power_cut() -> Result<()> {
    story("till_day", async |story| {
        let folder = tempfile::tempdir()?;
        let database = database_path(folder.path());
        let mut hub = HubProcess::start(folder.path(), 0)?;
        hub.stop()?;
        round_cash(folder.path()).await?;
        hub.start_again()?;
        let member = Client::shopper(&hub.url("")).await?;
        let card = member.call(&Join { member: MemberId(Uuid::now_v7()) }).await?.number.to_string();

        // Practice first, of which nothing is kept; then the till is opened.
        let page = story.browser("till", TILL).await?;
        page.open(&hub.url("/counter/till")).await?;
        page.sees("@counter-sign-in").await?;
        page.presses(&format!("{CASHIER_PIN}{ENTER}")).await?;
        page.taps("@train").await?;
        let mut day = Day::begin(&page, SEED, &card);
        day.scans(3).await?;
        day.goes_to_pay(Ticket::Pieces, Pay::Exact, false).await?;
        page.taps("@sell").await?;
        page.reads("@receipt-number", "Practice").await?;
        page.taps("@next-sale").await?;
        page.taps("@to-drawer").await?;
        put(&page, "@field-float", "200").await?;
        page.taps("@open-till").await?;
        page.sees("@ticket-empty").await?;
        day.goes_on_at(&page, 0);

        // The morning.
        let begun = Instant::now();
        day.tickets(0, BEFORE).await?;
        day.voids_one().await?;
        let took = begun.elapsed();

        // The lights go out while a ticket is being paid, right after the tap or right before it: the hub and the browser
        // are gone at once.
        let mut page = page;
        let mut booked = Vec::new();
        for after_tap in [true, false] {
            day.rings(Ticket::Pieces).await?;
            let items = day.items();
            day.goes_to_pay(Ticket::Pieces, Pay::Note, false).await?;
            let cut = key_of_ticket(&page).await?;
            if !after_tap {
                hub.kill()?;
            }
            page.run("document.querySelector('[data-testid=sell]').click();", Vec::new()).await?;
            if after_tap {
                hub.kill()?;
            }
            story.kill_browsers().await;
            hub.start_again()?;
            let was_booked = reckon(&database)?.sold_keys.contains(&cut);
            ensure!(!was_booked || after_tap, "a hub that was off has booked something");
            booked.push(was_booked);
            page = story.browser("till-again", TILL).await?;
            page.open(&hub.url("/counter/till")).await?;
            page.sees("@ticket").await?;
            day.goes_on_at(&page, items);
            if page.texts("@ticket-line").await?.is_empty() {
                // The page had its answer just before, and had told the browser.
                day.number += 1;
            } else {
                ensure!(key_of_ticket(&page).await? == cut, "another ticket was kept");
                day.still_holds().await?;
                // The cashier takes other money this time: what was booked stays as it was booked.
                day.goes_to_pay(Ticket::Pieces, Pay::Exact, false).await?;
                day.sells().await?;
            }
            let once = reckon(&database)?.sold_keys.iter().filter(|key| **key == cut).count();
            ensure!(once == 1, "the ticket was sold {once} times; booked before the cut: {was_booked}");
        }

        // The afternoon.
        let begun = Instant::now();
        day.tickets(BEFORE, AFTER).await?;
        let took = took + begun.elapsed();
        day.voids_one().await?;

        // Bottles are sold and come back, with their deposits.
        day.trades_bottles().await?;
        let bottles = day.number - 1;
        day.takes_back(bottles, true, false).await?;

        // Goods come back: all of a ticket that was paid in part by card, the first line of others.
        for (number, all, by_card) in
            [(4, true, true), (2, true, false), (13, false, false), (9, false, false)]
        {
            day.takes_back(number, all, by_card).await.with_context(|| format!("receipt {number}"))?;
        }

        // The drawer, and the count, which is a jiao short.
        page.taps("@to-drawer").await?;
        day.moves_cash("300", "Change from the bank", "@put-in").await?;
        day.moves_cash("123.40", "Window cleaner", "@take-out").await?;
        let books = reckon(&database)?;
        let counted = books.drawer() / 10 * 10 - 10;
        day.counts_and_closes(counted).await?;

        let books = reckon(&database)?;
        report_says(&page, &books, counted).await?;
        ensure!(books.sales == (BEFORE + AFTER + 4) as i64, "{} sales", books.sales);
        ensure!(books.numbers.len() == day.number as usize, "{} receipts", books.numbers.len());
        ensure!(books.shifts == (1, 1) && books.refunds == 5, "{:?}, {}", books.shifts, books.refunds);
        ensure!((books.deposits, books.deposits_back) == (100, 1_300), "two bottles, then 24 and the two");
        let noted = |what: &str| books.notes.get(what).copied().unwrap_or(0);
        ensure!(noted("ticket_voided") == 2 && noted("line_voided") == 4, "{:?}", books.notes);
        ensure!(noted("ticket_held") == 4 && noted("ticket_recalled") == 4, "{:?}", books.notes);
        hub.stop()?;
        let moved = agrees_with_tables(&database, &books)?;
        let said = hub::check(folder.path())?;
        println!(
            "{} tickets took {:.1} s; {} receipts, {} yuan in the drawer, {moved} products moved; booked before the \
             cuts: {booked:?}; the check says: {}",
            BEFORE + AFTER,
            took.as_secs_f64(),
            books.numbers.len(),
            books.drawer() as f64 / 100.0,
            said.trim()
        );
        Ok(())
    })
}

/// A page in which a till is open.
async fn open_till(page: &Page, hub: &ministore_tests::TestHub) -> Result<()> {
    sign_in(page, hub).await?;
    page.taps("@to-till").await?;
    page.taps("@to-open").await?;
    put(page, "@field-float", "100").await?;
    page.taps("@open-till").await?;
    page.sees("@ticket-empty").await?;
    Ok(())
}

const MILK: &str = "9520130000134";
const LAGER: &str = "9520240000154";

/// What the ticket says that it holds.
async fn items(page: &Page, wanted: usize) -> Result<()> {
    let there =
        "parseInt((document.querySelector('.till-total dt')?.textContent ?? '0').replaceAll(',', ''))";
    page.until(&format!("{wanted} items on the ticket"), &format!("{there} === {wanted}")).await
}

#[test]
fn a_scanner_that_types_into_the_wrong_field_rings_up_and_leaves_the_field_as_it_was() -> Result<()> {
    story("till_wrong_field", async |story| {
        let hub = story.hub().await?;
        let page = story.browser("counter", Browser::new(Screen::TABLET)).await?;
        open_till(&page, &hub).await?;
        let value = async |part: &str| -> Result<String> {
            let field = page.sees(part).await?;
            Ok(field.prop("value").await?.unwrap_or_default())
        };

        // Into the field for codes, in which words stand.
        let mut fast = false;
        for _ in 0..5 {
            put(&page, "@code", "").await?;
            page.types("@code", "mil").await?;
            page.rests().await;
            fast = page.scans_at_once(MILK).await?;
            if fast {
                break;
            }
        }
        ensure!(fast, "this machine is too slow to press keys as a scanner does");
        items(&page, 1).await?;
        ensure!(value("@code").await? == "mil", "the field holds {:?}", value("@code").await?);
        put(&page, "@code", "").await?;

        // Into a price, in a sheet.
        page.taps("@take-off-line").await?;
        page.types("@field-off-amount", "1.5").await?;
        page.rests().await;
        page.scans(LAGER).await?;
        page.counts("@ticket-line", 2).await?;
        ensure!(value("@field-off-amount").await? == "1.5", "{:?}", value("@field-off-amount").await?);
        page.presses(ministore_tests::journey::ESCAPE).await?;
        page.loses("@field-off-amount").await?;

        // While the customer pays: the late item is rung up, and what was typed as cash is asked for again.
        page.taps("@pay").await?;
        page.types("@cash", "5").await?;
        page.rests().await;
        page.scans(MILK).await?;
        items(&page, 3).await?;
        page.sees("@pay").await?;
        page.taps("@pay").await?;
        page.sees("@tender").await?;
        ensure!(value("@cash").await?.is_empty(), "cash is {:?}", value("@cash").await?);
        Ok(())
    })
}

#[test]
fn a_thousand_scans_in_a_second_are_all_rung_up_once_and_a_limit_is_told() -> Result<()> {
    story("till_flood", async |story| {
        let hub = story.hub().await?;
        let page = story.browser("counter", Browser::new(Screen::TABLET)).await?;
        open_till(&page, &hub).await?;
        let goods = [
            "9520110000109",
            MILK,
            "9520130002138",
            "9520130000431",
            "9520610002214",
            "9520130001735",
            LAGER,
            "9520240000253",
        ];
        let codes: Vec<&str> = (0..1_000).map(|at| goods[at % goods.len()]).collect();
        let begun = Instant::now();
        scan(&page, &codes).await?;
        println!("1,000 scans were given in {:.2} s", begun.elapsed().as_secs_f64());
        items(&page, 1_000).await?;
        println!("and rung up after {:.2} s", begun.elapsed().as_secs_f64());
        page.counts("@ticket-line", goods.len()).await?;
        let counts = page.texts(".till-line-measure").await?;
        ensure!(counts.iter().all(|count| count.starts_with("125 ×")), "{counts:?}");

        // As many of one line as a line holds; the rest is told, and the ticket is as it was.
        scan(&page, &[MILK; 874]).await?;
        items(&page, 1_874).await?;
        ensure!(page.texts("@till-problem").await?.is_empty(), "something was refused");
        scan(&page, &[MILK; 3]).await?;
        page.reads("@till-problem", "999").await?;
        items(&page, 1_874).await?;
        page.taps("@pay").await?;
        page.sees("@tender").await?;
        Ok(())
    })
}

#[test]
fn what_is_no_price_weight_or_count_is_told_and_changes_nothing() -> Result<()> {
    story("till_bad_input", async |story| {
        let hub = story.hub().await?;
        let page = story.browser("counter", Browser::new(Screen::TABLET)).await?;
        open_till(&page, &hub).await?;
        scan(&page, &[MILK]).await?;
        items(&page, 1).await?;
        let total = page.text("@ticket-total").await?;

        // Prices: beyond 64 bits, beyond what a shop may ask, below zero, of words.
        page.taps("@take-off-line").await?;
        for price in
            ["99999999999999999999", "9223372036854775807", "10000000001", "-1", "free", "1e3", "0.001"]
        {
            put(&page, "@field-off-price", price).await?;
            page.taps("@off-set").await?;
            page.sees("@off-wrong").await.with_context(|| price.to_owned())?;
            ensure!(page.text("@ticket-total").await? == total, "{price} was taken for a price");
        }
        // Nothing at all is a price, which a manager has to allow.
        put(&page, "@field-off-price", "0").await?;
        page.taps("@off-set").await?;
        page.loses("@field-off-price").await?;
        page.reads("@ticket-total", "0.00").await?;
        page.taps("@pay").await?;
        page.sees("@needs-manager").await?;
        page.taps("@ring-on").await?;
        press_undo(&page).await?;
        ensure!(page.text("@ticket-total").await? == total, "the price did not come back");

        // Weights.
        put(&page, "@code", "01001").await?;
        page.taps("@code-go").await?;
        for weight in ["0", "0.0", "100", "99999999999999999999", "-1", "one", "1.2345", ""] {
            put(&page, "@field-weight", weight).await?;
            page.taps("@weighed").await?;
            page.sees("@field-weight[aria-invalid=true]").await.with_context(|| weight.to_owned())?;
        }
        put(&page, "@field-weight", "0.5").await?;
        page.taps("@weighed").await?;
        items(&page, 2).await?;

        // A count of words: what was counted stays.
        page.taps("@to-drawer").await?;
        page.taps("@close-open").await?;
        for count in ["three", "-1", "1.5", "99999999999999999999"] {
            put(&page, "[data-testid='count-100.00']", count).await?;
            page.taps("@close-till").await?;
            page.sees("@count-wrong").await.with_context(|| count.to_owned())?;
            page.reads("@counted", "–").await?;
        }
        put(&page, "[data-testid='count-100.00']", "1").await?;
        page.reads("@counted", "100.00").await?;
        for (amount, reason) in [("0", "Nothing"), ("-5", "Less"), ("much", "Words"), ("5", "")] {
            put(&page, "@field-move-amount", amount).await?;
            put(&page, "@field-move-reason", reason).await?;
            page.taps("@put-in").await?;
            page.sees("@field-move-reason[aria-invalid=true]").await.with_context(|| amount.to_owned())?;
        }
        page.taps("@close-till").await?;
        page.reads("@z-difference", "0.00").await?;
        Ok(())
    })
}

async fn press_undo(page: &Page) -> Result<()> {
    page.taps("@undo-step").await
}
