//! An order's whole way, from the shelf to the shopper's hands.

use ministore_core::id::MemberId;
use ministore_core::member::{GetCard, Join};
use ministore_core::order::{
    Accept, Cancel, CancelReason, Find, Get, GetQueue, HandOver, OrderState, Pick, Ready,
};
use ministore_core::refusal::{Refusal, Thing};
use ministore_core::staff::{GetMe, SignOut};
use uuid::Uuid;

use crate::shopping::{order_of, pieces};
use crate::support::TestHub;

#[tokio::test]
async fn placed_accepted_picked_ready_handed_over() {
    let hub = TestHub::start().await;
    let shopper = hub.shopper().await;
    let cashier = hub.staff("2468").await;
    shopper.call(&Join { member: MemberId(Uuid::now_v7()) }).await.unwrap();
    let products = pieces(&shopper, 10).await;
    let product = &products[0];
    let placed = shopper.call(&order_of(&shopper, product, 2).await).await.unwrap();
    assert_eq!(placed.state, OrderState::Placed);
    let pickup = placed.pickup.expect("the shopper's own code");
    let order = placed.id;

    let queue = cashier.call(&GetQueue {}).await.unwrap().orders;
    let seen = queue.iter().find(|queued| queued.id == order).expect("in the queue");
    assert_eq!(seen.pickup, None, "only the shopper is told the code");
    cashier.call(&Accept { order }).await.unwrap();
    let wrong = Pick { order, code: products[1].code().unwrap(), count: 1, label: None };
    assert!(matches!(cashier.call(&wrong).await, Err(Refusal::WrongItem { .. })));
    let right = Pick { order, code: product.code().unwrap(), count: 1, label: None };
    assert_eq!(cashier.call(&right).await.unwrap().state, OrderState::Picking);
    assert_eq!(cashier.call(&Ready { order }).await, Err(Refusal::NotAllPicked { left: 1 }));
    cashier.call(&right).await.unwrap();
    assert!(matches!(cashier.call(&right).await, Err(Refusal::AlreadyPicked { .. })));
    assert_eq!(cashier.call(&Ready { order }).await.unwrap().state, OrderState::Ready);
    assert!(matches!(
        shopper.call(&Cancel { order, reason: CancelReason::ChangedMind }).await,
        Err(Refusal::WrongStep { .. })
    ));

    assert_eq!(cashier.call(&Find { code: pickup }).await.unwrap().id, order);
    let due = placed.payment.due();
    let too_little = due.minus(due.currency.minor(1)).unwrap();
    let hand_over = HandOver { order, code: pickup, cash: Some(too_little) };
    assert!(matches!(cashier.call(&hand_over).await, Err(Refusal::PaymentDue { .. })));
    let note = due.plus(due.currency.minor(350)).unwrap();
    let handed = cashier.call(&HandOver { cash: Some(note), ..hand_over }).await.unwrap();
    assert_eq!(handed.change, due.currency.minor(350));

    let seen = shopper.call(&Get { order }).await.unwrap();
    assert_eq!(seen.state, OrderState::HandedOver);
    let states: Vec<OrderState> = seen.milestones.iter().map(|milestone| milestone.state).collect();
    assert_eq!(
        states,
        [
            OrderState::Placed,
            OrderState::Accepted,
            OrderState::Picking,
            OrderState::Ready,
            OrderState::HandedOver
        ]
    );
    let card = shopper.call(&GetCard {}).await.unwrap().expect("a card");
    assert_eq!(card.points, i64::from(seen.points));
    hub.stop().await;
}

#[tokio::test]
async fn anothers_order_is_not_there() {
    let hub = TestHub::start().await;
    let (owner, stranger) = (hub.shopper().await, hub.shopper().await);
    let product = pieces(&owner, 10).await.remove(0);
    let order = owner.call(&order_of(&owner, &product, 1).await).await.unwrap().id;
    let not_found = Refusal::NotFound { what: Thing::Order };
    assert_eq!(stranger.call(&Get { order }).await, Err(not_found.clone()));
    assert_eq!(stranger.call(&Cancel { order, reason: CancelReason::ChangedMind }).await, Err(not_found));
    assert_eq!(owner.call(&Get { order }).await.unwrap().state, OrderState::Placed);
    hub.stop().await;
}

#[tokio::test]
async fn what_was_confirmed_is_there_after_a_restart() {
    let hub = TestHub::start().await;
    let shopper = hub.shopper().await;
    let product = pieces(&shopper, 10).await.remove(0);
    let placed = shopper.call(&order_of(&shopper, &product, 1).await).await.unwrap();
    let folder = hub.stop().await;
    assert!(!folder.path().join("ministore.db-wal").exists(), "all is in the one file");

    let config = ministore_hub::HubConfig::new(folder.path(), "127.0.0.1:0".parse().unwrap());
    let again = ministore_hub::serve(config).await.unwrap();
    let moved = shopper.at(again.addr());
    assert_eq!(moved.call(&Get { order: placed.id }).await.unwrap(), placed);
    again.shutdown().await;
}

#[tokio::test]
async fn a_session_ends_when_its_staff_signs_out() {
    let hub = TestHub::start().await;
    let cashier = hub.staff("2468").await;
    assert!(cashier.call(&GetMe {}).await.is_ok());
    cashier.call(&SignOut {}).await.unwrap();
    assert_eq!(cashier.call(&GetMe {}).await, Err(Refusal::SignInFirst));
    hub.stop().await;
}
