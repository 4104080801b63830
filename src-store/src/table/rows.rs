//! Tabs as rows: one reader of all that a tab is, and what writes single parts of it.

use std::collections::HashMap;

use ministore_core::id::{DeviceId, PaymentId, RoundId, TabId};
use ministore_core::money::{Currency, Price};
use ministore_core::table::{
    Bill, LineState, Round, Tab, TabLine, TabPayment, TabPaymentState, TabState, amount_of, bill,
};
use ministore_core::tax::TaxRate;
use ministore_core::time::Timestamp;
use uuid::Uuid;

use super::{Guest, number};
use crate::fault::Fault;
use crate::row;
use crate::sql;
use crate::write::{Head, Write};

/// A tab as the shop keeps it.
#[derive(Clone, Debug)]
pub(crate) struct Kept {
    /// The tab, as nobody in particular sees it.
    pub(crate) tab: Tab,
    /// Who sits there, in their order.
    pub(crate) guests: Vec<Guest>,
}

/// The tabs of these keys, in their order; a key without one is left out.
pub(crate) async fn find_all(
    conn: &mut sql::Connection,
    head: Head,
    ids: &[Uuid],
) -> Result<Vec<Kept>, Fault> {
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    let tabs = "SELECT tab_id, table_number, state, opened, closed, parts FROM tab WHERE shop_id = ";
    let mut found: HashMap<Uuid, Kept> = HashMap::with_capacity(ids.len());
    for row in select(tabs, "", head, ids).fetch_all(&mut *conn).await? {
        found.insert(row.try_get(0)?, tab(&row, head.currency)?);
    }
    if found.is_empty() {
        return Ok(Vec::new());
    }
    let guests = "SELECT tab_id, number, device_id FROM tab_guest WHERE shop_id = ";
    for row in select(guests, " ORDER BY tab_id, number", head, ids).fetch_all(&mut *conn).await? {
        if let Some(kept) = found.get_mut(&row.try_get(0)?) {
            let device = row.try_get::<Option<Uuid>>(2)?.map(DeviceId);
            kept.guests.push(Guest { number: row.try_get(1)?, device });
        }
    }
    let lines =
        "SELECT tab_id, line_id, product_id, name_en, name_zh, picture, station, chosen, pieces, price, tax,
        min_age, note, guest, state, round_id FROM tab_line WHERE shop_id = ";
    for row in select(lines, " ORDER BY tab_id, place, line_id", head, ids).fetch_all(&mut *conn).await? {
        if let Some(kept) = found.get_mut(&row.try_get(0)?) {
            kept.tab.lines.push(line(&row, head.currency)?);
        }
    }
    let rounds = "SELECT tab_id, round_id, number, sent, guest FROM tab_round WHERE shop_id = ";
    for row in select(rounds, " ORDER BY tab_id, sent, number", head, ids).fetch_all(&mut *conn).await? {
        if let Some(kept) = found.get_mut(&row.try_get(0)?) {
            kept.tab.rounds.push(Round {
                id: RoundId(row.try_get(1)?),
                number: row.try_get(2)?,
                sent: Timestamp(row.try_get(3)?),
                guest: row.try_get(4)?,
            });
        }
    }
    let payments =
        "SELECT tab_id, payment_id, pays, amount, tender, state, guest, at FROM tab_payment WHERE shop_id = ";
    for row in select(payments, " ORDER BY tab_id, place, payment_id", head, ids).fetch_all(conn).await? {
        if let Some(kept) = found.get_mut(&row.try_get(0)?) {
            kept.tab.payments.push(TabPayment {
                id: PaymentId(row.try_get(1)?),
                pays: serde_json::from_str(row.try_get(2)?)?,
                amount: head.currency.minor(row.try_get(3)?),
                tender: row::tender(row.try_get(4)?)?,
                state: payment_state(row.try_get(5)?)?,
                guest: row.try_get(6)?,
                at: Timestamp(row.try_get(7)?),
            });
        }
    }
    let mut kept: Vec<Kept> = ids.iter().filter_map(|id| found.remove(id)).collect();
    for kept in &mut kept {
        let tab = &mut kept.tab;
        tab.guests = u32::try_from(kept.guests.len()).unwrap_or(u32::MAX);
        tab.bill = reckoned(&tab.lines, &tab.payments, head.currency)?;
    }
    Ok(kept)
}

