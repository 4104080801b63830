//! The brightness across a bar code, module by module, and how well a number explains it.
//!
//! Where edges lie is what blur falsifies: a narrow bar between wide spaces hardly darkens, and its edges are seen
//! where they are not. So a number is put to a test that blur cannot deceive: the bars it would print, seen through
//! whatever lens explains the brightness best, must give that brightness everywhere. The lens (blur and sharpening, the
//! ink's spread, light and contrast that change along the code) is found by least squares, which is linear once bars
//! are laid out in half modules.

use std::ops::Range;
use std::sync::OnceLock;

use ministore_core::symbol::EAN_DIGITS;

use crate::blurred::Scores;

/// Half modules of paper kept on each side.
pub(crate) const PAPER: usize = 4;
/// Half modules of the longest code, with its paper.
pub(crate) const LONGEST: usize = 2 * 95 + 2 * PAPER;

/// A digit is the best where every other leaves this many times as much unexplained.
const CLEARLY_WORSE: f32 = 1.3;

/// Terms of the lens.
const TERMS: usize = 12;
/// Of these, those that depend on where along the code a half is.
const STRETCHING: usize = 4;
/// Halves that a digit is.
const SAMPLES: usize = 14;

/// Halves by which modules may lie elsewhere than edges say.
const MOST_SHIFT: f32 = 4.0;
/// Times that modules are shifted.
const ALIGNMENTS: usize = 2;
/// Share left unexplained above which shifting brings nothing.
const HOPELESS: f32 = 0.7;

/// Brightness in steps of half a module, summed over lines.
#[derive(Debug, Clone)]
pub(crate) struct Profile {
    sums: [f32; LONGEST],
    halves: usize,
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

    /// What a code whose bars and spaces have these widths, in modules, the first a bar, makes of this brightness; nothing
    /// where that cannot be told.
    pub(crate) fn explain(&self, widths: &[u8]) -> Option<Explanation> {
        let dark = dark(widths)?;
        let inside = PAPER..PAPER + self.halves;
        let mut sums = self.sums;
        let mean = sums[inside.clone()].iter().sum::<f32>() / self.halves as f32;
        let variance =
            sums[inside.clone()].iter().map(|sum| (sum - mean).powi(2)).sum::<f32>() / self.halves as f32;
        if variance <= 0.0 {
            return None;
        }
        let bench = LensBench::new(&dark, self.halves)?;
        let mut explanation = Explanation::new(sums, self.halves, dark, &bench, variance);
        // Blur moves the edges that said where modules lie. The lens tells how much each half is off, and its slope how far
        // that is: the modules are shifted smoothly to where they explain more (Gauss and Newton's steps).
        let mut shift = [0.0f32; 6];
        for _ in 0..ALIGNMENTS {
            if explanation.whole > HOPELESS {
                break;
            }
            let made = explanation.made;
            let powers = |index: usize| {
                let t = share(index, self.halves);
                let square = t * t;
                [1.0, t, square, t * square, square * square, t * square * square]
            };
            let rows = inside.clone().skip(1).take(self.halves - 2).map(|index| {
                let slope = (made[index + 1] - made[index - 1]) / 2.0;
                (powers(index).map(|power| power * slope), explanation.sums[index] - made[index])
            });
            let Some(further) = least_squares(rows) else { break };
            shift.iter_mut().zip(further).for_each(|(sum, new)| *sum += new);
            for (index, sum) in sums.iter_mut().enumerate().take(self.halves + 2 * PAPER) {
                let by: f32 = powers(index).iter().zip(shift).map(|(power, shift)| power * shift).sum();
                *sum = self.between(index as f32 - by.clamp(-MOST_SHIFT, MOST_SHIFT));
            }
            let aligned = Explanation::new(sums, self.halves, dark, &bench, variance);
            if aligned.whole > explanation.whole {
                break;
            }
            explanation = aligned;
        }
        Some(explanation)
    }

    /// Brightness between halves (Catmull and Rom's spline).
    fn between(&self, at: f32) -> f32 {
        let last = (self.halves + 2 * PAPER - 1) as isize;
        let before = at.floor();
        let t = at - before;
        let near = |offset: isize| self.sums[(before as isize + offset).clamp(0, last) as usize];
        let (a, b, c, d) = (near(-1), near(0), near(1), near(2));
        b + 0.5 * t * (c - a + t * (2.0 * a - 5.0 * b + 4.0 * c - d + t * (3.0 * (b - c) + d - a)))
    }
}

