use std::collections::VecDeque;
use std::sync::{Arc, Mutex};

use futures::FutureExt;
use futures::future::BoxFuture;
use ministore_core::code::PickupCode;
use ministore_core::code_payment::{
    ChargeCode, CodeFault, CodeState, GetCodeCharge, Owed, PaidFor, UndoCode,
};
use ministore_core::fact::{Back, BackLine, RecordRefund};
use ministore_core::id::{OrderId, PaymentId, SaleId};
use ministore_core::money::{Money, Price};
use ministore_core::order::{
    Accept, Cancel, CancelReason, Get, HandOver, Order, OrderState, Pick, Place, Ready,
};
use ministore_core::payment::{PaymentState, Tender};
use ministore_core::quantity::Measure::Pieces;
use ministore_core::refusal::{Refusal, Thing};
use ministore_core::role::Actor;
use ministore_core::ticket::Taken;
use ministore_store::payment::{Charge, CodeAnswer, CodeAsk, Provider, ProviderError, Providers, Void};

use super::test_shop::{MILK, TestShop, call_id, code, yuan};

/// What a wallet was asked.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Asked {
    Take,
    Look,
    Undo,
    /// As a payment that its shopper makes by themselves: never.
    Otherwise,
}

/// A provider that reads payers' codes, and answers as it is told; without that it does not answer.
#[derive(Default)]
struct Wallets {
    answers: Mutex<VecDeque<CodeAnswer>>,
    asked: Mutex<Vec<(Asked, PaymentId, Money)>>,
    refunds: Mutex<Vec<Money>>,
}

impl Wallets {
    fn say(&self, answers: &[CodeAnswer]) {
        self.answers.lock().unwrap().extend(answers);
    }

    fn asked(&self) -> Vec<Asked> {
        self.asked.lock().unwrap().iter().map(|(what, ..)| *what).collect()
    }
}

impl Provider for Wallets {
    fn tender(&self) -> Tender {
        Tender::WechatPay
    }

    fn charge(&self, payment: PaymentId, amount: Money) -> BoxFuture<'_, Result<Charge, ProviderError>> {
        self.asked.lock().unwrap().push((Asked::Otherwise, payment, amount));
        async { Err(ProviderError("silence".to_owned())) }.boxed()
    }

    fn refund(&self, _: PaymentId, _: u32, amount: Money) -> BoxFuture<'_, Result<(), ProviderError>> {
        self.refunds.lock().unwrap().push(amount);
        async { Ok(()) }.boxed()
    }

    fn void(&self, _: PaymentId, _: Money) -> BoxFuture<'_, Result<Void, ProviderError>> {
        async { Ok(Void::NothingTaken) }.boxed()
    }

    fn code<'a>(
        &'a self,
        payment: PaymentId,
        amount: Money,
        asked: CodeAsk<'a>,
    ) -> BoxFuture<'a, Result<CodeAnswer, ProviderError>> {
        let what = match asked {
            CodeAsk::Take(_) => Asked::Take,
            CodeAsk::Look => Asked::Look,
            CodeAsk::Undo => Asked::Undo,
        };
        self.asked.lock().unwrap().push((what, payment, amount));
        let answer = self.answers.lock().unwrap().pop_front();
        async move { answer.ok_or_else(|| ProviderError("silence".to_owned())) }.boxed()
    }
}

struct Counter {
    shop: TestShop,
    wallets: Arc<Wallets>,
    cashier: Actor,
    mei: Actor,
    order: OrderId,
    pickup: PickupCode,
}

impl Counter {
    /// An order of milk that is ready to be handed over, and due in cash.
    async fn open() -> Self {
        let wallets = Arc::new(Wallets::default());
        let shop = TestShop::open_with(Providers::default().with(wallets.clone())).await;
        let (mei, cashier) = (shop.shopper().await, shop.cashier().await);
        let placed = shop.order(mei, &[(MILK, Pieces(2))]).await;
        let (order, pickup) = (placed.id, placed.pickup.unwrap());
        shop.call(cashier, Accept { order }).await.unwrap();
        shop.call(cashier, Pick { order, code: code(MILK), count: 2, label: None }).await.unwrap();
        shop.call(cashier, Ready { order }).await.unwrap();
        Self { shop, wallets, cashier, mei, order, pickup }
    }

