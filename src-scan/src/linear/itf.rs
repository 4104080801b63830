//! Interleaved 2 of 5 on one line (ISO/IEC 16390).
//!
//! Five bars are a digit, the five spaces between them the next one; two of each five are wide.

use super::Read;
use crate::Symbology;
use crate::check::gtin_check_holds;
use crate::line::Line;

/// Narrow widths of light asked for before and after: the standard says 10.
const QUIET: f32 = 6.0;
/// The same for a short text that nothing checks: within other codes there are up to 8, and short ones look like it.
const QUIET_UNCHECKED: f32 = 9.0;
/// Digits of a text that is not short.
const LONG: usize = 10;
/// The least difference between the narrower of the two wide runs and the widest of the narrow ones, in narrow widths.
const LEAST_GAP: f32 = 0.4;
/// How far bars, or spaces, that are to be of one width may differ in a short text, as a share of the widest; beside that,
/// a quarter of a narrow width, which edges are not told more exactly than.
const MOST_UNEVEN: f32 = 0.2;
/// Digits of the shortest code that is read.
const SHORTEST: usize = 4;
const LONGEST: usize = 60;

/// The least and the greatest of some widths.
#[derive(Clone, Copy)]
struct Extent {
    least: f32,
    greatest: f32,
}

impl Extent {
    const NONE: Self = Self { least: f32::MAX, greatest: f32::MIN };

    fn of(one: f32, other: f32) -> Self {
        Self { least: one.min(other), greatest: one.max(other) }
    }

    fn add(&mut self, width: f32) {
        *self = Self { least: self.least.min(width), greatest: self.greatest.max(width) };
    }

    fn is_even(self, narrow: f32) -> bool {
        self.greatest - self.least <= MOST_UNEVEN * self.greatest + 0.25 * narrow
    }
}

/// The digit whose wide elements are those of the five-bit mask, first element highest.
const fn digit(mask: u8) -> Option<u8> {
    Some(match mask {
        0b00110 => 0,
        0b10001 => 1,
        0b01001 => 2,
        0b11000 => 3,
        0b00101 => 4,
        0b10100 => 5,
        0b01100 => 6,
        0b00011 => 7,
        0b10010 => 8,
        0b01010 => 9,
        _ => return None,
    })
}

/// Reads a code whose start pattern begins with the dark run at `start`. With `at_border`, light up to the line's end is
/// margin enough.
pub(super) fn read(line: &Line, start: usize, at_border: bool) -> Option<Read> {
    let edges = &line.edges;
    if start + 4 + 5 * SHORTEST + 3 >= edges.len() {
        return None;
    }
    let mut narrow = (edges[start + 4] - edges[start]) / 4.0;
    let width = |run: usize| edges[run + 1] - edges[run];
    // Bar and space in turn, of one width each; spread makes bars wider and spaces narrower alike.
    let pair = |run: usize| (edges[run + 2] - edges[run]) / narrow;
    if !(0..3).all(|run| (1.5..2.5).contains(&pair(start + run)))
        || !line.is_light_before(start, QUIET * narrow, at_border)
    {
        return None;
    }
    let mut text = String::new();
    // Bars and spaces, narrow and wide.
    let mut seen =
        [Extent::of(width(start), width(start + 2)), Extent::of(width(start + 1), width(start + 3))]
            .map(|narrow| [narrow, Extent::NONE]);
    let mut at = start + 4;
    let mut size = 4.0 * narrow;
    loop {
        if at + 3 >= edges.len() || text.len() > LONGEST {
            return None;
        }
        let is_stop = width(at) > 1.35 * width(at + 2)
            && width(at + 1) < 1.8 * narrow
            && (2.4..6.0).contains(&((edges[at + 3] - edges[at]) / narrow))
            && line.is_light_after(at + 3, QUIET * narrow, at_border);
        if is_stop {
            break;
        }
        if at + 10 >= edges.len() {
            return None;
        }
        let own = edges[at + 10] - edges[at];
        let fits = if text.is_empty() { 2.7..5.6 } else { 0.75..1.33 };
        if !fits.contains(&(own / size)) {
            return None;
        }
        // Seen from aside, what is farther away is narrower, and the margin at the end as well.
        if !text.is_empty() {
            narrow *= own / size;
        }
        size = own;
        for (first, seen) in [at, at + 1].into_iter().zip(&mut seen) {
            let widths: [f32; 5] = std::array::from_fn(|index| width(first + 2 * index));
            let mut sorted = widths;
            sorted.sort_unstable_by(f32::total_cmp);
            if sorted[3] - sorted[2] < LEAST_GAP * narrow || sorted[3] < 1.25 * sorted[2] {
                return None;
            }
            let limit = (sorted[3] + sorted[2]) / 2.0;
            let mask = widths.iter().fold(0, |mask, width| mask << 1 | u8::from(*width > limit));
            widths.iter().for_each(|width| seen[usize::from(*width > limit)].add(*width));
            text.push(char::from(b'0' + digit(mask)?));
        }
        at += 10;
    }
    if text.len() < SHORTEST {
        return None;
    }
    let is_gtin = text.len() == 14 && gtin_check_holds(&text);
    let quiet = QUIET_UNCHECKED * narrow;
    if text.len() < LONG
        && (!line.is_light_before(start, quiet, at_border)
            || !line.is_light_after(at + 3, quiet, at_border)
            || !seen.iter().flatten().all(|extent| extent.is_even(narrow)))
    {
        return None;
    }
    let symbology = if is_gtin { Symbology::Itf14 } else { Symbology::Itf };
    Some(Read { symbology, text, from: edges[start], to: edges[at + 3] })
}
