//! What pays beside cash and the bank's terminal: the member's money, the code of a payer's wallet, cash of another currency.

use leptos::prelude::*;
use ministore_core::code_payment::{Owed, PaidFor};
use ministore_core::money::{Currency, Money, Price};
use ministore_core::payment::Tender;
use ministore_core::refusal::Refusal;
use ministore_core::ticket::{ForeignCash, ForeignRate, HoldValue, Taken};
use wasm_bindgen_futures::spawn_local;

use super::super::sound::{Sound, play};
use super::super::wallet::{Wallet, is_offered, wallet_panel};
use super::rung::{Problem, TillDesk};
use super::tender::has_wallet;
use crate::client::{call_again, new_id};
use crate::i18n::{self, say};
use crate::state::own_money;
use crate::widgets::announcer::announce;
use crate::widgets::field::Field;
use crate::widgets::icon::{Icon, icon};
use crate::widgets::price::money;

/// What lies on the counter beside cash of the shop's currency, each with a way to take it back.
pub(super) fn paid_so_far(till: TillDesk) -> AnyView {
    let row = move |words: String, amount: Money, take_back: Callback<()>| {
        view! {
            <li class="till-card-paid" data-testid="paid-part">
                <span>{words}</span>
                {money(amount)}
                <button
                    type="button"
                    class="icon-button"
                    data-testid="take-back"
                    aria-label=say::TILL_CARD_REMOVE
                    disabled=move || till.busy.get()
                    on:click=move |_| take_back.run(())
                >
                    {icon(Icon::Close)}
                </button>
            </li>
        }
        .into_any()
    };
    let rows = move || {
        let cards = till.cards.get().into_iter().enumerate().map(|(at, card)| {
            let words = [say::TILL_CARD(), " ", card.reference.as_str()].concat();
            let back = Callback::new(move |()| till.cards.update(|cards| _ = cards.remove(at)));
            row(words, card.amount.money(), back)
        });
        let taken = till.taken.get().into_iter().map(|taken| {
            let words = tender_words(taken.tender).to_owned();
            row(words, taken.amount.money(), Callback::new(move |()| give_back(till, taken)))
        });
        let foreign = till.foreign.get().map(|foreign| {
            let words = i18n::money(foreign.given.money());
            row(words, foreign.worth.money(), Callback::new(move |()| till.foreign.set(None)))
        });
        let credit = till.credit();
        let credit = (!credit.is_zero()).then(|| {
            view! {
                <li class="till-card-paid" data-testid="paid-part"><span>{say::TILL_GOODS_BACK}</span> {money(credit)}</li>
            }
            .into_any()
        });
        credit.into_iter().chain(cards).chain(taken).chain(foreign).collect_view()
    };
    view! { <ul class="till-paid">{rows}</ul> }.into_any()
}

/// What a means of payment is called at the till. Tracked.
pub(super) fn tender_words(tender: Tender) -> &'static str {
    match tender {
        Tender::StoredValue => say::TILL_MEMBERS_MONEY(),
        Tender::GiftCard => say::GIFT_CARD(),
        Tender::CashAtHandover => say::TILL_CASH(),
        Tender::DemoWallet | Tender::WechatPay => say::TILL_WALLET(),
    }
}

fn give_back(till: TillDesk, taken: Taken) {
    till.busy.set(true);
    let done = Callback::new(move |outcome: Result<(), Refusal>| {
        if till.busy.try_set(false).is_some() {
            return;
        }
        match outcome {
            Ok(()) => {
                till.taken.update(|all| all.retain(|there| there.payment != taken.payment));
                if taken.tender == Tender::GiftCard {
                    till.meet_again_gift_card();
                } else if let Some(card) = till.ticket.with_untracked(|ticket| ticket.card) {
                    till.meet_again(card);
                }
            }
            Err(refusal) => fail(till, refusal),
        }
    });
    till.release(taken, done);
}

fn fail(till: TillDesk, refusal: Refusal) {
    play(Sound::Wrong);
    till.problem.set(Some(Problem::Refused(refusal)));
}

/// The money on the card that was shown. It is set aside at once, so that nobody spends it elsewhere meanwhile.
pub(super) fn of_member(till: TillDesk) -> AnyView {
    let offer = Memo::new(move |_| {
        let (there, renews) = till.member.with(|member| {
            let card = member.as_ref()?;
            Some((card.stored.as_ref()?.money.balance, card.renews))
        })?;
        let rest = till.rest().minor.min(there.minor);
        let needs_code = renews && till.shown_code().is_none();
        (own_money::is_taken() && rest > 0 && !till.training.get())
            .then(|| (there.currency.minor(rest), there, needs_code))
    });
    let take = move |amount: Money| {
        let ticket = till.ticket.get_untracked();
        let (Some(number), Ok(price)) = (ticket.card, Price::new(amount)) else { return };
        let (payment, code) = (new_id(), untrack(|| till.shown_code()));
        till.busy.set(true);
        till.problem.set(None);
        spawn_local(async move {
            let hold = HoldValue { payment, sale: ticket.sale, number, amount, code };
            let outcome = call_again(hold, new_id()).await;
            if till.busy.try_set(false).is_some() {
                return;
            }
            if matches!(outcome, Ok(_) | Err(Refusal::CardCodeRefused { .. })) {
                till.proof.set(None);
            }
            match outcome {
                Ok(there) => {
                    play(Sound::Right);
                    announce(&untrack(|| say::till_set_aside(&i18n::money(amount))));
                    till.taken.update(|all| {
                        all.push(Taken { payment, tender: Tender::StoredValue, amount: price })
                    });
                    till.member.update(|member| {
                        if let Some(stored) = member.as_mut().and_then(|card| card.stored.as_mut()) {
                            stored.money = there;
                        }
                    });
                }
                Err(refusal) => fail(till, refusal),
            }
        });
    };
    (move || {
        offer.get().map(|(amount, there, needs_code)| {
            if needs_code {
                return view! {
                    <p class="till-way-next with-sign" role="status" data-testid="by-member-code">
                        {icon(Icon::Scan)}
                        <span>
                            {say::card_code_to_take(&i18n::money(amount))} " "
                            <span class="quiet-text">{say::till_on_card(&i18n::money(there))}</span>
                        </span>
                    </p>
                }
                .into_any();
            }
            view! {
                <button
                    type="button"
                    class="button large till-way"
                    data-testid="by-member"
                    disabled=move || till.busy.get()
                    on:click=move |_| take(amount)
                >
                    {icon(Icon::Wallet)}
                    <span>
                        {say::till_take_from_card(&i18n::money(amount))}
                        <span class="quiet-text">{say::till_on_card(&i18n::money(there))}</span>
                    </span>
                </button>
            }
            .into_any()
        })
    })
    .into_any()
}

