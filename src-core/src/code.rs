//! What a scanned or typed text means in a shop.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use crate::card_code::CardCode;
use crate::digital_link::DigitalLink;
use crate::gs1;
use crate::gtin::{Gtin, GtinError};
use crate::instore::{InStoreError, InStorePattern, Plu};
use crate::issued::{self, CouponCode, ExitPass, GiftCardNumber, IssuedError, ShopCode, TableNumber};
use crate::marks::{Marks, says_elements};
use crate::money::Currency;
use crate::publication::{AddOn, Publication, PublicationError};
use crate::quantity::Measure;
use crate::trust::ShopLink;

/// A kind of printed symbol.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum Symbology {
    /// EAN-13 (ISO/IEC 15420).
    Ean13,
    /// EAN-8 (ISO/IEC 15420).
    Ean8,
    /// UPC-A (ISO/IEC 15420).
    UpcA,
    /// UPC-E (ISO/IEC 15420).
    UpcE,
    /// Interleaved 2 of 5 with 14 digits (ISO/IEC 16390).
    Itf14,
    /// Interleaved 2 of 5 with another number of digits, which nothing checks.
    Itf,
    /// Code 128 (ISO/IEC 15417).
    Code128,
    /// Code 128 with a leading FNC1.
    Gs1_128,
    /// Code 39 (ISO/IEC 16388).
    Code39,
    /// GS1 DataBar Omnidirectional, Stacked and Limited (ISO/IEC 24724).
    DataBar,
    /// GS1 DataBar Expanded and Expanded Stacked (ISO/IEC 24724).
    DataBarExpanded,
    /// QR Code (ISO/IEC 18004).
    QrCode,
    /// Micro QR Code (ISO/IEC 18004).
    MicroQr,
    /// Data Matrix (ISO/IEC 16022).
    DataMatrix,
    /// Data Matrix with a leading FNC1.
    Gs1DataMatrix,
    /// Aztec Code (ISO/IEC 24778).
    Aztec,
    /// PDF417 (ISO/IEC 15438).
    Pdf417,
}

/// How a product is named in a shop: by its GTIN, or by its PLU where it is weighed. Written as digits; 4 and 5 digits
/// are a PLU.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum ProductCode {
    /// A trade item.
    Gtin(Gtin),
    /// A product weighed in the shop.
    Plu(Plu),
}

impl fmt::Display for ProductCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Gtin(gtin) => gtin.fmt(f),
            Self::Plu(plu) => plu.fmt(f),
        }
    }
}

impl FromStr for ProductCode {
    type Err = GtinError;

    fn from_str(text: &str) -> Result<Self, GtinError> {
        match text.parse::<Plu>() {
            Ok(plu) => Ok(Self::Plu(plu)),
            Err(_) => text.parse().map(Self::Gtin),
        }
    }
}

string_on_the_wire!(ProductCode, "9520000000011", "^([0-9]{4,5}|[0-9]{8}|[0-9]{12,14})$");

/// The number on a membership card: `MS`, ten digits, and a check digit by Luhn's formula (ISO/IEC 7812-1, annex B).
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct CardNumber(u64);

impl CardNumber {
    /// The card with this ten-digit body; larger numbers are cut to their last ten digits.
    pub const fn from_body(body: u64) -> Self {
        Self(body % 10_000_000_000)
    }

    /// Its eleven digits, the check digit last.
    pub(crate) fn digits(self) -> String {
        format!("{:010}{}", self.0, Self::luhn(self.0))
    }

    /// The card with these eleven digits.
    pub(crate) fn of_digits(digits: &str) -> Result<Self, CodeError> {
        if digits.len() != 11 || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
            return Err(CodeError::Card);
        }
        let body = digits[..10].parse().map_err(|_| CodeError::Card)?;
        if digits[10..] == Self::luhn(body).to_string() { Ok(Self(body)) } else { Err(CodeError::Card) }
    }

    fn luhn(body: u64) -> u64 {
        let sum: u64 = format!("{body:010}")
            .bytes()
            .rev()
            .enumerate()
            .map(|(place, byte)| {
                let digit = u64::from(byte - b'0');
                match place % 2 {
                    0 if digit > 4 => digit * 2 - 9,
                    0 => digit * 2,
                    _ => digit,
                }
            })
            .sum();
        (10 - sum % 10) % 10
    }
}

