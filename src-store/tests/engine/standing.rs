//! Which devices are counters, and what proves a device.

use ministore_core::device::{
    Approval, Approve, GetDevice, GetDevices, KnownDevice, PROVED_HOURS, Proof, Register, Renew, Secret,
    ShutOut, Signature, Standing,
};
use ministore_core::id::DeviceId;
use ministore_core::refusal::{Refusal, Thing};
use ministore_core::role::{Actor, StaffRole};
use ministore_core::shop::Shop;
use ministore_core::staff::{GetMe, SignIn, SignedIn};
use ministore_core::time::Timestamp;
use ministore_store::Credential;
use ministore_store::engine::Seat;
use ministore_store::payment::Providers;
use p256::ecdsa::SigningKey;
use p256::ecdsa::signature::Signer;

use super::test_shop::{CASHIER_PIN, TestShop, id, shop as demo_shop};

const MANAGER_PIN: &str = "864200";

/// A shop whose PINs are nobody's business.
async fn real_shop() -> TestShop {
    let shop = TestShop::empty(Providers::demo(), Seat::Hub).await;
    shop.engine.create_shop(&Shop { demo: false, ..demo_shop() }).await.unwrap();
    shop.add_staff(StaffRole::Cashier, CASHIER_PIN).await;
    shop.add_staff(StaffRole::Manager, MANAGER_PIN).await;
    shop
}

fn approval(role: StaffRole) -> Approval {
    Approval { name: "Till 2".parse().unwrap(), role }
}

/// What proves the session that a sign-in began.
fn credential(sign_in: &SignIn) -> Credential {
    Credential { id: sign_in.session.0, secret: sign_in.secret.clone() }
}

/// Signs in and gives who that is from then on.
async fn sign_in(shop: &TestShop, at: Actor, sign_in: SignIn) -> Result<(Actor, SignedIn), Refusal> {
    let credential = credential(&sign_in);
    let signed_in = shop.call(at, sign_in).await?;
    Ok((shop.engine.identify(Some(&credential)).await.unwrap(), signed_in))
}

async fn manager(shop: &TestShop) -> Actor {
    let first = SignIn { approve: Some(approval(StaffRole::Manager)), ..TestShop::sign_in(MANAGER_PIN) };
    sign_in(shop, shop.shopper().await, first).await.unwrap().0
}

async fn listed(shop: &TestShop, who: Actor) -> Vec<KnownDevice> {
    shop.call(who, GetDevices {}).await.unwrap().devices
}

#[tokio::test]
async fn nobody_works_at_a_device_before_a_manager_has_approved_it() {
    let shop = real_shop().await;
    let tablet = shop.shopper().await;
    let device = tablet.device().unwrap();
    let refused = shop.call(tablet, TestShop::sign_in(CASHIER_PIN)).await.unwrap_err();
    assert_eq!(refused, Refusal::DeviceNotApproved { device, may_approve: false });
    let mine = shop.call(tablet, GetDevice {}).await.unwrap();
    assert_eq!(mine.standing, Standing::Asked);

    let manager = manager(&shop).await;
    let asking = listed(&shop, manager).await;
    assert_eq!(asking[0].device, device, "who asks stands first");
    assert_eq!(asking[0].last_staff.as_deref(), Some("Lin"));
    let approved =
        shop.call(manager, Approve { device, approval: approval(StaffRole::Cashier) }).await.unwrap();
    assert_eq!(approved.standing, Standing::Cashier);
    assert_eq!(approved.name.unwrap().as_str(), "Till 2");
    let (cashier, signed_in) = sign_in(&shop, tablet, TestShop::sign_in(CASHIER_PIN)).await.unwrap();
    assert_eq!(signed_in.role, StaffRole::Cashier);
    assert!(shop.call(cashier, GetMe {}).await.is_ok());
}

#[tokio::test]
async fn a_manager_approves_the_device_in_hand_and_a_cashier_does_not() {
    let shop = real_shop().await;
    let tablet = shop.shopper().await;
    let device = tablet.device().unwrap();
    let refused = shop.call(tablet, TestShop::sign_in(MANAGER_PIN)).await.unwrap_err();
    assert_eq!(refused, Refusal::DeviceNotApproved { device, may_approve: true });
    let by_cashier = SignIn { approve: Some(approval(StaffRole::Manager)), ..TestShop::sign_in(CASHIER_PIN) };
    assert_eq!(shop.call(tablet, by_cashier).await.unwrap_err(), Refusal::NotAllowed);
    assert_eq!(shop.call(tablet, GetDevice {}).await.unwrap().standing, Standing::Asked);
    let by_manager = SignIn { approve: Some(approval(StaffRole::Cashier)), ..TestShop::sign_in(MANAGER_PIN) };
    let (actor, signed_in) = sign_in(&shop, tablet, by_manager).await.unwrap();
    // The tablet was approved for cashiers: whoever takes it from the counter is no more than that.
    assert_eq!(signed_in.role, StaffRole::Cashier);
    assert_eq!(shop.call(actor, GetDevices {}).await.unwrap_err(), Refusal::NotAllowed);
    assert_eq!(shop.call(actor, GetMe {}).await.unwrap().role, StaffRole::Cashier);
}

