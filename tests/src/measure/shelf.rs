//! A shop to be measured: its database is made here, then a hub of its own process serves it.

use std::net::SocketAddr;
use std::time::{Duration, Instant};

use anyhow::{Result, ensure};
use ministore_core::catalogue::{Browse, PAGE_LIMIT, Product};
use ministore_core::device::{Register, Secret};
use ministore_core::fulfilment::{Address, DeliveryTerms, Fulfilment, GetSlots, Mode};
use ministore_core::id::{CallId, DeviceId, LineId, OrderId, StaffId};
use ministore_core::money::{Currency, Money};
use ministore_core::order::{Contact, Place, PlaceLine};
use ministore_core::payment::Tender;
use ministore_core::quantity::Measure;
use ministore_core::role::{Actor, StaffRole};
use ministore_core::shop::Shop;
use ministore_core::time::Timestamp;
use ministore_hub::server::database_path;
use ministore_store::staff::StaffMember;
use ministore_store::{Engine, EngineOptions, import};
use ministore_test_postgres::{Database, Server, durable_server};
use tempfile::TempDir;
use uuid::Uuid;

use super::plain_shop::plain_shop;
use super::{catalogue, http};
use crate::{HubProcess, hub};

/// The PIN of the one who works there, and may approve tills.
pub const PIN: &str = "2468";

/// How many shoppers there are.
const SHOPPERS: usize = 256;

/// How much of the scarce product there is.
pub const SCARCE: i64 = 50;

/// The scarce product's GTIN; it is the last of the catalogue.
pub const SCARCE_GTIN: &str = "9529999999993";

/// What bringing an order costs.
const FEE: i64 = 500;

/// Where a shop to be measured is.
pub enum Home {
    /// In a file of SQLite's, in this folder.
    Sqlite(TempDir),
    /// In a database of a PostgreSQL server that keeps what it was told.
    Postgres(Server, Database),
}

impl Home {
    /// A new folder.
    pub fn sqlite() -> Result<Self> {
        Ok(Self::Sqlite(tempfile::tempdir()?))
    }

    /// A new database of a new server.
    pub fn postgres() -> Result<Self> {
        let server = durable_server()?;
        let database = server.database()?;
        Ok(Self::Postgres(server, database))
    }

    async fn open(&self) -> Result<Engine> {
        Ok(match self {
            Self::Sqlite(folder) => Engine::open(&database_path(folder.path()), EngineOptions::hub()).await?,
            Self::Postgres(_, database) => {
                Engine::open(database.url.parse::<ministore_store::Database>()?, EngineOptions::hub()).await?
            }
        })
    }
}

/// The shop, its shoppers and some of its goods.
pub struct Shelf {
    home: Home,
    /// What each shopper proves themselves with.
    pub shoppers: Vec<String>,
    /// The first hundred products.
    pub goods: Vec<Product>,
    /// The product that there is little of.
    pub scarce: Product,
    /// When each slot starts that an order can choose for as long as this is measured.
    starts: Vec<Timestamp>,
}

impl Shelf {
    /// Makes the shop with `products` products, and one more that is scarce.
    pub async fn stock(home: Home, products: u32) -> Result<Self> {
        let engine = home.open().await?;
        engine.create_shop(&shop()).await?;
        import::categories(&engine, std::io::Cursor::new(catalogue::categories())).await?;
        let mut csv = catalogue::csv(products);
        csv.push_str(&format!(
            "{SCARCE_GTIN},,shelf-0,scarce truffle,松露,Rare,9.90,piece,10 g,13,{SCARCE},,,,,,,\n"
        ));
        let no_pictures = |_: &str| Err("this catalogue has no pictures".to_owned());
        let report = import::products(&engine, std::io::Cursor::new(csv), no_pictures, |_| {}).await?;
        ensure!(report.bad_rows.is_empty(), "the import refused rows: {:?}", report.bad_rows.first());
        let mut shoppers = Vec::new();
        for number in 0..SHOPPERS {
            let secret = Secret::from_bytes([u8::try_from(number % 251)?; 32]);
            let device = DeviceId(Uuid::now_v7());
            let register = Register { device, secret: secret.clone(), proof: None };
            engine.call(&Actor::Visitor, new_call(), register).await?;
            shoppers.push(format!("Bearer {}.{secret}", device.0));
        }
        let owner =
            StaffMember { id: StaffId(Uuid::now_v7()), name: "Chen".to_owned(), role: StaffRole::Manager };
        engine.add_staff(&owner, &PIN.parse()?).await?;
        let browse = Browse { category: None, after: None, limit: PAGE_LIMIT };
        let goods = engine.call(&Actor::Visitor, new_call(), browse).await?.products;
        let lookup = ministore_core::catalogue::Lookup { code: SCARCE_GTIN.parse()? };
        let scarce = engine.call(&Actor::Visitor, new_call(), lookup).await?;
        let slots = GetSlots { mode: Mode::Delivery };
        let slots = engine.call(&Actor::Visitor, new_call(), slots).await?.slots;
        // Not the next ones: they end while this runs.
        let starts: Vec<Timestamp> = slots.iter().skip(2).map(|slot| slot.key.starts).collect();
        ensure!(!starts.is_empty(), "the shop has no slots");
        engine.close().await;
        Ok(Self { home, shoppers, goods, scarce, starts })
    }

