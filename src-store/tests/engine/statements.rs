use std::sync::{Arc, Mutex};

use futures::FutureExt;
use futures::future::BoxFuture;
use ministore_core::hours::Day;
use ministore_core::id::{PaymentId, StaffId};
use ministore_core::money::Money;
use ministore_core::order::{Accept, Cancel, CancelReason, Get, HandOver, Order, Pick, Place, Ready};
use ministore_core::payment::{PaymentState, Tender};
use ministore_core::quantity::Measure::Pieces;
use ministore_core::refusal::Refusal;
use ministore_core::role::{Actor, StaffRole};
use ministore_core::settlement::{
    Difference, DifferenceKind, FetchStatement, GetSettlement, Settlement, Statement, TenderOfDay,
};
use ministore_store::payment::{Charge, Provider, ProviderError, Providers, Stated, StatedLine, Void};

use super::test_shop::{MILK, TestShop, YOGHURT, code, id, yuan};

const MONDAY: &str = "2026-03-02";
const DAY: i64 = 24 * 60;

/// A provider that takes everything, and states what it is told to.
#[derive(Default)]
struct Stating {
    lines: Mutex<Option<Vec<StatedLine>>>,
    asked: Mutex<Vec<Day>>,
}

impl Stating {
    fn state(&self, lines: Vec<StatedLine>) {
        *self.lines.lock().unwrap() = Some(lines);
    }
}

impl Provider for Stating {
    fn tender(&self) -> Tender {
        Tender::WechatPay
    }

    fn charge(&self, _: PaymentId, _: Money) -> BoxFuture<'_, Result<Charge, ProviderError>> {
        async { Ok(Charge::Captured) }.boxed()
    }

    fn refund(&self, _: PaymentId, _: u32, _: Money) -> BoxFuture<'_, Result<(), ProviderError>> {
        async { Ok(()) }.boxed()
    }

    fn void(&self, _: PaymentId, _: Money) -> BoxFuture<'_, Result<Void, ProviderError>> {
        async { Ok(Void::NothingTaken) }.boxed()
    }

    fn gives_statements(&self) -> bool {
        true
    }

    fn statement(&self, day: Day) -> BoxFuture<'_, Result<Stated, ProviderError>> {
        self.asked.lock().unwrap().push(day);
        let lines = self.lines.lock().unwrap().clone();
        async move { Ok(lines.map_or(Stated::NotYet, Stated::Lines)) }.boxed()
    }
}

fn paid(order: &Order, amount: i64) -> StatedLine {
    let payment = order.payment.id;
    let number = payment.0.simple().to_string();
    StatedLine { number, refund: false, payment: Some(payment), part: None, amount, fee: amount * 6 }
}

fn given_back(order: &Order, part: u32, amount: i64) -> StatedLine {
    let line = paid(order, amount);
    let number = format!("{}r{part}", line.number);
    StatedLine { number, refund: true, part: Some(part), fee: -line.fee, ..line }
}

struct Books {
    shop: TestShop,
    provider: Arc<Stating>,
    mei: Actor,
    manager: Actor,
}

impl Books {
    async fn open() -> Self {
        let provider = Arc::new(Stating::default());
        let shop = TestShop::open_with(Providers::demo().with(provider.clone())).await;
        let mei = shop.shopper().await;
        let manager =
            Actor::Staff { device: id(), session: id(), staff: id::<StaffId>(), role: StaffRole::Manager };
        Self { shop, provider, mei, manager }
    }

    async fn order(&self, item: &str, tender: Tender) -> Order {
        let place = Place { tender, ..self.shop.basket(&[(item, Pieces(1))]).await };
        self.shop.call(self.mei, place).await.unwrap()
    }

    async fn paid(&self, item: &str) -> Order {
        self.order(item, Tender::WechatPay).await
    }

    async fn now(&self, order: &Order) -> Order {
        self.shop.call(self.mei, Get { order: order.id }).await.unwrap()
    }

    async fn fetch(&self, day: &str) -> Result<Settlement, Refusal> {
        let day = day.parse().unwrap();
        self.shop.call(self.manager, FetchStatement { tender: Tender::WechatPay, day }).await
    }

    async fn wechat(&self, day: &str) -> TenderOfDay {
        let seen = self.shop.call(self.manager, GetSettlement { until: None }).await.unwrap();
        of(&seen, day, Tender::WechatPay)
    }

    async fn differences(&self, day: &str) -> Vec<Difference> {
        self.wechat(day).await.statement.unwrap().differences
    }
}

