//! What is noted of an order's handing over, and where it is brought, as a row beside the order's own.

use std::collections::HashMap;

use ministore_core::courier::Handling;
use ministore_core::fulfilment::Fulfilment;
use ministore_core::id::OrderId;
use ministore_core::order::{Order, OrderState};
use ministore_core::time::Timestamp;
use uuid::Uuid;

use super::{Kept, find_all};
use crate::fault::Fault;
use crate::row;
use crate::sql;
use crate::write::{Head, Write};

/// Reads it into `found`.
pub(super) async fn read_into(
    conn: &mut sql::Connection,
    head: Head,
    ids: &[Uuid],
    found: &mut HashMap<Uuid, Kept>,
) -> Result<(), Fault> {
    let mut query = sql::Builder::new(
        "SELECT order_id, latitude, longitude, arrived, shelf, attempts, stops_before, left_at_door
         FROM handling WHERE shop_id = ",
    );
    query.push_bind(head.shop.0).push(" AND order_id IN (");
    let mut list = query.list();
    for id in ids {
        list.push_bind(*id);
    }
    query.push(")");
    for row in query.build().persistent(ids.len() == 1).fetch_all(conn).await? {
        let Some(kept) = found.get_mut(&row.try_get(0)?) else { continue };
        if let Fulfilment::Delivery { address, .. } = &mut kept.order.fulfilment {
            address.point = row::point(&row, 1)?;
        }
        kept.order.handling = Handling {
            arrived: row.try_get::<Option<i64>>(3)?.map(Timestamp),
            shelf: row.try_get(4)?,
            attempts: serde_json::from_str(row.try_get(5)?)?,
            stops_before: row.try_get(6)?,
            left_at_door: row.try_get::<Option<i64>>(7)?.map(Timestamp),
        };
    }
    Ok(())
}

/// Writes a new order's, where there is something to write.
pub(super) fn insert(conn: &mut sql::Connection, shop: Uuid, order: &Order) -> Result<(), Fault> {
    if order.fulfilment.point().is_some() || order.handling != Handling::default() {
        let row = row_of(shop, order)?.apart();
        conn.later(row);
    }
    Ok(())
}

/// Writes what is noted of an order now.
pub(crate) async fn save(write: &mut Write, order: &Order) -> Result<(), Fault> {
    let row = row_of(write.shop(), order)?;
    row.execute(write.conn()).await?;
    Ok(())
}

fn row_of(shop: Uuid, order: &Order) -> Result<sql::Query<'static>, Fault> {
    let (point, handling) = (order.fulfilment.point(), &order.handling);
    Ok(sql::query(
        "INSERT INTO handling (shop_id, order_id, latitude, longitude, arrived, shelf, attempts, stops_before,
             left_at_door)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)
         ON CONFLICT (shop_id, order_id) DO UPDATE SET arrived = excluded.arrived, shelf = excluded.shelf,
             attempts = excluded.attempts, stops_before = excluded.stops_before,
             left_at_door = excluded.left_at_door",
    )
    .bind(shop)
    .bind(order.id.0)
    .bind(point.map(|point| point.latitude()))
    .bind(point.map(|point| point.longitude()))
    .bind(handling.arrived.map(|at| at.0))
    .bind(handling.shelf.clone())
    .bind(serde_json::to_string(&handling.attempts)?)
    .bind(handling.stops_before)
    .bind(handling.left_at_door.map(|at| at.0)))
}

/// Notes that these orders are one courier's round, in this order.
pub(crate) async fn begin_round(write: &mut Write, round: Uuid, orders: &[OrderId]) -> Result<(), Fault> {
    let shop = write.shop();
    for (place, order) in (0_i64..).zip(orders) {
        sql::query("UPDATE handling SET run_id = $3, run_place = $4 WHERE shop_id = $1 AND order_id = $2")
            .bind(shop)
            .bind(order.0)
            .bind(round)
            .bind(place)
            .execute(write.conn())
            .await?;
    }
    Ok(())
}

/// Whether an order's last step ended its way to the door.
fn has_just_come_off(order: &Order) -> bool {
    let before = order.milestones.iter().rev().nth(1);
    order.state != OrderState::OnItsWay
        && before.is_some_and(|milestone| milestone.state == OrderState::OnItsWay)
}

/// Takes an order whose way has just ended out of its courier's round: those behind it come one door sooner, and are told.
pub(super) async fn leave_round(write: &mut Write, order: &Order) -> Result<(), Fault> {
    if !has_just_come_off(order) {
        return Ok(());
    }
    let head = write.head;
    let round: Option<Option<Uuid>> =
        sql::query_scalar("SELECT run_id FROM handling WHERE shop_id = $1 AND order_id = $2")
            .bind(head.shop.0)
            .bind(order.id.0)
            .fetch_optional(write.conn())
            .await?;
    let Some(round) = round.flatten() else { return Ok(()) };
    sql::query(
        "UPDATE handling SET run_id = NULL, run_place = NULL, stops_before = NULL
         WHERE shop_id = $1 AND order_id = $2",
    )
    .bind(head.shop.0)
    .bind(order.id.0)
    .execute(write.conn())
    .await?;
    let left: Vec<Uuid> = sql::query_scalar(
        "SELECT order_id FROM handling WHERE shop_id = $1 AND run_id = $2 ORDER BY run_place",
    )
    .bind(head.shop.0)
    .bind(round)
    .fetch_all(write.conn())
    .await?;
    for (before, mut kept) in (0_u32..).zip(find_all(write.conn(), head, &left).await?) {
        if kept.order.handling.stops_before != Some(before) {
            kept.order.handling.stops_before = Some(before);
            save(write, &kept.order).await?;
            write.order_changed(&kept.order, kept.device).await?;
        }
    }
    Ok(())
}
