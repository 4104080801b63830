//! What a product of the copy is found by: the words of its names, maker and codes, and of Chinese every ending.

use std::collections::BTreeSet;

use ministore_core::catalogue::Product;
use ministore_core::search::{endings, is_latin, words};

/// How many words of what was typed count.
const TYPED: usize = 8;

/// The words of a product, without repeats. Who types the beginning of one finds it.
pub(super) fn words_of(product: &Product) -> Vec<String> {
    let mut found_by = BTreeSet::new();
    for text in [&product.name.en, &product.name.zh, &product.brand] {
        for word in words(text) {
            if is_latin(&word) {
                found_by.insert(word);
            } else {
                found_by.extend(endings(&word));
            }
        }
    }
    found_by.extend(product.gtin.map(|gtin| gtin.to_string()));
    if let Some(plu) = product.plu {
        found_by.extend([plu.to_string(), plu.number().to_string()]);
    }
    found_by.into_iter().collect()
}

/// What was typed, as words to be found.
pub(super) fn typed(text: &str) -> Vec<String> {
    let mut typed = words(text);
    typed.truncate(TYPED);
    typed
}
