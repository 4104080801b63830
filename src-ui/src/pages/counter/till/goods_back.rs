//! Goods that come back: of a sale, whole or in part, for money or for other goods; and without their receipt.

use leptos::prelude::*;
use ministore_core::code::CardNumber;
use ministore_core::fact::{Back, BackLine, GetSale, Left, RecordRefund, Refund, Sale, SoldTicket, ToMember};
use ministore_core::id::{RefundId, SaleId};
use ministore_core::money::{Money, Price};
use ministore_core::order::{OrderLine, PlaceLine};
use ministore_core::payment::Tender;
use ministore_core::quantity::Measure;
use ministore_core::refusal::Refusal;
use ministore_core::role::StaffRole;
use ministore_core::ticket::{Allow, CardPaid, Exchange, MAX_NOTE};
use wasm_bindgen_futures::spawn_local;

use super::super::desk::Desk;
use super::super::place::Place;
use super::super::sound::{Sound, play};
use super::super::trouble::trouble_panel;
use super::rung::TillDesk;
use crate::client::query::Query;
use crate::client::staff::signed_in;
use crate::client::{call, call_again, new_id};
use crate::i18n::{self, local, number, say};
use crate::state::own_money;
use crate::widgets::announcer::announce;
use crate::widgets::field::Field;
use crate::widgets::measure::measure;
use crate::widgets::price::money;
use crate::widgets::segmented::{Segment, Segmented};
use crate::widgets::stepper::Stepper;

/// A line of which something is left, and how much of it is chosen: pieces, or all that is left.
#[derive(Clone)]
struct Choice {
    line: OrderLine,
    paid: Money,
    left: Left,
    there: Measure,
    chosen: RwSignal<u32>,
}

impl Choice {
    /// What of the line is chosen. Tracked.
    fn measure(&self) -> Option<Measure> {
        match (self.chosen.get(), self.there) {
            (0, _) => None,
            (count, Measure::Pieces(_)) => Some(Measure::Pieces(count)),
            (_, whole) => Some(whole),
        }
    }

    /// What that comes to, with its deposits. Tracked.
    fn worth(&self) -> i64 {
        let part = self.measure().and_then(|measure| {
            let paid = self.left.share(&self.line, measure, self.paid)?.ok()?;
            let deposit = self.line.deposits.of(measure, paid.currency).ok()?;
            paid.plus(deposit).ok()
        });
        part.map_or(0, |part| part.minor)
    }

    const fn most(&self) -> u32 {
        match self.there {
            Measure::Pieces(count) => count,
            Measure::Grams(_) | Measure::Labelled(_) => 1,
        }
    }
}

/// By which means it is given back.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Way {
    Cash,
    Card,
    Member,
    Wallet,
}

