//! Element strings: what a GS1-128, DataBar Expanded, GS1 DataMatrix or GS1 QR symbol says, one application identifier
//! (AI) after the other. Source: GS1 General Specifications, release 25, sections 3.2 (the identifiers), 7.8
//! (concatenation and separators) and 7.12 (dates).

use std::fmt;

use crate::gtin::{Gtin, check_digit};

/// What separates an element of variable length from the next: FNC1, as decoders write it.
pub const SEPARATOR: char = '\u{1d}';

/// One element: an application identifier and its data, both as they were printed, and what the data means.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Element {
    /// The identifier's 2 to 4 digits.
    pub ai: String,
    /// Its data, without the separator.
    pub data: String,
    /// What the data means.
    pub value: Value,
}

/// What an element's data means.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Value {
    /// A trade item, or one that is contained.
    Gtin(Gtin),
    /// Another key of GS1's whose check digit holds, as digits.
    Key(String),
    /// A day, and an hour where the identifier has one.
    Date(Date),
    /// A measure in the unit that the identifier's title names.
    Measure(Decimal),
    /// An amount of money, and its ISO 4217 number where the element says so.
    Amount {
        /// How much.
        amount: Decimal,
        /// In which currency; None for the shop's own.
        currency: Option<u16>,
    },
    /// A whole number.
    Count(u64),
    /// Anything else.
    Text,
}

/// A number with so many of its digits behind the point.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub struct Decimal {
    /// All its digits.
    pub digits: u64,
    /// How many of them stand behind the point, 0 to 9.
    pub decimals: u8,
}

impl Decimal {
    /// The number in units of 10^-`decimals`, such as grams for kilograms with 3. None where that would drop a digit that
    /// is not zero, and beyond the range.
    pub fn scaled(self, decimals: u8) -> Option<u64> {
        let power = |places: u8| 10u64.checked_pow(places.into());
        match decimals.checked_sub(self.decimals) {
            Some(more) => self.digits.checked_mul(power(more)?),
            None => {
                let unit = power(self.decimals - decimals)?;
                self.digits.is_multiple_of(unit).then_some(self.digits / unit)
            }
        }
    }
}

impl fmt::Display for Decimal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let unit = 10u64.pow(u32::from(self.decimals.min(9)));
        match self.decimals {
            0 => write!(f, "{}", self.digits),
            places => {
                write!(f, "{}.{:0width$}", self.digits / unit, self.digits % unit, width = places.into())
            }
        }
    }
}

/// A day of the Gregorian calendar, as elements write it.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub struct Date {
    /// The last two digits of the year.
    pub year: u8,
    /// 1 to 12.
    pub month: u8,
    /// 1 to 31; None for the month's last day.
    pub day: Option<u8>,
    /// The hour, 0 to 23, where it is told.
    pub hour: Option<u8>,
}

impl Date {
    /// The whole year, seen from the year `now`: from 49 years before to 50 years after (section 7.12).
    pub const fn full_year(self, now: u16) -> u16 {
        let year = now - now % 100 + self.year as u16;
        if year > now + 50 {
            year - 100
        } else if year + 50 <= now {
            year + 100
        } else {
            year
        }
    }

    fn parse(data: &str) -> Option<Self> {
        let two = |from: usize| data.get(from..from + 2)?.parse::<u8>().ok();
        let (year, month, day) = (two(0)?, two(2)?, two(4)?);
        let hour = match data.len() {
            6 => None,
            _ => Some(two(6)?),
        };
        let days = match month {
            4 | 6 | 9 | 11 => 30,
            // Whether the century's own year is a leap year is not known from two digits.
            2 if year.is_multiple_of(4) => 29,
            2 => 28,
            1..=12 => 31,
            _ => return None,
        };
        let valid = day <= days && hour.is_none_or(|hour| hour <= 23);
        valid.then_some(Self { year, month, day: (day > 0).then_some(day), hour })
    }
}

