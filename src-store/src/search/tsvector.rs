//! Looking tokens up with a GIN index of PostgreSQL.
//!
//! A token is behind the letter of its kind. They are handed over as they are: PostgreSQL neither cuts nor folds them.

use ministore_core::catalogue::Product;
use uuid::Uuid;

use super::tokens::Tokens;
use super::{CANDIDATES, Fit, LookedFor, TYPED};
use crate::fault::Fault;
use crate::row::{self, product_columns};
use crate::sql::{self, Connection};
use crate::write::Head;

/// The query in the language of `tsquery`. Each word is quoted, so nothing that was typed can be read as an operator.
fn query(looked_for: &LookedFor<'_>) -> String {
    let all: Vec<String> = looked_for
        .words
        .iter()
        .map(|word| match looked_for.fit {
            Fit::Word => format!("'w{word}'"),
            Fit::Prefix => format!("'w{word}':*"),
            Fit::Pinyin => format!("('w{word}':* | 'p{word}':*)"),
        })
        .collect();
    let all = all.join(" & ");
    match (looked_for.fit, looked_for.together()) {
        (Fit::Pinyin, Some(together)) => format!("({all}) | 'p{together}':*"),
        _ => all,
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
        " FROM (SELECT position FROM product_search WHERE shop_id = $3 AND tokens @@ CAST($1 AS tsquery)
                ORDER BY position LIMIT $2) s
         JOIN product p ON p.shop_id = $3 AND p.position = s.position
         WHERE p.sold = 1
         ORDER BY
           p.available <= 0,
           NOT (p.name_zh LIKE '%' || $5
                OR lower(p.name_en) LIKE '%' || $5 || '%' AND lower(p.name_en) NOT LIKE '%' || $5 || '% %'),
           p.position
         LIMIT $4"
    ))
    .bind(query(looked_for))
    .bind(CANDIDATES)
    .bind(head.shop.0)
    .bind(i64::try_from(looked_for.limit).unwrap_or(CANDIDATES))
    .bind(looked_for.typed)
    // Planned for what was typed: a rare word is looked up, a common one is met soon in the shop's order.
    .persistent(false)
    .fetch_all(conn)
    .await?;
    rows.iter().map(|row| row::product(row, head.currency)).collect()
}

/// How many products fit.
pub(super) async fn count(
    conn: &mut Connection,
    shop: Uuid,
    looked_for: &LookedFor<'_>,
) -> Result<u32, sqlx::Error> {
    sql::query_scalar(
        "SELECT COUNT(*) FROM product_search WHERE shop_id = $1 AND tokens @@ CAST($2 AS tsquery)",
    )
    .bind(shop)
    .bind(query(looked_for))
    .persistent(false)
    .fetch_one(conn)
    .await
}

/// The tokens of a product as one text. What is longer than what can be typed is cut: it is found by its beginning.
fn text(tokens: &Tokens) -> String {
    let mut text = String::new();
    let words = tokens.word.iter().chain(&tokens.han).map(|token| ('w', token));
    let pinyin = tokens.pinyin.iter().chain(&tokens.initials).map(|token| ('p', token));
    for (kind, token) in words.chain(pinyin) {
        if !text.is_empty() {
            text.push(' ');
        }
        text.push(kind);
        text.extend(token.chars().take(TYPED + 1));
    }
    text
}

/// Makes new products findable, each under its position.
pub(super) fn index(shop: Uuid, rows: &[(i64, Tokens)]) -> sql::Query<'static> {
    let mut query = sql::Builder::new(
        "INSERT INTO product_search (shop_id, position, tokens)
         SELECT r.shop_id, r.position, array_to_tsvector(string_to_array(r.tokens, ' ')) FROM (",
    );
    query.push_values(rows, |mut values, (position, tokens)| {
        values.push_bind(shop).push_bind(*position).push_bind(text(tokens));
    });
    query.push(") r (shop_id, position, tokens)");
    query.build()
}

/// Makes the product at `position` unfindable.
pub(super) async fn forget(conn: &mut Connection, shop: Uuid, position: i64) -> Result<(), Fault> {
    sql::query("DELETE FROM product_search WHERE shop_id = $1 AND position = $2")
        .bind(shop)
        .bind(position)
        .execute(conn)
        .await?;
    Ok(())
}
