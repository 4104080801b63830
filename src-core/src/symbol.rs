//! Bar codes as runs of dark and light modules, dark first, without quiet zones.

/// Runs of each digit in number set A, light first (GS1 General Specifications, figure 5.2.1.2-1). Set C has the same runs,
/// dark first; set B the same backwards.
pub const EAN_DIGITS: [[u8; 4]; 10] = [
    [3, 2, 1, 1],
    [2, 2, 2, 1],
    [2, 1, 2, 2],
    [1, 4, 1, 1],
    [1, 1, 3, 2],
    [1, 2, 3, 1],
    [1, 1, 1, 4],
    [1, 3, 1, 2],
    [1, 2, 1, 3],
    [3, 1, 1, 2],
];

/// Which of the six digits of the left half an EAN-13's first digit puts into set B, the leftmost as the highest bit (GS1
/// General Specifications, figure 5.2.1.2.2-1).
pub const EAN_LEFT_IN_B: [u8; 10] = [
    0b00_0000, 0b00_1011, 0b00_1101, 0b00_1110, 0b01_0011, 0b01_1001, 0b01_1100, 0b01_0101, 0b01_0110,
    0b01_1010,
];

/// Which of the six digits of a UPC-E of number system 0 its check digit puts into set B, the leftmost as the highest bit;
/// for number system 1 the others (GS1 General Specifications, figure 5.2.2.4-1).
pub const UPC_E_IN_B: [u8; 10] = [
    0b11_1000, 0b11_0100, 0b11_0010, 0b11_0001, 0b10_1100, 0b10_0110, 0b10_0011, 0b10_1010, 0b10_1001,
    0b10_0101,
];

/// Which of the five digits of an add-on its check value puts into set B, the leftmost as the highest bit (GS1 General
/// Specifications, figure 5.2.2.5.2-2). The check value is the sum of the digits, weighted 3, 9, 3, 9 and 3, modulo 10.
pub const ADDON_5_IN_B: [u8; 10] =
    [0b1_1000, 0b1_0100, 0b1_0010, 0b1_0001, 0b0_1100, 0b0_0110, 0b0_0011, 0b0_1010, 0b0_1001, 0b0_0101];

/// The runs of the symbol of 13 or 8 digits: 59 of 95 modules, or 43 of 67. None for other lengths and for anything but
/// digits; the check digit is the caller's to check.
pub fn ean(digits: &str) -> Option<Vec<u8>> {
    let digits: Vec<usize> =
        digits.chars().map(|digit| digit.to_digit(10).map(|digit| digit as usize)).collect::<Option<_>>()?;
    let (left, right, in_b) = match *digits.as_slice() {
        [first, ref rest @ ..] if rest.len() == 12 => (&rest[..6], &rest[6..], EAN_LEFT_IN_B[first]),
        ref all if all.len() == 8 => (&all[..4], &all[4..], 0),
        _ => return None,
    };
    let mut runs = vec![1; 3];
    for (place, &digit) in left.iter().rev().enumerate().rev() {
        let mut digit = EAN_DIGITS[digit];
        if in_b >> place & 1 == 1 {
            digit.reverse();
        }
        runs.extend(digit);
    }
    runs.extend([1; 5]);
    runs.extend(right.iter().flat_map(|&digit| EAN_DIGITS[digit]));
    runs.extend([1; 3]);
    Some(runs)
}

/// Whether a run of [`ean`]'s belongs to a guard pattern, which reaches down between the digits.
pub const fn is_ean_guard(run: usize, runs: usize) -> bool {
    run < 3 || run + 3 >= runs || run.abs_diff(runs / 2) <= 2
}

/// The runs of each symbol character, 0 to 105, then of the stop character (ISO/IEC 15417, table 1).
pub const CODE_128: [&str; 107] = [
    "212222", "222122", "222221", "121223", "121322", "131222", "122213", "122312", "132212", "221213",
    "221312", "231212", "112232", "122132", "122231", "113222", "123122", "123221", "223211", "221132",
    "221231", "213212", "223112", "312131", "311222", "321122", "321221", "312212", "322112", "322211",
    "212123", "212321", "232121", "111323", "131123", "131321", "112313", "132113", "132311", "211313",
    "231113", "231311", "112133", "112331", "132131", "113123", "113321", "133121", "313121", "211331",
    "231131", "213113", "213311", "213131", "311123", "311321", "331121", "312113", "312311", "332111",
    "314111", "221411", "431111", "111224", "111422", "121124", "121421", "141122", "141221", "112214",
    "112412", "122114", "122411", "142112", "142211", "241211", "221114", "413111", "241112", "134111",
    "111242", "121142", "121241", "114212", "124112", "124211", "411212", "421112", "421211", "212141",
    "214121", "412121", "111143", "111341", "131141", "114113", "114311", "411113", "411311", "113141",
    "114131", "311141", "411131", "211412", "211214", "211232", "2331112",
];
const START_B: u8 = 104;
const CODE_C: u8 = 99;
const STOP: u8 = 106;

