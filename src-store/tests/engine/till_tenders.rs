//! What a ticket is paid with beside cash and cards, and what comes back of it: in parts, to a card, in exchange, without a
//! receipt.

use ministore_core::fact::{Back, BackLine, GetSales, LineSerial, RecordRefund, RecordSale, ToMember};
use ministore_core::fulfilment::Mode;
use ministore_core::member::{Card, FindByPhone, GetCard, Join};
use ministore_core::money::{Currency, Price};
use ministore_core::order::Quote;
use ministore_core::payment::Tender;
use ministore_core::quantity::Measure::{Grams, Pieces};
use ministore_core::refusal::{Refusal, Thing};
use ministore_core::role::{Actor, StaffRole};
use ministore_core::shift::{CloseShift, OpenShift, TenderSum};
use ministore_core::stored_value::{OnCard, TopUp};
use ministore_core::ticket::{Allow, ForeignCash, ForeignRate, HoldValue, ReleaseValue, Taken};

use super::facts::Till;
use super::test_shop::{APPLES, CAKE, MILK, TestShop, YOGHURT, id, yuan};
use super::till::{lines, sale};

const MANAGER_PIN: &str = "8642";
/// In minutes, and an hour.
const A_DAY: i64 = 25 * 60;

fn price(minor: i64) -> Price {
    Price::new(yuan(minor)).unwrap()
}

async fn with_money(shop: &TestShop, staff: Actor, minor: i64) -> (Actor, Card) {
    let mei = shop.shopper().await;
    let card = shop.call(mei, Join { member: id() }).await.unwrap();
    shop.call(staff, TopUp { top_up: id(), number: card.number, amount: yuan(minor) }).await.unwrap();
    (mei, card)
}

async fn there(shop: &TestShop, mei: Actor) -> OnCard {
    shop.call(mei, GetCard {}).await.unwrap().unwrap().stored.unwrap().money
}

fn on_card(balance: i64, held: i64) -> OnCard {
    OnCard { balance: yuan(balance), held: yuan(held) }
}

/// A sale of which `minor` is set aside on `card`, and the rest is cash.
async fn by_value(shop: &TestShop, staff: Actor, card: &Card, minor: i64) -> RecordSale {
    let (mut record, total) = sale(shop, &[(MILK, Pieces(3))]).await;
    let (payment, amount) = (id(), yuan(minor));
    let hold = HoldValue { payment, sale: record.sale, number: card.number, amount, code: None };
    shop.call(staff, hold).await.unwrap();
    record.taken = vec![Taken { payment, tender: Tender::StoredValue, amount: price(minor) }];
    (record.cash, record.card) = (yuan(total - minor), Some(card.number));
    record
}

#[tokio::test]
async fn a_card_pays_its_part_once() {
    let shop = TestShop::open().await;
    let cashier = shop.cashier().await;
    let (mei, card) = with_money(&shop, cashier, 2_000).await;
    let record = by_value(&shop, cashier, &card, 1_500).await;
    assert_eq!(there(&shop, mei).await, on_card(500, 1_500));
    let more = HoldValue { payment: id(), sale: id(), number: card.number, amount: yuan(501), code: None };
    assert_eq!(shop.call(cashier, more).await.unwrap_err(), Refusal::BalanceTooLow { missing: yuan(1) });
    let elsewhere = RecordSale { sale: id(), ..record.clone() };
    let refused = shop.call(cashier, elsewhere).await.unwrap_err();
    assert_eq!(refused, Refusal::NotFound { what: Thing::Payment }, "set aside for another sale");
    let sold = shop.call(cashier, record.clone()).await.unwrap();
    assert_eq!(shop.call(cashier, record.clone()).await.unwrap(), sold, "a repeat is the same sale");
    assert_eq!((sold.by(Tender::StoredValue), sold.rounding()), (yuan(1_500), yuan(0)));
    assert_eq!(there(&shop, mei).await, on_card(500, 0));
    let release = ReleaseValue { payment: record.taken[0].payment };
    assert_eq!(shop.call(cashier, release).await.unwrap(), on_card(500, 0), "what was sold stays sold");

    // All of it comes back onto the card, and a cashier sees it among the member's purchases.
    let listed = shop.call(cashier, GetSales { card: Some(card.number) }).await.unwrap().sales;
    assert_eq!(listed, std::slice::from_ref(&sold));
    let to_member = Some(ToMember { number: card.number, amount: Price::new(sold.totals.total).unwrap() });
    let back = RecordRefund { to_member, ..RecordRefund::in_cash(id(), sold.id, vec![sold.lines[0].id]) };
    let back = shop.call(cashier, back).await.unwrap();
    assert_eq!(back.in_cash(), yuan(0));
    assert_eq!(there(&shop, mei).await, on_card(500 + sold.totals.total.minor, 0));
    shop.assert_ledgers_agree().await;
}

