//! Codes that a shop prints itself, on scales and packing tables: GTIN-13 symbols with prefix 02 or 20 to 29, whose
//! digits are the shop's own to arrange (GS1 General Specifications, sections 1.4.5 and 2.1.11.1).

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use crate::gtin::check_digit;
use crate::money::{Currency, Price};
use crate::quantity::Measure;

/// A price look-up number: what a weighed product is known by on scales, 4 or 5 digits.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct Plu(u32);

impl Plu {
    /// A PLU by its number. None above 99 999, and for zero.
    pub const fn new(number: u32) -> Option<Self> {
        match number {
            1..=99_999 => Some(Self(number)),
            _ => None,
        }
    }

    /// The number.
    pub const fn number(self) -> u32 {
        self.0
    }
}

impl fmt::Display for Plu {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:05}", self.0)
    }
}

impl FromStr for Plu {
    type Err = InStoreError;

    fn from_str(text: &str) -> Result<Self, InStoreError> {
        let well_formed = matches!(text.len(), 4 | 5) && text.bytes().all(|byte| byte.is_ascii_digit());
        let number = if well_formed { text.parse().ok() } else { None };
        number.and_then(Self::new).ok_or(InStoreError::Plu)
    }
}

string_on_the_wire!(Plu, "40110", "^[0-9]{4,5}$");

/// What the value digits of an in-store code mean.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum InStoreValue {
    /// Grams.
    Weight,
    /// Minor units of the shop's currency.
    Price,
    /// Pieces.
    Count,
}

/// How a shop arranges the thirteen digits of its codes with one prefix, written as a picture of them:
/// the prefix's two digits, `P` for the PLU, `V` for the value, `K` for a check digit over the value, `C` for the
/// symbol's own check digit. `21PPPPPVVVVVC` with weight is item 12345 weighing 678 g in `2112345006783`.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct InStorePattern {
    /// The picture of the digits.
    pub digits: Layout,
    /// What its value means.
    pub value: InStoreValue,
}

/// A checked picture of thirteen digits; see [`InStorePattern`].
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Layout(String);

impl FromStr for Layout {
    type Err = InStoreError;

    fn from_str(text: &str) -> Result<Self, InStoreError> {
        let prefix: Option<u32> = text.get(..2).and_then(|prefix| prefix.parse().ok());
        let rest = text.get(2..).unwrap_or_default();
        let plu = rest.len() - rest.trim_start_matches('P').len();
        let after_plu = &rest[plu..];
        let after_check = after_plu.strip_prefix('K').unwrap_or(after_plu);
        let value = after_check.len() - after_check.trim_start_matches('V').len();
        let well_formed = matches!(prefix, Some(2 | 20..=29))
            && text.len() == 13
            && matches!(plu, 4 | 5)
            && matches!(value, 4..=6)
            && &after_check[value..] == "C";
        if well_formed { Ok(Self(text.to_owned())) } else { Err(InStoreError::Layout) }
    }
}

impl fmt::Display for Layout {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

string_on_the_wire!(Layout, "21PPPPPVVVVVC");

/// Whether no two of these patterns are for one prefix, of which only the first would ever be read.
pub fn each_prefix_once(patterns: &[InStorePattern]) -> bool {
    let mut seen = std::collections::HashSet::new();
    patterns.iter().all(|pattern| seen.insert(&pattern.digits.0[..2]))
}

/// Request `shop.set_in_store`: the shop's own codes are arranged so from now on. Refused where a prefix is there twice.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct SetInStore {
    /// All patterns, each for another prefix.
    pub patterns: Vec<InStorePattern>,
}

/// What an in-store code says: which item, and how much of it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct InStoreItem {
    /// The item.
    pub plu: Plu,
    /// How much is in the pack.
    pub measure: Measure,
}

impl InStorePattern {
    /// A pattern. Errors when `digits` is no picture of thirteen digits.
    pub fn new(digits: &str, value: InStoreValue) -> Result<Self, InStoreError> {
        Ok(Self { digits: digits.parse()?, value })
    }

    /// Whether `digits` is a code of this pattern's prefix.
    pub fn covers(&self, digits: &str) -> bool {
        digits.len() == 13 && digits.get(..2) == self.digits.0.get(..2)
    }

