use ministore_core::call::{CALLS, Kind};
use ministore_core::refusal::{Refusal, Thing};
use ministore_core::role::{Actor, Role, StaffRole};
use ministore_store::engine::Seat;
use ministore_store::payment::Providers;

use super::test_shop::{TestShop, call_id, id};

fn actor(role: Role) -> Actor {
    let staff = |role| Actor::Staff { device: id(), session: id(), staff: id(), role };
    match role {
        Role::Visitor => Actor::Visitor,
        Role::Shopper => Actor::Shopper(id()),
        Role::Cashier => staff(StaffRole::Cashier),
        Role::Manager => staff(StaffRole::Manager),
    }
}

#[tokio::test]
async fn every_call_with_every_role() {
    let shop = TestShop::open().await;
    for call in CALLS {
        for role in Role::ALL {
            // Not even JSON: who may not call is told so before anything is looked at.
            let answer =
                shop.engine.call_json(call.name, &actor(role), call_id(), b"nonsense").await.unwrap_err();
            let may = call.roles.include(role);
            match answer {
                Refusal::SignInFirst => assert!(!may && role == Role::Visitor, "{} {role:?}", call.name),
                Refusal::NotAllowed => assert!(!may && role != Role::Visitor, "{} {role:?}", call.name),
                Refusal::NotFound { what: Thing::Call } => {
                    assert_eq!(call.kind, Kind::Device, "{}", call.name)
                }
                Refusal::Invalid { field, .. } => assert!(may && field == "body", "{} {role:?}", call.name),
                other => panic!("{} {role:?}: {other:?}", call.name),
            }
        }
    }
}

#[tokio::test]
async fn a_call_that_is_not_listed_is_not_there() {
    let shop = TestShop::open().await;
    let answer = shop.engine.call_json("order.explode", &Actor::Visitor, call_id(), b"{}").await;
    assert_eq!(answer.unwrap_err(), Refusal::NotFound { what: Thing::Call });
}

#[tokio::test]
async fn an_installed_app_leaves_to_the_hub_what_is_the_hubs() {
    let app = TestShop::empty(Providers::default(), Seat::Device).await;
    for call in CALLS {
        let role = call.roles.iter().next().unwrap();
        let answer = app.engine.call_json(call.name, &actor(role), call_id(), b"{").await.unwrap_err();
        assert_eq!(answer == Refusal::Offline, call.needs_hub, "{}", call.name);
    }
}

#[tokio::test]
async fn before_there_is_a_shop_every_question_says_so() {
    let hub = TestShop::empty(Providers::default(), Seat::Hub).await;
    let answer = hub.engine.call_json("shop.get", &Actor::Visitor, call_id(), b"{}").await.unwrap_err();
    assert_eq!(answer, Refusal::NotFound { what: Thing::Shop });
}
