//! Money on cards: put there at the counter, set aside for an order, taken when the goods change hands, and given back.

use futures::future::{join, join_all};
use ministore_core::exit::{
    Check, CheckRule, CheckStep, GetPass, InBag, Look, SetRule, Settle, Shown, Verify,
};
use ministore_core::fulfilment::Fulfilment;
use ministore_core::id::{OrderId, PaymentId};
use ministore_core::member::{Card, Erase, Export, FindMember, GetCard, Join};
use ministore_core::money::{Currency, Money};
use ministore_core::order::{
    Accept, Cancel, CancelReason, Get, HandOver, Order, OrderState, Pick, Place, Ready, RefundLines,
    ReturnedLine, Short,
};
use ministore_core::payment::{PaymentState, Tender};
use ministore_core::quantity::Measure::{self, Grams, Pieces};
use ministore_core::refusal::{Refusal, Thing};
use ministore_core::role::{Actor, StaffRole};
use ministore_core::stored_value::{MOST_ON_CARD, OnCard, PayOut, StoredKind, TopUp};
use ministore_core::sync::Changed;
use proptest::prelude::*;
use proptest::strategy::ValueTree;
use proptest::test_runner::TestRunner;

use super::test_shop::{APPLES, MILK, TestShop, YOGHURT, call_id, code, id, yuan};

async fn joined(shop: &TestShop) -> (Actor, Card) {
    let mei = shop.shopper().await;
    let card = shop.call(mei, Join { member: id() }).await.unwrap();
    (mei, card)
}

async fn top_up(shop: &TestShop, staff: Actor, card: &Card, minor: i64) -> OnCard {
    let top_up = TopUp { top_up: id(), number: card.number, amount: yuan(minor) };
    shop.call(staff, top_up).await.unwrap()
}

/// A member with so much on the card.
async fn with_money(shop: &TestShop, staff: Actor, minor: i64) -> (Actor, Card) {
    let (mei, card) = joined(shop).await;
    assert_eq!(top_up(shop, staff, &card, minor).await, on_card(minor, 0));
    (mei, card)
}

fn on_card(balance: i64, held: i64) -> OnCard {
    OnCard { balance: yuan(balance), held: yuan(held) }
}

async fn there(shop: &TestShop, mei: Actor) -> OnCard {
    shop.call(mei, GetCard {}).await.unwrap().unwrap().stored.unwrap().money
}

async fn by_card(shop: &TestShop, items: &[(&str, Measure)]) -> Place {
    Place { tender: Tender::StoredValue, ..shop.basket(items).await }
}

/// What is carried out, for which no slot is needed.
async fn carried(shop: &TestShop, pieces: u32) -> Place {
    let place = by_card(shop, &[(MILK, Pieces(pieces))]).await;
    Place { fulfilment: Fulfilment::CarryOut, contact: Default::default(), ..place }
}

async fn pick(shop: &TestShop, staff: Actor, order: OrderId, text: &str, count: u32, label: Option<Measure>) {
    shop.call(staff, Pick { order, code: code(text), count, label }).await.unwrap();
}

async fn hand_over(shop: &TestShop, staff: Actor, order: &Order) -> Order {
    shop.call(staff, Ready { order: order.id }).await.unwrap();
    let hand_over = HandOver { order: order.id, code: order.pickup.unwrap(), cash: None };
    let handed = shop.call(staff, hand_over).await.unwrap();
    assert_eq!(handed.change, yuan(0), "no cash is asked for");
    handed.order
}

fn back(order: &Order, line: usize, count: u32) -> RefundLines {
    let lines = vec![ReturnedLine { line: order.lines[line].id, count }];
    RefundLines { order: order.id, lines, to_shelf: true }
}

/// In a shop that looks into nobody's bag.
async fn nobody_is_looked_at(shop: &TestShop, staff: Actor) {
    let Actor::Staff { device, session, staff, .. } = staff else { unreachable!() };
    let manager = Actor::Staff { device, session, staff, role: StaffRole::Manager };
    let rule =
        CheckRule { share_percent: 0, value_from: None, items_from: None, first_visits: 0, after_failed: 0 };
    shop.call(manager, SetRule { rule }).await.unwrap();
}

