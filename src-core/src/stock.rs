//! The ledger of what came onto the shelves and left them.

use serde::{Deserialize, Serialize};

/// Why stock moved. A product's stock is the sum of its movements.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum StockReason {
    /// An import or a count set it.
    Count,
    /// Promised to an order when it was placed.
    Order,
    /// Back from an order that was cancelled.
    Cancellation,
    /// Sold at a till.
    Sale,
    /// Came back to a till.
    Return,
}

impl StockReason {
    /// The word kept in the ledger.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Count => "count",
            Self::Order => "order",
            Self::Cancellation => "cancellation",
            Self::Sale => "sale",
            Self::Return => "return",
        }
    }
}
