//! The line between devices and hub: it loses, delays, doubles, reorders and tears what passes.

use std::net::{Ipv4Addr, SocketAddr};
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::task::{Context, Poll};
use std::time::Duration;

use anyhow::Result;
use http_body_util::{BodyExt, Full};
use hyper::body::{Body, Bytes, Frame, Incoming};
use hyper::client::conn::http1::handshake;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper::{Request, Response};
use hyper_util::rt::TokioIo;
use tokio::net::{TcpListener, TcpStream};
use tokio::time::sleep;

/// What the line has done to what passed.
#[derive(Debug, Default)]
pub(crate) struct Harm {
    pub(crate) passed: AtomicU64,
    pub(crate) lost_requests: AtomicU64,
    pub(crate) lost_answers: AtomicU64,
    pub(crate) torn_answers: AtomicU64,
    pub(crate) doubled: AtomicU64,
    pub(crate) late_copies: AtomicU64,
    pub(crate) delayed: AtomicU64,
}

/// A line that can be calm or stormy.
#[derive(Clone)]
pub(crate) struct Line {
    pub(crate) address: SocketAddr,
    pub(crate) harm: Arc<Harm>,
    stormy: Arc<AtomicBool>,
}

/// What happens to one request.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Fate {
    Pass,
    LoseRequest,
    LoseAnswer,
    TearAnswer,
    Double,
    LateCopy,
}

/// What did not pass.
#[derive(Debug)]
pub(crate) struct Failed(String);

impl std::fmt::Display for Failed {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for Failed {}

impl From<hyper::Error> for Failed {
    fn from(error: hyper::Error) -> Self {
        Self(error.to_string())
    }
}

impl From<std::io::Error> for Failed {
    fn from(error: std::io::Error) -> Self {
        Self(error.to_string())
    }
}

impl Line {
    /// A stormy line to `hub`, on a free port.
    pub(crate) async fn to(hub: SocketAddr, seed: u64) -> Result<Self> {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await?;
        let line = Self {
            address: listener.local_addr()?,
            harm: Arc::default(),
            stormy: Arc::new(AtomicBool::new(true)),
        };
        let held = line.clone();
        tokio::spawn(async move {
            let mut connections = 0;
            while let Ok((stream, _)) = listener.accept().await {
                connections += 1;
                let held = held.clone();
                let random = Arc::new(std::sync::Mutex::new(fastrand::Rng::with_seed(seed ^ connections)));
                tokio::spawn(async move {
                    let service = service_fn(move |request| {
                        let (held, random) = (held.clone(), random.clone());
                        async move { held.carry(hub, &random, request).await }
                    });
                    // A connection that ends with an error is what this line is for.
                    let _ = http1::Builder::new().serve_connection(TokioIo::new(stream), service).await;
                });
            }
        });
        Ok(line)
    }

    /// Lets everything pass from now on.
    pub(crate) fn calm_down(&self) {
        self.stormy.store(false, Ordering::SeqCst);
    }

    fn fate(&self, random: &std::sync::Mutex<fastrand::Rng>) -> (Fate, Duration, usize) {
        let mut random = random.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        if !self.stormy.load(Ordering::SeqCst) {
            return (Fate::Pass, Duration::ZERO, usize::MAX);
        }
        let fate = match random.u32(..100) {
            0..4 => Fate::LoseRequest,
            4..9 => Fate::LoseAnswer,
            9..12 => Fate::TearAnswer,
            12..16 => Fate::Double,
            16..20 => Fate::LateCopy,
            _ => Fate::Pass,
        };
        let delay =
            if random.u32(..8) == 0 { Duration::from_millis(random.u64(1..250)) } else { Duration::ZERO };
        (fate, delay, random.usize(..600))
    }

    async fn carry(
        &self,
        hub: SocketAddr,
        random: &std::sync::Mutex<fastrand::Rng>,
        request: Request<Incoming>,
    ) -> Result<Response<Torn>, Failed> {
        let (fate, delay, cut) = self.fate(random);
        let count = |of: &AtomicU64| of.fetch_add(1, Ordering::Relaxed);
        count(&self.harm.passed);
        let (head, body) = request.into_parts();
        let request = Request::from_parts(head, Full::new(body.collect().await?.to_bytes()));
        if !delay.is_zero() {
            count(&self.harm.delayed);
            sleep(delay).await;
        }
        match fate {
            Fate::LoseRequest => {
                count(&self.harm.lost_requests);
                return Err(Failed("lost on the way there".to_owned()));
            }
            Fate::Double => {
                count(&self.harm.doubled);
                let (first, second) = futures::join!(send(hub, request.clone()), send(hub, request));
                return Ok(Torn::after(first.or(second)?, usize::MAX));
            }
            Fate::LateCopy => {
                count(&self.harm.late_copies);
                let copy = request.clone();
                let wait = Duration::from_millis(300 + cut as u64 * 3);
                tokio::spawn(async move {
                    sleep(wait).await;
                    // Nobody waits for this answer.
                    let _ = send(hub, copy).await;
                });
            }
            Fate::Pass | Fate::LoseAnswer | Fate::TearAnswer => {}
        }
        let answer = send(hub, request).await?;
        match fate {
            Fate::LoseAnswer => {
                count(&self.harm.lost_answers);
                Err(Failed("lost on the way back".to_owned()))
            }
            Fate::TearAnswer => {
                count(&self.harm.torn_answers);
                Ok(Torn::after(answer, cut))
            }
            _ => Ok(Torn::after(answer, usize::MAX)),
        }
    }
}

async fn send(hub: SocketAddr, request: Request<Full<Bytes>>) -> Result<Response<Incoming>, Failed> {
    let stream = TcpStream::connect(hub).await?;
    stream.set_nodelay(true)?;
    let (mut sender, connection) = handshake(TokioIo::new(stream)).await?;
    tokio::spawn(connection);
    Ok(sender.send_request(request).await?)
}

/// An answer's body that breaks off after so many bytes.
pub(crate) struct Torn {
    body: Incoming,
    left: usize,
}

impl Torn {
    fn after(answer: Response<Incoming>, left: usize) -> Response<Self> {
        answer.map(|body| Self { body, left })
    }
}

impl Body for Torn {
    type Data = Bytes;
    type Error = Failed;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Failed>>> {
        if self.left == 0 {
            return Poll::Ready(Some(Err(Failed("torn".to_owned()))));
        }
        match Pin::new(&mut self.body).poll_frame(context) {
            Poll::Ready(Some(Ok(frame))) => {
                let Ok(mut data) = frame.into_data() else { return Poll::Ready(None) };
                if data.len() > self.left {
                    data.truncate(self.left);
                }
                self.left -= data.len();
                Poll::Ready(Some(Ok(Frame::data(data))))
            }
            Poll::Ready(Some(Err(error))) => Poll::Ready(Some(Err(error.into()))),
            Poll::Ready(None) => Poll::Ready(None),
            Poll::Pending => Poll::Pending,
        }
    }
}
