//! Coupons in the page: the words for where they stand and when they end.

use ministore_core::coupon::{Coupon, CouponState};
use ministore_core::hours::Day;

use super::promotions::local as local_time;
use super::shop::zone;
use crate::client::clock;
use crate::i18n::say;

/// The day that the shop's calendar shows. Tracked.
pub(crate) fn today() -> Day {
    local_time(clock::now(), &zone()).day
}

/// Where a coupon stands, in words. Tracked.
pub(crate) fn state_words(state: CouponState) -> &'static str {
    match state {
        CouponState::Issued => say::COUPON_STATE_ISSUED(),
        CouponState::Reserved => say::COUPON_STATE_RESERVED(),
        CouponState::Redeemed => say::COUPON_STATE_REDEEMED(),
        CouponState::Returned => say::COUPON_STATE_RETURNED(),
        CouponState::Expired => say::COUPON_STATE_EXPIRED(),
        CouponState::Withdrawn => say::COUPON_STATE_WITHDRAWN(),
    }
}

/// That a coupon ends soon, where it does. Tracked.
pub(crate) fn ends_soon_words(coupon: &Coupon) -> Option<String> {
    coupon.ends_soon(today()).map(|left| match left {
        0 => say::COUPON_ENDS_TODAY().to_owned(),
        left => say::coupon_ends_in(left),
    })
}
