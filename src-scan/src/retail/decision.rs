//! Which number the evidence of some lines means, if it is sure.

use ministore_core::symbol::{EAN_LEFT_IN_B, UPC_E_IN_B};

use super::layout::Layout;
use super::{Candidate, Costs, LEAST_ADDON_LINES, MOST_BLURRED_COST, NO_COSTS, Reading, Wanted, best};
use crate::Symbology;
use crate::check::upc_e_check;
use crate::profile::Explanation;

/// Numbers that are compared in the end.
const MOST_CONTENDERS: usize = 4;
/// How many times better than the runner-up's the best number's edges fit, where they alone decide.
const CLEAR_BY_EDGES: f32 = 2.0;
/// Squared modules by which they fit better on each line: two edges that are half a module off.
const LEAST_MARGIN: f32 = 1.0;

/// Share of what a symbol costs read from one end, below which it need not be looked at closely from there.
const FAR_BETTER: f32 = 0.7;

/// Squared modules that a digit costs on a line that is enough alone.
const PERFECT_COST: f32 = 0.04;

/// Numbers that the search by brightness begins with.
const MOST_BEGUN: usize = 3;
/// Share of the brightness's variance that they may leave unexplained at the most.
const MOST_BEGUN_WITH: f32 = 0.6;
/// Times that a number gives way to another that explains more.
const MOST_ROUNDS: usize = 4;
/// Numbers that the best is compared with in the end.
const MOST_COMPARED: usize = 3;

/// What brightness has to show before it decides.
struct Proof {
    /// How many times as much the runner-up leaves unexplained.
    clear: f32,
    /// Share of the brightness's variance that the best may leave unexplained in any one digit. A false digit leaves
    /// about 1, however blurred.
    most_unexplained: f32,
}

/// Where the edges fit the same number best.
const BESIDE_EDGES: [Proof; 2] =
    [Proof { clear: 1.25, most_unexplained: 0.1 }, Proof { clear: 1.5, most_unexplained: 0.3 }];
/// For six digits with a check digit that only their pattern shows: chance comes near to them.
const SHORT: Proof = Proof { clear: 2.5, most_unexplained: 0.1 };
/// Where the edges fit another number better: that is what blur does, but glare on a digit can do it too.
const AGAINST_EDGES: Proof = Proof { clear: 3.0, most_unexplained: 0.1 };

impl Proof {
    /// Whether a number explains enough by itself. The truth need not be among the numbers that it is compared with: two of
    /// its digits may have been mistaken. Then another digit explains these places better.
    fn may_hold(&self, explanation: &Explanation, layout: Layout) -> bool {
        explanation.worst(&layout.starts()) <= self.most_unexplained
            && explanation.is_best_everywhere(&layout.starts())
    }
}

/// The first digits of a number, and what they cost.
#[derive(Clone, Copy)]
struct Path {
    cost: f32,
    digits: [u8; 13],
}

const NOWHERE: Path = Path { cost: f32::MAX, digits: [0; 13] };

/// The cheapest numbers whose weighted digit sum is 0 modulo 10, the cheapest first, with the given set for each digit.
/// `lead` is a first digit that is not drawn, but counts. Weights run 3, 1, 3… from the right end.
/// What costs more than `most_cost` may be left out.
fn cheapest<const MOST: usize>(
    costs: &Costs,
    sets: &[usize],
    lead: Option<u8>,
    most_cost: f32,
) -> [Path; MOST] {
    let count = sets.len();
    let lead_sum = lead.map_or(0, |digit| usize::from(digit) * weight(0, count + 1) % 10);
    let limit = bound(costs, sets, lead_sum, MOST).min(most_cost);
    // The least that the digits from one on cost.
    let mut rest = [0.0f32; 13];
    for index in (0..count).rev() {
        rest[index] = rest[index + 1] + least(&costs[index][sets[index]]).1;
    }
    let mut states = [[NOWHERE; MOST]; 10];
    states[lead_sum][0] = Path { cost: 0.0, digits: [0; 13] };
    for (index, set) in sets.iter().enumerate() {
        let mut next = [[NOWHERE; MOST]; 10];
        for (sum, paths) in states.iter().enumerate() {
            for path in paths.iter().filter(|path| path.cost < f32::MAX) {
                for (value, cost) in costs[index][*set].iter().enumerate() {
                    let cost = path.cost + cost;
                    if cost + rest[index + 1] > limit {
                        continue;
                    }
                    let known = &mut next[(sum + value * weight(index, count)) % 10];
                    let place = known.partition_point(|other| other.cost <= cost);
                    if place == MOST {
                        continue;
                    }
                    let mut longer = Path { cost, digits: path.digits };
                    longer.digits[index] = value as u8;
                    known[place..].rotate_right(1);
                    known[place] = longer;
                }
            }
        }
        states = next;
    }
    states[0]
}

