//! A till's ticket: what is rung up before it is paid, what was taken off, and how far a cashier may go alone.

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use crate::basket::{BasketProduct, MAX_LINES};
use crate::card_code::CardCode;
use crate::code::CardNumber;
use crate::deposit::{Containers, Deposits, Empties};
use crate::fact::RecordRefund;
use crate::id::{LineId, PaymentId, SaleId, StaffId};
use crate::money::{Currency, Money, MoneyError, Price};
use crate::payment::Tender;
use crate::pricing::{self, Totals};
use crate::promotion::{Allocation, Context, Item, Priced, PromotionError, Rules};
use crate::quantity::{Measure, MeasureError};
use crate::staff::Pin;
use crate::tax::{TaxRate, TaxRules};
use crate::text::LocalText;
use crate::time::Timestamp;

/// The longest note or reason, in characters.
pub const MAX_NOTE: usize = 200;

/// The longest serial or lot number, in characters: those of GS1 have 20.
pub const MAX_SERIAL: usize = 40;

/// A share in hundredths of a percent, 1 to 10,000.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(try_from = "u16", into = "u16")]
pub struct Share(u16);

impl Share {
    /// Hundredths of a percent.
    pub fn new(hundredths: u16) -> Result<Self, TicketError> {
        if (1..=10_000).contains(&hundredths) { Ok(Self(hundredths)) } else { Err(TicketError::Share) }
    }

    /// Hundredths of a percent.
    pub const fn hundredths(self) -> u16 {
        self.0
    }
}

impl TryFrom<u16> for Share {
    type Error = TicketError;

    fn try_from(hundredths: u16) -> Result<Self, TicketError> {
        Self::new(hundredths)
    }
}

impl From<Share> for u16 {
    fn from(share: Share) -> Self {
        share.0
    }
}

/// What is taken off a price.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(tag = "by", content = "value", rename_all = "snake_case")]
pub enum Off {
    /// A share of it, rounded to the nearest minor unit.
    Share(Share),
    /// An amount, at most the price.
    Amount(Price),
}

impl Off {
    /// What it takes off `amount`. Errors where that is more than there is, or of another currency.
    pub fn of(self, amount: Money) -> Result<Money, TicketError> {
        match self {
            Self::Share(share) => Ok(amount.times_ratio(share.hundredths().into(), 10_000)?),
            Self::Amount(off) => {
                let off = off.money();
                if amount.minus(off)?.minor < 0 { Err(TicketError::BelowZero) } else { Ok(off) }
            }
        }
    }
}

/// What a cashier changed of a line's price.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Change {
    /// Another price for a piece or a kilogram; what is taken off comes after it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub price: Option<Price>,
    /// What is taken off the line.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub off: Option<Off>,
}

impl Change {
    /// Whether it changes nothing.
    pub const fn is_none(&self) -> bool {
        self.price.is_none() && self.off.is_none()
    }
}

/// A line of a ticket.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct TicketLine {
    /// Its key.
    pub id: LineId,
    /// Of what. Shared with the ticket as it was before: a till keeps many of those, to be taken back to.
    pub product: Arc<BasketProduct>,
    /// How much.
    pub measure: Measure,
    /// What was changed of its price.
    #[serde(default)]
    pub change: Change,
    /// Its serial or lot number, at most [`MAX_SERIAL`] characters; empty where none is kept.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub serial: String,
}

/// What is rung up.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Ticket {
    /// The key of the sale that it becomes.
    pub sale: SaleId,
    /// Oldest line first.
    pub lines: Vec<TicketLine>,
    /// What is taken off all of it, after what is taken off its lines.
    pub off: Option<Off>,
    /// What the cashier noted, at most [`MAX_NOTE`] characters.
    pub note: String,
    /// The member whose card was shown.
    pub card: Option<CardNumber>,
    /// Goods of an earlier sale that are given back for these.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub exchange: Option<Box<Exchange>>,
    /// Empties that come back, each deposit once.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub empties: Vec<Empties>,
}

