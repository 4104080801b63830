//! What customers and cashiers see around the till: a display that follows it by its code and one in a window beside it, the
//! receipt on the shopper's phone with its points, goods at hand, and a counter for the left hand in large type.

use anyhow::{Context, Result, ensure};
use ministore_core::fact::RecordSale;
use ministore_core::id::{LineId, SaleId};
use ministore_core::member::{GetCard, PointsReason};
use ministore_core::money::{Currency, Money};
use ministore_core::order::PlaceLine;
use ministore_core::quantity::Measure;
use ministore_core::receipt::ReceiptCode;
use ministore_core::role::StaffRole;
use ministore_core::shop::GetShop;
use ministore_hub::founding::DEMO_STAFF;
use ministore_tests::gallery::{LANGUAGES, choose_language};
use ministore_tests::hub::CASHIER_PIN;
use ministore_tests::journey::{ENTER, sign_in, wedge};
use ministore_tests::shop::{amount, totals};
use ministore_tests::{Browser, Client, Gallery, Page, Screen, TestHub, story};
use uuid::Uuid;

const SMALL_MILK: &str = "9520130000431";
const RAZORS: &str = "9520610002214";

fn yuan(minor: i64) -> Money {
    Currency::CNY.minor(minor)
}

/// Signs the cashier in and opens the till.
async fn opens(counter: &Page, hub: &TestHub) -> Result<()> {
    sign_in(counter, hub).await?;
    counter.open(&hub.url("/counter/drawer")).await?;
    counter.types("@field-float", "200").await?;
    counter.taps("@open-till").await?;
    counter.arrives_at("/counter/till").await?;
    counter.sees("@ticket-empty").await?;
    Ok(())
}

/// Gives the till a code by hand: a loaded machine presses no keys as evenly as a scanner, and one that is scanned twice is
/// rung up twice.
async fn rings(counter: &Page, code: &str) -> Result<()> {
    counter.types("@code", code).await?;
    counter.taps("@code-go").await
}

/// The code that a display shows, as its symbol carries it.
async fn symbol_of(display: &Page) -> Result<(String, String)> {
    let code = display.text("@display-code").await?;
    Ok((code.clone(), format!("MD{}", code.replace('-', ""))))
}

