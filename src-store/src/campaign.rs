//! Promotions as managers put them up, and the ledger of what each took off.

use std::collections::hash_map::Entry;
use std::collections::{BTreeMap, HashMap};

use ministore_core::campaign::{
    Came, Campaign, Campaigns, GetCampaigns, MAX_CAMPAIGNS, SavePromotion, StopPromotion, TRIED_DAYS,
    TRIED_TICKETS, Tried, TryPromotion, came_of,
};
use ministore_core::catalogue::CategorySlug;
use ministore_core::fact::{Fact, Sale};
use ministore_core::fulfilment::Mode;
use ministore_core::id::{DeviceId, OrderId, ProductId, PromotionId};
use ministore_core::money::Price;
use ministore_core::order::{Order, OrderLine};
use ministore_core::promoted::{self, came_of_order};
use ministore_core::promotion::{
    Channel, Context, Item, Outcome, Promotion, PromotionError, Remaining, Rules,
};
use ministore_core::refusal::Thing;
use ministore_core::ticket::Change;
use ministore_core::time::Timestamp;
use uuid::Uuid;

use crate::engine::{Answer, Caller, Engine};
use crate::fact::{at_till, find};
use crate::fault::Fault;
use crate::goods_back::refunds_of;
use crate::local_clock;
use crate::order::quote::{Goods, Priced};
use crate::reply::Act;
use crate::shop::Terms;
use crate::write::{Head, Write};
use crate::{catalogue, coupon, shop, sql};

/// A day, in milliseconds.
const DAY: i64 = 86_400_000;

/// How many are listed.
const LISTED: i64 = 500;

impl Answer<GetCampaigns> for Engine {
    async fn answer(&self, _: &Caller, _: GetCampaigns) -> Result<Campaigns, Fault> {
        let head = self.head().await?;
        campaigns(&mut *self.snapshot().await?, head).await
    }
}

impl Answer<SavePromotion> for Engine {
    async fn answer(&self, caller: &Caller, call: SavePromotion) -> Result<Campaigns, Fault> {
        self.once(caller, call).await
    }
}

impl Act for SavePromotion {
    async fn act(self, write: &mut Write, caller: &Caller) -> Result<Campaigns, Fault> {
        let (_, by) = at_till(caller)?;
        let (head, now) = (write.head, write.now);
        let promotion = self.promotion;
        if promotion.name.en.trim().is_empty() && promotion.name.zh.trim().is_empty() {
            return Err(Fault::invalid("name", "a name that shoppers read"));
        }
        let budget = self.budget.map(Price::money);
        if budget.is_some_and(|budget| budget.is_zero() || budget.currency != head.currency) {
            return Err(Fault::invalid("budget", "more than nothing, in the shop's currency"));
        }
        let others = going(write.conn(), head, now).await?;
        let mut all: Vec<_> = others.into_iter().filter(|other| other.id != promotion.id).collect();
        all.push(promotion.clone());
        if all.len() > MAX_CAMPAIGNS {
            return Err(Fault::invalid("promotion", format!("at most {MAX_CAMPAIGNS} at once")));
        }
        let rules = Rules::new(all).map_err(|error| Fault::invalid("promotion", error))?;
        if rules.currency().is_some_and(|currency| currency != head.currency) {
            return Err(Fault::invalid("promotion", "prices are in the shop's currency"));
        }
        match (&self.coupons, promotion.coupon) {
            (Some(terms), true) => {
                terms.checked().map_err(|field| Fault::invalid(field, "no terms for coupons"))?;
            }
            (None, false) => {}
            _ => return Err(Fault::invalid("coupons", "where a promotion needs a coupon, and only there")),
        }
        sql::query(
            "INSERT INTO promotion (shop_id, promotion_id, body, made, made_by, budget) VALUES ($1, $2, $3, $4, $5, $6)
             ON CONFLICT (shop_id, promotion_id) DO UPDATE SET body = excluded.body, budget = excluded.budget,
                 stopped = NULL",
        )
        .bind(head.shop.0)
        .bind(promotion.id.0)
        .bind(serde_json::to_string(&promotion)?)
        .bind(now.0)
        .bind(by.0)
        .bind(budget.map(|budget| budget.minor))
        .execute(write.conn())
        .await?;
        if let Some(terms) = &self.coupons {
            coupon::save_terms(write, promotion.id, terms).await?;
        }
        tell(write).await?;
        campaigns(write.conn(), head).await
    }
}

