//! Trusting the shop's own authority, step by step, so that its page may use the camera.

use leptos::prelude::*;
use ministore_core::refusal::Refusal;
use ministore_core::trust::{Authority, Trust};
use wasm_bindgen_futures::spawn_local;

use crate::client::ipc;
use crate::client::query::Load;
use crate::client::trust::{Platform, is_here, is_secure, is_trusted, trust};
use crate::i18n::say;
use crate::widgets::empty_state::EmptyState;
use crate::widgets::error_panel::ErrorPanel;
use crate::widgets::icon::{Icon, icon};
use crate::widgets::page::Page;
use crate::widgets::segmented::{Segment, Segmented};
use crate::widgets::skeleton::row_skeletons;

/// Whether this device trusts the hub, as far as it was tried.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Tried {
    /// It is being tried.
    Trying,
    /// It does not.
    Distrusted,
    /// It does.
    Trusted,
}

/// The page of trust.
#[component]
pub(crate) fn TrustPage() -> impl IntoView {
    let told = RwSignal::new(Load::<Trust>::Loading);
    let ask = move || {
        told.set(Load::Loading);
        spawn_local(async move {
            // The page may have been left meanwhile.
            told.try_set(match trust().await {
                Ok(trust) => Load::Ready(trust),
                Err(refusal) => Load::Failed(refusal),
            });
        });
    };
    if !ipc::present() {
        ask();
    }
    let retry = Callback::new(move |()| ask());
    let shown = move || match told.get() {
        _ if ipc::present() => nothing_to_do(say::TRUST_APP, say::TRUST_APP_TEXT, None),
        Load::Loading => view! { <div aria-busy="true">{row_skeletons(4)}</div> }.into_any(),
        Load::Failed(refusal) => failed(refusal, retry),
        Load::Ready(Trust { https: None, .. }) => {
            nothing_to_do(say::TRUST_HTTP_ONLY, say::TRUST_HTTP_ONLY_TEXT, None)
        }
        Load::Ready(Trust { https, authority: None }) => {
            nothing_to_do(say::TRUST_KNOWN, say::TRUST_KNOWN_TEXT, https)
        }
        Load::Ready(Trust { https: Some(origin), authority: Some(authority) }) => guide(origin, authority),
    };
    view! {
        <Page title=Signal::derive(|| say::TRUST_TITLE().to_owned()) back="/me" to_last=true class="narrow">
            {shown}
        </Page>
    }
    .into_any()
}

fn failed(refusal: Refusal, retry: Callback<()>) -> AnyView {
    view! { <ErrorPanel refusal retry /> }.into_any()
}

fn nothing_to_do(title: say::Phrase, text: say::Phrase, origin: Option<String>) -> AnyView {
    let open = origin.filter(|_| !is_secure()).map(|origin| open_link([&origin, "/"].concat()));
    view! {
        <EmptyState
            sign=Icon::Lock
            title=Signal::derive(move || title().to_owned())
            text=Signal::derive(move || text().to_owned())
        >
            {open}
        </EmptyState>
    }
    .into_any()
}

/// Leads to the same hub over HTTPS, which is another page to the browser.
fn open_link(href: String) -> AnyView {
    view! {
        <a href=href rel="external" class="button primary wide" data-testid="open-secure">
            {icon(Icon::Lock)} {say::TRUST_OPEN}
        </a>
    }
    .into_any()
}

