//! A shop from one database into another: from a file to a server, or back.
//!
//! It is read as it is at one moment, written in one transaction, and read again there: each row has to say the same on
//! both sides before it counts.

mod cells;
mod table;

use ministore_core::catalogue::Product;
use ministore_core::money::Currency;
use sha2::{Digest, Sha256};
use uuid::Uuid;

use crate::catalogue::BATCH;
use crate::engine::{Database, Engine, OpenError};
use crate::fault::Fault;
use crate::row::{self, product_columns};
use crate::search::Findable;
use crate::sql::{self, Connection};
use table::{TABLES, Table};

/// Why a shop was not moved. In every case both databases are as they were.
#[derive(Debug, thiserror::Error)]
pub enum TransferError {
    /// It could not be read from.
    #[error("the shop cannot be read: {0}")]
    From(OpenError),
    /// The shop's database is of another version.
    #[error(
        "the shop's database has schema {found}, this version writes {known}. Nothing was moved. Bring it up to date by serving it once, then move it"
    )]
    Schema {
        /// Its schema.
        found: i64,
        /// What this version writes.
        known: i64,
    },
    /// There is nothing to move.
    #[error("there is no shop in the database to move from")]
    NoShop,
    /// There is something where it should go.
    #[error("the database to move to is not empty: {table} has rows. Nothing was moved. Name an empty one")]
    NotEmpty {
        /// The first table that has any.
        table: &'static str,
    },
    /// A row cannot be moved.
    #[error("{table} cannot be moved: {reason}. Nothing was moved")]
    Table {
        /// The table.
        table: &'static str,
        /// Why.
        reason: String,
    },
    /// What was written is not what was read.
    #[error("{table} has {written} rows that are not the {read} that were read. Nothing was moved")]
    Differs {
        /// The table.
        table: &'static str,
        /// How many were read.
        read: u64,
        /// How many were found where they were written.
        written: u64,
    },
    /// Either database failed.
    #[error("the shop was not moved: {0}")]
    Failed(#[from] Fault),
}

impl From<sqlx::Error> for TransferError {
    fn from(error: sqlx::Error) -> Self {
        Self::Failed(error.into())
    }
}

/// How many rows of a table were moved.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Moved {
    /// The table.
    pub table: &'static str,
    /// Its rows.
    pub rows: u64,
}

/// What is known of a table's rows without keeping them.
#[derive(Default)]
struct Summary {
    rows: u64,
    digest: Sha256,
}

/// Moves the shop of `from`, which stays as it is, to `to`, which has to be empty. Nobody may write to `from` meanwhile:
/// what is written after this has begun is not moved.
pub async fn transfer(from: &Database, to: &Engine) -> Result<Vec<Moved>, TransferError> {
    let mut source = from.only_read().await.map_err(TransferError::From)?;
    let schema: Option<i64> = sql::query_scalar("SELECT MAX(version) FROM _sqlx_migrations")
        .fetch_one(&mut source)
        .await
        .map_err(|error| TransferError::Failed(error.into()))?;
    let (found, known) = (schema.unwrap_or(0), from.schema());
    if found != known {
        return Err(TransferError::Schema { found, known });
    }
    let moved = async {
        begin_reading(&mut source).await?;
        let mut tx = to.begin_immediate().await?;
        let moved = move_tables(&mut source, &mut tx).await?;
        index(&mut tx).await?;
        tx.commit().await?;
        Ok(moved)
    }
    .await;
    source.close().await?;
    to.count_anew().await;
    moved
}

/// From here on the connection sees one moment, and writes nothing.
async fn begin_reading(source: &mut Connection) -> Result<(), sqlx::Error> {
    let begin = match source {
        Connection::Sqlite(_) => "BEGIN",
        Connection::Postgres(_) => "BEGIN ISOLATION LEVEL REPEATABLE READ, READ ONLY",
    };
    sql::query(begin).execute(source).await.map(drop)
}

async fn move_tables(source: &mut Connection, target: &mut Connection) -> Result<Vec<Moved>, TransferError> {
    let shops: i64 = sql::query_scalar("SELECT COUNT(*) FROM shop").fetch_one(source).await?;
    if shops == 0 {
        return Err(TransferError::NoShop);
    }
    for table in TABLES {
        if !table.is_empty(target).await? {
            return Err(TransferError::NotEmpty { table: table.name });
        }
    }
    let mut moved = Vec::with_capacity(TABLES.len());
    for table in TABLES {
        let failed = |error: Fault| TransferError::Table { table: table.name, reason: error.to_string() };
        let read = copy(table, source, target).await.map_err(failed)?;
        let written = summary(table, target).await.map_err(failed)?;
        let (rows, found) = (read.rows, written.rows);
        if rows != found || read.digest.finalize() != written.digest.finalize() {
            return Err(TransferError::Differs { table: table.name, read: rows, written: found });
        }
        moved.push(Moved { table: table.name, rows });
    }
    Ok(moved)
}

/// Copies all rows of a table. Gives what was read.
async fn copy(table: &Table, source: &mut Connection, target: &mut Connection) -> Result<Summary, Fault> {
    let (from, to) = (table.columns(source).await?, table.columns(target).await?);
    if !from.iter().map(|column| &column.name).eq(to.iter().map(|column| &column.name)) {
        return Err(Fault::row(table.name, "it has other columns there"));
    }
    let mut summary = Summary::default();
    let mut last = None;
    loop {
        let page = table.page(source, &from, last.as_ref()).await?;
        let Some(row) = page.last() else { return Ok(summary) };
        last = Some(row.clone());
        summary.add(&page);
        table.insert(target, &to, page).await?;
    }
}

async fn summary(table: &Table, conn: &mut Connection) -> Result<Summary, Fault> {
    let columns = table.columns(conn).await?;
    let mut summary = Summary::default();
    let mut last = None;
    loop {
        let page = table.page(conn, &columns, last.as_ref()).await?;
        let Some(row) = page.last() else { return Ok(summary) };
        last = Some(row.clone());
        summary.add(&page);
    }
}

impl Summary {
    fn add(&mut self, page: &[cells::Row]) {
        for row in page {
            self.rows += 1;
            self.digest.update(row.digest());
        }
    }
}

/// Makes all products findable: each database looks tokens up in its own way, so those are not moved.
async fn index(conn: &mut Connection) -> Result<(), Fault> {
    let shop = sql::query("SELECT shop_id, currency FROM shop").fetch_one(conn).await?;
    let key: Uuid = shop.try_get(0)?;
    let currency: Currency = shop.try_get::<&str>(1)?.parse().map_err(|error| Fault::row("shop", error))?;
    let mut position = i64::MIN;
    loop {
        let rows = sql::query(concat!(
            "SELECT ",
            product_columns!(),
            ", p.position FROM product p WHERE p.shop_id = $1 AND p.position > $2 AND p.sold = 1
             ORDER BY p.position LIMIT $3"
        ))
        .bind(key)
        .bind(position)
        .bind(i64::try_from(BATCH).unwrap_or(i64::MAX))
        .fetch_all(conn)
        .await?;
        let mut products: Vec<(i64, Product)> = Vec::with_capacity(rows.len());
        for row in &rows {
            products.push((row.try_get(row::PRODUCT_COLUMNS)?, row::product(row, currency)?));
        }
        let Some((last, _)) = products.last() else { return Ok(()) };
        position = *last;
        let products: Vec<(i64, &Product)> = products.iter().map(|(at, product)| (*at, product)).collect();
        let mut findable = Findable::default();
        findable.add(&products);
        findable.write(conn, key).await?;
    }
}
