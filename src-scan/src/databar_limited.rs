//! GS1 DataBar Limited (ISO/IEC 24724, section 6): a GTIN-14 that starts with 0 or 1.
//!
//! From the left: a guard (a space and a bar of one module), a character of 26 modules, a check character of 18,
//! another of 26, a guard again and a margin of five modules. Each character is seven spaces and seven bars in turn; the
//! check character says a weighted sum of the others' widths modulo 89.
//!
//! Narrow bars in a row are common in print, and the symbol has no finder of its own: so nothing is taken from a line
//! that does not fit in every respect.

use crate::check::gtin_check;
use crate::element_widths::ElementSet;
use crate::line::Line;

/// Elements of a character.
const ELEMENTS: usize = 14;
/// Runs from the first guard bar to the last.
const RUNS: usize = 1 + 3 * ELEMENTS + 2;
/// First edges of the two characters and the check character in between, counted from the first guard bar's.
const CHARACTERS: [usize; 3] = [1, 1 + ELEMENTS, 1 + 2 * ELEMENTS];
/// Modules of the characters.
const CHARACTER_MODULES: [f32; 3] = [26.0, 18.0, 26.0];
/// Values of a character; the right one counts once, the left one this often (section 6.2.3).
pub(crate) const CHARACTER_VALUES: u64 = 2_013_571;
/// What a symbol that is linked to a composite component has added to its value (section 6.2.3).
const LINKED: u64 = 2_015_133_531_096;
/// One more than the greatest value of an item number without its check digit.
pub(crate) const VALUES: u64 = 2_000_000_000_000;

/// How far the check character's share of the symbol may be off, in modules: what a label's curve does to it.
const MOST_STRETCH: f32 = 1.0;
/// How much longer one of the other two may be than the other, in modules: what perspective does to them.
const MOST_SLANT: f32 = 6.0;
/// The narrowest margins, in modules: five are printed on the right, one on the left.
const LEAST_QUIET: (f32, f32) = (0.7, 4.0);
/// The narrowest module that is read, in pixels.
const LEAST_MODULE: f32 = 0.9;
/// The mean squared distance of an element from its width, in modules. Widths by chance give 1/12 ± 1/90.
const MOST_MISFIT: f32 = 0.035;
/// How much of a module the ink may have spread into the spaces on both sides together, and in what steps it is tried.
const SPREADS: std::ops::RangeInclusive<i32> = -5..=5;
const SPREAD_STEP: f32 = 0.1;

/// Characters with the same number of modules in their odd elements (table 6).
pub(crate) struct Group {
    /// The first value of the group.
    pub(crate) first: u32,
    /// The odd elements, which are the spaces.
    pub(crate) odd: ElementSet,
    /// The even elements, which are the bars.
    pub(crate) even: ElementSet,
    /// How many patterns the even elements have.
    pub(crate) evens: u32,
}

impl Group {
    const fn new(first: u32, odd_modules: u32, widest_odd: u32, evens: u32) -> Self {
        Self {
            first,
            odd: ElementSet { modules: odd_modules, widest: widest_odd, needs_narrow: false },
            even: ElementSet { modules: 26 - odd_modules, widest: 9 - widest_odd, needs_narrow: true },
            evens,
        }
    }
}

/// The groups, in the order of their values.
pub(crate) const GROUPS: [Group; 7] = [
    Group::new(0, 17, 6, 28),
    Group::new(183_064, 13, 5, 728),
    Group::new(820_064, 9, 3, 6_454),
    Group::new(1_000_776, 15, 5, 203),
    Group::new(1_491_021, 11, 4, 2_408),
    Group::new(1_979_845, 19, 8, 1),
    Group::new(1_996_939, 7, 1, 16_632),
];