fn guide(origin: String, authority: Authority) -> AnyView {
    let tried = RwSignal::new(Tried::Trying);
    // Whether somebody asked: who has just come is not told that something failed.
    let asked = RwSignal::new(false);
    let secure = is_secure();
    let try_it = {
        let origin = StoredValue::new(origin.clone());
        move || {
            tried.set(Tried::Trying);
            spawn_local(async move {
                let trusted = is_trusted(&origin.get_value()).await;
                tried.try_set(if trusted { Tried::Trusted } else { Tried::Distrusted });
            });
        }
    };
    // Another address than this one can only be gone to.
    let can_try = !secure && is_here(&origin);
    if can_try {
        try_it();
    }
    let platform = RwSignal::new(Platform::here());
    let platforms = vec![
        Segment { value: Platform::Ios, label: Signal::derive(|| say::TRUST_IOS().to_owned()), key: "ios" },
        Segment {
            value: Platform::Android,
            label: Signal::derive(|| say::TRUST_ANDROID().to_owned()),
            key: "android",
        },
        Segment {
            value: Platform::Computer,
            label: Signal::derive(|| say::TRUST_COMPUTER().to_owned()),
            key: "computer",
        },
    ];
    let open = StoredValue::new([origin.as_str(), "/"].concat());
    let elsewhere = StoredValue::new([origin.as_str(), "/trust"].concat());
    let outcome = move || {
        match tried.get() {
        _ if secure => view! { <p class="trust-good" data-testid="trust-secure">{icon(Icon::Check)} {say::TRUST_SECURE}</p> }.into_any(),
        _ if !can_try => ().into_any(),
        Tried::Trying => view! { <p class="quiet-text">{say::TRUST_TRYING}</p> }.into_any(),
        Tried::Trusted => view! {
            <p class="trust-good" data-testid="trust-works">{icon(Icon::Check)} {say::TRUST_WORKS}</p>
        }
        .into_any(),
        Tried::Distrusted if asked.get() => view! {
            <p class="trust-bad" data-testid="trust-fails">{icon(Icon::Alert)} {say::TRUST_FAILS}</p>
        }
        .into_any(),
        Tried::Distrusted => view! { <p class="quiet-text" data-testid="trust-not-yet">{say::TRUST_NOT_YET}</p> }.into_any(),
    }
    };
    let again = move || {
        asked.set(true);
        try_it();
    };
    let fingerprint = StoredValue::new(authority.fingerprint.grouped());
    // By its own loopback names no other device finds it.
    let found = authority
        .names
        .into_iter()
        .filter(|name| !["localhost", "127.0.0.1", "::1"].contains(&name.as_str()));
    let names = found.collect::<Vec<_>>().join(", ");
    // What is done already is there to be read, and not in the way.
    let is_done = move || secure || tried.get() == Tried::Trusted;
    view! {
        <p class="trust-why">{say::TRUST_WHY}</p>
        <details class="panel group" prop:open=move || !is_done()>
            <summary><h2>{say::TRUST_STEPS}</h2></summary>
            <Segmented
                name="platform"
                label=Signal::derive(|| say::TRUST_DEVICE().to_owned())
                segments=platforms
                chosen=platform
                on_choose=move |chosen| platform.set(chosen)
            />
            {move || steps(platform.get(), fingerprint.get_value())}
        </details>
        <section class="panel group" aria-labelledby="trust-test">
            <h2 id="trust-test">{say::TRUST_TEST_TITLE}</h2>
            <div role="status">{outcome}</div>
            <Show when=move || can_try && tried.get() == Tried::Trusted>
                {open_link(open.get_value())}
                <p class="quiet-text">{say::TRUST_BASKET}</p>
            </Show>
            <Show when=move || !can_try && !secure>
                {open_link(elsewhere.get_value())}
            </Show>
            <Show when=move || can_try && tried.get() != Tried::Trusted>
                <button type="button" class="button wide" data-testid="trust-test" on:click=move |_| again()>
                    {icon(Icon::Refresh)} {say::TRUST_TEST}
                </button>
            </Show>
        </section>
        <section class="panel group" aria-labelledby="trust-permits">
            <h2 id="trust-permits">{say::TRUST_PERMITS_TITLE}</h2>
            <p>{say::TRUST_PERMITS}</p>
            <p class="quiet-text trust-names">{names}</p>
            <p class="quiet-text">{say::TRUST_REMOVE}</p>
        </section>
    }
    .into_any()
}

/// What is done on such a device, in its order.
fn steps(platform: Platform, fingerprint: String) -> AnyView {
    let (download, then): (AnyView, &[say::Phrase]) = match platform {
        Platform::Ios => (
            download("/trust/ministore.mobileconfig", say::TRUST_DOWNLOAD_PROFILE),
            &[say::TRUST_IOS_INSTALL, say::TRUST_IOS_ENABLE],
        ),
        Platform::Android => (
            download("/trust/ministore.crt", say::TRUST_DOWNLOAD),
            &[say::TRUST_ANDROID_OPEN, say::TRUST_ANDROID_CHOOSE],
        ),
        Platform::Computer => (
            download("/trust/ministore.crt", say::TRUST_DOWNLOAD),
            &[say::TRUST_COMPUTER_SYSTEM, say::TRUST_COMPUTER_BROWSER],
        ),
    };
    let first = if platform == Platform::Ios { say::TRUST_FIRST_IOS } else { say::TRUST_FIRST };
    view! {
        <ol class="trust-steps" data-testid="trust-steps">
            <li>
                <p>{say::TRUST_COMPARE}</p>
                <p class="fingerprint" data-testid="fingerprint" translate="no">
                    {fingerprint.split(' ').map(|group| view! { <span>{group.to_owned()}</span> " " }.into_any()).collect_view()}
                </p>
            </li>
            <li><p>{first}</p> {download}</li>
            {then.iter().map(|step| view! { <li><p>{*step}</p></li> }.into_any()).collect_view()}
            <li><p>{say::TRUST_LAST}</p></li>
        </ol>
    }
    .into_any()
}

fn download(href: &'static str, label: say::Phrase) -> AnyView {
    view! {
        <a href=href rel="external" download="" class="button primary wide" data-testid="trust-download">
            {icon(Icon::Download)} {label}
        </a>
    }
    .into_any()
}
