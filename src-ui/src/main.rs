//! The page: shopper's phone and counter tablet.
//!
//! - [`client`] is the way to the engine that answers, in a browser and in the installed app.
//! - [`state`] is what the whole page shares: shop, basket, preferences.
//! - [`pages`] has a file a screen, [`widgets`] what they are made of, `styles/` how they look.
//! - [`i18n`] is what is said in which language; the phrases are in `locales/`.

#![expect(unreachable_pub, reason = "Leptos makes public whatever #[component] makes")]

mod app;
mod client;
mod i18n;
mod pages;
mod refusal;
mod state;
mod widgets;

use leptos::prelude::*;

fn main() {
    console_error_panic_hook::set_once();
    if let Some(waiting) = document().get_element_by_id("starting") {
        waiting.remove();
    }
    leptos::mount::mount_to_body(app::App);
}
