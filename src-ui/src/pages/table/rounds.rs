//! What was sent to the kitchen, the latest first, and how far each dish is.

use leptos::prelude::*;
use ministore_core::table::{Round, RoundState, TabLine};

use super::seat::Seat;
use super::words::{dish_state, dish_words, guest_dot, guest_name};
use crate::i18n::{say, time};
use crate::state::shop::zone;
use crate::widgets::empty_state::EmptyState;
use crate::widgets::icon::Icon;

/// The rounds.
pub(super) fn rounds_view(seat: Seat) -> AnyView {
    let rounds = Memo::new(move |_| {
        seat.with(|tab| {
            let lines = |round: &Round| tab.lines_of(round.id).cloned().collect::<Vec<TabLine>>();
            tab.rounds.iter().rev().map(|round| (*round, lines(round))).collect::<Vec<_>>()
        })
    });
    let me = Memo::new(move |_| seat.with(|tab| tab.me));
    let shown = move || {
        let rounds = rounds.get();
        if rounds.is_empty() {
            return view! {
                <EmptyState
                    sign=Icon::Receipt
                    title=Signal::derive(|| say::TABLE_ROUNDS_EMPTY().to_owned())
                    text=Signal::derive(|| say::TABLE_ROUNDS_EMPTY_TEXT().to_owned())
                />
            }
            .into_any();
        }
        rounds.into_iter().map(|(round, lines)| round_view(round, lines, me)).collect_view().into_any()
    };
    shown.into_any()
}

/// How far a round is, in a word. Tracked.
fn round_word(state: RoundState) -> &'static str {
    match state {
        RoundState::Preparing => say::TABLE_ROUND_PREPARING(),
        RoundState::Ready => say::TABLE_ROUND_READY(),
        RoundState::Over => say::TABLE_ROUND_OVER(),
    }
}

fn round_view(round: Round, lines: Vec<TabLine>, me: Memo<Option<u32>>) -> AnyView {
    let state = RoundState::of(lines.iter().map(|line| line.state));
    let key = match state {
        RoundState::Preparing => "preparing",
        RoundState::Ready => "ready",
        RoundState::Over => "served",
    };
    let sent = move || say::table_round_sent(&time(round.sent, &zone()), &guest_name(round.guest, me.get()));
    let rows = lines.into_iter().map(|line| {
        let by = line.guest;
        view! {
            <li class="round-line" data-testid="round-line" data-state=line.state.word()>
                {guest_dot(by)} {dish_words(&line)} {dish_state(&line)}
            </li>
        }
        .into_any()
    });
    view! {
        <section class="panel round" data-testid="round" data-state=key>
            <header class="round-head">
                <h2>{say::table_round(&round.number.to_string())}</h2>
                <span class="state" data-state=key>{round_word(state)}</span>
            </header>
            <p class="quiet-text">{sent}</p>
            <ul>{rows.collect_view()}</ul>
        </section>
    }
    .into_any()
}
