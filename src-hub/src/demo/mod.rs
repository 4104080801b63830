//! The demo shop: a neighbourhood mini-market in English and Simplified Chinese. Its catalogue is
//! `demo/categories.csv` and `demo/products.csv`, in the columns that `ministore-hub import` takes; its pictures are
//! drawn by [`picture`](mod@picture) and its printable barcodes by [`sheet`].

mod ean;
pub mod picture;
pub mod sheet;

use ministore_core::instore::{InStoreError, InStorePattern, InStoreValue, Plu};
use ministore_core::money::{Currency, Money, MoneyError, Price};
use ministore_core::quantity::Measure;
use serde::Deserialize;
use thiserror::Error;

pub use picture::PictureError;
pub use sheet::{SheetError, SheetItem, Symbology, barcode_sheet};

/// The demo shop's categories as CSV: `slug,name_en,name_zh,icon,position`; icons are names of the Lucide set.
pub const fn categories_csv() -> &'static str {
    include_str!("../../demo/categories.csv")
}

/// The demo shop's products as CSV, in the columns of `ministore-hub import`.
pub const fn products_csv() -> &'static str {
    include_str!("../../demo/products.csv")
}

/// The picture that a product's `picture` column describes, as SVG.
///
/// # Errors
/// As [`picture::draw`].
pub fn picture(spec: &str) -> Result<String, PictureError> {
    picture::draw(spec)
}

/// How the demo shop arranges the codes of its scales: `21` carries grams, `22` fen.
///
/// # Errors
/// Only if the patterns were no patterns.
pub fn in_store_patterns() -> Result<Vec<InStorePattern>, InStoreError> {
    Ok(vec![
        InStorePattern::new("21PPPPPVVVVVC", InStoreValue::Weight)?,
        InStorePattern::new("22PPPPPVVVVVC", InStoreValue::Price)?,
    ])
}

/// Why the demo shop's sheet cannot be made from its catalogue.
#[derive(Debug, Error)]
pub enum DemoError {
    /// A row of the catalogue is not as documented.
    #[error("the demo catalogue: {0}")]
    Row(#[from] csv::Error),
    /// A price is none.
    #[error("a price of the demo catalogue: {0}")]
    Price(#[from] MoneyError),
    /// A product that is sold by weight has no code for the scale.
    #[error("an item number of the demo catalogue: {0}")]
    InStore(#[from] InStoreError),
    /// The weight on a scale's label is none.
    #[error("a weight of the demo catalogue: {0}")]
    Weight(#[from] ministore_core::quantity::MeasureError),
}

#[derive(Deserialize)]
struct Row {
    gtin: String,
    plu: String,
    name_en: String,
    name_zh: String,
    price: String,
    content: String,
}

/// A label for every product of the demo shop, after one that opens the shop at `address`. What is sold by weight
/// gets the label that a scale would print: every other one says its weight, the rest their price.
///
/// # Errors
/// [`DemoError`] when the catalogue is not as documented.
pub fn sheet_items(address: &str) -> Result<Vec<SheetItem>, DemoError> {
    let patterns = in_store_patterns()?;
    let mut items = vec![SheetItem {
        code: address.to_owned(),
        symbology: Symbology::Qr,
        name_en: "Open the shop on your phone".to_owned(),
        name_zh: "手机扫码进店".to_owned(),
        price: String::new(),
        detail: address.to_owned(),
    }];
    for row in csv::Reader::from_reader(products_csv().as_bytes()).deserialize() {
        let row: Row = row?;
        items.push(if row.plu.is_empty() { piece(row) } else { weighed(row, &patterns)? });
    }
    Ok(items)
}

fn piece(row: Row) -> SheetItem {
    SheetItem {
        symbology: if row.gtin.len() == 8 { Symbology::Ean8 } else { Symbology::Ean13 },
        code: row.gtin,
        name_en: row.name_en,
        name_zh: row.name_zh,
        price: format!("¥{}", row.price),
        detail: row.content,
    }
}

fn weighed(row: Row, patterns: &[InStorePattern]) -> Result<SheetItem, DemoError> {
    let plu: Plu = row.plu.parse()?;
    // A believable pack, another for each item: 260 g to 1.25 kg.
    let grams = 260 + plu.number() * 37 % 198 * 5;
    let price = Price::new(Money::parse_decimal(&row.price, Currency::CNY)?)?;
    let cost = Measure::Grams(grams).checked()?.cost(price)?;
    let pattern = patterns.get(plu.number() as usize % patterns.len()).ok_or(InStoreError::Layout)?;
    let value = match pattern.value {
        InStoreValue::Price => u32::try_from(cost.minor).map_err(|_| InStoreError::Value)?,
        _ => grams,
    };
    Ok(SheetItem {
        code: pattern.write(plu, value)?,
        symbology: Symbology::Ean13,
        name_en: row.name_en,
        name_zh: row.name_zh,
        price: format!("¥{}", cost.to_decimal()),
        detail: format!("{}.{:03} kg × ¥{}/kg", grams / 1000, grams % 1000, row.price),
    })
}

#[cfg(test)]
mod tests;
