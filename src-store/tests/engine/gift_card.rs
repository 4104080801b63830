//! Gift cards: sold at the counter, spent at the till by whoever has the number, given back onto, and frozen.

use std::collections::HashMap;
use std::time::Duration;

use futures::future::join;
use ministore_core::fact::{Back, BackLine, RecordRefund, RecordSale, Sale};
use ministore_core::gift_card::{
    FreezeGiftCard, GetGiftCard, GiftCard, HoldGiftCard, SellGiftCard, SoldGiftCards,
};
use ministore_core::id::{LineId, PaymentId, SaleId};
use ministore_core::issued::GiftCardNumber;
use ministore_core::member::Join;
use ministore_core::money::{Currency, Price};
use ministore_core::order::PlaceLine;
use ministore_core::payment::Tender;
use ministore_core::quantity::Measure::Pieces;
use ministore_core::refusal::{Refusal, Thing};
use ministore_core::role::{Actor, StaffRole};
use ministore_core::shift::{CloseShift, OpenShift, TenderSum};
use ministore_core::stored_value::{MOST_ON_CARD, OnCard, TopUp};
use ministore_core::ticket::{HoldValue, ReleaseValue, Taken};
use ministore_store::payment::Providers;
use proptest::prelude::*;
use proptest::strategy::ValueTree;
use proptest::test_runner::TestRunner;
use uuid::Uuid;

use super::facts::Till;
use super::test_shop::{MILK, TestShop, YOGHURT, call_id, id, yuan};
use super::till::sale;

/// In minutes, and an hour.
const A_DAY: i64 = 25 * 60;

fn price(minor: i64) -> Price {
    Price::new(yuan(minor)).unwrap()
}

fn on_card(balance: i64, held: i64) -> OnCard {
    OnCard { balance: yuan(balance), held: yuan(held) }
}

fn a_number() -> GiftCardNumber {
    let mut bits = [0; 8];
    getrandom::fill(&mut bits).unwrap();
    GiftCardNumber::from_bits(u64::from_le_bytes(bits))
}

fn sell(minor: i64) -> SellGiftCard {
    SellGiftCard { card: id(), number: a_number(), amount: yuan(minor), terminal: None }
}

/// A card with so much on it.
async fn sold(shop: &TestShop, staff: Actor, minor: i64) -> GiftCardNumber {
    let call = sell(minor);
    let number = call.number;
    assert_eq!(shop.call(staff, call).await.unwrap().money, on_card(minor, 0));
    number
}

async fn there(shop: &TestShop, number: GiftCardNumber) -> OnCard {
    shop.call(Actor::Visitor, GetGiftCard { number }).await.unwrap().money
}

fn manager_at(staff: Actor) -> Actor {
    let Actor::Staff { device, session, staff, .. } = staff else { unreachable!() };
    Actor::Staff { device, session, staff, role: StaffRole::Manager }
}

fn freeze(number: GiftCardNumber, frozen: bool) -> FreezeGiftCard {
    FreezeGiftCard { number, frozen, reason: "Reported as stolen".into() }
}

async fn hold(
    shop: &TestShop,
    staff: Actor,
    number: GiftCardNumber,
    sale: SaleId,
    minor: i64,
) -> Result<Taken, Refusal> {
    let payment = id();
    shop.call(staff, HoldGiftCard { payment, sale, number, amount: yuan(minor) }).await?;
    Ok(Taken { payment, tender: Tender::GiftCard, amount: price(minor) })
}

/// Three milks, of which `minor` is set aside on the card, and the rest is cash.
async fn by_gift_card(shop: &TestShop, staff: Actor, number: GiftCardNumber, minor: i64) -> RecordSale {
    let (mut record, total) = sale(shop, &[(MILK, Pieces(3))]).await;
    record.taken = vec![hold(shop, staff, number, record.sale, minor).await.unwrap()];
    record.cash = yuan(total - minor);
    record
}

fn is_invalid(refused: &Refusal, name: &str) -> bool {
    matches!(refused, Refusal::Invalid { field, .. } if field == name)
}

