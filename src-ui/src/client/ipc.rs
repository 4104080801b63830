//! Calls to the installed app's shell, through the window's inter-process channel.

use js_sys::{Function, JSON, Object, Promise, Reflect};
use leptos::prelude::window;
use ministore_core::id::CallId;
use ministore_core::refusal::Refusal;
use serde::{Deserialize, Serialize};
use wasm_bindgen::closure::Closure;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;

use super::connection;
use crate::lasting::Lasting;

thread_local! {
    static TAURI: Option<JsValue> = property(&window(), "__TAURI__").filter(JsValue::is_object);
    static STATUS: Lasting<Option<Status>> = Lasting::new(None);
}

/// How things stand between this device and its shop.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub(crate) struct Status {
    /// Whether it belongs to a shop yet.
    pub(crate) paired: bool,
    /// `online` or `offline`.
    pub(crate) hub: String,
    /// Where the hub is.
    pub(crate) address: Option<String>,
    /// How many orders wait.
    pub(crate) waiting: u32,
    /// How many orders the hub has refused.
    pub(crate) refused: u32,
    /// How many sales, refunds and counts wait.
    pub(crate) facts: u32,
    /// Since when the oldest of them waits, in milliseconds since 1970.
    pub(crate) facts_since: Option<i64>,
    /// How many of them the hub knows otherwise.
    pub(crate) facts_clashing: u32,
    /// How many orders waited and can be read no more.
    pub(crate) lost: u32,
    /// When the hub was last heard, in milliseconds since 1970.
    pub(crate) last_contact: Option<i64>,
    /// Whether the shop has shut it out.
    pub(crate) shut_out: bool,
}

/// What the shell last said about itself. Tracked.
pub(crate) fn status() -> Option<Status> {
    STATUS.with(|signal| signal.get())
}

/// Notes what the shell says about itself.
pub(crate) fn note_status(status: Status) {
    connection::note_shut_out(status.shut_out);
    STATUS.with(|signal| signal.set(Some(status)));
}

/// Whether the page runs in the installed app's window.
pub(crate) fn present() -> bool {
    TAURI.with(Option::is_some)
}

/// Whether that window is Windows' own, where the addresses of pictures look different.
pub(crate) fn on_windows() -> bool {
    window().navigator().user_agent().is_ok_and(|agent| agent.contains("Windows"))
}

/// Makes a call and gives its reply.
pub(super) async fn call(name: &str, id: CallId, body: &str) -> Result<JsValue, Refusal> {
    let arguments = object(&[
        ("name", name.into()),
        ("id", id.to_string().into()),
        ("body", JSON::parse(body).map_err(|_| Refusal::VersionMismatch)?),
    ]);
    invoke("call", &arguments).await
}

/// Gives a command of the shell, and reads its answer.
pub(crate) async fn command<T: serde::de::DeserializeOwned>(
    name: &str,
    wanted: &[(&str, JsValue)],
) -> Result<T, Refusal> {
    super::read(invoke(name, &object(wanted)).await?)
}

/// Gives a command of the shell.
pub(crate) async fn invoke(name: &str, arguments: &JsValue) -> Result<JsValue, Refusal> {
    let core = TAURI.with(|tauri| tauri.as_ref().and_then(|tauri| property(tauri, "core")));
    let core = core.ok_or(Refusal::VersionMismatch)?;
    let invoke: Function = function(&core, "invoke").ok_or(Refusal::VersionMismatch)?;
    let promise = invoke.call2(&core, &name.into(), arguments).map_err(|_| Refusal::VersionMismatch)?;
    JsFuture::from(Promise::resolve(&promise)).await.map_err(|error| refusal_of(&error))
}

/// A channel over which the shell sends messages to `heard`, for the length of the page.
pub(crate) fn channel(heard: impl FnMut(JsValue) + 'static) -> Option<JsValue> {
    let core = TAURI.with(|tauri| tauri.as_ref().and_then(|tauri| property(tauri, "core")))?;
    let channel = Reflect::construct(&function(&core, "Channel")?, &js_sys::Array::new()).ok()?;
    let heard = Closure::<dyn FnMut(JsValue)>::new(heard).into_js_value();
    Reflect::set(&channel, &"onmessage".into(), &heard).ok()?;
    Some(channel)
}

/// Hears an event of the shell's, for the length of the page.
pub(crate) fn listen(event: &str, mut heard: impl FnMut(JsValue) + 'static) {
    let events = TAURI.with(|tauri| tauri.as_ref().and_then(|tauri| property(tauri, "event")));
    let listen = events.as_ref().and_then(|events| function(events, "listen"));
    let heard = Closure::<dyn FnMut(JsValue)>::new(move |event: JsValue| {
        heard(property(&event, "payload").unwrap_or_default());
    });
    if let Some((events, listen)) = events.zip(listen) {
        // The promise only tells how to stop listening, which this page never does.
        let _ = listen.call2(&events, &event.into(), &heard.into_js_value());
    }
}

/// A property of an object, where it is there.
pub(crate) fn property(object: &JsValue, name: &str) -> Option<JsValue> {
    Reflect::get(object, &name.into()).ok().filter(|value| !value.is_undefined() && !value.is_null())
}

fn function(object: &JsValue, name: &str) -> Option<Function> {
    property(object, name)?.dyn_into().ok()
}

/// A plain object of these fields.
pub(crate) fn object(fields: &[(&str, JsValue)]) -> JsValue {
    let object = Object::new();
    for (name, value) in fields {
        // Setting a property of a fresh plain object cannot fail.
        let _ = Reflect::set(&object, &(*name).into(), value);
    }
    object.into()
}

/// The shell rejects with a refusal; anything else comes from the channel itself.
fn refusal_of(error: &JsValue) -> Refusal {
    super::json::read(error.clone())
        .unwrap_or_else(|_| Refusal::Internal { incident: error.as_string().unwrap_or_default() })
}
