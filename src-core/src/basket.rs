//! A shopper's basket: edits that can be undone, over lines that know what they were when they were put in.

use serde::{Deserialize, Serialize};

use crate::catalogue::{CategorySlug, PictureId, Product, SoldBy};
use crate::code::ProductCode;
use crate::deposit::Deposits;
use crate::fulfilment::{DeliveryTerms, Mode};
use crate::id::{LineId, ProductId};
use crate::money::{Currency, MoneyError, Price};
use crate::pricing::{self, PriceLine, Totals};
use crate::quantity::{Measure, MeasureError};
use crate::tax::{TaxRate, TaxRules};
use crate::text::LocalText;

/// The most lines that a basket holds.
pub const MAX_LINES: usize = 200;

/// What the basket keeps of a product, so that it can be shown and priced with no network.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct BasketProduct {
    /// Its key.
    pub id: ProductId,
    /// Its GTIN or PLU.
    pub code: ProductCode,
    /// Its name.
    pub name: LocalText,
    /// Its picture.
    pub picture: Option<PictureId>,
    /// Where it stands in the shop; None in what was kept before promotions asked for it.
    #[serde(default)]
    pub category: Option<CategorySlug>,
    /// Its maker, or empty.
    #[serde(default)]
    pub brand: String,
    /// For a piece or a kilogram.
    pub price: Price,
    /// Which of the two.
    pub sold_by: SoldBy,
    /// The tax that the price includes.
    pub tax: TaxRate,
    /// Youngest buyer's age in years.
    pub min_age: Option<u8>,
    /// Whether it has a security tag, which staff takes off.
    #[serde(default)]
    pub tagged: bool,
    /// The deposits on a piece's containers, which its price does not include.
    #[serde(default, skip_serializing_if = "Deposits::is_empty")]
    pub deposits: Deposits,
}

impl BasketProduct {
    /// What a basket keeps of `product`. None for a product with neither GTIN nor PLU.
    pub fn of(product: &Product) -> Option<Self> {
        Some(Self {
            id: product.id,
            code: product.code()?,
            name: product.name.clone(),
            picture: product.picture.clone(),
            category: Some(product.category.clone()),
            brand: product.brand.clone(),
            price: product.price,
            sold_by: product.sold_by,
            tax: product.tax,
            min_age: product.min_age,
            tagged: product.tagged,
            deposits: product.deposits.clone(),
        })
    }
}

/// A line of a basket.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct BasketLine {
    /// Its key.
    pub id: LineId,
    /// Of what.
    pub product: BasketProduct,
    /// How much.
    pub measure: Measure,
}

/// A basket, oldest line first.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Basket {
    /// What is in it.
    pub lines: Vec<BasketLine>,
}

/// A change to a basket. Applying one gives the change that takes it back.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Edit {
    /// Put a line in. Pieces of a product that is already there are added to its line; a weighed pack is always a
    /// line of its own.
    Add(BasketLine),
    /// Put a whole line (back) at a place.
    Insert {
        /// Before which line; past the end is the end.
        at: usize,
        /// The line.
        line: BasketLine,
    },
    /// Change how much a line holds.
    Set {
        /// Which line.
        line: LineId,
        /// How much.
        measure: Measure,
    },
    /// Take a line out.
    Remove(LineId),
    /// Take everything out, or put all of it back.
    Replace(Basket),
}

impl Basket {
    /// The basket after `edit`, and the edit that undoes it. Errors leave the caller's basket as it was.
    pub fn apply(&self, edit: Edit) -> Result<(Self, Edit), BasketError> {
        let mut next = self.clone();
        let undo = match edit {
            Edit::Add(line) => {
                let merged = match line.measure {
                    Measure::Pieces(more) => next.lines.iter_mut().find_map(|there| match there.measure {
                        Measure::Pieces(count) if there.product.id == line.product.id => {
                            Some((there, count, more))
                        }
                        _ => None,
                    }),
                    Measure::Grams(_) | Measure::Labelled(_) => None,
                };
                match merged {
                    Some((there, count, more)) => {
                        let undo = Edit::Set { line: there.id, measure: there.measure };
                        there.measure = Measure::Pieces(count.saturating_add(more)).checked()?;
                        undo
                    }
                    None => {
                        let at = next.lines.len();
                        return self.apply(Edit::Insert { at, line });
                    }
                }
            }
            Edit::Insert { at, line } => {
                if next.lines.len() >= MAX_LINES {
                    return Err(BasketError::Full);
                }
                line.measure.checked()?;
                let undo = Edit::Remove(line.id);
                next.lines.insert(at.min(next.lines.len()), line);
                undo
            }
            Edit::Set { line, measure } => {
                let there =
                    next.lines.iter_mut().find(|there| there.id == line).ok_or(BasketError::NoSuchLine)?;
                let undo = Edit::Set { line, measure: there.measure };
                there.measure = measure.checked()?;
                undo
            }
            Edit::Remove(line) => {
                let at =
                    next.lines.iter().position(|there| there.id == line).ok_or(BasketError::NoSuchLine)?;
                Edit::Insert { at, line: next.lines.remove(at) }
            }
            Edit::Replace(basket) => Edit::Replace(std::mem::replace(&mut next, basket)),
        };
        Ok((next, undo))
    }

