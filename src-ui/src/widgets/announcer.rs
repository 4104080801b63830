//! What screen readers are told when something happens away from the focus.

use leptos::prelude::*;

thread_local! {
    static SAID: ArcRwSignal<String> = ArcRwSignal::new(String::new());
}

/// Says something at the next pause.
pub(crate) fn announce(text: &str) {
    SAID.with(|signal| {
        // The same words twice in a row must still be a change, or they are not read out again.
        let again = signal.with_untracked(|said| said == text);
        let text = if again { [text, "\u{a0}"].concat() } else { text.to_owned() };
        signal.set(text);
    });
}

/// The region whose changes are read out. Once a page.
#[component]
pub(crate) fn Announcer() -> impl IntoView {
    view! {
        <div class="visually-hidden" role="status" aria-live="polite" data-testid="announcer">
            {move || SAID.with(|signal| signal.get())}
        </div>
    }
}
