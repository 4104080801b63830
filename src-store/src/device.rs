//! Devices: on the hub, their keys and what they may be; on an installed app, what it pulled, keeps and still has to
//! send.

mod key;
pub(crate) mod standing;

use std::collections::HashSet;

use ministore_core::basket::{Basket, GetBasket, SaveBasket};
use ministore_core::catalogue::{PictureId, Product};
use ministore_core::device::Done;
use ministore_core::id::{CallId, DeviceId, OrderId, ProductId};
use ministore_core::member::Card;
use ministore_core::order::Place;
use ministore_core::refusal::{Refusal, Thing};
use ministore_core::sync::{Change, Changed, Changes, Cursor, Event};
use ministore_core::time::Timestamp;
use uuid::Uuid;

use crate::catalogue::{self, Picture};
use crate::engine::{Answer, Caller, Engine};
use crate::fault::Fault;
use crate::seal::Place as Sealed;
use crate::sync::{Audience, Notice};
use crate::{fact, order, search, shop, sql};

pub(crate) const BASKET: &str = "basket";
const SESSION: &str = "session";
/// What the names begin with of what the page keeps.
const PAGE: &str = "page.";
/// The longest text that the page may have kept, in bytes.
const LONGEST: usize = 4 << 20;
const CURSOR: &str = "cursor";

pub(crate) const FORGET_CARD: &str = "DELETE FROM own_card";
pub(crate) const FORGET_ORDERS: &str = "DELETE FROM orders";

impl Answer<GetBasket> for Engine {
    async fn answer(&self, _: &Caller, _: GetBasket) -> Result<Basket, Fault> {
        match read_setting(&mut *self.reader().await?, BASKET).await? {
            Some(kept) => Ok(serde_json::from_str(&self.opened(Sealed::Setting(BASKET), kept)?)?),
            None => Ok(Basket::default()),
        }
    }
}

impl Answer<SaveBasket> for Engine {
    async fn answer(&self, _: &Caller, call: SaveBasket) -> Result<Done, Fault> {
        let mut tx = self.begin_immediate().await?;
        let basket = self.closed(Sealed::Setting(BASKET), serde_json::to_string(&call.basket)?)?;
        write_setting(&mut tx, BASKET, Some(&basket)).await?;
        tx.commit().await?;
        Ok(Done {})
    }
}

pub(crate) async fn read_setting(conn: &mut sql::Connection, name: &str) -> Result<Option<String>, Fault> {
    Ok(sql::query_scalar("SELECT value FROM setting WHERE name = $1").bind(name).fetch_optional(conn).await?)
}

pub(crate) async fn write_setting(
    conn: &mut sql::Connection,
    name: &str,
    value: Option<&str>,
) -> Result<(), Fault> {
    match value {
        Some(value) => {
            sql::query(
                "INSERT INTO setting (name, value) VALUES ($1, $2)
             ON CONFLICT (name) DO UPDATE SET value = excluded.value",
            )
            .bind(name)
            .bind(value)
            .execute(conn)
            .await?
        }
        None => sql::query("DELETE FROM setting WHERE name = $1").bind(name).execute(conn).await?,
    };
    Ok(())
}

/// The card as the hub told it last.
pub(crate) async fn own_card(
    engine: &Engine,
    conn: &mut sql::Connection,
    device: DeviceId,
) -> Result<Option<Card>, Fault> {
    let kept: Option<String> = sql::query_scalar("SELECT card FROM own_card WHERE device_id = $1")
        .bind(device.0)
        .fetch_optional(conn)
        .await?;
    kept.map(|kept| Ok(serde_json::from_str(&engine.opened(Sealed::Card(device.0), kept)?)?)).transpose()
}

/// An order that waits for the hub, or that it refused.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Waiting {
    /// What was asked for.
    pub place: Place,
    /// The id under which it is sent, each time the same.
    pub call: CallId,
    /// Since when it waits.
    pub since: Timestamp,
    /// Why the hub refused it; None while it waits.
    pub refused: Option<Refusal>,
}

fn products(changes: &Changes) -> impl Iterator<Item = &Product> {
    changes.changes.iter().filter_map(|change| match change {
        Change::Product(product) => Some(&**product),
        _ => None,
    })
}

/// What an installed app does with its own database.
impl Engine {
    /// How far this database has read the hub's changes.
    pub async fn cursor(&self) -> Result<Cursor, Refusal> {
        let cursor = async {
            let text = read_setting(&mut *self.reader().await?, CURSOR).await?;
            match text {
                Some(text) => text.parse().map(Cursor).map_err(|error| Fault::row("setting", error)),
                None => Ok(Cursor(0)),
            }
        };
        cursor.await.map_err(Fault::refusal)
    }

