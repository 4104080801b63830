//! The shop of a database: made once, changed as a whole.

use jiff::tz::TimeZone;
use ministore_core::campaign::GoingPromotions;
use ministore_core::catalogue::Category;
use ministore_core::deposit::Deposit;
use ministore_core::fulfilment::{DeliveryTerms, SlotRule};
use ministore_core::member::PointsRule;
use ministore_core::money::{Currency, Money};
use ministore_core::payment::Tender;
use ministore_core::reach::Reach;
use ministore_core::refusal::Refusal;
use ministore_core::shop::{GetShop, Shop};
use ministore_core::sync::{Changed, Cursor, Event};
use ministore_core::tax::TaxRules;
use ministore_core::ticket::TillRules;

use crate::engine::{Answer, Caller, Engine, Seat};
use crate::fault::Fault;
use crate::sync::{Audience, Notice, Numbers};
use crate::write::{Head, Write};
use crate::{deposit, exit, random, row, sql};

impl Answer<GetShop> for Engine {
    async fn answer(&self, _: &Caller, _: GetShop) -> Result<Shop, Fault> {
        let head = self.head().await?;
        load(&mut *self.snapshot().await?, head).await
    }
}

impl Engine {
    /// Makes `shop` the shop of this database, with its categories. Refused where there is one already, and where a
    /// rule of it makes no sense.
    pub async fn create_shop(&self, shop: &Shop) -> Result<(), Refusal> {
        self.make_shop(shop).await.map_err(Fault::refusal)
    }

    /// Replaces the shop's name, rules and categories. Its key and currency stay as they are: refused where they
    /// differ.
    pub async fn update_shop(&self, shop: &Shop) -> Result<(), Refusal> {
        self.change_shop(shop).await.map_err(Fault::refusal)
    }

    async fn make_shop(&self, shop: &Shop) -> Result<(), Fault> {
        check(shop)?;
        match self.head().await {
            Ok(_) => return Err(Refusal::IdReused.into()),
            Err(Fault::Refused(_)) => {}
            Err(fault) => return Err(fault),
        }
        let mut tx = self.begin_immediate().await?;
        let taken: i64 = sql::query_scalar("SELECT COUNT(*) FROM shop").fetch_one(&mut tx).await?;
        if taken > 0 {
            return Err(Refusal::IdReused.into());
        }
        save(&mut tx, shop).await?;
        if self.seat() == Seat::Hub {
            exit::make_key(&mut tx, shop.id.0).await?;
        }
        sql::query("INSERT INTO change (shop_id, kind, key, seq) VALUES ($1, 'shop', $1, 1)")
            .bind(shop.id.0)
            .execute(&mut tx)
            .await?;
        let event = Event { cursor: Cursor(1), what: Changed::Shop };
        let notice = Notice { event, audience: Audience::Everyone };
        self.commit(tx, Some(Numbers { first: 1, last: 1 }), vec![notice]).await
    }

    async fn change_shop(&self, shop: &Shop) -> Result<(), Fault> {
        check(shop)?;
        let mut write = Write::begin(self).await?;
        if (shop.id, shop.currency) != (write.head.shop, write.head.currency) {
            return Err(Fault::invalid("currency", "a shop keeps its key and its currency"));
        }
        save(write.conn(), shop).await?;
        write.shop_changed().await?;
        write.commit(self).await
    }
}

