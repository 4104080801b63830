//! What watches a hub: whether it lives, whether it can answer, what it measures, what it logs.

use ministore_core::fulfilment::{Address, Fulfilment, GetSlots, Mode};
use ministore_core::order::{Contact, GetMine};
use ministore_core::refusal::Refusal;
use ministore_core::shop::GetShop;
use ministore_hub::metrics::MetricsFrom;
use reqwest::StatusCode;
use serde_json::Value;
use uuid::Uuid;

use crate::program::{Serving, address_in, demo_folder, program, run, text};
use crate::shopping::{order_of, pieces};
use crate::support::{Caller, TestHub};

#[tokio::test]
async fn ready_while_the_database_can_be_read() {
    let hub = TestHub::start().await;
    let response = hub.get("/readyz").await;
    assert_eq!(response.status(), StatusCode::OK);
    let ready: Value = response.json().await.unwrap();
    assert_eq!(ready["status"], "ready");
    assert_eq!(ready["version"], env!("CARGO_PKG_VERSION"));
    let output = tokio::task::spawn_blocking({
        let base = hub.base.clone();
        move || run(&["healthy", "--url", &base])
    });
    assert_eq!(output.await.unwrap().status.code(), Some(0));

    hub.engine().clone().close().await;
    let response = hub.get("/readyz").await;
    assert_eq!(response.status(), StatusCode::SERVICE_UNAVAILABLE);
    assert_eq!(response.headers()["content-type"], "application/problem+json");
    assert_eq!(hub.get("/healthz").await.status(), StatusCode::OK, "it lives all the same");
    let output = tokio::task::spawn_blocking({
        let base = hub.base.clone();
        move || run(&["healthy", "--url", &base])
    });
    let output = output.await.unwrap();
    assert_eq!(output.status.code(), Some(1));
    assert!(text(&output.stderr).contains("is not ready (503"), "{}", text(&output.stderr));
    let metrics = hub.get("/metrics").await.text().await.unwrap();
    assert!(metrics.contains("ministore_newest_change NaN"), "{metrics}");
    hub.stop().await;
}

#[tokio::test]
async fn what_is_no_hub_is_not_healthy() {
    let free = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    for (url, why) in [
        (format!("http://{free}"), "cannot be reached"),
        ("https://localhost".into(), "no address of a hub"),
        ("/readyz".into(), "no address of a hub"),
    ] {
        let output = run(&["healthy", "--url", &url]);
        assert_eq!(output.status.code(), Some(1), "{url}");
        assert!(text(&output.stderr).contains(why), "{url}: {}", text(&output.stderr));
    }
}

/// The value of a measurement, by its name and labels as they are written.
fn value(metrics: &str, name: &str) -> Option<f64> {
    let line = metrics.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(' '))?;
    Some(line.parse().unwrap())
}

#[tokio::test]
async fn what_is_measured() {
    let hub = TestHub::start().await;
    let shopper = hub.shopper().await;
    let product = pieces(&shopper, 10).await.remove(0);
    shopper.call(&order_of(&shopper, &product, 1).await).await.unwrap();
    assert_eq!(hub.visitor().call(&GetMine {}).await, Err(Refusal::SignInFirst));
    let made_up = hub.visitor().post("made.up", "{}").send().await.unwrap();
    assert_eq!(made_up.status(), StatusCode::NOT_FOUND);
    let mut stream = shopper.events(None).await;
    stream.next().await.unwrap();

    let response = hub.get("/metrics").await;
    assert!(response.headers()["content-type"].to_str().unwrap().starts_with("application/openmetrics-text"));
    let metrics = response.text().await.unwrap();
    let value = |name: &str| value(&metrics, name).unwrap_or_else(|| panic!("{name} in {metrics}"));
    assert_eq!(value("ministore_http_requests_total{call=\"order.place\",status=\"2xx\"}"), 1.0);
    assert_eq!(value("ministore_http_requests_total{call=\"order.mine\",status=\"4xx\"}"), 1.0);
    assert_eq!(value("ministore_http_requests_total{call=\"unknown\",status=\"4xx\"}"), 1.0);
    assert_eq!(value("ministore_http_request_duration_seconds_count{call=\"order.place\"}"), 1.0);
    assert_eq!(
        value("ministore_http_request_duration_seconds_bucket{le=\"+Inf\",call=\"order.place\"}"),
        1.0
    );
    assert_eq!(value("ministore_refusals_total{code=\"sign_in_first\"}"), 1.0);
    assert_eq!(value("ministore_event_streams"), 1.0);
    assert_eq!(value("ministore_calls_in_progress"), 0.0);
    assert!(value("ministore_newest_change") > 0.0);
    assert!(value("ministore_database_bytes") > 100_000.0);
    assert!(value("process_start_time_seconds") > 1.7e9);
    #[cfg(target_os = "linux")]
    assert!(value("process_resident_memory_bytes") > 1e6);
    assert!(metrics.ends_with("# EOF\n"));
    for private in ["Ms Wang", "made.up", &shopper.authorization.clone().unwrap()[7..20]] {
        assert!(!metrics.contains(private), "{private}");
    }

    let handed_on = hub.client.get(format!("{}/metrics", hub.base)).header("x-forwarded-for", "203.0.113.5");
    assert_eq!(handed_on.send().await.unwrap().status(), StatusCode::FORBIDDEN);
    hub.stop().await;
    let hub = TestHub::start_with(|config| config.metrics_from = MetricsFrom::Any).await;
    let handed_on = hub.client.get(format!("{}/metrics", hub.base)).header("x-forwarded-for", "203.0.113.5");
    assert_eq!(handed_on.send().await.unwrap().status(), StatusCode::OK);
    hub.stop().await;
}

