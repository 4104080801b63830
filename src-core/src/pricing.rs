//! What a basket costs.

use serde::{Deserialize, Serialize};

use crate::deposit::{Containers, Deposits};
use crate::money::{Currency, Money, MoneyError, Price};
use crate::quantity::Measure;
use crate::tax::{Prices, TaxRate, TaxRules, TaxShare};

/// One line to be priced.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct PriceLine<'a> {
    /// For a piece or a kilogram.
    pub price: Price,
    /// How much.
    pub measure: Measure,
    /// The tax that the price includes.
    pub tax: TaxRate,
    /// The deposits on its containers, which the price does not include.
    pub deposits: &'a Deposits,
}

/// What a basket or an order comes to.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Totals {
    /// Things a person carries.
    pub items: u32,
    /// All lines, as they are priced, without deposits.
    pub goods: Money,
    /// What delivery costs; zero for pickup.
    pub delivery: Money,
    /// What is to be paid.
    pub total: Money,
    /// The tax inside the total, by rate, highest first. Delivery is taxed with the goods: at the highest rate in the
    /// basket.
    pub tax: Vec<TaxShare>,
    /// How the tax was reckoned.
    #[serde(default)]
    pub rules: TaxRules,
    /// The deposits on the goods' containers, in the total; None where there are none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub deposit: Option<Money>,
    /// What empties that came back take off the total; None where none came.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub empties: Option<Money>,
}

impl Totals {
    /// All tax inside the total.
    pub fn tax_total(&self) -> Money {
        self.total.currency.minor(self.tax.iter().map(|share| share.tax.minor).sum())
    }

    /// What each of the lines came to with its tax, given the rates and amounts of all of them. What was added to all lines of a
    /// rate is shared out among them by the largest remainder, so that the lines, what was added to delivery, and deposits less
    /// empties make the total.
    pub fn of_lines(&self, lines: &[(TaxRate, Money)]) -> Result<Vec<Money>, MoneyError> {
        let mut all: Vec<Money> = lines.iter().map(|(_, amount)| *amount).collect();
        if self.rules.prices == Prices::Inclusive {
            return Ok(all);
        }
        // What is added to goods alone: the tax of deposits is inside them.
        let mut goods = lines.to_vec();
        if !self.delivery.is_zero()
            && let Some(highest) = lines.iter().map(|(rate, _)| *rate).max()
        {
            goods.push((highest, self.delivery));
        }
        for (place, share) in self.rules.by_rate(&goods)?.iter().enumerate() {
            let at: Vec<usize> = (0..lines.len()).filter(|at| lines[*at].0 == share.rate).collect();
            let mut weights = at.iter().map(|at| weight(lines[*at].1)).collect::<Result<Vec<_>, _>>()?;
            // Delivery is taxed at the highest rate, and has its part of that tax.
            weights.push(if place == 0 { weight(self.delivery)? } else { 0 });
            if weights.iter().all(|weight| *weight == 0) {
                continue;
            }
            for (at, part) in at.into_iter().zip(share.tax.share_out(&weights)?) {
                all[at] = all[at].plus(part)?;
            }
        }
        Ok(all)
    }
}

fn weight(amount: Money) -> Result<u64, MoneyError> {
    u64::try_from(amount.minor).map_err(|_| MoneyError::Range)
}