/// Which characters a part is made of.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Letters {
    Digits,
    /// The 82 characters of section 7.11, figure 7.11-1.
    Any,
    /// The 39 characters of figure 7.11-2.
    Few,
}

/// One part of an element's data.
#[derive(Clone, Copy)]
struct Part {
    letters: Letters,
    least: u8,
    most: u8,
}

const fn n(length: u8) -> Part {
    Part { letters: Letters::Digits, least: length, most: length }
}

const fn n_to(most: u8) -> Part {
    Part { letters: Letters::Digits, least: 1, most }
}

const fn x(length: u8) -> Part {
    Part { letters: Letters::Any, least: length, most: length }
}

const fn x_to(most: u8) -> Part {
    Part { letters: Letters::Any, least: 1, most }
}

const fn optional(part: Part) -> Part {
    Part { least: 0, ..part }
}

const fn few_to(most: u8) -> Part {
    Part { letters: Letters::Few, least: 1, most }
}

/// How the data becomes a value.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Reading {
    Gtin,
    /// The first part ends with a check digit.
    Key,
    /// The digit before a key of 14 is not the key's.
    KeyAfterOne,
    Date,
    /// The identifier's last digit says how many decimals.
    Measure,
    Amount,
    AmountIn,
    Count,
    Text,
}