impl Answer<StopPromotion> for Engine {
    async fn answer(&self, caller: &Caller, call: StopPromotion) -> Result<Campaigns, Fault> {
        self.once(caller, call).await
    }
}

impl Act for StopPromotion {
    async fn act(self, write: &mut Write, _: &Caller) -> Result<Campaigns, Fault> {
        let (head, now) = (write.head, write.now);
        let stopped = sql::query(
            "UPDATE promotion SET stopped = COALESCE(stopped, $3) WHERE shop_id = $1 AND promotion_id = $2",
        )
        .bind(head.shop.0)
        .bind(self.promotion.0)
        .bind(now.0)
        .execute(write.conn())
        .await?;
        if stopped.rows_affected() == 0 {
            return Err(Fault::not_found(Thing::Promotion));
        }
        tell(write).await?;
        campaigns(write.conn(), head).await
    }
}

impl Answer<TryPromotion> for Engine {
    async fn answer(&self, _: &Caller, call: TryPromotion) -> Result<Tried, Fault> {
        let (head, now) = (self.head().await?, self.now());
        let mut tx = self.snapshot().await?;
        let zone = local_clock::zone(&shop::load(&mut tx, head).await?.zone)?;
        let mut others = going(&mut tx, head, now).await?;
        others.retain(|other| other.id != call.promotion.id);
        // It is tried on days that are over, and on what was sold at tills, wherever it is to hold.
        let always = |mut promotion: Promotion| {
            (promotion.when.from, promotion.when.until) = (None, None);
            promotion.at.channels.clear();
            promotion
        };
        let mut with: Vec<_> = others.into_iter().map(always).collect();
        let without = Rules::new(with.clone()).map_err(|error| Fault::invalid("promotion", error))?;
        let id = call.promotion.id;
        // As if everybody had the coupon.
        let given = [id];
        with.push(always(call.promotion));
        let with = Rules::new(with).map_err(|error| Fault::invalid("promotion", error))?;
        let sales = sold_since(&mut tx, head, now.0 - TRIED_DAYS * DAY).await?;
        let mut known = HashMap::new();
        let mut tried =
            Tried { tickets: 0, had: 0, saved: head.currency.minor(0), turnover: head.currency.minor(0) };
        for sale in &sales {
            for line in &sale.lines {
                if let Entry::Vacant(free) = known.entry(line.product) {
                    free.insert(standing(&mut tx, head, line.product).await?);
                }
            }
            let context = Context {
                currency: head.currency,
                shop: head.shop,
                channel: Channel::Counter,
                touchpoint: None,
                now: local_clock::local(sale.at, &zone)?,
                member: sale.card.map(|_| 0),
                coupons: &given,
                remaining: &[],
                delivery: head.currency.minor(0),
            };
            let items: Vec<_> = sale
                .lines
                .iter()
                .filter_map(|line| {
                    let (category, brand) = known.get(&line.product)?.as_ref()?;
                    Some(Item {
                        line: line.id,
                        product: line.product,
                        categories: std::slice::from_ref(category),
                        brand,
                        price: line.price,
                        measure: line.measure,
                        change: Change::default(),
                    })
                })
                .collect();
            let refused = |error| Fault::invalid("promotion", error);
            let after = with.price(&items, &context).map_err(refused)?;
            let before = without.price(&items, &context).map_err(refused)?;
            let had = after
                .verdicts
                .iter()
                .any(|verdict| verdict.promotion == id && matches!(verdict.outcome, Outcome::Applied { .. }));
            tried.tickets += 1;
            tried.had += u32::from(had);
            tried.saved = tried.saved.plus(after.saved.minus(before.saved)?)?;
            tried.turnover = tried.turnover.plus(sale.totals.total)?;
        }
        Ok(tried)
    }
}

