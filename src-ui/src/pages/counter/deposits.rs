//! The shop's deposits on containers, and what a product carries of them: for managers.

use leptos::prelude::*;
use ministore_core::catalogue::Product;
use ministore_core::deposit::{
    self, Deposit, DepositCode, Link, LinkDeposits, MAX_CARRIED, MAX_CONTAINERS, MAX_NAME, SaveDeposit,
};
use ministore_core::money::{Currency, Money, Price};
use ministore_core::role::StaffRole;
use ministore_core::tax::TaxRate;
use ministore_core::text::LocalText;

use super::frame::pane_head;
use super::place::Place;
use super::till::Asking;
use crate::client::staff::signed_in;
use crate::i18n::say::Phrase;
use crate::i18n::{self, local, say};
use crate::state::shop::shop;
use crate::widgets::announcer::announce;
use crate::widgets::field::Field;
use crate::widgets::icon::{Icon, icon};
use crate::widgets::skeleton::row_skeletons;

/// What of a deposit cannot be so.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Wrong {
    Code,
    Name,
    Amount,
    Tax,
}

/// A deposit as it is typed.
#[derive(Clone, PartialEq, Eq, Debug)]
struct Typed {
    code: String,
    en: String,
    zh: String,
    amount: String,
    tax: String,
    active: bool,
}

impl Typed {
    /// The deposit, or what of it cannot be so.
    fn read(&self, currency: Currency) -> Result<Deposit, Wrong> {
        let amount = Money::parse_decimal(&self.amount.trim().replace(',', "."), currency);
        let amount = amount.and_then(Price::new).map_err(|_| Wrong::Amount)?;
        let tax = self.tax.trim().trim_end_matches('%').replace(',', ".");
        let deposit = Deposit {
            code: self.code.trim().parse().map_err(|_| Wrong::Code)?,
            name: LocalText::new(self.en.trim(), self.zh.trim()),
            amount,
            tax: TaxRate::parse_percent(&tax).ok_or(Wrong::Tax)?,
            active: self.active,
        };
        match deposit.checked(currency) {
            Ok(()) => Ok(deposit),
            Err("name") => Err(Wrong::Name),
            Err("tax") => Err(Wrong::Tax),
            Err(_) => Err(Wrong::Amount),
        }
    }
}

/// What is worked on: a new deposit, or one that is there.
#[derive(Clone, PartialEq, Eq, Debug)]
enum Open {
    New,
    Known(DepositCode),
}

/// The screen.
pub(super) fn deposits_screen() -> AnyView {
    let open = RwSignal::new(None::<Open>);
    let said = RwSignal::new(None::<Phrase>);
    let title = Signal::derive(|| say::DEPOSIT_TITLE().to_owned());
    let known = Memo::new(|_| shop().map(|shop| (shop.currency, shop.deposits.clone())));
    view! {
        {pane_head(title, Some(Place::Manage), None)}
        <div class="pane-body campaigns" data-testid="deposits">
            <p class="quiet-text">{say::DEPOSIT_TEXT}</p>
            <p role="status" data-testid="deposits-said">{move || said.get().map(|words| words())}</p>
            {move || known.with(|known| match (known, open.get()) {
                (None, _) => row_skeletons(3),
                (Some((currency, all)), Some(Open::New)) => form(*currency, None, all, open, said),
                (Some((currency, all)), Some(Open::Known(code))) => {
                    let deposit = all.iter().find(|deposit| deposit.code == code);
                    form(*currency, deposit, all, open, said)
                }
                (Some((_, all)), None) => list(all, open),
            })}
        </div>
    }
    .into_any()
}

fn list(all: &[Deposit], open: RwSignal<Option<Open>>) -> AnyView {
    let add = view! {
        <button type="button" class="button primary" data-testid="add-deposit" on:click=move |_| open.set(Some(Open::New))>
            {icon(Icon::Plus)} {say::DEPOSIT_ADD}
        </button>
    };
    if all.is_empty() {
        return view! {
            {add}
            <div class="pane-empty" data-testid="no-deposits">
                <span class="empty-sign">{icon(Icon::Milk)}</span>
                <h3>{say::DEPOSIT_NONE}</h3>
                <p>{say::DEPOSIT_NONE_TEXT}</p>
            </div>
        }
        .into_any();
    }
    let rows = all.iter().map(|deposit| row(deposit, open)).collect_view();
    view! { {add} <ul class="device-list">{rows}</ul> }.into_any()
}

fn row(deposit: &Deposit, open: RwSignal<Option<Open>>) -> AnyView {
    let Deposit { code, name, amount, tax, active } = deposit.clone();
    let amount = amount.money();
    let shown = code.to_string();
    let change = move |_| open.set(Some(Open::Known(code.clone())));
    view! {
        <li class="device" data-testid="deposit">
            <div class="device-words">
                <p class="device-name"><strong>{move || local(&name)}</strong> <span class="quiet-text">{shown}</span></p>
                <p data-testid="deposit-terms">{move || say::deposit_row(&i18n::money(amount), &tax.to_string())}</p>
                {(!active).then(|| view! { <p class="quiet-text" data-testid="deposit-off">{say::DEPOSIT_OFF}</p> }.into_any())}
            </div>
            <button type="button" class="button" data-testid="change-deposit" on:click=change>{say::DEPOSIT_CHANGE}</button>
        </li>
    }
    .into_any()
}

