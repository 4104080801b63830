//! What is rung up: the lines, what was taken off, the total, and what can be done with all of it.

use std::collections::HashMap;
use std::sync::Arc;

use leptos::html;
use leptos::prelude::*;
use leptos_router::components::A;
use ministore_core::id::LineId;
use ministore_core::quantity::Measure;
use ministore_core::refusal::Refusal;
use ministore_core::shift::TillAction;
use ministore_core::ticket::{GetHeld, HeldTicket, Hold, MAX_NOTE, MAX_SERIAL, Recall};
use wasm_bindgen_futures::spawn_local;

use super::super::place::Place;
use super::super::sound::{Sound, play};
use super::super::trouble::trouble_panel;
use super::price_change::{self, Target};
use super::rung::{Problem, Proof, Row, Rows, Step, TillDesk, off_words};
use super::till_sheet;
use super::{coupons, empties, goods_back, promotions};
use crate::client::query::{Load, Query};
use crate::client::{call_again, new_id};
use crate::i18n::say::Phrase;
use crate::i18n::{self, local, number, say, time};
use crate::state::shop::zone;
use crate::widgets::deposit::plus_deposits;
use crate::widgets::field::Field;
use crate::widgets::icon::{Icon, icon};
use crate::widgets::measure::measure;
use crate::widgets::price::money;
use crate::widgets::sheet::Sheet;
use crate::widgets::skeleton::row_skeletons;

/// The ticket, at the side at which the cashier wants it.
pub(super) fn ticket_pane(till: TillDesk, keys: RwSignal<bool>) -> AnyView {
    let list = NodeRef::<html::Ol>::new();
    // The line that was rung last is in sight: seen to in the frame that draws it, whose layout is then needed once.
    let rung = Memo::new(move |_| (till.chosen.get(), till.ticket.with(|ticket| ticket.lines.len())));
    Effect::new(move |_| {
        // Read, not tracked alone: a memo that nobody has read follows nothing yet.
        rung.get();
        request_animation_frame(move || {
            let Some(list) = list.try_get_untracked().flatten() else { return };
            let Ok(Some(chosen)) = list.query_selector(":scope > [data-chosen]") else { return };
            let (row, whole) = (chosen.get_bounding_client_rect(), list.get_bounding_client_rect());
            let above = (row.top() - whole.top()).min(0.0);
            let below = (row.bottom() - whole.bottom()).max(0.0);
            list.set_scroll_top(list.scroll_top() + (above + below) as i32);
        });
    });
    let taking_off = RwSignal::new(None::<Target>);
    let numbering = RwSignal::new(None::<LineId>);
    let shown = shown_lines(till);
    // A list of its own for each sale: what a list keeps of each line that it has shown goes with the list.
    let sale = Memo::new(move |_| till.ticket.with(|ticket| ticket.sale));
    let lines = move || {
        sale.get();
        view! {
            <For
                each=move || till.ticket.with(|ticket| ticket.lines.iter().map(|line| line.id).collect::<Vec<_>>())
                key=|id| *id
                children=move |id| line_row(till, shown, id, numbering)
            />
        }
        .into_any()
    };
    view! {
        <section class="till-ticket" aria-label=say::TILL_TICKET>
            {member_line(till)}
            <ol class="till-lines" node_ref=list data-testid="ticket">
                {lines}
            </ol>
            {empties::on_ticket(till)}
            {move || till.is_empty().then(|| view! {
                <p class="till-empty quiet-text" data-testid="ticket-empty">{say::TILL_EMPTY}</p>
            }.into_any())}
            {move || till.ticket.with(|ticket| ticket.note.clone()).lines().next().map(|note| view! {
                <p class="till-note quiet-text" data-testid="ticket-note">{note.to_owned()}</p>
            }.into_any())}
            {sums(till)}
            {move || matches!(till.step.get(), Step::Ringing).then(|| actions(till, taking_off, keys))}
        </section>
        {price_change::sheet(till, taking_off)}
        {serial_sheet(till, numbering)}
        {empties::sheet(till)}
    }
    .into_any()
}

