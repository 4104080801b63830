//! How a device comes to speak with its hub over HTTPS: the authority that signs for the hub, how it is known, and the
//! link of the shop's own QR code, which tells it.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use crate::time::Timestamp;
use crate::wire::bytes_of_hex;

/// The SHA-256 hash of a certificate (its DER form), as 64 hexadecimal digits.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Fingerprint([u8; 32]);

impl Fingerprint {
    /// A fingerprint from the hash itself.
    pub const fn from_bytes(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }

    /// The hash.
    pub const fn bytes(&self) -> &[u8; 32] {
        &self.0
    }

    /// As people compare it: sixteen groups of four digits.
    pub fn grouped(&self) -> String {
        let groups: Vec<String> =
            self.0.chunks(2).map(|pair| pair.iter().map(|byte| format!("{byte:02X}")).collect()).collect();
        groups.join(" ")
    }
}

impl fmt::Display for Fingerprint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

impl FromStr for Fingerprint {
    type Err = FingerprintError;

    fn from_str(text: &str) -> Result<Self, FingerprintError> {
        bytes_of_hex(text).map(Self).ok_or(FingerprintError)
    }
}

string_on_the_wire!(
    Fingerprint,
    "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
    "^[0-9A-Fa-f]{64}$"
);

/// Not 64 hexadecimal digits.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
#[error("a fingerprint is 64 hexadecimal digits")]
pub struct FingerprintError;

/// What `GET /trust.json` says: how the asker may speak with this hub over HTTPS.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Trust {
    /// The hub's origin over HTTPS, such as `https://192.168.1.20:8787`; None where it speaks HTTP only.
    pub https: Option<String>,
    /// The shop's own authority; None where devices trust the hub's certificate without one.
    pub authority: Option<Authority>,
}

/// A shop's own authority.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Authority {
    /// The fingerprint of its certificate.
    pub fingerprint: Fingerprint,
    /// The names and addresses for which the hub has a certificate of it now.
    pub names: Vec<String>,
    /// When the authority ends.
    pub ends: Timestamp,
}

/// What begins the fragment of a shop's own link, so that a device knows it as one.
const FRAGMENT: &str = "shop";

/// What a shop's own QR code says: where its hub is and, where the hub has an authority of its own, which that is.
///
/// Written as `http://192.168.1.20:8787/#shop=` with the fingerprint. A browser sends no fragment, so it opens the shop's
/// page by the same link.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ShopLink {
    /// The hub's address, `http` or `https`, without a fragment.
    pub address: String,
    /// The authority that signs for the hub.
    pub authority: Option<Fingerprint>,
}

impl fmt::Display for ShopLink {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}#{FRAGMENT}", self.address)?;
        self.authority.as_ref().map_or(Ok(()), |authority| write!(f, "={authority}"))
    }
}

impl FromStr for ShopLink {
    type Err = ShopLinkError;

    fn from_str(text: &str) -> Result<Self, ShopLinkError> {
        let (address, fragment) = text.split_once('#').ok_or(ShopLinkError)?;
        let authority = match fragment.strip_prefix(FRAGMENT).ok_or(ShopLinkError)? {
            "" => None,
            more => {
                let digits = more.strip_prefix('=').ok_or(ShopLinkError)?;
                Some(digits.parse().map_err(|FingerprintError| ShopLinkError)?)
            }
        };
        Ok(Self { address: address.to_owned(), authority })
    }
}

/// Not a shop's own link.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
#[error("a shop's link ends in #shop, or in #shop= and a fingerprint")]
pub struct ShopLinkError;

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn a_shops_link_reads_back(bytes in any::<Option<[u8; 32]>>()) {
            let authority = bytes.map(Fingerprint::from_bytes);
            let link = ShopLink { address: "http://10.0.0.5:8787/".to_owned(), authority };
            prop_assert_eq!(link.to_string().parse(), Ok(link));
        }
    }

    #[test]
    fn a_link_with_half_a_fingerprint_is_none() {
        for text in [
            "http://10.0.0.5:8787/",
            "http://10.0.0.5:8787/#",
            "http://10.0.0.5:8787/#shopping",
            "http://10.0.0.5:8787/#shop=",
            "http://10.0.0.5:8787/#shop=9f86d081",
        ] {
            assert_eq!(text.parse::<ShopLink>(), Err(ShopLinkError), "{text}");
        }
    }

    #[test]
    fn people_compare_groups_of_four() {
        let mut bytes = [0xab; 32];
        bytes[1] = 0x0c;
        let grouped = Fingerprint::from_bytes(bytes).grouped();
        assert!(grouped.starts_with("AB0C ABAB ") && grouped.len() == 16 * 5 - 1, "{grouped}");
    }
}
