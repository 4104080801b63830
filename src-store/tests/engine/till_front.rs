//! Around the till: a receipt on the shopper's phone, its points for whoever claims them first, and goods at hand.

use ministore_core::fact::{RecordRefund, RecordSale, Sale};
use ministore_core::favourite::{Favourites, GetFavourites, MAX_PINNED, PinFavourite};
use ministore_core::member::{Erase, GetCard, Join};
use ministore_core::order::PlaceLine;
use ministore_core::quantity::Measure::{self, Grams, Pieces};
use ministore_core::receipt::{CLAIM_DAYS, ClaimReceipt, Claimed, GetReceipt, ReceiptCode, ReceiptPoints};
use ministore_core::refusal::{Refusal, Thing};
use ministore_core::role::{Actor, StaffRole};

use super::facts::Till;
use super::test_shop::{APPLES, CAKE, MILK, TestShop, YOGHURT, id, yuan};

async fn sold(shop: &TestShop, cashier: Actor, items: &[(&str, Measure)]) -> Sale {
    let (mut lines, mut total) = (Vec::new(), 0);
    for (text, measure) in items {
        let product = shop.product(text).await;
        total += measure.cost(product.price).unwrap().minor;
        lines.push(PlaceLine { id: id(), product: product.id, measure: *measure });
    }
    let sale = RecordSale::in_cash(id(), lines, yuan(total + 50), yuan(total));
    shop.call(cashier, sale).await.unwrap()
}

async fn points(shop: &TestShop, shopper: Actor) -> i64 {
    shop.call(shopper, GetCard {}).await.unwrap().unwrap().points
}

fn not_found(what: Thing) -> Refusal {
    Refusal::NotFound { what }
}

#[tokio::test]
async fn whoever_has_the_code_sees_the_receipt_and_no_person() {
    let shop = TestShop::open().await;
    let cashier = shop.cashier().await;
    let sale = sold(&shop, cashier, &[(MILK, Pieces(2)), (CAKE, Pieces(1))]).await;
    let code = ReceiptCode::of(sale.id);
    let seen = shop.call(Actor::Visitor, GetReceipt { code }).await.unwrap();
    assert_eq!((seen.number, seen.at, &seen.totals), (sale.number, sale.at, &sale.totals));
    assert_eq!((seen.cash, seen.change), (sale.cash, yuan(50)));
    assert_eq!(seen.lines.iter().map(|line| line.amount).collect::<Vec<_>>(), [yuan(2_500), yuan(5_800)]);
    assert_eq!(seen.points, ReceiptPoints::Open { points: 83 });
    let text = serde_json::to_string(&seen).unwrap();
    for person in [sale.by.to_string(), sale.till.to_string()] {
        assert!(!text.contains(&person), "{text}");
    }
    shop.call(cashier, RecordRefund::in_cash(id(), sale.id, vec![sale.lines[1].id])).await.unwrap();
    let seen = shop.call(Actor::Visitor, GetReceipt { code }).await.unwrap();
    assert_eq!(seen.lines.iter().map(|line| line.came_back).collect::<Vec<_>>(), [false, true]);
    assert_eq!(seen.returns[0].amount, yuan(5_800));
    assert_eq!(seen.points, ReceiptPoints::Open { points: 25 });
    let unknown = GetReceipt { code: ReceiptCode::of(id()) };
    assert_eq!(shop.call(Actor::Visitor, unknown).await.unwrap_err(), not_found(Thing::Sale));
}

#[tokio::test]
async fn the_first_claim_has_the_points_once_and_what_comes_back_takes_its_part() {
    let shop = TestShop::open().await;
    let (mei, bo, cashier) = (shop.shopper().await, shop.shopper().await, shop.cashier().await);
    let sale = sold(&shop, cashier, &[(MILK, Pieces(2)), (CAKE, Pieces(1))]).await;
    let claim = ClaimReceipt { code: ReceiptCode::of(sale.id) };
    assert_eq!(shop.call(mei, claim).await.unwrap_err(), not_found(Thing::Member), "join first");
    for shopper in [mei, bo] {
        shop.call(shopper, Join { member: id() }).await.unwrap();
    }
    assert_eq!(shop.call(mei, claim).await.unwrap(), Claimed { mine: true, points: 83 });
    assert_eq!(shop.call(mei, claim).await.unwrap(), Claimed { mine: true, points: 83 }, "opened twice");
    assert_eq!(shop.call(bo, claim).await.unwrap(), Claimed { mine: false, points: 83 });
    assert_eq!((points(&shop, mei).await, points(&shop, bo).await), (83, 0));
    let seen = shop.call(Actor::Visitor, GetReceipt { code: claim.code }).await.unwrap();
    assert_eq!(seen.points, ReceiptPoints::Claimed { points: 83 });
    shop.call(cashier, RecordRefund::in_cash(id(), sale.id, vec![sale.lines[1].id])).await.unwrap();
    assert_eq!(points(&shop, mei).await, 25);
    let unknown = ClaimReceipt { code: ReceiptCode::of(id()) };
    assert_eq!(shop.call(mei, unknown).await.unwrap_err(), not_found(Thing::Sale));
    shop.assert_ledgers_agree().await;
}

