//! Taking turns with other tabs of this page (Web Locks API).

use futures::channel::oneshot;
use js_sys::{Function, Promise};
use leptos::prelude::window;
use wasm_bindgen::closure::Closure;
use wasm_bindgen::{JsCast, JsValue};

use super::ipc::property;

/// Nobody else of this page has the turn of this name until it is dropped, or its tab is gone.
pub(super) struct Turn(Option<Function>);

impl Drop for Turn {
    fn drop(&mut self) {
        if let Some(done) = &self.0 {
            // Fulfilling a promise cannot fail.
            let _ = done.call0(&JsValue::UNDEFINED);
        }
    }
}

/// Waits for the turn of this name. Over plain HTTP browsers have no locks: there nobody waits, and whoever takes turns
/// must be right without, if slower.
pub(super) async fn turn(name: &str) -> Turn {
    let locks = property(&window().navigator(), "locks");
    let request = locks.as_ref().and_then(|locks| property(locks, "request")?.dyn_into::<Function>().ok());
    let Some((locks, request)) = locks.zip(request) else { return Turn(None) };
    let mut done = None;
    // The lock is held until this promise is fulfilled.
    let held = Promise::new(&mut |fulfil, _| done = Some(fulfil));
    let (sender, granted) = oneshot::channel();
    let take = Closure::once_into_js(move || {
        // Whoever waited may be gone; then the turn's end is, too, and it is passed on.
        let _ = sender.send(());
        held
    });
    let turn = Turn(done);
    if request.call2(&locks, &name.into(), &take).is_ok() {
        // A closure that is dropped uncalled counts as granted: the document is going away.
        let _ = granted.await;
    }
    turn
}