#[test]
fn customers_follow_the_till_and_take_the_receipt_along() -> Result<()> {
    story("till-front", async |story| {
        let hub = story.hub().await?;
        let visitor = Client::visitor(&hub.url(""))?;
        let (milk, razors) = (visitor.product(SMALL_MILK).await?, visitor.product(RAZORS).await?);
        let points = visitor.call(&GetShop {}).await?.points;
        let both = totals(&[(&milk, Measure::Pieces(2)), (&razors, Measure::Pieces(1))])?.total.minor;
        let two = totals(&[(&milk, Measure::Pieces(2))])?.total.minor;
        let one = totals(&[(&milk, Measure::Pieces(1))])?.total.minor;
        let counter = story.browser("counter", Browser::new(Screen::TABLET)).await?;
        let display = story.browser("display", Browser::new(Screen::TABLET)).await?;
        let mut gallery = Gallery::open()?;

        // A tablet that belongs to nobody yet, and the till that is given its code.
        display.open(&hub.url("/counter/customer")).await?;
        let (code, symbol) = symbol_of(&display).await?;
        gallery.look(&display, "customer-no-till.en", Screen::TABLET).await?;
        opens(&counter, &hub).await?;
        counter.taps("@this-till").await?;
        counter.types("@field-display-code", "ABC").await?;
        counter.taps("@follow-display").await?;
        counter.reads(".sheet", "Six letters and digits").await?;
        gallery.look(&counter, "this-till.en", Screen::TABLET).await?;
        counter.types("@field-display-code", &code.to_lowercase()).await?;
        counter.taps("@follow-display").await?;
        counter.reads("@shown-on", &code).await?;
        counter.taps("@close-sheet").await?;
        display.sees("@idle img").await?;
        display.reads("h1", "Corner & Co.").await?;
        gallery.look(&display, "customer-idle.en", Screen::TABLET).await?;

        // What is rung up is seen there, and told to who does not see it here.
        rings(&counter, SMALL_MILK).await?;
        display.reads("@last-line", "milk").await?;
        display.reads("@customer-total", &amount(yuan(one))).await?;
        rings(&counter, RAZORS).await?;
        display.reads("@last-line", "Razor").await?;
        display.counts("@customer-line", 2).await?;
        counter.reads("@announcer", "Razor").await?;
        rings(&counter, SMALL_MILK).await?;
        display.reads("@customer-total", &amount(yuan(both))).await?;
        counter.reads("@announcer", &amount(yuan(both))).await?;
        gallery.look(&display, "customer-ringing.en", Screen::TABLET).await?;
        counter.taps_what_says("@ticket-line .till-line-main", "Razor").await?;
        counter.taps("@void-line").await?;
        counter.reads("@announcer", "taken off").await?;
        counter.reads("@announcer", &amount(yuan(two))).await?;
        display.counts("@customer-line", 1).await?;

        // The window beside the till needs no code.
        counter.taps("@this-till").await?;
        let first = counter.driver().window().await?;
        counter.taps("@open-customer").await?;
        counter
            .eventually("a window for customers", async || {
                let open = counter.driver().windows().await.map_err(|error| error.to_string())?;
                if open.len() == 2 { Ok(()) } else { Err(format!("{} are open", open.len())) }
            })
            .await?;
        let all = counter.driver().windows().await?;
        let second = all.into_iter().find(|window| *window != first).context("the second window")?;
        counter.driver().switch_to_window(second.clone()).await?;
        counter.reads("@customer-total", &amount(yuan(two))).await?;
        counter.driver().switch_to_window(first.clone()).await?;
        counter.taps("@close-sheet").await?;

        // Paid: due, received, change; then thanks, and the receipt's code on all of them.
        counter.taps("@pay").await?;
        counter.reads("@announcer", "To pay").await?;
        counter.reads("@announcer", &amount(yuan(two))).await?;
        display.reads("@customer-due", &amount(yuan(two))).await?;
        counter.types("@cash", "50").await?;
        display.reads("@customer-received", &amount(yuan(5_000))).await?;
        display.reads("@customer-change", &amount(yuan(5_000 - two))).await?;
        gallery.look(&display, "customer-paying.en", Screen::TABLET).await?;
        counter.taps("@sell").await?;
        counter.reads("@announcer", &amount(yuan(5_000 - two))).await?;
        display.sees("@thanks").await?;
        display.reads("@customer-change", &amount(yuan(5_000 - two))).await?;
        gallery.look(&display, "customer-sold.en", Screen::TABLET).await?;
        counter.sees("@e-receipt .qr").await?;
        gallery.look(&counter, "till-e-receipt.en", Screen::TABLET).await?;
        let address = counter.attribute("@e-receipt-link", "href").await?;
        ensure!(display.attribute("@customer-receipt", "data-address").await? == address, "one receipt");
        counter.driver().switch_to_window(second.clone()).await?;
        ensure!(counter.attribute("@customer-receipt", "data-address").await? == address, "one receipt");

        // In Chinese the same; and a till that is left says so to the window beside it.
        counter.driver().switch_to_window(first.clone()).await?;
        counter.taps("@next-sale").await?;
        display.sees("@idle").await?;
        display.taps("@language").await?;
        display.reads("@idle", "欢迎光临").await?;
        rings(&counter, SMALL_MILK).await?;
        display.sees("@last-line").await?;
        gallery.look(&display, "customer-ringing.zh", Screen::TABLET).await?;
        display.taps("@language").await?;
        counter.open("about:blank").await?;
        counter.driver().switch_to_window(second).await?;
        counter.reads("@no-till", "The till has gone").await?;
        counter.driver().close_window().await?;
        counter.driver().switch_to_window(first).await?;
        counter.open(&hub.url("/counter/till")).await?;
        counter.counts("@ticket-line", 1).await?;

        // Left, and followed again by the display's own symbol.
        counter.taps("@this-till").await?;
        counter.taps("@leave-customer").await?;
        counter.taps("@close-sheet").await?;
        display.reads("@no-till", "The till has gone").await?;
        rings(&counter, &symbol).await?;
        display.reads("@last-line", "milk").await?;

        // Who has no card yet has one in a moment: scanned here or on the display, joined on the phone, scanned back.
        counter.taps("@more-actions").await?;
        counter.taps("@join").await?;
        counter.sees("@join-code .qr").await?;
        display.sees("@customer-join .qr").await?;
        gallery.look(&counter, "till-join.en", Screen::TABLET).await?;
        gallery.look(&display, "customer-join.en", Screen::TABLET).await?;
        let newcomer = story.browser("newcomer", Browser::new(Screen::PHONE)).await?;
        newcomer.open(&counter.attribute("@join-code", "data-address").await?).await?;
        newcomer.taps("@join").await?;
        newcomer.sees("@card").await?;
        let joined = Client::of_page(&hub.url(""), &newcomer).await?.call(&GetCard {}).await?;
        let joined = joined.context("a card")?.number;
        wedge(&counter, &joined.to_string()).await?;
        counter.reads("@ticket-member", &joined.to_string()).await?;
        counter.loses("@join-code").await?;
        display.loses("@customer-join").await?;

        // A symbol that says more than which product it is: its number goes on the line, and what is past its date stays out.
        rings(&counter, "(01)09520130000431(17)200131(21)OLD").await?;
        counter.reads("@till-problem", "2020-01-31").await?;
        counter.counts("@ticket-line", 1).await?;
        rings(&counter, "(01)09520130000431(17)490131(21)S-77").await?;
        counter.counts("@ticket-line", 2).await?;
        counter.reads("@ticket", "S-77").await?;
        counter.taps("@void-line").await?;
        counter.counts("@ticket-line", 1).await?;

        // The shopper's phone: the receipt, and a card with the points of this purchase.
        let phone = story.browser("phone", Browser::new(Screen::PHONE)).await?;
        let other = story.browser("other", Browser::new(Screen::PHONE)).await?;
        for page in [&phone, &other] {
            page.open(&address).await?;
            page.reads("@slip-total", &amount(yuan(two))).await?;
            page.reads("@points-open", &points.earned(yuan(two)).to_string()).await?;
        }
        gallery.look(&phone, "receipt.en", Screen::PHONE).await?;
        phone.taps("@keep").await?;
        phone.taps("@join").await?;
        phone.reads("@points-mine", &points.earned(yuan(two)).to_string()).await?;
        other.taps("@join").await?;
        other.sees("@points-others").await?;
        phone.reload().await?;
        phone.sees("@points-taken").await?;
        let member = Client::of_page(&hub.url(""), &phone).await?;
        let card = member.call(&GetCard {}).await?.context("a card")?;
        ensure!(card.points == i64::from(points.earned(yuan(two))), "{} points", card.points);
        ensure!(card.entries.len() == 1 && card.entries[0].reason == PointsReason::Earned, "once");
        let late = Client::of_page(&hub.url(""), &other).await?.call(&GetCard {}).await?.context("a card")?;
        ensure!(late.points == 0, "the second claim has none");

        // A receipt that is still on its way comes by itself; the one that was kept is listed with it.
        let staff = Client::staff(&hub.url(""), CASHIER_PIN).await?;
        let sale = SaleId(Uuid::now_v7());
        phone.open(&ReceiptCode::of(sale).address(&hub.url(""))).await?;
        phone.sees("@on-its-way").await?;
        gallery.look(&phone, "receipt-on-its-way.en", Screen::PHONE).await?;
        let line = PlaceLine { id: LineId(Uuid::now_v7()), product: milk.id, measure: Measure::Pieces(1) };
        staff.call(&RecordSale::in_cash(sale, vec![line], yuan(one), yuan(one))).await?;
        phone.reads("@slip-total", &amount(yuan(one))).await?;
        phone.reads("@kept-receipts", &amount(yuan(two))).await?;
        phone.sees("@claim").await?;
        let (_, chinese) = LANGUAGES[1];
        choose_language(&phone, chinese).await?;
        phone.reload().await?;
        phone.reads("@slip", "合计").await?;
        gallery.look(&phone, "receipt.zh", Screen::PHONE).await?;
        phone.open(&hub.url("/r/nothing")).await?;
        phone.loses("@slip").await?;
        gallery.close()
    })
}

