//! The goods that tills have at hand: pinned by a manager, or sold most.

use std::collections::HashSet;

use ministore_core::favourite::{
    COUNTED_DAYS, Favourite, Favourites, GetFavourites, MAX_FAVOURITES, MAX_PINNED, PinFavourite,
};
use ministore_core::refusal::Thing;
use ministore_core::time::Timestamp;

use crate::engine::{Answer, Caller, Engine};
use crate::fault::Fault;
use crate::reply::Act;
use crate::row::{self, product_columns};
use crate::write::{Head, Write};
use crate::{catalogue, sql};

/// A day, in milliseconds.
const DAY: i64 = 86_400_000;

impl Answer<GetFavourites> for Engine {
    async fn answer(&self, _: &Caller, _: GetFavourites) -> Result<Favourites, Fault> {
        let head = self.head().await?;
        favourites(&mut *self.snapshot().await?, head, self.now()).await
    }
}

impl Answer<PinFavourite> for Engine {
    async fn answer(&self, caller: &Caller, call: PinFavourite) -> Result<Favourites, Fault> {
        self.once(caller, call).await
    }
}

impl Act for PinFavourite {
    async fn act(self, write: &mut Write, _: &Caller) -> Result<Favourites, Fault> {
        let (head, now) = (write.head, write.now);
        if self.pinned {
            pin(write, self).await?;
        } else {
            sql::query("DELETE FROM favourite WHERE shop_id = $1 AND product_id = $2")
                .bind(head.shop.0)
                .bind(self.product.0)
                .execute(write.conn())
                .await?;
        }
        favourites(write.conn(), head, now).await
    }
}

async fn pin(write: &mut Write, call: PinFavourite) -> Result<(), Fault> {
    let (head, now) = (write.head, write.now);
    let product = catalogue::by_id(write.conn(), head, call.product).await?;
    product.ok_or_else(|| Fault::not_found(Thing::Product))?;
    let others: i64 =
        sql::query_scalar("SELECT COUNT(*) FROM favourite WHERE shop_id = $1 AND product_id <> $2")
            .bind(head.shop.0)
            .bind(call.product.0)
            .fetch_one(write.conn())
            .await?;
    if others >= limit(MAX_PINNED) {
        return Err(Fault::invalid("product", format!("at most {MAX_PINNED} are pinned")));
    }
    sql::query(
        "INSERT INTO favourite (shop_id, product_id, at) VALUES ($1, $2, $3)
         ON CONFLICT (shop_id, product_id) DO NOTHING",
    )
    .bind(head.shop.0)
    .bind(call.product.0)
    .bind(now.0)
    .execute(write.conn())
    .await?;
    Ok(())
}

async fn favourites(conn: &mut sql::Connection, head: Head, now: Timestamp) -> Result<Favourites, Fault> {
    let pinned = sql::query(concat!(
        "SELECT ",
        product_columns!(),
        " FROM favourite f JOIN product p ON p.shop_id = f.shop_id AND p.product_id = f.product_id
          WHERE f.shop_id = $1 AND p.sold = 1 ORDER BY f.at, p.position LIMIT $2"
    ))
    .bind(head.shop.0)
    .bind(limit(MAX_PINNED))
    .fetch_all(&mut *conn)
    .await?;
    let selling = sql::query(concat!(
        "SELECT ",
        product_columns!(),
        " FROM (SELECT product_id, COUNT(*) AS times FROM stock_movement
                WHERE shop_id = $1 AND reason = 'sale' AND at >= $2
                GROUP BY product_id ORDER BY COUNT(*) DESC, product_id LIMIT $3) m
          JOIN product p ON p.shop_id = $1 AND p.product_id = m.product_id
          WHERE p.sold = 1 ORDER BY m.times DESC, p.position"
    ))
    .bind(head.shop.0)
    .bind(now.0 - COUNTED_DAYS * DAY)
    .bind(limit(MAX_FAVOURITES))
    .fetch_all(conn)
    .await?;
    let mut goods = Vec::with_capacity(MAX_FAVOURITES);
    let mut there = HashSet::new();
    let both = pinned.iter().map(|row| (row, true)).chain(selling.iter().map(|row| (row, false)));
    for (row, pinned) in both {
        let product = row::product(row, head.currency)?;
        if goods.len() < MAX_FAVOURITES && there.insert(product.id) {
            goods.push(Favourite { product, pinned });
        }
    }
    Ok(Favourites { goods })
}

fn limit(count: usize) -> i64 {
    i64::try_from(count).unwrap_or(i64::MAX)
}
