//! The page in a browser that was at the shop before: it opens without the hub, shows what there was, and loses nothing,
//! whatever is ended meanwhile.

use std::path::Path;

use anyhow::{Context, Result, ensure};
use ministore_core::id::CallId;
use ministore_core::order::{GetMine, GetQueue};
use ministore_core::quantity::Measure;
use ministore_core::shop::GetShop;
use ministore_tests::environment::Made;
use ministore_tests::hub::CASHIER_PIN;
use ministore_tests::journey::{self, Checkout, fill_checkout, order_of, put_in};
use ministore_tests::{Browser, Client, Gallery, Page, Screen, TestHub, story};
use serde_json::{Value, json};
use tokio::net::TcpListener;
use uuid::Uuid;

const MILK: &str = "9520130000134";
const BRIE: &str = "9520130001735";
const LONE: &str = "9529990000018";

/// A browser whose profile outlives it.
const PHONE: Browser<'_> = Browser { profile: Some("phone"), ..Browser::new(Screen::PHONE) };

/// Opens the shop, and waits until the page looks after itself: it has its files, and a copy of everything that is sold.
async fn visit(page: &Page, hub: &TestHub) -> Result<()> {
    page.open(&hub.url("/")).await?;
    page.sees("@product").await?;
    page.until("the service worker to have the page", "navigator.serviceWorker.controller !== null").await?;
    page.eventually("the copy of the catalogue to be whole", async || {
        let mark = page.run(MARK, Vec::new()).await.map_err(|error| error.to_string())?;
        if mark["as_of"].is_i64() { Ok(()) } else { Err(format!("it is {mark}")) }
    })
    .await
}

/// How far the copy is.
const MARK: &str = "
    return new Promise(done => {
        const opening = indexedDB.open('ministore-copy');
        opening.onupgradeneeded = () => opening.transaction.abort();
        opening.onerror = () => done(null);
        opening.onsuccess = () => {
            const asked = opening.result.transaction('mark').objectStore('mark').get('copy');
            asked.onsuccess = () => { opening.result.close(); done(JSON.parse(asked.result ?? 'null')); };
        };
    });
";

async fn placed(hub: &TestHub) -> Result<Vec<String>> {
    let staff = Client::staff(&hub.url(""), CASHIER_PIN).await?;
    let orders = staff.call(&GetQueue {}).await?.orders;
    Ok(orders.into_iter().map(|order| order.id.to_string()).collect())
}

#[test]
fn a_shop_that_was_visited_opens_and_is_looked_through_without_its_hub() -> Result<()> {
    story("offline_shop", async |story| {
        let hub = story.hub().await?;
        let phone = story.browser("phone", PHONE).await?;
        let mut gallery = Gallery::open()?;
        visit(&phone, &hub).await?;
        let first = phone.text("@product").await?;
        // The decoder comes last.
        let decoder = "caches.keys().then(names => Promise.all(names.map(async name =>
            (await (await caches.open(name)).keys()).some(file => file.url.includes('scan_worker_'))
        ))).then(found => found.includes(true))";
        phone.until("the decoder to be kept", decoder).await?;
        let shelf = {
            let shop = Client::visitor(&hub.url(""))?.call(&GetShop {}).await?;
            shop.categories.first().context("the shop has categories")?.slug.to_string()
        };

        hub.stop().await;
        phone.reload().await?;
        phone.sees("@product").await?;
        ensure!(phone.text("@product").await? == first, "another product is first");
        phone.reads("@strip-offline", "as of").await?;
        gallery.look(&phone, "offline-shop.en", Screen::PHONE).await?;
        // More of it comes as the end of the list is scrolled to.
        let count = "document.querySelectorAll('[data-testid=product]').length";
        phone.until("a first page of products", &format!("{count} === 36")).await?;
        phone.run("scrollTo(0, document.body.scrollHeight);", Vec::new()).await?;
        phone.until("a second page of products", &format!("{count} > 36")).await?;
        let twice =
            "new Set([...document.querySelectorAll('[data-testid=product]')].map(one => one.innerText)).size";
        phone.until("no product twice", &format!("{twice} > 36")).await?;

        phone.taps(&format!("@category-{shelf}")).await?;
        phone.arrives_at(&format!("/c/{shelf}")).await?;
        phone.sees("@product").await?;
        // Every screen's address opens by itself, too.
        phone.open(&hub.url(&format!("/p/{MILK}"))).await?;
        phone.reads("@product-page", MILK).await?;
        phone.open(&hub.url("/search?q=mil%20fresh")).await?;
        phone.reads("@product", "Fresh whole milk").await?;
        phone.fills("@search", "牛奶").await?;
        phone.reads("@product", "Fresh whole milk").await?;
        phone.fills("@search", "xqzv").await?;
        phone.sees("@empty").await?;
        for path in ["/cart", "/orders", "/me", "/scan", "/c/no-such-shelf", "/checkout"] {
            phone.open(&hub.url(path)).await?;
            phone.sees("h1").await?;
        }
        // What the copy does not know is said to need the shop, not to be missing.
        phone.open(&hub.url(&format!("/p/{LONE}"))).await?;
        phone.sees("@error[data-code=offline]").await?;
        gallery.close()
    })
}