/// Goods that are given back for those of a ticket.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Exchange {
    /// What comes back. Nothing of it is given out by itself: its worth pays for the ticket.
    pub back: RecordRefund,
    /// What it is worth, as the cashier was shown.
    pub worth: Price,
    /// How many lines come back.
    pub lines: u32,
}

impl Ticket {
    /// An empty one.
    pub const fn new(sale: SaleId) -> Self {
        Self {
            sale,
            lines: Vec::new(),
            off: None,
            note: String::new(),
            card: None,
            exchange: None,
            empties: Vec::new(),
        }
    }

    /// Whether there is anything on it to be paid or given back.
    pub const fn is_empty(&self) -> bool {
        self.lines.is_empty() && self.empties.is_empty()
    }

    /// What is given back for it is worth; nothing where nothing is.
    pub fn credit(&self, currency: Currency) -> Money {
        self.exchange.as_ref().map_or(currency.minor(0), |exchange| exchange.worth.money())
    }

    /// What promotions make of it, before anything is taken off the whole.
    pub fn promoted(&self, rules: &Rules, context: &Context<'_>) -> Result<Priced, PromotionError> {
        rules.price(&self.items(), context)
    }

    /// Its lines, as promotions see them.
    pub fn items(&self) -> Vec<Item<'_>> {
        self.lines
            .iter()
            .map(|line| Item {
                line: line.id,
                product: line.product.id,
                categories: line.product.category.as_slice(),
                brand: &line.product.brand,
                price: line.product.price,
                measure: line.measure,
                change: line.change,
            })
            .collect()
    }

    /// What it comes to, with what promotions take off its lines.
    pub fn rung(
        &self,
        currency: Currency,
        taxes: TaxRules,
        promotions: &[Allocation],
    ) -> Result<Rung, TicketError> {
        let lines = self.lines.iter().map(|line| {
            Ok(RungLine {
                price: line.product.price,
                measure: line.measure,
                tax: line.product.tax,
                change: line.change,
                promoted: off_line(promotions, line.id, currency)?,
                deposits: &line.product.deposits,
            })
        });
        let lines: Vec<_> = lines.collect::<Result<_, TicketError>>()?;
        rung(&lines, self.off, &self.empties, currency, taxes)
    }

    /// Puts a product in: pieces of one that is there at its own price are added to those of its line, which is then the last
    /// one and has the new key. So whoever shows lines by their keys has one to take away and one to add; moved, it would
    /// move all that came after it.
    pub fn put(&mut self, line: TicketLine) -> Result<LineId, TicketError> {
        let there = self.lines.iter().position(|there| {
            there.product.id == line.product.id
                && there.product.price == line.product.price
                && there.product.deposits == line.product.deposits
                && there.change.is_none()
                && line.change.is_none()
                && there.serial.is_empty()
                && line.serial.is_empty()
                && matches!((there.measure, line.measure), (Measure::Pieces(_), Measure::Pieces(_)))
        });
        if let (Some(at), Measure::Pieces(more)) = (there, line.measure)
            && let Measure::Pieces(count) = self.lines[at].measure
        {
            let measure = Measure::Pieces(count.saturating_add(more)).checked()?;
            let merged = self.lines.remove(at);
            let id = line.id;
            self.lines.push(TicketLine { id, measure, ..merged });
            return Ok(id);
        }
        if self.lines.len() >= MAX_LINES {
            return Err(TicketError::Full);
        }
        line.measure.checked()?;
        let id = line.id;
        self.lines.push(line);
        Ok(id)
    }

    /// The age that its buyer must have reached, in years.
    pub fn min_age(&self) -> Option<u8> {
        self.lines.iter().filter_map(|line| line.product.min_age).max()
    }
}

/// What promotions take off a line. Errors on another currency and beyond the range.
pub fn off_line(promotions: &[Allocation], line: LineId, currency: Currency) -> Result<Money, MoneyError> {
    let of_line = promotions.iter().filter(|off| off.line == line);
    of_line.map(|off| off.off).try_fold(currency.minor(0), Money::plus)
}

