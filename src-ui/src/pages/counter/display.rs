//! The numbers that are called, to be read from across the room: what is being made, what is ready. A number that has just
//! become ready is called with a chime and, where that is wanted, by a voice.

use leptos::prelude::*;
use leptos_router::components::A;
use ministore_core::issued::TableNumber;
use ministore_core::table::{KitchenRound, RoundState};
use web_sys::SpeechSynthesisUtterance;

use super::frame::name_window;
use super::kitchen::live_kitchen;
use super::place::Place;
use super::sound::{Sound, play, unlock};
use super::trouble::trouble_panel;
use crate::client::query::Load;
use crate::client::storage;
use crate::i18n::{language, say, tag_of};
use crate::widgets::announcer::announce;
use crate::widgets::icon::{Icon, icon};
use crate::widgets::skeleton::card_skeletons;

/// Under which name the device keeps that it calls by voice.
const KEPT: &str = "ministore.display.voice";

/// A number on the display, and the table that it is for.
type Called = (u32, TableNumber);

/// The numbers of the rounds that are so far, in the order in which they were sent.
fn in_state(rounds: &[KitchenRound], state: RoundState) -> Vec<Called> {
    rounds
        .iter()
        .filter(|round| round.state() == state)
        .map(|round| (round.round.number, round.table))
        .collect()
}

/// The numbers of `now` that were not there `before`.
fn newly(before: &[Called], now: &[Called]) -> Vec<Called> {
    now.iter().filter(|called| !before.contains(called)).copied().collect()
}

/// Says something in the page's language. Silent where the browser has no voice: the number stands there too.
fn speak(text: &str) {
    let (Ok(voice), Ok(words)) = (window().speech_synthesis(), SpeechSynthesisUtterance::new_with_text(text))
    else {
        return;
    };
    words.set_lang(tag_of(untrack(language)));
    voice.speak(&words);
}

/// The display.
pub(super) fn display_screen() -> AnyView {
    name_window(Signal::derive(|| say::COUNTER_DISPLAY().to_owned()));
    let kitchen = live_kitchen();
    let voice = RwSignal::new(storage::get(KEPT).is_some());
    let rounds = Memo::new(move |_| match kitchen.get() {
        Load::Loading => Load::Loading,
        Load::Failed(refusal) => Load::Failed(refusal),
        Load::Ready(kitchen) => Load::Ready((
            in_state(&kitchen.rounds, RoundState::Preparing),
            in_state(&kitchen.rounds, RoundState::Ready),
        )),
    });
    let fresh = RwSignal::new(Vec::<Called>::new());
    let known = StoredValue::new(None::<Vec<Called>>);
    Effect::new(move |_| {
        let Load::Ready((_, ready)) = rounds.get() else { return };
        if let Some(before) = known.get_value() {
            let new = newly(&before, &ready);
            if !new.is_empty() {
                play(Sound::Order);
                for (number, table) in &new {
                    let words =
                        untrack(|| say::counter_display_call(&number.to_string(), &table.to_string()));
                    announce(&words);
                    if voice.get_untracked() {
                        speak(&words);
                    }
                }
                fresh.set(new);
            }
        }
        known.set_value(Some(ready));
    });
    let turn = move |_| {
        // A tap is what browsers ask for before they make a sound.
        unlock();
        voice.update(|voice| *voice = !*voice);
        if voice.get_untracked() {
            storage::set(KEPT, "on");
            speak(say::COUNTER_DISPLAY_VOICE_ON());
        } else {
            storage::remove(KEPT);
        }
    };
    let column = move |key: &'static str, label: fn() -> &'static str, numbers: Vec<Called>| {
        let is_empty = numbers.is_empty();
        let numbers = numbers.into_iter().map(|called| {
            let (number, table) = called;
            view! {
                <li
                    class="display-number"
                    data-testid=["called-", &number.to_string()].concat()
                    data-fresh=move || fresh.with(|fresh| fresh.contains(&called)).then_some("")
                >
                    <strong>{number.to_string()}</strong>
                    <span>{move || say::table_title(&table.to_string())}</span>
                </li>
            }
            .into_any()
        });
        let numbers = numbers.collect_view();
        view! {
            <section class="display-column" data-testid=key data-column=key>
                <h2>{label}</h2>
                <ul>{numbers}</ul>
                {is_empty.then(|| view! { <p class="display-none">{say::COUNTER_DISPLAY_NONE}</p> }.into_any())}
            </section>
        }
        .into_any()
    };
    view! {
        <div class="display-board" data-testid="display">
            <header class="display-head">
                <A href=Place::Tables.path() attr:class="icon-button" attr:data-testid="leave-display" attr:aria-label=say::COUNTER_DISPLAY_LEAVE>
                    {icon(Icon::Back)}
                </A>
                <button
                    type="button"
                    class="button"
                    role="switch"
                    data-testid="voice"
                    aria-checked=move || if voice.get() { "true" } else { "false" }
                    on:click=turn
                >
                    {say::COUNTER_DISPLAY_VOICE} " · "
                    {move || if voice.get() { say::COUNTER_DISPLAY_VOICE_ON() } else { say::COUNTER_DISPLAY_VOICE_OFF() }}
                </button>
            </header>
            {move || match rounds.get() {
                Load::Loading => card_skeletons(4),
                Load::Failed(refusal) => {
                    trouble_panel(refusal, Some(Callback::new(move |()| kitchen.reload())))
                }
                Load::Ready((preparing, ready)) => view! {
                    <div class="display-columns">
                        {column("display-preparing", say::COUNTER_DISPLAY_PREPARING, preparing)}
                        {column("display-ready", say::COUNTER_DISPLAY_READY, ready)}
                    </div>
                }
                .into_any(),
            }}
        </div>
    }
    .into_any()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_has_just_become_ready_is_called() {
        let at = |number: u32| (number, TableNumber::new(1).unwrap());
        assert_eq!(newly(&[at(3)], &[at(3), at(5), at(4)]), [at(5), at(4)]);
        assert_eq!(newly(&[at(3)], &[]), []);
    }
}
