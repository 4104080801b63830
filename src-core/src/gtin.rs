//! Global Trade Item Numbers (GS1 General Specifications, section 3.3.2) in one form, whatever symbol carried them.

use std::fmt;
use std::str::FromStr;

/// A GTIN with a correct check digit, kept as its 14-digit number; GTIN-8, -12 and -13 are that number with zeros
/// in front, so the same item is equal however it was read.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct Gtin(u64);

impl Gtin {
    /// Reads 8, 12, 13 or 14 digits. Errors on any other length, on anything but digits and on a wrong check digit.
    pub fn parse(digits: &str) -> Result<Self, GtinError> {
        if !digits.bytes().all(|byte| byte.is_ascii_digit()) {
            return Err(GtinError::NotDigits);
        }
        if !matches!(digits.len(), 8 | 12 | 13 | 14) {
            return Err(GtinError::Length { found: digits.len() });
        }
        let (body, last) = digits.split_at(digits.len() - 1);
        let expected = check_digit(body).ok_or(GtinError::NotDigits)?;
        if last.as_bytes() != [b'0' + expected] {
            return Err(GtinError::CheckDigit { expected });
        }
        digits.parse().map(Self).map_err(|_| GtinError::NotDigits)
    }

    /// The GTIN with these thirteen digits before its check digit (GS1 General Specifications, section 7.9.1); larger
    /// numbers are cut to their last thirteen digits.
    pub const fn from_body(body: u64) -> Self {
        let body = body % 10_000_000_000_000;
        let (mut rest, mut weight, mut sum) = (body, 3, 0);
        while rest > 0 {
            sum += rest % 10 * weight;
            rest /= 10;
            weight = 4 - weight;
        }
        Self(body * 10 + (10 - sum % 10) % 10)
    }

    /// Reads the 8 digits of a UPC-E symbol (number system 0 or 1, six digits, check digit) and expands them to the
    /// GTIN-12 they stand for (GS1 General Specifications, figure 5.2.2.4.1-1). Errors as [`Gtin::parse`].
    pub fn parse_upc_e(digits: &str) -> Result<Self, GtinError> {
        let bytes = digits.as_bytes();
        let &[system @ (b'0' | b'1'), a, b, c, d, e, f, check] = bytes else {
            return Err(GtinError::Length { found: digits.len() });
        };
        let zero = b'0';
        let body = match f {
            b'0'..=b'2' => [system, a, b, f, zero, zero, zero, zero, c, d, e],
            b'3' => [system, a, b, c, zero, zero, zero, zero, zero, d, e],
            b'4' => [system, a, b, c, d, zero, zero, zero, zero, zero, e],
            _ => [system, a, b, c, d, e, zero, zero, zero, zero, f],
        };
        let expanded: String = body.iter().chain([&check]).map(|&byte| char::from(byte)).collect();
        Self::parse(&expanded)
    }

    /// The 14 digits, zero-padded: the form that files and databases keep.
    pub fn to_gtin14(self) -> String {
        format!("{:014}", self.0)
    }

    /// The number, for keys and indexes.
    pub const fn as_u64(self) -> u64 {
        self.0
    }

    /// A GTIN from its number, as [`Gtin::as_u64`] gave it. Errors when its check digit is wrong.
    pub fn from_u64(number: u64) -> Result<Self, GtinError> {
        Self::parse(&format!("{number:014}"))
    }
}

impl fmt::Display for Gtin {
    /// The shortest form that a person knows it by: 8, 13 or 14 digits.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            0..=99_999_999 => write!(f, "{:08}", self.0),
            100_000_000..=9_999_999_999_999 => write!(f, "{:013}", self.0),
            _ => write!(f, "{:014}", self.0),
        }
    }
}

impl FromStr for Gtin {
    type Err = GtinError;

    fn from_str(digits: &str) -> Result<Self, GtinError> {
        Self::parse(digits)
    }
}

string_on_the_wire!(Gtin, "9520000000011", "^([0-9]{8}|[0-9]{12,14})$");

/// The check digit that belongs behind `body` (GS1 General Specifications, section 7.9.1): weights 3 and 1 from the
/// right. None unless `body` is all digits.
pub fn check_digit(body: &str) -> Option<u8> {
    let sum = body.bytes().rev().enumerate().try_fold(0u32, |sum, (place, byte)| {
        let digit = byte.is_ascii_digit().then(|| u32::from(byte - b'0'))?;
        Some(sum + digit * if place % 2 == 0 { 3 } else { 1 })
    })?;
    Some(((10 - sum % 10) % 10) as u8)
}

/// Why digits are no GTIN.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
pub enum GtinError {
    /// Something other than ASCII digits.
    #[error("a GTIN is made of digits only")]
    NotDigits,
    /// Not 8, 12, 13 or 14 digits.
    #[error("a GTIN has 8, 12, 13 or 14 digits, not {found}")]
    Length {
        /// How many there were.
        found: usize,
    },
    /// The last digit does not fit the others: mistyped, or misread.
    #[error("the last digit does not fit the others; it would be {expected}")]
    CheckDigit {
        /// What it would be if the others are right.
        expected: u8,
    },
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn every_body_with_its_check_digit_reads_and_no_other_last_digit_does(body in "[0-9]{12}", other in 0u8..10) {
            let right = check_digit(&body).unwrap();
            let digits = format!("{body}{right}");
            prop_assert!(Gtin::parse(&digits).is_ok());
            let result = Gtin::parse(&format!("{body}{other}"));
            prop_assert_eq!(result.is_ok(), other == right);
        }

        #[test]
        fn any_single_wrong_digit_is_noticed(body in "[0-9]{12}", place in 0usize..13, by in 1u8..10) {
            let mut digits = format!("{body}{}", check_digit(&body).unwrap()).into_bytes();
            digits[place] = b'0' + (digits[place] - b'0' + by) % 10;
            let wrong = String::from_utf8(digits).unwrap();
            prop_assert!(matches!(Gtin::parse(&wrong), Err(GtinError::CheckDigit { .. })), "single wrong digit unnoticed");
        }

        #[test]
        fn the_shown_form_reads_back(number in 0u64..10_000_000_000_000) {
            let body = format!("{number:013}");
            let gtin = Gtin::parse(&format!("{body}{}", check_digit(&body).unwrap())).unwrap();
            prop_assert_eq!(gtin.to_string().parse(), Ok(gtin));
            prop_assert_eq!(Gtin::from_u64(gtin.as_u64()), Ok(gtin));
            prop_assert_eq!(Gtin::from_body(number), gtin);
        }

        #[test]
        fn nothing_typed_panics(text in ".{0,20}") {
            let _ = Gtin::parse(&text);
            let _ = Gtin::parse_upc_e(&text);
        }
    }

    #[test]
    fn one_item_is_equal_in_every_length() {
        let gtin = Gtin::parse("036000291452").unwrap();
        assert_eq!(Gtin::parse("0036000291452"), Ok(gtin));
        assert_eq!(Gtin::parse("00036000291452"), Ok(gtin));
    }

    #[test]
    fn upc_e_expands_by_its_last_digit() {
        for (short, long) in [
            ("04252614", "042100005264"),
            ("01234558", "012345000058"),
            ("01234531", "012300000451"),
            ("01234543", "012340000053"),
            ("01234505", "012000003455"),
        ] {
            let gtin = Gtin::parse(long).unwrap_or_else(|error| panic!("{long}: {error}"));
            assert_eq!(Gtin::parse_upc_e(short), Ok(gtin), "{short}");
        }
    }
}