fn select(columns: &'static str, order: &'static str, head: Head, ids: &[Uuid]) -> sql::Query<'static> {
    let mut query = sql::Builder::new(columns);
    query.push_bind(head.shop.0).push(" AND tab_id IN (");
    let mut list = query.list();
    for id in ids {
        list.push_bind(*id);
    }
    query.push(")").push(order);
    query.build().persistent(ids.len() == 1)
}

fn reckoned(lines: &[TabLine], payments: &[TabPayment], currency: Currency) -> Result<Bill, Fault> {
    bill(lines, payments, currency).map_err(|error| Fault::row("tab_line", error))
}

fn tab(row: &sql::Row, currency: Currency) -> Result<Kept, Fault> {
    let state = match row.try_get(2)? {
        "open" => TabState::Open,
        "closed" => TabState::Closed,
        word => return Err(Fault::row("tab", word)),
    };
    let tab = Tab {
        id: TabId(row.try_get(0)?),
        table: number(row.try_get(1)?)?,
        state,
        opened: Timestamp(row.try_get(3)?),
        closed: row.try_get::<Option<i64>>(4)?.map(Timestamp),
        guests: 0,
        me: None,
        lines: Vec::new(),
        rounds: Vec::new(),
        payments: Vec::new(),
        parts: row.try_get(5)?,
        bill: reckoned(&[], &[], currency)?,
    };
    Ok(Kept { tab, guests: Vec::new() })
}

fn line(row: &sql::Row, currency: Currency) -> Result<TabLine, Fault> {
    let wrong = |reason: &dyn ToString| Fault::row("tab_line", reason.to_string());
    let pieces: u32 = row.try_get(8)?;
    let price = Price::new(currency.minor(row.try_get(9)?)).map_err(|error| wrong(&error))?;
    let word: &str = row.try_get(14)?;
    Ok(TabLine {
        id: row.try_get::<Uuid>(1)?.into(),
        product: row.try_get::<Uuid>(2)?.into(),
        name: row::text(row, 3)?,
        picture: row
            .try_get::<Option<&str>>(5)?
            .map(str::parse)
            .transpose()
            .map_err(|error| wrong(&error))?,
        station: row.try_get::<&str>(6)?.parse().map_err(|error| wrong(&error))?,
        chosen: serde_json::from_str(row.try_get(7)?)?,
        pieces,
        price,
        tax: TaxRate(row.try_get(10)?),
        amount: amount_of(pieces, price).map_err(|error| wrong(&error))?,
        min_age: row.try_get(11)?,
        note: row.try_get(12)?,
        guest: row.try_get(13)?,
        state: LineState::ALL.into_iter().find(|state| state.word() == word).ok_or_else(|| wrong(&word))?,
        round: row.try_get::<Option<Uuid>>(15)?.map(RoundId),
    })
}

/// The state that the database's word stands for.
pub(super) fn payment_state(word: &str) -> Result<TabPaymentState, Fault> {
    let found = TabPaymentState::ALL.into_iter().find(|state| state.word() == word);
    found.ok_or_else(|| Fault::row("tab_payment", word))
}

