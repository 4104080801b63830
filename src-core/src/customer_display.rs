//! What customers see of a till's ticket, on a second window beside it or on a tablet of its own.
//!
//! A tablet makes itself a key and listens at the hub with it (`GET /events` with the header
//! [`DISPLAY_KEY`]). The hub gives it a code to show; the till follows it by that code, and from then on shows by the key's
//! hash what is to be seen. So only who has the key reads, only staff writes, and a hub that was restarted knows each
//! display again. Nothing of it is kept, and nothing names a person.

use serde::{Deserialize, Serialize};

use crate::basket::MAX_LINES;
use crate::id::DisplayId;
use crate::issued::DisplayCode;
use crate::money::Money;
use crate::quantity::Measure;
use crate::receipt::ReceiptCode;
use crate::refusal::Refusal;
use crate::text::LocalText;

/// The header that carries a display's key, 64 hexadecimal digits ([`crate::device::Secret`]).
pub const DISPLAY_KEY: &str = "ministore-display";

/// The type of the events that carry [`DisplayNews`].
pub const DISPLAY_EVENT: &str = "display";

/// A till says at least this often, in milliseconds, what is to be seen.
pub const BEAT: i64 = 20_000;

/// A display that has heard nothing for so many milliseconds has lost its till. More than a minute: browsers wake a
/// window that nobody sees but once in one.
pub const LOST_AFTER: i64 = 90_000;

/// The longest text of a code to be scanned, in characters.
const MAX_SCAN: usize = 512;

/// How far a sale has come.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum Stage {
    /// Nothing is rung up.
    #[default]
    Idle,
    /// Goods are rung up.
    Ringing,
    /// It is being paid.
    Paying,
    /// It is paid.
    Sold,
}

/// What a customer sees.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct CustomerView {
    /// How far the sale has come.
    pub stage: Stage,
    /// At most [`MAX_LINES`], oldest first.
    pub lines: Vec<ShownLine>,
    /// Things a person carries.
    pub items: u32,
    /// What is given back for empties.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub empties: Option<Money>,
    /// All that was taken off.
    pub saved: Money,
    /// What it comes to.
    pub total: Money,
    /// What is still to be paid.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub due: Option<Money>,
    /// The cash received.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub received: Option<Money>,
    /// The cash given back.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub change: Option<Money>,
    /// What the customer's phone scans to pay.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub to_scan: Option<String>,
    /// Whether the customer's phone may scan where to become a member.
    #[serde(default)]
    pub join: bool,
    /// The receipt of what was paid.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub receipt: Option<ReceiptCode>,
    /// Whether nothing is sold, because somebody practises.
    #[serde(default)]
    pub practice: bool,
}

impl CustomerView {
    /// Refuses one that no till makes.
    pub fn check(&self) -> Result<(), Refusal> {
        if self.lines.len() > MAX_LINES {
            return Err(Refusal::invalid("lines", format!("at most {MAX_LINES}")));
        }
        match &self.to_scan {
            Some(text) if text.chars().count() > MAX_SCAN => {
                Err(Refusal::invalid("to_scan", format!("at most {MAX_SCAN} characters")))
            }
            _ => Ok(()),
        }
    }
}

/// A line of it.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct ShownLine {
    /// What.
    pub name: LocalText,
    /// How much.
    pub measure: Measure,
    /// For a piece or a kilogram.
    pub price: Money,
    /// What is paid for it.
    pub amount: Money,
    /// What it would have come to.
    pub list: Money,
    /// The deposits on its containers, which are paid beside it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub deposit: Option<Money>,
}

/// What a display is told: its code first, and what is to be seen, each time that is said anew.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct DisplayNews {
    /// The code to be shown while no till follows.
    pub code: DisplayCode,
    /// What is to be seen; none while no till follows, or since it has gone.
    pub view: Option<CustomerView>,
}

/// Call `display.follow`: find the display that shows this code. Not found where none does now.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct FollowDisplay {
    /// The code that it shows.
    pub code: DisplayCode,
}

/// The display that was found.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Followed {
    /// By what it is shown on.
    pub display: DisplayId,
}

/// Call `display.show`: show this. Not found where the display does not listen just now.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct ShowOnDisplay {
    /// Which display.
    pub display: DisplayId,
    /// What is to be seen; none when the till leaves it.
    pub view: Option<CustomerView>,
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::money::Currency;

    #[test]
    fn what_no_till_shows_is_refused() {
        let nothing = Currency::CNY.minor(0);
        let line = ShownLine {
            name: LocalText::new("Milk", "牛奶"),
            measure: Measure::Pieces(1),
            price: nothing,
            amount: nothing,
            list: nothing,
            deposit: None,
        };
        let view = |lines: usize, scan: usize| CustomerView {
            stage: Stage::Ringing,
            lines: vec![line.clone(); lines],
            items: 0,
            empties: None,
            saved: nothing,
            total: nothing,
            due: None,
            received: None,
            change: None,
            to_scan: Some("x".repeat(scan)),
            join: false,
            receipt: None,
            practice: false,
        };
        assert_eq!(view(MAX_LINES, MAX_SCAN).check(), Ok(()));
        assert!(view(MAX_LINES + 1, 0).check().is_err());
        assert!(view(0, MAX_SCAN + 1).check().is_err());
    }
}
