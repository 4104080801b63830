//! A payer's own code, read at the counter: what is asked of its wallet, and how that ends.
//!
//! The charge is a thing of its own until it is certain. The order or the ticket stays due in cash meanwhile, so a charge that
//! comes to nothing changes nothing; one that is taken becomes the order's payment in the step that learns of it, or waits for
//! the sale that it is part of.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use crate::code::PickupCode;
use crate::id::{OrderId, PaymentId, SaleId};
use crate::money::Money;
use crate::time::Timestamp;

/// How long a payer has to confirm, in milliseconds: WeChat Pay advises to undo a payment that is not through after 30 to 45
/// seconds (<https://pay.weixin.qq.com/docs/merchant/products/code-payment-v3/development.html>).
pub const PATIENCE_MILLIS: i64 = 40_000;

/// The code in a payer's wallet: 18 digits of which the first two are 10 to 15. It is good once, for a minute, and whoever has
/// it takes money by it, so its `Debug` shows nothing and nobody keeps it.
#[derive(Clone, PartialEq, Eq)]
pub struct PaymentCode(String);

string_on_the_wire!(PaymentCode, "134567890123456789", "^1[0-5][0-9]{16}$");

/// Not a payer's code.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
#[error("a payment code is 18 digits that begin with 10 to 15")]
pub struct PaymentCodeError;

impl PaymentCode {
    /// Its digits.
    pub fn digits(&self) -> &str {
        &self.0
    }
}

impl FromStr for PaymentCode {
    type Err = PaymentCodeError;

    /// Wallets write it in groups, so white space is left out.
    fn from_str(text: &str) -> Result<Self, PaymentCodeError> {
        let digits: String = text.chars().filter(|letter| !letter.is_whitespace()).collect();
        let begins = matches!(digits.as_bytes(), [b'1', b'0'..=b'5', ..]);
        let whole = digits.len() == 18 && digits.bytes().all(|byte| byte.is_ascii_digit());
        if begins && whole { Ok(Self(digits)) } else { Err(PaymentCodeError) }
    }
}

impl fmt::Display for PaymentCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Debug for PaymentCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("PaymentCode(…)")
    }
}

/// What a payer's code pays for.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum PaidFor {
    /// An order that is about to change hands.
    Order(OrderId),
    /// A ticket at a till, under the key of the sale that it becomes.
    Sale(SaleId),
}

/// What is asked of a wallet.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum Owed {
    /// What is due of an order.
    Order {
        /// Which.
        order: OrderId,
        /// The code that its shopper showed for the goods.
        pickup: PickupCode,
    },
    /// So much of a ticket, above zero.
    Sale {
        /// The key of the sale that it becomes.
        sale: SaleId,
        /// How much.
        amount: Money,
    },
}

impl Owed {
    /// What it is for.
    pub const fn paid_for(&self) -> PaidFor {
        match self {
            Self::Order { order, .. } => PaidFor::Order(*order),
            Self::Sale { sale, .. } => PaidFor::Sale(*sale),
        }
    }
}

/// Request `payment.charge_code`: what is due is asked of the wallet whose code was read. Refused while it was asked of one
/// before and no answer is certain.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct ChargeCode {
    /// What is asked.
    pub owed: Owed,
    /// The code of the payer's wallet.
    pub code: PaymentCode,
}

/// Request `payment.undo_code`: the payer changed their mind or found no signal. What was taken meanwhile is given back, also
/// what was taken for a ticket that is not sold.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct UndoCode {
    /// For what.
    pub paid_for: PaidFor,
}

/// Query `payment.code_charge`: where the latest charge of an order or a ticket by a payer's code stands. It is asked about on the way, so a
/// screen that shows it asks every other second.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct GetCodeCharge {
    /// For what.
    pub paid_for: PaidFor,
}

