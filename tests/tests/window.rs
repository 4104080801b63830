//! The installed app in its own window, with the hub on and off.
#![cfg(target_os = "linux")]

use anyhow::{Context, Result, ensure};
use ministore_core::fulfilment::{GetSlots, Mode};
use ministore_core::order::GetQueue;
use ministore_tests::camera::printed;
use ministore_tests::hub::CASHIER_PIN;
use ministore_tests::window::{Display, Window};
use ministore_tests::{Camera, Client, Page, TestHub, environment, story};

const MILK: &str = "9520130000134";
const CREAM: &str = "9520130002138";

async fn pair(page: &Page, hub: &TestHub) -> Result<()> {
    page.arrives_at("/pair").await?;
    page.fills("@pair-address", &hub.address().to_string()).await?;
    page.taps("@pair").await?;
    page.reads("h1", "Corner & Co.").await?;
    page.sees("@product").await?;
    Ok(())
}

#[test]
fn the_app_shops_with_the_hub_on_and_off() -> Result<()> {
    story("window", async |story| {
        let mut hub = story.hub().await?;
        let display = Display::start()?;
        let device = tempfile::tempdir()?;
        let camera = Camera::new()?;
        let pictures = environment::artefacts()?.join("screens");
        std::fs::create_dir_all(&pictures)?;
        let window = Window { display: &display, device: device.path(), film: Some(camera.path()) };
        let open = window.open().await?;
        let page = open.page();
        story.watch(page);

        // Paired by the hub's address, it shows the shop.
        pair(page, &hub).await?;
        page.loses("@strip-offline").await?;
        display.photograph(&pictures.join("window-shop.png"))?;

        // The machine's own camera, with its picture.
        page.taps("@nav-scan").await?;
        page.taps("@open-camera").await?;
        page.sees("@scanner[data-state=running]").await?;
        camera.show(printed(MILK))?;
        page.reads("@scan-item", "Fresh whole milk").await?;
        page.sees("@outlines polygon").await?;
        display.photograph(&pictures.join("window-scan.png"))?;

        // Unplugged, it is waited for, and goes on by itself.
        camera.unplug()?;
        page.reads("@scanner[data-state=unplugged]", "The camera is unplugged").await?;
        page.reads("@announcer", "The camera is unplugged").await?;
        display.photograph(&pictures.join("window-unplugged.png"))?;
        camera.darken()?;
        camera.plug_in()?;
        page.sees("@scanner[data-state=running]").await?;
        page.reads("@scan-hint", "More light").await?;
        camera.clear()?;
        page.loses("@scan-hint").await?;
        page.reads("@scan-hint", "Type the number").await?;
        camera.show(printed(MILK))?;
        page.reads("@scan-item @count", "2").await?;
        camera.clear()?;
        page.taps("@nav-cart").await?;
        page.counts("@line", 1).await?;

        // Joined while the hub is on, the card is there when it is off.
        page.taps("@nav-me").await?;
        page.taps("@me-card").await?;
        page.taps("@join").await?;
        let card = page.text("@card-number").await?;

        let shopper = Client::shopper(&hub.url("")).await?;
        let slots = shopper.call(&GetSlots { mode: Mode::Pickup }).await?.slots;
        hub.stop().await;
        page.sees("@strip-offline").await?;
        page.reload().await?;
        page.reads("@card-number", &card).await?;
        page.taps("@nav-shop").await?;
        page.taps("@category-dairy-eggs").await?;
        page.reads("@product", "Fresh whole milk").await?;
        page.taps("@search-link").await?;
        page.fills("@search", "dannai").await?;
        page.taps(&format!("@product[data-code='{CREAM}'] @add")).await?;
        page.taps("@nav-cart").await?;
        page.counts("@line", 2).await?;

        // An order made now waits, visibly.
        page.taps("@checkout").await?;
        page.fills("@field-name", "Zhou Min").await?;
        page.taps("label:has(@tender-cash)").await?;
        page.sees("[data-testid=slot]:checked").await?;
        let chosen = page.attribute("[data-testid=slot]:checked", "value").await?;
        // The shop's own clock says which, in whatever words the window's engine writes a time.
        let known = slots.iter().any(|slot| slot.key.starts.0.to_string() == chosen);
        ensure!(known, "{chosen} is none of {slots:?}");
        page.taps("@place-order").await?;
        page.sees("@waiting-page").await?;
        page.sees("@strip-waiting").await?;
        display.photograph(&pictures.join("window-waiting.png"))?;

        // It waits through a restart of the app, and is sent once when the hub is back.
        open.close().await?;
        let open = window.open().await?;
        let page = open.page();
        story.watch(page);
        page.sees("@strip-waiting").await?;
        hub.start_again().await?;
        page.loses("@strip-waiting").await?;
        page.loses("@strip-offline").await?;
        page.taps("@nav-orders").await?;
        page.counts("@order[data-state=placed]", 1).await?;
        let staff = Client::staff(&hub.url(""), CASHIER_PIN).await?;
        let orders = staff.call(&GetQueue {}).await?.orders;
        ensure!(orders.len() == 1 && orders[0].lines.len() == 2, "{orders:?}");

        // A restart keeps the basket.
        page.taps("@nav-shop").await?;
        page.taps("@product @add").await?;
        page.taps("@nav-cart").await?;
        page.counts("@line", 1).await?;
        open.close().await?;
        let open = window.open().await?;
        let page = open.page();
        story.watch(page);
        page.taps("@nav-cart").await?;
        page.counts("@line", 1).await?;
        open.close().await
    })
}

#[test]
fn a_damaged_database_is_told_and_nothing_is_deleted() -> Result<()> {
    story("window_damaged", async |story| {
        let hub = story.hub().await?;
        let display = Display::start()?;
        let device = tempfile::tempdir()?;
        let window = Window { display: &display, device: device.path(), film: None };
        let open = window.open().await?;
        pair(open.page(), &hub).await?;
        open.close().await?;

        let database = std::fs::read_dir(device.path())?
            .filter_map(|entry| entry.ok().map(|entry| entry.path()))
            .find(|path| path.extension().is_some_and(|extension| extension == "db"))
            .context("the app has a database")?;
        for beside in ["-wal", "-shm"] {
            let mut file = database.clone().into_os_string();
            file.push(beside);
            if std::fs::exists(&file)? {
                std::fs::remove_file(&file)?;
            }
        }
        let junk = vec![0x5a; 64 * 1024];
        std::fs::write(&database, &junk)?;

        let open = window.open().await?;
        let page = open.page();
        story.watch(page);
        page.reads("body", "damaged").await?;
        let pictures = environment::artefacts()?.join("screens");
        std::fs::create_dir_all(&pictures)?;
        display.photograph(&pictures.join("window-damaged.png"))?;
        ensure!(std::fs::read(&database)? == junk, "the damaged file was changed");
        open.close().await
    })
}
