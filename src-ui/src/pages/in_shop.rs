//! What the code at the shop's door opens: from here on the reader scans and goes.

use leptos::prelude::*;
use leptos_router::components::A;
use leptos_router::hooks::{use_navigate, use_params_map};
use ministore_core::issued::ShopCode;
use ministore_core::touchpoint::Entrance;

use crate::client::touchpoint::came_by;
use crate::i18n::{local, say};
use crate::state::in_shop::{check_in, is_ours, leave};
use crate::state::shop::{shop, trouble};
use crate::widgets::error_panel::ErrorPanel;
use crate::widgets::icon::{Icon, icon};
use crate::widgets::page::Page;
use crate::widgets::skeleton::row_skeletons;

/// The screen behind the code.
#[component]
pub(crate) fn InShopPage() -> impl IntoView {
    let params = use_params_map();
    let code = Memo::new(move |_| {
        params.with(|params| params.get("code")).and_then(|code| code.parse::<ShopCode>().ok())
    });
    let ours = Memo::new(move |_| match code.get() {
        Some(code) => is_ours(code),
        None => Some(false),
    });
    Effect::new(move |_| {
        if ours.get() == Some(true) {
            check_in();
            came_by(Entrance::Door);
        }
    });
    view! {
        <Page title=Signal::derive(|| say::EXIT_TITLE().to_owned()) back="/">
            {move || match ours.get() {
                Some(true) => welcome(),
                Some(false) => another(),
                None => match trouble() {
                    Some(refusal) => view! { <ErrorPanel refusal=refusal /> }.into_any(),
                    None => row_skeletons(4),
                },
            }}
        </Page>
    }
}

fn welcome() -> AnyView {
    let navigate = use_navigate();
    let out = move |_| {
        leave();
        navigate("/", Default::default());
    };
    let name = move || shop().map(|shop| local(&shop.name)).unwrap_or_default();
    let steps = [
        (Icon::Scan, say::EXIT_STEP_SCAN as say::Phrase),
        (Icon::Wallet, say::EXIT_STEP_PAY),
        (Icon::LogOut, say::EXIT_STEP_GO),
    ];
    let steps = steps.into_iter().map(|(sign, words)| {
        view! { <li class="with-sign go-step">{icon(sign)} <span>{words}</span></li> }.into_any()
    });
    view! {
        <section class="panel group narrow-panel" data-testid="in-shop">
            <h2>{move || say::exit_welcome(&name())}</h2>
            <ol class="go-steps">{steps.collect_view()}</ol>
            <A href="/scan" attr:class="button primary large wide" attr:data-testid="start-scanning">
                {icon(Icon::Scan)} {say::EXIT_START}
            </A>
            <button type="button" class="button plain wide" data-testid="leave-shop" on:click=out>
                {say::EXIT_LEAVE}
            </button>
        </section>
    }
    .into_any()
}

fn another() -> AnyView {
    view! {
        <section class="error-panel" role="alert" data-testid="other-shop">
            {icon(Icon::Alert)}
            <div>
                <h2>{say::EXIT_NOT_HERE}</h2>
                <p>{say::EXIT_NOT_HERE_NEXT}</p>
                <A href="/" attr:class="button">{say::NAV_SHOP}</A>
            </div>
        </section>
    }
    .into_any()
}
