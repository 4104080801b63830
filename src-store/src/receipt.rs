//! A till's receipt for whoever has its code, and the points of a sale that named no member, for whoever claims them first.

use ministore_core::code::CardNumber;
use ministore_core::fact::{Fact, Sale};
use ministore_core::id::{MemberId, SaleId};
use ministore_core::receipt::{
    CLAIM_DAYS, ClaimReceipt, Claimed, GetReceipt, Receipt, ReceiptLine, ReceiptPoints, ReceiptReturn,
};
use ministore_core::refusal::Thing;
use ministore_core::shift::TenderSum;
use ministore_core::time::Timestamp;
use uuid::Uuid;

use crate::engine::{Answer, Caller, Engine};
use crate::fact::{earn_for, earned, find};
use crate::fault::Fault;
use crate::goods_back::refunds_of;
use crate::reply::Act;
use crate::shop::Terms;
use crate::write::{Head, Write};
use crate::{member, sql};

/// A day, in milliseconds.
const DAY: i64 = 86_400_000;

impl Answer<GetReceipt> for Engine {
    async fn answer(&self, _: &Caller, call: GetReceipt) -> Result<Receipt, Fault> {
        let head = self.head().await?;
        let mut tx = self.snapshot().await?;
        let sale = sale(&mut tx, head, call.code.sale()).await?;
        let refunds = refunds_of(&mut tx, head, sale.id).await?;
        let terms = Terms::of(&Terms::ask(head).fetch_all(&mut tx).await?, head)?;
        let points = match earned(&sale, &refunds, terms.points)? {
            0 => ReceiptPoints::None,
            points if sale.card.is_some() || claim(&mut tx, head, sale.id).await?.is_some() => {
                ReceiptPoints::Claimed { points }
            }
            _ if is_over(&sale, self.now()) => ReceiptPoints::None,
            points => ReceiptPoints::Open { points },
        };
        let nothing = sale.totals.total.currency.minor(0);
        let lines = sale.lines.iter().map(|line| {
            let off = sale.taken_off.iter().find(|off| off.line == line.id).map_or(nothing, |off| off.amount);
            let back = refunds.iter().any(|refund| refund.lines.iter().any(|back| back.id == line.id));
            ReceiptLine::of(line, off, back)
        });
        let returns = refunds.iter().map(|refund| ReceiptReturn {
            number: refund.number,
            at: refund.at,
            amount: refund.amount,
        });
        Ok(Receipt {
            number: sale.number,
            at: sale.at,
            lines: lines.collect(),
            empties: sale.empties.clone(),
            saved: sale.saved(),
            cash: sale.cash,
            change: sale.change,
            rounding: sale.rounding(),
            by_card: sale.by_card(),
            taken: sale
                .taken
                .iter()
                .map(|taken| TenderSum { tender: taken.tender, amount: taken.amount.money() })
                .collect(),
            foreign: sale.foreign,
            credit: sale.credit.map_or(nothing, |credit| credit.amount.money()),
            returns: returns.collect(),
            points,
            totals: sale.totals,
        })
    }
}

impl Answer<ClaimReceipt> for Engine {
    async fn answer(&self, caller: &Caller, call: ClaimReceipt) -> Result<Claimed, Fault> {
        self.once(caller, call).await
    }
}

impl Act for ClaimReceipt {
    async fn act(self, write: &mut Write, caller: &Caller) -> Result<Claimed, Fault> {
        let (head, device, now) = (write.head, caller.device()?, write.now);
        let sale = sale(write.conn(), head, self.code.sale()).await?;
        let claimant = member::of_device(write.conn(), head, device).await?;
        let claimant = claimant.ok_or_else(|| Fault::not_found(Thing::Member))?;
        let number = card_of(write.conn(), head, claimant).await?;
        let number = number.ok_or_else(|| Fault::not_found(Thing::Member))?;
        let refunds = refunds_of(write.conn(), head, sale.id).await?;
        let terms = Terms::of(&Terms::ask(head).fetch_all(write.conn()).await?, head)?;
        let points = earned(&sale, &refunds, terms.points)?;
        if let Some(card) = sale.card {
            return Ok(Claimed { mine: card == number, points });
        }
        if let Some(first) = claim(write.conn(), head, sale.id).await? {
            return Ok(Claimed { mine: first == claimant, points });
        }
        if points == 0 || is_over(&sale, now) {
            return Ok(Claimed { mine: false, points: 0 });
        }
        sql::query("INSERT INTO receipt_claim (shop_id, sale_id, member_id, at) VALUES ($1, $2, $3, $4)")
            .bind(head.shop.0)
            .bind(sale.id.0)
            .bind(claimant.0)
            .bind(now.0)
            .execute(write.conn())
            .await?;
        earn_for(write, &sale, number).await?;
        Ok(Claimed { mine: true, points })
    }
}

/// Whether it is too late to claim the points of `sale`.
const fn is_over(sale: &Sale, now: Timestamp) -> bool {
    now.0.saturating_sub(sale.at.0) > CLAIM_DAYS * DAY
}

async fn sale(conn: &mut sql::Connection, head: Head, id: SaleId) -> Result<Sale, Fault> {
    match find(conn, head, id.0).await? {
        Some(Fact::Sale(sale)) => Ok(*sale),
        _ => Err(Fault::not_found(Thing::Sale)),
    }
}

/// Who claimed the points of a sale.
async fn claim(conn: &mut sql::Connection, head: Head, sale: SaleId) -> Result<Option<MemberId>, Fault> {
    let member: Option<Uuid> =
        sql::query_scalar("SELECT member_id FROM receipt_claim WHERE shop_id = $1 AND sale_id = $2")
            .bind(head.shop.0)
            .bind(sale.0)
            .fetch_optional(conn)
            .await?;
    Ok(member.map(MemberId))
}

/// A member's card. Who gave it back has none.
async fn card_of(
    conn: &mut sql::Connection,
    head: Head,
    member: MemberId,
) -> Result<Option<CardNumber>, Fault> {
    let number: Option<Option<String>> =
        sql::query_scalar("SELECT number FROM member WHERE shop_id = $1 AND member_id = $2")
            .bind(head.shop.0)
            .bind(member.0)
            .fetch_optional(conn)
            .await?;
    number.flatten().map(|number| number.parse().map_err(|error| Fault::row("member", error))).transpose()
}

/// The card of whoever claimed the points of a sale that named no member.
pub(crate) async fn claimed_by(write: &mut Write, sale: SaleId) -> Result<Option<CardNumber>, Fault> {
    let head = write.head;
    match claim(write.conn(), head, sale).await? {
        Some(member) => card_of(write.conn(), head, member).await,
        None => Ok(None),
    }
}
