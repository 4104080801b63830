//! What is rung up without a code at hand: by department, by name, by its weight.

use leptos::prelude::*;
use ministore_core::catalogue::{Browse, CategorySlug, Product, Search};
use ministore_core::money::Price;
use ministore_core::quantity::Measure;

use super::super::trouble::trouble_panel;
use super::drawer::money_of;
use super::favourites::{AtHand, pin_bar};
use super::rung::TillDesk;
use crate::client::query::{Load, Query};
use crate::i18n::{local, number, say};
use crate::state::shop::shop;
use crate::widgets::field::Field;
use crate::widgets::icon::{Icon, icon};
use crate::widgets::picture::picture;
use crate::widgets::price::shelf_price;
use crate::widgets::skeleton::card_skeletons;

/// How many goods of a department are shown.
const SHOWN: u32 = 60;

/// How many results a search gives.
const RESULTS: u32 = 24;

/// The heaviest pack that is weighed here, in grams.
const HEAVIEST: u32 = 99_999;

/// Which goods are shown.
#[derive(Clone, PartialEq, Eq)]
enum Shelf {
    /// Those at hand.
    AtHand,
    /// All of them.
    All,
    /// Those of a department.
    Department(CategorySlug),
}

/// The goods, by department or as they were looked for.
pub(super) fn goods_pane(till: TillDesk) -> AnyView {
    let chosen = RwSignal::new(None::<Shelf>);
    let at_hand = AtHand::open();
    view! {
        <div class="till-goods">
            {move || (till.times.get() > 1).then(|| view! {
                <p class="till-times" role="status" data-testid="times">
                    {say::till_times(&number(till.times.get().into()))}
                    <button type="button" class="button" on:click=move |_| till.times.set(1)>{say::ACTION_UNDO}</button>
                </p>
            }.into_any())}
            {move || {
                let looked_for = till.words.with(|words| !words.is_empty());
                if looked_for { found(till, at_hand) } else { departments(till, chosen, at_hand) }
            }}
        </div>
    }
    .into_any()
}

fn departments(till: TillDesk, chosen: RwSignal<Option<Shelf>>, at_hand: AtHand) -> AnyView {
    let shelf = Memo::new(move |_| {
        chosen.get().unwrap_or_else(|| if at_hand.is_worthwhile() { Shelf::AtHand } else { Shelf::All })
    });
    let goods = Query::new(move || {
        let category = match shelf.get() {
            Shelf::AtHand => return None,
            Shelf::All => None,
            Shelf::Department(slug) => Some(slug),
        };
        Some(Browse { category, after: None, limit: SHOWN })
    });
    let chips = move || {
        let categories = shop().map(|shop| shop.categories.clone()).unwrap_or_default();
        let chip = move |mine: Shelf, key: &'static str, name: Signal<String>| {
            let to = mine.clone();
            view! {
                <button
                    type="button"
                    class="button till-department"
                    data-testid=key
                    aria-pressed=move || shelf.with(|shelf| *shelf == mine).to_string()
                    on:click=move |_| chosen.set(Some(to.clone()))
                >
                    {move || name.get()}
                </button>
            }
            .into_any()
        };
        let at_hand = chip(Shelf::AtHand, "at-hand", Signal::derive(|| say::FRONT_AT_HAND().to_owned()));
        let all = chip(Shelf::All, "department", Signal::derive(|| say::TILL_ALL().to_owned()));
        let some = categories.into_iter().map(|category| {
            let name = category.name;
            chip(Shelf::Department(category.slug), "department", Signal::derive(move || local(&name)))
        });
        view! { {at_hand} {all} {some.collect_view()} }.into_any()
    };
    let shown = move || {
        if shelf.get() == Shelf::AtHand {
            let there = at_hand.goods();
            return match there.is_empty() {
                true => {
                    view! { <p class="quiet-text" data-testid="none-at-hand">{say::FRONT_AT_HAND_NONE}</p> }
                        .into_any()
                }
                false => grid(till, &there, at_hand),
            };
        }
        goods.with(|load| match load {
            Load::Loading => card_skeletons(8),
            Load::Failed(refusal) => {
                trouble_panel(refusal.clone(), Some(Callback::new(move |()| goods.reload())))
            }
            Load::Ready(page) if page.products.is_empty() => {
                view! { <p class="quiet-text" data-testid="no-goods">{say::TILL_NO_GOODS}</p> }.into_any()
            }
            Load::Ready(page) => grid(till, &page.products, at_hand),
        })
    };
    view! {
        <div class="till-departments" role="group" aria-label=say::TILL_DEPARTMENTS>{chips}</div>
        {pin_bar(at_hand)}
        {shown}
    }
    .into_any()
}

