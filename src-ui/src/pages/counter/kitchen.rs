//! What the kitchen has to make, by station: the oldest round first, each a ticket that can be printed.

use leptos::prelude::*;
use ministore_core::id::{LineId, RoundId, TabId};
use ministore_core::refusal::Refusal;
use ministore_core::sync::Changed;
use ministore_core::table::menu::{GetMenu, MenuKey, Station};
use ministore_core::table::{GetKitchen, KitchenRound, LineState, LineStep, TabLine, TakeStep};
use ministore_core::time::Timestamp;
use wasm_bindgen::JsCast;
use wasm_bindgen_futures::spawn_local;

use super::frame::pane_head;
use super::place::Place;
use super::queue::minutes_between;
use super::sound::{Sound, play};
use super::trouble::trouble_panel;
use crate::client::events::{Live, on_live};
use crate::client::query::{Load, Query};
use crate::client::{call, storage};
use crate::i18n::{local, say, time};
use crate::pages::table::words::{dish_state, dish_words};
use crate::state::shop::zone;
use crate::widgets::announcer::announce;
use crate::widgets::empty_state::EmptyState;
use crate::widgets::icon::{Icon, icon};
use crate::widgets::skeleton::card_skeletons;

/// Under which name the device keeps which station it stands at.
const KEPT: &str = "ministore.station";

/// After so many minutes a round is late.
const LATE: u32 = 15;

/// The dishes of a round that a station makes; all of them for none.
fn of_station(round: &KitchenRound, station: Option<&MenuKey>) -> Vec<TabLine> {
    let mine =
        |line: &&TabLine| line.state.is_under_way() && station.is_none_or(|station| line.station == *station);
    round.lines.iter().filter(mine).cloned().collect()
}

/// Every round under way, asked for again with every change of a table's.
pub(super) fn live_kitchen() -> Query<GetKitchen> {
    let kitchen = Query::new(|| Some(GetKitchen {}));
    on_live(move |live| {
        if matches!(live, Live::Anything | Live::Changed(Changed::Tab { .. })) {
            kitchen.reload();
        }
    });
    kitchen
}

/// The kitchen.
pub(super) fn kitchen_screen(now: RwSignal<Timestamp>) -> AnyView {
    let kitchen = live_kitchen();
    let menu = Query::new(|| Some(GetMenu {}));
    let station = RwSignal::new(storage::get(KEPT).and_then(|key| key.parse::<MenuKey>().ok()));
    let problem = RwSignal::new(None::<Refusal>);
    let touched = StoredValue::new(None::<String>);
    ring_for_new_rounds(kitchen, station);
    let stations = Memo::new(move |_| match menu.get() {
        Load::Ready(menu) => menu.stations,
        Load::Loading | Load::Failed(_) => Vec::new(),
    });
    let tickets = Memo::new(move |_| match kitchen.get() {
        Load::Loading => Load::Loading,
        Load::Failed(refusal) => Load::Failed(refusal),
        Load::Ready(kitchen) => {
            let station = station.get();
            let ticket = |round: KitchenRound| {
                let lines = of_station(&round, station.as_ref());
                (!lines.is_empty()).then_some((round, lines))
            };
            Load::Ready(kitchen.rounds.into_iter().filter_map(ticket).collect::<Vec<_>>())
        }
    });
    Effect::new(move |_| {
        tickets.track();
        keep_focus(touched);
    });
    let title = Signal::derive(|| say::COUNTER_KITCHEN().to_owned());
    view! {
        {pane_head(title, Some(Place::Tables), Some(station_choice(stations, station)))}
        <div class="pane-body kitchen" data-testid="kitchen">
            {move || problem.get().map(|refusal| trouble_panel(refusal, None))}
            {move || match tickets.get() {
                Load::Loading => card_skeletons(4),
                Load::Failed(refusal) => {
                    trouble_panel(refusal, Some(Callback::new(move |()| kitchen.reload())))
                }
                Load::Ready(tickets) if tickets.is_empty() => view! {
                    <EmptyState
                        sign=Icon::Soup
                        title=Signal::derive(|| say::COUNTER_KITCHEN_EMPTY().to_owned())
                        text=Signal::derive(|| say::COUNTER_KITCHEN_EMPTY_TEXT().to_owned())
                    />
                }
                .into_any(),
                Load::Ready(tickets) => {
                    let all = tickets.into_iter().map(|(round, lines)| {
                        ticket(Steps { kitchen, problem, touched }, round, lines, now)
                    });
                    view! { <ul class="tickets">{all.collect_view()}</ul> }.into_any()
                }
            }}
        </div>
    }
    .into_any()
}

