//! The lines that say that nothing is kept here, that the shop has shut this device out, that orders which waited are
//! lost, and that a newer page is ready.

use leptos::prelude::*;
use wasm_bindgen_futures::spawn_local;

use super::icon::{Icon, icon};
use super::toast::toast;
use crate::client::connection::{shut_out, waiting_count};
use crate::client::{ipc, new_version, storage};
use crate::i18n::say;
use crate::refusal::explain;
use crate::state::basket::with_basket;

/// The lines. Nothing at all while everything is as it should be.
pub(crate) fn keeping_strip() -> AnyView {
    let has_something_to_lose = || waiting_count() > 0 || with_basket(|basket| !basket.lines.is_empty());
    view! {
        {shut_out_strip()}
        {move || {
            (!storage::lasts() && has_something_to_lose()).then(|| {
                view! {
                    <p class="strip strip-unkept" data-testid="strip-unkept">
                        {icon(Icon::Alert)} <span>{say::STRIP_UNKEPT}</span>
                    </p>
                }
                .into_any()
            })
        }}
        {move || {
            ipc::status().map(|status| status.lost).filter(|lost| *lost > 0).map(|lost| {
                view! {
                    <p class="strip strip-unkept" data-testid="strip-lost">
                        {icon(Icon::Alert)} <span>{move || say::strip_lost(lost)}</span>
                        <button type="button" data-testid="dismiss-lost" on:click=|_| dismiss_lost()>
                            {say::STRIP_LOST_DISMISS}
                        </button>
                    </p>
                }
                .into_any()
            })
        }}
        {move || {
            new_version::ready().then(|| {
                view! {
                    <p class="strip" data-testid="strip-new">
                        <span>{say::STRIP_NEW}</span>
                        <button type="button" data-testid="take-new" on:click=|_| new_version::take()>
                            {say::STRIP_NEW_TAKE}
                        </button>
                    </p>
                }
                .into_any()
            })
        }}
    }
    .into_any()
}

/// The line that says that the shop has shut this device out.
pub(crate) fn shut_out_strip() -> AnyView {
    view! {
        {move || {
            shut_out().then(|| {
                view! {
                    <p class="strip strip-offline" data-testid="strip-shut-out">
                        {icon(Icon::Lock)} <span>{say::STRIP_SHUT_OUT}</span>
                    </p>
                }
                .into_any()
            })
        }}
    }
    .into_any()
}

/// Has the shell forget the orders that are lost; it tells by its status when it has.
fn dismiss_lost() {
    spawn_local(async {
        if let Err(refusal) = ipc::command::<()>("dismiss_lost", &[]).await {
            toast(explain(&refusal).happened, None);
        }
    });
}
