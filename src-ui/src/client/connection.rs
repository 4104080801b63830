//! Whether the shop's hub can be reached, as far as the last attempt told.

use leptos::prelude::*;

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
    static CONNECTION: ArcRwSignal<Connection> = ArcRwSignal::new(Connection::Untried);
}

/// Whether the hub can be reached. Tracked.
pub(crate) fn connection() -> Connection {
    CONNECTION.with(|signal| signal.get())
}

/// Notes how the last attempt went.
pub(super) fn note(reached: bool) {
    let next = if reached { Connection::Online } else { Connection::Offline };
    let before = CONNECTION.with(|signal| signal.get_untracked());
    if before != next {
        CONNECTION.with(|signal| signal.set(next));
    }
    if before != next && reached {
        super::waiting::send_all();
    }
}
