//! Slots: the shop's rules laid over the coming days on the shop's clock, and how full each is.

use jiff::civil::Date;
use jiff::tz::{AmbiguousOffset, TimeZone};
use jiff::{Span, ToSpan};
use ministore_core::fulfilment::{GetSlots, Mode, Slot, SlotKey, Slots};
use ministore_core::hours::LocalTime;
use ministore_core::refusal::Refusal;
use ministore_core::time::Timestamp;

use crate::engine::{Answer, Caller, Engine};
use crate::fault::Fault;
use crate::shop::Terms;
use crate::{local_clock, sql};

/// How many days can be chosen, today included.
const DAYS: i32 = 3;

impl Answer<GetSlots> for Engine {
    async fn answer(&self, _: &Caller, call: GetSlots) -> Result<Slots, Fault> {
        let head = self.head().await?;
        let mut tx = self.snapshot().await?;
        let terms = Terms::of(&Terms::ask(head).fetch_all(&mut tx).await?, head)?;
        let mut slots = open_slots(&terms, call.mode, self.now())?;
        let (Some(first), Some(last)) = (slots.first(), slots.last()) else { return Ok(Slots { slots }) };
        let counts = sql::query(
            "SELECT starts, COUNT(*) FROM orders
             WHERE shop_id = $1 AND mode = $2 AND starts >= $3 AND starts <= $4 AND state <> 'cancelled'
             GROUP BY starts",
        )
        .bind(head.shop.0)
        .bind(call.mode.word())
        .bind(first.key.starts.0)
        .bind(last.key.starts.0)
        .fetch_all(&mut tx)
        .await?;
        for row in counts {
            let (starts, count): (i64, u32) = (row.try_get(0)?, row.try_get(1)?);
            for slot in slots.iter_mut().filter(|slot| slot.key.starts.0 == starts) {
                slot.left = slot.left.saturating_sub(count);
            }
        }
        Ok(Slots { slots })
    }
}

/// Refuses a slot that cannot be chosen at `now`, or that has no room beside the orders that are `taken`.
pub(crate) fn check_slot(terms: &Terms, key: SlotKey, taken: u32, now: Timestamp) -> Result<(), Fault> {
    let slots = open_slots(terms, key.mode, now)?;
    let slot = slots.iter().find(|slot| slot.key == key).ok_or(Refusal::SlotClosed)?;
    if taken < slot.left { Ok(()) } else { Err(Refusal::SlotFull.into()) }
}

/// The slots of one mode that can still be chosen at `now`, soonest first, each with all its room.
fn open_slots(terms: &Terms, mode: Mode, now: Timestamp) -> Result<Vec<Slot>, Fault> {
    let other = |error: jiff::Error| Fault::Other(format!("the shop's clock: {error}"));
    if mode == Mode::Delivery && terms.delivery.is_none() {
        return Ok(Vec::new());
    }
    let zone = TimeZone::get(&terms.zone).map_err(other)?;
    let today = jiff::Timestamp::from_millisecond(now.0).map_err(other)?.to_zoned(zone.clone()).date();
    let here = local_clock::local(now, &zone)?;
    let mut slots = Vec::new();
    for day in 0..DAYS {
        let date = today.checked_add(Span::new().days(day)).map_err(other)?;
        let slot_day = local_clock::day(date)?;
        for rule in terms.slots.iter().filter(|rule| rule.mode == mode) {
            for start in rule.starts() {
                if terms.reach.is_cut_off(mode, LocalTime { day: slot_day, minute: start }, here) {
                    continue;
                }
                let Some(starts) = at(date, start, &zone).map_err(other)? else { continue };
                if starts < now.plus_minutes(rule.lead_minutes.into()) {
                    continue;
                }
                let ends = starts.plus_minutes(rule.minutes.into());
                slots.push(Slot { key: SlotKey { mode, starts }, ends, left: rule.capacity });
            }
        }
    }
    slots.sort_by_key(|slot| slot.key.starts);
    // Two rules that make the same slot give it the room of the first.
    slots.dedup_by_key(|slot| slot.key.starts);
    Ok(slots)
}

/// When the clock of `zone` shows `minute` of `date`. None where it never does: the hour that summer time skips. The
/// hour that it repeats counts once, the first time.
fn at(date: Date, minute: u16, zone: &TimeZone) -> Result<Option<Timestamp>, jiff::Error> {
    let clock = date.at(0, 0, 0, 0).checked_add(i64::from(minute).minutes())?;
    let moment = zone.to_ambiguous_timestamp(clock);
    if matches!(moment.offset(), AmbiguousOffset::Gap { .. }) {
        return Ok(None);
    }
    Ok(Some(Timestamp(moment.earlier()?.as_millisecond())))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn hours(date: Date, zone: &str) -> Vec<Option<i64>> {
        let zone = TimeZone::get(zone).unwrap();
        (0..5).map(|hour| at(date, hour * 60, &zone).unwrap().map(|at| at.0 / 3_600_000)).collect()
    }

    #[test]
    fn the_hour_that_summer_time_skips_has_no_slot() {
        let hours = hours(Date::constant(2026, 3, 29), "Europe/Berlin");
        assert_eq!(hours[2], None);
        assert_eq!(hours[3].unwrap() - hours[1].unwrap(), 1);
    }

    #[test]
    fn the_hour_that_winter_time_repeats_is_one_slot() {
        let hours = hours(Date::constant(2026, 10, 25), "Europe/Berlin");
        assert_eq!(hours[3].unwrap() - hours[2].unwrap(), 2);
    }
}
