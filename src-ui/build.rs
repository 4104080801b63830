//! Turns the phrases of `locales/` into Rust, so that a phrase missing in a language, or a blank that is not filled in,
//! does not compile.
//!
//! `locales/{en,zh}/*.json` hold objects of phrases. A phrase `cart.title` becomes the constant `CART_TITLE`; one with
//! blanks, such as `cart.total` with `{amount}`, becomes the function `cart_total(amount: &str)`; one with the forms
//! `one` and `other` takes `count: u32` first, and fills the blank `{count}` with it.

use std::collections::{BTreeMap, BTreeSet};
use std::error::Error;
use std::path::{Path, PathBuf};
use std::{env, fs};

use serde_json::Value;

type Phrases = BTreeMap<String, Phrase>;
type Outcome<T> = Result<T, Box<dyn Error>>;

/// A phrase in one language.
struct Phrase {
    /// What is said of one thing, where that differs.
    one: Option<String>,
    /// What is said otherwise.
    other: String,
    /// Whether it is said of a number of things.
    counted: bool,
}

impl Phrase {
    /// Its blanks in the order in which they are said, without the count of a counted one.
    fn blanks(&self) -> Vec<String> {
        let mut blanks: Vec<String> = Vec::new();
        for text in self.one.iter().chain([&self.other]) {
            let mut rest = text.as_str();
            while let Some((_, after)) = rest.split_once('{') {
                let (name, after) = after.split_once('}').unwrap_or((after, ""));
                if !(blanks.iter().any(|blank| blank == name) || self.counted && name == "count") {
                    blanks.push(name.to_owned());
                }
                rest = after;
            }
        }
        blanks
    }
}

fn main() -> Outcome<()> {
    println!("cargo::rerun-if-changed=locales");
    let en = read_language(Path::new("locales/en"))?;
    let zh = read_language(Path::new("locales/zh"))?;
    if let Some(key) = en.keys().find(|key| !zh.contains_key(*key)) {
        return Err(format!("the phrase {key} is missing in Chinese").into());
    }
    let mut out = String::new();
    for (key, chinese) in &zh {
        let english = en.get(key).ok_or_else(|| format!("the phrase {key} is missing in English"))?;
        let sorted = |phrase: &Phrase| BTreeSet::from_iter(phrase.blanks());
        if sorted(english) != sorted(chinese) {
            return Err(format!("the phrase {key} has other blanks in Chinese than in English").into());
        }
        if english.counted != chinese.counted {
            return Err(format!("the phrase {key} is counted in one language only").into());
        }
        out.push_str(&rust_of(key, english, chinese));
    }
    fs::write(PathBuf::from(env::var("OUT_DIR")?).join("say.rs"), out)?;
    Ok(())
}

fn read_language(folder: &Path) -> Outcome<Phrases> {
    let mut phrases = Phrases::new();
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if path.extension().is_some_and(|extension| extension == "json") {
            let value: Value = serde_json::from_str(&fs::read_to_string(&path)?)
                .map_err(|error| format!("{}: {error}", path.display()))?;
            gather(&mut phrases, "", &value).map_err(|error| format!("{}: {error}", path.display()))?;
        }
    }
    Ok(phrases)
}

fn gather(phrases: &mut Phrases, key: &str, value: &Value) -> Outcome<()> {
    let phrase = match value {
        Value::String(text) => Phrase { one: None, other: text.clone(), counted: false },
        Value::Object(map) if map.contains_key("other") => {
            let form = |name: &str| map.get(name).and_then(Value::as_str).map(str::to_owned);
            let other = form("other").ok_or_else(|| format!("{key}.other is no text"))?;
            Phrase { one: form("one"), other, counted: true }
        }
        Value::Object(map) => {
            for (name, value) in map {
                let longer = if key.is_empty() { name.clone() } else { format!("{key}.{name}") };
                gather(phrases, &longer, value)?;
            }
            return Ok(());
        }
        _ => return Err(format!("{key} is neither text nor an object").into()),
    };
    if phrase.other.is_empty() || phrases.insert(key.to_owned(), phrase).is_some() {
        return Err(format!("{key} is empty or there twice").into());
    }
    Ok(())
}

fn rust_of(key: &str, en: &Phrase, zh: &Phrase) -> String {
    let name = key.replace(['.', '-'], "_").to_lowercase();
    let doc = format!("/// `{key}`: {}\n", en.other.replace('\n', " "));
    // The English sentence's order: a call then reads as it.
    let blanks = en.blanks();
    let arguments = |first: &str| {
        let rest = blanks.iter().map(|blank| format!("{blank}: &str"));
        Some(first.to_owned())
            .filter(|first| !first.is_empty())
            .into_iter()
            .chain(rest)
            .collect::<Vec<_>>()
            .join(", ")
    };
    let pairs = blanks.iter().map(|blank| format!("({blank:?}, {blank})")).collect::<Vec<_>>().join(", ");
    if en.counted {
        let one = |phrase: &Phrase| phrase.one.clone().unwrap_or_else(|| phrase.other.clone());
        format!(
            "{doc}pub(crate) fn {name}({}) -> String {{ fill_counted(count, pick_counted(count, [{:?}, {:?}], [{:?}, {:?}]), &[{pairs}]) }}\n",
            arguments("count: u32"),
            one(en),
            en.other,
            one(zh),
            zh.other
        )
    } else if blanks.is_empty() {
        format!(
            "{doc}pub(crate) const {}: Phrase = || pick({:?}, {:?});\n",
            name.to_uppercase(),
            en.other,
            zh.other
        )
    } else {
        format!(
            "{doc}pub(crate) fn {name}({}) -> String {{ fill(pick({:?}, {:?}), &[{pairs}]) }}\n",
            arguments(""),
            en.other,
            zh.other
        )
    }
}
