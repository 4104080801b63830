//! Trades and refunds, and what may be done to them.

use std::collections::BTreeMap;
use std::time::Duration;

use serde_json::{Value, json};
use uuid::Uuid;

use crate::bill::Files;
use crate::keys::{APPID, MCHID, beijing};

/// What a payer does whose code was scanned.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Payer {
    /// Pays at once.
    Pays,
    /// Has too little money.
    Poor,
    /// Types a password, and pays after that long.
    Types(Duration),
}

/// Where a trade stands.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum State {
    /// `NOTPAY`.
    NotPay,
    /// `USERPAYING`.
    UserPaying,
    /// `SUCCESS`.
    Success,
    /// `REFUND`.
    Refund,
    /// `CLOSED`.
    Closed,
    /// `REVOKED`.
    Revoked,
}

impl State {
    const fn word(self) -> &'static str {
        match self {
            Self::NotPay => "NOTPAY",
            Self::UserPaying => "USERPAYING",
            Self::Success => "SUCCESS",
            Self::Refund => "REFUND",
            Self::Closed => "CLOSED",
            Self::Revoked => "REVOKED",
        }
    }
}

/// A refund.
#[derive(Clone, Debug)]
pub struct Refund {
    /// The merchant's number.
    pub number: String,
    /// The service's number.
    pub id: String,
    /// How much, in fen.
    pub amount: i64,
    /// When it is with the payer.
    pub done: jiff::Timestamp,
    /// When it was asked for.
    pub made: jiff::Timestamp,
    pub(crate) notify_url: Option<String>,
}

/// A trade.
#[derive(Clone, Debug)]
pub struct Trade {
    /// The merchant's number.
    pub number: String,
    /// `NATIVE`, `MWEB`, `JSAPI` or `MICROPAY`.
    pub kind: &'static str,
    /// How much, in fen.
    pub total: i64,
    /// Where it stands.
    pub state: State,
    /// Until when it can be paid.
    pub expires: Option<jiff::Timestamp>,
    /// How the payer comes to it.
    pub link: String,
    /// How often money was taken for it.
    pub taken: u32,
    /// What was given back, in fen: by refunds, or by a reversal.
    pub given_back: i64,
    /// Its refunds.
    pub refunds: Vec<Refund>,
    /// The service's number.
    pub transaction: String,
    pub(crate) notify_url: Option<String>,
    /// What was asked for, to know a repeat from another trade under the same number.
    asked: Value,
    pub(crate) paid: Option<jiff::Timestamp>,
    /// When the payer has typed the password.
    typed: Option<jiff::Timestamp>,
}

/// What came of a payer's try.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum PayOutcome {
    /// Paid, under this number.
    Paid(String),
    /// It had been paid already.
    PaidBefore,
    /// It cannot be paid any more.
    Over,
    /// There is nothing behind this link.
    Unknown,
}

/// A refusal: HTTP status, code, words.
pub(crate) type No = (u16, &'static str, &'static str);

/// All of it.
#[derive(Default)]
pub(crate) struct Books {
    pub(crate) trades: BTreeMap<String, Trade>,
    pub(crate) payers: BTreeMap<String, Payer>,
    pub(crate) files: Files,
}

const NOT_THERE: No = (404, "ORDER_NOT_EXIST", "订单不存在");
const PARAMETER: No = (400, "PARAM_ERROR", "参数错误");
const PAID: No = (400, "ORDERPAID", "该订单已支付");
const CLOSED: No = (400, "ORDER_CLOSED", "该订单已关闭");
const USED: No = (403, "OUT_TRADE_NO_USED", "商户订单号重复");

fn text<'a>(body: &'a Value, pointer: &str) -> Result<&'a str, No> {
    body.pointer(pointer).and_then(Value::as_str).filter(|text| !text.is_empty()).ok_or(PARAMETER)
}

fn merchant(body: &Value) -> Result<(), No> {
    match text(body, "/mchid")? {
        MCHID => Ok(()),
        _ => Err((400, "MCH_NOT_EXISTS", "商户号不存在")),
    }
}

fn app(body: &Value) -> Result<(), No> {
    match text(body, "/appid")? {
        APPID => Ok(()),
        _ => Err((400, "APPID_MCHID_NOT_MATCH", "appid和mchid不匹配")),
    }
}

