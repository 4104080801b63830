//! A shopper takes home what the shop holds about them, and has the shop forget it: in a browser, and in the app's window.

use std::path::Path;
use std::time::Duration;

use anyhow::{Context, Result, ensure};
use ministore_core::id::OrderId;
use ministore_core::member::PersonalData;
use ministore_core::money::Money;
use ministore_core::order::{Accept, Dispatch, Get, HandOver, Order, Pick, Ready};
use ministore_tests::hub::CASHIER_PIN;
use ministore_tests::journey::{self, Checkout, put_in};
use ministore_tests::{Browser, Client, Gallery, Page, Screen, TestHub, environment, story};
use serde_json::json;

const MILK: &str = "9520130000134";
const PACKS: usize = 4;
/// What `journey::order` tells of its shopper.
const NAME: &str = "Zhou Min";
const STREET: &str = "7 Plum Lane, 3rd floor";

/// How many orders the browser's copy holds.
const COPIED: &str = "return new Promise((done) => {
    const open = indexedDB.open('ministore-copy');
    open.onsuccess = () => {
        const count = open.result.transaction('orders').objectStore('orders').count();
        count.onsuccess = () => { open.result.close(); done(count.result); };
    };
});";

/// Has the counter bring an order to its shopper, whose screen tells the code.
async fn deliver(staff: &Client, page: &Page, hub: &TestHub, order: OrderId) -> Result<Order> {
    page.open(&hub.url(&format!("/orders/{order}"))).await?;
    let code = page.text("@pickup-code").await?.replace(' ', "").parse()?;
    staff.call(&Accept { order }).await?;
    let held = staff.call(&Get { order }).await?;
    for line in &held.lines {
        staff.call(&Pick { order, code: line.code, count: line.to_pick(), label: None }).await?;
    }
    staff.call(&Ready { order }).await?;
    staff.call(&Dispatch { order }).await?;
    let cash: Option<Money> = Some(held.totals.total);
    Ok(staff.call(&HandOver { order, code, cash }).await?.order)
}

/// Waits until the browser's copy holds so many orders.
async fn copies(page: &Page, wanted: i64) -> Result<()> {
    let held = async || match page.run(COPIED, Vec::new()).await {
        Ok(count) if count.as_i64() == Some(wanted) => Ok(()),
        other => Err(format!("{other:?}")),
    };
    page.eventually(&format!("{wanted} orders in the browser's copy"), held).await
}

