use ministore_core::fulfilment::{Address, Fulfilment, Mode};
use ministore_core::member::{Card, Erase, Erased, Export, FindMember, GetCard, Join};
use ministore_core::order::{
    Accept, Cancel, CancelReason, Contact, Dispatch, Get, GetMine, HandOver, Order, Pick, Place, Ready,
};
use ministore_core::payment::{PaymentState, Tender};
use ministore_core::quantity::Measure::Pieces;
use ministore_core::refusal::{Refusal, Thing};
use ministore_core::role::Actor;
use ministore_core::sync::{Change, Cursor, Pull};
use ministore_store::Person;
use ministore_store::engine::Seat;
use ministore_store::payment::Providers;

use super::test_shop::{MILK, TestShop, call_id, code, id};

/// What must be found nowhere afterwards.
const NAME: &str = "Wang Xiaomei";
const PHONE: &str = "+86 138-0013-8000";
const STREET: &str = "17 Osmanthus Lane";
const NOTE: &str = "ring twice at the blue gate";

async fn delivery(shop: &TestShop, phone: &str) -> Place {
    let mut place = shop.basket(&[(MILK, Pieces(2))]).await;
    let fee = shop.shop().await.delivery.unwrap().fee;
    place.expected_total = place.expected_total.plus(fee).unwrap();
    place.contact = Contact { name: NAME.to_owned(), phone: phone.to_owned() };
    place.fulfilment = Fulfilment::Delivery {
        starts: shop.first_slot(Mode::Delivery).await,
        address: Address { street: STREET.to_owned(), note: NOTE.to_owned(), point: None },
    };
    place
}

/// Takes an order to the shopper's hand, as staff does.
async fn deliver(shop: &TestShop, cashier: Actor, placed: &Order) {
    let (order, code_shown, cash) = (placed.id, placed.pickup.unwrap(), placed.totals.total);
    shop.call(cashier, Accept { order }).await.unwrap();
    shop.call(cashier, Pick { order, code: code(MILK), count: 2, label: None }).await.unwrap();
    shop.call(cashier, Ready { order }).await.unwrap();
    shop.call(cashier, Dispatch { order }).await.unwrap();
    shop.call(cashier, HandOver { order, code: code_shown, cash: Some(cash) }).await.unwrap();
}

/// Pulls all that there is.
async fn pull(hub: &TestShop, app: &TestShop, who: Actor) -> Vec<Change> {
    let after = app.engine.cursor().await.unwrap();
    let changes = hub.call(who, Pull { after, limit: 2000 }).await.unwrap();
    app.engine.apply(who.device().unwrap(), &changes).await.unwrap();
    changes.changes
}

/// Whether anything of these texts is in the shop's database: its files, or its tables.
async fn found(shop: &TestShop, texts: &[&str]) -> Vec<String> {
    let bytes = shop.home.everything().await;
    let has = |text: &str| bytes.windows(text.len()).any(|window| window == text.as_bytes());
    texts.iter().filter(|text| has(text)).map(|text| (*text).to_owned()).collect()
}

#[tokio::test]
async fn a_shopper_reads_all_that_the_shop_holds_and_nothing_of_others() {
    let shop = TestShop::open().await;
    let (mei, lee, cashier) = (shop.shopper().await, shop.shopper().await, shop.cashier().await);
    let card = shop.call(mei, Join { member: id() }).await.unwrap();
    let placed = shop.call(mei, delivery(&shop, PHONE).await).await.unwrap();
    deliver(&shop, cashier, &placed).await;
    shop.order(lee, &[(MILK, Pieces(1))]).await;

    let data = shop.call(mei, Export {}).await.unwrap();
    assert_eq!(data.devices.len(), 1);
    assert_eq!(Some(data.devices[0].device), mei.device());
    let held = data.card.unwrap();
    assert_eq!((held.number, held.points), (card.number, 25));
    let [order] = data.orders.as_slice() else { unreachable!("{:?}", data.orders) };
    assert_eq!(order.order.contact, Contact { name: NAME.to_owned(), phone: PHONE.to_owned() });
    let Fulfilment::Delivery { address, .. } = &order.order.fulfilment else { unreachable!() };
    assert_eq!(address.street, STREET);
    let payments: Vec<_> =
        order.payments.iter().map(|payment| (payment.state, payment.amount.minor)).collect();
    let total = placed.totals.total.minor;
    assert_eq!(payments, [(PaymentState::Due, 0), (PaymentState::Captured, total)]);

    let nothing = shop.call(shop.shopper().await, Export {}).await.unwrap();
    assert_eq!((nothing.card, nothing.orders.len()), (None, 0));
}

