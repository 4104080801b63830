//! Charges by a payer's own code, read at the counter: asked for once, then asked about until they are certain.
//!
//! Each step is written down before the provider is asked to do it, so that hubs, tills and restarts cannot take twice: a
//! charge is sent by whoever moves it from begun to asked, and is taken only from there, so never once its undoing began.

use ministore_core::code_payment::{
    ChargeCode, CodeCharge, CodeFault, CodeState, GetCodeCharge, Owed, PATIENCE_MILLIS, PaidFor, PaymentCode,
    UndoCode,
};
use ministore_core::fulfilment::Fulfilment;
use ministore_core::id::{OrderId, PaymentId, SaleId, StaffId};
use ministore_core::money::{Money, Price};
use ministore_core::order::Step;
use ministore_core::payment::{Payment, PaymentState, Tender};
use ministore_core::refusal::{Refusal, Thing};
use ministore_core::role::Actor;
use ministore_core::ticket::Taken;
use ministore_core::time::Timestamp;
use uuid::Uuid;

use super::{CodeAnswer, CodeAsk, ask, become_state, book, is_open, open};
use crate::engine::{Answer, Caller, Engine};
use crate::fault::Fault;
use crate::reply::Act;
use crate::shop::Terms;
use crate::write::{Head, Write};
use crate::{fact, order, row, sale_payment, sql};

/// After so many milliseconds a charge that has not arrived at its provider cannot be made any more: the code in it is good
/// for a minute.
const NEVER_ARRIVES_MILLIS: i64 = 120_000;

/// How many steps one look may take; no sequence of answers needs as many.
const MOST_STEPS: usize = 6;

/// A charge as its row has it.
struct Row {
    paid_for: PaidFor,
    tender: Tender,
    by: Option<StaffId>,
    begun: Timestamp,
    charge: CodeCharge,
}

const COLUMNS: &str =
    "SELECT payment_id, order_id, tender, amount, state, fault, by_staff, begun, for_sale FROM code_charge
    WHERE shop_id = $1 AND payment_id = $2";

const LATEST: &str =
    "SELECT payment_id, order_id, tender, amount, state, fault, by_staff, begun, for_sale FROM code_charge
    WHERE shop_id = $1 AND order_id = $2 ORDER BY begun DESC, payment_id DESC LIMIT 1";

async fn read(
    conn: &mut sql::Connection,
    head: Head,
    statement: &'static str,
    key: Uuid,
) -> Result<Option<Row>, Fault> {
    let found = sql::query(statement).bind(head.shop.0).bind(key).fetch_optional(conn).await?;
    let Some(found) = found else { return Ok(None) };
    let word = |all: &str| Fault::row("code_charge", all);
    let state: &str = found.try_get(4)?;
    let fault: Option<&str> = found.try_get(5)?;
    let begun: i64 = found.try_get(7)?;
    Ok(Some(Row {
        paid_for: match found.try_get::<i64>(8)? {
            0 => PaidFor::Order(OrderId(found.try_get(1)?)),
            _ => PaidFor::Sale(SaleId(found.try_get(1)?)),
        },
        tender: row::tender(found.try_get(2)?)?,
        by: found.try_get::<Option<Uuid>>(6)?.map(StaffId),
        begun: Timestamp(begun),
        charge: CodeCharge {
            payment: PaymentId(found.try_get(0)?),
            amount: head.currency.minor(found.try_get(3)?),
            state: CodeState::ALL
                .into_iter()
                .find(|known| known.word() == state)
                .ok_or_else(|| word(state))?,
            until: Timestamp(begun.saturating_add(PATIENCE_MILLIS)),
            confirming: false,
            fault: fault
                .map(|fault| {
                    CodeFault::ALL.into_iter().find(|known| known.word() == fault).ok_or_else(|| word(fault))
                })
                .transpose()?,
        },
    }))
}

/// Refused while a wallet may still be charged for this order.
pub(crate) async fn no_code_is_asked(write: &mut Write, order: OrderId) -> Result<(), Fault> {
    let head = write.head;
    match read(write.conn(), head, LATEST, order.0).await? {
        Some(row) if row.charge.state.is_open() => Err(Refusal::WalletAsked.into()),
        _ => Ok(()),
    }
}

/// Moves a charge on. False where another has moved it meanwhile. Its fault stays what it was first.
async fn advance(
    write: &mut Write,
    payment: PaymentId,
    from: CodeState,
    to: CodeState,
    fault: Option<CodeFault>,
) -> Result<bool, Fault> {
    if !from.can_become(to) {
        return Err(Fault::Other(format!("a charge cannot go from {} to {}", from.word(), to.word())));
    }
    let (shop, now) = (write.shop(), write.now);
    let changed = sql::query(
        "UPDATE code_charge SET state = $4, fault = COALESCE(fault, $5), ended = $6
         WHERE shop_id = $1 AND payment_id = $2 AND state = $3",
    )
    .bind(shop)
    .bind(payment.0)
    .bind(from.word())
    .bind(to.word())
    .bind(fault.map(CodeFault::word))
    .bind((!to.is_open()).then_some(now.0))
    .execute(write.conn())
    .await?;
    Ok(changed.rows_affected() > 0)
}

