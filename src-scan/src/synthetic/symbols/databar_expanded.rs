//! GS1 DataBar Expanded and Expanded Stacked (ISO/IEC 24724, section 7).

use super::databar::in_turn;
use super::{Row, Symbol, modules};
use crate::check::gtin_check_holds;
use crate::linear::databar_expanded::{
    BITS, FEWEST_CHARACTERS, FINDER_SEQUENCES, FINDERS, GROUPS, MODULUS, MOST_CHARACTERS, element_sets,
    places, weighed,
};

/// How high a row is, in modules.
const ROW: f32 = 34.0;
/// Modules of a pair of characters with their finder pattern.
const PAIR: usize = 17 + 15 + 17;
/// Modules at both ends of a separator that stay light.
const SEPARATOR_ENDS: usize = 4;
/// A separator in an element string.
const FNC1: u8 = 29;

/// One row.
pub(super) fn expanded(text: &str) -> Option<Symbol> {
    let pairs = pairs(&bits(text, None)?)?;
    let mut widths = vec![1, 1];
    widths.extend(pairs.into_iter().flatten());
    widths.extend([1, 1]);
    Some(Symbol::of(vec![Row { height: ROW, modules: modules(widths, false) }]))
}

/// Rows of up to so many pairs of characters, with three separators in between. Every other row runs from right to left
/// where they have an even number (section 7.2.8).
pub(super) fn stacked(text: &str, in_row: usize) -> Option<Symbol> {
    if !(1..=MOST_CHARACTERS / 2 - 1).contains(&in_row) {
        return None;
    }
    let pairs = pairs(&bits(text, Some(2 * in_row))?)?;
    let chunks: Vec<&[Vec<u32>]> = pairs.chunks(in_row).collect();
    let columns = PAIR * in_row + 4;
    let middle: Vec<bool> =
        (0..columns).map(|at| at > SEPARATOR_ENDS && at % 2 == 1 && at < PAIR * in_row).collect();
    let mut all: Vec<Row> = Vec::new();
    let mut finders = 0;
    for (index, chunk) in chunks.iter().enumerate() {
        let is_odd = index % 2 == 1;
        // A short last row that would begin with a bar begins with two spaces instead, and is not turned round.
        let is_shifted = is_odd
            && in_row.is_multiple_of(2)
            && !chunk.len().is_multiple_of(2)
            && chunk.len() < in_row
            && index + 1 == chunks.len();
        let is_turned = is_odd && in_row.is_multiple_of(2) && !is_shifted;
        let mut elements: Vec<u32> = chunk.iter().flatten().copied().collect();
        let ends_in_finder = !elements.len().is_multiple_of(21);
        if is_turned {
            elements.reverse();
        }
        let mut widths = vec![if is_shifted { 2 } else { 1 }, 1];
        widths.extend(elements);
        widths.extend([1, 1]);
        let row = modules(widths, is_odd && !is_shifted);
        let layout = Layout {
            first_finder: 19 + usize::from(is_shifted) - if is_turned && ends_in_finder { 17 } else { 0 },
            finders: chunk.len(),
            before: finders,
            is_turned,
            shift: usize::from(is_shifted),
        };
        let light = |height, modules| Row { height, modules };
        if index > 0 {
            all.push(light(1.0, middle.clone()));
            all.push(light(1.0, layout.separator(&row)));
        }
        let under = layout.separator(&row);
        all.push(Row { height: ROW, modules: row });
        if index + 1 < chunks.len() {
            all.push(light(1.0, under));
        }
        finders += chunk.len();
    }
    Some(Symbol::of(all))
}

/// Where the finder patterns of a row lie.
struct Layout {
    first_finder: usize,
    finders: usize,
    /// Finder patterns in the rows above.
    before: usize,
    is_turned: bool,
    shift: usize,
}