    /// Takes over what the hub told, and how far it goes, in one transaction; then tells this engine's watchers.
    /// `device` is the one that pulled: its orders and its card are among the changes.
    pub async fn apply(&self, device: DeviceId, changes: &Changes) -> Result<(), Refusal> {
        self.take_over(device, changes).await.map_err(Fault::refusal)
    }

    async fn take_over(&self, device: DeviceId, changes: &Changes) -> Result<(), Fault> {
        let mut tx = self.begin_immediate().await?;
        let mut told = Vec::with_capacity(changes.changes.len());
        let shop_id: Option<Uuid> =
            sql::query_scalar("SELECT shop_id FROM shop").fetch_optional(&mut tx).await?;
        let mut shop_id = shop_id;
        let waiting: i64 = sql::query_scalar("SELECT COUNT(*) FROM pending_stock").fetch_one(&mut tx).await?;
        let mut new: Option<HashSet<ProductId>> = None;
        for change in &changes.changes {
            if let Change::Shop(pulled) = change {
                if shop_id.is_some_and(|known| known != pulled.id.0) {
                    return Err(Fault::invalid("shop", "this device is paired with another shop"));
                }
                shop::save(&mut tx, pulled).await?;
                shop_id = Some(pulled.id.0);
                told.push(Changed::Shop);
                continue;
            }
            let shop = shop_id.ok_or_else(|| Fault::not_found(Thing::Shop))?;
            if new.is_none() && matches!(change, Change::Product(_)) {
                search::expect_many(&mut tx, changes.more).await?;
                // Once for all of them: a first load brings nothing but new ones.
                new = Some(catalogue::keep_new(&mut tx, shop, products(changes)).await?);
            }
            told.push(match change {
                Change::Shop(_) => continue,
                Change::Product(product) => {
                    if new.as_ref().is_none_or(|new| !new.contains(&product.id)) {
                        catalogue::keep(&mut tx, shop, product).await?;
                    }
                    if waiting > 0 {
                        fact::lay_over(&mut tx, shop, product.id).await?;
                    }
                    Changed::Product { product: product.id }
                }
                Change::ProductGone(product) => {
                    sql::query("UPDATE product SET sold = 0 WHERE shop_id = $1 AND product_id = $2")
                        .bind(shop)
                        .bind(product.0)
                        .execute(&mut tx)
                        .await?;
                    Changed::Product { product: *product }
                }
                Change::Order(pulled) => {
                    order::keep_pulled(&mut tx, shop, device, &self.hidden(pulled)?).await?;
                    Changed::Order { order: pulled.id, number: pulled.number, state: pulled.state }
                }
                Change::Card(card) => {
                    sql::query(
                        "INSERT INTO own_card (device_id, card) VALUES ($1, $2)
                         ON CONFLICT (device_id) DO UPDATE SET card = excluded.card",
                    )
                    .bind(device.0)
                    .bind(self.closed(Sealed::Card(device.0), serde_json::to_string(card)?)?)
                    .execute(&mut tx)
                    .await?;
                    Changed::Card
                }
                Change::Erased => {
                    for table in [FORGET_CARD, FORGET_ORDERS, "DELETE FROM outbox WHERE refused IS NOT NULL"]
                    {
                        sql::query(table).execute(&mut tx).await?;
                    }
                    Changed::Erased
                }
            });
        }
        write_setting(&mut tx, CURSOR, Some(&changes.next.0.to_string())).await?;
        tx.commit().await?;
        for what in told {
            let event = Event { cursor: changes.next, what };
            self.tell(Notice { event, audience: Audience::Everyone });
        }
        Ok(())
    }

    /// Forgets the shop and all that came from it, orders that wait included: this device is paired no more. Settings
    /// other than the cursor and the basket stay.
    pub async fn forget_shop(&self) -> Result<(), Refusal> {
        let forget = async {
            let mut tx = self.begin_immediate().await?;
            search::forget_all(&mut tx).await?;
            for table in [
                "DELETE FROM outbox",
                FORGET_CARD,
                FORGET_ORDERS,
                "DELETE FROM picture",
                "DELETE FROM product",
                "DELETE FROM category",
                "DELETE FROM shop",
                "DELETE FROM setting WHERE name IN ('cursor', 'basket') OR name LIKE 'page.%'",
            ] {
                sql::query(table).execute(&mut tx).await?;
            }
            tx.commit().await?;
            self.forget_head();
            Ok::<_, Fault>(())
        };
        forget.await.map_err(Fault::refusal)
    }

