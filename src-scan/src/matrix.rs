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

/// Whether rows of a part show the finder of a QR code, dark and light as 1 : 1 : 3 : 1 : 1 (ISO/IEC 18004, section
/// 6.3.3), in either tone.
pub(crate) fn shows_qr_finder(luma: &Luma<'_>, part: Part) -> bool {
    const ROWS: usize = 40;
    let (right, bottom) = part.ends(luma);
    let step = ((bottom - part.top) / ROWS).max(1);
    let mut hits = [0; 2];
    for y in (part.top..bottom).step_by(step) {
        let row = &luma.row(y)[part.left..right];
        let (low, high) = row.iter().fold((u8::MAX, 0), |(low, high), v| (low.min(*v), high.max(*v)));
        if high - low < 30 {
            continue;
        }
        let middle = low + (high - low) / 2;
        let mut runs = [0u32; 5];
        let mut dark = row[0] < middle;
        for value in row {
            if (*value < middle) == dark {
                runs[4] += 1;
                continue;
            }
            hits[usize::from(dark)] += u32::from(is_finder(&runs));
            runs.rotate_left(1);
            runs[4] = 1;
            dark = !dark;
        }
        hits[usize::from(dark)] += u32::from(is_finder(&runs));
    }
    hits.iter().any(|hits| *hits >= 2)
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
