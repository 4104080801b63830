//! What a product is found by, and how what was typed is cut into words.

use ministore_core::catalogue::Product;
use pinyin::ToPinyinMulti;

/// The most readings of one run of Chinese characters that are kept.
const READINGS: usize = 4;

/// The longest run of Chinese characters whose every suffix is kept.
const RUN: usize = 24;

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
        let characters: Vec<char> = run.chars().take(RUN).collect();
        for start in 0..characters.len() {
            self.han.push(characters[start..].iter().collect());
        }
        for reading in readings(&characters) {
            for start in 0..reading.len() {
                self.pinyin.push(reading[start..].concat());
                self.initials
                    .push(reading[start..].iter().filter_map(|syllable| syllable.chars().next()).collect());
            }
        }
    }
}

/// The ways to read a run of Chinese characters, the usual one first.
fn readings(characters: &[char]) -> Vec<Vec<&'static str>> {
    let mut readings: Vec<Vec<&'static str>> = vec![Vec::with_capacity(characters.len())];
    for character in characters {
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

/// Whether a word is made of other than Chinese characters.
pub(super) fn is_latin(word: &str) -> bool {
    !word.chars().any(is_han)
}

/// Whether a character is a Chinese one (the Unicode blocks of CJK ideographs).
fn is_han(c: char) -> bool {
    matches!(c, '\u{3400}'..='\u{4dbf}' | '\u{4e00}'..='\u{9fff}' | '\u{f900}'..='\u{faff}' | '\u{20000}'..='\u{323af}')
}

/// Cuts a text into words: runs of Chinese characters, and runs of other letters and digits in lower case without
/// accents. All else parts words.
pub(super) fn words(text: &str) -> Vec<String> {
    let mut words: Vec<String> = Vec::new();
    let mut kind = None;
    for c in text.chars() {
        // An apostrophe within a word is left out: "lay's" is found as "lays".
        if matches!(c, '\'' | '’') && kind == Some(false) {
            continue;
        }
        let next = c.is_alphanumeric().then(|| is_han(c));
        if let Some(han) = next {
            if kind != next {
                words.push(String::new());
            }
            if let Some(word) = words.last_mut() {
                if han { word.push(c) } else { fold(c, word) }
            }
        }
        kind = next;
    }
    words.retain(|word| !word.is_empty());
    words
}

/// Adds a letter in lower case, full-width forms and the accents of European languages taken off.
fn fold(c: char, word: &mut String) {
    let c = match c {
        '０'..='９' | 'Ａ'..='Ｚ' | 'ａ'..='ｚ' => char::from_u32(u32::from(c) - 0xfee0).unwrap_or(c),
        c => c,
    };
    for c in c.to_lowercase() {
        match c {
            'à'..='å' | 'ā' | 'ă' | 'ą' | 'ǎ' => word.push('a'),
            'æ' => word.push_str("ae"),
            'ç' | 'ć' | 'č' => word.push('c'),
            'ď' | 'đ' | 'ð' => word.push('d'),
            'è'..='ë' | 'ē' | 'ė' | 'ę' | 'ě' => word.push('e'),
            'ğ' => word.push('g'),
            'ì'..='ï' | 'ī' | 'į' | 'ı' | 'ǐ' => word.push('i'),
            'ł' | 'ľ' => word.push('l'),
            'ñ' | 'ń' | 'ň' => word.push('n'),
            'ò'..='ö' | 'ø' | 'ō' | 'ő' | 'ǒ' => word.push('o'),
            'œ' => word.push_str("oe"),
            'ř' => word.push('r'),
            'ś' | 'š' | 'ş' | 'ș' => word.push('s'),
            'ß' => word.push_str("ss"),
            'ť' | 'ț' => word.push('t'),
            'ù'..='ü' | 'ū' | 'ů' | 'ű' | 'ǔ' | 'ǚ' | 'ǜ' => word.push('u'),
            'ý' | 'ÿ' => word.push('y'),
            'ź' | 'ż' | 'ž' => word.push('z'),
            c if c.is_alphanumeric() => word.push(c),
            _ => {}
        }
    }
}
