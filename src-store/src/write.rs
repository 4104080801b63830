//! One writing transaction: what it changes is numbered within it, and told after it is durable.

use std::collections::HashSet;

use ministore_core::id::{DeviceId, OrderId, ProductId, ShopId, TabId};
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
    /// The number that the newest change had when this began, 0 for none, where it was asked for.
    newest: Option<i64>,
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
            newest: None,
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

    /// Tells the number of the newest change, None where there is none. Nothing was numbered in this transaction before.
    pub(crate) fn knows_newest(&mut self, newest: Option<i64>) {
        self.newest = Some(newest.unwrap_or(0));
    }

    /// The number of the next change. Only one transaction writes at a time, so numbers follow the order of commits and
    /// a reader never passes one that is still to come.
    pub(crate) async fn next_seq(&mut self) -> Result<i64, Fault> {
        let known = self.next_seq.or_else(|| self.turn.next_seq());
        let seq = match known.or_else(|| self.newest.map(|newest| newest + 1)) {
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
            let changes = insert.build().persistent(together.len() <= 8).apart();
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

    pub(crate) async fn tab_changed(&mut self, tab: TabId) -> Result<(), Fault> {
        self.changed("tab", tab.0, None, Audience::AtTables, Changed::Tab { tab }).await
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

    /// Takes back what was done so far, and forgets what would have been told of it.
    pub(crate) async fn take_back(&mut self) -> Result<(), Fault> {
        self.turn.take_back().await?;
        self.notices.clear();
        self.changes.clear();
        (self.first_seq, self.next_seq) = (None, None);
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::EngineOptions;
    use ministore_core::campaign::GoingPromotions;
    use ministore_core::id::ProductId;
    use ministore_core::member::PointsRule;
    use ministore_core::shop::Shop;
    use ministore_core::tax::TaxRules;
    use ministore_core::text::LocalText;

    fn shop() -> Shop {
        Shop {
            id: ShopId(Uuid::now_v7()),
            name: LocalText::new("Corner", "街角"),
            address: LocalText::default(),
            currency: Currency::CNY,
            zone: "Asia/Shanghai".to_owned(),
            accent: "#0f766e".to_owned(),
            categories: Vec::new(),
            in_store: Vec::new(),
            slots: Vec::new(),
            delivery: None,
            points: PointsRule { minor_per_point: 100 },
            tenders: vec![ministore_core::payment::Tender::CashAtHandover],
            promotions: GoingPromotions::default(),
            deposits: Vec::new(),
            exit_key: None,
            demo: false,
            taxes: TaxRules::default(),
            reach: Default::default(),
            till: Default::default(),
        }
    }

    #[tokio::test]
    async fn what_was_taken_back_is_neither_numbered_nor_told() {
        let dir = tempfile::TempDir::new().unwrap();
        let engine = Engine::open(dir.path().join("shop.db"), EngineOptions::hub()).await.unwrap();
        engine.create_shop(&shop()).await.unwrap();
        let before = engine.newest_change().await.unwrap();
        let mut told = engine.watch();

        let mut write = Write::begin(&engine).await.unwrap();
        write.product_changed(ProductId(Uuid::now_v7())).await.unwrap();
        write.take_back().await.unwrap();
        write.shop_changed().await.unwrap();
        write.commit(&engine).await.unwrap();

        let after = engine.newest_change().await.unwrap();
        assert_eq!(after, Cursor(before.0 + 1));
        let notice = told.recv().await.unwrap();
        assert_eq!(notice.event, Event { cursor: after, what: Changed::Shop });
        assert!(told.try_recv().is_err(), "what was taken back is told");
        let heard = engine.events_after(&ministore_core::role::Actor::Visitor, before, 10).await.unwrap();
        assert_eq!(heard, [notice.event]);
        engine.close().await;
    }
}
