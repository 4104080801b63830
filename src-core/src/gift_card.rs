//! Gift cards: money on a number that whoever holds it can spend at the till.
//!
//! A card is a voucher for goods of any tax rate, so no tax falls due when it is sold: each sale that it pays for has its
//! own (a multi-purpose voucher, Council Directive (EU) 2016/1065, article 30b). Its money is booked in the ledger of
//! [`crate::stored_value`]. The number is drawn where the card is sold and is told to no one but its buyer: the shop keeps
//! what recognises it, and its last four characters.

use serde::{Deserialize, Serialize};

use crate::id::{DeviceId, GiftCardId, PaymentId, SaleId, ShiftId, StaffId};
use crate::issued::GiftCardNumber;
use crate::money::{Currency, Money, MoneyError, Price};
use crate::refusal::Refusal;
use crate::stored_value::OnCard;
use crate::ticket::CardPaid;
use crate::time::Timestamp;

/// The longest message on a card's slip, in characters.
pub const MAX_MESSAGE: usize = 200;

/// A gift card, as whoever has its number sees it.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct GiftCard {
    /// The last four characters of its number.
    pub ending: String,
    /// What is on it.
    pub money: OnCard,
    /// Whether a manager froze it: then it pays nothing.
    pub frozen: bool,
}

/// Request `gift_card.sell`: a card is sold at the counter, for cash or by the bank's terminal. Done again under the same
/// key it changes nothing.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct SellGiftCard {
    /// The new card's key.
    pub card: GiftCardId,
    /// Its number, drawn at random by who sells it.
    pub number: GiftCardNumber,
    /// What is paid for it and put onto it: more than nothing, and at most [`crate::stored_value::MOST_ON_CARD`].
    pub amount: Money,
    /// What the slip of the bank's terminal says where it was paid there, at most 40 characters, may be empty; None where it
    /// was paid in cash.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub terminal: Option<String>,
}

impl SellGiftCard {
    /// What is put onto it. Refused where that is nothing, of another currency than the shop's, or too much, and where the
    /// terminal's slip is too long.
    pub fn checked(&self, currency: Currency) -> Result<Price, Refusal> {
        OnCard::nothing(currency).takes(self.amount)?;
        if self.terminal.as_ref().is_some_and(|slip| slip.chars().count() > CardPaid::MAX_REFERENCE) {
            return Err(Refusal::invalid("terminal", "at most 40 characters of its slip"));
        }
        Price::new(self.amount).map_err(|error| Refusal::invalid("amount", error.to_string()))
    }
}

/// Query `gift_card.get`: what is on a card. Wrong numbers are counted at the hub, so that none is found by trying.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct GetGiftCard {
    /// Its number.
    pub number: GiftCardNumber,
}

/// Request `gift_card.hold`: money on a card is set aside for a sale. Refused where there is less, and where it is frozen.
/// Done again under the same key it changes nothing; `ticket.release_value` frees it.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct HoldGiftCard {
    /// The new payment's key.
    pub payment: PaymentId,
    /// For which sale.
    pub sale: SaleId,
    /// Of which card.
    pub number: GiftCardNumber,
    /// How much, above zero.
    pub amount: Money,
}

/// Request `gift_card.freeze`: a card pays nothing from now on, or pays again. It is noted in the till's journal.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct FreezeGiftCard {
    /// Its number.
    pub number: GiftCardNumber,
    /// Whether it is to be frozen, or to pay again.
    pub frozen: bool,
    /// Why: 1 to [`MAX_REASON`] characters.
    pub reason: String,
}

/// The longest reason, in characters: with the card's ending it is one of a till's notes.
pub const MAX_REASON: usize = 180;

/// A gift card was sold.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct GiftCardSold {
    /// The card's key.
    pub id: GiftCardId,
    /// In which shift, where one was open.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub shift: Option<ShiftId>,
    /// At which till.
    pub till: DeviceId,
    /// By whom.
    pub by: StaffId,
    /// When.
    pub at: Timestamp,
    /// The last four characters of its number.
    pub ending: String,
    /// What was paid for it.
    pub amount: Price,
    /// What the slip of the bank's terminal says; None where it was paid in cash.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub terminal: Option<String>,
}

