//! Codes that a shop gives out itself, beside the card and the pickup code of [`crate::code`]: gift cards, coupons, tables,
//! the shop's own code, exit passes and customers' displays. Each begins with `M` and a letter for its kind.
//!
//! Characters are digits of Crockford's base 32, read as people type them. All but the exit pass, which is signed, end
//! with a check character over kind and digits: a misread or mistyped character, two swapped ones, and a code taken for
//! one of another kind are refused.

use std::fmt;
use std::str::FromStr;

use crate::id::ShopId;

/// Digits of Crockford's base 32 (crockford.com/base32.html): no I, L, O or U, which are misread.
const CROCKFORD: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";

/// The character of a digit, 0 to 31; higher bits are dropped.
pub(crate) const fn character(digit: u64) -> char {
    CROCKFORD[(digit & 31) as usize] as char
}

/// The digit of a character as people type it: in any case, with O for 0 and I or L for 1.
pub(crate) fn digit(character: char) -> Option<u8> {
    let character = match character.to_ascii_uppercase() {
        'O' => '0',
        'I' | 'L' => '1',
        other => other,
    };
    CROCKFORD.iter().zip(0..).find(|(there, _)| char::from(**there) == character).map(|(_, digit)| digit)
}

/// The check digit of `digits` after a kind's letter. It is their sum with powers of x for weights, in the field of 32
/// elements that the polynomial x^5 + x^2 + 1 makes: one wrong digit always changes it, and so do two swapped ones, as
/// long as there are fewer than 31. Crockford's own check symbol would need five signs more than the alphabet has.
fn check(kind: u8, digits: impl IntoIterator<Item = u8>) -> u8 {
    digits.into_iter().fold(times_x(kind), |sum, digit| times_x(sum ^ digit))
}

const fn times_x(element: u8) -> u8 {
    let twice = element << 1;
    if twice & 32 == 0 { twice } else { twice ^ 0b10_0101 }
}

/// One kind of code: the letter after `M`, and how many characters stand before the check character.
struct Kind {
    letter: char,
    places: u32,
}

impl Kind {
    const COUPON: Self = Self { letter: 'V', places: 8 };
    const DISPLAY: Self = Self { letter: 'D', places: 5 };
    const GIFT_CARD: Self = Self { letter: 'G', places: 12 };
    const SHOP: Self = Self { letter: 'H', places: 8 };
    const TABLE: Self = Self { letter: 'T', places: 4 };

    /// `bits` in five for each place, and the check character.
    fn write(&self, bits: u64) -> String {
        let digits = (0..self.places).rev().map(|place| (bits >> (5 * place) & 31) as u8);
        let check = check(self.value(), digits.clone());
        digits.chain([check]).map(|digit| character(digit.into())).collect()
    }

    /// The bits of a code with or without its `M` and letter, with dashes and spaces anywhere. None where its length, a
    /// character or the check is wrong.
    fn read(&self, text: &str) -> Option<u64> {
        let mut characters: Vec<char> = Vec::new();
        for c in text.chars().filter(|c| !matches!(c, '-' | ' ')) {
            characters.push(c.to_ascii_uppercase());
            if characters.len() > self.places as usize + 3 {
                return None;
            }
        }
        let whole = self.places as usize + 1;
        let code = match characters.as_slice() {
            ['M', letter, code @ ..] if code.len() == whole && *letter == self.letter => code,
            code if code.len() == whole => code,
            _ => return None,
        };
        let digits: Vec<u8> = code.iter().map(|c| digit(*c)).collect::<Option<_>>()?;
        let (last, body) = digits.split_last()?;
        let right = *last == check(self.value(), body.iter().copied());
        right.then(|| body.iter().fold(0, |bits, digit| bits << 5 | u64::from(*digit)))
    }

    fn value(&self) -> u8 {
        digit(self.letter).unwrap_or_default()
    }
}

/// `code` in groups of four, as people read it.
fn grouped(code: &str) -> String {
    let mut text = String::new();
    for (place, c) in code.chars().enumerate() {
        if place > 0 && place % 4 == 0 {
            text.push('-');
        }
        text.push(c);
    }
    text
}

/// The number of a gift card: 60 bits drawn at random, twelve characters and a check character. Whoever knows it can
/// spend it, so its `Debug` shows the end only. Shown as `K7M4-Q2ZP-M3TX-5`, carried by a symbol with `MG` in front.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct GiftCardNumber(u64);

