//! A till's books, reckoned once more from its journal alone.
//!
//! What a hub wrote is read as rows and JSON, and added up here in whole minor units: none of the shop's own rules for
//! prices, tax, shifts or points is used, so that they and this can only agree by both being right. It knows the shop of
//! the story that asks: prices with their tax in them, tax rounded once for each rate, cash rounded to the nearest step.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use anyhow::{Context, Result, ensure};
use rusqlite::{Connection, OpenFlags};
use serde_json::Value;
use sha2::{Digest, Sha256};

/// A key of the database, in hexadecimal digits.
type Key = String;

/// What a till's journal comes to.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Books {
    /// How many sales there were.
    pub sales: i64,
    /// What they came to, as all amounts here in minor units.
    pub sold: i64,
    /// What was taken off their prices.
    pub taken_off: i64,
    /// How many times goods came back.
    pub refunds: i64,
    /// What was given back for them.
    pub returned: i64,
    /// What came by card and was not given back to one.
    pub by_card: i64,
    /// What sales brought into the drawer, less what was given back out of it.
    pub in_cash: i64,
    /// What cash was rounded by.
    pub rounding: i64,
    /// What was put into the drawer beside sales.
    pub put_in: i64,
    /// What was taken out of it beside returns.
    pub taken_out: i64,
    /// What lay in it in the morning.
    pub float: i64,
    /// Tax inside what was sold, by its rate in basis points.
    pub tax: BTreeMap<i64, i64>,
    /// The numbers of the receipts, in the order of the journal.
    pub numbers: Vec<i64>,
    /// The keys of the sales, in the same order.
    pub sold_keys: Vec<String>,
    /// By how much each product's stock moved: pieces or grams.
    pub stock: BTreeMap<Key, i64>,
    /// What each card earned.
    pub points: BTreeMap<String, i64>,
    /// How many times a shift was opened, and closed.
    pub shifts: (i64, i64),
    /// What was done besides selling, each so many times.
    pub notes: BTreeMap<String, i64>,
    /// Deposits that were taken, in `sold` too.
    pub deposits: i64,
    /// Deposits that were given back: for empties, and with goods that came back.
    pub deposits_back: i64,
}

impl Books {
    /// What should lie in the drawer.
    pub const fn drawer(&self) -> i64 {
        self.float + self.in_cash + self.put_in - self.taken_out
    }
}

/// A shop's prices and rules, as its tables hold them.
struct Shop {
    prices: BTreeMap<Key, i64>,
    deposits: BTreeMap<Key, Value>,
    step: i64,
    per_point: i64,
}

/// A sale, for what comes back of it.
struct Sold {
    goods: i64,
    card: Option<String>,
    by_card: i64,
    /// What was paid for each line, and the deposits beside it.
    lines: BTreeMap<String, (i64, i64)>,
}

/// Reads the journal of the only till in this database, which may be in use.
///
/// Errors where an entry is missing, a seal does not fit, a receipt's number is left out or used twice, or a sum in an
/// entry is not what its own lines come to.
pub fn reckon(database: &Path) -> Result<Books> {
    let conn = open(database)?;
    let shop = read_shop(&conn)?;
    let tills: Vec<Key> = conn
        .prepare("SELECT DISTINCT hex(till) FROM journal")?
        .query_map((), |row| row.get(0))?
        .collect::<rusqlite::Result<_>>()?;
    ensure!(tills.len() <= 1, "{} tills have a journal", tills.len());
    let mut entries = conn.prepare(
        "SELECT j.entry, j.fact_id, j.seal, f.body FROM journal j
         LEFT JOIN fact f ON f.shop_id = j.shop_id AND f.fact_id = j.fact_id ORDER BY j.entry",
    )?;
    let mut rows = entries.query(())?;
    let (mut books, mut sold) = (Books::default(), BTreeMap::new());
    let (mut last, mut before) = (0i64, vec![0u8; 32]);
    while let Some(row) = rows.next()? {
        let (entry, key, seal): (i64, Vec<u8>, Vec<u8>) = (row.get(0)?, row.get(1)?, row.get(2)?);
        let body: Option<String> = row.get(3)?;
        let body = body.with_context(|| format!("the fact of entry {entry} is gone"))?;
        ensure!(entry == last + 1, "entry {} is missing", last + 1);
        let fits = Sha256::new().chain_update(&before).chain_update(&key).chain_update(&body).finalize();
        ensure!(fits.as_slice() == seal, "the seal of entry {entry} does not fit");
        (last, before) = (entry, seal);
        let fact: Value = serde_json::from_str(&body)?;
        enter(&mut books, &mut sold, &shop, &fact).with_context(|| format!("entry {entry}: {fact}"))?;
    }
    for (place, number) in (1i64..).zip(&books.numbers) {
        ensure!(place == *number, "receipt {place} has the number {number}");
    }
    let keys: BTreeSet<_> = books.sold_keys.iter().collect();
    ensure!(keys.len() == books.sold_keys.len(), "a ticket was sold twice");
    Ok(books)
}