impl Layout {
    /// The opposite of a row; in 13 modules of each finder pattern, where it is light, dark and light modules in turn
    /// (section 7.2.8).
    fn separator(&self, row: &[bool]) -> Vec<bool> {
        let mut separator = vec![false; row.len()];
        let end = row.len().saturating_sub(SEPARATOR_ENDS);
        for at in SEPARATOR_ENDS + self.shift..end {
            separator[at] = !row[at];
        }
        let mut is_next_dark = true;
        for finder in 0..self.finders {
            let first = self.first_finder + PAIR * finder;
            let is_backwards = (self.before + finder) % 2 == 1;
            let modules = if is_backwards { first + 2..first + 15 } else { first..first + 13 };
            let mut follow = |at: usize| {
                if let (Some(slot), Some(&is_dark)) = (separator.get_mut(at), row.get(at)) {
                    *slot = !is_dark && is_next_dark;
                    is_next_dark = is_dark || !is_next_dark;
                }
            };
            if self.is_turned {
                modules.rev().for_each(&mut follow);
            } else {
                modules.for_each(&mut follow);
            }
        }
        separator
    }
}

/// The elements of each pair of characters with its finder pattern, light first; the last pair may be half a one.
fn pairs(bits: &[bool]) -> Option<Vec<Vec<u32>>> {
    let values = bits.chunks(BITS).map(|bits| bits.iter().fold(0, |value, bit| value << 1 | u32::from(*bit)));
    let data: Vec<[u32; 8]> = values.map(character).collect::<Option<_>>()?;
    let characters = data.len() + 1;
    let sequence = FINDER_SEQUENCES.get(characters.div_ceil(2).checked_sub(2)?)?;
    let widths = |widths: &[u32; 8]| widths.map(|width| width as u8);
    let sum: u32 =
        places(characters)?.skip(1).zip(&data).map(|(place, data)| weighed(place, &widths(data))).sum();
    let check = character(MODULUS * (characters - FEWEST_CHARACTERS) as u32 + sum % MODULUS)?;
    let all: Vec<[u32; 8]> = [check].into_iter().chain(data).collect();
    let pairs = all.chunks(2).zip(sequence.iter()).enumerate().map(|(index, (pair, finder))| {
        let mut elements = pair[0].to_vec();
        let finder = FINDERS[usize::from(finder - b'A')];
        if index % 2 == 0 {
            elements.extend(finder);
        } else {
            elements.extend(finder.iter().rev());
        }
        if let Some(second) = pair.get(1) {
            elements.extend(second.iter().rev());
        }
        elements
    });
    Some(pairs.collect())
}

/// The widths of a character, 17 modules.
fn character(value: u32) -> Option<[u32; 8]> {
    let group = *GROUPS.iter().rev().find(|group| group.0 <= value)?;
    let (odd, even) = element_sets(group);
    let (first, .., evens) = group;
    let (odds, evens) = (odd.widths((value - first) / evens)?, even.widths((value - first) % evens)?);
    Some(in_turn(odds, evens))
}

/// A string of bits that numbers are put at the end of.
#[derive(Default)]
struct Bits(Vec<bool>);

impl Bits {
    fn push(&mut self, value: u32, count: usize) {
        self.0.extend((0..count).rev().map(|place| value >> place & 1 == 1));
    }

    /// Twelve digits of an item number in threes.
    fn push_item(&mut self, digits: &str) -> Option<()> {
        for start in (0..12).step_by(3) {
            self.push(digits.get(start..start + 3)?.parse().ok()?, 10);
        }
        Some(())
    }
}

/// The bits of the data characters, padding included (section 7.2.5). `in_row` is how many characters a row of a
/// stacked symbol has.
fn bits(text: &str, in_row: Option<usize>) -> Option<Vec<bool>> {
    let is_written = !text.is_empty() && text.bytes().all(|byte| byte == FNC1 || kind(byte).is_some());
    if !is_written {
        return None;
    }
    let mut bits = Bits::default();
    // No composite component.
    bits.push(0, 1);
    let (length_at, rest) = compressed(text, &mut bits)?;
    let (mode, last_digit) = general(rest.as_bytes(), &mut bits)?;
    let characters = |length: usize| {
        let count = length.div_ceil(BITS) + 1;
        // A row of one character has no finder pattern.
        let count = count + usize::from(in_row.is_some_and(|in_row| count % in_row == 1));
        count.max(FEWEST_CHARACTERS)
    };
    if let Some(digit) = last_digit {
        let room = BITS * (characters(bits.0.len()) - 1) - bits.0.len();
        if (4..=6).contains(&room) {
            bits.push(digit + 1, 4);
        } else {
            bits.push(11 * digit + 10 + 8, 7);
        }
    }
    let count = characters(bits.0.len());
    if count > MOST_CHARACTERS {
        return None;
    }
    let room = BITS * (count - 1) - bits.0.len();
    let latch: &[bool] = if mode == Mode::Numeric { &[false; 4] } else { &[] };
    let padding = [false, false, true, false, false];
    bits.0.extend(latch.iter().chain(padding.iter().cycle()).take(room));
    if let Some(at) = length_at {
        bits.0[at] = count % 2 == 1;
        bits.0[at + 1] = count > 14;
    }
    Some(bits.0)
}

