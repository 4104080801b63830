//! Why a call was not done: one list, with what a person needs to go on. Transports turn it into their own form last.

use serde::{Deserialize, Serialize};

use crate::id::ProductId;
use crate::money::Money;
use crate::order::{OrderState, Step};
use crate::text::LocalText;
use crate::time::Timestamp;

/// What was looked for and is not there, or not for the caller to see.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum Thing {
    /// A call of that name.
    Call,
    /// A product.
    Product,
    /// An order.
    Order,
    /// A line of an order.
    Line,
    /// A member.
    Member,
    /// The shop itself: nothing has been set up yet.
    Shop,
}

/// Why a call was refused or failed. In every case nothing of it was done.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize, thiserror::Error)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(tag = "code", rename_all = "snake_case")]
pub enum Refusal {
    /// The caller is unknown: no key, a wrong one, or a session that has ended.
    #[error("sign in first")]
    SignInFirst,
    /// The caller is known and may not do this.
    #[error("this is not yours to do")]
    NotAllowed,
    /// Not there, or not the caller's.
    #[error("there is no such {what:?}")]
    NotFound {
        /// What.
        what: Thing,
    },
    /// A field that breaks its rule.
    #[error("{field}: {reason}")]
    Invalid {
        /// Which field, by its name in the call.
        field: String,
        /// The rule, in English, for developers; the page knows the field's rule in the reader's language.
        reason: String,
    },
    /// The same key was used for something else before.
    #[error("this id was already used for something else")]
    IdReused,
    /// Less is left than was asked for.
    #[error("only {left} left of {}", name.get(crate::text::Language::En))]
    SoldOut {
        /// Of which product.
        product: ProductId,
        /// Its name.
        name: LocalText,
        /// What is left: pieces, or grams.
        left: i64,
    },
    /// The slot has just been filled.
    #[error("this slot is full")]
    SlotFull,
    /// It is too late for this slot, or there is no such slot.
    #[error("this slot can no longer be chosen")]
    SlotClosed,
    /// The total is not what the shopper was shown.
    #[error("the total is now {now}")]
    TotalChanged {
        /// What it comes to now.
        now: Money,
    },
    /// Less than the shop delivers.
    #[error("delivery starts at {minimum}")]
    BelowMinimum {
        /// The least amount of goods.
        minimum: Money,
    },
    /// The order is not where this step could be taken.
    #[error("an order that is {} cannot be changed that way", state.word())]
    WrongStep {
        /// Where it stands.
        state: OrderState,
        /// What was tried.
        step: Step,
    },
    /// What was scanned does not belong to the order.
    #[error("this item is not in the order")]
    WrongItem {
        /// The scanned product's name, where the shop knows it.
        name: Option<LocalText>,
    },
    /// Enough of this item has been collected.
    #[error("all of this item is collected already")]
    AlreadyPicked {
        /// Its name.
        name: LocalText,
    },
    /// Some goods are still to be collected.
    #[error("{left} items are still to be picked")]
    NotAllPicked {
        /// How many.
        left: u32,
    },
    /// The pickup code belongs to another order, or to none.
    #[error("this code does not belong to the order")]
    WrongPickupCode,
    /// The cash does not cover what is due.
    #[error("{due} is due")]
    PaymentDue {
        /// What is due.
        due: Money,
    },
    /// The provider declined. The order was not placed.
    #[error("the payment was declined")]
    PaymentDeclined {
        /// The most that this means of payment takes at once, where that was the reason.
        limit: Option<Money>,
    },
    /// No staff has this PIN.
    #[error("wrong PIN; {tries_left} tries left")]
    WrongPin {
        /// Before the device has to wait.
        tries_left: u32,
    },
    /// Too many wrong PINs at this device.
    #[error("too many wrong PINs; wait")]
    PinLocked {
        /// Until when.
        until: Timestamp,
    },
    /// The authority's answer is needed and it cannot be reached.
    #[error("the shop's hub cannot be reached")]
    Offline,
    /// The hub has too much to do.
    #[error("the hub is busy; try again")]
    Busy,
    /// The call is larger than any honest one.
    #[error("this is too large")]
    TooLarge,
    /// No room to write.
    #[error("the disk is full; nothing was changed")]
    DiskFull,
    /// The database cannot be read.
    #[error("the database is damaged; restore a backup")]
    DatabaseDamaged,
    /// The device speaks another version.
    #[error("this device and the hub are of different versions")]
    VersionMismatch,
    /// A fault of ours. The log has the rest under this number.
    #[error("an internal fault; its log entry is {incident}")]
    Internal {
        /// What to look for in the hub's log.
        incident: String,
    },
}

impl Refusal {
    /// A field that breaks its rule.
    pub fn invalid(field: &str, reason: impl ToString) -> Self {
        Self::Invalid { field: field.to_owned(), reason: reason.to_string() }
    }

    /// Whether the same call may succeed later unchanged: the authority did not decide, so nothing is remembered of it
    /// and a waiting request keeps waiting.
    pub const fn is_passing(&self) -> bool {
        matches!(
            self,
            Self::Offline
                | Self::Busy
                | Self::DiskFull
                | Self::DatabaseDamaged
                | Self::Internal { .. }
                | Self::SignInFirst
        )
    }
}
