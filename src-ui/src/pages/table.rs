//! At a table: the menu, what all phones of the table have chosen, what was sent to the kitchen, and the bill.

mod basket;
mod bill;
mod dish;
mod menu;
mod rounds;
mod seat;
pub(crate) mod words;

use leptos::prelude::*;
use leptos_router::hooks::use_params_map;
use ministore_core::issued::TableNumber;
use ministore_core::refusal::{Refusal, Thing};
use ministore_core::table::{RoundState, TabState};
use ministore_core::touchpoint::Entrance;

use self::seat::{Phase, Seat};
use self::words::guest_dot;
use crate::client::touchpoint::came_by;
use crate::i18n::say;
use crate::widgets::announcer::announce;
use crate::widgets::error_panel::ErrorPanel;
use crate::widgets::icon::{Icon, icon};
use crate::widgets::page::Page;
use crate::widgets::segmented::{Segment, Segmented};
use crate::widgets::skeleton::row_skeletons;

/// What of the table is looked at.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Look {
    /// What can be ordered.
    Menu,
    /// What was ordered.
    Rounds,
    /// What is owed.
    Bill,
}

/// A table.
#[component]
pub(crate) fn TablePage() -> impl IntoView {
    came_by(Entrance::Table);
    let params = use_params_map();
    let table = Memo::new(move |_| {
        let number = params.with(|params| params.get("table")).and_then(|number| number.parse().ok());
        number.and_then(TableNumber::new)
    });
    let title = Signal::derive(move || match table.get() {
        Some(table) => say::table_title(&table.to_string()),
        None => say::TABLE_TITLE_PLAIN().to_owned(),
    });
    view! {
        <Page title=title back="/" class="table-page">
            {move || match table.get() {
                Some(table) => at_table(table),
                None => {
                    let what = Thing::Table;
                    view! { <ErrorPanel refusal=Refusal::NotFound { what } /> }.into_any()
                }
            }}
        </Page>
    }
}

fn at_table(table: TableNumber) -> AnyView {
    let seat = Seat::take(table);
    let look = RwSignal::new(Look::Menu);
    announce_ready_rounds(seat);
    let shown = move || match seat.phase.get() {
        Phase::Coming => row_skeletons(5),
        Phase::Failed(refusal) => {
            view! { <ErrorPanel refusal=refusal retry=move |()| seat.sit_down() /> }.into_any()
        }
        Phase::At(TabState::Open) => open_view(seat, look),
        Phase::At(TabState::Closed) => closed_view(seat, look),
    };
    shown.into_any()
}

/// Tells when a round is ready, whatever is looked at.
fn announce_ready_rounds(seat: Seat) {
    Effect::new(move |before: Option<Vec<u32>>| {
        let ready: Vec<u32> = seat.with(|tab| {
            let is_ready = |round: &&ministore_core::table::Round| {
                RoundState::of(tab.lines_of(round.id).map(|line| line.state)) == RoundState::Ready
            };
            tab.rounds.iter().filter(is_ready).map(|round| round.number).collect()
        });
        if let Some(number) =
            before.and_then(|before| ready.iter().find(|number| !before.contains(number)).copied())
        {
            announce(&untrack(|| say::table_round_is_ready(&number.to_string())));
        }
        ready
    });
}

fn open_view(seat: Seat, look: RwSignal<Look>) -> AnyView {
    let segment = |value, key, label: fn() -> &'static str| Segment {
        value,
        key,
        label: Signal::derive(move || label().to_owned()),
    };
    let segments = vec![
        segment(Look::Menu, "menu", say::TABLE_VIEW_MENU),
        segment(Look::Rounds, "rounds", say::TABLE_VIEW_ROUNDS),
        segment(Look::Bill, "bill", say::TABLE_VIEW_BILL),
    ];
    let me = Memo::new(move |_| seat.with(|tab| tab.me));
    let guests = Memo::new(move |_| seat.with(|tab| tab.guests));
    view! {
        <p class="table-guests" data-testid="guests" data-count=move || guests.get().to_string()>
            {move || me.get().map(|number| guest_dot(Some(number)))}
            <span>
                {move || me.get().map(|number| say::table_you(&number.to_string()))} " · "
                {move || say::table_guests(guests.get())}
            </span>
        </p>
        <Segmented
            name="look"
            label=Signal::derive(|| say::TABLE_VIEWS().to_owned())
            segments=segments
            chosen=look
            on_choose=move |chosen| look.set(chosen)
        />
        {seat.problem_panel()}
        <section class="table-look" data-testid="look" data-look=move || format!("{:?}", look.get()).to_lowercase()>
            {move || match look.get() {
                Look::Menu => menu::menu_view(seat),
                Look::Rounds => rounds::rounds_view(seat),
                Look::Bill => bill::bill_view(seat),
            }}
        </section>
        {basket::basket_bar(seat, look)}
    }
    .into_any()
}

fn closed_view(seat: Seat, look: RwSignal<Look>) -> AnyView {
    look.set(Look::Menu);
    let ate = Memo::new(move |_| seat.with(|tab| !tab.rounds.is_empty()));
    let again = move |_| seat.sit_again();
    view! {
        <section class="empty" data-testid="table-closed">
            <span class="empty-sign">{icon(Icon::Check)}</span>
            <h2>{say::TABLE_CLOSED_TITLE}</h2>
            <p>{move || if ate.get() { say::TABLE_CLOSED_TEXT() } else { say::TABLE_CLOSED_EMPTY() }}</p>
            <button type="button" class="button" data-testid="sit-again" on:click=again>
                {say::TABLE_AGAIN}
            </button>
        </section>
        {move || ate.get().then(|| bill::receipt(seat))}
    }
    .into_any()
}
