//! EAN-13, UPC-A, EAN-8 and UPC-E read by likelihood.
//!
//! Each line across the bars gives the widths of its runs. Where the guards fit, every digit is scored against its
//! pattern with the ink's spread taken out, and the scores of several lines are added. The best numbers that satisfy the
//! check digit are then found by dynamic programming over the running check sum. (Widths and number sets: GS1 General
//! Specifications, section 5.2.)
//!
//! The best is accepted if its edges fit far better than any other's. Where they fit hardly better, the lines say
//! nothing by being many: blur moves the same edges on each of them. There the best must also explain the brightness
//! between the edges, far better than any other and in every digit ([`crate::profile`]).

use ministore_core::symbol::{EAN_DIGITS, EAN_LEFT_IN_B, UPC_E_IN_B};

use crate::Symbology;
use crate::addon::addon;
use crate::blurred::{Comparison, Segment};
use crate::check::upc_e_check;
use crate::line::Line;
use crate::profile::{Profile, Residual};

/// A cost that stands for "does not fit at all".
const NO_FIT: f32 = 20.0;

/// Numbers that are compared in the end.
const MOST_CONTENDERS: usize = 8;
/// How many times better than the runner-up's the best number's edges fit, where they alone decide.
const CLEAR_BY_EDGES: f32 = 2.0;
/// Squared modules by which they fit better on each line: two edges that are half a module off.
const LEAST_MARGIN: f32 = 1.0;

/// Squared modules that a digit costs on a line that is enough alone.
const PERFECT_COST: f32 = 0.04;

/// Modules of light asked for on both sides of a blurred symbol: within it, there are never more than four.
const BLURRED_QUIET: f32 = 4.6;

/// Squared modules that the best digits of a blurred line may cost, each.
const MOST_BLURRED_COST: f32 = 0.2;

/// Frames after which evidence that was not added to is forgotten.
const KEPT_FRAMES: usize = 6;
/// Symbols that are kept from frame to frame.
const MOST_KEPT: usize = 4;
/// Lines after which a symbol that is still undecided is begun afresh.
const MOST_LINES: u32 = 90;

/// Lines that must agree on an add-on, unless fewer are enough for the symbol itself.
const LEAST_ADDON_LINES: u32 = 2;

/// What brightness has to show before it decides.
struct Proof {
    /// How many times as much the runner-up leaves unexplained.
    clear: f32,
    /// Share of the brightness's variance that the best may leave unexplained in any one digit. A false digit leaves
    /// about 1, however blurred.
    most_unexplained: f32,
}

/// Where the edges fit the same number best.
const BESIDE_EDGES: Proof = Proof { clear: 1.5, most_unexplained: 0.3 };
/// For six digits with a check digit that only their pattern shows: chance comes near to them.
const SHORT: Proof = Proof { clear: 2.5, most_unexplained: 0.1 };
/// Where the edges fit another number better: that is what blur does, but glare on a digit can do it too.
const AGAINST_EDGES: Proof = Proof { clear: 3.0, most_unexplained: 0.1 };

/// The layouts of guards and digits.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Layout {
    Ean13,
    Ean8,
    UpcE,
}