fn of(seen: &Settlement, day: &str, tender: Tender) -> TenderOfDay {
    let day: Day = day.parse().unwrap();
    let found = seen.days.iter().find(|shown| shown.day == day).unwrap();
    found.tenders.iter().find(|shown| shown.tender == tender).unwrap().clone()
}

#[tokio::test]
async fn a_statement_settles_what_it_has_and_says_what_it_costs() {
    let books = Books::open().await;
    let milk = books.paid(MILK).await;
    books.shop.pass(DAY);
    books.provider.state(vec![paid(&milk, 1250)]);
    let seen = books.fetch(MONDAY).await.unwrap();
    let shown = of(&seen, MONDAY, Tender::WechatPay);
    assert_eq!((shown.payments, shown.taken, shown.given_back), (1, yuan(1250), yuan(0)));
    let Statement { payments, taken, given_back, fees, differences, .. } = shown.statement.unwrap();
    assert_eq!(
        (payments, taken, given_back, fees),
        (1, yuan(1250), yuan(0), yuan(8)),
        "7.5 fen, rounded once"
    );
    assert_eq!(differences, []);
    assert_eq!(books.now(&milk).await.payment.state, PaymentState::Settled);
    // Again, nothing is other.
    books.fetch(MONDAY).await.unwrap();
    assert_eq!(books.differences(MONDAY).await, []);
    books.shop.assert_ledgers_agree().await;
}

#[tokio::test]
async fn what_is_settled_can_still_be_given_back() {
    let books = Books::open().await;
    let milk = books.paid(MILK).await;
    books.shop.pass(DAY);
    books.provider.state(vec![paid(&milk, 1250)]);
    books.fetch(MONDAY).await.unwrap();
    let cancel = Cancel { order: milk.id, reason: CancelReason::ChangedMind };
    let cancelled = books.shop.call(books.mei, cancel).await.unwrap();
    assert_eq!(cancelled.payment.state, PaymentState::Refunded);
    books.shop.pass(DAY);
    books.provider.state(vec![given_back(&milk, 1, 1250)]);
    books.fetch("2026-03-03").await.unwrap();
    assert_eq!(books.differences(MONDAY).await, []);
    assert_eq!(books.differences("2026-03-03").await, []);
    let shown = books.wechat("2026-03-03").await;
    assert_eq!((shown.taken, shown.given_back), (yuan(0), yuan(1250)));
    assert_eq!(shown.statement.unwrap().fees, yuan(-8));
    books.shop.assert_ledgers_agree().await;
}

#[tokio::test]
async fn every_way_to_differ_is_told() {
    let books = Books::open().await;
    let (milk, yoghurt) = (books.paid(MILK).await, books.paid(YOGHURT).await);
    let stranger: PaymentId = id();
    let number = stranger.0.simple().to_string();
    let foreign = StatedLine {
        number: number.clone(),
        refund: false,
        payment: Some(stranger),
        part: None,
        amount: 500,
        fee: 3000,
    };
    books.shop.pass(DAY);
    books.provider.state(vec![paid(&milk, 1251), foreign]);
    books.fetch(MONDAY).await.unwrap();
    let mut told = books.differences(MONDAY).await;
    told.sort_by_key(|difference| difference.ours.map(|ours| ours.minor));
    assert_eq!(
        told,
        [
            Difference {
                kind: DifferenceKind::NotHere,
                refund: false,
                number,
                payment: None,
                order: None,
                ours: None,
                theirs: Some(yuan(500)),
            },
            Difference {
                kind: DifferenceKind::NotThere,
                refund: false,
                number: yoghurt.payment.id.0.simple().to_string(),
                payment: Some(yoghurt.payment.id),
                order: Some(yoghurt.number),
                ours: Some(yuan(680)),
                theirs: None,
            },
            Difference {
                kind: DifferenceKind::OtherAmount,
                refund: false,
                number: milk.payment.id.0.simple().to_string(),
                payment: Some(milk.payment.id),
                order: Some(milk.number),
                ours: Some(yuan(1250)),
                theirs: Some(yuan(1251)),
            },
        ]
    );
    assert_eq!(
        books.now(&milk).await.payment.state,
        PaymentState::Captured,
        "another amount settles nothing"
    );
    // The next day's statement explains one of them.
    books.shop.pass(DAY);
    books.provider.state(vec![paid(&yoghurt, 680)]);
    books.fetch("2026-03-03").await.unwrap();
    assert_eq!(books.differences(MONDAY).await.len(), 2);
    assert_eq!(books.differences("2026-03-03").await, []);
    assert_eq!(books.now(&yoghurt).await.payment.state, PaymentState::Settled);
}

