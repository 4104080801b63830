//! What is fetched: health, the OpenAPI document, pictures and the page.

use std::io::Read;

use ministore_core::catalogue::Browse;
use ministore_hub::PageFiles;
use ministore_hub::headers::CONTENT_SECURITY_POLICY;
use reqwest::{Method, StatusCode};
use serde_json::Value;
use tempfile::TempDir;

use crate::support::TestHub;

const INDEX: &str = "<!doctype html><title>Ministore</title>";
const WASM: &[u8] = b"\0asm\x01\0\0\0";

fn built_page() -> TempDir {
    let dist = tempfile::tempdir().unwrap();
    let put = |name: &str, bytes: &[u8]| std::fs::write(dist.path().join(name), bytes).unwrap();
    let packed = |bytes: &[u8]| {
        let mut packed = Vec::new();
        brotli::CompressorReader::new(bytes, 4096, 5, 20).read_to_end(&mut packed).unwrap();
        packed
    };
    put("index.html", INDEX.as_bytes());
    put("index.html.br", &packed(INDEX.as_bytes()));
    put("ministore_bg.wasm", WASM);
    put("ministore_bg.wasm.br", &packed(WASM));
    put("start.js", b"export {};");
    std::fs::create_dir(dist.path().join("fonts")).unwrap();
    put("fonts/a.woff2", b"font");
    dist
}

async fn hub_with(dist: &TempDir) -> TestHub {
    let folder = dist.path().to_owned();
    TestHub::start_with(|config| config.page = PageFiles::Folder(folder)).await
}

#[tokio::test]
async fn health_says_version_and_schema() {
    let hub = TestHub::start().await;
    let response = hub.get("/healthz").await;
    assert_eq!(response.status(), StatusCode::OK);
    let health: Value = response.json().await.unwrap();
    assert_eq!(health["status"], "ok");
    assert_eq!(health["version"], env!("CARGO_PKG_VERSION"));
    assert!(health["schema"].as_i64().is_some_and(|schema| schema > 0), "{health}");
    hub.stop().await;
}

#[tokio::test]
async fn the_document_of_the_calls() {
    let hub = TestHub::start().await;
    let response = hub.get("/openapi.json").await;
    assert_eq!(response.headers()["content-type"], "application/json");
    let document: Value = response.json().await.unwrap();
    assert_eq!(document["openapi"], "3.1.0");
    assert_eq!(
        document["paths"]["/api/order.accept"]["post"]["x-roles"],
        serde_json::json!(["cashier", "manager"])
    );
    hub.stop().await;
}

#[tokio::test]
async fn a_picture_can_be_kept_for_ever_and_runs_nothing() {
    let hub = TestHub::start().await;
    let page = hub.visitor().call(&Browse { category: None, after: None, limit: 1 }).await.unwrap();
    let path = format!("/pictures/{}", page.products[0].picture.as_ref().expect("a picture"));
    let response = hub.get(&path).await;
    assert_eq!(response.status(), StatusCode::OK);
    let headers = response.headers().clone();
    assert_eq!(headers["content-type"], "image/svg+xml");
    assert_eq!(headers["cache-control"], "public, max-age=31536000, immutable");
    assert_eq!(headers["content-security-policy"], "default-src 'none'; style-src 'unsafe-inline'; sandbox");
    assert_eq!(headers["x-content-type-options"], "nosniff");
    assert!(response.text().await.unwrap().starts_with("<svg"));

    let again = hub.client.get(format!("{}{path}", hub.base)).header("if-none-match", &headers["etag"]);
    assert_eq!(again.send().await.unwrap().status(), StatusCode::NOT_MODIFIED);
    for missing in
        [format!("/pictures/{}", "0".repeat(64)), "/pictures/..%2fministore.db".into(), "/pictures/x".into()]
    {
        assert_eq!(hub.get(&missing).await.status(), StatusCode::NOT_FOUND, "{missing}");
    }
    hub.stop().await;
}

