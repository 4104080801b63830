//! A review, from who bought at the till with a card, past the manager who reads its words, to everybody who looks at the product.

use anyhow::{Context, Result};
use ministore_core::role::StaffRole;
use ministore_hub::founding::DEMO_STAFF;
use ministore_tests::gallery::{LANGUAGES, choose_language};
use ministore_tests::journey::{sign_in, sign_in_as};
use ministore_tests::{Browser, Gallery, Page, Screen, story};

const SMALL_MILK: &str = "9520130000431";

async fn rings(counter: &Page, code: &str) -> Result<()> {
    counter.types("@code", code).await?;
    counter.taps("@code-go").await
}

#[test]
fn who_bought_says_how_it_was_and_everybody_reads_it_once_it_was_read() -> Result<()> {
    story("review", async |story| {
        let hub = story.hub().await?;
        let boss = DEMO_STAFF.iter().find(|staff| staff.role == StaffRole::Manager).context("a manager")?;
        let office = story.browser("office", Browser::new(Screen::TABLET)).await?;
        let counter = story.browser("counter", Browser::new(Screen::TABLET)).await?;
        let phone = story.browser("phone", Browser::new(Screen::PHONE)).await?;
        let mut gallery = Gallery::open()?;
        sign_in(&counter, &hub).await?;
        counter.open(&hub.url("/counter/drawer")).await?;
        counter.types("@field-float", "200").await?;
        counter.taps("@open-till").await?;
        counter.arrives_at("/counter/till").await?;

        // Who has bought nothing has nothing to review.
        phone.open(&hub.url("/me")).await?;
        phone.taps("@me-reviews").await?;
        phone.arrives_at("/reviews").await?;
        phone.sees("@nothing-to-review").await?;
        phone.counts("@review-write", 0).await?;
        gallery.look(&phone, "reviews-none.en", Screen::PHONE).await?;

        // A sale at the till with the member's card.
        phone.open(&hub.url("/card")).await?;
        phone.taps("@join").await?;
        let number = phone.text("@card-number").await?;
        rings(&counter, SMALL_MILK).await?;
        counter.sees("@ticket-line").await?;
        rings(&counter, &number).await?;
        counter.sees("@ticket-member").await?;
        counter.taps("@pay").await?;
        counter.types("@cash", "50").await?;
        counter.taps("@sell").await?;
        counter.sees("@receipt-total").await?;

        // Stars have to be chosen; words wait for the shop.
        phone.open(&hub.url("/reviews")).await?;
        phone.counts("@bought", 1).await?;
        phone.taps("@bought @review-write").await?;
        phone.types("@review-words", "Creamy, and always fresh.").await?;
        phone.taps("@review-send").await?;
        phone.sees(".review-form .problem:not([hidden])").await?;
        phone.taps("@stars-4").await?;
        gallery.look(&phone, "review-form.en", Screen::PHONE).await?;
        phone.taps("@review-send").await?;
        phone.reads("@bought @own-review", "Creamy, and always fresh.").await?;
        phone.reads("@review-standing", "has not read").await?;
        phone.open(&hub.url(&format!("/p/{SMALL_MILK}"))).await?;
        phone.reads("@product-reviews @rating", "4").await?;
        phone.counts("@product-reviews @review", 0).await?;

        // The manager reads them, answers, and shows them.
        sign_in_as(&office, &hub, boss.pin).await?;
        office.open(&hub.url("/counter/reviews")).await?;
        office.reads("@desk-review[data-state=waiting]", "Creamy, and always fresh.").await?;
        office.types("@desk-answer", "Thank you, from the farm too.").await?;
        gallery.look(&office, "reviews-desk.en", Screen::TABLET).await?;
        office.taps("@desk-show").await?;
        office.reads("@review-said", "shown").await?;
        office.sees("@desk-review[data-state=shown]").await?;
        for (name, tag) in LANGUAGES {
            choose_language(&phone, tag).await?;
            phone.open(&hub.url(&format!("/p/{SMALL_MILK}"))).await?;
            phone.reads("@product-reviews @review", "Creamy, and always fresh.").await?;
            phone.reads("@review-answer", "from the farm too").await?;
            gallery.look(&phone, &format!("product-reviews.{name}"), Screen::PHONE).await?;
        }
        choose_language(&phone, "en").await?;

        // Hidden words leave their stars, and whoever wrote them is told why.
        office.chooses("@desk-why", "off_topic").await?;
        office.taps("@desk-hide").await?;
        office.sees("@desk-review[data-state=off_topic]").await?;
        phone.open(&hub.url(&format!("/p/{SMALL_MILK}"))).await?;
        phone.reads("@product-reviews @rating", "4").await?;
        phone.counts("@product-reviews @review", 0).await?;
        phone.reads("@product-reviews @review-standing", "about something else").await?;

        // Taken back, nothing of it is left.
        phone.taps("@product-reviews @review-write").await?;
        phone.taps("@review-take-back").await?;
        phone.sees("@product-reviews @no-reviews").await?;
        office.reload().await?;
        office.sees("@no-words").await?;
        office.counts("@desk-review", 0).await?;
        gallery.close()
    })
}