#[tokio::test]
async fn what_came_and_went_without_the_shop_keeping_it_is_no_difference() {
    let books = Books::open().await;
    let milk = books.order(MILK, Tender::CashAtHandover).await;
    books.paid(YOGHURT).await;
    let yoghurt = books.paid(YOGHURT).await;
    // Paid there after the shop had given it up, and given back there.
    let lines = vec![paid(&milk, 1250), given_back(&milk, 1, 1250), paid(&yoghurt, 680)];
    books.shop.pass(DAY);
    books.provider.state(lines);
    books.fetch(MONDAY).await.unwrap();
    let told = books.differences(MONDAY).await;
    assert_eq!(told.len(), 1, "{told:?}");
    assert_eq!(told[0].kind, DifferenceKind::NotThere);
}

#[tokio::test]
async fn statements_come_by_themselves_from_ten_in_the_morning_on() {
    let books = Books::open().await;
    assert_eq!(books.shop.engine.fetch_statements().await.unwrap(), 0, "nothing was ever paid");
    let milk = books.paid(MILK).await;
    books.shop.pass(DAY + 59);
    assert_eq!(books.shop.engine.fetch_statements().await.unwrap(), 0, "a minute to ten");
    assert_eq!(*books.provider.asked.lock().unwrap(), []);
    books.shop.pass(1);
    assert_eq!(books.shop.engine.fetch_statements().await.unwrap(), 0, "it is late with it");
    assert_eq!(books.fetch(MONDAY).await.unwrap_err(), Refusal::ProviderSilent);
    books.provider.state(vec![paid(&milk, 1250)]);
    assert_eq!(books.shop.engine.fetch_statements().await.unwrap(), 1);
    assert_eq!(books.shop.engine.fetch_statements().await.unwrap(), 0, "it is here");
    let asked = books.provider.asked.lock().unwrap().clone();
    assert!(asked.iter().all(|day| day.to_string() == MONDAY), "{asked:?}");
    assert_eq!(books.now(&milk).await.payment.state, PaymentState::Settled);
    // After a week without the hub, it catches up.
    books.provider.state(Vec::new());
    books.shop.pass(3 * DAY);
    assert_eq!(books.shop.engine.fetch_statements().await.unwrap(), 3);
}

#[tokio::test]
async fn sums_are_told_by_day_and_tender() {
    let books = Books::open().await;
    let cashier = books.shop.cashier().await;
    let cash = books.order(MILK, Tender::CashAtHandover).await;
    let order = cash.id;
    books.order(YOGHURT, Tender::DemoWallet).await;
    books.shop.call(cashier, Accept { order }).await.unwrap();
    books.shop.call(cashier, Pick { order, code: code(MILK), count: 1, label: None }).await.unwrap();
    books.shop.call(cashier, Ready { order }).await.unwrap();
    // Counted on the day on which it was handed over.
    books.shop.pass(DAY);
    let hand_over = HandOver { order, code: cash.pickup.unwrap(), cash: Some(yuan(2000)) };
    books.shop.call(cashier, hand_over).await.unwrap();
    let seen = books.shop.call(books.manager, GetSettlement { until: None }).await.unwrap();
    let days: Vec<_> = seen.days.iter().map(|day| day.day.to_string()).collect();
    assert_eq!(days, ["2026-03-03", MONDAY]);
    assert_eq!(of(&seen, MONDAY, Tender::DemoWallet).taken, yuan(680));
    let drawer = of(&seen, "2026-03-03", Tender::CashAtHandover);
    assert_eq!((drawer.payments, drawer.taken, drawer.statement), (1, yuan(1250), None));
    let until = Some("2026-03-02".parse().unwrap());
    let earlier = books.shop.call(books.manager, GetSettlement { until }).await.unwrap();
    assert_eq!(earlier.days.len(), 1);
    // Cashiers see none of it, and no statement is asked for of a day that is not over.
    assert_eq!(
        books.shop.call(cashier, GetSettlement { until: None }).await.unwrap_err(),
        Refusal::NotAllowed
    );
    assert!(matches!(books.fetch("2026-03-03").await.unwrap_err(), Refusal::Invalid { .. }));
    assert!(matches!(books.fetch("2025-11-01").await.unwrap_err(), Refusal::Invalid { .. }));
}
