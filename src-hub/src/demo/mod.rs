//! The demo shop: a neighbourhood mini-market in English and Simplified Chinese. Its catalogue is
//! `demo/categories.csv`, `demo/products.csv` and `demo/cafe.csv`, in the columns that `ministore-hub import` takes, with
//! its tables and menu in `demo/dining-room.json`; its pictures are
//! drawn by [`picture`](mod@picture) and its printable barcodes by [`sheet`].

mod ean;
pub mod picture;
pub mod sheet;

use ministore_core::deposit::Deposit;
use ministore_core::instore::{InStoreError, InStorePattern, InStoreValue};
use ministore_core::money::{Currency, Price};
use ministore_core::tax::TaxRate;
use ministore_core::text::LocalText;

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

/// What the demo shop's tables can order, as CSV in the columns of `ministore-hub import`.
pub const fn cafe_csv() -> &'static str {
    include_str!("../../demo/cafe.csv")
}

/// The demo shop's tables and menu as JSON, as `ministore-hub import-menu` takes it.
pub const fn dining_room_json() -> &'static str {
    include_str!("../../demo/dining-room.json")
}

/// What scan and go needs beside: bags, and goods under a security tag. As CSV, in the same columns.
pub const fn scan_and_go_csv() -> &'static str {
    include_str!("../../demo/scan-and-go.csv")
}

/// What comes in bottles, crates and jugs that are brought back, as CSV in the same columns.
pub const fn returnable_csv() -> &'static str {
    include_str!("../../demo/returnable.csv")
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

/// The demo shop's deposits: a bottle at half a yuan, a crate at ten, a jug at thirty.
pub fn deposits() -> Vec<Deposit> {
    let all = [
        ("bottle", "Bottle", "玻璃瓶", 50),
        ("crate", "Crate", "周转箱", 1_000),
        ("jug", "Jug", "水桶", 3_000),
    ];
    let deposit = |(code, en, zh, minor): (&str, &str, &str, i64)| {
        Some(Deposit {
            code: code.parse().ok()?,
            name: LocalText::new(en, zh),
            amount: Price::new(Currency::CNY.minor(minor)).ok()?,
            tax: TaxRate(1_300),
            active: true,
        })
    };
    all.into_iter().filter_map(deposit).collect()
}

#[cfg(test)]
mod tests;
