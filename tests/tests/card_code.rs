//! A member's card on a phone: its code renews itself, is known at the till, and pays once.

use anyhow::{Result, ensure};
use ministore_core::member::FindMember;
use ministore_core::money::{Currency, Money};
use ministore_core::quantity::Measure;
use ministore_core::stored_value::TopUp;
use ministore_tests::gallery::{LANGUAGES, choose_language};
use ministore_tests::hub::CASHIER_PIN;
use ministore_tests::journey::{ENTER, sign_in, wedge};
use ministore_tests::shop::{amount, totals};
use ministore_tests::{Browser, Client, Gallery, Page, Screen, story};
use uuid::Uuid;

const SMALL_MILK: &str = "9520130000431";

fn yuan(minor: i64) -> Money {
    Currency::CNY.minor(minor)
}

/// What the phone shows now.
async fn shown(phone: &Page) -> Result<String> {
    phone.attribute("@card-code", "data-symbol").await
}

/// Sets the phone's clock ahead, as the page sees it, or behind; and waits until the card shows what it shows then.
async fn set_ahead(phone: &Page, seconds: i64) -> Result<String> {
    let before = shown(phone).await?;
    let script =
        "window.clock ??= Date.now.bind(Date); const [by] = arguments; Date.now = () => window.clock() + by;";
    phone.run(script, vec![(seconds * 1000).into()]).await?;
    phone
        .eventually("the code to renew itself", async || {
            let now = shown(phone).await.map_err(|error| error.to_string())?;
            if now == before { Err(now) } else { Ok(now) }
        })
        .await
}

#[test]
fn a_cards_code_renews_itself_and_pays_once() -> Result<()> {
    story("card-code", async |story| {
        let hub = story.hub().await?;
        let staff = Client::staff(&hub.url(""), CASHIER_PIN).await?;
        let milk = staff.product(SMALL_MILK).await?;
        let three = totals(&[(&milk, Measure::Pieces(3))])?.total.minor;
        let phone = story.browser("phone", Browser::new(Screen::PHONE)).await?;
        let counter = story.browser("counter", Browser::new(Screen::TABLET)).await?;
        let mut gallery = Gallery::open()?;

        // Joined on the phone, whose card shows a code and not its number alone.
        phone.open(&hub.url("/card")).await?;
        phone.taps("@join").await?;
        let number = phone.text("@card-number").await?;
        let first = shown(&phone).await?;
        ensure!(first.starts_with("MR") && first[2..13] == number[2..], "{first} of {number}");
        phone.reads("@card-code-left", "Next code in").await?;
        for (name, tag) in LANGUAGES {
            choose_language(&phone, tag).await?;
            phone.open(&hub.url("/card")).await?;
            phone.sees("@card-code").await?;
            gallery.look(&phone, &format!("card-code.{name}"), Screen::PHONE).await?;
        }
        choose_language(&phone, "en").await?;
        phone.reload().await?;
        let found = staff.call(&FindMember { number: number.parse()? }).await?;
        ensure!(found.renews, "the hub knows that it renews itself");
        staff
            .call(&TopUp { top_up: Uuid::now_v7().into(), number: number.parse()?, amount: yuan(1_000) })
            .await?;

        sign_in(&counter, &hub).await?;
        counter.open(&hub.url("/counter/drawer")).await?;
        counter.types("@field-float", "200").await?;
        counter.taps("@open-till").await?;
        counter.arrives_at("/counter/till").await?;
        for _ in 0..3 {
            wedge(&counter, SMALL_MILK).await?;
        }
        counter.reads("@ticket-total", &amount(yuan(three))).await?;

        // A picture of two minutes ago is refused, and the ticket is nobody's.
        let old = set_ahead(&phone, -120).await?;
        wedge(&counter, &old).await?;
        counter.sees("@error[data-code=card_code_refused]").await?;
        counter.counts("@ticket-member", 0).await?;
        gallery.look(&counter, "till-card-code-stale.en", Screen::TABLET).await?;

        // Its number is known as ever, and pays nothing by itself.
        wedge(&counter, &number).await?;
        counter.reads("@ticket-member", &number).await?;
        counter.presses(ENTER).await?;
        counter.reads("@by-member-code", &amount(yuan(1_000))).await?;
        counter.counts("@by-member", 0).await?;
        gallery.look(&counter, "till-card-code-wanted.en", Screen::TABLET).await?;

        // Its code does.
        let now = set_ahead(&phone, 0).await?;
        wedge(&counter, &now).await?;
        counter.taps("@by-member").await?;
        counter.reads("@paid-part", &amount(yuan(1_000))).await?;

        // Taken back, the same code is used up; the next one pays.
        counter.taps("@take-back").await?;
        counter.sees("@by-member-code").await?;
        wedge(&counter, &now).await?;
        counter.taps("@by-member").await?;
        counter.sees("@error[data-code=card_code_refused]").await?;
        counter.sees("@by-member-code").await?;
        let next = set_ahead(&phone, 30).await?;
        wedge(&counter, &next).await?;
        counter.taps("@by-member").await?;
        counter.reads("@paid-part", &amount(yuan(1_000))).await?;
        counter.taps("@sell").await?;
        counter.reads("@receipt-taken", &amount(yuan(1_000))).await?;
        counter.taps("@next-sale").await?;

        // Anywhere else at the counter it opens the card, and says that it is right.
        counter.open(&hub.url("/counter")).await?;
        counter.sees("@code").await?;
        wedge(&counter, &shown(&phone).await?).await?;
        counter.arrives_at("/counter/cards/").await?;
        counter.sees("@card-checked").await?;
        counter.reads("@card-balance", "0.00").await?;
        gallery.look(&counter, "counter-card-checked.en", Screen::TABLET).await?;

        // Without the hub the code renews itself all the same, and the till takes it unchecked.
        counter.open(&hub.url("/counter/till")).await?;
        counter.sees("@ticket-empty").await?;
        hub.stop().await;
        let offline = set_ahead(&phone, 90).await?;
        wedge(&counter, &offline).await?;
        counter.reads("@ticket-member", &number).await?;
        counter.sees("@member-unchecked").await?;
        gallery.look(&counter, "till-card-unchecked.en", Screen::TABLET).await?;
        gallery.close()
    })
}
