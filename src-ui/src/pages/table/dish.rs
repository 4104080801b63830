//! One dish: what it leaves to be chosen, a note, how many, and onto the table's list.

use leptos::prelude::*;
use ministore_core::id::LineId;
use ministore_core::table::menu::{Choice, Dish, Modifier, ModifierOption, choose, price_with};
use ministore_core::table::{MAX_NOTE, MAX_PIECES, Put, amount_of, checked_note};

use super::seat::Seat;
use super::words::delta_words;
use crate::client::new_id;
use crate::i18n::{local, money, number, say};
use crate::widgets::field::Field;
use crate::widgets::picture::picture;
use crate::widgets::stepper::Stepper;
use crate::widgets::toast::toast;

/// What is chosen to begin with: the first options of whatever has to be chosen.
fn usual(modifiers: &[Modifier]) -> Vec<Choice> {
    let first = |modifier: &Modifier| {
        let options = modifier.options.iter().take(modifier.min.into());
        let chosen =
            options.map(|option| Choice { modifier: modifier.key.clone(), option: option.key.clone() });
        chosen.collect::<Vec<_>>()
    };
    modifiers.iter().flat_map(first).collect()
}

/// What is chosen after `option` of `modifier` was tapped: another one of those of which there is one, more or fewer of the
/// others, never more than there may be.
fn tapped(choices: &[Choice], modifier: &Modifier, option: &ModifierOption) -> Vec<Choice> {
    let this = Choice { modifier: modifier.key.clone(), option: option.key.clone() };
    let own = choices.iter().filter(|choice| choice.modifier == modifier.key).count();
    let mut next = choices.to_vec();
    if choices.contains(&this) {
        if modifier.min == 0 || own > usize::from(modifier.min) {
            next.retain(|choice| *choice != this);
        }
    } else if modifier.max == 1 {
        next.retain(|choice| choice.modifier != modifier.key);
        next.push(this);
    } else if own < usize::from(modifier.max) {
        next.push(this);
    }
    next
}

/// The form of a dish, made each time its sheet opens.
pub(super) fn dish_form(seat: Seat, dish: Dish, all: Vec<Modifier>, open: RwSignal<bool>) -> AnyView {
    let own = dish.modifiers.iter().filter_map(|key| all.iter().find(|modifier| modifier.key == *key));
    let modifiers: Vec<Modifier> = own.cloned().collect();
    // One key for this stay: a second tap, as after an answer that was lost, is the same line.
    let line: LineId = new_id();
    let choices = RwSignal::new(usual(&modifiers));
    let pieces = RwSignal::new(1u32);
    let note = RwSignal::new(String::new());
    let note_is_wrong = Signal::derive(move || note.with(|note| checked_note(note).is_err()));
    let keys = dish.modifiers.clone();
    let price = dish.product.price;
    let amount = {
        let modifiers = modifiers.clone();
        Memo::new(move |_| {
            let chosen = choices.with(|choices| choose(&modifiers, &keys, choices)).ok()?;
            amount_of(pieces.get(), price_with(price, &chosen).ok()?).ok()
        })
    };
    let product = dish.product;
    let name = {
        let name = product.name.clone();
        Signal::derive(move || local(&name))
    };
    let put = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        let Some(tab) = seat.tab() else { return };
        if amount.get_untracked().is_none() || note_is_wrong.get_untracked() {
            return;
        }
        let put = Put {
            tab,
            line,
            product: product.id,
            choices: choices.get_untracked(),
            pieces: pieces.get_untracked(),
            note: note.get_untracked(),
        };
        seat.act(put, move |_| {
            open.set(false);
            toast(untrack(|| say::table_added(&name.get())), None);
        });
    };
    let seed = product.code().map(|code| code.to_string()).unwrap_or_default();
    let (notes, allergens) = (product.notes.clone(), product.allergens.clone());
    let has_allergens = !allergens.is_empty();
    view! {
        <form class="dish-form" data-testid="dish-form" on:submit=put>
            <div class="dish-top">
                {picture(product.picture.as_ref(), &seed)}
                <p class="quiet-text">
                    {move || local(&notes)}
                    {has_allergens.then(|| {
                        view! {
                            <span class="dish-allergens">{move || say::table_allergens(&local(&allergens))}</span>
                        }
                        .into_any()
                    })}
                </p>
            </div>
            {modifiers.into_iter().map(|modifier| modifier_view(modifier, choices)).collect_view()}
            <Field
                label=Signal::derive(say::TABLE_NOTE)
                value=note
                key="note"
                longest=MAX_NOTE
                example=say::TABLE_NOTE_EXAMPLE
                wrong=note_is_wrong
                problem=say::TABLE_NOTE_WRONG
            />
            {seat.problem_panel()}
            <div class="dish-foot">
                <Stepper
                    value=pieces
                    shown=Signal::derive(move || number(pieces.get().into()))
                    of=name
                    min=1
                    max=MAX_PIECES
                    on_change=move |count| pieces.set(count)
                />
                <button
                    type="submit"
                    class="button primary large"
                    data-testid="put"
                    disabled=move || seat.busy.get() || amount.get().is_none()
                >
                    {move || say::table_add(&amount.get().map(money).unwrap_or_default())}
                </button>
            </div>
        </form>
    }
    .into_any()
}

