//! A shopper pays in WeChat: by a code that another phone scans, or by a link on the phone itself.

use std::time::{Duration, SystemTime};

use anyhow::{Context, Result, ensure};
use ministore_core::hours::Day;
use ministore_core::id::OrderId;
use ministore_core::order::{Get, OrderState};
use ministore_core::payment::{PaymentState, Tender};
use ministore_core::table::menu::GetMenu;
use ministore_core::table::split_equally;
use ministore_hub::founding::DEMO_STAFF;
use ministore_pay::Settings;
use ministore_pay::settings::Road;
use ministore_test_wechat_pay::books::{PayOutcome, Payer};
use ministore_test_wechat_pay::fault::{Faults, RequestFault};
use ministore_test_wechat_pay::{Options, Simulator};
use ministore_tests::gallery::{LANGUAGES, choose_language};
use ministore_tests::hub::TestHub;
use ministore_tests::journey::{self, Checkout, ENTER, put_in};
use ministore_tests::page::Page;
use ministore_tests::shop::amount;
use ministore_tests::{Browser, Client, Gallery, Screen, story};

const MILK: &str = "9520130000134";

/// Codes of wallets.
const CODE: &str = "130061098828009406";
const POOR_CODE: &str = "130061098828009401";
const SLOW_CODE: &str = "130061098828009403";

/// A phone's browser, and WeChat's own, as they name themselves.
const PHONE_AGENT: &str = "--user-agent=Mozilla/5.0 (Linux; Android 10; K) AppleWebKit/537.36 (KHTML, like Gecko) \
                           Chrome/140.0.0.0 Mobile Safari/537.36";
const WECHATS_OWN_AGENT: &str = "--user-agent=Mozilla/5.0 (Linux; Android 14; Pixel 8) AppleWebKit/537.36 (KHTML, like \
                                 Gecko) Version/4.0 Chrome/130.0.0.0 Mobile Safari/537.36 MicroMessenger/8.0.50";

/// A service, and a merchant of it whose hub it cannot reach, as behind a shop's router.
async fn service(folder: &tempfile::TempDir) -> Result<(Simulator, Settings)> {
    let simulator = Simulator::start(folder.path(), Options::default()).await?;
    let file = simulator.write_settings("http://127.0.0.1:9/pay/wechat/notify", true)?;
    Ok((simulator, Settings::from_file(&file)?))
}

#[test]
fn a_shopper_pays_by_a_code_and_sees_it_at_once() -> Result<()> {
    story("wechat_pay", async |story| {
        let folder = tempfile::tempdir()?;
        let (simulator, settings) = service(&folder).await?;
        let hub = story.hub_taking(settings).await?;
        let phone = story.browser("phone", Browser::new(Screen::PHONE)).await?;
        let mut gallery = Gallery::open()?;

        put_in(&phone, &hub, MILK).await?;
        journey::fill_checkout(&phone, &hub, Checkout::PickupWechat).await?;
        gallery.look(&phone, "checkout-wechat.en", Screen::PHONE).await?;
        let order = journey::order(&phone, &hub, Checkout::PickupWechat).await?;
        phone.sees("@pay-way svg.qr").await?;
        for (name, tag) in LANGUAGES {
            phone.run("localStorage.setItem('ministore.language', arguments[0])", vec![tag.into()]).await?;
            phone.reload().await?;
            phone.sees("@pay-code svg.qr").await?;
            gallery.look(&phone, &format!("order-to-pay.{name}"), Screen::PHONE).await?;
        }
        phone.run("localStorage.setItem('ministore.language', 'en')", Vec::new()).await?;
        phone.reload().await?;
        // The one code on the screen: WeChat would scan the other.
        phone.loses("@pickup-code").await?;
        let link = phone.attribute("@pay-code", "data-link").await?;
        ensure!(matches!(simulator.pay(&link), PayOutcome::Paid(_)), "{link} cannot be paid");
        phone.loses("@pay-way").await?;
        phone.reads("@paid", "paid with WeChat").await?;
        phone.sees("@pickup-code").await?;
        let shopper = Client::of_page(&hub.url(""), &phone).await?;
        ensure!(shopper.call(&Get { order }).await?.payment.state == PaymentState::Captured);

        // A service that does not answer: the order is kept, and the code comes when it answers again.
        simulator.set_faults(Faults::every_request(RequestFault::LostThere, Duration::from_millis(100)));
        put_in(&phone, &hub, MILK).await?;
        journey::order(&phone, &hub, Checkout::PickupWechat).await?;
        phone.sees("@pay-silent").await?;
        gallery.look(&phone, "order-to-pay-silent.en", Screen::PHONE).await?;
        simulator.heal();
        phone.sees("@pay-code svg.qr").await?;

        // What is withdrawn is not to be paid any more.
        let link = phone.attribute("@pay-code", "data-link").await?;
        phone.taps("@cancel").await?;
        phone.taps("@cancel-yes").await?;
        phone.sees("@order-page[data-state=cancelled]").await?;
        phone.loses("@pay-way").await?;
        ensure!(simulator.pay(&link) == PayOutcome::Over, "it can still be paid");
        gallery.close()
    })
}

