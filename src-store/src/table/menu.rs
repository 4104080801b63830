//! The menu: kept as the shop's file has it, shown with the products of now.

use std::collections::HashMap;

use ministore_core::catalogue::{Product, SoldBy};
use ministore_core::code::ProductCode;
use ministore_core::id::ProductId;
use ministore_core::refusal::{Refusal, Thing};
use ministore_core::table::menu::{
    DiningRoom, DiningTable, Dish, GetMenu, Menu, MenuItem, ShownMenu, ShownSection,
};

use super::number;
use crate::engine::{Answer, Caller, Engine};
use crate::fault::Fault;
use crate::row::{self, product_columns};
use crate::write::{Head, Write};
use crate::{catalogue, sql};

/// How many products are looked up together.
const TOGETHER: usize = 256;

impl Answer<GetMenu> for Engine {
    async fn answer(&self, _: &Caller, _: GetMenu) -> Result<ShownMenu, Fault> {
        let head = self.head().await?;
        let mut tx = self.snapshot().await?;
        let menu = load(&mut tx, head).await?;
        let codes: Vec<ProductCode> = menu.items().map(|item| item.product).collect();
        let products = by_codes(&mut tx, head, &codes).await?;
        let sections = menu.sections.into_iter().map(|section| {
            let dishes = section.items.into_iter().filter_map(|item| {
                let product = products.get(&item.product)?.clone();
                Some(Dish { product, station: item.station, modifiers: item.modifiers })
            });
            ShownSection { name: section.name, dishes: dishes.collect() }
        });
        let sections = sections.filter(|section| !section.dishes.is_empty()).collect();
        Ok(ShownMenu { stations: menu.stations, modifiers: menu.modifiers, sections })
    }
}

/// The menu as it is kept; empty where the shop has none.
pub(super) async fn load(conn: &mut sql::Connection, head: Head) -> Result<Menu, Fault> {
    let row = sql::query("SELECT content FROM menu WHERE shop_id = $1")
        .bind(head.shop.0)
        .fetch_optional(conn)
        .await?;
    row.map_or_else(|| Ok(Menu::default()), |row| Ok(serde_json::from_str(row.try_get(0)?)?))
}

/// The dish of the menu that a product is, and the product.
pub(super) async fn dish(
    conn: &mut sql::Connection,
    head: Head,
    menu: &Menu,
    product: ProductId,
) -> Result<(Product, MenuItem), Fault> {
    let none = || Fault::not_found(Thing::Product);
    let product = catalogue::by_id(conn, head, product).await?.ok_or_else(none)?;
    let code = product.code().ok_or_else(none)?;
    let item = menu.items().find(|item| item.product == code).cloned().ok_or_else(none)?;
    Ok((product, item))
}

/// The products of these codes that are sold by the piece.
async fn by_codes(
    conn: &mut sql::Connection,
    head: Head,
    codes: &[ProductCode],
) -> Result<HashMap<ProductCode, Product>, Fault> {
    let mut found = HashMap::with_capacity(codes.len());
    for some in codes.chunks(TOGETHER) {
        let mut query =
            sql::Builder::new(concat!("SELECT ", product_columns!(), " FROM product p WHERE p.shop_id = "));
        query.push_bind(head.shop.0).push(" AND p.sold = 1 AND (p.gtin IN (0");
        for code in some {
            if let ProductCode::Gtin(gtin) = code {
                query.push(", ").push_bind(catalogue::gtin_key(gtin.as_u64())?);
            }
        }
        query.push(") OR p.plu IN (-1");
        for code in some {
            if let ProductCode::Plu(plu) = code {
                query.push(", ").push_bind(plu.number());
            }
        }
        query.push("))");
        for row in query.build().persistent(false).fetch_all(&mut *conn).await? {
            let product = row::product(&row, head.currency)?;
            if let (Some(code), SoldBy::Piece) = (product.code(), product.sold_by) {
                found.insert(code, product);
            }
        }
    }
    Ok(found)
}

impl Engine {
    /// Makes these the shop's tables and menu, in place of those that it had. Refused where something of it makes no
    /// sense, where it names a product that the shop does not sell by the piece, and where guests sit at a table that
    /// would be gone.
    pub async fn set_dining_room(&self, room: &DiningRoom) -> Result<(), Refusal> {
        self.keep_dining_room(room).await.map_err(Fault::refusal)
    }

    /// The shop's tables and menu, as [`Engine::set_dining_room`] takes them.
    pub async fn dining_room(&self) -> Result<DiningRoom, Refusal> {
        let room = async {
            let head = self.head().await?;
            let mut tx = self.snapshot().await?;
            let rows =
                sql::query("SELECT number, seats FROM dining_table WHERE shop_id = $1 ORDER BY number")
                    .bind(head.shop.0)
                    .fetch_all(&mut tx)
                    .await?;
            let tables = rows.iter().map(|row| {
                Ok::<_, Fault>(DiningTable { number: number(row.try_get(0)?)?, seats: row.try_get(1)? })
            });
            Ok::<_, Fault>(DiningRoom {
                tables: tables.collect::<Result<_, _>>()?,
                menu: load(&mut tx, head).await?,
            })
        };
        room.await.map_err(Fault::refusal)
    }

    async fn keep_dining_room(&self, room: &DiningRoom) -> Result<(), Fault> {
        let mut write = Write::begin(self).await?;
        let (head, shop, now) = (write.head, write.shop(), write.now);
        room.check(head.currency).map_err(|error| Fault::invalid("menu", error))?;
        let codes: Vec<ProductCode> = room.menu.items().map(|item| item.product).collect();
        let products = by_codes(write.conn(), head, &codes).await?;
        if let Some(code) = codes.iter().find(|code| !products.contains_key(code)) {
            return Err(Fault::invalid("menu", format!("no product {code} is sold by the piece here")));
        }
        let taken: Vec<u16> =
            sql::query_scalar("SELECT table_number FROM tab WHERE shop_id = $1 AND state = 'open'")
                .bind(shop)
                .fetch_all(write.conn())
                .await?;
        let stays = |table: u16| room.tables.iter().any(|kept| kept.number.number() == table);
        if let Some(table) = taken.into_iter().find(|table| !stays(*table)) {
            return Err(Refusal::TabOpen { table: number(table)? }.into());
        }
        sql::query("DELETE FROM dining_table WHERE shop_id = $1").bind(shop).execute(write.conn()).await?;
        for table in &room.tables {
            sql::query("INSERT INTO dining_table (shop_id, number, seats) VALUES ($1, $2, $3)")
                .bind(shop)
                .bind(table.number.number())
                .bind(table.seats)
                .execute(write.conn())
                .await?;
        }
        sql::query(
            "INSERT INTO menu (shop_id, content, changed) VALUES ($1, $2, $3)
             ON CONFLICT (shop_id) DO UPDATE SET content = excluded.content, changed = excluded.changed",
        )
        .bind(shop)
        .bind(serde_json::to_string(&room.menu)?)
        .bind(now.0)
        .execute(write.conn())
        .await?;
        // Whoever looks at the shop asks for its menu again.
        write.shop_changed().await?;
        write.commit(self).await
    }
}
