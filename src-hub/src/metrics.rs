//! `GET /metrics`: what a hub measures of itself, in the text format of OpenMetrics 1.0, which Prometheus reads.
//!
//! Labels are the names of calls and routes, classes of status and codes of refusals: all of them lists in this program,
//! none of them anything that a caller wrote.

use std::fmt;
use std::net::{IpAddr, SocketAddr};
use std::path::Path;
use std::sync::atomic::AtomicU64;
use std::time::Duration;

use axum::extract::{ConnectInfo, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use jiff::Timestamp;
use ministore_core::call::{CALLS, Kind};
use ministore_core::refusal::Refusal;
use ministore_store::Engine;
use prometheus_client::encoding::text::encode;
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::metrics::histogram::Histogram;
use prometheus_client::metrics::info::Info;
use prometheus_client::registry::Registry;

use crate::problem::Problem;
use crate::state::HubState;

/// Who is told the measurements.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum MetricsFrom {
    /// Programs on the hub's own machine. What a proxy hands on is not one of them.
    #[default]
    Loopback,
    /// Everyone who reaches the hub.
    Any,
}

/// Bounds of the durations, in seconds.
const SECONDS: [f64; 13] = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0];

/// What a proxy says that it hands on (RFC 7239, and what was there before it).
const HANDED_ON: [&str; 3] = ["forwarded", "x-forwarded-for", "x-real-ip"];

type Label = (&'static str, &'static str);

/// What is counted as it happens, and what is looked up when somebody asks.
pub(crate) struct Metrics {
    registry: Registry,
    requests: Family<[Label; 2], Counter>,
    durations: Family<[Label; 1], Histogram, fn() -> Histogram>,
    refusals: Family<[Label; 1], Counter>,
    calls_open: Gauge,
    streams_open: Gauge,
    database_bytes: Gauge<f64, AtomicU64>,
    newest_change: Gauge<f64, AtomicU64>,
    resident_bytes: Gauge<f64, AtomicU64>,
}

impl fmt::Debug for Metrics {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Metrics").finish_non_exhaustive()
    }
}

impl Metrics {
    pub(crate) fn new() -> Self {
        let mut registry = Registry::default();
        let requests = Family::default();
        registry.register(
            "ministore_http_requests",
            "Requests answered, by call or route and by class of status",
            requests.clone(),
        );
        let histogram: fn() -> Histogram = || Histogram::new(SECONDS);
        let durations = Family::new_with_constructor(histogram);
        registry.register(
            "ministore_http_request_duration_seconds",
            "Time until an answer began, by call or route",
            durations.clone(),
        );
        let refusals = Family::default();
        registry.register(
            "ministore_refusals",
            "Requests not done, by the code of their refusal",
            refusals.clone(),
        );
        let mut gauge = |name, help| {
            let gauge = Gauge::default();
            registry.register(name, help, gauge.clone());
            gauge
        };
        let calls_open = gauge("ministore_calls_in_progress", "Calls being worked on");
        let streams_open = gauge("ministore_event_streams", "Event streams that are open");
        let mut gauge = |name, help| {
            let gauge = Gauge::<f64, AtomicU64>::default();
            registry.register(name, help, gauge.clone());
            gauge
        };
        let database_bytes = gauge("ministore_database_bytes", "Size of the database and its log");
        let newest_change = gauge(
            "ministore_newest_change",
            "Number of the newest change; NaN while the database cannot be read",
        );
        let resident_bytes =
            gauge("process_resident_memory_bytes", "Memory in use; NaN where the system does not say");
        let started = gauge("process_start_time_seconds", "When this hub started, in seconds since 1970");
        started.set(Timestamp::now().as_millisecond() as f64 / 1000.0);
        let build = Info::new([
            ("version", env!("CARGO_PKG_VERSION").to_owned()),
            ("schema", Engine::schema().to_string()),
        ]);
        registry.register("ministore_build", "Which version this is", build);
        Self {
            registry,
            requests,
            durations,
            refusals,
            calls_open,
            streams_open,
            database_bytes,
            newest_change,
            resident_bytes,
        }
    }

