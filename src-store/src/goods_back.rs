//! Goods that come back to a till: of a sale that is known, whole or in part, or without their receipt.

use std::collections::HashSet;

use ministore_core::fact::{Back, BackLine, Fact, Left, RecordRefund, Refund, Sale};
use ministore_core::id::SaleId;
use ministore_core::money::{Money, Price};
use ministore_core::order::{OrderLine, PlaceLine};
use ministore_core::payment::Tender;
use ministore_core::refusal::{Refusal, Thing};

use crate::engine::{Answer, Caller, Engine, Seat};
use crate::fact::{at_till, check_cards, find, next_number};
use crate::fault::Fault;
use crate::order::quote::{self, Goods};
use crate::shop::Terms;
use crate::write::{Head, Write};
use crate::{sale_payment, shift, sql, stored_value};

impl Answer<RecordRefund> for Engine {
    async fn answer(&self, caller: &Caller, call: RecordRefund) -> Result<Refund, Fault> {
        let (till, _) = at_till(caller)?;
        let mut write = Write::begin(self).await?;
        let head = write.head;
        match find(write.conn(), head, call.refund.0).await? {
            Some(Fact::Refund(refund)) if refund.till == till && asked_for(&refund, &call) => {
                write.commit_seen(self).await?;
                return Ok(*refund);
            }
            Some(_) => return Err(Refusal::IdReused.into()),
            None => {}
        }
        let refund = self.goods_back(&mut write, caller, &call, None).await?;
        self.keep(&mut write, &Fact::Refund(Box::new(refund.clone()))).await?;
        write.commit(self).await?;
        Ok(refund)
    }
}

/// Whether `refund` is what `call` asks for.
fn asked_for(refund: &Refund, call: &RecordRefund) -> bool {
    let same = |line: &OrderLine, back: &BackLine| {
        line.id == back.line && back.measure.is_none_or(|measure| measure == line.measure)
    };
    let lines = match &call.back {
        Back::Sale { sale, lines } => {
            refund.sale == Some(*sale)
                && refund.lines.len() == lines.len()
                && refund.lines.iter().zip(lines).all(|(line, back)| same(line, back))
        }
        Back::NoReceipt { lines } => {
            let back = refund.lines.iter().map(|line| (line.id, line.product, line.measure));
            refund.sale.is_none() && back.eq(lines.iter().map(|line| (line.id, line.product, line.measure)))
        }
    };
    lines
        && refund.paid_for.is_none()
        && (&refund.by_card, refund.to_member, refund.to_wallet, refund.to_gift_card)
            == (&call.by_card, call.to_member, call.to_wallet, call.to_gift_card)
}

/// Goods that come back, with what of their amounts falls to them, and what is given back for all of them.
struct Coming {
    sale: Option<Sale>,
    before: Vec<Refund>,
    lines: Vec<OrderLine>,
    amount: Money,
}

impl Engine {
    /// The return as it is to be kept, with the next number; `paid_for` is the sale that all of it pays for.
    pub(crate) async fn goods_back(
        &self,
        write: &mut Write,
        caller: &Caller,
        call: &RecordRefund,
        paid_for: Option<SaleId>,
    ) -> Result<Refund, Fault> {
        let (till, by) = at_till(caller)?;
        let (head, now) = (write.head, write.now);
        let without = matches!(call.back, Back::NoReceipt { .. });
        let reason = shift::words("reason", &call.reason, usize::from(without))?;
        let mut allowed_by = None;
        if without {
            allowed_by = self.leave(write, caller, SaleId(call.refund.0), call.allowed_by).await?;
        }
        let coming = match &call.back {
            Back::Sale { sale, lines } => of_sale(write, *sale, lines).await?,
            Back::NoReceipt { lines } => without_receipt(write, lines).await?,
        };
        let given = call.by_card.is_some()
            || call.to_member.is_some()
            || call.to_wallet.is_some()
            || call.to_gift_card.is_some();
        if paid_for.is_some() && given {
            return Err(Fault::invalid("exchange", "all of it pays for the goods that are taken"));
        }
        self.check_given(write, call, &coming, paid_for).await?;
        let refund = Refund {
            id: call.refund,
            till,
            number: next_number(write, till).await?,
            by,
            at: now,
            sale: coming.sale.map(|sale| sale.id),
            lines: coming.lines,
            amount: coming.amount,
            by_card: call.by_card.clone(),
            to_shelf: call.to_shelf,
            shift: shift::open_at(write.conn(), head, till).await?,
            to_member: call.to_member,
            to_wallet: call.to_wallet,
            to_gift_card: call.to_gift_card,
            paid_for,
            reason,
            allowed_by,
        };
        Ok(refund)
    }

    /// What can still go back onto the gift cards that paid for a sale.
    pub(crate) async fn left_on_gift_cards(
        &self,
        write: &mut Write,
        sale: Option<SaleId>,
    ) -> Result<Money, Fault> {
        let head = write.head;
        let Some(id) = sale else { return Ok(head.currency.minor(0)) };
        if self.seat() == Seat::Hub {
            return sale_payment::left_on_gift_cards(write, id).await;
        }
        let Some(Fact::Sale(sale)) = find(write.conn(), head, id.0).await? else {
            return Err(Fault::not_found(Thing::Sale));
        };
        let before = refunds_of(write.conn(), head, id).await?;
        let back = before.iter().filter_map(|refund| refund.to_gift_card);
        Ok(back.map(Price::money).try_fold(sale.by(Tender::GiftCard), Money::minus)?)
    }

