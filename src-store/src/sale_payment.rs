//! What is taken for a till's sale before the sale is made: set aside on a member's card or a gift card, or by the code of a payer's wallet. It becomes
//! part of the sale, or it is free again: at once where the cashier says so, else after a day.

use ministore_core::card_code::CardCode;
use ministore_core::code::CardNumber;
use ministore_core::fact::Refund;
use ministore_core::gift_card::HoldGiftCard;
use ministore_core::id::{PaymentId, SaleId, StaffId};
use ministore_core::money::{Money, Price};
use ministore_core::payment::{PaymentState, Tender};
use ministore_core::refusal::{Refusal, Thing};
use ministore_core::stored_value::OnCard;
use ministore_core::ticket::{HoldValue, ReleaseValue, Taken};
use uuid::Uuid;

use crate::engine::{Answer, Caller, Engine};
use crate::fault::Fault;
use crate::payment::{self, ask};
use crate::reply::Act;
use crate::shop::Terms;
use crate::stored_value::{self, Account};
use crate::write::Write;
use crate::{card_code, gift_card, row, sql};

/// How long what was taken waits for its sale: a day, in milliseconds.
const PATIENCE_MILLIS: i64 = 24 * 60 * 60 * 1000;

/// Where it stands.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum State {
    /// Taken, and part of no sale yet.
    There,
    /// Part of its sale.
    Sold,
    /// Free again, or on its way back.
    Freed,
}

impl State {
    /// The word kept in the database.
    const fn word(self) -> &'static str {
        match self {
            Self::There => "there",
            Self::Sold => "sold",
            Self::Freed => "freed",
        }
    }
}

/// Writes down that something was taken for a sale.
pub(crate) async fn enter(write: &mut Write, sale: SaleId, taken: &Taken) -> Result<(), Fault> {
    let (shop, now) = (write.shop(), write.now);
    sql::query(
        "INSERT INTO sale_payment (shop_id, payment_id, sale_id, tender, amount, state, at)
         VALUES ($1, $2, $3, $4, $5, $6, $7)",
    )
    .bind(shop)
    .bind(taken.payment.0)
    .bind(sale.0)
    .bind(taken.tender.word())
    .bind(taken.amount.money().minor)
    .bind(State::There.word())
    .bind(now.0)
    .execute(write.conn())
    .await?;
    Ok(())
}

/// Moves on what is there. False where it is not there any more.
async fn end(write: &mut Write, payment: PaymentId, next: State) -> Result<bool, Fault> {
    let shop = write.shop();
    let ended = sql::query(
        "UPDATE sale_payment SET state = $3 WHERE shop_id = $1 AND payment_id = $2 AND state = 'there'",
    )
    .bind(shop)
    .bind(payment.0)
    .bind(next.word())
    .execute(write.conn())
    .await?;
    Ok(ended.rows_affected() > 0)
}

/// Whether this was taken for this sale, and is part of none yet.
pub(crate) async fn is_there(write: &mut Write, sale: SaleId, taken: &Taken) -> Result<bool, Fault> {
    let found = sql::query(
        "SELECT sale_id, tender, amount FROM sale_payment
         WHERE shop_id = $1 AND payment_id = $2 AND state = 'there'",
    )
    .bind(write.shop())
    .bind(taken.payment.0)
    .fetch_optional(write.conn())
    .await?;
    let Some(found) = found else { return Ok(false) };
    Ok(found.try_get::<Uuid>(0)? == sale.0
        && row::tender(found.try_get(1)?)? == taken.tender
        && found.try_get::<i64>(2)? == taken.amount.money().minor)
}

/// Makes it part of its sale. A till that was cut off for longer than things wait has sold the goods all the same: a card that
/// still has the money pays, and what nobody pays any more is told to whoever runs the hub.
pub(crate) async fn sold(write: &mut Write, sale: SaleId, taken: &Taken, by: StaffId) -> Result<(), Fault> {
    let (payment, amount) = (taken.payment, taken.amount.money());
    let there = is_there(write, sale, taken).await? && end(write, payment, State::Sold).await?;
    match taken.tender {
        tender if tender.is_on_card() && (there || stored_value::hold_again(write, payment, by).await?) => {
            stored_value::settle(write, payment, amount, Some(by)).await?;
            payment::open(write, payment, PaymentState::Due);
            payment::book(write, payment, PaymentState::Captured, amount.minor, None, Some(by));
        }
        _ if there => {}
        _ => tracing::error!(%sale, %payment, %amount, "a sale came in whose money is there no more"),
    }
    Ok(())
}

