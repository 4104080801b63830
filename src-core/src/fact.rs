//! What has happened at a till and cannot be refused later: sales, what came back of them, counts of stock.
//!
//! A till keeps each in the transaction in which it happens and sends it on until the hub has it. Whatever the hub knows
//! by then, the goods are gone and the money is in the drawer; so the hub books it, and where stock falls below zero the
//! product is marked to be counted.

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::catalogue::Product;
use crate::code::CardNumber;
use crate::exit::Exit;
use crate::id::{CountId, DeviceId, LineId, ProductId, RefundId, SaleId, ShiftId, StaffId};
use crate::money::Money;
use crate::order::{OrderLine, PlaceLine};
use crate::pricing::Totals;
use crate::shift::{CashMoved, Noted, ShiftClosed, ShiftOpened};
use crate::ticket::{CardPaid, Change, Off};
use crate::time::Timestamp;

/// The most facts that are sent together.
pub const PUSH_LIMIT: usize = 500;

/// Fact `sale.record`: goods were sold, for cash or by a card at the bank's terminal.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct RecordSale {
    /// The new sale's key: the same one again is the same sale.
    pub sale: SaleId,
    /// 1 to [`crate::basket::MAX_LINES`] lines.
    pub lines: Vec<PlaceLine>,
    /// The cash received: at least what the cards leave to be paid.
    pub cash: Money,
    /// What the cashier was shown.
    pub expected_total: Money,
    /// What was paid by card, at most the total.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub cards: Vec<CardPaid>,
    /// What was changed of lines' prices, each line once.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub changes: Vec<LineChange>,
    /// What was taken off all of it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub off: Option<Off>,
    /// What the cashier noted, at most [`crate::ticket::MAX_NOTE`] characters.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub note: String,
    /// The member whose card was shown.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub card: Option<CardNumber>,
    /// Who allowed, by `ticket.allow`, what the cashier may not do alone.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub allowed_by: Option<StaffId>,
}

impl RecordSale {
    /// A sale for cash at the shop's own prices.
    pub const fn in_cash(sale: SaleId, lines: Vec<PlaceLine>, cash: Money, expected_total: Money) -> Self {
        Self {
            sale,
            lines,
            cash,
            expected_total,
            cards: Vec::new(),
            changes: Vec::new(),
            off: None,
            note: String::new(),
            card: None,
            allowed_by: None,
        }
    }
}

impl RecordRefund {
    /// Lines that go back to the shelf, and what was paid for them back in cash.
    pub const fn in_cash(refund: RefundId, sale: SaleId, lines: Vec<LineId>) -> Self {
        Self { refund, sale, lines, by_card: None, to_shelf: true }
    }
}

/// What was changed of a line's price.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct LineChange {
    /// Of which line.
    pub line: LineId,
    /// What.
    #[serde(flatten)]
    pub change: Change,
}

/// Fact `sale.refund`: whole lines of a sale came back, and what was paid for them was given back.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct RecordRefund {
    /// The new refund's key.
    pub refund: RefundId,
    /// Of which sale of this till.
    pub sale: SaleId,
    /// Which lines of it; none may have come back before.
    pub lines: Vec<LineId>,
    /// How much of it is given back by card, at most what the sale took by card and has not given back; the rest in cash.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub by_card: Option<CardPaid>,
    /// Whether the goods go back to the shelf; otherwise they are waste.
    #[serde(default = "yes")]
    pub to_shelf: bool,
}

/// Fact `stock.count`: so much is on the shelf to be sold. What lies there for an order that is still to be picked has
/// left the stock already, and is not counted.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct CountStock {
    /// The new count's key.
    pub count: CountId,
    /// Of which product.
    pub product: ProductId,
    /// What is there beyond what is meant for orders: pieces, or grams.
    pub counted: i64,
}

/// A sale at a till.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Sale {
    /// Its key.
    pub id: SaleId,
    /// At which till.
    pub till: DeviceId,
    /// The receipt's number: counted by each till from 1, sales and refunds together, without gaps.
    pub number: u32,
    /// By whom.
    pub by: StaffId,
    /// When, by the till's clock.
    pub at: Timestamp,
    /// What was sold.
    pub lines: Vec<OrderLine>,
    /// What it came to.
    pub totals: Totals,
    /// The cash received.
    pub cash: Money,
    /// The cash given back.
    pub change: Money,
    /// What was paid by card.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub cards: Vec<CardPaid>,
    /// What was taken off lines, each once; nothing of the others.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub taken_off: Vec<TakenOff>,
    /// What the cashier noted.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub note: String,
    /// The member whose card was shown.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub card: Option<CardNumber>,
    /// Who allowed what the cashier may not do alone.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub allowed_by: Option<StaffId>,
    /// In which shift of the till.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub shift: Option<ShiftId>,
}