#[test]
fn a_till_is_made_to_fit_who_works_at_it() -> Result<()> {
    story("till-looks", async |story| {
        let hub = story.hub().await?;
        let counter = story.browser("counter", Browser::new(Screen::TABLET)).await?;
        let mut gallery = Gallery::open()?;

        // A manager pins goods; the till has them at hand.
        let manager = story.browser("manager", Browser::new(Screen::TABLET)).await?;
        let boss = DEMO_STAFF.iter().find(|staff| staff.role == StaffRole::Manager).context("a manager")?;
        manager.open(&hub.url("/counter/till")).await?;
        manager.sees("@counter-sign-in").await?;
        manager.presses(boss.pin).await?;
        manager.presses(ENTER).await?;
        manager.taps("@train").await?;
        manager.taps("@at-hand").await?;
        manager.sees("@none-at-hand").await?;
        manager.taps_what_says("@department", "All").await?;
        manager.taps("@pin-goods").await?;
        let name = manager.text("@tile .till-tile-name").await?;
        manager.taps("@tile").await?;
        manager.sees("@pinned").await?;
        manager.sees("@ticket-empty").await?;
        gallery.look(&manager, "till-pinning.en", Screen::TABLET).await?;
        manager.taps("@pin-goods").await?;
        opens(&counter, &hub).await?;
        counter.reads("@tile", &name).await?;
        counter.counts("@tile", 1).await?;
        counter.loses("@pin-goods").await?;
        counter.taps("@tile").await?;
        counter.reads("@ticket-line", &name).await?;

        // For the left hand and in large type, at once and for good.
        let goods_first = "document.querySelector('.till-side').getBoundingClientRect().left
            < document.querySelector('.till-ticket').getBoundingClientRect().left";
        counter.until("the ticket on the left", &format!("!({goods_first})")).await?;
        counter.taps("@this-till").await?;
        counter.taps("@left-handed").await?;
        counter.taps("@large-type").await?;
        counter.until("the ticket on the right", goods_first).await?;
        let large = "getComputedStyle(document.documentElement).fontSize === '20px'";
        counter.until("large type", large).await?;
        counter.taps("@close-sheet").await?;
        gallery.look(&counter, "till-left-large.en", Screen::TABLET).await?;
        counter.reload().await?;
        counter.sees("@ticket-line").await?;
        counter.until("the ticket on the right", goods_first).await?;
        counter.until("large type", large).await?;
        counter.taps("@pay").await?;
        counter.sees("@tender").await?;
        gallery.look(&counter, "till-left-large-tender.en", Screen::TABLET).await?;
        counter.taps("@ring-on").await?;
        counter.taps("@this-till").await?;
        counter.taps("@large-type").await?;
        counter.until("plain type", &format!("!({large})")).await?;
        gallery.close()
    })
}
