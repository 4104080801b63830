//! What the shop does not have, and what it offers in its place: the shopper says which.

use leptos::prelude::*;
use ministore_core::id::OrderId;
use ministore_core::order::{self, AnswerOffer, Offer, Order, OrderLine};
use ministore_core::refusal::Refusal;
use wasm_bindgen_futures::spawn_local;

use crate::client::call;
use crate::client::query::Query;
use crate::i18n::{local, money, say};
use crate::widgets::announcer::announce;
use crate::widgets::deposit::plus_deposits;
use crate::widgets::error_panel::ErrorPanel;
use crate::widgets::measure::measure;
use crate::widgets::page::focus_heading;
use crate::widgets::picture::picture;

/// Every offer that waits for an answer.
pub(super) fn offers(order: &Order, query: Query<order::Get>) -> AnyView {
    let cards: Vec<_> = order.open_offers().map(|(line, offer)| card(order.id, line, offer, query)).collect();
    cards.collect_view().into_any()
}

fn card(order: OrderId, line: &OrderLine, offer: &Offer, query: Query<order::Get>) -> AnyView {
    let busy = RwSignal::new(false);
    let problem = RwSignal::new(None::<Refusal>);
    let (line_id, offered) = (line.id, offer.line);
    let answer = move |accept: bool| {
        if busy.get_untracked() {
            return;
        }
        busy.set(true);
        spawn_local(async move {
            let outcome = call(AnswerOffer { order, line: line_id, offered, accept }).await;
            if busy.try_set(false).is_some() {
                return; // The page was left.
            }
            match outcome {
                Ok(order) => {
                    query.put(order);
                    announce(if accept { say::OFFER_TAKEN() } else { say::OFFER_DECLINED() });
                    focus_heading();
                }
                Err(refusal) => {
                    problem.set(Some(refusal));
                    query.reload();
                }
            }
        });
    };
    let (missing, name) = (line.name.clone(), offer.name.clone());
    let (how_much, amount) = (offer.measure, offer.amount);
    view! {
        <section class="panel group offer-card" data-testid="offer" aria-label=say::OFFER_TITLE>
            <h2>{move || say::offer_missing(&local(&missing))}</h2>
            <p>{say::OFFER_TEXT}</p>
            <div class="order-line">
                {picture(offer.picture.as_ref(), &offer.code.to_string())}
                <span>
                    <strong>{move || local(&name)}</strong> <br />
                    <span class="quiet-text">{move || measure(how_much)}</span>
                    {plus_deposits(&offer.deposits, how_much, amount)}
                </span>
                <span class="money">{move || money(amount)}</span>
            </div>
            {move || problem.get().map(|refusal| view! { <ErrorPanel refusal=refusal /> }.into_any())}
            <div class="sheet-actions">
                <button
                    type="button"
                    class="button primary wide"
                    data-testid="offer-accept"
                    aria-busy=move || busy.get().to_string()
                    on:click=move |_| answer(true)
                >
                    {say::OFFER_ACCEPT}
                </button>
                <button type="button" class="button wide" data-testid="offer-decline" on:click=move |_| answer(false)>
                    {say::OFFER_DECLINE}
                </button>
            </div>
        </section>
    }
    .into_any()
}