fn form(
    currency: Currency,
    known: Option<&Deposit>,
    all: &[Deposit],
    open: RwSignal<Option<Open>>,
    said: RwSignal<Option<Phrase>>,
) -> AnyView {
    let text = |of: fn(&Deposit) -> String| RwSignal::new(known.map(of).unwrap_or_default());
    let code = text(|deposit| deposit.code.to_string());
    let (en, zh) = (text(|deposit| deposit.name.en.clone()), text(|deposit| deposit.name.zh.clone()));
    let (amount, tax) =
        (text(|deposit| deposit.amount.money().to_decimal()), text(|deposit| deposit.tax.to_string()));
    let active = RwSignal::new(known.is_none_or(|deposit| deposit.active));
    let wrong = RwSignal::new(None::<Wrong>);
    let is_new = known.is_none();
    // Another's code would change that one.
    let taken: Vec<DepositCode> = all.iter().filter(|_| is_new).map(|deposit| deposit.code.clone()).collect();
    let asking = Asking::new();
    let is = move |what: Wrong| Signal::derive(move || wrong.get() == Some(what));
    let keep = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        let typed = Typed {
            code: code.get_untracked(),
            en: en.get_untracked(),
            zh: zh.get_untracked(),
            amount: amount.get_untracked(),
            tax: tax.get_untracked(),
            active: active.get_untracked(),
        };
        let read = typed
            .read(currency)
            .and_then(|deposit| if taken.contains(&deposit.code) { Err(Wrong::Code) } else { Ok(deposit) });
        match read {
            Ok(deposit) => {
                wrong.set(None);
                asking.run(SaveDeposit { deposit }, move |_| {
                    crate::state::shop::reload();
                    said.set(Some(say::DEPOSIT_KEPT));
                    announce(say::DEPOSIT_KEPT());
                    open.set(None);
                });
            }
            Err(what) => wrong.set(Some(what)),
        }
    };
    view! {
        <section class="panel">
            <h3>{if is_new { say::DEPOSIT_ADD } else { say::DEPOSIT_CHANGE }}</h3>
            <form class="till-off-form" novalidate on:submit=keep data-testid="deposit-form">
                <Field label=say::DEPOSIT_NAME_EN value=en key="deposit-en" longest=MAX_NAME wrong=is(Wrong::Name) problem=say::DEPOSIT_NAME_WRONG />
                <Field label=say::DEPOSIT_NAME_ZH value=zh key="deposit-zh" longest=MAX_NAME />
                {is_new.then(|| view! {
                    <Field label=say::DEPOSIT_CODE value=code key="deposit-code" longest=20 wrong=is(Wrong::Code) problem=say::DEPOSIT_CODE_WRONG />
                }.into_any())}
                <Field label=say::DEPOSIT_AMOUNT value=amount key="deposit-amount" keys="decimal" longest=12 wrong=is(Wrong::Amount) problem=say::DEPOSIT_AMOUNT_WRONG />
                <Field label=say::DEPOSIT_TAX value=tax key="deposit-tax" keys="decimal" longest=6 wrong=is(Wrong::Tax) problem=say::DEPOSIT_TAX_WRONG />
                <label class="check">
                    <input
                        type="checkbox"
                        data-testid="deposit-active"
                        prop:checked=move || active.get()
                        on:change=move |event| active.set(event_target_checked(&event))
                    />
                    <span>{say::DEPOSIT_ACTIVE}</span>
                </label>
                {asking.trouble()}
                <button class="button primary large" data-testid="deposit-keep" disabled=move || asking.busy.get()>
                    {say::DEPOSIT_KEEP}
                </button>
                <button type="button" class="button" data-testid="deposit-close" on:click=move |_| open.set(None)>
                    {say::ACTION_CLOSE}
                </button>
            </form>
        </section>
    }
    .into_any()
}

/// What a product carries, as who looked it up sees it; managers change it.
pub(super) fn carried_by(product: &Product, done: Callback<Product>) -> AnyView {
    let may = untrack(|| signed_in().is_some_and(|one| one.role == StaffRole::Manager));
    let carried: Vec<_> = product.deposits.carried().to_vec();
    let shown = carried.iter().map(|carried| {
        let (name, amount, count) =
            (carried.deposit.name.clone(), carried.deposit.amount.money(), carried.count);
        let words = move || {
            [&local(&name), ": ", &say::deposit_back_row(&count.to_string(), &i18n::money(amount))].concat()
        };
        view! { <li data-testid="carried">{words}</li> }.into_any()
    });
    let shown = match carried.is_empty() {
        true => view! { <p class="quiet-text" data-testid="carries-none">{say::DEPOSIT_CARRIES_NONE}</p> }
            .into_any(),
        false => view! { <ul>{shown.collect_view()}</ul> }.into_any(),
    };
    if !may {
        return (!carried.is_empty()).then_some(shown).into_any();
    }
    let known = untrack(|| shop().map(|shop| shop.deposits.clone()).unwrap_or_default());
    let change = match (deposit::can_carry(product), known.is_empty()) {
        (false, _) => view! { <p class="quiet-text">{say::DEPOSIT_CARRIES_WEIGHT}</p> }.into_any(),
        (true, true) => view! { <p class="quiet-text">{say::DEPOSIT_CARRIES_FIRST}</p> }.into_any(),
        (true, false) => link_form(product, &known, done),
    };
    view! {
        <details class="count-here">
            <summary data-testid="carries">{say::DEPOSIT_CARRIES}</summary>
            {shown}
            {change}
        </details>
    }
    .into_any()
}

