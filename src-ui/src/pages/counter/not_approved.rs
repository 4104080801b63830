//! What a device shows that is no counter yet, after somebody of the shop has signed in: a manager approves it here, for
//! anybody else it says where.

use std::time::Duration;

use leptos::html;
use leptos::prelude::*;
use ministore_core::device::{Approval, GetDevice, Standing, sign_of};
use ministore_core::id::DeviceId;
use ministore_core::refusal::Refusal;
use ministore_core::role::StaffRole;
use ministore_core::staff::Pin;
use wasm_bindgen_futures::spawn_local;

use super::approval::approval_form;
use super::frame::name_window;
use super::trouble::trouble_panel;
use crate::client::{call, staff};
use crate::i18n::say;
use crate::widgets::announcer::announce;
use crate::widgets::icon::{Icon, icon};

/// How often a device asks whether it was approved meanwhile.
const ASKING: Duration = Duration::from_secs(3);

/// The screen. `pin` is a manager's, who may approve the device here; `back` leads to the PIN pad.
pub(super) fn not_approved(device: DeviceId, pin: Option<Pin>, back: Callback<bool>) -> AnyView {
    let heading = NodeRef::<html::H1>::new();
    Effect::new(move |_| {
        if let Some(heading) = heading.get() {
            // Focus cannot be refused to a heading that is in the page.
            let _ = heading.focus();
        }
    });
    name_window(Signal::derive(|| say::COUNTER_DEVICE_NEW_TITLE().to_owned()));
    let by_manager = pin.is_some();
    let way = match pin {
        Some(pin) => approve_here(pin),
        None => ask_elsewhere(back),
    };
    view! {
        <main id="main" class="sign-in not-approved" data-testid="not-approved">
            <div class="sign-in-words">
                <span class="sign-in-sign">{icon(Icon::Lock)}</span>
                <h1 tabindex="-1" node_ref=heading>{say::COUNTER_DEVICE_NEW_TITLE}</h1>
                <p>{move || if by_manager { say::COUNTER_DEVICE_NEW_MANAGER() } else { say::COUNTER_DEVICE_NEW_ASK() }}</p>
                <p class="device-sign" data-testid="device-sign">{sign_of(device)}</p>
                <button type="button" class="button" data-testid="not-approved-back" on:click=move |_| back.run(false)>
                    {icon(Icon::Back)} <span>{say::ACTION_BACK}</span>
                </button>
            </div>
            {way}
        </main>
    }
    .into_any()
}

fn approve_here(pin: Pin) -> AnyView {
    let busy = RwSignal::new(false);
    let problem = RwSignal::new(None::<Refusal>);
    let submit = Callback::new(move |approval: Approval| {
        busy.set(true);
        problem.set(None);
        let pin = pin.clone();
        spawn_local(async move {
            // Signed in, this screen and its signals are gone.
            if let Err(why) = staff::sign_in(pin, Some(approval)).await {
                busy.try_set(false);
                problem.try_set(Some(why));
            }
        });
    });
    view! {
        <div class="approve-here">
            {approval_form(None, StaffRole::Cashier, say::COUNTER_DEVICE_APPROVE_HERE, busy.into(), submit)}
            {move || problem.get().map(|why| trouble_panel(why, None))}
        </div>
    }
    .into_any()
}

/// Waits until a manager has approved the device somewhere else.
fn ask_elsewhere(back: Callback<bool>) -> AnyView {
    let asking = set_interval_with_handle(
        move || {
            spawn_local(async move {
                // What cannot be asked now is asked again soon.
                let Ok(known) = call(GetDevice {}).await else { return };
                if matches!(known.standing, Standing::Cashier | Standing::Manager) {
                    announce(say::COUNTER_DEVICE_APPROVED());
                    back.try_run(true);
                }
            });
        },
        ASKING,
    );
    on_cleanup(move || {
        if let Ok(asking) = asking {
            asking.clear();
        }
    });
    view! {
        <ol class="ask-steps">
            <li>{say::COUNTER_DEVICE_STEP_OPEN}</li>
            <li>{say::COUNTER_DEVICE_STEP_COMPARE}</li>
            <li>{say::COUNTER_DEVICE_STEP_WAIT}</li>
        </ol>
    }
    .into_any()
}