    /// Begins to read the hub's changes anew, as after it was restored from a backup: the orders and the card that it
    /// told of go with the cursor, because it may know them no more and give their numbers again. Goods, basket and
    /// what waits to be sent stay.
    pub async fn read_anew(&self) -> Result<(), Refusal> {
        let begin = async {
            let mut tx = self.begin_immediate().await?;
            for table in [FORGET_CARD, FORGET_ORDERS, "DELETE FROM setting WHERE name = 'cursor'"] {
                sql::query(table).execute(&mut tx).await?;
            }
            Ok::<_, Fault>(tx.commit().await?)
        };
        begin.await.map_err(Fault::refusal)
    }

    /// A setting of this device, such as the hub's address.
    pub async fn setting(&self, name: &str) -> Result<Option<String>, Refusal> {
        let read = async { read_setting(&mut *self.reader().await?, name).await };
        read.await.map_err(Fault::refusal)
    }

    /// Keeps a setting, or with None forgets it.
    pub async fn set_setting(&self, name: &str, value: Option<&str>) -> Result<(), Refusal> {
        let write = async {
            let mut tx = self.begin_immediate().await?;
            write_setting(&mut tx, name, value).await?;
            Ok::<_, Fault>(tx.commit().await?)
        };
        write.await.map_err(Fault::refusal)
    }

    /// What was kept of who is signed in, as it was given.
    pub async fn session(&self) -> Result<Option<String>, Refusal> {
        let read = async {
            let kept = read_setting(&mut *self.reader().await?, SESSION).await?;
            kept.map(|kept| self.opened(Sealed::Setting(SESSION), kept)).transpose()
        };
        read.await.map_err(Fault::refusal)
    }

    /// Keeps who is signed in, sealed: it proves to the hub who acts. With None it is forgotten.
    pub async fn keep_session(&self, session: Option<String>) -> Result<(), Refusal> {
        let sealed = session.map(|session| self.closed(Sealed::Setting(SESSION), session));
        let sealed = sealed.transpose().map_err(Fault::refusal)?;
        self.set_setting(SESSION, sealed.as_deref()).await
    }

    /// What the page has had kept, as names and their texts. What another data key sealed is gone.
    pub async fn page_kept(&self) -> Result<Vec<(String, String)>, Refusal> {
        let read = async {
            let rows = sql::query("SELECT name, value FROM setting WHERE name LIKE $1 || '%' ORDER BY name")
                .bind(PAGE)
                .fetch_all(&mut *self.reader().await?)
                .await?;
            let mut kept = Vec::new();
            for row in &rows {
                let name: String = row.try_get(0)?;
                let text = self.opened(Sealed::Setting(&name), row.try_get(1)?)?;
                kept.extend(name.strip_prefix(PAGE).map(|name| (name.to_owned(), text)));
            }
            Ok(kept)
        };
        read.await.map_err(Fault::refusal)
    }

    /// Keeps what the page wants kept, sealed: names and their texts, or None for what is to be forgotten. All of it or
    /// nothing, and on the disk when this ends. A text has at most 4 MiB.
    pub async fn keep_for_page(&self, changes: Vec<(String, Option<String>)>) -> Result<(), Refusal> {
        let write = async {
            let mut tx = self.begin_immediate().await?;
            for (name, text) in changes {
                let name = format!("{PAGE}{name}");
                if text.as_ref().is_some_and(|text| text.len() > LONGEST) {
                    return Err(Fault::invalid("text", format!("at most {LONGEST} bytes")));
                }
                let sealed = text.map(|text| self.closed(Sealed::Setting(&name), text)).transpose()?;
                write_setting(&mut tx, &name, sealed.as_deref()).await?;
            }
            Ok::<_, Fault>(tx.commit().await?)
        };
        write.await.map_err(Fault::refusal)
    }

    /// Keeps an order until the hub has answered it. The same order again changes nothing.
    pub async fn enqueue(&self, call: CallId, place: &Place) -> Result<(), Refusal> {
        let keep = async {
            let mut tx = self.begin_immediate().await?;
            sql::query(
                "INSERT INTO outbox (order_id, call_id, place, since, refused) VALUES ($1, $2, $3, $4, NULL)
                 ON CONFLICT (order_id) DO NOTHING",
            )
            .bind(place.order.0)
            .bind(call.0)
            .bind(self.closed(Sealed::Outbox(place.order), serde_json::to_string(place)?)?)
            .bind(self.now().0)
            .execute(&mut tx)
            .await?;
            Ok::<_, Fault>(tx.commit().await?)
        };
        keep.await.map_err(Fault::refusal)
    }

