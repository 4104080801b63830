//! The add-ons of two and five digits beside EAN and UPC symbols (ISO/IEC 15420, section 4.3.6; GS1 General
//! Specifications, section 5.2.2.5): the issue of a magazine, the price of a book.
//!
//! An add-on stands 7 to 12 modules right of its symbol: a guard of 1, 1 and 2 modules, then digits of seven, with a space
//! and a bar of a module between two of them. It has no guard at its end and no check digit; which digits are in number
//! set B says a check value.

use crate::line::Line;
use ministore_core::symbol::{ADDON_5_IN_B, EAN_DIGITS};

/// The gap between symbol and add-on, in modules: 7 to 12 are printed.
const GAP: std::ops::Range<f32> = 5.0..15.0;
/// Light modules after an add-on: 5 are printed. Inside a digit or between two there are 4 at most.
const LEAST_QUIET: f32 = 4.5;
/// Modules of the guard, and of what stands between two digits.
const GUARD: f32 = 4.0;
const BETWEEN: f32 = 2.0;
const DIGIT: f32 = 7.0;
/// The mean squared distance of a width from the digit's, in modules.
const MOST_MISFIT: f32 = 0.09;
/// How many times better a digit has to fit than any other one of either set.
const CLEAR: f32 = 2.0;
/// How far an element's place may be off, in modules.
const MOST_SHIFT: f32 = 0.6;

/// Reads the add-on after a symbol whose last bar ends at the edge `after_edge` of a line, with modules of so many
/// samples. Nothing if there is none, or if it does not fit well: an add-on has little to check it by.
pub(crate) fn addon(line: &Line, after_edge: usize, module: f32) -> Option<String> {
    let end = *line.edges.get(after_edge)?;
    let edges = line.edges.get(after_edge + 1..)?;
    let gap = (edges.first()? - end) / module;
    // A line's edges at odd places are those that end a bar.
    if after_edge.is_multiple_of(2) || module <= 0.0 || !GAP.contains(&gap) {
        return None;
    }
    // The longer first: its beginning is not a short one, as it goes on where that has to end.
    [5, 2].into_iter().find_map(|count| read(line, edges, count, module))
}

/// Reads so many digits from a guard that begins at the first of the edges.
fn read(line: &Line, edges: &[f32], count: usize, module: f32) -> Option<String> {
    // Three runs of the guard, four of each digit, two between each two.
    let runs = 3 + 4 * count + 2 * (count - 1);
    let ends = edges.get(..=runs)?;
    let modules = GUARD + DIGIT * count as f32 + BETWEEN * (count - 1) as f32;
    let unit = (ends[runs] - ends[0]) / modules;
    if !(0.85..1.15).contains(&(unit / module)) {
        return None;
    }
    let quiet = edges.get(runs + 1).map_or(line.len() as f32 - 1.0, |next| *next) - ends[runs];
    if quiet < LEAST_QUIET * unit {
        return None;
    }
    let is_at = |run: usize, module: f32| ((ends[run] - ends[0]) / unit - module).abs() < MOST_SHIFT;
    if !is_at(2, 2.0) || !is_at(3, GUARD) {
        return None;
    }
    let mut digits = Vec::with_capacity(count);
    let mut in_b = 0u8;
    for index in 0..count {
        let first = 3 + 6 * index;
        let place = GUARD + (DIGIT + BETWEEN) * index as f32;
        if !is_at(first, place) || !is_at(first + 4, place + DIGIT) {
            return None;
        }
        let (digit, is_in_b) = digit(&ends[first..=first + 4])?;
        digits.push(digit);
        in_b = in_b << 1 | u8::from(is_in_b);
    }
    let said = match digits[..] {
        [a, b] => (10 * a + b) % 4,
        [a, b, c, d, e] => ADDON_5_IN_B[usize::from((3 * (a + c + e) + 9 * (b + d)) % 10)],
        _ => return None,
    };
    (said == in_b).then(|| digits.iter().map(|digit| char::from(b'0' + digit)).collect())
}