/// Identifiers from the first to the last, what their data is made of, and how it reads.
struct Row(u16, u16, u8, &'static [Part], Reading);

/// Every identifier of section 3.2: number, number of the last of its kind, digits, parts, reading.
const TABLE: &[Row] = {
    use Reading::*;
    &[
        Row(0, 0, 2, &[n(18)], Key),
        Row(1, 3, 2, &[n(14)], Gtin),
        Row(10, 10, 2, &[x_to(20)], Text),
        Row(11, 13, 2, &[n(6)], Date),
        Row(15, 17, 2, &[n(6)], Date),
        Row(20, 20, 2, &[n(2)], Count),
        Row(21, 22, 2, &[x_to(20)], Text),
        Row(30, 30, 2, &[n_to(8)], Count),
        Row(37, 37, 2, &[n_to(8)], Count),
        Row(90, 90, 2, &[x_to(30)], Text),
        Row(91, 99, 2, &[x_to(90)], Text),
        Row(235, 235, 3, &[x_to(28)], Text),
        Row(240, 241, 3, &[x_to(30)], Text),
        Row(242, 242, 3, &[n_to(6)], Count),
        Row(243, 243, 3, &[x_to(20)], Text),
        Row(250, 251, 3, &[x_to(30)], Text),
        Row(253, 253, 3, &[n(13), optional(x_to(17))], Key),
        Row(254, 254, 3, &[x_to(20)], Text),
        Row(255, 255, 3, &[n(13), optional(n_to(12))], Key),
        Row(400, 401, 3, &[x_to(30)], Text),
        Row(402, 402, 3, &[n(17)], Key),
        Row(403, 403, 3, &[x_to(30)], Text),
        Row(410, 417, 3, &[n(13)], Key),
        Row(420, 420, 3, &[x_to(20)], Text),
        Row(421, 421, 3, &[n(3), x_to(9)], Text),
        Row(422, 422, 3, &[n(3)], Count),
        Row(423, 423, 3, &[n(3), optional(n_to(12))], Text),
        Row(424, 424, 3, &[n(3)], Count),
        Row(425, 425, 3, &[n(3), optional(n_to(12))], Text),
        Row(426, 426, 3, &[n(3)], Count),
        Row(427, 427, 3, &[x_to(3)], Text),
        Row(710, 717, 3, &[x_to(20)], Text),
        Row(3100, 3169, 4, &[n(6)], Measure),
        Row(3200, 3379, 4, &[n(6)], Measure),
        Row(3400, 3579, 4, &[n(6)], Measure),
        Row(3600, 3699, 4, &[n(6)], Measure),
        Row(3900, 3909, 4, &[n_to(15)], Amount),
        Row(3910, 3919, 4, &[n(3), n_to(15)], AmountIn),
        Row(3920, 3929, 4, &[n_to(15)], Amount),
        Row(3930, 3939, 4, &[n(3), n_to(15)], AmountIn),
        Row(3940, 3943, 4, &[n(4)], Measure),
        Row(3950, 3955, 4, &[n(6)], Amount),
        Row(4300, 4301, 4, &[x_to(35)], Text),
        Row(4302, 4306, 4, &[x_to(70)], Text),
        Row(4307, 4307, 4, &[x(2)], Text),
        Row(4308, 4308, 4, &[x_to(30)], Text),
        Row(4309, 4309, 4, &[n(20)], Text),
        Row(4310, 4311, 4, &[x_to(35)], Text),
        Row(4312, 4316, 4, &[x_to(70)], Text),
        Row(4317, 4317, 4, &[x(2)], Text),
        Row(4318, 4318, 4, &[x_to(20)], Text),
        Row(4319, 4319, 4, &[x_to(30)], Text),
        Row(4320, 4320, 4, &[x_to(35)], Text),
        Row(4321, 4323, 4, &[n(1)], Count),
        Row(4324, 4325, 4, &[n(10)], Text),
        Row(4326, 4326, 4, &[n(6)], Date),
        Row(4330, 4333, 4, &[n(6), optional(x(1))], Text),
        Row(7001, 7001, 4, &[n(13)], Text),
        Row(7002, 7002, 4, &[x_to(30)], Text),
        Row(7003, 7003, 4, &[n(10)], Date),
        Row(7004, 7004, 4, &[n_to(4)], Count),
        Row(7005, 7005, 4, &[x_to(12)], Text),
        Row(7006, 7006, 4, &[n(6)], Date),
        Row(7007, 7007, 4, &[n(6), optional(n(6))], Text),
        Row(7008, 7008, 4, &[x_to(3)], Text),
        Row(7009, 7009, 4, &[x_to(10)], Text),
        Row(7010, 7010, 4, &[x_to(2)], Text),
        Row(7011, 7011, 4, &[n(6), optional(n(4))], Text),
        Row(7020, 7022, 4, &[x_to(20)], Text),
        Row(7023, 7023, 4, &[x_to(30)], Text),
        Row(7030, 7039, 4, &[n(3), x_to(27)], Text),
        Row(7040, 7040, 4, &[n(1), x(3)], Text),
        Row(7041, 7041, 4, &[x_to(4)], Text),
        Row(7230, 7239, 4, &[x(2), x_to(28)], Text),
        Row(7240, 7240, 4, &[x_to(20)], Text),
        Row(7241, 7241, 4, &[n(2)], Count),
        Row(7242, 7242, 4, &[x_to(25)], Text),
        Row(7250, 7250, 4, &[n(8)], Text),
        Row(7251, 7251, 4, &[n(12)], Text),
        Row(7252, 7252, 4, &[n(1)], Count),
        Row(7253, 7254, 4, &[x_to(40)], Text),
        Row(7255, 7255, 4, &[x_to(10)], Text),
        Row(7256, 7256, 4, &[x_to(90)], Text),
        Row(7257, 7257, 4, &[x_to(70)], Text),
        Row(7258, 7258, 4, &[x(3)], Text),
        Row(7259, 7259, 4, &[x_to(40)], Text),
        Row(8001, 8001, 4, &[n(14)], Text),
        Row(8002, 8002, 4, &[x_to(20)], Text),
        Row(8003, 8003, 4, &[n(14), optional(x_to(16))], KeyAfterOne),
        Row(8004, 8004, 4, &[x_to(30)], Text),
        Row(8005, 8005, 4, &[n(6)], Count),
        Row(8006, 8006, 4, &[n(14), n(4)], Gtin),
        Row(8007, 8007, 4, &[x_to(34)], Text),
        Row(8008, 8008, 4, &[n(8), optional(n_to(4))], Text),
        Row(8009, 8009, 4, &[x_to(50)], Text),
        Row(8010, 8010, 4, &[few_to(30)], Text),
        Row(8011, 8011, 4, &[n_to(12)], Count),
        Row(8012, 8012, 4, &[x_to(20)], Text),
        Row(8013, 8014, 4, &[x_to(25)], Text),
        Row(8017, 8018, 4, &[n(18)], Key),
        Row(8019, 8019, 4, &[n_to(10)], Count),
        Row(8020, 8020, 4, &[x_to(25)], Text),
        Row(8026, 8026, 4, &[n(14), n(4)], Gtin),
        Row(8030, 8030, 4, &[x_to(90)], Text),
        Row(8110, 8110, 4, &[x_to(70)], Text),
        Row(8111, 8111, 4, &[n(4)], Count),
        Row(8112, 8112, 4, &[x_to(70)], Text),
        Row(8200, 8200, 4, &[x_to(70)], Text),
    ]
};

/// Whether an element's length is known from the first two digits of its identifier, so that no separator follows
/// (figure 7.8.5-2).
fn has_known_length(ai: &str) -> bool {
    matches!(ai.get(..2).and_then(|two| two.parse::<u8>().ok()), Some(0..=4 | 11..=20 | 31..=36 | 41))
}

/// The elements of an element string, with separators as [`SEPARATOR`], or with each identifier in parentheses as it is
/// printed below a symbol. A symbology identifier in front (`]C1` and the like) is passed over.
pub fn parse(text: &str) -> Result<Vec<Element>, ElementStringError> {
    let failed =
        |at: &str, fault| ElementStringError { text: text.to_owned(), at: text.len() - at.len(), fault };
    let mut rest = text.strip_prefix(']').and_then(|rest| rest.get(2..)).unwrap_or(text);
    let bracketed = rest.starts_with('(');
    let mut elements = Vec::new();
    loop {
        rest = rest.trim_start_matches(SEPARATOR);
        if rest.is_empty() {
            break;
        }
        let here = rest;
        let (ai, after) = if bracketed {
            let inside = rest.strip_prefix('(').and_then(|rest| rest.split_once(')'));
            inside.ok_or_else(|| failed(here, Fault::Brackets))?
        } else {
            let digits = (2..=4).find(|digits| rest.get(..*digits).and_then(row_of).is_some());
            rest.split_at(digits.ok_or_else(|| failed(here, Fault::UnknownIdentifier))?)
        };
        let row = row_of(ai).ok_or_else(|| failed(here, Fault::UnknownIdentifier))?;
        let end =
            if bracketed { end_of_bracketed(after) } else { after.find(SEPARATOR).unwrap_or(after.len()) };
        let length = measure(row.3, &after[..end]).map_err(|fault| failed(after, fault))?;
        let (data, next) = after.split_at(length);
        if bracketed && length < end {
            return Err(failed(next, Fault::TooLong));
        }
        let value = read(ai, row, data).map_err(|fault| failed(after, fault))?;
        elements.push(Element { ai: ai.to_owned(), data: data.to_owned(), value });
        rest = next;
    }
    if elements.is_empty() { Err(failed(text, Fault::Empty)) } else { Ok(elements) }
}

/// One element from its identifier and the whole of its data.
pub fn element(ai: &str, data: &str) -> Result<Element, Fault> {
    let row = row_of(ai).ok_or(Fault::UnknownIdentifier)?;
    if measure(row.3, data)? < data.len() {
        return Err(Fault::TooLong);
    }
    Ok(Element { ai: ai.to_owned(), data: data.to_owned(), value: read(ai, row, data)? })
}

/// Writes elements one after the other, each that needs one with its separator, as a symbol carries them.
pub fn write<'a>(elements: impl IntoIterator<Item = (&'a str, &'a str)>) -> String {
    let mut text = String::new();
    let mut open = false;
    for (ai, data) in elements {
        if open {
            text.push(SEPARATOR);
        }
        text.push_str(ai);
        text.push_str(data);
        open = !has_known_length(ai);
    }
    text
}

