//! What has happened at tills: kept where it happens, sent on until the hub has it, booked there once and never refused.

use std::collections::HashSet;

use ministore_core::fact::{
    Count, CountStock, Fact, GetRecounts, PUSH_LIMIT, Push, Pushed, RecordRefund, RecordSale, Recounts,
    Refund, Sale,
};
use ministore_core::fulfilment::Mode;
use ministore_core::id::{DeviceId, ProductId, StaffId};
use ministore_core::money::Money;
use ministore_core::order::OrderLine;
use ministore_core::refusal::{Refusal, Thing};
use ministore_core::role::Actor;
use ministore_core::stock::StockReason;
use ministore_core::sync::{Changed, Cursor, Event};
use ministore_core::time::Timestamp;
use uuid::Uuid;

use crate::engine::{Answer, Caller, Engine, Seat};
use crate::fault::Fault;
use crate::order::quote::{self, Goods};
use crate::row::{self, product_columns};
use crate::shop::Terms;
use crate::sync::{Audience, Notice};
use crate::write::{Head, Write};
use crate::{catalogue, exit, sql, stock};

/// The most products that one list of those to be counted gives.
const LIST_LIMIT: i64 = 200;

/// At which till, by whom.
pub(crate) fn at_till(caller: &Caller) -> Result<(DeviceId, StaffId), Fault> {
    match caller.actor {
        Actor::Staff { device, staff, .. } => Ok((device, staff)),
        Actor::Visitor | Actor::Shopper(_) => Err(Refusal::SignInFirst.into()),
    }
}

impl Answer<RecordSale> for Engine {
    async fn answer(&self, caller: &Caller, call: RecordSale) -> Result<Sale, Fault> {
        let (till, by) = at_till(caller)?;
        quote::check_lines(&call.lines)?;
        let mut write = Write::begin(self).await?;
        let (head, now) = (write.head, write.now);
        match find(write.conn(), head, call.sale.0).await? {
            Some(Fact::Sale(sale)) if sale.till == till && asked_for(&sale, &call) => {
                write.commit_seen(self).await?;
                return Ok(*sale);
            }
            Some(_) => return Err(Refusal::IdReused.into()),
            None => {}
        }
        let asked = [Terms::ask(head), Goods::ask(head, &call.lines)];
        let [terms, goods] = sql::fetch_each(asked, write.conn()).await?;
        let (terms, goods) = (Terms::of(&terms, head)?, Goods::of(&goods, head, &call.lines)?);
        let (lines, totals) = goods.priced(&call.lines, Mode::Pickup, &terms)?;
        if totals.total != call.expected_total {
            return Err(Refusal::TotalChanged { now: totals.total }.into());
        }
        let change = call.cash.minus(totals.total).map_err(|error| Fault::invalid("cash", error))?;
        if change.minor < 0 {
            return Err(Refusal::PaymentDue { due: totals.total }.into());
        }
        let number = next_number(&mut write, till).await?;
        let sale = Sale { id: call.sale, till, number, by, at: now, lines, totals, cash: call.cash, change };
        self.keep(&mut write, &Fact::Sale(Box::new(sale.clone()))).await?;
        write.commit(self).await?;
        Ok(sale)
    }
}

/// Whether `sale` is what `call` asks for.
fn asked_for(sale: &Sale, call: &RecordSale) -> bool {
    let sold = sale.lines.iter().map(|line| (line.id, line.product, line.measure));
    sold.eq(call.lines.iter().map(|line| (line.id, line.product, line.measure)))
        && (sale.cash, sale.totals.total) == (call.cash, call.expected_total)
}

/// What was paid for these lines of `sale`, with the tax that was added to them.
fn paid_for(sale: &Sale, lines: &[OrderLine]) -> Result<Money, Fault> {
    let amounts: Vec<_> = sale.lines.iter().map(|line| (line.tax, line.amount)).collect();
    let paid = sale.totals.of_lines(&amounts)?;
    let back = sale.lines.iter().zip(paid).filter(|(sold, _)| lines.iter().any(|line| line.id == sold.id));
    let mut amount = sale.totals.total.currency.minor(0);
    for (_, paid) in back {
        amount = amount.plus(paid)?;
    }
    Ok(amount)
}

