//! GS1 DataBar Omnidirectional, Truncated and Stacked on lines (ISO/IEC 24724, section 5).
//!
//! A symbol is two halves, each an outer character, a finder and an inner character; stacked, the halves lie above one
//! another. A line gives the halves that it crosses; two halves that many lines have seen, and whose checksum holds,
//! are a number. A character is the one among all that exist whose distances between like edges are nearest.

use std::sync::OnceLock;

use crate::check::gtin_check;
use crate::element_widths::ElementSet;
use crate::line::Line;
use crate::retail::Span;

/// Squared modules by which a finder may differ from its pattern.
const MOST_FINDER_COST: f32 = 1.0;
/// Squared modules by which a character may differ from the nearest that exists.
const MOST_COST: f32 = 2.0;
/// Lines that must have seen a half.
const LEAST_LINES: u32 = 2;

/// The first three widths of the nine finders; two more of one module follow.
const FINDERS: [[u8; 3]; 9] =
    [[3, 8, 2], [3, 5, 5], [3, 3, 7], [3, 1, 9], [2, 7, 4], [2, 5, 6], [2, 3, 8], [1, 5, 7], [1, 3, 9]];

/// A half, as some lines have seen it.
#[derive(Debug, Clone)]
struct Half {
    is_right: bool,
    /// Whether the symbol runs against the lines' direction.
    reversed: bool,
    finder: u32,
    value: u32,
    checksum: u32,
    lines: u32,
    first: Span,
    last: Span,
}

/// A number that was read.
#[derive(Debug)]
pub(super) struct Found {
    pub(super) text: String,
    pub(super) lines: u32,
    pub(super) first: Span,
    pub(super) last: Span,
}

/// Gathers halves over lines.
#[derive(Debug, Default)]
pub(super) struct DataBarReader {
    halves: Vec<Half>,
}

impl DataBarReader {
    pub(super) fn clear(&mut self) {
        self.halves.clear();
    }

    pub(super) fn has_evidence(&self) -> bool {
        !self.halves.is_empty()
    }

    /// Takes the half whose finder begins with the run at `at`, if there is one.
    pub(super) fn add(&mut self, line: &Line, at: usize, reversed: bool) {
        let edges = &line.edges;
        let Some(outer) = at.checked_sub(8) else { return };
        if at + 13 >= edges.len() {
            return;
        }
        let Some((finder, size)) = finder(edges, at) else { return };
        // A left half's finder begins with a space, that of a right half, seen from its outer end, with a bar.
        let is_right = at.is_multiple_of(2);
        let module = size / 15.0;
        let whole = |from: usize, to: usize, modules: f32| (edges[to] - edges[from]) / modules / module;
        let fits = 0.8..1.25;
        if !fits.contains(&whole(outer, at, 16.0)) || !fits.contains(&whole(at + 5, at + 13, 15.0)) {
            return;
        }
        let outer_widths: [f32; 8] = std::array::from_fn(|run| edges[outer + run + 1] - edges[outer + run]);
        let inner_widths: [f32; 8] = std::array::from_fn(|run| edges[at + 13 - run] - edges[at + 12 - run]);
        let tables = Tables::get();
        let Some((outer_value, outer_sum)) = nearest(&outer_widths, &tables.outer, 16.0) else { return };
        let Some((inner_value, inner_sum)) = nearest(&inner_widths, &tables.inner, 15.0) else { return };
        let value = 1597 * outer_value + inner_value;
        let checksum = (outer_sum + 4 * inner_sum) % 79;
        let span = Span { from: line.place(edges[outer]), to: line.place(edges[at + 13]) };
        let known = self.halves.iter_mut().find(|half| {
            (half.is_right, half.reversed, half.finder, half.value) == (is_right, reversed, finder, value)
        });
        match known {
            Some(half) => {
                half.lines += 1;
                half.last = span;
            }
            None => self.halves.push(Half {
                is_right,
                reversed,
                finder,
                value,
                checksum,
                lines: 1,
                first: span,
                last: span,
            }),
        }
    }

