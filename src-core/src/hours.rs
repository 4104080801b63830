//! When a shop is open, on its own clock: every week the same, but for days that are otherwise.
//!
//! What is said here is said in the shop's own time, without a zone: a clock is read before this is asked.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

/// Minutes in a day.
pub const DAY_MINUTES: u16 = 24 * 60;

/// How many days ahead an opening is looked for.
const DAYS_AHEAD: i32 = 400;

/// A day of the civil calendar (proleptic Gregorian), such as `2026-12-25`; years 1 to 9999.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct Day(i32);

string_on_the_wire!(Day, "2026-12-25", "^[0-9]{4}-[0-9]{2}-[0-9]{2}$");

/// A text that is no day.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
#[error("a day is written as 2026-12-25")]
pub struct DayError;

impl Day {
    /// The day of this date. Errors where the calendar has none.
    pub fn of_date(year: i32, month: u8, day: u8) -> Result<Self, DayError> {
        let made = Self::of_numbers(year, month, day);
        if (1..=9999).contains(&year) && made.date() == (year, month, day) { Ok(made) } else { Err(DayError) }
    }

    /// The day so many days after 1970-01-01.
    pub const fn since_1970(days: i32) -> Self {
        Self(days)
    }

    /// How many days after 1970-01-01 it is.
    pub const fn days_since_1970(self) -> i32 {
        self.0
    }

    /// By the civil calendar (H. Hinnant, "chrono-compatible low-level date algorithms").
    fn of_numbers(year: i32, month: u8, day: u8) -> Self {
        let (month, day) = (i32::from(month), i32::from(day));
        let year = if month <= 2 { year.saturating_sub(1) } else { year };
        let (era, of_era) = (year.div_euclid(400), year.rem_euclid(400));
        let of_year = (153 * ((month + 9) % 12) + 2) / 5 + day - 1;
        let of_era = of_era * 365 + of_era / 4 - of_era / 100 + of_year;
        Self(era.saturating_mul(146_097).saturating_add(of_era - 719_468))
    }

    /// Its year, month and day of the month.
    pub fn date(self) -> (i32, u8, u8) {
        let days = i64::from(self.0) + 719_468;
        let (era, of_era) = (days.div_euclid(146_097), days.rem_euclid(146_097));
        let year = (of_era - of_era / 1_460 + of_era / 36_524 - of_era / 146_096) / 365;
        let of_year = of_era - (365 * year + year / 4 - year / 100);
        let month = (5 * of_year + 2) / 153;
        let day = of_year - (153 * month + 2) / 5 + 1;
        let month = if month < 10 { month + 3 } else { month - 9 };
        let year = year + era * 400 + i64::from(month <= 2);
        // Each in its range by what came before.
        (year as i32, month as u8, day as u8)
    }

    /// The day so many days after it, before it when negative.
    pub const fn plus_days(self, days: i32) -> Self {
        Self(self.0.saturating_add(days))
    }

    /// Its day of the week: 1 for Monday to 7 for Sunday (ISO 8601).
    pub const fn weekday(self) -> u8 {
        // 1970-01-01 was a Thursday.
        ((self.0 as i64 + 3).rem_euclid(7) + 1) as u8
    }
}

impl fmt::Display for Day {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (year, month, day) = self.date();
        write!(f, "{year:04}-{month:02}-{day:02}")
    }
}

impl FromStr for Day {
    type Err = DayError;

    fn from_str(text: &str) -> Result<Self, DayError> {
        let digits = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit());
        let mut parts = text.split('-');
        let (Some(year), Some(month), Some(day), None) =
            (parts.next(), parts.next(), parts.next(), parts.next())
        else {
            return Err(DayError);
        };
        if [year.len(), month.len(), day.len()] != [4, 2, 2] || ![year, month, day].into_iter().all(digits) {
            return Err(DayError);
        }
        let number = |part: &str| part.parse().map_err(|_| DayError);
        Self::of_date(year.parse().map_err(|_| DayError)?, number(month)?, number(day)?)
    }
}

/// A moment on a shop's clock.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct LocalTime {
    /// The day.
    pub day: Day,
    /// Minutes after its midnight; [`DAY_MINUTES`] for the midnight at its end.
    pub minute: u16,
}

/// A stretch of one weekday in which a shop is open.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct WeeklyHours {
    /// 1 for Monday to 7 for Sunday.
    #[cfg_attr(feature = "schema", schemars(range(min = 1, max = 7)))]
    pub weekday: u8,
    /// When it opens, in minutes after midnight.
    pub opens: u16,
    /// When it closes, in minutes after midnight, at most 1440. What goes on after midnight is the next day's.
    pub closes: u16,
}

