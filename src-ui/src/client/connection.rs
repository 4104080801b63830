//! Whether the shop's hub can be reached, as far as the last attempt told, and how much waits for it.

use std::cell::Cell;

use ministore_core::time::Timestamp;

use super::clock;
use crate::lasting::Lasting;

/// What is known of the way to the hub.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Connection {
    /// Nothing has been tried yet.
    Untried,
    /// The last attempt arrived.
    Online,
    /// The last attempt did not.
    Offline,
}

thread_local! {
    static CONNECTION: Lasting<Connection> = Lasting::new(Connection::Untried);
    static SHUT_OUT: Lasting<bool> = Lasting::new(false);
    static LAST: Lasting<Option<Timestamp>> = Lasting::new(None);
    static WAITING: Lasting<u32> = Lasting::new(0);
    static BACK: Cell<Option<fn()>> = const { Cell::new(None) };
}

/// Whether the hub can be reached. Tracked.
pub(crate) fn connection() -> Connection {
    CONNECTION.with(|signal| signal.get())
}

/// When the hub last answered this page. Tracked.
pub(crate) fn last_contact() -> Option<Timestamp> {
    LAST.with(|signal| signal.get())
}

/// Whether the shop has shut this device out, as far as it has said. Tracked.
pub(crate) fn shut_out() -> bool {
    SHUT_OUT.with(|signal| signal.get())
}

/// Notes whether the shop has shut this device out.
pub(super) fn note_shut_out(shut_out: bool) {
    if SHUT_OUT.with(|signal| signal.get_untracked()) != shut_out {
        SHUT_OUT.with(|signal| signal.set(shut_out));
    }
}

/// How many orders wait for the hub. Tracked.
pub(crate) fn waiting_count() -> u32 {
    WAITING.with(|signal| signal.get())
}

/// Notes how many orders wait.
pub(super) fn note_waiting(count: u32) {
    if WAITING.with(|signal| signal.get_untracked()) != count {
        WAITING.with(|signal| signal.set(count));
    }
}

/// Says what to do whenever the hub can be reached again.
pub(super) fn on_back(act: fn()) {
    BACK.set(Some(act));
}

/// Notes how the last attempt went.
pub(super) fn note(reached: bool) {
    let next = if reached { Connection::Online } else { Connection::Offline };
    if reached {
        LAST.with(|signal| signal.set(Some(clock::now())));
    }
    let before = CONNECTION.with(|signal| signal.get_untracked());
    if before != next {
        CONNECTION.with(|signal| signal.set(next));
    }
    if before != next
        && reached
        && let Some(act) = BACK.get()
    {
        act();
    }
}
