//! A till's shift: opened with a float, counted and closed, and what it took in between.

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::deposit::DepositSums;
use crate::fact::Fact;
use crate::gift_card::SoldGiftCards;
use crate::id::{CashMoveId, ClosingId, DeviceId, NoteId, ShiftId, StaffId};
use crate::money::{Currency, Money, MoneyError, Price};
use crate::payment::Tender;
use crate::tax::TaxShare;
use crate::time::Timestamp;

/// The most kinds of notes and coins that one count names.
pub const MAX_KINDS: usize = 40;

/// The most of one note or coin that are counted.
pub const MAX_PIECES: u32 = 100_000;

/// Fact `shift.open`: the till begins to work, with a float in its drawer. A till has one shift open at a time.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct OpenShift {
    /// The new shift's key.
    pub shift: ShiftId,
    /// What lies in the drawer, zero or more.
    pub float: Money,
}

/// Fact `shift.move_cash`: cash was put into the drawer or taken out, beside sales.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct MoveCash {
    /// The new movement's key.
    pub movement: CashMoveId,
    /// How much: above zero is put in, below is taken out, at most what is there.
    pub amount: Money,
    /// Why, 1 to [`crate::ticket::MAX_NOTE`] characters.
    pub reason: String,
}

/// Fact `shift.close`: the drawer was counted, and the shift is over. What should be there is told only now.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct CloseShift {
    /// The closing's key.
    pub closing: ClosingId,
    /// Which shift: the one that is open.
    pub shift: ShiftId,
    /// What was counted, each note or coin once; nothing for an empty drawer.
    pub counted: Vec<Counted>,
    /// What was counted of other currencies, each once.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub foreign: Vec<Price>,
}

/// So many of one note or coin.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Counted {
    /// What one is worth, above zero.
    pub worth: Money,
    /// How many.
    pub count: u32,
}

/// What was counted in all.
pub fn counted(counts: &[Counted], currency: Currency) -> Result<Money, MoneyError> {
    counts
        .iter()
        .try_fold(currency.minor(0), |sum, kind| sum.plus(kind.worth.times_ratio(i64::from(kind.count), 1)?))
}

/// The notes and coins of a currency, dearest first, in minor units.
pub const fn denominations(currency: Currency) -> &'static [i64] {
    match currency {
        Currency::CNY => &[10_000, 5_000, 2_000, 1_000, 500, 100, 50, 10],
        Currency::EUR => &[50_000, 20_000, 10_000, 5_000, 2_000, 1_000, 500, 200, 100, 50, 20, 10, 5, 2, 1],
        Currency::USD => &[10_000, 5_000, 2_000, 1_000, 500, 100, 25, 10, 5, 1],
        Currency::GBP => &[5_000, 2_000, 1_000, 500, 200, 100, 50, 20, 10, 5, 2, 1],
        Currency::JPY => &[10_000, 5_000, 1_000, 500, 100, 50, 10, 5, 1],
        _ => &[100_000, 50_000, 20_000, 10_000, 5_000, 2_000, 1_000, 500, 200, 100, 50, 20, 10, 5, 2, 1],
    }
}

/// A till was opened.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct ShiftOpened {
    /// The shift's key.
    pub id: ShiftId,
    /// At which till.
    pub till: DeviceId,
    /// By whom.
    pub by: StaffId,
    /// When, by the till's clock.
    pub at: Timestamp,
    /// What lay in the drawer.
    pub float: Money,
}

/// Cash was put in or taken out.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct CashMoved {
    /// Its key.
    pub id: CashMoveId,
    /// In which shift.
    pub shift: ShiftId,
    /// At which till.
    pub till: DeviceId,
    /// By whom.
    pub by: StaffId,
    /// When, by the till's clock.
    pub at: Timestamp,
    /// Above zero was put in, below taken out.
    pub amount: Money,
    /// Why.
    pub reason: String,
}

/// A till was counted and closed.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct ShiftClosed {
    /// The closing's key.
    pub id: ClosingId,
    /// Which shift.
    pub shift: ShiftId,
    /// At which till.
    pub till: DeviceId,
    /// By whom.
    pub by: StaffId,
    /// When, by the till's clock.
    pub at: Timestamp,
    /// What was counted, by note and coin.
    pub counts: Vec<Counted>,
    /// What that comes to.
    pub counted: Money,
    /// What was counted of other currencies.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub foreign: Vec<Price>,
    /// What it is counted against.
    pub report: Report,
}

impl ShiftClosed {
    /// What the drawer holds beyond what it should: below zero is missing.
    pub const fn difference(&self) -> Money {
        self.counted.currency.minor(self.counted.minor.saturating_sub(self.report.expected_cash.minor))
    }

    /// The same of every other currency that was taken or counted.
    pub fn foreign_differences(&self) -> Vec<Money> {
        let mut differences: Vec<Money> = self.foreign.iter().map(|counted| counted.money()).collect();
        for taken in &self.report.foreign {
            match differences.iter_mut().find(|there| there.currency == taken.currency) {
                Some(there) => there.minor = there.minor.saturating_sub(taken.minor),
                None => differences.push(taken.currency.minor(taken.minor.saturating_neg())),
            }
        }
        differences
    }
}