impl fmt::Display for CardNumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "MS{}", self.digits())
    }
}

impl FromStr for CardNumber {
    type Err = CodeError;

    fn from_str(text: &str) -> Result<Self, CodeError> {
        Self::of_digits(text.strip_prefix("MS").unwrap_or_default())
    }
}

string_on_the_wire!(CardNumber, "MS48201937465", "^MS[0-9]{11}$");

/// The code by which an order is handed over: eight characters of Crockford's base 32, 40 bits drawn at random where
/// the order is made. Shown as `K7M4-Q2ZP`, carried by a QR code with `MO` in front.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct PickupCode(u64);

impl PickupCode {
    /// A code from 40 random bits; higher bits are dropped.
    pub const fn from_bits(bits: u64) -> Self {
        Self(bits & 0xff_ffff_ffff)
    }

    /// What the QR code of this order carries.
    pub fn symbol_text(self) -> String {
        format!("MO{}", self.characters())
    }

    fn characters(self) -> String {
        (0..8).rev().map(|place| issued::character(self.0 >> (5 * place))).collect()
    }
}

impl fmt::Display for PickupCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let characters = self.characters();
        write!(f, "{}-{}", &characters[..4], &characters[4..])
    }
}

impl FromStr for PickupCode {
    type Err = CodeError;

    /// Reads it as people type it: in any case, with or without the dash, with O for 0 and I or L for 1.
    fn from_str(text: &str) -> Result<Self, CodeError> {
        let mut bits = 0u64;
        let mut count = 0;
        for c in text.chars().filter(|c| !matches!(c, '-' | ' ')) {
            let digit = issued::digit(c).ok_or(CodeError::Pickup)?;
            count += 1;
            if count > 8 {
                return Err(CodeError::Pickup);
            }
            bits = bits << 5 | u64::from(digit);
        }
        if count == 8 { Ok(Self(bits)) } else { Err(CodeError::Pickup) }
    }
}

string_on_the_wire!(PickupCode, "K7M4-Q2ZP", "^[ -]*([0-9A-TV-Za-tv-z][ -]*){8}$");

/// What a text read from a symbol, or typed, stands for.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Code {
    /// A product, and how much of it where the code itself says so (a weighed pack).
    Product {
        /// Which product. [`Publication::of`] tells books, music and serials.
        code: ProductCode,
        /// How much of it, when the code says so.
        measure: Option<Measure>,
        /// What the small symbol beside the product's says, where there is one: a serial's issue, a book's price.
        add_on: Option<AddOn>,
    },
    /// A membership card.
    Member(CardNumber),
    /// A membership card that is on a phone, by the code that it shows. Nobody has checked it yet.
    MemberCode(CardCode),
    /// An order, to be handed over.
    Order(PickupCode),
    /// A shop's hub, to open or to pair with.
    Shop(ShopLink),
    /// A shop, wherever its hub is.
    ShopCode(ShopCode),
    /// A table of the shop's.
    Table(TableNumber),
    /// A gift card.
    GiftCard(GiftCardNumber),
    /// A coupon.
    Coupon(CouponCode),
    /// What opens the gate to somebody who has paid. Nobody has checked its signature yet.
    ExitPass(ExitPass),
}

impl Code {
    /// Gives `text` its meaning in a shop with these in-store patterns and this currency. `symbology` is None for what
    /// was typed. An add-on stands behind its code, after a space.
    pub fn read(
        text: &str,
        symbology: Option<Symbology>,
        patterns: &[InStorePattern],
        currency: Currency,
    ) -> Result<Self, UnreadCode> {
        let read = Self::read_trimmed(text.trim(), symbology, patterns, currency);
        read.map_err(|error| UnreadCode { text: text.to_owned(), error })
    }

