//! Money as whole minor units of a currency.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

/// A currency by its ISO 4217 code.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct Currency([u8; 3]);

impl Currency {
    /// Chinese yuan.
    pub const CNY: Self = Self(*b"CNY");
    /// United States dollar.
    pub const USD: Self = Self(*b"USD");
    /// Euro.
    pub const EUR: Self = Self(*b"EUR");
    /// Japanese yen.
    pub const JPY: Self = Self(*b"JPY");
    /// Pound sterling.
    pub const GBP: Self = Self(*b"GBP");
    /// Australian dollar.
    pub const AUD: Self = Self(*b"AUD");
    /// New Zealand dollar.
    pub const NZD: Self = Self(*b"NZD");
    /// Canadian dollar.
    pub const CAD: Self = Self(*b"CAD");

    /// The three letters.
    pub fn code(&self) -> &str {
        // Only ASCII capitals can be constructed, so the fallback is never read.
        std::str::from_utf8(&self.0).unwrap_or("XXX")
    }

    /// How many decimal digits the minor unit has (ISO 4217:2015, table A.1).
    pub const fn exponent(self) -> u32 {
        match &self.0 {
            b"BIF" | b"CLP" | b"DJF" | b"GNF" | b"ISK" | b"JPY" | b"KMF" | b"KRW" | b"PYG" | b"RWF"
            | b"UGX" | b"VND" | b"VUV" | b"XAF" | b"XOF" | b"XPF" => 0,
            b"BHD" | b"IQD" | b"JOD" | b"KWD" | b"LYD" | b"OMR" | b"TND" => 3,
            _ => 2,
        }
    }

    /// An amount in this currency.
    pub const fn minor(self, minor: i64) -> Money {
        Money { minor, currency: self }
    }
}

impl FromStr for Currency {
    type Err = MoneyError;

    fn from_str(text: &str) -> Result<Self, MoneyError> {
        match text.as_bytes() {
            &[a, b, c] if [a, b, c].iter().all(u8::is_ascii_uppercase) => Ok(Self([a, b, c])),
            _ => Err(MoneyError::Currency),
        }
    }
}

impl fmt::Display for Currency {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.code())
    }
}

impl fmt::Debug for Currency {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.code())
    }
}

string_on_the_wire!(Currency, "CNY", "^[A-Z]{3}$");

/// An amount, which may be negative (what is owed back).
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Money {
    /// Whole minor units: fen, cents, yen.
    pub minor: i64,
    /// The currency they are of.
    pub currency: Currency,
}

impl Money {
    /// The sum. Errors when the currencies differ or the sum leaves the range.
    pub fn plus(self, other: Self) -> Result<Self, MoneyError> {
        self.same_currency(other)?;
        let minor = self.minor.checked_add(other.minor).ok_or(MoneyError::Range)?;
        Ok(Self { minor, ..self })
    }

    /// The difference. Errors as [`Money::plus`].
    pub fn minus(self, other: Self) -> Result<Self, MoneyError> {
        self.same_currency(other)?;
        let minor = self.minor.checked_sub(other.minor).ok_or(MoneyError::Range)?;
        Ok(Self { minor, ..self })
    }

    /// This amount × `numerator` ÷ `denominator`, rounded to the nearest minor unit, halves away from zero.
    pub fn times_ratio(self, numerator: i64, denominator: i64) -> Result<Self, MoneyError> {
        if denominator <= 0 {
            return Err(MoneyError::Range);
        }
        let product = i128::from(self.minor) * i128::from(numerator);
        let half = i128::from(denominator) / 2;
        let rounded = if product < 0 {
            (product - half) / i128::from(denominator)
        } else {
            (product + half) / i128::from(denominator)
        };
        let minor = i64::try_from(rounded).map_err(|_| MoneyError::Range)?;
        Ok(Self { minor, ..self })
    }

