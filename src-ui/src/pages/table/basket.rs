//! The table's list: what all its phones have chosen and not sent yet, and the way to the kitchen.

use leptos::prelude::*;
use ministore_core::id::{LineId, RoundId};
use ministore_core::money::Money;
use ministore_core::table::{ChangeLine, MAX_PIECES, SendRound, Tab, TabLine};

use super::Look;
use super::seat::Seat;
use super::words::{chosen_words, guest_dot, guest_name};
use crate::client::new_id;
use crate::i18n::{local, money, number, say};
use crate::widgets::empty_state::EmptyState;
use crate::widgets::icon::{Icon, icon};
use crate::widgets::sheet::Sheet;
use crate::widgets::stepper::Stepper;
use crate::widgets::toast::toast;

fn drafts(tab: &Tab) -> Vec<TabLine> {
    tab.drafts().cloned().collect()
}

/// What lines come to; none where there are none.
fn sum(lines: &[TabLine]) -> Option<Money> {
    let mut amounts = lines.iter().map(|line| line.amount);
    let first = amounts.next()?;
    amounts.try_fold(first, Money::plus).ok()
}

/// The bar below: how much is on the list, and the list itself in a sheet.
pub(super) fn basket_bar(seat: Seat, look: RwSignal<Look>) -> AnyView {
    let open = RwSignal::new(false);
    let lines = Memo::new(move |_| seat.with(drafts));
    let pieces = Memo::new(move |_| lines.with(|lines| lines.iter().map(|line| line.pieces).sum::<u32>()));
    let total = Memo::new(move |_| lines.with(|lines| sum(lines)));
    let show = move |_| {
        seat.hush();
        open.set(true);
    };
    view! {
        {move || {
            (pieces.get() > 0).then(|| {
                view! {
                    <button
                        type="button"
                        class="button primary large table-bar"
                        data-testid="open-list"
                        aria-haspopup="dialog"
                        on:click=show
                    >
                        {icon(Icon::Basket)}
                        <span data-testid="list-count">{move || say::table_basket_count(pieces.get())}</span>
                        <span class="money">{move || total.get().map(money)}</span>
                    </button>
                }
                .into_any()
            })
        }}
        <Sheet open=open title=Signal::derive(|| say::TABLE_BASKET().to_owned())>
            {list(seat, lines, total, open, look)}
        </Sheet>
    }
    .into_any()
}

fn list(
    seat: Seat,
    lines: Memo<Vec<TabLine>>,
    total: Memo<Option<Money>>,
    open: RwSignal<bool>,
    look: RwSignal<Look>,
) -> AnyView {
    // What was sent last, and its key: the same again is sent with the same.
    let sent = StoredValue::new(None::<(Vec<LineId>, RoundId)>);
    let send = move |_| {
        let Some(tab) = seat.tab() else { return };
        let ids: Vec<LineId> = lines.with_untracked(|lines| lines.iter().map(|line| line.id).collect());
        let round = match sent.get_value() {
            Some((before, round)) if before == ids => round,
            _ => new_id(),
        };
        sent.set_value(Some((ids.clone(), round)));
        seat.act(SendRound { tab, round, lines: ids }, move |tab| {
            open.set(false);
            look.set(Look::Rounds);
            if let Some(round) = tab.rounds.iter().rev().find(|there| there.id == round).or(tab.rounds.last())
            {
                toast(untrack(|| say::table_sent(&round.number.to_string())), None);
            }
        });
    };
    let empty = Memo::new(move |_| lines.with(Vec::is_empty));
    view! {
        <div class="table-list" data-testid="list">
            {move || {
                empty.get().then(|| {
                    view! {
                        <EmptyState
                            sign=Icon::Basket
                            title=Signal::derive(|| say::TABLE_BASKET_EMPTY().to_owned())
                            text=Signal::derive(|| say::TABLE_BASKET_EMPTY_TEXT().to_owned())
                        />
                    }
                    .into_any()
                })
            }}
            <ul class="drafts">
                <For
                    each=move || lines.get()
                    key=|line| line.id
                    children=move |line| draft_row(seat, lines, line)
                />
            </ul>
            {seat.problem_panel()}
            <button
                type="button"
                class="button primary large wide"
                data-testid="send"
                disabled=move || empty.get() || seat.busy.get()
                on:click=send
            >
                {move || say::table_send(&total.get().map(money).unwrap_or_default())}
            </button>
        </div>
    }
    .into_any()
}

fn draft_row(seat: Seat, lines: Memo<Vec<TabLine>>, line: TabLine) -> AnyView {
    let (id, guest) = (line.id, line.guest);
    let now = Memo::new(move |_| {
        let found = lines
            .with(|lines| lines.iter().find(|line| line.id == id).map(|line| (line.pieces, line.amount)));
        found.unwrap_or((line.pieces, line.amount))
    });
    let name = {
        let name = line.name.clone();
        Signal::derive(move || local(&name))
    };
    let by = move || say::table_put_in_by(&guest_name(guest, seat.with(|tab| tab.me)));
    let change = move |pieces: u32| {
        let Some(tab) = seat.tab() else { return };
        seat.act(ChangeLine { tab, line: id, pieces }, move |_| {
            if pieces == 0 {
                toast(untrack(|| say::table_taken_out(&name.get())), None);
            }
        });
    };
    let (chosen, note) = (line.chosen.clone(), line.note.clone());
    view! {
        <li class="draft" data-testid="draft" data-guest=guest.map(|guest| guest.to_string())>
            {guest_dot(guest)}
            <span class="dish-words">
                <span class="dish-name">{move || name.get()}</span>
                <span class="quiet-text">{move || chosen_words(&chosen)}</span>
                {(!note.is_empty()).then(|| view! { <span class="dish-note">{note}</span> }.into_any())}
                <span class="quiet-text">{by}</span>
            </span>
            <strong class="money">{move || money(now.get().1)}</strong>
            <Stepper
                value=Signal::derive(move || now.get().0)
                shown=Signal::derive(move || number(now.get().0.into()))
                of=name
                max=MAX_PIECES
                on_change=change
            />
        </li>
    }
    .into_any()
}
