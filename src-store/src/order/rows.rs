//! Orders as rows: one writer and one reader of all that an order is.

use std::collections::HashMap;

use ministore_core::code::PickupCode;
use ministore_core::fulfilment::{Address, Fulfilment, Mode};
use ministore_core::id::{DeviceId, OrderId, ProductId};
use ministore_core::money::{Currency, Price};
use ministore_core::order::{Contact, Milestone, Order, OrderLine, OrderState};
use ministore_core::payment::Payment;
use ministore_core::pricing::Totals;
use ministore_core::quantity::Measure;
use ministore_core::tax::{TaxRate, TaxRules};
use ministore_core::time::Timestamp;
use uuid::Uuid;

use super::{Kept, handling};
use crate::campaign;
use crate::fault::Fault;
use crate::row;
use crate::sql;
use crate::write::{Head, Write};

/// How much of the stock `items` of a line are, in the unit its stock is kept in.
pub(crate) fn stock_of(line: &OrderLine, items: u32) -> i64 {
    match line.measure {
        Measure::Pieces(_) => i64::from(items),
        Measure::Grams(_) | Measure::Labelled(_) if items == 0 => 0,
        Measure::Grams(_) | Measure::Labelled(_) => line.measure.stock_units(line.price),
    }
}

/// What leaves the shelf for `lines`, or lies there for them: each product once, in the order of the lines.
pub(crate) fn needed(lines: &[OrderLine]) -> Vec<(ProductId, i64)> {
    let mut needed: Vec<(ProductId, i64)> = Vec::new();
    for line in lines {
        let quantity = stock_of(line, line.to_have());
        match needed.iter_mut().find(|(product, _)| *product == line.product) {
            Some((_, sum)) => *sum += quantity,
            None => needed.push((line.product, quantity)),
        }
    }
    needed
}

/// One order.
pub(crate) async fn find(conn: &mut sql::Connection, head: Head, id: OrderId) -> Result<Option<Kept>, Fault> {
    Ok(find_all(conn, head, &[id.0]).await?.pop())
}

/// The order that was read as `known` before, as it is now.
pub(crate) async fn find_again(
    conn: &mut sql::Connection,
    head: Head,
    known: &Order,
) -> Result<Option<Kept>, Fault> {
    // Nobody has picked of an order that is still only placed: one look tells whether it is as it was.
    if known.state == OrderState::Placed {
        let same = sql::query(
            "SELECT device_id, body_hash, pickup FROM orders
             WHERE shop_id = $1 AND order_id = $2 AND state = $3 AND payment = $4
               AND member_id IS NOT DISTINCT FROM $5",
        )
        .bind(head.shop.0)
        .bind(known.id.0)
        .bind(known.state.word())
        .bind(known.payment.state.word())
        .bind(known.member.map(|member| member.0))
        .fetch_optional(&mut *conn)
        .await?;
        if let Some(row) = same {
            let mut order = known.clone();
            order.pickup = pickup(&row, 2)?;
            let (device, body_hash) = (DeviceId(row.try_get(0)?), row.try_get(1)?);
            return Ok(Some(Kept { order, device, body_hash }));
        }
    }
    find(conn, head, known.id).await
}

