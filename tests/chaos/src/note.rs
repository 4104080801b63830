//! What a device says, a line each on its standard output.

use ministore_core::fact::Fact;
use ministore_core::id::OrderId;
use ministore_core::money::Money;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// Before the name of every note, so that it is told from what else a program prints.
const MARK: &str = "note ";

/// One line.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(tag = "note", rename_all = "snake_case")]
pub(crate) enum Note {
    /// Something is about to be done under this key: a fact's or an order's.
    Trying {
        /// The key.
        key: Uuid,
    },
    /// It has happened, and is durable here.
    Happened {
        /// What.
        fact: Fact,
    },
    /// The hub confirmed an order.
    Ordered {
        /// Which.
        order: OrderId,
        /// What it comes to.
        total: Money,
    },
    /// The hub confirmed that an order is cancelled.
    Cancelled {
        /// Which.
        order: OrderId,
    },
    /// The hub refused an order, for this reason; or it was refused later, after it had waited.
    Refused {
        /// Which.
        order: OrderId,
        /// Why.
        why: String,
    },
    /// Something could not be kept here, as on a full disk, and did not happen.
    NotDone {
        /// Why.
        why: String,
    },
    /// Nothing waits here any more.
    InStep {
        /// The stock of each product as this device shows it, by its key.
        stock: Vec<(Uuid, i64)>,
    },
    /// Something went wrong that no storm explains.
    Fault {
        /// What.
        what: String,
    },
}

impl Note {
    /// Says it.
    pub(crate) fn say(&self) {
        if let Ok(text) = serde_json::to_string(self) {
            println!("{MARK}{text}");
        }
    }

    /// Reads a line; None where it is none.
    pub(crate) fn read(line: &str) -> Option<Self> {
        serde_json::from_str(line.strip_prefix(MARK)?).ok()
    }
}
