//! Books, printed music and serials: the numbers that publishers give them, which a shop sells by as GTIN-13 with the
//! prefixes 977 to 979 (GS1 General Specifications, section 2.1.12), and the add-on symbol beside them.

use std::fmt;
use std::str::FromStr;

use crate::gtin::{Gtin, check_digit};
use crate::money::{Currency, Price};

/// An International Standard Book Number (ISO 2108): the GTIN-13 with prefix 978, or with 979 and no 0 after it.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct Isbn(Gtin);

impl Isbn {
    /// The ISBN that is this GTIN. None for one that is no book's.
    pub const fn from_gtin(gtin: Gtin) -> Option<Self> {
        match gtin.as_u64() / 1_000_000_000 {
            9780..=9789 | 9791..=9799 => Some(Self(gtin)),
            _ => None,
        }
    }

    /// What the book is sold by.
    pub const fn gtin(self) -> Gtin {
        self.0
    }

    /// The ten characters that the book was known by before 2007, the last a digit or X. None with prefix 979, which
    /// has none.
    pub fn isbn_10(self) -> Option<String> {
        let body =
            (self.0.as_u64() / 10).checked_sub(978_000_000_000).filter(|body| *body < 1_000_000_000)?;
        let digits = format!("{body:09}");
        let check = modulo_11(&digits)?;
        Some(format!("{digits}{check}"))
    }
}

impl fmt::Display for Isbn {
    /// Thirteen digits. Where hyphens go is known from the agency's list of ranges only.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl FromStr for Isbn {
    type Err = PublicationError;

    /// Reads thirteen digits, or the older ten characters, with hyphens and spaces anywhere and with or without `ISBN`
    /// in front.
    fn from_str(text: &str) -> Result<Self, PublicationError> {
        let number = compact(without_label(text, "ISBN"));
        if number.len() != 10 {
            return thirteen(&number)
                .and_then(Self::from_gtin)
                .ok_or(PublicationError::Isbn)
                .and_then(|isbn| ends_with(&number, check_digit(&number[..12]).map(digit)).map(|()| isbn));
        }
        let body = leading_digits(&number, 9).ok_or(PublicationError::Isbn)?;
        ends_with(&number, modulo_11(&number[..9]))?;
        Ok(Self(Gtin::from_body(978_000_000_000 + body)))
    }
}

string_on_the_wire!(Isbn, "9783161484100");

/// An International Standard Music Number (ISO 10957): the GTIN-13 with prefix 979 and 0 after it.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct Ismn(Gtin);

impl Ismn {
    /// The ISMN that is this GTIN. None for one that is no printed music's.
    pub const fn from_gtin(gtin: Gtin) -> Option<Self> {
        match gtin.as_u64() / 1_000_000_000 {
            9790 => Some(Self(gtin)),
            _ => None,
        }
    }

    /// What the music is sold by.
    pub const fn gtin(self) -> Gtin {
        self.0
    }
}

impl fmt::Display for Ismn {
    /// Thirteen digits.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl FromStr for Ismn {
    type Err = PublicationError;

    /// Reads thirteen digits, or the form before 2008 with M for 979-0, with hyphens and spaces anywhere and with or
    /// without `ISMN` in front.
    fn from_str(text: &str) -> Result<Self, PublicationError> {
        let number = compact(without_label(text, "ISMN"));
        let number = match number.strip_prefix('M') {
            Some(rest) => format!("9790{rest}"),
            None => number,
        };
        let ismn = thirteen(&number).and_then(Self::from_gtin).ok_or(PublicationError::Ismn)?;
        ends_with(&number, check_digit(&number[..12]).map(digit))?;
        Ok(ismn)
    }
}

string_on_the_wire!(Ismn, "9790230671187");

/// An International Standard Serial Number (ISO 3297): seven digits, and a check digit that may be X.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct Issn(u32);

impl Issn {
    /// The ISSN with these seven digits before its check digit; larger numbers are cut to their last seven digits.
    pub const fn from_body(body: u32) -> Self {
        Self(body % 10_000_000)
    }
}

