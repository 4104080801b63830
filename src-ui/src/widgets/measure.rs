//! How much, in words.

use ministore_core::quantity::Measure;

use crate::i18n::{grams, money, say};

/// `3 pieces`, `350 g`, or what a priced pack says. Tracked.
pub(crate) fn measure(measure: Measure) -> String {
    match measure {
        Measure::Pieces(pieces) => say::product_pieces(pieces),
        Measure::Grams(weight) => grams(weight),
        Measure::Labelled(price) => say::product_labelled(&money(price.money())),
    }
}
