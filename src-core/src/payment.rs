//! Payments: by what means, and the states that money passes through.

use serde::{Deserialize, Serialize};

use crate::id::PaymentId;
use crate::money::Money;

/// A means of payment.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum Tender {
    /// Cash, when the goods are handed over.
    CashAtHandover,
    /// A wallet for shows and trials: no money moves.
    DemoWallet,
    /// WeChat Pay: the shopper pays in WeChat, while the order waits for it.
    WechatPay,
}

impl Tender {
    /// The word kept in the database.
    pub const fn word(self) -> &'static str {
        match self {
            Self::CashAtHandover => "cash_at_handover",
            Self::DemoWallet => "demo_wallet",
            Self::WechatPay => "wechat_pay",
        }
    }
}

/// Where a payment stands.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum PaymentState {
    /// Asked for; nothing has moved.
    Due,
    /// Sent to the provider, whose answer has not come: neither paid nor unpaid until it is asked again.
    Unknown,
    /// Received.
    Captured,
    /// Not received, and not wanted any more.
    Cancelled,
    /// Received and given back.
    Refunded,
}

impl PaymentState {
    /// The word kept in the database.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Due => "due",
            Self::Unknown => "unknown",
            Self::Captured => "captured",
            Self::Cancelled => "cancelled",
            Self::Refunded => "refunded",
        }
    }

    /// Whether a payment may go from here to `next`.
    pub const fn can_become(self, next: Self) -> bool {
        matches!(
            (self, next),
            (Self::Due, Self::Unknown | Self::Captured | Self::Cancelled)
                | (Self::Unknown, Self::Captured | Self::Cancelled)
                | (Self::Captured, Self::Refunded)
        )
    }
}

/// What an order's payment looks like from outside.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Payment {
    /// Its key.
    pub id: PaymentId,
    /// By what means.
    pub tender: Tender,
    /// How much.
    pub amount: Money,
    /// Where it stands.
    pub state: PaymentState,
}

impl Payment {
    /// What is still to be paid when the goods change hands.
    pub fn due(&self) -> Money {
        match self.state {
            PaymentState::Due | PaymentState::Unknown => self.amount,
            PaymentState::Captured | PaymentState::Cancelled | PaymentState::Refunded => {
                self.amount.currency.minor(0)
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn money_that_came_back_never_moves_again() {
        use PaymentState::*;
        for next in [Due, Unknown, Captured, Cancelled, Refunded] {
            assert!(!Refunded.can_become(next));
            assert!(!Cancelled.can_become(next));
            assert!(!next.can_become(next));
        }
    }
}