fn member_line(till: TillDesk) -> AnyView {
    let line = move || {
        let card = till.ticket.with(|ticket| ticket.card)?;
        let points = till.member.with(|member| member.as_ref().map(|card| card.points));
        let unchecked = till.proof.get() == Some(Proof::Unchecked);
        let words = match points {
            Some(points) => say::till_member(&card.to_string(), &number(points as f64)),
            None => card.to_string(),
        };
        Some(
            view! {
                <p class="till-member" data-testid="ticket-member">
                    {icon(Icon::Card)}
                    <span>
                        {words}
                        {unchecked.then(|| view! {
                            <span class="till-unchecked" role="status" data-testid="member-unchecked">
                                {say::CARD_CODE_UNCHECKED}
                            </span>
                        }.into_any())}
                    </span>
                    <button
                        type="button"
                        class="icon-button"
                        data-testid="forget-member"
                        aria-label=say::TILL_FORGET_MEMBER
                        on:click=move |_| till.forget_member()
                    >
                        {icon(Icon::Close)}
                    </button>
                </p>
            }
            .into_any(),
        )
    };
    line.into_any()
}

/// What the view of a line follows: what became of other lines does not touch it.
#[derive(Clone, Copy)]
struct ShownLine {
    /// None while the ticket cannot be reckoned.
    row: RwSignal<Option<Arc<Row>>>,
    chosen: RwSignal<bool>,
}

/// The lines that are shown, told of what has become of them.
fn shown_lines(till: TillDesk) -> StoredValue<HashMap<LineId, ShownLine>> {
    let shown = StoredValue::new(HashMap::<LineId, ShownLine>::new());
    Effect::new(move |before: Option<Rows>| {
        let rows = till.rows(before.as_ref());
        shown.with_value(|shown| {
            for (id, line) in shown {
                let row = rows.get(id);
                if row.is_some() && line.row.with_untracked(|there| there.as_ref() != row) {
                    line.row.set(row.cloned());
                }
            }
        });
        rows
    });
    Effect::new(move |before: Option<Option<LineId>>| {
        let chosen = till.chosen.get();
        for id in [before.flatten(), chosen].into_iter().flatten() {
            if let Some(line) = shown.with_value(|shown| shown.get(&id).copied())
                && line.chosen.get_untracked() != (chosen == Some(id))
            {
                line.chosen.set(chosen == Some(id));
            }
        }
        chosen
    });
    shown
}

/// A line, with what can be done to it while it is chosen.
fn line_row(
    till: TillDesk,
    shown: StoredValue<HashMap<LineId, ShownLine>>,
    id: LineId,
    numbering: RwSignal<Option<LineId>>,
) -> AnyView {
    let row = RwSignal::new(untrack(|| till.row(id)));
    let chosen = RwSignal::new(till.chosen.get_untracked() == Some(id));
    shown.update_value(|shown| _ = shown.insert(id, ShownLine { row, chosen }));
    on_cleanup(move || _ = shown.try_update_value(|shown| shown.remove(&id)));
    let words = move || row.get().map(|row| row_words(till, &row, chosen));
    view! {
        <li class="till-line" data-chosen=move || chosen.get().then_some("") data-testid="ticket-line">
            {words}
            {move || (chosen.get() && matches!(till.step.get(), Step::Ringing)).then(|| line_tools(till, id, row, numbering))}
        </li>
    }
    .into_any()
}

