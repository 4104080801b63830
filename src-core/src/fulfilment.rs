//! How and when an order reaches its shopper.

use serde::{Deserialize, Serialize};

use crate::money::Money;
use crate::place::GeoPoint;
use crate::time::Timestamp;

/// The way of handing over.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum Mode {
    /// The shopper comes to the shop.
    Pickup,
    /// The shop brings it.
    Delivery,
    /// The shopper carries it out, having scanned it in the shop.
    CarryOut,
}

impl Mode {
    /// Every one.
    pub const ALL: [Self; 3] = [Self::Pickup, Self::Delivery, Self::CarryOut];

    /// The word kept in the database.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Pickup => "pickup",
            Self::Delivery => "delivery",
            Self::CarryOut => "carry_out",
        }
    }
}

/// What delivery costs.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct DeliveryTerms {
    /// For each order.
    pub fee: Money,
    /// Nothing from this amount of goods on; None for never.
    pub free_from: Option<Money>,
    /// Least amount of goods that is delivered.
    pub minimum: Money,
}

impl DeliveryTerms {
    /// What bringing `goods` costs.
    pub fn fee_for(&self, goods: Money) -> Money {
        match self.free_from {
            Some(free_from) if goods.minor >= free_from.minor => self.fee.currency.minor(0),
            _ => self.fee,
        }
    }
}

/// A rule that makes a day's slots of one mode, in the shop's zone.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct SlotRule {
    /// Of which mode.
    pub mode: Mode,
    /// When the first slot starts, in minutes after midnight on the shop's clock.
    pub opens: u16,
    /// When the last slot ends, in minutes after midnight on the shop's clock.
    pub closes: u16,
    /// How long a slot is.
    pub minutes: u16,
    /// How many orders fit into one.
    pub capacity: u32,
    /// How long before its start a slot can still be chosen.
    pub lead_minutes: u16,
}

impl SlotRule {
    /// The starts of a day's slots, in minutes after midnight. Empty where the rule leaves no room for one.
    pub fn starts(&self) -> impl Iterator<Item = u16> {
        let (step, closes) = (self.minutes.max(1), self.closes.min(24 * 60));
        (self.opens..closes).step_by(step.into()).filter(move |start| start.saturating_add(step) <= closes)
    }
}

/// Which slot: its mode and its start say it all.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct SlotKey {
    /// The way of handing over.
    pub mode: Mode,
    /// When it starts.
    pub starts: Timestamp,
}

/// A stretch of time in which orders are handed over.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Slot {
    /// Which one.
    pub key: SlotKey,
    /// When it ends.
    pub ends: Timestamp,
    /// How many more orders fit in.
    pub left: u32,
}

/// Where an order is to be brought.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Address {
    /// Street, number, floor: 3 to 200 characters.
    #[cfg_attr(feature = "schema", schemars(length(min = 3, max = 200)))]
    pub street: String,
    /// What the courier should know, up to 200 characters.
    #[cfg_attr(feature = "schema", schemars(length(max = 200)))]
    #[serde(default)]
    pub note: String,
    /// Where that is; needed where the shop delivers by zones.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub point: Option<GeoPoint>,
}

/// How one order is handed over.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(tag = "mode", rename_all = "snake_case")]
pub enum Fulfilment {
    /// At the shop.
    Pickup {
        /// When the slot starts.
        starts: Timestamp,
    },
    /// At an address.
    Delivery {
        /// When the slot starts.
        starts: Timestamp,
        /// Where.
        address: Address,
    },
    /// By the shopper, at once: it was scanned in the shop. There is no slot, and nobody has to be called.
    CarryOut,
}

impl Fulfilment {
    /// The way.
    pub const fn mode(&self) -> Mode {
        match self {
            Self::Pickup { .. } => Mode::Pickup,
            Self::Delivery { .. } => Mode::Delivery,
            Self::CarryOut => Mode::CarryOut,
        }
    }

    /// Where it is to be brought, where that is known.
    pub const fn point(&self) -> Option<GeoPoint> {
        match self {
            Self::Delivery { address, .. } => address.point,
            _ => None,
        }
    }

    /// The slot; None for what is carried out at once.
    pub const fn slot(&self) -> Option<SlotKey> {
        match self {
            Self::Pickup { starts } => Some(SlotKey { mode: Mode::Pickup, starts: *starts }),
            Self::Delivery { starts, .. } => Some(SlotKey { mode: Mode::Delivery, starts: *starts }),
            Self::CarryOut => None,
        }
    }
}

/// Query `fulfilment.slots`: what can be chosen in the coming days.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct GetSlots {
    /// Of which mode.
    pub mode: Mode,
}

/// Slots by start, full ones included, so that the page can show them as full.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Slots {
    /// Soonest first.
    pub slots: Vec<Slot>,
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::money::Currency;

    proptest! {
        #[test]
        fn slots_stay_inside_opening_hours(opens in 0u16..2000, closes in 0u16..2000, minutes in 0u16..300) {
            let rule = SlotRule { mode: Mode::Pickup, opens, closes, minutes, capacity: 1, lead_minutes: 0 };
            for start in rule.starts() {
                prop_assert!(start >= opens && start + minutes <= closes.min(1440));
            }
        }
    }

    #[test]
    fn delivery_is_free_from_the_threshold_on() {
        let terms = DeliveryTerms {
            fee: Currency::CNY.minor(600),
            free_from: Some(Currency::CNY.minor(9900)),
            minimum: Currency::CNY.minor(0),
        };
        assert_eq!(terms.fee_for(Currency::CNY.minor(9899)).minor, 600);
        assert_eq!(terms.fee_for(Currency::CNY.minor(9900)).minor, 0);
    }
}
