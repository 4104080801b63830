//! Orders: what was asked for, the steps it goes through, and who may take which.

use std::ops::RangeInclusive;

use serde::{Deserialize, Serialize};

use crate::catalogue::{PictureId, SoldBy};
use crate::code::{PickupCode, ProductCode};
use crate::courier::Handling;
use crate::deposit::{Containers, Deposits};
use crate::fulfilment::{Fulfilment, Mode};
use crate::id::{LineId, MemberId, OrderId, ProductId};
use crate::money::{Money, MoneyError, Price};
use crate::payment::{Payment, Tender};
use crate::place::GeoPoint;
use crate::pricing::{self, Totals};
use crate::promoted::Promoted;
use crate::quantity::Measure;
use crate::refusal::Refusal;
use crate::tax::TaxRate;
use crate::text::LocalText;
use crate::time::Timestamp;

/// The least that a scanned pack may weigh, in percent of what was ordered. The shopper pays for what is in it, so it may be
/// somewhat short; below this somebody who ordered for four could not cook for three.
pub const LEAST_PERCENT: u32 = 90;

/// The most that a scanned pack may weigh, in percent of what was ordered: what is above it the shop gives away, and far
/// above it the wrong pack is in the hand.
pub const MOST_PERCENT: u32 = 110;

/// Where an order stands.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum OrderState {
    /// The hub has it; nobody of the shop has seen it.
    Placed,
    /// The shop will do it.
    Accepted,
    /// Its goods are being collected.
    Picking,
    /// All goods are collected and wait.
    Ready,
    /// A courier carries it.
    OnItsWay,
    /// The shopper has it.
    HandedOver,
    /// It will not be done.
    Cancelled,
}

impl OrderState {
    /// Every state, in the order of a good journey.
    pub const ALL: [Self; 7] = [
        Self::Placed,
        Self::Accepted,
        Self::Picking,
        Self::Ready,
        Self::OnItsWay,
        Self::HandedOver,
        Self::Cancelled,
    ];

    /// Whether nothing more will happen to it.
    pub const fn is_final(self) -> bool {
        matches!(self, Self::HandedOver | Self::Cancelled)
    }

    /// The word kept in the database.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Placed => "placed",
            Self::Accepted => "accepted",
            Self::Picking => "picking",
            Self::Ready => "ready",
            Self::OnItsWay => "on_its_way",
            Self::HandedOver => "handed_over",
            Self::Cancelled => "cancelled",
        }
    }

    /// The state that the database's word stands for.
    pub fn of_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.word() == word)
    }
}

/// Something done to an order.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum Step {
    /// The shop takes it on.
    Accept,
    /// Some of its goods are collected, or put back.
    Pick,
    /// All are collected.
    Ready,
    /// A courier leaves with it.
    Dispatch,
    /// The shopper receives it.
    HandOver,
    /// The shopper does not want it any more.
    CancelByShopper,
    /// The shop cannot do it.
    CancelByShop,
    /// A courier comes back with it.
    BringBack,
}

impl Step {
    /// Every step.
    pub const ALL: [Self; 8] = [
        Self::Accept,
        Self::Pick,
        Self::Ready,
        Self::Dispatch,
        Self::HandOver,
        Self::CancelByShopper,
        Self::CancelByShop,
        Self::BringBack,
    ];

    /// Where an order of `mode` stands after this step, taken at `state`. None where it cannot be taken: a shopper can
    /// withdraw until picking begins, the shop until the goods have changed hands. What is carried out is in its shopper's
    /// bag from the start: it is handed over by leaving, and only the shop can take it back.
    pub const fn taken_at(self, state: OrderState, mode: Mode) -> Option<OrderState> {
        use OrderState::{Accepted, Cancelled, HandedOver, OnItsWay, Picking, Placed, Ready};
        match (self, state, mode) {
            (Self::HandOver, Placed, Mode::CarryOut) => Some(HandedOver),
            (Self::CancelByShop, Placed, Mode::CarryOut) => Some(Cancelled),
            (_, _, Mode::CarryOut) => None,
            (Self::Accept, Placed, _) => Some(Accepted),
            (Self::Pick, Accepted | Picking, _) => Some(Picking),
            (Self::Ready, Picking, _) => Some(Ready),
            (Self::Dispatch, Ready, Mode::Delivery) => Some(OnItsWay),
            (Self::HandOver, Ready, Mode::Pickup) | (Self::HandOver, OnItsWay, Mode::Delivery) => {
                Some(HandedOver)
            }
            (Self::BringBack, OnItsWay, Mode::Delivery) => Some(Ready),
            (Self::CancelByShopper, Placed | Accepted, _) => Some(Cancelled),
            (Self::CancelByShop, Placed | Accepted | Picking | Ready | OnItsWay, _) => Some(Cancelled),
            _ => None,
        }
    }
}

