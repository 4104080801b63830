//! What is said about trades and refunds.

use ministore_core::money::{Currency, Money};
use serde::Deserialize;

use crate::error::Silence;
use crate::number::{RefundNumber, TradeNumber};

/// Where a trade stands (<https://pay.weixin.qq.com/doc/v3/merchant/4012791880>).
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Deserialize)]
#[serde(rename_all = "UPPERCASE")]
pub enum TradeState {
    /// Paid.
    Success,
    /// Paid, and all or some of it given back.
    Refund,
    /// Not paid.
    NotPay,
    /// Closed: it cannot be paid any more.
    Closed,
    /// Reversed, of a payer's code: nothing was taken, or it was given back.
    Revoked,
    /// The payer of a code is asked for the password.
    UserPaying,
    /// The payment of a code failed.
    PayError,
    /// Taken on, and to be charged.
    Accept,
}

/// An amount as the service writes it: whole fen.
#[derive(Clone, PartialEq, Eq, Debug, Deserialize)]
pub struct TradeAmount {
    /// What the trade is about.
    pub total: i64,
    /// In which currency; CNY where it is not said.
    #[serde(default)]
    pub currency: Option<String>,
}

/// A trade.
#[derive(Clone, PartialEq, Eq, Debug, Deserialize)]
pub struct Trade {
    /// Whose.
    pub mchid: String,
    /// Our number of it.
    pub out_trade_no: String,
    /// Where it stands.
    pub trade_state: TradeState,
    /// The service's number, once it is paid.
    #[serde(default)]
    pub transaction_id: Option<String>,
    /// What it is about. Missing before it is paid.
    #[serde(default)]
    pub amount: Option<TradeAmount>,
}

/// Where a refund stands.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Deserialize)]
#[serde(rename_all = "UPPERCASE")]
pub enum RefundState {
    /// The payer has it.
    Success,
    /// It was closed: nothing was given back.
    Closed,
    /// On its way.
    Processing,
    /// The payer's account does not take it: the merchant platform has to say where it goes.
    Abnormal,
}

/// Amounts of a refund.
#[derive(Clone, PartialEq, Eq, Debug, Deserialize)]
pub struct RefundAmount {
    /// What the trade was about.
    pub total: i64,
    /// What is given back.
    pub refund: i64,
    /// In which currency; CNY where it is not said, as in notifications.
    #[serde(default)]
    pub currency: Option<String>,
}

/// A refund.
#[derive(Clone, PartialEq, Eq, Debug, Deserialize)]
pub struct Refund {
    /// Our number of it.
    pub out_refund_no: String,
    /// Of which trade.
    pub out_trade_no: String,
    /// Where it stands. A notification calls it by another name.
    #[serde(alias = "refund_status")]
    pub status: RefundState,
    /// How much.
    pub amount: RefundAmount,
}

fn another(what: &'static str, asked: impl ToString, said: impl ToString) -> Silence {
    Silence::Another { what, asked: asked.to_string(), said: said.to_string() }
}

fn check_currency(currency: Option<&String>) -> Result<(), Silence> {
    match currency {
        Some(currency) if currency != "CNY" => Err(another("currency", "CNY", currency)),
        _ => Ok(()),
    }
}

impl Trade {
    /// Whether it is the one that was asked about.
    pub fn check_number(&self, mchid: &str, number: TradeNumber) -> Result<(), Silence> {
        if self.mchid != mchid {
            return Err(another("merchant", mchid, &self.mchid));
        }
        if self.out_trade_no != number.to_string() {
            return Err(another("trade", number, &self.out_trade_no));
        }
        Ok(())
    }

    /// Whether it is about `asked`, to the fen. A paid one has to say so; what the payer saved by a coupon is in it.
    pub fn check_amount(&self, asked: Money) -> Result<(), Silence> {
        let Some(amount) = &self.amount else {
            return match self.trade_state {
                TradeState::Success | TradeState::Refund => Err(another("amount", asked.minor, "none")),
                _ => Ok(()),
            };
        };
        check_currency(amount.currency.as_ref())?;
        if asked.currency != Currency::CNY || amount.total != asked.minor {
            return Err(another("amount", asked.minor, amount.total));
        }
        Ok(())
    }
}

impl Refund {
    /// Whether it is the one that was asked for, of that much of a trade of that much.
    pub fn check(&self, number: RefundNumber, refund: Money, total: Money) -> Result<(), Silence> {
        if self.out_refund_no != number.to_string() {
            return Err(another("refund", number, &self.out_refund_no));
        }
        if self.out_trade_no != number.trade.to_string() {
            return Err(another("trade", number.trade, &self.out_trade_no));
        }
        check_currency(self.amount.currency.as_ref())?;
        if (self.amount.refund, self.amount.total) != (refund.minor, total.minor) {
            let said = format!("{} of {}", self.amount.refund, self.amount.total);
            return Err(another("amount", format!("{} of {}", refund.minor, total.minor), said));
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use ministore_core::id::PaymentId;
    use uuid::Uuid;

    use super::*;

    fn trade(state: TradeState, amount: Option<(i64, Option<&str>)>) -> Trade {
        Trade {
            mchid: "1900000109".to_owned(),
            out_trade_no: TradeNumber(PaymentId(Uuid::nil())).to_string(),
            trade_state: state,
            transaction_id: None,
            amount: amount
                .map(|(total, currency)| TradeAmount { total, currency: currency.map(str::to_owned) }),
        }
    }

    #[test]
    fn an_amount_is_held_against_what_was_asked_for() {
        let asked = Currency::CNY.minor(3860);
        let says = |amount| trade(TradeState::Success, amount).check_amount(asked).is_ok();
        assert!(says(Some((3860, Some("CNY")))));
        assert!(says(Some((3860, None))));
        assert!(!says(Some((3861, Some("CNY")))));
        assert!(!says(Some((3860, Some("USD")))));
        assert!(!says(None), "a paid trade says how much");
        assert!(trade(TradeState::NotPay, None).check_amount(asked).is_ok());
        let dollars = Currency::USD.minor(3860);
        assert!(trade(TradeState::Success, Some((3860, Some("CNY")))).check_amount(dollars).is_err());
    }

    #[test]
    fn a_notified_refund_is_read_as_a_queried_one() {
        let text = |status: &str| {
            format!(
                r#"{{"mchid":"1900000100","transaction_id":"1","out_trade_no":"a","refund_id":"2",
                "out_refund_no":"b","{status}":"SUCCESS","amount":{{"total":999,"refund":999,"payer_total":999}}}}"#
            )
        };
        let notified: Refund = serde_json::from_str(&text("refund_status")).unwrap();
        assert_eq!(serde_json::from_str::<Refund>(&text("status")).unwrap(), notified);
    }
}
