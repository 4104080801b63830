//! Signing in by PIN. No list of names: who is here is nobody's business in front of the counter.

use leptos::html;
use leptos::prelude::*;
use ministore_core::id::DeviceId;
use ministore_core::refusal::Refusal;
use ministore_core::staff::{DEMO_PIN, Pin};
use ministore_core::time::Timestamp;
use wasm_bindgen_futures::spawn_local;

use super::not_approved::not_approved;
use super::sound;
use super::trouble::words_of;
use crate::client::{clock, staff};
use crate::i18n::{local, say};
use crate::state::shop;
use crate::widgets::announcer::announce;
use crate::widgets::icon::{Icon, icon};

/// The most digits of a PIN.
const LONGEST: usize = 8;
/// The fewest.
const SHORTEST: usize = 4;

/// The PIN being typed: digits only, and no more than a PIN has.
fn with_digit(pin: &str, key: char) -> String {
    let mut next = pin.to_owned();
    if key.is_ascii_digit() && pin.len() < LONGEST {
        next.push(key);
    }
    next
}

/// What is left to wait, as minutes and seconds: `1:05`.
fn countdown(until: Timestamp, now: Timestamp) -> Option<String> {
    let seconds = (until.0 - now.0).max(0) as u64;
    let seconds = seconds.div_ceil(1000);
    let (minutes, seconds) = (seconds / 60, seconds % 60);
    let padding = if seconds < 10 { ":0" } else { ":" };
    (until > now).then(|| [&minutes.to_string(), padding, &seconds.to_string()].concat())
}

/// The screen before everything else at the counter.
#[component]
pub(crate) fn SignInScreen(
    /// Whether a session has just ended by itself.
    #[prop(into)]
    ended: Signal<bool>,
) -> impl IntoView {
    let pin = RwSignal::new(String::new());
    let busy = RwSignal::new(false);
    let refusal = RwSignal::new(None::<Refusal>);
    let now = RwSignal::new(clock::now());
    let field = NodeRef::<html::Input>::new();
    // This device, where it is no counter yet, with the PIN of a manager who may approve it.
    let unknown = RwSignal::new(None::<(DeviceId, Option<Pin>)>);
    let approved = RwSignal::new(false);

    let wait = Memo::new(move |_| match refusal.get() {
        Some(Refusal::PinLocked { until }) => countdown(until, now.get()),
        _ => None,
    });
    let locked = move || wait.with(Option::is_some);
    let tick = set_interval_with_handle(
        move || {
            now.set(clock::now());
            let over = matches!(refusal.get_untracked(), Some(Refusal::PinLocked { until }) if until <= clock::now());
            if over {
                refusal.set(None);
            }
        },
        std::time::Duration::from_millis(500),
    );
    on_cleanup(move || {
        if let Ok(tick) = tick {
            tick.clear();
        }
    });

    let submit = move || {
        sound::unlock();
        let Some(typed) = pin.with_untracked(|pin| pin.parse::<Pin>().ok()) else { return };
        if busy.get_untracked() || untrack(locked) {
            return;
        }
        busy.set(true);
        spawn_local(async move {
            let outcome = staff::sign_in(typed.clone(), None).await;
            // Signed in, this screen and its signals are gone.
            let Err(why) = outcome else { return };
            now.set(clock::now());
            pin.set(String::new());
            busy.set(false);
            if let Refusal::DeviceNotApproved { device, may_approve } = why {
                return unknown.set(Some((device, may_approve.then_some(typed))));
            }
            let words = words_of(&why);
            announce(&[words.happened.as_str(), " ", &words.next].concat());
            refusal.set(Some(why));
            focus(field);
        });
    };
    let press = move |key: char| {
        sound::unlock();
        pin.update(|pin| *pin = with_digit(pin, key));
    };
    let rub_out = move || pin.update(|pin| _ = pin.pop());

    // Typed digits count wherever the focus is; in the field itself they arrive by themselves.
    let keys = window_event_listener(leptos::ev::keydown, move |event| {
        let in_field = field.get_untracked().is_some_and(|field| {
            event.target().is_some_and(|target| js_sys::Object::is(&target, field.as_ref()))
        });
        let elsewhere = unknown.with_untracked(Option::is_some);
        if in_field || elsewhere || event.ctrl_key() || event.meta_key() || event.alt_key() || untrack(locked)
        {
            return;
        }
        match event.key().as_str() {
            "Backspace" => rub_out(),
            key if key.len() == 1 => key.chars().for_each(press),
            _ => {}
        }
    });
    on_cleanup(move || keys.remove());
    // Whenever the pad is shown, also after it gave way to another screen.
    Effect::new(move |_| {
        if field.get().is_some() && !locked() {
            focus(field);
        }
    });

    // A tap leaves the focus in the field, so that Enter afterwards signs in and does not press the key again.
    let digit = move |key: char| {
        let label = key.to_string();
        view! {
            <button
                type="button"
                class="pin-key"
                data-testid=["pin-", &label].concat()
                disabled=locked
                on:mousedown=|event| event.prevent_default()
                on:click=move |_| press(key)
            >
                {label.clone()}
            </button>
        }
        .into_any()
    };
    let ready = move || pin.with(|pin| pin.len() >= SHORTEST) && !busy.get() && !locked();
    let back = Callback::new(move |is_approved: bool| {
        approved.set(is_approved);
        unknown.set(None);
    });

    let pad = move || {
        super::frame::name_window(Signal::derive(|| say::COUNTER_SIGN_IN_TITLE().to_owned()));
        view! {
        <main id="main" class="sign-in" data-testid="counter-sign-in">
            <div class="sign-in-words">
                <span class="sign-in-sign">{icon(Icon::Staff)}</span>
                <p class="sign-in-shop">{move || shop::shop().map(|shop| local(&shop.name))}</p>
                <h1 tabindex="-1">{say::COUNTER_SIGN_IN_TITLE}</h1>
                <p class="sign-in-why">
                    {move || {
                        if approved.get() {
                            say::COUNTER_DEVICE_APPROVED()
                        } else if ended.get() {
                            say::COUNTER_SIGN_IN_ENDED()
                        } else {
                            say::COUNTER_SIGN_IN_WHY()
                        }
                    }}
                </p>
                {move || {
                    shop::shop().filter(|shop| shop.demo).map(|_| {
                        view! {
                            <p class="sign-in-demo" data-testid="demo-pin">
                                {move || say::counter_sign_in_demo(DEMO_PIN)}
                            </p>
                        }
                        .into_any()
                    })
                }}
                <div class="sign-in-outcome" role="alert" data-testid="sign-in-outcome">
                    {move || {
                        refusal
                            .get()
                            .map(|refusal| {
                                let words = words_of(&refusal);
                                let next = match wait.get() {
                                    Some(left) => say::counter_sign_in_wait(&left),
                                    None => words.next,
                                };
                                view! {
                                    <p class="sign-in-problem">
                                        {icon(Icon::Alert)}
                                        <span>
                                            <strong>{words.happened}</strong>
                                            " "
                                            {next}
                                        </span>
                                    </p>
                                }
                                    .into_any()
                            })
                    }}
                </div>
                <div class="sign-in-ways">
                    <LanguageButton />
                    <a href="/" rel="external" class="button" data-testid="to-shop">
                        {icon(Icon::Shop)} <span>{say::NAV_SHOP}</span>
                    </a>
                </div>
            </div>
            <form
                class="pin-pad"
                on:submit=move |event| {
                    event.prevent_default();
                    submit();
                }
            >
                <label class="visually-hidden" for="pin">{say::COUNTER_SIGN_IN_PIN}</label>
                <input
                    id="pin"
                    class="pin-field"
                    type="password"
                    inputmode="none"
                    autocomplete="off"
                    maxlength="8"
                    placeholder="••••"
                    data-testid="pin"
                    node_ref=field
                    aria-invalid=move || refusal.with(Option::is_some).to_string()
                    disabled=locked
                    prop:value=move || pin.get()
                    on:input=move |event| {
                        let typed: String =
                            event_target_value(&event).chars().filter(char::is_ascii_digit).take(LONGEST).collect();
                        // Set even if it is the same, so that a letter does not stay in the field.
                        pin.set(typed);
                    }
                />
                {"123456789".chars().map(digit).collect_view()}
                <button
                    type="button"
                    class="pin-key pin-quiet"
                    data-testid="pin-rub-out"
                    aria-label=say::COUNTER_SIGN_IN_RUB_OUT
                    on:mousedown=|event| event.prevent_default()
                    on:click=move |_| rub_out()
                >
                    {icon(Icon::RubOut)}
                </button>
                {digit('0')}
                <button
                    type="submit"
                    class="pin-key pin-go"
                    data-testid="pin-submit"
                    aria-label=say::COUNTER_SIGN_IN_ACTION
                    aria-busy=move || busy.get().to_string()
                    disabled=move || !ready()
                >
                    {icon(Icon::Check)}
                </button>
            </form>
        </main>
        }
        .into_any()
    };
    move || match unknown.get() {
        Some((device, pin)) => not_approved(device, pin, back),
        None => pad(),
    }
}