/// The newest sales since then.
async fn sold_since(conn: &mut sql::Connection, head: Head, since: i64) -> Result<Vec<Sale>, Fault> {
    let bodies: Vec<String> = sql::query_scalar(
        "SELECT body FROM fact WHERE shop_id = $1 AND kind = 'sale' AND happened >= $2
         ORDER BY happened DESC, fact_id DESC LIMIT $3",
    )
    .bind(head.shop.0)
    .bind(since)
    .bind(i64::try_from(TRIED_TICKETS).unwrap_or(i64::MAX))
    .fetch_all(conn)
    .await?;
    let mut sales = Vec::with_capacity(bodies.len());
    for body in &bodies {
        if let Fact::Sale(sale) = serde_json::from_str(body)? {
            sales.push(*sale);
        }
    }
    Ok(sales)
}

/// Where a product stands in the shop, and its maker; None for one that is gone.
async fn standing(
    conn: &mut sql::Connection,
    head: Head,
    product: ProductId,
) -> Result<Option<(CategorySlug, String)>, Fault> {
    let found = catalogue::by_id(conn, head, product).await?;
    Ok(found.map(|product| (product.category, product.brand)))
}

async fn campaigns(conn: &mut sql::Connection, head: Head) -> Result<Campaigns, Fault> {
    let rows = sql::query(
        "SELECT p.body, p.made, p.stopped, p.budget, p.saved, p.turnover, p.tickets, t.terms, t.issued, t.redeemed
         FROM promotion p
         LEFT JOIN coupon_campaign t ON t.shop_id = p.shop_id AND t.promotion_id = p.promotion_id
         WHERE p.shop_id = $1 ORDER BY p.made DESC, p.promotion_id DESC LIMIT $2",
    )
    .bind(head.shop.0)
    .bind(LISTED)
    .fetch_all(conn)
    .await?;
    let one = |row: &sql::Row| {
        let budget: Option<i64> = row.try_get(3)?;
        let budget = budget.map(|minor| Price::new(head.currency.minor(minor))).transpose();
        let promotion: Promotion = serde_json::from_str(row.try_get(0)?)?;
        Ok(Campaign {
            coupons: coupon::campaign(row, 7)?.filter(|_| promotion.coupon),
            promotion,
            made: Timestamp(row.try_get(1)?),
            stopped: row.try_get::<Option<i64>>(2)?.map(Timestamp),
            budget: budget.map_err(|error| Fault::row("promotion", error))?,
            saved: head.currency.minor(row.try_get(4)?),
            turnover: head.currency.minor(row.try_get(5)?),
            tickets: row.try_get::<i64>(6)?.unsigned_abs(),
        })
    };
    Ok(Campaigns { campaigns: rows.iter().map(one).collect::<Result<_, Fault>>()? })
}

/// Those that have not been stopped and whose last day is not over, the first made first.
async fn going(conn: &mut sql::Connection, head: Head, now: Timestamp) -> Result<Vec<Promotion>, Fault> {
    let bodies: Vec<String> = sql::query_scalar(
        "SELECT body FROM promotion WHERE shop_id = $1 AND stopped IS NULL ORDER BY promotion_id",
    )
    .bind(head.shop.0)
    .fetch_all(&mut *conn)
    .await?;
    let zone: String = sql::query_scalar("SELECT zone FROM shop WHERE shop_id = $1")
        .bind(head.shop.0)
        .fetch_one(conn)
        .await?;
    let today = local_clock::local(now, &local_clock::zone(&zone)?)?.day;
    let all = bodies.iter().map(|body| Ok(serde_json::from_str(body)?));
    let mut all = all.collect::<Result<Vec<Promotion>, Fault>>()?;
    all.retain(|promotion| promotion.when.until.is_none_or(|until| until >= today));
    Ok(all)
}

