//! Parts as ESC/POS (Epson, "ESC/POS Command Reference", TM series), by the `escpos` crate where it has what is needed.

use std::cell::RefCell;
use std::io::Cursor;
use std::rc::Rc;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use encoding_rs::X_USER_DEFINED;
use escpos::driver::Driver;
use escpos::errors::Result as Encoded;
use escpos::printer::Printer as Encoder;
use escpos::printer_options::PrinterOptions;
use escpos::utils::{
    Encoder as Codec, JustifyMode, PageCode, Protocol, QRCodeCorrectionLevel, QRCodeModel, QRCodeOption,
};
use image::imageops::{self, BiLevel, FilterType};
use image::{GrayImage, ImageFormat, ImageReader, Limits, Luma};
use ministore_core::printer::{CodePage, Paper, PrintTrouble, Printer};

use crate::layout::{At, Part, Weight};
use crate::letters::Letters;

/// Opens the drawer at the connector's pin 2, in its turn among the other commands: `ESC p m t1 t2`, on for 50 ms and off
/// for 500. By hand, as the crate leaves out the times that every printer waits for.
pub const PULSE: [u8; 5] = [0x1b, b'p', 0, 25, 250];

/// The same at once, also at a printer that prints nothing at the moment: `DLE DC4 1 m t`, for 100 ms.
pub const PULSE_NOW: [u8; 5] = [0x10, 0x14, 1, 0, 1];

/// Ends the mode in which printers of Chinese make take two bytes for one character: `FS .`
const ONE_BYTE: [u8; 2] = [0x1c, b'.'];

/// The side of a QR code's modules, and the width of a bar code's, in dots.
const QR_MODULE: u8 = 5;
const BAR: u8 = 2;
/// The height of bars, in dots: 10 mm.
const BARS: u8 = 80;
/// The most rows of dots that are sent as one picture.
const BAND: u32 = 240;
/// The largest logo, in dots of its height.
const LOGO_HEIGHT: u32 = 240;
/// The largest picture that is read as a logo, in dots of each side.
const LOGO_READ: u32 = 4096;

/// Where the crate writes to.
#[derive(Clone, Default)]
struct Bytes(Rc<RefCell<Vec<u8>>>);

impl Driver for Bytes {
    fn name(&self) -> String {
        "bytes".to_owned()
    }

    fn write(&self, data: &[u8]) -> Encoded<()> {
        self.0.try_borrow_mut()?.extend_from_slice(data);
        Ok(())
    }

    fn read(&self, _: &mut [u8]) -> Encoded<usize> {
        Ok(0)
    }

    fn flush(&self) -> Encoded<()> {
        Ok(())
    }
}

const fn page(page: CodePage) -> PageCode {
    match page {
        CodePage::Pc437 => PageCode::PC437,
        CodePage::Pc858 => PageCode::PC858,
        CodePage::Pc852 => PageCode::PC852,
        CodePage::Pc866 => PageCode::PC866,
        CodePage::Wpc1252 => PageCode::WPC1252,
    }
}

/// A page under construction.
struct Sheet<'a> {
    bytes: Bytes,
    printer: Encoder<Bytes>,
    paper: Paper,
    page: CodePage,
    letters: &'a Letters,
}

/// What the crate calls an error is a fault of ours: all that goes in was looked at before.
fn faulty(error: escpos::errors::PrinterError) -> PrintTrouble {
    tracing::error!(%error, "a page was not put into a printer's commands");
    PrintTrouble::Faulty
}

/// The commands that print `parts` under the printer's logo, and cut the paper.
///
/// # Errors
/// [`PrintTrouble::NoFont`] and [`PrintTrouble::BadLogo`].
pub fn commands(parts: &[Part], printer: &Printer, letters: &Letters) -> Result<Vec<u8>, PrintTrouble> {
    let bytes = Bytes::default();
    // What a page does not hold is an error with this codec, which has no letters beside ASCII.
    let protocol = Protocol::new(Codec::new(X_USER_DEFINED));
    let options = PrinterOptions::new(Some(page(printer.page)), None, printer.paper.columns() as u8);
    let encoder = Encoder::new(bytes.clone(), protocol, Some(options));
    let mut sheet = Sheet { bytes, printer: encoder, paper: printer.paper, page: printer.page, letters };
    sheet.begin()?;
    if let Some(logo) = &printer.logo {
        let logo = read_logo(logo, printer.paper.dots())?;
        sheet.picture(&logo)?;
    }
    for part in parts {
        sheet.part(part)?;
    }
    sheet.end(printer.cuts)
}

