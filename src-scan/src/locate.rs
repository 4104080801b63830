//! A cheap look over the frame: where something with parallel bars, or with a two-dimensional pattern, is.
//!
//! The picture is cut into cells. In each the gradient's structure tensor is summed over a subset of pixels; its
//! eigenvalues say how much contrast there is and how much of it runs in one direction (Jähne, *Digital Image
//! Processing*, "simple neighbourhoods"). Neighbouring cells with the same direction make a bar region, neighbouring
//! cells with contrast in all directions a matrix region.

use crate::geometry::Point;
use crate::luma::Luma;

/// Mean squared gradient, in grey levels, under which a cell is empty paper or blur.
const EMPTY_ENERGY: f32 = 40.0;
/// Share of the gradient that must lie in one direction for a cell to be of bars.
const BAR_COHERENCE: f32 = 0.6;
/// Share of the gradient above which a cell is not of a matrix code.
const MATRIX_COHERENCE: f32 = 0.75;
/// Cosine of twice the angle between two neighbouring cells of one bar region (about 14°).
const SAME_DIRECTION: f32 = 0.88;
/// Cosine of twice the angle between a cell and the region's mean (about 25°): bars seen from the side fan out.
const WITHIN_FAN: f32 = 0.64;

/// How many times the variance along a region must be that across it for it to be long.
const LONG: f32 = 2.5;
/// Cosines of the angles between the direction across a region's bars and that in which it is longest, between which its
/// bars lean (50° and 7°).
const LEAST_LEANING: f32 = 0.64;
const MOST_LEANING: f32 = 0.9925;

/// Cosine of the angle between two regions in one line (about 14°).
const IN_LINE: f32 = 0.97;

/// A part of the picture with parallel bars.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Bars {
    /// The middle.
    pub(crate) centre: Point,
    /// Unit vector across the bars: the direction to scan in.
    pub(crate) across: Point,
    /// Half the size across the bars, in pixels.
    pub(crate) half_across: f32,
    /// Half the size along the bars, in pixels.
    pub(crate) half_along: f32,
    /// Likeliness; larger is likelier, comparable within one picture only.
    pub(crate) score: f32,
    /// The direction in which the region is longest, where that is clearly another one: a low code whose bars lean. A line
    /// across its bars leaves it before it has crossed them all.
    pub(crate) leaning: Option<Point>,
}

impl Bars {
    /// The region that two make that lie in one line, as one code does that blur or glare has parted; nothing if they do not.
    fn joined(&self, other: &Self) -> Option<Self> {
        let cosine = self.across.x * other.across.x + self.across.y * other.across.y;
        let sign = if cosine < 0.0 { -1.0 } else { 1.0 };
        let (a, b) = (self.score, sign * other.score);
        let sum = Point::new(a * self.across.x + b * other.across.x, a * self.across.y + b * other.across.y);
        let length = sum.x.hypot(sum.y);
        if cosine.abs() < IN_LINE || length <= 0.0 {
            return None;
        }
        let across = Point::new(sum.x / length, sum.y / length);
        let along = Point::new(-across.y, across.x);
        let on = |axis: Point, place: Point| axis.x * place.x + axis.y * place.y;
        let between = (on(across, other.centre) - on(across, self.centre)).abs();
        let beside = (on(along, other.centre) - on(along, self.centre)).abs();
        if beside > self.half_along.max(other.half_along)
            || between > 2.0 * (self.half_across + other.half_across)
            || self.half_along.max(other.half_along) > 3.0 * self.half_along.min(other.half_along)
        {
            return None;
        }
        let ends = |axis: Point, half: fn(&Self) -> f32| {
            let low = (on(axis, self.centre) - half(self)).min(on(axis, other.centre) - half(other));
            let high = (on(axis, self.centre) + half(self)).max(on(axis, other.centre) + half(other));
            ((low + high) / 2.0, (high - low) / 2.0)
        };
        let (a, half_across) = ends(across, |bars| bars.half_across);
        let (b, half_along) = ends(along, |bars| bars.half_along);
        Some(Self {
            centre: Point::new(a * across.x + b * along.x, a * across.y + b * along.y),
            across,
            half_across,
            half_along,
            score: self.score + other.score,
            leaning: None,
        })
    }
}

