//! Gift cards at the till: shown by their numbers, taken for what is rung up, sold, printed and frozen.

use leptos::prelude::*;
use ministore_core::gift_card::{
    FreezeGiftCard, GetGiftCard, GiftCard, HoldGiftCard, MAX_MESSAGE, MAX_REASON, SellGiftCard,
};
use ministore_core::id::GiftCardId;
use ministore_core::issued::GiftCardNumber;
use ministore_core::money::{Money, Price};
use ministore_core::payment::Tender;
use ministore_core::printer::{GetPrinters, What};
use ministore_core::refusal::Refusal;
use ministore_core::role::StaffRole;
use ministore_core::stored_value::OnCard;
use ministore_core::ticket::{CardPaid, Taken};
use wasm_bindgen_futures::spawn_local;

use super::super::cash::Amount;
use super::super::desk::Desk;
use super::super::frame::pane_head;
use super::super::place::Place;
use super::super::sound::{Sound, play};
use super::super::trouble::trouble_panel;
use super::drawer::Asking;
use super::print::Printing;
use super::rung::{Problem, Step, TillDesk};
use crate::client::query::{Load, Query};
use crate::client::staff::signed_in;
use crate::client::{call, call_again, new_id};
use crate::i18n::{self, say};
use crate::state::gift_card::{drawn, read_number};
use crate::state::shop::shop;
use crate::widgets::announcer::announce;
use crate::widgets::field::Field;
use crate::widgets::gift_card_money::gift_card_money;
use crate::widgets::icon::{Icon, icon};
use crate::widgets::qr_code::qr_code;
use crate::widgets::segmented::{Segment, Segmented};

/// The amounts for which cards are sold with one tap, in minor units of any currency.
const USUAL: [i64; 4] = [5_000, 10_000, 20_000, 50_000];

/// The most characters of a number that are typed: with its `MG`, and a dash behind every four.
const NUMBER: usize = 24;

/// A card that was shown, with what is on it. It is kept nowhere, as its number is worth the money.
#[derive(Clone, PartialEq, Debug)]
pub(crate) struct Met {
    number: GiftCardNumber,
    card: GiftCard,
}

impl TillDesk {
    /// Asks what is on a gift card that was shown.
    pub(crate) fn meet_gift_card(self, number: GiftCardNumber) {
        self.problem.set(None);
        spawn_local(async move {
            let found = call(GetGiftCard { number }).await;
            if self.busy.try_get_untracked().is_none() {
                return; // Whoever worked here has signed out.
            }
            match found {
                Ok(card) => {
                    play(if card.frozen { Sound::Wrong } else { Sound::Right });
                    announce(&untrack(|| words(&card)));
                    self.gift_card.set(Some(Met { number, card }));
                }
                Err(refusal) => {
                    play(Sound::Wrong);
                    self.gift_card.set(None);
                    self.problem.set(Some(Problem::Refused(refusal)));
                }
            }
        });
    }

    /// Puts down what is on the card that was shown now.
    fn gift_card_has(self, money: OnCard) {
        self.gift_card.update(|met| {
            if let Some(met) = met {
                met.card.money = money;
            }
        });
    }

    /// What the card that was shown can pay now. Tracked.
    fn by_gift_card(self) -> Option<Money> {
        let paying = self.step.with(|step| matches!(step, Step::Paying));
        let there =
            self.gift_card.with(|met| met.as_ref().filter(|met| !met.card.frozen).map(|met| met.card.money));
        let amount = there?.balance.minor.min(self.rest().minor);
        (paying && amount > 0 && !self.training.get()).then(|| self.currency().minor(amount))
    }

    /// Sets so much of the card that was shown aside for this ticket.
    fn take_gift_card(self, amount: Money) {
        let (Some(met), Ok(price)) = (self.gift_card.get_untracked(), Price::new(amount)) else { return };
        if self.busy.get_untracked() {
            return;
        }
        let (payment, sale) = (new_id(), self.ticket.with_untracked(|ticket| ticket.sale));
        self.busy.set(true);
        self.problem.set(None);
        spawn_local(async move {
            let hold = HoldGiftCard { payment, sale, number: met.number, amount };
            let outcome = call_again(hold, new_id()).await;
            if self.busy.try_set(false).is_some() {
                return;
            }
            match outcome {
                Ok(there) => {
                    play(Sound::Right);
                    announce(&untrack(|| say::till_set_aside(&i18n::money(amount))));
                    let tender = Tender::GiftCard;
                    self.taken.update(|all| all.push(Taken { payment, tender, amount: price }));
                    self.gift_card_has(there);
                }
                Err(refusal) => {
                    play(Sound::Wrong);
                    self.problem.set(Some(Problem::Refused(refusal)));
                    self.meet_again_gift_card();
                }
            }
        });
    }

