//! Calls that cannot be right, and callers that ask too often: each gets a problem document.

use std::time::Duration;

use ministore_core::call::Call;
use ministore_core::catalogue::{Browse, Lookup};
use ministore_core::device::Register;
use ministore_core::gift_card::{GetGiftCard, SellGiftCard};
use ministore_core::id::GiftCardId;
use ministore_core::issued::GiftCardNumber;
use ministore_core::money::Currency;
use ministore_core::order::{Accept, GetMine};
use ministore_core::refusal::{Refusal, Thing};
use ministore_core::staff::SignIn;
use ministore_hub::api::BODY_LIMIT;
use ministore_hub::limit::Rate;
use reqwest::{Response, StatusCode};
use serde_json::Value;
use uuid::Uuid;

use crate::support::TestHub;

/// The refusal of a response that is a whole problem document.
async fn problem(response: Response, status: StatusCode) -> Refusal {
    assert_eq!(response.status(), status);
    assert_eq!(response.headers()["content-type"], "application/problem+json");
    assert_eq!(response.headers()["cache-control"], "no-store");
    let body: Value = response.json().await.unwrap();
    for member in ["type", "title", "detail", "code"] {
        assert!(body[member].as_str().is_some_and(|text| !text.is_empty()), "{member} in {body}");
    }
    assert_eq!(body["status"], status.as_u16());
    serde_json::from_value(body).unwrap()
}