/// A line to be priced.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct RungLine<'a> {
    /// The shop's price for a piece or a kilogram.
    pub price: Price,
    /// How much.
    pub measure: Measure,
    /// Its tax.
    pub tax: TaxRate,
    /// What was changed of its price.
    pub change: Change,
    /// What promotions take off it, of what the change leaves.
    pub promoted: Money,
    /// The deposits on its containers, which nothing is taken off.
    pub deposits: &'a Deposits,
}

/// What a ticket comes to.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Rung {
    /// Of each line what is paid, with its part of what was taken off the whole.
    pub amounts: Vec<Money>,
    /// Of each line what it would have come to.
    pub list: Vec<Money>,
    /// Of each line what promotions took off.
    pub promoted: Vec<Money>,
    /// What all of it comes to.
    pub totals: Totals,
}

impl Rung {
    /// What was taken off each line; nothing where a price was raised.
    pub fn taken_off(&self) -> impl Iterator<Item = Money> {
        self.list
            .iter()
            .zip(&self.amounts)
            .map(|(list, paid)| list.currency.minor((list.minor - paid.minor).max(0)))
    }

    /// All that was taken off.
    pub fn saved(&self) -> Money {
        let currency = self.totals.total.currency;
        currency.minor(self.taken_off().fold(0, |sum, off| sum.saturating_add(off.minor)))
    }

    /// The largest share that a cashier has taken off any line, in hundredths of a percent, rounded up: of what promotions
    /// leave.
    pub fn deepest(&self) -> u16 {
        let by_hand =
            self.list.iter().zip(&self.amounts).zip(&self.promoted).map(|((list, paid), promoted)| {
                let list = list.minor.saturating_sub(promoted.minor);
                (list, list.saturating_sub(paid.minor).max(0))
            });
        let share = |(list, off): (i64, i64)| match (list, off) {
            (_, 0) | (..=0, _) => 0,
            (list, off) => {
                (i128::from(off) * 10_000).div_euclid(i128::from(list))
                    + i128::from((i128::from(off) * 10_000).rem_euclid(i128::from(list)) != 0)
            }
        };
        let deepest = by_hand.map(share).max().unwrap_or(0);
        u16::try_from(deepest).unwrap_or(u16::MAX)
    }
}

/// Prices lines with what was changed, and shares what is taken off the whole out among them by the largest remainder, so
/// that each can come back for exactly what was paid. Deposits and what empties take off the total stand beside that. Errors
/// where more is taken off than there is.
pub fn rung(
    lines: &[RungLine<'_>],
    off: Option<Off>,
    empties: &[Empties],
    currency: Currency,
    taxes: TaxRules,
) -> Result<Rung, TicketError> {
    let nothing = currency.minor(0);
    let (mut amounts, mut list, mut items) = (Vec::new(), Vec::new(), 0u32);
    for line in lines {
        list.push(line.measure.cost(line.price)?);
        let amount = line.measure.cost(line.change.price.unwrap_or(line.price))?;
        let off = line.change.off.map_or(Ok(nothing), |off| off.of(amount))?;
        let amount = amount.minus(off)?.minus(line.promoted)?;
        if amount.minor < 0 || line.promoted.minor < 0 {
            return Err(TicketError::BelowZero);
        }
        amounts.push(amount);
        items = items.saturating_add(line.measure.items());
    }
    if let Some(off) = off {
        let all = amounts.iter().try_fold(nothing, |sum, amount| sum.plus(*amount))?;
        let off = off.of(all)?;
        if !off.is_zero() {
            let weights: Vec<u64> = amounts.iter().map(|amount| amount.minor.unsigned_abs()).collect();
            for (amount, part) in amounts.iter_mut().zip(off.share_out(&weights)?) {
                *amount = amount.minus(part)?;
            }
        }
    }
    let taxed: Vec<_> = lines.iter().zip(&amounts).map(|(line, amount)| (line.tax, *amount)).collect();
    let containers = Containers::of(lines.iter().map(|line| (line.deposits, line.measure)))?;
    let containers = containers.with_back(empties)?;
    let totals = Totals { items, ..pricing::sum(&taxed, nothing, &containers, currency, taxes)? };
    let promoted = lines.iter().map(|line| line.promoted).collect();
    Ok(Rung { amounts, list, promoted, totals })
}

/// To which step cash is rounded, and which way.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct CashRounding {
    /// In minor units, such as 5 or 10; at least 1.
    pub step: u16,
    /// Which way.
    pub way: RoundingWay,
}