    fn read_trimmed(
        text: &str,
        symbology: Option<Symbology>,
        patterns: &[InStorePattern],
        currency: Currency,
    ) -> Result<Self, CodeError> {
        let is_word = symbology.is_none() && may_be_word(text);
        if let Some(rest) = text.strip_prefix("MO") {
            match rest.parse() {
                Err(_) if is_word => return Err(CodeError::Unknown),
                order => return order.map(Self::Order),
            }
        }
        if text.starts_with("MS") && !is_word {
            return text.parse().map(Self::Member);
        }
        // Nothing else of the shop's begins so, and a word is none.
        if text.starts_with("MR") && text.bytes().skip(2).all(|byte| byte.is_ascii_digit()) && !is_word {
            return text.parse().map(Self::MemberCode);
        }
        if let Some(issued) = Self::read_issued(text, symbology) {
            return issued;
        }
        if text.starts_with("http://") || text.starts_with("https://") {
            return Self::read_address(text, currency);
        }
        if let Some(gtin) = gtin_of_element_string(text, symbology) {
            let measure = Marks::of(text, symbology, currency).measure;
            return Ok(Self::Product { code: ProductCode::Gtin(gtin?), measure, add_on: None });
        }
        if let Some(measured) = read_in_store(text, symbology, patterns, currency) {
            return measured;
        }
        if let Some((main, add_on)) = with_add_on(text, symbology) {
            let gtin = gtin_of_digits(main, symbology)?;
            return Ok(Self::Product { code: ProductCode::Gtin(gtin), measure: None, add_on: Some(add_on) });
        }
        if !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit()) {
            return match (symbology, text.parse()) {
                (None, Ok(plu)) => {
                    Ok(Self::Product { code: ProductCode::Plu(plu), measure: None, add_on: None })
                }
                _ => gtin_of_digits(text, symbology).map(Self::of),
            };
        }
        let publication = Publication::read_typed(text).filter(|_| symbology.is_none());
        match publication.ok_or(CodeError::Unknown)? {
            Ok(publication) => Ok(Self::of(publication.gtin())),
            Err(error) => Err(error.into()),
        }
    }

    fn of(gtin: Gtin) -> Self {
        Self::Product { code: ProductCode::Gtin(gtin), measure: None, add_on: None }
    }

    /// What the shop gave out itself. None for what is nothing of the kind, and for typed words that only begin like it:
    /// they have no digit.
    fn read_issued(text: &str, symbology: Option<Symbology>) -> Option<Result<Self, CodeError>> {
        let read = match text.get(..2)?.to_ascii_uppercase().as_str() {
            "MG" => text.parse().map(Self::GiftCard),
            "MH" => text.parse().map(Self::ShopCode),
            "MT" => TableNumber::read_symbol(text).map(Self::Table),
            "MV" => text.parse().map(Self::Coupon),
            "MX" => ExitPass::read_symbol(text).map(Self::ExitPass),
            _ => return None,
        };
        let is_word = symbology.is_none() && !text.bytes().any(|byte| byte.is_ascii_digit());
        match read {
            Err(_) if is_word || !text.starts_with('M') => None,
            read => Some(read.map_err(CodeError::from)),
        }
    }

    /// A GS1 Digital Link names a product; any address of ours is a [`ShopLink`].
    fn read_address(text: &str, currency: Currency) -> Result<Self, CodeError> {
        if let Ok(link) = DigitalLink::parse(text) {
            let code = ProductCode::Gtin(link.gtin().ok_or(CodeError::Unknown)?);
            let measure = Marks::of_elements(link.elements(), currency).measure;
            return Ok(Self::Product { code, measure, add_on: None });
        }
        let path = text.split(['?', '#']).next().unwrap_or(text);
        // An item is sold even where what follows its number is not by the book.
        if let Some((_, rest)) = path.split_once("/01/") {
            let digits = rest.split('/').next().unwrap_or(rest);
            return Ok(Self::of(Gtin::parse(digits)?));
        }
        text.parse().map(Self::Shop).map_err(|_| CodeError::Unknown)
    }
}

/// Whether a text is of letters only, so that somebody may have meant it as a word: what of the shop's own codes reads
/// like one, such as a pickup code in `MOZZARELLA`, is one only where there is such an order.
pub fn may_be_word(text: &str) -> bool {
    text.trim().chars().all(char::is_alphabetic)
}

