//! GS1 DataBar Expanded and Expanded Stacked on lines (ISO/IEC 24724, section 7).
//!
//! A symbol is pairs of characters, each with a finder pattern in between, side by side or in rows one above the other.
//! No finder pattern is twice in a symbol in the same direction: so a character's place in the symbol is told by the
//! pattern beside it, wherever a line meets it, and the check character, the first of all, says how many there are.

mod content;

use std::cmp::Reverse;
use std::ops::Range;
use std::sync::OnceLock;

use super::Vote;
use crate::Symbology;
use crate::element_widths::ElementSet;
use crate::geometry::Point;
use crate::line::Line;
use crate::retail::Span;

/// Elements and modules of a character.
const ELEMENTS: usize = 8;
const MODULES: f32 = 17.0;
/// Modules of a finder pattern, and its elements.
const FINDER_MODULES: f32 = 15.0;
const FINDER_ELEMENTS: usize = 5;
/// Elements of a pair with its finder pattern.
const PAIR: usize = ELEMENTS + FINDER_ELEMENTS + ELEMENTS;
/// Bits of a data character.
pub(crate) const BITS: usize = 12;
/// Characters of the smallest and the largest symbol, the check character included.
pub(crate) const FEWEST_CHARACTERS: usize = 4;
pub(crate) const MOST_CHARACTERS: usize = 22;
/// What check characters and weighted widths count to.
pub(crate) const MODULUS: u32 = 211;

/// Characters with the same number of modules in their odd elements: the first value, modules and widest of the odd
/// elements, patterns of the even ones (table 12).
pub(crate) const GROUPS: [(u32, u32, u32, u32); 5] =
    [(0, 12, 7, 4), (348, 10, 5, 20), (1_388, 8, 4, 52), (2_948, 6, 3, 104), (3_988, 4, 1, 204)];
/// The finder patterns A to F (table 15); those at odd places of a symbol are printed backwards.
pub(crate) const FINDERS: [[u32; FINDER_ELEMENTS]; 6] =
    [[1, 8, 4, 1, 1], [3, 6, 4, 1, 1], [3, 4, 6, 1, 1], [3, 2, 8, 1, 1], [2, 6, 5, 1, 1], [2, 2, 9, 1, 1]];
/// Which finder patterns a symbol of 2 to 11 has (table 16).
pub(crate) const FINDER_SEQUENCES: [&[u8]; 10] = [
    b"AA",
    b"ABB",
    b"ACBD",
    b"AEBDC",
    b"AEBDDF",
    b"AEBDEFF",
    b"AABBCCDD",
    b"AABBCCDEE",
    b"AABBCCDEFF",
    b"AABBCDDEEFF",
];

/// The odd and the even elements of a group.
pub(crate) const fn element_sets((_, odd, widest, _): (u32, u32, u32, u32)) -> (ElementSet, ElementSet) {
    (
        ElementSet { modules: odd, widest, needs_narrow: true },
        ElementSet { modules: MODULES as u32 - odd, widest: 9 - widest, needs_narrow: false },
    )
}

/// The places that a character can have beside a finder pattern: four for each pattern. The first is the check
/// character's.
const PLACES: usize = 4 * FINDERS.len();

/// The places of a symbol of so many characters, in the order in which they are read; nothing if there is no such
/// symbol.
pub(crate) fn places(characters: usize) -> Option<impl Iterator<Item = usize>> {
    let sequence = *FINDER_SEQUENCES.get(characters.div_ceil(2).checked_sub(2)?)?;
    Some((0..characters).map(|index| {
        let pair = index / 2;
        4 * usize::from(sequence[pair] - b'A') + 2 * (pair % 2) + index % 2
    }))
}