    /// Counts a request that was answered.
    pub(crate) fn count(
        &self,
        route: &'static str,
        status: StatusCode,
        took: Duration,
        refused: Option<&'static str>,
    ) {
        self.requests.get_or_create(&[("call", route), ("status", class_of(status))]).inc();
        self.durations.get_or_create(&[("call", route)]).observe(took.as_secs_f64());
        if let Some(code) = refused {
            self.refusals.get_or_create(&[("code", code)]).inc();
        }
    }
}

/// The call or route of a path, from a list that no caller can lengthen.
pub(crate) fn route_of(path: &str) -> &'static str {
    if let Some(name) = path.strip_prefix("/api/") {
        let call = CALLS.iter().find(|call| call.name == name && call.kind != Kind::Device);
        return call.map_or("unknown", |call| call.name);
    }
    match path {
        "/events" => "events",
        "/healthz" => "healthz",
        "/readyz" => "readyz",
        "/metrics" => "metrics",
        "/openapi.json" => "openapi",
        "/trust.json" | "/trust/ministore.crt" | "/trust/ministore.mobileconfig" => "trust",
        path if path.starts_with("/pictures/") => "picture",
        _ => "page",
    }
}

fn class_of(status: StatusCode) -> &'static str {
    match status.as_u16() {
        ..200 => "1xx",
        200..300 => "2xx",
        300..400 => "3xx",
        400..500 => "4xx",
        500.. => "5xx",
    }
}

pub(crate) async fn serve_metrics(
    State(hub): State<HubState>,
    ConnectInfo(peer): ConnectInfo<SocketAddr>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    if hub.metrics_from() == MetricsFrom::Loopback && !is_local(peer.ip(), &headers) {
        return Err(Refusal::NotAllowed.into());
    }
    let metrics = hub.metrics();
    metrics.calls_open.set(count_of(hub.calls_open()));
    metrics.streams_open.set(count_of(hub.streams_open()));
    metrics.database_bytes.set(size_of(hub.database()) as f64);
    metrics.newest_change.set(hub.engine().newest_change().await.map_or(f64::NAN, |cursor| cursor.0 as f64));
    metrics.resident_bytes.set(resident_bytes().map_or(f64::NAN, |bytes| bytes as f64));
    let mut text = String::new();
    encode(&mut text, &metrics.registry).map_err(|error| {
        tracing::error!(%error, "the measurements cannot be written down");
        Problem::from(Refusal::Internal { incident: "metrics".into() })
    })?;
    let headers = [
        (header::CONTENT_TYPE, "application/openmetrics-text; version=1.0.0; charset=utf-8"),
        (header::CACHE_CONTROL, "no-store"),
    ];
    Ok((headers, text).into_response())
}

fn is_local(peer: IpAddr, headers: &HeaderMap) -> bool {
    peer.to_canonical().is_loopback() && !HANDED_ON.iter().any(|name| headers.contains_key(*name))
}

fn count_of(open: usize) -> i64 {
    i64::try_from(open).unwrap_or(i64::MAX)
}

/// Of the database and the log beside it, in bytes. What is not there has none.
fn size_of(database: &Path) -> u64 {
    let mut log = database.as_os_str().to_owned();
    log.push("-wal");
    [database.as_os_str(), &log]
        .iter()
        .filter_map(|path| std::fs::metadata(path).ok())
        .map(|file| file.len())
        .sum()
}

/// From Linux's own table (`proc_pid_status(5)`).
fn resident_bytes() -> Option<u64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"))?;
    Some(line.trim().strip_suffix("kB")?.trim().parse::<u64>().ok()? * 1024)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_proxy_hands_on_is_not_local() {
        let peer = |text: &str| text.parse().unwrap();
        let none = HeaderMap::new();
        assert!(is_local(peer("127.0.0.1"), &none) && is_local(peer("::ffff:127.0.0.1"), &none));
        assert!(!is_local(peer("192.168.1.20"), &none));
        let mut handed_on = HeaderMap::new();
        handed_on.insert("x-forwarded-for", "203.0.113.5".parse().unwrap());
        assert!(!is_local(peer("127.0.0.1"), &handed_on));
    }

    #[test]
    fn callers_add_no_labels() {
        assert_eq!(route_of("/api/order.place"), "order.place");
        for made_up in ["/api/my.own", "/api/basket.get", "/api/"] {
            assert_eq!(route_of(made_up), "unknown", "{made_up}");
        }
        assert_eq!(route_of("/anything/else"), "page");
    }
}
