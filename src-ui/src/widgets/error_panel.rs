//! An error as a person needs it: what happened, what is safe, what to do.

use leptos::prelude::*;
use ministore_core::refusal::Refusal;

use super::icon::{Icon, icon};
use crate::i18n::say;
use crate::refusal::{Explained, explain};

/// What was refused or failed, in a shopper's words, with a way to try again where that can help.
#[component]
pub(crate) fn ErrorPanel(
    /// Why.
    refusal: Refusal,
    /// What tries again.
    #[prop(into, optional)]
    retry: Option<Callback<()>>,
) -> impl IntoView {
    error_panel(refusal, retry, explain)
}

/// The same in the words that `words` finds. They are asked for again when the language changes.
pub(crate) fn error_panel(
    refusal: Refusal,
    retry: Option<Callback<()>>,
    words: fn(&Refusal) -> Explained,
) -> AnyView {
    let code = refusal.code();
    let words = Signal::derive(move || words(&refusal));
    let again = retry.map(|retry| {
        view! {
            <button type="button" class="button" data-testid="retry" on:click=move |_| retry.run(())>
                {icon(Icon::Refresh)} {say::ACTION_RETRY}
            </button>
        }
        .into_any()
    });
    view! {
        <section class="error-panel" role="alert" data-testid="error" data-code=code>
            {icon(Icon::Alert)}
            <div>
                <h2>{move || words.get().happened}</h2>
                <p>{move || words.get().safe} " " {move || words.get().next}</p>
                {again}
            </div>
        </section>
    }
    .into_any()
}
