//! Code 128 symbols to be shown (ISO/IEC 15417), always black on white.

use leptos::prelude::*;

/// The widths of bars and spaces of each symbol character, 0 to 105, then the stop character (ISO/IEC 15417, table 1).
const WIDTHS: [&str; 107] = [
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
/// The quiet zone on either side, in modules.
const QUIET: u32 = 10;

/// A Code 128 symbol of `text`; `label` says to screen readers what it is for. None for a text that is not printable
/// ASCII.
pub(crate) fn barcode(text: &str, label: Signal<String>) -> Option<AnyView> {
    let (path, width) = path_of(&symbols(text)?)?;
    Some(
        view! {
            <svg
                class="barcode"
                viewBox=["0 0 ", &width.to_string(), " 40"].concat()
                preserveAspectRatio="none"
                role="img"
                aria-label=move || label.get()
                shape-rendering="crispEdges"
            >
                <rect width="100%" height="100%" fill="#fff" />
                <path d=path fill="#000" />
            </svg>
        }
        .into_any(),
    )
}

/// The symbol characters: set B, and set C from where only pairs of digits are left.
fn symbols(text: &str) -> Option<Vec<u8>> {
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

/// The bars as a path 40 high, and the width of it all in modules.
fn path_of(symbols: &[u8]) -> Option<(String, u32)> {
    let mut path = String::new();
    let mut at = QUIET;
    for symbol in symbols {
        for (place, width) in WIDTHS.get(usize::from(*symbol))?.bytes().enumerate() {
            let width = u32::from(width - b'0');
            if place % 2 == 0 {
                for part in
                    ["M", &at.to_string(), " 0h", &width.to_string(), "v40h-", &width.to_string(), "z"]
                {
                    path.push_str(part);
                }
            }
            at += width;
        }
    }
    Some((path, at + QUIET))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_pattern_is_eleven_modules_wide_and_different() {
        let width = |pattern: &str| pattern.bytes().map(|byte| u32::from(byte - b'0')).sum::<u32>();
        assert!(WIDTHS[..106].iter().all(|pattern| pattern.len() == 6 && width(pattern) == 11));
        assert_eq!(width(WIDTHS[106]), 13);
        // Bars are even in sum, so that a scanner can tell a character read backwards (ISO/IEC 15417, section 4.2).
        for pattern in &WIDTHS[..106] {
            let bars: u32 = pattern.bytes().step_by(2).map(|byte| u32::from(byte - b'0')).sum();
            assert_eq!(bars % 2, 0, "{pattern}");
        }
        let mut sorted = WIDTHS.to_vec();
        sorted.sort_unstable();
        sorted.dedup();
        assert_eq!(sorted.len(), 107);
    }

    #[test]
    fn a_card_number_has_its_letters_in_set_b_and_its_digits_in_pairs() {
        let symbols = symbols("MS48201937465").unwrap();
        assert_eq!(symbols[..5], [104, 45, 51, 20, 99]);
        assert_eq!(symbols[5..10], [82, 1, 93, 74, 65]);
        let sum = 104 + 45 + 51 * 2 + 20 * 3 + 99 * 4 + 82 * 5 + 6 + 93 * 7 + 74 * 8 + 65 * 9;
        assert_eq!(u32::from(symbols[10]), sum % 103);
        assert_eq!(symbols[11], 106);
    }

    #[test]
    fn what_the_set_cannot_say_gives_none() {
        assert_eq!(symbols(""), None);
        assert_eq!(symbols("苹果"), None);
    }
}
