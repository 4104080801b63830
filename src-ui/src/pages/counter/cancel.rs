//! Cancelling an order: with its reason, and with what becomes of the money and the goods. It cannot be undone, so it is
//! asked for twice: once to see what it does, once to do it.

use std::sync::Arc;

use leptos::prelude::*;
use ministore_core::order::{Cancel, CancelReason, Order};
use ministore_core::payment::PaymentState;

use super::desk::{self, Desk};
use super::order_words as words;
use super::sound::{Sound, play};
use crate::i18n::{money, say};
use crate::widgets::announcer::announce;
use crate::widgets::icon::{Icon, icon};

/// The reasons that staff have.
const REASONS: [(CancelReason, &str); 3] = [
    (CancelReason::OutOfStock, "out-of-stock"),
    (CancelReason::CannotServe, "cannot-serve"),
    (CancelReason::NotCollected, "not-collected"),
];

/// The panel that cancels, while `open`.
pub(crate) fn cancel_panel(desk: Desk, order: &Order, open: RwSignal<bool>) -> AnyView {
    let chosen = RwSignal::new(None::<CancelReason>);
    let (id, payment) = (order.id, order.payment);
    let number = words::number_of(order);
    let money_words = move || {
        let kept = payment.amount.currency.minor(payment.captured.minor - payment.refunded.minor);
        match payment.state {
            PaymentState::Captured | PaymentState::Settled | PaymentState::PartlyRefunded => {
                say::counter_cancel_money_back(&money(kept))
            }
            PaymentState::Authorised => say::stored_counter_cancel(&money(payment.amount)),
            PaymentState::Unknown => say::counter_cancel_money_back(&money(payment.amount)),
            PaymentState::Due | PaymentState::Failed | PaymentState::Cancelled | PaymentState::Refunded => {
                say::COUNTER_CANCEL_MONEY_NONE().to_owned()
            }
        }
    };
    let cancel = move |_| {
        let Some(reason) = chosen.get_untracked() else { return };
        let done = Arc::new(move |_: desk::Outcome| {
            play(Sound::Right);
            announce(say::COUNTER_CANCEL_DONE());
            open.set(false);
        });
        desk.act(desk::cancel(Cancel { order: id, reason }), done);
    };
    let reasons = REASONS.map(|(reason, key)| {
        view! {
            <label class="reason">
                <input
                    type="radio"
                    name="cancel-reason"
                    data-testid=["reason-", key].concat()
                    prop:checked=move || chosen.get() == Some(reason)
                    on:change=move |_| chosen.set(Some(reason))
                />
                <span>{move || words::reason(reason)}</span>
            </label>
        }
        .into_any()
    });
    let title = Signal::derive(move || say::counter_cancel_title(&number));
    view! {
        <section class="panel cancel-panel" data-testid="cancel-panel" aria-label=move || title.get()>
            <h3>{move || title.get()}</h3>
            <fieldset class="reasons">
                <legend class="visually-hidden">{say::COUNTER_CANCEL_WHY}</legend>
                {reasons.into_iter().collect_view()}
            </fieldset>
            <ul class="cancel-effects">
                <li>{icon(Icon::Wallet)} <span>{money_words}</span></li>
                <li>{icon(Icon::Package)} <span>{say::COUNTER_CANCEL_STOCK}</span></li>
                <li>{icon(Icon::User)} <span>{say::COUNTER_CANCEL_TOLD}</span></li>
            </ul>
            <div class="cancel-actions">
                <button type="button" class="button large" data-testid="cancel-keep" on:click=move |_| open.set(false)>
                    {say::COUNTER_CANCEL_KEEP}
                </button>
                <button
                    type="button"
                    class="button large danger"
                    data-testid="cancel-confirm"
                    disabled=move || chosen.get().is_none() || desk.busy.get()
                    on:click=cancel
                >
                    {say::COUNTER_CANCEL_ACTION}
                </button>
            </div>
        </section>
    }
    .into_any()
}