#[test]
fn an_order_made_offline_outlives_its_browser_and_is_sent_once() -> Result<()> {
    story("offline_order", async |story| {
        let mut hub = story.hub().await?;
        let phone = story.browser("phone", PHONE).await?;
        visit(&phone, &hub).await?;
        hub.stop().await;
        phone.open(&hub.url(&format!("/p/{MILK}"))).await?;
        phone.taps("@product-page @add").await?;
        fill_checkout(&phone, &hub, Checkout::PickupCash).await?;
        phone.taps("@place-order").await?;
        let order = order_of(&phone.arrives_at("/orders/").await?)?;
        phone.sees("@waiting-page").await?;
        story.kill_browsers().await;

        let phone = story.browser("phone-again", PHONE).await?;
        phone.open(&hub.url("/orders")).await?;
        phone.counts("@waiting-order", 1).await?;
        phone.open(&hub.url("/cart")).await?;
        phone.sees("@empty").await?;
        story.kill_browsers().await;

        hub.start_again().await?;
        let phone = story.browser("phone-at-last", PHONE).await?;
        phone.open(&hub.url(&format!("/orders/{order}"))).await?;
        phone.sees("@order-page[data-state=placed]").await?;
        phone.loses("@strip-waiting").await?;
        phone.reload().await?;
        phone.sees("@order-page[data-state=placed]").await?;
        ensure!(placed(&hub).await? == [order.to_string()], "{:?}", placed(&hub).await?);
        // Its own orders are shown without the hub, too.
        phone.until("the order to be in the copy", ORDER_IN_COPY).await?;
        hub.stop().await;
        phone.open(&hub.url("/orders")).await?;
        phone.counts("@order", 1).await
    })
}

const ORDER_IN_COPY: &str = "await new Promise(done => {
    const opening = indexedDB.open('ministore-copy');
    opening.onsuccess = () => {
        const asked = opening.result.transaction('orders').objectStore('orders').count();
        asked.onsuccess = () => { opening.result.close(); done(asked.result === 1); };
    };
})";

