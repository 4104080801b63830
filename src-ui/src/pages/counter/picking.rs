//! Collecting an order's goods: by aisle, each thing by its scan.

use std::cmp::Ordering;
use std::sync::Arc;

use leptos::prelude::*;
use ministore_core::id::{LineId, OrderId};
use ministore_core::order::{Order, OrderLine, OrderState, PutBack};

use super::desk::{self, Desk, Outcome, Said};
use super::frame::pane_head;
use super::order_detail::{make_ready, with_order};
use super::order_words as words;
use super::place::Place;
use super::queue::progress;
use super::said::said_banner;
use super::short::{short_chip, short_panel};
use super::sound::{Sound, play};
use crate::i18n::{local, number, say};
use crate::refusal::state_word;
use crate::widgets::announcer::announce;
use crate::widgets::icon::{Icon, icon};
use crate::widgets::picture::picture;

/// The keys of an order's lines in the order of the walk: by aisle, `A2` before `A10`, and last what has none.
pub(crate) fn walk(lines: &[OrderLine]) -> Vec<LineId> {
    let mut lines: Vec<&OrderLine> = lines.iter().collect();
    lines.sort_by(|a, b| match (&a.aisle, &b.aisle) {
        (Some(a), Some(b)) => natural(a, b),
        (Some(_), None) => Ordering::Less,
        (None, Some(_)) => Ordering::Greater,
        (None, None) => Ordering::Equal,
    });
    lines.into_iter().map(|line| line.id).collect()
}

/// The first line of the walk of which something is still to be collected.
pub(crate) fn next_line(lines: &[OrderLine]) -> Option<LineId> {
    let open = |id: &LineId| lines.iter().any(|line| line.id == *id && line.to_pick() > 0);
    walk(lines).into_iter().find(open)
}

/// Compares texts with the numbers in them taken as numbers.
fn natural(a: &str, b: &str) -> Ordering {
    let (mut a, mut b) = (a, b);
    loop {
        let (text_a, number_a, rest_a) = head(a);
        let (text_b, number_b, rest_b) = head(b);
        let order = text_a.cmp(text_b).then(number_a.cmp(&number_b));
        if order != Ordering::Equal || (rest_a.is_empty() && rest_b.is_empty()) {
            return order.then(rest_a.cmp(rest_b));
        }
        (a, b) = (rest_a, rest_b);
    }
}

/// The text up to the first number, that number, and what follows.
fn head(text: &str) -> (&str, Option<u64>, &str) {
    let digits_at = text.find(|c: char| c.is_ascii_digit()).unwrap_or(text.len());
    let (before, from) = text.split_at(digits_at);
    let digits_end = from.find(|c: char| !c.is_ascii_digit()).unwrap_or(from.len());
    let (digits, rest) = from.split_at(digits_end);
    (before, digits.parse().ok(), rest)
}

/// The picking screen.
pub(crate) fn picking_screen(desk: Desk, id: OrderId) -> AnyView {
    with_order(desk, id, move |order| {
        let title = Signal::derive(move || {
            order
                .with(|order| {
                    order.as_ref().map(|order| say::counter_picking_title(&words::number_of(order)))
                })
                .unwrap_or_default()
        });
        let state = Memo::new(move |_| order.with(|order| order.as_ref().map(|order| order.state)));
        let lines = Memo::new(move |_| {
            order.with(|order| order.as_ref().map(|order| walk(&order.lines))).unwrap_or_default()
        });
        let next =
            Memo::new(move |_| order.with(|order| order.as_ref().and_then(|order| next_line(&order.lines))));
        let how_far =
            Memo::new(move |_| order.with(|order| order.as_ref().map(progress)).unwrap_or_default());
        let beside = view! {
            <span class="how-far" data-testid="progress">
                {move || {
                    let (picked, items) = how_far.get();
                    say::counter_progress(&number(picked.into()), &number(items.into()))
                }}
            </span>
        }
        .into_any();
        let name = Signal::derive(move || {
            order.with(|order| order.as_ref().map(|order| order.contact.name.clone())).unwrap_or_default()
        });
        view! {
            {pane_head(title, Some(Place::Order(id)), Some(beside))}
            <progress
                class="how-far-bar"
                aria-label=say::COUNTER_PICKING_PROGRESS
                max=move || how_far.get().1.max(1).to_string()
                prop:value=move || f64::from(how_far.get().0)
            ></progress>
            <div class="pane-body">
                {said_banner(desk)}
                {move || match state.get() {
                    Some(OrderState::Accepted | OrderState::Picking) => {
                        view! {
                            <ul class="pick-lines">
                                <For
                                    each=move || lines.get()
                                    key=|line| *line
                                    children=move |line| pick_line(desk, order, line, next)
                                />
                            </ul>
                        }
                            .into_any()
                    }
                    Some(state) => not_now(state, id),
                    None => ().into_any(),
                }}
            </div>
            <footer class="pane-actions">
                <p class="pick-for">{move || say::counter_picking_for(&name.get())}</p>
                {ready_button(desk, order, id)}
            </footer>
        }
        .into_any()
    })
}

