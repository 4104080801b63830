//! Which promotions may apply to a basket at all, and why the others may not.

use super::choices::Basket;
use super::rules::Rule;
use super::{Context, Least, Offer, Promotion, PromotionError, Reason, Remaining, Rules};
use crate::id::PromotionId;
use crate::money::{Money, MoneyError};

/// On what a promotion works.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Role {
    Reduction,
    Deal,
    Basket,
    Gifts,
}

/// A promotion that may apply.
#[derive(Debug)]
pub(super) struct Live<'a> {
    pub(super) rule: &'a Rule,
    pub(super) role: Role,
    /// The kinds that count: of its goods, or of each part.
    pub(super) kinds: Vec<Vec<usize>>,
    /// How often it may still apply, where that is less than it could.
    pub(super) limit: Option<u32>,
    /// How much it may still save, where that is less than it could.
    pub(super) budget: Option<i64>,
}

impl<'a> Live<'a> {
    pub(super) fn promotion(&self) -> &'a Promotion {
        &self.rule.promotion
    }
}

/// What is live, and what is not.
#[derive(Debug)]
pub(super) struct Standing<'a> {
    /// By id.
    pub(super) live: Vec<Live<'a>>,
    /// Of what is live, what works on the basket.
    pub(super) of_basket: Vec<usize>,
    /// By id.
    pub(super) out: Vec<(PromotionId, Reason)>,
    /// What bringing it costs.
    pub(super) delivery: i64,
}

impl<'a> Standing<'a> {
    pub(super) fn of(
        rules: &'a Rules,
        basket: &Basket,
        context: &Context<'_>,
    ) -> Result<Self, PromotionError> {
        context.currency.minor(0).plus(context.delivery)?;
        let delivery = context.delivery.minor;
        if delivery < 0 {
            return Err(PromotionError::Delivery);
        }
        if delivery > super::choices::MOST {
            return Err(MoneyError::Range.into());
        }
        let mut remaining: Vec<&Remaining> = context.remaining.iter().collect();
        remaining.sort_by_key(|left| left.promotion);
        let mut standing = Self { live: Vec::new(), of_basket: Vec::new(), out: Vec::new(), delivery };
        for rule in &rules.rules {
            let promotion = &rule.promotion;
            let left = remaining.partition_point(|left| left.promotion < promotion.id);
            let left = remaining[left..].iter().take_while(|left| left.promotion == promotion.id);
            let left = least(left.copied(), promotion, context)?;
            let stands = holds(promotion, context)
                .and_then(|()| left.any())
                .and_then(|()| live(rule, basket, context, &left));
            match stands {
                Ok(live) => {
                    if live.role == Role::Basket {
                        standing.of_basket.push(standing.live.len());
                    }
                    standing.live.push(live);
                }
                Err(reason) => standing.out.push((promotion.id, reason)),
            }
        }
        Ok(standing)
    }
}

/// What is left of a promotion, of all that was said about it the least.
struct Left {
    stock: Option<u32>,
    member: Option<u32>,
    budget: Option<i64>,
}

impl Left {
    fn any(&self) -> Result<(), Reason> {
        match self {
            Self { stock: Some(0), .. } => Err(Reason::SoldOut),
            Self { member: Some(0), .. } => Err(Reason::LimitReached),
            Self { budget: Some(..=0), .. } => Err(Reason::BudgetUsedUp),
            _ => Ok(()),
        }
    }
}

fn least<'a>(
    said: impl Iterator<Item = &'a Remaining>,
    promotion: &Promotion,
    context: &Context<'_>,
) -> Result<Left, PromotionError> {
    let mut left = Left { stock: None, member: None, budget: None };
    let lower = |one: Option<u32>, other: Option<u32>| one.into_iter().chain(other).min();
    for one in said {
        left.stock = lower(left.stock, one.stock);
        left.member = lower(left.member, one.member);
        if let Some(budget) = one.budget {
            context.currency.minor(0).plus(budget)?;
            left.budget = left.budget.into_iter().chain([budget.minor]).min();
        }
    }
    // What a basket may have is one more limit, which is never zero.
    left.stock = lower(left.stock, promotion.per_basket);
    Ok(left)
}

/// Whether it holds now, here and for this person.
fn holds(promotion: &Promotion, context: &Context<'_>) -> Result<(), Reason> {
    let (when, at, now) = (&promotion.when, &promotion.at, context.now);
    if let Some(from) = when.from.filter(|from| now.day < *from) {
        return Err(Reason::NotYet { from });
    }
    if let Some(until) = when.until.filter(|until| now.day > *until) {
        return Err(Reason::Over { until });
    }
    let open = |hours: &crate::hours::WeeklyHours| {
        hours.weekday == now.day.weekday() && (hours.opens..hours.closes).contains(&now.minute)
    };
    if !when.hours.is_empty() && !when.hours.iter().any(open) {
        return Err(Reason::OtherHours);
    }
    if !at.shops.is_empty() && !at.shops.contains(&context.shop) {
        return Err(Reason::OtherShop);
    }
    if !at.channels.is_empty() && !at.channels.contains(&context.channel) {
        return Err(Reason::OtherChannel);
    }
    let touchpoint = |touchpoint| at.touchpoints.contains(touchpoint);
    if !at.touchpoints.is_empty() && !context.touchpoint.is_some_and(touchpoint) {
        return Err(Reason::OtherTouchpoint);
    }
    match (promotion.members, context.member) {
        (Some(_), None) => return Err(Reason::MembersOnly),
        (Some(level), Some(member)) if member < level => return Err(Reason::HigherLevel { level }),
        _ => {}
    }
    if promotion.coupon && !context.coupons.contains(&promotion.id) {
        return Err(Reason::CouponNotGiven);
    }
    Ok(())
}

