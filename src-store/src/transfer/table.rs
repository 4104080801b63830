//! The tables that hold a shop, read and written page by page.

use super::cells::{self, Kind, Row};
use crate::fault::Fault;
use crate::sql::{self, Connection};

/// A table.
pub(super) struct Table {
    pub(super) name: &'static str,
    /// The columns of its primary key, which both databases order alike.
    key: &'static [&'static str],
    /// How many rows are moved at once.
    page: usize,
}

const fn table(name: &'static str, key: &'static [&'static str]) -> Table {
    Table { name, key, page: 250 }
}

/// All tables, each after those that it refers to. What the search looks through is made anew instead.
pub(super) const TABLES: &[Table] = &[
    table("shop", &["shop_id"]),
    table("category", &["shop_id", "slug"]),
    table("branch", &["shop_id", "branch_id"]),
    table("neighbourhood", &["shop_id", "name_en", "name_zh"]),
    table("device", &["shop_id", "device_id"]),
    table("staff", &["shop_id", "staff_id"]),
    table("session", &["shop_id", "session_id"]),
    table("call_reply", &["shop_id", "call_id"]),
    table("product", &["shop_id", "product_id"]),
    // Few, as each can have a megabyte.
    Table { name: "picture", key: &["shop_id", "picture_id"], page: 8 },
    table("stock_movement", &["shop_id", "product_id", "entry"]),
    table("favourite", &["shop_id", "product_id"]),
    table("review", &["shop_id", "review_id"]),
    table("touchpoint", &["shop_id", "touchpoint_id"]),
    table("touchpoint_visit", &["shop_id", "visit_id"]),
    table("touchpoint_result", &["shop_id", "kind", "result_id"]),
    table("promotion", &["shop_id", "promotion_id"]),
    table("promotion_entry", &["shop_id", "promotion_id", "fact_id"]),
    table("coupon_campaign", &["shop_id", "promotion_id"]),
    table("coupon", &["shop_id", "coupon_id"]),
    table("coupon_entry", &["shop_id", "coupon_id", "entry"]),
    table("member", &["shop_id", "member_id"]),
    table("points_entry", &["shop_id", "member_id", "entry"]),
    table("gift_card", &["shop_id", "gift_card_id"]),
    table("stored_value_entry", &["shop_id", "member_id", "entry"]),
    table("orders", &["shop_id", "order_id"]),
    table("order_line", &["shop_id", "order_id", "place"]),
    table("milestone", &["shop_id", "order_id", "place"]),
    table("handling", &["shop_id", "order_id"]),
    Table { name: "proof", key: &["shop_id", "order_id"], page: 8 },
    table("exit_visit", &["shop_id", "order_id"]),
    table("exit_release", &["shop_id", "order_id", "line_id"]),
    table("exit_check", &["shop_id", "order_id", "entry"]),
    table("payment_entry", &["shop_id", "payment_id", "entry"]),
    table("payment_refund", &["shop_id", "payment_id", "part"]),
    table("code_charge", &["shop_id", "payment_id"]),
    table("statement", &["shop_id", "tender", "day"]),
    table("statement_line", &["shop_id", "tender", "number", "refund"]),
    table("demo_wallet_entry", &["shop_id", "payment_id", "kind", "part"]),
    table("menu", &["shop_id"]),
    table("dining_table", &["shop_id", "number"]),
    table("tab", &["shop_id", "tab_id"]),
    table("tab_guest", &["shop_id", "tab_id", "number"]),
    table("tab_round", &["shop_id", "round_id"]),
    table("tab_line", &["shop_id", "line_id"]),
    table("tab_payment", &["shop_id", "payment_id"]),
    table("fact", &["shop_id", "fact_id"]),
    table("journal", &["shop_id", "till", "entry"]),
    table("shift", &["shop_id", "shift_id"]),
    table("held_ticket", &["shop_id", "sale_id"]),
    table("allowance", &["shop_id", "sale_id"]),
    table("sale_payment", &["shop_id", "payment_id"]),
    table("receipt_claim", &["shop_id", "sale_id"]),
    table("printer", &["shop_id", "printer_id"]),
    table("change", &["shop_id", "kind", "key"]),
    table("setting", &["name"]),
    table("outbox", &["order_id"]),
    table("own_card", &["device_id"]),
    table("fact_outbox", &["position"]),
    table("pending_stock", &["fact_id", "product_id"]),
];

/// A column, as one database has it.
pub(super) struct Column {
    pub(super) name: String,
    kind: Kind,
}

impl Table {
    /// Its columns by name.
    pub(super) async fn columns(&self, conn: &mut Connection) -> Result<Vec<Column>, Fault> {
        let columns = match conn {
            Connection::Sqlite(_) => "SELECT name, type FROM pragma_table_info($1) ORDER BY name",
            Connection::Postgres(_) => {
                "SELECT CAST(column_name AS TEXT), CAST(udt_name AS TEXT) FROM information_schema.columns
                 WHERE table_schema = current_schema() AND table_name = $1
                 ORDER BY CAST(column_name AS TEXT) COLLATE \"C\""
            }
        };
        let rows = sql::query(columns).bind(self.name).fetch_all(conn).await?;
        rows.iter()
            .map(|row| {
                let kind = match row.try_get::<&str>(1)? {
                    "INTEGER" | "int8" => Kind::Integer,
                    "TEXT" | "text" => Kind::Text,
                    "BLOB" | "bytea" => Kind::Bytes,
                    "uuid" => Kind::Uuid,
                    other => return Err(Fault::row(self.name, format!("a column of type {other}"))),
                };
                Ok(Column { name: row.try_get(0)?, kind })
            })
            .collect()
    }

    pub(super) async fn is_empty(&self, conn: &mut Connection) -> Result<bool, sqlx::Error> {
        let mut query = sql::Builder::new("SELECT COUNT(*) FROM (SELECT 1 FROM ");
        query.push_name(self.name).push(" LIMIT 1) first");
        Ok(query.build_scalar::<i64>().persistent(false).fetch_one(conn).await? == 0)
    }

    /// The rows that come after `last` in the order of the key.
    pub(super) async fn page(
        &self,
        conn: &mut Connection,
        columns: &[Column],
        last: Option<&Row>,
    ) -> Result<Vec<Row>, Fault> {
        let mut query = sql::Builder::new("SELECT ");
        query.push_names(columns.iter().map(|column| column.name.as_str()));
        query.push(" FROM ").push_name(self.name);
        if let Some(last) = last {
            query.push(" WHERE (").push_names(self.key.iter().copied()).push(") > (");
            let mut list = query.list();
            for name in self.key {
                let at = columns.iter().position(|column| column.name == *name);
                let at = at.ok_or_else(|| Fault::row(self.name, format!("no column {name}")))?;
                list.push_bind(cells::value(last.0[at].clone(), columns[at].kind)?);
            }
            query.push(")");
        }
        query.push(" ORDER BY ").push_names(self.key.iter().copied()).push(" LIMIT ");
        query.push_bind(i64::try_from(self.page).unwrap_or(i64::MAX));
        let rows = query.build().fetch_all(conn).await?;
        let rows = rows.iter().map(|row| Row::of(row, columns.iter().map(|column| column.kind)));
        Ok(rows.collect::<Result<_, _>>()?)
    }

    /// Writes rows.
    pub(super) async fn insert(
        &self,
        conn: &mut Connection,
        columns: &[Column],
        rows: Vec<Row>,
    ) -> Result<(), Fault> {
        let whole = rows.len() == self.page;
        let mut query = sql::Builder::new("INSERT INTO ");
        query.push_name(self.name).push(" (");
        query.push_names(columns.iter().map(|column| column.name.as_str())).push(") ");
        let mut bound = Vec::with_capacity(rows.len());
        for row in rows {
            let cells = row.0.into_iter().zip(columns);
            bound.push(
                cells.map(|(cell, column)| cells::value(cell, column.kind)).collect::<Result<Vec<_>, _>>()?,
            );
        }
        query.push_values(bound, |mut values, row| {
            for value in row {
                values.push_bind(value);
            }
        });
        query.build().persistent(whole).execute(conn).await?;
        Ok(())
    }
}
