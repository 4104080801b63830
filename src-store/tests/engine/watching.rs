use ministore_core::quantity::Measure::Pieces;
use ministore_core::sync::{Changed, Cursor};

use super::test_shop::{MILK, TestShop};

#[tokio::test]
async fn an_order_is_told_to_its_shopper_and_to_staff_only() {
    let shop = TestShop::open().await;
    let (mei, lee, cashier) = (shop.shopper().await, shop.shopper().await, shop.cashier().await);
    let start = shop.engine.newest_change().await.unwrap();
    let mut notices = shop.engine.watch();
    let order = shop.order(mei, &[(MILK, Pieces(1))]).await;
    let mut told = Vec::new();
    while let Ok(notice) = notices.try_recv() {
        told.push(notice);
    }
    let about = told.iter().find(|notice| matches!(notice.event.what, Changed::Order { .. })).unwrap();
    assert!(about.audience.includes(&mei) && about.audience.includes(&cashier));
    assert!(!about.audience.includes(&lee));

    let heard = async |actor| {
        let events = shop.engine.events_after(&actor, start, 100).await.unwrap();
        events.into_iter().filter(|event| matches!(event.what, Changed::Order { .. })).count()
    };
    assert_eq!((heard(mei).await, heard(lee).await, heard(cashier).await), (1, 0, 1));
    let all = shop.engine.events_after(&cashier, Cursor(0), 100).await.unwrap();
    assert!(all.windows(2).all(|pair| pair[0].cursor < pair[1].cursor));
    assert!(
        matches!(all.last().unwrap().what, Changed::Order { number: 1001, order: id, .. } if id == order.id)
    );
}

#[tokio::test]
async fn nothing_is_told_of_what_was_refused() {
    let shop = TestShop::open().await;
    let mei = shop.shopper().await;
    let mut notices = shop.engine.watch();
    let place = shop.basket(&[(MILK, Pieces(11))]).await;
    shop.call(mei, place).await.unwrap_err();
    assert!(notices.try_recv().is_err());
}
