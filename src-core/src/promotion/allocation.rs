//! What was chosen, shared out to lines to the last minor unit, and what became of each promotion.

use std::collections::BTreeMap;

use super::choices::{Basket, combine};
use super::search::{Found, Pick, Taking, group_off, unit_off};
use super::spill::spread;
use super::standing::{Live, Role, Standing};
use super::{
    Allocation, Bound, Context, DeliveryOff, Granted, Offer, Outcome, Priced, PricedLine, PromotionError,
    Reason, Reward, Rules, Verdict,
};
use crate::id::PromotionId;
use crate::money::{Currency, MoneyError};

/// Units that count for a basket rule together or not at all: those of one choice, or of one group of a deal.
#[derive(Debug)]
struct Portion {
    kinds: Vec<usize>,
    /// What took them.
    takers: Vec<usize>,
    /// In which lines, and what is left to pay there.
    lines: Vec<(usize, i64)>,
}

/// A combination, reckoned out.
#[derive(Debug)]
pub(super) struct Settled {
    /// What each promotion, by its place among what is live, takes off each line.
    off: BTreeMap<(usize, usize), i64>,
    /// What each takes off in all, and how often.
    by: Vec<(i64, u32)>,
    portions: Vec<Portion>,
    pub(super) saved: i64,
}

impl Settled {
    /// The places of the promotions that save something.
    pub(super) fn used(&self) -> impl Iterator<Item = usize> {
        self.by.iter().enumerate().filter(|(_, by)| by.0 > 0).map(|(place, _)| place)
    }

    /// What counts for a basket rule.
    pub(super) fn counted(&self, basket: &Basket, standing: &Standing<'_>, place: usize) -> i64 {
        let scope = scope(basket, &standing.live[place]);
        self.portions
            .iter()
            .filter(|portion| portion.counts(standing, &scope, place))
            .flat_map(|portion| &portion.lines)
            .map(|(_, left)| left)
            .sum()
    }

    fn take(&mut self, line: usize, place: usize, off: i64) {
        if off > 0 {
            *self.off.entry((line, place)).or_default() += off;
            self.by[place].0 += off;
            self.saved += off;
        }
    }
}

impl Portion {
    fn counts(&self, standing: &Standing<'_>, scope: &[bool], place: usize) -> bool {
        let goes =
            |taker: &usize| combine(standing.live[*taker].promotion(), standing.live[place].promotion());
        self.kinds.iter().all(|kind| scope[*kind]) && self.takers.iter().all(goes)
    }
}

fn scope(basket: &Basket, live: &Live<'_>) -> Vec<bool> {
    let mut scope = vec![false; basket.kinds.len()];
    live.kinds[0].iter().for_each(|kind| scope[*kind] = true);
    scope
}

/// A group of a deal while it is filled.
struct Group {
    place: usize,
    filled: Vec<u8>,
    /// Of each unit: its kind, its line, what its reduction left, and what is taken off it alone.
    units: Vec<(usize, usize, i64, i64)>,
    takers: Vec<usize>,
}

/// Reckons out what was picked, and what the basket rules at `together` take of the rest. What is not picked stays as it is.
pub(super) fn settle(
    basket: &Basket,
    standing: &Standing<'_>,
    picks: &[Pick],
    together: &[usize],
) -> Settled {
    let mut settled = Settled {
        off: BTreeMap::new(),
        by: vec![(0, 0); standing.live.len()],
        portions: Vec::with_capacity(picks.len()),
        saved: 0,
    };
    let mut groups: Vec<Group> = Vec::new();
    // Of each kind, the line that has units left, and how many.
    let mut next: Vec<(usize, u32)> = basket.kinds.iter().map(|kind| (0, kind.lines[0].1)).collect();
    for pick in picks {
        let kind = &basket.kinds[pick.kind];
        let mut count = pick.count;
        let mut lines = Vec::new();
        while count > 0 {
            let (at, left) = next[pick.kind];
            let taken = count.min(left);
            lines.push((kind.lines[at].0, taken));
            count -= taken;
            next[pick.kind] = match left - taken {
                0 => (at + 1, kind.lines.get(at + 1).map_or(0, |line| line.1)),
                left => (at, left),
            };
            if next[pick.kind].1 == 0 {
                break;
            }
        }
        if let Some(reduction) = pick.choice.reduction {
            for (line, count) in &lines {
                settled.take(*line, reduction, (kind.price - pick.choice.price) * i64::from(*count));
            }
            settled.by[reduction].1 = settled.by[reduction].1.saturating_add(pick.count);
        }
        match pick.choice.deal {
            None => settled.portions.push(Portion {
                kinds: vec![pick.kind],
                takers: pick.choice.reduction.into_iter().collect(),
                lines: lines
                    .into_iter()
                    .map(|(line, count)| (line, pick.choice.price * i64::from(count)))
                    .collect(),
            }),
            Some((place, part)) => {
                for (line, count) in lines {
                    for _ in 0..count {
                        fill(standing, &mut settled, &mut groups, *pick, (place, part), line);
                    }
                }
            }
        }
    }
    take_of_basket(basket, standing, &mut settled, together);
    settled
}

