//! A closed loop of callers over HTTP, each on a connection of its own that stays open.
//!
//! Hyper's bare connection rather than a whole client, so that the callers take as little as may be of the machine that
//! they measure.

use std::net::SocketAddr;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail, ensure};
use futures::future::try_join_all;
use http_body_util::{BodyExt, Full};
use hyper::body::Bytes;
use hyper::client::conn::http1::{SendRequest, handshake};
use hyper::{Request, StatusCode};
use hyper_util::rt::TokioIo;
use ministore_core::call::Call;
use ministore_core::refusal::Refusal;
use tokio::net::TcpStream;
use uuid::Uuid;

use super::samples::Samples;

/// One open connection to a hub.
pub struct Connection {
    sender: SendRequest<Full<Bytes>>,
    host: String,
}

impl Connection {
    /// Connects.
    pub async fn open(hub: SocketAddr) -> Result<Self> {
        let stream = TcpStream::connect(hub).await.context("the hub does not listen")?;
        stream.set_nodelay(true)?;
        let (sender, connection) = handshake(TokioIo::new(stream)).await?;
        // Its end shows where the next request fails.
        tokio::spawn(connection);
        Ok(Self { sender, host: hub.to_string() })
    }

    /// Sends a call as `credential` under `id`, and gives the status and the body of the answer.
    pub async fn post(
        &mut self,
        name: &str,
        credential: Option<&str>,
        id: Uuid,
        body: Vec<u8>,
    ) -> Result<(StatusCode, Bytes)> {
        let mut request = Request::post(format!("/api/{name}"))
            .header("host", &self.host)
            .header("content-type", "application/json")
            .header("idempotency-key", id.to_string());
        if let Some(credential) = credential {
            request = request.header("authorization", credential);
        }
        self.sender.ready().await.context("the connection is gone")?;
        let answer = self.sender.send_request(request.body(Full::new(body.into()))?).await?;
        let status = answer.status();
        Ok((status, answer.into_body().collect().await?.to_bytes()))
    }

    /// Makes a call. The outer error is that no answer came, the inner one that it was refused.
    pub async fn call<C: Call>(
        &mut self,
        credential: Option<&str>,
        id: Uuid,
        call: &C,
    ) -> Result<Result<C::Reply, Refusal>> {
        let (status, body) = self.post(C::NAME, credential, id, serde_json::to_vec(call)?).await?;
        Ok(if status.is_success() {
            Ok(serde_json::from_slice(&body)?)
        } else {
            Err(serde_json::from_slice(&body)?)
        })
    }

    /// Makes a call that is expected to be done.
    pub async fn done<C: Call>(&mut self, credential: Option<&str>, call: &C) -> Result<C::Reply> {
        self.call(credential, Uuid::now_v7(), call).await?.with_context(|| format!("{} was refused", C::NAME))
    }
}

/// What a closed loop came to.
pub struct Load {
    /// The time of each round.
    pub times: Samples,
    /// Rounds in a second, all callers together.
    pub per_second: f64,
    /// What one round took of the hub's processor time, where that is known.
    pub processor: Option<Duration>,
}

/// Lets `callers` do `round` over and over for `time`, each beginning again as soon as it is answered. `round` gets the
/// connection, the caller's number and the round's; an error of any ends all.
pub async fn closed_loop(
    hub: SocketAddr,
    callers: usize,
    time: Duration,
    round: impl AsyncFn(&mut Connection, usize, u64) -> Result<()>,
) -> Result<Load> {
    let start = Instant::now();
    let all = try_join_all((0..callers).map(async |caller| {
        let mut connection = Connection::open(hub).await?;
        let mut times = Vec::new();
        while start.elapsed() < time {
            let begun = Instant::now();
            round(&mut connection, caller, times.len() as u64).await?;
            times.push(begun.elapsed());
        }
        Ok::<_, anyhow::Error>(times)
    }))
    .await?;
    let times: Vec<Duration> = all.into_iter().flatten().collect();
    ensure!(!times.is_empty(), "no caller was answered");
    let per_second = times.len() as f64 / start.elapsed().as_secs_f64();
    Ok(Load { times: Samples::from_times(times), per_second, processor: None })
}

/// Waits until `path` of the hub answers with success.
pub async fn until_answered(hub: SocketAddr, path: &str, patience: Duration) -> Result<()> {
    let until = Instant::now() + patience;
    loop {
        if let Ok(status) = get(hub, path).await
            && status.is_success()
        {
            return Ok(());
        }
        if Instant::now() > until {
            bail!("{path} of the hub did not answer well in {} s", patience.as_secs());
        }
        tokio::time::sleep(Duration::from_millis(2)).await;
    }
}

async fn get(hub: SocketAddr, path: &str) -> Result<StatusCode> {
    let mut connection = Connection::open(hub).await?;
    connection.sender.ready().await?;
    let request = Request::get(path).header("host", &connection.host).body(Full::default())?;
    Ok(connection.sender.send_request(request).await?.status())
}