/// What the widths of the character at a place add to the checksum: powers of 3 modulo 211 weigh them, from a power that
/// the place says (table 14). The check character adds nothing.
pub(crate) fn weighed(place: usize, widths: &[u8; ELEMENTS]) -> u32 {
    let Some(before) = place.checked_sub(1) else { return 0 };
    let first = (0..ELEMENTS * before).fold(1, |power, _| power * 3 % MODULUS);
    let (sum, _) = widths.iter().fold((0, first), |(sum, weight), width| {
        ((sum + weight * u32::from(*width)) % MODULUS, weight * 3 % MODULUS)
    });
    sum
}

/// How far the elements of a finder pattern may be from their widths, in squared modules.
const MOST_FINDER_COST: f32 = 1.0;
/// How much of a module the ink may have spread from a bar into the spaces on both sides.
const MOST_SPREAD: f32 = 0.7;
/// Squared modules by which the edges of a character may be off. Between characters it is one at the least.
const MOST_COST: f32 = 0.6;
/// The same for a character of which one line is proof enough, but for the checksum.
const MOST_CLEAN_COST: f32 = 0.15;
/// How much the spread of a character's ink counts beside one of its edges, where it differs from the finder pattern's.
const SPREAD_WEIGHT: f32 = 2.0;
/// How much more often than any other a character must be seen at its place.
const CLEARLY: u32 = 3;
/// How often a character must be seen, where a clean one counts twice.
const ENOUGH: u32 = 2;
/// Modules from the line on which a pair is seen to that of the next pair, at the most: two rows of 34 and what
/// separates them.
const FARTHEST: f32 = 75.0;

/// A character that a line shows.
#[derive(Debug, Clone, Copy, PartialEq)]
struct Character {
    value: u32,
    /// What it adds to the checksum.
    weighed: u32,
    is_clean: bool,
}

impl Character {
    /// How often it counts as seen.
    fn weight(&self) -> u32 {
        1 + u32::from(self.is_clean)
    }
}

/// A finder pattern that a line shows, with the characters beside it.
#[derive(Debug)]
struct Pair {
    /// The place of the first of its characters.
    place: usize,
    characters: [Option<Character>; 2],
    /// The first edge of its finder pattern, counted along the line's own direction.
    at: usize,
    /// The edges between which it and its characters lie, counted likewise.
    edges: Range<usize>,
    /// Whether it is read against that direction.
    reversed: bool,
    /// In the direction in which it is read.
    span: Span,
    /// Pixels of a module.
    module: f32,
}

/// A character as lines have seen it at its place.
#[derive(Debug)]
struct Seen {
    character: Character,
    /// On how many lines, clean ones twice.
    times: u32,
    first: Span,
    last: Span,
    module: f32,
}

/// Gathers characters over lines, as no line meets all rows of a stacked symbol.
#[derive(Debug, Default)]
pub(super) struct ExpandedReader {
    seen: [Vec<Seen>; PLACES],
}

impl ExpandedReader {
    /// Forgets all that has been seen.
    pub(super) fn clear(&mut self) {
        self.seen.iter_mut().for_each(Vec::clear);
    }

    /// Whether any of the lines has shown a character.
    pub(super) fn has_evidence(&self) -> bool {
        self.seen.iter().any(|seen| !seen.is_empty())
    }

    /// What a line, with those before it, says. `flipped` is the same line seen from its other end.
    pub(super) fn add(&mut self, line: &Line, flipped: &Line) -> Vec<Vote> {
        let pairs = pairs_on(line, flipped);
        if pairs.is_empty() {
            return Vec::new();
        }
        let votes: Vec<Vote> = pairs.iter().filter_map(|first| in_a_row(first, &pairs)).collect();
        pairs.iter().for_each(|pair| self.count(pair));
        if votes.is_empty() { self.over_lines().into_iter().collect() } else { votes }
    }

    fn count(&mut self, pair: &Pair) {
        for (place, character) in (pair.place..).zip(pair.characters) {
            let Some(character) = character else { continue };
            let times = character.weight();
            let seen = &mut self.seen[place];
            match seen.iter_mut().find(|seen| seen.character.value == character.value) {
                Some(seen) => {
                    seen.times += times;
                    seen.last = pair.span;
                }
                None => seen.push(Seen {
                    character,
                    times,
                    first: pair.span,
                    last: pair.span,
                    module: pair.module,
                }),
            }
        }
    }

