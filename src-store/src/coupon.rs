//! Coupons: given out, set aside for one sale, used up by it, given back with its goods; and their ledger.
//!
//! A coupon has one place to be used, as only one transaction writes at a time: whichever till asks first has it set aside,
//! and what a till that was cut off has sold meanwhile is booked as it was sold.

use ministore_core::code::CardNumber;
use ministore_core::coupon::{
    ClaimCoupon, Coupon, CouponCampaign, CouponFault, CouponState, CouponStep, CouponTerms, Coupons,
    GetCoupon, GetCoupons, GetMemberCoupons, Holder, IssueCoupon, MOST_ON_TICKET, MOST_PRINTED,
    MemberCoupons, Offered, OfferedCoupon, PrintCoupons, PrintedCoupons, ReleaseCoupon, ReserveCoupon,
};
use ministore_core::fact::{Fact, Left, Refund, Sale};
use ministore_core::hours::Day;
use ministore_core::id::{CouponId, DeviceId, MemberId, OrderId, PromotionId, SaleId, StaffId};
use ministore_core::issued::CouponCode;
use ministore_core::order::OrderState;
use ministore_core::promotion::Promotion;
use ministore_core::refusal::{Refusal, Thing};
use ministore_core::time::Timestamp;
use uuid::Uuid;

use crate::engine::{Answer, Caller, Engine};
use crate::fault::Fault;
use crate::goods_back::refunds_of;
use crate::reply::Act;
use crate::touchpoint::Did;
use crate::write::{Head, Write};
use crate::{fact, local_clock, member, order, random, sql, touchpoint};

/// How long what is set aside waits for its sale: a day, in milliseconds.
const PATIENCE_MILLIS: i64 = 24 * 60 * 60 * 1000;

/// How many of a member's are told.
const LISTED: i64 = 100;

impl From<CouponFault> for Fault {
    fn from(coupon: CouponFault) -> Self {
        Refusal::CouponRefused { coupon }.into()
    }
}

/// The columns that [`Kept::of`] reads, in its order.
macro_rules! coupons {
    ($rest:literal) => {
        concat!(
            "SELECT c.coupon_id, c.promotion_id, p.body, c.code, c.member_id, c.issued, c.until, c.state, c.sale_id,
                 p.stopped, m.device_id
             FROM coupon c JOIN promotion p ON p.shop_id = c.shop_id AND p.promotion_id = c.promotion_id
             LEFT JOIN member m ON m.shop_id = c.shop_id AND m.member_id = c.member_id
             WHERE c.shop_id = $1 AND ",
            $rest
        )
    };
}

/// A coupon as it is kept: whether it is over or withdrawn shows on the day.
struct Kept {
    coupon: Coupon,
    member: Option<MemberId>,
    /// On which its member's coupons are shown.
    device: Option<DeviceId>,
    /// For which sale it is set aside, or which used it up.
    sale: Option<SaleId>,
    stopped: bool,
}

impl Kept {
    fn of(row: &sql::Row) -> Result<Self, Fault> {
        let promotion: Promotion = serde_json::from_str(row.try_get(2)?)?;
        let member = row.try_get::<Option<Uuid>>(4)?.map(MemberId);
        let state = CouponState::of_word(row.try_get(7)?);
        let coupon = Coupon {
            id: CouponId(row.try_get(0)?),
            promotion: PromotionId(row.try_get(1)?),
            name: promotion.name,
            code: row.try_get::<&str>(3)?.parse().map_err(|error| Fault::row("coupon", error))?,
            holder: if member.is_some() { Holder::Member } else { Holder::Bearer },
            issued: Timestamp(row.try_get(5)?),
            until: Day::since_1970(row.try_get(6)?),
            state: state.ok_or_else(|| Fault::row("coupon", "an unknown state"))?,
        };
        Ok(Self {
            coupon,
            member,
            device: row.try_get::<Option<Uuid>>(10)?.map(DeviceId),
            sale: row.try_get::<Option<Uuid>>(8)?.map(SaleId),
            stopped: row.try_get::<Option<i64>>(9)?.is_some(),
        })
    }