impl GiftCardSold {
    /// What it brought into the drawer.
    pub const fn in_cash(&self) -> Money {
        let amount = self.amount.money();
        if self.terminal.is_some() { amount.currency.minor(0) } else { amount }
    }
}

/// The gift cards that were sold in a shift. They are no goods: what they pay for later is.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct SoldGiftCards {
    /// How many.
    pub count: u32,
    /// What was paid for them in cash.
    pub in_cash: Money,
    /// What was paid for them at the bank's terminal.
    pub by_card: Money,
}

impl SoldGiftCards {
    /// None yet.
    pub const fn none(currency: Currency) -> Self {
        Self { count: 0, in_cash: currency.minor(0), by_card: currency.minor(0) }
    }

    /// One more. Errors on sums beyond the range and on mixed currencies.
    pub fn with(self, sold: &GiftCardSold) -> Result<Self, MoneyError> {
        let (all, cash) = (sold.amount.money(), sold.in_cash());
        Ok(Self {
            count: self.count.saturating_add(1),
            in_cash: self.in_cash.plus(cash)?,
            by_card: self.by_card.plus(all.minus(cash)?)?,
        })
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use uuid::Uuid;

    use super::*;
    use crate::stored_value::MOST_ON_CARD;

    fn sell(amount: Money) -> SellGiftCard {
        let number = GiftCardNumber::from_bits(0x123_4567_89ab_cdef);
        SellGiftCard { card: GiftCardId(Uuid::nil()), number, amount, terminal: None }
    }

    #[test]
    fn a_card_is_sold_for_more_than_nothing_and_no_more_than_it_may_hold() {
        let yuan = |minor| Currency::CNY.minor(minor);
        for right in [1, 10_000, MOST_ON_CARD] {
            assert_eq!(sell(yuan(right)).checked(Currency::CNY).unwrap().money(), yuan(right));
        }
        for wrong in [yuan(0), yuan(-1), yuan(MOST_ON_CARD + 1), yuan(i64::MAX), Currency::USD.minor(100)] {
            let refused = sell(wrong).checked(Currency::CNY).unwrap_err();
            assert!(matches!(&refused, Refusal::Invalid { field, .. } if field == "amount"), "{wrong}");
        }
        let slip = |letters: usize| SellGiftCard { terminal: Some("字".repeat(letters)), ..sell(yuan(1)) };
        assert!(slip(40).checked(Currency::CNY).is_ok());
        let refused = slip(41).checked(Currency::CNY).unwrap_err();
        assert!(matches!(&refused, Refusal::Invalid { field, .. } if field == "terminal"));
    }

    #[test]
    fn the_number_is_not_written_into_logs() {
        let sale = sell(Currency::CNY.minor(100));
        let symbol = sale.number.symbol_text();
        assert!(!format!("{sale:?}").contains(&symbol[2..8]));
        assert_eq!(sale.number.ending(), symbol[symbol.len() - 4..]);
    }

    proptest! {
        #[test]
        fn what_was_paid_for_cards_is_cash_or_the_terminals(
            sold in prop::collection::vec((1i64..=MOST_ON_CARD, any::<bool>()), 0..30),
        ) {
            let mut sum = SoldGiftCards::none(Currency::CNY);
            for (minor, by_card) in &sold {
                let amount = Price::new(Currency::CNY.minor(*minor)).unwrap();
                sum = sum.with(&GiftCardSold {
                    id: GiftCardId(Uuid::nil()),
                    shift: None,
                    till: DeviceId(Uuid::nil()),
                    by: StaffId(Uuid::nil()),
                    at: Timestamp(0),
                    ending: String::new(),
                    amount,
                    terminal: by_card.then(String::new),
                }).unwrap();
            }
            let by = |terminal| sold.iter().filter(|(_, by)| *by == terminal).map(|(minor, _)| minor).sum::<i64>();
            prop_assert_eq!(sum.count as usize, sold.len());
            prop_assert_eq!((sum.in_cash.minor, sum.by_card.minor), (by(false), by(true)));
        }
    }
}