impl Layout {
    const fn runs(self) -> usize {
        match self {
            Self::Ean13 => 59,
            Self::Ean8 => 43,
            Self::UpcE => 33,
        }
    }
    const fn modules(self) -> f32 {
        match self {
            Self::Ean13 => 95.0,
            Self::Ean8 => 67.0,
            Self::UpcE => 51.0,
        }
    }
    const fn digits(self) -> usize {
        match self {
            Self::Ean13 => 12,
            Self::Ean8 => 8,
            Self::UpcE => 6,
        }
    }
    /// Light margins asked for, left and right, in modules: under the standard's, as packaging is.
    const fn quiet(self) -> (f32, f32) {
        match self {
            Self::Ean13 => (1.6, 1.6),
            Self::Ean8 => (4.0, 4.0),
            Self::UpcE => (5.0, 5.0),
        }
    }
    /// Its guards and digits in their order.
    fn segments(self) -> Vec<Segment> {
        let guard = |modules, dark| Segment::Guard { modules, dark };
        let digits = |segment, count| std::iter::repeat_n(segment, count);
        let start = std::iter::once(guard(3, true));
        match self {
            Self::Ean13 | Self::Ean8 => {
                let half = if self == Self::Ean13 { 6 } else { 4 };
                start
                    .chain(digits(Segment::Left, half))
                    .chain([guard(5, false)])
                    .chain(digits(Segment::Right, half))
                    .chain([guard(3, true)])
                    .collect()
            }
            Self::UpcE => start.chain(digits(Segment::Left, 6)).chain([guard(6, false)]).collect(),
        }
    }
    /// First run of a digit.
    const fn run_of(self, digit: usize) -> usize {
        let half = match self {
            Self::Ean13 => 6,
            Self::Ean8 => 4,
            Self::UpcE => 6,
        };
        if digit < half { 3 + 4 * digit } else { 3 + 4 * digit + 5 }
    }
    /// First module of a digit: a digit's four runs are seven modules, all others are one.
    const fn module_of(self, digit: usize) -> usize {
        self.run_of(digit) + 3 * digit
    }
}

/// Evidence for one symbol, summed over lines.
#[derive(Debug, Clone)]
struct Candidate {
    layout: Layout,
    /// Whether the symbol runs against the lines' direction.
    reversed: bool,
    /// Whether the evidence is of brightness, not of edges.
    blurred: bool,
    /// Where its first and last edge lie on the latest line, in pixels from that line's start.
    from: f32,
    to: f32,
    /// `cost[digit][set][value]`, sets A, B (left) or C (right) as the layout has them.
    cost: [[[f32; 10]; 2]; 12],
    profile: Profile,
    lines: u32,
    /// How many lines it has when it is next worth deciding.
    next_try: u32,
    first: Span,
    last: Span,
    last_line: usize,
    /// What stands beside the symbol, and how many lines say so more than say otherwise.
    addon: Option<(String, u32)>,
}

/// What was found on a line, and how.
struct Found {
    layout: Layout,
    reversed: bool,
    blurred: bool,
    addon: Option<String>,
}

/// Where a symbol lay on a line.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Span {
    pub(crate) from: crate::geometry::Point,
    pub(crate) to: crate::geometry::Point,
}

/// A number that was read.
#[derive(Debug, Clone)]
pub(crate) struct Reading {
    pub(crate) symbology: Symbology,
    pub(crate) text: String,
    /// The two or five digits beside it.
    pub(crate) addon: Option<String>,
    /// 0 to 1.
    pub(crate) confidence: f32,
    pub(crate) first: Span,
    pub(crate) last: Span,
}

/// Which of the retail layouts are looked for.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Wanted {
    pub(crate) ean13: bool,
    pub(crate) upc_a: bool,
    pub(crate) ean8: bool,
    pub(crate) upc_e: bool,
}

impl Wanted {
    pub(crate) fn any(self) -> bool {
        self.ean13 || self.upc_a || self.ean8 || self.upc_e
    }
}

/// Gathers evidence over parallel lines.
#[derive(Debug)]
pub(crate) struct RetailReader {
    wanted: Wanted,
    at_border: bool,
    candidates: Vec<Candidate>,
    /// What earlier frames left undecided, with the frame that added to it last.
    kept: Vec<(usize, Candidate)>,
}

impl RetailReader {
    /// `at_border` as in [`Line::is_light_before`].
    pub(crate) fn new(wanted: Wanted, at_border: bool) -> Self {
        Self { wanted, at_border, candidates: Vec::new(), kept: Vec::new() }
    }

    /// Forgets all evidence.
    pub(crate) fn clear(&mut self) {
        self.candidates.clear();
    }

    /// Whether any line has looked like a code.
    pub(crate) fn has_evidence(&self) -> bool {
        !self.candidates.is_empty()
    }

    /// Adds the evidence of a line, also seen from its other end. `index` counts the lines in their order of place.
    pub(crate) fn add(&mut self, line: &Line, flipped: &Line, index: usize) {
        if !self.wanted.any() || line.edges.len() < Layout::UpcE.runs() + 1 {
            return;
        }
        self.scan(line, index, false);
        self.scan(flipped, index, true);
    }

