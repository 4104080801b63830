//! Our signatures: `WECHATPAY2-SHA256-RSA2048` (<https://pay.weixin.qq.com/doc/v3/merchant/4012365342>).

use std::fmt;
use std::sync::Arc;

use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::rsa::KeyPair;
use aws_lc_rs::signature::RSA_PKCS1_SHA256;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use uuid::Uuid;
use x509_parser::pem::Pem;
use zeroize::Zeroizing;

/// The one scheme.
pub const SCHEME: &str = "WECHATPAY2-SHA256-RSA2048";

/// What is signed of a request: five lines, each ended. `path` is with its query; `body` is empty for GET.
pub fn request_text(method: &str, path: &str, seconds: i64, nonce: &str, body: &str) -> String {
    format!("{method}\n{path}\n{seconds}\n{nonce}\n{body}\n")
}

/// What is signed of an answer or a notification: three lines, each ended.
pub fn answer_text(seconds: &str, nonce: &str, body: &[u8]) -> Vec<u8> {
    let mut text = format!("{seconds}\n{nonce}\n").into_bytes();
    text.extend_from_slice(body);
    text.push(b'\n');
    text
}

/// What is signed for a page that opens the payment inside WeChat
/// (<https://pay.weixin.qq.com/doc/v3/merchant/4012365341>).
pub fn page_text(appid: &str, seconds: i64, nonce: &str, package: &str) -> String {
    format!("{appid}\n{seconds}\n{nonce}\n{package}\n")
}

/// The merchant's private key.
#[derive(Clone)]
pub struct MerchantKey(Arc<KeyPair>);

impl fmt::Debug for MerchantKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("MerchantKey(…)")
    }
}

/// Not a private key that can sign.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
#[error("not an RSA private key of at least 2048 bits in PEM (PKCS #8, or PKCS #1)")]
pub struct MerchantKeyError;

impl MerchantKey {
    /// Reads `apiclient_key.pem`, as the merchant platform gives it.
    pub fn from_pem(text: &str) -> Result<Self, MerchantKeyError> {
        let pem =
            Pem::iter_from_buffer(text.as_bytes()).next().and_then(Result::ok).ok_or(MerchantKeyError)?;
        let label = pem.label;
        let der = Zeroizing::new(pem.contents);
        let pair = match label.as_str() {
            "PRIVATE KEY" => KeyPair::from_pkcs8(&der),
            "RSA PRIVATE KEY" => KeyPair::from_der(&der),
            _ => return Err(MerchantKeyError),
        };
        pair.map(|pair| Self(Arc::new(pair))).map_err(|_| MerchantKeyError)
    }

    /// The signature of `text`, in Base64.
    pub fn sign(&self, text: &[u8]) -> Result<String, MerchantKeyError> {
        let mut signature = vec![0; self.0.public_modulus_len()];
        self.0
            .sign(&RSA_PKCS1_SHA256, &SystemRandom::new(), text, &mut signature)
            .map_err(|_| MerchantKeyError)?;
        Ok(STANDARD.encode(signature))
    }
}

/// Who signs.
#[derive(Clone, Debug)]
pub struct Signer {
    /// The merchant's number.
    pub mchid: String,
    /// The serial number of the merchant's certificate, hexadecimal.
    pub serial: String,
    /// Its private key.
    pub key: MerchantKey,
}

impl Signer {
    /// The `Authorization` of a request.
    pub fn authorization(
        &self,
        method: &str,
        path: &str,
        seconds: i64,
        body: &str,
    ) -> Result<String, MerchantKeyError> {
        let nonce = nonce();
        let signature = self.key.sign(request_text(method, path, seconds, &nonce, body).as_bytes())?;
        let (mchid, serial) = (&self.mchid, &self.serial);
        Ok(format!(
            "{SCHEME} mchid=\"{mchid}\",nonce_str=\"{nonce}\",signature=\"{signature}\",timestamp=\"{seconds}\",\
             serial_no=\"{serial}\""
        ))
    }
}

/// 32 characters that nobody guesses.
pub fn nonce() -> String {
    Uuid::new_v4().simple().to_string()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// The example of <https://pay.weixin.qq.com/doc/v3/merchant/4012365336>.
    #[test]
    fn a_request_is_signed_as_published() {
        assert_eq!(
            request_text("GET", "/v3/certificates", 1_554_208_460, "593BEC0C930BF1AFEB40B4A08C8FB242", ""),
            "GET\n/v3/certificates\n1554208460\n593BEC0C930BF1AFEB40B4A08C8FB242\n\n"
        );
    }

    /// The example of <https://pay.weixin.qq.com/doc/v3/merchant/4013053249>.
    #[test]
    fn an_answer_is_signed_as_published() {
        let body = br#"{"code_url":"weixin://wxpay/bizpayurl?pr=JyC91EIz1"}"#;
        assert_eq!(
            answer_text("1722850421", "d824f2e086d3c1df967785d13fcd22ef", body),
            b"1722850421\nd824f2e086d3c1df967785d13fcd22ef\n{\"code_url\":\"weixin://wxpay/bizpayurl?pr=JyC91EIz1\"}\n"
        );
        assert_eq!(answer_text("1", "n", b""), b"1\nn\n\n", "no body leaves an empty line");
    }

    proptest! {
        #[test]
        fn every_part_of_a_request_is_signed(
            method in "[A-Z]{3,6}", path in "/[a-z0-9/?=]{0,40}", seconds: u32, nonce in "[0-9a-f]{32}", body in "[^\n]{0,80}"
        ) {
            let text = request_text(&method, &path, i64::from(seconds), &nonce, &body);
            let seconds = seconds.to_string();
            prop_assert!(text.ends_with('\n'));
            let lines: Vec<&str> = text.split('\n').collect();
            prop_assert_eq!(lines, vec![method.as_str(), &path, &seconds, &nonce, &body, ""]);
        }

        #[test]
        fn no_text_is_a_private_key_by_chance(text: String) {
            prop_assert!(MerchantKey::from_pem(&text).is_err());
        }
    }
}
