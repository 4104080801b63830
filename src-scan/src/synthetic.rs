//! Rendered scenes: codes printed on packaging, turned, seen from the side, out of focus, in grain. Seeded, so that the
//! same scene is the same picture.

pub mod symbols;

use crate::Symbology;
use crate::check::{gtin_check, upc_e_check};
use crate::luma::LumaBuf;
use crate::source::y4m::Writer;
use crate::source::{Frame, FrameSource, Pixels, SourceError};
use std::path::Path;
use symbols::{Printed, Symbol, SymbolError};
use thiserror::Error;

/// One code, shown for a while.
#[derive(Debug, Clone, PartialEq)]
pub struct Shot {
    /// What the code says.
    pub text: String,
    /// What kind of symbol it is.
    pub printed: Printed,
    /// The digits of an add-on beside it.
    pub addon: Option<String>,
    /// How long it is shown.
    pub seconds: f32,
    /// How far it is turned, in degrees clockwise.
    pub angle: f32,
    /// Standard deviation of the blur, in pixels.
    pub blur: f32,
}

impl Shot {
    /// A code shown upright and sharp for two seconds.
    pub fn new(printed: impl Into<Printed>, text: impl Into<String>) -> Self {
        let (text, printed) = (text.into(), printed.into());
        Self { text, printed, addon: None, seconds: 2.0, angle: 0.0, blur: 0.6 }
    }

    /// What the scanner is to answer.
    pub fn answer(&self) -> (Symbology, String) {
        self.printed.answer(&self.text)
    }

    fn symbol(&self) -> Result<Symbol, SymbolError> {
        match &self.addon {
            Some(digits) => Symbol::with_addon(self.printed, &self.text, digits),
            None => Symbol::new(self.printed, &self.text),
        }
    }
}

/// Shots one after another, with bare packaging between them.
#[derive(Debug, Clone, PartialEq)]
pub struct Scene {
    /// The shots, in their order.
    pub shots: Vec<Shot>,
    /// Pixels in a row; even.
    pub width: usize,
    /// Rows; even.
    pub height: usize,
    /// Frames in a second.
    pub frames_per_second: u32,
    /// Seconds without any code before each shot and after the last: longer than a session takes to see one leave.
    pub gap_seconds: f32,
    /// Width of a module, in pixels.
    pub module: f32,
    /// How much nearer one side of the label is, as a share of its size.
    pub perspective: f32,
    /// Standard deviation of the grain, in grey levels.
    pub noise: f32,
    /// What the grain, the packaging and the hand's motion are drawn from.
    pub seed: u64,
}

impl Default for Scene {
    fn default() -> Self {
        Self {
            shots: Vec::new(),
            width: 640,
            height: 480,
            frames_per_second: 10,
            gap_seconds: 1.2,
            module: 2.5,
            perspective: 0.06,
            noise: 3.0,
            seed: 1,
        }
    }
}

impl Scene {
    /// A label with a retail code (EAN-13, EAN-8, UPC-A or UPC-E), everything about it and about how it is seen drawn
    /// from `seed`: turned by any angle, blurred by up to 2.5 pixels, 1.8 to 4 pixels to a module, in grain of up to 8
    /// grey levels.
    pub fn any_retail(seed: u64) -> Self {
        let mut random = Random(seed);
        let mut digits =
            |count: usize| -> Vec<u8> { (0..count).map(|_| (random.unit() * 10.0) as u8).collect() };
        let (symbology, mut digits) = match seed % 4 {
            0 => (Symbology::Ean13, digits(12)),
            1 => (Symbology::Ean8, digits(7)),
            2 => (Symbology::UpcA, digits(11)),
            _ => (Symbology::UpcE, digits(7)),
        };
        if symbology == Symbology::Ean13 {
            // An EAN-13 with a leading 0 is a UPC-A.
            digits[0] = digits[0].max(1);
        }
        if symbology == Symbology::UpcE {
            digits[0] %= 2;
        }
        digits.push(match digits[..] {
            [system, a, b, c, d, e, f] if symbology == Symbology::UpcE => {
                upc_e_check(system, [a, b, c, d, e, f])
            }
            _ => gtin_check(&digits),
        });
        let text: String = digits.iter().map(|digit| char::from(b'0' + digit)).collect();
        let mut between = |from: f32, to: f32| from + random.unit() * (to - from);
        Self {
            shots: vec![Shot {
                angle: between(0.0, 360.0),
                blur: between(0.0, 2.5),
                ..Shot::new(symbology, text)
            }],
            module: between(1.8, 4.0),
            perspective: between(0.0, 0.12),
            noise: between(0.0, 8.0),
            gap_seconds: 0.0,
            seed,
            ..Self::default()
        }
    }
}

