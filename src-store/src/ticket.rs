//! Tickets that are put aside for this till or another, what a manager allows a cashier for one of them, and what holds at
//! every till.

use ministore_core::basket::MAX_LINES;
use ministore_core::device::Done;
use ministore_core::id::{SaleId, StaffId};
use ministore_core::instore::{SetInStore, each_prefix_once};
use ministore_core::refusal::{Refusal, Thing};
use ministore_core::role::StaffRole;
use ministore_core::ticket::{
    Allow, Allowed, GetHeld, Held, HeldTicket, Hold, Recall, SetTillRules, Ticket, TillRules,
};
use ministore_core::time::Timestamp;

use crate::engine::{Answer, Caller, Engine};
use crate::fact::at_till;
use crate::fault::Fault;
use crate::reply::Act;
use crate::shift::words;
use crate::sql;
use crate::write::{Head, Write};

/// The most tickets that a shop keeps aside.
const MOST_HELD: i64 = 100;

impl Answer<Hold> for Engine {
    async fn answer(&self, caller: &Caller, call: Hold) -> Result<Held, Fault> {
        self.once(caller, call).await
    }
}

impl Act for Hold {
    async fn act(self, write: &mut Write, caller: &Caller) -> Result<Held, Fault> {
        let (_, by) = at_till(caller)?;
        let (head, now) = (write.head, write.now);
        let mut ticket = self.ticket;
        ticket.note = words("note", &ticket.note, 0)?;
        if ticket.is_empty() || ticket.lines.len() > MAX_LINES {
            return Err(Fault::invalid("lines", format!("1 to {MAX_LINES} lines")));
        }
        if ticket.lines.iter().any(|line| line.measure.checked().is_err()) {
            return Err(Fault::invalid("lines", "a quantity that no line holds"));
        }
        let kept: i64 = sql::query_scalar("SELECT COUNT(*) FROM held_ticket WHERE shop_id = $1")
            .bind(head.shop.0)
            .fetch_one(write.conn())
            .await?;
        if kept >= MOST_HELD {
            return Err(Fault::invalid("ticket", format!("at most {MOST_HELD} tickets are kept aside")));
        }
        sql::query(
            "INSERT INTO held_ticket (shop_id, sale_id, by_staff, at, body) VALUES ($1, $2, $3, $4, $5)
             ON CONFLICT (shop_id, sale_id) DO UPDATE SET by_staff = excluded.by_staff, at = excluded.at,
                 body = excluded.body",
        )
        .bind(head.shop.0)
        .bind(ticket.sale.0)
        .bind(by.0)
        .bind(now.0)
        .bind(serde_json::to_string(&ticket)?)
        .execute(write.conn())
        .await?;
        held(write.conn(), head).await
    }
}

impl Answer<GetHeld> for Engine {
    async fn answer(&self, _: &Caller, _: GetHeld) -> Result<Held, Fault> {
        let head = self.head().await?;
        held(&mut *self.snapshot().await?, head).await
    }
}

async fn held(conn: &mut sql::Connection, head: Head) -> Result<Held, Fault> {
    let rows = sql::query(
        "SELECT h.body, s.name, h.at FROM held_ticket h
         LEFT JOIN staff s ON s.shop_id = h.shop_id AND s.staff_id = h.by_staff
         WHERE h.shop_id = $1 ORDER BY h.at, h.sale_id LIMIT $2",
    )
    .bind(head.shop.0)
    .bind(MOST_HELD)
    .fetch_all(conn)
    .await?;
    let tickets = rows.iter().map(|row| {
        Ok(HeldTicket {
            ticket: serde_json::from_str(row.try_get(0)?)?,
            by: row.try_get::<Option<String>>(1)?.unwrap_or_default(),
            at: Timestamp(row.try_get(2)?),
        })
    });
    Ok(Held { tickets: tickets.collect::<Result<_, Fault>>()? })
}

impl Answer<Recall> for Engine {
    async fn answer(&self, caller: &Caller, call: Recall) -> Result<Ticket, Fault> {
        self.once(caller, call).await
    }
}

impl Act for Recall {
    async fn act(self, write: &mut Write, _: &Caller) -> Result<Ticket, Fault> {
        let shop = write.shop();
        let body: Option<String> =
            sql::query_scalar("DELETE FROM held_ticket WHERE shop_id = $1 AND sale_id = $2 RETURNING body")
                .bind(shop)
                .bind(self.sale.0)
                .fetch_optional(write.conn())
                .await?;
        let body = body.ok_or_else(|| Fault::not_found(Thing::Ticket))?;
        Ok(serde_json::from_str(&body)?)
    }
}

impl Answer<Allow> for Engine {
    async fn answer(&self, caller: &Caller, call: Allow) -> Result<Allowed, Fault> {
        let (device, _) = at_till(caller)?;
        let (mut write, found) = self.whose_pin(device, &call.pin).await?;
        let (staff, name, role) = match found {
            Ok(member) => (member.id, member.name, member.role),
            Err(refusal) => {
                write.commit(self).await?;
                return Err(refusal.into());
            }
        };
        if role != StaffRole::Manager {
            return Err(Refusal::NotAllowed.into());
        }
        let (shop, now) = (write.shop(), write.now);
        sql::query(
            "INSERT INTO allowance (shop_id, sale_id, by_staff, at) VALUES ($1, $2, $3, $4)
             ON CONFLICT (shop_id, sale_id) DO UPDATE SET by_staff = excluded.by_staff, at = excluded.at",
        )
        .bind(shop)
        .bind(call.sale.0)
        .bind(staff.0)
        .bind(now.0)
        .execute(write.conn())
        .await?;
        write.commit(self).await?;
        Ok(Allowed { by: staff, name })
    }
}

impl Answer<SetTillRules> for Engine {
    async fn answer(&self, caller: &Caller, call: SetTillRules) -> Result<TillRules, Fault> {
        self.once(caller, call).await
    }
}

impl Act for SetTillRules {
    async fn act(self, write: &mut Write, _: &Caller) -> Result<TillRules, Fault> {
        let head = write.head;
        self.rules.checked(head.currency).map_err(|field| Fault::invalid(field, "no rule for tills"))?;
        sql::query("UPDATE shop SET till = $2 WHERE shop_id = $1")
            .bind(head.shop.0)
            .bind(serde_json::to_string(&self.rules)?)
            .execute(write.conn())
            .await?;
        write.shop_changed().await?;
        Ok(self.rules)
    }
}

impl Answer<SetInStore> for Engine {
    async fn answer(&self, caller: &Caller, call: SetInStore) -> Result<Done, Fault> {
        self.once(caller, call).await
    }
}

impl Act for SetInStore {
    async fn act(self, write: &mut Write, _: &Caller) -> Result<Done, Fault> {
        if !each_prefix_once(&self.patterns) {
            return Err(Fault::invalid("patterns", "each prefix once"));
        }
        sql::query("UPDATE shop SET in_store = $2 WHERE shop_id = $1")
            .bind(write.shop())
            .bind(serde_json::to_string(&self.patterns)?)
            .execute(write.conn())
            .await?;
        write.shop_changed().await?;
        Ok(Done {})
    }
}

/// Who allowed `sale`.
pub(crate) async fn allowed(write: &mut Write, sale: SaleId) -> Result<Option<StaffId>, Fault> {
    let shop = write.shop();
    let by = sql::query_scalar("SELECT by_staff FROM allowance WHERE shop_id = $1 AND sale_id = $2")
        .bind(shop)
        .bind(sale.0)
        .fetch_optional(write.conn())
        .await?;
    Ok(by.map(StaffId))
}
