//! A coupon, from the manager who puts it up to the shopper who takes it, the ticket that uses it up, and the goods that give it
//! back.

use anyhow::{Context, Result};
use ministore_core::money::{Currency, Money};
use ministore_core::role::StaffRole;
use ministore_hub::founding::DEMO_STAFF;
use ministore_tests::gallery::{LANGUAGES, choose_language};
use ministore_tests::journey::{Checkout, fill_checkout, put_in, sign_in, sign_in_as, wedge};
use ministore_tests::shop::amount;
use ministore_tests::{Browser, Client, Gallery, Page, Screen, story};

const SMALL_MILK: &str = "9520130000431";

fn yuan(minor: i64) -> Money {
    Currency::CNY.minor(minor)
}

/// Gives the till a code by hand: a loaded machine presses no keys as evenly as a scanner.
async fn rings(counter: &Page, code: &str) -> Result<()> {
    counter.types("@code", code).await?;
    counter.taps("@code-go").await
}

/// A share off the small milk, with a coupon.
async fn puts_up(office: &Page, name: &str, share: &str, offered: &str) -> Result<()> {
    office.taps("@add-promotion").await?;
    office.types("@field-name-en", name).await?;
    office.types("@field-share", share).await?;
    office.taps("[data-testid='promotion-scope-products']").await?;
    office.types("@field-product-code", SMALL_MILK).await?;
    office.taps("@add-promotion-product").await?;
    office.sees("@promotion-product").await?;
    office.taps("@promotion-coupon").await?;
    office.taps(&format!("[data-testid='coupon-offered-{offered}']")).await?;
    office.types("@field-coupon-days", "0").await?;
    office.taps("@put-up").await?;
    office.sees("@field-coupon-days[aria-invalid=true]").await?;
    office.types("@field-coupon-days", "2").await?;
    office.taps("@put-up").await?;
    office.reads("@campaign", name).await?;
    Ok(())
}