    /// Asks anew what is on the card that was shown, as after money came back onto it.
    pub(super) fn meet_again_gift_card(self) {
        let Some(number) = self.gift_card.with_untracked(|met| met.as_ref().map(|met| met.number)) else {
            return;
        };
        spawn_local(async move {
            if let Ok(card) = call(GetGiftCard { number }).await {
                self.gift_card.try_set(Some(Met { number, card }));
            }
        });
    }
}

/// What is on a card, in one sentence. Tracked.
fn words(card: &GiftCard) -> String {
    let money = i18n::money(card.money.balance);
    if card.frozen {
        say::gift_announce_frozen(&card.ending)
    } else {
        say::gift_announce(&card.ending, &money)
    }
}

/// The card that was shown, beside the ticket: its balance, and what it can pay.
pub(super) fn met_panel(till: TillDesk) -> AnyView {
    (move || {
        let met = till.gift_card.get()?;
        let take = move || {
            till.by_gift_card().map(|amount| {
                view! {
                    <button
                        type="button"
                        class="button large wide"
                        data-testid="by-gift-card"
                        disabled=move || till.busy.get()
                        on:click=move |_| till.take_gift_card(amount)
                    >
                        {icon(Icon::Card)} {move || say::gift_take(&i18n::money(amount))}
                    </button>
                }
                .into_any()
            })
        };
        Some(
            view! {
                <section class="panel gift-met" aria-label=say::GIFT_CARD data-testid="gift-card-met">
                    {gift_card_money(&met.card)}
                    {take}
                    <button
                        type="button"
                        class="button"
                        data-testid="gift-card-away"
                        on:click=move |_| till.gift_card.set(None)
                    >
                        {icon(Icon::Close)} {say::GIFT_AWAY}
                    </button>
                </section>
            }
            .into_any(),
        )
    })
    .into_any()
}

/// Where a card's number is typed while something is being paid.
pub(super) fn by_number(till: TillDesk) -> AnyView {
    if till.training.get_untracked() {
        return ().into_any();
    }
    view! {
        <details class="panel till-cards" data-testid="gift-card">
            <summary data-testid="gift-card-open">{icon(Icon::Card)} {say::GIFT_CARD}</summary>
            {number_field(till, "gift-number")}
        </details>
    }
    .into_any()
}

/// A field for a number. It stands inside another form, so that Enter is heard by itself.
fn number_field(till: TillDesk, key: &'static str) -> AnyView {
    let typed = RwSignal::new(String::new());
    let wrong = RwSignal::new(false);
    let look = move || match read_number(&typed.get_untracked()) {
        Some(number) => {
            wrong.set(false);
            typed.set(String::new());
            till.meet_gift_card(number);
        }
        None => {
            wrong.set(true);
            announce(say::GIFT_NUMBER_WRONG());
        }
    };
    let on_key = move |event: leptos::ev::KeyboardEvent| {
        if event.key() == "Enter" {
            event.prevent_default();
            look();
        }
    };
    view! {
        <div class="till-form" on:keydown=on_key>
            <Field
                label=say::GIFT_NUMBER
                value=typed
                key=key
                longest=NUMBER
                example=say::GIFT_NUMBER_EXAMPLE
                wrong=wrong
                problem=say::GIFT_NUMBER_WRONG
            />
            <button type="button" class="button" data-testid="gift-look" on:click=move |_| look()>
                {icon(Icon::Search)} {say::GIFT_LOOK}
            </button>
        </div>
    }
    .into_any()
}

/// The gift cards' screen: what is on one, and selling them.
pub(crate) fn gift_cards_screen(desk: Desk) -> AnyView {
    let till = desk.till;
    let title = Signal::derive(|| say::GIFT_CARDS().to_owned());
    let trouble = move || match till.problem.get() {
        Some(Problem::Refused(refusal)) => Some(trouble_panel(refusal, None)),
        _ => None,
    };
    on_cleanup(move || till.problem.set(None));
    view! {
        {pane_head(title, Some(Place::Till), None)}
        <div class="pane-body gift-cards">
            {sell_section(till)}
            <section class="panel no-print" aria-labelledby="gift-balance">
                <h3 id="gift-balance">{say::GIFT_BALANCE_TITLE}</h3>
                <p class="quiet-text">{say::GIFT_BALANCE_TEXT}</p>
                {number_field(till, "gift-number")}
                {trouble}
            </section>
            <div class="no-print">{met_panel(till)} {move || freeze_section(till)}</div>
        </div>
    }
    .into_any()
}

