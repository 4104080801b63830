//! The modules of the codes that can be drawn: every kind that the scanner reads, from its standard.

mod addon;
mod code_128;
mod code_39;
mod content;
mod databar;
mod databar_expanded;
mod itf;
mod matrix;

use crate::Symbology;
use crate::check::{gtin_check_holds, upc_e_check};
use ministore_core::symbol::{EAN_DIGITS, UPC_E_IN_B, ean};
use thiserror::Error;

/// A kind of symbol as it is printed: where several carry the same data, the scanner answers the same [`Symbology`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Printed {
    /// EAN-13, with check digit.
    Ean13,
    /// EAN-8, with check digit.
    Ean8,
    /// UPC-A, with check digit.
    UpcA,
    /// UPC-E in eight digits.
    UpcE,
    /// ITF-14 with bearer bars above and below (GS1 General Specifications, section 5.3): a GTIN-14.
    Itf14,
    /// Interleaved 2 of 5 with an even number of digits that nothing checks.
    Itf,
    /// Code 128: ASCII, in whatever code sets it takes.
    Code128,
    /// GS1-128: an element string, with ASCII 29 for each separator.
    Gs1_128,
    /// Code 39: digits, capitals and `-. $/+%`.
    Code39,
    /// GS1 DataBar Omnidirectional: a GTIN-14, as the next five.
    DataBarOmnidirectional,
    /// The same with shorter bars.
    DataBarTruncated,
    /// In two low rows.
    DataBarStacked,
    /// In two high rows.
    DataBarStackedOmnidirectional,
    /// GS1 DataBar Limited: a GTIN-14 that starts with 0 or 1.
    DataBarLimited,
    /// GS1 DataBar Expanded: an element string.
    DataBarExpanded,
    /// GS1 DataBar Expanded Stacked: an element string.
    DataBarExpandedStacked {
        /// Pairs of characters in a row, 1 to 10.
        pairs: usize,
    },
    /// QR Code: any text.
    QrCode,
    /// Micro QR Code: up to 35 digits, 21 capitals or 15 bytes.
    MicroQr,
    /// Data Matrix ECC 200, square: Latin-1.
    DataMatrix,
    /// Data Matrix ECC 200, wider than high: Latin-1.
    DataMatrixRectangular,
    /// GS1 DataMatrix, square: an element string.
    Gs1DataMatrix,
    /// GS1 DataMatrix, wider than high: an element string.
    Gs1DataMatrixRectangular,
    /// Aztec Code: Latin-1.
    Aztec,
    /// PDF417: ASCII.
    Pdf417,
}

impl Printed {
    /// Every kind.
    pub const ALL: [Self; 24] = [
        Self::Ean13,
        Self::Ean8,
        Self::UpcA,
        Self::UpcE,
        Self::Itf14,
        Self::Itf,
        Self::Code128,
        Self::Gs1_128,
        Self::Code39,
        Self::DataBarOmnidirectional,
        Self::DataBarTruncated,
        Self::DataBarStacked,
        Self::DataBarStackedOmnidirectional,
        Self::DataBarLimited,
        Self::DataBarExpanded,
        Self::DataBarExpandedStacked { pairs: 2 },
        Self::QrCode,
        Self::MicroQr,
        Self::DataMatrix,
        Self::DataMatrixRectangular,
        Self::Gs1DataMatrix,
        Self::Gs1DataMatrixRectangular,
        Self::Aztec,
        Self::Pdf417,
    ];

    /// What the scanner is to call it.
    pub const fn symbology(self) -> Symbology {
        match self {
            Self::Ean13 => Symbology::Ean13,
            Self::Ean8 => Symbology::Ean8,
            Self::UpcA => Symbology::UpcA,
            Self::UpcE => Symbology::UpcE,
            Self::Itf14 => Symbology::Itf14,
            Self::Itf => Symbology::Itf,
            Self::Code128 => Symbology::Code128,
            Self::Gs1_128 => Symbology::Gs1_128,
            Self::Code39 => Symbology::Code39,
            Self::DataBarOmnidirectional
            | Self::DataBarTruncated
            | Self::DataBarStacked
            | Self::DataBarStackedOmnidirectional
            | Self::DataBarLimited => Symbology::DataBar,
            Self::DataBarExpanded | Self::DataBarExpandedStacked { .. } => Symbology::DataBarExpanded,
            Self::QrCode => Symbology::QrCode,
            Self::MicroQr => Symbology::MicroQr,
            Self::DataMatrix | Self::DataMatrixRectangular => Symbology::DataMatrix,
            Self::Gs1DataMatrix | Self::Gs1DataMatrixRectangular => Symbology::Gs1DataMatrix,
            Self::Aztec => Symbology::Aztec,
            Self::Pdf417 => Symbology::Pdf417,
        }
    }

