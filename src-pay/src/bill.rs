//! The trade bill of a day: what the service says was paid and given back
//! (<https://pay.weixin.qq.com/doc/v3/merchant/4012791885>; its columns: <https://pay.weixin.qq.com/doc/v3/merchant/4013071195>).
//!
//! A line of names, a line for each payment and each refund, a line of the sums' names, and the sums. Each value has a
//! backtick before it, so that spreadsheets take it for text; amounts are yuan with decimals.

use ministore_core::id::PaymentId;

use crate::number::{RefundNumber, TradeNumber};

/// What stands before each value.
const MARK: char = '`';

/// How many of our units, thousandths of a fen, are a yuan.
const YUAN: i64 = 100_000;

/// One payment, or one refund.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct BillLine {
    /// The number under which it was asked for: the trade's, or the refund's.
    pub number: String,
    /// Whether money was given back.
    pub refund: bool,
    /// The payment, where the number is one that we give.
    pub payment: Option<PaymentId>,
    /// Which refund of it, where that is one that we give.
    pub part: Option<u32>,
    /// How much, in fen.
    pub amount: i64,
    /// What the service keeps for it, in thousandths of a fen; negative where it gives some of it back.
    pub fee: i64,
}

/// Why a bill cannot be used.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
pub enum BillError {
    /// It is not the text whose hash the service told.
    #[error("it is not the file that was announced: its hash is another")]
    Hash,
    /// It is not UTF-8.
    #[error("it is no text")]
    Text,
    /// A column is missing.
    #[error("it has no column {0}")]
    Column(&'static str),
    /// A line that says something that it cannot.
    #[error("line {line}: {what} cannot be {said}")]
    Value {
        /// Which, from 1 on.
        line: usize,
        /// Of which column.
        what: &'static str,
        /// What is there.
        said: String,
    },
    /// The sums at its end are not those of its lines, so something is missing.
    #[error("its lines come to {lines}, and it says {said}")]
    Sums {
        /// What its lines come to.
        lines: String,
        /// What it says.
        said: String,
    },
}

const NUMBER: &str = "商户订单号";
const STATE: &str = "交易状态";
const REFUND_NUMBER: &str = "商户退款单号";
const TOTAL: &str = "订单金额";
const REFUND: &str = "申请退款金额";
const FEE: &str = "手续费";
const COUNT: &str = "总交易单数";

/// The lines of a bill.
pub fn read(text: &str) -> Result<Vec<BillLine>, BillError> {
    let mut lines = text.trim_start_matches('\u{feff}').lines().enumerate();
    let names: Vec<&str> =
        lines.next().map(|(_, names)| names.trim().split(',').collect()).unwrap_or_default();
    let column =
        |name: &'static str| names.iter().position(|known| *known == name).ok_or(BillError::Column(name));
    let (number, state, refund_number) = (column(NUMBER)?, column(STATE)?, column(REFUND_NUMBER)?);
    let (total, refunded, fee) = (column(TOTAL)?, column(REFUND)?, column(FEE)?);
    let mut read = Vec::new();
    let mut sums = None;
    for (at, line) in lines.by_ref() {
        let line = line.trim();
        if line.starts_with(COUNT) {
            sums = lines.next();
            break;
        }
        if line.is_empty() {
            continue;
        }
        let values = values(line);
        let value = |at: usize| values.get(at).copied().unwrap_or_default();
        let wrong =
            |what: &'static str, said: &str| BillError::Value { line: at + 1, what, said: said.to_owned() };
        let money =
            |what: &'static str, at: usize| thousandths(value(at)).ok_or_else(|| wrong(what, value(at)));
        let fen = |what: &'static str, at: usize| {
            let all = money(what, at)?;
            if all % 1000 == 0 && all >= 0 { Ok(all / 1000) } else { Err(wrong(what, value(at))) }
        };
        let trade: Option<TradeNumber> = value(number).parse().ok();
        let payment = trade.map(|trade| trade.0);
        let fee = money(FEE, fee)?;
        read.push(match value(state) {
            "SUCCESS" => BillLine {
                number: value(number).to_owned(),
                refund: false,
                payment,
                part: None,
                amount: fen(TOTAL, total)?,
                fee,
            },
            // What was reversed at the counter was given back as well, and may have no number of its own.
            "REFUND" | "REVOKED" => {
                let own = value(refund_number);
                let ours: Option<RefundNumber> = own.parse().ok();
                BillLine {
                    number: if matches!(own, "" | "0") { value(number) } else { own }.to_owned(),
                    refund: true,
                    payment,
                    part: ours.filter(|ours| Some(ours.trade) == trade).map(|ours| ours.sequence),
                    amount: fen(REFUND, refunded)?,
                    fee,
                }
            }
            other => return Err(wrong(STATE, other)),
        });
    }
    check_sums(&read, sums)?;
    Ok(read)
}

