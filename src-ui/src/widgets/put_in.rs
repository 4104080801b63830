//! Putting something into the basket, and saying so.

use std::sync::Arc;

use ministore_core::basket::{BasketError, Edit};
use ministore_core::catalogue::Product;
use ministore_core::quantity::Measure;

use super::announcer::announce;
use super::toast::{Undo, toast};
use crate::i18n::{local, money, say};
use crate::state::basket;

/// Puts a product in, and says what, for how much, and what it all comes to. Gives what takes it back; None where the
/// basket did not take it, which it says too.
pub(crate) fn put_in(product: &Product, measure: Option<Measure>) -> Option<Edit> {
    match basket::add(product, measure) {
        Some(outcome) => said(&local(&product.name), outcome),
        None => {
            toast(say::BASKET_NO_CODE().to_owned(), None);
            None
        }
    }
}

/// Changes how many pieces of a product are in, and says so.
pub(crate) fn change_pieces(product: &Product, pieces: u32) {
    if let Some(outcome) = basket::set_pieces(product, pieces) {
        let name = local(&product.name);
        if let Some(undo) = said(&name, outcome).filter(|_| pieces == 0) {
            toast(say::basket_taken_out(&name), Some(undo_of(undo)));
        }
    }
}

/// Makes a change to the basket, and says what it comes to. Gives what takes it back.
pub(crate) fn change(name: &str, edit: Edit) -> Option<Edit> {
    said(name, basket::apply(edit))
}

/// What undoes an edit, for a toast.
pub(crate) fn undo_of(edit: Edit) -> Undo {
    Arc::new(move || {
        // A line that is gone by now needs no undoing.
        let _ = basket::apply(edit.clone());
    })
}

fn said(name: &str, outcome: Result<Edit, BasketError>) -> Option<Edit> {
    match outcome {
        Ok(undo) => {
            let total = leptos::prelude::untrack(basket::totals);
            let total = total.map(|totals| money(totals.total)).unwrap_or_default();
            announce(&say::basket_now(name, &total));
            Some(undo)
        }
        Err(error) => {
            toast(
                match error {
                    BasketError::Full => say::BASKET_FULL(),
                    BasketError::Measure(_) => say::BASKET_TOO_MUCH(),
                    BasketError::NoSuchLine => say::BASKET_GONE(),
                }
                .to_owned(),
                None,
            );
            None
        }
    }
}
