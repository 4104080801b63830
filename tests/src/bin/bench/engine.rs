//! The engine's own speed, next to the bare SQLite statement under it.

use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, ensure};
use ministore_core::basket::{Basket, BasketLine, BasketProduct, Edit};
use ministore_core::catalogue::{Browse, Lookup, PAGE_LIMIT, Product, Search};
use ministore_core::device::{Register, Secret};
use ministore_core::fulfilment::{Fulfilment, GetSlots, Mode};
use ministore_core::id::{CallId, DeviceId, LineId, OrderId};
use ministore_core::money::Currency;
use ministore_core::order::{Contact, Place, PlaceLine};
use ministore_core::payment::Tender;
use ministore_core::quantity::Measure;
use ministore_core::role::Actor;
use ministore_core::tax::TaxRules;
use ministore_store::{Engine, EngineOptions, import};
use rusqlite::Connection;
use sqlx::sqlite::SqliteConnectOptions;
use sqlx::{Connection as _, Row as _, SqliteConnection};
use uuid::Uuid;

use ministore_tests::measure::catalogue;
use ministore_tests::measure::durable::{bare_commits, durable};
use ministore_tests::measure::plain_shop::plain_shop;
use ministore_tests::measure::samples::{Samples, Table, show};

/// The columns that a look-up reads, as the bare statement reads them.
const LOOKUP: &str = "SELECT product_id, gtin, plu, category, name_en, name_zh, brand, price, sold_by, content_amount, \
    content_unit, tax, aisle, min_age, allergens_en, allergens_zh, notes_en, notes_zh, picture, available \
    FROM product WHERE shop_id = ?1 AND gtin = ?2 AND sold = 1";

/// A shop with a large catalogue, in a folder that goes with it.
pub(crate) struct Bench {
    engine: Engine,
    file: PathBuf,
    products: u32,
    _folder: tempfile::TempDir,
}

impl Bench {
    /// Makes the shop and imports `products` products, which is itself a figure of the table.
    pub(crate) async fn start(products: u32, table: &mut Table) -> Result<Self> {
        let folder = tempfile::tempdir()?;
        let file = folder.path().join("ministore.db");
        let engine = Engine::open(&file, EngineOptions::hub()).await?;
        engine.create_shop(&plain_shop()).await?;
        import::categories(&engine, std::io::Cursor::new(catalogue::categories())).await?;
        let csv = catalogue::csv(products);
        let floor = bare_import(&csv, &folder.path().join("bare.db"))?;
        let start = Instant::now();
        let no_pictures = |_: &str| Err("this catalogue has no pictures".to_owned());
        let report = import::products(&engine, std::io::Cursor::new(csv), no_pictures, |_| {}).await?;
        let took = start.elapsed();
        ensure!(
            report.added == u64::from(products),
            "the import refused rows: {:?}",
            report.bad_rows.first()
        );
        let ratio = format!("{:.1}×", took.as_secs_f64() / floor.as_secs_f64());
        table.figure(&format!("import {products} rows"), show(took), ratio, "under 10 s");
        Ok(Self { engine, file, products, _folder: folder })
    }

    /// Barcode look-ups of products all over the catalogue.
    pub(crate) async fn lookup(&self, table: &mut Table) -> Result<()> {
        let codes: Vec<String> = (0..20_000u32)
            .map(|run| catalogue::gtin(run.wrapping_mul(2_654_435_761) % self.products))
            .collect();
        let shop = self.shop_key()?;
        let bare = Connection::open(&self.file)?;
        let mut statement = bare.prepare(LOOKUP)?;
        let floor = Samples::of(&codes, |code| {
            let number: i64 = code.parse()?;
            let name: String = statement.query_row((shop.as_bytes().as_slice(), number), read_all_columns)?;
            ensure!(!name.is_empty(), "a product without a name");
            Ok(())
        })?;
        let mut times = Vec::with_capacity(codes.len());
        for code in &codes {
            let call = Lookup { code: code.parse()? };
            let start = Instant::now();
            let product = self.engine.call(&Actor::Visitor, new_call(), call).await?;
            times.push(start.elapsed());
            ensure!(product.code() == Some(call.code), "another product was found");
        }
        let looked_up = Samples::from_times(times);
        let through_sqlx = self.lookup_through_sqlx(&shop, &codes).await?;
        table.times("look a barcode up", &looked_up, Some(&through_sqlx), "p99 under 1 ms, within 2×");
        table.times("  the bare statement, prepared by sqlx", &through_sqlx, None, "");
        table.times("  the bare statement, prepared by rusqlite", &floor, None, "");
        Ok(())
    }

    /// The same statement over the driver that the engine uses, which keeps SQLite on a thread of its own.
    async fn lookup_through_sqlx(&self, shop: &Uuid, codes: &[String]) -> Result<Samples> {
        let options = SqliteConnectOptions::new().filename(&self.file).read_only(true);
        let mut connection = SqliteConnection::connect_with(&options).await?;
        let mut times = Vec::with_capacity(codes.len());
        for code in codes {
            let number: i64 = code.parse()?;
            let start = Instant::now();
            let row = sqlx::query(LOOKUP)
                .bind(shop.as_bytes().as_slice())
                .bind(number)
                .fetch_one(&mut connection)
                .await?;
            times.push(start.elapsed());
            ensure!(row.len() == 20, "a product without its columns");
        }
        connection.close().await?;
        Ok(Samples::from_times(times))
    }

