//! What symbols say when nothing else is asked for.

use super::Printed;
use crate::check::{gtin_check, upc_e_check};
use crate::synthetic::Random;

/// A separator in an element string.
const SEPARATOR: char = '\u{1d}';
const DIGITS: &[u8] = b"0123456789";
const CAPITALS: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789";
const CODE_39: &[u8] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ-. ";
const LETTERS: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-/";

impl Printed {
    /// A text that this kind of symbol can say, drawn from `seed`.
    pub fn any_text(self, seed: u64) -> String {
        let mut random = Random(seed ^ 0x5851_F42D_4C95_7F2D);
        let random = &mut random;
        match self {
            // With a leading 0 it would be a UPC-A.
            Self::Ean13 => checked(random, 12, 1..10),
            Self::Ean8 => checked(random, 7, 0..10),
            Self::UpcA => checked(random, 11, 0..10),
            Self::UpcE => upc_e(random),
            Self::Itf14
            | Self::DataBarOmnidirectional
            | Self::DataBarTruncated
            | Self::DataBarStacked
            | Self::DataBarStackedOmnidirectional => checked(random, 13, 0..10),
            Self::Itf => (0..2 * (3 + random.below(3))).map(|_| char::from(*random.one_of(DIGITS))).collect(),
            Self::DataBarLimited => checked(random, 13, 0..2),
            Self::Code128 => {
                let (alphabet, least) = *random.one_of(&[(DIGITS, 6), (CAPITALS, 5), (LETTERS, 5)]);
                text(random, alphabet, least..16)
            }
            Self::Code39 => {
                // Spaces at the ends would be lost on the way through a form.
                let middle = text(random, CODE_39, 2..9);
                format!("{}{middle}{}", text(random, CAPITALS, 1..2), text(random, CAPITALS, 1..2))
            }
            Self::Gs1_128 | Self::DataBarExpanded | Self::DataBarExpandedStacked { .. } => elements(random),
            Self::Gs1DataMatrix | Self::Gs1DataMatrixRectangular => elements(random),
            Self::QrCode | Self::DataMatrix | Self::DataMatrixRectangular => match random.below(3) {
                0 => text(random, DIGITS, 4..24),
                1 => format!("https://shop.example/{}", text(random, LETTERS, 1..14)),
                _ => text(random, LETTERS, 3..32),
            },
            Self::MicroQr => match random.below(3) {
                0 => text(random, DIGITS, 1..30),
                1 => text(random, CAPITALS, 1..20),
                _ => text(random, LETTERS, 1..14),
            },
            Self::Aztec | Self::Pdf417 => text(random, LETTERS, 4..48),
        }
    }
}

fn text(random: &mut Random, alphabet: &[u8], length: std::ops::Range<usize>) -> String {
    let count = length.start + random.below(length.len());
    (0..count).map(|_| char::from(*random.one_of(alphabet))).collect()
}

/// A number of so many digits before its check digit.
fn checked(random: &mut Random, count: usize, first: std::ops::Range<usize>) -> String {
    let mut digits: Vec<u8> = (0..count).map(|_| random.below(10) as u8).collect();
    digits[0] = (first.start + random.below(first.len())) as u8;
    digits.push(gtin_check(&digits));
    written(&digits)
}

fn upc_e(random: &mut Random) -> String {
    let system = random.below(2) as u8;
    let middle: [u8; 6] = std::array::from_fn(|_| random.below(10) as u8);
    let mut digits = vec![system];
    digits.extend(middle);
    digits.push(upc_e_check(system, middle));
    written(&digits)
}

fn written(digits: &[u8]) -> String {
    digits.iter().map(|digit| char::from(b'0' + digit)).collect()
}

/// An element string: an item number, and what a trade item has besides.
fn elements(random: &mut Random) -> String {
    let weighed = random.below(4) == 0;
    let item = checked(random, 13, if weighed { 9..10 } else { 0..9 });
    let date = |random: &mut Random| {
        format!("{:02}{:02}{:02}", 24 + random.below(8), 1 + random.below(12), 1 + random.below(28))
    };
    if weighed {
        let weight = format!("01{item}3103{:06}", random.below(32_768));
        return if random.below(2) == 0 { weight } else { format!("{weight}15{}", date(random)) };
    }
    let mut all = format!("01{item}");
    if random.below(2) == 0 {
        all += &format!("17{}", date(random));
    }
    match random.below(4) {
        0 => {}
        1 => all += &format!("10{}", text(random, CAPITALS, 2..9)),
        2 => all += &format!("21{}", text(random, DIGITS, 2..9)),
        _ => {
            let lot = text(random, CAPITALS, 2..8);
            all += &format!("10{lot}{SEPARATOR}21{}", text(random, DIGITS, 2..8));
        }
    }
    all
}

#[cfg(test)]
mod tests {
    use super::super::Symbol;
    use super::*;

    #[test]
    fn every_kind_can_say_what_is_drawn_for_it() {
        for printed in Printed::ALL {
            for seed in 0..50 {
                let text = printed.any_text(seed);
                assert!(Symbol::new(printed, &text).is_ok(), "{printed:?} {text:?}");
                assert_eq!(text, printed.any_text(seed));
            }
        }
    }
}
