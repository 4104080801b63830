//! Refusals as the counter needs them told: no basket, no shopper, but orders and the hub.

use leptos::prelude::*;
use ministore_core::code::CodeError;
use ministore_core::refusal::Refusal;

use crate::client::connection::{Connection, connection};
use crate::i18n::say;
use crate::refusal::{Explained, explain};
use crate::widgets::error_panel::error_panel;

/// Puts a refusal into words for staff. Tracked, so that it follows the language.
pub(crate) fn words_of(refusal: &Refusal) -> Explained {
    match refusal {
        Refusal::Offline => Explained {
            happened: say::COUNTER_OFFLINE_HAPPENED().into(),
            safe: say::COUNTER_OFFLINE_SAFE().into(),
            next: say::COUNTER_OFFLINE_NEXT().into(),
        },
        Refusal::NotFound { what: ministore_core::refusal::Thing::Order } => Explained {
            happened: say::COUNTER_NO_ORDER().into(),
            safe: say::ERROR_SAFE_NOTHING().into(),
            next: say::COUNTER_NO_ORDER_NEXT().into(),
        },
        Refusal::DiskFull => Explained { next: say::COUNTER_DISK_FULL_NEXT().into(), ..explain(refusal) },
        Refusal::DatabaseDamaged => {
            Explained { next: say::COUNTER_DAMAGED_NEXT().into(), ..explain(refusal) }
        }
        refusal => explain(refusal),
    }
}

/// Why a text is no code, in the reader's words. Tracked.
pub(crate) fn words_of_code(error: CodeError) -> (&'static str, &'static str) {
    match error {
        CodeError::Gtin(_) | CodeError::InStore(_) | CodeError::Publication(_) => {
            (say::COUNTER_CODE_BAD_DIGITS(), say::COUNTER_CODE_BAD_DIGITS_NEXT())
        }
        CodeError::Card => (say::COUNTER_CODE_BAD_CARD(), say::COUNTER_CODE_AGAIN()),
        CodeError::Pickup => (say::COUNTER_CODE_BAD_PICKUP(), say::COUNTER_CODE_AGAIN()),
        CodeError::Issued(_) => (say::COUNTER_CODE_UNKNOWN(), say::COUNTER_CODE_AGAIN()),
        CodeError::Unknown => (say::COUNTER_CODE_UNKNOWN(), say::COUNTER_CODE_UNKNOWN_NEXT()),
    }
}

/// Calls `act` whenever the hub can be reached again, for as long as the view that asks is there.
pub(crate) fn when_back(act: impl Fn() + 'static) {
    Effect::new(move |before: Option<Connection>| {
        let now = connection();
        if before == Some(Connection::Offline) && now == Connection::Online {
            untrack(&act);
        }
        now
    });
}

/// What was refused or failed, with a way to try again where that can help.
pub(crate) fn trouble_panel(refusal: Refusal, retry: Option<Callback<()>>) -> AnyView {
    error_panel(refusal, retry, words_of)
}