/// What a shift has taken: an X report while it is open, its Z report when it is closed.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Report {
    /// How many sales.
    pub sales: u32,
    /// What they came to.
    pub sold: Money,
    /// What was taken off their prices.
    pub taken_off: Money,
    /// How many times goods came back.
    pub refunds: u32,
    /// What was given back for them.
    pub returned: Money,
    /// What sales took by card, less what was given back by card.
    pub by_card: Money,
    /// What sales took in cash, less what was given back in cash.
    pub in_cash: Money,
    /// What cash was rounded by.
    pub rounding: Money,
    /// What was put into the drawer beside sales.
    pub put_in: Money,
    /// What was taken out of it beside refunds.
    pub taken_out: Money,
    /// What lay in the drawer at the beginning.
    pub float: Money,
    /// What should be in the drawer.
    pub expected_cash: Money,
    /// Tax of the sales by rate, highest first. What came back is not taken from it: it stands in `returned`.
    pub tax: Vec<TaxShare>,
    /// The first and the last receipt's number.
    pub receipts: Option<(u32, u32)>,
    /// What was taken by other means, less what was given back by them.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub by_other: Vec<TenderSum>,
    /// The cash of other currencies that sales took, each currency once.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub foreign: Vec<Money>,
    /// What that counted for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub foreign_worth: Option<Money>,
    /// The gift cards that were sold, whose money stands in no other sum but what should be in the drawer. What gift cards
    /// paid stands in `by_other`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub gift_cards: Option<SoldGiftCards>,
    /// The deposits that were taken and given back, which stand in `sold` and `returned`; None where there were none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub deposits: Option<DepositSums>,
}

/// What came in by one means.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct TenderSum {
    /// Which.
    pub tender: Tender,
    /// How much; below zero where more was given back.
    pub amount: Money,
}

/// What the facts of one shift come to. Errors on sums beyond the range and on mixed currencies.
pub fn report<'a>(
    opened: &ShiftOpened,
    facts: impl IntoIterator<Item = &'a Fact>,
) -> Result<Report, MoneyError> {
    let nothing = opened.float.currency.minor(0);
    let mut sum = Report {
        sales: 0,
        sold: nothing,
        taken_off: nothing,
        refunds: 0,
        returned: nothing,
        by_card: nothing,
        in_cash: nothing,
        rounding: nothing,
        put_in: nothing,
        taken_out: nothing,
        float: opened.float,
        expected_cash: opened.float,
        tax: Vec::new(),
        receipts: None,
        by_other: Vec::new(),
        foreign: Vec::new(),
        foreign_worth: None,
        gift_cards: None,
        deposits: None,
    };
    let mut deposits = DepositSums::none(nothing.currency);
    for fact in facts {
        if let Some(number) = fact.number() {
            let (first, last) = sum.receipts.unwrap_or((number, number));
            sum.receipts = Some((first.min(number), last.max(number)));
        }
        match fact {
            Fact::Sale(sale) => {
                sum.sales += 1;
                deposits = deposits.with_sale(sale)?;
                sum.sold = sum.sold.plus(sale.totals.total)?;
                sum.taken_off = sum.taken_off.plus(sale.saved())?;
                sum.by_card = sum.by_card.plus(sale.by_card())?;
                sum.in_cash = sum.in_cash.plus(sale.cash_kept())?;
                sum.rounding = sum.rounding.plus(sale.rounding())?;
                for taken in &sale.taken {
                    add_other(&mut sum.by_other, taken.tender, taken.amount.money())?;
                }
                if let Some(foreign) = sale.foreign {
                    let given = foreign.given.money();
                    match sum.foreign.iter_mut().find(|there| there.currency == given.currency) {
                        Some(there) => *there = there.plus(given)?,
                        None => sum.foreign.push(given),
                    }
                    let before = sum.foreign_worth.unwrap_or(nothing);
                    sum.foreign_worth = Some(before.plus(foreign.worth.money())?);
                }
                for share in &sale.totals.tax {
                    add_tax(&mut sum.tax, share)?;
                }
            }
            Fact::Refund(refund) => {
                sum.refunds += 1;
                deposits = deposits.with_refund(refund)?;
                sum.returned = sum.returned.plus(refund.amount)?;
                sum.by_card = sum.by_card.minus(refund.card_part())?;
                if let Some(to_member) = refund.to_member {
                    let back = nothing.minus(to_member.amount.money())?;
                    add_other(&mut sum.by_other, Tender::StoredValue, back)?;
                }
                if let Some(to_wallet) = refund.to_wallet {
                    let back = nothing.minus(to_wallet.money())?;
                    add_other(&mut sum.by_other, Tender::WechatPay, back)?;
                }
                if let Some(to_gift_card) = refund.to_gift_card {
                    let back = nothing.minus(to_gift_card.money())?;
                    add_other(&mut sum.by_other, Tender::GiftCard, back)?;
                }
                sum.in_cash = sum.in_cash.minus(refund.in_cash())?;
            }
            Fact::CashMoved(moved) if moved.amount.minor >= 0 => {
                sum.put_in = sum.put_in.plus(moved.amount)?
            }
            Fact::CashMoved(moved) => sum.taken_out = sum.taken_out.minus(moved.amount)?,
            Fact::GiftCardSold(sold) => {
                let before = sum.gift_cards.unwrap_or(SoldGiftCards::none(nothing.currency));
                sum.gift_cards = Some(before.with(sold)?);
            }
            Fact::Count(_) | Fact::Exit(_) | Fact::ShiftOpened(_) | Fact::ShiftClosed(_) | Fact::Noted(_) => {
            }
        }
    }
    sum.deposits = (!deposits.is_nothing()).then_some(deposits);
    let for_gift_cards = sum.gift_cards.map_or(nothing, |sold| sold.in_cash);
    sum.expected_cash =
        sum.float.plus(sum.in_cash)?.plus(sum.put_in)?.minus(sum.taken_out)?.plus(for_gift_cards)?;
    Ok(sum)
}

