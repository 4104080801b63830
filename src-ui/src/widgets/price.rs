//! Prices as shelves show them.

use leptos::prelude::*;
use ministore_core::catalogue::{ContentUnit, Product, SoldBy};
use ministore_core::money::Money;

use crate::i18n::{self, say};

/// An amount in tabular figures.
pub(crate) fn money(amount: Money) -> AnyView {
    view! { <span class="money">{move || i18n::money(amount)}</span> }.into_any()
}

/// What one piece, or one kilogram, costs: `¥4.50` or `¥11.80 / kg`.
pub(crate) fn shelf_price(product: &Product) -> AnyView {
    let amount = product.price.money();
    match product.sold_by {
        SoldBy::Piece => money(amount),
        SoldBy::Weight => view! {
            <span class="money">
                {move || i18n::money(amount)} <span class="per">" / kg"</span>
            </span>
        }
        .into_any(),
    }
}

/// The content and the comparable price: `330 ml · ¥13.64 / l`. Tracked.
pub(crate) fn unit_line(product: &Product) -> String {
    let content = product.content.map(|content| match content.unit {
        ContentUnit::Piece => say::product_pieces(content.amount),
        ContentUnit::Gram | ContentUnit::Millilitre => content.to_string(),
    });
    let per = product.unit_price().map(|unit| {
        let money = i18n::money(unit.money);
        match unit.per {
            ContentUnit::Gram => [&money, " / kg"].concat(),
            ContentUnit::Millilitre => [&money, " / l"].concat(),
            ContentUnit::Piece => say::product_per_piece(&money),
        }
    });
    let by_weight = (product.sold_by == SoldBy::Weight).then(|| say::PRODUCT_BY_WEIGHT().to_owned());
    [content.or(by_weight), per].into_iter().flatten().collect::<Vec<_>>().join(" · ")
}