fn found(till: TillDesk, at_hand: AtHand) -> AnyView {
    let query = Query::new(move || {
        let text = till.words.get();
        (!text.is_empty()).then_some(Search { text, limit: RESULTS })
    });
    view! {
        <p class="till-looked-for">
            <span>{move || say::counter_search_title(&till.words.get())}</span>
            <button type="button" class="button" data-testid="end-search" on:click=move |_| till.words.set(String::new())>
                {icon(Icon::Close)} {say::ACTION_CLOSE}
            </button>
        </p>
        {move || query.with(|load| match load {
            Load::Loading => card_skeletons(4),
            Load::Failed(refusal) => {
                trouble_panel(refusal.clone(), Some(Callback::new(move |()| query.reload())))
            }
            Load::Ready(found) if found.products.is_empty() => {
                view! { <p class="quiet-text" data-testid="none-found">{say::COUNTER_SEARCH_NONE}</p> }.into_any()
            }
            Load::Ready(found) => grid(till, &found.products, at_hand),
        })}
    }
    .into_any()
}

fn grid(till: TillDesk, products: &[Product], at_hand: AtHand) -> AnyView {
    let tiles = products.iter().map(|product| {
        let product = product.clone();
        let (tile, name, price) = (
            picture(product.picture.as_ref(), product.category.as_str()),
            product.name.clone(),
            shelf_price(&product),
        );
        let id = product.id;
        let tap = move |_| {
            if at_hand.pinning.get_untracked() {
                at_hand.turn(&product);
                return;
            }
            let times = till.times.get_untracked();
            till.times.set(1);
            till.ring(&product, None, times, String::new());
        };
        let pressed = move || at_hand.pinning.get().then(|| at_hand.is_pinned(id).to_string());
        view! {
            <li>
                <button type="button" class="till-tile" data-testid="tile" aria-pressed=pressed on:click=tap>
                    {move || at_hand.is_pinned(id).then(|| view! {
                        <span class="till-pin" data-testid="pinned">
                            {icon(Icon::Star)} <span class="visually-hidden">{say::FRONT_IS_PINNED}</span>
                        </span>
                    }.into_any())}
                    <span class="till-tile-picture">{tile}</span>
                    <span class="till-tile-name">{move || local(&name)}</span>
                    <span class="till-tile-price">{price}</span>
                </button>
            </li>
        }
        .into_any()
    });
    view! { <ul class="till-tiles" data-testid="tiles">{tiles.collect_view()}</ul> }.into_any()
}

/// What was typed as kilograms, in grams.
fn grams_of(typed: &str) -> Option<u32> {
    let typed = typed.trim().replace(',', ".");
    let (whole, part) = typed.split_once('.').unwrap_or((&typed, ""));
    let digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    if whole.is_empty() || whole.len() > 3 || part.len() > 3 || !digits(whole) || !digits(part) {
        return None;
    }
    let whole: u32 = whole.parse().ok()?;
    let part: u32 = format!("{part:0<3}").parse().ok()?;
    let grams = whole * 1000 + part;
    (1..=HEAVIEST).contains(&grams).then_some(grams)
}

