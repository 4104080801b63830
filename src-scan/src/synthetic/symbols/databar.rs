//! GS1 DataBar Omnidirectional, Truncated, Stacked and Limited (ISO/IEC 24724, sections 5 and 6).

use super::{Row, Symbol, digits, modules};
use crate::check::gtin_check_holds;
use crate::databar_limited::{CHARACTER_VALUES, CHECK_CHARACTERS, GROUPS, VALUES, check_character};
use crate::element_widths::ElementSet;

/// Values of an inner character, and of a pair of an outer and an inner one (section 5.2.3).
const INNER_VALUES: u32 = 1_597;
const PAIR_VALUES: u64 = 4_537_077;

/// The finder patterns of an outer character's side, from the outside to the middle (table 4).
const FINDERS: [[u32; 5]; 9] = [
    [3, 8, 2, 1, 1],
    [3, 5, 5, 1, 1],
    [3, 3, 7, 1, 1],
    [3, 1, 9, 1, 1],
    [2, 7, 4, 1, 1],
    [2, 5, 6, 1, 1],
    [2, 3, 8, 1, 1],
    [1, 5, 7, 1, 1],
    [1, 3, 9, 1, 1],
];
/// Where the 13 modules of the finder patterns lie that separators follow (section 5.3.2.2), in the upper and the lower
/// row.
const FINDER_ABOVE: usize = 18;
const FINDER_BELOW: usize = 19;
/// Modules of a row of the stacked forms.
const STACKED_COLUMNS: usize = 50;
/// Modules at both ends of a separator that stay light.
const SEPARATOR_ENDS: usize = 4;

/// Characters with the same number of modules in their odd elements: the first value, modules and widest of the odd
/// elements, patterns of the set that needs a narrow element (table 2).
type Group = (u32, u32, u32, u32);
const OUTER: [Group; 5] =
    [(0, 12, 8, 1), (161, 10, 6, 10), (961, 8, 4, 34), (2_015, 6, 3, 70), (2_715, 4, 1, 126)];
const INNER: [Group; 4] = [(0, 5, 2, 4), (336, 7, 4, 20), (1_036, 9, 6, 48), (1_516, 11, 8, 81)];

/// One row, `height` modules high.
pub(super) fn omnidirectional(text: &str, height: f32) -> Option<Symbol> {
    let widths = elements(text)?;
    Some(Symbol::of(vec![Row { height, modules: modules(widths, false) }]))
}

/// Two low rows with a separator that alternates where they differ.
pub(super) fn stacked(text: &str) -> Option<Symbol> {
    let (above, below) = halves(&elements(text)?);
    let mut separator = vec![false; STACKED_COLUMNS];
    for at in 1..STACKED_COLUMNS - SEPARATOR_ENDS {
        separator[at] = if above[at] == below[at] { !above[at] } else { !separator[at - 1] };
    }
    separator[..SEPARATOR_ENDS].fill(false);
    Some(Symbol::of(vec![
        Row { height: 5.0, modules: above },
        Row { height: 1.0, modules: separator },
        Row { height: 7.0, modules: below },
    ]))
}

/// Two high rows with three separators.
pub(super) fn stacked_omnidirectional(text: &str) -> Option<Symbol> {
    let widths = elements(text)?;
    let (above, below) = halves(&widths);
    let middle = (0..STACKED_COLUMNS)
        .map(|at| at > SEPARATOR_ENDS && at % 2 == 1 && at < STACKED_COLUMNS - SEPARATOR_ENDS)
        .collect();
    let under = separator(&above, FINDER_ABOVE);
    let mut over = separator(&below, FINDER_BELOW);
    let finder: [u32; 5] = std::array::from_fn(|index| widths[35 - index]);
    if finder == FINDERS[3] {
        // Its one dark module lies over the start of the bar of three (section 5.3.2.2).
        over[FINDER_BELOW..FINDER_BELOW + 13].fill(false);
        over[FINDER_BELOW + 10] = true;
    }
    Some(Symbol::of(vec![
        Row { height: 33.0, modules: above },
        Row { height: 1.0, modules: under },
        Row { height: 1.0, modules: middle },
        Row { height: 1.0, modules: over },
        Row { height: 33.0, modules: below },
    ]))
}