fn total(body: &Value) -> Result<i64, No> {
    let total = body.pointer("/amount/total").and_then(Value::as_i64).filter(|total| *total > 0);
    let currency = body.pointer("/amount/currency").map_or(Some("CNY"), Value::as_str);
    total.filter(|_| currency == Some("CNY")).ok_or(PARAMETER)
}

fn number_of(text: &str) -> Result<&str, No> {
    let taken = |byte: u8| byte.is_ascii_alphanumeric() || b"_-*".contains(&byte);
    if (6..=32).contains(&text.len()) && text.bytes().all(taken) { Ok(text) } else { Err(PARAMETER) }
}

fn long_number() -> String {
    format!("42000{:023}", Uuid::new_v4().as_u128() % 10_u128.pow(23))
}

impl Books {
    /// A payment that was not asked for here, as by a code that hangs on a wall.
    pub(crate) fn pay_elsewhere(&mut self, total: i64) -> String {
        let word: String = Uuid::new_v4().simple().to_string().chars().take(20).collect();
        let number = format!("W{word}");
        let mut trade = Trade {
            number: number.clone(),
            kind: "NATIVE",
            total,
            state: State::NotPay,
            expires: None,
            link: String::new(),
            taken: 0,
            given_back: 0,
            refunds: Vec::new(),
            transaction: long_number(),
            notify_url: None,
            asked: Value::Null,
            paid: None,
            typed: None,
        };
        trade.pay(jiff::Timestamp::now());
        self.trades.insert(number.clone(), trade);
        number
    }

    /// All that was paid and given back was so at that time.
    pub(crate) fn move_to(&mut self, at: jiff::Timestamp) {
        for trade in self.trades.values_mut() {
            trade.paid = trade.paid.map(|_| at);
            for refund in &mut trade.refunds {
                refund.done = at;
            }
        }
    }

    /// Makes a trade that is paid by a link; the same again is the same.
    pub(crate) fn prepay(&mut self, kind: &'static str, body: &Value) -> Result<Value, No> {
        merchant(body)?;
        app(body)?;
        let (number, total) = (number_of(text(body, "/out_trade_no")?)?, total(body)?);
        if text(body, "/description")?.len() > 127 {
            return Err(PARAMETER);
        }
        let notify_url = text(body, "/notify_url")?.to_owned();
        match kind {
            "MWEB" => {
                text(body, "/scene_info/payer_client_ip")?;
                text(body, "/scene_info/h5_info/type")?;
            }
            "JSAPI" => {
                text(body, "/payer/openid")?;
            }
            _ => {}
        }
        let expires = match body.get("time_expire").and_then(Value::as_str) {
            None => None,
            Some(text) => Some(text.parse::<jiff::Timestamp>().map_err(|_| PARAMETER)?),
        };
        if let Some(trade) = self.trades.get(number) {
            return match trade.state {
                State::Success | State::Refund => Err(PAID),
                State::Closed | State::Revoked => Err(CLOSED),
                _ if trade.asked != *body || trade.kind != kind => Err(USED),
                _ => Ok(trade.link_answer()),
            };
        }
        if expires.is_some_and(|expires| expires <= jiff::Timestamp::now()) {
            return Err(PARAMETER);
        }
        let word = Uuid::new_v4().simple().to_string();
        let link = match kind {
            "NATIVE" => format!("weixin://wxpay/bizpayurl?pr={}zz", word.get(..9).unwrap_or_default()),
            "MWEB" => format!("https://wx.tenpay.com/cgi-bin/mmpayweb-bin/checkmweb?prepay_id=wx{word}"),
            _ => format!("wx{word}"),
        };
        let trade = Trade {
            number: number.to_owned(),
            kind,
            total,
            state: State::NotPay,
            expires,
            link,
            taken: 0,
            given_back: 0,
            refunds: Vec::new(),
            transaction: long_number(),
            notify_url: Some(notify_url),
            asked: body.clone(),
            paid: None,
            typed: None,
        };
        let answer = trade.link_answer();
        self.trades.insert(number.to_owned(), trade);
        Ok(answer)
    }

