//! What a shopper told at the last checkout, so that nobody types it twice.

use ministore_core::fulfilment::{Address, Mode};
use ministore_core::order::Contact;
use ministore_core::payment::Tender;
use serde::{Deserialize, Serialize};

use crate::client::own_data::CHECKOUT;
use crate::client::storage;

/// The last checkout's answers.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub(crate) struct Remembered {
    /// How it was handed over.
    pub(crate) mode: Mode,
    /// To whom.
    pub(crate) contact: Contact,
    /// Where, for delivery.
    pub(crate) address: Option<Address>,
    /// How it was paid.
    pub(crate) tender: Tender,
}

/// What was told last time, if there was one.
pub(crate) fn last() -> Option<Remembered> {
    storage::get_json(CHECKOUT)
}

/// Keeps it for the next time.
pub(crate) fn remember(answers: &Remembered) {
    storage::set_json(CHECKOUT, answers);
}