/// The wallet that is asked by its payer's code, where the shop takes that.
pub(super) fn wallet(till: TillDesk) -> Option<Wallet> {
    if untrack(|| !is_offered() || till.training.get()) {
        return None;
    }
    let sale = till.ticket.with_untracked(|ticket| ticket.sale);
    let due = Signal::derive(move || till.rest());
    let owed = Callback::new(move |()| Owed::Sale { sale, amount: due.get_untracked() });
    let taken = Callback::new(move |charge: ministore_core::code_payment::CodeCharge| {
        let known = till.taken.with_untracked(|all| all.iter().any(|there| there.payment == charge.payment));
        if let (false, Ok(amount)) = (known, Price::new(charge.amount)) {
            play(Sound::Done);
            let tender = Tender::WechatPay;
            till.taken.update(|all| all.push(Taken { payment: charge.payment, tender, amount }));
        }
    });
    Some(Wallet::new(till.payer, PaidFor::Sale(sale), owed, due, taken))
}

/// Where the code of a payer's wallet is read.
pub(super) fn by_wallet(till: TillDesk, wallet: Wallet) -> AnyView {
    let shown = Memo::new(move |_| till.taken.with(|taken| !has_wallet(taken)) && till.rest().minor > 0);
    (move || {
        shown.get().then(|| {
            view! { <div class="panel till-wallet" data-testid="by-wallet">{wallet_panel(wallet)}</div> }
                .into_any()
        })
    })
    .into_any()
}

/// Cash of another currency, at the shop's rate.
pub(super) fn foreign(till: TillDesk) -> AnyView {
    let rates = untrack(|| till.rules()).foreign;
    if rates.is_empty() {
        return ().into_any();
    }
    let chosen = RwSignal::new(rates[0].currency);
    let typed = RwSignal::new(String::new());
    let wrong = RwSignal::new(false);
    let rate = {
        let rates = rates.clone();
        move |currency: Currency| rates.iter().find(|rate| rate.currency == currency).copied()
    };
    let worth = {
        let rate = rate.clone();
        move || typed.with(|typed| counts_for(rate(chosen.get())?, typed))
    };
    let take = {
        let worth = worth.clone();
        move |_| match untrack(&worth) {
            Some(foreign) => {
                wrong.set(false);
                typed.set(String::new());
                till.foreign.set(Some(foreign));
            }
            None => wrong.set(true),
        }
    };
    let choices = rates.iter().map(|rate| {
        let currency = rate.currency;
        view! {
            <button
                type="button"
                class="button"
                data-testid=["foreign-", currency.code()].concat()
                aria-pressed=move || (chosen.get() == currency).to_string()
                on:click=move |_| chosen.set(currency)
            >
                {currency.code().to_owned()}
            </button>
        }
        .into_any()
    });
    let counts = move || {
        worth().map(|foreign| {
            view! {
                <p class="quiet-text" role="status" data-testid="foreign-worth">
                    {say::till_foreign_worth(&i18n::money(foreign.given.money()), &i18n::money(foreign.worth.money()))}
                </p>
            }
            .into_any()
        })
    };
    view! {
        <details class="panel till-cards" data-testid="foreign">
            <summary data-testid="by-foreign">{icon(Icon::Wallet)} {say::TILL_FOREIGN}</summary>
            <div class="till-currencies" role="group" aria-label=say::TILL_FOREIGN_WHICH>{choices.collect_view()}</div>
            <Field
                label=say::TILL_FOREIGN_AMOUNT
                value=typed
                key="foreign-amount"
                keys="decimal"
                longest=12
                wrong=wrong
                problem=say::TILL_AMOUNT_WRONG
            />
            {counts}
            <button type="button" class="button" data-testid="foreign-taken" on:click=take>
                {icon(Icon::Check)} {say::TILL_FOREIGN_TAKEN}
            </button>
        </details>
    }
    .into_any()
}

/// What was typed of another currency; None where that is no amount above zero.
fn counts_for(rate: ForeignRate, typed: &str) -> Option<ForeignCash> {
    let given = Money::parse_decimal(&typed.trim().replace(',', "."), rate.currency).ok()?;
    let given = Price::new(given).ok().filter(|given| !given.money().is_zero())?;
    let worth = Price::new(rate.worth(given.money()).ok()?).ok()?;
    Some(ForeignCash { given, worth })
}