/// Switches to the other language, which it names in itself.
#[component]
pub(crate) fn LanguageButton() -> impl IntoView {
    use ministore_core::text::Language;

    use crate::i18n::{language, set_language, tag_of};
    let other = move || match language() {
        Language::En => Language::Zh,
        Language::Zh => Language::En,
    };
    let name = move || match other() {
        Language::En => "English",
        Language::Zh => "中文",
    };
    view! {
        <button
            type="button"
            class="button language"
            data-testid="language"
            lang=move || tag_of(other())
            on:click=move |_| set_language(untrack(other))
        >
            {icon(Icon::Globe)}
            <span>{name}</span>
        </button>
    }
    .into_any()
}

fn focus(field: NodeRef<html::Input>) {
    if let Some(field) = field.get_untracked() {
        // A field that is disabled for now takes no focus.
        let _ = field.focus();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pin_takes_digits_only_and_no_more_than_eight() {
        let typed = "12a34 567890".chars().fold(String::new(), |pin, key| with_digit(&pin, key));
        assert_eq!(typed, "12345678");
        assert_eq!(with_digit("", '１'), "", "full-width digits are no PIN");
    }

    #[test]
    fn the_wait_is_counted_to_its_end() {
        let at = |milliseconds| countdown(Timestamp(65_000), Timestamp(milliseconds));
        assert_eq!(at(0).as_deref(), Some("1:05"));
        assert_eq!(at(60_500).as_deref(), Some("0:05"));
        assert_eq!(at(64_999).as_deref(), Some("0:01"));
        assert_eq!(at(65_000), None);
    }
}