/// The orders of these keys, in their order; a key without one is left out.
pub(crate) async fn find_all(
    conn: &mut sql::Connection,
    head: Head,
    ids: &[Uuid],
) -> Result<Vec<Kept>, Fault> {
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    let columns = "SELECT order_id, number, device_id, member_id, state, cancelled, mode, starts, street, street_note,
        contact, phone, items, goods, delivery, total, tax, points, pickup, payment_id, tender, payment, body_hash,
        to_pay, captured, refunded, tax_rules, promotions, deposit
        FROM orders WHERE shop_id = ";
    let lines =
        "SELECT order_id, line_id, product_id, code, name_en, name_zh, picture, price, sold_by, tax, measure,
        measure_value, amount, aisle, min_age, picked, missing, returned, weighed, replaces, offer, tagged,
        deposits FROM order_line WHERE shop_id = ";
    let milestones = "SELECT order_id, state, at FROM milestone WHERE shop_id = ";
    let mut found: HashMap<Uuid, Kept> = HashMap::with_capacity(ids.len());
    for row in select(columns, "", head, ids).build().persistent(ids.len() == 1).fetch_all(&mut *conn).await?
    {
        found.insert(row.try_get(0)?, order(&row, head.currency)?);
    }
    if found.is_empty() {
        return Ok(Vec::new());
    }
    for row in select(lines, " ORDER BY order_id, place", head, ids)
        .build()
        .persistent(ids.len() == 1)
        .fetch_all(&mut *conn)
        .await?
    {
        if let Some(kept) = found.get_mut(&row.try_get(0)?) {
            kept.order.lines.push(line(&row, head.currency)?);
        }
    }
    for row in select(milestones, " ORDER BY order_id, place", head, ids)
        .build()
        .persistent(ids.len() == 1)
        .fetch_all(&mut *conn)
        .await?
    {
        if let Some(kept) = found.get_mut(&row.try_get(0)?) {
            let milestone = Milestone { state: state(row.try_get(1)?)?, at: Timestamp(row.try_get(2)?) };
            kept.order.milestones.push(milestone);
        }
    }
    handling::read_into(conn, head, ids, &mut found).await?;
    Ok(ids.iter().filter_map(|id| found.remove(id)).collect())
}

fn select(columns: &'static str, order: &'static str, head: Head, ids: &[Uuid]) -> sql::Builder<'static> {
    let mut query = sql::Builder::new(columns);
    query.push_bind(head.shop.0).push(" AND order_id IN (");
    let mut list = query.list();
    for id in ids {
        list.push_bind(*id);
    }
    query.push(")").push(order);
    query
}

fn state(word: &str) -> Result<OrderState, Fault> {
    OrderState::of_word(word).ok_or_else(|| Fault::row("orders", word))
}

fn order(row: &sql::Row, currency: Currency) -> Result<Kept, Fault> {
    let starts = || {
        let starts = row.try_get::<Option<i64>>(7)?.map(Timestamp);
        starts.ok_or_else(|| Fault::row("orders", "no slot"))
    };
    let fulfilment = match row::mode(row.try_get(6)?)? {
        Mode::CarryOut => Fulfilment::CarryOut,
        Mode::Pickup => Fulfilment::Pickup { starts: starts()? },
        Mode::Delivery => Fulfilment::Delivery {
            starts: starts()?,
            address: Address {
                street: row.try_get::<Option<String>>(8)?.unwrap_or_default(),
                note: row.try_get::<Option<String>>(9)?.unwrap_or_default(),
                point: None,
            },
        },
    };
    let money = |at: usize| Ok::<_, Fault>(currency.minor(row.try_get(at)?));
    let order = Order {
        id: OrderId(row.try_get(0)?),
        number: row.try_get(1)?,
        state: state(row.try_get(4)?)?,
        milestones: Vec::new(),
        cancelled: row.try_get::<Option<&str>>(5)?.map(row::cancel_reason).transpose()?,
        fulfilment,
        contact: Contact { name: row.try_get(10)?, phone: row.try_get(11)? },
        member: row.try_get::<Option<Uuid>>(3)?.map(Into::into),
        lines: Vec::new(),
        promotions: row
            .try_get::<Option<&str>>(27)?
            .map(serde_json::from_str)
            .transpose()?
            .unwrap_or_default(),
        totals: Totals {
            items: row.try_get(12)?,
            goods: money(13)?,
            delivery: money(14)?,
            total: money(15)?,
            tax: serde_json::from_str(row.try_get(16)?)?,
            rules: row
                .try_get::<Option<&str>>(26)?
                .map(serde_json::from_str)
                .transpose()?
                .unwrap_or_default(),
            deposit: row.try_get::<Option<i64>>(28)?.map(|minor| currency.minor(minor)),
            // Empties come back at tills.
            empties: None,
        },
        payment: Payment {
            id: row.try_get::<Uuid>(19)?.into(),
            tender: row::tender(row.try_get(20)?)?,
            amount: money(15)?,
            state: row::payment_state(row.try_get(21)?)?,
            to_pay: money(23)?,
            captured: money(24)?,
            refunded: money(25)?,
        },
        points: row.try_get(17)?,
        pickup: pickup(row, 18)?,
        handling: Default::default(),
    };
    Ok(Kept { order, device: DeviceId(row.try_get(2)?), body_hash: row.try_get(22)? })
}

