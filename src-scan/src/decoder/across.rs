//! Where lines run: across a region of bars, or over the whole picture.

use crate::geometry::Point;
use crate::locate::Bars;
use crate::luma::Luma;

/// Rows, or columns, that a whole picture is read along at the most.
const MOST_LINES: usize = 31;

/// Where a line runs, and which it is of those that are read together.
#[derive(Debug, Clone, Copy)]
pub(super) struct Across {
    pub(super) from: Point,
    pub(super) to: Point,
    pub(super) index: usize,
}

/// So many places from the middle outwards, on both sides in turn: how many steps away, and which it is of all.
fn from_the_middle(count: usize) -> impl Iterator<Item = (f32, usize)> {
    (0..count).map(move |turn| {
        let offset = turn.div_ceil(2) as f32 * if turn % 2 == 0 { 1.0 } else { -1.0 };
        (offset, (offset as isize + count as isize) as usize)
    })
}

/// So many lines across a region, from the one so many pixels beside its middle outwards.
pub(super) fn parallel_lines(region: &Bars, count: usize, middle: f32, gap: f32) -> Vec<Across> {
    let Bars { centre, across, half_across, .. } = *region;
    let along = Point::new(-across.y, across.x);
    let reach = half_across * 1.25 + 16.0;
    let exact = across.y.abs() < 0.004;
    let lines = from_the_middle(count).map(|(offset, index)| {
        let mut place = centre.moved(along, middle + offset * gap);
        if exact {
            place.y = place.y.round();
        }
        let across = if exact { Point::new(1.0, 0.0) } else { across };
        Across { from: place.moved(across, -reach), to: place.moved(across, reach), index }
    });
    lines.collect()
}

/// Rows spread evenly over the picture.
pub(super) fn rows(luma: &Luma<'_>) -> Vec<Across> {
    let right = (luma.width() - 1) as f32;
    spread(luma.height(), |y| (Point::new(0.0, y), Point::new(right, y)))
}

/// Columns spread evenly over the picture.
pub(super) fn columns(luma: &Luma<'_>) -> Vec<Across> {
    let bottom = (luma.height() - 1) as f32;
    spread(luma.width(), |x| (Point::new(x, 0.0), Point::new(x, bottom)))
}

/// Lines at even distances over so many pixels, from the middle outwards; `ends` answers where the one at a pixel runs.
fn spread(pixels: usize, ends: impl Fn(f32) -> (Point, Point)) -> Vec<Across> {
    let (count, size) = ((pixels / 4).clamp(1, MOST_LINES), pixels as f32);
    let lines = from_the_middle(count).map(|(offset, index)| {
        let at = (size / 2.0 + offset * size / (count as f32 + 1.0)).round().clamp(0.0, size - 1.0);
        let (from, to) = ends(at);
        Across { from, to, index }
    });
    lines.collect()
}

/// The part of a line that lies in the picture; nothing if that is too short to read.
pub(super) fn clip(luma: &Luma<'_>, from: Point, to: Point) -> Option<(Point, Point)> {
    let (right, bottom) = ((luma.width() - 1) as f32, (luma.height() - 1) as f32);
    let (dx, dy) = (to.x - from.x, to.y - from.y);
    let (mut t0, mut t1) = (0.0f32, 1.0f32);
    for (p, q) in [(-dx, from.x), (dx, right - from.x), (-dy, from.y), (dy, bottom - from.y)] {
        if p == 0.0 {
            if q < 0.0 {
                return None;
            }
        } else if p < 0.0 {
            t0 = t0.max(q / p);
        } else {
            t1 = t1.min(q / p);
        }
    }
    let at = |t: f32| Point::new(from.x + t * dx, from.y + t * dy);
    (t1 > t0 && at(t0).distance(at(t1)) > 16.0).then(|| (at(t0), at(t1)))
}
