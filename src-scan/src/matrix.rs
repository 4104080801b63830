//! QR Code, Micro QR, Data Matrix, Aztec Code and PDF417, through rxing on a part of the picture.

use crate::geometry::Point;
use crate::guard::guarded;
use crate::luma::Luma;
use crate::{Symbologies, Symbology};
use rxing::aztec::AztecReader;
use rxing::common::HybridBinarizer;
use rxing::datamatrix::DataMatrixReader;
use rxing::multi::MultipleBarcodeReader;
use rxing::pdf417::PDF417Reader;
use rxing::qrcode::cpp_port::QrReader;
use rxing::{BarcodeFormat, BinaryBitmap, DecodeHints, Luma8LuminanceSource, RXingResult, Reader};
use rxing::{RXingResultMetadataType, RXingResultMetadataValue};

/// A code read out of a part of the picture.
#[derive(Debug, Clone)]
pub(crate) struct MatrixReading {
    pub(crate) symbology: Symbology,
    pub(crate) text: String,
    pub(crate) points: [Point; 4],
}

/// The part of a picture to read, and how.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Part {
    pub(crate) left: usize,
    pub(crate) top: usize,
    pub(crate) width: usize,
    pub(crate) height: usize,
    /// Pixels averaged into one, along a side.
    pub(crate) step: usize,
    /// Light modules on a dark ground.
    pub(crate) inverted: bool,
}

impl Part {
    /// Where it ends within the picture.
    fn ends(self, luma: &Luma<'_>) -> (usize, usize) {
        ((self.left + self.width).min(luma.width()), (self.top + self.height).min(luma.height()))
    }
}

/// Whether any symbology of this reader is looked for.
pub(crate) fn wants_qr(wanted: Symbologies) -> bool {
    wanted.has(Symbology::QrCode) || wanted.has(Symbology::MicroQr)
}

/// Whether Data Matrix is looked for.
pub(crate) fn wants_data_matrix(wanted: Symbologies) -> bool {
    wanted.has(Symbology::DataMatrix) || wanted.has(Symbology::Gs1DataMatrix)
}

/// Whether a part of the picture is dark and light with little between, as printed modules are and cloth or leaves are
/// not.
pub(crate) fn is_two_toned(luma: &Luma<'_>, part: Part) -> bool {
    let mut counts = [0u32; 16];
    let (right, bottom) = part.ends(luma);
    let step = (part.width.max(part.height) / 48).max(1);
    for y in (part.top..bottom).step_by(step) {
        let row = &luma.row(y)[part.left..right];
        row.iter().step_by(step).for_each(|value| counts[usize::from(value / 16)] += 1);
    }
    let total: u32 = counts.iter().sum();
    // The darkest and the lightest tone, less stray pixels.
    let reached = |level: &usize, sum: &mut u32| {
        *sum += counts[*level];
        *sum * 20 >= total
    };
    let (mut below, mut above) = (0, 0);
    let low = (0..16).find(|level| reached(level, &mut below));
    let high = (0..16).rev().find(|level| reached(level, &mut above));
    let (Some(low), Some(high)) = (low, high) else { return false };
    if high < low + 3 {
        return false;
    }
    let (from, to) = (low + (high - low).div_ceil(3), high - (high - low).div_ceil(3));
    let between: u32 = counts[from..=to.max(from)].iter().sum();
    between * 2 < total
}

/// A finder of a QR code: its middle and its size, in pixels.
#[derive(Debug, Clone, Copy)]
struct Finder {
    x: usize,
    y: usize,
    size: usize,
}

impl Finder {
    fn is_same(self, other: Self) -> bool {
        self.x.abs_diff(other.x).max(self.y.abs_diff(other.y)) < self.size / 2
    }
}

/// Pixels of a part that is read although one of a code's finders is not seen.
const MOST_UNSURE: usize = 160_000;
/// Most finders that are told apart in a part.
const MOST_FINDERS: usize = 12;

