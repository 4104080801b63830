//! The bill: what was ordered, what is paid, and the three ways to pay the rest.

use std::collections::BTreeMap;

use leptos::prelude::*;
use ministore_core::id::{LineId, PaymentId};
use ministore_core::money::Money;
use ministore_core::payment::Tender;
use ministore_core::refusal::Refusal;
use ministore_core::table::{
    MAX_PARTS, Pay, PayFor, Portion, Split, Tab, TabLine, TabPayment, TabPaymentState, split_equally,
};

use super::seat::Seat;
use super::words::{dish_words, guest_dot, guest_name, payment_words};
use crate::client::new_id;
use crate::i18n::{local, money, number, say};
use crate::state::own_money::{OwnMoney, own_money};
use crate::state::shop::shop;
use crate::widgets::empty_state::EmptyState;
use crate::widgets::icon::{Icon, icon};
use crate::widgets::pay_way::TabPayWay;
use crate::widgets::segmented::{Segment, Segmented};
use crate::widgets::stepper::Stepper;
use crate::widgets::toast::toast;

/// A way to pay.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Way {
    All,
    Dishes,
    Parts,
}

/// How a guest can pay here: none in a shop that takes cash only, and the card where there is something on it.
fn tenders(card: OwnMoney) -> Vec<Tender> {
    let something = matches!(card, OwnMoney::OnCard(there) if !there.balance.is_zero());
    let fits = |tender: &Tender| tender.is_paid_at_once() && (something || *tender != Tender::StoredValue);
    shop().map(|shop| shop.tenders.iter().copied().filter(fits).collect()).unwrap_or_default()
}

/// Which of them, where there are several.
fn tender_choice(
    tenders: &[Tender],
    card: OwnMoney,
    chosen: Memo<Option<Tender>>,
    choose: RwSignal<Option<Tender>>,
) -> Option<AnyView> {
    if tenders.len() < 2 {
        return None;
    }
    let segments = tenders.iter().map(|tender| {
        let (key, label): (_, Signal<String>) = match (tender, card) {
            (Tender::StoredValue, OwnMoney::OnCard(there)) => {
                ("stored", Signal::derive(move || say::stored_tender_balance(&money(there.balance))))
            }
            (Tender::StoredValue, _) => ("stored", Signal::derive(|| say::STORED_TENDER().to_owned())),
            (Tender::DemoWallet, _) => ("wallet", Signal::derive(|| say::CHECKOUT_WALLET().to_owned())),
            (Tender::WechatPay, _) => ("wechat", Signal::derive(|| say::CHECKOUT_WECHAT().to_owned())),
            (Tender::GiftCard, _) => ("gift-card", Signal::derive(|| say::GIFT_CARD().to_owned())),
            (Tender::CashAtHandover, _) => ("cash", Signal::derive(|| say::CHECKOUT_CASH().to_owned())),
        };
        Segment { value: Some(*tender), label, key }
    });
    Some(
        view! {
            <Segmented
                name="tender"
                label=Signal::derive(|| say::STORED_PAY_WITH().to_owned())
                segments=segments.collect()
                chosen=chosen
                on_choose=move |tender| choose.set(tender)
            />
        }
        .into_any(),
    )
}

/// What this guest has still to pay in an app of their own.
fn waiting_view(seat: Seat) -> AnyView {
    let waiting = Memo::new(move |_| {
        seat.with(|tab| {
            let mine = |payment: &&TabPayment| {
                payment.state == TabPaymentState::Asked
                    && !payment.tender.answers_at_once()
                    && payment.guest.is_some()
                    && payment.guest == tab.me
            };
            let waiting = tab.payments.iter().filter(mine);
            waiting.map(|payment| (tab.id, payment.id, payment.amount)).collect::<Vec<_>>()
        })
    });
    view! {
        <For
            each=move || waiting.get()
            key=|(_, payment, _)| *payment
            children=|(tab, payment, amount)| view! { <TabPayWay tab=tab payment=payment amount=amount /> }.into_any()
        />
    }
    .into_any()
}

/// What is on the bill.
fn ordered(tab: &Tab) -> Vec<TabLine> {
    tab.lines.iter().filter(|line| line.state.is_ordered()).cloned().collect()
}

