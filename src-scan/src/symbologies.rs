//! A set of kinds of code to look for.

use crate::Symbology;
use serde::{Deserialize, Serialize};

/// A set of symbologies.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Symbologies(u32);

impl Symbologies {
    /// No symbology at all.
    pub const NONE: Self = Self(0);

    /// What a shop meets: EAN-13, EAN-8, UPC-A, UPC-E, ITF-14 and other ITF, Code 128, GS1-128, Code 39, DataBar, DataBar Expanded,
    /// QR Code, Data Matrix and GS1 Data Matrix.
    pub const RETAIL: Self = Self::NONE
        .with(Symbology::Ean13)
        .with(Symbology::Ean8)
        .with(Symbology::UpcA)
        .with(Symbology::UpcE)
        .with(Symbology::Itf14)
        .with(Symbology::Itf)
        .with(Symbology::Code128)
        .with(Symbology::Gs1_128)
        .with(Symbology::Code39)
        .with(Symbology::DataBar)
        .with(Symbology::DataBarExpanded)
        .with(Symbology::QrCode)
        .with(Symbology::DataMatrix)
        .with(Symbology::Gs1DataMatrix);

    /// Every kind of code that can be read.
    pub const ALL: Self =
        Self::RETAIL.with(Symbology::MicroQr).with(Symbology::Aztec).with(Symbology::Pdf417);

    /// This set and one more symbology.
    pub const fn with(self, symbology: Symbology) -> Self {
        Self(self.0 | 1 << symbology as u32)
    }

    /// This set less one symbology.
    pub const fn without(self, symbology: Symbology) -> Self {
        Self(self.0 & !(1 << symbology as u32))
    }

    /// Whether a symbology is looked for.
    pub const fn has(self, symbology: Symbology) -> bool {
        self.0 & 1 << symbology as u32 != 0
    }
}

impl Default for Symbologies {
    fn default() -> Self {
        Self::RETAIL
    }
}

impl FromIterator<Symbology> for Symbologies {
    fn from_iter<I: IntoIterator<Item = Symbology>>(symbologies: I) -> Self {
        symbologies.into_iter().fold(Self::NONE, Self::with)
    }
}