    /// Adds what the brightness of a line says, also seen from its other end, where edges alone have said nothing.
    pub(crate) fn add_blurred(&mut self, line: &Line, flipped: &Line, index: usize) {
        if !self.wanted.any() {
            return;
        }
        for layout in [Layout::Ean13, Layout::Ean8, Layout::UpcE] {
            if self.wants(layout) {
                self.scan_blurred([line, flipped], index, layout);
            }
        }
    }

    fn scan_blurred(&mut self, lines: [&Line; 2], index: usize, layout: Layout) {
        let [line, _] = lines;
        let edges = &line.edges;
        let modules = layout.modules();
        let segments = layout.segments();
        for start in (0..edges.len()).step_by(2) {
            // Every symbol shows more edges than this, however blurred, and none shows more than it has.
            let last = (start + layout.runs()).min(edges.len() - 1);
            for end in (start + layout.runs() * 5 / 9..=last).filter(|end| end % 2 == 1) {
                let module = (edges[end] - edges[start]) / modules;
                if module * line.step < 0.9
                    || !line.is_light_before(start, BLURRED_QUIET * module, false)
                    || !line.is_light_after(end, BLURRED_QUIET * module, false)
                {
                    continue;
                }
                // From which end it is to be read shows in how it fits as it lies.
                let far = line.len() as f32 - 1.0;
                let spans = [(edges[start], edges[end]), (far - edges[end], far - edges[start])];
                let readings = lines.into_iter().zip(spans).zip([false, true]);
                let likelier = readings
                    .filter_map(|((line, (from, to)), reversed)| {
                        let comparison = Comparison::new(line, from, to, &segments)?;
                        Some((comparison, line, (from, to), reversed))
                    })
                    .min_by(|a, b| a.0.cost.total_cmp(&b.0.cost));
                let Some((comparison, line, span, reversed)) = likelier else { continue };
                let Some(evidence) = comparison.evidence() else { continue };
                let mut cost = [[[0.0; 10]; 2]; 12];
                cost.iter_mut().zip(&evidence.scores).for_each(|(cost, scores)| *cost = *scores);
                let best: f32 = cost[..layout.digits()]
                    .iter()
                    .map(|sets| sets.iter().flatten().copied().fold(NO_FIT, f32::min))
                    .sum();
                if best > MOST_BLURRED_COST * layout.digits() as f32 {
                    continue;
                }
                let profile = Profile::along(modules as usize, &evidence.places, |at| line.brightness(at));
                let found = Found { layout, reversed, blurred: true, addon: None };
                self.merge(line, span, found, (cost, profile), index);
            }
        }
    }

    fn wants(&self, layout: Layout) -> bool {
        match layout {
            Layout::Ean13 => self.wanted.ean13 || self.wanted.upc_a,
            Layout::Ean8 => self.wanted.ean8,
            Layout::UpcE => self.wanted.upc_e,
        }
    }

    fn scan(&mut self, line: &Line, index: usize, reversed: bool) {
        let edges = &line.edges;
        let mut start = 0;
        while start + Layout::UpcE.runs() < edges.len() {
            for layout in [Layout::Ean13, Layout::Ean8, Layout::UpcE] {
                if self.wants(layout)
                    && let Some(cost) = score(line, start, layout, self.at_border)
                    && let Some(profile) = profile(line, start, layout)
                {
                    let span = (edges[start], edges[start + layout.runs()]);
                    let end = start + layout.runs();
                    let addon = addon(line, end, (span.1 - span.0) / layout.modules());
                    let found = Found { layout, reversed, blurred: false, addon };
                    self.merge(line, span, found, (cost, profile), index);
                    break;
                }
            }
            start += 2;
        }
    }