/// What of a sale can still come back.
pub(super) fn coming_back(desk: Desk, query: Query<GetSale>, found: &SoldTicket) -> AnyView {
    let sale = found.sale.clone();
    let amounts: Vec<_> = sale.lines.iter().map(|line| (line.tax, line.amount)).collect();
    let Ok(paid) = sale.totals.of_lines(&amounts) else { return ().into_any() };
    let choices: Vec<Choice> = sale
        .lines
        .iter()
        .zip(paid)
        .filter_map(|(line, paid)| {
            let left = Left::of(line, &found.refunds);
            let there = left.measure(line)?;
            Some(Choice { line: line.clone(), paid, left, there, chosen: RwSignal::new(0) })
        })
        .collect();
    if choices.is_empty() {
        return view! { <p class="quiet-text" data-testid="all-back">{say::TILL_ALL_BACK}</p> }.into_any();
    }
    let currency = sale.totals.total.currency;
    let amount = {
        let choices = choices.clone();
        Memo::new(move |_| currency.minor(choices.iter().map(Choice::worth).sum()))
    };
    let rows = choices.iter().map(choice_row).collect_view();
    let to_shelf = RwSignal::new(true);
    let left = WaysLeft::of(&sale, &found.refunds);
    let way = RwSignal::new(left.first(&sale));
    let (busy, problem) = (RwSignal::new(false), RwSignal::new(None::<Refusal>));
    // Tapped twice it is the same return.
    let refund = RwSignal::new(new_id::<RefundId>());
    let back = {
        let choices = choices.clone();
        move || {
            let lines = choices.iter().filter_map(|choice| {
                let measure = untrack(|| choice.measure())?;
                Some(BackLine { line: choice.line.id, measure: Some(measure) })
            });
            let back = Back::Sale { sale: sale.id, lines: lines.collect() };
            RecordRefund {
                to_shelf: to_shelf.get_untracked(),
                ..RecordRefund::of(refund.get_untracked(), back)
            }
        }
    };
    let card = sale.card;
    let give = {
        let back = back.clone();
        move |_| {
            if busy.get_untracked() {
                return;
            }
            let amount = untrack(|| amount.get());
            let call = left.given(back(), way.get_untracked(), amount, card);
            busy.set(true);
            problem.set(None);
            spawn_local(async move {
                let outcome = call_again(call, new_id()).await;
                if busy.try_set(false).is_some() {
                    return;
                }
                match outcome {
                    Ok(done) => {
                        play(Sound::Done);
                        announce(&untrack(|| say::till_given_back(&i18n::money(done.amount))));
                        desk.till.shift.reload();
                        query.reload();
                    }
                    Err(refusal) => {
                        play(Sound::Wrong);
                        problem.set(Some(refusal));
                    }
                }
            });
        }
    };
    let exchange = move |_| {
        let back = back();
        let lines = match &back.back {
            Back::Sale { lines, .. } => lines.len(),
            Back::NoReceipt { lines } => lines.len(),
        };
        let Ok(worth) = Price::new(untrack(|| amount.get())) else { return };
        let exchange = Exchange { back, worth, lines: u32::try_from(lines).unwrap_or(u32::MAX) };
        if desk.till.exchange(Some(exchange)) {
            desk.go(Place::Till);
        }
    };
    let nothing = move || amount.get().is_zero() || busy.get();
    view! {
        <section class="panel till-back" data-testid="coming-back">
            <h3>{say::TILL_BACK}</h3>
            <ul>{rows}</ul>
            <label class="check">
                <input
                    type="checkbox"
                    data-testid="to-shelf"
                    prop:checked=move || to_shelf.get()
                    on:change=move |event| to_shelf.set(event_target_checked(&event))
                />
                <span>{say::COUNTER_RETURN_TO_SHELF}</span>
            </label>
            {ways(left, way, card)}
            {(left.gift_card > 0).then(|| view! {
                <p class="quiet-text" data-testid="onto-gift-card">
                    {move || say::gift_goes_back(&i18n::money(currency.minor(amount.get().minor.min(left.gift_card))))}
                </p>
            })}
            {move || problem.get().map(|refusal| trouble_panel(refusal, None))}
            <div class="till-move-actions">
                <button type="button" class="button primary large" data-testid="give-back" disabled=nothing on:click=give>
                    {move || say::till_give_back(&i18n::money(amount.get()))}
                </button>
                <button type="button" class="button large" data-testid="exchange" disabled=nothing on:click=exchange>
                    {say::TILL_EXCHANGE}
                </button>
            </div>
        </section>
    }
    .into_any()
}

fn choice_row(choice: &Choice) -> AnyView {
    let (name, there, chosen) = (choice.line.name.clone(), choice.there, choice.chosen);
    let most = choice.most();
    let worth = {
        let choice = choice.clone();
        move || choice.line.amount.currency.minor(choice.worth())
    };
    let named = name.clone();
    let how_many = match there {
        Measure::Pieces(count) if count > 1 => view! {
            <Stepper
                value=chosen
                shown=Signal::derive(move || number(chosen.get().into()))
                of=Signal::derive(move || local(&named))
                max=most
                on_change=Callback::new(move |count| chosen.set(count))
            />
        }
        .into_any(),
        _ => ().into_any(),
    };
    view! {
        <li class="till-back-line" data-testid="back-line">
            <label class="check">
                <input
                    type="checkbox"
                    prop:checked=move || { chosen.get() > 0 }
                    on:change=move |event| chosen.set(if event_target_checked(&event) { most } else { 0 })
                />
                <span class="item-name">{move || local(&name)}</span>
                <span class="quiet-text">{move || measure(there)}</span>
            </label>
            {how_many}
            <span class="line-amount">{move || i18n::money(worth())}</span>
        </li>
    }
    .into_any()
}

