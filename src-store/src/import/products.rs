//! The rows of `products.csv` and `categories.csv`.

use std::collections::{HashMap, HashSet};
use std::io::BufRead;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use csv::{ByteRecord, ReaderBuilder};
use ministore_core::catalogue::{Category, CategorySlug, Content, PictureId, Product, SoldBy};
use ministore_core::deposit::{self, DepositError};
use ministore_core::gtin::Gtin;
use ministore_core::id::ProductId;
use ministore_core::instore::Plu;
use ministore_core::money::{Money, Price};
use ministore_core::tax::TaxRate;
use ministore_core::text::LocalText;
use uuid::Uuid;

use super::source::{Bounded, Source};
use super::{BadRow, Context, ImportError, Incoming, PictureOf, Row};
use crate::catalogue::{self, Picture};

/// The columns of a file of products, in any order: `gtin` or `plu`, `category`, `name_en` or `name_zh`, and `price`
/// must be there. `price` is a plain decimal for one piece or one kilogram, tax included; `sold_by` is `piece` (as when
/// left empty) or `weight`; `content` is such as `330 ml`; `tax_rate` is in per cent; `stock` counts pieces, or
/// kilograms with up to three decimals, and a file without it leaves stock alone; `tagged` is `yes` for what has a
/// security tag that staff takes off; `deposit` is such as `bottle` or `bottle:20 crate:1`, and a file without it leaves deposits
/// alone; `picture` is a name that the caller
/// knows how to find, or `sha256:` and the name of a picture that the shop has.
pub const COLUMNS: [&str; 20] = [
    "gtin",
    "plu",
    "category",
    "name_en",
    "name_zh",
    "brand",
    "price",
    "sold_by",
    "content",
    "tax_rate",
    "stock",
    "aisle",
    "min_age",
    "tagged",
    "deposit",
    "allergens_en",
    "allergens_zh",
    "notes_en",
    "notes_zh",
    "picture",
];

const CATEGORY_COLUMNS: [&str; 5] = ["slug", "name_en", "name_zh", "icon", "position"];

/// The most that one shelf can hold, in pieces or grams: far above any shelf, far below any overflow.
const MAX_STOCK: i64 = 1_000_000_000_000;

/// A CSV file whose columns are known by name.
pub(crate) struct Table {
    reader: csv::Reader<Bounded>,
    row_size: Arc<AtomicU64>,
    places: HashMap<String, usize>,
    width: usize,
    record: ByteRecord,
}

/// One row of a [`Table`].
pub(crate) struct Fields<'t> {
    table: &'t Table,
    /// The line it begins on.
    pub(crate) line: u64,
}

impl Table {
    /// Reads the first line. `known` names the columns that may be there; None allows any.
    pub(crate) fn open(
        text: Bounded,
        builder: &mut ReaderBuilder,
        known: Option<&[&str]>,
    ) -> Result<Self, ImportError> {
        let row_size = text.row();
        let mut reader = builder.has_headers(false).flexible(true).from_reader(text);
        let mut record = ByteRecord::new();
        let header =
            |reason: String| ImportError::Header(format!("The first line names the columns: {reason}"));
        reader.read_byte_record(&mut record).map_err(|error| header(error.to_string()))?;
        let mut places = HashMap::new();
        for (place, name) in record.iter().enumerate() {
            let name = String::from_utf8_lossy(name).trim().to_owned();
            if known.is_some_and(|known| !known.contains(&name.as_str())) {
                let shown: String = name.chars().take(40).collect();
                return Err(header(format!("“{shown}” is not known")));
            }
            if places.insert(name.clone(), place).is_some() {
                return Err(header(format!("“{name}” is there twice")));
            }
        }
        Ok(Self { reader, row_size, places, width: record.len(), record })
    }

    pub(crate) fn has(&self, column: &str) -> bool {
        self.places.contains_key(column)
    }

    /// The next row: None at the end.
    pub(crate) fn next(&mut self) -> Option<Result<Fields<'_>, Row>> {
        self.row_size.store(0, Ordering::Relaxed);
        let line = self.reader.position().line();
        match self.reader.read_byte_record(&mut self.record) {
            Ok(false) => None,
            Ok(true) => {
                let line = self.record.position().map_or(line, csv::Position::line);
                let found = self.record.len();
                if found > self.width {
                    let reason = format!("{found} columns; the first line names {}", self.width);
                    return Some(Err(Row::Bad(BadRow::new(line, None, reason))));
                }
                Some(Ok(Fields { table: self, line }))
            }
            Err(error) => {
                let reason = error.to_string();
                Some(Err(Row::End(ImportError::Unreadable { line, reason })))
            }
        }
    }
}

