//! The trade bill of a day (<https://pay.weixin.qq.com/doc/v3/merchant/4012791885>): a file that is fetched in two steps.

use std::collections::BTreeMap;
use std::io::{self, Write as _};

use aws_lc_rs::digest;
use flate2::Compression;
use flate2::write::GzEncoder;
use jiff::civil::Date;
use jiff::tz::{Offset, TimeZone};
use serde_json::{Value, json};
use uuid::Uuid;

use crate::books::{Books, No, Trade};
use crate::keys::{APPID, MCHID};

/// Whether there are bills.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum Bills {
    /// Of every day that is over.
    #[default]
    Ready,
    /// They are being made, as before ten in the morning.
    InTheMaking,
    /// The file breaks off before its end.
    CutOff,
}

/// Bills that were asked for, by their token.
#[derive(Default)]
pub(crate) struct Files {
    pub(crate) bills: Bills,
    files: BTreeMap<String, Vec<u8>>,
}

const NAMES: &str = "交易时间,公众账号ID,商户号,特约商户号,设备号,微信订单号,商户订单号,用户标识,交易类型,交易状态,付款银行,货币种类,\
                     应结订单金额,代金券金额,微信退款单号,商户退款单号,退款金额,充值券退款金额,退款类型,退款状态,商品名称,商户数据包,\
                     手续费,费率,订单金额,申请退款金额,费率备注";
const SUMS: &str =
    "总交易单数,应结订单总金额,退款总金额,充值券退款总金额,手续费总金额,订单总金额,申请退款总金额";

fn zone() -> TimeZone {
    TimeZone::fixed(Offset::constant(8))
}

pub(crate) fn day_of(at: jiff::Timestamp) -> Date {
    at.to_zoned(zone()).date()
}

/// Noon of a day.
pub(crate) fn noon(day: Date) -> Option<jiff::Timestamp> {
    day.at(12, 0, 0, 0).to_zoned(zone()).ok().map(|at| at.timestamp())
}

fn yuan(fen: i64) -> String {
    format!("{}.{:02}", fen / 100, fen % 100)
}

/// 0.6 %, to the thousandth of a fen.
fn fee(fen: i64) -> i64 {
    fen * 6
}

fn yuan_of_thousandths(thousandths: i64) -> String {
    let sign = if thousandths < 0 { "-" } else { "" };
    let all = thousandths.abs();
    format!("{sign}{}.{:05}", all / 100_000, all % 100_000)
}

struct Row<'t> {
    trade: &'t Trade,
    at: jiff::Timestamp,
    state: &'static str,
    /// What was paid.
    taken: i64,
    /// What was given back, with its numbers: the service's and the merchant's.
    given_back: Option<(i64, String, String)>,
}

impl Trade {
    fn rows(&self, day: Date) -> Vec<Row<'_>> {
        let mut rows = Vec::new();
        if let Some(at) = self.paid {
            rows.push(Row { trade: self, at, state: "SUCCESS", taken: self.total, given_back: None });
            if self.refunds.is_empty() && self.given_back > 0 {
                let back = (self.given_back, String::new(), String::new());
                rows.push(Row { trade: self, at, state: "REVOKED", taken: 0, given_back: Some(back) });
            }
        }
        for refund in &self.refunds {
            let back = (refund.amount, refund.id.clone(), refund.number.clone());
            rows.push(Row {
                trade: self,
                at: refund.done,
                state: "REFUND",
                taken: 0,
                given_back: Some(back),
            });
        }
        rows.retain(|row| day_of(row.at) == day);
        rows
    }
}