/// The bill and the ways to pay it.
pub(super) fn bill_view(seat: Seat) -> AnyView {
    let empty = Memo::new(move |_| seat.with(|tab| ordered(tab).is_empty() && tab.payments.is_empty()));
    let due = Memo::new(move |_| seat.with(|tab| Some(tab.bill.due)));
    let is_due = Memo::new(move |_| due.get().is_some_and(|due| due.minor > 0));
    let way = RwSignal::new(Way::All);
    let shown = move || {
        if empty.get() {
            return view! {
                <EmptyState
                    sign=Icon::Receipt
                    title=Signal::derive(|| say::TABLE_BILL_EMPTY().to_owned())
                    text=Signal::derive(|| say::TABLE_BILL_EMPTY_TEXT().to_owned())
                />
            }
            .into_any();
        }
        view! {
            <div class="two-columns">
                <div class="column">{receipt(seat)}</div>
                <div class="column-end">
                    {waiting_view(seat)}
                    {move || if is_due.get() { pay_view(seat, way) } else { settled_view(seat) }}
                </div>
            </div>
        }
        .into_any()
    };
    shown.into_any()
}

/// What was ordered and what of it is paid.
pub(super) fn receipt(seat: Seat) -> AnyView {
    let tab = Memo::new(move |_| seat.with(|tab| Some(tab.clone())));
    let lines = move || {
        tab.with(|tab| {
            tab.iter()
                .flat_map(|tab| ordered(tab).into_iter().map(|line| bill_line(tab, &line)))
                .collect_view()
        })
    };
    let sums = move || {
        tab.with(|tab| {
            tab.as_ref().map(|tab| {
                let bill = &tab.bill;
                let row =
                    |key: &'static str, label: fn() -> &'static str, amount: Money, class: &'static str| {
                        view! {
                            <div class=["sum ", class].concat()>
                                <span>{label}</span>
                                <span class="money" data-testid=key>{money(amount)}</span>
                            </div>
                        }
                        .into_any()
                    };
                let some =
                    |key, label, amount: Money| (!amount.is_zero()).then(|| row(key, label, amount, ""));
                view! {
                    {row("bill-total", say::TABLE_BILL_TOTAL, bill.totals.total, "sum-total")}
                    {row("bill-tax", say::TABLE_BILL_TAX, bill.totals.tax_total(), "quiet-text")}
                    {some("bill-paid", say::TABLE_BILL_PAID, bill.paid)}
                    {some("bill-asked", say::TABLE_BILL_ASKED, bill.asked)}
                    {row("bill-due", say::TABLE_BILL_DUE, bill.due, "sum-total")}
                }
                .into_any()
            })
        })
    };
    view! {
        <section class="panel group" aria-labelledby="bill-lines">
            <h2 id="bill-lines">{say::TABLE_BILL_LINES}</h2>
            <ul class="bill-lines">{lines}</ul>
            <div class="sums">{sums}</div>
        </section>
        {move || payments_view(tab)}
    }
    .into_any()
}

fn bill_line(tab: &Tab, line: &TabLine) -> AnyView {
    let (left, amount) = (tab.unpaid_pieces(line), line.amount);
    let paid = if left == 0 {
        Some(say::TABLE_LINE_PAID().to_owned())
    } else if left < line.pieces {
        Some(say::table_line_partly(&number(left.into())))
    } else {
        None
    };
    view! {
        <li class="bill-line" data-testid="bill-line">
            {guest_dot(line.guest)} {dish_words(line)}
            {paid.map(|paid| view! { <span class="state" data-state="ready">{paid}</span> }.into_any())}
            <span class="money">{money(amount)}</span>
        </li>
    }
    .into_any()
}

