//! What is on a gift card, for whoever has its number.

use leptos::prelude::*;
use leptos_router::components::A;
use ministore_core::gift_card::{GetGiftCard, GiftCard};
use ministore_core::refusal::Refusal;
use wasm_bindgen_futures::spawn_local;

use crate::client::call;
use crate::i18n::{money, say};
use crate::state::gift_card::{carried, read_number};
use crate::widgets::announcer::announce;
use crate::widgets::error_panel::ErrorPanel;
use crate::widgets::field::Field;
use crate::widgets::gift_card_money::gift_card_money;
use crate::widgets::icon::{Icon, icon};
use crate::widgets::page::Page;

/// The screen.
#[component]
pub(crate) fn GiftCardPage() -> impl IntoView {
    let typed = RwSignal::new(String::new());
    let (wrong, busy) = (RwSignal::new(false), RwSignal::new(false));
    let found = RwSignal::new(None::<Result<GiftCard, Refusal>>);
    let look = move |number| {
        if busy.get_untracked() {
            return;
        }
        busy.set(true);
        found.set(None);
        spawn_local(async move {
            let outcome = call(GetGiftCard { number }).await;
            if busy.try_set(false).is_some() {
                return; // The screen was left.
            }
            if let Ok(card) = &outcome {
                announce(&untrack(|| say::gift_announce(&card.ending, &money(card.money.balance))));
            }
            found.set(Some(outcome));
        });
    };
    if let Some(number) = carried() {
        look(number);
    }
    let ask = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        let number = read_number(&typed.get_untracked());
        wrong.set(number.is_none());
        match number {
            Some(number) => look(number),
            None => announce(say::GIFT_NUMBER_WRONG()),
        }
    };
    view! {
        <Page title=Signal::derive(|| say::GIFT_BALANCE_TITLE().to_owned()) back="/me" class="narrow">
            <form class="panel group" novalidate on:submit=ask>
                <p class="quiet-text">{say::GIFT_SHOPPER_TEXT}</p>
                <Field
                    label=say::GIFT_NUMBER
                    value=typed
                    key="gift-number"
                    longest=24
                    example=say::GIFT_NUMBER_EXAMPLE
                    wrong=wrong
                    problem=say::GIFT_NUMBER_WRONG
                />
                <button
                    class="button primary large wide"
                    data-testid="gift-look"
                    aria-busy=move || busy.get().to_string()
                    disabled=move || busy.get()
                >
                    {icon(Icon::Search)} {say::GIFT_LOOK}
                </button>
                <A href="/scan" attr:class="button wide" attr:data-testid="gift-scan">
                    {icon(Icon::Scan)} {say::GIFT_SCAN}
                </A>
            </form>
            {move || found.get().map(|found| match found {
                Ok(card) => view! {
                    <section class="panel group" aria-label=say::GIFT_CARD data-testid="gift-card">
                        {gift_card_money(&card)}
                        <p class="quiet-text">{say::GIFT_SHOPPER_NEXT}</p>
                    </section>
                }
                .into_any(),
                Err(refusal) => view! { <ErrorPanel refusal=refusal /> }.into_any(),
            })}
        </Page>
    }
}
