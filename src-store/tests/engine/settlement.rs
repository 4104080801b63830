//! What an order comes to in the end: packs at their true weight, goods that are not there, what comes in their place, and
//! what comes back.

use std::sync::Arc;
use std::sync::atomic::Ordering;

use ministore_core::fact::{RecordRefund, RecordSale};
use ministore_core::id::{LineId, OrderId};
use ministore_core::member::{GetCard, Join, PointsReason};
use ministore_core::order::{
    Accept, AnswerOffer, Cancel, CancelReason, Get, HandOver, OfferAnswer, Order, OrderState, Pick, Ready,
    RefundLines, ReturnedLine, Short, Substitute,
};
use ministore_core::payment::{PaymentState, Tender};
use ministore_core::quantity::Measure::{self, Grams, Pieces};
use ministore_core::refusal::{Refusal, Thing};
use ministore_core::role::Actor;
use ministore_core::shop::Shop;
use ministore_core::tax::{Prices, Rounding, TaxRules};
use ministore_store::payment::Providers;

use super::payments::Line;
use super::test_shop::{APPLES, CAKE, MILK, TestShop, WINE, YOGHURT, code, id, yuan};

/// A paid order that the shop has taken on.
async fn accepted(shop: &TestShop, mei: Actor, cashier: Actor, items: &[(&str, Measure)]) -> Order {
    let mut place = shop.basket(items).await;
    place.tender = Tender::DemoWallet;
    let order = shop.call(mei, place).await.unwrap().id;
    shop.call(cashier, Accept { order }).await.unwrap();
    shop.call(mei, Get { order }).await.unwrap()
}

fn pick(order: OrderId, text: &str, count: u32, label: Option<Measure>) -> Pick {
    Pick { order, code: code(text), count, label }
}

fn short(order: &Order, line: usize, missing: u32, substitute: Option<Substitute>) -> Short {
    Short { order: order.id, line: order.lines[line].id, missing, substitute }
}

fn back(order: &Order, line: usize, count: u32) -> RefundLines {
    let lines = vec![ReturnedLine { line: order.lines[line].id, count }];
    RefundLines { order: order.id, lines, to_shelf: true }
}

async fn handed_over(shop: &TestShop, cashier: Actor, order: &Order) -> Order {
    shop.call(cashier, Ready { order: order.id }).await.unwrap();
    let hand_over = HandOver { order: order.id, code: order.pickup.unwrap(), cash: None };
    shop.call(cashier, hand_over).await.unwrap().order
}

#[tokio::test]
async fn a_pack_is_paid_at_its_true_weight_and_never_above_the_order() {
    let shop = TestShop::open().await;
    let (mei, cashier) = (shop.shopper().await, shop.cashier().await);
    let price = shop.product(APPLES).await.price;
    for (weight, paid) in [(460, 460), (540, 500)] {
        let order = accepted(&shop, mei, cashier, &[(APPLES, Grams(500)), (MILK, Pieces(1))]).await;
        let picked = shop.call(cashier, pick(order.id, APPLES, 1, Some(Grams(weight)))).await.unwrap();
        let expected = Grams(paid).cost(price).unwrap().minor + 1250;
        assert_eq!(picked.payment.to_pay, yuan(expected));
        assert_eq!(picked.payment.refunded, yuan(0), "not before all of it is known");
        shop.call(cashier, pick(order.id, MILK, 1, None)).await.unwrap();
        let ready = shop.call(cashier, Ready { order: order.id }).await.unwrap();
        assert_eq!(ready.payment.captured.minor - ready.payment.refunded.minor, expected);
        let partly = ready.payment.refunded.minor > 0;
        assert_eq!(ready.payment.state == PaymentState::PartlyRefunded, partly);
        assert_eq!(partly, weight < 500);
        shop.assert_ledgers_agree().await;
    }
}

