//! A till's day: opened, sold at, discounts and who allows them, cards and rounding, what comes back, counted and closed.

use ministore_core::fact::{GetSale, GetSales, LineChange, RecordRefund, RecordSale};
use ministore_core::id::{LineId, SaleId};
use ministore_core::member::{GetCard, Join, PointsReason};
use ministore_core::money::Price;
use ministore_core::order::{Accept, HandOver, Pick, PlaceLine, Ready, RefundLines, ReturnedLine};
use ministore_core::quantity::Measure::{self, Pieces};
use ministore_core::refusal::{Refusal, Thing};
use ministore_core::role::{Actor, StaffRole};
use ministore_core::shift::{
    CloseShift, Counted, GetShift, MoveCash, OpenShift, ShiftOpened, TakeNote, TillAction,
};
use ministore_core::ticket::{
    Allow, CardPaid, CashRounding, Change, GetHeld, Hold, Off, Recall, RoundingWay, Share, Ticket, TicketLine,
};

use super::facts::Till;
use super::test_shop::{CAKE, CASHIER_PIN, MILK, TestShop, YOGHURT, id, yuan};

const MANAGER_PIN: &str = "8642";

pub(super) async fn lines(shop: &TestShop, items: &[(&str, Measure)]) -> (Vec<PlaceLine>, i64) {
    let (mut lines, mut total) = (Vec::new(), 0);
    for (text, measure) in items {
        let product = shop.product(text).await;
        total += measure.cost(product.price).unwrap().minor;
        lines.push(PlaceLine { id: id(), product: product.id, measure: *measure });
    }
    (lines, total)
}

pub(super) async fn sale(shop: &TestShop, items: &[(&str, Measure)]) -> (RecordSale, i64) {
    let (lines, total) = lines(shop, items).await;
    (RecordSale::in_cash(id(), lines, yuan(total), yuan(total)), total)
}

async fn opened(shop: &TestShop, staff: Actor, float: i64) -> ShiftOpened {
    shop.call(staff, OpenShift { shift: id(), float: yuan(float) }).await.unwrap()
}

fn percent(line: LineId, hundredths: u16) -> LineChange {
    LineChange {
        line,
        change: Change { price: None, off: Some(Off::Share(Share::new(hundredths).unwrap())) },
    }
}

fn card(minor: i64) -> CardPaid {
    CardPaid { amount: Price::new(yuan(minor)).unwrap(), reference: "A1042".into() }
}

