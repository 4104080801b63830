//! What lies about a code: packaging, and things in a shop that look a little like codes.

use super::Random;

/// What a frame shows where no label lies.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Surface {
    /// Bands of colour in a soft light, a block of small print in the corner.
    #[default]
    Packaging,
    /// Grey board with fibres.
    Cardboard,
    /// Lines of print in several sizes.
    Print,
    /// Parallel stripes of random widths, as on shirts and crates: bars that are no code.
    Stripes,
    /// A photograph: areas of any brightness with sharp and soft borders.
    Picture,
    /// Woven threads.
    Cloth,
    /// A shelf: rails, gaps, boxes with edges in both directions.
    Shelf,
    /// Tiles and squares of any brightness: a grid that is no code.
    Tiles,
    /// Packages beside and above one another, each printed in its own way: what a camera sees most.
    Goods,
}

impl Surface {
    /// Every surface that is of one kind.
    pub const ALL: [Self; 8] = [
        Self::Packaging,
        Self::Cardboard,
        Self::Print,
        Self::Stripes,
        Self::Picture,
        Self::Cloth,
        Self::Shelf,
        Self::Tiles,
    ];

    /// Brightness at a place of a picture, in grey levels.
    pub(super) fn grey(self, x: f32, y: f32, width: f32, height: f32, seed: u64) -> f32 {
        match self {
            Self::Packaging => packaging(x, y, width, height, seed),
            Self::Cardboard => {
                150.0 + 26.0 * smooth(x / 90.0, y / 60.0, seed) + 14.0 * smooth(x / 5.0, y / 2.0, seed ^ 1)
            }
            Self::Print => print(x, y, seed),
            Self::Stripes => {
                let (x, _) = turned(x, y, seed);
                let wide = 3.0 + unit(seed, 7, 7) * 14.0;
                // Each pair of stripes is divided at a place of its own.
                let (pair, share) = ((x / wide).floor(), (x / wide).rem_euclid(1.0));
                let divided = 0.2 + 0.6 * unit(seed, pair as i64, 0);
                let (dark, light) = (40.0 + 90.0 * unit(seed, 1, 1), 150.0 + 90.0 * unit(seed, 2, 2));
                if share < divided { dark } else { light }
            }
            Self::Picture => {
                let soft = smooth(x / 120.0, y / 120.0, seed) + 0.5 * smooth(x / 40.0, y / 40.0, seed ^ 2);
                let edge = if smooth(x / 70.0, y / 70.0, seed ^ 3) > 0.1 { 60.0 } else { 0.0 };
                110.0 + 70.0 * soft + edge + 12.0 * smooth(x / 4.0, y / 4.0, seed ^ 4)
            }
            Self::Cloth => {
                let (x, y) = turned(x, y, seed);
                let thread = 2.5 + unit(seed, 3, 3) * 6.0;
                let over = ((x / thread).floor() + (y / thread).floor()).rem_euclid(2.0) < 1.0;
                let along = if over { x } else { y };
                let bulge = (along / thread * std::f32::consts::PI).sin().abs();
                90.0 + 90.0 * bulge + 20.0 * smooth(x / 80.0, y / 80.0, seed)
            }
            Self::Shelf => shelf(x, y, seed),
            Self::Tiles => {
                let (x, y) = turned(x, y, seed);
                let side = 4.0 + unit(seed, 5, 5) * 20.0;
                let tile = unit(seed, (x / side).floor() as i64, (y / side).floor() as i64);
                if tile < 0.5 { 50.0 } else { 205.0 }
            }
            Self::Goods => goods(x, y, width, height, seed),
        }
    }
}

/// A place turned about the origin by an angle that the seed says, and wound a little as things are that are not flat.
fn turned(x: f32, y: f32, seed: u64) -> (f32, f32) {
    let (sin, cos) = (unit(seed, 11, 0) * std::f32::consts::TAU).sin_cos();
    let wave = 3.0 * unit(seed, 12, 0) * (y / 60.0).sin();
    (x * cos + y * sin + wave, -x * sin + y * cos)
}

