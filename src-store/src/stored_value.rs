//! Money on cards, members' and gift cards: its ledger, and the balances that are kept beside it.
//!
//! What was held for a payment is settled once: what is to be paid is captured, and the rest released, in the transaction
//! in which the goods change hands. Only one transaction writes at a time, so what is looked at here is not spent by another
//! meanwhile; the database itself lets neither part of a card fall below nothing.

use ministore_core::code::CardNumber;
use ministore_core::fact::ToMember;
use ministore_core::id::{DeviceId, GiftCardId, MemberId, OrderId, PaymentId, RefundId, StaffId};
use ministore_core::money::Money;
use ministore_core::payment::Tender;
use ministore_core::refusal::{Refusal, Thing};
use ministore_core::role::Role;
use ministore_core::stored_value::{OnCard, PayOut, StoredEntry, StoredKind, StoredValue, TopUp};
use ministore_core::time::Timestamp;
use uuid::Uuid;

use crate::engine::{Answer, Caller, Engine};
use crate::fault::Fault;
use crate::member::Entries;
use crate::reply::Act;
use crate::shop::Terms;
use crate::write::{Head, Write};
use crate::{card_code, shift, sql};

/// Whose money it is.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Holder {
    /// A member's, with the device that shows the card; none once the member is forgotten.
    Member(MemberId, Option<DeviceId>),
    /// That of whoever has the gift card.
    GiftCard(GiftCardId),
}

impl Holder {
    /// Under which key its money is booked.
    const fn key(self) -> Uuid {
        match self {
            Self::Member(member, _) => member.0,
            Self::GiftCard(card) => card.0,
        }
    }
}

/// A card with what is on it.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Account {
    pub(crate) holder: Holder,
    pub(crate) money: OnCard,
    /// Whether it pays nothing.
    pub(crate) frozen: bool,
}

impl Account {
    fn of(row: &sql::Row, head: Head) -> Result<Self, Fault> {
        let money = |at: usize| Ok::<_, Fault>(head.currency.minor(row.try_get(at)?));
        let device = row.try_get::<Option<Uuid>>(1)?.map(DeviceId);
        Ok(Self {
            holder: Holder::Member(MemberId(row.try_get(0)?), device),
            money: OnCard { balance: money(2)?, held: money(3)? },
            frozen: false,
        })
    }

    /// Whoever it is whose money is booked under this key.
    async fn of_key(write: &mut Write, key: Uuid) -> Result<Self, Fault> {
        let head = write.head;
        let row = sql::query(
            "SELECT balance, held, frozen FROM gift_card WHERE shop_id = $1 AND gift_card_id = $2",
        )
        .bind(head.shop.0)
        .bind(key)
        .fetch_optional(write.conn())
        .await?;
        let Some(row) = row else { return Self::of_member(write, MemberId(key)).await };
        let money = |at: usize| Ok::<_, Fault>(head.currency.minor(row.try_get(at)?));
        Ok(Self {
            holder: Holder::GiftCard(GiftCardId(key)),
            money: OnCard { balance: money(0)?, held: money(1)? },
            frozen: row.try_get::<i64>(2)? != 0,
        })
    }

    async fn of_member(write: &mut Write, member: MemberId) -> Result<Self, Fault> {
        let head = write.head;
        let row = sql::query(
            "SELECT member_id, device_id, balance, held FROM member WHERE shop_id = $1 AND member_id = $2",
        )
        .bind(head.shop.0)
        .bind(member.0)
        .fetch_one(write.conn())
        .await?;
        Self::of(&row, head)
    }

    pub(crate) async fn of_number(write: &mut Write, number: CardNumber) -> Result<Self, Fault> {
        let head = write.head;
        let row = sql::query(
            "SELECT member_id, device_id, balance, held FROM member WHERE shop_id = $1 AND number = $2",
        )
        .bind(head.shop.0)
        .bind(number.to_string())
        .fetch_optional(write.conn())
        .await?;
        Self::of(&row.ok_or_else(|| Fault::not_found(Thing::Member))?, head)
    }
}

/// What moves money on a card.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Booking {
    pub(crate) kind: StoredKind,
    pub(crate) amount: Money,
    pub(crate) payment: PaymentId,
    pub(crate) part: u32,
    pub(crate) order: Option<OrderId>,
    pub(crate) by: Option<StaffId>,
}

