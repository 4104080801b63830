//! Touchpoints, for managers: a code for each way in, and what came of who came by it.

use leptos::prelude::*;
use ministore_core::call::Call;
use ministore_core::code::ProductCode;
use ministore_core::id::TouchpointId;
use ministore_core::refusal::Refusal;
use ministore_core::touchpoint::{
    Entrance, EntranceFootfall, Footfall, GetTouchpoints, LONGEST_NAME, Leads, SaveTouchpoint,
    StopTouchpoint, Touchpoint, Touchpoints,
};
use wasm_bindgen_futures::spawn_local;

use super::for_phones::{is_for_phones, origin};
use super::frame::pane_head;
use super::place::Place;
use super::trouble::trouble_panel;
use crate::client::query::{Load, Query};
use crate::client::{call_again, new_id};
use crate::i18n::say::Phrase;
use crate::i18n::{day, number, say};
use crate::state::shop::zone;
use crate::widgets::announcer::announce;
use crate::widgets::field::Field;
use crate::widgets::icon::{Icon, icon};
use crate::widgets::price::money;
use crate::widgets::qr_code::qr_code;
use crate::widgets::segmented::{Segment, Segmented};
use crate::widgets::skeleton::row_skeletons;

/// What the screen's parts share.
#[derive(Clone, Copy)]
struct Board {
    touchpoints: Query<GetTouchpoints>,
    /// Whether one is being set up.
    open: RwSignal<bool>,
    /// Whose code is shown.
    shown: RwSignal<Option<TouchpointId>>,
    busy: RwSignal<bool>,
    problem: RwSignal<Option<Refusal>>,
    said: RwSignal<Option<&'static str>>,
}

impl Board {
    fn ask<C: Call<Reply = Touchpoints>>(self, asked: C, words: Phrase, done: impl FnOnce() + 'static) {
        if self.busy.get_untracked() {
            return;
        }
        self.busy.set(true);
        self.problem.set(None);
        self.said.set(None);
        spawn_local(async move {
            let outcome = call_again(asked, new_id()).await;
            if self.busy.try_set(false).is_some() {
                return; // The screen was left.
            }
            match outcome {
                Ok(all) => {
                    self.touchpoints.show(all);
                    announce(words());
                    self.said.set(Some(words()));
                    done();
                }
                Err(why) => self.problem.set(Some(why)),
            }
        });
    }
}

/// The screen.
pub(super) fn touchpoints_screen() -> AnyView {
    let board = Board {
        touchpoints: Query::new(|| Some(GetTouchpoints {})),
        open: RwSignal::new(false),
        shown: RwSignal::new(None),
        busy: RwSignal::new(false),
        problem: RwSignal::new(None),
        said: RwSignal::new(None),
    };
    let title = Signal::derive(|| say::TOUCHPOINT_TITLE().to_owned());
    let reload = Callback::new(move |()| board.touchpoints.reload());
    view! {
        {pane_head(title, Some(Place::Manage), None)}
        <div class="pane-body" data-testid="touchpoints">
            <p class="quiet-text">{say::TOUCHPOINT_TEXT}</p>
            <p role="status" data-testid="touchpoints-said">{move || board.said.get()}</p>
            {move || board.problem.get().map(|why| trouble_panel(why, None))}
            {move || if board.open.get() {
                view! { <section class="panel"><h3>{say::TOUCHPOINT_ADD}</h3>{form(board)}</section> }.into_any()
            } else {
                view! {
                    <button type="button" class="button primary no-print" data-testid="add-touchpoint" on:click=move |_| board.open.set(true)>
                        {icon(Icon::Plus)} {say::TOUCHPOINT_ADD}
                    </button>
                }
                .into_any()
            }}
            {move || board.touchpoints.with(|load| match load {
                Load::Loading => row_skeletons(3),
                Load::Failed(refusal) => trouble_panel(refusal.clone(), Some(reload)),
                Load::Ready(there) => {
                    let nothing = there.touchpoints.is_empty().then(|| view! {
                        <div class="pane-empty" data-testid="no-touchpoints">
                            <span class="empty-sign">{icon(Icon::MapPin)}</span>
                            <h3>{say::TOUCHPOINT_NONE}</h3>
                            <p>{say::TOUCHPOINT_NONE_TEXT}</p>
                        </div>
                    }.into_any());
                    let rows = there.touchpoints.iter().map(|one| row(board, one));
                    let entrances = there.entrances.iter().copied().map(entrance_row);
                    view! {
                        {nothing}
                        <ul class="device-list">{rows.collect_view()}</ul>
                        {(!there.entrances.is_empty()).then(|| view! {
                            <section aria-labelledby="entrances">
                                <h3 id="entrances">{say::TOUCHPOINT_ENTRANCES}</h3>
                                <ul class="device-list">{entrances.collect_view()}</ul>
                            </section>
                        }.into_any())}
                    }
                    .into_any()
                }
            })}
        </div>
    }
    .into_any()
}

