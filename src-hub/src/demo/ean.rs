//! EAN-13 and EAN-8 symbols as bars (GS1 General Specifications, section 5.2).

/// One dark bar, in modules from the symbol's first bar.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Bar {
    /// Where it begins.
    pub(super) at: usize,
    /// How wide it is.
    pub(super) width: usize,
    /// Whether it belongs to a guard pattern, which reaches down between the digits.
    pub(super) guard: bool,
}

/// A symbol without its quiet zones.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Symbol {
    /// Modules from the first bar to the last.
    pub(super) width: usize,
    /// Its dark bars, from left to right.
    pub(super) bars: Vec<Bar>,
}

/// Number set A (section 5.2.1.2.1); set C is its complement and set B the complement read backwards.
const SET_A: [u8; 10] = [
    0b000_1101, 0b001_1001, 0b001_0011, 0b011_1101, 0b010_0011, 0b011_0001, 0b010_1111, 0b011_1011,
    0b011_0111, 0b000_1011,
];

/// Which of the six digits of the left half an EAN-13's first digit sets in B (section 5.2.1.2.2).
const LEFT_IN_B: [u8; 10] = [
    0b00_0000, 0b00_1011, 0b00_1101, 0b00_1110, 0b01_0011, 0b01_1001, 0b01_1100, 0b01_0101, 0b01_0110,
    0b01_1010,
];

/// The symbol of 13 or 8 digits. None for other lengths and for anything but digits; the check digit is the
/// caller's to check.
pub(super) fn symbol(code: &str) -> Option<Symbol> {
    let digits: Vec<usize> =
        code.chars().map(|digit| digit.to_digit(10).map(|digit| digit as usize)).collect::<Option<_>>()?;
    let (left, right, in_b) = match *digits.as_slice() {
        [first, ref rest @ ..] if rest.len() == 12 => (&rest[..6], &rest[6..], LEFT_IN_B[first]),
        ref all if all.len() == 8 => (&all[..4], &all[4..], 0),
        _ => return None,
    };
    let mut modules: Vec<(bool, bool)> = Vec::with_capacity(95);
    let guard = |pattern: &[u8]| pattern.iter().map(|&dark| (dark == 1, true)).collect::<Vec<_>>();
    let digit = |pattern: u8| (0..7).rev().map(move |bit| (pattern >> bit & 1 == 1, false));
    modules.extend(guard(&[1, 0, 1]));
    for (place, &value) in left.iter().enumerate() {
        let set_a = SET_A[value];
        let in_set_b = in_b >> (left.len() - 1 - place) & 1 == 1;
        modules.extend(digit(if in_set_b { (!set_a).reverse_bits() >> 1 & 0x7f } else { set_a }));
    }
    modules.extend(guard(&[0, 1, 0, 1, 0]));
    for &value in right {
        modules.extend(digit(!SET_A[value] & 0x7f));
    }
    modules.extend(guard(&[1, 0, 1]));
    let mut bars: Vec<Bar> = Vec::new();
    for (at, &(dark, guard)) in modules.iter().enumerate() {
        match bars.last_mut() {
            _ if !dark => {}
            Some(bar) if bar.at + bar.width == at && bar.guard == guard => bar.width += 1,
            _ => bars.push(Bar { at, width: 1, guard }),
        }
    }
    Some(Symbol { width: modules.len(), bars })
}
