//! `POST /api/{call}`: one handler for every call on the list. It proves who calls, and hands the rest to the engine.

use std::net::{IpAddr, SocketAddr};
use std::time::{Duration, Instant};

use axum::body::Bytes;
use axum::extract::{ConnectInfo, FromRequest, Path, Request, State};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use ministore_core::call::{CALLS, Call, CallInfo, Kind};
use ministore_core::device::Register;
use ministore_core::gift_card::GetGiftCard;
use ministore_core::id::CallId;
use ministore_core::refusal::{Refusal, Thing};
use ministore_core::role::Role;
use ministore_core::staff::SignIn;
use uuid::Uuid;

use crate::credential::credential_of;
use crate::limit::source_of;
use crate::problem::Problem;
use crate::state::HubState;

/// The largest body of a call, in bytes: many times an order of the most lines.
pub const BODY_LIMIT: usize = 1 << 20;

/// How long a caller may take to send one.
const BODY_TIME: Duration = Duration::from_secs(20);

/// The header by which a Request sent twice is done once.
pub const IDEMPOTENCY_KEY: &str = "idempotency-key";

pub(crate) async fn answer_call(
    State(hub): State<HubState>,
    ConnectInfo(peer): ConnectInfo<SocketAddr>,
    Path(name): Path<String>,
    request: Request,
) -> Result<Response, Problem> {
    admit_source(&hub, peer)?;
    let call = CALLS
        .iter()
        .find(|call| call.name == name && call.kind != Kind::Device)
        .ok_or(Refusal::NotFound { what: Thing::Call })?;
    require_json(request.headers())?;
    let id = call_id(call, request.headers())?;
    // A new device proves itself by what it sends; a key that this hub does not know must not stand in its way.
    let credential = if call.name == Register::NAME { None } else { credential_of(request.headers())? };
    let body = read_body(request).await?;
    let _working = hub.begin_call().ok_or(Refusal::Busy)?;
    let actor = hub.engine().identify(credential.as_ref()).await?;
    if let Some(device) = actor.device() {
        hub.devices().take(device, Instant::now()).map_err(too_often)?;
    }
    // Who may not make this call is told so first, by the engine.
    if call.roles.include(actor.role()) {
        require_object(&body)?;
    }
    let tried = admit(&hub, call, actor.role(), source_of(peer.ip()))?;
    let reply = Box::pin(hub.engine().call_json(call.name, &actor, id, &body)).await;
    tried.settle(&hub, &reply);
    let headers = [
        (header::CONTENT_TYPE, HeaderValue::from_static("application/json")),
        (header::CACHE_CONTROL, HeaderValue::from_static("no-store")),
    ];
    Ok((headers, reply?).into_response())
}

fn require_json(headers: &HeaderMap) -> Result<(), Problem> {
    let media_type =
        headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let essence = media_type.split(';').next().unwrap_or_default().trim();
    if essence.eq_ignore_ascii_case("application/json") {
        Ok(())
    } else {
        let refusal = Refusal::invalid("content-type", "a call is application/json");
        Err(Problem::with_status(refusal, StatusCode::UNSUPPORTED_MEDIA_TYPE))
    }
}

/// A list would be read too, as the fields in their order: that is no part of the contract.
fn require_object(body: &[u8]) -> Result<(), Refusal> {
    match body.trim_ascii_start().first() {
        None | Some(b'{') => Ok(()),
        Some(_) => Err(Refusal::invalid("body", "a call is a JSON object")),
    }
}

/// The caller's own id of a Request. The other kinds keep nothing under theirs.
fn call_id(call: &CallInfo, headers: &HeaderMap) -> Result<CallId, Refusal> {
    let given = headers.get(IDEMPOTENCY_KEY).map(|value| value.to_str().ok().and_then(|id| id.parse().ok()));
    match (given, call.kind) {
        (Some(Some(id)), _) => Ok(id),
        (None, Kind::Query | Kind::Fact | Kind::Credential | Kind::Device) => Ok(CallId(Uuid::now_v7())),
        (None, Kind::Request) => {
            Err(Refusal::invalid(IDEMPOTENCY_KEY, "a request carries a UUID of its own"))
        }
        (Some(None), _) => Err(Refusal::invalid(IDEMPOTENCY_KEY, "this is no UUID")),
    }
}

async fn read_body(request: Request) -> Result<Bytes, Problem> {
    match tokio::time::timeout(BODY_TIME, Bytes::from_request(request, &())).await {
        Ok(Ok(body)) => Ok(body),
        Ok(Err(rejection)) if rejection.status() == StatusCode::PAYLOAD_TOO_LARGE => {
            Err(Refusal::TooLarge.into())
        }
        Ok(Err(rejection)) => Err(Refusal::invalid("body", rejection.body_text()).into()),
        Err(_) => {
            let refusal = Refusal::invalid("body", "it did not arrive in time");
            Err(Problem::with_status(refusal, StatusCode::REQUEST_TIMEOUT))
        }
    }
}

/// A try that an address was let have.
enum Tried {
    Free,
    /// Counts only where the PIN was wrong.
    SignIn(IpAddr),
    /// Counts only where no gift card has that number.
    GiftCard(IpAddr),
}

fn too_often(wait: Duration) -> Problem {
    Problem::too_often(i64::try_from(wait.as_secs()).unwrap_or(i64::MAX).saturating_add(1))
}

/// Refuses whoever asks too often, and everybody once the hub is ending: what was begun is finished, nothing is begun.
pub(crate) fn admit_source(hub: &HubState, peer: SocketAddr) -> Result<(), Problem> {
    if hub.is_stopping() {
        return Err(Refusal::Busy.into());
    }
    hub.addresses().take(source_of(peer.ip()), Instant::now()).map_err(too_often)
}

fn admit(hub: &HubState, call: &CallInfo, role: Role, address: IpAddr) -> Result<Tried, Problem> {
    match call.name {
        Register::NAME => {
            hub.registrations().take(address, Instant::now()).map_err(too_often)?;
            Ok(Tried::Free)
        }
        SignIn::NAME => {
            hub.wrong_pins().take(address, Instant::now()).map_err(too_often)?;
            Ok(Tried::SignIn(address))
        }
        GetGiftCard::NAME if matches!(role, Role::Visitor | Role::Shopper) => {
            hub.wrong_gift_cards().take(address, Instant::now()).map_err(too_often)?;
            Ok(Tried::GiftCard(address))
        }
        _ => Ok(Tried::Free),
    }
}

impl Tried {
    fn settle<T>(self, hub: &HubState, reply: &Result<T, Refusal>) {
        match (self, reply) {
            (Self::SignIn(_), Err(Refusal::WrongPin { .. } | Refusal::PinLocked { .. }))
            | (Self::GiftCard(_), Err(Refusal::NotFound { .. }))
            | (Self::Free, _) => {}
            (Self::SignIn(address), _) => hub.wrong_pins().give_back(&address),
            (Self::GiftCard(address), _) => hub.wrong_gift_cards().give_back(&address),
        }
    }
}