/// The item that a GS1 element string names. None for what is no element string, or one about something else.
fn gtin_of_element_string(text: &str, symbology: Option<Symbology>) -> Option<Result<Gtin, GtinError>> {
    if says_elements(text, symbology)
        && let Ok(elements) = gs1::parse(text)
    {
        let item = elements.iter().find(|element| element.ai == "01")?;
        return match item.value {
            gs1::Value::Gtin(gtin) => Some(Ok(gtin)),
            _ => None,
        };
    }
    // An item is sold even where what follows its number is not by the book.
    let text = ["]C1", "]e0", "]d2", "]Q3"].iter().find_map(|id| text.strip_prefix(id)).unwrap_or(text);
    let text = text.trim_start_matches(gs1::SEPARATOR);
    let rest = text.strip_prefix("(01)").or_else(|| text.strip_prefix("01").filter(|_| text.len() >= 16))?;
    let digits = rest.get(..14).filter(|digits| digits.bytes().all(|byte| byte.is_ascii_digit()))?;
    Some(Gtin::parse(digits))
}

/// Reads a code of the shop's own arrangement. None for what no pattern covers.
fn read_in_store(
    text: &str,
    symbology: Option<Symbology>,
    patterns: &[InStorePattern],
    currency: Currency,
) -> Option<Result<Code, CodeError>> {
    // A UPC-A symbol is the thirteen digits that begin with 0, without that one: prefix 02 is printed as 2.
    let is_upc_a = text.len() == 12 && matches!(symbology, None | Some(Symbology::UpcA));
    let digits = if is_upc_a { format!("0{text}") } else { text.to_owned() };
    let pattern = patterns.iter().find(|pattern| pattern.covers(&digits))?;
    let item = match pattern.read(&digits, currency) {
        Ok(item) => item,
        Err(error) => return Some(Err(error.into())),
    };
    Some(Ok(Code::Product { code: ProductCode::Plu(item.plu), measure: Some(item.measure), add_on: None }))
}

/// A retail symbol's digits and its add-on. None where there is no add-on; EAN-8 never has one.
fn with_add_on(text: &str, symbology: Option<Symbology>) -> Option<(&str, AddOn)> {
    let (main, rest) = text.split_once(' ')?;
    let may_have_one = match (main.len(), symbology) {
        (13, None | Some(Symbology::Ean13)) | (12, None | Some(Symbology::UpcA)) => true,
        (8, symbology) => symbology == Some(Symbology::UpcE),
        _ => false,
    };
    let add_on = rest.parse().ok()?;
    (may_have_one && main.bytes().all(|byte| byte.is_ascii_digit())).then_some((main, add_on))
}

/// The item of a number of digits only. Typed ones may be an ISBN-10 or an ISSN too.
fn gtin_of_digits(digits: &str, symbology: Option<Symbology>) -> Result<Gtin, CodeError> {
    if symbology == Some(Symbology::UpcE) && digits.len() == 8 {
        return Ok(Gtin::parse_upc_e(digits)?);
    }
    let gtin = Gtin::parse(digits);
    if gtin.is_err()
        && symbology.is_none()
        && matches!(digits.len(), 8 | 10)
        && let Some(publication) = Publication::read_typed(digits)
    {
        return Ok(publication?.gtin());
    }
    Ok(gtin?)
}

/// A text that means nothing here. It is kept whole, to be searched for or shown.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
#[error("{error} (\"{text}\")")]
pub struct UnreadCode {
    /// All that was read, as it was.
    pub text: String,
    /// Why it means nothing.
    pub error: CodeError,
}

