//! The coupons that a shopper can have now, each with one tap.

use std::collections::HashMap;

use leptos::prelude::*;
use ministore_core::coupon::{ClaimCoupon, Coupon, OfferedCoupon};
use ministore_core::id::{CouponId, OrderId, PromotionId};
use ministore_core::refusal::Refusal;
use wasm_bindgen_futures::spawn_local;

use super::announcer::announce;
use super::error_panel::ErrorPanel;
use super::icon::{Icon, icon};
use super::toast::toast;
use crate::client::{call_again, new_id};
use crate::i18n::{local, say};

/// What is taken, and after which order.
#[derive(Clone, Copy)]
pub(crate) struct Taking {
    after: Option<OrderId>,
    /// The keys of those that are being taken: tapped again after a lost answer it is the same coupon.
    keys: StoredValue<HashMap<PromotionId, CouponId>>,
    busy: RwSignal<bool>,
    problem: RwSignal<Option<Refusal>>,
    taken: Callback<Coupon>,
}

impl Taking {
    /// Tells `taken` what was taken.
    pub(crate) fn new(after: Option<OrderId>, taken: impl Fn(Coupon) + Send + Sync + 'static) -> Self {
        Self {
            after,
            keys: StoredValue::new(HashMap::new()),
            busy: RwSignal::new(false),
            problem: RwSignal::new(None),
            taken: Callback::new(taken),
        }
    }

    fn take(self, promotion: PromotionId) {
        if self.busy.get_untracked() {
            return;
        }
        let coupon = self.keys.try_update_value(|keys| *keys.entry(promotion).or_insert_with(new_id));
        let Some(coupon) = coupon else { return };
        self.busy.set(true);
        self.problem.set(None);
        spawn_local(async move {
            let claim = ClaimCoupon { coupon, promotion, after: self.after };
            let outcome = call_again(claim, new_id()).await;
            if self.busy.try_set(false).is_some() {
                return; // The page was left.
            }
            match outcome {
                Ok(coupon) => {
                    self.keys.update_value(|keys| _ = keys.remove(&promotion));
                    let words = untrack(|| say::coupon_got(&local(&coupon.name)));
                    announce(&words);
                    toast(words, None);
                    self.taken.run(coupon);
                }
                Err(refusal) => self.problem.set(Some(refusal)),
            }
        });
    }
}

/// A row for each, and what went wrong with the last one.
pub(crate) fn coupon_offers(offered: &[OfferedCoupon], taking: Taking) -> AnyView {
    let rows = offered.iter().cloned().map(|offer| {
        let OfferedCoupon { promotion, name, until, left, .. } = offer;
        view! {
            <li class="coupon-offer" data-testid="coupon-offer">
                <span>
                    <strong>{move || local(&name)}</strong>
                    <br/>
                    <span class="quiet-text">{move || say::coupon_until(&until.to_string())}</span>
                    {left.map(|left| view! { <span class="quiet-text">" · " {move || say::coupon_left(left)}</span> }.into_any())}
                </span>
                <button
                    type="button"
                    class="button primary"
                    data-testid="get-coupon"
                    disabled=move || taking.busy.get()
                    on:click=move |_| taking.take(promotion)
                >
                    {icon(Icon::Plus)} {say::COUPON_GET}
                </button>
            </li>
        }
        .into_any()
    });
    view! {
        <ul class="coupon-offers">{rows.collect_view()}</ul>
        {move || taking.problem.get().map(|refusal| view! { <ErrorPanel refusal=refusal /> })}
    }
    .into_any()
}
