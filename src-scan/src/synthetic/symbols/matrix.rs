//! The two-dimensional codes, through encoders of others.

use super::{Row, Symbol};
use crate::guard::guarded;
use datamatrix::{DataMatrix, SymbolList, SymbolSize};
use fast_qr::qr::QRBuilder;
use qrcode::{Color, EcLevel, QrCode, Version};
use rxing::aztec::AztecWriter;
use rxing::common::BitMatrix;
use rxing::pdf417::encoder::PDF417;
use rxing::{BarcodeFormat, Writer};

/// Light modules about each, as its standard asks.
const QUIET_QR: usize = 4;
const QUIET_MICRO_QR: usize = 2;
const QUIET_DATA_MATRIX: usize = 1;
const QUIET_AZTEC: usize = 1;
const QUIET_PDF417: usize = 2;
/// Modules that a row of PDF417 is high: three at least.
const PDF417_ROW: f32 = 3.0;
/// Its level of error correction: for up to 40 words of data (ISO/IEC 15438, annex E).
const PDF417_CORRECTION: u32 = 2;

/// The versions of Micro QR with the level of error correction that each is drawn with. The encoder cuts the last
/// codeword of M3 in half at level M only, but it is half a one at level L too.
const MICRO_QR: [(i16, EcLevel); 4] = [(1, EcLevel::L), (2, EcLevel::L), (3, EcLevel::M), (4, EcLevel::L)];

pub(super) fn qr(text: &str) -> Option<Symbol> {
    let code = (!text.is_empty()).then(|| QRBuilder::new(text).build().ok()).flatten()?;
    Some(Symbol::grid(code.size, code.size, QUIET_QR, |column, row| code[row][column].value()))
}

pub(super) fn micro_qr(text: &str) -> Option<Symbol> {
    let code = MICRO_QR.iter().filter(|_| !text.is_empty()).find_map(|(version, level)| {
        guarded(|| QrCode::with_version(text.as_bytes(), Version::Micro(*version), *level).ok())
    })?;
    let side = code.width();
    let colours = code.to_colors();
    Some(Symbol::grid(side, side, QUIET_MICRO_QR, |column, row| colours[row * side + column] == Color::Dark))
}

pub(super) fn data_matrix(text: &str, is_rectangular: bool) -> Option<Symbol> {
    let latin: Vec<u8> = text.chars().map(|c| u8::try_from(u32::from(c)).ok()).collect::<Option<_>>()?;
    smallest(is_rectangular, |size| DataMatrix::encode(&latin, size).ok()).filter(|_| !text.is_empty())
}

pub(super) fn gs1_data_matrix(text: &str, is_rectangular: bool) -> Option<Symbol> {
    let is_ascii = !text.is_empty() && text.is_ascii();
    smallest(is_rectangular, |size| DataMatrix::encode_gs1(text.as_bytes(), size).ok()).filter(|_| is_ascii)
}

/// The smallest symbol that holds a text. The encoder is asked for each size: of several it leaves out those that hold
/// a text only because it is well compressed.
fn smallest(is_rectangular: bool, encode: impl Fn(SymbolSize) -> Option<DataMatrix>) -> Option<Symbol> {
    let all = SymbolList::default();
    let sizes = if is_rectangular { all.enforce_rectangular() } else { all.enforce_square() };
    sizes.iter().find_map(encode).and_then(laid_out)
}

fn laid_out(code: DataMatrix) -> Option<Symbol> {
    let bitmap = code.bitmap();
    let (columns, rows) = (bitmap.width(), bitmap.height());
    let mut dark = vec![false; columns * rows];
    for (column, row) in bitmap.pixels() {
        *dark.get_mut(row * columns + column)? = true;
    }
    Some(Symbol::grid(columns, rows, QUIET_DATA_MATRIX, |column, row| dark[row * columns + column]))
}

pub(super) fn aztec(text: &str) -> Option<Symbol> {
    let is_latin = !text.is_empty() && text.chars().all(|c| u32::from(c) < 256);
    let matrix =
        is_latin.then(|| guarded(|| AztecWriter.encode(text, &BarcodeFormat::AZTEC, 0, 0).ok())).flatten()?;
    let (columns, rows) = size(&matrix);
    Some(Symbol::grid(columns, rows, QUIET_AZTEC, |column, row| matrix.get(column as u32, row as u32)))
}

pub(super) fn pdf417(text: &str) -> Option<Symbol> {
    let is_ascii = !text.is_empty() && text.is_ascii();
    let encode = || {
        let mut encoder = PDF417::new();
        encoder.generateBarcodeLogic(text, PDF417_CORRECTION).ok()?;
        Some(encoder.getBarcodeMatrix().as_ref()?.getScaledMatrix(1, 1))
    };
    let matrix = is_ascii.then(|| guarded(encode)).flatten()?;
    let light = Row { height: QUIET_PDF417 as f32, modules: Vec::new() };
    let mut all = vec![light.clone()];
    // The encoder gives the last row first.
    for row in matrix.iter().rev() {
        let mut modules = vec![false; QUIET_PDF417];
        modules.extend(row.iter().map(|module| *module == 1));
        modules.extend([false; QUIET_PDF417]);
        all.push(Row { height: PDF417_ROW, modules });
    }
    all.push(light);
    Some(Symbol::of(all))
}

fn size(matrix: &BitMatrix) -> (usize, usize) {
    (matrix.getWidth() as usize, matrix.getHeight() as usize)
}
