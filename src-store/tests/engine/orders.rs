use ministore_core::fulfilment::{Address, Fulfilment, Mode};
use ministore_core::id::OrderId;
use ministore_core::money::Price;
use ministore_core::order::{
    Accept, Cancel, CancelReason, Dispatch, Find, Get, GetMine, GetQueue, HandOver, Order, OrderState, Pick,
    PutBack, Quote, Ready,
};
use ministore_core::payment::PaymentState;
use ministore_core::quantity::Measure::{Grams, Labelled, Pieces};
use ministore_core::refusal::{Refusal, Thing};

use super::test_shop::{APPLES, CAKE, MILK, TestShop, WINE, YOGHURT, call_id, code, id, yuan};

#[tokio::test]
async fn an_order_travels_from_the_phone_to_the_hand() {
    let shop = TestShop::open().await;
    let (mei, cashier) = (shop.shopper().await, shop.cashier().await);
    let order = shop.order(mei, &[(MILK, Pieces(2)), (APPLES, Grams(750))]).await;
    assert_eq!((order.number, order.state), (1001, OrderState::Placed));
    assert_eq!(order.totals.total, yuan(2 * 1250 + 885));
    let code_shown = order.pickup.expect("its shopper is told the code");

    let queue = shop.call(cashier, GetQueue {}).await.unwrap().orders;
    assert_eq!(queue.iter().map(|order| order.number).collect::<Vec<_>>(), [1001]);
    assert_eq!(queue[0].pickup, None, "staff is not told the code");

    let order = order.id;
    shop.call(cashier, Accept { order }).await.unwrap();
    let picking = shop.call(cashier, Pick { order, code: code(MILK), count: 1, label: None }).await.unwrap();
    assert_eq!(picking.state, OrderState::Picking);
    assert_eq!(shop.call(cashier, Ready { order }).await.unwrap_err(), Refusal::NotAllPicked { left: 2 });
    shop.call(cashier, Pick { order, code: code(MILK), count: 1, label: None }).await.unwrap();
    shop.call(cashier, Pick { order, code: code(APPLES), count: 1, label: None }).await.unwrap();
    shop.call(cashier, Ready { order }).await.unwrap();
    assert_eq!(shop.call(cashier, Find { code: code_shown }).await.unwrap().id, order);

    let done = HandOver { order, code: code_shown, cash: Some(yuan(5000)) };
    let done = shop.call(cashier, done).await.unwrap();
    assert_eq!(done.change, yuan(5000 - 3385));
    assert_eq!(done.order.state, OrderState::HandedOver);
    assert_eq!(done.order.payment.state, PaymentState::Captured);
    let mine = shop.call(mei, GetMine {}).await.unwrap().orders;
    let journey: Vec<_> = mine[0].milestones.iter().map(|milestone| milestone.state).collect();
    use OrderState::{Accepted, HandedOver, Picking, Placed};
    assert_eq!(journey, [Placed, Accepted, Picking, OrderState::Ready, HandedOver]);
    shop.assert_ledgers_agree().await;
}

#[tokio::test]
async fn a_delivery_goes_by_courier_and_costs_its_fee() {
    let shop = TestShop::open().await;
    let (mei, cashier) = (shop.shopper().await, shop.cashier().await);
    let mut place = shop.basket(&[(MILK, Pieces(2))]).await;
    let address = Address { street: "2 Side Street".to_owned(), note: String::new(), point: None };
    place.fulfilment = Fulfilment::Delivery { starts: shop.first_slot(Mode::Delivery).await, address };
    let refused = shop.call(mei, place.clone()).await.unwrap_err();
    assert!(matches!(&refused, Refusal::Invalid { field, .. } if field == "contact.phone"), "{refused:?}");
    place.contact.phone = "13800000000".to_owned();
    assert_eq!(
        shop.call(mei, place.clone()).await.unwrap_err(),
        Refusal::TotalChanged { now: yuan(2500 + 600) }
    );
    place.expected_total = yuan(3100);
    let order = shop.call(mei, place).await.unwrap();
    assert_eq!(order.totals.delivery, yuan(600));
    let (order, code_shown) = (order.id, order.pickup.unwrap());
    shop.call(cashier, Accept { order }).await.unwrap();
    shop.call(cashier, Pick { order, code: code(MILK), count: 2, label: None }).await.unwrap();
    shop.call(cashier, Ready { order }).await.unwrap();
    let hand_over = HandOver { order, code: code_shown, cash: Some(yuan(3100)) };
    let early = shop.call(cashier, hand_over).await.unwrap_err();
    assert!(matches!(early, Refusal::WrongStep { state: OrderState::Ready, .. }));
    shop.call(cashier, Dispatch { order }).await.unwrap();
    let done = shop.call(cashier, hand_over).await.unwrap();
    assert_eq!(done.change, yuan(0));
}