impl Sale {
    /// What was paid by card.
    pub fn by_card(&self) -> Money {
        let minor = self.cards.iter().fold(0i64, |sum, card| sum.saturating_add(card.amount.money().minor));
        self.totals.total.currency.minor(minor)
    }

    /// What stays in the drawer.
    pub const fn cash_kept(&self) -> Money {
        self.cash.currency.minor(self.cash.minor.saturating_sub(self.change.minor))
    }

    /// What cash was rounded by: above zero where more was taken.
    pub fn rounding(&self) -> Money {
        let due = self.totals.total.minor.saturating_sub(self.by_card().minor);
        self.cash.currency.minor(self.cash_kept().minor.saturating_sub(due))
    }

    /// All that was taken off.
    pub fn saved(&self) -> Money {
        let minor = self.taken_off.iter().fold(0i64, |sum, off| sum.saturating_add(off.amount.minor));
        self.totals.total.currency.minor(minor)
    }
}

/// What was taken off a line of a sale.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct TakenOff {
    /// Off which.
    pub line: LineId,
    /// How much, above zero.
    pub amount: Money,
}

/// Query `sale.get`: a sale, by its key or its receipt's number.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum GetSale {
    /// By its key.
    Key(SaleId),
    /// By the number on the receipt of the calling till.
    Number(u32),
}

/// A sale, with what came back of it.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct SoldTicket {
    /// The sale.
    pub sale: Sale,
    /// What came back, oldest first.
    pub refunds: Vec<Refund>,
}

/// Query `sale.list`: the calling till's newest sales.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct GetSales {}

/// Sales, newest first, at most 50.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Sales {
    /// They.
    pub sales: Vec<Sale>,
}

/// Goods that came back.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Refund {
    /// Its key.
    pub id: RefundId,
    /// At which till.
    pub till: DeviceId,
    /// The receipt's number, among those of the till's sales.
    pub number: u32,
    /// By whom.
    pub by: StaffId,
    /// When, by the till's clock.
    pub at: Timestamp,
    /// Of which sale.
    pub sale: SaleId,
    /// What came back, as it was sold.
    pub lines: Vec<OrderLine>,
    /// What was given back.
    pub amount: Money,
    /// How much of it by card, at the bank's terminal; the rest in cash.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub by_card: Option<CardPaid>,
    /// Whether the goods went back to the shelf; otherwise they are waste.
    #[serde(default = "yes")]
    pub to_shelf: bool,
    /// In which shift of the till.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub shift: Option<ShiftId>,
}

const fn yes() -> bool {
    true
}

impl Refund {
    /// What left the drawer.
    pub fn in_cash(&self) -> Money {
        let by_card = self.by_card.as_ref().map_or(0, |card| card.amount.money().minor);
        self.amount.currency.minor(self.amount.minor.saturating_sub(by_card))
    }
}

/// A count of one product.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Count {
    /// Its key.
    pub id: CountId,
    /// At which till.
    pub till: DeviceId,
    /// By whom.
    pub by: StaffId,
    /// When, by the till's clock.
    pub at: Timestamp,
    /// Of which product.
    pub product: ProductId,
    /// What the till believed to be there. The difference is what is booked, so that a count undoes no sale or order of
    /// others that the till had not heard of.
    pub expected: i64,
    /// What is there.
    pub counted: i64,
}

/// Any of them.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(tag = "kind", content = "value", rename_all = "snake_case")]
pub enum Fact {
    /// Goods were sold.
    Sale(Box<Sale>),
    /// Goods came back.
    Refund(Box<Refund>),
    /// Stock was counted.
    Count(Count),
    /// Somebody left by an exit pass.
    Exit(Exit),
    /// A till was opened with its float.
    ShiftOpened(ShiftOpened),
    /// Cash was put in or taken out.
    CashMoved(CashMoved),
    /// A till was counted and closed.
    ShiftClosed(Box<ShiftClosed>),
    /// Something that changes no sum.
    Noted(Noted),
}

impl Fact {
    /// Its key.
    pub fn id(&self) -> Uuid {
        match self {
            Self::Sale(sale) => sale.id.0,
            Self::Refund(refund) => refund.id.0,
            Self::Count(count) => count.id.0,
            Self::Exit(exit) => exit.id.0,
            Self::ShiftOpened(opened) => opened.id.0,
            Self::CashMoved(moved) => moved.id.0,
            Self::ShiftClosed(closed) => closed.id.0,
            Self::Noted(noted) => noted.id.0,
        }
    }