    /// What the scanner is to answer where this kind of symbol says `text`: an EAN-13 with a leading 0 is a UPC-A.
    pub fn answer(self, text: &str) -> (Symbology, String) {
        match (self, text.strip_prefix('0')) {
            (Self::Ean13, Some(rest)) => (Symbology::UpcA, rest.to_owned()),
            _ => (self.symbology(), text.to_owned()),
        }
    }

    /// Whether its modules are squares of a grid.
    pub const fn is_matrix(self) -> bool {
        matches!(
            self.symbology(),
            Symbology::QrCode
                | Symbology::MicroQr
                | Symbology::DataMatrix
                | Symbology::Gs1DataMatrix
                | Symbology::Aztec
        )
    }
}

impl From<Symbology> for Printed {
    /// The commonest form of each.
    fn from(symbology: Symbology) -> Self {
        match symbology {
            Symbology::Ean13 => Self::Ean13,
            Symbology::Ean8 => Self::Ean8,
            Symbology::UpcA => Self::UpcA,
            Symbology::UpcE => Self::UpcE,
            Symbology::Itf14 => Self::Itf14,
            Symbology::Itf => Self::Itf,
            Symbology::Code128 => Self::Code128,
            Symbology::Gs1_128 => Self::Gs1_128,
            Symbology::Code39 => Self::Code39,
            Symbology::DataBar => Self::DataBarOmnidirectional,
            Symbology::DataBarExpanded => Self::DataBarExpanded,
            Symbology::QrCode => Self::QrCode,
            Symbology::MicroQr => Self::MicroQr,
            Symbology::DataMatrix => Self::DataMatrix,
            Symbology::Gs1DataMatrix => Self::Gs1DataMatrix,
            Symbology::Aztec => Self::Aztec,
            Symbology::Pdf417 => Self::Pdf417,
        }
    }
}

/// Why a code cannot be drawn.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum SymbolError {
    /// The text is not one that this kind of symbol can carry.
    #[error("{text:?} cannot be written as {printed:?}")]
    Text {
        /// The kind of symbol.
        printed: Printed,
        /// What it was to say.
        text: String,
    },
    /// The add-on has not two or five digits, or this kind of symbol has none.
    #[error("{addon:?} cannot stand beside {printed:?}")]
    Addon {
        /// The kind of symbol.
        printed: Printed,
        /// What the add-on was to say.
        addon: String,
    },
}

/// A row of modules.
#[derive(Debug, Clone, PartialEq)]
pub struct Row {
    /// How high it is, in modules.
    pub height: f32,
    /// From left to right; dark is true.
    pub modules: Vec<bool>,
}

/// A code as dark and light modules, with its quiet zone.
#[derive(Debug, Clone, PartialEq)]
pub struct Symbol {
    columns: usize,
    rows: Vec<Row>,
    /// Where each row ends, in modules from the top.
    ends: Vec<f32>,
}

impl Symbol {
    /// Lays out a code. The text is what the scanner is to answer, as each [`Printed`] says.
    pub fn new(printed: impl Into<Printed>, text: &str) -> Result<Self, SymbolError> {
        let printed = printed.into();
        let checked = |digits: &str| gtin_check_holds(digits).then(|| ean(digits)).flatten();
        match printed {
            Printed::Ean13 if text.len() == 13 => checked(text).map(|runs| Self::bars(&runs, 11, RETAIL)),
            Printed::UpcA if text.len() == 12 => {
                checked(&format!("0{text}")).map(|runs| Self::bars(&runs, 11, RETAIL))
            }
            Printed::Ean8 if text.len() == 8 => checked(text).map(|runs| Self::bars(&runs, 7, RETAIL)),
            Printed::Ean13 | Printed::UpcA | Printed::Ean8 => None,
            Printed::UpcE => upc_e(text).map(|runs| Self::bars(&runs, 9, RETAIL)),
            Printed::Itf14 => itf::itf_14(text),
            Printed::Itf => itf::itf(text),
            Printed::Code128 => code_128::code_128(text).map(|runs| Self::bars(&runs, 10, RETAIL)),
            Printed::Gs1_128 => code_128::gs1_128(text).map(|runs| Self::bars(&runs, 10, 0.25)),
            Printed::Code39 => code_39::code_39(text).map(|runs| Self::bars(&runs, 10, 0.25)),
            Printed::DataBarOmnidirectional => databar::omnidirectional(text, 33.0),
            Printed::DataBarTruncated => databar::omnidirectional(text, 13.0),
            Printed::DataBarStacked => databar::stacked(text),
            Printed::DataBarStackedOmnidirectional => databar::stacked_omnidirectional(text),
            Printed::DataBarLimited => databar::limited(text),
            Printed::DataBarExpanded => databar_expanded::expanded(text),
            Printed::DataBarExpandedStacked { pairs } => databar_expanded::stacked(text, pairs),
            Printed::QrCode => matrix::qr(text),
            Printed::MicroQr => matrix::micro_qr(text),
            Printed::DataMatrix => matrix::data_matrix(text, false),
            Printed::DataMatrixRectangular => matrix::data_matrix(text, true),
            Printed::Gs1DataMatrix => matrix::gs1_data_matrix(text, false),
            Printed::Gs1DataMatrixRectangular => matrix::gs1_data_matrix(text, true),
            Printed::Aztec => matrix::aztec(text),
            Printed::Pdf417 => matrix::pdf417(text),
        }
        .ok_or_else(|| SymbolError::Text { printed, text: text.to_owned() })
    }

