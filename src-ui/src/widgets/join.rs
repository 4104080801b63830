//! Becoming a member, in one tap and plain words.

use leptos::prelude::*;
use ministore_core::member::{Card, Join};
use ministore_core::refusal::Refusal;
use wasm_bindgen_futures::spawn_local;

use super::announcer::announce;
use super::error_panel::ErrorPanel;
use super::icon::{Icon, icon};
use super::page::focus_heading;
use super::toast::toast;
use crate::client::{call, new_id};
use crate::i18n::{money, say};
use crate::state::shop::shop;

/// What membership gives and keeps, and the tap that takes it.
#[component]
pub(crate) fn JoinOffer(
    /// What to do with the new card.
    #[prop(into)]
    on_joined: Callback<Card>,
) -> impl IntoView {
    // One key for this offer: however often it is tapped, it is one member.
    let member = new_id();
    let busy = RwSignal::new(false);
    let problem = RwSignal::new(None::<Refusal>);
    let join = move |_| {
        if busy.get_untracked() {
            return;
        }
        busy.set(true);
        spawn_local(async move {
            let outcome = call(Join { member }).await;
            if busy.try_set(false).is_some() {
                return; // The page was left.
            }
            match outcome {
                Ok(card) => {
                    announce(say::JOIN_DONE());
                    toast(say::JOIN_DONE().to_owned(), None);
                    on_joined.run(card);
                    focus_heading();
                }
                Err(refusal) => problem.set(Some(refusal)),
            }
        });
    };
    let earns = move || {
        shop()
            .filter(|shop| shop.points.minor_per_point > 0)
            .map(|shop| say::join_earns(&money(shop.currency.minor(shop.points.minor_per_point.into()))))
    };
    view! {
        <section class="join" data-testid="join-offer">
            <span class="join-sign">{icon(Icon::Star)}</span>
            <div>
                <h2>{say::JOIN_TITLE}</h2>
                <p>{earns}</p>
                <p class="quiet-text">{say::JOIN_CONSENT}</p>
            </div>
            {move || problem.get().map(|refusal| view! { <ErrorPanel refusal=refusal /> }.into_any())}
            <button type="button" class="button primary wide" data-testid="join" on:click=join>
                {say::JOIN_ACTION}
            </button>
        </section>
    }
    .into_any()
}