fn ready_button(desk: Desk, order: Memo<Option<Order>>, id: OrderId) -> AnyView {
    let left = Memo::new(move |_| {
        order
            .with(|order| order.as_ref().map(|order| order.lines.iter().map(OrderLine::to_pick).sum::<u32>()))
    });
    let picking = Memo::new(move |_| {
        order.with(|order| order.as_ref().is_some_and(|order| order.state == OrderState::Picking))
    });
    let all = move || picking.get() && left.get() == Some(0);
    let label = move || match left.get() {
        Some(0) | None => say::COUNTER_ACTION_READY().to_owned(),
        Some(left) => say::counter_left_to_pick(left),
    };
    let ready = move |_| {
        if let Some(order) = order.get_untracked() {
            make_ready(desk, id, words::number_of(&order));
        }
    };
    view! {
        <button
            type="button"
            class="button primary large main-action"
            data-testid="ready"
            aria-busy=move || desk.busy.get().to_string()
            disabled=move || !all() || desk.busy.get()
            on:click=ready
        >
            {icon(Icon::Package)}
            {label}
        </button>
    }
    .into_any()
}

/// Nothing is picked before an order is accepted, nor after it is ready.
fn not_now(state: OrderState, id: OrderId) -> AnyView {
    view! {
        <div class="pane-empty">
            <span class="empty-sign">{icon(Icon::Package)}</span>
            <h3>{say::counter_picking_not_now(state_word(state))}</h3>
            <p>{say::COUNTER_PICKING_NOT_NOW_NEXT}</p>
            <leptos_router::components::A href=Place::Order(id).path() attr:class="button large">
                {say::COUNTER_TO_ORDER}
            </leptos_router::components::A>
        </div>
    }
    .into_any()
}

