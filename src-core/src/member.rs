//! Members: their card and the points they earn.

use serde::{Deserialize, Serialize};

use crate::code::CardNumber;
use crate::coupon::Coupon;
use crate::courier::Proof;
use crate::id::{DeviceId, MemberId, OrderId};
use crate::money::Money;
use crate::order::Order;
use crate::payment::PaymentState;
use crate::review::OwnReview;
use crate::stored_value::StoredValue;
use crate::table::Tab;
use crate::time::Timestamp;

/// How members earn points.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct PointsRule {
    /// One point for each full so many minor units paid for goods; zero earns nothing.
    pub minor_per_point: u32,
}

impl PointsRule {
    /// The points that goods of this amount earn. Delivery earns none.
    pub fn earned(self, goods: Money) -> u32 {
        match self.minor_per_point {
            0 => 0,
            per_point => u32::try_from(goods.minor.max(0) / i64::from(per_point)).unwrap_or(u32::MAX),
        }
    }
}

/// Why points moved.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum PointsReason {
    /// An order was handed over.
    Earned,
    /// Goods of it came back, and with them what they had earned.
    Returned,
}

impl PointsReason {
    /// The word kept in the database.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Earned => "earned",
            Self::Returned => "returned",
        }
    }

    /// The reason that the database's word stands for.
    pub fn of_word(word: &str) -> Option<Self> {
        [Self::Earned, Self::Returned].into_iter().find(|reason| reason.word() == word)
    }
}

/// One booking in a member's ledger.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct PointsEntry {
    /// How many, negative when taken.
    pub points: i64,
    /// Why.
    pub reason: PointsReason,
    /// For which order.
    pub order: Option<OrderId>,
    /// When.
    pub at: Timestamp,
}

/// A membership card and what is on it.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Card {
    /// Whose.
    pub member: MemberId,
    /// Its number, which is also its barcode's text (Code 128).
    pub number: CardNumber,
    /// Since when.
    pub joined: Timestamp,
    /// The sum of the ledger.
    pub points: i64,
    /// The ledger's newest bookings, newest first, at most 50.
    pub entries: Vec<PointsEntry>,
    /// Whether its code renews itself on a phone: money leaves it at the counter by such a code alone.
    #[serde(default)]
    pub renews: bool,
    /// The money on it. None where this was told by a hub that knows of none.
    #[serde(default)]
    pub stored: Option<StoredValue>,
}

/// Request `member.join`: make the caller a member. Its earlier orders that were handed over without a member count.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Join {
    /// The new member's key. A caller who is a member already keeps the old one.
    pub member: MemberId,
}

/// Query `member.card`: the caller's own card, or None for one who has not joined.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct GetCard {}

/// Query `member.find`: a member by the card that was shown.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct FindMember {
    /// The card's number.
    pub number: CardNumber,
}

/// Query `member.find_by_phone`: members who have ordered under a phone number, for who left the card at home.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct FindByPhone {
    /// As it is dictated; its digits alone count, at least [`FEWEST_DIGITS`] of them.
    pub phone: String,
}

/// The fewest digits by which members are looked for, so that nobody leafs through all of them.
pub const FEWEST_DIGITS: usize = 7;

/// Members, the newest order first, at most 5.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct FoundMembers {
    /// Their cards.
    pub cards: Vec<Card>,
}

/// Query `member.export`: all that the shop holds about the caller, whether they have a card or not.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Export {}

/// All that a shop holds about one person. A till's sales name nobody, so there are none among it.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct PersonalData {
    /// When it was put together.
    pub at: Timestamp,
    /// Their card, with all its bookings. Having joined is what they agreed to; the shop asks nothing else of them.
    pub card: Option<Card>,
    /// The devices by which they are known.
    pub devices: Vec<HeldDevice>,
    /// Their orders, oldest first, all of them.
    pub orders: Vec<HeldOrder>,
    /// What the tables where they sat had open, oldest first, all of it.
    #[serde(default)]
    pub tabs: Vec<Tab>,
    /// Their doors, where an order was left at one.
    #[serde(default)]
    pub pictures: Vec<Proof>,
    /// Their coupons, all of them.
    #[serde(default)]
    pub coupons: Vec<Coupon>,
    /// What they said of what they bought, all of it.
    #[serde(default)]
    pub reviews: Vec<OwnReview>,
}

/// A device by which a shop knows somebody.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct HeldDevice {
    /// Its id, which the device has drawn for itself.
    pub device: DeviceId,
    /// Since when.
    pub since: Timestamp,
}

/// An order as a shop holds it.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct HeldOrder {
    /// The order, with name, phone and address.
    pub order: Order,
    /// What happened to its payment, oldest first.
    pub payments: Vec<PaymentBooking>,
}

/// One booking of a payment.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct PaymentBooking {
    /// Where the payment stood from then on.
    pub state: PaymentState,
    /// What came in by it, negative for what was given back.
    pub amount: Money,
    /// The cash that was handed over.
    pub tendered: Option<Money>,
    /// When.
    pub at: Timestamp,
}

/// Request `member.erase`: forget the caller. What the books need stays, under no name: amounts, lines, taxes, bookings.
/// Refused while an order of theirs is open, and while there is money on their card: it is spent, or paid out at the
/// counter, first. Done again it changes nothing.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Erase {}

/// What was erased.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Erased {
    /// From how many orders name, phone, address and note were taken.
    pub orders: u32,
    /// Whether there was a card, which is nobody's now.
    pub card: bool,
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::money::Currency;

    #[test]
    fn a_point_for_each_full_yuan() {
        let rule = PointsRule { minor_per_point: 100 };
        assert_eq!(rule.earned(Currency::CNY.minor(3860)), 38);
        assert_eq!(rule.earned(Currency::CNY.minor(99)), 0);
        assert_eq!(rule.earned(Currency::CNY.minor(-500)), 0);
        assert_eq!(PointsRule { minor_per_point: 0 }.earned(Currency::CNY.minor(3860)), 0);
    }
}