#[tokio::test]
async fn a_quote_comes_to_what_the_order_is_charged() {
    let shop = TestShop::open().await;
    let mei = shop.shopper().await;
    let mut place = shop.basket(&[(MILK, Pieces(2)), (APPLES, Grams(750)), (MILK, Pieces(1))]).await;
    let quote = Quote { lines: place.lines.clone(), mode: Mode::Pickup, point: None };
    let quoted = shop.call(mei, quote.clone()).await.unwrap();
    assert_eq!(quoted.amounts, [yuan(2500), yuan(885), yuan(1250)]);
    let delivered = shop.call(mei, Quote { mode: Mode::Delivery, ..quote.clone() }).await.unwrap();
    assert_eq!(delivered.totals.total, quoted.totals.total.plus(delivered.totals.delivery).unwrap());
    let stock = shop.product(MILK).await.available;
    place.expected_total = quoted.totals.total;
    assert_eq!(shop.call(mei, place).await.unwrap().totals, quoted.totals);
    assert_eq!(shop.product(MILK).await.available, stock - 3, "the quotes took nothing");

    let mut unknown = quote.clone();
    unknown.lines[0].product = id();
    let refused = shop.call(mei, unknown).await.unwrap_err();
    assert_eq!(refused, Refusal::NotFound { what: Thing::Product });
    let mut wrong = quote;
    wrong.lines[0].measure = Grams(5);
    assert!(matches!(shop.call(mei, wrong).await.unwrap_err(), Refusal::Invalid { .. }));
}

#[tokio::test]
async fn a_small_delivery_is_refused() {
    let shop = TestShop::open().await;
    let mut place = shop.basket(&[(MILK, Pieces(1))]).await;
    let address = Address { street: "2 Side Street".to_owned(), note: String::new(), point: None };
    place.fulfilment = Fulfilment::Delivery { starts: shop.first_slot(Mode::Delivery).await, address };
    place.contact.phone = "13800000000".to_owned();
    place.expected_total = yuan(1850);
    let refused = shop.call(shop.shopper().await, place).await.unwrap_err();
    assert_eq!(refused, Refusal::BelowMinimum { minimum: yuan(2000) });
}

#[tokio::test]
async fn two_taps_make_one_order() {
    let shop = TestShop::open().await;
    let mei = shop.shopper().await;
    let place = shop.basket(&[(YOGHURT, Pieces(1))]).await;
    let call = call_id();
    let (first, second) = tokio::join!(
        shop.engine.call(&mei, call, place.clone()),
        shop.engine.call(&mei, call, place.clone())
    );
    assert_eq!(first.as_ref().unwrap(), second.as_ref().unwrap());
    assert_eq!(shop.product(YOGHURT).await.available, 1);
    let again_by_order = shop.call(mei, place).await.unwrap();
    assert_eq!(&again_by_order, first.as_ref().unwrap());
    assert_eq!(shop.call(mei, GetMine {}).await.unwrap().orders.len(), 1);
}

