//! The key of one's own card: had from the hub while that answers, and kept for when it does not.

use leptos::prelude::*;
use ministore_core::card_code::{CardKey, GetCardKey, TimedKey};
use ministore_core::code::CardNumber;
use ministore_core::time::Timestamp;
use serde::{Deserialize, Serialize};

use crate::client::own_data::CARD_KEY;
use crate::client::query::{Load, Query};
use crate::client::{clock, storage};

/// A key as it is kept here.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub(crate) struct OwnKey {
    pub(crate) key: CardKey,
    /// By how many milliseconds the hub's clock was ahead of this device's.
    ahead: i64,
}

impl OwnKey {
    fn of(TimedKey { key, now }: TimedKey) -> Self {
        Self { key, ahead: now.0.saturating_sub(clock::now().0) }
    }

    /// What the hub's clock shows now, as far as is known here.
    pub(crate) fn now(&self) -> Timestamp {
        Timestamp(clock::now().0.saturating_add(self.ahead))
    }
}

/// The key of the card with this number, for as long as the view that asks is there. None before the hub has given it.
pub(crate) fn own_key(number: Memo<Option<CardNumber>>) -> Memo<Option<OwnKey>> {
    let kept = RwSignal::new(storage::get_json::<OwnKey>(CARD_KEY));
    let asked = Query::new(move || number.get().map(|_| GetCardKey {}));
    Effect::new(move |_| {
        if let Load::Ready(Some(timed)) = asked.get() {
            let key = OwnKey::of(timed);
            storage::set_json(CARD_KEY, &key);
            kept.set(Some(key));
        }
    });
    // What is kept may be of a card that was erased.
    Memo::new(move |_| kept.get().filter(|kept| number.get() == Some(kept.key.number)))
}