fn row_of(ai: &str) -> Option<&'static Row> {
    if !ai.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let number: u16 = ai.parse().ok()?;
    TABLE.iter().find(|row| usize::from(row.2) == ai.len() && (row.0..=row.1).contains(&number))
}

/// Where the next identifier in parentheses begins. Parentheses may be data too: only one that holds an identifier counts.
fn end_of_bracketed(text: &str) -> usize {
    let begins = |at: &usize| {
        let inside = text[at + 1..].split_once(')').map(|(ai, _)| ai);
        inside.and_then(row_of).is_some()
    };
    text.match_indices('(').map(|(at, _)| at).find(begins).unwrap_or(text.len())
}

/// How many bytes of `data` the parts take.
fn measure(parts: &[Part], data: &str) -> Result<usize, Fault> {
    let mut taken = 0;
    for part in parts {
        let rest = &data.as_bytes()[taken..];
        let length = rest.len().min(part.most.into());
        if length < usize::from(part.least) {
            return Err(Fault::TooShort);
        }
        if !rest[..length].iter().all(|&byte| part.letters.hold(byte)) {
            return Err(Fault::Letter);
        }
        taken += length;
    }
    Ok(taken)
}

impl Letters {
    fn hold(self, byte: u8) -> bool {
        match self {
            Self::Digits => byte.is_ascii_digit(),
            Self::Few => byte.is_ascii_digit() || byte.is_ascii_uppercase() || b"#-/".contains(&byte),
            Self::Any => byte.is_ascii_alphanumeric() || b"!\"%&'()*+,-./_:;<=>?".contains(&byte),
        }
    }
}

