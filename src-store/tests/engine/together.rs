use std::time::Duration;

use ministore_core::device::{Register, Secret};
use ministore_core::id::DeviceId;
use ministore_core::refusal::Refusal;
use ministore_core::role::Actor;
use ministore_store::Credential;

use super::test_shop::{TestShop, call_id, id};

const WRITERS: usize = 120;

fn secret(number: usize) -> Secret {
    Secret::from_bytes([u8::try_from(number).unwrap(); 32])
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn many_writers_at_once_are_each_answered_for_themselves() {
    let shop = TestShop::open().await;
    let taken: DeviceId = id();
    let register = Register { device: taken, secret: secret(250), proof: None };
    shop.call(Actor::Visitor, register).await.unwrap();
    let mut writers = Vec::new();
    for number in 0..WRITERS {
        let engine = shop.engine.clone();
        // Every third wants what is taken, and is refused in the middle of the others' work.
        let device = if number % 3 == 0 { taken } else { id() };
        let register = Register { device, secret: secret(number), proof: None };
        let task = tokio::spawn(async move { engine.call(&Actor::Visitor, call_id(), register).await });
        writers.push((number, device, task));
    }
    // Every fifth goes away, at the moment that chance brings.
    for (number, _, task) in &writers {
        if number % 5 == 0 {
            tokio::time::sleep(Duration::from_micros(200)).await;
            task.abort();
        }
    }
    let mut done = 0;
    for (number, device, task) in writers {
        match task.await {
            Ok(Ok(_)) => {
                let credential = Credential { id: device.0, secret: secret(number) };
                let actor = shop.engine.identify(Some(&credential)).await.unwrap();
                assert_eq!(actor, Actor::Shopper(device));
                done += 1;
            }
            Ok(Err(refusal)) => assert_eq!((refusal, device), (Refusal::IdReused, taken)),
            Err(gone) => assert!(gone.is_cancelled(), "{gone}"),
        }
    }
    assert!(done >= WRITERS / 2, "{done}");
    // Whoever went away left the way free.
    shop.shopper().await;
    shop.assert_ledgers_agree().await;
}