/// Frees what is there, and says whether it was.
async fn free(write: &mut Write, payment: PaymentId, by: Option<StaffId>) -> Result<bool, Fault> {
    if !end(write, payment, State::Freed).await? {
        return Ok(false);
    }
    let head = write.head;
    let found = sql::query("SELECT tender, amount FROM sale_payment WHERE shop_id = $1 AND payment_id = $2")
        .bind(head.shop.0)
        .bind(payment.0)
        .fetch_one(write.conn())
        .await?;
    match row::tender(found.try_get(0)?)? {
        tender if tender.is_on_card() => {
            stored_value::settle(write, payment, head.currency.minor(0), by).await?;
        }
        _ => next_part(write, payment, head.currency.minor(found.try_get(1)?)).await?,
    }
    Ok(true)
}

/// Frees what a payer's wallet has paid for a sale that is not to be.
pub(crate) async fn free_code(
    write: &mut Write,
    payment: PaymentId,
    by: Option<StaffId>,
) -> Result<bool, Fault> {
    free(write, payment, by).await
}

/// Writes down that a part of a payment is to be given back; its provider is asked until it has.
async fn next_part(write: &mut Write, payment: PaymentId, amount: Money) -> Result<(), Fault> {
    let (shop, now) = (write.shop(), write.now);
    sql::query(
        "INSERT INTO payment_refund (shop_id, payment_id, part, amount, returned, asked)
         VALUES ($1, $2,
             (SELECT COALESCE(MAX(part), 0) + 1 FROM payment_refund WHERE shop_id = $1 AND payment_id = $2),
             $3, 0, $4)",
    )
    .bind(shop)
    .bind(payment.0)
    .bind(amount.minor)
    .bind(now.0)
    .execute(write.conn())
    .await?;
    Ok(())
}

/// What wallets have paid of a sale and was not given back: of each payment.
const IN_WALLETS: &str = "SELECT p.payment_id,
        CAST(p.amount - COALESCE((SELECT SUM(r.amount) FROM payment_refund r
            WHERE r.shop_id = p.shop_id AND r.payment_id = p.payment_id), 0) AS BIGINT)
    FROM sale_payment p
    WHERE p.shop_id = $1 AND p.sale_id = $2 AND p.state = 'sold'
        AND p.tender NOT IN ('stored_value', 'gift_card')
    ORDER BY p.at, p.payment_id";

/// What gift cards have paid of a sale and was not given back: of each payment.
const ON_GIFT_CARDS: &str = "SELECT p.payment_id,
        CAST(COALESCE((SELECT SUM(CASE e.kind WHEN 'captured' THEN e.amount ELSE -e.amount END)
            FROM stored_value_entry e
            WHERE e.shop_id = p.shop_id AND e.payment_id = p.payment_id
                AND e.kind IN ('captured', 'refunded')), 0) AS BIGINT)
    FROM sale_payment p
    WHERE p.shop_id = $1 AND p.sale_id = $2 AND p.tender = 'gift_card'
    ORDER BY p.at, p.payment_id";

/// What one of these says of a sale.
async fn left(
    write: &mut Write,
    sale: SaleId,
    of_each: &'static str,
) -> Result<Vec<(PaymentId, Money)>, Fault> {
    let head = write.head;
    let rows = sql::query(of_each).bind(head.shop.0).bind(sale.0).fetch_all(write.conn()).await?;
    rows.iter().map(|row| Ok((PaymentId(row.try_get(0)?), head.currency.minor(row.try_get(1)?)))).collect()
}

async fn left_in_all(write: &mut Write, sale: SaleId, of_each: &'static str) -> Result<Money, Fault> {
    let nothing = write.head.currency.minor(0);
    let all = left(write, sale, of_each).await?;
    Ok(all.into_iter().try_fold(nothing, |sum, (_, left)| sum.plus(left))?)
}

