//! How codes come in at the counter, whatever has the focus: a scanner that types, a camera that stays open, and a
//! field that is always there.

use std::rc::Rc;

use leptos::html;
use leptos::prelude::*;
use wasm_bindgen::JsCast;
use wasm_bindgen::closure::Closure;
use wasm_bindgen_futures::spawn_local;
use web_sys::{HtmlInputElement, HtmlTextAreaElement, KeyboardEvent};

use super::desk::Desk;
use super::dispatch::Source;
use super::place::Place;
use super::wedge::{PAUSE, Verdict, Wedge, key_of};
use crate::client::clock;
use crate::client::scan_worker::Scanned;
use crate::i18n::say;
use crate::widgets::icon::{Icon, icon};
use crate::widgets::scanner::Scanner;

/// What the field under the focus held before a burst began, to be put back: a code is not for it.
struct Before {
    field: web_sys::Element,
    value: String,
}

impl Before {
    fn of_focus() -> Option<Self> {
        let field = document().active_element()?;
        let value = match field.dyn_ref::<HtmlInputElement>() {
            Some(input) => input.value(),
            None => field.dyn_ref::<HtmlTextAreaElement>()?.value(),
        };
        Some(Self { field, value })
    }

    fn put_back(self) {
        if let Some(input) = self.field.dyn_ref::<HtmlInputElement>() {
            input.set_value(&self.value);
        } else if let Some(area) = self.field.dyn_ref::<HtmlTextAreaElement>() {
            area.set_value(&self.value);
        }
        let init = web_sys::EventInit::new();
        init.set_bubbles(true);
        if let Ok(event) = web_sys::Event::new_with_event_init_dict("input", &init) {
            // Whoever follows the field hears of what it holds again.
            let _ = self.field.dispatch_event(&event);
        }
    }
}

/// Hears a scanner that types, wherever the focus is, for as long as the screen that asks is there.
pub(crate) fn hear_wedge(heard: impl Fn(String) + 'static) {
    let state = StoredValue::new_local((Wedge::default(), None::<Before>));
    let heard: Rc<dyn Fn(String)> = Rc::new(heard);
    let complete = {
        let heard = Rc::clone(&heard);
        move |text: String| {
            let before = state.try_update_value(|(_, before)| before.take()).flatten();
            if let Some(before) = before {
                before.put_back();
            }
            heard(text);
        }
    };
    let on_key = Closure::<dyn FnMut(KeyboardEvent)>::new(move |event: KeyboardEvent| {
        let chord = event.ctrl_key() || event.alt_key() || event.meta_key();
        let key = key_of(&event.key(), &event.code(), chord);
        let at = event.time_stamp();
        let verdict = state.try_update_value(|(wedge, _)| wedge.key(key, at, event.repeat()));
        match verdict {
            Some(Verdict::First) => {
                state.try_update_value(|(_, before)| *before = Before::of_focus());
            }
            Some(Verdict::Scanned(text)) => {
                // The Enter behind a code must press no button and send no form.
                event.prevent_default();
                event.stop_propagation();
                complete(text);
            }
            Some(Verdict::Pass) if state.with_value(|(wedge, _)| wedge.may_end()) => {
                let complete = complete.clone();
                spawn_local(async move {
                    clock::sleep(PAUSE).await;
                    // Keys tell their time from the same origin.
                    let now = at + f64::from(PAUSE);
                    if let Some(text) = state.try_update_value(|(wedge, _)| wedge.paused(now)).flatten() {
                        complete(text);
                    }
                });
            }
            Some(Verdict::Pass) | None => {}
        }
    });
    let target = document();
    // Captured, so that it comes before whatever has the focus.
    let _ =
        target.add_event_listener_with_callback_and_bool("keydown", on_key.as_ref().unchecked_ref(), true);
    let on_key = StoredValue::new_local(on_key);
    on_cleanup(move || {
        on_key.try_with_value(|on_key| {
            let _ = document().remove_event_listener_with_callback_and_bool(
                "keydown",
                on_key.as_ref().unchecked_ref(),
                true,
            );
        });
    });
}

/// The field that is always there: a code, or words to look for.
pub(crate) fn code_field(desk: Desk) -> AnyView {
    let text = RwSignal::new(String::new());
    let field = NodeRef::<html::Input>::new();
    let label = move || match desk.place.get() {
        Place::Pick(_) => say::COUNTER_FIELD_PICK(),
        Place::HandOver(_) => say::COUNTER_FIELD_PICKUP(),
        Place::Till => say::TILL_FIELD(),
        _ => say::COUNTER_FIELD_ANY(),
    };
    let send = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        let typed = text.get_untracked().trim().to_owned();
        if typed.is_empty() && desk.place.get_untracked() == Place::Till {
            desk.till.pay();
        } else if !typed.is_empty() {
            text.set(String::new());
            desk.heard(&typed, Source::Typed);
        }
    };
    view! {
        <form class="code-field" role="search" on:submit=send>
            <span class="code-field-sign">{icon(Icon::Scan)}</span>
            <input
                type="text"
                node_ref=field
                autocomplete="off"
                autocapitalize="off"
                spellcheck="false"
                enterkeyhint="go"
                data-testid="code"
                aria-label=label
                placeholder=label
                prop:value=move || text.get()
                on:input=move |event| text.set(event_target_value(&event))
            />
            <button class="icon-button code-go" data-testid="code-go" aria-label=say::COUNTER_FIELD_GO>
                {icon(Icon::ChevronRight)}
            </button>
        </form>
    }
    .into_any()
}

/// The switch of the camera that stays open.
pub(crate) fn camera_switch(on: RwSignal<bool>) -> AnyView {
    view! {
        <button
            type="button"
            class="button camera-switch"
            data-testid="camera-switch"
            aria-pressed=move || on.get().to_string()
            aria-label=say::COUNTER_CAMERA
            on:click=move |_| on.update(|on| *on = !*on)
        >
            {icon(Icon::Camera)}
        </button>
    }
    .into_any()
}

/// The camera that stays open, in its corner beside the work.
pub(crate) fn camera_corner(desk: Desk, on: RwSignal<bool>) -> AnyView {
    let on_code = Callback::new(move |code: Scanned| {
        let source = match code.symbology {
            None => Source::Typed,
            symbology => Source::Scanned(symbology),
        };
        desk.heard(&code.text, source);
    });
    (move || {
        on.get().then(|| {
            view! {
                <aside class="camera-corner" aria-label=say::COUNTER_CAMERA_ON data-testid="camera-corner">
                    <p class="camera-note">{icon(Icon::Camera)} {say::COUNTER_CAMERA_ON}</p>
                    <Scanner on_code=on_code till=true />
                </aside>
            }
            .into_any()
        })
    })
    .into_any()
}
