//! The brightness across a bar code, module by module, and how well a number explains it.
//!
//! Where edges lie is what blur falsifies: a narrow bar between wide spaces hardly darkens, and its edges are seen
//! where they are not. So a number is put to a test that blur cannot deceive: the bars it would print, seen through
//! whatever lens explains the brightness best, must give that brightness everywhere. The lens (blur and sharpening, the
//! ink's spread, light and contrast that change along the code) is found by least squares, which is linear once bars
//! are laid out in half modules.

use ministore_core::symbol::EAN_DIGITS;

/// Half modules of paper kept on each side.
pub(crate) const PAPER: usize = 4;
/// Half modules of the longest code, with its paper.
pub(crate) const LONGEST: usize = 2 * 95 + 2 * PAPER;

/// A digit is the best where every other leaves this many times as much unexplained.
const CLEARLY_WORSE: f32 = 1.3;

/// Coefficients of the lens.
const TERMS: usize = 12;

/// Brightness in steps of half a module, summed over lines.
#[derive(Debug, Clone)]
pub(crate) struct Profile {
    sums: [f32; LONGEST],
    halves: usize,
}

/// How much of the brightness a number leaves unexplained, as shares of the brightness's variance.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Residual {
    /// Over the whole code.
    pub(crate) whole: f32,
    /// Over the digit that is explained worst.
    pub(crate) worst: f32,
}

impl Profile {
    /// Samples a line: `places` are positions on it whose module is known, `at` answers its brightness at a position.
    pub(crate) fn new(modules: usize, places: &[(f32, f32)], at: impl Fn(f32) -> f32) -> Option<Self> {
        let halves = 2 * modules;
        // Perspective and a curved surface stretch the modules smoothly along the code.
        let size = modules as f32;
        let powers = |module: f32| {
            let t = module / size - 0.5;
            [1.0, t, t * t, t * t * t]
        };
        let warp = least_squares(places.iter().map(|(module, place)| (powers(*module), *place)))?;
        let mut sums = [0.0; LONGEST];
        for (index, sum) in sums.iter_mut().enumerate().take(halves + 2 * PAPER) {
            let module = (index as f32 - PAPER as f32 + 0.5) / 2.0;
            let place: f32 = powers(module).iter().zip(warp).map(|(p, w)| p * w).sum();
            *sum = at(place);
        }
        Some(Self { sums, halves })
    }

    /// As [`Profile::new`] for bars on wrinkled paper: modules are even between two places, not over the whole code.
    pub(crate) fn along(modules: usize, places: &[(f32, f32)], at: impl Fn(f32) -> f32) -> Self {
        let halves = 2 * modules;
        let mut sums = [0.0; LONGEST];
        let mut stretch = 0;
        for (index, sum) in sums.iter_mut().enumerate().take(halves + 2 * PAPER) {
            let module = (index as f32 - PAPER as f32 + 0.5) / 2.0;
            while stretch + 2 < places.len() && module > places[stretch + 1].0 {
                stretch += 1;
            }
            let [(m0, p0), (m1, p1)] = [places[stretch], places[stretch + 1]];
            *sum = at(p0 + (module - m0) / (m1 - m0) * (p1 - p0));
        }
        Self { sums, halves }
    }

    /// Adds another line's brightness of the same code.
    pub(crate) fn add(&mut self, other: &Self) {
        self.sums.iter_mut().zip(other.sums).for_each(|(sum, new)| *sum += new);
    }

    /// What a code whose bars and spaces have these widths, in modules, the first a bar, leaves unexplained.
    /// `digits` are the modules at which digits begin.
    pub(crate) fn residual(&self, widths: &[u8], digits: impl Iterator<Item = usize>) -> Option<Residual> {
        let dark = dark(widths)?;
        let lens = self.lens(&dark)?;
        let halves = self.halves as f32;
        let inside = PAPER..PAPER + self.halves;
        let mean = self.sums[inside.clone()].iter().sum::<f32>() / halves;
        let variance = self.sums[inside.clone()].iter().map(|sum| (sum - mean).powi(2)).sum::<f32>() / halves;
        if variance <= 0.0 {
            return None;
        }
        let whole = self.off(&dark, &lens, inside) / halves / variance;
        let worst = digits
            .map(|module| self.off(&dark, &lens, halves_of(module)) / 14.0 / variance)
            .fold(0.0, f32::max);
        Some(Residual { whole, worst })
    }

