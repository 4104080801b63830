//! A shop where there is none: the demo shop, or an empty one to fill.
//!
//! It is made in a file of its own that takes the database's place when it is whole, so that an interrupted start
//! leaves no half shop behind. For a server's database it is made in a file too, and moved there whole.

use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use ministore_core::campaign::GoingPromotions;
use ministore_core::fulfilment::{DeliveryTerms, Mode, SlotRule};
use ministore_core::id::{CallId, ShopId, StaffId};
use ministore_core::instore::{InStoreError, InStorePattern, InStoreValue};
use ministore_core::member::PointsRule;
use ministore_core::money::Currency;
use ministore_core::payment::Tender;
use ministore_core::reach::Reach;
use ministore_core::refusal::{Refusal, Thing};
use ministore_core::role::{Actor, StaffRole};
use ministore_core::shop::{GetShop, Shop};
use ministore_core::staff::{DEMO_PIN, Pin, PinError};
use ministore_core::tax::TaxRules;
use ministore_core::text::LocalText;
use ministore_core::ticket::TillRules;
use ministore_store::import::ImportError;
use ministore_store::payment::Providers;
use ministore_store::printer::Press;
use ministore_store::staff::StaffMember;
use ministore_store::transfer::{TransferError, transfer};
use ministore_store::{Database, Engine, EngineOptions, OpenError};
use uuid::Uuid;

use crate::press::HubPress;

/// What a hub does where its database has no shop.
#[derive(Clone, Debug)]
pub enum Founding {
    /// It does not start.
    Nothing,
    /// It makes an empty shop with one manager, whose PIN is drawn at random.
    Empty(NewShop),
    /// It makes the demo shop.
    Demo,
}

/// An empty shop to be made.
#[derive(Clone, Debug)]
pub struct NewShop {
    /// Its name.
    pub name: LocalText,
    /// The one currency of its prices.
    pub currency: Currency,
    /// Its time zone by IANA name.
    pub zone: String,
}

/// What was made.
#[derive(Clone, Debug)]
pub struct Founded {
    /// Who can sign in, with the PINs that are told this once.
    pub staff: Vec<FirstStaff>,
}

/// Staff of a new shop.
#[derive(Clone, Debug)]
pub struct FirstStaff {
    /// As colleagues call them.
    pub name: String,
    /// What they may do.
    pub role: StaffRole,
    /// Their PIN.
    pub pin: Pin,
}

/// Staff of the demo shop, whose PINs are no secret.
#[derive(Clone, Copy, Debug)]
pub struct DemoStaff {
    /// As colleagues call them.
    pub name: &'static str,
    /// What they may do.
    pub role: StaffRole,
    /// Their PIN, known to everyone.
    pub pin: &'static str,
}

/// Who works in the demo shop.
pub const DEMO_STAFF: [DemoStaff; 2] = [
    DemoStaff { name: "Chen Yu", role: StaffRole::Cashier, pin: DEMO_PIN },
    DemoStaff { name: "Lin Mei", role: StaffRole::Manager, pin: "9753" },
];