    fn charge(&self) -> ChargeCode {
        self.charge_of(self.order, self.pickup)
    }

    fn charge_of(&self, order: OrderId, pickup: PickupCode) -> ChargeCode {
        let owed = Owed::Order { order, pickup };
        ChargeCode { owed, code: "134567890123456789".parse().unwrap() }
    }

    async fn state(&self) -> (CodeState, Option<CodeFault>) {
        let look = GetCodeCharge { paid_for: PaidFor::Order(self.order) };
        let charge = self.shop.call(self.cashier, look).await.unwrap().unwrap();
        (charge.state, charge.fault)
    }

    async fn order(&self) -> Order {
        self.shop.call(self.cashier, Get { order: self.order }).await.unwrap()
    }

    async fn hand_over(&self, cash: Option<Money>) -> Result<Order, Refusal> {
        let call = HandOver { order: self.order, code: self.pickup, cash };
        self.shop.call(self.cashier, call).await.map(|done| done.order)
    }
}

#[tokio::test]
async fn a_payers_code_pays_what_is_due_and_the_goods_change_hands() {
    let counter = Counter::open().await;
    counter.wallets.say(&[CodeAnswer::Confirming, CodeAnswer::Confirming, CodeAnswer::Taken]);
    let cash = counter.order().await.payment;
    let begun = counter.shop.call(counter.cashier, counter.charge()).await.unwrap();
    assert_eq!((begun.state, begun.amount), (CodeState::Begun, yuan(2500)));

    let look = GetCodeCharge { paid_for: PaidFor::Order(counter.order) };
    let asked = counter.shop.call(counter.cashier, look).await.unwrap().unwrap();
    assert_eq!((asked.state, asked.confirming), (CodeState::Asked, true));
    assert_eq!(counter.order().await.payment, cash, "due in cash until it is certain");
    assert_eq!(counter.state().await, (CodeState::Taken, None));

    let paid = counter.order().await.payment;
    assert_eq!(
        (paid.id, paid.tender, paid.state),
        (begun.payment, Tender::WechatPay, PaymentState::Captured)
    );
    assert_eq!((paid.captured, paid.due()), (yuan(2500), yuan(0)));
    assert_eq!(counter.hand_over(None).await.unwrap().state, OrderState::HandedOver);
    assert_eq!(counter.wallets.asked(), [Asked::Take, Asked::Look, Asked::Look]);
    counter.shop.assert_ledgers_agree().await;
}

#[tokio::test]
async fn one_call_takes_once_however_often_it_comes() {
    let counter = Counter::open().await;
    counter.wallets.say(&[
        CodeAnswer::Undecided,
        CodeAnswer::Undecided,
        CodeAnswer::Undecided,
        CodeAnswer::Taken,
    ]);
    let (id, engine) = (call_id(), &counter.shop.engine);
    let first = engine.call(&counter.cashier, id, counter.charge()).await.unwrap();
    let again = engine.call(&counter.cashier, id, counter.charge()).await.unwrap();
    assert_eq!(first, again);
    let asked = counter.wallets.asked();
    assert_eq!(asked.iter().filter(|asked| **asked == Asked::Take).count(), 1, "{asked:?}");
    let other = counter.shop.call(counter.cashier, counter.charge()).await.unwrap_err();
    assert!(matches!(other, Refusal::WalletAsked | Refusal::PaidAlready), "{other:?}");
    counter.shop.assert_ledgers_agree().await;
}