/// Why a scene cannot be rendered.
#[derive(Debug, Error)]
pub enum SceneError {
    /// A code cannot be drawn.
    #[error(transparent)]
    Symbol(#[from] SymbolError),
    /// Odd or no width, height or rate.
    #[error("a scene of {0}×{1} at {2} frames a second cannot be rendered")]
    Size(usize, usize, u32),
    /// The file cannot be written.
    #[error(transparent)]
    Source(#[from] SourceError),
}

/// Renders a scene into a Y4M file, 4:2:0.
pub fn write_y4m(path: &Path, scene: &Scene) -> Result<(), SceneError> {
    let renderer = Renderer::new(scene)?;
    let mut writer = Writer::create(path, scene.width, scene.height, scene.frames_per_second)?;
    for index in 0..renderer.frames() {
        writer.write(&renderer.frame(index))?;
    }
    writer.finish()?;
    Ok(())
}

/// Renders the frames of a scene one by one.
#[derive(Debug)]
pub struct Renderer {
    scene: Scene,
    symbols: Vec<Symbol>,
    next: usize,
}

impl Renderer {
    /// Lays out the codes of a scene.
    pub fn new(scene: &Scene) -> Result<Self, SceneError> {
        let even = |size: usize| size > 0 && size.is_multiple_of(2);
        if !even(scene.width) || !even(scene.height) || scene.frames_per_second == 0 {
            return Err(SceneError::Size(scene.width, scene.height, scene.frames_per_second));
        }
        let symbols = scene.shots.iter().map(Shot::symbol).collect::<Result<Vec<_>, SymbolError>>()?;
        Ok(Self { scene: scene.clone(), symbols, next: 0 })
    }

    /// Frames in the scene.
    pub fn frames(&self) -> usize {
        let gap = self.count(self.scene.gap_seconds);
        self.scene.shots.iter().map(|shot| gap + self.count(shot.seconds)).sum::<usize>() + gap
    }

    /// The frame at a place in the scene; bare packaging after its end.
    pub fn frame(&self, index: usize) -> LumaBuf {
        let gap = self.count(self.scene.gap_seconds);
        let mut start = 0;
        for (shot, symbol) in self.scene.shots.iter().zip(&self.symbols) {
            start += gap;
            let end = start + self.count(shot.seconds);
            if (start..end).contains(&index) {
                return self.render(index, Some((shot, symbol)));
            }
            start = end;
        }
        self.render(index, None)
    }

    fn count(&self, seconds: f32) -> usize {
        (seconds.max(0.0) * self.scene.frames_per_second as f32).round() as usize
    }

    fn render(&self, index: usize, shown: Option<(&Shot, &Symbol)>) -> LumaBuf {
        let (width, height) = (self.scene.width, self.scene.height);
        let time = index as f32 / self.scene.frames_per_second as f32;
        let sway = (time * 2.1).sin();
        let (dx, dy) = (sway * 6.0, (time * 3.3).cos() * 4.0);
        let label = shown.map(|(shot, symbol)| Label {
            symbol,
            module: self.scene.module,
            height: symbol.height(),
            turn: (shot.angle + sway).to_radians().sin_cos(),
            perspective: self.scene.perspective,
            middle: (width as f32 / 2.0 + dx, height as f32 / 2.0 + dy),
        });
        let mut grey: Vec<f32> = Vec::with_capacity(width * height);
        for y in 0..height {
            for x in 0..width {
                let ground =
                    packaging(x as f32 - dx, y as f32 - dy, width as f32, height as f32, self.scene.seed);
                // Four samples a pixel, as a sensor's pixel has an area.
                let value = label.as_ref().map_or(ground, |label| {
                    let mut sum = 0.0;
                    for (sx, sy) in [(-0.25, -0.25), (0.25, -0.25), (-0.25, 0.25), (0.25, 0.25)] {
                        sum += label.grey(x as f32 + sx, y as f32 + sy).unwrap_or(ground);
                    }
                    sum / 4.0
                });
                grey.push(value);
            }
        }
        if let Some((shot, _)) = shown {
            blur(&mut grey, width, height, shot.blur);
        }
        let mut random = Random(self.scene.seed ^ (index as u64 + 1).wrapping_mul(0x9E37_79B9_7F4A_7C15));
        let pixels: Vec<u8> = grey
            .into_iter()
            .map(|value| (value + random.normal() * self.scene.noise).round().clamp(0.0, 255.0) as u8)
            .collect();
        LumaBuf::from_packed(width, height, pixels)
    }
}

impl FrameSource for Renderer {
    fn next_frame(&mut self) -> Result<Option<Frame>, SourceError> {
        if self.next >= self.frames() {
            return Ok(None);
        }
        let luma = self.frame(self.next);
        let at = self.next as f64 * 1000.0 / f64::from(self.scene.frames_per_second);
        self.next += 1;
        Ok(Some(Frame::new(Pixels::Grey(luma), at)))
    }
}

/// A white label with a code on it, as it lies in the picture.
struct Label<'a> {
    symbol: &'a Symbol,
    module: f32,
    height: f32,
    turn: (f32, f32),
    perspective: f32,
    middle: (f32, f32),
}

impl Label<'_> {
    /// Brightness at a place of the picture, if the label covers it.
    fn grey(&self, x: f32, y: f32) -> Option<f32> {
        let (sin, cos) = self.turn;
        let (dx, dy) = (x - self.middle.0, y - self.middle.1);
        let (u, v) = (dx * cos + dy * sin, -dx * sin + dy * cos);
        let columns = self.symbol.columns() as f32;
        // One side is nearer: what lies there is larger.
        let depth = 1.0 + self.perspective * u / (columns * self.module);
        let (column, row) =
            (u / depth / self.module + columns / 2.0, v / depth / self.module + self.height / 2.0);
        let margin = 3.0;
        if column < -margin || column > columns + margin || row < -margin || row > self.height + margin {
            return None;
        }
        if column < 0.0 || row < 0.0 || row >= self.height {
            return Some(228.0);
        }
        Some(if self.symbol.is_dark(column as usize, row) { 38.0 } else { 228.0 })
    }
}