/// Which way an amount is rounded.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum RoundingWay {
    /// To the nearest step, halves up.
    Nearest,
    /// Never below.
    Up,
    /// Never above.
    Down,
}

impl CashRounding {
    /// What is to be paid in cash for `due`.
    pub fn rounded(self, due: Money) -> Money {
        let step = i64::from(self.step.max(1));
        let rest = due.minor.rem_euclid(step);
        let down = due.minor - rest;
        let up = if rest == 0 { down } else { down.saturating_add(step) };
        let minor = match self.way {
            RoundingWay::Down => down,
            RoundingWay::Up => up,
            RoundingWay::Nearest if rest * 2 >= step => up,
            RoundingWay::Nearest => down,
        };
        due.currency.minor(minor)
    }
}

/// A shop's rules for its tills.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(default)]
pub struct TillRules {
    /// How cash is rounded; none where there are coins for every amount.
    pub rounding: Option<CashRounding>,
    /// The most that a cashier takes off a line without a manager, in hundredths of a percent.
    pub cashier_off: u16,
    /// The text at the foot of a receipt.
    pub footer: LocalText,
    /// The other currencies that are taken in cash, each once.
    pub foreign: Vec<ForeignRate>,
    /// The shop's tax number, as its receipts say it; may be empty.
    pub tax_number: String,
}

impl TillRules {
    /// Refused where a rule cannot be.
    pub fn checked(&self, currency: Currency) -> Result<(), &'static str> {
        if self.rounding.is_some_and(|rounding| rounding.step == 0) {
            return Err("rounding");
        }
        if self.cashier_off > 10_000 {
            return Err("cashier_off");
        }
        if [&self.footer.en, &self.footer.zh].into_iter().any(|text| text.chars().count() > MAX_NOTE) {
            return Err("footer");
        }
        let mut seen = vec![currency];
        for rate in &self.foreign {
            let sound = rate.thousand.money().currency == currency && !rate.thousand.money().is_zero();
            if !sound || seen.contains(&rate.currency) {
                return Err("foreign");
            }
            seen.push(rate.currency);
        }
        Ok(())
    }
}

/// Request `ticket.set_rules`: the shop's rules for its tills are these from now on.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct SetTillRules {
    /// All of them.
    pub rules: TillRules,
}

/// What cash of another currency counts for.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct ForeignRate {
    /// Which.
    pub currency: Currency,
    /// What a thousand of its major units are worth in the shop's currency.
    pub thousand: Price,
}

impl ForeignRate {
    /// What `given` is worth here, rounded to the nearest minor unit. Errors on another currency and beyond the range.
    pub fn worth(&self, given: Money) -> Result<Money, MoneyError> {
        if given.currency != self.currency {
            return Err(MoneyError::Mixed { left: given.currency, right: self.currency });
        }
        self.thousand.money().times_ratio(given.minor, 1_000 * 10_i64.pow(self.currency.exponent()))
    }
}

/// Cash of another currency that was received.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct ForeignCash {
    /// What was received, in its own currency.
    pub given: Price,
    /// What it counts for, in the shop's.
    pub worth: Price,
}

/// What was taken for a sale by somebody whose yes it needs, before the sale is made.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Taken {
    /// Under which key.
    pub payment: PaymentId,
    /// By what means.
    pub tender: Tender,
    /// How much.
    pub amount: Price,
}

impl Default for TillRules {
    fn default() -> Self {
        Self {
            rounding: None,
            cashier_off: 1_000,
            footer: LocalText::new("Thank you for shopping with us", "谢谢惠顾"),
            foreign: Vec::new(),
            tax_number: String::new(),
        }
    }
}

/// What is paid by card at a terminal of the bank's.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct CardPaid {
    /// How much.
    pub amount: Price,
    /// What the terminal's slip says, such as its authorisation code; at most 40 characters, may be empty.
    pub reference: String,
}