impl Row<'_> {
    fn fee(&self) -> i64 {
        fee(self.taken) - self.given_back.as_ref().map_or(0, |(amount, ..)| fee(*amount))
    }

    fn line(&self) -> String {
        let at = self.at.to_zoned(zone()).strftime("%Y-%m-%d %H:%M:%S").to_string();
        let (back, id, number) = self.given_back.clone().unwrap_or((0, "0".to_owned(), "0".to_owned()));
        let (kind, state) = if self.given_back.is_some() { ("ORIGINAL", "SUCCESS") } else { ("", "") };
        let values: Vec<String> = vec![
            at,
            APPID.to_owned(),
            MCHID.to_owned(),
            "0".to_owned(),
            String::new(),
            self.trade.transaction.clone(),
            self.trade.number.clone(),
            "oUpF8uMuAJO_M2pxb1Q9zNjWeS6o".to_owned(),
            self.trade.kind.to_owned(),
            self.state.to_owned(),
            "OTHERS".to_owned(),
            "CNY".to_owned(),
            yuan(self.taken),
            yuan(0),
            id,
            number,
            yuan(back),
            yuan(0),
            kind.to_owned(),
            state.to_owned(),
            "Ministore".to_owned(),
            String::new(),
            yuan_of_thousandths(self.fee()),
            "0.60%".to_owned(),
            yuan(self.taken),
            yuan(back),
            String::new(),
        ];
        values.iter().map(|value| format!("`{value}")).collect::<Vec<_>>().join(",")
    }
}

const ILL: No = (500, "SYSTEM_ERROR", "系统异常");

fn zipped(text: &str) -> io::Result<Vec<u8>> {
    let mut zip = GzEncoder::new(Vec::new(), Compression::default());
    zip.write_all(text.as_bytes())?;
    zip.finish()
}

fn query<'q>(query: Option<&'q str>, name: &str) -> Option<&'q str> {
    query?
        .split('&')
        .find_map(|pair| pair.split_once('=').filter(|(key, _)| *key == name))
        .map(|(_, value)| value)
}

impl Books {
    /// Where the bill is that is asked for.
    pub(crate) fn bill(&mut self, asked: Option<&str>, origin: &str) -> Result<Value, No> {
        let wrong = (400, "PARAM_ERROR", "参数错误");
        let day: Date = query(asked, "bill_date").and_then(|day| day.parse().ok()).ok_or(wrong)?;
        let packed = query(asked, "tar_type");
        if !matches!(query(asked, "bill_type"), None | Some("ALL")) || !matches!(packed, None | Some("GZIP"))
        {
            return Err(wrong);
        }
        if day >= day_of(jiff::Timestamp::now()) {
            return Err((400, "INVALID_REQUEST", "账单日期不能为当日及未来日期"));
        }
        if self.files.bills == Bills::InTheMaking {
            return Err((400, "STATEMENT_CREATING", "账单生成中"));
        }
        let rows: Vec<Row<'_>> = self.trades.values().flat_map(|trade| trade.rows(day)).collect();
        if rows.is_empty() {
            return Err((400, "NO_STATEMENT_EXIST", "账单文件不存在"));
        }
        let taken: i64 = rows.iter().map(|row| row.taken).sum();
        let back: i64 =
            rows.iter().filter_map(|row| row.given_back.as_ref()).map(|(amount, ..)| amount).sum();
        let fees: i64 = rows.iter().map(Row::fee).sum();
        let mut text = format!("\u{feff}{NAMES}\r\n");
        for row in &rows {
            text.push_str(&row.line());
            text.push_str("\r\n");
        }
        let (count, taken, back) = (rows.len(), yuan(taken), yuan(back));
        let (zero, fees) = (yuan(0), yuan_of_thousandths(fees));
        text.push_str(&format!("{SUMS}\r\n`{count},`{taken},`{back},`{zero},`{fees},`{taken},`{back}\r\n"));
        let hash = digest::digest(&digest::SHA1_FOR_LEGACY_USE_ONLY, text.as_bytes());
        let hash: String = hash.as_ref().iter().map(|byte| format!("{byte:02x}")).collect();
        if self.files.bills == Bills::CutOff {
            text.truncate(text.rfind('`').unwrap_or_default());
        }
        let token = Uuid::new_v4().simple().to_string();
        let file = if packed.is_some() { zipped(&text).map_err(|_| ILL)? } else { text.into_bytes() };
        self.files.files.insert(token.clone(), file);
        let download_url = format!("{origin}/v3/billdownload/file?token={token}");
        Ok(json!({ "hash_type": "SHA1", "hash_value": hash, "download_url": download_url }))
    }

    /// The file itself.
    pub(crate) fn bill_file(&self, asked: Option<&str>) -> Option<Vec<u8>> {
        self.files.files.get(query(asked, "token")?).cloned()
    }
}
