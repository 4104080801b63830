//! Orders paid by WeChat, over a simulator of the service.

use std::net::TcpListener;
use std::time::Duration;

use ministore_core::code::PickupCode;
use ministore_core::code_payment::{
    ChargeCode, CodeFault, CodeState, GetCodeCharge, Owed, PaidFor, UndoCode,
};
use ministore_core::id::OrderId;
use ministore_core::order::{Accept, Cancel, CancelReason, Get, HandOver, Order, OrderState, Pick, Ready};
use ministore_core::payment::{PaymentState, Tender};
use ministore_core::payment_way::GetWay;
use ministore_core::refusal::{Refusal, Thing};
use ministore_core::settlement::{DifferenceKind, FetchStatement, GetSettlement};
use ministore_core::shop::GetShop;
use ministore_pay::client::Asked;
use ministore_pay::number::TradeNumber;
use ministore_pay::{Client, Settings};
use ministore_store::engine::system_clock;
use ministore_test_wechat_pay::bill::Bills;
use ministore_test_wechat_pay::books::{PayOutcome, Payer, State, Trade};
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
    shopper.call(&GetWay { order, opens: false }).await.unwrap().waits?.link.map(|link| link.url)
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
    let refused = stranger.call(&GetWay { order: order.id, opens: false }).await.unwrap_err();
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

/// An order that is ready to be handed over and due in cash, and its shopper's code.
async fn ready_in_cash(shopper: &Caller, cashier: &Caller) -> (OrderId, PickupCode) {
    let product = pieces(shopper, 5).await.remove(0);
    let placed = shopper.call(&order_of(shopper, &product, 1).await).await.unwrap();
    let order = placed.id;
    cashier.call(&Accept { order }).await.unwrap();
    cashier.call(&Pick { order, code: product.code().unwrap(), count: 1, label: None }).await.unwrap();
    cashier.call(&Ready { order }).await.unwrap();
    (order, placed.pickup.unwrap())
}

async fn code_state(cashier: &Caller, order: OrderId) -> (CodeState, Option<CodeFault>) {
    let charge = cashier.call(&GetCodeCharge { paid_for: PaidFor::Order(order) }).await.unwrap().unwrap();
    (charge.state, charge.fault)
}

const CODE: &str = "130061098828009406";

