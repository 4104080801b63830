//! The demo shop's catalogue on its way into a database.

use ministore_core::catalogue::Category;
use ministore_core::refusal::Refusal;
use ministore_core::text::LocalText;
use ministore_store::{Engine, import};
use serde::Deserialize;

use crate::demo;
use crate::founding::FoundingError;
use crate::picture_source::PictureSource;

/// A row of `categories.csv`.
#[derive(Deserialize)]
struct CategoryRow {
    slug: String,
    name_en: String,
    name_zh: String,
    icon: String,
    position: i32,
}

/// The demo shop's categories.
pub(crate) fn categories() -> Result<Vec<Category>, Refusal> {
    let invalid = |error: String| Refusal::invalid("categories", error);
    csv::Reader::from_reader(demo::categories_csv().as_bytes())
        .deserialize()
        .map(|row| {
            let row: CategoryRow = row.map_err(|error| invalid(error.to_string()))?;
            Ok(Category {
                slug: row.slug.parse().map_err(|_| invalid(row.slug.clone()))?,
                name: LocalText::new(row.name_en, row.name_zh),
                icon: row.icon,
                position: row.position,
            })
        })
        .collect()
}

/// Puts the demo shop's products onto the shelves, with their pictures, and the menu onto its tables.
pub(crate) async fn load(engine: &Engine) -> Result<(), FoundingError> {
    let files = [demo::products_csv(), demo::cafe_csv(), demo::scan_and_go_csv(), demo::returnable_csv()];
    for file in files {
        let source = PictureSource::drawings();
        let report = import::products(engine, file.as_bytes(), move |name| source.find(name), |_| {}).await?;
        if let Some(bad) = report.bad_rows.first() {
            let reason = format!("line {}: {}", bad.line, bad.reason);
            return Err(Refusal::invalid("products", reason).into());
        }
    }
    let room = serde_json::from_str(demo::dining_room_json());
    engine.set_dining_room(&room.map_err(|error| Refusal::invalid("menu", error))?).await?;
    Ok(())
}
