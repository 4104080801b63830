//! The main job with the keyboard alone: every action is reached by Tab, shows that it has the focus, lies behind nothing,
//! and does its work by Enter or Space.

use anyhow::{Result, ensure};
use ministore_tests::journey::{ENTER, TAB, film_runs, tab_to};
use ministore_tests::{Browser, Camera, Eye, Screen, camera, journey, story};

const MILK: &str = "9520130000134";
const SPACE: &str = " ";
#[test]
fn a_shopper_orders_without_a_pointer() -> Result<()> {
    story("keyboard_shopper", async |story| {
        let hub = story.hub().await?;
        let page = story.browser("desk", Browser::new(Screen::DESK)).await?;
        page.open(&hub.url("/")).await?;
        page.sees("@product").await?;

        // The first stop leads past the navigation.
        page.presses(TAB).await?;
        let first = page.focus().await?;
        ensure!(first.says.contains("Skip"), "the first stop is {first:?}");
        page.presses(ENTER).await?;

        tab_to(&page, "search-link").await?;
        page.presses(ENTER).await?;
        page.arrives_at("/search").await?;
        page.until("the search field has the focus", "document.activeElement?.dataset.testid === 'search'")
            .await?;
        page.presses("condensed").await?;
        page.reads("@product", "Condensed milk").await?;
        tab_to(&page, "add").await?;
        page.presses(SPACE).await?;
        page.reads("@announcer", "Condensed milk. Basket").await?;
        page.until("the stepper took the focus", "document.activeElement?.dataset.testid === 'more'").await?;

        tab_to(&page, "nav-cart").await?;
        page.presses(ENTER).await?;
        page.arrives_at("/cart").await?;
        tab_to(&page, "more").await?;
        page.presses(ENTER).await?;
        page.reads("@line @count", "2").await?;
        tab_to(&page, "checkout").await?;
        page.presses(ENTER).await?;
        page.arrives_at("/checkout").await?;
        tab_to(&page, "field-name").await?;
        page.presses("Zhou Min").await?;
        tab_to(&page, "place-order").await?;
        page.presses(ENTER).await?;
        page.sees("@order-page[data-state=placed]").await?;
        tab_to(&page, "join").await?;
        page.presses(SPACE).await?;
        page.loses("@join-offer").await
    })
}

#[test]
fn a_phone_with_a_keyboard_hides_no_focus_behind_its_bar() -> Result<()> {
    story("keyboard_phone", async |story| {
        let hub = story.hub().await?;
        let phone = story.browser("phone", Browser::new(Screen::PHONE)).await?;
        journey::put_in(&phone, &hub, MILK).await?;
        for (path, part) in [("/", "nav-me"), ("/cart", "checkout"), ("/checkout", "place-order")] {
            phone.open(&hub.url(path)).await?;
            tab_to(&phone, part).await?;
        }
        Ok(())
    })
}

#[test]
fn a_shopper_scans_and_types_a_code_without_a_pointer() -> Result<()> {
    story("keyboard_scan", async |story| {
        let hub = story.hub().await?;
        let camera = Camera::new()?;
        let eye = Eye::Film(&camera);
        let page = story.browser("phone", Browser { eye, ..Browser::new(Screen::PHONE) }).await?;
        page.open(&hub.url("/scan")).await?;
        tab_to(&page, "open-camera").await?;
        page.presses(ENTER).await?;
        page.sees("@scanner[data-state=running]").await?;
        film_runs(&page, 0.3).await?;
        camera.show(camera::printed(MILK))?;
        page.reads("@scan-item", "Fresh whole milk").await?;
        tab_to(&page, "type-code").await?;
        page.presses(ENTER).await?;
        page.until(
            "the code's field has the focus",
            "document.activeElement?.dataset.testid === 'code-text'",
        )
        .await?;
        page.presses(MILK).await?;
        page.presses(ENTER).await?;
        page.reads("@scan-item @count", "2").await?;
        Ok(())
    })
}

#[test]
fn staff_serve_without_a_pointer() -> Result<()> {
    story("keyboard_counter", async |story| {
        let hub = story.hub().await?;
        let phone = story.browser("phone", Browser::new(Screen::PHONE)).await?;
        let counter = story.browser("counter", Browser::new(Screen::TABLET)).await?;
        journey::put_in(&phone, &hub, MILK).await?;
        journey::order(&phone, &hub, journey::Checkout::PickupPaid).await?;
        let code = phone.text("@pickup-code").await?;
        journey::sign_in(&counter, &hub).await?;
        let order = counter.attribute("@group-new a", "data-testid").await?;
        tab_to(&counter, &order).await?;
        counter.presses(ENTER).await?;
        tab_to(&counter, "accept").await?;
        counter.presses(ENTER).await?;
        counter.sees("@start-picking").await?;
        counter.presses(ENTER).await?;
        counter.sees("@progress").await?;
        journey::pick(&counter, MILK, 1, 1).await?;
        tab_to(&counter, "ready").await?;
        counter.presses(SPACE).await?;
        tab_to(&counter, "hand-over").await?;
        counter.presses(ENTER).await?;
        counter.sees("@pickup-code").await?;
        journey::wedge(&counter, &format!("MO{}", code.replace('-', ""))).await?;
        tab_to(&counter, "confirm-hand-over").await?;
        counter.presses(ENTER).await?;
        counter.sees("@handed-over").await?;
        Ok(())
    })
}
