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

/// How many products one statement makes findable: as many as an import's transaction has, in a statement that SQLite
/// takes.
const TOGETHER: usize = 5000;

/// Up to how many a statement is worth to be kept prepared, which takes memory for every row.
const PREPARED: usize = 1000;

/// New products that are to be made findable, as the last thing that a transaction does with many: FTS5 gathers in memory
/// what is written, and writes it out when another statement begins, in pieces that have to be merged later.
#[derive(Default)]
pub(crate) struct Findable(Vec<(i64, Tokens)>);

impl Findable {
    /// Adds products, each with its position.
    pub(crate) fn add(&mut self, products: &[(i64, &Product)]) {
        self.0.extend(products.iter().map(|(position, product)| (*position, Tokens::of(product))));
    }

    /// Makes them findable.
    pub(crate) async fn write(self, conn: &mut Connection, shop: Uuid) -> Result<(), Fault> {
        let words = self.0.iter().flat_map(|(_, tokens)| &tokens.word).map(String::as_str);
        correct::learn(conn, shop, words).await?;
        for rows in self.0.chunks(TOGETHER) {
            let often = rows.len() == 1 || rows.len().is_multiple_of(crate::catalogue::BATCH);
            let whole = often && rows.len() <= PREPARED;
            match conn {
                Connection::Sqlite(_) => fts5::index(rows).persistent(whole).execute(conn).await?,
                Connection::Postgres(_) => {
                    tsvector::index(shop, rows).persistent(whole).execute(conn).await?
                }
            };
        }
        Ok(())
    }
}

/// Makes one new product findable.
pub(crate) async fn index(
    conn: &mut Connection,
    shop: Uuid,
    position: i64,
    product: &Product,
) -> Result<(), Fault> {
    let mut findable = Findable::default();
    findable.add(&[(position, product)]);
    findable.write(conn, shop).await
}

/// Makes the product at `position` unfindable.
pub(crate) async fn forget(conn: &mut Connection, shop: Uuid, position: i64) -> Result<(), Fault> {
    match conn {
        Connection::Sqlite(_) => fts5::forget(conn, position).await,
        Connection::Postgres(_) => tsvector::forget(conn, shop, position).await,
    }
}

/// Readies the index for many writes of new products, one after another, or for those of every day again: while `many`
/// are to come its pieces are merged sixteen at a time instead of four, so that each word is written half as often.
pub(crate) async fn expect_many(conn: &mut Connection, many: bool) -> Result<(), Fault> {
    match conn {
        Connection::Sqlite(_) => fts5::merge_by(conn, if many { 16 } else { 4 }).await,
        Connection::Postgres(_) => Ok(()),
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
