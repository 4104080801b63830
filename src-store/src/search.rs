//! Search as one types: words and prefixes, Chinese substrings, pinyin and its initials, codes, and one typing error a
//! word. Over SQLite's FTS5, which is why this module is SQLite's alone.

mod correct;
mod tokens;

use ministore_core::catalogue::{Found, PAGE_LIMIT, Product, Search};
use uuid::Uuid;

use crate::engine::{Answer, Caller, Engine};
use crate::fault::Fault;
use crate::row::{self, product_columns};
use crate::sql;
use crate::write::Head;
use tokens::Tokens;

/// How many fitting products are compared with each other. More than a page shows, so that those in stock can come
/// first; few enough that one typed letter answers at once.
const CANDIDATES: i64 = 300;

/// How many characters of what was typed count.
const TYPED: usize = 100;

/// How many words of what was typed count.
const WORDS: usize = 8;

/// How well a product fits, best first.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
enum Fit {
    Word,
    Prefix,
    Pinyin,
}

impl Answer<Search> for Engine {
    async fn answer(&self, _: &Caller, call: Search) -> Result<Found, Fault> {
        if !(1..=PAGE_LIMIT).contains(&call.limit) {
            return Err(Fault::invalid("limit", format!("1 to {PAGE_LIMIT}")));
        }
        let head = self.head().await?;
        let mut conn = self.reader().await?;
        let typed: String = call.text.chars().take(TYPED).collect();
        let mut words = tokens::words(&typed);
        words.truncate(WORDS);
        let limit = call.limit as usize;
        let products = fitting(&mut conn, head, &words, limit).await?;
        if !products.is_empty() {
            let total = count(&mut conn, &words).await?;
            return Ok(Found { products, total, corrected: None });
        }
        for corrected in correct::corrections(&mut conn, head.shop.0, &words).await? {
            let products = fitting(&mut conn, head, &corrected, limit).await?;
            if !products.is_empty() {
                let total = count(&mut conn, &corrected).await?;
                return Ok(Found { products, total, corrected: Some(corrected.join(" ")) });
            }
        }
        Ok(Found { products: Vec::new(), total: 0, corrected: None })
    }
}

/// The products that fit all of `words`, best first.
async fn fitting(
    conn: &mut sql::Connection,
    head: Head,
    words: &[String],
    limit: usize,
) -> Result<Vec<Product>, Fault> {
    let mut best: Vec<Product> = Vec::new();
    // Words hold letters and digits only: nothing in them is a wildcard.
    let typed = words.join(if words.iter().all(|word| tokens::is_latin(word)) { " " } else { "" });
    for fit in [Fit::Word, Fit::Prefix, Fit::Pinyin] {
        let Some(query) = query(words, fit) else { continue };
        // What fits better is found again by what is looser, so there is room for both.
        let found = matching(conn, head, &query, &typed, best.len() + limit).await?;
        for product in found {
            if best.iter().all(|better| better.id != product.id) {
                best.push(product);
            }
        }
        if best.len() >= limit {
            break;
        }
    }
    best.truncate(limit);
    Ok(best)
}

/// The query in FTS5's language. Only letters, digits and Chinese characters become words, and each is quoted, so
/// nothing that was typed can be read as an operator. None where there is nothing to look for.
fn query(words: &[String], fit: Fit) -> Option<String> {
    if words.is_empty() {
        return None;
    }
    let all: Vec<String> = words
        .iter()
        .map(|word| match fit {
            Fit::Word => format!("\"{word}\""),
            Fit::Prefix | Fit::Pinyin => format!("\"{word}\" *"),
        })
        .collect();
    let all = all.join(" AND ");
    Some(match fit {
        Fit::Word | Fit::Prefix => format!("{{word han}} : ({all})"),
        // Syllables that were typed apart are also looked for as one.
        Fit::Pinyin if words.len() > 1 && words.iter().all(|word| tokens::is_latin(word)) => {
            format!("({all}) OR ({{pinyin initials}} : \"{}\" *)", words.concat())
        }
        Fit::Pinyin => all,
    })
}

/// The products that fit the query: those in stock first, then those that are what was typed rather than of it ("whole
/// milk" before "milk toast": English and Chinese both name the thing last), then in the shop's order.
async fn matching(
    conn: &mut sql::Connection,
    head: Head,
    query: &str,
    typed: &str,
    limit: usize,
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
    .bind(query)
    .bind(CANDIDATES)
    .bind(head.shop.0)
    .bind(i64::try_from(limit).unwrap_or(CANDIDATES))
    .bind(typed)
    .fetch_all(conn)
    .await?;
    rows.iter().map(|row| row::product(row, head.currency)).collect()
}

/// How many products fit all of `words` in any way. Only what is sold is in the index.
async fn count(conn: &mut sql::Connection, words: &[String]) -> Result<u32, Fault> {
    let Some(query) = query(words, Fit::Pinyin) else { return Ok(0) };
    let total = "SELECT COUNT(*) FROM product_search WHERE product_search MATCH $1";
    Ok(sql::query_scalar(total).bind(query).fetch_one(conn).await?)
}

/// Makes new products findable.
pub(crate) async fn index(
    conn: &mut sql::Connection,
    shop: Uuid,
    products: &[(i64, &Product)],
) -> Result<(), Fault> {
    if products.is_empty() {
        return Ok(());
    }
    let rows: Vec<(i64, Tokens)> =
        products.iter().map(|(position, product)| (*position, Tokens::of(product))).collect();
    let mut query = sql::Builder::new("INSERT INTO product_search (rowid, word, han, pinyin, initials) ");
    query.push_values(&rows, |mut values, (position, tokens)| {
        values
            .push_bind(*position)
            .push_bind(tokens.word.join(" "))
            .push_bind(tokens.han.join(" "))
            .push_bind(tokens.pinyin.join(" "))
            .push_bind(tokens.initials.join(" "));
    });
    let whole = products.len() == 1 || products.len() == crate::catalogue::BATCH;
    query.build().persistent(whole).execute(&mut *conn).await?;
    let words = rows.iter().flat_map(|(_, tokens)| &tokens.word).map(String::as_str);
    correct::learn(conn, shop, words).await
}

/// Makes the product at `position` unfindable.
pub(crate) async fn forget(conn: &mut sql::Connection, position: i64) -> Result<(), Fault> {
    sql::query("DELETE FROM product_search WHERE rowid = $1").bind(position).execute(conn).await?;
    Ok(())
}
