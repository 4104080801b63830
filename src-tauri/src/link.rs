//! The hub over HTTP, or over HTTPS by the shop's own authority: calls, events and pictures.

use std::error::Error;
use std::io;
use std::time::Duration;

use futures::{Stream, StreamExt};
use ministore_core::call::Call;
use ministore_core::catalogue::PictureId;
use ministore_core::id::CallId;
use ministore_core::refusal::Refusal;
use ministore_core::sync::{Cursor, Event};
use ministore_store::{Credential, Picture};
use reqwest::header::{AUTHORIZATION, CONTENT_TYPE};
use reqwest::{Client, RequestBuilder, Response, StatusCode};
use serde::Deserialize;
use uuid::Uuid;

use crate::address::Address;
use crate::authority::Authority;
use crate::sse::{Message, Reader};

/// How long a connection may take to stand; the shop's own network is quick or not there.
const CONNECT: Duration = Duration::from_secs(2);
/// How long a call may take.
pub(crate) const CALL: Duration = Duration::from_secs(10);
/// Silence after which an event stream is dead: the hub says something every 15 s.
const SILENCE: Duration = Duration::from_secs(40);
/// How long a connection may rest and still be used again: less than the hub lets it (75 s), so that no call is sent into
/// one that the hub has just closed.
const REST: Duration = Duration::from_secs(60);
/// How often a silent connection is probed, so that one whose other end is gone is not used again.
const PROBE: Duration = Duration::from_secs(10);
/// The largest picture that is kept.
const PICTURE_LIMIT: usize = 4 << 20;

/// The hub at an address.
#[derive(Clone, Debug)]
pub struct Link {
    client: Client,
    address: Address,
    authority: Option<Authority>,
}

/// What a hub says of itself.
#[derive(Deserialize)]
struct Health {
    #[serde(rename = "version")]
    _version: String,
    #[serde(rename = "schema")]
    _schema: serde::de::IgnoredAny,
}

/// What an event stream says.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Heard {
    /// Something changed.
    Event(Event),
    /// The hub does not know the cursor that was asked for: its own changes are older.
    Behind,
}

impl Link {
    /// The hub at `address`, for which this authority alone signs where there is one; nothing is sent yet.
    pub fn new(address: Address, authority: Option<Authority>) -> Result<Self, reqwest::Error> {
        Ok(Self { client: client(authority.as_ref())?, address, authority })
    }

    /// Whether it is the same hub in the same way.
    pub fn is_like(&self, other: &Self) -> bool {
        self.address == other.address && self.authority == other.authority
    }

    /// Where it is.
    pub fn address(&self) -> &Address {
        &self.address
    }

    /// Whether a hub of ours answers there. Anything else that answers is refused, and a hub for which another authority
    /// signs.
    pub async fn check(&self) -> Result<(), Refusal> {
        let response = self.client.get(self.address.at("/healthz")).timeout(CALL).send().await;
        let response = response.map_err(|error| {
            if is_distrusted(&error) { Refusal::WrongAuthority } else { unreachable(error) }
        })?;
        response.json::<Health>().await.map(|_| ()).map_err(|error| {
            if error.is_decode() {
                Refusal::invalid("address", "what answers there is not a Ministore hub")
            } else {
                unreachable(error)
            }
        })
    }

    /// Makes a call, its body and its reply as JSON.
    pub async fn call_json(
        &self,
        name: &str,
        credential: Option<&Credential>,
        id: CallId,
        body: Vec<u8>,
    ) -> Result<Vec<u8>, Refusal> {
        let request = self
            .client
            .post(self.address.at(&format!("/api/{name}")))
            .timeout(CALL)
            .header(CONTENT_TYPE, "application/json")
            .header("Idempotency-Key", id.to_string())
            .body(body);
        let response = signed(request, credential).send().await.map_err(unreachable)?;
        let response = accepted(response).await?;
        Ok(response.bytes().await.map_err(unreachable)?.to_vec())
    }

    /// Makes a call.
    pub async fn call<C: Call>(
        &self,
        credential: Option<&Credential>,
        id: CallId,
        call: &C,
    ) -> Result<C::Reply, Refusal> {
        let body = serde_json::to_vec(call).map_err(|error| Refusal::invalid("body", error))?;
        let reply = self.call_json(C::NAME, credential, id, body).await?;
        serde_json::from_slice(&reply).map_err(|error| {
            tracing::warn!(call = C::NAME, %error, "the hub's reply has an unknown shape");
            Refusal::VersionMismatch
        })
    }

