//! The tables: who sits where, and what is open.

use leptos::prelude::*;
use leptos_router::components::A;
use ministore_core::issued::TableNumber;
use ministore_core::sync::Changed;
use ministore_core::table::{GetTables, TableView};

use super::frame::pane_head;
use super::place::Place;
use super::trouble::trouble_panel;
use crate::client::events::{Live, on_live};
use crate::client::query::{Load, Query};
use crate::i18n::{money, say, time};
use crate::state::shop::zone;
use crate::widgets::empty_state::EmptyState;
use crate::widgets::icon::{Icon, icon};
use crate::widgets::skeleton::card_skeletons;

/// The tables, asked for again with every change of theirs.
pub(super) fn live_tables() -> Query<GetTables> {
    let tables = Query::new(|| Some(GetTables {}));
    on_live(move |live| {
        if matches!(live, Live::Anything | Live::Changed(Changed::Tab { .. } | Changed::Shop)) {
            tables.reload();
        }
    });
    tables
}

/// The way to the tables, in a shop that has some.
pub(super) fn to_tables() -> AnyView {
    let tables = Query::new(|| Some(GetTables {}));
    on_live(move |live| {
        if matches!(live, Live::Changed(Changed::Shop)) {
            tables.reload();
        }
    });
    let some = Memo::new(move |_| matches!(tables.get(), Load::Ready(list) if !list.tables.is_empty()));
    let link = move || {
        some.get().then(|| {
            view! {
                <A href=Place::Tables.path() attr:class="button top-tables" attr:data-testid="to-tables">
                    {icon(Icon::Soup)} <span class="top-word">{say::COUNTER_TABLES}</span>
                </A>
            }
            .into_any()
        })
    };
    link.into_any()
}

/// The tables.
pub(super) fn tables_screen() -> AnyView {
    let tables = live_tables();
    // A card stays the same while what it shows changes: whoever stands on it with the keyboard goes on from there.
    let phase = Memo::new(move |_| match tables.get() {
        Load::Loading => Load::Loading,
        Load::Failed(refusal) => Load::Failed(refusal),
        Load::Ready(_) => Load::Ready(()),
    });
    let numbers = Memo::new(move |_| match tables.get() {
        Load::Ready(list) => list.tables.iter().map(|shown| shown.table).collect::<Vec<_>>(),
        Load::Loading | Load::Failed(_) => Vec::new(),
    });
    let beside = view! {
        <nav class="table-ways">
            <A href=Place::Kitchen.path() attr:class="button" attr:data-testid="to-kitchen">
                {icon(Icon::Soup)} {say::COUNTER_TABLE_TO_KITCHEN}
            </A>
            <A href=Place::Display.path() attr:class="button" attr:data-testid="to-display">
                {icon(Icon::Devices)} {say::COUNTER_TABLE_TO_DISPLAY}
            </A>
            <A href=Place::TableCodes.path() attr:class="button" attr:data-testid="to-table-codes">
                {icon(Icon::Scan)} {say::COUNTER_TABLE_CODES}
            </A>
        </nav>
    }
    .into_any();
    let title = Signal::derive(|| say::COUNTER_TABLES().to_owned());
    view! {
        {pane_head(title, Some(Place::Queue), Some(beside))}
        <div class="pane-body" data-testid="tables">
            {move || match phase.get() {
                Load::Loading => card_skeletons(8),
                Load::Failed(refusal) => {
                    trouble_panel(refusal, Some(Callback::new(move |()| tables.reload())))
                }
                Load::Ready(()) if numbers.with(Vec::is_empty) => view! {
                    <EmptyState
                        sign=Icon::Soup
                        title=Signal::derive(|| say::COUNTER_TABLES_NONE().to_owned())
                        text=Signal::derive(|| say::COUNTER_TABLES_NONE_TEXT().to_owned())
                    />
                }
                .into_any(),
                Load::Ready(()) => view! {
                    <p class="quiet-text">{say::COUNTER_TABLES_TEXT}</p>
                    <ul class="table-grid">
                        <For
                            each=move || numbers.get()
                            key=|number| *number
                            children=move |number| table_card(tables, number)
                        />
                    </ul>
                }
                .into_any(),
            }}
        </div>
    }
    .into_any()
}

fn table_card(tables: Query<GetTables>, table: TableNumber) -> AnyView {
    let shown = Memo::new(move |_| match tables.get() {
        Load::Ready(list) => list.tables.into_iter().find(|shown| shown.table == table),
        Load::Loading | Load::Failed(_) => None,
    });
    let taken =
        move || shown.with(|shown| shown.as_ref().is_some_and(|shown| shown.tab.is_some()).then_some(""));
    view! {
        <li>
            <A
                href=Place::Table(table).path()
                attr:class="table-card"
                attr:data-testid=["table-", &table.to_string()].concat()
                attr:data-taken=taken
            >
                <strong class="table-number">{table.to_string()}</strong>
                {move || shown.get().map(card_words)}
            </A>
        </li>
    }
    .into_any()
}

fn card_words(shown: TableView) -> AnyView {
    let Some(tab) = shown.tab else {
        return view! {
            <span class="quiet-text">{move || say::counter_table_seats(shown.seats)}</span>
            <span class="state">{say::COUNTER_TABLE_FREE}</span>
        }
        .into_any();
    };
    let (guests, opened, due) = (tab.guests, tab.opened, tab.due);
    let chip = |count: u32, state: &'static str, words: fn(u32) -> String| {
        (count > 0)
            .then(|| view! { <span class="state" data-state=state>{move || words(count)}</span> }.into_any())
    };
    view! {
        <span class="quiet-text">
            {move || say::counter_table_guests(guests)} " · "
            {move || say::counter_table_since(&time(opened, &zone()))}
        </span>
        <span class="table-chips">
            {chip(tab.ready, "ready", say::counter_table_ready)}
            {chip(tab.to_make, "preparing", say::counter_table_to_make)}
            {chip(tab.drafts, "draft", say::counter_table_drafts)}
        </span>
        <span class="table-due money">{move || say::counter_table_due(&money(due))}</span>
    }
    .into_any()
}
