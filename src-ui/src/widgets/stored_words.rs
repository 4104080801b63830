//! The bookings of the money on a card, in words.

use ministore_core::stored_value::{StoredEntry, StoredKind};

use crate::i18n::{money, say};

/// What a booking was for. Tracked.
pub(crate) fn what(entry: &StoredEntry) -> String {
    let number = entry.number.map(|number| number.to_string());
    match (entry.kind, number) {
        (StoredKind::ToppedUp, _) => say::STORED_TOPPED_UP().to_owned(),
        (StoredKind::PaidOut, _) => say::STORED_PAID_OUT().to_owned(),
        (StoredKind::Held, _) => say::STORED_HELD_ENTRY().to_owned(),
        (StoredKind::Released, _) => say::STORED_RELEASED().to_owned(),
        (StoredKind::Captured, Some(number)) => say::stored_captured(&number),
        (StoredKind::Captured, None) => say::STORED_CAPTURED_TABLE().to_owned(),
        (StoredKind::Refunded, Some(number)) => say::stored_refunded(&number),
        (StoredKind::Refunded, None) => say::STORED_REFUNDED_TABLE().to_owned(),
    }
}

/// What it changed of the money on the card, with its sign. Tracked.
pub(crate) fn change(entry: &StoredEntry) -> String {
    let change = entry.change();
    let amount = money(change);
    if change.minor > 0 { ["+", &amount].concat() } else { amount }
}
