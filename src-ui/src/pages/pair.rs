//! Making the installed app one of a shop's.

use leptos::prelude::*;
use leptos_router::components::A;
use leptos_router::hooks::{use_navigate, use_query_map};
use ministore_core::code::Code;
use ministore_core::refusal::Refusal;
use serde::Deserialize;
use wasm_bindgen_futures::spawn_local;

use crate::client::clock;
use crate::client::feedback::{Feedback, give};
use crate::client::ipc::{self, Status};
use crate::client::query::Load;
use crate::client::scan_worker::Scanned;
use crate::i18n::{local, say};
use crate::state::shop::{self, read_code, shop};
use crate::widgets::empty_state::EmptyState;
use crate::widgets::error_panel::ErrorPanel;
use crate::widgets::icon::{Icon, icon};
use crate::widgets::page::Page;
use crate::widgets::scanner::Scanner;

/// Pairing: scan the shop's own code, or type its address.
#[component]
pub(crate) fn PairPage() -> impl IntoView {
    let query = use_query_map();
    let address = RwSignal::new(query.with_untracked(|query| query.get("address")).unwrap_or_default());
    let busy = RwSignal::new(false);
    let problem = RwSignal::new(None::<Refusal>);
    let not_a_shop = RwSignal::new(false);
    let navigate = StoredValue::new(use_navigate());
    let pair = move |wanted: String| {
        let wanted = wanted.trim().to_owned();
        if wanted.is_empty() || busy.get_untracked() {
            return;
        }
        address.set(wanted.clone());
        busy.set(true);
        problem.set(None);
        not_a_shop.set(false);
        spawn_local(async move {
            let outcome = ipc::command::<Status>("pair", &[("address", wanted.into())]).await;
            if busy.try_set(false).is_some() {
                return; // The page was left.
            }
            match outcome {
                Ok(status) => {
                    ipc::note_status(status);
                    shop::reload();
                    navigate.with_value(|navigate| navigate("/", Default::default()));
                }
                Err(refusal) => problem.set(Some(refusal)),
            }
        });
    };
    let on_code = Callback::new(move |scanned: Scanned| match read_code(&scanned.text, scanned.symbology) {
        Ok(Code::Shop(found)) => {
            give(Feedback::Good);
            pair(found.to_string());
        }
        _ if scanned.symbology.is_none() => pair(scanned.text),
        _ => {
            give(Feedback::Bad);
            not_a_shop.set(true);
        }
    });
    let unpair = move |_| {
        spawn_local(async move {
            match ipc::command::<()>("unpair", &[]).await {
                Ok(()) => {
                    if let Ok(status) = ipc::command::<Status>("status", &[]).await {
                        ipc::note_status(status);
                    }
                }
                Err(refusal) => {
                    problem.try_set(Some(refusal));
                }
            }
        });
    };
    let paired = move || ipc::status().is_some_and(|status| status.paired);
    if !ipc::present() {
        return view! {
            <Page title=Signal::derive(|| say::PAIR_TITLE().to_owned()) back="/me" class="narrow">
                <EmptyState
                    sign=Icon::Shop
                    title=Signal::derive(|| say::PAIR_BROWSER().to_owned())
                    text=Signal::derive(|| say::PAIR_BROWSER_TEXT().to_owned())
                >
                    <A href="/" attr:class="button primary">{say::NOT_FOUND_ACTION}</A>
                </EmptyState>
            </Page>
        }
        .into_any();
    }
    let nearby = look_around();
    view! {
        <Page title=Signal::derive(|| say::PAIR_TITLE().to_owned()) class="narrow">
            <Show when=paired>
                <section class="panel group" data-testid="paired">
                    <h2>{move || shop().map(|shop| local(&shop.name))}</h2>
                    <p class="quiet-text">{move || ipc::status().and_then(|status| status.address)}</p>
                    <A href="/" attr:class="button primary wide">{say::NOT_FOUND_ACTION}</A>
                    <button type="button" class="button wide" data-testid="unpair" on:click=unpair>
                        {say::PAIR_LEAVE}
                    </button>
                </section>
            </Show>
            <p>{say::PAIR_TEXT}</p>
            <Show when=move || not_a_shop.get()>
                <p class="notice" role="alert">{say::PAIR_NOT_A_SHOP}</p>
            </Show>
            {move || problem.get().map(|refusal| view! { <ErrorPanel refusal=refusal /> }.into_any())}
            <Scanner on_code=on_code />
            {shops_nearby(nearby, busy, Callback::new(pair))}
            <form
                class="panel group"
                on:submit=move |event| {
                    event.prevent_default();
                    pair(address.get_untracked());
                }
            >
                <label class="field">
                    <span>{say::PAIR_ADDRESS}</span>
                    <input
                        type="text"
                        inputmode="url"
                        autocomplete="off"
                        autocapitalize="off"
                        spellcheck="false"
                        placeholder="http://192.168.1.20:8787"
                        data-testid="pair-address"
                        prop:value=move || address.get()
                        on:input=move |event| address.set(event_target_value(&event))
                    />
                </label>
                <button class="button primary wide" data-testid="pair">
                    {move || if busy.get() { say::PAIR_BUSY() } else { say::PAIR_ACTION() }}
                </button>
            </form>
        </Page>
    }
    .into_any()
}