    /// This amount in parts that stand to each other as `weights` do, each a whole number of minor units, adding up to it
    /// exactly: what rounding down leaves goes, a minor unit each, to the parts that lost most by it, the earlier first
    /// (the largest remainder method of Hamilton). Errors where no weight is above zero, and below nothing.
    pub fn share_out(self, weights: &[u64]) -> Result<Vec<Self>, MoneyError> {
        let sum: u128 = weights.iter().copied().map(u128::from).sum();
        let whole = u128::try_from(self.minor).map_err(|_| MoneyError::Range)?;
        if sum == 0 {
            return Err(MoneyError::Range);
        }
        let shares = weights.iter().map(|weight| whole * u128::from(*weight));
        let mut parts: Vec<(u128, u128)> = shares.map(|share| (share / sum, share % sum)).collect();
        let left = whole - parts.iter().map(|(part, _)| part).sum::<u128>();
        let mut by_loss: Vec<usize> = (0..parts.len()).collect();
        by_loss.sort_by_key(|at| std::cmp::Reverse(parts[*at].1));
        // Fewer are left than there are parts: each part lost less than one.
        for at in by_loss.into_iter().take(usize::try_from(left).map_err(|_| MoneyError::Range)?) {
            parts[at].0 += 1;
        }
        let money =
            |part| i64::try_from(part).map(|minor| Self { minor, ..self }).map_err(|_| MoneyError::Range);
        parts.into_iter().map(|(part, _)| money(part)).collect()
    }

    /// Whether this is nothing.
    pub const fn is_zero(self) -> bool {
        self.minor == 0
    }

    /// Reads a plain decimal such as `12.5` or `-3` as an amount of `currency`. Errors on anything else, and on more
    /// decimals than the currency has.
    pub fn parse_decimal(text: &str, currency: Currency) -> Result<Self, MoneyError> {
        let text = text.trim();
        let (negative, digits) = text.strip_prefix('-').map_or((false, text), |rest| (true, rest));
        let (whole, fraction) = digits.split_once('.').unwrap_or((digits, ""));
        let places = currency.exponent() as usize;
        let well_formed = !whole.is_empty()
            && whole.bytes().chain(fraction.bytes()).all(|byte| byte.is_ascii_digit())
            && !(digits.contains('.') && fraction.is_empty());
        let kept = fraction.trim_end_matches('0');
        if !well_formed || kept.len() > places {
            return Err(MoneyError::Decimal);
        }
        let minor: i64 = format!("{whole}{kept:0<places$}").parse().map_err(|_| MoneyError::Range)?;
        Ok(Self { minor: if negative { -minor } else { minor }, currency })
    }

    /// The plain decimal form, such as `12.50`, with no symbol: for files and machines.
    pub fn to_decimal(self) -> String {
        let places = self.currency.exponent() as usize;
        let sign = if self.minor < 0 { "-" } else { "" };
        let digits = format!("{:0>width$}", self.minor.unsigned_abs(), width = places + 1);
        let (whole, fraction) = digits.split_at(digits.len() - places);
        if places == 0 { format!("{sign}{whole}") } else { format!("{sign}{whole}.{fraction}") }
    }

    fn same_currency(self, other: Self) -> Result<(), MoneyError> {
        if self.currency == other.currency {
            Ok(())
        } else {
            Err(MoneyError::Mixed { left: self.currency, right: other.currency })
        }
    }
}

impl fmt::Display for Money {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.to_decimal(), self.currency)
    }
}

/// What one piece, or one kilogram, costs: never below zero.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(try_from = "Money", into = "Money")]
pub struct Price(Money);

impl Price {
    /// The dearest price a shop can set, in minor units: far above any shelf, far below any overflow.
    pub const MAX_MINOR: i64 = 1_000_000_000_000;

    /// A price. Errors below zero and above [`Price::MAX_MINOR`].
    pub fn new(money: Money) -> Result<Self, MoneyError> {
        match money.minor {
            0..=Self::MAX_MINOR => Ok(Self(money)),
            ..0 => Err(MoneyError::NegativePrice),
            _ => Err(MoneyError::Range),
        }
    }

    /// The amount.
    pub const fn money(self) -> Money {
        self.0
    }
}

impl TryFrom<Money> for Price {
    type Error = MoneyError;

    fn try_from(money: Money) -> Result<Self, MoneyError> {
        Self::new(money)
    }
}

impl From<Price> for Money {
    fn from(price: Price) -> Self {
        price.0
    }
}