fn add_other(all: &mut Vec<TenderSum>, tender: Tender, amount: Money) -> Result<(), MoneyError> {
    match all.iter_mut().find(|there| there.tender == tender) {
        Some(there) => there.amount = there.amount.plus(amount)?,
        None => all.push(TenderSum { tender, amount }),
    }
    Ok(())
}

fn add_tax(all: &mut Vec<TaxShare>, share: &TaxShare) -> Result<(), MoneyError> {
    match all.iter_mut().find(|there| there.rate == share.rate) {
        Some(there) => {
            there.gross = there.gross.plus(share.gross)?;
            there.tax = there.tax.plus(share.tax)?;
        }
        None => {
            all.push(*share);
            all.sort_by_key(|share| std::cmp::Reverse(share.rate));
        }
    }
    Ok(())
}

/// Query `shift.get`: how things stand at the calling till.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct GetShift {}

/// How things stand at a till.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct TillState {
    /// The shift that is open, with what it has taken so far.
    pub open: Option<OpenNow>,
    /// The shift that was closed last.
    pub last: Option<ShiftClosed>,
}

/// A shift that is open.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct OpenNow {
    /// Its beginning.
    pub shift: ShiftOpened,
    /// What it has taken so far; none to a cashier, who counts without knowing.
    pub report: Option<Report>,
    /// The newest movements of cash, newest first, at most 50.
    pub moved: Vec<CashMoved>,
}

/// Fact `shift.note`: something that changes no sum, and that the books are to know of.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct TakeNote {
    /// The new note's key.
    pub note: NoteId,
    /// What was done.
    pub action: TillAction,
    /// To what, at most [`crate::ticket::MAX_NOTE`] characters.
    pub about: String,
}

/// What is done at a till besides selling.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum TillAction {
    /// A line was taken off a ticket.
    LineVoided,
    /// A ticket was thrown away.
    TicketVoided,
    /// A ticket was put aside.
    TicketHeld,
    /// A ticket that was put aside was taken up again.
    TicketRecalled,
    /// The drawer was opened without a sale.
    DrawerOpened,
    /// A receipt was printed again.
    Reprinted,
    /// A receipt was printed for the first time.
    Printed,
    /// A receipt without prices was printed.
    GiftPrinted,
    /// A receipt with who buys was printed.
    InvoicePrinted,
    /// An X or Z report was printed.
    ReportPrinted,
    /// The drawer was opened for the cash of a sale or a return.
    DrawerForSale,
    /// A gift card was frozen.
    GiftCardFrozen,
    /// A gift card that was frozen pays again.
    GiftCardUnfrozen,
    /// A gift card's slip was printed.
    GiftCardPrinted,
}

/// Something was noted.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Noted {
    /// Its key.
    pub id: NoteId,
    /// In which shift, where one was open.
    pub shift: Option<ShiftId>,
    /// At which till.
    pub till: DeviceId,
    /// By whom.
    pub by: StaffId,
    /// When, by the till's clock.
    pub at: Timestamp,
    /// What was done.
    pub action: TillAction,
    /// To what.
    pub about: String,
    /// To which sale or refund, where it was printed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub of: Option<Uuid>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_count_is_the_sum_of_its_pieces() {
        let yuan = |minor| Currency::CNY.minor(minor);
        let counts = [Counted { worth: yuan(10_000), count: 3 }, Counted { worth: yuan(50), count: 7 }];
        assert_eq!(counted(&counts, Currency::CNY), Ok(yuan(30_350)));
        let mixed = [Counted { worth: Currency::EUR.minor(100), count: 1 }];
        assert!(counted(&mixed, Currency::CNY).is_err());
        let much = [Counted { worth: yuan(i64::MAX), count: 2 }];
        assert_eq!(counted(&much, Currency::CNY), Err(MoneyError::Range));
    }

    #[test]
    fn denominations_fall() {
        for currency in [Currency::CNY, Currency::EUR, Currency::USD, Currency::GBP, Currency::JPY] {
            assert!(denominations(currency).windows(2).all(|pair| pair[0] > pair[1]));
        }
    }
}