/// So many milks of a sale come back, of which `onto` goes onto its gift cards.
fn back(sold: &Sale, pieces: u32, onto: Option<i64>) -> RecordRefund {
    let lines = vec![BackLine { line: sold.lines[0].id, measure: Some(Pieces(pieces)) }];
    let refund = RecordRefund::of(id(), Back::Sale { sale: sold.id, lines });
    RecordRefund { to_gift_card: onto.map(price), ..refund }
}

#[tokio::test]
async fn a_card_is_sold_once_and_counts_as_no_goods() {
    let shop = TestShop::open().await;
    let cashier = shop.cashier().await;
    let shift = shop.call(cashier, OpenShift { shift: id(), float: yuan(1_000) }).await.unwrap();
    let call = sell(10_000);
    let (again, ending) = (call_id(), call.number.ending());
    let shown = GiftCard { ending, money: on_card(10_000, 0), frozen: false };
    assert_eq!(shop.engine.call(&cashier, again, call.clone()).await.unwrap(), shown);
    assert_eq!(shop.engine.call(&cashier, again, call.clone()).await.unwrap(), shown, "sent twice");
    assert_eq!(shop.call(cashier, call.clone()).await.unwrap(), shown, "the same under another call");
    for other in [
        SellGiftCard { number: a_number(), ..call.clone() },
        SellGiftCard { amount: yuan(9_999), ..call.clone() },
        SellGiftCard { terminal: Some("A1".into()), ..call.clone() },
        SellGiftCard { card: id(), ..call.clone() },
        SellGiftCard { card: shift.id.0.into(), number: a_number(), ..call.clone() },
    ] {
        assert_eq!(shop.call(cashier, other).await.unwrap_err(), Refusal::IdReused);
    }
    let by_terminal = SellGiftCard { terminal: Some("A1042".into()), ..sell(5_000) };
    shop.call(cashier, by_terminal).await.unwrap();
    let other = shop.cashier().await;
    let elsewhere = shop.call(other, call.clone()).await.unwrap_err();
    assert_eq!(elsewhere, Refusal::IdReused, "it was sold at another till");

    // A card of the member's may have the same key: neither is booked as the other.
    let mei = shop.shopper().await;
    let member = shop.call(mei, Join { member: id() }).await.unwrap();
    let top_up = |key| TopUp { top_up: key, number: member.number, amount: yuan(100) };
    let taken: PaymentId = call.card.0.into();
    assert_eq!(shop.call(cashier, top_up(taken)).await.unwrap_err(), Refusal::IdReused);
    let key: Uuid = id();
    shop.call(other, top_up(key.into())).await.unwrap();
    let same = SellGiftCard { card: key.into(), ..sell(100) };
    assert_eq!(shop.call(cashier, same).await.unwrap_err(), Refusal::IdReused);

    let close = CloseShift { closing: id(), shift: shift.id, counted: vec![], foreign: vec![] };
    let report = shop.call(cashier, close).await.unwrap().report;
    let cards = SoldGiftCards { count: 2, in_cash: yuan(10_000), by_card: yuan(5_000) };
    assert_eq!(report.gift_cards, Some(cards));
    assert_eq!((report.sales, report.sold, report.in_cash, report.by_card), (0, yuan(0), yuan(0), yuan(0)));
    assert_eq!((report.tax.len(), report.put_in, report.receipts), (0, yuan(0), None));
    assert_eq!(report.expected_cash, yuan(11_000), "the cash of one lies in the drawer");
    shop.assert_ledgers_agree().await;
}

