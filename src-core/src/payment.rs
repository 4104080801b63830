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
    /// Money that a member has on the card: set aside when the order is placed, paid when the goods change hands.
    StoredValue,
    /// A gift card: set aside while a till's sale is being paid, paid with the sale. It pays for no orders.
    GiftCard,
}

impl Tender {
    /// The word kept in the database.
    pub const fn word(self) -> &'static str {
        match self {
            Self::CashAtHandover => "cash_at_handover",
            Self::DemoWallet => "demo_wallet",
            Self::WechatPay => "wechat_pay",
            Self::StoredValue => "stored_value",
            Self::GiftCard => "gift_card",
        }
    }

    /// The means of payment that the database's word stands for.
    pub fn of_word(word: &str) -> Option<Self> {
        [Self::CashAtHandover, Self::DemoWallet, Self::WechatPay, Self::StoredValue, Self::GiftCard]
            .into_iter()
            .find(|tender| tender.word() == word)
    }

    /// Whether it is answered at once, with nothing for the payer to do elsewhere.
    pub const fn answers_at_once(self) -> bool {
        matches!(self, Self::DemoWallet | Self::StoredValue | Self::GiftCard)
    }

    /// Whether somebody outside the shop takes it, whose answer may not come; the shop's own books settle the rest.
    pub const fn has_provider(self) -> bool {
        matches!(self, Self::DemoWallet | Self::WechatPay)
    }

    /// Whether it is money that the shop keeps on a card, in its own books.
    pub const fn is_on_card(self) -> bool {
        matches!(self, Self::StoredValue | Self::GiftCard)
    }

    /// Whether it is paid by a code of the payer's own, read at the counter.
    pub const fn reads_payers_codes(self) -> bool {
        matches!(self, Self::WechatPay)
    }

    /// Whether it is paid when the order is placed, so that nothing is due when the goods change hands.
    pub const fn is_paid_at_once(self) -> bool {
        !matches!(self, Self::CashAtHandover)
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
    /// Agreed to and set aside: nothing has moved, and the payer can spend it on nothing else.
    Authorised,
    /// Received.
    Captured,
    /// Received, and the provider's own statement says that it is the shop's.
    Settled,
    /// The provider will not take it.
    Failed,
    /// Not received, and not wanted any more.
    Cancelled,
    /// Received, and some of it given back.
    PartlyRefunded,
    /// Received, and all of it given back.
    Refunded,
}

impl PaymentState {
    /// Every state, in the order in which money passes through them.
    pub const ALL: [Self; 9] = [
        Self::Due,
        Self::Unknown,
        Self::Authorised,
        Self::Captured,
        Self::Settled,
        Self::Failed,
        Self::Cancelled,
        Self::PartlyRefunded,
        Self::Refunded,
    ];

