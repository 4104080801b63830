//! The cheapest of all that is legal.
//!
//! Three nested searches, each of which drops what cannot win:
//! - over *groups* of which a basket gets one promotion at most: all are allowed first, and only where the best uses two of
//!   one group, each is tried without the others;
//! - over *sets of basket rules* that go together, most promising first, until the best found beats what the next promises;
//! - over what happens to *units*, kind after kind. Beginnings that leave the same groups open are compared: one is dropped
//!   where another saves at least as much more as it could ever make up for. So kinds that share nothing never multiply.
//!
//! Where too many beginnings are left, those that promise least are given up, and the best of their promises is remembered:
//! it bounds what was missed. A promise is never less than what comes of it.

use std::cmp::Reverse;

use super::allocation::{Settled, settle};
use super::choices::{Basket, Choice, Choices, combine};
use super::standing::{Live, Role, Standing, most};
use super::{Effort, MAX_PARTS, Offer, Reward, Saving};

/// A share of all, in hundredths of a percent.
const WHOLE: i128 = 10_000;

/// The most basket rules that are combined.
const MOST_RULES: usize = 64;

/// The most sets of basket rules that are looked at.
const MOST_SETS: usize = 64;

/// The most times that a group is divided.
const MOST_DIVISIONS: usize = 64;

/// The most endings that are compared where basket rules would take more than there is.
const MOST_ENDINGS: usize = 64;

/// So many units of a kind get one of its choices.
#[derive(Clone, Copy, Debug)]
pub(super) struct Pick {
    pub(super) kind: usize,
    pub(super) choice: Choice,
    pub(super) count: u32,
}

/// The best that was found.
#[derive(Debug)]
pub(super) struct Found {
    pub(super) settled: Settled,
    /// The basket rules that go together in it, by their places among what is live.
    pub(super) together: Vec<usize>,
    /// No legal combination saves more than this, in minor units.
    pub(super) most: i64,
}

/// What a basket rule takes off what counts for it.
#[derive(Debug)]
pub(super) struct Taking {
    pub(super) place: usize,
    steps: Vec<(i64, Saving)>,
    most: i64,
    pub(super) delivery: bool,
    /// The largest share where it takes shares only.
    share: Option<i128>,
}

impl Taking {
    pub(super) fn of(place: usize, live: &Live<'_>, delivery: i64) -> Self {
        let most = most(live, delivery);
        match &live.promotion().offer {
            Offer::Spend { steps, .. } => {
                let share = steps.iter().try_fold(0, |high: i128, step| match step.saving {
                    Saving::Share(share) => Some(high.max(share.hundredths().into())),
                    Saving::Amount(_) | Saving::Every { .. } => None,
                });
                let steps = steps.iter().map(|step| (step.from.money().minor, step.saving)).collect();
                Self { place, steps, most, delivery: false, share }
            }
            Offer::Delivery { from, .. } => {
                let all = crate::ticket::Share::new(10_000).ok().map(Saving::Share);
                let steps = all.into_iter().map(|all| (from.money().minor, all)).collect();
                Self { place, steps, most, delivery: true, share: None }
            }
            _ => Self { place, steps: Vec::new(), most: 0, delivery: false, share: None },
        }
    }

    /// What it takes off where so much counts. Never falls as that rises.
    pub(super) fn off(&self, counted: i64) -> i64 {
        let reached = self.steps.iter().filter(|(from, _)| counted >= *from);
        if self.delivery {
            return if counted > 0 && reached.count() > 0 { self.most } else { 0 };
        }
        let off = reached.map(|(_, saving)| match saving {
            Saving::Share(share) => super::choices::share_of(counted, *share),
            Saving::Amount(off) => off.money().minor,
            Saving::Every { each, off } => {
                (counted / each.money().minor.max(1)).saturating_mul(off.money().minor)
            }
        });
        off.max().unwrap_or(0).min(counted).min(self.most)
    }

    /// The most that it takes off more, where `low` to `high` counts, than where `gap` less does.
    fn loss(&self, low: i64, high: i64, gap: i64) -> i64 {
        if gap <= 0 {
            return 0;
        }
        let all = self.off(high) - self.off(low);
        let last = self.steps.last();
        match last {
            Some((from, Saving::Share(share)))
                if self.share.is_some() && self.most == i64::MAX && low >= *from =>
            {
                let part = i128::from(gap) * i128::from(share.hundredths());
                all.min(i64::try_from((part + WHOLE - 1) / WHOLE).unwrap_or(i64::MAX))
            }
            _ => all,
        }
    }

    /// Whether it takes one share of whatever counts, without an end.
    fn is_one_share(&self) -> bool {
        self.most == i64::MAX && matches!(self.steps[..], [(0, Saving::Share(_))])
    }

    /// From which amount on it takes anything off.
    pub(super) fn from(&self) -> i64 {
        let least = |(from, saving): &(i64, Saving)| match saving {
            Saving::Every { each, .. } => (*from).max(each.money().minor),
            Saving::Share(_) | Saving::Amount(_) => *from,
        };
        self.steps.iter().map(least).min().unwrap_or(0)
    }
}

/// Finds the best that `effort` allows.
pub(super) fn cheapest(basket: &Basket, standing: &Standing<'_>, choices: &Choices, effort: Effort) -> Found {
    let takings =
        standing.of_basket.iter().map(|at| Taking::of(*at, &standing.live[*at], standing.delivery)).collect();
    let mut search = Search { basket, standing, choices, takings, effort, work: 0 };
    search.over_groups()
}

struct Search<'a> {
    basket: &'a Basket,
    standing: &'a Standing<'a>,
    choices: &'a Choices,
    /// Of each basket rule that is live.
    takings: Vec<Taking>,
    effort: Effort,
    work: usize,
}

