//! The counter's screens.

use leptos::prelude::*;

use crate::pages::NotFound;

/// Everything below `/counter`.
#[component]
pub(crate) fn Counter() -> impl IntoView {
    view! { <NotFound /> }
}
