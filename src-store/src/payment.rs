//! Payments: who takes them at once, their ledger, and asking again where an answer did not come.

mod code;
pub mod demo_wallet;
mod part;

use std::sync::Arc;
use std::time::Duration;

use futures::future::BoxFuture;
use ministore_core::code_payment::{CodeFault, PaymentCode};
use ministore_core::hours::Day;
use ministore_core::id::{OrderId, PaymentId, StaffId};
use ministore_core::money::Money;
use ministore_core::order::{CancelReason, Order, OrderState};
use ministore_core::payment::{PaymentState, Tender};
use ministore_core::payment_way::Waits;
use ministore_core::refusal::Refusal;
use uuid::Uuid;

use crate::engine::{Clock, Engine};
use crate::fault::Fault;
use crate::lane::Lane;
use crate::order;
use crate::reply::LateReply;
use crate::sql;
use crate::stored_value;
use crate::write::Write;
use demo_wallet::DemoWallet;

pub(crate) use code::no_code_is_asked;

/// How long a provider may take. After that its answer is unknown, and it is asked again later.
const PROVIDER_TIMEOUT: Duration = Duration::from_secs(10);

/// What a provider says to a charge.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Charge {
    /// The money is here.
    Captured,
    /// The shopper has not paid yet, and still can.
    Waiting,
    /// They have not paid in time, and cannot any more.
    Expired,
    /// It will not come.
    Declined {
        /// The most that is taken at once, where that was the reason.
        limit: Option<Money>,
    },
}

/// What a provider says when a payment is not wanted any more.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Void {
    /// It had been taken, and all of it has been given back.
    Returned,
    /// Nothing had been taken, and nothing will be.
    NothingTaken,
}

/// What a provider is asked about a payer's code.
#[derive(Clone, Copy, Debug)]
pub enum CodeAsk<'a> {
    /// To take the money of whoever showed it. Asked once for each payment.
    Take(&'a PaymentCode),
    /// What became of it.
    Look,
    /// To undo it, whatever became of it.
    Undo,
}

/// What a provider says of a payer's code.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum CodeAnswer {
    /// The money is here.
    Taken,
    /// The payer is being asked to confirm.
    Confirming,
    /// It is not decided yet.
    Undecided,
    /// It failed, and is to be undone.
    Failed,
    /// No such payment arrived there so far.
    NoTrade,
    /// Nothing was taken, or it was given back.
    NotTaken(CodeFault),
}

/// What a provider's statement of a day says.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Stated {
    /// It is not made yet.
    NotYet,
    /// All of it.
    Lines(Vec<StatedLine>),
}

/// What a provider's statement says of one payment, or of one refund.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct StatedLine {
    /// The number under which the provider was asked, different for each payment and for each refund.
    pub number: String,
    /// Whether money was given back.
    pub refund: bool,
    /// The payment; None where the number is none of the shop's.
    pub payment: Option<PaymentId>,
    /// Which part of the payment is given back.
    pub part: Option<u32>,
    /// How much, in the smallest unit of the currency.
    pub amount: i64,
    /// What the provider keeps for it, in thousandths of that unit; negative where it gives some of that back.
    pub fee: i64,
}

/// No answer came: neither a yes nor a no.
#[derive(Debug, thiserror::Error)]
#[error("the payment provider did not answer: {0}")]
pub struct ProviderError(pub String);

/// One who takes payments at once. Each request may be repeated with the same payment, and the same part of it, and does
/// then once what it does.
pub trait Provider: Send + Sync {
    /// The means of payment that it takes.
    fn tender(&self) -> Tender;
    /// Takes `amount`.
    fn charge(&self, payment: PaymentId, amount: Money) -> BoxFuture<'_, Result<Charge, ProviderError>>;
    /// Says by which way the shopper of a payment would rather come to it, before a charge: whether the provider's app is opened
    /// on the device that shows the order. A provider with one way has nothing to choose.
    fn prefer(&self, _: PaymentId, _opens: bool) {}
    /// How the shopper comes to a payment that a charge left waiting; None where this provider lets nobody wait.
    fn waits(&self, _: PaymentId) -> Option<Waits> {
        None
    }
    /// Gives `amount` of what was taken back, as the payment's `part`, counted from 1 on. Errors where so much is not there.
    fn refund(
        &self,
        payment: PaymentId,
        part: u32,
        amount: Money,
    ) -> BoxFuture<'_, Result<(), ProviderError>>;
    /// Gives back all of a payment of which nobody knows whether it was taken, and declines a charge of it that comes later.
    fn void(&self, payment: PaymentId, amount: Money) -> BoxFuture<'_, Result<Void, ProviderError>>;
    /// Asks about a payment by the payer's own code; only of tenders that [`Tender::reads_payers_codes`].
    fn code<'a>(
        &'a self,
        _: PaymentId,
        _: Money,
        _: CodeAsk<'a>,
    ) -> BoxFuture<'a, Result<CodeAnswer, ProviderError>> {
        Box::pin(async { Err(ProviderError("it reads no payers' codes".to_owned())) })
    }
    /// Whether it gives statements of what it did on a day.
    fn gives_statements(&self) -> bool {
        false
    }
    /// Its statement of a day that is over, on its own clock.
    fn statement(&self, _: Day) -> BoxFuture<'_, Result<Stated, ProviderError>> {
        Box::pin(async { Err(ProviderError("it gives no statements".to_owned())) })
    }
}

