//! The modules of the codes that can be drawn.

use crate::Symbology;
use crate::check::{gtin_check_holds, upc_e_check};
use fast_qr::qr::QRBuilder;
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
        let refused = || SymbolError::Text { symbology, text: text.to_owned() };
        match symbology {
            Symbology::Ean13 if text.len() == 13 && gtin_check_holds(text) => {
                Ok(Self::bars(&ean13(text), 11))
            }
            Symbology::UpcA if text.len() == 12 && gtin_check_holds(text) => {
                Ok(Self::bars(&ean13(&format!("0{text}")), 11))
            }
            Symbology::Ean8 if text.len() == 8 && gtin_check_holds(text) => Ok(Self::bars(&ean8(text), 7)),
            Symbology::UpcE => upc_e(text).map(|widths| Self::bars(&widths, 9)).ok_or_else(refused),
            Symbology::Code128 => code128(text).map(|widths| Self::bars(&widths, 10)).ok_or_else(refused),
            Symbology::QrCode => qr(text).ok_or_else(refused),
            Symbology::Ean13 | Symbology::UpcA | Symbology::Ean8 => Err(refused()),
            other => Err(SymbolError::Symbology(other)),
        }
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

/// Run widths of the digits in number set A (GS1 General Specifications, figure 5.2.1.2-1).
const DIGITS: [[u8; 4]; 10] = [
    [3, 2, 1, 1],
    [2, 2, 2, 1],
    [2, 1, 2, 2],
    [1, 4, 1, 1],
    [1, 1, 3, 2],
    [1, 2, 3, 1],
    [1, 1, 1, 4],
    [1, 3, 1, 2],
    [1, 2, 1, 3],
    [3, 1, 1, 2],
];

/// Number sets of the six left digits, by the first digit.
const SETS: [&str; 10] =
    ["AAAAAA", "AABABB", "AABBAB", "AABBBA", "ABAABB", "ABBAAB", "ABBBAA", "ABABAB", "ABABBA", "ABBABA"];

/// Number sets of the six digits of a UPC-E of number system 0, by its check digit (GS1 General Specifications,
/// figure 5.2.2.4-1).
const UPC_E_SETS: [&str; 10] =
    ["BBBAAA", "BBABAA", "BBAABA", "BBAAAB", "BABBAA", "BAABBA", "BAAABB", "BABABA", "BABAAB", "BAABAB"];

fn digits_of(text: &str) -> Vec<usize> {
    text.bytes().map(|byte| usize::from(byte.wrapping_sub(b'0'))).collect()
}

fn ean13(text: &str) -> Vec<u8> {
    let digits = digits_of(text);
    let mut widths = vec![1, 1, 1];
    for (digit, set) in digits[1..7].iter().zip(SETS[digits[0]].bytes()) {
        let mut runs = DIGITS[*digit];
        if set == b'B' {
            runs.reverse();
        }
        widths.extend(runs);
    }
    widths.extend([1, 1, 1, 1, 1]);
    digits[7..].iter().for_each(|digit| widths.extend(DIGITS[*digit]));
    widths.extend([1, 1, 1]);
    widths
}

fn ean8(text: &str) -> Vec<u8> {
    let digits = digits_of(text);
    let mut widths = vec![1, 1, 1];
    digits[..4].iter().for_each(|digit| widths.extend(DIGITS[*digit]));
    widths.extend([1, 1, 1, 1, 1]);
    digits[4..].iter().for_each(|digit| widths.extend(DIGITS[*digit]));
    widths.extend([1, 1, 1]);
    widths
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
    for (digit, set) in middle.iter().zip(UPC_E_SETS[usize::from(check)].bytes()) {
        let mut runs = DIGITS[usize::from(*digit)];
        // Number system 1 has the sets the other way round.
        if (set == b'B') == (system == 0) {
            runs.reverse();
        }
        widths.extend(runs);
    }
    widths.extend([1, 1, 1, 1, 1, 1]);
    Some(widths)
}

/// Code set B throughout, with the modulo 103 check (ISO/IEC 15417).
fn code128(text: &str) -> Option<Vec<u8>> {
    const START_B: usize = 104;
    const STOP: usize = 106;
    if text.is_empty() {
        return None;
    }
    let values = text
        .bytes()
        .map(|byte| (32..127).contains(&byte).then(|| usize::from(byte) - 32))
        .collect::<Option<Vec<usize>>>()?;
    let check = values.iter().zip(1..).fold(START_B, |sum, (value, place)| sum + value * place) % 103;
    let symbols = std::iter::once(START_B).chain(values).chain([check, STOP]);
    Some(symbols.flat_map(|value| CODE_128[value].bytes().map(|byte| byte - b'0')).collect())
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

/// Run widths of the symbol characters by value (ISO/IEC 15417, table 1).
#[rustfmt::skip]
const CODE_128: [&str; 107] = [
    "212222", "222122", "222221", "121223", "121322", "131222", "122213", "122312", "132212", "221213",
    "221312", "231212", "112232", "122132", "122231", "113222", "123122", "123221", "223211", "221132",
    "221231", "213212", "223112", "312131", "311222", "321122", "321221", "312212", "322112", "322211",
    "212123", "212321", "232121", "111323", "131123", "131321", "112313", "132113", "132311", "211313",
    "231113", "231311", "112133", "112331", "132131", "113123", "113321", "133121", "313121", "211331",
    "231131", "213113", "213311", "213131", "311123", "311321", "331121", "312113", "312311", "332111",
    "314111", "221411", "431111", "111224", "111422", "121124", "121421", "141122", "141221", "112214",
    "112412", "122114", "122411", "142112", "142211", "241211", "221114", "413111", "241112", "134111",
    "111242", "121142", "121241", "114212", "124112", "124211", "411212", "421112", "421211", "212141",
    "214121", "412121", "111143", "111341", "131141", "114113", "114311", "411113", "411311", "113141",
    "114131", "311141", "411131", "211412", "211214", "211232", "2331112",
];

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
