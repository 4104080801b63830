//! Product pictures drawn from a line of text: a shape, its colours and what stands on its label.
//!
//! A spec is `shape[:#rrggbb[:#rrggbb]][:motif]`, for example `can:#9fd06a:#ffffff:citrus`. The first colour is
//! the thing itself, the second its label or its other part. The picture is a square SVG of 240 units without
//! text, scripts, references or ids, so any number of them can stand in one page.

mod kitchen;
mod motif;
mod packaging;
mod produce;

use thiserror::Error;

/// Why a picture cannot be drawn.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum PictureError {
    /// The spec names a shape that is not in the collection.
    #[error("no shape is called {0:?}")]
    Shape(String),
    /// The spec names a motif that is neither a label's nor that shape's own.
    #[error("no motif is called {0:?}")]
    Motif(String),
    /// A colour is not written as `#rrggbb`, or there are more than two.
    #[error("{0:?} is not one of two colours written as #rrggbb")]
    Colour(String),
}

/// A thing that can be drawn: its art is SVG in which `$` and a letter stand for a colour or the motif.
struct Shape {
    name: &'static str,
    /// Half the width of the shadow on the ground.
    shadow: u8,
    art: &'static str,
}

/// A small drawing for a label, or a filling of one shape.
struct Motif {
    name: &'static str,
    /// Drawn in its own colours, so it needs a light plate on a label that is not light.
    plate: bool,
    art: &'static str,
}

/// Draws the picture that `spec` describes.
///
/// # Errors
/// [`PictureError`] when the spec names a shape, motif or colour that does not exist.
pub fn draw(spec: &str) -> Result<String, PictureError> {
    let mut parts = spec.split(':');
    let name = parts.next().unwrap_or_default();
    let mut colours = Vec::with_capacity(2);
    let mut variant = None;
    for part in parts {
        if part.starts_with('#') {
            let colour = Colour::parse(part).filter(|_| colours.len() < 2);
            colours.push(colour.ok_or_else(|| PictureError::Colour(part.to_owned()))?);
        } else if variant.replace(part).is_some() {
            return Err(PictureError::Motif(part.to_owned()));
        }
    }
    let own = variant.map(|variant| format!("{name}/{variant}"));
    let own_shape = own.as_deref().and_then(shape);
    let drawn = own_shape.or_else(|| shape(name)).ok_or_else(|| PictureError::Shape(name.to_owned()))?;
    let motif = match variant {
        Some(variant) if own_shape.is_none() => Some(
            own.as_deref()
                .and_then(|own| kitchen::FILLINGS.iter().find(|motif| motif.name == own))
                .or_else(|| motif::MOTIFS.iter().find(|motif| motif.name == variant))
                .ok_or_else(|| PictureError::Motif(variant.to_owned()))?,
        ),
        _ => None,
    };
    let palette = Palette::new(&colours);
    let mut svg = String::with_capacity(3072);
    svg.push_str(
        r#"<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 240 240" stroke-linecap="round" stroke-linejoin="round"><path fill=""#,
    );
    palette.ground.write(&mut svg);
    svg.push_str(r##"" d="M0 0h240v240H0z"/><circle cx="120" cy="122" r="98" fill="#fff" opacity=".42"/>"##);
    svg.push_str(&format!(
        r##"<ellipse cx="120" cy="207" rx="{0}" ry="8" opacity=".09"/><ellipse cx="120" cy="206" rx="{1}" ry="5" opacity=".1"/>"##,
        drawn.shadow + 8,
        drawn.shadow
    ));
    palette.paint(drawn.art, motif, palette.ink, &mut svg);
    svg.push_str("</svg>");
    Ok(svg)
}

fn shape(name: &str) -> Option<&'static Shape> {
    [produce::SHAPES, packaging::VESSELS, packaging::PACKS, kitchen::SHAPES]
        .into_iter()
        .flatten()
        .find(|shape| shape.name == name)
}

#[derive(Clone, Copy)]
struct Colour([u8; 3]);

const WHITE: Colour = Colour([255, 253, 248]);
const BLACK: Colour = Colour([26, 20, 22]);
const PAPER: Colour = Colour([247, 245, 241]);

impl Colour {
    fn parse(text: &str) -> Option<Self> {
        let digits = text.strip_prefix('#').filter(|digits| digits.len() == 6 && digits.is_ascii())?;
        let channel = |at: usize| u8::from_str_radix(&digits[at..at + 2], 16).ok();
        Some(Self([channel(0)?, channel(2)?, channel(4)?]))
    }

    /// `share` of `other` (in hundredths) mixed into this colour.
    fn mix(self, other: Self, share: u16) -> Self {
        let channel = |at: usize| {
            let mixed = u16::from(self.0[at]) * (100 - share) + u16::from(other.0[at]) * share;
            (mixed / 100).min(255) as u8
        };
        Self([channel(0), channel(1), channel(2)])
    }

