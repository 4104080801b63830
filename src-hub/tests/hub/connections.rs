//! Connections that are silent, slow or too many, and what becomes of them when the hub ends.

use std::time::Duration;

use ministore_core::catalogue::Browse;
use ministore_core::fulfilment::{Fulfilment, GetSlots, Mode};
use ministore_core::id::{LineId, OrderId};
use ministore_core::order::{Get, Place, PlaceLine};
use ministore_core::quantity::Measure;
use ministore_core::refusal::Refusal;
use ministore_core::shop::GetShop;
use ministore_hub::PageFiles;
use ministore_hub::limit::Rate;
use reqwest::StatusCode;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use uuid::Uuid;

use crate::program::{Serving, address_in, demo_folder};
use crate::shopping::{order_of, pieces};
use crate::support::{Caller, TestHub};

/// Far longer than anything here takes.
const PATIENCE: Duration = Duration::from_secs(60);

async fn connect(base: &str) -> TcpStream {
    TcpStream::connect(base.trim_start_matches("http://")).await.unwrap()
}

/// Reads until the other end closes.
async fn read_all(stream: &mut TcpStream) -> String {
    let mut all = Vec::new();
    // A reset is an end too.
    let _ = tokio::time::timeout(PATIENCE, stream.read_to_end(&mut all)).await.expect("it is closed");
    String::from_utf8_lossy(&all).into_owned()
}

/// Reads until the peer has sent this.
async fn read_until(stream: &mut TcpStream, end: &str) -> String {
    let mut all = Vec::new();
    while !String::from_utf8_lossy(&all).contains(end) {
        let mut some = [0; 4096];
        let count = tokio::time::timeout(PATIENCE, stream.read(&mut some)).await.unwrap().unwrap();
        assert_ne!(count, 0, "{}", String::from_utf8_lossy(&all));
        all.extend(&some[..count]);
    }
    String::from_utf8_lossy(&all).into_owned()
}

#[tokio::test]
async fn a_head_that_does_not_come_ends_its_connection() {
    let hub = TestHub::start_with(|config| {
        config.limits.connections.head_time = Duration::from_millis(200);
    })
    .await;
    let mut silent = connect(&hub.base).await;
    let mut half = connect(&hub.base).await;
    half.write_all(b"POST /api/shop.get HTTP/1.1\r\nHost: hub\r\nX-Slow").await.unwrap();
    let mut resting = connect(&hub.base).await;
    resting.write_all(b"GET /healthz HTTP/1.1\r\nHost: hub\r\n\r\n").await.unwrap();
    assert_eq!(read_all(&mut silent).await, "");
    assert!(!read_all(&mut half).await.contains("200 OK"));
    assert!(read_all(&mut resting).await.starts_with("HTTP/1.1 200 OK"));
    hub.stop().await;
}

#[tokio::test]
async fn an_answer_that_nobody_receives_ends_its_connection() {
    const SIZE: usize = 64 << 20;
    let page = tempfile::tempdir().unwrap();
    std::fs::write(page.path().join("large.js"), vec![b' '; SIZE]).unwrap();
    let folder = page.path().to_owned();
    let hub = TestHub::start_with(|config| {
        config.page = PageFiles::Folder(folder);
        config.limits.connections.write_time = Duration::from_millis(200);
        config.limits.connections.at_once = 1;
    })
    .await;
    let mut idle = connect(&hub.base).await;
    idle.write_all(b"GET /large.js HTTP/1.1\r\nHost: hub\r\n\r\n").await.unwrap();
    read_until(&mut idle, "200 OK").await;
    // The only place is free again once the other has been given up.
    assert_eq!(hub.get("/healthz").await.status(), StatusCode::OK);
    assert!(read_all(&mut idle).await.len() < SIZE);
    hub.stop().await;
}

#[tokio::test]
async fn what_is_too_many_waits_for_its_turn() {
    let hub = TestHub::start_with(|config| {
        config.limits.connections.at_once = 1;
        config.limits.connections.head_time = Duration::from_millis(200);
    })
    .await;
    let _silent = connect(&hub.base).await;
    assert_eq!(hub.get("/healthz").await.status(), StatusCode::OK);
    hub.stop().await;
}