/// Everything that a shop does which nobody but the two concerned may read, and what of it must not be told.
async fn confide(caller: Caller) -> Vec<String> {
    let shopper = caller.register().await;
    let shop = shopper.call(&GetShop {}).await.unwrap();
    let terms = shop.delivery.expect("the demo shop delivers");
    let product = pieces(&shopper, 20).await.remove(0);
    let mut place = order_of(&shopper, &product, 20).await;
    let slots = shopper.call(&GetSlots { mode: Mode::Delivery }).await.unwrap().slots;
    let starts = slots.iter().rev().find(|slot| slot.left > 0).unwrap().key.starts;
    let address =
        Address { street: "Plum Lane 77".into(), note: "behind the mill".into(), point: shop.reach.location };
    place.fulfilment = Fulfilment::Delivery { starts, address };
    place.contact = Contact { name: "Quentin Xu".into(), phone: "138 0013 8000".into() };
    if terms.free_from.is_none_or(|free| place.expected_total.minor < free.minor) {
        place.expected_total = place.expected_total.plus(terms.fee).unwrap();
    }
    shopper.call(&place).await.unwrap();
    place.order = ministore_core::id::OrderId(Uuid::now_v7());
    place.contact.name = String::new();
    assert!(shopper.call(&place).await.is_err(), "a refusal is logged too");
    let cashier = shopper.sign_in("2468").await.unwrap();
    assert!(shopper.sign_in("86420").await.is_err());
    let mut told: Vec<String> =
        ["Quentin", "Plum Lane", "behind the mill", "138 0013 8000", "13800138000", "2468", "86420"]
            .map(String::from)
            .into();
    for key in [shopper.authorization.unwrap(), cashier.authorization.unwrap()] {
        told.push(key.split_once('.').unwrap().1.to_owned());
    }
    told
}

#[tokio::test]
async fn the_log_tells_each_request_and_nothing_of_those_who_made_it() {
    for (format, filter) in [("json", None), ("text", None), ("json", Some("debug"))] {
        let folder = demo_folder().await;
        let log = folder.path().join("log");
        let data = folder.path().to_str().unwrap();
        let mut command =
            program(&["serve", "--data", data, "--listen", "127.0.0.1:0", "--demo", "--log", format]);
        if let Some(filter) = filter {
            command.env("RUST_LOG", filter);
        }
        let mut hub = Serving::run(command, std::fs::File::create(&log).unwrap());
        let base = address_in(&hub.ready());
        let private = confide(Caller::of(&base)).await;
        let id = Uuid::now_v7();
        let response = reqwest::Client::new()
            .get(format!("{base}/healthz?token=f00dbabe"))
            .header("x-request-id", id.to_string())
            .header("cookie", "f00dbabe")
            .send()
            .await
            .unwrap();
        assert_eq!(response.headers()["x-request-id"], id.to_string());
        // Where no page has been built, a receipt's address is answered all the same, and logged.
        reqwest::get(format!("{base}/r/f00dbabe")).await.unwrap();
        drop(hub);
        let log = std::fs::read_to_string(log).unwrap();
        assert!(log.contains(&id.to_string()) && log.contains("/api/order.place"), "{log}");
        for secret in private.iter().map(String::as_str).chain(["f00dbabe"]) {
            // Digits as short as a PIN's are in times and ids as well.
            let digits = secret.len() < 6 && secret.bytes().all(|byte| byte.is_ascii_digit());
            let told = log.match_indices(secret).any(|(at, _)| {
                let around = |at: Option<u8>| at.is_some_and(|byte| byte.is_ascii_alphanumeric());
                let before = at.checked_sub(1).map(|at| log.as_bytes()[at]);
                let after = log.as_bytes().get(at + secret.len()).copied();
                !digits || !(around(before) || around(after) || before == Some(b'.'))
            });
            assert!(!told, "{format} {filter:?}: {secret} in {log}");
        }
        if format == "json" {
            let lines: Vec<Value> = log.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
            let line = lines.iter().find(|line| line["id"] == id.to_string()).unwrap();
            assert_eq!(line["path"], "/healthz");
            assert_eq!(line["method"], "GET");
            assert_eq!(line["status"], 200);
            assert!(
                line["ms"].is_u64() && line["timestamp"].is_string() && line["level"] == "INFO",
                "{line}"
            );
            let refused = lines.iter().find(|line| line["refused"] == "wrong_pin").unwrap();
            assert_eq!(refused["path"], "/api/staff.sign_in");
        }
    }
}
