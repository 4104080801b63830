//! What goes wrong, as a shopper meets it: each time they see what happened and what is kept, and nothing is lost or made
//! twice.

use anyhow::{Context, Result, ensure};
use ministore_core::fulfilment::{Fulfilment, Mode};
use ministore_core::order::{GetMine, GetQueue, Order};
use ministore_core::quantity::Measure;
use ministore_core::shop::GetShop;
use ministore_core::time::Timestamp;
use ministore_scan::synthetic::{Renderer, Scene};
use ministore_tests::camera::printed;
use ministore_tests::hub::CASHIER_PIN;
use ministore_tests::journey::{self, Checkout, fill_checkout, put_in};
use ministore_tests::{Browser, Client, Eye, Gallery, Page, Screen, TestHub, story};

const MILK: &str = "9520130000134";
const BRIE: &str = "9520130001735";
const CREAM: &str = "9520130002138";

async fn orders_of(page: &Page, hub: &TestHub) -> Result<Vec<Order>> {
    Ok(Client::of_page(&hub.url(""), page).await?.call(&GetMine {}).await?.orders)
}

#[test]
fn an_order_waits_for_a_hub_that_is_gone_and_is_sent_once() -> Result<()> {
    story("hub_gone", async |story| {
        let mut hub = story.hub().await?;
        let phone = story.browser("phone", Browser::new(Screen::PHONE)).await?;
        let mut gallery = Gallery::open()?;
        put_in(&phone, &hub, MILK).await?;
        fill_checkout(&phone, &hub, Checkout::PickupCash).await?;

        hub.stop().await;
        phone.taps("@place-order").await?;
        let path = phone.arrives_at("/orders/").await?;
        phone.sees("@waiting-page").await?;
        phone.sees("@strip-offline").await?;
        phone.reads("@strip-waiting", "1").await?;
        gallery.look(&phone, "order-waiting.en", Screen::PHONE).await?;
        phone.taps("@nav-orders").await?;
        phone.counts("@waiting-order", 1).await?;
        phone.taps("@nav-cart").await?;
        phone.sees("@empty").await?;
        phone.taps("@nav-orders").await?;
        phone.taps("@waiting-order").await?;

        hub.start_again().await?;
        phone.sees("@order-page[data-state=placed]").await?;
        phone.loses("@strip-offline").await?;
        phone.loses("@strip-waiting").await?;
        let orders = orders_of(&phone, &hub).await?;
        ensure!(orders.len() == 1, "{} orders", orders.len());
        ensure!(path.ends_with(&orders[0].id.0.to_string()), "{path} became {}", orders[0].id.0);
        gallery.close()
    })
}

#[test]
fn an_order_that_waits_can_be_taken_back() -> Result<()> {
    story("taken_back", async |story| {
        let mut hub = story.hub().await?;
        let phone = story.browser("phone", Browser::new(Screen::PHONE)).await?;
        put_in(&phone, &hub, MILK).await?;
        fill_checkout(&phone, &hub, Checkout::PickupCash).await?;
        hub.stop().await;
        phone.taps("@place-order").await?;
        phone.sees("@waiting-page").await?;
        phone.taps("@take-back").await?;
        phone.arrives_at("/cart").await?;
        phone.reads("@line", "Fresh whole milk").await?;
        hub.start_again().await?;
        phone.loses("@strip-offline").await?;
        let staff = Client::staff(&hub.url(""), CASHIER_PIN).await?;
        let orders = staff.call(&GetQueue {}).await?.orders;
        ensure!(orders.is_empty(), "{orders:?}");
        Ok(())
    })
}

#[test]
fn two_taps_on_order_make_one_order() -> Result<()> {
    story("two_taps", async |story| {
        let hub = story.hub().await?;
        let phone = story.browser("phone", Browser::new(Screen::PHONE)).await?;
        put_in(&phone, &hub, MILK).await?;
        fill_checkout(&phone, &hub, Checkout::PickupPaid).await?;
        let twice = "const button = document.querySelector('[data-testid=place-order]');
            button.click(); button.click(); setTimeout(() => button.click(), 0);";
        phone.run(twice, Vec::new()).await?;
        phone.sees("@order-page[data-state=placed]").await?;
        let orders = orders_of(&phone, &hub).await?;
        ensure!(orders.len() == 1, "{} orders", orders.len());
        Ok(())
    })
}

