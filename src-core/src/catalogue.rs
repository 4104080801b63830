//! What a shop sells.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use crate::code::ProductCode;
use crate::deposit::Deposits;
use crate::gtin::Gtin;
use crate::id::ProductId;
use crate::instore::Plu;
use crate::money::{Money, Price};
use crate::tax::TaxRate;
use crate::text::LocalText;

/// A category's short name in addresses and files: 1 to 40 small letters, digits and dashes.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct CategorySlug(String);

impl CategorySlug {
    /// The slug's text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for CategorySlug {
    type Err = CatalogueError;

    fn from_str(text: &str) -> Result<Self, CatalogueError> {
        let allowed = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
        if (1..=40).contains(&text.len()) && text.bytes().all(allowed) {
            Ok(Self(text.to_owned()))
        } else {
            Err(CatalogueError::Slug)
        }
    }
}

impl fmt::Display for CategorySlug {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

string_on_the_wire!(CategorySlug, "fruit", "^[a-z0-9-]{1,40}$");

/// A shelf of the shop as shoppers browse it.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Category {
    /// Its key.
    pub slug: CategorySlug,
    /// Its name.
    pub name: LocalText,
    /// The name of a drawn icon; the page shows a plain one for a name that it does not know.
    pub icon: String,
    /// Order on the page, lowest first.
    pub position: i32,
}

/// Whether a price is for a piece or for a kilogram.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum SoldBy {
    /// Each piece has the price; stock counts pieces.
    Piece,
    /// Each kilogram has the price; stock counts grams.
    Weight,
}

/// In what a pack's content is told.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum ContentUnit {
    /// Grams; unit prices are per kilogram.
    Gram,
    /// Millilitres; unit prices are per litre.
    Millilitre,
    /// Pieces; unit prices are per piece.
    Piece,
}

/// How much is in a pack, such as `330 ml`.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Content {
    /// How many of the unit; never zero.
    pub amount: u32,
    /// The unit.
    pub unit: ContentUnit,
}

impl FromStr for Content {
    type Err = CatalogueError;

    /// Reads `330 ml`, `1.5 l`, `75 cl`, `500g`, `1 kg` or `6 pcs`; also products of these, such as `6 x 330 ml`.
    fn from_str(text: &str) -> Result<Self, CatalogueError> {
        let text = text.trim().to_lowercase();
        let (packs, rest) = match text.split_once(['x', '×', '*']) {
            Some((packs, rest)) => {
                (packs.trim().parse::<u32>().map_err(|_| CatalogueError::Content)?, rest.trim())
            }
            None => (1, text.as_str()),
        };
        let split = rest
            .find(|c: char| !c.is_ascii_digit() && c != '.' && c != ',')
            .ok_or(CatalogueError::Content)?;
        let (number, unit) = rest.split_at(split);
        let (unit, thousandths_per_unit) = match unit.trim() {
            "g" | "gr" | "克" => (ContentUnit::Gram, 1_000),
            "kg" | "千克" | "公斤" => (ContentUnit::Gram, 1_000_000),
            "ml" | "毫升" => (ContentUnit::Millilitre, 1_000),
            "cl" => (ContentUnit::Millilitre, 10_000),
            "dl" => (ContentUnit::Millilitre, 100_000),
            "l" | "升" => (ContentUnit::Millilitre, 1_000_000),
            "pc" | "pcs" | "ct" | "个" | "片" | "只" | "枚" => (ContentUnit::Piece, 1_000),
            _ => return Err(CatalogueError::Content),
        };
        let thousandths = thousandths(&number.replace(',', ".")).ok_or(CatalogueError::Content)?;
        let amount = thousandths
            .checked_mul(thousandths_per_unit)
            .and_then(|millionths| millionths.checked_mul(packs.into()))
            .map(|millionths| millionths / 1_000_000)
            .and_then(|amount| u32::try_from(amount).ok())
            .filter(|amount| *amount > 0)
            .ok_or(CatalogueError::Content)?;
        Ok(Self { amount, unit })
    }
}

