//! Tax: inside shelf prices, or on top of them.

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

    /// The tax on `net`, rounded to the nearest minor unit.
    pub fn on(self, net: Money) -> Result<Money, MoneyError> {
        net.times_ratio(self.0.into(), 10_000)
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

/// Whether shelf prices have the tax in them.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum Prices {
    /// They do: what stands on the shelf is what is paid.
    #[default]
    Inclusive,
    /// They do not: tax is added to the sum.
    Exclusive,
}

/// Where tax is rounded to whole minor units.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum Rounding {
    /// Once for each rate, on all that was sold at it: off by at most half a minor unit a rate.
    #[default]
    Document,
    /// In each line, as a receipt prints them that shows the tax of each.
    Line,
}

/// How a shop reckons tax.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct TaxRules {
    /// Whether prices have it in them.
    pub prices: Prices,
    /// Where it is rounded.
    pub rounding: Rounding,
}

impl TaxRules {
    /// The tax in or on one amount at `rate`, as the prices are.
    fn of(self, rate: TaxRate, amount: Money) -> Result<Money, MoneyError> {
        match self.prices {
            Prices::Inclusive => rate.included_in(amount),
            Prices::Exclusive => rate.on(amount),
        }
    }

    /// The tax in or on `amounts`, each at its rate: by rate, highest first. Errors on mixed currencies and on sums beyond
    /// the range.
    pub fn by_rate(self, amounts: &[(TaxRate, Money)]) -> Result<Vec<TaxShare>, MoneyError> {
        let mut shares: Vec<TaxShare> = Vec::new();
        for (rate, amount) in amounts {
            let tax = match self.rounding {
                Rounding::Line => self.of(*rate, *amount)?,
                Rounding::Document => amount.currency.minor(0),
            };
            match shares.binary_search_by(|share| rate.cmp(&share.rate)) {
                Ok(at) => {
                    shares[at].gross = shares[at].gross.plus(*amount)?;
                    shares[at].tax = shares[at].tax.plus(tax)?;
                }
                Err(at) => shares.insert(at, TaxShare { rate: *rate, gross: *amount, tax }),
            }
        }
        for share in &mut shares {
            if self.rounding == Rounding::Document {
                share.tax = self.of(share.rate, share.gross)?;
            }
            if self.prices == Prices::Exclusive {
                share.gross = share.gross.plus(share.tax)?;
            }
        }
        Ok(shares)
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

    fn rules() -> impl Strategy<Value = TaxRules> {
        let prices = prop_oneof![Just(Prices::Inclusive), Just(Prices::Exclusive)];
        let rounding = prop_oneof![Just(Rounding::Document), Just(Rounding::Line)];
        (prices, rounding).prop_map(|(prices, rounding)| TaxRules { prices, rounding })
    }

    proptest! {
        #[test]
        fn every_amount_is_taxed_once_and_less_is_never_taxed_more(
            rules in rules(),
            amounts in prop::collection::vec((prop_oneof![Just(0u16), Just(900), Just(1300)], 0i64..1_000_000), 0..20),
            less in 0i64..1_000_000,
        ) {
            let money: Vec<_> =
                amounts.iter().map(|(rate, minor)| (TaxRate(*rate), Currency::CNY.minor(*minor))).collect();
            let shares = rules.by_rate(&money).unwrap();
            let sum: i64 = amounts.iter().map(|(_, minor)| minor).sum();
            let gross: i64 = shares.iter().map(|share| share.gross.minor).sum();
            let tax: i64 = shares.iter().map(|share| share.tax.minor).sum();
            prop_assert_eq!(gross, if rules.prices == Prices::Exclusive { sum + tax } else { sum });
            prop_assert!(shares.windows(2).all(|pair| pair[0].rate > pair[1].rate));
            let fewer: Vec<_> = money
                .iter()
                .map(|(rate, amount)| (*rate, Currency::CNY.minor(amount.minor.min(less))))
                .collect();
            let fewer = rules.by_rate(&fewer).unwrap();
            prop_assert!(fewer.iter().zip(&shares).all(|(less, all)| less.tax.minor <= all.tax.minor));
        }

        #[test]
        fn rounding_in_lines_or_once_differs_by_half_a_unit_a_line(
            minors in prop::collection::vec(0i64..100_000, 1..20), exclusive in any::<bool>(),
        ) {
            let prices = if exclusive { Prices::Exclusive } else { Prices::Inclusive };
            let amounts: Vec<_> =
                minors.iter().map(|minor| (TaxRate(825), Currency::USD.minor(*minor))).collect();
            let tax = |rounding| TaxRules { prices, rounding }.by_rate(&amounts).unwrap()[0].tax.minor;
            let difference = (tax(Rounding::Line) - tax(Rounding::Document)).abs();
            prop_assert!(2 * difference <= minors.len() as i64 + 1);
        }
    }

    #[test]
    fn tax_is_added_where_prices_are_without_it() {
        let rules = TaxRules { prices: Prices::Exclusive, rounding: Rounding::Document };
        let shares = rules.by_rate(&[(TaxRate(825), Currency::USD.minor(1999))]).unwrap();
        assert_eq!((shares[0].tax.minor, shares[0].gross.minor), (165, 2164));
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