#[test]
fn an_order_whose_answer_never_came_is_not_made_twice() -> Result<()> {
    story("ended_while_sending", async |story| {
        let mut hub = story.hub().await?;
        let phone = story.browser("phone", PHONE).await?;
        visit(&phone, &hub).await?;
        put_in(&phone, &hub, BRIE).await?;
        fill_checkout(&phone, &hub, Checkout::PickupCash).await?;
        hub.stop().await;
        // Something takes what is sent and says nothing, and the browser is ended before it gives up.
        let silent = TcpListener::bind(hub.address()).await?;
        let taking = tokio::spawn(async move {
            let mut taken = Vec::new();
            while let Ok((stream, _)) = silent.accept().await {
                taken.push(stream);
            }
        });
        phone.taps("@place-order").await?;
        phone
            .eventually("the order to be kept", async || {
                let names = "return new Promise(done => {
                    const opening = indexedDB.open('ministore');
                    opening.onsuccess = () => {
                        const asked = opening.result.transaction('kept').objectStore('kept').getAllKeys();
                        asked.onsuccess = () => { opening.result.close(); done(asked.result); };
                    };
                });";
                let names = phone.run(names, Vec::new()).await.map_err(|error| error.to_string())?;
                let waits = names.as_array().into_iter().flatten().filter_map(Value::as_str);
                match waits.filter(|name| name.starts_with("ministore.waiting.")).count() {
                    1 => Ok(()),
                    _ => Err(format!("kept are {names}")),
                }
            })
            .await?;
        story.kill_browsers().await;
        taking.abort();
        // The listener is let go of.
        let _ = taking.await;

        hub.start_again().await?;
        let phone = story.browser("phone-again", PHONE).await?;
        phone.open(&hub.url("/cart")).await?;
        phone.sees("@empty").await?;
        phone.taps("@nav-orders").await?;
        phone.counts("@order", 1).await?;
        phone.loses("@strip-waiting").await?;
        ensure!(placed(&hub).await?.len() == 1, "{:?}", placed(&hub).await?);
        Ok(())
    })
}

#[test]
fn a_newer_page_waits_until_it_is_taken_and_is_never_mixed_with_the_older() -> Result<()> {
    story("newer_page", async |story| {
        let folder = tempfile::tempdir()?;
        copy_folder(&Made::Page.path()?, folder.path())?;
        let hub = story.hub_with_page(folder.path()).await?;
        let phone = story.browser("phone", PHONE).await?;
        let mut gallery = Gallery::open()?;
        visit(&phone, &hub).await?;
        put_in(&phone, &hub, MILK).await?;
        phone.open(&hub.url("/cart")).await?;
        phone.counts("@line", 1).await?;
        let update = "return navigator.serviceWorker.getRegistration().then(it => it.update()).then(() => true, () => true);";
        let newer =
            "await fetch('/style.css').then(file => file.text()).then(text => text.includes('newer'))";

        // A hub that is half updated names files that it does not have yet: nothing of that is taken.
        let style = std::fs::read_to_string(folder.path().join("style.css"))?;
        rewrite_list(folder.path(), "/style.css", &"0".repeat(32))?;
        phone.run(update, Vec::new()).await?;
        phone
            .until(
                "the torn version is given up",
                "await navigator.serviceWorker.getRegistration().then(it => !it.installing && !it.waiting)",
            )
            .await?;
        phone.reload().await?;
        phone.counts("@line", 1).await?;
        phone.loses("@strip-new").await?;

        let newer_style = format!("{style}\n/* newer */\n");
        std::fs::write(folder.path().join("style.css"), &newer_style)?;
        // The hub reads the folder anew for each file: the compressed form is of the older one.
        let _ = std::fs::remove_file(folder.path().join("style.css.br"));
        rewrite_list(folder.path(), "/style.css", &sha256(newer_style.as_bytes()))?;
        phone.run(update, Vec::new()).await?;
        phone.sees("@strip-new").await?;
        gallery.look(&phone, "new-version.en", Screen::PHONE).await?;
        phone.reload().await?;
        phone.sees("@strip-new").await?;
        phone.until("the older page is whole", &format!("!({newer})")).await?;
        phone.taps("@take-new").await?;
        // Whoever keeps asking the older worker for files keeps it from ending: the page is looked at first.
        phone.loses("@strip-new").await?;
        phone.until("the newer page is there", newer).await?;
        phone.counts("@line", 1).await?;
        gallery.close()
    })
}

