//! The shape of what is about to come.

use leptos::prelude::*;

/// Grey shapes of a list of product cards.
pub(crate) fn card_skeletons(count: usize) -> AnyView {
    let card = || {
        view! { <div class="card skeleton-card"><span class="tile shimmer"></span><span class="line shimmer"></span><span class="line short shimmer"></span></div> }.into_any()
    };
    view! { <div class="cards" aria-hidden="true">{(0..count).map(|_| card()).collect_view()}</div> }
        .into_any()
}

/// Grey lines of text or of rows.
pub(crate) fn row_skeletons(count: usize) -> AnyView {
    let row = || view! { <span class="row-skeleton shimmer"></span> }.into_any();
    view! { <div class="rows" aria-hidden="true">{(0..count).map(|_| row()).collect_view()}</div> }.into_any()
}
