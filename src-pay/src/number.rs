//! A payment's numbers at the service, derived from our own key: whoever asks again asks about the same trade.

use std::fmt;
use std::str::FromStr;

use ministore_core::id::PaymentId;
use ministore_core::time::Timestamp;
use uuid::Uuid;

/// `out_trade_no`: the payment's 32 hexadecimal digits. The service takes 6 to 32 of `0-9a-zA-Z_-*`, once a merchant
/// (<https://pay.weixin.qq.com/doc/v3/merchant/4012791877>).
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub struct TradeNumber(pub PaymentId);

impl TradeNumber {
    /// When the payment was made, as its key says (a UUID of version 7); None for other keys.
    pub fn made(self) -> Option<Timestamp> {
        let (seconds, nanoseconds) = self.0.0.get_timestamp()?.to_unix();
        let millis = i64::try_from(seconds).ok()?.checked_mul(1000)?;
        Some(Timestamp(millis.checked_add(i64::from(nanoseconds / 1_000_000))?))
    }
}

impl fmt::Display for TradeNumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.0.simple().fmt(f)
    }
}

/// Not a number that we give.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
#[error("not a number of ours")]
pub struct ForeignNumber;

impl FromStr for TradeNumber {
    type Err = ForeignNumber;

    fn from_str(text: &str) -> Result<Self, ForeignNumber> {
        let lower = |byte: u8| byte.is_ascii_digit() || (b'a'..=b'f').contains(&byte);
        if text.len() != 32 || !text.bytes().all(lower) {
            return Err(ForeignNumber);
        }
        Uuid::try_parse(text).map(|id| Self(PaymentId(id))).map_err(|_| ForeignNumber)
    }
}

/// `out_refund_no`: the trade's number, `r`, and which of its refunds it is, from 1 on. The service gives a number back
/// once, however often it is asked (<https://pay.weixin.qq.com/doc/v3/merchant/4012791883>).
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub struct RefundNumber {
    /// Of which trade.
    pub trade: TradeNumber,
    /// Which of its refunds, from 1 on.
    pub sequence: u32,
}

impl fmt::Display for RefundNumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}r{}", self.trade, self.sequence)
    }
}

impl FromStr for RefundNumber {
    type Err = ForeignNumber;

    fn from_str(text: &str) -> Result<Self, ForeignNumber> {
        let (trade, sequence) = text.split_once('r').ok_or(ForeignNumber)?;
        let number = Self { trade: trade.parse()?, sequence: sequence.parse().map_err(|_| ForeignNumber)? };
        if number.to_string() == text { Ok(number) } else { Err(ForeignNumber) }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn a_number_comes_back_as_its_payment(bits: u128, sequence: u32) {
            let trade = TradeNumber(PaymentId(Uuid::from_u128(bits)));
            prop_assert_eq!(trade.to_string().len(), 32);
            prop_assert_eq!(trade.to_string().parse(), Ok(trade));
            let refund = RefundNumber { trade, sequence };
            prop_assert!(refund.to_string().len() <= 64);
            prop_assert_eq!(refund.to_string().parse(), Ok(refund));
        }

        #[test]
        fn any_text_is_read_or_refused(text: String) {
            let _ = text.parse::<TradeNumber>();
            let _ = text.parse::<RefundNumber>();
        }
    }

    #[test]
    fn a_payment_tells_when_it_was_made() {
        let id: Uuid = "0195f2a0-1c00-7abc-8def-0123456789ab".parse().unwrap();
        assert_eq!(TradeNumber(PaymentId(id)).made(), Some(Timestamp(0x0195_f2a0_1c00)));
        assert_eq!(TradeNumber(PaymentId(Uuid::nil())).made(), None);
    }
}