impl Answer<RecordRefund> for Engine {
    async fn answer(&self, caller: &Caller, call: RecordRefund) -> Result<Refund, Fault> {
        let (till, by) = at_till(caller)?;
        let mut write = Write::begin(self).await?;
        let (head, now) = (write.head, write.now);
        match find(write.conn(), head, call.refund.0).await? {
            Some(Fact::Refund(refund)) if refund.till == till && refund.sale == call.sale => {
                let back = refund.lines.iter().map(|line| line.id);
                if !back.eq(call.lines.iter().copied()) {
                    return Err(Refusal::IdReused.into());
                }
                write.commit_seen(self).await?;
                return Ok(*refund);
            }
            Some(_) => return Err(Refusal::IdReused.into()),
            None => {}
        }
        let Some(Fact::Sale(sale)) = find(write.conn(), head, call.sale.0).await? else {
            return Err(Fault::not_found(Thing::Order));
        };
        let lines = coming_back(&mut write, &sale, &call).await?;
        let amount = paid_for(&sale, &lines)?;
        let number = next_number(&mut write, till).await?;
        let refund = Refund { id: call.refund, till, number, by, at: now, sale: call.sale, lines, amount };
        self.keep(&mut write, &Fact::Refund(Box::new(refund.clone()))).await?;
        write.commit(self).await?;
        Ok(refund)
    }
}

/// The lines of `sale` that are wanted back: each once, none that came back before.
async fn coming_back(write: &mut Write, sale: &Sale, call: &RecordRefund) -> Result<Vec<OrderLine>, Fault> {
    let wanted: HashSet<_> = call.lines.iter().copied().collect();
    if wanted.is_empty() || wanted.len() < call.lines.len() {
        return Err(Fault::invalid("lines", "at least one line, each once"));
    }
    let head = write.head;
    let rows = sql::query("SELECT body FROM fact WHERE shop_id = $1 AND sale_id = $2")
        .bind(head.shop.0)
        .bind(sale.id.0)
        .fetch_all(write.conn())
        .await?;
    for row in &rows {
        if let Fact::Refund(before) = serde_json::from_str(row.try_get(0)?)?
            && let Some(line) = before.lines.iter().find(|line| wanted.contains(&line.id))
        {
            return Err(Fault::invalid("lines", format!("line {} came back before", line.id)));
        }
    }
    call.lines
        .iter()
        .map(|id| {
            let line = sale.lines.iter().find(|line| line.id == *id);
            line.cloned().ok_or_else(|| Fault::not_found(Thing::Line))
        })
        .collect()
}

impl Answer<CountStock> for Engine {
    async fn answer(&self, caller: &Caller, call: CountStock) -> Result<Count, Fault> {
        let (till, by) = at_till(caller)?;
        if call.counted < 0 {
            return Err(Fault::invalid("counted", "nothing, or more"));
        }
        let mut write = Write::begin(self).await?;
        let (head, now) = (write.head, write.now);
        match find(write.conn(), head, call.count.0).await? {
            Some(Fact::Count(count)) if same_count(&count, &call, till) => {
                write.commit_seen(self).await?;
                return Ok(count);
            }
            Some(_) => return Err(Refusal::IdReused.into()),
            None => {}
        }
        let product = catalogue::by_id(write.conn(), head, call.product).await?;
        let expected = product.ok_or_else(|| Fault::not_found(Thing::Product))?.available;
        let (product, counted) = (call.product, call.counted);
        let count = Count { id: call.count, till, by, at: now, product, expected, counted };
        self.keep(&mut write, &Fact::Count(count)).await?;
        write.commit(self).await?;
        Ok(count)
    }
}

fn same_count(count: &Count, call: &CountStock, till: DeviceId) -> bool {
    (count.till, count.product, count.counted) == (till, call.product, call.counted)
}

impl Answer<Push> for Engine {
    async fn answer(&self, caller: &Caller, call: Push) -> Result<Pushed, Fault> {
        if !(1..=PUSH_LIMIT).contains(&call.facts.len()) {
            return Err(Fault::invalid("facts", format!("1 to {PUSH_LIMIT}")));
        }
        let till = caller.device()?;
        let mut write = Write::begin(self).await?;
        // Only a device at which staff has signed in is a till, and it speaks for itself alone.
        if !is_till(&mut write, till).await? || call.facts.iter().any(|fact| fact.till() != till) {
            return Err(Refusal::NotAllowed.into());
        }
        let head = write.head;
        let mut pushed = Pushed { booked: Vec::new(), clashing: Vec::new() };
        for fact in &call.facts {
            match find(write.conn(), head, fact.id()).await? {
                None => {
                    self.keep(&mut write, fact).await?;
                    pushed.booked.push(fact.id());
                }
                Some(known) if known == *fact => pushed.booked.push(fact.id()),
                Some(_) => pushed.clashing.push(fact.id()),
            }
        }
        write.commit(self).await?;
        Ok(pushed)
    }
}