/// Where a manager freezes the card that was shown, or lets it pay again.
fn freeze_section(till: TillDesk) -> Option<AnyView> {
    let met = till.gift_card.get()?;
    let manager = signed_in().is_some_and(|one| one.role == StaffRole::Manager);
    if !manager {
        return None;
    }
    let (number, frozen) = (met.number, met.card.frozen);
    let reason = RwSignal::new(String::new());
    let asking = Asking::new();
    let send = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        let why = reason.get_untracked().trim().to_owned();
        asking.wrong.set(why.is_empty());
        if why.is_empty() {
            return announce(say::GIFT_WHY_WRONG());
        }
        asking.run(FreezeGiftCard { number, frozen: !frozen, reason: why }, move |card| {
            announce(if card.frozen { say::GIFT_FROZEN() } else { say::GIFT_THAWED() });
            till.gift_card.set(Some(Met { number, card }));
        });
    };
    let action = if frozen { say::GIFT_THAW } else { say::GIFT_FREEZE };
    Some(
        view! {
            <form class="panel till-form" data-testid="gift-freeze-form" novalidate on:submit=send>
                <h3>{action}</h3>
                <p class="quiet-text">{say::GIFT_FREEZE_TEXT}</p>
                <Field
                    label=say::GIFT_WHY
                    value=reason
                    key="gift-why"
                    longest=MAX_REASON
                    wrong=asking.wrong
                    problem=say::GIFT_WHY_WRONG
                />
                {asking.trouble()}
                <button class="button" data-testid="gift-freeze" disabled=move || asking.busy.get()>
                    {icon(Icon::Lock)} {action}
                </button>
            </form>
        }
        .into_any(),
    )
}

/// A card that was just sold: all there is of its number.
#[derive(Clone, PartialEq)]
struct Sold {
    number: GiftCardNumber,
    amount: Money,
    message: String,
}

/// By which means a card is paid for.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Way {
    Cash,
    Terminal,
}

fn sell_section(till: TillDesk) -> AnyView {
    let sold = RwSignal::new(None::<Sold>);
    (move || match (sold.get(), till.training.get()) {
        (Some(card), _) => sold_view(till, card, sold),
        (None, true) => view! { <p class="quiet-text">{say::TILL_TRAINING_STRIP}</p> }.into_any(),
        (None, false) => sell_form(till, sold),
    })
    .into_any()
}

fn sell_form(till: TillDesk, sold: RwSignal<Option<Sold>>) -> AnyView {
    let currency = untrack(|| till.currency());
    let typed = RwSignal::new(Amount::default());
    let (slip, message) = (RwSignal::new(String::new()), RwSignal::new(String::new()));
    let way = RwSignal::new(Way::Cash);
    let asking = Asking::new();
    let no_number = RwSignal::new(None::<Refusal>);
    // Tapped again after a lost answer it is the same card; another amount is another.
    let card = StoredValue::new(None::<(GiftCardId, GiftCardNumber)>);
    Effect::new(move |_| {
        typed.track();
        way.track();
        slip.track();
        card.set_value(None);
    });
    let room = OnCard::nothing(currency);
    let amount =
        move || typed.with(|typed| typed.money(currency)).filter(|amount| room.takes(*amount).is_ok());
    let rule = move || say::gift_amount_wrong(&i18n::money(room.room()));
    let sell = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        let Some(amount) = untrack(amount) else {
            asking.wrong.set(true);
            return announce(&untrack(rule));
        };
        asking.wrong.set(false);
        let (id, number) = match card.get_value().map_or_else(|| drawn().map(|number| (new_id(), number)), Ok)
        {
            Ok(card) => card,
            Err(refusal) => return no_number.set(Some(refusal)),
        };
        card.set_value(Some((id, number)));
        let slip = slip.get_untracked().trim().to_owned();
        let terminal = (way.get_untracked() == Way::Terminal).then_some(slip);
        let message = message.get_untracked().trim().to_owned();
        asking.run(SellGiftCard { card: id, number, amount, terminal }, move |_| {
            announce(&untrack(|| say::gift_sold(&i18n::money(amount))));
            till.shift.reload();
            sold.set(Some(Sold { number, amount, message }));
        });
    };
    let quick = USUAL.into_iter().filter(|minor| *minor <= room.room().minor).map(|minor| {
        let usual = currency.minor(minor);
        view! {
            <button
                type="button"
                class="button cash-quick"
                data-testid=["gift-", &minor.to_string()].concat()
                on:click=move |_| typed.set(Amount::of(usual))
            >
                {move || i18n::money(usual)}
            </button>
        }
        .into_any()
    });
    let ways = vec![
        Segment { value: Way::Cash, label: Signal::derive(|| say::TILL_CASH().to_owned()), key: "cash" },
        Segment { value: Way::Terminal, label: Signal::derive(|| say::TILL_CARD().to_owned()), key: "card" },
    ];
    view! {
        <form class="panel till-form" data-testid="gift-sell-form" novalidate on:submit=sell>
            <h3>{say::GIFT_SELL_TITLE}</h3>
            <div class="top-up-quicks" role="group" aria-label=say::GIFT_QUICK>{quick.collect_view()}</div>
            <label class="field">
                <span>{say::GIFT_AMOUNT}</span>
                <input
                    type="text"
                    name="gift-amount"
                    inputmode="decimal"
                    autocomplete="off"
                    placeholder="0"
                    data-testid="gift-amount"
                    aria-invalid=move || asking.wrong.get().then_some("true")
                    aria-describedby="gift-rule"
                    prop:value=move || typed.with(|typed| typed.text().to_owned())
                    on:input=move |event| {
                        let text = event_target_value(&event);
                        typed.set(text.chars().fold(Amount::default(), |amount, key| amount.with(key, currency)));
                    }
                />
                <span id="gift-rule" class=move || if asking.wrong.get() { "problem" } else { "quiet-text" }>{rule}</span>
            </label>
            <Segmented
                name="gift-by"
                label=Signal::derive(|| say::GIFT_PAID_BY().to_owned())
                segments=ways
                chosen=way
                on_choose=Callback::new(move |chosen| way.set(chosen))
            />
            {move || (way.get() == Way::Terminal).then(|| view! {
                <Field label=say::TILL_CARD_REFERENCE value=slip key="gift-slip" longest={CardPaid::MAX_REFERENCE} />
            })}
            <Field label=say::GIFT_MESSAGE value=message key="gift-message" longest=MAX_MESSAGE />
            {asking.trouble()}
            {move || no_number.get().map(|refusal| trouble_panel(refusal, None))}
            <button
                class="button primary large wide"
                data-testid="gift-sell"
                aria-busy=move || asking.busy.get().to_string()
                disabled=move || asking.busy.get()
            >
                {icon(Icon::Card)}
                {move || match amount() {
                    Some(amount) => say::gift_sell_amount(&i18n::money(amount)),
                    None => say::GIFT_SELL().to_owned(),
                }}
            </button>
        </form>
    }
    .into_any()
}