impl Answer<ChargeCode> for Engine {
    async fn answer(&self, caller: &Caller, call: ChargeCode) -> Result<CodeCharge, Fault> {
        // What was asked before may have ended by itself.
        if let PaidFor::Order(order) = call.owed.paid_for() {
            self.ask_again(order).await?;
        }
        self.ask_code_again(call.owed.paid_for()).await?;
        let code = call.code.clone();
        let begun = self.once(caller, call).await?;
        // Whatever comes of it is told to whoever asks next: a repeat of this call is answered as it was.
        self.ask_code(begun.payment, Some(&code)).await?;
        Ok(begun)
    }
}

impl Act for ChargeCode {
    async fn act(self, write: &mut Write, caller: &Caller) -> Result<CodeCharge, Fault> {
        let head = write.head;
        let terms = Terms::of(&Terms::ask(head).fetch_all(write.conn()).await?, head)?;
        let Some(tender) = terms.tenders.into_iter().find(|tender| tender.reads_payers_codes()) else {
            return Err(Fault::invalid("code", "the shop reads no payers' codes"));
        };
        let due = due(write, caller, &self.owed).await?;
        let paid_for = self.owed.paid_for();
        let (id, now) = (PaymentId(Uuid::now_v7()), write.now);
        let Actor::Staff { staff, .. } = caller.actor else { return Err(Refusal::NotAllowed.into()) };
        sql::query(
            "INSERT INTO code_charge (shop_id, payment_id, order_id, tender, amount, state, by_staff, begun, for_sale)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
        )
        .bind(head.shop.0)
        .bind(id.0)
        .bind(key(paid_for))
        .bind(tender.word())
        .bind(due.minor)
        .bind(CodeState::Begun.word())
        .bind(staff.0)
        .bind(now.0)
        .bind(i64::from(matches!(paid_for, PaidFor::Sale(_))))
        .execute(write.conn())
        .await?;
        Ok(CodeCharge {
            payment: id,
            amount: due,
            state: CodeState::Begun,
            until: Timestamp(now.0.saturating_add(PATIENCE_MILLIS)),
            confirming: false,
            fault: None,
        })
    }
}

const fn key(paid_for: PaidFor) -> Uuid {
    match paid_for {
        PaidFor::Order(order) => order.0,
        PaidFor::Sale(sale) => sale.0,
    }
}

/// What a wallet is asked for. Refused where nothing is due, and while another wallet is asked.
async fn due(write: &mut Write, caller: &Caller, owed: &Owed) -> Result<Money, Fault> {
    match *owed {
        Owed::Order { order, pickup } => {
            let kept = order::visible(write, caller, order).await?;
            kept.order.after(Step::HandOver)?;
            if kept.order.fulfilment == Fulfilment::CarryOut {
                return Err(Fault::invalid("order", "what is carried out is paid already"));
            }
            if kept.order.pickup != Some(pickup) {
                return Err(Refusal::WrongPickupCode.into());
            }
            no_code_is_asked(write, order).await?;
            let payment = kept.order.payment;
            let due = payment.due();
            let free = payment.state == PaymentState::Due && payment.tender == Tender::CashAtHandover;
            if due.is_zero() || !free {
                return Err(Refusal::PaidAlready.into());
            }
            Ok(due)
        }
        Owed::Sale { sale, amount } => {
            let head = write.head;
            if amount.currency != head.currency || amount.minor <= 0 {
                return Err(Fault::invalid("amount", "more than nothing"));
            }
            if fact::find(write.conn(), head, sale.0).await?.is_some() {
                return Err(Refusal::PaidAlready.into());
            }
            match read(write.conn(), head, LATEST, sale.0).await? {
                Some(row) if row.charge.state.is_open() => Err(Refusal::WalletAsked.into()),
                _ => Ok(amount),
            }
        }
    }
}

impl Answer<UndoCode> for Engine {
    async fn answer(&self, caller: &Caller, call: UndoCode) -> Result<CodeCharge, Fault> {
        let undone = self.once(caller, call).await?;
        self.ask_code(undone.payment, None).await?;
        Ok(undone)
    }
}

