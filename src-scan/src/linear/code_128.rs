//! Code 128 on one line (ISO/IEC 15417).
//!
//! A character is told by the distances between edges of the same kind, which the ink's spread leaves alone, and less
//! by the widths themselves.

use ministore_core::symbol::CODE_128;

use super::Read;
use crate::Symbology;
use crate::line::Line;

/// Runs of a character.
const RUNS: usize = 6;
const STOP: u8 = 106;
/// Modules of light asked for before and after, under the standard's 10, as packaging is.
const QUIET: f32 = 4.0;
/// Squared modules by which a character may differ from its pattern.
const MOST_COST: f32 = 1.6;
/// A character is clear where any other's squared distance is this much larger, and so many squared modules more.
const CLEARLY: (f32, f32) = (1.5, 0.15);
/// Characters that need not be clear. The check character proves one of them: two can be mistaken so that it still fits.
const MOST_UNCLEAR: usize = 1;
/// Most characters in a code.
const LONGEST: usize = 96;

const A: u8 = 101;
const B: u8 = 100;
const C: u8 = 99;

/// What four distances between like edges and six widths are for a pattern, in modules.
const PATTERNS: [[u8; RUNS]; 107] = {
    let mut patterns = [[0; RUNS]; 107];
    let mut value = 0;
    while value < 107 {
        let widths = CODE_128[value].as_bytes();
        let mut run = 0;
        while run < RUNS {
            patterns[value][run] = widths[run] - b'0';
            run += 1;
        }
        value += 1;
    }
    patterns
};

/// Reads a code whose first bar is the dark run at `start`. With `at_border`, light up to the line's end is
/// margin enough.
pub(super) fn read(line: &Line, start: usize, at_border: bool) -> Option<Read> {
    let edges = &line.edges;
    // Start, check and stop at the least.
    if start + 3 * RUNS + 1 >= edges.len() {
        return None;
    }
    let module = (edges[start + RUNS] - edges[start]) / 11.0;
    // All three start characters are 2-1-1 to begin with.
    let first = (edges[start + 2] - edges[start]) / module;
    let second = (edges[start + 3] - edges[start + 1]) / module;
    if !(2.4..3.6).contains(&first) || !(1.4..2.6).contains(&second) {
        return None;
    }
    if !line.is_light_before(start, QUIET * module, at_border) {
        return None;
    }
    let begin = nearest(edges, start, 0.0, 103..=105)?;
    if begin.cost > MOST_COST {
        return None;
    }
    let mut unclear = usize::from(!begin.is_clear());
    let begin = begin.value;
    let dark: f32 = (0..3).map(|bar| edges[start + 2 * bar + 1] - edges[start + 2 * bar]).sum();
    let expected: u8 = PATTERNS[usize::from(begin)].iter().step_by(2).sum();
    let spread = ((dark / module - f32::from(expected)) / 3.0).clamp(-0.6, 0.6);

    let mut characters = vec![begin];
    let mut at = start + RUNS;
    let mut size = module;
    loop {
        if characters.len() > LONGEST || at + RUNS + 1 >= edges.len() {
            return None;
        }
        let own = (edges[at + RUNS] - edges[at]) / 11.0;
        if !(0.8..1.25).contains(&(own / size)) {
            return None;
        }
        size = own;
        let nearest = nearest(edges, at, spread, 0..=106)?;
        unclear += usize::from(!nearest.is_clear());
        if nearest.cost > MOST_COST || unclear > MOST_UNCLEAR {
            return None;
        }
        let value = nearest.value;
        if value == STOP {
            break;
        }
        if value > 102 {
            return None;
        }
        characters.push(value);
        at += RUNS;
    }
    let last = at + RUNS + 1;
    let stop_bar = (edges[last] - edges[last - 1]) / size;
    if !(1.0..3.2).contains(&stop_bar) || !line.is_light_after(last, QUIET * size, at_border) {
        return None;
    }
    let check = characters.pop()?;
    let sum = characters
        .iter()
        .enumerate()
        .map(|(place, value)| u32::from(*value) * place.max(1) as u32)
        .sum::<u32>();
    if characters.len() < 2 || sum % 103 != u32::from(check) {
        return None;
    }
    let (text, is_gs1) = text_of(&characters)?;
    let symbology = if is_gs1 { Symbology::Gs1_128 } else { Symbology::Code128 };
    Some(Read { symbology, text, from: edges[start], to: edges[last] })
}