#[tokio::test]
async fn what_is_set_aside_is_taken_with_the_goods_and_the_rest_is_free_again() {
    let shop = TestShop::open().await;
    let staff = shop.cashier().await;
    let (mei, card) = with_money(&shop, staff, 10_000).await;
    let mut told = shop.engine.watch();
    let items = [(MILK, Pieces(3)), (APPLES, Grams(500)), (YOGHURT, Pieces(1))];
    let order = shop.call(mei, by_card(&shop, &items).await).await.unwrap();
    let total = order.totals.total.minor;
    assert_eq!((order.state, order.payment.state), (OrderState::Placed, PaymentState::Authorised));
    assert_eq!((order.payment.captured, order.payment.due()), (yuan(0), yuan(0)));
    assert_eq!(there(&shop, mei).await, on_card(10_000 - total, total));
    let mut heard = Vec::new();
    while let Ok(notice) = told.try_recv() {
        heard.push(notice.event.what);
    }
    assert!(heard.contains(&Changed::Card), "the card's own page hears of it: {heard:?}");
    shop.assert_ledgers_agree().await;

    // One milk is not there, and the apples are light.
    shop.call(staff, Accept { order: order.id }).await.unwrap();
    let short = Short { order: order.id, line: order.lines[0].id, missing: 1, substitute: None };
    shop.call(staff, short).await.unwrap();
    pick(&shop, staff, order.id, MILK, 2, None).await;
    pick(&shop, staff, order.id, APPLES, 1, Some(Grams(460))).await;
    pick(&shop, staff, order.id, YOGHURT, 1, None).await;
    assert_eq!(there(&shop, mei).await, on_card(10_000 - total, total), "nothing moves before they do");
    let done = hand_over(&shop, staff, &order).await;
    let apples = Grams(460).cost(shop.product(APPLES).await.price).unwrap().minor;
    let to_pay = 2 * 1250 + apples + 680;
    assert_eq!((done.payment.to_pay, done.payment.captured), (yuan(to_pay), yuan(to_pay)));
    assert_eq!((done.payment.state, done.payment.refunded), (PaymentState::Captured, yuan(0)));
    assert_eq!(there(&shop, mei).await, on_card(10_000 - to_pay, 0));
    shop.assert_ledgers_agree().await;

    // What comes back goes onto the card, and never more than was paid.
    let first = shop.call(staff, back(&order, 0, 1)).await.unwrap();
    assert_eq!((first.payment.state, first.payment.refunded), (PaymentState::PartlyRefunded, yuan(1250)));
    let above = shop.call(staff, back(&order, 0, 2)).await.unwrap_err();
    assert!(matches!(above, Refusal::Invalid { field, .. } if field == "count"));
    let again = call_id();
    let second = shop.engine.call(&staff, again, back(&order, 0, 1)).await.unwrap();
    assert_eq!(shop.engine.call(&staff, again, back(&order, 0, 1)).await.unwrap(), second, "sent twice");
    assert_eq!(there(&shop, mei).await, on_card(10_000 - to_pay + 2500, 0));
    shop.call(staff, back(&order, 1, 1)).await.unwrap();
    let all = shop.call(staff, back(&order, 2, 1)).await.unwrap();
    assert_eq!((all.payment.state, all.payment.refunded), (PaymentState::Refunded, yuan(to_pay)));
    assert_eq!(there(&shop, mei).await, on_card(10_000, 0));
    shop.assert_ledgers_agree().await;

    // The card tells what came and went; all that is held about somebody tells every booking.
    let shown = shop.call(staff, FindMember { number: card.number }).await.unwrap().stored.unwrap();
    let kinds: Vec<_> = shown.entries.iter().map(|entry| entry.kind).collect();
    let refunded = [StoredKind::Refunded; 4];
    assert_eq!(kinds, [&refunded[..], &[StoredKind::Captured, StoredKind::ToppedUp]].concat());
    assert_eq!((shown.entries[4].number, shown.entries[4].change()), (Some(order.number), yuan(-to_pay)));
    let held = shop.call(mei, Export {}).await.unwrap();
    let all = held.card.unwrap().stored.unwrap().entries;
    assert_eq!(all.len(), 8);
    let sum: i64 = all.iter().map(|entry| entry.change().minor).sum();
    assert_eq!(sum, 10_000);
    let steps: Vec<_> = held.orders[0].payments.iter().map(|step| (step.state, step.amount.minor)).collect();
    let begin = [(PaymentState::Due, 0), (PaymentState::Authorised, 0), (PaymentState::Captured, to_pay)];
    assert_eq!(steps[..3], begin);
}

