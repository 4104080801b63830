//! How texts are cut into words to be found by: alike for names and for what is typed, on the hub, on a device and in a
//! browser's copy.

/// The longest run of Chinese characters whose every ending is kept.
const RUN: usize = 24;

/// Whether a word is made of other than Chinese characters.
pub fn is_latin(word: &str) -> bool {
    !word.chars().any(is_han)
}

/// Cuts a text into words: runs of Chinese characters, and runs of other letters and digits in lower case without
/// accents. All else parts words.
pub fn words(text: &str) -> Vec<String> {
    let mut words: Vec<String> = Vec::new();
    let mut kind = None;
    for c in text.chars() {
        // An apostrophe within a word is left out: "lay's" is found as "lays". So are accents that stand by themselves.
        if kind == Some(false) && (matches!(c, '\'' | '’') || is_mark(c)) {
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

/// Every ending of a run of Chinese characters: the beginning of one is any part of the run. Of a run longer than 24
/// characters, those of its first 24.
pub fn endings(run: &str) -> impl Iterator<Item = String> {
    let characters: Vec<char> = run.chars().take(RUN).collect();
    (0..characters.len()).map(move |start| characters[start..].iter().collect())
}

/// Whether a character is a Chinese one (the Unicode blocks of CJK ideographs).
fn is_han(c: char) -> bool {
    matches!(c, '\u{3400}'..='\u{4dbf}' | '\u{4e00}'..='\u{9fff}' | '\u{f900}'..='\u{faff}' | '\u{20000}'..='\u{323af}')
}

/// Whether a character is an accent by itself (the Unicode block of combining diacritical marks).
fn is_mark(c: char) -> bool {
    matches!(c, '\u{300}'..='\u{36f}')
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

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn words_are_cut_alike_in_both_languages() {
        assert_eq!(words("Lay's Potato Chips, 75 g"), ["lays", "potato", "chips", "75", "g"]);
        assert_eq!(words("鲜牛奶 Milk全脂"), ["鲜牛奶", "milk", "全脂"]);
        assert_eq!(words(" ,— "), [""; 0]);
    }

    #[test]
    fn an_accent_makes_no_other_word_however_it_is_written() {
        assert_eq!(words("Crème brûlée"), ["creme", "brulee"]);
        assert_eq!(words("Cre\u{300}me bru\u{302}le\u{301}e"), ["creme", "brulee"]);
    }

    #[test]
    fn a_part_of_a_run_begins_one_of_its_endings() {
        assert_eq!(endings("鲜牛奶").collect::<Vec<_>>(), ["鲜牛奶", "牛奶", "奶"]);
    }

    proptest! {
        #[test]
        fn whatever_is_typed_is_cut_into_words(text in "\\PC{0,40}") {
            for word in words(&text) {
                prop_assert!(!word.is_empty());
                prop_assert_eq!(words(&word), [word.clone()]);
            }
        }
    }
}