#[tokio::test]
async fn while_a_wallet_is_asked_no_cash_is_taken() {
    let counter = Counter::open().await;
    // Its answer is lost, as are the next.
    counter.shop.call(counter.cashier, counter.charge()).await.unwrap();
    assert_eq!(counter.hand_over(Some(yuan(5000))).await.unwrap_err(), Refusal::WalletAsked);
    let other = counter.shop.call(counter.cashier, counter.charge()).await.unwrap_err();
    assert_eq!(other, Refusal::WalletAsked);
    assert_eq!(counter.shop.engine.settle_payments().await.unwrap(), 1);

    counter.shop.pass(1);
    assert_eq!(counter.state().await, (CodeState::Undoing, Some(CodeFault::TooLate)));
    counter.wallets.say(&[CodeAnswer::Undecided, CodeAnswer::NotTaken(CodeFault::Refused)]);
    assert_eq!(counter.state().await.0, CodeState::Undoing, "nothing is certain yet");
    assert_eq!(counter.state().await, (CodeState::NotTaken, Some(CodeFault::TooLate)));
    let asked = counter.wallets.asked();
    assert!(
        !asked.iter().skip_while(|asked| **asked != Asked::Undo).any(|asked| *asked != Asked::Undo),
        "{asked:?}"
    );

    let done = counter.hand_over(Some(yuan(2500))).await.unwrap();
    assert_eq!((done.payment.tender, done.payment.state), (Tender::CashAtHandover, PaymentState::Captured));
    assert_eq!(counter.shop.engine.settle_payments().await.unwrap(), 0);
    counter.shop.assert_ledgers_agree().await;
}

#[tokio::test]
async fn what_is_being_undone_is_not_taken_after_all() {
    let counter = Counter::open().await;
    counter.wallets.say(&[CodeAnswer::Confirming]);
    counter.shop.call(counter.cashier, counter.charge()).await.unwrap();
    let undo = UndoCode { paid_for: PaidFor::Order(counter.order) };
    let undone = counter.shop.call(counter.cashier, undo).await.unwrap();
    assert_eq!((undone.state, undone.fault), (CodeState::Undoing, Some(CodeFault::Undone)));
    // The payer was quicker, and a look says so.
    counter.wallets.say(&[CodeAnswer::Taken, CodeAnswer::NotTaken(CodeFault::Refused)]);
    assert_eq!(counter.state().await.0, CodeState::Undoing);
    assert_eq!(counter.state().await, (CodeState::NotTaken, Some(CodeFault::Undone)));
    assert_eq!(counter.order().await.payment.state, PaymentState::Due);
    // Another code is another payment.
    counter.wallets.say(&[CodeAnswer::Taken]);
    let second = counter.shop.call(counter.cashier, counter.charge()).await.unwrap();
    assert_ne!(second.payment, undone.payment);
    assert_eq!(counter.order().await.payment.id, second.payment);
    counter.shop.assert_ledgers_agree().await;
}

#[tokio::test]
async fn a_wallet_that_says_no_leaves_the_order_as_it_was() {
    let counter = Counter::open().await;
    let before = counter.order().await.payment;
    for fault in [CodeFault::NotEnough, CodeFault::Unusable, CodeFault::Refused] {
        counter.wallets.say(&[CodeAnswer::NotTaken(fault)]);
        counter.shop.call(counter.cashier, counter.charge()).await.unwrap();
        assert_eq!(counter.state().await, (CodeState::NotTaken, Some(fault)));
        assert_eq!(counter.order().await.payment, before);
    }
    // One that failed is undone first.
    counter.wallets.say(&[CodeAnswer::Failed, CodeAnswer::NotTaken(CodeFault::Refused)]);
    counter.shop.call(counter.cashier, counter.charge()).await.unwrap();
    assert_eq!(counter.state().await, (CodeState::NotTaken, Some(CodeFault::Refused)));
    assert_eq!(counter.wallets.asked()[3..], [Asked::Take, Asked::Undo]);
    counter.shop.assert_ledgers_agree().await;
}

#[tokio::test]
async fn a_charge_that_never_arrived_ends_once_its_code_is_too_old() {
    let counter = Counter::open().await;
    counter.wallets.say(&[CodeAnswer::NoTrade]);
    counter.shop.call(counter.cashier, counter.charge()).await.unwrap();
    counter.shop.pass(1);
    counter.wallets.say(&[CodeAnswer::NoTrade, CodeAnswer::NoTrade]);
    assert_eq!(counter.state().await.0, CodeState::Undoing, "it may still arrive");
    counter.shop.pass(1);
    assert_eq!(counter.state().await, (CodeState::NotTaken, Some(CodeFault::TooLate)));
}

