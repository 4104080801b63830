//! Deposits beside what goods cost.

use leptos::prelude::*;
use ministore_core::deposit::Deposits;
use ministore_core::money::Money;
use ministore_core::quantity::Measure;

use crate::i18n::{self, say};

/// What containers add, such as `+ deposit ¥0.25`; nothing for goods without any.
pub(crate) fn plus_deposit(amount: Option<Money>) -> Option<AnyView> {
    let amount = amount.filter(|amount| !amount.is_zero())?;
    Some(
        view! {
            <span class="plus-deposit quiet-text" data-testid="plus-deposit">
                {move || say::deposit_plus(&i18n::money(amount))}
            </span>
        }
        .into_any(),
    )
}

/// The same, of so much of a product. What is beyond the range is on nothing that could be reckoned.
pub(crate) fn plus_deposits(deposits: &Deposits, measure: Measure, like: Money) -> Option<AnyView> {
    plus_deposit(deposits.of(measure, like.currency).ok())
}
