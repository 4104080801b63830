//! The decoder as a WebAssembly module for a page's worker (`web/scan-worker.js`).

use ministore_scan::pixels::{PixelFormat, to_luma};
use ministore_scan::scanner::{FRAME_BUDGET, PICTURE_BUDGET, Scan, Scanner};
use ministore_scan::session::SessionOptions;
use ministore_scan::{Luma, LumaError, Symbologies, Symbology};
use serde::Deserialize;
use serde::de::IntoDeserializer;
use serde::de::value::Error as ValueError;
use wasm_bindgen::prelude::{JsError, wasm_bindgen};

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
    /// A scanner. What is left out is as usual: the names of the kinds of code (all retail kinds), milliseconds after which
    /// an unseen code has left view, frames that must agree on a weak symbology, whether only the code nearest the
    /// middle counts, as at a till, and microseconds for a live frame and for a single picture.
    #[wasm_bindgen(constructor)]
    pub fn new(
        symbologies: Option<Vec<String>>,
        left_after: Option<f64>,
        weak_sightings: Option<u32>,
        nearest_middle: Option<bool>,
        frame_budget: Option<f64>,
        picture_budget: Option<f64>,
    ) -> Result<WebScanner, JsError> {
        let named =
            |name: String| Symbology::deserialize(IntoDeserializer::<ValueError>::into_deserializer(name));
        let symbologies = match symbologies {
            Some(names) => names.into_iter().map(named).collect::<Result<Symbologies, _>>()?,
            None => Symbologies::RETAIL,
        };
        let defaults = SessionOptions::default();
        let session = SessionOptions {
            left_after: left_after.unwrap_or(defaults.left_after),
            weak_sightings: weak_sightings.unwrap_or(defaults.weak_sightings),
            nearest_middle: nearest_middle.unwrap_or(defaults.nearest_middle),
        };
        Ok(Self {
            scanner: Scanner::new(symbologies, session),
            frame_budget: frame_budget.map_or(FRAME_BUDGET, |micros| micros as u64),
            picture_budget: picture_budget.map_or(PICTURE_BUDGET, |micros| micros as u64),
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
