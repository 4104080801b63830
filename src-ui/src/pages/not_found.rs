//! An address that leads nowhere.

use leptos::prelude::*;
use leptos_router::components::A;

use crate::i18n::say;
use crate::widgets::empty_state::EmptyState;
use crate::widgets::icon::Icon;
use crate::widgets::page::Page;

/// Says so, and leads back to the shop.
#[component]
pub(crate) fn NotFound() -> impl IntoView {
    view! {
        <Page title=Signal::derive(|| say::NOT_FOUND_TITLE().to_owned()) quiet=true>
            {nothing_here()}
        </Page>
    }
}

/// The same within a screen.
pub(crate) fn nothing_here() -> AnyView {
    view! {
        <EmptyState
            sign=Icon::Search
            title=Signal::derive(|| say::NOT_FOUND_TITLE().to_owned())
            text=Signal::derive(|| say::NOT_FOUND_TEXT().to_owned())
        >
            <A href="/" attr:class="button primary">
                {say::NOT_FOUND_ACTION}
            </A>
        </EmptyState>
    }
    .into_any()
}