fn payments_view(tab: Memo<Option<Tab>>) -> Option<AnyView> {
    tab.with(|tab| {
        let tab = tab.as_ref().filter(|tab| !tab.payments.is_empty())?;
        let rows = tab.payments.iter().map(|payment| {
            view! {
                <li class="bill-line" data-testid="payment" data-state=payment.state.word()>
                    {guest_dot(payment.guest)}
                    <span class="dish-words">{guest_name(payment.guest, tab.me)}</span>
                    <span>{payment_words(payment)}</span>
                </li>
            }
            .into_any()
        });
        // What waits for its guest is told of where it is paid.
        let asked = tab
            .payments
            .iter()
            .any(|payment| payment.state == TabPaymentState::Asked && payment.tender.answers_at_once());
        Some(
            view! {
                <section class="panel group" aria-labelledby="payments">
                    <h2 id="payments">{say::TABLE_PAYMENTS}</h2>
                    <ul class="bill-lines">{rows.collect_view()}</ul>
                    {asked.then(|| view! { <p class="notice">{say::TABLE_PAYMENT_UNKNOWN}</p> }.into_any())}
                </section>
            }
            .into_any(),
        )
    })
}

fn settled_view(seat: Seat) -> AnyView {
    let asked = Memo::new(move |_| seat.with(|tab| !tab.bill.asked.is_zero()));
    view! {
        <section class="panel group settled" data-testid="settled">
            {move || {
                if asked.get() {
                    view! { <p class="with-sign">{icon(Icon::Clock)} <span>{say::TABLE_BILL_ASKED}</span></p> }
                        .into_any()
                } else {
                    view! {
                        <p class="with-sign">{icon(Icon::Check)} <strong>{say::TABLE_BILL_SETTLED}</strong></p>
                        <p class="quiet-text">{say::TABLE_BILL_SETTLED_TEXT}</p>
                    }
                    .into_any()
                }
            }}
        </section>
    }
    .into_any()
}

fn pay_view(seat: Seat, way: RwSignal<Way>) -> AnyView {
    let segment = |value, key, label: fn() -> &'static str| Segment {
        value,
        key,
        label: Signal::derive(move || label().to_owned()),
    };
    let segments = vec![
        segment(Way::All, "all", say::TABLE_PAY_ALL),
        segment(Way::Dishes, "dishes", say::TABLE_PAY_DISHES),
        segment(Way::Parts, "parts", say::TABLE_PAY_PARTS),
    ];
    let card = own_money();
    let choose = RwSignal::new(None);
    let all = Memo::new(move |_| tenders(card.get()));
    let tender = Memo::new(move |_| {
        let chosen = choose.get();
        all.with(|all| chosen.filter(|chosen| all.contains(chosen)).or(all.first().copied()))
    });
    let some = Memo::new(move |_| tender.get().is_some());
    let table = seat.table.to_string();
    let staff = move || say::table_pay_staff(&table);
    view! {
        <section class="panel group pay" aria-labelledby="pay-how" data-testid="pay">
            <h2 id="pay-how">{say::TABLE_PAY_HOW}</h2>
            {move || match some.get() {
                false => view! { <p>{staff.clone()}</p> }.into_any(),
                true => view! {
                    {move || tender_choice(&all.get(), card.get(), tender, choose)}
                    <Segmented
                        name="way"
                        label=Signal::derive(|| say::TABLE_PAY_HOW().to_owned())
                        segments=segments.clone()
                        chosen=way
                        on_choose=move |chosen| way.set(chosen)
                    />
                    {move || match way.get() {
                        Way::All => all_view(seat, tender),
                        Way::Dishes => dishes_view(seat, tender),
                        Way::Parts => parts_view(seat, tender),
                    }}
                    <p class="quiet-text">{staff.clone()}</p>
                }
                .into_any(),
            }}
        </section>
    }
    .into_any()
}

/// What was asked to be paid last: the same again is the same payment, until it was decided upon.
type Asked = StoredValue<Option<(PayFor, Money, Tender, PaymentId)>>;

