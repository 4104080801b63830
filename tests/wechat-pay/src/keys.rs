//! The service's keys and the merchant's, made anew for each program.

use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};

use anyhow::{Context, Result};
use aws_lc_rs::aead::{AES_256_GCM, Aad, LessSafeKey, Nonce, UnboundKey};
use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::rsa::KeyPair;
use aws_lc_rs::signature::{KeyPair as _, RSA_PKCS1_2048_8192_SHA256, RSA_PKCS1_SHA256, UnparsedPublicKey};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use rcgen::{CertificateParams, PKCS_RSA_SHA256, RsaKeySize, SerialNumber};
use serde_json::{Value, json};
use uuid::Uuid;

/// The merchant's number.
pub const MCHID: &str = "1900000109";
/// The merchant's app.
pub const APPID: &str = "wxd678efh567hg6787";
/// The APIv3 key.
pub const API_KEY: &str = "0123456789abcdefghijklmnopqrstuv";
/// The public key's id.
pub const PUBLIC_KEY_ID: &str = "PUB_KEY_ID_0119000001092024101100397200000006";

/// One key that signs.
pub(crate) struct SigningKey {
    pair: KeyPair,
    private_pem: String,
    public_pem: String,
}

impl SigningKey {
    fn make() -> Result<(Self, rcgen::KeyPair)> {
        let key = rcgen::KeyPair::generate_rsa_for(&PKCS_RSA_SHA256, RsaKeySize::_2048)?;
        let pair = KeyPair::from_pkcs8(&key.serialize_der()).ok().context("a key that cannot sign")?;
        Ok((Self { pair, private_pem: key.serialize_pem(), public_pem: key.public_key_pem() }, key))
    }

    pub(crate) fn sign(&self, text: &[u8]) -> Result<String> {
        let mut signature = vec![0; self.pair.public_modulus_len()];
        self.pair
            .sign(&RSA_PKCS1_SHA256, &SystemRandom::new(), text, &mut signature)
            .ok()
            .context("it was not signed")?;
        Ok(STANDARD.encode(signature))
    }

    fn verifies(&self, text: &[u8], signature: &str) -> bool {
        let Ok(signature) = STANDARD.decode(signature) else { return false };
        UnparsedPublicKey::new(&RSA_PKCS1_2048_8192_SHA256, self.pair.public_key().as_ref())
            .verify(text, &signature)
            .is_ok()
    }
}

/// All of them.
pub(crate) struct Keys {
    merchant: SigningKey,
    /// The serial number of the merchant's certificate.
    pub(crate) merchant_serial: String,
    /// The key of the service's certificate.
    pub(crate) certified: SigningKey,
    certificate_pem: String,
    /// The serial number of that certificate.
    pub(crate) certificate_serial: String,
    certificate_days: (String, String),
    /// The key that the merchant knows as the public key.
    pub(crate) public: SigningKey,
    /// Whoever is not the service.
    pub(crate) stranger: SigningKey,
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02X}")).collect()
}

impl Keys {
    /// Making them takes a while, so all simulators of a program have the same.
    pub(crate) fn of_this_program() -> Result<Arc<Self>> {
        static KEYS: Mutex<Option<Arc<Keys>>> = Mutex::new(None);
        let mut keys = KEYS.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(keys) = &*keys {
            return Ok(Arc::clone(keys));
        }
        let made = Arc::new(Self::make()?);
        *keys = Some(Arc::clone(&made));
        Ok(made)
    }

    fn make() -> Result<Self> {
        let (merchant, _) = SigningKey::make()?;
        let (certified, certified_key) = SigningKey::make()?;
        let (public, _) = SigningKey::make()?;
        let (stranger, _) = SigningKey::make()?;
        let serial = |first: u8| {
            let mut bytes = Vec::from(Uuid::new_v4().into_bytes());
            // Positive, and without a leading zero.
            bytes.insert(0, first);
            bytes
        };
        let number = serial(0x51);
        let mut parameters = CertificateParams::new(Vec::new())?;
        parameters.serial_number = Some(SerialNumber::from(number.clone()));
        let now = jiff::Timestamp::now();
        let day = jiff::SignedDuration::from_hours(24);
        let year = |at: jiff::Timestamp| at.to_zoned(jiff::tz::TimeZone::UTC).year();
        parameters.not_before = rcgen::date_time_ymd(i32::from(year(now)) - 1, 1, 1);
        parameters.not_after = rcgen::date_time_ymd(i32::from(year(now)) + 5, 1, 1);
        let certificate_pem = parameters.self_signed(&certified_key)?.pem();
        Ok(Self {
            merchant,
            merchant_serial: hex(&serial(0x44)),
            certified,
            certificate_pem,
            certificate_serial: hex(&number),
            certificate_days: (beijing(now - day), beijing(now + day)),
            public,
            stranger,
        })
    }

    /// What the merchant platform hands out, and (for tests that play the service) what it keeps.
    pub(crate) fn write(&self, folder: &Path) -> Result<()> {
        std::fs::create_dir_all(folder)?;
        for (name, text) in [
            ("merchant-key.pem", &self.merchant.private_pem),
            ("merchant-public-key.pem", &self.merchant.public_pem),
            ("merchant-serial.txt", &self.merchant_serial),
            ("api-key.txt", &API_KEY.to_owned()),
            ("public-key.pem", &self.public.public_pem),
            ("service/public-key.private.pem", &self.public.private_pem),
            ("service/certificate.pem", &self.certificate_pem),
            ("service/certificate.private.pem", &self.certified.private_pem),
        ] {
            let path = folder.join(name);
            if let Some(parent) = path.parent() {
                std::fs::create_dir_all(parent)?;
            }
            std::fs::write(&path, text).with_context(|| format!("cannot write {}", path.display()))?;
        }
        Ok(())
    }

    /// Whether the merchant signed this.
    pub(crate) fn merchant_signed(&self, text: &[u8], signature: &str) -> bool {
        self.merchant.verifies(text, signature)
    }

    /// What `/v3/certificates` answers.
    pub(crate) fn certificates(&self) -> Result<Value> {
        Ok(json!({ "data": [{
            "serial_no": self.certificate_serial,
            "effective_time": self.certificate_days.0,
            "expire_time": self.certificate_days.1,
            "encrypt_certificate": sealed(self.certificate_pem.as_bytes(), "certificate")?,
        }] }))
    }
}

/// Something encrypted with the APIv3 key.
pub(crate) fn sealed(plain: &[u8], associated: &str) -> Result<Value> {
    let nonce: String = Uuid::new_v4().simple().to_string().chars().take(12).collect();
    let key = UnboundKey::new(&AES_256_GCM, API_KEY.as_bytes()).ok().context("no key")?;
    let bytes: [u8; 12] = nonce.as_bytes().try_into()?;
    let mut text = plain.to_vec();
    LessSafeKey::new(key)
        .seal_in_place_append_tag(Nonce::assume_unique_for_key(bytes), Aad::from(associated), &mut text)
        .ok()
        .context("it was not encrypted")?;
    Ok(json!({
        "algorithm": "AEAD_AES_256_GCM",
        "ciphertext": STANDARD.encode(text),
        "nonce": nonce,
        "associated_data": associated,
    }))
}

/// A time as the service writes it.
pub(crate) fn beijing(at: jiff::Timestamp) -> String {
    let zone = jiff::tz::TimeZone::fixed(jiff::tz::Offset::constant(8));
    at.to_zoned(zone).strftime("%Y-%m-%dT%H:%M:%S%:z").to_string()
}
