//! The choice of a time, day by day, with the full ones shown as full.

use leptos::prelude::*;
use ministore_core::fulfilment::Slot;
use ministore_core::time::Timestamp;

use crate::client::clock;
use crate::i18n::{day, day_key, say, time};

/// The slots of some days. `zone` is the shop's.
#[component]
pub(crate) fn SlotPicker(
    /// Soonest first.
    slots: Vec<Slot>,
    /// The start of the one that is chosen.
    chosen: RwSignal<Option<Timestamp>>,
    /// In whose zone times are written.
    zone: String,
) -> impl IntoView {
    let days = by_day(slots, |at| day_key(at, &zone));
    let keys: Vec<String> = days.iter().map(|(key, _)| key.clone()).collect();
    let first = untrack(|| chosen.get()).map(|at| day_key(at, &zone));
    let open =
        RwSignal::new(first.filter(|key| keys.contains(key)).or(keys.first().cloned()).unwrap_or_default());
    let zone = StoredValue::new(zone);
    let tabs = days
        .iter()
        .map(|(key, slots)| {
            let (mine, key) = (key.clone(), key.clone());
            let starts = slots.first().map_or(Timestamp(0), |slot| slot.key.starts);
            let tab = mine.clone();
            view! {
                <button
                    type="button"
                    class="day"
                    data-testid="day"
                    aria-pressed=move || open.with(|open| *open == mine).to_string()
                    on:click=move |_| open.set(tab.clone())
                >
                    {move || zone.with_value(|zone| day_name(&key, starts, zone))}
                </button>
            }
            .into_any()
        })
        .collect_view();
    let days = StoredValue::new(days);
    let times = move || {
        let open = open.get();
        days.with_value(|days| {
            let slots = days.iter().find(|(key, _)| *key == open).map(|(_, slots)| slots.as_slice());
            slots.unwrap_or_default().iter().map(|slot| choice(*slot, chosen, zone)).collect_view()
        })
    };
    view! {
        <div class="days">{tabs}</div>
        <div class="slots" role="radiogroup" aria-label=say::CHECKOUT_TIMES data-testid="slots">{times}</div>
    }
    .into_any()
}

fn choice(slot: Slot, chosen: RwSignal<Option<Timestamp>>, zone: StoredValue<String>) -> AnyView {
    let starts = slot.key.starts;
    let full = slot.left == 0;
    let words = move || zone.with_value(|zone| [time(starts, zone), time(slot.ends, zone)].join("–"));
    let note = move || match slot.left {
        0 => say::CHECKOUT_FULL().to_owned(),
        1..=2 => say::checkout_left(slot.left),
        _ => String::new(),
    };
    view! {
        <label class="slot" class:full=full>
            <input
                type="radio"
                name="slot"
                value=starts.0.to_string()
                disabled=full
                data-testid="slot"
                prop:checked=move || chosen.get() == Some(starts)
                on:change=move |_| chosen.set(Some(starts))
            />
            <span>{words} <small>{note}</small></span>
        </label>
    }
    .into_any()
}

/// Today and tomorrow by those names, later days by their date.
fn day_name(key: &str, starts: Timestamp, zone: &str) -> String {
    let now = clock::now();
    if key == day_key(now, zone) {
        say::CHECKOUT_TODAY().to_owned()
    } else if key == day_key(now.plus_minutes(24 * 60), zone) {
        say::CHECKOUT_TOMORROW().to_owned()
    } else {
        day(starts, zone)
    }
}

fn by_day(slots: Vec<Slot>, key_of: impl Fn(Timestamp) -> String) -> Vec<(String, Vec<Slot>)> {
    let mut days: Vec<(String, Vec<Slot>)> = Vec::new();
    for slot in slots {
        let key = key_of(slot.key.starts);
        match days.last_mut() {
            Some((last, slots)) if *last == key => slots.push(slot),
            _ => days.push((key, vec![slot])),
        }
    }
    days
}

#[cfg(test)]
mod tests {
    use ministore_core::fulfilment::{Mode, SlotKey};

    use super::*;

    #[test]
    fn slots_fall_into_their_days_in_order() {
        let slot = |starts| Slot {
            key: SlotKey { mode: Mode::Pickup, starts: Timestamp(starts) },
            ends: Timestamp(starts + 1),
            left: 1,
        };
        let days = by_day([3, 7, 11, 12, 25].map(slot).to_vec(), |at| (at.0 / 10).to_string());
        let found: Vec<_> = days.iter().map(|(key, slots)| (key.as_str(), slots.len())).collect();
        assert_eq!(found, [("0", 2), ("1", 2), ("2", 1)]);
    }
}
