//! Which address is answered by what, and what every answer passes through.

use std::any::Any;
use std::sync::LazyLock;

use axum::Router;
use axum::body::Bytes;
use axum::extract::{DefaultBodyLimit, Request, State};
use axum::http::{HeaderValue, StatusCode, header};
use axum::middleware::{Next, from_fn, from_fn_with_state};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use ministore_core::refusal::{Refusal, Thing};
use tower_http::CompressionLevel;
use tower_http::catch_panic::CatchPanicLayer;
use tower_http::compression::CompressionLayer;
use uuid::Uuid;

use crate::problem::Problem;
use crate::state::HubState;
use crate::{
    api, events, headers, health, manifest, metrics, openapi, page, pictures, request_log, trust, wechat_pay,
};

pub(crate) fn router(hub: HubState) -> Router {
    // The page comes compressed from its build, and an event must not wait in a compressor.
    let compressed = Router::new()
        .route("/api/{call}", post(api::answer_call))
        .route("/pictures/{id}", get(pictures::serve_picture))
        .route("/openapi.json", get(serve_openapi))
        .route(manifest::PATH, get(manifest::serve_manifest))
        // A run of changes is made while a device waits for it: the quickest level makes a quarter more of it.
        .layer(CompressionLayer::new().quality(CompressionLevel::Fastest));
    Router::new()
        .merge(compressed)
        .route("/events", get(events::stream_events))
        .route("/healthz", get(health::serve_health))
        .route("/readyz", get(health::serve_readiness))
        .route("/trust.json", get(trust::serve_trust))
        .route("/trust/ministore.crt", get(trust::serve_certificate))
        .route("/trust/ministore.mobileconfig", get(trust::serve_profile))
        .route("/metrics", get(metrics::serve_metrics))
        .route(wechat_pay::PATH, post(wechat_pay::hear))
        .fallback(page::serve_page)
        .method_not_allowed_fallback(wrong_method)
        .layer(DefaultBodyLimit::max(api::BODY_LIMIT))
        .layer(from_fn_with_state(hub.clone(), limit_time))
        .layer(CatchPanicLayer::custom(answer_panic))
        .layer(from_fn(headers::add_security_headers))
        .layer(from_fn_with_state(hub.clone(), request_log::log_request))
        .with_state(hub)
}

async fn wrong_method() -> Problem {
    Problem::with_status(Refusal::NotFound { what: Thing::Call }, StatusCode::METHOD_NOT_ALLOWED)
}

/// An answer that does not begin in time is given up, and what it was about to change with it.
async fn limit_time(State(hub): State<HubState>, request: Request, next: Next) -> Response {
    match tokio::time::timeout(hub.limits().answer_time, next.run(request)).await {
        Ok(response) => response,
        Err(_) => Problem::from(Refusal::Busy).into_response(),
    }
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