#[tokio::test]
async fn a_screens_address_gets_the_page_and_a_missing_file_does_not() {
    let dist = built_page();
    let hub = hub_with(&dist).await;
    for path in ["/", "/index.html", "/cart", "/p/9520110000109", "/counter/orders/7"] {
        let response = hub.get(path).await;
        assert_eq!(response.status(), StatusCode::OK, "{path}");
        assert_eq!(response.headers()["content-type"], "text/html; charset=utf-8");
        assert_eq!(response.headers()["cache-control"], "no-cache");
        assert_eq!(response.text().await.unwrap(), INDEX, "{path}");
    }
    for path in ["/gone.js", "/fonts/gone.woff2", "/..%2f..%2fetc/passwd.txt", "/%2e%2e/secret.db"] {
        assert_eq!(hub.get(path).await.status(), StatusCode::NOT_FOUND, "{path}");
    }
    assert_eq!(hub.get("/fonts/a.woff2").await.headers()["content-type"], "font/woff2");
    hub.stop().await;
}

#[tokio::test]
async fn a_browser_that_takes_brotli_gets_what_the_build_packed() {
    let dist = built_page();
    let hub = hub_with(&dist).await;
    let get = |encoding: &'static str, path: &str| {
        hub.client.get(format!("{}{path}", hub.base)).header("accept-encoding", encoding).send()
    };
    let packed = get("gzip, br", "/ministore_bg.wasm").await.unwrap();
    assert_eq!(packed.headers()["content-encoding"], "br");
    assert_eq!(packed.headers()["content-type"], "application/wasm");
    assert_eq!(packed.headers()["vary"], "accept-encoding");
    let packed_tag = packed.headers()["etag"].clone();
    let mut unpacked = Vec::new();
    let bytes = packed.bytes().await.unwrap();
    brotli::Decompressor::new(&bytes[..], 4096).read_to_end(&mut unpacked).unwrap();
    assert_eq!(unpacked, WASM);

    let plain = get("gzip", "/ministore_bg.wasm").await.unwrap();
    assert!(!plain.headers().contains_key("content-encoding"));
    assert_ne!(plain.headers()["etag"], packed_tag);
    assert_eq!(plain.bytes().await.unwrap(), WASM);
    let unpackable = get("br", "/start.js").await.unwrap();
    assert!(!unpackable.headers().contains_key("content-encoding"));
    assert_eq!(unpackable.headers()["content-type"], "text/javascript; charset=utf-8");

    let revalidated = hub
        .client
        .get(format!("{}/ministore_bg.wasm", hub.base))
        .header("accept-encoding", "br")
        .header("if-none-match", &packed_tag)
        .send();
    let revalidated = revalidated.await.unwrap();
    assert_eq!(revalidated.status(), StatusCode::NOT_MODIFIED);
    assert_eq!(revalidated.headers()["etag"], packed_tag);
    assert!(revalidated.bytes().await.unwrap().is_empty());
    hub.stop().await;
}

#[tokio::test]
async fn only_the_head_of_the_page() {
    let dist = built_page();
    let hub = hub_with(&dist).await;
    let head = hub.client.request(Method::HEAD, format!("{}/cart", hub.base)).send().await.unwrap();
    assert_eq!(head.status(), StatusCode::OK);
    assert_eq!(head.headers()["content-length"], INDEX.len().to_string());
    assert!(head.bytes().await.unwrap().is_empty());
    hub.stop().await;
}

#[tokio::test]
async fn a_page_that_was_not_built_says_so() {
    let empty = tempfile::tempdir().unwrap();
    let hub = hub_with(&empty).await;
    let response = hub.get("/").await;
    assert_eq!(response.status(), StatusCode::SERVICE_UNAVAILABLE);
    assert!(response.text().await.unwrap().contains("cargo xtask web"));
    hub.stop().await;
}

#[tokio::test]
async fn every_answer_tells_the_browser_what_it_may_do() {
    let dist = built_page();
    let hub = hub_with(&dist).await;
    for path in ["/", "/start.js", "/gone.js", "/healthz", "/openapi.json", "/api/shop.get", "/events"] {
        let response = hub.get(path).await;
        let headers = response.headers();
        assert_eq!(headers["content-security-policy"], CONTENT_SECURITY_POLICY, "{path}");
        assert_eq!(headers["x-content-type-options"], "nosniff", "{path}");
        assert_eq!(headers["referrer-policy"], "no-referrer", "{path}");
        assert_eq!(headers["cross-origin-opener-policy"], "same-origin", "{path}");
        assert!(headers["permissions-policy"].to_str().unwrap().contains("camera=(self)"), "{path}");
        assert!(!headers.contains_key("access-control-allow-origin"), "{path}");
    }
    assert!(!CONTENT_SECURITY_POLICY.contains("unsafe-inline"));
    hub.stop().await;
}
