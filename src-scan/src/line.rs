//! One line across bars: its brightness, and where it turns from light to dark with sub-pixel accuracy.

use std::ops::Range;

use crate::geometry::Point;
use crate::luma::Luma;

/// Brightness along a straight line, and its edges.
#[derive(Debug, Default, Clone)]
pub(crate) struct Line {
    pub(crate) start: Point,
    /// Unit vector from the start to the end.
    pub(crate) direction: Point,
    /// Pixels between two samples.
    pub(crate) step: f32,
    samples: Vec<f32>,
    blurred: Vec<f32>,
    /// Brightness and weight of the pixels about each sample.
    gathered: Vec<[f32; 2]>,
    /// Turns, in samples from the start; the first is from light to dark, they
    /// alternate, and the last is from dark to light.
    pub(crate) edges: Vec<f32>,
    extremes: Vec<(usize, f32)>,
    /// The darkest and the lightest sample of each block.
    ranges: Vec<(f32, f32)>,
}

/// How a line is sampled.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Sampling {
    /// A pixel apart, between the nearest pixels; along a row or column, where pixels are.
    Nearest,
    /// Half a pixel apart, by all pixels of a band about the line as they are; along a row or column as [`Self::Nearest`].
    Band,
}

/// How much of a step a line must go along rows or columns to keep to their pixels.
const ALONG_AN_AXIS: f32 = 0.9;
/// The same above which the rows of a band about it show bars at the same places.
const ON_AN_AXIS: f32 = 0.9995;
/// Pixels to each side of a line whose pixels are gathered.
const BAND: f32 = 4.0;
/// How a pixel's weight falls with its distance from a sample, in samples.
const FALL: f32 = 1.0 / 1.02;
/// Pixels between the samples of such a line; from so far along the line, to each side, a sample takes brightness.
const BETWEEN_PIXELS: f32 = 0.5;

/// The smallest contrast of an edge, in grey levels.
const LEAST_CONTRAST: f32 = 8.0;
/// The smallest contrast of an edge beside the contrast around it: fine, for all that bars show; coarse, so that halos
/// and grain beside them do not count.
pub(crate) const FINE: f32 = 0.12;
pub(crate) const COARSE: f32 = 0.3;

/// Samples from a bar's edge within which it is as light as its paper, beside twice what the bar's darkest place is away.
const NEAR: usize = 8;
/// Share of the contrast at which a bar is left.
const LEAVING: f32 = 0.25;

/// Share of the contrast on one side of a place above which bars make that on the other.
const ANOTHER_SURFACE: f32 = 0.35;
/// Samples whose contrast is taken together.
const BLOCK: usize = 32;

/// The least and the greatest of some samples.
fn range(samples: &[f32]) -> (f32, f32) {
    // Plain comparisons, several samples at a time, where `f32::min` would heed what is no number.
    let least = |a: f32, b: f32| if b < a { b } else { a };
    let greatest = |a: f32, b: f32| if b > a { b } else { a };
    samples.iter().fold((f32::MAX, f32::MIN), |(low, high), v| (least(low, *v), greatest(high, *v)))
}

impl Line {
    /// Samples the picture from `from` to `to` and finds the edges whose contrast is at least `share` of that around them.
    ///
    /// With `sharpen` above 0, the mean of three parallel lines is taken, against grain, and what blur has taken from
    /// bars about twice `sharpen` samples wide is put back (an unsharp mask over that distance).
    pub(crate) fn trace(
        &mut self,
        luma: &Luma<'_>,
        from: Point,
        to: Point,
        sampling: Sampling,
        share: f32,
        sharpen: usize,
    ) {
        let length = from.distance(to).max(1.0);
        self.start = from;
        self.direction = Point::new((to.x - from.x) / length, (to.y - from.y) / length);
        self.samples.clear();
        let along = self.direction.x.abs().max(self.direction.y.abs());
        let is_gathered = sampling == Sampling::Band && along < ON_AN_AXIS;
        self.step = if is_gathered { BETWEEN_PIXELS } else { 1.0 };
        if !is_gathered && along > ALONG_AN_AXIS {
            self.keep_to_pixels(from);
        }
        let count = (self.start.distance(to) / self.step) as usize + 1;
        let Point { x, y } = self.start;
        let level = (from.y - to.y).abs() < 1e-3 && y.fract() == 0.0 && x.fract() == 0.0;
        if level && self.step == 1.0 && to.x > x && x >= 0.0 && y >= 0.0 {
            let row = luma.row(y as usize);
            self.samples.extend(row.iter().skip(x as usize).take(count).map(|v| f32::from(*v)));
        } else if is_gathered {
            self.gather(luma, count);
        } else {
            let (start, direction, step) = (self.start, self.direction, self.step);
            self.samples.extend((0..count).map(|index| {
                let place = start.moved(direction, index as f32 * step);
                luma.sample(place.x, place.y)
            }));
        }
        if sharpen > 0 {
            self.sharpen(luma, sharpen);
        }
        self.find_edges(share);
    }

