//! Whether this program lives, and whether it can answer: two questions, because what asks the first restarts it, and
//! what asks the second sends callers elsewhere or waits.

use axum::extract::State;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use ministore_core::refusal::Refusal;
use ministore_store::Engine;
use serde::Serialize;

use crate::problem::Problem;
use crate::state::HubState;

/// What `GET /healthz` and `GET /readyz` say.
#[derive(Serialize)]
struct Health {
    status: &'static str,
    version: &'static str,
    schema: i64,
}

fn answer(status: &'static str) -> Response {
    let health = Health { status, version: env!("CARGO_PKG_VERSION"), schema: Engine::schema() };
    ([(header::CACHE_CONTROL, "no-store")], axum::Json(health)).into_response()
}

/// The process is alive: nothing else is asked.
pub(crate) async fn serve_health() -> Response {
    answer("ok")
}

/// The database can be read, and the hub is not ending.
pub(crate) async fn serve_readiness(State(hub): State<HubState>) -> Result<Response, Problem> {
    let unready = |refusal| Problem::with_status(refusal, StatusCode::SERVICE_UNAVAILABLE);
    if hub.is_stopping() {
        return Err(unready(Refusal::Busy));
    }
    hub.engine().newest_change().await.map_err(unready)?;
    Ok(answer("ready"))
}
