//! Scan and go, from the shopper's first tap to leaving the shop: checked in, scanned, paid on the phone, released by
//! staff, let out by the pass; and what happens where the bag is not as it was paid.

use anyhow::{Context, Result, ensure};
use ministore_core::exit::{CheckRule, GetVisit, SetRule};
use ministore_core::id::ShopId;
use ministore_core::issued::ShopCode;
use ministore_core::order::{GetMine, OrderState};
use ministore_core::quantity::Measure;
use ministore_core::role::StaffRole;
use ministore_core::shop::GetShop;
use ministore_hub::founding::DEMO_STAFF;
use ministore_tests::camera::printed;
use ministore_tests::gallery::{LANGUAGES, choose_language};
use ministore_tests::journey::{ENTER, sign_in};
use ministore_tests::shop::{amount, totals};
use ministore_tests::{Browser, Camera, Client, Eye, Gallery, Page, Screen, TestHub, story};

const SMALL_MILK: &str = "9520130000431";
const CREAM: &str = "9520130002138";
const LAGER: &str = "9520240000154";
const RAZORS: &str = "9520610002214";

const NEVER: CheckRule =
    CheckRule { share_percent: 0, value_from: None, items_from: None, first_visits: 0, after_failed: 0 };

/// Sets by what rule the shop looks into bags.
async fn rules(hub: &TestHub, rule: CheckRule) -> Result<Client> {
    let manager = DEMO_STAFF.iter().find(|staff| staff.role == StaffRole::Manager).context("a manager")?;
    let manager = Client::staff(&hub.url(""), manager.pin).await?;
    manager.call(&SetRule { rule }).await?;
    Ok(manager)
}

/// Opens what the code at the shop's door says.
async fn checks_in(phone: &Page, hub: &TestHub, shop: ShopId) -> Result<()> {
    phone.open(&hub.url(&format!("/in/{}", ShopCode::of(shop)))).await?;
    phone.reads("@in-shop", "Corner & Co.").await?;
    Ok(())
}

async fn scans(phone: &Page, camera: &Camera, code: &str, name: &str) -> Result<()> {
    camera.show(printed(code))?;
    phone.reads("@scan-item", name).await?;
    camera.clear()
}

/// Pays what is in the basket and carries it out. Gives the order's number.
async fn pays(phone: &Page, hub: &TestHub) -> Result<String> {
    phone.open(&hub.url("/checkout")).await?;
    phone
        .until(
            "carrying out is chosen, and no cash is offered for it",
            "document.querySelector('[data-testid=mode-carry-out]:checked') !== null
                && document.querySelector('[data-testid=tender-wallet]') !== null
                && document.querySelector('[data-testid=tender-cash]') === null",
        )
        .await?;
    phone.taps("@place-order").await?;
    phone.arrives_at("/orders/").await?;
    phone.sees("@exit-card").await?;
    let number = phone.text("h1").await?;
    Ok(number.trim_start_matches(|c: char| !c.is_ascii_digit()).to_owned())
}

/// Holds what the phone shows under the scanner of the gate.
async fn shows_pass(phone: &Page, counter: &Page) -> Result<String> {
    phone.sees("@exit-pass .qr").await?;
    let pass = phone.attribute("@exit-pass", "data-symbol").await?;
    scans_at_gate(counter, &pass).await?;
    Ok(pass)
}

/// A code comes to the gate as a whole: a loaded machine cannot press so many keys as evenly as a scanner does.
async fn scans_at_gate(counter: &Page, text: &str) -> Result<()> {
    counter.run(PASTE, vec![text.into()]).await?;
    counter.taps("@code-go").await
}

const PASTE: &str = "
    const field = document.querySelector('[data-testid=code]');
    field.value = arguments[0];
    field.dispatchEvent(new Event('input', { bubbles: true }));
";