/// Why an amount could not be read or reckoned.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
pub enum MoneyError {
    /// Not three capital letters.
    #[error("a currency is three capital letters (ISO 4217), such as CNY")]
    Currency,
    /// Not a decimal number, or too many decimals for the currency.
    #[error("an amount is a plain decimal number with at most the currency's decimals, such as 12.50")]
    Decimal,
    /// Two currencies in one sum.
    #[error("{left} and {right} cannot be added up")]
    Mixed {
        /// Of the first amount.
        left: Currency,
        /// Of the second amount.
        right: Currency,
    },
    /// Too large to be an amount of money.
    #[error("the amount is too large")]
    Range,
    /// A price below zero.
    #[error("a price cannot be below zero")]
    NegativePrice,
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn decimal_form_reads_back(minor in -1_000_000_000_000i64..1_000_000_000_000, currency in prop_oneof![Just(Currency::CNY), Just(Currency::JPY), Just(Currency(*b"KWD"))]) {
            let money = currency.minor(minor);
            prop_assert_eq!(Money::parse_decimal(&money.to_decimal(), currency), Ok(money));
        }

        #[test]
        fn a_sum_taken_apart_again_is_what_it_was(a in any::<i32>(), b in any::<i32>()) {
            let (a, b) = (Currency::CNY.minor(a.into()), Currency::CNY.minor(b.into()));
            prop_assert_eq!(a.plus(b).and_then(|sum| sum.minus(b)), Ok(a));
        }

        #[test]
        fn a_ratio_is_never_off_by_more_than_half_a_unit(minor in -1_000_000i64..1_000_000, numerator in 0i64..5000, denominator in 1i64..5000) {
            let result = Currency::EUR.minor(minor).times_ratio(numerator, denominator).unwrap();
            prop_assert!((2 * (i128::from(result.minor) * i128::from(denominator) - i128::from(minor) * i128::from(numerator))).abs() <= i128::from(denominator));
        }
    }

    proptest! {
        #[test]
        fn parts_add_up_and_are_off_by_less_than_one(minor in 0i64..=i64::MAX, weights in prop::collection::vec(0u64..1_000_000, 1..20)) {
            let whole = Currency::CNY.minor(minor);
            let sum: u64 = weights.iter().sum();
            let Ok(parts) = whole.share_out(&weights) else {
                prop_assert_eq!(sum, 0);
                return Ok(());
            };
            prop_assert_eq!(parts.iter().map(|part| i128::from(part.minor)).sum::<i128>(), i128::from(minor));
            for (part, weight) in parts.iter().zip(&weights) {
                let exact = i128::from(minor) * i128::from(*weight);
                prop_assert!((i128::from(part.minor) * i128::from(sum) - exact).abs() < i128::from(sum));
                prop_assert!(*weight > 0 || part.is_zero());
            }
        }
    }

    #[test]
    fn three_share_ten_with_the_first_ahead() {
        let parts = Currency::JPY.minor(10).share_out(&[1, 1, 1]).unwrap();
        assert_eq!(parts.iter().map(|part| part.minor).collect::<Vec<_>>(), [4, 3, 3]);
        assert_eq!(Currency::JPY.minor(10).share_out(&[]), Err(MoneyError::Range));
        assert_eq!(Currency::JPY.minor(-1).share_out(&[1]), Err(MoneyError::Range));
    }

    #[test]
    fn refuses_what_is_not_an_amount() {
        for text in ["", ".", "1.", ".5", "1.234", "1,50", "¥3", "1e3", "--1", "0x10", "１２"] {
            assert_eq!(Money::parse_decimal(text, Currency::CNY), Err(MoneyError::Decimal), "{text:?}");
        }
        assert_eq!(Money::parse_decimal("99999999999999999999", Currency::CNY), Err(MoneyError::Range));
        assert_eq!(Money::parse_decimal("3.50", Currency::JPY), Err(MoneyError::Decimal));
    }

    #[test]
    fn refuses_a_price_below_zero_also_from_json() {
        assert_eq!(Price::new(Currency::CNY.minor(-1)), Err(MoneyError::NegativePrice));
        assert!(serde_json::from_str::<Price>(r#"{"minor":-1,"currency":"CNY"}"#).is_err());
    }

    #[test]
    fn refuses_to_add_two_currencies() {
        assert!(matches!(Currency::CNY.minor(1).plus(Currency::EUR.minor(1)), Err(MoneyError::Mixed { .. })));
    }
}
