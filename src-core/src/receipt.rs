//! A till's receipt on the shopper's own phone: the address that its code leads to, what is shown there, and the points of
//! the purchase for whoever claims them first.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::deposit::{Deposits, Empties};
use crate::id::SaleId;
use crate::issued::{character, digit};
use crate::money::Money;
use crate::order::OrderLine;
use crate::pricing::Totals;
use crate::quantity::Measure;
use crate::shift::TenderSum;
use crate::text::LocalText;
use crate::ticket::ForeignCash;
use crate::time::Timestamp;

/// For how many days after a sale its points can be claimed.
pub const CLAIM_DAYS: i64 = 30;

/// How many characters a code has: 26 of five bits hold the 128 of a key.
const LENGTH: usize = 26;

/// What opens a receipt: the key of its sale, written in 26 digits of Crockford's base 32. The key is a UUIDv7 of the till's,
/// which says when the ticket was begun in 48 bits, and has more than 70 from the system's random numbers in the 74 others
/// (RFC 9562, sections 5.7 and 6.2). Nobody but the shop's staff and whoever was shown the receipt is ever told it. So a till
/// without its hub can show the code at once, and whoever knows the very millisecond of a sale has 2^70 codes left to try at
/// a hub that limits each address.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct ReceiptCode(SaleId);

impl ReceiptCode {
    /// The code of a sale's receipt.
    pub const fn of(sale: SaleId) -> Self {
        Self(sale)
    }

    /// The sale.
    pub const fn sale(self) -> SaleId {
        self.0
    }

    /// The receipt's page at a shop that phones reach at `origin`.
    pub fn address(self, origin: &str) -> String {
        format!("{}/r/{self}", origin.trim().trim_end_matches('/'))
    }
}

impl fmt::Display for ReceiptCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        use fmt::Write;
        let bits = self.0.0.as_u128();
        // The last five bits of what is shifted are a digit, whatever is above them.
        (0..LENGTH).rev().try_for_each(|place| f.write_char(character((bits >> (5 * place)) as u64)))
    }
}

impl fmt::Debug for ReceiptCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("ReceiptCode(…)")
    }
}

impl FromStr for ReceiptCode {
    type Err = ReceiptCodeError;

    fn from_str(text: &str) -> Result<Self, ReceiptCodeError> {
        let digits = text.chars().map(digit).take(LENGTH + 1);
        let digits: Vec<u8> = digits.collect::<Option<_>>().ok_or(ReceiptCodeError)?;
        // The first of 26 digits has room for three bits of the key.
        if digits.len() != LENGTH || digits[0] > 7 {
            return Err(ReceiptCodeError);
        }
        let bits = digits.iter().fold(0u128, |bits, digit| bits << 5 | u128::from(*digit));
        Ok(Self(SaleId(Uuid::from_u128(bits))))
    }
}

string_on_the_wire!(ReceiptCode, "01K8S4Q2ZPM3TXA5B6C7D8E9FG", "^[0-7][0-9A-Za-z]{25}$");

/// Not 26 digits of Crockford's base 32 that hold a key.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
#[error("a receipt's code is 26 letters and digits")]
pub struct ReceiptCodeError;

/// Query `receipt.get`: the receipt behind a code. Not found too while its sale is still on the way from its till.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct GetReceipt {
    /// The code.
    pub code: ReceiptCode,
}

/// A receipt as whoever has its code sees it: it names neither the cashier nor a member, and no card of a bank's.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Receipt {
    /// Its number, as its till counts.
    pub number: u32,
    /// When, by the till's clock.
    pub at: Timestamp,
    /// What was sold.
    pub lines: Vec<ReceiptLine>,
    /// Empties that came back for it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub empties: Vec<Empties>,
    /// What it came to.
    pub totals: Totals,
    /// All that was taken off.
    pub saved: Money,
    /// The cash received.
    pub cash: Money,
    /// The cash given back.
    pub change: Money,
    /// What cash was rounded by: above zero where more was taken.
    pub rounding: Money,
    /// What was paid by card.
    pub by_card: Money,
    /// What was paid by other means.
    pub taken: Vec<TenderSum>,
    /// The cash of another currency received.
    pub foreign: Option<ForeignCash>,
    /// What goods that came back for it were worth.
    pub credit: Money,
    /// What came back, oldest first.
    pub returns: Vec<ReceiptReturn>,
    /// The points of the purchase.
    pub points: ReceiptPoints,
}

/// A line of a receipt.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct ReceiptLine {
    /// What.
    pub name: LocalText,
    /// How much.
    pub measure: Measure,
    /// For a piece or a kilogram.
    pub price: Money,
    /// What was paid for it.
    pub amount: Money,
    /// What was taken off, or nothing.
    pub off: Money,
    /// Whether it came back.
    pub came_back: bool,
    /// The deposits on its containers, which were paid beside it.
    #[serde(default, skip_serializing_if = "Deposits::is_empty")]
    pub deposits: Deposits,
}

impl ReceiptLine {
    /// A line as it was sold.
    pub fn of(line: &OrderLine, off: Money, came_back: bool) -> Self {
        Self {
            name: line.name.clone(),
            measure: line.measure,
            price: line.price.money(),
            amount: line.amount,
            off,
            came_back,
            deposits: line.deposits.clone(),
        }
    }
}

/// What came back of a purchase.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct ReceiptReturn {
    /// Its receipt's number.
    pub number: u32,
    /// When, by the till's clock.
    pub at: Timestamp,
    /// What was given back.
    pub amount: Money,
}

/// Who has a purchase's points.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(tag = "state", rename_all = "snake_case")]
pub enum ReceiptPoints {
    /// There are none to be had: it earns none, or [`CLAIM_DAYS`] are over.
    None,
    /// Nobody yet: they are whose claim comes first.
    Open {
        /// How many.
        points: u32,
    },
    /// A member.
    Claimed {
        /// How many.
        points: u32,
    },
}

/// Request `receipt.claim`: the points of this purchase for the caller, who is a member. Refused with *not found* for who is
/// none, or where there is no such sale.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct ClaimReceipt {
    /// The code.
    pub code: ReceiptCode,
}

/// What became of a claim.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Claimed {
    /// Whether the caller has the points, now or since before; otherwise another was first, or there are none to be had.
    pub mine: bool,
    /// How many the purchase earns.
    pub points: u32,
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn codes_read_back(key in any::<u128>()) {
            let code = ReceiptCode::of(SaleId(Uuid::from_u128(key)));
            let text = code.to_string();
            prop_assert_eq!(text.len(), LENGTH);
            prop_assert_eq!(text.parse(), Ok(code));
            prop_assert_eq!(text.to_lowercase().parse(), Ok(code));
            prop_assert!(text[1..].parse::<ReceiptCode>().is_err());
            prop_assert!([&text, "0"].concat().parse::<ReceiptCode>().is_err());
        }

        #[test]
        fn no_text_panics(text in "\\PC{0,40}") {
            let _ = text.parse::<ReceiptCode>();
        }
    }

    #[test]
    fn a_code_has_one_form() {
        assert!("8".repeat(LENGTH).parse::<ReceiptCode>().is_err(), "more than 128 bits");
        let code = ReceiptCode::of(SaleId(Uuid::from_u128(1)));
        assert_eq!(
            code.address("https://shop.example/ "),
            "https://shop.example/r/00000000000000000000000001"
        );
        assert_eq!(format!("{code:?}"), "ReceiptCode(…)");
    }
}