/// What a digit counts in the check sum of so many.
fn weight(index: usize, count: usize) -> usize {
    if (count - 1 - index).is_multiple_of(2) { 1 } else { 3 }
}

/// The cheapest value of a digit, and its cost.
fn least(costs: &[f32; 10]) -> (usize, f32) {
    costs.iter().copied().enumerate().fold((0, f32::MAX), |a, b| if b.1 < a.1 { b } else { a })
}

/// Puts a cost among the cheapest, the cheapest first, unless all of them are cheaper.
fn insert(cheapest: &mut [f32], cost: f32) {
    let place = cheapest.partition_point(|known| *known <= cost);
    if place < cheapest.len() {
        cheapest[place..].rotate_right(1);
        cheapest[place] = cost;
    }
}

/// A cost that so many numbers do not exceed whose check sum holds: the cheapest digits, one of them changed so that it
/// does, or to its next cheapest and another so that it does.
fn bound(costs: &Costs, sets: &[usize], lead_sum: usize, most: usize) -> f32 {
    let count = sets.len();
    let cost = |index: usize, value: usize| costs[index][sets[index]][value];
    let best: [(usize, f32); 12] =
        std::array::from_fn(|index| if index < count { least(&costs[index][sets[index]]) } else { (0, 0.0) });
    let floor: f32 = best.iter().map(|(_, cost)| cost).sum();
    let sum = (0..count).fold(lead_sum, |sum, index| sum + best[index].0 * weight(index, count)) % 10;
    // What a digit costs more that is changed so that a sum becomes 0. 7 is what undoes a factor of 3.
    let mended = |index: usize, sum: usize| {
        let by = (10 - sum) * if weight(index, count) == 3 { 7 } else { 1 };
        cost(index, (best[index].0 + by) % 10) - best[index].1
    };
    // What the cheapest of these numbers cost more than the floor.
    let mut limits = [f32::MAX; MOST_CONTENDERS];
    let mut offer = |more: f32| insert(&mut limits, more);
    if sum == 0 {
        offer(0.0);
        for (one, (own, own_cost)) in best.into_iter().enumerate().take(count) {
            let others = (0..10).filter(|value| *value != own);
            let next = others.min_by(|a, b| cost(one, *a).total_cmp(&cost(one, *b))).unwrap_or_default();
            let changed = (10 + next - own) * weight(one, count) % 10;
            // Later ones only: each pair once.
            let others = (one + 1..count).map(|other| mended(other, changed));
            offer(cost(one, next) - own_cost + others.fold(f32::MAX, f32::min));
        }
    } else {
        (0..count).for_each(|index| offer(mended(index, sum)));
    }
    // Sums of the same costs in another order differ by a rounding.
    limits.get(most - 1).map_or(f32::MAX, |more| (floor + more) * 1.0001 + 1e-4)
}

/// A number that the evidence may mean.
struct Contender {
    /// Squared misfit of its edges, summed over digits and lines.
    cost: f32,
    text: String,
    /// Its bars and spaces, in modules.
    widths: Vec<u8>,
}

