//! Code 39 (ISO/IEC 16388), without check character.

const ALPHABET: &str = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ-. $/+%*";
/// Which of the nine elements of each character of the alphabet are wide, the first as the highest bit (table 1).
const WIDE: [u16; 44] = [
    0x034, 0x121, 0x061, 0x160, 0x031, 0x130, 0x070, 0x025, 0x124, 0x064, 0x109, 0x049, 0x148, 0x019, 0x118,
    0x058, 0x00d, 0x10c, 0x04c, 0x01c, 0x103, 0x043, 0x142, 0x013, 0x112, 0x052, 0x007, 0x106, 0x046, 0x016,
    0x181, 0x0c1, 0x1c0, 0x091, 0x190, 0x0d0, 0x085, 0x184, 0x0c4, 0x0a8, 0x0a2, 0x08a, 0x02a, 0x094,
];
/// A wide element, in modules. The standard has 2 to 3.
const WIDE_MODULES: u8 = 3;

/// The widths of bars and spaces, dark first, start and stop character included.
pub(super) fn code_39(text: &str) -> Option<Vec<u8>> {
    if text.is_empty() || text.contains('*') {
        return None;
    }
    let mut widths = Vec::new();
    for character in ['*'].into_iter().chain(text.chars()).chain(['*']) {
        let wide = WIDE[ALPHABET.find(character)?];
        if !widths.is_empty() {
            widths.push(1);
        }
        widths.extend((0..9).rev().map(|place| if wide >> place & 1 == 1 { WIDE_MODULES } else { 1 }));
    }
    Some(widths)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn three_of_nine_elements_are_wide() {
        // The four characters $/+% have three wide spaces, all others two wide bars and one wide space.
        assert!(WIDE.iter().all(|wide| wide.count_ones() == 3));
        for (character, wide) in ALPHABET.chars().zip(WIDE) {
            let spaces = (wide & 0b0_1010_1010).count_ones();
            assert_eq!(spaces, if "$/+%".contains(character) { 3 } else { 1 }, "{character}");
        }
    }
}