    /// As it is on this day.
    fn shown(self, today: Day) -> Coupon {
        let state = self.coupon.state.seen(self.coupon.until, today, self.stopped);
        Coupon { state, ..self.coupon }
    }
}

/// The coupon with this key, if there is one.
async fn find(conn: &mut sql::Connection, head: Head, coupon: CouponId) -> Result<Option<Kept>, Fault> {
    let row = sql::query(coupons!("c.coupon_id = $2"))
        .bind(head.shop.0)
        .bind(coupon.0)
        .fetch_optional(conn)
        .await?;
    row.as_ref().map(Kept::of).transpose()
}

async fn known(write: &mut Write, coupon: CouponId) -> Result<Kept, Fault> {
    let head = write.head;
    find(write.conn(), head, coupon).await?.ok_or_else(|| Fault::not_found(Thing::Coupon))
}

/// The day that the shop's clock shows at `now`.
pub(crate) async fn day_at(conn: &mut sql::Connection, head: Head, now: Timestamp) -> Result<Day, Fault> {
    let zone: String = sql::query_scalar("SELECT zone FROM shop WHERE shop_id = $1")
        .bind(head.shop.0)
        .fetch_one(conn)
        .await?;
    Ok(local_clock::local(now, &local_clock::zone(&zone)?)?.day)
}

async fn today(write: &mut Write) -> Result<Day, Fault> {
    let (head, now) = (write.head, write.now);
    day_at(write.conn(), head, now).await
}

/// Books what happened to a coupon, and gives it as it is then.
async fn book(
    write: &mut Write,
    kept: Kept,
    before: Option<CouponState>,
    step: CouponStep,
    sale: Option<SaleId>,
    by: Option<StaffId>,
) -> Result<Kept, Fault> {
    let id = kept.coupon.id;
    let state = CouponState::after(before, step)
        .ok_or_else(|| Fault::Other(format!("coupon {id} cannot be {} now", step.word())))?;
    let (shop, now) = (write.shop(), write.now);
    sql::query(
        "INSERT INTO coupon_entry (shop_id, coupon_id, entry, step, sale_id, by_staff, at)
         VALUES ($1, $2,
             (SELECT COALESCE(MAX(entry), 0) + 1 FROM coupon_entry WHERE shop_id = $1 AND coupon_id = $2),
             $3, $4, $5, $6)",
    )
    .bind(shop)
    .bind(id.0)
    .bind(step.word())
    .bind(sale.map(|sale| sale.0))
    .bind(by.map(|staff| staff.0))
    .bind(now.0)
    .execute(write.conn())
    .await?;
    let for_sale = sale.filter(|_| matches!(state, CouponState::Reserved | CouponState::Redeemed));
    sql::query("UPDATE coupon SET state = $3, sale_id = $4, at = $5 WHERE shop_id = $1 AND coupon_id = $2")
        .bind(shop)
        .bind(id.0)
        .bind(state.word())
        .bind(for_sale.map(|sale| sale.0))
        .bind(now.0)
        .execute(write.conn())
        .await?;
    let (issued, redeemed) = step.counts();
    if (issued, redeemed) != (0, 0) {
        sql::query(
            "UPDATE coupon_campaign SET issued = issued + $3, redeemed = redeemed + $4
             WHERE shop_id = $1 AND promotion_id = $2",
        )
        .bind(shop)
        .bind(kept.coupon.promotion.0)
        .bind(issued)
        .bind(redeemed)
        .execute(write.conn())
        .await?;
    }
    if let Some(device) = kept.device {
        write.card_changed(device).await?;
    }
    Ok(Kept { coupon: Coupon { state, ..kept.coupon }, sale: for_sale, ..kept })
}

