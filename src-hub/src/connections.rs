//! Connections: accepted while there is room, answered over HTTP/1.1, ended when they are silent too long, and drained
//! when the hub ends.
//!
//! Invariant: nothing that a peer does or leaves undone keeps a connection for ever.

use std::net::SocketAddr;
use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::extract::ConnectInfo;
use axum::serve::Listener;
use hyper::server::conn::http1;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::service::TowerToHyperService;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{OwnedSemaphorePermit, Semaphore, watch};
use tokio::task::JoinSet;
use tokio::time::Instant;
use tokio_io_timeout::TimeoutStream;
use tower_http::add_extension::AddExtension;

use crate::state::ended;

/// How long requests that are being answered may take to finish when the hub ends.
pub const DRAIN: Duration = Duration::from_secs(10);

/// How long those may take that came in while others finished: they are told to come again.
const LATE: Duration = Duration::from_secs(1);

/// What a connection may do.
#[derive(Clone, Copy, Debug)]
pub struct ConnectionLimits {
    /// Connections open at once; more wait to be accepted.
    pub at_once: usize,
    /// How long the head of a request may take, and how long a connection may rest between two requests.
    pub head_time: Duration,
    /// How long a peer may take to receive anything more of an answer.
    pub write_time: Duration,
}

impl Default for ConnectionLimits {
    fn default() -> Self {
        // Clients and proxies give a resting connection up after a minute or so: a call should not meet its end.
        Self { at_once: 4096, head_time: Duration::from_secs(75), write_time: Duration::from_secs(60) }
    }
}

/// Serves until told to stop; then answers what was begun, refuses what is new, and ends, after [`DRAIN`] at the latest.
pub(crate) async fn serve(
    mut listener: TcpListener,
    router: Router,
    limits: ConnectionLimits,
    mut stopping: watch::Receiver<bool>,
) {
    let places = Arc::new(Semaphore::new(limits.at_once));
    let mut open = JoinSet::new();
    loop {
        let accepted = tokio::select! {
            accepted = accept(&mut listener, &places) => accepted,
            Some(_) = open.join_next() => continue,
            () = ended(&mut stopping) => break,
        };
        let Some((stream, peer, place)) = accepted else { break };
        let connection = Connection { stream, peer, router: router.clone(), limits, _place: place };
        open.spawn(connection.answer(Some(stopping.clone())));
    }
    let until = Instant::now() + DRAIN;
    let mut late = JoinSet::new();
    while !open.is_empty() {
        let accepted = tokio::select! {
            _ = open.join_next() => continue,
            accepted = accept(&mut listener, &places) => accepted,
            () = tokio::time::sleep_until(until) => {
                tracing::warn!(connections = open.len(), "some requests did not finish in time");
                break;
            }
        };
        let Some((stream, peer, place)) = accepted else { break };
        let connection = Connection { stream, peer, router: router.clone(), limits, _place: place };
        late.spawn(connection.answer(None));
    }
    drop(listener);
    // Whoever connected and then sent nothing has nothing to be told.
    let _ = tokio::time::timeout(LATE, async { while late.join_next().await.is_some() {} }).await;
}

/// The next connection, once there is room for it. None only if the places are gone, which they never are.
async fn accept(
    listener: &mut TcpListener,
    places: &Arc<Semaphore>,
) -> Option<(TcpStream, SocketAddr, OwnedSemaphorePermit)> {
    let place = places.clone().acquire_owned().await.ok()?;
    let (stream, peer) = Listener::accept(listener).await;
    Some((stream, peer, place))
}

/// One connection, and what answers its requests.
struct Connection {
    stream: TcpStream,
    peer: SocketAddr,
    router: Router,
    limits: ConnectionLimits,
    _place: OwnedSemaphorePermit,
}

impl Connection {
    /// Answers request after request, until the hub ends: the one that was begun then is the last. Answers a single
    /// one where the hub is ending already (`stopping` is None).
    async fn answer(self, stopping: Option<watch::Receiver<bool>>) {
        // An event is a small packet that must not wait for a larger one.
        if let Err(error) = self.stream.set_nodelay(true) {
            tracing::debug!(%error, "a connection sends late");
        }
        let mut stream = TimeoutStream::new(self.stream);
        stream.set_write_timeout(Some(self.limits.write_time));
        let service = TowerToHyperService::new(AddExtension::new(self.router, ConnectInfo(self.peer)));
        let mut served = pin!(
            http1::Builder::new()
                .timer(TokioTimer::new())
                .header_read_timeout(self.limits.head_time)
                .keep_alive(stopping.is_some())
                .serve_connection(TokioIo::new(Box::pin(stream)), service)
        );
        let result = match stopping {
            None => served.await,
            Some(mut stopping) => tokio::select! {
                result = served.as_mut() => result,
                () = ended(&mut stopping) => {
                    served.as_mut().graceful_shutdown();
                    served.await
                }
            },
        };
        // A connection that breaks is its peer's affair.
        if let Err(error) = result {
            tracing::debug!(%error, "a connection ended early");
        }
    }
}