/// Adds a booking to the ledger and to the balances, and gives the card as it is then.
pub(crate) async fn book(write: &mut Write, account: Account, booking: Booking) -> Result<Account, Fault> {
    let Booking { kind, amount, payment, part, order, by } = booking;
    let money = account.money.after(kind, amount).ok_or_else(|| {
        let OnCard { balance, held } = account.money;
        Fault::Other(format!("{amount} {} of {balance} and {held} held", kind.word()))
    })?;
    let (shop, now) = (write.shop(), write.now);
    sql::query(
        "INSERT INTO stored_value_entry (shop_id, member_id, entry, kind, amount, payment_id, part, order_id, by_staff,
             at)
         VALUES ($1, $2,
             (SELECT COALESCE(MAX(entry), 0) + 1 FROM stored_value_entry WHERE shop_id = $1 AND member_id = $2),
             $3, $4, $5, $6, $7, $8, $9)",
    )
    .bind(shop)
    .bind(account.holder.key())
    .bind(kind.word())
    .bind(amount.minor)
    .bind(payment.0)
    .bind(part)
    .bind(order.map(|order| order.0))
    .bind(by.map(|staff| staff.0))
    .bind(now.0)
    .execute(write.conn())
    .await?;
    let kept = match account.holder {
        Holder::Member(..) => {
            "UPDATE member SET balance = $3, held = $4 WHERE shop_id = $1 AND member_id = $2"
        }
        Holder::GiftCard(_) => {
            "UPDATE gift_card SET balance = $3, held = $4 WHERE shop_id = $1 AND gift_card_id = $2"
        }
    };
    sql::query(kept)
        .bind(shop)
        .bind(account.holder.key())
        .bind(money.balance.minor)
        .bind(money.held.minor)
        .execute(write.conn())
        .await?;
    if let Holder::Member(_, Some(device)) = account.holder {
        write.card_changed(device).await?;
    }
    Ok(Account { money, ..account })
}

/// The money on a member's card.
pub(crate) async fn of_member(
    conn: &mut sql::Connection,
    head: Head,
    member: MemberId,
    entries: Entries,
) -> Result<StoredValue, Fault> {
    let row = sql::query("SELECT balance, held FROM member WHERE shop_id = $1 AND member_id = $2")
        .bind(head.shop.0)
        .bind(member.0)
        .fetch_one(&mut *conn)
        .await?;
    let money = |minor: i64| head.currency.minor(minor);
    let on_card = OnCard { balance: money(row.try_get(0)?), held: money(row.try_get(1)?) };
    let rows = sql::query(
        "SELECT e.kind, e.amount, e.order_id, o.number, e.at FROM stored_value_entry e
         LEFT JOIN orders o ON o.shop_id = e.shop_id AND o.order_id = e.order_id
         WHERE e.shop_id = $1 AND e.member_id = $2 AND ($3 = 1 OR e.kind NOT IN ('held', 'released'))
         ORDER BY e.entry DESC LIMIT $4",
    )
    .bind(head.shop.0)
    .bind(member.0)
    .bind(i64::from(entries == Entries::All))
    .bind(entries.limit())
    .fetch_all(conn)
    .await?;
    let entry = |row: &sql::Row| {
        let kind = StoredKind::of_word(row.try_get(0)?);
        Ok::<_, Fault>(StoredEntry {
            kind: kind.ok_or_else(|| Fault::row("stored_value_entry", "an unknown kind"))?,
            amount: money(row.try_get(1)?),
            order: row.try_get::<Option<Uuid>>(2)?.map(OrderId),
            number: row.try_get(3)?,
            at: Timestamp(row.try_get(4)?),
        })
    };
    Ok(StoredValue { money: on_card, entries: rows.iter().map(entry).collect::<Result<_, _>>()? })
}

/// Sets `amount` aside for a payment. Refused where there is less.
pub(crate) async fn hold(
    write: &mut Write,
    member: Option<MemberId>,
    payment: PaymentId,
    order: Option<OrderId>,
    amount: Money,
) -> Result<(), Fault> {
    let account = Account::of_member(write, member.ok_or(Refusal::NoCard)?).await?;
    hold_of(write, account, payment, order, amount).await?;
    Ok(())
}

/// Sets `amount` of this money aside for a payment, and gives the card as it is then. Refused where there is less, and where
/// the card is frozen.
pub(crate) async fn hold_of(
    write: &mut Write,
    account: Account,
    payment: PaymentId,
    order: Option<OrderId>,
    amount: Money,
) -> Result<Account, Fault> {
    if account.frozen {
        return Err(Refusal::GiftCardFrozen.into());
    }
    if let Some(missing) = account.money.missing_for(amount) {
        return Err(Refusal::BalanceTooLow { missing }.into());
    }
    let booking = Booking { kind: StoredKind::Held, amount, payment, part: 0, order, by: None };
    book(write, account, booking).await
}