/// Why a text means nothing here.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
pub enum CodeError {
    /// Digits that are no GTIN.
    #[error(transparent)]
    Gtin(#[from] GtinError),
    /// Digits that are no code of the shop's own pattern.
    #[error(transparent)]
    InStore(#[from] InStoreError),
    /// No number of a book, of music or of a serial.
    #[error(transparent)]
    Publication(#[from] PublicationError),
    /// Not whole, though it begins like a code that the shop gives out.
    #[error(transparent)]
    Issued(#[from] IssuedError),
    /// A card number with the wrong length or check digit.
    #[error("this is not a whole card number")]
    Card,
    /// A pickup code with the wrong length or a character that it never has.
    #[error("a pickup code has eight letters and digits")]
    Pickup,
    /// Nothing that this shop prints or sells.
    #[error("this code is not one that the shop knows how to read")]
    Unknown,
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::instore::InStoreValue;
    use crate::trust::Fingerprint;

    fn read(text: &str, symbology: Option<Symbology>) -> Result<Code, CodeError> {
        let patterns = [
            InStorePattern::new("21PPPPPVVVVVC", InStoreValue::Weight).unwrap(),
            InStorePattern::new("02PPPPPKVVVVC", InStoreValue::Price).unwrap(),
            InStorePattern::new("29PPPPPVVVVVC", InStoreValue::Count).unwrap(),
        ];
        Code::read(text, symbology, &patterns, Currency::CNY).map_err(|unread| {
            assert_eq!(unread.text, text, "nothing of it is lost");
            unread.error
        })
    }

    fn product(digits: &str) -> Result<Code, CodeError> {
        Ok(Code::Product { code: digits.parse().unwrap(), measure: None, add_on: None })
    }

    proptest! {
        #[test]
        fn cards_and_pickup_codes_read_back(number in any::<u64>()) {
            let card = CardNumber::from_body(number);
            prop_assert_eq!(read(&card.to_string(), Some(Symbology::Code128)), Ok(Code::Member(card)));
            let pickup = PickupCode::from_bits(number);
            prop_assert_eq!(read(&pickup.symbol_text(), Some(Symbology::QrCode)), Ok(Code::Order(pickup)));
            prop_assert_eq!(pickup.to_string().to_lowercase().parse(), Ok(pickup));
        }

        #[test]
        fn what_the_shop_gives_out_reads_back(bits in any::<u64>(), table in 1u16..10_000, token in "[A-Za-z0-9_.-]{22,99}") {
            let gift_card = GiftCardNumber::from_bits(bits);
            let shop = ShopCode::from_bits(bits);
            let coupon = CouponCode::from_bits(bits);
            let table = TableNumber::new(table).unwrap();
            let pass = ExitPass::new(&token).unwrap();
            for (text, code) in [
                (gift_card.symbol_text(), Code::GiftCard(gift_card)),
                (gift_card.symbol_text().to_lowercase(), Code::GiftCard(gift_card)),
                (shop.symbol_text(), Code::ShopCode(shop)),
                (coupon.symbol_text(), Code::Coupon(coupon)),
                (table.symbol_text(), Code::Table(table)),
                (pass.symbol_text(), Code::ExitPass(pass)),
            ] {
                prop_assert_eq!(read(&text, Some(Symbology::QrCode)), Ok(code.clone()));
                prop_assert_eq!(read(&text, None), Ok(code));
            }
        }

        #[test]
        fn a_card_on_a_phone_is_no_other_code(body: u64, secret: [u8; 32], step: i64) {
            let secret = crate::card_code::CardSecret::from_bytes(secret);
            let key = crate::card_code::CardKey { number: CardNumber::from_body(body), secret };
            let code = key.code_at(crate::card_code::Step(step));
            for symbology in [None, Some(Symbology::Code128), Some(Symbology::QrCode)] {
                prop_assert_eq!(read(&code.to_string(), symbology), Ok(Code::MemberCode(code)));
            }
            prop_assert!(code.to_string().parse::<CardNumber>().is_err());
            prop_assert!(code.to_string().parse::<Gtin>().is_err());
        }

        #[test]
        fn no_text_panics(text in "\\PC{0,40}") {
            let _ = read(&text, None);
            let _ = read(&text, Some(Symbology::UpcE));
        }
    }

    #[test]
    fn a_product_is_the_same_in_every_carrier() {
        let gtin = "9520000000011";
        let body = &gtin[..12];
        let gtin = format!("{body}{}", crate::gtin::check_digit(body).unwrap());
        for carrier in [
            gtin.clone(),
            format!("(01)0{gtin}"),
            format!("]C1010{gtin}10LOT"),
            format!("010{gtin}15261231"),
            format!("]C110LOT-7\u{1d}010{gtin}"),
            format!("(10)LOT(01)0{gtin}"),
            format!("(01)0{gtin}(00)not by the book"),
            format!("https://id.gs1.org/01/0{gtin}/10/LOT?3103=000500"),
            format!("https://shop.example/groceries/01/0{gtin}?17=261231"),
            format!("https://id.gs1.org/01/0{gtin}/not-by-the-book"),
        ] {
            assert_eq!(read(&carrier, Some(Symbology::QrCode)), product(&gtin), "{carrier}");
        }
    }

    #[test]
    fn a_weighed_pack_says_its_weight() {
        assert_eq!(
            read("2140110003580", Some(Symbology::Ean13)),
            Err(CodeError::InStore(InStoreError::CheckDigit {
                expected: crate::gtin::check_digit("214011000358").unwrap()
            }))
        );
        let right = format!("214011000358{}", crate::gtin::check_digit("214011000358").unwrap());
        assert_eq!(
            read(&right, Some(Symbology::Ean13)),
            Ok(Code::Product {
                code: "40110".parse().unwrap(),
                measure: Some(Measure::Grams(358)),
                add_on: None
            })
        );
    }

    #[test]
    fn a_pack_says_its_price_or_count_in_each_symbol_that_a_shop_prints() {
        let priced = InStorePattern::new("02PPPPPKVVVVC", InStoreValue::Price).unwrap();
        let plu: Plu = "40110".parse().unwrap();
        let digits = priced.write(plu, 2875).unwrap();
        assert_eq!(&digits[..12], "024011092875", "the verifier of 2875 is 9");
        let price = crate::money::Price::new(Currency::CNY.minor(2875)).unwrap();
        let meat = Ok(Code::Product {
            code: ProductCode::Plu(plu),
            measure: Some(Measure::Labelled(price)),
            add_on: None,
        });
        assert_eq!(read(&digits, Some(Symbology::Ean13)), meat);
        assert_eq!(read(&digits[1..], Some(Symbology::UpcA)), meat);
        assert_eq!(read(&digits[1..], None), meat);

        let counted = InStorePattern::new("29PPPPPVVVVVC", InStoreValue::Count).unwrap();
        let rolls = counted.write(plu, 6).unwrap();
        let six = Ok(Code::Product {
            code: ProductCode::Plu(plu),
            measure: Some(Measure::Pieces(6)),
            add_on: None,
        });
        assert_eq!(read(&rolls, Some(Symbology::Ean13)), six);
    }

    #[test]
    fn a_magazine_says_its_issue_and_a_book_its_price() {
        let with = |digits: &str, add_on: &str| {
            Ok(Code::Product {
                code: digits.parse().unwrap(),
                measure: None,
                add_on: Some(add_on.parse().unwrap()),
            })
        };
        let magazine = Gtin::from_body(977_123_456_700).to_string();
        assert_eq!(read(&format!("{magazine} 05"), Some(Symbology::Ean13)), with(&magazine, "05"));
        assert_eq!(read("9783161484100 51995", Some(Symbology::Ean13)), with("9783161484100", "51995"));
        assert_eq!(read("9783161484100 51995", None), with("9783161484100", "51995"));
        assert_eq!(read("036000291452 05", Some(Symbology::UpcA)), with("036000291452", "05"));
        assert_eq!(read("04252614 05", Some(Symbology::UpcE)), with("042100005264", "05"));
        for (text, symbology) in [
            ("9783161484100 5", Some(Symbology::Ean13)),
            ("9783161484100 123", Some(Symbology::Ean13)),
            ("96385074 05", Some(Symbology::Ean8)),
            ("9783161484100 05", Some(Symbology::Code128)),
        ] {
            assert_eq!(read(text, symbology), Err(CodeError::Unknown), "{text}");
        }
        assert_eq!(
            read("9783161484101 05", Some(Symbology::Ean13)),
            Err(CodeError::Gtin(GtinError::CheckDigit { expected: 0 }))
        );
    }

    #[test]
    fn a_typed_publications_number_is_what_its_symbol_says() {
        for (typed, gtin) in [
            ("ISBN 978-3-16-148410-0", "9783161484100"),
            ("3-16-148410-X", "9783161484100"),
            ("316148410x", "9783161484100"),
            ("0306406152", "9780306406157"),
            ("M-2306-7118-7", "9790230671187"),
            ("2049-3630", "9772049363002"),
            ("20493630", "9772049363002"),
        ] {
            assert_eq!(read(typed, None), product(gtin), "{typed}");
        }
        let wrong = CodeError::Publication(PublicationError::CheckDigit { expected: 'X' });
        assert_eq!(read("3161484101", None), Err(wrong));
        assert_eq!(read("96385074", None), product("96385074"));
        let short = CodeError::Gtin(GtinError::Length { found: 10 });
        assert_eq!(read("0306406152", Some(Symbology::Code128)), Err(short));
    }

    #[test]
    fn a_misread_code_of_the_shops_own_is_refused_and_a_word_is_not_taken_for_one() {
        let card = GiftCardNumber::from_bits(12_345).symbol_text();
        let broken = format!("{}{}", &card[..14], if card.ends_with('0') { '1' } else { '0' });
        assert_eq!(read(&broken, None), Err(CodeError::Issued(IssuedError::GiftCard)));
        assert_eq!(read("MT0001", Some(Symbology::QrCode)), Err(CodeError::Issued(IssuedError::Table)));
        assert_eq!(read("MXshort", Some(Symbology::QrCode)), Err(CodeError::Issued(IssuedError::ExitPass)));
        assert_eq!(read("MH12", None), Err(CodeError::Issued(IssuedError::Shop)));
        assert_eq!(read("MTN DEW", None), Err(CodeError::Unknown));
        assert_eq!(read("mg12", None), Err(CodeError::Unknown));
    }

    #[test]
    fn a_typed_word_is_no_broken_code_though_it_begins_like_one() {
        for word in ["MOCHA", "MOUSSE", "MSG"] {
            assert_eq!(read(word, None), Err(CodeError::Unknown), "{word}");
        }
        assert_eq!(read("MOCHA", Some(Symbology::QrCode)), Err(CodeError::Pickup));
        assert_eq!(read("MOK7M4", None), Err(CodeError::Pickup));
        assert_eq!(read("MSG", Some(Symbology::Code128)), Err(CodeError::Card));
        // Eight letters behind MO are a code that an order may have, and a word.
        assert!(matches!(read("MOZZARELLA", None), Ok(Code::Order(_))));
        assert!(may_be_word("MOZZARELLA") && may_be_word(" 苹果 "));
        assert!(!may_be_word("MOK7M4Q2ZP") && !may_be_word("oat milk"));
    }

    #[test]
    fn a_typed_plu_is_a_product_and_a_scanned_short_number_is_not() {
        assert_eq!(read("40110", None), product("40110"));
        assert_eq!(
            read("40110", Some(Symbology::Code128)),
            Err(CodeError::Gtin(GtinError::Length { found: 5 }))
        );
    }

    #[test]
    fn a_shop_is_known_by_its_own_code_only() {
        let mut link = ShopLink { address: "http://10.0.0.5:8787/".into(), authority: None };
        assert_eq!(read("http://10.0.0.5:8787/#shop", None), Ok(Code::Shop(link.clone())));
        link.authority = Some(Fingerprint::from_bytes([7; 32]));
        assert_eq!(read(&link.to_string(), None), Ok(Code::Shop(link.clone())));
        assert_eq!(read("https://example.org/", None), Err(CodeError::Unknown));
    }

    #[test]
    fn a_card_with_a_wrong_digit_is_refused() {
        let card = CardNumber::from_body(4_820_193_746).to_string();
        let (body, last) = card.split_at(12);
        let wrong = (last.parse::<u8>().unwrap() + 1) % 10;
        assert_eq!(read(&format!("{body}{wrong}"), None), Err(CodeError::Card));
        assert_eq!(read(&format!("MR{}{wrong}1234567", &body[2..]), None), Err(CodeError::Card));
        assert_eq!(read("MR123", Some(Symbology::Code128)), Err(CodeError::Card));
        assert_eq!(read("MR BEAN", None), Err(CodeError::Unknown));
        assert_eq!(read("MRS", None), Err(CodeError::Unknown));
    }
}