impl Sheet<'_> {
    fn begin(&mut self) -> Result<(), PrintTrouble> {
        self.printer.init().map_err(faulty)?.custom(&ONE_BYTE).map_err(faulty)?;
        Ok(())
    }

    fn end(mut self, cuts: bool) -> Result<Vec<u8>, PrintTrouble> {
        if cuts {
            self.printer.print_cut().map_err(faulty)?;
        } else {
            // So far that the last line comes above the edge to tear at.
            self.printer.feeds(5).map_err(faulty)?.print().map_err(faulty)?;
        }
        Ok(self.bytes.0.take())
    }

    fn part(&mut self, part: &Part) -> Result<(), PrintTrouble> {
        match part {
            Part::Text { text, at, weight } if self.has(text) => {
                for line in wrapped(text, self.paper.columns()) {
                    let free = self.paper.columns().saturating_sub(line.chars().count());
                    let before = match at {
                        At::Start => 0,
                        At::Middle => free / 2,
                    };
                    self.line(&[&" ".repeat(before), line.as_str()].concat(), *weight)?;
                }
                Ok(())
            }
            Part::Text { text, at, weight } => {
                self.picture(&self.letters.text(text, *at, *weight, self.paper.dots())?)
            }
            Part::Row { left, right, weight } if self.has(left) && self.has(right) => {
                for line in row(left, right, self.paper.columns()) {
                    self.line(&line, *weight)?;
                }
                Ok(())
            }
            Part::Row { left, right, weight } => {
                self.picture(&self.letters.row(left, right, *weight, self.paper.dots())?)
            }
            Part::Rule => self.line(&"-".repeat(self.paper.columns()), Weight::Plain),
            Part::Gap => self.line("", Weight::Plain),
            Part::Barcode(text) => self.barcode(text),
            Part::Qr(text) => self.qr(text),
        }
    }

    /// Whether the printer has all letters of `text` by itself.
    fn has(&self, text: &str) -> bool {
        let options = PrinterOptions::new(Some(page(self.page)), None, 0);
        let protocol = Protocol::new(Codec::new(X_USER_DEFINED));
        // The codec has the private use area for bytes that mean nothing; ours are letters.
        let private = |letter: char| ('\u{e000}'..='\u{f8ff}').contains(&letter);
        !text.contains(private) && Encoder::new(Bytes::default(), protocol, Some(options)).write(text).is_ok()
    }

    fn line(&mut self, text: &str, weight: Weight) -> Result<(), PrintTrouble> {
        let (bold, tall) = match weight {
            Weight::Plain => (false, false),
            Weight::Bold => (true, false),
            Weight::Tall => (true, true),
        };
        let mut print = || {
            if bold {
                self.printer.bold(true)?;
            }
            if tall {
                self.printer.size(1, 2)?;
            }
            self.printer.writeln(text)?;
            if tall {
                self.printer.reset_size()?;
            }
            if bold {
                self.printer.bold(false)?;
            }
            Ok(())
        };
        print().map_err(faulty)
    }

    /// `GS v 0`, in bands that a printer's memory holds. By hand, as with this part of the crate come all codecs there are
    /// for pictures.
    fn picture(&mut self, picture: &GrayImage) -> Result<(), PrintTrouble> {
        let across = picture.width().div_ceil(8);
        for top in (0..picture.height()).step_by(BAND as usize) {
            let down = (picture.height() - top).min(BAND);
            let [xl, xh, ..] = across.to_le_bytes();
            let [yl, yh, ..] = down.to_le_bytes();
            let mut band = vec![0x1d, b'v', b'0', 0, xl, xh, yl, yh];
            for (y, byte) in (top..top + down).flat_map(|y| (0..across).map(move |byte| (y, byte))) {
                let dark = |x: &u32| picture.get_pixel_checked(*x, y).is_some_and(|dot| dot.0[0] < 128);
                let bits = (0..8).filter(|bit| dark(&(byte * 8 + bit)));
                band.push(bits.fold(0, |byte, bit| byte | 0x80 >> bit));
            }
            self.printer.custom(&band).map_err(faulty)?;
        }
        Ok(())
    }

    /// By hand, as the crate has no Code 128: `GS k 73 n d1...dn`, with its text below.
    fn barcode(&mut self, text: &str) -> Result<(), PrintTrouble> {
        let symbol = code_128(text);
        let length = u8::try_from(symbol.len()).map_err(|_| PrintTrouble::Faulty)?;
        let mut print = || {
            self.printer.justify(JustifyMode::CENTER)?;
            self.printer.custom(&[0x1d, b'H', 2, 0x1d, b'w', BAR, 0x1d, b'h', BARS])?;
            self.printer.custom(&[&[0x1d, b'k', 73, length], symbol.as_slice()].concat())?;
            self.printer.justify(JustifyMode::LEFT)?;
            Ok(())
        };
        print().map_err(faulty)
    }

    fn qr(&mut self, text: &str) -> Result<(), PrintTrouble> {
        let mut print = || {
            let option = QRCodeOption::new(QRCodeModel::Model2, QR_MODULE, QRCodeCorrectionLevel::M);
            self.printer.justify(JustifyMode::CENTER)?;
            self.printer.qrcode_option(text, option)?;
            self.printer.justify(JustifyMode::LEFT)?;
            Ok(())
        };
        print().map_err(faulty)
    }
}

