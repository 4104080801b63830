//! Catalogues from files: read as a stream, good rows kept, bad ones reported, and the same file twice changes nothing.
//!
//! A reading thread cuts the file into rows and checks them; this side writes them in transactions of some thousands.
//! A file may be gzipped: it is known by its first bytes (RFC 1952, section 2.3.1).

mod keep;
mod products;
mod source;

use std::collections::HashMap;
use std::io::BufRead;

use ministore_core::catalogue::{Category, CategorySlug, Product};
use ministore_core::deposit::Deposit;
use ministore_core::money::Currency;
use ministore_core::refusal::Refusal;
use ministore_core::text::LocalText;
use tokio::sync::mpsc;

use crate::catalogue::Picture;
use crate::engine::Engine;
use crate::fault::Fault;
use crate::write::Write;
use crate::{deposit, open_food_facts, shop};
pub(crate) use products::Table;
pub(crate) use source::{Bounded, Source};

pub use products::COLUMNS;

/// How many rows one transaction writes.
const ROWS: usize = 5000;

/// After so many written rows, statements are planned anew.
const COUNTED: u64 = 500;

/// How many bad rows a report describes; all are counted.
pub const DESCRIBED: usize = 10_000;

/// The largest row that is read, in bytes. A quote that is never closed would otherwise take in the whole file.
pub(crate) const ROW_LIMIT: u64 = 16 * 1024 * 1024;

/// A row that was not taken over.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct BadRow {
    /// The line of the file that it begins on, counted from 1.
    pub line: u64,
    /// The column that is wrong, where it is one.
    pub column: Option<String>,
    /// What is wrong with it.
    pub reason: String,
}

impl BadRow {
    pub(crate) fn new(line: u64, column: Option<&str>, reason: impl ToString) -> Self {
        Self { line, column: column.map(str::to_owned), reason: reason.to_string() }
    }
}

/// What an import did.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct ImportReport {
    /// Rows that were new.
    pub added: u64,
    /// Rows that changed something.
    pub updated: u64,
    /// Rows that the shop had already as they are.
    pub unchanged: u64,
    /// Rows that were not taken over.
    pub refused: u64,
    /// The first [`DESCRIBED`] of those.
    pub bad_rows: Vec<BadRow>,
}

impl ImportReport {
    fn refuse(&mut self, row: BadRow) {
        self.refused += 1;
        if self.bad_rows.len() < DESCRIBED {
            self.bad_rows.push(row);
        }
    }
}

/// How far an import is.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Progress {
    /// Rows dealt with.
    pub rows: u64,
    /// Bytes of the file read, before unpacking: to be compared with its size.
    pub bytes: u64,
}

/// Why an import ended early. The rows before it are kept.
#[derive(Debug, thiserror::Error)]
pub enum ImportError {
    /// The file's first line does not name the columns that are needed.
    #[error("{0}. Nothing was imported")]
    Header(String),
    /// The file cannot be read on.
    #[error("line {line}: {reason}. The rows before it are kept; mend the file and import it again")]
    Unreadable {
        /// Where.
        line: u64,
        /// Why.
        reason: String,
    },
    /// The shop's database said no.
    #[error("{0}. The rows before are kept; import the file again")]
    Refused(Refusal),
}

impl From<Fault> for ImportError {
    fn from(fault: Fault) -> Self {
        Self::Refused(fault.refusal())
    }
}

/// What the reading side says of one row.
pub(crate) enum Row {
    /// A product to be kept.
    Good(Box<Incoming>),
    /// One that is not.
    Bad(BadRow),
    /// The file cannot be read on.
    End(ImportError),
}

/// A product as a file tells it.
pub(crate) struct Incoming {
    pub(crate) line: u64,
    /// The product, but for its key, its stock and a kept picture.
    pub(crate) draft: Product,
    /// What was counted; None where the file does not say.
    pub(crate) stock: Option<i64>,
    pub(crate) picture: PictureOf,
    /// Whether the file knows prices, shelves and taxes; where it does not, a known product keeps its own.
    pub(crate) knows_trade: bool,
    /// Whether the file knows deposits; where it does not, a known product keeps its own.
    pub(crate) knows_deposits: bool,
}

/// Which picture a product is to have.
pub(crate) enum PictureOf {
    /// The one that it has.
    Kept,
    /// None.
    Gone,
    /// This one, which the database must have already.
    Named(ministore_core::catalogue::PictureId),
    /// This one, new or not.
    New(ministore_core::catalogue::PictureId, std::sync::Arc<Picture>),
}

/// What the reading side has to know of the shop.
#[derive(Clone)]
pub(crate) struct Context {
    pub(crate) currency: Currency,
    pub(crate) categories: Vec<Category>,
    pub(crate) deposits: Vec<Deposit>,
}

/// Reads products in the columns of [`COLUMNS`] from a CSV file (RFC 4180). `pictures` gives the picture that a row's
/// `picture` column names, or why there is none; it is asked once for each name.
pub async fn products(
    engine: &Engine,
    file: impl BufRead + Send + 'static,
    pictures: impl FnMut(&str) -> Result<Picture, String> + Send + 'static,
    progress: impl FnMut(Progress) + Send,
) -> Result<ImportReport, ImportError> {
    let context = context(engine).await?;
    run(engine, file, progress, move |source, send| products::read(source, &context, pictures, send)).await
}