/// Puts another hash into the service worker's list of files.
fn rewrite_list(page: &Path, file: &str, hash: &str) -> Result<()> {
    let path = page.join("service-worker.js");
    let text = std::fs::read_to_string(&path)?;
    let start = text.find("{\"version\":").context("the worker has a list")?;
    let mut list = serde_json::Deserializer::from_str(&text[start..]).into_iter::<Value>();
    let mut kept = list.next().context("the list is JSON")??;
    let end = start + list.byte_offset();
    ensure!(kept["shell"][file].is_string(), "{file} is in the list");
    kept["shell"][file] = json!(hash);
    kept["version"] = json!(sha256(kept.to_string().as_bytes()));
    std::fs::write(&path, [&text[..start], &kept.to_string(), &text[end..]].concat())?;
    let _ = std::fs::remove_file(page.join("service-worker.js.br"));
    Ok(())
}

fn sha256(bytes: &[u8]) -> String {
    use sha2::{Digest, Sha256};
    Sha256::digest(bytes).iter().take(16).map(|byte| format!("{byte:02x}")).collect()
}

fn copy_folder(from: &Path, to: &Path) -> Result<()> {
    std::fs::create_dir_all(to)?;
    for entry in std::fs::read_dir(from)? {
        let entry = entry?;
        let there = to.join(entry.file_name());
        if entry.file_type()?.is_dir() {
            copy_folder(&entry.path(), &there)?;
        } else {
            std::fs::copy(entry.path(), there)?;
        }
    }
    Ok(())
}

#[test]
fn what_an_earlier_version_kept_is_taken_over() -> Result<()> {
    story("taken_over", async |story| {
        let hub = story.hub().await?;
        let phone = story.browser("phone", PHONE).await?;
        put_in(&phone, &hub, MILK).await?;
        let before = Client::of_page(&hub.url(""), &phone).await?;
        let ordered = journey::order(&phone, &hub, Checkout::PickupCash).await?;
        put_in(&phone, &hub, BRIE).await?;
        phone
            .until("the basket to be kept", &format!("({KEPT_BASKET})?.includes('{BRIE}') === true"))
            .await?;
        let names = ["ministore.basket", "ministore.device", "ministore.shop"];
        let mut older = Vec::new();
        for name in names {
            older.push((name, phone.kept(name).await?.with_context(|| format!("{name} is kept"))?));
        }
        let milk = before.product(MILK).await?;
        let place = before.pickup_of(&[(&milk, Measure::Pieces(1))]).await?;
        let waiting =
            json!([{ "place": place, "since": 0, "refused": null, "call": CallId(Uuid::now_v7()) }]);
        older.push(("ministore.waiting", waiting.to_string()));
        // As it was before: everything in the older store, nothing in the newer.
        phone.open(&hub.url("/healthz")).await?;
        phone
            .run(
                "return new Promise((done, failed) => {
                    const gone = indexedDB.deleteDatabase('ministore');
                    gone.onsuccess = () => done(true);
                    gone.onerror = gone.onblocked = () => failed(new Error('it is open'));
                });",
                Vec::new(),
            )
            .await?;
        for (name, text) in &older {
            let set = "localStorage.setItem(arguments[0], arguments[1]);";
            phone.run(set, vec![json!(name), json!(text)]).await?;
        }

        phone.open(&hub.url("/cart")).await?;
        phone.counts("@line", 1).await?;
        phone.reads("@line", "Brie wheel").await?;
        let left =
            "Object.keys(localStorage).filter(name => !/theme|language|camera/.test(name)).length === 0";
        phone.until("the older store to be empty", left).await?;
        phone.reload().await?;
        phone.counts("@line", 1).await?;
        // The key is the same: the orders are still one's own. The one that waited has been sent.
        phone.taps("@nav-orders").await?;
        phone.counts("@order", 2).await?;
        let mine: Vec<_> = before.call(&GetMine {}).await?.orders.iter().map(|order| order.id).collect();
        ensure!(mine == [place.order, ordered], "{mine:?}");
        Ok(())
    })
}