/// What `GS k 73` is told: which of the code sets, and the characters; the digits at the end two by two, which takes half
/// the room.
fn code_128(text: &str) -> Vec<u8> {
    let digits = text.bytes().rev().take_while(u8::is_ascii_digit).count();
    let pairs = if digits < 4 { 0 } else { digits / 2 };
    let (letters, digits) = text.split_at(text.len() - 2 * pairs);
    // An opening brace begins a command, and stands for itself when doubled.
    let mut symbol = [b"{B", letters.replace('{', "{{").as_bytes()].concat();
    if pairs > 0 {
        symbol.extend(b"{C");
        symbol.extend(digits.as_bytes().chunks(2).map(|pair| (pair[0] - b'0') * 10 + (pair[1] - b'0')));
    }
    symbol
}

/// The logo in black and white, no wider than `dots` and in the middle of them.
fn read_logo(logo: &str, dots: u32) -> Result<GrayImage, PrintTrouble> {
    let bytes = STANDARD.decode(logo).map_err(|_| PrintTrouble::BadLogo)?;
    let mut reader = ImageReader::with_format(Cursor::new(bytes), ImageFormat::Png);
    let mut limits = Limits::default();
    limits.max_image_width = Some(LOGO_READ);
    limits.max_image_height = Some(LOGO_READ);
    reader.limits(limits);
    let picture = reader.decode().map_err(|_| PrintTrouble::BadLogo)?.to_luma_alpha8();
    let mut logo = GrayImage::from_fn(picture.width(), picture.height(), |x, y| {
        let [grey, alpha] = picture.get_pixel(x, y).0.map(u32::from);
        Luma([((grey * alpha + 255 * (255 - alpha)) / 255) as u8])
    });
    let scale = (f64::from(dots) / f64::from(logo.width()))
        .min(f64::from(LOGO_HEIGHT) / f64::from(logo.height()))
        .min(1.0);
    if scale < 1.0 {
        let side = |side: u32| (f64::from(side) * scale).floor().max(1.0) as u32;
        logo = imageops::resize(&logo, side(logo.width()), side(logo.height()), FilterType::Triangle);
    }
    imageops::dither(&mut logo, &BiLevel);
    let mut sheet = GrayImage::from_pixel(dots, logo.height(), Luma([255]));
    imageops::replace(&mut sheet, &logo, i64::from((dots - logo.width()) / 2), 0);
    Ok(sheet)
}

/// `text` in lines of at most `columns`, between words where there are.
fn wrapped(text: &str, columns: usize) -> Vec<String> {
    let columns = columns.max(1);
    let mut lines = Vec::new();
    let mut line: Vec<char> = Vec::new();
    // Blanks at the beginning indent.
    let indent = text.chars().take_while(|letter| *letter == ' ').count().min(columns / 2);
    line.extend(std::iter::repeat_n(' ', indent));
    let mut empty = true;
    for word in text.split_whitespace() {
        let word: Vec<char> = word.chars().collect();
        if !empty && line.len() + 1 + word.len() > columns {
            lines.push(line.iter().collect());
            line.clear();
            empty = true;
        }
        if !empty {
            line.push(' ');
        }
        for letter in word {
            if line.len() == columns {
                lines.push(line.iter().collect());
                line.clear();
            }
            line.push(letter);
        }
        empty = false;
    }
    lines.push(line.iter().collect());
    lines
}

/// A row in lines: the right side stands on the first.
fn row(left: &str, right: &str, columns: usize) -> Vec<String> {
    let room = columns.saturating_sub(right.chars().count() + 1);
    // A right side that leaves no room has a line to itself.
    if room < columns / 4 {
        let before = columns.saturating_sub(right.chars().count());
        return wrapped(left, columns)
            .into_iter()
            .chain([format!("{}{right}", " ".repeat(before))])
            .collect();
    }
    let mut lines = wrapped(left, room);
    if let Some(first) = lines.first_mut() {
        let between = columns.saturating_sub(first.chars().count() + right.chars().count());
        *first = [first.as_str(), &" ".repeat(between), right].concat();
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_is_cut_between_words_and_long_words_within() {
        assert_eq!(wrapped("one two three", 8), ["one two", "three"]);
        assert_eq!(wrapped("abcdefghij kl", 4), ["abcd", "efgh", "ij", "kl"]);
        assert_eq!(wrapped("  2 x 5.90", 20), ["  2 x 5.90"]);
        assert_eq!(wrapped("", 8), [""]);
    }

    #[test]
    fn a_row_keeps_its_columns() {
        assert_eq!(row("Milk", "5.90", 12), ["Milk    5.90"]);
        assert_eq!(row("Fresh whole milk", "5.90", 14), ["Fresh     5.90", "whole", "milk"]);
        assert_eq!(row("Milk", "1234567.90", 12), ["Milk", "  1234567.90"]);
    }

    #[test]
    fn digits_at_the_end_go_two_by_two() {
        assert_eq!(code_128("RA1-17"), b"{BRA1-17");
        assert_eq!(code_128("RA1-12345"), [b"{BRA1-1{C".as_slice(), &[23, 45]].concat());
        assert_eq!(code_128("{"), b"{B{{");
    }
}