/// Tells devices which promotions hold now.
async fn tell(write: &mut Write) -> Result<(), Fault> {
    let (head, now) = (write.head, write.now);
    let going = going(write.conn(), head, now).await?;
    let text = if going.is_empty() { String::new() } else { serde_json::to_string(&going)? };
    sql::query("UPDATE shop SET promotions = $2 WHERE shop_id = $1")
        .bind(head.shop.0)
        .bind(text)
        .execute(write.conn())
        .await?;
    write.shop_changed().await
}

/// Who buys, when, and how it is handed over.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Buyer {
    pub(crate) head: Head,
    pub(crate) at: Timestamp,
    pub(crate) mode: Mode,
    pub(crate) device: Option<DeviceId>,
}

/// What an order comes to with what the shop's promotions take off.
pub(crate) async fn promoted(
    conn: &mut sql::Connection,
    buyer: Buyer,
    goods: &Goods,
    mut priced: Priced,
    terms: &Terms,
) -> Result<Priced, Fault> {
    if terms.promotions.is_empty() {
        return Ok(priced);
    }
    let wrong = |error: PromotionError| Fault::row("promotion", error);
    let rules = Rules::new(serde_json::from_str(&terms.promotions)?).map_err(wrong)?;
    let remaining = budgets_left(conn, buyer.head).await?;
    let context = Context {
        currency: terms.currency,
        shop: buyer.head.shop,
        channel: promoted::channel(buyer.mode),
        touchpoint: None,
        now: local_clock::local(buyer.at, &local_clock::zone(&terms.zone)?)?,
        member: is_member(conn, buyer).await?.then_some(0),
        coupons: &[],
        remaining: &remaining,
        delivery: priced.totals.delivery,
    };
    let item = |line: &OrderLine| {
        let product = goods.product(line.product)?;
        Ok(Item {
            line: line.id,
            product: line.product,
            categories: std::slice::from_ref(&product.category),
            brand: &product.brand,
            price: line.price,
            measure: line.measure,
            change: Change::default(),
        })
    };
    let items = priced.lines.iter().map(item).collect::<Result<Vec<_>, Fault>>()?;
    priced.promotions = promoted::promoted(&rules, &items, &context).map_err(wrong)?;
    priced.totals = promoted::taken_off(&mut priced.lines, &priced.totals, &priced.promotions)?;
    Ok(priced)
}

/// What those may still take off that have a budget.
async fn budgets_left(conn: &mut sql::Connection, head: Head) -> Result<Vec<Remaining>, Fault> {
    let rows = sql::query(
        "SELECT promotion_id, budget - saved FROM promotion
         WHERE shop_id = $1 AND stopped IS NULL AND budget IS NOT NULL",
    )
    .bind(head.shop.0)
    .fetch_all(conn)
    .await?;
    let left = |row: &sql::Row| {
        Ok(Remaining {
            promotion: PromotionId(row.try_get(0)?),
            stock: None,
            member: None,
            budget: Some(head.currency.minor(row.try_get::<i64>(1)?.max(0))),
        })
    };
    rows.iter().map(left).collect()
}

/// Whether the shopper of this device is a member, as the hub knows, or as it told the device.
async fn is_member(conn: &mut sql::Connection, buyer: Buyer) -> Result<bool, Fault> {
    let Some(device) = buyer.device else { return Ok(false) };
    let cards: i64 = sql::query_scalar(
        "SELECT (SELECT COUNT(*) FROM member WHERE shop_id = $1 AND device_id = $2)
             + (SELECT COUNT(*) FROM own_card WHERE device_id = $2)",
    )
    .bind(buyer.head.shop.0)
    .bind(device.0)
    .fetch_one(conn)
    .await?;
    Ok(cards > 0)
}