fn pickup(row: &sql::Row, at: usize) -> Result<Option<PickupCode>, Fault> {
    let code = row.try_get::<Option<&str>>(at)?;
    code.map(str::parse).transpose().map_err(|error| Fault::row("orders", error))
}

fn line(row: &sql::Row, currency: Currency) -> Result<OrderLine, Fault> {
    let wrong = |reason: &dyn ToString| Fault::row("order_line", reason.to_string());
    let price = |minor: i64| Price::new(currency.minor(minor)).map_err(|error| wrong(&error));
    let value: i64 = row.try_get(11)?;
    let count = || u32::try_from(value).map_err(|error| wrong(&error));
    let measure = match row.try_get(10)? {
        "pieces" => Measure::Pieces(count()?),
        "grams" => Measure::Grams(count()?),
        "labelled" => Measure::Labelled(price(value)?),
        word => return Err(wrong(&word)),
    };
    Ok(OrderLine {
        id: row.try_get::<Uuid>(1)?.into(),
        product: row.try_get::<Uuid>(2)?.into(),
        code: row.try_get::<&str>(3)?.parse().map_err(|error| wrong(&error))?,
        name: row::text(row, 4)?,
        picture: row
            .try_get::<Option<&str>>(6)?
            .map(str::parse)
            .transpose()
            .map_err(|error| wrong(&error))?,
        price: price(row.try_get(7)?)?,
        sold_by: row::sold_by(row.try_get(8)?)?,
        tax: TaxRate(row.try_get(9)?),
        measure,
        amount: currency.minor(row.try_get(12)?),
        deposits: row.try_get::<Option<&str>>(22)?.map(serde_json::from_str).transpose()?.unwrap_or_default(),
        aisle: row.try_get(13)?,
        min_age: row.try_get(14)?,
        tagged: row.try_get::<i64>(21)? == 1,
        picked: row.try_get(15)?,
        missing: row.try_get(16)?,
        returned: row.try_get(17)?,
        weighed: row.try_get::<Option<&str>>(18)?.map(serde_json::from_str).transpose()?,
        replaces: row.try_get::<Option<Uuid>>(19)?.map(Into::into),
        offer: row.try_get::<Option<&str>>(20)?.map(serde_json::from_str).transpose()?,
    })
}

/// Writes a new order.
pub(super) async fn insert(write: &mut Write, kept: &Kept) -> Result<(), Fault> {
    let (shop, now) = (write.shop(), write.now);
    insert_rows(write.conn(), shop, now, kept)?;
    campaign::keep_in_step(write, &kept.order).await?;
    write.order_changed(&kept.order, kept.device).await
}

/// Writes an order that the hub told this device of, in place of what was known of it.
pub(crate) async fn keep_pulled(
    conn: &mut sql::Connection,
    shop: Uuid,
    device: DeviceId,
    order: &Order,
) -> Result<(), Fault> {
    sql::query("DELETE FROM orders WHERE shop_id = $1 AND order_id = $2")
        .bind(shop)
        .bind(order.id.0)
        .execute(&mut *conn)
        .await?;
    let placed = order.milestones.first().map_or(Timestamp(0), |milestone| milestone.at);
    let kept = Kept { order: order.clone(), device, body_hash: Vec::new() };
    insert_rows(conn, shop, placed, &kept)
}

