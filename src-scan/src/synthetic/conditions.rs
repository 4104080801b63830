//! What happens to a code between the printer and the sensor.

use super::Random;
use super::surface::Surface;

/// How a label is made, lies and is seen. The default is flat, whole, evenly lit and held still.
#[derive(Debug, Clone, PartialEq)]
pub struct Conditions {
    /// What lies about the label.
    pub surface: Surface,
    /// Brightness of paper and ink, in grey levels.
    pub paper: f32,
    /// See [`Conditions::paper`]. An inverted code has the lighter ink.
    pub ink: f32,
    /// Light modules about the symbol beside its own quiet zone.
    pub margin: f32,
    /// Whether a line of print stands under the symbol.
    pub is_captioned: bool,
    /// How much nearer the label's lower border is, as a share of its width.
    pub tilt: f32,
    /// Half of the angle that the label goes round a bottle, in radians; 0 is flat.
    pub curve: f32,
    /// Whether the bottle stands in the direction of the bars, so that they crowd at the label's ends; else they bend.
    pub is_curved_across: bool,
    /// How much wider the ink has made dark modules, in modules; less than 0 where it has not covered them.
    pub gain: f32,
    /// Scratches and spots without ink, 0 to 1.
    pub wear: f32,
    /// How far the camera has moved while it looked, in pixels, and in what direction, in degrees.
    pub motion: (f32, f32),
    /// How much brighter one side of the frame is than the middle, as a share, and in what direction, in degrees.
    pub light: (f32, f32),
    /// Reflections.
    pub glare: Vec<Glare>,
    /// Share of the contrast that is left.
    pub contrast: f32,
    /// Grey levels of what is black.
    pub black: f32,
}

impl Default for Conditions {
    fn default() -> Self {
        Self {
            surface: Surface::Packaging,
            paper: 228.0,
            ink: 38.0,
            margin: 3.0,
            is_captioned: false,
            tilt: 0.0,
            curve: 0.0,
            is_curved_across: true,
            gain: 0.0,
            wear: 0.0,
            motion: (0.0, 0.0),
            light: (0.0, 0.0),
            glare: Vec::new(),
            contrast: 1.0,
            black: 0.0,
        }
    }
}

impl Conditions {
    /// Whether light modules are printed on a dark ground.
    pub fn is_inverted(&self) -> bool {
        self.ink > self.paper
    }

    /// Grey levels between paper and ink as the sensor sees them.
    pub fn seen_contrast(&self) -> f32 {
        (self.paper - self.ink).abs() * self.contrast
    }
}

/// A reflection of a lamp: a blob, or a streak through the frame.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Glare {
    /// Its middle, as shares of the frame's width and height.
    pub place: (f32, f32),
    /// Half of its width, in pixels.
    pub reach: f32,
    /// The direction of a streak, in degrees; a blob has none.
    pub direction: Option<f32>,
    /// 0 to 1: all of what lies under it is white.
    pub strength: f32,
}

/// A place on a label where ink is missing, or should not be: all within `reach` modules of a line.
#[derive(Debug, Clone, Copy)]
pub(super) struct Mark {
    from: (f32, f32),
    to: (f32, f32),
    reach: f32,
    pub(super) is_ink: bool,
}

impl Mark {
    /// The marks of wear on a symbol of such a size in modules.
    pub(super) fn of(wear: f32, columns: f32, height: f32, seed: u64) -> Vec<Self> {
        let mut random = Random(seed ^ 0x7EA2_0000);
        (0..(wear * 10.0).round() as usize)
            .map(|_| {
                let from = (random.between(0.0, columns), random.between(0.0, height));
                let is_scratch = random.chance(0.5);
                let far = if is_scratch { random.between(0.2, 0.8) * columns } else { 0.0 };
                let (sin, cos) = random.between(0.0, std::f32::consts::TAU).sin_cos();
                let reach = if is_scratch { random.between(0.15, 0.6) } else { random.between(0.4, 1.6) };
                Self { from, to: (from.0 + far * cos, from.1 + far * sin), reach, is_ink: random.chance(0.2) }
            })
            .collect()
    }

