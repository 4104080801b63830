//! `order.place`: everything is checked, then promised in one transaction.

use ministore_core::code::PickupCode;
use ministore_core::fulfilment::{Fulfilment, Mode};
use ministore_core::id::{DeviceId, MemberId, OrderId, PaymentId};
use ministore_core::order::{CancelReason, Contact, Milestone, Order, OrderState, Place};
use ministore_core::payment::{Payment, PaymentState, Tender};
use ministore_core::refusal::Refusal;
use uuid::Uuid;

use super::quote::{self, Goods, Priced};
use super::rows::{self, needed};
use super::{Kept, find};
use crate::campaign::Buyer;
use crate::engine::{Answer, Caller, Engine};
use crate::fault::Fault;
use crate::reply::{Act, LateReply, body_hash};
use crate::shop::Terms;
use crate::touchpoint::Did;
use crate::write::{Head, Write};
use crate::{campaign, exit, fulfilment, payment, random, sql, stock, stored_value, touchpoint};

impl Answer<Place> for Engine {
    async fn answer(&self, caller: &Caller, call: Place) -> Result<Order, Fault> {
        if !self.takes(call.tender) {
            return Err(Fault::invalid("tender", "nobody here takes it"));
        }
        let hash = body_hash(&call)?;
        let order = self.once(caller, call).await?;
        self.settled::<Place>(caller, &hash, order).await
    }
}

impl Engine {
    /// Asks the provider where it has to be asked about `order`, and makes its answer the reply of the call.
    pub(super) async fn settled<C: ministore_core::call::Call<Reply = Order>>(
        &self,
        caller: &Caller,
        hash: &[u8],
        order: Order,
    ) -> Result<Order, Fault> {
        if !payment::is_open(&order) {
            return Ok(order);
        }
        let late = LateReply::to::<C>(caller, hash);
        self.ask_about(order, Some(&late)).await?.map_err(Fault::Refused)
    }
}

impl Act for Place {
    async fn act(self, write: &mut Write, caller: &Caller) -> Result<Order, Fault> {
        let (head, device, hash) = (write.head, caller.device()?, body_hash(&self)?);
        quote::check_lines(&self.lines)?;
        let contact = contact(&self)?;
        let fulfilment = checked_fulfilment(&self.fulfilment)?;
        if fulfilment == Fulfilment::CarryOut && !self.tender.is_paid_at_once() {
            return Err(Fault::invalid("tender", "what is carried out is paid at once"));
        }
        let pickup = PickupCode::from_bits(random::bits()?);
        let asked = [
            Terms::ask(head),
            Goods::ask(head, &self.lines),
            Next::ask(head, self.order, device, &fulfilment, pickup),
        ];
        let [terms, goods, next] = sql::fetch_each(asked, write.conn()).await?;
        if Next::is_known(&next)?
            && let Some(kept) = find(write.conn(), head, self.order).await?
        {
            return match kept.order.cancelled {
                _ if (kept.device, &kept.body_hash) != (device, &hash) => Err(Refusal::IdReused.into()),
                Some(CancelReason::PaymentDeclined) => Err(Refusal::PaymentDeclined { limit: None }.into()),
                _ => Ok(kept.order),
            };
        }
        let mut terms = Terms::of(&terms, head)?;
        terms.bring_to(fulfilment.mode(), fulfilment.point())?;
        if !terms.tenders.contains(&self.tender) || self.tender == Tender::GiftCard {
            return Err(Fault::invalid("tender", "the shop does not take it"));
        }
        let goods = Goods::of(&goods, head, &self.lines)?;
        let priced = goods.priced(&self.lines, fulfilment.mode(), &terms)?;
        if let (Mode::Delivery, Some(delivery)) = (fulfilment.mode(), &terms.delivery)
            && priced.totals.goods.minor < delivery.minimum.minor
        {
            return Err(Refusal::BelowMinimum { minimum: delivery.minimum }.into());
        }
        let list = priced.totals.total;
        let buyer = Buyer { head, at: write.now, mode: fulfilment.mode(), device: Some(device) };
        let Priced { lines, promotions, totals } =
            campaign::promoted(write.conn(), buyer, &goods, priced, &terms).await?;
        // Whoever could not ask has seen the shop's own prices, and pays no more than that.
        if totals.total != self.expected_total && list != self.expected_total {
            return Err(Refusal::TotalChanged { now: totals.total }.into());
        }
        let next = Next::of(next, write, self.order, device, &fulfilment, pickup).await?;
        let now = write.now;
        if let Some(slot) = fulfilment.slot() {
            fulfilment::check_slot(&terms, slot, next.taken, now)?;
        }
        let needed = needed(&lines)
            .into_iter()
            .map(|(id, quantity)| Ok((goods.product(id)?, quantity)))
            .collect::<Result<Vec<_>, Fault>>()?;
        stock::take(write, &needed, self.order).await?;
        let state = match self.tender {
            Tender::CashAtHandover | Tender::StoredValue | Tender::GiftCard => PaymentState::Due,
            Tender::DemoWallet | Tender::WechatPay => PaymentState::Unknown,
        };
        let mut payment = Payment::new(PaymentId(Uuid::now_v7()), self.tender, totals.total, state);
        payment::open(write, payment.id, state);
        if self.tender == Tender::StoredValue {
            stored_value::hold(write, next.member, payment.id, Some(self.order), payment.amount).await?;
            payment.state = PaymentState::Authorised;
            payment::book(write, payment.id, payment.state, 0, None, None);
        }
        let order = Order {
            id: self.order,
            number: next.number,
            state: OrderState::Placed,
            milestones: vec![Milestone { state: OrderState::Placed, at: now }],
            cancelled: None,
            fulfilment,
            contact,
            member: next.member,
            points: terms.points.earned(totals.goods),
            lines,
            promotions,
            totals,
            payment,
            pickup: Some(next.pickup),
            handling: Default::default(),
        };
        let kept = Kept { order: order.clone(), device, body_hash: hash };
        rows::insert(write, &kept).await?;
        touchpoint::credit(write, device, Did::Ordered, self.order.0);
        if order.fulfilment == Fulfilment::CarryOut {
            exit::open(write, &kept).await?;
        }
        Ok(order)
    }
}

