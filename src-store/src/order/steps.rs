//! The steps of an order, from the counter's yes to the shopper's hand.

use ministore_core::call::Call;
use ministore_core::code_payment::PaidFor;
use ministore_core::exit::PassFault;
use ministore_core::fulfilment::Fulfilment;
use ministore_core::id::{OrderId, StaffId};
use ministore_core::order::{
    Accept, Cancel, CancelReason, Dispatch, HandOver, HandedOver, Order, OrderLine, OrderState, Pick,
    PutBack, Ready, Step,
};
use ministore_core::payment::{PaymentState, Tender};
use ministore_core::quantity::Measure;
use ministore_core::refusal::{Refusal, Thing};
use ministore_core::role::Actor;

use super::{Kept, advance, find, return_stock, rows};
use crate::engine::{Answer, Caller, Engine};
use crate::fault::Fault;
use crate::reply::{Act, body_hash};
use crate::shop::Terms;
use crate::write::Write;
use crate::{catalogue, member, payment, shift};

macro_rules! answered_once {
    ($($call:ty),*) => {$(
        impl Answer<$call> for Engine {
            async fn answer(&self, caller: &Caller, call: $call) -> Result<<$call as Call>::Reply, Fault> {
                self.once(caller, call).await
            }
        }
    )*};
}
answered_once!(Accept, Pick, PutBack, Dispatch);

/// The order, where the caller may see it.
pub(crate) async fn visible(write: &mut Write, caller: &Caller, id: OrderId) -> Result<Kept, Fault> {
    let head = write.head;
    find(write.conn(), head, id)
        .await?
        .filter(|kept| match caller.actor {
            Actor::Shopper(device) => kept.device == device,
            Actor::Staff { .. } => true,
            Actor::Visitor => false,
        })
        .ok_or_else(|| Fault::not_found(Thing::Order))
}

/// Saves, and gives the order as the caller may see it.
pub(crate) async fn done(write: &mut Write, caller: &Caller, kept: Kept) -> Result<Order, Fault> {
    rows::save(write, &kept).await?;
    kept.seen_by(&caller.actor).ok_or_else(|| Fault::not_found(Thing::Order))
}

/// Writes what has become of the lines, and what the order comes to and earns with them.
pub(crate) async fn lines_changed(
    write: &mut Write,
    kept: &mut Kept,
    were: &[OrderLine],
) -> Result<(), Fault> {
    let Kept { order, device, .. } = kept;
    rows::save_lines(write, order, were).await?;
    let settled = order.settled()?;
    order.payment.to_pay = order.to_pay()?;
    let head = write.head;
    let terms = Terms::of(&Terms::ask(head).fetch_all(write.conn()).await?, head)?;
    // An order that is cancelled earns nothing, and its points are never booked.
    if order.state != OrderState::Cancelled {
        order.points = terms.points.earned(settled.goods);
    }
    match (order.state, order.member) {
        // What they earned was booked when they were handed over.
        (OrderState::HandedOver, Some(member)) => member::book(write, member, order, *device).await,
        _ => Ok(()),
    }
}

async fn take_step(write: &mut Write, caller: &Caller, id: OrderId, step: Step) -> Result<Order, Fault> {
    let mut kept = visible(write, caller, id).await?;
    let next = kept.order.after(step)?;
    advance(write, &mut kept, next);
    done(write, caller, kept).await
}

impl Act for Accept {
    async fn act(self, write: &mut Write, caller: &Caller) -> Result<Order, Fault> {
        take_step(write, caller, self.order, Step::Accept).await
    }
}

impl Answer<Ready> for Engine {
    async fn answer(&self, caller: &Caller, call: Ready) -> Result<Order, Fault> {
        let hash = body_hash(&call)?;
        let order = self.once(caller, call).await?;
        // What turned out to weigh less, or is not there, is known now, and its money goes back.
        self.settled::<Ready>(caller, &hash, order).await
    }
}

impl Act for Ready {
    async fn act(self, write: &mut Write, caller: &Caller) -> Result<Order, Fault> {
        take_step(write, caller, self.order, Step::Ready).await
    }
}

impl Act for Dispatch {
    async fn act(self, write: &mut Write, caller: &Caller) -> Result<Order, Fault> {
        take_step(write, caller, self.order, Step::Dispatch).await
    }
}

impl Act for Pick {
    async fn act(self, write: &mut Write, caller: &Caller) -> Result<Order, Fault> {
        if self.count == 0 {
            return Err(Fault::invalid("count", "at least 1"));
        }
        let head = write.head;
        let mut kept = visible(write, caller, self.order).await?;
        let next = kept.order.after(Step::Pick)?;
        let were = kept.order.lines.clone();
        let mut lines: Vec<_> = kept.order.lines.iter_mut().filter(|line| line.code == self.code).collect();
        let Some(name) = lines.first().map(|line| line.name.clone()) else {
            let name = catalogue::by_code(write.conn(), head, self.code).await?.map(|product| product.name);
            return Err(Refusal::WrongItem { name }.into());
        };
        lines.retain(|line| line.to_pick() > 0);
        let ordered = lines.first().map(|line| line.measure);
        lines.retain(|line| line.takes(self.label));
        if let (Some(ordered), Some(label), true) = (ordered, self.label, lines.is_empty()) {
            return Err(Refusal::WrongAmount { name, ordered, label }.into());
        }
        let left: u32 = lines.iter().map(|line| line.to_pick()).sum();
        if self.count > left {
            return Err(Refusal::AlreadyPicked { name }.into());
        }
        let mut count = self.count;
        for line in &mut lines {
            let taken = line.to_pick().min(count);
            line.picked += taken;
            count -= taken;
            if taken > 0 && !matches!(line.measure, Measure::Pieces(_)) {
                line.weighed = self.label;
            }
        }
        advance(write, &mut kept, next);
        lines_changed(write, &mut kept, &were).await?;
        done(write, caller, kept).await
    }
}

