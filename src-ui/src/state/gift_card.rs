//! Numbers of gift cards in the page: drawn, read, and carried from one screen to the next without an address that keeps them.

use std::cell::Cell;

use ministore_core::code::Code;
use ministore_core::issued::GiftCardNumber;
use ministore_core::refusal::Refusal;

use super::shop::read_code;

thread_local! {
    static SCANNED: Cell<Option<GiftCardNumber>> = const { Cell::new(None) };
}

/// A new number, from the browser's own source of randomness: a key with the time in it would be half a number.
pub(crate) fn drawn() -> Result<GiftCardNumber, Refusal> {
    let mut bits = [0; 8];
    getrandom::fill(&mut bits).map_err(|error| Refusal::Internal { incident: error.to_string() })?;
    Ok(GiftCardNumber::from_bits(u64::from_le_bytes(bits)))
}

/// A number as it is typed, or as its symbol says it.
pub(crate) fn read_number(text: &str) -> Option<GiftCardNumber> {
    match read_code(text.trim(), None) {
        Ok(Code::GiftCard(number)) => Some(number),
        _ => text.parse().ok(),
    }
}

/// Carries what was scanned to the screen that asks what is on it.
pub(crate) fn carry(number: GiftCardNumber) {
    SCANNED.set(Some(number));
}

/// What was carried here, once.
pub(crate) fn carried() -> Option<GiftCardNumber> {
    SCANNED.take()
}
