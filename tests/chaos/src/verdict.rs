//! The hub's books against what the devices said, read with plain SQL by another library than the hub's.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::path::Path;

use anyhow::{Context, Result};
use ministore_core::catalogue::Product;
use ministore_core::fact::Fact;
use ministore_core::id::{DeviceId, OrderId};
use ministore_hub::server::database_path;
use ministore_tests::hub;
use rusqlite::{Connection, OpenFlags};
use uuid::Uuid;

use crate::blows::Said;

/// Compares, prints a line for each question, and says whether all are answered well.
pub(crate) fn print(folder: &Path, products: &[Product], said: &Said) -> Result<bool> {
    let books = Books::read(folder)?;
    let questions = [
        ("acknowledged facts lost", books.facts_lost(said)),
        ("acknowledged orders lost", books.orders_lost(said)),
        ("acknowledged cancellations lost", books.cancellations_lost(said)),
        ("refused orders that were taken all the same", books.refused_and_taken(said)),
        ("facts or orders that nobody made", books.made_by_nobody(said)),
        ("facts booked twice", books.booked_twice()),
        ("products whose stock is not what happened", books.stock_wrong(products)),
        ("promises beyond what was there", books.oversold()),
        ("tills whose receipt numbers have a gap or a double", books.numbers_wrong()),
        ("payments that are not what their order is", books.payments_wrong()),
        ("devices that show another stock than the hub", books.shelves_wrong(said)),
        ("faults that devices met", said.faults.clone()),
    ];
    let mut clean = true;
    for (what, found) in &questions {
        println!("{:>12} {what}", found.len());
        clean &= found.is_empty();
        for one in found.iter().take(5) {
            println!("             {one}");
        }
    }
    match hub::check(folder) {
        Ok(_) => println!("             ledgers and balances agree"),
        Err(error) => {
            println!("             the hub's own check: {error:#}");
            clean = false;
        }
    }
    Ok(clean)
}

struct KeptOrder {
    state: String,
    payment: String,
    tender: String,
    total: i64,
    paid: i64,
    wallet: i64,
}

struct Movement {
    product: Uuid,
    quantity: i64,
    reason: String,
    fact: Option<Uuid>,
}

struct Books {
    facts: HashMap<Uuid, Fact>,
    orders: HashMap<OrderId, KeptOrder>,
    /// Each product's, in the order of booking.
    movements: Vec<Movement>,
    /// What each order that stands holds of each product.
    promised: BTreeMap<Uuid, i64>,
    available: HashMap<Uuid, i64>,
}

impl Books {
    fn read(folder: &Path) -> Result<Self> {
        let flags = OpenFlags::SQLITE_OPEN_READ_ONLY;
        let books =
            Connection::open_with_flags(database_path(folder), flags).context("the books are gone")?;
        let mut facts = HashMap::new();
        let mut rows = books.prepare("SELECT body FROM fact")?;
        for body in rows.query_map([], |row| row.get::<_, String>(0))? {
            let fact: Fact = serde_json::from_str(&body?)?;
            facts.insert(fact.id(), fact);
        }
        let mut orders = HashMap::new();
        let mut rows = books.prepare(
            "SELECT o.order_id, o.state, o.payment, o.tender, o.total,
                 (SELECT COALESCE(SUM(amount), 0) FROM payment_entry e WHERE e.payment_id = o.payment_id),
                 (SELECT COALESCE(SUM(amount), 0) FROM demo_wallet_entry w WHERE w.payment_id = o.payment_id)
             FROM orders o",
        )?;
        for order in rows.query_map([], |row| {
            let kept = KeptOrder {
                state: row.get(1)?,
                payment: row.get(2)?,
                tender: row.get(3)?,
                total: row.get(4)?,
                paid: row.get(5)?,
                wallet: row.get(6)?,
            };
            Ok((key(row, 0)?, kept))
        })? {
            let (id, kept) = order?;
            orders.insert(OrderId(id), kept);
        }
        let mut rows = books.prepare(
            "SELECT product_id, quantity, reason, fact_id FROM stock_movement ORDER BY product_id, entry",
        )?;
        let movements = rows
            .query_map([], |row| {
                let fact: Option<Vec<u8>> = row.get(3)?;
                Ok(Movement {
                    product: key(row, 0)?,
                    quantity: row.get(1)?,
                    reason: row.get(2)?,
                    fact: fact.and_then(|bytes| Uuid::from_slice(&bytes).ok()),
                })
            })?
            .collect::<Result<_, _>>()?;
        let mut promised = BTreeMap::new();
        let mut rows = books.prepare(
            "SELECT l.product_id, SUM(l.measure_value) FROM order_line l
             JOIN orders o ON o.shop_id = l.shop_id AND o.order_id = l.order_id
             WHERE o.state <> 'cancelled' GROUP BY l.product_id",
        )?;
        for row in rows.query_map([], |row| Ok((key(row, 0)?, row.get(1)?)))? {
            let (product, quantity) = row?;
            promised.insert(product, quantity);
        }
        let mut rows = books.prepare("SELECT product_id, available FROM product")?;
        let available =
            rows.query_map([], |row| Ok((key(row, 0)?, row.get(1)?)))?.collect::<Result<_, _>>()?;
        Ok(Self { facts, orders, movements, promised, available })
    }