/// Why an order will not be done.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum CancelReason {
    /// The shopper changed their mind.
    ChangedMind,
    /// Something of it is not there after all.
    OutOfStock,
    /// The shop cannot do it in that slot.
    CannotServe,
    /// Nobody came for it.
    NotCollected,
    /// The payment was declined.
    PaymentDeclined,
    /// It was not paid in time.
    NotPaid,
}

impl CancelReason {
    /// Every reason.
    pub const ALL: [Self; 6] = [
        Self::ChangedMind,
        Self::OutOfStock,
        Self::CannotServe,
        Self::NotCollected,
        Self::PaymentDeclined,
        Self::NotPaid,
    ];

    /// The word kept in the database.
    pub const fn word(self) -> &'static str {
        match self {
            Self::ChangedMind => "changed_mind",
            Self::OutOfStock => "out_of_stock",
            Self::CannotServe => "cannot_serve",
            Self::NotCollected => "not_collected",
            Self::PaymentDeclined => "payment_declined",
            Self::NotPaid => "not_paid",
        }
    }
}

/// When an order came to a state.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Milestone {
    /// The state.
    pub state: OrderState,
    /// Since when.
    pub at: Timestamp,
}

/// Whom the order is for.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Contact {
    /// What to call out, 1 to 60 characters; may be empty for what is carried out.
    #[cfg_attr(feature = "schema", schemars(length(max = 60)))]
    #[serde(default)]
    pub name: String,
    /// Where to ring, up to 30 characters; needed for delivery.
    #[cfg_attr(feature = "schema", schemars(length(max = 30)))]
    #[serde(default)]
    pub phone: String,
}

/// A line of an order: the basket's line, frozen when it was placed, and how far it is picked.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct OrderLine {
    /// Its key.
    pub id: LineId,
    /// Of which product.
    pub product: ProductId,
    /// Its GTIN or PLU.
    pub code: ProductCode,
    /// Its name then.
    pub name: LocalText,
    /// Its picture.
    pub picture: Option<PictureId>,
    /// Its price then, for a piece or a kilogram.
    pub price: Price,
    /// Which of the two.
    pub sold_by: SoldBy,
    /// The tax in it.
    pub tax: TaxRate,
    /// How much.
    pub measure: Measure,
    /// What the line costs, less what promotions take off; without its deposits.
    pub amount: Money,
    /// The deposits on its containers then.
    #[serde(default, skip_serializing_if = "Deposits::is_empty")]
    pub deposits: Deposits,
    /// Where it stands in the shop.
    pub aisle: Option<String>,
    /// Youngest buyer's age in years, to be checked when handing over.
    pub min_age: Option<u8>,
    /// Whether staff takes a security tag off it.
    #[serde(default)]
    pub tagged: bool,
    /// How many of its [`Measure::items`] are collected.
    pub picked: u32,
    /// How many of them the shop does not have.
    #[serde(default)]
    pub missing: u32,
    /// How many of them came back after they were handed over.
    #[serde(default)]
    pub returned: u32,
    /// What the collected pack's label says is in it.
    #[serde(default)]
    pub weighed: Option<Measure>,
    /// The line in whose place this one came.
    #[serde(default)]
    pub replaces: Option<LineId>,
    /// What the shopper is asked to take in place of what is missing.
    #[serde(default)]
    pub offer: Option<Offer>,
}

/// Something offered in place of what the shop does not have.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Offer {
    /// The key that its line will have.
    pub line: LineId,
    /// Which product.
    pub product: ProductId,
    /// Its GTIN or PLU.
    pub code: ProductCode,
    /// Its name.
    pub name: LocalText,
    /// Its picture.
    pub picture: Option<PictureId>,
    /// How much.
    pub measure: Measure,
    /// What it will cost: with its deposits never more than what is missing would have.
    pub amount: Money,
    /// The deposits on its containers, which are paid beside that.
    #[serde(default, skip_serializing_if = "Deposits::is_empty")]
    pub deposits: Deposits,
    /// What the shopper said.
    pub answer: OfferAnswer,
}