fn row_words(till: TillDesk, row: &Row, chosen: RwSignal<bool>) -> AnyView {
    let (line, paid) = (&row.line, row.paid);
    let list = (paid != row.list).then_some(row.list);
    let id = line.id;
    let (name, how_much, price) = (line.product.name.clone(), line.measure, line.product.price.money());
    let (change, serial) = (line.change, line.serial.clone());
    let age = line.product.min_age;
    let changed = move || {
        let price = change.price.map(|price| say::till_new_price(&i18n::money(price.money())));
        let words: Vec<String> = [price, change.off.map(off_words)].into_iter().flatten().collect();
        (!words.is_empty()).then(|| view! { <span class="till-off">{words.join(" · ")}</span> }.into_any())
    };
    let pieces = matches!(how_much, Measure::Pieces(count) if count > 1);
    view! {
        <button
            type="button"
            class="till-line-main"
            on:click=move |_| till.chosen.update(|chosen| *chosen = (*chosen != Some(id)).then_some(id))
            aria-expanded=move || chosen.get().to_string()
        >
            <span class="till-line-name">{move || local(&name)}</span>
            <span class="till-line-measure quiet-text">
                {move || match how_much {
                    Measure::Pieces(count) if pieces => [&number(count.into()), " × ", &i18n::money(price)].concat(),
                    other => measure(other),
                }}
            </span>
            {age.map(|age| view! { <span class="chip chip-age">{move || say::counter_age_check(&number(age.into()))}</span> }.into_any())}
            {changed}
            {plus_deposits(&line.product.deposits, how_much, paid)}
            {(!serial.is_empty()).then(|| view! { <span class="quiet-text" data-testid="line-serial">{serial}</span> }.into_any())}
            <span class="till-line-amount">
                {list.map(|list| view! { <s class="quiet-text">{money(list)}</s> }.into_any())}
                {money(paid)}
            </span>
        </button>
    }
    .into_any()
}

fn line_tools(
    till: TillDesk,
    id: LineId,
    row: RwSignal<Option<Arc<Row>>>,
    numbering: RwSignal<Option<LineId>>,
) -> AnyView {
    let is_pieces = Memo::new(move |_| {
        row.with(|row| row.as_ref().is_some_and(|row| matches!(row.line.measure, Measure::Pieces(_))))
    });
    let count = move || {
        row.with(|row| match row.as_ref().map(|row| row.line.measure) {
            Some(Measure::Pieces(count)) => number(count.into()),
            _ => String::new(),
        })
    };
    let pieces = move || {
        is_pieces.get().then(|| view! {
        <button type="button" class="icon-button" data-testid="less" aria-label=say::TILL_LESS on:click=move |_| till.add_pieces(id, -1)>
            {icon(Icon::Minus)}
        </button>
        <span class="till-count" data-testid="count">{count}</span>
        <button type="button" class="icon-button" data-testid="more" aria-label=say::TILL_MORE on:click=move |_| till.add_pieces(id, 1)>
            {icon(Icon::Plus)}
        </button>
    }.into_any())
    };
    view! {
        <div class="till-line-tools">
            {pieces}
            <button type="button" class="button" data-testid="take-off-line" on:click=move |_| {
                till.chosen.set(Some(id));
                super::click("[data-testid=take-off]");
            }>
                {say::TILL_TAKE_OFF}
            </button>
            <button type="button" class="button" data-testid="serial" on:click=move |_| numbering.set(Some(id))>
                {say::TILL_SERIAL}
            </button>
            <button type="button" class="button danger" data-testid="void-line" on:click=move |_| till.void_line(id)>
                {icon(Icon::Trash)} {say::TILL_VOID_LINE}
            </button>
        </div>
    }
    .into_any()
}

