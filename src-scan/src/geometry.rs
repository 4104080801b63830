//! Places in a picture.

use serde::{Deserialize, Serialize};

/// A place in pixels: x to the right, y down, the first pixel's centre at (0, 0).
#[derive(Debug, Clone, Copy, PartialEq, Default, Serialize, Deserialize)]
pub struct Point {
    /// Pixels from the left.
    pub x: f32,
    /// Pixels from the top.
    pub y: f32,
}

impl Point {
    /// A place `x` pixels from the left and `y` from the top.
    pub const fn new(x: f32, y: f32) -> Self {
        Self { x, y }
    }

    /// Distance to another place, in pixels.
    pub fn distance(self, other: Self) -> f32 {
        (self.x - other.x).hypot(self.y - other.y)
    }

    /// This place moved by `along` times a direction.
    pub(crate) fn moved(self, direction: Self, along: f32) -> Self {
        Self { x: self.x + along * direction.x, y: self.y + along * direction.y }
    }
}

/// The mean of some places; the origin for none.
pub fn centre(points: &[Point]) -> Point {
    let count = points.len().max(1) as f32;
    let sum = points.iter().fold(Point::default(), |sum, p| Point::new(sum.x + p.x, sum.y + p.y));
    Point::new(sum.x / count, sum.y / count)
}
