//! Counting what is on the shelf: of a product that was looked up, and of those that were sold beyond what was believed to
//! be there.

use leptos::prelude::*;
use ministore_core::catalogue::{Product, SoldBy};
use ministore_core::fact::{CountStock, GetRecounts};
use ministore_core::id::{CountId, ProductId};
use ministore_core::refusal::Refusal;
use ministore_core::sync::Changed;
use wasm_bindgen_futures::spawn_local;

use super::frame::pane_head;
use super::place::Place;
use super::trouble::trouble_panel;
use crate::client::events::{Live, on_live};
use crate::client::query::{Load, Query};
use crate::client::{call, new_id};
use crate::i18n::say::{self, Phrase};
use crate::i18n::{grams, local, number};
use crate::widgets::announcer::announce;
use crate::widgets::empty_state::EmptyState;
use crate::widgets::field::Field;
use crate::widgets::icon::{Icon, icon};
use crate::widgets::picture::picture;
use crate::widgets::skeleton::row_skeletons;

/// The most that anybody counts of one product: pieces, or grams.
const MOST: i64 = 9_999_999;

/// How many characters that takes, with a decimal point.
const LONGEST: usize = 11;

/// What was typed, in pieces or grams: whole pieces, or kilograms with up to three decimals. None for anything else.
fn counted(typed: &str, sold_by: SoldBy) -> Option<i64> {
    let typed = typed.trim().replace(',', ".");
    let (whole, part) = typed.split_once('.').unwrap_or((&typed, ""));
    let is_number = |digits: &str| digits.bytes().all(|byte| byte.is_ascii_digit());
    if whole.is_empty() || whole.len() > 7 || !is_number(whole) || !is_number(part) {
        return None;
    }
    let whole: i64 = whole.parse().ok()?;
    let amount = match (sold_by, part.len()) {
        (SoldBy::Piece, 0) => whole,
        (SoldBy::Weight, 0) => whole * 1000,
        (SoldBy::Weight, places @ 1..=3) => {
            whole * 1000 + part.parse::<i64>().ok()? * 10_i64.pow(3 - places as u32)
        }
        _ => return None,
    };
    (amount <= MOST).then_some(amount)
}

/// What is believed to be there, which may be less than nothing.
fn believed(product: &Product) -> String {
    match product.sold_by {
        SoldBy::Piece => say::counter_stock_pieces(&number(product.available as f64)),
        SoldBy::Weight if product.available >= 0 => {
            say::counter_stock_weight(&grams(u32::try_from(product.available).unwrap_or(u32::MAX)))
        }
        SoldBy::Weight => {
            let less = grams(u32::try_from(product.available.unsigned_abs()).unwrap_or(u32::MAX));
            say::counter_stock_weight(&["−", &less].concat())
        }
    }
}

/// Asks for a count of `product`; `done` is told of the one that is kept.
pub(super) fn count_form(product: &Product, done: Callback<ProductId>) -> AnyView {
    let (id, sold_by, name) = (product.id, product.sold_by, product.name.clone());
    let typed = RwSignal::new(String::new());
    let tried = RwSignal::new(false);
    let amount = move || typed.with(|typed| counted(typed, sold_by));
    let wrong = Signal::derive(move || tried.get() && amount().is_none());
    let busy = RwSignal::new(false);
    let problem = RwSignal::new(None::<Refusal>);
    // A second tap, as after an answer that was lost, is the same count; another number is another.
    let key = StoredValue::new(new_id::<CountId>());
    Effect::new(move |_| {
        typed.track();
        key.set_value(new_id());
    });
    let (unit, how): (Phrase, Phrase) = match sold_by {
        SoldBy::Piece => (say::COUNTER_COUNT_PIECES, say::COUNTER_COUNT_WRONG_PIECES),
        SoldBy::Weight => (say::COUNTER_COUNT_KILOGRAMS, say::COUNTER_COUNT_WRONG_WEIGHT),
    };
    let submit = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        tried.set(true);
        let Some(amount) = untrack(amount) else { return announce(how()) };
        if busy.get_untracked() {
            return;
        }
        busy.set(true);
        problem.set(None);
        let name = local(&name);
        spawn_local(async move {
            let kept = call(CountStock { count: key.get_value(), product: id, counted: amount }).await;
            if busy.try_set(false).is_some() {
                return; // The screen was left.
            }
            match kept {
                Ok(_) => {
                    tried.set(false);
                    typed.set(String::new());
                    announce(&say::counter_count_kept(&name));
                    done.run(id);
                }
                Err(why) => problem.set(Some(why)),
            }
        });
    };
    view! {
        <form class="count" data-testid="count" on:submit=submit>
            <Field
                label=Signal::derive(unit)
                value=typed
                key=["count-", &id.to_string()].concat()
                keys="decimal"
                longest=LONGEST
                wrong=wrong
                problem=how
            />
            <button
                type="submit"
                class="button"
                data-testid="keep-count"
                aria-busy=move || busy.get().to_string()
                disabled=move || busy.get()
            >
                {icon(Icon::Check)} <span>{say::COUNTER_COUNT_KEEP}</span>
            </button>
            {move || problem.get().map(|why| trouble_panel(why, None))}
        </form>
    }
    .into_any()
}

