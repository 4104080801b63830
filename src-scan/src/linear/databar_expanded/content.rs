//! What the characters of a GS1 DataBar Expanded symbol say (ISO/IEC 24724, section 7.2.5): their bits as an element
//! string.

use crate::check::gtin_check;

/// A separator in an element string.
const FNC1: char = '\u{1d}';
/// What a symbol without a date says in a date's place.
const NO_DATE: u32 = 38_400;

/// The element string of a symbol's data characters, each [`super::BITS`] bits; nothing if they are not one.
pub(super) fn element_string(bits: &[bool]) -> Option<String> {
    let characters = bits.len() / super::BITS + 1;
    let mut bits = Bits(bits);
    // Whether a composite component stands above.
    bits.take(1)?;
    let mut text = String::new();
    // The encodation methods (table 10), told by up to seven bits; some go on with the symbol's length.
    match bits.peek(7)? {
        0b100_0000.. => {
            bits.take(1)?;
            bits.take_length(characters)?;
            let first = bits.take(4).filter(|digit| *digit < 10)?;
            item(first, &mut bits, &mut text)?;
            general(&mut bits, &mut text)?;
        }
        0b000_0000..=0b001_1111 => {
            bits.take(2)?;
            bits.take_length(characters)?;
            general(&mut bits, &mut text)?;
        }
        0b010_0000..=0b010_0111 => {
            bits.take(4)?;
            item(9, &mut bits, &mut text)?;
            text += &format!("3103{:06}", bits.take(15)?);
            bits.is_empty().then_some(())?;
        }
        0b010_1000..=0b010_1111 => {
            bits.take(4)?;
            item(9, &mut bits, &mut text)?;
            let weight = bits.take(15)?;
            text += &match weight.checked_sub(10_000) {
                None => format!("3202{weight:06}"),
                Some(weight) => format!("3203{weight:06}"),
            };
            bits.is_empty().then_some(())?;
        }
        price @ 0b011_0000..=0b011_0111 => {
            bits.take(5)?;
            bits.take_length(characters)?;
            item(9, &mut bits, &mut text)?;
            let places = bits.take(2)?;
            if price < 0b011_0100 {
                text += &format!("392{places}");
            } else {
                let currency = bits.take(10).filter(|currency| *currency < 1_000)?;
                text += &format!("393{places}{currency:03}");
            }
            general(&mut bits, &mut text)?;
        }
        method => {
            bits.take(7)?;
            item(9, &mut bits, &mut text)?;
            let weight = bits.take(20).filter(|weight| *weight < 1_000_000)?;
            let unit = if method % 2 == 0 { "310" } else { "320" };
            text += &format!("{unit}{}{:06}", weight / 100_000, weight % 100_000);
            let date = bits.take(16).filter(|date| *date <= NO_DATE)?;
            if date != NO_DATE {
                // Made, packed, best before or expires on that day: 11, 13, 15 or 17.
                let kind = 11 + (method & 0b110);
                text += &format!("{kind}{:02}{:02}{:02}", date / 384, date / 32 % 12 + 1, date % 32);
            }
            bits.is_empty().then_some(())?;
        }
    }
    let text = text.trim_end_matches(FNC1);
    (!text.is_empty()).then(|| text.to_owned())
}

/// Bits that have not been read yet.
struct Bits<'a>(&'a [bool]);

impl Bits<'_> {
    fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The number that the next bits are, if there are so many.
    fn peek(&self, count: usize) -> Option<u32> {
        let bits = self.0.get(..count)?;
        Some(bits.iter().fold(0, |number, bit| number << 1 | u32::from(*bit)))
    }

    fn take(&mut self, count: usize) -> Option<u32> {
        let number = self.peek(count)?;
        self.0 = &self.0[count..];
        Some(number)
    }

    /// Two bits that say whether the number of characters is odd and whether it is above 14 (table 11); nothing if they
    /// say otherwise.
    fn take_length(&mut self, characters: usize) -> Option<()> {
        let length = self.take(2)?;
        (length == 2 * (characters % 2) as u32 + u32::from(characters > 14)).then_some(())
    }

    /// Whether what is left begins with, or is, the beginning of a switch of modes: padding is cut off where the symbol
    /// ends.
    fn take_switch(&mut self, switch: u32, count: usize) -> bool {
        let length = count.min(self.0.len());
        let is_it = self.peek(length) == Some(switch >> (count - length));
        if is_it {
            self.0 = &self.0[length..];
        }
        is_it
    }

    /// Five bits that are a digit or a separator where letters are. After a separator two digits follow: some early
    /// encoders go on with letters instead, and switch to digits then; that switch is taken as well.
    fn take_short(&mut self) -> Option<char> {
        let short = digit(self.peek(5)?.checked_sub(5)?)?;
        self.take(5)?;
        if short == FNC1 && self.peek(4) == Some(0) {
            self.take(3)?;
        }
        Some(short)
    }
}

/// An item number: its first digit, twelve in threes of ten bits, and the check digit.
fn item(first: u32, bits: &mut Bits<'_>, text: &mut String) -> Option<()> {
    let mut number = first.to_string();
    for _ in 0..4 {
        number += &format!("{:03}", bits.take(10).filter(|digits| *digits < 1_000)?);
    }
    let digits: Vec<u8> = number.bytes().map(|byte| byte - b'0').collect();
    *text += &format!("01{number}{}", gtin_check(&digits));
    Some(())
}

