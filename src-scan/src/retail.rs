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

mod decision;
mod layout;

use ministore_core::symbol::EAN_DIGITS;

use crate::Symbology;
use crate::addon::addon;
use crate::blurred::{Comparison, Scores};
use crate::geometry::{Point, centre};
use crate::line::Line;
use crate::profile::Profile;
use decision::decide;
use layout::{Layout, MOST_RUNS};

/// What digits cost: by digit, set (A or C, or B) and value.
type Costs = [Scores; 12];
const NO_COSTS: Costs = [[[0.0; 10]; 2]; 12];

/// A cost that stands for "does not fit at all".
const NO_FIT: f32 = 20.0;

/// The share of a symbol's length at which its middle may be seen: there, one end looks three times as large as the other.
const MOST_SLANT: f32 = 0.635;

/// Modules of light asked for on both sides of a blurred symbol: within it, there are never more than four.
const BLURRED_QUIET: f32 = 4.6;

/// Places of a symbol on a line that are looked at closely, where its ends are not sure.
const MOST_BLURRED: usize = 3;
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
    cost: Costs,
    profile: Profile,
    lines: u32,
    /// How many lines it has when it is next worth deciding.
    next_try: u32,
    /// What the likeliest number cost on each line when it was last decided on.
    least: f32,
    /// How many lines it had when its brightness was last searched.
    searched: u32,
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
    pub(crate) from: Point,
    pub(crate) to: Point,
}

impl Span {
    /// Whether a place is about its middle.
    pub(crate) fn is_about(self, place: Point) -> bool {
        centre(&[self.from, self.to]).distance(place) < 0.25 * self.from.distance(self.to)
    }
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
    /// The line whose best digits fit best so far, and what each of them costs.
    likeliest_line: Option<(f32, usize)>,
    /// What earlier frames left undecided, with the frame that added to it last.
    kept: Vec<(usize, Candidate)>,
}

impl RetailReader {
    /// `at_border` as in [`Line::is_light_before`].
    pub(crate) fn new(wanted: Wanted, at_border: bool) -> Self {
        Self { wanted, at_border, candidates: Vec::new(), likeliest_line: None, kept: Vec::new() }
    }

    /// Forgets all evidence.
    pub(crate) fn clear(&mut self) {
        self.candidates.clear();
        self.likeliest_line = None;
    }

    /// The line that looks most like a code.
    pub(crate) fn likeliest_line(&self) -> Option<usize> {
        self.likeliest_line.map(|(_, index)| index)
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
        // By what the segments cost as they lie.
        let mut likeliest: Vec<(f32, Comparison<'_>, (f32, f32), bool)> = Vec::new();
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
                        Some((comparison.cost, comparison, (from, to), reversed))
                    })
                    .min_by(|a, b| a.0.total_cmp(&b.0));
                let Some(likelier) = likelier else { continue };
                let place = likeliest.partition_point(|known| known.0 <= likelier.0);
                likeliest.insert(place, likelier);
                likeliest.truncate(MOST_BLURRED);
            }
        }
        for (_, comparison, span, reversed) in likeliest {
            let line = lines[usize::from(reversed)];
            let Some(evidence) = comparison.evidence() else { continue };
            let mut cost = NO_COSTS;
            cost.iter_mut().zip(&evidence.scores).for_each(|(cost, scores)| *cost = *scores);
            if best(&cost, layout) > MOST_BLURRED_COST * layout.digits() as f32 {
                continue;
            }
            let profile = Profile::along(modules as usize, &evidence.places, |at| line.brightness(at));
            let found = Found { layout, reversed, blurred: true, addon: None };
            self.merge(line, span, found, (cost, profile), index);
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
        (cost, profile): (Costs, Profile),
        index: usize,
    ) {
        let Found { layout, reversed, blurred, addon } = found;
        let each = best(&cost, layout) / layout.digits() as f32;
        if self.likeliest_line.is_none_or(|(least, _)| each < least) {
            self.likeliest_line = Some((each, index));
        }
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
                least: f32::MAX,
                searched: 0,
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
        let mut index = 0;
        while let Some(candidate) = self.candidates.get(index) {
            let is_due = !more_to_come || candidate.lines >= candidate.next_try;
            // What the same symbol costs, read from its other end.
            let opposed = self.candidates.iter().filter(|other| candidate.is_read_against(other));
            let rival = opposed.map(|other| other.least).fold(f32::MAX, f32::min);
            let candidate = &mut self.candidates[index];
            index += 1;
            if !is_due {
                continue;
            }
            candidate.next_try = candidate.lines * 3 / 2 + 1;
            if let Some(reading) = decide(candidate, wanted, more_to_come, rival) {
                readings.push(reading);
                index -= 1;
                self.candidates.remove(index);
            }
        }
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
                if let Some(reading) = decide(&mut candidate, self.wanted, false, f32::MAX) {
                    readings.push(reading);
                    continue;
                }
            }
            // What so many lines do not settle, more of them do not either.
            if candidate.lines < MOST_LINES {
                self.kept.push((frame, candidate));
            }
        }
        self.kept.sort_unstable_by_key(|(_, candidate)| std::cmp::Reverse(candidate.lines));
        self.kept.truncate(MOST_KEPT);
        readings
    }
}