#[test]
fn a_phone_opens_wechat_itself_where_the_shop_has_that() -> Result<()> {
    story("wechat_pay_link", async |story| {
        let folder = tempfile::tempdir()?;
        let (simulator, mut settings) = service(&folder).await?;
        settings.road = Road::Open { payer_ip: "203.0.113.7".to_owned() };
        let hub = story.hub_taking(settings).await?;
        let on_phone = Browser { flags: &[PHONE_AGENT], ..Browser::new(Screen::PHONE) };
        let phone = story.browser("phone", on_phone).await?;
        let mut gallery = Gallery::open()?;
        put_in(&phone, &hub, MILK).await?;
        journey::order(&phone, &hub, Checkout::PickupWechat).await?;
        let link = phone.attribute("@pay-open", "href").await?;
        gallery.look(&phone, "order-to-pay-open.en", Screen::PHONE).await?;
        let url: reqwest::Url = link.parse().context("no address")?;
        ensure!(url.host_str() == Some("wx.tenpay.com"), "{url}");
        simulator.pay(&link);
        phone.loses("@pay-way").await?;
        phone.reads("@paid", "paid with WeChat").await?;

        // On a screen that is no phone, and inside WeChat, the same shop shows the code that a phone scans.
        for (name, agent) in [("desk", None), ("inside", Some(WECHATS_OWN_AGENT))] {
            let flags: Vec<&str> = agent.into_iter().collect();
            let other = story.browser(name, Browser { flags: &flags, ..Browser::new(Screen::PHONE) }).await?;
            put_in(&other, &hub, MILK).await?;
            journey::order(&other, &hub, Checkout::PickupWechat).await?;
            let link = other.attribute("@pay-code", "data-link").await?;
            ensure!(link.starts_with("weixin://wxpay/bizpayurl"), "{name}: {link}");
            simulator.pay(&link);
            other.reads("@paid", "paid with WeChat").await?;
        }
        gallery.close()
    })
}

/// Orders milk in cash, and has it ready at the counter, whose hand-over it opens with the shopper's code.
async fn ready_in_cash(shopper: &Page, counter: &Page, hub: &TestHub) -> Result<OrderId> {
    put_in(shopper, hub, MILK).await?;
    let order = journey::order(shopper, hub, Checkout::PickupCash).await?;
    let code = shopper.text("@pickup-code").await?;
    counter.open(&hub.url(&format!("/counter/orders/{order}"))).await?;
    counter.taps("@accept").await?;
    counter.taps("@start-picking").await?;
    counter.sees("@progress").await?;
    journey::pick(counter, MILK, 1, 1).await?;
    counter.taps("@ready").await?;
    counter.taps("@hand-over").await?;
    journey::wedge(counter, &format!("MO{}", code.replace('-', ""))).await?;
    counter.sees("@payer-code").await?;
    Ok(order)
}

/// A day that is over, whatever the time is.
fn a_past_day() -> Result<String> {
    let since = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH)?;
    Ok(Day::since_1970(i32::try_from(since.as_secs() / 86_400)? - 3).to_string())
}