impl Search<'_> {
    fn over_groups(&mut self) -> Found {
        let all = vec![true; self.standing.live.len()];
        let mut best: Option<Found> = None;
        let mut given_up = 0i64;
        let mut open = vec![(all, i64::MAX)];
        let mut divisions = 0;
        while let Some((allowed, promise)) = open.pop() {
            let better_than = |best: &Option<Found>, saves: i64| {
                best.as_ref().is_none_or(|best| saves > best.settled.saved)
            };
            if !better_than(&best, promise) {
                continue;
            }
            if divisions > MOST_DIVISIONS || (divisions > 0 && self.work > self.effort.work) {
                // The last resort is legal as it is: of each group the first alone.
                given_up = given_up.max(promise);
                let found = self.over_sets(&self.first_of_groups(&allowed));
                if self.clash(&found.settled).is_none() && better_than(&best, found.settled.saved) {
                    best = Some(found);
                }
                continue;
            }
            let found = self.over_sets(&allowed);
            match self.clash(&found.settled) {
                None => {
                    // What was given up inside counts, whether or not this is the best.
                    given_up = given_up.max(found.most);
                    if better_than(&best, found.settled.saved) {
                        best = Some(found);
                    }
                }
                Some(group) => {
                    divisions += 1;
                    let most = found.most.min(promise);
                    for one in group.iter().rev() {
                        let mut fewer = allowed.clone();
                        group.iter().filter(|other| *other != one).for_each(|other| fewer[*other] = false);
                        open.push((fewer, most));
                    }
                }
            }
        }
        let mut best = best.unwrap_or_else(|| Found {
            settled: settle(self.basket, self.standing, &[], &[]),
            together: Vec::new(),
            most: 0,
        });
        best.most = best.settled.saved.max(given_up);
        best
    }

    fn group(&self, place: usize) -> Option<&super::Label> {
        self.standing.live[place].promotion().stacking.group.as_ref()
    }

    /// All of a group of which two are used, where there is one.
    fn clash(&self, settled: &Settled) -> Option<Vec<usize>> {
        let used: Vec<usize> = settled.used().collect();
        let clashing = used.iter().enumerate().find_map(|(at, one)| {
            let group = self.group(*one)?;
            used[at + 1..].iter().any(|other| self.group(*other) == Some(group)).then_some(group)
        })?;
        Some((0..self.standing.live.len()).filter(|place| self.group(*place) == Some(clashing)).collect())
    }

    fn first_of_groups(&self, allowed: &[bool]) -> Vec<bool> {
        let mut taken: Vec<&super::Label> = Vec::new();
        let mut first = allowed.to_vec();
        for (place, allowed) in first.iter_mut().enumerate().filter(|(_, allowed)| **allowed) {
            if let Some(group) = self.group(place) {
                *allowed = !taken.contains(&group);
                taken.push(group);
            }
        }
        first
    }

    /// The best with what is allowed, but for groups among reductions and deals.
    fn over_sets(&mut self, allowed: &[bool]) -> Found {
        let alone = self.over_units(allowed, &[], i64::MIN, false);
        let every: Vec<usize> = (0..self.takings.len()).collect();
        let settled = settle(self.basket, self.standing, &alone.picks, &[]);
        // What the goods alone can save, and with it what every set of basket rules can.
        let goods = alone.most.max(settled.saved);
        let gave_up = alone.most > settled.saved;
        let counted: Vec<i64> = every
            .iter()
            .map(|at| settled.counted(self.basket, self.standing, self.takings[*at].place))
            .collect();
        let mut best = Found { settled, together: Vec::new(), most: 0 };
        let mut given_up = goods;
        let (sets, more) = self.sets(allowed);
        if sets.iter().all(Vec::is_empty) {
            best.most = given_up;
            return best;
        }
        let mut sets: Vec<(i64, i64, Vec<usize>)> = sets
            .into_iter()
            .map(|set| {
                let here = set.iter().map(|at| self.takings[*at].off(counted[*at])).sum::<i64>();
                (self.promise(allowed, &set, goods).saturating_add(more), here, set)
            })
            .collect();
        sets.sort_by(|one, other| other.0.cmp(&one.0).then_with(|| one.2.cmp(&other.2)));
        // What the goods' best comes to with basket rules is found already.
        let start = sets.iter().enumerate().max_by_key(|(at, set)| (set.1, Reverse(*at))).map(|(at, _)| at);
        if let Some((_, _, set)) = start.map(|at| &sets[at]) {
            let together = self.places(set);
            let settled = settle(self.basket, self.standing, &alone.picks, &together);
            if settled.saved > best.settled.saved {
                best = Found { settled, together, most: 0 };
            }
        }
        for (promise, _, set) in &sets {
            if *promise <= best.settled.saved {
                break;
            }
            // Where even the goods alone were too much, more is not found with rules on top.
            if gave_up || self.work > self.effort.work / 4 * 3 {
                given_up = given_up.max(*promise);
                break;
            }
            let together = self.places(set);
            let mut run = self.over_units(allowed, set, best.settled.saved, false);
            let mut settled = run.found.then(|| settle(self.basket, self.standing, &run.picks, &together));
            // Together they would take more than there is: what promised most need not give most.
            if settled.as_ref().is_some_and(|settled| settled.saved < run.value) {
                let promised = run.most.max(run.value);
                run = self.over_units(allowed, set, best.settled.saved, true);
                run.most = run.most.min(promised);
                settled = run.found.then(|| settle(self.basket, self.standing, &run.picks, &together));
            }
            given_up = given_up.max(run.most.min(*promise)).max(if more > 0 { *promise } else { 0 });
            if let Some(settled) = settled.filter(|settled| settled.saved > best.settled.saved) {
                best = Found { settled, together, most: 0 };
            }
        }
        best.most = best.settled.saved.max(given_up);
        best
    }

    fn places(&self, set: &[usize]) -> Vec<usize> {
        set.iter().map(|at| self.takings[*at].place).collect()
    }

    /// The largest sets of basket rules that go together, and how much more those could save that were left out.
    fn sets(&self, allowed: &[bool]) -> (Vec<Vec<usize>>, i64) {
        let most = |at: &usize| {
            let taking = &self.takings[*at];
            taking.off(self.counts_most(taking.place))
        };
        let mut rules: Vec<usize> =
            (0..self.takings.len()).filter(|at| allowed[self.takings[*at].place] && most(at) > 0).collect();
        rules.sort_by_key(|at| (Reverse(most(at)), *at));
        let goes = |one: usize, other: usize| {
            let (one, other) = (&self.takings[one], &self.takings[other]);
            let group = self.group(one.place);
            !(one.delivery && other.delivery)
                && (group.is_none() || group != self.group(other.place))
                && combine(
                    self.standing.live[one.place].promotion(),
                    self.standing.live[other.place].promotion(),
                )
        };
        let beats =
            |one: usize, other: usize| one != other && !goes(one, other) && self.dominates(one, other);
        // Of two that do the same, the first stays.
        let beaten = |one: usize| {
            let mut others = rules.iter().copied();
            others.any(|other| beats(other, one) && (other < one || !beats(one, other)))
        };
        let rules: Vec<usize> = rules.iter().copied().filter(|one| !beaten(*one)).collect();
        let every = rules.iter().map(most).fold(0, i64::saturating_add);
        let mut sets = Vec::new();
        let mut left_out = 0i64;
        // C. Bron and J. Kerbosch, "Algorithm 457: finding all cliques of an undirected graph" (1973), with the pivot of
        // E. Tomita and others (2006).
        let mut open = vec![(Vec::new(), rules, Vec::new())];
        while let Some((set, mut candidates, mut done)) = open.pop() {
            if sets.len() >= MOST_SETS || set.len() >= MOST_RULES {
                left_out = every;
                if sets.len() < MOST_SETS {
                    sets.push(set);
                }
                continue;
            }
            let joins = |pivot: &&usize| {
                (candidates.iter().filter(|other| goes(**pivot, **other)).count(), Reverse(**pivot))
            };
            let Some(pivot) = candidates.iter().chain(&done).max_by_key(joins).copied() else {
                sets.push(set);
                continue;
            };
            let mut next = Vec::new();
            let tried: Vec<usize> =
                candidates.iter().copied().filter(|one| *one == pivot || !goes(pivot, *one)).collect();
            for one in tried {
                candidates.retain(|other| *other != one);
                let with =
                    |others: &[usize]| others.iter().copied().filter(|other| goes(one, *other)).collect();
                let larger: Vec<usize> = set.iter().copied().chain([one]).collect();
                next.push((larger, with(&candidates), with(&done)));
                done.push(one);
            }
            open.extend(next.into_iter().rev());
        }
        for set in &mut sets {
            set.sort_unstable();
        }
        (sets, left_out)
    }

    /// Whether a basket rule does all that another does, for the same goods and beside all that goes with that.
    fn dominates(&self, one: usize, other: usize) -> bool {
        let (one, other) = (&self.takings[one], &self.takings[other]);
        let place = |taking: &Taking| &self.standing.live[taking.place];
        let (there, here) = (place(one), place(other));
        let group = self.group(one.place);
        let never_less = one.delivery == other.delivery
            && one.most >= other.most
            && other
                .steps
                .iter()
                .all(|low| one.steps.iter().any(|high| high.0 <= low.0 && never_less(high.1, low.1)));
        never_less
            && there.kinds == here.kinds
            && (group.is_none() || group == self.group(other.place))
            && self.standing.live.iter().all(|live| {
                !combine(here.promotion(), live.promotion()) || combine(there.promotion(), live.promotion())
            })
    }

    /// The most that can count for a basket rule.
    fn counts_most(&self, place: usize) -> i64 {
        self.standing.live[place].kinds[0].iter().map(|kind| self.basket.kinds[*kind].amount()).sum()
    }

    /// No more than this is saved by a set of basket rules together with goods that save at most `goods`.
    fn promise(&self, allowed: &[bool], set: &[usize], goods: i64) -> i64 {
        let mut shares = vec![0i128; self.basket.kinds.len()];
        let mut fixed = 0i64;
        let mut rounded = 0i128;
        for at in set {
            let taking = &self.takings[*at];
            match taking.share.filter(|_| taking.most == i64::MAX) {
                Some(share) => {
                    rounded += 1;
                    self.standing.live[taking.place].kinds[0].iter().for_each(|kind| shares[*kind] += share);
                }
                None => fixed = fixed.saturating_add(taking.off(self.counts_most(taking.place))),
            }
        }
        // What goods save, no share is taken of: of every saving at least the smallest share is lost again.
        let touched = |kind: &usize| {
            self.choices.of_kind[*kind].iter().any(|choice| {
                let places = choice.reduction.into_iter().chain(choice.deal.map(|(deal, _)| deal));
                let mut places = places.peekable();
                places.peek().is_some() && places.all(|place| allowed[place])
            })
        };
        let least = (0..shares.len()).filter(touched).map(|kind| shares[kind]).min().unwrap_or(0);
        let of_all: i128 = self
            .basket
            .kinds
            .iter()
            .zip(&shares)
            .map(|(kind, share)| i128::from(kind.amount()) * share)
            .sum();
        let scaled = of_all + (WHOLE - least).max(0) * i128::from(goods) + rounded * WHOLE / 2;
        i64::try_from(scaled.div_euclid(WHOLE)).unwrap_or(i64::MAX).saturating_add(fixed)
    }

    fn over_units(&mut self, allowed: &[bool], set: &[usize], floor: i64, strict: bool) -> Run {
        let left = self.effort.work.saturating_sub(self.work);
        // Of what is left, one set of basket rules after the other may use a part.
        let budget = if set.is_empty() { left } else { left / 5 * 3 };
        let mut units = Units::new(self, allowed, set, floor, strict);
        let mut fixed = 0i64;
        if !strict {
            // What takes the same whatever is chosen decides nothing.
            let same: Vec<Option<i64>> = (0..set.len()).map(|rule| units.takes_always(rule)).collect();
            if same.iter().any(Option::is_some) {
                fixed = same.iter().flatten().sum();
                let open = set.iter().zip(&same).filter(|(_, same)| same.is_none());
                let open: Vec<usize> = open.map(|(at, _)| *at).collect();
                units = Units::new(self, allowed, &open, floor.saturating_sub(fixed), strict);
            }
        }
        units.decide(budget);
        let (work, mut run) = units.finish();
        self.work += work;
        run.value += fixed;
        run.most = run.most.saturating_add(fixed);
        run
    }
}

