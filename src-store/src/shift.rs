//! Shifts of tills: opened with a float, cash moved, counted and closed.

use std::collections::HashSet;

use ministore_core::fact::Fact;
use ministore_core::id::{CashMoveId, DeviceId, ShiftId};
use ministore_core::money::Money;
use ministore_core::refusal::Refusal;
use ministore_core::role::{Actor, StaffRole};
use ministore_core::shift::{
    self, CashMoved, CloseShift, GetShift, MAX_KINDS, MAX_PIECES, MoveCash, Noted, OpenNow, OpenShift,
    Report, ShiftClosed, ShiftOpened, TakeNote, TillState,
};
use ministore_core::ticket::MAX_NOTE;
use uuid::Uuid;

use crate::engine::{Answer, Caller, Engine, Seat};
use crate::fact::{self, at_till, find};
use crate::fault::Fault;
use crate::sql;
use crate::write::{Head, Write};

/// The most movements of cash that are listed.
const LISTED: usize = 50;

impl Answer<OpenShift> for Engine {
    async fn answer(&self, caller: &Caller, call: OpenShift) -> Result<ShiftOpened, Fault> {
        let (till, by) = at_till(caller)?;
        let mut write = Write::begin(self).await?;
        let head = write.head;
        if call.float.minor < 0 || call.float.currency != head.currency {
            return Err(Fault::invalid("float", "of the shop's currency, not below zero"));
        }
        match find(write.conn(), head, call.shift.0).await? {
            Some(Fact::ShiftOpened(opened)) if (opened.till, opened.float) == (till, call.float) => {
                write.commit_seen(self).await?;
                return Ok(opened);
            }
            Some(_) => return Err(Refusal::IdReused.into()),
            None => {}
        }
        if open_at(write.conn(), head, till).await?.is_some() {
            return Err(Refusal::ShiftIsOpen.into());
        }
        let opened = ShiftOpened { id: call.shift, till, by, at: write.now, float: call.float };
        self.keep(&mut write, &Fact::ShiftOpened(opened)).await?;
        write.commit(self).await?;
        Ok(opened)
    }
}

impl Answer<MoveCash> for Engine {
    async fn answer(&self, caller: &Caller, call: MoveCash) -> Result<CashMoved, Fault> {
        let (till, by) = at_till(caller)?;
        let reason = words("reason", &call.reason, 1)?;
        let mut write = Write::begin(self).await?;
        let head = write.head;
        if call.amount.minor == 0 || call.amount.currency != head.currency {
            return Err(Fault::invalid("amount", "of the shop's currency, not zero"));
        }
        match find(write.conn(), head, call.movement.0).await? {
            Some(Fact::CashMoved(moved)) if (moved.till, moved.amount) == (till, call.amount) => {
                write.commit_seen(self).await?;
                return Ok(moved);
            }
            Some(_) => return Err(Refusal::IdReused.into()),
            None => {}
        }
        let shift = open_at(write.conn(), head, till).await?.ok_or(Refusal::ShiftNotOpen)?;
        let (_, report, _) = so_far(write.conn(), head, shift).await?;
        let after =
            report.expected_cash.plus(call.amount).map_err(|error| Fault::invalid("amount", error))?;
        if after.minor < 0 {
            return Err(Fault::invalid("amount", "at most what is in the drawer is taken out"));
        }
        let moved =
            CashMoved { id: call.movement, shift, till, by, at: write.now, amount: call.amount, reason };
        self.keep(&mut write, &Fact::CashMoved(moved.clone())).await?;
        write.commit(self).await?;
        Ok(moved)
    }
}

