//! A small shop to tell stories in: two dozen lines of setting up, so that a test has none.

use std::io::Cursor as Bytes;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use ministore_core::call::Call;
use ministore_core::campaign::GoingPromotions;
use ministore_core::catalogue::{Lookup, Product};
use ministore_core::code::ProductCode;
use ministore_core::device::{Register, Secret};
use ministore_core::fulfilment::{DeliveryTerms, Fulfilment, GetSlots, Mode, SlotRule};
use ministore_core::id::{CallId, DeviceId, LineId, OrderId, SessionId, StaffId};
use ministore_core::member::PointsRule;
use ministore_core::money::{Currency, Money};
use ministore_core::order::{Contact, Order, Place, PlaceLine};
use ministore_core::payment::Tender;
use ministore_core::pricing::{PriceLine, price};
use ministore_core::quantity::Measure;
use ministore_core::refusal::Refusal;
use ministore_core::role::{Actor, StaffRole};
use ministore_core::shop::{GetShop, Shop};
use ministore_core::staff::{Pin, SignIn};
use ministore_core::tax::TaxRules;
use ministore_core::text::LocalText;
use ministore_core::time::Timestamp;
use ministore_store::engine::{Engine, EngineOptions, OpenError, PinCost, Seat};
use ministore_store::import::{self, ImportReport};
use ministore_store::payment::Providers;
use ministore_store::printer::Press;
use ministore_store::staff::StaffMember;
use ministore_store::{Answer, Clock};
use uuid::Uuid;

use super::Home;

/// Monday 2 March 2026, 09:00 in Shanghai.
pub(crate) const MONDAY_9: i64 = 1_772_413_200_000;

pub(crate) const MINUTE: i64 = 60_000;

pub(crate) const CASHIER_PIN: &str = "1357";

pub(crate) const CATEGORIES: &str = "slug,name_en,name_zh,icon,position
dairy,Dairy,乳品,milk,1
fruit,Fruit,水果,apple,2
";

/// Milk, two yoghurts, one last cake, and apples by weight.
pub(crate) const PRODUCTS: &str = "\
gtin,plu,category,name_en,name_zh,brand,price,sold_by,content,tax_rate,stock,aisle,min_age
9520000000011,,dairy,Whole milk,纯牛奶,Morningfield,12.50,piece,1 l,9,10,B1,
9520000000028,,dairy,Plain yoghurt,原味酸奶,Morningfield,6.80,piece,400 g,9,2,B1,
9520000000035,,dairy,Cream cake,奶油蛋糕,,58.00,piece,,13,1,B2,
,01001,fruit,Red Fuji apples,红富士苹果,,11.80,weight,,9,16.140,A1,
9520000000042,,fruit,Plum wine,梅子酒,Greenlane,88.00,piece,50 cl,13,5,C1,18
";

pub(crate) const MILK: &str = "9520000000011";
pub(crate) const YOGHURT: &str = "9520000000028";
pub(crate) const CAKE: &str = "9520000000035";
pub(crate) const APPLES: &str = "01001";
pub(crate) const WINE: &str = "9520000000042";

pub(crate) struct TestShop {
    pub(crate) engine: Engine,
    pub(crate) home: Home,
    now: Arc<AtomicI64>,
    seat: Seat,
}

/// A fresh id for anything.
pub(crate) fn id<T: From<Uuid>>() -> T {
    Uuid::now_v7().into()
}

pub(crate) fn yuan(minor: i64) -> Money {
    Currency::CNY.minor(minor)
}

pub(crate) fn code(text: &str) -> ProductCode {
    text.parse().unwrap()
}