/// How a number explains a brightness: where its modules lie, and through which lens they are seen.
#[derive(Debug, Clone)]
pub(crate) struct Explanation {
    /// The brightness, its modules shifted to where they belong.
    sums: [f32; LONGEST],
    halves: usize,
    /// Half modules that are dark, 1, and light, 0.
    dark: [f32; LONGEST],
    lens: Lens,
    /// The brightness that the lens makes of the modules.
    made: [f32; LONGEST],
    variance: f32,
    /// Share of the brightness's variance that is left unexplained over the whole code.
    pub(crate) whole: f32,
}

impl Explanation {
    fn new(
        sums: [f32; LONGEST],
        halves: usize,
        dark: [f32; LONGEST],
        bench: &LensBench,
        variance: f32,
    ) -> Self {
        let lens = bench.fit(&sums[PAPER..]);
        let mut made = [0.0; LONGEST];
        made[PAPER..].iter_mut().zip(&bench.terms).for_each(|(made, terms)| *made = dot(terms, &lens.0));
        let mut explanation = Self { sums, halves, dark, lens, made, variance, whole: 0.0 };
        explanation.whole = explanation.unexplained(PAPER..PAPER + halves);
        explanation
    }

    /// Share of the brightness's variance that is left unexplained in some halves.
    fn unexplained(&self, halves: Range<usize>) -> f32 {
        let count = halves.len() as f32;
        let off =
            self.made[halves.clone()].iter().zip(&self.sums[halves]).map(|(made, sum)| (made - sum).powi(2));
        off.sum::<f32>() / count / self.variance
    }

    /// Share that is left unexplained over the digit that is explained worst. `digits` are the modules at which digits begin,
    /// here and below.
    pub(crate) fn worst(&self, digits: &[usize]) -> f32 {
        digits.iter().map(|module| self.unexplained(halves_of(*module))).fold(0.0, f32::max)
    }

    /// What each digit would leave unexplained as any other, seen through this lens: by digit, set and value. Nothing is
    /// taken for sure of the digits beside it.
    pub(crate) fn costs(&self, digits: &[usize]) -> Vec<Scores> {
        let is_digit = |module: usize| digits.contains(&module);
        self.costs_beside(digits, |module| [is_digit(module.wrapping_sub(7)), is_digit(module + 7)])
    }

    /// Whether none of the digits would be explained better by another of its set, all others as they are.
    pub(crate) fn is_best_everywhere(&self, digits: &[usize]) -> bool {
        let costs = self.costs_beside(digits, |_| [false, false]);
        digits.iter().zip(&costs).all(|(module, sets)| {
            let range = halves_of(*module);
            let least = self.unexplained(range.clone());
            let is_own = |pattern: &[f32; SAMPLES]| *pattern == self.dark[range.clone()];
            let patterns = patterns(self.dark[range.start] == 1.0);
            let Some(set) = patterns.iter().position(|set| set.iter().any(is_own)) else { return false };
            let mut others = patterns[set].iter().zip(&sets[set]).filter(|(pattern, _)| !is_own(pattern));
            others.all(|(_, cost)| *cost > CLEARLY_WORSE * least)
        })
    }

    /// [`Self::costs`], where `is_open` tells of a digit's module whether what is before and after it may be another digit.
    fn costs_beside(&self, digits: &[usize], is_open: impl Fn(usize) -> [bool; 2]) -> Vec<Scores> {
        let mut responses: [Option<Vec<Response>>; 2] = [None, None];
        let costs = digits.iter().map(|module| {
            let first_is_dark = self.dark[halves_of(*module).start] == 1.0;
            let responses = responses[usize::from(first_is_dark)]
                .get_or_insert_with(|| self.lens.responses(first_is_dark));
            self.costs_of(*module, is_open(*module), first_is_dark, responses)
        });
        costs.collect()
    }

    fn costs_of(
        &self,
        module: usize,
        [open_before, open_after]: [bool; 2],
        first_is_dark: bool,
        responses: &[Response],
    ) -> Scores {
        let range = halves_of(module);
        let weights = &self.lens.0;
        // What neither the digit nor its neighbours change, and how much its own dark changes along the code.
        let mut light = [0.0; SAMPLES];
        let mut fading = [0.0; SAMPLES];
        for (half, (light, fading)) in light.iter_mut().zip(&mut fading).enumerate() {
            let t = share(range.start + half, self.halves);
            *light = weights[0] + t * (weights[1] + t * weights[2]) - self.sums[range.start + half];
            *fading = t * weights[3];
        }
        let is_dark = |half: usize| self.dark[half] == 1.0;
        let may_be = |beside: usize| {
            (open_before || (beside & BEFORE != 0) == is_dark(range.start - 3))
                && (open_after || (beside & AFTER != 0) == is_dark(range.end + 2))
        };
        let mut costs = [[f32::MAX; 10]; 2];
        let digits = patterns(first_is_dark).iter().flatten().zip(responses.chunks(BESIDE));
        for (cost, (pattern, responses)) in costs.as_flattened_mut().iter_mut().zip(digits) {
            let possible = responses.iter().enumerate().filter(|(beside, _)| may_be(*beside));
            let off = possible.map(|(_, response)| {
                let halves =
                    (0..SAMPLES).map(|half| light[half] + fading[half] * pattern[half] + response[half]);
                halves.map(|off| off * off).sum::<f32>()
            });
            *cost = off.fold(f32::MAX, f32::min) / SAMPLES as f32 / self.variance;
        }
        costs
    }
}