#[tokio::test]
async fn an_order_that_is_not_to_be_lets_all_of_it_go() {
    let shop = TestShop::open().await;
    let staff = shop.cashier().await;
    let (mei, _) = with_money(&shop, staff, 5_000).await;
    for (who, reason) in [(mei, CancelReason::ChangedMind), (staff, CancelReason::CannotServe)] {
        let order = shop.call(mei, by_card(&shop, &[(MILK, Pieces(2))]).await).await.unwrap().id;
        assert_eq!(there(&shop, mei).await, on_card(2_500, 2_500));
        let ended = shop.call(who, Cancel { order, reason }).await.unwrap();
        assert_eq!((ended.state, ended.payment.state), (OrderState::Cancelled, PaymentState::Cancelled));
        assert_eq!(there(&shop, mei).await, on_card(5_000, 0));
        let twice = shop.call(who, Cancel { order, reason }).await.unwrap_err();
        assert!(matches!(twice, Refusal::WrongStep { .. }), "{twice:?}");
    }
    // Nothing of it is there.
    let order = shop.call(mei, by_card(&shop, &[(MILK, Pieces(1))]).await).await.unwrap();
    shop.call(staff, Accept { order: order.id }).await.unwrap();
    let short = Short { order: order.id, line: order.lines[0].id, missing: 1, substitute: None };
    let ended = shop.call(staff, short).await.unwrap();
    assert_eq!((ended.state, ended.payment.state), (OrderState::Cancelled, PaymentState::Cancelled));
    assert_eq!(there(&shop, mei).await, on_card(5_000, 0));
    shop.assert_ledgers_agree().await;
}

#[tokio::test]
async fn nobody_pays_with_what_is_not_on_a_card() {
    let shop = TestShop::open().await;
    let staff = shop.cashier().await;
    let lee = shop.shopper().await;
    let before = shop.product(MILK).await.available;
    let place = by_card(&shop, &[(MILK, Pieces(2))]).await;
    assert_eq!(shop.call(lee, place.clone()).await.unwrap_err(), Refusal::NoCard);
    let card = shop.call(lee, Join { member: id() }).await.unwrap();
    top_up(&shop, staff, &card, 2_499).await;
    let refused = shop.call(lee, place.clone()).await.unwrap_err();
    assert_eq!(refused, Refusal::BalanceTooLow { missing: yuan(1) });
    assert_eq!(there(&shop, lee).await, on_card(2_499, 0));
    assert_eq!(shop.product(MILK).await.available, before, "nothing was promised");

    // The same order, once there is enough: and it is one, however often it is sent.
    top_up(&shop, staff, &card, 1).await;
    let placed = shop.call(lee, place.clone()).await.unwrap();
    assert_eq!(shop.call(lee, place).await.unwrap(), placed);
    assert_eq!(there(&shop, lee).await, on_card(0, 2_500));
    shop.assert_ledgers_agree().await;

    let mut without = shop.shop().await;
    without.tenders.retain(|tender| *tender != Tender::StoredValue);
    shop.engine.update_shop(&without).await.unwrap();
    let refused = shop.call(lee, by_card(&shop, &[(MILK, Pieces(1))]).await).await.unwrap_err();
    assert!(matches!(refused, Refusal::Invalid { field, .. } if field == "tender"));
    let refused = TopUp { top_up: id(), number: card.number, amount: yuan(100) };
    let refused = shop.call(staff, refused).await.unwrap_err();
    assert!(matches!(refused, Refusal::Invalid { field, .. } if field == "top_up"));
    shop.call(staff, Cancel { order: placed.id, reason: CancelReason::CannotServe }).await.unwrap();
    let out = PayOut { pay_out: id(), number: card.number, amount: yuan(2_500), code: None };
    assert_eq!(shop.call(staff, out).await.unwrap(), on_card(0, 0), "what is there can always be had back");
}