/// The runs of the Code 128 symbol of a text. None for one that is empty or not printable ASCII.
pub fn code_128(text: &str) -> Option<Vec<u8>> {
    let characters = code_128_characters(text)?;
    let runs = |character: u8| CODE_128[usize::from(character)].bytes().map(|width| width - b'0');
    Some(characters.into_iter().flat_map(runs).collect())
}

/// The symbol characters: set B, and set C from where only pairs of digits are left.
fn code_128_characters(text: &str) -> Option<Vec<u8>> {
    if text.is_empty() || !text.bytes().all(|byte| (b' '..=b'~').contains(&byte)) {
        return None;
    }
    let digits = text.len() - text.trim_end_matches(|c: char| c.is_ascii_digit()).len();
    let in_pairs = if digits >= 4 { digits - digits % 2 } else { 0 };
    let (head, tail) = text.split_at(text.len() - in_pairs);
    let mut symbols = vec![START_B];
    symbols.extend(head.bytes().map(|byte| byte - b' '));
    if !tail.is_empty() {
        symbols.push(CODE_C);
        symbols.extend(tail.as_bytes().chunks_exact(2).map(|pair| (pair[0] - b'0') * 10 + pair[1] - b'0'));
    }
    // The check character weighs each character by its place, the start character and the first both by one.
    let sum: u32 = symbols.iter().zip(0u32..).map(|(symbol, place)| u32::from(*symbol) * place.max(1)).sum();
    symbols.push((sum % 103) as u8);
    symbols.push(STOP);
    Some(symbols)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn width(runs: &[u8]) -> u32 {
        runs.iter().map(|&run| u32::from(run)).sum()
    }

    #[test]
    fn a_retail_symbol_has_the_standards_modules_and_guards() {
        for (digits, modules, guards) in [("4006381333931", 95, 11), ("96385074", 67, 11)] {
            let runs = ean(digits).unwrap();
            assert_eq!(width(&runs), modules);
            let guard: Vec<u8> =
                (0..runs.len()).filter(|&run| is_ean_guard(run, runs.len())).map(|run| runs[run]).collect();
            assert_eq!(guard, vec![1; guards]);
        }
        assert_eq!(ean("123"), None);
        assert_eq!(ean("40063813339３1"), None);
    }

    #[test]
    fn the_sets_of_the_left_half_say_the_first_digit() {
        // Figure 5.2.1.2.2-1: 4 is A B A A B B.
        let runs = ean("4006381333931").unwrap();
        let digits: Vec<&[u8]> = runs[3..27].chunks_exact(4).collect();
        let backwards = |digit: usize| EAN_DIGITS[digit].iter().rev().copied().collect::<Vec<u8>>();
        assert_eq!(digits[0], EAN_DIGITS[0]);
        assert_eq!(digits[1], backwards(0));
        assert_eq!(digits[2], EAN_DIGITS[6]);
        assert_eq!(digits[3], EAN_DIGITS[3]);
        assert_eq!(digits[4], backwards(8));
        assert_eq!(digits[5], backwards(1));
    }

    #[test]
    fn every_pattern_is_eleven_modules_wide_and_different() {
        let width = |pattern: &str| pattern.bytes().map(|byte| u32::from(byte - b'0')).sum::<u32>();
        assert!(CODE_128[..106].iter().all(|pattern| pattern.len() == 6 && width(pattern) == 11));
        assert_eq!(width(CODE_128[106]), 13);
        // Bars are even in sum, so that a scanner can tell a character read backwards (ISO/IEC 15417, section 4.2).
        for pattern in &CODE_128[..106] {
            let bars: u32 = pattern.bytes().step_by(2).map(|byte| u32::from(byte - b'0')).sum();
            assert_eq!(bars % 2, 0, "{pattern}");
        }
        let mut sorted = CODE_128.to_vec();
        sorted.sort_unstable();
        sorted.dedup();
        assert_eq!(sorted.len(), 107);
    }

    #[test]
    fn a_card_number_has_its_letters_in_set_b_and_its_digits_in_pairs() {
        let symbols = code_128_characters("MS48201937465").unwrap();
        assert_eq!(symbols[..5], [104, 45, 51, 20, 99]);
        assert_eq!(symbols[5..10], [82, 1, 93, 74, 65]);
        let sum = 104 + 45 + 51 * 2 + 20 * 3 + 99 * 4 + 82 * 5 + 6 + 93 * 7 + 74 * 8 + 65 * 9;
        assert_eq!(u32::from(symbols[10]), sum % 103);
        assert_eq!(symbols[11], 106);
    }

    #[test]
    fn what_the_set_cannot_say_gives_none() {
        assert_eq!(code_128(""), None);
        assert_eq!(code_128("苹果"), None);
    }
}
