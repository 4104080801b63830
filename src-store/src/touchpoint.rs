//! Touchpoints: set up, come by, and counted. Who came is known as long as what they do counts for it, and not longer.

use std::collections::HashMap;

use ministore_core::device::Done;
use ministore_core::id::{DeviceId, TouchpointId};
use ministore_core::refusal::Thing;
use ministore_core::time::Timestamp;
use ministore_core::touchpoint::{
    COUNTS_DAYS, Entrance, EntranceFootfall, Footfall, GetTouchpoints, LONGEST_NAME, MOST, SaveTouchpoint,
    StopTouchpoint, Touchpoint, TouchpointCode, Touchpoints, Visit,
};
use uuid::Uuid;

use crate::coupon::day_at;
use crate::engine::{Answer, Caller, Engine};
use crate::fault::Fault;
use crate::reply::Act;
use crate::write::{Head, Write};
use crate::{random, sql};

/// For how long it is known who came, in milliseconds.
const COUNTS: i64 = COUNTS_DAYS * 24 * 60 * 60 * 1000;

/// What counts for the touchpoint that somebody came by.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Did {
    /// They became a member.
    Joined,
    /// They placed an order.
    Ordered,
    /// They took a coupon.
    TookCoupon,
}

impl Did {
    const fn word(self) -> &'static str {
        match self {
            Self::Joined => "join",
            Self::Ordered => "order",
            Self::TookCoupon => "coupon",
        }
    }
}

/// Counts what a device did for the touchpoint that it came by last; for none where that is too long ago.
pub(crate) fn credit(write: &mut Write, device: DeviceId, did: Did, result: Uuid) {
    let (shop, now) = (write.shop(), write.now);
    write.conn().later(
        sql::query(
            "INSERT INTO touchpoint_result (shop_id, kind, result_id, code, at)
             SELECT $1, $3, $4, v.code, $5 FROM touchpoint_visit v
             WHERE v.shop_id = $1 AND v.device_id = $2 AND v.at > $6
             ORDER BY v.at DESC, v.visit_id DESC LIMIT 1
             ON CONFLICT (shop_id, kind, result_id) DO NOTHING",
        )
        .bind(shop)
        .bind(device.0)
        .bind(did.word())
        .bind(result)
        .bind(now.0)
        .bind(now.0.saturating_sub(COUNTS)),
    );
}

/// Forgets that a device came by any touchpoint. That somebody did stays counted.
pub(crate) async fn forget(write: &mut Write, device: DeviceId) -> Result<(), Fault> {
    sql::query("UPDATE touchpoint_visit SET device_id = NULL WHERE shop_id = $1 AND device_id = $2")
        .bind(write.shop())
        .bind(device.0)
        .execute(write.conn())
        .await?;
    Ok(())
}

/// Forgets who came when it counts no more.
async fn forget_old(write: &mut Write) -> Result<(), Fault> {
    let until = write.now.0.saturating_sub(COUNTS);
    sql::query(
        "UPDATE touchpoint_visit SET device_id = NULL WHERE shop_id = $1 AND device_id IS NOT NULL AND at <= $2",
    )
    .bind(write.shop())
    .bind(until)
    .execute(write.conn())
    .await?;
    Ok(())
}

impl Answer<Visit> for Engine {
    async fn answer(&self, caller: &Caller, call: Visit) -> Result<Done, Fault> {
        let device = caller.device()?;
        let mut write = Write::begin(self).await?;
        let (head, now) = (write.head, write.now);
        let known: i64 = sql::query_scalar(
            "SELECT COUNT(*) FROM touchpoint WHERE shop_id = $1 AND code = $2 AND stopped IS NULL",
        )
        .bind(head.shop.0)
        .bind(call.code.as_str())
        .fetch_one(write.conn())
        .await?;
        if known == 0 && Entrance::of_word(call.code.as_str()).is_none() {
            return Ok(Done {});
        }
        forget_old(&mut write).await?;
        let day = day_at(write.conn(), head, now).await?;
        // Who comes back on the same day comes by it last again.
        sql::query(
            "INSERT INTO touchpoint_visit (shop_id, visit_id, code, device_id, day, at) VALUES ($1, $2, $3, $4, $5, $6)
             ON CONFLICT (shop_id, device_id, code, day) WHERE device_id IS NOT NULL DO UPDATE SET at = excluded.at",
        )
        .bind(head.shop.0)
        .bind(Uuid::now_v7())
        .bind(call.code.as_str())
        .bind(device.0)
        .bind(day.days_since_1970())
        .bind(now.0)
        .execute(write.conn())
        .await?;
        write.commit(self).await?;
        Ok(Done {})
    }
}

