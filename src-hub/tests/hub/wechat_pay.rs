//! Orders paid by WeChat, over a simulator of the service.

use std::net::TcpListener;
use std::time::Duration;

use ministore_core::id::OrderId;
use ministore_core::order::{Cancel, CancelReason, Get, Order, OrderState};
use ministore_core::payment::{PaymentState, Tender};
use ministore_core::payment_way::GetWay;
use ministore_core::refusal::{Refusal, Thing};
use ministore_core::shop::GetShop;
use ministore_pay::client::Asked;
use ministore_pay::number::TradeNumber;
use ministore_pay::{Client, Settings};
use ministore_store::engine::system_clock;
use ministore_test_wechat_pay::books::{PayOutcome, State, Trade};
use ministore_test_wechat_pay::fault::{Faults, NotifyFault, RequestFault};
use ministore_test_wechat_pay::{Options, Simulator};
use reqwest::StatusCode;

use crate::shopping::{order_of, pieces};
use crate::support::{Caller, TestHub};

struct Shop {
    hub: TestHub,
    simulator: Simulator,
    settings: Settings,
    _folder: tempfile::TempDir,
}

/// A port that nobody listens on.
fn free_port() -> u16 {
    TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port()
}

impl Shop {
    /// A hub that takes WeChat Pay, and is told what is paid where `told`.
    async fn open(told: bool, options: Options, change: impl FnOnce(&mut Settings)) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let simulator = Simulator::start(folder.path(), options).await.unwrap();
        let port = free_port();
        let notified = if told { port } else { free_port() };
        let notify_url = format!("http://127.0.0.1:{notified}/pay/wechat/notify");
        let file = simulator.write_settings(&notify_url, false).unwrap();
        let mut settings = Settings::from_file(&file).unwrap();
        settings.pause = Duration::ZERO;
        change(&mut settings);
        let kept = settings.clone();
        let hub = TestHub::start_with(|config| {
            config.listen.set_port(port);
            config.wechat_pay = Some(kept);
        })
        .await;
        Self { hub, simulator, settings, _folder: folder }
    }

    async fn plain() -> Self {
        Self::open(true, Options::default(), |_| {}).await
    }

    async fn order(&self, shopper: &Caller) -> Order {
        let product = pieces(shopper, 5).await.remove(0);
        let mut place = order_of(shopper, &product, 1).await;
        place.tender = Tender::WechatPay;
        shopper.call(&place).await.unwrap()
    }

    fn trade(&self, order: &Order) -> Trade {
        self.simulator.trade(&order.payment.id.0.simple().to_string()).unwrap()
    }
}

async fn link(shopper: &Caller, order: OrderId) -> Option<String> {
    shopper.call(&GetWay { order }).await.unwrap().waits?.link.map(|link| link.url)
}

