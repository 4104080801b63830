//! Text as dots, for what a printer has no letters for, and as glyphs, for files: shaped, in both directions, with the
//! fonts that this machine has.

use std::sync::{Mutex, MutexGuard, PoisonError};

use cosmic_text::fontdb::Database;
use cosmic_text::{
    Align, Attrs, Buffer, Color, Family, FontSystem, Metrics, Shaping, SwashCache, Weight as Bold,
};
use image::{GrayImage, Luma};
use ministore_core::printer::PrintTrouble;

use crate::layout::{At, Weight};

/// How high text is, and the lines that it stands on, in dots: as the printer's own letters of 12 by 24.
const SIZE: f32 = 23.0;
const LINE: f32 = 30.0;
/// How much larger tall text is.
const TALL: f32 = 1.5;
/// What is left free between the sides of a row, in ems.
const BETWEEN: f32 = 0.5;

/// The fonts of this machine.
#[derive(Debug)]
pub struct Letters(Mutex<Drawing>);

#[derive(Debug)]
pub(crate) struct Drawing {
    pub(crate) fonts: FontSystem,
    cache: SwashCache,
}

/// Shaped text, in lines.
pub(crate) struct Shaped {
    pub(crate) buffer: Buffer,
    pub(crate) width: f32,
    pub(crate) height: f32,
}

/// How text is set: its size and its lines' height, in dots or points.
#[derive(Clone, Copy)]
pub(crate) struct Face {
    pub(crate) size: f32,
    pub(crate) line: f32,
    pub(crate) bold: bool,
}

impl Face {
    /// As a printer prints.
    pub(crate) fn dots(weight: Weight) -> Self {
        Self::sized(weight, SIZE, LINE)
    }

    pub(crate) fn sized(weight: Weight, size: f32, line: f32) -> Self {
        match weight {
            Weight::Plain => Self { size, line, bold: false },
            Weight::Bold => Self { size, line, bold: true },
            Weight::Tall => Self { size: size * TALL, line: line * TALL, bold: true },
        }
    }

    pub(crate) fn between(self) -> f32 {
        self.size * BETWEEN
    }
}

impl Letters {
    /// Those that the system has installed. Looking through them takes a moment.
    pub fn of_system() -> Self {
        let mut fonts = Database::new();
        fonts.load_system_fonts();
        Self::of(fonts)
    }

    /// Those of `fonts`.
    pub fn of(fonts: Database) -> Self {
        let fonts = FontSystem::new_with_locale_and_db("zh-CN".to_owned(), fonts);
        Self(Mutex::new(Drawing { fonts, cache: SwashCache::new() }))
    }

    pub(crate) fn drawing(&self) -> MutexGuard<'_, Drawing> {
        // Whatever a drawing left behind is only a cache.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// `text` in black on white, `width` dots wide and as high as it takes.
    ///
    /// # Errors
    /// [`PrintTrouble::NoFont`] where no font has a letter of it.
    pub(crate) fn text(
        &self,
        text: &str,
        at: At,
        weight: Weight,
        width: u32,
    ) -> Result<GrayImage, PrintTrouble> {
        let mut drawing = self.drawing();
        let align = match at {
            At::Start => None,
            At::Middle => Some(Align::Center),
        };
        let shaped = drawing.shape(text, Face::dots(weight), align, Some(width as f32))?;
        let mut picture = blank(width, shaped.height);
        drawing.draw(shaped, 0.0, &mut picture);
        Ok(picture)
    }

    /// As [`Letters::text`], with text at both sides.
    ///
    /// # Errors
    /// As there.
    pub(crate) fn row(
        &self,
        left: &str,
        right: &str,
        weight: Weight,
        width: u32,
    ) -> Result<GrayImage, PrintTrouble> {
        let mut drawing = self.drawing();
        let (left, right) = drawing.row(left, right, Face::dots(weight), width as f32)?;
        let mut picture = blank(width, left.height.max(right.height));
        let from = width as f32 - right.width;
        drawing.draw(left, 0.0, &mut picture);
        drawing.draw(right, from, &mut picture);
        Ok(picture)
    }
}

fn blank(width: u32, height: f32) -> GrayImage {
    GrayImage::from_pixel(width, height.ceil().max(1.0) as u32, Luma([255]))
}

impl Drawing {
    /// Shapes text, no wider than `width`.
    pub(crate) fn shape(
        &mut self,
        text: &str,
        face: Face,
        align: Option<Align>,
        width: Option<f32>,
    ) -> Result<Shaped, PrintTrouble> {
        // With no font at all the shaper panics.
        if self.fonts.db().is_empty() {
            return Err(PrintTrouble::NoFont(text.to_owned()));
        }
        let mut buffer = Buffer::new(&mut self.fonts, Metrics::new(face.size, face.line));
        buffer.set_size(width, None);
        let weight = if face.bold { Bold::BOLD } else { Bold::NORMAL };
        let attributes = Attrs::new().family(Family::SansSerif).weight(weight);
        buffer.set_text(text, &attributes, Shaping::Advanced, align);
        buffer.shape_until_scroll(&mut self.fonts, false);
        let (mut wide, mut lines) = (0f32, 0f32);
        for run in buffer.layout_runs() {
            // Glyph 0 is the box that stands for a letter that a font lacks (OpenType, "Recommendations for OpenType
            // fonts", glyph 0).
            if let Some(box_of) = run.glyphs.iter().find(|glyph| glyph.glyph_id == 0) {
                let letters = run.text.get(box_of.start..box_of.end).unwrap_or(run.text);
                return Err(PrintTrouble::NoFont(letters.to_owned()));
            }
            wide = wide.max(run.line_w);
            lines += 1.0;
        }
        Ok(Shaped { buffer, width: wide.ceil(), height: lines.max(1.0) * face.line })
    }

    /// Shapes both sides of a row.
    pub(crate) fn row(
        &mut self,
        left: &str,
        right: &str,
        face: Face,
        width: f32,
    ) -> Result<(Shaped, Shaped), PrintTrouble> {
        let right = self.shape(right, face, Some(Align::Left), None)?;
        let free = (width - right.width - face.between()).max(face.size);
        Ok((self.shape(left, face, Some(Align::Left), Some(free))?, right))
    }

    fn draw(&mut self, mut shaped: Shaped, from: f32, picture: &mut GrayImage) {
        let from = from as i32;
        let ink = Color::rgb(0, 0, 0);
        shaped.buffer.draw(&mut self.fonts, &mut self.cache, ink, |x, y, wide, high, colour| {
            for (x, y) in (y..y + high as i32).flat_map(|y| (x..x + wide as i32).map(move |x| (x + from, y)))
            {
                let (Ok(x), Ok(y)) = (u32::try_from(x), u32::try_from(y)) else { continue };
                if let Some(dot) = picture.get_pixel_mut_checked(x, y) {
                    dot.0[0] = dot.0[0].min(255 - colour.a());
                }
            }
        });
    }
}