#[test]
fn a_phone_checks_in_scans_pays_and_leaves_by_its_pass() -> Result<()> {
    story("scan_and_go", async |story| {
        let hub = story.hub().await?;
        let visitor = Client::visitor(&hub.url(""))?;
        let staff = rules(&hub, NEVER).await?;
        let camera = Camera::new()?;
        let eye = Eye::Film(&camera);
        let phone = story.browser("phone", Browser { eye, ..Browser::new(Screen::PHONE) }).await?;
        let counter = story.browser("counter", Browser::new(Screen::TABLET)).await?;
        let mut gallery = Gallery::open()?;
        sign_in(&counter, &hub).await?;

        // Checked in by the code at the door; another shop's code leads nowhere.
        let shop = visitor.call(&GetShop {}).await?;
        let elsewhere = ShopCode::from_bits(ShopCode::of(shop.id).bits() ^ 1);
        phone.open(&hub.url(&format!("/in/{elsewhere}"))).await?;
        phone.sees("@other-shop").await?;
        checks_in(&phone, &hub, shop.id).await?;
        gallery.look(&phone, "check-in.en", Screen::PHONE).await?;
        phone.taps("@start-scanning").await?;
        phone.arrives_at("/scan").await?;
        phone.sees("@in-shop-strip").await?;

        // Scanned: something plain, something with an age, something under a tag.
        camera.show(printed(SMALL_MILK))?;
        phone.taps("@open-camera").await?;
        phone.reads("@scan-item", "Fresh milk, small").await?;
        camera.clear()?;
        scans(&phone, &camera, LAGER, "ager").await?;
        scans(&phone, &camera, RAZORS, "Razor blades").await?;
        let mut goods = Vec::new();
        for code in [SMALL_MILK, LAGER, RAZORS] {
            goods.push(visitor.product(code).await?);
        }
        let goods: Vec<_> = goods.iter().map(|product| (product, Measure::Pieces(1))).collect();
        phone.reads("@scan-total", &amount(totals(&goods)?.total)).await?;

        // A bag in one tap, and a word about what waits.
        phone.taps("@scan-total").await?;
        phone.arrives_at("/cart").await?;
        phone.reads("@waits-note", "2 things").await?;
        phone.taps("@add-bag").await?;
        phone.counts("@line", 4).await?;
        gallery.look(&phone, "cart-in-shop.en", Screen::PHONE).await?;

        phone.open(&hub.url("/checkout")).await?;
        phone.sees("@take").await?;
        gallery.look(&phone, "checkout-carry-out.en", Screen::PHONE).await?;
        let number = pays(&phone, &hub).await?;
        phone.reads("@exit-waits", "Razor blades").await?;
        gallery.look(&phone, "exit-waits.en", Screen::PHONE).await?;

        // Staff sees who waits, and releases it from wherever it stands.
        counter.reads("@to-gate", "1").await?;
        counter.taps("@to-gate").await?;
        counter.arrives_at("/counter/gate").await?;
        counter.taps(&format!("@open-{number}")).await?;
        counter.counts("@release", 2).await?;
        for (language, tag) in LANGUAGES {
            choose_language(&counter, tag).await?;
            counter.reload().await?;
            counter.taps(&format!("@open-{number}")).await?;
            counter.counts("@release", 2).await?;
            gallery.look(&counter, &format!("gate-waits.{language}"), Screen::TABLET).await?;
        }
        choose_language(&counter, "en").await?;
        counter.reload().await?;
        counter.taps(&format!("@open-{number}")).await?;
        counter.taps(&format!("@wait-{LAGER} @release")).await?;
        counter.counts("@release", 1).await?;
        counter.taps(&format!("@wait-{RAZORS} @release")).await?;
        counter.sees("@let-out").await?;

        // The pass appears by itself, with something that moves and the time.
        phone.sees("@exit-pass .qr").await?;
        let first = phone.text("@exit-clock").await?;
        phone
            .until(
                "the clock goes on",
                &format!("document.querySelector('[data-testid=exit-clock]').textContent !== {first:?}"),
            )
            .await?;
        gallery.look(&phone, "exit-pass.en", Screen::PHONE).await?;
        choose_language(&phone, "zh-CN").await?;
        phone.reload().await?;
        phone.sees("@exit-pass .qr").await?;
        gallery.look(&phone, "exit-pass.zh", Screen::PHONE).await?;
        choose_language(&phone, "en").await?;
        phone.reload().await?;

        // Let out, once.
        let pass = shows_pass(&phone, &counter).await?;
        counter.reads("@gate-out", &number).await?;
        counter.reads("@gate-items", "4").await?;
        phone.sees("@order-page[data-state=handed_over]").await?;
        ensure!(phone.texts("@exit-card").await?.is_empty(), "a used pass is still shown");
        gallery.look(&counter, "gate-out.en", Screen::TABLET).await?;
        scans_at_gate(&counter, &pass).await?;
        counter.reads("@gate-refused", "already").await?;
        gallery.look(&counter, "gate-used.en", Screen::TABLET).await?;
        let mut forged = pass.clone();
        forged.replace_range(100..101, if &pass[100..101] == "A" { "B" } else { "A" });
        scans_at_gate(&counter, &forged).await?;
        counter.reads("@gate-refused", "has not made this pass").await?;

        let visit = staff.call(&GetVisit { number: number.parse()? }).await?;
        ensure!(visit.order.state == OrderState::HandedOver && visit.out.is_some(), "{visit:?}");
        gallery.close()
    })
}

