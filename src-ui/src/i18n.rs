//! The reader's language: which it is, what is said in it, and how numbers, money and times are written in it.
//!
//! Everything here reads the language's signal, so what is shown follows a switch in place.

use std::cell::RefCell;
use std::collections::HashMap;

use js_sys::{Array, Function, Intl, Object, Reflect};
use leptos::prelude::*;
use ministore_core::money::Money;
use ministore_core::text::{Language, LocalText};
use ministore_core::time::Timestamp;
use wasm_bindgen::{JsCast, JsValue};

use crate::client::storage;
use crate::lasting::Lasting;

/// The phrases of `locales/`, as `build.rs` wrote them: constants, to be given to a view as they are or called for
/// their text, and functions where there are blanks to fill.
pub(crate) mod say {
    use super::{fill, fill_counted, pick, pick_counted};

    /// A phrase without blanks, said in the reader's language when called.
    pub(crate) type Phrase = fn() -> &'static str;

    include!(concat!(env!("OUT_DIR"), "/say.rs"));
}

const KEPT: &str = "ministore.language";

thread_local! {
    static LANGUAGE: Lasting<Language> = Lasting::new(first_language());
    static FORMATTERS: RefCell<HashMap<(Language, String), Function>> = RefCell::default();
}

/// The language that is shown. Tracked where effects and views run.
pub(crate) fn language() -> Language {
    LANGUAGE.with(Lasting::get)
}

/// Shows everything in another language, and remembers it.
pub(crate) fn set_language(language: Language) {
    storage::set(KEPT, tag_of(language));
    LANGUAGE.with(|signal| signal.set(language));
    tell_document(language);
}

/// Tells the document which language it is in, for screen readers and fonts.
pub(crate) fn tell_document(language: Language) {
    if let Some(root) = document().document_element() {
        // Setting an attribute with a plain name cannot fail.
        let _ = root.set_attribute("lang", tag_of(language));
    }
}

fn first_language() -> Language {
    match storage::get(KEPT).as_deref() {
        Some("zh-CN") => Language::Zh,
        Some("en") => Language::En,
        _ => wanted(window().navigator().languages().iter().filter_map(|tag| tag.as_string())),
    }
}

/// The first of a reader's languages that the app speaks; English where it speaks none.
fn wanted(tags: impl Iterator<Item = String>) -> Language {
    tags.filter_map(|tag| match tag.get(..2) {
        Some("zh") => Some(Language::Zh),
        Some("en") => Some(Language::En),
        _ => None,
    })
    .next()
    .unwrap_or_default()
}

/// The language's tag (BCP 47).
pub(crate) const fn tag_of(language: Language) -> &'static str {
    match language {
        Language::En => "en",
        Language::Zh => "zh-CN",
    }
}

/// A text of the shop in the reader's language.
pub(crate) fn local(text: &LocalText) -> String {
    text.get(language()).to_owned()
}

fn pick(en: &'static str, zh: &'static str) -> &'static str {
    match language() {
        Language::En => en,
        Language::Zh => zh,
    }
}

fn pick_counted(count: u32, en: [&'static str; 2], zh: [&'static str; 2]) -> &'static str {
    let [one, other] = match language() {
        Language::En => en,
        Language::Zh => zh,
    };
    if count == 1 { one } else { other }
}

fn fill(text: &str, blanks: &[(&str, &str)]) -> String {
    let mut filled = String::with_capacity(text.len() + 16);
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('{') {
        filled.push_str(before);
        let (name, after) = after.split_once('}').unwrap_or((after, ""));
        if let Some((_, value)) = blanks.iter().find(|(blank, _)| *blank == name) {
            filled.push_str(value);
        }
        rest = after;
    }
    filled.push_str(rest);
    filled
}

fn fill_counted(count: u32, text: &str, blanks: &[(&str, &str)]) -> String {
    let count = number(count.into());
    let mut all = vec![("count", count.as_str())];
    all.extend_from_slice(blanks);
    fill(text, &all)
}

/// An amount of money, such as `¥38.60`.
pub(crate) fn money(money: Money) -> String {
    let places = money.currency.exponent();
    let major = money.minor as f64 / 10f64.powi(places as i32);
    let code = money.currency.code();
    let formatter = formatter(code, || {
        number_format(&[
            ("style", "currency".into()),
            ("currency", code.into()),
            ("currencyDisplay", "narrowSymbol".into()),
        ])
    });
    call(&formatter, major)
}

/// A number with the reader's separators and at most three decimals.
pub(crate) fn number(value: f64) -> String {
    call(&formatter("number", || number_format(&[])), value)
}

