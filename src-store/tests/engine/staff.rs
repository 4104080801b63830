use ministore_core::device::Secret;
use ministore_core::id::DeviceId;
use ministore_core::refusal::Refusal;
use ministore_core::role::{Actor, Role, StaffRole};
use ministore_core::staff::{GetMe, SESSION_MINUTES, SignOut};
use ministore_store::engine::Credential;

use super::test_shop::{CASHIER_PIN, TestShop, id};

#[tokio::test]
async fn a_pin_opens_a_session_until_it_is_ended() {
    let shop = TestShop::open().await;
    let staff = shop.add_staff(StaffRole::Manager, CASHIER_PIN).await;
    let counter = shop.shopper().await;
    let sign_in = TestShop::sign_in(CASHIER_PIN);
    let credential = Credential { id: sign_in.session.0, secret: sign_in.secret.clone() };
    let signed_in = shop.call(counter, sign_in).await.unwrap();
    assert_eq!((signed_in.staff, signed_in.role), (staff, StaffRole::Manager));
    let actor = shop.engine.identify(Some(&credential)).await.unwrap();
    assert_eq!((actor.role(), actor.device()), (Role::Manager, counter.device()));
    assert_eq!(shop.call(actor, GetMe {}).await.unwrap(), signed_in);
    shop.call(actor, SignOut {}).await.unwrap();
    assert_eq!(shop.engine.identify(Some(&credential)).await.unwrap_err(), Refusal::SignInFirst);
}

#[tokio::test]
async fn a_session_ends_by_itself() {
    let shop = TestShop::open().await;
    shop.add_staff(StaffRole::Cashier, CASHIER_PIN).await;
    let sign_in = TestShop::sign_in(CASHIER_PIN);
    let credential = Credential { id: sign_in.session.0, secret: sign_in.secret.clone() };
    shop.call(shop.shopper().await, sign_in).await.unwrap();
    shop.pass(SESSION_MINUTES);
    assert_eq!(shop.engine.identify(Some(&credential)).await.unwrap_err(), Refusal::SignInFirst);
}

#[tokio::test]
async fn wrong_pins_lock_the_device_and_time_unlocks_it() {
    let shop = TestShop::open().await;
    shop.add_staff(StaffRole::Cashier, CASHIER_PIN).await;
    let guesser = shop.shopper().await;
    for left in (1..=4).rev() {
        let refused = shop.call(guesser, TestShop::sign_in("0000")).await.unwrap_err();
        assert_eq!(refused, Refusal::WrongPin { tries_left: left });
    }
    let locked = shop.call(guesser, TestShop::sign_in("0000")).await.unwrap_err();
    assert!(matches!(locked, Refusal::PinLocked { .. }), "{locked:?}");
    let even_right = shop.call(guesser, TestShop::sign_in(CASHIER_PIN)).await.unwrap_err();
    assert_eq!(even_right, locked);
    let other = shop.shopper().await;
    assert!(shop.call(other, TestShop::sign_in(CASHIER_PIN)).await.is_ok(), "another device is free");
    shop.pass(1);
    assert!(shop.call(guesser, TestShop::sign_in(CASHIER_PIN)).await.is_ok());
}

#[tokio::test]
async fn a_lock_survives_a_restart() {
    let shop = TestShop::open().await;
    shop.add_staff(StaffRole::Cashier, CASHIER_PIN).await;
    let guesser = shop.shopper().await;
    for _ in 0..5 {
        shop.call(guesser, TestShop::sign_in("0000")).await.unwrap_err();
    }
    let shop = shop.restarted(ministore_store::payment::Providers::default()).await;
    let refused = shop.call(guesser, TestShop::sign_in(CASHIER_PIN)).await.unwrap_err();
    assert!(matches!(refused, Refusal::PinLocked { .. }));
}

#[tokio::test]
async fn guessing_from_ever_new_devices_is_slowed_but_the_counter_goes_on() {
    let shop = TestShop::open().await;
    shop.add_staff(StaffRole::Cashier, CASHIER_PIN).await;
    let counter = shop.shopper().await;
    shop.call(counter, TestShop::sign_in(CASHIER_PIN)).await.unwrap();
    for _ in 0..50 {
        let stranger = shop.shopper().await;
        shop.call(stranger, TestShop::sign_in("0000")).await.unwrap_err();
    }
    let stranger = shop.shopper().await;
    let refused = shop.call(stranger, TestShop::sign_in(CASHIER_PIN)).await.unwrap_err();
    assert!(matches!(refused, Refusal::PinLocked { .. }), "{refused:?}");
    assert!(shop.call(counter, TestShop::sign_in(CASHIER_PIN)).await.is_ok());
}

#[tokio::test]
async fn two_people_cannot_have_one_pin_and_a_new_one_ends_sessions() {
    let shop = TestShop::open().await;
    let staff = shop.add_staff(StaffRole::Cashier, CASHIER_PIN).await;
    let twin =
        ministore_store::staff::StaffMember { id: id(), name: "Bo".to_owned(), role: StaffRole::Cashier };
    let refused = shop.engine.add_staff(&twin, &CASHIER_PIN.parse().unwrap()).await.unwrap_err();
    assert!(matches!(refused, Refusal::Invalid { field, .. } if field == "pin"));
    let sign_in = TestShop::sign_in(CASHIER_PIN);
    let credential = Credential { id: sign_in.session.0, secret: sign_in.secret.clone() };
    shop.call(shop.shopper().await, sign_in).await.unwrap();
    shop.engine.set_pin(staff, &"864200".parse().unwrap()).await.unwrap();
    assert_eq!(shop.engine.identify(Some(&credential)).await.unwrap_err(), Refusal::SignInFirst);
    assert!(shop.call(shop.shopper().await, TestShop::sign_in("864200")).await.is_ok());
}

#[tokio::test]
async fn a_key_that_is_not_the_devices_proves_nothing() {
    let shop = TestShop::open().await;
    let device = shop.shopper().await.device().unwrap();
    let with = |id: DeviceId, byte| Credential { id: id.0, secret: Secret::from_bytes([byte; 32]) };
    assert_eq!(shop.engine.identify(Some(&with(device, 7))).await.unwrap(), Actor::Shopper(device));
    assert_eq!(shop.engine.identify(Some(&with(device, 8))).await.unwrap_err(), Refusal::SignInFirst);
    assert_eq!(shop.engine.identify(Some(&with(id(), 7))).await.unwrap_err(), Refusal::SignInFirst);
    assert_eq!(shop.engine.identify(None).await.unwrap(), Actor::Visitor);
    let taken = ministore_core::device::Register { device, secret: Secret::from_bytes([8; 32]), proof: None };
    assert_eq!(shop.call(Actor::Visitor, taken).await.unwrap_err(), Refusal::IdReused);
}