#[tokio::test]
async fn a_shift_is_counted_against_what_it_took() {
    let shop = TestShop::open().await;
    let cashier = shop.cashier().await;
    let boss = shop.add_staff(StaffRole::Manager, MANAGER_PIN).await;
    let shift = opened(&shop, cashier, 20_000).await;
    let again = shop.call(cashier, OpenShift { shift: id(), float: yuan(1) }).await.unwrap_err();
    assert_eq!(again, Refusal::ShiftIsOpen);
    let same = shop.call(cashier, OpenShift { shift: shift.id, float: yuan(20_000) }).await.unwrap();
    assert_eq!(same, shift, "a repeat is the same shift");

    let (mut first, total) = sale(&shop, &[(MILK, Pieces(2)), (CAKE, Pieces(1))]).await;
    first.cards = vec![card(1_000)];
    first.cash = yuan(total);
    let first = shop.call(cashier, first).await.unwrap();
    assert_eq!((first.change, first.shift), (yuan(1_000), Some(shift.id)));
    let (second, more) = sale(&shop, &[(YOGHURT, Pieces(3))]).await;
    shop.call(cashier, second).await.unwrap();
    let refund =
        RecordRefund { to_shelf: false, ..RecordRefund::in_cash(id(), first.id, vec![first.lines[1].id]) };
    let before = shop.product(CAKE).await.available;
    let back = shop.call(cashier, refund).await.unwrap();
    assert_eq!(shop.product(CAKE).await.available, before, "waste is not sold again");
    let moved = MoveCash { movement: id(), amount: yuan(-5_000), reason: " To the bank ".into() };
    let moved = shop.call(cashier, moved).await.unwrap();
    assert_eq!(moved.reason, "To the bank");
    let too_much = MoveCash { movement: id(), amount: yuan(-1_000_000), reason: "Gone".into() };
    assert!(
        matches!(shop.call(cashier, too_much).await, Err(Refusal::Invalid { field, .. }) if field == "amount")
    );

    let expected = 20_000 + total - 1_000 + more - back.amount.minor - 5_000;
    let state = shop.call(cashier, GetShift {}).await.unwrap().open.unwrap();
    assert_eq!(state.report, None, "who counts does not know what should be there");
    let Actor::Staff { device, session, .. } = cashier else { panic!("staff") };
    let boss = Actor::Staff { device, session, staff: boss, role: StaffRole::Manager };
    let report = shop.call(boss, GetShift {}).await.unwrap().open.unwrap().report.unwrap();
    assert_eq!(report.expected_cash, yuan(expected));
    assert_eq!((report.sales, report.refunds, report.receipts), (2, 1, Some((1, 3))));
    assert_eq!((report.sold, report.by_card), (yuan(total + more), yuan(1_000)));

    let counted = vec![Counted { worth: yuan(100), count: 7 }, Counted { worth: yuan(1), count: 3 }];
    let close = CloseShift { closing: id(), shift: shift.id, counted, foreign: vec![] };
    let closed = shop.call(cashier, close.clone()).await.unwrap();
    assert_eq!(closed.difference(), yuan(703 - expected));
    assert_eq!(shop.call(cashier, close).await.unwrap(), closed, "a repeat is the same closing");
    let twice = CloseShift { closing: id(), shift: shift.id, counted: vec![], foreign: vec![] };
    assert_eq!(shop.call(cashier, twice).await.unwrap_err(), Refusal::ShiftNotOpen);
    let state = shop.call(cashier, GetShift {}).await.unwrap();
    assert_eq!((state.open, state.last), (None, Some(closed)));
    let word = Counted { worth: yuan(0), count: 1 };
    let nonsense = CloseShift { closing: id(), shift: shift.id, counted: vec![word], foreign: vec![] };
    assert!(matches!(shop.call(cashier, nonsense).await, Err(Refusal::Invalid { .. })));
    shop.assert_ledgers_agree().await;
}

#[tokio::test]
async fn beyond_a_cashiers_limit_a_manager_allows() {
    let shop = TestShop::open().await;
    let cashier = shop.cashier().await;
    shop.add_staff(StaffRole::Manager, MANAGER_PIN).await;
    let (small, total) = sale(&shop, &[(MILK, Pieces(2))]).await;
    let paid = total - total / 10;
    let small =
        RecordSale { changes: vec![percent(small.lines[0].id, 1_000)], expected_total: yuan(paid), ..small };
    let sold = shop.call(cashier, small).await.unwrap();
    assert_eq!((sold.saved(), sold.totals.total), (yuan(total / 10), yuan(paid)));

    let (deep, total) = sale(&shop, &[(MILK, Pieces(2))]).await;
    let deep = RecordSale {
        changes: vec![percent(deep.lines[0].id, 5_000)],
        expected_total: yuan(total / 2),
        ..deep
    };
    assert_eq!(shop.call(cashier, deep.clone()).await.unwrap_err(), Refusal::NeedsManager);
    let forged = RecordSale { allowed_by: Some(id()), ..deep.clone() };
    assert_eq!(
        shop.call(cashier, forged).await.unwrap_err(),
        Refusal::NeedsManager,
        "a hub asks its own books"
    );
    let allow = |pin: &str| Allow { sale: deep.sale, pin: pin.parse().unwrap() };
    assert!(matches!(shop.call(cashier, allow("9999")).await, Err(Refusal::WrongPin { .. })));
    assert_eq!(shop.call(cashier, allow(CASHIER_PIN)).await.unwrap_err(), Refusal::NotAllowed);
    let allowed = shop.call(cashier, allow(MANAGER_PIN)).await.unwrap();
    let sold = shop.call(cashier, deep).await.unwrap();
    assert_eq!(sold.allowed_by, Some(allowed.by));
    let refund = RecordRefund::in_cash(id(), sold.id, vec![sold.lines[0].id]);
    assert_eq!(shop.call(cashier, refund).await.unwrap().amount, yuan(total / 2), "what was paid comes back");
    shop.assert_ledgers_agree().await;
}