impl fmt::Display for Issn {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let digits = format!("{:07}", self.0);
        let check = modulo_11(&digits).ok_or(fmt::Error)?;
        write!(f, "{}-{}{check}", &digits[..4], &digits[4..])
    }
}

impl FromStr for Issn {
    type Err = PublicationError;

    /// Reads eight characters, with or without the hyphen and with or without `ISSN` in front.
    fn from_str(text: &str) -> Result<Self, PublicationError> {
        let number = compact(without_label(text, "ISSN"));
        let body = leading_digits(&number, 7).filter(|_| number.len() == 8).ok_or(PublicationError::Issn)?;
        ends_with(&number, modulo_11(&number[..7]))?;
        u32::try_from(body).map(Self).map_err(|_| PublicationError::Issn)
    }
}

string_on_the_wire!(Issn, "2049-3630");

/// A serial as it is sold: its ISSN, and two digits that tell apart what has the same one, such as a double issue or
/// another price (section 2.1.12.2). Which issue it is says the add-on.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct Serial {
    issn: Issn,
    variant: u8,
}

impl Serial {
    /// A serial's variant, 0 to 99; 0 is the usual one. None above.
    pub const fn new(issn: Issn, variant: u8) -> Option<Self> {
        if variant > 99 { None } else { Some(Self { issn, variant }) }
    }

    /// The serial that is sold by this GTIN. None for one with another prefix than 977.
    pub const fn from_gtin(gtin: Gtin) -> Option<Self> {
        let body = gtin.as_u64() / 10;
        if body / 1_000_000_000 != 977 {
            return None;
        }
        let rest = body % 1_000_000_000;
        Some(Self { issn: Issn::from_body((rest / 100) as u32), variant: (rest % 100) as u8 })
    }

    /// What the serial is sold by.
    pub const fn gtin(self) -> Gtin {
        Gtin::from_body(977_000_000_000 + self.issn.0 as u64 * 100 + self.variant as u64)
    }

    /// Its ISSN.
    pub const fn issn(self) -> Issn {
        self.issn
    }

    /// Its variant, 0 to 99.
    pub const fn variant(self) -> u8 {
        self.variant
    }
}

/// A publication by its number.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Publication {
    /// A book.
    Book(Isbn),
    /// Printed music.
    Music(Ismn),
    /// A newspaper, magazine or journal.
    Serial(Serial),
}

impl Publication {
    /// The publication that is sold by this GTIN. None for one that is no publication's.
    pub fn of(gtin: Gtin) -> Option<Self> {
        let book = Isbn::from_gtin(gtin).map(Self::Book);
        book.or_else(|| Ismn::from_gtin(gtin).map(Self::Music))
            .or_else(|| Serial::from_gtin(gtin).map(Self::Serial))
    }

    /// Reads what somebody typed: an ISBN, ISMN or ISSN as the standards have them printed. An ISSN is taken as the
    /// serial's usual variant. None for a text that does not look like one of them; eight digits look like an ISSN only
    /// where its check digit holds, because a GTIN-8 has eight too.
    pub fn read_typed(text: &str) -> Option<Result<Self, PublicationError>> {
        let book = |text: &str| text.parse().map(Self::Book);
        let music = |text: &str| text.parse().map(Self::Music);
        let serial = |text: &str| text.parse().map(|issn| Self::Serial(Serial { issn, variant: 0 }));
        let text = text.trim();
        for (label, read) in [("ISBN", &book as &dyn Fn(&str) -> _), ("ISMN", &music), ("ISSN", &serial)] {
            if without_label(text, label).len() < text.len() {
                return Some(read(text));
            }
        }
        let number = compact(text);
        let digits = number.bytes().take_while(u8::is_ascii_digit).count();
        match (number.len(), digits) {
            (13, 13) if number.starts_with("9790") => Some(music(&number)),
            (13, 13) if number.starts_with("978") || number.starts_with("979") => Some(book(&number)),
            (10, 10) => Some(book(&number)),
            (10, 9) if number.ends_with('X') => Some(book(&number)),
            (10, 0) if number.strip_prefix('M').and_then(|rest| leading_digits(rest, 9)).is_some() => {
                Some(music(&number))
            }
            (8, 7) if number.ends_with('X') => Some(serial(&number)),
            (8, 8) => serial(&number).ok().map(Ok),
            _ => None,
        }
    }