/// The providers that an engine works with.
#[derive(Clone, Default)]
pub struct Providers {
    demo_wallet: bool,
    others: Vec<Arc<dyn Provider>>,
}

impl Providers {
    /// The demo wallet alone.
    pub fn demo() -> Self {
        Self { demo_wallet: true, others: Vec::new() }
    }

    /// These, and one more.
    pub fn with(mut self, provider: Arc<dyn Provider>) -> Self {
        self.others.push(provider);
        self
    }

    pub(crate) fn open(self, lane: &Lane, clock: &Clock) -> Vec<Arc<dyn Provider>> {
        let mut providers = self.others;
        if self.demo_wallet {
            providers.push(Arc::new(DemoWallet::new(lane.clone(), clock.clone())));
        }
        providers
    }
}

/// The first entry of a payment's ledger: it is asked for.
pub(crate) fn open(write: &mut Write, payment: PaymentId, state: PaymentState) {
    book(write, payment, state, 0, None, None);
}

/// Moves the payment of `order` on, in its ledger and in `order`; the order's row is the caller's to save.
pub(crate) fn become_state(
    write: &mut Write,
    order: &mut Order,
    next: PaymentState,
    tendered: Option<Money>,
    by: Option<StaffId>,
) -> Result<(), Fault> {
    let payment = &mut order.payment;
    if !payment.state.can_become(next) {
        return Err(Fault::Other(format!(
            "payment {} cannot go from {} to {}",
            payment.id,
            payment.state.word(),
            next.word()
        )));
    }
    let nothing = payment.amount.currency.minor(0);
    let amount = match (next, payment.tender) {
        // Counted into the drawer or taken off the card when what is handed over is known; a provider has taken what was
        // agreed to.
        (PaymentState::Captured, Tender::CashAtHandover | Tender::StoredValue) => payment.to_pay,
        (PaymentState::Captured, _) => payment.amount,
        _ => nothing,
    };
    payment.state = next;
    payment.captured = payment.captured.plus(amount)?;
    let id = payment.id;
    book(write, id, next, amount.minor, tendered, by);
    Ok(())
}

/// Takes what was set aside for `order`, now that its goods change hands: what they come to, and the rest is free again.
/// Any other payment stays as it is. The order's row is the caller's to save.
pub(crate) async fn take_set_aside(
    write: &mut Write,
    order: &mut Order,
    by: Option<StaffId>,
) -> Result<(), Fault> {
    if order.payment.state != PaymentState::Authorised {
        return Ok(());
    }
    stored_value::settle(write, order.payment.id, order.payment.to_pay, by).await?;
    become_state(write, order, PaymentState::Captured, None, by)
}

/// Ends the payment of an order that is not to be, as far as nothing has come in for it: what was set aside is free again.
/// The order's row is the caller's to save.
pub(crate) async fn withdraw(write: &mut Write, order: &mut Order, by: Option<StaffId>) -> Result<(), Fault> {
    match order.payment.state {
        PaymentState::Due => {}
        PaymentState::Authorised => {
            let nothing = order.payment.amount.currency.minor(0);
            stored_value::settle(write, order.payment.id, nothing, by).await?;
        }
        _ => return Ok(()),
    }
    become_state(write, order, PaymentState::Cancelled, None, None)
}

/// Books that `part` of what came in for `order` was given back; the order's row is the caller's to save.
pub(crate) fn give_back(
    write: &mut Write,
    order: &mut Order,
    part: Money,
    by: Option<StaffId>,
) -> Result<(), Fault> {
    let payment = &mut order.payment;
    let next = payment.refunded_by(part).filter(|next| payment.state.can_become(*next));
    let Some(next) = next else {
        return Err(Fault::Other(format!("payment {} has no {part} to give back", payment.id)));
    };
    payment.state = next;
    payment.refunded = payment.refunded.plus(part)?;
    let id = payment.id;
    book(write, id, next, -part.minor, None, by);
    Ok(())
}

