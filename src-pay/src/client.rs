//! The service's requests. Each answer is believed only when it is proved, and only about what was asked.

use std::sync::Arc;
use std::time::Duration;

use aws_lc_rs::digest;
use jiff::tz::{Offset, TimeZone};
use ministore_core::hours::Day;
use ministore_core::money::{Currency, Money};
use ministore_core::time::Timestamp;
use reqwest::header::{ACCEPT, AUTHORIZATION, CONTENT_TYPE, HeaderMap, HeaderValue};
use reqwest::{Method, Url};
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};
use tokio::sync::{Mutex, RwLock};

use crate::bill::{self, BillError, BillLine};
use crate::error::{Code, PayError, Silence};
use crate::number::{RefundNumber, TradeNumber};
use crate::platform::{PlatformCertificate, PlatformKeys, Proof, Unproved};
use crate::sealed::{ApiKey, Sealed};
use crate::settings::Settings;
use crate::sign::{nonce, page_text};
use crate::trade::{Refund, Trade};

/// After how many seconds certificates are fetched again: the service asks for less than 12 hours.
const CERTIFICATES_LAST: i64 = 12 * 3600;

/// How many seconds pass at least between two fetches: whoever invents serial numbers makes no traffic of it.
const CERTIFICATES_REST: i64 = 30;

/// The largest answer that is read, in bytes.
const LARGEST_ANSWER: usize = 256 * 1024;

/// The largest bill that is read, in bytes: some hundred thousand payments.
const LARGEST_BILL: usize = 64 * 1024 * 1024;

/// Tells the time.
pub type Clock = Arc<dyn Fn() -> Timestamp + Send + Sync>;

/// What is asked of a payer.
#[derive(Clone, Debug)]
pub struct Asked {
    /// Under which number.
    pub number: TradeNumber,
    /// How much.
    pub amount: Money,
    /// Until when it can be paid.
    pub until: Timestamp,
}

/// A merchant's line to the service, cheap to clone.
#[derive(Clone)]
pub struct Client {
    inner: Arc<Inner>,
}

struct Inner {
    settings: Settings,
    http: reqwest::Client,
    clock: Clock,
    keys: RwLock<PlatformKeys>,
    /// When certificates were last asked for, in seconds since 1970.
    fetched: Mutex<Option<i64>>,
}

impl std::fmt::Debug for Client {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Client").field("settings", &self.inner.settings).finish_non_exhaustive()
    }
}

