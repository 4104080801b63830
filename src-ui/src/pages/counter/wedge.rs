//! Tells a scanner that types from a person who does.
//!
//! A barcode scanner set up as a keyboard ("wedge") sends a code as keystrokes a few milliseconds apart, with Enter or
//! Tab behind it or nothing at all. A person who types is slower by far, and never so evenly.

/// The longest time a key of a scanner takes on the average, in milliseconds. Common ones send a key every 2 to 20 ms;
/// nobody types six in a row so fast.
const LONGEST_MEAN: f64 = 35.0;
/// The longest pause between two keys of one burst, in milliseconds: radio links and busy tablets hiccup.
const LONGEST_GAP: f64 = 100.0;
/// The fewest characters of a scanned code.
const FEWEST: usize = 6;
/// The most characters that are kept, far beyond any code in use.
const MOST: usize = 512;
/// How long after the last key a burst without Enter or Tab counts as ended, in milliseconds.
pub(crate) const PAUSE: i32 = 120;

/// A key, as far as it matters here.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Key {
    /// One that types a character.
    Character(char),
    /// Enter or Tab.
    End,
    /// Shift, a function key and the like, which a scanner may send between or before.
    Silent,
    /// Anything else: a person at work.
    Other,
}

/// What to make of a key.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) enum Verdict {
    /// The first key of what may become a burst: what the focus holds should be remembered.
    First,
    /// A key like any other, so far.
    Pass,
    /// The burst is complete, and this is its text: the key itself must not be typed.
    Scanned(String),
}

/// Keeps the keys of what may be a burst.
#[derive(Default, Debug)]
pub(crate) struct Wedge {
    text: String,
    length: usize,
    first: f64,
    last: f64,
}

impl Wedge {
    /// Takes a key at `at` milliseconds. `held` is for the repeats of a key that is kept down.
    pub(crate) fn key(&mut self, key: Key, at: f64, held: bool) -> Verdict {
        let in_time = self.length > 0 && at - self.last <= LONGEST_GAP;
        match key {
            _ if held => self.forget(),
            Key::Character(character) if in_time && self.length < MOST => {
                self.text.push(character);
                self.length += 1;
                self.last = at;
            }
            Key::Character(character) => {
                self.forget();
                self.text.push(character);
                self.length = 1;
                (self.first, self.last) = (at, at);
                return Verdict::First;
            }
            Key::End if in_time && self.may_end() => return Verdict::Scanned(self.take()),
            Key::Silent => {}
            Key::End | Key::Other => self.forget(),
        }
        Verdict::Pass
    }

    /// Whether a burst long enough for a code is being kept, which ends by itself when nothing follows.
    pub(crate) fn may_end(&self) -> bool {
        self.length >= FEWEST && (self.last - self.first) / (self.length as f64 - 1.0) <= LONGEST_MEAN
    }

    /// The text of a burst after which nothing has come for [`PAUSE`] by `at`.
    pub(crate) fn paused(&mut self, at: f64) -> Option<String> {
        (self.may_end() && at - self.last >= f64::from(PAUSE) - 1.0).then(|| self.take())
    }

    fn take(&mut self) -> String {
        self.length = 0;
        std::mem::take(&mut self.text)
    }

    fn forget(&mut self) {
        self.text.clear();
        self.length = 0;
    }
}

/// What a key of the keyboard is. `name` and `code` are those of a keyboard event; `chord` is for Ctrl, Alt or Meta
/// held down. Where an input method is at work the key has no name, and its place on the keyboard stands for it.
pub(crate) fn key_of(name: &str, code: &str, chord: bool) -> Key {
    let mut letters = name.chars();
    match (name, letters.next(), letters.next()) {
        _ if chord => Key::Other,
        ("Enter" | "Tab", ..) => Key::End,
        ("Process" | "Unidentified", ..) => by_place(code),
        (_, Some(character), None) if !character.is_control() => Key::Character(character),
        ("Shift" | "CapsLock" | "NumLock", ..) => Key::Silent,
        (_, Some('F'), Some('1'..='9')) => Key::Silent,
        _ => Key::Other,
    }
}