impl GiftCardNumber {
    /// A number from 60 random bits; higher bits are dropped.
    pub const fn from_bits(bits: u64) -> Self {
        Self(bits & 0xfff_ffff_ffff_ffff)
    }

    /// What the card's symbol carries.
    pub fn symbol_text(self) -> String {
        format!("MG{}", Kind::GIFT_CARD.write(self.0))
    }

    /// Its last four characters, by which people tell cards apart.
    pub fn ending(self) -> String {
        Kind::GIFT_CARD.write(self.0).split_off(9)
    }
}

impl fmt::Display for GiftCardNumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&grouped(&Kind::GIFT_CARD.write(self.0)))
    }
}

impl fmt::Debug for GiftCardNumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "GiftCardNumber(…{})", &Kind::GIFT_CARD.write(self.0)[9..])
    }
}

impl FromStr for GiftCardNumber {
    type Err = IssuedError;

    fn from_str(text: &str) -> Result<Self, IssuedError> {
        Kind::GIFT_CARD.read(text).map(Self).ok_or(IssuedError::GiftCard)
    }
}

string_on_the_wire!(GiftCardNumber, "K7M4-Q2ZP-M3TX-5");

/// The code of a coupon: 40 bits drawn at random, eight characters and a check character. Whoever shows it may use the
/// coupon, once. Shown as `K7M4-Q2ZP-C`, carried by a symbol with `MV` in front.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct CouponCode(u64);

impl CouponCode {
    /// A code from 40 random bits; higher bits are dropped.
    pub const fn from_bits(bits: u64) -> Self {
        Self(bits & 0xff_ffff_ffff)
    }

    /// What the coupon's symbol carries.
    pub fn symbol_text(self) -> String {
        format!("MV{}", Kind::COUPON.write(self.0))
    }
}

impl fmt::Display for CouponCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&grouped(&Kind::COUPON.write(self.0)))
    }
}

impl FromStr for CouponCode {
    type Err = IssuedError;

    fn from_str(text: &str) -> Result<Self, IssuedError> {
        Kind::COUPON.read(text).map(Self).ok_or(IssuedError::Coupon)
    }
}

string_on_the_wire!(CouponCode, "K7M4-Q2ZP-C");

/// The code by which a shop is known apart from its address, which changes: 40 bits drawn at random where the shop is
/// made, eight characters and a check character. Shown as `K7M4-Q2ZP-C`, carried by a symbol with `MH` in front.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct ShopCode(u64);

impl ShopCode {
    /// A code from 40 random bits; higher bits are dropped.
    pub const fn from_bits(bits: u64) -> Self {
        Self(bits & 0xff_ffff_ffff)
    }

    /// The code of a shop: the end of its key, which is drawn at random (RFC 9562, section 5.7).
    pub fn of(shop: ShopId) -> Self {
        let (_, end) = shop.0.as_u64_pair();
        Self::from_bits(end)
    }

    /// The code in the address that hangs at a shop's door, such as `https://192.168.1.20:8787/in/K7M4-Q2ZP-C`. None for
    /// other texts.
    pub fn of_address(text: &str) -> Option<Self> {
        let (origin, rest) = text.split_once("/in/")?;
        let code = rest.split(['/', '?', '#']).next()?;
        let is_web = origin.starts_with("https://") || origin.starts_with("http://");
        is_web.then(|| code.parse().ok()).flatten()
    }

    /// Its 40 bits.
    pub const fn bits(self) -> u64 {
        self.0
    }

    /// What the shop's symbol carries.
    pub fn symbol_text(self) -> String {
        format!("MH{}", Kind::SHOP.write(self.0))
    }
}

impl fmt::Display for ShopCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&grouped(&Kind::SHOP.write(self.0)))
    }
}

impl FromStr for ShopCode {
    type Err = IssuedError;

    fn from_str(text: &str) -> Result<Self, IssuedError> {
        Kind::SHOP.read(text).map(Self).ok_or(IssuedError::Shop)
    }
}

string_on_the_wire!(ShopCode, "K7M4-Q2ZP-C");

