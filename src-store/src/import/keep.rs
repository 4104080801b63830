//! The writing side of an import: what is new is added, what differs is changed, what is the same is left alone.

use std::collections::HashMap;

use ministore_core::catalogue::{Product, SoldBy};
use ministore_core::code::ProductCode;
use ministore_core::deposit::Deposits;
use ministore_core::stock::StockReason;
use ministore_core::sync::{Changed, Cursor, Event};

use super::{BadRow, ImportReport, Incoming, PictureOf};
use crate::catalogue::{self, BATCH, gtin_key};
use crate::deposit;
use crate::engine::Engine;
use crate::fault::Fault;
use crate::row::{self, product_columns};
use crate::search::Findable;
use crate::sql;
use crate::sync::{Audience, Notice};
use crate::write::Write;

/// Up to so many changed products are told one by one; more are told as a change of the shop.
const TOLD_SINGLY: usize = 50;

/// A product that the shop has.
struct Known {
    product: Product,
    sold: bool,
}

/// Keeps `rows`, which name no product twice, in one transaction.
pub(super) async fn keep(
    engine: &Engine,
    rows: Vec<Incoming>,
    report: &mut ImportReport,
) -> Result<(), Fault> {
    if rows.is_empty() {
        return Ok(());
    }
    let mut write = Write::begin(engine).await?;
    let shop = write.shop();
    let mut position = catalogue::next_position(write.conn(), shop).await?;
    let head = write.head;
    let deposits = deposit::known(write.conn(), head).await?;
    let mut changed: Vec<(i64, Product)> = Vec::new();
    let mut findable = Findable::default();
    let mut rows = rows.into_iter().peekable();
    let mut counted = ImportReport::default();
    while rows.peek().is_some() {
        let batch: Vec<Incoming> = rows.by_ref().take(BATCH).collect();
        let mut known = known(&mut write, &batch).await?;
        let mut added: Vec<(i64, Product)> = Vec::new();
        let mut moved: Vec<(Product, i64)> = Vec::new();
        let mut touched: Vec<Product> = Vec::new();
        for incoming in batch {
            let there = incoming.draft.code().and_then(|code| known.remove(&code));
            let line = incoming.line;
            let product = match merged(&mut write, incoming, there.as_ref()).await? {
                Ok(mut product) => {
                    // They may have changed since the file was begun to be read.
                    if !product.deposits.is_empty() {
                        product.deposits =
                            deposits.iter().fold(product.deposits, |carried, now| carried.with(now));
                    }
                    product
                }
                Err(reason) => {
                    counted.refuse(BadRow::new(line, Some("picture"), reason));
                    continue;
                }
            };
            match there {
                None => {
                    if product.available != 0 {
                        moved.push((product.clone(), product.available));
                    }
                    added.push((position, product));
                    position += 1;
                    counted.added += 1;
                }
                Some(there) if there.sold && there.product == product => counted.unchanged += 1,
                Some(there) => {
                    let difference = product.available - there.product.available;
                    if difference != 0 {
                        moved.push((product.clone(), difference));
                    }
                    catalogue::keep(write.conn(), shop, &product).await?;
                    touched.push(product);
                    counted.updated += 1;
                }
            }
        }
        let news: Vec<(i64, &Product)> = added.iter().map(|(at, product)| (*at, product)).collect();
        catalogue::insert(write.conn(), shop, &news).await?;
        findable.add(&news);
        count(&mut write, &moved).await?;
        touched.extend(added.into_iter().map(|(_, product)| product));
        changed.extend(number(&mut write, touched).await?);
    }
    findable.write(write.conn(), shop).await?;
    tell(&mut write, &changed);
    write.commit(engine).await?;
    report.added += counted.added;
    report.updated += counted.updated;
    report.unchanged += counted.unchanged;
    for bad in counted.bad_rows {
        report.refuse(bad);
    }
    Ok(())
}

/// The products of the shop that have a code of these rows.
async fn known(write: &mut Write, rows: &[Incoming]) -> Result<HashMap<ProductCode, Known>, Fault> {
    let (shop, currency) = (write.shop(), write.head.currency);
    let gtins: Vec<i64> = rows
        .iter()
        .filter_map(|row| row.draft.gtin)
        .map(|gtin| gtin_key(gtin.as_u64()))
        .collect::<Result<_, _>>()?;
    let plus: Vec<i64> = rows.iter().filter_map(|row| row.draft.plu).map(|plu| plu.number().into()).collect();
    let mut known = HashMap::new();
    for (column, numbers) in [(" AND p.gtin IN (", gtins), (" AND p.plu IN (", plus)] {
        if numbers.is_empty() {
            continue;
        }
        let mut query = sql::Builder::new(concat!(
            "SELECT ",
            product_columns!(),
            ", p.sold FROM product p WHERE p.shop_id = "
        ));
        query.push_bind(shop).push(column);
        let mut list = query.list();
        // Always as many, so that one prepared statement serves every batch.
        for at in 0..BATCH {
            list.push_bind(numbers.get(at).copied());
        }
        query.push(")");
        for row in query.build().fetch_all(write.conn()).await? {
            let product = row::product(&row, currency)?;
            let sold = row.try_get::<i64>(row::PRODUCT_COLUMNS)? == 1;
            if let Some(code) = product.code() {
                known.insert(code, Known { product, sold });
            }
        }
    }
    Ok(known)
}

