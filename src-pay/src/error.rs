//! Which answers are a no, and which are no answer at all.

use std::fmt;

/// A code that the service gives with a refusal. It writes some of them with and without low lines (`ORDERPAID`,
/// `ORDER_PAID`), so they are compared without.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Code {
    /// The trade has been paid.
    OrderPaid,
    /// The trade has been closed, or reversed.
    OrderClosed,
    /// There is no such trade or refund.
    NotFound,
    /// The number stands for another trade: one with another amount, description or way.
    NumberUsed,
    /// The payer, or for a refund the merchant, has too little money.
    NotEnough,
    /// The payer's code is not valid, used or too old.
    CodeUnusable,
    /// There is no bill of that day: nothing was paid on it.
    NoBill,
    /// The bill of that day is being made.
    BillInTheMaking,
    /// Our signature is not accepted.
    Signature,
    /// The payer is typing a password, or looking at the amount.
    UserPaying,
    /// The service, or the payer's bank, does not know itself.
    System,
    /// Too many requests at once.
    TooOften,
    /// Any other, as it was written.
    Other(String),
}

impl Code {
    /// The code of that word.
    pub fn of(word: &str) -> Self {
        let plain: String = word.chars().filter(|letter| *letter != '_').collect();
        match plain.to_ascii_uppercase().as_str() {
            "ORDERPAID" => Self::OrderPaid,
            "ORDERCLOSED" | "ORDERREVERSED" => Self::OrderClosed,
            "ORDERNOTEXIST" | "RESOURCENOTEXISTS" | "REFUNDNOTEXIST" | "NOTFOUND" => Self::NotFound,
            "OUTTRADENOUSED" => Self::NumberUsed,
            "NOTENOUGH" => Self::NotEnough,
            "AUTHCODEEXPIRE" | "AUTHCODEERROR" | "AUTHCODEINVALID" => Self::CodeUnusable,
            "NOSTATEMENTEXIST" => Self::NoBill,
            "STATEMENTCREATING" => Self::BillInTheMaking,
            "SIGNERROR" => Self::Signature,
            "USERPAYING" => Self::UserPaying,
            "SYSTEMERROR" | "BANKERROR" | "BIZERRNEEDRETRY" => Self::System,
            "FREQUENCYLIMITED" | "FREQUENCYLIMITEXCEED" | "RATELIMITEXCEED" | "RATELIMITEXCEEDED" => {
                Self::TooOften
            }
            _ => Self::Other(word.to_owned()),
        }
    }

    /// Whether the request has certainly not been done, and will not be.
    pub const fn is_definite(&self) -> bool {
        !matches!(self, Self::UserPaying | Self::System | Self::TooOften)
    }
}

impl fmt::Display for Code {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::OrderPaid => "ORDER_PAID",
            Self::OrderClosed => "ORDER_CLOSED",
            Self::NotFound => "NOT_FOUND",
            Self::NumberUsed => "OUT_TRADE_NO_USED",
            Self::NotEnough => "NOT_ENOUGH",
            Self::CodeUnusable => "AUTH_CODE_ERROR",
            Self::NoBill => "NO_STATEMENT_EXIST",
            Self::BillInTheMaking => "STATEMENT_CREATING",
            Self::Signature => "SIGN_ERROR",
            Self::UserPaying => "USER_PAYING",
            Self::System => "SYSTEM_ERROR",
            Self::TooOften => "FREQUENCY_LIMITED",
            Self::Other(word) => word,
        })
    }
}

/// Why a request gave no outcome.
#[derive(Debug, thiserror::Error)]
pub enum PayError {
    /// The service said no: the request was not done.
    #[error("WeChat Pay refused: {code} ({message})")]
    Refused {
        /// Why.
        code: Code,
        /// The same in words, the service's own, mostly Chinese.
        message: String,
    },
    /// Whether it was done is not known, and has to be asked.
    #[error("it is not known what became of it: {0}")]
    Unknown(Silence),
}

impl PayError {
    /// The code of a refusal.
    pub const fn refusal(&self) -> Option<&Code> {
        match self {
            Self::Refused { code, .. } => Some(code),
            Self::Unknown(_) => None,
        }
    }
}

/// Why there is no answer that can be believed.
#[derive(Debug, thiserror::Error)]
pub enum Silence {
    /// Nothing came, or not in time.
    #[error("no answer came ({0})")]
    Transport(String),
    /// The service does not know itself.
    #[error("the service answered {status} {code}")]
    Service {
        /// The HTTP status.
        status: u16,
        /// Its code.
        code: Code,
    },
    /// It does not say what an answer has to.
    #[error("the answer cannot be read: {0}")]
    Unreadable(String),
    /// It is not proved to be the service's.
    #[error("the answer is not believed: {0}")]
    Unproved(#[from] crate::platform::Unproved),
    /// It speaks of something else than what was asked about.
    #[error("the answer speaks of another {what}: {said}, not {asked}")]
    Another {
        /// Of what.
        what: &'static str,
        /// What was asked for.
        asked: String,
        /// What it says.
        said: String,
    },
    /// The trade has been given back, but not by us.
    #[error("the trade was refunded elsewhere: look into the merchant platform")]
    RefundedElsewhere,
    /// It was asked to the end, and does not stand where anything can be said.
    #[error("it is still under way: {0}")]
    Underway(&'static str),
}

impl From<Silence> for PayError {
    fn from(silence: Silence) -> Self {
        Self::Unknown(silence)
    }
}

impl From<crate::platform::Unproved> for PayError {
    fn from(unproved: crate::platform::Unproved) -> Self {
        Self::Unknown(unproved.into())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_are_told_with_and_without_low_lines() {
        for word in ["ORDERPAID", "ORDER_PAID"] {
            assert_eq!(Code::of(word), Code::OrderPaid);
        }
        assert_eq!(Code::of("NOTENOUGH"), Code::NotEnough);
        assert_eq!(Code::of("NOT_ENOUGH"), Code::NotEnough);
        assert_eq!(Code::of("MCH_NOT_EXISTS"), Code::Other("MCH_NOT_EXISTS".to_owned()));
    }

    #[test]
    fn what_the_service_does_not_know_itself_is_no_refusal() {
        for word in ["SYSTEM_ERROR", "BANK_ERROR", "FREQUENCY_LIMITED", "USERPAYING", "USER_PAYING"] {
            assert!(!Code::of(word).is_definite(), "{word}");
        }
        for word in ["NOTENOUGH", "ORDERPAID", "OUT_TRADE_NO_USED", "SIGN_ERROR", "PARAM_ERROR"] {
            assert!(Code::of(word).is_definite(), "{word}");
        }
    }
}
