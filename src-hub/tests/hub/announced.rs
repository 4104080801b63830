//! How the program makes itself known in its neighbourhood: over this machine's loopback, where multicast can be had.

use std::time::{Duration, Instant};

use mdns_sd::{IfKind, ServiceDaemon, ServiceEvent};
use ministore_core::nearby::{Announcement, SERVICE};

use crate::program::{Serving, address_in, demo_folder};

const PATIENCE: Duration = Duration::from_secs(20);

/// Listens until `wanted` says what it was waiting for; None where nothing of the kind comes in time.
fn hear<T>(
    events: &mdns_sd::Receiver<ServiceEvent>,
    patience: Duration,
    wanted: impl Fn(ServiceEvent) -> Option<T>,
) -> Option<T> {
    let until = Instant::now() + patience;
    while let Ok(event) = events.recv_deadline(until) {
        if let Some(found) = wanted(event) {
            return Some(found);
        }
    }
    None
}

#[cfg(unix)]
#[tokio::test]
async fn a_hub_announces_its_shop_and_takes_it_back_when_it_stops() {
    let folder = demo_folder().await;
    let mut serving = Serving::start(folder.path(), "127.0.0.1:0", &["--announce", "on"]);
    let told = serving.ready();
    let port: u16 = address_in(&told).rsplit(':').next().unwrap().trim_end_matches('/').parse().unwrap();
    let browser = ServiceDaemon::new().unwrap();
    browser.enable_interface(IfKind::LoopbackV4).unwrap();
    let events = browser.browse(SERVICE).unwrap();
    let resolved = hear(&events, PATIENCE, |event| match event {
        ServiceEvent::ServiceResolved(service) if service.get_port() == port => Some(service),
        _ => None,
    });
    let service = resolved.expect("it is found");
    let announced = Announcement::of(|key| service.get_property_val_str(key)).unwrap();
    assert_eq!((announced.name.as_str(), announced.tls_port), ("Corner & Co.", port));
    assert_eq!(announced.version, env!("CARGO_PKG_VERSION"));
    let fingerprint = announced.authority.grouped();
    assert!(told.contains(&fingerprint[..39]), "the terminal shows the same: {told}");
    let name = service.get_fullname().to_owned();

    serving.ask_to_end();
    let gone = hear(&events, PATIENCE, |event| match event {
        ServiceEvent::ServiceRemoved(_, removed) if removed == name => Some(()),
        _ => None,
    });
    assert!(gone.is_some(), "it is taken back");
    browser.shutdown().unwrap();
}

#[tokio::test]
async fn a_hub_for_its_own_machine_alone_is_not_announced_by_itself() {
    let folder = demo_folder().await;
    let mut serving = Serving::start(folder.path(), "127.0.0.1:0", &[]);
    let told = serving.ready();
    let port: u16 = address_in(&told).rsplit(':').next().unwrap().trim_end_matches('/').parse().unwrap();
    let browser = ServiceDaemon::new().unwrap();
    browser.enable_interface(IfKind::LoopbackV4).unwrap();
    let events = browser.browse(SERVICE).unwrap();
    // As long as one takes to be found that is announced, several times over.
    let found = hear(&events, Duration::from_secs(5), |event| match event {
        ServiceEvent::ServiceResolved(service) if service.get_port() == port => Some(()),
        _ => None,
    });
    assert_eq!(found, None);
    browser.shutdown().unwrap();
}