/// A table of the shop's, 1 to 9999. Shown as the number, carried by a symbol as `MT`, four digits and a check
/// character; only that form is read.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, serde::Serialize, serde::Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(try_from = "u16", into = "u16")]
pub struct TableNumber(#[cfg_attr(feature = "schema", schemars(range(min = 1, max = 9_999)))] u16);

impl TryFrom<u16> for TableNumber {
    type Error = IssuedError;

    fn try_from(number: u16) -> Result<Self, IssuedError> {
        Self::new(number).ok_or(IssuedError::Table)
    }
}

impl From<TableNumber> for u16 {
    fn from(table: TableNumber) -> Self {
        table.0
    }
}

impl TableNumber {
    /// A table by its number. None for 0 and above 9999.
    pub const fn new(number: u16) -> Option<Self> {
        match number {
            1..=9_999 => Some(Self(number)),
            _ => None,
        }
    }

    /// The number.
    pub const fn number(self) -> u16 {
        self.0
    }

    /// What the table's symbol carries.
    pub fn symbol_text(self) -> String {
        let bits = format!("{:04}", self.0).bytes().fold(0, |bits, byte| bits << 5 | u64::from(byte - b'0'));
        format!("MT{}", Kind::TABLE.write(bits))
    }

    /// Reads what [`TableNumber::symbol_text`] writes.
    pub fn read_symbol(text: &str) -> Result<Self, IssuedError> {
        let bits = text.starts_with(['M', 'm']).then(|| Kind::TABLE.read(text)).flatten();
        let digits = bits.ok_or(IssuedError::Table)?;
        let mut number = 0;
        for place in (0..4).rev() {
            let digit = (digits >> (5 * place) & 31) as u16;
            if digit > 9 {
                return Err(IssuedError::Table);
            }
            number = number * 10 + digit;
        }
        Self::new(number).ok_or(IssuedError::Table)
    }
}

impl fmt::Display for TableNumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// What a customers' display shows to be followed by a till: 25 bits that its hub draws, unlike those of the other displays
/// that stand there then; five characters and a check character. Shown as `K7M4Q-C`, carried by a symbol with `MD` in front.
/// It opens nothing: who reads a display has its key, and who shows on it is staff.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub struct DisplayCode(u32);

impl DisplayCode {
    /// A code from 25 random bits; higher bits are dropped.
    pub const fn from_bits(bits: u32) -> Self {
        Self(bits & 0x1ff_ffff)
    }

    /// What its symbol carries.
    pub fn symbol_text(self) -> String {
        format!("MD{}", Kind::DISPLAY.write(self.0.into()))
    }

    /// Reads what [`DisplayCode::symbol_text`] writes, and nothing that lacks its `MD`.
    pub fn read_symbol(text: &str) -> Result<Self, IssuedError> {
        // What comes behind has to be a code of its own: a code that begins with these letters is no symbol.
        match text.split_at_checked(2) {
            Some((start, code)) if start.eq_ignore_ascii_case("MD") => code.parse(),
            _ => Err(IssuedError::Display),
        }
    }
}

impl fmt::Display for DisplayCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let code = Kind::DISPLAY.write(self.0.into());
        let (body, check) = code.split_at(5);
        write!(f, "{body}-{check}")
    }
}

impl FromStr for DisplayCode {
    type Err = IssuedError;

    fn from_str(text: &str) -> Result<Self, IssuedError> {
        // Five places of five bits each.
        Kind::DISPLAY.read(text).map(|bits| Self::from_bits(bits as u32)).ok_or(IssuedError::Display)
    }
}

string_on_the_wire!(DisplayCode, "K7M4Q-C");

/// What opens the shop's gate to somebody who has paid: a signed token in its outer form only. Whoever holds the key
/// says whether it is real. Carried by a symbol with `MX` in front; its `Debug` hides it.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct ExitPass(String);

impl ExitPass {
    /// How many characters a token has: no signature is shorter, and a symbol on a phone that holds more is slow to
    /// read.
    pub const LENGTHS: std::ops::RangeInclusive<usize> = 22..=512;

    /// A pass that carries this token: characters of base64url (RFC 4648, section 5), and dots between its parts.
    /// Errors on other characters and beyond [`ExitPass::LENGTHS`].
    pub fn new(token: &str) -> Result<Self, IssuedError> {
        let allowed = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.');
        let well_formed = Self::LENGTHS.contains(&token.len()) && token.bytes().all(allowed);
        if well_formed { Ok(Self(token.to_owned())) } else { Err(IssuedError::ExitPass) }
    }

    /// The token, for whoever checks its signature.
    pub fn token(&self) -> &str {
        &self.0
    }

    /// What the pass's symbol carries.
    pub fn symbol_text(&self) -> String {
        format!("MX{}", self.0)
    }

    /// Reads what [`ExitPass::symbol_text`] writes.
    pub fn read_symbol(text: &str) -> Result<Self, IssuedError> {
        text.strip_prefix("MX").ok_or(IssuedError::ExitPass).and_then(Self::new)
    }
}

