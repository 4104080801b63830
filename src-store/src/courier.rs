//! What is done with an order between the shelf and the shopper's hand.

mod picture;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use ministore_core::courier::{
    Arrive, Attempt, BringBack, GetProof, LONGEST_SHELF, LeaveAtDoor, MOST_STOPS, Proof, Round, SetOut,
    Shelve, round,
};
use ministore_core::fulfilment::Mode;
use ministore_core::id::OrderId;
use ministore_core::order::{Order, OrderState, Step};
use ministore_core::payment::PaymentState;
use ministore_core::refusal::{Refusal, Thing};
use ministore_core::time::Timestamp;
use uuid::Uuid;

use crate::engine::{Answer, Caller, Engine};
use crate::fault::Fault;
use crate::order::{Kept, advance, done, find_all, handling, visible};
use crate::reply::Act;
use crate::write::{Head, Write};
use crate::{order, payment, shop, sql};

macro_rules! answered_once {
    ($($call:ty => $reply:ty),*) => {$(
        impl Answer<$call> for Engine {
            async fn answer(&self, caller: &Caller, call: $call) -> Result<$reply, Fault> {
                self.once(caller, call).await
            }
        }
    )*};
}
answered_once!(Arrive => Order, Shelve => Order, SetOut => Round, BringBack => Order);

/// Saves what is noted of an order, tells of it, and gives the order as the caller may see it.
async fn noted(write: &mut Write, caller: &Caller, kept: Kept) -> Result<Order, Fault> {
    handling::save(write, &kept.order).await?;
    done(write, caller, kept).await
}

impl Act for Arrive {
    async fn act(self, write: &mut Write, caller: &Caller) -> Result<Order, Fault> {
        let mut kept = visible(write, caller, self.order).await?;
        let state = kept.order.state;
        if kept.order.fulfilment.mode() != Mode::Pickup || state.is_final() {
            return Err(Refusal::WrongStep { state, step: Step::HandOver }.into());
        }
        kept.order.handling.arrived = kept.order.handling.arrived.or(Some(write.now));
        noted(write, caller, kept).await
    }
}

impl Act for Shelve {
    async fn act(self, write: &mut Write, caller: &Caller) -> Result<Order, Fault> {
        let shelf = self.shelf.trim();
        if shelf.chars().count() > LONGEST_SHELF || shelf.chars().any(char::is_control) {
            return Err(Fault::invalid("shelf", format!("at most {LONGEST_SHELF} characters")));
        }
        let mut kept = visible(write, caller, self.order).await?;
        if kept.order.state.is_final() {
            return Err(Refusal::WrongStep { state: kept.order.state, step: Step::Ready }.into());
        }
        kept.order.handling.shelf = Some(shelf.to_owned()).filter(|shelf| !shelf.is_empty());
        noted(write, caller, kept).await
    }
}

impl Act for SetOut {
    async fn act(self, write: &mut Write, _: &Caller) -> Result<Round, Fault> {
        let head = write.head;
        if !(1..=MOST_STOPS).contains(&self.orders.len()) {
            return Err(Fault::invalid("orders", format!("1 to {MOST_STOPS} of them")));
        }
        let ids: Vec<Uuid> = self.orders.iter().map(|order| order.0).collect();
        let mut taken = find_all(write.conn(), head, &ids).await?;
        if taken.len() < ids.len() {
            return Err(Fault::not_found(Thing::Order));
        }
        let orders: Vec<Order> = taken.iter().map(|kept| kept.order.clone()).collect();
        for order in &orders {
            order.after(Step::Dispatch)?;
        }
        let stops = round(shop::reach(write.conn(), head).await?.location, &orders);
        for kept in &mut taken {
            advance(write, kept, OrderState::OnItsWay);
            let before = stops.iter().position(|stop| *stop == kept.order.id).unwrap_or(0);
            kept.order.handling.stops_before = u32::try_from(before).ok();
            handling::save(write, &kept.order).await?;
            order::save(write, kept).await?;
        }
        handling::begin_round(write, Uuid::now_v7(), &stops).await?;
        Ok(Round { stops })
    }
}

