//! A printable A4 sheet of barcode labels, as PDF: 24 labels a page, to cut along the dotted lines.

use fast_qr::{ECL, QRBuilder};
use krilla::color::rgb;
use krilla::geom::{PathBuilder, Point, Rect};
use krilla::metadata::Metadata;
use krilla::page::PageSettings;
use krilla::paint::{Fill, Stroke, StrokeDash};
use krilla::surface::Surface;
use krilla::text::{Font, GlyphId, KrillaGlyph};
use krilla::{Document, SerializeSettings};
use ministore_core::gtin::check_digit;
use skrifa::instance::{LocationRef, Size};
use skrifa::{FontRef, MetadataProvider};
use thiserror::Error;

use super::ean;

/// What carries a label's code.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Symbology {
    /// GTIN-13, or a shop's own code with prefix 02 or 20 to 29: 13 digits with their check digit.
    Ean13,
    /// GTIN-8: 8 digits with their check digit.
    Ean8,
    /// Any text, such as the shop's address.
    Qr,
}

/// One label.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SheetItem {
    /// What the symbol says.
    pub code: String,
    /// The symbol's kind.
    pub symbology: Symbology,
    /// The name in English; may be empty.
    pub name_en: String,
    /// The name in Simplified Chinese; may be empty.
    pub name_zh: String,
    /// The price as it is to be printed; may be empty.
    pub price: String,
    /// A line under the price, such as the content or the weight; may be empty.
    pub detail: String,
}

/// Why a sheet cannot be made.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum SheetError {
    /// There is nothing to print.
    #[error("no labels were chosen")]
    Empty,
    /// The code is not what its symbology carries: wrong length, not digits, or a wrong check digit.
    #[error("{code:?} cannot be printed as {symbology:?}")]
    Code {
        /// The code as it was given.
        code: String,
        /// What it was to be printed as.
        symbology: Symbology,
    },
    /// The font in this program cannot be read.
    #[error("the labels' font cannot be read")]
    Font,
    /// The PDF could not be written.
    #[error("the sheet could not be written: {0}")]
    Pdf(String),
}

/// Labels on one page.
pub const LABELS_PER_PAGE: usize = COLUMNS * ROWS;

const COLUMNS: usize = 3;
const ROWS: usize = 8;
/// PDF measures in points; the layout below in millimetres.
const POINTS_PER_MM: f32 = 72.0 / 25.4;
const PAGE: (f32, f32) = (210.0, 297.0);
const MARGIN: f32 = 9.0;
const HEADER: f32 = 8.0;
const LABEL: (f32, f32) =
    ((PAGE.0 - 2.0 * MARGIN) / COLUMNS as f32, (PAGE.1 - 2.0 * MARGIN - HEADER) / ROWS as f32);
const PADDING: f32 = 2.6;
/// 90 % of the nominal X-dimension of 0.33 mm; 80 % is the least (GS1 General Specifications, table 5.12.3.1-1).
const EAN_MODULE: f32 = 0.297;
/// The bar height at 80 %, from the same table.
const EAN_HEIGHT: f32 = 18.28;
/// Light modules left and right of an EAN-13 and of an EAN-8 (section 5.2.3.4).
const QUIET_13: (f32, f32) = (11.0, 7.0);
const QUIET_8: (f32, f32) = (7.0, 7.0);
const QR_SIDE: f32 = 22.0;
const QR_QUIET: usize = 4;
const INK: (u8, u8, u8) = (0, 0, 0);
const GREY: (u8, u8, u8) = (96, 96, 96);

/// The labels' font: Noto Sans CJK SC with the characters of the demo catalogue and of common labels.
const FONT: &[u8] = include_bytes!("../../demo/fonts/NotoSansSC-subset.otf");

/// Draws `items` as labels, [`LABELS_PER_PAGE`] to an A4 page, under `title`. A name with a character that the font
/// lacks gives way to the other language's; where neither can be printed, a box stands for each missing character.
///
/// # Errors
/// [`SheetError`] when there are no items or one of the codes does not fit its symbology.
pub fn barcode_sheet(items: &[SheetItem], title: &str) -> Result<Vec<u8>, SheetError> {
    if items.is_empty() {
        return Err(SheetError::Empty);
    }
    let letters = Letters::new()?;
    let mut document = Document::new_with(SerializeSettings::default());
    document.set_metadata(Metadata::new().title(title.to_owned()).creator("Ministore".to_owned()));
    let pages = items.chunks(LABELS_PER_PAGE);
    let page_count = pages.len();
    for (number, labels) in pages.enumerate() {
        let size = PageSettings::from_wh(PAGE.0 * POINTS_PER_MM, PAGE.1 * POINTS_PER_MM)
            .ok_or_else(|| SheetError::Pdf("page size".to_owned()))?;
        let mut page = document.start_page_with(size);
        let mut surface = page.surface();
        let mut pen = Pen { surface: &mut surface, letters: &letters };
        let baseline = MARGIN + 3.4;
        let page_number = format!("{} / {page_count}", number + 1);
        let (heading, folio) =
            (Face { size: 3.6, bold: true, ink: INK }, Face { size: 2.8, bold: false, ink: GREY });
        pen.line(title, Place::Left(MARGIN + PADDING), baseline, heading, 140.0);
        pen.line(&page_number, Place::Right(PAGE.0 - MARGIN - PADDING), baseline, folio, 40.0);
        for (place, item) in labels.iter().enumerate() {
            let left = MARGIN + (place % COLUMNS) as f32 * LABEL.0;
            let top = MARGIN + HEADER + (place / COLUMNS) as f32 * LABEL.1;
            pen.label(item, left, top)?;
        }
        surface.finish();
        page.finish();
    }
    document.finish().map_err(|error| SheetError::Pdf(error.to_string()))
}