#[test]
fn a_slot_that_has_just_filled_up_is_refused_and_another_is_taken() -> Result<()> {
    story("slot_filled", async |story| {
        let hub = story.hub().await?;
        let phone = story.browser("phone", Browser::new(Screen::PHONE)).await?;
        put_in(&phone, &hub, CREAM).await?;
        fill_checkout(&phone, &hub, Checkout::PickupCash).await?;
        let chosen = "document.querySelector('[data-testid=slot]:checked').value";
        let slot = phone.run(&format!("return {chosen};"), Vec::new()).await?;
        let slot = slot.as_str().context("a slot has a value")?.to_owned();
        fill_slot(&hub, Timestamp(slot.parse()?)).await?;

        phone.taps("@place-order").await?;
        phone.sees("@error[data-code=slot_full]").await?;
        ensure!(orders_of(&phone, &hub).await?.is_empty(), "a refused order was made");
        // The day's last slot takes its day with it: the next day's are shown.
        let open = format!("document.querySelector('[data-testid=slot][value=\"{slot}\"]:enabled')");
        phone.until("the full slot cannot be chosen", &format!("{open} === null")).await?;
        phone.until("another slot is chosen", &format!("{chosen} !== '{slot}'")).await?;
        phone.taps("@place-order").await?;
        phone.sees("@order-page[data-state=placed]").await?;
        ensure!(orders_of(&phone, &hub).await?.len() == 1, "one order was made");
        Ok(())
    })
}

/// Others take the slot's last place.
async fn fill_slot(hub: &TestHub, starts: Timestamp) -> Result<()> {
    let other = Client::shopper(&hub.url("")).await?;
    let shop = other.call(&GetShop {}).await?;
    let rule =
        shop.slots.iter().find(|rule| rule.mode == Mode::Pickup).context("the shop has pickup slots")?;
    let cream = other.product(CREAM).await?;
    for _ in 0..rule.capacity {
        let mut place = other.pickup_of(&[(&cream, Measure::Pieces(1))]).await?;
        place.fulfilment = Fulfilment::Pickup { starts };
        other.call(&place).await?;
    }
    Ok(())
}

#[test]
fn two_shoppers_after_the_last_one_leave_one_with_a_friendly_refusal() -> Result<()> {
    story("sold_out", async |story| {
        let hub = story.hub().await?;
        let first = story.browser("first", Browser::new(Screen::PHONE)).await?;
        let second = story.browser("second", Browser::new(Screen::PHONE)).await?;
        let last = Client::visitor(&hub.url(""))?.product(BRIE).await?.available;
        for page in [&first, &second] {
            put_in(page, &hub, BRIE).await?;
            for _ in 1..last {
                page.taps("@product-page @more").await?;
            }
            put_in(page, &hub, MILK).await?;
            fill_checkout(page, &hub, Checkout::PickupPaid).await?;
        }
        first.taps("@place-order").await?;
        first.sees("@order-page[data-state=placed]").await?;

        second.taps("@place-order").await?;
        second.reads("@error[data-code=sold_out]", "Brie wheel").await?;
        ensure!(orders_of(&second, &hub).await?.is_empty(), "a refused order was made");
        let left = Client::visitor(&hub.url(""))?.product(BRIE).await?.available;
        ensure!(left == 0, "{left} are left");
        second.taps("@order-less").await?;
        second.loses("@error").await?;
        second.taps("@place-order").await?;
        second.sees("@order-page[data-state=placed]").await?;
        let orders = orders_of(&second, &hub).await?;
        ensure!(orders.len() == 1 && orders[0].lines.len() == 1, "{orders:?}");
        Ok(())
    })
}

#[test]
fn another_shoppers_order_is_not_there() -> Result<()> {
    story("not_mine", async |story| {
        let hub = story.hub().await?;
        let other = Client::shopper(&hub.url("")).await?;
        let milk = other.product(MILK).await?;
        let order = other.call(&other.pickup_of(&[(&milk, Measure::Pieces(1))]).await?).await?;
        let phone = story.browser("phone", Browser::new(Screen::PHONE)).await?;
        phone.open(&hub.url(&format!("/orders/{}", order.id.0))).await?;
        phone.reads("@error[data-code=not_found]", "no such order").await?;
        Ok(())
    })
}

