//! What the browser keeps for this page, as texts under names.
//!
//! Everything is read into memory before the page is drawn; a change is seen at once and written behind, by
//! `public/kept.js`, into a database that other tabs of this page share: each hears what another has changed. In the
//! installed app the shell keeps it, in its own database. A browser that keeps nothing still shops: what is kept then lasts
//! as long as the page, and [`lasts`] says so.

use std::cell::RefCell;
use std::collections::HashMap;

use js_sys::{Array, Function, Promise};
use leptos::prelude::*;
use serde::Serialize;
use serde::de::DeserializeOwned;
use wasm_bindgen::closure::Closure;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::{JsFuture, spawn_local};

use super::ipc::property;
use super::json;
use crate::lasting::Lasting;

/// What stays in localStorage, which a browser that is killed may lose. Looks and languages, which `start.js` reads before
/// anything is drawn; and what customers see of the till, which is told to the window beside it even by a page that is just
/// being left.
const STAYS: [&str; 4] = ["ministore.theme", "ministore.language", "ministore.camera", "ministore.shown"];

/// The browser keeps nothing here: it is told not to, it is full, or it has no database.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
#[error("the browser's database does not answer")]
pub(super) struct NotKept;

/// A change of what is kept: a name and its new text, or none to forget it.
pub(crate) type Change = (String, Option<String>);

/// What the names begin with that are listened to, and who listens.
type Listener = (&'static str, fn());

thread_local! {
    static MEMORY: RefCell<HashMap<String, String>> = RefCell::default();
    static LISTENERS: RefCell<Vec<Listener>> = const { RefCell::new(Vec::new()) };
    static LASTS: Lasting<bool> = Lasting::new(true);
}

/// Reads what is kept. Ends before anything is read or set.
pub(crate) async fn open() {
    let heard = Closure::<dyn FnMut(String, Option<String>)>::new(|name: String, text| {
        let name = [(name, text)];
        remember(&name);
        tell(&name);
    });
    let stays: Array = STAYS.into_iter().map(JsValue::from).collect();
    let all = ask_script("open", &Array::of2(&heard.into_js_value(), &stays)).await;
    for pair in all.ok().and_then(|all| all.dyn_into::<Array>().ok()).into_iter().flat_map(|all| all.to_vec())
    {
        let pair: Array = pair.unchecked_into();
        remember(&[(pair.get(0).as_string().unwrap_or_default(), pair.get(1).as_string())]);
    }
}

/// Whether all that was changed lasts longer than this page, as far as is known. Tracked.
pub(crate) fn lasts() -> bool {
    LASTS.with(|lasts| lasts.get())
}

/// Calls `heard` when another tab, or [`keep`], has changed what is kept under a name that begins so.
pub(crate) fn on_change(start: &'static str, heard: fn()) {
    LISTENERS.with_borrow_mut(|listeners| listeners.push((start, heard)));
}

/// What is kept under `name`.
pub(crate) fn get(name: &str) -> Option<String> {
    MEMORY.with_borrow(|memory| memory.get(name).cloned())
}

/// The names that begin so.
pub(crate) fn names(start: &str) -> Vec<String> {
    MEMORY.with_borrow(|memory| memory.keys().filter(|name| name.starts_with(start)).cloned().collect())
}

/// Keeps `text` under `name`.
pub(crate) fn set(name: &str, text: &str) {
    change(name, Some(text.to_owned()));
}

/// Forgets what is kept under `name`.
pub(crate) fn remove(name: &str) {
    change(name, None);
}

/// What is kept under `name` as JSON; None where there is nothing, or nothing that this version understands.
pub(crate) fn get_json<T: DeserializeOwned>(name: &str) -> Option<T> {
    json::parse(&get(name)?).ok()
}

/// Keeps `value` under `name` as JSON.
pub(crate) fn set_json<T: Serialize>(name: &str, value: &T) {
    if let Some(text) = json::write(value) {
        set(name, &text);
    }
}

/// Makes these changes together: all of them are kept, or none. Ends when they are, or are known to be in memory only.
pub(crate) async fn keep(changes: Vec<Change>) {
    remember(&changes);
    tell(&changes);
    let pairs: Array = changes.iter().map(pair).collect();
    written(ask("write", &Array::of1(&pairs))).await;
}

/// Reads again what another tab may have changed meanwhile. What cannot be read is as it was.
pub(super) async fn read_again(name: String) {
    if let Ok(text) = ask_script("get", &Array::of1(&name.as_str().into())).await {
        let name = [(name, text.as_string())];
        remember(&name);
        tell(&name);
    }
}

/// Asks the browser to keep what is here even when it clears up. It may decline, and asks nobody: what it keeps by itself
/// lasts as long as before.
pub(crate) fn ask_to_stay() {
    let storage = property(&window().navigator(), "storage");
    if let Some(storage) = storage
        && let Some(persist) = property(&storage, "persist")
    {
        // Nothing depends on the answer.
        let _ = persist.unchecked_ref::<Function>().call0(&storage);
    }
}

/// The public key and the signature of this device's own key over a text, in hexadecimal digits; none where the browser
/// has no such keys, or keeps none.
pub(super) async fn sign(text: &str) -> Option<(String, String)> {
    let signed: Array = ask_script("sign", &Array::of1(&text.into())).await.ok()?.dyn_into().ok()?;
    Some((signed.get(0).as_string()?, signed.get(1).as_string()?))
}

fn change(name: &str, text: Option<String>) {
    let change = [(name.to_owned(), text)];
    remember(&change);
    let pairs: Array = change.iter().map(pair).collect();
    // Asked at once: a page that is being left has no later.
    let asked = ask("write", &Array::of1(&pairs));
    spawn_local(written(asked));
}

fn pair((name, text): &Change) -> JsValue {
    let text = text.as_ref().map_or(JsValue::NULL, JsValue::from);
    Array::of2(&name.into(), &text).into()
}

async fn written(asked: Result<Promise, NotKept>) {
    let lasts = answer(asked).await.is_ok_and(|kept| kept.is_truthy());
    if lasts != LASTS.with(|signal| signal.get_untracked()) {
        LASTS.with(|signal| signal.set(lasts));
    }
}

fn remember(changes: &[Change]) {
    MEMORY.with_borrow_mut(|memory| {
        for (name, text) in changes {
            match text {
                Some(text) => memory.insert(name.clone(), text.clone()),
                None => memory.remove(name),
            };
        }
    });
}

fn tell(changes: &[Change]) {
    for (start, heard) in LISTENERS.with_borrow(Clone::clone) {
        if changes.iter().any(|(name, _)| name.starts_with(start)) {
            heard();
        }
    }
}

/// Has `kept.js` do something.
async fn ask_script(what: &str, with: &Array) -> Result<JsValue, NotKept> {
    answer(ask(what, with)).await
}

fn ask(what: &str, with: &Array) -> Result<Promise, NotKept> {
    let kept = property(&window(), "kept").ok_or(NotKept)?;
    let function: Function = property(&kept, what).and_then(|it| it.dyn_into().ok()).ok_or(NotKept)?;
    Ok(Promise::resolve(&function.apply(&kept, with).map_err(|_| NotKept)?))
}

async fn answer(asked: Result<Promise, NotKept>) -> Result<JsValue, NotKept> {
    JsFuture::from(asked?).await.map_err(|_| NotKept)
}
