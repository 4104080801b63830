//! EAN and UPC digits told by brightness, for lines on which blur has eaten edges.
//!
//! Where narrow bars no longer darken enough to show edges, a symbol still begins and ends with light, and between
//! these its modules lie evenly, or nearly. Each digit is compared with what its bars would look like through a lens of
//! some blur; where digits begin may drift a little along the symbol, as paper wrinkles. What comes out is evidence
//! like that from edges, never a number.

use std::ops::Range;
use std::sync::OnceLock;

use ministore_core::symbol::EAN_DIGITS;

use crate::line::Line;

/// Samples in a module.
const STEPS: usize = 4;
/// Samples that a digit is compared in.
const SAMPLES: usize = 14;
/// Standard deviations of the blur that is tried, in modules.
const BLURS: [f32; 4] = [0.3, 0.55, 0.8, 1.05];
/// How far digits may have drifted, in samples each way.
const DRIFT: usize = 2;
/// Places that a segment may begin at.
const WAYS: usize = 2 * DRIFT + 1;
/// Squared modules a segment under which nothing has drifted.
const STRAIGHT_COST: f32 = 0.1;
/// Cost of drifting one sample further between two digits.
const DRIFT_COST: f32 = 0.05;
/// Modules each way over which light and dark are taken as the lightest and darkest there.
const REACH: usize = 10;
/// Squared modules that the outer guards may cost together.
const MOST_GUARD_COST: f32 = 0.5;
/// Squared modules that a segment may cost at the most, undrifted, on the whole.
const MOST_STRAIGHT_COST: f32 = 0.4;
/// Paper kept on each side, in modules.
const PAPER: usize = 3;
/// Samples of paper and symbol that show an outer guard among the light and dark about it.
const HEAD: usize = (PAPER + 6 + REACH) * STEPS;
/// Segments of the longest symbol.
const MOST_SEGMENTS: usize = 15;

/// Scores of a digit: by set (A and C, or B) and value.
pub(crate) type Scores = [[f32; 10]; 2];

/// A part of a symbol.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Segment {
    /// A guard: so many modules in turn, the first dark or light.
    Guard {
        /// How many.
        modules: usize,
        /// Whether the first is dark.
        dark: bool,
    },
    /// A digit that begins with a space.
    Left,
    /// A digit that begins with a bar.
    Right,
}

impl Segment {
    pub(crate) const fn modules(self) -> usize {
        match self {
            Self::Guard { modules, .. } => modules,
            Self::Left | Self::Right => 7,
        }
    }
}

/// What a line says about a symbol.
pub(crate) struct Evidence {
    /// By digit.
    pub(crate) scores: Vec<Scores>,
    /// Where segments begin, and the last ends: modules from the symbol's start, and samples on the line.
    pub(crate) places: Vec<(f32, f32)>,
}

/// The brightness between two places of a line, laid under a symbol's segments.
pub(crate) struct Comparison<'a> {
    segments: &'a [Segment],
    from: f32,
    /// Line samples in a module.
    module: f32,
    grid: Vec<f32>,
    /// Where segments begin in the grid.
    starts: Vec<usize>,
    blur: &'static Templates,
    /// Squared modules that the segments cost as they lie, whatever they say.
    pub(crate) cost: f32,
}

impl<'a> Comparison<'a> {
    /// Lays the segments over the line; nothing where too little of it looks like them.
    pub(crate) fn new(line: &Line, from: f32, to: f32, segments: &'a [Segment]) -> Option<Self> {
        let modules: usize = segments.iter().map(|segment| segment.modules()).sum();
        let module = (to - from) / modules as f32;
        let count = (modules + 2 * PAPER) * STEPS;
        let grid = |samples: Range<usize>| {
            even(samples.map(|sample| line.brightness(place(from, module, sample as f32))).collect())
        };
        let starts: Vec<usize> = segments
            .iter()
            .scan(PAPER * STEPS, |at, segment| {
                let start = *at;
                *at += segment.modules() * STEPS;
                Some(start)
            })
            .collect();
        let templates = Templates::get();
        // The outer guards hardly drift: they refuse nearly everything that is not a symbol's beginning and end.
        let (first, last) = (*segments.first()?, *segments.last()?);
        let (head, tail) = (grid(0..HEAD.min(count))?, grid(count.saturating_sub(HEAD)..count)?);
        let ends = [
            (first, straight_window(&head, starts[0], first)?),
            (last, straight_window(&tail, tail.len() - (PAPER + last.modules()) * STEPS, last)?),
        ];
        let looks_like_ends = templates.iter().any(|blur| {
            let cost: f32 = ends.iter().map(|(end, seen)| blur.least(seen, *end)).sum();
            cost < MOST_GUARD_COST
        });
        if !looks_like_ends {
            return None;
        }
        let grid = grid(0..count)?;
        let mut windows = [[0.0; SAMPLES]; MOST_SEGMENTS];
        for ((window, start), segment) in windows.iter_mut().zip(&starts).zip(segments) {
            *window = straight_window(&grid, *start, *segment)?;
        }
        // The blur that explains some of the undrifted symbol best.
        let straight = |blur: &Templates, every: usize| -> f32 {
            let segments = segments.iter().zip(&windows).skip(1).step_by(every);
            segments.map(|(segment, seen)| blur.least(seen, *segment)).sum()
        };
        let (_, blur) =
            templates.iter().map(|blur| (straight(blur, 3), blur)).min_by(|(a, _), (b, _)| a.total_cmp(b))?;
        let cost = straight(blur, 1);
        let likely = cost < MOST_STRAIGHT_COST * segments.len() as f32;
        likely.then_some(Self { segments, from, module, grid, starts, blur, cost })
    }