fn read(ai: &str, row: &Row, data: &str) -> Result<Value, Fault> {
    let number = |digits: &str| digits.parse::<u64>().map_err(|_| Fault::Letter);
    let decimals = ai.as_bytes().last().map_or(0, |digit| digit - b'0');
    let checked = |digits: &str| {
        let (body, last) = digits.split_at(digits.len() - 1);
        let expected = check_digit(body).ok_or(Fault::Letter)?;
        match last.as_bytes() == [b'0' + expected] {
            true => Ok(Value::Key(digits.to_owned())),
            false => Err(Fault::CheckDigit { expected }),
        }
    };
    let first = &data[..data.len().min(row.3.first().map_or(0, |part| part.most.into()))];
    Ok(match row.4 {
        Reading::Gtin => match Gtin::parse(first) {
            Ok(gtin) => Value::Gtin(gtin),
            Err(crate::gtin::GtinError::CheckDigit { expected }) => {
                return Err(Fault::CheckDigit { expected });
            }
            Err(_) => return Err(Fault::Letter),
        },
        Reading::Key => checked(first)?,
        Reading::KeyAfterOne => checked(first.get(1..).ok_or(Fault::TooShort)?)?,
        Reading::Date => Value::Date(Date::parse(data).ok_or(Fault::Date)?),
        Reading::Measure => Value::Measure(Decimal { digits: number(data)?, decimals }),
        Reading::Amount => {
            Value::Amount { amount: Decimal { digits: number(data)?, decimals }, currency: None }
        }
        Reading::AmountIn => {
            let (currency, amount) = data.split_at(3);
            let currency = currency.parse().map_err(|_| Fault::Letter)?;
            Value::Amount { amount: Decimal { digits: number(amount)?, decimals }, currency: Some(currency) }
        }
        Reading::Count => Value::Count(number(data)?),
        Reading::Text => Value::Text,
    })
}

