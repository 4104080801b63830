//! Connections: accepted while there is room, answered over HTTP/1.1, encrypted or not, ended when they are silent too
//! long, and drained when the hub ends.
//!
//! Invariant: nothing that a peer does or leaves undone keeps a connection for ever.

use std::io;
use std::net::SocketAddr;
use std::pin::{Pin, pin};
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::extract::ConnectInfo;
use axum::serve::Listener;
use hyper::server::conn::http1;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::service::TowerToHyperService;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{OwnedSemaphorePermit, Semaphore, watch};
use tokio::task::JoinSet;
use tokio::time::Instant;
use tokio_io_timeout::TimeoutStream;
use tokio_rustls::TlsAcceptor;
use tokio_rustls::server::TlsStream;
use tower_http::add_extension::AddExtension;

use crate::state::ended;
use crate::tls::Over;

/// How long requests that are being answered may take to finish when the hub ends.
pub const DRAIN: Duration = Duration::from_secs(10);

/// How long those may take that came in while others finished: they are told to come again.
const LATE: Duration = Duration::from_secs(1);

/// What a connection may do.
#[derive(Clone, Copy, Debug)]
pub struct ConnectionLimits {
    /// Connections open at once; more wait to be accepted.
    pub at_once: usize,
    /// How long the head of a request may take, how long a connection may rest between two requests, and how long a
    /// connection may take to begin: to send its first byte and, where it is to be encrypted, to agree on how.
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
    tls: Option<TlsAcceptor>,
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
        let (router, tls) = (router.clone(), tls.clone());
        let connection = Connection { stream, peer, router, tls, limits, _place: place };
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
        let (router, tls) = (router.clone(), tls.clone());
        let connection = Connection { stream, peer, router, tls, limits, _place: place };
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
    tls: Option<TlsAcceptor>,
    limits: ConnectionLimits,
    _place: OwnedSemaphorePermit,
}

impl Connection {
    /// Answers request after request, until the hub ends: the one that was begun then is the last. Answers a single
    /// one where the hub is ending already (`stopping` is None).
    async fn answer(self, mut stopping: Option<watch::Receiver<bool>>) {
        let Self { stream, peer, router, tls, limits, _place } = self;
        // An event is a small packet that must not wait for a larger one.
        if let Err(error) = stream.set_nodelay(true) {
            tracing::debug!(%error, "a connection sends late");
        }
        let answered = match tls {
            None => answer_over(limited(stream, limits), Over::Http, peer, router, limits, stopping).await,
            Some(tls) => {
                let begun = tokio::time::timeout(limits.head_time, begin(stream, &tls, limits));
                let begun = tokio::select! {
                    begun = begun => begun,
                    () = has_ended(stopping.as_mut()) => return,
                };
                match begun {
                    Ok(Ok(Begun::Http(stream))) => {
                        answer_over(stream, Over::Http, peer, router, limits, stopping).await
                    }
                    Ok(Ok(Begun::Https(stream))) => {
                        Box::pin(answer_over(*stream, Over::Https, peer, router, limits, stopping)).await
                    }
                    Ok(Err(error)) => Err(error.into()),
                    Err(_) => Err("it did not begin in time".into()),
                }
            }
        };
        // A connection that breaks is its peer's affair.
        if let Err(error) = answered {
            tracing::debug!(%error, "a connection ended early");
        }
    }
}

type Limited = Pin<Box<TimeoutStream<TcpStream>>>;
type Failed = Box<dyn std::error::Error + Send + Sync>;

/// A connection that has begun.
enum Begun {
    Http(Limited),
    Https(Box<TlsStream<Limited>>),
}

/// A stream that fails where its peer takes nothing for too long.
fn limited(stream: TcpStream, limits: ConnectionLimits) -> Limited {
    let mut stream = TimeoutStream::new(stream);
    stream.set_write_timeout(Some(limits.write_time));
    Box::pin(stream)
}

/// Waits for the first byte, which tells a handshake from a request: it is 22, which begins no method's name (RFC 8446,
/// section 5.1). Then shakes hands, if that is what the peer wants.
async fn begin(stream: TcpStream, tls: &TlsAcceptor, limits: ConnectionLimits) -> io::Result<Begun> {
    let mut first = [0];
    stream.peek(&mut first).await?;
    let stream = limited(stream, limits);
    if first == [22] {
        tls.accept(stream).await.map(|stream| Begun::Https(Box::new(stream)))
    } else {
        Ok(Begun::Http(stream))
    }
}

/// Waits until the hub ends; for ever where it is ending already, and what comes is to be told so.
async fn has_ended(stopping: Option<&mut watch::Receiver<bool>>) {
    match stopping {
        Some(stopping) => ended(stopping).await,
        None => std::future::pending().await,
    }
}

async fn answer_over(
    stream: impl AsyncRead + AsyncWrite + Unpin,
    over: Over,
    peer: SocketAddr,
    router: Router,
    limits: ConnectionLimits,
    mut stopping: Option<watch::Receiver<bool>>,
) -> Result<(), Failed> {
    let service = AddExtension::new(AddExtension::new(router, ConnectInfo(peer)), over);
    let mut served = pin!(
        http1::Builder::new()
            .timer(TokioTimer::new())
            .header_read_timeout(limits.head_time)
            .keep_alive(stopping.is_some())
            .serve_connection(TokioIo::new(stream), TowerToHyperService::new(service))
    );
    tokio::select! {
        result = served.as_mut() => return Ok(result?),
        () = has_ended(stopping.as_mut()) => {}
    }
    served.as_mut().graceful_shutdown();
    Ok(served.await?)
}
