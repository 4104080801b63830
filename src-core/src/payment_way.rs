//! How an order is paid that waits for its shopper to do so in an app of their own.

use serde::{Deserialize, Serialize};

use crate::id::OrderId;
use crate::time::Timestamp;

/// Query `payment.way`: how the caller's order is paid while it waits for that. Whether it has been paid meanwhile is asked
/// on the way, so a page that shows it asks every few seconds.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct GetWay {
    /// Which.
    pub order: OrderId,
}

/// How an order is paid.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Way {
    /// Missing where the order does not wait to be paid, or not any more.
    pub waits: Option<Waits>,
}

/// An order that waits to be paid.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Waits {
    /// Until when. Then it is withdrawn.
    pub until: Timestamp,
    /// Where it is paid; missing while the provider does not answer.
    pub link: Option<PayLink>,
}

/// Where an order is paid.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct PayLink {
    /// The provider's address for it.
    pub url: String,
    /// Whether it is opened on the phone that shows it; otherwise the provider's app scans it as a QR code.
    pub opens: bool,
}