#[tokio::test]
async fn cash_is_put_on_a_card_once_and_within_bounds() {
    let shop = TestShop::open().await;
    let staff = shop.cashier().await;
    let (mei, card) = joined(&shop).await;
    let top_up = TopUp { top_up: id(), number: card.number, amount: yuan(10_000) };
    let call = call_id();
    assert_eq!(shop.engine.call(&staff, call, top_up).await.unwrap(), on_card(10_000, 0));
    assert_eq!(shop.engine.call(&staff, call, top_up).await.unwrap(), on_card(10_000, 0));
    assert_eq!(shop.call(staff, top_up).await.unwrap(), on_card(10_000, 0), "the same under another call");
    for other in
        [TopUp { amount: yuan(10_001), ..top_up }, TopUp { number: joined(&shop).await.1.number, ..top_up }]
    {
        assert_eq!(shop.call(staff, other).await.unwrap_err(), Refusal::IdReused);
    }
    let out = PayOut { pay_out: top_up.top_up, number: card.number, amount: yuan(10_000), code: None };
    assert_eq!(shop.call(staff, out).await.unwrap_err(), Refusal::IdReused);
    for amount in [yuan(0), yuan(-1), yuan(MOST_ON_CARD - 9_999), Currency::USD.minor(100), yuan(i64::MAX)] {
        let wrong = TopUp { top_up: id(), number: card.number, amount };
        let refused = shop.call(staff, wrong).await.unwrap_err();
        assert!(matches!(&refused, Refusal::Invalid { field, .. } if field == "amount"), "{refused:?}");
    }
    let most = TopUp { top_up: id(), number: card.number, amount: yuan(MOST_ON_CARD - 10_000) };
    assert_eq!(shop.call(staff, most).await.unwrap(), on_card(MOST_ON_CARD, 0));
    let unknown = ministore_core::code::CardNumber::from_body(1);
    for refused in [
        shop.call(staff, TopUp { top_up: id(), number: unknown, amount: yuan(1) }).await,
        shop.call(staff, PayOut { pay_out: id(), number: unknown, amount: yuan(1), code: None }).await,
    ] {
        assert_eq!(refused.unwrap_err(), Refusal::NotFound { what: Thing::Member });
    }
    assert_eq!(shop.call(mei, most).await.unwrap_err(), Refusal::NotAllowed, "nobody tops up by themselves");
    shop.assert_ledgers_agree().await;
}

#[tokio::test]
async fn two_phones_that_spend_one_balance_at_once_never_overdraw_it() {
    let shop = TestShop::open().await;
    let staff = shop.cashier().await;
    let (mei, _) = with_money(&shop, staff, 3_000).await;
    let mut places = Vec::new();
    for _ in 0..8 {
        places.push(carried(&shop, 1).await);
    }
    let placed = join_all(places.into_iter().map(|place| shop.call(mei, place))).await;
    let refused: Vec<_> = placed.iter().filter_map(|placed| placed.as_ref().err()).collect();
    assert_eq!(refused, [&Refusal::BalanceTooLow { missing: yuan(750) }; 6]);
    assert_eq!(there(&shop, mei).await, on_card(500, 2_500));
    shop.assert_ledgers_agree().await;
}

/// What somebody does with a card.
#[derive(Clone, Copy, Debug)]
enum Step {
    TopUp(i64),
    PayOut(i64),
    Place(u32),
    Cancel,
    Leave,
    Return,
}