/// What a run over units found.
struct Run {
    found: bool,
    picks: Vec<Pick>,
    /// What they save, and the basket rules on top, were there no end to what can be taken off.
    value: i64,
    /// The best promise of what was given up; the lowest number where nothing was.
    most: i64,
}

/// A choice in one run.
#[derive(Clone, Copy)]
struct Way {
    choice: Choice,
    /// Which basket rules count a unit of it, by bits.
    counts: u64,
    /// What the reduction takes off.
    saves: i64,
    limited: Option<usize>,
    deal: Option<usize>,
}

/// A deal in one run.
struct Deal {
    pieces: [u8; MAX_PARTS],
    reward: Reward,
    limited: Option<usize>,
    counts: u64,
    /// Of each part, how many units may still come after the kinds that were decided on.
    later: [u32; MAX_PARTS],
}

/// A group that is not full yet.
#[derive(Clone, Copy, PartialEq, Eq)]
struct Group {
    deal: usize,
    filled: [u8; MAX_PARTS],
    counts: u64,
    /// What its units cost after reductions.
    sum: i64,
    /// What is taken off single units.
    off: i64,
    hope: i64,
    /// What the last of them costs before reductions: none that comes later costs more.
    last: i64,
}

impl Deal {
    /// No more than this is taken off a group once it is full.
    fn most_off(&self, group: &Group) -> i64 {
        let missing = |part: usize| i64::from(self.pieces[part] - group.filled[part]);
        let all = || (0..MAX_PARTS).map(missing).sum::<i64>();
        let rest = |count: i64, off| group.off + count * super::choices::share_of(group.last, off);
        match self.reward {
            Reward::Price { .. } | Reward::Amount { .. } => {
                group_off(self.reward, group.sum + all() * group.last)
            }
            Reward::Share { off } => rest(all(), off),
            Reward::Cheapest { pieces, off } => rest(missing(0).min(pieces.into()), off),
            Reward::Part { part, off } => rest(missing(part.into()), off),
        }
    }
}