/// Why no shop could be made. There is none then.
#[derive(Debug, thiserror::Error)]
pub enum FoundingError {
    /// It was not asked for.
    #[error("there is no shop in {0}")]
    NoShop(Database),
    /// There is no room for the file in which it is made.
    #[error("the shop was not made: no folder for files on their way: {0}")]
    Folder(io::Error),
    /// It was made, but not moved to where it should be.
    #[error("the shop was not made: {0}")]
    Move(#[from] TransferError),
    /// The engine refused a part of it.
    #[error("the shop was not made: {0}")]
    Refused(#[from] Refusal),
    /// Its own database could not be opened.
    #[error("the shop was not made: {0}")]
    Open(#[from] OpenError),
    /// The finished file could not take its place.
    #[error("the shop was not made: {path}: {source}")]
    File {
        /// Which file.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// The demo shop's catalogue could not be read.
    #[error("the demo shop's catalogue: {0}")]
    Catalogue(#[from] ImportError),
    /// A rule of the demo shop is wrong.
    #[error("the demo shop's in-store codes: {0}")]
    InStore(#[from] InStoreError),
    /// A PIN of the demo shop is wrong.
    #[error("the demo shop's staff: {0}")]
    Pin(#[from] PinError),
    /// No random numbers.
    #[error("this machine gives no random numbers: {0}")]
    Random(getrandom::Error),
}

/// The shop of a database; None where there is none yet.
pub async fn shop_of(engine: &Engine) -> Result<Option<Shop>, Refusal> {
    match engine.call(&Actor::Visitor, CallId(Uuid::now_v7()), GetShop {}).await {
        Ok(shop) => Ok(Some(shop)),
        Err(Refusal::NotFound { what: Thing::Shop }) => Ok(None),
        Err(refusal) => Err(refusal),
    }
}

/// Opens the database for these providers and printers, and makes its shop first where it has none.
pub async fn open_or_found(
    database: impl Into<Database>,
    founding: &Founding,
    providers: Providers,
    press: HubPress,
) -> Result<(Engine, Option<Founded>), crate::StartError> {
    let press: Arc<dyn Press> = Arc::new(press);
    let options = EngineOptions { providers, press: Some(press), ..EngineOptions::hub() };
    match database.into() {
        Database::Sqlite(path) => in_file(&path, founding, options).await,
        server @ Database::Postgres(_) => on_server(server, founding, options).await,
    }
}

async fn on_server(
    server: Database,
    founding: &Founding,
    options: EngineOptions,
) -> Result<(Engine, Option<Founded>), crate::StartError> {
    let engine = Engine::open(server.clone(), options).await?;
    if shop_of(&engine).await.map_err(FoundingError::from)?.is_some() {
        return Ok((engine, None));
    }
    if matches!(founding, Founding::Nothing) {
        return Err(FoundingError::NoShop(server).into());
    }
    let folder = tempfile::tempdir().map_err(FoundingError::Folder)?;
    let path = folder.path().join("ministore.db");
    let founded = found(&path, founding).await?;
    match transfer(&path.into(), &engine).await {
        Ok(_) => Ok((engine, Some(founded))),
        // Another hub that started at the same time was quicker.
        Err(TransferError::NotEmpty { .. })
            if shop_of(&engine).await.map_err(FoundingError::from)?.is_some() =>
        {
            Ok((engine, None))
        }
        Err(error) => Err(FoundingError::from(error).into()),
    }
}

async fn in_file(
    path: &Path,
    founding: &Founding,
    options: EngineOptions,
) -> Result<(Engine, Option<Founded>), crate::StartError> {
    if path.exists() {
        let engine = Engine::open(path, options.clone()).await?;
        if shop_of(&engine).await.map_err(FoundingError::from)?.is_some() {
            return Ok((engine, None));
        }
        engine.close().await;
    }
    let founded = found(path, founding).await?;
    Ok((Engine::open(path, options).await?, Some(founded)))
}

async fn found(path: &Path, founding: &Founding) -> Result<Founded, FoundingError> {
    if matches!(founding, Founding::Nothing) {
        return Err(FoundingError::NoShop(path.into()));
    }
    let unfinished = path.with_extension("new");
    remove_database(&unfinished)?;
    let engine = Engine::open(&unfinished, EngineOptions::hub()).await?;
    let made = fill(&engine, founding).await;
    engine.close().await;
    let founded = made?;
    remove_database(path)?;
    std::fs::rename(&unfinished, path)
        .map_err(|source| FoundingError::File { path: path.to_owned(), source })?;
    Ok(founded)
}

/// Removes a database that holds no shop, with what SQLite keeps beside it.
fn remove_database(path: &Path) -> Result<(), FoundingError> {
    for beside in ["", "-wal", "-shm"] {
        let mut file = path.as_os_str().to_owned();
        file.push(beside);
        let path = PathBuf::from(file);
        match std::fs::remove_file(&path) {
            Err(source) if source.kind() != io::ErrorKind::NotFound => {
                return Err(FoundingError::File { path, source });
            }
            _ => {}
        }
    }
    Ok(())
}

async fn fill(engine: &Engine, founding: &Founding) -> Result<Founded, FoundingError> {
    match founding {
        Founding::Nothing => Err(Refusal::NotFound { what: Thing::Shop }.into()),
        Founding::Empty(new) => {
            engine.create_shop(&empty_shop(new)).await?;
            let manager = FirstStaff { name: "Manager".into(), role: StaffRole::Manager, pin: random_pin()? };
            add_staff(engine, vec![manager]).await
        }
        Founding::Demo => {
            engine.create_shop(&demo_shop()?).await?;
            crate::demo_catalogue::load(engine).await?;
            let mut reach = engine.whole_reach().await?;
            reach.branches = crate::demo_place::branches()?;
            reach.neighbourhoods = crate::demo_place::neighbourhoods()?;
            engine.set_whole_reach(&reach).await?;
            let staff = DEMO_STAFF.into_iter().map(|staff| {
                Ok(FirstStaff { name: staff.name.into(), role: staff.role, pin: staff.pin.parse()? })
            });
            add_staff(engine, staff.collect::<Result<_, PinError>>()?).await
        }
    }
}

async fn add_staff(engine: &Engine, staff: Vec<FirstStaff>) -> Result<Founded, FoundingError> {
    for one in &staff {
        let member = StaffMember { id: StaffId(Uuid::now_v7()), name: one.name.clone(), role: one.role };
        engine.add_staff(&member, &one.pin).await?;
    }
    Ok(Founded { staff })
}

/// Six random digits. Of 2⁶⁴ draws each PIN has as many as any other, but for one in 10¹³.
fn random_pin() -> Result<Pin, FoundingError> {
    let mut bytes = [0; 8];
    getrandom::fill(&mut bytes).map_err(FoundingError::Random)?;
    Ok(format!("{:06}", u64::from_le_bytes(bytes) % 1_000_000).parse()?)
}

fn empty_shop(new: &NewShop) -> Shop {
    Shop {
        id: ShopId(Uuid::now_v7()),
        name: new.name.clone(),
        address: LocalText::default(),
        currency: new.currency,
        zone: new.zone.clone(),
        accent: ACCENT.into(),
        categories: Vec::new(),
        in_store: Vec::new(),
        slots: vec![PICKUP],
        delivery: None,
        points: PointsRule { minor_per_point: 10_u32.pow(new.currency.exponent()) },
        tenders: vec![Tender::CashAtHandover],
        promotions: GoingPromotions::default(),
        deposits: Vec::new(),
        exit_key: None,
        demo: false,
        taxes: TaxRules::default(),
        reach: Reach::default(),
        till: TillRules::default(),
    }
}

/// A green on which white text has a contrast of 5.5.
const ACCENT: &str = "#0f766e";

const PICKUP: SlotRule = SlotRule {
    mode: Mode::Pickup,
    opens: 8 * 60,
    closes: 21 * 60,
    minutes: 30,
    capacity: 8,
    lead_minutes: 20,
};

const DELIVERY: SlotRule = SlotRule {
    mode: Mode::Delivery,
    opens: 9 * 60,
    closes: 21 * 60,
    minutes: 60,
    capacity: 6,
    lead_minutes: 45,
};

fn demo_shop() -> Result<Shop, FoundingError> {
    let currency = Currency::CNY;
    let mut in_store = vec![InStorePattern::new("20PPPPPVVVVVC", InStoreValue::Price)?];
    in_store.extend(crate::demo::in_store_patterns()?);
    Ok(Shop {
        id: ShopId(Uuid::now_v7()),
        name: LocalText::new("Corner & Co.", "街角小店"),
        address: LocalText::new("12 Plane Tree Lane, Shanghai", "上海市梧桐里 12 号"),
        currency,
        zone: "Asia/Shanghai".into(),
        accent: ACCENT.into(),
        categories: crate::demo_catalogue::categories()?,
        in_store,
        slots: vec![PICKUP, DELIVERY],
        delivery: Some(DeliveryTerms {
            fee: currency.minor(600),
            free_from: Some(currency.minor(9900)),
            minimum: currency.minor(2000),
        }),
        points: PointsRule { minor_per_point: 100 },
        tenders: vec![Tender::CashAtHandover, Tender::DemoWallet, Tender::StoredValue],
        promotions: GoingPromotions::default(),
        deposits: crate::demo::deposits(),
        exit_key: None,
        demo: true,
        taxes: TaxRules::default(),
        reach: crate::demo_place::reach()?,
        till: TillRules::default(),
    })
}
