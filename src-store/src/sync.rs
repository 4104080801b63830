//! The feed of changes: what devices pull, and what watchers are told.
//!
//! The feed keeps one row for each thing that ever changed, under the number of its newest change. So it never grows
//! beyond what there is, and a device that starts at zero is told everything once.

mod hubs;

use std::collections::HashMap;

use ministore_core::catalogue::Product;
use ministore_core::id::{DeviceId, OrderId, ProductId, TabId};
use ministore_core::order::OrderState;
use ministore_core::refusal::Refusal;
use ministore_core::role::Actor;
use ministore_core::sync::{Change, Changed, Changes, Cursor, Event, Pull};
use uuid::Uuid;

use crate::engine::{Answer, Caller, Engine};
use crate::fault::Fault;
use crate::write::Head;
use crate::{catalogue, member, order, shop, sql};

pub(crate) use hubs::{Numbers, listen};

/// The most changes that one pull gives.
pub const PULL_LIMIT: u32 = 2000;

/// How many products are looked up together: a power of two, for a statement that stays prepared.
const TOGETHER: usize = 256;

/// Who is told of a change.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Audience {
    /// Everyone who watches.
    Everyone,
    /// All staff, and this device.
    StaffAnd(DeviceId),
    /// This device alone.
    Device(DeviceId),
    /// All staff, and whoever sits at the table: the database says who that is.
    AtTables,
}

impl Audience {
    /// Whether `actor` is told.
    pub fn includes(self, actor: &Actor) -> bool {
        match self {
            Self::Everyone => true,
            Self::StaffAnd(device) => matches!(actor, Actor::Staff { .. }) || actor.device() == Some(device),
            Self::Device(device) => actor.device() == Some(device),
            Self::AtTables => actor.device().is_some(),
        }
    }
}

/// A change that has just become durable.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Notice {
    /// What is told.
    pub event: Event,
    /// To whom.
    pub audience: Audience,
}

impl Answer<Pull> for Engine {
    async fn answer(&self, caller: &Caller, call: Pull) -> Result<Changes, Fault> {
        if !(1..=PULL_LIMIT).contains(&call.limit) {
            return Err(Fault::invalid("limit", format!("1 to {PULL_LIMIT}")));
        }
        let head = self.head().await?;
        let device = caller.device()?;
        let mut tx = self.snapshot().await?;
        let mut rows = sql::query(
            "SELECT kind, key, seq FROM change
             WHERE shop_id = $1 AND seq > $2 AND (device_id IS NULL OR device_id = $3) AND kind <> 'tab'
             ORDER BY seq LIMIT $4",
        )
        .bind(head.shop.0)
        .bind(call.after.0)
        .bind(device.0)
        .bind(i64::from(call.limit) + 1)
        .fetch_all(&mut tx)
        .await?;
        let more = rows.len() > call.limit as usize;
        rows.truncate(call.limit as usize);
        let mut changes = Vec::with_capacity(rows.len() + 1);
        let mut next = call.after;
        // The shop comes before what lives in it: a device with no shop has nowhere to put a product.
        if shop_is_news(&mut tx, head, call.after).await? {
            changes.push(Change::Shop(Box::new(shop::load(&mut tx, head).await?)));
        }
        let mut products = products_of(&mut tx, head, &rows).await?;
        for row in rows {
            let key: Uuid = row.try_get(1)?;
            next = Cursor(row.try_get(2)?);
            match row.try_get(0)? {
                "product" => changes.push(match products.remove(&ProductId(key)) {
                    Some(product) => Change::Product(Box::new(product)),
                    None => Change::ProductGone(ProductId(key)),
                }),
                "order" => {
                    if let Some(order) = order::load(&mut tx, head, OrderId(key), Some(device)).await? {
                        changes.push(Change::Order(Box::new(order)));
                    }
                }
                "card" => {
                    if let Some(card) = member::card_of(&mut tx, head, device).await? {
                        changes.push(Change::Card(Box::new(card)));
                    }
                }
                "erased" => changes.push(Change::Erased),
                _ => {}
            }
        }
        Ok(Changes { changes, next, more })
    }
}

async fn shop_is_news(conn: &mut sql::Connection, head: Head, after: Cursor) -> Result<bool, Fault> {
    let seq: Option<i64> =
        sql::query_scalar("SELECT seq FROM change WHERE shop_id = $1 AND kind = 'shop' AND key = $1")
            .bind(head.shop.0)
            .fetch_optional(conn)
            .await?;
    Ok(seq.is_some_and(|seq| seq > after.0))
}

