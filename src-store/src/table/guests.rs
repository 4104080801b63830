//! What guests do: sit down, choose, send to the kitchen, and share what is due.

use ministore_core::catalogue::Product;
use ministore_core::id::{OrderId, ProductId, RoundId, TabId};
use ministore_core::refusal::{Refusal, Thing};
use ministore_core::role::Actor;
use ministore_core::stock::StockReason;
use ministore_core::table::menu::{choose, price_with};
use ministore_core::table::{
    ChangeLine, LineState, LineStep, MAX_GUESTS, MAX_PARTS, MAX_TAB_LINES, Put, SendRound, Sit, Split, Tab,
    TabLine, amount_of, checked_note,
};
use ministore_core::time::Timestamp;
use uuid::Uuid;

use super::{done, find, menu, open, rows};
use crate::engine::Caller;
use crate::fault::Fault;
use crate::reply::Act;
use crate::shop::Terms;
use crate::write::Write;
use crate::{catalogue, sql, stock};

/// The round as the ledger of stock knows it: what goods were promised to.
pub(super) const fn promised_to(round: RoundId) -> OrderId {
    OrderId(round.0)
}

impl Act for Sit {
    async fn act(self, write: &mut Write, caller: &Caller) -> Result<Tab, Fault> {
        let (head, shop, now) = (write.head, write.shop(), write.now);
        let found = sql::query(
            "SELECT (SELECT tab_id FROM tab WHERE shop_id = $1 AND table_number = $2 AND state = 'open')
             FROM dining_table WHERE shop_id = $1 AND number = $2",
        )
        .bind(shop)
        .bind(self.table.number())
        .fetch_optional(write.conn())
        .await?
        .ok_or_else(|| Fault::not_found(Thing::Table))?;
        let id = match found.try_get::<Option<Uuid>>(0)? {
            Some(id) => TabId(id),
            None => {
                let used = "SELECT COUNT(*) FROM tab WHERE shop_id = $1 AND tab_id = $2";
                if rows::is_used(write, used, self.tab.0).await? {
                    return Err(Refusal::IdReused.into());
                }
                sql::query(
                    "INSERT INTO tab (shop_id, tab_id, table_number, state, opened) VALUES ($1, $2, $3, 'open', $4)",
                )
                .bind(shop)
                .bind(self.tab.0)
                .bind(self.table.number())
                .bind(now.0)
                .execute(write.conn())
                .await?;
                self.tab
            }
        };
        if let Actor::Shopper(device) = caller.actor {
            let kept = find(write.conn(), head, id).await?.ok_or_else(|| Fault::row("tab", "gone"))?;
            if kept.me(&caller.actor).is_err() {
                let number = kept.guests.last().map_or(0, |last| last.number) + 1;
                if number > MAX_GUESTS {
                    return Err(Fault::invalid(
                        "table",
                        format!("at most {MAX_GUESTS} phones share a table"),
                    ));
                }
                sql::query(
                    "INSERT INTO tab_guest (shop_id, tab_id, number, device_id, joined) VALUES ($1, $2, $3, $4, $5)",
                )
                .bind(shop)
                .bind(id.0)
                .bind(number)
                .bind(device.0)
                .bind(now.0)
                .execute(write.conn())
                .await?;
            }
        }
        done(write, caller, id).await
    }
}

impl Act for Put {
    async fn act(self, write: &mut Write, caller: &Caller) -> Result<Tab, Fault> {
        let head = write.head;
        let (tab, guest) = open(write, caller, self.tab).await?;
        if tab.line(self.line).is_some() {
            return done(write, caller, self.tab).await;
        }
        let used = "SELECT COUNT(*) FROM tab_line WHERE shop_id = $1 AND line_id = $2";
        if rows::is_used(write, used, self.line.0).await? {
            return Err(Refusal::IdReused.into());
        }
        if tab.lines.len() >= MAX_TAB_LINES {
            return Err(Fault::invalid("tab", format!("a table has at most {MAX_TAB_LINES} lines open")));
        }
        let menu = menu::load(write.conn(), head).await?;
        let (product, item) = menu::dish(write.conn(), head, &menu, self.product).await?;
        let chosen = choose(&menu.modifiers, &item.modifiers, &self.choices)
            .map_err(|error| Fault::invalid("choices", error))?;
        let price = price_with(product.price, &chosen).map_err(|error| Fault::invalid("choices", error))?;
        let line = TabLine {
            id: self.line,
            product: product.id,
            name: product.name,
            picture: product.picture,
            station: item.station,
            chosen,
            pieces: self.pieces,
            price,
            tax: product.tax,
            amount: amount_of(self.pieces, price)?,
            min_age: product.min_age,
            note: checked_note(&self.note)?,
            guest,
            state: LineState::Draft,
            round: None,
        };
        rows::insert_line(write, self.tab, &line).await?;
        done(write, caller, self.tab).await
    }
}