#[test]
fn without_a_camera_a_photo_and_a_typed_code_do() -> Result<()> {
    story("no_camera", async |story| {
        let hub = story.hub().await?;
        let photo = tempfile::tempdir()?;
        let photo = photo.path().join("milk.png");
        photograph(CREAM, &photo)?;
        let insecure = format!("http://shop.test:{}", hub.address().port());
        for (name, eye, host) in [
            ("refused", Eye::Refused, None),
            ("missing", Eye::Missing, None),
            ("insecure", Eye::Missing, Some("shop.test")),
        ] {
            let phone = story.browser(name, Browser { eye, host, ..Browser::new(Screen::PHONE) }).await?;
            let origin = if host.is_some() { insecure.clone() } else { hub.url("") };
            phone.open(&format!("{origin}/scan")).await?;
            if host.is_none() {
                phone.taps("@open-camera").await?;
            }
            phone.sees(&format!("@scanner[data-state={name}]")).await?;
            let why = phone.text("@scanner .viewfinder-instead p").await?;
            ensure!(why.contains("photo"), "{name} offers: {why}");

            phone.taps("@type-code").await?;
            phone.fills("@code-text", "9520130000135").await?;
            phone.taps("@code-send").await?;
            phone.sees("@scan-misread").await?;
            phone.taps("@type-code").await?;
            phone.fills("@code-text", MILK).await?;
            phone.taps("@code-send").await?;
            phone.reads("@scan-item", "Fresh whole milk").await?;

            let chooser = phone.driver().find(thirtyfour::By::Css("[data-testid=photo-file]")).await?;
            chooser.send_keys(photo.to_string_lossy()).await?;
            phone.reads("@scan-item", "Whipping cream").await?;
            phone.open(&format!("{origin}/cart")).await?;
            phone.counts("@line", 2).await?;
        }
        Ok(())
    })
}

/// A photo of a printed code, as a gallery holds it.
fn photograph(code: &str, file: &std::path::Path) -> Result<()> {
    let scene = Scene { shots: vec![printed(code)], gap_seconds: 0.0, ..Scene::default() };
    let frame = Renderer::new(&scene)?.frame(0);
    let (width, height) = (u32::try_from(frame.width())?, u32::try_from(frame.height())?);
    let picture =
        image::GrayImage::from_raw(width, height, frame.into_pixels()).context("a frame is whole")?;
    picture.save(file)?;
    Ok(())
}

#[test]
fn a_waiting_order_that_the_hub_refuses_says_so_and_keeps_the_goods() -> Result<()> {
    story("refused_later", async |story| {
        let mut hub = story.hub().await?;
        let phone = story.browser("phone", Browser::new(Screen::PHONE)).await?;
        let last = Client::visitor(&hub.url(""))?.product(BRIE).await?.available;
        put_in(&phone, &hub, BRIE).await?;
        fill_checkout(&phone, &hub, Checkout::PickupCash).await?;
        // The page never hears of it: its hub seems gone while somebody else takes all there is.
        let address = hub.address();
        hub.stop().await;
        phone.taps("@place-order").await?;
        phone.sees("@waiting-page").await?;
        hub.start_elsewhere().await?;
        let other = Client::shopper(&hub.url("")).await?;
        let brie = other.product(BRIE).await?;
        let pieces = Measure::Pieces(u32::try_from(last)?);
        other.call(&other.pickup_of(&[(&brie, pieces)]).await?).await?;
        hub.stop().await;
        hub.start_at(address).await?;
        phone.sees("@waiting-page @error[data-code=sold_out]").await?;
        ensure!(orders_of(&phone, &hub).await?.is_empty(), "a refused order was made");
        phone.taps("@take-back").await?;
        phone.arrives_at("/cart").await?;
        phone.reads("@line", "Brie wheel").await?;
        journey::put_in(&phone, &hub, MILK).await?;
        phone.open(&hub.url("/cart")).await?;
        phone.counts("@line", 2).await
    })
}

#[test]
fn screens_that_cannot_be_downloaded_say_so_and_open_later() -> Result<()> {
    story("later_part", async |story| {
        let hub = story.hub().await?;
        let phone = story.browser("phone", Browser::new(Screen::PHONE)).await?;
        phone.withholds("*/ministore-*.wasm").await?;
        phone.open(&hub.url("/")).await?;
        phone.taps("@product @add").await?;
        phone.taps("@nav-cart").await?;
        phone.sees("@error").await?;
        // The rest of the page goes on working.
        phone.taps("@nav-shop").await?;
        phone.sees("@product").await?;
        phone.taps("@nav-cart").await?;
        phone.sees("@error").await?;
        phone.withholds("").await?;
        phone.taps("@retry").await?;
        phone.counts("@line", 1).await
    })
}

#[test]
fn what_is_typed_at_the_checkout_outlives_a_reload() -> Result<()> {
    story("checkout_kept", async |story| {
        let hub = story.hub().await?;
        let phone = story.browser("phone", Browser::new(Screen::PHONE)).await?;
        put_in(&phone, &hub, MILK).await?;
        phone.open(&hub.url("/checkout")).await?;
        phone.fills("@field-name", "Ling").await?;
        phone.reload().await?;
        phone.sees("@field-name").await?;
        phone
            .until(
                "the name is still there",
                "document.querySelector('[data-testid=field-name]').value === 'Ling'",
            )
            .await
    })
}
