//! The goods that a till has at hand: those that a manager pinned, and those that this shop sells most.

use serde::{Deserialize, Serialize};

use crate::catalogue::Product;
use crate::id::ProductId;

/// How many goods are given at most.
pub const MAX_FAVOURITES: usize = 24;

/// How many of them can be pinned: the rest is left to what sells.
pub const MAX_PINNED: usize = 18;

/// Over how many days sales are counted.
pub const COUNTED_DAYS: i64 = 30;

/// Query `favourite.list`: what the shop's tills have at hand.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct GetFavourites {}

/// Goods at hand: the pinned ones in the order in which they were pinned, then the others, those on most receipts of the
/// last [`COUNTED_DAYS`] first.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Favourites {
    /// At most [`MAX_FAVOURITES`].
    pub goods: Vec<Favourite>,
}

/// One of them.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Favourite {
    /// The product.
    pub product: Product,
    /// Whether a manager pinned it.
    pub pinned: bool,
}

/// Request `favourite.pin`: keep a product at hand, or no longer. At most [`MAX_PINNED`].
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct PinFavourite {
    /// Which.
    pub product: ProductId,
    /// Whether it is to be pinned.
    pub pinned: bool,
}
