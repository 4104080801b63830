//! The shop: categories, and products by category.

use leptos::prelude::*;

use crate::i18n::{local, say};
use crate::state::shop;
use crate::widgets::error_panel::ErrorPanel;
use crate::widgets::page::Page;
use crate::widgets::skeleton::card_skeletons;

/// The shop's front.
#[component]
pub(crate) fn ShopPage() -> impl IntoView {
    let title =
        Signal::derive(|| shop::shop().map_or_else(|| say::NAV_SHOP().to_owned(), |shop| local(&shop.name)));
    view! {
        <Page title=title>
            {move || {
                shop::trouble().map(|refusal| view! { <ErrorPanel refusal=refusal retry=|()| shop::reload() /> })
            }}
            {card_skeletons(6)}
        </Page>
    }
}