    /// What the caller may hear, from `after` on; ends with an error when the hub goes away.
    pub async fn events(
        &self,
        credential: &Credential,
        after: Cursor,
    ) -> Result<impl Stream<Item = Result<Heard, Refusal>> + Send + use<>, Refusal> {
        let mut url = self.address.at("/events");
        url.query_pairs_mut().append_pair("after", &after.0.to_string());
        let response = signed(self.client.get(url), Some(credential)).send().await.map_err(unreachable)?;
        let response = accepted(response).await?;
        let mut reader = Reader::default();
        Ok(response.bytes_stream().flat_map(move |bytes| {
            let messages = bytes.map_err(unreachable).and_then(|bytes| {
                reader.read(&bytes).map_err(|error| {
                    tracing::warn!(%error, "the event stream is given up");
                    Refusal::Offline
                })
            });
            let events: Vec<Result<Heard, Refusal>> = match messages {
                Ok(messages) => messages.iter().filter_map(heard).collect(),
                Err(refusal) => vec![Err(refusal)],
            };
            futures::stream::iter(events)
        }))
    }

    /// A picture; None where the hub has no such.
    pub async fn picture(&self, id: &PictureId) -> Result<Option<Picture>, Refusal> {
        let url = self.address.at(&format!("/pictures/{id}"));
        let response = self.client.get(url).timeout(CALL).send().await.map_err(unreachable)?;
        if response.status() == StatusCode::NOT_FOUND {
            return Ok(None);
        }
        let mut response = accepted(response).await?;
        let media_type = response.headers().get(CONTENT_TYPE).and_then(|value| value.to_str().ok());
        let media_type = media_type.unwrap_or("application/octet-stream").to_owned();
        let mut bytes = Vec::new();
        while let Some(chunk) = response.chunk().await.map_err(unreachable)? {
            bytes.extend_from_slice(&chunk);
            if bytes.len() > PICTURE_LIMIT {
                return Err(Refusal::TooLarge);
            }
        }
        Ok(Some(Picture { media_type, bytes }))
    }
}

/// What sends requests. With an authority it takes no other's signature.
pub(crate) fn client(authority: Option<&Authority>) -> Result<Client, reqwest::Error> {
    let client = Client::builder()
        .connect_timeout(CONNECT)
        .read_timeout(SILENCE)
        .pool_idle_timeout(REST)
        .tcp_keepalive(PROBE)
        .redirect(reqwest::redirect::Policy::none())
        .user_agent(concat!("ministore/", env!("CARGO_PKG_VERSION")));
    match authority {
        Some(authority) => client.tls_certs_only([authority.certificate()?]).https_only(true).build(),
        None => client.build(),
    }
}

fn signed(request: RequestBuilder, credential: Option<&Credential>) -> RequestBuilder {
    match credential {
        Some(credential) => request.header(AUTHORIZATION, bearer(credential.id, &credential.secret)),
        None => request,
    }
}

fn bearer(id: Uuid, secret: &ministore_core::device::Secret) -> String {
    format!("Bearer {id}.{secret}")
}

/// The response where it is a success; else the refusal that its problem object carries (RFC 9457).
pub(crate) async fn accepted(response: Response) -> Result<Response, Refusal> {
    let status = response.status();
    if status.is_success() {
        return Ok(response);
    }
    let body = response.bytes().await.map_err(unreachable)?;
    Err(serde_json::from_slice(&body).unwrap_or_else(|_| refusal_of(status)))
}

/// What an answer means that is not the hub's own, such as that of a proxy before it.
fn refusal_of(status: StatusCode) -> Refusal {
    tracing::warn!(%status, "an answer that is no problem object");
    match status {
        StatusCode::PAYLOAD_TOO_LARGE => Refusal::TooLarge,
        StatusCode::TOO_MANY_REQUESTS | StatusCode::SERVICE_UNAVAILABLE => Refusal::Busy,
        status if status.is_server_error() => Refusal::Offline,
        _ => Refusal::VersionMismatch,
    }
}

pub(crate) fn unreachable(error: reqwest::Error) -> Refusal {
    if is_distrusted(&error) {
        tracing::warn!(
            "what answers at the hub's address is not signed for by the shop's authority; pair again"
        );
        return Refusal::Offline;
    }
    tracing::debug!(error = %error.without_url(), "the hub cannot be reached");
    Refusal::Offline
}

/// Whether the other end showed a certificate that is not taken.
fn is_distrusted(error: &reqwest::Error) -> bool {
    let mut cause = error.source();
    while let Some(error) = cause {
        if let Some(rustls::Error::InvalidCertificate(_)) = error.downcast_ref() {
            return true;
        }
        // What an error of I/O carries is not among its sources.
        cause = match error.downcast_ref::<io::Error>().and_then(io::Error::get_ref) {
            Some(inner) => Some(inner),
            None => error.source(),
        };
    }
    false
}

/// What a message says. Messages of an unknown name are of a newer hub, and for others.
fn heard(message: &Message) -> Option<Result<Heard, Refusal>> {
    match message.event.as_str() {
        "" => Some(serde_json::from_str(&message.data).map(Heard::Event).map_err(|error| {
            tracing::warn!(%error, "an event has an unknown shape");
            Refusal::VersionMismatch
        })),
        "hello" => Some(Ok(Heard::Behind)),
        _ => None,
    }
}
