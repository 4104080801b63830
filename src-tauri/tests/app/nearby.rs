//! Finding a hub in the neighbourhood, and pairing with it. Over this machine's own loopback, where both ends can be had.

use std::time::{Duration, Instant};

use ministore_app::nearby::{Nearby, NearbyHub, Networks};
use ministore_core::refusal::Refusal;
use ministore_hub::Announce;

use crate::shop::{App, Shop};

/// How long a hub may take to be found, or to be gone.
const PATIENCE: Duration = Duration::from_secs(20);

/// Asks until what is found is as wanted.
async fn until(nearby: &Nearby, wanted: impl Fn(&[NearbyHub]) -> bool) -> Vec<NearbyHub> {
    let started = Instant::now();
    loop {
        let found = nearby.list().unwrap();
        if wanted(&found) {
            return found;
        }
        assert!(started.elapsed() < PATIENCE, "{found:?}");
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_hub_nearby_is_found_paired_with_by_its_fingerprint_and_gone_when_it_stops() {
    let mut shop = Shop::open_announced(Announce::Always).await;
    let mine = shop.link().replacen("http://", "https://", 1);
    let nearby = Nearby::over(Networks::Loopback);
    let is_mine = |hub: &NearbyHub| hub.link == mine;
    let found = until(&nearby, |found| found.iter().any(is_mine)).await;
    let hub = found.iter().find(|hub| is_mine(hub)).unwrap();
    assert_eq!(hub.name, "Corner & Co.");
    let authority = shop.hub().authority().unwrap().grouped();
    assert!(authority.starts_with(&hub.digits) && hub.digits.len() == 9, "{} of {authority}", hub.digits);

    let app = App::install().await;
    let status = app.device.pair(&hub.link).await.unwrap();
    assert!(status.paired && status.address.unwrap().starts_with("https://127.0.0.1:"));

    // One that announces another fingerprint than its own is not paired with.
    let forged = hub.link.replace(&authority.replace(' ', "").to_lowercase(), &"0".repeat(64));
    assert_ne!(forged, hub.link);
    let refused = App::install().await.device.pair(&forged).await.unwrap_err();
    assert_eq!(refused, Refusal::WrongAuthority);

    shop.switch_off().await;
    until(&nearby, |found| !found.iter().any(is_mine)).await;
    nearby.stop();
}