fn sums(till: TillDesk) -> AnyView {
    let off = move || till.ticket.with(|ticket| ticket.off).map(off_words);
    let rows = move || {
        let rung = till.rung().ok()?;
        let saved = rung.saved();
        let (to_pay, items, tax) = (till.to_pay(), rung.totals.items, rung.totals.tax_total());
        let (credit, deposit) = (till.credit(), rung.totals.deposit);
        Some(
            view! {
                {off().map(|off| view! { <div class="till-sum"><dt>{say::TILL_OFF_ALL}</dt><dd data-testid="off-all">{off}</dd></div> }.into_any())}
                {coupons::on_ticket(till)}
                {promotions::applied(till)}
                {(!saved.is_zero()).then(|| view! {
                    <div class="till-sum till-saved"><dt>{say::TILL_SAVED}</dt><dd data-testid="saved">{money(saved)}</dd></div>
                }.into_any())}
                {deposit.map(|deposit| view! {
                    <div class="till-sum"><dt>{say::DEPOSIT_SUM}</dt><dd data-testid="ticket-deposit">{money(deposit)}</dd></div>
                }.into_any())}
                <div class="till-sum quiet-text"><dt>{say::TILL_TAX}</dt><dd>{money(tax)}</dd></div>
                {(!credit.is_zero()).then(|| view! {
                    <div class="till-sum" data-testid="goods-back">
                        <dt>
                            {say::TILL_GOODS_BACK}
                            <button
                                type="button"
                                class="icon-button"
                                data-testid="no-exchange"
                                aria-label=say::TILL_NO_EXCHANGE
                                on:click=move |_| _ = till.exchange(None)
                            >
                                {icon(Icon::Close)}
                            </button>
                        </dt>
                        <dd>"−" {money(credit)}</dd>
                    </div>
                }.into_any())}
                <div class="till-sum till-total">
                    <dt>{say::till_items(items)}</dt>
                    <dd data-testid="ticket-total">{money(to_pay)}</dd>
                </div>
            }
            .into_any(),
        )
    };
    let hidden = move || matches!(till.step.get(), Step::Sold(_));
    view! { <dl class="till-sums" hidden=hidden>{rows}</dl> }.into_any()
}

fn actions(till: TillDesk, taking_off: RwSignal<Option<Target>>, keys: RwSignal<bool>) -> AnyView {
    let held = RwSignal::new(false);
    let sure = RwSignal::new(false);
    let (noting, back, member) = (RwSignal::new(false), RwSignal::new(false), RwSignal::new(false));
    let (more, why) = (RwSignal::new(false), RwSignal::new(false));
    let no_promotions = move || till.with_promoted(Option::is_none);
    let empty = move || till.is_empty();
    // Empties are no goods that were sold here.
    let no_goods = move || till.ticket.with(|ticket| ticket.lines.is_empty() || !ticket.empties.is_empty());
    let take_off = move |_| {
        taking_off.set(Some(match till.chosen.get_untracked() {
            Some(line) => Target::Line(line),
            None => Target::All,
        }));
    };
    view! {
        <div class="till-actions">
            <button type="button" class="button" data-testid="hold" disabled=empty on:click=move |_| hold(till)>
                {say::TILL_HOLD}
            </button>
            <button type="button" class="button" data-testid="recall" on:click=move |_| held.set(true)>
                {say::TILL_RECALL}
            </button>
            <button type="button" class="button" data-testid="empties" on:click=move |_| till.giving_back.set(true)>
                {say::DEPOSIT_EMPTIES}
            </button>
            <button type="button" class="button" data-testid="take-off" disabled=empty on:click=take_off>
                {say::TILL_TAKE_OFF}
            </button>
            <button type="button" class="button" data-testid="undo-step" disabled=move || !till.can_undo() on:click=move |_| till.undo()>
                {say::ACTION_UNDO}
            </button>
            <button type="button" class="button danger" data-testid="void" disabled=empty on:click=move |_| sure.set(true)>
                {say::TILL_VOID}
            </button>
            <A href=Place::Sales.path() attr:class="button" attr:data-testid="to-sales">{say::TILL_SALES}</A>
            <A href=Place::Drawer.path() attr:class="button" attr:data-testid="to-drawer">{say::TILL_DRAWER}</A>
            <button type="button" class="button" data-testid="more-actions" on:click=move |_| more.set(true)>
                {say::TILL_MORE_ACTIONS}
            </button>
            <button type="button" class="button" data-testid="keys" on:click=move |_| keys.set(true)>
                {say::TILL_KEYS}
            </button>
            {till_sheet::till_sheet(till)}
        </div>
        <button
            type="button"
            class="button primary large main-action till-pay"
            data-testid="pay"
            disabled=empty
            on:click=move |_| till.pay()
        >
            {move || {
                let due = till.to_pay();
                let amount = i18n::money(due.currency.minor(due.minor.abs()));
                let words = if due.minor < 0 { say::STORED_COUNTER_PAY_OUT() } else { say::TILL_PAY() };
                view! { {words} " " <span class="till-pay-total">{amount}</span> }.into_any()
            }}
        </button>
        <Sheet open=held title=Signal::derive(|| say::TILL_HELD().to_owned())>{held_list(till, held)}</Sheet>
        <Sheet open=more title=Signal::derive(|| say::TILL_MORE_ACTIONS().to_owned())>
            <div class="till-more">
                <A href=Place::GiftCards.path() attr:class="button large" attr:data-testid="to-gift-cards">{say::GIFT_CARDS}</A>
                {goes_to("member-by-phone", say::TILL_MEMBER_BY_PHONE, Signal::stored(false), more, member)}
                {goes_to("join", say::FRONT_JOIN, Signal::stored(false), more, till.shown.join)}
                {goes_to("why", say::PROMOTION_WHY, Signal::derive(no_promotions), more, why)}
                {goes_to("write-note", say::TILL_NOTE, Signal::derive(empty), more, noting)}
                {goes_to("no-receipt", say::TILL_NO_RECEIPT, Signal::derive(no_goods), more, back)}
            </div>
        </Sheet>
        <Sheet open=noting title=Signal::derive(|| say::TILL_NOTE().to_owned())>{note_form(till, noting)}</Sheet>
        <Sheet open=member title=Signal::derive(|| say::TILL_MEMBER_BY_PHONE().to_owned())>
            {super::member::find_form(till, member)}
        </Sheet>
        <Sheet open=why title=Signal::derive(|| say::PROMOTION_WHY().to_owned())>
            {promotions::verdicts(till)}
        </Sheet>
        <Sheet open=till.shown.join title=Signal::derive(|| say::FRONT_JOIN().to_owned())>
            {super::member::join_code(till)}
        </Sheet>
        <Sheet open=back title=Signal::derive(|| say::TILL_NO_RECEIPT().to_owned())>
            {goods_back::without_receipt(till, back)}
        </Sheet>
        <Sheet open=sure title=Signal::derive(|| say::TILL_VOID().to_owned())>
            <p>{say::TILL_VOID_SURE}</p>
            <button
                type="button"
                class="button danger large"
                data-testid="void-sure"
                on:click=move |_| {
                    sure.set(false);
                    till.void();
                }
            >
                {say::TILL_VOID}
            </button>
        </Sheet>
    }
    .into_any()
}