/// The products to be counted, kept up to date while somebody is signed in.
pub(super) fn to_be_counted() -> Query<GetRecounts> {
    let query = Query::new(|| Some(GetRecounts {}));
    on_live(move |live| {
        if matches!(live, Live::Anything | Live::Changed(Changed::Product { .. })) {
            query.reload();
        }
    });
    query
}

/// The screen of what is to be counted.
pub(super) fn recounts_screen() -> AnyView {
    let query = to_be_counted();
    let title = Signal::derive(|| say::COUNTER_COUNT_TITLE().to_owned());
    let reload = Callback::new(move |()| query.reload());
    let done = Callback::new(move |_: ProductId| query.reload());
    view! {
        {pane_head(title, Some(Place::Queue), None)}
        <div class="pane-body" data-testid="recounts">
            <p class="quiet-text">{say::COUNTER_COUNT_TEXT}</p>
            {move || {
                query.with(|load| match load {
                    Load::Loading => row_skeletons(4),
                    Load::Failed(refusal) => trouble_panel(refusal.clone(), Some(reload)),
                    Load::Ready(list) if list.products.is_empty() => {
                        view! {
                            <EmptyState
                                sign=Icon::Check
                                title=Signal::derive(|| say::COUNTER_COUNT_NONE().to_owned())
                                text=Signal::derive(|| say::COUNTER_COUNT_NONE_TEXT().to_owned())
                            />
                        }
                        .into_any()
                    }
                    Load::Ready(list) => {
                        let rows = list.products.iter().map(|product| recount_row(product, done)).collect_view();
                        view! { <ul class="device-list">{rows}</ul> }.into_any()
                    }
                })
            }}
        </div>
    }
    .into_any()
}

fn recount_row(product: &Product, done: Callback<ProductId>) -> AnyView {
    view! {
        <li class="device recount" data-testid="recount">
            <div class="recount-picture">{picture(product.picture.as_ref(), product.category.as_str())}</div>
            <div class="device-words">
                <p class="device-name"><strong>{local(&product.name)}</strong></p>
                <p class="stock stock-out">{believed(product)}</p>
                <p class="quiet-text">{product.aisle.clone().unwrap_or_default()}</p>
            </div>
            {count_form(product, done)}
        </li>
    }
    .into_any()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn pieces_are_whole_and_weights_have_three_decimals() {
        let cases = [
            ("0", SoldBy::Piece, Some(0)),
            (" 12 ", SoldBy::Piece, Some(12)),
            ("1.5", SoldBy::Piece, None),
            ("-1", SoldBy::Piece, None),
            ("", SoldBy::Piece, None),
            ("9999999", SoldBy::Piece, Some(9_999_999)),
            ("10000000", SoldBy::Piece, None),
            ("1.5", SoldBy::Weight, Some(1500)),
            ("1,25", SoldBy::Weight, Some(1250)),
            ("0.005", SoldBy::Weight, Some(5)),
            ("3", SoldBy::Weight, Some(3000)),
            ("1.2345", SoldBy::Weight, None),
            ("99999", SoldBy::Weight, None),
            ("1.+5", SoldBy::Weight, None),
        ];
        for (typed, sold_by, wanted) in cases {
            assert_eq!(counted(typed, sold_by), wanted, "{typed}");
        }
    }

    proptest! {
        #[test]
        fn nothing_typed_is_more_than_can_be_counted(typed in "\\PC{0,14}|[0-9]{0,9}[.,]?[0-9]{0,5}") {
            for sold_by in [SoldBy::Piece, SoldBy::Weight] {
                if let Some(amount) = counted(&typed, sold_by) {
                    prop_assert!((0..=MOST).contains(&amount));
                }
            }
        }
    }
}