/// Prices a basket. Each line is rounded to the nearest minor unit; tax is reckoned by `rules`. Errors on mixed currencies
/// and on sums beyond the range.
pub fn price(
    lines: &[PriceLine<'_>],
    delivery: Money,
    currency: Currency,
    rules: TaxRules,
) -> Result<Totals, MoneyError> {
    let mut items = 0u32;
    let mut amounts = Vec::with_capacity(lines.len());
    for line in lines {
        amounts.push((line.tax, line.measure.cost(line.price)?));
        items = items.saturating_add(line.measure.items());
    }
    let containers = Containers::of(lines.iter().map(|line| (line.deposits, line.measure)))?;
    Ok(Totals { items, ..sum(&amounts, delivery, &containers, currency, rules)? })
}

/// What amounts of goods at their rates come to, with what delivery costs and their containers; of how many things is not told.
/// Errors as [`price`].
pub(crate) fn sum(
    amounts: &[(TaxRate, Money)],
    delivery: Money,
    containers: &Containers,
    currency: Currency,
    rules: TaxRules,
) -> Result<Totals, MoneyError> {
    let goods = amounts.iter().try_fold(currency.minor(0), |sum, (_, amount)| sum.plus(*amount))?;
    let highest = amounts.iter().map(|(rate, _)| *rate).max();
    let mut taxed = amounts.to_vec();
    if !delivery.is_zero() {
        taxed.push((highest.unwrap_or(TaxRate(0)), delivery));
    }
    let tax = containers.taxed(&taxed, rules)?;
    let total = tax.iter().try_fold(currency.minor(0), |sum, share| sum.plus(share.gross))?;
    let (deposit, empties) = (containers.taken(currency)?, containers.back(currency)?);
    Ok(Totals { items: 0, goods, delivery, total, tax, rules, deposit, empties })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::tax::Rounding;

    fn line() -> impl Strategy<Value = PriceLine<'static>> {
        let measure =
            prop_oneof![(1u32..=999).prop_map(Measure::Pieces), (1u32..=99_999).prop_map(Measure::Grams)];
        let rate = prop_oneof![Just(0u16), Just(900), Just(1300)];
        (0i64..100_000, measure, rate).prop_map(|(minor, measure, rate)| PriceLine {
            price: Price::new(Currency::CNY.minor(minor)).unwrap(),
            measure,
            tax: TaxRate(rate),
            deposits: Deposits::none(),
        })
    }

    proptest! {
        #[test]
        fn the_shares_of_tax_cover_the_total_and_order_does_not_matter(mut lines in prop::collection::vec(line(), 0..40), fee in 0i64..2000) {
            let fee = Currency::CNY.minor(fee);
            let totals = price(&lines, fee, Currency::CNY, TaxRules::default()).unwrap();
            let gross: i64 = totals.tax.iter().map(|share| share.gross.minor).sum();
            prop_assert_eq!(gross, totals.total.minor);
            prop_assert_eq!(totals.goods.plus(fee), Ok(totals.total));
            lines.reverse();
            prop_assert_eq!(price(&lines, fee, Currency::CNY, TaxRules::default()).unwrap(), totals);
        }

        #[test]
        fn one_more_line_never_makes_it_cheaper(lines in prop::collection::vec(line(), 0..20), extra in line()) {
            let fee = Currency::CNY.minor(0);
            let before = price(&lines, fee, Currency::CNY, TaxRules::default()).unwrap();
            let after = price(&[lines, vec![extra]].concat(), fee, Currency::CNY, TaxRules::default()).unwrap();
            prop_assert!(after.total.minor >= before.total.minor);
        }
    }

    proptest! {
        #[test]
        fn lines_with_their_tax_make_the_total(lines in prop::collection::vec(line(), 1..30), fee in 0i64..2000, exclusive in any::<bool>(), in_lines in any::<bool>()) {
            let rules = TaxRules {
                prices: if exclusive { Prices::Exclusive } else { Prices::Inclusive },
                rounding: if in_lines { Rounding::Line } else { Rounding::Document },
            };
            let fee = Currency::CNY.minor(fee);
            let totals = price(&lines, fee, Currency::CNY, rules).unwrap();
            let amounts: Vec<_> =
                lines.iter().map(|line| (line.tax, line.measure.cost(line.price).unwrap())).collect();
            let of_lines: i64 = totals.of_lines(&amounts).unwrap().iter().map(|paid| paid.minor).sum();
            // What is left is delivery, with its own part of the tax.
            let delivery = totals.total.minor - of_lines;
            let highest = totals.tax[0].rate;
            let taxed = if exclusive { fee.minor + highest.on(fee).unwrap().minor } else { fee.minor };
            prop_assert!(delivery >= fee.minor);
            let most = if in_lines { lines.len() as i64 } else { 1 };
            prop_assert!((delivery - taxed).abs() <= most, "{} {}", delivery, taxed);
        }
    }

    #[test]
    fn refuses_a_line_in_another_currency() {
        let line = PriceLine {
            price: Price::new(Currency::EUR.minor(1)).unwrap(),
            measure: Measure::Pieces(1),
            tax: TaxRate(0),
            deposits: Deposits::none(),
        };
        assert!(matches!(
            price(&[line], Currency::CNY.minor(0), Currency::CNY, TaxRules::default()),
            Err(MoneyError::Mixed { .. })
        ));
    }
}