/// The serial or lot number of a line, typed or scanned into its field.
fn serial_sheet(till: TillDesk, numbering: RwSignal<Option<LineId>>) -> AnyView {
    let open = RwSignal::new(false);
    Effect::new(move |_| {
        if numbering.get().is_some() {
            open.set(true);
        }
    });
    Effect::new(move |_| {
        if !open.get() {
            numbering.set(None);
        }
    });
    let form = move || {
        let line = numbering.get_untracked();
        let kept = till.ticket.with_untracked(|ticket| {
            ticket.lines.iter().find(|there| Some(there.id) == line).map(|there| there.serial.clone())
        });
        let text = RwSignal::new(kept.unwrap_or_default());
        let keep = move |event: leptos::ev::SubmitEvent| {
            event.prevent_default();
            if line.is_some_and(|line| till.number_line(line, &text.get_untracked())) {
                open.set(false);
                super::free_keys();
            }
        };
        view! {
            <form class="till-off-form" novalidate on:submit=keep>
                <Field label=say::TILL_SERIAL value=text key="serial" longest=MAX_SERIAL />
                <button class="button primary large" data-testid="serial-kept">{say::TILL_SERIAL_KEEP}</button>
            </form>
        }
        .into_any()
    };
    view! { <Sheet open=open title=Signal::derive(|| say::TILL_SERIAL().to_owned())>{form()}</Sheet> }
        .into_any()
}