const KEPT_BASKET: &str = "await new Promise(done => {
    const opening = indexedDB.open('ministore');
    opening.onsuccess = () => {
        const asked = opening.result.transaction('kept').objectStore('kept').get('ministore.basket');
        asked.onsuccess = () => { opening.result.close(); done(asked.result); };
    };
})";

#[test]
fn two_tabs_have_one_basket_and_one_key() -> Result<()> {
    story("two_tabs", async |story| {
        let hub = story.hub().await?;
        let phone = story.browser("phone", PHONE).await?;
        put_in(&phone, &hub, MILK).await?;
        let first = phone.driver().window().await?;
        let second = phone.driver().new_tab().await?;
        phone.driver().switch_to_window(second).await?;
        phone.open(&hub.url("/cart")).await?;
        phone.counts("@line", 1).await?;
        phone.taps("@line @more").await?;
        phone.driver().switch_to_window(first.clone()).await?;
        phone.taps("@nav-cart").await?;
        phone.until("two pieces are in the basket", BASKET_OF_TWO).await?;
        Client::of_page(&hub.url(""), &phone).await?;
        let key = phone.kept("ministore.device").await?.context("the browser has a key")?;

        hub.stop().await;
        fill_checkout(&phone, &hub, Checkout::PickupCash).await?;
        phone.taps("@place-order").await?;
        phone.sees("@waiting-page").await?;
        let mut hub = hub;
        hub.start_again().await?;
        phone.sees("@order-page[data-state=placed]").await?;
        ensure!(placed(&hub).await?.len() == 1, "both tabs sent it: {:?}", placed(&hub).await?);
        ensure!(phone.kept("ministore.device").await?.as_ref() == Some(&key), "the key is another one");
        Ok(())
    })
}

const BASKET_OF_TWO: &str =
    "/(^|\\D)2(\\D|$)/.test(document.querySelector('[data-testid=nav-cart]')?.innerText ?? '')";

#[test]
fn a_browser_that_keeps_nothing_shops_and_says_so() -> Result<()> {
    story("nothing_kept", async |story| {
        let hub = story.hub().await?;
        let phone = story.browser("phone", PHONE).await?;
        let mut gallery = Gallery::open()?;
        let nothing = "
            Object.defineProperty(window, 'indexedDB', { value: undefined });
            Object.defineProperty(window, 'localStorage', { get() { throw new DOMException('no', 'SecurityError'); } });
        ";
        let cdp = phone.driver().cdp();
        cdp.send_raw("Page.addScriptToEvaluateOnNewDocument", json!({ "source": nothing })).await?;
        phone.open(&hub.url("/")).await?;
        phone.taps("@product @add").await?;
        phone.taps("@nav-cart").await?;
        phone.counts("@line", 1).await?;
        phone.sees("@strip-unkept").await?;
        gallery.look(&phone, "nothing-kept.en", Screen::PHONE).await?;
        phone.taps("@checkout").await?;
        phone.fills("@field-name", "Zhou Min").await?;
        phone.taps("label:has(@tender-cash)").await?;
        phone
            .until("a slot is chosen", "document.querySelector('[data-testid=slot]:checked') !== null")
            .await?;
        phone.taps("@place-order").await?;
        phone.sees("@order-page[data-state=placed]").await?;
        gallery.close()
    })
}