/// A decimal with up to three places, in thousandths.
fn thousandths(number: &str) -> Option<u64> {
    let (whole, fraction) = number.split_once('.').unwrap_or((number, ""));
    let fraction = fraction.get(..3).unwrap_or(fraction);
    format!("{whole}{fraction:0<3}").parse().ok()
}

impl fmt::Display for Content {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (small, large) = match self.unit {
            ContentUnit::Gram => ("g", "kg"),
            ContentUnit::Millilitre => ("ml", "l"),
            ContentUnit::Piece => return write!(f, "{} pcs", self.amount),
        };
        match (self.amount / 1000, self.amount % 1000) {
            (0, _) => write!(f, "{} {small}", self.amount),
            (whole, 0) => write!(f, "{whole} {large}"),
            (whole, part) if part % 10 == 0 => {
                write!(f, "{whole}.{} {large}", format!("{part:03}").trim_end_matches('0'))
            }
            _ => write!(f, "{} {small}", self.amount),
        }
    }
}

/// A price made comparable: for one kilogram, litre or piece.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct UnitPrice {
    /// What one of `per` costs, rounded.
    pub money: Money,
    /// Gram stands for a kilogram here, Millilitre for a litre.
    pub per: ContentUnit,
}

/// The name under which a picture is kept: the SHA-256 of its bytes, 64 hexadecimal digits.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct PictureId(String);

impl PictureId {
    /// The 64 digits.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for PictureId {
    type Err = CatalogueError;

    fn from_str(text: &str) -> Result<Self, CatalogueError> {
        let allowed = |byte: u8| byte.is_ascii_digit() || (b'a'..=b'f').contains(&byte);
        if text.len() == 64 && text.bytes().all(allowed) {
            Ok(Self(text.to_owned()))
        } else {
            Err(CatalogueError::Picture)
        }
    }
}

impl fmt::Display for PictureId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

string_on_the_wire!(
    PictureId,
    "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
    "^[0-9a-f]{64}$"
);

/// A product as shoppers and staff see it.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Product {
    /// Its key.
    pub id: ProductId,
    /// What its package carries; none for goods weighed in the shop.
    pub gtin: Option<Gtin>,
    /// What scales know it by; none for packaged goods.
    pub plu: Option<Plu>,
    /// Where it stands on the page.
    pub category: CategorySlug,
    /// Its name.
    pub name: LocalText,
    /// Its maker, or empty.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub brand: String,
    /// For one piece or one kilogram, tax included.
    pub price: Price,
    /// Which of the two.
    pub sold_by: SoldBy,
    /// How much is in a piece.
    pub content: Option<Content>,
    /// The tax that the price includes.
    pub tax: TaxRate,
    /// Where it stands in the shop, such as `A3`.
    pub aisle: Option<String>,
    /// Youngest buyer's age in years, where the law sets one.
    pub min_age: Option<u8>,
    /// Whether it has a security tag, which staff takes off.
    #[serde(default)]
    pub tagged: bool,
    /// The deposits on a piece's containers, which its price does not include.
    #[serde(default, skip_serializing_if = "Deposits::is_empty")]
    pub deposits: Deposits,
    /// What it may contain that some must not eat.
    #[serde(default, skip_serializing_if = "LocalText::is_empty")]
    pub allergens: LocalText,
    /// What else is good to know.
    #[serde(default, skip_serializing_if = "LocalText::is_empty")]
    pub notes: LocalText,
    /// Its picture.
    pub picture: Option<PictureId>,
    /// What can still be sold: pieces, or grams for goods sold by weight. Below zero where more was sold than counted.
    pub available: i64,
}

impl Product {
    /// The code that names it: its GTIN, else its PLU. A product has one of the two; None marks one that has neither,
    /// which the catalogue refuses.
    pub fn code(&self) -> Option<ProductCode> {
        self.gtin.map(ProductCode::Gtin).or(self.plu.map(ProductCode::Plu))
    }