/// Puts a unit into the first group of a deal that has room, and reckons that out once it is full.
fn fill(
    standing: &Standing<'_>,
    settled: &mut Settled,
    groups: &mut Vec<Group>,
    pick: Pick,
    (place, part): (usize, usize),
    line: usize,
) {
    let Offer::Deal { parts, reward } = &standing.live[place].promotion().offer else { return };
    let pieces = parts[part].pieces;
    let room = |group: &Group| group.place == place && group.filled[part] < pieces;
    let at = groups.iter().position(room).unwrap_or_else(|| {
        groups.push(Group { place, filled: vec![0; parts.len()], units: Vec::new(), takers: vec![place] });
        groups.len() - 1
    });
    let group = &mut groups[at];
    let price = pick.choice.price;
    let off = unit_off(*reward, part, group.filled[part], pieces, price);
    group.filled[part] += 1;
    group.units.push((pick.kind, line, price, off));
    group.takers.extend(pick.choice.reduction);
    if group.filled.iter().zip(parts).any(|(filled, part)| *filled < part.pieces) {
        return;
    }
    let mut group = groups.remove(at);
    if matches!(reward, Reward::Price { .. } | Reward::Amount { .. }) {
        let all = group_off(*reward, group.units.iter().map(|unit| unit.2).sum());
        let weights: Vec<i64> = group.units.iter().map(|unit| unit.2).collect();
        for (unit, part) in group.units.iter_mut().zip(shared(all, &weights)) {
            unit.3 = part;
        }
    }
    let saves: i64 = group.units.iter().map(|unit| unit.3).sum();
    settled.by[place].1 += u32::from(saves > 0);
    for (_, line, _, off) in &group.units {
        settled.take(*line, place, *off);
    }
    settled.portions.push(Portion {
        kinds: group.units.iter().map(|unit| unit.0).collect(),
        takers: group.takers,
        lines: group.units.iter().map(|(_, line, price, off)| (*line, price - off)).collect(),
    });
}

/// An amount in parts by weights, adding up to it exactly; nothing where there is nothing to weigh.
fn shared(all: i64, weights: &[i64]) -> Vec<i64> {
    let weights: Vec<u64> = weights.iter().map(|weight| weight.unsigned_abs()).collect();
    // The currency does not matter to the parts.
    let parts = Currency::CNY.minor(all).share_out(&weights);
    parts.map_or_else(|_| vec![0; weights.len()], |parts| parts.into_iter().map(|part| part.minor).collect())
}

