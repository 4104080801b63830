//! Money on a card: put there at the counter, set aside by an order, taken for what is truly handed over, and given back.

use anyhow::{Context, Result, ensure};
use ministore_core::member::FindMember;
use ministore_core::money::{Currency, Money};
use ministore_core::order::Get;
use ministore_core::payment::PaymentState;
use ministore_core::table::menu::GetMenu;
use ministore_core::table::{GetTab, GetTables, LineStep, TakeStep};
use ministore_tests::gallery::{LANGUAGES, choose_language};
use ministore_tests::hub::CASHIER_PIN;
use ministore_tests::journey::{self, Checkout, pick, put_in, sign_in, wedge};
use ministore_tests::shop::amount;
use ministore_tests::{Browser, Client, Gallery, Screen, story};

const MILK: &str = "9520130000134";
const CREAM: &str = "9520130002138";
const PIZZA: &str = "Margherita pizza";

fn yuan(minor: i64) -> Money {
    Currency::CNY.minor(minor)
}

#[test]
fn staff_top_up_a_card_and_its_shopper_pays_with_it_what_is_handed_over() -> Result<()> {
    story("stored_value", async |story| {
        let hub = story.hub().await?;
        let staff = Client::staff(&hub.url(""), CASHIER_PIN).await?;
        let phone = story.browser("phone", Browser::new(Screen::PHONE)).await?;
        let counter = story.browser("counter", Browser::new(Screen::TABLET)).await?;
        let mut gallery = Gallery::open()?;
        let (milk, cream) = (staff.product(MILK).await?, staff.product(CREAM).await?);

        // Who has no card cannot choose it, and is told how one comes to it.
        put_in(&phone, &hub, MILK).await?;
        put_in(&phone, &hub, CREAM).await?;
        phone.open(&hub.url("/checkout")).await?;
        phone.reads("@tender-stored-text", "For members").await?;
        phone
            .until("it cannot be chosen", "document.querySelector('[data-testid=tender-stored]').disabled")
            .await?;
        phone.open(&hub.url("/card")).await?;
        phone.taps("@join").await?;
        let number = phone.text("@card-number").await?;
        phone.reads("@card-balance", "0.00").await?;

        // A little is put onto it at the counter, with the card in the scanner's light.
        sign_in(&counter, &hub).await?;
        wedge(&counter, &number).await?;
        counter.arrives_at("/counter/cards/").await?;
        counter.types("@top-up-amount", "0").await?;
        counter.taps("@top-up").await?;
        counter.sees("@top-up-amount[aria-invalid=true]").await?;
        counter.types("@top-up-amount", "1.50").await?;
        counter.taps("@top-up").await?;
        counter.reads("@top-up-done", "1.50").await?;
        phone.reads("@card-balance", "1.50").await?;
        journey::fill_checkout(&phone, &hub, Checkout::PickupCash).await?;
        let total = milk.price.money().plus(cream.price.money())?;
        let missing = amount(total.minus(yuan(150))?);
        phone.reads("@tender-stored-text", &missing).await?;
        gallery.look(&phone, "checkout-stored-missing.en", Screen::PHONE).await?;

        // Then enough, by one of the usual amounts: the checkout hears of it.
        for (name, tag) in LANGUAGES {
            choose_language(&counter, tag).await?;
            counter.reload().await?;
            counter.reads("@card-balance", "1.50").await?;
            counter.taps("@top-up-10000").await?;
            gallery.look(&counter, &format!("counter-top-up.{name}"), Screen::TABLET).await?;
        }
        choose_language(&counter, "en").await?;
        counter.reload().await?;
        counter.taps("@top-up-10000").await?;
        counter.taps("@top-up").await?;
        counter.reads("@top-up-done", "101.50").await?;
        gallery.look(&counter, "counter-topped-up.en", Screen::TABLET).await?;
        phone.reads("@tender-stored-text", "101.50").await?;
        phone.taps("label:has(@tender-stored)").await?;
        gallery.look(&phone, "checkout-stored.en", Screen::PHONE).await?;
        phone.taps("@place-order").await?;
        let order = journey::order_of(&phone.arrives_at("/orders/").await?)?;
        phone.sees("@order-page[data-state=placed]").await?;
        phone.reads("@paid", &format!("{} set aside", amount(total))).await?;
        let placed = staff.call(&Get { order }).await?;
        ensure!(placed.payment.state == PaymentState::Authorised, "{:?}", placed.payment);

        // No cream: the order is handed over without it, and without any cash.
        counter.open(&hub.url(&format!("/counter/orders/{}", order.0))).await?;
        counter.reads("@payment", "set aside").await?;
        counter.taps("@accept").await?;
        counter.taps("@start-picking").await?;
        pick(&counter, MILK, 1, 2).await?;
        counter.taps(&format!("@line-{CREAM} @not-there")).await?;
        counter.taps("@short-refund").await?;
        counter.taps("@ready").await?;
        phone.sees("@order-page[data-state=ready]").await?;
        let code = phone.text("@pickup-code").await?;
        counter.taps("@hand-over").await?;
        wedge(&counter, &format!("MO{}", code.replace('-', ""))).await?;
        let price = milk.price.money();
        counter.reads("@nothing-due", &amount(price)).await?;
        gallery.look(&counter, "counter-hand-over-stored.en", Screen::TABLET).await?;
        counter.taps("@confirm-hand-over").await?;
        counter.sees("@handed-over").await?;
        phone.reads("@paid", &format!("{} paid from your card", amount(price))).await?;

        // The card says what is left, and how it went.
        let left = yuan(10_150).minus(price)?;
        for (name, tag) in LANGUAGES {
            choose_language(&phone, tag).await?;
            phone.open(&hub.url("/card")).await?;
            phone.reads("@card-balance", &amount(left)).await?;
            phone.reads("@stored-ledger", &format!("#{}", placed.number)).await?;
            gallery.look(&phone, &format!("card-stored.{name}"), Screen::PHONE).await?;
        }
        choose_language(&phone, "en").await?;
        phone.reload().await?;
        let found = staff.call(&FindMember { number: number.parse()? }).await?.stored;
        let there = found.context("a card without its money")?.money;
        ensure!((there.balance, there.held) == (left, yuan(0)), "{there:?}");

        // The milk comes back, and its money with it, while the card is open.
        counter.open(&hub.url(&format!("/counter/orders/{}", order.0))).await?;
        counter.taps("@return-open").await?;
        counter.taps("@return-line @more").await?;
        counter.taps("@return-confirm").await?;
        phone.reads("@card-balance", "101.50").await?;
        phone.reads("@stored-ledger", "Given back").await?;

        // A dish at a table is paid with it at once.
        let menu = staff.call(&GetMenu {}).await?;
        let mut dishes = menu.sections.iter().flat_map(|section| &section.dishes);
        let pizza = dishes.find(|dish| dish.product.name.en == PIZZA).context("no pizza on the menu")?;
        let dish = pizza.product.code().context("a dish has a code")?;
        phone.open(&hub.url("/t/5")).await?;
        phone.taps(&format!("@dish[data-code='{dish}']")).await?;
        phone.taps("@put").await?;
        phone.loses("@dish-form").await?;
        phone.taps("@open-list").await?;
        phone.taps("@send").await?;
        phone.taps("label:has(@look-bill)").await?;
        phone.taps("label:has(@tender-stored)").await?;
        gallery.look(&phone, "table-bill-stored.en", Screen::PHONE).await?;
        phone.taps("@pay-rest").await?;
        phone.sees("@payment[data-state=paid]").await?;
        let tables = staff.call(&GetTables {}).await?.tables;
        let tab = tables.into_iter().find_map(|table| table.tab).context("nobody sits anywhere")?.tab;
        let lines: Vec<_> = staff.call(&GetTab { tab }).await?.lines.iter().map(|line| line.id).collect();
        for step in [LineStep::Ready, LineStep::Serve] {
            staff.call(&TakeStep { tab, lines: lines.clone(), step }).await?;
        }
        let left = amount(yuan(10_150).minus(pizza.product.price.money())?);
        phone.open(&hub.url("/card")).await?;
        phone.reads("@card-balance", &left).await?;
        phone.reads("@stored-ledger", "Paid at a table").await?;

        // Who has money on the card has it paid out before they are forgotten.
        phone.open(&hub.url("/my-data")).await?;
        phone.taps("@erase-data").await?;
        phone.taps("@erase-yes").await?;
        phone.reads("@error[data-code=balance_left]", &left).await?;
        gallery.look(&phone, "my-data-balance.en", Screen::PHONE).await?;
        counter.open(&hub.url(&format!("/counter/cards/{number}"))).await?;
        counter.taps("@pay-out-open").await?;
        counter.sees("@pay-out-code").await?;
        gallery.look(&counter, "counter-pay-out.en", Screen::TABLET).await?;
        counter.reload().await?;
        counter.sees("@card-balance").await?;
        phone.open(&hub.url("/card")).await?;
        wedge(&counter, &phone.attribute("@card-code", "data-symbol").await?).await?;
        counter.sees("@card-checked").await?;
        counter.taps("@pay-out-open").await?;
        counter.taps("@pay-out").await?;
        counter.reads("@top-up-done", "Give").await?;
        counter.reads("@card-balance", "0.00").await?;
        phone.open(&hub.url("/my-data")).await?;
        phone.taps("@erase-data").await?;
        phone.taps("@erase-yes").await?;
        phone.reads("@data-done", "Erased").await?;
        gallery.close()
    })
}