impl Act for PutBack {
    async fn act(self, write: &mut Write, caller: &Caller) -> Result<Order, Fault> {
        let mut kept = visible(write, caller, self.order).await?;
        let next = kept.order.after(Step::Pick)?;
        let were = kept.order.lines.clone();
        let line = kept.order.lines.iter_mut().find(|line| line.id == self.line);
        let line = line.ok_or_else(|| Fault::not_found(Thing::Line))?;
        line.picked = 0;
        line.weighed = None;
        advance(write, &mut kept, next);
        lines_changed(write, &mut kept, &were).await?;
        done(write, caller, kept).await
    }
}

impl Answer<HandOver> for Engine {
    async fn answer(&self, caller: &Caller, call: HandOver) -> Result<HandedOver, Fault> {
        self.ask_again(call.order).await?;
        self.ask_code_again(PaidFor::Order(call.order)).await?;
        self.once(caller, call).await
    }
}

impl Engine {
    /// Goods should not change hands over a payment that nobody knows of, so its provider is asked once more.
    pub(crate) async fn ask_again(&self, id: OrderId) -> Result<(), Fault> {
        let head = self.head().await?;
        let kept = find(&mut *self.snapshot().await?, head, id).await?;
        if kept.is_some_and(|kept| payment::is_open(&kept.order)) {
            // A decline cancels the order; the hand-over then says so.
            let _settled = self.ask_providers(id).await?;
        }
        Ok(())
    }
}

impl Act for HandOver {
    async fn act(self, write: &mut Write, caller: &Caller) -> Result<HandedOver, Fault> {
        let head = write.head;
        let mut kept = visible(write, caller, self.order).await?;
        kept.order.after(Step::HandOver)?;
        if kept.order.fulfilment == Fulfilment::CarryOut {
            // Not past the gate's questions: who is let out is let out there.
            return Err(Refusal::PassRefused { pass: PassFault::CheckFirst }.into());
        }
        if kept.order.pickup != Some(self.code) {
            return Err(Refusal::WrongPickupCode.into());
        }
        // What a wallet may still be charged for is not taken in cash too.
        payment::no_code_is_asked(write, self.order).await?;
        let due = kept.order.payment.due();
        let mut change = head.currency.minor(0);
        if let Some(cash) = self.cash {
            change = cash.minus(due).map_err(|error| Fault::invalid("cash", error))?;
        }
        if !due.is_zero() {
            // What a provider may still take cannot be taken in cash too.
            let settled = kept.order.payment.state == PaymentState::Due
                && kept.order.payment.tender == Tender::CashAtHandover;
            if !settled || self.cash.is_none() || change.minor < 0 {
                return Err(Refusal::PaymentDue { due }.into());
            }
            let by = caller.staff();
            payment::become_state(write, &mut kept.order, PaymentState::Captured, self.cash, by)?;
            shift::cash_taken(write, caller, due, format!("Order {}", kept.order.number)).await?;
        } else if kept.order.payment.state == PaymentState::Due {
            payment::become_state(write, &mut kept.order, PaymentState::Captured, None, None)?;
        }
        hand_over(write, &mut kept, caller.staff()).await?;
        let order = kept.seen_by(&caller.actor).ok_or_else(|| Fault::not_found(Thing::Order))?;
        Ok(HandedOver { order, change })
    }
}

/// Gives the goods of an order to its shopper, with the points that they earn; takes what was set aside to pay for them, and
/// saves it.
pub(crate) async fn hand_over(write: &mut Write, kept: &mut Kept, by: Option<StaffId>) -> Result<(), Fault> {
    let (head, next) = (write.head, kept.order.after(Step::HandOver)?);
    payment::take_set_aside(write, &mut kept.order, by).await?;
    advance(write, kept, next);
    if kept.order.member.is_none() {
        kept.order.member = member::of_device(write.conn(), head, kept.device).await?;
    }
    if let Some(member) = kept.order.member {
        member::book(write, member, &kept.order, kept.device).await?;
    }
    rows::save(write, kept).await
}

impl Answer<Cancel> for Engine {
    async fn answer(&self, caller: &Caller, call: Cancel) -> Result<Order, Fault> {
        let hash = body_hash(&call)?;
        let order = self.once(caller, call).await?;
        self.settled::<Cancel>(caller, &hash, order).await
    }
}

impl Act for Cancel {
    async fn act(self, write: &mut Write, caller: &Caller) -> Result<Order, Fault> {
        let mut kept = visible(write, caller, self.order).await?;
        let step = match (caller.actor, self.reason) {
            (Actor::Shopper(_), CancelReason::ChangedMind) => Step::CancelByShopper,
            (Actor::Shopper(_), _) => return Err(Fault::invalid("reason", "a shopper changes their mind")),
            (_, CancelReason::PaymentDeclined | CancelReason::NotPaid) => {
                return Err(Fault::invalid("reason", "only a payment's provider declines it"));
            }
            _ => Step::CancelByShop,
        };
        let next = kept.order.after(step)?;
        kept.order.cancelled = Some(self.reason);
        return_stock(write, &kept.order).await?;
        payment::withdraw(write, &mut kept.order, caller.staff()).await?;
        advance(write, &mut kept, next);
        done(write, caller, kept).await
    }
}