#[tokio::test]
async fn a_device_that_is_shut_out_does_nothing_until_it_is_let_in_again() {
    let shop = real_shop().await;
    let manager = manager(&shop).await;
    let tablet = shop.shopper().await;
    let device = tablet.device().unwrap();
    let approve = Approve { device, approval: approval(StaffRole::Cashier) };
    shop.call(manager, approve.clone()).await.unwrap();
    let first = TestShop::sign_in(CASHIER_PIN);
    let session = credential(&first);
    shop.call(tablet, first).await.unwrap();
    let key = Credential { id: device.0, secret: Secret::from_bytes([7; 32]) };

    let gone = shop.call(manager, ShutOut { device }).await.unwrap();
    assert_eq!(gone.standing, Standing::ShutOut);
    assert_eq!(shop.engine.identify(Some(&session)).await.unwrap_err(), Refusal::SignInFirst);
    assert_eq!(shop.engine.identify(Some(&key)).await.unwrap_err(), Refusal::DeviceShutOut);
    let again = Register { device, secret: Secret::from_bytes([7; 32]), proof: None };
    assert_eq!(shop.call(Actor::Visitor, again).await.unwrap_err(), Refusal::DeviceShutOut);

    shop.call(manager, approve).await.unwrap();
    assert_eq!(shop.engine.identify(Some(&key)).await.unwrap(), tablet);
    assert!(shop.call(tablet, TestShop::sign_in(CASHIER_PIN)).await.is_ok());
}

#[tokio::test]
async fn a_device_that_is_not_there_is_neither_approved_nor_shut_out() {
    let shop = real_shop().await;
    let manager = manager(&shop).await;
    let nowhere = Refusal::NotFound { what: Thing::Device };
    // The nil id counts the wrong PINs of strangers and is no device.
    for _ in 0..2 {
        shop.call(shop.shopper().await, TestShop::sign_in("0000")).await.unwrap_err();
    }
    for device in [id(), DeviceId(uuid::Uuid::nil())] {
        let approve = Approve { device, approval: approval(StaffRole::Cashier) };
        assert_eq!(shop.call(manager, approve).await.unwrap_err(), nowhere);
        assert_eq!(shop.call(manager, ShutOut { device }).await.unwrap_err(), nowhere);
    }
    assert!(listed(&shop, manager).await.iter().all(|one| !one.device.0.is_nil()));
}

#[tokio::test]
async fn nobody_shuts_themselves_out() {
    let shop = real_shop().await;
    let manager = manager(&shop).await;
    let refused = shop.call(manager, ShutOut { device: manager.device().unwrap() }).await.unwrap_err();
    assert!(matches!(&refused, Refusal::Invalid { field, .. } if field == "device"), "{refused:?}");
    assert!(shop.call(manager, GetDevices {}).await.is_ok());
}

#[tokio::test]
async fn in_a_demo_shop_any_device_is_a_counter_until_it_is_shut_out() {
    let shop = TestShop::open().await;
    shop.add_staff(StaffRole::Manager, MANAGER_PIN).await;
    let tablet = shop.shopper().await;
    let (manager, signed_in) = sign_in(&shop, tablet, TestShop::sign_in(MANAGER_PIN)).await.unwrap();
    assert_eq!(signed_in.role, StaffRole::Manager);
    assert_eq!(listed(&shop, manager).await[0].standing, Standing::Manager);
    let other = shop.shopper().await;
    shop.call(manager, ShutOut { device: other.device().unwrap() }).await.unwrap();
    let key = Credential { id: other.device().unwrap().0, secret: Secret::from_bytes([7; 32]) };
    assert_eq!(shop.engine.identify(Some(&key)).await.unwrap_err(), Refusal::DeviceShutOut);
}

#[tokio::test]
async fn a_renewed_key_takes_the_place_of_the_older() {
    let shop = TestShop::open().await;
    let phone = shop.shopper().await;
    let device = phone.device().unwrap();
    let key = |byte| Credential { id: device.0, secret: Secret::from_bytes([byte; 32]) };
    let renew = Renew { secret: Secret::from_bytes([8; 32]) };
    shop.call(phone, renew.clone()).await.unwrap();
    shop.call(phone, renew).await.unwrap();
    assert_eq!(shop.engine.identify(Some(&key(7))).await.unwrap_err(), Refusal::SignInFirst);
    assert_eq!(shop.engine.identify(Some(&key(8))).await.unwrap(), phone);
}

