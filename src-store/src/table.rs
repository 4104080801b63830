//! Tables: what each has open, from the first guest to the last payment, and what the kitchen has to do.

mod guests;
mod menu;
mod payments;
mod rows;
mod staff;

use ministore_core::call::Call;
use ministore_core::id::{DeviceId, TabId};
use ministore_core::issued::TableNumber;
use ministore_core::refusal::{Refusal, Thing};
use ministore_core::role::Actor;
use ministore_core::table::{
    ChangeLine, Close, GetKitchen, GetTab, GetTables, Kitchen, KitchenRound, Put, RoundState, SendRound, Sit,
    Split, Tab, TabState, TabSummary, TableView, Tables, TakeCash, TakeStep,
};
use uuid::Uuid;

use crate::engine::{Answer, Caller, Engine};
use crate::fault::Fault;
use crate::sql;
use crate::write::{Head, Write};

pub(crate) use rows::{Kept, find_all};

macro_rules! answered_once {
    ($($call:ty),*) => {$(
        impl Answer<$call> for Engine {
            async fn answer(&self, caller: &Caller, call: $call) -> Result<<$call as Call>::Reply, Fault> {
                self.once(caller, call).await
            }
        }
    )*};
}
answered_once!(Sit, Put, ChangeLine, SendRound, Split, TakeCash, TakeStep, Close);

/// Which guest of a tab somebody is.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct Guest {
    pub(crate) number: u32,
    /// None once whose device it was is forgotten.
    pub(crate) device: Option<DeviceId>,
}

impl Kept {
    /// The number under which `actor` sits there; None for staff. Not found for everyone else.
    fn me(&self, actor: &Actor) -> Result<Option<u32>, Fault> {
        match actor {
            Actor::Staff { .. } => Ok(None),
            Actor::Shopper(device) => {
                let guest = self.guests.iter().find(|guest| guest.device == Some(*device));
                guest.map(|guest| Some(guest.number)).ok_or_else(|| Fault::not_found(Thing::Tab))
            }
            Actor::Visitor => Err(Fault::not_found(Thing::Tab)),
        }
    }

    /// The tab as one of these devices sat at it.
    pub(crate) fn of_devices(mut self, devices: &[DeviceId]) -> Tab {
        let own = |guest: &&Guest| guest.device.is_some_and(|device| devices.contains(&device));
        self.tab.me = self.guests.iter().find(own).map(|guest| guest.number);
        self.tab
    }

    /// The tab as `actor` may see it. Not found for who sits elsewhere.
    fn seen_by(mut self, actor: &Actor) -> Result<Tab, Fault> {
        self.tab.me = self.me(actor)?;
        Ok(self.tab)
    }
}

async fn find(conn: &mut sql::Connection, head: Head, id: TabId) -> Result<Option<Kept>, Fault> {
    Ok(find_all(conn, head, &[id.0]).await?.pop())
}

/// The tab, where the caller may see it, and which guest the caller is.
async fn visible(write: &mut Write, caller: &Caller, id: TabId) -> Result<(Tab, Option<u32>), Fault> {
    let head = write.head;
    let kept = find(write.conn(), head, id).await?.ok_or_else(|| Fault::not_found(Thing::Tab))?;
    let me = kept.me(&caller.actor)?;
    Ok((kept.tab, me))
}

/// The same, where it is still open.
async fn open(write: &mut Write, caller: &Caller, id: TabId) -> Result<(Tab, Option<u32>), Fault> {
    match visible(write, caller, id).await? {
        (tab, me) if tab.state == TabState::Open => Ok((tab, me)),
        _ => Err(Refusal::TabClosed.into()),
    }
}

/// Closes the tab where all is served and paid, tells whoever watches it, and gives it as it then is.
async fn changed(write: &mut Write, id: TabId) -> Result<Kept, Fault> {
    let head = write.head;
    let gone = || Fault::row("tab", format!("{id} is gone"));
    let kept = find(write.conn(), head, id).await?.ok_or_else(gone)?;
    write.tab_changed(id).await?;
    if kept.tab.state == TabState::Open && kept.tab.is_settled() {
        rows::close(write, id).await?;
        return find(write.conn(), head, id).await?.ok_or_else(gone);
    }
    Ok(kept)
}

/// The same, as the caller may see it.
async fn done(write: &mut Write, caller: &Caller, id: TabId) -> Result<Tab, Fault> {
    changed(write, id).await?.seen_by(&caller.actor)
}

