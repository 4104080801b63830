//! A poster's code, from the manager who makes it to the phone that comes by it, joins and orders, and the counts that follow.

use anyhow::{Context, Result};
use ministore_core::role::StaffRole;
use ministore_hub::founding::DEMO_STAFF;
use ministore_tests::gallery::{LANGUAGES, choose_language};
use ministore_tests::journey::{Checkout, fill_checkout, put_in, sign_in_as};
use ministore_tests::{Browser, Gallery, Screen, story};

const SMALL_MILK: &str = "9520130000431";

#[test]
fn who_comes_by_a_poster_is_counted_with_what_they_do() -> Result<()> {
    story("touchpoint", async |story| {
        let hub = story.hub().await?;
        let boss = DEMO_STAFF.iter().find(|staff| staff.role == StaffRole::Manager).context("a manager")?;
        let office = story.browser("office", Browser::new(Screen::TABLET)).await?;
        let phone = story.browser("phone", Browser::new(Screen::PHONE)).await?;
        let mut gallery = Gallery::open()?;
        sign_in_as(&office, &hub, boss.pin).await?;
        office.open(&hub.url("/counter/touchpoints")).await?;
        office.sees("@no-touchpoints").await?;
        office.taps("@add-touchpoint").await?;
        office.taps("@save-touchpoint").await?;
        office.sees("@field-touchpoint-name[aria-invalid=true]").await?;
        office.types("@field-touchpoint-name", "Poster at the bus stop").await?;
        office.taps("@touchpoint-to-product").await?;
        office.types("@field-touchpoint-product", "12").await?;
        office.taps("@save-touchpoint").await?;
        office.sees("@field-touchpoint-product[aria-invalid=true]").await?;
        office.types("@field-touchpoint-product", SMALL_MILK).await?;
        gallery.look(&office, "touchpoint-form.en", Screen::TABLET).await?;
        office.taps("@save-touchpoint").await?;
        office.reads("@touchpoint", "Poster at the bus stop").await?;
        office.sees("@touchpoint-code .qr").await?;
        let address = office.attribute("@touchpoint-code", "data-address").await?;
        gallery.look(&office, "touchpoint-code.en", Screen::TABLET).await?;

        // The phone comes by it, and does what a shop hopes for.
        phone.open(&address).await?;
        phone.sees("@product-page").await?;
        phone
            .eventually("the visit to be counted", async || {
                office.reload().await.map_err(|error| error.to_string())?;
                office.reads("@touchpoint @visits", "1").await.map_err(|error| error.to_string())
            })
            .await?;
        phone.open(&hub.url("/card")).await?;
        phone.taps("@join").await?;
        phone.sees("@card-number").await?;
        put_in(&phone, &hub, SMALL_MILK).await?;
        fill_checkout(&phone, &hub, Checkout::PickupCash).await?;
        phone.taps("@place-order").await?;
        phone.sees("@order-page").await?;
        office.reload().await?;
        office.reads("@touchpoint @visits", "1").await?;
        office.reads("@touchpoint @joins", "1").await?;
        office.reads("@touchpoint @orders", "1").await?;
        for (name, tag) in LANGUAGES {
            choose_language(&office, tag).await?;
            office.open(&hub.url("/counter/touchpoints")).await?;
            office.sees("@touchpoint").await?;
            gallery.look(&office, &format!("touchpoints.{name}"), Screen::TABLET).await?;
        }
        choose_language(&office, "en").await?;
        office.open(&hub.url("/counter/touchpoints")).await?;
        office.taps("@stop-touchpoint").await?;
        office.reads("@touchpoints-said", "counts nobody").await?;
        office.counts("@stop-touchpoint", 0).await?;
        gallery.close()
    })
}
