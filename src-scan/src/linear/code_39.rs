//! Code 39 on one line (ISO/IEC 16388).
//!
//! Nine runs are a character, three of them wide. Texts that make sense as pairs of the full ASCII set are given as
//! what the pairs stand for.

use super::Read;
use crate::Symbology;
use crate::line::Line;

const RUNS: usize = 9;
/// Narrow widths of light asked for before and after: the standard says 10.
const QUIET: f32 = 5.0;
const LONGEST: usize = 80;

/// The characters, in the order of [`WIDE`].
const ALPHABET: &[u8; 44] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ-. $/+%*";
/// Which of a character's nine runs are wide, the first run highest.
const WIDE: [u16; 44] = [
    0x034, 0x121, 0x061, 0x160, 0x031, 0x130, 0x070, 0x025, 0x124, 0x064, 0x109, 0x049, 0x148, 0x019, 0x118,
    0x058, 0x00D, 0x10C, 0x04C, 0x01C, 0x103, 0x043, 0x142, 0x013, 0x112, 0x052, 0x007, 0x106, 0x046, 0x016,
    0x181, 0x0C1, 0x1C0, 0x091, 0x190, 0x0D0, 0x085, 0x184, 0x0C4, 0x0A8, 0x0A2, 0x08A, 0x02A, 0x094,
];

/// Reads a code whose start character begins with the dark run at `start`. With `at_border`, light up to the line's end is
/// margin enough.
pub(super) fn read(line: &Line, start: usize, at_border: bool) -> Option<Read> {
    let edges = &line.edges;
    if start + 3 * RUNS + 2 >= edges.len() {
        return None;
    }
    let total = edges[start + RUNS] - edges[start];
    // The start character is n w n n w n w n n: its second run is wide, its first narrow.
    let narrow = total / 13.5;
    if edges[start + 1] - edges[start] > 0.8 * (edges[start + 2] - edges[start + 1])
        || !line.is_light_before(start, QUIET * narrow, at_border)
        || character(edges, start)? != b'*'
    {
        return None;
    }
    let mut text = String::new();
    let mut at = start + RUNS + 1;
    let mut size = total;
    loop {
        if at + RUNS >= edges.len() || text.len() > LONGEST {
            return None;
        }
        let (own, gap) = (edges[at + RUNS] - edges[at], edges[at] - edges[at - 1]);
        if !(0.85..1.18).contains(&(own / size)) || gap > 5.3 * narrow {
            return None;
        }
        size = own;
        let character = character(edges, at)?;
        if character == b'*' {
            break;
        }
        text.push(char::from(character));
        at += RUNS + 1;
    }
    if text.len() < 2 || !line.is_light_after(at + RUNS, QUIET * narrow, at_border) {
        return None;
    }
    let text = full_ascii(&text).unwrap_or(text);
    Some(Read { symbology: Symbology::Code39, text, from: edges[start], to: edges[at + RUNS] })
}

/// The character of the nine runs at `at`; nothing where narrow and wide are not clearly told apart.
fn character(edges: &[f32], at: usize) -> Option<u8> {
    let e: &[f32; RUNS + 1] = edges.get(at..)?.first_chunk()?;
    let widths: [f32; RUNS] = std::array::from_fn(|run| e[run + 1] - e[run]);
    let total = e[RUNS] - e[0];
    // Bars and spaces have a narrow and a wide width of their own: ink spreads.
    let mut best: Option<(usize, f32)> = None;
    let mut second = f32::MAX;
    for (value, mask) in WIDE.iter().enumerate() {
        let is_wide = |run: usize| mask >> (RUNS - 1 - run) & 1 == 1;
        let mut cost = 0.0;
        let mut least_wide = f32::MAX;
        let mut most_narrow = 0.0f32;
        for colour in 0..2 {
            let (mut sums, mut counts) = ([0.0f32; 2], [0.0f32; 2]);
            for run in (colour..RUNS).step_by(2) {
                sums[usize::from(is_wide(run))] += widths[run];
                counts[usize::from(is_wide(run))] += 1.0;
            }
            let narrow = sums[0] / counts[0].max(1.0);
            // Without a wide one of this colour, none may look wide.
            let wide = if counts[1] > 0.0 { sums[1] / counts[1] } else { 2.5 * narrow };
            for run in (colour..RUNS).step_by(2) {
                let expected = if is_wide(run) { wide } else { narrow };
                cost += (widths[run] - expected).powi(2);
            }
            if counts[1] > 0.0 {
                least_wide = least_wide.min(wide / narrow.max(1e-3));
            }
            most_narrow = most_narrow.max(narrow);
        }
        if !(1.4..4.5).contains(&least_wide) || most_narrow > 0.17 * total {
            continue;
        }
        if best.is_none_or(|(_, known)| cost < known) {
            second = best.map_or(f32::MAX, |(_, known)| known);
            best = Some((value, cost));
        } else {
            second = second.min(cost);
        }
    }
    let (value, cost) = best?;
    let narrow = total / 13.5;
    let unit = narrow * narrow;
    (cost < 1.2 * unit && second > 2.5 * cost && second - cost > 0.4 * unit).then(|| ALPHABET[value])
}

/// The text that pairs of a shift and a letter stand for (ISO/IEC 16388, annex A.2); nothing if there are none, or if a
/// shift is followed by anything else.
fn full_ascii(text: &str) -> Option<String> {
    if !text.contains(['$', '/', '+', '%']) {
        return None;
    }
    let mut out = String::new();
    let mut characters = text.bytes();
    while let Some(c) = characters.next() {
        if !matches!(c, b'$' | b'/' | b'+' | b'%') {
            out.push(char::from(c));
            continue;
        }
        let letter = characters.next()?;
        let value = match (c, letter) {
            (b'+', b'A'..=b'Z') => letter + 32,
            (b'$', b'A'..=b'Z') => letter - 64,
            (b'/', b'A'..=b'O') => letter - 32,
            (b'/', b'Z') => b':',
            (b'%', b'A'..=b'E') => letter - 38,
            (b'%', b'F'..=b'J') => letter - 11,
            (b'%', b'K'..=b'O') => letter + 16,
            (b'%', b'P'..=b'T') => letter + 43,
            (b'%', b'U') => 0,
            (b'%', b'V') => b'@',
            (b'%', b'W') => b'`',
            (b'%', b'X'..=b'Z') => 127,
            _ => return None,
        };
        out.push(char::from(value));
    }
    Some(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_character_has_three_wide_runs_and_a_pattern_of_its_own() {
        let mut known = WIDE.to_vec();
        known.sort_unstable();
        known.dedup();
        assert_eq!(known.len(), 44);
        assert!(WIDE.iter().all(|mask| mask.count_ones() == 3));
    }

    #[test]
    fn pairs_of_the_full_ascii_set_are_what_they_stand_for() {
        assert_eq!(full_ascii("+A+BC").as_deref(), Some("abC"));
        assert_eq!(full_ascii("1/A2").as_deref(), Some("1!2"));
        assert_eq!(full_ascii("A-B"), None);
        assert_eq!(full_ascii("50%"), None);
    }
}
