//! The shops of the chain: the nearest first, when they are open, and what they do for somebody there.

use leptos::prelude::*;
use ministore_core::place::GeoPoint;
use ministore_core::reach::{BranchNear, GetBranches};
use ministore_core::time::Timestamp;

use crate::client::clock;
use crate::client::query::{Load, Query};
use crate::i18n::{day, day_key, distance, local, say, time};
use crate::state::shop::zone;
use crate::widgets::empty_state::EmptyState;
use crate::widgets::error_panel::ErrorPanel;
use crate::widgets::icon::{Icon, icon};
use crate::widgets::page::Page;
use crate::widgets::skeleton::row_skeletons;
use crate::widgets::whereabouts::Whereabouts;

/// The shops.
#[component]
pub(crate) fn ShopsPage() -> impl IntoView {
    let near = RwSignal::new(None::<GeoPoint>);
    let branches = Query::new(move || Some(GetBranches { near: near.get() }));
    let list = move || match branches.get() {
        Load::Loading => row_skeletons(4),
        Load::Failed(refusal) => {
            view! { <ErrorPanel refusal=refusal retry=move |()| branches.reload() /> }.into_any()
        }
        Load::Ready(list) if list.branches.iter().all(|branch| branch.location.is_none()) => view! {
            <EmptyState
                sign=Icon::Shop
                title=Signal::derive(|| say::SHOPS_EMPTY().to_owned())
                text=Signal::derive(|| say::SHOPS_EMPTY_TEXT().to_owned())
            />
        }
        .into_any(),
        Load::Ready(list) => {
            let known = near.get_untracked().is_some();
            let shops = list.branches.into_iter().map(|branch| branch_view(branch, known)).collect_view();
            view! { <ul class="branches" data-testid="branches">{shops}</ul> }.into_any()
        }
    };
    view! {
        <Page title=Signal::derive(|| say::SHOPS_TITLE().to_owned()) back="/" class="narrow">
            <section class="panel group" aria-label=say::SHOPS_TEXT>
                <p>{say::SHOPS_TEXT}</p>
                <Whereabouts point=near />
            </section>
            {list}
        </Page>
    }
}

/// A moment as it is said of a shop: today by its time, later by its day too.
fn when(at: Timestamp) -> String {
    let zone = zone();
    if day_key(at, &zone) == day_key(clock::now(), &zone) {
        time(at, &zone)
    } else {
        [&day(at, &zone), " ", &time(at, &zone)].concat()
    }
}

fn branch_view(branch: BranchNear, near_known: bool) -> AnyView {
    let (name, address) = (branch.name.clone(), branch.address.clone());
    let (open, until) = (branch.open, branch.until);
    let hours = move || match (open, until) {
        (Some(true), Some(until)) => say::shops_open_until(&when(until)),
        (Some(true), None) => say::SHOPS_OPEN().to_owned(),
        (Some(false), Some(until)) => say::shops_closed_until(&when(until)),
        (Some(false), None) => say::SHOPS_CLOSED().to_owned(),
        (None, _) => String::new(),
    };
    let far = branch.metres;
    let delivers = branch.delivers.clone();
    let delivery = near_known.then(|| {
        let there = delivers.is_some();
        let text = move || match &delivers {
            Some(zone) => say::shops_delivers(&local(zone)),
            None => say::SHOPS_NO_DELIVERY().to_owned(),
        };
        view! {
            <li data-testid="branch-delivers" data-delivers=there.to_string()>{icon(Icon::Truck)} <span>{text}</span></li>
        }
        .into_any()
    });
    let pickup = branch
        .picks_up
        .then(|| view! { <li>{icon(Icon::Basket)} <span>{say::SHOPS_PICKUP}</span></li> }.into_any());
    let here = branch.here.then(|| {
        view! { <span class="branch-here" data-testid="branch-here">{say::SHOPS_HERE}</span> }.into_any()
    });
    let visit = (!branch.page.is_empty()).then(|| {
        let label = branch.name.clone();
        view! {
            <a class="button wide" href=branch.page.clone() rel="external noopener noreferrer" data-testid="branch-visit">
                {say::SHOPS_VISIT} <span class="visually-hidden">{move || local(&label)}</span>
            </a>
        }
        .into_any()
    });
    view! {
        <li class="panel branch" data-testid="branch">
            <div class="branch-head">
                <h2>{move || local(&name)}</h2>
                {here}
                <span class="branch-far" data-testid="branch-far">{move || far.map(distance)}</span>
            </div>
            <p class="with-sign">{icon(Icon::MapPin)} <span>{move || local(&address)}</span></p>
            <ul class="branch-facts">
                {open.map(|open| {
                    view! {
                        <li data-testid="branch-hours" data-open=open.to_string()>
                            {icon(Icon::Clock)} <span>{hours}</span>
                        </li>
                    }
                    .into_any()
                })}
                {delivery}
                {pickup}
            </ul>
            {visit}
        </li>
    }
    .into_any()
}
