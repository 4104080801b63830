//! A label with a code on it, as it lies in the picture.

use super::conditions::{Conditions, Mark};
use super::symbols::Symbol;

pub(super) struct Label<'a> {
    pub(super) symbol: &'a Symbol,
    pub(super) conditions: &'a Conditions,
    pub(super) marks: Vec<Mark>,
    /// Pixels of a module.
    pub(super) module: f32,
    /// Sine and cosine of the turn.
    pub(super) turn: (f32, f32),
    /// How much nearer the right side is, as a share of the width.
    pub(super) perspective: f32,
    /// Its middle, in pixels.
    pub(super) middle: (f32, f32),
}

/// Modules of a caption with the light ones above it.
const CAPTION: f32 = 9.0;

impl Label<'_> {
    /// Half of the longest line from the middle that can be on the label, in pixels.
    pub(super) fn reach(&self) -> f32 {
        let margin = 2.0 * (self.conditions.margin + CAPTION);
        let (columns, height) = (self.symbol.columns() as f32 + margin, self.symbol.height() + margin);
        let nearer = 1.0 + 1.5 * (self.perspective.abs() + self.conditions.tilt.abs());
        0.5 * columns.hypot(height) * self.module * nearer
    }

    /// Brightness at a place of the picture, if the label covers it.
    pub(super) fn grey(&self, x: f32, y: f32) -> Option<f32> {
        let (sin, cos) = self.turn;
        let (dx, dy) = (x - self.middle.0, y - self.middle.1);
        let (u, v) = (dx * cos + dy * sin, -dx * sin + dy * cos);
        let columns = self.symbol.columns() as f32;
        let height = self.symbol.height();
        let conditions = self.conditions;
        // One side is nearer: what lies there is larger.
        let depth = 1.0 + self.perspective * u / (columns * self.module);
        let depth = depth + conditions.tilt * v / (columns * self.module);
        if depth < 0.2 {
            return None;
        }
        let (u, v, shade) = self.unrolled(u / depth / self.module, v / depth / self.module)?;
        let (column, row) = (u + columns / 2.0, v + height / 2.0);
        let margin = conditions.margin;
        let below = if conditions.is_captioned { CAPTION } else { margin };
        if column < -margin || column > columns + margin || row < -margin || row > height + below {
            return None;
        }
        let is_dark = if row >= height && conditions.is_captioned {
            self.is_caption(column, row - height)
        } else {
            self.is_printed(column, row)
        };
        Some(shade * if is_dark { conditions.ink } else { conditions.paper })
    }

    /// A place on the flat label, from the middle in modules, for one on the bent label; and how bright it is there.
    fn unrolled(&self, u: f32, v: f32) -> Option<(f32, f32, f32)> {
        let curve = self.conditions.curve;
        if curve == 0.0 {
            return Some((u, v, 1.0));
        }
        let (across, along, size) = if self.conditions.is_curved_across {
            (u, v, self.symbol.columns() as f32)
        } else {
            (v, u, self.symbol.height())
        };
        let radius = size / 2.0 / curve;
        let sine = across / radius;
        if sine.abs() > 0.98 {
            return None;
        }
        let cosine = (1.0 - sine * sine).sqrt();
        let arc = radius * sine.asin();
        // Seen from a little above, rings round a bottle are bows.
        let along = along + 0.25 * radius * (1.0 - cosine);
        let shade = 0.35 + 0.65 * cosine;
        Some(if self.conditions.is_curved_across { (arc, along, shade) } else { (along, arc, shade) })
    }

    /// Whether there is ink at a place, in modules from the upper left corner.
    fn is_printed(&self, column: f32, row: f32) -> bool {
        let is_drawn = |column: f32, row: f32| column >= 0.0 && self.symbol.is_dark(column as usize, row);
        let gain = self.conditions.gain / 2.0;
        let mut is_dark = is_drawn(column, row);
        // Ink spreads over the borders of modules, or has not reached them.
        if gain != 0.0 {
            let wanted = gain > 0.0;
            let reach = gain.abs();
            let around = [(-reach, 0.0), (reach, 0.0), (0.0, -reach), (0.0, reach)];
            if is_dark != wanted && around.iter().any(|(dx, dy)| is_drawn(column + dx, row + dy) == wanted) {
                is_dark = wanted;
            }
        }
        match self.marks.iter().find(|mark| mark.covers(column, row)) {
            Some(mark) => mark.is_ink,
            None => is_dark,
        }
    }

    /// Blots as large as digits, under the symbol.
    fn is_caption(&self, column: f32, down: f32) -> bool {
        const DIGIT: f32 = 7.0;
        if !(1.0..CAPTION - 1.0).contains(&down)
            || !(6.0..self.symbol.columns() as f32 - 6.0).contains(&column)
        {
            return false;
        }
        let (digit, across) = ((column / DIGIT) as u64, column.rem_euclid(DIGIT));
        let cell = digit * 64 + (across / 1.4) as u64 * 8 + (down - 1.0) as u64;
        across < 5.6 && super::Random(cell ^ 0xD161).unit() < 0.5
    }
}
