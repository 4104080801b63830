//! Touchpoints: the codes by which people come to a shop's page, each with a name, and what came of those who came by them.
//!
//! What somebody does within [`COUNTS_DAYS`] of coming by a touchpoint counts for the last one that they came by. After that it
//! is forgotten who came; how many did stays.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use crate::code::ProductCode;
use crate::id::TouchpointId;
use crate::money::{Currency, Money};
use crate::time::Timestamp;

/// How many days what somebody does counts for the touchpoint that they came by, and how long it is known who came.
pub const COUNTS_DAYS: i64 = 7;

/// The longest name, in characters.
pub const LONGEST_NAME: usize = 60;

/// How many touchpoints a shop has at most, those that were stopped among them.
pub const MOST: usize = 500;

/// The name of the part of an address that says by which touchpoint somebody came.
pub const VIA: &str = "via";

/// What stands in an address for a touchpoint: 2 to 16 lower-case letters and digits.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(try_from = "String", into = "String")]
pub struct TouchpointCode(String);

/// A text that is no touchpoint's code.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
#[error("2 to 16 lower-case letters and digits")]
pub struct NoTouchpointCode;

impl TouchpointCode {
    /// One of eight characters that nobody guesses or mistypes: digits of Crockford's base 32 without those that look alike.
    pub fn from_bits(bits: u64) -> Self {
        Self((0..8).map(|place| crate::issued::character(bits >> (5 * place)).to_ascii_lowercase()).collect())
    }

    /// Its text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for TouchpointCode {
    type Err = NoTouchpointCode;

    fn from_str(text: &str) -> Result<Self, NoTouchpointCode> {
        let fits = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit();
        if (2..=16).contains(&text.len()) && text.bytes().all(fits) {
            Ok(Self(text.to_owned()))
        } else {
            Err(NoTouchpointCode)
        }
    }
}

impl TryFrom<String> for TouchpointCode {
    type Error = NoTouchpointCode;

    fn try_from(text: String) -> Result<Self, NoTouchpointCode> {
        text.parse()
    }
}

impl From<TouchpointCode> for String {
    fn from(code: TouchpointCode) -> Self {
        code.0
    }
}

impl fmt::Display for TouchpointCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// A way in that every shop has: nobody sets it up, and it cannot be stopped.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum Entrance {
    /// The code beside the till by which customers become members.
    Till,
    /// The code on a table.
    Table,
    /// The code of a receipt.
    Receipt,
    /// The code at the shop's door, for scan and go.
    Door,
}

impl Entrance {
    /// All there are.
    pub const ALL: [Self; 4] = [Self::Till, Self::Table, Self::Receipt, Self::Door];

    /// What stands for it in an address, and in the database.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Till => "till",
            Self::Table => "table",
            Self::Receipt => "receipt",
            Self::Door => "door",
        }
    }

    /// The entrance that a word stands for.
    pub fn of_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|entrance| entrance.word() == word)
    }

    /// Its code.
    pub fn code(self) -> TouchpointCode {
        TouchpointCode(self.word().to_owned())
    }
}

/// The page that a touchpoint leads to.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(tag = "to", rename_all = "snake_case")]
pub enum Leads {
    /// The shop's first page.
    Shop,
    /// The coupons.
    Coupons,
    /// The membership card.
    Card,
    /// A product.
    Product {
        /// Its GTIN or PLU.
        code: ProductCode,
    },
}

impl Leads {
    /// The page's path.
    pub fn path(self) -> String {
        match self {
            Self::Shop => "/".to_owned(),
            Self::Coupons => "/coupons".to_owned(),
            Self::Card => "/card".to_owned(),
            Self::Product { code } => format!("/p/{code}"),
        }
    }

    /// The address of the page at a shop's `origin`, for whoever comes by this touchpoint.
    pub fn address(self, origin: &str, code: &TouchpointCode) -> String {
        format!("{}{}?{VIA}={code}", origin.trim_end_matches('/'), self.path())
    }
}

