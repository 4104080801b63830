//! A camera in a hand: it comes to a code, rests on it while it focuses, and goes on. Of each frame it is known which
//! codes are in view, and which of them can be read.
//!
//! A stretch of the way is drawn once, larger than a frame and in several degrees of blur; a frame is a part of it, as
//! the hand holds the camera at that moment.

use super::any::{clear_shot, fair_light};
use super::conditions::Conditions;
use super::surface::Surface;
use super::{Random, Renderer, Scene, SceneError, Shot, blur};
use crate::Symbology;
use crate::luma::LumaBuf;

/// Pixels of a frame.
const FRAME: (usize, usize) = (640, 480);
/// Pixels of what the camera passes over.
const GROUND: (usize, usize) = (1920, 1280);
/// Pixels from the middle to the border of [`GROUND`] that the middle of a frame stays away from: about half a frame.
const BORDER: f32 = 330.0;
/// Standard deviations of the blur in which the ground is drawn, in pixels, beyond the lens's own.
const BLURS: [f32; 4] = [0.0, 1.2, 3.0, 6.0];
/// The lens's own blur, in pixels; what lies between pixels is found by interpolation, which adds as much again.
const LENS: f32 = 0.45;
/// Share of the stretches without a code; with two.
const BARE: f32 = 0.4;
const TWO: f32 = 0.2;

/// What is looked at, and from where, at a moment.
#[derive(Debug, Clone, Copy)]
struct Pose {
    x: f32,
    y: f32,
    /// Turn of the camera, in radians.
    turn: f32,
    /// Pixels of a frame for one of the ground.
    zoom: f32,
}

/// The hand moves to a place, and rests there.
#[derive(Debug, Clone, Copy)]
struct Rest {
    place: (f32, f32),
    /// Seconds on the way there, and seconds there.
    travel: f32,
    stay: f32,
    /// Blur on arrival, in pixels, and seconds in which it falls to a third.
    defocus: f32,
    settles_in: f32,
    /// The second of the stay in which the lens hunts for its focus once more.
    hunts_at: Option<f32>,
}

/// A code on the ground.
#[derive(Debug, Clone)]
struct Lying {
    shot: Shot,
    corners: [(f32, f32); 4],
}

/// What a frame shows.
#[derive(Debug, Clone)]
pub struct View {
    /// The frame.
    pub picture: LumaBuf,
    /// Of each code, whether any of it is in the frame.
    pub in_view: Vec<bool>,
    /// Of each code, whether it is wholly in the frame, still, sharp, large enough and lit.
    pub readable: Vec<bool>,
}

/// One stretch of the camera's way.
#[derive(Debug)]
pub struct Handheld {
    /// The ground, in the degrees of [`BLURS`].
    ground: Vec<LumaBuf>,
    codes: Vec<Lying>,
    module: f32,
    start: (f32, f32),
    rests: Vec<Rest>,
    turn: f32,
    zoom: f32,
    /// Pixels that the hand trembles.
    tremor: f32,
    /// Seconds that a frame is exposed.
    exposure: f32,
    /// Amplitude of the light's change, how often a second it changes, and when it changes at once.
    flicker: (f32, f32, f32),
    noise: Vec<f32>,
    frames_per_second: f32,
    seed: u64,
}

impl Handheld {
    /// A stretch over what is drawn from `seed`.
    pub fn new(seed: u64, frames_per_second: f32) -> Result<Self, SceneError> {
        let mut random = Random(seed.wrapping_mul(0xA24B_AED4_963E_E407) ^ 0x4A4D);
        let random = &mut random;
        let count = match random.unit() {
            share if share < BARE => 0,
            share if share < BARE + TWO => 2,
            _ => 1,
        };
        let scene = ground(random, seed, count);
        let renderer = Renderer::new(&scene)?;
        let sharp = renderer.frame(0);
        let grey: Vec<f32> = sharp.pixels().iter().map(|value| f32::from(*value)).collect();
        let (width, height) = GROUND;
        let blurred = |sigma: f32| {
            let mut grey = grey.clone();
            blur(&mut grey, width, height, sigma);
            LumaBuf::from_packed(width, height, grey.into_iter().map(|value| value.round() as u8).collect())
        };
        let codes = lying(&scene, &renderer);
        let mut rests: Vec<Rest> = codes.iter().map(|code| rest(random, middle(&code.corners))).collect();
        // Also where there is nothing, and at the end away from it all.
        for _ in 0..3 - count {
            let place = corner(random);
            rests.push(rest(random, place));
        }
        let amount = random.between(1.5, 6.0);
        Ok(Self {
            ground: BLURS.into_iter().map(blurred).collect(),
            codes,
            module: scene.module,
            start: corner(random),
            rests,
            turn: random.between(-0.15, 0.15),
            zoom: random.between(0.95, 1.1),
            tremor: random.between(0.3, 1.6),
            exposure: 1.0 / random.between(30.0, 120.0),
            flicker: (random.between(0.0, 0.12), random.between(0.1, 0.6), random.between(0.0, 20.0)),
            noise: (0..1 << 16).map(|_| random.normal() * amount).collect(),
            frames_per_second,
            seed,
        })
    }