pub(crate) fn shop() -> Shop {
    let rule = |mode, capacity| SlotRule {
        mode,
        opens: 8 * 60,
        closes: 20 * 60,
        minutes: 60,
        capacity,
        lead_minutes: 30,
    };
    Shop {
        id: id(),
        name: LocalText::new("Corner", "街角"),
        address: LocalText::new("1 Main Street", "大街1号"),
        currency: Currency::CNY,
        zone: "Asia/Shanghai".to_owned(),
        accent: "#0b6b50".to_owned(),
        categories: Vec::new(),
        in_store: Vec::new(),
        slots: vec![rule(Mode::Pickup, 3), rule(Mode::Delivery, 1)],
        delivery: Some(DeliveryTerms { fee: yuan(600), free_from: Some(yuan(9900)), minimum: yuan(2000) }),
        points: PointsRule { minor_per_point: 100 },
        tenders: vec![Tender::CashAtHandover, Tender::DemoWallet, Tender::WechatPay, Tender::StoredValue],
        promotions: GoingPromotions::default(),
        deposits: Vec::new(),
        exit_key: None,
        demo: true,
        taxes: TaxRules::default(),
        reach: Default::default(),
        till: Default::default(),
    }
}

impl TestShop {
    pub(crate) async fn open() -> Self {
        Self::open_with(Providers::demo()).await
    }

    pub(crate) async fn open_with(providers: Providers) -> Self {
        let test = Self::empty(providers, Seat::Hub).await;
        test.engine.create_shop(&shop()).await.unwrap();
        let categories = import::categories(&test.engine, Bytes::new(CATEGORIES)).await.unwrap();
        assert_eq!(categories.added, 2);
        assert_eq!(test.import(PRODUCTS).await.added, 5);
        test
    }

    pub(crate) async fn empty(providers: Providers, seat: Seat) -> Self {
        let home = Home::new();
        let now = Arc::new(AtomicI64::new(MONDAY_9));
        let engine = Engine::open(home.database(), options(&now, providers, seat)).await.unwrap();
        Self { engine, home, now, seat }
    }

    /// Closes the database and opens it again, as after a restart.
    pub(crate) async fn restarted(self, providers: Providers) -> Self {
        self.reopened(providers, None).await
    }

    /// As [`Self::restarted`], with room for no more than so many bytes.
    pub(crate) async fn reopened(self, providers: Providers, size_limit: Option<u64>) -> Self {
        let Self { engine, home, now, seat } = self;
        engine.close().await;
        let options = EngineOptions { size_limit, ..options(&now, providers, seat) };
        let engine = Engine::open(home.database(), options).await.unwrap();
        Self { engine, home, now, seat }
    }

    /// As [`Self::restarted`], with what prints.
    pub(crate) async fn reopened_with_press(self, press: Arc<dyn Press>) -> Self {
        let Self { engine, home, now, seat } = self;
        engine.close().await;
        let options = EngineOptions { press: Some(press), ..options(&now, Providers::demo(), seat) };
        let engine = Engine::open(home.database(), options).await.unwrap();
        Self { engine, home, now, seat }
    }

    /// As [`Self::restarted`], under another data key, or under none.
    pub(crate) async fn reopened_under(self, data_key: Option<Secret>) -> Result<Self, OpenError> {
        let Self { engine, home, now, seat } = self;
        engine.close().await;
        let options = EngineOptions { data_key, ..options(&now, Providers::default(), seat) };
        let engine = Engine::open(home.database(), options).await?;
        Ok(Self { engine, home, now, seat })
    }

    /// Another engine on the same database.
    pub(crate) async fn another_hub(&self, providers: Providers) -> Self {
        let engine =
            Engine::open(self.home.database(), options(&self.now, providers, Seat::Hub)).await.unwrap();
        Self { engine, home: self.home.clone(), now: self.now.clone(), seat: Seat::Hub }
    }

    /// What time it is here, in milliseconds since 1970.
    pub(crate) fn engine_time(&self) -> i64 {
        self.now.load(Ordering::Relaxed)
    }

    pub(crate) fn pass(&self, minutes: i64) {
        self.now.fetch_add(minutes * MINUTE, Ordering::Relaxed);
    }

    pub(crate) async fn import(&self, csv: impl AsRef<[u8]>) -> ImportReport {
        let file = Bytes::new(csv.as_ref().to_vec());
        let no_pictures = |name: &str| Err(format!("no picture {name}"));
        import::products(&self.engine, file, no_pictures, |_| {}).await.unwrap()
    }