impl Group {
    fn key(&self) -> (usize, [u8; MAX_PARTS], u64) {
        (self.deal, self.filled, self.counts)
    }

    fn net(&self) -> i64 {
        self.sum - self.off
    }
}

/// A beginning of a combination: what happens to the units so far.
#[derive(Default)]
struct Beginning {
    saved: i64,
    /// What counts for each basket rule of the set.
    counted: Vec<i64>,
    open: Vec<Group>,
    /// How often each limited promotion was used, and what it saved.
    used: Vec<(u32, i64)>,
    /// The choice of the last unit of this kind: the next takes this or a later one, as their order means nothing.
    from: usize,
    trail: usize,
}

impl Beginning {
    /// As `clone_from`, keeping what this one has allocated: beginnings come and go by the thousand.
    fn clone_from(&mut self, other: &Self) {
        self.counted.clone_from(&other.counted);
        self.open.clone_from(&other.open);
        self.used.clone_from(&other.used);
        (self.saved, self.from, self.trail) = (other.saved, other.from, other.trail);
    }
}

/// What led to a beginning.
struct Trail {
    before: usize,
    kind: usize,
    option: usize,
    count: u32,
}

struct Units<'a, 'b> {
    search: &'a Search<'b>,
    set: Vec<&'a Taking>,
    floor: i64,
    strict: bool,
    options: Vec<Vec<Way>>,
    deals: Vec<Deal>,
    /// How often, how much, and after which place it no longer matters.
    limits: Vec<(u32, i64, usize)>,
    /// Of each place in the order: what the units after it may save at most, with the shares of basket rules, scaled.
    ahead: Vec<i128>,
    /// Of one unit of each place.
    ahead_one: Vec<i128>,
    /// Of each place and basket rule: what may, and what must, still count after it.
    may_count: Vec<i64>,
    must_count: Vec<i64>,
    must_one: Vec<i64>,
    /// Of each basket rule what may, and what must, count in all.
    may_all: Vec<i64>,
    must_all: Vec<i64>,
    front: Vec<Beginning>,
    /// Allocated before, and to be used again.
    next: Vec<Beginning>,
    spare: Vec<Beginning>,
    trails: Vec<Trail>,
    given_up: i64,
    work: usize,
}