/// Whether the tables that the shop keeps beside the journal say the same: each product's stock, and each member's points.
/// Stock may have moved by the till only, besides the counts that it began with. Gives how many products moved.
pub fn agrees_with_tables(database: &Path, books: &Books) -> Result<usize> {
    let conn = open(database)?;
    let mut shelf = conn.prepare(
        "SELECT hex(p.product_id), p.name_en, p.available, COALESCE((SELECT SUM(m.quantity) FROM stock_movement m
             WHERE m.shop_id = p.shop_id AND m.product_id = p.product_id AND m.fact_id IS NULL), 0)
         FROM product p",
    )?;
    let mut rows = shelf.query(())?;
    while let Some(row) = rows.next()? {
        let (key, name): (Key, String) = (row.get(0)?, row.get(1)?);
        let (there, counted): (i64, i64) = (row.get(2)?, row.get(3)?);
        let moved = books.stock.get(&key).copied().unwrap_or(0);
        ensure!(
            there == counted + moved,
            "{name}: {counted} were counted, {moved} moved by the journal, and {there} are said to be there"
        );
    }
    let mut members = conn.prepare("SELECT number, points FROM member")?;
    let mut rows = members.query(())?;
    let mut known = BTreeSet::new();
    while let Some(row) = rows.next()? {
        let (number, points): (String, i64) = (row.get(0)?, row.get(1)?);
        let earned = books.points.get(&number).copied().unwrap_or(0);
        ensure!(points == earned, "{number} has {points} points, and earned {earned} by the journal");
        known.insert(number);
    }
    for number in books.points.keys() {
        ensure!(known.contains(number), "{number} is no member");
    }
    Ok(books.stock.values().filter(|moved| **moved != 0).count())
}

fn open(database: &Path) -> Result<Connection> {
    let conn = Connection::open_with_flags(database, OpenFlags::SQLITE_OPEN_READ_ONLY)
        .with_context(|| format!("cannot open {}", database.display()))?;
    conn.busy_timeout(std::time::Duration::from_secs(5))?;
    Ok(conn)
}

fn read_shop(conn: &Connection) -> Result<Shop> {
    let prices = conn
        .prepare("SELECT hex(product_id), price FROM product")?
        .query_map((), |row| Ok((row.get(0)?, row.get(1)?)))?
        .collect::<rusqlite::Result<_>>()?;
    let deposits = conn
        .prepare("SELECT hex(product_id), deposits FROM product")?
        .query_map((), |row| Ok((row.get::<_, Key>(0)?, row.get::<_, String>(1)?)))?
        .map(|row| {
            row.map_err(anyhow::Error::from).and_then(|(key, text)| Ok((key, serde_json::from_str(&text)?)))
        })
        .collect::<Result<_>>()?;
    let (till, points): (String, String) =
        conn.query_row("SELECT till, CAST(points AS TEXT) FROM shop", (), |row| {
            Ok((row.get(0)?, row.get(1)?))
        })?;
    let (till, points): (Value, Value) = (serde_json::from_str(&till)?, serde_json::from_str(&points)?);
    let step = till["rounding"]["step"].as_i64().unwrap_or(1);
    ensure!(step == 1 || till["rounding"]["way"] == "nearest", "cash is rounded otherwise: {till}");
    let per_point = points["minor_per_point"].as_i64().or(points.as_i64()).context("no rule for points")?;
    Ok(Shop { prices, deposits, step, per_point })
}

fn number(value: &Value) -> Result<i64> {
    value.as_i64().with_context(|| format!("{value} is no whole number"))
}

/// An amount in yuan, in minor units.
fn minor(value: &Value) -> Result<i64> {
    ensure!(value["currency"] == "CNY", "{value} is no amount of yuan");
    number(&value["minor"])
}

fn list(value: &Value) -> &[Value] {
    value.as_array().map_or(&[], Vec::as_slice)
}

