//! EAN-13 and EAN-8 symbols as bars (GS1 General Specifications, section 5.2).

use ministore_core::symbol::{ean, is_ean_guard};

/// One dark bar, in modules from the symbol's first bar.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Bar {
    /// Where it begins.
    pub(super) at: usize,
    /// How wide it is.
    pub(super) width: usize,
    /// Whether it belongs to a guard pattern, which reaches down between the digits.
    pub(super) guard: bool,
}

/// A symbol without its quiet zones.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Symbol {
    /// Modules from the first bar to the last.
    pub(super) width: usize,
    /// Its dark bars, from left to right.
    pub(super) bars: Vec<Bar>,
}

/// The symbol of 13 or 8 digits. None for other lengths and for anything but digits; the check digit is the
/// caller's to check.
pub(super) fn symbol(code: &str) -> Option<Symbol> {
    let runs = ean(code)?;
    let mut at = 0;
    let mut bars = Vec::new();
    for (run, &width) in runs.iter().enumerate() {
        if run % 2 == 0 {
            bars.push(Bar { at, width: width.into(), guard: is_ean_guard(run, runs.len()) });
        }
        at += usize::from(width);
    }
    Some(Symbol { width: at, bars })
}