/// A stretch of one date in which a shop is open.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Stretch {
    /// When it opens, in minutes after midnight.
    pub opens: u16,
    /// When it closes, in minutes after midnight, at most 1440.
    pub closes: u16,
}

/// A date whose hours are other than its weekday's.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct DayHours {
    /// The date.
    pub day: Day,
    /// When the shop is open; empty where it stays closed.
    pub open: Vec<Stretch>,
}

/// When a shop is open.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct OpeningHours {
    /// Each week.
    pub weekly: Vec<WeeklyHours>,
    /// Dates that are otherwise.
    #[serde(default)]
    pub exceptions: Vec<DayHours>,
}

/// Hours that no clock shows.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
#[error("hours are on weekdays 1 to 7, open before they close, and close by midnight")]
pub struct HoursError;

impl OpeningHours {
    /// Errors with hours that no clock shows.
    pub fn check(&self) -> Result<(), HoursError> {
        let sound = |opens: u16, closes: u16| opens < closes && closes <= DAY_MINUTES;
        let weekly = self
            .weekly
            .iter()
            .all(|hours| (1..=7).contains(&hours.weekday) && sound(hours.opens, hours.closes));
        let dates = self.exceptions.iter().flat_map(|date| &date.open);
        if weekly && dates.into_iter().all(|hours| sound(hours.opens, hours.closes)) {
            Ok(())
        } else {
            Err(HoursError)
        }
    }

    /// The stretches of a day, in order.
    fn stretches(&self, day: Day) -> Vec<Stretch> {
        let mut stretches = match self.exceptions.iter().find(|date| date.day == day) {
            Some(date) => date.open.clone(),
            None => self
                .weekly
                .iter()
                .filter(|hours| hours.weekday == day.weekday())
                .map(|hours| Stretch { opens: hours.opens, closes: hours.closes })
                .collect(),
        };
        stretches.sort_unstable_by_key(|stretch| stretch.opens);
        stretches
    }

    /// Whether it is open at `at`. At the minute of closing it is closed.
    pub fn is_open_at(&self, at: LocalTime) -> bool {
        self.stretches(at.day).iter().any(|stretch| (stretch.opens..stretch.closes).contains(&at.minute))
    }

    /// When it next opens, from `at` on: `at` itself where it is open. None where it does not in the next year.
    pub fn next_opening(&self, at: LocalTime) -> Option<LocalTime> {
        if self.is_open_at(at) {
            return Some(at);
        }
        (0..DAYS_AHEAD).map(|days| at.day.plus_days(days)).find_map(|day| {
            let from = if day == at.day { at.minute } else { 0 };
            let opens =
                self.stretches(day).iter().map(|stretch| stretch.opens).find(|opens| *opens >= from)?;
            Some(LocalTime { day, minute: opens })
        })
    }