/// A text that is no element string. It is kept whole.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
#[error("{fault} (at character {at} of \"{text}\")")]
pub struct ElementStringError {
    /// All that was read.
    pub text: String,
    /// Where the fault is, in bytes from the beginning.
    pub at: usize,
    /// What is wrong there.
    pub fault: Fault,
}

/// What is wrong with an element string.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
pub enum Fault {
    /// Nothing in it.
    #[error("there is no element")]
    Empty,
    /// Digits that GS1 has given no meaning.
    #[error("no application identifier begins here")]
    UnknownIdentifier,
    /// A parenthesis that does not close, or text outside.
    #[error("the parentheses do not match")]
    Brackets,
    /// Less data than the identifier needs.
    #[error("the data ends too early")]
    TooShort,
    /// More data than the identifier has.
    #[error("the data is too long")]
    TooLong,
    /// A character that the identifier's data never has.
    #[error("a character that cannot stand here")]
    Letter,
    /// A wrong check digit: misread, or mistyped.
    #[error("the check digit would be {expected}")]
    CheckDigit {
        /// What it would be if the others are right.
        expected: u8,
    },
    /// No day of the calendar.
    #[error("there is no such day")]
    Date,
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn values(text: &str) -> Vec<(String, Value)> {
        parse(text).unwrap().into_iter().map(|element| (element.ai, element.value)).collect()
    }

    fn fault(text: &str) -> Fault {
        let error = parse(text).unwrap_err();
        assert_eq!(error.text, text, "nothing of it is lost");
        error.fault
    }

    #[test]
    fn a_pack_of_meat_says_what_it_is_weighs_costs_and_when_it_ends() {
        let gtin = Value::Gtin("09520000000011".parse().unwrap());
        let date = Date { year: 26, month: 12, day: Some(31), hour: None };
        let expected = vec![
            ("01".to_owned(), gtin),
            ("3103".to_owned(), Value::Measure(Decimal { digits: 1250, decimals: 3 })),
            (
                "3922".to_owned(),
                Value::Amount { amount: Decimal { digits: 4860, decimals: 2 }, currency: None },
            ),
            ("15".to_owned(), Value::Date(date)),
            ("10".to_owned(), Value::Text),
        ];
        assert_eq!(values("]e00109520000000011310300125039224860")[..], expected[..3]);
        assert_eq!(values("]C10109520000000011310300125039224860\u{1d}1526123110A-7"), expected);
        assert_eq!(values("(01)09520000000011(3103)001250(3922)4860(15)261231(10)A-7"), expected);
    }

    #[test]
    fn each_fault_is_told_apart() {
        assert_eq!(fault(""), Fault::Empty);
        assert_eq!(fault("0109520000000012"), Fault::CheckDigit { expected: 1 });
        assert_eq!(fault("0109520000"), Fault::TooShort);
        assert_eq!(fault("05123"), Fault::UnknownIdentifier);
        assert_eq!(fault("15261332"), Fault::Date);
        assert_eq!(fault("15260230"), Fault::Date);
        assert_eq!(fault("310A001250"), Fault::UnknownIdentifier);
        assert_eq!(fault("3103A01250"), Fault::Letter);
        assert_eq!(fault("(01"), Fault::Brackets);
        assert_eq!(fault("(17)2612311"), Fault::TooLong);
    }

    #[test]
    fn a_day_of_zero_is_the_months_last_and_a_year_is_the_nearest() {
        let Value::Date(date) = &values("17270200")[0].1 else { panic!("no date") };
        assert_eq!((date.month, date.day), (2, None));
        assert_eq!(date.full_year(2026), 2027);
        let year = |year| Date { year, month: 1, day: None, hour: None };
        assert_eq!(year(76).full_year(2026), 2076);
        assert_eq!(year(77).full_year(2026), 1977);
        assert_eq!(year(10).full_year(2080), 2110);
    }

