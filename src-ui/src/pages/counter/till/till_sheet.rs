//! What belongs to this till alone: what customers see of it, and how it looks to who works here.

use leptos::prelude::*;
use ministore_core::issued::DisplayCode;
use ministore_core::refusal::Refusal;
use wasm_bindgen_futures::spawn_local;

use super::super::place::Place;
use super::super::trouble::trouble_panel;
use super::rung::TillDesk;
use super::shown::is_no_display;
use crate::client::ipc;
use crate::i18n::say;
use crate::state::till_look::{Look, is_on, set};
use crate::widgets::field::Field;
use crate::widgets::icon::{Icon, icon};
use crate::widgets::sheet::Sheet;

/// The name of the window for customers: a second tap brings the same one to the front.
const WINDOW: &str = "ministore-customer";

/// How the browser opens it: without a bar of addresses.
const FEATURES: &str = "popup,width=1024,height=768";

/// The button, and the sheet that it opens.
pub(super) fn till_sheet(till: TillDesk) -> AnyView {
    let open = RwSignal::new(false);
    view! {
        <button type="button" class="button" data-testid="this-till" on:click=move |_| open.set(true)>
            {say::FRONT_THIS_TILL}
        </button>
        <Sheet open=open title=Signal::derive(|| say::FRONT_THIS_TILL().to_owned())>
            <div class="this-till">
                {customers(till)}
                {looks()}
            </div>
        </Sheet>
    }
    .into_any()
}

fn customers(till: TillDesk) -> AnyView {
    let trouble = RwSignal::new(None::<Refusal>);
    let blocked = RwSignal::new(false);
    let open_window = move |_| {
        if ipc::present() {
            spawn_local(async move {
                let opened = ipc::invoke("open_customer_window", &ipc::object(&[])).await;
                trouble.try_set(opened.err());
            });
            return;
        }
        let opened =
            window().open_with_url_and_target_and_features(&Place::Customer.path(), WINDOW, FEATURES);
        blocked.set(!matches!(opened, Ok(Some(_))));
    };
    view! {
        <section class="group" aria-labelledby="for-customers">
            <h3 id="for-customers">{say::FRONT_CUSTOMERS}</h3>
            <p class="quiet-text">{say::FRONT_CUSTOMERS_TEXT}</p>
            <button type="button" class="button" data-testid="open-customer" on:click=open_window>
                {icon(Icon::Image)} {say::FRONT_OPEN_WINDOW}
            </button>
            {move || blocked.get().then(|| view! {
                <p class="problem" role="alert" data-testid="window-blocked">{say::FRONT_WINDOW_BLOCKED}</p>
            }.into_any())}
            {move || trouble.get().map(|refusal| trouble_panel(refusal, None))}
            {tablet(till)}
        </section>
    }
    .into_any()
}

/// The tablet that is shown on, or the field for its code.
fn tablet(till: TillDesk) -> AnyView {
    let shown = till.shown;
    let typed = RwSignal::new(String::new());
    let wrong = RwSignal::new(false);
    let follow = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        match typed.get_untracked().trim().parse::<DisplayCode>() {
            Ok(code) => {
                wrong.set(false);
                typed.set(String::new());
                shown.follow(code);
            }
            Err(_) => wrong.set(true),
        }
    };
    let trouble = move || {
        shown.trouble.get().map(|refusal| match is_no_display(&refusal) && shown.is_away() {
            true => {
                view! { <p class="problem" role="alert" data-testid="display-away">{say::FRONT_AWAY}</p> }
                    .into_any()
            }
            false => trouble_panel(refusal, None),
        })
    };
    let now = move || match shown.on.get() {
        Some(on) => view! {
            <p class="with-sign" data-testid="shown-on">
                {icon(Icon::Check)} <span>{move || say::front_shown_on(&on.code.to_string())}</span>
            </p>
            <button type="button" class="button" data-testid="leave-customer" on:click=move |_| shown.leave()>
                {icon(Icon::Close)} {say::FRONT_LEAVE}
            </button>
        }
        .into_any(),
        None => view! {
            <form class="till-find" novalidate on:submit=follow>
                <Field
                    label=say::FRONT_CODE
                    value=typed
                    key="display-code"
                    longest=12
                    wrong=wrong
                    problem=say::FRONT_CODE_WRONG
                />
                <button class="button" data-testid="follow-display" disabled=move || shown.busy.get()>
                    {say::FRONT_SHOW_THERE}
                </button>
            </form>
        }
        .into_any(),
    };
    view! { {trouble} {now} }.into_any()
}

fn looks() -> AnyView {
    let switch = |look: Look, key: &'static str, label: say::Phrase, text: say::Phrase| {
        view! {
            <label class="check look-check">
                <input
                    type="checkbox"
                    role="switch"
                    data-testid=key
                    prop:checked=move || is_on(look)
                    on:change=move |event| set(look, event_target_checked(&event))
                />
                <span><strong>{label}</strong> <span class="quiet-text">{text}</span></span>
            </label>
        }
        .into_any()
    };
    view! {
        <section class="group" aria-labelledby="till-look">
            <h3 id="till-look">{say::FRONT_LOOK}</h3>
            {switch(Look::LeftHanded, "left-handed", say::FRONT_LEFT, say::FRONT_LEFT_TEXT)}
            {switch(Look::LargeType, "large-type", say::FRONT_LARGE, say::FRONT_LARGE_TEXT)}
        </section>
    }
    .into_any()
}
