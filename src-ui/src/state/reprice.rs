//! What the basket's goods cost now, and the baskets that orders were made of.

use leptos::prelude::untrack;
use ministore_core::basket::{Basket, BasketProduct, Edit};
use ministore_core::catalogue::Lookup;
use ministore_core::id::OrderId;
use ministore_core::order::Order;
use ministore_core::refusal::Refusal;

use super::basket;
use crate::client::waiting::goods_name;
use crate::client::{call, storage};
use crate::i18n::local;

/// Asks for the present price of everything in the basket. A line whose product is gone is left: the order says so.
pub(crate) async fn refresh() {
    let mut fresh = untrack(basket::basket);
    for line in &mut fresh.lines {
        let fresh = call(Lookup { code: line.product.code }).await.ok();
        if let Some(product) = fresh.as_ref().and_then(BasketProduct::of) {
            line.product = product;
        }
    }
    // Lines that were changed meanwhile keep what they are.
    if untrack(basket::basket).lines.iter().map(|line| line.id).eq(fresh.lines.iter().map(|line| line.id)) {
        let _ = basket::apply(Edit::Replace(fresh));
    }
}

/// What an order that waits was made of.
pub(crate) fn basket_of(order: OrderId) -> Option<Basket> {
    storage::get_json(&goods_name(order))
}

/// Puts what an order was made of back into the basket.
pub(crate) fn take_back(order: OrderId) {
    for line in basket_of(order).unwrap_or_default().lines {
        // A basket that is full keeps what it has.
        let _ = basket::apply(Edit::Add(line));
    }
    storage::remove(&goods_name(order));
}

/// Puts everything of an earlier order into the basket, at today's prices. Gives the names of what the shop no longer
/// has.
pub(crate) async fn order_again(order: &Order) -> Result<Vec<String>, Refusal> {
    let mut missing = Vec::new();
    for line in &order.lines {
        match call(Lookup { code: line.code }).await {
            Ok(product) if product.available > 0 => {
                if !matches!(basket::add(&product, Some(line.measure)), Some(Ok(_))) {
                    missing.push(local(&line.name));
                }
            }
            Ok(_) | Err(Refusal::NotFound { .. }) => missing.push(local(&line.name)),
            Err(refusal) => return Err(refusal),
        }
    }
    Ok(missing)
}
