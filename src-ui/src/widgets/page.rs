//! A screen's frame: its one heading, the way back, and where the focus goes when the screen opens.

use std::cell::Cell;

use leptos::html;
use leptos::prelude::*;
use leptos_router::components::A;

use super::icon::{Icon, icon};
use crate::i18n::{local, say};
use crate::state::shop;

thread_local! {
    /// The first screen keeps the browser's own focus; every later one takes it to its heading.
    static OPENED: Cell<bool> = const { Cell::new(false) };
}

/// A screen. `title` is its heading and names the window; `back` is where its back button leads.
#[component]
pub(crate) fn Page(
    /// The heading.
    #[prop(into)]
    title: Signal<String>,
    /// Where the way back leads.
    #[prop(into, optional)]
    back: Option<String>,
    /// Whether it leads to wherever the reader came from instead, when that was a screen of this page.
    #[prop(optional)]
    to_last: bool,
    /// More classes of the frame.
    #[prop(optional)]
    class: &'static str,
    /// Whether the heading is only for screen readers.
    #[prop(optional)]
    quiet: bool,
    /// What stands beside the heading.
    #[prop(optional)]
    actions: Option<AnyView>,
    children: Children,
) -> impl IntoView {
    let heading = NodeRef::<html::H1>::new();
    Effect::new(move |_| {
        if let Some(heading) = heading.get().filter(|_| OPENED.replace(true)) {
            // Focus cannot be refused to a heading that is in the page.
            let _ = heading.focus();
        }
    });
    Effect::new(move |_| {
        let name = shop::shop().map(|shop| local(&shop.name)).unwrap_or_default();
        let title = title.get();
        let parts: Vec<&str> = [title.as_str(), &name].into_iter().filter(|part| !part.is_empty()).collect();
        document().set_title(&parts.join(" · "));
    });
    let came_from_here = OPENED.get();
    let go_back = move |event: leptos::ev::MouseEvent| {
        if to_last && came_from_here && window().history().is_ok_and(|history| history.back().is_ok()) {
            event.prevent_default();
        }
    };
    let way_back = back.map(|href| {
        view! {
            <A href=href attr:class="icon-button" attr:aria-label=say::ACTION_BACK attr:data-testid="back" on:click=go_back>
                {icon(Icon::Back)}
            </A>
        }
        .into_any()
    });
    let heading_class = if quiet { "visually-hidden" } else { "page-title" };
    view! {
        <main id="main" class=["page ", class].concat()>
            <header class="page-head" class:quiet=quiet>
                {way_back}
                <h1 class=heading_class tabindex="-1" node_ref=heading>{move || title.get()}</h1>
                {actions}
            </header>
            {children()}
        </main>
    }
    .into_any()
}

/// Takes the focus to the screen's heading, when what had it is gone: whoever uses a keyboard or listens goes on from
/// there.
pub(crate) fn focus_heading() {
    request_animation_frame(|| {
        use wasm_bindgen::JsCast;
        let heading = document().query_selector("#main h1").ok().flatten();
        if let Some(heading) = heading.and_then(|heading| heading.dyn_into::<web_sys::HtmlElement>().ok()) {
            // A heading with a tabindex takes it.
            let _ = heading.focus();
        }
    });
}