#[tokio::test]
async fn nothing_and_too_much_is_sold_on_no_card() {
    let shop = TestShop::open().await;
    let (cashier, mei) = (shop.cashier().await, shop.shopper().await);
    let wrong =
        [yuan(0), yuan(-1), yuan(MOST_ON_CARD + 1), yuan(i64::MAX), yuan(i64::MIN), Currency::USD.minor(100)];
    for amount in wrong {
        let refused = shop.call(cashier, SellGiftCard { amount, ..sell(1) }).await.unwrap_err();
        assert!(is_invalid(&refused, "amount"), "{refused:?}");
    }
    let beyond =
        serde_json::to_string(&sell(7)).unwrap().replace("\"minor\":7", "\"minor\":9223372036854775808");
    let refused = shop.engine.call_json("gift_card.sell", &cashier, call_id(), beyond.as_bytes()).await;
    assert!(is_invalid(&refused.unwrap_err(), "body"), "beyond 64 bits");
    let long = SellGiftCard { terminal: Some("1".repeat(41)), ..sell(1) };
    assert!(is_invalid(&shop.call(cashier, long).await.unwrap_err(), "terminal"));
    assert_eq!(shop.call(mei, sell(1)).await.unwrap_err(), Refusal::NotAllowed);
    let number = sold(&shop, cashier, MOST_ON_CARD).await;
    assert_eq!(there(&shop, number).await, on_card(MOST_ON_CARD, 0));
    for amount in wrong {
        let call = HoldGiftCard { payment: id(), sale: id(), number, amount };
        let refused = shop.call(cashier, call).await.unwrap_err();
        let low = matches!(refused, Refusal::BalanceTooLow { .. }) && amount.minor > MOST_ON_CARD;
        assert!(low || is_invalid(&refused, "amount"), "{refused:?}");
    }
    assert_eq!(there(&shop, number).await, on_card(MOST_ON_CARD, 0));
    shop.assert_ledgers_agree().await;
}

#[tokio::test]
async fn a_card_pays_its_part_once_and_takes_it_back() {
    let shop = TestShop::open().await;
    let cashier = shop.cashier().await;
    let number = sold(&shop, cashier, 2_000).await;
    let shift = shop.call(cashier, OpenShift { shift: id(), float: yuan(0) }).await.unwrap();
    let record = by_gift_card(&shop, cashier, number, 1_500).await;
    assert_eq!(there(&shop, number).await, on_card(500, 1_500));
    let more = hold(&shop, cashier, number, id(), 501).await.unwrap_err();
    assert_eq!(more, Refusal::BalanceTooLow { missing: yuan(1) });
    let held =
        HoldGiftCard { payment: record.taken[0].payment, sale: record.sale, number, amount: yuan(1_500) };
    assert_eq!(shop.call(cashier, held).await.unwrap(), on_card(500, 1_500), "the same again");
    for other in [
        HoldGiftCard { sale: id(), ..held },
        HoldGiftCard { amount: yuan(500), ..held },
        HoldGiftCard { number: sold(&shop, cashier, 2_000).await, ..held },
    ] {
        assert_eq!(shop.call(cashier, other).await.unwrap_err(), Refusal::IdReused);
    }
    let elsewhere = RecordSale { sale: id(), ..record.clone() };
    let refused = shop.call(cashier, elsewhere).await.unwrap_err();
    assert_eq!(refused, Refusal::NotFound { what: Thing::Payment }, "set aside for another sale");
    let by_member = vec![Taken { tender: Tender::StoredValue, ..record.taken[0] }];
    let refused = shop.call(cashier, RecordSale { taken: by_member, ..record.clone() }).await.unwrap_err();
    assert_eq!(refused, Refusal::NotFound { what: Thing::Payment }, "set aside on another kind of card");

    let done = shop.call(cashier, record.clone()).await.unwrap();
    assert_eq!(shop.call(cashier, record.clone()).await.unwrap(), done, "a repeat is the same sale");
    assert_eq!((done.by(Tender::GiftCard), done.rounding()), (yuan(1_500), yuan(0)));
    assert_eq!(there(&shop, number).await, on_card(500, 0));
    let release = ReleaseValue { payment: record.taken[0].payment };
    assert_eq!(shop.call(cashier, release).await.unwrap(), on_card(500, 0), "what was sold stays sold");

    // What it paid comes back onto it, as far as it paid, and in no other way.
    let piece = done.totals.total.minor / 3;
    assert_eq!(piece, 1_250);
    for (onto, pieces) in [(None, 1), (Some(1_249), 1), (Some(1_251), 1), (Some(1_501), 2), (Some(1_499), 2)]
    {
        let refused = shop.call(cashier, back(&done, pieces, onto)).await.unwrap_err();
        assert!(is_invalid(&refused, "to_gift_card"), "{onto:?} {refused:?}");
    }
    let first = back(&done, 1, Some(1_250));
    let refund = shop.call(cashier, first.clone()).await.unwrap();
    assert_eq!(shop.call(cashier, first).await.unwrap(), refund, "a repeat is the same return");
    assert_eq!(refund.in_cash(), yuan(0));
    assert_eq!(there(&shop, number).await, on_card(1_750, 0));
    let refused = shop.call(cashier, back(&done, 1, Some(251))).await.unwrap_err();
    assert!(is_invalid(&refused, "to_gift_card"), "more than it paid");
    let refund = shop.call(cashier, back(&done, 1, Some(250))).await.unwrap();
    assert_eq!(refund.in_cash(), yuan(1_000), "the rest was paid in cash");
    let refund = shop.call(cashier, back(&done, 1, None)).await.unwrap();
    assert_eq!(refund.in_cash(), yuan(1_250), "all that it paid is on it again");
    assert_eq!(there(&shop, number).await, on_card(2_000, 0));

    let close = CloseShift { closing: id(), shift: shift.id, counted: vec![], foreign: vec![] };
    let report = shop.call(cashier, close).await.unwrap().report;
    assert_eq!(report.by_other, [TenderSum { tender: Tender::GiftCard, amount: yuan(0) }]);
    assert_eq!((report.in_cash, report.sold), (yuan(0), done.totals.total));
    shop.assert_ledgers_agree().await;
}