/// How the general-purpose field goes on.
enum Mode {
    Numeric,
    Alphanumeric,
    Iso646,
}

/// The general-purpose field up to the symbol's end (section 7.2.5.5 and tables 17 to 19).
fn general(bits: &mut Bits<'_>, text: &mut String) -> Option<()> {
    let mut mode = Mode::Numeric;
    while !bits.is_empty() {
        match mode {
            Mode::Numeric => {
                if bits.take_switch(0, 4) {
                    mode = Mode::Alphanumeric;
                } else if let Some(pair) = bits.take(7) {
                    let digits = pair.checked_sub(8)?;
                    text.push(digit(digits / 11)?);
                    text.push(digit(digits % 11)?);
                } else {
                    // A last digit, where there is no room for two.
                    text.push(digit(bits.take(4)?.checked_sub(1)?).filter(|digit| *digit != FNC1)?);
                    return bits.0.iter().all(|bit| !bit).then_some(());
                }
            }
            Mode::Alphanumeric => {
                if bits.take_switch(0b00100, 5) {
                    mode = Mode::Iso646;
                } else if bits.take_switch(0, 3) {
                    mode = Mode::Numeric;
                } else if let Some(short) = bits.take_short() {
                    text.push(short);
                    if short == FNC1 {
                        mode = Mode::Numeric;
                    }
                } else {
                    let value = bits.take(6)?;
                    text.push(match value {
                        32..=57 => char::from_u32(value + 33)?,
                        58..=62 => char::from(b"*,-./"[value as usize - 58]),
                        _ => return None,
                    });
                }
            }
            Mode::Iso646 => {
                if bits.take_switch(0b00100, 5) {
                    mode = Mode::Alphanumeric;
                } else if bits.take_switch(0, 3) {
                    mode = Mode::Numeric;
                } else if let Some(short) = bits.take_short() {
                    text.push(short);
                    if short == FNC1 {
                        mode = Mode::Numeric;
                    }
                } else if let value @ 64..=115 = bits.peek(7)? {
                    bits.take(7)?;
                    text.push(char::from_u32(if value < 90 { value + 1 } else { value + 7 })?);
                } else {
                    let place = bits.take(8)?.checked_sub(232)?;
                    text.push(char::from(*b"!\"%&'()*+,-./:;<=>?_ ".get(place as usize)?));
                }
            }
        }
    }
    Some(())
}

/// A digit or a separator.
fn digit(value: u32) -> Option<char> {
    if value == 10 { Some(FNC1) } else { char::from_digit(value, 10) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(bits: &str) -> Option<String> {
        let bits: Vec<bool> = bits.bytes().filter(|byte| *byte != b' ').map(|byte| byte == b'1').collect();
        assert_eq!(bits.len() % super::super::BITS, 0);
        element_string(&bits)
    }

    /// 9 001 234 567 890 and its check digit 8.
    const ITEM: &str = "0000000001 0011101010 1000110111 1101111010";

    #[test]
    fn an_item_and_its_weight_have_short_forms() {
        let weight = "000011011010110";
        assert_eq!(read(&format!("0 0100 {ITEM} {weight}")).as_deref(), Some("01900123456789083103001750"));
        assert_eq!(read(&format!("0 0101 {ITEM} {weight}")).as_deref(), Some("01900123456789083202001750"));
        let heavy = "010011100010001";
        assert_eq!(read(&format!("0 0101 {ITEM} {heavy}")).as_deref(), Some("01900123456789083203000001"));
    }

    #[test]
    fn a_date_is_read_or_left_out() {
        let weight = "00000000011011010110";
        for (method, ends) in [("0111000", "3100001750"), ("0111111", "3200001750")] {
            let text = format!("0190012345678908{ends}");
            assert_eq!(read(&format!("0 {method} {ITEM} {weight} 1001011000000000")), Some(text));
        }
        let dated = read(&format!("0 0111100 {ITEM} {weight} 0000111101001100"));
        assert_eq!(dated.as_deref(), Some("0190012345678908310000175015100312"));
        assert_eq!(read(&format!("0 0111100 {ITEM} {weight} 1001011000000001")), None);
    }

    #[test]
    fn the_symbols_length_has_to_be_what_it_says() {
        // 10, 12, to letters, A and padding, in three data characters beside the check character.
        let data = "0010011 0010101 0000 100000 00100 00";
        assert_eq!(read(&format!("0 00 00 {data}")).as_deref(), Some("1012A"));
        assert_eq!(read(&format!("0 00 10 {data}")), None);
        assert_eq!(read(&format!("0 00 01 {data}")), None);
    }

    #[test]
    fn what_follows_a_separator_among_letters_is_numeric_in_either_way_of_writing_it() {
        // 10, 12, to letters, A, separator; 42 and 21.
        let (before, after) = ("0010011 0010101 0000 100000 01111", "0110110 0011111");
        for (length, switch, padding) in [("10", "", ""), ("00", "000", "0000 00100")] {
            let bits = format!("0 00 {length} {before} {switch} {after} {padding}");
            assert_eq!(read(&bits).as_deref(), Some("1012A\u{1d}4221"));
        }
    }

    #[test]
    fn no_bits_are_too_odd() {
        for length in [0, 12, 36, 60, 84, 252] {
            for seed in 0..5_000u64 {
                let mut state = seed;
                let bits: Vec<bool> = (0..length)
                    .map(|_| {
                        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(seed | 1);
                        state >> 63 == 1
                    })
                    .collect();
                element_string(&bits);
            }
        }
    }
}
