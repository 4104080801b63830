//! The event stream: what was missed, what happens now, and who hears it.

use ministore_core::catalogue::Product;
use ministore_core::order::{Accept, Cancel, CancelReason, Order, OrderState};
use ministore_core::staff::SignOut;
use ministore_core::sync::{Changed, Event};
use reqwest::StatusCode;
use serde_json::Value;

use crate::shopping::{order_of, pieces};
use crate::support::{Caller, Events, Message, TestHub};

fn event(message: &Message) -> Event {
    let event: Event = serde_json::from_str(&message.data).unwrap();
    assert_eq!(message.id, Some(event.cursor.0));
    event
}

/// The cursor that a stream's greeting says.
async fn hello(events: &mut Events) -> i64 {
    let message = events.next().await.unwrap();
    assert_eq!(message.event.as_deref(), Some("hello"));
    serde_json::from_str::<Value>(&message.data).unwrap()["cursor"].as_i64().unwrap()
}

/// Reads on to the next event about an order.
async fn next_order(events: &mut Events) -> (Event, OrderState) {
    loop {
        let event = event(&events.next().await.unwrap());
        if let Changed::Order { state, .. } = event.what {
            return (event, state);
        }
    }
}

/// All that is told until nothing comes any more.
async fn until_quiet(events: &mut Events) -> Vec<Changed> {
    let mut told = Vec::new();
    while let Some(message) = events.next_soon().await {
        told.push(event(&message).what);
    }
    told
}

async fn place_one(shopper: &Caller, product: &Product) -> Order {
    shopper.call(&order_of(shopper, product, 1).await).await.unwrap()
}

#[tokio::test]
async fn a_stream_starts_now_and_tells_what_happens() {
    let hub = TestHub::start().await;
    let (shopper, cashier) = (hub.shopper().await, hub.staff("2468").await);
    let product = pieces(&shopper, 10).await.remove(0);
    let (mut at_counter, mut at_home) = (cashier.events(None).await, shopper.events(None).await);
    let from = hello(&mut at_counter).await;
    assert_eq!(hello(&mut at_home).await, from);

    let order = place_one(&shopper, &product).await;
    for events in [&mut at_counter, &mut at_home] {
        let (event, state) = next_order(events).await;
        assert!(event.cursor.0 > from);
        assert_eq!(state, OrderState::Placed);
        assert!(
            matches!(event.what, Changed::Order { order: told, number, .. } if told == order.id && number == order.number)
        );
    }
    cashier.call(&Accept { order: order.id }).await.unwrap();
    assert_eq!(next_order(&mut at_home).await.1, OrderState::Accepted);
    hub.stop().await;
}

#[tokio::test]
async fn what_was_missed_comes_first_and_only_once() {
    let hub = TestHub::start().await;
    let shopper = hub.shopper().await;
    let product = pieces(&shopper, 20).await.remove(0);
    let from = hello(&mut shopper.events(None).await).await;
    let mut placed = Vec::new();
    for _ in 0..3 {
        placed.push(place_one(&shopper, &product).await.id);
    }
    let mut events = shopper.events(Some(from)).await;
    placed.push(place_one(&shopper, &product).await.id);
    placed.push(place_one(&shopper, &product).await.id);
    let (mut told, mut cursors) = (Vec::new(), vec![from]);
    while told.len() < placed.len() {
        let (event, _) = next_order(&mut events).await;
        let Changed::Order { order, .. } = event.what else { unreachable!() };
        told.push(order);
        cursors.push(event.cursor.0);
    }
    assert_eq!(told, placed);
    assert!(cursors.is_sorted_by(|earlier, later| earlier < later), "{cursors:?}");
    let rest = until_quiet(&mut events).await;
    assert!(rest.iter().all(|what| matches!(what, Changed::Product { .. })), "{rest:?}");
    hub.stop().await;
}

#[tokio::test]
async fn a_cursor_of_another_database_starts_anew() {
    let hub = TestHub::start().await;
    let mut events = hub.visitor().events(Some(i64::MAX)).await;
    assert!(hello(&mut events).await < i64::MAX);
    let wrong = hub.get("/events?after=yesterday").await;
    assert_eq!(wrong.status(), StatusCode::BAD_REQUEST);
    assert_eq!(wrong.headers()["content-type"], "application/problem+json");
    hub.stop().await;
}

#[tokio::test]
async fn another_shopper_hears_nothing_of_my_order() {
    let hub = TestHub::start().await;
    let (shopper, stranger, visitor) = (hub.shopper().await, hub.shopper().await, hub.visitor());
    let product = pieces(&shopper, 10).await.remove(0);
    let (mut to_stranger, mut to_visitor) = (stranger.events(None).await, visitor.events(None).await);
    let from = hello(&mut to_stranger).await;
    hello(&mut to_visitor).await;
    let order = place_one(&shopper, &product).await;
    shopper.call(&Cancel { order: order.id, reason: CancelReason::ChangedMind }).await.unwrap();
    let mut missed = stranger.events(Some(from)).await;
    for events in [&mut to_stranger, &mut to_visitor, &mut missed] {
        // The product's stock is everyone's to know.
        let told = until_quiet(events).await;
        assert!(!told.is_empty());
        assert!(told.iter().all(|what| *what == Changed::Product { product: product.id }), "{told:?}");
    }
    hub.stop().await;
}

#[tokio::test]
async fn a_session_that_ended_hears_no_more() {
    let hub = TestHub::start().await;
    let (shopper, cashier) = (hub.shopper().await, hub.staff("2468").await);
    let product = pieces(&shopper, 10).await.remove(0);
    let mut events = cashier.events(None).await;
    hello(&mut events).await;
    cashier.call(&SignOut {}).await.unwrap();
    place_one(&shopper, &product).await;
    assert_eq!(events.next().await, None);
    hub.stop().await;
}

#[tokio::test]
async fn streams_end_with_the_hub() {
    let hub = TestHub::start().await;
    let mut events = hub.visitor().events(None).await;
    hello(&mut events).await;
    let stopped = tokio::spawn(hub.stop());
    assert_eq!(events.next().await, None);
    stopped.await.unwrap();
}
