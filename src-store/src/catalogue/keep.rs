//! Products and pictures as rows: the one writer of both.

use std::collections::HashSet;

use ministore_core::catalogue::{PictureId, Product};
use ministore_core::id::ProductId;
use sha2::{Digest, Sha256};
use uuid::Uuid;

use super::{Picture, gtin_key};
use crate::fault::Fault;
use crate::search::Findable;
use crate::{row, search, sql};

/// The name of a picture with these bytes.
pub(crate) fn picture_id(bytes: &[u8]) -> Result<PictureId, Fault> {
    let digits: String = Sha256::digest(bytes).iter().map(|byte| format!("{byte:02x}")).collect();
    digits.parse().map_err(|error| Fault::row("picture", error))
}

/// Keeps a picture; one that is there already stays.
pub(crate) async fn keep_picture(
    conn: &mut sql::Connection,
    shop: Uuid,
    id: &PictureId,
    picture: &Picture,
) -> Result<(), Fault> {
    sql::query(
        "INSERT INTO picture (shop_id, picture_id, media_type, bytes) VALUES ($1, $2, $3, $4)
         ON CONFLICT (shop_id, picture_id) DO NOTHING",
    )
    .bind(shop)
    .bind(id.as_str())
    .bind(&picture.media_type)
    .bind(&picture.bytes)
    .execute(conn)
    .await?;
    Ok(())
}

/// The place behind the last product.
pub(crate) async fn next_position(conn: &mut sql::Connection, shop: Uuid) -> Result<i64, Fault> {
    let last: Option<i64> = sql::query_scalar("SELECT MAX(position) FROM product WHERE shop_id = $1")
        .bind(shop)
        .fetch_one(conn)
        .await?;
    Ok(last.unwrap_or(0) + 1)
}

/// Writes a product as it is told, new or known, with what the search needs.
pub(crate) async fn keep(conn: &mut sql::Connection, shop: Uuid, product: &Product) -> Result<(), Fault> {
    let known = sql::query(
        "SELECT position, name_en, name_zh, brand, gtin, plu FROM product WHERE shop_id = $1 AND product_id = $2",
    )
    .bind(shop)
    .bind(product.id.0)
    .fetch_optional(&mut *conn)
    .await?;
    let Some(known) = known else {
        let position = next_position(conn, shop).await?;
        give_up_codes(conn, shop, &[(position, product)]).await?;
        insert(conn, shop, &[(position, product)]).await?;
        return search::index(conn, shop, position, product).await;
    };
    let gtin: Option<i64> = known.try_get(4)?;
    let same_words = known.try_get::<&str>(1)? == product.name.en
        && known.try_get::<&str>(2)? == product.name.zh
        && known.try_get::<&str>(3)? == product.brand
        && gtin == product.gtin.map(|gtin| gtin_key(gtin.as_u64())).transpose()?
        && known.try_get::<Option<u32>>(5)? == product.plu.map(|plu| plu.number());
    let position = known.try_get(0)?;
    update(conn, shop, product).await?;
    if !same_words {
        search::forget(conn, shop, position).await?;
        search::index(conn, shop, position, product).await?;
    }
    Ok(())
}

/// Writes those of these products that are new in every way, as [`keep`] does one, and says which they were. The others
/// are left to [`keep`]: those that are known, and those whose codes another product has.
pub(crate) async fn keep_new<'p>(
    conn: &mut sql::Connection,
    shop: Uuid,
    products: impl IntoIterator<Item = &'p Product>,
) -> Result<HashSet<ProductId>, Fault> {
    let products: Vec<&Product> = products.into_iter().collect();
    let mut position = next_position(conn, shop).await?;
    let mut new = HashSet::with_capacity(products.len());
    let mut findable = Findable::default();
    for some in products.chunks(super::BATCH) {
        let mut added: Vec<(i64, &Product)> = (position..).zip(some.iter().copied()).collect();
        // A first load brings nothing but new ones: it is tried, rather than asked first.
        let first = position;
        if insert_where_new(conn, shop, &added).await? < added.len() as u64 {
            let taken = positions_from(conn, shop, first).await?;
            added.retain(|(position, _)| taken.contains(position));
        }
        position += i64::try_from(some.len()).unwrap_or(i64::MAX);
        findable.add(&added);
        new.extend(added.iter().map(|(_, product)| product.id));
    }
    findable.write(conn, shop).await?;
    Ok(new)
}

/// The places from `first` on that a product has.
async fn positions_from(conn: &mut sql::Connection, shop: Uuid, first: i64) -> Result<HashSet<i64>, Fault> {
    let positions: Vec<i64> =
        sql::query_scalar("SELECT position FROM product WHERE shop_id = $1 AND position >= $2")
            .bind(shop)
            .bind(first)
            .fetch_all(conn)
            .await?;
    Ok(positions.into_iter().collect())
}

