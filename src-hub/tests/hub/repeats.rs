//! The same request twice, one after the other and at once.

use ministore_core::call::Call;
use ministore_core::catalogue::Lookup;
use ministore_core::code::ProductCode;
use ministore_core::id::CallId;
use ministore_core::order::{GetMine, Place};
use ministore_core::refusal::Refusal;
use reqwest::StatusCode;
use uuid::Uuid;

use crate::shopping::{order_of, pieces};
use crate::support::{Caller, TestHub};

async fn in_stock(caller: &Caller, code: ProductCode) -> i64 {
    caller.call(&Lookup { code }).await.unwrap().available
}

#[tokio::test]
async fn a_repeat_gets_the_first_answer_and_does_nothing() {
    let hub = TestHub::start().await;
    let shopper = hub.shopper().await;
    let product = pieces(&shopper, 10).await.remove(0);
    let place = order_of(&shopper, &product, 2).await;
    let id = CallId(Uuid::now_v7());
    let first = shopper.call_as(id, &place).await.unwrap();
    let second = shopper.call_as(id, &place).await.unwrap();
    assert_eq!(first, second);
    assert_eq!(in_stock(&shopper, product.code().unwrap()).await, product.available - 2);
    assert_eq!(shopper.call(&GetMine {}).await.unwrap().orders.len(), 1);

    let mut other = place.clone();
    other.contact.name = "Mr Li".into();
    assert_eq!(shopper.call_as(id, &other).await, Err(Refusal::IdReused));
    hub.stop().await;
}

#[tokio::test]
async fn a_refusal_is_repeated_too() {
    let hub = TestHub::start().await;
    let shopper = hub.shopper().await;
    let product = pieces(&shopper, 10).await.remove(0);
    let mut place = order_of(&shopper, &product, 2).await;
    place.expected_total.minor += 1;
    let id = CallId(Uuid::now_v7());
    let first = shopper.call_as(id, &place).await;
    assert!(matches!(first, Err(Refusal::TotalChanged { .. })), "{first:?}");
    assert_eq!(shopper.call_as(id, &place).await, first);
    assert_eq!(in_stock(&shopper, product.code().unwrap()).await, product.available);
    hub.stop().await;
}

#[tokio::test]
async fn a_double_tap_orders_once() {
    let hub = TestHub::start().await;
    let shopper = hub.shopper().await;
    let product = pieces(&shopper, 10).await.remove(0);
    let place = order_of(&shopper, &product, 3).await;
    let body = serde_json::to_vec(&place).unwrap();
    let id = Uuid::now_v7().to_string();
    let taps: Vec<_> = (0..8)
        .map(|_| shopper.post(Place::NAME, body.clone()).header("idempotency-key", &id).send())
        .map(tokio::spawn)
        .collect();
    let mut answers = Vec::new();
    for tap in taps {
        let response = tap.await.unwrap().unwrap();
        assert_eq!(response.status(), StatusCode::OK);
        answers.push(response.bytes().await.unwrap());
    }
    assert!(answers.iter().all(|answer| *answer == answers[0]));
    assert_eq!(shopper.call(&GetMine {}).await.unwrap().orders.len(), 1);
    assert_eq!(in_stock(&shopper, product.code().unwrap()).await, product.available - 3);
    hub.stop().await;
}

#[tokio::test]
async fn two_shoppers_after_the_last_one() {
    let hub = TestHub::start().await;
    let (one, other) = (hub.shopper().await, hub.shopper().await);
    let mut products = pieces(&one, 1).await;
    products.sort_by_key(|product| product.available);
    let product = products.remove(0);
    let all = u32::try_from(product.available).unwrap();
    let (first, second) = (order_of(&one, &product, all).await, order_of(&other, &product, all).await);
    let answers = tokio::join!(one.call(&first), other.call(&second));
    let (won, lost) = match answers {
        (Ok(order), Err(refusal)) | (Err(refusal), Ok(order)) => (order, refusal),
        other => panic!("{other:?}"),
    };
    assert_eq!(won.lines[0].product, product.id);
    assert_eq!(lost, Refusal::SoldOut { product: product.id, name: product.name.clone(), left: 0 });
    assert_eq!(in_stock(&one, product.code().unwrap()).await, 0);
    hub.stop().await;
}
