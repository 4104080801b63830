//! `AEAD_AES_256_GCM`: how the service encrypts certificates and what it notifies of
//! (<https://pay.weixin.qq.com/doc/v3/merchant/4012071382>, RFC 5116).

use std::fmt;
use std::str::FromStr;

use aws_lc_rs::aead::{AES_256_GCM, Aad, LessSafeKey, NONCE_LEN, Nonce, UnboundKey};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde::Deserialize;
use zeroize::{Zeroize, Zeroizing};

/// The merchant's APIv3 key: 32 characters that both sides know.
#[derive(Clone)]
pub struct ApiKey([u8; 32]);

impl fmt::Debug for ApiKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("ApiKey(…)")
    }
}

impl Drop for ApiKey {
    fn drop(&mut self) {
        self.0.zeroize();
    }
}

/// Not an APIv3 key.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
#[error("an APIv3 key is 32 bytes")]
pub struct ApiKeyError;

impl FromStr for ApiKey {
    type Err = ApiKeyError;

    fn from_str(text: &str) -> Result<Self, ApiKeyError> {
        text.as_bytes().try_into().map(Self).map_err(|_| ApiKeyError)
    }
}

/// Something encrypted, as the service writes it.
#[derive(Clone, Deserialize, Debug)]
pub struct Sealed {
    /// `AEAD_AES_256_GCM`, the only one there is.
    pub algorithm: String,
    /// Base64 of the ciphertext with its tag.
    pub ciphertext: String,
    /// 12 bytes.
    pub nonce: String,
    /// Bound to it but not encrypted; may be empty or missing.
    #[serde(default)]
    pub associated_data: Option<String>,
}

/// It cannot be opened: another key's, changed, or not of this form.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
#[error("it cannot be decrypted with the APIv3 key")]
pub struct NotOpened;

/// The one algorithm.
pub const ALGORITHM: &str = "AEAD_AES_256_GCM";

impl ApiKey {
    fn key(&self) -> Result<LessSafeKey, NotOpened> {
        UnboundKey::new(&AES_256_GCM, &self.0).map(LessSafeKey::new).map_err(|_| NotOpened)
    }

    /// What is in it.
    pub fn open(&self, sealed: &Sealed) -> Result<Zeroizing<Vec<u8>>, NotOpened> {
        if sealed.algorithm != ALGORITHM {
            return Err(NotOpened);
        }
        let mut bytes = Zeroizing::new(STANDARD.decode(&sealed.ciphertext).map_err(|_| NotOpened)?);
        let associated = sealed.associated_data.as_deref().unwrap_or_default();
        let nonce = nonce(&sealed.nonce)?;
        let length =
            self.key()?.open_in_place(nonce, Aad::from(associated), &mut bytes).map_err(|_| NotOpened)?.len();
        bytes.truncate(length);
        Ok(bytes)
    }

    /// Encrypts, as the service does. `nonce` is 12 bytes, and never used twice with one key.
    pub fn seal(&self, plain: &[u8], nonce_text: &str, associated: &str) -> Result<Sealed, NotOpened> {
        let mut bytes = plain.to_vec();
        self.key()?
            .seal_in_place_append_tag(nonce(nonce_text)?, Aad::from(associated), &mut bytes)
            .map_err(|_| NotOpened)?;
        Ok(Sealed {
            algorithm: ALGORITHM.to_owned(),
            ciphertext: STANDARD.encode(&bytes),
            nonce: nonce_text.to_owned(),
            associated_data: Some(associated.to_owned()),
        })
    }
}

fn nonce(text: &str) -> Result<Nonce, NotOpened> {
    let bytes: [u8; NONCE_LEN] = text.as_bytes().try_into().map_err(|_| NotOpened)?;
    Ok(Nonce::assume_unique_for_key(bytes))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn key(text: &str) -> ApiKey {
        text.parse().unwrap()
    }

    proptest! {
        #[test]
        fn what_was_sealed_is_opened(plain: Vec<u8>, nonce in "[0-9a-zA-Z]{12}", associated in "[a-z_]{0,15}") {
            let key = key("0123456789abcdef0123456789ABCDEF");
            let sealed = key.seal(&plain, &nonce, &associated).unwrap();
            prop_assert_eq!(&*key.open(&sealed).unwrap(), &plain);
        }

        #[test]
        fn what_was_changed_or_is_anothers_is_not(plain: Vec<u8>, at: usize, bit in 0_u32..8) {
            let key = key("0123456789abcdef0123456789ABCDEF");
            let sealed = key.seal(&plain, "0123456789ab", "transaction").unwrap();
            let mut bytes = STANDARD.decode(&sealed.ciphertext).unwrap();
            let at = at % bytes.len();
            bytes[at] ^= 1 << bit;
            let changed = Sealed { ciphertext: STANDARD.encode(&bytes), ..sealed.clone() };
            prop_assert_eq!(key.open(&changed).unwrap_err(), NotOpened);
            let moved = Sealed { associated_data: Some("refund".to_owned()), ..sealed.clone() };
            prop_assert_eq!(key.open(&moved).unwrap_err(), NotOpened);
            let other: ApiKey = "0123456789abcdef0123456789ABCDEG".parse().unwrap();
            prop_assert_eq!(other.open(&sealed).unwrap_err(), NotOpened);
        }
    }

    #[test]
    fn a_key_is_not_shown() {
        assert_eq!(format!("{:?}", key("0123456789abcdef0123456789ABCDEF")), "ApiKey(…)");
        assert_eq!("short".parse::<ApiKey>().unwrap_err(), ApiKeyError);
    }
}