/// The one file that a browser has saved in `folder`, once it is whole.
async fn saved(folder: &Path) -> Result<PersonalData> {
    for _ in 0..100 {
        let files = std::fs::read_dir(folder)?.map(|file| Ok(file?.path())).collect::<Result<Vec<_>>>()?;
        if let [file] = files.as_slice()
            && file.extension().is_some_and(|end| end == "json")
        {
            return Ok(serde_json::from_slice(&std::fs::read(file)?)?);
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    anyhow::bail!("nothing was saved")
}

#[test]
fn a_shopper_downloads_what_the_shop_holds_and_is_forgotten() -> Result<()> {
    story("my_data", async |story| {
        let hub = story.hub().await?;
        let staff = Client::staff(&hub.url(""), CASHIER_PIN).await?;
        let phone = story.browser("phone", Browser::new(Screen::PHONE)).await?;
        let mut gallery = Gallery::open()?;
        let downloads = tempfile::tempdir()?;
        let allow = json!({ "behavior": "allow", "downloadPath": downloads.path() });
        phone.driver().cdp().send_raw("Browser.setDownloadBehavior", allow).await?;

        phone.open(&hub.url("/card")).await?;
        phone.taps("@join").await?;
        phone.sees("@card").await?;
        // Enough to be brought.
        put_in(&phone, &hub, MILK).await?;
        for _ in 1..PACKS {
            phone.taps("@product-page @more").await?;
        }
        let order = journey::order(&phone, &hub, Checkout::DeliveryCash).await?;

        // While the order is open nothing is erased.
        phone.taps("@nav-me").await?;
        phone.taps("@me-data").await?;
        phone.reads("h1", "My data").await?;
        phone.taps("@erase-data").await?;
        phone.reads("dialog", "This stays").await?;
        gallery.look(&phone, "my-data-erasing.en", Screen::PHONE).await?;
        phone.taps("@erase-yes").await?;
        phone.reads("@error[data-code=order_open]", "is still open").await?;
        gallery.look(&phone, "my-data-refused.en", Screen::PHONE).await?;
        deliver(&staff, &phone, &hub, order).await?;

        // One file, with all of it.
        phone.open(&hub.url("/my-data")).await?;
        phone.taps("@download-data").await?;
        phone.reads("@data-done", "Saved").await?;
        let data = saved(downloads.path()).await?;
        ensure!(data.card.is_some_and(|card| card.points > 0) && data.devices.len() == 1);
        let [held] = data.orders.as_slice() else { anyhow::bail!("{:?}", data.orders) };
        ensure!(held.order.contact.name == NAME && held.payments.len() == 2, "{held:?}");
        ensure!(serde_json::to_string(&held.order)?.contains(STREET));

        // The copy in the browser has the order, and forgets it with everything else.
        copies(&phone, 1).await?;
        ensure!(phone.kept("ministore.checkout").await?.context("nothing is remembered")?.contains(NAME));
        phone.taps("@erase-data").await?;
        phone.taps("@erase-yes").await?;
        phone.reads("@data-done", "Erased").await?;
        gallery.look(&phone, "my-data-erased.en", Screen::PHONE).await?;
        copies(&phone, 0).await?;
        for name in ["ministore.checkout", "ministore.card"] {
            let gone = async || match phone.kept(name).await {
                Ok(None) => Ok(()),
                kept => Err(format!("{kept:?}")),
            };
            phone.eventually(&format!("{name} to go"), gone).await?;
        }
        phone.taps("@nav-orders").await?;
        phone.sees("@empty").await?;
        phone.open(&hub.url("/card")).await?;
        phone.sees("@join-offer").await?;

        // The shop's books have the sale, and nobody's name.
        let kept = staff.call(&Get { order }).await?;
        ensure!(kept.contact.name.is_empty() && kept.totals == held.order.totals, "{kept:?}");
        phone.open(&hub.url("/my-data")).await?;
        phone.taps("@erase-data").await?;
        phone.taps("@erase-yes").await?;
        phone.reads("@data-done", "holds nothing about you").await?;
        gallery.close()
    })
}

#[cfg(target_os = "linux")]
#[test]
fn the_app_finds_the_shop_nearby_and_saves_what_it_holds() -> Result<()> {
    use ministore_tests::HubProcess;
    use ministore_tests::window::{Display, Window};

    story("nearby", async |story| {
        let folder = tempfile::tempdir()?;
        let mut hub = HubProcess::start_with(folder.path(), 0, &["--demo", "--announce", "on"])?;
        let display = Display::start()?;
        let device = tempfile::tempdir()?;
        let downloads = device.path().join("Downloads");
        std::fs::create_dir_all(device.path().join("config"))?;
        std::fs::write(
            device.path().join("config/user-dirs.dirs"),
            format!("XDG_DOWNLOAD_DIR=\"{}\"\n", downloads.display()),
        )?;
        let pictures = environment::artefacts()?.join("screens");
        std::fs::create_dir_all(&pictures)?;
        let window = Window { display: &display, device: device.path(), film: None };
        let open = window.open().await?;
        let page = open.page();
        story.watch(page);

        page.arrives_at("/pair").await?;
        page.reads("@nearby-shop", "Corner & Co.").await?;
        page.reads("@nearby", "safe way").await?;
        display.photograph(&pictures.join("window-nearby.png"))?;
        page.taps("@nearby-shop").await?;
        page.reads("h1", "Corner & Co.").await?;
        page.sees("@product").await?;

        page.taps("@nav-me").await?;
        page.taps("@me-data").await?;
        page.taps("@download-data").await?;
        page.reads("@data-done", "Saved as").await?;
        display.photograph(&pictures.join("window-my-data.png"))?;
        let data = saved(&downloads).await?;
        ensure!(data.card.is_none() && data.devices.len() == 1, "{data:?}");

        // A hub that stops is not offered any more.
        page.taps("@nav-me").await?;
        page.taps("@me-pair").await?;
        page.sees("@nearby-shop").await?;
        hub.stop()?;
        page.loses("@nearby-shop").await?;
        open.close().await
    })
}