    fn merge(
        &mut self,
        line: &Line,
        (a, b): (f32, f32),
        found: Found,
        (cost, profile): ([[[f32; 10]; 2]; 12], Profile),
        index: usize,
    ) {
        let Found { layout, reversed, blurred, addon } = found;
        let span = Span { from: line.place(a), to: line.place(b) };
        let (from, to) = (a * line.step, b * line.step);
        let near = (to - from) / layout.modules() * 6.0;
        let same = self.candidates.iter_mut().find(|c| {
            c.layout == layout
                && c.reversed == reversed
                && c.blurred == blurred
                && (c.from - from).abs() < near
                && (c.to - to).abs() < near
        });
        match same {
            Some(candidate) if candidate.last_line != index => {
                candidate.add(&cost, &profile);
                candidate.lines += 1;
                (candidate.from, candidate.to) = (from, to);
                candidate.last = span;
                candidate.last_line = index;
                candidate.vote_on(addon);
            }
            Some(_) => {}
            None => self.candidates.push(Candidate {
                layout,
                reversed,
                blurred,
                from,
                to,
                cost,
                profile,
                lines: 1,
                next_try: 1,
                first: span,
                last: span,
                last_line: index,
                addon: addon.map(|addon| (addon, 1)),
            }),
        }
    }

    /// The numbers that the evidence is sure of by now. They leave the evidence. While more lines are to come, what was
    /// not sure is not looked at again for each of them.
    pub(crate) fn take(&mut self, more_to_come: bool) -> Vec<Reading> {
        let wanted = self.wanted;
        let mut readings: Vec<Reading> = Vec::new();
        self.candidates.retain_mut(|candidate| {
            if more_to_come && candidate.lines < candidate.next_try {
                return true;
            }
            candidate.next_try = candidate.lines * 3 / 2 + 1;
            match decide(candidate, wanted) {
                Some(reading) => {
                    readings.push(reading);
                    false
                }
                None => true,
            }
        });
        readings
    }

    /// Adds what is left undecided to what the frames before have left at the same place, and answers the numbers that
    /// are sure by now. Frames differ in grain, in light and in where pixels fall: together they say more.
    pub(crate) fn fuse(&mut self, frame: usize) -> Vec<Reading> {
        let mut readings = Vec::new();
        self.kept.retain(|(last, _)| frame.wrapping_sub(*last) <= KEPT_FRAMES);
        for mut candidate in std::mem::take(&mut self.candidates) {
            if candidate.lines < 2 {
                continue;
            }
            let place =
                self.kept.iter().position(|(last, kept)| *last != frame && kept.is_seen_again(&candidate));
            if let Some((_, before)) = place.map(|place| self.kept.swap_remove(place)) {
                candidate.add(&before.cost, &before.profile);
                candidate.lines += before.lines;
                if let Some(reading) = decide(&candidate, self.wanted) {
                    readings.push(reading);
                    continue;
                }
            }
            // What so many lines do not settle, more of them do not either.
            if candidate.lines < MOST_LINES {
                self.kept.push((frame, candidate));
            }
        }
        self.kept.sort_by_key(|(_, candidate)| std::cmp::Reverse(candidate.lines));
        self.kept.truncate(MOST_KEPT);
        readings
    }
}

impl Candidate {
    /// Adds another line's evidence, or that of several.
    fn add(&mut self, cost: &[[[f32; 10]; 2]; 12], profile: &Profile) {
        let sums = self.cost.iter_mut().flatten().flatten();
        sums.zip(cost.iter().flatten().flatten()).for_each(|(sum, new)| *sum += new);
        self.profile.add(profile);
    }

    /// Takes what a line says of an add-on; nothing is no vote.
    fn vote_on(&mut self, addon: Option<String>) {
        let Some(addon) = addon else { return };
        match &mut self.addon {
            Some((known, votes)) if *known == addon => *votes += 1,
            Some((_, votes)) if *votes > 1 => *votes -= 1,
            known => *known = Some((addon, 1)),
        }
    }

    /// Whether another frame's candidate may be the same symbol.
    fn is_seen_again(&self, other: &Self) -> bool {
        let near = 0.25 * self.first.from.distance(self.first.to);
        (self.layout, self.reversed, self.blurred) == (other.layout, other.reversed, other.blurred)
            && self.first.from.distance(other.first.from) < near
            && self.first.to.distance(other.first.to) < near
    }
}

