//! What the whole page shares: the shop, the basket, and what the reader prefers.

pub(crate) mod accent;
pub(crate) mod basket;
pub(crate) mod card_code;
pub(crate) mod checkout;
pub(crate) mod coupons;
pub(crate) mod gift_card;
pub(crate) mod in_shop;
pub(crate) mod own_money;
pub(crate) mod preferences;
pub(crate) mod promotions;
pub(crate) mod quoted;
pub(crate) mod reprice;
pub(crate) mod shop;
pub(crate) mod slots;
pub(crate) mod till_look;