/// A text without white space around it, with a length in the range.
fn sized(field: &str, text: &str, least: usize, most: usize) -> Result<String, Fault> {
    let text = text.trim();
    if (least..=most).contains(&text.chars().count()) && !text.chars().any(char::is_control) {
        Ok(text.to_owned())
    } else {
        Err(Fault::invalid(field, format!("{least} to {most} characters")))
    }
}

fn contact(place: &Place) -> Result<Contact, Fault> {
    let (name, phone) = match place.fulfilment.mode() {
        Mode::Pickup => (1, 0),
        Mode::Delivery => (1, 3),
        Mode::CarryOut => (0, 0),
    };
    Ok(Contact {
        name: sized("contact.name", &place.contact.name, name, 60)?,
        phone: sized("contact.phone", &place.contact.phone, phone, 30)?,
    })
}

fn checked_fulfilment(fulfilment: &Fulfilment) -> Result<Fulfilment, Fault> {
    let mut checked = fulfilment.clone();
    if let Fulfilment::Delivery { address, .. } = &mut checked {
        address.street = sized("address.street", &address.street, 3, 200)?;
        address.note = sized("address.note", &address.note, 0, 200)?;
    }
    Ok(checked)
}

/// What the shop's next order finds.
struct Next {
    /// Counted from 1001 on.
    number: u32,
    /// A code that no other order has.
    pickup: PickupCode,
    /// Whose membership the device has.
    member: Option<MemberId>,
    /// How many orders the slot has.
    taken: u32,
}

impl Next {
    /// Asks for it, whether an order has the code `pickup`, and whether `order` is there already.
    fn ask(
        head: Head,
        order: OrderId,
        device: DeviceId,
        fulfilment: &Fulfilment,
        pickup: PickupCode,
    ) -> sql::Query<'static> {
        sql::query(
            "SELECT
                 (SELECT COALESCE(MAX(number), 1000) + 1 FROM orders WHERE shop_id = $1),
                 (SELECT COUNT(*) FROM orders WHERE shop_id = $1 AND pickup = $2),
                 (SELECT member_id FROM member WHERE shop_id = $1 AND device_id = $3),
                 (SELECT COUNT(*) FROM orders
                  WHERE shop_id = $1 AND mode = $4 AND starts = $5 AND state <> 'cancelled'),
                 (SELECT COUNT(*) FROM orders WHERE shop_id = $1 AND order_id = $6)",
        )
        .bind(head.shop.0)
        .bind(pickup.to_string())
        .bind(device.0)
        .bind(fulfilment.mode().word())
        .bind(fulfilment.slot().map(|slot| slot.starts.0))
        .bind(order.0)
    }

    /// Whether the order is there already.
    fn is_known(rows: &[sql::Row]) -> Result<bool, Fault> {
        let row = rows.first().ok_or_else(|| Fault::row("orders", "no next one"))?;
        Ok(row.try_get::<i64>(4)? > 0)
    }

    /// What was answered; asked again with other codes while an order has the code.
    async fn of(
        mut rows: Vec<sql::Row>,
        write: &mut Write,
        order: OrderId,
        device: DeviceId,
        fulfilment: &Fulfilment,
        mut pickup: PickupCode,
    ) -> Result<Self, Fault> {
        loop {
            let row = rows.first().ok_or_else(|| Fault::row("orders", "no next one"))?;
            if row.try_get::<i64>(1)? == 0 {
                let member = row.try_get::<Option<Uuid>>(2)?.map(MemberId);
                return Ok(Self { number: row.try_get(0)?, pickup, member, taken: row.try_get(3)? });
            }
            pickup = PickupCode::from_bits(random::bits()?);
            rows = Self::ask(write.head, order, device, fulfilment, pickup).fetch_all(write.conn()).await?;
        }
    }
}