    /// Lays out an EAN-13, UPC-A or UPC-E with an add-on of two or five digits beside it (GS1 General Specifications,
    /// section 5.2.2.5).
    pub fn with_addon(printed: impl Into<Printed>, text: &str, digits: &str) -> Result<Self, SymbolError> {
        let printed = printed.into();
        let refused = || SymbolError::Addon { printed, addon: digits.to_owned() };
        if !matches!(printed, Printed::Ean13 | Printed::UpcA | Printed::UpcE) {
            return Err(refused());
        }
        let main = Self::new(printed, text)?;
        let widths = addon::addon(digits).ok_or_else(refused)?;
        let height = main.height();
        let row = |addon: &[bool], share: f32| {
            let bars = main.rows.iter().flat_map(|row| &row.modules).copied();
            let printed: Vec<bool> = bars.take(main.columns - main.trailing_light()).collect();
            let light = |count| std::iter::repeat_n(false, count);
            let modules = printed.into_iter().chain(light(9)).chain(addon.iter().copied()).chain(light(5));
            Row { height: height * share, modules: modules.collect() }
        };
        // The add-on's bars begin lower: its digits stand above them.
        let bars = modules(widths.iter().copied(), true);
        Ok(Self::of(vec![row(&vec![false; bars.len()], 0.2), row(&bars, 0.8)]))
    }

    /// Modules in a row.
    pub fn columns(&self) -> usize {
        self.columns
    }

    /// The rows, from the top.
    pub fn rows(&self) -> &[Row] {
        &self.rows
    }

    /// How high it is, in modules.
    pub fn height(&self) -> f32 {
        self.ends.last().copied().unwrap_or(0.0)
    }

    /// Whether the module in a column is dark at a height, in modules from the top; light outside.
    pub fn is_dark(&self, column: usize, height: f32) -> bool {
        let row = self.ends.partition_point(|end| *end <= height);
        height >= 0.0
            && self.rows.get(row).and_then(|row| row.modules.get(column)).is_some_and(|module| *module)
    }

    /// The shorter rows get light modules at their ends.
    fn of(mut rows: Vec<Row>) -> Self {
        let columns = rows.iter().map(|row| row.modules.len()).max().unwrap_or(0);
        let mut end = 0.0;
        let mut ends = Vec::with_capacity(rows.len());
        for row in &mut rows {
            row.modules.resize(columns, false);
            end += row.height;
            ends.push(end);
        }
        Self { columns, rows, ends }
    }

    /// Alternating widths, dark first, between two quiet zones, `share` as high as wide.
    fn bars(widths: &[u8], quiet: usize, share: f32) -> Self {
        let mut all = vec![false; quiet];
        all.extend(modules(widths.iter().copied(), true));
        all.extend(std::iter::repeat_n(false, quiet));
        Self::of(vec![Row { height: all.len() as f32 * share, modules: all }])
    }

    /// A grid of square modules with `quiet` light ones about it.
    fn grid(columns: usize, rows: usize, quiet: usize, is_dark: impl Fn(usize, usize) -> bool) -> Self {
        let light = Row { height: 1.0, modules: vec![false; columns + 2 * quiet] };
        let mut all = vec![light.clone(); quiet];
        for row in 0..rows {
            let mut modules = vec![false; quiet];
            modules.extend((0..columns).map(|column| is_dark(column, row)));
            modules.extend(std::iter::repeat_n(false, quiet));
            all.push(Row { height: 1.0, modules });
        }
        all.extend(std::iter::repeat_n(light, quiet));
        Self::of(all)
    }

    fn trailing_light(&self) -> usize {
        let light = |row: &Row| row.modules.iter().rev().take_while(|module| !**module).count();
        self.rows.iter().map(light).min().unwrap_or(0)
    }
}

/// How high retail symbols are drawn, as a share of their width.
const RETAIL: f32 = 0.45;