    /// What the segments say once they have drifted to where they cost least.
    pub(crate) fn evidence(&self) -> Option<Evidence> {
        let Self { segments, grid, starts, blur, .. } = self;
        let place = |sample: f32| place(self.from, self.module, sample);

        let ways = if self.cost < STRAIGHT_COST * segments.len() as f32 {
            [DRIFT; MOST_SEGMENTS + 1]
        } else {
            self.cheapest_drift()?
        };
        let drift = |index: usize| ways[index] as isize - DRIFT as isize;
        let mut scores = Vec::with_capacity(12);
        let mut places = Vec::with_capacity(segments.len() + 1);
        let mut at = 0;
        for (index, segment) in segments.iter().enumerate() {
            let start = starts[index];
            places.push((at as f32, place((start as isize + drift(index)) as f32 - 0.5)));
            at += segment.modules();
            if !matches!(segment, Segment::Guard { .. }) {
                let seen = window(grid, start, drift(index), drift(index + 1), 7);
                let flat = blur.scores(&seen, *segment == Segment::Right);
                scores.push(std::array::from_fn(|set| std::array::from_fn(|value| flat[10 * set + value])));
            }
        }
        let end = starts.last()? + segments.last()?.modules() * STEPS;
        places.push((at as f32, place((end as isize + drift(segments.len())) as f32 - 0.5)));
        Some(Evidence { scores, places })
    }

    /// Where each segment begins, and the last ends, so that all cost least together (Viterbi): samples later than they
    /// should, plus [`DRIFT`].
    fn cheapest_drift(&self) -> Option<[usize; MOST_SEGMENTS + 1]> {
        let mut costs = [0.0f32; WAYS];
        for (way, cost) in costs.iter_mut().enumerate() {
            *cost = DRIFT_COST * (way as f32 - DRIFT as f32).powi(2);
        }
        let mut came = [[0usize; WAYS]; MOST_SEGMENTS];
        for (index, segment) in self.segments.iter().enumerate() {
            let mut next = [f32::MAX; WAYS];
            for (way, cost) in costs.iter().enumerate() {
                for to in way.saturating_sub(1)..(way + 2).min(WAYS) {
                    let (a, b) = (way as isize - DRIFT as isize, to as isize - DRIFT as isize);
                    let sum = cost
                        + fit(&self.grid, self.starts[index], a, b, *segment, self.blur)
                        + if a == b { 0.0 } else { DRIFT_COST };
                    if sum < next[to] {
                        next[to] = sum;
                        came[index][to] = way;
                    }
                }
            }
            costs = next;
        }
        let mut way = (0..WAYS).min_by(|a, b| costs[*a].total_cmp(&costs[*b]))?;
        let mut ways = [0usize; MOST_SEGMENTS + 1];
        for index in (0..self.segments.len()).rev() {
            ways[index + 1] = way;
            way = came[index][way];
        }
        ways[0] = way;
        Some(ways)
    }
}

/// Where a grid sample lies on the line.
fn place(from: f32, module: f32, sample: f32) -> f32 {
    from + ((sample + 0.5) / STEPS as f32 - PAPER as f32) * module
}