#[tokio::test]
async fn a_refusal_is_answered_again_as_it_was() {
    let shop = TestShop::open().await;
    let mei = shop.shopper().await;
    let place = shop.basket(&[(YOGHURT, Pieces(3))]).await;
    let call = call_id();
    let refused = shop.engine.call(&mei, call, place.clone()).await.unwrap_err();
    assert!(matches!(refused, Refusal::SoldOut { left: 2, .. }), "{refused:?}");
    assert_eq!(shop.product(YOGHURT).await.available, 2);
    let more = PRODUCTS_WITH_MORE_YOGHURT;
    assert_eq!(shop.import(more).await.updated, 1);
    assert_eq!(shop.engine.call(&mei, call, place.clone()).await.unwrap_err(), refused);
    assert!(shop.call(mei, place).await.is_ok(), "a new attempt is free to succeed");
    shop.assert_ledgers_agree().await;
}

const PRODUCTS_WITH_MORE_YOGHURT: &str = "\
gtin,category,name_en,name_zh,brand,price,content,tax_rate,stock,aisle
9520000000028,dairy,Plain yoghurt,原味酸奶,Morningfield,6.80,400 g,9,9,B1
";

#[tokio::test]
async fn an_id_cannot_be_used_for_something_else() {
    let shop = TestShop::open().await;
    let (mei, lee) = (shop.shopper().await, shop.shopper().await);
    let place = shop.basket(&[(MILK, Pieces(1))]).await;
    let call = call_id();
    shop.engine.call(&mei, call, place.clone()).await.unwrap();
    let other = shop.basket(&[(MILK, Pieces(2))]).await;
    assert_eq!(shop.engine.call(&mei, call, other).await.unwrap_err(), Refusal::IdReused);
    assert_eq!(shop.engine.call(&lee, call, place.clone()).await.unwrap_err(), Refusal::IdReused);
    assert_eq!(shop.call(lee, place.clone()).await.unwrap_err(), Refusal::IdReused);
    let mut larger = place;
    larger.lines[0].measure = Pieces(2);
    assert_eq!(shop.call(mei, larger).await.unwrap_err(), Refusal::IdReused);
}

#[tokio::test]
async fn anothers_order_is_not_there() {
    let shop = TestShop::open().await;
    let (mei, lee) = (shop.shopper().await, shop.shopper().await);
    let order = shop.order(mei, &[(MILK, Pieces(1))]).await.id;
    let unknown = Refusal::NotFound { what: Thing::Order };
    assert_eq!(shop.call(lee, Get { order }).await.unwrap_err(), unknown);
    let cancel = Cancel { order, reason: CancelReason::ChangedMind };
    assert_eq!(shop.call(lee, cancel).await.unwrap_err(), unknown);
    assert_eq!(shop.call(lee, Get { order: id::<OrderId>() }).await.unwrap_err(), unknown);
    assert_eq!(shop.call(mei, Get { order }).await.unwrap().state, OrderState::Placed);
}

#[tokio::test]
async fn a_changed_price_is_told_before_it_is_charged() {
    let shop = TestShop::open().await;
    let place = shop.basket(&[(MILK, Pieces(1))]).await;
    shop.import(
        "gtin,category,name_en,name_zh,brand,price,content,tax_rate,aisle
9520000000011,dairy,Whole milk,纯牛奶,Morningfield,13.00,1 l,9,B1
",
    )
    .await;
    let refused = shop.call(shop.shopper().await, place).await.unwrap_err();
    assert_eq!(refused, Refusal::TotalChanged { now: yuan(1300) });
    assert_eq!(shop.product(MILK).await.available, 10, "a price alone leaves stock as it was");
}

#[tokio::test]
async fn the_last_place_in_a_slot_goes_once() {
    let shop = TestShop::open().await;
    let mut places = Vec::new();
    for _ in 0..4 {
        places.push((shop.shopper().await, shop.basket(&[(MILK, Pieces(1))]).await));
    }
    let mut full = 0;
    for (shopper, place) in places {
        match shop.call(shopper, place).await {
            Ok(_) => {}
            Err(refusal) => {
                assert_eq!(refusal, Refusal::SlotFull);
                full += 1;
            }
        }
    }
    assert_eq!(full, 1);
    let order = shop.call(shop.cashier().await, GetQueue {}).await.unwrap().orders[0].id;
    let retry = shop.basket(&[(MILK, Pieces(1))]).await;
    let cashier = shop.cashier().await;
    shop.call(cashier, Cancel { order, reason: CancelReason::CannotServe }).await.unwrap();
    assert!(shop.call(shop.shopper().await, retry).await.is_ok(), "a cancelled order frees its place");
}

