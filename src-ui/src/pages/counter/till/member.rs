//! Whose ticket it is, where no card is at hand: found by phone, or a member since a moment ago.

use leptos::prelude::*;
use ministore_core::member::{Card, FEWEST_DIGITS, FindByPhone};
use ministore_core::refusal::Refusal;
use wasm_bindgen_futures::spawn_local;

use super::super::for_phones::{card_address, is_for_phones, origin};
use super::super::trouble::trouble_panel;
use super::rung::TillDesk;
use crate::client::call_as_staff;
use crate::i18n::{number, say};
use crate::widgets::announcer::announce;
use crate::widgets::field::Field;
use crate::widgets::icon::{Icon, icon};
use crate::widgets::qr_code::qr_code;

/// Where the customer's phone becomes a member's, to be scanned here and on the customers' side. Its card, scanned then, is
/// the ticket's, and this is over.
pub(super) fn join_code(till: TillDesk) -> AnyView {
    let address = Memo::new(|_| card_address(&origin()));
    let label = Signal::derive(|| say::FRONT_JOIN_SCAN().to_owned());
    let known = Memo::new(move |_| till.ticket.with(|ticket| ticket.card));
    Effect::new(move |before: Option<_>| {
        let card = known.get();
        if before.is_some_and(|before| before != card) && till.shown.join.get_untracked() {
            till.shown.join.set(false);
            super::free_keys();
        }
        card
    });
    on_cleanup(move || _ = till.shown.join.try_set(false));
    view! {
        <div class="e-receipt" data-testid="join-code" data-address=move || address.get()>
            {move || address.with(|address| qr_code(address, label))}
            <div>
                <p><strong>{say::FRONT_JOIN_SCAN}</strong></p>
                <p class="quiet-text">{say::FRONT_JOIN_TEXT}</p>
                {move || (!address.with(|address| is_for_phones(address))).then(|| view! {
                    <p class="quiet-text">{say::COUNTER_TABLE_CODES_LOCAL}</p>
                }.into_any())}
            </div>
        </div>
    }
    .into_any()
}

/// The form in which a number is typed, and the members who are found.
pub(super) fn find_form(till: TillDesk, open: RwSignal<bool>) -> AnyView {
    let typed = RwSignal::new(String::new());
    let (wrong, busy) = (RwSignal::new(false), RwSignal::new(false));
    let problem = RwSignal::new(None::<Refusal>);
    let found = RwSignal::new(None::<Vec<Card>>);
    let find = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        let phone = typed.get_untracked();
        let digits = phone.chars().filter(char::is_ascii_digit).count();
        wrong.set(digits < FEWEST_DIGITS);
        if wrong.get_untracked() || busy.get_untracked() {
            return;
        }
        busy.set(true);
        problem.set(None);
        spawn_local(async move {
            let outcome = call_as_staff(FindByPhone { phone }).await;
            if busy.try_set(false).is_some() {
                return;
            }
            match outcome {
                Ok(members) => {
                    announce(&untrack(|| say::till_members_found(members.cards.len() as u32)));
                    found.set(Some(members.cards));
                }
                Err(refusal) => problem.set(Some(refusal)),
            }
        });
    };
    let rows = move || {
        found.get().map(|cards| {
            if cards.is_empty() {
                return view! { <p class="quiet-text" data-testid="no-member">{say::TILL_NO_MEMBER}</p> }.into_any();
            }
            let rows = cards.into_iter().map(|card| {
                let words = say::till_member(&card.number.to_string(), &number(card.points as f64));
                let take = move |_| {
                    till.meet(card.number);
                    open.set(false);
                    super::free_keys();
                };
                view! {
                    <li>
                        <button type="button" class="button held-row" data-testid="found-member" on:click=take>
                            {icon(Icon::Card)} {words}
                        </button>
                    </li>
                }
                .into_any()
            });
            view! { <ul class="held-list">{rows.collect_view()}</ul> }.into_any()
        })
    };
    view! {
        <form class="till-off-form" novalidate on:submit=find>
            <Field
                label=say::TILL_MEMBER_PHONE
                value=typed
                key="member-phone"
                kind="tel"
                keys="tel"
                longest=24
                wrong=wrong
                problem=say::TILL_MEMBER_PHONE_WRONG
            />
            <button class="button primary large" data-testid="find-member" disabled=move || busy.get()>
                {icon(Icon::Search)} {say::TILL_FIND_IT}
            </button>
            {move || problem.get().map(|refusal| trouble_panel(refusal, None))}
            {rows}
        </form>
    }
    .into_any()
}