#[tokio::test]
async fn an_order_cancelled_meanwhile_gives_the_money_back() {
    let counter = Counter::open().await;
    counter.wallets.say(&[CodeAnswer::Confirming]);
    counter.shop.call(counter.cashier, counter.charge()).await.unwrap();
    let cancel = Cancel { order: counter.order, reason: CancelReason::NotCollected };
    counter.shop.call(counter.cashier, cancel).await.unwrap();
    counter.wallets.say(&[CodeAnswer::Taken]);
    assert_eq!(counter.shop.engine.settle_payments().await.unwrap(), 0);
    let order = counter.order().await;
    assert_eq!((order.state, order.payment.state), (OrderState::Cancelled, PaymentState::Refunded));
    assert_eq!(*counter.wallets.refunds.lock().unwrap(), [yuan(2500)]);
    counter.shop.assert_ledgers_agree().await;
}

#[tokio::test]
async fn two_hubs_and_a_restart_agree_on_what_was_taken() {
    let counter = Counter::open().await;
    counter.wallets.say(&[CodeAnswer::Confirming]);
    counter.shop.call(counter.cashier, counter.charge()).await.unwrap();
    let Counter { shop, wallets, cashier, order, .. } = counter;
    let shop = shop.restarted(Providers::default().with(wallets.clone())).await;
    wallets.say(&[CodeAnswer::Taken]);
    let charge =
        shop.call(cashier, GetCodeCharge { paid_for: PaidFor::Order(order) }).await.unwrap().unwrap();
    assert_eq!(charge.state, CodeState::Taken);
    assert_eq!(shop.call(cashier, Get { order }).await.unwrap().payment.captured, yuan(2500));
    shop.assert_ledgers_agree().await;
}

#[tokio::test]
async fn codes_are_read_for_what_is_due_and_for_nothing_else() {
    let counter = Counter::open().await;
    let shop = &counter.shop;
    assert_eq!(shop.call(counter.mei, counter.charge()).await.unwrap_err(), Refusal::NotAllowed);
    let other = counter.charge_of(counter.order, "K7M4-Q2ZP".parse().unwrap());
    assert_eq!(shop.call(counter.cashier, other).await.unwrap_err(), Refusal::WrongPickupCode);
    let placed = shop.order(counter.mei, &[(MILK, Pieces(1))]).await;
    let early = counter.charge_of(placed.id, placed.pickup.unwrap());
    assert!(matches!(shop.call(counter.cashier, early).await.unwrap_err(), Refusal::WrongStep { .. }));
    let undo = UndoCode { paid_for: PaidFor::Order(counter.order) };
    let nothing = shop.call(counter.cashier, undo).await.unwrap_err();
    assert_eq!(nothing, Refusal::NotFound { what: Thing::Payment });
    assert_eq!(
        shop.call(counter.cashier, GetCodeCharge { paid_for: PaidFor::Order(counter.order) }).await.unwrap(),
        None
    );
    counter.hand_over(Some(yuan(2500))).await.unwrap();
    let late = shop.call(counter.cashier, counter.charge()).await.unwrap_err();
    assert!(matches!(late, Refusal::WrongStep { .. }), "{late:?}");
    let cash_only = Tender::CashAtHandover;
    let mut terms = shop.shop().await;
    terms.tenders = vec![cash_only];
    shop.engine.update_shop(&terms).await.unwrap();
    let place = Place { tender: cash_only, ..shop.basket(&[(MILK, Pieces(1))]).await };
    let placed = shop.call(counter.mei, place).await.unwrap();
    let order = placed.id;
    shop.call(counter.cashier, Accept { order }).await.unwrap();
    shop.call(counter.cashier, Pick { order, code: code(MILK), count: 1, label: None }).await.unwrap();
    shop.call(counter.cashier, Ready { order }).await.unwrap();
    let charge = counter.charge_of(order, placed.pickup.unwrap());
    let refused = shop.call(counter.cashier, charge).await.unwrap_err();
    assert!(matches!(&refused, Refusal::Invalid { field, .. } if field == "code"), "{refused:?}");
    assert_eq!(counter.wallets.asked(), []);
}