/// Alternating widths as modules.
fn modules(widths: impl IntoIterator<Item = impl Into<u32>>, dark_first: bool) -> Vec<bool> {
    let mut all = Vec::new();
    let mut is_dark = dark_first;
    for width in widths {
        all.extend(std::iter::repeat_n(is_dark, width.into() as usize));
        is_dark = !is_dark;
    }
    all
}

fn upc_e(text: &str) -> Option<Vec<u8>> {
    let digits: [u8; 8] =
        text.bytes().map(|byte| byte.wrapping_sub(b'0')).collect::<Vec<u8>>().try_into().ok()?;
    let [system, middle @ .., check] = digits;
    let is_written =
        system < 2 && digits.iter().all(|digit| *digit < 10) && upc_e_check(system, middle) == check;
    if !is_written {
        return None;
    }
    let mut widths = vec![1, 1, 1];
    let in_b = UPC_E_IN_B[usize::from(check)];
    for (digit, place) in middle.iter().zip((0..6).rev()) {
        let mut runs = EAN_DIGITS[usize::from(*digit)];
        // Number system 1 has the sets the other way round.
        if (in_b >> place & 1 == 1) == (system == 0) {
            runs.reverse();
        }
        widths.extend(runs);
    }
    widths.extend([1, 1, 1, 1, 1, 1]);
    Some(widths)
}

/// The digits of a text that is nothing but digits.
fn digits(text: &str) -> Option<Vec<u8>> {
    text.bytes().map(|byte| byte.is_ascii_digit().then(|| byte - b'0')).collect()
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;

    /// The rows of a symbol, `1` for dark, without light modules about them.
    pub(crate) fn picture(symbol: &Symbol) -> Vec<String> {
        let text = |row: &Row| row.modules.iter().map(|dark| if *dark { '1' } else { '0' }).collect();
        symbol.rows.iter().map(text).collect()
    }

    #[test]
    fn a_wrong_check_digit_is_not_drawn() {
        assert!(Symbol::new(Symbology::Ean13, "4006381333931").is_ok());
        assert!(Symbol::new(Symbology::Ean13, "4006381333932").is_err());
        assert!(Symbol::new(Symbology::Ean8, "96385074").is_ok());
        assert!(Symbol::new(Symbology::UpcE, "04252614").is_ok());
        assert!(Symbol::new(Symbology::UpcE, "04252615").is_err());
        assert!(Symbol::new(Symbology::UpcE, "24252614").is_err());
        assert!(Symbol::new(Symbology::Code128, "ä").is_err());
        assert!(Symbol::new(Symbology::Itf14, "30712345000011").is_err());
        assert!(Symbol::new(Symbology::DataBar, "20012345678908").is_err());
        assert!(Symbol::new(Printed::DataBarLimited, "20012345678909").is_err());
    }

    #[test]
    fn symbols_have_the_standard_number_of_modules() {
        for (printed, text, columns) in [
            (Printed::Ean13, "4006381333931", 95 + 22),
            (Printed::Ean8, "96385074", 67 + 14),
            (Printed::UpcE, "04252614", 51 + 18),
            (Printed::Code128, "MS1", 11 * 5 + 13 + 20),
            (Printed::Code39, "A", 3 * 16 - 1 + 20),
            (Printed::DataBarOmnidirectional, "20012345678909", 96),
            (Printed::DataBarStacked, "20012345678909", 50),
            (Printed::DataBarLimited, "15012345678907", 79),
            (Printed::MicroQr, "12345", 11 + 4),
        ] {
            assert_eq!(Symbol::new(printed, text).unwrap().columns(), columns, "{printed:?}");
        }
    }

    #[test]
    fn what_no_symbol_says_is_an_error() {
        for printed in Printed::ALL {
            for text in ["", "\u{2603}\u{fe0f}", "(01)"] {
                let carries_text = matches!(printed, Printed::QrCode | Printed::MicroQr) && !text.is_empty();
                let result = Symbol::new(printed, text);
                assert!(result.is_err() || carries_text || text == "(01)", "{printed:?} {text:?}");
            }
        }
        assert!(Symbol::with_addon(Printed::Ean13, "4006381333931", "123").is_err());
        assert!(Symbol::with_addon(Printed::Code39, "A", "12").is_err());
    }

    #[test]
    fn an_addon_stands_lower_beside_its_symbol() {
        let symbol = Symbol::with_addon(Printed::Ean13, "4006381333931", "12345").unwrap();
        assert_eq!(symbol.columns(), 11 + 95 + 9 + 47 + 5);
        let first_of_addon = 11 + 95 + 9;
        assert!(!symbol.is_dark(first_of_addon, 1.0));
        assert!(symbol.is_dark(first_of_addon, symbol.height() - 1.0));
        assert!(symbol.is_dark(11, 1.0));
    }
}