impl Candidate {
    /// Adds another line's evidence, or that of several.
    fn add(&mut self, cost: &Costs, profile: &Profile) {
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

    /// Whether another is the same symbol, read from its other end.
    fn is_read_against(&self, other: &Self) -> bool {
        let near = 0.05 * self.last.from.distance(self.last.to);
        self.reversed != other.reversed
            && (self.layout, self.blurred) == (other.layout, other.blurred)
            && self.last.from.distance(other.last.to) < near
            && self.last.to.distance(other.last.from) < near
    }

    /// Whether another frame's candidate may be the same symbol.
    fn is_seen_again(&self, other: &Self) -> bool {
        let near = 0.25 * self.first.from.distance(self.first.to);
        (self.layout, self.reversed, self.blurred) == (other.layout, other.reversed, other.blurred)
            && self.first.from.distance(other.first.from) < near
            && self.first.to.distance(other.first.to) < near
    }
}

/// How a flat symbol looks that is seen from one end: what is nearer looks wider. Along a line that is a projective map, and
/// where the middle is seen tells which. Its value is the scale at the start; that at the end is the inverse.
#[derive(Clone, Copy)]
struct Slant(f32);

impl Slant {
    /// From the share of its length at which a symbol's middle is seen; nothing where it is seen from too far aside.
    fn new(middle: f32) -> Option<Self> {
        (1.0 - MOST_SLANT..MOST_SLANT).contains(&middle).then(|| Self(middle / (1.0 - middle)))
    }

    /// The share of the symbol's length that is seen at a share of what it looks like.
    fn straight(self, seen: f32) -> f32 {
        seen / (self.0 - (self.0 - 1.0) * seen)
    }
}

/// What digits cost that are each the cheapest, in whatever set.
fn best(costs: &Costs, layout: Layout) -> f32 {
    let digits = costs.iter().take(layout.digits());
    digits.map(|sets| sets.iter().flatten().copied().fold(NO_FIT, f32::min)).sum()
}

/// Scores the digits of a symbol that would start with the dark run at `start`; nothing if its guards do not fit.
fn score(line: &Line, start: usize, layout: Layout, at_border: bool) -> Option<Costs> {
    let runs = layout.runs();
    let edges = line.edges.get(start..=start + runs)?;
    let total = edges[runs] - edges[0];
    let module = total / layout.modules();
    if module * line.step < 0.7 {
        return None;
    }
    let middle = match layout {
        Layout::Ean13 => Some(27),
        Layout::Ean8 => Some(19),
        Layout::UpcE => None,
    };
    let middle_seen = middle.map_or(0.5, |at| ((edges[at] + edges[at + 5]) / 2.0 - edges[0]) / total);
    let slant = Slant::new(middle_seen)?;
    // Start guard first: it refuses nearly everything.
    let (first_module, last_module) = (module * slant.0, module / slant.0);
    if !layout.is_guard((edges[3] - edges[0]) / first_module / 3.0) {
        return None;
    }
    let (end_at, end_modules) = if layout == Layout::UpcE { (runs - 6, 6.0) } else { (runs - 3, 3.0) };
    if !layout.is_guard((edges[runs] - edges[end_at]) / last_module / end_modules) {
        return None;
    }
    let (quiet_left, quiet_right) = layout.quiet();
    // At the end of a line the margin is out of sight: what is there must be as long as can be seen.
    let at_border = layout == Layout::Ean13 || (at_border && layout == Layout::Ean8);
    if !line.is_light_before(start, quiet_left * first_module, at_border)
        || !line.is_light_after(start + runs, quiet_right * last_module, at_border)
    {
        return None;
    }
    // Where the edges would be on a symbol seen from the front, in modules.
    let mut straight = [0.0f32; MOST_RUNS + 1];
    for (straight, edge) in straight.iter_mut().zip(edges) {
        *straight = layout.modules() * slant.straight((edge - edges[0]) / total);
    }
    let edges = straight;
    let width = |run: usize| edges[run + 1] - edges[run];
    if let Some(at) = middle
        && !layout.is_middle_guard((edges[at + 5] - edges[at]) / 5.0)
    {
        return None;
    }
    let mut before = 1.0;
    for digit in 0..layout.digits() {
        let run = layout.run_of(digit);
        let module = (edges[run + 4] - edges[run]) / 7.0;
        if !layout.is_digit(module, before) {
            return None;
        }
        before = module;
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
    let spread = ((bars / bar_count - spaces / space_count) / 2.0).clamp(-0.6, 0.6);

    let mut cost = NO_COSTS;
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

/// Squared distance of four widths from a pattern. Distances between edges of the same kind (which ink spread leaves
/// alone) count beside the widths themselves.
fn distance(seen: &[f32; 4], pattern: [u8; 4]) -> f32 {
    let p = pattern.map(f32::from);
    let widths: f32 = seen.iter().zip(p).map(|(s, p)| (s - p).powi(2)).sum();
    let pair = |i: usize| (seen[i] + seen[i + 1] - p[i] - p[i + 1]).powi(2);
    (0.5 * widths + pair(0) + pair(1)).min(NO_FIT)
}