/// What can be given back by each means, in minor units.
#[derive(Clone, Copy, Debug)]
struct WaysLeft {
    card: i64,
    wallet: i64,
    /// What gift cards paid goes back onto them, before anything goes back otherwise.
    gift_card: i64,
}

impl WaysLeft {
    fn of(sale: &Sale, refunds: &[Refund]) -> Self {
        let sum = |each: fn(&Refund) -> i64| refunds.iter().map(each).fold(0i64, i64::saturating_add);
        Self {
            card: sale.by_card().minor.saturating_sub(sum(|refund| refund.card_part().minor)),
            wallet: sale
                .by(Tender::WechatPay)
                .minor
                .saturating_sub(sum(|refund| refund.to_wallet.map_or(0, |to| to.money().minor))),
            gift_card: sale
                .by(Tender::GiftCard)
                .minor
                .saturating_sub(sum(|refund| refund.to_gift_card.map_or(0, |to| to.money().minor))),
        }
    }

    /// As it was paid, where it was not in cash.
    fn first(self, sale: &Sale) -> Way {
        if self.wallet > 0 {
            Way::Wallet
        } else if !sale.by(Tender::StoredValue).is_zero() && sale.card.is_some() {
            Way::Member
        } else if self.card > 0 && sale.cash.is_zero() {
            Way::Card
        } else {
            Way::Cash
        }
    }

    /// `back` with what gift cards paid of `amount` back onto them, and as much of the rest by this means as there can be;
    /// what is left is cash.
    fn given(self, back: RecordRefund, way: Way, amount: Money, card: Option<CardNumber>) -> RecordRefund {
        let price = |minor: i64| {
            let part = amount.currency.minor(minor);
            Price::new(part).ok().filter(|part| !part.money().is_zero())
        };
        let onto = amount.minor.min(self.gift_card);
        let back = RecordRefund { to_gift_card: price(onto), ..back };
        let part = |most: i64| price((amount.minor - onto).min(most));
        match way {
            Way::Cash => back,
            Way::Card => {
                let by_card = part(self.card).map(|amount| CardPaid { amount, reference: String::new() });
                RecordRefund { by_card, ..back }
            }
            Way::Wallet => RecordRefund { to_wallet: part(self.wallet), ..back },
            Way::Member => {
                let to_member = card.zip(part(i64::MAX)).map(|(number, amount)| ToMember { number, amount });
                RecordRefund { to_member, ..back }
            }
        }
    }
}

/// By which means it is given back, where there is a choice.
fn ways(left: WaysLeft, way: RwSignal<Way>, card: Option<CardNumber>) -> AnyView {
    let segment = |value, label: fn() -> &'static str, key| Segment {
        value,
        label: Signal::derive(move || label().to_owned()),
        key,
    };
    let mut segments = vec![segment(Way::Cash, say::TILL_CASH, "cash")];
    if left.card > 0 {
        segments.push(segment(Way::Card, say::TILL_CARD, "card"));
    }
    if left.wallet > 0 {
        segments.push(segment(Way::Wallet, say::TILL_WALLET, "wallet"));
    }
    if card.is_some() && untrack(own_money::is_taken) {
        segments.push(segment(Way::Member, say::TILL_TO_MEMBER, "member"));
    }
    if segments.len() == 1 {
        return ().into_any();
    }
    view! {
        <Segmented
            name="back-by"
            label=Signal::derive(|| say::TILL_BACK_BY().to_owned())
            segments=segments
            chosen=way
            on_choose=Callback::new(move |chosen| way.set(chosen))
        />
    }
    .into_any()
}