#[tokio::test]
async fn what_is_set_aside_for_no_sale_is_free_again() {
    let shop = TestShop::open().await;
    let cashier = shop.cashier().await;
    let (mei, card) = with_money(&shop, cashier, 2_000).await;
    let record = by_value(&shop, cashier, &card, 1_500).await;
    let release = ReleaseValue { payment: record.taken[0].payment };
    assert_eq!(shop.call(cashier, release).await.unwrap(), on_card(2_000, 0));
    assert_eq!(shop.call(cashier, release).await.unwrap(), on_card(2_000, 0), "once");
    let refused = shop.call(cashier, record).await.unwrap_err();
    assert_eq!(refused, Refusal::NotFound { what: Thing::Payment });
    by_value(&shop, cashier, &card, 700).await;
    shop.pass(A_DAY);
    shop.engine.settle_payments().await.unwrap();
    assert_eq!(there(&shop, mei).await, on_card(2_000, 0));
    shop.assert_ledgers_agree().await;
}

#[tokio::test]
async fn a_till_that_was_cut_off_for_days_is_paid_all_the_same() {
    let hub = TestShop::open().await;
    let mut till = Till::pair(&hub).await;
    let staff = till.staff;
    let (mei, card) = with_money(&hub, staff, 2_000).await;
    let record = by_value(&hub, staff, &card, 1_500).await;
    till.shop.call(staff, record).await.unwrap();
    hub.pass(A_DAY);
    hub.engine.settle_payments().await.unwrap();
    assert_eq!(there(&hub, mei).await, on_card(2_000, 0));
    till.push(&hub, true).await;
    assert_eq!(there(&hub, mei).await, on_card(500, 0));
    hub.assert_ledgers_agree().await;
}

#[tokio::test]
async fn lines_come_back_piece_by_piece_and_add_up() {
    let shop = TestShop::open().await;
    let cashier = shop.cashier().await;
    let (mut record, total) = sale(&shop, &[(MILK, Pieces(3)), (APPLES, Grams(500))]).await;
    record.off = Some(ministore_core::ticket::Off::Amount(price(100)));
    (record.expected_total, record.cash) = (yuan(total - 100), yuan(total));
    let sold = shop.call(cashier, record).await.unwrap();
    let back = |line: usize, measure| {
        let lines = vec![BackLine { line: sold.lines[line].id, measure: Some(measure) }];
        RecordRefund::of(id(), Back::Sale { sale: sold.id, lines })
    };
    let before = shop.product(MILK).await.available;
    let first = shop.call(cashier, back(0, Pieces(1))).await.unwrap();
    assert_eq!(shop.product(MILK).await.available, before + 1);
    assert!(
        matches!(shop.call(cashier, back(0, Pieces(3))).await, Err(Refusal::Invalid { field, .. }) if field == "lines")
    );
    assert!(
        matches!(shop.call(cashier, back(0, Grams(1))).await, Err(Refusal::Invalid { .. })),
        "no grams of pieces"
    );
    let second = shop.call(cashier, back(0, Pieces(2))).await.unwrap();
    let third = shop.call(cashier, back(1, Grams(200))).await.unwrap();
    let fourth = RecordRefund::in_cash(id(), sold.id, vec![sold.lines[1].id]);
    let fourth = shop.call(cashier, fourth).await.unwrap();
    assert_eq!(fourth.lines[0].measure, Grams(300), "all that is left");
    let all: i64 = [first, second, third, fourth].iter().map(|refund| refund.amount.minor).sum();
    assert_eq!(all, total - 100);
    assert!(matches!(shop.call(cashier, back(0, Pieces(1))).await, Err(Refusal::Invalid { .. })));
    shop.assert_ledgers_agree().await;
}

