//! A product in a list: picture, name, price, and the stepper in place.

use std::sync::Arc;

use leptos::html;
use leptos::prelude::*;
use leptos_router::components::A;
use ministore_core::catalogue::{Product, SoldBy};
use ministore_core::quantity::Measure;

use super::deposit::plus_deposits;
use super::icon::{Icon, icon};
use super::picture::picture;
use super::price::{shelf_price, unit_line};
use super::put_in::{change_pieces, put_in, undo_of};
use super::stepper::{Stepper, focus_when_there};
use super::toast::toast;
use crate::i18n::{local, money, number, say};
use crate::state::basket::pieces_of;

/// How many are left when it is worth saying.
const FEW: i64 = 5;

/// The card of a product.
pub(crate) fn product_card(product: Product) -> AnyView {
    let product = Arc::new(product);
    let name = {
        let product = Arc::clone(&product);
        move || local(&product.name)
    };
    let unit = {
        let product = Arc::clone(&product);
        move || unit_line(&product)
    };
    let code = product.code().map(|code| code.to_string()).unwrap_or_default();
    let sold_out = product.available <= 0;
    let tile = picture(product.picture.as_ref(), product.category.as_str());
    view! {
        <article class="card" class:card-sold-out=sold_out data-testid="product" data-code=code.clone()>
            <A href=["/p/", &code].concat() attr:class="card-link">
                {tile}
                <span class="card-name">{name}</span>
            </A>
            <span class="card-unit">{unit}</span>
            {plus_deposits(&product.deposits, Measure::Pieces(1), product.price.money())}
            <div class="card-foot">
                <strong class="card-price">{shelf_price(&product)}</strong>
                {in_place(&product, false)}
            </div>
            {stock_note(&product)}
        </article>
    }
    .into_any()
}

/// The way to put it into the basket: an adding button, or the stepper of the pieces that are in.
///
/// With `wide` the button says what it does and for how much, where there is room for words.
pub(crate) fn in_place(product: &Arc<Product>, wide: bool) -> AnyView {
    let product = Arc::clone(product);
    if product.available <= 0 {
        return ().into_any();
    }
    let (id, price) = (product.id, product.price.money());
    let pieces = Memo::new(move |_| pieces_of(id));
    let by_piece = product.sold_by == SoldBy::Piece;
    let is_in = Memo::new(move |_| by_piece && pieces.get() > 0);
    // One control takes the other's place: the focus goes with it.
    let swapped = StoredValue::new(false);
    let shown = move || {
        let takes_focus = swapped.try_update_value(std::mem::take).unwrap_or(false);
        let product = Arc::clone(&product);
        let named = Arc::clone(&product);
        let name = Signal::derive(move || local(&named.name));
        if is_in.get() {
            let max = u32::try_from(product.available).unwrap_or(999).min(999);
            return view! {
                <Stepper
                    value=pieces
                    shown=Signal::derive(move || number(pieces.get().into()))
                    of=name
                    max=max
                    takes_focus=takes_focus
                    on_change=Callback::new(move |pieces| {
                        swapped.set_value(pieces == 0);
                        change_pieces(&product, pieces);
                    })
                />
            }
            .into_any();
        }
        let button = NodeRef::<html::Button>::new();
        if takes_focus {
            focus_when_there(button);
        }
        let add = move |_: leptos::ev::MouseEvent| {
            swapped.set_value(by_piece);
            let undo = put_in(&product, None);
            // A weighed good has no stepper on its card: the toast says what was taken, and takes it back.
            if let Some(undo) = undo.filter(|_| !by_piece) {
                toast(say::basket_weighed_in(&local(&product.name)), Some(undo_of(undo)));
            }
        };
        if wide {
            let amount = price;
            return view! {
                <button type="button" class="button primary large" data-testid="add" node_ref=button on:click=add>
                    {move || say::product_add_for(&money(amount))}
                </button>
            }
            .into_any();
        }
        view! {
            <button
                type="button"
                class="add"
                data-testid="add"
                node_ref=button
                aria-label=move || say::basket_add(&name.get())
                on:click=add
            >
                {icon(Icon::Plus)}
            </button>
        }
        .into_any()
    };
    shown.into_any()
}

/// A word on the stock where it is short.
pub(crate) fn stock_note(product: &Product) -> AnyView {
    let (available, by_piece) = (product.available, product.sold_by == SoldBy::Piece);
    if available <= 0 {
        view! { <span class="card-note sold-out">{say::PRODUCT_SOLD_OUT}</span> }.into_any()
    } else if by_piece && available <= FEW {
        view! { <span class="card-note few">{move || say::product_few(available as u32)}</span> }.into_any()
    } else {
        ().into_any()
    }
}
