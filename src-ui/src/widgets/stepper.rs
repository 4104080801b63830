//! More and less, with the number between.

use leptos::html;
use leptos::prelude::*;

use super::icon::{Icon, icon};
use crate::i18n::say;

/// A stepper. It steps by one, or by `step`; at `min` its minus is off, and a minus that would leave nothing shows a
/// bin.
#[component]
pub(crate) fn Stepper(
    /// The number.
    #[prop(into)]
    value: Signal<u32>,
    /// How the number is written.
    #[prop(into)]
    shown: Signal<String>,
    /// What is being counted, for screen readers.
    #[prop(into)]
    of: Signal<String>,
    /// The least.
    #[prop(default = 0)]
    min: u32,
    /// The most.
    #[prop(default = 999)]
    max: u32,
    /// By how much a tap changes it.
    #[prop(default = 1)]
    step: u32,
    /// Whether it takes the focus when it appears, in place of the button that brought it.
    #[prop(optional)]
    takes_focus: bool,
    /// What to do with a new number.
    #[prop(into)]
    on_change: Callback<u32>,
) -> impl IntoView {
    let less =
        move |_: leptos::ev::MouseEvent| on_change.run(value.get_untracked().saturating_sub(step).max(min));
    let more =
        move |_: leptos::ev::MouseEvent| on_change.run(value.get_untracked().saturating_add(step).min(max));
    let more_button = NodeRef::<html::Button>::new();
    if takes_focus {
        focus_when_there(more_button);
    }
    let takes_out = move || min == 0 && value.get() <= step;
    view! {
        <div class="stepper" role="group" aria-label=move || of.get()>
            <button
                type="button"
                data-testid="less"
                aria-label=move || if takes_out() { say::basket_take_out(&of.get()) } else { say::basket_less(&of.get()) }
                disabled=move || { value.get() <= min }
                on:click=less
            >
                {move || icon(if takes_out() { Icon::Trash } else { Icon::Minus })}
            </button>
            <output data-testid="count">{move || shown.get()}</output>
            <button
                type="button"
                data-testid="more"
                node_ref=more_button
                aria-label=move || say::basket_more(&of.get())
                disabled=move || { value.get() >= max }
                on:click=more
            >
                {icon(Icon::Plus)}
            </button>
        </div>
    }
    .into_any()
}

/// Gives a button the focus as soon as it is on the page.
pub(crate) fn focus_when_there(button: NodeRef<html::Button>) {
    Effect::new(move |_| {
        if let Some(button) = button.get() {
            // A button that can be pressed takes it.
            let _ = button.focus();
        }
    });
}