async fn is_till(write: &mut Write, device: DeviceId) -> Result<bool, Fault> {
    let shop = write.shop();
    let known: Option<i64> =
        sql::query_scalar("SELECT known FROM device WHERE shop_id = $1 AND device_id = $2")
            .bind(shop)
            .bind(device.0)
            .fetch_optional(write.conn())
            .await?;
    Ok(known == Some(1))
}

impl Answer<GetRecounts> for Engine {
    async fn answer(&self, _: &Caller, _: GetRecounts) -> Result<Recounts, Fault> {
        let head = self.head().await?;
        let mut conn = self.reader().await?;
        let rows = sql::query(concat!(
            "SELECT ",
            product_columns!(),
            " FROM product p WHERE p.shop_id = $1 AND p.recount = 1 ORDER BY p.position LIMIT $2"
        ))
        .bind(head.shop.0)
        .bind(LIST_LIMIT)
        .fetch_all(&mut conn)
        .await?;
        let products = rows.iter().map(|row| row::product(row, head.currency));
        Ok(Recounts { products: products.collect::<Result<_, _>>()? })
    }
}

pub(crate) async fn find(conn: &mut sql::Connection, head: Head, id: Uuid) -> Result<Option<Fact>, Fault> {
    let body: Option<String> = sql::query_scalar("SELECT body FROM fact WHERE shop_id = $1 AND fact_id = $2")
        .bind(head.shop.0)
        .bind(id)
        .fetch_optional(conn)
        .await?;
    body.map(|body| Ok(serde_json::from_str(&body)?)).transpose()
}

async fn next_number(write: &mut Write, till: DeviceId) -> Result<u32, Fault> {
    let shop = write.shop();
    Ok(sql::query_scalar(
        "SELECT COALESCE(MAX(number), 0) + 1 FROM fact WHERE shop_id = $1 AND till = $2 AND number IS NOT NULL",
    )
    .bind(shop)
    .bind(till.0)
    .fetch_one(write.conn())
    .await?)
}

impl Engine {
    /// Keeps a fact with all that follows from it here: at the hub it is booked, on a device it waits to be sent.
    pub(crate) async fn keep(&self, write: &mut Write, fact: &Fact) -> Result<(), Fault> {
        let (shop, now) = (write.shop(), write.now);
        let sale = match fact {
            Fact::Refund(refund) => Some(refund.sale.0),
            Fact::Sale(_) | Fact::Count(_) | Fact::Exit(_) => None,
        };
        let order = match fact {
            Fact::Exit(exit) => Some(exit.order.0),
            Fact::Sale(_) | Fact::Refund(_) | Fact::Count(_) => None,
        };
        sql::query(
            "INSERT INTO fact (shop_id, fact_id, kind, till, number, sale_id, by_staff, happened, booked, cash, body,
                 order_id)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)",
        )
        .bind(shop)
        .bind(fact.id())
        .bind(fact.word())
        .bind(fact.till().0)
        .bind(fact.number())
        .bind(sale)
        .bind(fact.by().0)
        .bind(fact.at().0)
        .bind(now.0)
        .bind(fact.cash())
        .bind(serde_json::to_string(fact)?)
        .bind(order)
        .execute(write.conn())
        .await?;
        match self.seat() {
            Seat::Hub => book(write, fact).await,
            Seat::Device => wait(write, fact).await,
        }
    }
}

/// The hub's side: the shelf's ledger moves, whatever it held.
async fn book(write: &mut Write, fact: &Fact) -> Result<(), Fault> {
    let reason = match fact {
        Fact::Sale(_) => StockReason::Sale,
        Fact::Refund(_) => StockReason::Return,
        Fact::Count(_) => StockReason::Count,
        Fact::Exit(left) => return exit::book(write, left).await,
    };
    for (product, quantity) in fact.stock() {
        stock::happened(write, product, quantity, reason, fact.id()).await?;
    }
    Ok(())
}

/// A device's side: the fact takes its place in the queue, and the stock shown here is already without it.
async fn wait(write: &mut Write, fact: &Fact) -> Result<(), Fault> {
    let shop = write.shop();
    sql::query(
        "INSERT INTO fact_outbox (position, fact_id)
         SELECT COALESCE(MAX(position), 0) + 1, $1 FROM fact_outbox",
    )
    .bind(fact.id())
    .execute(write.conn())
    .await?;
    for (product, quantity) in fact.stock() {
        sql::query("INSERT INTO pending_stock (fact_id, product_id, quantity) VALUES ($1, $2, $3)")
            .bind(fact.id())
            .bind(product.0)
            .bind(quantity)
            .execute(write.conn())
            .await?;
        shift(write.conn(), shop, product, quantity).await?;
        let what = Changed::Product { product };
        write.tell_later(Notice { event: Event { cursor: Cursor(0), what }, audience: Audience::Everyone });
    }
    Ok(())
}