    /// What each code says, and the digits beside it.
    pub fn codes(&self) -> Vec<((Symbology, String), Option<String>)> {
        self.codes.iter().map(|code| (code.shot.answer(), code.shot.addon.clone())).collect()
    }

    /// Frames of the stretch.
    pub fn frames(&self) -> usize {
        let seconds: f32 = self.rests.iter().map(|rest| rest.travel + rest.stay).sum();
        (seconds * self.frames_per_second) as usize
    }

    /// A frame of it.
    pub fn view(&self, index: usize) -> View {
        let time = index as f32 / self.frames_per_second;
        let pose = self.pose(time);
        let before = self.pose(time - self.exposure);
        let moved = ((pose.x - before.x) * pose.zoom, (pose.y - before.y) * pose.zoom);
        let defocus = self.defocus(time);
        let light = self.light(time);
        let corners = |code: &Lying| code.corners.map(|corner| pose.seen(corner));
        let within = |(x, y): (f32, f32), margin: f32| {
            (margin..FRAME.0 as f32 - margin).contains(&x) && (margin..FRAME.1 as f32 - margin).contains(&y)
        };
        let module = self.module * pose.zoom;
        let is_clear = moved.0.hypot(moved.1) < 0.2 * module && defocus < 0.2 * module && light > 0.8;
        View {
            picture: self.picture(index, pose, (moved.0 / pose.zoom, moved.1 / pose.zoom), defocus, light),
            in_view: self
                .codes
                .iter()
                .map(|code| {
                    let corners = corners(code);
                    corners.iter().chain([&middle(&corners)]).any(|corner| within(*corner, 0.0))
                })
                .collect(),
            readable: self
                .codes
                .iter()
                .map(|code| is_clear && corners(code).iter().all(|corner| within(*corner, 12.0)))
                .collect(),
        }
    }

    fn pose(&self, time: f32) -> Pose {
        let mut from = self.start;
        let mut left = time.max(0.0);
        let mut place = from;
        for rest in &self.rests {
            let share = (left / rest.travel).clamp(0.0, 1.0);
            // A hand speeds up and slows down.
            let share = share * share * (3.0 - 2.0 * share);
            place = (from.0 + share * (rest.place.0 - from.0), from.1 + share * (rest.place.1 - from.1));
            left -= rest.travel + rest.stay;
            if left < 0.0 {
                break;
            }
            from = rest.place;
        }
        let wave = |often: f32, phase: f32| (time * often * std::f32::consts::TAU + phase).sin();
        let (one, other) = (wave(0.7, 0.3) + 0.4 * wave(2.3, 1.1), wave(0.9, 2.0) + 0.4 * wave(1.9, 0.2));
        Pose {
            x: place.0 + self.tremor * one,
            y: place.1 + self.tremor * other,
            turn: self.turn + 0.004 * self.tremor * wave(0.4, 0.8),
            zoom: self.zoom * (1.0 + 0.02 * wave(0.2, 1.7)),
        }
    }

    /// Blur beyond the lens's own, in pixels.
    fn defocus(&self, time: f32) -> f32 {
        let mut left = time;
        for rest in &self.rests {
            if left < rest.travel {
                return rest.defocus;
            }
            left -= rest.travel;
            if left < rest.stay {
                let hunt = rest.hunts_at.map_or(0.0, |at| 4.0 * (-((left - at) / 0.12).powi(2)).exp());
                return rest.defocus * (-left / rest.settles_in).exp() + hunt;
            }
            left -= rest.stay;
        }
        0.0
    }