/// What came of every code by which anybody came.
async fn footfall(conn: &mut sql::Connection, head: Head) -> Result<HashMap<String, Footfall>, Fault> {
    let nothing = Footfall::none(head.currency);
    let mut all: HashMap<String, Footfall> = HashMap::new();
    let visits = sql::query("SELECT code, COUNT(*) FROM touchpoint_visit WHERE shop_id = $1 GROUP BY code")
        .bind(head.shop.0)
        .fetch_all(&mut *conn)
        .await?;
    for row in &visits {
        let count = u64::try_from(row.try_get::<i64>(1)?).unwrap_or(0);
        all.entry(row.try_get(0)?).or_insert(nothing).visits = count;
    }
    let results = sql::query(
        "SELECT r.code, r.kind, COUNT(*),
             CAST(COALESCE(SUM(CASE WHEN o.state <> 'cancelled' THEN 1 ELSE 0 END), 0) AS BIGINT),
             CAST(COALESCE(SUM(CASE WHEN o.state <> 'cancelled' THEN o.to_pay ELSE 0 END), 0) AS BIGINT),
             CAST(COALESCE(SUM(CASE WHEN c.state = 'redeemed' THEN 1 ELSE 0 END), 0) AS BIGINT)
         FROM touchpoint_result r
         LEFT JOIN orders o ON r.kind = 'order' AND o.shop_id = r.shop_id AND o.order_id = r.result_id
         LEFT JOIN coupon c ON r.kind = 'coupon' AND c.shop_id = r.shop_id AND c.coupon_id = r.result_id
         WHERE r.shop_id = $1 GROUP BY r.code, r.kind",
    )
    .bind(head.shop.0)
    .fetch_all(conn)
    .await?;
    for row in &results {
        let number =
            |column| -> Result<u64, Fault> { Ok(u64::try_from(row.try_get::<i64>(column)?).unwrap_or(0)) };
        let found = all.entry(row.try_get(0)?).or_insert(nothing);
        match row.try_get::<&str>(1)? {
            "join" => found.joins = number(2)?,
            "order" => {
                (found.orders, found.turnover) = (number(3)?, head.currency.minor(row.try_get(4)?));
            }
            "coupon" => (found.coupons, found.redeemed) = (number(2)?, number(5)?),
            _ => return Err(Fault::row("touchpoint_result", "an unknown kind")),
        }
    }
    Ok(all)
}

async fn listed(conn: &mut sql::Connection, head: Head) -> Result<Touchpoints, Fault> {
    let mut came = footfall(conn, head).await?;
    let nothing = Footfall::none(head.currency);
    let rows = sql::query(
        "SELECT touchpoint_id, code, name, leads, made, stopped FROM touchpoint
         WHERE shop_id = $1 ORDER BY made DESC, touchpoint_id DESC",
    )
    .bind(head.shop.0)
    .fetch_all(conn)
    .await?;
    let touchpoints = rows
        .iter()
        .map(|row| {
            let code: TouchpointCode =
                row.try_get::<&str>(1)?.parse().map_err(|error| Fault::row("touchpoint", error))?;
            Ok(Touchpoint {
                id: TouchpointId(row.try_get(0)?),
                name: row.try_get(2)?,
                leads: serde_json::from_str(row.try_get(3)?)?,
                made: Timestamp(row.try_get(4)?),
                stopped: row.try_get::<Option<i64>>(5)?.map(Timestamp),
                footfall: came.remove(code.as_str()).unwrap_or(nothing),
                code,
            })
        })
        .collect::<Result<_, Fault>>()?;
    let entrances = Entrance::ALL.into_iter().filter_map(|entrance| {
        came.remove(entrance.word()).map(|footfall| EntranceFootfall { entrance, footfall })
    });
    Ok(Touchpoints { touchpoints, entrances: entrances.collect() })
}