#[tokio::test]
async fn an_answer_that_takes_too_long_is_given_up() {
    let hub = TestHub::start_with(|config| config.limits.answer_time = Duration::from_millis(200)).await;
    let mut waiting = connect(&hub.base).await;
    let head = "POST /api/shop.get HTTP/1.1\r\nHost: hub\r\nContent-Type: application/json\r\nContent-Length: 2\r\n\r\n";
    waiting.write_all(head.as_bytes()).await.unwrap();
    let answer = read_all(&mut waiting).await;
    assert!(answer.starts_with("HTTP/1.1 503 ") && answer.contains("retry-after: 1"), "{answer}");
    assert!(answer.contains("\"code\":\"busy\""), "{answer}");
    hub.stop().await;
}

const THREE_A_MINUTE: Rate = Rate { burst: 3, refill: Duration::from_secs(60) };

#[tokio::test]
async fn an_address_that_calls_too_often_is_told_to_wait() {
    let hub = TestHub::start_with(|config| config.limits.calls_by_address = THREE_A_MINUTE).await;
    for _ in 0..3 {
        hub.visitor().call(&GetShop {}).await.unwrap();
    }
    let response = hub.visitor().post("shop.get", "{}").send().await.unwrap();
    assert_eq!(response.status(), StatusCode::TOO_MANY_REQUESTS);
    let wait: u64 = response.headers()["retry-after"].to_str().unwrap().parse().unwrap();
    assert!((1..=61).contains(&wait), "{wait}");
    assert_eq!(response.json::<Refusal>().await.unwrap(), Refusal::Busy);
    assert_eq!(hub.get("/events").await.status(), StatusCode::TOO_MANY_REQUESTS);
    for path in ["/healthz", "/readyz", "/metrics"] {
        assert_eq!(hub.get(path).await.status(), StatusCode::OK, "{path}");
    }
    hub.stop().await;
}

#[tokio::test]
async fn a_device_that_calls_too_often_does_not_hold_up_another() {
    let hub = TestHub::start_with(|config| config.limits.calls_by_device = THREE_A_MINUTE).await;
    let (eager, other) = (hub.shopper().await, hub.shopper().await);
    for _ in 0..3 {
        eager.call(&GetShop {}).await.unwrap();
    }
    let response = eager.post("shop.get", "{}").send().await.unwrap();
    assert_eq!(response.status(), StatusCode::TOO_MANY_REQUESTS);
    other.call(&GetShop {}).await.unwrap();
    hub.visitor().call(&GetShop {}).await.unwrap();
    hub.stop().await;
}

#[tokio::test]
async fn a_busy_counter_does_not_meet_the_usual_limits() {
    let hub = TestHub::start().await;
    let counter = hub.staff("2468").await;
    for _ in 0..600 {
        counter.call(&Browse { category: None, after: None, limit: 1 }).await.unwrap();
    }
    hub.stop().await;
}

