//! The offer to put this shop among the phone's apps. Only where the browser makes it, and never in the way.

use js_sys::{Function, Promise};
use leptos::prelude::*;
use wasm_bindgen::closure::Closure;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::{JsFuture, spawn_local};

use super::icon::{Icon, icon};
use crate::client::ipc::property;
use crate::i18n::say;

/// Where `start.js` puts what the browser offers.
const OFFER: &str = "installOffer";

thread_local! {
    static OFFERED: ArcRwSignal<bool> = ArcRwSignal::new(listen());
}

/// The row; nothing while the browser offers nothing.
#[component]
pub(crate) fn InstallRow() -> impl IntoView {
    let offered = OFFERED.with(Clone::clone);
    move || {
        offered.get().then(|| {
            view! {
                <ul class="menu">
                    <li>
                        <button type="button" class="menu-row" data-testid="install" on:click=|_| spawn_local(install())>
                            {icon(Icon::Plus)}
                            <span>
                                {say::INSTALL_TITLE}
                                <span class="quiet-text">{say::INSTALL_TEXT}</span>
                            </span>
                            {icon(Icon::ChevronRight)}
                        </button>
                    </li>
                </ul>
            }
            .into_any()
        })
    }
}

fn offer() -> Option<JsValue> {
    property(&window(), OFFER)
}

/// Listens for offers; whether there is one already.
fn listen() -> bool {
    let heard = |event: &str, now: bool| {
        let heard = Closure::<dyn FnMut()>::new(move || OFFERED.with(|offered| offered.set(now)));
        let heard = heard.into_js_value();
        // Fails for no event target that is a window.
        let _ = window().add_event_listener_with_callback(event, heard.unchecked_ref());
    };
    heard("installoffer", true);
    heard("appinstalled", false);
    offer().is_some()
}

/// Lets the browser ask. An offer can be taken up once.
async fn install() {
    let Some(offer) = offer() else { return };
    OFFERED.with(|offered| offered.set(false));
    // Deleting a property of the window's own cannot fail.
    let _ = js_sys::Reflect::delete_property(window().unchecked_ref::<js_sys::Object>(), &OFFER.into());
    let prompt = property(&offer, "prompt").and_then(|prompt| prompt.dyn_into::<Function>().ok());
    if let Some(Ok(asked)) = prompt.map(|prompt| prompt.call0(&offer)) {
        // Whether it is taken up is the reader's business.
        let _ = JsFuture::from(Promise::resolve(&asked)).await;
    }
}