/// Brightness of printed packaging: bands of colour, a soft light, a block of lines that could be text.
fn packaging(x: f32, y: f32, width: f32, height: f32, seed: u64) -> f32 {
    let phase = (seed % 97) as f32;
    let band = ((y / height * 5.0 + phase).floor() * 1.7).sin() * 28.0;
    let light = 24.0 * (1.0 - (x / width - 0.4).powi(2) - (y / height - 0.3).powi(2));
    let base = 128.0 + band + light;
    let (column, row) = ((x / 7.0).floor(), (y / 14.0).floor());
    let in_text = x < width * 0.3 && y < height * 0.2 && (y / 14.0).fract() < 0.55;
    let inked = Random(seed ^ (column as i64 as u64) << 20 ^ (row as i64 as u64)).unit() < 0.5;
    if in_text && inked { base - 70.0 } else { base }
}

/// Gaussian blur in both directions, the border repeated.
fn blur(grey: &mut Vec<f32>, width: usize, height: usize, sigma: f32) {
    if sigma < 0.05 {
        return;
    }
    let reach = (sigma * 3.0).ceil() as isize;
    let weights: Vec<f32> =
        (-reach..=reach).map(|d| (-((d * d) as f32) / (2.0 * sigma * sigma)).exp()).collect();
    let total: f32 = weights.iter().sum();
    let pass = |from: &[f32], across: bool| -> Vec<f32> {
        let mut to = Vec::with_capacity(from.len());
        for y in 0..height as isize {
            for x in 0..width as isize {
                let mut sum = 0.0;
                for (weight, d) in weights.iter().zip(-reach..) {
                    let (x, y) = if across { (x + d, y) } else { (x, y + d) };
                    let (x, y) = (x.clamp(0, width as isize - 1), y.clamp(0, height as isize - 1));
                    sum += weight * from[y as usize * width + x as usize];
                }
                to.push(sum / total);
            }
        }
        to
    };
    *grey = pass(&pass(grey, true), false);
}

/// SplitMix64 (Steele, Lea, Flood: *Fast splittable pseudorandom number generators*, 2014).
struct Random(u64);

impl Random {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        z ^ (z >> 31)
    }

    /// 0 to 1.
    fn unit(&mut self) -> f32 {
        (self.next() >> 40) as f32 / (1u64 << 24) as f32
    }

    /// 0 to one less than `count`.
    fn below(&mut self, count: usize) -> usize {
        ((self.unit() * count as f32) as usize).min(count.saturating_sub(1))
    }

    fn between(&mut self, from: f32, to: f32) -> f32 {
        from + self.unit() * (to - from)
    }

    /// Whether something happens that does in such a share of cases.
    fn chance(&mut self, share: f32) -> bool {
        self.unit() < share
    }

    fn one_of<'a, T>(&mut self, all: &'a [T]) -> &'a T {
        &all[self.below(all.len())]
    }

    /// Standard normal, near enough: the sum of four uniforms.
    fn normal(&mut self) -> f32 {
        ((0..4).map(|_| self.unit()).sum::<f32>() - 2.0) * 3f32.sqrt()
    }
}
