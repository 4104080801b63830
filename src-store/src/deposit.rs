//! Deposits on containers: the shop's own, and what products carry of them.
//!
//! A product's row has each deposit as the shop has it now, so that whoever is told of the product knows what it carries; a
//! deposit that changes is changed in all of them, in the same transaction.

use std::collections::HashSet;

use ministore_core::catalogue::Product;
use ministore_core::deposit::{
    self, Containers, Deposit, DepositError, Deposits, Empties, EmptiesBack, KnownDeposits, LinkDeposits,
    MAX_DEPOSITS, SaveDeposit,
};
use ministore_core::fact::Fact;
use ministore_core::id::ProductId;
use ministore_core::money::{Currency, MoneyError};
use ministore_core::quantity::Measure;
use ministore_core::refusal::Thing;
use uuid::Uuid;

use crate::check::{Balance, Difference};
use crate::engine::{Answer, Caller, Engine};
use crate::fault::Fault;
use crate::reply::Act;
use crate::shop::Terms;
use crate::write::{Head, Write};
use crate::{catalogue, sql};

impl Answer<SaveDeposit> for Engine {
    async fn answer(&self, caller: &Caller, call: SaveDeposit) -> Result<KnownDeposits, Fault> {
        self.once(caller, call).await
    }
}

impl Act for SaveDeposit {
    async fn act(self, write: &mut Write, _: &Caller) -> Result<KnownDeposits, Fault> {
        let head = write.head;
        let deposit = self.deposit;
        let mut all = known(write.conn(), head).await?;
        match all.iter_mut().find(|there| there.code == deposit.code) {
            Some(there) => *there = deposit.clone(),
            None => all.push(deposit.clone()),
        }
        check(&all, head.currency)?;
        sql::query("UPDATE shop SET deposits = $2 WHERE shop_id = $1")
            .bind(head.shop.0)
            .bind(serde_json::to_string(&all)?)
            .execute(write.conn())
            .await?;
        // The shop comes first, for whoever hears of both.
        write.shop_changed().await?;
        for (product, deposits) in carriers(write.conn(), head).await? {
            let now = deposits.with(&deposit);
            if now != deposits {
                carry(write, product, &now).await?;
            }
        }
        Ok(KnownDeposits { deposits: all })
    }
}

impl Answer<LinkDeposits> for Engine {
    async fn answer(&self, caller: &Caller, call: LinkDeposits) -> Result<Product, Fault> {
        self.once(caller, call).await
    }
}

impl Act for LinkDeposits {
    async fn act(self, write: &mut Write, _: &Caller) -> Result<Product, Fault> {
        let head = write.head;
        let product = catalogue::by_id(write.conn(), head, self.product).await?;
        let mut product = product.ok_or_else(|| Fault::not_found(Thing::Product))?;
        let deposits = deposit::linked(&self.links, &known(write.conn(), head).await?).map_err(refused)?;
        if !deposits.is_empty() && !deposit::can_carry(&product) {
            return Err(Fault::invalid("links", "what is sold by weight carries no deposit"));
        }
        if product.deposits != deposits {
            carry(write, product.id, &deposits).await?;
            product.deposits = deposits;
        }
        Ok(product)
    }
}

fn refused(error: DepositError) -> Fault {
    match error {
        DepositError::Unknown => Fault::not_found(Thing::Deposit),
        other => Fault::invalid("deposits", other),
    }
}

/// Whether a shop can have these.
pub(crate) fn check(all: &[Deposit], currency: Currency) -> Result<(), Fault> {
    let codes: HashSet<_> = all.iter().map(|deposit| &deposit.code).collect();
    if codes.len() != all.len() || all.len() > MAX_DEPOSITS {
        return Err(Fault::invalid("deposits", format!("at most {MAX_DEPOSITS}, each code once")));
    }
    let sound = all.iter().try_for_each(|deposit| deposit.checked(currency));
    sound.map_err(|field| {
        Fault::invalid(field, "a name, more than nothing in the shop's currency, and its tax")
    })
}

/// The empties that a till asks for.
pub(crate) fn given_back(asked: &[EmptiesBack], terms: &Terms) -> Result<Vec<Empties>, Fault> {
    deposit::given_back(asked, &terms.deposits).map_err(|error| match error {
        DepositError::Unknown => Fault::not_found(Thing::Deposit),
        other => Fault::invalid("empties", other),
    })
}