/// The piece of a part in which the finders of a QR code show, dark and light as 1 : 1 : 3 : 1 : 1 along a row and, through
/// the same middle, along a column (ISO/IEC 18004, section 6.3.3), in either tone. Print shows that along a row by
/// chance, along both hardly ever. A QR Code has three of them, a Micro QR Code one.
pub(crate) fn around_qr_finders(luma: &Luma<'_>, part: Part, wanted: Symbologies) -> Option<Part> {
    // Of a finder that is turned only the rows near its middle show it.
    const ROWS: usize = 160;
    let (right, bottom) = part.ends(luma);
    let step = ((bottom - part.top) / ROWS).max(2);
    let mut found: [Vec<Finder>; 2] = Default::default();
    for y in (part.top..bottom).step_by(step) {
        let row = &luma.row(y)[part.left..right];
        let (low, high) = row.iter().fold((u8::MAX, 0), |(low, high), v| (low.min(*v), high.max(*v)));
        if high - low < 30 {
            continue;
        }
        let middle = low + (high - low) / 2;
        let mut runs = [0u32; 5];
        let mut dark = row[0] < middle;
        for x in 0..=row.len() {
            if row.get(x).is_some_and(|value| (*value < middle) == dark) {
                runs[4] += 1;
                continue;
            }
            if is_finder(&runs) {
                let size = runs.iter().sum::<u32>() as usize;
                let crossed = Finder { x: (part.left + x).saturating_sub(size / 2 + 1), y, size };
                let known = &mut found[usize::from(dark)];
                if known.len() < MOST_FINDERS
                    && let Some(new) = seen_both_ways(luma, part, crossed, middle, dark)
                    && known.iter().all(|known| !known.is_same(new))
                {
                    known.push(new);
                }
            }
            runs.rotate_left(1);
            runs[4] = 1;
            dark = !dark;
        }
    }
    let corners = found.iter().find_map(|found| corners(found)).map(|corners| corners.to_vec());
    if corners.is_none() && part.width * part.height <= MOST_UNSURE && found.iter().any(|f| holds_pair(f)) {
        // One is worn, or in the shade: where the code ends is not known. In a page of print there are such pairs.
        return Some(part);
    }
    let finders = corners.or_else(|| {
        let is_micro = wanted.has(Symbology::MicroQr);
        found.into_iter().find(|found| is_micro && !found.is_empty())
    })?;
    let span = |of: fn(&Finder) -> usize| {
        let least = finders.iter().map(of).min().unwrap_or_default();
        (least, finders.iter().map(of).max().unwrap_or_default())
    };
    let ((x0, x1), (y0, y1), (_, size)) =
        (span(|finder| finder.x), span(|finder| finder.y), span(|finder| finder.size));
    // From a finder's middle it is half of it to the code's border, and as much to the margin's. A Micro QR Code ends
    // twice its finder's size away from it.
    let margin = if finders.len() < 3 { 3 * size } else { 3 * size / 2 };
    let (left, top) = (x0.saturating_sub(margin).max(part.left), y0.saturating_sub(margin).max(part.top));
    let (right, bottom) = ((x1 + margin).min(right), (y1 + margin).min(bottom));
    let (width, height) = (right.saturating_sub(left), bottom.saturating_sub(top));
    Some(Part { left, top, width, height, ..part })
}

/// Whether two lengths may be the same, seen a little from the side.
fn is_like(a: f32, b: f32) -> bool {
    a < 1.4 * b && b < 1.4 * a
}

/// Whether two of the finders are as large as one another and as far apart as those of a code.
fn holds_pair(finders: &[Finder]) -> bool {
    finders.iter().enumerate().any(|(index, one)| {
        finders[index + 1..].iter().any(|other| {
            let size = one.size as f32;
            is_like(size, other.size as f32)
                && (one.x as f32 - other.x as f32).hypot(one.y as f32 - other.y as f32) > 1.3 * size
        })
    })
}

/// Three finders that are as large as one another and lie at the corners of half a square, seen a little from the side;
/// and the square's fourth corner.
fn corners(finders: &[Finder]) -> Option<[Finder; 4]> {
    let arm = |from: Finder, to: Finder| (to.x as f32 - from.x as f32, to.y as f32 - from.y as f32);
    for (index, corner) in finders.iter().enumerate() {
        let size = corner.size as f32;
        let mut others = finders.iter().enumerate().filter(|(other, finder)| {
            let (x, y) = arm(*corner, **finder);
            // The middles of the smallest code's finders are 14 modules apart.
            *other != index && is_like(finder.size as f32, size) && x.hypot(y) > 1.3 * size
        });
        while let Some((_, one)) = others.next() {
            let (a, b) = arm(*corner, *one);
            let is_third = |(_, other): &(usize, &Finder)| {
                let (c, d) = arm(*corner, **other);
                let (near, far) = (a.hypot(b), c.hypot(d));
                is_like(near, far) && (a * c + b * d).abs() < 0.35 * near * far
            };
            if let Some((_, other)) = others.clone().find(is_third) {
                let fourth = |one: usize, other: usize, corner: usize| (one + other).saturating_sub(corner);
                let (x, y) = (fourth(one.x, other.x, corner.x), fourth(one.y, other.y, corner.y));
                return Some([*corner, *one, *other, Finder { x, y, ..*corner }]);
            }
        }
    }
    None
}

