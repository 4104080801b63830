//! The decoder as a WebAssembly module for a page's worker (`web/scan-worker.js`).

use ministore_scan::pixels::{PixelFormat, to_luma};
use ministore_scan::scanner::{FRAME_BUDGET, PICTURE_BUDGET, Scan, Scanner};
use ministore_scan::session::SessionOptions;
use ministore_scan::{Luma, LumaError, Symbologies, Symbology};
use serde::Deserialize;
use wasm_bindgen::prelude::{JsError, wasm_bindgen};

/// What a page may set.
#[derive(Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
struct Settings {
    /// The kinds of code; all retail kinds if left out.
    symbologies: Option<Vec<Symbology>>,
    /// Milliseconds after which an unseen code has left view.
    left_after: Option<f64>,
    /// Frames that must agree on a weak symbology.
    weak_sightings: Option<u32>,
    /// Whether only the code nearest the middle counts, as at a till.
    nearest_middle: Option<bool>,
    /// Microseconds for a live frame.
    frame_budget: Option<u64>,
    /// Microseconds for a single picture.
    picture_budget: Option<u64>,
}

/// A live scanner for a page.
#[wasm_bindgen]
pub struct WebScanner {
    scanner: Scanner,
    frame_budget: u64,
    picture_budget: u64,
    performance: Option<Performance>,
}

#[wasm_bindgen]
extern "C" {
    /// The worker's clock.
    #[derive(Clone)]
    type Performance;
    #[wasm_bindgen(thread_local_v2, js_name = performance)]
    static PERFORMANCE: Option<Performance>;
    #[wasm_bindgen(method)]
    fn now(this: &Performance) -> f64;
}

#[wasm_bindgen]
impl WebScanner {
    /// A scanner with settings as JSON: `symbologies`, `left_after`, `weak_sightings`,
    /// `nearest_middle`, `frame_budget`,
    /// `picture_budget`, each optional.
    #[wasm_bindgen(constructor)]
    pub fn new(settings: &str) -> Result<WebScanner, JsError> {
        let settings: Settings = serde_json::from_str(settings)?;
        let symbologies = settings
            .symbologies
            .map_or(Symbologies::RETAIL, |list| list.into_iter().collect::<Symbologies>());
        let defaults = SessionOptions::default();
        let session = SessionOptions {
            left_after: settings.left_after.unwrap_or(defaults.left_after),
            weak_sightings: settings.weak_sightings.unwrap_or(defaults.weak_sightings),
            nearest_middle: settings.nearest_middle.unwrap_or(defaults.nearest_middle),
        };
        Ok(Self {
            scanner: Scanner::new(symbologies, session),
            frame_budget: settings.frame_budget.unwrap_or(FRAME_BUDGET),
            picture_budget: settings.picture_budget.unwrap_or(PICTURE_BUDGET),
            performance: PERFORMANCE.with(Clone::clone),
        })
    }

    /// Reads a live frame of luminance. Answers JSON: `events`, `codes`, `micros`.
    pub fn push_luma(
        &mut self,
        width: usize,
        height: usize,
        stride: usize,
        luma: &[u8],
        now: f64,
    ) -> Result<String, JsError> {
        let luma = Luma::new(width, height, stride, luma)?;
        self.push(&luma, now)
    }

    /// Reads a live frame of RGBA, rows packed. Answers JSON: `events`, `codes`, `micros`.
    pub fn push_rgba(
        &mut self,
        width: usize,
        height: usize,
        rgba: &[u8],
        now: f64,
    ) -> Result<String, JsError> {
        let luma = from_rgba(width, height, rgba)?;
        self.push(&luma.as_luma(), now)
    }

    /// Reads a single picture of RGBA, rows packed. Answers JSON: `events`, `codes`, `micros`.
    pub fn read_picture(&mut self, width: usize, height: usize, rgba: &[u8]) -> Result<String, JsError> {
        let luma = from_rgba(width, height, rgba)?;
        let performance = self.performance.as_ref();
        let scan = self.scanner.read_picture(&luma.as_luma(), self.picture_budget, &|| micros(performance));
        json(&scan)
    }

    /// Lets whatever is in view count again.
    pub fn forget(&mut self) {
        self.scanner.forget();
    }

    fn push(&mut self, luma: &Luma<'_>, now: f64) -> Result<String, JsError> {
        let performance = self.performance.as_ref();
        let scan = self.scanner.push(luma, now, self.frame_budget, &|| micros(performance));
        json(&scan)
    }
}

fn from_rgba(width: usize, height: usize, rgba: &[u8]) -> Result<ministore_scan::LumaBuf, LumaError> {
    to_luma(PixelFormat::Rgba, width, height, width.saturating_mul(4), rgba)
}

fn json(scan: &Scan) -> Result<String, JsError> {
    Ok(serde_json::to_string(scan)?)
}

/// Microseconds of the worker's clock; without one no time passes, and the budget is never spent.
fn micros(performance: Option<&Performance>) -> u64 {
    performance.map_or(0, |performance| (performance.now() * 1000.0) as u64)
}

fn main() {}
