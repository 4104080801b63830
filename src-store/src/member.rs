//! Members: their card, and the ledger of their points; what a shop holds about somebody, and forgetting them.

mod erase;
mod person;

use ministore_core::code::CardNumber;
use ministore_core::id::{DeviceId, MemberId, OrderId, SaleId};
use ministore_core::member::{
    Card, FEWEST_DIGITS, FindByPhone, FindMember, FoundMembers, GetCard, Join, PointsEntry, PointsReason,
};
use ministore_core::order::Order;
use ministore_core::refusal::{Refusal, Thing};
use ministore_core::time::Timestamp;
use uuid::Uuid;

use crate::engine::{Answer, Caller, Engine, Seat};
use crate::fault::Fault;
use crate::reply::Act;
use crate::touchpoint::Did;
use crate::write::{Head, Write};
use crate::{device, order, random, sql, stored_value, touchpoint};

pub use person::Person;

/// Which bookings of a card are told.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Entries {
    /// The newest ones, at most 50 of points and of money.
    Newest,
    /// All that there are.
    All,
}

impl Entries {
    /// How many at most.
    pub(crate) const fn limit(self) -> i64 {
        match self {
            Self::Newest => 50,
            Self::All => i64::MAX,
        }
    }
}

/// The member that a device belongs to.
pub(crate) async fn of_device(
    conn: &mut sql::Connection,
    head: Head,
    device: DeviceId,
) -> Result<Option<MemberId>, Fault> {
    let id: Option<Uuid> =
        sql::query_scalar("SELECT member_id FROM member WHERE shop_id = $1 AND device_id = $2")
            .bind(head.shop.0)
            .bind(device.0)
            .fetch_optional(conn)
            .await?;
    Ok(id.map(MemberId))
}

/// The card of a device's member.
pub(crate) async fn card_of(
    conn: &mut sql::Connection,
    head: Head,
    device: DeviceId,
) -> Result<Option<Card>, Fault> {
    match of_device(conn, head, device).await? {
        Some(member) => card(conn, head, member).await.map(Some),
        None => Ok(None),
    }
}

async fn card(conn: &mut sql::Connection, head: Head, member: MemberId) -> Result<Card, Fault> {
    card_with(conn, head, member, Entries::Newest).await
}

/// A member's card with these of its bookings.
async fn card_with(
    conn: &mut sql::Connection,
    head: Head,
    member: MemberId,
    told: Entries,
) -> Result<Card, Fault> {
    let row = sql::query(
        "SELECT number, joined, points, CAST(CASE WHEN code_key IS NULL THEN 0 ELSE 1 END AS BIGINT) FROM member
         WHERE shop_id = $1 AND member_id = $2",
    )
    .bind(head.shop.0)
    .bind(member.0)
    .fetch_one(&mut *conn)
    .await?;
    let entries = sql::query(
        "SELECT points, order_id, at, reason FROM points_entry WHERE shop_id = $1 AND member_id = $2
         ORDER BY entry DESC LIMIT $3",
    )
    .bind(head.shop.0)
    .bind(member.0)
    .bind(told.limit())
    .fetch_all(&mut *conn)
    .await?;
    Ok(Card {
        member,
        number: row.try_get::<&str>(0)?.parse().map_err(|error| Fault::row("member", error))?,
        joined: Timestamp(row.try_get(1)?),
        points: row.try_get(2)?,
        entries: entries
            .iter()
            .map(|row| {
                Ok(PointsEntry {
                    points: row.try_get(0)?,
                    reason: PointsReason::of_word(row.try_get(3)?)
                        .ok_or_else(|| Fault::row("points_entry", "an unknown reason"))?,
                    order: row.try_get::<Option<Uuid>>(1)?.map(OrderId),
                    at: Timestamp(row.try_get(2)?),
                })
            })
            .collect::<Result<_, Fault>>()?,
        renews: row.try_get::<i64>(3)? != 0,
        stored: Some(stored_value::of_member(conn, head, member, told).await?),
    })
}