    /// Samples the line by all pixels of a band about it, each where it lies along the line. Bars run across the band, so
    /// its rows show the same bars at other places between pixels: together they tell more than any row, and than pixels
    /// mixed to fit the line.
    fn gather(&mut self, luma: &Luma<'_>, count: usize) {
        self.gathered.clear();
        self.gathered.resize(count + 2, [0.0; 2]);
        let (direction, start) = (self.direction, self.start);
        let end = self.place(count as f32 - 1.0);
        let within = |from: f32, to: f32, size: usize| {
            let last = size as f32 - 1.0;
            (from.min(to) - BAND).clamp(0.0, last)..=(from.max(to) + BAND).clamp(0.0, last)
        };
        let columns = within(start.x, end.x, luma.width());
        let rows = within(start.y, end.y, luma.height());
        let further = direction.x / self.step;
        for y in rows.start().ceil() as usize..=*rows.end() as usize {
            let down = y as f32 - start.y;
            // Where the band crosses the row.
            let (middle, half) = (start.x + down * direction.x / direction.y, BAND / direction.y.abs());
            let from = (middle - half).max(*columns.start()).ceil();
            let to = (middle + half).min(*columns.end());
            if from > to {
                continue;
            }
            let row = luma.row(y);
            // Samples from the one before the line's first on.
            let first = ((from - start.x) * direction.x + down * direction.y) / self.step + 1.0;
            for (offset, pixel) in row[from as usize..=to as usize].iter().enumerate() {
                let along = first + offset as f32 * further;
                let before = along as usize;
                if along >= 0.0
                    && let Some([a, b]) = self.gathered.get_mut(before..before + 2)
                {
                    let (beyond, pixel) = (along - before as f32, f32::from(*pixel));
                    for (sum, off) in [(a, beyond), (b, 1.0 - beyond)] {
                        let weight = 1.0 - off * FALL;
                        sum[0] += weight * pixel;
                        sum[1] += weight;
                    }
                }
            }
        }
        // Where no pixel lies, the brightness goes on.
        let mut last = 0.0;
        self.samples.extend(self.gathered[1..=count].iter().map(|[sum, weight]| {
            if *weight > 0.0 {
                last = sum / weight;
            }
            last
        }));
    }

    /// Moves the start to where pixels are, and samples to one a row or column: between them, pixels are mixed only across
    /// the line, along the bars.
    fn keep_to_pixels(&mut self, from: Point) {
        let Point { x, y } = self.direction;
        let (along, start) = if x.abs() > y.abs() { (x, from.x) } else { (y, from.y) };
        self.step = 1.0 / along.abs();
        let first = if along > 0.0 { start.ceil() } else { start.floor() };
        self.start = from.moved(self.direction, (first - start).abs() * self.step);
        let exact = if x.abs() > y.abs() { &mut self.start.x } else { &mut self.start.y };
        *exact = first;
    }

    fn sharpen(&mut self, luma: &Luma<'_>, distance: usize) {
        let beside = Point::new(-self.direction.y, self.direction.x);
        self.blurred.clear();
        for (index, sample) in self.samples.iter().enumerate() {
            let place = self.place(index as f32);
            let (one, other) = (place.moved(beside, 1.0), place.moved(beside, -1.0));
            self.blurred.push((sample + luma.sample(one.x, one.y) + luma.sample(other.x, other.y)) / 3.0);
        }
        let last = self.blurred.len().saturating_sub(1);
        for (index, sample) in self.samples.iter_mut().enumerate() {
            let before = self.blurred[index.saturating_sub(distance)];
            let after = self.blurred[(index + distance).min(last)];
            *sample = (3.0 * self.blurred[index] - before - after).clamp(-255.0, 510.0);
        }
    }