/// Brightness between the darkest and the lightest nearby, 0 dark, 1 light; nothing without contrast.
fn even(mut raw: Vec<f32>) -> Option<Vec<f32>> {
    const BLOCK: usize = 2 * STEPS;
    // Plain comparisons, several at a time, where `f32::min` would heed what is no number.
    let wider = |(low, high): (f32, f32), (a, b): (f32, f32)| {
        (if a < low { a } else { low }, if b > high { b } else { high })
    };
    let blocks: Vec<(f32, f32)> = raw
        .chunks(BLOCK)
        .map(|block| block.iter().fold((f32::MAX, f32::MIN), |range, value| wider(range, (*value, *value))))
        .collect();
    let reach = REACH * STEPS / BLOCK;
    let levels: Vec<(f32, f32)> = (0..blocks.len())
        .map(|block| {
            let near = &blocks[block.saturating_sub(reach)..(block + reach + 1).min(blocks.len())];
            near.iter().fold((f32::MAX, f32::MIN), |range, block| wider(range, *block))
        })
        .collect();
    if levels.iter().any(|(low, high)| high - low < 8.0) {
        return None;
    }
    // Between the middles of two blocks, so that levels have no steps.
    let half = (BLOCK / 2).min(raw.len());
    let (first, rest) = raw.split_at_mut(half);
    let level = |block: usize| levels[block.min(levels.len() - 1)];
    let (low, high) = level(0);
    first.iter_mut().for_each(|value| *value = (*value - low) / (high - low));
    for (block, values) in rest.chunks_mut(BLOCK).enumerate() {
        let ((low, high), (next_low, next_high)) = (level(block), level(block + 1));
        let (lift, span) = (next_low - low, high - low);
        let widen = (next_high - next_low) - span;
        for (sample, value) in values.iter_mut().enumerate() {
            let share = (sample as f32 + 0.5) / BLOCK as f32;
            *value = (*value - low - share * lift) / (span + share * widen);
        }
    }
    Some(raw)
}

/// Where the samples of a segment lie that drifts by -1, 0 or 1 within it, two a module: a grid sample and the share of the next
/// one, from the segment's start. By modules, then by the drift and 1.
static RAMPS: [[[(usize, f32); SAMPLES]; 3]; 8] = {
    let mut ramps = [[[(0, 0.0); SAMPLES]; 3]; 8];
    let mut modules = 1;
    while modules < 8 {
        let mut drift = 0;
        while drift < 3 {
            let length = (modules * STEPS) as f32 + drift as f32 - 1.0;
            let mut sample = 0;
            while sample < 2 * modules {
                let at = (sample as f32 + 0.5) / (2 * modules) as f32 * length - 0.5;
                ramps[modules][drift][sample] = (at as usize, at - (at as usize) as f32);
                sample += 1;
            }
            drift += 1;
        }
        modules += 1;
    }
    ramps
};

/// A segment of so many modules, its ends drifted, in two samples a module.
fn window(grid: &[f32], start: usize, from: isize, to: isize, modules: usize) -> [f32; SAMPLES] {
    let mut seen = [0.0; SAMPLES];
    let ramp = RAMPS[modules][(to - from + 1).clamp(0, 2) as usize];
    let part = grid.get(start.saturating_add_signed(from)..).unwrap_or_default();
    for (value, (offset, share)) in seen.iter_mut().zip(ramp).take(2 * modules) {
        if let Some([a, b]) = part.get(offset..offset + 2) {
            *value = a + share * (b - a);
        }
    }
    seen
}

/// A segment that has not drifted, as [`window`].
fn straight_window(grid: &[f32], start: usize, segment: Segment) -> Option<[f32; SAMPLES]> {
    let mut seen = [0.0; SAMPLES];
    let pairs = grid.get(start..start + segment.modules() * STEPS)?.chunks_exact(2);
    seen.iter_mut().zip(pairs).for_each(|(seen, pair)| *seen = (pair[0] + pair[1]) / 2.0);
    Some(seen)
}

/// The least that a segment costs, whatever it says.
fn fit(grid: &[f32], start: usize, from: isize, to: isize, segment: Segment, blur: &Templates) -> f32 {
    blur.least(&window(grid, start, from, to, segment.modules()), segment)
}

/// What digits look like through a lens.
struct Templates {
    /// By sample, then by set and value, for digits that begin with a space.
    digits: [[f32; 20]; SAMPLES],
    /// What the squares of a digit's samples add up to.
    squares: [f32; 20],
    /// Modules in turn, the first light or dark.
    guards: [[f32; SAMPLES]; 2],
}