/// What was set aside for a payment: on which card, how much, and for which order.
async fn held_for(write: &mut Write, payment: PaymentId) -> Result<(Account, Money, Option<OrderId>), Fault> {
    let head = write.head;
    let row = sql::query(
        "SELECT member_id, amount, order_id FROM stored_value_entry
         WHERE shop_id = $1 AND payment_id = $2 AND kind = 'held' ORDER BY part LIMIT 1",
    )
    .bind(head.shop.0)
    .bind(payment.0)
    .fetch_optional(write.conn())
    .await?
    .ok_or_else(|| Fault::row("stored_value_entry", format!("nothing was held for {payment}")))?;
    let account = Account::of_key(write, row.try_get(0)?).await?;
    let order = row.try_get::<Option<Uuid>>(2)?.map(OrderId);
    Ok((account, head.currency.minor(row.try_get(1)?), order))
}

/// Captures `paid` of what was held for a payment, which may be nothing, and releases the rest.
pub(crate) async fn settle(
    write: &mut Write,
    payment: PaymentId,
    paid: Money,
    by: Option<StaffId>,
) -> Result<(), Fault> {
    let (mut account, held, order) = held_for(write, payment).await?;
    let rest = held.minus(paid)?;
    if paid.minor < 0 || rest.minor < 0 {
        return Err(Fault::Other(format!("payment {payment} cannot take {paid} of {held}")));
    }
    for (kind, amount) in [(StoredKind::Captured, paid), (StoredKind::Released, rest)] {
        if !amount.is_zero() {
            account = book(write, account, Booking { kind, amount, payment, part: 0, order, by }).await?;
        }
    }
    Ok(())
}

/// Puts `amount` of what a payment took back onto the card.
pub(crate) async fn refund(
    write: &mut Write,
    payment: PaymentId,
    amount: Money,
    by: Option<StaffId>,
) -> Result<(), Fault> {
    let (account, _, order) = held_for(write, payment).await?;
    let row = sql::query(
        "SELECT CAST(COALESCE(SUM(CASE kind WHEN 'captured' THEN amount ELSE -amount END), 0) AS BIGINT),
             COALESCE(MAX(part), 0) + 1
         FROM stored_value_entry WHERE shop_id = $1 AND payment_id = $2 AND kind IN ('captured', 'refunded')",
    )
    .bind(write.shop())
    .bind(payment.0)
    .fetch_one(write.conn())
    .await?;
    let (left, part) = (row.try_get::<i64>(0)?, row.try_get(1)?);
    if !(1..=left).contains(&amount.minor) {
        return Err(Fault::Other(format!(
            "payment {payment} has {left} to give back, and not {}",
            amount.minor
        )));
    }
    let kind = StoredKind::Refunded;
    book(write, account, Booking { kind, amount, payment, part, order, by }).await?;
    Ok(())
}

/// Whether this key was used before, for this same booking. Refused where it was used for something else.
async fn is_done(
    write: &mut Write,
    account: Account,
    key: PaymentId,
    kind: StoredKind,
    amount: Money,
) -> Result<bool, Fault> {
    let known = sql::query(
        "SELECT member_id, kind, amount FROM stored_value_entry WHERE shop_id = $1 AND payment_id = $2",
    )
    .bind(write.shop())
    .bind(key.0)
    .fetch_optional(write.conn())
    .await?;
    let Some(row) = known else { return Ok(false) };
    let same = row.try_get::<Uuid>(0)? == account.holder.key()
        && row.try_get::<&str>(1)? == kind.word()
        && row.try_get::<i64>(2)? == amount.minor;
    if same { Ok(true) } else { Err(Refusal::IdReused.into()) }
}

macro_rules! answered_once {
    ($($call:ty),*) => {$(
        impl Answer<$call> for Engine {
            async fn answer(&self, caller: &Caller, call: $call) -> Result<OnCard, Fault> {
                self.once(caller, call).await
            }
        }
    )*};
}
answered_once!(TopUp, PayOut);

// Neither reply has the card's number in it: replies outlive a member who is forgotten.