    pub(super) fn covers(&self, x: f32, y: f32) -> bool {
        let (dx, dy) = (self.to.0 - self.from.0, self.to.1 - self.from.1);
        let (px, py) = (x - self.from.0, y - self.from.1);
        let length = dx * dx + dy * dy;
        let along = if length > 0.0 { ((px * dx + py * dy) / length).clamp(0.0, 1.0) } else { 0.0 };
        let (ex, ey) = (px - along * dx, py - along * dy);
        ex * ex + ey * ey < self.reach * self.reach
    }
}

/// Lights a picture unevenly and puts its reflections in.
pub(super) fn light(grey: &mut [f32], width: usize, height: usize, conditions: &Conditions) {
    let (amount, direction) = conditions.light;
    if amount != 0.0 {
        let (sin, cos) = direction.to_radians().sin_cos();
        for (y, row) in grey.chunks_exact_mut(width).enumerate() {
            let down = (y as f32 / height as f32 - 0.5) * sin;
            for (x, value) in row.iter_mut().enumerate() {
                *value *= 1.0 + 2.0 * amount * ((x as f32 / width as f32 - 0.5) * cos + down);
            }
        }
    }
    for glare in &conditions.glare {
        let (left, top) = (glare.place.0 * width as f32, glare.place.1 * height as f32);
        let across = glare.direction.map(|direction| direction.to_radians().sin_cos());
        for (y, row) in grey.chunks_exact_mut(width).enumerate() {
            let dy = y as f32 - top;
            for (x, value) in row.iter_mut().enumerate() {
                let dx = x as f32 - left;
                let distance = across.map_or(dx * dx + dy * dy, |(sin, cos)| (cos * dy - sin * dx).powi(2));
                // A bright middle with a soft border.
                let share = distance / (glare.reach * glare.reach);
                if share < 4.0 {
                    *value += (262.0 - *value) * glare.strength * (1.0 - share / 4.0).powi(2).min(0.6) / 0.6;
                }
            }
        }
    }
}

/// Smears a picture along a straight line, the border repeated.
pub(super) fn motion(grey: &mut [f32], width: usize, height: usize, (length, direction): (f32, f32)) {
    if length < 0.5 {
        return;
    }
    let taps = length.ceil() as usize + 1;
    let (sin, cos) = direction.to_radians().sin_cos();
    let margin = length.ceil() as usize + 1;
    let wide = width + 2 * margin;
    let mut padded = Vec::with_capacity(wide * height);
    for row in grey.chunks_exact(width) {
        padded.extend((0..wide).map(|x| row[x.saturating_sub(margin).min(width - 1)]));
    }
    grey.fill(0.0);
    for tap in 0..taps {
        let along = length * (tap as f32 / (taps - 1) as f32 - 0.5);
        let (dx, dy) = (along * cos, along * sin);
        let (fx, fy) = (dx - dx.floor(), dy - dy.floor());
        let first = (margin as isize + dx.floor() as isize) as usize;
        let weights = [(1.0 - fx) * (1.0 - fy), fx * (1.0 - fy), (1.0 - fx) * fy, fx * fy];
        let [a, b, c, d] = weights.map(|weight| weight / taps as f32);
        for (y, to) in (0..).zip(grey.chunks_exact_mut(width)) {
            let row = |row: isize| row.clamp(0, height as isize - 1) as usize * wide + first;
            let (above, below) = (row(y + dy.floor() as isize), row(y + dy.floor() as isize + 1));
            let (above, below) = (&padded[above..=above + width], &padded[below..=below + width]);
            for (x, sum) in to.iter_mut().enumerate() {
                *sum += a * above[x] + b * above[x + 1] + c * below[x] + d * below[x + 1];
            }
        }
    }
}
