//! Orders: placed against catalogue, slots and stock, and taken step by step to their shopper.

pub(crate) mod handling;
mod place;
pub(crate) mod quote;
mod rows;
mod short;
mod steps;

use ministore_core::id::{DeviceId, OrderId};
use ministore_core::order::{Find, Get, GetMine, GetQueue, Milestone, Order, OrderState, Orders};
use ministore_core::refusal::Thing;
use ministore_core::role::Actor;
use ministore_core::stock::StockReason;
use uuid::Uuid;

use crate::engine::{Answer, Caller, Engine};
use crate::fault::Fault;
use crate::sql;
use crate::stock;
use crate::write::{Head, Write};

pub(crate) use rows::{find, find_again, find_all, keep_pulled, save, stock_of};
pub(crate) use steps::{done, hand_over, lines_changed, visible};

/// The most orders that one list gives.
const LIST_LIMIT: i64 = 200;

/// How long an order that has ended stays in the counter's list, in minutes.
const ENDED_STAYS: i64 = 24 * 60;

/// An order as the shop keeps it.
#[derive(Clone, Debug)]
pub(crate) struct Kept {
    /// The order, pickup code included.
    pub(crate) order: Order,
    /// Whose.
    pub(crate) device: DeviceId,
    /// The hash of what was asked for.
    pub(crate) body_hash: Vec<u8>,
}

impl Kept {
    /// The order as `actor` may see it: all of it for its own shopper, without the pickup code for staff. None for
    /// everyone else.
    pub(crate) fn seen_by(mut self, actor: &Actor) -> Option<Order> {
        match actor {
            Actor::Shopper(device) if *device == self.device => Some(self.order),
            Actor::Staff { .. } => {
                self.order.pickup = None;
                Some(self.order)
            }
            _ => None,
        }
    }
}

/// The order for its own shopper's device; None where it is another's.
pub(crate) async fn load(
    conn: &mut sql::Connection,
    head: Head,
    id: OrderId,
    device: Option<DeviceId>,
) -> Result<Option<Order>, Fault> {
    let kept = find(conn, head, id).await?;
    Ok(kept.and_then(|kept| kept.seen_by(&device.map_or(Actor::Visitor, Actor::Shopper))))
}

/// The order as `actor` may see it. Refused where there is none for them.
pub(crate) async fn seen(
    conn: &mut sql::Connection,
    head: Head,
    id: OrderId,
    actor: &Actor,
) -> Result<Order, Fault> {
    let kept = find(conn, head, id).await?;
    kept.and_then(|kept| kept.seen_by(actor)).ok_or_else(|| Fault::not_found(Thing::Order))
}

/// Writes that the order came to `state`, where it was not there already.
pub(crate) fn advance(write: &mut Write, kept: &mut Kept, state: OrderState) {
    if kept.order.state != state {
        kept.order.state = state;
        if state != OrderState::OnItsWay {
            kept.order.handling.stops_before = None;
        }
        kept.order.milestones.push(Milestone { state, at: write.now });
    }
    if state == OrderState::Cancelled {
        kept.order.payment.to_pay = kept.order.payment.amount.currency.minor(0);
    }
}

/// Puts all that was promised to `order` back on the shelf.
pub(crate) async fn return_stock(write: &mut Write, order: &Order) -> Result<(), Fault> {
    for (product, quantity) in rows::needed(&order.lines) {
        stock::put_back(write, product, quantity, StockReason::Cancellation, Some(order.id)).await?;
    }
    Ok(())
}

impl Answer<GetMine> for Engine {
    async fn answer(&self, caller: &Caller, _: GetMine) -> Result<Orders, Fault> {
        let head = self.head().await?;
        let device = caller.device()?;
        let mut tx = self.snapshot().await?;
        let ids: Vec<Uuid> = sql::query_scalar(
            "SELECT order_id FROM orders WHERE shop_id = $1 AND device_id = $2 ORDER BY placed DESC, number DESC
             LIMIT $3",
        )
        .bind(head.shop.0)
        .bind(device.0)
        .bind(LIST_LIMIT)
        .fetch_all(&mut tx)
        .await?;
        let orders = list(&mut tx, head, &ids, &caller.actor).await?.orders;
        let orders = orders.into_iter().map(|order| self.shown(order)).collect::<Result<_, _>>()?;
        Ok(Orders { orders })
    }
}

impl Answer<Get> for Engine {
    async fn answer(&self, caller: &Caller, call: Get) -> Result<Order, Fault> {
        let head = self.head().await?;
        let kept = find(&mut *self.snapshot().await?, head, call.order).await?;
        let order = kept.and_then(|kept| kept.seen_by(&caller.actor));
        self.shown(order.ok_or_else(|| Fault::not_found(Thing::Order))?)
    }
}

impl Answer<GetQueue> for Engine {
    async fn answer(&self, caller: &Caller, _: GetQueue) -> Result<Orders, Fault> {
        let head = self.head().await?;
        let mut tx = self.snapshot().await?;
        let ids: Vec<Uuid> = sql::query_scalar(
            "SELECT order_id FROM orders
             WHERE shop_id = $1 AND mode <> 'carry_out' AND (state IN ('placed', 'accepted', 'picking', 'ready', 'on_its_way')
                 OR (state IN ('handed_over', 'cancelled') AND changed >= $2))
             ORDER BY CASE WHEN state IN ('handed_over', 'cancelled') THEN 1 ELSE 0 END, starts, number
             LIMIT $3",
        )
        .bind(head.shop.0)
        .bind(self.now().plus_minutes(-ENDED_STAYS).0)
        .bind(LIST_LIMIT)
        .fetch_all(&mut tx)
        .await?;
        list(&mut tx, head, &ids, &caller.actor).await
    }
}

impl Answer<Find> for Engine {
    async fn answer(&self, caller: &Caller, call: Find) -> Result<Order, Fault> {
        let head = self.head().await?;
        let mut tx = self.snapshot().await?;
        let id: Option<Uuid> =
            sql::query_scalar("SELECT order_id FROM orders WHERE shop_id = $1 AND pickup = $2")
                .bind(head.shop.0)
                .bind(call.code.to_string())
                .fetch_optional(&mut tx)
                .await?;
        let kept = match id {
            Some(id) => find(&mut tx, head, OrderId(id)).await?,
            None => None,
        };
        kept.and_then(|kept| kept.seen_by(&caller.actor)).ok_or_else(|| Fault::not_found(Thing::Order))
    }
}

async fn list(conn: &mut sql::Connection, head: Head, ids: &[Uuid], actor: &Actor) -> Result<Orders, Fault> {
    let kept = rows::find_all(conn, head, ids).await?;
    Ok(Orders { orders: kept.into_iter().filter_map(|kept| kept.seen_by(actor)).collect() })
}