impl Templates {
    fn get() -> &'static [Self; BLURS.len()] {
        static ALL: OnceLock<[Templates; BLURS.len()]> = OnceLock::new();
        ALL.get_or_init(|| BLURS.map(Self::new))
    }

    fn new(blur: f32) -> Self {
        let shares = shares(blur);
        let mut digits = [[0.0; 20]; SAMPLES];
        for pattern in 0..20 {
            let mut widths = EAN_DIGITS[pattern % 10];
            if pattern >= 10 {
                widths.reverse();
            }
            let mut modules = [false; 7];
            let mut at = 0;
            for (run, width) in widths.iter().enumerate() {
                for _ in 0..*width {
                    modules[at] = run % 2 == 1;
                    at += 1;
                }
            }
            // A bar ends what comes before, a space begins what comes after.
            let seen = seen_through(&shares, |module| match module {
                -1 => 0.0,
                7 => 1.0,
                0..7 => f32::from(u8::from(!modules[module as usize])),
                _ => 0.5,
            });
            digits.iter_mut().zip(seen).for_each(|(sample, value)| sample[pattern] = value);
        }
        let guards = std::array::from_fn(|dark| {
            seen_through(&shares, |module| if (module.rem_euclid(2) == 0) == (dark == 1) { 0.0 } else { 1.0 })
        });
        let squares = std::array::from_fn(|pattern| {
            digits.iter().map(|sample| sample[pattern] * sample[pattern]).sum()
        });
        Self { digits, squares, guards }
    }

    /// The least squared difference of a segment's samples from anything that it may say, in modules.
    fn least(&self, seen: &[f32; SAMPLES], segment: Segment) -> f32 {
        // Plain comparisons, several at a time, where `f32::min` would heed what is no number.
        let least = |a: f32, b: f32| if b < a { b } else { a };
        match segment {
            Segment::Guard { modules, dark } => {
                let both = seen.iter().zip(&self.guards[usize::from(dark)]).take(2 * modules);
                both.map(|(seen, expected)| 0.5 * (seen - expected).powi(2)).sum()
            }
            Segment::Left => self.scores(seen, false).into_iter().fold(f32::MAX, least),
            Segment::Right => self.scores(seen, true).into_iter().take(10).fold(f32::MAX, least),
        }
    }

    /// Squared difference of a digit's samples from each pattern of set A or C, then of set B, in modules.
    fn scores(&self, seen: &[f32; SAMPLES], is_right: bool) -> [f32; 20] {
        // A right digit is a left one with light and dark exchanged.
        let seen = if is_right { seen.map(|seen| 1.0 - seen) } else { *seen };
        // The square of a difference, multiplied out.
        let own: f32 = seen.iter().map(|seen| seen * seen).sum();
        let mut sums = self.squares.map(|square| 0.5 * (own + square));
        for (seen, patterns) in seen.iter().zip(&self.digits) {
            sums.iter_mut().zip(patterns).for_each(|(sum, expected)| *sum -= seen * expected);
        }
        sums
    }
}

/// Modules before a segment's first one that a blur may bring into it, and all modules that it may bring in.
const BEFORE: usize = 4;
const WITHIN_REACH: usize = BEFORE + 7 + 5;

/// How much each module counts behind a Gaussian blur, for each of two samples a module from module 0 on: from
/// [`BEFORE`] modules before it.
fn shares(blur: f32) -> [[f32; WITHIN_REACH]; SAMPLES] {
    const FINE: isize = 8;
    std::array::from_fn(|sample| {
        let middle = (sample as f32 + 0.5) / 2.0;
        let mut shares = [0.0; WITHIN_REACH];
        let mut whole = 0.0;
        // Beyond three standard deviations there is nothing to see.
        let reach = (3.0 * blur * FINE as f32) as isize + 1;
        let centre = (middle * FINE as f32) as isize;
        for step in centre - reach..centre + reach {
            let at = (step as f32 + 0.5) / FINE as f32;
            let weight = (-0.5 * ((at - middle) / blur).powi(2)).exp();
            whole += weight;
            if let Some(share) = shares.get_mut((step.div_euclid(FINE) + BEFORE as isize) as usize) {
                *share += weight;
            }
        }
        shares.map(|share| share / whole)
    })
}

/// Brightness of modules behind a blur.
fn seen_through(shares: &[[f32; WITHIN_REACH]; SAMPLES], light: impl Fn(isize) -> f32) -> [f32; SAMPLES] {
    shares.map(|shares| {
        let modules = shares.iter().enumerate();
        modules.map(|(module, share)| share * light(module as isize - BEFORE as isize)).sum()
    })
}