    /// The same thing on its shadow side; what is nearly white turns warm there, not grey.
    fn shade(self) -> Self {
        if self.brightness() > 215 { self.mix(Self([158, 130, 96]), 30) } else { self.mix(BLACK, 22) }
    }

    /// Perceived brightness from 0 to 255, by the weights of ITU-R BT.601.
    fn brightness(self) -> u16 {
        let [red, green, blue] = self.0.map(u16::from);
        (red * 30 / 100) + (green * 59 / 100) + (blue * 11 / 100)
    }

    fn write(self, out: &mut String) {
        let [red, green, blue] = self.0;
        out.push_str(&format!("#{red:02x}{green:02x}{blue:02x}"));
    }
}

struct Palette {
    first: Colour,
    second: Colour,
    ground: Colour,
    /// Reads on the second colour.
    ink: Colour,
    /// Reads on white.
    ink_on_white: Colour,
}

impl Palette {
    fn new(colours: &[Colour]) -> Self {
        let first = colours.first().copied().unwrap_or(Colour([199, 184, 160]));
        let second = colours.get(1).copied().unwrap_or_else(|| first.mix(WHITE, 72));
        let darker = if first.brightness() < second.brightness() { first } else { second };
        let dark = |colour: Colour| match colour.brightness() {
            200.. => Colour([78, 92, 100]),
            120.. => colour.mix(BLACK, 38),
            _ => colour,
        };
        let ink = if second.brightness() < 150 { WHITE } else { dark(first) };
        let tint = if first.brightness() > 212 { darker } else { first };
        Self { first, second, ground: tint.mix(PAPER, 82), ink, ink_on_white: dark(darker) }
    }

    /// Writes `art` with its colours and its motif in place.
    fn paint(&self, art: &str, motif: Option<&Motif>, ink: Colour, out: &mut String) {
        let mut rest = art;
        while let Some(at) = rest.find('$') {
            out.push_str(&rest[..at]);
            let mut tail = rest[at + 1..].chars();
            match tail.next() {
                Some('a') => self.first.write(out),
                Some('A') => self.first.shade().write(out),
                Some('l') => self.first.mix(WHITE, 38).write(out),
                Some('b') => self.second.write(out),
                Some('B') => self.second.shade().write(out),
                Some('m') => self.second.mix(WHITE, 38).write(out),
                Some('i' | 'n') => ink.write(out),
                Some('M') => {
                    if let Some(motif) = motif {
                        if motif.plate && self.second.brightness() < 205 {
                            out.push_str(r##"<circle r="24" fill="#fffdf6"/>"##);
                        }
                        self.paint(motif.art, None, ink, out);
                    }
                }
                Some('P') => {
                    if let Some(motif) = motif {
                        self.paint(motif.art, None, self.ink_on_white, out);
                    }
                }
                _ => {}
            }
            rest = tail.as_str();
        }
        out.push_str(rest);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_shape_and_motif_draws_small_closed_art() {
        for shape in
            [produce::SHAPES, packaging::VESSELS, packaging::PACKS, kitchen::SHAPES].into_iter().flatten()
        {
            let variant = shape.name.replace('/', ":");
            let spec = match variant.split_once(':') {
                Some((name, variant)) => format!("{name}:#cc8844:#335577:{variant}"),
                None => format!("{variant}:#cc8844:#335577"),
            };
            let svg = draw(&spec).map_err(|error| format!("{spec}: {error}"));
            assert!(svg.as_ref().is_ok_and(|svg| svg.len() < 3300 && !svg.contains('$')), "{spec}: {svg:?}");
        }
        for motif in motif::MOTIFS {
            let svg = draw(&format!("box:#cc8844:#335577:{}", motif.name));
            assert!(svg.is_ok_and(|svg| svg.contains("fffdf6") == motif.plate), "{}", motif.name);
        }
    }

    #[test]
    fn a_wrong_spec_says_which_word_is_wrong() {
        assert_eq!(draw("zeppelin:#112233"), Err(PictureError::Shape("zeppelin".into())));
        assert_eq!(draw(""), Err(PictureError::Shape(String::new())));
        assert_eq!(draw("can:#112233:#445566:zeppelin"), Err(PictureError::Motif("zeppelin".into())));
        assert_eq!(draw("can:sun:moon"), Err(PictureError::Motif("moon".into())));
        assert_eq!(draw("can:#12345"), Err(PictureError::Colour("#12345".into())));
        assert_eq!(draw("can:#12345é"), Err(PictureError::Colour("#12345é".into())));
        assert_eq!(draw("can:#112233:#445566:#778899"), Err(PictureError::Colour("#778899".into())));
    }

    #[test]
    fn a_label_motif_takes_an_ink_that_reads_on_the_label() {
        let light = draw("can:#203040:#ffffff:bolt").unwrap_or_default();
        let dark = draw("can:#ffffff:#203040:bolt").unwrap_or_default();
        assert!(light.contains(r##"<path fill="#203040" d="M4-20"##), "{light}");
        assert!(dark.contains(r##"<path fill="#fffdf8" d="M4-20"##), "{dark}");
    }
}
