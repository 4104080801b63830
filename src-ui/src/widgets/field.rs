//! A field in which something is typed.

use leptos::prelude::*;

use crate::i18n::say::Phrase;

/// A field with its name, and what is wrong with it.
#[component]
pub(crate) fn Field(
    /// What is asked for.
    #[prop(into)]
    label: Signal<&'static str>,
    /// What is typed.
    value: RwSignal<String>,
    /// Its name, unique on the page.
    #[prop(into)]
    key: String,
    /// The kind of text, as HTML knows it.
    #[prop(default = "text")]
    kind: &'static str,
    /// Which keys a phone shows for it.
    #[prop(optional)]
    keys: Option<&'static str>,
    /// What a browser may fill in.
    #[prop(default = "off")]
    complete: &'static str,
    /// How many characters it takes.
    #[prop(optional)]
    longest: Option<usize>,
    /// What could be typed.
    #[prop(optional)]
    example: Option<Phrase>,
    /// Whether what is typed is wrong.
    #[prop(optional, into)]
    wrong: Signal<bool>,
    /// What to type instead.
    #[prop(optional)]
    problem: Option<Phrase>,
) -> impl IntoView {
    let id = ["problem-", &key].concat();
    let described = id.clone();
    view! {
        <label class="field">
            <span>{move || label.get()}</span>
            <input
                type=kind
                name=key.clone()
                inputmode=keys
                autocomplete=complete
                maxlength=longest
                placeholder=example
                data-testid=["field-", &key].concat()
                aria-invalid=move || wrong.get().then_some("true")
                aria-describedby=move || wrong.get().then(|| described.clone())
                prop:value=move || value.get()
                on:input=move |event| value.set(event_target_value(&event))
            />
            <span class="problem" id=id hidden=move || !wrong.get()>{problem.map(|problem| problem())}</span>
        </label>
    }
    .into_any()
}
