//! Search as one types: words and prefixes, Chinese substrings, pinyin and its initials, codes, and one typing error a
//! word. The engine makes the tokens and the order of what is found; the database only looks tokens up, each in its way:
//! [`fts5`] on SQLite, [`tsvector`] on PostgreSQL.

mod correct;
mod fts5;
mod tokens;
mod tsvector;

use ministore_core::catalogue::{Found, PAGE_LIMIT, Product, Search};
use ministore_core::search::{is_latin, words};
use uuid::Uuid;

use crate::engine::{Answer, Caller, Engine};
use crate::fault::Fault;
use crate::sql::{self, Connection};
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

/// What is looked for.
struct LookedFor<'w> {
    /// The words that all have to fit: letters, digits and Chinese characters only. At least one.
    words: &'w [String],
    /// The same as one text.
    typed: &'w str,
    /// How well.
    fit: Fit,
    /// How many products are wanted.
    limit: usize,
}

impl LookedFor<'_> {
    /// Syllables that were typed apart, as one; None where they are none.
    fn together(&self) -> Option<String> {
        let apart = self.words.len() > 1 && self.words.iter().all(|word| is_latin(word));
        apart.then(|| self.words.concat())
    }
}

impl Answer<Search> for Engine {
    async fn answer(&self, _: &Caller, call: Search) -> Result<Found, Fault> {
        if !(1..=PAGE_LIMIT).contains(&call.limit) {
            return Err(Fault::invalid("limit", format!("1 to {PAGE_LIMIT}")));
        }
        let head = self.head().await?;
        let mut conn = self.reader().await?;
        let typed: String = call.text.chars().take(TYPED).collect();
        let mut words = words(&typed);
        words.truncate(WORDS);
        let limit = call.limit as usize;
        let products = fitting(&mut conn, head, &words, limit).await?;
        if !products.is_empty() {
            let total = count(&mut conn, head.shop.0, &words).await?;
            return Ok(Found { products, total, corrected: None });
        }
        for corrected in correct::corrections(&mut conn, head.shop.0, &words).await? {
            let products = fitting(&mut conn, head, &corrected, limit).await?;
            if !products.is_empty() {
                let total = count(&mut conn, head.shop.0, &corrected).await?;
                return Ok(Found { products, total, corrected: Some(corrected.join(" ")) });
            }
        }
        Ok(Found { products: Vec::new(), total: 0, corrected: None })
    }
}

/// The products that fit all of `words`, best first.
async fn fitting(
    conn: &mut Connection,
    head: Head,
    words: &[String],
    limit: usize,
) -> Result<Vec<Product>, Fault> {
    if words.is_empty() {
        return Ok(Vec::new());
    }
    let mut best: Vec<Product> = Vec::new();
    // Words hold letters and digits only: nothing in them is a wildcard.
    let typed = words.join(if words.iter().all(|word| is_latin(word)) { " " } else { "" });
    for fit in [Fit::Word, Fit::Prefix, Fit::Pinyin] {
        // What fits better is found again by what is looser, so there is room for both.
        let looked_for = LookedFor { words, typed: &typed, fit, limit: best.len() + limit };
        let found = match conn {
            Connection::Sqlite(_) => fts5::matching(conn, head, &looked_for).await?,
            Connection::Postgres(_) => tsvector::matching(conn, head, &looked_for).await?,
        };
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

/// How many products fit all of `words` in any way. Only what is sold is in the index.
async fn count(conn: &mut Connection, shop: Uuid, words: &[String]) -> Result<u32, Fault> {
    let looked_for = LookedFor { words, typed: "", fit: Fit::Pinyin, limit: 0 };
    Ok(match conn {
        Connection::Sqlite(_) => fts5::count(conn, &looked_for).await?,
        Connection::Postgres(_) => tsvector::count(conn, shop, &looked_for).await?,
    })
}

/// Makes new products findable.
pub(crate) async fn index(
    conn: &mut Connection,
    shop: Uuid,
    products: &[(i64, &Product)],
) -> Result<(), Fault> {
    if products.is_empty() {
        return Ok(());
    }
    let rows: Vec<(i64, Tokens)> =
        products.iter().map(|(position, product)| (*position, Tokens::of(product))).collect();
    match conn {
        Connection::Sqlite(_) => fts5::index(conn, &rows).await?,
        Connection::Postgres(_) => tsvector::index(conn, shop, &rows).await?,
    }
    let words = rows.iter().flat_map(|(_, tokens)| &tokens.word).map(String::as_str);
    correct::learn(conn, shop, words).await
}

/// Makes the product at `position` unfindable.
pub(crate) async fn forget(conn: &mut Connection, shop: Uuid, position: i64) -> Result<(), Fault> {
    match conn {
        Connection::Sqlite(_) => fts5::forget(conn, position).await,
        Connection::Postgres(_) => tsvector::forget(conn, shop, position).await,
    }
}

/// Makes all products unfindable.
pub(crate) async fn forget_all(conn: &mut Connection) -> Result<(), Fault> {
    let products = match conn {
        Connection::Sqlite(_) => "INSERT INTO product_search (product_search) VALUES ('delete-all')",
        Connection::Postgres(_) => "DELETE FROM product_search",
    };
    for table in [products, "DELETE FROM search_variant", "DELETE FROM search_word"] {
        sql::query(table).execute(conn).await?;
    }
    Ok(())
}