/// Moves the stock that this device shows.
async fn shift(
    conn: &mut sql::Connection,
    shop: Uuid,
    product: ProductId,
    quantity: i64,
) -> Result<(), Fault> {
    sql::query("UPDATE product SET available = available + $3 WHERE shop_id = $1 AND product_id = $2")
        .bind(shop)
        .bind(product.0)
        .bind(quantity)
        .execute(conn)
        .await?;
    Ok(())
}

/// Lays what waits here over the stock that the hub has just told of.
pub(crate) async fn lay_over(
    conn: &mut sql::Connection,
    shop: Uuid,
    product: ProductId,
) -> Result<(), Fault> {
    sql::query(
        "UPDATE product SET available = available
             + (SELECT COALESCE(SUM(quantity), 0) FROM pending_stock WHERE product_id = $2)
         WHERE shop_id = $1 AND product_id = $2
           AND EXISTS (SELECT 1 FROM pending_stock WHERE product_id = $2)",
    )
    .bind(shop)
    .bind(product.0)
    .execute(conn)
    .await?;
    Ok(())
}

/// How far a device's facts have come.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Unsent {
    /// How many wait to be sent.
    pub waiting: u64,
    /// How many the hub knows otherwise.
    pub clashing: u64,
    /// Since when the oldest waits.
    pub since: Option<Timestamp>,
}

/// What an installed app does with its own facts.
impl Engine {
    /// The facts to be sent next, oldest first, at most [`PUSH_LIMIT`].
    pub async fn unsent_facts(&self) -> Result<Vec<Fact>, Refusal> {
        let list = async {
            let rows = sql::query(
                "SELECT f.body FROM fact_outbox o JOIN fact f ON f.fact_id = o.fact_id
                 WHERE o.clashing = 0 ORDER BY o.position LIMIT $1",
            )
            .bind(i64::try_from(PUSH_LIMIT).unwrap_or(i64::MAX))
            .fetch_all(&mut *self.reader().await?)
            .await?;
            rows.iter().map(|row| Ok(serde_json::from_str(row.try_get(0)?)?)).collect::<Result<_, Fault>>()
        };
        list.await.map_err(Fault::refusal)
    }

    /// How many of them there are.
    pub async fn count_unsent(&self) -> Result<Unsent, Refusal> {
        let count = async {
            let row = sql::query(
                "SELECT CAST(COALESCE(SUM(1 - o.clashing), 0) AS BIGINT),
                     CAST(COALESCE(SUM(o.clashing), 0) AS BIGINT), MIN(f.happened)
                 FROM fact_outbox o JOIN fact f ON f.fact_id = o.fact_id",
            )
            .fetch_one(&mut *self.reader().await?)
            .await?;
            let number = |at: usize| Ok::<_, Fault>(row.try_get::<i64>(at)?.unsigned_abs());
            Ok::<_, Fault>(Unsent {
                waiting: number(0)?,
                clashing: number(1)?,
                since: row.try_get::<Option<i64>>(2)?.map(Timestamp),
            })
        };
        count.await.map_err(Fault::refusal)
    }

    /// Notes what the hub said: what it booked waits no more, and comes back in the stock that the hub tells of.
    pub async fn settle_facts(&self, pushed: &Pushed) -> Result<(), Refusal> {
        let settle = async {
            let head = self.head().await?;
            let mut tx = self.begin_immediate().await?;
            for id in &pushed.booked {
                let rows = sql::query("SELECT product_id, quantity FROM pending_stock WHERE fact_id = $1")
                    .bind(*id)
                    .fetch_all(&mut tx)
                    .await?;
                for row in &rows {
                    let (product, quantity) = (ProductId(row.try_get(0)?), row.try_get::<i64>(1)?);
                    shift(&mut tx, head.shop.0, product, quantity.saturating_neg()).await?;
                }
                for table in [
                    "DELETE FROM pending_stock WHERE fact_id = $1",
                    "DELETE FROM fact_outbox WHERE fact_id = $1",
                ] {
                    sql::query(table).bind(*id).execute(&mut tx).await?;
                }
            }
            for id in &pushed.clashing {
                sql::query("UPDATE fact_outbox SET clashing = 1 WHERE fact_id = $1")
                    .bind(*id)
                    .execute(&mut tx)
                    .await?;
            }
            Ok::<_, Fault>(tx.commit().await?)
        };
        settle.await.map_err(Fault::refusal)
    }
}