/// The regions that some of these make together that lie in one line.
pub(crate) fn joined(regions: &[Bars]) -> Vec<Bars> {
    let mut left = regions.to_vec();
    let mut found = Vec::new();
    while !left.is_empty() {
        let mut region = left.remove(0);
        let mut parts = 1;
        while let Some((place, longer)) =
            left.iter().enumerate().find_map(|(place, other)| Some((place, region.joined(other)?)))
        {
            left.remove(place);
            region = longer;
            parts += 1;
        }
        if parts > 1 {
            found.push(region);
        }
    }
    found
}

/// A rectangle with contrast in all directions.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Patch {
    pub(crate) left: usize,
    pub(crate) top: usize,
    pub(crate) width: usize,
    pub(crate) height: usize,
    /// Cells that make it up.
    pub(crate) cells: usize,
}

/// What the look found, likeliest first.
#[derive(Debug, Default)]
pub(crate) struct Found {
    pub(crate) bars: Vec<Bars>,
    pub(crate) patches: Vec<Patch>,
}

#[derive(Debug, Clone, Copy, Default)]
struct Cell {
    energy: f32,
    coherence: f32,
    /// Cosine and sine of twice the gradient's angle.
    cos2: f32,
    sin2: f32,
}

/// The reusable buffers of the look.
#[derive(Debug, Default)]
pub(crate) struct Locator {
    cells: Vec<Cell>,
    /// Products of the gradients in each column, summed over a row of cells: in x, in y, and of both.
    products: [Vec<i32>; 3],
    seen: Vec<bool>,
    queue: Vec<usize>,
}

struct Grid {
    columns: usize,
    rows: usize,
    size: usize,
}

/// Adds the products of the gradients between the pixels of two rows (Roberts' cross, turned to the axes). Gradients are
/// at most 510, and a row of cells takes no more than eleven rows of pixels: the sums of a cell's columns stay within 31 bits.
fn add_products(products: &mut [Vec<i32>; 3], here: &[u8], below: &[u8]) {
    let [xx, yy, xy] = products;
    let count = xx.len();
    // Slices of one length, which the loop goes through several pixels at a time.
    let (Some(a), Some(b)) = (here.get(1..=count), below.get(1..=count)) else { return };
    let (a0, b0) = (&here[..count], &below[..count]);
    let (xx, yy, xy) = (&mut xx[..count], &mut yy[..count], &mut xy[..count]);
    for i in 0..count {
        let d1 = i16::from(b[i]) - i16::from(a0[i]);
        let d2 = i16::from(a[i]) - i16::from(b0[i]);
        let (gx, gy) = (i32::from(d1 + d2), i32::from(d1 - d2));
        xx[i] += gx * gx;
        yy[i] += gy * gy;
        xy[i] += gx * gy;
    }
}

/// Where the cells of a region lie, summed.
#[derive(Debug, Clone, Copy, Default)]
struct Spread {
    count: f32,
    x: f32,
    y: f32,
    xx: f32,
    yy: f32,
    xy: f32,
}

impl Spread {
    fn add(&mut self, x: f32, y: f32) {
        self.count += 1.0;
        self.x += x;
        self.y += y;
        self.xx += x * x;
        self.yy += y * y;
        self.xy += x * y;
    }

    /// The direction in which they spread most, where that is clear: the first principal axis.
    fn longest(self) -> Option<Point> {
        let (x, y) = (self.x / self.count, self.y / self.count);
        let (xx, yy) = (self.xx / self.count - x * x, self.yy / self.count - y * y);
        let xy = self.xy / self.count - x * y;
        let (mean, apart) = ((xx + yy) / 2.0, ((xx - yy) / 2.0).hypot(xy));
        let angle = 0.5 * (2.0 * xy).atan2(xx - yy);
        (mean + apart > LONG * (mean - apart)).then(|| Point::new(angle.cos(), angle.sin()))
    }
}