    /// Whether so much can be given back by card, onto a member's card, to wallets and onto gift cards.
    async fn check_given(
        &self,
        write: &mut Write,
        call: &RecordRefund,
        coming: &Coming,
        paid_for: Option<SaleId>,
    ) -> Result<(), Fault> {
        let nothing = coming.amount.currency.minor(0);
        let mut left = coming.amount;
        if let Some(card) = &call.by_card {
            check_cards(std::slice::from_ref(card))?;
            let paid = coming.sale.as_ref().map_or(nothing, Sale::by_card);
            let given = coming.before.iter().try_fold(nothing, |sum, refund| sum.plus(refund.card_part()));
            let most = given.and_then(|given| paid.minus(given));
            let most = most.map_err(|error| Fault::invalid("by_card", error))?;
            if card.amount.money().minor > most.minor.min(left.minor) {
                return Err(Fault::invalid("by_card", "at most what came by card and what is given back"));
            }
            left = left.minus(card.amount.money())?;
        }
        if let Some(to) = &call.to_member {
            if !(1..=left.minor).contains(&to.amount.money().minor) {
                return Err(Fault::invalid("to_member", "at most what is given back"));
            }
            if self.seat() == Seat::Hub {
                stored_value::can_credit(write, to).await?;
            }
            left = left.minus(to.amount.money())?;
        }
        if let Some(to) = call.to_wallet {
            let most = match (&coming.sale, self.seat()) {
                (Some(sale), Seat::Hub) => sale_payment::left_in_wallets(write, sale.id).await?,
                (Some(sale), Seat::Device) => sale.by(Tender::WechatPay),
                (None, _) => nothing,
            };
            if !(1..=left.minor.min(most.minor)).contains(&to.money().minor) {
                return Err(Fault::invalid("to_wallet", "at most what wallets paid and what is given back"));
            }
            left = left.minus(to.money())?;
        }
        let most = self.left_on_gift_cards(write, coming.sale.as_ref().map(|sale| sale.id)).await?;
        let most = left.minor.min(most.minor);
        if call.to_gift_card.is_some_and(|to| !(1..=most).contains(&to.money().minor)) {
            return Err(Fault::invalid(
                "to_gift_card",
                "at most what gift cards paid and what is given back",
            ));
        }
        // Else whoever has a card could turn it into cash.
        let onto = call.to_gift_card.map_or(0, |to| to.money().minor);
        if paid_for.is_none() && onto < most {
            return Err(Fault::invalid("to_gift_card", "what gift cards paid goes back onto them"));
        }
        Ok(())
    }
}

/// What is wanted back of a sale: each line once, no more of it than is left.
async fn of_sale(write: &mut Write, id: SaleId, wanted: &[BackLine]) -> Result<Coming, Fault> {
    let each: HashSet<_> = wanted.iter().map(|back| back.line).collect();
    if each.is_empty() || each.len() < wanted.len() {
        return Err(Fault::invalid("lines", "at least one line, each once"));
    }
    let head = write.head;
    let Some(Fact::Sale(sale)) = find(write.conn(), head, id.0).await? else {
        return Err(Fault::not_found(Thing::Sale));
    };
    let before = refunds_of(write.conn(), head, id).await?;
    let amounts: Vec<_> = sale.lines.iter().map(|line| (line.tax, line.amount)).collect();
    let paid = sale.totals.of_lines(&amounts)?;
    let (mut lines, mut amount) = (Vec::with_capacity(wanted.len()), sale.totals.total.currency.minor(0));
    for back in wanted {
        let found = sale.lines.iter().zip(&paid).find(|(line, _)| line.id == back.line);
        let (line, paid) = found.ok_or_else(|| Fault::not_found(Thing::Line))?;
        let left = Left::of(line, &before);
        let measure = back.measure.or_else(|| left.measure(line));
        let gone = || Fault::invalid("lines", format!("so much of line {} is not left", back.line));
        let measure = measure.filter(|_| !left.is_nothing()).ok_or_else(gone)?;
        let part = left.share(line, measure, *paid).ok_or_else(gone)??;
        let goods = left.share(line, measure, line.amount).ok_or_else(gone)??;
        amount = amount.plus(part)?.plus(line.deposits.of(measure, amount.currency)?)?;
        lines.push(OrderLine { measure, amount: goods, ..line.clone() });
    }
    Ok(Coming { sale: Some(*sale), before, lines, amount })
}

/// Goods at the prices of now.
async fn without_receipt(write: &mut Write, wanted: &[PlaceLine]) -> Result<Coming, Fault> {
    quote::check_lines(wanted)?;
    let head = write.head;
    let asked = [Terms::ask(head), Goods::ask(head, wanted)];
    let [terms, goods] = sql::fetch_each(asked, write.conn()).await?;
    let (terms, goods) = (Terms::of(&terms, head)?, Goods::of(&goods, head, wanted)?);
    let (lines, rung) = goods.rung(wanted, &[], None, &[], &[], &terms)?;
    Ok(Coming { sale: None, before: Vec::new(), lines, amount: rung.totals.total })
}

/// What came back of a sale, oldest first.
pub(crate) async fn refunds_of(
    conn: &mut sql::Connection,
    head: Head,
    sale: SaleId,
) -> Result<Vec<Refund>, Fault> {
    let rows = sql::query(
        "SELECT body FROM fact WHERE shop_id = $1 AND sale_id = $2 AND kind = 'refund' ORDER BY happened, fact_id",
    )
    .bind(head.shop.0)
    .bind(sale.0)
    .fetch_all(conn)
    .await?;
    rows.iter()
        .map(|row| match serde_json::from_str(row.try_get(0)?)? {
            Fact::Refund(refund) => Ok(*refund),
            other => Err(Fault::row("fact", format!("a {} among refunds", other.word()))),
        })
        .collect()
}