#[tokio::test]
async fn what_is_not_there_is_not_paid_and_is_to_be_counted() {
    let shop = TestShop::open().await;
    let (mei, cashier) = (shop.shopper().await, shop.cashier().await);
    let order = accepted(&shop, mei, cashier, &[(MILK, Pieces(3)), (YOGHURT, Pieces(1))]).await;
    let left = shop.product(MILK).await.available;
    shop.call(cashier, pick(order.id, MILK, 2, None)).await.unwrap();
    let too_many = shop.call(cashier, short(&order, 0, 2, None)).await.unwrap_err();
    assert!(matches!(too_many, Refusal::Invalid { field, .. } if field == "missing"));
    shop.call(cashier, short(&order, 0, 1, None)).await.unwrap();
    shop.call(cashier, pick(order.id, YOGHURT, 1, None)).await.unwrap();
    let done = handed_over(&shop, cashier, &order).await;
    assert_eq!(done.payment.refunded, yuan(1250));
    assert_eq!(done.payment.state, PaymentState::PartlyRefunded);
    assert_eq!(
        done.settled().unwrap().tax.iter().map(|share| share.gross.minor).sum::<i64>(),
        done.payment.to_pay.minor
    );
    assert_eq!(shop.product(MILK).await.available, left, "what nobody found is not sold again");
    let recounts = shop.call(cashier, ministore_core::fact::GetRecounts {}).await.unwrap();
    assert_eq!(recounts.products.len(), 1);
    shop.assert_ledgers_agree().await;
}

#[tokio::test]
async fn an_accepted_replacement_comes_at_no_more_than_what_it_replaces() {
    let shop = TestShop::open().await;
    let (mei, cashier, lee) = (shop.shopper().await, shop.cashier().await, shop.shopper().await);
    let order = accepted(&shop, mei, cashier, &[(MILK, Pieces(2)), (YOGHURT, Pieces(1))]).await;
    let wine = shop.product(WINE).await;
    let substitute = Substitute { line: id::<LineId>(), code: code(WINE), measure: Pieces(1) };
    let offered = shop.call(cashier, short(&order, 0, 2, Some(substitute))).await.unwrap();
    let offer = offered.lines[0].offer.clone().unwrap();
    assert_eq!(offer.amount.minor, wine.price.money().minor.min(2500));
    shop.call(cashier, pick(order.id, YOGHURT, 1, None)).await.unwrap();
    assert_eq!(shop.call(cashier, Ready { order: order.id }).await.unwrap_err(), Refusal::OfferOpen);
    let answer =
        AnswerOffer { order: order.id, line: order.lines[0].id, offered: substitute.line, accept: true };
    let stranger = shop.call(lee, answer).await.unwrap_err();
    assert_eq!(stranger, Refusal::NotFound { what: Thing::Order });
    let unseen = AnswerOffer { offered: id(), ..answer };
    assert_eq!(shop.call(mei, unseen).await.unwrap_err(), Refusal::NotFound { what: Thing::Line });
    let taken = shop.call(mei, answer).await.unwrap();
    assert_eq!(taken.lines[0].offer.as_ref().unwrap().answer, OfferAnswer::Accepted);
    let line = taken.lines.last().unwrap();
    assert_eq!((line.replaces, line.amount), (Some(order.lines[0].id), offer.amount));
    assert_eq!(shop.product(WINE).await.available, wine.available - 1);
    let again = AnswerOffer { accept: false, ..answer };
    assert_eq!(shop.call(mei, again).await.unwrap_err(), Refusal::NotFound { what: Thing::Line });
    assert_eq!(
        shop.call(cashier, Ready { order: order.id }).await.unwrap_err(),
        Refusal::NotAllPicked { left: 1 }
    );
    shop.call(cashier, pick(order.id, WINE, 1, None)).await.unwrap();
    let done = handed_over(&shop, cashier, &order).await;
    assert!(done.payment.to_pay.minor <= order.totals.total.minor);
    assert_eq!(done.payment.captured.minor - done.payment.refunded.minor, done.payment.to_pay.minor);
    shop.assert_ledgers_agree().await;
}

#[tokio::test]
async fn an_order_of_which_nothing_is_left_is_cancelled_and_paid_back() {
    let shop = TestShop::open().await;
    let (mei, cashier) = (shop.shopper().await, shop.cashier().await);
    let order = accepted(&shop, mei, cashier, &[(MILK, Pieces(1))]).await;
    let substitute = Substitute { line: id::<LineId>(), code: code(YOGHURT), measure: Pieces(1) };
    let offered = shop.call(cashier, short(&order, 0, 1, Some(substitute))).await.unwrap();
    assert_eq!(offered.state, OrderState::Picking, "the shopper may still take the other");
    let answer =
        AnswerOffer { order: order.id, line: order.lines[0].id, offered: substitute.line, accept: false };
    let ended = shop.call(mei, answer).await.unwrap();
    assert_eq!((ended.state, ended.cancelled), (OrderState::Cancelled, Some(CancelReason::OutOfStock)));
    assert_eq!((ended.payment.state, ended.payment.refunded), (PaymentState::Refunded, order.totals.total));
    shop.assert_ledgers_agree().await;
}

