//! Dates as archives, browsers and servers write them, read to the moment in UTC that they mean.

use super::moment::{Moment, digits_in};
use crate::dates::MONTHS;

/// Their first three letters or more may stand for them, as for months.
const WEEKDAYS: [&str; 7] = ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"];

/// The seconds of a day.
const DAY: i64 = 24 * 60 * 60;

/// Reads a date and time that has a zone or an offset; of one that has none, only the day is known.
///
/// All of the text must be a date, such as `2018-05-05T22:28:55Z`, `5 May 2018 22:28:55 UTC`, `Aug 7, 2018 15:53:18 GMT`,
/// `Fri, 18 Jul 2025 14:21:01 +0700` or `Thu Mar 14 2024 01:03:06 GMT+0200 (Eastern European Standard Time)`. Names in
/// parentheses are ignored: offsets are exact, names of zones are not.
pub(super) fn read(text: &str) -> Option<Moment> {
    let date = Date::read(text)?;
    let (Some(time), Some(offset)) = (date.time, date.offset) else {
        return Moment::from_digits(&format!("{:04}{:02}{:02}", date.year, date.month, date.day));
    };
    date.at(time, offset)
}

/// Reads a date and time that is in UTC if it does not say otherwise, as archives write their own:
/// `06:15:09 Feb 04, 2013`, `20130204061509`.
pub(super) fn read_utc(text: &str) -> Option<Moment> {
    let text = text.trim();
    if text.len() == 14 && text.bytes().all(|byte| byte.is_ascii_digit()) {
        return Moment::from_digits(text);
    }
    let date = Date::read(text)?;
    match date.time {
        Some(time) => date.at(time, date.offset.unwrap_or_default()),
        None => read(text),
    }
}

/// Gives the moment so many seconds after the start of 1970.
pub(super) fn from_unix(seconds: i64) -> Option<Moment> {
    let (days, time) = (seconds.div_euclid(DAY), seconds.rem_euclid(DAY));
    let (year, month, day) = civil(days)?;
    let (hour, minute, second) = (time / 3600, time / 60 % 60, time % 60);
    Moment::from_digits(&format!("{year:04}{month:02}{day:02}{hour:02}{minute:02}{second:02}"))
}

/// A date as written.
#[derive(Clone, Copy, Default)]
struct Date {
    year: i64,
    month: i64,
    day: i64,
    time: Option<Time>,
    /// How far the zone is ahead of UTC, in minutes.
    offset: Option<i64>,
}

/// A time of day.
#[derive(Clone, Copy)]
struct Time {
    hour: i64,
    minute: i64,
    /// Not always written.
    second: Option<i64>,
}

impl Date {
    /// Reads a date of which each word is a part; no part may stand twice.
    fn read(text: &str) -> Option<Self> {
        let text = text.trim();
        // No such date is longer, even with its zone's name.
        if text.len() > 120 {
            return None;
        }
        if let Some(date) = Self::read_numbers(text) {
            return Some(date);
        }
        let (mut year, mut month, mut day, mut date) = (None, None, None, Self::default());
        let mut is_first = true;
        let named = text.split('(').next()?;
        for word in named.split(|character: char| character.is_whitespace() || character == ',') {
            let slot = match word {
                "" => continue,
                _ if std::mem::take(&mut is_first) && number_of(word, &WEEKDAYS).is_some() => continue,
                _ if word.len() <= 2 && is_number(word) => &mut day,
                _ if word.len() == 4 && is_number(word) => &mut year,
                _ => {
                    if let Some(number) = number_of(word, &MONTHS) {
                        put(&mut month, number)?;
                    } else if let Some(time) = Time::read(word) {
                        put(&mut date.time, time)?;
                    } else if let Some(is_afternoon) = half_of_day(word) {
                        date.time = Some(date.time?.in_half(is_afternoon)?);
                    } else {
                        put(&mut date.offset, offset(word)?)?;
                    }
                    continue;
                }
            };
            put(slot, word.parse().ok()?)?;
        }
        (date.year, date.month, date.day) = (year?, month?, day?);
        Some(date)
    }

    /// Reads `2018-05-05T22:28:55.123+02:00`, with a space for the `T`, or the parts from the right missing.
    fn read_numbers(text: &str) -> Option<Self> {
        let (day, rest) = text.split_at_checked("0000-00-00".len())?;
        let digits = digits_in(day, "0000-00-00")?;
        let part = |start: usize, end: usize| digits.get(start..end)?.parse().ok();
        let date = Self { year: part(0, 4)?, month: part(4, 6)?, day: part(6, 8)?, ..Self::default() };
        let rest = match rest.strip_prefix(['T', 't', ' ', '_']) {
            None if rest.is_empty() => return Some(date),
            rest => rest?,
        };
        let zone_at = rest.find(|character: char| !matches!(character, '0'..='9' | ':' | '.')).unwrap_or(rest.len());
        let (time, zone) = rest.split_at_checked(zone_at)?;
        let zone = zone.trim();
        let offset = if zone.is_empty() { None } else { Some(offset(zone)?) };
        Some(Self { time: Some(Time::read(time)?), offset, ..date })
    }

