//! The code of a member's card that renews itself: a time-based one-time password (RFC 6238) under a secret that only the
//! hub and the member's own device have, so that a picture of a card is no use later.
//!
//! The card's number names the member, as it always did; the code proves that the card is here now. It is made without
//! a network, and only the hub can tell whether it is right.

use std::fmt;
use std::str::FromStr;

use hmac::{Hmac, Mac};
use serde::{Deserialize, Serialize};
use sha2::Sha256;
use subtle::{ConditionallySelectable, ConstantTimeEq};

use crate::code::{CardNumber, CodeError};
use crate::time::Timestamp;
use crate::wire::bytes_of_hex;

/// How long a code is shown, in seconds (RFC 6238, section 5.2, whose default this is).
pub const STEP_SECONDS: i64 = 30;

/// How many steps a code may be too old or too new: what two clocks may differ by, and the time from the phone to the hub.
pub const SLACK: i64 = 1;

/// Six digits at least, and 7 or 8 (RFC 4226, section 5.3): with the number's eleven, seven make pairs, which Code 128 packs.
const MODULUS: u32 = 10_000_000;

/// A stretch of [`STEP_SECONDS`] in which a card shows one code, counted from 1970.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct Step(pub i64);

impl Step {
    /// The one at this time.
    pub const fn at(time: Timestamp) -> Self {
        Self(time.0.div_euclid(STEP_SECONDS * 1000))
    }

    /// How many milliseconds of the step at this time are left: more than none, at most all of it.
    pub const fn left(time: Timestamp) -> i64 {
        STEP_SECONDS * 1000 - time.0.rem_euclid(STEP_SECONDS * 1000)
    }
}

/// 256 random bits under which a card's codes are made, as 64 hexadecimal digits. Never shown in logs: it has no `Display`,
/// and is written only where it travels to the member's own device and is kept there.
#[derive(Clone, PartialEq, Eq)]
pub struct CardSecret([u8; 32]);

impl CardSecret {
    /// A secret from random bytes.
    pub const fn from_bytes(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }

    /// The bytes, to be kept.
    pub const fn bytes(&self) -> &[u8; 32] {
        &self.0
    }
}

impl fmt::Debug for CardSecret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("CardSecret(…)")
    }
}

impl Serialize for CardSecret {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let digits: String = self.0.iter().map(|byte| format!("{byte:02x}")).collect();
        serializer.serialize_str(&digits)
    }
}

impl<'de> Deserialize<'de> for CardSecret {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = <std::borrow::Cow<'de, str>>::deserialize(deserializer)?;
        let bytes = bytes_of_hex(&text);
        bytes.map(Self).ok_or_else(|| serde::de::Error::custom("a secret is 64 hexadecimal digits"))
    }
}

#[cfg(feature = "schema")]
impl schemars::JsonSchema for CardSecret {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "CardSecret".into()
    }

    fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
        schemars::json_schema!({ "type": "string", "pattern": "^[0-9A-Fa-f]{64}$" })
    }
}

/// What makes and checks the codes of one card.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct CardKey {
    /// The card's number.
    pub number: CardNumber,
    /// Its secret.
    pub secret: CardSecret,
}

impl CardKey {
    /// The code that the card shows in this step.
    pub fn code_at(&self, step: Step) -> CardCode {
        CardCode { number: self.number, digits: password(self.secret.bytes(), step) % MODULUS }
    }

    /// The step in which this card shows `code`, where it is the one of `now` or at most [`SLACK`] from it. None for an older
    /// or newer code, another secret's, and another card's. Takes as long for each.
    pub fn step_of(&self, code: CardCode, now: Timestamp) -> Option<Step> {
        let now = Step::at(now).0;
        let (mut found, mut step) = (subtle::Choice::from(0), now);
        for near in now.saturating_sub(SLACK)..=now.saturating_add(SLACK) {
            let same = self.code_at(Step(near)).digits.ct_eq(&code.digits);
            step.conditional_assign(&near, same);
            found |= same;
        }
        (self.number == code.number && bool::from(found)).then_some(Step(step))
    }
}

