//! A day at the till: opened, goods rung up and paid in every way, a discount that a manager allows, a ticket put aside, goods
//! that come back, and the drawer counted to the last coin.

use anyhow::{Context, Result};
use ministore_core::money::{Currency, Money};
use ministore_core::quantity::Measure;
use ministore_core::role::StaffRole;
use ministore_hub::founding::DEMO_STAFF;
use ministore_tests::journey::{ENTER, sign_in, wedge};
use ministore_tests::shop::{amount, totals};
use ministore_tests::{Browser, Client, Gallery, Screen, story};

const SMALL_MILK: &str = "9520130000431";
const RAZORS: &str = "9520610002214";
const FLOAT: i64 = 20_000;

fn yuan(minor: i64) -> Money {
    Currency::CNY.minor(minor)
}

#[test]
fn a_cashier_opens_sells_takes_back_and_closes() -> Result<()> {
    story("till", async |story| {
        let hub = story.hub().await?;
        let visitor = Client::visitor(&hub.url(""))?;
        let milk = visitor.product(SMALL_MILK).await?;
        let razors = visitor.product(RAZORS).await?;
        let price = |goods: &[_]| Ok::<_, anyhow::Error>(totals(goods)?.total.minor);
        let counter = story.browser("counter", Browser::new(Screen::TABLET)).await?;
        let mut gallery = Gallery::open()?;

        sign_in(&counter, &hub).await?;
        counter.taps("@to-till").await?;
        counter.sees("@till-closed").await?;
        gallery.look(&counter, "till-closed.en", Screen::TABLET).await?;
        counter.taps("@to-open").await?;
        counter.types("@field-float", "two hundred").await?;
        counter.taps("@open-till").await?;
        counter.reads("@open-form", "An amount").await?;
        counter.types("@field-float", "200").await?;
        counter.taps("@open-till").await?;
        counter.arrives_at("/counter/till").await?;
        counter.sees("@ticket-empty").await?;

        // A cash sale of one item: one scan and two keys, and a third for the next.
        let one = price(&[(&milk, Measure::Pieces(1))])?;
        wedge(&counter, SMALL_MILK).await?;
        counter.reads("@ticket-total", &amount(yuan(one))).await?;
        counter.presses(ENTER).await?;
        counter.reads("@due", &amount(yuan(one))).await?;
        counter.presses(ENTER).await?;
        counter.reads("@receipt-number", "1").await?;
        counter.reads("@receipt-total", &amount(yuan(one))).await?;
        counter.presses(ENTER).await?;
        counter.sees("@ticket-empty").await?;
        let mut drawer = FLOAT + one;

        // Three at once, a discount that a cashier may not give, and a manager who may.
        let three = price(&[(&milk, Measure::Pieces(3))])?;
        counter.types("@code", "3*").await?;
        counter.taps("@code-go").await?;
        counter.reads("@times", "3").await?;
        wedge(&counter, SMALL_MILK).await?;
        counter.reads("@count", "3").await?;
        counter.reads("@ticket-total", &amount(yuan(three))).await?;
        wedge(&counter, "9520130000432").await?;
        counter.sees("@till-problem").await?;
        counter.taps("@take-off-line").await?;
        counter.taps("@off-20").await?;
        let paid = three - three / 5;
        counter.reads("@saved", &amount(yuan(three / 5))).await?;
        counter.reads("@ticket-total", &amount(yuan(paid))).await?;
        gallery.look(&counter, "till-ringing.en", Screen::TABLET).await?;
        counter.taps("@pay").await?;
        counter.sees("@needs-manager").await?;
        gallery.look(&counter, "till-needs-manager.en", Screen::TABLET).await?;
        let manager =
            DEMO_STAFF.iter().find(|staff| staff.role == StaffRole::Manager).context("a manager")?;
        counter.types("@field-pin", "0000").await?;
        counter.taps("@allow").await?;
        counter.sees("@error").await?;
        counter.types("@field-pin", manager.pin).await?;
        counter.taps("@allow").await?;
        counter.reads("@allowed", manager.name).await?;
        counter.types("@cash", "50").await?;
        counter.reads("@change", &amount(yuan(5_000 - paid))).await?;
        gallery.look(&counter, "till-tender.en", Screen::TABLET).await?;
        counter.taps("@sell").await?;
        counter.sees("@sold").await?;
        counter.reads("@receipt-saved", &amount(yuan(three / 5))).await?;
        gallery.look(&counter, "till-sold.en", Screen::TABLET).await?;
        drawer += paid;

        // The next scan is the next ticket; put aside, taken up again, kept through a reload, paid by card and cash.
        wedge(&counter, RAZORS).await?;
        let goods = [(&razors, Measure::Pieces(1)), (&milk, Measure::Pieces(2))];
        counter.counts("@ticket-line", 1).await?;
        counter.taps("@hold").await?;
        counter.sees("@ticket-empty").await?;
        counter.taps("@recall").await?;
        counter.taps("@held").await?;
        counter.counts("@ticket-line", 1).await?;
        wedge(&counter, SMALL_MILK).await?;
        wedge(&counter, SMALL_MILK).await?;
        let mixed = price(&goods)?;
        counter.reads("@ticket-total", &amount(yuan(mixed))).await?;
        // Left at the moment in which it is seen: what the browser had not begun to write is there.
        counter.reload().await?;
        counter.reads("@ticket-total", &amount(yuan(mixed))).await?;
        counter.taps("@pay").await?;
        counter.taps("@by-card").await?;
        counter.types("@field-card-amount", "10").await?;
        counter.types("@field-card-reference", "A1042").await?;
        counter.taps("@card-taken").await?;
        counter.reads("@due", &amount(yuan(mixed - 1_000))).await?;
        counter.taps("@sell").await?;
        counter.reads("@receipt", "A1042").await?;
        drawer += mixed - 1_000;
        counter.taps("@next-sale").await?;

        // Practice touches nothing, what is thrown away is not sold, and the razors come back.
        wedge(&counter, SMALL_MILK).await?;
        counter.taps("@void").await?;
        counter.taps("@void-sure").await?;
        counter.sees("@ticket-empty").await?;
        counter.taps("@to-sales").await?;
        counter.counts("@sale", 3).await?;
        gallery.look(&counter, "till-sales.en", Screen::TABLET).await?;
        counter.types("@field-receipt", "3").await?;
        counter.taps("@find-sale").await?;
        counter.reads("@pane-title", "3").await?;
        counter.taps_what_says("@back-line", "Razor").await?;
        let back = price(&[(&razors, Measure::Pieces(1))])?;
        counter.reads("@give-back", &amount(yuan(back))).await?;
        counter.taps("@give-back").await?;
        counter.reads("@refunded", &amount(yuan(back))).await?;
        gallery.look(&counter, "till-sale.en", Screen::TABLET).await?;
        drawer -= back;

        // The drawer: change is fetched from the bank, and all of it is counted.
        counter.open(&hub.url("/counter/drawer")).await?;
        counter.types("@field-move-amount", "20").await?;
        counter.types("@field-move-reason", "Coins from the bank").await?;
        counter.taps("@put-in").await?;
        counter.reads("@moved", "Coins from the bank").await?;
        drawer += 2_000;
        counter.taps("@close-open").await?;
        for (worth, count) in pieces(drawer) {
            let field = format!("[data-testid='count-{}']", yuan(worth).to_decimal());
            counter.types(&field, &count.to_string()).await?;
        }
        counter.reads("@counted", &amount(yuan(drawer))).await?;
        gallery.look(&counter, "till-count.en", Screen::TABLET).await?;
        counter.taps("@close-till").await?;
        counter.reads("@z-difference", &amount(yuan(0))).await?;
        counter.reads("@report-sales", "3").await?;
        counter.reads("@report-card", &amount(yuan(1_000))).await?;
        gallery.look(&counter, "till-z.en", Screen::TABLET).await?;
        counter.taps("@to-till").await?;
        counter.taps("@train").await?;
        wedge(&counter, SMALL_MILK).await?;
        counter.presses(ENTER).await?;
        counter.sees("@tender").await?;
        counter.presses(ENTER).await?;
        counter.reads("@receipt-number", "Practice").await?;
        counter.taps("@next-sale").await?;
        counter.taps("@to-sales").await?;
        counter.counts("@sale", 3).await?;
        gallery.close()
    })
}

/// An amount in notes and coins, as few as can be. What is smaller than the smallest coin is no amount of these prices.
fn pieces(mut minor: i64) -> Vec<(i64, i64)> {
    let mut counted = Vec::new();
    for worth in ministore_core::shift::denominations(Currency::CNY) {
        let count = minor / worth;
        minor -= count * worth;
        if count > 0 {
            counted.push((*worth, count));
        }
    }
    counted
}
