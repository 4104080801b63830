//! What tables are said in: guests, dishes and what was chosen of them.

use leptos::prelude::*;
use ministore_core::money::Money;
use ministore_core::table::menu::Chosen;
use ministore_core::table::{TabLine, TabPayment, TabPaymentState};

use crate::i18n::{local, money, number, say};
use crate::refusal::dish_word;

/// Degrees on the colour wheel between one guest and the next: far apart for the first dozen.
const TURN: u32 = 137;

/// A guest by number, or staff, as `me` reads it. Tracked.
pub(crate) fn guest_name(guest: Option<u32>, me: Option<u32>) -> String {
    match guest {
        None => say::TABLE_STAFF().to_owned(),
        Some(_) if guest == me => say::TABLE_GUEST_YOU().to_owned(),
        Some(number) => say::table_guest(&number.to_string()),
    }
}

/// A guest's sign: the number on the guest's colour. Names stand beside it.
pub(crate) fn guest_dot(guest: Option<u32>) -> AnyView {
    let hue = guest.map_or(0, |number| number.wrapping_mul(TURN) % 360).to_string();
    let sign = guest.map_or_else(|| "·".to_owned(), |number| number.to_string());
    view! {
        <span class="guest" class:staff=guest.is_none() style:--hue=hue aria-hidden="true">{sign}</span>
    }
    .into_any()
}

/// What was chosen of a dish, one after the other. Tracked.
pub(crate) fn chosen_words(chosen: &[Chosen]) -> String {
    chosen.iter().map(|chosen| local(&chosen.name)).collect::<Vec<_>>().join(" · ")
}

/// What an option adds: `+¥4.00`, or nothing where it costs nothing. Tracked.
pub(crate) fn delta_words(delta: Money) -> String {
    match delta.minor {
        0 => String::new(),
        1.. => ["+", &money(delta)].concat(),
        ..0 => ["−", &money(delta.currency.minor(-delta.minor))].concat(),
    }
}

/// A dish as a line: how many, its name, what was chosen, the note.
pub(crate) fn dish_words(line: &TabLine) -> AnyView {
    let (name, chosen, note, pieces) =
        (line.name.clone(), line.chosen.clone(), line.note.clone(), line.pieces);
    let has_choice = !chosen.is_empty();
    view! {
        <span class="dish-words">
            <span class="dish-name">
                <span class="dish-pieces">{move || number(pieces.into())} "×"</span> " " {move || local(&name)}
            </span>
            {has_choice.then(|| view! { <span class="quiet-text">{move || chosen_words(&chosen)}</span> }.into_any())}
            {(!note.is_empty()).then(|| view! { <span class="dish-note">{note}</span> }.into_any())}
        </span>
    }
    .into_any()
}

/// Where a dish stands, as a chip.
pub(crate) fn dish_state(line: &TabLine) -> AnyView {
    let state = line.state;
    view! { <span class="state" data-state=state.word()>{move || dish_word(state)}</span> }.into_any()
}

/// A payment in words. Tracked.
pub(crate) fn payment_words(payment: &TabPayment) -> String {
    let amount = money(payment.amount);
    match payment.state {
        TabPaymentState::Asked => say::table_payment_asked(&amount),
        TabPaymentState::Paid => say::table_payment_paid(&amount),
        TabPaymentState::Declined => say::table_payment_declined(&amount),
        TabPaymentState::Returning => say::table_payment_returning(&amount),
        TabPaymentState::Returned => say::table_payment_returned(&amount),
    }
}