    /// The symbol whose characters have been seen on some line or other.
    fn over_lines(&self) -> Option<Vote> {
        let check = clearly(&self.seen[0])?;
        let all: Vec<&Seen> = places(symbol_size(check.character.value)?)?
            .map(|place| clearly(&self.seen[place]))
            .collect::<Option<_>>()?;
        let characters: Vec<Character> = all.iter().map(|seen| seen.character).collect();
        let text = text(&characters)?;
        let is_one_symbol = all.windows(2).all(|two| are_near(two[0], two[1]));
        if !is_one_symbol {
            return None;
        }
        let times = all.iter().map(|seen| seen.times).min()?;
        vote(text, times, all.iter().flat_map(|seen| [seen.first, seen.last]))
    }
}

/// What has been seen at a place, if it is clear what.
fn clearly(seen: &[Seen]) -> Option<&Seen> {
    let best = seen.iter().max_by_key(|seen| seen.times)?;
    let others: u32 = seen.iter().map(|seen| seen.times).sum::<u32>() - best.times;
    (best.times >= ENOUGH && best.times >= CLEARLY * others).then_some(best)
}

/// Whether two characters that follow one another lie in the same row or in two that touch.
fn are_near(one: &Seen, next: &Seen) -> bool {
    let places = |seen: &Seen| [seen.first.from, seen.last.from];
    let frame = Frame::of(one.first);
    let apart = places(next)
        .into_iter()
        .flat_map(|a| places(one).map(|b| (frame.position(a).1 - frame.position(b).1).abs()))
        .fold(f32::MAX, f32::min);
    apart < FARTHEST * one.module
}

/// The symbol that begins with a pair and lies in one row, if all of it is on the line.
fn in_a_row(first: &Pair, pairs: &[Pair]) -> Option<Vote> {
    let check = first.characters[0].filter(|_| first.place == 0)?;
    let mut row = Vec::new();
    let mut characters = Vec::new();
    for (index, place) in places(symbol_size(check.value)?)?.enumerate() {
        let side = index % 2;
        if side == 0 {
            let away = PAIR * (index / 2);
            let at = if first.reversed { first.at.checked_sub(away)? } else { first.at + away };
            row.push(
                pairs
                    .iter()
                    .find(|pair| (pair.at, pair.reversed, pair.place) == (at, first.reversed, place))?,
            );
        }
        characters.push(row.last()?.characters[side]?);
    }
    let times = characters.iter().map(Character::weight).min()?;
    vote(text(&characters)?, times, row.iter().map(|pair| pair.span))
}

/// How many characters there are in a symbol with such a check character (section 7.2.6).
fn symbol_size(check: u32) -> Option<usize> {
    let characters = FEWEST_CHARACTERS + (check / MODULUS) as usize;
    (characters <= MOST_CHARACTERS).then_some(characters)
}

/// What all characters of a symbol say, the check character first; nothing if that is not the others' checksum.
fn text(characters: &[Character]) -> Option<String> {
    let (check, data) = characters.split_first()?;
    let sum: u32 = data.iter().map(|character| character.weighed).sum();
    if check.value % MODULUS != sum % MODULUS {
        return None;
    }
    let bits = |character: &Character| {
        let value = character.value;
        (0..BITS).rev().map(move |place| value >> place & 1 == 1)
    };
    content::element_string(&data.iter().flat_map(bits).collect::<Vec<_>>())
}

