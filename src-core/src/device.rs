//! Devices and the keys by which a hub knows them.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use crate::id::DeviceId;
use crate::wire::bytes_of_hex;

/// 256 random bits that prove who calls, as 64 hexadecimal digits. Never shown in logs.
#[derive(Clone, PartialEq, Eq)]
pub struct Secret([u8; 32]);

impl Secret {
    /// A secret from random bytes.
    pub const fn from_bytes(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }

    /// The bytes, to be hashed.
    pub const fn bytes(&self) -> &[u8; 32] {
        &self.0
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret(…)")
    }
}

impl fmt::Display for Secret {
    /// As it travels to the hub and is kept on the device; nothing else may show it.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

impl FromStr for Secret {
    type Err = SecretError;

    fn from_str(text: &str) -> Result<Self, SecretError> {
        bytes_of_hex(text).map(Self).ok_or(SecretError)
    }
}

string_on_the_wire!(
    Secret,
    "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
    "^[0-9A-Fa-f]{64}$"
);

/// Not 64 hexadecimal digits.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
#[error("a key is 64 hexadecimal digits")]
pub struct SecretError;

/// Request `device.register`: let this device be known by its key. The same key again is welcome; another key for a
/// known device is refused.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Register {
    /// The device.
    pub device: DeviceId,
    /// Its key, drawn on the device; the hub keeps only its hash.
    pub secret: Secret,
}

/// Nothing more to say than that it was done.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Done {}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn a_secret_reads_back_and_hides_in_debug_output(bytes in any::<[u8; 32]>()) {
            let secret = Secret::from_bytes(bytes);
            prop_assert_eq!(secret.to_string().parse(), Ok(secret.clone()));
            prop_assert_eq!(format!("{secret:?}"), "Secret(…)");
        }

        #[test]
        fn no_text_panics(text in "\\PC{0,70}") {
            let _ = text.parse::<Secret>();
        }
    }
}