/// The counts as they are typed, as links. None where one is no count, or they are too many.
fn links_of(typed: &[(DepositCode, String)]) -> Option<Vec<Link>> {
    let mut links = Vec::new();
    for (code, text) in typed {
        let count = match text.trim() {
            "" => 0,
            text => text.parse::<u16>().ok().filter(|count| *count <= MAX_CONTAINERS)?,
        };
        if count > 0 {
            links.push(Link { deposit: code.clone(), count });
        }
    }
    (links.len() <= MAX_CARRIED).then_some(links)
}

fn link_form(product: &Product, known: &[Deposit], done: Callback<Product>) -> AnyView {
    let id = product.id;
    let fields: Vec<(Deposit, RwSignal<String>)> = known
        .iter()
        .map(|deposit| {
            let there = product.deposits.carried().iter().find(|one| one.deposit.code == deposit.code);
            (deposit.clone(), RwSignal::new(there.map(|one| one.count.to_string()).unwrap_or_default()))
        })
        .collect();
    let wrong = RwSignal::new(false);
    let asking = Asking::new();
    let rows = fields.iter().map(|(deposit, value)| {
        let (name, value) = (deposit.name.clone(), *value);
        let key = ["field-carried-", deposit.code.as_str()].concat();
        view! {
            <label class="field">
                <span>{move || say::deposit_carried(&local(&name))}</span>
                <input
                    type="text"
                    inputmode="numeric"
                    autocomplete="off"
                    maxlength=3
                    data-testid=key
                    prop:value=move || value.get()
                    on:input=move |event| value.set(event_target_value(&event))
                />
            </label>
        }
        .into_any()
    });
    let rows = rows.collect_view();
    let keep = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        let typed: Vec<_> =
            fields.iter().map(|(deposit, value)| (deposit.code.clone(), value.get_untracked())).collect();
        match links_of(&typed) {
            Some(links) => {
                wrong.set(false);
                asking.run(LinkDeposits { product: id, links }, move |product| {
                    announce(say::DEPOSIT_CARRIES_KEPT());
                    done.run(product);
                });
            }
            None => wrong.set(true),
        }
    };
    view! {
        <form class="till-off-form" novalidate on:submit=keep data-testid="link-form">
            {rows}
            {move || wrong.get().then(|| view! {
                <p class="problem" role="alert" data-testid="carries-wrong">{say::DEPOSIT_CARRIES_WRONG}</p>
            }.into_any())}
            {asking.trouble()}
            <button class="button primary large" data-testid="carries-keep" disabled=move || asking.busy.get()>
                {say::DEPOSIT_CARRIES_KEEP}
            </button>
        </form>
    }
    .into_any()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn typed() -> Typed {
        Typed {
            code: " bottle ".into(),
            en: "Bottle".into(),
            zh: "瓶".into(),
            amount: "0,25".into(),
            tax: "19 %".into(),
            active: true,
        }
    }

    #[test]
    fn a_deposit_is_read_or_what_is_wrong_with_it_is_named() {
        let deposit = typed().read(Currency::EUR).unwrap();
        assert_eq!((deposit.amount.money(), deposit.tax), (Currency::EUR.minor(25), TaxRate(1900)));
        for (wrong, what) in [
            (Typed { code: "Bottle".into(), ..typed() }, Wrong::Code),
            (Typed { en: String::new(), zh: String::new(), ..typed() }, Wrong::Name),
            (Typed { amount: "0".into(), ..typed() }, Wrong::Amount),
            (Typed { amount: "-0.25".into(), ..typed() }, Wrong::Amount),
            (Typed { tax: String::new(), ..typed() }, Wrong::Tax),
        ] {
            assert_eq!(wrong.read(Currency::EUR), Err(what));
        }
    }

    #[test]
    fn counts_become_links_and_nothing_is_none() {
        let code = |text: &str| text.parse::<DepositCode>().unwrap();
        let typed = |counts: &[&str]| {
            let codes = ["a", "b", "c", "d", "e"].into_iter().map(code);
            links_of(&codes.zip(counts.iter().map(|text| (*text).to_owned())).collect::<Vec<_>>())
        };
        assert_eq!(typed(&["20", "", "0"]), Some(vec![Link { deposit: code("a"), count: 20 }]));
        assert_eq!(typed(&["1", "1", "1", "1", "1"]), None, "too many");
        for wrong in ["-1", "1.5", "1000", "x"] {
            assert_eq!(typed(&[wrong]), None);
        }
    }
}