#[tokio::test]
async fn a_card_shown_at_the_till_is_first_and_a_late_claim_is_none() {
    let shop = TestShop::open().await;
    let (mei, bo, cashier) = (shop.shopper().await, shop.shopper().await, shop.cashier().await);
    let card = shop.call(mei, Join { member: id() }).await.unwrap();
    shop.call(bo, Join { member: id() }).await.unwrap();
    let product = shop.product(MILK).await;
    let line = PlaceLine { id: id(), product: product.id, measure: Pieces(1) };
    let mut sale = RecordSale::in_cash(id(), vec![line], yuan(1_250), yuan(1_250));
    sale.card = Some(card.number);
    let sale = shop.call(cashier, sale).await.unwrap();
    let claim = ClaimReceipt { code: ReceiptCode::of(sale.id) };
    assert!(!shop.call(bo, claim).await.unwrap().mine);
    assert!(shop.call(mei, claim).await.unwrap().mine);
    assert_eq!((points(&shop, mei).await, points(&shop, bo).await), (12, 0));

    let late = sold(&shop, cashier, &[(MILK, Pieces(1))]).await;
    shop.pass(CLAIM_DAYS * 24 * 60 + 1);
    let claim = ClaimReceipt { code: ReceiptCode::of(late.id) };
    assert_eq!(shop.call(bo, claim).await.unwrap(), Claimed { mine: false, points: 0 });
    let seen = shop.call(Actor::Visitor, GetReceipt { code: claim.code }).await.unwrap();
    assert_eq!(seen.points, ReceiptPoints::None);
}

#[tokio::test]
async fn a_sale_of_an_offline_till_is_there_once_it_arrives() {
    let hub = TestShop::open().await;
    let mut till = Till::pair(&hub).await;
    let sale = till.sell(&[(MILK, Pieces(1))]).await;
    let get = GetReceipt { code: ReceiptCode::of(sale.id) };
    assert_eq!(hub.call(Actor::Visitor, get).await.unwrap_err(), not_found(Thing::Sale));
    till.push(&hub, true).await;
    assert_eq!(hub.call(Actor::Visitor, get).await.unwrap().number, sale.number);
}

#[tokio::test]
async fn who_has_left_has_no_points_to_give_back() {
    let shop = TestShop::open().await;
    let (mei, cashier) = (shop.shopper().await, shop.cashier().await);
    shop.call(mei, Join { member: id() }).await.unwrap();
    let sale = sold(&shop, cashier, &[(CAKE, Pieces(1))]).await;
    let claim = ClaimReceipt { code: ReceiptCode::of(sale.id) };
    assert!(shop.call(mei, claim).await.unwrap().mine);
    shop.call(mei, Erase {}).await.unwrap();
    shop.call(cashier, RecordRefund::in_cash(id(), sale.id, vec![sale.lines[0].id])).await.unwrap();
    let bo = shop.shopper().await;
    shop.call(bo, Join { member: id() }).await.unwrap();
    assert!(!shop.call(bo, claim).await.unwrap().mine, "it was claimed before");
    shop.assert_ledgers_agree().await;
}

fn names(favourites: &Favourites) -> Vec<(String, bool)> {
    favourites.goods.iter().map(|one| (one.product.name.en.clone(), one.pinned)).collect()
}

#[tokio::test]
async fn goods_at_hand_are_pinned_or_sell() {
    let shop = TestShop::open().await;
    let cashier = shop.cashier().await;
    shop.add_staff(StaffRole::Manager, "8642").await;
    let Actor::Staff { device, session, staff, .. } = cashier else { panic!("staff") };
    let boss = Actor::Staff { device, session, staff, role: StaffRole::Manager };
    assert!(shop.call(cashier, GetFavourites {}).await.unwrap().goods.is_empty());
    for items in [&[(MILK, Pieces(1))][..], &[(APPLES, Grams(2_000)), (MILK, Pieces(1))]] {
        sold(&shop, cashier, items).await;
    }
    let there = shop.call(cashier, GetFavourites {}).await.unwrap();
    assert_eq!(names(&there), [("Whole milk".into(), false), ("Red Fuji apples".into(), false)]);

    let pin = |product, pinned| PinFavourite { product, pinned };
    let (yoghurt, milk) = (shop.product(YOGHURT).await.id, shop.product(MILK).await.id);
    assert_eq!(shop.call(cashier, pin(yoghurt, true)).await.unwrap_err(), Refusal::NotAllowed);
    shop.call(boss, pin(yoghurt, true)).await.unwrap();
    shop.pass(1);
    let there = shop.call(boss, pin(milk, true)).await.unwrap();
    let expected =
        [("Plain yoghurt".into(), true), ("Whole milk".into(), true), ("Red Fuji apples".into(), false)];
    assert_eq!(names(&there), expected);
    shop.call(boss, pin(milk, true)).await.unwrap();
    let unknown = shop.call(boss, pin(id(), true)).await.unwrap_err();
    assert_eq!(unknown, not_found(Thing::Product));
    shop.call(boss, pin(yoghurt, false)).await.unwrap();

    shop.pass(31 * 24 * 60);
    let there = shop.call(cashier, GetFavourites {}).await.unwrap();
    assert_eq!(names(&there), [("Whole milk".into(), true)], "what sold a month ago is no favourite");

    let more: String = (0..=MAX_PINNED)
        .map(|at| format!("\n,{:05},fruit,Fruit {at},果{at},,1.00,piece,,9,5,A1,", 2_001 + at))
        .collect();
    let header = super::test_shop::PRODUCTS.lines().next().unwrap();
    assert_eq!(shop.import(format!("{header}{more}\n")).await.bad_rows, []);
    let mut outcome = Ok(());
    for at in 0..MAX_PINNED {
        let product = shop.product(&format!("{:05}", 2_001 + at)).await.id;
        outcome = shop.call(boss, pin(product, true)).await.map(|_| ());
    }
    assert!(matches!(outcome, Err(Refusal::Invalid { field, .. }) if field == "product"));
}