/// The 31 bits of a step that its digits are made of: HMAC (RFC 2104) with SHA-256, truncated as RFC 4226, section 5.3, says.
fn password(secret: &[u8; 32], step: Step) -> u32 {
    // Zeros fill a key up to the hash's block (RFC 2104, section 2).
    let mut block = [0; 64];
    block[..secret.len()].copy_from_slice(secret);
    let mut mac = Hmac::<Sha256>::new(&block.into());
    mac.update(&step.0.to_be_bytes());
    let hash = mac.finalize().into_bytes();
    let at = usize::from(hash.last().copied().unwrap_or_default() & 0xf);
    hash.iter().skip(at).take(4).fold(0, |bits, byte| bits << 8 | u32::from(*byte)) & 0x7fff_ffff
}

/// What a card shows for 30 seconds: `MR`, the eleven digits of its number, and seven that change.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct CardCode {
    number: CardNumber,
    digits: u32,
}

impl CardCode {
    /// Of which card it claims to be. Nobody has checked it yet.
    pub const fn number(self) -> CardNumber {
        self.number
    }
}

impl fmt::Display for CardCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "MR{}{:07}", self.number.digits(), self.digits)
    }
}

impl fmt::Debug for CardCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "CardCode({}, …)", self.number)
    }
}

impl FromStr for CardCode {
    type Err = CodeError;

    fn from_str(text: &str) -> Result<Self, CodeError> {
        let rest = text.strip_prefix("MR").filter(|rest| rest.len() == 18).ok_or(CodeError::Card)?;
        let (number, digits) = rest.split_at_checked(11).ok_or(CodeError::Card)?;
        if !digits.bytes().all(|byte| byte.is_ascii_digit()) {
            return Err(CodeError::Card);
        }
        let number = CardNumber::of_digits(number)?;
        Ok(Self { number, digits: digits.parse().map_err(|_| CodeError::Card)? })
    }
}

string_on_the_wire!(CardCode, "MR482019374650123456", "^MR[0-9]{18}$");

/// Credential `member.card_key`: what the caller's own card makes its codes of, or None for one who has not joined. The first
/// time it is drawn; from then on money leaves the card at the counter by a code alone.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct GetCardKey {}

/// A card's key, and the time by which its codes are checked.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct TimedKey {
    /// It.
    pub key: CardKey,
    /// What the hub's clock shows, from which a phone's may differ.
    pub now: Timestamp,
}

/// Query `member.find_by_code`: the member whose card shows this code now. Refused where none does.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct FindByCode {
    /// As it was scanned.
    pub code: CardCode,
}

/// Why money does not leave a card, or a card is not known by its code.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Serialize, Deserialize, thiserror::Error)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema), schemars(rename = "CardCodeFault"))]
#[serde(rename_all = "snake_case")]
pub enum CodeFault {
    /// The card shows codes on a phone, and none was given.
    #[error("this card pays by the code on its phone")]
    Missing,
    /// The card does not show this code now: it is too old, a picture of one, or made up.
    #[error("the card does not show this code now")]
    Stale,
    /// By this code, or a later one, money has left the card already.
    #[error("this code was used already")]
    Used,
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn key(body: u64, secret: [u8; 32]) -> CardKey {
        CardKey { number: CardNumber::from_body(body), secret: CardSecret::from_bytes(secret) }
    }

    #[test]
    fn the_digits_are_those_of_the_standard() {
        // RFC 6238, appendix B: SHA-256, eight digits.
        let secret = b"12345678901234567890123456789012";
        for (seconds, digits) in [
            (59, 46_119_246),
            (1_111_111_109, 68_084_774),
            (1_111_111_111, 67_062_674),
            (1_234_567_890, 91_819_424),
            (2_000_000_000, 90_698_825),
            (20_000_000_000, 77_737_706),
        ] {
            let step = Step::at(Timestamp(seconds * 1000));
            assert_eq!(password(secret, step) % 100_000_000, digits, "{seconds}");
            assert_eq!(key(7, *secret).code_at(step).digits, digits % MODULUS);
        }
    }

    #[test]
    fn neither_a_secret_nor_a_code_is_printed() {
        let key = key(7, [0xab; 32]);
        let printed = format!("{key:?} {:?}", key.code_at(Step(59_000_000)));
        assert!(!printed.contains("ab") && !printed.contains("171"), "{printed}");
        let digits = format!("{:07}", key.code_at(Step(59_000_000)).digits);
        assert!(!printed.contains(&digits), "{printed}");
        let written = serde_json::to_string(&key).unwrap();
        assert_eq!(serde_json::from_str::<CardKey>(&written).unwrap(), key);
        assert!(serde_json::from_str::<CardSecret>("\"abc\"").is_err());
    }