/// Writes the encodation method and what it has a shorter form for (table 10). Answers where the bits for the symbol's
/// length are, and what is left to write.
fn compressed<'a>(text: &'a str, bits: &mut Bits) -> Option<(Option<usize>, &'a str)> {
    let item = text.strip_prefix("01").and_then(|rest| rest.get(..14)).filter(|gtin| gtin_check_holds(gtin));
    let Some(item) = item else {
        bits.push(0, 2);
        bits.push(0, 2);
        return Some((Some(bits.0.len() - 2), text));
    };
    let after = &text[16..];
    if item.starts_with('9')
        && let Some(left) = variable_measure(&item[1..13], after, bits)
    {
        return Some(left);
    }
    bits.push(1, 1);
    bits.push(0, 2);
    let length_at = bits.0.len() - 2;
    bits.push(item[..1].parse().ok()?, 4);
    bits.push_item(&item[1..13])?;
    Some((Some(length_at), after))
}

/// A weight (with or without a date) or a price after an item number that starts with 9; nothing is written if the
/// element string goes on otherwise.
fn variable_measure<'a>(item: &str, after: &'a str, bits: &mut Bits) -> Option<(Option<usize>, &'a str)> {
    let number = |from: usize, to: usize| after.get(from..to).and_then(number_of);
    let identifier = after.get(..3)?;
    let places = number(3, 4)?;
    match identifier {
        "392" | "393" if places < 4 => {
            let currency = if identifier == "393" { Some(number(4, 7)?) } else { None };
            bits.push(if identifier == "393" { 0b01101 } else { 0b01100 }, 5);
            bits.push(0, 2);
            let length_at = bits.0.len() - 2;
            bits.push_item(item)?;
            bits.push(places, 2);
            if let Some(currency) = currency {
                bits.push(currency, 10);
            }
            Some((Some(length_at), &after[if currency.is_some() { 7 } else { 4 }..]))
        }
        "310" | "320" => {
            let weight = number(4, 10).filter(|weight| *weight < 100_000)?;
            let is_metric = identifier == "310";
            if after.len() == 10 {
                let short = match (is_metric, places) {
                    (true, 3) if weight <= 32_767 => Some(weight),
                    (false, 2) if weight <= 9_999 => Some(weight),
                    (false, 3) if weight <= 22_767 => Some(weight + 10_000),
                    _ => None,
                };
                if let Some(weight) = short {
                    bits.push(if is_metric { 0b0100 } else { 0b0101 }, 4);
                    bits.push_item(item)?;
                    bits.push(weight, 15);
                    return Some((None, ""));
                }
            }
            let date = match after.len() {
                10 => 38_400,
                18 => number(12, 14)? * 384 + (number(14, 16)?.checked_sub(1)?) * 32 + number(16, 18)?,
                _ => return None,
            };
            let kind = match after.get(10..12) {
                Some("11") | Some("") | None => 0,
                Some("13") => 1,
                Some("15") => 2,
                Some("17") => 3,
                _ => return None,
            };
            bits.push(0b0111000 + 2 * kind + u32::from(!is_metric), 7);
            bits.push_item(item)?;
            bits.push(places * 100_000 + weight, 20);
            bits.push(date, 16);
            Some((None, ""))
        }
        _ => None,
    }
}

fn number_of(text: &str) -> Option<u32> {
    text.bytes().all(|byte| byte.is_ascii_digit()).then(|| text.parse().ok()).flatten()
}

/// How the general-purpose field is written at a place (section 7.2.5.5).
#[derive(Clone, Copy, PartialEq, Eq)]
enum Mode {
    Numeric,
    Alphanumeric,
    Iso646,
}

