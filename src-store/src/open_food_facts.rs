//! The exports of Open Food Facts (world.openfoodfacts.org/data): tab-separated CSV, and one JSON object a line.

use std::collections::HashMap;
use std::io::{BufRead, Read};
use std::sync::atomic::Ordering;

use csv::ReaderBuilder;
use ministore_core::catalogue::{CategorySlug, Content, Product, SoldBy};
use ministore_core::gtin::Gtin;
use ministore_core::id::ProductId;
use ministore_core::money::Price;
use ministore_core::tax::TaxRate;
use ministore_core::text::LocalText;
use serde_json::Value;
use uuid::Uuid;

use crate::import::Table;
use crate::import::{BadRow, Context, ImportError, Incoming, PictureOf, ROW_LIMIT, Row};
use crate::import::{Bounded, Source};

/// Where products go whose own categories name none of the shop's.
pub(crate) const CATEGORY: &str = "open-food-facts";

/// The fields of a product that are read, whatever the form of the export.
#[derive(Default)]
struct Facts {
    code: String,
    name: String,
    name_en: String,
    name_zh: String,
    brands: String,
    quantity: String,
    categories: Vec<String>,
    allergens: Vec<String>,
}

/// Reads products until the end, or until `send` wants no more.
pub(crate) fn read<B: BufRead + Send + 'static>(
    source: Source<B>,
    context: &Context,
    send: &mut dyn FnMut(Row) -> bool,
) {
    let shelves = Shelves::of(context);
    let unreadable = |error: std::io::Error| ImportError::Unreadable { line: 1, reason: error.to_string() };
    let opened = source.text().and_then(|mut text| {
        let json = text.fill_buf()?.iter().find(|byte| !byte.is_ascii_whitespace()) == Some(&b'{');
        Ok((text, json))
    });
    match opened {
        Err(error) => {
            send(Row::End(unreadable(error)));
        }
        Ok((text, true)) => read_json(text, context, &shelves, send),
        Ok((text, false)) => read_csv(text, context, &shelves, send),
    }
}

fn read_csv(text: Bounded, context: &Context, shelves: &Shelves, send: &mut dyn FnMut(Row) -> bool) {
    // The export quotes nothing, and quotes are letters like any other.
    let mut table = match Table::open(text, ReaderBuilder::new().delimiter(b'\t').quoting(false), None) {
        Ok(table) if table.has("code") => table,
        Ok(_) => {
            let reason = "The first line names no column code: this is no export of Open Food Facts";
            send(Row::End(ImportError::Header(reason.to_owned())));
            return;
        }
        Err(error) => {
            send(Row::End(error));
            return;
        }
    };
    while let Some(row) = table.next() {
        let row = match row {
            Err(row) => row,
            Ok(fields) => {
                let read = || {
                    let get = |column: &str| fields.get(column, 20_000).map(str::to_owned);
                    let list = |columns: [&str; 2]| {
                        let texts = columns.map(|column| fields.get(column, 20_000));
                        let [first, second] = texts;
                        let (first, second) = (first?, second?);
                        Ok::<_, BadRow>(tags(if first.is_empty() { second } else { first }))
                    };
                    Ok::<_, BadRow>(Facts {
                        code: get("code")?,
                        name: get("product_name")?,
                        name_en: get("product_name_en")?,
                        name_zh: get("product_name_zh")?,
                        brands: get("brands")?,
                        quantity: get("quantity")?,
                        categories: list(["categories_tags", "categories"])?,
                        allergens: list(["allergens_tags", "allergens"])?,
                    })
                };
                read().and_then(|facts| incoming(fields.line, facts, context, shelves)).into()
            }
        };
        let last = matches!(row, Row::End(_));
        if !send(row) || last {
            return;
        }
    }
}

impl From<Result<Incoming, BadRow>> for Row {
    fn from(row: Result<Incoming, BadRow>) -> Self {
        match row {
            Ok(incoming) => Self::Good(Box::new(incoming)),
            Err(bad) => Self::Bad(bad),
        }
    }
}

fn read_json(mut text: Bounded, context: &Context, shelves: &Shelves, send: &mut dyn FnMut(Row) -> bool) {
    let row_size = text.row();
    let mut bytes = Vec::new();
    for line in 1.. {
        bytes.clear();
        row_size.store(0, Ordering::Relaxed);
        match text.by_ref().take(ROW_LIMIT).read_until(b'\n', &mut bytes) {
            Err(error) => {
                send(Row::End(ImportError::Unreadable { line, reason: error.to_string() }));
                return;
            }
            Ok(0) => return,
            Ok(_) if bytes.trim_ascii().is_empty() => continue,
            Ok(_) if bytes.len() as u64 == ROW_LIMIT => {
                let reason = "this row is larger than 16 MiB".to_owned();
                send(Row::End(ImportError::Unreadable { line, reason }));
                return;
            }
            Ok(_) => {}
        }
        let row = serde_json::from_slice::<HashMap<String, Value>>(&bytes)
            .map_err(|error| BadRow::new(line, None, format!("no JSON object: {error}")))
            .and_then(|object| incoming(line, facts_of(&object), context, shelves));
        if !send(row.into()) {
            return;
        }
    }
}