impl Locator {
    /// Looks over a picture. At most `limit` regions of each kind are answered.
    pub(crate) fn look(&mut self, luma: &Luma<'_>, limit: usize) -> Found {
        let short = luma.width().min(luma.height());
        if short < 2 || luma.width().max(luma.height()) < 16 {
            return Found::default();
        }
        let long = luma.width().max(luma.height());
        let size = (long / 40).clamp(8, 64);
        let grid = Grid { columns: luma.width().div_ceil(size), rows: luma.height().div_ceil(size), size };
        self.measure(luma, &grid);
        let mut bars = self.bars(luma, &grid);
        bars.sort_unstable_by(|a, b| b.score.total_cmp(&a.score));
        bars.truncate(limit);
        let mut patches = self.patches(luma, &grid);
        patches.sort_unstable_by_key(|patch| std::cmp::Reverse(patch.cells));
        patches.truncate(limit);
        Found { bars, patches }
    }

    fn measure(&mut self, luma: &Luma<'_>, grid: &Grid) {
        self.cells.clear();
        let row_step = (grid.size / 6).max(1);
        let columns = luma.width() - 1;
        for cell_row in 0..grid.rows {
            let top = cell_row * grid.size;
            let bottom = (top + grid.size).min(luma.height() - 1);
            self.products.iter_mut().for_each(|products| {
                products.clear();
                products.resize(columns, 0);
            });
            let mut rows = 0;
            for y in (top..bottom).step_by(row_step) {
                add_products(&mut self.products, luma.row(y), luma.row(y + 1));
                rows += 1;
            }
            for cell_column in 0..grid.columns {
                let left = cell_column * grid.size;
                let right = (left + grid.size).min(columns).max(left);
                let count = rows * (right - left);
                let [xx, yy, xy] = self.products.each_ref().map(|products| {
                    let of_cell = products.get(left..right).unwrap_or_default();
                    of_cell.iter().sum::<i32>() as f32
                });
                let sum = xx + yy;
                let spread = ((xx - yy).powi(2) + 4.0 * xy * xy).sqrt();
                self.cells.push(if sum > 0.0 && count > 0 {
                    Cell {
                        energy: sum / (4.0 * count as f32),
                        coherence: spread / sum,
                        cos2: if spread > 0.0 { (xx - yy) / spread } else { 1.0 },
                        sin2: if spread > 0.0 { 2.0 * xy / spread } else { 0.0 },
                    }
                } else {
                    Cell::default()
                });
            }
        }
    }

    fn bars(&mut self, luma: &Luma<'_>, grid: &Grid) -> Vec<Bars> {
        let mut found = Vec::new();
        self.seen.clear();
        self.seen.resize(self.cells.len(), false);
        for seed in 0..self.cells.len() {
            if self.seen[seed] || !is_bar(&self.cells[seed]) {
                continue;
            }
            self.seen[seed] = true;
            self.queue.clear();
            self.queue.push(seed);
            let mut next = 0;
            let (mut cos2, mut sin2) = (0.0f32, 0.0f32);
            while next < self.queue.len() {
                let index = self.queue[next];
                next += 1;
                let cell = self.cells[index];
                let weight = cell.energy * cell.coherence;
                cos2 += weight * cell.cos2;
                sin2 += weight * cell.sin2;
                let norm = cos2.hypot(sin2).max(f32::MIN_POSITIVE);
                let (mean_cos, mean_sin) = (cos2 / norm, sin2 / norm);
                for neighbour in grid.around(index, 2) {
                    let other = self.cells[neighbour];
                    if !self.seen[neighbour]
                        && is_bar(&other)
                        && other.cos2 * cell.cos2 + other.sin2 * cell.sin2 > SAME_DIRECTION
                        && other.cos2 * mean_cos + other.sin2 * mean_sin > WITHIN_FAN
                        && other.energy > cell.energy / 12.0
                    {
                        self.seen[neighbour] = true;
                        self.queue.push(neighbour);
                    }
                }
            }
            if let Some(region) = self.region(luma, grid, cos2, sin2) {
                found.push(region);
            }
        }
        found
    }