    /// Takes the money of whoever showed a code.
    pub(crate) fn take_code(&mut self, body: &Value) -> Result<Value, No> {
        merchant(body)?;
        app(body)?;
        let (number, total) = (number_of(text(body, "/out_trade_no")?)?.to_owned(), total(body)?);
        let code = text(body, "/payer/auth_code")?;
        body.pointer("/scene_info/store_info").ok_or(PARAMETER)?;
        if code.len() != 18 || !code.bytes().all(|byte| byte.is_ascii_digit()) {
            return Err((400, "AUTH_CODE_INVALID", "授权码无效"));
        }
        if let Some(trade) = self.trades.get(&number) {
            return match trade.state {
                State::Success | State::Refund => Err(PAID),
                State::Revoked | State::Closed => Err((400, "ORDERREVERSED", "订单已撤销")),
                _ => Err(USED),
            };
        }
        let payer = self.payers.get(code).copied().unwrap_or(Payer::Pays);
        if payer == Payer::Poor {
            return Err((403, "NOTENOUGH", "余额不足"));
        }
        let now = jiff::Timestamp::now();
        let mut trade = Trade {
            number: number.clone(),
            kind: "MICROPAY",
            total,
            state: State::UserPaying,
            expires: None,
            link: String::new(),
            taken: 0,
            given_back: 0,
            refunds: Vec::new(),
            transaction: long_number(),
            notify_url: None,
            asked: body.clone(),
            paid: None,
            typed: None,
        };
        if let Payer::Types(how_long) = payer {
            trade.typed = now.checked_add(jiff::SignedDuration::try_from(how_long).unwrap_or_default()).ok();
            self.trades.insert(number, trade);
            return Err((202, "USERPAYING", "需要用户输入支付密码"));
        }
        trade.pay(now);
        let answer = trade.tell();
        self.trades.insert(number, trade);
        Ok(answer)
    }

    /// Somebody pays by a link.
    pub(crate) fn pay_url(&mut self, url: &str) -> PayOutcome {
        let Some(trade) = self.trades.values_mut().find(|trade| trade.link == url && !url.is_empty()) else {
            return PayOutcome::Unknown;
        };
        let now = jiff::Timestamp::now();
        match trade.state {
            State::Success | State::Refund => PayOutcome::PaidBefore,
            State::NotPay if trade.expires.is_none_or(|expires| now < expires) => {
                trade.pay(now);
                PayOutcome::Paid(trade.number.clone())
            }
            _ => PayOutcome::Over,
        }
    }

    pub(crate) fn query(&mut self, number: &str) -> Result<Value, No> {
        let trade = self.trades.get_mut(number).ok_or(NOT_THERE)?;
        trade.look();
        Ok(trade.tell())
    }

    /// Closes a trade. It is known to say yes to numbers that it has never heard.
    pub(crate) fn close(&mut self, number: &str, body: &Value) -> Result<(), No> {
        merchant(body)?;
        let Some(trade) = self.trades.get_mut(number) else { return Ok(()) };
        trade.look();
        match trade.state {
            State::NotPay => trade.state = State::Closed,
            State::UserPaying => return Err((202, "USER_PAYING", "用户支付中,需要输入密码")),
            State::Success | State::Refund => return Err((400, "ORDER_PAID", "该订单已支付")),
            State::Closed | State::Revoked => {}
        }
        Ok(())
    }

    pub(crate) fn reverse(&mut self, number: &str, body: &Value) -> Result<Value, No> {
        merchant(body)?;
        app(body)?;
        if let Some(trade) = self.trades.get_mut(number) {
            trade.look();
            if trade.kind != "MICROPAY" {
                return Err((400, "INVALID_REQUEST", "无效请求"));
            }
            if trade.state == State::Success {
                trade.given_back = trade.total;
            }
            trade.state = State::Revoked;
        }
        Ok(json!({ "appid": APPID, "mchid": MCHID, "out_trade_no": number }))
    }