#[tokio::test]
async fn after_erasing_no_byte_of_the_database_names_the_shopper_and_the_books_agree() {
    let (shop, app) = (TestShop::open().await, TestShop::empty(Providers::default(), Seat::Device).await);
    let (mei, cashier) = (shop.shopper().await, shop.cashier().await);
    let card: Card = shop.call(mei, Join { member: id() }).await.unwrap();
    let number = card.number.to_string();
    let first = shop.call(mei, delivery(&shop, PHONE).await).await.unwrap();
    deliver(&shop, cashier, &first).await;
    shop.pass(24 * 60);
    let second = shop.call(mei, Place { tender: Tender::DemoWallet, ..delivery(&shop, PHONE).await }).await;
    let second = second.unwrap();
    pull(&shop, &app, mei).await;
    assert_eq!(app.call(mei, GetMine {}).await.unwrap().orders.len(), 2);
    assert_eq!(found(&shop, &[NAME, PHONE, STREET, NOTE, &number]).await.len(), 5, "they are there before");

    let refused = shop.call(mei, Erase {}).await.unwrap_err();
    assert_eq!(refused, Refusal::OrderOpen { number: second.number });
    shop.call(mei, Cancel { order: second.id, reason: CancelReason::ChangedMind }).await.unwrap();

    let once = call_id();
    let erased = shop.engine.call(&mei, once, Erase {}).await.unwrap();
    assert_eq!(erased, Erased { orders: 2, card: true });
    assert_eq!(shop.engine.call(&mei, once, Erase {}).await.unwrap(), erased, "a repeat");
    assert_eq!(shop.call(mei, Erase {}).await.unwrap(), Erased::default(), "there is nothing left");
    assert_eq!(found(&shop, &[NAME, PHONE, STREET, NOTE, &number]).await, [""; 0]);

    // What the books need is there, and it adds up.
    shop.assert_ledgers_agree().await;
    let kept = shop.call(cashier, Get { order: first.id }).await.unwrap();
    assert_eq!((kept.number, kept.totals, kept.lines.len()), (first.number, first.totals, 1));
    assert_eq!(kept.payment.state, PaymentState::Captured);
    assert_eq!((kept.contact.name.as_str(), kept.member), ("", None));

    // The shopper is nobody here now, and their own device forgets too.
    assert_eq!(shop.call(mei, GetCard {}).await.unwrap(), None);
    assert_eq!(shop.call(mei, GetMine {}).await.unwrap().orders, []);
    let unknown = shop.call(cashier, FindMember { number: card.number }).await.unwrap_err();
    assert_eq!(unknown, Refusal::NotFound { what: Thing::Member });
    assert!(pull(&shop, &app, mei).await.contains(&Change::Erased));
    assert_eq!(app.call(mei, GetMine {}).await.unwrap().orders, []);
    assert_eq!(app.call(mei, GetCard {}).await.unwrap(), None);

    // Whoever shops on is a new member, also for a device that was off all the time.
    let again = shop.call(mei, Join { member: id() }).await.unwrap();
    assert_eq!((again.points, again.number == card.number), (0, false));
    let refused = shop.call(mei, Join { member: card.member }).await;
    assert_eq!(refused.unwrap(), again, "who is a member stays it");
    let late = shop.call(mei, Pull { after: Cursor(0), limit: 2000 }).await.unwrap().changes;
    let erased = late.iter().position(|change| *change == Change::Erased).unwrap();
    let card = late.iter().position(|change| matches!(change, Change::Card(_))).unwrap();
    assert!(erased < card);
    shop.assert_ledgers_agree().await;
}