    /// The numbers that the halves seen so far make. Their halves are forgotten.
    pub(super) fn take(&mut self) -> Vec<Found> {
        let seen = |half: &&Half| half.lines >= LEAST_LINES;
        let mut found = Vec::new();
        for left in self.halves.iter().filter(seen).filter(|half| !half.is_right) {
            // The right half is read from its outer end: against the left half's direction.
            let rights = self
                .halves
                .iter()
                .filter(seen)
                .filter(|half| half.is_right && half.reversed != left.reversed);
            for right in rights {
                if checksum_holds(left, right)
                    && let Some(text) = number(left.value, right.value)
                {
                    let mut sides = [left, right].map(|half| {
                        if half.reversed == left.reversed {
                            (half.first, half.last)
                        } else {
                            let turned = |span: Span| Span { from: span.to, to: span.from };
                            (turned(half.first), turned(half.last))
                        }
                    });
                    // Side by side, or one above the other.
                    if sides[0].0.from.distance(sides[1].0.from)
                        < 0.5 * sides[0].0.from.distance(sides[0].0.to)
                    {
                        sides[1] = (Span { to: sides[1].0.to, ..sides[0].0 }, sides[1].1);
                    }
                    found.push(Found {
                        text,
                        lines: left.lines.min(right.lines),
                        first: Span { from: sides[0].0.from, to: sides[1].0.to },
                        last: Span { from: sides[0].1.from, to: sides[1].1.to },
                    });
                }
            }
        }
        if !found.is_empty() {
            self.halves.clear();
        }
        found
    }
}

/// Whether the five runs at `at` could be a finder, at the price of a few subtractions: of its fifteen modules the last
/// two runs are one each.
pub(super) fn may_be_finder(edges: &[f32], at: usize) -> bool {
    let Some(e) = edges.get(at..).and_then(|edges| edges.first_chunk::<6>()) else { return false };
    let size = e[5] - e[0];
    (0.09..0.18).contains(&((e[5] - e[3]) / size))
}

/// Which finder the five runs at `at` are, and their size.
fn finder(edges: &[f32], at: usize) -> Option<(u32, f32)> {
    if !may_be_finder(edges, at) {
        return None;
    }
    let size = edges[at + 5] - edges[at];
    let pair = |run: usize| (edges[at + run + 2] - edges[at + run]) / size * 15.0;
    let mut best = (0, f32::MAX);
    for (value, [a, b, c]) in FINDERS.iter().enumerate() {
        let expected = [a + b, b + c, c + 1, 2].map(f32::from);
        let cost: f32 = (0..4).map(|run| (pair(run) - expected[run]).powi(2)).sum();
        if cost < best.1 {
            best = (value as u32, cost);
        }
    }
    (best.1 < MOST_FINDER_COST).then_some((best.0, size))
}

/// The value and the checksum of the character nearest to eight widths; nothing where none is near, or two are.
fn nearest(widths: &[f32; 8], table: &[[u8; 8]], modules: f32) -> Option<(u32, u32)> {
    let module = widths.iter().sum::<f32>() / modules;
    let seen = widths.map(|width| width / module);
    let pairs: [f32; 7] = std::array::from_fn(|run| seen[run] + seen[run + 1]);
    let (mut best, mut second) = ((0, f32::MAX), f32::MAX);
    for (value, pattern) in table.iter().enumerate() {
        let p = pattern.map(f32::from);
        let mut cost = 0.0;
        for run in 0..7 {
            cost += (pairs[run] - p[run] - p[run + 1]).powi(2);
        }
        if cost >= second {
            continue;
        }
        for run in 0..8 {
            cost += 0.2 * (seen[run] - p[run]).powi(2);
        }
        if cost < best.1 {
            second = best.1;
            best = (value, cost);
        } else {
            second = second.min(cost);
        }
    }
    if best.1 > MOST_COST || second < 1.3 * best.1 + 0.1 {
        return None;
    }
    let power = |place: usize| 9u32.pow(place as u32);
    let checksum = (0..4)
        .map(|place| {
            let pair = &table[best.0][2 * place..];
            power(place) * (u32::from(pair[0]) + 3 * u32::from(pair[1]))
        })
        .sum();
    Some((best.0 as u32, checksum))
}