    /// Where it is.
    pub const fn home(&self) -> &Home {
        &self.home
    }

    /// Whether its books balance; its hubs are off.
    pub fn check(&self) -> Result<String> {
        match &self.home {
            Home::Sqlite(folder) => hub::check(folder.path()),
            Home::Postgres(_, database) => hub::check_database(&database.url),
        }
    }

    /// Starts a hub over it. Gives how long it took until it answered that it is well.
    pub async fn serve(&self) -> Result<(HubProcess, Duration)> {
        let start = Instant::now();
        let arguments = ["--no-call-limits"];
        let hub = match &self.home {
            Home::Sqlite(folder) => HubProcess::start_with(folder.path(), 0, &arguments)?,
            Home::Postgres(_, database) => HubProcess::start_over(&database.url, 0, &arguments)?,
        };
        let at: SocketAddr = hub.address();
        http::until_answered(at, "/readyz", Duration::from_secs(20)).await?;
        Ok((hub, start.elapsed()))
    }

    /// One caller's shopper.
    pub fn shopper(&self, caller: usize) -> Option<&str> {
        self.shoppers.get(caller % self.shoppers.len().max(1)).map(String::as_str)
    }

    /// An order of five products, brought and paid at once.
    pub fn order(&self, round: u64) -> Result<Place> {
        self.order_of_lines(5, round)
    }

    /// The same of so many products, each once; at most a hundred.
    pub fn order_of_lines(&self, lines: usize, round: u64) -> Result<Place> {
        // Other products each time, as shoppers do.
        let first = (round as usize * 7) % self.goods.len();
        let some: Vec<&Product> = self.goods.iter().cycle().skip(first).take(lines).collect();
        self.order_of(&some, round)
    }

    /// An order of one of the scarce product.
    pub fn scarce_order(&self) -> Result<Place> {
        self.order_of(&[&self.scarce], 0)
    }

    fn order_of(&self, products: &[&Product], round: u64) -> Result<Place> {
        let mut total = Currency::CNY.minor(FEE);
        for product in products {
            total = total.plus(product.price.money())?;
        }
        Ok(Place {
            order: OrderId(Uuid::now_v7()),
            lines: products.iter().map(|product| line(product, 1)).collect(),
            fulfilment: Fulfilment::Delivery {
                // And other slots.
                starts: self.starts[round as usize % self.starts.len()],
                address: Address {
                    street: "12 Long Lane, door 4".to_owned(),
                    note: String::new(),
                    point: None,
                },
            },
            contact: Contact { name: "Lin".to_owned(), phone: "13800000000".to_owned() },
            tender: Tender::DemoWallet,
            expected_total: total,
        })
    }
}

/// A line of so many pieces of a product.
pub fn line(product: &Product, pieces: u32) -> PlaceLine {
    PlaceLine { id: LineId(Uuid::now_v7()), product: product.id, measure: Measure::Pieces(pieces) }
}

fn new_call() -> CallId {
    CallId(Uuid::now_v7())
}

fn yuan(minor: i64) -> Money {
    Currency::CNY.minor(minor)
}

fn shop() -> Shop {
    let terms = DeliveryTerms { fee: yuan(FEE), free_from: None, minimum: yuan(0) };
    Shop { delivery: Some(terms), ..plain_shop() }
}