    /// What it comes to. `delivery` is what the shop asks for bringing it, when it is to be brought.
    pub fn totals(
        &self,
        currency: Currency,
        mode: Option<Mode>,
        terms: Option<&DeliveryTerms>,
        taxes: TaxRules,
    ) -> Result<Totals, MoneyError> {
        let lines: Vec<PriceLine<'_>> = self
            .lines
            .iter()
            .map(|line| PriceLine {
                price: line.product.price,
                measure: line.measure,
                tax: line.product.tax,
                deposits: &line.product.deposits,
            })
            .collect();
        let goods = pricing::price(&lines, currency.minor(0), currency, taxes)?;
        match (mode, terms) {
            (Some(Mode::Delivery), Some(terms)) => {
                pricing::price(&lines, terms.fee_for(goods.goods), currency, taxes)
            }
            _ => Ok(goods),
        }
    }

    /// How many things are in it.
    pub fn items(&self) -> u32 {
        self.lines.iter().map(|line| line.measure.items()).sum()
    }

    /// The pieces of a product in it.
    pub fn pieces_of(&self, product: ProductId) -> Option<(LineId, u32)> {
        self.lines.iter().find_map(|line| match line.measure {
            Measure::Pieces(count) if line.product.id == product => Some((line.id, count)),
            _ => None,
        })
    }
}

/// Device call `basket.get`: the basket that this device keeps.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct GetBasket {}

/// Device call `basket.save`: keep this basket.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct SaveBasket {
    /// All of it.
    pub basket: Basket,
}

/// Why a basket could not be changed. It stays as it was.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
pub enum BasketError {
    /// More lines than an order can have.
    #[error("a basket holds at most {MAX_LINES} lines")]
    Full,
    /// A quantity beyond what one line can hold.
    #[error(transparent)]
    Measure(#[from] MeasureError),
    /// A line that is not, or no longer, there.
    #[error("this line is no longer in the basket")]
    NoSuchLine,
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use uuid::Uuid;

    use super::*;

    fn line(id: u128, product: u128, measure: Measure) -> BasketLine {
        BasketLine {
            id: LineId(Uuid::from_u128(id)),
            product: BasketProduct {
                id: ProductId(Uuid::from_u128(product)),
                code: "40110".parse().unwrap(),
                name: LocalText::new("Apple", "苹果"),
                picture: None,
                category: None,
                brand: String::new(),
                price: Price::new(Currency::CNY.minor(350)).unwrap(),
                sold_by: SoldBy::Piece,
                tax: TaxRate(900),
                min_age: None,
                tagged: false,
                deposits: Deposits::default(),
            },
            measure,
        }
    }

    fn edit() -> impl Strategy<Value = Edit> {
        let measure =
            prop_oneof![(0u32..1100).prop_map(Measure::Pieces), (1u32..2000).prop_map(Measure::Grams)];
        prop_oneof![
            (0u128..1_000_000, 0u128..4, measure.clone())
                .prop_map(|(id, product, measure)| Edit::Add(line(id, product, measure))),
            (0u128..6, measure)
                .prop_map(|(id, measure)| Edit::Set { line: LineId(Uuid::from_u128(id)), measure }),
            (0u128..6).prop_map(|id| Edit::Remove(LineId(Uuid::from_u128(id)))),
            Just(Edit::Replace(Basket::default())),
        ]
    }

    proptest! {
        #[test]
        fn every_edit_is_undone_by_what_it_gives_back(edits in prop::collection::vec(edit(), 1..30)) {
            let mut basket = Basket { lines: (0..4).map(|id| line(id, id, Measure::Pieces(1))).collect() };
            for edit in edits {
                if let Ok((next, undo)) = basket.apply(edit) {
                    let (back, redo) = next.apply(undo).unwrap();
                    prop_assert_eq!(&back, &basket);
                    prop_assert_eq!(back.apply(redo).unwrap().0, next.clone());
                    basket = next;
                }
                prop_assert!(basket.lines.iter().all(|line| line.measure.checked().is_ok()));
            }
        }
    }

    #[test]
    fn pieces_of_one_product_share_a_line_and_weighed_packs_do_not() {
        let basket = Basket::default();
        let (basket, _) = basket.apply(Edit::Add(line(1, 7, Measure::Pieces(1)))).unwrap();
        let (basket, _) = basket.apply(Edit::Add(line(2, 7, Measure::Pieces(2)))).unwrap();
        let (basket, _) = basket.apply(Edit::Add(line(3, 8, Measure::Grams(300)))).unwrap();
        let (basket, _) = basket.apply(Edit::Add(line(4, 8, Measure::Grams(300)))).unwrap();
        assert_eq!(basket.lines.len(), 3);
        assert_eq!(basket.items(), 5);
    }

    #[test]
    fn a_full_basket_refuses_another_line() {
        let full =
            Basket { lines: (0..MAX_LINES as u128).map(|id| line(id, id, Measure::Pieces(1))).collect() };
        assert_eq!(full.apply(Edit::Add(line(999, 999, Measure::Pieces(1)))), Err(BasketError::Full));
    }
}