/// Reads an export of Open Food Facts: its CSV (tab-separated) or its JSONL. It knows no prices, taxes or stock, so new
/// products come with a price of zero and none in stock, and cannot be ordered until the shop sets both; known ones
/// keep theirs. A product goes to the shop's category that its own ones name, else to one made for them.
pub async fn open_food_facts(
    engine: &Engine,
    file: impl BufRead + Send + 'static,
    progress: impl FnMut(Progress) + Send,
) -> Result<ImportReport, ImportError> {
    let mut write = Write::begin(engine).await?;
    let shop_id = write.shop();
    let mut position = 0;
    let head = write.head;
    let categories = shop::categories(write.conn(), head).await?;
    for category in &categories {
        position = position.max(category.position + 1);
    }
    let slug: CategorySlug =
        open_food_facts::CATEGORY.parse().map_err(|error| Fault::row("category", error))?;
    if categories.iter().all(|category| category.slug != slug) {
        let name = LocalText::new("Open Food Facts", "Open Food Facts 商品");
        let category = Category { slug, name, icon: "package".to_owned(), position };
        shop::save_category(write.conn(), shop_id, &category).await?;
        write.shop_changed().await?;
    }
    write.commit(engine).await?;
    let context = context(engine).await?;
    run(engine, file, progress, move |source, send| open_food_facts::read(source, &context, send)).await
}

/// Reads categories from a CSV file with the columns `slug,name_en,name_zh,icon,position`.
pub async fn categories(
    engine: &Engine,
    file: impl BufRead + Send + 'static,
) -> Result<ImportReport, ImportError> {
    let known = context(engine).await?.categories;
    let read = tokio::task::spawn_blocking(move || products::read_categories(Source::open(file)));
    let rows = read.await.map_err(|error| Fault::Other(error.to_string()))??;
    let mut report = ImportReport::default();
    let mut write = Write::begin(engine).await?;
    let shop_id = write.shop();
    for row in rows {
        match row {
            Err(bad) => report.refuse(bad),
            Ok(category) if known.contains(&category) => report.unchanged += 1,
            Ok(category) => {
                match known.iter().any(|known| known.slug == category.slug) {
                    true => report.updated += 1,
                    false => report.added += 1,
                }
                shop::save_category(write.conn(), shop_id, &category).await?;
            }
        }
    }
    if report.added + report.updated > 0 {
        write.shop_changed().await?;
    }
    write.commit(engine).await?;
    Ok(report)
}

async fn context(engine: &Engine) -> Result<Context, Fault> {
    let head = engine.head().await?;
    let mut conn = engine.reader().await?;
    let categories = shop::categories(&mut conn, head).await?;
    let deposits = deposit::known(&mut conn, head).await?;
    Ok(Context { currency: head.currency, categories, deposits })
}

async fn run<B: BufRead + Send + 'static>(
    engine: &Engine,
    file: B,
    mut progress: impl FnMut(Progress) + Send,
    read: impl FnOnce(Source<B>, &mut dyn FnMut(Row) -> bool) + Send + 'static,
) -> Result<ImportReport, ImportError> {
    let (sender, mut receiver) = mpsc::channel::<Vec<Row>>(2);
    let source = Source::open(file);
    let bytes = source.bytes();
    let reading = tokio::task::spawn_blocking(move || {
        let mut rows = Vec::with_capacity(ROWS);
        read(source, &mut |row| {
            rows.push(row);
            // Without a receiver nobody wants more: the writing side has failed.
            rows.len() < ROWS
                || sender.blocking_send(std::mem::replace(&mut rows, Vec::with_capacity(ROWS))).is_ok()
        });
        // The same holds for the rest.
        let _ = sender.blocking_send(rows);
    });
    let mut report = ImportReport::default();
    let mut seen = HashMap::new();
    let mut ended = None;
    let (mut rows, mut counted) = (0, 0);
    while let Some(batch) = receiver.recv().await {
        rows += batch.len() as u64;
        let mut good = Vec::with_capacity(batch.len());
        for row in batch {
            match row {
                Row::Bad(bad) => report.refuse(bad),
                Row::End(error) => ended = Some(error),
                Row::Good(incoming) => match incoming.draft.code() {
                    None => report.refuse(BadRow::new(incoming.line, None, "neither GTIN nor PLU")),
                    Some(code) => match seen.insert(code, incoming.line) {
                        None => good.push(*incoming),
                        Some(first) => {
                            seen.insert(code, first);
                            let reason = format!("line {first} has the same code");
                            report.refuse(BadRow::new(incoming.line, None, reason));
                        }
                    },
                },
            }
        }
        keep::keep(engine, good, &mut report).await?;
        let written = report.added + report.updated;
        if written >= counted * 2 + ROWS as u64 {
            engine.count_anew().await;
            counted = written;
        }
        progress(Progress { rows, bytes: bytes.load(std::sync::atomic::Ordering::Relaxed) });
    }
    reading.await.map_err(|error| Fault::Other(format!("reading the file: {error}")))?;
    if report.added + report.updated >= counted + COUNTED {
        engine.count_anew().await;
    }
    report.bad_rows.sort_by_key(|bad| bad.line);
    match ended {
        Some(error) => Err(error),
        None => Ok(report),
    }
}
