//! By which code somebody came to the page: told to the hub once, which counts it.

use js_sys::{Array, Function, Reflect};
use leptos::prelude::window;
use ministore_core::touchpoint::{Entrance, TouchpointCode, VIA, Visit};
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::spawn_local;

use super::{call, ipc};

/// Tells by which touchpoint the page was opened, where its address says so.
pub(crate) fn start() {
    if let Some(code) = opened_by() {
        tell(code);
    }
}

/// Tells that somebody came by one of the ways in that every shop has.
pub(crate) fn came_by(entrance: Entrance) {
    tell(entrance.code());
}

fn tell(code: TouchpointCode) {
    spawn_local(async move {
        // Whoever comes without a network comes uncounted; nothing that they do waits for it.
        let _ = call(Visit { code }).await;
    });
}

/// The code in the address that the page was opened with: the one it has now may be another screen's.
fn opened_by() -> Option<TouchpointCode> {
    let performance = ipc::property(&window(), "performance")?;
    let entries: Function = ipc::property(&performance, "getEntriesByType")?.dyn_into().ok()?;
    let found: Array = entries.call1(&performance, &"navigation".into()).ok()?.dyn_into().ok()?;
    let address = Reflect::get(&found.get(0), &JsValue::from("name")).ok()?.as_string()?;
    code_in(&address)
}

/// The code in an address.
fn code_in(address: &str) -> Option<TouchpointCode> {
    let (_, query) = address.split('#').next()?.split_once('?')?;
    let value = query.split('&').find_map(|part| part.strip_prefix(VIA)?.strip_prefix('='))?;
    value.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_code_is_found_among_other_parts_of_an_address_and_nothing_else_is_one() {
        let code = |address| code_in(address).map(|code| code.to_string());
        assert_eq!(code("https://shop.example/p/40110?a=b&via=k7m4q2zp#top"), Some("k7m4q2zp".to_owned()));
        assert_eq!(code("http://10.0.0.2:8787/?via=till"), Some("till".to_owned()));
        for none in [
            "https://shop.example/",
            "https://shop.example/?via=",
            "/?via=A%20B",
            "/?viable=till",
            "/#?via=till",
        ] {
            assert_eq!(code(none), None, "{none}");
        }
    }
}