    /// Gives the moment in UTC of a time on this day.
    fn at(&self, time: Time, offset: i64) -> Option<Moment> {
        // A day that the calendar does not have would slide into the next month.
        Moment::from_digits(&format!("{:04}{:02}{:02}", self.year, self.month, self.day))?;
        let minutes = time.hour * 60 + time.minute - offset;
        let days = days_since_1970(self.year, self.month, self.day) + minutes.div_euclid(24 * 60);
        let (year, month, day) = civil(days)?;
        let minutes = minutes.rem_euclid(24 * 60);
        let second = time.second.map_or(String::new(), |second| format!("{second:02}"));
        Moment::from_digits(&format!("{year:04}{month:02}{day:02}{:02}{:02}{second}", minutes / 60, minutes % 60))
    }
}

impl Time {
    /// Reads `6:15`, `06:15:09` or `06:15:09.123`.
    fn read(word: &str) -> Option<Self> {
        let mut parts = word.split(':');
        let two = |part: &str| (matches!(part.len(), 1 | 2) && is_number(part)).then(|| part.parse().ok())?;
        let hour = two(parts.next()?).filter(|hour| *hour < 24)?;
        let minute = two(parts.next()?).filter(|minute| *minute < 60)?;
        let second = match parts.next() {
            Some(second) => Some(two(second.split('.').next()?).filter(|second| *second < 60)?),
            None => None,
        };
        parts.next().is_none().then_some(Self { hour, minute, second })
    }

    /// Gives the time that a clock of twelve hours shows so.
    fn in_half(self, is_afternoon: bool) -> Option<Self> {
        (1..=12).contains(&self.hour).then(|| Self { hour: self.hour % 12 + if is_afternoon { 12 } else { 0 }, ..self })
    }
}

/// Tells whether a word is the short name of a month, three letters in any case.
pub(super) fn is_short_month(word: &str) -> bool {
    word.len() == 3 && number_of(word, &MONTHS).is_some()
}

/// Fills a part that was not there yet.
fn put<T>(slot: &mut Option<T>, value: T) -> Option<()> {
    slot.replace(value).is_none().then_some(())
}

/// Tells whether a word is made of digits.
fn is_number(word: &str) -> bool {
    !word.is_empty() && word.bytes().all(|byte| byte.is_ascii_digit())
}

/// Gives the number, from 1, of the name that a word of at least three letters begins, perhaps with a full stop.
fn number_of(word: &str, names: &[&str]) -> Option<i64> {
    let word = word.strip_suffix('.').unwrap_or(word);
    let begins = |name: &&str| name.get(..word.len()).is_some_and(|start| start.eq_ignore_ascii_case(word));
    (1..).zip(names).find(|(_, name)| word.len() >= 3 && begins(name)).map(|(number, _)| number)
}

/// Tells whether `am` or `pm` means the afternoon; `None` if a word is neither.
fn half_of_day(word: &str) -> Option<bool> {
    let is = |name: &str| word.eq_ignore_ascii_case(name) || word.replace('.', "").eq_ignore_ascii_case(name);
    is("pm").then_some(true).or_else(|| is("am").then_some(false))
}

/// Reads a zone: `UTC`, `GMT`, `Z`, `+0200`, `+02:00` or `GMT+0200`, in minutes ahead of UTC. Other names are not exact.
fn offset(word: &str) -> Option<i64> {
    let rest = ["UTC", "GMT", "UT", "Z"].iter().find_map(|name| word.strip_prefix(name)).unwrap_or(word);
    if rest.is_empty() {
        return (!word.is_empty()).then_some(0);
    }
    let sign = if rest.starts_with('+') { 1 } else { -1 };
    let digits = rest.strip_prefix(['+', '-', '−'])?.replace(':', "");
    if digits.len() != 4 || !is_number(&digits) {
        return None;
    }
    let number: i64 = digits.parse().ok()?;
    (number / 100 < 24 && number % 100 < 60).then_some(sign * (number / 100 * 60 + number % 100))
}

/// Counts the days from the start of 1970 to a day of the Gregorian calendar.
///
/// Years are counted from March, so that the leap day is the last: see H. Hinnant, "chrono-compatible low-level date
/// algorithms", 2013.
const fn days_since_1970(year: i64, month: i64, day: i64) -> i64 {
    let year = if month <= 2 { year - 1 } else { year };
    let (era, of_era) = (year.div_euclid(400), year.rem_euclid(400));
    let of_year = (153 * ((month + 9) % 12) + 2) / 5 + day - 1;
    era * 146_097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year - 719_468
}

