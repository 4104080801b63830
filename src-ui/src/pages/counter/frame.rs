//! What the counter's screens share: their heading, and the window's name.

use std::cell::Cell;

use leptos::html;
use leptos::prelude::*;
use leptos_router::components::A;

use super::place::Place;
use crate::i18n::{local, say};
use crate::state::shop;
use crate::widgets::icon::{Icon, icon};

thread_local! {
    /// The first screen keeps the browser's own focus; every later one takes it to its heading.
    static OPENED: Cell<bool> = const { Cell::new(false) };
}

/// Names the window after the screen and the shop.
pub(crate) fn name_window(title: Signal<String>) {
    Effect::new(move |_| {
        let name = shop::shop().map(|shop| local(&shop.name)).unwrap_or_default();
        let title = title.get();
        let parts: Vec<&str> = [title.as_str(), &name].into_iter().filter(|part| !part.is_empty()).collect();
        document().set_title(&parts.join(" · "));
    });
}

/// A screen's heading, which takes the focus when the screen opens, with the way back and what stands beside it.
pub(crate) fn pane_head(title: Signal<String>, back: Option<Place>, beside: Option<AnyView>) -> AnyView {
    let heading = NodeRef::<html::H2>::new();
    Effect::new(move |_| {
        if let Some(heading) = heading.get().filter(|_| OPENED.replace(true)) {
            // Focus cannot be refused to a heading that is in the page.
            let _ = heading.focus();
        }
    });
    name_window(title);
    let way_back = back.map(|place| {
        let narrow_only = if place == Place::Queue { " narrow-only" } else { "" };
        view! {
            <A
                href=place.path()
                attr:class=["icon-button", narrow_only].concat()
                attr:data-testid="pane-back"
                attr:aria-label=say::ACTION_BACK
            >
                {icon(Icon::Back)}
            </A>
        }
        .into_any()
    });
    view! {
        <header class="pane-head">
            {way_back}
            <h2 class="pane-title" tabindex="-1" node_ref=heading data-testid="pane-title">{move || title.get()}</h2>
            {beside}
        </header>
    }
    .into_any()
}
