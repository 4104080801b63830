//! Devices and the keys by which a hub knows them.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use crate::id::DeviceId;
use crate::role::StaffRole;
use crate::time::Timestamp;
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

/// A device's public key: a point of the curve P-256, uncompressed (SEC 1, section 2.3.3), as 130 hexadecimal digits. Its
/// private half never leaves the device; in a browser not even the page can read it (W3C Web Cryptography API,
/// `extractable`).
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct PublicKey([u8; 65]);

impl PublicKey {
    /// The bytes of the point, which may lie beside the curve.
    pub const fn bytes(&self) -> &[u8; 65] {
        &self.0
    }
}

/// A signature of ECDSA over P-256 with SHA-256: r, then s (IEEE P1363), as 128 hexadecimal digits.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Signature([u8; 64]);

impl Signature {
    /// r and s.
    pub const fn bytes(&self) -> &[u8; 64] {
        &self.0
    }
}

macro_rules! hexadecimal {
    ($type:ident, $length:literal, $example:literal, $pattern:literal) => {
        impl From<[u8; $length]> for $type {
            fn from(bytes: [u8; $length]) -> Self {
                Self(bytes)
            }
        }

        impl fmt::Display for $type {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
            }
        }

        impl FromStr for $type {
            type Err = NotHex;

            fn from_str(text: &str) -> Result<Self, NotHex> {
                bytes_of_hex(text).map(Self).ok_or(NotHex { digits: 2 * $length })
            }
        }

        string_on_the_wire!($type, $example, $pattern);
    };
}

hexadecimal!(
    PublicKey,
    65,
    "0460fed4ba255a9d31c961eb74c6356d68c049b8923b61fa6ce669622e60f29fb67903fe1008b8bc99a41ae9e95628bc64f2f1b20c2d7e9f5177a3c294d4462299",
    "^[0-9A-Fa-f]{130}$"
);
hexadecimal!(
    Signature,
    64,
    "efd48b2aacb6a8fd1140dd9cd45e81d69d2c877b56aaf991c34d0ea84eaf3716f7cb1c942d657c41d436c7a1b6e29f65f3e900dbb9aff4064dc4ab2f843acda8",
    "^[0-9A-Fa-f]{128}$"
);

/// Not that many hexadecimal digits.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
#[error("{digits} hexadecimal digits")]
pub struct NotHex {
    /// How many there should be.
    pub digits: usize,
}

/// How long a secret is good that a [`Proof`] came with, in hours.
pub const PROVED_HOURS: i64 = 24;

/// After how many days an installed app draws itself a new key.
pub const KEY_DAYS: i64 = 30;

/// That the holder of a key has drawn a secret.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Proof {
    /// The key.
    pub key: PublicKey,
    /// When it was signed, by the device's own clock. A later proof of the device has a later time, so that an earlier
    /// one proves nothing any more; it is compared with nothing else.
    pub at: Timestamp,
    /// The key's signature over what [`Register::to_sign`] gives.
    pub signature: Signature,
}

/// Request `device.register`: let this device be known.
///
/// Without a proof its secret is its key, for as long as it does not draw another. The same again is welcome; another
/// secret for a known device is refused. With a proof the secret is good for [`PROVED_HOURS`], and the next one is made
/// known by the same key in the same way.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Register {
    /// The device.
    pub device: DeviceId,
    /// What it calls with, drawn on the device; the hub keeps only its hash.
    pub secret: Secret,
    /// What proves the secret, for a device that can keep a key which nobody can copy.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub proof: Option<Proof>,
}

impl Register {
    /// What a device's key signs: the words `ministore device`, the device, its secret and the time in milliseconds,
    /// each on a line of its own, without a line's end after the last.
    pub fn to_sign(device: DeviceId, secret: &Secret, at: Timestamp) -> String {
        ["ministore device\n", &device.to_string(), "\n", &secret.to_string(), "\n", &at.0.to_string()]
            .concat()
    }
}

/// Request `device.renew`: from now on this secret is the device's key, and the one that it calls with is no more. The
/// same again is welcome. For devices whose secret is their key.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Renew {
    /// The new key, drawn on the device.
    pub secret: Secret,
}

/// What a shop lets a device be.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum Standing {
    /// A shopper's.
    Shopper,
    /// A shopper's, at which staff has signed in and found that it is not approved.
    Asked,
    /// A counter: whoever signs in there acts as a cashier.
    Cashier,
    /// A counter at which managers are managers.
    Manager,
    /// Shut out: lost, stolen, or not wanted any more.
    ShutOut,
}

impl Standing {
    /// Every one.
    pub const ALL: [Self; 5] = [Self::Shopper, Self::Asked, Self::Cashier, Self::Manager, Self::ShutOut];