fn step() -> impl Strategy<Value = Step> {
    prop_oneof![
        1 => (1i64..6_000).prop_map(Step::TopUp),
        1 => (1i64..4_000).prop_map(Step::PayOut),
        4 => (1u32..4).prop_map(Step::Place),
        1 => Just(Step::Cancel),
        2 => Just(Step::Leave),
        1 => Just(Step::Return),
    ]
}

/// Takes these steps, one after the other, and gives what came onto the card by them, less what left it, and what is still
/// set aside.
async fn walk(shop: &TestShop, mei: Actor, staff: Actor, card: &Card, steps: Vec<Step>) -> (i64, i64) {
    let (mut sum, mut open, mut left) = (0, Vec::<Order>::new(), Vec::<Order>::new());
    let short = |refusal: Refusal| assert!(matches!(refusal, Refusal::BalanceTooLow { .. }), "{refusal:?}");
    for step in steps {
        match step {
            Step::TopUp(minor) => {
                top_up(shop, staff, card, minor).await;
                sum += minor;
            }
            Step::PayOut(minor) => {
                let out = PayOut { pay_out: id(), number: card.number, amount: yuan(minor), code: None };
                match shop.call(staff, out).await {
                    Ok(_) => sum -= minor,
                    Err(refusal) => short(refusal),
                }
            }
            Step::Place(pieces) => match shop.call(mei, carried(shop, pieces).await).await {
                Ok(order) => open.push(order),
                Err(refusal) => short(refusal),
            },
            Step::Cancel => {
                let Some(order) = open.pop() else { continue };
                let cancel = Cancel { order: order.id, reason: CancelReason::CannotServe };
                shop.call(staff, cancel).await.unwrap();
            }
            Step::Leave => {
                let Some(order) = open.pop() else { continue };
                let verify = Verify { shown: Shown::Order { order: order.id } };
                let out = shop.call(staff, verify).await.unwrap();
                assert_eq!(out.order.payment.state, PaymentState::Captured);
                sum -= out.order.payment.captured.minor;
                left.push(order);
            }
            Step::Return => {
                let Some(order) = left.pop() else { continue };
                let returned = shop.call(staff, back(&order, 0, 1)).await.unwrap();
                sum += returned.payment.refunded.minor;
            }
        }
    }
    (sum, open.iter().map(|order| order.totals.total.minor).sum())
}

#[tokio::test]
async fn however_two_phones_and_the_counter_use_one_card_its_parts_are_its_ledger() {
    let mut runner = TestRunner::deterministic();
    for _ in 0..4 {
        let shop = TestShop::open().await;
        shop.import("gtin,category,name_en,price,stock\n9520000000011,dairy,Whole milk,12.50,400\n").await;
        let staff = shop.cashier().await;
        nobody_is_looked_at(&shop, staff).await;
        let (mei, card) = with_money(&shop, staff, 8_000).await;
        let steps = prop::collection::vec(step(), 14);
        let mut some = || steps.new_tree(&mut runner).unwrap().current();
        let (mine, yours) = (some(), some());
        let told = format!("{mine:?} {yours:?}");
        let walks = join(walk(&shop, mei, staff, &card, mine), walk(&shop, mei, staff, &card, yours));
        let ((mine, held), (yours, also_held)) = Box::pin(walks).await;
        let now = there(&shop, mei).await;
        assert_eq!(now.total().unwrap().minor, 8_000 + mine + yours, "{told}");
        assert_eq!(now.held.minor, held + also_held, "{told}");
        let all = shop.call(mei, Export {}).await.unwrap().card.unwrap().stored.unwrap();
        let sum: i64 = all.entries.iter().map(|entry| entry.change().minor).sum();
        assert_eq!(sum, now.total().unwrap().minor, "{told}");
        shop.assert_ledgers_agree().await;
    }
}

