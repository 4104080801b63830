//! What a device pulls to work alone, and what a watcher is told.

use serde::de::Error;
use serde::{Deserialize, Deserializer, Serialize};

use crate::catalogue::Product;
use crate::id::{OrderId, ProductId, TabId};
use crate::member::Card;
use crate::order::{Order, OrderState};
use crate::shop::Shop;

/// How far a device has read the shop's changes: the number of the last one it has. Zero has seen nothing.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(transparent)]
pub struct Cursor(pub i64);

/// Query `sync.pull`: what has changed since. Answered by the hub only.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Pull {
    /// The last change that the device has.
    pub after: Cursor,
    /// At most so many changes, 1 to 2000.
    #[cfg_attr(feature = "schema", schemars(range(min = 1, max = 2000)))]
    pub limit: u32,
}

/// The present state of something that changed.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(tag = "kind", content = "value", rename_all = "snake_case")]
pub enum Change {
    /// The shop, its categories and its rules.
    Shop(Box<Shop>),
    /// A product that is sold.
    Product(Box<Product>),
    /// A product that is sold no more.
    ProductGone(ProductId),
    /// An order of the caller.
    Order(Box<Order>),
    /// The caller's card.
    Card(Box<Card>),
    /// What was told of the caller before this is to be forgotten, orders and card: it was erased at the shop. What is
    /// still theirs is told again after it.
    Erased,
}

/// A run of changes. Applying them in order, and keeping `next` in the same transaction, loses and doubles nothing.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Changes {
    /// Oldest first; of several changes of one thing only the last is told.
    pub changes: Vec<Change>,
    /// Where to go on.
    pub next: Cursor,
    /// Whether there is more right now.
    pub more: bool,
}

/// What a watcher is told over the event stream: that something changed, so that it asks again. The calls give the
/// truth; an event is a hint.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Event {
    /// The change's number.
    pub cursor: Cursor,
    /// Of what.
    pub what: Changed,
}

/// What an event is about.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Changed {
    /// The shop, its categories or its rules.
    Shop,
    /// A product, its price or its stock.
    Product {
        /// Which.
        product: ProductId,
    },
    /// An order. Told to its shopper and to staff.
    Order {
        /// Which.
        order: OrderId,
        /// Its number.
        number: u32,
        /// Where it stands now.
        state: OrderState,
    },
    /// The caller's card.
    Card,
    /// The caller's data, which was erased: see [`Change::Erased`].
    Erased,
    /// What a table has open. Told to its guests and to staff.
    Tab {
        /// Which.
        tab: TabId,
    },
}

/// Whatever any event tells.
#[derive(Deserialize)]
struct Told {
    kind: String,
    product: Option<ProductId>,
    order: Option<OrderId>,
    number: Option<u32>,
    state: Option<OrderState>,
    tab: Option<TabId>,
}

/// Reads the form that the derived `Serialize` writes; by hand for the reason that `Refusal` is.
impl<'de> Deserialize<'de> for Changed {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let Told { kind, product, order, number, state, tab } = Told::deserialize(deserializer)?;
        match (kind.as_str(), product, order, number, state) {
            ("shop", ..) => Ok(Self::Shop),
            ("product", Some(product), ..) => Ok(Self::Product { product }),
            ("order", _, Some(order), Some(number), Some(state)) => Ok(Self::Order { order, number, state }),
            ("card", ..) => Ok(Self::Card),
            ("erased", ..) => Ok(Self::Erased),
            ("tab", ..) => tab.map(|tab| Self::Tab { tab }).ok_or_else(|| D::Error::missing_field("tab")),
            _ => Err(D::Error::custom("an unknown change")),
        }
    }
}
