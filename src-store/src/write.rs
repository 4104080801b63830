//! One writing transaction: what it changes is numbered within it, and told after it is durable.

use std::collections::HashSet;

use ministore_core::id::{DeviceId, OrderId, ProductId, ShopId};
use ministore_core::money::Currency;
use ministore_core::order::Order;
use ministore_core::sync::{Changed, Cursor, Event};
use ministore_core::time::Timestamp;
use uuid::Uuid;

use crate::engine::Engine;
use crate::fault::Fault;
use crate::lane::Turn;
use crate::sql;
use crate::sync::{Audience, Notice, Numbers};

/// The shop of a database, as every statement needs it. It never changes.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Head {
    pub(crate) shop: ShopId,
    pub(crate) currency: Currency,
}

/// The one writing transaction of the moment.
pub(crate) struct Write {
    turn: Turn,
    pub(crate) head: Head,
    pub(crate) now: Timestamp,
    first_seq: Option<i64>,
    next_seq: Option<i64>,
    notices: Vec<Notice>,
    /// What changed, under its number, to be written together before the commit.
    changes: Vec<NumberedChange>,
}

/// A row of the feed of changes.
struct NumberedChange {
    kind: &'static str,
    key: Uuid,
    seq: i64,
    device: Option<Uuid>,
}

/// How many rows of the feed one statement writes.
const CHANGES_TOGETHER: usize = 250;

impl Write {
    /// Starts one as soon as no other writes.
    pub(crate) async fn begin(engine: &Engine) -> Result<Self, Fault> {
        let head = engine.head().await?;
        let turn = engine.lane().begin().await?;
        Ok(Self {
            turn,
            head,
            now: engine.now(),
            first_seq: None,
            next_seq: None,
            notices: Vec::new(),
            changes: Vec::new(),
        })
    }

    pub(crate) fn conn(&mut self) -> &mut sql::Connection {
        self.turn.conn()
    }

    pub(crate) fn shop(&self) -> Uuid {
        self.head.shop.0
    }

    /// Makes it durable, then tells the watchers.
    pub(crate) async fn commit(mut self, engine: &Engine) -> Result<(), Fault> {
        self.write_changes();
        let numbers =
            self.first_seq.zip(self.next_seq).map(|(first, next)| Numbers { first, last: next - 1 });
        self.turn.commit(engine.clone(), numbers, self.notices).await
    }

    /// Waits until what was seen is durable: the writer before may have left it in a transaction that is still open, and a
    /// repeat must not be answered before the first is sure.
    pub(crate) async fn commit_seen(self, engine: &Engine) -> Result<(), Fault> {
        self.commit(engine).await
    }

    /// The number of the next change. Only one transaction writes at a time, so numbers follow the order of commits and
    /// a reader never passes one that is still to come.
    pub(crate) async fn next_seq(&mut self) -> Result<i64, Fault> {
        let seq = match self.next_seq.or_else(|| self.turn.next_seq()) {
            Some(seq) => seq,
            None => {
                let last: Option<i64> = sql::query_scalar("SELECT MAX(seq) FROM change WHERE shop_id = $1")
                    .bind(self.shop())
                    .fetch_one(self.conn())
                    .await?;
                last.unwrap_or(0) + 1
            }
        };
        self.first_seq = self.first_seq.or(Some(seq));
        self.next_seq = Some(seq + 1);
        Ok(seq)
    }

    /// Writes the feed's rows: of several changes of one thing the last alone.
    fn write_changes(&mut self) {
        let shop = self.shop();
        let mut changes = std::mem::take(&mut self.changes);
        let mut told = HashSet::new();
        changes.reverse();
        changes.retain(|change| told.insert((change.kind, change.key)));
        for together in changes.chunks(CHANGES_TOGETHER) {
            let mut insert = sql::Builder::new("INSERT INTO change (shop_id, kind, key, seq, device_id) ");
            insert.push_values(together, |mut row, change| {
                row.push_bind(shop)
                    .push_bind(change.kind)
                    .push_bind(change.key)
                    .push_bind(change.seq)
                    .push_bind(change.device);
            });
            insert.push(" ON CONFLICT (shop_id, kind, key) DO UPDATE SET seq = excluded.seq, device_id = excluded.device_id");
            let changes = insert.build().persistent(together.len() <= 8);
            self.conn().later(changes);
        }
    }

    async fn changed(
        &mut self,
        kind: &'static str,
        key: Uuid,
        device: Option<Uuid>,
        audience: Audience,
        what: Changed,
    ) -> Result<(), Fault> {
        let seq = self.next_seq().await?;
        self.changes.push(NumberedChange { kind, key, seq, device });
        self.notices.push(Notice { event: Event { cursor: Cursor(seq), what }, audience });
        Ok(())
    }

    pub(crate) async fn shop_changed(&mut self) -> Result<(), Fault> {
        self.changed("shop", self.shop(), None, Audience::Everyone, Changed::Shop).await
    }

    pub(crate) async fn product_changed(&mut self, product: ProductId) -> Result<(), Fault> {
        self.changed("product", product.0, None, Audience::Everyone, Changed::Product { product }).await
    }

    pub(crate) async fn order_changed(&mut self, order: &Order, device: DeviceId) -> Result<(), Fault> {
        let OrderId(key) = order.id;
        let what = Changed::Order { order: order.id, number: order.number, state: order.state };
        self.changed("order", key, Some(device.0), Audience::StaffAnd(device), what).await
    }

    pub(crate) async fn card_changed(&mut self, device: DeviceId) -> Result<(), Fault> {
        self.changed("card", device.0, Some(device.0), Audience::Device(device), Changed::Card).await
    }

    /// Tells a device to forget what it was told of its shopper up to here.
    pub(crate) async fn erased(&mut self, device: DeviceId) -> Result<(), Fault> {
        self.changed("erased", device.0, Some(device.0), Audience::Device(device), Changed::Erased).await
    }

    /// Tells watchers after the commit what was numbered by other means.
    pub(crate) fn tell_later(&mut self, notice: Notice) {
        self.notices.push(notice);
    }

    /// Forgets what would have been told of changes that were taken back.
    pub(crate) fn taken_back(&mut self) {
        self.notices.clear();
        (self.first_seq, self.next_seq) = (None, None);
    }
}