/// What can still be given back to the wallets that paid for a sale.
pub(crate) async fn left_in_wallets(write: &mut Write, sale: SaleId) -> Result<Money, Fault> {
    left_in_all(write, sale, IN_WALLETS).await
}

/// What can still be given back to the gift cards that paid for a sale.
pub(crate) async fn left_on_gift_cards(write: &mut Write, sale: SaleId) -> Result<Money, Fault> {
    left_in_all(write, sale, ON_GIFT_CARDS).await
}

/// Gives back to the gift cards what a return says.
pub(crate) async fn give_back_on_gift_cards(write: &mut Write, refund: &Refund) -> Result<(), Fault> {
    let (Some(sale), Some(to_gift_card)) = (refund.sale, refund.to_gift_card) else { return Ok(()) };
    let mut owed = to_gift_card.money();
    for (payment, left) in left(write, sale, ON_GIFT_CARDS).await? {
        let part = owed.currency.minor(owed.minor.min(left.minor));
        if part.minor > 0 {
            stored_value::refund(write, payment, part, Some(refund.by)).await?;
            let state = if part == left { PaymentState::Refunded } else { PaymentState::PartlyRefunded };
            payment::book(write, payment, state, -part.minor, None, Some(refund.by));
            owed = owed.minus(part)?;
        }
    }
    if owed.minor > 0 {
        tracing::error!(refund = %refund.id, %owed, "more was promised to gift cards than they had paid");
    }
    Ok(())
}