fn figures(footfall: Footfall) -> AnyView {
    let count = |key: &'static str, label: Phrase, count: u64| {
        view! { <div><dt>{label}</dt><dd data-testid=key>{move || number(count as f64)}</dd></div> }
            .into_any()
    };
    view! {
        <dl class="campaign-figures">
            {count("visits", say::TOUCHPOINT_VISITS, footfall.visits)}
            {count("joins", say::TOUCHPOINT_JOINS, footfall.joins)}
            {count("orders", say::TOUCHPOINT_ORDERS, footfall.orders)}
            <div><dt>{say::TOUCHPOINT_TURNOVER}</dt><dd data-testid="turnover">{money(footfall.turnover)}</dd></div>
            {count("coupons", say::TOUCHPOINT_COUPONS, footfall.coupons)}
            {count("redeemed", say::TOUCHPOINT_REDEEMED, footfall.redeemed)}
        </dl>
    }
    .into_any()
}

fn row(board: Board, one: &Touchpoint) -> AnyView {
    let Touchpoint { id, name, code, leads, made, stopped, footfall } = one.clone();
    let label = name.clone();
    let address = Memo::new(move |_| leads.address(&origin(), &code));
    let state = move || match stopped {
        Some(at) => say::touchpoint_stopped_at(&day(at, &zone())),
        None => say::touchpoint_since(&day(made, &zone())),
    };
    let shown = move || board.shown.get() == Some(id);
    let sheet = move || {
        let label = label.clone();
        shown().then(|| {
            let named = label.clone();
            view! {
                <div class="touchpoint-code" data-testid="touchpoint-code" data-address=move || address.get()>
                    {move || address.with(|address| {
                        let label = label.clone();
                        qr_code(address, Signal::derive(move || say::touchpoint_code_label(&label)))
                    })}
                    <p><strong>{named}</strong></p>
                    <p class="code-text">{move || address.get()}</p>
                    {move || (!address.with(|address| is_for_phones(address))).then(|| view! {
                        <p class="quiet-text no-print">{say::TOUCHPOINT_LOCAL}</p>
                    }.into_any())}
                    <button
                        type="button"
                        class="button no-print"
                        data-testid="print-touchpoint"
                        // Where nothing prints, the code is on the screen all the same.
                        on:click=move |_| _ = window().print()
                    >
                        {say::TOUCHPOINT_PRINT}
                    </button>
                </div>
            }
            .into_any()
        })
    };
    let toggle = move |_| board.shown.set((!untrack(shown)).then_some(id));
    view! {
        <li class="device campaign" data-testid="touchpoint">
            <div class="device-words">
                <p class="device-name"><strong>{name}</strong></p>
                <p class="quiet-text">{state}</p>
                {figures(footfall)}
                {sheet}
            </div>
            <button type="button" class="button no-print" data-testid="show-touchpoint" aria-expanded=move || shown().to_string() on:click=toggle>
                {move || if shown() { say::TOUCHPOINT_HIDE_CODE() } else { say::TOUCHPOINT_CODE() }}
            </button>
            {stopped.is_none().then(|| view! {
                <button
                    type="button"
                    class="button no-print"
                    data-testid="stop-touchpoint"
                    disabled=move || board.busy.get()
                    on:click=move |_| board.ask(StopTouchpoint { touchpoint: id }, say::TOUCHPOINT_STOPPED, || ())
                >
                    {say::TOUCHPOINT_STOP}
                </button>
            }.into_any())}
        </li>
    }
    .into_any()
}