    /// Reads thirteen digits of this pattern's prefix. Errors on a wrong check digit, on a wrong inner one, on a
    /// value of zero and where there is no such PLU.
    pub fn read(&self, digits: &str, currency: Currency) -> Result<InStoreItem, InStoreError> {
        if !self.covers(digits) || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
            return Err(InStoreError::Prefix);
        }
        let expected = check_digit(&digits[..12]).ok_or(InStoreError::Prefix)?;
        if self.field(digits, 'C') != expected.to_string() {
            return Err(InStoreError::CheckDigit { expected });
        }
        let value_digits = self.field(digits, 'V');
        let inner = self.field(digits, 'K');
        if !inner.is_empty() {
            let expected = inner_check_digit(&value_digits).ok_or(InStoreError::ValueDigits)?;
            if inner != expected.to_string() {
                return Err(InStoreError::InnerCheckDigit { expected });
            }
        }
        let plu = self.field(digits, 'P').parse().ok().and_then(Plu::new).ok_or(InStoreError::Plu)?;
        let value: u32 = value_digits.parse().map_err(|_| InStoreError::Prefix)?;
        let measure = match self.value {
            InStoreValue::Weight => Measure::Grams(value),
            InStoreValue::Count => Measure::Pieces(value),
            InStoreValue::Price => {
                Measure::Labelled(Price::new(currency.minor(value.into())).map_err(|_| InStoreError::Value)?)
            }
        };
        let measure = measure.checked().map_err(|_| InStoreError::Value)?;
        Ok(InStoreItem { plu, measure })
    }

    /// Writes the code for `value` of item `plu`, as a scale would print it. Errors when either has more digits than
    /// the pattern has places.
    pub fn write(&self, plu: Plu, value: u32) -> Result<String, InStoreError> {
        let (plu_places, value_places) = (self.places('P'), self.places('V'));
        let plu = format!("{:0>plu_places$}", plu.number());
        let value = format!("{value:0>value_places$}");
        if plu.len() != plu_places || value.len() != value_places {
            return Err(InStoreError::Value);
        }
        let inner = match self.places('K') {
            0 => String::new(),
            _ => inner_check_digit(&value).ok_or(InStoreError::ValueDigits)?.to_string(),
        };
        let body = format!("{}{plu}{inner}{value}", &self.digits.0[..2]);
        let check = check_digit(&body).ok_or(InStoreError::Layout)?;
        Ok(format!("{body}{check}"))
    }

    fn field(&self, digits: &str, letter: char) -> String {
        self.digits
            .0
            .chars()
            .zip(digits.chars())
            .filter(|(place, _)| *place == letter)
            .map(|(_, digit)| digit)
            .collect()
    }

    fn places(&self, letter: char) -> usize {
        self.digits.0.chars().filter(|place| *place == letter).count()
    }
}

/// The check digit over a four- or five-digit price or weight (GS1 General Specifications, sections 7.9.2 to 7.9.4).
/// None for other lengths and for anything but digits.
pub fn inner_check_digit(value: &str) -> Option<u8> {
    let digits: Vec<u32> = value.chars().map(|c| c.to_digit(10)).collect::<Option<_>>()?;
    // The weighting tables of section 7.9.2: the product's two digits are added or subtracted.
    let two_minus = |d: u32| [0, 2, 4, 6, 8, 9, 1, 3, 5, 7][d as usize];
    let three = |d: u32| [0, 3, 6, 9, 2, 5, 8, 1, 4, 7][d as usize];
    let five_plus = |d: u32| [0, 5, 1, 6, 2, 7, 3, 8, 4, 9][d as usize];
    let five_minus = |d: u32| [0, 5, 9, 4, 8, 3, 7, 2, 6, 1][d as usize];
    match *digits.as_slice() {
        [a, b, c, d] => {
            let sum = two_minus(a) + two_minus(b) + three(c) + five_minus(d);
            Some((sum * 3 % 10) as u8)
        }
        [a, b, c, d, e] => {
            let sum = five_plus(a) + two_minus(b) + five_minus(c) + five_plus(d) + two_minus(e);
            let rest = (10 - sum % 10) % 10;
            (0..10u32).find(|&candidate| five_minus(candidate) == rest).map(|digit| digit as u8)
        }
        _ => None,
    }
}