impl Answer<GetTouchpoints> for Engine {
    async fn answer(&self, _: &Caller, _: GetTouchpoints) -> Result<Touchpoints, Fault> {
        let head = self.head().await?;
        let mut tx = self.snapshot().await?;
        listed(&mut tx, head).await
    }
}

impl Answer<SaveTouchpoint> for Engine {
    async fn answer(&self, caller: &Caller, call: SaveTouchpoint) -> Result<Touchpoints, Fault> {
        self.once(caller, call).await
    }
}

impl Act for SaveTouchpoint {
    async fn act(self, write: &mut Write, _: &Caller) -> Result<Touchpoints, Fault> {
        let (head, now) = (write.head, write.now);
        let name = self.name.trim();
        if name.is_empty() || name.chars().count() > LONGEST_NAME {
            return Err(Fault::invalid("name", format_args!("1 to {LONGEST_NAME} characters")));
        }
        let there: i64 = sql::query_scalar("SELECT COUNT(*) FROM touchpoint WHERE shop_id = $1")
            .bind(head.shop.0)
            .fetch_one(write.conn())
            .await?;
        let leads = serde_json::to_string(&self.leads)?;
        let changed = sql::query(
            "UPDATE touchpoint SET name = $3, leads = $4 WHERE shop_id = $1 AND touchpoint_id = $2",
        )
        .bind(head.shop.0)
        .bind(self.touchpoint.0)
        .bind(name)
        .bind(&leads)
        .execute(write.conn())
        .await?;
        if changed.rows_affected() == 0 {
            if usize::try_from(there).unwrap_or(usize::MAX) >= MOST {
                return Err(Fault::invalid("touchpoint", format_args!("at most {MOST}")));
            }
            let code = new_code(write).await?;
            sql::query(
                "INSERT INTO touchpoint (shop_id, touchpoint_id, code, name, leads, made) VALUES ($1, $2, $3, $4, $5, $6)",
            )
            .bind(head.shop.0)
            .bind(self.touchpoint.0)
            .bind(code.as_str())
            .bind(name)
            .bind(leads)
            .bind(now.0)
            .execute(write.conn())
            .await?;
        }
        listed(write.conn(), head).await
    }
}

/// A code that no other touchpoint of the shop has.
async fn new_code(write: &mut Write) -> Result<TouchpointCode, Fault> {
    let shop = write.shop();
    loop {
        let code = TouchpointCode::from_bits(random::bits()?);
        let taken: i64 =
            sql::query_scalar("SELECT COUNT(*) FROM touchpoint WHERE shop_id = $1 AND code = $2")
                .bind(shop)
                .bind(code.as_str())
                .fetch_one(write.conn())
                .await?;
        if taken == 0 {
            return Ok(code);
        }
    }
}

impl Answer<StopTouchpoint> for Engine {
    async fn answer(&self, caller: &Caller, call: StopTouchpoint) -> Result<Touchpoints, Fault> {
        self.once(caller, call).await
    }
}

impl Act for StopTouchpoint {
    async fn act(self, write: &mut Write, _: &Caller) -> Result<Touchpoints, Fault> {
        let (head, now) = (write.head, write.now);
        let stopped = sql::query(
            "UPDATE touchpoint SET stopped = COALESCE(stopped, $3) WHERE shop_id = $1 AND touchpoint_id = $2",
        )
        .bind(head.shop.0)
        .bind(self.touchpoint.0)
        .bind(now.0)
        .execute(write.conn())
        .await?;
        if stopped.rows_affected() == 0 {
            return Err(Fault::not_found(Thing::Touchpoint));
        }
        listed(write.conn(), head).await
    }
}
