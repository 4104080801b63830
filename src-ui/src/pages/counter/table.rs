//! One table: what it has open, served and cancelled dish by dish, cash taken and given back, and closed.

use leptos::prelude::*;
use leptos_router::components::A;
use ministore_core::call::Call;
use ministore_core::id::{LineId, PaymentId, TabId};
use ministore_core::issued::TableNumber;
use ministore_core::money::Money;
use ministore_core::refusal::{Refusal, Thing};
use ministore_core::sync::Changed;
use ministore_core::table::{
    Close, GetTab, GiveBack, LineState, LineStep, PayFor, RoundState, Tab, TabLine, TabPaymentState,
    TabState, TakeCash, TakeStep,
};
use wasm_bindgen_futures::spawn_local;

use super::cash::{Amount, change};
use super::frame::pane_head;
use super::place::Place;
use super::tables::live_tables;
use super::trouble::trouble_panel;
use crate::client::events::{Live, on_live};
use crate::client::query::Load;
use crate::client::{call, call_as_staff, new_id};
use crate::i18n::{local, money, say};
use crate::pages::table::words::{dish_state, dish_words, guest_dot, guest_name, payment_words};
use crate::widgets::announcer::announce;
use crate::widgets::field::Field;
use crate::widgets::icon::{Icon, icon};
use crate::widgets::skeleton::row_skeletons;

/// What is shared by the parts of this screen.
#[derive(Clone, Copy)]
struct Open {
    table: TableNumber,
    tab: RwSignal<Load<Option<Tab>>>,
    busy: RwSignal<bool>,
    problem: RwSignal<Option<Refusal>>,
    /// What was given back of the last cash.
    change: RwSignal<Option<Money>>,
    /// The cash that is being typed.
    typed: RwSignal<String>,
}

/// The screen of a table.
pub(super) fn table_screen(table: TableNumber) -> AnyView {
    let open = Open {
        table,
        tab: RwSignal::new(Load::Loading),
        busy: RwSignal::new(false),
        problem: RwSignal::new(None),
        change: RwSignal::new(None),
        typed: RwSignal::new(String::new()),
    };
    // Which tab is open at the table is the list's to say; what is in it, the tab's own.
    let tables = live_tables();
    let id = Memo::new(move |_| match tables.get() {
        Load::Loading => Load::Loading,
        Load::Failed(refusal) => Load::Failed(refusal),
        Load::Ready(list) => match list.tables.iter().find(|shown| shown.table == table) {
            None => Load::Failed(Refusal::NotFound { what: Thing::Table }),
            Some(shown) => Load::Ready(shown.tab.as_ref().map(|tab| tab.tab)),
        },
    });
    Effect::new(move |_| match id.get() {
        Load::Loading => {}
        Load::Failed(refusal) => open.tab.set(Load::Failed(refusal)),
        Load::Ready(None) => open.tab.set(Load::Ready(None)),
        Load::Ready(Some(tab)) => open.ask(tab),
    });
    on_live(move |live| {
        if let (Live::Anything | Live::Changed(Changed::Tab { .. }), Load::Ready(Some(tab))) =
            (live, id.get_untracked())
            && !matches!(live, Live::Changed(Changed::Tab { tab: changed }) if *changed != tab)
        {
            open.ask(tab);
        }
    });
    // What is drawn anew is no more than what has changed: cash that is being typed stays.
    let phase = Memo::new(move |_| match open.tab.get() {
        Load::Loading => Load::Loading,
        Load::Failed(refusal) => Load::Failed(refusal),
        Load::Ready(tab) => Load::Ready(tab.is_some()),
    });
    let title = Signal::derive(move || say::table_title(&table.to_string()));
    let order_at = ["/t/", &table.to_string()].concat();
    let beside = view! {
        // The shopper's page, on this device, is where dishes are chosen.
        <a href=order_at class="button" rel="external" data-testid="take-order">
            {icon(Icon::Plus)} {say::COUNTER_TABLE_ORDER}
        </a>
    }
    .into_any();
    view! {
        {pane_head(title, Some(Place::Tables), Some(beside))}
        <div class="pane-body" data-testid="table-pane">
            {move || open.problem.get().map(|refusal| trouble_panel(refusal, None))}
            {move || open.change.get().map(change_view)}
            {move || match phase.get() {
                Load::Loading => row_skeletons(4),
                Load::Failed(refusal) => {
                    trouble_panel(refusal, Some(Callback::new(move |()| tables.reload())))
                }
                Load::Ready(false) => free_view(),
                Load::Ready(true) => tab_view(open),
            }}
        </div>
    }
    .into_any()
}