/// A round that was not there before rings.
fn ring_for_new_rounds(kitchen: Query<GetKitchen>, station: RwSignal<Option<MenuKey>>) {
    let known = StoredValue::new(None::<Vec<RoundId>>);
    Effect::new(move |_| {
        kitchen.with(|load| {
            let Load::Ready(kitchen) = load else { return };
            if let Some(before) = known.get_value() {
                let station = station.get_untracked();
                let is_new = |round: &&KitchenRound| {
                    !before.contains(&round.round.id) && !of_station(round, station.as_ref()).is_empty()
                };
                let new: Vec<u32> =
                    kitchen.rounds.iter().filter(is_new).map(|round| round.round.number).collect();
                if let Some(first) = new.first() {
                    play(Sound::Order);
                    announce(&untrack(|| say::counter_kitchen_new(new.len() as u32, &first.to_string())));
                }
            }
            known.set_value(Some(kitchen.rounds.iter().map(|round| round.round.id).collect()));
        });
    });
}

fn station_choice(stations: Memo<Vec<Station>>, chosen: RwSignal<Option<MenuKey>>) -> AnyView {
    let choose = move |station: Option<MenuKey>| {
        match &station {
            Some(station) => storage::set(KEPT, station.as_str()),
            None => storage::remove(KEPT),
        }
        chosen.set(station);
    };
    let radio = move |key: String, station: Option<MenuKey>, label: Signal<String>| {
        let mine = station.clone();
        view! {
            <label>
                <input
                    type="radio"
                    name="station"
                    value=key.clone()
                    data-testid=["station-", &key].concat()
                    prop:checked=move || chosen.with(|chosen| *chosen == mine)
                    on:change=move |_| choose(station.clone())
                />
                <span>{move || label.get()}</span>
            </label>
        }
        .into_any()
    };
    view! {
        <div class="segmented stations" role="radiogroup" aria-label=say::COUNTER_KITCHEN_STATION>
            {radio("all".to_owned(), None, Signal::derive(|| say::COUNTER_KITCHEN_ALL().to_owned()))}
            {move || {
                let one = |station: Station| {
                    let name = station.name;
                    radio(station.key.to_string(), Some(station.key), Signal::derive(move || local(&name)))
                };
                stations.get().into_iter().map(one).collect_view()
            }}
        </div>
    }
    .into_any()
}

/// Where the focus goes when a ticket is drawn anew and the button that had it is gone: to the ticket, so that whoever
/// works by keyboard goes on from there; to the heading, where the ticket is gone too.
fn keep_focus(touched: StoredValue<Option<String>>) {
    request_animation_frame(move || {
        let Some(Some(key)) = touched.try_update_value(Option::take) else { return };
        let lost = document().active_element().is_none_or(|element| element.tag_name() == "BODY");
        let ticket = document().get_element_by_id(&key);
        let next = ticket.or_else(|| document().query_selector(".pane-title").ok().flatten());
        if let Some(next) =
            next.filter(|_| lost).and_then(|next| next.dyn_into::<web_sys::HtmlElement>().ok())
        {
            // What has a tabindex takes it.
            let _ = next.focus();
        }
    });
}

/// What steps are taken with.
#[derive(Clone, Copy)]
struct Steps {
    kitchen: Query<GetKitchen>,
    problem: RwSignal<Option<Refusal>>,
    /// The ticket at which the last one was taken.
    touched: StoredValue<Option<String>>,
}

fn take_step(steps: Steps, ticket: &str, tab: TabId, lines: Vec<LineId>, step: LineStep) {
    let Steps { kitchen, problem, touched } = steps;
    problem.set(None);
    touched.set_value(Some(ticket.to_owned()));
    spawn_local(async move {
        // Where it is there already, nothing is done again: a second tap is no harm.
        let outcome = call(TakeStep { tab, lines, step }).await;
        if problem.try_get_untracked().is_none() {
            return; // The screen was left.
        }
        match outcome {
            Ok(_) => {
                play(Sound::Right);
                kitchen.reload();
            }
            Err(refusal) => {
                play(Sound::Wrong);
                problem.set(Some(refusal));
                kitchen.reload();
            }
        }
    });
}

