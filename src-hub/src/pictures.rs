//! Products' pictures, by the hash of their bytes: what was fetched once never changes.

use axum::extract::{Path, State};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use ministore_core::catalogue::PictureId;
use ministore_core::refusal::{Refusal, Thing};

use crate::page::has_tag;
use crate::problem::Problem;
use crate::state::HubState;

/// A picture opened by itself may draw and do nothing else: an SVG could carry scripts and links.
const PICTURE_POLICY: &str = "default-src 'none'; style-src 'unsafe-inline'; sandbox";

pub(crate) async fn serve_picture(
    State(hub): State<HubState>,
    Path(id): Path<String>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let missing = || Problem::from(Refusal::NotFound { what: Thing::Product });
    let id: PictureId = id.parse().map_err(|_| missing())?;
    let tag = format!("\"{id}\"");
    let picture = hub.engine().picture(&id).await?.ok_or_else(missing)?;
    let answer = [
        (header::CACHE_CONTROL, HeaderValue::from_static("public, max-age=31536000, immutable")),
        (header::CONTENT_SECURITY_POLICY, HeaderValue::from_static(PICTURE_POLICY)),
        (header::ETAG, HeaderValue::try_from(&tag).map_err(|_| missing())?),
    ];
    if has_tag(&headers, &tag) {
        return Ok((StatusCode::NOT_MODIFIED, answer).into_response());
    }
    let media_type = HeaderValue::try_from(picture.media_type)
        .unwrap_or(HeaderValue::from_static("application/octet-stream"));
    Ok((answer, [(header::CONTENT_TYPE, media_type)], picture.bytes).into_response())
}
