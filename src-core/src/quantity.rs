//! How much of a product: pieces, a weight, or one pack whose label says its price.

use serde::{Deserialize, Serialize};

use crate::money::{Money, MoneyError, Price};

/// Most pieces that one line can hold.
pub const MAX_PIECES: u32 = 999;

/// Heaviest weight that one line can hold, in grams.
pub const MAX_GRAMS: u32 = 99_999;

/// How much of a product is bought. Never nothing.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(tag = "by", content = "amount", rename_all = "snake_case")]
pub enum Measure {
    /// Whole pieces, 1 to [`MAX_PIECES`].
    Pieces(#[cfg_attr(feature = "schema", schemars(range(min = 1, max = MAX_PIECES)))] u32),
    /// A weight in grams, 1 to [`MAX_GRAMS`].
    Grams(#[cfg_attr(feature = "schema", schemars(range(min = 1, max = MAX_GRAMS)))] u32),
    /// One pack of a weighed product whose label carries its price.
    Labelled(Price),
}

impl Measure {
    /// Checks the limits. Errors say which one is broken.
    pub fn checked(self) -> Result<Self, MeasureError> {
        match self {
            Self::Pieces(1..=MAX_PIECES) | Self::Grams(1..=MAX_GRAMS) => Ok(self),
            Self::Labelled(price) if !price.money().is_zero() => Ok(self),
            Self::Pieces(_) => Err(MeasureError::Pieces),
            Self::Grams(_) => Err(MeasureError::Grams),
            Self::Labelled(_) => Err(MeasureError::Label),
        }
    }

    /// What this much costs at `price` per piece or per kilogram, rounded to the nearest minor unit.
    pub fn cost(self, price: Price) -> Result<Money, MoneyError> {
        match self {
            Self::Pieces(pieces) => price.money().times_ratio(pieces.into(), 1),
            Self::Grams(grams) => price.money().times_ratio(grams.into(), 1000),
            Self::Labelled(label) if label.money().currency == price.money().currency => Ok(label.money()),
            Self::Labelled(label) => {
                Err(MoneyError::Mixed { left: label.money().currency, right: price.money().currency })
            }
        }
    }

    /// How much leaves the shelf, in the unit its stock is kept in: pieces, or grams. A priced label is turned into
    /// the grams it must hold at `price` per kilogram, never more than [`MAX_GRAMS`].
    pub fn stock_units(self, price: Price) -> i64 {
        match self {
            Self::Pieces(count) | Self::Grams(count) => i64::from(count),
            Self::Labelled(label) => {
                let per_kilogram = price.money().minor.max(1);
                let grams = i128::from(label.money().minor) * 1000 / i128::from(per_kilogram);
                i64::try_from(grams).unwrap_or(i64::from(MAX_GRAMS)).clamp(1, i64::from(MAX_GRAMS))
            }
        }
    }

    /// How many things a person carries: each weighed pack is one.
    pub const fn items(self) -> u32 {
        match self {
            Self::Pieces(pieces) => pieces,
            Self::Grams(_) | Self::Labelled(_) => 1,
        }
    }
}

/// Which limit a quantity breaks.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
pub enum MeasureError {
    /// Pieces outside 1 to [`MAX_PIECES`].
    #[error("a line holds 1 to {MAX_PIECES} pieces")]
    Pieces,
    /// Weight outside 1 to [`MAX_GRAMS`].
    #[error("a line holds 1 to {MAX_GRAMS} grams")]
    Grams,
    /// A label that says nothing is to be paid.
    #[error("the label's price is zero")]
    Label,
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::money::Currency;

    fn price(minor: i64) -> Price {
        Price::new(Currency::CNY.minor(minor)).unwrap()
    }

    #[test]
    fn weight_costs_its_share_of_a_kilogram_rounded_half_up() {
        assert_eq!(Measure::Grams(358).cost(price(2980)), Ok(Currency::CNY.minor(1067)));
        assert_eq!(Measure::Grams(1).cost(price(500)), Ok(Currency::CNY.minor(1)));
        assert_eq!(Measure::Grams(1).cost(price(499)), Ok(Currency::CNY.minor(0)));
    }

    #[test]
    fn a_label_costs_what_it_says_and_takes_its_weight_from_stock() {
        let label = Measure::Labelled(price(1490));
        assert_eq!(label.cost(price(2980)), Ok(Currency::CNY.minor(1490)));
        assert_eq!(label.stock_units(price(2980)), 500);
        assert_eq!(label.stock_units(price(0)), i64::from(MAX_GRAMS));
    }

    #[test]
    fn nothing_and_too_much_are_refused() {
        assert_eq!(Measure::Pieces(0).checked(), Err(MeasureError::Pieces));
        assert_eq!(Measure::Pieces(1000).checked(), Err(MeasureError::Pieces));
        assert_eq!(Measure::Grams(0).checked(), Err(MeasureError::Grams));
        assert_eq!(Measure::Labelled(price(0)).checked(), Err(MeasureError::Label));
    }
}