fn checksum_holds(left: &Half, right: &Half) -> bool {
    let mut wanted = 9 * left.finder + right.finder;
    // Two of the 81 pairs of finders are not used.
    if wanted > 72 {
        wanted -= 1;
    }
    if wanted > 8 {
        wanted -= 1;
    }
    (left.checksum + 16 * right.checksum) % 79 == wanted
}

/// The GTIN-14 of two halves; nothing if the number is too large to be one.
fn number(left: u32, right: u32) -> Option<String> {
    let value = 4_537_077 * u64::from(left) + u64::from(right);
    let text = format!("{value:013}");
    if text.len() != 13 {
        return None;
    }
    let digits: Vec<u8> = text.bytes().map(|byte| byte - b'0').collect();
    Some(format!("{text}{}", gtin_check(&digits)))
}

/// Every character: the widths of its odd and even elements in turn, at the place of its value.
struct Tables {
    outer: Vec<[u8; 8]>,
    inner: Vec<[u8; 8]>,
}

impl Tables {
    fn get() -> &'static Self {
        static TABLES: OnceLock<Tables> = OnceLock::new();
        TABLES.get_or_init(|| {
            // Modules of the odd elements, the widest of them, combinations of the even ones (ISO/IEC 24724, table 1
            // and table 2).
            let mut outer = Vec::with_capacity(2841);
            for (modules, widest, evens, size) in [
                (12, 8, 1, 161),
                (10, 6, 10, 80 * 10),
                (8, 4, 34, 31 * 34),
                (6, 3, 70, 10 * 70),
                (4, 1, 126, 126),
            ] {
                let odds = patterns(modules, widest, false);
                let in_use = &patterns(16 - modules, 9 - widest, true)[..evens];
                let all = odds.iter().flat_map(|odd| in_use.iter().map(|even| woven(*odd, *even)));
                outer.extend(all.take(size));
            }
            let mut inner = Vec::with_capacity(1597);
            for (modules, widest, odds, size) in
                [(10, 2, 4, 4 * 84), (8, 4, 20, 20 * 35), (6, 6, 48, 48 * 10), (4, 8, 81, 81)]
            {
                // Not all of their patterns are in use.
                let evens = patterns(modules, 9 - widest, false);
                let in_use = &patterns(15 - modules, widest, true)[..odds];
                let all = evens.iter().flat_map(|even| in_use.iter().map(|odd| woven(*odd, *even)));
                inner.extend(all.take(size));
            }
            Tables { outer, inner }
        })
    }
}

fn woven(odd: [u32; 4], even: [u32; 4]) -> [u8; 8] {
    std::array::from_fn(|place| [odd, even][place % 2][place / 2] as u8)
}

/// The patterns of a set in the order of their values (ISO/IEC 24724, annex B).
fn patterns(modules: u32, widest: u32, needs_narrow: bool) -> Vec<[u32; 4]> {
    ElementSet { modules, widest, needs_narrow }.patterns()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn there_is_a_character_for_every_value() {
        let tables = Tables::get();
        assert_eq!((tables.outer.len(), tables.inner.len()), (2841, 1597));
        for (table, modules) in [(&tables.outer, 16), (&tables.inner, 15)] {
            assert!(table.iter().all(|widths| widths.iter().sum::<u8>() == modules));
            let mut sorted = table.clone();
            sorted.sort_unstable();
            sorted.dedup();
            assert_eq!(sorted.len(), table.len());
        }
    }
}