/// Removes products whose codes have passed to these.
async fn give_up_codes(
    conn: &mut sql::Connection,
    shop: Uuid,
    products: &[(i64, &Product)],
) -> Result<(), Fault> {
    let gtins = products
        .iter()
        .filter_map(|(_, product)| product.gtin)
        .map(|gtin| gtin_key(gtin.as_u64()))
        .collect::<Result<Vec<i64>, Fault>>()?;
    let plus =
        products.iter().filter_map(|(_, product)| product.plu).map(|plu| plu.number().into()).collect();
    for (column, numbers) in [(" AND gtin IN (", gtins), (" AND plu IN (", plus)] {
        if numbers.is_empty() {
            continue;
        }
        let mut query = sql::Builder::new("DELETE FROM product WHERE shop_id = ");
        query.push_bind(shop).push(column);
        let whole = numbers.len() == 1 || numbers.len() == super::BATCH;
        let mut list = query.list();
        for number in numbers {
            list.push_bind(number);
        }
        query.push(") RETURNING position");
        let gone: Vec<i64> = query.build_scalar().persistent(whole).fetch_all(&mut *conn).await?;
        for position in gone {
            search::forget(conn, shop, position).await?;
        }
    }
    Ok(())
}

/// Writes all that a product is, but for its key and its place.
async fn update(conn: &mut sql::Connection, shop: Uuid, product: &Product) -> Result<(), Fault> {
    sql::query(
        "UPDATE product SET gtin = $3, plu = $4, category = $5, name_en = $6, name_zh = $7, brand = $8, price = $9,
             sold_by = $10, content_amount = $11, content_unit = $12, tax = $13, aisle = $14, min_age = $15,
             allergens_en = $16, allergens_zh = $17, notes_en = $18, notes_zh = $19, picture = $20, available = $21,
             tagged = $22, deposits = $23, sold = 1
         WHERE shop_id = $1 AND product_id = $2",
    )
    .bind(shop)
    .bind(product.id.0)
    .bind(product.gtin.map(|gtin| gtin_key(gtin.as_u64())).transpose()?)
    .bind(product.plu.map(|plu| plu.number()))
    .bind(product.category.as_str())
    .bind(&product.name.en)
    .bind(&product.name.zh)
    .bind(&product.brand)
    .bind(product.price.money().minor)
    .bind(row::sold_by_word(product.sold_by))
    .bind(product.content.map(|content| content.amount))
    .bind(product.content.map(|content| row::content_unit_word(content.unit)))
    .bind(product.tax.0)
    .bind(&product.aisle)
    .bind(product.min_age)
    .bind(&product.allergens.en)
    .bind(&product.allergens.zh)
    .bind(&product.notes.en)
    .bind(&product.notes.zh)
    .bind(product.picture.as_ref().map(PictureId::as_str))
    .bind(product.available)
    .bind(i64::from(product.tagged))
    .bind(serde_json::to_string(&product.deposits)?)
    .execute(conn)
    .await?;
    Ok(())
}

/// Writes new products, each at its place, in one statement; at most [`super::BATCH`] of them.
pub(crate) async fn insert(
    conn: &mut sql::Connection,
    shop: Uuid,
    products: &[(i64, &Product)],
) -> Result<(), Fault> {
    if products.is_empty() {
        return Ok(());
    }
    insertion(shop, products)?.build().persistent(is_kept_prepared(products)).execute(conn).await?;
    Ok(())
}

/// The same, but leaves out those whose key or code a product has, and says how many were written.
async fn insert_where_new(
    conn: &mut sql::Connection,
    shop: Uuid,
    products: &[(i64, &Product)],
) -> Result<u64, Fault> {
    let mut query = insertion(shop, products)?;
    query.push(" ON CONFLICT DO NOTHING");
    Ok(query.build().persistent(is_kept_prepared(products)).execute(conn).await?.rows_affected())
}

fn is_kept_prepared(products: &[(i64, &Product)]) -> bool {
    products.len() == 1 || products.len() == super::BATCH
}

fn insertion<'p>(shop: Uuid, products: &[(i64, &'p Product)]) -> Result<sql::Builder<'p>, Fault> {
    let mut query = sql::Builder::new(
        "INSERT INTO product (shop_id, product_id, position, gtin, plu, category, name_en, name_zh, brand, price,
             sold_by, content_amount, content_unit, tax, aisle, min_age, allergens_en, allergens_zh, notes_en, notes_zh,
             picture, available, tagged, deposits) ",
    );
    let gtins = products
        .iter()
        .map(|(_, product)| product.gtin.map(|gtin| gtin_key(gtin.as_u64())).transpose())
        .collect::<Result<Vec<_>, _>>()?;
    let deposits = products
        .iter()
        .map(|(_, product)| serde_json::to_string(&product.deposits))
        .collect::<Result<Vec<_>, _>>()?;
    let both = gtins.into_iter().zip(deposits);
    query.push_values(products.iter().zip(both), |mut values, ((position, product), (gtin, deposits))| {
        values
            .push_bind(shop)
            .push_bind(product.id.0)
            .push_bind(*position)
            .push_bind(gtin)
            .push_bind(product.plu.map(|plu| plu.number()))
            .push_bind(product.category.as_str())
            .push_bind(&product.name.en)
            .push_bind(&product.name.zh)
            .push_bind(&product.brand)
            .push_bind(product.price.money().minor)
            .push_bind(row::sold_by_word(product.sold_by))
            .push_bind(product.content.map(|content| content.amount))
            .push_bind(product.content.map(|content| row::content_unit_word(content.unit)))
            .push_bind(product.tax.0)
            .push_bind(&product.aisle)
            .push_bind(product.min_age)
            .push_bind(&product.allergens.en)
            .push_bind(&product.allergens.zh)
            .push_bind(&product.notes.en)
            .push_bind(&product.notes.zh)
            .push_bind(product.picture.as_ref().map(PictureId::as_str))
            .push_bind(product.available)
            .push_bind(i64::from(product.tagged))
            .push_bind(deposits);
    });
    Ok(query)
}