#[test]
fn a_bag_that_is_not_as_it_was_paid_is_scanned_and_put_right() -> Result<()> {
    story("exit_check", async |story| {
        let hub = story.hub().await?;
        let visitor = Client::visitor(&hub.url(""))?;
        let staff = rules(&hub, CheckRule { share_percent: 100, ..NEVER }).await?;
        let phone = story.browser("phone", Browser::new(Screen::PHONE)).await?;
        let counter = story.browser("counter", Browser::new(Screen::TABLET)).await?;
        let mut gallery = Gallery::open()?;
        sign_in(&counter, &hub).await?;
        let shop = visitor.call(&GetShop {}).await?;
        checks_in(&phone, &hub, shop.id).await?;
        for code in [SMALL_MILK, CREAM] {
            ministore_tests::journey::put_in(&phone, &hub, code).await?;
        }
        let number = pays(&phone, &hub).await?;
        phone.sees("@exit-check").await?;
        shows_pass(&phone, &counter).await?;
        counter.arrives_at("/counter/gate").await?;
        counter.sees("@gate-look").await?;
        gallery.look(&counter, "gate-look.en", Screen::TABLET).await?;

        // A part of it: one milk too many, so everything is scanned.
        counter.taps("@scan-part").await?;
        for code in [SMALL_MILK, SMALL_MILK, CREAM] {
            scans_at_gate(&counter, code).await?;
        }
        counter.reads("@scanned-count", "3").await?;
        counter.taps("@scan-done").await?;
        counter.reads("@gate-scan", "Scan everything").await?;
        phone.reads("@exit-missing", "looking into your bag").await?;
        for (scanned, code) in [(1, SMALL_MILK), (2, SMALL_MILK), (3, LAGER)] {
            scans_at_gate(&counter, code).await?;
            counter.reads("@scanned-count", &scanned.to_string()).await?;
        }
        gallery.look(&counter, "gate-scan.en", Screen::TABLET).await?;
        counter.taps("@scan-done").await?;

        // A milk and a lager are to be paid, the cream to be given back.
        counter.counts("@correction", 3).await?;
        counter.sees("@owed").await?;
        let (milk, lager) = (visitor.product(SMALL_MILK).await?, visitor.product(LAGER).await?);
        let due = totals(&[(&milk, Measure::Pieces(1)), (&lager, Measure::Pieces(1))])?.total;
        counter.reads("@gate-due", &amount(due)).await?;
        for (language, tag) in LANGUAGES {
            choose_language(&counter, tag).await?;
            counter.reload().await?;
            counter.taps(&format!("@open-{number}")).await?;
            counter.counts("@correction", 3).await?;
            gallery.look(&counter, &format!("gate-settle.{language}"), Screen::TABLET).await?;
        }
        choose_language(&counter, "en").await?;
        counter.reload().await?;
        // Found by its number too, as somebody types it.
        counter.types("@code", &number).await?;
        counter.presses(ENTER).await?;
        counter.types("@gate-cash", "100").await?;
        let change = due.currency.minor(10_000).minus(due)?;
        counter.reads("@gate-change", &amount(change)).await?;
        counter.taps("@settle-paid").await?;
        counter.reads("@gate-out", &number).await?;
        counter.reads("@gate-notes", "paid at the till").await?;
        phone.sees("@order-page[data-state=handed_over]").await?;
        let visit = staff.call(&GetVisit { number: number.parse()? }).await?;
        ensure!(visit.notes.len() == 3, "part, whole, paid: {:?}", visit.notes);
        gallery.close()
    })
}

