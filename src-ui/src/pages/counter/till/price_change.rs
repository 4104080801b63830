//! Taking something off: a line or all of it, by a share or an amount, or another price.

use leptos::prelude::*;
use ministore_core::id::LineId;
use ministore_core::money::{Currency, Money, Price};
use ministore_core::ticket::{Change, Off, Share};

use super::rung::TillDesk;
use crate::i18n::say;
use crate::widgets::field::Field;
use crate::widgets::sheet::Sheet;

/// Shares that are one tap away, in percent.
const SHARES: [u16; 4] = [5, 10, 20, 50];

/// What it is taken off.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Target {
    /// One line.
    Line(LineId),
    /// All of the ticket.
    All,
}

/// A share that was typed in percent, such as `12.5`.
fn share_of(typed: &str) -> Option<Share> {
    let typed = typed.trim().trim_end_matches('%').trim().replace(',', ".");
    // A percentage has two decimals, as an amount of cents has.
    let hundredths = Money::parse_decimal(&typed, Currency::EUR).ok()?.minor;
    Share::new(u16::try_from(hundredths).ok()?).ok()
}

fn price_of(typed: &str, currency: Currency) -> Option<Price> {
    let money = Money::parse_decimal(&typed.trim().replace(',', "."), currency).ok()?;
    Price::new(money).ok()
}

/// The sheet in which it is asked for.
pub(super) fn sheet(till: TillDesk, target: RwSignal<Option<Target>>) -> AnyView {
    let open = RwSignal::new(false);
    Effect::new(move |_| {
        if target.get().is_some() {
            open.set(true);
        }
    });
    Effect::new(move |_| {
        if !open.get() {
            target.set(None);
        }
    });
    let title = Signal::derive(move || match target.get() {
        Some(Target::Line(_)) => say::TILL_OFF_LINE().to_owned(),
        _ => say::TILL_OFF_ALL().to_owned(),
    });
    view! { <Sheet open=open title=title>{form(till, target, open)}</Sheet> }.into_any()
}

fn form(till: TillDesk, target: RwSignal<Option<Target>>, open: RwSignal<bool>) -> AnyView {
    let (percent, amount, price) =
        (RwSignal::new(String::new()), RwSignal::new(String::new()), RwSignal::new(String::new()));
    let wrong = RwSignal::new(false);
    let line = move || match target.get_untracked() {
        Some(Target::Line(line)) => Some(line),
        Some(Target::All) | None => None,
    };
    let set = move |change: Change| {
        if till.set_change(line(), change) {
            open.set(false);
        } else {
            wrong.set(true);
        }
    };
    let currency = untrack(|| till.currency());
    let is_line = line().is_some();
    let send = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        let texts = [percent, amount, price].map(|text| text.get_untracked());
        let [percent, amount, price] = texts.each_ref().map(|text| text.trim());
        let off = match (percent.is_empty(), amount.is_empty()) {
            (true, true) => Some(None),
            (false, true) => share_of(percent).map(|share| Some(Off::Share(share))),
            (true, false) => price_of(amount, currency).map(|amount| Some(Off::Amount(amount))),
            (false, false) => None,
        };
        let new_price = if price.is_empty() { Some(None) } else { price_of(price, currency).map(Some) };
        match (off, new_price) {
            (Some(off), Some(price)) => set(Change { price, off }),
            _ => wrong.set(true),
        }
    };
    let quick = SHARES.into_iter().filter_map(|percent| {
        let share = Share::new(percent * 100).ok()?;
        Some(
            view! {
                <button
                    type="button"
                    class="button"
                    data-testid=["off-", &percent.to_string()].concat()
                    on:click=move |_| set(Change { price: None, off: Some(Off::Share(share)) })
                >
                    {["−", &percent.to_string(), " %"].concat()}
                </button>
            }
            .into_any(),
        )
    });
    view! {
        <form class="till-off-form" novalidate on:submit=send>
            <div class="till-off-quick">{quick.collect_view()}</div>
            <Field label=say::TILL_OFF_PERCENT value=percent key="off-percent" keys="decimal" longest=6 />
            <Field label=say::TILL_OFF_AMOUNT value=amount key="off-amount" keys="decimal" longest=12 />
            {is_line.then(|| view! {
                <Field label=say::TILL_PRICE_INSTEAD value=price key="off-price" keys="decimal" longest=12 />
            })}
            {move || wrong.get().then(|| view! {
                <p class="problem" role="alert" data-testid="off-wrong">{say::TILL_OFF_WRONG}</p>
            }.into_any())}
            <button class="button primary large" data-testid="off-set">{say::TILL_OFF_SET}</button>
            <button
                type="button"
                class="button"
                data-testid="off-none"
                on:click=move |_| set(Change::default())
            >
                {say::TILL_OFF_NONE}
            </button>
        </form>
    }
    .into_any()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn percentages_are_read_with_two_decimals_at_most() {
        let hundredths = |typed| share_of(typed).map(Share::hundredths);
        assert_eq!(hundredths("10"), Some(1_000));
        assert_eq!(hundredths(" 12,5 % "), Some(1_250));
        assert_eq!(hundredths("100"), Some(10_000));
        for typed in ["", "0", "100.01", "-5", "1.234", "ten"] {
            assert_eq!(hundredths(typed), None, "{typed}");
        }
    }
}
