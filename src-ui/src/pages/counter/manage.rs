//! What managers see to, each with a word of what it is.

use leptos::prelude::*;
use leptos_router::components::A;

use super::frame::pane_head;
use super::place::Place;
use crate::i18n::say;
use crate::i18n::say::Phrase;
use crate::widgets::icon::{Icon, icon};

/// A screen for managers.
struct Task {
    place: Place,
    icon: Icon,
    name: Phrase,
    about: Phrase,
    key: &'static str,
}

const TASKS: [Task; 8] = [
    Task {
        place: Place::Campaigns,
        icon: Icon::Star,
        name: say::PROMOTION_TITLE,
        about: say::MANAGE_PROMOTIONS,
        key: "manage-promotions",
    },
    Task {
        place: Place::Touchpoints,
        icon: Icon::MapPin,
        name: say::TOUCHPOINT_TITLE,
        about: say::MANAGE_TOUCHPOINTS,
        key: "manage-touchpoints",
    },
    Task {
        place: Place::Reviews,
        icon: Icon::User,
        name: say::REVIEW_TITLE,
        about: say::MANAGE_REVIEWS,
        key: "manage-reviews",
    },
    Task {
        place: Place::Deposits,
        icon: Icon::Milk,
        name: say::DEPOSIT_TITLE,
        about: say::MANAGE_DEPOSITS,
        key: "manage-deposits",
    },
    Task {
        place: Place::Settlement,
        icon: Icon::Wallet,
        name: say::SETTLEMENT_TITLE,
        about: say::MANAGE_SETTLEMENT,
        key: "manage-settlement",
    },
    Task {
        place: Place::Drawer,
        icon: Icon::Basket,
        name: say::TILL_DRAWER,
        about: say::MANAGE_DRAWER,
        key: "manage-drawer",
    },
    Task {
        place: Place::Printers,
        icon: Icon::Receipt,
        name: say::PRINT_TITLE,
        about: say::MANAGE_PRINTERS,
        key: "manage-printers",
    },
    Task {
        place: Place::Devices,
        icon: Icon::Devices,
        name: say::COUNTER_DEVICE_TITLE,
        about: say::MANAGE_DEVICES,
        key: "manage-devices",
    },
];

/// The screen.
pub(super) fn manage_screen() -> AnyView {
    let title = Signal::derive(|| say::MANAGE_TITLE().to_owned());
    let rows = TASKS.iter().map(|task| {
        let &Task { place, icon: sign, name, about, key } = task;
        view! {
            <li>
                <A href=place.path() attr:class="manage-row" attr:data-testid=key>
                    {icon(sign)}
                    <span><strong>{name}</strong> <span class="quiet-text">{about}</span></span>
                    {icon(Icon::ChevronRight)}
                </A>
            </li>
        }
        .into_any()
    });
    view! {
        {pane_head(title, Some(Place::Queue), None)}
        <div class="pane-body" data-testid="manage">
            <ul class="manage">{rows.collect_view()}</ul>
        </div>
    }
    .into_any()
}