#[tokio::test]
async fn a_payers_code_pays_a_ticket_and_goes_back_with_its_goods() {
    let wallets = Arc::new(Wallets::default());
    let shop = TestShop::open_with(Providers::default().with(wallets.clone())).await;
    let cashier = shop.cashier().await;
    let (mut record, total) = super::till::sale(&shop, &[(MILK, Pieces(3))]).await;
    let amount = yuan(total - 100);
    let paid_for = PaidFor::Sale(record.sale);
    let charge = |amount| ChargeCode {
        owed: Owed::Sale { sale: record.sale, amount },
        code: "134567890123456789".parse().unwrap(),
    };
    wallets.say(&[CodeAnswer::Undecided]);
    let begun = shop.call(cashier, charge(amount)).await.unwrap();
    let twice = shop.call(cashier, charge(amount)).await.unwrap_err();
    assert_eq!(twice, Refusal::WalletAsked);
    wallets.say(&[CodeAnswer::Taken]);
    let look = GetCodeCharge { paid_for };
    assert_eq!(shop.call(cashier, look).await.unwrap().unwrap().state, CodeState::Taken);
    let part =
        Taken { payment: begun.payment, tender: Tender::WechatPay, amount: Price::new(amount).unwrap() };
    (record.cash, record.taken) = (yuan(100), vec![Taken { amount: Price::new(yuan(1)).unwrap(), ..part }]);
    let forged = shop.call(cashier, record.clone()).await.unwrap_err();
    assert_eq!(forged, Refusal::NotFound { what: Thing::Payment });
    record.taken = vec![part];
    let sold = shop.call(cashier, record.clone()).await.unwrap();
    assert_eq!((sold.by(Tender::WechatPay), sold.cash_kept()), (amount, yuan(100)));
    let late = shop.call(cashier, charge(yuan(1))).await.unwrap_err();
    assert_eq!(late, Refusal::PaidAlready);

    // Two of the three come back, first more to the wallet than they were worth.
    let one = BackLine { line: sold.lines[0].id, measure: Some(Pieces(2)) };
    let back = RecordRefund::of(super::test_shop::id(), Back::Sale { sale: sold.id, lines: vec![one] });
    let worth = yuan(total * 2 / 3);
    let too_much = RecordRefund { to_wallet: Some(Price::new(yuan(total)).unwrap()), ..back.clone() };
    assert!(
        matches!(shop.call(cashier, too_much).await, Err(Refusal::Invalid { field, .. }) if field == "to_wallet")
    );
    let back = RecordRefund { to_wallet: Some(Price::new(worth).unwrap()), ..back };
    let back = shop.call(cashier, back).await.unwrap();
    assert_eq!((back.amount, back.in_cash()), (worth, yuan(0)));
    assert_eq!(shop.engine.settle_payments().await.unwrap(), 0);
    assert_eq!(*wallets.refunds.lock().unwrap(), [worth]);
    shop.engine.settle_payments().await.unwrap();
    assert_eq!(wallets.refunds.lock().unwrap().len(), 1, "it is asked for once");
    shop.assert_ledgers_agree().await;
}

#[tokio::test]
async fn what_a_wallet_paid_for_no_sale_goes_back() {
    let wallets = Arc::new(Wallets::default());
    let shop = TestShop::open_with(Providers::default().with(wallets.clone())).await;
    let cashier = shop.cashier().await;
    let charge = |sale| ChargeCode {
        owed: Owed::Sale { sale, amount: yuan(500) },
        code: "134567890123456789".parse().unwrap(),
    };
    let (undone, forgotten): (SaleId, SaleId) = (super::test_shop::id(), super::test_shop::id());
    wallets.say(&[CodeAnswer::Taken, CodeAnswer::Taken]);
    shop.call(cashier, charge(undone)).await.unwrap();
    shop.call(cashier, charge(forgotten)).await.unwrap();
    let undo = UndoCode { paid_for: PaidFor::Sale(undone) };
    assert_eq!(shop.call(cashier, undo).await.unwrap().state, CodeState::NotTaken);
    shop.engine.settle_payments().await.unwrap();
    assert_eq!(*wallets.refunds.lock().unwrap(), [yuan(500)]);
    shop.pass(25 * 60);
    shop.engine.settle_payments().await.unwrap();
    assert_eq!(*wallets.refunds.lock().unwrap(), [yuan(500), yuan(500)], "after a day nobody rings it up");
    shop.assert_ledgers_agree().await;
}
