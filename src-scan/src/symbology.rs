//! The kinds of code, and sets of them.

use serde::{Deserialize, Serialize};

/// A kind of code.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Symbology {
    /// EAN-13.
    Ean13,
    /// EAN-8.
    Ean8,
    /// UPC-A.
    UpcA,
    /// UPC-E.
    UpcE,
    /// Interleaved 2 of 5 with 14 digits.
    Itf14,
    /// Code 128 without FNC1 in front.
    Code128,
    /// Code 128 with FNC1 in front.
    Gs1_128,
    /// Code 39.
    Code39,
    /// GS1 DataBar, omnidirectional, truncated or stacked.
    DataBar,
    /// GS1 DataBar Expanded, stacked or not.
    DataBarExpanded,
    /// QR Code.
    QrCode,
    /// Micro QR.
    MicroQr,
    /// Data Matrix without FNC1 in front.
    DataMatrix,
    /// Data Matrix with FNC1 in front.
    Gs1DataMatrix,
    /// Aztec.
    Aztec,
    /// PDF417.
    Pdf417,
}
