//! The basket.

use leptos::prelude::*;
use leptos_router::components::A;
use ministore_core::basket::{Basket, BasketLine, Edit};
use ministore_core::id::LineId;
use ministore_core::money::Money;
use ministore_core::order::Quoted;
use ministore_core::pricing::Totals;
use ministore_core::promoted::Promoted;
use ministore_core::quantity::{MAX_GRAMS, Measure};
use ministore_core::tax::Prices;

use crate::i18n::{grams, local, money, number, say};
use crate::state::basket::{GRAMS_STEP, quoted_all, with_basket};
use crate::state::in_shop::in_shop;
use crate::widgets::announcer::announce;
use crate::widgets::bags::Bags;
use crate::widgets::deposit::plus_deposits;
use crate::widgets::empty_state::empty_basket;
use crate::widgets::icon::{Icon, icon};
use crate::widgets::measure::measure;
use crate::widgets::page::{Page, focus_heading};
use crate::widgets::picture::picture;
use crate::widgets::put_in::{change, undo_of};
use crate::widgets::stepper::Stepper;
use crate::widgets::toast::toast;

/// The basket.
#[component]
pub(crate) fn CartPage() -> impl IntoView {
    let empty = Memo::new(|_| with_basket(|basket| basket.lines.is_empty()));
    let quoted = Memo::new(|_| quoted_all());
    let clear = move |_| {
        if let Some(undo) = change(say::NAV_BASKET(), Edit::Replace(Basket::default())) {
            toast(say::BASKET_CLEARED().to_owned(), Some(undo_of(undo)));
        }
    };
    let actions = view! {
        <Show when=move || !empty.get()>
            <button type="button" class="button plain" data-testid="clear" on:click=clear>{say::BASKET_CLEAR}</button>
        </Show>
    }
    .into_any();
    view! {
        <Page title=Signal::derive(|| say::NAV_BASKET().to_owned()) actions=actions>
            <Show
                when=move || !empty.get()
                fallback=empty_basket
            >
                <div class="two-columns">
                    <ul class="lines" data-testid="lines">
                        <For
                            each=|| with_basket(|basket| basket.lines.clone())
                            key=|line| line.id
                            children=move |line| line_view(line, quoted)
                        />
                    </ul>
                    <div class="column-end">
                        {move || in_shop().then(|| view! { <Bags /> }.into_any())}
                        {waits_note}
                        <section class="panel sums" aria-label=say::BASKET_TOTAL>
                            {move || quoted.get().map(|quoted| sums(quoted.totals, &quoted.promotions))}
                        </section>
                        <A href="/checkout" attr:class="button primary large wide sticky-action" attr:data-testid="checkout">
                            {move || {
                                let total = quoted.with(|quoted| quoted.as_ref().map(|quoted| quoted.totals.total));
                                say::basket_checkout(&total.map(money).unwrap_or_default())
                            }}
                        </A>
                    </div>
                </div>
            </Show>
        </Page>
    }
}

/// What staff has to see before it is carried out; nothing for who is not in the shop.
pub(crate) fn waits_note() -> AnyView {
    let waits = move || {
        let wait = |line: &&BasketLine| line.product.min_age.is_some() || line.product.tagged;
        with_basket(|basket| basket.lines.iter().filter(wait).map(|line| line.measure.items()).sum::<u32>())
    };
    (move || {
        let count = if in_shop() { waits() } else { 0 };
        (count > 0).then(|| {
            view! { <p class="notice" data-testid="waits-note">{icon(Icon::Staff)} {say::exit_waits_note(count)}</p> }
                .into_any()
        })
    })
    .into_any()
}