    fn region(&self, luma: &Luma<'_>, grid: &Grid, cos2: f32, sin2: f32) -> Option<Bars> {
        let angle = 0.5 * sin2.atan2(cos2);
        let across = Point::new(angle.cos(), angle.sin());
        // A cell's middle and half its size on an axis; the picture need not end where a cell does.
        let on_axis = |cell: usize, size: usize| {
            let (from, to) = (cell * grid.size, ((cell + 1) * grid.size).min(size));
            ((from + to) as f32 / 2.0, (to - from) as f32 / 2.0)
        };
        let (mut low_a, mut high_a, mut low_b, mut high_b) = (f32::MAX, f32::MIN, f32::MAX, f32::MIN);
        let mut energy = 0.0f32;
        let mut spread = Spread::default();
        for &index in &self.queue {
            let (x, half_x) = on_axis(index % grid.columns, luma.width());
            let (y, half_y) = on_axis(index / grid.columns, luma.height());
            let a = x * across.x + y * across.y;
            let b = -x * across.y + y * across.x;
            let half_a = (half_x * across.x).hypot(half_y * across.y);
            let half_b = (half_x * across.y).hypot(half_y * across.x);
            low_a = low_a.min(a - half_a);
            high_a = high_a.max(a + half_a);
            low_b = low_b.min(b - half_b);
            high_b = high_b.max(b + half_b);
            energy += self.cells[index].energy.sqrt();
            spread.add(x, y);
        }
        let half_across = (high_a - low_a) / 2.0;
        let half_along = (high_b - low_b) / 2.0;
        if half_across < 12.0 {
            return None;
        }
        let (a, b) = ((low_a + high_a) / 2.0, (low_b + high_b) / 2.0);
        Some(Bars {
            centre: Point::new(a * across.x - b * across.y, a * across.y + b * across.x),
            across,
            half_across,
            half_along,
            score: energy,
            leaning: spread.longest().filter(|axis| {
                (LEAST_LEANING..MOST_LEANING).contains(&(axis.x * across.x + axis.y * across.y).abs())
            }),
        })
    }

    fn patches(&mut self, luma: &Luma<'_>, grid: &Grid) -> Vec<Patch> {
        let mut found = Vec::new();
        self.seen.clear();
        self.seen.resize(self.cells.len(), false);
        for seed in 0..self.cells.len() {
            if self.seen[seed] || !is_matrix(&self.cells[seed]) {
                continue;
            }
            self.seen[seed] = true;
            self.queue.clear();
            self.queue.push(seed);
            let mut next = 0;
            while next < self.queue.len() {
                let index = self.queue[next];
                next += 1;
                for neighbour in grid.around(index, 2) {
                    if !self.seen[neighbour] && is_matrix(&self.cells[neighbour]) {
                        self.seen[neighbour] = true;
                        self.queue.push(neighbour);
                    }
                }
            }
            let columns = self.queue.iter().map(|index| index % grid.columns);
            let rows = self.queue.iter().map(|index| index / grid.columns);
            let (Some(left), Some(right)) = (columns.clone().min(), columns.max()) else { continue };
            let (Some(top), Some(bottom)) = (rows.clone().min(), rows.max()) else { continue };
            let (left, top) = (left * grid.size, top * grid.size);
            found.push(Patch {
                left,
                top,
                width: ((right + 1) * grid.size).min(luma.width()) - left,
                height: ((bottom + 1) * grid.size).min(luma.height()) - top,
                cells: self.queue.len(),
            });
        }
        found
    }
}

impl Grid {
    fn around(&self, index: usize, reach: usize) -> impl Iterator<Item = usize> + use<> {
        let (column, row) = (index % self.columns, index / self.columns);
        let (columns, rows) = (self.columns, self.rows);
        (row.saturating_sub(reach)..(row + reach + 1).min(rows)).flat_map(move |y| {
            (column.saturating_sub(reach)..(column + reach + 1).min(columns)).map(move |x| y * columns + x)
        })
    }
}

fn is_bar(cell: &Cell) -> bool {
    cell.energy > EMPTY_ENERGY && cell.coherence > BAR_COHERENCE
}

fn is_matrix(cell: &Cell) -> bool {
    cell.energy > 4.0 * EMPTY_ENERGY && cell.coherence < MATRIX_COHERENCE
}
