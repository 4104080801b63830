//! Staff, and how they sign in.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use crate::device::{Approval, Secret};
use crate::id::{SessionId, StaffId};
use crate::role::StaffRole;
use crate::time::Timestamp;

/// Wrong PINs in a row from one device before it has to wait.
pub const PIN_TRIES: u32 = 5;

/// How long a sign-in lasts, in minutes: a long working day.
pub const SESSION_MINUTES: i64 = 14 * 60;

/// How long a device waits after `failures` wrong PINs in a row, in minutes: none below [`PIN_TRIES`], then 1, 2, 4 …
/// up to an hour.
pub const fn pin_wait_minutes(failures: u32) -> i64 {
    match failures.checked_sub(PIN_TRIES) {
        None => 0,
        Some(beyond) if beyond >= 6 => 60,
        Some(beyond) => 1 << beyond,
    }
}

/// A personal number, 4 to 8 digits, unique in a shop. Never shown in logs.
#[derive(Clone, PartialEq, Eq)]
pub struct Pin(String);

impl Pin {
    /// The digits, to be hashed.
    pub fn digits(&self) -> &str {
        &self.0
    }
}

impl FromStr for Pin {
    type Err = PinError;

    fn from_str(text: &str) -> Result<Self, PinError> {
        if (4..=8).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_digit()) {
            Ok(Self(text.to_owned()))
        } else {
            Err(PinError)
        }
    }
}

impl fmt::Debug for Pin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Pin(…)")
    }
}

impl fmt::Display for Pin {
    /// As it travels to the hub; nothing else may show it.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

string_on_the_wire!(Pin, "246810", "^[0-9]{4,8}$");

/// The PIN of the demo shop's cashier. No secret: a demo shows it to whoever signs in.
pub const DEMO_PIN: &str = "2468";

/// Not 4 to 8 digits.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
#[error("a PIN has 4 to 8 digits")]
pub struct PinError;

/// Request `staff.sign_in`: start a session at this device, which has to be approved for it.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct SignIn {
    /// Whose PIN says who it is.
    pub pin: Pin,
    /// The new session's key.
    pub session: SessionId,
    /// The new session's secret, drawn on the device; the hub keeps only its hash.
    pub secret: Secret,
    /// What a manager lets the device be from now on; none to leave it as it is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub approve: Option<Approval>,
}

/// Who is signed in.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct SignedIn {
    /// Who.
    pub staff: StaffId,
    /// As colleagues call them.
    pub name: String,
    /// What they may do here: no more than the device was approved for.
    pub role: StaffRole,
    /// Until when.
    pub until: Timestamp,
}

/// Request `staff.sign_out`: end the caller's session.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct SignOut {}

/// Query `staff.me`: who is signed in here.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct GetMe {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn waiting_grows_and_stops_at_an_hour() {
        let waits: Vec<i64> = (0..14).map(pin_wait_minutes).collect();
        assert_eq!(waits, [0, 0, 0, 0, 0, 1, 2, 4, 8, 16, 32, 60, 60, 60]);
    }

    #[test]
    fn a_pin_does_not_show_in_debug_output() {
        let pin: Pin = "246810".parse().unwrap();
        assert!(!format!("{pin:?}").contains("2468"));
    }
}