impl<'a, 'b> Units<'a, 'b> {
    fn new(search: &'a Search<'b>, allowed: &[bool], set: &[usize], floor: i64, strict: bool) -> Self {
        let standing = search.standing;
        let set: Vec<&Taking> = set.iter().map(|at| &search.takings[*at]).collect();
        let counts_with = |place: Option<usize>| {
            set.iter().enumerate().fold(0u64, |bits, (at, taking)| {
                let goes = place.is_none_or(|place| {
                    combine(standing.live[place].promotion(), standing.live[taking.place].promotion())
                });
                bits | (u64::from(goes) << at)
            })
        };
        let mut in_scope = vec![0u64; search.basket.kinds.len()];
        for (at, taking) in set.iter().enumerate() {
            standing.live[taking.place].kinds[0].iter().for_each(|kind| in_scope[*kind] |= 1 << at);
        }
        let mut limits = Vec::new();
        let mut limited = vec![None; standing.live.len()];
        let mut deal_at = vec![None; standing.live.len()];
        let mut deals = Vec::new();
        let mut goes_with = vec![0u64; standing.live.len()];
        for (place, one) in standing.live.iter().enumerate().filter(|(place, _)| allowed[*place]) {
            if !matches!(one.role, Role::Reduction | Role::Deal) {
                continue;
            }
            goes_with[place] = counts_with(Some(place));
            if one.limit.is_some() || one.budget.is_some() {
                limited[place] = Some(limits.len());
                let touches = |kind: &usize| one.kinds.iter().any(|kinds| kinds.binary_search(kind).is_ok());
                let last = search.choices.order.iter().rposition(touches).unwrap_or(0);
                limits.push((one.limit.unwrap_or(u32::MAX), one.budget.unwrap_or(i64::MAX), last));
            }
            if let Offer::Deal { parts, reward } = &one.promotion().offer {
                let mut pieces = [0; MAX_PARTS];
                parts.iter().enumerate().for_each(|(at, part)| pieces[at] = part.pieces);
                deal_at[place] = Some(deals.len());
                deals.push(Deal {
                    pieces,
                    reward: *reward,
                    limited: limited[place],
                    counts: goes_with[place],
                    later: [0; MAX_PARTS],
                });
            }
        }
        let options: Vec<Vec<Way>> = search
            .choices
            .of_kind
            .iter()
            .enumerate()
            .map(|(kind, choices)| {
                let allowed = |choice: &&Choice| {
                    choice.reduction.is_none_or(|place| allowed[place])
                        && choice.deal.is_none_or(|(place, _)| allowed[place])
                };
                let all = in_scope[kind];
                let mut ways: Vec<Way> = choices
                    .iter()
                    .filter(allowed)
                    .map(|choice| Way {
                        choice: *choice,
                        counts: all
                            & choice.reduction.map_or(u64::MAX, |place| goes_with[place])
                            & choice.deal.map_or(u64::MAX, |(place, _)| goes_with[place]),
                        saves: search.basket.kinds[kind].price - choice.price,
                        limited: choice.reduction.and_then(|place| limited[place]),
                        deal: choice.deal.and_then(|(place, _)| deal_at[place]),
                    })
                    .collect();
                if !strict {
                    drop_beaten(&mut ways, &set);
                }
                ways
            })
            .collect();
        let places = search.choices.order.len();
        let mut units = Self {
            search,
            floor,
            strict,
            deals,
            limits,
            ahead: vec![0; places],
            ahead_one: vec![0; places],
            may_count: vec![0; set.len() * places],
            must_count: vec![0; set.len() * places],
            must_one: vec![0; set.len() * places],
            may_all: Vec::new(),
            must_all: Vec::new(),
            front: Vec::new(),
            next: Vec::new(),
            spare: Vec::new(),
            trails: Vec::new(),
            given_up: i64::MIN,
            work: 0,
            set,
            options,
        };
        for (kind, of) in search.basket.kinds.iter().enumerate() {
            units.come(kind, |later| later.saturating_add(of.count));
        }
        units.look_ahead(&in_scope);
        units
    }

    /// Reckons what may come after each place.
    fn look_ahead(&mut self, in_scope: &[u64]) {
        // Which basket rules count all units that a deal can take, and so its groups.
        let mut whole = vec![u64::MAX; self.deals.len()];
        for option in self.options.iter().flatten() {
            if let Some(deal) = option.deal {
                whole[deal] &= option.counts;
            }
        }
        let (mut ahead, mut may, mut must) = (0i128, vec![0; self.set.len()], vec![0; self.set.len()]);
        for (at, kind) in self.search.choices.order.iter().enumerate().rev() {
            self.ahead[at] = ahead;
            let row = at * self.set.len()..(at + 1) * self.set.len();
            self.may_count[row.clone()].copy_from_slice(&may);
            self.must_count[row].copy_from_slice(&must);
            let (price, count) =
                (self.search.basket.kinds[*kind].price, self.search.basket.kinds[*kind].count);
            let promises = self.options[*kind].iter().map(|option| {
                let saves = option.saves + option.choice.hope;
                scaled(saves, price - saves, price, self.shares(option.counts))
            });
            self.ahead_one[at] = promises.max().unwrap_or(0);
            ahead += self.ahead_one[at] * i128::from(count);
            for (rule, may) in may.iter_mut().enumerate() {
                if in_scope[*kind] >> rule & 1 == 1 {
                    *may += price * i64::from(count);
                }
            }
            for (rule, must) in must.iter_mut().enumerate() {
                // What a group saves falls on all of it together, and is no more than all of its units hope for.
                let counts = |option: &Way| {
                    option.counts & option.deal.map_or(u64::MAX, |deal| whole[deal]) & (1 << rule) != 0
                };
                if self.options[*kind].iter().all(counts) {
                    let least =
                        self.options[*kind].iter().map(|option| option.choice.price - option.choice.hope);
                    let least = least.min().unwrap_or(0);
                    self.must_one[at * self.set.len() + rule] = least;
                    *must += least * i64::from(count);
                }
            }
        }
        (self.may_all, self.must_all) = (may, must);
    }

    /// The shares of those basket rules among `bits` that take shares without an end, together.
    fn shares(&self, bits: u64) -> i128 {
        let open = |(at, taking): (usize, &&Taking)| {
            (bits >> at & 1 == 1 && taking.most == i64::MAX).then_some(taking.share).flatten()
        };
        self.set.iter().enumerate().filter_map(open).sum()
    }

    /// What a basket rule takes off whatever is chosen, where that is always the same.
    fn takes_always(&self, rule: usize) -> Option<i64> {
        let least = self.set[rule].off(self.must_all[rule]);
        (least == self.set[rule].off(self.may_all[rule])).then_some(least)
    }

    fn decide(&mut self, budget: usize) {
        // How many beginnings are made by each that is kept, from each place on.
        let mut makes = vec![0usize; self.search.choices.order.len() + 1];
        for (at, kind) in self.search.choices.order.iter().enumerate().rev() {
            let units = self.search.basket.kinds[*kind].count as usize;
            let ways = self.options[*kind].len();
            makes[at] = makes[at + 1] + if ways > 1 { units * ways.div_ceil(2) } else { 0 };
        }
        self.front.push(Beginning {
            saved: 0,
            counted: vec![0; self.set.len()],
            open: Vec::new(),
            used: vec![(0, 0); self.limits.len()],
            from: 0,
            trail: usize::MAX,
        });
        let choices = self.search.choices;
        for (at, kind) in choices.order.iter().copied().enumerate() {
            let count = self.search.basket.kinds[kind].count;
            if let Some(option) = self.settled(at, kind) {
                self.take_all(kind, option, count);
                continue;
            }
            self.come(kind, |later| later.saturating_sub(count));
            for left in (0..count).rev() {
                let before = std::mem::take(&mut self.front);
                let mut next = std::mem::take(&mut self.next);
                for beginning in &before {
                    for option in beginning.from..self.options[kind].len() {
                        let mut one = self.spare.pop().unwrap_or_default();
                        if self.take(beginning, self.options[kind][option], &mut one).is_some() {
                            one.from = option;
                            one.trail = self.trails.len();
                            self.trails.push(Trail { before: beginning.trail, kind, option, count: 1 });
                            next.push(one);
                        } else {
                            self.spare.push(one);
                        }
                    }
                }
                self.work += next.len();
                self.next = before;
                self.spare.append(&mut self.next);
                self.front = next;
                if left == 0 {
                    self.end_kind(at);
                }
                let width = budget.saturating_sub(self.work) / makes[at].max(1);
                self.thin_out(at, left, width.clamp(1, self.search.effort.width.max(1)));
            }
        }
    }