/// Gives back to the wallets what a return says.
pub(crate) async fn give_back(write: &mut Write, refund: &Refund) -> Result<(), Fault> {
    let (Some(sale), Some(to_wallet)) = (refund.sale, refund.to_wallet) else { return Ok(()) };
    let mut owed = to_wallet.money();
    for (payment, left) in left(write, sale, IN_WALLETS).await? {
        let part = owed.currency.minor(owed.minor.min(left.minor));
        if part.minor > 0 {
            next_part(write, payment, part).await?;
            owed = owed.minus(part)?;
        }
    }
    if owed.minor > 0 {
        tracing::error!(refund = %refund.id, %owed, "more was promised to wallets than they had paid");
    }
    Ok(())
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
answered_once!(HoldValue, HoldGiftCard, ReleaseValue);

impl Act for HoldValue {
    async fn act(self, write: &mut Write, _: &Caller) -> Result<OnCard, Fault> {
        let account = Account::of_number(write, self.number).await?;
        let shown = Some((self.number, self.code));
        set_aside(write, account, shown, (self.payment, Tender::StoredValue), self.sale, self.amount).await
    }
}

impl Act for HoldGiftCard {
    async fn act(self, write: &mut Write, _: &Caller) -> Result<OnCard, Fault> {
        let account = gift_card::of_number(write, self.number).await?.account;
        set_aside(write, account, None, (self.payment, Tender::GiftCard), self.sale, self.amount).await
    }
}

/// Sets `amount` of this money aside for a sale, and gives what is on the card then. A member's card has to be `shown`.
async fn set_aside(
    write: &mut Write,
    account: Account,
    shown: Option<(CardNumber, Option<CardCode>)>,
    (payment, tender): (PaymentId, Tender),
    sale: SaleId,
    amount: Money,
) -> Result<OnCard, Fault> {
    let head = write.head;
    let price = Price::new(amount)
        .ok()
        .filter(|price| price.money().currency == head.currency && !price.money().is_zero())
        .ok_or_else(|| Fault::invalid("amount", "more than nothing"))?;
    let taken = Taken { payment, tender, amount: price };
    if is_there(write, sale, &taken).await? {
        let there = stored_value::of_payment(write, payment).await?;
        return if there.holder == account.holder { Ok(there.money) } else { Err(Refusal::IdReused.into()) };
    }
    if tender == Tender::StoredValue {
        let terms = Terms::of(&Terms::ask(head).fetch_all(write.conn()).await?, head)?;
        if !terms.tenders.contains(&tender) {
            return Err(Fault::invalid("payment", "this shop keeps no money on cards"));
        }
    }
    let known: i64 =
        sql::query_scalar("SELECT COUNT(*) FROM sale_payment WHERE shop_id = $1 AND payment_id = $2")
            .bind(head.shop.0)
            .bind(payment.0)
            .fetch_one(write.conn())
            .await?;
    if known > 0 || stored_value::is_used(write, payment).await? {
        return Err(Refusal::IdReused.into());
    }
    let account = stored_value::hold_of(write, account, payment, None, amount).await?;
    if let Some((number, code)) = shown {
        card_code::spend(write, number, code).await?;
    }
    enter(write, sale, &taken).await?;
    Ok(account.money)
}

impl Act for ReleaseValue {
    async fn act(self, write: &mut Write, caller: &Caller) -> Result<OnCard, Fault> {
        let tender: Option<String> =
            sql::query_scalar("SELECT tender FROM sale_payment WHERE shop_id = $1 AND payment_id = $2")
                .bind(write.shop())
                .bind(self.payment.0)
                .fetch_optional(write.conn())
                .await?;
        if !tender.as_deref().and_then(Tender::of_word).is_some_and(Tender::is_on_card) {
            return Err(Fault::not_found(Thing::Payment));
        }
        free(write, self.payment, caller.staff()).await?;
        Ok(stored_value::of_payment(write, self.payment).await?.money)
    }
}

impl Engine {
    /// Frees what was taken for tickets that became no sale within a day, and asks providers for what is to go back. Gives how
    /// many of those have not answered.
    pub(crate) async fn settle_sales(&self) -> Result<usize, Fault> {
        let head = self.head().await?;
        let before = self.now().0.saturating_sub(PATIENCE_MILLIS);
        let old: Vec<Uuid> = {
            let mut conn = self.reader().await?;
            sql::query_scalar(
                "SELECT payment_id FROM sale_payment WHERE shop_id = $1 AND state = 'there' AND at < $2",
            )
            .bind(head.shop.0)
            .bind(before)
            .fetch_all(&mut conn)
            .await?
        };
        for payment in old {
            let mut write = Write::begin(self).await?;
            free(&mut write, PaymentId(payment), None).await?;
            write.commit(self).await?;
        }
        self.free_coupons().await?;
        self.give_back_to_wallets().await
    }

    async fn give_back_to_wallets(&self) -> Result<usize, Fault> {
        let head = self.head().await?;
        let owed = {
            let mut conn = self.reader().await?;
            sql::query(
                "SELECT r.payment_id, r.part, r.amount, p.tender FROM payment_refund r
                 JOIN sale_payment p ON p.shop_id = r.shop_id AND p.payment_id = r.payment_id
                 WHERE r.shop_id = $1 AND r.returned = 0 ORDER BY r.asked, r.payment_id, r.part",
            )
            .bind(head.shop.0)
            .fetch_all(&mut conn)
            .await?
        };
        let mut open = 0;
        for found in &owed {
            let (payment, part) = (PaymentId(found.try_get(0)?), found.try_get::<u32>(1)?);
            let amount = head.currency.minor(found.try_get(2)?);
            let tender = row::tender(found.try_get(3)?)?;
            let Some(provider) = self.providers().iter().find(|provider| provider.tender() == tender) else {
                tracing::warn!(%payment, tender = tender.word(), "no provider gives this payment back");
                open += 1;
                continue;
            };
            if let Err(error) = ask(provider.refund(payment, part, amount)).await {
                tracing::warn!(%payment, part, %error, "what is to be given back is asked for again");
                open += 1;
                continue;
            }
            let mut write = Write::begin(self).await?;
            let shop = write.shop();
            let changed = sql::query(
                "UPDATE payment_refund SET returned = 1
                 WHERE shop_id = $1 AND payment_id = $2 AND part = $3 AND returned = 0",
            )
            .bind(shop)
            .bind(payment.0)
            .bind(part)
            .execute(write.conn())
            .await?;
            if changed.rows_affected() > 0 {
                let left: i64 = sql::query_scalar(
                    "SELECT CAST(SUM(amount) AS BIGINT) FROM payment_entry
                     WHERE shop_id = $1 AND payment_id = $2",
                )
                .bind(shop)
                .bind(payment.0)
                .fetch_one(write.conn())
                .await?;
                let state =
                    if left == amount.minor { PaymentState::Refunded } else { PaymentState::PartlyRefunded };
                payment::book(&mut write, payment, state, -amount.minor, None, None);
            }
            write.commit(self).await?;
        }
        Ok(open)
    }
}
