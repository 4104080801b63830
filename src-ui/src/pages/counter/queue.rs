//! What the counter has to do, in the order in which it should be done.

use ministore_core::fulfilment::Mode;
use ministore_core::id::OrderId;
use ministore_core::order::{Order, OrderState};
use ministore_core::time::Timestamp;

use super::arrivals::turn_of;

/// How long before its slot an order becomes pressing, in minutes.
const SOON: i64 = 30;

/// Orders that need the same thing done.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub(crate) enum Group {
    /// To be accepted.
    New,
    /// To be picked.
    Accepted,
    /// Being picked.
    Picking,
    /// To be handed over or sent out.
    Ready,
    /// With a courier.
    OnItsWay,
    /// Handed over or cancelled.
    Ended,
}

impl Group {
    /// Every group that has something to do, in the order of the list.
    pub(crate) const OPEN: [Self; 5] =
        [Self::New, Self::Accepted, Self::Picking, Self::Ready, Self::OnItsWay];

    /// Where an order in this state belongs.
    pub(crate) const fn of(state: OrderState) -> Self {
        match state {
            OrderState::Placed => Self::New,
            OrderState::Accepted => Self::Accepted,
            OrderState::Picking => Self::Picking,
            OrderState::Ready => Self::Ready,
            OrderState::OnItsWay => Self::OnItsWay,
            OrderState::HandedOver | OrderState::Cancelled => Self::Ended,
        }
    }
}

/// The keys of a group's orders: first those whose shoppers are here, then by slot and by number, or the latest first for those that have ended.
pub(crate) fn members(orders: &[Order], group: Group) -> Vec<OrderId> {
    let mut members: Vec<&Order> = orders.iter().filter(|order| Group::of(order.state) == group).collect();
    if group == Group::Ended {
        members.sort_by_key(|order| std::cmp::Reverse((since(order), order.number)));
    } else {
        members.sort_by_key(|order| {
            (turn_of(order), order.fulfilment.slot().map(|slot| slot.starts), order.number)
        });
    }
    members.into_iter().map(|order| order.id).collect()
}

/// How many orders wait at the shop for their shoppers.
pub(crate) fn waiting_pickups(orders: &[Order]) -> u32 {
    let waits = |order: &&Order| order.state == OrderState::Ready && order.fulfilment.mode() == Mode::Pickup;
    orders.iter().filter(waits).count() as u32
}

/// The new orders of `after` that were not there `before`.
pub(crate) fn newcomers<'a>(before: &[OrderId], after: &'a [Order]) -> Vec<&'a Order> {
    let is_new = |order: &&Order| order.state == OrderState::Placed && !before.contains(&order.id);
    after.iter().filter(is_new).collect()
}

/// When an order was placed.
pub(crate) fn placed_at(order: &Order) -> Option<Timestamp> {
    order.milestones.first().map(|milestone| milestone.at)
}

/// When an order came to where it stands.
pub(crate) fn since(order: &Order) -> Option<Timestamp> {
    order.milestones.last().map(|milestone| milestone.at)
}

/// Whole minutes from `from` until `now`, never below zero.
pub(crate) fn minutes_between(from: Timestamp, now: Timestamp) -> u32 {
    u32::try_from((now.0 - from.0).max(0) / 60_000).unwrap_or(u32::MAX)
}

/// How an order stands against its slot.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Urgency {
    /// Nothing presses.
    Calm,
    /// Its slot is about to start and it is not ready.
    Soon,
    /// Its slot has started and it is not ready.
    Late,
}

/// How an order stands against its slot at `now`.
pub(crate) fn urgency(order: &Order, now: Timestamp) -> Urgency {
    let Some(starts) = order.fulfilment.slot().map(|slot| slot.starts) else { return Urgency::Calm };
    match Group::of(order.state) {
        Group::Ready | Group::OnItsWay | Group::Ended => Urgency::Calm,
        Group::New | Group::Accepted | Group::Picking if now >= starts => Urgency::Late,
        Group::New | Group::Accepted | Group::Picking if now.plus_minutes(SOON) >= starts => Urgency::Soon,
        Group::New | Group::Accepted | Group::Picking => Urgency::Calm,
    }
}

