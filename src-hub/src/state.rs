//! What the handlers share.

use std::net::IpAddr;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use ministore_core::id::DeviceId;
use ministore_store::Engine;
use tokio::sync::{OwnedSemaphorePermit, Semaphore, SemaphorePermit, watch};

use crate::limit::{Limiter, Limits};
use crate::metrics::{Metrics, MetricsFrom};
use crate::page::PageFiles;
use crate::server::{HubConfig, database_path};
use crate::tls::Tls;
use crate::wechat_pay;

/// All of it, cheap to clone.
#[derive(Clone)]
pub(crate) struct HubState(Arc<Shared>);

struct Shared {
    engine: Engine,
    database: PathBuf,
    page: PageFiles,
    tls: Option<Arc<Tls>>,
    limits: Limits,
    registrations: Limiter<IpAddr>,
    wrong_pins: Limiter<IpAddr>,
    wrong_gift_cards: Limiter<IpAddr>,
    addresses: Limiter<IpAddr>,
    devices: Limiter<DeviceId>,
    calls: Semaphore,
    streams: Arc<Semaphore>,
    metrics: Metrics,
    metrics_from: MetricsFrom,
    wechat_pay: wechat_pay::Shared,
    stopping: watch::Receiver<bool>,
}

impl HubState {
    pub(crate) fn new(
        engine: Engine,
        config: &HubConfig,
        tls: Option<Arc<Tls>>,
        wechat_pay: wechat_pay::Shared,
        stopping: watch::Receiver<bool>,
    ) -> Self {
        let limits = config.limits;
        Self(Arc::new(Shared {
            engine,
            database: database_path(&config.data),
            page: config.page.clone(),
            tls,
            limits,
            registrations: Limiter::new(limits.registrations),
            wrong_pins: Limiter::new(limits.wrong_pins),
            wrong_gift_cards: Limiter::new(limits.wrong_gift_cards),
            addresses: Limiter::new(limits.calls_by_address),
            devices: Limiter::new(limits.calls_by_device),
            calls: Semaphore::new(limits.calls_at_once),
            streams: Arc::new(Semaphore::new(limits.streams_at_once)),
            metrics: Metrics::new(),
            metrics_from: config.metrics_from,
            wechat_pay,
            stopping,
        }))
    }

    pub(crate) fn engine(&self) -> &Engine {
        &self.0.engine
    }

    /// The database's file.
    pub(crate) fn database(&self) -> &Path {
        &self.0.database
    }

    pub(crate) fn page(&self) -> &PageFiles {
        &self.0.page
    }

    /// What is served over HTTPS.
    pub(crate) fn tls(&self) -> Option<&Tls> {
        self.0.tls.as_deref()
    }

    pub(crate) fn limits(&self) -> &Limits {
        &self.0.limits
    }

    pub(crate) fn registrations(&self) -> &Limiter<IpAddr> {
        &self.0.registrations
    }

    pub(crate) fn wrong_pins(&self) -> &Limiter<IpAddr> {
        &self.0.wrong_pins
    }

    pub(crate) fn wrong_gift_cards(&self) -> &Limiter<IpAddr> {
        &self.0.wrong_gift_cards
    }

    /// All calls of an address.
    pub(crate) fn addresses(&self) -> &Limiter<IpAddr> {
        &self.0.addresses
    }

    /// All calls of a device.
    pub(crate) fn devices(&self) -> &Limiter<DeviceId> {
        &self.0.devices
    }

    pub(crate) fn metrics(&self) -> &Metrics {
        &self.0.metrics
    }

    pub(crate) fn metrics_from(&self) -> MetricsFrom {
        self.0.metrics_from
    }

    /// WeChat Pay, where this hub takes it.
    pub(crate) fn wechat_pay(&self) -> wechat_pay::Shared {
        self.0.wechat_pay.clone()
    }

    /// A place among the calls being worked on; None while all are taken.
    pub(crate) fn begin_call(&self) -> Option<SemaphorePermit<'_>> {
        self.0.calls.try_acquire().ok()
    }

    /// How many calls are being worked on.
    pub(crate) fn calls_open(&self) -> usize {
        self.0.limits.calls_at_once.saturating_sub(self.0.calls.available_permits())
    }

    /// A place among the open event streams; None while all are taken.
    pub(crate) fn begin_stream(&self) -> Option<OwnedSemaphorePermit> {
        self.0.streams.clone().try_acquire_owned().ok()
    }

    /// How many event streams are open.
    pub(crate) fn streams_open(&self) -> usize {
        self.0.limits.streams_at_once.saturating_sub(self.0.streams.available_permits())
    }

    /// Turns true when the hub ends.
    pub(crate) fn stopping(&self) -> watch::Receiver<bool> {
        self.0.stopping.clone()
    }

    /// Whether the hub is ending.
    pub(crate) fn is_stopping(&self) -> bool {
        *self.0.stopping.borrow()
    }
}

/// Waits until the hub ends.
pub(crate) async fn ended(stopping: &mut watch::Receiver<bool>) {
    // A sender that is gone means the same.
    let _ = stopping.wait_for(|stopping| *stopping).await;
}
