//! What changes at the shop while somebody looks: the hub's event stream, or the shell's events, as callbacks.

use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;
use std::rc::Rc;

use futures::channel::oneshot;
use futures::future::{Either, select};
use leptos::prelude::*;
use ministore_core::customer_display::{DISPLAY_EVENT, DISPLAY_KEY};
use ministore_core::refusal::Refusal;
use ministore_core::sync::{Changed, Cursor, Event};
use serde::Deserialize;
use wasm_bindgen::JsCast;
use wasm_bindgen::closure::Closure;
use wasm_bindgen_futures::{JsFuture, spawn_local};
use web_sys::{AbortController, ReadableStreamDefaultReader, RequestInit};

use super::sse::Parser;
use super::{clock, connection, customer_display, device, http, ipc, json, staff};

/// The hub says something every 15 seconds; after so many milliseconds of silence the way is cut.
const SILENCE: i32 = 40_000;
/// How long to wait before trying again, in milliseconds: doubled each time up to the second.
const PAUSES: (i32, i32) = (1_000, 30_000);

/// What a page that shows live things is told.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) enum Live {
    /// This changed: ask for it again.
    Changed(Changed),
    /// Anything may have changed: ask for all again.
    Anything,
}

type Listener = Rc<dyn Fn(&Live)>;

thread_local! {
    static LISTENERS: RefCell<BTreeMap<u32, Listener>> = RefCell::default();
    static NEXT: Cell<u32> = const { Cell::new(0) };
    static WAKE: RefCell<Option<oneshot::Sender<()>>> = RefCell::default();
    static RESTING: Cell<bool> = const { Cell::new(false) };
}

/// Calls `heard` for each change until the reactive owner that asks is gone.
pub(crate) fn on_live(heard: impl Fn(&Live) + 'static) {
    let key = NEXT.replace(NEXT.get() + 1);
    LISTENERS.with_borrow_mut(|listeners| listeners.insert(key, Rc::new(heard)));
    on_cleanup(move || {
        LISTENERS.with_borrow_mut(|listeners| listeners.remove(&key));
    });
}

/// Tells everyone who listens.
pub(super) fn tell(live: &Live) {
    let listeners: Vec<_> = LISTENERS.with_borrow(|listeners| listeners.values().cloned().collect());
    for listener in listeners {
        listener(live);
    }
}

/// Whether a page that nobody sees goes on listening.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Unseen {
    /// It does: staff hear a new order whatever is in front.
    Listens,
    /// It rests: it saves the phone's battery, and leaves the hub's connections to the pages that are looked at.
    Rests,
}

/// Starts listening, for as long as the page is open.
pub(crate) fn start(unseen: Unseen) {
    if ipc::present() {
        ipc::listen("changed", |payload| {
            if let Ok(event) = json::read::<Event>(payload) {
                tell(&Live::Changed(event.what));
            }
        });
        ipc::listen("status", |payload| {
            if let Ok(status) = json::read::<ipc::Status>(payload) {
                heard_status(status);
            }
        });
        spawn_local(async {
            if let Ok(status) = ipc::command::<ipc::Status>("status", &[]).await {
                heard_status(status);
            }
        });
        return;
    }
    on_window("online", listen_anew);
    on_window("offline", || connection::note(false));
    on_window("pagehide", rest);
    on_window("pageshow", rest_no_more);
    if unseen == Unseen::Rests {
        let turned = || if document().hidden() { rest() } else { rest_no_more() };
        let turned = Closure::<dyn FnMut()>::new(turned).into_js_value();
        // Fails for no event target that is a document.
        let _ = document().add_event_listener_with_callback("visibilitychange", turned.unchecked_ref());
    }
    spawn_local(listen_for_ever());
}

fn heard_status(status: ipc::Status) {
    connection::note(status.hub == "online");
    ipc::note_status(status);
}

fn on_window(event: &str, heard: fn()) {
    let heard = Closure::<dyn FnMut()>::new(heard).into_js_value();
    // Fails for no event target that is a window.
    let _ = window().add_event_listener_with_callback(event, heard.unchecked_ref());
}

