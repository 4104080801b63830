//! When bags are looked into, and the code by which shoppers check in: for managers.

use leptos::prelude::*;
use ministore_core::exit::{CheckRule, GetRule, SetRule};
use ministore_core::issued::ShopCode;
use ministore_core::money::{Currency, Money};
use ministore_core::refusal::Refusal;
use ministore_core::role::StaffRole;
use wasm_bindgen_futures::spawn_local;

use super::trouble::trouble_panel;
use crate::client::query::{Load, Query};
use crate::client::staff::signed_in;
use crate::client::{call_again, new_id};
use crate::i18n::say;
use crate::state::shop;
use crate::widgets::announcer::announce;
use crate::widgets::field::Field;
use crate::widgets::icon::{Icon, icon};
use crate::widgets::qr_code::qr_code;
use crate::widgets::skeleton::row_skeletons;

/// The section; nothing for who is no manager.
pub(super) fn rule_section() -> AnyView {
    let may = untrack(|| signed_in().is_some_and(|one| one.role == StaffRole::Manager));
    if !may {
        return ().into_any();
    }
    let rule = Query::new(|| Some(GetRule {}));
    // Outlives the form, which is drawn anew with what was saved.
    let saved = RwSignal::new(false);
    view! {
        <details class="panel gate-rule" data-testid="gate-rule">
            <summary>{icon(Icon::Lock)} {say::EXIT_RULE}</summary>
            {move || match rule.get() {
                Load::Loading => row_skeletons(3),
                Load::Failed(refusal) => {
                    trouble_panel(refusal, Some(Callback::new(move |()| rule.reload())))
                }
                Load::Ready(kept) => {
                    let currency = untrack(shop::shop).map_or(Currency::CNY, |shop| shop.currency);
                    form(rule, kept, currency, saved)
                }
            }}
            {check_in_code()}
        </details>
    }
    .into_any()
}

/// The fields as they are typed. An empty one stands for never.
#[derive(Clone, Copy)]
struct Fields {
    share: RwSignal<String>,
    value: RwSignal<String>,
    items: RwSignal<String>,
    first: RwSignal<String>,
    after: RwSignal<String>,
}

/// The rule that these texts stand for; None where one of them is no number that it takes.
fn rule_of(texts: [&str; 5], currency: Currency) -> Option<CheckRule> {
    let [share, value, items, first, after] = texts.map(str::trim);
    let or_none = |text: &str| (!text.is_empty()).then(|| text.to_owned());
    let rule = CheckRule {
        share_percent: share.parse().ok()?,
        value_from: match or_none(value) {
            Some(text) => Some(Money::parse_decimal(&text.replace(',', "."), currency).ok()?),
            None => None,
        },
        items_from: match or_none(items) {
            Some(text) => Some(text.parse().ok()?),
            None => None,
        },
        first_visits: first.parse().ok()?,
        after_failed: after.parse().ok()?,
    };
    rule.checked().is_ok().then_some(rule)
}

fn form(query: Query<GetRule>, kept: CheckRule, currency: Currency, saved: RwSignal<bool>) -> AnyView {
    let fields = Fields {
        share: RwSignal::new(kept.share_percent.to_string()),
        value: RwSignal::new(kept.value_from.map(Money::to_decimal).unwrap_or_default()),
        items: RwSignal::new(kept.items_from.map(|items| items.to_string()).unwrap_or_default()),
        first: RwSignal::new(kept.first_visits.to_string()),
        after: RwSignal::new(kept.after_failed.to_string()),
    };
    let busy = RwSignal::new(false);
    let wrong = RwSignal::new(false);
    let problem = RwSignal::new(None::<Refusal>);
    let save = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        let Fields { share, value, items, first, after } = fields;
        let texts = [share, value, items, first, after].map(|text| text.get_untracked());
        let rule = rule_of(texts.each_ref().map(String::as_str), currency);
        wrong.set(rule.is_none());
        saved.set(false);
        let Some(rule) = rule.filter(|_| !busy.get_untracked()) else { return };
        busy.set(true);
        problem.set(None);
        spawn_local(async move {
            let outcome = call_again(SetRule { rule }, new_id()).await;
            if busy.try_set(false).is_some() {
                return; // The screen was left.
            }
            match outcome {
                Ok(rule) => {
                    announce(say::EXIT_RULE_SAVED());
                    query.put(rule);
                    saved.set(true);
                }
                Err(refusal) => problem.set(Some(refusal)),
            }
        });
    };
    view! {
        <form class="gate-rule-form" novalidate on:submit=save>
            <p class="quiet-text">{say::EXIT_RULE_TEXT}</p>
            <Field label=say::EXIT_RULE_SHARE value=fields.share key="share" keys="numeric" longest=3 />
            <Field label=say::EXIT_RULE_VALUE value=fields.value key="value" keys="decimal" longest=12 />
            <Field label=say::EXIT_RULE_ITEMS value=fields.items key="items" keys="numeric" longest=6 />
            <Field label=say::EXIT_RULE_FIRST value=fields.first key="first" keys="numeric" longest=3 />
            <Field label=say::EXIT_RULE_AFTER value=fields.after key="after" keys="numeric" longest=3 />
            {move || wrong.get().then(|| view! { <p class="problem" role="alert" data-testid="rule-wrong">{say::EXIT_RULE_WRONG}</p> }.into_any())}
            {move || problem.get().map(|refusal| trouble_panel(refusal, None))}
            <button class="button primary large" data-testid="save-rule" aria-disabled=move || busy.get().to_string()>
                {say::EXIT_RULE_SAVE}
            </button>
            {move || saved.get().then(|| view! { <p role="status" data-testid="rule-saved">{say::EXIT_RULE_SAVED}</p> }.into_any())}
        </form>
    }
    .into_any()
}

/// What hangs at the door: the address that this page has, with the shop's code.
fn check_in_code() -> AnyView {
    (move || {
        let shop = shop::shop()?;
        let origin = window().location().origin().ok().filter(|origin| origin.starts_with("http"))?;
        let code = ShopCode::of(shop.id);
        let address = [&origin, "/in/", &code.to_string()].concat();
        let label = Signal::derive(|| say::EXIT_DOOR().to_owned());
        Some(
            view! {
                <div class="gate-door" data-testid="gate-door">
                    <h4>{say::EXIT_DOOR}</h4>
                    <p class="quiet-text">{say::EXIT_DOOR_TEXT}</p>
                    {qr_code(&address, label)}
                    <p class="code-text" data-testid="door-address">{address}</p>
                </div>
            }
            .into_any(),
        )
    })
    .into_any()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_empty_field_is_never_and_what_is_no_number_is_no_rule() {
        let rule = rule_of(["5", "", " ", "0", "3"], Currency::CNY);
        assert_eq!(rule, Some(CheckRule::FIRST));
        let rule = rule_of(["0", "200,5", "10", "1", "2"], Currency::CNY).unwrap();
        assert_eq!(
            (rule.value_from.map(|money| money.minor), rule.items_from, rule.first_visits, rule.after_failed),
            (Some(20_050), Some(10), 1, 2)
        );
        for texts in [
            ["101", "", "", "0", "0"],
            ["-1", "", "", "0", "0"],
            ["", "", "", "0", "0"],
            ["5", "-3", "", "0", "0"],
            ["5", "1.234", "", "0", "0"],
            ["5", "", "99999999999", "0", "0"],
            ["5", "", "", "101", "0"],
            ["5", "", "", "0", "x"],
        ] {
            assert_eq!(rule_of(texts, Currency::CNY), None, "{texts:?}");
        }
    }
}