/// Scores the digits of a symbol that would start with the dark run at `start`; nothing if its guards do not fit.
fn score(line: &Line, start: usize, layout: Layout, at_border: bool) -> Option<[[[f32; 10]; 2]; 12]> {
    let runs = layout.runs();
    let edges = line.edges.get(start..=start + runs)?;
    let total = edges[runs] - edges[0];
    let module = total / layout.modules();
    if module * line.step < 0.7 {
        return None;
    }
    let width = |run: usize| edges[run + 1] - edges[run];
    // Start guard first: it refuses nearly everything.
    let start_guard = (edges[3] - edges[0]) / module;
    if !(2.0..4.2).contains(&start_guard) {
        return None;
    }
    let (end_at, end_modules) = if layout == Layout::UpcE { (runs - 6, 6.0) } else { (runs - 3, 3.0) };
    let end_guard = (edges[runs] - edges[end_at]) / module;
    if !(end_modules * 0.67..end_modules * 1.4).contains(&end_guard) {
        return None;
    }
    let (quiet_left, quiet_right) = layout.quiet();
    // At the end of a line the margin is out of sight: what is there must be as long as can be seen.
    let at_border = layout == Layout::Ean13 || (at_border && layout == Layout::Ean8);
    if !line.is_light_before(start, quiet_left * module, at_border)
        || !line.is_light_after(start + runs, quiet_right * module, at_border)
    {
        return None;
    }
    let middle = match layout {
        Layout::Ean13 => Some(27),
        Layout::Ean8 => Some(19),
        Layout::UpcE => None,
    };
    if let Some(at) = middle {
        let guard = (edges[at + 5] - edges[at]) / module;
        if !(3.8..6.4).contains(&guard) {
            return None;
        }
    }
    for digit in 0..layout.digits() {
        let run = layout.run_of(digit);
        let modules = (edges[run + 4] - edges[run]) / module;
        if !(5.6..8.4).contains(&modules) {
            return None;
        }
    }

    // How much wider than printed the bars are: from the guards, where bars and spaces are one module each.
    let mut bars = 0.0;
    let mut spaces = 0.0;
    let mut bar_count = 0.0f32;
    let mut space_count = 0.0f32;
    let mut guard = |from: usize, count: usize, bar_first: bool| {
        for offset in 0..count {
            let is_bar = (offset % 2 == 0) == bar_first;
            if is_bar {
                bars += width(from + offset);
                bar_count += 1.0;
            } else {
                spaces += width(from + offset);
                space_count += 1.0;
            }
        }
    };
    guard(0, 3, true);
    match layout {
        Layout::UpcE => guard(runs - 6, 6, false),
        _ => guard(runs - 3, 3, true),
    }
    if let Some(at) = middle {
        guard(at, 5, false);
    }
    let spread = ((bars / bar_count - spaces / space_count) / 2.0 / module).clamp(-0.6, 0.6);

    let mut cost = [[[0.0f32; 10]; 2]; 12];
    let mut sum_of_best = 0.0;
    for (digit, sets) in cost.iter_mut().enumerate().take(layout.digits()) {
        let run = layout.run_of(digit);
        let digit_module = (edges[run + 4] - edges[run]) / 7.0;
        let starts_with_bar = run.is_multiple_of(2);
        let mut seen = [0.0f32; 4];
        for (index, seen) in seen.iter_mut().enumerate() {
            let is_bar = (index % 2 == 0) == starts_with_bar;
            let correction = if is_bar { -spread } else { spread };
            *seen = width(run + index) / digit_module + correction;
        }
        let mut best = NO_FIT;
        for (value, widths) in EAN_DIGITS.iter().enumerate() {
            sets[0][value] = distance(&seen, *widths);
            sets[1][value] = distance(&seen, [widths[3], widths[2], widths[1], widths[0]]);
            best = best.min(sets[0][value]).min(sets[1][value]);
        }
        sum_of_best += best;
    }
    if sum_of_best > 1.1 * layout.digits() as f32 {
        return None;
    }
    Some(cost)
}