#[tokio::test]
async fn a_slot_closes_before_it_starts() {
    let shop = TestShop::open().await;
    let place = shop.basket(&[(MILK, Pieces(1))]).await;
    shop.pass(45);
    assert_eq!(shop.call(shop.shopper().await, place).await.unwrap_err(), Refusal::SlotClosed);
}

#[tokio::test]
async fn a_wrong_item_and_one_too_many_are_refused_by_name() {
    let shop = TestShop::open().await;
    let (mei, cashier) = (shop.shopper().await, shop.cashier().await);
    let order = shop.order(mei, &[(MILK, Pieces(1)), (CAKE, Pieces(1))]).await;
    let line = order.lines[0].id;
    let order = order.id;
    shop.call(cashier, Accept { order }).await.unwrap();
    let wrong =
        shop.call(cashier, Pick { order, code: code(WINE), count: 1, label: None }).await.unwrap_err();
    assert!(matches!(wrong, Refusal::WrongItem { name: Some(name) } if name.en == "Plum wine"));
    let unknown =
        shop.call(cashier, Pick { order, code: code("9520000000998"), count: 1, label: None }).await;
    assert_eq!(unknown.unwrap_err(), Refusal::WrongItem { name: None });
    shop.call(cashier, Pick { order, code: code(MILK), count: 1, label: None }).await.unwrap();
    let again =
        shop.call(cashier, Pick { order, code: code(MILK), count: 1, label: None }).await.unwrap_err();
    assert!(matches!(again, Refusal::AlreadyPicked { name } if name.en == "Whole milk"));
    let back = shop.call(cashier, PutBack { order, line }).await.unwrap();
    assert_eq!(back.lines[0].picked, 0);
}

#[tokio::test]
async fn a_pack_of_another_amount_is_refused() {
    let shop = TestShop::open().await;
    let (mei, cashier) = (shop.shopper().await, shop.cashier().await);
    let dear = Labelled(Price::new(yuan(888)).unwrap());
    let order = shop.order(mei, &[(APPLES, Grams(500)), (APPLES, dear)]).await.id;
    shop.call(cashier, Accept { order }).await.unwrap();
    let pick = async |label| shop.call(cashier, Pick { order, code: code(APPLES), count: 1, label }).await;
    for label in [Grams(88), Grams(449), Grams(8_500), Labelled(Price::new(yuan(887)).unwrap())] {
        let refused = pick(Some(label)).await.unwrap_err();
        assert!(
            matches!(&refused, Refusal::WrongAmount { name, ordered: Grams(500), label: said }
                if name.en == "Red Fuji apples" && *said == label),
            "{refused:?}"
        );
    }
    let picked = |order: Order| order.lines.iter().map(|line| line.picked).collect::<Vec<_>>();
    assert_eq!(picked(pick(Some(dear)).await.unwrap()), [0, 1], "the pack finds its own line");
    let refused = pick(Some(dear)).await.unwrap_err();
    assert!(matches!(refused, Refusal::WrongAmount { ordered: Grams(500), .. }), "{refused:?}");
    assert_eq!(picked(pick(Some(Grams(505))).await.unwrap()), [1, 1]);
    assert!(matches!(pick(Some(Grams(505))).await.unwrap_err(), Refusal::AlreadyPicked { .. }));
}

