//! Scenes drawn from a seed alone.

use super::conditions::{Conditions, Glare};
use super::surface::Surface;
use super::symbols::{Printed, Symbol};
use super::{Random, Scene, Shot};

/// What scenes show: the kinds that the scanner looks for by default, those most often that shops see most often.
const SHOWN: [(Printed, usize); 20] = [
    (Printed::Ean13, 6),
    (Printed::Ean8, 3),
    (Printed::UpcA, 3),
    (Printed::UpcE, 3),
    (Printed::Itf14, 2),
    (Printed::Code128, 3),
    (Printed::Gs1_128, 2),
    (Printed::Code39, 2),
    (Printed::DataBarOmnidirectional, 2),
    (Printed::DataBarTruncated, 1),
    (Printed::DataBarStacked, 1),
    (Printed::DataBarStackedOmnidirectional, 1),
    (Printed::DataBarLimited, 2),
    (Printed::DataBarExpanded, 2),
    (Printed::DataBarExpandedStacked { pairs: 2 }, 2),
    (Printed::QrCode, 4),
    (Printed::DataMatrix, 3),
    (Printed::DataMatrixRectangular, 1),
    (Printed::Gs1DataMatrix, 2),
    (Printed::Gs1DataMatrixRectangular, 1),
];
/// Shares of scenes: without a code; with two; with conditions past what a scanner can be asked to read.
const EMPTY: f32 = 0.2;
const TWO: f32 = 0.08;
const HARD: f32 = 0.35;
/// Pixels of a module from which bars, or squares, can be read in each frame that shows them still and sharp.
const LEAST_CLEAR: (f32, f32) = (2.0, 3.0);

impl Scene {
    /// A frame with a code of any kind that is looked for by default, under any conditions, all drawn from `seed`. A
    /// fifth of the scenes have no code but what may be mistaken for one, a few have two codes. [`Scene::is_hard`] says
    /// of which a scanner may miss the code; none may it misread.
    pub fn any(seed: u64) -> Self {
        let mut random = Random(seed.wrapping_mul(0xA24B_AED4_963E_E407) ^ 0x9FB2_1C65_1E98_DF25);
        let random = &mut random;
        let is_hard = random.chance(HARD);
        let codes = match random.unit() {
            share if share < EMPTY => 0,
            share if share < EMPTY + TWO => 2,
            _ => 1,
        };
        let mut scene = Self { gap_seconds: 0.0, seed, ..Self::default() };
        scene.conditions = conditions(random, is_hard);
        scene.perspective = random.between(-0.12, 0.12) * if is_hard { 2.5 } else { 1.0 };
        scene.noise = random.between(0.0, if is_hard { 10.0 } else { 5.0 });
        let mut module = f32::MAX;
        let mut blur: f32 = random.between(0.1, if is_hard { 0.7 } else { 0.38 });
        for _ in 0..codes {
            let (shot, largest) = shot(random, codes);
            // A matrix is read by its modules' middles, bars by their borders.
            let (least, most): (f32, f32) = if shot.printed.is_matrix() { (2.6, 7.0) } else { (1.7, 4.5) };
            let most = most.min(largest);
            module = module.min(random.between(least.min(most), most));
            scene.shots = vec![Shot { beside: scene.shots.pop().map(Box::new), ..shot }];
        }
        if codes > 0 {
            scene.module = module;
        }
        blur *= scene.module;
        let moved =
            if random.chance(0.3) { random.between(0.2, if is_hard { 1.8 } else { 0.7 }) } else { 0.0 };
        scene.conditions.motion = (moved * scene.module, random.between(0.0, 180.0));
        for shot in &mut scene.shots {
            shot.blur = blur;
        }
        scene
    }

    /// A frame as a camera gives it in a shop, without any code: packages, shelves, print and cloth, all drawn from
    /// `seed`.
    pub fn bare(seed: u64, (width, height): (usize, usize)) -> Self {
        let mut random = Random(seed.wrapping_mul(0xA24B_AED4_963E_E407) ^ 0xBA2E);
        let random = &mut random;
        let surface = if random.chance(0.5) { Surface::Goods } else { *random.one_of(&Surface::ALL) };
        let mut scene = Self { width, height, gap_seconds: 0.1, seed, ..Self::default() };
        scene.conditions = Conditions { surface, ..fair_light(random) };
        scene.noise = random.between(1.0, 5.0);
        scene.bare_blur = random.between(0.4, 1.5);
        scene
    }