fn take_of_basket(basket: &Basket, standing: &Standing<'_>, settled: &mut Settled, together: &[usize]) {
    let mut goods: Vec<(usize, Taking)> = Vec::new();
    for place in together {
        let taking = Taking::of(*place, &standing.live[*place], standing.delivery);
        if taking.delivery {
            let off = taking.off(settled.counted(basket, standing, *place));
            settled.by[*place] = (off, u32::from(off > 0));
            settled.saved += off;
        } else {
            goods.push((*place, taking));
        }
    }
    if goods.is_empty() {
        return;
    }
    // What counts for the same rules is one cell, and in it what lies in each line.
    let mut cells: BTreeMap<u64, BTreeMap<usize, i64>> = BTreeMap::new();
    let scopes: Vec<_> = goods.iter().map(|(place, _)| scope(basket, &standing.live[*place])).collect();
    for portion in &settled.portions {
        let bits = goods.iter().enumerate().fold(0u64, |bits, (at, (place, _))| {
            bits | (u64::from(portion.counts(standing, &scopes[at], *place)) << at)
        });
        let cell = cells.entry(bits).or_default();
        portion.lines.iter().for_each(|(line, left)| *cell.entry(*line).or_default() += left);
    }
    let cells: Vec<(u64, Vec<(usize, i64)>)> =
        cells.into_iter().map(|(bits, lines)| (bits, lines.into_iter().collect())).collect();
    let counts = |at: usize, bits: u64| bits >> at & 1 == 1;
    let takes: Vec<i64> = goods
        .iter()
        .enumerate()
        .map(|(at, (_, taking))| {
            let counting = cells.iter().filter(|(bits, _)| counts(at, *bits));
            taking.off(counting.flat_map(|(_, lines)| lines).map(|(_, left)| left).sum())
        })
        .collect();
    // Each rule of all that counts for it, in proportion.
    let mut off: Vec<Vec<Vec<i64>>> = Vec::new();
    for (at, take) in takes.iter().enumerate() {
        let weights: Vec<i64> = cells
            .iter()
            .flat_map(|(bits, lines)| {
                lines.iter().map(move |(_, left)| if counts(at, *bits) { *left } else { 0 })
            })
            .collect();
        let mut parts = shared(*take, &weights).into_iter();
        off.push(cells.iter().map(|(_, lines)| parts.by_ref().take(lines.len()).collect()).collect());
    }
    let too_much = cells.iter().enumerate().any(|(cell, (_, lines))| {
        let taken = |line: usize| off.iter().map(|of_rule| of_rule[cell][line]).sum::<i64>();
        lines.iter().enumerate().any(|(line, (_, left))| taken(line) > *left)
    });
    if too_much {
        let holds: Vec<(u64, i64)> =
            cells.iter().map(|(bits, lines)| (*bits, lines.iter().map(|line| line.1).sum())).collect();
        let given = spread(&takes, &holds);
        for (cell, (_, lines)) in cells.iter().enumerate() {
            let mut left: Vec<i64> = lines.iter().map(|line| line.1).collect();
            for (rule, given) in given.iter().enumerate() {
                let parts = shared(given[cell], &left);
                left.iter_mut().zip(&parts).for_each(|(left, part)| *left -= part);
                off[rule][cell] = parts;
            }
        }
    }
    for ((place, _), off) in goods.iter().zip(off) {
        for ((_, lines), off) in cells.iter().zip(off) {
            for ((line, _), off) in lines.iter().zip(off) {
                settled.take(*line, *place, off);
            }
        }
        settled.by[*place].1 = u32::from(settled.by[*place].0 > 0);
    }
}

/// The answer for what was found.
pub(super) fn priced(
    rules: &Rules,
    basket: &Basket,
    standing: &Standing<'_>,
    context: &Context<'_>,
    found: Found,
) -> Result<Priced, PromotionError> {
    let money = |minor| context.currency.minor(minor);
    let Found { settled, together, most } = found;
    let id = |place: usize| standing.live[place].promotion().id;
    let mut lines: Vec<PricedLine> = basket
        .lines
        .iter()
        .map(|line| PricedLine { line: line.id, measure: line.measure, list: line.list, paid: line.amount })
        .collect();
    let mut allocations = Vec::with_capacity(settled.off.len());
    for ((line, place), off) in &settled.off {
        let (place, off) = (id(*place), money(*off));
        lines[*line].paid = lines[*line].paid.minus(off)?;
        allocations
            .push((basket.lines[*line].came, Allocation { line: lines[*line].line, promotion: place, off }));
    }
    allocations.sort_by_key(|(came, allocation)| (*came, allocation.promotion));
    let allocations = allocations.into_iter().map(|(_, allocation)| allocation).collect();
    if lines.iter().any(|line| line.paid.minor < 0) {
        return Err(MoneyError::Range.into());
    }
    let mut came: Vec<(usize, PricedLine)> = basket.lines.iter().map(|line| line.came).zip(lines).collect();
    came.sort_by_key(|(came, _)| *came);
    let lines = came.into_iter().map(|(_, line)| line).collect();
    let delivery_off = together
        .iter()
        .filter(|place| matches!(standing.live[**place].promotion().offer, Offer::Delivery { .. }))
        .map(|place| DeliveryOff { promotion: id(*place), off: money(settled.by[*place].0) })
        .find(|off| !off.off.is_zero());
    let delivery = match delivery_off {
        Some(off) => context.delivery.minus(off.off)?,
        None => context.delivery,
    };
    let mut gifts = Vec::new();
    let mut verdicts: Vec<Verdict> = standing
        .out
        .iter()
        .map(|(promotion, reason)| Verdict {
            promotion: *promotion,
            outcome: Outcome::Not { reason: *reason },
        })
        .collect();
    let judge = Judge { basket, standing, settled: &settled, context, by_saving: by_saving(&settled) };
    let mut granted: Vec<usize> = Vec::new();
    for (place, live) in standing.live.iter().enumerate() {
        let (saved, times) = settled.by[place];
        let outcome = if saved > 0 {
            Outcome::Applied { saved: money(saved), times }
        } else if let Offer::Gifts { gifts: of } = &live.promotion().offer {
            match judge.excluded(place, &granted) {
                Some(reason) => Outcome::Not { reason },
                None => {
                    granted.push(place);
                    gifts.extend(of.iter().map(|gift| Granted { promotion: id(place), gift: *gift }));
                    Outcome::Applied { saved: money(0), times: 1 }
                }
            }
        } else {
            Outcome::Not { reason: judge.reason(place) }
        };
        verdicts.push(Verdict { promotion: id(place), outcome });
    }
    verdicts.sort_by_key(|verdict| verdict.promotion);
    debug_assert_eq!(verdicts.len(), rules.rules.len());
    let bound = match most - settled.saved {
        ..=0 => Bound::Exact,
        missed => Bound::Within(money(missed)),
    };
    let saved = money(settled.saved);
    Ok(Priced { lines, allocations, verdicts, delivery, delivery_off, gifts, saved, bound })
}

