//! A shopper pays in WeChat: by a code that another phone scans, or by a link on the phone itself.

use std::time::Duration;

use anyhow::{Context, Result, ensure};
use ministore_core::order::Get;
use ministore_core::payment::PaymentState;
use ministore_pay::Settings;
use ministore_pay::settings::Road;
use ministore_test_wechat_pay::books::PayOutcome;
use ministore_test_wechat_pay::fault::{Faults, RequestFault};
use ministore_test_wechat_pay::{Options, Simulator};
use ministore_tests::gallery::LANGUAGES;
use ministore_tests::journey::{self, Checkout, put_in};
use ministore_tests::{Browser, Client, Gallery, Screen, story};

const MILK: &str = "9520130000134";

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
        let phone = story.browser("phone", Browser::new(Screen::PHONE)).await?;
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
        gallery.close()
    })
}