/// The font twice: for the PDF, and to measure by.
struct Letters {
    font: Font,
    measure: FontRef<'static>,
}

impl Letters {
    fn new() -> Result<Self, SheetError> {
        let font = Font::new(FONT.into(), 0).ok_or(SheetError::Font)?;
        let measure = FontRef::new(FONT).map_err(|_| SheetError::Font)?;
        Ok(Self { font, measure })
    }

    fn covers(&self, text: &str) -> bool {
        text.chars().all(|c| c == ' ' || self.measure.charmap().map(c).is_some())
    }

    /// The glyphs of `text` with advances in em, and their sum. A character that is not in the font is a box.
    fn set(&self, text: &str) -> (Vec<KrillaGlyph>, f32) {
        let charmap = self.measure.charmap();
        let metrics = self.measure.glyph_metrics(Size::new(1.0), LocationRef::default());
        let mut width = 0.0;
        let glyphs = text
            .char_indices()
            .map(|(at, c)| {
                let glyph = charmap.map(c).unwrap_or_default();
                let advance = metrics.advance_width(glyph).unwrap_or(1.0);
                width += advance;
                KrillaGlyph {
                    glyph_id: GlyphId::new(glyph.to_u32()),
                    text_range: at..at + c.len_utf8(),
                    x_advance: advance,
                    x_offset: 0.0,
                    y_offset: 0.0,
                    y_advance: 0.0,
                    location: None,
                }
            })
            .collect();
        (glyphs, width)
    }
}

#[derive(Clone, Copy)]
struct Face {
    /// Millimetres to the em.
    size: f32,
    bold: bool,
    ink: (u8, u8, u8),
}

/// Where a line of text stands, in millimetres.
#[derive(Clone, Copy)]
enum Place {
    Left(f32),
    Right(f32),
    Centre(f32),
}

/// Draws on one page, in millimetres from its upper left corner.
struct Pen<'a, 'page> {
    surface: &'a mut Surface<'page>,
    letters: &'a Letters,
}

impl Pen<'_, '_> {
    fn label(&mut self, item: &SheetItem, left: f32, top: f32) -> Result<(), SheetError> {
        self.cut_lines(left, top);
        let inner = LABEL.0 - 2.0 * PADDING;
        let names: Vec<&str> = [item.name_zh.trim(), item.name_en.trim()]
            .into_iter()
            .filter(|name| !name.is_empty() && self.letters.covers(name))
            .collect();
        let fallback = if item.name_en.is_empty() { &item.name_zh } else { &item.name_en };
        let first = names.first().copied().unwrap_or(fallback);
        let start = Place::Left(left + PADDING);
        self.line(first, start, top + 5.4, Face { size: 3.7, bold: true, ink: INK }, inner);
        if let Some(second) = names.get(1) {
            self.line(second, start, top + 8.8, Face { size: 2.6, bold: false, ink: GREY }, inner);
        }
        let symbol_top = top + 10.6;
        let symbol_right = match item.symbology {
            Symbology::Qr => self.qr(item, left + PADDING, symbol_top)?,
            Symbology::Ean13 | Symbology::Ean8 => self.ean(item, left + 1.0, symbol_top)?,
        };
        let edge = left + LABEL.0 - PADDING;
        let room = edge - symbol_right;
        let end = Place::Right(edge);
        self.line(&item.price, end, top + 21.0, Face { size: 5.4, bold: true, ink: INK }, room);
        self.line(&item.detail, end, top + 25.0, Face { size: 2.5, bold: false, ink: GREY }, room);
        Ok(())
    }