    /// The place in the picture of a position in samples.
    pub(crate) fn place(&self, at: f32) -> Point {
        self.start.moved(self.direction, at * self.step)
    }

    fn find_edges(&mut self, share: f32) {
        self.edges.clear();
        self.extremes.clear();
        let samples = &self.samples;
        if samples.len() < 8 {
            return;
        }
        // The contrast around a sample is the range of its block and of the blocks beside it. Where it is much greater on one
        // side, the label ends there or something shines, and the other side tells what bars show; where there is hardly any
        // on one side, that is paper and its grain.
        self.ranges.clear();
        self.ranges.extend(samples.chunks(BLOCK).map(range));
        let ranges = &self.ranges;
        let contrast = |blocks: Range<usize>| {
            let near = &ranges[blocks.start..blocks.end.min(ranges.len())];
            let (low, high) = near.iter().fold((f32::MAX, f32::MIN), |(l, h), (a, b)| (l.min(*a), h.max(*b)));
            high - low
        };
        let threshold = |block: usize| {
            let before = contrast(block.saturating_sub(1)..block + 1);
            let after = contrast(block..block + 2);
            let (less, more) = (before.min(after), before.max(after));
            let around = if less > ANOTHER_SURFACE * more { less } else { more };
            (around * share).max(LEAST_CONTRAST)
        };

        // Alternating extremes: a turn counts once the brightness has left the last extreme by the threshold.
        let (mut low, mut high) = ((0, samples[0]), (0, samples[0]));
        let mut rising: Option<bool> = None;
        let mut needed = LEAST_CONTRAST;
        for (index, &value) in samples.iter().enumerate() {
            if index % BLOCK == 0 {
                needed = threshold(index / BLOCK);
            }
            if value < low.1 {
                low = (index, value);
            }
            if value > high.1 {
                high = (index, value);
            }
            match rising {
                None if value - low.1 > needed => {
                    self.extremes.push(low);
                    rising = Some(true);
                    high = (index, value);
                }
                None if high.1 - value > needed => {
                    self.extremes.push(high);
                    rising = Some(false);
                    low = (index, value);
                }
                Some(true) if high.1 - value > needed => {
                    self.extremes.push(high);
                    rising = Some(false);
                    low = (index, value);
                }
                Some(false) if value - low.1 > needed => {
                    self.extremes.push(low);
                    rising = Some(true);
                    high = (index, value);
                }
                _ => {}
            }
        }
        match rising {
            Some(true) => self.extremes.push(high),
            Some(false) => self.extremes.push(low),
            None => return,
        }

        // What lies beyond the line counts as paper: a bar that runs out of the picture begins or ends there.
        if let [(_, first), (_, second), ..] = self.extremes[..]
            && first < second
        {
            self.edges.push(-0.5);
        }
        for pair in self.extremes.windows(2) {
            let ((from, a), (to, b)) = (pair[0], pair[1]);
            let falls = b < a;
            let middle = (self.light_beside(pair[0], pair[1]) + a.min(b)) / 2.0;
            // The steepest crossing of the middle level between the two extremes.
            let mut best: Option<(f32, f32)> = None;
            for index in from..to {
                let (p, q) = (samples[index], samples[index + 1]);
                let crosses = if falls { p >= middle && q < middle } else { p <= middle && q > middle };
                if crosses {
                    let slope = (p - q).abs();
                    if best.is_none_or(|(_, steepest)| slope > steepest) {
                        best = Some((index as f32 + (p - middle) / (p - q), slope));
                    }
                }
            }
            self.edges.push(best.map_or((from + to) as f32 / 2.0, |(at, _)| at));
        }
        if self.edges.len() % 2 == 1 {
            self.edges.push(samples.len() as f32 - 0.5);
        }
    }

