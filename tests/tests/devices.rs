//! Which devices are counters, and what proves a browser.

use anyhow::{Context, Result, ensure};
use ministore_core::device::sign_of;
use ministore_core::id::DeviceId;
use ministore_tests::gallery::{LANGUAGES, choose_language};
use ministore_tests::hub::STAFF;
use ministore_tests::journey::ENTER;
use ministore_tests::{Browser, Client, Gallery, Page, Screen, TestHub, story};
use serde_json::{Value, json};

const CASHIER: &str = STAFF[0].2;
const MANAGER: &str = STAFF[1].2;

async fn types_pin(counter: &Page, pin: &str) -> Result<()> {
    counter.sees("@counter-sign-in").await?;
    counter.presses(pin).await?;
    counter.presses(ENTER).await?;
    Ok(())
}

async fn approves(page: &Page, name: &str, role: &str) -> Result<()> {
    page.types("@field-device-name", name).await?;
    page.taps(&format!("label:has(@device-role-{role})")).await?;
    page.taps("@approve").await
}

/// Which device a browser is, once it has made itself known.
async fn device_of(page: &Page) -> Result<DeviceId> {
    let kept: Value = serde_json::from_str(&page.kept("ministore.device").await?.unwrap_or_default())?;
    Ok(kept["credential"]["id"].as_str().context("the browser is no device")?.parse()?)
}

#[test]
fn a_manager_says_which_devices_are_counters() -> Result<()> {
    story("devices", async |story| {
        let hub = story.plain_hub().await?;
        let mut gallery = Gallery::open()?;
        let desk = story.browser("desk", Browser::new(Screen::TABLET)).await?;
        let till = story.browser("till", Browser::new(Screen::TABLET)).await?;

        // The shop's first tablet: its manager approves it with it in hand.
        desk.open(&hub.url("/counter")).await?;
        types_pin(&desk, MANAGER).await?;
        desk.sees("@not-approved @approval").await?;
        gallery.look(&desk, "device-approve-here.en", Screen::TABLET).await?;
        desk.taps("@approve").await?;
        desk.reads("@approval", "1 to 40 characters").await?;
        approves(&desk, "Office desk", "manager").await?;
        desk.reads("@signed-in", STAFF[1].0).await?;

        // The second: the cashier's PIN is right, and not enough.
        till.open(&hub.url("/counter")).await?;
        types_pin(&till, CASHIER).await?;
        let sign = till.text("@device-sign").await?;
        ensure!(sign == sign_of(device_of(&till).await?), "{sign} is not this device's sign");
        for (language, tag) in LANGUAGES {
            choose_language(&till, tag).await?;
            till.reload().await?;
            types_pin(&till, CASHIER).await?;
            till.sees("@not-approved").await?;
            gallery.look(&till, &format!("device-not-approved.{language}"), Screen::TABLET).await?;
        }
        choose_language(&till, "en").await?;
        till.reload().await?;
        types_pin(&till, CASHIER).await?;
        till.sees("@not-approved").await?;

        desk.taps("@to-manage").await?;
        gallery.look(&desk, "manage.en", Screen::TABLET).await?;
        desk.taps("@manage-devices").await?;
        desk.arrives_at("/counter/devices").await?;
        // Nobody can lock themselves out.
        let own = format!("@device-{}", sign_of(device_of(&desk).await?));
        desk.sees(&format!("{own} @own-device")).await?;
        desk.taps(&format!("{own} @device-change")).await?;
        desk.sees(&format!("{own} @approval")).await?;
        desk.loses("@shut-out").await?;
        let row = format!("@device-{sign}");
        desk.reads(&row, STAFF[0].0).await?;
        desk.taps(&format!("{row} @device-change")).await?;
        approves(&desk, "Till 2", "cashier").await?;
        desk.reads(&row, "Till 2").await?;

        // The till goes on by itself.
        till.reads("@counter-sign-in", "approved").await?;
        types_pin(&till, CASHIER).await?;
        till.reads("@signed-in", STAFF[0].0).await?;
        till.loses("@to-manage").await?;
        till.open(&hub.url("/counter/devices")).await?;
        till.sees("@nowhere").await?;

        for (language, tag) in LANGUAGES {
            choose_language(&desk, tag).await?;
            desk.reload().await?;
            desk.taps(&format!("{row} @device-change")).await?;
            desk.sees("@shut-out").await?;
            gallery.look(&desk, &format!("devices.{language}"), Screen::TABLET).await?;
        }
        choose_language(&desk, "en").await?;
        desk.reload().await?;

        // Lost: from then on it may do nothing, and says so.
        desk.taps(&format!("{row} @device-change")).await?;
        desk.taps("@shut-out").await?;
        desk.reads(&format!("{row} @standing"), "shut out").await?;
        till.open(&hub.url("/counter")).await?;
        till.sees("@counter-sign-in").await?;
        types_pin(&till, CASHIER).await?;
        till.reads("@sign-in-outcome", "shut this device out").await?;
        till.sees("@strip-shut-out").await?;
        gallery.look(&till, "device-shut-out.en", Screen::TABLET).await?;

        // Found again.
        desk.taps(&format!("{row} @device-change")).await?;
        approves(&desk, "Till 2", "cashier").await?;
        desk.reads(&format!("{row} @standing"), "Cashiers").await?;
        types_pin(&till, CASHIER).await?;
        till.reads("@signed-in", STAFF[0].0).await?;
        till.loses("@strip-shut-out").await?;
        gallery.close()
    })
}

