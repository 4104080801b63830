//! The codes that stand on the tables, as a sheet to be printed and cut.

use leptos::prelude::*;
use ministore_core::issued::TableNumber;
use ministore_core::table::table_address;

use super::for_phones::is_for_phones;
use super::frame::pane_head;
use super::place::Place;
use super::tables::live_tables;
use super::trouble::trouble_panel;
use crate::client::query::Load;
use crate::i18n::{local, say};
use crate::state::shop;
use crate::widgets::field::Field;
use crate::widgets::icon::{Icon, icon};
use crate::widgets::qr_code::qr_code;
use crate::widgets::skeleton::card_skeletons;

/// The sheet.
pub(super) fn table_codes_screen() -> AnyView {
    let tables = live_tables();
    let address = RwSignal::new(window().location().origin().unwrap_or_default());
    let wrong = Signal::derive(move || !address.with(|address| is_for_phones(address)));
    let print = move |_| {
        // A browser that cannot print does nothing.
        let _ = window().print();
    };
    let beside = view! {
        <button type="button" class="button primary" data-testid="print-codes" on:click=print>
            {icon(Icon::Receipt)} {say::COUNTER_TABLE_CODES_PRINT}
        </button>
    }
    .into_any();
    view! {
        {pane_head(Signal::derive(|| say::COUNTER_TABLE_CODES().to_owned()), Some(Place::Tables), Some(beside))}
        <div class="pane-body table-codes">
            <p class="quiet-text no-print">{say::COUNTER_TABLE_CODES_TEXT}</p>
            <div class="no-print">
                <Field
                    label=Signal::derive(say::COUNTER_TABLE_CODES_ADDRESS)
                    value=address
                    key="table-address"
                    kind="url"
                    keys="url"
                    wrong=wrong
                    problem=say::COUNTER_TABLE_CODES_LOCAL
                />
            </div>
            {move || match tables.get() {
                Load::Loading => card_skeletons(8),
                Load::Failed(refusal) => {
                    trouble_panel(refusal, Some(Callback::new(move |()| tables.reload())))
                }
                Load::Ready(list) => {
                    let cards = list.tables.into_iter().map(|shown| code_card(shown.table, address));
                    view! { <ul class="code-sheet" data-testid="code-sheet">{cards.collect_view()}</ul> }.into_any()
                }
            }}
        </div>
    }
    .into_any()
}

fn code_card(table: TableNumber, address: RwSignal<String>) -> AnyView {
    let label = Signal::derive(move || say::counter_table_code_label(&table.to_string()));
    let name = move || shop::shop().map(|shop| local(&shop.name)).unwrap_or_default();
    view! {
        <li class="code-card-table" data-testid="table-code">
            <span class="code-shop">{name}</span>
            <strong class="code-table">{move || say::table_title(&table.to_string())}</strong>
            {move || qr_code(&address.with(|address| table_address(address, table)), label)}
            <span>{say::COUNTER_TABLE_CODE_HINT}</span>
            <span class="code-symbol">{table.symbol_text()}</span>
        </li>
    }
    .into_any()
}
