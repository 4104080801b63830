//! Cash over the counter: what is likely to be handed over, and what is given back.

use ministore_core::money::{Currency, Money};

/// The most digits that an amount is typed with.
const LONGEST: usize = 9;

/// The notes and coins that people round up to, in whole major units.
fn steps(currency: Currency) -> &'static [i64] {
    match currency.code() {
        "JPY" => &[100, 500, 1000, 5000, 10_000],
        "KRW" => &[500, 1000, 5000, 10_000, 50_000],
        "EUR" | "GBP" | "CHF" => &[5, 10, 20, 50, 100, 200],
        _ => &[5, 10, 20, 50, 100],
    }
}

/// Up to `count` amounts that a shopper is likely to hand over for `due`: exactly that, then the next round amounts.
pub(crate) fn suggestions(due: Money, count: usize) -> Vec<Money> {
    let major = 10i64.pow(due.currency.exponent());
    let mut amounts = vec![due];
    for step in steps(due.currency) {
        let step = step * major;
        let rounded = rounded_up(due.minor, step);
        if amounts.last().is_some_and(|last| last.minor < rounded) {
            amounts.push(due.currency.minor(rounded));
        }
    }
    amounts.truncate(count);
    amounts
}

/// The next multiple of `step` that is not below `minor`.
const fn rounded_up(minor: i64, step: i64) -> i64 {
    let whole = minor.div_euclid(step) * step;
    if whole < minor { whole.saturating_add(step) } else { whole }
}

/// An amount being typed, as the keys of a till write it: digits, and a point where the currency has decimals.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub(crate) struct Amount(String);

impl Amount {
    /// What is typed so far.
    pub(crate) fn text(&self) -> &str {
        &self.0
    }

    /// With one more digit or point; as it was where that makes no amount of `currency`.
    pub(crate) fn with(&self, key: char, currency: Currency) -> Self {
        let mut next = self.0.clone();
        match key {
            '0'..='9' => next.push(key),
            '.' | ',' | '。' if next.is_empty() => next.push_str("0."),
            '.' | ',' | '。' => next.push('.'),
            _ => return self.clone(),
        }
        if next.len() > 1 && next.starts_with('0') && !next.starts_with("0.") {
            next.remove(0);
        }
        let decimals = next.split_once('.').map_or(0, |(_, decimals)| decimals.len());
        let points = next.matches('.').count();
        let allowed = next.len() <= LONGEST
            && decimals <= currency.exponent() as usize
            && points <= usize::from(currency.exponent() > 0);
        if allowed { Self(next) } else { self.clone() }
    }

    /// Without its last key.
    pub(crate) fn shorter(&self) -> Self {
        let mut next = self.0.clone();
        next.pop();
        Self(next)
    }

    /// The amount; None where nothing is typed.
    pub(crate) fn money(&self, currency: Currency) -> Option<Money> {
        Money::parse_decimal(self.0.trim_end_matches('.'), currency).ok()
    }

    /// An amount as if it had been typed.
    pub(crate) fn of(money: Money) -> Self {
        Self(money.to_decimal())
    }
}

/// What is given back of `cash`, or what is still missing.
pub(crate) fn change(due: Money, cash: Money) -> Result<Money, Money> {
    match cash.minus(due) {
        Ok(change) if change.minor >= 0 => Ok(change),
        Ok(change) => Err(due.currency.minor(-change.minor)),
        Err(_) => Err(due),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn yuan(minor: i64) -> Money {
        Currency::CNY.minor(minor)
    }

    fn minors(due: Money) -> Vec<i64> {
        suggestions(due, 5).iter().map(|amount| amount.minor).collect()
    }

    proptest! {
        #[test]
        fn every_suggestion_covers_what_is_due(minor in 1i64..10_000_000, currency in prop_oneof![Just(Currency::CNY), Just(Currency::EUR), Just(Currency::JPY)]) {
            let due = currency.minor(minor);
            let amounts = suggestions(due, 6);
            prop_assert_eq!(amounts[0], due);
            prop_assert!(amounts.windows(2).all(|pair| pair[0].minor < pair[1].minor));
            prop_assert!(amounts.iter().all(|amount| change(due, *amount).is_ok()));
        }

        #[test]
        fn what_is_typed_is_always_an_amount_or_nothing(keys in "[0-9.,x]{0,14}") {
            let amount = keys.chars().fold(Amount::default(), |amount, key| amount.with(key, Currency::CNY));
            prop_assert_eq!(amount.money(Currency::CNY).is_none(), amount.text().is_empty());
        }
    }

    #[test]
    fn the_next_notes_are_offered() {
        assert_eq!(minors(yuan(3860)), [3860, 4000, 5000, 10_000]);
        assert_eq!(minors(yuan(13_860)), [13_860, 14_000, 15_000, 20_000]);
        assert_eq!(minors(yuan(320)), [320, 500, 1000, 2000, 5000]);
        assert_eq!(minors(yuan(10_000)), [10_000]);
        assert_eq!(minors(Currency::JPY.minor(1830)), [1830, 1900, 2000, 5000, 10_000]);
    }

    #[test]
    fn keys_write_an_amount() {
        let typed = |keys: &str, currency| {
            keys.chars().fold(Amount::default(), |amount, key| amount.with(key, currency))
        };
        assert_eq!(typed("50", Currency::CNY).money(Currency::CNY), Some(yuan(5000)));
        assert_eq!(typed("50.5", Currency::CNY).money(Currency::CNY), Some(yuan(5050)));
        assert_eq!(typed("50.", Currency::CNY).money(Currency::CNY), Some(yuan(5000)));
        assert_eq!(typed(".5", Currency::CNY).text(), "0.5");
        assert_eq!(typed("007", Currency::CNY).text(), "7");
        assert_eq!(typed("1.234", Currency::CNY).text(), "1.23");
        assert_eq!(typed("1..2", Currency::CNY).text(), "1.2");
        assert_eq!(typed("12.5", Currency::JPY).text(), "125");
        assert_eq!(typed("12", Currency::CNY).shorter().text(), "1");
        assert_eq!(Amount::default().money(Currency::CNY), None);
        assert_eq!(Amount::of(yuan(4000)).money(Currency::CNY), Some(yuan(4000)));
    }

    #[test]
    fn too_little_says_what_is_missing() {
        assert_eq!(change(yuan(3860), yuan(5000)), Ok(yuan(1140)));
        assert_eq!(change(yuan(3860), yuan(3860)), Ok(yuan(0)));
        assert_eq!(change(yuan(3860), yuan(3000)), Err(yuan(860)));
    }
}