#[test]
fn heavy_things_are_sent_home_and_a_manager_sets_the_rule() -> Result<()> {
    story("exit_home", async |story| {
        let hub = story.hub().await?;
        let visitor = Client::visitor(&hub.url(""))?;
        rules(&hub, NEVER).await?;
        let phone = story.browser("phone", Browser::new(Screen::PHONE)).await?;
        let shop = visitor.call(&GetShop {}).await?;
        checks_in(&phone, &hub, shop.id).await?;
        for code in [SMALL_MILK, RAZORS] {
            ministore_tests::journey::put_in(&phone, &hub, code).await?;
        }
        phone.open(&hub.url("/checkout")).await?;
        phone.taps(&format!("@send-home-{RAZORS}")).await?;
        phone.fills("@field-street", "7 Plum Lane, 3rd floor").await?;
        phone.fills("@field-neighbourhood", "Plum Lane").await?;
        phone.fills("@field-phone", "139 1234 5678").await?;
        phone.fills("@field-name", "Zhou Min").await?;
        phone
            .until("a slot is chosen", "document.querySelector('[data-testid=slot]:checked') !== null")
            .await?;
        let mut gallery = Gallery::open()?;
        gallery.look(&phone, "checkout-send-home.en", Screen::PHONE).await?;
        phone.taps("@place-order").await?;
        phone.arrives_at("/orders/").await?;
        phone.sees("@exit-pass .qr").await?;
        phone.taps("@sent-home").await?;
        phone.reads("@order-page", "Razor blades").await?;
        let client = Client::of_page(&hub.url(""), &phone).await?;
        let orders = client.call(&GetMine {}).await?.orders;
        ensure!(orders.len() == 2, "{orders:?}");

        // The manager's rule, with what is no number told apart.
        let counter = story.browser("counter", Browser::new(Screen::TABLET)).await?;
        let manager =
            DEMO_STAFF.iter().find(|staff| staff.role == StaffRole::Manager).context("a manager")?;
        counter.open(&hub.url("/counter/gate")).await?;
        counter.sees("@counter-sign-in").await?;
        counter.presses(manager.pin).await?;
        counter.presses(ENTER).await?;
        counter.taps("@gate-rule summary").await?;
        counter.sees("@gate-door .qr").await?;
        counter.types("@field-share", "many").await?;
        counter.taps("@save-rule").await?;
        counter.sees("@rule-wrong").await?;
        counter.types("@field-share", "7").await?;
        counter.types("@field-first", "2").await?;
        counter.taps("@save-rule").await?;
        counter.sees("@rule-saved").await?;
        gallery.look(&counter, "gate-rule.en", Screen::TABLET).await?;
        gallery.close()
    })
}