    /// The orders that wait or were refused, oldest first.
    pub async fn waiting(&self) -> Result<Vec<Waiting>, Refusal> {
        let list = async {
            let rows =
                sql::query("SELECT place, call_id, since, refused, order_id FROM outbox WHERE lost = 0 ORDER BY since, order_id")
                    .fetch_all(&mut *self.reader().await?)
                    .await?;
            rows.iter()
                .map(|row| {
                    let refused: Option<&str> = row.try_get(3)?;
                    Ok(Waiting {
                        place: serde_json::from_str(
                            &self.opened(Sealed::Outbox(OrderId(row.try_get(4)?)), row.try_get(0)?)?,
                        )?,
                        call: CallId(row.try_get(1)?),
                        since: Timestamp(row.try_get(2)?),
                        refused: refused.map(serde_json::from_str).transpose()?,
                    })
                })
                .collect::<Result<_, Fault>>()
        };
        list.await.map_err(Fault::refusal)
    }

    /// Since when the orders waited that can be read no more, oldest first: the key that had sealed them is gone.
    pub async fn lost_orders(&self) -> Result<Vec<Timestamp>, Refusal> {
        let list = async {
            let rows = sql::query("SELECT since FROM outbox WHERE lost = 1 ORDER BY since")
                .fetch_all(&mut *self.reader().await?)
                .await?;
            rows.iter().map(|row| Ok(Timestamp(row.try_get(0)?))).collect::<Result<_, Fault>>()
        };
        list.await.map_err(Fault::refusal)
    }

    /// Forgets them: somebody has read that they are lost.
    pub async fn dismiss_lost(&self) -> Result<(), Refusal> {
        let forget = async {
            let mut tx = self.begin_immediate().await?;
            sql::query("DELETE FROM outbox WHERE lost = 1").execute(&mut tx).await?;
            Ok::<_, Fault>(tx.commit().await?)
        };
        forget.await.map_err(Fault::refusal)
    }

    /// Notes what the hub answered to a waiting order: a yes takes it out, a no is kept until it is dismissed, and a
    /// passing trouble leaves it waiting.
    pub async fn settle_waiting(&self, order: OrderId, outcome: Result<(), &Refusal>) -> Result<(), Refusal> {
        match outcome {
            Ok(()) => self.dismiss(order).await.map(drop),
            Err(refusal) if refusal.is_passing() => Ok(()),
            Err(refusal) => {
                let note = async {
                    let mut tx = self.begin_immediate().await?;
                    sql::query("UPDATE outbox SET refused = $2 WHERE order_id = $1")
                        .bind(order.0)
                        .bind(serde_json::to_string(refusal)?)
                        .execute(&mut tx)
                        .await?;
                    Ok::<_, Fault>(tx.commit().await?)
                };
                note.await.map_err(Fault::refusal)
            }
        }
    }

    /// Takes an order out of those that wait or were refused. Gives whether it was there.
    pub async fn dismiss(&self, order: OrderId) -> Result<bool, Refusal> {
        let remove = async {
            let mut tx = self.begin_immediate().await?;
            let gone =
                sql::query("DELETE FROM outbox WHERE order_id = $1").bind(order.0).execute(&mut tx).await?;
            tx.commit().await?;
            Ok::<_, Fault>(gone.rows_affected() > 0)
        };
        remove.await.map_err(Fault::refusal)
    }

    /// Pictures of this database's products that it does not hold yet, at most `limit`.
    pub async fn missing_pictures(&self, limit: u32) -> Result<Vec<PictureId>, Refusal> {
        let list = async {
            let rows = sql::query(
                "SELECT DISTINCT p.picture FROM product p
                 LEFT JOIN picture f ON f.shop_id = p.shop_id AND f.picture_id = p.picture
                 WHERE p.picture IS NOT NULL AND p.sold = 1 AND f.picture_id IS NULL LIMIT $1",
            )
            .bind(i64::from(limit))
            .fetch_all(&mut *self.reader().await?)
            .await?;
            rows.iter()
                .map(|row| row.try_get::<&str>(0)?.parse().map_err(|error| Fault::row("product", error)))
                .collect::<Result<_, Fault>>()
        };
        list.await.map_err(Fault::refusal)
    }

    /// Keeps a picture under its name. Refused where its bytes are not those that the name stands for.
    pub async fn keep_picture(&self, id: &PictureId, picture: &Picture) -> Result<(), Refusal> {
        let keep = async {
            if catalogue::picture_id(&picture.bytes)? != *id {
                return Err(Fault::invalid("picture", "its bytes have another SHA-256"));
            }
            let head = self.head().await?;
            let mut tx = self.begin_immediate().await?;
            catalogue::keep_picture(&mut tx, head.shop.0, id, picture).await?;
            Ok::<_, Fault>(tx.commit().await?)
        };
        keep.await.map_err(Fault::refusal)
    }
}