/// Adds an entry to a payment's ledger: `amount` is what came in, negative for what was given back.
pub(crate) fn book(
    write: &mut Write,
    payment: PaymentId,
    state: PaymentState,
    amount: i64,
    tendered: Option<Money>,
    by: Option<StaffId>,
) {
    let (shop, now) = (write.shop(), write.now);
    let entry = sql::query(
        "INSERT INTO payment_entry (shop_id, payment_id, entry, state, amount, tendered, by_staff, at)
         VALUES ($1, $2,
             (SELECT COALESCE(MAX(entry), 0) + 1 FROM payment_entry WHERE shop_id = $1 AND payment_id = $2),
             $3, $4, $5, $6, $7)",
    )
    .bind(shop)
    .bind(payment.0)
    .bind(state.word())
    .bind(amount)
    .bind(tendered.map(|money| money.minor))
    .bind(by.map(|staff| staff.0))
    .bind(now.0)
    .apart();
    write.conn().later(entry);
}

/// Who asks about an order's payment.
enum Claim {
    /// This hub, as there is no other.
    Ours,
    /// This hub, and while it holds this no other.
    Held(sql::Transaction),
    /// Another hub, at this moment.
    Taken,
}

impl Claim {
    /// Gives the claim back. One that is dropped is given back too, but some time later: whoever asks at once may find
    /// it taken.
    async fn release(self) -> Result<(), Fault> {
        match self {
            Self::Held(tx) => Ok(tx.commit().await?),
            Self::Ours | Self::Taken => Ok(()),
        }
    }
}

/// What a provider has to be asked about an order.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Question {
    /// Whether it took the money.
    Charge,
    /// To leave it or give it back, whichever it did.
    Void,
    /// To give back what is not to stay.
    Refund,
}

fn question(order: &Order) -> Option<Question> {
    if !order.payment.tender.has_provider() {
        return None;
    }
    match (order.payment.state, order.state) {
        (PaymentState::Unknown, OrderState::Cancelled) => Some(Question::Void),
        (PaymentState::Unknown, _) => Some(Question::Charge),
        _ if order.goods_are_known() && order.payment.owed_back().minor > 0 => Some(Question::Refund),
        _ => None,
    }
}

/// Whether a provider still has to be asked about this order.
pub(crate) fn is_open(order: &Order) -> bool {
    question(order).is_some()
}

impl Engine {
    /// Whether payments by `tender` can be taken here.
    pub(crate) fn takes(&self, tender: Tender) -> bool {
        !tender.has_provider() || self.providers().iter().any(|provider| provider.tender() == tender)
    }

    /// Asks the providers again about every payment whose answer is missing, and about every refund that is owed.
    /// To be called at the start and every so often. Gives how many are still open after that.
    pub async fn settle_payments(&self) -> Result<usize, Refusal> {
        self.settle_all().await.map_err(Fault::refusal)
    }

    async fn settle_all(&self) -> Result<usize, Fault> {
        let head = match self.head().await {
            Err(Fault::Refused(_)) => return Ok(0),
            head => head?,
        };
        let rows = {
            let mut conn = self.reader().await?;
            sql::query(
                "SELECT order_id FROM orders
                 WHERE shop_id = $1 AND tender <> 'cash_at_handover'
                   AND (payment = 'unknown' OR captured - refunded > to_pay)",
            )
            .bind(head.shop.0)
            .fetch_all(&mut conn)
            .await?
        };
        let mut open = 0;
        for row in rows {
            let order = OrderId(row.try_get::<Uuid>(0)?);
            let settled = match self.claim(order).await? {
                Claim::Taken => None,
                claim => {
                    let settled = self.ask_providers(order).await?;
                    claim.release().await?;
                    Some(settled)
                }
            };
            // A decline is a settled payment too.
            if settled.is_none_or(|settled| settled.is_ok_and(|order| is_open(&order))) {
                open += 1;
            }
        }
        let open = open + self.settle_sales().await?;
        Ok(open + self.settle_tabs().await? + self.settle_codes().await?)
    }

    /// Takes the asking about an order upon this hub, until the claim is released. Not for callers who wait for the
    /// answer, who are told the same whichever hub asks: a claim holds a connection, and many who held one while they
    /// wait for their turn to write would keep it from whoever has to look something up before giving the turn on.
    async fn claim(&self, order: OrderId) -> Result<Claim, Fault> {
        if self.told().is_none() {
            return Ok(Claim::Ours);
        }
        // Its own transaction, and no lock of the order's row: the answer is written by another.
        let mut tx = self.snapshot().await?;
        let (_, number) = order.0.as_u64_pair();
        let free: bool = sql::query_scalar("SELECT pg_try_advisory_xact_lock($1)")
            .bind(number.cast_signed())
            .fetch_one(&mut tx)
            .await?;
        Ok(if free { Claim::Held(tx) } else { Claim::Taken })
    }