fn insert_rows(conn: &mut sql::Connection, shop: Uuid, placed: Timestamp, kept: &Kept) -> Result<(), Fault> {
    let order = &kept.order;
    let address = match &order.fulfilment {
        Fulfilment::Pickup { .. } | Fulfilment::CarryOut => None,
        Fulfilment::Delivery { address, .. } => Some(address),
    };
    let starts = order.fulfilment.slot().map(|slot| slot.starts.0);
    let rules = order.totals.rules;
    let rules = (rules != TaxRules::default()).then(|| serde_json::to_string(&rules)).transpose()?;
    let promotions = &order.promotions;
    let promotions = (!promotions.is_empty()).then(|| serde_json::to_string(promotions)).transpose()?;
    let row = sql::query(
        "INSERT INTO orders (shop_id, order_id, number, device_id, member_id, state, cancelled, mode, starts, street,
             street_note, contact, phone, items, goods, delivery, total, tax, points, pickup, payment_id, tender,
             payment, body_hash, placed, changed, to_pay, captured, refunded, tax_rules, promotions, deposit)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22,
             $23, $24, $25, $25, $26, $27, $28, $29, $30, $31)",
    )
    .bind(shop)
    .bind(order.id.0)
    .bind(order.number)
    .bind(kept.device.0)
    .bind(order.member.map(|member| member.0))
    .bind(order.state.word())
    .bind(order.cancelled.map(|reason| reason.word()))
    .bind(order.fulfilment.mode().word())
    .bind(starts)
    .bind(address.map(|address| &address.street))
    .bind(address.map(|address| &address.note))
    .bind(&order.contact.name)
    .bind(&order.contact.phone)
    .bind(order.totals.items)
    .bind(order.totals.goods.minor)
    .bind(order.totals.delivery.minor)
    .bind(order.totals.total.minor)
    .bind(serde_json::to_string(&order.totals.tax)?)
    .bind(order.points)
    .bind(order.pickup.map(|code| code.to_string()))
    .bind(order.payment.id.0)
    .bind(order.payment.tender.word())
    .bind(order.payment.state.word())
    .bind(&kept.body_hash)
    .bind(placed.0)
    .bind(order.payment.to_pay.minor)
    .bind(order.payment.captured.minor)
    .bind(order.payment.refunded.minor)
    .bind(rules)
    .bind(promotions)
    .bind(order.totals.deposit.map(|deposit| deposit.minor))
    .apart();
    conn.later(row);
    insert_lines(conn, shop, order, 0)?;
    insert_milestones(conn, shop, order);
    handling::insert(conn, shop, order)
}

/// Writes the lines from `first` on.
fn insert_lines(conn: &mut sql::Connection, shop: Uuid, order: &Order, first: usize) -> Result<(), Fault> {
    let lines: Vec<_> = (0_i64..).zip(&order.lines).skip(first).collect();
    let count = lines.len();
    let mut rows = Vec::with_capacity(count);
    for (place, line) in lines {
        let weighed = line.weighed.as_ref().map(serde_json::to_string).transpose()?;
        let offer = line.offer.as_ref().map(serde_json::to_string).transpose()?;
        let deposits = &line.deposits;
        let deposits = (!deposits.is_empty()).then(|| serde_json::to_string(deposits)).transpose()?;
        rows.push((place, line, weighed, offer, deposits));
    }
    let mut insert = sql::Builder::new(
        "INSERT INTO order_line (shop_id, order_id, place, line_id, product_id, code, name_en, name_zh, picture,
             price, sold_by, tax, measure, measure_value, amount, aisle, min_age, picked, missing, returned, weighed,
             replaces, offer, tagged, deposits) ",
    );
    insert.push_values(rows, |mut row, (place, line, weighed, offer, deposits)| {
        let (measure, value) = match line.measure {
            Measure::Pieces(count) => ("pieces", i64::from(count)),
            Measure::Grams(grams) => ("grams", i64::from(grams)),
            Measure::Labelled(price) => ("labelled", price.money().minor),
        };
        row.push_bind(shop)
            .push_bind(order.id.0)
            .push_bind(place)
            .push_bind(line.id.0)
            .push_bind(line.product.0)
            .push_bind(line.code.to_string())
            .push_bind(&line.name.en)
            .push_bind(&line.name.zh)
            .push_bind(line.picture.as_ref().map(|picture| picture.as_str()))
            .push_bind(line.price.money().minor)
            .push_bind(row::sold_by_word(line.sold_by))
            .push_bind(line.tax.0)
            .push_bind(measure)
            .push_bind(value)
            .push_bind(line.amount.minor)
            .push_bind(line.aisle.as_ref())
            .push_bind(line.min_age)
            .push_bind(line.picked)
            .push_bind(line.missing)
            .push_bind(line.returned)
            .push_bind(weighed)
            .push_bind(line.replaces.map(|line| line.0))
            .push_bind(offer)
            .push_bind(i64::from(line.tagged))
            .push_bind(deposits);
    });
    conn.later(insert.build().persistent(count <= 8).apart());
    Ok(())
}