impl Answer<CloseShift> for Engine {
    async fn answer(&self, caller: &Caller, call: CloseShift) -> Result<ShiftClosed, Fault> {
        let (till, by) = at_till(caller)?;
        let mut write = Write::begin(self).await?;
        let head = write.head;
        match find(write.conn(), head, call.closing.0).await? {
            Some(Fact::ShiftClosed(closed))
                if closed.till == till
                    && closed.shift == call.shift
                    && (&closed.counts, &closed.foreign) == (&call.counted, &call.foreign) =>
            {
                write.commit_seen(self).await?;
                return Ok(*closed);
            }
            Some(_) => return Err(Refusal::IdReused.into()),
            None => {}
        }
        let kinds: HashSet<_> = call.counted.iter().map(|kind| kind.worth.minor).collect();
        if kinds.len() != call.counted.len()
            || kinds.len() > MAX_KINDS
            || call.counted.iter().any(|kind| kind.worth.minor <= 0 || kind.count > MAX_PIECES)
        {
            return Err(Fault::invalid("counted", "each note or coin once, and no more than there can be"));
        }
        let currencies: HashSet<_> = call.foreign.iter().map(|sum| sum.money().currency).collect();
        if currencies.len() != call.foreign.len() || currencies.contains(&head.currency) {
            return Err(Fault::invalid("foreign", "other currencies than the shop's, each once"));
        }
        let counted =
            shift::counted(&call.counted, head.currency).map_err(|error| Fault::invalid("counted", error))?;
        if open_at(write.conn(), head, till).await? != Some(call.shift) {
            return Err(Refusal::ShiftNotOpen.into());
        }
        let (_, report, _) = so_far(write.conn(), head, call.shift).await?;
        let closed = ShiftClosed {
            id: call.closing,
            shift: call.shift,
            till,
            by,
            at: write.now,
            counts: call.counted,
            counted,
            foreign: call.foreign,
            report,
        };
        self.keep(&mut write, &Fact::ShiftClosed(Box::new(closed.clone()))).await?;
        write.commit(self).await?;
        Ok(closed)
    }
}

impl Answer<GetShift> for Engine {
    async fn answer(&self, caller: &Caller, _: GetShift) -> Result<TillState, Fault> {
        let (till, _) = at_till(caller)?;
        let head = self.head().await?;
        let mut tx = self.snapshot().await?;
        let sees = matches!(caller.actor, Actor::Staff { role: StaffRole::Manager, .. });
        let open = match open_at(&mut tx, head, till).await? {
            Some(shift) => {
                let (shift, report, mut moved) = so_far(&mut tx, head, shift).await?;
                moved.reverse();
                moved.truncate(LISTED);
                Some(OpenNow { shift, report: sees.then_some(report), moved })
            }
            None => None,
        };
        let last: Option<Uuid> = sql::query_scalar(
            "SELECT closing_id FROM shift WHERE shop_id = $1 AND till = $2 AND closing_id IS NOT NULL
             ORDER BY closed DESC LIMIT 1",
        )
        .bind(head.shop.0)
        .bind(till.0)
        .fetch_optional(&mut tx)
        .await?;
        let last = match last {
            Some(id) => match find(&mut tx, head, id).await? {
                Some(Fact::ShiftClosed(closed)) => Some(*closed),
                _ => return Err(Fault::row("shift", "its closing is gone")),
            },
            None => None,
        };
        Ok(TillState { open, last })
    }
}

impl Answer<TakeNote> for Engine {
    async fn answer(&self, caller: &Caller, call: TakeNote) -> Result<Noted, Fault> {
        let (till, by) = at_till(caller)?;
        let about = words("about", &call.about, 0)?;
        let mut write = Write::begin(self).await?;
        let head = write.head;
        match find(write.conn(), head, call.note.0).await? {
            Some(Fact::Noted(noted)) if (noted.till, noted.action) == (till, call.action) => {
                write.commit_seen(self).await?;
                return Ok(noted);
            }
            Some(_) => return Err(Refusal::IdReused.into()),
            None => {}
        }
        let shift = open_at(write.conn(), head, till).await?;
        let noted =
            Noted { id: call.note, shift, till, by, at: write.now, action: call.action, about, of: None };
        self.keep(&mut write, &Fact::Noted(noted.clone())).await?;
        write.commit(self).await?;
        Ok(noted)
    }
}