impl fmt::Display for ExitPass {
    /// As its symbol carries it; nothing but the symbol may show it.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.symbol_text())
    }
}

impl FromStr for ExitPass {
    type Err = IssuedError;

    fn from_str(text: &str) -> Result<Self, IssuedError> {
        Self::read_symbol(text)
    }
}

string_on_the_wire!(ExitPass, "MXAbCdEfGhIjKlMnOpQrStUvWxYz0123456789", "^MX[A-Za-z0-9_.-]{22,512}$");

impl fmt::Debug for ExitPass {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "ExitPass({} characters)", self.0.len())
    }
}

/// Why a text that begins like one of the shop's codes is none.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
pub enum IssuedError {
    /// A gift card's number with the wrong length, character or check character.
    #[error("this is not a whole gift card number")]
    GiftCard,
    /// A coupon's code with the wrong length, character or check character.
    #[error("this is not a whole coupon code")]
    Coupon,
    /// A shop's code with the wrong length, character or check character.
    #[error("this is not a whole shop code")]
    Shop,
    /// A table's code with the wrong length, character or check character.
    #[error("this is not a whole table code")]
    Table,
    /// An exit pass with the wrong length or character.
    #[error("this is not a whole exit pass")]
    ExitPass,
    /// A display's code with the wrong length, character or check character.
    #[error("this is not a whole display code")]
    Display,
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// `code` with its character at `place` moved on by `by` in the alphabet.
    fn misread(code: &str, place: usize, by: u8) -> String {
        let turn = |c: char| character(u64::from(digit(c).unwrap() + by));
        code.chars().enumerate().map(|(at, c)| if at == place { turn(c) } else { c }).collect()
    }

    fn swapped(code: &str, first: usize, second: usize) -> String {
        let mut characters: Vec<char> = code.chars().collect();
        characters.swap(first, second);
        characters.into_iter().collect()
    }

    proptest! {
        #[test]
        fn gift_cards_read_back_and_no_misreading_does(
            bits in any::<u64>(), place in 2usize..15, other in 2usize..15, by in 1u8..32,
        ) {
            let card = GiftCardNumber::from_bits(bits);
            let symbol = card.symbol_text();
            for form in [symbol.clone(), card.to_string(), card.to_string().to_lowercase().replace('0', "o")] {
                prop_assert_eq!(form.parse(), Ok(card), "{}", form);
            }
            prop_assert!(misread(&symbol, place, by).parse::<GiftCardNumber>().is_err());
            let swapped = swapped(&symbol, place, other);
            prop_assert_eq!(swapped.parse::<GiftCardNumber>().is_ok(), swapped == symbol);
        }

        #[test]
        fn shop_codes_read_back_and_no_misreading_does(
            bits in any::<u64>(), place in 2usize..11, other in 2usize..11, by in 1u8..32,
        ) {
            let shop = ShopCode::from_bits(bits);
            let symbol = shop.symbol_text();
            for form in [symbol.clone(), shop.to_string(), shop.to_string().to_lowercase().replace('1', "l")] {
                prop_assert_eq!(form.parse(), Ok(shop), "{}", form);
            }
            prop_assert!(misread(&symbol, place, by).parse::<ShopCode>().is_err());
            let swapped = swapped(&symbol, place, other);
            prop_assert_eq!(swapped.parse::<ShopCode>().is_ok(), swapped == symbol);
        }

        #[test]
        fn display_codes_read_back_and_no_misreading_does(
            bits in any::<u32>(), place in 2usize..8, other in 2usize..8, by in 1u8..32,
        ) {
            let display = DisplayCode::from_bits(bits);
            let symbol = display.symbol_text();
            for form in [symbol.clone(), display.to_string(), display.to_string().to_lowercase().replace('0', "o")] {
                prop_assert_eq!(form.parse(), Ok(display), "{}", form);
            }
            prop_assert_eq!(DisplayCode::read_symbol(&symbol), Ok(display));
            prop_assert!(DisplayCode::read_symbol(&symbol[2..]).is_err());
            prop_assert!(misread(&symbol, place, by).parse::<DisplayCode>().is_err());
            let swapped = swapped(&symbol, place, other);
            prop_assert_eq!(swapped.parse::<DisplayCode>().is_ok(), swapped == symbol);
        }

        #[test]
        fn tables_read_back_and_no_misreading_does(
            number in 1u16..10_000, place in 2usize..7, other in 2usize..7, by in 1u8..32,
        ) {
            let table = TableNumber::new(number).unwrap();
            let symbol = table.symbol_text();
            prop_assert_eq!(TableNumber::read_symbol(&symbol), Ok(table));
            prop_assert!(TableNumber::read_symbol(&misread(&symbol, place, by)).is_err());
            let swapped = swapped(&symbol, place, other);
            prop_assert_eq!(TableNumber::read_symbol(&swapped).is_ok(), swapped == symbol);
        }

        #[test]
        fn coupons_read_back_and_neither_a_misreading_nor_a_code_of_a_shop_does(
            bits in any::<u64>(), place in 2usize..11, other in 2usize..11, by in 1u8..32,
        ) {
            let coupon = CouponCode::from_bits(bits);
            let symbol = coupon.symbol_text();
            for form in [symbol.clone(), coupon.to_string(), coupon.to_string().to_lowercase().replace('0', "o")] {
                prop_assert_eq!(form.parse(), Ok(coupon), "{}", form);
            }
            prop_assert!(misread(&symbol, place, by).parse::<CouponCode>().is_err());
            let swapped = swapped(&symbol, place, other);
            prop_assert_eq!(swapped.parse::<CouponCode>().is_ok(), swapped == symbol);
            prop_assert!(coupon.to_string().parse::<ShopCode>().is_err());
            prop_assert!(ShopCode::from_bits(bits).to_string().parse::<CouponCode>().is_err());
        }

        #[test]
        fn exit_passes_keep_their_token(token in "[A-Za-z0-9_.-]{22,512}") {
            let pass = ExitPass::new(&token).unwrap();
            prop_assert_eq!(pass.token(), &token);
            prop_assert_eq!(ExitPass::read_symbol(&pass.symbol_text()), Ok(pass));
        }

        #[test]
        fn no_text_panics(text in "\\PC{0,30}|M[GHTX][0-9A-Z -]{0,20}") {
            let _ = text.parse::<GiftCardNumber>();
            let _ = text.parse::<ShopCode>();
            let _ = text.parse::<CouponCode>();
            let _ = TableNumber::read_symbol(&text);
            let _ = ExitPass::read_symbol(&text);
            let _ = DisplayCode::read_symbol(&text);
        }
    }

