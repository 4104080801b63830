use ministore_core::member::{FindMember, GetCard, Join};
use ministore_core::order::{Accept, HandOver, Order, Pick, Ready};
use ministore_core::quantity::Measure::Pieces;
use ministore_core::refusal::{Refusal, Thing};
use ministore_core::role::Actor;

use super::test_shop::{MILK, TestShop, code, id};

async fn hand_over(shop: &TestShop, cashier: Actor, order: Order) {
    let (order, code_shown, cash) = (order.id, order.pickup.unwrap(), order.totals.total);
    shop.call(cashier, Accept { order }).await.unwrap();
    shop.call(cashier, Pick { order, code: code(MILK), count: 2, label: None }).await.unwrap();
    shop.call(cashier, Ready { order }).await.unwrap();
    shop.call(cashier, HandOver { order, code: code_shown, cash: Some(cash) }).await.unwrap();
}

#[tokio::test]
async fn joining_counts_what_was_bought_before_and_after() {
    let shop = TestShop::open().await;
    let (mei, cashier) = (shop.shopper().await, shop.cashier().await);
    let before = shop.order(mei, &[(MILK, Pieces(2))]).await;
    assert_eq!(before.points, 25);
    hand_over(&shop, cashier, before.clone()).await;
    assert_eq!(shop.call(mei, GetCard {}).await.unwrap(), None);

    let card = shop.call(mei, Join { member: id() }).await.unwrap();
    assert_eq!((card.points, card.entries[0].order), (25, Some(before.id)));
    let again = shop.call(mei, Join { member: id() }).await.unwrap();
    assert_eq!(again, card, "a member keeps the card");

    let after = shop.order(mei, &[(MILK, Pieces(2))]).await;
    assert_eq!(after.member, Some(card.member));
    hand_over(&shop, cashier, after).await;
    let card = shop.call(mei, GetCard {}).await.unwrap().unwrap();
    assert_eq!((card.points, card.entries.len()), (50, 2));
    let found = shop.call(cashier, FindMember { number: card.number }).await.unwrap();
    assert_eq!(found, card);
    shop.assert_ledgers_agree().await;
}

#[tokio::test]
async fn a_card_that_nobody_has_is_not_found() {
    let shop = TestShop::open().await;
    let number = ministore_core::code::CardNumber::from_body(1);
    let refused = shop.call(shop.cashier().await, FindMember { number }).await.unwrap_err();
    assert_eq!(refused, Refusal::NotFound { what: Thing::Member });
}