    #[test]
    fn decimals_convert_without_losing_a_digit() {
        let weight = Decimal { digits: 1250, decimals: 3 };
        assert_eq!(weight.to_string(), "1.250");
        assert_eq!(weight.scaled(3), Some(1250));
        assert_eq!(weight.scaled(4), Some(12_500));
        assert_eq!(weight.scaled(2), Some(125));
        assert_eq!(weight.scaled(1), None);
    }

    #[test]
    fn the_table_is_in_order_and_no_identifier_begins_another() {
        assert!(TABLE.is_sorted_by(|row, next| row.1 < next.0));
        for row in TABLE {
            assert!(row.0 <= row.1, "{}", row.0);
            let first = format!("{:0width$}", row.0, width = row.2.into());
            for shorter in 2..first.len() {
                assert!(row_of(&first[..shorter]).is_none(), "{first}");
            }
            if has_known_length(&first) {
                assert!(row.3.iter().all(|part| part.least == part.most), "{first}");
            }
        }
    }

    /// Data that fits an identifier of the table.
    fn data_of(row: &'static Row) -> BoxedStrategy<(String, String)> {
        let ai = (row.0..=row.1).prop_map(|number| format!("{number:0width$}", width = row.2.into()));
        let parts: Vec<BoxedStrategy<String>> = row
            .3
            .iter()
            .map(|part| {
                let letters = match part.letters {
                    Letters::Digits => "[0-9]",
                    Letters::Few => "[0-9A-Z#/-]",
                    Letters::Any => "[0-9A-Za-z!\"%&'*+,./_:;<=>?-]",
                };
                proptest::string::string_regex(&format!("{letters}{{{},{}}}", part.least, part.most))
                    .unwrap()
                    .boxed()
            })
            .collect();
        (ai, parts)
            .prop_map(move |(ai, mut parts)| {
                // An optional part that is there follows a whole one only.
                for place in 1..parts.len() {
                    if parts[place - 1].len() < row.3[place - 1].most.into() {
                        parts[place].clear();
                    }
                }
                match row.4 {
                    Reading::Gtin | Reading::Key | Reading::KeyAfterOne => {
                        let skip = usize::from(row.4 == Reading::KeyAfterOne);
                        let key = &parts[0][skip..parts[0].len() - 1];
                        let check = check_digit(key).unwrap();
                        parts[0] = format!("{}{key}{check}", &parts[0][..skip]);
                    }
                    Reading::Date => {
                        let hour = if parts[0].len() > 6 { "2300" } else { "" };
                        parts[0] = format!("{}1231{hour}", &parts[0][..2]);
                    }
                    _ => {}
                }
                (ai, parts.concat())
            })
            .boxed()
    }

    fn any_element() -> impl Strategy<Value = (String, String)> {
        (0..TABLE.len()).prop_flat_map(|row| data_of(&TABLE[row]))
    }

    proptest! {
        #[test]
        fn what_is_written_reads_back(elements in proptest::collection::vec(any_element(), 1..5)) {
            let text = write(elements.iter().map(|(ai, data)| (ai.as_str(), data.as_str())));
            let back = parse(&text).map_err(|error| TestCaseError::fail(error.to_string()))?;
            let back: Vec<(String, String)> =
                back.into_iter().map(|element| (element.ai, element.data)).collect();
            prop_assert_eq!(&back, &elements);
            let printed: String = elements.iter().map(|(ai, data)| format!("({ai}){data}")).collect();
            let back = parse(&printed).map_err(|error| TestCaseError::fail(error.to_string()))?;
            let back: Vec<(String, String)> =
                back.into_iter().map(|element| (element.ai, element.data)).collect();
            prop_assert_eq!(back, elements);
        }

        #[test]
        fn no_text_panics(text in "\\PC{0,60}|[0-9\u{1d}()\\]C1]{0,60}") {
            let _ = parse(&text);
        }
    }
}