/// The card that was sold, to be printed and handed over: its number is shown here and never again.
fn sold_view(till: TillDesk, card: Sold, sold: RwSignal<Option<Sold>>) -> AnyView {
    let Sold { number, amount, message } = card;
    let printing = Printing::new();
    let printers = Query::new(|| Some(GetPrinters {}));
    let at = till.shift.peek(|load| match load {
        Load::Ready(state) => state.open.as_ref().map(|open| open.shift.till),
        Load::Loading | Load::Failed(_) => None,
    });
    let there = move || {
        printers.with(|load| match load {
            Load::Ready(all) => match at {
                Some(at) => all.of(at).is_some(),
                None => !all.printers.is_empty(),
            },
            Load::Loading | Load::Failed(_) => false,
        })
    };
    let said = message.clone();
    let print = move |_| {
        if untrack(there) {
            printing.start(What::GiftCard { number, message: said.clone() });
        } else {
            // A browser that prints nothing shows its own reason.
            let _ = window().print();
        }
    };
    let text = number.to_string();
    let label = Signal::derive(|| say::GIFT_QR().to_owned());
    view! {
        <section class="panel gift-sold" data-testid="gift-sold">
            <article class="receipt gift-slip" aria-label=say::GIFT_CARD>
                <strong>{move || shop().map(|shop| i18n::local(&shop.name))}</strong>
                <p class="gift-slip-amount" data-testid="gift-sold-amount">{move || i18n::money(amount)}</p>
                {(!message.is_empty()).then(|| view! { <p data-testid="gift-sold-message">{message.clone()}</p> })}
                {qr_code(&number.symbol_text(), label)}
                <p class="gift-slip-number" data-testid="gift-sold-number">{text}</p>
                <p>{say::GIFT_SLIP_RULE}</p>
            </article>
            <p class="quiet-text no-print">{say::GIFT_ONCE}</p>
            <div class="till-sold-actions no-print">
                <button
                    type="button"
                    class="button primary large"
                    data-testid="gift-print"
                    disabled=move || printing.is_busy()
                    on:click=print
                >
                    {icon(Icon::Receipt)} {say::TILL_PRINT}
                </button>
                <button type="button" class="button large" data-testid="gift-next" on:click=move |_| sold.set(None)>
                    {icon(Icon::Check)} {say::GIFT_DONE}
                </button>
            </div>
            <div class="no-print">{printing.outcome()}</div>
        </section>
    }
    .into_any()
}