#[tokio::test]
async fn two_cards_and_cash_pay_one_sale_and_goods_for_goods_need_no_card() {
    let shop = TestShop::open().await;
    let cashier = shop.cashier().await;
    let (one, other) = (sold(&shop, cashier, 1_000).await, sold(&shop, cashier, 1_500).await);
    let (mut record, total) = sale(&shop, &[(MILK, Pieces(3))]).await;
    for (number, minor) in [(one, 1_000), (other, 1_500)] {
        record.taken.push(hold(&shop, cashier, number, record.sale, minor).await.unwrap());
    }
    record.cash = yuan(total - 2_500 + 50);
    let done = shop.call(cashier, record).await.unwrap();
    assert_eq!((done.change, done.by(Tender::GiftCard)), (yuan(50), yuan(2_500)));
    assert_eq!((there(&shop, one).await, there(&shop, other).await), (on_card(0, 0), on_card(0, 0)));

    let (mut second, _) = sale(&shop, &[(YOGHURT, Pieces(2))]).await;
    let swapped = shop.call(cashier, back(&done, 1, Some(1_250))).await.unwrap();
    assert_eq!(swapped.in_cash(), yuan(0));
    second.exchange = Some(Box::new(back(&done, 1, Some(1_250))));
    let refused = shop.call(cashier, second.clone()).await.unwrap_err();
    assert!(is_invalid(&refused, "exchange"), "{refused:?}");
    second.exchange = Some(Box::new(back(&done, 1, None)));
    let (mut cheaper, _) = sale(&shop, &[(YOGHURT, Pieces(1))]).await;
    (cheaper.exchange, cheaper.cash) = (second.exchange.clone(), yuan(0));
    let refused = shop.call(cashier, cheaper).await.unwrap_err();
    assert!(is_invalid(&refused, "exchange"), "what is left would be cash: {refused:?}");
    second.cash = yuan(second.expected_total.minor - 1_250);
    shop.call(cashier, second).await.unwrap();
    let all = there(&shop, one).await.balance.minor + there(&shop, other).await.balance.minor;
    assert_eq!(all, 1_250, "what was swapped for goods is on no card");
    shop.assert_ledgers_agree().await;
}

