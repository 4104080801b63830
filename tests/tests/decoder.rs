//! The decoder in a page's worker gives what the same decoder gives outside of it, picture by picture.

use anyhow::{Context, Result, ensure};
use base64::Engine as _;
use ministore_scan::pixels::{PixelFormat, to_luma};
use ministore_scan::scanner::PICTURE_BUDGET;
use ministore_scan::synthetic::symbols::Printed;
use ministore_scan::synthetic::{Renderer, Scene, Shot};
use ministore_scan::{LumaBuf, Scanner};
use ministore_tests::{Browser, Page, Screen, TestHub, story};
use serde_json::{Value, json};

const PICTURES: u64 = 60;

/// Starts the worker; what it tells about pictures comes to lie in `window.told`.
const START: &str = r#"
window.told = {};
window.worker = new Worker("/scan-worker.js", { type: "module" });
window.worker.onmessage = ({ data }) => {
  if (data.kind === "ready") window.told.ready = data;
  if (data.kind === "picture" || data.kind === "error") window.told[data.id ?? "error"] = data;
};
"#;

/// Sends a grey picture: its number, its width and height, and its pixels in base 64.
const SEND: &str = r#"
const [id, width, height, text] = arguments;
const grey = Uint8Array.from(atob(text), (c) => c.charCodeAt(0));
const rgba = new Uint8ClampedArray(grey.length * 4);
grey.forEach((value, index) => rgba.set([value, value, value, 255], index * 4));
createImageBitmap(new ImageData(rgba, width, height)).then((bitmap) => {
  window.worker.postMessage({ kind: "picture", bitmap, id: String(id) }, [bitmap]);
});
"#;

/// What the scanner reads outside of a page: the kinds and texts, and how long it took in microseconds.
fn natively(scanner: &mut Scanner, picture: &LumaBuf) -> Result<(Value, u64)> {
    let rgba: Vec<u8> = picture.pixels().iter().flat_map(|grey| [*grey, *grey, *grey, 255]).collect();
    let (width, height) = (picture.width(), picture.height());
    let luma = to_luma(PixelFormat::Rgba, width, height, 4 * width, &rgba)?;
    let begun = std::time::Instant::now();
    let clock = || begun.elapsed().as_micros() as u64;
    let scan = scanner.read_picture(&luma.as_luma(), PICTURE_BUDGET, &clock);
    let codes = scan.events.iter().map(|event| json!([event.symbology, event.said()]));
    Ok((codes.collect(), scan.micros.total))
}

/// What keeps Chromium from knowing SIMD on a machine that does: V8 needs SSE 4.1 for it.
const NO_SIMD: &str = "--js-flags=--no-enable-sse4-1";

#[test]
fn the_pages_decoder_reads_what_the_native_one_reads() -> Result<()> {
    story("decoder", async |story| {
        let hub = story.hub().await?;
        let page = story.browser("desk", Browser::new(Screen::DESK)).await?;
        println!("with SIMD: {}", compare(&page, &hub, true).await?);
        Ok(())
    })
}

#[test]
#[cfg_attr(not(target_arch = "x86_64"), ignore = "other machines always know SIMD")]
fn a_browser_without_simd_reads_the_same() -> Result<()> {
    story("decoder_plain", async |story| {
        let hub = story.hub().await?;
        let page = story.browser("desk", Browser { flags: &[NO_SIMD], ..Browser::new(Screen::DESK) }).await?;
        println!("without SIMD: {}", compare(&page, &hub, false).await?);
        Ok(())
    })
}