/// A text and where its symbol lies: from the first of some pairs to the last.
fn vote(text: String, lines: u32, pairs: impl Iterator<Item = Span>) -> Option<Vote> {
    let pairs: Vec<Span> = pairs.collect();
    let frame = Frame::of(*pairs.first()?);
    let ends = pairs.iter().flat_map(|pair| [pair.from, pair.to]).map(|place| frame.position(place).0);
    let width = ends.fold(0.0, f32::max);
    let height = frame.position(pairs.last()?.from).1;
    let row = |height| Span { from: frame.place(0.0, height), to: frame.place(width, height) };
    Some(Vote { symbology: Symbology::DataBarExpanded, text, lines, first: row(0.0), last: row(height) })
}

/// Places as seen from where a pair begins: so far along it, and so far to its right.
struct Frame {
    origin: Point,
    along: Point,
}

impl Frame {
    fn of(pair: Span) -> Self {
        let length = pair.from.distance(pair.to).max(f32::MIN_POSITIVE);
        let along = Point::new((pair.to.x - pair.from.x) / length, (pair.to.y - pair.from.y) / length);
        Self { origin: pair.from, along }
    }

    fn position(&self, place: Point) -> (f32, f32) {
        let (x, y) = (place.x - self.origin.x, place.y - self.origin.y);
        (x * self.along.x + y * self.along.y, y * self.along.x - x * self.along.y)
    }

    fn place(&self, along: f32, beside: f32) -> Point {
        self.origin.moved(self.along, along).moved(Point::new(-self.along.y, self.along.x), beside)
    }
}

/// The pairs on a line. Parts of characters can look like a finder pattern: of pairs that lie over one another, only the
/// clearest is one.
fn pairs_on(line: &Line, flipped: &Line) -> Vec<Pair> {
    let mut all: Vec<Pair> = [(line, false), (flipped, true)]
        .into_iter()
        .flat_map(|(view, is_flipped)| (0..view.edges.len()).filter_map(move |at| pair(view, at, is_flipped)))
        .collect();
    all.sort_unstable_by_key(|pair| {
        Reverse(pair.characters.iter().flatten().map(Character::weight).sum::<u32>())
    });
    let mut pairs: Vec<Pair> = Vec::with_capacity(all.len());
    for pair in all {
        let is_over = |other: &Pair| pair.edges.start < other.edges.end && other.edges.start < pair.edges.end;
        if !pairs.iter().any(is_over) {
            pairs.push(pair);
        }
    }
    pairs
}

/// The pair whose finder pattern, seen from its wide end, begins with the run at `at`; nothing where no character is
/// beside it.
fn pair(view: &Line, at: usize, is_flipped: bool) -> Option<Pair> {
    let edges = &view.edges;
    let last = edges.len().checked_sub(1)?;
    let finder = finder(edges, at)?;
    // A pattern that is printed backwards begins with a bar, and is seen against the direction of reading.
    let is_backwards = at.is_multiple_of(2);
    let place = 4 * finder.pattern + 2 * usize::from(is_backwards);
    let end = at + FINDER_ELEMENTS;
    // Both from outside inwards; as the pattern is seen, before and after it.
    let before = at.checked_sub(ELEMENTS).and_then(|outer| edges.get(outer..=at)?.first_chunk()).copied();
    let after =
        edges.get(end..).and_then(|edges| edges.first_chunk()).map(|outwards: &[f32; ELEMENTS + 1]| {
            let mut inwards = outwards.map(|edge| -edge);
            inwards.reverse();
            inwards
        });
    let sides = usize::from(is_backwards);
    let read = |edges: Option<[f32; ELEMENTS + 1]>, side: usize| {
        edges.and_then(|edges| character(&edges, &finder, place + (side ^ sides)))
    };
    let seen = [read(before, 0), read(after, 1)];
    if seen == [None, None] {
        return None;
    }
    let [before, after] = seen;
    let range = if seen[0].is_some() { at - ELEMENTS } else { at }..if seen[1].is_some() {
        end + ELEMENTS
    } else {
        end
    };
    let (from, to) = (view.place(edges[range.start]), view.place(edges[range.end]));
    let module = finder.module * view.step;
    Some(Pair {
        place,
        characters: if is_backwards { [after, before] } else { [before, after] },
        at: if is_flipped { last - end } else { at },
        edges: if is_flipped { last - range.end..last - range.start } else { range },
        reversed: is_flipped != is_backwards,
        span: if is_backwards { Span { from: to, to: from } } else { Span { from, to } },
        module,
    })
}