/// Books for `member` what `order` earns and is not booked yet; what was booked beyond that is taken back.
pub(crate) async fn book(
    write: &mut Write,
    member: MemberId,
    order: &Order,
    device: DeviceId,
) -> Result<(), Fault> {
    let shop = write.shop();
    let booked = sql::query_scalar(
        "SELECT CAST(COALESCE(SUM(points), 0) AS BIGINT) FROM points_entry WHERE shop_id = $1 AND order_id = $2",
    )
    .bind(shop)
    .bind(order.id.0)
    .fetch_one(write.conn())
    .await?;
    let moved = Moved { member, device: Some(device), earned: order.points, booked };
    enter(write, moved, Some(order.id.0), None).await
}

/// Books for whoever has the card what a sale at a till has earned so far, as [`book`] does. Nobody has a card that was
/// given back, and nothing is booked for it.
pub(crate) async fn book_sale(
    write: &mut Write,
    card: CardNumber,
    sale: SaleId,
    earned: u32,
) -> Result<(), Fault> {
    let shop = write.shop();
    let found = sql::query("SELECT member_id, device_id FROM member WHERE shop_id = $1 AND number = $2")
        .bind(shop)
        .bind(card.to_string())
        .fetch_optional(write.conn())
        .await?;
    let Some(found) = found else { return Ok(()) };
    let booked = sql::query_scalar(
        "SELECT CAST(COALESCE(SUM(points), 0) AS BIGINT) FROM points_entry WHERE shop_id = $1 AND sale_id = $2",
    )
    .bind(shop)
    .bind(sale.0)
    .fetch_one(write.conn())
    .await?;
    let device = found.try_get::<Option<Uuid>>(1)?.map(DeviceId);
    let moved = Moved { member: MemberId(found.try_get(0)?), device, earned, booked };
    enter(write, moved, None, Some(sale.0)).await
}

/// What a member has earned by one purchase, and how much of it is booked.
struct Moved {
    member: MemberId,
    /// On which the card is shown.
    device: Option<DeviceId>,
    earned: u32,
    booked: i64,
}

async fn enter(
    write: &mut Write,
    moved: Moved,
    order: Option<Uuid>,
    sale: Option<Uuid>,
) -> Result<(), Fault> {
    let (shop, now) = (write.shop(), write.now);
    let points = i64::from(moved.earned) - moved.booked;
    let reason = if points < 0 { PointsReason::Returned } else { PointsReason::Earned };
    if points == 0 {
        return Ok(());
    }
    sql::query(
        "INSERT INTO points_entry (shop_id, member_id, entry, points, reason, order_id, sale_id, at)
         VALUES ($1, $2,
             (SELECT COALESCE(MAX(entry), 0) + 1 FROM points_entry WHERE shop_id = $1 AND member_id = $2),
             $3, $4, $5, $6, $7)",
    )
    .bind(shop)
    .bind(moved.member.0)
    .bind(points)
    .bind(reason.word())
    .bind(order)
    .bind(sale)
    .bind(now.0)
    .execute(write.conn())
    .await?;
    sql::query("UPDATE member SET points = points + $3 WHERE shop_id = $1 AND member_id = $2")
        .bind(shop)
        .bind(moved.member.0)
        .bind(points)
        .execute(write.conn())
        .await?;
    match moved.device {
        Some(device) => write.card_changed(device).await,
        None => Ok(()),
    }
}

impl Answer<Join> for Engine {
    async fn answer(&self, caller: &Caller, call: Join) -> Result<Card, Fault> {
        self.once(caller, call).await
    }
}

impl Act for Join {
    async fn act(self, write: &mut Write, caller: &Caller) -> Result<Card, Fault> {
        let (head, device, now) = (write.head, caller.device()?, write.now);
        if let Some(card) = card_of(write.conn(), head, device).await? {
            return Ok(card);
        }
        let taken: i64 =
            sql::query_scalar("SELECT COUNT(*) FROM member WHERE shop_id = $1 AND member_id = $2")
                .bind(head.shop.0)
                .bind(self.member.0)
                .fetch_one(write.conn())
                .await?;
        if taken > 0 {
            return Err(Refusal::IdReused.into());
        }
        let number = new_number(write).await?;
        sql::query(
            "INSERT INTO member (shop_id, member_id, device_id, number, joined, points)
             VALUES ($1, $2, $3, $4, $5, 0)",
        )
        .bind(head.shop.0)
        .bind(self.member.0)
        .bind(device.0)
        .bind(number.to_string())
        .bind(now.0)
        .execute(write.conn())
        .await?;
        touchpoint::credit(write, device, Did::Joined, self.member.0);
        let earlier: Vec<Uuid> = sql::query_scalar(
            "SELECT order_id FROM orders
             WHERE shop_id = $1 AND device_id = $2 AND member_id IS NULL AND state = 'handed_over' ORDER BY placed",
        )
        .bind(head.shop.0)
        .bind(device.0)
        .fetch_all(write.conn())
        .await?;
        for id in earlier {
            if let Some(mut kept) = order::find(write.conn(), head, OrderId(id)).await? {
                kept.order.member = Some(self.member);
                book(write, self.member, &kept.order, device).await?;
                order::save(write, &kept).await?;
            }
        }
        write.card_changed(device).await?;
        card(write.conn(), head, self.member).await
    }
}