    /// Whether, seen through the lens that explains these widths best, none of the digits would be explained better by
    /// another of its set. `digits` are the runs and the modules at which digits begin.
    pub(crate) fn is_best_everywhere(
        &self,
        widths: &[u8],
        digits: impl Iterator<Item = (usize, usize)>,
    ) -> bool {
        let Some(lens) = dark(widths).and_then(|dark| self.lens(&dark)) else { return false };
        let mut tried = widths.to_vec();
        digits.into_iter().all(|(run, module)| {
            let range = halves_of(module);
            let own: [u8; 4] = std::array::from_fn(|index| widths[run + index]);
            let is_reversed = !EAN_DIGITS.contains(&own);
            let off = |widths: &[u8]| dark(widths).map(|dark| self.off(&dark, &lens, range.clone()));
            let Some(least) = off(widths) else { return false };
            let is_best = EAN_DIGITS.iter().all(|pattern| {
                let mut pattern = *pattern;
                if is_reversed {
                    pattern.reverse();
                }
                tried[run..run + 4].copy_from_slice(&pattern);
                pattern == own || off(&tried).is_some_and(|other| other > CLEARLY_WORSE * least)
            });
            tried[run..run + 4].copy_from_slice(&own);
            is_best
        })
    }

    /// The lens through which these modules come nearest to what is seen.
    fn lens(&self, dark: &[f32; LONGEST]) -> Option<[f32; TERMS]> {
        let inside = PAPER..PAPER + self.halves;
        least_squares(inside.map(|index| (self.terms(dark, index), self.sums[index])))
    }

    /// What the lens makes of the modules about a half.
    fn terms(&self, dark: &[f32; LONGEST], index: usize) -> [f32; TERMS] {
        let d = |offset: isize| dark[(index as isize + offset) as usize];
        let both = |offset: isize| d(offset) + d(-offset);
        let edge = |from: isize| (d(from) - d(from + 1)).abs();
        let t = (index - PAPER) as f32 / self.halves as f32 - 0.5;
        [
            1.0,
            t,
            t * t,
            d(0),
            t * d(0),
            both(1),
            both(2),
            both(3),
            both(4),
            d(1) - d(-1),
            edge(0) + edge(-1),
            edge(1) + edge(-2),
        ]
    }

    /// Squared brightness that is left unexplained in some halves.
    fn off(&self, dark: &[f32; LONGEST], lens: &[f32; TERMS], halves: std::ops::Range<usize>) -> f32 {
        halves
            .map(|index| {
                let seen: f32 =
                    self.terms(dark, index).iter().zip(lens).map(|(term, weight)| term * weight).sum();
                (seen - self.sums[index]).powi(2)
            })
            .sum()
    }
}

/// The halves that a digit's seven modules are.
fn halves_of(module: usize) -> std::ops::Range<usize> {
    let from = PAPER + 2 * module;
    from..from + 14
}

/// Half modules that are dark, 1, and light, 0.
fn dark(widths: &[u8]) -> Option<[f32; LONGEST]> {
    let mut dark = [0.0f32; LONGEST];
    let mut at = PAPER;
    for (index, width) in widths.iter().enumerate() {
        let end = at + 2 * usize::from(*width);
        if index % 2 == 0 {
            dark.get_mut(at..end)?.fill(1.0);
        }
        at = end;
    }
    Some(dark)
}