fn pick_line(desk: Desk, order: Memo<Option<Order>>, id: LineId, next: Memo<Option<LineId>>) -> AnyView {
    let line = Memo::new(move |_| {
        order.with(|order| {
            order.as_ref().and_then(|order| order.lines.iter().find(|line| line.id == id).cloned())
        })
    });
    let done = Memo::new(move |_| line.with(|line| line.as_ref().is_some_and(|line| line.to_pick() == 0)));
    let begun = Memo::new(move |_| line.with(|line| line.as_ref().is_some_and(|line| line.picked > 0)));
    // All of a line at once only after its first piece was scanned, so that it is the right one.
    let rest = Memo::new(move |_| {
        line.with(|line| line.as_ref().filter(|line| line.picked > 0).map(OrderLine::to_pick))
            .unwrap_or_default()
    });
    let Some(first) = line.get_untracked() else { return ().into_any() };
    let code = first.code;
    let seed = code.to_string();
    let name = Signal::derive({
        let name = first.name.clone();
        move || local(&name)
    });
    let pick_rest = move |_| {
        if let Some(order) = order.get_untracked() {
            desk.pick(order.id, code, rest.get_untracked(), None);
        }
    };
    let put_back = move |_| {
        let Some(order) = order.get_untracked() else { return };
        let (order, place) = (order.id, Place::Pick(order.id));
        let back = line.get_untracked().map(|line| line.name).unwrap_or_default();
        let done = Arc::new(move |_: Outcome| {
            play(Sound::Right);
            announce(&untrack(|| say::counter_put_back_done(&local(&back))));
            desk.say(place, Said::PutBack(back.clone()));
        });
        desk.act(desk::step(PutBack { order, line: id }), done);
    };
    let shorting = RwSignal::new(false);
    let chip = move || line.with(|line| line.as_ref().and_then(short_chip));
    let panel = move || {
        let (order, line) = (order.get_untracked()?, line.get_untracked()?);
        shorting.get().then(|| short_panel(desk, order.id, &line, shorting))
    };
    let aisle = first.aisle.clone().map(|aisle| {
        view! { <span class="aisle aisle-large"><span class="visually-hidden">{say::COUNTER_AISLE}" "</span>{aisle}</span> }
            .into_any()
    });
    let count = move || {
        line.with(|line| {
            line.as_ref().map(|line| match line.measure.items() {
                1 => words::measure(line),
                items if line.picked > 0 => {
                    say::counter_progress(&number(line.picked.into()), &number(items.into()))
                }
                _ => words::measure(line),
            })
        })
    };
    let age = first.min_age.map(|age| {
        view! { <span class="chip chip-age">{move || say::counter_age_chip(&number(age.into()))}</span> }
            .into_any()
    });
    view! {
        <li
            class="pick-line"
            data-testid=["line-", &seed].concat()
            data-done=move || done.get().then_some("")
            data-next=move || (next.get() == Some(id)).then_some("")
        >
            <span class="pick-picture">
                {picture(first.picture.as_ref(), &seed)}
                <span class="pick-tick" hidden=move || !done.get()>
                    {icon(Icon::Check)}
                    <span class="visually-hidden">{say::COUNTER_LINE_PICKED}</span>
                </span>
            </span>
            <div class="pick-words">
                <div class="pick-top">
                    {aisle}
                    <strong class="pick-count" data-testid="line-count">{count}</strong>
                </div>
                <p class="pick-name">{move || name.get()} {age} {chip}</p>
                <p class="pick-code">{seed.clone()}</p>
                <div class="pick-actions">
                    <button
                        type="button"
                        class="button pick-all"
                        data-testid="pick-all"
                        hidden=move || rest.get() == 0
                        on:click=pick_rest
                    >
                        {icon(Icon::Check)}
                        {move || {
                            let items = line.with(|line| line.as_ref().map_or(0, |line| line.measure.items()));
                            say::counter_pick_all(&number(items.into()))
                        }}
                        <span class="visually-hidden">{move || name.get()}</span>
                    </button>
                    <button
                        type="button"
                        class="button plain"
                        data-testid="put-back"
                        hidden=move || !begun.get()
                        on:click=put_back
                    >
                        {icon(Icon::Undo)}
                        {say::COUNTER_PUT_BACK}
                        <span class="visually-hidden">{move || name.get()}</span>
                    </button>
                    <button
                        type="button"
                        class="button plain"
                        data-testid="not-there"
                        aria-expanded=move || shorting.get().to_string()
                        hidden=move || done.get()
                        on:click=move |_| shorting.update(|open| *open = !*open)
                    >
                        {icon(Icon::Alert)}
                        {say::COUNTER_SHORT_BUTTON}
                        <span class="visually-hidden">{move || name.get()}</span>
                    </button>
                </div>
                {panel}
            </div>
        </li>
    }
    .into_any()
}

#[cfg(test)]
mod tests {
    use super::super::queue::tests::line;
    use super::*;

    #[test]
    fn the_walk_goes_by_aisle_and_ends_with_what_has_none() {
        let lines = [
            line(1, None, 1, 0),
            line(2, Some("A10"), 1, 0),
            line(3, Some("B1"), 1, 0),
            line(4, Some("A2"), 1, 0),
            line(5, Some("A2"), 1, 0),
        ];
        let numbers: Vec<u128> = walk(&lines).iter().map(|LineId(id)| id.as_u128()).collect();
        assert_eq!(numbers, [4, 5, 2, 3, 1]);
    }

    #[test]
    fn the_next_line_is_the_first_that_is_not_done() {
        let mut lines = [line(1, Some("A1"), 2, 2), line(2, Some("A2"), 2, 1), line(3, Some("A3"), 1, 0)];
        assert_eq!(next_line(&lines), Some(lines[1].id));
        lines[1].picked = 2;
        lines[2].picked = 1;
        assert_eq!(next_line(&lines), None);
    }

    #[test]
    fn numbers_in_aisles_count_as_numbers() {
        for (less, more) in
            [("A2", "A10"), ("A", "A1"), ("A2", "B1"), ("2", "10"), ("A2-3", "A2-12"), ("A02b", "A2c")]
        {
            assert_eq!(natural(less, more), Ordering::Less, "{less} {more}");
            assert_eq!(natural(more, less), Ordering::Greater, "{more} {less}");
        }
        assert_eq!(natural("A7", "A7"), Ordering::Equal);
    }
}