/// A number that no other card of the shop has.
async fn new_number(write: &mut Write) -> Result<CardNumber, Fault> {
    let shop = write.shop();
    loop {
        let number = CardNumber::from_body(random::bits()?);
        let taken: i64 = sql::query_scalar("SELECT COUNT(*) FROM member WHERE shop_id = $1 AND number = $2")
            .bind(shop)
            .bind(number.to_string())
            .fetch_one(write.conn())
            .await?;
        if taken == 0 {
            return Ok(number);
        }
    }
}

impl Answer<GetCard> for Engine {
    async fn answer(&self, caller: &Caller, _: GetCard) -> Result<Option<Card>, Fault> {
        let device = caller.device()?;
        let mut tx = self.snapshot().await?;
        match self.seat() {
            Seat::Hub => card_of(&mut tx, self.head().await?, device).await,
            Seat::Device => device::own_card(self, &mut tx, device).await,
        }
    }
}

/// The most members that one number finds.
const MOST_FOUND: usize = 5;

impl Answer<FindByPhone> for Engine {
    async fn answer(&self, _: &Caller, call: FindByPhone) -> Result<FoundMembers, Fault> {
        let digits = |text: &str| text.chars().filter(char::is_ascii_digit).collect::<String>();
        let wanted = digits(&call.phone);
        if wanted.len() < FEWEST_DIGITS {
            return Err(Fault::invalid("phone", format!("at least {FEWEST_DIGITS} digits")));
        }
        let head = self.head().await?;
        let mut tx = self.snapshot().await?;
        // Numbers are kept as they were typed, with whatever stood between their digits.
        let like: String = wanted.chars().flat_map(|digit| ["%".to_owned(), digit.to_string()]).collect();
        let rows = sql::query(
            "SELECT o.member_id, o.phone FROM orders o
             JOIN member m ON m.shop_id = o.shop_id AND m.member_id = o.member_id AND m.device_id IS NOT NULL
             WHERE o.shop_id = $1 AND o.phone LIKE $2 ORDER BY o.placed DESC",
        )
        .bind(head.shop.0)
        .bind(like)
        .fetch_all(&mut tx)
        .await?;
        let mut found: Vec<MemberId> = Vec::new();
        for row in &rows {
            let member = MemberId(row.try_get(0)?);
            // A country's code may be there or not.
            if !found.contains(&member) && digits(row.try_get(1)?).ends_with(&wanted) {
                found.push(member);
            }
        }
        let mut cards = Vec::new();
        for member in found.into_iter().take(MOST_FOUND) {
            cards.push(card(&mut tx, head, member).await?);
        }
        Ok(FoundMembers { cards })
    }
}

impl Answer<FindMember> for Engine {
    async fn answer(&self, _: &Caller, call: FindMember) -> Result<Card, Fault> {
        let head = self.head().await?;
        let mut tx = self.snapshot().await?;
        of_number(&mut tx, head, call.number).await
    }
}

/// The card with this number. Refused where nobody has it.
pub(crate) async fn of_number(
    conn: &mut sql::Connection,
    head: Head,
    number: CardNumber,
) -> Result<Card, Fault> {
    let member: Option<Uuid> =
        sql::query_scalar("SELECT member_id FROM member WHERE shop_id = $1 AND number = $2")
            .bind(head.shop.0)
            .bind(number.to_string())
            .fetch_optional(&mut *conn)
            .await?;
    let member = member.ok_or_else(|| Fault::not_found(Thing::Member))?;
    card(conn, head, MemberId(member)).await
}
