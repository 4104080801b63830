//! Days in money: what came in by each means of payment, and how the provider's own statement compares.

use serde::{Deserialize, Serialize};

use crate::hours::Day;
use crate::id::PaymentId;
use crate::money::Money;
use crate::payment::Tender;
use crate::time::Timestamp;

/// How many days one look shows.
pub const DAYS_SHOWN: i32 = 14;

/// For how many days the provider gives its statement: three months.
pub const DAYS_KEPT: i32 = 90;

/// Query `settlement.days`: the last [`DAYS_SHOWN`] days up to one, newest first; days on which no money moved and of which
/// there is no statement are left out.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct GetSettlement {
    /// The last day; missing for today.
    #[serde(default)]
    pub until: Option<Day>,
}

/// Request `settlement.fetch`: the provider's statement of a day that is over is fetched now. Fetched again, it only adds what
/// was not in it.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct FetchStatement {
    /// Whose.
    pub tender: Tender,
    /// Of which day.
    pub day: Day,
}

/// Several days.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Settlement {
    /// The days, newest first.
    pub days: Vec<DayOfMoney>,
    /// The means of payment whose provider gives statements.
    pub stated: Vec<Tender>,
    /// The day that it is in the shop.
    pub today: Day,
}

/// A day.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct DayOfMoney {
    /// Which.
    pub day: Day,
    /// By each means that money moved by.
    pub tenders: Vec<TenderOfDay>,
}

/// What one means of payment brought on a day.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct TenderOfDay {
    /// Which.
    pub tender: Tender,
    /// How many payments came in, by the shop's books.
    pub payments: u32,
    /// How much.
    pub taken: Money,
    /// How much was given back.
    pub given_back: Money,
    /// What the provider says; missing where it was not asked yet, or gives no statements.
    pub statement: Option<Statement>,
}

/// The provider's statement of a day.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Statement {
    /// When it was last fetched.
    pub fetched: Timestamp,
    /// How many payments it has.
    pub payments: u32,
    /// How much they are.
    pub taken: Money,
    /// How much it says was given back.
    pub given_back: Money,
    /// What the provider keeps for its service, rounded to the smallest unit once for the day.
    pub fees: Money,
    /// Where it says another thing than the shop's books.
    pub differences: Vec<Difference>,
}

/// One thing on which the statement and the shop's books do not agree.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Difference {
    /// What is other.
    pub kind: DifferenceKind,
    /// Whether money was given back, not taken.
    pub refund: bool,
    /// The number that both know it by.
    pub number: String,
    /// The payment, where it is one of the shop's.
    pub payment: Option<PaymentId>,
    /// The number of its order.
    pub order: Option<u32>,
    /// What the shop's books say.
    pub ours: Option<Money>,
    /// What the statement says.
    pub theirs: Option<Money>,
}

/// How a statement differs.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum DifferenceKind {
    /// In the statement, and not in the shop's books.
    NotHere,
    /// In the shop's books, and not in the statement.
    NotThere,
    /// In both, with another amount.
    OtherAmount,
}

impl TenderOfDay {
    /// Nothing so far.
    pub const fn empty(tender: Tender, nothing: Money) -> Self {
        Self { tender, payments: 0, taken: nothing, given_back: nothing, statement: None }
    }
}

/// Whole units of a sum in thousandths of the smallest unit, rounded half away from nothing.
pub const fn of_thousandths(thousandths: i64) -> i64 {
    let (whole, rest) = (thousandths / 1000, thousandths % 1000);
    if rest >= 500 {
        whole + 1
    } else if rest <= -500 {
        whole - 1
    } else {
        whole
    }
}

#[cfg(test)]
mod tests {
    use super::of_thousandths;

    #[test]
    fn fees_are_rounded_once() {
        let rounded: Vec<i64> =
            [0, 499, 500, 1499, -499, -500, -1500].into_iter().map(of_thousandths).collect();
        assert_eq!(rounded, [0, 0, 1, 1, 0, -1, -2]);
    }
}
