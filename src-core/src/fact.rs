//! What has happened at a till and cannot be refused later: sales, what came back of them, counts of stock.
//!
//! A till keeps each in the transaction in which it happens and sends it on until the hub has it. Whatever the hub knows
//! by then, the goods are gone and the money is in the drawer; so the hub books it, and where stock falls below zero the
//! product is marked to be counted.

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::catalogue::Product;
use crate::exit::Exit;
use crate::id::{CountId, DeviceId, LineId, ProductId, RefundId, SaleId, StaffId};
use crate::money::Money;
use crate::order::{OrderLine, PlaceLine};
use crate::pricing::Totals;
use crate::time::Timestamp;

/// The most facts that are sent together.
pub const PUSH_LIMIT: usize = 500;

/// Fact `sale.record`: goods were sold for cash.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct RecordSale {
    /// The new sale's key: the same one again is the same sale.
    pub sale: SaleId,
    /// 1 to [`crate::basket::MAX_LINES`] lines.
    pub lines: Vec<PlaceLine>,
    /// The cash received, at least the total.
    pub cash: Money,
    /// What the cashier was shown.
    pub expected_total: Money,
}

/// Fact `sale.refund`: whole lines of a sale came back, and their price was given back in cash.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct RecordRefund {
    /// The new refund's key.
    pub refund: RefundId,
    /// Of which sale of this till.
    pub sale: SaleId,
    /// Which lines of it; none may have come back before.
    pub lines: Vec<LineId>,
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
    /// The cash given back.
    pub amount: Money,
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
}

impl Fact {
    /// Its key.
    pub fn id(&self) -> Uuid {
        match self {
            Self::Sale(sale) => sale.id.0,
            Self::Refund(refund) => refund.id.0,
            Self::Count(count) => count.id.0,
            Self::Exit(exit) => exit.id.0,
        }
    }

    /// The word kept in the database.
    pub const fn word(&self) -> &'static str {
        match self {
            Self::Sale(_) => "sale",
            Self::Refund(_) => "refund",
            Self::Count(_) => "count",
            Self::Exit(_) => "exit",
        }
    }

    /// At which till.
    pub fn till(&self) -> DeviceId {
        match self {
            Self::Sale(sale) => sale.till,
            Self::Refund(refund) => refund.till,
            Self::Count(count) => count.till,
            Self::Exit(exit) => exit.till,
        }
    }

    /// By whom.
    pub fn by(&self) -> StaffId {
        match self {
            Self::Sale(sale) => sale.by,
            Self::Refund(refund) => refund.by,
            Self::Count(count) => count.by,
            Self::Exit(exit) => exit.by,
        }
    }

    /// When, by the till's clock.
    pub fn at(&self) -> Timestamp {
        match self {
            Self::Sale(sale) => sale.at,
            Self::Refund(refund) => refund.at,
            Self::Count(count) => count.at,
            Self::Exit(exit) => exit.at,
        }
    }

    /// Its receipt's number; a count and somebody who leaves have none.
    pub fn number(&self) -> Option<u32> {
        match self {
            Self::Sale(sale) => Some(sale.number),
            Self::Refund(refund) => Some(refund.number),
            Self::Count(_) | Self::Exit(_) => None,
        }
    }

    /// What it brings into the drawer, in minor units.
    pub fn cash(&self) -> i64 {
        match self {
            Self::Sale(sale) => sale.totals.total.minor,
            Self::Refund(refund) => refund.amount.minor.saturating_neg(),
            Self::Count(_) | Self::Exit(_) => 0,
        }
    }

    /// What it does to the stock of each product: pieces or grams, each product once.
    pub fn stock(&self) -> Vec<(ProductId, i64)> {
        let (lines, sign) = match self {
            Self::Sale(sale) => (&sale.lines, -1),
            Self::Refund(refund) => (&refund.lines, 1),
            Self::Count(count) => return vec![(count.product, count.counted.saturating_sub(count.expected))],
            Self::Exit(_) => return Vec::new(),
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
