//! A device's key drawn anew, and a device that is shut out.

use std::fs;
use std::path::Path;

use ministore_app::key::{DeviceKey, Keeper, file_in};
use ministore_core::device::{Approval, GetDevice, Secret};
use ministore_core::id::SessionId;
use ministore_core::member::Join;
use ministore_core::refusal::Refusal;
use ministore_core::role::StaffRole;
use ministore_core::staff::{GetMe, SignIn};
use ministore_hub::founding::DEMO_STAFF;
use serde_json::{Value, json};
use uuid::Uuid;

use crate::shop::{App, Shop};

/// The secret that the file keeps.
fn secret_in(folder: &Path) -> String {
    let kept: Value = serde_json::from_slice(&fs::read(file_in(folder)).unwrap()).unwrap();
    kept["secret"].as_str().unwrap().to_owned()
}

/// Has the kept key look as if it was drawn long ago.
fn age(folder: &Path) {
    let mut kept: Value = serde_json::from_slice(&fs::read(file_in(folder)).unwrap()).unwrap();
    kept["drawn"] = json!(0);
    fs::write(file_in(folder), kept.to_string()).unwrap();
}

/// The app once it has drawn another key, and the hub knows that.
async fn with_another_key(app: App) -> App {
    let old = secret_in(app.folder());
    age(app.folder());
    let app = app.restart().await;
    app.until("another key", || async { secret_in(app.folder()) != old }).await;
    app.until("the hub knows it", || async { app.call(&GetDevice {}).await.is_ok() }).await;
    app
}

#[tokio::test(flavor = "multi_thread")]
async fn an_old_key_gives_way_to_a_new_one_and_the_device_stays_the_same() {
    let shop = Shop::open().await;
    let app = App::paired(shop.address).await;
    let card = app.call(&Join { member: Uuid::now_v7().into() }).await.unwrap();
    let old = secret_in(app.folder());
    let app = with_another_key(app).await;
    let again = app.call(&Join { member: Uuid::now_v7().into() }).await.unwrap();
    assert_eq!(again.number, card.number, "it is the same member's device");
    let stolen = ministore_store::Credential {
        id: DeviceKey::open(app.folder(), Keeper::File).unwrap().device.0,
        secret: old.parse().unwrap(),
    };
    let known = shop.hub().engine().identify(Some(&stolen)).await;
    assert_eq!(known, Err(Refusal::SignInFirst), "the old key proves nothing any more");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_hub_from_a_backup_that_knows_the_key_before_takes_the_new_one() {
    let mut shop = Shop::open().await;
    let app = App::paired(shop.address).await;
    shop.switch_off().await;
    let backup = shop.back_up();
    shop.switch_on().await;
    let app = with_another_key(app).await;
    shop.switch_off().await;
    shop.restore(&backup);
    shop.switch_on().await;
    app.until("the hub of yesterday knows the device", || async { app.call(&GetDevice {}).await.is_ok() })
        .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_app_that_is_shut_out_says_so_and_keeps_what_it_has() {
    let shop = Shop::open().await;
    let app = App::paired(shop.address).await;
    let sign_in = || SignIn {
        pin: DEMO_STAFF[1].pin.parse().unwrap(),
        session: SessionId(Uuid::now_v7()),
        secret: Secret::from_bytes([5; 32]),
        approve: None,
    };
    app.call(&sign_in()).await.unwrap();
    let device = DeviceKey::open(app.folder(), Keeper::File).unwrap().device;
    shop.hub().engine().shut_device_out(device).await.unwrap();
    assert_eq!(app.call(&GetMe {}).await, Err(Refusal::SignInFirst));
    assert_eq!(app.call(&sign_in()).await, Err(Refusal::DeviceShutOut));
    assert!(app.device.status().shut_out);
    assert!(!app.goods().await.is_empty(), "its own copy of the goods is there");

    let approval = Approval { name: "Till 2".parse().unwrap(), role: StaffRole::Cashier };
    shop.hub().engine().approve_device(device, &approval).await.unwrap();
    app.call(&sign_in()).await.unwrap();
    assert!(!app.device.status().shut_out);
}
