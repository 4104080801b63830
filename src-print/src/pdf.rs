//! The same parts as a file: one long page, whose text can be selected and searched.

use std::collections::HashMap;

use cosmic_text::{Align, fontdb};
use fast_qr::{ECL, QRBuilder};
use krilla::color::rgb;
use krilla::geom::{PathBuilder, Point, Rect};
use krilla::metadata::Metadata;
use krilla::page::PageSettings;
use krilla::paint::Fill;
use krilla::surface::Surface;
use krilla::text::{Font, GlyphId, KrillaGlyph};
use krilla::{Document, SerializeSettings};
use ministore_core::printer::PrintTrouble;
use ministore_core::symbol::code_128;

use crate::layout::{At, Part, Weight};
use crate::letters::{Drawing, Face, Letters, Shaped};

/// In points, 72 in an inch: paper of 80 mm, of which 72 mm are printed on.
const WIDTH: f32 = 226.8;
const INSIDE: f32 = 204.1;
const MARGIN: f32 = (WIDTH - INSIDE) / 2.0;
const SIZE: f32 = 8.2;
const LINE: f32 = 10.8;
const BARS: f32 = 28.0;
/// The side of a QR code's modules, and the width of a bar code's.
const MODULE: f32 = 1.8;
const BAR: f32 = 0.72;
/// What is left free around a QR code (ISO/IEC 18004, 5.3.8).
const QUIET: f32 = 4.0 * MODULE;
/// The longest page that readers show (ISO 32000-1, annex C.2).
const LONGEST: f32 = 14_400.0;

/// A part with its place.
enum Placed {
    Text { shaped: Shaped, x: f32, y: f32 },
    Box { x: f32, y: f32, wide: f32, high: f32 },
}

/// `parts` as a PDF.
///
/// # Errors
/// [`PrintTrouble::NoFont`], and [`PrintTrouble::Faulty`] where a fault of ours is in the log.
pub fn pdf(parts: &[Part], title: &str, letters: &Letters) -> Result<Vec<u8>, PrintTrouble> {
    let mut drawing = letters.drawing();
    let mut placed = Vec::new();
    let mut y = MARGIN;
    for part in parts {
        y += place(part, y, &mut drawing, &mut placed)?;
    }
    let high = (y + MARGIN).min(LONGEST);
    let mut document = Document::new_with(SerializeSettings::default());
    document.set_metadata(Metadata::new().title(title.to_owned()).creator("Ministore".to_owned()));
    let size = PageSettings::from_wh(WIDTH, high).ok_or(PrintTrouble::Faulty)?;
    let mut page = document.start_page_with(size);
    let mut surface = page.surface();
    let ink = Fill { paint: rgb::Color::new(0, 0, 0).into(), ..Fill::default() };
    surface.set_fill(Some(ink));
    let mut fonts = HashMap::new();
    for part in &placed {
        match part {
            Placed::Text { shaped, x, y } => {
                write(shaped, *x, *y, &mut drawing, &mut fonts, &mut surface)?;
            }
            Placed::Box { x, y, wide, high } => fill(&mut surface, *x, *y, *wide, *high),
        }
    }
    surface.finish();
    page.finish();
    document.finish().map_err(|error| {
        tracing::error!(%error, "a PDF was not written");
        PrintTrouble::Faulty
    })
}

