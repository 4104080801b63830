//! One choice out of a few, side by side.

use leptos::prelude::*;

/// A choice.
#[derive(Clone)]
pub(crate) struct Segment<T> {
    /// What it stands for.
    pub(crate) value: T,
    /// What it is called.
    pub(crate) label: Signal<String>,
    /// How tests and scripts know it.
    pub(crate) key: &'static str,
}

/// A row of choices: one radio button each, so arrows and screen readers work as people know them. `name` is unique
/// on the page.
#[component]
pub(crate) fn Segmented<T: Clone + PartialEq + Send + Sync + 'static>(
    /// The group's name on the page.
    name: &'static str,
    /// What is being chosen.
    #[prop(into)]
    label: Signal<String>,
    /// The choices.
    segments: Vec<Segment<T>>,
    /// What is chosen.
    #[prop(into)]
    chosen: Signal<T>,
    /// What to do with another choice.
    #[prop(into)]
    on_choose: Callback<T>,
) -> impl IntoView {
    let segments = segments.into_iter().map(|segment| {
        let (value, mine) = (segment.value.clone(), segment.value);
        view! {
            <label>
                <input
                    type="radio"
                    name=name
                    value=segment.key
                    data-testid=[name, "-", segment.key].concat()
                    prop:checked=move || chosen.with(|chosen| *chosen == value)
                    on:change=move |_| on_choose.run(mine.clone())
                />
                <span>{move || segment.label.get()}</span>
            </label>
        }
        .into_any()
    });
    view! { <div class="segmented" role="radiogroup" aria-label=move || label.get()>{segments.collect_view()}</div> }
        .into_any()
}