/// The places of what is used, what saves most first.
fn by_saving(settled: &Settled) -> Vec<usize> {
    let mut used: Vec<usize> = settled.used().collect();
    used.sort_by_key(|place| (std::cmp::Reverse(settled.by[*place].0), *place));
    used
}

/// Says why promotions did not apply.
struct Judge<'a> {
    basket: &'a Basket,
    standing: &'a Standing<'a>,
    settled: &'a Settled,
    context: &'a Context<'a>,
    by_saving: Vec<usize>,
}

impl Judge<'_> {
    fn id(&self, place: usize) -> PromotionId {
        self.standing.live[place].promotion().id
    }

    /// Where another of its group applies, or one of `granted`.
    fn excluded(&self, place: usize, granted: &[usize]) -> Option<Reason> {
        let group = |place: usize| self.standing.live[place].promotion().stacking.group.as_ref();
        let own = group(place)?;
        let mut others = self.by_saving.iter().chain(granted);
        let by = others.find(|other| group(**other) == Some(own))?;
        Some(Reason::ExcludedBy { by: self.id(*by) })
    }

    fn reason(&self, place: usize) -> Reason {
        let live = &self.standing.live[place];
        let beaten = |loses: &dyn Fn(&Live<'_>) -> bool| {
            let by = self.by_saving.iter().find(|other| loses(&self.standing.live[**other]))?;
            let saves = self.context.currency.minor(self.settled.by[*by].0);
            Some(Reason::BeatenBy { by: self.id(*by), saves })
        };
        let apart = |other: &Live<'_>| !combine(other.promotion(), live.promotion());
        let shares_goods = |other: &Live<'_>| {
            let mut kinds = live.kinds.iter().flatten();
            kinds.any(|kind| other.kinds.iter().any(|there| there.binary_search(kind).is_ok()))
        };
        let on_goods = |other: &Live<'_>| matches!(other.role, Role::Reduction | Role::Deal);
        if live.role == Role::Basket {
            let taking = Taking::of(place, live, self.standing.delivery);
            let counted = self.settled.counted(self.basket, self.standing, place);
            if let Some(reason) = self.excluded(place, &[]) {
                return reason;
            }
            let rivals = |other: &Live<'_>| {
                let bring = |live: &Live<'_>| matches!(live.promotion().offer, Offer::Delivery { .. });
                other.role == Role::Basket && (apart(other) || (bring(other) && bring(live)))
            };
            let missing = taking.from() - counted;
            if missing > 0 {
                return Reason::AmountMissing { more: self.context.currency.minor(missing) };
            }
            return beaten(&rivals)
                .or_else(|| beaten(&|other| on_goods(other) && apart(other) && shares_goods(other)))
                .unwrap_or(Reason::SavesNothing);
        }
        if let Some(reason) = self.excluded(place, &[]) {
            return reason;
        }
        if let Offer::Reduction { cut, .. } = &live.promotion().offer
            && !live.kinds[0].iter().any(|kind| {
                let kind = &self.basket.kinds[*kind];
                kind.cut(*cut) < kind.price
            })
        {
            return Reason::SavesNothing;
        }
        let rivals = |other: &Live<'_>| {
            on_goods(other) && (apart(other) || other.role == live.role) && shares_goods(other)
        };
        beaten(&rivals)
            .or_else(|| beaten(&|other| other.role == Role::Basket && apart(other) && shares_goods(other)))
            .unwrap_or(Reason::NotCheaper)
    }
}
