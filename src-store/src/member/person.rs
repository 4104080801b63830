//! What a shop holds about one person, found and given out.

use ministore_core::code::CardNumber;
use ministore_core::id::{DeviceId, MemberId, OrderId};
use ministore_core::member::{Export, HeldDevice, HeldOrder, PaymentBooking, PersonalData};
use ministore_core::refusal::Refusal;
use ministore_core::time::Timestamp;
use uuid::Uuid;

use super::{Entries, card_with};
use crate::engine::{Answer, Caller, Engine};
use crate::fault::Fault;
use crate::write::Head;
use crate::{coupon, courier, order, review, row, sql, table};

/// How many orders are read together.
const TOGETHER: usize = 100;

/// Somebody, by what a shop knows of them.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Person {
    /// Who uses this device: its orders, and its card.
    Device(DeviceId),
    /// Whose card this is: it, and the orders of its device.
    Card(CardNumber),
    /// Whose number this is: the orders that name it, whoever placed them, and no card. Digits alone count.
    Phone(String),
}

/// Where a person's data is.
#[derive(Default)]
pub(super) struct Held {
    pub(super) member: Option<(MemberId, DeviceId)>,
    /// The devices by which the orders were placed, and the card's.
    pub(super) devices: Vec<DeviceId>,
    /// Oldest first.
    pub(super) orders: Vec<Uuid>,
    /// What they sat at, oldest first.
    pub(super) tabs: Vec<Uuid>,
}

impl Held {
    pub(super) async fn of(conn: &mut sql::Connection, head: Head, person: &Person) -> Result<Self, Fault> {
        match person {
            Person::Device(device) => Self::of_device(conn, head, *device).await,
            Person::Card(number) => {
                let device: Option<Uuid> =
                    sql::query_scalar("SELECT device_id FROM member WHERE shop_id = $1 AND number = $2")
                        .bind(head.shop.0)
                        .bind(number.to_string())
                        .fetch_optional(&mut *conn)
                        .await?;
                match device {
                    Some(device) => Self::of_device(conn, head, DeviceId(device)).await,
                    None => Ok(Self::default()),
                }
            }
            Person::Phone(number) => Self::of_phone(conn, head, number).await,
        }
    }

    async fn of_device(conn: &mut sql::Connection, head: Head, device: DeviceId) -> Result<Self, Fault> {
        let orders = sql::query_scalar(
            "SELECT order_id FROM orders WHERE shop_id = $1 AND device_id = $2 ORDER BY placed, number",
        )
        .bind(head.shop.0)
        .bind(device.0)
        .fetch_all(&mut *conn)
        .await?;
        let tabs = sql::query_scalar(
            "SELECT t.tab_id FROM tab t JOIN tab_guest g ON g.shop_id = t.shop_id AND g.tab_id = t.tab_id
             WHERE t.shop_id = $1 AND g.device_id = $2 ORDER BY t.opened, t.tab_id",
        )
        .bind(head.shop.0)
        .bind(device.0)
        .fetch_all(&mut *conn)
        .await?;
        let member = super::of_device(conn, head, device).await?;
        Ok(Self { member: member.map(|member| (member, device)), devices: vec![device], orders, tabs })
    }

    async fn of_phone(conn: &mut sql::Connection, head: Head, number: &str) -> Result<Self, Fault> {
        let digits: String = number.chars().filter(char::is_ascii_digit).collect();
        if digits.is_empty() {
            return Err(Fault::invalid("phone", "a number has digits"));
        }
        // No index knows numbers by their digits: the few that could be meant are read and compared.
        let like: String = digits.chars().flat_map(|digit| ['%', digit]).chain(['%']).collect();
        let rows = sql::query(
            "SELECT order_id, device_id, phone FROM orders WHERE shop_id = $1 AND phone LIKE $2
             ORDER BY placed, number",
        )
        .bind(head.shop.0)
        .bind(like)
        .fetch_all(conn)
        .await?;
        let mut held = Self::default();
        for row in &rows {
            if row.try_get::<&str>(2)?.chars().filter(char::is_ascii_digit).eq(digits.chars()) {
                held.orders.push(row.try_get(0)?);
                let device = DeviceId(row.try_get(1)?);
                if !held.devices.contains(&device) {
                    held.devices.push(device);
                }
            }
        }
        Ok(held)
    }