impl Answer<GetTab> for Engine {
    async fn answer(&self, caller: &Caller, call: GetTab) -> Result<Tab, Fault> {
        let head = self.head().await?;
        let kept = find(&mut *self.snapshot().await?, head, call.tab).await?;
        kept.ok_or_else(|| Fault::not_found(Thing::Tab))?.seen_by(&caller.actor)
    }
}

impl Answer<GetTables> for Engine {
    async fn answer(&self, _: &Caller, _: GetTables) -> Result<Tables, Fault> {
        let head = self.head().await?;
        let mut tx = self.snapshot().await?;
        let tables = sql::query(
            "SELECT d.number, d.seats, t.tab_id FROM dining_table d
             LEFT JOIN tab t ON t.shop_id = d.shop_id AND t.table_number = d.number AND t.state = 'open'
             WHERE d.shop_id = $1 ORDER BY d.number",
        )
        .bind(head.shop.0)
        .fetch_all(&mut tx)
        .await?;
        let mut open = Vec::new();
        for row in &tables {
            open.extend(row.try_get::<Option<Uuid>>(2)?);
        }
        let tabs = find_all(&mut tx, head, &open).await?;
        let tables = tables.iter().map(|row| {
            let table = number(row.try_get(0)?)?;
            let tab = tabs.iter().find(|kept| kept.tab.table == table);
            let tab = tab.map(|kept| TabSummary::from(&kept.tab));
            Ok(TableView { table, seats: row.try_get(1)?, tab })
        });
        Ok(Tables { tables: tables.collect::<Result<_, Fault>>()? })
    }
}

impl Answer<GetKitchen> for Engine {
    async fn answer(&self, _: &Caller, _: GetKitchen) -> Result<Kitchen, Fault> {
        let head = self.head().await?;
        let mut tx = self.snapshot().await?;
        let open: Vec<Uuid> = sql::query_scalar(
            "SELECT DISTINCT r.tab_id FROM tab_line l
             JOIN tab_round r ON r.shop_id = l.shop_id AND r.round_id = l.round_id
             WHERE l.shop_id = $1 AND l.state IN ('sent', 'preparing', 'ready')",
        )
        .bind(head.shop.0)
        .fetch_all(&mut tx)
        .await?;
        let mut rounds: Vec<KitchenRound> = Vec::new();
        for kept in find_all(&mut tx, head, &open).await? {
            let tab = kept.tab;
            rounds.extend(tab.rounds.iter().map(|round| KitchenRound {
                round: *round,
                tab: tab.id,
                table: tab.table,
                lines: tab.lines_of(round.id).cloned().collect(),
            }));
        }
        rounds.retain(|round| round.state() != RoundState::Over);
        rounds.sort_by_key(|round| (round.round.sent, round.round.number));
        Ok(Kitchen { rounds })
    }
}

/// A table's number out of a row.
fn number(number: u16) -> Result<TableNumber, Fault> {
    TableNumber::new(number).ok_or_else(|| Fault::row("dining_table", number))
}

/// Forgets who sat at a tab that is closed: the device, what it told the kitchen, and the saved replies that hold it. The
/// bill stays, under the guest's number.
pub(crate) async fn forget(write: &mut Write, kept: &Kept, devices: &[DeviceId]) -> Result<(), Fault> {
    let (shop, tab) = (write.shop(), kept.tab.id);
    let own = |guest: &&Guest| guest.device.is_some_and(|device| devices.contains(&device));
    for guest in kept.guests.iter().filter(own) {
        sql::query(
            "UPDATE tab_guest SET device_id = NULL WHERE shop_id = $1 AND tab_id = $2 AND number = $3",
        )
        .bind(shop)
        .bind(tab.0)
        .bind(guest.number)
        .execute(write.conn())
        .await?;
        sql::query("UPDATE tab_line SET note = '' WHERE shop_id = $1 AND tab_id = $2 AND guest = $3")
            .bind(shop)
            .bind(tab.0)
            .bind(guest.number)
            .execute(write.conn())
            .await?;
    }
    // Nothing is done to a closed tab, so a repeat of such a call is refused and needs no saved answer.
    sql::query("DELETE FROM call_reply WHERE shop_id = $1 AND name LIKE 'table.%' AND reply LIKE $2")
        .bind(shop)
        .bind(format!("%{tab}%"))
        .execute(write.conn())
        .await?;
    Ok(())
}