#[test]
fn a_full_disk_is_said_and_what_was_made_meanwhile_is_kept_once_there_is_room() -> Result<()> {
    story("full_storage", async |story| {
        let hub = story.hub().await?;
        let phone = story.browser("phone", PHONE).await?;
        // As a browser does whose room is used up: the transaction is given up.
        let full = "
            window.full = true;
            const put = IDBObjectStore.prototype.put;
            IDBObjectStore.prototype.put = function (...args) {
                const request = put.apply(this, args);
                if (window.full) this.transaction.abort();
                return request;
            };
        ";
        let cdp = phone.driver().cdp();
        cdp.send_raw("Page.addScriptToEvaluateOnNewDocument", json!({ "source": full })).await?;
        put_in(&phone, &hub, MILK).await?;
        phone.sees("@strip-unkept").await?;
        phone.run("window.full = false;", Vec::new()).await?;
        phone.taps("@product-page @more").await?;
        phone.loses("@strip-unkept").await?;
        phone.open(&hub.url("/cart")).await?;
        phone.until("two pieces are in the basket", BASKET_OF_TWO).await
    })
}

#[test]
fn wiped_storage_loses_no_order_that_the_hub_has() -> Result<()> {
    story("wiped", async |story| {
        let hub = story.hub().await?;
        let phone = story.browser("phone", PHONE).await?;
        put_in(&phone, &hub, MILK).await?;
        let order = journey::order(&phone, &hub, Checkout::PickupCash).await?;
        let wipe = json!({ "origin": hub.url("").trim_end_matches('/'), "storageTypes": "all" });
        phone.driver().cdp().send_raw("Storage.clearDataForOrigin", wipe).await?;
        // The page that is open goes on, and what it has in memory is kept again.
        put_in(&phone, &hub, BRIE).await?;
        phone.open(&hub.url("/cart")).await?;
        phone.reads("@line", "Brie wheel").await?;
        // The browser is another shopper now: the order is the hub's, and found there.
        phone.open(&hub.url("/orders")).await?;
        phone.sees("@empty").await?;
        ensure!(placed(&hub).await? == [order.to_string()], "{:?}", placed(&hub).await?);
        Ok(())
    })
}

#[test]
fn a_phone_is_told_the_shops_name_and_pictures() -> Result<()> {
    story("manifest", async |story| {
        let hub = story.hub().await?;
        let phone = story.browser("phone", Browser { language: "zh-CN", ..PHONE }).await?;
        let mut gallery = Gallery::open()?;
        phone.open(&hub.url("/")).await?;
        phone.sees("@product").await?;
        let name = Client::visitor(&hub.url(""))?.call(&GetShop {}).await?.name;
        let cdp = phone.driver().cdp();
        let manifest = cdp.send_raw("Page.getAppManifest", json!({})).await?;
        ensure!(manifest["errors"] == json!([]), "{}", manifest["errors"]);
        let said: Value = serde_json::from_str(manifest["data"].as_str().context("there is a manifest")?)?;
        ensure!(said["name"] == name.zh.as_str(), "{said}");
        ensure!(said["display"] == "standalone" && said["start_url"] == "/", "{said}");
        for icon in said["icons"].as_array().context("it has icons")? {
            let src = icon["src"].as_str().context("an icon has an address")?;
            let there = format!(
                "await fetch('{src}').then(file => file.ok && /image/.test(file.headers.get('content-type')))"
            );
            phone.until("an icon", &there).await?;
        }

        // The offer is a row on the screens of orders and card, and comes only from the browser.
        phone.open(&hub.url("/orders")).await?;
        phone.sees("@empty").await?;
        let offer = "
            const offer = new Event('beforeinstallprompt', { cancelable: true });
            offer.prompt = () => { window.asked = true; return Promise.resolve({ outcome: 'accepted' }); };
            dispatchEvent(offer);
            return offer.defaultPrevented;
        ";
        ensure!(phone.run(offer, Vec::new()).await? == true, "the browser asks by itself");
        phone.sees("@install").await?;
        gallery.look(&phone, "install.zh", Screen::PHONE).await?;
        phone.taps("@install").await?;
        phone.until("the browser asks", "window.asked === true").await?;
        phone.loses("@install").await?;
        gallery.close()
    })
}