/// The shop's deposits.
pub(crate) async fn known(conn: &mut sql::Connection, head: Head) -> Result<Vec<Deposit>, Fault> {
    let text: String = sql::query_scalar("SELECT deposits FROM shop WHERE shop_id = $1")
        .bind(head.shop.0)
        .fetch_one(conn)
        .await?;
    Ok(serde_json::from_str(&text)?)
}

/// The products that carry deposits, with what they carry, also those that are not sold any more.
async fn carriers(conn: &mut sql::Connection, head: Head) -> Result<Vec<(ProductId, Deposits)>, Fault> {
    let rows = sql::query("SELECT product_id, deposits FROM product WHERE shop_id = $1 AND deposits <> '[]'")
        .bind(head.shop.0)
        .fetch_all(conn)
        .await?;
    rows.iter().map(|row| Ok((ProductId(row.try_get(0)?), serde_json::from_str(row.try_get(1)?)?))).collect()
}

async fn carry(write: &mut Write, product: ProductId, deposits: &Deposits) -> Result<(), Fault> {
    let shop = write.shop();
    sql::query("UPDATE product SET deposits = $3 WHERE shop_id = $1 AND product_id = $2")
        .bind(shop)
        .bind(product.0)
        .bind(serde_json::to_string(deposits)?)
        .execute(write.conn())
        .await?;
    write.product_changed(product).await
}

/// Reckons deposits again: what products carry against what the shop has, and what sales, returns and orders came to against
/// their lines.
pub(crate) async fn differences(conn: &mut sql::Connection, head: Head) -> Result<Vec<Difference>, Fault> {
    let mut found = carried_otherwise(conn, head).await?;
    let rows = sql::query(
        "SELECT body FROM fact WHERE shop_id = $1 AND kind = 'sale'
           AND (body LIKE '%\"deposits\":%' OR body LIKE '%\"empties\":%')",
    )
    .bind(head.shop.0)
    .fetch_all(&mut *conn)
    .await?;
    for row in &rows {
        let Fact::Sale(sale) = serde_json::from_str(row.try_get(0)?)? else { continue };
        let ledger = Containers::of_lines(&sale.lines)?.with_back(&sale.empties)?;
        let ledger = (ledger.taken(head.currency)?, ledger.back(head.currency)?);
        let kept = (sale.totals.deposit, sale.totals.empties);
        if kept != ledger {
            found.push(differs(sale.id.0, format!("{kept:?}"), format!("{ledger:?}")));
        }
    }
    let rows = sql::query(
        "SELECT o.order_id, o.deposit, l.deposits, l.measure_value FROM orders o
         JOIN order_line l ON l.shop_id = o.shop_id AND l.order_id = o.order_id
         WHERE o.shop_id = $1 AND l.deposits IS NOT NULL AND l.measure = 'pieces' AND l.replaces IS NULL
         ORDER BY o.order_id",
    )
    .bind(head.shop.0)
    .fetch_all(conn)
    .await?;
    let mut sums: Vec<(Uuid, Option<i64>, i64)> = Vec::new();
    for row in &rows {
        let (order, kept): (Uuid, Option<i64>) = (row.try_get(0)?, row.try_get(1)?);
        let deposits: Deposits = serde_json::from_str(row.try_get(2)?)?;
        let pieces = u32::try_from(row.try_get::<i64>(3)?).map_err(|_| MoneyError::Range)?;
        let amount = deposits.of(Measure::Pieces(pieces), head.currency)?.minor;
        match sums.last_mut().filter(|(of, ..)| *of == order) {
            Some((_, _, sum)) => *sum = sum.saturating_add(amount),
            None => sums.push((order, kept, amount)),
        }
    }
    for (order, kept, sum) in sums.into_iter().filter(|(_, kept, sum)| *kept != Some(*sum)) {
        found.push(differs(order, format!("{kept:?}"), sum.to_string()));
    }
    Ok(found)
}

async fn carried_otherwise(conn: &mut sql::Connection, head: Head) -> Result<Vec<Difference>, Fault> {
    let all = known(conn, head).await?;
    let mut found = Vec::new();
    for (product, deposits) in carriers(conn, head).await? {
        for carried in deposits.carried() {
            let shops = all.iter().find(|deposit| deposit.code == carried.deposit.code);
            if shops != Some(&carried.deposit) {
                let told = |deposit: &Deposit| format!("{} {}", deposit.code, deposit.amount.money());
                let shops = shops.map_or_else(|| "none".to_owned(), told);
                found.push(differs(product.0, told(&carried.deposit), shops));
            }
        }
    }
    Ok(found)
}

fn differs(key: Uuid, kept: String, ledger: String) -> Difference {
    Difference { of: Balance::Deposit, key, kept, ledger }
}
