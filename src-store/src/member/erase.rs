//! Forgetting somebody: what names them goes, what the books need stays under no name.

use ministore_core::call::Call;
use ministore_core::courier::{Handling, SetOut};
use ministore_core::exit::{Check, Release, Settle, Verify, Visit};
use ministore_core::fulfilment::{Address, Fulfilment};
use ministore_core::id::DeviceId;
use ministore_core::member::{Erase, Erased};
use ministore_core::order::{Contact, HandOver, HandedOver, Order};
use ministore_core::refusal::Refusal;
use ministore_core::table::TabState;
use uuid::Uuid;

use super::person::Held;
use super::{Entries, Person};
use crate::engine::{Answer, Caller, Engine};
use crate::fault::Fault;
use crate::order::Kept;
use crate::reply::Act;
use crate::write::Write;
use crate::{order, payment, review, sql, stored_value, table, touchpoint};

/// Whose an order is that was taken from its shopper. No device can have this id.
const NOBODY: DeviceId = DeviceId(Uuid::nil());

/// How many orders' saved replies are looked for at once.
const TOGETHER: usize = 50;

impl Answer<Erase> for Engine {
    async fn answer(&self, caller: &Caller, call: Erase) -> Result<Erased, Fault> {
        let erased = self.once(caller, call).await?;
        self.leave_no_trace().await;
        Ok(erased)
    }
}

impl Act for Erase {
    async fn act(self, write: &mut Write, caller: &Caller) -> Result<Erased, Fault> {
        erase(write, &Person::Device(caller.device()?)).await
    }
}

impl Engine {
    /// Forgets somebody, as [`Erase`] does for its caller. Refused while one of the orders is open.
    pub async fn erase_person(&self, person: &Person) -> Result<Erased, Refusal> {
        let erased = async {
            let mut write = Write::begin(self).await?;
            let erased = erase(&mut write, person).await?;
            write.commit(self).await?;
            self.leave_no_trace().await;
            Ok::<_, Fault>(erased)
        };
        erased.await.map_err(Fault::refusal)
    }

    /// Writes the database's log back into it, as what was erased is still in the log.
    async fn leave_no_trace(&self) {
        // Somebody who reads at this moment can keep the log: it is written back later, at the latest on closing.
        if let Err(error) = self.write_back().await {
            tracing::warn!(%error, "what was erased stays in the database's log for now");
        }
    }
}

async fn erase(write: &mut Write, person: &Person) -> Result<Erased, Fault> {
    let head = write.head;
    let held = Held::of(write.conn(), head, person).await?;
    let mut orders = Vec::with_capacity(held.orders.len());
    for some in held.chunks() {
        orders.extend(order::find_all(write.conn(), head, some).await?);
    }
    let open = |kept: &&Kept| !kept.order.state.is_final() || payment::is_open(&kept.order);
    if let Some(open) = orders.iter().find(open) {
        return Err(Refusal::OrderOpen { number: open.order.number }.into());
    }
    if let Some((member, _)) = held.member {
        let card = stored_value::of_member(write.conn(), head, member, Entries::Newest).await?;
        let balance = card.money.balance;
        if !balance.is_zero() {
            return Err(Refusal::BalanceLeft { balance }.into());
        }
    }
    let tabs = table::find_all(write.conn(), head, &held.tabs).await?;
    if let Some(open) = tabs.iter().find(|kept| kept.tab.state == TabState::Open) {
        return Err(Refusal::TabOpen { table: open.tab.table }.into());
    }
    for kept in &tabs {
        table::forget(write, kept, &held.devices).await?;
    }
    for device in &held.devices {
        review::forget(write, *device).await?;
        touchpoint::forget(write, *device).await?;
    }
    let erased =
        Erased { orders: u32::try_from(orders.len()).unwrap_or(u32::MAX), card: held.member.is_some() };
    if erased == Erased::default() {
        return Ok(erased);
    }
    if let Some((member, device)) = held.member {
        for statement in [
            "UPDATE member SET device_id = NULL, number = NULL, code_key = NULL, code_step = NULL
             WHERE shop_id = $1 AND member_id = $2",
            "DELETE FROM change WHERE shop_id = $1 AND kind = 'card' AND key = $3",
            "DELETE FROM call_reply WHERE shop_id = $1 AND caller = $3 AND name = 'member.join'",
        ] {
            sql::query(statement)
                .bind(head.shop.0)
                .bind(member.0)
                .bind(device.0)
                .execute(write.conn())
                .await?;
        }
    }
    forget_in_replies(write, &orders).await?;
    // Told before the orders that stay, so that a device which forgets all is told those again.
    for device in &held.devices {
        write.erased(*device).await?;
    }
    for kept in &mut orders {
        without_person(&mut kept.order);
        sql::query(
            "UPDATE orders SET device_id = $3, member_id = NULL, street = NULL, street_note = NULL, contact = '',
                 phone = '', pickup = NULL, body_hash = $4
             WHERE shop_id = $1 AND order_id = $2",
        )
        .bind(head.shop.0)
        .bind(kept.order.id.0)
        .bind(NOBODY.0)
        .bind(Vec::<u8>::new())
        .execute(write.conn())
        .await?;
        for statement in [
            "DELETE FROM handling WHERE shop_id = $1 AND order_id = $2",
            "DELETE FROM proof WHERE shop_id = $1 AND order_id = $2",
        ] {
            sql::query(statement).bind(head.shop.0).bind(kept.order.id.0).execute(write.conn()).await?;
        }
        write.order_changed(&kept.order, NOBODY).await?;
    }
    for device in &held.devices {
        tell_what_stays(write, *device).await?;
    }
    Ok(erased)
}

