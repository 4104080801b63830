//! A hub with goods, and a service that fails.

use std::io::Cursor;
use std::net::{Ipv4Addr, SocketAddr, TcpListener};
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context, Result};
use ministore_core::catalogue::{Lookup, Product};
use ministore_core::fulfilment::{GetSlots, Mode, SlotRule};
use ministore_core::id::CallId;
use ministore_core::money::Currency;
use ministore_core::role::Actor;
use ministore_core::text::LocalText;
use ministore_core::time::Timestamp;
use ministore_hub::founding::{NewShop, shop_of};
use ministore_hub::server::database_path;
use ministore_hub::wechat_pay::WechatPay;
use ministore_hub::{Announce, Founding, Hub, HubConfig, serve};
use ministore_pay::Settings;
use ministore_store::engine::system_clock;
use ministore_store::payment::Providers;
use ministore_store::{Engine, EngineOptions, import};
use ministore_test_wechat_pay::fault::Faults;
use ministore_test_wechat_pay::{Options, Simulator};
use tempfile::TempDir;
use tokio::task::JoinHandle;
use uuid::Uuid;

use crate::wrong::{Break, Wrong};

/// How long an order waits to be paid. The service reckons in whole seconds.
pub const PATIENCE: Duration = Duration::from_secs(3);

/// How long one request may take.
const TIMEOUT: Duration = Duration::from_millis(300);

/// How much of the one product there is.
pub const STOCK: i64 = 1_000_000;

const GTIN: &str = "9520000000011";

/// All of it.
pub struct Shop {
    /// The hub's engine; where a rule is broken, one over the hub's database after it was stopped.
    pub engine: Engine,
    hub: Option<Hub>,
    /// The service.
    pub simulator: Simulator,
    /// What is sold.
    pub product: Product,
    /// When it is picked up.
    pub slot: Timestamp,
    /// Where the service tells what was paid.
    pub notify_url: String,
    _folder: TempDir,
}

impl Shop {
    /// Opens one, whose service fails so often, and whose client is broken in that way.
    pub async fn open(seed: u64, faults: u32, broken: Option<Break>) -> Result<Self> {
        let folder = tempfile::tempdir()?;
        let options = Options {
            faults: Faults::drawn(seed, faults, faults * 3, TIMEOUT + TIMEOUT / 3),
            notify_again: Duration::from_millis(60),
            notify_tries: 4,
            refund_takes: Duration::from_millis(40),
            ..Options::default()
        };
        let simulator = Simulator::start(&folder.path().join("service"), options).await?;
        let port = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?.local_addr()?.port();
        let notify_url = format!("http://127.0.0.1:{port}/pay/wechat/notify");
        let mut settings = Settings::from_file(&simulator.write_settings(&notify_url, false)?)?;
        (settings.timeout, settings.patience, settings.pause) = (TIMEOUT, PATIENCE, Duration::ZERO);
        let mut config =
            HubConfig::new(folder.path().join("shop"), SocketAddr::from((Ipv4Addr::LOCALHOST, port)));
        config.announce = Announce::Never;
        config.wechat_pay = Some(settings.clone());
        config.founding = Founding::Empty(NewShop {
            name: LocalText::new("Harbour Store", "港口商店"),
            currency: Currency::CNY,
            zone: "Asia/Shanghai".to_owned(),
        });
        let hub = Box::pin(serve(config)).await?;
        let engine = hub.engine();
        let mut shop = shop_of(engine).await?.context("no shop was made")?;
        shop.slots = vec![SlotRule {
            mode: Mode::Pickup,
            opens: 0,
            closes: 24 * 60,
            minutes: 60,
            capacity: 1_000_000,
            lead_minutes: 60,
        }];
        engine.update_shop(&shop).await?;
        let category = "slug,name_en,name_zh,icon,position\ndairy,Dairy,乳品,milk,1\n";
        import::categories(engine, Cursor::new(category)).await?;
        let goods = format!("gtin,category,name_en,price,stock\n{GTIN},dairy,Whole milk,12.50,{STOCK}\n");
        import::products(engine, Cursor::new(goods.into_bytes()), |_| Err("no picture".to_owned()), |_| {})
            .await?;
        let id = || CallId(Uuid::now_v7());
        let slots = engine.call(&Actor::Visitor, id(), GetSlots { mode: Mode::Pickup }).await?.slots;
        // The last one: however long this takes, it is not too late for it.
        let slot = slots.last().context("no slot")?.key.starts;
        let product = engine.call(&Actor::Visitor, id(), Lookup { code: GTIN.parse()? }).await?;
        let (engine, hub) = match broken {
            None => (engine.clone(), Some(hub)),
            Some(broken) => {
                hub.shutdown().await;
                let wrong = Wrong::new(WechatPay::new(settings, system_clock())?, broken);
                let providers = Providers::demo().with(Arc::new(wrong));
                let options = EngineOptions { providers, ..EngineOptions::hub() };
                (Engine::open(database_path(&folder.path().join("shop")), options).await?, None)
            }
        };
        Ok(Self { product, slot, simulator, notify_url, engine, hub, _folder: folder })
    }

    /// The product as it is now.
    pub async fn product_now(&self) -> Result<Product> {
        let look = Lookup { code: GTIN.parse()? };
        Ok(self.engine.call(&Actor::Visitor, CallId(Uuid::now_v7()), look).await?)
    }

    /// Asks about open payments all the time, as the hub does every half a minute.
    pub fn settle_on(&self) -> JoinHandle<()> {
        let engine = self.engine.clone();
        tokio::spawn(async move {
            loop {
                // What it could not settle now it settles later.
                let _ = engine.settle_payments().await;
                tokio::time::sleep(Duration::from_millis(100)).await;
            }
        })
    }

    /// Ends it.
    pub async fn close(self) {
        match self.hub {
            Some(hub) => hub.shutdown().await,
            None => self.engine.close().await,
        }
    }
}
