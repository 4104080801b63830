//! Where this device is, asked for only when somebody taps for it.

use js_sys::{Promise, Reflect};
use leptos::prelude::window;
use ministore_core::place::GeoPoint;
use wasm_bindgen::JsValue;
use wasm_bindgen_futures::JsFuture;
use web_sys::PositionOptions;

/// How long a device may look for where it is, in milliseconds.
const PATIENCE: u32 = 12_000;

/// How old an earlier answer may be, in milliseconds.
const FRESH: u32 = 60_000;

/// `PERMISSION_DENIED` (Geolocation, section 7.2).
const DENIED: f64 = 1.0;

/// Why nobody knows where a device is.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Nowhere {
    /// It may not say.
    Refused,
    /// It cannot say.
    Unavailable,
}

/// Where this device is. The browser asks its user first.
pub(crate) async fn here() -> Result<GeoPoint, Nowhere> {
    let navigator = window().navigator();
    // Left out where a page came over plain HTTP, and by some web views.
    if !Reflect::has(&navigator, &"geolocation".into()).unwrap_or(false) {
        return Err(Nowhere::Unavailable);
    }
    let geolocation = navigator.geolocation().map_err(|_| Nowhere::Unavailable)?;
    let options = PositionOptions::new();
    options.set_timeout(PATIENCE);
    options.set_maximum_age(FRESH);
    let promise = Promise::new(&mut |found, failed| {
        let asked =
            geolocation.get_current_position_with_error_callback_and_options(&found, Some(&failed), &options);
        if asked.is_err() {
            // Calling what the promise itself gave cannot fail.
            let _ = failed.call0(&JsValue::UNDEFINED);
        }
    });
    match JsFuture::from(promise).await {
        Ok(position) => point_of(&position).ok_or(Nowhere::Unavailable),
        Err(error) if number(&error, "code") == Some(DENIED) => Err(Nowhere::Refused),
        Err(_) => Err(Nowhere::Unavailable),
    }
}

fn point_of(position: &JsValue) -> Option<GeoPoint> {
    let coords = Reflect::get(position, &"coords".into()).ok()?;
    GeoPoint::of_degrees(number(&coords, "latitude")?, number(&coords, "longitude")?).ok()
}

fn number(of: &JsValue, name: &str) -> Option<f64> {
    Reflect::get(of, &name.into()).ok()?.as_f64()
}