    /// Changes how many units may still come of each part of a deal that takes units of a kind.
    fn come(&mut self, kind: usize, change: impl Fn(u32) -> u32) {
        // Ways for one part stand anywhere among the others; each part counts once.
        let mut parts: Vec<(usize, usize)> = self.options[kind]
            .iter()
            .filter_map(|option| Some((option.deal?, option.choice.deal?.1)))
            .collect();
        parts.sort_unstable();
        parts.dedup();
        for (deal, part) in parts {
            let later = &mut self.deals[deal].later[part];
            *later = change(*later);
        }
    }

    /// The choice that is best for every unit of a kind whatever else happens, where there is one.
    fn settled(&self, at: usize, kind: usize) -> Option<usize> {
        let options = &self.options[kind];
        let plain = options.iter().all(|option| option.deal.is_none() && option.limited.is_none());
        if !plain || self.strict {
            return None;
        }
        if options.len() == 1 {
            return Some(0);
        }
        let counts = |option: &Way, rule: usize| {
            if option.counts >> rule & 1 == 1 { option.choice.price } else { 0 }
        };
        let beats = |one: &Way, other: &Way| {
            let lost = self.set.iter().enumerate().map(|(rule, taking)| {
                let gap = counts(other, rule) - counts(one, rule);
                let (low, high) = self.range(at, rule);
                taking.loss(low, high, gap)
            });
            one.saves - other.saves >= lost.fold(0, i64::saturating_add)
        };
        (0..options.len()).find(|one| options.iter().all(|other| beats(&options[*one], other)))
    }

    /// How much counts for a basket rule in the end, at least and at most, as far as beginnings at a place differ at all.
    fn range(&self, at: usize, rule: usize) -> (i64, i64) {
        let count = self.search.basket.kinds[self.search.choices.order[at]].count;
        let counted = |beginning: &Beginning| {
            let open = || beginning.open.iter().filter(|group| group.counts >> rule & 1 == 1);
            let sure: i64 = open().map(|group| group.sum - group.hope).sum();
            let most: i64 = open().map(|group| group.sum).sum();
            (beginning.counted[rule] + sure, beginning.counted[rule] + most)
        };
        let low = self.front.iter().map(|one| counted(one).0).min().unwrap_or(0);
        let high = self.front.iter().map(|one| counted(one).1).max().unwrap_or(0);
        let kind = &self.search.basket.kinds[self.search.choices.order[at]];
        let low = low
            + self.must_count[at * self.set.len() + rule]
            + self.must_one[at * self.set.len() + rule] * i64::from(count);
        (low, high + self.may_count[at * self.set.len() + rule] + kind.amount())
    }

    fn take_all(&mut self, kind: usize, option: usize, count: u32) {
        let Way { choice, counts, saves, .. } = self.options[kind][option];
        for beginning in &mut self.front {
            beginning.saved += saves * i64::from(count);
            for (rule, counted) in beginning.counted.iter_mut().enumerate() {
                if counts >> rule & 1 == 1 {
                    *counted += choice.price * i64::from(count);
                }
            }
            self.trails.push(Trail { before: beginning.trail, kind, option, count });
            beginning.trail = self.trails.len() - 1;
        }
        self.work += 1;
    }

    /// Makes `one` a beginning with one more unit. None where that is not legal.
    fn take(&self, before: &Beginning, option: Way, one: &mut Beginning) -> Option<()> {
        one.clone_from(before);
        if let Some(limited) = option.limited {
            one.used[limited] = (one.used[limited].0 + 1, one.used[limited].1 + option.saves);
            if one.used[limited].0 > self.limits[limited].0 || one.used[limited].1 > self.limits[limited].1 {
                return None;
            }
        }
        one.saved += option.saves;
        let price = option.choice.price;
        let (Some(at), Some((_, part))) = (option.deal, option.choice.deal) else {
            for (rule, counted) in one.counted.iter_mut().enumerate() {
                if option.counts >> rule & 1 == 1 {
                    *counted += price;
                }
            }
            return Some(());
        };
        let deal = &self.deals[at];
        let has_room = |group: &Group| group.deal == at && group.filled[part] < deal.pieces[part];
        let place = one.open.iter().position(has_room).or_else(|| {
            if let Some(limited) = deal.limited {
                one.used[limited].0 += 1;
                if one.used[limited].0 > self.limits[limited].0 {
                    return None;
                }
            }
            let group = Group {
                deal: at,
                filled: [0; MAX_PARTS],
                counts: deal.counts,
                sum: 0,
                off: 0,
                hope: 0,
                last: 0,
            };
            // By deal, and the earlier group of a deal first.
            let after = one.open.iter().position(|open| open.deal > at).unwrap_or(one.open.len());
            one.open.insert(after, group);
            Some(after)
        })?;
        let group = &mut one.open[place];
        group.off += unit_off(deal.reward, part, group.filled[part], deal.pieces[part], price);
        group.filled[part] += 1;
        group.sum += price;
        group.counts &= option.counts;
        group.hope += option.choice.hope;
        group.last = price + option.saves;
        if group.filled == deal.pieces {
            let group = one.open.remove(place);
            let saves = group.off + group_off(deal.reward, group.sum);
            if let Some(limited) = deal.limited {
                one.used[limited].1 += saves;
                if one.used[limited].1 > self.limits[limited].1 {
                    return None;
                }
            }
            one.saved += saves;
            for (rule, counted) in one.counted.iter_mut().enumerate() {
                if group.counts >> rule & 1 == 1 {
                    *counted += group.sum - saves;
                }
            }
        }
        Some(())
    }

