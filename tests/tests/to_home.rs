//! To home and to pick up: where shops are, where they deliver, what a courier does, and being there.

use anyhow::{Context, Result, ensure};
use ministore_core::id::OrderId;
use ministore_core::order::{Accept, Get, Order, Pick, Ready};
use ministore_tests::gallery::{LANGUAGES, choose_language};
use ministore_tests::hub::CASHIER_PIN;
use ministore_tests::journey::{self, Checkout, put_in, sign_in};
use ministore_tests::{Browser, Client, Gallery, Page, Screen, TestHub, story};

const MILK: &str = "9520130000134";
const ICE_CREAM: &str = "9520510002000";

/// In Plum Lane, half a kilometre from the demo shop.
const PLUM_LANE: (f64, f64) = (31.2352, 121.4788);

/// How a shopper tells where they are.
#[derive(Clone, Copy)]
enum Told {
    /// By their device.
    Here,
    /// By the name of their neighbourhood.
    Named(&'static str),
}

/// Orders what is in the basket to be brought, and paid with the demo wallet.
async fn order_home(page: &Page, hub: &TestHub, told: Told, zone: &str) -> Result<OrderId> {
    page.open(&hub.url("/checkout")).await?;
    page.taps("label:has(@mode-delivery)").await?;
    page.fills("@field-street", "7 Plum Lane, 3rd floor").await?;
    match told {
        Told::Here => page.taps("@locate").await?,
        Told::Named(name) => page.fills("@field-neighbourhood", name).await?,
    }
    page.reads("@zone", zone).await?;
    page.fills("@field-phone", "139 1234 5678").await?;
    page.fills("@field-name", "Zhou Min").await?;
    page.taps("label:has(@tender-wallet)").await?;
    page.until("a slot is chosen", "document.querySelector('[data-testid=slot]:checked') !== null").await?;
    page.taps("@place-order").await?;
    let order = journey::order_of(&page.arrives_at("/orders/").await?)?;
    page.sees("@order-page[data-state=placed]").await?;
    Ok(order)
}

/// Accepts and picks all of an order, as staff at another counter.
async fn make_ready(staff: &Client, order: OrderId) -> Result<Order> {
    let mut there = staff.call(&Accept { order }).await?;
    for line in there.lines.clone() {
        let (code, count) = (line.code, line.measure.items());
        there = staff.call(&Pick { order, code, count, label: None }).await?;
    }
    ensure!(there.lines.iter().all(|line| line.to_pick() == 0), "{there:?}");
    staff.call(&Ready { order }).await
}

/// Looks at what a page shows, in both languages, and leaves it in English.
async fn look(gallery: &mut Gallery, page: &Page, name: &str, shows: &str, home: Screen) -> Result<()> {
    for (language, tag) in LANGUAGES {
        choose_language(page, tag).await?;
        page.reload().await?;
        page.sees(shows).await?;
        gallery.look(page, &format!("{name}.{language}"), home).await?;
    }
    choose_language(page, "en").await?;
    page.reload().await?;
    page.sees(shows).await?;
    Ok(())
}

#[test]
fn a_courier_brings_one_order_and_brings_another_back() -> Result<()> {
    story("to_home", async |story| {
        let hub = story.hub().await?;
        let staff = Client::staff(&hub.url(""), CASHIER_PIN).await?;
        let near = story.browser("near", Browser::new(Screen::PHONE)).await?;
        let far = story.browser("far", Browser::new(Screen::PHONE)).await?;
        let courier = story.browser("courier", Browser::new(Screen::PHONE)).await?;
        let mut gallery = Gallery::open()?;

        // The one farther away orders first, and is visited last.
        put_in(&far, &hub, MILK).await?;
        put_in(&far, &hub, ICE_CREAM).await?;
        let second = order_home(&far, &hub, Told::Named("Old Market"), "Old Town").await?;
        near.open(&hub.url("/")).await?;
        near.stands_at(&hub.url(""), PLUM_LANE).await?;
        put_in(&near, &hub, ICE_CREAM).await?;
        let first = order_home(&near, &hub, Told::Here, "Around the corner").await?;
        let (first, second) = (make_ready(&staff, first).await?, make_ready(&staff, second).await?);
        ensure!(
            first.totals.delivery.minor == 600 && second.totals.delivery.minor == 800,
            "{first:?} {second:?}"
        );
        let (one, two) = (first.number.to_string(), second.number.to_string());

        sign_in(&courier, &hub).await?;
        courier.reads("@to-courier", "2").await?;
        courier.taps("@to-courier").await?;
        courier.arrives_at("/counter/courier").await?;
        courier.counts("@courier-ready li", 2).await?;
        let turns = courier.texts("@courier-ready li").await?;
        ensure!(turns[0].contains(&one) && turns[1].contains(&two), "the nearest comes first: {turns:?}");
        look(&mut gallery, &courier, "courier-ready", "@set-out", Screen::PHONE).await?;
        courier.taps("@set-out").await?;
        near.sees("@order-page[data-state=on_its_way]").await?;
        near.reads("@stops-before", "You are next").await?;
        far.reads("@stops-before", "1 stop before you").await?;
        look(&mut gallery, &far, "order-on-its-way", "@stops-before", Screen::PHONE).await?;
        courier.sees(&format!("@stop-{two}")).await?;
        look(&mut gallery, &courier, "courier-out", "@courier-out", Screen::PHONE).await?;
        let map = courier.attribute(&format!("@stop-{one} @navigate"), "href").await?;
        ensure!(map.starts_with("geo:31.23"), "{map}");
        let ring = courier.attribute(&format!("@stop-{one} @ring"), "href").await?;
        ensure!(ring == "tel:139 1234 5678", "{ring}");

        // One is handed over by its code.
        let code = near.text("@pickup-code").await?;
        courier.taps(&format!("@stop-{one} @hand-over")).await?;
        courier.types("@pickup-code", &code).await?;
        courier.taps("@pickup-code-go").await?;
        courier.sees("@nothing-due").await?;
        courier.taps("@confirm-hand-over").await?;
        courier.sees("@handed-over").await?;
        near.sees("@order-page[data-state=handed_over]").await?;
        far.reads("@stops-before", "You are next").await?;

        // At the other door nobody answers.
        courier.open(&hub.url("/counter/courier")).await?;
        courier.taps(&format!("@stop-{two} @not-delivered")).await?;
        courier.taps("@nobody-there").await?;
        far.sees("@order-page[data-state=ready]").await?;
        far.reads("@attempt", "nobody answered").await?;
        far.loses("@stops-before").await?;
        look(&mut gallery, &far, "order-brought-back", "@attempt", Screen::PHONE).await?;

        // The second time it is left there, with a picture that only its shopper sees.
        courier.sees(&format!("@ready-{two}")).await?;
        courier.taps("@set-out").await?;
        courier.sees(&format!("@stop-{two}")).await?;
        let photo = hub.folder().join("door.png");
        image::RgbImage::from_pixel(1600, 1200, image::Rgb([120, 90, 60])).save(&photo)?;
        let chooser = courier.driver().find(thirtyfour::By::Css("[data-testid=door-photo]")).await?;
        chooser.send_keys(photo.to_string_lossy()).await?;
        far.sees("@order-page[data-state=handed_over]").await?;
        far.sees("@left-at-door").await?;
        far.taps("@show-door").await?;
        far.until(
            "the picture is shown",
            "document.querySelector('[data-testid=door-picture]')?.naturalWidth === 1280",
        )
        .await?;
        gallery.look(&far, "order-left-at-door.en", Screen::PHONE).await?;
        courier.sees("@empty").await?;
        let kept = staff.call(&Get { order: second.id }).await?;
        ensure!(kept.handling.attempts.len() == 1 && kept.handling.left_at_door.is_some(), "{kept:?}");
        gallery.close()
    })
}

#[test]
fn the_nearest_shop_comes_first_and_an_address_outside_is_told() -> Result<()> {
    story("shops", async |story| {
        let hub = story.hub().await?;
        let phone = story.browser("phone", Browser::new(Screen::PHONE)).await?;
        let mut gallery = Gallery::open()?;
        phone.open(&hub.url("/")).await?;
        phone.tells_nobody_where(&hub.url("")).await?;
        phone.taps("@shops-link").await?;
        phone.arrives_at("/shops").await?;
        phone.counts("@branch", 5).await?;
        phone.taps("@locate").await?;
        phone.reads("@whereabouts-status", "told not to say").await?;
        phone.fills("@field-neighbourhood", "Atlantis").await?;
        phone.reads("@whereabouts-status", "no such place").await?;
        phone.fills("@field-neighbourhood", "orchard").await?;
        phone.reads("@whereabouts-status", "Orchard Hill").await?;
        phone.reads("@branch:first-child h2", "Orchard Hill").await?;
        phone.sees("@branch:first-child @branch-delivers[data-delivers=true]").await?;
        phone.sees("@branch:nth-child(2) @branch-delivers[data-delivers=false]").await?;
        for (language, tag) in LANGUAGES {
            choose_language(&phone, tag).await?;
            phone.reload().await?;
            phone.fills("@field-neighbourhood", if language == "en" { "Plum Lane" } else { "梅巷" }).await?;
            phone.sees("@branch:first-child @branch-here").await?;
            gallery.look(&phone, &format!("shops.{language}"), Screen::PHONE).await?;
        }
        choose_language(&phone, "en").await?;
        phone.stands_at(&hub.url(""), PLUM_LANE).await?;
        phone.reload().await?;
        phone.taps("@locate").await?;
        phone.reads("@whereabouts-status", "Where you are now").await?;
        phone.reads("@branch:first-child h2", "Corner & Co.").await?;
        phone.reads("@branch:first-child @branch-far", "m").await?;

        // Checkout says where nothing is brought before anything is ordered.
        put_in(&phone, &hub, MILK).await?;
        put_in(&phone, &hub, ICE_CREAM).await?;
        phone.open(&hub.url("/checkout")).await?;
        phone.taps("label:has(@mode-delivery)").await?;
        phone.taps("@place-order").await?;
        phone.sees("@place-missing").await?;
        phone.fills("@field-neighbourhood", "Airport Road").await?;
        phone.reads("@outside", "Old Town").await?;
        gallery.look(&phone, "checkout-outside.en", Screen::PHONE).await?;
        phone.fills("@field-neighbourhood", "Ferry Landing").await?;
        phone.reads("@zone", "Riverside").await?;
        phone.loses("@outside").await?;
        gallery.look(&phone, "checkout-zone.en", Screen::PHONE).await?;
        phone.fills("@field-neighbourhood", "Airport Road").await?;
        phone.taps("@rather-pickup").await?;
        phone.loses("@whereabouts").await?;
        phone.sees("@slot").await?;
        gallery.close()
    })
}

#[test]
fn a_shopper_who_is_here_is_first_and_told_the_shelf() -> Result<()> {
    story("here", async |story| {
        let hub = story.hub().await?;
        let staff = Client::staff(&hub.url(""), CASHIER_PIN).await?;
        let phone = story.browser("phone", Browser::new(Screen::PHONE)).await?;
        let counter = story.browser("counter", Browser::new(Screen::TABLET)).await?;
        let mut gallery = Gallery::open()?;
        // Somebody else's order of an earlier number waits too.
        let other = Client::shopper(&hub.url("")).await?;
        let milk = other.product(MILK).await?;
        let place = other.pickup_of(&[(&milk, ministore_core::quantity::Measure::Pieces(1))]).await?;
        make_ready(&staff, other.call(&place).await?.id).await?;

        put_in(&phone, &hub, MILK).await?;
        let order = journey::order(&phone, &hub, Checkout::PickupPaid).await?;
        let order = make_ready(&staff, order).await?;
        let number = order.number.to_string();
        sign_in(&counter, &hub).await?;
        counter.counts("@group-ready li", 2).await?;

        phone.sees("@order-page[data-state=ready]").await?;
        phone.taps("@arrive").await?;
        phone.reads("@arrived", "knows that you are here").await?;
        counter.reads("@announcer", &format!("is here for order {number}")).await?;
        counter.reads("@group-ready li:first-child", &number).await?;
        counter.reads(&format!("@order-{number} @is-here"), "Is here").await?;
        counter.taps(&format!("@order-{number}")).await?;
        counter.sees("@is-here-fact").await?;
        counter.types("@shelf", "B 7").await?;
        counter.taps("@keep-shelf").await?;
        phone.reads("@shelf", "Shelf B 7").await?;
        look(&mut gallery, &phone, "order-here", "@arrived", Screen::PHONE).await?;
        look(&mut gallery, &counter, "counter-here", "@is-here-fact", Screen::TABLET).await?;

        counter.taps("@hand-over").await?;
        counter.reads("@on-shelf", "B 7").await?;
        let code = phone.text("@pickup-code").await?;
        counter.types("@pickup-code", &code).await?;
        counter.taps("@pickup-code-go").await?;
        counter.sees("@nothing-due").await?;
        counter.taps("@confirm-hand-over").await?;
        phone.sees("@order-page[data-state=handed_over]").await?;
        phone.loses("@arrived").await?;
        gallery.close().context("what the pictures show")
    })
}