#[test]
fn a_wallets_code_is_scanned_at_the_counter_and_the_day_is_settled() -> Result<()> {
    story("wechat_pay_counter", async |story| {
        let folder = tempfile::tempdir()?;
        let (simulator, settings) = service(&folder).await?;
        let hub = story.hub_taking(settings).await?;
        let phone = story.browser("phone", Browser::new(Screen::PHONE)).await?;
        let counter = story.browser("counter", Browser::new(Screen::TABLET)).await?;
        let mut gallery = Gallery::open()?;
        journey::sign_in(&counter, &hub).await?;

        // A wallet without money, then one whose owner types a password.
        let order = ready_in_cash(&phone, &counter, &hub).await?;
        gallery.look(&counter, "hand-over-wallet.en", Screen::TABLET).await?;
        simulator.set_payer(POOR_CODE, Payer::Poor);
        counter.types("@payer-code", POOR_CODE).await?;
        counter.taps("@payer-code-go").await?;
        counter.reads("@wallet-not-taken", "not enough money").await?;
        ensure!(simulator.trades().is_empty(), "nothing was taken");
        simulator.set_payer(CODE, Payer::Types(Duration::from_secs(5)));
        journey::wedge(&counter, CODE).await?;
        counter.sees("@wallet[data-state=confirming]").await?;
        counter.loses("@cash").await?;
        counter.sees("@handed-over").await?;
        let shopper = Client::of_page(&hub.url(""), &phone).await?;
        let paid = shopper.call(&Get { order }).await?;
        ensure!(
            (paid.state, paid.payment.state) == (OrderState::HandedOver, PaymentState::Captured),
            "{paid:?}"
        );
        let taken: Vec<u32> = simulator.trades().iter().map(|trade| trade.taken).collect();
        ensure!(taken == [1], "{taken:?}");
        phone.reads("@paid", "paid with WeChat").await?;

        // One whose owner does nothing is undone, and the cash is taken.
        let order = ready_in_cash(&phone, &counter, &hub).await?;
        simulator.set_payer(SLOW_CODE, Payer::Types(Duration::from_secs(3600)));
        journey::wedge(&counter, SLOW_CODE).await?;
        counter.sees("@wallet[data-state=confirming]").await?;
        gallery.look(&counter, "hand-over-confirming.en", Screen::TABLET).await?;
        // On a slow machine the hub has given it up by itself.
        counter.run("document.querySelector('[data-testid=wallet-undo]')?.click()", Vec::new()).await?;
        counter.sees("@wallet-not-taken").await?;
        gallery.look(&counter, "hand-over-not-taken.en", Screen::TABLET).await?;
        counter.types("@cash", "100").await?;
        counter.taps("@confirm-hand-over").await?;
        counter.sees("@handed-over").await?;
        let cash = shopper.call(&Get { order }).await?.payment;
        ensure!((cash.tender, cash.state) == (Tender::CashAtHandover, PaymentState::Captured), "{cash:?}");

        // The statement of a day has that payment, and another that the shop does not know.
        let day = a_past_day()?;
        let foreign = simulator.pay_elsewhere(1234);
        simulator.move_to(&day)?;
        counter.open(&hub.url("/counter/settlement")).await?;
        counter.sees("@nowhere").await?;
        counter.taps("@sign-out").await?;
        counter.sees("@counter-sign-in").await?;
        counter.presses(DEMO_STAFF[1].pin).await?;
        counter.presses(ENTER).await?;
        counter.taps("@to-manage").await?;
        counter.taps("@manage-settlement").await?;
        counter.sees("@settlement").await?;
        let choose = "const field = document.querySelector('[data-testid=statement-day]');
            field.value = arguments[0];
            field.dispatchEvent(new Event('input', { bubbles: true }));";
        counter.sees("@statement-day").await?;
        counter.run(choose, vec![day.clone().into()]).await?;
        counter.taps("@statement-fetch").await?;
        let statement = format!("@settlement-{day} @statement");
        counter.reads(&statement, "2 payments").await?;
        counter.reads(&format!("{statement} @difference[data-kind=not-here]"), &foreign).await?;
        for (name, tag) in LANGUAGES {
            choose_language(&counter, tag).await?;
            counter.reload().await?;
            counter.sees(&statement).await?;
            gallery.look(&counter, &format!("settlement.{name}"), Screen::TABLET).await?;
        }
        let settled =
            simulator.trades().into_iter().find(|trade| trade.kind == "MICROPAY" && trade.taken == 1);
        ensure!(settled.is_some_and(|trade| trade.number == paid.payment.id.0.simple().to_string()));
        ensure!(shopper.call(&Get { order: paid.id }).await?.payment.state == PaymentState::Settled);
        gallery.close()
    })
}

#[test]
fn a_part_of_a_tables_bill_is_paid_in_wechat() -> Result<()> {
    story("wechat_pay_table", async |story| {
        let folder = tempfile::tempdir()?;
        let (simulator, settings) = service(&folder).await?;
        let hub = story.hub_taking(settings).await?;
        let menu = Client::visitor(&hub.url(""))?.call(&GetMenu {}).await?;
        let mut dishes = menu.sections.iter().flat_map(|section| &section.dishes);
        let pizza = dishes.find(|dish| dish.product.name.en == "Margherita pizza").context("no pizza")?;
        let code = pizza.product.code().context("a dish has a code")?;
        let mei = story.browser("mei", Browser::new(Screen::PHONE)).await?;
        let lee = story.browser("lee", Browser::new(Screen::PHONE)).await?;
        let mut gallery = Gallery::open()?;
        mei.open(&hub.url("/t/6")).await?;
        mei.taps(&format!("@dish[data-code='{code}']")).await?;
        mei.taps("@put").await?;
        mei.loses("@dish-form").await?;
        mei.taps("@open-list").await?;
        mei.taps("@send").await?;
        mei.sees("@round").await?;
        lee.open(&hub.url("/t/6")).await?;
        for guest in [&mei, &lee] {
            guest.taps("label:has(@look-bill)").await?;
            guest.taps("label:has(@way-parts)").await?;
        }
        mei.taps("@split").await?;
        let shares = split_equally(pizza.product.price.money(), 2);
        mei.reads("@pay-part", &amount(shares[0])).await?;

        // One part waits, and only it.
        mei.taps("label:has(@tender-wechat)").await?;
        mei.taps("@pay-part").await?;
        let link = mei.attribute("@pay-code", "data-link").await?;
        lee.reads("@bill-asked", &amount(shares[0])).await?;
        lee.reads("@bill-due", &amount(shares[1])).await?;
        lee.loses("@pay-code").await?;
        gallery.look(&mei, "table-wechat.en", Screen::PHONE).await?;
        ensure!(matches!(simulator.pay(&link), PayOutcome::Paid(_)), "{link} cannot be paid");
        mei.loses("@pay-way").await?;
        lee.reads("@bill-paid", &amount(shares[0])).await?;
        lee.sees("@payment[data-state=paid]").await?;
        gallery.close()
    })
}
