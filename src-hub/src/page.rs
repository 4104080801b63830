//! The built page: static files with their compressed forms, and `index.html` for the addresses of its screens.

use std::borrow::Cow;
use std::net::SocketAddr;
use std::path::{Component, Path, PathBuf};

use axum::body::Body;
use axum::extract::{ConnectInfo, Request, State};
use axum::http::uri::PathAndQuery;
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode, header};
use axum::response::{IntoResponse, Redirect, Response};
use ministore_core::refusal::{Refusal, Thing};
use rust_embed::RustEmbed;
use sha2::{Digest, Sha256};

use crate::problem::Problem;
use crate::state::HubState;
use crate::tls::Over;
use crate::trust::host_of;

/// Where the page's files come from.
#[derive(Clone, Debug, Default)]
pub enum PageFiles {
    /// Out of this program itself; in a debug build, from the checkout's `dist` folder.
    #[default]
    Embedded,
    /// From a folder, read anew for each request.
    Folder(PathBuf),
}

#[derive(RustEmbed)]
#[folder = "../dist"]
#[allow_missing = true]
struct Embedded;

/// The file of every screen's address.
const INDEX: &str = "index.html";

/// One file of the page.
struct PageFile {
    bytes: Cow<'static, [u8]>,
    hash: [u8; 32],
}

impl PageFiles {
    /// None where there is no such file, and for a path that leaves the page's folder.
    async fn read(&self, path: &str) -> Option<PageFile> {
        match self {
            Self::Embedded => {
                let file = Embedded::get(path)?;
                Some(PageFile { hash: file.metadata.sha256_hash(), bytes: file.data })
            }
            Self::Folder(folder) => {
                let inside = Path::new(path).components().all(|part| matches!(part, Component::Normal(_)));
                if !inside || path.contains('\\') {
                    return None;
                }
                let bytes = tokio::fs::read(folder.join(path)).await.ok()?;
                Some(PageFile { hash: Sha256::digest(&bytes).into(), bytes: bytes.into() })
            }
        }
    }
}

/// Answers every address that is nothing else.
pub(crate) async fn serve_page(State(hub): State<HubState>, request: Request) -> Response {
    if !matches!(*request.method(), Method::GET | Method::HEAD) {
        return Problem::with_status(Refusal::NotFound { what: Thing::Call }, StatusCode::METHOD_NOT_ALLOWED)
            .into_response();
    }
    if let Some(elsewhere) = over_https(&hub, &request) {
        return elsewhere;
    }
    let asked = request.uri().path().trim_start_matches('/');
    let names_a_file = asked.rsplit('/').next().is_some_and(|last| last.contains('.'));
    let path = if names_a_file { asked } else { INDEX };
    let Some(plain) = hub.page().read(path).await else {
        return if names_a_file { not_here() } else { not_built() };
    };
    let compressed = match accepts_brotli(request.headers()) {
        true => hub.page().read(&format!("{path}.br")).await,
        false => None,
    };
    let encoding = compressed.as_ref().map(|_| "br");
    let tag = entity_tag(&plain.hash, encoding);
    let mut headers = HeaderMap::new();
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-cache"));
    headers.insert(header::VARY, HeaderValue::from_static("accept-encoding"));
    if let Ok(tag) = HeaderValue::try_from(&tag) {
        headers.insert(header::ETAG, tag);
    }
    if has_tag(request.headers(), &tag) {
        return (StatusCode::NOT_MODIFIED, headers).into_response();
    }
    if let Some(encoding) = encoding {
        headers.insert(header::CONTENT_ENCODING, HeaderValue::from_static(encoding));
    }
    if let Ok(media_type) = HeaderValue::try_from(media_type_of(path)) {
        headers.insert(header::CONTENT_TYPE, media_type);
    }
    let body = match compressed.unwrap_or(plain).bytes {
        Cow::Borrowed(bytes) => Body::from(bytes),
        Cow::Owned(bytes) => Body::from(bytes),
    };
    (headers, body).into_response()
}

/// Where the hub has a certificate that devices trust, the page is had over HTTPS, except on the hub's own machine.
fn over_https(hub: &HubState, request: &Request) -> Option<Response> {
    let tls = hub.tls().filter(|tls| tls.local().is_none())?;
    let ConnectInfo(peer) = request.extensions().get::<ConnectInfo<SocketAddr>>()?;
    let is_plain = request.extensions().get::<Over>() == Some(&Over::Http);
    if !is_plain || peer.ip().to_canonical().is_loopback() {
        return None;
    }
    let origin = tls.origin(&host_of(request.headers())?)?;
    let path = request.uri().path_and_query().map_or("/", PathAndQuery::as_str);
    // Not for ever: a hub may be served without HTTPS again.
    Some(Redirect::temporary(&[&origin, path].concat()).into_response())
}