#[test]
fn a_coupon_is_taken_used_once_and_comes_back_with_the_goods() -> Result<()> {
    story("coupon", async |story| {
        let hub = story.hub().await?;
        let milk = Client::visitor(&hub.url(""))?.product(SMALL_MILK).await?;
        let one = milk.price.money().minor;
        let half = one - one / 2;
        let boss = DEMO_STAFF.iter().find(|staff| staff.role == StaffRole::Manager).context("a manager")?;
        let office = story.browser("office", Browser::new(Screen::TABLET)).await?;
        let counter = story.browser("counter", Browser::new(Screen::TABLET)).await?;
        let phone = story.browser("phone", Browser::new(Screen::PHONE)).await?;
        let mut gallery = Gallery::open()?;
        sign_in(&counter, &hub).await?;
        counter.open(&hub.url("/counter/drawer")).await?;
        counter.types("@field-float", "200").await?;
        counter.taps("@open-till").await?;
        counter.arrives_at("/counter/till").await?;

        // Two are put up: one for every member, one for whoever has ordered something.
        sign_in_as(&office, &hub, boss.pin).await?;
        office.open(&hub.url("/counter/promotions")).await?;
        puts_up(&office, "Half price", "50", "page").await?;
        gallery.look(&office, "coupons-office.en", Screen::TABLET).await?;
        puts_up(&office, "A tenth off", "10", "after").await?;
        office.reads("@coupons-issued", "0").await?;

        // Without its coupon nothing comes off.
        rings(&counter, SMALL_MILK).await?;
        counter.reads("@ticket-total", &amount(yuan(one))).await?;

        // The shopper becomes a member, and has the coupon with one tap.
        phone.open(&hub.url("/me")).await?;
        phone.taps("@me-coupons").await?;
        phone.arrives_at("/coupons").await?;
        phone.sees("@join-offer").await?;
        gallery.look(&phone, "coupons-before-joining.en", Screen::PHONE).await?;
        phone.taps("@join").await?;
        phone.counts("@coupon-offer", 1).await?;
        phone.reads("@coupon-offer", "Half price").await?;
        gallery.look(&phone, "coupons-offered.en", Screen::PHONE).await?;
        phone.taps("@get-coupon").await?;
        phone.reads("@coupon", "Half price").await?;
        phone.reads("@ends-soon", "2 days").await?;
        for (name, tag) in LANGUAGES {
            choose_language(&phone, tag).await?;
            phone.open(&hub.url("/coupons")).await?;
            phone.sees("@coupon-code").await?;
            gallery.look(&phone, &format!("coupons.{name}"), Screen::PHONE).await?;
        }
        choose_language(&phone, "en").await?;
        phone.open(&hub.url("/coupons")).await?;
        let code = phone.text("@coupon-code").await?;
        phone.counts("@coupon-offer", 0).await?;

        // Scanned at the till it comes off at once, and is on no other ticket.
        rings(&counter, &code).await?;
        counter.reads("@ticket-coupon", "Half price").await?;
        counter.reads("@ticket-total", &amount(yuan(one - half))).await?;
        gallery.look(&counter, "till-coupon.en", Screen::TABLET).await?;
        phone.loses("@coupon").await?;
        counter.taps("@take-off-coupon").await?;
        counter.reads("@ticket-total", &amount(yuan(one))).await?;
        phone.reads("@coupon", "Half price").await?;
        rings(&counter, &code).await?;
        counter.reads("@ticket-total", &amount(yuan(one - half))).await?;
        counter.taps("@pay").await?;
        counter.reads("@due", &amount(yuan(one - half))).await?;
        counter.types("@cash", "50").await?;
        counter.taps("@sell").await?;
        counter.reads("@receipt-total", &amount(yuan(one - half))).await?;
        counter.taps("@next-sale").await?;
        counter.sees("@ticket-empty").await?;
        phone.reads("@used-coupon", "Used").await?;

        // It counts once.
        rings(&counter, SMALL_MILK).await?;
        counter.reads("@ticket-total", &amount(yuan(one))).await?;
        rings(&counter, &code).await?;
        counter.sees("@error[data-code=coupon_refused]").await?;
        counter.reads("@ticket-total", &amount(yuan(one))).await?;
        gallery.look(&counter, "till-coupon-used.en", Screen::TABLET).await?;
        office.reload().await?;
        office.reads("@campaign:last-child @coupons-redeemed", "1").await?;

        // All goods come back, and the coupon with them.
        counter.open(&hub.url("/counter/sales")).await?;
        counter.types("@field-receipt", "1").await?;
        counter.taps("@find-sale").await?;
        counter.taps("@back-line").await?;
        counter.taps("@give-back").await?;
        counter.reads("@refunded", &amount(yuan(one - half))).await?;
        phone.reads("@coupon", "Half price").await?;
        office.reload().await?;
        office.reads("@campaign:last-child @coupons-redeemed", "0").await?;

        // After an order the other one is offered.
        put_in(&phone, &hub, SMALL_MILK).await?;
        fill_checkout(&phone, &hub, Checkout::PickupCash).await?;
        phone.taps("@place-order").await?;
        phone.sees("@order-page").await?;
        phone.reads("@thanks", "A tenth off").await?;
        gallery.look(&phone, "coupons-thanks.en", Screen::PHONE).await?;
        phone.taps("@get-coupon").await?;
        phone.loses("@thanks").await?;

        // With the card the till lists both, and the one that saves most comes off when the cashier goes on to pay.
        phone.open(&hub.url("/card")).await?;
        let card = phone.text("@card-number").await?;
        counter.open(&hub.url("/counter/till")).await?;
        counter.reads("@ticket-total", &amount(yuan(one))).await?;
        wedge(&counter, &card).await?;
        counter.counts("@member-coupon", 2).await?;
        counter.reads("@member-coupon[data-applied]", "Half price").await?;
        gallery.look(&counter, "till-member-coupons.en", Screen::TABLET).await?;
        counter.taps("@pay").await?;
        counter.reads("@due", &amount(yuan(one - half))).await?;
        counter.types("@cash", "50").await?;
        counter.taps("@sell").await?;
        counter.reads("@receipt-total", &amount(yuan(one - half))).await?;
        counter.taps("@next-sale").await?;

        // The office gives one to the member, and prints some for whoever has them in hand.
        office.reload().await?;
        office.taps("@print-coupons").await?;
        office.types("@field-coupon-count", "3").await?;
        office.taps("@make-coupons").await?;
        office.counts("@coupon-slip", 3).await?;
        gallery.look(&office, "coupons-printed.en", Screen::TABLET).await?;
        let printed = office.text("@coupon-slip-code").await?;
        rings(&counter, SMALL_MILK).await?;
        rings(&counter, &printed).await?;
        counter.sees("@ticket-coupon").await?;
        gallery.close()
    })
}