/// What a shopper said to an offer.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum OfferAnswer {
    /// Nothing yet.
    Open,
    /// Yes.
    Accepted,
    /// Rather the money.
    Declined,
}

impl OrderLine {
    /// How many are still to be collected.
    pub fn to_pick(&self) -> u32 {
        self.to_have().saturating_sub(self.picked)
    }

    /// How many the shopper is to have, as far as the shop has them.
    pub fn to_have(&self) -> u32 {
        self.measure.items().saturating_sub(self.missing)
    }

    /// What of the line's amount stays to be paid: a pack at what is truly in it, if that is less than what was agreed to,
    /// and of that the share of what is there and did not come back. Any way down to nothing, step by step or at once,
    /// gives back the same sum.
    pub fn settled(&self) -> Money {
        let cost = |measure: Measure| measure.cost(self.price).ok();
        let lighter = self.weighed.and_then(cost).zip(cost(self.measure));
        let whole = match lighter.filter(|(weighed, list)| weighed.minor < list.minor) {
            // A share of an amount is within the range of the amount.
            Some((weighed, list)) => {
                self.amount.times_ratio(weighed.minor, list.minor).unwrap_or(self.amount)
            }
            None => self.amount,
        };
        let kept = self.to_have().saturating_sub(self.returned);
        if kept >= self.measure.items() {
            return whole;
        }
        // A share of an amount is within the range of the amount.
        whole.times_ratio(kept.into(), self.measure.items().into()).unwrap_or(whole)
    }

    /// Whether staff has to see it before it is carried out.
    pub const fn waits_for_staff(&self) -> bool {
        self.min_age.is_some() || self.tagged
    }

    /// Whether a pack whose label says `label` is what this line asks for. A code without an amount was typed or stands
    /// on no scale's label: whoever picks has looked. A weighed line takes [`LEAST_PERCENT`] to [`MOST_PERCENT`] of its
    /// weight, or the price of such a weight; a labelled one takes a pack of its very price.
    pub fn takes(&self, label: Option<Measure>) -> bool {
        let Some(label) = label else { return true };
        match (self.measure, label) {
            (Measure::Pieces(_), _) => true,
            (Measure::Grams(ordered), Measure::Grams(weight)) => weights_for(ordered).contains(&weight),
            (Measure::Grams(ordered), Measure::Labelled(price)) => {
                let weights = weights_for(ordered);
                let cost = |weight| Measure::Grams(weight).cost(self.price);
                let (Ok(least), Ok(most)) = (cost(*weights.start()), cost(*weights.end())) else {
                    return false;
                };
                let price = price.money();
                price.currency == least.currency && (least.minor..=most.minor).contains(&price.minor)
            }
            (Measure::Labelled(ordered), Measure::Labelled(price)) => ordered == price,
            (Measure::Labelled(ordered), Measure::Grams(_)) => label.cost(self.price) == Ok(ordered.money()),
            (Measure::Grams(_) | Measure::Labelled(_), Measure::Pieces(_)) => false,
        }
    }
}

/// What a pack for `ordered` grams may weigh, in grams. Never empty: the weight ordered is in it.
fn weights_for(ordered: u32) -> RangeInclusive<u32> {
    let share = |percent: u32| u64::from(ordered) * u64::from(percent);
    let whole = |grams: u64| u32::try_from(grams).unwrap_or(u32::MAX);
    whole(share(LEAST_PERCENT).div_ceil(100))..=whole(share(MOST_PERCENT) / 100)
}

/// An order.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Order {
    /// Its key.
    pub id: OrderId,
    /// The number that people say; counted in the shop from 1001 on.
    pub number: u32,
    /// Where it stands.
    pub state: OrderState,
    /// How it came there, oldest first.
    pub milestones: Vec<Milestone>,
    /// Why it will not be done.
    pub cancelled: Option<CancelReason>,
    /// How and when.
    pub fulfilment: Fulfilment,
    /// For whom.
    pub contact: Contact,
    /// Of which member.
    pub member: Option<MemberId>,
    /// What.
    pub lines: Vec<OrderLine>,
    /// What promotions take off it, in [`OrderLine::amount`] and in what bringing it costs already.
    #[serde(default)]
    pub promotions: Vec<Promoted>,
    /// What it comes to.
    pub totals: Totals,
    /// How it is paid.
    pub payment: Payment,
    /// The points that it earns, booked when it is handed over to a member.
    pub points: u32,
    /// What proves whose it is. Only its own shopper is told.
    pub pickup: Option<PickupCode>,
    /// What is noted of its handing over.
    #[serde(default)]
    pub handling: Handling,
}