#[tokio::test]
async fn what_is_set_aside_for_no_sale_is_free_again() {
    let shop = TestShop::open().await;
    let cashier = shop.cashier().await;
    let number = sold(&shop, cashier, 2_000).await;
    let record = by_gift_card(&shop, cashier, number, 1_500).await;
    let release = ReleaseValue { payment: record.taken[0].payment };
    assert_eq!(shop.call(cashier, release).await.unwrap(), on_card(2_000, 0));
    assert_eq!(shop.call(cashier, release).await.unwrap(), on_card(2_000, 0), "once");
    let refused = shop.call(cashier, record).await.unwrap_err();
    assert_eq!(refused, Refusal::NotFound { what: Thing::Payment });
    by_gift_card(&shop, cashier, number, 700).await;
    shop.pass(A_DAY);
    shop.engine.settle_payments().await.unwrap();
    assert_eq!(there(&shop, number).await, on_card(2_000, 0));
    shop.assert_ledgers_agree().await;
}

#[tokio::test]
async fn a_till_that_was_cut_off_is_paid_and_gives_back_all_the_same() {
    let hub = TestShop::open().await;
    let mut till = Till::pair(&hub).await;
    let staff = till.staff;
    let number = sold(&hub, staff, 2_000).await;
    let record = by_gift_card(&hub, staff, number, 1_500).await;
    let done = till.shop.call(staff, record).await.unwrap();
    for onto in [None, Some(1_000)] {
        let refused = till.shop.call(staff, back(&done, 1, onto)).await.unwrap_err();
        assert!(is_invalid(&refused, "to_gift_card"), "{refused:?}");
    }
    till.shop.call(staff, back(&done, 1, Some(1_250))).await.unwrap();
    till.shop.call(staff, back(&done, 1, Some(250))).await.unwrap();
    hub.pass(A_DAY);
    hub.engine.settle_payments().await.unwrap();
    assert_eq!(there(&hub, number).await, on_card(2_000, 0), "it waited for too long");
    till.push(&hub, false).await;
    till.push(&hub, true).await;
    assert_eq!(there(&hub, number).await, on_card(2_000, 0), "paid, and all of it given back");
    hub.assert_ledgers_agree().await;

    // A card that was frozen meanwhile does not pay what has come free again.
    let record = by_gift_card(&hub, staff, number, 1_500).await;
    till.shop.call(staff, record).await.unwrap();
    hub.pass(A_DAY);
    hub.engine.settle_payments().await.unwrap();
    hub.call(manager_at(staff), freeze(number, true)).await.unwrap();
    till.push(&hub, true).await;
    assert_eq!(there(&hub, number).await, on_card(2_000, 0));
    hub.assert_ledgers_agree().await;
}

#[tokio::test]
async fn a_frozen_card_pays_nothing_until_it_is_thawed() {
    let shop = TestShop::open().await;
    let cashier = shop.cashier().await;
    let boss = manager_at(cashier);
    let number = sold(&shop, cashier, 4_000).await;
    let paid = by_gift_card(&shop, cashier, number, 1_250).await;
    let paid = shop.call(cashier, paid).await.unwrap();
    let waiting = by_gift_card(&shop, cashier, number, 1_000).await;

    assert_eq!(shop.call(cashier, freeze(number, true)).await.unwrap_err(), Refusal::NotAllowed);
    for reason in ["", "  ", &"x".repeat(181)] {
        let call = FreezeGiftCard { reason: reason.into(), ..freeze(number, true) };
        assert!(is_invalid(&shop.call(boss, call).await.unwrap_err(), "reason"));
    }
    let shown = shop.call(boss, freeze(number, true)).await.unwrap();
    assert!(shown.frozen);
    assert_eq!(shop.call(boss, freeze(number, true)).await.unwrap(), shown, "frozen already");
    assert_eq!(shop.call(Actor::Visitor, GetGiftCard { number }).await.unwrap(), shown, "and says so");
    let refused = hold(&shop, cashier, number, id(), 1).await.unwrap_err();
    assert_eq!(refused, Refusal::GiftCardFrozen);
    assert_eq!(shop.call(cashier, waiting.clone()).await.unwrap_err(), Refusal::GiftCardFrozen);
    assert_eq!(there(&shop, number).await, on_card(1_750, 1_000), "what was set aside waits");
    shop.call(cashier, back(&paid, 1, Some(1_250))).await.unwrap();
    assert_eq!(there(&shop, number).await, on_card(3_000, 1_000), "what came back is put onto it");

    assert!(!shop.call(boss, freeze(number, false)).await.unwrap().frozen);
    shop.call(cashier, waiting).await.unwrap();
    assert_eq!(there(&shop, number).await, on_card(3_000, 0));
    let notes =
        shop.home.texts("SELECT body FROM fact WHERE kind = 'noted' ORDER BY happened, fact_id").await;
    assert_eq!(notes.len(), 2, "each step is noted once");
    let about = format!("…{}: Reported as stolen", number.ending());
    assert!(notes[0].contains("gift_card_frozen") && notes[0].contains(&about), "{notes:?}");
    assert!(notes[1].contains("gift_card_unfrozen"), "{notes:?}");
    shop.assert_ledgers_agree().await;
}

