//! The day of `till_day.rs`, shortened, in the installed app's own window: it sells on while the hub is off and after the
//! app was killed in the middle of a payment, and once the hub is back its books agree to the last fen.
#![cfg(target_os = "linux")]

use anyhow::{Context, Result, ensure};
use ministore_core::id::MemberId;
use ministore_core::member::Join;
use ministore_hub::server::database_path;
use ministore_tests::books::{agrees_with_tables, reckon};
use ministore_tests::day::{Day, Pay, Ticket, put, report_says, turn};
use ministore_tests::hub::CASHIER_PIN;
use ministore_tests::window::{Display, Window};
use ministore_tests::{Client, HubProcess, Page, hub, story};
use uuid::Uuid;

/// What the day is drawn from.
const SEED: u64 = 20_261_201;

/// Goes to the till from the app's first screen.
async fn to_till(page: &Page) -> Result<()> {
    page.taps("@nav-me").await?;
    page.taps("@me-counter").await?;
    page.eventually("the counter", async || {
        let shown = async |part: &str| page.texts(part).await.map_err(|error| error.to_string());
        if !shown("@counter-sign-in").await?.is_empty() {
            return Ok(true);
        }
        if shown("@to-till").await?.is_empty() { Err("it is not shown".to_owned()) } else { Ok(false) }
    })
    .await?;
    if !page.texts("@counter-sign-in").await?.is_empty() {
        put(page, "@pin", CASHIER_PIN).await?;
        page.taps("@pin-submit").await?;
    }
    page.taps("@to-till").await?;
    Ok(())
}

#[test]
fn the_app_sells_alone_for_a_while_and_the_hubs_books_agree_to_the_last_fen() -> Result<()> {
    story("till_window", async |story| {
        let folder = tempfile::tempdir()?;
        let database = database_path(folder.path());
        let mut hub = HubProcess::start(folder.path(), 0)?;
        let member = Client::shopper(&hub.url("")).await?;
        let card = member.call(&Join { member: MemberId(Uuid::now_v7()) }).await?.number.to_string();
        let display = Display::start()?;
        let device = tempfile::tempdir()?;
        let window = Window { display: &display, device: device.path(), film: None };
        let open = window.open().await?;
        let page = open.page();
        story.watch(page);
        page.arrives_at("/pair").await?;
        page.fills("@pair-address", &hub.address().to_string()).await?;
        page.taps("@pair").await?;
        page.sees("@product").await?;

        // The till is opened, and the first tickets are sold with the hub on.
        to_till(page).await?;
        page.taps("@to-open").await?;
        put(page, "@field-float", "200").await?;
        page.taps("@open-till").await?;
        page.sees("@ticket-empty").await?;
        let mut day = Day::begin(page, SEED, &card);
        for ticket in [Ticket::Held, Ticket::OffByManager, Ticket::OtherPrice, Ticket::Member] {
            day.ticket(ticket, Pay::Note).await.with_context(|| format!("{ticket:?}"))?;
        }

        // The hub is off; tickets of every kind that a till can do alone go on.
        hub.stop()?;
        let alone = (0..26).map(turn).filter(|(ticket, _)| ticket.is_alone());
        let alone: Vec<_> = alone.take(12).collect();
        for (ticket, pay) in &alone {
            day.ticket(*ticket, *pay).await.with_context(|| format!("alone: {ticket:?}, {pay:?}"))?;
        }

        // The app is killed while a ticket is being paid, and started again, still alone. The ticket is there, or it is sold.
        day.rings(Ticket::Pieces).await?;
        let items = day.items();
        day.goes_to_pay(Ticket::Pieces, Pay::Exact, false).await?;
        // A disk that is slow has had its time: what is kept is there whatever happens now.
        day.is_kept().await?;
        page.run("document.querySelector('[data-testid=sell]').click();", Vec::new()).await?;
        drop(open);
        let open = window.open().await?;
        let page = open.page();
        story.watch(page);
        to_till(page).await?;
        page.sees("@ticket").await?;
        day.goes_on_at(page, items);
        // What is on neither side is missed when the books are reckoned.
        if page.sees("@ticket-line").await.is_err() {
            day.number += 1;
        } else {
            day.still_holds().await?;
            day.goes_to_pay(Ticket::Pieces, Pay::Exact, false).await?;
            day.sells().await?;
        }
        day.takes_back(2, true, false).await?;
        page.taps("@to-drawer").await?;
        day.moves_cash("50", "Coins", "@put-in").await?;

        // The hub is back, and hears of all of it; then the drawer is counted.
        hub.start_again()?;
        let receipts = day.number as usize;
        page.eventually("the hub to have every receipt", async || {
            let books = reckon(&database).map_err(|error| format!("{error:#}"))?;
            if books.numbers.len() == receipts && books.put_in > 0 {
                Ok(())
            } else {
                Err(format!("it has {} of {receipts}", books.numbers.len()))
            }
        })
        .await?;
        let counted = reckon(&database)?.drawer() / 10 * 10;
        day.counts_and_closes(counted).await?;
        page.eventually("the hub to have the closing", async || {
            let books = reckon(&database).map_err(|error| format!("{error:#}"))?;
            if books.shifts == (1, 1) { Ok(()) } else { Err(format!("{:?}", books.shifts)) }
        })
        .await?;
        let books = reckon(&database)?;
        report_says(page, &books, counted).await?;
        ensure!(books.sales == 4 + alone.len() as i64 + 1, "{} sales", books.sales);
        open.close().await?;
        hub.stop()?;
        let moved = agrees_with_tables(&database, &books)?;
        let said = hub::check(folder.path())?;
        println!("{receipts} receipts, {moved} products moved; the check says: {}", said.trim());
        Ok(())
    })
}