    /// Forgets what does not matter after a kind, and what cannot be completed any more.
    fn end_kind(&mut self, at: usize) {
        let deals = &self.deals;
        self.front.retain(|one| {
            one.open.iter().enumerate().all(|(place, group)| {
                let deal = &deals[group.deal];
                // Groups of one deal fill one after the other: the first of them stands for all.
                let first = place == 0 || one.open[place - 1].deal != group.deal;
                !first
                    || deal.later.iter().enumerate().all(|(part, later)| {
                        let same = one.open.iter().filter(|other| other.deal == group.deal);
                        let missing: u32 =
                            same.map(|other| u32::from(deal.pieces[part] - other.filled[part])).sum();
                        missing <= *later
                    })
            })
        });
        for one in &mut self.front {
            one.from = 0;
            for (used, (_, _, last)) in one.used.iter_mut().zip(&self.limits) {
                if *last == at {
                    *used = (0, 0);
                }
            }
        }
    }

    /// No more than this comes of a beginning, with `left` units of the kind at `at` to come.
    fn promise(&self, one: &Beginning, at: usize, left: u32) -> i64 {
        let left = i128::from(left);
        let mut sum = self.ahead[at] + self.ahead_one[at] * left;
        for group in &one.open {
            sum += scaled(group.hope, group.sum - group.hope, group.sum, self.shares(group.counts));
        }
        let kind = self.search.choices.order[at];
        let price = self.search.basket.kinds[kind].price;
        let mut fixed = one.saved;
        let mut rounded = 0;
        for (rule, taking) in self.set.iter().enumerate() {
            match taking.share.filter(|_| taking.most == i64::MAX) {
                Some(share) => {
                    rounded += 1;
                    sum += share * i128::from(one.counted[rule]);
                }
                None => {
                    let open = one.open.iter().filter(|group| group.counts >> rule & 1 == 1);
                    let open: i64 = open.map(|group| group.sum).sum();
                    let here = price * left as i64;
                    fixed += taking
                        .off(one.counted[rule] + open + self.may_count[at * self.set.len() + rule] + here);
                }
            }
        }
        let shares = (sum + rounded * WHOLE / 2).div_euclid(WHOLE);
        fixed.saturating_add(i64::try_from(shares).unwrap_or(i64::MAX))
    }

    /// Drops what another beginning beats, and where too many are left those that promise least.
    fn thin_out(&mut self, at: usize, left: u32, width: usize) {
        let mut all = std::mem::take(&mut self.front);
        if all.len() > 1 && !self.strict {
            all.sort_by(|one, other| {
                other
                    .saved
                    .cmp(&one.saved)
                    .then_with(|| one.open.len().cmp(&other.open.len()))
                    .then_with(|| other.counted.cmp(&one.counted))
            });
            let mut kept: Vec<Beginning> = std::mem::take(&mut self.next);
            for one in all.drain(..) {
                if kept.iter().any(|there| self.beats(there, &one, at, left)) {
                    self.spare.push(one);
                } else {
                    kept.push(one);
                }
            }
            self.next = all;
            all = kept;
        }
        if all.len() > width || (left == 0 && self.floor > i64::MIN) {
            let mut promised: Vec<(i64, Beginning)> =
                all.into_iter().map(|one| (self.promise(&one, at, left), one)).collect();
            promised.retain(|(promise, _)| *promise > self.floor);
            if promised.len() > width {
                promised
                    .sort_by(|one, other| other.0.cmp(&one.0).then_with(|| one.1.trail.cmp(&other.1.trail)));
                // What waits for nothing is never lost: there is always a combination.
                let done = |(_, one): &(i64, Beginning)| one.open.is_empty();
                let keep = promised.iter().enumerate().filter(|(_, one)| done(one));
                let keep =
                    keep.max_by_key(|(place, (_, one))| (one.saved, Reverse(*place))).map(|(at, _)| at);
                let dropped = |place: &usize| *place >= width && Some(*place) != keep;
                let best = (0..promised.len()).find(dropped).map(|place| promised[place].0);
                self.given_up = self.given_up.max(best.unwrap_or(i64::MIN));
                if let Some(place) = keep.filter(|place| *place >= width) {
                    promised.swap(width, place);
                    promised.truncate(width + 1);
                } else {
                    promised.truncate(width);
                }
            }
            all = promised.into_iter().map(|(_, one)| one).collect();
        }
        self.front = all;
    }