/// What came of those who came by a touchpoint.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Footfall {
    /// How many came: each device once a day, on the shop's calendar.
    pub visits: u64,
    /// How many became members.
    pub joins: u64,
    /// How many orders they placed that were not cancelled.
    pub orders: u64,
    /// What those orders come to.
    pub turnover: Money,
    /// How many coupons they took.
    pub coupons: u64,
    /// How many of those are used up.
    pub redeemed: u64,
}

impl Footfall {
    /// Of a touchpoint by which nobody came.
    pub const fn none(currency: Currency) -> Self {
        Self { visits: 0, joins: 0, orders: 0, turnover: currency.minor(0), coupons: 0, redeemed: 0 }
    }
}

/// A touchpoint that a shop has set up.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Touchpoint {
    /// Its key.
    pub id: TouchpointId,
    /// What staff call it: where the poster hangs, who shares the link.
    pub name: String,
    /// What stands for it in an address.
    pub code: TouchpointCode,
    /// Where it leads.
    pub leads: Leads,
    /// When it was set up.
    pub made: Timestamp,
    /// Since when nobody is counted by it any more.
    pub stopped: Option<Timestamp>,
    /// What came of it.
    pub footfall: Footfall,
}

/// An entrance with what came of it.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct EntranceFootfall {
    /// Which.
    pub entrance: Entrance,
    /// What came of it.
    pub footfall: Footfall,
}

/// Query `touchpoint.list`: the shop's touchpoints, the newest first.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct GetTouchpoints {}

/// The shop's touchpoints.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Touchpoints {
    /// Those that were set up.
    pub touchpoints: Vec<Touchpoint>,
    /// Those of every shop by which anybody came.
    pub entrances: Vec<EntranceFootfall>,
}

/// Request `touchpoint.save`: set one up, or change the name or the page of the one with this key. Its code stays.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct SaveTouchpoint {
    /// Its key.
    pub touchpoint: TouchpointId,
    /// 1 to [`LONGEST_NAME`] characters.
    pub name: String,
    /// Where it leads.
    pub leads: Leads,
}

/// Request `touchpoint.stop`: count nobody by it any more. Its address leads to its page all the same.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct StopTouchpoint {
    /// Which.
    pub touchpoint: TouchpointId,
}

/// Call `touchpoint.visit`: say by which touchpoint one came. Twice on a day counts once; a code that nobody set up counts
/// nothing.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Visit {
    /// As it stood in the address.
    pub code: TouchpointCode,
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn an_entrance_is_known_by_its_word() {
        for entrance in Entrance::ALL {
            assert_eq!(Entrance::of_word(entrance.word()), Some(entrance));
            assert_eq!(entrance.code().as_str().parse::<TouchpointCode>(), Ok(entrance.code()));
        }
    }

    #[test]
    fn an_address_leads_to_its_page() {
        let code: TouchpointCode = "k7m4q2zp".parse().unwrap();
        let product = Leads::Product { code: "40110".parse().unwrap() };
        assert_eq!(Leads::Shop.address("https://shop.example/", &code), "https://shop.example/?via=k7m4q2zp");
        assert_eq!(
            product.address("http://10.0.0.2:8787", &code),
            "http://10.0.0.2:8787/p/40110?via=k7m4q2zp"
        );
    }

    proptest! {
        #[test]
        fn a_code_made_of_bits_is_one_and_no_entrance(bits: u64) {
            let code = TouchpointCode::from_bits(bits);
            prop_assert_eq!(code.as_str().parse::<TouchpointCode>(), Ok(code.clone()));
            prop_assert_eq!(Entrance::of_word(code.as_str()), None);
        }

        #[test]
        fn no_text_makes_it_panic(text: String) {
            if let Ok(code) = text.parse::<TouchpointCode>() {
                prop_assert_eq!(code.to_string(), text);
            }
        }
    }
}