fn by_place(code: &str) -> Key {
    let rest =
        code.strip_prefix("Digit").or_else(|| code.strip_prefix("Key")).or(code.strip_prefix("Numpad"));
    let mut letters = rest.unwrap_or_default().chars();
    match (code, letters.next(), letters.next()) {
        ("Enter" | "NumpadEnter" | "Tab", ..) => Key::End,
        (_, Some(character), None) => Key::Character(character),
        _ => Key::Other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Types `text` with a key every `gap` milliseconds, then Enter; what was scanned, if it was.
    fn typed(text: &str, gap: f64) -> Option<String> {
        let mut wedge = Wedge::default();
        let mut at = 1000.0;
        for character in text.chars() {
            assert!(!matches!(wedge.key(Key::Character(character), at, false), Verdict::Scanned(_)));
            at += gap;
        }
        match wedge.key(Key::End, at, false) {
            Verdict::Scanned(text) => Some(text),
            Verdict::First | Verdict::Pass => None,
        }
    }

    #[test]
    fn a_burst_is_a_scan_and_typing_is_not() {
        assert_eq!(typed("9520000000011", 4.0).as_deref(), Some("9520000000011"));
        assert_eq!(typed("MOK7M4Q2ZP", 34.0).as_deref(), Some("MOK7M4Q2ZP"));
        assert_eq!(typed("9520000000011", 60.0), None);
        assert_eq!(typed("12345", 4.0), None, "too short for a code");
    }

    #[test]
    fn a_hiccup_does_not_break_a_burst() {
        let mut wedge = Wedge::default();
        let mut at = 0.0;
        for (place, character) in "9520000000011".chars().enumerate() {
            at += if place == 7 { 90.0 } else { 5.0 };
            wedge.key(Key::Character(character), at, false);
        }
        assert_eq!(wedge.key(Key::End, at + 5.0, false), Verdict::Scanned("9520000000011".into()));
    }

    #[test]
    fn a_burst_without_an_end_ends_by_a_pause() {
        let mut wedge = Wedge::default();
        for (place, character) in "96385074".chars().enumerate() {
            wedge.key(Key::Character(character), place as f64 * 5.0, false);
        }
        assert!(wedge.may_end());
        assert_eq!(wedge.paused(60.0), None, "the last key was 25 ms ago");
        assert_eq!(wedge.paused(155.0).as_deref(), Some("96385074"));
        assert_eq!(wedge.paused(500.0), None, "a burst is given once");
    }

    #[test]
    fn two_bursts_are_two_codes() {
        let mut wedge = Wedge::default();
        let mut at = 0.0;
        for code in ["9520000000011", "9520000000028"] {
            for character in code.chars() {
                wedge.key(Key::Character(character), at, false);
                at += 3.0;
            }
            assert_eq!(wedge.key(Key::End, at, false), Verdict::Scanned(code.into()));
            at += 10.0;
        }
    }

    #[test]
    fn what_was_typed_before_does_not_get_into_the_code() {
        let mut wedge = Wedge::default();
        wedge.key(Key::Character('4'), 0.0, false);
        let mut at = 300.0;
        assert_eq!(wedge.key(Key::Character('9'), at, false), Verdict::First);
        for character in "520000000011".chars() {
            at += 5.0;
            wedge.key(Key::Character(character), at, false);
        }
        assert_eq!(wedge.key(Key::End, at + 5.0, false), Verdict::Scanned("9520000000011".into()));
    }

    #[test]
    fn a_prefix_key_and_shift_do_not_break_a_burst() {
        let mut wedge = Wedge::default();
        assert_eq!(wedge.key(key_of("F13", "F13", false), 0.0, false), Verdict::Pass);
        let mut at = 2.0;
        for character in "MS48201937465".chars() {
            wedge.key(key_of("Shift", "ShiftLeft", false), at, false);
            wedge.key(Key::Character(character), at + 1.0, false);
            at += 6.0;
        }
        assert_eq!(wedge.key(Key::End, at, false), Verdict::Scanned("MS48201937465".into()));
    }

    #[test]
    fn a_key_kept_down_is_no_scanner() {
        let mut wedge = Wedge::default();
        for repeat in 0..40 {
            wedge.key(Key::Character('1'), f64::from(repeat) * 30.0, repeat > 0);
        }
        assert!(!wedge.may_end());
    }

    #[test]
    fn keys_are_known_through_an_input_method_too() {
        assert_eq!(key_of("7", "Digit7", false), Key::Character('7'));
        assert_eq!(key_of("Process", "Digit7", false), Key::Character('7'));
        assert_eq!(key_of("Process", "KeyM", false), Key::Character('M'));
        assert_eq!(key_of("Process", "Enter", false), Key::End);
        assert_eq!(key_of("v", "KeyV", true), Key::Other, "pasting");
        assert_eq!(key_of("Backspace", "Backspace", false), Key::Other);
        assert_eq!(key_of("F2", "F2", false), Key::Silent);
    }
}
