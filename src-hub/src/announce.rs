//! Making the hub known in its neighbourhood over multicast DNS, for as long as it serves.

use std::net::{IpAddr, SocketAddr};
use std::time::Duration;

use mdns_sd::{DaemonEvent, IfKind, ServiceDaemon, ServiceInfo};
use ministore_core::nearby::{Announcement, SERVICE};
use uuid::Uuid;

/// How long the farewell may take.
const FAREWELL: Duration = Duration::from_secs(2);

/// Whether a hub makes itself known.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum Announce {
    /// Where others can reach it: not where it listens for its own machine alone.
    #[default]
    WhereReached,
    /// In any case; for its own machine alone, there.
    Always,
    /// Not at all.
    Never,
}

impl Announce {
    /// Whether a hub that listens at `address` is to be announced.
    pub(crate) const fn includes(self, address: SocketAddr) -> bool {
        match self {
            Self::WhereReached => !address.ip().is_loopback(),
            Self::Always => true,
            Self::Never => false,
        }
    }
}

/// A hub that is announced. The daemon is a thread of its own; it follows the machine's addresses by itself.
pub(crate) struct Announced {
    daemon: ServiceDaemon,
    name: String,
}

impl Announced {
    /// Announces a hub that listens at `address`.
    pub(crate) fn start(address: SocketAddr, announcement: &Announcement) -> mdns_sd::Result<Self> {
        let daemon = ServiceDaemon::new()?;
        let ip = address.ip();
        if ip.is_ipv4() {
            // What listens for IPv4 answers nobody who comes by IPv6.
            daemon.disable_interface(IfKind::IPv6)?;
        }
        if ip.is_loopback() {
            daemon.disable_interface(IfKind::All)?;
            daemon.enable_interface(if ip.is_ipv4() { IfKind::LoopbackV4 } else { IfKind::LoopbackV6 })?;
        }
        tell_of_trouble(&daemon)?;
        // No one reads this name; several hubs can be of one shop, and on one machine.
        let instance = format!("ministore-{}", Uuid::now_v7().simple());
        let host = format!("{instance}.local.");
        let own: Vec<IpAddr> = if ip.is_unspecified() { Vec::new() } else { vec![ip] };
        let info = ServiceInfo::new(
            SERVICE,
            &instance,
            &host,
            own.as_slice(),
            address.port(),
            announcement.properties().as_slice(),
        )?;
        let info = if ip.is_unspecified() { info.enable_addr_auto() } else { info };
        let name = info.get_fullname().to_owned();
        daemon.register(info)?;
        Ok(Self { daemon, name })
    }

    /// Takes the announcement back, so that nobody is led to a hub that is gone.
    pub(crate) async fn withdraw(self) {
        let farewell = async {
            if let Ok(said) = self.daemon.unregister(&self.name) {
                // It is said, or the daemon is gone: both end the waiting.
                let _ = said.recv_async().await;
            }
            if let Ok(ended) = self.daemon.shutdown() {
                let _ = ended.recv_async().await;
            }
        };
        if tokio::time::timeout(FAREWELL, farewell).await.is_err() {
            tracing::warn!(
                "the announcement was not taken back in time; it ends by itself within two minutes"
            );
        }
    }
}

/// Logs what the daemon cannot do, as where a network has no multicast.
fn tell_of_trouble(daemon: &ServiceDaemon) -> mdns_sd::Result<()> {
    let events = daemon.monitor()?;
    tokio::spawn(async move {
        while let Ok(event) = events.recv_async().await {
            if let DaemonEvent::Error(error) = event {
                tracing::warn!(%error, "the hub is not announced on one of its networks");
            }
        }
    });
    Ok(())
}