/// Light and blur, as weights of the terms.
#[derive(Debug, Clone, Copy)]
struct Lens([f32; TERMS]);

/// Where lenses are fitted to some modules: what of that does not depend on the brightness.
struct LensBench {
    /// By half.
    terms: Vec<[f32; TERMS]>,
    normal: Normal<TERMS>,
}

impl LensBench {
    fn new(dark: &[f32; LONGEST], halves: usize) -> Option<Self> {
        let terms: Vec<_> = (PAPER..PAPER + halves).map(|index| terms(dark, index, halves)).collect();
        let normal = Normal::new(terms.iter().copied())?;
        Some(Self { terms, normal })
    }

    /// The lens through which the modules come nearest to what is seen.
    fn fit(&self, sums: &[f32]) -> Lens {
        let mut weighted = [0.0f32; TERMS];
        for (terms, value) in self.terms.iter().zip(sums) {
            weighted.iter_mut().zip(terms).for_each(|(sum, term)| *sum += term * value);
        }
        Lens(self.normal.solve(weighted))
    }
}

impl Lens {
    /// What the lens makes of each digit of the sets that there are, wherever it stands: [`BESIDE`] responses each.
    fn responses(&self, first_is_dark: bool) -> Vec<Response> {
        let weights = &self.0[STRETCHING..];
        let responses = near_digits(first_is_dark).iter().map(|digit| {
            let mut response = [0.0f32; SAMPLES];
            for (terms, weight) in digit.iter().zip(weights) {
                response.iter_mut().zip(terms).for_each(|(sum, term)| *sum += weight * term);
            }
            response
        });
        responses.collect()
    }
}

/// Of each term that does not depend on where along the code a half is, what it is in each half of a digit.
type NearDigit = [[f32; SAMPLES]; TERMS - STRETCHING];

/// The terms of the digits of the sets that there are: of each digit, [`BESIDE`] by what is dark beside it.
fn near_digits(first_is_dark: bool) -> &'static [NearDigit] {
    static ALL: OnceLock<[Vec<NearDigit>; 2]> = OnceLock::new();
    let dark = |is_dark: bool| f32::from(u8::from(is_dark));
    let near = |pattern: &[f32; SAMPLES], first_is_dark: bool, beside: usize| {
        // The module that touches a digit on either side is always the same; the next one may be light or dark.
        let mut window = [0.0; SAMPLES + 8];
        window[..2].fill(dark(beside & BEFORE != 0));
        window[2..4].fill(dark(!first_is_dark));
        window[4..4 + SAMPLES].copy_from_slice(pattern);
        window[4 + SAMPLES..6 + SAMPLES].fill(dark(first_is_dark));
        window[6 + SAMPLES..].fill(dark(beside & AFTER != 0));
        let mut near: NearDigit = Default::default();
        for half in 0..SAMPLES {
            near.iter_mut().zip(nearby(&window, half + 4)).for_each(|(term, value)| term[half] = value);
        }
        near
    };
    let all = ALL.get_or_init(|| {
        [false, true].map(|first_is_dark| {
            let digits = patterns(first_is_dark).iter().flatten();
            digits
                .flat_map(|pattern| (0..BESIDE).map(move |beside| near(pattern, first_is_dark, beside)))
                .collect()
        })
    });
    &all[usize::from(first_is_dark)]
}

/// What the lens makes of a digit.
type Response = [f32; SAMPLES];
/// Ways in which what is beside a digit may be dark.
const BESIDE: usize = 4;
/// Of what is beside a digit: the module before the one that touches it, and the one after.
const BEFORE: usize = 1;
const AFTER: usize = 2;

/// What the lens makes a half's brightness of: [`STRETCHING`] terms that depend on where along the code it is, then those
/// that do not.
fn terms(dark: &[f32; LONGEST], index: usize, halves: usize) -> [f32; TERMS] {
    let t = share(index, halves);
    let mut terms = [0.0; TERMS];
    terms[..STRETCHING].copy_from_slice(&[1.0, t, t * t, t * dark[index]]);
    terms[STRETCHING..].copy_from_slice(&nearby(dark, index));
    terms
}