impl Fields<'_> {
    pub(crate) fn bad(&self, column: &str, reason: impl ToString) -> BadRow {
        BadRow::new(self.line, Some(column), reason)
    }

    /// A field without white space around it; empty where there is no such column.
    pub(crate) fn get(&self, column: &str, most: usize) -> Result<&str, BadRow> {
        let bytes = self.table.places.get(column).and_then(|place| self.table.record.get(*place));
        let text = std::str::from_utf8(bytes.unwrap_or_default())
            .map_err(|_| self.bad(column, "not UTF-8; save the file as UTF-8"))?
            .trim();
        if text.chars().count() > most {
            return Err(self.bad(column, format!("longer than {most} characters")));
        }
        if text.chars().any(|c| c.is_control() && c != '\n' && c != '\r' && c != '\t') {
            return Err(self.bad(column, "a control character"));
        }
        Ok(text)
    }

    fn parsed<T>(
        &self,
        column: &str,
        parse: impl FnOnce(&str) -> Result<T, String>,
    ) -> Result<Option<T>, BadRow> {
        match self.get(column, 100)? {
            "" => Ok(None),
            text => parse(text).map(Some).map_err(|reason| self.bad(column, reason)),
        }
    }

    pub(crate) fn text(&self, en: &str, zh: &str, most: usize) -> Result<LocalText, BadRow> {
        Ok(LocalText::new(self.get(en, most)?, self.get(zh, most)?))
    }
}

/// Pictures by the names that rows give them, each found once.
struct Album<P> {
    find: P,
    found: HashMap<String, Result<(PictureId, Arc<Picture>), String>>,
}

impl<P: FnMut(&str) -> Result<Picture, String>> Album<P> {
    fn get(&mut self, name: &str) -> Result<PictureOf, String> {
        if let Some(id) = name.strip_prefix("sha256:") {
            return id.parse().map(PictureOf::Named).map_err(|error| format!("{error}"));
        }
        if !self.found.contains_key(name) {
            let found = (self.find)(name).and_then(|picture| {
                let id = catalogue::picture_id(&picture.bytes).map_err(|error| error.to_string())?;
                Ok((id, Arc::new(picture)))
            });
            self.found.insert(name.to_owned(), found);
        }
        match self.found.get(name) {
            Some(Ok((id, picture))) => Ok(PictureOf::New(id.clone(), picture.clone())),
            Some(Err(reason)) => Err(reason.clone()),
            None => Err("no such picture".to_owned()),
        }
    }
}

/// Reads products until the end, or until `send` wants no more.
pub(super) fn read<B: BufRead + Send + 'static>(
    source: Source<B>,
    context: &Context,
    pictures: impl FnMut(&str) -> Result<Picture, String>,
    send: &mut dyn FnMut(Row) -> bool,
) {
    let mut table = match open(source, &COLUMNS) {
        Ok(table) => table,
        Err(error) => {
            send(Row::End(error));
            return;
        }
    };
    let missing = [
        ("gtin or plu", table.has("gtin") || table.has("plu")),
        ("category", table.has("category")),
        ("name_en or name_zh", table.has("name_en") || table.has("name_zh")),
        ("price", table.has("price")),
    ];
    if let Some((column, _)) = missing.iter().find(|(_, there)| !there) {
        send(Row::End(ImportError::Header(format!("The first line names no column {column}"))));
        return;
    }
    let known: HashSet<&CategorySlug> = context.categories.iter().map(|category| &category.slug).collect();
    let mut album = Album { find: pictures, found: HashMap::new() };
    while let Some(row) = table.next() {
        let row = match row {
            Ok(fields) => match product(&fields, context, &known, &mut album) {
                Ok(incoming) => Row::Good(Box::new(incoming)),
                Err(bad) => Row::Bad(bad),
            },
            Err(row) => row,
        };
        let last = matches!(row, Row::End(_));
        if !send(row) || last {
            return;
        }
    }
}

fn open<B: BufRead + Send + 'static>(source: Source<B>, columns: &[&str]) -> Result<Table, ImportError> {
    let text =
        source.text().map_err(|error| ImportError::Unreadable { line: 1, reason: error.to_string() })?;
    Table::open(text, &mut ReaderBuilder::new(), Some(columns))
}

