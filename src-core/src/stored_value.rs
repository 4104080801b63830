//! Stored value: money that a member has on the card, and how it comes and goes.
//!
//! The money on a card is in two parts: the balance, which can be spent, and what is held for orders that were placed and
//! not handed over yet. Each booking moves money into, between, or out of the two, and the ledger's sums are the parts.

use serde::{Deserialize, Serialize};

use crate::card_code::CardCode;
use crate::code::CardNumber;
use crate::id::{OrderId, PaymentId};
use crate::money::{Currency, Money, MoneyError};
use crate::refusal::Refusal;
use crate::time::Timestamp;

/// The most that a card may have on it after a top-up, in minor units of any currency. 1,000.00 yuan is what a card that is
/// under nobody's name may hold at most (Measures for the Administration of Single-Purpose Commercial Prepaid Cards,
/// Ministry of Commerce of China, 2012, article 18).
pub const MOST_ON_CARD: i64 = 100_000;

/// Why money on a card moved.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum StoredKind {
    /// Paid in at the counter.
    ToppedUp,
    /// Paid out at the counter.
    PaidOut,
    /// Set aside for an order.
    Held,
    /// Set aside and not needed: back in the balance.
    Released,
    /// Paid out of what was set aside.
    Captured,
    /// Goods came back, or a payment was taken back.
    Refunded,
}

impl StoredKind {
    /// Every kind.
    pub const ALL: [Self; 6] =
        [Self::ToppedUp, Self::PaidOut, Self::Held, Self::Released, Self::Captured, Self::Refunded];

    /// The word kept in the database.
    pub const fn word(self) -> &'static str {
        match self {
            Self::ToppedUp => "topped_up",
            Self::PaidOut => "paid_out",
            Self::Held => "held",
            Self::Released => "released",
            Self::Captured => "captured",
            Self::Refunded => "refunded",
        }
    }

    /// The kind that the database's word stands for.
    pub fn of_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.word() == word)
    }

    /// What a booking of one unit does to the balance and to what is held: 1, 0 or -1 each.
    pub const fn moves(self) -> (i64, i64) {
        match self {
            Self::ToppedUp | Self::Refunded => (1, 0),
            Self::PaidOut => (-1, 0),
            Self::Held => (-1, 1),
            Self::Released => (1, -1),
            Self::Captured => (0, -1),
        }
    }

    /// Whether money comes onto the card or leaves it, and does not only change from one part to the other.
    pub const fn crosses(self) -> bool {
        let (balance, held) = self.moves();
        balance + held != 0
    }
}

/// The money on a card.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct OnCard {
    /// What can be spent.
    pub balance: Money,
    /// What is set aside for orders that are not handed over yet.
    pub held: Money,
}

impl OnCard {
    /// A new card's.
    pub const fn nothing(currency: Currency) -> Self {
        Self { balance: currency.minor(0), held: currency.minor(0) }
    }

    /// After a booking. None where one of the parts would fall below nothing, or leave the range.
    pub fn after(self, kind: StoredKind, amount: Money) -> Option<Self> {
        let currency = self.balance.currency;
        let (balance, held) = kind.moves();
        let moved = |part: Money, sign: i64| {
            let minor = part.minor.checked_add(amount.minor.checked_mul(sign)?)?;
            (minor >= 0).then(|| currency.minor(minor))
        };
        if amount.currency != currency || amount.minor < 0 {
            return None;
        }
        Some(Self { balance: moved(self.balance, balance)?, held: moved(self.held, held)? })
    }

    /// What is missing to pay `amount`; None where the balance is enough.
    pub fn missing_for(self, amount: Money) -> Option<Money> {
        let missing = amount.minor.saturating_sub(self.balance.minor);
        (missing > 0).then(|| self.balance.currency.minor(missing))
    }

    /// The most that can be paid in now, which may be nothing.
    pub fn room(self) -> Money {
        let there = self.balance.minor.saturating_add(self.held.minor);
        self.balance.currency.minor(MOST_ON_CARD.saturating_sub(there).max(0))
    }

    /// Both parts together. Errors where the sum leaves the range.
    pub fn total(self) -> Result<Money, MoneyError> {
        self.balance.plus(self.held)
    }

    /// Refused where `amount` cannot be paid in: it is nothing, of another currency, or more than there is room for.
    pub fn takes(self, amount: Money) -> Result<(), Refusal> {
        if amount.currency != self.balance.currency || !(1..=self.room().minor).contains(&amount.minor) {
            return Err(Refusal::invalid(
                "amount",
                format!("more than nothing, and at most {}", self.room()),
            ));
        }
        Ok(())
    }
}