/// How dark the halves about a half are, nearest first, and how much they turn.
fn nearby(dark: &[f32], index: usize) -> [f32; TERMS - STRETCHING] {
    let d = |offset: isize| dark[(index as isize + offset) as usize];
    let both = |offset: isize| d(offset) + d(-offset);
    let edge = |from: isize| (d(from) - d(from + 1)).abs();
    [d(0), both(1), both(2), both(3), both(4), d(1) - d(-1), edge(0) + edge(-1), edge(1) + edge(-2)]
}

/// How far along the code a half is, from -0.5 to 0.5.
fn share(index: usize, halves: usize) -> f32 {
    (index as f32 - PAPER as f32) / halves as f32 - 0.5
}

/// The halves of each digit, in the sets that there are where it stands: A and B, or C.
fn patterns(first_is_dark: bool) -> &'static [[[f32; SAMPLES]; 10]] {
    static ALL: OnceLock<[[[[f32; SAMPLES]; 10]; 2]; 2]> = OnceLock::new();
    let pattern = |mut widths: [u8; 4], is_reversed: bool, first_is_dark: bool| {
        if is_reversed {
            widths.reverse();
        }
        let mut pattern = [0.0; SAMPLES];
        let mut at = 0;
        for (index, width) in widths.into_iter().enumerate() {
            let end = at + 2 * usize::from(width);
            pattern[at..end].fill(f32::from(u8::from((index % 2 == 0) == first_is_dark)));
            at = end;
        }
        pattern
    };
    let all = ALL.get_or_init(|| {
        [false, true].map(|first_is_dark| {
            [false, true]
                .map(|is_reversed| EAN_DIGITS.map(|widths| pattern(widths, is_reversed, first_is_dark)))
        })
    });
    if first_is_dark { &all[1][..1] } else { &all[0] }
}

/// The halves that a digit's seven modules are.
fn halves_of(module: usize) -> Range<usize> {
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
fn least_squares<const N: usize>(rows: impl Iterator<Item = ([f32; N], f32)> + Clone) -> Option<[f32; N]> {
    let normal = Normal::new(rows.clone().map(|(terms, _)| terms))?;
    let mut weighted = [0.0f32; N];
    for (terms, value) in rows {
        weighted.iter_mut().zip(terms).for_each(|(sum, term)| *sum += term * value);
    }
    Some(normal.solve(weighted))
}

/// The normal equations of a fit by least squares, factored (Cholesky): the lower triangle counts.
struct Normal<const N: usize>([[f64; N]; N]);

impl<const N: usize> Normal<N> {
    /// From the terms of each row; nothing if they do not settle the coefficients.
    fn new(rows: impl Iterator<Item = [f32; N]>) -> Option<Self> {
        // The sums are short and of numbers alike: single precision loses nothing that counts, and goes in vectors.
        let mut sums = [[0.0f32; N]; N];
        for terms in rows {
            for (sums, a) in sums.iter_mut().zip(terms) {
                sums.iter_mut().zip(terms).for_each(|(sum, b)| *sum += a * b);
            }
        }
        let mut matrix = sums.map(|row| row.map(f64::from));
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
        Some(Self(matrix))
    }

    /// The coefficients, from the sum over rows of each term times the row's value.
    fn solve(&self, weighted: [f32; N]) -> [f32; N] {
        let Self(matrix) = self;
        let mut right = weighted.map(f64::from);
        for i in 0..N {
            right[i] = (right[i] - (0..i).map(|k| matrix[i][k] * right[k]).sum::<f64>()) / matrix[i][i];
        }
        for i in (0..N).rev() {
            right[i] = (right[i] - (i + 1..N).map(|k| matrix[k][i] * right[k]).sum::<f64>()) / matrix[i][i];
        }
        right.map(|value| value as f32)
    }
}

fn dot<const N: usize>(a: &[f32; N], b: &[f32; N]) -> f32 {
    a.iter().zip(b).map(|(a, b)| a * b).sum()
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
        let digits = &[3, 10, 17, 24, 36, 43, 50, 57];
        for sigma in [0.2, 0.5, 0.8] {
            let profile = seen(sigma);
            let right = profile.explain(TRUE).unwrap();
            let wrong = profile.explain(FALSE).unwrap();
            assert!(right.worst(digits) < 0.02, "{sigma}: {}", right.worst(digits));
            assert!(wrong.worst(digits) > 0.4, "{sigma}: {}", wrong.worst(digits));
            assert!(wrong.whole > 10.0 * right.whole, "{sigma}: {} {}", right.whole, wrong.whole);
            assert!(right.is_best_everywhere(digits) && !wrong.is_best_everywhere(digits), "{sigma}");
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
