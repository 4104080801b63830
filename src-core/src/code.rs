//! What a scanned or typed text means in a shop.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use crate::gs1;
use crate::gtin::{Gtin, GtinError};
use crate::instore::{InStoreError, InStorePattern, Plu};
use crate::money::Currency;
use crate::quantity::Measure;

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

string_on_the_wire!(ProductCode, "9520000000011");

/// The number on a membership card: `MS`, ten digits, and a check digit by Luhn's formula (ISO/IEC 7812-1, annex B).
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct CardNumber(u64);

impl CardNumber {
    /// The card with this ten-digit body; larger numbers are cut to their last ten digits.
    pub const fn from_body(body: u64) -> Self {
        Self(body % 10_000_000_000)
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
        write!(f, "MS{:010}{}", self.0, Self::luhn(self.0))
    }
}

impl FromStr for CardNumber {
    type Err = CodeError;

    fn from_str(text: &str) -> Result<Self, CodeError> {
        let digits = text.strip_prefix("MS").unwrap_or_default();
        if digits.len() != 11 || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
            return Err(CodeError::Card);
        }
        let body = digits[..10].parse().map_err(|_| CodeError::Card)?;
        let card = Self(body);
        if digits[10..] == Self::luhn(body).to_string() { Ok(card) } else { Err(CodeError::Card) }
    }
}

string_on_the_wire!(CardNumber, "MS48201937465");

/// The code by which an order is handed over: eight characters of Crockford's base 32, 40 bits drawn at random where
/// the order is made. Shown as `K7M4-Q2ZP`, carried by a QR code with `MO` in front.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct PickupCode(u64);

/// Digits of Crockford's base 32 (crockford.com/base32.html): no I, L, O or U, which are misread.
const CROCKFORD: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";

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
        (0..8).rev().map(|place| char::from(CROCKFORD[(self.0 >> (5 * place) & 31) as usize])).collect()
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
            let c = match c.to_ascii_uppercase() {
                'O' => '0',
                'I' | 'L' => '1',
                c => c,
            };
            let digit =
                CROCKFORD.iter().position(|&digit| char::from(digit) == c).ok_or(CodeError::Pickup)?;
            count += 1;
            if count > 8 {
                return Err(CodeError::Pickup);
            }
            bits = bits << 5 | digit as u64;
        }
        if count == 8 { Ok(Self(bits)) } else { Err(CodeError::Pickup) }
    }
}

string_on_the_wire!(PickupCode, "K7M4-Q2ZP");

/// What a text read from a symbol, or typed, stands for.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Code {
    /// A product, and how much of it where the code itself says so (a weighed pack).
    Product {
        /// Which product.
        code: ProductCode,
        /// How much of it, when the code says so.
        measure: Option<Measure>,
    },
    /// A membership card.
    Member(CardNumber),
    /// An order, to be handed over.
    Order(PickupCode),
    /// A shop's hub, to open or to pair with: its address, `http` or `https`, without what follows `#`.
    Shop(String),
}

impl Code {
    /// Gives `text` its meaning in a shop with these in-store patterns and this currency. `symbology` is None for what
    /// was typed. Errors keep nothing back: the caller still has the text, to search for it.
    pub fn read(
        text: &str,
        symbology: Option<Symbology>,
        patterns: &[InStorePattern],
        currency: Currency,
    ) -> Result<Self, CodeError> {
        let text = text.trim();
        if let Some(rest) = text.strip_prefix("MO") {
            return rest.parse().map(Self::Order);
        }
        if text.starts_with("MS") {
            return text.parse().map(Self::Member);
        }
        if text.starts_with("http://") || text.starts_with("https://") {
            return Self::read_address(text);
        }
        if let Some(gtin) = gtin_of_element_string(text, symbology) {
            return Ok(Self::Product { code: ProductCode::Gtin(gtin?), measure: None });
        }
        if let Some(pattern) = patterns.iter().find(|pattern| pattern.covers(text)) {
            let item = pattern.read(text, currency)?;
            return Ok(Self::Product { code: ProductCode::Plu(item.plu), measure: Some(item.measure) });
        }
        if symbology == Some(Symbology::UpcE) && text.len() == 8 {
            return Ok(Self::Product { code: ProductCode::Gtin(Gtin::parse_upc_e(text)?), measure: None });
        }
        if !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit()) {
            let code = match symbology {
                None => text.parse()?,
                Some(_) => ProductCode::Gtin(Gtin::parse(text)?),
            };
            return Ok(Self::Product { code, measure: None });
        }
        Err(CodeError::Unknown)
    }

    /// A GS1 Digital Link (GS1 Digital Link Standard: URI Syntax, section 4) names a product in its path,
    /// `/01/` and a GTIN; any address of ours ends in `#shop`.
    fn read_address(text: &str) -> Result<Self, CodeError> {
        let (address, fragment) = text.split_once('#').unwrap_or((text, ""));
        let path = address.split(['?']).next().unwrap_or(address);
        if let Some((_, rest)) = path.split_once("/01/") {
            let digits = rest.split('/').next().unwrap_or(rest);
            return Ok(Self::Product { code: ProductCode::Gtin(Gtin::parse(digits)?), measure: None });
        }
        if fragment == SHOP_FRAGMENT { Ok(Self::Shop(address.to_owned())) } else { Err(CodeError::Unknown) }
    }
}

/// What ends the address in a shop's own QR code, so that a device knows it as one.
pub const SHOP_FRAGMENT: &str = "shop";

/// The item that a GS1 element string names. None for what is no element string, or one about something else.
fn gtin_of_element_string(text: &str, symbology: Option<Symbology>) -> Option<Result<Gtin, GtinError>> {
    let says_so = text.starts_with([']', '(', gs1::SEPARATOR])
        || matches!(
            symbology,
            Some(Symbology::Gs1_128 | Symbology::DataBarExpanded | Symbology::Gs1DataMatrix)
        );
    if says_so && let Ok(elements) = gs1::parse(text) {
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

/// Why a text means nothing here.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
pub enum CodeError {
    /// Digits that are no GTIN.
    #[error(transparent)]
    Gtin(#[from] GtinError),
    /// Digits that are no code of the shop's own pattern.
    #[error(transparent)]
    InStore(#[from] InStoreError),
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

    fn read(text: &str, symbology: Option<Symbology>) -> Result<Code, CodeError> {
        let patterns = [InStorePattern::new("21PPPPPVVVVVC", InStoreValue::Weight).unwrap()];
        Code::read(text, symbology, &patterns, Currency::CNY)
    }

    fn product(digits: &str) -> Result<Code, CodeError> {
        Ok(Code::Product { code: digits.parse().unwrap(), measure: None })
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
            Ok(Code::Product { code: "40110".parse().unwrap(), measure: Some(Measure::Grams(358)) })
        );
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
        assert_eq!(read("http://10.0.0.5:8787/#shop", None), Ok(Code::Shop("http://10.0.0.5:8787/".into())));
        assert_eq!(read("https://example.org/", None), Err(CodeError::Unknown));
    }

    #[test]
    fn a_card_with_a_wrong_digit_is_refused() {
        let card = CardNumber::from_body(4_820_193_746).to_string();
        let (body, last) = card.split_at(12);
        let wrong = (last.parse::<u8>().unwrap() + 1) % 10;
        assert_eq!(read(&format!("{body}{wrong}"), None), Err(CodeError::Card));
    }
}