fn text(value: &Value) -> Result<String> {
    Ok(value.as_str().with_context(|| format!("{value} is no text"))?.to_owned())
}

/// A key as the database's `hex` writes it.
fn key(value: &Value) -> Result<Key> {
    Ok(text(value)?.replace('-', "").to_uppercase())
}

/// The nearest whole number to `numerator / denominator`, halves up.
fn nearest(numerator: i64, denominator: i64) -> i64 {
    (2 * numerator + denominator).div_euclid(2 * denominator)
}

/// The tax inside `gross` at `rate` basis points; what is given back has as much as what is taken.
fn tax_inside(gross: i64, rate: i64) -> i64 {
    gross.signum() * nearest(gross.abs() * rate, 10_000 + rate)
}

/// What the containers of a line come to, by rate: as the line says, which has to be what its product carries.
fn deposits_of(line: &Value, shop: &Shop) -> Result<Vec<(i64, i64)>> {
    let carried = list(&line["deposits"]);
    let product = shop.deposits.get(&key(&line["product"])?).context("a product that is not sold")?;
    ensure!(list(product) == carried, "the product carries {product}, and the line {carried:?}");
    if carried.is_empty() {
        return Ok(Vec::new());
    }
    ensure!(line["measure"]["by"] == "pieces", "what is weighed carries nothing");
    let pieces = number(&line["measure"]["amount"])?;
    let one =
        |one: &Value| Ok((number(&one["tax"])?, minor(&one["amount"])? * number(&one["count"])? * pieces));
    carried.iter().map(one).collect()
}

/// What a line would come to at the shop's price, and how much of stock it is.
fn at_list_price(line: &Value, shop: &Shop) -> Result<(i64, i64)> {
    let price = *shop.prices.get(&key(&line["product"])?).context("a product that is not sold")?;
    let measure = &line["measure"];
    Ok(match measure["by"].as_str() {
        Some("pieces") => {
            let count = number(&measure["amount"])?;
            (price * count, count)
        }
        Some("grams") => {
            let grams = number(&measure["amount"])?;
            (nearest(price * grams, 1000), grams)
        }
        Some("labelled") => {
            let label = minor(&measure["amount"])?;
            (label, label * 1000 / price)
        }
        _ => anyhow::bail!("{measure} is no quantity"),
    })
}

fn enter(books: &mut Books, sold: &mut BTreeMap<String, Sold>, shop: &Shop, fact: &Value) -> Result<()> {
    let value = &fact["value"];
    match fact["kind"].as_str() {
        Some("shift_opened") => {
            books.shifts.0 += 1;
            books.float = minor(&value["float"])?;
        }
        Some("shift_closed") => books.shifts.1 += 1,
        Some("cash_moved") => match minor(&value["amount"])? {
            amount @ 0.. => books.put_in += amount,
            amount => books.taken_out -= amount,
        },
        Some("noted") => *books.notes.entry(text(&value["action"])?).or_default() += 1,
        Some("sale") => enter_sale(books, sold, shop, value)?,
        Some("refund") => enter_refund(books, sold, shop, value)?,
        _ => anyhow::bail!("a fact that no till of this story makes"),
    }
    Ok(())
}