impl Open {
    fn ask(self, tab: TabId) {
        spawn_local(async move {
            let outcome = call_as_staff(GetTab { tab }).await;
            if self.tab.try_get_untracked().is_none() {
                return; // The screen was left.
            }
            match outcome {
                Ok(tab) => self.show(tab),
                Err(refusal)
                    if refusal.is_passing() && matches!(self.tab.get_untracked(), Load::Ready(_)) => {}
                Err(refusal) => self.tab.set(Load::Failed(refusal)),
            }
        });
    }

    fn show(self, tab: Tab) {
        let open = (tab.state == TabState::Open).then_some(tab);
        self.tab.set(Load::Ready(open));
    }

    /// Does something to the tab, one after the other; `done` gets what was answered.
    fn act<C: Call>(self, change: C, tab_of: fn(&C::Reply) -> Tab, done: impl FnOnce(C::Reply) + 'static) {
        if self.busy.get_untracked() {
            return;
        }
        self.busy.set(true);
        self.problem.set(None);
        spawn_local(async move {
            let outcome = call(change).await;
            if self.busy.try_set(false).is_some() {
                return;
            }
            match outcome {
                Ok(reply) => {
                    let tab = tab_of(&reply);
                    if tab.state == TabState::Closed {
                        announce(&untrack(|| say::counter_table_closed(&self.table.to_string())));
                    }
                    self.show(tab);
                    done(reply);
                }
                Err(refusal) => self.problem.set(Some(refusal)),
            }
        });
    }

    fn step(
        self,
        tab: TabId,
        lines: Vec<LineId>,
        step: LineStep,
        said: impl FnOnce() -> Option<String> + 'static,
    ) {
        self.act(TakeStep { tab, lines, step }, Tab::clone, move |_| {
            if let Some(said) = said() {
                announce(&said);
            }
        });
    }
}

fn change_view(amount: Money) -> AnyView {
    view! {
        <p class="table-change" role="status" data-testid="change">
            {say::COUNTER_TABLE_CHANGE} " " <strong class="money">{move || money(amount)}</strong>
        </p>
    }
    .into_any()
}

fn free_view() -> AnyView {
    view! {
        <div class="pane-empty" data-testid="table-free">
            <span class="empty-sign">{icon(Icon::Check)}</span>
            <h3>{say::COUNTER_TABLE_FREE}</h3>
            <p>{say::COUNTER_TABLE_FREE_TEXT}</p>
            <A href=Place::Tables.path() attr:class="button">{say::COUNTER_TABLES}</A>
        </div>
    }
    .into_any()
}

fn tab_view(open: Open) -> AnyView {
    let tab = Memo::new(move |_| match open.tab.get() {
        Load::Ready(tab) => tab,
        Load::Loading | Load::Failed(_) => None,
    });
    let dishes =
        Memo::new(move |_| tab.with(|tab| tab.as_ref().map(|tab| (tab.lines.clone(), tab.rounds.clone()))));
    let owed = Memo::new(move |_| {
        tab.with(|tab| {
            let owed =
                |tab: &Tab| (tab.bill.clone(), tab.payments.clone(), tab.parts, tab.may_close().is_ok());
            tab.as_ref().map(owed)
        })
    });
    let rounds = move || {
        // Read, not only tracked: a memo that nobody reads never runs.
        dishes.with(|_| ());
        tab.with_untracked(|tab| tab.as_ref().map(|tab| dishes_view(open, tab)))
    };
    let bill = move || {
        owed.with(|_| ());
        tab.with_untracked(|tab| tab.as_ref().map(|tab| owed_view(open, tab)))
    };
    view! {
        <div class="two-columns table-open" data-testid="table-open">
            <div class="column">{rounds}</div>
            <div class="column-end">{bill}</div>
        </div>
    }
    .into_any()
}

fn owed_view(open: Open, tab: &Tab) -> AnyView {
    let id = tab.id;
    let close = tab.may_close().is_ok().then(|| {
        view! {
            <button
                type="button"
                class="button wide"
                data-testid="close-table"
                disabled=move || open.busy.get()
                on:click=move |_| open.act(Close { tab: id }, Tab::clone, |_| {})
            >
                {say::COUNTER_TABLE_CLOSE}
            </button>
        }
        .into_any()
    });
    view! { {bill_panel(open, tab)} {close} }.into_any()
}