/// The coefficients with which the terms of the rows come nearest to their values; nothing if the rows do not settle
/// them.
fn least_squares<const N: usize>(rows: impl Iterator<Item = ([f32; N], f32)>) -> Option<[f32; N]> {
    let mut matrix = [[0.0f64; N]; N];
    let mut right = [0.0f64; N];
    for (terms, value) in rows {
        let terms = terms.map(f64::from);
        for (row, a) in matrix.iter_mut().zip(terms) {
            row.iter_mut().zip(terms).for_each(|(sum, b)| *sum += a * b);
        }
        right.iter_mut().zip(terms).for_each(|(sum, a)| *sum += a * f64::from(value));
    }
    // Cholesky: the lower triangle takes the factor's place.
    for i in 0..N {
        for j in 0..=i {
            let sum = matrix[i][j] - (0..j).map(|k| matrix[i][k] * matrix[j][k]).sum::<f64>();
            if i == j {
                if sum <= 1e-6 {
                    return None;
                }
                matrix[i][i] = sum.sqrt();
            } else {
                matrix[i][j] = sum / matrix[j][j];
            }
        }
    }
    for i in 0..N {
        right[i] = (right[i] - (0..i).map(|k| matrix[i][k] * right[k]).sum::<f64>()) / matrix[i][i];
    }
    for i in (0..N).rev() {
        right[i] = (right[i] - (i + 1..N).map(|k| matrix[k][i] * right[k]).sum::<f64>()) / matrix[i][i];
    }
    Some(right.map(|value| value as f32))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The bars of 96385074, and the same with a 2 for its 8: the digits that are hardest to tell apart.
    const TRUE: &[u8] = &[
        1, 1, 1, 3, 1, 1, 2, 1, 1, 1, 4, 1, 4, 1, 1, 1, 2, 1, 3, 1, 1, 1, 1, 1, 1, 2, 3, 1, 3, 2, 1, 1, 1, 3,
        1, 2, 1, 1, 3, 2, 1, 1, 1,
    ];
    const FALSE: &[u8] = &[
        1, 1, 1, 3, 1, 1, 2, 1, 1, 1, 4, 1, 4, 1, 1, 2, 1, 2, 2, 1, 1, 1, 1, 1, 1, 2, 3, 1, 3, 2, 1, 1, 1, 3,
        1, 2, 1, 1, 3, 2, 1, 1, 1,
    ];

    /// The code blurred with a standard deviation of `sigma` modules, in light that falls off, on a line on which the
    /// modules grow.
    fn seen(sigma: f32) -> Profile {
        let place = |module: f32| 20.0 + 3.0 * module + 0.004 * module * module;
        let module_at = |at: f32| (-3.0 + (9.0 + 0.016 * (at - 20.0)).sqrt()) / 0.008;
        let brightness = |at: f32| {
            let middle = module_at(at);
            let (mut dark, mut whole) = (0.0, 0.0);
            for step in -60..=60 {
                let offset = step as f32 / 20.0;
                let weight = (-0.5 * (offset / sigma).powi(2)).exp();
                let mut edge = 0.0;
                for (index, width) in TRUE.iter().enumerate() {
                    let next = edge + f32::from(*width);
                    if index % 2 == 0 && (edge..next).contains(&(middle + offset)) {
                        dark += weight;
                    }
                    edge = next;
                }
                whole += weight;
            }
            (220.0 - 0.2 * at) * (1.0 - 0.8 * dark / whole)
        };
        let places: Vec<(f32, f32)> =
            [0.0, 1.0, 2.0, 3.0, 10.0, 17.0, 24.0, 31.0, 36.0, 43.0, 50.0, 57.0, 64.0, 66.0, 67.0]
                .map(|module| (module, place(module)))
                .to_vec();
        Profile::new(67, &places, brightness).unwrap()
    }

    #[test]
    fn only_the_bars_that_are_there_explain_what_is_seen() {
        let digits = || [3, 10, 17, 24, 36, 43, 50, 57].into_iter();
        for sigma in [0.2, 0.5, 0.8] {
            let profile = seen(sigma);
            let right = profile.residual(TRUE, digits()).unwrap();
            let wrong = profile.residual(FALSE, digits()).unwrap();
            assert!(right.worst < 0.02, "{sigma}: {right:?}");
            assert!(wrong.worst > 0.5, "{sigma}: {wrong:?}");
            assert!(wrong.whole > 10.0 * right.whole, "{sigma}: {right:?} {wrong:?}");
        }
    }

    #[test]
    fn what_does_not_settle_the_coefficients_gives_none() {
        assert!(least_squares([([1.0, 1.0], 2.0), ([2.0, 2.0], 4.0)].into_iter()).is_none());
        let line =
            least_squares([([1.0, 0.0], 2.0), ([1.0, 1.0], 5.0), ([1.0, 2.0], 8.0)].into_iter()).unwrap();
        assert!((line[0] - 2.0).abs() < 1e-4 && (line[1] - 3.0).abs() < 1e-4, "{line:?}");
    }
}
