use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};

use futures::FutureExt;
use futures::future::{BoxFuture, join_all};
use ministore_core::fulfilment::{Fulfilment, GetSlots, Mode};
use ministore_core::id::PaymentId;
use ministore_core::money::Money;
use ministore_core::order::{Cancel, CancelReason, Get, GetMine, OrderState};
use ministore_core::payment::{PaymentState, Tender};
use ministore_core::quantity::Measure::Pieces;
use ministore_core::refusal::Refusal;
use ministore_core::role::Actor;
use ministore_store::payment::{Charge, Provider, ProviderError, Providers, Void};

use super::test_shop::{CAKE, MILK, TestShop, WINE, call_id, yuan};

#[tokio::test]
async fn the_demo_wallet_pays_at_once_and_gives_back() {
    let shop = TestShop::open().await;
    let mei = shop.shopper().await;
    let mut place = shop.basket(&[(CAKE, Pieces(1))]).await;
    place.tender = Tender::DemoWallet;
    let call = call_id();
    let paid = shop.engine.call(&mei, call, place.clone()).await.unwrap();
    assert_eq!(paid.payment.state, PaymentState::Captured);
    assert_eq!(shop.engine.call(&mei, call, place).await.unwrap(), paid, "a repeat is answered alike");
    let cancel = Cancel { order: paid.id, reason: CancelReason::ChangedMind };
    let cancelled = shop.call(mei, cancel).await.unwrap();
    assert_eq!((cancelled.state, cancelled.payment.state), (OrderState::Cancelled, PaymentState::Refunded));
    assert_eq!(shop.product(CAKE).await.available, 1);
    shop.assert_ledgers_agree().await;
}

#[tokio::test]
async fn a_declined_payment_leaves_no_order_open_and_all_stock_there() {
    let shop = TestShop::open().await;
    let mei = shop.shopper().await;
    shop.import(
        "gtin,category,name_en,price,stock
9520000000059,dairy,Cheese wheel,2500.00,3
",
    )
    .await;
    let mut place = shop.basket(&[("9520000000059", Pieces(1))]).await;
    place.tender = Tender::DemoWallet;
    let call = call_id();
    let declined = Refusal::PaymentDeclined { limit: Some(yuan(200_000)) };
    assert_eq!(shop.engine.call(&mei, call, place.clone()).await.unwrap_err(), declined);
    assert_eq!(shop.engine.call(&mei, call, place).await.unwrap_err(), declined);
    assert_eq!(shop.product("9520000000059").await.available, 3);
    let kept = &shop.call(mei, GetMine {}).await.unwrap().orders[0];
    assert_eq!(kept.cancelled, Some(CancelReason::PaymentDeclined));
    assert_eq!(kept.payment.state, PaymentState::Failed);
    shop.assert_ledgers_agree().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn many_who_pay_at_once_are_all_answered() {
    let shop = TestShop::open().await;
    shop.import("gtin,category,name_en,price,stock\n9520000000059,dairy,Cheese wheel,25.00,100\n").await;
    let mut placed = Vec::new();
    // More than an engine has connections, each for another slot as far as there are some.
    for _ in 0..24 {
        let mut place = shop.basket(&[("9520000000059", Pieces(1))]).await;
        place.tender = Tender::DemoWallet;
        placed.push((shop.shopper().await, place));
    }
    let mut rooms = shop.call(Actor::Visitor, GetSlots { mode: Mode::Pickup }).await.unwrap().slots;
    for (_, place) in &mut placed {
        let slot = rooms.iter_mut().find(|slot| slot.left > 0).unwrap();
        slot.left -= 1;
        place.fulfilment = Fulfilment::Pickup { starts: slot.key.starts };
    }
    let paid = join_all(placed.into_iter().map(|(shopper, place)| shop.call(shopper, place))).await;
    for order in paid {
        assert_eq!(order.unwrap().payment.state, PaymentState::Captured);
    }
    assert_eq!(shop.product("9520000000059").await.available, 76);
    shop.assert_ledgers_agree().await;
}

/// A provider whose line can be cut, and who counts what it was asked.
#[derive(Default)]
pub(crate) struct Line {
    pub(crate) cut: AtomicBool,
    pub(crate) taken: AtomicUsize,
    /// The parts and amounts that it was asked to give back.
    pub(crate) given_back: Mutex<Vec<(u32, i64)>>,
}

impl Provider for Line {
    fn tender(&self) -> Tender {
        Tender::DemoWallet
    }

    fn charge(&self, _: PaymentId, _: Money) -> BoxFuture<'_, Result<Charge, ProviderError>> {
        async move {
            if self.cut.load(Ordering::Relaxed) {
                return Err(ProviderError("no line".to_owned()));
            }
            self.taken.fetch_add(1, Ordering::Relaxed);
            Ok(Charge::Captured)
        }
        .boxed()
    }

    fn refund(&self, _: PaymentId, part: u32, amount: Money) -> BoxFuture<'_, Result<(), ProviderError>> {
        async move {
            self.given_back.lock().unwrap().push((part, amount.minor));
            // What is cut is the answer: the money is on its way.
            if self.cut.load(Ordering::Relaxed) { Err(ProviderError("no line".to_owned())) } else { Ok(()) }
        }
        .boxed()
    }

    fn void(&self, _: PaymentId, _: Money) -> BoxFuture<'_, Result<Void, ProviderError>> {
        async move {
            match (self.cut.load(Ordering::Relaxed), self.taken.load(Ordering::Relaxed)) {
                (true, _) => Err(ProviderError("no line".to_owned())),
                (false, 0) => Ok(Void::NothingTaken),
                (false, _) => Ok(Void::Returned),
            }
        }
        .boxed()
    }
}

