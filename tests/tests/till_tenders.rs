//! What a till is paid with beside cash and cards, and what comes back to it: a member's money, another currency, goods for
//! goods, one piece of three, and a return whose receipt is lost.

use anyhow::{Context, Result};
use ministore_core::instore::Plu;
use ministore_core::member::{GetCard, Join};
use ministore_core::money::{Currency, Money, Price};
use ministore_core::quantity::Measure;
use ministore_core::role::StaffRole;
use ministore_core::shop::GetShop;
use ministore_core::stored_value::TopUp;
use ministore_core::ticket::{ForeignRate, SetTillRules};
use ministore_hub::founding::DEMO_STAFF;
use ministore_tests::journey::{ENTER, sign_in, sign_in_as, wedge};
use ministore_tests::shop::{amount, totals};
use ministore_tests::{Browser, Client, Gallery, Screen, story};
use uuid::Uuid;

const SMALL_MILK: &str = "9520130000431";
const RAZORS: &str = "9520610002214";

fn yuan(minor: i64) -> Money {
    Currency::CNY.minor(minor)
}

#[test]
fn a_till_takes_every_money_and_takes_goods_back() -> Result<()> {
    story("till-tenders", async |story| {
        let hub = story.hub().await?;
        let mei = Client::shopper(&hub.url("")).await?;
        let card = mei.call(&Join { member: Uuid::now_v7().into() }).await?;
        let manager =
            DEMO_STAFF.iter().find(|staff| staff.role == StaffRole::Manager).context("a manager")?;
        let boss = Client::staff(&hub.url(""), manager.pin).await?;
        // Money that another till took.
        boss.call(&TopUp { top_up: Uuid::now_v7().into(), number: card.number, amount: yuan(1_000) }).await?;
        let milk = mei.product(SMALL_MILK).await?;
        let razors = mei.product(RAZORS).await?;
        let price = |goods: &[_]| Ok::<_, anyhow::Error>(totals(goods)?.total.minor);

        // The shop takes a currency beside its own.
        let mut gallery = Gallery::open()?;
        let counter = story.browser("counter", Browser::new(Screen::TABLET)).await?;
        sign_in(&counter, &hub).await?;
        let mut rules = mei.call(&GetShop {}).await?.till;
        rules.foreign = vec![ForeignRate { currency: Currency::USD, thousand: Price::new(yuan(710_000))? }];
        boss.call(&SetTillRules { rules }).await?;
        counter.open(&hub.url("/counter/drawer")).await?;
        counter.types("@field-float", "200").await?;
        counter.taps("@open-till").await?;
        counter.arrives_at("/counter/till").await?;

        // Part of it from the member's card, the rest in dollars, and change in yuan.
        let three = price(&[(&milk, Measure::Pieces(3))])?;
        for _ in 0..3 {
            wedge(&counter, SMALL_MILK).await?;
        }
        wedge(&counter, &card.number.to_string()).await?;
        counter.reads("@ticket-member", &card.number.to_string()).await?;
        counter.taps("@more-actions").await?;
        counter.taps("@write-note").await?;
        counter.types("@field-note", "For the office").await?;
        counter.taps("@note-kept").await?;
        counter.reads("@ticket-note", "For the office").await?;
        counter.presses(ENTER).await?;
        counter.taps("@by-member").await?;
        counter.reads("@paid-part", &amount(yuan(1_000))).await?;
        counter.reads("@due", &amount(yuan(three - 1_000))).await?;
        counter.taps("@take-back").await?;
        counter.reads("@due", &amount(yuan(three))).await?;
        counter.taps("@by-member").await?;
        counter.reads("@due", &amount(yuan(three - 1_000))).await?;
        counter
            .eventually("what was taken to be kept", async || {
                let kept = counter.kept("ministore.till").await.map_err(|error| error.to_string())?;
                let kept = kept.unwrap_or_default();
                if kept.contains("stored_value") { Ok(()) } else { Err(kept) }
            })
            .await?;
        counter.reload().await?;
        counter.reads("@ticket-total", &amount(yuan(three))).await?;
        counter.presses(ENTER).await?;
        counter.reads("@paid-part", &amount(yuan(1_000))).await?;
        counter.taps("@by-foreign").await?;
        counter.types("@field-foreign-amount", "20").await?;
        counter.reads("@foreign-worth", &amount(yuan(14_200))).await?;
        gallery.look(&counter, "till-tenders.en", Screen::TABLET).await?;
        counter.taps("@foreign-taken").await?;
        counter.taps("@sell").await?;
        counter.reads("@sold", &amount(yuan(14_200 - (three - 1_000)))).await?;
        counter.reads("@receipt-taken", &amount(yuan(1_000))).await?;
        counter.reads("@receipt-note", "For the office").await?;
        let left = mei.call(&GetCard {}).await?.context("a card")?.stored.context("money")?.money;
        assert_eq!((left.balance, left.held), (yuan(0), yuan(0)));

        // One of the three comes back to the card; the cashier finds the sale by the card that was shown.
        counter.taps("@next-sale").await?;
        counter.taps("@to-sales").await?;
        wedge(&counter, &card.number.to_string()).await?;
        counter.reads("@sales-of", &card.number.to_string()).await?;
        counter.taps("@sale").await?;
        counter.taps("@back-line [data-testid=more]").await?;
        let one = three / 3;
        counter.reads("@give-back", &amount(yuan(one))).await?;
        gallery.look(&counter, "till-back.en", Screen::TABLET).await?;
        counter.taps("@give-back").await?;
        counter.reads("@refunded", &amount(yuan(one))).await?;
        let left = mei.call(&GetCard {}).await?.context("a card")?.stored.context("money")?.money;
        assert_eq!(left.balance, yuan(one));

        // The other two become razors, on one ticket.
        counter.taps("@back-line input").await?;
        counter.taps("@exchange").await?;
        counter.arrives_at("/counter/till").await?;
        counter.reads("@goods-back", &amount(yuan(three - one))).await?;
        wedge(&counter, RAZORS).await?;
        let razor = price(&[(&razors, Measure::Pieces(1))])?;
        let due = razor - (three - one);
        counter.reads("@ticket-total", &amount(yuan(due))).await?;
        gallery.look(&counter, "till-exchange.en", Screen::TABLET).await?;
        counter.presses(ENTER).await?;
        counter.reads("@due", &amount(yuan(due.max(0)))).await?;
        counter.taps("@sell").await?;
        counter.reads("@receipt-credit", &amount(yuan(three - one))).await?;
        counter.taps("@next-sale").await?;

        // Nobody has the receipt of the last one: a manager allows it, and why is kept.
        wedge(&counter, SMALL_MILK).await?;
        counter.taps("@more-actions").await?;
        counter.taps("@no-receipt").await?;
        counter.taps("@back-without").await?;
        counter.sees("@back-wrong").await?;
        counter.types("@field-back-reason", "A gift").await?;
        counter.types("@field-back-pin", manager.pin).await?;
        gallery.look(&counter, "till-no-receipt.en", Screen::TABLET).await?;
        counter.taps("@back-without").await?;
        counter.reads("@given-back", &amount(yuan(one))).await?;
        counter.taps("@given-done").await?;
        counter.sees("@ticket-empty").await?;

        // Dollars are counted apart.
        counter.taps("@to-drawer").await?;
        counter.taps("@close-open").await?;
        counter.types("[data-testid='count-USD']", "nineteen").await?;
        counter.taps("@close-till").await?;
        counter.sees("@count-wrong").await?;
        counter.types("[data-testid='count-USD']", "19").await?;
        counter.taps("@close-till").await?;
        counter.reads("@report-foreign", "20").await?;
        counter.reads("@z-foreign", "1").await?;
        counter.reads("@report-other", &amount(yuan(1_000 - one))).await?;
        gallery.look(&counter, "till-z-foreign.en", Screen::TABLET).await?;
        gallery.close()
    })
}