/// The products that rows of the feed name, where they are still sold.
async fn products_of(
    conn: &mut sql::Connection,
    head: Head,
    rows: &[sql::Row],
) -> Result<HashMap<ProductId, Product>, Fault> {
    let mut named = Vec::new();
    for row in rows {
        if row.try_get::<&str>(0)? == "product" {
            named.push(ProductId(row.try_get(1)?));
        }
    }
    let mut products = HashMap::with_capacity(named.len());
    for some in named.chunks(TOGETHER) {
        let rows = catalogue::by_ids(head, some.to_vec()).fetch_all(conn).await?;
        products.extend(catalogue::products(&rows, head)?.into_iter().map(|product| (product.id, product)));
    }
    Ok(products)
}

impl Engine {
    /// The number of the newest change: where a watcher that starts now goes on from.
    pub async fn newest_change(&self) -> Result<Cursor, Refusal> {
        let newest = async {
            let head = self.head().await?;
            let mut conn = self.reader().await?;
            let newest: Option<i64> = sql::query_scalar("SELECT MAX(seq) FROM change WHERE shop_id = $1")
                .bind(head.shop.0)
                .fetch_one(&mut conn)
                .await?;
            Ok::<_, Fault>(Cursor(newest.unwrap_or(0)))
        };
        newest.await.map_err(Fault::refusal)
    }

    /// What a watcher missed after `after`, oldest first and at most `limit`: only what `actor` may hear, and only the
    /// newest of several changes of one thing.
    pub async fn events_after(
        &self,
        actor: &Actor,
        after: Cursor,
        limit: u32,
    ) -> Result<Vec<Event>, Refusal> {
        self.missed(actor, after, limit).await.map_err(Fault::refusal)
    }

    async fn missed(&self, actor: &Actor, after: Cursor, limit: u32) -> Result<Vec<Event>, Fault> {
        let head = self.head().await?;
        let staff = matches!(actor, Actor::Staff { .. });
        let device = actor.device().map(|device| device.0);
        let mut conn = self.reader().await?;
        let rows = sql::query(
            "SELECT c.kind, c.key, c.seq, o.number, o.state FROM change c
             LEFT JOIN orders o ON c.kind = 'order' AND o.shop_id = c.shop_id AND o.order_id = c.key
             WHERE c.shop_id = $1 AND c.seq > $2
               AND (c.device_id = $3 OR (c.device_id IS NULL AND c.kind <> 'tab')
                   OR ($4 = 1 AND c.kind IN ('order', 'tab'))
                   OR (c.kind = 'tab' AND EXISTS (SELECT 1 FROM tab_guest g
                       WHERE g.shop_id = c.shop_id AND g.tab_id = c.key AND g.device_id = $3)))
             ORDER BY c.seq LIMIT $5",
        )
        .bind(head.shop.0)
        .bind(after.0)
        .bind(device)
        .bind(i64::from(staff))
        .bind(i64::from(limit))
        .fetch_all(&mut conn)
        .await?;
        rows.iter().map(event).collect()
    }
}

/// The event of a row of the feed: its kind, key and number, and an order's number and state.
fn event(row: &sql::Row) -> Result<Event, Fault> {
    let key: Uuid = row.try_get(1)?;
    let what = match row.try_get(0)? {
        "shop" => Changed::Shop,
        "product" => Changed::Product { product: ProductId(key) },
        "order" => {
            let word: &str = row.try_get(4)?;
            let state = OrderState::of_word(word).ok_or_else(|| Fault::row("orders", word))?;
            Changed::Order { order: OrderId(key), number: row.try_get(3)?, state }
        }
        "erased" => Changed::Erased,
        "tab" => Changed::Tab { tab: TabId(key) },
        _ => Changed::Card,
    };
    Ok(Event { cursor: Cursor(row.try_get(2)?), what })
}

/// What changed after one number and before another, oldest first and at most `limit`, for all whom it concerns.
async fn notices(
    conn: &mut sql::Connection,
    head: Head,
    after: i64,
    before: i64,
    limit: u32,
) -> Result<Vec<Notice>, Fault> {
    let rows = sql::query(
        "SELECT c.kind, c.key, c.seq, o.number, o.state, c.device_id FROM change c
         LEFT JOIN orders o ON c.kind = 'order' AND o.shop_id = c.shop_id AND o.order_id = c.key
         WHERE c.shop_id = $1 AND c.seq > $2 AND c.seq < $3
         ORDER BY c.seq LIMIT $4",
    )
    .bind(head.shop.0)
    .bind(after)
    .bind(before)
    .bind(limit)
    .fetch_all(conn)
    .await?;
    rows.iter()
        .map(|row| {
            let event = event(row)?;
            let device = row.try_get::<Option<Uuid>>(5)?.map(DeviceId);
            let audience = match (&event.what, device) {
                (Changed::Order { .. }, Some(device)) => Audience::StaffAnd(device),
                (Changed::Tab { .. }, _) => Audience::AtTables,
                (_, Some(device)) => Audience::Device(device),
                (_, None) => Audience::Everyone,
            };
            Ok(Notice { event, audience })
        })
        .collect()
}