#[cfg(unix)]
#[tokio::test]
async fn what_was_begun_when_the_hub_ends_is_finished_and_what_is_new_is_refused() {
    let folder = demo_folder().await;
    let mut hub = Serving::start(folder.path(), "127.0.0.1:0", &["--demo"]);
    let base = address_in(&hub.ready());
    let caller = Caller::of(&base).register().await;
    let product = pieces(&caller, 10).await.remove(0);
    let place = order_of(&caller, &product, 1).await;
    let body = serde_json::to_vec(&place).unwrap();
    let mut begun = connect(&base).await;
    let head = format!(
        "POST /api/order.place HTTP/1.1\r\nHost: hub\r\nContent-Type: application/json\r\n\
         Authorization: {}\r\nIdempotency-Key: {}\r\nContent-Length: {}\r\nExpect: 100-continue\r\n\r\n",
        caller.authorization.as_ref().unwrap(),
        Uuid::now_v7(),
        body.len()
    );
    begun.write_all(head.as_bytes()).await.unwrap();
    read_until(&mut begun, "100 Continue").await;

    hub.ask_to_end();
    let client = reqwest::Client::new();
    let until = tokio::time::Instant::now() + PATIENCE;
    loop {
        let ready = client.get(format!("{base}/readyz")).send().await.unwrap();
        if ready.status() == StatusCode::SERVICE_UNAVAILABLE {
            break;
        }
        assert!(tokio::time::Instant::now() < until, "it does not end");
    }
    let new = Caller::of(&base).post("shop.get", "{}").send().await.unwrap();
    assert_eq!(new.status(), StatusCode::SERVICE_UNAVAILABLE);
    assert_eq!(new.headers()["retry-after"], "1");
    assert_eq!(new.headers()["connection"], "close");
    assert_eq!(new.json::<Refusal>().await.unwrap(), Refusal::Busy);
    let alive = client.get(format!("{base}/healthz")).send().await.unwrap();
    assert_eq!(alive.status(), StatusCode::OK);

    begun.write_all(&body).await.unwrap();
    assert!(read_all(&mut begun).await.starts_with("HTTP/1.1 200 OK"));
    assert!(hub.ended().await.success());

    let mut hub = Serving::start(folder.path(), "127.0.0.1:0", &["--demo"]);
    let caller = caller.at(address_in(&hub.ready()).trim_start_matches("http://").parse().unwrap());
    assert_eq!(caller.call(&Get { order: place.order }).await.unwrap().id, place.order);
}

/// Whether the hub confirms an order; None once it answers no more, or is ending.
#[cfg(unix)]
async fn try_to_place(caller: &Caller, place: &Place) -> Option<bool> {
    let request = caller.post("order.place", serde_json::to_vec(place).unwrap());
    let response = request.header("idempotency-key", Uuid::now_v7().to_string()).send().await.ok()?;
    let status = response.status();
    response.bytes().await.ok()?;
    (status != StatusCode::SERVICE_UNAVAILABLE).then_some(status == StatusCode::OK)
}

#[cfg(unix)]
#[tokio::test]
async fn every_confirmed_order_is_there_after_the_hub_was_asked_to_end() {
    let folder = demo_folder().await;
    let mut hub = Serving::start(folder.path(), "127.0.0.1:0", &["--demo"]);
    let base = address_in(&hub.ready());
    let (confirm, mut confirmed) = tokio::sync::mpsc::unbounded_channel();
    let mut placing = tokio::task::JoinSet::new();
    for _ in 0..8 {
        let caller = Caller::of(&base).register().await;
        let products = pieces(&caller, 10).await;
        let slots = caller.call(&GetSlots { mode: Mode::Pickup }).await.unwrap().slots;
        let first = order_of(&caller, &products[0], 1).await;
        let confirm = confirm.clone();
        placing.spawn(async move {
            // Slots and stock run out one by one.
            for (product, slot) in products.iter().cycle().zip(slots.iter().cycle()) {
                let measure = Measure::Pieces(1);
                let place = Place {
                    order: OrderId(Uuid::now_v7()),
                    lines: vec![PlaceLine { id: LineId(Uuid::now_v7()), product: product.id, measure }],
                    fulfilment: Fulfilment::Pickup { starts: slot.key.starts },
                    expected_total: measure.cost(product.price).unwrap(),
                    ..first.clone()
                };
                match try_to_place(&caller, &place).await {
                    Some(true) => confirm.send((caller.clone(), place.order)).unwrap(),
                    Some(false) => {}
                    None => return,
                }
            }
        });
    }
    drop(confirm);
    let mut kept = Vec::new();
    for _ in 0..10 {
        kept.push(confirmed.recv().await.expect("orders are placed"));
    }
    hub.ask_to_end();
    while let Some(order) = confirmed.recv().await {
        kept.push(order);
    }
    assert!(hub.ended().await.success());
    let mut hub = Serving::start(folder.path(), "127.0.0.1:0", &["--demo"]);
    let address = address_in(&hub.ready()).trim_start_matches("http://").parse().unwrap();
    for (caller, order) in kept {
        assert_eq!(caller.at(address).call(&Get { order }).await.unwrap().id, order);
    }
}