/// What the browser's own key gives away.
const KEY: &str = "
    return new Promise((done, failed) => {
        const opening = indexedDB.open('ministore');
        opening.onerror = () => failed(opening.error);
        opening.onsuccess = () => {
            const asked = opening.result.transaction('keys').objectStore('keys').get('device');
            asked.onsuccess = async () => {
                opening.result.close();
                const { privateKey } = asked.result;
                const copied = ['pkcs8', 'jwk'].map(form => crypto.subtle.exportKey(form, privateKey).then(() => form, () => null));
                done({ extractable: privateKey.extractable, copied: (await Promise.all(copied)).filter(Boolean) });
            };
        };
    });
";

/// Changes what the browser keeps of its device.
const AGE: &str = "
    const [hours] = arguments;
    return new Promise((done, failed) => {
        const opening = indexedDB.open('ministore');
        opening.onerror = () => failed(opening.error);
        opening.onsuccess = () => {
            const transaction = opening.result.transaction('kept', 'readwrite');
            const store = transaction.objectStore('kept');
            store.get('ministore.device').onsuccess = ({ target }) => {
                const kept = JSON.parse(target.result);
                kept.proved -= hours * 3600000;
                store.put(JSON.stringify(kept), 'ministore.device');
            };
            transaction.oncomplete = () => { opening.result.close(); done(true); };
        };
    });
";

async fn secret_of(page: &Page) -> Result<String> {
    let kept: Value = serde_json::from_str(&page.kept("ministore.device").await?.unwrap_or_default())?;
    ensure!(kept["registered"] == json!(true), "the hub does not know the device");
    Ok(kept["credential"]["secret"].as_str().context("no secret")?.to_owned())
}

/// Opens the membership card, which only a known device has.
async fn opens_card(phone: &Page, hub: &TestHub) -> Result<()> {
    phone.open(&hub.url("/card")).await?;
    phone.sees("@join, @card").await?;
    Ok(())
}

#[test]
fn a_browsers_key_cannot_be_copied_and_its_secret_is_good_for_a_day() -> Result<()> {
    story("device_key", async |story| {
        let hub = story.hub().await?;
        let phone = story.browser("phone", Browser::new(Screen::PHONE)).await?;
        opens_card(&phone, &hub).await?;
        let key = phone.run(KEY, Vec::new()).await?;
        ensure!(key == json!({ "extractable": false, "copied": [] }), "the key gives itself away: {key}");

        let device = device_of(&phone).await?;
        let (first, stolen) = (secret_of(&phone).await?, Client::of_page(&hub.url(""), &phone).await?);
        phone.run(AGE, vec![json!(13)]).await?;
        opens_card(&phone, &hub).await?;
        phone
            .eventually("another secret", async || {
                let now = secret_of(&phone).await.map_err(|error| error.to_string())?;
                if now == first { Err("it is the same".to_owned()) } else { Ok(()) }
            })
            .await?;
        ensure!(device_of(&phone).await? == device, "the phone has become another device");
        let card = stolen.call(&ministore_core::member::GetCard {}).await;
        ensure!(card.is_err(), "a secret is good beside the next one");
        let own = Client::of_page(&hub.url(""), &phone).await?;
        own.call(&ministore_core::member::GetCard {}).await?;
        Ok(())
    })
}
