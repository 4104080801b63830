//! A screen with nothing on it yet, and what to do about that.

use leptos::prelude::*;
use leptos_router::components::A;

use super::icon::{Icon, icon};
use crate::i18n::say;

/// What is not there, why that is fine, and what leads on.
#[component]
pub(crate) fn EmptyState(
    /// A sign of it.
    sign: Icon,
    /// What is not there.
    #[prop(into)]
    title: Signal<String>,
    /// What that means.
    #[prop(into)]
    text: Signal<String>,
    /// What leads on.
    #[prop(optional)]
    children: Option<Children>,
) -> impl IntoView {
    view! {
        <section class="empty" data-testid="empty">
            <span class="empty-sign">{icon(sign)}</span>
            <h2>{move || title.get()}</h2>
            <p>{move || text.get()}</p>
            {children.map(|children| children())}
        </section>
    }
    .into_any()
}

/// What is shown of a basket that holds nothing.
pub(crate) fn empty_basket() -> AnyView {
    view! {
        <EmptyState
            sign=Icon::Basket
            title=Signal::derive(|| say::BASKET_EMPTY().to_owned())
            text=Signal::derive(|| say::BASKET_EMPTY_TEXT().to_owned())
        >
            <A href="/" attr:class="button primary">
                {say::BASKET_EMPTY_ACTION}
            </A>
        </EmptyState>
    }
    .into_any()
}