async fn get(shopper: &Caller, order: &Order) -> Order {
    shopper.call(&Get { order: order.id }).await.unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn an_order_is_paid_in_wechat_and_the_hub_is_told() {
    let shop = Shop::plain().await;
    let shopper = shop.hub.shopper().await;
    let order = shop.order(&shopper).await;
    assert_eq!((order.state, order.payment.state), (OrderState::Placed, PaymentState::Unknown));
    let url = link(&shopper, order.id).await.unwrap();
    assert!(url.starts_with("weixin://wxpay/bizpayurl?pr="), "{url}");
    assert!(matches!(shop.simulator.pay(&url), PayOutcome::Paid(_)));
    shop.simulator.notifications_done().await;
    let paid = get(&shopper, &order).await;
    assert_eq!(paid.payment.state, PaymentState::Captured, "without asking again");
    assert_eq!(link(&shopper, order.id).await, None);
    assert_eq!(shop.trade(&order).total, order.totals.total.minor);
    assert_eq!(shop.hub.engine().check().await.unwrap(), []);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_hub_that_cannot_be_told_finds_out_when_the_shopper_looks() {
    let shop = Shop::open(false, Options::default(), |_| {}).await;
    let shopper = shop.hub.shopper().await;
    let order = shop.order(&shopper).await;
    shop.simulator.pay(&link(&shopper, order.id).await.unwrap());
    assert_eq!(link(&shopper, order.id).await, None);
    assert_eq!(get(&shopper, &order).await.payment.state, PaymentState::Captured);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_order_that_nobody_pays_is_closed_there_and_withdrawn_here() {
    let patience = Duration::from_secs(3);
    let shop = Shop::open(true, Options::default(), |settings| settings.patience = patience).await;
    let shopper = shop.hub.shopper().await;
    let product = pieces(&shopper, 5).await.remove(0);
    let before = product.available;
    let mut place = order_of(&shopper, &product, 2).await;
    place.tender = Tender::WechatPay;
    let order = shopper.call(&place).await.unwrap();
    let url = link(&shopper, order.id).await.unwrap();
    tokio::time::sleep(patience).await;
    assert_eq!(shop.hub.engine().settle_payments().await.unwrap(), 0);
    let ended = get(&shopper, &order).await;
    assert_eq!((ended.state, ended.cancelled), (OrderState::Cancelled, Some(CancelReason::NotPaid)));
    assert_eq!(shop.trade(&order).state, State::Closed);
    assert_eq!(shop.simulator.pay(&url), PayOutcome::Over);
    let there = pieces(&shopper, 5).await.into_iter().find(|one| one.id == product.id).unwrap();
    assert_eq!(there.available, before);
    assert_eq!(shop.hub.engine().check().await.unwrap(), []);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_withdrawn_is_given_back_there() {
    let shop = Shop::plain().await;
    let shopper = shop.hub.shopper().await;
    let order = shop.order(&shopper).await;
    shop.simulator.pay(&link(&shopper, order.id).await.unwrap());
    shop.simulator.notifications_done().await;
    let cancelled =
        shopper.call(&Cancel { order: order.id, reason: CancelReason::ChangedMind }).await.unwrap();
    assert_eq!(cancelled.payment.state, PaymentState::Refunded);
    let trade = shop.trade(&order);
    assert_eq!((trade.taken, trade.given_back), (1, trade.total));
    assert_eq!(trade.refunds.len(), 1);
    assert_eq!(shop.hub.engine().check().await.unwrap(), []);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_refund_on_its_way_is_told_when_it_is_there() {
    let options = Options { refund_takes: Duration::from_millis(600), ..Options::default() };
    let shop = Shop::open(true, options, |_| {}).await;
    let shopper = shop.hub.shopper().await;
    let order = shop.order(&shopper).await;
    shop.simulator.pay(&link(&shopper, order.id).await.unwrap());
    shop.simulator.notifications_done().await;
    let cancelled =
        shopper.call(&Cancel { order: order.id, reason: CancelReason::ChangedMind }).await.unwrap();
    assert_eq!(cancelled.payment.state, PaymentState::Captured, "not yet");
    shop.simulator.notifications_done().await;
    assert_eq!(get(&shopper, &order).await.payment.state, PaymentState::Refunded);
    assert_eq!(shop.trade(&order).refunds.len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_paid_after_it_was_given_up_is_given_back() {
    let shop = Shop::plain().await;
    let shopper = shop.hub.shopper().await;
    shop.simulator.set_faults(Faults::every_request(RequestFault::LostThere, Duration::ZERO));
    let order = shop.order(&shopper).await;
    shop.simulator.heal();
    let cancelled =
        shopper.call(&Cancel { order: order.id, reason: CancelReason::ChangedMind }).await.unwrap();
    assert_eq!(cancelled.payment.state, PaymentState::Cancelled);
    // A request that was on its way for long makes the trade after all, and somebody pays it.
    let asked = Asked {
        number: TradeNumber(order.payment.id),
        amount: order.payment.amount,
        until: order.milestones[0].at.plus_minutes(10),
    };
    let client = Client::new(shop.settings.clone(), system_clock()).unwrap();
    let url = client.native(&asked).await.unwrap();
    assert!(matches!(shop.simulator.pay(&url), PayOutcome::Paid(_)));
    shop.simulator.notifications_done().await;
    let trade = shop.trade(&order);
    assert_eq!((trade.taken, trade.given_back), (1, trade.total));
    assert_eq!(get(&shopper, &order).await.payment.state, PaymentState::Cancelled);
    assert_eq!(shop.hub.engine().check().await.unwrap(), []);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_not_the_services_own_word_is_not_taken() {
    let shop = Shop::plain().await;
    let shopper = shop.hub.shopper().await;
    let order = shop.order(&shopper).await;
    link(&shopper, order.id).await.unwrap();
    let send = |headers: Vec<(&'static str, String)>, body: Vec<u8>| {
        let mut request = shop.hub.client.post(format!("{}/pay/wechat/notify", shop.hub.base)).body(body);
        for (name, value) in headers {
            request = request.header(name, value);
        }
        async move { request.send().await.unwrap().status() }
    };
    let number = order.payment.id.0.simple().to_string();
    // Somebody says that it was paid, though nobody has.
    let told = shop.simulator.paid_notification(&number).unwrap();
    let mut forged = told.clone();
    forged.body = String::from_utf8(forged.body).unwrap().replace("SUCCESS", "SUCCESs").into_bytes();
    assert_eq!(send(forged.headers, forged.body).await, StatusCode::UNAUTHORIZED);
    assert_eq!(send(Vec::new(), told.body.clone()).await, StatusCode::UNAUTHORIZED);
    let mut foreign = told.headers.clone();
    foreign[0].1 = "5157F09EFDC096DE15EBE81A47057A7232F1B8E1".to_owned();
    assert_eq!(send(foreign, told.body.clone()).await, StatusCode::UNAUTHORIZED);
    assert_eq!(get(&shopper, &order).await.payment.state, PaymentState::Unknown);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_notification_of_another_amount_pays_nothing_and_a_repeat_pays_once() {
    for (fault, told) in
        [(NotifyFault::WrongAmount, false), (NotifyFault::Repeated, true), (NotifyFault::Lost, false)]
    {
        let options =
            Options { faults: Faults::every_notification(fault), notify_tries: 1, ..Options::default() };
        let tries = if told { 3 } else { 1 };
        let shop = Shop::open(true, Options { notify_tries: tries, ..options }, |_| {}).await;
        let shopper = shop.hub.shopper().await;
        let order = shop.order(&shopper).await;
        shop.simulator.pay(&link(&shopper, order.id).await.unwrap());
        shop.simulator.notifications_done().await;
        let state = get(&shopper, &order).await.payment.state;
        // What is told wrongly is asked about, and the service answers rightly.
        let expected =
            if fault == NotifyFault::Lost { PaymentState::Unknown } else { PaymentState::Captured };
        assert_eq!(state, expected, "{fault:?}");
        shop.hub.engine().settle_payments().await.unwrap();
        assert_eq!(get(&shopper, &order).await.payment.state, PaymentState::Captured);
        assert_eq!(shop.hub.engine().check().await.unwrap(), []);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_shop_offers_what_its_hub_can_take() {
    let shop = Shop::plain().await;
    let visitor = shop.hub.visitor();
    let offered = |tenders: Vec<Tender>| tenders.contains(&Tender::WechatPay);
    assert!(offered(visitor.call(&GetShop {}).await.unwrap().tenders));
    let stranger = shop.hub.shopper().await;
    let order = shop.order(&shop.hub.shopper().await).await;
    let refused = stranger.call(&GetWay { order: order.id }).await.unwrap_err();
    assert_eq!(refused, Refusal::NotFound { what: Thing::Order });

    let data = shop.hub.stop().await;
    let config = ministore_hub::HubConfig::new(data.path(), "127.0.0.1:0".parse().unwrap());
    let hub = ministore_hub::serve(config).await.unwrap();
    let visitor = Caller::of(&format!("http://{}", hub.addr()));
    assert!(!offered(visitor.call(&GetShop {}).await.unwrap().tenders));
    let client = reqwest::Client::new();
    let told =
        client.post(format!("http://{}/pay/wechat/notify", hub.addr())).body("{}").send().await.unwrap();
    assert_eq!(told.status(), StatusCode::NOT_FOUND);
    hub.shutdown().await;
}
