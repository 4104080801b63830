//! The till: goods are rung up, paid and receipted; the drawer is opened, counted and closed.
//!
//! [`rung`] is the state, [`ticket_pane`] shows it, [`goods`] offers what has no code at hand, [`tender`] and [`other_tender`]
//! take the money, [`gift_card`] sells gift cards and takes them, [`coupons`] sets coupons aside, [`empties`] takes empties back, [`receipt`] is what the customer gets and [`mod@print`] how, [`sales`] finds a sale again, [`goods_back`] takes
//! goods back, [`drawer`] is the shift, and [`rules`] what a manager sets for all tills. [`shown`] is what customers see
//! meanwhile, [`spoken`] what is told to who does not.

mod coupons;
mod drawer;
mod e_receipt;
mod empties;
mod favourites;
mod gift_card;
mod goods;
mod goods_back;
mod member;
mod other_tender;
mod own_codes;
mod price_change;
mod print;
mod promotions;
mod receipt;
mod report;
mod rules;
mod rung;
mod sales;
mod shown;
mod spoken;
mod tender;
mod ticket_pane;
mod till_sheet;

use leptos::prelude::*;
use leptos_router::components::A;
use wasm_bindgen::JsCast;
use web_sys::HtmlElement;

pub(super) use self::drawer::{Asking, drawer_screen};
pub(super) use self::gift_card::gift_cards_screen;
pub(super) use self::rung::TillDesk;
use self::rung::{Problem, Step};
pub(super) use self::sales::{sale_screen, sales_screen};
use super::desk::Desk;
use super::frame::name_window;
use super::place::Place;
use super::trouble::{trouble_panel, words_of_code};
use crate::client::query::Load;
use crate::i18n::say;
use crate::widgets::icon::{Icon, icon};
use crate::widgets::sheet::Sheet;
use crate::widgets::skeleton::row_skeletons;

/// The till's screen.
pub(super) fn till_screen(desk: Desk) -> AnyView {
    let till = desk.till;
    name_window(Signal::derive(|| say::TILL_TITLE().to_owned()));
    let keys = RwSignal::new(false);
    hear_keys(till, keys);
    // The shift is asked for anew after each sale: only what changes by it is drawn anew.
    let open = Memo::new(move |_| till.is_open());
    spoken::speak(till);
    view! {
        <div class="till" data-step=move || till.step.with(|step| match step {
            Step::Ringing => "ringing",
            Step::Paying => "paying",
            Step::Sold(_) => "sold",
        })>
            {move || till.training.get().then(|| view! {
                <p class="strip strip-training" role="status" data-testid="training">{say::TILL_TRAINING_STRIP}</p>
            }.into_any())}
            {move || match open.get() {
                Some(true) => work(till, keys),
                Some(false) if till.training.get() => work(till, keys),
                Some(false) => closed(till),
                None => not_known(till),
            }}
        </div>
        <Sheet open=keys title=Signal::derive(|| say::TILL_KEYS().to_owned())>{help()}</Sheet>
    }
    .into_any()
}

fn not_known(till: TillDesk) -> AnyView {
    match till.shift.get() {
        Load::Failed(refusal) => trouble_panel(refusal, Some(Callback::new(move |()| till.shift.reload()))),
        Load::Loading | Load::Ready(_) => row_skeletons(5),
    }
}

/// The till has to be opened first.
fn closed(till: TillDesk) -> AnyView {
    view! {
        <div class="pane-empty" data-testid="till-closed">
            <span class="empty-sign">{icon(Icon::Lock)}</span>
            <h2>{say::TILL_CLOSED}</h2>
            <p>{say::TILL_CLOSED_TEXT}</p>
            <A href=Place::Drawer.path() attr:class="button primary large" attr:data-testid="to-open">
                {say::TILL_OPEN_IT}
            </A>
            <button
                type="button"
                class="button"
                data-testid="train"
                on:click=move |_| till.training.set(true)
            >
                {say::TILL_TRAIN}
            </button>
        </div>
    }
    .into_any()
}

fn work(till: TillDesk, keys: RwSignal<bool>) -> AnyView {
    view! {
        <div class="till-columns">
            {ticket_pane::ticket_pane(till, keys)}
            <section class="till-side" aria-label=move || till.step.with(|step| match step {
                Step::Ringing => say::TILL_GOODS(),
                Step::Paying => say::TILL_PAY(),
                Step::Sold(_) => say::TILL_SOLD(),
            })>
                {move || problem(till)}
                {gift_card::met_panel(till)}
                {move || matches!(till.step.get(), Step::Ringing).then(|| coupons::panel(till))}
                {move || till.step.with(|step| match step {
                    Step::Ringing => goods::goods_pane(till),
                    Step::Paying => tender::tender_pane(till),
                    Step::Sold(sale) => receipt::sold_pane(till, sale),
                })}
            </section>
        </div>
        {goods::weigh_sheet(till)}
        {goods::price_sheet(till)}
    }
    .into_any()
}