    /// The orders themselves, a few at a time.
    pub(super) fn chunks(&self) -> impl Iterator<Item = &[Uuid]> {
        self.orders.chunks(TOGETHER)
    }
}

impl Answer<Export> for Engine {
    async fn answer(&self, caller: &Caller, _: Export) -> Result<PersonalData, Fault> {
        self.gather(&Person::Device(caller.device()?)).await
    }
}

impl Engine {
    /// All that the shop holds about somebody: nothing in it where it does not know them.
    pub async fn personal_data(&self, person: &Person) -> Result<PersonalData, Refusal> {
        self.gather(person).await.map_err(Fault::refusal)
    }

    async fn gather(&self, person: &Person) -> Result<PersonalData, Fault> {
        let head = self.head().await?;
        let mut tx = self.snapshot().await?;
        let held = Held::of(&mut tx, head, person).await?;
        let card = match held.member {
            Some((member, _)) => Some(card_with(&mut tx, head, member, Entries::All).await?),
            None => None,
        };
        let mut devices = Vec::with_capacity(held.devices.len());
        for device in &held.devices {
            let since: Option<i64> =
                sql::query_scalar("SELECT created FROM device WHERE shop_id = $1 AND device_id = $2")
                    .bind(head.shop.0)
                    .bind(device.0)
                    .fetch_optional(&mut tx)
                    .await?;
            devices.extend(since.map(|since| HeldDevice { device: *device, since: Timestamp(since) }));
        }
        let mut orders = Vec::with_capacity(held.orders.len());
        for some in held.chunks() {
            for kept in order::find_all(&mut tx, head, some).await? {
                let payments = payments(&mut tx, head, kept.order.payment.id.0).await?;
                orders.push(HeldOrder { order: kept.order, payments });
            }
        }
        let mut tabs = Vec::with_capacity(held.tabs.len());
        for some in held.tabs.chunks(TOGETHER) {
            let found = table::find_all(&mut tx, head, some).await?;
            tabs.extend(found.into_iter().map(|kept| kept.of_devices(&held.devices)));
        }
        let mut pictures = Vec::new();
        for order in &held.orders {
            pictures.extend(courier::proof_of(&mut tx, head, OrderId(*order)).await?);
        }
        let now = self.now();
        let coupons = match held.member {
            Some((member, _)) => coupon::of_member(&mut tx, head, now, member, i64::MAX).await?,
            None => Vec::new(),
        };
        let mut reviews = Vec::new();
        for device in &held.devices {
            reviews.extend(review::of_device(&mut tx, head, *device).await?);
        }
        Ok(PersonalData { at: now, card, devices, orders, tabs, pictures, coupons, reviews })
    }
}

async fn payments(
    conn: &mut sql::Connection,
    head: Head,
    payment: Uuid,
) -> Result<Vec<PaymentBooking>, Fault> {
    let rows = sql::query(
        "SELECT state, amount, tendered, at FROM payment_entry WHERE shop_id = $1 AND payment_id = $2 ORDER BY entry",
    )
    .bind(head.shop.0)
    .bind(payment)
    .fetch_all(conn)
    .await?;
    rows.iter()
        .map(|row| {
            Ok(PaymentBooking {
                state: row::payment_state(row.try_get(0)?)?,
                amount: head.currency.minor(row.try_get(1)?),
                tendered: row.try_get::<Option<i64>>(2)?.map(|minor| head.currency.minor(minor)),
                at: Timestamp(row.try_get(3)?),
            })
        })
        .collect()
}