/// The brightness of a symbol that starts with the dark run at `start`. What is the same in every number says where its
/// modules lie: the guards, and where digits begin.
fn profile(line: &Line, start: usize, layout: Layout) -> Option<Profile> {
    let edges = line.edges.get(start..=start + layout.runs())?;
    let mut places = Vec::with_capacity(32);
    let mut module = 0;
    let mut run = 0;
    while run < edges.len() {
        places.push((module as f32, edges[run]));
        let is_digit = (0..layout.digits()).any(|digit| layout.run_of(digit) == run);
        (run, module) = if is_digit { (run + 4, module + 7) } else { (run + 1, module + 1) };
    }
    Profile::new(layout.modules() as usize, &places, |at| line.brightness(at))
}

/// The widths of the bars and spaces of a number, in modules.
fn widths(layout: Layout, sets: &[usize], digits: &[u8]) -> Vec<u8> {
    let mut widths = vec![1; layout.runs()];
    for (index, (set, digit)) in sets.iter().zip(digits).enumerate() {
        let run = layout.run_of(index);
        let mut pattern = EAN_DIGITS[usize::from(*digit)];
        if *set == 1 {
            pattern.reverse();
        }
        widths[run..run + 4].copy_from_slice(&pattern);
    }
    widths
}

/// Squared distance of four widths from a pattern. Distances between edges of the same kind (which ink spread leaves
/// alone) count beside the widths themselves.
fn distance(seen: &[f32; 4], pattern: [u8; 4]) -> f32 {
    let p = pattern.map(f32::from);
    let widths: f32 = seen.iter().zip(p).map(|(s, p)| (s - p).powi(2)).sum();
    let pair = |i: usize| (seen[i] + seen[i + 1] - p[i] - p[i + 1]).powi(2);
    (0.5 * widths + pair(0) + pair(1)).min(NO_FIT)
}

/// The first digits of a number, and what they cost.
#[derive(Clone, Copy)]
struct Path {
    cost: f32,
    digits: [u8; 13],
}

const NOWHERE: Path = Path { cost: f32::MAX, digits: [0; 13] };

/// The cheapest numbers whose weighted digit sum is 0 modulo 10, the cheapest first, with the given set for each digit.
/// `lead` is a first digit that is not drawn, but counts. Weights run 3, 1, 3… from the right end.
fn cheapest<const MOST: usize>(candidate: &Candidate, sets: &[usize], lead: Option<u8>) -> [Path; MOST] {
    let count = sets.len();
    let weight = |index: usize| if (count - 1 - index).is_multiple_of(2) { 1 } else { 3 };
    let mut states = [[NOWHERE; MOST]; 10];
    let lead_sum = lead.map_or(0, |digit| {
        let weight = if count.is_multiple_of(2) { 1 } else { 3 };
        usize::from(digit) * weight % 10
    });
    states[lead_sum][0] = Path { cost: 0.0, digits: [0; 13] };
    for (index, set) in sets.iter().enumerate() {
        let mut next = [[NOWHERE; MOST]; 10];
        for (sum, paths) in states.iter().enumerate() {
            for path in paths.iter().filter(|path| path.cost < f32::MAX) {
                for value in 0..10usize {
                    let cost = path.cost + candidate.cost[index][*set][value];
                    let known = &mut next[(sum + value * weight(index)) % 10];
                    let place = known.partition_point(|other| other.cost <= cost);
                    if place == MOST {
                        continue;
                    }
                    let mut longer = Path { cost, digits: path.digits };
                    longer.digits[index] = value as u8;
                    known[place..].rotate_right(1);
                    known[place] = longer;
                }
            }
        }
        states = next;
    }
    states[0]
}

/// A number that the evidence may mean.
struct Contender {
    /// Squared misfit of its edges, summed over digits and lines.
    cost: f32,
    text: String,
    /// Its bars and spaces, in modules.
    widths: Vec<u8>,
}