/// Writes all of `shop`.
pub(crate) async fn save(conn: &mut sql::Connection, shop: &Shop) -> Result<(), Fault> {
    let salt = random::bytes::<16>()?;
    sql::query(
        "INSERT INTO shop (shop_id, name_en, name_zh, address_en, address_zh, currency, zone, accent, in_store,
             slots, delivery, points, tenders, demo, pin_salt, taxes, exit_key, till, promotions)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19)
         ON CONFLICT (shop_id) DO UPDATE SET name_en = excluded.name_en, name_zh = excluded.name_zh,
             address_en = excluded.address_en, address_zh = excluded.address_zh, zone = excluded.zone,
             accent = excluded.accent, in_store = excluded.in_store, slots = excluded.slots,
             delivery = excluded.delivery, points = excluded.points, tenders = excluded.tenders,
             demo = excluded.demo, taxes = excluded.taxes, till = excluded.till, promotions = excluded.promotions,
             exit_key = COALESCE(excluded.exit_key, shop.exit_key)",
    )
    .bind(shop.id.0)
    .bind(&shop.name.en)
    .bind(&shop.name.zh)
    .bind(&shop.address.en)
    .bind(&shop.address.zh)
    .bind(shop.currency.code())
    .bind(&shop.zone)
    .bind(&shop.accent)
    .bind(serde_json::to_string(&shop.in_store)?)
    .bind(serde_json::to_string(&shop.slots)?)
    .bind(serde_json::to_string(&shop.delivery)?)
    .bind(serde_json::to_string(&shop.points)?)
    .bind(serde_json::to_string(&shop.tenders)?)
    .bind(i64::from(shop.demo))
    .bind(salt.as_slice())
    .bind(serde_json::to_string(&shop.taxes)?)
    .bind(shop.exit_key.as_ref().map(|key| key.bytes().to_vec()))
    .bind(serde_json::to_string(&shop.till)?)
    .bind(shop.promotions.text())
    .execute(&mut *conn)
    .await?;
    sql::query("UPDATE shop SET reach = $2, deposits = $3 WHERE shop_id = $1")
        .bind(shop.id.0)
        .bind(serde_json::to_string(&shop.reach)?)
        .bind(serde_json::to_string(&shop.deposits)?)
        .execute(&mut *conn)
        .await?;
    sql::query("DELETE FROM category WHERE shop_id = $1").bind(shop.id.0).execute(&mut *conn).await?;
    for category in &shop.categories {
        save_category(conn, shop.id.0, category).await?;
    }
    Ok(())
}

/// Writes one category.
pub(crate) async fn save_category(
    conn: &mut sql::Connection,
    shop: uuid::Uuid,
    category: &Category,
) -> Result<(), Fault> {
    sql::query(
        "INSERT INTO category (shop_id, slug, name_en, name_zh, icon, position) VALUES ($1, $2, $3, $4, $5, $6)
         ON CONFLICT (shop_id, slug) DO UPDATE SET name_en = excluded.name_en, name_zh = excluded.name_zh,
             icon = excluded.icon, position = excluded.position",
    )
    .bind(shop)
    .bind(category.slug.as_str())
    .bind(&category.name.en)
    .bind(&category.name.zh)
    .bind(&category.icon)
    .bind(category.position)
    .execute(conn)
    .await?;
    Ok(())
}

/// The shop as it is.
pub(crate) async fn load(conn: &mut sql::Connection, head: Head) -> Result<Shop, Fault> {
    let row = sql::query(
        "SELECT name_en, name_zh, address_en, address_zh, zone, accent, in_store, slots, delivery, points, tenders,
             demo, taxes, exit_key, till, promotions, deposits
         FROM shop WHERE shop_id = $1",
    )
    .bind(head.shop.0)
    .fetch_one(&mut *conn)
    .await?;
    Ok(Shop {
        id: head.shop,
        name: row::text(&row, 0)?,
        address: row::text(&row, 2)?,
        currency: head.currency,
        zone: row.try_get(4)?,
        accent: row.try_get(5)?,
        categories: categories(&mut *conn, head).await?,
        in_store: serde_json::from_str(row.try_get(6)?)?,
        slots: serde_json::from_str(row.try_get(7)?)?,
        delivery: serde_json::from_str(row.try_get(8)?)?,
        points: serde_json::from_str(row.try_get(9)?)?,
        tenders: serde_json::from_str(row.try_get(10)?)?,
        demo: row.try_get::<i64>(11)? == 1,
        taxes: serde_json::from_str(row.try_get(12)?)?,
        reach: reach(conn, head).await?,
        exit_key: exit::public_key(&row, 13)?,
        till: serde_json::from_str(row.try_get(14)?)?,
        promotions: GoingPromotions::of_text(row.try_get(15)?),
        deposits: serde_json::from_str(row.try_get(16)?)?,
    })
}

/// Where the shop is, and how far it reaches.
pub(crate) async fn reach(conn: &mut sql::Connection, head: Head) -> Result<Reach, Fault> {
    let text: String = sql::query_scalar("SELECT reach FROM shop WHERE shop_id = $1")
        .bind(head.shop.0)
        .fetch_one(conn)
        .await?;
    Ok(serde_json::from_str(&text)?)
}

/// By what the shop sells: what orders and sales are held to.
pub(crate) struct Terms {
    pub(crate) currency: Currency,
    /// Its time zone's name.
    pub(crate) zone: String,
    pub(crate) slots: Vec<SlotRule>,
    /// None where it delivers nothing.
    pub(crate) delivery: Option<DeliveryTerms>,
    pub(crate) points: PointsRule,
    pub(crate) taxes: TaxRules,
    pub(crate) tenders: Vec<Tender>,
    pub(crate) reach: Reach,
    pub(crate) till: TillRules,
    /// As devices are told them.
    pub(crate) promotions: String,
    pub(crate) deposits: Vec<Deposit>,
}