#[tokio::test]
async fn goods_that_come_back_are_paid_back_once_and_in_parts() {
    let shop = TestShop::open().await;
    let (mei, cashier) = (shop.shopper().await, shop.cashier().await);
    let order = accepted(&shop, mei, cashier, &[(MILK, Pieces(3)), (YOGHURT, Pieces(1))]).await;
    let early = shop.call(cashier, back(&order, 0, 1)).await.unwrap_err();
    assert!(matches!(early, Refusal::Invalid { field, .. } if field == "order"));
    shop.call(cashier, pick(order.id, MILK, 3, None)).await.unwrap();
    shop.call(cashier, pick(order.id, YOGHURT, 1, None)).await.unwrap();
    handed_over(&shop, cashier, &order).await;
    let left = shop.product(MILK).await.available;
    let first = shop.call(cashier, back(&order, 0, 1)).await.unwrap();
    assert_eq!((first.payment.state, first.payment.refunded), (PaymentState::PartlyRefunded, yuan(1250)));
    assert_eq!(shop.product(MILK).await.available, left + 1);
    for count in [3, u32::MAX] {
        let above = shop.call(cashier, back(&order, 0, count)).await.unwrap_err();
        assert!(matches!(above, Refusal::Invalid { field, .. } if field == "count"));
    }
    shop.call(cashier, back(&order, 0, 2)).await.unwrap();
    let all = shop.call(cashier, back(&order, 1, 1)).await.unwrap();
    assert_eq!((all.payment.state, all.payment.refunded), (PaymentState::Refunded, order.totals.total));
    let none = shop.call(cashier, back(&order, 1, 1)).await.unwrap_err();
    assert!(matches!(none, Refusal::Invalid { field, .. } if field == "count"));
    shop.assert_ledgers_agree().await;
}

#[tokio::test]
async fn goods_that_come_back_take_their_points_with_them() {
    let shop = TestShop::open().await;
    let (mei, cashier) = (shop.shopper().await, shop.cashier().await);
    shop.call(mei, Join { member: id() }).await.unwrap();
    let order = accepted(&shop, mei, cashier, &[(MILK, Pieces(3)), (YOGHURT, Pieces(1))]).await;
    shop.call(cashier, pick(order.id, MILK, 3, None)).await.unwrap();
    shop.call(cashier, pick(order.id, YOGHURT, 1, None)).await.unwrap();
    handed_over(&shop, cashier, &order).await;
    let full = shop.call(mei, GetCard {}).await.unwrap().unwrap().points;
    assert_eq!(full, i64::from(order.points));
    for (line, count) in [(0, 1), (0, 2), (1, 1)] {
        let before = shop.call(mei, GetCard {}).await.unwrap().unwrap().points;
        let kept = shop.call(cashier, back(&order, line, count)).await.unwrap();
        let card = shop.call(mei, GetCard {}).await.unwrap().unwrap();
        assert_eq!(card.points, i64::from(kept.points));
        assert_eq!(card.entries[0].reason, PointsReason::Returned);
        assert_eq!(card.entries[0].points, card.points - before);
        assert!(card.points < before);
    }
    assert_eq!(shop.call(mei, GetCard {}).await.unwrap().unwrap().points, 0);
    shop.assert_ledgers_agree().await;
}

#[tokio::test]
async fn cash_is_given_back_from_the_drawer() {
    let shop = TestShop::open().await;
    let (mei, cashier) = (shop.shopper().await, shop.cashier().await);
    let order = shop.order(mei, &[(MILK, Pieces(2))]).await;
    shop.call(cashier, Accept { order: order.id }).await.unwrap();
    shop.call(cashier, pick(order.id, MILK, 1, None)).await.unwrap();
    shop.call(cashier, short(&order, 0, 1, None)).await.unwrap();
    shop.call(cashier, Ready { order: order.id }).await.unwrap();
    let cash = HandOver { order: order.id, code: order.pickup.unwrap(), cash: Some(yuan(2000)) };
    let handed = shop.call(cashier, cash).await.unwrap();
    assert_eq!(handed.change, yuan(750), "one of two was there");
    let returned = shop.call(cashier, back(&order, 0, 1)).await.unwrap();
    assert_eq!((returned.payment.state, returned.payment.refunded), (PaymentState::Refunded, yuan(1250)));
    shop.assert_ledgers_agree().await;
}