/// A device whose key signs.
struct Signing {
    device: DeviceId,
    key: SigningKey,
}

impl Signing {
    fn new(seed: u8) -> Self {
        Self { device: id(), key: SigningKey::from_slice(&[seed; 32]).unwrap() }
    }

    fn register(&self, secret: u8, at: i64) -> Register {
        let (secret, at) = (Secret::from_bytes([secret; 32]), Timestamp(at));
        let text = Register::to_sign(self.device, &secret, at);
        let signature: p256::ecdsa::Signature = self.key.sign(text.as_bytes());
        let signature = Signature::from(<[u8; 64]>::try_from(signature.to_bytes().as_slice()).unwrap());
        let point = self.key.verifying_key().to_encoded_point(false);
        let key = <[u8; 65]>::try_from(point.as_bytes()).unwrap().into();
        Register { device: self.device, secret, proof: Some(Proof { key, at, signature }) }
    }

    fn secret(&self, byte: u8) -> Credential {
        Credential { id: self.device.0, secret: Secret::from_bytes([byte; 32]) }
    }
}

#[tokio::test]
async fn a_proved_secret_is_good_for_a_day_and_the_next_takes_its_place() {
    let shop = TestShop::open().await;
    let phone = Signing::new(1);
    shop.call(Actor::Visitor, phone.register(1, 1000)).await.unwrap();
    assert_eq!(shop.engine.identify(Some(&phone.secret(1))).await.unwrap(), Actor::Shopper(phone.device));
    shop.pass(PROVED_HOURS * 60);
    assert_eq!(shop.engine.identify(Some(&phone.secret(1))).await.unwrap_err(), Refusal::SignInFirst);
    // A repeat, as after an answer that was lost, and then the next.
    for at in [1000, 1001] {
        let secret = if at == 1000 { 1 } else { 2 };
        shop.call(Actor::Visitor, phone.register(secret, at)).await.unwrap();
        assert!(shop.engine.identify(Some(&phone.secret(secret))).await.is_ok());
    }
    assert_eq!(shop.engine.identify(Some(&phone.secret(1))).await.unwrap_err(), Refusal::SignInFirst);
}

#[tokio::test]
async fn what_the_key_has_not_signed_proves_nothing() {
    let shop = TestShop::open().await;
    let (phone, thief) = (Signing::new(1), Signing::new(2));
    shop.call(Actor::Visitor, phone.register(1, 1000)).await.unwrap();
    let invalid = async |call: Register, field: &str| {
        let refused = shop.call(Actor::Visitor, call).await.unwrap_err();
        assert!(matches!(&refused, Refusal::Invalid { field: wrong, .. } if wrong == field), "{refused:?}");
    };
    // An older proof, and another secret under the same time.
    invalid(phone.register(2, 999), "proof.at").await;
    invalid(phone.register(2, 1000), "proof.at").await;
    // A signature for another secret, another time, another device.
    let Register { proof, .. } = phone.register(1, 2000);
    let stolen = Register { device: phone.device, secret: Secret::from_bytes([3; 32]), proof: proof.clone() };
    invalid(stolen, "proof.signature").await;
    let mut later = phone.register(1, 2000);
    later.proof.as_mut().unwrap().at = Timestamp(3000);
    invalid(later, "proof.signature").await;
    let elsewhere = Register { device: thief.device, secret: Secret::from_bytes([1; 32]), proof };
    invalid(elsewhere, "proof.signature").await;
    // A point beside the curve.
    let mut nowhere = phone.register(1, 2000);
    nowhere.proof.as_mut().unwrap().key = [4; 65].into();
    invalid(nowhere, "proof.key").await;
    // Another's key, and no key at all, for a device that has one.
    let theft = Signing { device: phone.device, key: thief.key };
    assert_eq!(shop.call(Actor::Visitor, theft.register(4, 9000)).await.unwrap_err(), Refusal::IdReused);
    let bare = Register { device: phone.device, secret: Secret::from_bytes([1; 32]), proof: None };
    assert_eq!(shop.call(Actor::Visitor, bare).await.unwrap_err(), Refusal::IdReused);
    let renew = Renew { secret: Secret::from_bytes([5; 32]) };
    let refused = shop.call(Actor::Shopper(phone.device), renew).await.unwrap_err();
    assert!(matches!(refused, Refusal::Invalid { .. }), "{refused:?}");
    assert!(shop.engine.identify(Some(&phone.secret(1))).await.is_ok(), "the phone goes on");
}