/// Gives year, month and day of the day so many days after the start of 1970; `None` outside of the years 0 to 9999.
fn civil(days: i64) -> Option<(i64, i64, i64)> {
    let days = days.checked_add(719_468)?;
    let (era, of_era) = (days.div_euclid(146_097), days.rem_euclid(146_097));
    let year_of_era = (of_era - of_era / 1_460 + of_era / 36_524 - of_era / 146_096) / 365;
    let of_year = of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let march_month = (5 * of_year + 2) / 153;
    let day = of_year - (153 * march_month + 2) / 5 + 1;
    let month = if march_month < 10 { march_month + 3 } else { march_month - 9 };
    let year = year_of_era + era * 400 + i64::from(month <= 2);
    (0..=9999).contains(&year).then_some((year, month, day))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn told(moment: Option<Moment>) -> Option<String> {
        moment.map(|moment| moment.to_string())
    }

    #[test]
    fn reads_dates_of_every_form() {
        for (text, moment) in [
            ("5 May 2018 22:28:55 UTC", "2018-05-05T22:28:55Z"),
            ("Aug 7, 2018 15:53:18 GMT", "2018-08-07T15:53:18Z"),
            ("4 Apr 2023 23:43:48 GMT", "2023-04-04T23:43:48Z"),
            ("Fri, 27 Apr 2018 14:04:38 GMT", "2018-04-27T14:04:38Z"),
            ("Fri, 18 Jul 2025 04:21:01 +0700", "2025-07-17T21:21:01Z"),
            ("Thu Mar 14 2024 01:03:06 GMT+0200 (Eastern European Standard Time)", "2024-03-13T23:03:06Z"),
            ("Sun Dec 31 2023 23:30:00 GMT-0330 (Newfoundland Standard Time)", "2024-01-01T03:00:00Z"),
            ("Wed Jan 03 2024 09:12:44 GMT+0100 (CET)", "2024-01-03T08:12:44Z"),
            ("2018-05-05T22:28:55Z", "2018-05-05T22:28:55Z"),
            ("2018-05-05T22:28:55.123+02:00", "2018-05-05T20:28:55Z"),
            ("2018-05-05 22:28:55 UTC", "2018-05-05T22:28:55Z"),
            ("2018-05-05T22:28Z", "2018-05-05T22:28Z"),
            ("2018-05-05", "2018-05-05"),
            ("2018-05-05 22:28", "2018-05-05"),
            ("January 5, 2019 3:02 pm", "2019-01-05"),
            ("Jan. 5, 2019 12:02 a.m. UTC", "2019-01-05T00:02Z"),
            ("Thursday, 29 February 2024", "2024-02-29"),
            ("06:15:09 Feb 04, 2013", "2013-02-04"),
        ] {
            assert_eq!(told(read(text)).as_deref(), Some(moment), "{text}");
        }
    }

    #[test]
    fn takes_the_times_of_archives_for_utc() {
        for (text, moment) in [
            ("06:15:09 Feb 04, 2013", "2013-02-04T06:15:09Z"),
            ("6:15:09 Feb 4, 2013", "2013-02-04T06:15:09Z"),
            ("20130204061509", "2013-02-04T06:15:09Z"),
            ("Feb 4, 2013", "2013-02-04"),
            ("4 Feb 2013 06:15:09 GMT+0100", "2013-02-04T05:15:09Z"),
        ] {
            assert_eq!(told(read_utc(text)).as_deref(), Some(moment), "{text}");
        }
    }

    #[test]
    fn reads_nothing_else() {
        for text in [
            "",
            "May",
            "May 2018",
            "5 2018",
            "31 Feb 2018",
            "30 Feb 2018 10:00:00 UTC",
            "5 May 2018 24:00:00 UTC",
            "5 May 2018 10:60:00 UTC",
            "5 May 2018 10:00:00 CET",
            "5 May 2018 10:00:00 +2",
            "5 May 2018 5 May 2018",
            "5 May 2018 10:00:00 11:00:00 UTC",
            "on 5 May 2018",
            "5 Mayor 2018",
            "2018-13-05",
            "2018-05-05x",
            "2018-05-05T",
            "2018-05-05T22",
            "13:00 pm 5 May 2018",
            "201302040615",
            "(5 May 2018)",
            "é",
        ] {
            assert_eq!(told(read(text)), None, "{text}");
            assert_eq!(told(read_utc(text)), None, "{text}");
        }
    }

    #[test]
    fn counts_seconds() {
        for (seconds, moment) in [
            (1_359_958_509, Some("2013-02-04T06:15:09Z")),
            (951_782_400, Some("2000-02-29T00:00:00Z")),
            (951_868_799, Some("2000-02-29T23:59:59Z")),
            (1_735_689_599, Some("2024-12-31T23:59:59Z")),
            (0, None),
            (-1, None),
            (i64::MAX, None),
            (i64::MIN, None),
        ] {
            assert_eq!(told(from_unix(seconds)).as_deref(), moment, "{seconds}");
        }
    }

    proptest! {
        #[test]
        fn days_and_dates_agree(days in 8_000_i64..40_000) {
            let (year, month, day) = civil(days).expect("a day of our time");
            prop_assert_eq!(days_since_1970(year, month, day), days);
            let (next, ..) = civil(days + 1).expect("a day of our time");
            prop_assert!(next == year || (month, day) == (12, 31));
        }

        #[test]
        fn any_text_is_read(text in "\\PC*") {
            read(&text);
            read_utc(&text);
        }
    }
}