/// What leads from one sheet to another.
fn goes_to(
    key: &'static str,
    label: Phrase,
    off: Signal<bool>,
    from: RwSignal<bool>,
    to: RwSignal<bool>,
) -> AnyView {
    let go = move |_| {
        from.set(false);
        to.set(true);
    };
    view! {
        <button type="button" class="button large" data-testid=key disabled=move || off.get() on:click=go>
            {move || label()}
        </button>
    }
    .into_any()
}

/// What the cashier notes on the ticket: it stays with the sale, and shows on a ticket that is on hold.
fn note_form(till: TillDesk, open: RwSignal<bool>) -> AnyView {
    let text = RwSignal::new(till.ticket.with_untracked(|ticket| ticket.note.clone()));
    let keep = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        if till.write(text.get_untracked().trim().to_owned()) {
            open.set(false);
            super::free_keys();
        }
    };
    view! {
        <form class="till-off-form" novalidate on:submit=keep>
            <Field label=say::TILL_NOTE_TEXT value=text key="note" longest=MAX_NOTE />
            <button class="button primary large" data-testid="note-kept">{say::TILL_NOTE_KEEP}</button>
        </form>
    }
    .into_any()
}

fn hold(till: TillDesk) {
    if till.busy.get_untracked() {
        return;
    }
    let ticket = till.ticket.get_untracked();
    let total = untrack(|| i18n::money(till.total()));
    till.busy.set(true);
    spawn_local(async move {
        let outcome = call_again(Hold { ticket }, new_id()).await;
        if till.busy.try_set(false).is_some() {
            return;
        }
        match outcome {
            Ok(_) => {
                play(Sound::Done);
                till.note(TillAction::TicketHeld, total);
                till.let_go();
                till.next();
            }
            Err(refusal) => {
                play(Sound::Wrong);
                till.problem.set(Some(Problem::Refused(refusal)));
            }
        }
    });
}

/// The tickets that were put aside, at this till or another.
fn held_list(till: TillDesk, open: RwSignal<bool>) -> AnyView {
    let held = Query::new(|| Some(GetHeld {}));
    let problem = RwSignal::new(None::<Refusal>);
    view! {
        {move || problem.get().map(|refusal| trouble_panel(refusal, None))}
        {move || held.with(|load| match load {
            Load::Loading => row_skeletons(3),
            Load::Failed(refusal) => {
                trouble_panel(refusal.clone(), Some(Callback::new(move |()| held.reload())))
            }
            Load::Ready(list) if list.tickets.is_empty() => {
                view! { <p class="quiet-text" data-testid="none-held">{say::TILL_HELD_NONE}</p> }.into_any()
            }
            Load::Ready(list) => {
                let rows = list.tickets.iter().map(|ticket| held_row(till, ticket, open, problem));
                view! { <ul class="held-list">{rows.collect_view()}</ul> }.into_any()
            }
        })}
    }
    .into_any()
}

fn held_row(
    till: TillDesk,
    held: &HeldTicket,
    open: RwSignal<bool>,
    problem: RwSignal<Option<Refusal>>,
) -> AnyView {
    let sale = held.ticket.sale;
    let first = held.ticket.lines.first().map(|line| &line.product.name);
    let first = first.or(held.ticket.empties.first().map(|empties| &empties.deposit.name));
    let first = first.map(local).unwrap_or_default();
    let words = say::till_held_row(held.ticket.lines.len() as u32, &first, &held.by, &time(held.at, &zone()));
    let free = move || till.is_empty();
    let take = move |_| {
        spawn_local(async move {
            match call_again(Recall { sale }, new_id()).await {
                Ok(ticket) => {
                    open.try_set(false);
                    till.begin(ticket);
                    let total = untrack(|| i18n::money(till.total()));
                    till.note(TillAction::TicketRecalled, total);
                }
                Err(refusal) => _ = problem.try_set(Some(refusal)),
            }
        });
    };
    view! {
        <li>
            <button type="button" class="button held-row" data-testid="held" disabled=move || !free() on:click=take>
                {words}
            </button>
            {move || (!free()).then(|| view! { <p class="quiet-text">{say::TILL_HELD_FIRST}</p> }.into_any())}
        </li>
    }
    .into_any()
}