#[tokio::test]
async fn cash_is_rounded_and_cards_are_not() {
    let shop = TestShop::open().await;
    let cashier = shop.cashier().await;
    let mut rules = shop.shop().await;
    rules.till.rounding = Some(CashRounding { step: 100, way: RoundingWay::Down });
    shop.engine.update_shop(&rules).await.unwrap();
    let (mut odd, total) = sale(&shop, &[(MILK, Pieces(1))]).await;
    assert_ne!(total % 100, 0);
    odd.cash = yuan(total - total % 100);
    let odd = shop.call(cashier, odd).await.unwrap();
    assert_eq!((odd.change, odd.rounding()), (yuan(0), yuan(-(total % 100))));
    let (mut by_card, total) = sale(&shop, &[(MILK, Pieces(1))]).await;
    (by_card.cash, by_card.cards) = (yuan(0), vec![card(total)]);
    let by_card = shop.call(cashier, by_card).await.unwrap();
    assert_eq!(by_card.rounding(), yuan(0));
    let mut refund = RecordRefund::in_cash(id(), by_card.id, vec![by_card.lines[0].id]);
    refund.by_card = Some(card(total + 1));
    assert!(
        matches!(shop.call(cashier, refund.clone()).await, Err(Refusal::Invalid { field, .. }) if field == "by_card")
    );
    refund.by_card = Some(card(total));
    assert_eq!(shop.call(cashier, refund).await.unwrap().in_cash(), yuan(0));
    let (mut above, total) = sale(&shop, &[(MILK, Pieces(1))]).await;
    (above.cash, above.cards) = (yuan(0), vec![card(total + 1)]);
    assert!(matches!(shop.call(cashier, above).await, Err(Refusal::Invalid { .. })));
    let (mut short, _) = sale(&shop, &[(MILK, Pieces(1))]).await;
    short.cash = yuan(1);
    assert!(matches!(shop.call(cashier, short).await, Err(Refusal::PaymentDue { .. })));
}

#[tokio::test]
async fn a_member_at_the_till_earns_and_gives_back() {
    let shop = TestShop::open().await;
    let (mei, cashier) = (shop.shopper().await, shop.cashier().await);
    let card = shop.call(mei, Join { member: id() }).await.unwrap();
    let (mut bought, total) = sale(&shop, &[(MILK, Pieces(2)), (YOGHURT, Pieces(1))]).await;
    bought.card = Some(card.number);
    let bought = shop.call(cashier, bought).await.unwrap();
    let earned = shop.call(mei, GetCard {}).await.unwrap().unwrap().points;
    assert_eq!(earned, total / 100);
    for line in &bought.lines {
        shop.call(cashier, RecordRefund::in_cash(id(), bought.id, vec![line.id])).await.unwrap();
    }
    let card = shop.call(mei, GetCard {}).await.unwrap().unwrap();
    assert_eq!((card.points, card.entries[0].reason), (0, PointsReason::Returned));
    shop.assert_ledgers_agree().await;
}