impl Order {
    /// The state after `step`, or why it cannot be taken now.
    pub fn after(&self, step: Step) -> Result<OrderState, Refusal> {
        let next = step.taken_at(self.state, self.fulfilment.mode());
        let next = next.ok_or(Refusal::WrongStep { state: self.state, step })?;
        let left: u32 = self.lines.iter().map(OrderLine::to_pick).sum();
        if step == Step::Ready && left > 0 {
            return Err(Refusal::NotAllPicked { left });
        }
        if step == Step::Ready && self.open_offers().next().is_some() {
            return Err(Refusal::OfferOpen);
        }
        Ok(next)
    }

    /// What stays to be paid for it: the goods at what they settle to, and what bringing them costs; nothing for an order
    /// that is cancelled. Errors where the sum leaves the range.
    pub fn to_pay(&self) -> Result<Money, MoneyError> {
        if self.state == OrderState::Cancelled {
            return Ok(self.totals.total.currency.minor(0));
        }
        Ok(self.settled()?.total)
    }

    /// What its goods settle to, with the tax that goes with it and what bringing them costs. Errors as [`Order::to_pay`].
    pub fn settled(&self) -> Result<Totals, MoneyError> {
        let amounts: Vec<_> = self.lines.iter().map(|line| (line.tax, line.settled())).collect();
        let Totals { delivery, rules, total, .. } = self.totals;
        let items = self.lines.iter().map(|line| line.to_have().saturating_sub(line.returned)).sum();
        let containers = Containers::of(self.lines.iter().map(|line| (&line.deposits, line.kept())))?;
        Ok(Totals { items, ..pricing::sum(&amounts, delivery, &containers, total.currency, rules)? })
    }

    /// What the shopper is asked and has not answered.
    pub fn open_offers(&self) -> impl Iterator<Item = (&OrderLine, &Offer)> {
        let offered = self.lines.iter().filter_map(|line| line.offer.as_ref().map(|offer| (line, offer)));
        offered.filter(|(_, offer)| offer.answer == OfferAnswer::Open)
    }

    /// Whether it is settled what of it the shopper gets: what is not to be paid goes back from then on, and not before, as
    /// something else may come in place of what is missing.
    pub const fn goods_are_known(&self) -> bool {
        matches!(
            self.state,
            OrderState::Ready | OrderState::OnItsWay | OrderState::HandedOver | OrderState::Cancelled
        )
    }

    /// Whether anything of it will reach the shopper.
    pub fn has_goods(&self) -> bool {
        self.lines.iter().any(|line| line.to_have() > 0)
    }

    /// The youngest age that any of its goods asks for.
    pub fn min_age(&self) -> Option<u8> {
        self.lines.iter().filter_map(|line| line.min_age).max()
    }
}

/// A line to be ordered. What it is called and costs is the catalogue's to say.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct PlaceLine {
    /// The basket line's key.
    pub id: LineId,
    /// Of which product.
    pub product: ProductId,
    /// How much.
    pub measure: Measure,
}

/// Request `order.place`.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Place {
    /// The new order's key: the same one again is the same order.
    pub order: OrderId,
    /// 1 to [`crate::basket::MAX_LINES`] lines.
    #[cfg_attr(feature = "schema", schemars(length(min = 1, max = crate::basket::MAX_LINES)))]
    pub lines: Vec<PlaceLine>,
    /// How and when.
    pub fulfilment: Fulfilment,
    /// For whom.
    pub contact: Contact,
    /// How it is paid.
    pub tender: Tender,
    /// What the shopper was shown; another total is refused rather than charged.
    pub expected_total: Money,
}

/// Query `order.quote`: what these lines would come to now, without ordering them.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Quote {
    /// The goods, 1 to 200 lines.
    pub lines: Vec<PlaceLine>,
    /// How they would be handed over.
    pub mode: Mode,
    /// Where they would be brought. Without it delivery is quoted by the shop's own terms, whatever its zones ask.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub point: Option<GeoPoint>,
}