/// The widths of the check characters 0 to 88 (table 8).
#[rustfmt::skip]
pub(crate) const CHECK_CHARACTERS: [&[u8; ELEMENTS]; 89] = [
    b"11111111113311", b"11111111123211", b"11111111133111", b"11111112113211", b"11111112123111", b"11111113113111",
    b"11111211113211", b"11111211123111", b"11111212113111", b"11111311113111", b"11121111113211", b"11121111123111",
    b"11121112113111", b"11121211113111", b"11131111113111", b"12111111113211", b"12111111123111", b"12111112113111",
    b"12111211113111", b"12121111113111", b"13111111113111", b"11111111212311", b"11111111222211", b"11111111232111",
    b"11111112212211", b"11111112222111", b"11111113212111", b"11111211212211", b"11111211222111", b"11111212212111",
    b"11111311212111", b"11121111212211", b"11121111222111", b"11121112212111", b"11121211212111", b"11131111212111",
    b"12111111212211", b"12111111222111", b"12111112212111", b"12111211212111", b"12121111212111", b"13111111212111",
    b"11111111311311", b"11111111321211", b"11111112311211", b"11121111311211", b"12111111311211", b"11111121112311",
    b"11111121122211", b"11111121132111", b"11111122112211", b"11121121112211", b"11121121122111", b"11121122112111",
    b"11121221112111", b"11131121112111", b"12111121112211", b"12111121122111", b"12121121112111", b"11112111112311",
    b"11112111122211", b"11112111132111", b"11112112112211", b"11112112122111", b"11112211112211", b"12112111112211",
    b"12112111122111", b"12112112112111", b"12112211112111", b"12122111112111", b"13112111112111", b"11211111112311",
    b"11211111122211", b"11211111132111", b"11211112112211", b"11211112122111", b"11211113112111", b"11211211112211",
    b"11211211122111", b"11221111112211", b"21111111122211", b"21111111132111", b"21111112112211", b"21111112122111",
    b"21111113112111", b"21111211122111", b"21111212112111", b"21121111122111", b"21111111221211",
];

/// The check character of the elements of both characters, left to right: powers of 3 modulo 89 weigh the widths (table
/// 7).
pub(crate) fn check_character(widths: impl IntoIterator<Item = u32>) -> usize {
    let (sum, _) = widths
        .into_iter()
        .fold((0, 1), |(sum, weight), width| ((sum + weight * width) % 89, weight * 3 % 89));
    sum as usize
}

/// A number that was read from a line.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Limited {
    /// The GTIN-14.
    pub(crate) text: String,
    /// Where the first guard bar begins and the last one ends, in samples.
    pub(crate) from: f32,
    pub(crate) to: f32,
    /// Mean squared distance of the elements from their widths, in modules.
    pub(crate) misfit: f32,
}

/// Reads the first symbol that lies along a line's direction.
pub(crate) fn read(line: &Line) -> Option<Limited> {
    (0..line.edges.len().saturating_sub(RUNS)).step_by(2).find_map(|start| read_at(line, start))
}

/// Reads the symbol whose first guard bar is the dark run at `start`.
fn read_at(line: &Line, start: usize) -> Option<Limited> {
    let edges = line.edges.get(start..=start + RUNS)?;
    // Between edges of the same kind, ink spread takes nothing away.
    let module = (edges[CHARACTERS[2] + ELEMENTS] - edges[CHARACTERS[0]]) / 70.0;
    if module * line.step < LEAST_MODULE {
        return None;
    }
    let is_about = |from: usize, to: usize, modules: f32, off: f32| {
        ((edges[to] - edges[from]) / module - modules).abs() < off
    };
    let slant = (edges[CHARACTERS[0]] + edges[CHARACTERS[2] + ELEMENTS]
        - edges[CHARACTERS[1]]
        - edges[CHARACTERS[2]])
        / module;
    let is_shared_out =
        is_about(CHARACTERS[1], CHARACTERS[2], 18.0, MOST_STRETCH) && slant.abs() < MOST_SLANT;
    // A bar and a space together are two modules in both guards, however far the ink has spread.
    let has_guards = is_about(RUNS - 2, RUNS, 2.0, 0.6) && is_about(0, 1, 1.0, 0.7);
    if !is_shared_out || !has_guards {
        return None;
    }
    let before = start.checked_sub(1).map_or(0.0, |index| line.edges[index]);
    let after = line.edges.get(start + RUNS + 1).map_or(line.len() as f32 - 1.0, |edge| *edge);
    let (left, right) = LEAST_QUIET;
    if edges[0] - before < left * module || after - edges[RUNS] < right * module {
        return None;
    }
    let (elements, misfit) = SPREADS
        .filter_map(|step| fit(edges, module, slant, step as f32 * SPREAD_STEP))
        .min_by(|(_, a), (_, b)| a.total_cmp(b))?;
    if misfit > MOST_MISFIT {
        return None;
    }
    Some(Limited { text: number(&elements)?, from: edges[0], to: edges[RUNS], misfit })
}

