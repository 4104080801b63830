//! Rendered scenes: codes printed on packaging, turned, seen from the side, out of focus, in grain, and under worse
//! [`conditions`]. Seeded, so that the same scene is the same picture.

mod any;
pub mod conditions;
pub mod handheld;
mod label;
pub mod surface;
pub mod symbols;

use crate::Symbology;
use crate::check::{gtin_check, upc_e_check};
use crate::luma::LumaBuf;
use crate::source::y4m::Writer;
use crate::source::{Frame, FrameSource, Pixels, SourceError};
use conditions::{Conditions, Mark};
use label::Label;
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
    /// Another code in the same frames.
    pub beside: Option<Box<Shot>>,
}

impl Shot {
    /// A code shown upright and sharp for two seconds.
    pub fn new(printed: impl Into<Printed>, text: impl Into<String>) -> Self {
        let (text, printed) = (text.into(), printed.into());
        Self { text, printed, addon: None, seconds: 2.0, angle: 0.0, blur: 0.6, beside: None }
    }

    /// What the scanner is to answer.
    pub fn answer(&self) -> (Symbology, String) {
        self.printed.answer(&self.text)
    }

    /// The same for every code in its frames.
    pub fn answers(&self) -> Vec<(Symbology, String)> {
        self.codes().map(Self::answer).collect()
    }

    /// The codes in its frames: this one and those beside it.
    pub fn codes(&self) -> impl Iterator<Item = &Self> {
        std::iter::successors(Some(self), |shot| shot.beside.as_deref())
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
    /// Standard deviation of the blur of frames without a code, in pixels.
    pub bare_blur: f32,
    /// How codes are printed and lie, and how they are lit.
    pub conditions: Conditions,
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
            bare_blur: 0.0,
            conditions: Conditions::default(),
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
    /// Of each shot, the symbols of its codes.
    symbols: Vec<Vec<Symbol>>,
    next: usize,
}

impl Renderer {
    /// Lays out the codes of a scene.
    pub fn new(scene: &Scene) -> Result<Self, SceneError> {
        let even = |size: usize| size > 0 && size.is_multiple_of(2);
        if !even(scene.width) || !even(scene.height) || scene.frames_per_second == 0 {
            return Err(SceneError::Size(scene.width, scene.height, scene.frames_per_second));
        }
        let symbols = scene
            .shots
            .iter()
            .map(|shot| shot.codes().map(Shot::symbol).collect())
            .collect::<Result<Vec<_>, SymbolError>>()?;
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
        for (shot, symbols) in self.scene.shots.iter().zip(&self.symbols) {
            start += gap;
            let end = start + self.count(shot.seconds);
            if (start..end).contains(&index) {
                return self.render(index, Some((shot, symbols)));
            }
            start = end;
        }
        self.render(index, None)
    }

    fn count(&self, seconds: f32) -> usize {
        (seconds.max(0.0) * self.scene.frames_per_second as f32).round() as usize
    }

    fn render(&self, index: usize, shown: Option<(&Shot, &[Symbol])>) -> LumaBuf {
        let scene = &self.scene;
        let conditions = &scene.conditions;
        let (width, height) = (scene.width, scene.height);
        let time = index as f32 / scene.frames_per_second as f32;
        let sway = (time * 2.1).sin();
        let (dx, dy) = (sway * 6.0, (time * 3.3).cos() * 4.0);
        let codes = shown.map_or(0, |(_, symbols)| symbols.len());
        let labels: Vec<Label<'_>> = shown
            .into_iter()
            .flat_map(|(shot, symbols)| shot.codes().zip(symbols))
            .enumerate()
            .map(|(place, (shot, symbol))| {
                let left = width as f32 * (2 * place + 1) as f32 / (2 * codes) as f32;
                Label {
                    symbol,
                    conditions,
                    marks: Mark::of(
                        conditions.wear,
                        symbol.columns() as f32,
                        symbol.height(),
                        scene.seed ^ place as u64,
                    ),
                    module: scene.module,
                    turn: (shot.angle + sway).to_radians().sin_cos(),
                    perspective: scene.perspective,
                    middle: (left + dx, height as f32 / 2.0 + dy),
                }
            })
            .collect();
        let mut grey: Vec<f32> = Vec::with_capacity(width * height);
        for y in 0..height {
            for x in 0..width {
                let (px, py) = (x as f32 - dx, y as f32 - dy);
                grey.push(conditions.surface.grey(px, py, width as f32, height as f32, scene.seed));
            }
        }
        for label in &labels {
            let reach = label.reach();
            let (left, top) = label.middle;
            let span = |middle: f32, size: usize| {
                ((middle - reach).max(0.0) as usize).min(size)
                    ..((middle + reach).max(0.0) as usize + 1).min(size)
            };
            for y in span(top, height) {
                for x in span(left, width) {
                    let value = &mut grey[y * width + x];
                    let ground = *value;
                    // Four samples a pixel, as a sensor's pixel has an area.
                    let mut sum = 0.0;
                    for (sx, sy) in [(-0.25, -0.25), (0.25, -0.25), (-0.25, 0.25), (0.25, 0.25)] {
                        sum += label.grey(x as f32 + sx, y as f32 + sy).unwrap_or(ground);
                    }
                    *value = sum / 4.0;
                }
            }
        }
        conditions::light(&mut grey, width, height, conditions);
        conditions::motion(&mut grey, width, height, conditions.motion);
        blur(&mut grey, width, height, shown.map_or(scene.bare_blur, |(shot, _)| shot.blur));
        let mut random = Random(scene.seed ^ (index as u64 + 1).wrapping_mul(0x9E37_79B9_7F4A_7C15));
        let pixels: Vec<u8> = grey
            .into_iter()
            .map(|value| value * conditions.contrast + conditions.black)
            .map(|value| (value + random.normal() * scene.noise).round().clamp(0.0, 255.0) as u8)
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

/// Gaussian blur in both directions, the border repeated.
fn blur(grey: &mut [f32], width: usize, height: usize, sigma: f32) {
    if sigma < 0.05 {
        return;
    }
    let reach = (sigma * 3.0).ceil() as isize;
    let weights: Vec<f32> =
        (-reach..=reach).map(|d| (-((d * d) as f32) / (2.0 * sigma * sigma)).exp()).collect();
    let total: f32 = weights.iter().sum();
    let mut padded = vec![0.0; width + 2 * reach as usize];
    let mut across = vec![0.0; grey.len()];
    for (to, from) in across.chunks_exact_mut(width).zip(grey.chunks_exact(width)) {
        for (x, slot) in (-reach..).zip(&mut padded) {
            *slot = from[x.clamp(0, width as isize - 1) as usize];
        }
        for (first, weight) in weights.iter().enumerate() {
            to.iter_mut().zip(&padded[first..]).for_each(|(sum, value)| *sum += weight * value);
        }
        to.iter_mut().for_each(|sum| *sum /= total);
    }
    grey.fill(0.0);
    for (y, to) in (0..).zip(grey.chunks_exact_mut(width)) {
        for (row, weight) in (y - reach..).zip(&weights) {
            let row = row.clamp(0, height as isize - 1) as usize * width;
            to.iter_mut().zip(&across[row..]).for_each(|(sum, value)| *sum += weight * value);
        }
        to.iter_mut().for_each(|sum| *sum /= total);
    }
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