/// Writes down how coupons of a promotion are given out.
pub(crate) async fn save_terms(
    write: &mut Write,
    promotion: PromotionId,
    terms: &CouponTerms,
) -> Result<(), Fault> {
    sql::query(
        "INSERT INTO coupon_campaign (shop_id, promotion_id, terms) VALUES ($1, $2, $3)
         ON CONFLICT (shop_id, promotion_id) DO UPDATE SET terms = excluded.terms",
    )
    .bind(write.shop())
    .bind(promotion.0)
    .bind(serde_json::to_string(terms)?)
    .execute(write.conn())
    .await?;
    Ok(())
}

/// Reads what is kept of a promotion's coupons; None where it has none.
pub(crate) fn campaign(row: &sql::Row, first: usize) -> Result<Option<CouponCampaign>, Fault> {
    let Some(terms) = row.try_get::<Option<&str>>(first)? else { return Ok(None) };
    Ok(Some(CouponCampaign {
        terms: serde_json::from_str(terms)?,
        issued: row.try_get(first + 1)?,
        redeemed: row.try_get(first + 2)?,
    }))
}

/// A promotion whose coupons can be given out.
struct Giving {
    promotion: Promotion,
    campaign: CouponCampaign,
}

impl Giving {
    fn of(row: &sql::Row) -> Result<Option<Self>, Fault> {
        let promotion: Promotion = serde_json::from_str(row.try_get(0)?)?;
        let campaign = campaign(row, 1)?;
        Ok(campaign.filter(|_| promotion.coupon).map(|campaign| Self { promotion, campaign }))
    }

    /// The last day of one that is given out on `today`. Refused where that is over already.
    fn until(&self, today: Day) -> Result<Day, CouponFault> {
        let until = self.campaign.terms.until(today, self.promotion.when.until);
        if until < today { Err(CouponFault::Expired) } else { Ok(until) }
    }
}

/// Those that were not stopped and have coupons, the first made first.
async fn giving(conn: &mut sql::Connection, head: Head) -> Result<Vec<Giving>, Fault> {
    let rows = sql::query(
        "SELECT p.body, t.terms, t.issued, t.redeemed FROM coupon_campaign t
         JOIN promotion p ON p.shop_id = t.shop_id AND p.promotion_id = t.promotion_id
         WHERE t.shop_id = $1 AND p.stopped IS NULL ORDER BY p.promotion_id",
    )
    .bind(head.shop.0)
    .fetch_all(conn)
    .await?;
    rows.iter().filter_map(|row| Giving::of(row).transpose()).collect()
}

/// How many coupons of a promotion a member has had.
async fn had(
    conn: &mut sql::Connection,
    head: Head,
    promotion: PromotionId,
    member: MemberId,
) -> Result<u32, Fault> {
    Ok(sql::query_scalar(
        "SELECT COUNT(*) FROM coupon WHERE shop_id = $1 AND member_id = $2 AND promotion_id = $3",
    )
    .bind(head.shop.0)
    .bind(member.0)
    .bind(promotion.0)
    .fetch_one(conn)
    .await?)
}

/// A coupon to be given out.
#[derive(Clone, Copy)]
struct New {
    coupon: CouponId,
    promotion: PromotionId,
    member: Option<MemberId>,
    by: Option<StaffId>,
}

