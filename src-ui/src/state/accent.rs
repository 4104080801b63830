//! The shop's accent colour made fit for both themes, by contrast as WCAG 2.2 reckons it (success criterion 1.4.3,
//! relative luminance as defined there).

/// Least contrast of text.
const TEXT: f64 = 4.5;
/// The dark theme's lightest surface that carries accent-coloured text.
const DARK_SURFACE: Colour = Colour([0x38, 0x3b, 0x40]);
const WHITE: Colour = Colour([255, 255, 255]);

/// A colour of the sRGB space.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct Colour([u8; 3]);

/// An accent in its two forms.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct Accent {
    /// What white text stands on, and what is written on light surfaces.
    pub(crate) solid: Colour,
    /// What is written on dark surfaces.
    pub(crate) on_dark: Colour,
}

impl Accent {
    /// The accent of `#rrggbb`. None for anything else, and for a colour on which white text could not be read.
    pub(crate) fn parse(text: &str) -> Option<Self> {
        let solid = Colour::parse(text)?;
        if solid.contrast(WHITE) < TEXT {
            return None;
        }
        let on_dark = (0..=20)
            .map(|step| solid.towards(WHITE, f64::from(step) / 20.0))
            .find(|colour| colour.contrast(DARK_SURFACE) >= TEXT)?;
        Some(Self { solid, on_dark })
    }
}

impl Colour {
    fn parse(text: &str) -> Option<Self> {
        let digits = text.strip_prefix('#').filter(|digits| digits.len() == 6)?;
        let part = |at: usize| u8::from_str_radix(digits.get(at..at + 2)?, 16).ok();
        Some(Self([part(0)?, part(2)?, part(4)?]))
    }

    /// As CSS writes it.
    pub(crate) fn css(self) -> String {
        let mut text = String::from("#");
        for part in self.0 {
            for digit in [part >> 4, part & 15] {
                text.push(char::from_digit(digit.into(), 16).unwrap_or('0'));
            }
        }
        text
    }

    fn towards(self, other: Self, share: f64) -> Self {
        let mix =
            |from: u8, to: u8| (f64::from(from) + (f64::from(to) - f64::from(from)) * share).round() as u8;
        let ([a, b, c], [x, y, z]) = (self.0, other.0);
        Self([mix(a, x), mix(b, y), mix(c, z)])
    }

    fn luminance(self) -> f64 {
        let [red, green, blue] = self.0.map(|part| {
            let part = f64::from(part) / 255.0;
            if part <= 0.04045 { part / 12.92 } else { ((part + 0.055) / 1.055).powf(2.4) }
        });
        0.2126 * red + 0.7152 * green + 0.0722 * blue
    }

    fn contrast(self, other: Self) -> f64 {
        let (a, b) = (self.luminance(), other.luminance());
        (a.max(b) + 0.05) / (a.min(b) + 0.05)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_accent_can_be_read_in_both_themes() {
        for text in ["#1f6f4a", "#9a3412", "#1d4ed8", "#000000", "#b91c1c"] {
            let accent = Accent::parse(text).unwrap();
            assert_eq!(accent.solid.css(), text);
            assert!(accent.solid.contrast(WHITE) >= TEXT);
            assert!(accent.on_dark.contrast(DARK_SURFACE) >= TEXT, "{text}");
        }
    }

    #[test]
    fn a_colour_too_light_for_white_text_is_refused() {
        for text in ["#ffd54f", "#ffffff", "1f6f4a", "#1f6f4", "#1f6f4g", ""] {
            assert_eq!(Accent::parse(text), None, "{text}");
        }
    }
}
