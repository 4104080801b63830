//! The shop's own authority, as this app keeps it: the only one whose signature it takes from the shop's hub.

use std::fmt;
use std::str::FromStr;

use base64::prelude::{BASE64_STANDARD, Engine as _};
use ministore_core::refusal::Refusal;
use ministore_core::trust::Fingerprint;
use sha2::{Digest, Sha256};

use crate::address::Address;
use crate::link::{CALL, accepted, client, unreachable};

/// The largest certificate that is read.
const LIMIT: usize = 64 << 10;

/// An authority: its certificate, in DER form.
#[derive(Clone, PartialEq, Eq)]
pub struct Authority(Vec<u8>);

impl Authority {
    /// Asks the hub at `address` for its authority. What is told goes over plain HTTP, and is taken only if it has this
    /// fingerprint, which the shop's own code told.
    pub async fn fetch(address: &Address, fingerprint: Fingerprint) -> Result<Self, Refusal> {
        let client = client(None).map_err(|error| Refusal::invalid("address", error))?;
        let url = address.over("http").at("/trust/ministore.crt");
        let response = client.get(url).timeout(CALL).send().await.map_err(unreachable)?;
        let mut response = match accepted(response).await {
            // The hub has no authority any more, or never had.
            Err(Refusal::NotFound { .. }) => return Err(Refusal::WrongAuthority),
            response => response?,
        };
        let mut bytes = Vec::new();
        while let Some(chunk) = response.chunk().await.map_err(unreachable)? {
            bytes.extend_from_slice(&chunk);
            if bytes.len() > LIMIT {
                return Err(Refusal::TooLarge);
            }
        }
        if Fingerprint::from_bytes(Sha256::digest(&bytes).into()) != fingerprint {
            return Err(Refusal::WrongAuthority);
        }
        Ok(Self(bytes))
    }

    /// The certificate.
    pub(crate) fn certificate(&self) -> Result<reqwest::Certificate, reqwest::Error> {
        reqwest::Certificate::from_der(&self.0)
    }
}

impl fmt::Debug for Authority {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Authority")
    }
}

impl fmt::Display for Authority {
    /// As it is kept.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&BASE64_STANDARD.encode(&self.0))
    }
}

impl FromStr for Authority {
    type Err = base64::DecodeError;

    fn from_str(text: &str) -> Result<Self, base64::DecodeError> {
        BASE64_STANDARD.decode(text).map(Self)
    }
}