/// Tells a device anew of its orders and card that are there still.
async fn tell_what_stays(write: &mut Write, device: DeviceId) -> Result<(), Fault> {
    let head = write.head;
    let held = Held::of(write.conn(), head, &Person::Device(device)).await?;
    for some in held.chunks() {
        for kept in order::find_all(write.conn(), head, some).await? {
            write.order_changed(&kept.order, device).await?;
        }
    }
    if held.member.is_some() {
        write.card_changed(device).await?;
    }
    Ok(())
}

/// Takes out of an order what names its shopper.
fn without_person(order: &mut Order) {
    order.contact = Contact { name: String::new(), phone: String::new() };
    order.member = None;
    order.pickup = None;
    if let Fulfilment::Delivery { address, .. } = &mut order.fulfilment {
        *address = Address { street: String::new(), note: String::new(), point: None };
    }
    order.handling = Handling::default();
}

/// Cleans the saved replies that hold one of these orders. The shopper's own go: whoever repeats such a request is told
/// that the order is not theirs. Staff's stay, without the person, as a repeat is still answered alike.
async fn forget_in_replies(write: &mut Write, orders: &[Kept]) -> Result<(), Fault> {
    let shop = write.shop();
    for some in orders.chunks(TOGETHER) {
        let mut found = sql::Builder::new(
            "SELECT call_id, caller, name, reply FROM call_reply WHERE done = 1 AND shop_id = ",
        );
        found.push_bind(shop).push(" AND (");
        for (place, kept) in some.iter().enumerate() {
            found.push(if place == 0 { "reply LIKE " } else { " OR reply LIKE " });
            found.push_bind(format!("%{}%", kept.order.id));
        }
        found.push(")");
        for row in found.build().persistent(false).fetch_all(write.conn()).await? {
            let (call, caller): (Uuid, Uuid) = (row.try_get(0)?, row.try_get(1)?);
            if some.iter().any(|kept| kept.device.0 == caller) {
                sql::query("DELETE FROM call_reply WHERE shop_id = $1 AND call_id = $2")
                    .bind(shop)
                    .bind(call)
                    .execute(write.conn())
                    .await?;
            } else {
                let cleaned = cleaned(row.try_get(2)?, row.try_get(3)?)?;
                sql::query("UPDATE call_reply SET reply = $3 WHERE shop_id = $1 AND call_id = $2")
                    .bind(shop)
                    .bind(call)
                    .bind(cleaned)
                    .execute(write.conn())
                    .await?;
            }
        }
    }
    Ok(())
}

/// A saved reply without the person: what staff's requests answer is an order, but for the hand-over, which also says
/// what to give back, and for those at the way out.
fn cleaned(name: &str, reply: &str) -> Result<String, Fault> {
    Ok(if name == HandOver::NAME {
        let mut handed: HandedOver = serde_json::from_str(reply)?;
        without_person(&mut handed.order);
        serde_json::to_string(&handed)?
    } else if name == SetOut::NAME {
        // Keys of orders alone.
        reply.to_owned()
    } else if [Verify::NAME, Release::NAME, Check::NAME, Settle::NAME].contains(&name) {
        let mut visit: Visit = serde_json::from_str(reply)?;
        without_person(&mut visit.order);
        serde_json::to_string(&visit)?
    } else {
        let mut order: Order = serde_json::from_str(reply)?;
        without_person(&mut order);
        serde_json::to_string(&order)?
    })
}