    /// Gives something back; the same number again is the same.
    pub(crate) fn refund(&mut self, body: &Value, takes: Duration) -> Result<(Value, bool), No> {
        let number = text(body, "/out_refund_no")?;
        let trade = self.trades.get_mut(text(body, "/out_trade_no")?);
        let trade = trade.ok_or((404, "RESOURCE_NOT_EXISTS", "订单不存在"))?;
        let amount = |pointer| body.pointer(pointer).and_then(Value::as_i64).ok_or(PARAMETER);
        let (refund, total) = (amount("/amount/refund")?, amount("/amount/total")?);
        if text(body, "/amount/currency")? != "CNY" || total != trade.total || refund <= 0 {
            return Err(PARAMETER);
        }
        if let Some(known) = trade.refunds.iter().find(|known| known.number == number) {
            return if known.amount == refund {
                Ok((trade.tell_refund(known, false), false))
            } else {
                Err((400, "INVALID_REQUEST", "退款金额与之前不一致"))
            };
        }
        if !matches!(trade.state, State::Success | State::Refund) {
            return Err((400, "INVALID_REQUEST", "订单状态错误"));
        }
        if trade.given_back + refund > trade.total {
            return Err((400, "INVALID_REQUEST", "订单已全额退款"));
        }
        let now = jiff::Timestamp::now();
        let done = now.checked_add(jiff::SignedDuration::try_from(takes).unwrap_or_default()).unwrap_or(now);
        let one = Refund {
            number: number.to_owned(),
            id: long_number(),
            amount: refund,
            done,
            made: now,
            notify_url: body.get("notify_url").and_then(Value::as_str).map(str::to_owned),
        };
        trade.given_back += refund;
        trade.state = State::Refund;
        let answer = trade.tell_refund(&one, false);
        trade.refunds.push(one);
        Ok((answer, true))
    }

    pub(crate) fn query_refund(&self, number: &str) -> Result<Value, No> {
        self.trades
            .values()
            .find_map(|trade| {
                let refund = trade.refunds.iter().find(|refund| refund.number == number)?;
                Some(trade.tell_refund(refund, false))
            })
            .ok_or((404, "RESOURCE_NOT_EXISTS", "退款单不存在"))
    }
}

impl Trade {
    fn pay(&mut self, now: jiff::Timestamp) {
        self.state = State::Success;
        self.taken += 1;
        self.paid = Some(now);
    }

    /// What it would be if it had been paid now.
    pub(crate) fn as_if_paid(&self) -> Self {
        let mut paid = self.clone();
        paid.pay(jiff::Timestamp::now());
        paid
    }

    /// What has happened since: a password typed.
    fn look(&mut self) {
        let now = jiff::Timestamp::now();
        if self.state == State::UserPaying
            && let Some(typed) = self.typed
            && typed <= now
        {
            self.pay(typed);
        }
    }

    fn link_answer(&self) -> Value {
        match self.kind {
            "NATIVE" => json!({ "code_url": self.link }),
            "MWEB" => json!({ "h5_url": self.link }),
            _ => json!({ "prepay_id": self.link }),
        }
    }

    /// The trade as it is told.
    pub(crate) fn tell(&self) -> Value {
        let mut told = json!({
            "appid": APPID,
            "mchid": MCHID,
            "out_trade_no": self.number,
            "trade_state": self.state.word(),
            "trade_state_desc": self.state.word(),
            "amount": { "total": self.total, "payer_total": self.total, "currency": "CNY", "payer_currency": "CNY" },
        });
        if let Some(paid) = self.paid {
            told["transaction_id"] = self.transaction.as_str().into();
            told["trade_type"] = self.kind.into();
            told["bank_type"] = "OTHERS".into();
            told["success_time"] = beijing(paid).into();
            told["payer"] = json!({ "openid": "oUpF8uMuAJO_M2pxb1Q9zNjWeS6o" });
        }
        told
    }

    /// A refund of it as it is told, or as it is notified of.
    pub(crate) fn tell_refund(&self, refund: &Refund, notified: bool) -> Value {
        let state = if refund.done <= jiff::Timestamp::now() { "SUCCESS" } else { "PROCESSING" };
        let mut told = json!({
            "refund_id": refund.id,
            "out_refund_no": refund.number,
            "transaction_id": self.transaction,
            "out_trade_no": self.number,
            "user_received_account": "支付用户零钱",
            "amount": {
                "total": self.total, "refund": refund.amount, "payer_total": self.total,
                "payer_refund": refund.amount,
            },
        });
        if notified {
            told["mchid"] = MCHID.into();
            told["refund_status"] = state.into();
        } else {
            told["channel"] = "ORIGINAL".into();
            told["create_time"] = beijing(refund.made).into();
            told["status"] = state.into();
            told["amount"]["currency"] = "CNY".into();
            told["amount"]["settlement_refund"] = refund.amount.into();
            told["amount"]["settlement_total"] = self.total.into();
            told["amount"]["discount_refund"] = 0.into();
        }
        if state == "SUCCESS" {
            told["success_time"] = beijing(refund.done).into();
        }
        told
    }
}
