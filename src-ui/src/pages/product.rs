//! One product, with all that is good to know before buying.

use std::sync::Arc;

use leptos::prelude::*;
use leptos_router::components::A;
use leptos_router::hooks::use_params_map;
use ministore_core::catalogue::{Lookup, Product, SoldBy};
use ministore_core::code::ProductCode;
use ministore_core::quantity::{MAX_GRAMS, Measure};
use ministore_core::refusal::{Refusal, Thing};
use ministore_core::review::Subject;
use ministore_core::sync::Changed;
use ministore_core::text::LocalText;

use crate::client::events::{Live, on_live};
use crate::client::query::{Load, Query};
use crate::i18n::{grams, local, money, number, say};
use crate::state::basket::{FIRST_GRAMS, GRAMS_STEP};
use crate::state::shop;
use crate::widgets::basket_aside::BasketAside;
use crate::widgets::deposit::plus_deposits;
use crate::widgets::error_panel::ErrorPanel;
use crate::widgets::icon::{Icon, icon};
use crate::widgets::page::Page;
use crate::widgets::picture::picture;
use crate::widgets::price::{shelf_price, unit_line};
use crate::widgets::product_card::in_place;
use crate::widgets::put_in::{put_in, undo_of};
use crate::widgets::skeleton::row_skeletons;
use crate::widgets::stepper::Stepper;
use crate::widgets::toast::toast;

/// A product.
#[component]
pub(crate) fn ProductPage() -> impl IntoView {
    let params = use_params_map();
    let code = Memo::new(move |_| {
        params.with(|params| params.get("code")).and_then(|code| code.parse::<ProductCode>().ok())
    });
    let product = Query::new(move || code.get().map(|code| Lookup { code }));
    on_live(move |live| {
        let mine = product.peek(|load| match load {
            Load::Ready(product) => Some(product.id),
            Load::Loading | Load::Failed(_) => None,
        });
        match live {
            Live::Anything => product.reload(),
            Live::Changed(Changed::Product { product: changed }) if mine == Some(*changed) => {
                product.reload()
            }
            Live::Changed(_) => {}
        }
    });
    let title = Signal::derive(move || {
        product.with(|load| match load {
            Load::Ready(product) => local(&product.name),
            Load::Loading | Load::Failed(_) => say::PRODUCT_TITLE().to_owned(),
        })
    });
    view! {
        <div class="with-aside">
            <Page title=title back="/" to_last=true>
                {move || {
                    if code.get().is_none() {
                        return no_such_product();
                    }
                    match product.get() {
                        Load::Loading => row_skeletons(4),
                        Load::Failed(Refusal::NotFound { .. }) => no_such_product(),
                        Load::Failed(refusal) => {
                            view! { <ErrorPanel refusal=refusal retry=move |()| product.reload() /> }.into_any()
                        }
                        Load::Ready(product) => details(product),
                    }
                }}
            </Page>
            <BasketAside />
        </div>
    }
}

fn no_such_product() -> AnyView {
    let refusal = Refusal::NotFound { what: Thing::Product };
    view! {
        <ErrorPanel refusal=refusal />
        <A href="/search" attr:class="button primary large" attr:data-testid="to-search">
            {icon(Icon::Search)} {say::SEARCH_TITLE}
        </A>
    }
    .into_any()
}

fn details(product: Product) -> AnyView {
    let product = Arc::new(product);
    let unit = {
        let product = Arc::clone(&product);
        move || unit_line(&product)
    };
    let left = {
        let (available, by) = (product.available, product.sold_by);
        move || match (available, by) {
            (..=0, _) => say::PRODUCT_SOLD_OUT().to_owned(),
            (left, SoldBy::Piece) => say::product_left(&number(left as f64)),
            (left, SoldBy::Weight) => say::product_left(&grams(u32::try_from(left).unwrap_or(u32::MAX))),
        }
    };
    let fact = |name: fn() -> &'static str, text: LocalText| {
        (!text.is_empty())
            .then(|| view! { <div><dt>{name}</dt><dd>{move || local(&text)}</dd></div> }.into_any())
    };
    let plain = |name: fn() -> &'static str, text: String| {
        (!text.is_empty()).then(|| view! { <div><dt>{name}</dt><dd>{text}</dd></div> }.into_any())
    };
    let age = product.min_age.map(|age| {
        view! { <p class="notice">{move || say::product_min_age(&age.to_string())}</p> }.into_any()
    });
    let category = product.category.clone();
    let aisle = product.aisle.clone().unwrap_or_default();
    let code = product.code().map(|code| code.to_string()).unwrap_or_default();
    view! {
        <div class="product" data-testid="product-page">
            {picture(product.picture.as_ref(), product.category.as_str())}
            <div class="product-facts">
                <p class="product-price">
                    {shelf_price(&product)} {plus_deposits(&product.deposits, Measure::Pieces(1), product.price.money())}
                </p>
                <p class="quiet-text">{unit}</p>
                <p class="product-left" class:sold-out=product.available <= 0 data-testid="stock">{left}</p>
                {age}
                {way_in(&product)}
                <dl class="facts">
                    {fact(say::PRODUCT_ALLERGENS, product.allergens.clone())}
                    {fact(say::PRODUCT_NOTES, product.notes.clone())}
                    {plain(say::PRODUCT_BRAND, product.brand.clone())}
                    <div>
                        <dt>{say::PRODUCT_CATEGORY}</dt>
                        <dd>
                            {move || {
                                shop::category(&category).map(|category| local(&category.name)).unwrap_or_default()
                            }}
                        </dd>
                    </div>
                    {plain(say::PRODUCT_AISLE, aisle)}
                    {plain(say::PRODUCT_CODE, code)}
                </dl>
            </div>
        </div>
        {super::reviews::of_product(Subject::Product { product: product.id })}
    }
    .into_any()
}

fn way_in(product: &Arc<Product>) -> AnyView {
    if product.available <= 0 {
        return ().into_any();
    }
    match product.sold_by {
        SoldBy::Piece => view! { <div class="product-way">{in_place(product, true)}</div> }.into_any(),
        SoldBy::Weight => weight_chooser(Arc::clone(product)),
    }
}

/// Chooses a weight in steps, and says what it costs before it is taken.
fn weight_chooser(product: Arc<Product>) -> AnyView {
    let most = u32::try_from(product.available).unwrap_or(MAX_GRAMS).min(MAX_GRAMS);
    let weight = RwSignal::new(FIRST_GRAMS.min(most));
    let price = product.price;
    let named = Arc::clone(&product);
    let cost = move || Measure::Grams(weight.get()).cost(price).map(money).unwrap_or_default();
    let add = move |_: leptos::ev::MouseEvent| {
        if let Some(undo) = put_in(&product, Some(Measure::Grams(weight.get_untracked()))) {
            toast(say::basket_added(&local(&product.name)), Some(undo_of(undo)));
        }
    };
    view! {
        <div class="product-way">
            <Stepper
                value=weight
                shown=Signal::derive(move || grams(weight.get()))
                of=Signal::derive(move || local(&named.name))
                min=GRAMS_STEP.min(most)
                max=most
                step=GRAMS_STEP
                on_change=move |grams| weight.set(grams)
            />
            <button type="button" class="button primary large" data-testid="add" on:click=add>
                {move || say::product_add_for(&cost())}
            </button>
        </div>
        <p class="quiet-text">{say::PRODUCT_WEIGHED_NOTE}</p>
    }
    .into_any()
}