    /// The word kept in the database.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Shopper => "shopper",
            Self::Asked => "asked",
            Self::Cashier => "cashier",
            Self::Manager => "manager",
            Self::ShutOut => "shut_out",
        }
    }

    /// That of a counter approved for a role.
    pub const fn approved(role: StaffRole) -> Self {
        match role {
            StaffRole::Cashier => Self::Cashier,
            StaffRole::Manager => Self::Manager,
        }
    }

    /// As what somebody of that role works at such a device; None where nobody may. A demo shop's PINs are no secret, so
    /// there every device is a counter until it is shut out.
    pub fn works_as(self, role: StaffRole, demo: bool) -> Option<StaffRole> {
        match self {
            Self::ShutOut => None,
            _ if demo => Some(role),
            Self::Manager => Some(role),
            Self::Cashier => Some(StaffRole::Cashier),
            Self::Shopper | Self::Asked => None,
        }
    }
}

/// How many characters a device's name has at most.
pub const NAME_LENGTH: usize = 40;

/// What staff calls a device, such as "Till 2": 1 to [`NAME_LENGTH`] characters, none of them a control character,
/// without space at its ends.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct DeviceName(String);

impl DeviceName {
    /// The name.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for DeviceName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl FromStr for DeviceName {
    type Err = NameError;

    fn from_str(text: &str) -> Result<Self, NameError> {
        let name = text.trim();
        let good =
            !name.is_empty() && name.chars().count() <= NAME_LENGTH && !name.chars().any(char::is_control);
        if good { Ok(Self(name.to_owned())) } else { Err(NameError) }
    }
}

string_on_the_wire!(DeviceName, "Till 2");

/// No name for a device.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
#[error("a device's name has 1 to {NAME_LENGTH} characters")]
pub struct NameError;

/// The six letters and digits by which people tell a device that stands before them from others in a list, such as
/// `4F2-9C1`: the end of its id, which is drawn at random.
pub fn sign_of(device: DeviceId) -> String {
    let id = device.0.simple().to_string().to_ascii_uppercase();
    let (start, end) = id.split_at(id.len() - 3);
    [&start[start.len() - 3..], "-", end].concat()
}

/// A device, as a shop's managers see it.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct KnownDevice {
    /// Which.
    pub device: DeviceId,
    /// What it may be.
    pub standing: Standing,
    /// What staff calls it; none before it was approved.
    pub name: Option<DeviceName>,
    /// Since when the shop knows it.
    pub since: Timestamp,
    /// When somebody of the shop last signed in there, or tried to.
    pub last_sign_in: Option<Timestamp>,
    /// Who did.
    pub last_staff: Option<String>,
}

/// Query `device.list`: the devices that are counters, ask to be one, or were shut out. Shoppers' own are not among them.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct GetDevices {}

/// The devices of a shop.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Devices {
    /// Those that ask first, then those who work, then those shut out; each by when staff was last there, latest first. At
    /// most [`MOST_LISTED`].
    pub devices: Vec<KnownDevice>,
}

/// How many devices a list has at most.
pub const MOST_LISTED: usize = 200;

/// What a device is approved as.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Approval {
    /// What staff will call it.
    pub name: DeviceName,
    /// The most that anybody may be there.
    pub role: StaffRole,
}

/// Request `device.approve`: let a device be a counter, call it something else, or let it in again.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Approve {
    /// Which.
    pub device: DeviceId,
    /// As what.
    pub approval: Approval,
}

/// Request `device.shut_out`: from now on the device may do nothing, and whoever is signed in there is signed out. Not for
/// the caller's own, so that nobody locks themselves out.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct ShutOut {
    /// Which.
    pub device: DeviceId,
}

/// Query `device.me`: what the shop lets the caller's device be.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct GetDevice {}

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
        fn no_text_panics(text in "\\PC{0,140}") {
            let _ = text.parse::<Secret>();
            let _ = text.parse::<PublicKey>();
            let _ = text.parse::<Signature>();
            if let Ok(name) = text.parse::<DeviceName>() {
                prop_assert_eq!(name.as_str().parse(), Ok(name.clone()));
            }
        }

        #[test]
        fn a_sign_is_short_and_of_the_ids_random_end(id in any::<u128>()) {
            let device = DeviceId(uuid::Uuid::from_u128(id));
            let sign = sign_of(device);
            prop_assert_eq!(sign.len(), 7);
            prop_assert!(device.to_string().to_ascii_uppercase().ends_with(&sign.replace('-', "")));
        }
    }

    #[test]
    fn nobody_is_more_at_a_device_than_it_was_approved_for() {
        use StaffRole::{Cashier, Manager};
        let works =
            |demo| Standing::ALL.map(|standing| [Cashier, Manager].map(|role| standing.works_as(role, demo)));
        let both = [Some(Cashier), Some(Manager)];
        let none = [None, None];
        assert_eq!(works(false), [none, none, [Some(Cashier), Some(Cashier)], both, none]);
        assert_eq!(works(true), [both, both, both, both, none]);
    }

    #[test]
    fn a_name_is_short_and_of_one_line() {
        for name in ["Till 2", "收银台一", &"x".repeat(NAME_LENGTH)] {
            assert_eq!(name.parse::<DeviceName>().map(|name| name.to_string()).as_deref(), Ok(name));
        }
        assert_eq!(" Till 2 ".parse::<DeviceName>().unwrap().as_str(), "Till 2");
        for name in ["", "  ", "a\nb", &"x".repeat(NAME_LENGTH + 1)] {
            assert_eq!(name.parse::<DeviceName>(), Err(NameError), "{name:?}");
        }
    }
}
