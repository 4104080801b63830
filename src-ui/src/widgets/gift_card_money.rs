//! What is on a gift card.

use leptos::prelude::*;
use ministore_core::gift_card::GiftCard;

use super::icon::{Icon, icon};
use crate::i18n::{money, say};

/// The end of its number, what can be spent, what is set aside, and whether it is frozen.
pub(crate) fn gift_card_money(card: &GiftCard) -> AnyView {
    let (ending, there) = (card.ending.clone(), card.money);
    let held = (!there.held.is_zero()).then(|| {
        view! { <p class="quiet-text" data-testid="gift-held">{move || say::gift_held(&money(there.held))}</p> }
            .into_any()
    });
    let frozen = card.frozen.then(|| {
        view! {
            <p class="problem with-sign" role="alert" data-testid="gift-frozen">
                {icon(Icon::Lock)} <span>{say::GIFT_IS_FROZEN}</span>
            </p>
        }
        .into_any()
    });
    view! {
        <p class="stored-balance">
            <span>{move || say::gift_named(&ending)}</span>
            <strong data-testid="gift-balance">{move || money(there.balance)}</strong>
        </p>
        {held}
        {frozen}
    }
    .into_any()
}
