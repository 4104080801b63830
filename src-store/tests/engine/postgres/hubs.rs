//! Several hubs on one database.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use futures::FutureExt;
use futures::future::BoxFuture;
use ministore_core::catalogue::Lookup;
use ministore_core::id::PaymentId;
use ministore_core::money::Money;
use ministore_core::payment::{PaymentState, Tender};
use ministore_core::quantity::Measure::Pieces;
use ministore_core::refusal::Refusal;
use ministore_core::role::Actor;
use ministore_core::sync::{Changed, Event};
use ministore_store::Notice;
use ministore_store::payment::{Charge, Provider, ProviderError, Providers, Void};
use sqlx::{Connection, PgConnection};
use tokio::sync::Notify;
use tokio::sync::broadcast::Receiver;

use super::test_shop::{MILK, TestShop, YOGHURT};

/// All that is told until `last` is, in its order.
async fn told_until(watched: &mut Receiver<Notice>, last: impl Fn(&Event) -> bool) -> Vec<Event> {
    let mut told = Vec::new();
    loop {
        let event = watched.recv().await.unwrap().event;
        told.push(event.clone());
        if last(&event) {
            return told;
        }
    }
}

fn cursors(told: &[Event]) -> Vec<i64> {
    told.iter().map(|event| event.cursor.0).collect()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn each_hub_tells_every_change_once_and_in_order_whoever_made_it() {
    let shop = TestShop::open().await;
    let other = shop.another_hub(Providers::demo()).await;
    let (mei, lee) = (shop.shopper().await, shop.shopper().await);
    let (mut here, mut there) = (shop.engine.watch(), other.engine.watch());
    let first = shop.order(mei, &[(MILK, Pieces(1))]).await;
    let second = other.order(lee, &[(MILK, Pieces(1))]).await;
    let third = shop.order(mei, &[(YOGHURT, Pieces(1))]).await;
    let is_last = |event: &Event| matches!(event.what, Changed::Order { order, .. } if order == third.id);
    let (here, there) = (told_until(&mut here, is_last).await, told_until(&mut there, is_last).await);
    for told in [&here, &there] {
        assert!(cursors(told).is_sorted_by(|one, next| one < next), "{told:?}");
        let orders: Vec<_> = told
            .iter()
            .filter_map(|event| match event.what {
                Changed::Order { order, .. } => Some(order),
                _ => None,
            })
            .collect();
        assert_eq!(orders, [first.id, second.id, third.id]);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_hub_that_was_cut_off_tells_what_it_missed() {
    let shop = TestShop::open().await;
    let other = shop.another_hub(Providers::demo()).await;
    let mei = shop.shopper().await;
    let mut watched = other.engine.watch();
    // A first order shows that the other hub listens.
    let heard = shop.order(mei, &[(MILK, Pieces(1))]).await;
    let is = |id| move |event: &Event| matches!(event.what, Changed::Order { order, .. } if order == id);
    told_until(&mut watched, is(heard.id)).await;

    let place = shop.basket(&[(MILK, Pieces(2))]).await;
    shop.home
        .execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity
             WHERE datname = current_database() AND pid <> pg_backend_pid()",
        )
        .await
        .unwrap();
    let call = super::test_shop::call_id();
    let order = loop {
        match shop.engine.call(&mei, call, place.clone()).await {
            Ok(order) => break order,
            Err(refusal) => assert!(refusal.is_passing(), "{refusal:?}"),
        }
    };
    told_until(&mut watched, is(order.id)).await;
    // A connection to read by may meet its end only now.
    let milk = loop {
        match shop.call(Actor::Visitor, Lookup { code: MILK.parse().unwrap() }).await {
            Ok(milk) => break milk,
            Err(refusal) => assert!(refusal.is_passing(), "{refusal:?}"),
        }
    };
    assert_eq!(milk.available, 7, "a repeat through the failure is done once");
    shop.assert_ledgers_agree().await;
}

#[tokio::test]
async fn a_hub_that_waited_in_vain_writes_again_when_it_can() {
    let shop = TestShop::open().await;
    let mei = shop.shopper().await;
    let place = shop.basket(&[(MILK, Pieces(1))]).await;
    let mut standing = PgConnection::connect(shop.home.url()).await.unwrap();
    sqlx::query("SELECT pg_advisory_lock(7305808869217298798)").execute(&mut standing).await.unwrap();
    // As many as the hub has connections to write with, and one more.
    for _ in 0..3 {
        assert_eq!(shop.call(mei, place.clone()).await, Err(Refusal::Busy));
    }
    standing.close().await.unwrap();
    for _ in 0..3 {
        shop.call(mei, place.clone()).await.unwrap();
    }
    assert_eq!(shop.product(MILK).await.available, 9);
}

/// Takes every payment when it is told to, and counts how often it was asked.
#[derive(Default)]
struct Slow {
    asked: AtomicUsize,
    broken: std::sync::atomic::AtomicBool,
    asking: Notify,
    answer: Notify,
}

impl Provider for Slow {
    fn tender(&self) -> Tender {
        Tender::DemoWallet
    }

    fn charge(&self, _: PaymentId, _: Money) -> BoxFuture<'_, Result<Charge, ProviderError>> {
        async {
            if self.broken.load(Ordering::SeqCst) {
                return Err(ProviderError("no line".to_owned()));
            }
            self.asked.fetch_add(1, Ordering::SeqCst);
            self.asking.notify_one();
            self.answer.notified().await;
            Ok(Charge::Captured)
        }
        .boxed()
    }

    fn refund(&self, _: PaymentId, _: u32, _: Money) -> BoxFuture<'_, Result<(), ProviderError>> {
        async { Ok(()) }.boxed()
    }

    fn void(&self, _: PaymentId, _: Money) -> BoxFuture<'_, Result<Void, ProviderError>> {
        async { Ok(Void::Returned) }.boxed()
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn one_hub_at_a_time_asks_about_a_payment() {
    let provider = Arc::new(Slow::default());
    provider.broken.store(true, Ordering::SeqCst);
    let shop = TestShop::open_with(Providers::default().with(provider.clone())).await;
    let other = shop.another_hub(Providers::default().with(provider.clone())).await;
    let mei = shop.shopper().await;
    let mut place = shop.basket(&[(MILK, Pieces(1))]).await;
    place.tender = Tender::DemoWallet;
    let order = shop.call(mei, place).await.unwrap();
    assert_eq!(order.payment.state, PaymentState::Unknown);

    provider.broken.store(false, Ordering::SeqCst);
    let asking = {
        let engine = shop.engine.clone();
        tokio::spawn(async move { engine.settle_payments().await })
    };
    provider.asking.notified().await;
    assert_eq!(other.engine.settle_payments().await, Ok(1), "it is being asked about, and still open");
    provider.answer.notify_one();
    assert_eq!(asking.await.unwrap(), Ok(0));
    assert_eq!(other.engine.settle_payments().await, Ok(0));
    assert_eq!(provider.asked.load(Ordering::SeqCst), 1);
    shop.assert_ledgers_agree().await;
}