fn problem(till: TillDesk) -> Option<AnyView> {
    let words = |text: String| {
        view! { <p class="problem till-problem" role="alert" data-testid="till-problem">{text}</p> }
            .into_any()
    };
    Some(match till.problem.get()? {
        Problem::Refused(refusal) => trouble_panel(refusal, None),
        Problem::Ticket(error) => words(ticket_words(error)),
        Problem::PastDate(day) => words(say::till_past_date(&day)),
        Problem::Unread(error) => {
            let (what, next) = words_of_code(error);
            words([what, " ", next].concat())
        }
    })
}

/// Why a ticket cannot be so. Tracked.
fn ticket_words(error: ministore_core::ticket::TicketError) -> String {
    use ministore_core::ticket::TicketError;
    match error {
        TicketError::Full => say::TILL_FULL().to_owned(),
        TicketError::Share | TicketError::BelowZero => say::TILL_BELOW_ZERO().to_owned(),
        TicketError::CardsAboveTotal => say::TILL_CARDS_ABOVE().to_owned(),
        TicketError::TooLittle { due } => say::till_too_little(&crate::i18n::money(due)),
        TicketError::Measure(_) => say::TILL_MEASURE().to_owned(),
        TicketError::Money(_) => say::TILL_RANGE().to_owned(),
    }
}

/// Keys that work wherever the focus is, as long as nothing is being typed.
fn hear_keys(till: TillDesk, help: RwSignal<bool>) {
    let handle = window_event_listener(leptos::ev::keydown, move |event| {
        if event.default_prevented() || event.ctrl_key() || event.alt_key() || event.meta_key() {
            return;
        }
        let at = document().active_element();
        let busy_with =
            |names: &[&str]| at.as_ref().is_some_and(|at| names.contains(&at.tag_name().as_str()));
        let in_dialog = at.as_ref().is_some_and(|at| at.closest("dialog").ok().flatten().is_some());
        if in_dialog {
            return;
        }
        let typing = busy_with(&["INPUT", "TEXTAREA", "SELECT"]);
        let ringing = matches!(*till.step.read_untracked(), Step::Ringing);
        let key = event.key();
        let before = till.digits.try_update_value(std::mem::take).unwrap_or_default();
        match key.as_str() {
            digit if ringing && !typing && digit.len() == 1 && digit.as_bytes()[0].is_ascii_digit() => {
                till.digits.set_value([&before, digit].concat());
                return;
            }
            // On many keyboards `*` is typed with it.
            "Shift" => {
                till.digits.set_value(before);
                return;
            }
            "*" if ringing && !typing && till.quantity_typed(&[&before, "*"].concat()) => {}
            "F2" => till.pay(),
            "F3" if ringing => till.giving_back.set(true),
            "F4" if ringing => click("[data-testid=hold]"),
            "F6" if ringing => click("[data-testid=recall]"),
            "F7" if ringing => till.undo(),
            "F8" => click("[data-testid=take-off]"),
            "F9" => click("[data-testid=to-drawer]"),
            "Escape" if matches!(*till.step.read_untracked(), Step::Paying) => till.ring_on(),
            "?" if !typing => help.set(true),
            "Enter" if ringing && !typing && !busy_with(&["BUTTON", "A"]) => till.pay(),
            "+" | "-" if ringing && !typing => {
                if let Some(line) = till.chosen.get_untracked() {
                    till.add_pieces(line, if event.key() == "+" { 1 } else { -1 });
                }
            }
            "Delete" if ringing && !typing => {
                if let Some(line) = till.chosen.get_untracked() {
                    till.void_line(line);
                }
            }
            _ => return,
        }
        event.prevent_default();
    });
    on_cleanup(move || handle.remove());
}

/// Leaves the keys to the till: a sheet that closes gives the focus back to the button that opened it, and Enter would open it
/// once more.
fn free_keys() {
    let free = || {
        let at = document().active_element();
        if let Some(at) = at.as_ref().and_then(|at| at.dyn_ref::<HtmlElement>()) {
            // What has no focus to lose stays as it is.
            let _ = at.blur();
        }
    };
    set_timeout(free, std::time::Duration::ZERO);
}

fn click(selector: &str) {
    if let Ok(Some(found)) = document().query_selector(selector)
        && let Some(found) = found.dyn_ref::<HtmlElement>()
    {
        found.click();
    }
}

fn help() -> AnyView {
    let row = |key: &'static str, what: &'static str| {
        view! { <div class="key-row"><dt><kbd>{key}</kbd></dt><dd>{what}</dd></div> }.into_any()
    };
    view! {
        <dl class="key-list" data-testid="key-list">
            {row("3*", say::TILL_KEY_TIMES())}
            {row("Enter", say::TILL_KEY_ENTER())}
            {row("F2", say::TILL_PAY())}
            {row("F3", say::DEPOSIT_EMPTIES())}
            {row("F4", say::TILL_HOLD())}
            {row("F6", say::TILL_RECALL())}
            {row("F7", say::ACTION_UNDO())}
            {row("F8", say::TILL_TAKE_OFF())}
            {row("F9", say::TILL_DRAWER())}
            {row("+ −", say::TILL_KEY_PIECES())}
            {row("Del", say::TILL_KEY_VOID())}
            {row("Esc", say::TILL_KEY_BACK())}
            {row("?", say::TILL_KEYS())}
        </dl>
    }
    .into_any()
}