/// Why digits are no in-store code of a pattern, or a text is no pattern.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
pub enum InStoreError {
    /// Not thirteen digits with the pattern's prefix.
    #[error("not thirteen digits with this pattern's prefix")]
    Prefix,
    /// The symbol's last digit does not fit.
    #[error("the last digit does not fit the others; it would be {expected}")]
    CheckDigit {
        /// What it would be if the others are right.
        expected: u8,
    },
    /// The check digit over the value does not fit.
    #[error("the check digit of the price or weight does not fit; it would be {expected}")]
    InnerCheckDigit {
        /// What it would be if the value is right.
        expected: u8,
    },
    /// An inner check digit is defined for four and five value digits only.
    #[error("an inner check digit needs a value of four or five digits")]
    ValueDigits,
    /// The value is zero or too large.
    #[error("the price, weight or count in the code is zero or too large")]
    Value,
    /// A PLU has 4 or 5 digits and is not zero.
    #[error("a PLU has 4 or 5 digits")]
    Plu,
    /// The text is no picture of thirteen digits.
    #[error("a pattern is thirteen places: prefix 02 or 20 to 29, then P, V, K and C, such as 21PPPPPVVVVVC")]
    Layout,
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn pattern(digits: &str, value: InStoreValue) -> InStorePattern {
        InStorePattern::new(digits, value).unwrap()
    }

    proptest! {
        #[test]
        fn what_a_scale_prints_reads_back(plu in 1u32..100_000, grams in 1u32..100_000) {
            let pattern = pattern("21PPPPPVVVVVC", InStoreValue::Weight);
            let plu = Plu::new(plu).unwrap();
            let code = pattern.write(plu, grams).unwrap();
            prop_assert_eq!(pattern.read(&code, Currency::CNY), Ok(InStoreItem { plu, measure: Measure::Grams(grams) }));
        }

        #[test]
        fn a_price_with_an_inner_check_digit_reads_back_and_a_wrong_one_does_not(plu in 1u32..10_000, minor in 1u32..100_000, by in 1u8..10) {
            let pattern = pattern("23PPPPKVVVVVC", InStoreValue::Price);
            let plu = Plu::new(plu).unwrap();
            let code = pattern.write(plu, minor).unwrap();
            let price = Price::new(Currency::EUR.minor(minor.into())).unwrap();
            prop_assert_eq!(pattern.read(&code, Currency::EUR), Ok(InStoreItem { plu, measure: Measure::Labelled(price) }));

            let mut digits = code.into_bytes();
            digits[6] = b'0' + (digits[6] - b'0' + by) % 10;
            let body = String::from_utf8(digits[..12].to_vec()).unwrap();
            let forged = format!("{body}{}", check_digit(&body).unwrap());
            prop_assert!(matches!(pattern.read(&forged, Currency::EUR), Err(InStoreError::InnerCheckDigit { .. })), "forged inner digit read");
        }

        #[test]
        fn nothing_scanned_panics(text in ".{0,16}") {
            let _ = pattern("21PPPPPVVVVVC", InStoreValue::Weight).read(&text, Currency::CNY);
            let _ = text.parse::<Layout>();
        }
    }

    #[test]
    fn inner_check_digits_of_the_specifications_examples() {
        // Worked examples of GS1 General Specifications, sections 7.9.3 (2875) and 7.9.4 (14685).
        assert_eq!(inner_check_digit("2875"), Some(9));
        assert_eq!(inner_check_digit("14685"), Some(6));
    }

    #[test]
    fn a_weight_of_nothing_is_refused() {
        let pattern = pattern("21PPPPPVVVVVC", InStoreValue::Weight);
        let code = pattern.write(Plu::new(40110).unwrap(), 0).unwrap();
        assert_eq!(pattern.read(&code, Currency::CNY), Err(InStoreError::Value));
    }

    #[test]
    fn refuses_pictures_of_other_shapes() {
        for text in ["", "21PPPPPVVVVV", "95PPPPPVVVVVC", "21PPVVVVVVVVC", "21PPPPPVVVVKC", "2éPPPPPVVVVVC"]
        {
            assert_eq!(text.parse::<Layout>(), Err(InStoreError::Layout), "{text:?}");
        }
    }
}
