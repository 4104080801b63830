//! A sheet over the page: from below on a phone, in the middle elsewhere.

use leptos::html;
use leptos::prelude::*;

use super::icon::{Icon, icon};
use crate::i18n::say;

/// A sheet. The browser's own dialog keeps the focus inside, and closes it with Escape.
#[component]
pub(crate) fn Sheet(
    /// Whether it is open.
    open: RwSignal<bool>,
    /// Its heading.
    #[prop(into)]
    title: Signal<String>,
    /// What it shows, made each time it opens.
    children: ChildrenFn,
) -> impl IntoView {
    let dialog = NodeRef::<html::Dialog>::new();
    Effect::new(move |_| {
        let Some(dialog) = dialog.get() else { return };
        if open.get() && !dialog.open() {
            // Fails only where it is open already.
            let _ = dialog.show_modal();
        } else if !open.get() && dialog.open() {
            dialog.close();
        }
    });
    view! {
        <dialog class="sheet" node_ref=dialog on:close=move |_| open.set(false) aria-label=move || title.get()>
            <header class="sheet-head">
                <h2>{move || title.get()}</h2>
                <button
                    type="button"
                    class="icon-button"
                    data-testid="close-sheet"
                    aria-label=say::ACTION_CLOSE
                    on:click=move |_| open.set(false)
                >
                    {icon(Icon::Close)}
                </button>
            </header>
            {move || open.get().then(|| children())}
        </dialog>
    }
    .into_any()
}
