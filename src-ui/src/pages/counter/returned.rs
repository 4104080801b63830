//! Goods that come back after they were handed over: which, whether they can be sold again, and what is given back.

use std::sync::Arc;

use leptos::prelude::*;
use ministore_core::order::{Order, OrderLine, OrderState, RefundLines, ReturnedLine};
use ministore_core::payment::Tender;

use super::desk::{self, Desk, Outcome};
use super::order_words as words;
use super::sound::{Sound, play};
use crate::i18n::{local, money, number, say};
use crate::widgets::announcer::announce;
use crate::widgets::icon::{Icon, icon};
use crate::widgets::stepper::Stepper;

/// The way to take goods back, where an order was handed over and something of it is still with the shopper.
pub(crate) fn returned(desk: Desk, order: &Order) -> Option<AnyView> {
    let left = |line: &OrderLine| line.to_have().saturating_sub(line.returned);
    let lines: Vec<OrderLine> = order.lines.iter().filter(|line| left(line) > 0).cloned().collect();
    if order.state != OrderState::HandedOver || lines.is_empty() {
        return None;
    }
    let (id, currency) = (order.id, order.totals.total.currency);
    let counts: Vec<(OrderLine, RwSignal<u32>)> =
        lines.into_iter().map(|line| (line, RwSignal::new(0))).collect();
    let to_shelf = RwSignal::new(true);
    // The card that paid is nobody's any more.
    let in_cash = order.payment.tender == Tender::StoredValue && order.member.is_none();
    let rows = counts.iter().map(|(line, count)| {
        let (name, count, most) = (line.name.clone(), *count, left(line));
        let name = Signal::derive(move || local(&name));
        view! {
            <li class="line-row" data-testid="return-line">
                <span class="line-measure">{words::measure(line)}</span>
                <span class="item-name">{move || name.get()}</span>
                <Stepper
                    value=count
                    shown=Signal::derive(move || number(count.get().into()))
                    of=name
                    max=most
                    on_change=Callback::new(move |value| count.set(value))
                />
            </li>
        }
        .into_any()
    });
    let rows = rows.collect_view();
    let back = {
        let (counts, order) = (counts.clone(), order.clone());
        Memo::new(move |_| {
            let mut after = order.clone();
            for (line, count) in &counts {
                for line in after.lines.iter_mut().filter(|there| there.id == line.id) {
                    line.returned += count.get();
                }
            }
            // The shop's own amounts were summed up before: they are within the range.
            after.to_pay().and_then(|left| order.payment.to_pay.minus(left)).unwrap_or(currency.minor(0))
        })
    };
    let some = {
        let counts = counts.clone();
        Memo::new(move |_| counts.iter().any(|(_, count)| count.get() > 0))
    };
    let refund = move |_| {
        let chosen = counts.iter().map(|(line, count)| (line.id, count.get_untracked()));
        let lines: Vec<_> = chosen
            .filter(|(_, count)| *count > 0)
            .map(|(line, count)| ReturnedLine { line, count })
            .collect();
        let done = Arc::new(move |_: Outcome| {
            play(Sound::Done);
            announce(say::COUNTER_RETURN_DONE());
        });
        let call = RefundLines { order: id, lines, to_shelf: to_shelf.get_untracked() };
        desk.act(desk::step(call), done);
    };
    Some(
        view! {
            <details class="panel returned" data-testid="return">
                <summary data-testid="return-open">{icon(Icon::Undo)} {say::COUNTER_RETURN_TITLE}</summary>
                <ul>{rows}</ul>
                <label class="check">
                    <input
                        type="checkbox"
                        prop:checked=move || to_shelf.get()
                        on:change=move |event| to_shelf.set(event_target_checked(&event))
                    />
                    <span>{say::COUNTER_RETURN_TO_SHELF}</span>
                </label>
                <button
                    type="button"
                    class="button large primary wide"
                    data-testid="return-confirm"
                    disabled=move || !some.get() || desk.busy.get()
                    on:click=refund
                >
                    {icon(Icon::Wallet)}
                    {move || {
                        let back = money(back.get());
                        if in_cash { say::stored_counter_return_cash(&back) } else { say::counter_return_action(&back) }
                    }}
                </button>
            </details>
        }
        .into_any(),
    )
}