impl Terms {
    /// Asks for the terms of now.
    pub(crate) fn ask(head: Head) -> sql::Query<'static> {
        sql::query(
            "SELECT zone, slots, delivery, points, tenders, taxes, reach, till, promotions, deposits FROM shop
             WHERE shop_id = $1",
        )
        .bind(head.shop.0)
    }

    /// What was answered.
    pub(crate) fn of(rows: &[sql::Row], head: Head) -> Result<Self, Fault> {
        let row = rows.first().ok_or_else(|| Fault::row("shop", "gone"))?;
        Ok(Self {
            currency: head.currency,
            zone: row.try_get(0)?,
            slots: serde_json::from_str(row.try_get(1)?)?,
            delivery: serde_json::from_str(row.try_get(2)?)?,
            points: serde_json::from_str(row.try_get(3)?)?,
            tenders: serde_json::from_str(row.try_get(4)?)?,
            taxes: serde_json::from_str(row.try_get(5)?)?,
            reach: serde_json::from_str(row.try_get(6)?)?,
            till: serde_json::from_str(row.try_get(7)?)?,
            promotions: row.try_get(8)?,
            deposits: serde_json::from_str(row.try_get(9)?)?,
        })
    }
}

/// The categories in their order.
pub(crate) async fn categories(conn: &mut sql::Connection, head: Head) -> Result<Vec<Category>, Fault> {
    let rows = sql::query(
        "SELECT slug, name_en, name_zh, icon, position FROM category WHERE shop_id = $1 ORDER BY position, slug",
    )
    .bind(head.shop.0)
    .fetch_all(conn)
    .await?;
    rows.iter()
        .map(|row| {
            Ok(Category {
                slug: row.try_get::<&str>(0)?.parse().map_err(|error| Fault::row("category", error))?,
                name: row::text(row, 1)?,
                icon: row.try_get(3)?,
                position: row.try_get(4)?,
            })
        })
        .collect()
}

/// Whether a shop's rules make sense.
pub(crate) fn check(shop: &Shop) -> Result<(), Fault> {
    if shop.name.is_empty() {
        return Err(Fault::invalid("name", "a shop has a name"));
    }
    TimeZone::get(&shop.zone).map_err(|error| Fault::invalid("zone", error))?;
    match contrast_with_white(&shop.accent) {
        Some(contrast) if contrast >= 4.5 => {}
        Some(contrast) => {
            let reason = format!("white text on it has a contrast of {contrast:.1}; it takes 4.5");
            return Err(Fault::invalid("accent", reason));
        }
        None => return Err(Fault::invalid("accent", "a colour as #rrggbb")),
    }
    let foreign = |money: Money| money.currency != shop.currency || money.minor < 0;
    if let Some(terms) = shop.delivery
        && [Some(terms.fee), terms.free_from, Some(terms.minimum)].into_iter().flatten().any(foreign)
    {
        return Err(Fault::invalid("delivery", "amounts of the shop's currency, not below zero"));
    }
    if shop.slots.iter().any(|rule| rule.minutes == 0 || rule.starts().next().is_none()) {
        return Err(Fault::invalid("slots", "each rule leaves room for a slot"));
    }
    if shop.tenders.is_empty() {
        return Err(Fault::invalid("tenders", "at least one means of payment"));
    }
    if !shop.reach.zones.is_empty() && shop.delivery.is_none() {
        return Err(Fault::invalid("delivery", "a shop that delivers by zones delivers"));
    }
    shop.till.checked(shop.currency).map_err(|field| Fault::invalid(field, "no rule for tills"))?;
    deposit::check(&shop.deposits, shop.currency)?;
    crate::reach::check(&shop.reach, shop.currency)?;
    Ok(())
}

/// The contrast between white and `#rrggbb` (WCAG 2.2, "contrast ratio" and "relative luminance").
fn contrast_with_white(colour: &str) -> Option<f64> {
    let digits = colour.strip_prefix('#').filter(|digits| digits.len() == 6 && digits.is_ascii())?;
    let channel = |at: usize| {
        let value = f64::from(u8::from_str_radix(digits.get(at..at + 2)?, 16).ok()?) / 255.0;
        Some(if value <= 0.04045 { value / 12.92 } else { ((value + 0.055) / 1.055).powf(2.4) })
    };
    let luminance = 0.2126 * channel(0)? + 0.7152 * channel(2)? + 0.0722 * channel(4)?;
    Some(1.05 / (luminance + 0.05))
}