impl Act for ChangeLine {
    async fn act(self, write: &mut Write, caller: &Caller) -> Result<Tab, Fault> {
        let (tab, _) = open(write, caller, self.tab).await?;
        let Some(line) = tab.line(self.line) else {
            // Another guest took it out a moment ago.
            let gone = self.pieces == 0;
            return if gone {
                done(write, caller, self.tab).await
            } else {
                Err(Fault::not_found(Thing::Line))
            };
        };
        if LineStep::Change.taken_at(line.state).is_none() {
            let (line_state, line_step) = (line.state, LineStep::Change);
            return Err(Refusal::WrongLineStep { line_state, line_step }.into());
        }
        let shop = write.shop();
        if self.pieces == 0 {
            sql::query("DELETE FROM tab_line WHERE shop_id = $1 AND line_id = $2")
                .bind(shop)
                .bind(self.line.0)
                .execute(write.conn())
                .await?;
        } else {
            amount_of(self.pieces, line.price)?;
            sql::query("UPDATE tab_line SET pieces = $3 WHERE shop_id = $1 AND line_id = $2")
                .bind(shop)
                .bind(self.line.0)
                .bind(self.pieces)
                .execute(write.conn())
                .await?;
        }
        done(write, caller, self.tab).await
    }
}

impl Act for SendRound {
    async fn act(self, write: &mut Write, caller: &Caller) -> Result<Tab, Fault> {
        let (head, shop, now) = (write.head, write.shop(), write.now);
        if !(1..=MAX_TAB_LINES).contains(&self.lines.len()) {
            return Err(Fault::invalid("lines", format!("1 to {MAX_TAB_LINES} lines")));
        }
        let (tab, guest) = open(write, caller, self.tab).await?;
        if tab.rounds.iter().any(|round| round.id == self.round) {
            return done(write, caller, self.tab).await;
        }
        let used = "SELECT COUNT(*) FROM tab_round WHERE shop_id = $1 AND round_id = $2";
        if rows::is_used(write, used, self.round.0).await? {
            return Err(Refusal::IdReused.into());
        }
        let mut lines: Vec<&TabLine> = tab.drafts().filter(|line| self.lines.contains(&line.id)).collect();
        lines.retain(|line| LineStep::Send.taken_at(line.state).is_some());
        if lines.is_empty() {
            return done(write, caller, self.tab).await;
        }
        take_stock(write, &lines, self.round).await?;
        let day = today(&Terms::of(&Terms::ask(head).fetch_all(write.conn()).await?, head)?, now)?;
        sql::query(
            "INSERT INTO tab_round (shop_id, round_id, tab_id, day, number, guest, sent)
             VALUES ($1, $2, $3, $4,
                 (SELECT COALESCE(MAX(number), 0) + 1 FROM tab_round WHERE shop_id = $1 AND day = $4), $5, $6)",
        )
        .bind(shop)
        .bind(self.round.0)
        .bind(self.tab.0)
        .bind(day)
        .bind(guest)
        .bind(now.0)
        .execute(write.conn())
        .await?;
        for line in lines {
            rows::save_state(write, line.id.0, LineState::Sent, Some(self.round)).await?;
        }
        done(write, caller, self.tab).await
    }
}

/// Takes what these dishes are off the shelf. Refused where less is left.
async fn take_stock(write: &mut Write, lines: &[&TabLine], round: RoundId) -> Result<(), Fault> {
    let head = write.head;
    let mut needed: Vec<(ProductId, i64)> = Vec::new();
    for line in lines {
        match needed.iter_mut().find(|(product, _)| *product == line.product) {
            Some((_, sum)) => *sum += i64::from(line.pieces),
            None => needed.push((line.product, i64::from(line.pieces))),
        }
    }
    let ids = needed.iter().map(|(product, _)| *product).collect();
    let products = catalogue::products(&catalogue::by_ids(head, ids).fetch_all(write.conn()).await?, head)?;
    let mut of_products: Vec<(&Product, i64)> = Vec::with_capacity(needed.len());
    for (id, quantity) in needed {
        match products.iter().find(|product| product.id == id) {
            Some(product) => of_products.push((product, quantity)),
            // It was taken off the shelf for good since it was chosen.
            None => {
                let name = lines.iter().find(|line| line.product == id).map(|line| line.name.clone());
                let name = name.unwrap_or_default();
                return Err(Refusal::SoldOut { product: id, name, left: 0 }.into());
            }
        }
    }
    stock::take(write, &of_products, promised_to(round)).await
}

/// Puts a dish of a round back on the shelf.
pub(super) async fn put_back(write: &mut Write, line: &TabLine) -> Result<(), Fault> {
    let round = line.round.map(promised_to);
    stock::put_back(write, line.product, i64::from(line.pieces), StockReason::Cancellation, round).await
}

/// The day on the shop's clock.
fn today(terms: &Terms, now: Timestamp) -> Result<String, Fault> {
    let other = |error: jiff::Error| Fault::Other(format!("the shop's clock: {error}"));
    let zone = jiff::tz::TimeZone::get(&terms.zone).map_err(other)?;
    Ok(jiff::Timestamp::from_millisecond(now.0).map_err(other)?.to_zoned(zone).date().to_string())
}

impl Act for Split {
    async fn act(self, write: &mut Write, caller: &Caller) -> Result<Tab, Fault> {
        if self.parts == 1 || self.parts > MAX_PARTS {
            return Err(Fault::invalid("parts", format!("2 to {MAX_PARTS}, or 0")));
        }
        let (tab, _) = open(write, caller, self.tab).await?;
        if self.parts > 0 && tab.bill.due.minor <= 0 {
            return Err(Refusal::PaidAlready.into());
        }
        rows::save_parts(write, self.tab, self.parts).await?;
        done(write, caller, self.tab).await
    }
}