/// Goods and delivery at the shop's own prices, what promotions take off, the total and the tax in it.
pub(crate) fn sums(totals: Totals, promotions: &[Promoted]) -> AnyView {
    let tax = totals.tax_total();
    let off = |of: fn(&Promoted) -> Money| promotions.iter().map(|one| of(one).minor).sum::<i64>();
    let currency = totals.total.currency;
    let goods = currency.minor(totals.goods.minor + off(Promoted::goods));
    let delivery = currency.minor(totals.delivery.minor + off(|one| one.delivery));
    let rows: Vec<_> = promotions
        .iter()
        .map(|one| {
            let (name, saved) = (one.name.clone(), one.saved());
            view! {
                <div class="sum saving" data-testid="promoted">
                    <span>{move || local(&name)}</span>
                    <span class="money">"−" {money(saved)}</span>
                </div>
            }
            .into_any()
        })
        .collect();
    let tax_words = match totals.rules.prices {
        Prices::Inclusive => say::BASKET_TAX,
        Prices::Exclusive => say::BASKET_TAX_ADDED,
    };
    let delivery = (!delivery.is_zero()).then(|| {
        view! {
            <div class="sum">
                <span>{say::BASKET_DELIVERY}</span>
                <span class="money">{money(delivery)}</span>
            </div>
        }
        .into_any()
    });
    view! {
        <div class="sum">
            <span>{say::basket_goods(totals.items)}</span>
            <span class="money">{money(goods)}</span>
        </div>
        {totals.deposit.map(|deposit| view! {
            <div class="sum">
                <span>{say::DEPOSIT_SUM}</span>
                <span class="money" data-testid="deposit">{money(deposit)}</span>
            </div>
        }.into_any())}
        {delivery}
        {rows}
        <div class="sum sum-total">
            <span>{say::BASKET_TOTAL}</span>
            <span class="money" data-testid="total">{money(totals.total)}</span>
        </div>
        <div class="sum quiet-text">
            <span>{tax_words}</span>
            <span class="money" data-testid="tax">{money(tax)}</span>
        </div>
    }
    .into_any()
}

/// What a line comes to with promotions. Tracked.
fn amount_of(line: LineId, quoted: Memo<Option<Quoted>>) -> Option<Money> {
    let at = with_basket(|basket| basket.lines.iter().position(|one| one.id == line))?;
    quoted.with(|quoted| quoted.as_ref()?.amounts.get(at).copied())
}

fn line_view(line: BasketLine, quoted: Memo<Option<Quoted>>) -> AnyView {
    let (id, product) = (line.id, line.product);
    let present = Memo::new(move |before: Option<&Measure>| {
        let now =
            with_basket(|basket| basket.lines.iter().find(|line| line.id == id).map(|line| line.measure));
        now.or(before.copied()).unwrap_or(line.measure)
    });
    let name = {
        let name = product.name.clone();
        Signal::derive(move || local(&name))
    };
    let (price, deposits) = (product.price, product.deposits.clone());
    let take_out = move || {
        if let Some(undo) = change(&name.get_untracked(), Edit::Remove(id)) {
            let text = say::basket_taken_out(&name.get_untracked());
            announce(&text);
            toast(text, Some(undo_of(undo)));
            focus_heading();
        }
    };
    let set = move |measure: Measure| {
        change(&name.get_untracked(), Edit::Set { line: id, measure });
    };
    let control = match line.measure {
        Measure::Pieces(_) => view! {
            <Stepper
                value=Signal::derive(move || present.get().items())
                shown=Signal::derive(move || number(present.get().items().into()))
                of=name
                on_change=move |pieces| if pieces == 0 { take_out() } else { set(Measure::Pieces(pieces)) }
            />
        }
        .into_any(),
        Measure::Grams(_) => {
            let weight = Signal::derive(move || match present.get() {
                Measure::Grams(weight) => weight,
                Measure::Pieces(_) | Measure::Labelled(_) => 0,
            });
            view! {
                <Stepper
                    value=weight
                    shown=Signal::derive(move || grams(weight.get()))
                    of=name
                    max=MAX_GRAMS
                    step=GRAMS_STEP
                    on_change=move |weight| if weight == 0 { take_out() } else { set(Measure::Grams(weight)) }
                />
            }
            .into_any()
        }
        Measure::Labelled(_) => view! {
            <span class="quiet-text">{move || measure(present.get())}</span>
            <button
                type="button"
                class="icon-button"
                data-testid="take-out"
                aria-label=move || say::basket_take_out(&name.get())
                on:click=move |_| take_out()
            >
                {icon(Icon::Trash)}
            </button>
        }
        .into_any(),
    };
    view! {
        <li class="basket-line" data-testid="line" data-code=product.code.to_string()>
            <A href=["/p/", &product.code.to_string()].concat() attr:class="line-link">
                {picture(product.picture.as_ref(), &product.code.to_string())}
                <span class="line-name">
                    {move || name.get()}
                    {move || plus_deposits(&deposits, present.get(), price.money())}
                </span>
            </A>
            <span class="money line-cost">
                {move || {
                    let list = present.get().cost(price).ok();
                    let now = amount_of(id, quoted).or(list);
                    let before = list.filter(|list| now.is_some_and(|now| now.minor < list.minor));
                    view! {
                        {before.map(|list| view! { <s class="quiet-text" data-testid="line-list">{money(list)}</s> }.into_any())}
                        <strong>{now.map(money)}</strong>
                    }
                    .into_any()
                }}
            </span>
            <span class="line-control">{control}</span>
        </li>
    }
    .into_any()
}