#[tokio::test(flavor = "multi_thread")]
async fn a_wallets_code_pays_an_order_at_the_counter() {
    let shop = Shop::plain().await;
    let (shopper, cashier) = (shop.hub.shopper().await, shop.hub.staff("2468").await);
    let (order, pickup) = ready_in_cash(&shopper, &cashier).await;
    let charge = ChargeCode { owed: Owed::Order { order, pickup }, code: CODE.parse().unwrap() };
    shop.simulator.set_payer(CODE, Payer::Poor);
    cashier.call(&charge).await.unwrap();
    assert_eq!(code_state(&cashier, order).await, (CodeState::NotTaken, Some(CodeFault::NotEnough)));
    shop.simulator.set_payer(CODE, Payer::Types(Duration::from_millis(300)));
    cashier.call(&charge).await.unwrap();
    let asked = cashier.call(&GetCodeCharge { paid_for: PaidFor::Order(order) }).await.unwrap().unwrap();
    assert_eq!((asked.state, asked.confirming), (CodeState::Asked, true));
    let hand_over = HandOver { order, code: pickup, cash: Some(asked.amount) };
    assert_eq!(cashier.call(&hand_over).await.unwrap_err(), Refusal::WalletAsked);
    tokio::time::sleep(Duration::from_millis(350)).await;
    assert_eq!(code_state(&cashier, order).await, (CodeState::Taken, None));
    let handed = cashier.call(&HandOver { cash: None, ..hand_over }).await.unwrap().order;
    assert_eq!((handed.state, handed.payment.tender), (OrderState::HandedOver, Tender::WechatPay));
    let trades = shop.simulator.trades();
    assert_eq!(
        trades.iter().map(|trade| (trade.taken, trade.total)).collect::<Vec<_>>(),
        [(1, asked.amount.minor)]
    );
    assert_eq!(shop.hub.engine().check().await.unwrap(), []);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_wallet_whose_answer_is_lost_is_charged_once_or_not_at_all() {
    let shop =
        Shop::open(true, Options::default(), |settings| settings.timeout = Duration::from_millis(300)).await;
    let (shopper, cashier) = (shop.hub.shopper().await, shop.hub.staff("2468").await);
    let silence = Duration::from_millis(400);
    for fault in [RequestFault::LostBack, RequestFault::IllAfter, RequestFault::SignedByStranger] {
        let (order, pickup) = ready_in_cash(&shopper, &cashier).await;
        shop.simulator.set_faults(Faults::every_request(fault, silence));
        cashier
            .call(&ChargeCode { owed: Owed::Order { order, pickup }, code: CODE.parse().unwrap() })
            .await
            .unwrap();
        assert_eq!(code_state(&cashier, order).await, (CodeState::Asked, None), "{fault:?}");
        shop.simulator.heal();
        assert_eq!(code_state(&cashier, order).await, (CodeState::Taken, None), "{fault:?}");

        let (order, pickup) = ready_in_cash(&shopper, &cashier).await;
        shop.simulator.set_faults(Faults::every_request(fault, silence));
        cashier
            .call(&ChargeCode { owed: Owed::Order { order, pickup }, code: CODE.parse().unwrap() })
            .await
            .unwrap();
        let undoing = cashier.call(&UndoCode { paid_for: PaidFor::Order(order) }).await.unwrap();
        assert_eq!(undoing.state, CodeState::Undoing, "{fault:?}");
        shop.simulator.heal();
        assert_eq!(code_state(&cashier, order).await, (CodeState::NotTaken, Some(CodeFault::Undone)));
        let trade = shop.simulator.trade(&undoing.payment.0.simple().to_string()).unwrap();
        assert_eq!(trade.given_back, i64::from(trade.taken) * trade.total, "{fault:?}");
    }
    assert_eq!(shop.hub.engine().settle_payments().await.unwrap(), 0);
    assert_eq!(shop.hub.engine().check().await.unwrap(), []);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_bill_of_a_day_settles_its_payments() {
    let shop = Shop::plain().await;
    let (shopper, manager) = (shop.hub.shopper().await, shop.hub.staff("9753").await);
    let kept = shop.order(&shopper).await;
    shop.simulator.pay(&link(&shopper, kept.id).await.unwrap());
    let withdrawn = shop.order(&shopper).await;
    shop.simulator.pay(&link(&shopper, withdrawn.id).await.unwrap());
    shop.simulator.notifications_done().await;
    let cancel = Cancel { order: withdrawn.id, reason: CancelReason::ChangedMind };
    assert_eq!(shopper.call(&cancel).await.unwrap().payment.state, PaymentState::Refunded);
    let foreign = shop.simulator.pay_elsewhere(1234);
    let today = manager.call(&GetSettlement { until: None }).await.unwrap().today;
    let day = today.plus_days(-3);
    shop.simulator.move_to(&day.to_string()).unwrap();

    let fetch = FetchStatement { tender: Tender::WechatPay, day };
    shop.simulator.set_bills(Bills::InTheMaking);
    assert_eq!(manager.call(&fetch).await.unwrap_err(), Refusal::ProviderSilent);
    shop.simulator.set_bills(Bills::CutOff);
    assert_eq!(manager.call(&fetch).await.unwrap_err(), Refusal::ProviderSilent);
    shop.simulator.set_bills(Bills::Ready);
    let seen = manager.call(&fetch).await.unwrap();
    let shown = seen.days.iter().find(|shown| shown.day == day).unwrap();
    let statement = shown.tenders[0].statement.clone().unwrap();
    assert_eq!(statement.payments, 3);
    let both = kept.totals.total.minor + withdrawn.totals.total.minor;
    assert_eq!((statement.taken.minor, statement.given_back), (both + 1234, withdrawn.totals.total));
    let told: Vec<_> = statement.differences.iter().map(|one| (one.kind, one.number.clone())).collect();
    assert_eq!(told, [(DifferenceKind::NotHere, foreign)]);
    assert_eq!(get(&shopper, &kept).await.payment.state, PaymentState::Settled);
    assert_eq!(get(&shopper, &withdrawn).await.payment.state, PaymentState::Refunded);
    assert_eq!(shop.hub.engine().check().await.unwrap(), []);
}