/// Gives out a coupon, or gives the one that was given out under this key. Refused where no more may be.
async fn issue(write: &mut Write, new: New, today: Day) -> Result<Coupon, Fault> {
    let (head, now) = (write.head, write.now);
    if let Some(there) = find(write.conn(), head, new.coupon).await? {
        let same = there.coupon.promotion == new.promotion && there.member == new.member;
        return if same { Ok(there.shown(today)) } else { Err(Refusal::IdReused.into()) };
    }
    let row = sql::query(
        "SELECT p.body, t.terms, t.issued, t.redeemed, p.stopped FROM promotion p
         LEFT JOIN coupon_campaign t ON t.shop_id = p.shop_id AND t.promotion_id = p.promotion_id
         WHERE p.shop_id = $1 AND p.promotion_id = $2",
    )
    .bind(head.shop.0)
    .bind(new.promotion.0)
    .fetch_optional(write.conn())
    .await?
    .ok_or_else(|| Fault::not_found(Thing::Promotion))?;
    let stopped = row.try_get::<Option<i64>>(4)?.is_some();
    let giving = Giving::of(&row)?.filter(|_| !stopped).ok_or(CouponFault::Withdrawn)?;
    let until = giving.until(today)?;
    let of_member = match new.member {
        Some(member) => Some(had(write.conn(), head, new.promotion, member).await?),
        None => None,
    };
    giving.campaign.terms.room(giving.campaign.issued, of_member)?;
    let code = new_code(write).await?;
    sql::query(
        "INSERT INTO coupon (shop_id, coupon_id, promotion_id, code, member_id, issued, until, state, at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, 'issued', $6)",
    )
    .bind(head.shop.0)
    .bind(new.coupon.0)
    .bind(new.promotion.0)
    .bind(code.to_string())
    .bind(new.member.map(|member| member.0))
    .bind(now.0)
    .bind(until.days_since_1970())
    .execute(write.conn())
    .await?;
    let kept = known(write, new.coupon).await?;
    Ok(book(write, kept, None, CouponStep::Issued, None, new.by).await?.shown(today))
}

/// A code that no other coupon of the shop has.
async fn new_code(write: &mut Write) -> Result<CouponCode, Fault> {
    let shop = write.shop();
    loop {
        let code = CouponCode::from_bits(random::bits()?);
        let taken: i64 = sql::query_scalar("SELECT COUNT(*) FROM coupon WHERE shop_id = $1 AND code = $2")
            .bind(shop)
            .bind(code.to_string())
            .fetch_one(write.conn())
            .await?;
        if taken == 0 {
            return Ok(code);
        }
    }
}

/// A member's coupons, those that end first before the others.
pub(crate) async fn of_member(
    conn: &mut sql::Connection,
    head: Head,
    now: Timestamp,
    member: MemberId,
    most: i64,
) -> Result<Vec<Coupon>, Fault> {
    let today = day_at(conn, head, now).await?;
    // What can be used is not crowded out by what was.
    let rows = sql::query(coupons!(
        "c.member_id = $2
         ORDER BY CASE WHEN c.state = 'redeemed' OR c.until < $3 THEN 1 ELSE 0 END, c.until, c.coupon_id LIMIT $4"
    ))
    .bind(head.shop.0)
    .bind(member.0)
    .bind(today.days_since_1970())
    .bind(most)
    .fetch_all(conn)
    .await?;
    rows.iter().map(|row| Ok(Kept::of(row)?.shown(today))).collect()
}

/// Refused where nothing is offered after this order: it is another's, or was cancelled.
async fn check_order(
    conn: &mut sql::Connection,
    head: Head,
    device: DeviceId,
    after: OrderId,
) -> Result<(), Fault> {
    let kept = order::find(conn, head, after).await?;
    let own = kept.filter(|kept| kept.device == device).ok_or_else(|| Fault::not_found(Thing::Order))?;
    if own.order.state == OrderState::Cancelled { Err(CouponFault::NotOffered.into()) } else { Ok(()) }
}