    /// The price for one kilogram, litre or piece. None where the content is unknown, or where it says nothing new:
    /// goods sold by weight, and packs of one piece.
    pub fn unit_price(&self) -> Option<UnitPrice> {
        let content = self.content.filter(|_| self.sold_by == SoldBy::Piece)?;
        let base = match content.unit {
            ContentUnit::Gram | ContentUnit::Millilitre => 1000,
            ContentUnit::Piece if content.amount == 1 => return None,
            ContentUnit::Piece => 1,
        };
        let money = self.price.money().times_ratio(base, content.amount.into()).ok()?;
        Some(UnitPrice { money, per: content.unit })
    }
}

/// The most products that one page of a list carries.
pub const PAGE_LIMIT: u32 = 100;

/// Query `catalogue.browse`: the products of one category, or of all.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Browse {
    /// Only these.
    pub category: Option<CategorySlug>,
    /// The `next` of the page before; None for the first page.
    pub after: Option<String>,
    /// At most so many, 1 to [`PAGE_LIMIT`].
    #[cfg_attr(feature = "schema", schemars(range(min = 1, max = PAGE_LIMIT)))]
    pub limit: u32,
}

/// One page of a list of products.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct ProductPage {
    /// In the shop's order.
    pub products: Vec<Product>,
    /// What to ask the next page with; None at the end.
    pub next: Option<String>,
}

/// Query `catalogue.product`: one product by its code.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Lookup {
    /// GTIN or PLU.
    pub code: ProductCode,
}

/// Query `catalogue.search`: products whose name, brand or code fits what was typed so far. Understands prefixes,
/// one typing error a word, Chinese substrings, pinyin and pinyin initials.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Search {
    /// What was typed; at most 100 characters count.
    pub text: String,
    /// At most so many, 1 to [`PAGE_LIMIT`].
    #[cfg_attr(feature = "schema", schemars(range(min = 1, max = PAGE_LIMIT)))]
    pub limit: u32,
}

/// What a search found, best first.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Found {
    /// The products.
    pub products: Vec<Product>,
    /// How many products fit in all.
    #[serde(default)]
    pub total: u32,
    /// What was searched instead, where what was typed fits nothing but this does.
    pub corrected: Option<String>,
}

/// Why a text is no word of the catalogue.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
pub enum CatalogueError {
    /// A category's key.
    #[error("a category's key is 1 to 40 small letters, digits and dashes")]
    Slug,
    /// A pack's content.
    #[error("a content is a number and g, kg, ml, cl, l or pcs, such as 330 ml or 6 x 330 ml")]
    Content,
    /// A picture's name.
    #[error("a picture is named by 64 hexadecimal digits")]
    Picture,
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn the_shown_content_reads_back(amount in 1u32..10_000_000, unit in prop_oneof![Just(ContentUnit::Gram), Just(ContentUnit::Millilitre), Just(ContentUnit::Piece)]) {
            let content = Content { amount, unit };
            prop_assert_eq!(content.to_string().parse::<Content>(), Ok(content), "{}", content);
        }

        #[test]
        fn no_text_panics(text in "\\PC{0,20}") {
            let _ = text.parse::<Content>();
            let _ = text.parse::<CategorySlug>();
        }
    }

    #[test]
    fn contents_as_packages_print_them() {
        for (text, amount, unit) in [
            ("330 ml", 330, ContentUnit::Millilitre),
            ("1.5 l", 1500, ContentUnit::Millilitre),
            ("0,75L", 750, ContentUnit::Millilitre),
            ("75 cl", 750, ContentUnit::Millilitre),
            ("6 x 330 ml", 1980, ContentUnit::Millilitre),
            ("500g", 500, ContentUnit::Gram),
            ("1 kg", 1000, ContentUnit::Gram),
            ("6 pcs", 6, ContentUnit::Piece),
            ("500 克", 500, ContentUnit::Gram),
        ] {
            assert_eq!(text.parse(), Ok(Content { amount, unit }), "{text}");
        }
        for text in ["", "ml", "330", "0 g", "1.5.5 l", "5 parsecs", "99999999999 kg"] {
            assert!(text.parse::<Content>().is_err(), "{text:?}");
        }
    }
}