    #[test]
    fn what_was_wrong_with_a_code_reads_back() {
        for fault in [CodeFault::Missing, CodeFault::Stale, CodeFault::Used] {
            let refusal = crate::refusal::Refusal::CardCodeRefused { fault };
            let written = serde_json::to_value(&refusal).unwrap();
            assert_eq!(written["code"], refusal.code());
            assert_eq!(serde_json::from_value::<crate::refusal::Refusal>(written).unwrap(), refusal);
        }
    }

    #[test]
    fn a_step_is_thirty_seconds_also_before_1970() {
        assert_eq!((Step::at(Timestamp(0)), Step::left(Timestamp(0))), (Step(0), 30_000));
        assert_eq!((Step::at(Timestamp(29_999)), Step::left(Timestamp(29_999))), (Step(0), 1));
        assert_eq!((Step::at(Timestamp(30_000)), Step::at(Timestamp(-1))), (Step(1), Step(-1)));
    }

    proptest! {
        #[test]
        fn a_code_is_good_in_its_step_and_the_two_beside_it(
            body: u64, secret: [u8; 32], now in 0i64..4_000_000_000_000, away in -6i64..=6,
        ) {
            let (key, now) = (key(body, secret), Timestamp(now));
            let step = Step(Step::at(now).0 + away);
            let code = key.code_at(step);
            // Another step may have the same digits by chance, one in ten million.
            let near = (-SLACK..=SLACK).map(|by| Step(Step::at(now).0 + by));
            let twins: Vec<_> = near.filter(|near| key.code_at(*near) == code).collect();
            prop_assert_eq!(key.step_of(code, now).is_some(), !twins.is_empty());
            prop_assert_eq!(twins.contains(&step), away.abs() <= SLACK);
            if let Some(found) = key.step_of(code, now) {
                prop_assert!(twins.contains(&found));
            }
        }

        #[test]
        fn a_clock_that_is_half_a_minute_off_is_right_enough(
            body: u64, secret: [u8; 32], now in 0i64..4_000_000_000_000, off in -30_000i64..=30_000,
        ) {
            let key = key(body, secret);
            let code = key.code_at(Step::at(Timestamp(now + off)));
            prop_assert!(key.step_of(code, Timestamp(now)).is_some());
        }

        #[test]
        fn no_code_is_another_cards(
            bodies in (0u64..10_000_000_000, 0u64..10_000_000_000), secret: [u8; 32], now in 0i64..4_000_000_000_000,
        ) {
            prop_assume!(bodies.0 != bodies.1);
            // Even under the same secret.
            let (one, other) = (key(bodies.0, secret), key(bodies.1, secret));
            let code = one.code_at(Step::at(Timestamp(now)));
            prop_assert_eq!(other.step_of(code, Timestamp(now)), None);
            let forged = CardCode { number: other.number, ..code };
            prop_assert_eq!(one.step_of(forged, Timestamp(now)), None);
        }

        #[test]
        fn no_other_digits_are_right(body: u64, secret: [u8; 32], now in 0i64..4_000_000_000_000, by in 1u32..MODULUS) {
            let (key, now) = (key(body, secret), Timestamp(now));
            let code = key.code_at(Step::at(now));
            let wrong = CardCode { digits: (code.digits + by) % MODULUS, ..code };
            let beside = [-1, 1].map(|by| key.code_at(Step(Step::at(now).0 + by)).digits);
            prop_assume!(!beside.contains(&wrong.digits));
            prop_assert_eq!(key.step_of(wrong, now), None);
        }

        #[test]
        fn a_code_reads_back_and_no_text_panics(body: u64, secret: [u8; 32], step: i64, text in "(MR)?\\PC{0,24}") {
            let code = key(body, secret).code_at(Step(step));
            let written = code.to_string();
            prop_assert_eq!(written.len(), 20);
            prop_assert_eq!(written.parse::<CardCode>(), Ok(code));
            if let Ok(read) = text.parse::<CardCode>() {
                prop_assert_eq!(read.to_string(), text);
            }
        }
    }
}
