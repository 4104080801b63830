//! What an order comes to in the end: a light pack, something that is not there and what comes in its place, and goods
//! that come back.

use anyhow::{Context, Result, ensure};
use ministore_core::instore::InStoreValue;
use ministore_core::order::Get;
use ministore_core::quantity::Measure;
use ministore_core::shop::GetShop;
use ministore_tests::journey::{self, Checkout, pick, put_in, sign_in, wedge};
use ministore_tests::shop::{amount, totals};
use ministore_tests::{Browser, Client, Gallery, Screen, story};

const SMALL_MILK: &str = "9520130000431";
const CHOCOLATE_MILK: &str = "9520130000639";
const CREAM: &str = "9520130002138";
const GREEN_APPLES: &str = "01012";

#[test]
fn the_shopper_says_what_comes_in_place_of_what_is_not_there_and_pays_for_what_they_get() -> Result<()> {
    story("settlement", async |story| {
        let hub = story.hub().await?;
        let visitor = Client::visitor(&hub.url(""))?;
        let staff = Client::staff(&hub.url(""), ministore_tests::hub::CASHIER_PIN).await?;
        let phone = story.browser("phone", Browser::new(Screen::PHONE)).await?;
        let counter = story.browser("counter", Browser::new(Screen::TABLET)).await?;
        put_in(&phone, &hub, SMALL_MILK).await?;
        put_in(&phone, &hub, CREAM).await?;
        put_in(&phone, &hub, GREEN_APPLES).await?;
        let order = journey::order(&phone, &hub, Checkout::PickupPaid).await?;
        let placed = staff.call(&Get { order }).await?;
        let apples = placed.lines.iter().find(|line| line.code.to_string() == GREEN_APPLES);
        let Measure::Grams(ordered) = apples.context("no apples")?.measure else {
            anyhow::bail!("apples are sold by weight")
        };

        sign_in(&counter, &hub).await?;
        counter.open(&hub.url(&format!("/counter/orders/{}", order.0))).await?;
        counter.taps("@accept").await?;
        counter.taps("@start-picking").await?;
        pick(&counter, SMALL_MILK, 1, 3).await?;

        // A pack that is a little light.
        let shop = visitor.call(&GetShop {}).await?;
        let by_weight = shop.in_store.iter().find(|pattern| pattern.value == InStoreValue::Weight);
        let light = ordered * 94 / 100;
        let label = by_weight.context("no weight labels")?.write(GREEN_APPLES.parse()?, light)?;
        pick(&counter, &label, 2, 3).await?;

        // No cream: the shopper is asked.
        let mut gallery = Gallery::open()?;
        counter.taps(&format!("@line-{CREAM} @not-there")).await?;
        counter.types(&format!("@line-{CREAM} @field-substitute"), "chocolate").await?;
        counter.taps_what_says("@short-panel .proposal", "Chocolate milk").await?;
        gallery.look(&counter, "counter-not-there.en", Screen::TABLET).await?;
        counter.taps("@short-ask").await?;
        counter.reads("@short", "Chocolate milk").await?;
        counter.taps("@ready").await?;
        counter.sees("@said-place @error").await?;
        phone.reads("@offer", "Chocolate milk").await?;
        gallery.look(&phone, "offer.en", Screen::PHONE).await?;
        phone.taps("@offer-accept").await?;
        phone.loses("@offer").await?;
        wedge(&counter, CHOCOLATE_MILK).await?;
        counter.taps("@ready").await?;
        phone.sees("@order-page[data-state=ready]").await?;

        // What it comes to, by the domain's own rules: the replacement at its price, as it is the cheaper one.
        let milk = visitor.product(SMALL_MILK).await?;
        let chocolate = visitor.product(CHOCOLATE_MILK).await?;
        let apples = visitor.product(GREEN_APPLES).await?;
        let got =
            [(&milk, Measure::Pieces(1)), (&chocolate, Measure::Pieces(1)), (&apples, Measure::Grams(light))];
        let sum = totals(&got)?;
        phone.reads("@to-pay", &amount(sum.total)).await?;
        phone.reads("@paid", "given back").await?;
        let ready = staff.call(&Get { order }).await?;
        ensure!(ready.payment.to_pay == sum.total, "{:?}", ready.payment);
        ensure!(ready.payment.captured.minus(ready.payment.refunded)? == sum.total, "{:?}", ready.payment);

        // Handed over, and the milk comes back.
        let code = phone.text("@pickup-code").await?;
        counter.taps("@hand-over").await?;
        wedge(&counter, &format!("MO{}", code.replace('-', ""))).await?;
        counter.taps("@confirm-hand-over").await?;
        counter.sees("@handed-over").await?;
        counter.open(&hub.url(&format!("/counter/orders/{}", order.0))).await?;
        counter.taps("@return-open").await?;
        counter.taps("@return-line @more").await?;
        counter.reads("@return-confirm", &amount(milk.price.money())).await?;
        gallery.look(&counter, "counter-return.en", Screen::TABLET).await?;
        counter.taps("@return-confirm").await?;
        let left = sum.total.minus(milk.price.money())?;
        phone.reads("@to-pay", &amount(left)).await?;
        gallery.look(&phone, "order-settled.en", Screen::PHONE).await?;
        let settled = staff.call(&Get { order }).await?;
        ensure!(settled.payment.captured.minus(settled.payment.refunded)? == left, "{:?}", settled.payment);
        gallery.close()
    })
}