impl CardPaid {
    /// The longest text of a terminal's slip, in characters.
    pub const MAX_REFERENCE: usize = 40;
}

/// What is laid on the counter for a total.
#[derive(Clone, Copy, Debug)]
pub struct Laid<'a> {
    /// By card, at the bank's terminal.
    pub cards: &'a [CardPaid],
    /// By what needed somebody's yes.
    pub taken: &'a [Taken],
    /// What goods that come back are worth.
    pub credit: Money,
    /// Cash of the shop's currency.
    pub cash: Money,
    /// Cash of another.
    pub foreign: Option<ForeignCash>,
}

impl Laid<'_> {
    /// Cash and nothing else.
    pub const fn cash(cash: Money) -> Self {
        Self { cards: &[], taken: &[], credit: cash.currency.minor(0), cash, foreign: None }
    }

    /// What is neither cash nor credit.
    fn cashless(&self) -> Result<Money, MoneyError> {
        let nothing = self.cash.currency.minor(0);
        let by_card = self.cards.iter().try_fold(nothing, |sum, card| sum.plus(card.amount.money()))?;
        self.taken.iter().try_fold(by_card, |sum, taken| sum.plus(taken.amount.money()))
    }

    /// What of `total` is left to be paid in cash, before it is rounded; below zero where goods that come back are worth
    /// more. Errors where what is neither cash nor credit is more than was left for it.
    pub fn rest(&self, total: Money) -> Result<Money, TicketError> {
        let (left, cashless) = (total.minus(self.credit)?, self.cashless()?);
        if cashless.minor > left.minor.max(0) {
            return Err(TicketError::CardsAboveTotal);
        }
        Ok(left.minus(cashless)?)
    }
}

/// How a total is paid.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Paid {
    /// What cash was rounded by: above zero where more is taken.
    pub rounding: Money,
    /// What is due in cash; below zero where it is given back.
    pub cash_due: Money,
    /// What is given back, of what was received and of what was due to be.
    pub change: Money,
}

/// How `total` is paid by what was laid on the counter. Errors where that is too little, or cards pay more than all of it.
pub fn paid(total: Money, laid: &Laid<'_>, rounding: Option<CashRounding>) -> Result<Paid, TicketError> {
    let rest = laid.rest(total)?;
    let cash_due = rounding.map_or(rest, |rounding| rounding.rounded(rest));
    let worth = laid.foreign.map_or(total.currency.minor(0), |foreign| foreign.worth.money());
    let change = laid.cash.plus(worth)?.minus(cash_due)?;
    if change.minor < 0 || laid.cash.minor < 0 {
        return Err(TicketError::TooLittle { due: cash_due });
    }
    Ok(Paid { rounding: cash_due.minus(rest)?, cash_due, change })
}

/// Request `ticket.hold_value`: money on a card is set aside for a sale. Refused where there is less, and where the card
/// [renews its code](crate::member::Card::renews) and this is not one that it shows now for the first time. Done again
/// under the same key it changes nothing.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct HoldValue {
    /// The new payment's key.
    pub payment: PaymentId,
    /// For which sale.
    pub sale: SaleId,
    /// Of which card.
    pub number: CardNumber,
    /// How much, above zero.
    pub amount: Money,
    /// What the card shows, where it is on a phone.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub code: Option<CardCode>,
}

/// Request `ticket.release_value`: what was set aside is not needed, and free again. What a sale was paid with stays.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct ReleaseValue {
    /// Under which key.
    pub payment: PaymentId,
}

/// Request `ticket.hold`: keep a ticket at the hub, for this till or another.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Hold {
    /// All of it; at least one line, or empties.
    pub ticket: Ticket,
}

/// Query `ticket.held`: the tickets that are kept.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct GetHeld {}

/// A ticket that is kept.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct HeldTicket {
    /// It.
    pub ticket: Ticket,
    /// The name of who put it aside.
    pub by: String,
    /// When.
    pub at: Timestamp,
}

/// Tickets that are kept, oldest first, at most 100.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Held {
    /// They.
    pub tickets: Vec<HeldTicket>,
}