#[tokio::test]
async fn a_number_is_known_in_its_own_shop_alone_and_kept_nowhere() {
    let (shop, elsewhere) = (TestShop::open().await, TestShop::open().await);
    let (cashier, other) = (shop.cashier().await, elsewhere.cashier().await);
    let number = sold(&shop, cashier, 2_000).await;
    let unknown = Refusal::NotFound { what: Thing::GiftCard };
    assert_eq!(elsewhere.call(Actor::Visitor, GetGiftCard { number }).await.unwrap_err(), unknown);
    assert_eq!(hold(&elsewhere, other, number, id(), 1).await.unwrap_err(), unknown);
    assert_eq!(elsewhere.call(manager_at(other), freeze(number, true)).await.unwrap_err(), unknown);
    let member = HoldValue {
        payment: id(),
        sale: id(),
        number: ministore_core::code::CardNumber::from_body(1),
        amount: yuan(1),
        code: None,
    };
    assert_eq!(shop.call(cashier, member).await.unwrap_err(), Refusal::NotFound { what: Thing::Member });

    let record = by_gift_card(&shop, cashier, number, 1_500).await;
    shop.call(cashier, record).await.unwrap();
    shop.call(manager_at(cashier), freeze(number, true)).await.unwrap();
    let shown = number.to_string();
    let symbol = number.symbol_text();
    let bytes = shop.home.everything().await;
    for secret in [shown.as_str(), &symbol, &symbol[2..], &shown[..9], &symbol[2..10]] {
        assert!(!bytes.windows(secret.len()).any(|part| part == secret.as_bytes()), "{secret}");
    }
    let ending = number.ending();
    assert!(bytes.windows(4).any(|part| part == ending.as_bytes()), "this test can see what is kept");
}

#[tokio::test]
async fn what_is_booked_on_a_gift_card_stays() {
    let shop = TestShop::open().await;
    let cashier = shop.cashier().await;
    let number = sold(&shop, cashier, 1_000).await;
    for statement in [
        "UPDATE stored_value_entry SET amount = 9",
        "DELETE FROM stored_value_entry",
        "DELETE FROM gift_card",
        "UPDATE gift_card SET balance = -1",
        "UPDATE gift_card SET held = -1",
        "UPDATE gift_card SET frozen = 2",
    ] {
        assert!(shop.home.execute(statement).await.is_err(), "{statement}");
    }
    assert_eq!(there(&shop, number).await, on_card(1_000, 0));
    for (statement, count) in [
        ("UPDATE gift_card SET balance = 1001", 1),
        ("UPDATE gift_card SET held = 5", 2),
        ("UPDATE gift_card SET balance = 1000, held = 0", 0),
    ] {
        shop.home.execute(statement).await.unwrap();
        assert_eq!(shop.engine.check().await.unwrap().len(), count, "{statement}");
    }
}