fn insert_milestones(conn: &mut sql::Connection, shop: Uuid, order: &Order) {
    if order.milestones.is_empty() {
        return;
    }
    let mut insert = sql::Builder::new("INSERT INTO milestone (shop_id, order_id, place, state, at) ");
    insert.push_values((0_i64..).zip(&order.milestones), |mut row, (place, milestone)| {
        row.push_bind(shop)
            .push_bind(order.id.0)
            .push_bind(place)
            .push_bind(milestone.state.word())
            .push_bind(milestone.at.0);
    });
    insert.push(" ON CONFLICT (shop_id, order_id, place) DO NOTHING");
    conn.later(insert.build().apart());
}

/// Writes what can change of an order but how far it is picked: its state, payment and member.
pub(crate) async fn save(write: &mut Write, kept: &Kept) -> Result<(), Fault> {
    let (shop, now, order) = (write.shop(), write.now, &kept.order);
    let row = sql::query(
        "UPDATE orders SET state = $3, cancelled = $4, member_id = $5, payment = $6, changed = $7, to_pay = $8,
             captured = $9, refunded = $10, points = $11, payment_id = $12, tender = $13
         WHERE shop_id = $1 AND order_id = $2",
    )
    .bind(shop)
    .bind(order.id.0)
    .bind(order.state.word())
    .bind(order.cancelled.map(|reason| reason.word()))
    .bind(order.member.map(|member| member.0))
    .bind(order.payment.state.word())
    .bind(now.0)
    .bind(order.payment.to_pay.minor)
    .bind(order.payment.captured.minor)
    .bind(order.payment.refunded.minor)
    .bind(order.points)
    .bind(order.payment.id.0)
    .bind(order.payment.tender.word())
    .apart();
    write.conn().later(row);
    insert_milestones(write.conn(), shop, order);
    handling::leave_round(write, order).await?;
    campaign::keep_in_step(write, order).await?;
    write.order_changed(order, kept.device).await
}

/// Writes what has become of the lines that an order had before as `were`: how far they are picked, what of them is
/// missing, came back or is offered. Lines that came after them are new.
pub(super) async fn save_lines(write: &mut Write, order: &Order, were: &[OrderLine]) -> Result<(), Fault> {
    let shop = write.shop();
    for ((place, line), was) in (0_i64..).zip(&order.lines).zip(were) {
        if line == was {
            continue;
        }
        sql::query(
            "UPDATE order_line SET picked = $4, missing = $5, returned = $6, weighed = $7, offer = $8
             WHERE shop_id = $1 AND order_id = $2 AND place = $3",
        )
        .bind(shop)
        .bind(order.id.0)
        .bind(place)
        .bind(line.picked)
        .bind(line.missing)
        .bind(line.returned)
        .bind(line.weighed.as_ref().map(serde_json::to_string).transpose()?)
        .bind(line.offer.as_ref().map(serde_json::to_string).transpose()?)
        .execute(write.conn())
        .await?;
    }
    if order.lines.len() > were.len() {
        insert_lines(write.conn(), shop, order, were.len())?;
    }
    Ok(())
}