fn decide(candidate: &Candidate, wanted: Wanted) -> Option<Reading> {
    let layout = candidate.layout;
    // A short code says less against chance: it has to fit better, and more lines have to say so.
    let (most_cost, least_lines) = match layout {
        Layout::Ean13 => (0.70, 2),
        Layout::Ean8 => (0.50, 3),
        Layout::UpcE => (0.35, 3),
    };
    let digits = layout.digits();
    // Chance does not fit perfectly either: a drawing may be a single line.
    let most_cost = match (candidate.lines >= least_lines, candidate.blurred) {
        (true, false) => most_cost,
        (true, true) => 1.3 * MOST_BLURRED_COST,
        (false, _) => PERFECT_COST,
    };
    let most_cost = most_cost * digits as f32 * candidate.lines as f32;
    // Too dear whatever is chosen: not worth the search.
    let floor: f32 = candidate.cost[..digits]
        .iter()
        .map(|sets| sets.iter().flatten().copied().fold(NO_FIT, f32::min))
        .sum::<f32>();
    if floor > most_cost {
        return None;
    }
    let contenders = contenders(candidate, most_cost);
    let (best, others) = contenders.split_first()?;
    if best.cost > most_cost {
        return None;
    }
    let by_edges = if candidate.blurred { None } else { clear_by_edges(candidate, best, others) };
    let (text, confidence) = match by_edges {
        Some(confidence) => (&best.text, confidence),
        None => clear_by_brightness(candidate, &contenders)?,
    };
    let symbology = match layout {
        Layout::Ean13 if text.starts_with('0') && wanted.upc_a => Symbology::UpcA,
        Layout::Ean13 if wanted.ean13 => Symbology::Ean13,
        Layout::Ean13 => return None,
        Layout::Ean8 => Symbology::Ean8,
        Layout::UpcE => Symbology::UpcE,
    };
    let text = if symbology == Symbology::UpcA { text[1..].to_owned() } else { text.clone() };
    let least = LEAST_ADDON_LINES.min(candidate.lines);
    let addon = candidate.addon.as_ref().filter(|(_, votes)| *votes >= least);
    Some(Reading {
        symbology,
        text,
        addon: addon.map(|(text, _)| text.clone()),
        confidence,
        first: candidate.first,
        last: candidate.last,
    })
}

/// The cheapest numbers, the cheapest first; those that must cost more than `most_cost` may be left out.
fn contenders(candidate: &Candidate, most_cost: f32) -> Vec<Contender> {
    let layout = candidate.layout;
    let mut found: Vec<Contender> = Vec::new();
    let mut offer = |cost: f32, text: String, sets: &[usize], digits: &[u8]| {
        found.push(Contender { cost, text, widths: widths(layout, sets, digits) });
    };
    match layout {
        Layout::Ean13 => {
            let patterns = EAN_LEFT_IN_B.iter().enumerate().map(|(first, pattern)| {
                let mut sets = [0usize; 12];
                for (index, set) in sets.iter_mut().enumerate().take(6) {
                    *set = usize::from(pattern >> (5 - index) & 1);
                }
                (floor(candidate, &sets), first, sets)
            });
            let mut patterns: Vec<(f32, usize, [usize; 12])> = patterns.collect();
            patterns.sort_by(|a, b| a.0.total_cmp(&b.0));
            let mut least = f32::MAX;
            for (floor, first, sets) in patterns {
                // What costs this much changes no verdict.
                if floor > most_cost
                    || floor > (CLEAR_BY_EDGES * least).max(least + LEAST_MARGIN * candidate.lines as f32)
                {
                    break;
                }
                for path in cheapest::<2>(candidate, &sets, Some(first as u8)) {
                    if path.cost < f32::MAX {
                        least = least.min(path.cost);
                        let digits = &path.digits[..12];
                        offer(path.cost, format!("{first}{}", text_of(digits)), &sets, digits);
                    }
                }
            }
        }
        Layout::Ean8 => {
            for path in cheapest::<MOST_CONTENDERS>(candidate, &[0; 8], None) {
                if path.cost < f32::MAX {
                    let digits = &path.digits[..8];
                    offer(path.cost, text_of(digits), &[0; 8], digits);
                }
            }
        }
        Layout::UpcE => upc_e(candidate, &mut offer),
    }
    found.sort_by(|a, b| a.cost.total_cmp(&b.cost));
    found.truncate(MOST_CONTENDERS);
    found
}

/// What digits of these sets cost at the least, whatever their check sum.
fn floor(candidate: &Candidate, sets: &[usize]) -> f32 {
    let least = |costs: &[f32; 10]| costs.iter().copied().fold(NO_FIT, f32::min);
    sets.iter().zip(&candidate.cost).map(|(set, costs)| least(&costs[*set])).sum()
}