/// How many schedules a race is run in: `MINISTORE_RACES`, else a few hundred.
fn races() -> usize {
    std::env::var("MINISTORE_RACES").ok().and_then(|count| count.parse().ok()).unwrap_or(200)
}

/// When one of two begins, and how much it wants.
#[derive(Clone, Copy, Debug)]
struct Runner {
    micros: u64,
    yields: u8,
    wants: i64,
    /// Whether it sends everything twice.
    twice: bool,
}

fn runner() -> impl Strategy<Value = Runner> {
    (0u64..400, 0u8..6, 900i64..=1_250, any::<bool>()).prop_map(|(micros, yields, wants, twice)| Runner {
        micros,
        yields,
        wants,
        twice,
    })
}

impl Runner {
    /// Spends at one of two hubs what is enough for one of them alone. Gives what was taken, if anything was.
    async fn spends(
        self,
        hub: &TestShop,
        staff: Actor,
        number: GiftCardNumber,
        goods: &Goods,
    ) -> Option<i64> {
        tokio::time::sleep(Duration::from_micros(self.micros)).await;
        for _ in 0..self.yields {
            tokio::task::yield_now().await;
        }
        let (payment, sale) = (id(), id());
        let hold = HoldGiftCard { payment, sale, number, amount: yuan(self.wants) };
        let call = call_id();
        let first = hub.engine.call(&staff, call, hold).await;
        if self.twice {
            let second = hub.engine.call(&staff, call, hold).await;
            assert_eq!(first.is_ok(), second.is_ok(), "a repeat has the same end");
        }
        if let Err(refusal) = first {
            assert!(matches!(refusal, Refusal::BalanceTooLow { .. }), "{refusal:?}");
            return None;
        }
        let lines = vec![PlaceLine { id: id::<LineId>(), product: goods.product, measure: Pieces(1) }];
        let mut record = RecordSale::in_cash(sale, lines, yuan(goods.price - self.wants), yuan(goods.price));
        record.taken = vec![Taken { payment, tender: Tender::GiftCard, amount: price(self.wants) }];
        let done = hub.call(staff, record.clone()).await.unwrap();
        if self.twice {
            assert_eq!(hub.call(staff, record).await.unwrap(), done);
        }
        Some(self.wants)
    }
}

