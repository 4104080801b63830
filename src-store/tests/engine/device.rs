use ministore_core::basket::{Basket, BasketLine, BasketProduct, GetBasket, SaveBasket};
use ministore_core::catalogue::{Browse, Search};
use ministore_core::member::{GetCard, Join};
use ministore_core::order::{Cancel, CancelReason, GetMine};
use ministore_core::quantity::Measure::Pieces;
use ministore_core::refusal::Refusal;
use ministore_core::role::Actor;
use ministore_core::sync::{Change, Cursor, Pull};
use ministore_store::catalogue::Picture;
use ministore_store::engine::Seat;
use ministore_store::payment::Providers;

use super::test_shop::{CAKE, MILK, TestShop, call_id, id};

async fn app() -> TestShop {
    TestShop::empty(Providers::default(), Seat::Device).await
}

/// Pulls until there is no more, in pages of `limit`. Gives how many changes came.
async fn pull(hub: &TestShop, app: &TestShop, who: Actor, limit: u32) -> usize {
    let mut count = 0;
    loop {
        let after = app.engine.cursor().await.unwrap();
        let changes = hub.call(who, Pull { after, limit }).await.unwrap();
        app.engine.apply(who.device().unwrap(), &changes).await.unwrap();
        count += changes.changes.len();
        if !changes.more {
            return count;
        }
    }
}

#[tokio::test]
async fn a_device_works_alone_from_what_it_pulled() {
    let (hub, app) = (TestShop::open().await, app().await);
    let (mei, lee) = (hub.shopper().await, hub.shopper().await);
    let order = hub.order(mei, &[(MILK, Pieces(2))]).await;
    hub.order(lee, &[(CAKE, Pieces(1))]).await;
    let card = hub.call(mei, Join { member: id() }).await.unwrap();
    pull(&hub, &app, mei, 2).await;

    assert_eq!(app.shop().await, hub.shop().await);
    assert_eq!(app.product(MILK).await, hub.product(MILK).await);
    let everything = Browse { category: None, after: None, limit: 100 };
    assert_eq!(app.call(Actor::Visitor, everything).await.unwrap().products.len(), 5);
    let search = Search { text: "niunai".to_owned(), limit: 5 };
    assert_eq!(app.call(Actor::Visitor, search).await.unwrap().products.len(), 1);
    assert_eq!(
        app.call(mei, GetMine {}).await.unwrap().orders,
        std::slice::from_ref(&order),
        "and nobody else's"
    );
    assert_eq!(app.call(mei, GetCard {}).await.unwrap(), Some(card));

    assert_eq!(pull(&hub, &app, mei, 100).await, 0, "nothing is told twice");
    hub.call(mei, Cancel { order: order.id, reason: CancelReason::ChangedMind }).await.unwrap();
    assert_eq!(pull(&hub, &app, mei, 100).await, 2, "the order, and the milk that came back");
    assert_eq!(
        app.call(mei, GetMine {}).await.unwrap().orders,
        hub.call(mei, GetMine {}).await.unwrap().orders
    );
    assert_eq!(app.product(MILK).await.available, 10);
}

#[tokio::test]
async fn changes_applied_twice_or_torn_are_as_once() {
    let (hub, app) = (TestShop::open().await, app().await);
    let mei = hub.shopper().await;
    hub.order(mei, &[(MILK, Pieces(1))]).await;
    let all = hub.call(mei, Pull { after: Cursor(0), limit: 2000 }).await.unwrap();
    let device = mei.device().unwrap();
    app.engine.apply(device, &all).await.unwrap();
    app.engine.apply(device, &all).await.unwrap();
    assert_eq!(app.call(mei, GetMine {}).await.unwrap().orders.len(), 1);

    let other = TestShop::open().await;
    let foreign = other.call(other.shopper().await, Pull { after: Cursor(0), limit: 2000 }).await.unwrap();
    let before = app.engine.cursor().await.unwrap();
    assert!(app.engine.apply(device, &foreign).await.is_err(), "another shop's changes");
    assert_eq!(app.engine.cursor().await.unwrap(), before);
    assert_eq!(app.shop().await, hub.shop().await);
}