    /// The word kept in the database.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Due => "due",
            Self::Unknown => "unknown",
            Self::Authorised => "authorised",
            Self::Captured => "captured",
            Self::Settled => "settled",
            Self::Failed => "failed",
            Self::Cancelled => "cancelled",
            Self::PartlyRefunded => "partly_refunded",
            Self::Refunded => "refunded",
        }
    }

    /// The state that the database's word stands for.
    pub fn of_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.word() == word)
    }

    /// Whether money is here: all that was agreed to, or what is left of it.
    pub const fn is_paid(self) -> bool {
        matches!(self, Self::Captured | Self::Settled | Self::PartlyRefunded)
    }

    /// Whether the goods can go: the money is here, or set aside and taken when they do.
    pub const fn is_sure(self) -> bool {
        self.is_paid() || matches!(self, Self::Authorised)
    }

    /// Whether a payment may go from here to `next`. A further part given back leaves it where it is.
    pub const fn can_become(self, next: Self) -> bool {
        matches!(
            (self, next),
            (Self::Due, Self::Unknown | Self::Authorised | Self::Captured | Self::Cancelled)
                | (Self::Authorised, Self::Captured | Self::Cancelled)
                | (Self::Unknown, Self::Captured | Self::Failed | Self::Cancelled)
                | (Self::Captured, Self::Settled | Self::PartlyRefunded | Self::Refunded)
                | (Self::Settled, Self::PartlyRefunded | Self::Refunded)
                | (Self::PartlyRefunded, Self::PartlyRefunded | Self::Refunded)
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
    /// How much was agreed to: the most that is ever taken.
    pub amount: Money,
    /// Where it stands.
    pub state: PaymentState,
    /// What is to stay with the shop now that the goods are known: at most the amount.
    pub to_pay: Money,
    /// What has come in.
    pub captured: Money,
    /// What of that was given back.
    pub refunded: Money,
}

impl Payment {
    /// A payment that was just asked for.
    pub const fn new(id: PaymentId, tender: Tender, amount: Money, state: PaymentState) -> Self {
        let nothing = amount.currency.minor(0);
        Self { id, tender, amount, state, to_pay: amount, captured: nothing, refunded: nothing }
    }

    /// What is still to be paid when the goods change hands.
    pub const fn due(&self) -> Money {
        match self.state {
            PaymentState::Due | PaymentState::Unknown => self.to_pay,
            PaymentState::Authorised
            | PaymentState::Captured
            | PaymentState::Settled
            | PaymentState::Failed
            | PaymentState::Cancelled
            | PaymentState::PartlyRefunded
            | PaymentState::Refunded => self.amount.currency.minor(0),
        }
    }

    /// What came in beyond what is to stay, and is to be given back.
    pub const fn owed_back(&self) -> Money {
        self.amount.currency.minor(self.captured.minor - self.refunded.minor - self.to_pay.minor)
    }

    /// The state once `part` more is given back. None where so much is not there.
    pub const fn refunded_by(&self, part: Money) -> Option<PaymentState> {
        let kept = self.captured.minor - self.refunded.minor - part.minor;
        match (part.minor, kept) {
            (..=0, _) | (_, ..0) => None,
            (_, 0) => Some(PaymentState::Refunded),
            _ => Some(PaymentState::PartlyRefunded),
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::money::Currency;

    fn captured(minor: i64) -> Payment {
        let amount = Currency::CNY.minor(minor);
        let id = PaymentId(uuid::Uuid::nil());
        Payment { captured: amount, ..Payment::new(id, Tender::DemoWallet, amount, PaymentState::Captured) }
    }

    #[test]
    fn money_that_came_back_never_moves_again() {
        use PaymentState::{Cancelled, Failed, Refunded};
        for next in PaymentState::ALL {
            for ended in [Cancelled, Failed, Refunded] {
                assert!(!ended.can_become(next), "{ended:?} {next:?}");
            }
        }
    }

    #[test]
    fn what_is_set_aside_is_taken_or_let_go_and_nothing_else() {
        let next: Vec<_> =
            PaymentState::ALL.into_iter().filter(|next| PaymentState::Authorised.can_become(*next)).collect();
        assert_eq!(next, [PaymentState::Captured, PaymentState::Cancelled]);
        let from: Vec<_> =
            PaymentState::ALL.into_iter().filter(|from| from.can_become(PaymentState::Authorised)).collect();
        assert_eq!(from, [PaymentState::Due]);
        let amount = Currency::CNY.minor(3860);
        let id = PaymentId(uuid::Uuid::nil());
        let held = Payment::new(id, Tender::StoredValue, amount, PaymentState::Authorised);
        assert!(held.due().is_zero(), "nobody has to pay it in cash as well");
        assert!(held.state.is_sure() && !held.state.is_paid());
    }

    #[test]
    fn words_of_states_read_back() {
        for state in PaymentState::ALL {
            assert_eq!(PaymentState::of_word(state.word()), Some(state));
        }
    }

    proptest! {
        #[test]
        fn no_more_is_given_back_than_came_in(minor in 1i64..100_000, parts in prop::collection::vec(-10i64..50_000, 0..12)) {
            let mut payment = captured(minor);
            for part in parts {
                let part = Currency::CNY.minor(part);
                let Some(state) = payment.refunded_by(part) else {
                    prop_assert!(part.minor <= 0 || part.minor > payment.captured.minor - payment.refunded.minor);
                    continue;
                };
                prop_assert!(payment.state.can_become(state));
                payment.state = state;
                payment.refunded = payment.refunded.plus(part).unwrap();
                prop_assert_eq!(state == PaymentState::Refunded, payment.refunded == payment.captured);
            }
            prop_assert!((0..=minor).contains(&payment.refunded.minor));
        }
    }
}
