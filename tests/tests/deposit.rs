//! Deposits, from the manager who arranges them to the till that takes them and gives them back, alone or against goods, and
//! the phone that orders what carries them.

use anyhow::{Context, Result};
use ministore_core::money::Currency;
use ministore_core::role::StaffRole;
use ministore_hub::founding::DEMO_STAFF;
use ministore_tests::day::press;
use ministore_tests::gallery::{LANGUAGES, choose_language};
use ministore_tests::journey::{Checkout, order, put_in, sign_in, sign_in_as};
use ministore_tests::shop::amount;
use ministore_tests::{Browser, Gallery, Page, Screen, story};

/// Cola in a bottle, at 4.00 and 0.50.
const COLA: &str = "9520280000107";
/// Sparkling water in such a bottle, at 6.80.
const WATER: &str = "9520280000206";
/// Beer, at 198.00, in a crate at 10.00 with 20 bottles at 0.50.
const CRATE: &str = "9520280000305";
/// Cola in a can, at 3.50.
const CAN: &str = "9520220000259";

fn yuan(minor: i64) -> String {
    amount(Currency::CNY.minor(minor))
}

/// Gives the till a code by hand: a loaded machine presses no keys as evenly as a scanner.
async fn rings(counter: &Page, code: &str) -> Result<()> {
    counter.types("@code", code).await?;
    counter.taps("@code-go").await
}

/// Pays in cash, and sees what the receipt comes to.
async fn sells(counter: &Page, cash: &str, total: i64) -> Result<()> {
    counter.taps("@pay").await?;
    if !cash.is_empty() {
        counter.types("@cash", cash).await?;
    }
    counter.taps("@sell").await?;
    counter.reads("@receipt-total", &yuan(total)).await?;
    Ok(())
}

