//! The devices of the shop, for managers: who asks to be a counter, who is one, who is shut out.

use leptos::prelude::*;
use leptos_router::components::A;
use ministore_core::call::Call;
use ministore_core::device::{
    Approval, Approve, GetDevice, GetDevices, KnownDevice, ShutOut, Standing, sign_of,
};
use ministore_core::id::DeviceId;
use ministore_core::refusal::Refusal;
use ministore_core::role::StaffRole;
use wasm_bindgen_futures::spawn_local;

use super::approval::approval_form;
use super::frame::pane_head;
use super::place::Place;
use super::trouble::trouble_panel;
use crate::client::query::{Load, Query};
use crate::client::staff::signed_in;
use crate::client::{call_again, new_id};
use crate::i18n::day_and_time;
use crate::i18n::say::{self, Phrase};
use crate::state::shop;
use crate::widgets::announcer::announce;
use crate::widgets::icon::{Icon, icon};
use crate::widgets::skeleton::row_skeletons;

/// What the screen's rows share.
#[derive(Clone, Copy)]
struct Board {
    devices: Query<GetDevices>,
    /// The device at which the manager is.
    own: Query<GetDevice>,
    /// The device that is being changed.
    open: RwSignal<Option<DeviceId>>,
    busy: RwSignal<bool>,
    problem: RwSignal<Option<Refusal>>,
}

impl Board {
    /// Makes a call that changes a device, and shows the list as it is then.
    fn change<C: Call<Reply = KnownDevice> + Clone>(self, call: C, done: fn(&str) -> String) {
        self.busy.set(true);
        self.problem.set(None);
        spawn_local(async move {
            let outcome = call_again(call, new_id()).await;
            if self.busy.try_set(false).is_some() {
                return; // The screen was left.
            }
            match outcome {
                Ok(device) => {
                    announce(&done(&name_of(&device)));
                    self.open.set(None);
                    self.devices.reload();
                }
                Err(why) => self.problem.set(Some(why)),
            }
        });
    }
}

/// The screen.
pub(super) fn devices_screen() -> AnyView {
    let board = Board {
        devices: Query::new(|| Some(GetDevices {})),
        own: Query::new(|| Some(GetDevice {})),
        open: RwSignal::new(None),
        busy: RwSignal::new(false),
        problem: RwSignal::new(None),
    };
    let title = Signal::derive(|| say::COUNTER_DEVICE_TITLE().to_owned());
    let reload = Callback::new(move |()| board.devices.reload());
    let again = view! {
        <A
            href=Place::Campaigns.path()
            attr:class="icon-button"
            attr:data-testid="devices-to-promotions"
            attr:aria-label=say::PROMOTION_TITLE
        >
            {icon(Icon::Star)}
        </A>
        <A
            href=Place::Deposits.path()
            attr:class="icon-button"
            attr:data-testid="devices-to-deposits"
            attr:aria-label=say::DEPOSIT_TITLE
        >
            {icon(Icon::Milk)}
        </A>
        <A
            href=Place::Printers.path()
            attr:class="icon-button"
            attr:data-testid="devices-to-printers"
            attr:aria-label=say::PRINT_TITLE
        >
            {icon(Icon::Receipt)}
        </A>
        <A
            href=Place::Settlement.path()
            attr:class="icon-button"
            attr:data-testid="devices-to-settlement"
            attr:aria-label=say::SETTLEMENT_TITLE
        >
            {icon(Icon::Wallet)}
        </A>
        <button
            type="button"
            class="icon-button"
            data-testid="devices-reload"
            aria-label=say::COUNTER_DEVICE_RELOAD
            on:click=move |_| reload.run(())
        >
            {icon(Icon::Refresh)}
        </button>
    };
    view! {
        {pane_head(title, Some(Place::Queue), Some(again.into_any()))}
        <div class="pane-body" data-testid="devices">
            <p class="quiet-text">{say::COUNTER_DEVICE_TEXT}</p>
            {move || board.problem.get().map(|why| trouble_panel(why, None))}
            {move || {
                board.devices.with(|load| match load {
                    Load::Loading => row_skeletons(4),
                    Load::Ready(devices) => device_groups(board, &devices.devices),
                    Load::Failed(refusal) => trouble_panel(refusal.clone(), Some(reload)),
                })
            }}
        </div>
    }
    .into_any()
}

fn device_groups(board: Board, devices: &[KnownDevice]) -> AnyView {
    type Belongs = fn(Standing) -> bool;
    let groups: [(Phrase, Belongs); 3] = [
        (say::COUNTER_DEVICE_ASKING, |standing| standing == Standing::Asked),
        (say::COUNTER_DEVICE_WORKING, |standing| matches!(standing, Standing::Cashier | Standing::Manager)),
        (say::COUNTER_DEVICE_GONE, |standing| standing == Standing::ShutOut),
    ];
    groups
        .into_iter()
        .map(|(heading, belongs)| {
            let rows: Vec<AnyView> = devices
                .iter()
                .filter(|device| belongs(device.standing))
                .map(|device| device_row(board, device.clone()))
                .collect();
            (!rows.is_empty()).then(|| {
                view! {
                    <section class="device-group">
                        <h3>{heading}</h3>
                        <ul class="device-list">{rows}</ul>
                    </section>
                }
            })
        })
        .collect_view()
        .into_any()
}

