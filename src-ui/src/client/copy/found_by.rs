//! What a product of the copy is found by: the words of its names, maker and codes, and of Chinese every ending.

use std::collections::BTreeSet;

use ministore_core::catalogue::Product;

/// The longest run of Chinese characters whose every ending is kept.
const RUN: usize = 24;
/// How many words of what was typed count.
const TYPED: usize = 8;

/// The words of a product, without repeats. Who types the beginning of one finds it.
pub(super) fn words_of(product: &Product) -> Vec<String> {
    let mut words = BTreeSet::new();
    for text in [&product.name.en, &product.name.zh, &product.brand] {
        for word in words_in(text) {
            if word.chars().next().is_some_and(is_han) {
                let characters: Vec<char> = word.chars().take(RUN).collect();
                // The beginning of an ending is any part.
                words.extend(
                    (0..characters.len()).map(|start| characters[start..].iter().collect::<String>()),
                );
            } else {
                words.insert(word);
            }
        }
    }
    words.extend(product.gtin.map(|gtin| gtin.to_string()));
    if let Some(plu) = product.plu {
        words.extend([plu.to_string(), plu.number().to_string()]);
    }
    words.into_iter().collect()
}

/// What was typed, as words to be found.
pub(super) fn typed(text: &str) -> Vec<String> {
    let mut words = words_in(text);
    words.truncate(TYPED);
    words
}

/// Runs of Chinese characters, and runs of other letters and digits in lower case without accents. All else parts words.
fn words_in(text: &str) -> Vec<String> {
    let mut words: Vec<String> = Vec::new();
    let mut last = None;
    for c in text.chars() {
        // An apostrophe within a word is left out: "lay's" is found as "lays". So are accents that stand by themselves.
        if last == Some(false) && (matches!(c, '\'' | '’') || is_mark(c)) {
            continue;
        }
        let kind = c.is_alphanumeric().then(|| is_han(c));
        if let Some(han) = kind {
            if kind != last {
                words.push(String::new());
            }
            if let Some(word) = words.last_mut() {
                if han { word.push(c) } else { fold(c, word) }
            }
        }
        last = kind;
    }
    words.retain(|word| !word.is_empty());
    words
}

/// Whether a character is a Chinese one (the Unicode blocks of CJK ideographs).
fn is_han(c: char) -> bool {
    matches!(c, '\u{3400}'..='\u{4dbf}' | '\u{4e00}'..='\u{9fff}' | '\u{f900}'..='\u{faff}' | '\u{20000}'..='\u{323af}')
}

/// Whether a character is an accent by itself (the Unicode block of combining diacritical marks).
fn is_mark(c: char) -> bool {
    matches!(c, '\u{300}'..='\u{36f}')
}

/// Adds a letter in lower case and without its accent.
#[cfg(target_arch = "wasm32")]
fn fold(c: char, word: &mut String) {
    if c.is_ascii() {
        word.push(c.to_ascii_lowercase());
        return;
    }
    // The browser takes letters and accents, and full-width forms, apart.
    let apart = js_sys::JsString::from(c.to_lowercase().collect::<String>()).normalize("NFKD");
    word.extend(String::from(apart).chars().filter(|c| !is_mark(*c)));
}

/// The same where there is no browser.
#[cfg(not(target_arch = "wasm32"))]
fn fold(c: char, word: &mut String) {
    word.extend(c.to_lowercase().filter(|c| !is_mark(*c)));
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn words_are_cut_alike_in_both_languages() {
        assert_eq!(words_in("Lay's Potato Chips, 75 g"), ["lays", "potato", "chips", "75", "g"]);
        assert_eq!(words_in("鲜牛奶 Milk全脂"), ["鲜牛奶", "milk", "全脂"]);
        assert_eq!(words_in(" ,— "), [""; 0]);
    }

    proptest! {
        #[test]
        fn whatever_is_typed_is_cut_into_words(text in "\\PC{0,40}") {
            for word in words_in(&text) {
                prop_assert!(!word.is_empty());
                prop_assert_eq!(words_in(&word), [word.clone()]);
            }
        }
    }
}