/// Milliseconds between two looks at who announces themselves.
const LOOK_AGAIN: i32 = 2_000;

/// A hub that announces itself, as the shell tells of it.
#[derive(Clone, PartialEq, Eq, Debug, Deserialize)]
struct NearbyHub {
    name: String,
    digits: String,
    link: String,
}

/// The hubs in the neighbourhood, kept fresh while this screen is shown.
fn look_around() -> RwSignal<Load<Vec<NearbyHub>>> {
    let found = RwSignal::new(Load::Loading);
    spawn_local(async move {
        loop {
            let told = ipc::command::<Vec<NearbyHub>>("nearby", &[]).await;
            let told = told.map_or_else(Load::Failed, Load::Ready);
            // Told only where it is news: a screen reader should not hear the same list again.
            if found.try_with_untracked(|known| *known != told) == Some(true) {
                found.try_set(told);
            }
            clock::sleep(LOOK_AGAIN).await;
            if found.try_with_untracked(|_| ()).is_none() {
                return; // The page was left.
            }
        }
    });
    on_cleanup(|| {
        spawn_local(async {
            // Where it fails the app goes on looking, to no one's harm, until its window is closed.
            let _ = ipc::command::<()>("nearby_stop", &[]).await;
        });
    });
    found
}

fn shops_nearby(
    found: RwSignal<Load<Vec<NearbyHub>>>,
    busy: RwSignal<bool>,
    pair: Callback<String>,
) -> AnyView {
    let list = move || match found.get() {
        Load::Loading => view! { <p class="quiet-text">{say::PAIR_NEARBY_LOOKING}</p> }.into_any(),
        Load::Failed(_) => view! { <p class="quiet-text">{say::PAIR_NEARBY_FAILED}</p> }.into_any(),
        Load::Ready(hubs) if hubs.is_empty() => {
            view! { <p class="quiet-text">{say::PAIR_NEARBY_NONE}</p> }.into_any()
        }
        Load::Ready(hubs) => {
            let rows = hubs.into_iter().map(|hub| nearby_row(hub, busy, pair));
            view! {
                <ul class="menu">{rows.collect_view()}</ul>
                <p class="quiet-text">{say::PAIR_NEARBY_COMPARE}</p>
            }
            .into_any()
        }
    };
    view! {
        <section class="panel group nearby" aria-labelledby="nearby" data-testid="nearby">
            <h2 id="nearby">{icon(Icon::MapPin)} {say::PAIR_NEARBY}</h2>
            <div role="status">{list}</div>
        </section>
    }
    .into_any()
}

fn nearby_row(hub: NearbyHub, busy: RwSignal<bool>, pair: Callback<String>) -> AnyView {
    let NearbyHub { name, digits, link } = hub;
    view! {
        <li>
            <button
                type="button"
                class="menu-row"
                data-testid="nearby-shop"
                disabled=move || busy.get()
                on:click=move |_| pair.run(link.clone())
            >
                {icon(Icon::Shop)}
                <span class="nearby-name">
                    <strong>{name}</strong> " " <span class="quiet-text">{move || say::pair_nearby_digits(&digits)}</span>
                </span>
                {icon(Icon::ChevronRight)}
            </button>
        </li>
    }
    .into_any()
}