/// A bill that was cut off is not taken for the whole.
fn check_sums(lines: &[BillLine], sums: Option<(usize, &str)>) -> Result<(), BillError> {
    let sum =
        |refund: bool| lines.iter().filter(|line| line.refund == refund).map(|line| line.amount).sum::<i64>();
    let counted = (lines.len().to_string(), sum(false), sum(true));
    let told = sums.map(|(_, line)| values(line.trim())).unwrap_or_default();
    // Count, to be settled, refunds, coupons' refunds, fees, all orders, all refunds asked for.
    let fen = |at: usize| told.get(at).and_then(|value| thousandths(value)).map(|all| all / 1000);
    let said = (told.first().map(|count| (*count).to_owned()), fen(5), fen(6));
    let same =
        said.0.as_deref() == Some(&counted.0) && said.1 == Some(counted.1) && said.2 == Some(counted.2);
    if same {
        return Ok(());
    }
    Err(BillError::Sums { lines: format!("{counted:?}"), said: format!("{said:?}") })
}

/// The values of a line. None of them holds a comma with a backtick behind it.
fn values(line: &str) -> Vec<&str> {
    line.trim_start_matches(MARK).split(",`").map(str::trim).collect()
}

/// An amount of yuan with up to five decimals, in thousandths of a fen.
fn thousandths(text: &str) -> Option<i64> {
    let (negative, digits) = text.strip_prefix('-').map_or((false, text), |rest| (true, rest));
    let (whole, part) = digits.split_once('.').unwrap_or((digits, ""));
    let plain = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    if whole.is_empty() || part.len() > 5 || !plain(whole) || !plain(part) {
        return None;
    }
    let part: i64 = if part.is_empty() { 0 } else { format!("{part:0<5}").parse().ok()? };
    let all = whole.parse::<i64>().ok()?.checked_mul(YUAN)?.checked_add(part)?;
    Some(if negative { -all } else { all })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// As published, with numbers of ours.
    const BILL: &str = "\u{feff}交易时间,公众账号ID,商户号,特约商户号,设备号,微信订单号,商户订单号,用户标识,交易类型,交易状态,付款银行,货币种类,应结订单金额,代金券金额,微信退款单号,商户退款单号,退款金额,充值券退款金额,退款类型,退款状态,商品名称,商户数据包,手续费,费率,订单金额,申请退款金额,费率备注\r
`2026-11-29 10:33:45,`wxd678efh567hg6787,`1900000109,`0,`,`4200001,`0195f2a01c007abc8def0123456789ab,`oUpF8,`NATIVE,`SUCCESS,`OTHERS,`CNY,`38.60,`0.00,`0,`0,`0.00,`0.00,`,`,`Milk, whole,`,`0.23160,`0.60%,`38.60,`0.00,`\r
`2026-11-29 11:00:00,`wxd678efh567hg6787,`1900000109,`0,`,`4200001,`0195f2a01c007abc8def0123456789ab,`oUpF8,`NATIVE,`REFUND,`OTHERS,`CNY,`0.00,`0.00,`5030,`0195f2a01c007abc8def0123456789abr2,`6.80,`0.00,`ORIGINAL,`SUCCESS,`Milk, whole,`,`-0.04080,`0.60%,`0.00,`6.80,`\r
`2026-11-29 12:00:00,`wxd678efh567hg6787,`1900000109,`0,`,`4200002,`elsewhere-1,`oUpF8,`NATIVE,`SUCCESS,`OTHERS,`CNY,`1.00,`0.00,`0,`0,`0.00,`0.00,`,`,`x,`,`0.00600,`0.60%,`1.00,`0.00,`\r
总交易单数,应结订单总金额,退款总金额,充值券退款总金额,手续费总金额,订单总金额,申请退款总金额\r
`3,`39.60,`6.80,`0.00,`0.20,`39.60,`6.80\r
";

    #[test]
    fn a_published_bill_is_read() {
        let lines = read(BILL).unwrap();
        let payment: TradeNumber = "0195f2a01c007abc8def0123456789ab".parse().unwrap();
        assert_eq!(
            lines[0],
            BillLine {
                number: payment.to_string(),
                refund: false,
                payment: Some(payment.0),
                part: None,
                amount: 3860,
                fee: 23_160
            }
        );
        assert_eq!(
            lines[1],
            BillLine {
                number: format!("{payment}r2"),
                refund: true,
                payment: Some(payment.0),
                part: Some(2),
                amount: 680,
                fee: -4080
            }
        );
        assert_eq!((lines[2].number.as_str(), lines[2].payment, lines[2].amount), ("elsewhere-1", None, 100));
    }

    #[test]
    fn a_bill_that_is_cut_off_is_no_bill() {
        let whole: Vec<&str> = BILL.lines().collect();
        for end in 0..whole.len() {
            assert!(read(&whole[..end].join("\r\n")).is_err(), "{end} lines");
        }
        let without_one = [&whole[..2], &whole[3..]].concat().join("\n");
        assert!(matches!(read(&without_one), Err(BillError::Sums { .. })));
    }

    #[test]
    fn amounts_are_exact() {
        assert_eq!(thousandths("0.23160"), Some(23_160));
        assert_eq!(thousandths("-0.04"), Some(-4000));
        assert_eq!(thousandths("12"), Some(1_200_000));
        for no in ["", ".5", "1.2.3", "1,00", "0.123456", "x", "99999999999999999999"] {
            assert_eq!(thousandths(no), None, "{no}");
        }
    }

    proptest! {
        #[test]
        fn any_text_is_read_or_refused(text: String) {
            let _ = read(&text);
            let _ = read(&[BILL, &text].concat());
        }
    }
}