/// Closes the stream of a page that is left. A browser may keep the page to come back to, and opens only six
/// connections to a hub at once: kept pages would use them up.
fn rest() {
    RESTING.set(true);
    listen_anew();
}

fn rest_no_more() {
    if RESTING.replace(false) {
        listen_anew();
    }
}

/// Drops the stream and opens it again: as somebody else, or because the network is back.
pub(super) fn listen_anew() {
    if let Some(wake) = WAKE.take() {
        // A stream that has just ended by itself is opened again anyway.
        let _ = wake.send(());
    }
}

async fn listen_for_ever() {
    let mut cursor: Option<Cursor> = None;
    let mut pause = PAUSES.0;
    let mut first = true;
    loop {
        let (wake, woken) = oneshot::channel();
        WAKE.set(Some(wake));
        if RESTING.get() {
            // A sender that is gone wakes as well.
            let _ = woken.await;
            continue;
        }
        let abort = AbortController::new().ok();
        let signal = abort.as_ref().map(AbortController::signal);
        let mut arrived = false;
        let stream = Box::pin(listen(&mut cursor, signal.as_ref(), &mut arrived, first));
        let left_early = matches!(select(stream, woken).await, Either::Right(_));
        if let Some(abort) = abort {
            abort.abort();
        }
        first = false;
        if left_early {
            pause = PAUSES.0;
            continue;
        }
        if arrived {
            pause = PAUSES.0;
        } else {
            connection::note(false);
        }
        let (wake, woken) = oneshot::channel();
        WAKE.set(Some(wake));
        select(Box::pin(clock::sleep(pause)), woken).await;
        pause = (pause * 2).min(PAUSES.1);
    }
}

/// Reads one stream to its end.
async fn listen(
    cursor: &mut Option<Cursor>,
    signal: Option<&web_sys::AbortSignal>,
    arrived: &mut bool,
    first: bool,
) -> Result<(), Refusal> {
    let init = RequestInit::new();
    init.set_signal(signal);
    let credential = staff::credential().or_else(device::known_already);
    let headers = http::headers(credential.as_ref());
    if let Some(key) = customer_display::key() {
        http::header(&headers, DISPLAY_KEY, &key);
    }
    init.set_headers(&headers);
    let url = match cursor {
        Some(Cursor(after)) => ["/events?after=", &after.to_string()].concat(),
        None => "/events".to_owned(),
    };
    let response = http::fetch(&url, &init).await?;
    if !response.ok() {
        return Err(Refusal::Busy);
    }
    *arrived = true;
    connection::note(true);
    let body = response.body().ok_or(Refusal::Offline)?;
    let reader: ReadableStreamDefaultReader = body.get_reader().unchecked_into();
    let mut parser = Parser::default();
    loop {
        let read = JsFuture::from(reader.read());
        let read = match select(read, Box::pin(clock::sleep(SILENCE))).await {
            Either::Left((read, _)) => read.map_err(|_| Refusal::Offline)?,
            Either::Right(_) => return Err(Refusal::Offline),
        };
        let Some(bytes) = ipc::property(&read, "value") else { return Ok(()) };
        for event in parser.push(&js_sys::Uint8Array::new(&bytes).to_vec()) {
            if event.kind == "hello" {
                #[derive(Deserialize)]
                struct Hello {
                    cursor: Cursor,
                }
                if let Ok(hello) = json::parse::<Hello>(&event.data) {
                    *cursor = Some(hello.cursor);
                }
                // What happened between the page's first questions and now was not heard.
                if !first {
                    tell(&Live::Anything);
                }
            } else if event.kind == DISPLAY_EVENT {
                customer_display::heard(&event.data);
            } else if let Ok(event) = json::parse::<Event>(&event.data) {
                *cursor = Some(event.cursor);
                tell(&Live::Changed(event.what));
            }
        }
    }
}