#[test]
fn a_manager_sets_the_rules_for_tills() -> Result<()> {
    story("till-rules", async |story| {
        let hub = story.hub().await?;
        let manager =
            DEMO_STAFF.iter().find(|staff| staff.role == StaffRole::Manager).context("a manager")?;
        let office = story.browser("office", Browser::new(Screen::TABLET)).await?;
        sign_in_as(&office, &hub, manager.pin).await?;
        let mut gallery = Gallery::open()?;
        office.open(&hub.url("/counter/drawer")).await?;
        office.taps("@rules-open").await?;
        office.taps("[data-testid='rounding-nearest']").await?;
        office.types("@field-round-step", "zero").await?;
        office.taps("@save-rules").await?;
        office.sees("@rules-wrong").await?;
        office.types("@field-round-step", "0.05").await?;
        office.types("@field-rates", "USD 7.1, EUR 7.8").await?;
        office.types("@field-cashier-off", "15").await?;
        gallery.look(&office, "till-rules.en", Screen::TABLET).await?;
        office.taps("@save-rules").await?;
        office.sees("@rules-saved").await?;
        office.reload().await?;
        office.taps("@rules-open").await?;
        let shop = Client::visitor(&hub.url(""))?.call(&GetShop {}).await?;
        assert_eq!(shop.till.rounding.context("rounding")?.step, 5);
        assert_eq!((shop.till.cashier_off, shop.till.foreign.len()), (1_500, 2));

        // The shop's scale writes a weight with a check digit of its own; a prefix is read in one way only.
        office.taps("@own-codes-open").await?;
        office.counts("@own-code", shop.in_store.len()).await?;
        for wrong in ["28PPPVVVVVVVC", "21PPPPPVVVVVC", "banana"] {
            office.types("@field-own-code", wrong).await?;
            office.taps("@own-code-add").await?;
            office.reads(".till-rules", "Thirteen places").await?;
            office.counts("@own-code", shop.in_store.len()).await?;
        }
        office.types("@field-own-code", "28pppppkvvvvvc").await?;
        office.taps("@own-code-add").await?;
        office.counts("@own-code", shop.in_store.len()).await?;
        office.types("@field-own-code", "28PPPPKVVVVVC").await?;
        office.taps("@own-code-add").await?;
        office.counts("@own-code", shop.in_store.len() + 1).await?;
        gallery.look(&office, "till-own-codes.en", Screen::TABLET).await?;
        office.taps("@own-codes-save").await?;
        office.sees("@own-codes-saved").await?;
        let now = Client::visitor(&hub.url(""))?.call(&GetShop {}).await?;
        let pattern = now.in_store.last().context("a pattern")?;
        let label = pattern.write(Plu::new(1234).context("an item")?, 678)?;
        office.types("@field-own-code-try", &label).await?;
        office.reads("@own-code-reads", "Item 01234, 678 g").await?;
        gallery.close()
    })
}