#[tokio::test]
async fn goods_stay_without_the_right_code_or_enough_cash() {
    let shop = TestShop::open().await;
    let (mei, lee, cashier) = (shop.shopper().await, shop.shopper().await, shop.cashier().await);
    let order = shop.order(mei, &[(MILK, Pieces(1))]).await;
    let others = shop.order(lee, &[(MILK, Pieces(1))]).await.pickup.unwrap();
    let (order, right) = (order.id, order.pickup.unwrap());
    shop.call(cashier, Accept { order }).await.unwrap();
    shop.call(cashier, Pick { order, code: code(MILK), count: 1, label: None }).await.unwrap();
    shop.call(cashier, Ready { order }).await.unwrap();
    let hand_over = |code, cash| HandOver { order, code, cash };
    assert_eq!(
        shop.call(cashier, hand_over(others, Some(yuan(1250)))).await.unwrap_err(),
        Refusal::WrongPickupCode
    );
    for cash in [None, Some(yuan(1249))] {
        assert_eq!(
            shop.call(cashier, hand_over(right, cash)).await.unwrap_err(),
            Refusal::PaymentDue { due: yuan(1250) }
        );
    }
    assert!(shop.call(cashier, hand_over(right, Some(yuan(1250)))).await.is_ok());
}

#[tokio::test]
async fn cancelling_returns_stock_and_asks_nothing() {
    let shop = TestShop::open().await;
    let (mei, cashier) = (shop.shopper().await, shop.cashier().await);
    let order = shop.order(mei, &[(CAKE, Pieces(1)), (APPLES, Grams(140))]).await.id;
    assert_eq!(shop.product(CAKE).await.available, 0);
    let wrong = Cancel { order, reason: CancelReason::OutOfStock };
    assert!(matches!(shop.call(mei, wrong).await.unwrap_err(), Refusal::Invalid { .. }));
    let cancelled = shop.call(mei, Cancel { order, reason: CancelReason::ChangedMind }).await.unwrap();
    assert_eq!(cancelled.payment.state, PaymentState::Cancelled);
    assert_eq!(shop.product(CAKE).await.available, 1);
    assert_eq!(shop.product(APPLES).await.available, 16_140);
    let late = shop.call(cashier, Accept { order }).await.unwrap_err();
    assert!(matches!(late, Refusal::WrongStep { state: OrderState::Cancelled, .. }));
    shop.assert_ledgers_agree().await;
}

#[tokio::test]
async fn a_shopper_cannot_withdraw_what_is_being_picked() {
    let shop = TestShop::open().await;
    let (mei, cashier) = (shop.shopper().await, shop.cashier().await);
    let order = shop.order(mei, &[(MILK, Pieces(1))]).await.id;
    shop.call(cashier, Accept { order }).await.unwrap();
    shop.call(cashier, Pick { order, code: code(MILK), count: 1, label: None }).await.unwrap();
    let refused = shop.call(mei, Cancel { order, reason: CancelReason::ChangedMind }).await.unwrap_err();
    assert!(matches!(refused, Refusal::WrongStep { state: OrderState::Picking, .. }));
}

#[tokio::test]
async fn what_no_honest_page_sends_is_refused_field_by_field() {
    let shop = TestShop::open().await;
    let mei = shop.shopper().await;
    let good = shop.basket(&[(MILK, Pieces(1)), (APPLES, Grams(100))]).await;
    let field = async |place| match shop.call(mei, place).await.unwrap_err() {
        Refusal::Invalid { field, .. } => field,
        other => panic!("{other:?}"),
    };
    let mut empty = good.clone();
    empty.lines.clear();
    assert_eq!(field(empty).await, "lines");
    let mut twice = good.clone();
    twice.lines[1].id = twice.lines[0].id;
    assert_eq!(field(twice).await, "lines");
    let mut nothing = good.clone();
    nothing.lines[0].measure = Pieces(0);
    assert_eq!(field(nothing).await, "lines");
    let mut weighed = good.clone();
    weighed.lines[0].measure = Grams(100);
    assert_eq!(field(weighed).await, "lines");
    let mut nameless = good.clone();
    nameless.contact.name = "  ".to_owned();
    assert_eq!(field(nameless).await, "contact.name");
    let mut unknown = good.clone();
    unknown.lines[0].product = id();
    assert_eq!(shop.call(mei, unknown).await.unwrap_err(), Refusal::NotFound { what: Thing::Product });
    assert!(shop.call(mei, good).await.is_ok());
}