/// A weight in grams as it is said in a shop: `350 g`, `1.25 kg`.
pub(crate) fn grams(grams: u32) -> String {
    let (unit, value) =
        if grams < 1000 { ("gram", f64::from(grams)) } else { ("kilogram", f64::from(grams) / 1000.0) };
    let formatter = formatter(unit, || {
        number_format(&[("style", "unit".into()), ("unit", unit.into()), ("unitDisplay", "short".into())])
    });
    call(&formatter, value)
}

/// A distance in metres as it is said on the way: `350 m` to the next ten metres, `1.2 km` from a kilometre on.
pub(crate) fn distance(metres: u32) -> String {
    let (unit, value) = if metres < 1000 {
        ("meter", f64::from(metres.div_ceil(10) * 10))
    } else {
        ("kilometer", (f64::from(metres) / 100.0).round() / 10.0)
    };
    let formatter = formatter(unit, || {
        number_format(&[("style", "unit".into()), ("unit", unit.into()), ("unitDisplay", "short".into())])
    });
    call(&formatter, value)
}

/// A time of day on the clock of `zone`, such as `14:30`.
pub(crate) fn time(at: Timestamp, zone: &str) -> String {
    dated(
        "time",
        zone,
        at,
        &[("hour", "2-digit".into()), ("minute", "2-digit".into()), ("hourCycle", "h23".into())],
    )
}

/// A day in `zone`, such as `Tue, Nov 24`.
pub(crate) fn day(at: Timestamp, zone: &str) -> String {
    dated(
        "day",
        zone,
        at,
        &[("weekday", "short".into()), ("month", "short".into()), ("day", "numeric".into())],
    )
}

/// A day and a time in `zone`, such as `Nov 24, 14:30`.
pub(crate) fn day_and_time(at: Timestamp, zone: &str) -> String {
    dated(
        "day and time",
        zone,
        at,
        &[
            ("month", "short".into()),
            ("day", "numeric".into()),
            ("hour", "2-digit".into()),
            ("minute", "2-digit".into()),
            ("hourCycle", "h23".into()),
        ],
    )
}

/// The calendar day of an instant in `zone`, the same text for the same day whatever the language.
pub(crate) fn day_key(at: Timestamp, zone: &str) -> String {
    let options = options(&[("timeZone", zone.into()), ("dateStyle", "short".into())]);
    let format = Intl::DateTimeFormat::new(&Array::of1(&"en-CA".into()), &options);
    call(&format.format(), at.0 as f64)
}

fn dated(name: &str, zone: &str, at: Timestamp, wanted: &[(&str, JsValue)]) -> String {
    let mut key = String::from(name);
    key.push_str(zone);
    let formatter = formatter(&key, || {
        let options = options(wanted);
        set(&options, "timeZone", &zone.into());
        Intl::DateTimeFormat::new(&locales(), &options).format()
    });
    call(&formatter, at.0 as f64)
}

fn formatter(name: &str, make: impl FnOnce() -> Function) -> Function {
    let key = (language(), name.to_owned());
    FORMATTERS.with_borrow_mut(|formatters| formatters.entry(key).or_insert_with(make).clone())
}

fn number_format(wanted: &[(&str, JsValue)]) -> Function {
    Intl::NumberFormat::new(&locales(), &options(wanted)).format()
}

fn locales() -> Array {
    Array::of1(&tag_of(language()).into())
}

fn options(wanted: &[(&str, JsValue)]) -> Object {
    let options = Object::new();
    for (name, value) in wanted {
        set(&options, name, value);
    }
    options
}

fn set(object: &Object, name: &str, value: &JsValue) {
    // Setting a property of a fresh plain object cannot fail.
    let _ = Reflect::set(object, &name.into(), value);
}

fn call(formatter: &Function, value: f64) -> String {
    let text = formatter.call1(&JsValue::UNDEFINED, &value.into());
    text.ok().and_then(|text| text.dyn_into::<js_sys::JsString>().ok()).map(String::from).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn blanks_are_filled_wherever_they_stand() {
        assert_eq!(fill("{a} of {b}, {a}", &[("a", "1"), ("b", "2")]), "1 of 2, 1");
        assert_eq!(fill("nothing to fill", &[]), "nothing to fill");
    }

    #[test]
    fn the_first_language_that_the_app_speaks_is_taken() {
        let wanted = |tags: &[&str]| super::wanted(tags.iter().map(|tag| (*tag).to_owned()));
        assert_eq!(wanted(&["fr-FR", "zh-HK", "en"]), Language::Zh);
        assert_eq!(wanted(&["en-GB", "zh"]), Language::En);
        assert_eq!(wanted(&["de"]), Language::En);
        assert_eq!(wanted(&[]), Language::En);
    }
}