fn dishes_view(open: Open, tab: &Tab) -> AnyView {
    let id = tab.id;
    let ready: Vec<LineId> =
        tab.lines.iter().filter(|line| line.state == LineState::Ready).map(|line| line.id).collect();
    let serve_all = (!ready.is_empty()).then(|| {
        let ready = ready.clone();
        view! {
            <button
                type="button"
                class="button primary"
                data-testid="serve-all"
                disabled=move || open.busy.get()
                on:click=move |_| open.step(id, ready.clone(), LineStep::Serve, || None)
            >
                {icon(Icon::Check)} {say::COUNTER_TABLE_SERVE_ALL}
            </button>
        }
        .into_any()
    });
    let rounds = tab.rounds.iter().rev().map(|round| {
        let lines: Vec<&TabLine> = tab.lines_of(round.id).collect();
        let state = RoundState::of(lines.iter().map(|line| line.state));
        let rows = lines.into_iter().map(|line| line_row(open, tab, line)).collect_view();
        view! {
            <section class="panel group" data-testid="table-round" data-over=(state == RoundState::Over).then_some("")>
                <h3>{say::table_round(&round.number.to_string())}</h3>
                <ul class="bill-lines">{rows}</ul>
            </section>
        }
        .into_any()
    });
    let rounds = rounds.collect_view();
    let drafts: Vec<&TabLine> = tab.drafts().collect();
    let drafts = (!drafts.is_empty()).then(|| {
        let rows = drafts.into_iter().map(|line| {
            view! { <li class="bill-line">{guest_dot(line.guest)} {dish_words(line)} {dish_state(line)}</li> }
                .into_any()
        });
        let rows = rows.collect_view();
        view! {
            <section class="panel group">
                <h3>{say::TABLE_BASKET}</h3>
                <ul class="bill-lines">{rows}</ul>
            </section>
        }
        .into_any()
    });
    view! { {serve_all} {drafts} {rounds} }.into_any()
}

fn line_row(open: Open, tab: &Tab, line: &TabLine) -> AnyView {
    let (id, tab_id, state) = (line.id, tab.id, line.state);
    let age = line.min_age.map(|age| {
        view! { <span class="state" data-state="cancelled">{say::counter_kitchen_age(&age.to_string())}</span> }.into_any()
    });
    let serve = (state == LineState::Ready).then(|| {
        view! {
            <button
                type="button"
                class="button"
                data-testid="serve"
                disabled=move || open.busy.get()
                on:click=move |_| open.step(tab_id, vec![id], LineStep::Serve, || None)
            >
                {say::COUNTER_TABLE_SERVE}
            </button>
        }
        .into_any()
    });
    let name = line.name.clone();
    let cancel = LineStep::Cancel.taken_at(state).map(|_| {
        let label = {
            let name = name.clone();
            move || say::counter_table_cancel(&local(&name))
        };
        let cancel = move |_| {
            let name = name.clone();
            let said = move || Some(untrack(|| say::counter_table_cancelled(&local(&name))));
            open.step(tab_id, vec![id], LineStep::Cancel, said);
        };
        view! {
            <button
                type="button"
                class="icon-button"
                data-testid="cancel-dish"
                aria-label=label
                disabled=move || open.busy.get()
                on:click=cancel
            >
                {icon(Icon::Trash)}
            </button>
        }
        .into_any()
    });
    view! {
        <li class="bill-line" data-testid="table-line" data-state=state.word()>
            {guest_dot(line.guest)} {dish_words(line)} {age} {dish_state(line)} {serve} {cancel}
        </li>
    }
    .into_any()
}

