//! The service worker: it lets the page open without the hub, and says when a newer page is ready to be taken.

use std::cell::{Cell, RefCell};

use js_sys::Promise;
use leptos::prelude::*;
use wasm_bindgen::closure::Closure;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::{JsFuture, spawn_local};
use web_sys::{ServiceWorkerContainer, ServiceWorkerRegistration, ServiceWorkerState};

use super::events::{Live, on_live};
use super::ipc::{self, property};
use crate::lasting::Lasting;

/// Where the hub serves it. It is compared byte for byte, so that a changed list of files makes it a new one.
const SCRIPT: &str = "/service-worker.js";
/// What it is told when the reader takes the newer page.
const TAKE_OVER: &str = "take over";

thread_local! {
    static READY: Lasting<bool> = Lasting::new(false);
    static ASKED: Cell<bool> = const { Cell::new(false) };
    static REGISTRATION: RefCell<Option<ServiceWorkerRegistration>> = const { RefCell::new(None) };
}

/// Whether a newer page is ready. Tracked.
pub(crate) fn ready() -> bool {
    READY.with(|ready| ready.get())
}

/// Loads the newer page. What is kept is as it was.
pub(crate) fn take() {
    ASKED.set(true);
    let waiting = REGISTRATION
        .with_borrow(|registration| registration.as_ref().and_then(ServiceWorkerRegistration::waiting));
    match waiting {
        // The page is loaded anew when the worker has taken over: not a file earlier, so that none is of another version.
        Some(waiting) if waiting.post_message(&TAKE_OVER.into()).is_ok() => {}
        // Another tab has let it take over already.
        _ => reload(),
    }
}

/// Registers the worker, where the browser has such: over HTTPS and on this machine itself.
pub(crate) fn start() {
    if ipc::present() || !window().is_secure_context() {
        return;
    }
    let container = property(&window().navigator(), "serviceWorker");
    let Some(container) = container.and_then(|it| it.dyn_into::<ServiceWorkerContainer>().ok()) else {
        return;
    };
    spawn_local(async move {
        // A browser that declines shows the page as before, while the hub is there.
        let _ = register(container).await;
    });
}

async fn register(container: ServiceWorkerContainer) -> Result<(), JsValue> {
    let replaces = container.controller().is_some();
    let changed = Closure::<dyn FnMut()>::new(move || {
        if ASKED.get() {
            reload();
        } else if replaces {
            // Another tab took it: this one goes on with what it has loaded, until its reader says so.
            READY.with(|ready| ready.set(true));
        }
    });
    container.set_oncontrollerchange(Some(changed.into_js_value().unchecked_ref()));

    let options = ipc::object(&[("updateViaCache", "none".into())]);
    let registration = JsFuture::from(container.register_with_options(SCRIPT, options.unchecked_ref()))
        .await?
        .dyn_into::<ServiceWorkerRegistration>()?;
    if replaces && registration.waiting().is_some() {
        READY.with(|ready| ready.set(true));
    }
    let found = {
        let (registration, container) = (registration.clone(), container.clone());
        Closure::<dyn FnMut()>::new(move || watch(&registration, &container))
    };
    registration.set_onupdatefound(Some(found.into_js_value().unchecked_ref()));
    // It may have been found before anyone looked.
    watch(&registration, &container);
    REGISTRATION.set(Some(registration));
    // A hub that is back may have become a newer one meanwhile.
    on_live(|live| {
        if matches!(live, Live::Anything) {
            look();
        }
    });
    Ok(())
}

/// Asks the hub whether it has a newer page.
fn look() {
    let asked = REGISTRATION.with_borrow(|registration| registration.as_ref().map(|it| it.update()));
    if let Some(Ok(asked)) = asked {
        spawn_local(async move {
            // It is asked again another time.
            let _ = JsFuture::from(Promise::resolve(&asked)).await;
        });
    }
}

/// Says that a newer page is ready once this worker has every file of it.
fn watch(registration: &ServiceWorkerRegistration, container: &ServiceWorkerContainer) {
    let Some(worker) = registration.installing() else { return };
    let container = container.clone();
    let changed = {
        let worker = worker.clone();
        Closure::<dyn FnMut()>::new(move || {
            if worker.state() == ServiceWorkerState::Installed && container.controller().is_some() {
                READY.with(|ready| ready.set(true));
            }
        })
    };
    worker.set_onstatechange(Some(changed.into_js_value().unchecked_ref()));
}

fn reload() {
    // Fails for no document that is shown.
    let _ = window().location().reload();
}
