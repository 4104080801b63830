//! Whether an answer or a notification is the service's own: proved by its certificate, or by its public key
//! (<https://pay.weixin.qq.com/doc/v3/merchant/4013053249>, <https://pay.weixin.qq.com/doc/v3/merchant/4012068829>).

use std::fmt;

use aws_lc_rs::signature::{RSA_PKCS1_2048_8192_SHA256, UnparsedPublicKey};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use reqwest::header::HeaderMap;
use x509_parser::pem::Pem;
use x509_parser::prelude::{FromDer, X509Certificate};
use x509_parser::x509::SubjectPublicKeyInfo;

use crate::sign::{SCHEME, answer_text};

/// How far the service's clock may be from ours, in seconds: it is advised to refuse what is five minutes off.
pub const WINDOW_SECONDS: i64 = 300;

/// How a public key's id begins. A certificate is named by its serial number instead.
pub const PUBLIC_KEY_PREFIX: &str = "PUB_KEY_ID_";

/// Why something is not proved to be the service's.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
pub enum Unproved {
    /// It is not signed.
    #[error("it has no {0}")]
    Unsigned(&'static str),
    /// It is signed by a scheme that we do not know.
    #[error("it is signed by {0}")]
    Scheme(String),
    /// It is too old, or from the future.
    #[error("its time is {0} s from ours")]
    Time(i64),
    /// It names a key that we do not have.
    #[error("it names the key {0}, which we do not have")]
    Key(String),
    /// That key did not sign it.
    #[error("its signature is another's")]
    Signature,
}

/// What an answer or a notification carries to prove itself.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Proof {
    /// Which key: a certificate's serial number, or a public key's id.
    pub serial: String,
    /// When, in seconds since 1970, as it was written.
    pub timestamp: String,
    /// A random word.
    pub nonce: String,
    /// The signature, in Base64.
    pub signature: String,
}

impl Proof {
    /// Of these headers.
    pub fn of(headers: &HeaderMap) -> Result<Self, Unproved> {
        let header = |name: &'static str| {
            let value = headers.get(name).and_then(|value| value.to_str().ok());
            value.map(str::to_owned).ok_or(Unproved::Unsigned(name))
        };
        let scheme = header("wechatpay-signature-type");
        if let Ok(scheme) = scheme
            && scheme != SCHEME
        {
            return Err(Unproved::Scheme(scheme));
        }
        Ok(Self {
            serial: header("wechatpay-serial")?,
            timestamp: header("wechatpay-timestamp")?,
            nonce: header("wechatpay-nonce")?,
            signature: header("wechatpay-signature")?,
        })
    }

    /// Whether it was made within [`WINDOW_SECONDS`] of `now`, in seconds since 1970.
    pub fn is_fresh(&self, now: i64) -> Result<(), Unproved> {
        let made: i64 = self.timestamp.parse().map_err(|_| Unproved::Unsigned("wechatpay-timestamp"))?;
        let off = made.saturating_sub(now);
        if off.saturating_abs() <= WINDOW_SECONDS { Ok(()) } else { Err(Unproved::Time(off)) }
    }
}

/// An RSA public key.
#[derive(Clone, PartialEq, Eq)]
pub struct PublicKey(Vec<u8>);

impl fmt::Debug for PublicKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "PublicKey({} bytes)", self.0.len())
    }
}

/// Not a public key, or not a certificate.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
#[error("not an RSA public key or certificate in PEM")]
pub struct PublicKeyError;

impl PublicKey {
    /// Reads `pub_key.pem`, as the merchant platform gives it.
    pub fn from_pem(text: &str) -> Result<Self, PublicKeyError> {
        let pem = Pem::iter_from_buffer(text.as_bytes()).next().and_then(Result::ok).ok_or(PublicKeyError)?;
        if pem.label != "PUBLIC KEY" {
            return Err(PublicKeyError);
        }
        let (_, info) = SubjectPublicKeyInfo::from_der(&pem.contents).map_err(|_| PublicKeyError)?;
        Self::of_info(&info)
    }

    fn of_info(info: &SubjectPublicKeyInfo<'_>) -> Result<Self, PublicKeyError> {
        match info.parsed() {
            Ok(x509_parser::public_key::PublicKey::RSA(_)) => Ok(Self(info.subject_public_key.data.to_vec())),
            _ => Err(PublicKeyError),
        }
    }