    /// How light it is beside a bar, between the extremes on both sides of its edge. Far from the bar it may be lighter than
    /// its own paper is: there the label ends, or something shines.
    fn light_beside(&self, (from, a): (usize, f32), (to, b): (usize, f32)) -> f32 {
        let (light, bar) = (a.max(b), a.min(b));
        if to - from <= NEAR {
            return light;
        }
        let left = bar + LEAVING * (light - bar);
        let between = &self.samples[from..=to];
        let near = if b < a {
            let edge = between.iter().rposition(|sample| *sample > left).unwrap_or_default();
            let reach = NEAR + 2 * (between.len() - 1 - edge);
            &between[(edge + 1).saturating_sub(reach)..=edge]
        } else {
            let edge = between.iter().position(|sample| *sample > left).unwrap_or_default();
            &between[edge..(edge + NEAR + 2 * edge).min(between.len())]
        };
        near.iter().copied().fold(left, f32::max)
    }

    /// The same line seen from its other end.
    pub(crate) fn reversed_into(&self, other: &mut Self) {
        let end = self.samples.len().saturating_sub(1) as f32;
        other.start = self.place(end);
        other.direction = Point::new(-self.direction.x, -self.direction.y);
        other.step = self.step;
        other.samples.clear();
        other.extremes.clear();
        other.edges.clear();
        other.samples.extend(self.samples.iter().rev());
        other.edges.extend(self.edges.iter().rev().map(|edge| end - edge));
    }

    /// Brightness at a position in samples, the ends repeated.
    pub(crate) fn brightness(&self, at: f32) -> f32 {
        let last = self.samples.len().saturating_sub(1);
        let at = at.clamp(0.0, last as f32);
        let before = at as usize;
        let share = at - before as f32;
        match (self.samples.get(before), self.samples.get((before + 1).min(last))) {
            (Some(a), Some(b)) => a + share * (b - a),
            _ => 0.0,
        }
    }

    /// Whether so much light, in samples, lies before the bar that begins with an edge. With `at_border`, light up to the
    /// line's end is enough.
    pub(crate) fn is_light_before(&self, edge: usize, least: f32, at_border: bool) -> bool {
        match edge.checked_sub(1) {
            Some(before) => self.edges[edge] - self.edges[before] >= least,
            None => at_border || self.edges[edge] >= least,
        }
    }

    /// Whether so much light, in samples, lies after the bar that ends with an edge; `at_border` as above.
    pub(crate) fn is_light_after(&self, edge: usize, least: f32, at_border: bool) -> bool {
        match self.edges.get(edge + 1) {
            Some(next) => next - self.edges[edge] >= least,
            None => at_border || self.samples.len() as f32 - 1.0 - self.edges[edge] >= least,
        }
    }

    /// Samples in the line.
    pub(crate) fn len(&self) -> usize {
        self.samples.len()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    impl Line {
        /// A line over all of a row of pixels.
        pub(crate) fn over(row: &[u8]) -> Self {
            let luma = Luma::new(row.len(), 1, row.len(), row).unwrap();
            let mut line = Self::default();
            line.trace(
                &luma,
                Point::default(),
                Point::new(row.len() as f32 - 1.0, 0.0),
                Sampling::Nearest,
                FINE,
                0,
            );
            line
        }
    }

    #[test]
    fn a_bar_ends_where_its_own_paper_begins() {
        // Grey paper with bars, and beside it something white.
        let mut row = [255u8; 96];
        row[16..80].fill(120);
        for bar in [32, 40, 52, 60] {
            row[bar..bar + 4].fill(30);
        }
        let edges = Line::over(&row).edges;
        for (edge, expected) in edges.iter().zip([31.5, 35.5, 39.5, 43.5, 51.5, 55.5, 59.5, 63.5]) {
            assert!((edge - expected).abs() < 0.01, "{expected}: {edges:?}");
        }
    }

    #[test]
    fn edges_lie_between_pixels() {
        // A bar from 10.25 to 20.5, its border pixels partly covered.
        let mut row = [200u8; 32];
        row[10..=20].fill(0);
        row[10] = 50; // a quarter light
        row[20] = 100; // half light
        let line = Line::over(&row);
        assert_eq!(line.edges.len(), 2);
        assert!((line.edges[0] - 9.67).abs() < 0.1, "{:?}", line.edges);
        assert!((line.edges[1] - 20.0).abs() < 0.1, "{:?}", line.edges);
    }

    #[test]
    fn an_even_line_has_no_edges() {
        let row = [90u8; 64];
        let line = Line::over(&row);
        assert!(line.edges.is_empty());
    }
}
