//! The web app manifest (W3C Web Application Manifest): under what name and picture a phone keeps this shop among its
//! apps.

use axum::extract::State;
use axum::http::{HeaderMap, HeaderValue, header};
use axum::response::{IntoResponse, Response};
use ministore_core::id::CallId;
use ministore_core::role::Actor;
use ministore_core::shop::{GetShop, Shop};
use serde_json::{Value, json};
use uuid::Uuid;

use crate::problem::Problem;
use crate::state::HubState;

/// Where it is served; `src-ui/index.html` names it.
pub(crate) const PATH: &str = "/manifest.webmanifest";

/// The page's own background, before it is drawn (`src-ui/styles/00-tokens.css`).
const BACKGROUND: &str = "#fbfaf8";

pub(crate) async fn serve_manifest(
    State(hub): State<HubState>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let shop = hub.engine().call(&Actor::Visitor, CallId(Uuid::now_v7()), GetShop {}).await?;
    let answer = [
        (header::CONTENT_TYPE, HeaderValue::from_static("application/manifest+json")),
        (header::CACHE_CONTROL, HeaderValue::from_static("no-cache")),
        (header::VARY, HeaderValue::from_static("accept-language")),
    ];
    Ok((answer, manifest_of(&shop, reads_chinese(&headers)).to_string()).into_response())
}

fn manifest_of(shop: &Shop, chinese: bool) -> Value {
    let (own, other) = if chinese { (&shop.name.zh, &shop.name.en) } else { (&shop.name.en, &shop.name.zh) };
    let name = if own.is_empty() { other } else { own };
    let icon = |file: &str, sizes: &str, purpose: &str| json!({ "src": format!("/icons/{file}"), "sizes": sizes, "type": "image/png", "purpose": purpose });
    json!({
        // What makes it the same app, whatever its start becomes.
        "id": "/",
        "name": name,
        "short_name": name,
        "lang": if chinese { "zh-CN" } else { "en" },
        "start_url": "/",
        "scope": "/",
        "display": "standalone",
        "background_color": BACKGROUND,
        "theme_color": shop.accent,
        "categories": ["shopping"],
        "icons": [
            { "src": "/icons/icon.svg", "sizes": "any", "type": "image/svg+xml", "purpose": "any" },
            icon("icon-192.png", "192x192", "any"),
            icon("icon-512.png", "512x512", "any"),
            icon("maskable-512.png", "512x512", "maskable"),
        ],
    })
}

/// Whether the first language that the browser names is Chinese. Browsers name the preferred one first.
fn reads_chinese(headers: &HeaderMap) -> bool {
    let named =
        headers.get(header::ACCEPT_LANGUAGE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    named.trim_start().get(..2).is_some_and(|language| language.eq_ignore_ascii_case("zh"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_preferred_language_is_the_first_one() {
        for (value, chinese) in [
            ("zh-CN,zh;q=0.9,en;q=0.8", true),
            ("en-US,en;q=0.9,zh;q=0.8", false),
            ("ZH", true),
            ("z", false),
            ("", false),
        ] {
            let mut headers = HeaderMap::new();
            headers.insert(header::ACCEPT_LANGUAGE, value.parse().unwrap());
            assert_eq!(reads_chinese(&headers), chinese, "{value:?}");
        }
        assert!(!reads_chinese(&HeaderMap::new()));
    }
}