/// The latest charge by a payer's code.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct CodeCharge {
    /// Its payment, which becomes the order's, or part of the sale, once it is taken.
    pub payment: PaymentId,
    /// How much was asked for.
    pub amount: Money,
    /// Where it stands.
    pub state: CodeState,
    /// Until when the payer can confirm. Then it is undone.
    pub until: Timestamp,
    /// Whether the payer is being asked to confirm, as far as the last answer says.
    pub confirming: bool,
    /// Why it was not taken.
    pub fault: Option<CodeFault>,
}

/// Where a charge by a payer's code stands.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum CodeState {
    /// Written down; the wallet is asked next.
    Begun,
    /// Asked for, and no certain answer yet.
    Asked,
    /// It is being undone, whatever became of it.
    Undoing,
    /// Taken: it is the order's payment, or waits for its sale.
    Taken,
    /// Not taken, or given back.
    NotTaken,
}

impl CodeState {
    /// Every state.
    pub const ALL: [Self; 5] = [Self::Begun, Self::Asked, Self::Undoing, Self::Taken, Self::NotTaken];

    /// The word kept in the database.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Begun => "begun",
            Self::Asked => "asked",
            Self::Undoing => "undoing",
            Self::Taken => "taken",
            Self::NotTaken => "not_taken",
        }
    }

    /// Whether its outcome is not certain yet.
    pub const fn is_open(self) -> bool {
        matches!(self, Self::Begun | Self::Asked | Self::Undoing)
    }

    /// Whether it may go from here to `next`. What is being undone is not taken after all.
    pub const fn can_become(self, next: Self) -> bool {
        matches!(
            (self, next),
            (Self::Begun, Self::Asked | Self::Undoing)
                | (Self::Asked, Self::Undoing | Self::Taken | Self::NotTaken)
                | (Self::Undoing, Self::NotTaken)
        )
    }
}

/// Why a charge by a payer's code was not taken.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum CodeFault {
    /// The code is no wallet's, was used, or is too old.
    Unusable,
    /// There is too little money in the wallet.
    NotEnough,
    /// The payer did not confirm in time.
    TooLate,
    /// It was undone at the counter.
    Undone,
    /// The provider would not.
    Refused,
}

impl CodeFault {
    /// Every one.
    pub const ALL: [Self; 5] = [Self::Unusable, Self::NotEnough, Self::TooLate, Self::Undone, Self::Refused];

    /// The word kept in the database.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Unusable => "unusable",
            Self::NotEnough => "not_enough",
            Self::TooLate => "too_late",
            Self::Undone => "undone",
            Self::Refused => "refused",
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_payers_code_is_told_from_other_digits() {
        let code: PaymentCode = "1345 6789 0123 4567 89".parse().unwrap();
        assert_eq!(code.digits(), "134567890123456789");
        assert_eq!(format!("{code:?}"), "PaymentCode(…)");
        for other in
            ["164567890123456789", "094567890123456789", "13456789012345678", "1345678901234567890", "", "x"]
        {
            assert_eq!(other.parse::<PaymentCode>(), Err(PaymentCodeError), "{other}");
        }
    }

    #[test]
    fn what_is_being_undone_is_never_taken() {
        for next in CodeState::ALL {
            assert!(!CodeState::Taken.can_become(next) && !CodeState::NotTaken.can_become(next));
        }
        assert!(!CodeState::Undoing.can_become(CodeState::Taken));
        assert!(!CodeState::Begun.can_become(CodeState::Taken), "not before it was asked for");
    }

    proptest! {
        #[test]
        fn a_code_reads_back(digits in "1[0-5][0-9]{16}") {
            let code: PaymentCode = digits.parse().unwrap();
            prop_assert_eq!(code.to_string(), digits);
            let told = serde_json::to_string(&code).unwrap();
            prop_assert_eq!(serde_json::from_str::<PaymentCode>(&told).unwrap(), code);
        }

        #[test]
        fn any_text_is_read_or_refused(text: String) {
            let _ = text.parse::<PaymentCode>();
        }
    }
}
