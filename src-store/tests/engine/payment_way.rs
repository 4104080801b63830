use std::sync::{Arc, Mutex};

use futures::FutureExt;
use futures::future::BoxFuture;
use ministore_core::id::PaymentId;
use ministore_core::money::Money;
use ministore_core::order::{Cancel, CancelReason, Get, Order, OrderState, Place};
use ministore_core::payment::{PaymentState, Tender};
use ministore_core::payment_way::{GetWay, PayLink, Waits};
use ministore_core::quantity::Measure::Pieces;
use ministore_core::refusal::{Refusal, Thing};
use ministore_core::role::Actor;
use ministore_core::time::Timestamp;
use ministore_store::payment::{Charge, Provider, ProviderError, Providers, Void};

use super::test_shop::{CAKE, TestShop, id};

const UNTIL: Timestamp = Timestamp(1_772_414_100_000);

/// A provider whose payer takes their time.
pub(super) struct Slow {
    says: Mutex<Charge>,
    refunds: Mutex<Vec<PaymentId>>,
}

impl Slow {
    pub(super) fn new() -> Arc<Self> {
        Arc::new(Self { says: Mutex::new(Charge::Waiting), refunds: Mutex::default() })
    }

    pub(super) fn say(&self, charge: Charge) {
        *self.says.lock().unwrap() = charge;
    }
}

impl Provider for Slow {
    fn tender(&self) -> Tender {
        Tender::WechatPay
    }

    fn charge(&self, _: PaymentId, _: Money) -> BoxFuture<'_, Result<Charge, ProviderError>> {
        let says = *self.says.lock().unwrap();
        async move { Ok(says) }.boxed()
    }

    fn waits(&self, payment: PaymentId) -> Option<Waits> {
        let link = Some(PayLink { url: format!("pay:{payment}"), opens: false });
        Some(Waits { until: UNTIL, link })
    }

    fn refund(&self, payment: PaymentId, _: u32, _: Money) -> BoxFuture<'_, Result<(), ProviderError>> {
        self.refunds.lock().unwrap().push(payment);
        async move { Ok(()) }.boxed()
    }

    fn void(&self, payment: PaymentId, _: Money) -> BoxFuture<'_, Result<Void, ProviderError>> {
        let paid = *self.says.lock().unwrap() == Charge::Captured;
        self.refunds.lock().unwrap().push(payment);
        async move { Ok(if paid { Void::Returned } else { Void::NothingTaken }) }.boxed()
    }
}

/// An order of the one cake, which waits to be paid.
async fn waiting(shop: &TestShop, shopper: Actor) -> Order {
    let place = Place { tender: Tender::WechatPay, ..shop.basket(&[(CAKE, Pieces(1))]).await };
    let order = shop.call(shopper, place).await.unwrap();
    assert_eq!((order.state, order.payment.state), (OrderState::Placed, PaymentState::Unknown));
    order
}

#[tokio::test]
async fn an_order_that_waits_tells_its_shopper_how_to_pay() {
    let provider = Slow::new();
    let shop = TestShop::open_with(Providers::default().with(provider.clone())).await;
    let mei = shop.shopper().await;
    let order = waiting(&shop, mei).await;
    let way = shop.call(mei, GetWay { order: order.id, opens: false }).await.unwrap();
    let link = PayLink { url: format!("pay:{}", order.payment.id), opens: false };
    assert_eq!(way.waits, Some(Waits { until: UNTIL, link: Some(link) }));
    assert_eq!(shop.engine.settle_payments().await.unwrap(), 1);

    provider.say(Charge::Captured);
    let way = shop.call(mei, GetWay { order: order.id, opens: false }).await.unwrap();
    assert_eq!(way.waits, None, "who looks finds out that it is paid");
    let paid = shop.call(mei, Get { order: order.id }).await.unwrap();
    assert_eq!((paid.state, paid.payment.state), (OrderState::Placed, PaymentState::Captured));
    assert_eq!(shop.engine.settle_payments().await.unwrap(), 0);
    shop.assert_ledgers_agree().await;
}

#[tokio::test]
async fn an_order_that_nobody_pays_is_withdrawn_and_its_goods_are_there_again() {
    let provider = Slow::new();
    let shop = TestShop::open_with(Providers::default().with(provider.clone())).await;
    let mei = shop.shopper().await;
    let order = waiting(&shop, mei).await;
    assert_eq!(shop.product(CAKE).await.available, 0);
    provider.say(Charge::Expired);
    assert_eq!(shop.engine.settle_payments().await.unwrap(), 0);
    let ended = shop.call(mei, Get { order: order.id }).await.unwrap();
    assert_eq!((ended.state, ended.cancelled), (OrderState::Cancelled, Some(CancelReason::NotPaid)));
    assert_eq!(ended.payment.state, PaymentState::Cancelled);
    assert_eq!(shop.product(CAKE).await.available, 1);
    assert_eq!(shop.call(mei, GetWay { order: order.id, opens: false }).await.unwrap().waits, None);
    shop.assert_ledgers_agree().await;
}

#[tokio::test]
async fn news_of_a_payment_settles_it_at_once() {
    let provider = Slow::new();
    let shop = TestShop::open_with(Providers::default().with(provider.clone())).await;
    let mei = shop.shopper().await;
    let order = waiting(&shop, mei).await;
    let payment = order.payment.id;
    assert_eq!(shop.engine.settle_payment(payment).await.unwrap(), Some(PaymentState::Unknown));
    provider.say(Charge::Captured);
    for _ in 0..2 {
        assert_eq!(shop.engine.settle_payment(payment).await.unwrap(), Some(PaymentState::Captured));
    }
    assert_eq!(shop.engine.settle_payment(id()).await.unwrap(), None, "another shop's");
    // What is withdrawn after that is given back.
    shop.call(mei, Cancel { order: order.id, reason: CancelReason::ChangedMind }).await.unwrap();
    assert_eq!(shop.engine.settle_payment(payment).await.unwrap(), Some(PaymentState::Refunded));
    assert_eq!(*provider.refunds.lock().unwrap(), [payment]);
    shop.assert_ledgers_agree().await;
}

#[tokio::test]
async fn nobody_else_is_told_how_to_pay() {
    let shop = TestShop::open_with(Providers::default().with(Slow::new())).await;
    let order = waiting(&shop, shop.shopper().await).await.id;
    let stranger = shop.shopper().await;
    let refused = shop.call(stranger, GetWay { order, opens: false }).await.unwrap_err();
    assert_eq!(refused, Refusal::NotFound { what: Thing::Order });
    assert_eq!(
        shop.call(Actor::Visitor, GetWay { order, opens: false }).await.unwrap_err(),
        Refusal::SignInFirst
    );
}

#[tokio::test]
async fn an_order_in_cash_waits_for_nothing() {
    let shop = TestShop::open_with(Providers::default().with(Slow::new())).await;
    let mei = shop.shopper().await;
    let order = shop.order(mei, &[(CAKE, Pieces(1))]).await.id;
    assert_eq!(shop.call(mei, GetWay { order, opens: false }).await.unwrap().waits, None);
}
