//! Which address is answered by what, and what every answer passes through.

use std::any::Any;
use std::sync::LazyLock;

use axum::Router;
use axum::body::Bytes;
use axum::extract::{DefaultBodyLimit, State};
use axum::http::{HeaderValue, StatusCode, header};
use axum::middleware::from_fn;
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use ministore_core::refusal::{Refusal, Thing};
use ministore_store::Engine;
use serde::Serialize;
use tower_http::catch_panic::CatchPanicLayer;
use tower_http::compression::CompressionLayer;
use uuid::Uuid;

use crate::problem::Problem;
use crate::server::HubState;
use crate::{api, events, headers, openapi, page, pictures, request_log};

pub(crate) fn router(hub: HubState) -> Router {
    // The page comes compressed from its build, and an event must not wait in a compressor.
    let compressed = Router::new()
        .route("/api/{call}", post(api::answer_call))
        .route("/pictures/{id}", get(pictures::serve_picture))
        .route("/openapi.json", get(serve_openapi))
        .layer(CompressionLayer::new());
    Router::new()
        .merge(compressed)
        .route("/events", get(events::stream_events))
        .route("/healthz", get(serve_health))
        .fallback(page::serve_page)
        .method_not_allowed_fallback(wrong_method)
        .layer(DefaultBodyLimit::max(api::BODY_LIMIT))
        .layer(CatchPanicLayer::custom(answer_panic))
        .layer(from_fn(headers::add_security_headers))
        .layer(from_fn(request_log::log_request))
        .with_state(hub)
}

async fn wrong_method() -> Problem {
    Problem::with_status(Refusal::NotFound { what: Thing::Call }, StatusCode::METHOD_NOT_ALLOWED)
}

/// What `GET /healthz` says.
#[derive(Serialize)]
struct Health {
    status: &'static str,
    version: &'static str,
    schema: i64,
}

async fn serve_health(State(hub): State<HubState>) -> Result<Response, Problem> {
    // A hub that cannot read its database is not well.
    hub.engine().newest_change().await?;
    let health = Health { status: "ok", version: env!("CARGO_PKG_VERSION"), schema: Engine::schema() };
    Ok(([(header::CACHE_CONTROL, "no-store")], axum::Json(health)).into_response())
}

async fn serve_openapi() -> Response {
    static DOCUMENT: LazyLock<Bytes> = LazyLock::new(|| openapi::document().to_string().into());
    let media_type = HeaderValue::from_static("application/json");
    ([(header::CONTENT_TYPE, media_type)], DOCUMENT.clone()).into_response()
}

/// A panic is a fault of ours: logged here, once, and answered as such.
fn answer_panic(panic: Box<dyn Any + Send>) -> Response {
    let said = panic
        .downcast_ref::<&str>()
        .copied()
        .or_else(|| panic.downcast_ref::<String>().map(String::as_str))
        .unwrap_or("no message");
    let incident = Uuid::now_v7().to_string();
    tracing::error!(%incident, said, "a handler panicked");
    Problem::from(Refusal::Internal { incident }).into_response()
}
