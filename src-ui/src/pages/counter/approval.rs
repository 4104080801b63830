//! What a device is approved as: asked of a manager, at the device itself or in the list of devices.

use leptos::prelude::*;
use ministore_core::device::{Approval, DeviceName, NAME_LENGTH};
use ministore_core::role::StaffRole;

use crate::i18n::say::{self, Phrase};
use crate::widgets::announcer::announce;
use crate::widgets::field::Field;
use crate::widgets::icon::{Icon, icon};
use crate::widgets::segmented::{Segment, Segmented};

/// The role in a word. Tracked.
pub(super) fn role_word(role: StaffRole) -> &'static str {
    match role {
        StaffRole::Cashier => say::COUNTER_DEVICE_CASHIER(),
        StaffRole::Manager => say::COUNTER_DEVICE_MANAGER(),
    }
}

/// The form. `submit` is given what was chosen as soon as the name is one.
pub(super) fn approval_form(
    name: Option<DeviceName>,
    role: StaffRole,
    action: Phrase,
    busy: Signal<bool>,
    submit: Callback<Approval>,
) -> AnyView {
    let typed = RwSignal::new(name.map(|name| name.to_string()).unwrap_or_default());
    let chosen = RwSignal::new(role);
    let tried = RwSignal::new(false);
    let named = move || typed.with(|typed| typed.parse::<DeviceName>());
    let wrong = Signal::derive(move || tried.get() && named().is_err());
    let give = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        tried.set(true);
        match untrack(named) {
            Ok(name) if !busy.get_untracked() => {
                submit.run(Approval { name, role: chosen.get_untracked() });
            }
            Ok(_) => {}
            Err(_) => announce(say::COUNTER_DEVICE_NAME_WRONG()),
        }
    };
    let segment = |value: StaffRole, key: &'static str| Segment {
        value,
        label: Signal::derive(move || role_word(value).to_owned()),
        key,
    };
    let segments = vec![segment(StaffRole::Cashier, "cashier"), segment(StaffRole::Manager, "manager")];
    view! {
        <form class="approval" data-testid="approval" on:submit=give>
            <Field
                label=Signal::derive(say::COUNTER_DEVICE_NAME)
                value=typed
                key="device-name"
                longest=NAME_LENGTH
                example=say::COUNTER_DEVICE_NAME_EXAMPLE
                wrong=wrong
                problem=say::COUNTER_DEVICE_NAME_WRONG
            />
            <Segmented
                name="device-role"
                label=Signal::derive(|| say::COUNTER_DEVICE_ROLE().to_owned())
                segments=segments
                chosen=chosen
                on_choose=move |role| chosen.set(role)
            />
            <p class="quiet-text">{move || match chosen.get() {
                StaffRole::Cashier => say::COUNTER_DEVICE_CASHIER_TEXT(),
                StaffRole::Manager => say::COUNTER_DEVICE_MANAGER_TEXT(),
            }}</p>
            <button
                type="submit"
                class="button primary wide"
                data-testid="approve"
                aria-busy=move || busy.get().to_string()
                disabled=move || busy.get()
            >
                {icon(Icon::Check)} <span>{action}</span>
            </button>
        </form>
    }
    .into_any()
}
