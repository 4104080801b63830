//! `order.place`: everything is checked, then promised in one transaction.

use ministore_core::code::PickupCode;
use ministore_core::fulfilment::{Fulfilment, Mode};
use ministore_core::id::PaymentId;
use ministore_core::order::{CancelReason, Contact, Milestone, Order, OrderState, Place};
use ministore_core::payment::{Payment, PaymentState, Tender};
use ministore_core::refusal::Refusal;
use uuid::Uuid;

use super::quote::{self, Goods};
use super::rows::{self, needed};
use super::{Kept, find};
use crate::engine::{Answer, Caller, Engine};
use crate::fault::Fault;
use crate::reply::{Act, LateReply, body_hash};
use crate::write::Write;
use crate::{fulfilment, member, payment, random, shop, sql, stock};

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
        self.settle_placed(order, &late).await?.map_err(Fault::Refused)
    }
}

impl Act for Place {
    async fn act(self, write: &mut Write, caller: &Caller) -> Result<Order, Fault> {
        let (head, device, hash) = (write.head, caller.device()?, body_hash(&self)?);
        if let Some(kept) = find(write.conn(), head, self.order).await? {
            return match kept.order.cancelled {
                _ if (kept.device, &kept.body_hash) != (device, &hash) => Err(Refusal::IdReused.into()),
                Some(CancelReason::PaymentDeclined) => Err(Refusal::PaymentDeclined { limit: None }.into()),
                _ => Ok(kept.order),
            };
        }
        quote::check_lines(&self.lines)?;
        let contact = contact(&self)?;
        let fulfilment = checked_fulfilment(&self.fulfilment)?;
        let shop = shop::load(write.conn(), head).await?;
        if !shop.tenders.contains(&self.tender) {
            return Err(Fault::invalid("tender", "the shop does not take it"));
        }
        let goods = Goods::of(write.conn(), head, &self.lines).await?;
        let (lines, totals) = goods.priced(&self.lines, fulfilment.mode(), &shop)?;
        if totals.total != self.expected_total {
            return Err(Refusal::TotalChanged { now: totals.total }.into());
        }
        if let (Mode::Delivery, Some(terms)) = (fulfilment.mode(), &shop.delivery)
            && totals.goods.minor < terms.minimum.minor
        {
            return Err(Refusal::BelowMinimum { minimum: terms.minimum }.into());
        }
        let now = write.now;
        fulfilment::check_slot(write.conn(), head, &shop, fulfilment.slot(), now).await?;
        for (id, quantity) in needed(&lines) {
            stock::take(write, goods.product(id)?, quantity, self.order).await?;
        }
        let state = match self.tender {
            Tender::CashAtHandover => PaymentState::Due,
            Tender::DemoWallet => PaymentState::Unknown,
        };
        let payment =
            Payment { id: PaymentId(Uuid::now_v7()), tender: self.tender, amount: totals.total, state };
        let order = Order {
            id: self.order,
            number: next_number(write).await?,
            state: OrderState::Placed,
            milestones: vec![Milestone { state: OrderState::Placed, at: now }],
            cancelled: None,
            fulfilment,
            contact,
            member: member::of_device(write.conn(), head, device).await?,
            points: shop.points.earned(totals.goods),
            lines,
            totals,
            payment,
            pickup: Some(new_pickup_code(write).await?),
        };
        payment::open(write, payment.id, state).await?;
        rows::insert(write, &Kept { order: order.clone(), device, body_hash: hash }).await?;
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
    let least = match place.fulfilment.mode() {
        Mode::Pickup => 0,
        Mode::Delivery => 3,
    };
    Ok(Contact {
        name: sized("contact.name", &place.contact.name, 1, 60)?,
        phone: sized("contact.phone", &place.contact.phone, least, 30)?,
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

/// Numbers are counted from 1001 on.
async fn next_number(write: &mut Write) -> Result<u32, Fault> {
    let shop = write.shop();
    Ok(sql::query_scalar("SELECT COALESCE(MAX(number), 1000) + 1 FROM orders WHERE shop_id = $1")
        .bind(shop)
        .fetch_one(write.conn())
        .await?)
}

/// A code that no other order of the shop has.
async fn new_pickup_code(write: &mut Write) -> Result<PickupCode, Fault> {
    let shop = write.shop();
    loop {
        let code = PickupCode::from_bits(random::bits()?);
        let taken: i64 = sql::query_scalar("SELECT COUNT(*) FROM orders WHERE shop_id = $1 AND pickup = $2")
            .bind(shop)
            .bind(code.to_string())
            .fetch_one(write.conn())
            .await?;
        if taken == 0 {
            return Ok(code);
        }
    }
}