fn bill_panel(open: Open, tab: &Tab) -> AnyView {
    let (total, paid, due) = (tab.bill.totals.total, tab.bill.paid, tab.bill.due);
    let payments = tab.payments.iter().map(|payment| {
        let (tab_id, id, amount) = (tab.id, payment.id, payment.amount);
        let back = (payment.state == TabPaymentState::Paid).then(|| {
            let give = move |_| {
                open.act(GiveBack { tab: tab_id, payment: id }, Tab::clone, move |_| {
                    announce(&untrack(|| say::counter_table_given_back(&money(amount))));
                });
            };
            view! {
                <button
                    type="button"
                    class="button"
                    data-testid="give-back"
                    disabled=move || open.busy.get()
                    on:click=give
                >
                    {move || say::counter_table_give_back(&money(amount))}
                </button>
            }
            .into_any()
        });
        let payment = payment.clone();
        let (guest, state) = (payment.guest, payment.state);
        view! {
            <li class="bill-line" data-testid="payment" data-state=state.word()>
                {guest_dot(guest)}
                <span class="dish-words">{move || guest_name(guest, None)}</span>
                <span>{move || payment_words(&payment)}</span>
                {back}
            </li>
        }
        .into_any()
    });
    let payments = payments.collect_view();
    let sum = |label: fn() -> &'static str, key: &'static str, amount: Money| {
        view! {
            <div class="sum">
                <span>{label}</span>
                <span class="money" data-testid=key>{move || money(amount)}</span>
            </div>
        }
        .into_any()
    };
    view! {
        <section class="panel group" aria-label=say::TABLE_VIEW_BILL>
            {sum(say::TABLE_BILL_TOTAL, "bill-total", total)}
            {sum(say::TABLE_BILL_PAID, "bill-paid", paid)}
            {sum(say::TABLE_BILL_DUE, "bill-due", due)}
            <ul class="bill-lines">{payments}</ul>
        </section>
        {(due.minor > 0).then(|| cash_panel(open, tab))}
    }
    .into_any()
}

/// Takes cash for all, or for one of the equal parts.
fn cash_panel(open: Open, tab: &Tab) -> AnyView {
    let (tab_id, due) = (tab.id, tab.bill.due);
    let part = tab.amounts_for(&PayFor::Part).ok().and_then(|amounts| amounts.first().copied());
    let for_part = RwSignal::new(false);
    let expected = move || part.filter(|_| for_part.get()).unwrap_or(due);
    let typed = open.typed;
    let tried = RwSignal::new(false);
    let cash = move || {
        let amount = typed.with(|typed| {
            typed.trim().chars().fold(Amount::default(), |so_far, key| so_far.with(key, due.currency))
        });
        amount.money(due.currency)
    };
    // Nothing typed is exactly what is due.
    let given = move || if typed.with(|typed| typed.trim().is_empty()) { Some(expected()) } else { cash() };
    let wrong =
        Signal::derive(move || tried.get() && given().is_none_or(|given| change(expected(), given).is_err()));
    let payment: PaymentId = new_id();
    let take = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        tried.set(true);
        let (expected, given) = untrack(|| (expected(), given()));
        let Some(cash) = given.filter(|given| change(expected, *given).is_ok()) else { return };
        let pays = if for_part.get_untracked() { PayFor::Part } else { PayFor::Rest };
        let call = TakeCash { tab: tab_id, payment, pays, expected, cash };
        open.act(
            call,
            |taken| taken.tab.clone(),
            move |taken| {
                open.change.set(Some(taken.change));
                open.typed.set(String::new());
            },
        );
    };
    let choice = part.map(|part| {
        let radio = |value: bool, key: &'static str, words: fn(&str) -> String, amount: Money| {
            view! {
                <label class="option">
                    <input
                        type="radio"
                        name="cash-for"
                        data-testid=key
                        prop:checked=move || for_part.get() == value
                        on:change=move |_| for_part.set(value)
                    />
                    <span class="option-name">{move || words(&money(amount))}</span>
                </label>
            }
            .into_any()
        };
        view! {
            <div role="radiogroup" aria-label=say::COUNTER_TABLE_CASH_TITLE>
                {radio(false, "cash-all", say::counter_table_cash_all, due)}
                {radio(true, "cash-part", say::counter_table_cash_part, part)}
            </div>
        }
        .into_any()
    });
    view! {
        <section class="panel group" aria-labelledby="take-cash">
            <h3 id="take-cash">{say::COUNTER_TABLE_CASH_TITLE}</h3>
            <form class="cash-form" on:submit=take>
                {choice}
                <Field
                    label=Signal::derive(say::COUNTER_TABLE_CASH)
                    value=typed
                    key="table-cash"
                    keys="decimal"
                    wrong=wrong
                    problem=say::COUNTER_TABLE_CASH_WRONG
                />
                <button
                    type="submit"
                    class="button primary large wide"
                    data-testid="take-cash"
                    disabled=move || open.busy.get()
                >
                    {move || say::counter_table_take(&money(expected()))}
                </button>
            </form>
        </section>
    }
    .into_any()
}