    pub(crate) async fn call<C: Call>(&self, actor: Actor, call: C) -> Result<C::Reply, Refusal>
    where
        Engine: Answer<C>,
    {
        self.engine.call(&actor, id(), call).await
    }

    pub(crate) async fn shop(&self) -> Shop {
        self.call(Actor::Visitor, GetShop {}).await.unwrap()
    }

    pub(crate) async fn product(&self, text: &str) -> Product {
        self.call(Actor::Visitor, Lookup { code: code(text) }).await.unwrap()
    }

    /// A device that is new here.
    pub(crate) async fn shopper(&self) -> Actor {
        let device: DeviceId = id();
        let secret = Secret::from_bytes([7; 32]);
        self.call(Actor::Visitor, Register { device, secret, proof: None }).await.unwrap();
        Actor::Shopper(device)
    }

    pub(crate) async fn add_staff(&self, role: StaffRole, pin: &str) -> StaffId {
        let member = StaffMember { id: id(), name: "Lin".to_owned(), role };
        self.engine.add_staff(&member, &pin.parse().unwrap()).await.unwrap();
        member.id
    }

    pub(crate) fn sign_in(pin: &str) -> SignIn {
        let pin: Pin = pin.parse().unwrap();
        SignIn { pin, session: id::<SessionId>(), secret: Secret::from_bytes([9; 32]), approve: None }
    }

    /// A cashier at a counter.
    pub(crate) async fn cashier(&self) -> Actor {
        let staff = match self.engine.staff().await.unwrap().first() {
            Some(known) => known.id,
            None => self.add_staff(StaffRole::Cashier, CASHIER_PIN).await,
        };
        let at = self.shopper().await;
        let sign_in = Self::sign_in(CASHIER_PIN);
        let session = sign_in.session;
        self.call(at, sign_in).await.unwrap();
        Actor::Staff { device: at.device().unwrap(), session, staff, role: StaffRole::Cashier }
    }

    pub(crate) async fn first_slot(&self, mode: Mode) -> Timestamp {
        let slots = self.call(Actor::Visitor, GetSlots { mode }).await.unwrap().slots;
        slots.first().unwrap().key.starts
    }

    /// An order as a page would make it: collected in the first slot, paid in cash.
    pub(crate) async fn basket(&self, items: &[(&str, Measure)]) -> Place {
        let mut lines = Vec::new();
        let mut goods = Vec::new();
        for (text, measure) in items {
            let product = self.product(text).await;
            lines.push(PlaceLine { id: id::<LineId>(), product: product.id, measure: *measure });
            goods.push((product, *measure));
        }
        let prices = goods.iter().map(|(product, measure)| PriceLine {
            price: product.price,
            measure: *measure,
            tax: product.tax,
            deposits: &product.deposits,
        });
        let prices: Vec<_> = prices.collect();
        Place {
            order: id::<OrderId>(),
            lines,
            fulfilment: Fulfilment::Pickup { starts: self.first_slot(Mode::Pickup).await },
            contact: Contact { name: "Mei".to_owned(), phone: String::new() },
            tender: Tender::CashAtHandover,
            expected_total: price(&prices, yuan(0), Currency::CNY, self.shop().await.taxes).unwrap().total,
        }
    }

    pub(crate) async fn order(&self, shopper: Actor, items: &[(&str, Measure)]) -> Order {
        let place = self.basket(items).await;
        self.call(shopper, place).await.unwrap()
    }

    /// Whether every ledger adds up to its balance.
    pub(crate) async fn assert_ledgers_agree(&self) {
        assert_eq!(self.engine.check().await.unwrap(), []);
    }
}

pub(crate) fn options(now: &Arc<AtomicI64>, providers: Providers, seat: Seat) -> EngineOptions {
    let now = now.clone();
    let clock: Clock = Arc::new(move || Timestamp(now.load(Ordering::Relaxed)));
    EngineOptions {
        clock,
        providers,
        password_cost: PinCost { memory: 64, passes: 1 },
        seat,
        data_key: None,
        press: None,
        size_limit: None,
    }
}

/// One call id, for the same call sent twice.
pub(crate) fn call_id() -> CallId {
    id()
}