    /// Draws the symbol with its digits and returns where its quiet zone ends.
    fn ean(&mut self, item: &SheetItem, left: f32, top: f32) -> Result<f32, SheetError> {
        let refused = || SheetError::Code { code: item.code.clone(), symbology: item.symbology };
        let (length, quiet) = if item.symbology == Symbology::Ean8 { (8, QUIET_8) } else { (13, QUIET_13) };
        let symbol = ean::symbol(&item.code).filter(|_| item.code.len() == length).ok_or_else(refused)?;
        let (body, check) = item.code.split_at(length - 1);
        if check_digit(body).is_none_or(|expected| check != expected.to_string()) {
            return Err(refused());
        }
        let first = left + quiet.0 * EAN_MODULE;
        let rects = symbol.bars.iter().map(|bar| {
            let height = if bar.guard { EAN_HEIGHT + 5.0 * EAN_MODULE } else { EAN_HEIGHT };
            (first + bar.at as f32 * EAN_MODULE, top, bar.width as f32 * EAN_MODULE, height)
        });
        self.fill(rects);
        let digits = Face { size: 2.9, bold: false, ink: INK };
        let baseline = top + EAN_HEIGHT + 2.75;
        let half = (length / 2) as f32 * 7.0 * EAN_MODULE;
        let (lead, halves) = item.code.split_at(length % 2);
        let (left_half, right_half) = halves.split_at(halves.len() / 2);
        let after_guard = first + 3.0 * EAN_MODULE;
        let after_centre = after_guard + half + 5.0 * EAN_MODULE;
        self.line(lead, Place::Left(left + 0.3), baseline, digits, 3.0);
        self.line(left_half, Place::Centre(after_guard + half / 2.0), baseline, digits, half);
        self.line(right_half, Place::Centre(after_centre + half / 2.0), baseline, digits, half);
        Ok(first + (symbol.width as f32 + quiet.1) * EAN_MODULE)
    }

    fn qr(&mut self, item: &SheetItem, left: f32, top: f32) -> Result<f32, SheetError> {
        let refused = |_| SheetError::Code { code: item.code.clone(), symbology: item.symbology };
        let code = QRBuilder::new(item.code.as_str()).ecl(ECL::M).build().map_err(refused)?;
        let module = QR_SIDE / (code.size + 2 * QR_QUIET) as f32;
        let at = |place: usize| (place + QR_QUIET) as f32 * module;
        let dark = (0..code.size).flat_map(|row| {
            let cells = &code[row];
            (0..code.size)
                .filter(|&column| cells[column].value())
                .map(move |column| (left + at(column), top + at(row), module, module))
        });
        self.fill(dark);
        Ok(left + QR_SIDE)
    }

    /// Fills rectangles (left, top, width, height) with ink, all as one shape so that neighbours meet without seams.
    fn fill(&mut self, rects: impl Iterator<Item = (f32, f32, f32, f32)>) {
        let mut path = PathBuilder::new();
        for (left, top, width, height) in rects {
            let [left, top, width, height] = [left, top, width, height].map(|mm| mm * POINTS_PER_MM);
            if let Some(rect) = Rect::from_xywh(left, top, width, height) {
                path.push_rect(rect);
            }
        }
        if let Some(path) = path.finish() {
            self.surface.set_stroke(None);
            self.surface.set_fill(Some(ink(INK)));
            self.surface.draw_path(&path);
        }
    }

    fn cut_lines(&mut self, left: f32, top: f32) {
        let mut path = PathBuilder::new();
        let [left, top, width, height] = [left, top, LABEL.0, LABEL.1].map(|mm| mm * POINTS_PER_MM);
        if let Some(rect) = Rect::from_xywh(left, top, width, height) {
            path.push_rect(rect);
        }
        if let Some(path) = path.finish() {
            self.surface.set_fill(None);
            self.surface.set_stroke(Some(Stroke {
                paint: rgb::Color::new(200, 200, 200).into(),
                width: 0.4,
                dash: Some(StrokeDash { array: vec![1.5, 2.5], offset: 0.0 }),
                ..Stroke::default()
            }));
            self.surface.draw_path(&path);
        }
    }

    /// One line of text no wider than `room`: smaller by up to a quarter, then cut short with an ellipsis.
    fn line(&mut self, text: &str, place: Place, baseline: f32, face: Face, room: f32) {
        let mut text = text.to_owned();
        let (mut glyphs, mut ems) = self.letters.set(&text);
        let size = face.size.min(room / ems.max(f32::EPSILON)).max(face.size * 0.75);
        while ems * size > room && text.chars().count() > 1 {
            text = text.trim_end_matches('…').to_owned();
            text.pop();
            text = format!("{}…", text.trim_end());
            (glyphs, ems) = self.letters.set(&text);
            if text == "…" {
                break;
            }
        }
        if text.is_empty() {
            return;
        }
        let left = match place {
            Place::Left(left) => left,
            Place::Right(right) => right - ems * size,
            Place::Centre(centre) => centre - ems * size / 2.0,
        };
        self.surface.set_fill(Some(ink(face.ink)));
        let weight = Stroke { paint: colour(face.ink).into(), width: size * 0.09, ..Stroke::default() };
        self.surface.set_stroke(face.bold.then_some(weight));
        self.surface.draw_glyphs(
            Point::from_xy(left * POINTS_PER_MM, baseline * POINTS_PER_MM),
            &glyphs,
            self.letters.font.clone(),
            &text,
            size * POINTS_PER_MM,
            false,
        );
        self.surface.set_stroke(None);
    }
}

fn colour((red, green, blue): (u8, u8, u8)) -> rgb::Color {
    rgb::Color::new(red, green, blue)
}

fn ink(of: (u8, u8, u8)) -> Fill {
    Fill { paint: colour(of).into(), ..Fill::default() }
}
