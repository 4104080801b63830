//! What may happen to each unit of a basket.
//!
//! Lines whose units are alike for every promotion are one *kind*. Kinds have an order, dearest first, in which deals fill
//! their groups; a unit's *choices* are the reductions and the parts of deals that may take it.

use std::cmp::Reverse;

use super::rules::allows;
use super::standing::{Live, Role, Standing};
use super::{Context, Cut, Item, Offer, Promotion, PromotionError, Reward, Rules};
use crate::id::{LineId, ProductId};
use crate::money::{Money, MoneyError};
use crate::quantity::Measure;
use crate::ticket::Share;

/// The most that a basket, or bringing it, may come to, in minor units: what any search adds up stays within 64 bits.
pub(super) const MOST: i64 = i64::MAX / 1_024;

/// Whether a cashier has changed a price.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
enum Changed {
    No,
    Price,
    /// Something was taken off: no promotion comes on top.
    Off,
}

/// Units that are alike.
#[derive(Debug)]
pub(super) struct Kind {
    /// What a unit costs before promotions, in minor units.
    pub(super) price: i64,
    /// What a kilogram or a piece of it costs, and how much a unit is: for prices that are set.
    rate: Money,
    measure: Measure,
    product: ProductId,
    changed: Changed,
    /// In which sets of goods it is.
    sets: Vec<usize>,
    /// In which lines, by their key, and how many units in each.
    pub(super) lines: Vec<(usize, u32)>,
    pub(super) count: u32,
}

impl Kind {
    /// Whether it counts for a promotion, where it is among that one's goods.
    pub(super) fn counts_for(&self, promotion: &Promotion) -> bool {
        match self.changed {
            Changed::No => true,
            Changed::Price => promotion.changed_prices,
            Changed::Off => false,
        }
    }

    /// What all of it costs before promotions.
    pub(super) fn amount(&self) -> i64 {
        self.price.saturating_mul(self.count.into())
    }

    /// What a unit costs after a cut; never more than before.
    pub(super) fn cut(&self, cut: Cut) -> i64 {
        match cut {
            Cut::Share(share) => self.price - share_of(self.price, share),
            Cut::Amount(off) => (self.price - off.money().minor).max(0),
            Cut::To(to) => {
                let cost = match self.measure {
                    Measure::Pieces(_) => Ok(to.money()),
                    Measure::Grams(_) => self.measure.cost(to),
                    // A label says a price alone, which is for the weight that the kilogram's price makes of it.
                    Measure::Labelled(label) => label.money().times_ratio(to.money().minor, self.rate.minor),
                };
                cost.map_or(self.price, |cost| cost.minor.min(self.price))
            }
        }
    }
}

/// A share of an amount that is not below zero, rounded to the nearest minor unit.
pub(super) fn share_of(amount: i64, share: Share) -> i64 {
    // The currency does not matter to the ratio, and no share is more than all.
    crate::money::Currency::CNY
        .minor(amount)
        .times_ratio(share.hundredths().into(), 10_000)
        .map_or(amount, |part| part.minor)
}

/// A line as it comes in.
#[derive(Debug)]
pub(super) struct Line {
    pub(super) id: LineId,
    /// As which it came.
    pub(super) came: usize,
    pub(super) measure: Measure,
    pub(super) list: Money,
    /// Before promotions, with what a cashier changed.
    pub(super) amount: Money,
}

/// A basket whose like units are put together.
#[derive(Debug)]
pub(super) struct Basket {
    /// By their keys, so that the order in which they came decides nothing.
    pub(super) lines: Vec<Line>,
    /// Dearest first.
    pub(super) kinds: Vec<Kind>,
    /// Of each set of goods the kinds in it.
    of_set: Vec<Vec<usize>>,
}

