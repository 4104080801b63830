//! What the browser keeps for this page. A browser that keeps nothing (private windows of some) still shops: what is
//! kept then lasts as long as the page.

use std::cell::RefCell;
use std::collections::HashMap;

use leptos::prelude::window;
use serde::Serialize;
use serde::de::DeserializeOwned;

use super::json;

thread_local! {
    static FOR_NOW: RefCell<HashMap<String, String>> = RefCell::default();
}

fn storage() -> Option<web_sys::Storage> {
    window().local_storage().ok().flatten()
}

/// What is kept under `key`.
pub(crate) fn get(key: &str) -> Option<String> {
    let kept = storage().and_then(|storage| storage.get_item(key).ok().flatten());
    kept.or_else(|| FOR_NOW.with_borrow(|map| map.get(key).cloned()))
}

/// Keeps `value` under `key`.
pub(crate) fn set(key: &str, value: &str) {
    let kept = storage().is_some_and(|storage| storage.set_item(key, value).is_ok());
    if !kept {
        FOR_NOW.with_borrow_mut(|map| map.insert(key.to_owned(), value.to_owned()));
    }
}

/// Forgets what is kept under `key`.
pub(crate) fn remove(key: &str) {
    if let Some(storage) = storage() {
        // Removing what is not there is no fault.
        let _ = storage.remove_item(key);
    }
    FOR_NOW.with_borrow_mut(|map| map.remove(key));
}

/// What is kept under `key` as JSON; None where there is nothing, or nothing that this version understands.
pub(crate) fn get_json<T: DeserializeOwned>(key: &str) -> Option<T> {
    json::parse(&get(key)?).ok()
}

/// Keeps `value` under `key` as JSON.
pub(crate) fn set_json<T: Serialize>(key: &str, value: &T) {
    if let Some(text) = json::write(value) {
        set(key, &text);
    }
}
