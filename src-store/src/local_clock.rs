//! The shop's own clock: instants as it shows them, and the other way round.

use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{Timestamp as Instant, ToSpan};
use ministore_core::hours::{Day, LocalTime};
use ministore_core::time::Timestamp;

use crate::fault::Fault;

fn beyond(error: impl std::fmt::Display) -> Fault {
    Fault::Other(format!("the shop's clock: {error}"))
}

/// The clocks of a zone by its IANA name.
pub(crate) fn zone(name: &str) -> Result<TimeZone, Fault> {
    TimeZone::get(name).map_err(beyond)
}

/// What the clocks of `zone` show at `at`, to the minute.
pub(crate) fn local(at: Timestamp, zone: &TimeZone) -> Result<LocalTime, Fault> {
    let shown = Instant::from_millisecond(at.0).map_err(beyond)?.to_zoned(zone.clone());
    let minute = u16::from(shown.hour().unsigned_abs()) * 60 + u16::from(shown.minute().unsigned_abs());
    Ok(LocalTime { day: day(shown.date())?, minute })
}

/// When the clocks of `zone` show `at`; where they skip it, as long after as they skip; where they show it twice, the first
/// time.
pub(crate) fn instant(at: LocalTime, zone: &TimeZone) -> Result<Timestamp, Fault> {
    let (year, month, day) = at.day.date();
    let year = i16::try_from(year).map_err(beyond)?;
    let (month, day) = (i8::try_from(month).map_err(beyond)?, i8::try_from(day).map_err(beyond)?);
    let midnight = Date::new(year, month, day).map_err(beyond)?.at(0, 0, 0, 0);
    let shown = midnight.checked_add(i64::from(at.minute).minutes()).map_err(beyond)?;
    let moment = zone.to_ambiguous_timestamp(shown).compatible().map_err(beyond)?;
    Ok(Timestamp(moment.as_millisecond()))
}

/// A date as the domain says it.
pub(crate) fn day(date: Date) -> Result<Day, Fault> {
    let number = |part: i8| part.unsigned_abs();
    Day::of_date(date.year().into(), number(date.month()), number(date.day())).map_err(beyond)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_clock_is_read_and_set_again() {
        let berlin = zone("Europe/Berlin").unwrap();
        // Through both changes of 2026, hour by hour.
        for hour in 0..(366 * 24) {
            let at = Timestamp(1_767_222_000_000 + hour * 3_600_000);
            let shown = local(at, &berlin).unwrap();
            let again = instant(shown, &berlin).unwrap();
            // The hour that is shown twice is the first one.
            assert!(again == at || again.0 == at.0 - 3_600_000, "{at:?} {shown:?}");
            assert_eq!(local(again, &berlin).unwrap(), shown);
        }
    }

    #[test]
    fn what_summer_time_skips_is_as_much_later() {
        let berlin = zone("Europe/Berlin").unwrap();
        let day = "2026-03-29".parse().unwrap();
        let skipped = instant(LocalTime { day, minute: 150 }, &berlin).unwrap();
        assert_eq!(local(skipped, &berlin).unwrap(), LocalTime { day, minute: 210 });
    }

    #[test]
    fn the_midnight_at_a_days_end_is_the_next_days() {
        let shanghai = zone("Asia/Shanghai").unwrap();
        let day: Day = "2026-11-24".parse().unwrap();
        let end = instant(LocalTime { day, minute: 1440 }, &shanghai).unwrap();
        assert_eq!(local(end, &shanghai).unwrap(), LocalTime { day: day.plus_days(1), minute: 0 });
    }
}