    /// Search as people type.
    pub(crate) async fn search(&self, table: &mut Table) -> Result<()> {
        let mut times = Vec::new();
        let mut found = 0;
        for text in (0..10).flat_map(|_| catalogue::typed()) {
            let call = Search { text, limit: 20 };
            let start = Instant::now();
            let reply = self.engine.call(&Actor::Visitor, new_call(), call).await?;
            times.push(start.elapsed());
            found += usize::from(!reply.products.is_empty());
        }
        ensure!(found * 10 > times.len() * 8, "only {found} of {} searches found something", times.len());
        table.times("search as you type", &Samples::from_times(times), None, "p95 under 10 ms");
        Ok(())
    }

    /// Adding to a basket of a hundred lines and pricing it again.
    pub(crate) async fn basket(&self, table: &mut Table) -> Result<()> {
        let products = self.products(PAGE_LIMIT).await?;
        let line = |product: &Product| -> Result<BasketLine> {
            let product = BasketProduct::of(product).context("a product without a code")?;
            Ok(BasketLine { id: LineId(Uuid::now_v7()), product, measure: Measure::Pieces(1) })
        };
        let mut basket = Basket::default();
        for product in &products {
            basket = basket.apply(Edit::Add(line(product)?))?.0;
        }
        ensure!(basket.lines.len() == 100, "the basket has {} lines", basket.lines.len());
        let adding = Samples::of(0..10_000usize, |run| {
            let edit = Edit::Add(line(&products[run % products.len()])?);
            let (next, _) = basket.apply(edit)?;
            std::hint::black_box(next.totals(Currency::CNY, None, None, TaxRules::default())?);
            Ok(())
        })?;
        table.times("add to a 100-line basket and price it", &adding, None, "");
        let pricing = Samples::of(0..10_000, |_| {
            std::hint::black_box(basket.totals(Currency::CNY, None, None, TaxRules::default())?);
            Ok(())
        })?;
        table.times("price a 100-line basket", &pricing, None, "under 100 µs");
        Ok(())
    }

    /// Placing orders of five lines, each durable before the answer.
    pub(crate) async fn order(&self, table: &mut Table) -> Result<()> {
        let device = DeviceId(Uuid::now_v7());
        let register = Register { device, secret: Secret::from_bytes([7; 32]), proof: None };
        self.engine.call(&Actor::Visitor, new_call(), register).await?;
        let shopper = Actor::Shopper(device);
        let slots = self.engine.call(&shopper, new_call(), GetSlots { mode: Mode::Pickup }).await?.slots;
        let starts = slots.last().context("the shop has no slots")?.key.starts;
        let products = self.products(5).await?;
        let lines: Vec<PlaceLine> = products
            .iter()
            .map(|product| PlaceLine {
                id: LineId(Uuid::now_v7()),
                product: product.id,
                measure: Measure::Pieces(1),
            })
            .collect();
        let total = products.iter().map(|product| product.price.money().minor).sum();
        let mut times = Vec::new();
        for _ in 0..500 {
            let place = Place {
                order: OrderId(Uuid::now_v7()),
                lines: lines.clone(),
                fulfilment: Fulfilment::Pickup { starts },
                contact: Contact { name: "Lin".to_owned(), phone: String::new() },
                tender: Tender::CashAtHandover,
                expected_total: Currency::CNY.minor(total),
            };
            let start = Instant::now();
            self.engine.call(&shopper, new_call(), place).await?;
            times.push(start.elapsed());
        }
        let floor = bare_commits(&self.file.with_file_name("commits.db"))?;
        table.times("place an order, durably", &Samples::from_times(times), Some(&floor), "");
        table.times("  one bare durable row", &floor, None, "");
        Ok(())
    }

    /// Closes the database.
    pub(crate) async fn end(self) {
        self.engine.close().await;
    }

    async fn products(&self, count: u32) -> Result<Vec<Product>> {
        let browse = Browse { category: None, after: None, limit: count };
        Ok(self.engine.call(&Actor::Visitor, new_call(), browse).await?.products)
    }

    fn shop_key(&self) -> Result<Uuid> {
        let bare = Connection::open(&self.file)?;
        let key: Vec<u8> = bare.query_row("SELECT shop_id FROM shop", [], |row| row.get(0))?;
        Ok(Uuid::from_slice(&key)?)
    }
}

fn new_call() -> CallId {
    CallId(Uuid::now_v7())
}

fn read_all_columns(row: &rusqlite::Row<'_>) -> rusqlite::Result<String> {
    for column in 0..20 {
        std::hint::black_box(row.get_ref(column)?);
    }
    row.get(4)
}

/// The same rows into one bare table with one prepared statement and one commit.
fn bare_import(csv: &str, file: &Path) -> Result<Duration> {
    let mut bare = durable(file)?;
    bare.execute_batch(
        "CREATE TABLE product (id BLOB PRIMARY KEY, gtin INTEGER UNIQUE, category TEXT, name_en TEXT, name_zh TEXT,
         brand TEXT, price TEXT, content TEXT, tax INTEGER, stock INTEGER) STRICT",
    )?;
    let start = Instant::now();
    let transaction = bare.transaction()?;
    {
        let mut insert =
            transaction.prepare("INSERT INTO product VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)")?;
        let mut rows = csv::Reader::from_reader(csv.as_bytes());
        for row in rows.records() {
            let row = row?;
            let gtin: i64 = row[0].parse()?;
            let (tax, stock): (i64, i64) = (row[9].parse()?, row[10].parse()?);
            let id = Uuid::now_v7();
            insert.execute((
                id.as_bytes().as_slice(),
                gtin,
                &row[2],
                &row[3],
                &row[4],
                &row[5],
                &row[6],
                &row[8],
                tax,
                stock,
            ))?;
        }
    }
    transaction.commit()?;
    Ok(start.elapsed())
}
