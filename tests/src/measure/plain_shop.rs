//! A shop with nothing special about it: open all day, with room for every order.

use ministore_core::campaign::GoingPromotions;
use ministore_core::fulfilment::{Mode, SlotRule};
use ministore_core::id::ShopId;
use ministore_core::member::PointsRule;
use ministore_core::money::Currency;
use ministore_core::payment::Tender;
use ministore_core::shop::Shop;
use ministore_core::tax::TaxRules;
use ministore_core::text::LocalText;
use uuid::Uuid;

/// The shop, in yuan. It takes cash and the demo wallet, and delivers nothing until it is given terms.
pub fn plain_shop() -> Shop {
    let slots = [Mode::Pickup, Mode::Delivery].map(|mode| SlotRule {
        mode,
        opens: 0,
        closes: 1440,
        minutes: 60,
        capacity: 100_000_000,
        lead_minutes: 0,
    });
    Shop {
        id: ShopId(Uuid::now_v7()),
        name: LocalText::new("Plain", "平常"),
        address: LocalText::default(),
        currency: Currency::CNY,
        zone: "Asia/Shanghai".to_owned(),
        accent: "#0f766e".to_owned(),
        categories: Vec::new(),
        in_store: Vec::new(),
        slots: slots.into(),
        delivery: None,
        points: PointsRule { minor_per_point: 100 },
        tenders: vec![Tender::CashAtHandover, Tender::DemoWallet],
        promotions: GoingPromotions::default(),
        deposits: Vec::new(),
        exit_key: None,
        demo: false,
        taxes: TaxRules::default(),
        reach: Default::default(),
        till: Default::default(),
    }
}
