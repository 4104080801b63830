//! What the service sends by itself: that a trade was paid, and that a refund has ended
//! (<https://pay.weixin.qq.com/doc/v3/merchant/4012791882>, <https://pay.weixin.qq.com/doc/v3/merchant/4012791886>). It
//! comes late, twice, in another order, or never: it hastens what asking finds out, and decides nothing else.

use reqwest::header::HeaderMap;
use serde::Deserialize;

use crate::client::Client;
use crate::error::Silence;
use crate::number::{ForeignNumber, TradeNumber};
use crate::platform::{Proof, Unproved};
use crate::sealed::{NotOpened, Sealed};
use crate::trade::{Refund, Trade};

/// The largest one that is read, in bytes.
pub const LARGEST: usize = 64 * 1024;

/// What was told.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Notification {
    /// How a trade stands.
    Trade(TradeNumber, Trade),
    /// How a refund stands.
    Refund(TradeNumber, Refund),
    /// Something else, which a shop does not need.
    Other(String),
}

/// Why a notification is not taken.
#[derive(Debug, thiserror::Error)]
pub enum NotTaken {
    /// It is not proved to be the service's.
    #[error(transparent)]
    Unproved(#[from] Unproved),
    /// It is proved, but not of this form.
    #[error("the notification cannot be read: {0}")]
    Unreadable(String),
    /// It is not for this merchant, or about a number that is not of ours.
    #[error("the notification is another's: {0}")]
    Foreign(String),
}

impl From<NotOpened> for NotTaken {
    fn from(error: NotOpened) -> Self {
        Self::Unreadable(error.to_string())
    }
}

impl From<serde_json::Error> for NotTaken {
    fn from(error: serde_json::Error) -> Self {
        Self::Unreadable(error.to_string())
    }
}

impl From<ForeignNumber> for NotTaken {
    fn from(error: ForeignNumber) -> Self {
        Self::Foreign(error.to_string())
    }
}

impl From<Silence> for NotTaken {
    fn from(error: Silence) -> Self {
        Self::Foreign(error.to_string())
    }
}

#[derive(Deserialize)]
struct Envelope {
    event_type: String,
    resource: Sealed,
}

#[derive(Deserialize)]
struct Merchant {
    mchid: String,
}

impl Client {
    /// Reads a notification, when it is the service's.
    pub async fn notification(&self, headers: &HeaderMap, body: &[u8]) -> Result<Notification, NotTaken> {
        self.verify(&Proof::of(headers)?, body).await?;
        let envelope: Envelope = serde_json::from_slice(body)?;
        let resource = self.api_key().open(&envelope.resource)?;
        let kind = envelope.event_type.split('.').next();
        if !matches!(kind, Some("TRANSACTION" | "REFUND")) {
            return Ok(Notification::Other(envelope.event_type));
        }
        let mchid = &self.settings().signer.mchid;
        let merchant: Merchant = serde_json::from_slice(&resource)?;
        if merchant.mchid != *mchid {
            return Err(NotTaken::Foreign(merchant.mchid));
        }
        if kind == Some("TRANSACTION") {
            let trade: Trade = serde_json::from_slice(&resource)?;
            let number = trade.out_trade_no.parse()?;
            trade.check_number(mchid, number)?;
            return Ok(Notification::Trade(number, trade));
        }
        let refund: Refund = serde_json::from_slice(&resource)?;
        Ok(Notification::Refund(refund.out_trade_no.parse()?, refund))
    }
}