#[tokio::test]
async fn the_shop_comes_before_what_lives_in_it() {
    let hub = TestShop::open().await;
    let mei = hub.shopper().await;
    let mut shop = hub.shop().await;
    shop.name.en = "Corner Two".to_owned();
    hub.engine.update_shop(&shop).await.unwrap();
    let first = hub.call(mei, Pull { after: Cursor(0), limit: 1 }).await.unwrap();
    assert!(matches!(&first.changes[0], Change::Shop(told) if told.name.en == "Corner Two"));
    assert!(first.more);
    assert_eq!(hub.shop().await.categories.len(), 2);
}

#[tokio::test]
async fn an_order_waits_is_sent_once_and_a_refused_one_stays_until_dismissed() {
    let (hub, app) = (TestShop::open().await, app().await);
    let mei = hub.shopper().await;
    let (good, bad) = (hub.basket(&[(MILK, Pieces(1))]).await, hub.basket(&[(CAKE, Pieces(2))]).await);
    for place in [&good, &bad, &good] {
        app.engine.enqueue(call_id(), place).await.unwrap();
    }
    let waiting = app.engine.waiting().await.unwrap();
    assert_eq!(waiting.len(), 2);
    app.engine.settle_waiting(good.order, Err(&Refusal::Offline)).await.unwrap();
    for waiting in waiting {
        let outcome = hub.engine.call(&mei, waiting.call, waiting.place.clone()).await;
        app.engine.settle_waiting(waiting.place.order, outcome.as_ref().map(|_| ())).await.unwrap();
    }
    let left = app.engine.waiting().await.unwrap();
    assert_eq!(left.len(), 1);
    assert!(matches!(left[0].refused, Some(Refusal::SoldOut { left: 1, .. })));
    assert!(app.engine.dismiss(bad.order).await.unwrap());
    assert!(!app.engine.dismiss(bad.order).await.unwrap());
    assert_eq!(hub.call(mei, GetMine {}).await.unwrap().orders.len(), 1);
}

#[tokio::test]
async fn the_basket_and_settings_survive_and_a_forgotten_shop_leaves_nothing() {
    let (hub, app) = (TestShop::open().await, app().await);
    let mei = hub.shopper().await;
    pull(&hub, &app, mei, 2000).await;
    let product = BasketProduct::of(&app.product(MILK).await).unwrap();
    let basket = Basket { lines: vec![BasketLine { id: id(), product, measure: Pieces(3) }] };
    app.call(mei, SaveBasket { basket: basket.clone() }).await.unwrap();
    app.engine.set_setting("hub", Some("http://hub")).await.unwrap();
    assert_eq!(app.call(mei, GetBasket {}).await.unwrap(), basket);

    app.engine.forget_shop().await.unwrap();
    assert_eq!(app.engine.setting("hub").await.unwrap().as_deref(), Some("http://hub"));
    assert_eq!(app.call(mei, GetBasket {}).await.unwrap(), Basket::default());
    assert_eq!(app.engine.cursor().await.unwrap(), Cursor(0));
    let other = TestShop::open().await;
    let lee = other.shopper().await;
    pull(&other, &app, lee, 2000).await;
    assert_eq!(app.shop().await, other.shop().await, "it can be paired anew");
}

#[tokio::test]
async fn pictures_are_fetched_once_and_only_under_their_own_name() {
    let (hub, app) = (TestShop::open().await, app().await);
    let mei = hub.shopper().await;
    let picture = Picture { media_type: "image/png".to_owned(), bytes: vec![1, 2, 3] };
    let found = picture.clone();
    let file = "gtin,category,name_en,price,picture\n9520000000073,dairy,One,1.00,cow\n";
    ministore_store::import::products(
        &hub.engine,
        std::io::Cursor::new(file),
        move |_| Ok(found.clone()),
        |_| {},
    )
    .await
    .unwrap();
    pull(&hub, &app, mei, 2000).await;
    let missing = app.engine.missing_pictures(10).await.unwrap();
    assert_eq!(missing.len(), 1);
    let forged = Picture { bytes: vec![9], ..picture.clone() };
    assert!(app.engine.keep_picture(&missing[0], &forged).await.is_err());
    app.engine.keep_picture(&missing[0], &picture).await.unwrap();
    assert_eq!(app.engine.missing_pictures(10).await.unwrap(), []);
    assert_eq!(app.engine.picture(&missing[0]).await.unwrap(), Some(picture));
}