    /// The same with one code of any kind that is looked for by default, lying still, sharp and whole.
    pub fn readable(seed: u64, (width, height): (usize, usize)) -> Self {
        let mut random = Random(seed.wrapping_mul(0xA24B_AED4_963E_E407) ^ 0x2EAD);
        let random = &mut random;
        let (shot, modules) = clear_shot(random, 1);
        let scale = height as f32 / Self::default().height as f32;
        let module = random.between(modules.start, modules.end * scale);
        let mut scene = Self::bare(seed, (width, height));
        scene.gap_seconds = 0.0;
        scene.perspective = random.between(-0.06, 0.06);
        scene.module = module;
        scene.noise = random.between(1.0, 4.0);
        scene.conditions = Conditions {
            surface: scene.conditions.surface,
            margin: random.between(2.0, 5.0),
            is_captioned: random.chance(0.4),
            gain: random.between(-0.15, 0.15),
            ..fair_light(random)
        };
        scene.shots = vec![Shot { blur: random.between(0.15, 0.25) * module, ..shot }];
        scene
    }

    /// Whether a scanner may miss a code in this scene: it is too blurred, too small, too dim, worn, bent or covered.
    pub fn is_hard(&self) -> bool {
        let conditions = &self.conditions;
        let blur = self.shots.iter().map(|shot| shot.blur).fold(0.0, f32::max);
        let is_matrix = self.shots.iter().any(|shot| shot.printed.is_matrix());
        let contrast = conditions.seen_contrast();
        // Together, blur and motion take the narrowest bars away.
        let unsharp = (blur / self.module / 0.45).hypot(conditions.motion.0 / self.module / 0.9);
        unsharp > 1.0
            || self.module < if is_matrix { 2.5 } else { 1.65 }
            || contrast < 60.0
            || self.noise > 0.1 * contrast
            || conditions.wear > 0.3
            || conditions.gain.abs() > 0.3
            || conditions.curve > 0.6
            || conditions.tilt.abs().max(self.perspective.abs()) > 0.2
            || conditions.light.0.abs() > 0.4
            || conditions.is_inverted()
            || conditions.glare.iter().any(|glare| glare.strength > 0.5)
    }
}

/// Print of any two tones that differ clearly, in the light of a shop.
pub(super) fn fair_light(random: &mut Random) -> Conditions {
    Conditions {
        paper: random.between(190.0, 240.0),
        ink: random.between(20.0, 70.0),
        light: (random.between(0.0, 0.25), random.between(0.0, 360.0)),
        contrast: random.between(0.7, 1.0),
        black: random.between(0.0, 20.0),
        ..Conditions::default()
    }
}

fn conditions(random: &mut Random, is_hard: bool) -> Conditions {
    let between =
        |random: &mut Random, fair: f32, hard: f32| random.between(0.0, if is_hard { hard } else { fair });
    let mut conditions = Conditions {
        surface: *random.one_of(&Surface::ALL),
        paper: random.between(190.0, 240.0),
        ink: random.between(20.0, 70.0),
        margin: random.between(1.0, 5.0),
        is_captioned: random.chance(0.4),
        tilt: random.between(-1.0, 1.0) * if is_hard { 0.3 } else { 0.15 },
        gain: random.between(-1.0, 1.0) * if is_hard { 0.4 } else { 0.2 },
        ..Conditions::default()
    };
    if random.chance(0.3) {
        conditions.curve = between(random, 0.5, 0.95);
        conditions.is_curved_across = random.chance(0.6);
    }
    if random.chance(0.3) {
        conditions.wear = between(random, 0.3, 0.9);
    }
    if random.chance(0.5) {
        conditions.light =
            (random.between(0.0, if is_hard { 0.55 } else { 0.3 }), random.between(0.0, 360.0));
    }
    if random.chance(0.3) {
        // Black is not black in the dark, nor under a lamp.
        conditions.contrast = random.between(if is_hard { 0.12 } else { 0.45 }, 0.9);
        conditions.black = random.between(5.0, 35.0);
    }
    if random.chance(if is_hard { 0.3 } else { 0.15 }) {
        let strength = between(random, 0.5, 1.0);
        for direction in [None, Some(random.between(0.0, 180.0))] {
            if random.chance(0.7) {
                conditions.glare.push(Glare {
                    place: (random.between(0.2, 0.8), random.between(0.2, 0.8)),
                    reach: random.between(8.0, 45.0),
                    direction,
                    strength,
                });
            }
        }
    }
    if is_hard && random.chance(0.12) {
        std::mem::swap(&mut conditions.paper, &mut conditions.ink);
    }
    conditions
}

