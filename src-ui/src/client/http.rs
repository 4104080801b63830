//! Calls over HTTP, to the hub that served the page.

use js_sys::JSON;
use ministore_core::id::CallId;
use ministore_core::refusal::Refusal;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{AbortSignal, Headers, RequestInit, Response};

use super::{Caller, Credential, connection, device, json, staff};

/// How long an answer may take, in milliseconds: beyond it a person has given up.
const PATIENCE: u32 = 15_000;

/// Makes a call and gives its reply. A device that the hub has forgotten makes itself known again, once.
pub(super) async fn call(
    name: &str,
    body: String,
    caller: Caller,
    id: Option<CallId>,
) -> Result<JsValue, Refusal> {
    let credential = credential(caller).await?;
    match post(name, &body, credential.as_ref(), id).await {
        Err(Refusal::SignInFirst)
            if caller == Caller::Device
                && let Some(unknown) = &credential =>
        {
            let credential = device::register_again(unknown).await?;
            post(name, &body, Some(&credential), id).await
        }
        Err(Refusal::SignInFirst) if caller == Caller::Staff => {
            staff::forget();
            Err(Refusal::SignInFirst)
        }
        outcome => outcome,
    }
}

async fn credential(caller: Caller) -> Result<Option<Credential>, Refusal> {
    match caller {
        Caller::Visitor => Ok(None),
        Caller::Device => device::known().await.map(Some),
        Caller::Staff => staff::credential().map(Some).ok_or(Refusal::SignInFirst),
    }
}

/// Sends one request.
pub(super) async fn post(
    name: &str,
    body: &str,
    credential: Option<&Credential>,
    id: Option<CallId>,
) -> Result<JsValue, Refusal> {
    let init = RequestInit::new();
    init.set_method("POST");
    init.set_body(&JsValue::from_str(body));
    init.set_signal(Some(&AbortSignal::timeout_with_u32(PATIENCE)));
    let headers = headers(credential);
    header(&headers, "Content-Type", "application/json");
    if let Some(id) = id {
        header(&headers, "Idempotency-Key", &id.to_string());
    }
    init.set_headers(&headers);
    let outcome = exchange(&["/api/", name].concat(), &init).await;
    let reached = !matches!(outcome, Err(Refusal::Offline));
    connection::note(reached);
    // What a visitor is told, and other refusals, such as of a session that has ended, say nothing of the device.
    match &outcome {
        Ok(_) if credential.is_some() => connection::note_shut_out(false),
        Err(Refusal::DeviceShutOut) => connection::note_shut_out(true),
        _ => {}
    }
    outcome
}

/// Sends a request and reads the JSON that answers it.
pub(super) async fn exchange(url: &str, init: &RequestInit) -> Result<JsValue, Refusal> {
    let response = fetch(url, init).await?;
    let text = response.text().map_err(|_| Refusal::Offline)?;
    let text = JsFuture::from(text).await.map_err(|_| Refusal::Offline)?;
    let said = JSON::parse(&text.as_string().unwrap_or_default());
    if response.ok() {
        return said.map_err(|_| Refusal::VersionMismatch);
    }
    // What is no problem document of ours was said by something between us and the hub.
    let problem = said.ok().and_then(|problem| json::read(problem).ok());
    Err(problem.unwrap_or(match response.status() {
        429 | 502..=504 => Refusal::Busy,
        status => Refusal::Internal { incident: status.to_string() },
    }))
}

/// Fetches; fails with Offline where nothing answered.
pub(super) async fn fetch(url: &str, init: &RequestInit) -> Result<Response, Refusal> {
    let promise = leptos::prelude::window().fetch_with_str_and_init(url, init);
    let response = JsFuture::from(promise).await.map_err(|_| Refusal::Offline)?;
    response.dyn_into().map_err(|_| Refusal::Offline)
}

/// The headers that say who calls.
pub(super) fn headers(credential: Option<&Credential>) -> Headers {
    // Fresh headers cannot fail to be made; were they not, the hub would answer as to a stranger.
    let headers = Headers::new().unwrap_or_else(|error| error.unchecked_into());
    if let Some(Credential { id, secret }) = credential {
        let value = ["Bearer ", &id.hyphenated().to_string(), ".", &secret.to_string()].concat();
        header(&headers, "Authorization", &value);
    }
    headers
}

pub(super) fn header(headers: &Headers, name: &str, value: &str) {
    // Names and values are plain ASCII of ours, which headers always take.
    let _ = headers.set(name, value);
}
