//! Code 128 in all three code sets (ISO/IEC 15417), and GS1-128 (GS1 General Specifications, section 5.4).

use ministore_core::symbol::CODE_128;

const SHIFT: u8 = 98;
const FNC1: u8 = 102;
const STOP: u8 = 106;
/// Stands for FNC1 in a text.
const SEPARATOR: u8 = 29;

#[derive(Clone, Copy, PartialEq, Eq)]
enum Set {
    A,
    B,
    C,
}

impl Set {
    const fn start(self) -> u8 {
        match self {
            Self::A => 103,
            Self::B => 104,
            Self::C => 105,
        }
    }

    const fn latch(self) -> u8 {
        match self {
            Self::A => 101,
            Self::B => 100,
            Self::C => 99,
        }
    }

    /// The symbol character of a byte.
    const fn character(self, byte: u8) -> Option<u8> {
        match (self, byte) {
            (Self::A, 0..=31) => Some(byte + 64),
            (Self::A, 32..=95) | (Self::B, 32..=127) => Some(byte - 32),
            _ => None,
        }
    }
}

/// The widths of bars and spaces of a text in ASCII, dark first.
pub(super) fn code_128(text: &str) -> Option<Vec<u8>> {
    characters(text.as_bytes(), false).map(|characters| widths(&characters))
}

/// The same for an element string; ASCII 29 is a separator.
pub(super) fn gs1_128(text: &str) -> Option<Vec<u8>> {
    characters(text.as_bytes(), true).map(|characters| widths(&characters))
}

/// Symbol characters from the start to the one before the check character, sets chosen as in annex E of the standard.
fn characters(text: &[u8], is_gs1: bool) -> Option<Vec<u8>> {
    if text.is_empty() || !text.is_ascii() {
        return None;
    }
    let digits_from = |at: usize| text[at..].iter().take_while(|byte| byte.is_ascii_digit()).count();
    // What comes first that only one of the two sets has.
    let is_telling = |byte: &&u8| !((32..96).contains(*byte) || is_gs1 && **byte == SEPARATOR);
    let set_from = |at: usize| match text[at..].iter().find(is_telling) {
        Some(0..32) => Set::A,
        _ => Set::B,
    };
    let leading = digits_from(0);
    let in_pairs = leading >= 4 || (leading == text.len() && leading.is_multiple_of(2));
    let mut set = if in_pairs { Set::C } else { set_from(0) };
    let mut characters = vec![set.start()];
    if is_gs1 {
        characters.push(FNC1);
    }
    let mut at = 0;
    while at < text.len() {
        let byte = text[at];
        if is_gs1 && byte == SEPARATOR {
            characters.push(FNC1);
            at += 1;
            continue;
        }
        let digits = digits_from(at);
        if set == Set::C {
            if digits >= 2 {
                characters.push((byte - b'0') * 10 + text[at + 1] - b'0');
                at += 2;
            } else {
                set = set_from(at);
                characters.push(set.latch());
            }
            continue;
        }
        let is_at_end = at + digits == text.len();
        if digits.is_multiple_of(2) && (digits >= 6 || (digits >= 4 && is_at_end)) {
            set = Set::C;
            characters.push(set.latch());
            continue;
        }
        if let Some(character) = set.character(byte) {
            characters.push(character);
            at += 1;
            continue;
        }
        let other = if set == Set::A { Set::B } else { Set::A };
        let stays = at + 1 < text.len() && set_from(at + 1) == set;
        if stays {
            characters.extend([SHIFT, other.character(byte)?]);
            at += 1;
        } else {
            set = other;
            characters.push(set.latch());
        }
    }
    Some(characters)
}

fn widths(characters: &[u8]) -> Vec<u8> {
    // The check character weighs each character by its place, the start character and the first both by one.
    let sum: u32 = characters.iter().zip(0u32..).map(|(value, place)| u32::from(*value) * place.max(1)).sum();
    characters
        .iter()
        .chain(&[(sum % 103) as u8, STOP])
        .flat_map(|character| CODE_128[usize::from(*character)].bytes().map(|width| width - b'0'))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_sets_follow_the_text() {
        let sets = |text: &str| characters(text.as_bytes(), false).unwrap();
        assert_eq!(sets("12"), [105, 12]);
        assert_eq!(sets("1234a"), [105, 12, 34, 100, 65]);
        assert_eq!(sets("A\tB"), [103, 33, 73, 34]);
        assert_eq!(sets("a\tb"), [104, 65, 98, 73, 66]);
        assert_eq!(sets("\ta\t"), [103, 73, 98, 65, 73]);
        assert_eq!(sets("x1234567"), [104, 88, 17, 99, 23, 45, 67]);
        assert_eq!(characters("10A\u{1d}17991231".as_bytes(), true).unwrap()[..5], [104, 102, 17, 16, 33]);
    }

    #[test]
    fn a_printable_text_has_the_symbol_that_the_shop_prints() {
        for text in ["MO7K4Q2PZX", "MS48201937465", "Abc"] {
            assert_eq!(code_128(text), ministore_core::symbol::code_128(text), "{text}");
        }
    }
}