/// The finder whose core a row has crossed at a place, if the column through its middle shows it too.
fn seen_both_ways(
    luma: &Luma<'_>,
    part: Part,
    Finder { x, y, size }: Finder,
    middle: u8,
    dark: bool,
) -> Option<Finder> {
    let (right, bottom) = part.ends(luma);
    let is_own = |x: usize, y: usize| luma.row(y).get(x).is_some_and(|value| (*value < middle) == dark);
    let (mut x, mut y) = (x, y);
    let mut along = [[0; 5]; 2];
    // A row across a turned finder need not have met its middle: the middle of the column's core is nearer to it.
    for _ in 0..2 {
        if !is_own(x, y) {
            return None;
        }
        let up = rings((part.top.max(y.saturating_sub(size))..y).rev().map(|y| is_own(x, y)));
        let down = rings((y..bottom.min(y + size)).map(|y| is_own(x, y)));
        along[0] = [up[2], up[1], up[0] + down[0], down[1], down[2]];
        y = (2 * y + down[0] as usize).saturating_sub(up[0] as usize + 1) / 2;
        if !is_own(x, y) {
            return None;
        }
        let before = rings((part.left.max(x.saturating_sub(size))..x).rev().map(|x| is_own(x, y)));
        let after = rings((x..right.min(x + size)).map(|x| is_own(x, y)));
        along[1] = [before[2], before[1], before[0] + after[0], after[1], after[2]];
        x = (2 * x + after[0] as usize).saturating_sub(before[0] as usize + 1) / 2;
    }
    let [column, row] = along.map(|runs| runs.iter().sum::<u32>() as usize);
    let is_round = row * 3 > column * 2 && row * 2 < column * 3;
    (along.iter().all(is_finder) && is_round).then_some(Finder { x, y, size: row })
}

/// From a finder's middle outwards, how long are half of its core, the ring of the other tone, and that of its own.
fn rings(is_own: impl Iterator<Item = bool>) -> [u32; 3] {
    let mut rings = [0u32; 3];
    let mut ring = 0;
    for is_own in is_own {
        if is_own != (ring % 2 == 0) {
            ring += 1;
            if ring == rings.len() {
                break;
            }
        }
        rings[ring] += 1;
    }
    rings
}

fn is_finder(runs: &[u32; 5]) -> bool {
    let module = runs.iter().sum::<u32>() as f32 / 7.0;
    let fits = |run: usize, modules: f32| (runs[run] as f32 - modules * module).abs() < 0.6 * module.max(1.2);
    runs[0] > 0 && fits(0, 1.0) && fits(1, 1.0) && fits(2, 3.0) && fits(3, 1.0) && fits(4, 1.0)
}

/// Reads every QR code in a part of the picture.
pub(crate) fn read_qr(luma: &Luma<'_>, part: Part, wanted: Symbologies) -> Vec<MatrixReading> {
    let mut formats = std::collections::HashSet::new();
    if wanted.has(Symbology::QrCode) {
        formats.insert(BarcodeFormat::QR_CODE);
    }
    if wanted.has(Symbology::MicroQr) {
        formats.insert(BarcodeFormat::MICRO_QR_CODE);
    }
    let hints =
        DecodeHints { PossibleFormats: Some(formats), TryHarder: Some(true), ..DecodeHints::default() };
    read(luma, part, |bitmap| QrReader.decode_multiple_with_hints(bitmap, &hints).ok())
}

/// Reads one Data Matrix in a part of the picture.
pub(crate) fn read_data_matrix(luma: &Luma<'_>, part: Part, wanted: Symbologies) -> Vec<MatrixReading> {
    let hints = DecodeHints { TryHarder: Some(true), ..DecodeHints::default() };
    let mut found = read(luma, part, |bitmap| {
        DataMatrixReader.decode_with_hints(bitmap, &hints).ok().map(|result| vec![result])
    });
    found.retain(|reading| wanted.has(reading.symbology));
    found
}

/// Whether Aztec Code or PDF417 is looked for.
pub(crate) fn wants_others(wanted: Symbologies) -> bool {
    wanted.has(Symbology::Aztec) || wanted.has(Symbology::Pdf417)
}

/// Reads one Aztec Code or PDF417 in a part of the picture.
pub(crate) fn read_others(luma: &Luma<'_>, part: Part, wanted: Symbologies) -> Vec<MatrixReading> {
    let hints = DecodeHints { TryHarder: Some(true), ..DecodeHints::default() };
    let mut found = Vec::new();
    if wanted.has(Symbology::Aztec) {
        found = read(luma, part, |bitmap| {
            AztecReader.decode_with_hints(bitmap, &hints).ok().map(|result| vec![result])
        });
    }
    if found.is_empty() && wanted.has(Symbology::Pdf417) {
        found = read(luma, part, |bitmap| {
            PDF417Reader.decode_with_hints(bitmap, &hints).ok().map(|result| vec![result])
        });
    }
    found
}

type Bitmap = BinaryBitmap<HybridBinarizer<Luma8LuminanceSource>>;