    /// The word kept in the database.
    pub const fn word(&self) -> &'static str {
        match self {
            Self::Sale(_) => "sale",
            Self::Refund(_) => "refund",
            Self::Count(_) => "count",
            Self::Exit(_) => "exit",
            Self::ShiftOpened(_) => "shift_opened",
            Self::CashMoved(_) => "cash_moved",
            Self::ShiftClosed(_) => "shift_closed",
            Self::Noted(_) => "noted",
        }
    }

    /// At which till.
    pub fn till(&self) -> DeviceId {
        match self {
            Self::Sale(sale) => sale.till,
            Self::Refund(refund) => refund.till,
            Self::Count(count) => count.till,
            Self::Exit(exit) => exit.till,
            Self::ShiftOpened(opened) => opened.till,
            Self::CashMoved(moved) => moved.till,
            Self::ShiftClosed(closed) => closed.till,
            Self::Noted(noted) => noted.till,
        }
    }

    /// By whom.
    pub fn by(&self) -> StaffId {
        match self {
            Self::Sale(sale) => sale.by,
            Self::Refund(refund) => refund.by,
            Self::Count(count) => count.by,
            Self::Exit(exit) => exit.by,
            Self::ShiftOpened(opened) => opened.by,
            Self::CashMoved(moved) => moved.by,
            Self::ShiftClosed(closed) => closed.by,
            Self::Noted(noted) => noted.by,
        }
    }

    /// When, by the till's clock.
    pub fn at(&self) -> Timestamp {
        match self {
            Self::Sale(sale) => sale.at,
            Self::Refund(refund) => refund.at,
            Self::Count(count) => count.at,
            Self::Exit(exit) => exit.at,
            Self::ShiftOpened(opened) => opened.at,
            Self::CashMoved(moved) => moved.at,
            Self::ShiftClosed(closed) => closed.at,
            Self::Noted(noted) => noted.at,
        }
    }

    /// In which shift of its till it happened; none where no shift was open.
    pub fn shift(&self) -> Option<ShiftId> {
        match self {
            Self::Sale(sale) => sale.shift,
            Self::Refund(refund) => refund.shift,
            Self::Count(_) | Self::Exit(_) => None,
            Self::ShiftOpened(opened) => Some(opened.id),
            Self::CashMoved(moved) => Some(moved.shift),
            Self::ShiftClosed(closed) => Some(closed.shift),
            Self::Noted(noted) => noted.shift,
        }
    }

    /// Its receipt's number; only what is sold and comes back has one.
    pub fn number(&self) -> Option<u32> {
        match self {
            Self::Sale(sale) => Some(sale.number),
            Self::Refund(refund) => Some(refund.number),
            Self::Count(_)
            | Self::Exit(_)
            | Self::ShiftOpened(_)
            | Self::CashMoved(_)
            | Self::ShiftClosed(_)
            | Self::Noted(_) => None,
        }
    }

    /// What it brings into the drawer, in minor units.
    pub fn cash(&self) -> i64 {
        match self {
            Self::Sale(sale) => sale.cash_kept().minor,
            Self::Refund(refund) => refund.in_cash().minor.saturating_neg(),
            Self::ShiftOpened(opened) => opened.float.minor,
            Self::CashMoved(moved) => moved.amount.minor,
            // What was counted leaves the drawer's books with the shift.
            Self::ShiftClosed(closed) => closed.report.expected_cash.minor.saturating_neg(),
            Self::Count(_) | Self::Exit(_) | Self::Noted(_) => 0,
        }
    }

    /// What it does to the stock of each product: pieces or grams, each product once.
    pub fn stock(&self) -> Vec<(ProductId, i64)> {
        let (lines, sign) = match self {
            Self::Sale(sale) => (&sale.lines, -1),
            Self::Refund(refund) if !refund.to_shelf => return Vec::new(),
            Self::Refund(refund) => (&refund.lines, 1),
            Self::Count(count) => return vec![(count.product, count.counted.saturating_sub(count.expected))],
            Self::Exit(_)
            | Self::ShiftOpened(_)
            | Self::CashMoved(_)
            | Self::ShiftClosed(_)
            | Self::Noted(_) => return Vec::new(),
        };
        let mut moved: Vec<(ProductId, i64)> = Vec::new();
        for line in lines {
            let quantity = sign * line.measure.stock_units(line.price);
            match moved.iter_mut().find(|(product, _)| *product == line.product) {
                Some((_, sum)) => *sum = sum.saturating_add(quantity),
                None => moved.push((line.product, quantity)),
            }
        }
        moved
    }
}

/// Fact `sync.push`: what has happened at the calling till, oldest first. Each is booked once, however often it is sent.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Push {
    /// 1 to [`PUSH_LIMIT`] facts.
    pub facts: Vec<Fact>,
}

/// What the hub has of those that were sent.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Pushed {
    /// The keys of those that are booked, now or before.
    pub booked: Vec<Uuid>,
    /// The keys under which the hub knows something else: for a person to look at.
    pub clashing: Vec<Uuid>,
}

/// Query `stock.recounts`: products that were sold beyond what was believed to be there.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct GetRecounts {}

/// What is to be counted.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Recounts {
    /// At most 200 products.
    pub products: Vec<Product>,
}
