//! The shop's rules for its tills, and how its own codes are arranged: for managers.

use leptos::prelude::*;
use ministore_core::money::{Currency, Price};
use ministore_core::role::StaffRole;
use ministore_core::text::LocalText;
use ministore_core::ticket::{CashRounding, ForeignRate, MAX_NOTE, RoundingWay, SetTillRules, TillRules};

use super::drawer::{Asking, money_of};
use super::own_codes::own_codes_section;
use crate::client::staff::signed_in;
use crate::i18n::say;
use crate::state::shop::shop;
use crate::widgets::announcer::announce;
use crate::widgets::field::Field;
use crate::widgets::icon::{Icon, icon};
use crate::widgets::segmented::{Segment, Segmented};

/// How many units of another currency a rate is told for.
const THOUSAND: i64 = 1_000;

/// The sections; nothing for who is no manager.
pub(super) fn rules_section() -> AnyView {
    let may = untrack(|| signed_in().is_some_and(|one| one.role == StaffRole::Manager));
    if !may {
        return ().into_any();
    }
    let form = untrack(|| shop().map(|shop| form(shop.currency, &shop.till)));
    view! {
        <details class="panel till-close till-rules" data-testid="till-rules">
            <summary data-testid="rules-open">{icon(Icon::Lock)} {say::TILL_RULES}</summary>
            {form}
        </details>
        {own_codes_section()}
    }
    .into_any()
}

/// The fields as they are typed.
#[derive(Clone, Copy)]
struct Fields {
    way: RwSignal<Option<RoundingWay>>,
    step: RwSignal<String>,
    off: RwSignal<String>,
    footer_en: RwSignal<String>,
    footer_zh: RwSignal<String>,
    foreign: RwSignal<String>,
}

/// `USD 7.1, EUR 7.8`: each currency with what one of it is worth.
fn rates_of(text: &str, currency: Currency) -> Option<Vec<ForeignRate>> {
    let each = text.split([',', ';', '，', '；']).map(str::trim).filter(|each| !each.is_empty());
    each.map(|each| {
        let (code, rate) = each.split_once(char::is_whitespace)?;
        // A rate has more decimals than an amount: it is told for a thousand.
        let (whole, part) = rate.trim().split_once('.').unwrap_or((rate.trim(), ""));
        let digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
        let places = 3 + currency.exponent() as usize;
        if whole.is_empty() || whole.len() > 6 || part.len() > places || !digits(whole) || !digits(part) {
            return None;
        }
        let minor: i64 = format!("{whole}{part:0<places$}").parse().ok()?;
        let thousand = Price::new(currency.minor(minor)).ok()?;
        Some(ForeignRate { currency: code.to_ascii_uppercase().parse().ok()?, thousand })
    })
    .collect()
}

fn rates_text(rates: &[ForeignRate]) -> String {
    let one = |rate: &ForeignRate| {
        let money = rate.thousand.money();
        let places = 3 + money.currency.exponent() as usize;
        let per_one = THOUSAND * 10_i64.pow(money.currency.exponent());
        let (whole, part) = (money.minor / per_one, money.minor % per_one);
        let part = format!("{part:0places$}");
        let part = part.trim_end_matches('0');
        let point = if part.is_empty() { "" } else { "." };
        [rate.currency.code(), " ", &whole.to_string(), point, part].concat()
    };
    rates.iter().map(one).collect::<Vec<_>>().join(", ")
}

/// A percentage with at most two decimals, in hundredths of a percent.
fn hundredths_of(text: &str) -> Option<u16> {
    u16::try_from(money_of(text.trim_end_matches('%'), Currency::EUR)?.minor).ok()
}

fn rules_of(fields: Fields, currency: Currency) -> Option<TillRules> {
    let rounding = match fields.way.get_untracked() {
        Some(way) => {
            let step = money_of(&fields.step.get_untracked(), currency)?.minor;
            Some(CashRounding { step: u16::try_from(step).ok()?, way })
        }
        None => None,
    };
    let text = |field: RwSignal<String>| field.get_untracked().trim().to_owned();
    let rules = TillRules {
        rounding,
        cashier_off: hundredths_of(&fields.off.get_untracked())?,
        footer: LocalText { en: text(fields.footer_en), zh: text(fields.footer_zh) },
        foreign: rates_of(&fields.foreign.get_untracked(), currency)?,
        // Kept where printers are.
        tax_number: untrack(shop).map(|shop| shop.till.tax_number.clone()).unwrap_or_default(),
    };
    rules.checked(currency).ok().map(|()| rules)
}