/// The first mode that has a character.
fn kind(byte: u8) -> Option<Mode> {
    match byte {
        b'0'..=b'9' | FNC1 => Some(Mode::Numeric),
        b'A'..=b'Z' | b'*' | b',' | b'-' | b'.' | b'/' => Some(Mode::Alphanumeric),
        b'a'..=b'z' => Some(Mode::Iso646),
        _ => PUNCTUATION.contains(&byte).then_some(Mode::Iso646),
    }
}

const ALPHANUMERIC_PUNCTUATION: &[u8] = b"*,-./";
const PUNCTUATION: &[u8] = b"!\"%&'()*+,-./:;<=>?_ ";

/// Writes the general-purpose field. Answers the mode at its end, and a single digit that is left.
fn general(text: &[u8], bits: &mut Bits) -> Option<(Mode, Option<u32>)> {
    let is_numeric = |byte: &u8| kind(*byte) == Some(Mode::Numeric);
    let place_in = |list: &[u8], byte: u8| list.iter().position(|known| *known == byte).map(|at| at as u32);
    let mut mode = Mode::Numeric;
    let mut at = 0;
    while at < text.len() {
        let (byte, ahead) = (text[at], &text[at..]);
        let numeric = ahead.iter().take_while(|byte| is_numeric(byte)).count();
        let value = u32::from(byte);
        match mode {
            Mode::Numeric if numeric == 1 && ahead.len() == 1 && byte != FNC1 => {
                return Some((mode, Some(value - 48)));
            }
            Mode::Numeric if numeric >= 2 => {
                let digit = |byte: u8| if byte == FNC1 { 10 } else { u32::from(byte - b'0') };
                let pair = 11 * digit(ahead[0]) + digit(ahead[1]) + 8;
                if pair > 127 {
                    return None;
                }
                bits.push(pair, 7);
                at += 2;
            }
            Mode::Numeric => {
                bits.push(0, 4);
                mode = Mode::Alphanumeric;
            }
            _ if byte == FNC1 => {
                bits.push(0b01111, 5);
                mode = Mode::Numeric;
                at += 1;
            }
            Mode::Alphanumeric if kind(byte) == Some(Mode::Iso646) => {
                bits.push(0b00100, 5);
                mode = Mode::Iso646;
            }
            Mode::Alphanumeric if numeric >= 6 || (numeric >= 4 && numeric == ahead.len()) => {
                bits.push(0, 3);
                mode = Mode::Numeric;
            }
            Mode::Alphanumeric => {
                match byte {
                    b'0'..=b'9' => bits.push(value - 43, 5),
                    b'A'..=b'Z' => bits.push(value - 33, 6),
                    _ => bits.push(place_in(ALPHANUMERIC_PUNCTUATION, byte)? + 58, 6),
                }
                at += 1;
            }
            Mode::Iso646 => {
                let is_calm = ahead.iter().take(10).all(|byte| kind(*byte) != Some(Mode::Iso646));
                if is_calm && numeric >= 4 {
                    bits.push(0, 3);
                    mode = Mode::Numeric;
                } else if is_calm && ahead.len() >= 5 {
                    bits.push(0b00100, 5);
                    mode = Mode::Alphanumeric;
                } else {
                    match byte {
                        b'0'..=b'9' => bits.push(value - 43, 5),
                        b'A'..=b'Z' => bits.push(value - 1, 7),
                        b'a'..=b'z' => bits.push(value - 7, 7),
                        _ => bits.push(place_in(PUNCTUATION, byte)? + 232, 8),
                    }
                    at += 1;
                }
            }
        }
    }
    Some((mode, None))
}

#[cfg(test)]
mod tests {
    use super::super::tests::picture;
    use super::super::{Printed, Symbol};

    fn drawn(printed: Printed, text: &str) -> Vec<String> {
        picture(&Symbol::new(printed, text).unwrap())
    }

