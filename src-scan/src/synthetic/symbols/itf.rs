//! Interleaved 2 of 5 (ISO/IEC 16390), and ITF-14, the same with a GTIN-14 (GS1 General Specifications, section 5.3).

use super::{Row, Symbol, digits, modules};
use crate::check::gtin_check_holds;

/// Which of the five elements of a digit are wide, the first as the highest bit.
const WIDE: [u8; 10] =
    [0b0_0110, 0b1_0001, 0b0_1001, 0b1_1000, 0b0_0101, 0b1_0100, 0b0_1100, 0b0_0011, 0b1_0010, 0b0_1010];
/// A wide element, in modules. The standard has 2.25 to 3.
const WIDE_MODULES: u8 = 3;
const QUIET: usize = 10;
/// Height of a bearer bar, in modules: two at least.
const BEARER: f32 = 4.0;

pub(super) fn itf_14(text: &str) -> Option<Symbol> {
    if text.len() == 14 && gtin_check_holds(text) { itf(text) } else { None }
}

/// An even number of digits.
pub(super) fn itf(text: &str) -> Option<Symbol> {
    let digits = digits(text)?;
    if digits.is_empty() || digits.len() % 2 == 1 {
        return None;
    }
    let mut widths = vec![1; 4];
    for pair in digits.chunks_exact(2) {
        let (bars, spaces) = (WIDE[usize::from(pair[0])], WIDE[usize::from(pair[1])]);
        for place in (0..5).rev() {
            let width = |wide: u8| if wide >> place & 1 == 1 { WIDE_MODULES } else { 1 };
            widths.extend([width(bars), width(spaces)]);
        }
    }
    widths.extend([WIDE_MODULES, 1, 1]);
    let mut bars = vec![false; QUIET];
    bars.extend(modules(widths, true));
    bars.extend([false; QUIET]);
    let bearer = Row { height: BEARER, modules: vec![true; bars.len()] };
    let height = bars.len() as f32 * 0.25;
    Some(Symbol::of(vec![bearer.clone(), Row { height, modules: bars }, bearer]))
}