impl Act for BringBack {
    async fn act(self, write: &mut Write, caller: &Caller) -> Result<Order, Fault> {
        let mut kept = visible(write, caller, self.order).await?;
        let next = kept.order.after(Step::BringBack)?;
        kept.order.handling.attempts.push(Attempt { at: write.now, reason: self.reason });
        advance(write, &mut kept, next);
        noted(write, caller, kept).await
    }
}

impl Answer<LeaveAtDoor> for Engine {
    async fn answer(&self, caller: &Caller, call: LeaveAtDoor) -> Result<Order, Fault> {
        // Drawn anew before it is anybody's turn to write: it takes longer than writing does.
        let jpeg = tokio::task::spawn_blocking(move || picture::drawn_anew(&call.picture)).await;
        let jpeg = jpeg.map_err(|error| Fault::Other(format!("drawing a picture: {error}")))??;
        self.ask_again(call.order).await?;
        self.once(caller, LeaveAtDoor { order: call.order, picture: BASE64.encode(jpeg) }).await
    }
}

impl Act for LeaveAtDoor {
    async fn act(self, write: &mut Write, caller: &Caller) -> Result<Order, Fault> {
        let head = write.head;
        let jpeg = BASE64.decode(&self.picture).map_err(|error| Fault::invalid("picture", error))?;
        let mut kept = visible(write, caller, self.order).await?;
        kept.order.after(Step::HandOver)?;
        if kept.order.fulfilment.mode() != Mode::Delivery {
            return Err(Refusal::WrongStep { state: kept.order.state, step: Step::HandOver }.into());
        }
        if let Some(min_age) = kept.order.min_age() {
            return Err(Refusal::NotAtDoor { min_age }.into());
        }
        let due = kept.order.payment.due();
        if !due.is_zero() {
            return Err(Refusal::PaymentDue { due }.into());
        }
        if kept.order.payment.state == PaymentState::Due {
            payment::become_state(write, &mut kept.order, PaymentState::Captured, None, None)?;
        }
        sql::query("INSERT INTO proof (shop_id, order_id, jpeg, at) VALUES ($1, $2, $3, $4)")
            .bind(head.shop.0)
            .bind(kept.order.id.0)
            .bind(jpeg)
            .bind(write.now.0)
            .execute(write.conn())
            .await?;
        kept.order.handling.left_at_door = Some(write.now);
        handling::save(write, &kept.order).await?;
        order::hand_over(write, &mut kept).await?;
        kept.seen_by(&caller.actor).ok_or_else(|| Fault::not_found(Thing::Order))
    }
}

impl Answer<GetProof> for Engine {
    async fn answer(&self, caller: &Caller, call: GetProof) -> Result<Proof, Fault> {
        let head = self.head().await?;
        let mut tx = self.snapshot().await?;
        // Whose order it is, is told by the order itself.
        order::seen(&mut tx, head, call.order, &caller.actor).await?;
        proof_of(&mut tx, head, call.order).await?.ok_or_else(|| Fault::not_found(Thing::Order))
    }
}

/// The picture of an order at its door, where there is one.
pub(crate) async fn proof_of(
    conn: &mut sql::Connection,
    head: Head,
    order: OrderId,
) -> Result<Option<Proof>, Fault> {
    let row = sql::query("SELECT jpeg, at FROM proof WHERE shop_id = $1 AND order_id = $2")
        .bind(head.shop.0)
        .bind(order.0)
        .fetch_optional(conn)
        .await?;
    let Some(row) = row else { return Ok(None) };
    let jpeg = BASE64.encode(row.try_get::<&[u8]>(0)?);
    Ok(Some(Proof { order, at: Timestamp(row.try_get(1)?), jpeg }))
}
