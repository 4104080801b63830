//! A shopper's coupons: theirs, with the codes that the till reads, and those that the shop offers.

use leptos::prelude::*;
use leptos_router::components::A;
use ministore_core::coupon::{Coupon, Coupons, GetCoupons};
use ministore_core::sync::Changed;

use crate::client::events::{Live, on_live};
use crate::client::own_data::COUPONS;
use crate::client::query::{Load, Query};
use crate::client::storage;
use crate::i18n::{local, say};
use crate::state::coupons::{ends_soon_words, state_words};
use crate::widgets::barcode::barcode;
use crate::widgets::coupon_offers::{Taking, coupon_offers};
use crate::widgets::error_panel::ErrorPanel;
use crate::widgets::icon::{Icon, icon};
use crate::widgets::join::JoinOffer;
use crate::widgets::page::Page;
use crate::widgets::skeleton::row_skeletons;

/// The screen.
#[component]
pub(crate) fn CouponsPage() -> impl IntoView {
    let coupons = Query::new(|| Some(GetCoupons::default()));
    // What is there is shown without the hub: its code is enough for the till.
    if let Some(kept) = storage::get_json::<Coupons>(COUPONS) {
        coupons.show(kept);
    }
    on_live(move |live| {
        if matches!(live, Live::Anything | Live::Changed(Changed::Card | Changed::Erased | Changed::Shop)) {
            coupons.reload();
        }
    });
    Effect::new(move |_| {
        coupons.with(|load| {
            if let Load::Ready(there) = load {
                storage::set_json(COUPONS, there);
            }
        });
    });
    let taking = Taking::new(None, move |_| coupons.reload());
    view! {
        <Page title=Signal::derive(|| say::COUPON_TITLE().to_owned()) back="/me" class="narrow">
            {move || match coupons.get() {
                Load::Loading => row_skeletons(3),
                Load::Failed(refusal) => {
                    view! { <ErrorPanel refusal=refusal retry=move |()| coupons.reload() /> }.into_any()
                }
                Load::Ready(there) => shown(there, coupons, taking),
            }}
        </Page>
    }
}

fn shown(there: Coupons, query: Query<GetCoupons>, taking: Taking) -> AnyView {
    let join = (!there.member).then(|| view! { <JoinOffer on_joined=move |_| query.reload() /> }.into_any());
    let (member, nothing_offered) = (there.member, there.offered.is_empty());
    let offered = (member && !nothing_offered).then(|| {
        view! {
            <section class="panel group" aria-labelledby="coupons-offered">
                <h2 id="coupons-offered">{say::COUPON_OFFERED}</h2>
                {coupon_offers(&there.offered, taking)}
            </section>
        }
        .into_any()
    });
    let usable = |coupon: &&Coupon| coupon.state.usable().is_ok();
    let fresh: Vec<_> = there.mine.iter().filter(usable).cloned().map(coupon_card).collect();
    let used: Vec<_> = there.mine.iter().filter(|coupon| !usable(coupon)).cloned().map(used_row).collect();
    let none = fresh.is_empty().then(|| {
        view! {
            <div class="coupons-none" data-testid="no-coupons">
                <p><strong>{say::COUPON_NONE}</strong></p>
                <p class="quiet-text">{say::COUPON_NONE_TEXT}</p>
            </div>
        }
        .into_any()
    });
    let used = (!used.is_empty()).then(|| {
        view! {
            <section class="panel group" aria-labelledby="coupons-used">
                <h2 id="coupons-used">{say::COUPON_USED_TITLE}</h2>
                <ul class="ledger">{used.collect_view()}</ul>
            </section>
        }
        .into_any()
    });
    view! {
        <p class="quiet-text">{say::COUPON_TEXT}</p>
        {join}
        {offered}
        <section class="panel group" aria-labelledby="coupons-mine">
            <h2 id="coupons-mine">{say::COUPON_MINE}</h2>
            {none}
            <ul class="coupons">{fresh.collect_view()}</ul>
        </section>
        {used}
        <A href="/card" attr:class="button wide" attr:data-testid="coupons-card">
            {icon(Icon::Card)} {say::COUPON_TO_CARD}
        </A>
    }
    .into_any()
}

/// A coupon that can be used, with its code.
fn coupon_card(coupon: Coupon) -> AnyView {
    let (name, code, until) = (coupon.name.clone(), coupon.code, coupon.until);
    let label = Signal::derive(move || say::coupon_code_label(&code.to_string()));
    let ends = move || {
        ends_soon_words(&coupon).map(|words| {
            view! { <span class="coupon-ends" data-testid="ends-soon">{words}</span> }.into_any()
        })
    };
    view! {
        <li class="coupon-card" data-testid="coupon">
            <p class="coupon-name"><strong>{move || local(&name)}</strong></p>
            <p class="quiet-text">{move || say::coupon_until(&until.to_string())} " " {ends}</p>
            <div class="member-code">
                {barcode(&code.symbol_text(), label)}
                <p data-testid="coupon-code">{code.to_string()}</p>
            </div>
        </li>
    }
    .into_any()
}

fn used_row(coupon: Coupon) -> AnyView {
    let (name, state) = (coupon.name, coupon.state);
    view! {
        <li data-testid="used-coupon" data-state=state.word()>
            <span>{move || local(&name)}</span> <span class="quiet-text">{move || state_words(state)}</span>
        </li>
    }
    .into_any()
}
