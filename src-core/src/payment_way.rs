//! How an order is paid that waits for its shopper to do so in an app of their own.

use serde::{Deserialize, Serialize};

use crate::id::{OrderId, PaymentId, TabId};
use crate::time::Timestamp;

/// Query `payment.way`: how the caller's order is paid while it waits for that. Whether it has been paid meanwhile is asked
/// on the way, so a page that shows it asks every few seconds.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct GetWay {
    /// Which.
    pub order: OrderId,
    /// Whether the page that asks can open the provider's app on the device that it is on, as a phone's browser can. What is
    /// asked for first counts: one payment is paid one way.
    #[serde(default)]
    pub opens: bool,
}

/// Query `table.way`: how a payment of the caller's table is made while it waits for that. As [`GetWay`] for the rest.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct GetTabWay {
    /// Of which tab.
    pub tab: TabId,
    /// Which payment.
    pub payment: PaymentId,
    /// Whether the page that asks can open the provider's app on the device that it is on.
    #[serde(default)]
    pub opens: bool,
}

/// How an order, or a table's payment, is paid.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Way {
    /// Missing where it does not wait to be paid, or not any more.
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