    #[test]
    fn expanded_symbols_are_the_standards() {
        // Figures 10, 11 and F.3 of ISO/IEC 24724; figure 5.5.2.3.1-1 and example 1 of section 2.6.2.1 of the GS1
        // General Specifications; GS1's page on DataBar.
        for (text, modules) in [
            (
                "0198898765432106320201234515991231",
                "01001000011000110110111111110000101110000110010100011010000001100010101111110000111010011100000010\
                 01010011111011100110001111110000101110110000010010010001111001011000101111111100111000110111101000\
                 0101",
            ),
            (
                "01900123456789083103001750",
                "01011100100000100110111111110000101110000100110001010111101110011000101111000000111001011100011101\
                 11011110101111000110001111110000101011000010011111010",
            ),
            (
                "1012A",
                "01010000011010000010111111110000101000100000001011010111110010011100101111000000001001110111111101\
                 0101",
            ),
            (
                "01906141410000153202000150",
                "01011000110011000010111111110000101001000100001111011100111000101000101111000000111001110101111110\
                 11010100000100000110001111110000101000000100011010010",
            ),
            (
                "25595011015340010123456789",
                "01000110001100010110111111110000101000000101011000011000011001110010101111100000011001000011101000\
                 01001000011011111010001111110000101001011111100111011001000111100100101111111100111011111001100100\
                 110010011100010111100011110000001010",
            ),
            (
                "01095011015300031714070410AB-123",
                "01010111110000100110111111110000101110000111011001010000001101101000101111100000011001101000000100\
                 11000111010001000110001111110000101010000011110010010010011100000100101111111100111000001101100100\
                 0100010000101000011000110000000010110000110011010001101100111000001010111111111001101",
            ),
        ] {
            assert_eq!(drawn(Printed::DataBarExpanded, text), [modules], "{text}");
        }
    }

    /// Figure 12 of ISO/IEC 24724.
    const FIGURE_12: [&str; 5] = [
        "010010000110001101101111111100001011100001100101000110100000011000101011111100001110100111000000100101",
        "000001111001110010010000000010100100011110011010111001011111100111010100000010100001011000111111010000",
        "000001010101010101010101010101010101010101010101010101010101010101010101010101010101010101010101010000",
        "000011101000010011100001000000001011100101100001110110110111110010001001010000001010011000100000110000",
        "101000010111101100011100111111110100011010011110001001001000001101110100001111110001100111011111001010",
    ];
    /// Figure 13.
    const FIGURE_13: [&str; 5] = [
        "010100010001111000101111111100001010111000001100010111000110001001101011110000001110010111000111011101",
        "000011101110000111010000000010100101000111110011101000111001110110010100001010100001101000111000100000",
        "000001010101010101010101010101010101010101010101010101010101010101010101010101010101010101010101010000",
        "000000001010000111001010000001010010111011011111100000000000000000000000000000000000000000000000000000",
        "001011110101111000110001111110000101000100100000011010000000000000000000000000000000000000000000000000",
    ];
    /// The last rows of the symbol on GS1's page on DataBar.
    const LAST_ROWS: [&str; 5] = [
        "101000100110110000011100111111110100100000111001001001001111000001010100001111110001100010001011100010",
        "000011011001001111100001000000001011011111000110110110110000111110101001010000001010011101110100010000",
        "000001010101010101010101010101010101010101010101010101010101010101010101010101010101010101010101010000",
        "000010111101011110010100101010100100111100110010111001001100011111010100000000010000000000000000000000",
        "010001000010100001100011000000001011000011001101000110110011100000101011111111100110100000000000000000",
    ];

    #[test]
    fn stacked_symbols_are_the_standards() {
        let two = Printed::DataBarExpandedStacked { pairs: 2 };
        assert_eq!(drawn(two, "0198898765432106320201234515991231"), FIGURE_12);
        assert_eq!(drawn(two, "01950123456789033103000123"), FIGURE_13);
    }

    #[test]
    fn there_are_symbols_of_three_rows_and_rows_of_three_pairs() {
        let rows = drawn(Printed::DataBarExpandedStacked { pairs: 2 }, "01095011015300031714070410AB-123");
        assert_eq!(rows[4..], LAST_ROWS);
        let three = Printed::DataBarExpandedStacked { pairs: 3 };
        let rows = drawn(three, "2559501101534001012345\u{1d}81110500");
        assert_eq!((rows.len(), rows[0].len()), (5, 151));
    }
}