impl Basket {
    pub(super) fn of(
        rules: &Rules,
        items: &[Item<'_>],
        context: &Context<'_>,
    ) -> Result<Self, PromotionError> {
        let zero = context.currency.minor(0);
        if let Some(left) = rules.currency.filter(|currency| *currency != context.currency) {
            return Err(MoneyError::Mixed { left, right: context.currency }.into());
        }
        let mut by_key: Vec<(usize, &Item<'_>)> = items.iter().enumerate().collect();
        by_key.sort_by_key(|(_, item)| item.line);
        if let Some(pair) = by_key.windows(2).find(|pair| pair[0].1.line == pair[1].1.line) {
            return Err(PromotionError::LineTwice(pair[0].1.line));
        }
        let mut lines = Vec::with_capacity(items.len());
        let mut sum = 0i64;
        let mut of_lines = Vec::with_capacity(items.len());
        for (at, (came, item)) in by_key.into_iter().enumerate() {
            let measure = item.measure.checked()?;
            let rate = item.change.price.unwrap_or(item.price);
            let list = measure.cost(item.price)?;
            let before = measure.cost(rate)?;
            zero.plus(list)?;
            let off = item.change.off.map_or(Ok(before.currency.minor(0)), |off| off.of(before))?;
            let amount = before.minus(off)?;
            zero.plus(amount)?;
            let more = list.minor.max(amount.minor);
            sum = sum.checked_add(more).filter(|sum| *sum <= MOST).ok_or(MoneyError::Range)?;
            lines.push(Line { id: item.line, came, measure, list, amount });
            let changed = match (item.change.off, item.change.price) {
                (Some(_), _) => Changed::Off,
                (None, Some(_)) => Changed::Price,
                (None, None) => Changed::No,
            };
            let (price, unit) = match measure {
                Measure::Pieces(_) => (rate.money().minor, Measure::Pieces(1)),
                weighed => (before.minor, weighed),
            };
            of_lines.push(Kind {
                price,
                rate: rate.money(),
                measure: unit,
                product: item.product,
                changed,
                sets: rules.sets_of(item),
                lines: vec![(at, measure.items())],
                count: measure.items(),
            });
        }
        // No weighed pack is like another.
        let pack = |kind: &Kind| {
            let weighed = !matches!(kind.measure, Measure::Pieces(_));
            weighed.then(|| lines[kind.lines[0].0].id)
        };
        let key = |kind: &Kind| (Reverse(kind.price), kind.product, kind.changed, pack(kind));
        of_lines.sort_by(|one, other| {
            let line = |kind: &Kind| lines[kind.lines[0].0].id;
            key(one)
                .cmp(&key(other))
                .then_with(|| one.sets.cmp(&other.sets))
                .then_with(|| line(one).cmp(&line(other)))
        });
        let mut kinds: Vec<Kind> = Vec::with_capacity(of_lines.len());
        for kind in of_lines {
            match kinds.last_mut().filter(|last| key(last) == key(&kind) && last.sets == kind.sets) {
                Some(last) => {
                    last.count = last.count.checked_add(kind.count).ok_or(MoneyError::Range)?;
                    last.lines.extend(kind.lines);
                }
                None => kinds.push(kind),
            }
        }
        let mut of_set = vec![Vec::new(); rules.sets];
        for (at, kind) in kinds.iter().enumerate() {
            kind.sets.iter().for_each(|set| of_set[*set].push(at));
        }
        Ok(Self { lines, kinds, of_set })
    }

    /// The kinds in a set of goods.
    pub(super) fn in_set(&self, set: usize) -> &[usize] {
        &self.of_set[set]
    }
}

/// One thing that may happen to a unit.
#[derive(Clone, Copy, Debug)]
pub(super) struct Choice {
    /// The place of a reduction among what is live.
    pub(super) reduction: Option<usize>,
    /// The place of a deal among what is live, and the part for which it takes the unit.
    pub(super) deal: Option<(usize, usize)>,
    /// What the unit costs after the reduction.
    pub(super) price: i64,
    /// At least this unit's part of what the deal saves, however its group is filled: all parts of a group together are
    /// never less than what it saves.
    pub(super) hope: i64,
}

/// What may happen to every unit.
#[derive(Debug)]
pub(super) struct Choices {
    /// Of each kind; in a group of a deal the units of a kind come in this order. To be left alone comes last.
    pub(super) of_kind: Vec<Vec<Choice>>,
    /// The kinds in the order in which they are decided on.
    pub(super) order: Vec<usize>,
}

impl Choices {
    pub(super) fn of(basket: &Basket, standing: &Standing<'_>) -> Self {
        let live = &standing.live;
        let mut touching = vec![(Vec::new(), Vec::new()); basket.kinds.len()];
        for (place, one) in live.iter().enumerate() {
            for (part, kinds) in one.kinds.iter().enumerate() {
                for kind in kinds {
                    match one.role {
                        Role::Reduction => touching[*kind].0.push(place),
                        Role::Deal => touching[*kind].1.push((place, part)),
                        Role::Basket | Role::Gifts => {}
                    }
                }
            }
        }
        let of_kind = basket
            .kinds
            .iter()
            .zip(&touching)
            .map(|(kind, (reductions, deals))| {
                let cuts: Vec<(usize, i64)> = reductions
                    .iter()
                    .filter_map(|place| match &live[*place].promotion().offer {
                        Offer::Reduction { cut, .. } => Some((*place, kind.cut(*cut))),
                        _ => None,
                    })
                    .filter(|(_, price)| *price < kind.price)
                    .collect();
                let mut choices = Vec::new();
                let cuts = cuts.into_iter().map(|(place, price)| (Some(place), price));
                for (reduction, price) in std::iter::once((None, kind.price)).chain(cuts) {
                    choices.push(Choice { reduction, deal: None, price, hope: 0 });
                    for (deal, part) in deals {
                        let goes = |place: usize| combine(live[place].promotion(), live[*deal].promotion());
                        if reduction.is_none_or(goes) {
                            let hope = hope(&live[*deal], *part, kind.price, price);
                            choices.push(Choice { reduction, deal: Some((*deal, *part)), price, hope });
                        }
                    }
                }
                // What can always be had comes last, so that no beginning leads nowhere.
                choices.sort_by_key(|choice| {
                    let alone = choice.deal.is_none() && choice.reduction.is_none();
                    let limited = |place: usize| live[place].limit.is_some() || live[place].budget.is_some();
                    let ends = choice.deal.is_some() || choice.reduction.is_some_and(limited);
                    let order = (Reverse(choice.price), choice.reduction, choice.deal);
                    (choice.deal.is_none(), !ends, alone, order)
                });
                choices
            })
            .collect();
        Self { of_kind, order: order(basket, standing) }
    }
}

/// Whether two promotions may touch the same goods.
pub(super) fn combine(one: &Promotion, other: &Promotion) -> bool {
    allows(one, other.id) && allows(other, one.id)
}

/// What a unit that costs `before`, and `price` after its reduction, hopes for of a deal.
fn hope(deal: &Live<'_>, part: usize, before: i64, price: i64) -> i64 {
    let Offer::Deal { parts, reward } = &deal.promotion().offer else { return 0 };
    let pieces: i64 = parts.iter().map(|part| i64::from(part.pieces)).sum();
    let hope = match *reward {
        Reward::Price { price: all } => price - all.money().minor / pieces,
        Reward::Amount { off } => {
            let off = off.money().minor;
            off / pieces + i64::from(off % pieces != 0)
        }
        Reward::Share { off } => share_of(price, off),
        // Those that stand last cost least before reductions, and after them no more than that.
        Reward::Cheapest { pieces: last, off } => {
            let (last, share) = (i128::from(last), i128::from(off.hundredths()));
            // Each of the last may have been rounded up by a half.
            let doubled = 2 * i128::from(before) * share * last + 10_000 * last;
            let whole = 2 * 10_000 * i128::from(pieces);
            i64::try_from((doubled + whole - 1) / whole).unwrap_or(before)
        }
        Reward::Part { part: cheaper, off } if usize::from(cheaper) == part => share_of(price, off),
        Reward::Part { .. } => 0,
    };
    // It may be more than the unit costs: what an amount takes off others falls on these too.
    hope.max(0)
}

/// The order in which kinds are decided on: within each deal dearest first, and otherwise so that as few deals, limits and
/// rules of a part of the basket as can be are under way at a time.
fn order(basket: &Basket, standing: &Standing<'_>) -> Vec<usize> {
    let kinds = basket.kinds.len();
    // What ties kinds together: deals, which have an order, and what is only better decided at once.
    let mut deals: Vec<Vec<usize>> = Vec::new();
    let mut others: Vec<&[usize]> = Vec::new();
    for one in &standing.live {
        match one.role {
            Role::Deal => {
                let mut touched: Vec<usize> = one.kinds.iter().flatten().copied().collect();
                touched.sort_unstable();
                touched.dedup();
                deals.push(touched);
            }
            Role::Reduction if one.limit.is_some() || one.budget.is_some() => others.push(&one.kinds[0]),
            Role::Basket if one.kinds[0].len() < kinds => others.push(&one.kinds[0]),
            Role::Reduction | Role::Basket | Role::Gifts => {}
        }
    }
    let ties = deals.iter().map(|deal| &deal[..]).chain(others);
    let mut ties_of = vec![Vec::new(); kinds];
    let mut left = Vec::new();
    for (tie, touched) in ties.enumerate() {
        touched.iter().for_each(|kind| ties_of[*kind].push(tie));
        left.push((touched.len(), false));
    }
    // How many dearer kinds of its deals a kind still waits for.
    let mut waits = vec![0u32; kinds];
    deals.iter().flat_map(|deal| deal.iter().skip(1)).for_each(|kind| waits[*kind] += 1);
    let mut next = vec![1; deals.len()];
    let mut ready: Vec<usize> = (0..kinds).filter(|kind| waits[*kind] == 0).collect();
    let mut order = Vec::with_capacity(kinds);
    loop {
        let cost = |kind: &usize| {
            let of = ties_of[*kind].iter();
            let count = |which: &dyn Fn(&usize) -> bool| of.clone().filter(|tie| which(tie)).count();
            let begun = |tie: &usize| left[*tie].1;
            (
                count(&|tie| !begun(tie) && *tie < deals.len()),
                count(&|tie| !begun(tie)),
                Reverse(count(&|tie| left[*tie].0 == 1)),
                Reverse(count(&begun)),
                *kind,
            )
        };
        let Some(place) = (0..ready.len()).min_by_key(|place| cost(&ready[*place])) else { return order };
        let kind = ready.swap_remove(place);
        order.push(kind);
        for tie in &ties_of[kind] {
            left[*tie] = (left[*tie].0 - 1, true);
            if let Some(follower) = deals.get(*tie).and_then(|deal| deal.get(next[*tie])) {
                next[*tie] += 1;
                waits[*follower] -= 1;
                if waits[*follower] == 0 {
                    ready.push(*follower);
                }
            }
        }
    }
}