impl Answer<GetCoupons> for Engine {
    async fn answer(&self, caller: &Caller, call: GetCoupons) -> Result<Coupons, Fault> {
        let (head, now, device) = (self.head().await?, self.now(), caller.device()?);
        let mut tx = self.snapshot().await?;
        if let Some(after) = call.after {
            check_order(&mut tx, head, device, after).await?;
        }
        let today = day_at(&mut tx, head, now).await?;
        let member = member::of_device(&mut tx, head, device).await?;
        let mine = match member {
            Some(member) => of_member(&mut tx, head, now, member, LISTED).await?,
            None => Vec::new(),
        };
        let mut offered = Vec::new();
        for giving in giving(&mut tx, head).await? {
            let Giving { promotion, campaign } = &giving;
            let there = match campaign.terms.offered {
                Offered::Page => true,
                Offered::AfterOrder => call.after.is_some(),
                Offered::Nowhere => false,
            };
            let Some(until) = giving.until(today).ok().filter(|_| there) else { continue };
            let of_member = match member {
                Some(member) => Some(had(&mut tx, head, promotion.id, member).await?),
                None => None,
            };
            if campaign.terms.room(campaign.issued, of_member).is_ok() {
                offered.push(OfferedCoupon {
                    promotion: promotion.id,
                    name: promotion.name.clone(),
                    until,
                    left: campaign.terms.most.map(|most| most.saturating_sub(campaign.issued)),
                    offered: campaign.terms.offered,
                });
            }
        }
        Ok(Coupons { member: member.is_some(), mine, offered })
    }
}

impl Answer<GetCoupon> for Engine {
    async fn answer(&self, _: &Caller, call: GetCoupon) -> Result<Coupon, Fault> {
        let (head, now) = (self.head().await?, self.now());
        let mut tx = self.snapshot().await?;
        let row = sql::query(coupons!("c.code = $2"))
            .bind(head.shop.0)
            .bind(call.code.to_string())
            .fetch_optional(&mut tx)
            .await?
            .ok_or_else(|| Fault::not_found(Thing::Coupon))?;
        Ok(Kept::of(&row)?.shown(day_at(&mut tx, head, now).await?))
    }
}

/// The member with this card. Refused where nobody has it.
async fn member_with(conn: &mut sql::Connection, head: Head, number: CardNumber) -> Result<MemberId, Fault> {
    let member: Option<Uuid> =
        sql::query_scalar("SELECT member_id FROM member WHERE shop_id = $1 AND number = $2")
            .bind(head.shop.0)
            .bind(number.to_string())
            .fetch_optional(conn)
            .await?;
    member.map(MemberId).ok_or_else(|| Fault::not_found(Thing::Member))
}

impl Answer<GetMemberCoupons> for Engine {
    async fn answer(&self, _: &Caller, call: GetMemberCoupons) -> Result<MemberCoupons, Fault> {
        let (head, now) = (self.head().await?, self.now());
        let mut tx = self.snapshot().await?;
        let member = member_with(&mut tx, head, call.number).await?;
        let mut coupons = of_member(&mut tx, head, now, member, LISTED).await?;
        coupons.retain(|coupon| coupon.state.usable().is_ok());
        Ok(MemberCoupons { coupons })
    }
}

macro_rules! answered_once {
    ($($call:ty => $reply:ty),*) => {$(
        impl Answer<$call> for Engine {
            async fn answer(&self, caller: &Caller, call: $call) -> Result<$reply, Fault> {
                self.once(caller, call).await
            }
        }
    )*};
}
answered_once!(
    ClaimCoupon => Coupon, IssueCoupon => Coupon, PrintCoupons => PrintedCoupons, ReserveCoupon => Coupon,
    ReleaseCoupon => Coupon
);

// No reply has a card's number in it: replies outlive a member who is forgotten.

impl Act for ClaimCoupon {
    async fn act(self, write: &mut Write, caller: &Caller) -> Result<Coupon, Fault> {
        let (head, device) = (write.head, caller.device()?);
        let today = today(write).await?;
        let member = member::of_device(write.conn(), head, device).await?;
        let member = Some(member.ok_or(CouponFault::MembersOnly)?);
        // What the caller has already stays theirs, whatever is offered now.
        if find(write.conn(), head, self.coupon).await?.is_none() {
            let offered = giving(write.conn(), head).await?;
            let offered = offered.iter().find(|giving| giving.promotion.id == self.promotion);
            match (offered.map(|giving| giving.campaign.terms.offered), self.after) {
                (Some(Offered::Nowhere), _) | (Some(Offered::AfterOrder), None) => {
                    return Err(CouponFault::NotOffered.into());
                }
                (Some(Offered::AfterOrder), Some(after)) => {
                    check_order(write.conn(), head, device, after).await?;
                }
                (Some(Offered::Page) | None, _) => {}
            }
        }
        let new = New { coupon: self.coupon, promotion: self.promotion, member, by: None };
        let coupon = issue(write, new, today).await?;
        touchpoint::credit(write, device, Did::TookCoupon, coupon.id.0);
        Ok(coupon)
    }
}