impl Act for UndoCode {
    async fn act(self, write: &mut Write, caller: &Caller) -> Result<CodeCharge, Fault> {
        let head = write.head;
        let found = read(write.conn(), head, LATEST, key(self.paid_for)).await?;
        let Row { mut charge, .. } = found.ok_or_else(|| Fault::not_found(Thing::Payment))?;
        let next = match charge.state {
            // Nobody was asked for anything yet.
            CodeState::Begun => CodeState::NotTaken,
            CodeState::Asked => CodeState::Undoing,
            CodeState::Taken if matches!(self.paid_for, PaidFor::Sale(_)) => {
                if sale_payment::free_code(write, charge.payment, caller.staff()).await? {
                    (charge.state, charge.fault) = (CodeState::NotTaken, Some(CodeFault::Undone));
                }
                return Ok(charge);
            }
            CodeState::Undoing | CodeState::Taken | CodeState::NotTaken => return Ok(charge),
        };
        if advance(write, charge.payment, charge.state, next, Some(CodeFault::Undone)).await? {
            (charge.state, charge.fault) = (next, charge.fault.or(Some(CodeFault::Undone)));
        }
        Ok(charge)
    }
}

impl Answer<GetCodeCharge> for Engine {
    async fn answer(&self, _: &Caller, call: GetCodeCharge) -> Result<Option<CodeCharge>, Fault> {
        match self.latest_code(call.paid_for).await? {
            Some(row) if row.charge.state.is_open() => {
                self.ask_code(row.charge.payment, None).await.map(Some)
            }
            found => Ok(found.map(|row| row.charge)),
        }
    }
}

impl Engine {
    async fn latest_code(&self, paid_for: PaidFor) -> Result<Option<Row>, Fault> {
        let head = self.head().await?;
        let mut conn = self.reader().await?;
        read(&mut conn, head, LATEST, key(paid_for)).await
    }

    /// Asks once more about a charge whose outcome is not certain.
    pub(crate) async fn ask_code_again(&self, paid_for: PaidFor) -> Result<(), Fault> {
        if let Some(row) = self.latest_code(paid_for).await?
            && row.charge.state.is_open()
        {
            self.ask_code(row.charge.payment, None).await?;
        }
        Ok(())
    }

    /// Asks about every charge whose outcome is not certain. Gives how many are still open after that.
    pub(super) async fn settle_codes(&self) -> Result<usize, Fault> {
        let head = self.head().await?;
        let open: Vec<Uuid> = {
            let mut conn = self.reader().await?;
            sql::query_scalar(
                "SELECT payment_id FROM code_charge
                 WHERE shop_id = $1 AND state IN ('begun', 'asked', 'undoing')",
            )
            .bind(head.shop.0)
            .fetch_all(&mut conn)
            .await?
        };
        let mut left = 0;
        for payment in open {
            left += usize::from(self.ask_code(PaymentId(payment), None).await?.state.is_open());
        }
        Ok(left)
    }

    /// Asks the provider about one charge, until it is certain or has to wait; `code` is there for whoever just read it.
    async fn ask_code(&self, payment: PaymentId, code: Option<&PaymentCode>) -> Result<CodeCharge, Fault> {
        let head = self.head().await?;
        for _ in 0..MOST_STEPS {
            let found = {
                let mut conn = self.reader().await?;
                read(&mut conn, head, COLUMNS, payment.0).await?
            };
            let row = found.ok_or_else(|| Fault::row("code_charge", format!("{payment} is gone")))?;
            let waited = self.now().0.saturating_sub(row.begun.0);
            let late = waited >= PATIENCE_MILLIS;
            let asked = match (row.charge.state, code) {
                (CodeState::Taken | CodeState::NotTaken, _) => return Ok(row.charge),
                (CodeState::Begun, Some(code)) if !late => {
                    if !self.move_code(&row, CodeState::Asked, None).await? {
                        continue;
                    }
                    CodeAsk::Take(code)
                }
                // Whoever read the code is about to ask, or has gone with it.
                (CodeState::Begun, _) if !late => return Ok(row.charge),
                (CodeState::Begun, _) => {
                    self.move_code(&row, CodeState::NotTaken, Some(CodeFault::TooLate)).await?;
                    continue;
                }
                (CodeState::Asked, _) if late => {
                    self.move_code(&row, CodeState::Undoing, Some(CodeFault::TooLate)).await?;
                    continue;
                }
                (CodeState::Asked, _) => CodeAsk::Look,
                (CodeState::Undoing, _) => CodeAsk::Undo,
            };
            let Some(provider) = self.providers().iter().find(|provider| provider.tender() == row.tender)
            else {
                tracing::warn!(%payment, tender = row.tender.word(), "no provider takes this payment");
                return Ok(row.charge);
            };
            let state = if matches!(asked, CodeAsk::Take(_)) { CodeState::Asked } else { row.charge.state };
            let row = Row { charge: CodeCharge { state, ..row.charge }, ..row };
            match ask(provider.code(payment, row.charge.amount, asked)).await {
                Err(error) => {
                    tracing::warn!(%payment, %error, "a payer's code is asked about again");
                    return Ok(row.charge);
                }
                Ok(CodeAnswer::Taken) if state == CodeState::Asked => self.take_code(&row).await?,
                Ok(CodeAnswer::Confirming) => return Ok(CodeCharge { confirming: true, ..row.charge }),
                Ok(CodeAnswer::NoTrade) if waited >= NEVER_ARRIVES_MILLIS => {
                    self.move_code(&row, CodeState::NotTaken, Some(CodeFault::TooLate)).await?;
                }
                Ok(CodeAnswer::Failed) if state == CodeState::Asked => {
                    self.move_code(&row, CodeState::Undoing, Some(CodeFault::Refused)).await?;
                }
                Ok(CodeAnswer::NotTaken(fault)) => {
                    self.move_code(&row, CodeState::NotTaken, Some(fault)).await?;
                }
                Ok(CodeAnswer::Undecided | CodeAnswer::NoTrade | CodeAnswer::Taken | CodeAnswer::Failed) => {
                    return Ok(row.charge);
                }
            }
        }
        Err(Fault::Other(format!("the charge {payment} goes round in a circle")))
    }