/// What lines would come to.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Quoted {
    /// The amount of each line, in their order, less what promotions take off.
    pub amounts: Vec<Money>,
    /// What promotions take off.
    #[serde(default)]
    pub promotions: Vec<Promoted>,
    /// The sum, with the tax in it and delivery.
    pub totals: Totals,
}

/// Query `order.mine`: the caller's own orders, newest first.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct GetMine {}

/// Query `order.get`: one order; a shopper sees only their own.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Get {
    /// Which.
    pub order: OrderId,
}

/// Query `order.queue`: what the counter has to do: all open orders by slot, and those ended in the last day.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct GetQueue {}

/// Query `order.find`: the order that a pickup code belongs to.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Find {
    /// What the shopper shows.
    pub code: PickupCode,
}

/// Orders.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Orders {
    /// At most 200.
    pub orders: Vec<Order>,
}

/// Request `order.accept`: the shop takes it on.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Accept {
    /// Which.
    pub order: OrderId,
}

/// Request `order.pick`: goods of it are collected, as their code was scanned. What is not in the order is refused, and a
/// pack of another amount than was ordered ([`OrderLine::takes`]).
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Pick {
    /// Which.
    pub order: OrderId,
    /// What was scanned.
    pub code: ProductCode,
    /// How many, at least 1.
    #[cfg_attr(feature = "schema", schemars(range(min = 1)))]
    pub count: u32,
    /// How much is in it, where its label says so.
    #[serde(default)]
    pub label: Option<Measure>,
}

/// Request `order.put_back`: a line is not collected after all.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct PutBack {
    /// Which order.
    pub order: OrderId,
    /// Which line.
    pub line: LineId,
}

/// Request `order.short`: some of a line is not there. Whoever ordered it is asked to take something else for it, or gets
/// the money back; what was not there is to be counted. Where nothing of the order is left and nobody is asked, it is
/// cancelled.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Short {
    /// Which order.
    pub order: OrderId,
    /// Which line.
    pub line: LineId,
    /// How many of its items are not there, in all; 0 takes it back. What is collected is there.
    pub missing: u32,
    /// What is offered for it.
    #[serde(default)]
    pub substitute: Option<Substitute>,
}

/// Something to be offered.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Substitute {
    /// The key that its line will have.
    pub line: LineId,
    /// Its code.
    pub code: ProductCode,
    /// How much.
    pub measure: Measure,
}

/// Request `order.answer_offer`: the shopper says whether the offered goods may come in place of the missing ones.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct AnswerOffer {
    /// Which order.
    pub order: OrderId,
    /// Which line is missing something.
    pub line: LineId,
    /// The offered line, so that nobody says yes to what they have not seen.
    pub offered: LineId,
    /// Whether they may come.
    pub accept: bool,
}

/// Request `order.refund`: goods that were handed over come back, and what was paid for them goes back to where it came
/// from. Refused above what was handed over.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct RefundLines {
    /// Which order.
    pub order: OrderId,
    /// What comes back: 1 to [`crate::basket::MAX_LINES`] lines, each once.
    #[cfg_attr(feature = "schema", schemars(length(min = 1, max = crate::basket::MAX_LINES)))]
    pub lines: Vec<ReturnedLine>,
    /// Whether they can be sold again.
    pub to_shelf: bool,
}

/// What of a line comes back.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct ReturnedLine {
    /// Which line.
    pub line: LineId,
    /// How many of its items, at least 1.
    #[cfg_attr(feature = "schema", schemars(range(min = 1)))]
    pub count: u32,
}

/// Request `order.ready`: all is collected.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Ready {
    /// Which.
    pub order: OrderId,
}

/// Request `order.dispatch`: a courier leaves with it.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Dispatch {
    /// Which.
    pub order: OrderId,
}

/// Request `order.hand_over`: the shopper shows the code, pays what is due, and has it.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct HandOver {
    /// Which.
    pub order: OrderId,
    /// What the shopper shows.
    pub code: PickupCode,
    /// The cash received; None where nothing is due.
    pub cash: Option<Money>,
}

/// An order handed over.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct HandedOver {
    /// The order.
    pub order: Order,
    /// What to give back to the shopper.
    pub change: Money,
}

