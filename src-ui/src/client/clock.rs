//! Time as the page needs it: what it is now, and waiting.

use js_sys::Promise;
use leptos::prelude::window;
use ministore_core::time::Timestamp;
use wasm_bindgen::JsValue;
use wasm_bindgen_futures::JsFuture;

/// Now.
pub(crate) fn now() -> Timestamp {
    Timestamp(js_sys::Date::now() as i64)
}

/// Waits so many milliseconds.
pub(crate) async fn sleep(milliseconds: i32) {
    let promise = Promise::new(&mut |resolve, _| {
        // Only fails on a document that is going away.
        let _ = window().set_timeout_with_callback_and_timeout_and_arguments_0(&resolve, milliseconds);
    });
    // This promise is never rejected.
    let _ = JsFuture::from(promise).await;
}

/// By how many minutes the clocks of `zone` (an IANA name) are ahead of UTC at an instant; none where the browser does
/// not know the zone.
pub(crate) fn offset_of(zone: &str, at: Timestamp) -> i64 {
    let options = js_sys::Object::new();
    for (name, value) in [
        ("timeZone", zone),
        ("hourCycle", "h23"),
        ("year", "numeric"),
        ("month", "2-digit"),
        ("day", "2-digit"),
        ("hour", "2-digit"),
        ("minute", "2-digit"),
    ] {
        // Setting a property of a fresh plain object cannot fail.
        let _ = js_sys::Reflect::set(&options, &name.into(), &value.into());
    }
    let format = js_sys::Intl::DateTimeFormat::new(&js_sys::Array::of1(&"en".into()), &options);
    // By its parts, whose order in the text differs from engine to engine.
    let parts = format.format_to_parts(&js_sys::Date::new(&(at.0 as f64).into()));
    let number = |kind: &str| {
        let of = |part: &JsValue, key: &str| js_sys::Reflect::get(part, &key.into()).ok()?.as_string();
        parts.iter().find(|part| of(part, "type").is_some_and(|found| found == kind)).and_then(|part| {
            let value = of(&part, "value")?;
            value.parse().ok()
        })
    };
    let clock = ["year", "month", "day", "hour", "minute"].map(number);
    let [Some(year), Some(month), Some(day), Some(hour), Some(minute)] = clock else { return 0 };
    local_minutes(year, month, day, hour, minute) - at.0.div_euclid(60_000)
}

/// Minutes since 1970 on a clock that shows this. `month` and `day` count from 1.
fn local_minutes(year: i64, month: i64, day: i64, hour: i64, minute: i64) -> i64 {
    // Days since 1970 by the civil calendar (H. Hinnant, "chrono-compatible low-level date algorithms").
    let year = if month <= 2 { year - 1 } else { year };
    let (era, of_era) = (year.div_euclid(400), year.rem_euclid(400));
    let of_year = (153 * ((month + 9) % 12) + 2) / 5 + day - 1;
    let days = era * 146_097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year - 719_468;
    (days * 24 + hour) * 60 + minute
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_clock_reads_as_minutes_since_1970() {
        assert_eq!(local_minutes(1970, 1, 1, 0, 0), 0);
        assert_eq!(local_minutes(2026, 11, 24, 14, 30), 1_795_530_600 / 60);
        assert_eq!(local_minutes(2024, 2, 29, 23, 59), 1_709_251_140 / 60);
    }
}
