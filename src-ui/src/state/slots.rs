//! The slots that a shop's rules make, for when the hub cannot say which of them are still free.

use ministore_core::fulfilment::{Mode, Slot, SlotKey, SlotRule};
use ministore_core::hours::{Day, LocalTime};
use ministore_core::reach::Reach;
use ministore_core::time::Timestamp;

const DAY: i64 = 24 * 60;
/// For how many days, today included.
const DAYS: i64 = 3;

/// The slots of `mode` that can still be chosen at `now`, soonest first, each shown as empty: the hub decides when the
/// order reaches it. `offset` gives the minutes by which the shop's clock is ahead of UTC at an instant.
pub(crate) fn by_the_rules(
    rules: &[SlotRule],
    mode: Mode,
    now: Timestamp,
    offset: impl Fn(Timestamp) -> i64,
) -> Vec<Slot> {
    let today = (now.0.div_euclid(60_000) + offset(now)).div_euclid(DAY);
    let mut slots: Vec<Slot> = (today..today + DAYS)
        .flat_map(|day| rules.iter().filter(|rule| rule.mode == mode).map(move |rule| (day, rule)))
        .flat_map(|(day, rule)| rule.starts().map(move |start| (day * DAY + i64::from(start), rule)))
        .map(|(local, rule)| {
            // The clock's offset at the slot, not now: they differ across a change to summer time.
            let starts = Timestamp((local - offset(Timestamp((local - offset(now)) * 60_000))) * 60_000);
            let ends = starts.plus_minutes(rule.minutes.into());
            (Slot { key: SlotKey { mode, starts }, ends, left: rule.capacity }, rule)
        })
        .filter(|(slot, rule)| slot.key.starts >= now.plus_minutes(rule.lead_minutes.into()))
        .map(|(slot, _)| slot)
        .collect();
    slots.sort_unstable_by_key(|slot| slot.key.starts);
    slots.dedup_by_key(|slot| slot.key.starts);
    slots
}

/// Those of `slots` for which the shop's cut-offs still let somebody order at `now`. `offset` is as for [`by_the_rules`].
pub(crate) fn not_cut_off(
    slots: Vec<Slot>,
    reach: &Reach,
    now: Timestamp,
    offset: impl Fn(Timestamp) -> i64,
) -> Vec<Slot> {
    let local = |at: Timestamp| {
        let minutes = at.0.div_euclid(60_000) + offset(at);
        // A day of a person's life and a minute of a day.
        let day = Day::since_1970(minutes.div_euclid(DAY) as i32);
        LocalTime { day, minute: minutes.rem_euclid(DAY) as u16 }
    };
    let now = local(now);
    slots.into_iter().filter(|slot| !reach.is_cut_off(slot.key.mode, local(slot.key.starts), now)).collect()
}

#[cfg(test)]
mod tests {
    use ministore_core::reach::Cutoff;

    use super::*;

    const RULE: SlotRule = SlotRule {
        mode: Mode::Pickup,
        opens: 9 * 60,
        closes: 11 * 60,
        minutes: 60,
        capacity: 4,
        lead_minutes: 30,
    };

    fn starts(now: i64, offset: i64) -> Vec<i64> {
        let slots = by_the_rules(&[RULE], Mode::Pickup, Timestamp(now * 60_000), |_| offset);
        slots.iter().map(|slot| slot.key.starts.0 / 60_000).collect()
    }

    #[test]
    fn slots_open_on_the_shops_clock() {
        // Midnight UTC is 08:00 in Shanghai: the shop opens an hour later.
        assert_eq!(starts(0, 480), [60, 120, 60 + DAY, 120 + DAY, 60 + 2 * DAY, 120 + 2 * DAY]);
    }

    #[test]
    fn what_is_too_soon_cannot_be_chosen() {
        assert_eq!(starts(31, 480).first(), Some(&120));
        assert_eq!(starts(30, 480).first(), Some(&60));
    }

    #[test]
    fn what_was_to_be_ordered_the_evening_before_cannot_be_chosen() {
        let cutoff = Cutoff { mode: Mode::Pickup, from: 0, until: 600, days_before: 1, at: 20 * 60 };
        let reach = Reach { cutoffs: vec![cutoff], ..Reach::default() };
        let slots = by_the_rules(&[RULE], Mode::Pickup, Timestamp(0), |_| 480);
        let left: Vec<i64> = not_cut_off(slots, &reach, Timestamp(0), |_| 480)
            .iter()
            .map(|slot| slot.key.starts.0 / 60_000)
            .collect();
        assert_eq!(left, [120, 60 + DAY, 120 + DAY, 60 + 2 * DAY, 120 + 2 * DAY]);
    }

    #[test]
    fn another_mode_has_none_of_these() {
        assert_eq!(by_the_rules(&[RULE], Mode::Delivery, Timestamp(0), |_| 0), []);
    }
}