/// Prints one ticket and nothing else of the screen.
fn print_ticket(key: &str) {
    let root = document().document_element();
    let ticket = document().get_element_by_id(key);
    let (Some(root), Some(ticket)) = (root, ticket) else { return };
    // Attributes with plain names can always be set and taken off.
    let _ = root.set_attribute("data-prints", "ticket");
    let _ = ticket.set_attribute("data-printed", "");
    let _ = window().print();
    let _ = ticket.remove_attribute("data-printed");
    let _ = root.remove_attribute("data-prints");
}

fn ticket(steps: Steps, shown: KitchenRound, lines: Vec<TabLine>, now: RwSignal<Timestamp>) -> AnyView {
    let (tab, round, table) = (shown.tab, shown.round, shown.table);
    let key = ["ticket-", &round.number.to_string()].concat();
    let steps_of = StoredValue::new(key.clone());
    let waits = move || minutes_between(round.sent, now.get());
    let in_state = |states: &[LineState]| -> Vec<LineId> {
        lines.iter().filter(|line| states.contains(&line.state)).map(|line| line.id).collect()
    };
    let (sent, to_make, ready) = (
        in_state(&[LineState::Sent]),
        in_state(&[LineState::Sent, LineState::Preparing]),
        in_state(&[LineState::Ready]),
    );
    let button = |key: &'static str,
                  class: &'static str,
                  label: fn() -> &'static str,
                  of: Vec<LineId>,
                  step| {
        (!of.is_empty()).then(|| {
                view! {
                    <button
                        type="button"
                        class=class
                        data-testid=key
                        on:click=move |_| steps_of.with_value(|ticket| take_step(steps, ticket, tab, of.clone(), step))
                    >
                        {label}
                    </button>
                }
                .into_any()
            })
    };
    let all_ready = to_make.is_empty();
    let rows = lines.iter().map(|line| {
        let (id, state) = (line.id, line.state);
        let (step, label): (LineStep, fn() -> &'static str) = match state {
            LineState::Ready => (LineStep::Back, say::COUNTER_KITCHEN_BACK),
            _ => (LineStep::Ready, say::COUNTER_KITCHEN_READY),
        };
        let age = line.min_age.map(|age| {
            view! { <span class="state" data-state="cancelled">{say::counter_kitchen_age(&age.to_string())}</span> }
                .into_any()
        });
        view! {
            <li class="ticket-line" data-testid="ticket-line" data-state=state.word()>
                {dish_words(line)} {age} {dish_state(line)}
                <button
                    type="button"
                    class="button no-print"
                    data-testid="line-step"
                    on:click=move |_| steps_of.with_value(|ticket| take_step(steps, ticket, tab, vec![id], step))
                >
                    {label}
                </button>
            </li>
        }
        .into_any()
    });
    let rows = rows.collect_view();
    let (id, for_print) = (key.clone(), key.clone());
    view! {
        <li
            class="ticket"
            id=id
            tabindex="-1"
            data-testid=key
            data-late=move || (!all_ready && waits() >= LATE).then_some("")
            data-ready=all_ready.then_some("")
        >
            <header class="ticket-head">
                <h3>
                    <span class="ticket-number">{round.number.to_string()}</span>
                    <span class="visually-hidden">
                        {say::counter_kitchen_ticket(&round.number.to_string(), &table.to_string())}
                    </span>
                </h3>
                <span class="ticket-table" aria-hidden="true">{say::table_title(&table.to_string())}</span>
                <span class="quiet-text">
                    {move || time(round.sent, &zone())} " · " {move || say::counter_kitchen_minutes(waits())}
                </span>
                <button
                    type="button"
                    class="icon-button no-print"
                    data-testid="print-ticket"
                    aria-label=say::counter_kitchen_print(&round.number.to_string())
                    on:click=move |_| print_ticket(&for_print)
                >
                    {icon(Icon::Receipt)}
                </button>
            </header>
            <ul>{rows}</ul>
            <footer class="ticket-foot no-print">
                {button("start", "button", say::COUNTER_KITCHEN_START, sent, LineStep::Start)}
                {button("ready", "button primary", say::COUNTER_KITCHEN_READY, to_make, LineStep::Ready)}
                {button("served", "button primary", say::COUNTER_KITCHEN_SERVED, if all_ready { ready } else { Vec::new() }, LineStep::Serve)}
            </footer>
        </li>
    }
    .into_any()
}
