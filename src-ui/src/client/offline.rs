//! Questions that a browser can answer itself while the hub is out of reach. What it knows, and when it says so, is in the
//! program's second part ([`copy`]); here is the way there.
//!
//! [`copy`]: super::copy

use std::cell::RefCell;
use std::pin::Pin;

use futures::channel::oneshot;
use ministore_core::refusal::Refusal;
use ministore_core::time::Timestamp;
use wasm_bindgen::JsValue;

use super::{Caller, http};
use crate::lasting::Lasting;

/// How the second part asks the hub, or its copy.
pub(super) type Asking =
    fn(&'static str, String, Caller) -> Pin<Box<dyn Future<Output = Result<JsValue, Refusal>>>>;

/// When the copy was last right, and how that is said.
type AsOf = (Timestamp, fn(Timestamp) -> String);

enum Copy {
    /// This program has none.
    None,
    /// Its part of the program has not arrived; these wait for it.
    Awaited(Vec<oneshot::Sender<Asking>>),
    There(Asking),
}

thread_local! {
    static COPY: RefCell<Copy> = const { RefCell::new(Copy::None) };
    static AS_OF: Lasting<Option<AsOf>> = Lasting::new(None);
}

/// Says when the copy was last the same as the hub's catalogue; none while there is no whole copy. Tracked.
pub(crate) fn as_of() -> Option<String> {
    AS_OF.with(|signal| signal.get()).map(|(at, say)| say(at))
}

/// Notes when the copy was last right, and how to say it.
pub(super) fn note_as_of(as_of: AsOf) {
    AS_OF.with(|signal| signal.set(Some(as_of)));
}

/// Says that a copy is going to be there.
pub(crate) fn expect_copy() {
    COPY.set(Copy::Awaited(Vec::new()));
}

/// Says that it is there.
pub(super) fn arrived(asking: Asking) {
    if let Copy::Awaited(waiting) = COPY.replace(Copy::There(asking)) {
        for one in waiting {
            // A question of a screen that was left is no longer waited for.
            let _ = one.send(asking);
        }
    }
}

/// Asks the hub, or the copy where the hub does not answer. One that has not arrived yet is waited for.
pub(super) async fn ask(name: &'static str, body: String, caller: Caller) -> Result<JsValue, Refusal> {
    if let Some(asking) = there() {
        return asking(name, body, caller).await;
    }
    let outcome = http::call(name, body.clone(), caller, None).await;
    let awaited = outcome == Err(Refusal::Offline);
    match awaited.then(arrival).flatten() {
        None => outcome,
        Some(arrival) => match arrival.await {
            Ok(asking) => asking(name, body, caller).await,
            Err(_) => outcome,
        },
    }
}

fn there() -> Option<Asking> {
    COPY.with_borrow(|copy| match copy {
        Copy::There(asking) => Some(*asking),
        Copy::None | Copy::Awaited(_) => None,
    })
}

fn arrival() -> Option<oneshot::Receiver<Asking>> {
    COPY.with_borrow_mut(|copy| {
        let (sender, arrival) = oneshot::channel();
        match copy {
            Copy::Awaited(waiting) => waiting.push(sender),
            // It has arrived while the hub was asked.
            Copy::There(asking) => sender.send(*asking).ok()?,
            Copy::None => return None,
        }
        Some(arrival)
    })
}