#[tokio::test]
async fn a_payment_without_an_answer_is_asked_for_again_after_a_restart() {
    let line = Arc::new(Line::default());
    line.cut.store(true, Ordering::Relaxed);
    let shop = TestShop::open_with(Providers::default().with(line.clone())).await;
    let mei = shop.shopper().await;
    let mut place = shop.basket(&[(MILK, Pieces(1))]).await;
    place.tender = Tender::DemoWallet;
    let order = shop.call(mei, place).await.unwrap();
    assert_eq!(order.payment.state, PaymentState::Unknown);
    assert_eq!(shop.engine.settle_payments().await.unwrap(), 1);

    let shop = shop.restarted(Providers::default().with(line.clone())).await;
    line.cut.store(false, Ordering::Relaxed);
    assert_eq!(shop.engine.settle_payments().await.unwrap(), 0);
    let order = shop.call(mei, Get { order: order.id }).await.unwrap();
    assert_eq!(order.payment.state, PaymentState::Captured);
    assert_eq!(shop.engine.settle_payments().await.unwrap(), 0);
    assert_eq!(line.taken.load(Ordering::Relaxed), 1, "charged once");
    shop.assert_ledgers_agree().await;
}

#[tokio::test]
async fn an_order_withdrawn_before_the_answer_is_never_charged() {
    let line = Arc::new(Line::default());
    line.cut.store(true, Ordering::Relaxed);
    let shop = TestShop::open_with(Providers::default().with(line.clone())).await;
    let mei = shop.shopper().await;
    let mut place = shop.basket(&[(WINE, Pieces(1))]).await;
    place.tender = Tender::DemoWallet;
    let order = shop.call(mei, place).await.unwrap().id;
    let cancelled = shop.call(mei, Cancel { order, reason: CancelReason::ChangedMind }).await.unwrap();
    assert_eq!(cancelled.payment.state, PaymentState::Unknown);
    line.cut.store(false, Ordering::Relaxed);
    assert_eq!(shop.engine.settle_payments().await.unwrap(), 0);
    let settled = shop.call(mei, Get { order }).await.unwrap();
    assert_eq!(settled.payment.state, PaymentState::Cancelled);
    assert_eq!(line.taken.load(Ordering::Relaxed), 0);
    shop.assert_ledgers_agree().await;
}

#[tokio::test]
async fn a_means_of_payment_that_nobody_takes_is_refused() {
    let shop = TestShop::open_with(Providers::default()).await;
    let mut place = shop.basket(&[(MILK, Pieces(1))]).await;
    place.tender = Tender::DemoWallet;
    let refused = shop.call(shop.shopper().await, place).await.unwrap_err();
    assert!(matches!(refused, Refusal::Invalid { field, .. } if field == "tender"));
}
