//! What a basket costs.

use serde::{Deserialize, Serialize};

use crate::money::{Currency, Money, MoneyError, Price};
use crate::quantity::Measure;
use crate::tax::{TaxRate, TaxShare};

/// One line to be priced.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct PriceLine {
    /// For a piece or a kilogram.
    pub price: Price,
    /// How much.
    pub measure: Measure,
    /// The tax that the price includes.
    pub tax: TaxRate,
}

/// What a basket or an order comes to.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Totals {
    /// Things a person carries.
    pub items: u32,
    /// All lines.
    pub goods: Money,
    /// What delivery costs, tax included; zero for pickup.
    pub delivery: Money,
    /// What is to be paid.
    pub total: Money,
    /// The tax inside the total, by rate, highest first. Delivery is taxed with the goods: at the highest rate in the
    /// basket.
    pub tax: Vec<TaxShare>,
}

impl Totals {
    /// All tax inside the total.
    pub fn tax_total(&self) -> Money {
        self.total.currency.minor(self.tax.iter().map(|share| share.tax.minor).sum())
    }
}

/// Prices a basket. Each line is rounded to the nearest minor unit; tax is worked out once for each rate, on the sum
/// of its lines, so that it is off by at most half a minor unit a rate. Errors on mixed currencies and on sums beyond
/// the range.
pub fn price(lines: &[PriceLine], delivery: Money, currency: Currency) -> Result<Totals, MoneyError> {
    let mut goods = currency.minor(0);
    let mut items = 0u32;
    let mut costs = Vec::with_capacity(lines.len());
    for line in lines {
        let cost = line.measure.cost(line.price)?;
        goods = goods.plus(cost)?;
        items = items.saturating_add(line.measure.items());
        costs.push((line.tax, cost));
    }
    let tax = tax_by_rate(&costs, delivery)?;
    Ok(Totals { items, goods, delivery, total: goods.plus(delivery)?, tax })
}

/// The tax inside amounts of goods at their rates and inside what delivery costs, by rate, highest first. Errors as
/// [`price`].
pub(crate) fn tax_by_rate(
    amounts: &[(TaxRate, Money)],
    delivery: Money,
) -> Result<Vec<TaxShare>, MoneyError> {
    let mut by_rate: Vec<(TaxRate, Money)> = Vec::new();
    for (tax, amount) in amounts {
        match by_rate.binary_search_by(|(rate, _)| tax.cmp(rate)) {
            Ok(place) => by_rate[place].1 = by_rate[place].1.plus(*amount)?,
            Err(place) => by_rate.insert(place, (*tax, *amount)),
        }
    }
    match by_rate.first_mut() {
        Some((_, gross)) => *gross = gross.plus(delivery)?,
        None if delivery.is_zero() => {}
        None => by_rate.push((TaxRate(0), delivery)),
    }
    by_rate
        .into_iter()
        .map(|(rate, gross)| Ok(TaxShare { rate, gross, tax: rate.included_in(gross)? }))
        .collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn line() -> impl Strategy<Value = PriceLine> {
        let measure =
            prop_oneof![(1u32..=999).prop_map(Measure::Pieces), (1u32..=99_999).prop_map(Measure::Grams)];
        let rate = prop_oneof![Just(0u16), Just(900), Just(1300)];
        (0i64..100_000, measure, rate).prop_map(|(minor, measure, rate)| PriceLine {
            price: Price::new(Currency::CNY.minor(minor)).unwrap(),
            measure,
            tax: TaxRate(rate),
        })
    }

    proptest! {
        #[test]
        fn the_shares_of_tax_cover_the_total_and_order_does_not_matter(mut lines in prop::collection::vec(line(), 0..40), fee in 0i64..2000) {
            let fee = Currency::CNY.minor(fee);
            let totals = price(&lines, fee, Currency::CNY).unwrap();
            let gross: i64 = totals.tax.iter().map(|share| share.gross.minor).sum();
            prop_assert_eq!(gross, totals.total.minor);
            prop_assert_eq!(totals.goods.plus(fee), Ok(totals.total));
            lines.reverse();
            prop_assert_eq!(price(&lines, fee, Currency::CNY).unwrap(), totals);
        }

        #[test]
        fn one_more_line_never_makes_it_cheaper(lines in prop::collection::vec(line(), 0..20), extra in line()) {
            let fee = Currency::CNY.minor(0);
            let before = price(&lines, fee, Currency::CNY).unwrap();
            let after = price(&[lines, vec![extra]].concat(), fee, Currency::CNY).unwrap();
            prop_assert!(after.total.minor >= before.total.minor);
        }
    }

    #[test]
    fn refuses_a_line_in_another_currency() {
        let line = PriceLine {
            price: Price::new(Currency::EUR.minor(1)).unwrap(),
            measure: Measure::Pieces(1),
            tax: TaxRate(0),
        };
        assert!(matches!(
            price(&[line], Currency::CNY.minor(0), Currency::CNY),
            Err(MoneyError::Mixed { .. })
        ));
    }
}