    /// Asks the provider of one order's payment until nothing is open, or no answer comes. Gives the order as it then
    /// is, with its pickup code, or why it is not to be.
    pub(crate) async fn ask_providers(&self, id: OrderId) -> Result<Result<Order, Refusal>, Fault> {
        let head = self.head().await?;
        let kept = order::find(&mut *self.snapshot().await?, head, id).await?;
        let order = kept.ok_or_else(|| Fault::row("orders", format!("order {id} is gone")))?.order;
        self.ask_about(order, None).await
    }

    /// The same for an order that was just read or placed. Where a call waits for it, what comes of it is its late reply.
    pub(crate) async fn ask_about(
        &self,
        mut order: Order,
        late: Option<&LateReply<'_>>,
    ) -> Result<Result<Order, Refusal>, Fault> {
        let head = self.head().await?;
        let (id, pickup) = (order.id, order.pickup);
        let (mut declined, mut ended) = (None, None);
        while let Some(asked) = question(&order) {
            let tender = order.payment.tender;
            let Some(provider) = self.providers().iter().find(|provider| provider.tender() == tender) else {
                tracing::warn!(order = %id, tender = tender.word(), "no provider takes this payment");
                break;
            };
            let (payment, amount) = (order.payment.id, order.payment.amount);
            let part = match asked {
                Question::Refund => match self.next_part(&mut order).await? {
                    Some(part) => Some(part),
                    // Somebody else has just given it back.
                    None => continue,
                },
                Question::Charge | Question::Void => None,
            };
            let answer = match asked {
                Question::Charge => ask(provider.charge(payment, amount)).await.map(|charge| match charge {
                    Charge::Captured => vec![PaymentState::Captured],
                    Charge::Waiting => Vec::new(),
                    Charge::Expired => {
                        ended = Some(CancelReason::NotPaid);
                        vec![PaymentState::Cancelled]
                    }
                    Charge::Declined { limit } => {
                        declined = Some(Refusal::PaymentDeclined { limit });
                        ended = Some(CancelReason::PaymentDeclined);
                        vec![PaymentState::Failed]
                    }
                }),
                Question::Void => ask(provider.void(payment, amount)).await.map(|void| match void {
                    Void::Returned => vec![PaymentState::Captured, PaymentState::Refunded],
                    Void::NothingTaken => vec![PaymentState::Cancelled],
                }),
                Question::Refund => match part {
                    Some(part) => {
                        ask(provider.refund(payment, part.number, part.amount)).await.map(|()| Vec::new())
                    }
                    None => break,
                },
            };
            let states = match answer {
                // The shopper has still to pay.
                Ok(states) if asked == Question::Charge && states.is_empty() => break,
                Ok(states) => states,
                Err(error) => {
                    tracing::warn!(order = %id, %error, "the payment stays open");
                    break;
                }
            };
            let mut write = Write::begin(self).await?;
            let kept = order::find_again(write.conn(), head, &order).await?;
            let mut kept = kept.ok_or_else(|| Fault::row("orders", format!("order {id} is gone")))?;
            for state in states {
                // Another may have settled it meanwhile; the provider told both the same.
                if !kept.order.payment.state.can_become(state) {
                    continue;
                }
                if state == PaymentState::Refunded {
                    let all = kept.order.payment.captured;
                    give_back(&mut write, &mut kept.order, all, None)?;
                } else {
                    become_state(&mut write, &mut kept.order, state, None, None)?;
                }
            }
            if let Some(part) = part
                && part.is_returned(&mut write, payment).await?
            {
                give_back(&mut write, &mut kept.order, part.amount, None)?;
            }
            if asked == Question::Charge && ended.is_some() && !kept.order.state.is_final() {
                kept.order.cancelled = ended;
                order::return_stock(&mut write, &kept.order).await?;
                order::advance(&mut write, &mut kept, OrderState::Cancelled);
            }
            order::save(&mut write, &kept).await?;
            order = kept.order;
            if let Some(late) = late {
                // Told as the caller was: staff is not told the code.
                order.pickup = pickup;
                late.save(&mut write, declined.as_ref().map_or(Ok(&order), Err))?;
            }
            write.commit(self).await?;
        }
        Ok(declined.map_or(Ok(order), Err))
    }
}

/// What a provider answers, if it does in time.
pub(crate) async fn ask<T>(answer: BoxFuture<'_, Result<T, ProviderError>>) -> Result<T, ProviderError> {
    tokio::time::timeout(PROVIDER_TIMEOUT, answer)
        .await
        .unwrap_or_else(|_| Err(ProviderError("it took too long".to_owned())))
}