/// All of the ticket comes back, and nobody has its receipt: a manager allows it, and why is kept.
pub(super) fn without_receipt(till: TillDesk, open: RwSignal<bool>) -> AnyView {
    let refund: RefundId = new_id();
    let (reason, pin) = (RwSignal::new(String::new()), RwSignal::new(String::new()));
    let (busy, wrong, to_shelf) = (RwSignal::new(false), RwSignal::new(false), RwSignal::new(true));
    let problem = RwSignal::new(None::<Refusal>);
    let given = RwSignal::new(None::<Money>);
    let manager = untrack(|| signed_in().is_some_and(|one| one.role == StaffRole::Manager));
    let worth = untrack(|| till.rung()).map(|rung| {
        let deposit = rung.totals.deposit.map_or(0, |deposit| deposit.minor);
        rung.list.iter().fold(deposit, |sum, list| sum.saturating_add(list.minor))
    });
    let worth = till.currency().minor(worth.unwrap_or(0));
    let lines = till.ticket.with_untracked(|ticket| {
        let lines = ticket.lines.iter();
        lines
            .map(|line| PlaceLine { id: line.id, product: line.product.id, measure: line.measure })
            .collect::<Vec<_>>()
    });
    let send = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        let why = reason.get_untracked().trim().to_owned();
        let leave = pin.get_untracked().trim().parse().ok();
        wrong.set(why.is_empty() || (!manager && leave.is_none()));
        if wrong.get_untracked() || busy.get_untracked() {
            return;
        }
        busy.set(true);
        problem.set(None);
        let record = RecordRefund {
            reason: why,
            to_shelf: to_shelf.get_untracked(),
            ..RecordRefund::of(refund, Back::NoReceipt { lines: lines.clone() })
        };
        spawn_local(async move {
            let outcome = async {
                let allowed_by = match leave.filter(|_| !manager) {
                    Some(pin) => Some(call(Allow { sale: SaleId(refund.0), pin }).await?.by),
                    None => None,
                };
                call_again(RecordRefund { allowed_by, ..record }, new_id()).await
            };
            let outcome = outcome.await;
            if busy.try_set(false).is_some() {
                return;
            }
            pin.set(String::new());
            match outcome {
                Ok(done) => {
                    play(Sound::Done);
                    announce(&untrack(|| say::till_given_back(&i18n::money(done.amount))));
                    given.set(Some(done.amount));
                    till.shift.reload();
                }
                Err(refusal) => {
                    play(Sound::Wrong);
                    problem.set(Some(refusal));
                }
            }
        });
    };
    let form = move || {
        let send = send.clone();
        view! {
            <form class="till-off-form" novalidate on:submit=send>
                <p>{move || say::till_no_receipt_text(&i18n::money(worth))}</p>
                <Field label=say::TILL_NO_RECEIPT_WHY value=reason key="back-reason" longest=MAX_NOTE />
                <label class="check">
                    <input
                        type="checkbox"
                        data-testid="to-shelf"
                        prop:checked=move || to_shelf.get()
                        on:change=move |event| to_shelf.set(event_target_checked(&event))
                    />
                    <span>{say::COUNTER_RETURN_TO_SHELF}</span>
                </label>
                {(!manager).then(|| view! {
                    <Field label=say::TILL_MANAGER_PIN value=pin key="back-pin" kind="password" keys="numeric" longest=8 />
                })}
                {move || wrong.get().then(|| view! {
                    <p class="problem" role="alert" data-testid="back-wrong">{say::TILL_NO_RECEIPT_WRONG}</p>
                }.into_any())}
                {move || problem.get().map(|refusal| trouble_panel(refusal, None))}
                <button class="button primary large" data-testid="back-without" disabled=move || busy.get()>
                    {move || say::till_give_back(&i18n::money(worth))}
                </button>
            </form>
        }
        .into_any()
    };
    (move || match given.get() {
        Some(amount) => view! {
            <dl class="done-change" data-testid="given-back">
                <dt>{say::COUNTER_GIVE_BACK}</dt>
                <dd class="change-amount">{money(amount)}</dd>
            </dl>
            <button
                type="button"
                class="button primary large"
                data-testid="given-done"
                on:click=move |_| {
                    open.set(false);
                    till.next();
                }
            >
                {say::TILL_NEXT}
            </button>
        }
        .into_any(),
        None => form(),
    })
    .into_any()
}