/// The character whose pattern is nearest to some runs.
struct Nearest {
    value: u8,
    /// Its squared distance, in modules, and that of the next.
    cost: f32,
    second: f32,
}

impl Nearest {
    fn is_clear(&self) -> bool {
        self.second >= CLEARLY.0 * self.cost + CLEARLY.1
    }
}

/// The character whose pattern is nearest to the six runs at `at`.
fn nearest(
    edges: &[f32],
    at: usize,
    spread: f32,
    values: std::ops::RangeInclusive<usize>,
) -> Option<Nearest> {
    let e: &[f32; RUNS + 1] = edges.get(at..)?.first_chunk()?;
    let module = (e[RUNS] - e[0]) / 11.0;
    let widths: [f32; RUNS] = std::array::from_fn(|run| {
        let off = if run % 2 == 0 { -spread } else { spread };
        (e[run + 1] - e[run]) / module + off
    });
    let mut best = Nearest { value: 0, cost: f32::MAX, second: f32::MAX };
    for value in values {
        let p = PATTERNS[value].map(f32::from);
        let mut cost = 0.0;
        for run in 0..RUNS {
            cost += 0.35 * (widths[run] - p[run]).powi(2);
            if run + 1 < RUNS {
                cost += (widths[run] + widths[run + 1] - p[run] - p[run + 1]).powi(2);
            }
        }
        if cost < best.cost {
            best = Nearest { value: value as u8, cost, second: best.cost };
        } else {
            best.second = best.second.min(cost);
        }
    }
    Some(best)
}

/// The text of the characters from the start character on, and whether FNC1 begins it. Later FNC1 are group separators.
fn text_of(characters: &[u8]) -> Option<(String, bool)> {
    let (start, data) = characters.split_first()?;
    let mut set = match start {
        103 => A,
        104 => B,
        _ => C,
    };
    let mut text = String::new();
    let mut is_gs1 = false;
    // FNC4 raises the next character by 128; twice in a row it does so until it comes twice again.
    let (mut high_once, mut high_on) = (false, false);
    let mut shifted = false;
    for (place, value) in data.iter().copied().enumerate() {
        let now = match (set, shifted) {
            (A, true) => B,
            (B, true) => A,
            (set, _) => set,
        };
        shifted = false;
        match (now, value) {
            (_, 102) if place == 0 => is_gs1 = true,
            (_, 102) => text.push('\u{1d}'),
            (C, 0..=99) => text.push_str(&format!("{value:02}")),
            (C, 100) => set = B,
            (C, 101) => set = A,
            (A | B, 99) => set = C,
            (A, 100) => set = B,
            (B, 101) => set = A,
            (A | B, 98) => shifted = true,
            // FNC3 and FNC2 are for the scanner, not for who reads the text.
            (A | B, 96 | 97) => {}
            (A, 101) | (B, 100) if high_once => (high_once, high_on) = (false, !high_on),
            (A, 101) | (B, 100) => high_once = true,
            (A | B, 0..=95) => {
                let low = match now {
                    A if value >= 64 => value - 64,
                    _ => value + 32,
                };
                let raise = if high_once != high_on { 128 } else { 0 };
                high_once = false;
                text.push(char::from(low + raise));
            }
            _ => return None,
        }
    }
    (!text.is_empty()).then_some((text, is_gs1))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn code_sets_change_within_a_text() {
        // Start C, 12, 34, code B, "a", shift, control character 1 of set A.
        assert_eq!(text_of(&[105, 12, 34, 100, 65, 98, 65]), Some(("1234a\u{1}".into(), false)));
        // Start C, FNC1, (01)…, FNC1 as a separator.
        assert_eq!(text_of(&[105, 102, 10, 12, 102, 21]), Some(("1012\u{1d}21".into(), true)));
        // Start B, FNC4, "d" raised to "ä".
        assert_eq!(text_of(&[104, 100, 68]), Some(("ä".into(), false)));
        assert_eq!(text_of(&[104]), None);
    }
}
