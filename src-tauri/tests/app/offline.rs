//! The installed app with its hub switched off, on, and off in the middle.

use std::net::{Ipv4Addr, SocketAddr};

use ministore_app::device::Reach;
use ministore_app::host;
use ministore_core::basket::{Basket, GetBasket, SaveBasket};
use ministore_core::catalogue::{Lookup, Search};
use ministore_core::device::Secret;
use ministore_core::fulfilment::{GetSlots, Mode};
use ministore_core::id::SessionId;
use ministore_core::order::{Cancel, CancelReason, Get, GetQueue, OrderState};
use ministore_core::refusal::{Refusal, Thing};
use ministore_core::shop::GetShop;
use ministore_core::staff::{GetMe, SignIn, SignOut};
use ministore_hub::founding::DEMO_STAFF;
use uuid::Uuid;

use crate::shop::{App, LossyLine, Shop};

#[tokio::test(flavor = "multi_thread")]
async fn before_it_is_paired_an_app_knows_no_shop_but_keeps_a_basket() {
    let app = App::install().await;
    assert_eq!(app.call(&GetShop {}).await, Err(Refusal::NotFound { what: Thing::Shop }));
    app.call(&SaveBasket { basket: Basket::default() }).await.unwrap();
    assert_eq!(app.call(&GetBasket {}).await, Ok(Basket::default()));
    let status = app.device.status();
    assert!(!status.paired);
    assert_eq!((status.hub, status.address), (Reach::Offline, None));
}

#[tokio::test(flavor = "multi_thread")]
async fn an_address_where_no_hub_answers_is_refused_and_changes_nothing() {
    let app = App::install().await;
    assert_eq!(app.device.pair("127.0.0.1:9").await, Err(Refusal::Offline));
    assert!(
        matches!(app.device.pair("no address").await, Err(Refusal::Invalid { field, .. }) if field == "address")
    );
    assert!(!app.device.status().paired);
}

#[tokio::test(flavor = "multi_thread")]
async fn everything_that_was_pulled_is_there_without_the_hub() {
    let mut shop = Shop::open().await;
    let app = App::paired(shop.address).await;
    let goods = app.goods().await;
    let shown = goods.iter().find(|product| product.picture.is_some()).unwrap().clone();
    let picture = shown.picture.clone().unwrap();
    let here = || async { app.device.status().hub == Reach::Online };
    app.until("the hub is reached", here).await;
    let fetched = shop.hub().engine().picture(&picture).await.unwrap().unwrap();
    app.until("the picture is kept", || async { app.device.keeps_picture(&picture).await }).await;

    shop.switch_off().await;
    app.until("the hub is missed", || async { app.device.status().hub == Reach::Offline }).await;
    let app = app.restart().await;
    assert!(app.device.status().paired);
    let code = shown.code().unwrap();
    assert_eq!(app.call(&Lookup { code }).await, Ok(shown.clone()));
    let text = shown.name.en.clone();
    let found = app.call(&Search { text, limit: 20 }).await.unwrap();
    assert!(found.products.iter().any(|product| product.id == shown.id));
    assert_eq!(app.device.picture(&picture).await.unwrap().unwrap().bytes, fetched.bytes);
    assert_eq!(app.orders().await, []);
    assert_eq!(app.call(&GetSlots { mode: Mode::Pickup }).await, Err(Refusal::Offline));
}