/// Asks for the weight of what was not weighed yet.
pub(super) fn weigh_sheet(till: TillDesk) -> AnyView {
    let open = Memo::new(move |_| till.to_weigh.with(Option::is_some));
    let asked = Asked {
        name: Signal::derive(move || {
            till.to_weigh.with(|asked| asked.as_ref().map(|(product, _)| local(&product.name)))
        }),
        form: "weigh",
        field: "weight",
        button: "weighed",
        longest: 7,
        label: say::TILL_WEIGHT,
        problem: say::TILL_WEIGHT_WRONG,
    };
    let take = move |typed: &str| {
        let Some(grams) = grams_of(typed) else { return false };
        if let Some((product, number)) = till.to_weigh.try_update(Option::take).flatten() {
            till.ring(&product, Some(Measure::Grams(grams)), 1, number);
        }
        true
    };
    (move || open.get().then(|| ask(asked, take, move || till.to_weigh.set(None)))).into_any()
}

/// Asks for the price of what has none of its own.
pub(super) fn price_sheet(till: TillDesk) -> AnyView {
    let open = Memo::new(move |_| till.to_price.with(Option::is_some));
    let asked = Asked {
        name: Signal::derive(move || {
            till.to_price.with(|asked| asked.as_ref().map(|(product, ..)| local(&product.name)))
        }),
        form: "price",
        field: "price",
        button: "priced",
        longest: 12,
        label: say::TILL_PRICE_ASKED,
        problem: say::TILL_PRICE_ASKED_WRONG,
    };
    let take = move |typed: &str| {
        let price = money_of(typed, untrack(|| till.currency())).and_then(|money| Price::new(money).ok());
        let Some(price) = price.filter(|price| !price.money().is_zero()) else { return false };
        if let Some((product, measure, number)) = till.to_price.try_update(Option::take).flatten() {
            till.ring_at(&product, measure, Some(price), number);
        }
        true
    };
    (move || open.get().then(|| ask(asked, take, move || till.to_price.set(None)))).into_any()
}

/// What is asked of a product before it is rung up.
#[derive(Clone, Copy)]
struct Asked {
    name: Signal<Option<String>>,
    form: &'static str,
    field: &'static str,
    button: &'static str,
    longest: usize,
    label: fn() -> &'static str,
    problem: fn() -> &'static str,
}

/// Asks; `take` says whether what was typed will do.
fn ask(asked: Asked, take: impl Fn(&str) -> bool + 'static, close: impl Fn() + 'static) -> AnyView {
    let typed = RwSignal::new(String::new());
    let wrong = RwSignal::new(false);
    let submit = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        if !take(&typed.get_untracked()) {
            wrong.set(true);
        }
    };
    view! {
        <form class="panel till-weigh" data-testid=asked.form novalidate on:submit=submit>
            <h3>{asked.name}</h3>
            <Field
                label=asked.label
                value=typed
                key=asked.field
                keys="decimal"
                longest=asked.longest
                wrong=wrong
                problem=asked.problem
            />
            <div class="till-weigh-actions">
                <button class="button primary" data-testid=asked.button>{say::TILL_WEIGHED}</button>
                <button type="button" class="button" on:click=move |_| close()>{say::ACTION_CLOSE}</button>
            </div>
        </form>
    }
    .into_any()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn kilograms_are_read_as_grams_or_not_at_all() {
        for (typed, grams) in
            [("0.35", Some(350)), ("1", Some(1000)), (" 12,5 ", Some(12_500)), ("0.001", Some(1))]
        {
            assert_eq!(grams_of(typed), grams, "{typed}");
        }
        for typed in ["", "0", "0.0001", "-1", "100", "99999", "1.2.3", "a", "1e3", ".5"] {
            assert_eq!(grams_of(typed), None, "{typed}");
        }
    }
}