/// The number that a candidate means, if that is sure by now. `rival` is what the same symbol costs on each line when it is
/// read from its other end.
pub(super) fn decide(
    candidate: &mut Candidate,
    wanted: Wanted,
    more_to_come: bool,
    rival: f32,
) -> Option<Reading> {
    let layout = candidate.layout;
    // A short code says less against chance: it has to fit better, and more lines have to say so.
    let (most_cost, least_lines) = match layout {
        Layout::Ean13 => (0.70, 2),
        Layout::Ean8 => (0.50, 3),
        Layout::UpcE => (0.35, 3),
    };
    let digits = layout.digits();
    // Chance does not fit perfectly either: a drawing may be a single line.
    let most_cost = match (candidate.lines >= least_lines, candidate.blurred) {
        (true, false) => most_cost,
        (true, true) => 1.3 * MOST_BLURRED_COST,
        (false, _) => PERFECT_COST,
    };
    let most_cost = most_cost * digits as f32 * candidate.lines as f32;
    // Too dear whatever is chosen: not worth the search.
    if best(&candidate.cost, layout) > most_cost {
        return None;
    }
    let margin = LEAST_MARGIN * candidate.lines as f32;
    let contenders = contenders(layout, &candidate.cost, most_cost, margin);
    let (best, others) = contenders.split_first()?;
    if best.cost > most_cost {
        return None;
    }
    candidate.least = best.cost / candidate.lines as f32;
    let by_edges = if candidate.blurred { None } else { clear_by_edges(candidate, best, others) };
    let (text, confidence) = match by_edges {
        Some(confidence) => (best.text.clone(), confidence),
        // The search is dear, and a few lines more hardly change what it finds.
        None if candidate.lines < 3 * candidate.searched && more_to_come => return None,
        None if candidate.lines == candidate.searched => return None,
        None if rival < FAR_BETTER * candidate.least => return None,
        None => {
            candidate.searched = candidate.lines;
            clear_by_brightness(candidate, contenders)?
        }
    };
    let symbology = match layout {
        Layout::Ean13 if text.starts_with('0') && wanted.upc_a => Symbology::UpcA,
        Layout::Ean13 if wanted.ean13 => Symbology::Ean13,
        Layout::Ean13 => return None,
        Layout::Ean8 => Symbology::Ean8,
        Layout::UpcE => Symbology::UpcE,
    };
    let text = if symbology == Symbology::UpcA { text[1..].to_owned() } else { text };
    let least = LEAST_ADDON_LINES.min(candidate.lines);
    let addon = candidate.addon.as_ref().filter(|(_, votes)| *votes >= least);
    Some(Reading {
        symbology,
        text,
        addon: addon.map(|(text, _)| text.clone()),
        confidence,
        first: candidate.first,
        last: candidate.last,
    })
}

/// The cheapest numbers, the cheapest first; those that must cost more than `most_cost`, or than
/// the cheapest by far more than `margin`, may be left out.
fn contenders(layout: Layout, costs: &Costs, most_cost: f32, margin: f32) -> Vec<Contender> {
    let mut found: Vec<Contender> = Vec::new();
    let mut offer = |cost: f32, text: String, sets: &[usize], digits: &[u8]| {
        found.push(Contender { cost, text, widths: layout.widths(sets, digits) });
    };
    match layout {
        Layout::Ean13 => {
            let patterns = EAN_LEFT_IN_B.iter().enumerate().map(|(first, pattern)| {
                let mut sets = [0usize; 12];
                for (index, set) in sets.iter_mut().enumerate().take(6) {
                    *set = usize::from(pattern >> (5 - index) & 1);
                }
                (floor(costs, &sets), first, sets)
            });
            let mut patterns: Vec<(f32, usize, [usize; 12])> = patterns.collect();
            patterns.sort_unstable_by(|a, b| a.0.total_cmp(&b.0));
            // What the cheapest cost so far.
            let mut known = [f32::MAX; MOST_CONTENDERS];
            for (floor, first, sets) in patterns {
                let [least, .., dearest] = known;
                // What costs this much changes no verdict.
                if floor > most_cost.min(dearest).min((CLEAR_BY_EDGES * least).max(least + margin)) {
                    break;
                }
                for path in cheapest::<2>(costs, &sets, Some(first as u8), dearest) {
                    if path.cost < f32::MAX {
                        insert(&mut known, path.cost);
                        let digits = &path.digits[..12];
                        offer(path.cost, format!("{first}{}", text_of(digits)), &sets, digits);
                    }
                }
            }
        }
        Layout::Ean8 => {
            for path in cheapest::<MOST_CONTENDERS>(costs, &[0; 8], None, f32::MAX) {
                if path.cost < f32::MAX {
                    let digits = &path.digits[..8];
                    offer(path.cost, text_of(digits), &[0; 8], digits);
                }
            }
        }
        Layout::UpcE => upc_e(costs, &mut offer),
    }
    found.sort_unstable_by(|a, b| a.cost.total_cmp(&b.cost));
    found.truncate(MOST_CONTENDERS);
    found
}

/// What digits of these sets cost at the least, whatever their check sum.
fn floor(costs: &Costs, sets: &[usize]) -> f32 {
    sets.iter().zip(costs).map(|(set, costs)| least(&costs[*set]).1).sum()
}