/// DataBar Limited with the margin that is part of it.
pub(super) fn limited(text: &str) -> Option<Symbol> {
    let value = item(text).filter(|value| *value < VALUES)?;
    let left = limited_character((value / CHARACTER_VALUES) as u32)?;
    let right = limited_character((value % CHARACTER_VALUES) as u32)?;
    let check = check_character(left.iter().chain(&right).copied());
    let mut widths = vec![1, 1];
    widths.extend(left);
    widths.extend(CHECK_CHARACTERS[check].iter().map(|digit| u32::from(digit - b'0')));
    widths.extend(right);
    widths.extend([1, 1, 5]);
    Some(Symbol::of(vec![Row { height: 10.0, modules: modules(widths, false) }]))
}

fn limited_character(value: u32) -> Option<[u32; 14]> {
    let group = GROUPS.iter().rev().find(|group| group.first <= value)?;
    let rest = value - group.first;
    let odd: [u32; 7] = group.odd.widths(rest / group.evens)?;
    let even: [u32; 7] = group.even.widths(rest % group.evens)?;
    Some(std::array::from_fn(|index| if index % 2 == 0 { odd[index / 2] } else { even[index / 2] }))
}

/// The item number without its check digit.
fn item(text: &str) -> Option<u64> {
    let is_gtin = digits(text)?.len() == 14 && gtin_check_holds(text);
    is_gtin.then(|| text[..13].parse().ok()).flatten()
}

/// The 46 elements, light first: guard, outer and inner character about a finder, and the same from the other side.
fn elements(text: &str) -> Option<Vec<u32>> {
    let value = item(text)?;
    let pairs = [(value / PAIR_VALUES) as u32, (value % PAIR_VALUES) as u32];
    let [left, right] = pairs.map(|pair| Some((outer(pair / INNER_VALUES)?, inner(pair % INNER_VALUES)?)));
    let (left, right) = (left?, right?);
    let mut sum = 0;
    let mut weight = 1;
    for width in [left.0, left.1, right.0, right.1].iter().flatten() {
        sum = (sum + weight * width) % 79;
        weight = weight * 3 % 79;
    }
    // Two pairs of finders would look the same from the other side: they are left out.
    let check = sum + u32::from(sum >= 8);
    let check = (check + u32::from(check >= 72)) as usize;
    let mut all = vec![1, 1];
    all.extend(left.0);
    all.extend(FINDERS[check / 9]);
    all.extend(left.1.iter().rev());
    all.extend(right.1);
    all.extend(FINDERS[check % 9].iter().rev());
    all.extend(right.0.iter().rev());
    all.extend([1, 1]);
    Some(all)
}

/// The widths of an outer character, 16 modules, from the outside.
fn outer(value: u32) -> Option<[u32; 8]> {
    let &(first, odd, widest, evens) = OUTER.iter().rev().find(|group| group.0 <= value)?;
    let rest = value - first;
    let odds = ElementSet { modules: odd, widest, needs_narrow: false }.widths(rest / evens)?;
    let even =
        ElementSet { modules: 16 - odd, widest: 9 - widest, needs_narrow: true }.widths(rest % evens)?;
    Some(in_turn(odds, even))
}

/// The widths of an inner character, 15 modules, from the middle.
fn inner(value: u32) -> Option<[u32; 8]> {
    let &(first, odd, widest, odds) = INNER.iter().rev().find(|group| group.0 <= value)?;
    let rest = value - first;
    let even =
        ElementSet { modules: 15 - odd, widest: 9 - widest, needs_narrow: false }.widths(rest / odds)?;
    let odds = ElementSet { modules: odd, widest, needs_narrow: true }.widths(rest % odds)?;
    Some(in_turn(odds, even))
}

/// Odd and even elements in their order.
pub(super) fn in_turn(odd: [u32; 4], even: [u32; 4]) -> [u32; 8] {
    std::array::from_fn(|index| if index % 2 == 0 { odd[index / 2] } else { even[index / 2] })
}

