//! Shoppers who say that they are at the shop.

use leptos::prelude::*;
use ministore_core::id::OrderId;
use ministore_core::order::Order;
use ministore_core::time::Timestamp;

use super::desk::Desk;
use super::order_words as words;
use super::queue;
use super::sound::{Sound, play};
use crate::client::query::Load;
use crate::i18n::say;
use crate::widgets::announcer::announce;

/// Since when an order's shopper waits at the shop; None for whoever does not.
pub(super) fn waits_since(order: &Order) -> Option<Timestamp> {
    order.handling.arrived.filter(|_| !order.state.is_final())
}

/// How an open order stands among those of its group: whoever is here comes first, the longest first.
pub(super) fn turn_of(order: &Order) -> (bool, Option<Timestamp>) {
    let since = waits_since(order);
    (since.is_none(), since)
}

/// The orders of `after` whose shoppers have come since `before`.
fn newly_here<'o>(before: &[OrderId], after: &'o [Order]) -> Vec<&'o Order> {
    after.iter().filter(|order| waits_since(order).is_some() && !before.contains(&order.id)).collect()
}

/// Rings when somebody says that they are here.
pub(super) fn ring_for_arrivals(desk: Desk) {
    let known = StoredValue::new(None::<Vec<OrderId>>);
    Effect::new(move |_| {
        desk.queue.with(|load| {
            let Load::Ready(orders) = load else { return };
            let orders = &orders.orders;
            if let Some(before) = known.get_value()
                && let Some(first) = newly_here(&before, orders).first()
            {
                play(Sound::Order);
                announce(&untrack(|| say::arrival_announce(&words::who(first), &words::number_of(first))));
            }
            let here = orders.iter().filter(|order| waits_since(order).is_some());
            known.set_value(Some(here.map(|order| order.id).collect()));
        });
    });
}

/// How long somebody has been waiting at the shop, in words. Tracked.
pub(super) fn waits(order: &Order, now: Timestamp) -> Option<String> {
    Some(words::age(queue::minutes_between(waits_since(order)?, now)))
}

#[cfg(test)]
mod tests {
    use ministore_core::order::OrderState;

    use super::super::queue::tests::order;
    use super::*;

    #[test]
    fn whoever_is_here_longest_comes_first() {
        let mut orders: Vec<Order> = (1..=3).map(|number| order(number, OrderState::Ready, 0)).collect();
        orders[1].handling.arrived = Some(Timestamp(5));
        orders[2].handling.arrived = Some(Timestamp(3));
        orders.sort_by_key(turn_of);
        assert_eq!(orders.iter().map(|order| order.number).collect::<Vec<_>>(), [3, 2, 1]);
    }

    #[test]
    fn only_who_has_come_since_rings() {
        let mut orders = [order(1, OrderState::Ready, 0), order(2, OrderState::Ready, 0)];
        assert_eq!(newly_here(&[], &orders).len(), 0);
        orders[0].handling.arrived = Some(Timestamp(5));
        assert_eq!(newly_here(&[], &orders).len(), 1);
        assert_eq!(newly_here(&[orders[0].id], &orders).len(), 0);
        orders[1].handling.arrived = Some(Timestamp(6));
        orders[1].state = OrderState::HandedOver;
        assert_eq!(newly_here(&[orders[0].id], &orders).len(), 0, "who has their goods waits no more");
    }
}