/// Places a part at `y`, and gives its height.
fn place(part: &Part, y: f32, drawing: &mut Drawing, placed: &mut Vec<Placed>) -> Result<f32, PrintTrouble> {
    Ok(match part {
        Part::Text { text, at, weight } => {
            let align = match at {
                At::Start => None,
                At::Middle => Some(Align::Center),
            };
            let shaped = drawing.shape(text, Face::sized(*weight, SIZE, LINE), align, Some(INSIDE))?;
            let high = shaped.height;
            placed.push(Placed::Text { shaped, x: MARGIN, y });
            high
        }
        Part::Row { left, right, weight } => {
            let (left, right) = drawing.row(left, right, Face::sized(*weight, SIZE, LINE), INSIDE)?;
            let high = left.height.max(right.height);
            let x = MARGIN + INSIDE - right.width;
            placed.push(Placed::Text { shaped: left, x: MARGIN, y });
            placed.push(Placed::Text { shaped: right, x, y });
            high
        }
        Part::Rule => {
            placed.push(Placed::Box { x: MARGIN, y: y + LINE / 2.0, wide: INSIDE, high: 0.5 });
            LINE
        }
        Part::Gap => LINE,
        Part::Barcode(text) => {
            let bars = code_128(text).ok_or(PrintTrouble::Faulty)?;
            let wide: f32 = bars.iter().map(|bar| f32::from(*bar) * BAR).sum();
            let mut x = (WIDTH - wide) / 2.0;
            for (place, bar) in bars.iter().enumerate() {
                let wide = f32::from(*bar) * BAR;
                if place % 2 == 0 {
                    placed.push(Placed::Box { x, y, wide, high: BARS });
                }
                x += wide;
            }
            let face = Face::sized(Weight::Plain, SIZE, LINE);
            let shaped = drawing.shape(text, face, Some(Align::Center), Some(INSIDE))?;
            let high = shaped.height;
            placed.push(Placed::Text { shaped, x: MARGIN, y: y + BARS });
            BARS + high
        }
        Part::Qr(text) => {
            let code = QRBuilder::new(text.as_str()).ecl(ECL::M).build().map_err(|error| {
                tracing::error!(%error, "a QR code was not drawn");
                PrintTrouble::Faulty
            })?;
            let side = code.size as f32 * MODULE;
            let left = (WIDTH - side) / 2.0;
            for (row, column) in
                (0..code.size).flat_map(|row| (0..code.size).map(move |column| (row, column)))
            {
                if code[row][column].value() {
                    let (x, y) = (left + column as f32 * MODULE, y + QUIET + row as f32 * MODULE);
                    placed.push(Placed::Box { x, y, wide: MODULE, high: MODULE });
                }
            }
            side + 2.0 * QUIET
        }
    })
}

fn fill(surface: &mut Surface<'_>, x: f32, y: f32, wide: f32, high: f32) {
    let mut path = PathBuilder::new();
    if let Some(rect) = Rect::from_xywh(x, y, wide, high) {
        path.push_rect(rect);
    }
    if let Some(path) = path.finish() {
        surface.draw_path(&path);
    }
}

/// Writes text, font by font.
fn write(
    shaped: &Shaped,
    x: f32,
    y: f32,
    drawing: &mut Drawing,
    fonts: &mut HashMap<fontdb::ID, Font>,
    surface: &mut Surface<'_>,
) -> Result<(), PrintTrouble> {
    for run in shaped.buffer.layout_runs() {
        // As they stand on the line: what runs from the right comes in the order in which it is read.
        let mut standing: Vec<_> = run.glyphs.iter().collect();
        standing.sort_by(|one, next| one.x.total_cmp(&next.x));
        for glyphs in standing.chunk_by(|one, next| one.font_id == next.font_id) {
            let Some(first) = glyphs.first() else { continue };
            let font = match fonts.get(&first.font_id) {
                Some(font) => font.clone(),
                None => {
                    let read = drawing
                        .fonts
                        .db()
                        .with_face_data(first.font_id, |data, index| Font::new(data.to_vec().into(), index));
                    let font = read.flatten().ok_or(PrintTrouble::Faulty)?;
                    fonts.insert(first.font_id, font.clone());
                    font
                }
            };
            let size = first.font_size;
            let drawn: Vec<_> = glyphs
                .iter()
                .enumerate()
                .map(|(place, glyph)| {
                    let next = glyphs.get(place + 1).map_or(glyph.x + glyph.w, |next| next.x);
                    KrillaGlyph {
                        glyph_id: GlyphId::new(u32::from(glyph.glyph_id)),
                        text_range: glyph.start..glyph.end,
                        x_advance: (next - glyph.x) / size,
                        x_offset: glyph.x_offset,
                        y_offset: glyph.y_offset,
                        y_advance: 0.0,
                        location: None,
                    }
                })
                .collect();
            let start = Point::from_xy(x + first.x, y + run.line_y);
            surface.draw_glyphs(start, &drawn, font, run.text, size, false);
        }
    }
    Ok(())
}