fn product<P: FnMut(&str) -> Result<Picture, String>>(
    fields: &Fields<'_>,
    context: &Context,
    categories: &HashSet<&CategorySlug>,
    album: &mut Album<P>,
) -> Result<Incoming, BadRow> {
    let gtin = fields.parsed("gtin", |text| text.parse::<Gtin>().map_err(|error| error.to_string()))?;
    let plu = fields.parsed("plu", |text| text.parse::<Plu>().map_err(|error| error.to_string()))?;
    if gtin.is_some() == plu.is_some() {
        return Err(fields.bad("gtin", "a product has either a GTIN or a PLU"));
    }
    let category = fields
        .parsed("category", |text| text.parse::<CategorySlug>().map_err(|error| error.to_string()))?
        .ok_or_else(|| fields.bad("category", "empty"))?;
    if !categories.contains(&category) {
        let reason = format!("the shop has no category “{category}”; import categories first");
        return Err(fields.bad("category", reason));
    }
    let name = fields.text("name_en", "name_zh", 200)?;
    if name.is_empty() {
        return Err(fields.bad("name_en", "a product has a name"));
    }
    let price = fields
        .parsed("price", |text| {
            Money::parse_decimal(text, context.currency)
                .and_then(Price::new)
                .map_err(|error| error.to_string())
        })?
        .ok_or_else(|| fields.bad("price", "empty"))?;
    let sold_by = match fields.get("sold_by", 20)? {
        "" | "piece" => SoldBy::Piece,
        "weight" => SoldBy::Weight,
        _ => return Err(fields.bad("sold_by", "piece or weight")),
    };
    let tax = fields.parsed("tax_rate", |text| {
        TaxRate::parse_percent(text).ok_or_else(|| "a percentage such as 13 or 5.5".to_owned())
    })?;
    let deposits = fields
        .parsed("deposit", |text| {
            let links = deposit::read_links(text).map_err(|error| error.to_string())?;
            if sold_by == SoldBy::Weight {
                return Err("what is sold by weight carries no deposit".to_owned());
            }
            deposit::linked(&links, &context.deposits).map_err(|error| match error {
                DepositError::Unknown => {
                    "the shop has no such deposit; make it under Deposits first".to_owned()
                }
                other => other.to_string(),
            })
        })?
        .unwrap_or_default();
    let picture = match fields.get("picture", 500)? {
        "" if fields.table.has("picture") => PictureOf::Gone,
        "" => PictureOf::Kept,
        name => album.get(name).map_err(|reason| fields.bad("picture", reason))?,
    };
    Ok(Incoming {
        line: fields.line,
        stock: fields.parsed("stock", |text| stock(text, sold_by))?,
        picture,
        knows_trade: true,
        knows_deposits: fields.table.has("deposit"),
        draft: Product {
            id: ProductId(Uuid::now_v7()),
            gtin,
            plu,
            category,
            name,
            brand: fields.get("brand", 100)?.to_owned(),
            price,
            sold_by,
            content: fields
                .parsed("content", |text| text.parse::<Content>().map_err(|error| error.to_string()))?,
            tax: tax.unwrap_or(TaxRate(0)),
            aisle: fields.parsed("aisle", |text| match text.chars().count() {
                0..=20 => Ok(text.to_owned()),
                _ => Err("longer than 20 characters".to_owned()),
            })?,
            min_age: fields.parsed("min_age", |text| match text.parse::<u8>() {
                Ok(age @ 0..=120) => Ok(age),
                _ => Err("an age in years".to_owned()),
            })?,
            tagged: fields
                .parsed("tagged", |text| match text {
                    "yes" => Ok(true),
                    "no" => Ok(false),
                    _ => Err("yes or no".to_owned()),
                })?
                .unwrap_or(false),
            deposits,
            allergens: fields.text("allergens_en", "allergens_zh", 1000)?,
            notes: fields.text("notes_en", "notes_zh", 2000)?,
            picture: None,
            available: 0,
        },
    })
}

/// A count of pieces, or of kilograms as grams.
fn stock(text: &str, sold_by: SoldBy) -> Result<i64, String> {
    let rule = match sold_by {
        SoldBy::Piece => "a whole number from 0 up",
        SoldBy::Weight => "kilograms with up to three decimals, from 0 up",
    };
    let (whole, part) = text.split_once('.').unwrap_or((text, ""));
    let digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    let places = match sold_by {
        SoldBy::Piece => 0,
        SoldBy::Weight => 3,
    };
    let part = part.trim_end_matches('0');
    if whole.is_empty() || !digits(whole) || !digits(part) || part.len() > places {
        return Err(rule.to_owned());
    }
    format!("{whole}{part:0<places$}")
        .parse()
        .ok()
        .filter(|stock| *stock <= MAX_STOCK)
        .ok_or_else(|| format!("at most {MAX_STOCK}"))
}

/// Reads categories: each row as one, or as what is wrong with it.
pub(super) fn read_categories<B: BufRead + Send + 'static>(
    source: Source<B>,
) -> Result<Vec<Result<Category, BadRow>>, ImportError> {
    let mut table = open(source, &CATEGORY_COLUMNS)?;
    if !table.has("slug") {
        return Err(ImportError::Header("The first line names no column slug".to_owned()));
    }
    let mut rows = Vec::new();
    let mut seen = HashSet::new();
    while let Some(row) = table.next() {
        match row {
            Ok(fields) => rows.push(category(&fields).and_then(|category| {
                if seen.insert(category.slug.clone()) {
                    Ok(category)
                } else {
                    Err(fields.bad("slug", "an earlier row has it"))
                }
            })),
            Err(Row::Bad(bad)) => rows.push(Err(bad)),
            Err(Row::End(error)) => return Err(error),
            Err(Row::Good(_)) => {}
        }
    }
    Ok(rows)
}

fn category(fields: &Fields<'_>) -> Result<Category, BadRow> {
    let slug = fields
        .parsed("slug", |text| text.parse::<CategorySlug>().map_err(|error| error.to_string()))?
        .ok_or_else(|| fields.bad("slug", "empty"))?;
    let name = fields.text("name_en", "name_zh", 60)?;
    if name.is_empty() {
        return Err(fields.bad("name_en", "a category has a name"));
    }
    let position =
        fields.parsed("position", |text| text.parse::<i32>().map_err(|error| error.to_string()))?;
    Ok(Category { slug, name, icon: fields.get("icon", 40)?.to_owned(), position: position.unwrap_or(0) })
}