    fn light(&self, time: f32) -> f32 {
        let (amount, often, at) = self.flicker;
        let shadow = if (at..at + 1.0).contains(&time) { 0.6 } else { 1.0 };
        shadow * (1.0 + amount * (time * often * std::f32::consts::TAU).sin())
    }

    fn picture(&self, index: usize, pose: Pose, moved: (f32, f32), defocus: f32, light: f32) -> LumaBuf {
        let (width, height) = FRAME;
        // Between two degrees of blur, variances add up by their shares.
        let next = BLURS.iter().position(|sigma| *sigma > defocus).unwrap_or(BLURS.len() - 1);
        let (a, b) = (BLURS[next - 1].powi(2), BLURS[next].powi(2));
        let share = ((defocus * defocus - a) / (b - a)).clamp(0.0, 1.0);
        let (near, far) = (self.ground[next - 1].as_luma(), self.ground[next].as_luma());
        let taps = (moved.0.hypot(moved.1) / 1.5).ceil().clamp(1.0, 12.0) as usize;
        let (sin, cos) = pose.turn.sin_cos();
        let mut random = Random(self.seed ^ (index as u64 + 1).wrapping_mul(0x9E37_79B9_7F4A_7C15));
        let mut pixels = Vec::with_capacity(width * height);
        for row in 0..height {
            let grain = random.below(self.noise.len() - width);
            let grain = &self.noise[grain..grain + width];
            let v = (row as f32 - height as f32 / 2.0) / pose.zoom;
            for (column, grain) in grain.iter().enumerate() {
                let u = (column as f32 - width as f32 / 2.0) / pose.zoom;
                let (x, y) = (pose.x + u * cos - v * sin, pose.y + u * sin + v * cos);
                let mut sum = 0.0;
                for tap in 0..taps {
                    let back = tap as f32 / taps as f32;
                    let (x, y) = (x - back * moved.0, y - back * moved.1);
                    sum += if share < 0.02 {
                        near.sample(x, y)
                    } else {
                        (1.0 - share) * near.sample(x, y) + share * far.sample(x, y)
                    };
                }
                pixels.push((light * sum / taps as f32 + grain).round().clamp(0.0, 255.0) as u8);
            }
        }
        LumaBuf::from_packed(width, height, pixels)
    }
}

impl Pose {
    /// Where a place of the ground is in the frame.
    fn seen(self, (x, y): (f32, f32)) -> (f32, f32) {
        let (sin, cos) = self.turn.sin_cos();
        let (dx, dy) = (x - self.x, y - self.y);
        let (u, v) = (dx * cos + dy * sin, -dx * sin + dy * cos);
        (u * self.zoom + FRAME.0 as f32 / 2.0, v * self.zoom + FRAME.1 as f32 / 2.0)
    }
}

fn ground(random: &mut Random, seed: u64, count: usize) -> Scene {
    let mut scene = Scene {
        width: GROUND.0,
        height: GROUND.1,
        gap_seconds: 0.0,
        noise: 0.0,
        bare_blur: LENS,
        perspective: random.between(-0.06, 0.06),
        seed,
        ..Scene::default()
    };
    let surface = if random.chance(0.5) { Surface::Goods } else { *random.one_of(&Surface::ALL) };
    scene.conditions = Conditions {
        surface,
        margin: random.between(2.0, 5.0),
        is_captioned: random.chance(0.4),
        gain: random.between(-0.15, 0.15),
        ..fair_light(random)
    };
    let mut module = f32::MAX;
    for _ in 0..count {
        // As two lie apart, a frame shows one at a time; it has room for the hand's aim.
        let (shot, modules) = clear_shot(random, 1);
        module = module.min(random.between(modules.start, (0.8 * modules.end).max(modules.start)));
        let shot = Shot { blur: LENS, ..shot };
        scene.shots = vec![Shot { beside: scene.shots.pop().map(Box::new), ..shot }];
    }
    if count > 0 {
        scene.module = module;
    }
    scene
}