#[tokio::test]
async fn a_staff_request_that_is_repeated_is_answered_without_the_person() {
    let shop = TestShop::open().await;
    let (mei, cashier) = (shop.shopper().await, shop.cashier().await);
    let place = delivery(&shop, PHONE).await;
    let placing = call_id();
    let placed = shop.engine.call(&mei, placing, place.clone()).await.unwrap();
    let order = placed.id;
    shop.call(cashier, Accept { order }).await.unwrap();
    shop.call(cashier, Pick { order, code: code(MILK), count: 2, label: None }).await.unwrap();
    shop.call(cashier, Ready { order }).await.unwrap();
    shop.call(cashier, Dispatch { order }).await.unwrap();
    let (handing, cash) = (call_id(), Some(placed.totals.total));
    let hand_over = HandOver { order, code: placed.pickup.unwrap(), cash };
    shop.engine.call(&cashier, handing, hand_over).await.unwrap();
    shop.call(mei, Erase {}).await.unwrap();

    let again = shop.engine.call(&cashier, handing, hand_over).await.unwrap();
    assert_eq!((again.order.id, again.order.contact.name.as_str()), (order, ""));
    let repeated = shop.engine.call(&mei, placing, place).await.unwrap_err();
    assert_eq!(repeated, Refusal::IdReused, "the order is not theirs any more, and is not made again");
}

#[tokio::test]
async fn by_phone_only_the_orders_that_name_it_go_and_the_device_keeps_the_rest() {
    let (shop, app) = (TestShop::open().await, TestShop::empty(Providers::default(), Seat::Device).await);
    let (mei, cashier) = (shop.shopper().await, shop.cashier().await);
    let card = shop.call(mei, Join { member: id() }).await.unwrap();
    let hers = shop.call(mei, delivery(&shop, "139 0000 0001").await).await.unwrap();
    deliver(&shop, cashier, &hers).await;
    shop.pass(24 * 60);
    let fathers = shop.call(mei, delivery(&shop, PHONE).await).await.unwrap();
    deliver(&shop, cashier, &fathers).await;
    pull(&shop, &app, mei).await;

    let father = Person::Phone("86 (138) 0013 8000".to_owned());
    let data = shop.engine.personal_data(&father).await.unwrap();
    assert_eq!(data.card, None);
    assert_eq!(data.orders.iter().map(|held| held.order.id).collect::<Vec<_>>(), [fathers.id]);
    let erased = shop.engine.erase_person(&father).await.unwrap();
    assert_eq!(erased, Erased { orders: 1, card: false });
    assert_eq!(found(&shop, &[PHONE]).await, [""; 0]);

    pull(&shop, &app, mei).await;
    let left = app.call(mei, GetMine {}).await.unwrap().orders;
    assert_eq!(left.iter().map(|order| order.id).collect::<Vec<_>>(), [hers.id]);
    assert_eq!(app.call(mei, GetCard {}).await.unwrap().unwrap().number, card.number);
    let nobody = Person::Phone("+86 138-0013-8".to_owned());
    assert_eq!(
        shop.engine.erase_person(&nobody).await.unwrap(),
        Erased::default(),
        "a part is not the number"
    );

    let by_card = shop.engine.erase_person(&Person::Card(card.number)).await.unwrap();
    assert_eq!(by_card, Erased { orders: 1, card: true });
    assert_eq!(found(&shop, &["139 0000 0001", NAME, STREET]).await, [""; 0]);
}