#[tokio::test(flavor = "multi_thread")]
async fn an_order_made_offline_waits_over_a_restart_and_is_sent_once() {
    let mut shop = Shop::open().await;
    let app = App::paired(shop.address).await;
    let goods = app.goods().await;
    // Asked for once, the slots are known without the hub too.
    let known = app.call(&GetSlots { mode: Mode::Pickup }).await.unwrap();
    shop.switch_off().await;
    assert_eq!(app.call(&GetSlots { mode: Mode::Pickup }).await, Ok(known));
    let place = app.order_of(&goods[0], 2).await;
    assert_eq!(app.call(&place).await, Err(Refusal::Offline));
    assert_eq!(app.call(&place).await, Err(Refusal::Offline), "a second tap");
    assert_eq!(app.device.status().waiting, 1);

    let app = app.restart().await;
    let waiting = app.device.waiting().await.unwrap();
    assert_eq!(waiting.len(), 1);
    assert_eq!((&waiting[0].place, &waiting[0].refused), (&place, &None));

    shop.switch_on().await;
    app.until("the order is sent", || async { app.device.status().waiting == 0 }).await;
    assert_eq!(app.device.waiting().await, Ok(vec![]));
    let orders = app.orders().await;
    assert_eq!(orders.iter().map(|order| order.id).collect::<Vec<_>>(), [place.order]);
    assert_eq!(orders[0].totals.total, place.expected_total);

    let app = app.restart().await;
    app.until("the hub is reached", || async { app.device.status().hub == Reach::Online }).await;
    assert_eq!(app.orders().await.len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_order_whose_answer_is_lost_is_made_once() {
    let shop = Shop::open().await;
    let line = LossyLine::to(shop.address).await;
    let app = App::paired(line.address).await;
    let goods = app.goods().await;
    let before = goods[0].available;
    let place = app.order_of(&goods[0], 3).await;
    line.lose(2);
    // Whether the first answer or a repeat's is the one that comes through is the loop's to decide.
    let _ = app.call(&place).await;
    app.until("the order is sent", || async {
        line.has_lost_all() && app.device.waiting().await.unwrap().is_empty() && app.orders().await.len() == 1
    })
    .await;
    assert_eq!(app.orders().await[0].id, place.order);
    let code = goods[0].code().unwrap();
    app.until("the stock is told", || async {
        app.call(&Lookup { code }).await.unwrap().available == before - 3
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_waiting_order_that_is_refused_says_why_until_it_is_put_away() {
    let mut shop = Shop::open().await;
    let app = App::paired(shop.address).await;
    let goods = app.goods().await;
    let mut place = app.order_of(&goods[0], 1).await;
    let right = place.expected_total;
    place.expected_total = right.currency.minor(1);
    shop.switch_off().await;
    assert_eq!(app.call(&place).await, Err(Refusal::Offline));
    // The order behind it is not held up.
    let good = app.order_of(&goods[1], 1).await;
    assert_eq!(app.call(&good).await, Err(Refusal::Offline));
    shop.switch_on().await;
    app.until("both are decided", || async { app.device.status().waiting == 0 }).await;
    let waiting = app.device.waiting().await.unwrap();
    assert_eq!(waiting.len(), 1);
    assert_eq!(waiting[0].place.order, place.order);
    assert_eq!(waiting[0].refused, Some(Refusal::TotalChanged { now: right }));
    app.until("the other has come back", || async { app.orders().await.len() == 1 }).await;

    app.device.dismiss(place.order).await.unwrap();
    assert_eq!(app.device.waiting().await, Ok(vec![]));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_refusal_at_the_counter_of_an_order_made_online_leaves_nothing_behind() {
    let shop = Shop::open().await;
    let app = App::paired(shop.address).await;
    let goods = app.goods().await;
    let mut place = app.order_of(&goods[0], 1).await;
    let right = std::mem::replace(&mut place.expected_total, goods[0].price.money().currency.minor(1));
    assert_eq!(app.call(&place).await, Err(Refusal::TotalChanged { now: right }));
    assert_eq!(app.device.waiting().await, Ok(vec![]));
    assert_eq!(app.orders().await, []);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_order_taken_back_while_it_waits_is_never_sent() {
    let mut shop = Shop::open().await;
    let app = App::paired(shop.address).await;
    let goods = app.goods().await;
    let place = app.order_of(&goods[0], 1).await;
    shop.switch_off().await;
    assert_eq!(app.call(&place).await, Err(Refusal::Offline));
    assert!(matches!(app.device.unpair().await, Err(Refusal::Invalid { field, .. }) if field == "waiting"));
    app.device.dismiss(place.order).await.unwrap();
    shop.switch_on().await;
    app.until("the hub is reached", || async { app.device.status().hub == Reach::Online }).await;
    assert_eq!(app.orders().await, []);
    app.device.unpair().await.unwrap();
    assert!(!app.device.status().paired);
    assert_eq!(app.call(&GetShop {}).await, Err(Refusal::NotFound { what: Thing::Shop }));
}

#[tokio::test(flavor = "multi_thread")]
async fn an_order_made_and_cancelled_online_is_here_at_once() {
    let shop = Shop::open().await;
    let app = App::paired(shop.address).await;
    let goods = app.goods().await;
    let place = app.order_of(&goods[0], 1).await;
    let order = app.call(&place).await.unwrap();
    assert_eq!(order.state, OrderState::Placed);
    assert_eq!(app.call(&Get { order: place.order }).await.unwrap().pickup, order.pickup);
    app.call(&Cancel { order: place.order, reason: CancelReason::ChangedMind }).await.unwrap();
    assert_eq!(app.call(&Get { order: place.order }).await.unwrap().state, OrderState::Cancelled);
}

#[tokio::test(flavor = "multi_thread")]
async fn staff_who_sign_in_hear_of_other_peoples_orders_until_they_sign_out() {
    let shop = Shop::open().await;
    let counter = App::paired(shop.address).await;
    let phone = App::paired(shop.address).await;
    assert_eq!(counter.call(&GetQueue {}).await, Err(Refusal::SignInFirst));
    let sign_in = SignIn {
        pin: DEMO_STAFF[0].pin.parse().unwrap(),
        session: SessionId(Uuid::now_v7()),
        secret: Secret::from_bytes([7; 32]),
        approve: None,
    };
    let name = counter.call(&sign_in).await.unwrap().name;
    assert_eq!(counter.call(&GetMe {}).await.unwrap().name, name);

    let mut events = counter.device.watch_events();
    let goods = phone.goods().await;
    let place = phone.order_of(&goods[0], 1).await;
    phone.call(&place).await.unwrap();
    let heard = tokio::time::timeout(std::time::Duration::from_secs(20), async {
        loop {
            if let ministore_core::sync::Changed::Order { order, .. } = events.recv().await.unwrap().what {
                return order;
            }
        }
    });
    assert_eq!(heard.await.unwrap(), place.order);
    let queue = counter.call(&GetQueue {}).await.unwrap().orders;
    assert!(queue.iter().any(|order| order.id == place.order));
    assert_eq!(counter.call(&Get { order: place.order }).await.unwrap().id, place.order);
    // The counter's own orders are still its own.
    assert_eq!(counter.orders().await, []);

    counter.call(&SignOut {}).await.unwrap();
    assert_eq!(counter.call(&GetQueue {}).await, Err(Refusal::SignInFirst));
}

#[tokio::test(flavor = "multi_thread")]
async fn another_shop_takes_the_place_of_the_old_one_and_the_same_shop_keeps_everything() {
    let shop = Shop::open().await;
    let line = LossyLine::to(shop.address).await;
    let other = Shop::open().await;
    let app = App::paired(shop.address).await;
    let goods = app.goods().await;
    let place = app.order_of(&goods[0], 1).await;
    app.call(&place).await.unwrap();
    let status = app.device.pair(&line.address.to_string()).await.unwrap();
    assert_eq!(status.address, Some(format!("http://{}/", line.address)));
    assert_eq!(app.orders().await.len(), 1);
    app.device.pair(&other.address.to_string()).await.unwrap();
    assert_eq!(app.orders().await, []);
    let theirs = other
        .hub()
        .engine()
        .call(&ministore_core::role::Actor::Visitor, ministore_core::id::CallId(Uuid::now_v7()), GetShop {})
        .await
        .unwrap();
    assert_eq!(app.call(&GetShop {}).await.unwrap().id, theirs.id);
}

#[tokio::test(flavor = "multi_thread")]
async fn after_the_hub_was_restored_from_a_backup_everything_is_read_again() {
    let mut shop = Shop::open().await;
    shop.switch_off().await;
    let backup = shop.back_up();
    shop.switch_on().await;
    let app = App::paired(shop.address).await;
    let product = app.goods().await.swap_remove(0);
    let code = product.code().unwrap();
    let place = app.order_of(&product, 2).await;
    app.call(&place).await.unwrap();
    app.until("the sale is told", || async {
        app.call(&Lookup { code }).await.unwrap().available == product.available - 2
    })
    .await;

    shop.switch_off().await;
    shop.restore(&backup);
    shop.switch_on().await;
    app.until("the stock of before is back", || async {
        app.call(&Lookup { code }).await.unwrap().available == product.available
    })
    .await;
    let again = app.order_of(&product, 1).await;
    app.call(&again).await.unwrap();
    app.until("what is new is told as before", || async {
        app.call(&Lookup { code }).await.unwrap().available == product.available - 1
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_app_can_be_its_own_hub() {
    let data = tempfile::tempdir().unwrap();
    let here = SocketAddr::from((Ipv4Addr::LOCALHOST, 0));
    assert!(host::host(data.path(), here, false).await.is_err(), "there is no shop yet");
    let hub = host::host(data.path(), here, true).await.unwrap();
    let app = App::install().await;
    let status = app.device.pair(&host::address_of(&hub)).await.unwrap();
    assert!(status.paired);
    let goods = app.goods().await;
    let place = app.order_of(&goods[0], 1).await;
    assert_eq!(app.call(&place).await.unwrap().id, place.order);
    hub.shutdown().await;
    let hub = host::host(data.path(), here, false).await.unwrap();
    app.device.pair(&host::address_of(&hub)).await.unwrap();
    assert_eq!(app.orders().await.len(), 1);
}
