//! Where somebody is: told by the device when they tap for it, or by a name that the shop knows. No map service is asked.

use leptos::prelude::*;
use ministore_core::place::GeoPoint;
use ministore_core::reach::{GetNeighbourhoods, Neighbourhood, meant};
use wasm_bindgen_futures::spawn_local;

use super::icon::{Icon, icon};
use crate::client::location::{Nowhere, here};
use crate::client::query::{Load, Query};
use crate::i18n::{distance, local, say};
use crate::state::shop::shop;

/// How many places are named to somebody whose own is not known.
const NAMED: usize = 4;

/// How a place came to be known.
#[derive(Clone, PartialEq, Debug)]
enum Known {
    /// It is the last time's, or not known at all.
    Before,
    /// The device is asked.
    Asking,
    /// The device told it.
    Here,
    /// The device did not tell.
    Nowhere(Nowhere),
    /// A name is typed.
    Named,
}

/// Asks where somebody is, and keeps it in `point`.
#[component]
pub(crate) fn Whereabouts(
    /// Where they are; None while that is not known.
    point: RwSignal<Option<GeoPoint>>,
) -> impl IntoView {
    let known = RwSignal::new(Known::Before);
    let typed = RwSignal::new(String::new());
    let places = Query::new(|| Some(GetNeighbourhoods {}));
    let locate = move |_| {
        if known.get_untracked() == Known::Asking {
            return;
        }
        known.set(Known::Asking);
        spawn_local(async move {
            let outcome = here().await;
            // Whoever left the page, or typed a name meanwhile, wants no answer any more.
            if known.try_get_untracked() != Some(Known::Asking) {
                return;
            }
            match outcome {
                Ok(there) => {
                    typed.set(String::new());
                    known.set(Known::Here);
                    point.set(Some(there));
                }
                Err(why) => known.set(Known::Nowhere(why)),
            }
        });
    };
    let find = move || {
        places.with(|load| match load {
            Load::Ready(list) => typed.with(|text| meant(&list.neighbourhoods, text).cloned()),
            Load::Loading | Load::Failed(_) => None,
        })
    };
    let name = move |event| {
        typed.set(event_target_value(&event));
        known.set(Known::Named);
        point.set(untrack(find).map(|place| place.location));
    };
    // The list may come after somebody has begun to type.
    Effect::new(move |_| {
        places.with(|_| ());
        if known.get_untracked() == Known::Named {
            point.set(find().map(|place| place.location));
        }
    });
    let options = move || {
        places.with(|load| match load {
            Load::Ready(list) => list
                .neighbourhoods
                .iter()
                .map(|place| view! { <option value=local(&place.name)></option> }.into_any())
                .collect_view(),
            Load::Loading | Load::Failed(_) => Vec::new(),
        })
    };
    let status = move || match (known.get(), point.get()) {
        (Known::Asking, _) => say::PLACE_LOCATING().to_owned(),
        (Known::Nowhere(Nowhere::Refused), _) => say::PLACE_REFUSED().to_owned(),
        (Known::Nowhere(Nowhere::Unavailable), _) => say::PLACE_UNAVAILABLE().to_owned(),
        (Known::Here, Some(there)) => found(say::PLACE_HERE(), there),
        (Known::Named, Some(there)) => {
            found(&find().map(|place| local(&place.name)).unwrap_or_default(), there)
        }
        (Known::Before, Some(there)) => found(say::PLACE_LAST(), there),
        (Known::Named, None) if typed.with(|text| !text.trim().is_empty()) => {
            places.with(|load| match load {
                Load::Ready(list) => unknown(&list.neighbourhoods, &typed.get()),
                Load::Loading => String::new(),
                Load::Failed(_) => say::PLACE_NO_LIST().to_owned(),
            })
        }
        (Known::Here | Known::Named | Known::Before, _) => String::new(),
    };
    view! {
        <div class="whereabouts" data-testid="whereabouts">
            <button
                type="button"
                class="button wide"
                data-testid="locate"
                aria-describedby="locate-why"
                aria-busy=move || (known.get() == Known::Asking).to_string()
                on:click=locate
            >
                {icon(Icon::MapPin)} {say::PLACE_LOCATE}
            </button>
            <p class="quiet-text" id="locate-why">{say::PLACE_WHY}</p>
            <label class="field">
                <span>{say::PLACE_NAME}</span>
                <input
                    type="text"
                    list="neighbourhoods"
                    autocomplete="off"
                    maxlength="60"
                    placeholder=say::PLACE_NAME_EXAMPLE
                    data-testid="field-neighbourhood"
                    prop:value=move || typed.get()
                    on:input=name
                />
            </label>
            <datalist id="neighbourhoods">{options}</datalist>
            <p class="whereabouts-status" role="status" data-testid="whereabouts-status" data-known=move || point.get().is_some().to_string()>
                {status}
            </p>
        </div>
    }
    .into_any()
}

fn found(name: &str, at: GeoPoint) -> String {
    match shop().and_then(|shop| shop.reach.location) {
        Some(shop) => say::place_found(name, &distance(shop.metres_to(at))),
        None => say::place_found_plain(name),
    }
}

fn unknown(known: &[Neighbourhood], text: &str) -> String {
    let maybe: Vec<String> =
        known.iter().filter(|place| place.may_be(text)).map(|place| local(&place.name)).collect();
    let names = if maybe.is_empty() {
        known.iter().map(|place| local(&place.name)).take(NAMED).collect()
    } else {
        maybe.into_iter().take(NAMED).collect::<Vec<_>>()
    };
    if names.is_empty() {
        say::PLACE_UNKNOWN_PLAIN().to_owned()
    } else {
        say::place_unknown(&names.join(", "))
    }
}