/// Books cash that was taken or given back at the counter beside sales, where a shift is open at the caller's till: so much
/// more, or less, is in its drawer. For requests, which a hub answers.
pub(crate) async fn cash_taken(
    write: &mut Write,
    caller: &Caller,
    amount: Money,
    reason: String,
) -> Result<(), Fault> {
    let Actor::Staff { device: till, staff: by, .. } = caller.actor else { return Ok(()) };
    let (head, at) = (write.head, write.now);
    let Some(shift) = open_at(write.conn(), head, till).await? else { return Ok(()) };
    if amount.is_zero() {
        return Ok(());
    }
    let moved = CashMoved { id: CashMoveId(Uuid::now_v7()), shift, till, by, at, amount, reason };
    fact::keep(write, Seat::Hub, &Fact::CashMoved(moved)).await
}

/// What somebody wrote, without blanks at its ends.
pub(crate) fn words(field: &'static str, text: &str, least: usize) -> Result<String, Fault> {
    let text = text.trim();
    if (least..=MAX_NOTE).contains(&text.chars().count()) {
        Ok(text.to_owned())
    } else {
        Err(Fault::invalid(field, format!("{least} to {MAX_NOTE} characters")))
    }
}

/// The shift that is open at a till.
pub(crate) async fn open_at(
    conn: &mut sql::Connection,
    head: Head,
    till: DeviceId,
) -> Result<Option<ShiftId>, Fault> {
    let id: Option<Uuid> = sql::query_scalar(
        "SELECT shift_id FROM shift WHERE shop_id = $1 AND till = $2 AND closing_id IS NULL
         ORDER BY opened DESC LIMIT 1",
    )
    .bind(head.shop.0)
    .bind(till.0)
    .fetch_optional(conn)
    .await?;
    Ok(id.map(ShiftId))
}

/// A shift's beginning, what it has taken, and what was moved in it, oldest first.
pub(crate) async fn so_far(
    conn: &mut sql::Connection,
    head: Head,
    shift: ShiftId,
) -> Result<(ShiftOpened, Report, Vec<CashMoved>), Fault> {
    let rows =
        sql::query("SELECT body FROM fact WHERE shop_id = $1 AND shift_id = $2 ORDER BY happened, fact_id")
            .bind(head.shop.0)
            .bind(shift.0)
            .fetch_all(conn)
            .await?;
    let facts: Vec<Fact> =
        rows.iter().map(|row| Ok(serde_json::from_str(row.try_get(0)?)?)).collect::<Result<_, Fault>>()?;
    let opened = facts.iter().find_map(|fact| match fact {
        Fact::ShiftOpened(opened) => Some(*opened),
        _ => None,
    });
    let opened = opened.ok_or_else(|| Fault::row("shift", "its beginning is gone"))?;
    let report = shift::report(&opened, &facts).map_err(|error| Fault::row("fact", error))?;
    let moved = facts
        .into_iter()
        .filter_map(|fact| match fact {
            Fact::CashMoved(moved) => Some(moved),
            _ => None,
        })
        .collect();
    Ok((opened, report, moved))
}

/// What a fact does to the shifts that are known here.
pub(crate) async fn follow(write: &mut Write, fact: &Fact) -> Result<(), Fault> {
    let shop = write.shop();
    match fact {
        Fact::ShiftOpened(opened) => {
            sql::query(
                "INSERT INTO shift (shop_id, shift_id, till, opened) VALUES ($1, $2, $3, $4)
                 ON CONFLICT (shop_id, shift_id) DO NOTHING",
            )
            .bind(shop)
            .bind(opened.id.0)
            .bind(opened.till.0)
            .bind(opened.at.0)
            .execute(write.conn())
            .await?;
        }
        Fact::ShiftClosed(closed) => {
            sql::query(
                "UPDATE shift SET closing_id = $3, closed = $4
                 WHERE shop_id = $1 AND shift_id = $2 AND closing_id IS NULL",
            )
            .bind(shop)
            .bind(closed.shift.0)
            .bind(closed.id.0)
            .bind(closed.at.0)
            .execute(write.conn())
            .await?;
        }
        Fact::Sale(_)
        | Fact::Refund(_)
        | Fact::Count(_)
        | Fact::Exit(_)
        | Fact::CashMoved(_)
        | Fact::Noted(_)
        | Fact::GiftCardSold(_) => {}
    }
    Ok(())
}