#[test]
fn the_page_says_what_is_looked_for() -> Result<()> {
    story("decoder_settings", async |story| {
        let hub = story.hub().await?;
        let page = story.browser("desk", Browser::new(Screen::DESK)).await?;
        page.open(&hub.url("/")).await?;
        page.sees("@product").await?;
        page.run(START, Vec::new()).await?;
        page.until("the worker is ready", "window.told.ready !== undefined").await?;
        let picture = Renderer::new(&Scene {
            shots: vec![Shot::new(Printed::Ean13, "9521234567899")],
            gap_seconds: 0.0,
            ..Scene::default()
        })?
        .frame(0);
        let configure = "delete window.told.ready; delete window.told.error;
            window.worker.postMessage({ kind: 'configure', settings: arguments[0] });";
        for (id, symbologies, read) in [(1, json!(["qr_code"]), 0), (2, json!(["qr_code", "ean13"]), 1)] {
            page.run(configure, vec![json!({ "symbologies": symbologies, "picture_budget": 1_000_000 })])
                .await?;
            page.until("the worker is ready again", "window.told.ready !== undefined").await?;
            send(&page, id, &picture).await?;
            let told = page.run(&format!("return window.told[{id}]"), Vec::new()).await?;
            ensure!(told["codes"].as_array().map(Vec::len) == Some(read), "{symbologies}: {told}");
        }
        for (settings, named) in [
            (json!({ "symbologies": ["ean14"] }), "ean14"),
            (json!({ "left_afterwards": 3 }), "left_afterwards"),
            (json!({ "left_after": "long" }), "left_after"),
            (json!({ "nearest_middle": 1 }), "nearest_middle"),
        ] {
            page.run(configure, vec![settings]).await?;
            page.until("the setting is refused", "window.told.error !== undefined").await?;
            let told = page.run("return window.told.error", Vec::new()).await?;
            ensure!(told["code"] == "settings", "{told}");
            ensure!(told["message"].as_str().is_some_and(|message| message.contains(named)), "{told}");
        }
        // What is refused changes nothing.
        send(&page, 3, &picture).await?;
        let told = page.run("return window.told[3]", Vec::new()).await?;
        ensure!(told["codes"].as_array().map(Vec::len) == Some(1), "{told}");
        Ok(())
    })
}

/// Sends a picture to the worker, and waits until it is read.
async fn send(page: &Page, id: u64, picture: &LumaBuf) -> Result<()> {
    let text = base64::engine::general_purpose::STANDARD.encode(picture.pixels());
    let arguments = vec![json!(id), json!(picture.width()), json!(picture.height()), json!(text)];
    page.run(SEND, arguments).await?;
    page.until("the picture is read", &format!("window.told[{id}] !== undefined")).await?;
    Ok(())
}

/// Reads pictures in the page and outside of it; answers how long both took.
async fn compare(page: &Page, hub: &TestHub, simd: bool) -> Result<String> {
    page.open(&hub.url("/")).await?;
    page.sees("@product").await?;
    page.run(START, Vec::new()).await?;
    page.until("the worker is ready", &format!("window.told.ready?.simd === {simd}")).await?;

    let mut scanner = Scanner::default();
    let (mut native, mut wasm, mut read) = (0, 0, 0);
    for seed in 1..=PICTURES {
        let picture = Renderer::new(&Scene::any(seed))?.frame(0);
        send(page, seed, &picture).await?;
        let told = page.run(&format!("return window.told[{seed}]"), Vec::new()).await?;
        let codes = told["codes"].as_array().with_context(|| format!("scene {seed}: {told}"))?;
        let codes: Value = codes.iter().map(|code| json!([code["symbology"], code["text"]])).collect();
        let (expected, micros) = natively(&mut scanner, &picture)?;
        ensure!(codes == expected, "scene {seed}: {codes} in the page, {expected} outside");
        read += usize::from(expected.as_array().is_some_and(|codes| !codes.is_empty()));
        native += micros;
        wasm += told["micros"]["total"].as_u64().context("the worker tells its times")?;
    }
    ensure!(read > PICTURES as usize / 3, "only {read} of {PICTURES} scenes were read at all");
    let mean = |micros: u64| micros as f64 / 1e3 / PICTURES as f64;
    Ok(format!(
        "{PICTURES} pictures, {read} read: {:.2} ms natively, {:.2} ms in the page",
        mean(native),
        mean(wasm)
    ))
}
