//! QR Code, Micro QR and Data Matrix, through rxing on a part of the picture.

use crate::geometry::Point;
use crate::guard::guarded;
use crate::luma::Luma;
use crate::{Symbologies, Symbology};
use rxing::common::HybridBinarizer;
use rxing::datamatrix::DataMatrixReader;
use rxing::multi::MultipleBarcodeReader;
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

/// Whether any symbology of this reader is looked for.
pub(crate) fn wants_qr(wanted: Symbologies) -> bool {
    wanted.has(Symbology::QrCode) || wanted.has(Symbology::MicroQr)
}

/// Whether Data Matrix is looked for.
pub(crate) fn wants_data_matrix(wanted: Symbologies) -> bool {
    wanted.has(Symbology::DataMatrix) || wanted.has(Symbology::Gs1DataMatrix)
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
