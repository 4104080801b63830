//! A short word at the bottom about what was just done, with the way to take it back.

use std::sync::Arc;

use leptos::prelude::*;
use wasm_bindgen_futures::spawn_local;

use super::announcer::announce;
use crate::client::clock;
use crate::i18n::say;

/// How long it stays, in milliseconds: long enough to read and to reach.
const STAY: i32 = 7_000;

/// What undoes it.
pub(crate) type Undo = Arc<dyn Fn() + Send + Sync>;

#[derive(Clone)]
struct Toast {
    number: u32,
    text: String,
    undo: Option<Undo>,
}

thread_local! {
    static TOAST: ArcRwSignal<Option<Toast>> = ArcRwSignal::new(None);
}

/// Shows what was done, and says it to screen readers. `undo` is offered as long as it is shown.
pub(crate) fn toast(text: String, undo: Option<Undo>) {
    announce(&text);
    let number = TOAST.with(|signal| {
        let number = signal.with_untracked(|toast| toast.as_ref().map_or(0, |toast| toast.number)) + 1;
        signal.set(Some(Toast { number, text, undo }));
        number
    });
    spawn_local(async move {
        clock::sleep(STAY).await;
        TOAST.with(|signal| {
            if signal.with_untracked(|toast| toast.as_ref().is_some_and(|toast| toast.number == number)) {
                signal.set(None);
            }
        });
    });
}

fn close() {
    TOAST.with(|signal| signal.set(None));
}

/// Where toasts appear. Once a page.
#[component]
pub(crate) fn ToastHost() -> impl IntoView {
    move || {
        TOAST.with(|signal| signal.get()).map(|toast| {
            let undo = toast.undo.map(|undo| {
                let take_back = move |_| {
                    undo();
                    close();
                };
                view! {
                    <button class="toast-undo" data-testid="undo" on:click=take_back>
                        {say::ACTION_UNDO}
                    </button>
                }
                .into_any()
            });
            // A landmark with a name, so that who goes by landmarks comes upon the way back.
            view! {
                <aside class="toast" data-testid="toast" aria-label=say::ACTION_JUST_DONE>
                    <span>{toast.text}</span>
                    {undo}
                </aside>
            }
            .into_any()
        })
    }
}
