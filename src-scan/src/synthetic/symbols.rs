//! The modules of the codes that can be drawn.

use crate::Symbology;
use crate::check::{gtin_check_holds, upc_e_check};
use fast_qr::qr::QRBuilder;
use ministore_core::symbol::{EAN_DIGITS, UPC_E_IN_B, code_128, ean};
use thiserror::Error;

/// Why a code cannot be drawn.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum SymbolError {
    /// The text is not one that the symbology can carry.
    #[error("{text:?} cannot be written as {symbology:?}")]
    Text {
        /// The kind of code.
        symbology: Symbology,
        /// What it was to say.
        text: String,
    },
    /// No renderer for this kind of code.
    #[error("{0:?} is not drawn here")]
    Symbology(Symbology),
}

/// A code as dark and light modules, with its quiet zone.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Symbol {
    /// Modules in a row.
    pub columns: usize,
    /// Rows; 1 for a bar code, whose bars are as long as they are drawn.
    pub rows: usize,
    /// Row by row, dark is true.
    pub modules: Vec<bool>,
}

impl Symbol {
    /// Lays out a code: EAN-13, EAN-8, UPC-A (with check digit), UPC-E (in eight digits), Code 128 (printable ASCII) or QR Code.
    pub fn new(symbology: Symbology, text: &str) -> Result<Self, SymbolError> {
        let checked = |digits: &str| gtin_check_holds(digits).then(|| ean(digits)).flatten();
        match symbology {
            Symbology::Ean13 if text.len() == 13 => checked(text).map(|runs| Self::bars(&runs, 11)),
            Symbology::UpcA if text.len() == 12 => {
                checked(&format!("0{text}")).map(|runs| Self::bars(&runs, 11))
            }
            Symbology::Ean8 if text.len() == 8 => checked(text).map(|runs| Self::bars(&runs, 7)),
            Symbology::UpcE => upc_e(text).map(|runs| Self::bars(&runs, 9)),
            Symbology::Code128 => code_128(text).map(|runs| Self::bars(&runs, 10)),
            Symbology::QrCode => qr(text),
            Symbology::Ean13 | Symbology::UpcA | Symbology::Ean8 => None,
            other => return Err(SymbolError::Symbology(other)),
        }
        .ok_or_else(|| SymbolError::Text { symbology, text: text.to_owned() })
    }

    /// Whether a module is dark; light outside.
    pub fn is_dark(&self, column: usize, row: usize) -> bool {
        column < self.columns && row < self.rows && self.modules[row * self.columns + column]
    }

    /// Alternating widths, dark first, between two quiet zones.
    fn bars(widths: &[u8], quiet: usize) -> Self {
        let mut modules = vec![false; quiet];
        for (index, width) in widths.iter().enumerate() {
            modules.extend(std::iter::repeat_n(index % 2 == 0, usize::from(*width)));
        }
        modules.extend(std::iter::repeat_n(false, quiet));
        Self { columns: modules.len(), rows: 1, modules }
    }
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

fn qr(text: &str) -> Option<Symbol> {
    const QUIET: usize = 4;
    let code = QRBuilder::new(text).build().ok()?;
    let side = code.size + 2 * QUIET;
    let mut modules = vec![false; side * side];
    for row in 0..code.size {
        for (column, module) in code[row].iter().enumerate() {
            modules[(row + QUIET) * side + column + QUIET] = module.value();
        }
    }
    Some(Symbol { columns: side, rows: side, modules })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_wrong_check_digit_is_not_drawn() {
        assert!(Symbol::new(Symbology::Ean13, "4006381333931").is_ok());
        assert!(Symbol::new(Symbology::Ean13, "4006381333932").is_err());
        assert!(Symbol::new(Symbology::Ean8, "96385074").is_ok());
        assert!(Symbol::new(Symbology::UpcE, "04252614").is_ok());
        assert!(Symbol::new(Symbology::UpcE, "04252615").is_err());
        assert!(Symbol::new(Symbology::UpcE, "24252614").is_err());
        assert!(Symbol::new(Symbology::Code128, "ä").is_err());
        assert_eq!(Symbol::new(Symbology::Aztec, "x"), Err(SymbolError::Symbology(Symbology::Aztec)));
    }

    #[test]
    fn symbols_have_the_standard_number_of_modules() {
        assert_eq!(Symbol::new(Symbology::Ean13, "4006381333931").unwrap().columns, 95 + 22);
        assert_eq!(Symbol::new(Symbology::Ean8, "96385074").unwrap().columns, 67 + 14);
        assert_eq!(Symbol::new(Symbology::UpcE, "04252614").unwrap().columns, 51 + 18);
        assert_eq!(Symbol::new(Symbology::Code128, "MS1").unwrap().columns, 11 * 5 + 13 + 20);
    }
}
