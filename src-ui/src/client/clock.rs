//! Time as the page needs it: what it is now, and waiting.

use js_sys::Promise;
use leptos::prelude::window;
use ministore_core::time::Timestamp;
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
