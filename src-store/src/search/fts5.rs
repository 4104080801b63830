//! Looking tokens up with SQLite's FTS5.

use ministore_core::catalogue::Product;

use super::tokens::Tokens;
use super::{CANDIDATES, Fit, LookedFor};
use crate::fault::Fault;
use crate::row::{self, product_columns};
use crate::sql::{self, Connection};
use crate::write::Head;

/// The query in FTS5's language. Each word is quoted, so nothing that was typed can be read as an operator.
fn query(looked_for: &LookedFor<'_>) -> String {
    let all: Vec<String> = looked_for
        .words
        .iter()
        .map(|word| match looked_for.fit {
            Fit::Word => format!("\"{word}\""),
            Fit::Prefix | Fit::Pinyin => format!("\"{word}\" *"),
        })
        .collect();
    let all = all.join(" AND ");
    match (looked_for.fit, looked_for.together()) {
        (Fit::Word | Fit::Prefix, _) => format!("{{word han}} : ({all})"),
        (Fit::Pinyin, Some(together)) => format!("({all}) OR ({{pinyin initials}} : \"{together}\" *)"),
        (Fit::Pinyin, None) => all,
    }
}

/// The products that fit: those in stock first, then those that are what was typed rather than of it ("whole milk"
/// before "milk toast": English and Chinese both name the thing last), then in the shop's order.
pub(super) async fn matching(
    conn: &mut Connection,
    head: Head,
    looked_for: &LookedFor<'_>,
) -> Result<Vec<Product>, Fault> {
    let rows = sql::query(concat!(
        "SELECT ",
        product_columns!(),
        " FROM (SELECT rowid AS position FROM product_search WHERE product_search MATCH $1 LIMIT $2) s
         CROSS JOIN product p ON p.shop_id = $3 AND p.position = s.position
         WHERE p.sold = 1
         ORDER BY
           p.available <= 0,
           NOT (p.name_zh LIKE '%' || $5
                OR p.name_en LIKE '%' || $5 || '%' AND p.name_en NOT LIKE '%' || $5 || '% %'),
           p.position
         LIMIT $4"
    ))
    .bind(query(looked_for))
    .bind(CANDIDATES)
    .bind(head.shop.0)
    .bind(i64::try_from(looked_for.limit).unwrap_or(CANDIDATES))
    .bind(looked_for.typed)
    .fetch_all(conn)
    .await?;
    rows.iter().map(|row| row::product(row, head.currency)).collect()
}

/// How many products fit.
pub(super) async fn count(conn: &mut Connection, looked_for: &LookedFor<'_>) -> Result<u32, sqlx::Error> {
    sql::query_scalar("SELECT COUNT(*) FROM product_search WHERE product_search MATCH $1")
        .bind(query(looked_for))
        .fetch_one(conn)
        .await
}

/// Makes new products findable, each under its position.
pub(super) fn index(rows: &[(i64, Tokens)]) -> sql::Query<'static> {
    let mut query = sql::Builder::new("INSERT INTO product_search (rowid, word, han, pinyin, initials) ");
    query.push_values(rows, |mut values, (position, tokens)| {
        values
            .push_bind(*position)
            .push_bind(tokens.word.join(" "))
            .push_bind(tokens.han.join(" "))
            .push_bind(tokens.pinyin.join(" "))
            .push_bind(tokens.initials.join(" "));
    });
    query.build()
}

/// Sets how many pieces of the index of a level are merged into one of the next (FTS5's `automerge`; 4 where nothing is
/// said).
pub(super) async fn merge_by(conn: &mut Connection, pieces: i64) -> Result<(), Fault> {
    let now: Option<i64> = sql::query_scalar("SELECT v FROM product_search_config WHERE k = 'automerge'")
        .fetch_optional(conn)
        .await?;
    if now.unwrap_or(4) != pieces {
        sql::query("INSERT INTO product_search (product_search, rank) VALUES ('automerge', $1)")
            .bind(pieces)
            .execute(conn)
            .await?;
    }
    Ok(())
}

/// Makes the product at `position` unfindable.
pub(super) async fn forget(conn: &mut Connection, position: i64) -> Result<(), Fault> {
    sql::query("DELETE FROM product_search WHERE rowid = $1").bind(position).execute(conn).await?;
    Ok(())
}