#[tokio::test]
async fn who_carries_goods_out_pays_for_what_is_in_the_bag() {
    let shop = TestShop::open().await;
    let staff = shop.cashier().await;
    nobody_is_looked_at(&shop, staff).await;
    let (mei, _) = with_money(&shop, staff, 10_000).await;
    let order = shop.call(mei, carried(&shop, 3).await).await.unwrap().id;
    let now = shop.call(mei, GetPass { order }).await.unwrap();
    assert!(now.paid && now.pass.is_some(), "money that is set aside is as good as paid");

    // Somebody looks all the same, and one of the three is not there.
    let found = vec![InBag { product: shop.product(MILK).await.id, measure: Pieces(2) }];
    let looked = shop.call(staff, Check { order, look: Look::Whole { found } }).await.unwrap();
    assert!(matches!(looked.check, CheckStep::Settle { .. }), "{looked:?}");
    let out = shop.call(staff, Settle { order, sale: None }).await.unwrap();
    assert_eq!((out.order.payment.state, out.order.payment.captured), (PaymentState::Captured, yuan(2_500)));
    assert_eq!(out.order.payment.refunded, yuan(0), "it was never taken");
    assert_eq!(there(&shop, mei).await, on_card(7_500, 0));
    shop.assert_ledgers_agree().await;
}

#[tokio::test]
async fn who_has_money_on_the_card_is_forgotten_once_it_is_paid_out() {
    let shop = TestShop::open().await;
    let staff = shop.cashier().await;
    let (mei, card) = with_money(&shop, staff, 3_000).await;
    let order = shop.call(mei, by_card(&shop, &[(MILK, Pieces(2))]).await).await.unwrap();
    let refused = shop.call(mei, Erase {}).await.unwrap_err();
    assert_eq!(refused, Refusal::OrderOpen { number: order.number });
    shop.call(staff, Accept { order: order.id }).await.unwrap();
    pick(&shop, staff, order.id, MILK, 2, None).await;
    hand_over(&shop, staff, &order).await;
    let refused = shop.call(mei, Erase {}).await.unwrap_err();
    assert_eq!(refused, Refusal::BalanceLeft { balance: yuan(500) });

    let out =
        |minor| PayOut { pay_out: id::<PaymentId>(), number: card.number, amount: yuan(minor), code: None };
    let too_much = shop.call(staff, out(501)).await.unwrap_err();
    assert_eq!(too_much, Refusal::BalanceTooLow { missing: yuan(1) });
    let nothing = shop.call(staff, out(0)).await.unwrap_err();
    assert!(matches!(nothing, Refusal::Invalid { field, .. } if field == "amount"));
    let paid = out(500);
    assert_eq!(shop.call(staff, paid).await.unwrap(), on_card(0, 0));
    assert_eq!(shop.call(staff, paid).await.unwrap(), on_card(0, 0), "done once");
    assert!(shop.call(mei, Erase {}).await.unwrap().card);
    shop.assert_ledgers_agree().await;
    let number = card.number.to_string();
    let bytes = shop.home.everything().await;
    assert!(!bytes.windows(number.len()).any(|part| part == number.as_bytes()), "{number}");

    // What comes back now is given in cash: there is no card any more.
    let returned = shop.call(staff, back(&order, 0, 1)).await.unwrap();
    assert_eq!((returned.member, returned.payment.refunded), (None, yuan(1_250)));
    let kept = shop.call(staff, Get { order: order.id }).await.unwrap();
    assert_eq!(kept.payment.state, PaymentState::PartlyRefunded);
    shop.assert_ledgers_agree().await;
}

#[tokio::test]
async fn what_is_booked_on_a_card_stays() {
    let shop = TestShop::open().await;
    let staff = shop.cashier().await;
    let (_, card) = with_money(&shop, staff, 1_000).await;
    for statement in [
        "UPDATE stored_value_entry SET amount = 9",
        "DELETE FROM stored_value_entry",
        "UPDATE member SET balance = -1",
        "UPDATE member SET held = -1",
    ] {
        assert!(shop.home.execute(statement).await.is_err(), "{statement}");
    }
    let shown = shop.call(staff, FindMember { number: card.number }).await.unwrap();
    assert_eq!(shown.stored.unwrap().money.balance, Money { minor: 1_000, currency: Currency::CNY });
}