/// One booking of the money on a card.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct StoredEntry {
    /// Why.
    pub kind: StoredKind,
    /// How much, never negative.
    pub amount: Money,
    /// For which order; None for what was paid in or out, and for what was paid at a table.
    pub order: Option<OrderId>,
    /// The order's number.
    pub number: Option<u32>,
    /// When.
    pub at: Timestamp,
}

impl StoredEntry {
    /// What it does to the money on the card: negative where that is less afterwards.
    pub const fn change(&self) -> Money {
        let (balance, held) = self.kind.moves();
        self.amount.currency.minor(self.amount.minor * (balance + held))
    }
}

/// The money on a card, and how it came and went.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct StoredValue {
    /// What is there.
    pub money: OnCard,
    /// The ledger's newest bookings, newest first, at most 50: what came onto the card and what left it. Among all that a
    /// shop holds about somebody, all bookings.
    pub entries: Vec<StoredEntry>,
}

/// Request `member.top_up`: cash that was taken at the counter is put onto a card. Done again under the same key it
/// changes nothing.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct TopUp {
    /// Its key.
    pub top_up: PaymentId,
    /// The card's number.
    pub number: CardNumber,
    /// How much: more than nothing, and at most what brings the card to [`MOST_ON_CARD`].
    pub amount: Money,
}

/// Request `member.pay_out`: money of a card is given back in cash at the counter. Refused to a cashier where the card
/// [renews its code](crate::member::Card::renews) and this is not one that it shows now for the first time; a manager, who
/// may have somebody with a lost phone before them, needs none. Done again under the same key it changes nothing.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct PayOut {
    /// Its key.
    pub pay_out: PaymentId,
    /// The card's number.
    pub number: CardNumber,
    /// How much: more than nothing, and at most the balance.
    pub amount: Money,
    /// What the card shows, where it is on a phone.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub code: Option<CardCode>,
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn yuan(minor: i64) -> Money {
        Currency::CNY.minor(minor)
    }

    #[test]
    fn words_of_kinds_read_back() {
        for kind in StoredKind::ALL {
            assert_eq!(StoredKind::of_word(kind.word()), Some(kind));
        }
    }

    #[test]
    fn a_card_takes_money_up_to_its_limit_whatever_is_held() {
        let card = OnCard { balance: yuan(60_000), held: yuan(39_999) };
        assert_eq!(card.room(), yuan(1));
        assert_eq!(card.takes(yuan(1)), Ok(()));
        for wrong in [yuan(2), yuan(0), yuan(-1), yuan(i64::MAX), Currency::USD.minor(1)] {
            assert!(card.takes(wrong).is_err(), "{wrong}");
        }
        let above = OnCard { balance: yuan(MOST_ON_CARD + 5), held: yuan(0) };
        assert_eq!(above.room(), yuan(0), "what came back may bring it above");
    }

    #[test]
    fn what_is_missing_is_told_to_the_last_unit() {
        let card = OnCard { balance: yuan(3_859), held: yuan(5_000) };
        assert_eq!(card.missing_for(yuan(3_859)), None);
        assert_eq!(card.missing_for(yuan(3_860)), Some(yuan(1)), "what is held is not there twice");
    }

    proptest! {
        #[test]
        fn both_parts_are_what_the_ledger_adds_up_to(
            steps in prop::collection::vec((prop::sample::select(StoredKind::ALL.to_vec()), -5i64..9_000), 0..80),
        ) {
            let mut card = OnCard::nothing(Currency::CNY);
            let mut sum = 0;
            for (kind, minor) in steps {
                let Some(after) = card.after(kind, yuan(minor)) else {
                    let (balance, held) = kind.moves();
                    prop_assert!(minor < 0
                        || card.balance.minor + balance * minor < 0
                        || card.held.minor + held * minor < 0);
                    continue;
                };
                let entry = StoredEntry { kind, amount: yuan(minor), order: None, number: None, at: Timestamp(0) };
                sum += entry.change().minor;
                prop_assert_eq!(kind.crosses(), kind.moves().0 + kind.moves().1 != 0);
                prop_assert!(after.balance.minor >= 0 && after.held.minor >= 0);
                prop_assert_eq!(after.total().unwrap().minor, sum);
                card = after;
            }
        }
    }
}