fn live<'a>(rule: &'a Rule, basket: &Basket, context: &Context<'_>, left: &Left) -> Result<Live<'a>, Reason> {
    let promotion = &rule.promotion;
    let counting = |set: usize| {
        basket.in_set(set).iter().copied().filter(|kind| basket.kinds[*kind].counts_for(promotion))
    };
    let kinds: Vec<Vec<usize>> = rule.goods.iter().map(|set| counting(*set).collect()).collect();
    let gives_things = matches!(promotion.offer, Offer::Gifts { .. });
    if kinds.iter().all(Vec::is_empty) && !gives_things {
        let changed = rule.goods.iter().any(|set| !basket.in_set(*set).is_empty());
        return Err(if changed { Reason::PricesChanged } else { Reason::NothingQualifies });
    }
    let units = |kinds: &mut dyn Iterator<Item = usize>| {
        kinds.fold(0u32, |sum, kind| sum.saturating_add(basket.kinds[kind].count))
    };
    let amount = |kinds: &mut dyn Iterator<Item = usize>| {
        kinds.fold(0i64, |sum, kind| sum.saturating_add(basket.kinds[kind].amount()))
    };
    let missing = |more: i64| Reason::AmountMissing { more: context.currency.minor(more) };
    for (need, set) in promotion.needs.iter().zip(&rule.needs) {
        match need.least {
            Least::Pieces(least) => {
                let more = least.saturating_sub(units(&mut counting(*set)));
                if more > 0 {
                    return Err(Reason::PiecesMissing { more });
                }
            }
            Least::Amount(least) => {
                let more = least.money().minor - amount(&mut counting(*set));
                if more > 0 {
                    return Err(missing(more));
                }
            }
        }
    }
    let mut live = Live { rule, role: Role::Gifts, kinds, limit: left.stock, budget: left.budget };
    live.limit = live.limit.into_iter().chain(left.member).min();
    match &promotion.offer {
        Offer::Gifts { .. } => return Ok(live),
        Offer::Spend { steps, .. } => {
            live.role = Role::Basket;
            let from = steps.first().map_or(0, |step| step.from.money().minor);
            let more = from - amount(&mut live.kinds[0].iter().copied());
            if more > 0 {
                return Err(missing(more));
            }
            return Ok(live);
        }
        Offer::Delivery { from, .. } => {
            live.role = Role::Basket;
            if context.delivery.is_zero() {
                return Err(Reason::NoDelivery);
            }
            let more = from.money().minor - amount(&mut live.kinds[0].iter().copied());
            if more > 0 {
                return Err(missing(more));
            }
            return Ok(live);
        }
        Offer::Reduction { .. } => live.role = Role::Reduction,
        Offer::Deal { parts, .. } => {
            live.role = Role::Deal;
            let short = |(part, kinds): (&super::Part, &Vec<usize>)| {
                u32::from(part.pieces).saturating_sub(units(&mut kinds.iter().copied()))
            };
            let short: u32 = parts.iter().zip(&live.kinds).map(short).sum();
            let all: u32 = parts.iter().map(|part| u32::from(part.pieces)).sum();
            let mut touched: Vec<usize> = live.kinds.iter().flatten().copied().collect();
            touched.sort_unstable();
            touched.dedup();
            let more = short.max(all.saturating_sub(units(&mut touched.into_iter())));
            if more > 0 {
                return Err(Reason::PiecesMissing { more });
            }
        }
    }
    // A limit that cannot be reached ties nothing together.
    let could = live
        .kinds
        .iter()
        .enumerate()
        .map(|(part, kinds)| match &promotion.offer {
            Offer::Deal { parts, .. } => units(&mut kinds.iter().copied()) / u32::from(parts[part].pieces),
            _ => units(&mut kinds.iter().copied()),
        })
        .min();
    live.limit = live.limit.filter(|limit| could.is_none_or(|could| *limit < could));
    let all = amount(&mut live.kinds.iter().flatten().copied());
    live.budget = live.budget.filter(|budget| *budget < all);
    Ok(live)
}

/// What is left to be saved by a basket rule: the least of its own most and of its budget.
pub(super) fn most(live: &Live<'_>, delivery: i64) -> i64 {
    let own = match &live.promotion().offer {
        Offer::Spend { at_most, .. } => at_most.map_or(i64::MAX, |most| most.money().minor),
        Offer::Delivery { off, .. } => {
            off.map_or(delivery, |off: crate::money::Price| Money::from(off).minor.min(delivery))
        }
        _ => 0,
    };
    live.budget.map_or(own, |budget| own.min(budget))
}