impl Act for TopUp {
    async fn act(self, write: &mut Write, caller: &Caller) -> Result<OnCard, Fault> {
        let (head, kind) = (write.head, StoredKind::ToppedUp);
        let account = Account::of_number(write, self.number).await?;
        if is_done(write, account, self.top_up, kind, self.amount).await? {
            return Ok(account.money);
        }
        let terms = Terms::of(&Terms::ask(head).fetch_all(write.conn()).await?, head)?;
        if !terms.tenders.contains(&Tender::StoredValue) {
            return Err(Fault::invalid("top_up", "this shop keeps no money on cards"));
        }
        account.money.takes(self.amount)?;
        let (amount, payment) = (self.amount, self.top_up);
        let booking = Booking { kind, amount, payment, part: 0, order: None, by: caller.staff() };
        shift::cash_taken(write, caller, amount, "Onto a card".to_owned()).await?;
        Ok(book(write, account, booking).await?.money)
    }
}

impl Act for PayOut {
    async fn act(self, write: &mut Write, caller: &Caller) -> Result<OnCard, Fault> {
        let kind = StoredKind::PaidOut;
        let account = Account::of_number(write, self.number).await?;
        if is_done(write, account, self.pay_out, kind, self.amount).await? {
            return Ok(account.money);
        }
        if self.amount.currency != account.money.balance.currency || self.amount.minor <= 0 {
            return Err(Fault::invalid("amount", "more than nothing"));
        }
        if let Some(missing) = account.money.missing_for(self.amount) {
            return Err(Refusal::BalanceTooLow { missing }.into());
        }
        // Whoever has lost the phone is known to the manager who pays them out.
        if caller.actor.role() != Role::Manager {
            card_code::spend(write, self.number, self.code).await?;
        }
        let (amount, payment) = (self.amount, self.pay_out);
        let booking = Booking { kind, amount, payment, part: 0, order: None, by: caller.staff() };
        let out = amount.currency.minor(amount.minor.saturating_neg());
        shift::cash_taken(write, caller, out, "Out of a card".to_owned()).await?;
        Ok(book(write, account, booking).await?.money)
    }
}

/// The card of which something was set aside for a payment.
pub(crate) async fn of_payment(write: &mut Write, payment: PaymentId) -> Result<Account, Fault> {
    Ok(held_for(write, payment).await?.0)
}

/// Whether something was booked under this key.
pub(crate) async fn is_used(write: &mut Write, key: PaymentId) -> Result<bool, Fault> {
    let known: i64 =
        sql::query_scalar("SELECT COUNT(*) FROM stored_value_entry WHERE shop_id = $1 AND payment_id = $2")
            .bind(write.shop())
            .bind(key.0)
            .fetch_one(write.conn())
            .await?;
    Ok(known > 0)
}

/// Sets aside once more what was set aside for a payment and is free again, where the card still has it. False where it does
/// not.
pub(crate) async fn hold_again(write: &mut Write, payment: PaymentId, by: StaffId) -> Result<bool, Fault> {
    let (account, amount, order) = held_for(write, payment).await?;
    if account.frozen || account.money.missing_for(amount).is_some() {
        return Ok(false);
    }
    let booking = Booking { kind: StoredKind::Held, amount, payment, part: 1, order, by: Some(by) };
    book(write, account, booking).await?;
    Ok(true)
}

/// Refused where so much cannot be put onto this card.
pub(crate) async fn can_credit(write: &mut Write, to: &ToMember) -> Result<(), Fault> {
    let head = write.head;
    let terms = Terms::of(&Terms::ask(head).fetch_all(write.conn()).await?, head)?;
    if !terms.tenders.contains(&Tender::StoredValue) {
        return Err(Fault::invalid("to_member", "this shop keeps no money on cards"));
    }
    Ok(Account::of_number(write, to.number).await?.money.takes(to.amount.money())?)
}

/// Puts what came back onto a card. Where nobody has the card any more nothing can be put onto it; whoever runs the hub is told.
pub(crate) async fn credit(
    write: &mut Write,
    refund: RefundId,
    to: ToMember,
    by: StaffId,
) -> Result<(), Fault> {
    match Account::of_number(write, to.number).await {
        Ok(account) => {
            let (kind, amount, payment) = (StoredKind::ToppedUp, to.amount.money(), PaymentId(refund.0));
            let booking = Booking { kind, amount, payment, part: 0, order: None, by: Some(by) };
            book(write, account, booking).await?;
            Ok(())
        }
        Err(Fault::Refused(Refusal::NotFound { .. })) => {
            tracing::error!(%refund, amount = %to.amount.money(), "goods came back for a card that nobody has");
            Ok(())
        }
        Err(fault) => Err(fault),
    }
}
