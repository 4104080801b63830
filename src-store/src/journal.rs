//! The electronic journal: every fact of a till, each sealed together with the seal before it, so that nothing that was
//! kept can be changed, taken out or put in between without a trace.

use ministore_core::fact::Fact;
use sha2::{Digest, Sha256};
use uuid::Uuid;

use crate::fault::Fault;
use crate::sql;
use crate::write::Write;

/// What the first entry of a till is sealed with.
const BEGINNING: [u8; 32] = [0; 32];

fn seal(before: &[u8], fact: Uuid, body: &str) -> [u8; 32] {
    Sha256::new().chain_update(before).chain_update(fact.as_bytes()).chain_update(body).finalize().into()
}

/// Adds a fact that is kept in this transaction as `body`.
pub(crate) async fn enter(write: &mut Write, fact: &Fact, body: &str) -> Result<(), Fault> {
    let (shop, till) = (write.shop(), fact.till().0);
    let last = sql::query(
        "SELECT entry, seal FROM journal WHERE shop_id = $1 AND till = $2 ORDER BY entry DESC LIMIT 1",
    )
    .bind(shop)
    .bind(till)
    .fetch_optional(write.conn())
    .await?;
    let (entry, before) = match &last {
        Some(row) => (row.try_get::<i64>(0)? + 1, row.try_get::<Vec<u8>>(1)?),
        None => (1, BEGINNING.to_vec()),
    };
    sql::query("INSERT INTO journal (shop_id, till, entry, fact_id, seal) VALUES ($1, $2, $3, $4, $5)")
        .bind(shop)
        .bind(till)
        .bind(entry)
        .bind(fact.id())
        .bind(seal(&before, fact.id(), body).to_vec())
        .execute(write.conn())
        .await?;
    Ok(())
}

/// An entry at which the journal does not hold.
pub(crate) struct Broken {
    /// The fact's key.
    pub(crate) fact: Uuid,
    /// Its entry at its till.
    pub(crate) entry: i64,
    /// What is wrong.
    pub(crate) fault: &'static str,
}

/// Where the journal does not hold: an entry that is missing, a fact that is gone or was changed, a seal that does not fit.
pub(crate) async fn broken(conn: &mut sql::Connection, shop: Uuid) -> Result<Vec<Broken>, Fault> {
    let rows = sql::query(
        "SELECT j.till, j.entry, j.fact_id, j.seal, f.body FROM journal j
         LEFT JOIN fact f ON f.shop_id = j.shop_id AND f.fact_id = j.fact_id
         WHERE j.shop_id = $1 ORDER BY j.till, j.entry",
    )
    .bind(shop)
    .fetch_all(&mut *conn)
    .await?;
    let mut found = Vec::new();
    let mut at: (Option<Uuid>, i64, Vec<u8>) = (None, 0, BEGINNING.to_vec());
    for row in &rows {
        let (till, entry, fact): (Uuid, i64, Uuid) = (row.try_get(0)?, row.try_get(1)?, row.try_get(2)?);
        let kept: Vec<u8> = row.try_get(3)?;
        if at.0 != Some(till) {
            at = (Some(till), 0, BEGINNING.to_vec());
        }
        let fault = match row.try_get::<Option<&str>>(4)? {
            _ if entry != at.1 + 1 => Some("an entry before it is missing"),
            None => Some("its fact is gone"),
            Some(body) if seal(&at.2, fact, body).as_slice() != kept => Some("its seal does not fit"),
            Some(_) => None,
        };
        if let Some(fault) = fault {
            found.push(Broken { fact, entry, fault });
        }
        at = (Some(till), entry, kept);
    }
    // What was kept before there was a journal is not in it; what was kept since is.
    let rows = sql::query(
        "SELECT f.fact_id FROM fact f WHERE f.shop_id = $1
           AND f.booked >= (SELECT MIN(g.booked) FROM fact g JOIN journal h
               ON h.shop_id = g.shop_id AND h.fact_id = g.fact_id WHERE g.shop_id = $1)
           AND NOT EXISTS (SELECT 1 FROM journal j WHERE j.shop_id = f.shop_id AND j.fact_id = f.fact_id)",
    )
    .bind(shop)
    .fetch_all(conn)
    .await?;
    for row in &rows {
        found.push(Broken { fact: row.try_get(0)?, entry: 0, fault: "it was never entered" });
    }
    Ok(found)
}