#[tokio::test]
async fn an_exchange_is_one_step_and_gives_back_the_rest() {
    let shop = TestShop::open().await;
    let cashier = shop.cashier().await;
    let shift = shop.call(cashier, OpenShift { shift: id(), float: yuan(10_000) }).await.unwrap();
    let (first, paid) = sale(&shop, &[(CAKE, Pieces(2))]).await;
    let first = shop.call(cashier, first).await.unwrap();
    let (mut second, total) = sale(&shop, &[(YOGHURT, Pieces(1))]).await;
    let one = BackLine { line: first.lines[0].id, measure: None };
    let back = RecordRefund::of(id(), Back::Sale { sale: first.id, lines: vec![one] });
    second.cash = yuan(0);
    second.exchange = Some(Box::new(RecordRefund { to_shelf: false, ..back }));
    let too_dear = RecordSale { expected_total: yuan(total + 1), ..second.clone() };
    assert_eq!(shop.call(cashier, too_dear).await.unwrap_err(), Refusal::TotalChanged { now: yuan(total) });
    let sold = shop.call(cashier, second.clone()).await.unwrap();
    assert_eq!(shop.call(cashier, second).await.unwrap(), sold, "a repeat is the same exchange");
    assert_eq!((sold.number, sold.change, sold.rounding()), (3, yuan(paid - total), yuan(0)));
    let again = RecordRefund::in_cash(id(), first.id, vec![first.lines[0].id]);
    assert!(matches!(shop.call(cashier, again).await, Err(Refusal::Invalid { .. })), "it came back already");
    let close = CloseShift { closing: id(), shift: shift.id, counted: vec![], foreign: vec![] };
    let report = shop.call(cashier, close).await.unwrap().report;
    assert_eq!(report.expected_cash, yuan(10_000 + total));
    assert_eq!((report.sold, report.returned), (yuan(paid + total), yuan(paid)));
    shop.assert_ledgers_agree().await;
}

#[tokio::test]
async fn without_a_receipt_a_manager_allows_and_says_why() {
    let shop = TestShop::open().await;
    let cashier = shop.cashier().await;
    let (goods, total) = lines(&shop, &[(MILK, Pieces(2))]).await;
    let back = RecordRefund::of(id(), Back::NoReceipt { lines: goods });
    assert!(
        matches!(shop.call(cashier, back.clone()).await, Err(Refusal::Invalid { field, .. }) if field == "reason")
    );
    let back = RecordRefund { reason: "A gift".into(), ..back };
    assert_eq!(shop.call(cashier, back.clone()).await.unwrap_err(), Refusal::NeedsManager);
    shop.add_staff(StaffRole::Manager, MANAGER_PIN).await;
    let allow = Allow { sale: ministore_core::id::SaleId(back.refund.0), pin: MANAGER_PIN.parse().unwrap() };
    let allowed = shop.call(cashier, allow).await.unwrap();
    let before = shop.product(MILK).await.available;
    let done = shop.call(cashier, back).await.unwrap();
    assert_eq!((done.amount, done.allowed_by, done.sale), (yuan(total), Some(allowed.by), None));
    assert_eq!(shop.product(MILK).await.available, before + 2);
    shop.assert_ledgers_agree().await;
}

#[tokio::test]
async fn other_money_is_counted_apart() {
    let shop = TestShop::open().await;
    let cashier = shop.cashier().await;
    let mut rules = shop.shop().await;
    rules.till.foreign = vec![ForeignRate { currency: Currency::USD, thousand: price(710_000) }];
    shop.engine.update_shop(&rules).await.unwrap();
    let shift = shop.call(cashier, OpenShift { shift: id(), float: yuan(10_000) }).await.unwrap();
    let (mut record, total) = sale(&shop, &[(MILK, Pieces(1))]).await;
    let dollars = |minor, worth| ForeignCash {
        given: Price::new(Currency::USD.minor(minor)).unwrap(),
        worth: price(worth),
    };
    (record.cash, record.foreign) = (yuan(0), Some(dollars(2_000, 14_201)));
    assert!(
        matches!(shop.call(cashier, record.clone()).await, Err(Refusal::Invalid { field, .. }) if field == "foreign")
    );
    record.foreign = Some(dollars(2_000, 14_200));
    let sold = shop.call(cashier, record.clone()).await.unwrap();
    assert_eq!((sold.change, sold.cash_kept()), (yuan(14_200 - total), yuan(total - 14_200)));
    let foreign = vec![Price::new(Currency::USD.minor(1_900)).unwrap()];
    let close = CloseShift { closing: id(), shift: shift.id, counted: vec![], foreign };
    let closed = shop.call(cashier, close).await.unwrap();
    assert_eq!(closed.report.expected_cash, yuan(10_000 + total - 14_200));
    assert_eq!(closed.report.foreign, [Currency::USD.minor(2_000)]);
    assert_eq!(closed.foreign_differences(), [Currency::USD.minor(-100)]);
    let euros = ForeignCash { given: Price::new(Currency::EUR.minor(1)).unwrap(), worth: price(8) };
    let (unknown, _) = sale(&shop, &[(MILK, Pieces(1))]).await;
    let unknown = RecordSale { foreign: Some(euros), ..unknown };
    assert!(matches!(shop.call(cashier, unknown).await, Err(Refusal::Invalid { .. })));
    shop.assert_ledgers_agree().await;
}

