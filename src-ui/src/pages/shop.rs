//! The shop: its categories, and its products by category.

use leptos::prelude::*;
use leptos_router::components::A;
use leptos_router::hooks::use_params_map;
use ministore_core::catalogue::{Category, CategorySlug};

use super::not_found::nothing_here;
use crate::i18n::{local, say};
use crate::state::shop;
use crate::widgets::basket_aside::BasketAside;
use crate::widgets::error_panel::ErrorPanel;
use crate::widgets::icon::{Icon, category_icon, icon};
use crate::widgets::page::Page;
use crate::widgets::picture::hue;
use crate::widgets::product_list::ProductList;

/// The shop's front.
#[component]
pub(crate) fn ShopPage() -> impl IntoView {
    let title =
        Signal::derive(|| shop::shop().map_or_else(|| say::NAV_SHOP().to_owned(), |shop| local(&shop.name)));
    view! {
        <div class="with-aside">
            <Page title=title>
                {move || shop::trouble().map(|refusal| view! { <ErrorPanel refusal=refusal retry=|()| shop::reload() /> })}
                <SearchLink />
                <Categories chosen=None />
                <ShopsLink />
                <ProductList category=None />
            </Page>
            <BasketAside />
        </div>
    }
}

/// One category.
#[component]
pub(crate) fn CategoryPage() -> impl IntoView {
    let params = use_params_map();
    let slug = Memo::new(move |_| {
        params.with(|params| params.get("slug")).and_then(|slug| slug.parse::<CategorySlug>().ok())
    });
    let title = Signal::derive(move || {
        slug.get()
            .and_then(|slug| shop::category(&slug))
            .map_or_else(|| say::NAV_SHOP().to_owned(), |category| local(&category.name))
    });
    view! {
        <div class="with-aside">
            <Page title=title back="/">
                <SearchLink />
                {move || {
                    let slug = slug.get();
                    let is_there = slug.as_ref().is_some_and(|slug| shop::category(slug).is_some());
                    if !is_there && shop::shop().is_some() {
                        return view! { <Categories chosen=None /> {nothing_here()} }.into_any();
                    }
                    view! {
                        <Categories chosen=slug.clone() />
                        <ProductList category=slug />
                    }
                    .into_any()
                }}
            </Page>
            <BasketAside />
        </div>
    }
}

/// What looks like the search field, and leads to it.
#[component]
fn SearchLink() -> impl IntoView {
    view! {
        <A href="/search" attr:class="search-link" attr:data-testid="search-link">
            {icon(Icon::Search)} <span>{say::SEARCH_HINT}</span>
        </A>
    }
    .into_any()
}

/// The way to the shops of the chain, where this one has said where it is.
#[component]
fn ShopsLink() -> impl IntoView {
    let known = Memo::new(|_| shop::shop().is_some_and(|shop| shop.reach.location.is_some()));
    move || {
        known.get().then(|| {
            view! {
                <A href="/shops" attr:class="shops-link" attr:data-testid="shops-link">
                    {icon(Icon::MapPin)} <span>{say::SHOPS_LINK}</span> {icon(Icon::ChevronRight)}
                </A>
            }
            .into_any()
        })
    }
}

/// The shelves, in the shop's order.
#[component]
fn Categories(
    /// The one that is open.
    chosen: Option<CategorySlug>,
) -> impl IntoView {
    let entry = move |category: &Category| {
        let name = category.name.clone();
        let (slug, sign) = (category.slug.as_str().to_owned(), category_icon(&category.icon));
        let tint = hue(&slug);
        let current = (chosen.as_ref() == Some(&category.slug)).then_some("page");
        view! {
            <A
                href=["/c/", &slug].concat()
                attr:class="category"
                attr:data-testid=["category-", &slug].concat()
                attr:aria-current=current
            >
                <span class="category-sign" style:--hue=tint>{sign}</span>
                <span>{move || local(&name)}</span>
            </A>
        }
        .into_any()
    };
    view! {
        <nav class="categories" aria-label=say::SHOP_CATEGORIES>
            {move || shop::shop().map(|shop| shop.categories.iter().map(&entry).collect_view())}
        </nav>
    }
    .into_any()
}