    /// What it is sold by.
    pub const fn gtin(self) -> Gtin {
        match self {
            Self::Book(isbn) => isbn.gtin(),
            Self::Music(ismn) => ismn.gtin(),
            Self::Serial(serial) => serial.gtin(),
        }
    }
}

/// What the small symbol beside an EAN-13 or UPC symbol says (GS1 General Specifications, sections 5.2.3.2 and
/// 5.2.3.3). It has no check digit of its own. Written as its digits.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum AddOn {
    /// Two digits: which issue of a serial it is.
    Two(IssueNumber),
    /// Five digits: on a book its price, elsewhere what the publisher likes.
    Five(FiveDigits),
}

/// The number of a serial's issue, 0 to 99: the day, week or month, or the count.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct IssueNumber(u8);

impl IssueNumber {
    /// The number.
    pub const fn number(self) -> u8 {
        self.0
    }
}

/// The digits of a five-digit add-on.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct FiveDigits(u32);

/// The price that a publisher had printed on a book.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum PrintedPrice {
    /// This one.
    Exactly(Price),
    /// This one or more: the digits do not go further.
    AtLeast(Price),
}

impl FiveDigits {
    /// The digits as a number, 0 to 99 999.
    pub const fn number(self) -> u32 {
        self.0
    }

    /// What they say beside a book's symbol, by the Bookland convention (Book Industry Study Group, "Machine-Readable
    /// Coding Guidelines for the U.S. Book Industry"): the first digit is the currency, the others its hundredths. 9999
    /// is a price beyond them. None where no price is printed, as with 90000, and for first digits that are no
    /// currency's.
    pub fn printed_price(self) -> Option<PrintedPrice> {
        let currency = match self.0 / 10_000 {
            0 | 1 => Currency::GBP,
            3 => Currency::AUD,
            4 => Currency::NZD,
            5 => Currency::USD,
            6 => Currency::CAD,
            _ => return None,
        };
        let hundredths = self.0 % 10_000;
        let price = Price::new(currency.minor(hundredths.into())).ok()?;
        match hundredths {
            0 => None,
            9_999 => Some(PrintedPrice::AtLeast(price)),
            _ => Some(PrintedPrice::Exactly(price)),
        }
    }
}

impl fmt::Display for AddOn {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Two(issue) => write!(f, "{:02}", issue.0),
            Self::Five(digits) => write!(f, "{:05}", digits.0),
        }
    }
}

impl FromStr for AddOn {
    type Err = PublicationError;

    fn from_str(text: &str) -> Result<Self, PublicationError> {
        let number = leading_digits(text, text.len()).ok_or(PublicationError::AddOn)?;
        match (text.len(), u8::try_from(number), u32::try_from(number)) {
            (2, Ok(number), _) => Ok(Self::Two(IssueNumber(number))),
            (5, _, Ok(number)) => Ok(Self::Five(FiveDigits(number))),
            _ => Err(PublicationError::AddOn),
        }
    }
}

string_on_the_wire!(AddOn, "05");

/// `text` behind a label that people write in front of the number, in any case, with or without a colon.
fn without_label<'a>(text: &'a str, label: &str) -> &'a str {
    let text = text.trim();
    match text.get(..label.len()).filter(|start| start.eq_ignore_ascii_case(label)) {
        Some(_) => text[label.len()..].trim_start_matches([':', ' ']),
        None => text,
    }
}

/// The characters that count, in capitals.
fn compact(text: &str) -> String {
    text.chars().filter(|c| !matches!(c, '-' | ' ')).map(|c| c.to_ascii_uppercase()).collect()
}

/// The number in the first `count` bytes. None where there are fewer, or other characters among them.
fn leading_digits(text: &str, count: usize) -> Option<u64> {
    let digits = text.get(..count).filter(|digits| digits.bytes().all(|byte| byte.is_ascii_digit()))?;
    digits.parse().ok()
}