fn entrance_row(one: EntranceFootfall) -> AnyView {
    let EntranceFootfall { entrance, footfall } = one;
    let name = match entrance {
        Entrance::Till => say::TOUCHPOINT_AT_TILL,
        Entrance::Table => say::TOUCHPOINT_AT_TABLE,
        Entrance::Receipt => say::TOUCHPOINT_AT_RECEIPT,
        Entrance::Door => say::TOUCHPOINT_AT_DOOR,
    };
    view! {
        <li class="device campaign" data-testid="entrance" data-entrance=entrance.word()>
            <div class="device-words">
                <p class="device-name"><strong>{name}</strong></p>
                {figures(footfall)}
            </div>
        </li>
    }
    .into_any()
}

/// The pages that the form offers.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum To {
    Shop,
    Coupons,
    Card,
    Product,
}

fn form(board: Board) -> AnyView {
    let (name, product) = (RwSignal::new(String::new()), RwSignal::new(String::new()));
    let to = RwSignal::new(To::Shop);
    let (wrong_name, wrong_product) = (RwSignal::new(false), RwSignal::new(false));
    // Sent again after a lost answer it is the same one.
    let id: TouchpointId = new_id();
    let segments = [
        (To::Shop, "shop", say::TOUCHPOINT_TO_SHOP as Phrase),
        (To::Coupons, "coupons", say::TOUCHPOINT_TO_COUPONS),
        (To::Card, "card", say::TOUCHPOINT_TO_CARD),
        (To::Product, "product", say::TOUCHPOINT_TO_PRODUCT),
    ];
    let segments = segments.map(|(value, key, label)| Segment {
        value,
        label: Signal::derive(move || label().to_owned()),
        key,
    });
    let save = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        let typed = name.get_untracked().trim().to_owned();
        let code = product.get_untracked().trim().parse::<ProductCode>();
        let leads = match to.get_untracked() {
            To::Shop => Ok(Leads::Shop),
            To::Coupons => Ok(Leads::Coupons),
            To::Card => Ok(Leads::Card),
            To::Product => code.map(|code| Leads::Product { code }),
        };
        wrong_name.set(typed.is_empty() || typed.chars().count() > LONGEST_NAME);
        wrong_product.set(leads.is_err());
        if let (Ok(leads), false) = (leads, wrong_name.get_untracked()) {
            let call = SaveTouchpoint { touchpoint: id, name: typed, leads };
            board.ask(call, say::TOUCHPOINT_SAVED, move || {
                board.open.set(false);
                board.shown.set(Some(id));
            });
        }
    };
    view! {
        <form class="campaign-form" novalidate on:submit=save>
            <Field
                label=say::TOUCHPOINT_NAME
                value=name
                key="touchpoint-name"
                longest=LONGEST_NAME
                example=say::TOUCHPOINT_NAME_EXAMPLE
                wrong=wrong_name
                problem=say::TOUCHPOINT_NAME_WRONG
            />
            <Segmented
                name="touchpoint-to"
                label=Signal::derive(|| say::TOUCHPOINT_LEADS().to_owned())
                segments=segments.into()
                chosen=to
                on_choose=move |chosen| to.set(chosen)
            />
            {move || (to.get() == To::Product).then(|| view! {
                <Field
                    label=say::TOUCHPOINT_PRODUCT
                    value=product
                    key="touchpoint-product"
                    keys="numeric"
                    wrong=wrong_product
                    problem=say::TOUCHPOINT_PRODUCT_WRONG
                />
            }.into_any())}
            <div class="row-actions">
                <button class="button primary" data-testid="save-touchpoint" disabled=move || board.busy.get()>
                    {say::TOUCHPOINT_SAVE}
                </button>
                <button type="button" class="button" on:click=move |_| board.open.set(false)>{say::TOUCHPOINT_CANCEL}</button>
            </div>
        </form>
    }
    .into_any()
}
