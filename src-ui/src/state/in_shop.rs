//! Whether the reader is in the shop, because this device has read the code at its door: for some hours, on this device
//! alone. It only chooses what is offered first; nothing depends on whether it is true.

use leptos::prelude::*;
use ministore_core::id::ShopId;
use ministore_core::issued::ShopCode;
use ministore_core::time::Timestamp;
use serde::{Deserialize, Serialize};

use super::shop::shop;
use crate::client::{clock, storage};
use crate::lasting::Lasting;

const KEPT: &str = "ministore.in_shop";
/// How long somebody is believed to be in the shop, in minutes.
const STAYS: i64 = 4 * 60;

/// A stay in a shop.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
struct Stay {
    shop: ShopId,
    until: Timestamp,
}

thread_local! {
    static STAY: Lasting<Option<Stay>> = Lasting::new(storage::get_json(KEPT));
}

/// Whether the reader is in this shop. Tracked.
pub(crate) fn in_shop() -> bool {
    let stay = STAY.with(|signal| signal.get());
    let now = clock::now();
    stay.zip(shop()).is_some_and(|(stay, shop)| stay.shop == shop.id && stay.until > now)
}

/// Whether `code` is this shop's. None while the shop is not known. Tracked.
pub(crate) fn is_ours(code: ShopCode) -> Option<bool> {
    shop().map(|shop| ShopCode::of(shop.id) == code)
}

/// The reader is in this shop from now on.
pub(crate) fn check_in() {
    let Some(shop) = untrack(shop) else { return };
    let stay = Stay { shop: shop.id, until: clock::now().plus_minutes(STAYS) };
    storage::set_json(KEPT, &stay);
    STAY.with(|signal| signal.set(Some(stay)));
}

/// The reader has left it.
pub(crate) fn leave() {
    storage::remove(KEPT);
    STAY.with(|signal| signal.set(None));
}