/// The GTIN of thirteen digits, whatever the last one is.
fn thirteen(digits: &str) -> Option<Gtin> {
    leading_digits(digits, 13).filter(|_| digits.len() == 13).map(|number| Gtin::from_body(number / 10))
}

fn ends_with(number: &str, expected: Option<char>) -> Result<(), PublicationError> {
    match expected {
        Some(expected) if !number.ends_with(expected) => Err(PublicationError::CheckDigit { expected }),
        _ => Ok(()),
    }
}

/// The check digit of ISBN-10 and ISSN: weights 2, 3 and so on from the right, modulo 11, X for ten. None unless `body`
/// is all digits.
fn modulo_11(body: &str) -> Option<char> {
    let sum = body.bytes().rev().zip(2u32..).try_fold(0, |sum, (byte, weight)| {
        byte.is_ascii_digit().then(|| sum + u32::from(byte - b'0') * weight)
    })?;
    match (11 - sum % 11) % 11 {
        10 => Some('X'),
        number => char::from_digit(number, 10),
    }
}

fn digit(value: u8) -> char {
    char::from(b'0' + value)
}

/// Why a text is no publication's number, or no add-on.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
pub enum PublicationError {
    /// Not thirteen digits that begin with 978 or 979, nor nine digits and a digit or X.
    #[error("an ISBN has 13 digits and begins with 978 or 979, or it has 10 characters")]
    Isbn,
    /// Not thirteen digits that begin with 9790, nor M and nine digits.
    #[error("an ISMN has 13 digits and begins with 9790, or M and 9 digits")]
    Ismn,
    /// Not seven digits and a digit or X.
    #[error("an ISSN has seven digits and a digit or X")]
    Issn,
    /// The last digit does not fit the others: mistyped, or misread.
    #[error("the last digit does not fit the others; it would be {expected}")]
    CheckDigit {
        /// What it would be if the others are right.
        expected: char,
    },
    /// Not two or five digits.
    #[error("an add-on has two or five digits")]
    AddOn,
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn typed(text: &str) -> Option<String> {
        Publication::read_typed(text)?.ok().map(|publication| publication.gtin().to_string())
    }

    /// `digits` with another one at `place`.
    fn misread(digits: &str, place: usize, by: u8) -> String {
        let mut bytes = digits.as_bytes().to_vec();
        let place = place % bytes.len();
        bytes[place] = match bytes[place] {
            b'X' => b'0' + by % 10,
            byte @ b'0'..=b'9' => b'0' + (byte - b'0' + by) % 10,
            other => other,
        };
        String::from_utf8(bytes).unwrap()
    }

    proptest! {
        #[test]
        fn books_read_back_and_a_wrong_digit_is_noticed(
            body in 978_000_000_000u64..980_000_000_000, place in 0usize..13, by in 1u8..10,
        ) {
            let gtin = Gtin::from_body(body);
            let Some(isbn) = Isbn::from_gtin(gtin) else {
                prop_assert!(Ismn::from_gtin(gtin).is_some());
                return Ok(());
            };
            let shown = isbn.to_string();
            prop_assert_eq!(shown.parse(), Ok(isbn));
            prop_assert_eq!(Publication::of(gtin), Some(Publication::Book(isbn)));
            prop_assert!(misread(&shown, place, by).parse::<Isbn>().is_err());
            if let Some(ten) = isbn.isbn_10() {
                prop_assert_eq!(ten.to_lowercase().parse(), Ok(isbn));
                prop_assert!(misread(&ten, place, by).parse::<Isbn>().is_err());
            }
        }

        #[test]
        fn music_reads_back_and_a_wrong_digit_is_noticed(body in 0u64..100_000_000, place in 0usize..9, by in 1u8..10) {
            let ismn = Ismn::from_gtin(Gtin::from_body(979_000_000_000 + body)).unwrap();
            let shown = ismn.to_string();
            prop_assert_eq!(shown.parse(), Ok(ismn));
            let old = format!("M-{}", &shown[4..]);
            prop_assert_eq!(old.parse(), Ok(ismn));
            let wrong = format!("M{}", misread(&old[2..], place, by));
            prop_assert!(matches!(wrong.parse::<Ismn>(), Err(PublicationError::CheckDigit { .. })), "{}", wrong);
        }

        #[test]
        fn serials_read_back_and_a_wrong_digit_is_noticed(
            body in 0u32..10_000_000, variant in 0u8..100, place in 0usize..8, by in 1u8..10,
        ) {
            let issn = Issn::from_body(body);
            let shown = issn.to_string();
            prop_assert_eq!(shown.to_lowercase().parse(), Ok(issn));
            let plain = shown.replace('-', "");
            prop_assert!(misread(&plain, place, by).parse::<Issn>().is_err());
            let serial = Serial::new(issn, variant).unwrap();
            prop_assert_eq!(Serial::from_gtin(serial.gtin()), Some(serial));
            prop_assert_eq!(Gtin::parse(&serial.gtin().to_string()), Ok(serial.gtin()));
        }

        #[test]
        fn add_ons_read_back(text in "[0-9]{2}|[0-9]{5}") {
            let add_on: AddOn = text.parse().unwrap();
            prop_assert_eq!(add_on.to_string(), text);
        }

        #[test]
        fn nothing_typed_panics(text in "\\PC{0,20}|[0-9Xx -]{0,18}|(ISBN|issn|ISMN)[: ]?[0-9MX-]{0,17}") {
            let _ = text.parse::<Isbn>();
            let _ = text.parse::<Ismn>();
            let _ = text.parse::<Issn>();
            let _ = text.parse::<AddOn>();
            let _ = Publication::read_typed(&text);
        }
    }