/// Brings the ledger in step with what promotions come to on an order: when it is placed, when some of it is not there or comes
/// back, and when it is cancelled.
pub(crate) async fn keep_in_step(write: &mut Write, order: &Order) -> Result<(), Fault> {
    if order.promotions.is_empty() {
        return Ok(());
    }
    let rows = sql::query(
        "SELECT promotion_id, CAST(SUM(saved) AS BIGINT), CAST(SUM(turnover) AS BIGINT), CAST(SUM(tickets) AS BIGINT)
         FROM promotion_entry WHERE shop_id = $1 AND order_id = $2 GROUP BY promotion_id",
    )
    .bind(write.shop())
    .bind(order.id.0)
    .fetch_all(write.conn())
    .await?;
    let booked = |row: &sql::Row| {
        let came = Came { saved: row.try_get(1)?, turnover: row.try_get(2)?, tickets: row.try_get(3)? };
        Ok((PromotionId(row.try_get(0)?), came))
    };
    let booked = rows.iter().map(booked).collect::<Result<_, Fault>>()?;
    let fact = if rows.is_empty() { order.id.0 } else { Uuid::now_v7() };
    enter(write, fact, Some(order.id), less(came_of_order(order)?, &booked)).await
}

/// Books what promotions took off a sale, or what came back of that with its goods. One that has used up its budget is
/// stopped.
pub(crate) async fn book(write: &mut Write, fact: &Fact) -> Result<(), Fault> {
    match fact {
        Fact::Sale(sale) if !sale.promotions.is_empty() => {
            let came = came_of(sale, &[])?;
            enter(write, sale.id.0, None, came).await
        }
        Fact::Refund(refund) => {
            let Some(sale) = refund.sale else { return Ok(()) };
            let head = write.head;
            let Some(Fact::Sale(sale)) = find(write.conn(), head, sale.0).await? else { return Ok(()) };
            if sale.promotions.is_empty() {
                return Ok(());
            }
            let all = refunds_of(write.conn(), head, sale.id).await?;
            let before: Vec<_> = all.iter().filter(|other| other.id != refund.id).cloned().collect();
            let came = less(came_of(&sale, &all)?, &came_of(&sale, &before)?);
            enter(write, refund.id.0, None, came).await
        }
        _ => Ok(()),
    }
}

/// What has been added to `before`.
fn less(
    mut after: BTreeMap<PromotionId, Came>,
    before: &BTreeMap<PromotionId, Came>,
) -> BTreeMap<PromotionId, Came> {
    for (promotion, came) in &mut after {
        let was = before.get(promotion).copied().unwrap_or_default();
        came.saved -= was.saved;
        came.turnover -= was.turnover;
        came.tickets -= was.tickets;
    }
    after.retain(|_, came| *came != Came::default());
    after
}

async fn enter(
    write: &mut Write,
    fact: Uuid,
    order: Option<OrderId>,
    came: BTreeMap<PromotionId, Came>,
) -> Result<(), Fault> {
    let (shop, now) = (write.shop(), write.now);
    let mut used_up = false;
    for (promotion, Came { saved, turnover, tickets }) in came {
        let known = sql::query(
            "UPDATE promotion SET saved = saved + $3, turnover = turnover + $4, tickets = tickets + $5
             WHERE shop_id = $1 AND promotion_id = $2",
        )
        .bind(shop)
        .bind(promotion.0)
        .bind(saved)
        .bind(turnover)
        .bind(tickets)
        .execute(write.conn())
        .await?;
        if known.rows_affected() == 0 {
            // What was sold was sold. Nobody has put this up here, so somebody has to look at it.
            tracing::error!(%promotion, %fact, saved, "what was sold names a promotion that this shop never had");
            continue;
        }
        sql::query(
            "INSERT INTO promotion_entry (shop_id, promotion_id, fact_id, saved, turnover, tickets, at, order_id)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
        )
        .bind(shop)
        .bind(promotion.0)
        .bind(fact)
        .bind(saved)
        .bind(turnover)
        .bind(tickets)
        .bind(now.0)
        .bind(order.map(|order| order.0))
        .execute(write.conn())
        .await?;
        let stopped = sql::query(
            "UPDATE promotion SET stopped = $3
             WHERE shop_id = $1 AND promotion_id = $2 AND stopped IS NULL AND saved >= budget",
        )
        .bind(shop)
        .bind(promotion.0)
        .bind(now.0)
        .execute(write.conn())
        .await?;
        used_up |= stopped.rows_affected() > 0;
    }
    if used_up { tell(write).await } else { Ok(()) }
}
