//! The ledger of stock, and the balance that is cached with each product.

use ministore_core::catalogue::Product;
use ministore_core::id::{OrderId, ProductId};
use ministore_core::refusal::Refusal;
use ministore_core::stock::StockReason;
use uuid::Uuid;

use crate::fault::Fault;
use crate::sql;
use crate::write::Write;

/// Takes these quantities off the shelf for `order`, each product once. Refused where less is left: the check and the
/// change are one statement, so two shoppers cannot both have the last one. Where it errs, what it took is the caller's
/// to take back with the transaction.
pub(crate) async fn take(write: &mut Write, needed: &[(&Product, i64)], order: OrderId) -> Result<(), Fault> {
    let mut take = sql::Builder::new("UPDATE product SET available = available - ");
    push_quantity(&mut take, needed);
    take.push(" WHERE shop_id = ").push_bind(write.shop()).push(" AND product_id IN (");
    let mut list = take.list();
    for (product, _) in needed {
        list.push_bind(product.id.0);
    }
    take.push(") AND sold = 1 AND available >= ");
    push_quantity(&mut take, needed);
    take.push(" RETURNING product_id");
    let taken: Vec<Uuid> = take.build_scalar().persistent(needed.len() <= 8).fetch_all(write.conn()).await?;
    if let Some((product, _)) = needed.iter().find(|(product, _)| !taken.contains(&product.id.0)) {
        let left = left(write, product.id).await?;
        return Err(Refusal::SoldOut { product: product.id, name: product.name.clone(), left }.into());
    }
    let taken: Vec<(ProductId, i64)> =
        needed.iter().map(|(product, quantity)| (product.id, -quantity)).collect();
    book(write, &taken, StockReason::Order, Some(order), None);
    for (product, _) in needed {
        write.product_changed(product.id).await?;
    }
    Ok(())
}

/// The quantity of a row's product. No join, which SQLite might begin at the wrong end, with every product of the shop.
fn push_quantity(statement: &mut sql::Builder<'_>, needed: &[(&Product, i64)]) {
    statement.push("CASE product_id");
    for (product, quantity) in needed {
        statement.push(" WHEN ").push_bind(product.id.0).push(" THEN ").push_bind(*quantity);
    }
    statement.push(" END");
}

/// How much of `product` can be sold.
async fn left(write: &mut Write, product: ProductId) -> Result<i64, Fault> {
    let shop = write.shop();
    let left: Option<i64> = sql::query_scalar(
        "SELECT available FROM product WHERE shop_id = $1 AND product_id = $2 AND sold = 1",
    )
    .bind(shop)
    .bind(product.0)
    .fetch_optional(write.conn())
    .await?;
    Ok(left.unwrap_or(0).max(0))
}

/// Puts `quantity` of `product` back on the shelf, with a movement for `reason`.
pub(crate) async fn put_back(
    write: &mut Write,
    product: ProductId,
    quantity: i64,
    reason: StockReason,
    order: Option<OrderId>,
) -> Result<(), Fault> {
    let shop = write.shop();
    sql::query("UPDATE product SET available = available + $3 WHERE shop_id = $1 AND product_id = $2")
        .bind(shop)
        .bind(product.0)
        .bind(quantity)
        .execute(write.conn())
        .await?;
    book(write, &[(product, quantity)], reason, order, None);
    write.product_changed(product).await
}

/// Marks `product` to be counted: somebody looked for it and found less than was believed to be there.
pub(crate) async fn to_be_counted(write: &mut Write, product: ProductId) -> Result<(), Fault> {
    let shop = write.shop();
    sql::query("UPDATE product SET recount = 1 WHERE shop_id = $1 AND product_id = $2 AND recount = 0")
        .bind(shop)
        .bind(product.0)
        .execute(write.conn())
        .await?;
    write.product_changed(product).await
}

/// Books what has happened to `product` at a till, under the fact's key. Stock may fall below zero: then the product is
/// marked to be counted, until a count finds that nothing is missing.
pub(crate) async fn happened(
    write: &mut Write,
    product: ProductId,
    quantity: i64,
    reason: StockReason,
    fact: Uuid,
) -> Result<(), Fault> {
    let shop = write.shop();
    let counted = i64::from(reason == StockReason::Count);
    let booked = sql::query(
        "UPDATE product SET available = available + $3,
             recount = CASE WHEN available + $3 < 0 THEN 1 WHEN $4 = 1 THEN 0 ELSE recount END
         WHERE shop_id = $1 AND product_id = $2",
    )
    .bind(shop)
    .bind(product.0)
    .bind(quantity)
    .bind(counted)
    .execute(write.conn())
    .await?;
    // A till may know a product that this hub has never had, as after a restored backup: the fact stands all the same.
    if booked.rows_affected() == 0 {
        return Ok(());
    }
    book(write, &[(product, quantity)], reason, None, Some(fact));
    write.product_changed(product).await
}

/// Books what left the shelf, negative, or came back to it: each product once.
fn book(
    write: &mut Write,
    moved: &[(ProductId, i64)],
    reason: StockReason,
    order: Option<OrderId>,
    fact: Option<Uuid>,
) {
    let (shop, now) = (write.shop(), write.now);
    let mut insert = sql::Builder::new(
        "INSERT INTO stock_movement (shop_id, product_id, quantity, reason, order_id, at, fact_id, entry) VALUES ",
    );
    for (at, (product, quantity)) in moved.iter().enumerate() {
        insert.push(if at == 0 { "(" } else { ", (" });
        insert
            .list()
            .push_bind(shop)
            .push_bind(product.0)
            .push_bind(*quantity)
            .push_bind(reason.word())
            .push_bind(order.map(|order| order.0))
            .push_bind(now.0)
            .push_bind(fact);
        insert.push(", (SELECT COALESCE(MAX(entry), 0) + 1 FROM stock_movement WHERE shop_id = ");
        insert.push_bind(shop).push(" AND product_id = ").push_bind(product.0).push("))");
    }
    write.conn().later(insert.build().persistent(moved.len() <= 8).apart());
}