impl Act for IssueCoupon {
    async fn act(self, write: &mut Write, caller: &Caller) -> Result<Coupon, Fault> {
        let head = write.head;
        let today = today(write).await?;
        let member = Some(member_with(write.conn(), head, self.number).await?);
        let new = New { coupon: self.coupon, promotion: self.promotion, member, by: caller.staff() };
        issue(write, new, today).await
    }
}

impl Act for PrintCoupons {
    async fn act(self, write: &mut Write, caller: &Caller) -> Result<PrintedCoupons, Fault> {
        let mut each = self.coupons.clone();
        each.sort_unstable();
        each.dedup();
        if !(1..=MOST_PRINTED).contains(&each.len()) || each.len() < self.coupons.len() {
            return Err(Fault::invalid("coupons", format!("1 to {MOST_PRINTED}, each once")));
        }
        let today = today(write).await?;
        let mut coupons = Vec::with_capacity(self.coupons.len());
        for coupon in self.coupons {
            let new = New { coupon, promotion: self.promotion, member: None, by: caller.staff() };
            coupons.push(issue(write, new, today).await?);
        }
        Ok(PrintedCoupons { coupons })
    }
}

impl Act for ReserveCoupon {
    async fn act(self, write: &mut Write, caller: &Caller) -> Result<Coupon, Fault> {
        let today = today(write).await?;
        let kept = known(write, self.coupon).await?;
        let before = kept.coupon.state;
        if before == CouponState::Reserved && kept.sale == Some(self.sale) {
            return Ok(kept.shown(today));
        }
        before.seen(kept.coupon.until, today, kept.stopped).usable()?;
        let step = CouponStep::Reserved;
        Ok(book(write, kept, Some(before), step, Some(self.sale), caller.staff()).await?.shown(today))
    }
}

impl Act for ReleaseCoupon {
    async fn act(self, write: &mut Write, caller: &Caller) -> Result<Coupon, Fault> {
        let today = today(write).await?;
        let kept = known(write, self.coupon).await?;
        if kept.coupon.state != CouponState::Reserved || kept.sale != Some(self.sale) {
            return Ok(kept.shown(today));
        }
        Ok(release(write, kept, caller.staff()).await?.shown(today))
    }
}

async fn release(write: &mut Write, kept: Kept, by: Option<StaffId>) -> Result<Kept, Fault> {
    let (before, sale) = (kept.coupon.state, kept.sale);
    book(write, kept, Some(before), CouponStep::Released, sale, by).await
}

/// Refused where a sale says of a coupon that it uses it up, and that is not set aside for it.
pub(crate) async fn check(write: &mut Write, sale: SaleId, coupons: &[CouponId]) -> Result<(), Fault> {
    for coupon in coupons {
        let kept = known(write, *coupon).await?;
        match (kept.coupon.state, kept.sale) {
            (CouponState::Reserved, Some(aside)) if aside == sale => {}
            (CouponState::Redeemed, _) => return Err(CouponFault::Redeemed.into()),
            _ => return Err(CouponFault::NotSetAside.into()),
        }
    }
    Ok(())
}