fn name_of(device: &KnownDevice) -> String {
    device.name.as_ref().map_or_else(|| sign_of(device.device), ToString::to_string)
}

fn device_row(board: Board, device: KnownDevice) -> AnyView {
    let id = device.device;
    let (standing, role) = match device.standing {
        Standing::Manager => (say::COUNTER_DEVICE_MANAGER as Phrase, StaffRole::Manager),
        Standing::Cashier => (say::COUNTER_DEVICE_CASHIER as Phrase, StaffRole::Cashier),
        Standing::ShutOut => (say::COUNTER_DEVICE_SHUT as Phrase, StaffRole::Cashier),
        Standing::Asked | Standing::Shopper => (say::COUNTER_DEVICE_ASKS as Phrase, StaffRole::Cashier),
    };
    let seen = {
        let device = device.clone();
        move || match (device.last_sign_in, &device.last_staff) {
            (Some(at), Some(who)) => say::counter_device_seen(who, &day_and_time(at, &shop::zone())),
            (Some(at), None) => day_and_time(at, &shop::zone()),
            (None, _) => say::COUNTER_DEVICE_NEVER().to_owned(),
        }
    };
    let name = name_of(&device);
    let is_open = Memo::new(move |_| board.open.get() == Some(id));
    let standing_now = device.standing;
    let change_word = move || match standing_now {
        Standing::Asked | Standing::Shopper => say::COUNTER_DEVICE_APPROVE(),
        Standing::Cashier | Standing::Manager => say::COUNTER_DEVICE_CHANGE(),
        Standing::ShutOut => say::COUNTER_DEVICE_LET_IN(),
    };
    let save_word: Phrase = match standing_now {
        Standing::Asked | Standing::Shopper => say::COUNTER_DEVICE_APPROVE,
        Standing::Cashier | Standing::Manager => say::COUNTER_DEVICE_SAVE,
        Standing::ShutOut => say::COUNTER_DEVICE_LET_IN,
    };
    let toggle = move |_| board.open.update(|open| *open = if *open == Some(id) { None } else { Some(id) });
    let given = device.name.clone();
    let submit = Callback::new(move |approval: Approval| {
        board.change(Approve { device: id, approval }, say::counter_device_approved_name);
    });
    let shut = move |_| board.change(ShutOut { device: id }, say::counter_device_shut_name);
    let is_own =
        Memo::new(move |_| board.own.with(|own| matches!(own, Load::Ready(own) if own.device == id)));
    let may_shut = standing_now != Standing::ShutOut;
    let shut_label = name.clone();
    view! {
        <li class="device" data-testid=["device-", &sign_of(id)].concat()>
            <div class="device-words">
                <p class="device-name">
                    <strong>{name}</strong>
                    <span class="state-chip" data-testid="standing">{standing}</span>
                    {move || {
                        is_own.get().then(|| {
                            view! { <span class="state-chip" data-testid="own-device">{say::COUNTER_DEVICE_OWN}</span> }
                        })
                    }}
                </p>
                <p class="quiet-text">
                    <span class="device-number">{sign_of(id)}</span>
                    " · "
                    {seen}
                </p>
            </div>
            <button
                type="button"
                class="button"
                data-testid="device-change"
                aria-expanded=move || is_open.get().to_string()
                on:click=toggle
            >
                {change_word}
            </button>
            {move || {
                is_open.get().then(|| {
                    let shut_label = shut_label.clone();
                    view! {
                        <div class="device-change">
                            {approval_form(given.clone(), role, save_word, board.busy.into(), submit)}
                            {(may_shut && !is_own.get()).then(|| {
                                view! {
                                    <div class="device-shut">
                                        <p class="quiet-text">{say::COUNTER_DEVICE_SHUT_TEXT}</p>
                                        <button
                                            type="button"
                                            class="button danger wide"
                                            data-testid="shut-out"
                                            disabled=move || board.busy.get()
                                            on:click=shut
                                        >
                                            {icon(Icon::Lock)}
                                            <span>{say::counter_device_shut_action(&shut_label)}</span>
                                        </button>
                                    </div>
                                }
                            })}
                        </div>
                    }
                    .into_any()
                })
            }}
        </li>
    }
    .into_any()
}

/// Whether whoever is signed in may see the devices. Tracked.
pub(super) fn may_see() -> bool {
    signed_in().is_some_and(|who| who.role == StaffRole::Manager)
}
