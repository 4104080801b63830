use ministore_core::basket::{Basket, BasketLine, BasketProduct, GetBasket, SaveBasket};
use ministore_core::device::Secret;
use ministore_core::fulfilment::{Address, Fulfilment, Mode};
use ministore_core::member::{Card, GetCard, Join};
use ministore_core::order::{Contact, Get, GetMine, Order, Place};
use ministore_core::quantity::Measure::Pieces;
use ministore_core::role::Actor;
use ministore_core::sync::{Cursor, Pull};
use ministore_store::engine::Seat;
use ministore_store::payment::Providers;

use super::test_shop::{MILK, TestShop, call_id, id};

const NAME: &str = "Wang Xiaomei";
const PHONE: &str = "+86 138-0013-8000";
const STREET: &str = "17 Osmanthus Lane";
const NOTE: &str = "ring twice at the blue gate";
const KEY: [u8; 32] = [21; 32];

async fn delivery(shop: &TestShop) -> Place {
    let mut place = shop.basket(&[(MILK, Pieces(2))]).await;
    place.expected_total = place.expected_total.plus(shop.shop().await.delivery.unwrap().fee).unwrap();
    place.contact = Contact { name: NAME.to_owned(), phone: PHONE.to_owned() };
    place.fulfilment = Fulfilment::Delivery {
        starts: shop.first_slot(Mode::Delivery).await,
        address: Address { street: STREET.to_owned(), note: NOTE.to_owned(), point: None },
    };
    place
}

async fn pull(hub: &TestShop, app: &TestShop, who: Actor) {
    let after = app.engine.cursor().await.unwrap();
    let changes = hub.call(who, Pull { after, limit: 2000 }).await.unwrap();
    app.engine.apply(who.device().unwrap(), &changes).await.unwrap();
}

/// An app that has pulled an order and a card, keeps a basket and an order that waits.
struct Told {
    hub: TestShop,
    app: TestShop,
    mei: Actor,
    order: Order,
    card: Card,
    waits: Place,
    basket: Basket,
}

async fn told(key: Option<Secret>) -> Told {
    let hub = TestShop::open().await;
    let app = TestShop::empty(Providers::default(), Seat::Device).await.reopened_under(key).await.unwrap();
    let mei = hub.shopper().await;
    let card = hub.call(mei, Join { member: id() }).await.unwrap();
    let waits = delivery(&hub).await;
    let order = hub.call(mei, delivery(&hub).await).await.unwrap();
    pull(&hub, &app, mei).await;
    app.engine.enqueue(call_id(), &waits).await.unwrap();
    let line = BasketLine {
        id: id(),
        product: BasketProduct::of(&hub.product(MILK).await).unwrap(),
        measure: Pieces(1),
    };
    let basket = Basket { lines: vec![line] };
    app.call(mei, SaveBasket { basket: basket.clone() }).await.unwrap();
    Told { hub, app, mei, order, card, waits, basket }
}

/// What of these texts is in the app's database: its files, or its tables.
async fn named_in(app: &TestShop, told: &Told) -> Vec<String> {
    let bytes = app.home.everything().await;
    let texts = [NAME, PHONE, STREET, NOTE].map(str::to_owned).into_iter();
    let texts = texts.chain([
        told.card.number.to_string(),
        told.order.pickup.unwrap().to_string(),
        told.basket.lines[0].id.to_string(),
    ]);
    texts.filter(|text| bytes.windows(text.len()).any(|window| window == text.as_bytes())).collect()
}

async fn assert_reads_back(app: &TestShop, told: &Told) {
    assert_eq!(app.call(told.mei, GetMine {}).await.unwrap().orders, std::slice::from_ref(&told.order));
    assert_eq!(app.call(told.mei, Get { order: told.order.id }).await.unwrap(), told.order);
    assert_eq!(app.call(told.mei, GetCard {}).await.unwrap(), Some(told.card.clone()));
    assert_eq!(app.call(told.mei, GetBasket {}).await.unwrap(), told.basket);
    let waiting = app.engine.waiting().await.unwrap();
    assert_eq!(
        waiting.into_iter().map(|one| one.place).collect::<Vec<_>>(),
        std::slice::from_ref(&told.waits)
    );
    assert_eq!(app.engine.lost_orders().await.unwrap(), []);
}

#[tokio::test]
async fn an_apps_database_names_nobody_and_reads_back_with_its_key() {
    let mut told = told(Some(Secret::from_bytes(KEY))).await;
    assert_eq!(named_in(&told.app, &told).await, [""; 0]);
    assert_reads_back(&told.app, &told).await;
    let app = std::mem::replace(&mut told.app, TestShop::empty(Providers::default(), Seat::Device).await);
    let app = app.reopened_under(Some(Secret::from_bytes(KEY))).await.unwrap();
    assert_reads_back(&app, &told).await;
    assert!(app.reopened_under(None).await.is_err(), "without a key it is not opened");
}

#[tokio::test]
async fn what_an_earlier_version_kept_in_the_clear_is_sealed_at_the_first_opening() {
    let mut told = told(None).await;
    assert_eq!(named_in(&told.app, &told).await.len(), 7, "in the clear");
    let app = std::mem::replace(&mut told.app, TestShop::empty(Providers::default(), Seat::Device).await);
    let app = app.reopened_under(Some(Secret::from_bytes(KEY))).await.unwrap();
    assert_eq!(named_in(&app, &told).await, [""; 0]);
    assert_reads_back(&app, &told).await;
}

#[tokio::test]
async fn with_another_key_the_hub_tells_all_again_and_waiting_orders_are_said_to_be_lost() {
    let mut told = told(Some(Secret::from_bytes(KEY))).await;
    let waited_since = told.app.engine.waiting().await.unwrap()[0].since;
    let app = std::mem::replace(&mut told.app, TestShop::empty(Providers::default(), Seat::Device).await);
    let app = app.reopened_under(Some(Secret::from_bytes([22; 32]))).await.unwrap();
    assert_eq!(app.call(told.mei, GetMine {}).await.unwrap().orders, []);
    assert_eq!(app.call(told.mei, GetBasket {}).await.unwrap(), Basket::default());
    assert_eq!(app.engine.waiting().await.unwrap(), []);
    assert_eq!(app.engine.lost_orders().await.unwrap(), [waited_since]);
    assert_eq!(app.product(MILK).await, told.hub.product(MILK).await, "what names nobody stays");

    assert_eq!(app.engine.cursor().await.unwrap(), Cursor(0));
    pull(&told.hub, &app, told.mei).await;
    assert_eq!(app.call(told.mei, GetMine {}).await.unwrap().orders, std::slice::from_ref(&told.order));
    assert_eq!(app.call(told.mei, GetCard {}).await.unwrap(), Some(told.card.clone()));
    app.engine.dismiss_lost().await.unwrap();
    assert_eq!(app.engine.lost_orders().await.unwrap(), []);
}