/// Request `order.cancel`: it will not be done. What was paid is given back, what was promised returns to stock.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Cancel {
    /// Which.
    pub order: OrderId,
    /// Why.
    pub reason: CancelReason,
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::money::Currency;

    fn yuan(fen: i64) -> Price {
        Price::new(Currency::CNY.minor(fen)).unwrap()
    }

    /// A line of this much, for so many fen a kilogram.
    fn line(measure: Measure, per_kilogram: i64) -> OrderLine {
        OrderLine {
            id: LineId(uuid::Uuid::nil()),
            product: ProductId(uuid::Uuid::nil()),
            code: "40110".parse().unwrap(),
            name: LocalText::new("Bananas", "香蕉"),
            picture: None,
            price: yuan(per_kilogram),
            sold_by: SoldBy::Weight,
            tax: TaxRate(900),
            measure,
            amount: measure.cost(yuan(per_kilogram)).unwrap(),
            deposits: Deposits::default(),
            aisle: None,
            min_age: None,
            tagged: false,
            picked: 0,
            missing: 0,
            returned: 0,
            weighed: None,
            replaces: None,
            offer: None,
        }
    }

    /// So many pieces, for so much together.
    fn pieces(count: u32, fen: i64) -> OrderLine {
        let price = yuan(fen / i64::from(count));
        let amount = Currency::CNY.minor(fen);
        OrderLine { measure: Measure::Pieces(count), price, amount, ..line(Measure::Grams(1), 1) }
    }

    fn mode() -> impl Strategy<Value = Mode> {
        prop::sample::select(Mode::ALL.to_vec())
    }

    proptest! {
        #[test]
        fn no_walk_leaves_a_final_state_or_goes_back_but_to_the_shop(mode in mode(), steps in prop::collection::vec(prop::sample::select(Step::ALL.to_vec()), 0..40)) {
            let mut state = OrderState::Placed;
            for step in steps {
                if let Some(next) = step.taken_at(state, mode) {
                    prop_assert!(!state.is_final());
                    prop_assert!(next >= state || step == Step::BringBack);
                    state = next;
                }
            }
        }
    }

    proptest! {
        #[test]
        fn a_weighed_line_takes_what_was_ordered_and_nothing_far_from_it(ordered in 1u32..=99_999, weight in 1u32..=99_999, price in 1i64..100_000) {
            let line = line(Measure::Grams(ordered), price);
            prop_assert!(line.takes(Some(line.measure)));
            let percent = f64::from(weight) * 100.0 / f64::from(ordered);
            let near = (f64::from(LEAST_PERCENT)..=f64::from(MOST_PERCENT)).contains(&percent);
            prop_assert_eq!(line.takes(Some(Measure::Grams(weight))), near);
        }

        #[test]
        fn a_pack_is_judged_alike_by_its_weight_and_by_its_price(ordered in 50u32..=99_999, weight in 1u32..=99_999, price in 100i64..100_000) {
            let line = line(Measure::Grams(ordered), price);
            let Ok(label) = Price::new(Measure::Grams(weight).cost(line.price).unwrap()) else { return Ok(()) };
            let by_price = line.takes(Some(Measure::Labelled(label)));
            if line.takes(Some(Measure::Grams(weight))) {
                prop_assert!(by_price);
            } else if by_price {
                // Only where rounding to a fen hides the difference.
                let weights = weights_for(ordered);
                let costs = [*weights.start(), *weights.end()].map(|edge| Measure::Grams(edge).cost(line.price).unwrap());
                prop_assert!(costs.contains(&label.money()));
            }
        }

        #[test]
        fn a_labelled_line_takes_its_own_price_only(ordered in 1i64..100_000, label in 1i64..100_000) {
            let line = line(Measure::Labelled(yuan(ordered)), 1776);
            prop_assert!(line.takes(Some(line.measure)));
            prop_assert_eq!(line.takes(Some(Measure::Labelled(yuan(label)))), label == ordered);
        }
    }

    proptest! {
        #[test]
        fn giving_back_step_by_step_gives_back_all_and_never_more(count in 1u32..=20, fen in 0i64..100_000, steps in prop::collection::vec((0u32..6, any::<bool>()), 0..30)) {
            let mut line = pieces(count, fen);
            let mut before = line.settled();
            prop_assert_eq!(before.minor, fen);
            let mut given_back = 0;
            for (some, missing) in steps {
                let left = line.to_have() - line.returned;
                let some = some.min(left);
                if missing { line.missing += some } else { line.returned += some }
                let now = line.settled();
                prop_assert!((0..=before.minor).contains(&now.minor));
                given_back += before.minor - now.minor;
                before = now;
            }
            line.returned = line.to_have();
            given_back += before.minor - line.settled().minor;
            prop_assert_eq!(given_back, fen);
        }

        #[test]
        fn a_pack_settles_at_what_is_in_it_and_never_above_the_order(ordered in 1u32..=99_999, weight in 1u32..=99_999, price in 0i64..100_000) {
            let mut line = line(Measure::Grams(ordered), price);
            line.weighed = Some(Measure::Grams(weight));
            let true_cost = Measure::Grams(weight).cost(line.price).unwrap();
            prop_assert_eq!(line.settled().minor, true_cost.minor.min(line.amount.minor));
        }
    }

    #[test]
    fn a_pack_may_be_a_little_heavy_and_hardly_light() {
        let bananas = line(Measure::Grams(500), 1776);
        let taken: Vec<u32> = [88, 449, 450, 500, 550, 551, 8_500]
            .into_iter()
            .filter(|weight| bananas.takes(Some(Measure::Grams(*weight))))
            .collect();
        assert_eq!(taken, [450, 500, 550]);
        assert!(bananas.takes(None), "whoever types the PLU has looked");
        assert!(bananas.takes(Some(Measure::Labelled(yuan(888)))), "500 g at 17.76 a kilogram");
        assert!(!bananas.takes(Some(Measure::Labelled(yuan(156)))), "88 g of it");
        let dollars = Price::new(Currency::USD.minor(888)).unwrap();
        assert!(!bananas.takes(Some(Measure::Labelled(dollars))));
        assert!(!bananas.takes(Some(Measure::Pieces(1))), "a count tells no weight");
    }

    #[test]
    fn a_labelled_line_also_takes_the_weight_that_its_price_was_for() {
        let pack = line(Measure::Labelled(yuan(888)), 1776);
        assert!(pack.takes(Some(Measure::Grams(500))));
        assert!(!pack.takes(Some(Measure::Grams(510))));
        assert!(pack.takes(None));
    }

    #[test]
    fn a_pick_without_a_label_still_reads() {
        let text = r#"{"order":"00000000-0000-0000-0000-000000000007","code":"40110","count":1}"#;
        assert_eq!(serde_json::from_str::<Pick>(text).unwrap().label, None);
    }

    #[test]
    fn a_good_journey_of_each_mode_ends_with_the_shopper() {
        use Step::{Accept, Dispatch, HandOver, Pick, Ready};
        for (mode, steps) in [
            (Mode::Pickup, vec![Accept, Pick, Pick, Ready, HandOver]),
            (Mode::Delivery, vec![Accept, Pick, Ready, Dispatch, HandOver]),
            (Mode::CarryOut, vec![HandOver]),
        ] {
            let end =
                steps.into_iter().try_fold(OrderState::Placed, |state, step| step.taken_at(state, mode));
            assert_eq!(end, Some(OrderState::HandedOver));
        }
        assert_eq!(Step::BringBack.taken_at(OrderState::OnItsWay, Mode::Delivery), Some(OrderState::Ready));
        assert_eq!(Step::BringBack.taken_at(OrderState::Ready, Mode::Delivery), None);
        assert_eq!(Dispatch.taken_at(OrderState::Ready, Mode::Pickup), None);
        assert_eq!(HandOver.taken_at(OrderState::Ready, Mode::Delivery), None);
    }

    #[test]
    fn a_shopper_withdraws_only_until_picking() {
        let allowed = |state| Step::CancelByShopper.taken_at(state, Mode::Pickup).is_some();
        let open: Vec<_> = OrderState::ALL.into_iter().filter(|state| allowed(*state)).collect();
        assert_eq!(open, [OrderState::Placed, OrderState::Accepted]);
        let carried = |step: Step| step.taken_at(OrderState::Placed, Mode::CarryOut).is_some();
        let taken: Vec<_> = Step::ALL.into_iter().filter(|step| carried(*step)).collect();
        assert_eq!(taken, [Step::HandOver, Step::CancelByShop], "its goods are in the bag already");
    }

    #[test]
    fn words_of_states_read_back() {
        for state in OrderState::ALL {
            assert_eq!(OrderState::of_word(state.word()), Some(state));
        }
    }
}
