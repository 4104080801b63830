//! Search as it is typed.

use leptos::html;
use leptos::prelude::*;
use leptos_router::NavigateOptions;
use leptos_router::hooks::{use_navigate, use_query_map};
use ministore_core::catalogue::{Found, PAGE_LIMIT, Search};
use wasm_bindgen_futures::spawn_local;

use crate::client::clock;
use crate::client::query::{Load, Query};
use crate::i18n::say;
use crate::widgets::announcer::announce;
use crate::widgets::basket_aside::BasketAside;
use crate::widgets::empty_state::EmptyState;
use crate::widgets::error_panel::ErrorPanel;
use crate::widgets::icon::{Icon, icon};
use crate::widgets::page::Page;
use crate::widgets::product_card::product_card;
use crate::widgets::skeleton::card_skeletons;

/// How long typing rests before it is searched for, in milliseconds.
const REST: i32 = 100;

/// The search.
#[component]
pub(crate) fn SearchPage() -> impl IntoView {
    let query = use_query_map();
    let first = query.with_untracked(|query| query.get("q")).unwrap_or_default();
    let typed = RwSignal::new(first.clone());
    let wanted = RwSignal::new(first);
    let turn = StoredValue::new(0u32);
    let navigate = use_navigate();
    let found = Query::new(move || {
        let text = wanted.get().trim().to_owned();
        (!text.is_empty()).then_some(Search { text, limit: PAGE_LIMIT })
    });
    let field = NodeRef::<html::Input>::new();
    Effect::new(move |_| {
        if let Some(field) = field.get() {
            // The heading takes the focus first; whoever comes here wants to type.
            request_animation_frame(move || {
                let _ = field.focus();
            });
        }
    });
    let typing = move |event| {
        typed.set(event_target_value(&event));
        turn.update_value(|turn| *turn += 1);
        let mine = turn.get_value();
        let navigate = navigate.clone();
        spawn_local(async move {
            clock::sleep(REST).await;
            if turn.try_get_value() != Some(mine) {
                return;
            }
            let text = typed.get_untracked();
            wanted.set(text.clone());
            let text = String::from(js_sys::encode_uri_component(&text));
            let options = NavigateOptions { replace: true, scroll: false, ..NavigateOptions::default() };
            navigate(&["/search?q=", &text].concat(), options);
        });
    };
    Effect::new(move |_| {
        found.with(|found| {
            if let Load::Ready(found) = found {
                announce(&say::search_count(found.total));
            }
        });
    });
    view! {
        <div class="with-aside">
            <Page title=Signal::derive(|| say::SEARCH_TITLE().to_owned()) quiet=true>
                <form class="search" role="search" on:submit=|event| event.prevent_default()>
                    {icon(Icon::Search)}
                    <input
                        type="search"
                        node_ref=field
                        aria-label=say::SEARCH_HINT
                        placeholder=say::SEARCH_HINT
                        autocomplete="off"
                        autocapitalize="off"
                        spellcheck="false"
                        maxlength="100"
                        enterkeyhint="search"
                        data-testid="search"
                        prop:value=move || typed.get()
                        on:input=typing
                    />
                </form>
                {move || {
                    if wanted.with(|text| text.trim().is_empty()) {
                        return view! { <p class="quiet-text search-note">{say::SEARCH_HELP}</p> }.into_any();
                    }
                    match found.get() {
                        Load::Loading => card_skeletons(8),
                        Load::Failed(refusal) => {
                            view! { <ErrorPanel refusal=refusal retry=move |()| found.reload() /> }.into_any()
                        }
                        Load::Ready(found) => results(found),
                    }
                }}
            </Page>
            <BasketAside />
        </div>
    }
}

fn results(found: Found) -> AnyView {
    if found.products.is_empty() {
        return view! {
            <EmptyState
                sign=Icon::Search
                title=Signal::derive(|| say::SEARCH_NOTHING_TITLE().to_owned())
                text=Signal::derive(|| say::SEARCH_NOTHING().to_owned())
            />
        }
        .into_any();
    }
    let corrected = found.corrected.map(|corrected| {
        view! {
            <p class="search-note" data-testid="corrected">{move || say::search_corrected(&corrected)}</p>
        }
        .into_any()
    });
    let total = found.total;
    view! {
        {corrected}
        <p class="quiet-text search-note" data-testid="found">{move || say::search_count(total)}</p>
        <div class="cards" data-testid="products">{found.products.into_iter().map(product_card).collect_view()}</div>
    }
    .into_any()
}