/// Lines of blots as large as letters.
fn print(x: f32, y: f32, seed: u64) -> f32 {
    const PAPER: f32 = 210.0;
    let (x, y) = {
        let (sin, cos) = ((unit(seed, 13, 0) - 0.5) * 0.5).sin_cos();
        (x * cos + y * sin, -x * sin + y * cos)
    };
    let block = (y / 110.0).floor() as i64;
    let size = 5.0 + unit(seed, block, 14) * 22.0;
    let line = (y / (1.4 * size)).floor() as i64;
    let up = (y / (1.4 * size)).rem_euclid(1.0) * 1.4;
    let letter = (x / (0.62 * size)).floor() as i64;
    let across = (x / (0.62 * size)).rem_euclid(1.0);
    let is_space = unit(seed, letter, line ^ 0x55) < 0.15;
    if up > 1.0 || across > 0.8 || is_space {
        return PAPER;
    }
    let (column, row) = ((across / 0.8 * 4.0) as i64, (up * 6.0) as i64);
    if unit(seed ^ 0x77, letter * 8 + column, line * 8 + row) < 0.45 { 55.0 } else { PAPER }
}

fn shelf(x: f32, y: f32, seed: u64) -> f32 {
    let board = 150.0 + 60.0 * unit(seed, 21, 0);
    let level = (y / board).floor() as i64;
    let down = y.rem_euclid(board);
    if down < 16.0 {
        // The rail, with price labels on it.
        let label = (x / 70.0).rem_euclid(1.0);
        return if label < 0.5 && down > 3.0 && down < 13.0 {
            let inked = unit(seed, (x / 3.0).floor() as i64, (y / 4.0).floor() as i64) < 0.4;
            if inked { 70.0 } else { 225.0 }
        } else {
            170.0
        };
    }
    let wide = 40.0 + 60.0 * unit(seed, level, 22);
    let (item, across) = ((x / wide).floor() as i64, (x / wide).rem_euclid(1.0));
    let tall = board - 16.0 - 60.0 * unit(seed, item, level * 31 + 23);
    if down < board - tall {
        return 45.0;
    }
    if !(0.04..0.96).contains(&across) {
        return 60.0;
    }
    let base = 70.0 + 150.0 * unit(seed, item, level * 31 + 24);
    let band = (down / 22.0).floor() as i64;
    let print = unit(seed ^ 9, (x / 4.0).floor() as i64, (y / 5.0).floor() as i64);
    match (unit(seed, item * 17 + band, level), print) {
        (0.0..0.35, 0.0..0.5) => base * 0.45,
        (0.35..0.55, _) => 255.0 - base,
        _ => base,
    }
}

/// Rows of packages; on each a surface of its own, more or less pale, with a border.
fn goods(x: f32, y: f32, width: f32, height: f32, seed: u64) -> f32 {
    let tall = 110.0 + 120.0 * unit(seed, 31, 0);
    let row = (y / tall).floor() as i64;
    let wide = 70.0 + 170.0 * unit(seed, row, 32);
    let column = (x / wide).floor() as i64;
    let (across, down) = (x.rem_euclid(wide), y.rem_euclid(tall));
    if across < 2.0 || down < 3.0 {
        return 50.0;
    }
    let of_package = |what: i64| unit(seed ^ 0x60_0D5, column, row * 8 + what);
    let surface = match of_package(0) {
        0.0..0.3 => Surface::Picture,
        0.3..0.6 => Surface::Print,
        0.6..0.72 => Surface::Cardboard,
        0.72..0.82 => Surface::Packaging,
        0.82..0.89 => Surface::Stripes,
        0.89..0.95 => Surface::Cloth,
        _ => Surface::Tiles,
    };
    let print = surface.grey(x, y, width, height, seed ^ (column as u64) << 24 ^ (row as u64) << 40);
    let contrast = 0.3 + 0.7 * of_package(1);
    let paper = 90.0 + 110.0 * of_package(2);
    paper + contrast * (print - 140.0)
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

/// A number from 0 to 1 for each place of a lattice.
fn unit(seed: u64, column: i64, row: i64) -> f32 {
    let place = (column as u64).wrapping_mul(0x9E37_79B9_7F4A_7C15)
        ^ (row as u64).wrapping_mul(0xC2B2_AE3D_27D4_EB4F);
    Random(seed ^ place).unit()
}

/// Smooth chance from -1 to 1: between the places of a lattice, what lies nearer counts more (value noise).
fn smooth(x: f32, y: f32, seed: u64) -> f32 {
    let (column, row) = (x.floor(), y.floor());
    let ease = |share: f32| share * share * (3.0 - 2.0 * share);
    let (right, down) = (ease(x - column), ease(y - row));
    let (column, row) = (column as i64, row as i64);
    let above = unit(seed, column, row) * (1.0 - right) + unit(seed, column + 1, row) * right;
    let below = unit(seed, column, row + 1) * (1.0 - right) + unit(seed, column + 1, row + 1) * right;
    2.0 * (above * (1.0 - down) + below * down) - 1.0
}