/// The digit between five edges, the first of which ends a bar, and whether it is in number set B.
fn digit(edges: &[f32]) -> Option<(u8, bool)> {
    let unit = (edges[4] - edges[0]) / DIGIT;
    // Ink that has spread makes spaces narrower and bars wider; what is between edges of the same kind stays.
    let pairs: [f32; 3] = std::array::from_fn(|index| (edges[index + 2] - edges[index]) / unit);
    let widths: [f32; 4] = std::array::from_fn(|index| (edges[index + 1] - edges[index]) / unit);
    let (mut best, mut second) = ((f32::MAX, 0, false), f32::MAX);
    for (value, pattern) in (0..).zip(EAN_DIGITS) {
        for is_in_b in [false, true] {
            let pattern = if is_in_b { [pattern[3], pattern[2], pattern[1], pattern[0]] } else { pattern };
            let printed = pattern.map(f32::from);
            let of_pairs = (0..3).map(|index| (pairs[index] - printed[index] - printed[index + 1]).powi(2));
            let of_widths = (0..4).map(|index| 0.5 * (widths[index] - printed[index]).powi(2));
            let misfit = (of_pairs.sum::<f32>() + of_widths.sum::<f32>()) / 5.0;
            if misfit < best.0 {
                second = best.0;
                best = (misfit, value, is_in_b);
            } else {
                second = second.min(misfit);
            }
        }
    }
    let (misfit, value, is_in_b) = best;
    (misfit <= MOST_MISFIT && second >= CLEAR * misfit).then_some((value, is_in_b))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A line over the end of a symbol (a bar of one module), a gap, runs of modules (dark first) and paper.
    fn line(runs: &[u8], gap: f32, quiet: f32, module: f32, spread: f32) -> Line {
        let mut places = vec![(4.0, 5.0)];
        let mut at = 5.0 + gap;
        for (index, run) in runs.iter().enumerate() {
            if index % 2 == 0 {
                places.push((at, at + f32::from(*run)));
            }
            at += f32::from(*run);
        }
        places.push((at + quiet, at + quiet + 3.0));
        let width = ((at + quiet + 8.0) * module) as usize;
        let reach = spread / 2.0;
        let row: Vec<u8> = (0..width)
            .map(|x| {
                let is_dark = |at: f32| places.iter().any(|(a, b)| (a - reach..b + reach).contains(&at));
                let dark = (0..16).filter(|sub| is_dark((x as f32 + *sub as f32 / 16.0) / module)).count();
                (230 - dark * 12) as u8
            })
            .collect();
        Line::over(&row)
    }

    /// The runs of digits in the sets that bits say, the leftmost as the highest.
    fn runs(digits: &[u8], in_b: u8) -> Vec<u8> {
        let mut runs = vec![1, 1, 2];
        for (place, digit) in (0..digits.len()).rev().zip(digits) {
            let mut pattern = EAN_DIGITS[usize::from(*digit)];
            if in_b >> place & 1 == 1 {
                pattern.reverse();
            }
            runs.extend(pattern);
            if place > 0 {
                runs.extend([1, 1]);
            }
        }
        runs
    }

    fn read_at(runs: &[u8], gap: f32, module: f32, spread: f32) -> Option<String> {
        addon(&line(runs, gap, 5.0, module, spread), 1, module)
    }

    #[test]
    fn every_add_on_of_two_digits_is_read() {
        for value in 0..100u8 {
            let runs = runs(&[value / 10, value % 10], value % 4);
            for (gap, module, spread) in [(7.0, 2.0, 0.0), (9.0, 3.3, 0.2), (12.0, 2.6, -0.2)] {
                assert_eq!(read_at(&runs, gap, module, spread), Some(format!("{value:02}")), "{module}");
            }
        }
    }

    #[test]
    fn add_ons_of_five_digits_are_read() {
        // 5, 1, 2, 9, 9 weighs 3 · 16 + 9 · 10 = 138: sets A, B, A, A and B, the ninth pattern.
        for (digits, in_b) in
            [([5, 1, 2, 9, 9], 0b0_1001), ([5, 2, 4, 9, 5], 0b1_0100), ([0, 0, 0, 0, 0], 0b1_1000)]
        {
            let text: String = digits.iter().map(|digit| char::from(b'0' + digit)).collect();
            for (gap, module, spread) in [(7.0, 2.0, 0.0), (9.0, 3.3, 0.2), (12.0, 2.6, -0.2)] {
                let read = read_at(&runs(&digits, in_b), gap, module, spread);
                let weight = 3 * (digits[0] + digits[2] + digits[4]) + 9 * (digits[1] + digits[3]);
                assert_eq!(ADDON_5_IN_B[usize::from(weight % 10)], in_b, "{text}");
                assert_eq!(read.as_deref(), Some(text.as_str()));
            }
        }
    }

    #[test]
    fn other_sets_than_the_check_value_says_are_not_read() {
        for value in 0..100u8 {
            for in_b in (0..4).filter(|in_b| *in_b != value % 4) {
                assert_eq!(read_at(&runs(&[value / 10, value % 10], in_b), 9.0, 3.0, 0.0), None);
            }
        }
        for in_b in (0..32).filter(|in_b| *in_b != 0b0_1001) {
            assert_eq!(read_at(&runs(&[5, 1, 2, 9, 9], in_b), 9.0, 3.0, 0.0), None);
        }
    }

    #[test]
    fn what_stands_elsewhere_is_no_add_on() {
        let two = runs(&[0, 5], 1);
        assert_eq!(read_at(&two, 3.0, 3.0, 0.0), None);
        assert_eq!(read_at(&two, 20.0, 3.0, 0.0), None);
        // Bars go on where the add-on has to end.
        assert_eq!(addon(&line(&two, 9.0, 2.0, 3.0, 0.0), 1, 3.0), None);
        // Modules of another size than the symbol's.
        assert_eq!(addon(&line(&two, 9.0, 5.0, 3.0, 0.0), 1, 2.2), None);
        assert_eq!(addon(&Line::default(), 0, 3.0), None);
        assert_eq!(addon(&line(&two, 9.0, 5.0, 3.0, 0.0), usize::MAX - 1, 3.0), None);
    }
}