fn pay(
    seat: Seat,
    asked: Asked,
    pays: PayFor,
    expected: Money,
    tender: Memo<Option<Tender>>,
    done: impl FnOnce() + 'static,
) {
    let (Some(tab), Some(tender)) = (seat.tab(), tender.get_untracked()) else { return };
    let payment = match asked.get_value() {
        Some((before, amount, by, payment)) if before == pays && amount == expected && by == tender => {
            payment
        }
        _ => new_id(),
    };
    asked.set_value(Some((pays.clone(), expected, tender, payment)));
    let paid = move |tab: &Tab| {
        let known = tab.payments.iter().find(|known| known.id == payment);
        if known.is_some_and(|known| known.state == TabPaymentState::Paid) {
            toast(untrack(|| say::table_paid_now(&money(expected))), None);
        }
        asked.try_set_value(None);
        done();
    };
    let failed = move |refusal: &Refusal| {
        if !refusal.is_passing() {
            asked.try_set_value(None);
        }
    };
    seat.try_to(Pay { tab, payment, pays, expected, tender }, paid, failed);
}

fn all_view(seat: Seat, tender: Memo<Option<Tender>>) -> AnyView {
    let asked: Asked = StoredValue::new(None);
    let due = Memo::new(move |_| seat.with(|tab| Some(tab.bill.due)));
    let go = move |_| {
        if let Some(due) = due.get_untracked() {
            pay(seat, asked, PayFor::Rest, due, tender, || {});
        }
    };
    view! {
        <button
            type="button"
            class="button primary large wide"
            data-testid="pay-rest"
            disabled=move || seat.busy.get()
            on:click=go
        >
            {move || say::table_pay(&due.get().map(money).unwrap_or_default())}
        </button>
    }
    .into_any()
}

fn dishes_view(seat: Seat, tender: Memo<Option<Tender>>) -> AnyView {
    let asked: Asked = StoredValue::new(None);
    let picked = RwSignal::new(BTreeMap::<LineId, u32>::new());
    let lines = Memo::new(move |_| {
        seat.with(|tab| {
            let unpaid = |line: TabLine| {
                let left = tab.unpaid_pieces(&line);
                (left > 0 && line.price.money().minor > 0).then_some((line, left))
            };
            ordered(tab).into_iter().filter_map(unpaid).collect::<Vec<_>>()
        })
    });
    // What another guest has paid meanwhile is no longer picked.
    let portions = Memo::new(move |_| {
        let picked = picked.get();
        lines.with(|lines| {
            let portion = |(line, left): &(TabLine, u32)| {
                let pieces = picked.get(&line.id).copied().unwrap_or(0).min(*left);
                (pieces > 0).then_some(Portion { line: line.id, pieces })
            };
            lines.iter().filter_map(portion).collect::<Vec<_>>()
        })
    });
    let amount = Memo::new(move |_| {
        let pays = PayFor::Portions { portions: portions.get() };
        seat.with(|tab| tab.amounts_for(&pays).ok().and_then(|amounts| amounts.first().copied()))
    });
    let mine = move |_| {
        let me = seat.peek(|tab| tab.me);
        let own = |(line, left): &(TabLine, u32)| (line.guest == me).then_some((line.id, *left));
        picked.set(lines.with_untracked(|lines| lines.iter().filter_map(own).collect()));
    };
    let go = move |_| {
        if let Some(amount) = amount.get_untracked() {
            let pays = PayFor::Portions { portions: portions.get_untracked() };
            pay(seat, asked, pays, amount, tender, move || {
                picked.try_set(BTreeMap::new());
            });
        }
    };
    view! {
        <button type="button" class="button" data-testid="pay-mine" on:click=mine>{say::TABLE_PAY_MINE}</button>
        <ul class="bill-lines" data-testid="pay-lines">
            <For
                each=move || lines.get()
                key=|(line, left)| (line.id, *left)
                children=move |(line, left)| pick_row(picked, line, left)
            />
        </ul>
        <button
            type="button"
            class="button primary large wide"
            data-testid="pay-picked"
            disabled=move || seat.busy.get() || amount.get().is_none()
            on:click=go
        >
            {move || match amount.get() {
                Some(amount) => say::table_pay(&money(amount)),
                None => say::TABLE_PAY_PICK().to_owned(),
            }}
        </button>
    }
    .into_any()
}