    /// When it closes, from `at` on, where it is open then. None where it is closed, and where it never closes.
    pub fn next_closing(&self, at: LocalTime) -> Option<LocalTime> {
        if !self.is_open_at(at) {
            return None;
        }
        let mut from = at;
        for _ in 0..DAYS_AHEAD {
            for stretch in self.stretches(from.day) {
                if stretch.opens <= from.minute && stretch.closes > from.minute {
                    from.minute = stretch.closes;
                }
            }
            let next = LocalTime { day: from.day.plus_days(1), minute: 0 };
            if from.minute < DAY_MINUTES || !self.is_open_at(next) {
                return Some(from);
            }
            from = next;
        }
        None
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn day(text: &str) -> Day {
        text.parse().unwrap()
    }

    fn at(text: &str, minute: u16) -> LocalTime {
        LocalTime { day: day(text), minute }
    }

    fn hours() -> impl Strategy<Value = OpeningHours> {
        let stretch = (0..DAY_MINUTES, 1..=DAY_MINUTES).prop_filter_map("opens first", |(opens, closes)| {
            (opens < closes).then_some(Stretch { opens, closes })
        });
        let weekly = prop::collection::vec((1u8..=7, stretch.clone()), 0..10);
        let exceptions = prop::collection::vec((0i32..30, prop::collection::vec(stretch, 0..3)), 0..4);
        (weekly, exceptions).prop_map(|(weekly, exceptions)| OpeningHours {
            weekly: weekly
                .into_iter()
                .map(|(weekday, Stretch { opens, closes })| WeeklyHours { weekday, opens, closes })
                .collect(),
            exceptions: exceptions
                .into_iter()
                .map(|(days, open)| DayHours { day: day("2026-12-01").plus_days(days), open })
                .collect(),
        })
    }

    proptest! {
        #[test]
        fn days_read_back_and_follow_each_other(days in -700_000i32..2_900_000) {
            let one = Day(days);
            let (year, month, date) = one.date();
            prop_assert_eq!(Day::of_date(year, month, date), Ok(one));
            prop_assert_eq!(one.to_string().parse(), Ok(one));
            prop_assert_eq!(one.plus_days(7).weekday(), one.weekday());
            prop_assert_eq!(one.plus_days(1).weekday(), one.weekday() % 7 + 1);
        }

        #[test]
        fn no_text_panics(text in "\\PC{0,12}") {
            let _ = text.parse::<Day>();
        }

        #[test]
        fn a_shop_is_open_at_its_next_opening_and_closed_until_then(hours in hours(), days in 0i32..30, minute in 0..DAY_MINUTES) {
            let at = LocalTime { day: day("2026-12-01").plus_days(days), minute };
            match hours.next_opening(at) {
                Some(opens) => {
                    prop_assert!(opens >= at && hours.is_open_at(opens));
                    prop_assert_eq!(opens == at, hours.is_open_at(at));
                    for before in (at.minute..DAY_MINUTES).step_by(7) {
                        let before = LocalTime { minute: before, ..at };
                        prop_assert!(before >= opens || !hours.is_open_at(before));
                    }
                }
                None => prop_assert!(!hours.is_open_at(at)),
            }
        }

        #[test]
        fn a_shop_stays_open_until_its_closing(hours in hours(), days in 0i32..30, minute in 0..DAY_MINUTES) {
            let at = LocalTime { day: day("2026-12-01").plus_days(days), minute };
            if let Some(closes) = hours.next_closing(at) {
                prop_assert!(closes > at && hours.is_open_at(at));
                prop_assert!(closes.minute == DAY_MINUTES || !hours.is_open_at(closes));
                let last = LocalTime { minute: closes.minute - 1, ..closes };
                prop_assert!(hours.is_open_at(last));
            }
        }
    }

    #[test]
    fn a_holiday_is_otherwise() {
        let weekly = (1..=7).map(|weekday| WeeklyHours { weekday, opens: 480, closes: 1260 }).collect();
        let exceptions = vec![
            DayHours { day: day("2026-12-25"), open: Vec::new() },
            DayHours { day: day("2026-12-26"), open: vec![Stretch { opens: 600, closes: 720 }] },
        ];
        let hours = OpeningHours { weekly, exceptions };
        hours.check().unwrap();
        assert!(hours.is_open_at(at("2026-12-24", 600)));
        assert!(!hours.is_open_at(at("2026-12-24", 1260)), "closed at the minute of closing");
        assert_eq!(hours.next_closing(at("2026-12-24", 600)), Some(at("2026-12-24", 1260)));
        assert_eq!(hours.next_opening(at("2026-12-24", 1300)), Some(at("2026-12-26", 600)));
        assert_eq!(hours.next_opening(at("2026-12-26", 800)), Some(at("2026-12-27", 480)));
    }

    #[test]
    fn a_night_is_two_stretches_and_closes_once() {
        let night = |weekday| {
            [
                WeeklyHours { weekday, opens: 0, closes: 120 },
                WeeklyHours { weekday, opens: 1200, closes: DAY_MINUTES },
            ]
        };
        let hours = OpeningHours { weekly: (1..=7).flat_map(night).collect(), exceptions: Vec::new() };
        assert_eq!(hours.next_closing(at("2026-11-24", 1300)), Some(at("2026-11-25", 120)));
        let always = (1..=7).map(|weekday| WeeklyHours { weekday, opens: 0, closes: DAY_MINUTES }).collect();
        let always = OpeningHours { weekly: always, exceptions: Vec::new() };
        assert_eq!(always.next_closing(at("2026-11-24", 7)), None);
        assert_eq!(OpeningHours::default().next_opening(at("2026-11-24", 7)), None);
    }

    #[test]
    fn what_no_calendar_has_is_refused() {
        for text in ["2026-02-29", "2026-13-01", "2026-00-10", "26-01-01", "2026-1-1", "2026-01-01-", "x"] {
            assert!(text.parse::<Day>().is_err(), "{text}");
        }
        assert_eq!(day("2024-02-29").weekday(), 4);
        assert_eq!(day("2026-11-30").weekday(), 1);
        let wrong = WeeklyHours { weekday: 8, opens: 1, closes: 2 };
        assert!(OpeningHours { weekly: vec![wrong], exceptions: Vec::new() }.check().is_err());
    }
}