fn facts_of(object: &HashMap<String, Value>) -> Facts {
    let text = |name: &str| match object.get(name) {
        Some(Value::String(text)) => text.trim().to_owned(),
        Some(Value::Number(number)) => number.to_string(),
        _ => String::new(),
    };
    let list = |array: &str, joined: &str| match object.get(array) {
        Some(Value::Array(tags)) => tags.iter().filter_map(Value::as_str).map(plain_tag).collect(),
        _ => tags(&text(joined)),
    };
    Facts {
        code: text("code"),
        name: text("product_name"),
        name_en: text("product_name_en"),
        name_zh: text("product_name_zh"),
        brands: text("brands"),
        quantity: text("quantity"),
        categories: list("categories_tags", "categories"),
        allergens: list("allergens_tags", "allergens"),
    }
}

fn tags(joined: &str) -> Vec<String> {
    joined.split(',').map(plain_tag).filter(|tag| !tag.is_empty()).collect()
}

/// `en:orange-juices` is `orange juices`.
fn plain_tag(tag: &str) -> String {
    let tag = tag.trim();
    let tag = tag.split_once(':').map_or(tag, |(_, word)| word);
    tag.replace('-', " ").trim().to_lowercase()
}

/// The shop's categories by the words that may name them.
struct Shelves {
    by_word: HashMap<String, CategorySlug>,
    other: Option<CategorySlug>,
}

impl Shelves {
    fn of(context: &Context) -> Self {
        let mut by_word = HashMap::new();
        for category in &context.categories {
            by_word.insert(category.slug.as_str().replace('-', " "), category.slug.clone());
            by_word.insert(category.name.en.to_lowercase(), category.slug.clone());
        }
        by_word.remove("");
        Self { by_word, other: CATEGORY.parse().ok() }
    }

    /// The most special category of the product that the shop has: its tags go from the general to the special.
    fn find(&self, tags: &[String]) -> Option<CategorySlug> {
        tags.iter().rev().find_map(|tag| self.by_word.get(tag)).or(self.other.as_ref()).cloned()
    }
}

fn incoming(line: u64, facts: Facts, context: &Context, shelves: &Shelves) -> Result<Incoming, BadRow> {
    let bad = |column: &str, reason: &dyn ToString| BadRow::new(line, Some(column), reason.to_string());
    // The export drops and adds zeros in front (wiki.openfoodfacts.org, "Barcode normalization").
    let digits = facts.code.trim_start_matches('0');
    let digits = if digits.len() <= 8 { format!("{digits:0>8}") } else { format!("{digits:0>13}") };
    let gtin: Gtin = digits.parse().map_err(|error| bad("code", &error))?;
    if digits.len() == 13 && (digits.starts_with("02") || digits.starts_with('2')) {
        return Err(bad("code", &"a number that each shop gives for itself"));
    }
    let clipped = |text: &str, most: usize| -> String {
        text.chars().filter(|c| !c.is_control()).take(most).collect::<String>().trim().to_owned()
    };
    let mut name = LocalText::new(clipped(&facts.name_en, 200), clipped(&facts.name_zh, 200));
    let other = clipped(&facts.name, 200);
    let chinese = other.chars().any(|c| ('\u{4e00}'..='\u{9fff}').contains(&c));
    match chinese {
        true if name.zh.is_empty() => name.zh = other,
        false if name.en.is_empty() => name.en = other,
        _ => {}
    }
    if name.is_empty() {
        return Err(bad("product_name", &"empty"));
    }
    let category = shelves.find(&facts.categories).ok_or_else(|| bad("categories", &"no category"))?;
    let nothing = Price::new(context.currency.minor(0)).map_err(|error| bad("price", &error))?;
    Ok(Incoming {
        line,
        stock: None,
        picture: PictureOf::Kept,
        knows_trade: false,
        knows_deposits: false,
        draft: Product {
            id: ProductId(Uuid::now_v7()),
            gtin: Some(gtin),
            plu: None,
            category,
            name,
            brand: clipped(facts.brands.split(',').next().unwrap_or_default(), 100),
            price: nothing,
            sold_by: SoldBy::Piece,
            // Free text: what is no content of a pack is left out rather than the product refused.
            content: facts.quantity.parse::<Content>().ok(),
            tax: TaxRate(0),
            aisle: None,
            min_age: None,
            tagged: false,
            deposits: Default::default(),
            allergens: LocalText::new(clipped(&facts.allergens.join(", "), 1000), ""),
            notes: LocalText::default(),
            picture: None,
            available: 0,
        },
    })
}