/// The nearest whole widths of the three characters' elements and the mean squared distance from them, if the ink has
/// made bars wider by `spread` modules; nothing if a character has not its number of modules. The right character is
/// longer than the left by `slant` modules.
fn fit(edges: &[f32], module: f32, slant: f32, spread: f32) -> Option<([[u32; ELEMENTS]; 3], f32)> {
    let mut widths = [[0; ELEMENTS]; 3];
    let mut misfit = 0.0;
    for ((&from, modules), widths) in CHARACTERS.iter().zip(CHARACTER_MODULES).zip(&mut widths) {
        let (begin, end) = (edges[from], edges[from + ELEMENTS]);
        let unit = (end - begin) / modules;
        for (index, slot) in widths.iter_mut().enumerate() {
            let (one, other) = (edges[from + index], edges[from + index + 1]);
            // Modules grow from one end of the symbol to the other: by the slant over the 44 modules between the middles
            // of the outer characters, which have 26.
            let right_of_middle = (one + other - begin - end) / 2.0 / module;
            let width = (other - one) / unit / (1.0 + slant / (26.0 * 44.0) * right_of_middle);
            let printed = if index % 2 == 0 { width + spread } else { width - spread };
            let whole = printed.round().max(1.0);
            misfit += (printed - whole).powi(2);
            *slot = whole as u32;
        }
        if widths.iter().sum::<u32>() != modules as u32 {
            return None;
        }
    }
    // The guards' bars and the space between: the only elements that are known beforehand.
    for (from, is_bar) in [(0, true), (RUNS - 2, false), (RUNS - 1, true)] {
        let width = (edges[from + 1] - edges[from]) / module;
        misfit += (width - if is_bar { 1.0 + spread } else { 1.0 - spread }).powi(2);
    }
    Some((widths, misfit / RUNS as f32))
}

/// The number that the elements say, if the check character is theirs.
fn number([left, check, right]: &[[u32; ELEMENTS]; 3]) -> Option<String> {
    let digits = check.map(|width| b'0'.saturating_add(width as u8));
    let said = CHECK_CHARACTERS.iter().position(|pattern| **pattern == digits)?;
    if said != check_character(left.iter().chain(right).copied()) {
        return None;
    }
    let linked = CHARACTER_VALUES * u64::from(value(left)?) + u64::from(value(right)?);
    let item = if linked >= LINKED { linked - LINKED } else { linked };
    if item >= VALUES {
        return None;
    }
    let body = format!("{item:013}");
    let check = gtin_check(&body.bytes().map(|digit| digit - b'0').collect::<Vec<u8>>());
    Some(format!("{body}{check}"))
}