/// There is no HTTP client on this machine.
#[derive(Debug, thiserror::Error)]
#[error("no HTTP client can be made: {0}")]
pub struct ClientError(#[from] reqwest::Error);

/// An error as the service writes it (<https://pay.weixin.qq.com/doc/v3/merchant/4012081670>).
#[derive(Deserialize)]
struct Refusal {
    code: String,
    #[serde(default)]
    message: String,
}

#[derive(Deserialize)]
struct Certificates {
    data: Vec<EncryptedCertificate>,
}

#[derive(Deserialize)]
struct EncryptedCertificate {
    encrypt_certificate: Sealed,
}

/// What a page inside WeChat opens a payment with (`WeixinJSBridge.invoke('getBrandWCPayRequest', …)`).
#[derive(Clone, PartialEq, Eq, Debug, serde::Serialize)]
#[serde(rename_all = "camelCase")]
pub struct PageRequest {
    /// The app.
    pub app_id: String,
    /// Seconds since 1970.
    pub time_stamp: String,
    /// A random word.
    pub nonce_str: String,
    /// `prepay_id=…`.
    pub package: String,
    /// `RSA`.
    pub sign_type: &'static str,
    /// The signature of the four.
    pub pay_sign: String,
}

/// Where a bill is (<https://pay.weixin.qq.com/doc/v3/merchant/4012791885>).
#[derive(Deserialize)]
struct BillPlace {
    hash_type: String,
    hash_value: String,
    download_url: String,
}

/// An answer as it came.
struct Came {
    status: u16,
    headers: HeaderMap,
    body: Vec<u8>,
}

impl Client {
    /// A line with these settings, by that clock.
    pub fn new(settings: Settings, clock: Clock) -> Result<Self, ClientError> {
        let http = reqwest::Client::builder()
            .timeout(settings.timeout)
            .connect_timeout(settings.timeout)
            .redirect(reqwest::redirect::Policy::none())
            .user_agent(concat!("ministore/", env!("CARGO_PKG_VERSION")))
            .pool_idle_timeout(Duration::from_secs(30))
            .build()?;
        let keys = PlatformKeys { pinned: settings.public_key.clone(), certificates: Vec::new() };
        let inner = Inner { settings, http, clock, keys: RwLock::new(keys), fetched: Mutex::new(None) };
        Ok(Self { inner: Arc::new(inner) })
    }

    /// Who it speaks for.
    pub fn settings(&self) -> &Settings {
        &self.inner.settings
    }

    /// What time it is.
    pub fn now(&self) -> Timestamp {
        (self.inner.clock)()
    }

    fn seconds(&self) -> i64 {
        self.now().0.div_euclid(1000)
    }

    fn mchid(&self) -> &str {
        &self.inner.settings.signer.mchid
    }

    pub(crate) fn api_key(&self) -> &ApiKey {
        &self.inner.settings.api_key
    }

    /// Asks for a payment by a code that the payer scans, and gives what is in the code. The same again is the same trade
    /// (<https://pay.weixin.qq.com/doc/v3/merchant/4012791877>).
    pub async fn native(&self, asked: &Asked) -> Result<String, PayError> {
        #[derive(Deserialize)]
        struct Reply {
            code_url: String,
        }
        let body = self.prepay(asked)?;
        self.post::<Reply>("/v3/pay/transactions/native", &body).await.map(|reply| reply.code_url)
    }

    /// The same, by a link that opens WeChat on the payer's phone
    /// (<https://pay.weixin.qq.com/doc/v3/merchant/4012791834>).
    pub async fn h5(&self, asked: &Asked, payer_ip: &str) -> Result<String, PayError> {
        #[derive(Deserialize)]
        struct Reply {
            h5_url: String,
        }
        let mut body = self.prepay(asked)?;
        body["scene_info"] = json!({ "payer_client_ip": payer_ip, "h5_info": { "type": "Wap" } });
        self.post::<Reply>("/v3/pay/transactions/h5", &body).await.map(|reply| reply.h5_url)
    }

    /// The same, for a page inside WeChat that knows its visitor, and gives what that page needs
    /// (<https://pay.weixin.qq.com/doc/v3/merchant/4012791856>).
    pub async fn jsapi(&self, asked: &Asked, openid: &str) -> Result<PageRequest, PayError> {
        #[derive(Deserialize)]
        struct Reply {
            prepay_id: String,
        }
        let mut body = self.prepay(asked)?;
        body["payer"] = json!({ "openid": openid });
        let reply: Reply = self.post("/v3/pay/transactions/jsapi", &body).await?;
        let settings = &self.inner.settings;
        let (seconds, nonce) = (self.seconds(), nonce());
        let package = format!("prepay_id={}", reply.prepay_id);
        let text = page_text(&settings.appid, seconds, &nonce, &package);
        let pay_sign = settings
            .signer
            .key
            .sign(text.as_bytes())
            .map_err(|error| Silence::Transport(error.to_string()))?;
        Ok(PageRequest {
            app_id: settings.appid.clone(),
            time_stamp: seconds.to_string(),
            nonce_str: nonce,
            package,
            sign_type: "RSA",
            pay_sign,
        })
    }

    fn prepay(&self, asked: &Asked) -> Result<Value, PayError> {
        let settings = &self.inner.settings;
        Ok(json!({
            "appid": settings.appid,
            "mchid": settings.signer.mchid,
            "description": settings.description,
            "out_trade_no": asked.number.to_string(),
            "time_expire": beijing(asked.until)?,
            "notify_url": settings.notify_url.as_str(),
            "amount": { "total": fen(asked.amount)?, "currency": "CNY" },
        }))
    }

    /// Takes the payment of a payer whose code was scanned at the counter
    /// (<https://pay.weixin.qq.com/docs/merchant/apis/code-payment-v3/direct/code-pay.html>).
    pub async fn take_code(&self, number: TradeNumber, amount: Money, code: &str) -> Result<Trade, PayError> {
        let settings = &self.inner.settings;
        let body = json!({
            "appid": settings.appid,
            "mchid": settings.signer.mchid,
            "description": settings.description,
            "out_trade_no": number.to_string(),
            "payer": { "auth_code": code },
            "amount": { "total": fen(amount)?, "currency": "CNY" },
            "scene_info": { "store_info": { "out_id": "ministore" } },
        });
        let trade: Trade = self.post("/v3/pay/transactions/codepay", &body).await?;
        trade.check_number(self.mchid(), number)?;
        trade.check_amount(amount)?;
        Ok(trade)
    }

    /// Where a trade stands (<https://pay.weixin.qq.com/doc/v3/merchant/4012791880>). Its amount is the caller's to check.
    pub async fn query(&self, number: TradeNumber) -> Result<Trade, PayError> {
        let path = format!("/v3/pay/transactions/out-trade-no/{number}?mchid={}", self.mchid());
        let trade: Trade = self.get(&path).await?;
        trade.check_number(self.mchid(), number)?;
        Ok(trade)
    }

    /// Closes a trade that has not been paid (<https://pay.weixin.qq.com/doc/v3/merchant/4012791881>). The service takes
    /// this of trades that it does not know, too: only a query tells that it is closed.
    pub async fn close(&self, number: TradeNumber) -> Result<(), PayError> {
        let path = format!("/v3/pay/transactions/out-trade-no/{number}/close");
        let came = self.send(Method::POST, &path, &json!({ "mchid": self.mchid() }).to_string()).await?;
        self.proved(&came).await?;
        match came.status {
            200 | 204 => Ok(()),
            _ => Err(refusal(&came)),
        }
    }

    /// Undoes a payment by a scanned code: a paid one is given back, another closed
    /// (<https://pay.weixin.qq.com/docs/merchant/apis/code-payment-v3/direct/reverse.html>).
    pub async fn reverse(&self, number: TradeNumber) -> Result<(), PayError> {
        let path = format!("/v3/pay/transactions/out-trade-no/{number}/reverse");
        let body = json!({ "appid": self.inner.settings.appid, "mchid": self.mchid() });
        let _reply: Value = self.post(&path, &body).await?;
        Ok(())
    }

    /// Gives `refund` of a trade of `total` back. The same number again is the same refund
    /// (<https://pay.weixin.qq.com/doc/v3/merchant/4012791883>).
    pub async fn refund(
        &self,
        number: RefundNumber,
        refund: Money,
        total: Money,
    ) -> Result<Refund, PayError> {
        let body = json!({
            "out_trade_no": number.trade.to_string(),
            "out_refund_no": number.to_string(),
            "notify_url": self.inner.settings.notify_url.as_str(),
            "amount": { "refund": fen(refund)?, "total": fen(total)?, "currency": "CNY" },
        });
        let answer: Refund = self.post("/v3/refund/domestic/refunds", &body).await?;
        answer.check(number, refund, total)?;
        Ok(answer)
    }

    /// Where a refund stands (<https://pay.weixin.qq.com/doc/v3/merchant/4012791884>).
    pub async fn query_refund(
        &self,
        number: RefundNumber,
        refund: Money,
        total: Money,
    ) -> Result<Refund, PayError> {
        let answer: Refund = self.get(&format!("/v3/refund/domestic/refunds/{number}")).await?;
        answer.check(number, refund, total)?;
        Ok(answer)
    }

    /// The trade bill of a day that is over, by Beijing's clock; it is made at ten in the morning after. None while it is in
    /// the making; empty where nothing was paid.
    pub async fn trade_bill(&self, day: Day) -> Result<Option<Vec<BillLine>>, PayError> {
        let place: BillPlace =
            match self.get(&format!("/v3/bill/tradebill?bill_date={day}&bill_type=ALL")).await {
                Err(PayError::Refused { code: Code::NoBill, .. }) => return Ok(Some(Vec::new())),
                Err(PayError::Refused { code: Code::BillInTheMaking, .. }) => return Ok(None),
                place => place?,
            };
        let unreadable = |reason: &dyn ToString| Silence::Unreadable(reason.to_string());
        if place.hash_type != "SHA1" {
            return Err(unreadable(&format!("its hash is {}", place.hash_type)).into());
        }
        let url = Url::parse(&place.download_url).map_err(|error| unreadable(&error))?;
        // What we sign there is for nobody else.
        if url.origin() != self.inner.settings.service.origin() {
            return Err(unreadable(&"the bill is at another service").into());
        }
        let path =
            url.query().map_or_else(|| url.path().to_owned(), |query| format!("{}?{query}", url.path()));
        // The file itself is not signed: the hash that was is its proof.
        let came = self.send_for(Method::GET, &path, "", LARGEST_BILL).await?;
        if came.status != 200 {
            return Err(refusal(&came));
        }
        let hash = digest::digest(&digest::SHA1_FOR_LEGACY_USE_ONLY, &came.body);
        let hash: String = hash.as_ref().iter().map(|byte| format!("{byte:02x}")).collect();
        if !hash.eq_ignore_ascii_case(&place.hash_value) {
            return Err(unreadable(&BillError::Hash).into());
        }
        let text = std::str::from_utf8(&came.body).map_err(|_| unreadable(&BillError::Text))?;
        Ok(Some(bill::read(text).map_err(|error| unreadable(&error))?))
    }

    async fn get<T: DeserializeOwned>(&self, path: &str) -> Result<T, PayError> {
        let came = self.send(Method::GET, path, "").await?;
        self.read(came).await
    }

    async fn post<T: DeserializeOwned>(&self, path: &str, body: &Value) -> Result<T, PayError> {
        let came = self.send(Method::POST, path, &body.to_string()).await?;
        self.read(came).await
    }

    async fn read<T: DeserializeOwned>(&self, came: Came) -> Result<T, PayError> {
        self.proved(&came).await?;
        if came.status != 200 {
            return Err(refusal(&came));
        }
        serde_json::from_slice(&came.body).map_err(|error| Silence::Unreadable(error.to_string()).into())
    }

    /// Whether an answer is the service's. It signs what it does; a refusal of our own signature it does not sign, nor
    /// what its gates say, and a refusal that carries no signature is believed as far as the TLS that it came by.
    async fn proved(&self, came: &Came) -> Result<(), PayError> {
        match Proof::of(&came.headers) {
            Err(Unproved::Unsigned(_)) if came.status >= 300 => Ok(()),
            Err(unproved) => Err(unproved.into()),
            Ok(proof) => Ok(self.verify(&proof, &came.body).await?),
        }
    }

    /// Whether the service signed this body; certificates that are not there yet are fetched.
    pub async fn verify(&self, proof: &Proof, body: &[u8]) -> Result<(), Unproved> {
        let now = self.seconds();
        proof.is_fresh(now)?;
        let known = self.inner.keys.read().await.verify(proof, body, now);
        let stale = self.are_stale(now).await;
        match known {
            Err(Unproved::Key(_)) => {}
            known if !stale => return known,
            known => {
                // Theirs change now and then; those that still hold are good until others are there.
                self.renew_certificates(now).await;
                return known;
            }
        }
        self.renew_certificates(now).await;
        self.inner.keys.read().await.verify(proof, body, now)
    }

    /// Whether there are fetched certificates that should be fetched again.
    async fn are_stale(&self, now: i64) -> bool {
        let fetched = *self.inner.fetched.lock().await;
        fetched.is_some_and(|fetched| now - fetched >= CERTIFICATES_LAST)
    }

    async fn renew_certificates(&self, now: i64) {
        // Held while they are fetched: who else needs them waits, and finds them there.
        let mut fetched = self.inner.fetched.lock().await;
        if fetched.is_some_and(|fetched| (0..CERTIFICATES_REST).contains(&(now - fetched))) {
            return;
        }
        match Box::pin(self.fetch_certificates()).await {
            Ok(certificates) => {
                self.inner.keys.write().await.certificates = certificates;
                *fetched = Some(now);
            }
            Err(error) => {
                // A service that cannot be reached is asked again at once; one that refuses is not.
                if error.refusal().is_some() {
                    *fetched = Some(now);
                }
                tracing::warn!(%error, "WeChat Pay's certificates could not be fetched");
            }
        }
    }

    /// The service's certificates (<https://pay.weixin.qq.com/doc/v3/merchant/4012551764>). That they can be decrypted with
    /// the APIv3 key is the first proof; that one of them signed the answer is the second.
    async fn fetch_certificates(&self) -> Result<Vec<PlatformCertificate>, PayError> {
        let came = self.send(Method::GET, "/v3/certificates", "").await?;
        if came.status != 200 {
            return Err(refusal(&came));
        }
        let unreadable = |reason: &dyn ToString| Silence::Unreadable(reason.to_string());
        let listed: Certificates = serde_json::from_slice(&came.body).map_err(|error| unreadable(&error))?;
        let mut certificates = Vec::with_capacity(listed.data.len());
        for one in &listed.data {
            let pem = self.api_key().open(&one.encrypt_certificate).map_err(|error| unreadable(&error))?;
            let text = std::str::from_utf8(&pem).map_err(|error| unreadable(&error))?;
            certificates.push(PlatformCertificate::from_pem(text).map_err(|error| unreadable(&error))?);
        }
        let keys = PlatformKeys {
            pinned: self.inner.settings.public_key.clone(),
            certificates: certificates.clone(),
        };
        keys.verify(&Proof::of(&came.headers)?, &came.body, self.seconds())?;
        Ok(certificates)
    }

    async fn send(&self, method: Method, path: &str, body: &str) -> Result<Came, PayError> {
        self.send_for(method, path, body, LARGEST_ANSWER).await
    }

    /// Sends, for an answer of at most so many bytes.
    async fn send_for(
        &self,
        method: Method,
        path: &str,
        body: &str,
        largest: usize,
    ) -> Result<Came, PayError> {
        let settings = &self.inner.settings;
        let silent = |reason: &dyn ToString| Silence::Transport(reason.to_string());
        let url: Url = settings.service.join(path).map_err(|error| silent(&error))?;
        let authorization = settings
            .signer
            .authorization(method.as_str(), path, self.seconds(), body)
            .map_err(|error| silent(&error))?;
        let mut authorization = HeaderValue::try_from(authorization).map_err(|error| silent(&error))?;
        authorization.set_sensitive(true);
        let mut request = self
            .inner
            .http
            .request(method, url)
            .header(AUTHORIZATION, authorization)
            .header(ACCEPT, "application/json");
        if let Some((id, _)) = &settings.public_key {
            // Asks for an answer that is signed by this key.
            request = request.header("Wechatpay-Serial", id);
        }
        if !body.is_empty() {
            request = request.header(CONTENT_TYPE, "application/json").body(body.to_owned());
        }
        let mut response = request.send().await.map_err(|error| silent(&error.without_url()))?;
        let (status, headers) = (response.status().as_u16(), response.headers().clone());
        let mut body = Vec::new();
        while let Some(part) = response.chunk().await.map_err(|error| silent(&error.without_url()))? {
            if body.len() + part.len() > largest {
                return Err(Silence::Unreadable("it is too long".to_owned()).into());
            }
            body.extend_from_slice(&part);
        }
        Ok(Came { status, headers, body })
    }
}

/// What an answer that is no success says.
fn refusal(came: &Came) -> PayError {
    let said: Option<Refusal> = serde_json::from_slice(&came.body).ok();
    let code = said.as_ref().map(|said| Code::of(&said.code));
    match (came.status, code) {
        (400..=499, Some(code)) if code.is_definite() && came.status != 429 => {
            PayError::Refused { code, message: said.map(|said| said.message).unwrap_or_default() }
        }
        (status, code) => {
            let code = code.unwrap_or(Code::Other(String::new()));
            Silence::Service { status, code }.into()
        }
    }
}

/// Whole fen; only money of China can be asked for.
fn fen(amount: Money) -> Result<i64, PayError> {
    if amount.currency == Currency::CNY && amount.minor > 0 {
        Ok(amount.minor)
    } else {
        Err(PayError::Refused {
            code: Code::Other("AMOUNT".to_owned()),
            message: "WeChat Pay takes yuan, and more than nothing".to_owned(),
        })
    }
}

/// As the service writes times: in Beijing's, to the second.
fn beijing(at: Timestamp) -> Result<String, PayError> {
    let at = jiff::Timestamp::from_second(at.0.div_euclid(1000))
        .map_err(|error| Silence::Unreadable(error.to_string()))?;
    let zone = TimeZone::fixed(Offset::constant(8));
    Ok(at.to_zoned(zone).strftime("%Y-%m-%dT%H:%M:%S%:z").to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn came(status: u16, body: &str) -> Came {
        Came { status, headers: HeaderMap::new(), body: body.as_bytes().to_vec() }
    }

    #[test]
    fn a_no_is_told_from_no_answer() {
        let no = |status, body| refusal(&came(status, body)).refusal().cloned();
        assert_eq!(no(403, r#"{"code":"NOT_ENOUGH","message":"余额不足"}"#), Some(Code::NotEnough));
        assert_eq!(no(400, r#"{"code":"ORDERPAID"}"#), Some(Code::OrderPaid));
        assert_eq!(no(401, r#"{"code":"SIGN_ERROR"}"#), Some(Code::Signature));
        for (status, body) in [
            (500, r#"{"code":"SYSTEM_ERROR"}"#),
            (400, r#"{"code":"SYSTEM_ERROR"}"#),
            (202, r#"{"code":"USER_PAYING"}"#),
            (429, r#"{"code":"FREQUENCY_LIMITED"}"#),
            (400, "<html>"),
            (502, ""),
            (302, r#"{"code":"PARAM_ERROR"}"#),
        ] {
            assert_eq!(no(status, body), None, "{status} {body}");
        }
    }

    #[test]
    fn times_are_told_as_in_beijing() {
        assert_eq!(beijing(Timestamp(1_432_100_000_999)).unwrap(), "2015-05-20T13:33:20+08:00");
    }

    #[test]
    fn other_money_is_refused_before_anything_is_sent() {
        assert!(fen(Currency::USD.minor(100)).is_err());
        assert!(fen(Currency::CNY.minor(0)).is_err());
        assert_eq!(fen(Currency::CNY.minor(1)).unwrap(), 1);
    }
}