/// The upper and the lower row of a stacked symbol: each half has a guard at the other end too.
fn halves(widths: &[u32]) -> (Vec<bool>, Vec<bool>) {
    let guard = [1, 1];
    let above = widths[..23].iter().chain(&guard).copied();
    let below = guard.iter().chain(&widths[23..]).copied();
    (modules(above, false), modules(below, true))
}

/// The opposite of a row; in the finder pattern, where it is light, dark and light modules in turn.
fn separator(row: &[bool], finder: usize) -> Vec<bool> {
    let mut separator = vec![false; row.len()];
    for at in SEPARATOR_ENDS..row.len() - SEPARATOR_ENDS {
        separator[at] = !row[at];
    }
    let mut is_next_dark = true;
    for at in finder..finder + 13 {
        separator[at] = !row[at] && is_next_dark;
        is_next_dark = row[at] || !is_next_dark;
    }
    separator
}

#[cfg(test)]
mod tests {
    use super::super::tests::picture;
    use super::super::{Printed, Symbol};

    fn drawn(printed: Printed, text: &str) -> Vec<String> {
        picture(&Symbol::new(printed, text).unwrap())
    }

    #[test]
    fn omnidirectional_symbols_are_the_standards() {
        // Figures 1, 2 and 4 of ISO/IEC 24724, and figure 5.5.2.1.1-1 of the GS1 General Specifications.
        for (text, modules) in [
            (
                "20012345678909",
                "010100011101000001001111111000010100110110111110110000010010100101100000000111000110110110001101",
            ),
            (
                "04412345678909",
                "010010001000010001000111000000010101000001100110101100100100000101111110000011000010100011100101",
            ),
            (
                "00012345678905",
                "010101001000000001001111111000010111001011011110111001010110000101111111000111001100111101110101",
            ),
            (
                "09501101530010",
                "010000010100000101000111110000010111101101011100100011011101000101100000000111001110110111001101",
            ),
        ] {
            assert_eq!(drawn(Printed::DataBarOmnidirectional, text), [modules], "{text}");
            assert_eq!(drawn(Printed::DataBarTruncated, text), [modules], "{text}");
        }
    }

    #[test]
    fn stacked_symbols_are_the_standards() {
        // Figures 5 and 6.
        assert_eq!(
            drawn(Printed::DataBarStacked, "00012345678905"),
            [
                "01010100100000000100111111100001011100101101111010",
                "00001010101011111010000000111010100011010010000000",
                "10111001010110000101111111000111001100111101110101",
            ]
        );
        assert_eq!(
            drawn(Printed::DataBarStackedOmnidirectional, "00034567890125"),
            [
                "01010100100000000100111110000001010011100110011010",
                "00001011011111111010000001010100101100011001100000",
                "00000101010101010101010101010101010101010101010000",
                "00001000100010111010010101010000111101001101110000",
                "10110111011101000101100000000111000010110010001101",
            ]
        );
    }

    #[test]
    fn a_separator_over_the_fourth_finder_pattern_is_shifted() {
        // Section 5.3.2.2: finder patterns 3 and 3.
        assert_eq!(
            drawn(Printed::DataBarStackedOmnidirectional, "12380000000008"),
            [
                "01011101001000000100010000000001010000001101011010",
                "00000010110111111010101010101010101111110010100000",
                "00000101010101010101010101010101010101010101010000",
                "00001101100011001010000000000100101100111011110000",
                "10100010011100110101111111110111010011000100001101",
            ]
        );
    }

    #[test]
    fn limited_symbols_are_the_standards() {
        // Figures 7 and 8, without their margin.
        for (text, modules) in [
            ("15012345678907", "01000110011000110110101001110100101011010011010010010110001101110011001101"),
            ("00312345678906", "01010100000100100010000101110010101101101001010110000010100100101100000101"),
            ("19999999999991", "01001111001101101011011111010101011010110001010100001011100011010111100101"),
        ] {
            assert_eq!(drawn(Printed::DataBarLimited, text), [format!("{modules}00000")], "{text}");
        }
    }
}
