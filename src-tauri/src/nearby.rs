//! The hubs that announce themselves in the neighbourhood, for as long as somebody looks for one. What they say proves
//! nothing yet: it is shown with the beginning of the fingerprint, and pairing holds on to that fingerprint.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread;

use mdns_sd::{IfKind, ResolvedService, ServiceDaemon, ServiceEvent};
use ministore_core::id::ShopId;
use ministore_core::nearby::{Announcement, AnnouncementError, SERVICE};
use ministore_core::refusal::Refusal;
use serde::Serialize;

/// The most hubs that are kept: a neighbourhood has few, and whoever announces thousands fills no memory.
const MOST: usize = 40;

/// A hub that announces itself.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct NearbyHub {
    /// The shop's name, as it was announced.
    pub name: String,
    /// Which shop.
    pub shop: ShopId,
    /// The first eight digits of its authority's fingerprint, as people compare them.
    pub digits: String,
    /// What the app is paired by: the hub's address and the whole fingerprint.
    pub link: String,
}

/// Over which networks is looked.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum Networks {
    /// Those that this machine shares with others.
    #[default]
    Shared,
    /// Its own loopback too, for a hub on the same machine that is announced there.
    Loopback,
}

/// The search for hubs, while there is one.
#[derive(Default)]
pub struct Nearby {
    networks: Networks,
    search: Mutex<Option<Search>>,
}

type Found = Arc<Mutex<BTreeMap<String, NearbyHub>>>;

struct Search {
    daemon: ServiceDaemon,
    found: Found,
}

impl Nearby {
    /// No search yet, over these networks once there is one.
    pub fn over(networks: Networks) -> Self {
        Self { networks, search: Mutex::default() }
    }

    /// The hubs found so far, by name. The first asking starts the search.
    pub fn list(&self) -> Result<Vec<NearbyHub>, Refusal> {
        let mut search = lock(&self.search);
        let search = match &mut *search {
            Some(search) => search,
            none => none.insert(
                start(self.networks).map_err(|error| Refusal::Internal { incident: error.to_string() })?,
            ),
        };
        let mut hubs: Vec<NearbyHub> = lock(&search.found).values().cloned().collect();
        hubs.sort_by(|one, other| (&one.name, &one.link).cmp(&(&other.name, &other.link)));
        // A hub that was announced anew, as after it was killed, is there twice until the older announcement ends.
        hubs.dedup_by(|one, other| one.link == other.link);
        Ok(hubs)
    }

    /// Ends the search and forgets what it found.
    pub fn stop(&self) {
        if let Some(search) = lock(&self.search).take()
            && let Err(error) = search.daemon.shutdown()
        {
            tracing::warn!(%error, "the search for hubs goes on");
        }
    }
}

fn start(networks: Networks) -> mdns_sd::Result<Search> {
    let daemon = ServiceDaemon::new()?;
    if networks == Networks::Loopback {
        daemon.enable_interface(IfKind::LoopbackV4)?;
    }
    let events = daemon.browse(SERVICE)?;
    let found = Found::default();
    let kept = found.clone();
    // It ends with the daemon, which closes the channel.
    thread::spawn(move || {
        while let Ok(event) = events.recv() {
            match event {
                ServiceEvent::ServiceResolved(service) => note(&kept, &service),
                ServiceEvent::ServiceRemoved(_, name) => {
                    lock(&kept).remove(&name);
                }
                _ => {}
            }
        }
    });
    Ok(Search { daemon, found })
}

/// Keeps what a hub announces where it is one that can be paired with; forgets it where it is none any more.
fn note(found: &Found, service: &ResolvedService) {
    let mut found = lock(found);
    match read(service) {
        Ok(Some(hub)) if found.len() < MOST || found.contains_key(service.get_fullname()) => {
            found.insert(service.get_fullname().to_owned(), hub);
        }
        Ok(_) => {
            found.remove(service.get_fullname());
        }
        Err(error) => {
            tracing::debug!(%error, "a hub that cannot be one");
            found.remove(service.get_fullname());
        }
    }
}

fn read(service: &ResolvedService) -> Result<Option<NearbyHub>, AnnouncementError> {
    let announced = Announcement::of(|key| service.get_property_val_str(key))?;
    let link = announced.link(service.get_addresses().iter().map(mdns_sd::ScopedIp::to_ip_addr));
    Ok(link.map(|link| NearbyHub {
        digits: announced.authority.grouped().chars().take(9).collect(),
        name: announced.name,
        shop: announced.shop,
        link: link.to_string(),
    }))
}

/// What is behind a lock is changed in one step, so it is whole also where a holder panicked.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
