//! Add-ons of two and five digits beside EAN and UPC symbols (ISO/IEC 15420, section 4.3.6; GS1 General Specifications,
//! section 5.2.2.5).

use super::digits;
use ministore_core::symbol::{ADDON_5_IN_B, EAN_DIGITS};

/// The widths of an add-on's bars and spaces, dark first; nothing for other lengths.
pub(super) fn addon(text: &str) -> Option<Vec<u8>> {
    let digits = digits(text)?;
    let in_b = match digits[..] {
        [a, b] => (10 * a + b) % 4,
        [a, b, c, d, e] => {
            let sum = 3 * (u32::from(a) + u32::from(c) + u32::from(e)) + 9 * (u32::from(b) + u32::from(d));
            ADDON_5_IN_B[(sum % 10) as usize]
        }
        _ => return None,
    };
    let mut widths = vec![1, 1, 2];
    for (place, &digit) in (0..digits.len()).rev().zip(&digits) {
        let mut runs = EAN_DIGITS[usize::from(digit)];
        if in_b >> place & 1 == 1 {
            runs.reverse();
        }
        widths.extend(runs);
        if place > 0 {
            widths.extend([1, 1]);
        }
    }
    Some(widths)
}

#[cfg(test)]
mod tests {
    use super::addon;

    #[test]
    fn an_addon_has_the_standards_modules() {
        let width = |text: &str| addon(text).unwrap().iter().map(|run| u32::from(*run)).sum::<u32>();
        assert_eq!(width("05"), 20);
        assert_eq!(width("51299"), 47);
        // 05 is 1 modulo 4: the first digit in set A, the second in set B.
        assert_eq!(addon("05").unwrap(), [1, 1, 2, 3, 2, 1, 1, 1, 1, 1, 3, 2, 1]);
        assert_eq!(addon(""), None);
        assert_eq!(addon("1a"), None);
    }
}