/// The product as it is to be, its picture kept. The inner error is why its picture cannot be had.
async fn merged(
    write: &mut Write,
    incoming: Incoming,
    there: Option<&Known>,
) -> Result<Result<Product, String>, Fault> {
    let shop = write.shop();
    let mut product = incoming.draft;
    product.picture = match incoming.picture {
        PictureOf::Gone => None,
        PictureOf::Kept => there.and_then(|there| there.product.picture.clone()),
        PictureOf::Named(id) => {
            let has: i64 =
                sql::query_scalar("SELECT COUNT(*) FROM picture WHERE shop_id = $1 AND picture_id = $2")
                    .bind(shop)
                    .bind(id.as_str())
                    .fetch_one(write.conn())
                    .await?;
            if has == 0 {
                return Ok(Err("the shop has no such picture".to_owned()));
            }
            Some(id)
        }
        PictureOf::New(id, picture) => {
            catalogue::keep_picture(write.conn(), shop, &id, &picture).await?;
            Some(id)
        }
    };
    product.available = incoming.stock.unwrap_or(0);
    if let Some(Known { product: there, .. }) = there {
        product.id = there.id;
        product.available = incoming.stock.unwrap_or(there.available);
        if !incoming.knows_deposits {
            // One that is sold by weight now carries none.
            product.deposits = match product.sold_by {
                SoldBy::Piece => there.deposits.clone(),
                SoldBy::Weight => Deposits::default(),
            };
        }
        if !incoming.knows_trade {
            product = Product {
                name: product.name,
                brand: product.brand,
                content: product.content,
                allergens: product.allergens,
                ..there.clone()
            };
        }
    }
    Ok(Ok(product))
}

/// Writes the movements that make each product's stock what was counted.
async fn count(write: &mut Write, moved: &[(Product, i64)]) -> Result<(), Fault> {
    let (shop, now) = (write.shop(), write.now.0);
    if moved.is_empty() {
        return Ok(());
    }
    let mut query = sql::Builder::new("WITH counted (product_id, quantity) AS (");
    query.push_values(moved, |mut values, (product, quantity)| {
        values.push_bind(product.id.0).push_bind(*quantity);
    });
    query.push(
        ") INSERT INTO stock_movement (shop_id, product_id, entry, quantity, reason, order_id, at) SELECT ",
    );
    query.push_bind(shop);
    query.push(
        ", c.product_id, COALESCE((SELECT MAX(m.entry) FROM stock_movement m
             WHERE m.product_id = c.product_id AND m.shop_id = ",
    );
    query.push_bind(shop).push("), 0) + 1, c.quantity, ");
    query.push_bind(StockReason::Count.word()).push(", NULL, ").push_bind(now).push(" FROM counted c");
    query.build().persistent(moved.len() == BATCH).execute(write.conn()).await?;
    Ok(())
}

/// Numbers the changes of these products.
async fn number(write: &mut Write, products: Vec<Product>) -> Result<Vec<(i64, Product)>, Fault> {
    if products.is_empty() {
        return Ok(Vec::new());
    }
    let shop = write.shop();
    let mut numbered = Vec::with_capacity(products.len());
    for product in products {
        numbered.push((write.next_seq().await?, product));
    }
    let mut query = sql::Builder::new("INSERT INTO change (shop_id, kind, key, seq) ");
    query.push_values(&numbered, |mut values, (seq, product)| {
        values.push_bind(shop).push_bind("product").push_bind(product.id.0).push_bind(*seq);
    });
    query.push(" ON CONFLICT (shop_id, kind, key) DO UPDATE SET seq = excluded.seq");
    query.build().persistent(numbered.len() == BATCH).execute(write.conn()).await?;
    Ok(numbered)
}

fn tell(write: &mut Write, changed: &[(i64, Product)]) {
    let mut notices: Vec<(i64, Changed)> = changed
        .iter()
        .take(TOLD_SINGLY)
        .map(|(seq, product)| (*seq, Changed::Product { product: product.id }))
        .collect();
    if changed.len() > TOLD_SINGLY {
        notices = changed.last().map(|(seq, _)| (*seq, Changed::Shop)).into_iter().collect();
    }
    for (seq, what) in notices {
        let event = Event { cursor: Cursor(seq), what };
        write.tell_later(Notice { event, audience: Audience::Everyone });
    }
}