#[test]
fn deposits_are_arranged_taken_and_given_back() -> Result<()> {
    story("deposit", async |story| {
        let hub = story.hub().await?;
        let boss = DEMO_STAFF.iter().find(|staff| staff.role == StaffRole::Manager).context("a manager")?;
        let office = story.browser("office", Browser::new(Screen::TABLET)).await?;
        let counter = story.browser("counter", Browser::new(Screen::TABLET)).await?;
        let phone = story.browser("phone", Browser::new(Screen::PHONE)).await?;
        let mut gallery = Gallery::open()?;

        // The manager adds one for cans, and says that a can of cola carries it.
        sign_in_as(&office, &hub, boss.pin).await?;
        office.taps("@to-manage").await?;
        office.taps("@manage-deposits").await?;
        office.counts("@deposit", 3).await?;
        office.taps("@add-deposit").await?;
        office.types("@field-deposit-en", "Can").await?;
        office.types("@field-deposit-zh", "易拉罐").await?;
        office.types("@field-deposit-code", "bottle").await?;
        office.types("@field-deposit-amount", "0.30").await?;
        office.types("@field-deposit-tax", "13").await?;
        office.taps("@deposit-keep").await?;
        office.sees("@field-deposit-code[aria-invalid=true]").await?;
        gallery.look(&office, "deposit-form.en", Screen::TABLET).await?;
        office.fills("@field-deposit-code", "can").await?;
        office.taps("@deposit-keep").await?;
        office.counts("@deposit", 4).await?;
        for (name, tag) in LANGUAGES {
            choose_language(&office, tag).await?;
            office.open(&hub.url("/counter/deposits")).await?;
            office.sees("@deposit").await?;
            gallery.look(&office, &format!("deposits.{name}"), Screen::TABLET).await?;
        }
        choose_language(&office, "en").await?;
        office.open(&hub.url(&format!("/counter/products/{CAN}"))).await?;
        office.taps("@carries").await?;
        office.sees("@carries-none").await?;
        office.types("@field-carried-can", "x").await?;
        office.taps("@carries-keep").await?;
        office.sees("@carries-wrong").await?;
        office.fills("@field-carried-can", "1").await?;
        office.taps("@carries-keep").await?;
        office.reads("@plus-deposit", &yuan(30)).await?;
        gallery.look(&office, "deposit-of-product.en", Screen::TABLET).await?;

        // The till takes them by itself: beside a price that was cut, for each piece.
        sign_in(&counter, &hub).await?;
        counter.open(&hub.url("/counter/drawer")).await?;
        counter.types("@field-float", "200").await?;
        counter.taps("@open-till").await?;
        counter.arrives_at("/counter/till").await?;
        rings(&counter, COLA).await?;
        counter.reads("@ticket-total", &yuan(450)).await?;
        counter.taps("@more").await?;
        counter.reads("@ticket-total", &yuan(900)).await?;
        counter.reads("@plus-deposit", &yuan(100)).await?;
        press(&counter, "F8").await?;
        counter.taps("@off-10").await?;
        counter.reads("@ticket-total", &yuan(900 - 80)).await?;
        counter.reads("@ticket-deposit", &yuan(100)).await?;
        press(&counter, "F7").await?;
        rings(&counter, CAN).await?;
        counter.reads("@ticket-total", &yuan(900 + 350 + 30)).await?;

        // Empties: some by their kind, one by what it was sold with.
        press(&counter, "F3").await?;
        counter.sees("@empties-sheet").await?;
        counter.fills("@field-empties-count", "none").await?;
        counter.taps("@empties-bottle").await?;
        counter.sees("@field-empties-count[aria-invalid=true]").await?;
        counter.fills("@field-empties-count", "6").await?;
        counter.taps("@empties-bottle").await?;
        counter.reads("@empties-said", &yuan(300)).await?;
        counter.rests().await;
        counter.scans(WATER).await?;
        counter.reads("@empties-sheet .stepper", "7").await?;
        gallery.look(&counter, "till-empties-sheet.en", Screen::TABLET).await?;
        counter.taps("@empties-done").await?;
        counter.reads("@empties-amount", &yuan(350)).await?;
        let total = 900 + 350 + 30 - 350;
        counter.reads("@ticket-total", &yuan(total)).await?;
        gallery.look(&counter, "till-deposits.en", Screen::TABLET).await?;
        sells(&counter, "20", total).await?;
        counter.reads("@receipt-deposit", &yuan(130)).await?;
        counter.reads("@receipt-empties", "7").await?;
        gallery.look(&counter, "till-deposit-receipt.en", Screen::TABLET).await?;
        let link = counter.attribute("@e-receipt-link", "href").await?;
        counter.taps("@next-sale").await?;

        // Empties alone are paid out; one that was counted by mistake is taken off, and undone.
        counter.taps("@empties").await?;
        counter.fills("@field-empties-count", "20").await?;
        counter.taps("@empties-bottle").await?;
        counter.taps("@empties-crate").await?;
        counter.taps("@empties-done").await?;
        counter.counts("@ticket-empties", 2).await?;
        counter.taps("@ticket-empties:last-child @void-empties").await?;
        counter.counts("@ticket-empties", 1).await?;
        press(&counter, "F7").await?;
        counter.counts("@ticket-empties", 2).await?;
        counter.taps("@pay").await?;
        counter.reads("@change", &yuan(2_000)).await?;
        gallery.look(&counter, "till-pays-out.en", Screen::TABLET).await?;
        counter.taps("@sell").await?;
        counter.reads("@receipt-change", &yuan(2_000)).await?;
        counter.taps("@next-sale").await?;

        // Goods come back with their deposits, one piece and then the rest.
        counter.open(&hub.url("/counter/sales")).await?;
        counter.types("@field-receipt", "1").await?;
        counter.taps("@find-sale").await?;
        counter.taps("@back-line:first-child label.check").await?;
        counter.reads("@back-line:first-child .line-amount", &yuan(900)).await?;
        counter.taps("@back-line:first-child @less").await?;
        counter.reads("@back-line:first-child .line-amount", &yuan(450)).await?;
        gallery.look(&counter, "till-deposit-back.en", Screen::TABLET).await?;
        counter.taps("@give-back").await?;
        counter.reads("@refunded", &yuan(450)).await?;

        // The customer's own receipt says the same, each deposit by its name.
        let code = link.rsplit('/').next().context("a receipt's code")?;
        phone.open(&hub.url(&format!("/r/{code}"))).await?;
        phone.reads("@slip-total", &yuan(total)).await?;
        phone.reads("@slip-deposit", &yuan(130)).await?;
        phone.reads("@slip-line-deposit", "2 × Bottle").await?;
        phone.reads("@slip-empties", "7").await?;
        gallery.look(&phone, "deposit-slip.en", Screen::PHONE).await?;

        // The phone sees the deposit before it is in the basket, and pays it with the order.
        phone.open(&hub.url(&format!("/p/{CRATE}"))).await?;
        phone.reads("@product-page @plus-deposit", &yuan(2_000)).await?;
        gallery.look(&phone, "deposit-product.en", Screen::PHONE).await?;
        put_in(&phone, &hub, COLA).await?;
        put_in(&phone, &hub, CRATE).await?;
        for (name, tag) in LANGUAGES {
            choose_language(&phone, tag).await?;
            phone.open(&hub.url("/cart")).await?;
            phone.sees("@deposit").await?;
            gallery.look(&phone, &format!("deposit-cart.{name}"), Screen::PHONE).await?;
        }
        choose_language(&phone, "en").await?;
        phone.open(&hub.url("/cart")).await?;
        phone.reads("@deposit", &yuan(2_050)).await?;
        let total = 450 + 19_800 + 2_000;
        phone.reads("@total", &yuan(total)).await?;
        let placed = order(&phone, &hub, Checkout::PickupCash).await?;
        phone.reads("@total", &yuan(total)).await?;
        gallery.look(&phone, "deposit-order.en", Screen::PHONE).await?;
        counter.open(&hub.url(&format!("/counter/orders/{placed}"))).await?;
        counter.reads("@order-deposit", &yuan(2_050)).await?;
        gallery.look(&counter, "deposit-order-counter.en", Screen::TABLET).await?;
        gallery.close()
    })
}