    /// Whether it signed this.
    pub fn verify(&self, proof: &Proof, body: &[u8]) -> Result<(), Unproved> {
        let signature = STANDARD.decode(&proof.signature).map_err(|_| Unproved::Signature)?;
        UnparsedPublicKey::new(&RSA_PKCS1_2048_8192_SHA256, &self.0)
            .verify(&answer_text(&proof.timestamp, &proof.nonce, body), &signature)
            .map_err(|_| Unproved::Signature)
    }
}

/// A certificate of the service.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct PlatformCertificate {
    /// Its serial number: hexadecimal, upper case.
    pub serial: String,
    /// Its key.
    pub key: PublicKey,
    /// From when on it holds, in seconds since 1970.
    pub from: i64,
    /// Until when.
    pub until: i64,
}

impl PlatformCertificate {
    /// Reads one in PEM.
    pub fn from_pem(text: &str) -> Result<Self, PublicKeyError> {
        let pem = Pem::iter_from_buffer(text.as_bytes()).next().and_then(Result::ok).ok_or(PublicKeyError)?;
        let (_, certificate) = X509Certificate::from_der(&pem.contents).map_err(|_| PublicKeyError)?;
        let validity = certificate.validity();
        Ok(Self {
            serial: serial_of(certificate.raw_serial()),
            key: PublicKey::of_info(certificate.public_key())?,
            from: validity.not_before.timestamp(),
            until: validity.not_after.timestamp(),
        })
    }

    /// Whether it holds at `now`, in seconds since 1970.
    pub const fn holds(&self, now: i64) -> bool {
        self.from <= now && now <= self.until
    }
}

/// Hexadecimal as certificates are named: upper case, without the sign's zero byte.
fn serial_of(bytes: &[u8]) -> String {
    let bytes = match bytes {
        [0, rest @ ..] if !rest.is_empty() => rest,
        bytes => bytes,
    };
    bytes.iter().map(|byte| format!("{byte:02X}")).collect()
}

/// The keys that the service's signatures are held against.
#[derive(Clone, Debug, Default)]
pub struct PlatformKeys {
    /// The public key that the merchant platform showed, with its id.
    pub pinned: Option<(String, PublicKey)>,
    /// The certificates that were fetched.
    pub certificates: Vec<PlatformCertificate>,
}

impl PlatformKeys {
    /// Whether the service said this at about `now`, in seconds since 1970.
    pub fn verify(&self, proof: &Proof, body: &[u8], now: i64) -> Result<(), Unproved> {
        proof.is_fresh(now)?;
        self.key(&proof.serial, now)?.verify(proof, body)
    }

    fn key(&self, serial: &str, now: i64) -> Result<&PublicKey, Unproved> {
        let pinned = self.pinned.as_ref().filter(|(id, _)| id == serial).map(|(_, key)| key);
        let certificate = || {
            let same =
                |known: &&PlatformCertificate| known.serial.eq_ignore_ascii_case(serial) && known.holds(now);
            self.certificates.iter().find(same).map(|known| &known.key)
        };
        pinned.or_else(certificate).ok_or_else(|| Unproved::Key(serial.to_owned()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_serial_number_is_written_without_its_sign() {
        assert_eq!(serial_of(&[0, 0x9a, 0x01]), "9A01");
        assert_eq!(serial_of(&[0x51, 0x57]), "5157");
        assert_eq!(serial_of(&[0]), "00");
    }

    #[test]
    fn what_is_five_minutes_off_is_too_old() {
        let proof = |seconds: &str| Proof {
            serial: String::new(),
            timestamp: seconds.to_owned(),
            nonce: String::new(),
            signature: String::new(),
        };
        assert_eq!(proof("1000").is_fresh(1300), Ok(()));
        assert_eq!(proof("1000").is_fresh(1301), Err(Unproved::Time(-301)));
        assert_eq!(proof("1301").is_fresh(1000), Err(Unproved::Time(301)));
        assert!(proof("-9223372036854775808").is_fresh(i64::MAX).is_err());
        assert!(proof("soon").is_fresh(0).is_err());
    }
}