struct Goods {
    product: ministore_core::id::ProductId,
    price: i64,
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_card_that_is_spent_in_two_places_at_once_pays_in_one() {
    let shop = TestShop::open().await;
    shop.import("gtin,category,name_en,price,stock\n9520000000011,dairy,Whole milk,12.50,1000000\n").await;
    let hub = shop.another_hub(Providers::demo()).await;
    let (here, there_at) = (shop.cashier().await, shop.cashier().await);
    let milk = shop.product(MILK).await;
    let goods = Goods { product: milk.id, price: milk.price.money().minor };
    let mut chance = TestRunner::deterministic();
    let mut won = HashMap::new();
    for race in 0..races() {
        let number = sold(&shop, here, 1_250).await;
        let pair = (runner(), runner()).new_tree(&mut chance).unwrap().current();
        let both =
            join(pair.0.spends(&shop, here, number, &goods), pair.1.spends(&hub, there_at, number, &goods));
        let (one, other) = Box::pin(both).await;
        let paid = match (one, other) {
            (Some(paid), None) | (None, Some(paid)) => paid,
            both => panic!("race {race}, {pair:?}: {both:?}"),
        };
        *won.entry(one.is_some()).or_insert(0) += 1;
        assert_eq!(there(&shop, number).await, on_card(1_250 - paid, 0), "race {race}, {pair:?}");
    }
    assert_eq!(won.len(), 2, "each wins now and then: {won:?}");
    shop.assert_ledgers_agree().await;
}

/// What is done with a card.
#[derive(Clone, Copy, Debug)]
enum Step {
    /// So much is set aside.
    Hold(i64),
    /// What was set aside last is released.
    Release,
    /// What was set aside last is sold.
    Sell,
    /// Pieces of what was sold last come back.
    Return(u32),
    /// A manager freezes it, or lets it pay again.
    Freeze(bool),
    /// A day passes, and what waits for no sale is free.
    Wait,
}

fn step() -> impl Strategy<Value = Step> {
    prop_oneof![
        5 => (-3i64..3_000).prop_map(Step::Hold),
        2 => Just(Step::Release),
        4 => Just(Step::Sell),
        3 => (1u32..3).prop_map(Step::Return),
        1 => any::<bool>().prop_map(Step::Freeze),
        1 => Just(Step::Wait),
    ]
}

#[tokio::test]
async fn whatever_is_done_with_a_card_its_parts_are_its_ledgers_sums_and_never_below_nothing() {
    let mut chance = TestRunner::deterministic();
    let shop = TestShop::open().await;
    shop.import("gtin,category,name_en,price,stock\n9520000000011,dairy,Whole milk,12.50,1000000\n").await;
    let cashier = shop.cashier().await;
    for _ in 0..24 {
        let steps = prop::collection::vec(step(), 1..24).new_tree(&mut chance).unwrap().current();
        let bought = (1i64..6_000).new_tree(&mut chance).unwrap().current();
        let number = sold(&shop, cashier, bought).await;
        // What the card should have, by a model of its own.
        let (mut balance, mut frozen) = (bought, false);
        let (mut open, mut done) = (Vec::<RecordSale>::new(), Vec::<(Sale, i64, u32)>::new());
        for step in &steps {
            match *step {
                Step::Hold(minor) => {
                    let (mut record, total) = sale(&shop, &[(MILK, Pieces(3))]).await;
                    let payment = id();
                    let call = HoldGiftCard { payment, sale: record.sale, number, amount: yuan(minor) };
                    let held = shop.call(cashier, call).await;
                    assert_eq!(held.is_ok(), !frozen && (1..=balance).contains(&minor), "{steps:?}");
                    if held.is_ok() {
                        balance -= minor;
                        record.taken =
                            vec![Taken { payment, tender: Tender::GiftCard, amount: price(minor) }];
                        record.cash = yuan(total - minor);
                        open.push(record);
                    }
                }
                Step::Release => {
                    let Some(record) = open.pop() else { continue };
                    shop.call(cashier, ReleaseValue { payment: record.taken[0].payment }).await.unwrap();
                    balance += record.taken[0].amount.money().minor;
                }
                Step::Sell => {
                    let Some(record) = open.last().cloned() else { continue };
                    let paid = record.taken[0].amount.money().minor;
                    match shop.call(cashier, record).await {
                        Ok(sale) => {
                            open.pop();
                            done.push((sale, paid, 3));
                        }
                        Err(refusal) => assert_eq!((refusal, frozen), (Refusal::GiftCardFrozen, true)),
                    }
                }
                Step::Return(pieces) => {
                    let Some((sale, left, there)) = done.last_mut().filter(|(.., there)| *there >= pieces)
                    else {
                        continue;
                    };
                    let onto = (1_250 * i64::from(pieces)).min(*left);
                    let refund = back(sale, pieces, (onto > 0).then_some(onto));
                    shop.call(cashier, refund).await.unwrap();
                    (*left, *there) = (*left - onto, *there - pieces);
                    balance += onto;
                }
                Step::Freeze(now) => {
                    shop.call(manager_at(cashier), freeze(number, now)).await.unwrap();
                    frozen = now;
                }
                Step::Wait => {
                    shop.pass(A_DAY);
                    shop.engine.settle_payments().await.unwrap();
                    balance += open.drain(..).map(|record| record.taken[0].amount.money().minor).sum::<i64>();
                }
            }
            let held = open.iter().map(|record| record.taken[0].amount.money().minor).sum::<i64>();
            assert_eq!(there(&shop, number).await, on_card(balance, held), "{steps:?}");
        }
        shop.assert_ledgers_agree().await;
    }
}