fn read(
    luma: &Luma<'_>,
    part: Part,
    decode: impl FnOnce(&mut Bitmap) -> Option<Vec<RXingResult>>,
) -> Vec<MatrixReading> {
    let crop = luma.crop(part.left, part.top, part.width, part.height, part.step);
    let (width, height) = (crop.width(), crop.height());
    if width.min(height) < 8 {
        return Vec::new();
    }
    let mut pixels = crop.into_pixels();
    if part.inverted {
        for pixel in &mut pixels {
            *pixel = 255 - *pixel;
        }
    }
    let Ok(source) = Luma8LuminanceSource::new(pixels, width as u32, height as u32) else {
        return Vec::new();
    };
    let results =
        guarded(|| decode(&mut BinaryBitmap::new(HybridBinarizer::new(source)))).unwrap_or_default();
    results.iter().filter_map(|result| reading(result, part)).collect()
}

fn reading(result: &RXingResult, part: Part) -> Option<MatrixReading> {
    let symbology = match result.getBarcodeFormat() {
        BarcodeFormat::QR_CODE => Symbology::QrCode,
        BarcodeFormat::MICRO_QR_CODE => Symbology::MicroQr,
        BarcodeFormat::DATA_MATRIX if is_gs1(result) => Symbology::Gs1DataMatrix,
        BarcodeFormat::DATA_MATRIX => Symbology::DataMatrix,
        BarcodeFormat::AZTEC => Symbology::Aztec,
        BarcodeFormat::PDF_417 => Symbology::Pdf417,
        _ => return None,
    };
    let text = result.getText().trim_start_matches('\u{1d}').to_owned();
    if text.is_empty() {
        return None;
    }
    let scale = part.step.max(1) as f32;
    let place = |p: &rxing::Point| Point::new(part.left as f32 + p.x * scale, part.top as f32 + p.y * scale);
    let points: Vec<Point> = result.getPoints().iter().map(place).collect();
    let points = match points.as_slice() {
        [a, b, c, d, ..] => [*a, *b, *c, *d],
        [a, b, c] => [*a, *b, *c, Point::new(a.x + c.x - b.x, a.y + c.y - b.y)],
        _ => {
            let (l, t) = (part.left as f32, part.top as f32);
            let (r, b) = (l + part.width as f32, t + part.height as f32);
            [Point::new(l, t), Point::new(r, t), Point::new(r, b), Point::new(l, b)]
        }
    };
    Some(MatrixReading { symbology, text, points })
}

/// Whether a Data Matrix starts with FNC1 (symbology identifier `]d2`, ISO/IEC 15424).
fn is_gs1(result: &RXingResult) -> bool {
    matches!(
        result.getRXingResultMetadata().get(&RXingResultMetadataType::SYMBOLOGY_IDENTIFIER),
        Some(RXingResultMetadataValue::SymbologyIdentifier(id)) if id.starts_with("]d2")
    )
}

#[cfg(all(test, feature = "synthetic"))]
#[expect(clippy::unwrap_used, reason = "a test that cannot be set up has failed")]
mod tests {
    use super::*;
    use crate::LumaBuf;
    use crate::synthetic::surface::Surface;
    use crate::synthetic::{Renderer, Scene, Shot};

    const FRAME: Part = Part { left: 0, top: 0, width: 640, height: 480, step: 1, inverted: false };

    fn picture(shots: Vec<Shot>, surface: Surface, seed: u64) -> LumaBuf {
        let mut scene = Scene { shots, gap_seconds: 0.0, bare_blur: 0.8, seed, ..Scene::default() };
        scene.module = 4.0;
        scene.conditions.surface = surface;
        Renderer::new(&scene).unwrap().frame(0)
    }

    #[test]
    fn the_piece_around_three_finders_holds_the_code_at_any_angle() {
        for angle in (0..360).step_by(15) {
            let shot = Shot { angle: angle as f32, ..Shot::new(Symbology::QrCode, "https://shop.example/7") };
            let picture = picture(vec![shot], Surface::Packaging, 3);
            let piece = around_qr_finders(&picture.as_luma(), FRAME, Symbologies::RETAIL).unwrap();
            assert!(piece.width.max(piece.height) < 260, "{piece:?} at {angle} degrees");
            let read = read_qr(&picture.as_luma(), piece, Symbologies::RETAIL);
            assert_eq!(read.len(), 1, "{piece:?} at {angle} degrees");
        }
    }

    #[test]
    fn print_hardly_ever_shows_finders() {
        let shows = |seed: &u64| {
            let picture = picture(Vec::new(), Surface::Print, *seed);
            around_qr_finders(&picture.as_luma(), FRAME, Symbologies::RETAIL).is_some()
        };
        let count = (0..20).filter(shows).count();
        assert!(count < 5, "{count} of 20");
    }
}
