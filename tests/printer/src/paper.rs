//! What came out of a printer.

use cosmic_text::{Attrs, Buffer, Color, Family, FontSystem, Metrics, Shaping, SwashCache, Weight};
use image::imageops::{self, FilterType};
use image::{GrayImage, Luma};
use rxing::oned::Code128Writer;
use rxing::qrcode::QRCodeWriter;
use rxing::{BarcodeFormat, Writer};

/// A printer's own letters, in dots.
const LETTER: (u32, u32) = (12, 24);
const LINE: u32 = 30;

/// One after the other.
#[derive(Clone, PartialEq, Debug)]
pub enum Piece {
    /// Letters of the printer's own.
    Line {
        /// Which.
        text: String,
        /// Whether they are bold.
        bold: bool,
        /// Whether they are twice as high.
        tall: bool,
    },
    /// Dots.
    Picture(GrayImage),
    /// A Code 128.
    Barcode(String),
    /// A QR code.
    Qr(String),
    /// The knife.
    Cut,
}

/// All that came out.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct Paper {
    /// On paper.
    pub pieces: Vec<Piece>,
    /// How many times the drawer was opened.
    pub pulses: usize,
}

impl Paper {
    /// The lines of the printer's own letters.
    pub fn lines(&self) -> Vec<&str> {
        self.pieces
            .iter()
            .filter_map(|piece| match piece {
                Piece::Line { text, .. } => Some(text.as_str()),
                _ => None,
            })
            .collect()
    }

    /// Its dots.
    pub fn pictures(&self) -> Vec<&GrayImage> {
        self.pieces
            .iter()
            .filter_map(|piece| match piece {
                Piece::Picture(picture) => Some(picture),
                _ => None,
            })
            .collect()
    }

    /// Whether a line says so.
    pub fn says(&self, text: &str) -> bool {
        self.lines().iter().any(|line| line.contains(text))
    }

    /// How many times it was cut.
    pub fn cuts(&self) -> usize {
        self.pieces.iter().filter(|piece| **piece == Piece::Cut).count()
    }

    /// As it looks, `dots` wide and with a margin.
    pub fn picture(&self, dots: u32) -> GrayImage {
        const MARGIN: u32 = 24;
        let mut letters = Letters::new();
        let drawn: Vec<GrayImage> = self.pieces.iter().map(|piece| letters.draw(piece, dots)).collect();
        let high: u32 = drawn.iter().map(GrayImage::height).sum();
        let mut paper = GrayImage::from_pixel(dots + 2 * MARGIN, high + 2 * MARGIN, Luma([255]));
        let mut y = MARGIN;
        for piece in drawn {
            let x = MARGIN + (dots.saturating_sub(piece.width())) / 2;
            imageops::replace(&mut paper, &piece, i64::from(x), i64::from(y));
            y += piece.height();
        }
        paper
    }
}

struct Letters {
    fonts: FontSystem,
    cache: SwashCache,
}

impl Letters {
    fn new() -> Self {
        Self { fonts: FontSystem::new(), cache: SwashCache::new() }
    }

    fn draw(&mut self, piece: &Piece, dots: u32) -> GrayImage {
        match piece {
            Piece::Line { text, bold, tall } => self.line(text, *bold, *tall, dots),
            Piece::Picture(picture) => picture.clone(),
            Piece::Barcode(text) => {
                let symbol = Code128Writer.encode(text, &BarcodeFormat::CODE_128, 0, 80).unwrap();
                let bars = cells(symbol.getWidth(), 80, 2, 1, |x, _| symbol.get(x, 0));
                let below = self.line(text, false, false, text.len() as u32 * LETTER.0);
                let wide = bars.width().max(below.width());
                let mut both = GrayImage::from_pixel(wide, bars.height() + below.height(), Luma([255]));
                imageops::replace(&mut both, &bars, i64::from((wide - bars.width()) / 2), 0);
                let x = i64::from((wide - below.width()) / 2);
                imageops::replace(&mut both, &below, x, i64::from(bars.height()));
                both
            }
            Piece::Qr(text) => {
                let symbol = QRCodeWriter {}.encode(text, &BarcodeFormat::QR_CODE, 0, 0).unwrap();
                cells(symbol.getWidth(), symbol.getHeight(), 5, 5, |x, y| symbol.get(x, y))
            }
            Piece::Cut => {
                GrayImage::from_fn(dots, 20, |x, y| Luma([if y == 10 && x % 12 < 6 { 120 } else { 255 }]))
            }
        }
    }

    fn line(&mut self, text: &str, bold: bool, tall: bool, dots: u32) -> GrayImage {
        let mut line = GrayImage::from_pixel(dots, LINE, Luma([255]));
        for (place, letter) in text.chars().enumerate().filter(|(_, letter)| *letter != ' ') {
            let metrics = Metrics::new(LETTER.1 as f32 * 0.9, LINE as f32);
            let mut buffer = Buffer::new(&mut self.fonts, metrics);
            let weight = if bold { Weight::BOLD } else { Weight::NORMAL };
            let attributes = Attrs::new().family(Family::Name("Noto Sans Mono CJK SC")).weight(weight);
            buffer.set_text(&letter.to_string(), &attributes, Shaping::Advanced, None);
            let from = place as i32 * LETTER.0 as i32;
            buffer.draw(&mut self.fonts, &mut self.cache, Color::rgb(0, 0, 0), |x, y, _, _, colour| {
                let (Ok(x), Ok(y)) = (u32::try_from(x + from), u32::try_from(y)) else { return };
                if let Some(dot) = line.get_pixel_mut_checked(x, y) {
                    dot.0[0] = dot.0[0].min(255 - colour.a());
                }
            });
        }
        if tall { imageops::resize(&line, dots, LINE * 2, FilterType::Nearest) } else { line }
    }
}

/// Modules of a symbol with its quiet zone.
fn cells(wide: u32, high: u32, across: u32, down: u32, dark: impl Fn(u32, u32) -> bool) -> GrayImage {
    const QUIET: u32 = 10;
    GrayImage::from_fn((wide + 2 * QUIET) * across, high * down + 2 * QUIET, |x, y| {
        let (x, y) = ((x / across).checked_sub(QUIET), y.checked_sub(QUIET).map(|y| y / down));
        match (x, y) {
            (Some(x), Some(y)) if x < wide && y < high && dark(x, y) => Luma([0]),
            _ => Luma([255]),
        }
    })
}