/// How many things an order holds, and how many of them are collected.
pub(crate) fn progress(order: &Order) -> (u32, u32) {
    let items = order.lines.iter().map(|line| line.measure.items()).sum();
    let left: u32 = order.lines.iter().map(ministore_core::order::OrderLine::to_pick).sum();
    (u32::saturating_sub(items, left), items)
}

/// What is done with an order next.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Next {
    /// Take it on.
    Accept,
    /// Collect its goods, some of which may be collected already.
    Pick,
    /// Say that all is collected.
    Ready,
    /// Give it to a courier.
    SendOut,
    /// Give it to its shopper.
    HandOver,
}

/// What is done with an order next; None where nothing more is.
pub(crate) fn next_action(order: &Order) -> Option<Next> {
    match (order.state, order.fulfilment.mode()) {
        // Its shopper goes to the gate.
        (_, Mode::CarryOut) => None,
        (OrderState::Placed, _) => Some(Next::Accept),
        (OrderState::Accepted, _) => Some(Next::Pick),
        (OrderState::Picking, _) => {
            let (picked, items) = progress(order);
            Some(if picked == items { Next::Ready } else { Next::Pick })
        }
        (OrderState::Ready, Mode::Delivery) => Some(Next::SendOut),
        (OrderState::Ready, Mode::Pickup) | (OrderState::OnItsWay, _) => Some(Next::HandOver),
        (OrderState::HandedOver | OrderState::Cancelled, _) => None,
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use ministore_core::catalogue::SoldBy;
    use ministore_core::fulfilment::{Address, Fulfilment};
    use ministore_core::id::{LineId, PaymentId, ProductId};
    use ministore_core::money::{Currency, Price};
    use ministore_core::order::{Contact, Milestone, OrderLine};
    use ministore_core::payment::{Payment, PaymentState, Tender};
    use ministore_core::pricing::Totals;
    use ministore_core::quantity::Measure;
    use ministore_core::tax::{TaxRate, TaxRules};
    use ministore_core::text::LocalText;
    use uuid::Uuid;

    use super::*;

    /// An order line of so many pieces.
    pub(crate) fn line(number: u128, aisle: Option<&str>, pieces: u32, picked: u32) -> OrderLine {
        OrderLine {
            id: LineId(Uuid::from_u128(number)),
            product: ProductId(Uuid::from_u128(number)),
            code: format!("{:05}", 40_000 + number).parse().unwrap(),
            name: LocalText { en: format!("Item {number}"), zh: String::new() },
            picture: None,
            price: Price::new(Currency::CNY.minor(450)).unwrap(),
            sold_by: SoldBy::Piece,
            tax: TaxRate(1300),
            measure: Measure::Pieces(pieces),
            amount: Currency::CNY.minor(450 * i64::from(pieces)),
            aisle: aisle.map(str::to_owned),
            min_age: None,
            tagged: false,
            picked,
            missing: 0,
            returned: 0,
            weighed: None,
            replaces: None,
            deposits: Default::default(),
            offer: None,
        }
    }

    /// An order to be picked up at `slot`, placed one hour before.
    pub(crate) fn order(number: u32, state: OrderState, slot: i64) -> Order {
        let total = Currency::CNY.minor(1350);
        Order {
            id: OrderId(Uuid::from_u128(number.into())),
            number,
            state,
            milestones: vec![Milestone { state: OrderState::Placed, at: Timestamp(slot).plus_minutes(-60) }],
            cancelled: None,
            fulfilment: Fulfilment::Pickup { starts: Timestamp(slot) },
            contact: Contact { name: "Li".into(), phone: String::new() },
            member: None,
            lines: vec![line(1, None, 3, 0)],
            promotions: Vec::new(),
            totals: Totals {
                items: 3,
                goods: total,
                delivery: Currency::CNY.minor(0),
                total,
                tax: Vec::new(),
                rules: TaxRules::default(),
                deposit: None,
                empties: None,
            },
            payment: Payment::new(PaymentId(Uuid::nil()), Tender::CashAtHandover, total, PaymentState::Due),
            points: 13,
            pickup: None,
            handling: Default::default(),
        }
    }

    fn delivered(mut order: Order) -> Order {
        order.fulfilment = Fulfilment::Delivery {
            starts: order.fulfilment.slot().unwrap().starts,
            address: Address { street: "Long Road 1".into(), note: String::new(), point: None },
        };
        order
    }

    #[test]
    fn a_group_is_in_the_order_of_its_slots() {
        let orders = [
            order(1003, OrderState::Placed, 60_000),
            order(1001, OrderState::Placed, 120_000),
            order(1002, OrderState::Placed, 60_000),
            order(1004, OrderState::Ready, 0),
        ];
        let numbers: Vec<u128> =
            members(&orders, Group::New).into_iter().map(|OrderId(id)| id.as_u128()).collect();
        assert_eq!(numbers, [1002, 1003, 1001]);
        assert_eq!(members(&orders, Group::Picking), []);
    }

    #[test]
    fn every_state_is_in_a_group_of_the_list_or_has_ended() {
        for state in OrderState::ALL {
            assert_eq!(Group::OPEN.contains(&Group::of(state)), !state.is_final());
        }
    }

    #[test]
    fn only_an_order_that_was_not_there_rings() {
        let orders = [
            order(1001, OrderState::Placed, 0),
            order(1002, OrderState::Placed, 0),
            order(1003, OrderState::Accepted, 0),
        ];
        let numbers: Vec<u32> =
            newcomers(&[orders[0].id], &orders).iter().map(|order| order.number).collect();
        assert_eq!(numbers, [1002]);
    }

    #[test]
    fn an_order_presses_until_it_is_ready() {
        let slot = 100 * 60_000;
        let at = |minutes: i64| Timestamp(0).plus_minutes(minutes);
        assert_eq!(urgency(&order(1, OrderState::Placed, slot), at(69)), Urgency::Calm);
        assert_eq!(urgency(&order(1, OrderState::Placed, slot), at(70)), Urgency::Soon);
        assert_eq!(urgency(&order(1, OrderState::Picking, slot), at(100)), Urgency::Late);
        assert_eq!(urgency(&order(1, OrderState::Ready, slot), at(200)), Urgency::Calm);
    }

    #[test]
    fn the_next_action_follows_the_journey() {
        let next = |state| next_action(&order(1, state, 0));
        assert_eq!(next(OrderState::Placed), Some(Next::Accept));
        assert_eq!(next(OrderState::Accepted), Some(Next::Pick));
        assert_eq!(next(OrderState::Picking), Some(Next::Pick));
        assert_eq!(next(OrderState::Ready), Some(Next::HandOver));
        assert_eq!(next(OrderState::HandedOver), None);
        assert_eq!(next_action(&delivered(order(1, OrderState::Ready, 0))), Some(Next::SendOut));
        let mut picked = order(1, OrderState::Picking, 0);
        picked.lines[0].picked = 3;
        assert_eq!(next_action(&picked), Some(Next::Ready));
    }

    #[test]
    fn pickups_wait_and_deliveries_leave() {
        let orders = [order(1, OrderState::Ready, 0), delivered(order(2, OrderState::Ready, 0))];
        assert_eq!(waiting_pickups(&orders), 1);
    }

    #[test]
    fn minutes_never_run_backwards() {
        assert_eq!(minutes_between(Timestamp(0), Timestamp(119_999)), 1);
        assert_eq!(minutes_between(Timestamp(60_000), Timestamp(0)), 0);
    }
}