/// Request `ticket.recall`: take a ticket that is kept, which is then no longer kept. One till gets it.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Recall {
    /// Which.
    pub sale: SaleId,
}

/// Credential `ticket.allow`: a manager allows for one sale, on the cashier's own screen, what the cashier may not do alone.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Allow {
    /// For which sale.
    pub sale: SaleId,
    /// The manager's.
    pub pin: Pin,
}

/// Who allowed it.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Allowed {
    /// Their key.
    pub by: StaffId,
    /// Their name.
    pub name: String,
}

/// Why a ticket cannot be so. It stays as it was.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
pub enum TicketError {
    /// More lines than a sale can have.
    #[error("a ticket holds at most {MAX_LINES} lines")]
    Full,
    /// No share.
    #[error("a share is 0.01 to 100 percent")]
    Share,
    /// More is taken off than there is.
    #[error("no more can be taken off than there is")]
    BelowZero,
    /// Cards pay more than all of it.
    #[error("cards pay at most the total")]
    CardsAboveTotal,
    /// It is not paid.
    #[error("{due} is due in cash")]
    TooLittle {
        /// What is due in cash.
        due: Money,
    },
    /// A quantity beyond what one line can hold.
    #[error(transparent)]
    Measure(#[from] MeasureError),
    /// An amount beyond the range, or of another currency.
    #[error(transparent)]
    Money(#[from] MoneyError),
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use uuid::Uuid;

    use super::*;
    use crate::catalogue::SoldBy;
    use crate::id::ProductId;

    fn yuan(minor: i64) -> Money {
        Currency::CNY.minor(minor)
    }

    fn price(minor: i64) -> Price {
        Price::new(yuan(minor)).unwrap()
    }

    fn off() -> impl Strategy<Value = Option<Off>> {
        prop_oneof![
            Just(None),
            (1u16..=10_000).prop_map(|share| Some(Off::Share(Share::new(share).unwrap()))),
            (0i64..3_000).prop_map(|minor| Some(Off::Amount(price(minor)))),
        ]
    }

    fn line() -> impl Strategy<Value = RungLine<'static>> {
        let promoted = prop_oneof![Just(0i64), 0i64..20_000];
        (0i64..50_000, 1u32..20, prop_oneof![Just(0u16), Just(900), Just(1300)], off(), promoted).prop_map(
            |(minor, count, rate, off, promoted)| RungLine {
                price: price(minor),
                measure: Measure::Pieces(count),
                tax: TaxRate(rate),
                change: Change { price: None, off },
                promoted: yuan(promoted.min(minor * i64::from(count))),
                deposits: Deposits::none(),
            },
        )
    }

    fn piece(product: u8, count: u32, id: u128) -> TicketLine {
        let product = BasketProduct {
            id: ProductId(Uuid::from_u128(product.into())),
            code: "40110".parse().unwrap(),
            name: LocalText::new("Milk", "牛奶"),
            picture: None,
            category: None,
            brand: String::new(),
            price: price(100),
            sold_by: SoldBy::Piece,
            tax: TaxRate(900),
            min_age: None,
            tagged: false,
            deposits: Deposits::default(),
        };
        TicketLine {
            id: LineId(Uuid::from_u128(id)),
            product: product.into(),
            measure: Measure::Pieces(count),
            change: Change::default(),
            serial: String::new(),
        }
    }

    proptest! {
        #[test]
        fn pieces_of_one_product_are_one_line_which_is_the_last_under_the_newest_key(
            scans in prop::collection::vec((0u8..5, 1u32..9), 1..30)
        ) {
            let mut ticket = Ticket::new(SaleId(Uuid::nil()));
            for (at, (product, count)) in (1u128..).zip(&scans) {
                let others: Vec<_> = ticket.lines.iter().map(|line| line.id).collect();
                let line = piece(*product, *count, at);
                let id = ticket.put(line.clone()).unwrap();
                prop_assert_eq!(id, line.id);
                let last = ticket.lines.last().unwrap();
                prop_assert_eq!((last.id, last.product.id), (id, line.product.id));
                // All others are as they were, in their order.
                let still: Vec<_> = ticket.lines.iter().map(|line| line.id).filter(|there| *there != id).collect();
                let kept: Vec<_> = others.into_iter().filter(|there| still.contains(there)).collect();
                prop_assert_eq!(still, kept);
            }
            let rung: u32 = ticket.lines.iter().map(|line| line.measure.items()).sum();
            prop_assert_eq!(rung, scans.iter().map(|(_, count)| count).sum::<u32>());
            let products: std::collections::BTreeSet<_> = scans.iter().map(|(product, _)| product).collect();
            prop_assert_eq!(ticket.lines.len(), products.len());
        }

        #[test]
        fn what_is_taken_off_is_shared_out_to_the_last_unit(lines in prop::collection::vec(line(), 1..30), whole in off()) {
            let Ok(rung) = rung(&lines, whole, &[], Currency::CNY, TaxRules::default()) else { return Ok(()) };
            let sum: i64 = rung.amounts.iter().map(|amount| amount.minor).sum();
            prop_assert_eq!(sum, rung.totals.goods.minor);
            prop_assert!(rung.amounts.iter().zip(&rung.list).all(|(paid, list)| (0..=list.minor).contains(&paid.minor)));
            let list: i64 = rung.list.iter().map(|amount| amount.minor).sum();
            prop_assert_eq!(list - sum, rung.saved().minor);
        }

        #[test]
        fn change_and_rounding_add_up(total in 0i64..100_000, card in 0i64..100_000, cash in 0i64..200_000, step in 1u16..20) {
            for way in [RoundingWay::Nearest, RoundingWay::Up, RoundingWay::Down] {
                let rounding = CashRounding { step, way };
                let cards = [CardPaid { amount: price(card), reference: String::new() }];
                let laid = Laid { cards: &cards, ..Laid::cash(yuan(cash)) };
                match paid(yuan(total), &laid, Some(rounding)) {
                    Ok(paid) => {
                        prop_assert_eq!(card + cash - paid.change.minor, total + paid.rounding.minor);
                        prop_assert!(paid.rounding.minor.abs() < i64::from(step));
                        prop_assert_eq!(paid.cash_due.minor % i64::from(step), 0);
                    }
                    Err(TicketError::CardsAboveTotal) => prop_assert!(card > total),
                    Err(TicketError::TooLittle { due }) => prop_assert!(cash < due.minor),
                    Err(error) => prop_assert!(false, "{error}"),
                }
            }
        }
    }

    proptest! {
        #[test]
        fn whatever_is_laid_down_comes_out_again(
            total in 0i64..100_000, credit in 0i64..150_000, value in 0i64..50_000, cash in 0i64..200_000, dollars in 0i64..20_000,
            step in 1u16..20,
        ) {
            let rate = ForeignRate { currency: Currency::USD, thousand: price(712_345) };
            let given = Currency::USD.minor(dollars);
            let worth = rate.worth(given).unwrap();
            let payment = PaymentId(uuid::Uuid::nil());
            let taken = [Taken { payment, tender: Tender::StoredValue, amount: price(value) }];
            let foreign = Some(ForeignCash { given: Price::new(given).unwrap(), worth: Price::new(worth).unwrap() });
            let laid = Laid { cards: &[], taken: &taken, credit: yuan(credit), cash: yuan(cash), foreign };
            let rounding = CashRounding { step, way: RoundingWay::Nearest };
            match paid(yuan(total), &laid, Some(rounding)) {
                Ok(paid) => {
                    let into_drawer = cash + worth.minor - paid.change.minor;
                    prop_assert_eq!(into_drawer + value + credit, total + paid.rounding.minor);
                    prop_assert_eq!(paid.cash_due.minor.rem_euclid(i64::from(step)), 0);
                    prop_assert!(paid.change.minor >= 0);
                }
                Err(TicketError::CardsAboveTotal) => prop_assert!(value > (total - credit).max(0)),
                Err(TicketError::TooLittle { due }) => prop_assert!(cash + worth.minor < due.minor),
                Err(error) => prop_assert!(false, "{error}"),
            }
        }
    }

    #[test]
    fn rules_that_cannot_be_are_named() {
        let dollars = ForeignRate { currency: Currency::USD, thousand: price(710_000) };
        let sound = TillRules { foreign: vec![dollars], ..TillRules::default() };
        assert_eq!(sound.checked(Currency::CNY), Ok(()));
        assert_eq!(sound.checked(Currency::USD), Err("foreign"), "a shop's own currency has no rate");
        let twice = TillRules { foreign: vec![dollars, dollars], ..TillRules::default() };
        assert_eq!(twice.checked(Currency::CNY), Err("foreign"));
        let nothing = ForeignRate { thousand: price(0), ..dollars };
        assert_eq!(
            TillRules { foreign: vec![nothing], ..TillRules::default() }.checked(Currency::CNY),
            Err("foreign")
        );
        let step = Some(CashRounding { step: 0, way: RoundingWay::Up });
        assert_eq!(
            TillRules { rounding: step, ..TillRules::default() }.checked(Currency::CNY),
            Err("rounding")
        );
        assert_eq!(
            TillRules { cashier_off: 10_001, ..TillRules::default() }.checked(Currency::CNY),
            Err("cashier_off")
        );
    }

    #[test]
    fn other_money_counts_for_what_the_shop_says() {
        let rate = ForeignRate { currency: Currency::JPY, thousand: price(4_750) };
        assert_eq!(rate.worth(Currency::JPY.minor(10_000)), Ok(yuan(47_500)));
        let rate = ForeignRate { currency: Currency::USD, thousand: price(710_000) };
        assert_eq!(rate.worth(Currency::USD.minor(2_000)), Ok(yuan(14_200)));
        assert!(rate.worth(Currency::EUR.minor(1)).is_err());
        assert!(rate.worth(Currency::USD.minor(i64::MAX)).is_err());
    }

    #[test]
    fn no_more_is_taken_off_than_there_is() {
        let line = RungLine {
            price: price(500),
            measure: Measure::Pieces(1),
            tax: TaxRate(0),
            change: Change { price: None, off: Some(Off::Amount(price(501))) },
            promoted: yuan(0),
            deposits: Deposits::none(),
        };
        assert_eq!(rung(&[line], None, &[], Currency::CNY, TaxRules::default()), Err(TicketError::BelowZero));
        let whole = Some(Off::Amount(price(501)));
        let plain = RungLine { change: Change::default(), ..line };
        assert_eq!(
            rung(&[plain], whole, &[], Currency::CNY, TaxRules::default()),
            Err(TicketError::BelowZero)
        );
        let promoted = RungLine { promoted: yuan(501), ..plain };
        assert_eq!(
            rung(&[promoted], None, &[], Currency::CNY, TaxRules::default()),
            Err(TicketError::BelowZero)
        );
        assert_eq!(Share::new(0), Err(TicketError::Share));
        assert_eq!(Share::new(10_001), Err(TicketError::Share));
    }

    #[test]
    fn the_deepest_discount_is_rounded_up_so_that_a_limit_holds() {
        let line = |off| RungLine {
            price: price(999),
            measure: Measure::Pieces(1),
            tax: TaxRate(0),
            change: Change { price: None, off },
            promoted: yuan(0),
            deposits: Deposits::none(),
        };
        let lines = [line(Some(Off::Amount(price(100)))), line(None)];
        let plain = rung(&lines, None, &[], Currency::CNY, TaxRules::default()).unwrap();
        assert_eq!(plain.deepest(), 1_002, "10.01 %, and a little");
        // What a promotion takes off is the shop's own doing; what a cashier takes off the rest is not.
        let half = RungLine { promoted: yuan(500), ..line(None) };
        let promoted = rung(&[half], None, &[], Currency::CNY, TaxRules::default()).unwrap();
        assert_eq!((promoted.deepest(), promoted.saved()), (0, yuan(500)));
        let both = RungLine { change: line(Some(Off::Amount(price(50)))).change, ..half };
        let both = rung(&[both], None, &[], Currency::CNY, TaxRules::default()).unwrap();
        assert_eq!((both.deepest(), both.saved()), (1_003, yuan(550)), "50 of 499");
    }
}