fn media_type_of(path: &str) -> String {
    let guess = mime_guess::from_path(path).first_or_octet_stream();
    match (guess.type_(), guess.subtype()) {
        (mime_guess::mime::TEXT, _) => format!("{guess}; charset=utf-8"),
        _ => guess.to_string(),
    }
}

/// Strong validators differ by encoding (RFC 9110, section 8.8.1).
fn entity_tag(hash: &[u8; 32], encoding: Option<&str>) -> String {
    let digits: String = hash.iter().take(16).map(|byte| format!("{byte:02x}")).collect();
    match encoding {
        Some(encoding) => format!("\"{digits}-{encoding}\""),
        None => format!("\"{digits}\""),
    }
}

/// Whether the browser has exactly this already (RFC 9110, section 13.1.2).
pub(crate) fn has_tag(headers: &HeaderMap, tag: &str) -> bool {
    let named = headers.get_all(header::IF_NONE_MATCH).iter().filter_map(|value| value.to_str().ok());
    named
        .flat_map(|value| value.split(','))
        .map(|given| given.trim().trim_start_matches("W/"))
        .any(|given| given == tag || given == "*")
}

/// Whether `br` is among the accepted encodings and not with a weight of zero (RFC 9110, section 12.5.3).
fn accepts_brotli(headers: &HeaderMap) -> bool {
    let named = headers.get_all(header::ACCEPT_ENCODING).iter().filter_map(|value| value.to_str().ok());
    named.flat_map(|value| value.split(',')).any(|coding| {
        let (name, weight) = coding.split_once(';').unwrap_or((coding, ""));
        let weight = weight.trim().strip_prefix("q=").unwrap_or("1");
        name.trim().eq_ignore_ascii_case("br") && weight.parse::<f32>().is_ok_and(|weight| weight > 0.0)
    })
}

fn not_here() -> Response {
    let headers = [(header::CACHE_CONTROL, "no-store"), (header::CONTENT_TYPE, "text/plain; charset=utf-8")];
    (StatusCode::NOT_FOUND, headers, "There is no such file. 没有这个文件。\n").into_response()
}

fn not_built() -> Response {
    let headers = [(header::CACHE_CONTROL, "no-store"), (header::CONTENT_TYPE, "text/html; charset=utf-8")];
    let text = "<!doctype html><html lang=\"en\"><meta charset=\"utf-8\">\
        <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\"><title>Ministore</title>\
        <h1>The page has not been built</h1>\
        <p>The hub is running and its data is safe. Build the page with <code>cargo xtask web</code>, \
        then load this address again.</p>\
        <h1 lang=\"zh-Hans\">页面尚未构建</h1>\
        <p lang=\"zh-Hans\">服务正在运行，数据安全。请运行 <code>cargo xtask web</code> 构建页面，然后重新加载。</p></html>\n";
    (StatusCode::SERVICE_UNAVAILABLE, headers, text).into_response()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn accepting(value: &str) -> bool {
        let mut headers = HeaderMap::new();
        headers.insert(header::ACCEPT_ENCODING, value.parse().unwrap());
        accepts_brotli(&headers)
    }

    #[test]
    fn brotli_only_where_it_is_wanted() {
        assert!(accepting("gzip, deflate, br, zstd"));
        assert!(accepting("br;q=0.5"));
        assert!(!accepting("br;q=0, gzip"));
        assert!(!accepting("gzip"));
        assert!(!accepting("brotli"));
        assert!(!accepts_brotli(&HeaderMap::new()));
    }

    #[tokio::test]
    async fn no_path_leaves_the_folder() {
        let folder = tempfile::tempdir().unwrap();
        let dist = folder.path().join("dist");
        std::fs::create_dir(&dist).unwrap();
        std::fs::write(folder.path().join("secret.txt"), "x").unwrap();
        std::fs::write(dist.join("a.txt"), "x").unwrap();
        let files = PageFiles::Folder(dist);
        assert!(files.read("a.txt").await.is_some());
        for path in
            ["../secret.txt", "./../secret.txt", "/etc/passwd", "..\\secret.txt", "a/../../secret.txt"]
        {
            assert!(files.read(path).await.is_none(), "{path}");
        }
    }

    #[test]
    fn browsers_are_told_the_types_they_insist_on() {
        assert_eq!(media_type_of("a_bg.wasm"), "application/wasm");
        assert_eq!(media_type_of("start.js"), "text/javascript; charset=utf-8");
        assert_eq!(media_type_of("style.css"), "text/css; charset=utf-8");
        assert_eq!(media_type_of("index.html"), "text/html; charset=utf-8");
        assert_eq!(media_type_of("icon.svg"), "image/svg+xml");
    }
}
