//! One quiet line that says how things stand: offline, waiting, for show, and what the second part of
//! the program has to say ([`add`]).

use leptos::prelude::*;
use leptos_router::components::A;

use super::icon::{Icon, icon};
use crate::client::connection::{Connection, connection, waiting_count};
use crate::client::offline;
use crate::i18n::say;
use crate::state::shop::shop;

thread_local! {
    static MORE: ArcRwSignal<Option<fn() -> AnyView>> = ArcRwSignal::new(None);
}

/// Adds the lines of the second part.
pub(crate) fn add(more: fn() -> AnyView) {
    MORE.with(|signal| signal.set(Some(more)));
}

/// The strip. Nothing at all while everything is as it should be.
#[component]
pub(crate) fn ConnectionStrip() -> impl IntoView {
    let offline = move || connection() == Connection::Offline;
    view! {
        <div class="strips" role="status">
            {move || {
                offline().then(|| {
                    view! {
                        <p class="strip strip-offline" data-testid="strip-offline">
                            {icon(Icon::Offline)} <span>{say::STRIP_OFFLINE} " " {offline::as_of}</span>
                        </p>
                    }
                    .into_any()
                })
            }}
            {move || MORE.with(|more| more.get()).map(|more| more())}
            {move || {
                Some(waiting_count()).filter(|count| *count > 0).map(|count| {
                    view! {
                        <p class="strip strip-waiting" data-testid="strip-waiting">
                            {icon(Icon::Clock)} <A href="/orders">{move || say::strip_waiting(count)}</A>
                        </p>
                    }
                    .into_any()
                })
            }}
            {move || {
                shop().filter(|shop| shop.demo).map(|_| {
                    view! { <p class="strip strip-demo" data-testid="strip-demo">{say::STRIP_DEMO}</p> }.into_any()
                })
            }}
        </div>
    }
    .into_any()
}