    async fn move_code(&self, row: &Row, to: CodeState, fault: Option<CodeFault>) -> Result<bool, Fault> {
        let mut write = Write::begin(self).await?;
        let moved = advance(&mut write, row.charge.payment, row.charge.state, to, fault).await?;
        write.commit(self).await?;
        Ok(moved)
    }

    /// The money is here: it becomes the order's payment, in place of what was due in cash, or waits for its sale.
    async fn take_code(&self, row: &Row) -> Result<(), Fault> {
        match row.paid_for {
            PaidFor::Order(order) => self.take_for_order(row, order).await,
            PaidFor::Sale(sale) => self.take_for_sale(row, sale).await,
        }
    }

    /// It waits for its sale. One that was made otherwise meanwhile gets nothing of it: it is undone.
    async fn take_for_sale(&self, row: &Row, sale: SaleId) -> Result<(), Fault> {
        let (id, amount) = (row.charge.payment, row.charge.amount);
        let mut write = Write::begin(self).await?;
        let head = write.head;
        if fact::find(write.conn(), head, sale.0).await?.is_some() {
            advance(&mut write, id, row.charge.state, CodeState::Undoing, Some(CodeFault::Refused)).await?;
            return write.commit(self).await;
        }
        if !advance(&mut write, id, row.charge.state, CodeState::Taken, None).await? {
            return write.commit_seen(self).await;
        }
        open(&mut write, id, PaymentState::Unknown);
        book(&mut write, id, PaymentState::Captured, amount.minor, None, row.by);
        let taken = Taken { payment: id, tender: row.tender, amount: Price::new(amount)? };
        sale_payment::enter(&mut write, sale, &taken).await?;
        write.commit(self).await
    }

    async fn take_for_order(&self, row: &Row, order: OrderId) -> Result<(), Fault> {
        let (id, amount) = (row.charge.payment, row.charge.amount);
        let mut write = Write::begin(self).await?;
        let head = write.head;
        let kept = order::find(write.conn(), head, order).await?;
        let mut kept = kept.ok_or_else(|| Fault::row("orders", format!("order {order} is gone")))?;
        // Cancelled while its payer confirmed, it gives the money back as every paid order does.
        let free = matches!(kept.order.payment.state, PaymentState::Due | PaymentState::Cancelled);
        if !free {
            tracing::error!(%id, %order, "a charge for an order that was paid otherwise is undone");
            advance(&mut write, id, row.charge.state, CodeState::Undoing, Some(CodeFault::Refused)).await?;
            return write.commit(self).await;
        }
        if !advance(&mut write, id, row.charge.state, CodeState::Taken, None).await? {
            return write.commit_seen(self).await;
        }
        if kept.order.payment.state == PaymentState::Due {
            become_state(&mut write, &mut kept.order, PaymentState::Cancelled, None, row.by)?;
        }
        open(&mut write, id, PaymentState::Unknown);
        book(&mut write, id, PaymentState::Captured, amount.minor, None, row.by);
        kept.order.payment = Payment {
            id,
            tender: row.tender,
            state: PaymentState::Captured,
            captured: amount,
            refunded: head.currency.minor(0),
            ..kept.order.payment
        };
        order::save(&mut write, &kept).await?;
        write.commit(self).await?;
        if is_open(&kept.order) {
            // What no answer comes to is asked for again with all the others.
            let _settled = self.ask_providers(order).await?;
        }
        Ok(())
    }
}
