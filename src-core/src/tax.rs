//! Tax that shelf prices already include.

use serde::{Deserialize, Serialize};

use crate::money::{Money, MoneyError};

/// A rate of value-added tax in basis points: 1300 is 13 %.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(transparent)]
pub struct TaxRate(pub u16);

impl TaxRate {
    /// Reads a percentage such as `13` or `5.5`. None for anything else, for more than two decimals, and from 100 up.
    pub fn parse_percent(text: &str) -> Option<Self> {
        let (whole, fraction) = text.trim().split_once('.').unwrap_or((text.trim(), ""));
        let digits = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit());
        if whole.is_empty() || whole.len() > 2 || fraction.len() > 2 || !digits(whole) || !digits(fraction) {
            return None;
        }
        format!("{whole}{fraction:0<2}").parse().ok().map(Self)
    }

    /// The tax inside `gross`, rounded to the nearest minor unit.
    pub fn included_in(self, gross: Money) -> Result<Money, MoneyError> {
        gross.times_ratio(self.0.into(), 10_000 + i64::from(self.0))
    }
}

impl std::fmt::Display for TaxRate {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let (whole, fraction) = (self.0 / 100, self.0 % 100);
        match (fraction, fraction % 10) {
            (0, _) => write!(f, "{whole}"),
            (_, 0) => write!(f, "{whole}.{}", fraction / 10),
            _ => write!(f, "{whole}.{fraction:02}"),
        }
    }
}

/// What was taxed at one rate, and how much of it is tax.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct TaxShare {
    /// The rate.
    pub rate: TaxRate,
    /// All that was sold at it, tax included.
    pub gross: Money,
    /// The tax inside.
    pub tax: Money,
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::money::Currency;

    proptest! {
        #[test]
        fn every_rate_reads_back(rate in 0u16..10_000) {
            prop_assert_eq!(TaxRate::parse_percent(&TaxRate(rate).to_string()), Some(TaxRate(rate)));
        }

        #[test]
        fn included_tax_is_below_the_gross(rate in 0u16..10_000, minor in 0i64..1_000_000_000) {
            let tax = TaxRate(rate).included_in(Currency::CNY.minor(minor)).unwrap();
            prop_assert!((0..=minor / 2 + 1).contains(&tax.minor));
        }
    }

    #[test]
    fn thirteen_percent_of_a_hundred_and_thirteen_is_thirteen() {
        assert_eq!(TaxRate(1300).included_in(Currency::CNY.minor(11_300)), Ok(Currency::CNY.minor(1300)));
    }

    #[test]
    fn refuses_what_is_no_rate() {
        for text in ["", "100", "-1", "9%", "1.234", "a"] {
            assert_eq!(TaxRate::parse_percent(text), None, "{text:?}");
        }
    }
}
