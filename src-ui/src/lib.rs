//! The page: shopper's phone and counter tablet.
//!
//! Two programs share this library, so that a shopper's phone downloads nothing of the counter: [`start_shop`] and
//! [`start_counter`]. `public/start.js` chooses by the address.
//!
//! - [`client`] is the way to the engine that answers, in a browser and in the installed app.
//! - [`state`] is what the whole page shares: shop, basket, preferences.
//! - [`pages`] has a file a screen, [`widgets`] what they are made of, `styles/` how they look.
//! - [`lasting`] is how a value is kept that much of it follows.
//! - [`i18n`] is what is said in which language; the phrases are in `locales/`.

#![expect(unreachable_pub, reason = "Leptos makes public whatever #[component] makes")]

mod app;
mod client;
mod i18n;
mod lasting;
mod pages;
mod refusal;
mod state;
mod widgets;

use leptos::prelude::*;
use wasm_bindgen_futures::spawn_local;

pub use pages::later;

/// Shows the shopper's page; `fetch` downloads the screens that are not in the first part.
pub fn start_shop(fetch: later::Fetch) {
    spawn_local(async move {
        prepare().await;
        leptos::mount::mount_to_body(move || view! { <app::ShopApp fetch /> });
        later::fetch_ahead(fetch);
    });
}

/// Shows the counter.
pub fn start_counter() {
    spawn_local(async {
        prepare().await;
        leptos::mount::mount_to_body(app::CounterApp);
    });
}

async fn prepare() {
    console_error_panic_hook::set_once();
    client::storage::open().await;
    if client::ipc::present() {
        client::staff::take_up().await;
    }
    if let Some(waiting) = document().get_element_by_id("starting") {
        waiting.remove();
    }
}
