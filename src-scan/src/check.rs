//! The check digit shared by all GTINs.

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