/// A finder pattern.
struct Finder {
    /// Which of [`FINDERS`].
    pattern: usize,
    /// Samples of a module.
    module: f32,
    /// How much wider the odd ones of its elements are than printed, in modules.
    spread: f32,
}

/// The finder pattern whose wide end begins with the run at `at`.
fn finder(edges: &[f32], at: usize) -> Option<Finder> {
    let e: &[f32; FINDER_ELEMENTS + 1] = edges.get(at..)?.first_chunk()?;
    // The last of its fifteen modules are two elements of one each.
    if !(0.09..0.18).contains(&((e[5] - e[3]) / (e[5] - e[0]))) {
        return None;
    }
    // Between edges of the same kind, ink spread takes nothing away.
    let module = (e[4] - e[0]) / (FINDER_MODULES - 1.0);
    let seen = e.map(|edge| (edge - e[0]) / module);
    let mut best: Option<(f32, Finder)> = None;
    for (pattern, widths) in FINDERS.iter().enumerate() {
        let mut printed = 0.0;
        let mut off = [0.0; FINDER_ELEMENTS + 1];
        for (index, slot) in off.iter_mut().enumerate() {
            *slot = seen[index] - printed;
            printed += widths.get(index).map_or(0.0, |width| *width as f32);
        }
        let of_kind = |first: usize| off.iter().skip(first).step_by(2);
        let mean = |first: usize| of_kind(first).sum::<f32>() / 3.0;
        let (begins, ends) = (mean(0), mean(1));
        let about = |first: usize, mean: f32| of_kind(first).map(|off| (off - mean).powi(2)).sum::<f32>();
        let cost = about(0, begins) + about(1, ends);
        if best.as_ref().is_none_or(|(least, _)| cost < *least) {
            best = Some((cost, Finder { pattern, module, spread: ends - begins }));
        }
    }
    let (cost, finder) = best?;
    (cost < MOST_FINDER_COST && finder.spread.abs() < MOST_SPREAD).then_some(finder)
}

/// The character with such edges, from outside inwards, beside a finder pattern; nothing where none is near, or two are.
fn character(edges: &[f32; ELEMENTS + 1], finder: &Finder, place: usize) -> Option<Character> {
    let module = (edges[ELEMENTS] - edges[0]) / MODULES;
    if !(0.85..1.18).contains(&(module / finder.module)) {
        return None;
    }
    let seen: [f32; ELEMENTS] = std::array::from_fn(|index| (edges[index + 1] - edges[0]) / module);
    // As far as another one would have to be off not to be taken for the nearest.
    let clear = |cost: f32| 1.3 * cost + 0.1;
    let (mut best, mut least, mut second) = (None, f32::MAX, clear(MOST_COST));
    // Where even elements end, the ink's spread does not show: the nearest whole places, and those on the other side.
    let (two, four) = (seen[1], seen[3]);
    let near = |place: f32| [place.round(), place.round() + (place - place.round()).signum()];
    let keys = near(two).into_iter().flat_map(|two| near(four).map(|four| (two, four)));
    for key in keys {
        if (key.0 - two).powi(2) + (key.1 - four).powi(2) >= second {
            continue;
        }
        for pattern in patterns(key.0 as u8, key.1 as u8) {
            let mut off = [0.0; ELEMENTS];
            for ((slot, seen), end) in off.iter_mut().zip(seen).zip(pattern.ends) {
                *slot = seen - f32::from(end);
            }
            let squares: f32 = off.iter().map(|off| off * off).sum();
            let ends: f32 = off.iter().step_by(2).sum();
            // The spread that makes the least of it.
            let spread = (ends + SPREAD_WEIGHT * finder.spread) / (4.0 + SPREAD_WEIGHT);
            let cost =
                squares + SPREAD_WEIGHT * finder.spread.powi(2) - (4.0 + SPREAD_WEIGHT) * spread.powi(2);
            if cost < least {
                second = second.min(least);
                (best, least) = (Some(pattern), cost);
            } else {
                second = second.min(cost);
            }
        }
    }
    let pattern = best.filter(|_| least <= MOST_COST && second >= clear(least))?;
    Some(Character {
        value: pattern.value,
        weighed: weighed(place, &pattern.widths()),
        is_clean: least <= MOST_CLEAN_COST,
    })
}

