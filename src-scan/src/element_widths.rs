//! Values as the widths of elements and back (ISO/IEC 24724, annex B).
//!
//! The characters of GS1 DataBar are two sets of elements each, the odd and the even ones. A set has a number of
//! elements whose widths add up to a number of modules, none wider than a most. Its patterns are numbered in
//! lexicographic order of their widths.

/// One set of patterns.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct ElementSet {
    /// Modules that the widths add up to.
    pub(crate) modules: u32,
    /// The widest element, in modules.
    pub(crate) widest: u32,
    /// Whether only patterns with an element of one module count.
    pub(crate) needs_narrow: bool,
}

impl ElementSet {
    /// How many patterns of `count` elements there are.
    #[cfg(test)]
    pub(crate) fn len(self, count: u32) -> u32 {
        self.completions(self.modules, count, false)
    }

    /// The value of a pattern; nothing if it is not one of this set.
    pub(crate) fn value(self, widths: &[u32]) -> Option<u32> {
        let mut has_narrow = false;
        let mut modules = self.modules;
        let mut value = 0;
        for (left, &width) in (0..widths.len() as u32).rev().zip(widths) {
            if width == 0 || width > self.widest {
                return None;
            }
            for less in 1..width {
                let rest = modules.checked_sub(less)?;
                value += self.completions(rest, left, has_narrow || less == 1);
            }
            modules = modules.checked_sub(width)?;
            has_narrow |= width == 1;
        }
        (modules == 0 && (has_narrow || !self.needs_narrow)).then_some(value)
    }

    /// The widths of the pattern of a value; nothing if there are not so many.
    #[cfg(any(test, feature = "synthetic"))]
    pub(crate) fn widths<const COUNT: usize>(self, mut value: u32) -> Option<[u32; COUNT]> {
        let mut has_narrow = false;
        let mut modules = self.modules;
        let mut widths = [0; COUNT];
        for (left, slot) in (0..COUNT as u32).rev().zip(&mut widths) {
            *slot = (1..=self.widest.min(modules)).find(|&width| {
                let completions = self.completions(modules - width, left, has_narrow || width == 1);
                let is_it = value < completions;
                if !is_it {
                    value -= completions;
                }
                is_it
            })?;
            modules -= *slot;
            has_narrow |= *slot == 1;
        }
        Some(widths)
    }

    /// The patterns of four elements in the order of their values: quicker than one after the other.
    // Unrolled into each table that is made of it, it would be a twentieth of what a page downloads to scan.
    #[inline(never)]
    pub(crate) fn patterns(self) -> Vec<[u32; 4]> {
        let widths = || 1..=self.widest;
        let mut patterns = Vec::new();
        for (a, b, c) in widths().flat_map(|a| widths().flat_map(move |b| widths().map(move |c| (a, b, c)))) {
            let Some(d) = self.modules.checked_sub(a + b + c) else { continue };
            let pattern = [a, b, c, d];
            if widths().contains(&d) && (!self.needs_narrow || pattern.contains(&1)) {
                patterns.push(pattern);
            }
        }
        patterns
    }

    /// Ways to go on with `count` elements of `modules` modules.
    fn completions(self, modules: u32, count: u32, has_narrow: bool) -> u32 {
        let all = compositions(modules, count, 1, self.widest);
        if self.needs_narrow && !has_narrow {
            all - compositions(modules, count, 2, self.widest)
        } else {
            all
        }
    }
}

/// Ways to write `sum` as an ordered sum of `count` numbers of `least` to `most`.
fn compositions(sum: u32, count: u32, least: u32, most: u32) -> u32 {
    if count == 0 {
        return u32::from(sum == 0);
    }
    if sum < count * least || sum > count * most {
        return 0;
    }
    (least..=most.min(sum)).map(|first| compositions(sum - first, count - 1, least, most)).sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_value_has_its_own_pattern() {
        let set = ElementSet { modules: 8, widest: 4, needs_narrow: false };
        let mut before = None;
        for value in 0..set.len(4) {
            let widths = set.widths::<4>(value).unwrap();
            assert_eq!(widths.iter().sum::<u32>(), 8);
            assert_eq!(set.value(&widths), Some(value));
            assert!(before < Some(widths), "they are in lexicographic order");
            before = Some(widths);
        }
        assert_eq!(set.widths::<4>(set.len(4)), None);
    }

    #[test]
    fn the_standards_sets_have_the_standards_sizes() {
        // ISO/IEC 24724, tables 2 and 6: subset totals of DataBar Omnidirectional and of Limited.
        for (modules, widest, needs_narrow, count, total) in [
            (12, 8, false, 4, 161),
            (8, 5, true, 4, 34),
            (10, 7, false, 4, 84),
            (4, 1, true, 4, 1),
            (17, 6, false, 7, 6538),
            (9, 3, true, 7, 28),
            (19, 8, true, 7, 16632),
        ] {
            let set = ElementSet { modules, widest, needs_narrow };
            assert_eq!(set.len(count), total, "{set:?}");
        }
    }

    #[test]
    fn patterns_come_in_the_order_of_their_values() {
        for (modules, widest, needs_narrow) in [(12, 7, true), (5, 2, false), (13, 8, false), (4, 1, true)] {
            let set = ElementSet { modules, widest, needs_narrow };
            let one_by_one = (0..set.len(4)).map(|value| set.widths(value).unwrap());
            assert!(set.patterns().into_iter().eq(one_by_one), "{set:?}");
        }
    }

    #[test]
    fn what_is_not_of_the_set_has_no_value() {
        let set = ElementSet { modules: 9, widest: 3, needs_narrow: true };
        assert_eq!(set.value(&[1, 1, 1, 1, 1, 1, 1]), None);
        assert_eq!(set.value(&[4, 1, 1, 1, 1, 1]), None);
        assert_eq!(set.value(&[9, 9, 9]), None);
        assert_eq!(ElementSet { modules: 8, widest: 4, needs_narrow: true }.value(&[2, 2, 2, 2]), None);
        assert_eq!(set.value(&[]), None);
    }
}