#[tokio::test]
async fn cash_for_orders_and_cards_is_in_the_same_drawer() {
    let shop = TestShop::open().await;
    let (mei, cashier) = (shop.shopper().await, shop.cashier().await);
    let shift = opened(&shop, cashier, 1_000).await;
    let order = shop.order(mei, &[(MILK, Pieces(2))]).await;
    shop.call(cashier, Accept { order: order.id }).await.unwrap();
    for line in &order.lines {
        let pick = Pick { order: order.id, code: line.code, count: line.to_have(), label: None };
        shop.call(cashier, pick).await.unwrap();
    }
    shop.call(cashier, Ready { order: order.id }).await.unwrap();
    let cash = HandOver { order: order.id, code: order.pickup.unwrap(), cash: Some(yuan(10_000)) };
    shop.call(cashier, cash).await.unwrap();
    let one = ReturnedLine { line: order.lines[0].id, count: 1 };
    let back = RefundLines { order: order.id, lines: vec![one], to_shelf: true };
    shop.call(cashier, back).await.unwrap();
    let close = CloseShift { closing: id(), shift: shift.id, counted: vec![], foreign: vec![] };
    let report = shop.call(cashier, close).await.unwrap().report;
    let half = order.totals.total.minor / 2;
    assert_eq!((report.put_in, report.taken_out), (yuan(2 * half), yuan(half)));
    assert_eq!(report.expected_cash, yuan(1_000 + half));
    shop.assert_ledgers_agree().await;
}

#[tokio::test]
async fn a_ticket_put_aside_is_taken_up_once_at_another_till() {
    let shop = TestShop::open().await;
    let (one, other) = (shop.cashier().await, shop.cashier().await);
    let milk = shop.product(MILK).await;
    let mut ticket = Ticket::new(id());
    ticket.note = "Forgot the wallet".into();
    let product = ministore_core::basket::BasketProduct::of(&milk).unwrap();
    ticket
        .put(TicketLine {
            id: id(),
            product: product.into(),
            measure: Pieces(2),
            change: Change::default(),
            serial: String::new(),
        })
        .unwrap();
    let held = shop.call(one, Hold { ticket: ticket.clone() }).await.unwrap();
    assert_eq!(held.tickets.len(), 1);
    assert_eq!(shop.call(other, GetHeld {}).await.unwrap().tickets[0].ticket, ticket);
    assert_eq!(shop.call(other, Recall { sale: ticket.sale }).await.unwrap(), ticket);
    let gone = shop.call(one, Recall { sale: ticket.sale }).await.unwrap_err();
    assert_eq!(gone, Refusal::NotFound { what: Thing::Ticket });
    let empty = Hold { ticket: Ticket::new(SaleId(uuid::Uuid::now_v7())) };
    assert!(matches!(shop.call(one, empty).await, Err(Refusal::Invalid { .. })));
}

#[tokio::test]
async fn a_till_without_its_hub_keeps_its_day_and_sends_it_on() {
    let hub = TestShop::open().await;
    let mut till = Till::pair(&hub).await;
    let (staff, shop) = (till.staff, &till.shop);
    let shift = opened(shop, staff, 10_000).await;
    let (bought, total) = sale(shop, &[(MILK, Pieces(1))]).await;
    let bought = shop.call(staff, bought).await.unwrap();
    let note = TakeNote { note: id(), action: TillAction::DrawerOpened, about: "Change".into() };
    shop.call(staff, note).await.unwrap();
    let counted = vec![Counted { worth: yuan(10_000 + total), count: 1 }];
    let closed = shop
        .call(staff, CloseShift { closing: id(), shift: shift.id, counted, foreign: vec![] })
        .await
        .unwrap();
    assert_eq!(closed.difference(), yuan(0));
    let listed = shop.call(staff, GetSales::default()).await.unwrap().sales;
    assert_eq!(listed, std::slice::from_ref(&bought));
    till.push(&hub, true).await;
    let there = hub.call(staff, GetShift {}).await.unwrap();
    assert_eq!((there.open, there.last), (None, Some(closed)));
    assert_eq!(hub.call(staff, GetSale::Number(1)).await.unwrap().sale, bought);
    hub.assert_ledgers_agree().await;
}