/// A character as it is printed.
#[derive(Debug, Clone, Copy)]
struct Pattern {
    value: u32,
    /// Where its elements end, in modules.
    ends: [u8; ELEMENTS],
}

impl Pattern {
    fn widths(&self) -> [u8; ELEMENTS] {
        let mut before = 0;
        self.ends.map(|end| end - std::mem::replace(&mut before, end))
    }

    /// Where the second and the fourth element end.
    fn key(&self) -> (u8, u8) {
        (self.ends[1], self.ends[3])
    }
}

/// The characters whose second and fourth element end so many modules from their beginning.
fn patterns(two: u8, four: u8) -> impl Iterator<Item = &'static Pattern> {
    let all = all_patterns();
    let first = all.partition_point(|pattern| pattern.key() < (two, four));
    all[first..].iter().take_while(move |pattern| pattern.key() == (two, four))
}

/// All characters, in the order of their keys.
fn all_patterns() -> &'static [Pattern] {
    static PATTERNS: OnceLock<Vec<Pattern>> = OnceLock::new();
    PATTERNS.get_or_init(|| {
        let mut patterns = Vec::with_capacity(1 << BITS);
        let ends = GROUPS.iter().skip(1).map(|group| group.0).chain([1 << BITS]);
        for (group, end) in GROUPS.into_iter().zip(ends) {
            let (odd, even) = element_sets(group);
            let (odds, evens) = (odd.patterns(), even.patterns());
            // Not all patterns of the odd elements are in use, nor all characters of the last group.
            let pairs = odds.iter().flat_map(|odd| evens.iter().map(|even| [*odd, *even]));
            patterns.extend((group.0..end).zip(pairs).map(|(value, widths)| {
                let mut end = 0;
                let ends = std::array::from_fn(|element| {
                    end += widths[element % 2][element / 2] as u8;
                    end
                });
                Pattern { value, ends }
            }));
        }
        patterns.sort_unstable_by_key(Pattern::key);
        patterns
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// Figure 10 of ISO/IEC 24724, and the first and last row of figure 12, which says the same.
    const FIGURE_10: &str = "0100100001100011011011111111000010111000011001010001101000000110001010111111000011101001110000001\
         0010100111110111001100011111100001011101100000100100100011110010110001011111111001110001101111010000101";
    const FIGURE_12: [&str; 2] = [
        "010010000110001101101111111100001011100001100101000110100000011000101011111100001110100111000000100101",
        "101000010111101100011100111111110100011010011110001001001000001101110100001111110001100111011111001010",
    ];
    const SAYS: &str = "0198898765432106320201234515991231";

    /// A line over a row of modules, three pixels each, with bars wider by so many pixels at both ends.
    fn line(modules: &str, spread: usize) -> Line {
        let is_dark =
            |at: usize| (at / 3).checked_sub(6).and_then(|at| modules.as_bytes().get(at)) == Some(&b'1');
        let row: Vec<u8> = (0..3 * modules.len() + 36)
            .map(|at| (at.saturating_sub(spread)..=at + spread).any(is_dark))
            .map(|is_dark| if is_dark { 30 } else { 230 })
            .collect();
        Line::over(&row)
    }

    fn add(reader: &mut ExpandedReader, line: &Line) -> Vec<Vote> {
        let mut flipped = Line::default();
        line.reversed_into(&mut flipped);
        reader.add(line, &flipped)
    }

    /// The text of one line, and how often it counts as seen.
    fn read(line: &Line) -> Option<(String, u32)> {
        let vote = add(&mut ExpandedReader::default(), line).pop()?;
        Some((vote.text, vote.lines))
    }

    #[test]
    fn there_is_a_character_for_every_value() {
        let mut patterns = all_patterns().to_vec();
        patterns.sort_unstable_by_key(|pattern| pattern.value);
        assert!(patterns.iter().map(|pattern| pattern.value).eq(0..4_096));
        assert!(patterns.iter().all(|pattern| pattern.ends[7] == 17));
        patterns.sort_unstable_by_key(|pattern| pattern.ends);
        patterns.dedup_by_key(|pattern| pattern.ends);
        assert_eq!(patterns.len(), 4_096);
    }

    #[test]
    fn a_row_is_read_in_both_directions_whatever_the_inks_spread() {
        let backwards: String = FIGURE_10.chars().rev().collect();
        for modules in [FIGURE_10, &backwards] {
            for spread in [0, 1] {
                let read = read(&line(modules, spread));
                assert_eq!(read, Some((SAYS.to_owned(), ENOUGH)), "{spread}");
            }
        }
    }

    #[test]
    fn rows_one_above_the_other_are_read_together() {
        for rows in [FIGURE_12, [FIGURE_12[1], FIGURE_12[0]]] {
            let mut reader = ExpandedReader::default();
            assert!(add(&mut reader, &line(rows[0], 0)).is_empty() && reader.has_evidence());
            let votes = add(&mut reader, &line(rows[1], 0));
            assert_eq!(votes.iter().map(|vote| vote.text.as_str()).collect::<Vec<_>>(), [SAYS]);
            reader.clear();
            assert!(!reader.has_evidence());
        }
    }

    #[test]
    fn rows_of_symbols_far_apart_are_not_read_together() {
        let mut reader = ExpandedReader::default();
        let mut far = line(FIGURE_12[1], 0);
        far.start.y = 3.0 * 2.0 * FARTHEST;
        assert!(add(&mut reader, &line(FIGURE_12[0], 0)).is_empty());
        assert!(add(&mut reader, &far).is_empty());
    }

    #[test]
    fn no_moved_edges_make_another_text() {
        let bits = FIGURE_10.as_bytes();
        let edges: Vec<usize> = (1..bits.len()).filter(|at| bits[*at] != bits[at - 1]).collect();
        let moved = |modules: &mut [u8], at: usize| modules[at] = modules[at - 1];
        for (index, one) in edges.iter().enumerate() {
            for other in edges.iter().skip(index) {
                let mut modules = bits.to_vec();
                moved(&mut modules, *one);
                moved(&mut modules, *other);
                let read = read(&line(&String::from_utf8(modules).unwrap(), 0));
                assert!(read.is_none_or(|(text, _)| text == SAYS), "{one} and {other}");
            }
        }
    }

    proptest! {
        #[test]
        fn any_edges_are_read_or_not(
            widths in proptest::collection::vec(
                prop_oneof![6 => (1..5u8).prop_map(f32::from), 1 => 0.0f32..20.0, 1 => Just(f32::MAX), 1 => Just(0.0)],
                0..400,
            ),
            finders in proptest::collection::vec((0..400usize, 0..6usize), 0..12),
        ) {
            let mut widths = widths;
            for (at, finder) in finders {
                for (slot, width) in widths.iter_mut().skip(at).zip(FINDERS[finder]) {
                    *slot = width as f32;
                }
            }
            let edges = widths.iter().scan(0.0, |at, width| {
                *at += width;
                Some(*at)
            });
            let mut line = line("", 0);
            line.edges = edges.collect();
            let mut flipped = Line::default();
            line.reversed_into(&mut flipped);
            let mut reader = ExpandedReader::default();
            for _ in 0..2 {
                prop_assert!(reader.add(&line, &flipped).is_empty());
            }
        }
    }
}
