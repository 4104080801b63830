//! Bags, in one tap: whatever the shop sells in its category of that name.

use leptos::prelude::*;
use ministore_core::catalogue::{Browse, Product};

use crate::client::query::{Load, Query};
use crate::i18n::{local, money, number, say};
use crate::state::basket::pieces_of;
use crate::state::shop::shop;
use crate::widgets::icon::{Icon, icon};
use crate::widgets::picture::picture;
use crate::widgets::put_in::put_in;

/// The category in which a shop has its bags.
const CATEGORY: &str = "bags";
/// How many kinds are offered at most.
const MOST: u32 = 3;

/// The bags that the shop sells; nothing where it sells none.
#[component]
pub(crate) fn Bags() -> impl IntoView {
    let bags = Query::new(|| {
        let shop = shop()?;
        let category = shop.categories.iter().find(|category| category.slug.as_str() == CATEGORY)?;
        Some(Browse { category: Some(category.slug.clone()), after: None, limit: MOST })
    });
    move || match bags.get() {
        Load::Ready(page) if !page.products.is_empty() => Some(
            view! {
                <section class="panel group bags" aria-labelledby="bags" data-testid="bags">
                    <h2 id="bags">{icon(Icon::Basket)} {say::EXIT_BAGS}</h2>
                    {page.products.into_iter().map(bag).collect_view()}
                </section>
            }
            .into_any(),
        ),
        _ => None,
    }
}

fn bag(product: Product) -> AnyView {
    let id = product.id;
    let there = Memo::new(move |_| pieces_of(id));
    let name = {
        let name = product.name.clone();
        Signal::derive(move || local(&name))
    };
    let price = product.price.money();
    let sign = picture(product.picture.as_ref(), product.category.as_str());
    let add = move |_| {
        // What could not be put in says so itself.
        let _ = put_in(&product, None);
    };
    view! {
        <div class="bag-row">
            <span class="bag-picture">{sign}</span>
            <span class="bag-words">
                {move || name.get()}
                <span class="quiet-text">
                    {move || money(price)}
                    {move || (there.get() > 0).then(|| [" × ", &number(there.get().into())].concat())}
                </span>
            </span>
            <button
                type="button"
                class="button"
                data-testid="add-bag"
                aria-label=move || say::basket_add(&name.get())
                on:click=add
            >
                {icon(Icon::Plus)}
            </button>
        </div>
    }
    .into_any()
}