/// How sure the best number is by where its edges lie; nothing if they do not decide.
fn clear_by_edges(candidate: &Candidate, best: &Contender, others: &[Contender]) -> Option<f32> {
    // The others are sorted.
    let second = others.first()?.cost;
    let is_clear =
        second - best.cost >= LEAST_MARGIN * candidate.lines as f32 && second >= CLEAR_BY_EDGES * best.cost;
    is_clear.then(|| 1.0 - best.cost / second)
}

/// The number whose bars explain the brightness far better than any other's, and how sure that is; nothing if that does
/// not decide.
fn clear_by_brightness<'a>(candidate: &Candidate, contenders: &'a [Contender]) -> Option<(&'a String, f32)> {
    let layout = candidate.layout;
    let starts = (0..layout.digits()).map(|digit| layout.module_of(digit));
    let mut best: Option<(usize, Residual)> = None;
    let mut second = f32::MAX;
    for (rank, contender) in contenders.iter().enumerate() {
        // A number that hardly fits in one place need not be compared in all.
        let is_far =
            rank > 2 && best.is_some_and(|(_, known)| known.worst > 2.0 * BESIDE_EDGES.most_unexplained);
        if is_far {
            break;
        }
        let Some(residual) = candidate.profile.residual(&contender.widths, starts.clone()) else { continue };
        if best.is_none_or(|(_, known)| residual.whole < known.whole) {
            second = best.map_or(f32::MAX, |(_, known)| known.whole);
            best = Some((rank, residual));
        } else {
            second = second.min(residual.whole);
        }
    }
    let (rank, residual) = best?;
    let proof = match layout {
        Layout::UpcE => SHORT,
        _ if rank == 0 => BESIDE_EDGES,
        _ => AGAINST_EDGES,
    };
    // The truth need not be among the numbers compared: two of its digits may have been mistaken. Then another digit
    // explains these places better.
    let places = (0..layout.digits()).map(|digit| (layout.run_of(digit), layout.module_of(digit)));
    let is_proven = residual.worst <= proof.most_unexplained
        && second >= proof.clear * residual.whole
        && candidate.profile.is_best_everywhere(&contenders[rank].widths, places);
    is_proven.then(|| (&contenders[rank].text, 1.0 - residual.whole / second))
}

/// Every combination of number system and check digit has its own parity pattern; the check digit of the number that
/// the six digits expand to must be the one that the pattern says.
fn upc_e(candidate: &Candidate, offer: &mut impl FnMut(f32, String, &[usize], &[u8])) {
    for system in 0..2u8 {
        for (check, pattern) in UPC_E_IN_B.iter().enumerate() {
            let pattern = if system == 0 { *pattern } else { !pattern & 0b11_1111 };
            // The cheapest digits, then each with one digit changed: the number is short enough to try.
            let sets: [usize; 6] = std::array::from_fn(|index| usize::from(pattern >> (5 - index) & 1));
            let costs = |index: usize| &candidate.cost[index][sets[index]];
            let mut ranked = [[0usize; 10]; 6];
            for (index, ranked) in ranked.iter_mut().enumerate() {
                for (value, slot) in ranked.iter_mut().enumerate() {
                    *slot = value;
                }
                ranked.sort_by(|a, b| costs(index)[*a].total_cmp(&costs(index)[*b]));
            }
            for changed in 0..=6usize {
                for rank in 1..if changed == 6 { 2 } else { 4 } {
                    let mut digits = [0u8; 6];
                    let mut cost = 0.0;
                    for (index, digit) in digits.iter_mut().enumerate() {
                        let value = ranked[index][if index == changed { rank } else { 0 }];
                        *digit = value as u8;
                        cost += costs(index)[value];
                    }
                    if upc_e_check(system, digits) == check as u8 {
                        offer(cost, format!("{system}{}{check}", text_of(&digits)), &sets, &digits);
                    }
                }
            }
        }
    }
}

fn text_of(digits: &[u8]) -> String {
    digits.iter().map(|digit| char::from(b'0' + digit)).collect()
}
