//! How the shop's scales and label printers arrange their codes: for managers.

use std::str::FromStr;

use leptos::prelude::*;
use ministore_core::code::{Code, ProductCode};
use ministore_core::instore::{InStorePattern, InStoreValue, Layout, Plu, SetInStore, each_prefix_once};
use ministore_core::money::Currency;

use super::drawer::Asking;
use crate::i18n::say;
use crate::state::shop::{read_code, shop};
use crate::widgets::announcer::announce;
use crate::widgets::field::Field;
use crate::widgets::icon::{Icon, icon};
use crate::widgets::measure::measure;

/// The value that an example has, and the item.
const EXAMPLE: (u32, u32) = (678, 12_345);
/// The same for patterns with four digits for the item.
const SHORT_ITEM: u32 = 1_234;

/// What could be typed: five digits for the item, five for the value.
const fn layout_example() -> &'static str {
    "21PPPPPVVVVVC"
}

/// The section.
pub(super) fn own_codes_section() -> AnyView {
    let form = untrack(|| shop().map(|shop| form(shop.currency, shop.in_store.clone())));
    view! {
        <details class="panel till-close till-rules" data-testid="own-codes">
            <summary data-testid="own-codes-open">{icon(Icon::Scan)} {say::TILL_CODES}</summary>
            {form}
        </details>
    }
    .into_any()
}

/// A code of `pattern`, and what it says.
fn example(pattern: &InStorePattern, currency: Currency) -> Option<String> {
    let code = [EXAMPLE.1, SHORT_ITEM]
        .into_iter()
        .filter_map(Plu::new)
        .find_map(|item| pattern.write(item, EXAMPLE.0).ok())?;
    let item = pattern.read(&code, currency).ok()?;
    Some(say::till_codes_example(&code, &item.plu.to_string(), &measure(item.measure)))
}

fn form(currency: Currency, patterns: Vec<InStorePattern>) -> AnyView {
    let patterns = RwSignal::new(patterns);
    let (layout, value) = (RwSignal::new(String::new()), RwSignal::new("weight".to_owned()));
    let tried = RwSignal::new(String::new());
    let asking = Asking::new();
    let saved = RwSignal::new(false);
    let add = move |_| {
        let value = match value.get_untracked().as_str() {
            "price" => InStoreValue::Price,
            "count" => InStoreValue::Count,
            _ => InStoreValue::Weight,
        };
        let digits = Layout::from_str(&layout.get_untracked().trim().to_ascii_uppercase());
        let with = digits.ok().map(|digits| {
            patterns.with_untracked(|there| {
                let mut with = there.clone();
                with.push(InStorePattern { digits, value });
                with
            })
        });
        let with = with.filter(|with| each_prefix_once(with));
        asking.wrong.set(with.is_none());
        saved.set(false);
        if let Some(with) = with {
            patterns.set(with);
            layout.set(String::new());
        }
    };
    let save = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        saved.set(false);
        asking.run(SetInStore { patterns: patterns.get_untracked() }, move |_| {
            announce(say::TILL_CODES_SAVED());
            saved.set(true);
        });
    };
    let rows = move || {
        let rows = patterns.get();
        if rows.is_empty() {
            return view! { <p class="quiet-text">{say::TILL_CODES_NONE}</p> }.into_any();
        }
        let rows = rows.into_iter().enumerate().map(|(at, pattern)| {
            let digits = pattern.digits.to_string();
            let remove = move |_| {
                saved.set(false);
                patterns.update(|there| _ = (at < there.len()).then(|| there.remove(at)));
            };
            let label = say::till_codes_remove(&digits);
            view! {
                <li class="own-code" data-testid="own-code">
                    <span><code>{digits}</code><br/><span class="quiet-text">{move || example(&pattern, currency)}</span></span>
                    <button type="button" class="button" aria-label=label data-testid="own-code-remove" on:click=remove>
                        {icon(Icon::Close)}
                    </button>
                </li>
            }
            .into_any()
        });
        view! { <ul class="own-codes">{rows.collect_view()}</ul> }.into_any()
    };
    let reads = move || {
        let text = tried.get();
        let text = text.trim();
        if text.is_empty() {
            return None;
        }
        let said = match read_code(text, None) {
            Ok(Code::Product { code: ProductCode::Plu(item), measure: Some(much), .. }) => {
                say::till_codes_try_reads(&item.to_string(), &measure(much))
            }
            Ok(_) => say::TILL_CODES_TRY_OTHER().to_owned(),
            Err(error) => {
                let (what, next) = super::super::trouble::words_of_code(error);
                [what, " ", next].concat()
            }
        };
        Some(view! { <p data-testid="own-code-reads">{said}</p> }.into_any())
    };
    view! {
        <form class="till-form" novalidate on:submit=save>
            <p class="quiet-text">{say::TILL_CODES_HINT}</p>
            {rows}
            <Field
                label=say::TILL_CODES_DIGITS
                value=layout
                key="own-code"
                longest=13
                example=layout_example
                wrong=asking.wrong
                problem=say::TILL_CODES_DIGITS_WRONG
            />
            <label class="field">
                <span>{say::TILL_CODES_VALUE}</span>
                <select data-testid="own-code-value" on:change=move |event| value.set(event_target_value(&event))>
                    <option value="weight">{say::TILL_CODES_WEIGHT}</option>
                    <option value="price">{say::TILL_CODES_PRICE}</option>
                    <option value="count">{say::TILL_CODES_COUNT}</option>
                </select>
            </label>
            <button type="button" class="button" data-testid="own-code-add" on:click=add>
                {icon(Icon::Plus)} {say::TILL_CODES_ADD}
            </button>
            {asking.trouble()}
            <div role="status">
                {move || saved.get().then(|| view! {
                    <p class="with-sign" data-testid="own-codes-saved">{icon(Icon::Check)} {say::TILL_CODES_SAVED}</p>
                }.into_any())}
            </div>
            <button class="button primary large" data-testid="own-codes-save" disabled=move || asking.busy.get()>
                {say::TILL_CODES_SAVE}
            </button>
            <Field label=say::TILL_CODES_TRY value=tried key="own-code-try" longest=14 />
            <p class="quiet-text">{say::TILL_CODES_TRY_HINT}</p>
            <div role="status">{reads}</div>
        </form>
    }
    .into_any()
}