/// How sure the best number is by where its edges lie; nothing if they do not decide.
fn clear_by_edges(candidate: &Candidate, best: &Contender, others: &[Contender]) -> Option<f32> {
    // The others are sorted.
    let second = others.first()?.cost;
    let is_clear =
        second - best.cost >= LEAST_MARGIN * candidate.lines as f32 && second >= CLEAR_BY_EDGES * best.cost;
    is_clear.then(|| 1.0 - best.cost / second)
}

/// The number whose bars explain the brightness far better than any other's, and how sure that is; nothing if that does
/// not decide.
///
/// The lens is found with the bars of a number that need not be the right one: seen through it, other digits may explain
/// more, and so another number, whose bars give a better lens (an equalizer that its own decisions direct).
fn clear_by_brightness(candidate: &Candidate, contenders: Vec<Contender>) -> Option<(String, f32)> {
    let layout = candidate.layout;
    let explain = |contender: Contender| {
        candidate.profile.explain(&contender.widths).map(|explanation| (contender, explanation))
    };
    let likeliest = contenders.first()?.text.clone();
    let mut tried: Vec<String> = Vec::new();
    for begun in contenders.into_iter().take(MOST_BEGUN) {
        if tried.contains(&begun.text) {
            continue;
        }
        let Some((mut best, mut explanation)) = explain(begun) else { continue };
        for _ in 0..MOST_ROUNDS {
            if explanation.whole > MOST_BEGUN_WITH {
                break;
            }
            tried.push(best.text.clone());
            let mut costs = NO_COSTS;
            costs.iter_mut().zip(explanation.costs(&layout.starts())).for_each(|(cost, new)| *cost = new);
            let mut found = self::contenders(layout, &costs, f32::MAX, 0.0).into_iter();
            let Some(next) = found.next() else { break };
            if next.text == best.text {
                let proofs: &[Proof] = match layout {
                    Layout::UpcE => &[SHORT],
                    _ if best.text == likeliest => &BESIDE_EDGES,
                    _ => &[AGAINST_EDGES],
                };
                let holding = proofs.iter().find(|proof| proof.may_hold(&explanation, layout));
                let Some(proof) = holding else { break };
                let others = found.take(MOST_COMPARED).filter_map(explain);
                let second = others.map(|(_, other)| other.whole).fold(f32::MAX, f32::min);
                if second >= proof.clear * explanation.whole {
                    return Some((best.text, 1.0 - explanation.whole / second));
                }
                // No other number comes out that would be clearer; more lines may make this one so.
                return None;
            }
            if tried.contains(&next.text) {
                break;
            }
            let Some(again) = explain(next) else { break };
            if again.1.whole >= explanation.whole {
                break;
            }
            (best, explanation) = again;
        }
    }
    None
}

/// Every combination of number system and check digit has its own parity pattern; the check digit of the number that
/// the six digits expand to must be the one that the pattern says.
fn upc_e(all: &Costs, offer: &mut impl FnMut(f32, String, &[usize], &[u8])) {
    for system in 0..2u8 {
        for (check, pattern) in UPC_E_IN_B.iter().enumerate() {
            let pattern = if system == 0 { *pattern } else { !pattern & 0b11_1111 };
            // The cheapest digits, then each with one digit changed: the number is short enough to try.
            let sets: [usize; 6] = std::array::from_fn(|index| usize::from(pattern >> (5 - index) & 1));
            let costs = |index: usize| &all[index][sets[index]];
            let mut ranked = [[0usize; 10]; 6];
            for (index, ranked) in ranked.iter_mut().enumerate() {
                for (value, slot) in ranked.iter_mut().enumerate() {
                    *slot = value;
                }
                ranked.sort_unstable_by(|a, b| costs(index)[*a].total_cmp(&costs(index)[*b]));
            }
            for changed in 0..=6usize {
                for rank in 1..if changed == 6 { 2 } else { 4 } {
                    let mut digits = [0u8; 6];
                    let mut cost = 0.0;
                    for (index, digit) in digits.iter_mut().enumerate() {
                        let value = ranked[index][if index == changed { rank } else { 0 }];
                        *digit = value as u8;
                        cost += costs(index)[value];
                    }
                    if upc_e_check(system, digits) == check as u8 {
                        offer(cost, format!("{system}{}{check}", text_of(&digits)), &sets, &digits);
                    }
                }
            }
        }
    }
}

fn text_of(digits: &[u8]) -> String {
    digits.iter().map(|digit| char::from(b'0' + digit)).collect()
}