/// The value of a character.
fn value(widths: &[u32; ELEMENTS]) -> Option<u32> {
    let odd: [u32; 7] = std::array::from_fn(|index| widths[2 * index]);
    let even: [u32; 7] = std::array::from_fn(|index| widths[2 * index + 1]);
    let group = GROUPS.iter().find(|group| group.odd.modules == odd.iter().sum::<u32>())?;
    Some(group.first + group.odd.value(&odd)? * group.evens + group.even.value(&even)?)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Figure 7 of the standard, with its margin.
    const FIGURE_7: &str = "01000110011000110110101001110100101011010011010010010110001101110011001101";
    const SAYS: &str = "15012345678907";

    /// A line over a row of modules, `module` pixels each, with bars wider by `spread` modules.
    fn line(modules: &str, module: f32, spread: f32) -> Line {
        bent(modules, module, spread, |at| at)
    }

    /// The same with every module elsewhere, in modules.
    fn bent(modules: &str, module: f32, spread: f32, place: impl Fn(f32) -> f32) -> Line {
        let is_dark = |at: f32| at >= 0.0 && modules.as_bytes().get(at as usize) == Some(&b'1');
        let width = ((modules.len() as f32 + 12.0) * module) as usize;
        let row: Vec<u8> = (0..width)
            .map(|x| {
                let share = (0..16)
                    .filter(|sub| {
                        let at = place((x as f32 + *sub as f32 / 16.0) / module - 6.0);
                        let reach = spread.abs() / 2.0;
                        let near = [is_dark(at - reach), is_dark(at), is_dark(at + reach)];
                        if spread > 0.0 { near.contains(&true) } else { !near.contains(&false) }
                    })
                    .count();
                (230 - share * 12) as u8
            })
            .collect();
        Line::over(&row)
    }

    #[test]
    fn the_standards_symbols_are_read() {
        for (modules, text) in [
            (FIGURE_7, SAYS),
            ("01010100000100100010000101110010101101101001010110000010100100101100000101", "00312345678906"),
            ("01010100100100110000110000010101101001011001010001000101000100000100100101", "00098765432105"),
            ("01001111001101101011011111010101011010110001010100001011100011010111100101", "19999999999991"),
        ] {
            for module in [1.5, 2.0, 3.3] {
                let read = read(&line(modules, module, 0.0)).unwrap();
                assert_eq!(read.text, text);
                assert!((read.to - read.from - 73.0 * module).abs() < module, "{read:?}");
            }
        }
    }

    #[test]
    fn ink_that_has_spread_is_taken_back() {
        for spread in [-0.3, -0.15, 0.2, 0.35] {
            let read = read(&line(FIGURE_7, 4.0, spread));
            assert_eq!(read.map(|read| read.text).as_deref(), Some(SAYS), "spread {spread}");
        }
    }

    #[test]
    fn a_symbol_that_is_seen_from_the_side_is_read() {
        let modules = format!("{FIGURE_7}00000");
        // The nearer end is larger by so much beside the middle.
        for nearer in [-0.12, -0.06, 0.06, 0.12f32] {
            let place = |at: f32| 37.0 + (at - 37.0) / (1.0 + nearer * (at - 37.0) / 74.0);
            let read = read(&bent(&modules, 3.0, 0.0, place));
            assert_eq!(read.map(|read| read.text).as_deref(), Some(SAYS), "nearer by {nearer}");
        }
        // Round a bottle, modules crowd at both ends.
        let read = read(&bent(&modules, 3.0, 0.0, |at| 37.0 + 74.0 * ((at - 37.0) / 74.0).asin()));
        assert_eq!(read.map(|read| read.text).as_deref(), Some(SAYS));
    }

    #[test]
    fn a_line_is_read_in_its_direction_only() {
        let forwards = line(FIGURE_7, 2.5, 0.0);
        let mut backwards = Line::default();
        forwards.reversed_into(&mut backwards);
        assert_eq!(read(&backwards), None);
        let mut again = Line::default();
        backwards.reversed_into(&mut again);
        assert_eq!(read(&again).unwrap().text, SAYS);
    }

    #[test]
    fn a_symbol_without_its_margin_is_not_read() {
        // Figure 7 goes on with bars where the margin has to be.
        assert_eq!(read(&line(&format!("{FIGURE_7}0101"), 2.5, 0.0)), None);
        assert_eq!(read(&line(&format!("{FIGURE_7}001"), 2.5, 0.0)), None);
        assert!(read(&line(&format!("{FIGURE_7}000001"), 2.5, 0.0)).is_some());
    }

    #[test]
    fn no_change_of_a_module_gives_another_number() {
        for at in 1..FIGURE_7.len() - 1 {
            let mut modules = FIGURE_7.as_bytes().to_vec();
            modules[at] ^= 1;
            let forged = String::from_utf8(modules).unwrap();
            let read = read(&line(&forged, 3.0, 0.0));
            assert!(read.is_none_or(|read| read.text == SAYS), "module {at}");
        }
    }

    #[test]
    fn moved_edges_do_not_make_numbers() {
        // An edge moved by a module keeps the number of elements; only the checks are left to see it.
        let bits = FIGURE_7.as_bytes();
        for at in 1..bits.len() - 2 {
            for by in [1, 2] {
                if at + by >= bits.len() || bits[at] == bits[at + by] || bits[at - 1] == bits[at + by] {
                    continue;
                }
                let mut modules = bits.to_vec();
                modules[at] = modules[at + by];
                let read = read(&line(&String::from_utf8(modules).unwrap(), 3.0, 0.0));
                assert!(read.is_none_or(|read| read.text == SAYS), "module {at}");
            }
        }
    }

    #[test]
    fn chance_is_not_read() {
        // Bars of random whole widths, as any other bar code has them.
        let mut state = 7u64;
        let mut next = || {
            state ^= state << 13;
            state ^= state >> 7;
            state ^= state << 17;
            state
        };
        for widest in [2, 3, 4] {
            for _ in 0..400 {
                let mut modules = String::from("0");
                while modules.len() < 240 {
                    for module in ["1", "0"] {
                        modules.push_str(&module.repeat(1 + (next() % widest) as usize));
                    }
                }
                assert_eq!(read(&line(&modules, 2.0, 0.0)), None, "{modules}");
            }
        }
    }

    #[test]
    fn an_empty_line_has_no_number() {
        assert_eq!(read(&Line::default()), None);
        assert_eq!(read(&line("0000", 3.0, 0.0)), None);
    }
}