fn enter_sale(books: &mut Books, sold: &mut BTreeMap<String, Sold>, shop: &Shop, sale: &Value) -> Result<()> {
    let mut off = BTreeMap::new();
    for taken in list(&sale["taken_off"]) {
        off.insert(text(&taken["line"])?, minor(&taken["amount"])?);
    }
    let (mut goods, mut by_rate, mut lines) = (0, BTreeMap::<i64, i64>::new(), BTreeMap::new());
    let (mut taken, mut empties) = (0, 0);
    for line in list(&sale["lines"]) {
        let (at_list, units) = at_list_price(line, shop)?;
        let (id, amount) = (text(&line["id"])?, minor(&line["amount"])?);
        let off = off.remove(&id).unwrap_or(0);
        ensure!(off >= 0 && amount + off == at_list, "{id}: {amount} and {off} off make no {at_list}");
        goods += amount;
        *by_rate.entry(number(&line["tax"])?).or_default() += amount;
        *books.stock.entry(key(&line["product"])?).or_default() -= units;
        books.taken_off += off;
        let mut deposit = 0;
        for (rate, carried) in deposits_of(line, shop)? {
            deposit += carried;
            *by_rate.entry(rate).or_default() += carried;
        }
        taken += deposit;
        lines.insert(id, (amount, deposit));
    }
    for back in list(&sale["empties"]) {
        let worth = minor(&back["deposit"]["amount"])? * number(&back["count"])?;
        empties += worth;
        *by_rate.entry(number(&back["deposit"]["tax"])?).or_default() -= worth;
    }
    let said = |value: &Value| if value.is_null() { Ok(0) } else { minor(value) };
    let (deposit, back) = (said(&sale["totals"]["deposit"])?, said(&sale["totals"]["empties"])?);
    ensure!(
        (deposit, back) == (taken, empties),
        "{taken} and {empties} of deposits are {deposit} and {back}"
    );
    books.deposits += taken;
    books.deposits_back += empties;
    ensure!(off.is_empty(), "something was taken off no line: {off:?}");
    let total = minor(&sale["totals"]["total"])?;
    let made = goods + taken - empties;
    ensure!(total == made, "the lines make {made}, and the sale {total}");
    let said: BTreeMap<i64, i64> = list(&sale["totals"]["tax"])
        .iter()
        .map(|share| Ok((number(&share["rate"])?, minor(&share["tax"])?)))
        .collect::<Result<_>>()?;
    for (rate, gross) in by_rate {
        let tax = tax_inside(gross, rate);
        ensure!(said.get(&rate) == Some(&tax), "tax at {rate} of {gross} is {tax}, and not as in {said:?}");
        *books.tax.entry(rate).or_default() += tax;
    }
    let cards = list(&sale["cards"]);
    let by_card = cards.iter().map(|card| minor(&card["amount"])).sum::<Result<i64>>()?;
    let rest = total - by_card;
    let due = nearest(rest, shop.step) * shop.step;
    let (cash, change) = (minor(&sale["cash"])?, minor(&sale["change"])?);
    ensure!(
        (rest >= 0 || by_card == 0) && cash - change == due,
        "{cash} less {change} is not the {due} that are due"
    );
    books.sales += 1;
    books.sold += total;
    books.by_card += by_card;
    books.in_cash += due;
    books.rounding += due - rest;
    books.numbers.push(number(&sale["number"])?);
    let id = text(&sale["id"])?;
    books.sold_keys.push(id.clone());
    let card = sale["card"].as_str().map(str::to_owned);
    if let Some(card) = &card {
        *books.points.entry(card.clone()).or_default() += goods / shop.per_point;
    }
    sold.insert(id, Sold { goods, card, by_card, lines });
    Ok(())
}

fn enter_refund(
    books: &mut Books,
    sold: &mut BTreeMap<String, Sold>,
    shop: &Shop,
    refund: &Value,
) -> Result<()> {
    let sale = sold.get_mut(&text(&refund["sale"])?).context("goods came back that were not sold")?;
    let (mut back, mut deposits) = (0, 0);
    for line in list(&refund["lines"]) {
        let (paid, deposit) =
            sale.lines.remove(&text(&line["id"])?).context("a line came back twice, or was not sold")?;
        back += paid;
        deposits += deposit;
        if refund["to_shelf"] != false {
            let (_, units) = at_list_price(line, shop)?;
            *books.stock.entry(key(&line["product"])?).or_default() += units;
        }
    }
    let amount = minor(&refund["amount"])?;
    ensure!(
        amount == back + deposits,
        "{back} and {deposits} were paid for what came back, and {amount} given"
    );
    books.deposits_back += deposits;
    let by_card = if refund["by_card"].is_null() { 0 } else { minor(&refund["by_card"]["amount"])? };
    ensure!((0..=amount.min(sale.by_card)).contains(&by_card), "{by_card} went back to a card");
    sale.by_card -= by_card;
    if let Some(card) = &sale.card {
        let (before, after) = (sale.goods / shop.per_point, (sale.goods - back) / shop.per_point);
        *books.points.entry(card.clone()).or_default() -= before - after;
    }
    sale.goods -= back;
    books.refunds += 1;
    books.returned += amount;
    books.by_card -= by_card;
    books.in_cash -= amount - by_card;
    books.numbers.push(number(&refund["number"])?);
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn halves_are_rounded_up() {
        assert_eq!([nearest(5, 10), nearest(4, 10), nearest(15, 10), nearest(0, 7)], [1, 0, 2, 0]);
        assert_eq!([nearest(-250, 10), nearest(-5, 10), nearest(-6, 10)], [-25, 0, -1]);
        assert_eq!([tax_inside(-500, 1_300), tax_inside(500, 1_300)], [-58, 58]);
    }
}
