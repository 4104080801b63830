//! One line in the log for each request, the id by which its answer and its lines are told together, and its count.
//! Neither query nor headers nor bodies are logged: they carry names, codes and keys. Nor is the code in the address of a
//! receipt, which opens it.

use std::time::Instant;

use axum::extract::{Request, State};
use axum::http::{HeaderMap, HeaderName, HeaderValue};
use axum::middleware::Next;
use axum::response::Response;
use tracing::Instrument;
use uuid::Uuid;

use crate::metrics::route_of;
use crate::problem::RefusedAs;
use crate::state::HubState;

/// The header that carries the id.
pub(crate) const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

/// Where the pages of receipts begin.
const RECEIPTS: &str = "/r/";

/// Answers with the id that the request came with, if it is a UUID, else with one of the hub's own making.
pub(crate) async fn log_request(State(hub): State<HubState>, request: Request, next: Next) -> Response {
    let id = id_of(request.headers()).unwrap_or_else(Uuid::now_v7);
    let method = request.method().clone();
    let path = request.uri().path();
    let path = if path.starts_with(RECEIPTS) { RECEIPTS } else { path }.to_owned();
    let started = Instant::now();
    let span = tracing::info_span!("request", %id);
    let mut response = next.run(request).instrument(span).await;
    let took = started.elapsed();
    let status = response.status();
    let refused = response.extensions().get::<RefusedAs>().map(|refused| refused.0);
    hub.metrics().count(route_of(&path), status, took, refused);
    let (status, ms) = (status.as_u16(), took.as_millis() as u64);
    tracing::info!(target: "ministore_hub::request", %method, path, status, refused, ms, %id);
    if let Ok(value) = HeaderValue::try_from(id.to_string()) {
        response.headers_mut().insert(REQUEST_ID, value);
    }
    response
}

fn id_of(headers: &HeaderMap) -> Option<Uuid> {
    Uuid::parse_str(headers.get(REQUEST_ID)?.to_str().ok()?).ok()
}