fn pick_row(picked: RwSignal<BTreeMap<LineId, u32>>, line: TabLine, left: u32) -> AnyView {
    let id = line.id;
    let count = Signal::derive(move || picked.with(|picked| picked.get(&id).copied().unwrap_or(0).min(left)));
    let name = {
        let name = line.name.clone();
        Signal::derive(move || say::table_pay_of(&local(&name)))
    };
    let price = line.price.money();
    view! {
        <li class="bill-line pick" data-testid="pay-line">
            {guest_dot(line.guest)}
            <span class="dish-words">
                <span class="dish-name">{let name = line.name.clone(); move || local(&name)}</span>
                <span class="quiet-text">{move || money(price)}</span>
            </span>
            <span class="pick-count">
                <button
                    type="button"
                    class="icon-button"
                    data-testid="pick-less"
                    aria-label=move || say::basket_less(&name.get())
                    disabled=move || count.get() == 0
                    on:click=move |_| picked.update(|picked| _ = picked.insert(id, count.get_untracked().saturating_sub(1)))
                >
                    {icon(Icon::Minus)}
                </button>
                <output>{move || number(count.get().into())} " / " {number(left.into())}</output>
                <button
                    type="button"
                    class="icon-button"
                    data-testid="pick-more"
                    aria-label=move || say::basket_more(&name.get())
                    disabled=move || { count.get() >= left }
                    on:click=move |_| picked.update(|picked| _ = picked.insert(id, (count.get_untracked() + 1).min(left)))
                >
                    {icon(Icon::Plus)}
                </button>
            </span>
        </li>
    }
    .into_any()
}

fn parts_view(seat: Seat, tender: Memo<Option<Tender>>) -> AnyView {
    let asked: Asked = StoredValue::new(None);
    let parts = Memo::new(move |_| seat.with(|tab| tab.parts));
    let shares = Memo::new(move |_| seat.with(|tab| split_equally(tab.bill.due, tab.parts)));
    let wanted = RwSignal::new(seat.peek(|tab| tab.guests).max(2));
    let split = move |parts: u32| {
        if let Some(tab) = seat.tab() {
            seat.act(Split { tab, parts }, |_| {});
        }
    };
    let shown = move || {
        if parts.get() == 0 {
            return view! {
                <div class="split">
                    <Stepper
                        value=wanted
                        shown=Signal::derive(move || number(wanted.get().into()))
                        of=Signal::derive(|| say::TABLE_PARTS().to_owned())
                        min=2
                        max=MAX_PARTS
                        on_change=move |count| wanted.set(count)
                    />
                    <button
                        type="button"
                        class="button primary large"
                        data-testid="split"
                        disabled=move || seat.busy.get()
                        on:click=move |_| split(wanted.get_untracked())
                    >
                        {move || say::table_split(wanted.get())}
                    </button>
                </div>
            }
            .into_any();
        }
        // Parts that are alike need no button each.
        let first = move || shares.with(|shares| shares.first().copied());
        let last = move || shares.with(|shares| shares.last().copied());
        let other = move || last().filter(|last| Some(*last) != first() && last.minor > 0);
        let pay_part = move |share: Option<Money>| {
            if let Some(share) = share {
                pay(seat, asked, PayFor::Part, share, tender, || {});
            }
        };
        view! {
            <p data-testid="parts-left">{move || say::table_split_left(parts.get())}</p>
            <button
                type="button"
                class="button primary large wide"
                data-testid="pay-part"
                disabled=move || seat.busy.get()
                on:click=move |_| pay_part(first())
            >
                {move || say::table_pay(&first().map(money).unwrap_or_default())}
            </button>
            {move || {
                other().map(|share| {
                    view! {
                        <button
                            type="button"
                            class="button wide"
                            data-testid="pay-smaller-part"
                            disabled=move || seat.busy.get()
                            on:click=move |_| pay_part(Some(share))
                        >
                            {move || say::table_pay(&money(share))}
                        </button>
                    }
                    .into_any()
                })
            }}
            <p class="quiet-text">{say::TABLE_SPLIT_TAKEN}</p>
            <button
                type="button"
                class="button plain"
                data-testid="split-undo"
                disabled=move || seat.busy.get()
                on:click=move |_| split(0)
            >
                {say::TABLE_SPLIT_UNDO}
            </button>
        }
        .into_any()
    };
    shown.into_any()
}