    #[test]
    fn a_shop_is_known_by_the_address_at_its_door() {
        let shop = ShopCode::from_bits(0x12_3456_789a);
        for address in [
            format!("https://192.168.1.20:8787/in/{shop}"),
            format!("http://shop.local/in/{shop}?from=door#top"),
        ] {
            assert_eq!(ShopCode::of_address(&address), Some(shop), "{address}");
        }
        for text in ["", "/in/", &format!("/in/{shop}"), "http://shop.local/in/nonsense", &shop.to_string()] {
            assert_eq!(ShopCode::of_address(text), None, "{text}");
        }
        let id = ShopId(uuid::Uuid::from_u128(0xabcd_0000_0000_0000_0000_0012_3456_789a));
        assert_eq!(ShopCode::of(id), shop);
    }

    #[test]
    fn a_code_of_one_kind_is_none_of_another() {
        let same_length = Kind { letter: 'H', ..Kind::GIFT_CARD };
        assert_eq!(Kind::GIFT_CARD.read(&same_length.write(12_345)), None);
        assert_eq!(
            TableNumber::new(12).unwrap().symbol_text().replace("MT", "MG").parse::<GiftCardNumber>(),
            Err(IssuedError::GiftCard)
        );
    }

    #[test]
    fn refuses_what_no_shop_prints() {
        assert_eq!(TableNumber::new(0), None);
        assert_eq!(TableNumber::new(10_000), None);
        assert_eq!(TableNumber::read_symbol(&format!("MT{}", Kind::TABLE.write(0))), Err(IssuedError::Table));
        let letters = format!("MT{}", Kind::TABLE.write(10));
        assert_eq!(TableNumber::read_symbol(&letters), Err(IssuedError::Table));
        for token in ["", "short", &"a".repeat(513), &"a b".repeat(20), &"é".repeat(30)] {
            assert_eq!(ExitPass::new(token), Err(IssuedError::ExitPass), "{token}");
        }
    }

    #[test]
    fn what_is_worth_money_is_not_written_into_logs() {
        let card = GiftCardNumber::from_bits(0x123_4567_89ab_cdef);
        let symbol = card.symbol_text();
        assert!(!format!("{card:?}").contains(&symbol[2..8]), "{card:?}");
        let pass = ExitPass::new(&"secret.".repeat(5)).unwrap();
        assert_eq!(format!("{pass:?}"), "ExitPass(35 characters)");
    }
}
