//! A promotion, from the manager who puts it up to the ticket that has it, the goods that come back, and what came of it.

use anyhow::{Context, Result, ensure};
use ministore_core::money::{Currency, Money};
use ministore_core::role::StaffRole;
use ministore_hub::founding::DEMO_STAFF;
use ministore_tests::gallery::{LANGUAGES, choose_language};
use ministore_tests::journey::{Checkout, ENTER, order, put_in, sign_in, sign_in_as};
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

#[test]
fn the_second_carton_at_half_price_from_the_office_to_the_ticket_and_back() -> Result<()> {
    story("promotion", async |story| {
        let hub = story.hub().await?;
        let one = Client::visitor(&hub.url(""))?.product(SMALL_MILK).await?.price.money().minor;
        let off = one - one / 2;
        let boss = DEMO_STAFF.iter().find(|staff| staff.role == StaffRole::Manager).context("a manager")?;
        let office = story.browser("office", Browser::new(Screen::TABLET)).await?;
        let counter = story.browser("counter", Browser::new(Screen::TABLET)).await?;
        let mut gallery = Gallery::open()?;
        sign_in(&counter, &hub).await?;
        counter.open(&hub.url("/counter/drawer")).await?;
        counter.types("@field-float", "200").await?;
        counter.taps("@open-till").await?;
        counter.arrives_at("/counter/till").await?;

        // What cannot be is told where it stands, and nothing is put up.
        sign_in_as(&office, &hub, boss.pin).await?;
        office.open(&hub.url("/counter/promotions")).await?;
        office.sees("@no-promotions").await?;
        gallery.look(&office, "promotions-none.en", Screen::TABLET).await?;
        office.taps("@add-promotion").await?;
        office.taps("@put-up").await?;
        office.sees("@promotion-wrong").await?;
        office.types("@field-name-en", "Second carton at half price").await?;
        office.types("@field-name-zh", "第二件半价").await?;
        office.taps("[data-testid='promotion-kind-cheapest']").await?;
        office.types("@field-share", "50").await?;
        office.taps("[data-testid='promotion-scope-products']").await?;
        office.types("@field-product-code", "4006381333931").await?;
        office.taps("@add-promotion-product").await?;
        office.reads("@campaigns", "A product of this shop").await?;
        office.types("@field-product-code", SMALL_MILK).await?;
        office.taps("@add-promotion-product").await?;
        office.sees("@promotion-product").await?;
        office.taps("@try-promotion").await?;
        office.reads("@tried", "Nothing was sold").await?;
        gallery.look(&office, "promotion-form.en", Screen::TABLET).await?;
        office.taps("@put-up").await?;
        office.reads("@campaign", "Second carton").await?;

        // At the till: one is not enough, and the till says what is missing; two are.
        rings(&counter, SMALL_MILK).await?;
        counter.reads("@ticket-total", &amount(yuan(one))).await?;
        counter.taps("@more-actions").await?;
        counter.taps("@why").await?;
        counter.reads("@verdict", "1 more piece").await?;
        gallery.look(&counter, "till-why.en", Screen::TABLET).await?;
        counter.taps("@close-sheet").await?;
        rings(&counter, SMALL_MILK).await?;
        counter.reads("@promotion", "Second carton").await?;
        counter.reads("@ticket-total", &amount(yuan(2 * one - off))).await?;
        counter.reads("@saved", &amount(yuan(off))).await?;
        gallery.look(&counter, "till-promotion.en", Screen::TABLET).await?;
        let (_, chinese) = LANGUAGES[1];
        choose_language(&counter, chinese).await?;
        counter.open(&hub.url("/counter/till")).await?;
        counter.reads("@promotion", "第二件半价").await?;
        gallery.look(&counter, "till-promotion.zh", Screen::TABLET).await?;
        let (_, english) = LANGUAGES[0];
        choose_language(&counter, english).await?;
        counter.open(&hub.url("/counter/till")).await?;
        counter.taps("@pay").await?;
        counter.reads("@due", &amount(yuan(2 * one - off))).await?;
        counter.types("@cash", "50").await?;
        counter.taps("@sell").await?;
        counter.reads("@receipt-total", &amount(yuan(2 * one - off))).await?;
        counter.reads("@receipt-saved", &amount(yuan(off))).await?;
        counter.presses(ENTER).await?;
        counter.sees("@ticket-empty").await?;

        // The office sees what came of it.
        office.reload().await?;
        office.reads("@campaign-tickets", "1").await?;
        office.reads("@campaign-saved", &amount(yuan(off))).await?;
        office.reads("@campaign-turnover", &amount(yuan(2 * one - off))).await?;
        gallery.look(&office, "promotions.en", Screen::TABLET).await?;
        gallery.look(&office, "promotions.en", Screen::PHONE).await?;

        // On a phone: the basket says what it takes off, and so does the order that is made of it.
        let phone = story.browser("phone", Browser::new(Screen::PHONE)).await?;
        put_in(&phone, &hub, SMALL_MILK).await?;
        phone.open(&hub.url("/cart")).await?;
        phone.reads("@total", &amount(yuan(one))).await?;
        phone.taps("@more").await?;
        phone.reads("@promoted", "Second carton").await?;
        phone.reads("@total", &amount(yuan(2 * one - off))).await?;
        phone.reads("@line-list", &amount(yuan(2 * one))).await?;
        gallery.look(&phone, "cart-promotion.en", Screen::PHONE).await?;
        gallery.look(&phone, "cart-promotion.en", Screen::TABLET).await?;
        order(&phone, &hub, Checkout::PickupCash).await?;
        phone.reads("@promoted", &amount(yuan(off))).await?;
        phone.reads("@total", &amount(yuan(2 * one - off))).await?;
        gallery.look(&phone, "order-promotion.en", Screen::PHONE).await?;
        office.reload().await?;
        office.reads("@campaign-tickets", "2").await?;
        office.reads("@campaign-saved", &amount(yuan(2 * off))).await?;
        // Withdrawn, it is as if it had not been ordered.
        phone.taps("@cancel").await?;
        phone.taps("@cancel-yes").await?;
        phone.sees("@order-page[data-state=cancelled]").await?;
        office.reload().await?;
        office.reads("@campaign-tickets", "1").await?;

        // All of it comes back for exactly what was paid, and the promotion is as if it had not been.
        counter.open(&hub.url("/counter/sales")).await?;
        counter.types("@field-receipt", "1").await?;
        counter.taps("@find-sale").await?;
        counter.taps("@back-line").await?;
        counter.reads("@give-back", &amount(yuan(2 * one - off))).await?;
        counter.taps("@give-back").await?;
        counter.reads("@refunded", &amount(yuan(2 * one - off))).await?;
        office.reload().await?;
        office.reads("@campaign-saved", &amount(yuan(0))).await?;

        // Stopped, it is gone from the till at once.
        office.taps("@stop-promotion").await?;
        office.reads("@campaign", "Stopped").await?;
        counter.open(&hub.url("/counter/till")).await?;
        rings(&counter, SMALL_MILK).await?;
        rings(&counter, SMALL_MILK).await?;
        counter.reads("@ticket-total", &amount(yuan(2 * one))).await?;
        ensure!(counter.texts("@promotion").await?.is_empty(), "it goes on");
        gallery.close()
    })
}