fn form(currency: Currency, rules: &TillRules) -> AnyView {
    let step =
        rules.rounding.map_or(String::new(), |rounding| currency.minor(rounding.step.into()).to_decimal());
    let fields = Fields {
        way: RwSignal::new(rules.rounding.map(|rounding| rounding.way)),
        step: RwSignal::new(step),
        off: RwSignal::new(Currency::EUR.minor(rules.cashier_off.into()).to_decimal()),
        footer_en: RwSignal::new(rules.footer.en.clone()),
        footer_zh: RwSignal::new(rules.footer.zh.clone()),
        foreign: RwSignal::new(rates_text(&rules.foreign)),
    };
    let asking = Asking::new();
    let saved = RwSignal::new(false);
    let save = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        saved.set(false);
        let rules = rules_of(fields, currency);
        asking.wrong.set(rules.is_none());
        let Some(rules) = rules else { return };
        asking.run(SetTillRules { rules }, move |_| {
            announce(say::TILL_RULES_SAVED());
            saved.set(true);
        });
    };
    let segment = |value, label: fn() -> &'static str, key| Segment {
        value,
        label: Signal::derive(move || label().to_owned()),
        key,
    };
    let ways = vec![
        segment(None, say::TILL_ROUND_NONE, "none"),
        segment(Some(RoundingWay::Nearest), say::TILL_ROUND_NEAREST, "nearest"),
        segment(Some(RoundingWay::Down), say::TILL_ROUND_DOWN, "down"),
        segment(Some(RoundingWay::Up), say::TILL_ROUND_UP, "up"),
    ];
    view! {
        <form class="till-form" novalidate on:submit=save>
            <Segmented
                name="rounding"
                label=Signal::derive(|| say::TILL_ROUND().to_owned())
                segments=ways
                chosen=fields.way
                on_choose=Callback::new(move |way| fields.way.set(way))
            />
            {move || fields.way.get().is_some().then(|| view! {
                <Field label=say::TILL_ROUND_STEP value=fields.step key="round-step" keys="decimal" longest=6 />
            })}
            <Field label=say::TILL_CASHIER_OFF value=fields.off key="cashier-off" keys="decimal" longest=6 />
            <Field label=say::TILL_FOREIGN_RATES value=fields.foreign key="rates" longest=120 />
            <Field label=say::TILL_FOOTER_EN value=fields.footer_en key="footer-en" longest=MAX_NOTE />
            <Field label=say::TILL_FOOTER_ZH value=fields.footer_zh key="footer-zh" longest=MAX_NOTE />
            {move || asking.wrong.get().then(|| view! {
                <p class="problem" role="alert" data-testid="rules-wrong">{say::TILL_RULES_WRONG}</p>
            }.into_any())}
            {asking.trouble()}
            <div role="status">
                {move || saved.get().then(|| view! {
                    <p class="with-sign" data-testid="rules-saved">{icon(Icon::Check)} {say::TILL_RULES_SAVED}</p>
                }.into_any())}
            </div>
            <button class="button primary large" data-testid="save-rules" disabled=move || asking.busy.get()>
                {say::TILL_RULES_SAVE}
            </button>
        </form>
    }
    .into_any()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rates_are_read_as_they_are_written() {
        let rates = rates_of("usd 7.12345, EUR 7.8; JPY 0.0475", Currency::CNY).unwrap();
        assert_eq!(
            rates.iter().map(|rate| rate.thousand.money().minor).collect::<Vec<_>>(),
            [712_345, 780_000, 4_750]
        );
        assert_eq!(rates_text(&rates), "USD 7.12345, EUR 7.8, JPY 0.0475");
        assert_eq!(rates_of("", Currency::CNY), Some(vec![]));
        for wrong in ["USD", "USD x", "USD 7.123456", "DOLLAR 7", "USD -7", "USD 99999999"] {
            assert_eq!(rates_of(wrong, Currency::CNY), None, "{wrong}");
        }
    }
}
