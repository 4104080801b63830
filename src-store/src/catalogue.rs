//! What is sold: looked up by code, browsed by category.

mod keep;

use ministore_core::catalogue::{Browse, Lookup, PAGE_LIMIT, PictureId, Product, ProductPage};
use ministore_core::code::ProductCode;
use ministore_core::id::ProductId;
use ministore_core::refusal::{Refusal, Thing};

use crate::engine::{Answer, Caller, Engine};
use crate::fault::Fault;
use crate::row::{self, product_columns};
use crate::shop;
use crate::sql;
use crate::write::Head;

pub(crate) use keep::{insert, keep, keep_new, keep_picture, next_position, picture_id};

/// How many products one statement writes.
pub(crate) const BATCH: usize = 250;

/// A picture as it is served.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Picture {
    /// Its media type, such as `image/svg+xml`.
    pub media_type: String,
    /// Its bytes.
    pub bytes: Vec<u8>,
}

impl Answer<Lookup> for Engine {
    async fn answer(&self, _: &Caller, call: Lookup) -> Result<Product, Fault> {
        let head = self.head().await?;
        let mut conn = self.reader().await?;
        by_code(&mut conn, head, call.code).await?.ok_or_else(|| Fault::not_found(Thing::Product))
    }
}

/// The product of that code, where it is sold.
pub(crate) async fn by_code(
    conn: &mut sql::Connection,
    head: Head,
    code: ProductCode,
) -> Result<Option<Product>, Fault> {
    let (sql, number) = match code {
        ProductCode::Gtin(gtin) => (
            concat!(
                "SELECT ",
                product_columns!(),
                " FROM product p WHERE p.shop_id = $1 AND p.gtin = $2 AND p.sold = 1"
            ),
            gtin_key(gtin.as_u64())?,
        ),
        ProductCode::Plu(plu) => (
            concat!(
                "SELECT ",
                product_columns!(),
                " FROM product p WHERE p.shop_id = $1 AND p.plu = $2 AND p.sold = 1"
            ),
            i64::from(plu.number()),
        ),
    };
    let row = sql::query(sql).bind(head.shop.0).bind(number).fetch_optional(conn).await?;
    row.map(|row| row::product(&row, head.currency)).transpose()
}

/// A GTIN as the database keeps it.
pub(crate) fn gtin_key(number: u64) -> Result<i64, Fault> {
    i64::try_from(number).map_err(|error| Fault::row("product", error))
}

/// The product of that key, where it is sold.
pub(crate) async fn by_id(
    conn: &mut sql::Connection,
    head: Head,
    product: ProductId,
) -> Result<Option<Product>, Fault> {
    let sql = concat!(
        "SELECT ",
        product_columns!(),
        " FROM product p WHERE p.shop_id = $1 AND p.product_id = $2 AND p.sold = 1"
    );
    let row = sql::query(sql).bind(head.shop.0).bind(product.0).fetch_optional(conn).await?;
    row.map(|row| row::product(&row, head.currency)).transpose()
}

/// Asks for those products of these keys, at least one, that are sold: each once, in no order. Their rows are for
/// [`products`].
pub(crate) fn by_ids(head: Head, mut ids: Vec<ProductId>) -> sql::Query<'static> {
    // A power of two of places, the last key repeated: few different statements, so that each stays prepared.
    if let Some(&last) = ids.last() {
        ids.resize(ids.len().next_power_of_two(), last);
    }
    let mut query =
        sql::Builder::new(concat!("SELECT ", product_columns!(), " FROM product p WHERE p.shop_id = "));
    query.push_bind(head.shop.0).push(" AND p.sold = 1 AND p.product_id IN (");
    let mut list = query.list();
    for id in ids {
        list.push_bind(id.0);
    }
    query.push(")");
    query.build()
}

/// The products of these rows.
pub(crate) fn products(rows: &[sql::Row], head: Head) -> Result<Vec<Product>, Fault> {
    rows.iter().map(|row| row::product(row, head.currency)).collect()
}

impl Answer<Browse> for Engine {
    async fn answer(&self, _: &Caller, call: Browse) -> Result<ProductPage, Fault> {
        if !(1..=PAGE_LIMIT).contains(&call.limit) {
            return Err(Fault::invalid("limit", format!("1 to {PAGE_LIMIT}")));
        }
        let head = self.head().await?;
        let mut tx = self.snapshot().await?;
        let after = call.after.as_deref().map(Place::parse).transpose()?;
        let shelves = match call.category {
            Some(category) => vec![category.as_str().to_owned()],
            None => shop::categories(&mut tx, head)
                .await?
                .into_iter()
                .map(|category| category.slug.as_str().to_owned())
                .collect(),
        };
        let first = match &after {
            None => 0,
            Some(place) => shelves
                .iter()
                .position(|shelf| *shelf == place.shelf)
                .ok_or_else(|| Fault::invalid("after", "the category of this page is gone"))?,
        };
        let mut position = after.map_or(i64::MIN, |place| place.position);
        let wanted = call.limit as usize + 1;
        let mut found: Vec<(Place, Product)> = Vec::new();
        for shelf in &shelves[first..] {
            let rows = sql::query(concat!(
                "SELECT ",
                product_columns!(),
                ", p.position FROM product p
                 WHERE p.shop_id = $1 AND p.category = $2 AND p.position > $3 AND p.sold = 1
                 ORDER BY p.position LIMIT $4"
            ))
            .bind(head.shop.0)
            .bind(shelf)
            .bind(position)
            .bind(i64::try_from(wanted - found.len()).unwrap_or(i64::MAX))
            .fetch_all(&mut tx)
            .await?;
            for row in rows {
                let place = Place { shelf: shelf.clone(), position: row.try_get(row::PRODUCT_COLUMNS)? };
                found.push((place, row::product(&row, head.currency)?));
            }
            if found.len() >= wanted {
                break;
            }
            position = i64::MIN;
        }
        let more = found.len() >= wanted;
        found.truncate(call.limit as usize);
        let next = found.last().filter(|_| more).map(|(place, _)| place.write());
        Ok(ProductPage { products: found.into_iter().map(|(_, product)| product).collect(), next })
    }
}

/// Where a page ended.
struct Place {
    shelf: String,
    position: i64,
}

impl Place {
    fn parse(text: &str) -> Result<Self, Fault> {
        text.split_once(':')
            .and_then(|(shelf, position)| {
                Some(Self { shelf: shelf.to_owned(), position: position.parse().ok()? })
            })
            .ok_or_else(|| Fault::invalid("after", "the `next` of a page"))
    }

    fn write(&self) -> String {
        format!("{}:{}", self.shelf, self.position)
    }
}

impl Engine {
    /// A picture by its name; None where this database has no such one.
    pub async fn picture(&self, id: &PictureId) -> Result<Option<Picture>, Refusal> {
        self.find_picture(id).await.map_err(Fault::refusal)
    }

    async fn find_picture(&self, id: &PictureId) -> Result<Option<Picture>, Fault> {
        let head = self.head().await?;
        let mut conn = self.reader().await?;
        let row = sql::query("SELECT media_type, bytes FROM picture WHERE shop_id = $1 AND picture_id = $2")
            .bind(head.shop.0)
            .bind(id.as_str())
            .fetch_optional(&mut conn)
            .await?;
        row.map(|row| Ok(Picture { media_type: row.try_get(0)?, bytes: row.try_get(1)? })).transpose()
    }
}
