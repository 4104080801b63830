//! The check digit shared by all GTINs, and that of a GTIN written short.

/// Whether the last digit is the check digit of the others (GS1 General Specifications, section 7.9): weights 3 and 1
/// alternate, 3 on the digit beside the check digit. Texts with anything but digits do not hold.
pub(crate) fn gtin_check_holds(text: &str) -> bool {
    !text.is_empty()
        && text.bytes().all(|byte| byte.is_ascii_digit())
        && text
            .bytes()
            .rev()
            .enumerate()
            .map(|(i, b)| u32::from(b - b'0') * if i % 2 == 0 { 1 } else { 3 })
            .sum::<u32>()
            % 10
            == 0
}

/// The check digit of the UPC-A number that a UPC-E stands for (GS1 General Specifications, section 5.2.2.4).
pub(crate) fn upc_e_check(system: u8, digits: [u8; 6]) -> u8 {
    let [a, b, c, d, e, f] = digits;
    let long = match f {
        0..=2 => [system, a, b, f, 0, 0, 0, 0, c, d, e],
        3 => [system, a, b, c, 0, 0, 0, 0, 0, d, e],
        4 => [system, a, b, c, d, 0, 0, 0, 0, 0, e],
        _ => [system, a, b, c, d, e, 0, 0, 0, 0, f],
    };
    gtin_check(&long)
}

/// The digit that a number lacks: with it, [`gtin_check_holds`].
pub(crate) fn gtin_check(digits: &[u8]) -> u8 {
    let sum: u32 = digits
        .iter()
        .rev()
        .enumerate()
        .map(|(index, digit)| u32::from(*digit) * if index % 2 == 0 { 3 } else { 1 })
        .sum();
    ((10 - sum % 10) % 10) as u8
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_upc_e_has_the_check_digit_of_its_long_form() {
        // 0123456 expands to 01234500006 with check digit 5.
        assert_eq!(upc_e_check(0, [1, 2, 3, 4, 5, 6]), 5);
        // 042100005264 is written 04252614 in eight digits.
        assert_eq!(upc_e_check(0, [4, 2, 5, 2, 6, 1]), 4);
    }
}
