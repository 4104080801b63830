//! Every call with every role.

use ministore_core::call::{CALLS, Kind};
use ministore_core::refusal::Refusal;
use ministore_core::role::Role;
use reqwest::StatusCode;
use uuid::Uuid;

use crate::support::TestHub;

#[tokio::test]
async fn every_call_lets_in_its_roles_and_nobody_else() {
    let hub = TestHub::start().await;
    for role in Role::ALL {
        let caller = hub.caller(role).await;
        for call in CALLS.iter().filter(|call| call.kind != Kind::Device) {
            // No call is a bare string: who is let in is told so, and nothing is done.
            let request =
                caller.post(call.name, "\"\"").header("idempotency-key", Uuid::now_v7().to_string());
            let response = request.send().await.unwrap();
            let status = response.status();
            let refusal: Refusal = response.json().await.unwrap();
            let expected = match (call.roles.include(role), role) {
                (true, _) => StatusCode::BAD_REQUEST,
                (false, Role::Visitor) => StatusCode::UNAUTHORIZED,
                (false, _) => StatusCode::FORBIDDEN,
            };
            assert_eq!(status, expected, "{} by {role:?}: {refusal:?}", call.name);
        }
    }
    hub.stop().await;
}

#[tokio::test]
async fn what_stays_on_a_device_is_no_call_of_the_hub() {
    let hub = TestHub::start().await;
    let shopper = hub.shopper().await;
    for call in CALLS.iter().filter(|call| call.kind == Kind::Device) {
        let response = shopper.post(call.name, "{}").send().await.unwrap();
        assert_eq!(response.status(), StatusCode::NOT_FOUND, "{}", call.name);
    }
    hub.stop().await;
}

#[tokio::test]
async fn a_key_that_proves_nothing_is_nobodys() {
    let hub = TestHub::start().await;
    let mut stranger = hub.shopper().await;
    let own = stranger.authorization.clone().unwrap();
    let wrong_secret = format!("{}{}", &own[..own.len() - 1], if own.ends_with('0') { '1' } else { '0' });
    for authorization in
        [wrong_secret, format!("Bearer {}.{}", Uuid::now_v7(), "0".repeat(64)), "Bearer x".into()]
    {
        stranger.authorization = Some(authorization.clone());
        let response = stranger.post("shop.get", "{}").send().await.unwrap();
        assert_eq!(response.status(), StatusCode::UNAUTHORIZED, "{authorization}");
        assert_eq!(response.headers()["www-authenticate"], "Bearer");
        assert_eq!(response.json::<Refusal>().await.unwrap(), Refusal::SignInFirst);
    }
    hub.stop().await;
}