/// Writes a new line, behind those that are there.
pub(super) async fn insert_line(write: &mut Write, tab: TabId, line: &TabLine) -> Result<(), Fault> {
    let shop = write.shop();
    let chosen = serde_json::to_string(&line.chosen)?;
    sql::query(
        "INSERT INTO tab_line (shop_id, line_id, tab_id, place, product_id, name_en, name_zh, picture, station, chosen,
             pieces, price, tax, min_age, note, guest, state)
         VALUES ($1, $2, $3,
             (SELECT COALESCE(MAX(place), 0) + 1 FROM tab_line WHERE shop_id = $1 AND tab_id = $3),
             $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16)",
    )
    .bind(shop)
    .bind(line.id.0)
    .bind(tab.0)
    .bind(line.product.0)
    .bind(&line.name.en)
    .bind(&line.name.zh)
    .bind(line.picture.as_ref().map(|picture| picture.as_str()))
    .bind(line.station.as_str())
    .bind(chosen)
    .bind(line.pieces)
    .bind(line.price.money().minor)
    .bind(line.tax.0)
    .bind(line.min_age)
    .bind(&line.note)
    .bind(line.guest)
    .bind(line.state.word())
    .execute(write.conn())
    .await?;
    Ok(())
}

/// Writes where lines stand.
pub(super) async fn save_state(
    write: &mut Write,
    line: Uuid,
    state: LineState,
    round: Option<RoundId>,
) -> Result<(), Fault> {
    let shop = write.shop();
    sql::query("UPDATE tab_line SET state = $3, round_id = $4 WHERE shop_id = $1 AND line_id = $2")
        .bind(shop)
        .bind(line)
        .bind(state.word())
        .bind(round.map(|round| round.0))
        .execute(write.conn())
        .await?;
    Ok(())
}

/// Writes a new payment, behind those that are there.
pub(super) async fn insert_payment(write: &mut Write, tab: TabId, payment: &TabPayment) -> Result<(), Fault> {
    let shop = write.shop();
    let pays = serde_json::to_string(&payment.pays)?;
    sql::query(
        "INSERT INTO tab_payment (shop_id, payment_id, tab_id, place, pays, amount, tender, state, guest, at)
         VALUES ($1, $2, $3,
             (SELECT COALESCE(MAX(place), 0) + 1 FROM tab_payment WHERE shop_id = $1 AND tab_id = $3),
             $4, $5, $6, $7, $8, $9)",
    )
    .bind(shop)
    .bind(payment.id.0)
    .bind(tab.0)
    .bind(pays)
    .bind(payment.amount.minor)
    .bind(payment.tender.word())
    .bind(payment.state.word())
    .bind(payment.guest)
    .bind(payment.at.0)
    .execute(write.conn())
    .await?;
    Ok(())
}

/// Writes how many equal parts are still to be paid.
pub(super) async fn save_parts(write: &mut Write, tab: TabId, parts: u32) -> Result<(), Fault> {
    let shop = write.shop();
    sql::query("UPDATE tab SET parts = $3 WHERE shop_id = $1 AND tab_id = $2")
        .bind(shop)
        .bind(tab.0)
        .bind(parts)
        .execute(write.conn())
        .await?;
    Ok(())
}

/// Closes a tab: its table is free.
pub(super) async fn close(write: &mut Write, tab: TabId) -> Result<(), Fault> {
    let (shop, now) = (write.shop(), write.now);
    sql::query("DELETE FROM tab_line WHERE shop_id = $1 AND tab_id = $2 AND state = 'draft'")
        .bind(shop)
        .bind(tab.0)
        .execute(write.conn())
        .await?;
    sql::query("UPDATE tab SET state = 'closed', closed = $3, parts = 0 WHERE shop_id = $1 AND tab_id = $2")
        .bind(shop)
        .bind(tab.0)
        .bind(now.0)
        .execute(write.conn())
        .await?;
    Ok(())
}

/// Whether a statement that counts rows under a key finds some, whichever tab they are of.
pub(super) async fn is_used(write: &mut Write, statement: &'static str, key: Uuid) -> Result<bool, Fault> {
    let shop = write.shop();
    let count: i64 = sql::query_scalar(statement).bind(shop).bind(key).fetch_one(write.conn()).await?;
    Ok(count > 0)
}