    fn facts_lost(&self, said: &Said) -> Vec<String> {
        let lost = said.happened.values().filter(|fact| self.facts.get(&fact.id()) != Some(fact));
        lost.map(|fact| format!("{} {}", fact.word(), fact.id())).collect()
    }

    fn orders_lost(&self, said: &Said) -> Vec<String> {
        let lost = said
            .ordered
            .iter()
            .filter(|(order, total)| self.orders.get(order).is_none_or(|kept| kept.total != total.minor));
        lost.map(|(order, _)| order.to_string()).collect()
    }

    fn cancellations_lost(&self, said: &Said) -> Vec<String> {
        let lost = said
            .cancelled
            .iter()
            .filter(|order| self.orders.get(order).is_none_or(|kept| kept.state != "cancelled"));
        lost.map(ToString::to_string).collect()
    }

    fn refused_and_taken(&self, said: &Said) -> Vec<String> {
        let taken = said.refused.iter().filter(|(order, _)| {
            // A declined payment leaves its order behind, cancelled.
            self.orders.get(order).is_some_and(|kept| kept.state != "cancelled")
        });
        taken.map(|(order, why)| format!("{order}: {why}")).collect()
    }

    fn made_by_nobody(&self, said: &Said) -> Vec<String> {
        let kept = self.facts.keys().copied().chain(self.orders.keys().map(|order| order.0));
        kept.filter(|key| !said.tried.contains(key)).map(|key| key.to_string()).collect()
    }

    fn booked_twice(&self) -> Vec<String> {
        let mut seen = HashSet::new();
        let moved = self.movements.iter().filter_map(|movement| Some((movement.product, movement.fact?)));
        moved.filter(|both| !seen.insert(*both)).map(|(_, fact)| fact.to_string()).collect()
    }

    /// Stock is what was there at first, moved by what happened, less what orders hold: reckoned from the facts and the
    /// orders themselves, not from the ledger.
    fn stock_wrong(&self, products: &[Product]) -> Vec<String> {
        let mut expected: HashMap<Uuid, i64> =
            products.iter().map(|product| (product.id.0, product.available)).collect();
        for (product, quantity) in self.facts.values().flat_map(Fact::stock) {
            *expected.entry(product.0).or_default() += quantity;
        }
        for (product, quantity) in &self.promised {
            *expected.entry(*product).or_default() -= quantity;
        }
        let wrong = expected.iter().filter(|(product, stock)| self.available.get(product) != Some(stock));
        wrong
            .map(|(product, stock)| format!("{product}: {stock}, kept {:?}", self.available.get(product)))
            .collect()
    }

    /// A promise to a shopper finds the goods there: the stock is not below zero after it.
    fn oversold(&self) -> Vec<String> {
        let mut stock: HashMap<Uuid, i64> = HashMap::new();
        let mut oversold = Vec::new();
        for movement in &self.movements {
            let left = stock.entry(movement.product).or_default();
            *left += movement.quantity;
            if movement.reason == "order" && *left < 0 {
                oversold.push(format!("{}: {left} left", movement.product));
            }
        }
        oversold
    }

    fn numbers_wrong(&self) -> Vec<String> {
        let mut tills: HashMap<DeviceId, Vec<u32>> = HashMap::new();
        for fact in self.facts.values() {
            tills.entry(fact.till()).or_default().extend(fact.number());
        }
        let mut wrong = Vec::new();
        for (till, mut numbers) in tills {
            numbers.sort_unstable();
            if !numbers.iter().copied().eq(1..=numbers.len() as u32) {
                wrong.push(format!("{till}: {} receipts up to {:?}", numbers.len(), numbers.last()));
            }
        }
        wrong
    }

    fn payments_wrong(&self) -> Vec<String> {
        let wrong = self.orders.iter().filter(|(_, kept)| {
            let paid = if kept.payment == "captured" { kept.total } else { 0 };
            let state_fits = match kept.state.as_str() {
                "cancelled" => matches!(kept.payment.as_str(), "cancelled" | "refunded"),
                _ if kept.tender == "demo_wallet" => kept.payment == "captured",
                _ => matches!(kept.payment.as_str(), "due" | "captured"),
            };
            let wallet = if kept.tender == "demo_wallet" { paid } else { 0 };
            !state_fits || kept.paid != paid || kept.wallet != wallet
        });
        wrong
            .map(|(order, kept)| {
                format!("{order}: {} {} {} of {}", kept.state, kept.payment, kept.paid, kept.total)
            })
            .collect()
    }

    fn shelves_wrong(&self, said: &Said) -> Vec<String> {
        let wrong = said.shelves.iter().flat_map(|(device, shelf)| {
            shelf
                .iter()
                .filter(|(product, stock)| self.available.get(product) != Some(stock))
                .map(move |(product, stock)| (device, product, stock))
        });
        wrong
            .map(|(device, product, stock)| {
                format!(
                    "device {device} shows {stock} of {product}, the hub {:?}",
                    self.available.get(product)
                )
            })
            .collect()
    }
}

fn key(row: &rusqlite::Row<'_>, at: usize) -> rusqlite::Result<Uuid> {
    let bytes: Vec<u8> = row.get(at)?;
    Uuid::from_slice(&bytes).map_err(|error| {
        rusqlite::Error::FromSqlConversionFailure(at, rusqlite::types::Type::Blob, error.into())
    })
}
