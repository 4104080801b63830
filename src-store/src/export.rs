//! The catalogue as the files that an import reads: importing an export changes nothing.

use std::io::Write as Out;

use ministore_core::catalogue::{PictureId, Product, SoldBy};
use ministore_core::refusal::Refusal;

use crate::engine::Engine;
use crate::fault::Fault;
use crate::import::COLUMNS;
use crate::row::{self, product_columns};
use crate::shop;
use crate::sql;

/// Why an export ended early.
#[derive(Debug, thiserror::Error)]
pub enum ExportError {
    /// The file cannot be written.
    #[error("the file cannot be written: {0}. Make room or choose another place, and export again")]
    File(#[from] csv::Error),
    /// The shop's database said no.
    #[error("{0}. Export again")]
    Refused(Refusal),
}

impl From<Fault> for ExportError {
    fn from(fault: Fault) -> Self {
        Self::Refused(fault.refusal())
    }
}

impl From<sqlx::Error> for ExportError {
    fn from(error: sqlx::Error) -> Self {
        Fault::from(error).into()
    }
}

/// How many products are read at once.
const PAGE: i64 = 1000;

/// Writes all products that are sold, in the shop's order, with the columns of [`COLUMNS`]. A picture is named by
/// `sha256:` and its name. Gives how many there are.
pub async fn products(engine: &Engine, file: impl Out + Send) -> Result<u64, ExportError> {
    let head = engine.head().await?;
    let mut tx = engine.snapshot().await?;
    let mut csv = csv::Writer::from_writer(file);
    csv.write_record(COLUMNS)?;
    let (mut written, mut position) = (0, i64::MIN);
    loop {
        let rows = sql::query(concat!(
            "SELECT ",
            product_columns!(),
            ", p.position FROM product p WHERE p.shop_id = $1 AND p.position > $2 AND p.sold = 1
             ORDER BY p.position LIMIT $3"
        ))
        .bind(head.shop.0)
        .bind(position)
        .bind(PAGE)
        .fetch_all(&mut tx)
        .await?;
        let Some(last) = rows.last() else { break };
        position = last.try_get(row::PRODUCT_COLUMNS)?;
        for row in &rows {
            csv.write_record(record(&row::product(row, head.currency)?))?;
            written += 1;
        }
    }
    csv.flush().map_err(csv::Error::from)?;
    Ok(written)
}

fn record(product: &Product) -> [String; 20] {
    let (sold_by, stock) = match product.sold_by {
        SoldBy::Piece => ("piece", product.available.max(0).to_string()),
        SoldBy::Weight => {
            let grams = product.available.max(0);
            ("weight", format!("{}.{:03}", grams / 1000, grams % 1000))
        }
    };
    [
        product.gtin.map(|gtin| gtin.to_string()).unwrap_or_default(),
        product.plu.map(|plu| plu.to_string()).unwrap_or_default(),
        product.category.to_string(),
        product.name.en.clone(),
        product.name.zh.clone(),
        product.brand.clone(),
        product.price.money().to_decimal(),
        sold_by.to_owned(),
        product.content.map(|content| content.to_string()).unwrap_or_default(),
        product.tax.to_string(),
        stock,
        product.aisle.clone().unwrap_or_default(),
        product.min_age.map(|age| age.to_string()).unwrap_or_default(),
        if product.tagged { "yes".to_owned() } else { String::new() },
        product.deposits.to_string(),
        product.allergens.en.clone(),
        product.allergens.zh.clone(),
        product.notes.en.clone(),
        product.notes.zh.clone(),
        product.picture.as_ref().map(|picture: &PictureId| format!("sha256:{picture}")).unwrap_or_default(),
    ]
}

/// Writes the categories, with the columns that their import reads. Gives how many there are.
pub async fn categories(engine: &Engine, file: impl Out + Send) -> Result<u64, ExportError> {
    let head = engine.head().await?;
    let categories = shop::categories(&mut *engine.reader().await?, head).await?;
    let mut csv = csv::Writer::from_writer(file);
    csv.write_record(["slug", "name_en", "name_zh", "icon", "position"])?;
    for category in &categories {
        csv.write_record([
            category.slug.as_str(),
            &category.name.en,
            &category.name.zh,
            &category.icon,
            &category.position.to_string(),
        ])?;
    }
    csv.flush().map_err(csv::Error::from)?;
    Ok(categories.len() as u64)
}