fn field_of(refusal: Refusal) -> String {
    match refusal {
        Refusal::Invalid { field, .. } => field,
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn a_call_that_is_none() {
    let hub = TestHub::start().await;
    let visitor = hub.visitor();
    let unknown = visitor.post("shop.burn", "{}").send().await.unwrap();
    assert_eq!(problem(unknown, StatusCode::NOT_FOUND).await, Refusal::NotFound { what: Thing::Call });
    let fetched = hub.get("/api/shop.get").await;
    problem(fetched, StatusCode::METHOD_NOT_ALLOWED).await;
    let posted = hub.client.post(format!("{}/orders", hub.base)).send().await.unwrap();
    problem(posted, StatusCode::METHOD_NOT_ALLOWED).await;
    hub.stop().await;
}

#[tokio::test]
async fn a_body_that_is_none() {
    let hub = TestHub::start().await;
    let visitor = hub.visitor();
    for body in [
        "",
        "{",
        "[1,2",
        "[null,null,1]",
        "\u{0}",
        "{\"limit\":-1}",
        "{\"limit\":1,\"category\":\"No Slug\"}",
        "null",
    ] {
        let response = visitor.post(Browse::NAME, body).send().await.unwrap();
        assert_eq!(field_of(problem(response, StatusCode::BAD_REQUEST).await), "body", "{body:?}");
    }
    let response = visitor.post(Browse::NAME, vec![0xff, 0xfe]).send().await.unwrap();
    problem(response, StatusCode::BAD_REQUEST).await;
    let response = visitor.post(Browse::NAME, "{\"limit\":0}").send().await.unwrap();
    assert_eq!(field_of(problem(response, StatusCode::BAD_REQUEST).await), "limit");
    let wrong_check_digit = visitor.post(Lookup::NAME, "{\"code\":\"9520000000010\"}").send().await.unwrap();
    assert_eq!(field_of(problem(wrong_check_digit, StatusCode::BAD_REQUEST).await), "body");
    hub.stop().await;
}

#[tokio::test]
async fn a_body_of_another_type_and_one_that_is_too_large() {
    let hub = TestHub::start().await;
    let url = format!("{}/api/shop.get", hub.base);
    let form = hub.client.post(&url).header("content-type", "text/plain").body("{}").send().await.unwrap();
    assert_eq!(field_of(problem(form, StatusCode::UNSUPPORTED_MEDIA_TYPE).await), "content-type");
    let untyped = hub.client.post(&url).body("{}").send().await.unwrap();
    problem(untyped, StatusCode::UNSUPPORTED_MEDIA_TYPE).await;
    let with_charset = "application/json; charset=utf-8";
    let typed = hub.client.post(&url).header("content-type", with_charset).body("{}").send().await.unwrap();
    assert_eq!(typed.status(), StatusCode::OK);

    let largest = format!("{{{}}}", " ".repeat(BODY_LIMIT - 2));
    assert_eq!(
        hub.visitor().post("shop.get", largest.clone()).send().await.unwrap().status(),
        StatusCode::OK
    );
    let larger = hub.visitor().post("shop.get", largest + " ").send().await.unwrap();
    assert_eq!(problem(larger, StatusCode::PAYLOAD_TOO_LARGE).await, Refusal::TooLarge);
    hub.stop().await;
}

#[tokio::test]
async fn a_request_without_an_id_of_its_own() {
    let hub = TestHub::start().await;
    let cashier = hub.staff("2468").await;
    let without = cashier.post(Accept::NAME, "{}").send().await.unwrap();
    assert_eq!(field_of(problem(without, StatusCode::BAD_REQUEST).await), "idempotency-key");
    let wrong = cashier.post(Accept::NAME, "{}").header("idempotency-key", "7").send().await.unwrap();
    assert_eq!(field_of(problem(wrong, StatusCode::BAD_REQUEST).await), "idempotency-key");
    hub.stop().await;
}

#[tokio::test]
async fn every_answer_has_an_id_for_the_log() {
    let hub = TestHub::start().await;
    let mut ids = Vec::new();
    for _ in 0..2 {
        let response =
            hub.visitor().post(GetMine::NAME, "{}").header("x-request-id", "mine").send().await.unwrap();
        ids.push(response.headers()["x-request-id"].to_str().unwrap().to_owned());
        problem(response, StatusCode::UNAUTHORIZED).await;
    }
    assert_ne!(ids[0], ids[1]);
    assert!(ids.iter().all(|id| id.parse::<uuid::Uuid>().is_ok()), "{ids:?}");
    hub.stop().await;
}

#[tokio::test]
async fn too_many_new_devices_from_one_address() {
    let rate = Rate { burst: 2, refill: Duration::from_secs(3600) };
    let hub = TestHub::start_with(|config| config.limits.registrations = rate).await;
    hub.shopper().await;
    hub.shopper().await;
    let third = hub.visitor().post(Register::NAME, "{}").send().await.unwrap();
    let wait: u64 = third.headers()["retry-after"].to_str().unwrap().parse().unwrap();
    assert!((3500..=3601).contains(&wait), "{wait}");
    assert_eq!(problem(third, StatusCode::TOO_MANY_REQUESTS).await, Refusal::Busy);
    hub.stop().await;
}

#[tokio::test]
async fn guessing_pins_with_ever_new_devices() {
    let rate = Rate { burst: 3, refill: Duration::from_secs(3600) };
    let hub = TestHub::start_with(|config| config.limits.wrong_pins = rate).await;
    for _ in 0..3 {
        // A right PIN costs nothing.
        hub.staff("2468").await;
        let guess = hub.shopper().await.sign_in("0000").await.map(|_| ());
        assert!(matches!(guess, Err(Refusal::WrongPin { .. })), "{guess:?}");
    }
    let fourth = hub.shopper().await.post(SignIn::NAME, "{}").send().await.unwrap();
    assert_eq!(problem(fourth, StatusCode::TOO_MANY_REQUESTS).await, Refusal::Busy);
    hub.stop().await;
}

#[tokio::test]
async fn guessing_the_numbers_of_gift_cards() {
    let rate = Rate { burst: 3, refill: Duration::from_secs(3600) };
    let hub = TestHub::start_with(|config| config.limits.wrong_gift_cards = rate).await;
    let cashier = hub.staff("2468").await;
    let number = GiftCardNumber::from_bits(1);
    let amount = Currency::CNY.minor(10_000);
    let sell = SellGiftCard { card: GiftCardId(Uuid::now_v7()), number, amount, terminal: None };
    cashier.call(&sell).await.unwrap();
    for guess in 2..5 {
        // A right number costs nothing.
        let shown = hub.shopper().await.call(&GetGiftCard { number }).await.unwrap();
        assert_eq!(shown.money.balance, amount);
        let guess = GetGiftCard { number: GiftCardNumber::from_bits(guess) };
        let refused = hub.visitor().call(&guess).await.unwrap_err();
        assert_eq!(refused, Refusal::NotFound { what: Thing::GiftCard });
    }
    let body = serde_json::to_string(&GetGiftCard { number }).unwrap();
    let fourth = hub.shopper().await.post(GetGiftCard::NAME, body).send().await.unwrap();
    assert_eq!(problem(fourth, StatusCode::TOO_MANY_REQUESTS).await, Refusal::Busy);
    // Nobody's guessing keeps a till from working.
    assert_eq!(cashier.call(&GetGiftCard { number }).await.unwrap().money.balance, amount);
    hub.stop().await;
}

#[tokio::test]
async fn a_hub_with_its_hands_full() {
    let hub = TestHub::start_with(|config| {
        config.limits.calls_at_once = 0;
        config.limits.streams_at_once = 0;
    })
    .await;
    let call = hub.visitor().post("shop.get", "{}").send().await.unwrap();
    assert_eq!(call.headers()["retry-after"], "1");
    assert_eq!(problem(call, StatusCode::SERVICE_UNAVAILABLE).await, Refusal::Busy);
    assert_eq!(problem(hub.get("/events").await, StatusCode::SERVICE_UNAVAILABLE).await, Refusal::Busy);
    assert_eq!(hub.get("/healthz").await.status(), StatusCode::OK);
    hub.stop().await;
}
