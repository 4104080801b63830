//! The money on the card of whoever uses this device, as far as it can pay for something here.

use leptos::prelude::*;
use ministore_core::member::GetCard;
use ministore_core::money::Money;
use ministore_core::payment::Tender;
use ministore_core::stored_value::OnCard;
use ministore_core::sync::Changed;

use super::shop::shop;
use crate::client::events::{Live, on_live};
use crate::client::query::{Load, Query};

/// What is known of it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum OwnMoney {
    /// The shop is being asked.
    Asking,
    /// Nobody can say now.
    Unknown,
    /// There is no card.
    NoCard,
    /// This is on it.
    OnCard(OnCard),
}

impl OwnMoney {
    /// Whether it is enough for `amount`. None while that is being asked.
    pub(crate) fn pays(self, amount: Money) -> Option<bool> {
        match self {
            Self::Asking => None,
            Self::Unknown | Self::NoCard => Some(false),
            Self::OnCard(there) => Some(there.missing_for(amount).is_none()),
        }
    }
}

/// Whether the shop takes money on cards. Tracked.
pub(crate) fn is_taken() -> bool {
    shop().is_some_and(|shop| shop.tenders.contains(&Tender::StoredValue))
}

/// Follows it, where the shop takes it, for as long as the view that asks is there.
pub(crate) fn own_money() -> Memo<OwnMoney> {
    let card = Query::new(|| is_taken().then_some(GetCard {}));
    on_live(move |live| {
        if matches!(live, Live::Anything | Live::Changed(Changed::Card | Changed::Erased)) {
            card.reload();
        }
    });
    Memo::new(move |_| {
        card.with(|load| match load {
            Load::Loading => OwnMoney::Asking,
            Load::Failed(_) => OwnMoney::Unknown,
            Load::Ready(None) => OwnMoney::NoCard,
            Load::Ready(Some(card)) => match &card.stored {
                Some(stored) => OwnMoney::OnCard(stored.money),
                None => OwnMoney::Unknown,
            },
        })
    })
}