#[tokio::test]
async fn a_report_says_what_came_by_which_means() {
    let shop = TestShop::open().await;
    let cashier = shop.cashier().await;
    let (_, card) = with_money(&shop, cashier, 2_000).await;
    let shift = shop.call(cashier, OpenShift { shift: id(), float: yuan(0) }).await.unwrap();
    let sold = by_value(&shop, cashier, &card, 1_500).await;
    let sold = shop.call(cashier, sold).await.unwrap();
    let to_member = Some(ToMember { number: card.number, amount: price(400) });
    let line = BackLine { line: sold.lines[0].id, measure: Some(Pieces(1)) };
    let back = RecordRefund::of(id(), Back::Sale { sale: sold.id, lines: vec![line] });
    let back = shop.call(cashier, RecordRefund { to_member, ..back }).await.unwrap();
    let close = CloseShift { closing: id(), shift: shift.id, counted: vec![], foreign: vec![] };
    let report = shop.call(cashier, close).await.unwrap().report;
    assert_eq!(report.by_other, [TenderSum { tender: Tender::StoredValue, amount: yuan(1_100) }]);
    let cash = sold.totals.total.minor - 1_500 - (back.amount.minor - 400);
    assert_eq!((report.in_cash, report.expected_cash), (yuan(cash), yuan(cash)));
}

#[tokio::test]
async fn who_left_the_card_at_home_is_found_by_the_phone() {
    let shop = TestShop::open().await;
    let (mei, cashier) = (shop.shopper().await, shop.cashier().await);
    let card = shop.call(mei, Join { member: id() }).await.unwrap();
    let stranger = shop.shopper().await;
    for who in [mei, stranger] {
        let mut place = shop.basket(&[(MILK, Pieces(1))]).await;
        place.contact.phone = "+86 139-0000-4721".into();
        shop.call(who, place).await.unwrap();
    }
    let find = |phone: &str| FindByPhone { phone: phone.to_owned() };
    let spaced = "139 0000 4721";
    let found = shop.call(cashier, find(spaced)).await.unwrap().cards;
    assert_eq!(found.iter().map(|found| found.number).collect::<Vec<_>>(), [card.number], "members alone");
    assert_eq!(shop.call(cashier, find("0000000000")).await.unwrap().cards, []);
    assert!(
        matches!(shop.call(cashier, find("123")).await, Err(Refusal::Invalid { field, .. }) if field == "phone")
    );
    let refused = shop.call(mei, find(spaced)).await.unwrap_err();
    assert_eq!(refused, Refusal::NotAllowed, "staff alone");
}

#[tokio::test]
async fn what_has_no_price_is_sold_at_the_till_alone_with_its_serial_number() {
    let shop = TestShop::open().await;
    let cashier = shop.cashier().await;
    shop.import("gtin,plu,category,name_en,name_zh,brand,price,sold_by,content,tax_rate,stock,aisle,min_age\n9520130009991,,dairy,Repair,维修,,0.00,piece,,13,10,,\n").await;
    let goods = [("9520130009991", Pieces(1))];
    let (mut record, total) = sale(&shop, &goods).await;
    assert_eq!(total, 0);
    let line = record.lines[0].id;
    let change = ministore_core::ticket::Change { price: Some(price(4_500)), off: None };
    record.changes = vec![ministore_core::fact::LineChange { line, change }];
    (record.expected_total, record.cash) = (yuan(4_500), yuan(5_000));
    record.serials = vec![LineSerial { line: id(), serial: "SN 1".into() }];
    assert!(
        matches!(shop.call(cashier, record.clone()).await, Err(Refusal::Invalid { field, .. }) if field == "serials")
    );
    record.serials = vec![LineSerial { line, serial: " SN 1 ".into() }];
    let sold = shop.call(cashier, record).await.unwrap();
    assert_eq!((sold.change, sold.serials[0].serial.as_str()), (yuan(500), "SN 1"), "no manager is asked");
    let mei = shop.shopper().await;
    let quote = Quote { lines: lines(&shop, &goods).await.0, mode: Mode::Pickup, point: None };
    assert_eq!(shop.call(mei, quote).await.unwrap_err(), Refusal::NotFound { what: Thing::Product });
}