#[tokio::test]
async fn a_part_whose_answer_is_lost_is_asked_for_again_under_its_own_number() {
    let line = Arc::new(Line::default());
    let shop = TestShop::open_with(Providers::default().with(line.clone())).await;
    let (mei, cashier) = (shop.shopper().await, shop.cashier().await);
    let order = accepted(&shop, mei, cashier, &[(MILK, Pieces(3))]).await;
    shop.call(cashier, pick(order.id, MILK, 3, None)).await.unwrap();
    handed_over(&shop, cashier, &order).await;
    line.cut.store(true, Ordering::Relaxed);
    let waiting = shop.call(cashier, back(&order, 0, 1)).await.unwrap();
    assert_eq!((waiting.payment.state, waiting.payment.refunded), (PaymentState::Captured, yuan(0)));
    shop.call(cashier, back(&order, 0, 1)).await.unwrap();
    assert_eq!(shop.engine.settle_payments().await.unwrap(), 1);
    line.cut.store(false, Ordering::Relaxed);
    assert_eq!(shop.engine.settle_payments().await.unwrap(), 0);
    let settled = shop.call(mei, Get { order: order.id }).await.unwrap();
    assert_eq!(settled.payment.refunded, yuan(2500));
    let asked = line.given_back.lock().unwrap().clone();
    assert!(asked.iter().all(|part| matches!(part, (1 | 2, 1250))), "{asked:?}");
    assert_eq!(asked.last(), Some(&(2, 1250)));
    shop.assert_ledgers_agree().await;
}

#[tokio::test]
async fn a_cancelled_order_returns_only_what_is_there() {
    let shop = TestShop::open().await;
    let (mei, cashier) = (shop.shopper().await, shop.cashier().await);
    let before = shop.product(MILK).await.available;
    let order = accepted(&shop, mei, cashier, &[(MILK, Pieces(2)), (CAKE, Pieces(1))]).await;
    shop.call(cashier, short(&order, 0, 1, None)).await.unwrap();
    let cancel = Cancel { order: order.id, reason: CancelReason::CannotServe };
    let ended = shop.call(cashier, cancel).await.unwrap();
    assert_eq!(ended.payment.refunded, order.totals.total);
    assert_eq!(shop.product(MILK).await.available, before - 1);
    shop.assert_ledgers_agree().await;
}

#[tokio::test]
async fn tax_that_is_added_goes_back_with_the_goods_to_the_last_unit() {
    let shop = TestShop::open().await;
    for rounding in [Rounding::Document, Rounding::Line] {
        let taxes = TaxRules { prices: Prices::Exclusive, rounding };
        shop.engine.update_shop(&Shop { taxes, ..shop.shop().await }).await.unwrap();
        let (mei, cashier) = (shop.shopper().await, shop.cashier().await);
        let order = accepted(&shop, mei, cashier, &[(MILK, Pieces(1)), (APPLES, Grams(333))]).await;
        let net = order.lines.iter().map(|line| line.amount.minor).sum::<i64>();
        assert_eq!(order.totals.goods, yuan(net));
        assert_eq!(order.totals.total.minor, net + order.totals.tax_total().minor);
        assert!(order.totals.tax_total().minor > 0);
        shop.call(cashier, pick(order.id, MILK, 1, None)).await.unwrap();
        shop.call(cashier, pick(order.id, APPLES, 1, None)).await.unwrap();
        handed_over(&shop, cashier, &order).await;
        let first = shop.call(cashier, back(&order, 1, 1)).await.unwrap();
        assert_eq!(first.payment.state, PaymentState::PartlyRefunded);
        let all = shop.call(cashier, back(&order, 0, 1)).await.unwrap();
        assert_eq!((all.payment.state, all.payment.refunded), (PaymentState::Refunded, order.totals.total));
        shop.assert_ledgers_agree().await;

        // At a till, lines come back one by one and make the whole.
        let place = shop.basket(&[(MILK, Pieces(1)), (APPLES, Grams(333))]).await;
        let total = place.expected_total;
        let sale = RecordSale { sale: id(), lines: place.lines, cash: yuan(10_000), expected_total: total };
        let sale = shop.call(cashier, sale).await.unwrap();
        let mut returned = 0;
        for line in &sale.lines {
            let refund = RecordRefund { refund: id(), sale: sale.id, lines: vec![line.id] };
            returned += shop.call(cashier, refund).await.unwrap().amount.minor;
        }
        assert_eq!(returned, total.minor);
    }
}