/// The codes of a scene, with the corners of their symbols in its first frame.
fn lying(scene: &Scene, renderer: &Renderer) -> Vec<Lying> {
    let Some((shot, symbols)) = scene.shots.first().zip(renderer.symbols.first()) else { return Vec::new() };
    let count = symbols.len();
    shot.codes()
        .zip(symbols)
        .enumerate()
        .map(|(place, (shot, symbol))| {
            let left = scene.width as f32 * (2 * place + 1) as f32 / (2 * count) as f32;
            // A scene's own first frame is this much lower.
            let top = scene.height as f32 / 2.0 + 4.0;
            let (sin, cos) = shot.angle.to_radians().sin_cos();
            let (u, v) = (symbol.columns() as f32 * scene.module / 2.0, symbol.height() * scene.module / 2.0);
            let corners = [(-u, -v), (u, -v), (u, v), (-u, v)]
                .map(|(u, v)| (left + u * cos - v * sin, top + u * sin + v * cos));
            Lying { shot: Shot { beside: None, ..shot.clone() }, corners }
        })
        .collect()
}

fn rest(random: &mut Random, (x, y): (f32, f32)) -> Rest {
    let stay = random.between(1.0, 3.0);
    Rest {
        place: (x + random.between(-25.0, 25.0), y + random.between(-25.0, 25.0)),
        travel: random.between(0.6, 1.6),
        stay,
        defocus: random.between(0.0, 4.0),
        settles_in: random.between(0.05, 0.4),
        hunts_at: random.chance(0.25).then(|| random.between(0.3, stay)),
    }
}

/// A place near a corner of the ground, where no code lies.
fn corner(random: &mut Random) -> (f32, f32) {
    let side = |random: &mut Random, size: usize| {
        if random.chance(0.5) { BORDER } else { size as f32 - BORDER }
    };
    (side(random, GROUND.0), side(random, GROUND.1))
}

fn middle(corners: &[(f32, f32); 4]) -> (f32, f32) {
    let sum = corners.iter().fold((0.0, 0.0), |sum, corner| (sum.0 + corner.0, sum.1 + corner.1));
    (sum.0 / 4.0, sum.1 / 4.0)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scanner::Scanner;

    #[test]
    fn the_camera_comes_to_each_code_and_leaves_it_again() {
        let stretches: Vec<Handheld> = (1..=6).map(|seed| Handheld::new(seed, 15.0).unwrap()).collect();
        let shown: usize = stretches.iter().map(|stretch| stretch.codes().len()).sum();
        assert!((1..12).contains(&shown), "{shown} codes in six stretches");
        let stretch = stretches.iter().find(|stretch| stretch.codes().len() == 1).unwrap();
        let views: Vec<View> = (0..stretch.frames()).map(|index| stretch.view(index)).collect();
        let count = |is: fn(&View) -> bool| views.iter().filter(|view| is(view)).count();
        assert!(count(|view| view.readable[0]) > 3);
        assert!(count(|view| !view.in_view[0]) > 3);
        assert_eq!(count(|view| view.readable[0] && !view.in_view[0]), 0);
    }

    #[test]
    fn what_is_called_readable_is_where_it_is_said_to_be() {
        let (mut read, mut all) = (0, 0);
        for seed in 20..30 {
            let stretch = Handheld::new(seed, 15.0).unwrap();
            let mut scanner = Scanner::default();
            for index in 0..stretch.frames() {
                let view = stretch.view(index);
                let Some(code) = view.readable.iter().position(|readable| *readable) else { continue };
                all += 1;
                let scan = scanner.push(&view.picture.as_luma(), index as f64 * 66.0, u64::MAX, &|| 0);
                let (symbology, text) = stretch.codes().swap_remove(code).0;
                let seen = scan.codes.iter().find(|seen| (seen.symbology, &seen.text) == (symbology, &text));
                if let Some(seen) = seen {
                    let place = crate::geometry::centre(&seen.points);
                    let corners = stretch.codes[code]
                        .corners
                        .map(|corner| stretch.pose(index as f32 / stretch.frames_per_second).seen(corner));
                    let (x, y) = middle(&corners);
                    let size = (corners[0].0 - corners[2].0).hypot(corners[0].1 - corners[2].1);
                    assert!((place.x - x).hypot(place.y - y) < size / 2.0, "{place:?} beside {x}, {y}");
                    read += 1;
                }
            }
        }
        assert!(all > 50 && read > all / 2, "{read} of {all}");
    }
}
