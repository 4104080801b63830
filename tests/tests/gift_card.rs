//! A gift card: sold at the till, looked at on a phone, taken for a part of a sale, given back onto, and frozen.

use anyhow::{Context, Result};
use ministore_core::gift_card::GetGiftCard;
use ministore_core::issued::GiftCardNumber;
use ministore_core::money::{Currency, Money};
use ministore_core::quantity::Measure;
use ministore_core::role::StaffRole;
use ministore_core::stored_value::OnCard;
use ministore_hub::founding::DEMO_STAFF;
use ministore_tests::gallery::{LANGUAGES, choose_language};
use ministore_tests::journey::{ENTER, sign_in_as, wedge};
use ministore_tests::shop::{amount, totals};
use ministore_tests::{Browser, Client, Gallery, Screen, story};

const SMALL_MILK: &str = "9520130000431";

fn yuan(minor: i64) -> Money {
    Currency::CNY.minor(minor)
}

#[test]
fn a_gift_card_is_sold_spent_given_back_onto_and_frozen() -> Result<()> {
    story("gift-card", async |story| {
        let hub = story.hub().await?;
        let manager =
            DEMO_STAFF.iter().find(|staff| staff.role == StaffRole::Manager).context("a manager")?;
        let visitor = Client::visitor(&hub.url(""))?;
        let milk = visitor.product(SMALL_MILK).await?;
        let three = totals(&[(&milk, Measure::Pieces(3))])?.total.minor;
        let counter = story.browser("counter", Browser::new(Screen::TABLET)).await?;
        let phone = story.browser("phone", Browser::new(Screen::PHONE)).await?;
        let mut gallery = Gallery::open()?;

        // Sold for cash: its number is shown once.
        sign_in_as(&counter, &hub, manager.pin).await?;
        counter.open(&hub.url("/counter/drawer")).await?;
        counter.types("@field-float", "200").await?;
        counter.taps("@open-till").await?;
        counter.arrives_at("/counter/till").await?;
        counter.taps("@more-actions").await?;
        counter.taps("@to-gift-cards").await?;
        counter.arrives_at("/counter/gift-cards").await?;
        counter.taps("@gift-sell").await?;
        counter.sees("@gift-amount[aria-invalid=true]").await?;
        for (name, tag) in LANGUAGES {
            choose_language(&counter, tag).await?;
            counter.reload().await?;
            counter.taps("@gift-10000").await?;
            counter.reads("@gift-sell", "100.00").await?;
            gallery.look(&counter, &format!("gift-card-sell.{name}"), Screen::TABLET).await?;
        }
        choose_language(&counter, "en").await?;
        counter.reload().await?;
        counter.types("@gift-amount", "10").await?;
        counter.types("@field-gift-message", "Happy birthday").await?;
        counter.taps("@gift-sell").await?;
        counter.reads("@gift-sold-amount", &amount(yuan(1_000))).await?;
        counter.reads("@gift-sold-message", "Happy birthday").await?;
        gallery.look(&counter, "gift-card-sold.en", Screen::TABLET).await?;
        let number: GiftCardNumber = counter.text("@gift-sold-number").await?.parse()?;
        let there = async || Ok::<OnCard, anyhow::Error>(visitor.call(&GetGiftCard { number }).await?.money);
        assert_eq!(there().await?, OnCard { balance: yuan(1_000), held: yuan(0) });
        counter.taps("@gift-next").await?;
        counter.sees("@gift-sell-form").await?;

        // Whoever has the number sees what is on it.
        phone.open(&hub.url("/me")).await?;
        phone.taps("@me-gift-card").await?;
        phone.arrives_at("/gift-card").await?;
        for (name, tag) in LANGUAGES {
            choose_language(&phone, tag).await?;
            phone.open(&hub.url("/gift-card")).await?;
            phone.types("@field-gift-number", "K7M4-Q2ZP").await?;
            phone.taps("@gift-look").await?;
            phone.sees("@field-gift-number[aria-invalid=true]").await?;
            phone.types("@field-gift-number", &GiftCardNumber::from_bits(1).to_string()).await?;
            phone.taps("@gift-look").await?;
            phone.sees("@error[data-code=not_found]").await?;
            gallery.look(&phone, &format!("gift-card-unknown.{name}"), Screen::PHONE).await?;
            phone.types("@field-gift-number", &number.to_string().to_lowercase()).await?;
            phone.taps("@gift-look").await?;
            phone.reads("@gift-balance", "10.00").await?;
            gallery.look(&phone, &format!("gift-card-balance.{name}"), Screen::PHONE).await?;
        }

        // Scanned while goods are rung up it says what is on it; while they are paid it is taken for as much.
        counter.open(&hub.url("/counter/till")).await?;
        counter.sees("@ticket-empty").await?;
        for _ in 0..3 {
            wedge(&counter, SMALL_MILK).await?;
        }
        counter.reads("@ticket-total", &amount(yuan(three))).await?;
        wedge(&counter, &number.symbol_text()).await?;
        counter.reads("@gift-balance", &amount(yuan(1_000))).await?;
        counter.counts("@by-gift-card", 0).await?;
        counter.presses(ENTER).await?;
        counter.reads("@by-gift-card", &amount(yuan(1_000))).await?;
        gallery.look(&counter, "till-gift-card.en", Screen::TABLET).await?;
        counter.taps("@by-gift-card").await?;
        counter.reads("@paid-part", &amount(yuan(1_000))).await?;
        counter.reads("@due", &amount(yuan(three - 1_000))).await?;
        assert_eq!(there().await?, OnCard { balance: yuan(0), held: yuan(1_000) });
        counter.taps("@take-back").await?;
        counter.reads("@due", &amount(yuan(three))).await?;
        counter.reads("@gift-balance", &amount(yuan(1_000))).await?;
        counter.taps("@gift-card-away").await?;
        counter.loses("@gift-card-met").await?;

        // Typed, where nobody can scan it.
        counter.taps("@gift-card-open").await?;
        counter.types("@field-gift-number", &number.to_string()).await?;
        counter.presses(ENTER).await?;
        counter.taps("@by-gift-card").await?;
        counter.reads("@due", &amount(yuan(three - 1_000))).await?;
        counter.taps("@sell").await?;
        counter.reads("@receipt-taken", &amount(yuan(1_000))).await?;
        assert_eq!(there().await?, OnCard { balance: yuan(0), held: yuan(0) });
        counter.taps("@next-sale").await?;

        // All of it comes back: what the card paid onto the card, the rest in cash.
        counter.taps("@to-sales").await?;
        counter.taps("@sale").await?;
        counter.taps("@back-line input").await?;
        counter.reads("@onto-gift-card", &amount(yuan(1_000))).await?;
        gallery.look(&counter, "till-back-gift-card.en", Screen::TABLET).await?;
        counter.taps("@give-back").await?;
        counter.reads("@refunded", &amount(yuan(three))).await?;
        assert_eq!(there().await?, OnCard { balance: yuan(1_000), held: yuan(0) });

        // Scanned anywhere else at the counter it opens its screen, where a manager freezes it.
        counter.open(&hub.url("/counter")).await?;
        counter.sees("@code").await?;
        wedge(&counter, &number.symbol_text()).await?;
        counter.arrives_at("/counter/gift-cards").await?;
        counter.reads("@gift-balance", &amount(yuan(1_000))).await?;
        counter.taps("@gift-freeze").await?;
        counter.sees("@field-gift-why[aria-invalid=true]").await?;
        counter.types("@field-gift-why", "Reported as stolen").await?;
        counter.taps("@gift-freeze").await?;
        counter.sees("@gift-frozen").await?;
        gallery.look(&counter, "gift-card-frozen.en", Screen::TABLET).await?;
        phone.taps("@gift-look").await?;
        phone.sees("@gift-frozen").await?;
        counter.open(&hub.url("/counter/till")).await?;
        counter.sees("@ticket-empty").await?;
        wedge(&counter, SMALL_MILK).await?;
        counter.reads("@ticket-total", &amount(yuan(three / 3))).await?;
        counter.presses(ENTER).await?;
        wedge(&counter, &number.symbol_text()).await?;
        counter.sees("@gift-frozen").await?;
        counter.counts("@by-gift-card", 0).await?;
        gallery.look(&counter, "till-gift-card-frozen.en", Screen::TABLET).await?;

        // The report has it apart from goods.
        counter.open(&hub.url("/counter/drawer")).await?;
        counter.reads("@report-gift-cards", "1").await?;
        counter.reads("@report-gift-cash", &amount(yuan(1_000))).await?;
        counter.reads("@report-expected", &amount(yuan(21_000))).await?;
        gallery.close()
    })
}