fn modifier_view(modifier: Modifier, choices: RwSignal<Vec<Choice>>) -> AnyView {
    let (name, min, max) = (modifier.name.clone(), modifier.min, modifier.max);
    let how = move || match (min, max) {
        (1, 1) => say::TABLE_CHOOSE_ONE().to_owned(),
        (0, most) => say::table_choose_up_to(most.into()),
        (least, most) => say::table_choose_range(&number(least.into()), &number(most.into())),
    };
    let full = {
        let key = modifier.key.clone();
        let own = move |choices: &Vec<Choice>| choices.iter().filter(|choice| choice.modifier == key).count();
        Memo::new(move |_| choices.with(&own) >= usize::from(max))
    };
    let options = modifier.options.iter().map(|option| {
        let this = Choice { modifier: modifier.key.clone(), option: option.key.clone() };
        let is_chosen = Memo::new(move |_| choices.with(|choices| choices.contains(&this)));
        let (one, own) = (option.clone(), modifier.clone());
        let tap = move |_| choices.update(|choices| *choices = tapped(choices, &own, &one));
        let (label, delta) = (option.name.clone(), option.delta);
        view! {
            <label class="option">
                <input
                    type=if max == 1 && min == 1 { "radio" } else { "checkbox" }
                    name=modifier.key.to_string()
                    value=option.key.to_string()
                    data-testid=format!("option-{}-{}", modifier.key, option.key)
                    prop:checked=move || is_chosen.get()
                    disabled=move || { max > 1 && full.get() && !is_chosen.get() }
                    on:change=tap
                />
                <span class="option-name">{move || local(&label)}</span>
                <span class="money">{move || delta_words(delta)}</span>
            </label>
        }
        .into_any()
    });
    view! {
        <fieldset class="modifier">
            <legend>{move || local(&name)} <span class="quiet-text">{how}</span></legend>
            {options.collect_view()}
        </fieldset>
    }
    .into_any()
}

#[cfg(test)]
mod tests {
    use ministore_core::money::Currency;
    use ministore_core::text::LocalText;
    use proptest::prelude::*;

    use super::*;

    fn modifier(key: &str, min: u8, max: u8) -> Modifier {
        let option = |name: &str| ModifierOption {
            key: name.parse().unwrap(),
            name: LocalText::new(name, ""),
            delta: Currency::CNY.minor(0),
        };
        Modifier {
            key: key.parse().unwrap(),
            name: LocalText::new(key, ""),
            min,
            max,
            options: ["a", "b", "c"].map(option).to_vec(),
        }
    }

    proptest! {
        /// However somebody taps, what is chosen can always be ordered.
        #[test]
        fn whatever_is_tapped_can_be_ordered(taps in prop::collection::vec((0usize..3, 0usize..3), 0..30)) {
            let modifiers = [modifier("size", 1, 1), modifier("extra", 0, 2), modifier("side", 1, 2)];
            let keys: Vec<_> = modifiers.iter().map(|modifier| modifier.key.clone()).collect();
            let mut choices = usual(&modifiers);
            for (of, which) in taps {
                choices = tapped(&choices, &modifiers[of], &modifiers[of].options[which]);
                prop_assert!(choose(&modifiers, &keys, &choices).is_ok(), "{choices:?}");
            }
        }
    }
}