/// Refused where there are too many, or one of them twice.
pub(crate) fn check_list(coupons: &[CouponId]) -> Result<(), Fault> {
    let mut each = coupons.to_vec();
    each.sort_unstable();
    each.dedup();
    if each.len() == coupons.len() && each.len() <= MOST_ON_TICKET {
        Ok(())
    } else {
        Err(Fault::invalid("coupons", format!("at most {MOST_ON_TICKET}, each once")))
    }
}

/// Books what a sale used up, and what goods that came back give back.
pub(crate) async fn follow(write: &mut Write, fact: &Fact) -> Result<(), Fault> {
    match fact {
        Fact::Sale(sale) => {
            for coupon in &sale.coupons {
                redeem(write, sale, *coupon).await?;
            }
            Ok(())
        }
        Fact::Refund(refund) => give_back(write, refund).await,
        _ => Ok(()),
    }
}

/// A till that was cut off for longer than things wait has sold the goods all the same: a coupon that is free is used up. What
/// another sale has used meanwhile is told to whoever runs the hub.
async fn redeem(write: &mut Write, sale: &Sale, coupon: CouponId) -> Result<(), Fault> {
    let head = write.head;
    let (id, by) = (Some(sale.id), Some(sale.by));
    let mut kept = match find(write.conn(), head, coupon).await? {
        Some(kept) => kept,
        None => {
            tracing::error!(sale = %sale.id, %coupon, "a sale came in with a coupon that this shop never had");
            return Ok(());
        }
    };
    if matches!(kept.coupon.state, CouponState::Issued | CouponState::Returned) {
        let before = Some(kept.coupon.state);
        kept = book(write, kept, before, CouponStep::Reserved, id, by).await?;
    }
    if kept.coupon.state == CouponState::Reserved && kept.sale == id {
        book(write, kept, Some(CouponState::Reserved), CouponStep::Redeemed, id, by).await?;
    } else {
        tracing::error!(sale = %sale.id, %coupon, "a sale came in with a coupon that another has");
    }
    Ok(())
}

/// A coupon comes back once all goods of its sale have, where it can still be used then.
async fn give_back(write: &mut Write, refund: &Refund) -> Result<(), Fault> {
    let Some(sale) = refund.sale else { return Ok(()) };
    let head = write.head;
    let Some(Fact::Sale(sale)) = fact::find(write.conn(), head, sale.0).await? else { return Ok(()) };
    if sale.coupons.is_empty() {
        return Ok(());
    }
    let refunds = refunds_of(write.conn(), head, sale.id).await?;
    if !sale.lines.iter().all(|line| Left::of(line, &refunds).is_nothing()) {
        return Ok(());
    }
    let today = today(write).await?;
    for coupon in &sale.coupons {
        let Some(kept) = find(write.conn(), head, *coupon).await? else { continue };
        let own = kept.coupon.state == CouponState::Redeemed && kept.sale == Some(sale.id);
        if own && CouponState::Returned.seen(kept.coupon.until, today, kept.stopped).usable().is_ok() {
            let before = Some(kept.coupon.state);
            book(write, kept, before, CouponStep::Returned, Some(sale.id), Some(refund.by)).await?;
        }
    }
    Ok(())
}

impl Engine {
    /// Frees the coupons that were set aside for tickets that became no sale within a day.
    pub(crate) async fn free_coupons(&self) -> Result<(), Fault> {
        let head = self.head().await?;
        let before = self.now().0.saturating_sub(PATIENCE_MILLIS);
        let old: Vec<Uuid> = {
            let mut conn = self.reader().await?;
            sql::query_scalar(
                "SELECT coupon_id FROM coupon WHERE shop_id = $1 AND state = 'reserved' AND at < $2",
            )
            .bind(head.shop.0)
            .bind(before)
            .fetch_all(&mut conn)
            .await?
        };
        for coupon in old {
            let mut write = Write::begin(self).await?;
            let kept = known(&mut write, CouponId(coupon)).await?;
            if kept.coupon.state == CouponState::Reserved {
                release(&mut write, kept, None).await?;
            }
            write.commit(self).await?;
        }
        Ok(())
    }
}
