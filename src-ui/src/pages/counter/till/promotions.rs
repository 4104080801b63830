//! What promotions make of the ticket: what each takes off, and why the others do not.

use leptos::prelude::*;
use ministore_core::promotion::{Outcome, Reason, Verdict};

use super::rung::TillDesk;
use crate::i18n::{self, local, number, say};
use crate::state::promotions::name_of;
use crate::widgets::icon::{Icon, icon};

/// A row for each that applies.
pub(super) fn applied(till: TillDesk) -> AnyView {
    let rows = move || {
        till.with_promoted(|priced| {
            let verdicts = priced.as_ref().map_or(&[][..], |priced| &priced.verdicts);
            let applied = verdicts.iter().filter_map(|verdict| match verdict.outcome {
                Outcome::Applied { saved, .. } if !saved.is_zero() => Some((verdict.promotion, saved)),
                _ => None,
            });
            let rows = applied.map(|(promotion, saved)| {
                view! {
                    <div class="till-sum till-promotion" data-testid="promotion">
                        <dt>{move || name_of(promotion).map(|name| local(&name))}</dt>
                        <dd>"−" {i18n::money(saved)}</dd>
                    </div>
                }
                .into_any()
            });
            rows.collect_view()
        })
    };
    rows.into_any()
}

/// Every promotion, those that apply first, each with what became of it.
pub(super) fn verdicts(till: TillDesk) -> AnyView {
    let rows = move || {
        let mut verdicts =
            till.with_promoted(|priced| priced.as_ref().map_or(Vec::new(), |priced| priced.verdicts.clone()));
        verdicts.sort_by_key(rank);
        let rows = verdicts.into_iter().map(|verdict| {
            let applied = matches!(verdict.outcome, Outcome::Applied { .. });
            let sign = if applied { Icon::Check } else { Icon::Minus };
            view! {
                <li class="verdict" data-testid="verdict" data-applied=applied.then_some("")>
                    {icon(sign)}
                    <span>
                        <strong>{move || name_of(verdict.promotion).map(|name| local(&name))}</strong>
                        <br/>
                        <span class="quiet-text">{move || words(verdict.outcome)}</span>
                    </span>
                </li>
            }
            .into_any()
        });
        rows.collect_view()
    };
    view! { <ul class="verdicts" tabindex="0" aria-label=say::PROMOTION_WHY>{rows}</ul> }.into_any()
}

/// Those that apply, those that a little more would bring, the others.
const fn rank(verdict: &Verdict) -> u8 {
    match verdict.outcome {
        Outcome::Applied { .. } => 0,
        Outcome::Not { reason: Reason::PiecesMissing { .. } | Reason::AmountMissing { .. } } => 1,
        Outcome::Not { reason: Reason::MembersOnly | Reason::CouponNotGiven } => 2,
        Outcome::Not { .. } => 3,
    }
}

/// What became of a promotion, in words. Tracked.
pub(super) fn words(outcome: Outcome) -> String {
    let name = |promotion| name_of(promotion).map_or_else(String::new, |name| local(&name));
    let reason = match outcome {
        Outcome::Applied { saved, times } if times > 1 => {
            return say::promotion_applied_times(&i18n::money(saved), &number(times.into()));
        }
        Outcome::Applied { saved, .. } => return say::promotion_applied(&i18n::money(saved)),
        Outcome::Not { reason } => reason,
    };
    match reason {
        Reason::NotYet { from } => say::promotion_not_yet(&from.to_string()),
        Reason::Over { until } => say::promotion_over(&until.to_string()),
        Reason::OtherHours => say::PROMOTION_OTHER_HOURS().to_owned(),
        Reason::OtherShop => say::PROMOTION_OTHER_SHOP().to_owned(),
        Reason::OtherChannel => say::PROMOTION_OTHER_CHANNEL().to_owned(),
        Reason::OtherTouchpoint => say::PROMOTION_OTHER_TOUCHPOINT().to_owned(),
        Reason::MembersOnly => say::PROMOTION_MEMBERS_ONLY().to_owned(),
        Reason::HigherLevel { level } => say::promotion_higher_level(&number(level.into())),
        Reason::CouponNotGiven => say::PROMOTION_COUPON_NOT_GIVEN().to_owned(),
        Reason::SoldOut => say::PROMOTION_SOLD_OUT().to_owned(),
        Reason::LimitReached => say::PROMOTION_LIMIT_REACHED().to_owned(),
        Reason::BudgetUsedUp => say::PROMOTION_BUDGET_USED_UP().to_owned(),
        Reason::NothingQualifies => say::PROMOTION_NOTHING_QUALIFIES().to_owned(),
        Reason::PricesChanged => say::PROMOTION_PRICES_CHANGED().to_owned(),
        Reason::PiecesMissing { more } => say::promotion_pieces_missing(more),
        Reason::AmountMissing { more } => say::promotion_amount_missing(&i18n::money(more)),
        Reason::NoDelivery => say::PROMOTION_NO_DELIVERY().to_owned(),
        Reason::SavesNothing | Reason::NotCheaper => say::PROMOTION_NOT_CHEAPER().to_owned(),
        Reason::BeatenBy { by, saves } => say::promotion_beaten_by(&name(by), &i18n::money(saves)),
        Reason::ExcludedBy { by } => say::promotion_excluded_by(&name(by)),
    }
}
