//! A shop to be measured: its database is made here, then a hub of its own process serves it.

use std::net::SocketAddr;
use std::path::Path;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, ensure};
use ministore_core::catalogue::{Browse, PAGE_LIMIT, Product};
use ministore_core::device::{Register, Secret};
use ministore_core::fulfilment::{Address, DeliveryTerms, Fulfilment, GetSlots, Mode};
use ministore_core::id::{CallId, DeviceId, LineId, OrderId};
use ministore_core::money::{Currency, Money};
use ministore_core::order::{Contact, Place, PlaceLine};
use ministore_core::payment::Tender;
use ministore_core::quantity::Measure;
use ministore_core::role::Actor;
use ministore_core::shop::Shop;
use ministore_core::time::Timestamp;
use ministore_hub::server::database_path;
use ministore_store::{Engine, EngineOptions, import};
use ministore_tests::HubProcess;
use ministore_tests::measure::plain_shop::plain_shop;
use ministore_tests::measure::{catalogue, http};
use tempfile::TempDir;
use uuid::Uuid;

/// How many shoppers there are.
const SHOPPERS: usize = 256;

/// How much of the scarce product there is.
pub(crate) const SCARCE: i64 = 50;

/// The scarce product's GTIN.
const SCARCE_GTIN: &str = "9529999999993";

/// What bringing an order costs.
const FEE: i64 = 500;

/// The shop, its shoppers and some of its goods.
pub(crate) struct Shelf {
    folder: TempDir,
    /// What each shopper proves themselves with.
    pub(crate) shoppers: Vec<String>,
    /// The first hundred products.
    pub(crate) goods: Vec<Product>,
    /// The product that there is little of.
    pub(crate) scarce: Product,
    /// A slot with room for all orders.
    /// When each slot starts that an order can choose for as long as this is measured.
    starts: Vec<Timestamp>,
}

impl Shelf {
    /// Makes the shop with `products` products, and one more that is scarce.
    pub(crate) async fn stock(products: u32) -> Result<Self> {
        let folder = tempfile::tempdir()?;
        let engine = Engine::open(&database_path(folder.path()), EngineOptions::hub()).await?;
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
            let register = Register { device, secret: secret.clone() };
            engine.call(&Actor::Visitor, new_call(), register).await?;
            shoppers.push(format!("Bearer {}.{secret}", device.0));
        }
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
        Ok(Self { folder, shoppers, goods, scarce, starts })
    }

    /// The hub's data folder.
    pub(crate) fn folder(&self) -> &Path {
        self.folder.path()
    }

    /// Starts a hub over it. Gives how long it took until it answered that it is well.
    pub(crate) async fn serve(&self) -> Result<(HubProcess, Duration)> {
        let start = Instant::now();
        let hub = HubProcess::start_with(self.folder(), 0, &["--no-call-limits"])?;
        let at: SocketAddr = hub.address();
        http::until_answered(at, "/readyz", Duration::from_secs(20)).await?;
        Ok((hub, start.elapsed()))
    }

    /// One caller's shopper.
    pub(crate) fn shopper(&self, caller: usize) -> Option<&str> {
        self.shoppers.get(caller % self.shoppers.len().max(1)).map(String::as_str)
    }

    /// An order of five products, brought and paid at once.
    pub(crate) fn order(&self, round: u64) -> Result<Place> {
        // Other products each time, as shoppers do.
        let first = (round as usize * 7) % self.goods.len();
        let five: Vec<&Product> = self.goods.iter().cycle().skip(first).take(5).collect();
        self.order_of(&five, round)
    }

    /// An order of one of the scarce product.
    pub(crate) fn scarce_order(&self) -> Result<Place> {
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
                address: Address { street: "12 Long Lane, door 4".to_owned(), note: String::new() },
            },
            contact: Contact { name: "Lin".to_owned(), phone: "13800000000".to_owned() },
            tender: Tender::DemoWallet,
            expected_total: total,
        })
    }
}

/// A line of so many pieces of a product.
pub(crate) fn line(product: &Product, pieces: u32) -> PlaceLine {
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