    /// Whether `one` ends at least as cheaply as `other`, whatever comes: it can do with every unit to come what the other
    /// does, or leave it alone where the other puts it into a group that this one has not begun.
    fn beats(&self, one: &Beginning, other: &Beginning, at: usize, left: u32) -> bool {
        let ahead = one.saved - other.saved;
        if one.from > other.from || ahead < 0 || one.open.len() > other.open.len() {
            return false;
        }
        let within =
            one.used.iter().zip(&other.used).all(|(one, other)| one.0 <= other.0 && one.1 <= other.1);
        if !within {
            return false;
        }
        let mut lost = 0i64;
        // Of each group of the other, this one's same group where it has that.
        let mut same = 0;
        for group in &other.open {
            let Some(own) = one.open.get(same).filter(|own| own.key() == group.key()) else {
                // All groups of a deal, or none: units go to the first that has room.
                let begun = |at: Option<usize>| {
                    at.and_then(|at| one.open.get(at)).is_some_and(|near| near.deal == group.deal)
                };
                if begun(Some(same)) || begun(same.checked_sub(1)) {
                    return false;
                }
                lost = lost.saturating_add(self.deals[group.deal].most_off(group));
                continue;
            };
            same += 1;
            lost += (group.off - own.off).max(0);
            if matches!(self.deals[group.deal].reward, Reward::Price { .. } | Reward::Amount { .. }) {
                lost += (group.sum - own.sum).max(0);
            }
            // With a budget, a group that saves more may be one too many.
            let bounded =
                self.deals[group.deal].limited.is_some_and(|limited| self.limits[limited].1 < i64::MAX);
            if bounded && (own.sum != group.sum || own.off != group.off) {
                return false;
            }
        }
        if same < one.open.len() || lost > ahead {
            return false;
        }
        let kind = self.search.choices.order[at];
        let price = self.search.basket.kinds[kind].price;
        for (rule, taking) in self.set.iter().enumerate() {
            let mut gap = other.counted[rule] - one.counted[rule];
            let (mut open, mut sure, mut same) = (0, 0, 0);
            for group in &other.open {
                let own = one.open.get(same).filter(|own| own.key() == group.key());
                same += usize::from(own.is_some());
                if group.counts >> rule & 1 == 1 {
                    gap += (group.net() - own.map_or(0, Group::net)).max(0);
                    open += group.sum;
                    sure += own.map_or(0, |own| own.sum - own.hope);
                }
            }
            if gap > 0 {
                let left = i64::from(left);
                let low = one.counted[rule]
                    + sure
                    + self.must_count[at * self.set.len() + rule]
                    + self.must_one[at * self.set.len() + rule] * left;
                let high =
                    other.counted[rule] + open + self.may_count[at * self.set.len() + rule] + price * left;
                lost = lost.saturating_add(taking.loss(low, high, gap));
                if lost > ahead {
                    return false;
                }
            }
        }
        lost <= ahead
    }

    fn finish(mut self) -> (usize, Run) {
        let value = |one: &Beginning| {
            let takings = self.set.iter().zip(&one.counted);
            one.saved + takings.map(|(taking, counted)| taking.off(*counted)).sum::<i64>()
        };
        self.front.retain(|one| one.open.is_empty());
        let mut ends: Vec<(i64, usize)> = self.front.iter().map(|one| (value(one), one.trail)).collect();
        ends.sort_by_key(|(value, trail)| (Reverse(*value), *trail));
        if self.strict {
            if let Some((value, _)) = ends.get(MOST_ENDINGS) {
                self.given_up = self.given_up.max(*value);
            }
            ends.truncate(MOST_ENDINGS);
            let places: Vec<usize> = self.set.iter().map(|taking| taking.place).collect();
            for (value, trail) in &mut ends {
                let picks = self.picks(*trail);
                *value = settle(self.search.basket, self.search.standing, &picks, &places).saved;
            }
            ends.sort_by_key(|(value, trail)| (Reverse(*value), *trail));
        }
        let run = match ends.first() {
            Some((value, trail)) => {
                Run { found: true, picks: self.picks(*trail), value: *value, most: self.given_up }
            }
            None => Run { found: false, picks: Vec::new(), value: 0, most: self.given_up },
        };
        (self.work, run)
    }

    fn picks(&self, mut trail: usize) -> Vec<Pick> {
        let mut picks = Vec::new();
        while let Some(Trail { before, kind, option, count }) = self.trails.get(trail) {
            picks.push(Pick { kind: *kind, choice: self.options[*kind][*option].choice, count: *count });
            trail = *before;
        }
        picks.reverse();
        picks
    }
}

/// Whether one saving is never less than another.
fn never_less(one: Saving, other: Saving) -> bool {
    match (one, other) {
        (Saving::Share(one), Saving::Share(other)) => one >= other,
        (Saving::Amount(one), Saving::Amount(other)) => one.money().minor >= other.money().minor,
        _ => one == other,
    }
}

/// Drops ways that another beats whatever else is chosen: it does the same but for a larger reduction without a limit, and
/// no basket rule has a step that the smaller one might help to reach.
fn drop_beaten(ways: &mut Vec<Way>, set: &[&Taking]) {
    let steady = |bits: u64| {
        let mut counting = (0..set.len()).filter(|rule| bits >> rule & 1 == 1);
        // Of one share, what is taken off more is never lost again.
        counting.next().is_none_or(|rule| set[rule].is_one_share()) && counting.next().is_none()
    };
    let all = ways.clone();
    let beats = |one: &Way, other: &Way| {
        one.choice.deal == other.choice.deal
            && one.limited.is_none()
            && one.saves >= other.saves
            && other.counts & !one.counts == 0
            && steady(one.counts)
    };
    let mut at = 0;
    ways.retain(|way| {
        at += 1;
        let same = |(place, other): (usize, &Way)| {
            place + 1 != at && beats(other, way) && (place + 1 < at || !beats(way, other))
        };
        !all.iter().enumerate().any(same)
    });
}

/// What is promised where so much is saved and what is left counts for basket rules that take these shares, scaled.
fn scaled(saves: i64, left: i64, all: i64, shares: i128) -> i128 {
    // Where they take more than all, it may be better to save nothing first.
    let counts = if shares > WHOLE { all } else { left };
    i128::from(saves) * WHOLE + shares * i128::from(counts)
}

/// What a reward takes off one unit by itself: the unit that comes after `filled` others of its part.
pub(super) fn unit_off(reward: Reward, part: usize, filled: u8, pieces: u8, price: i64) -> i64 {
    match reward {
        Reward::Share { off } => super::choices::share_of(price, off),
        Reward::Cheapest { pieces: last, off } if filled >= pieces - last => {
            super::choices::share_of(price, off)
        }
        Reward::Part { part: cheaper, off } if usize::from(cheaper) == part => {
            super::choices::share_of(price, off)
        }
        Reward::Cheapest { .. } | Reward::Part { .. } | Reward::Price { .. } | Reward::Amount { .. } => 0,
    }
}

/// What a reward takes off a group as a whole.
pub(super) fn group_off(reward: Reward, sum: i64) -> i64 {
    match reward {
        Reward::Price { price } => (sum - price.money().minor).max(0),
        Reward::Amount { off } => off.money().minor.min(sum),
        Reward::Share { .. } | Reward::Cheapest { .. } | Reward::Part { .. } => 0,
    }
}
