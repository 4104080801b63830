//! Where guards and digits stand in EAN and UPC symbols (GS1 General Specifications, section 5.2).

use ministore_core::symbol::EAN_DIGITS;

use crate::blurred::Segment;

/// Runs of the longest layout.
pub(super) const MOST_RUNS: usize = 59;

/// The layouts of guards and digits.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Layout {
    Ean13,
    Ean8,
    UpcE,
}

impl Layout {
    pub(super) const fn runs(self) -> usize {
        match self {
            Self::Ean13 => 59,
            Self::Ean8 => 43,
            Self::UpcE => 33,
        }
    }
    pub(super) const fn modules(self) -> f32 {
        match self {
            Self::Ean13 => 95.0,
            Self::Ean8 => 67.0,
            Self::UpcE => 51.0,
        }
    }
    pub(super) const fn digits(self) -> usize {
        match self {
            Self::Ean13 => 12,
            Self::Ean8 => 8,
            Self::UpcE => 6,
        }
    }
    /// Light margins asked for, left and right, in modules: under the standard's, as packaging is.
    pub(super) const fn quiet(self) -> (f32, f32) {
        match self {
            Self::Ean13 => (1.6, 1.6),
            Self::Ean8 => (4.0, 4.0),
            Self::UpcE => (5.0, 5.0),
        }
    }
    /// How much a part may be smaller or larger than the mean of the symbol makes it: paper bends. Twelve digits and three
    /// guards in a row are hardly ever there by chance; in the shorter layouts a part that is off speaks against them.
    const fn give(self) -> f32 {
        match self {
            Self::Ean13 => 0.5,
            Self::Ean8 | Self::UpcE => 0.2,
        }
    }
    /// Whether the module of a guard at an end may be that of the symbol, in the symbol's modules. Ink's spread changes guards.
    pub(super) fn is_guard(self, module: f32) -> bool {
        (0.72 - self.give() / 4.0..1.3 + self.give() / 2.0).contains(&module)
    }
    /// The same of the guard in the middle, which is longer.
    pub(super) fn is_middle_guard(self, module: f32) -> bool {
        (0.85 - self.give() / 2.0..1.2 + self.give() / 2.0).contains(&module)
    }
    /// Whether a digit's module may be that of the symbol, beside the digit before, in the symbol's modules. Paper does not
    /// bend at once.
    pub(super) fn is_digit(self, module: f32, before: f32) -> bool {
        (1.0 - self.give()..1.0 + self.give()).contains(&module) && (0.7..1.43).contains(&(module / before))
    }
    /// Its guards and digits in their order.
    pub(super) fn segments(self) -> Vec<Segment> {
        let guard = |modules, dark| Segment::Guard { modules, dark };
        let digits = |segment, count| std::iter::repeat_n(segment, count);
        let start = std::iter::once(guard(3, true));
        match self {
            Self::Ean13 | Self::Ean8 => {
                let half = if self == Self::Ean13 { 6 } else { 4 };
                start
                    .chain(digits(Segment::Left, half))
                    .chain([guard(5, false)])
                    .chain(digits(Segment::Right, half))
                    .chain([guard(3, true)])
                    .collect()
            }
            Self::UpcE => start.chain(digits(Segment::Left, 6)).chain([guard(6, false)]).collect(),
        }
    }
    /// First run of a digit.
    pub(super) const fn run_of(self, digit: usize) -> usize {
        let half = match self {
            Self::Ean13 => 6,
            Self::Ean8 => 4,
            Self::UpcE => 6,
        };
        if digit < half { 3 + 4 * digit } else { 3 + 4 * digit + 5 }
    }
    /// First module of a digit: a digit's four runs are seven modules, all others are one.
    pub(super) const fn module_of(self, digit: usize) -> usize {
        self.run_of(digit) + 3 * digit
    }
    /// The modules at which digits begin.
    pub(super) fn starts(self) -> Vec<usize> {
        (0..self.digits()).map(|digit| self.module_of(digit)).collect()
    }
    /// The widths of the bars and spaces of a number, in modules.
    pub(super) fn widths(self, sets: &[usize], digits: &[u8]) -> Vec<u8> {
        let mut widths = vec![1; self.runs()];
        for (index, (set, digit)) in sets.iter().zip(digits).enumerate() {
            let run = self.run_of(index);
            let mut pattern = EAN_DIGITS[usize::from(*digit)];
            if *set == 1 {
                pattern.reverse();
            }
            widths[run..run + 4].copy_from_slice(&pattern);
        }
        widths
    }
}