    #[test]
    fn numbers_as_they_are_printed_name_what_is_sold() {
        // Examples of the ISBN Users' Manual, of ISO 10957 and of the ISSN Manual.
        for (printed, gtin) in [
            ("ISBN 978-3-16-148410-0", "9783161484100"),
            ("3-16-148410-X", "9783161484100"),
            ("0-306-40615-2", "9780306406157"),
            ("isbn: 080442957x", "9780804429573"),
            ("979-0-2306-7118-7", "9790230671187"),
            ("M-2306-7118-7", "9790230671187"),
            ("ISSN 2049-3630", "9772049363002"),
            ("2434-561X", "9772434561006"),
            ("0317-8471", "9770317847001"),
        ] {
            assert_eq!(typed(printed).as_deref(), Some(gtin), "{printed}");
        }
    }

    #[test]
    fn a_number_that_was_mistyped_says_what_its_last_digit_would_be() {
        for (text, expected) in [
            ("978-3-16-148410-1", '0'),
            ("3-16-148410-0", 'X'),
            ("979-0-2306-7118-8", '7'),
            ("ISSN 2049-3631", '0'),
            ("2049-363X", '0'),
        ] {
            let wrong = Some(Err(PublicationError::CheckDigit { expected }));
            assert_eq!(Publication::read_typed(text), wrong, "{text}");
        }
        assert_eq!(Publication::read_typed("2049-3631"), None, "eight digits may be something else");
        assert_eq!(Publication::read_typed("ISBN 12"), Some(Err(PublicationError::Isbn)));
        for other in ["", "4006381333931", "oat milk", "MILK 12345", "ISBN", "M"] {
            assert!(!matches!(Publication::read_typed(other), Some(Ok(_))), "{other}");
        }
    }

    #[test]
    fn a_books_add_on_says_its_printed_price() {
        let price = |text: &str| match text.parse().unwrap() {
            AddOn::Five(digits) => digits.printed_price(),
            AddOn::Two(_) => panic!("{text}"),
        };
        let of = |currency: Currency, minor| Price::new(currency.minor(minor)).unwrap();
        assert_eq!(price("51995"), Some(PrintedPrice::Exactly(of(Currency::USD, 1995))));
        assert_eq!(price("62450"), Some(PrintedPrice::Exactly(of(Currency::CAD, 2450))));
        assert_eq!(price("00799"), Some(PrintedPrice::Exactly(of(Currency::GBP, 799))));
        assert_eq!(price("59999"), Some(PrintedPrice::AtLeast(of(Currency::USD, 9999))));
        for without in ["90000", "99991", "50000", "20100"] {
            assert_eq!(price(without), None, "{without}");
        }
    }
}