/// A code that is wholly in the frame with modules that can be read, and the pixels that those may have.
pub(super) fn clear_shot(random: &mut Random, codes: usize) -> (Shot, std::ops::Range<f32>) {
    loop {
        let (shot, largest) = shot(random, codes);
        let least = if shot.printed.is_matrix() { LEAST_CLEAR.1 } else { LEAST_CLEAR.0 };
        let most = (0.9 * largest).min(4.5);
        // A long code that is turned can be too long.
        if most >= least {
            return (shot, least..most);
        }
    }
}

/// A code, and the largest module with which it is still in the frame.
fn shot(random: &mut Random, codes: usize) -> (Shot, f32) {
    let total: usize = SHOWN.iter().map(|(_, share)| share).sum();
    let mut left = random.below(total);
    let printed = SHOWN
        .iter()
        .find(|(_, share)| {
            let is_it = left < *share;
            left = left.saturating_sub(*share);
            is_it
        })
        .map_or(Printed::Ean13, |(printed, _)| *printed);
    let mut shot = Shot::new(printed, printed.any_text(random.next()));
    shot.angle = if random.chance(0.3) { random.between(-8.0, 8.0) } else { random.between(0.0, 360.0) };
    if printed == Printed::Ean13 && random.chance(0.15) {
        let count = if random.chance(0.5) { 2 } else { 5 };
        shot.addon = Some((0..count).map(|_| char::from(b'0' + random.below(10) as u8)).collect());
    }
    let Ok(symbol) = shot.symbol() else { return (shot, 1.0) };
    (shot.clone(), largest(&symbol, shot.angle, codes))
}

fn largest(symbol: &Symbol, angle: f32, codes: usize) -> f32 {
    const MARGIN: f32 = 4.0;
    let frame = Scene::default();
    let (sin, cos) = angle.to_radians().sin_cos();
    let (columns, rows) = (symbol.columns() as f32 + MARGIN, symbol.height() + MARGIN);
    let width = columns * cos.abs() + rows * sin.abs();
    let height = columns * sin.abs() + rows * cos.abs();
    (0.9 * frame.width as f32 / codes.max(1) as f32 / width).min(0.9 * frame.height as f32 / height)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::synthetic::Renderer;
    use std::collections::HashSet;

    #[test]
    fn a_seed_says_everything() {
        for seed in [3, 11, 1 << 60] {
            let frame = |seed| Renderer::new(&Scene::any(seed)).unwrap().frame(0);
            assert_eq!(frame(seed).pixels(), frame(seed).pixels());
        }
        assert_ne!(Scene::any(1), Scene::any(2));
    }

    #[test]
    fn every_scene_can_be_rendered_and_every_kind_is_shown() {
        let mut shown = HashSet::new();
        let (mut empty, mut two, mut hard) = (0, 0, 0);
        for seed in 0..2_000 {
            let scene = Scene::any(seed);
            assert!(Renderer::new(&scene).is_ok(), "scene {seed}");
            let codes = scene.shots.first().map_or(0, |shot| shot.answers().len());
            empty += usize::from(codes == 0);
            two += usize::from(codes == 2);
            hard += usize::from(scene.is_hard());
            shown.extend(scene.shots.iter().map(|shot| shot.printed));
        }
        assert_eq!(shown.len(), SHOWN.len());
        assert!((300..500).contains(&empty) && (100..220).contains(&two), "{empty} empty, {two} with two");
        assert!((400..900).contains(&hard), "{hard} hard");
    }
}
