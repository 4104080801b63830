//! What a product is found by: its words, and its Chinese in pinyin too.

use ministore_core::catalogue::Product;
use ministore_core::search::{endings, is_latin, words};
use pinyin::ToPinyinMulti;

/// The most readings of one run of Chinese characters that are kept.
const READINGS: usize = 4;

/// The words of one product, as each column of the search holds them.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub(super) struct Tokens {
    /// Latin words of name and brand, and the digits of its codes.
    pub(super) word: Vec<String>,
    /// Every suffix of every run of Chinese characters: a prefix of one of them is a substring of the name.
    pub(super) han: Vec<String>,
    /// Every such suffix in pinyin without tones.
    pub(super) pinyin: Vec<String>,
    /// Every such suffix as the initials of its pinyin.
    pub(super) initials: Vec<String>,
}

impl Tokens {
    pub(super) fn of(product: &Product) -> Self {
        let mut tokens = Self::default();
        for text in [&product.name.en, &product.name.zh, &product.brand] {
            for word in words(text) {
                if is_latin(&word) {
                    tokens.word.push(word);
                } else {
                    tokens.add_run(&word);
                }
            }
        }
        if let Some(gtin) = product.gtin {
            tokens.word.push(gtin.to_string());
        }
        if let Some(plu) = product.plu {
            tokens.word.push(plu.to_string());
            tokens.word.push(plu.number().to_string());
        }
        for column in [&mut tokens.word, &mut tokens.han, &mut tokens.pinyin, &mut tokens.initials] {
            column.sort_unstable();
            column.dedup();
        }
        tokens
    }

    fn add_run(&mut self, run: &str) {
        self.han.extend(endings(run));
        let longest = endings(run).next().unwrap_or_default();
        for reading in readings(&longest) {
            for start in 0..reading.len() {
                self.pinyin.push(reading[start..].concat());
                self.initials
                    .push(reading[start..].iter().filter_map(|syllable| syllable.chars().next()).collect());
            }
        }
    }
}

/// The ways to read a run of Chinese characters, the usual one first.
fn readings(run: &str) -> Vec<Vec<&'static str>> {
    let mut readings: Vec<Vec<&'static str>> = vec![Vec::new()];
    for character in run.chars() {
        let mut syllables: Vec<&'static str> = character
            .to_pinyin_multi()
            .map(|multi| multi.into_iter().map(pinyin::Pinyin::plain).collect())
            .unwrap_or_default();
        let mut seen = Vec::with_capacity(syllables.len());
        syllables.retain(|syllable| {
            !seen.contains(syllable) && {
                seen.push(syllable);
                true
            }
        });
        if syllables.is_empty() {
            continue;
        }
        let room = (READINGS / readings.len()).max(1);
        syllables.truncate(room);
        readings = syllables
            .iter()
            .flat_map(|syllable| {
                readings.iter().map(move |reading| {
                    let mut reading = reading.clone();
                    reading.push(*syllable);
                    reading
                })
            })
            .collect();
    }
    readings
}
