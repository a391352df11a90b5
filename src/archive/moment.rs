//! Capture times as archives write them, checked against the calendar and never made more exact than they are.

/// The earliest year in which a page can have been captured.
const FIRST_YEAR: u32 = 1990;

/// A time in UTC as far as it is known: the first 4 to 14 digits of `YYYYMMDDhhmmss`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Moment(String);

impl Moment {
    /// Reads the timestamp of a snapshot's address, 4 to 14 digits; `None` if there is no such time.
    ///
    /// A part of which only one digit is there is not known.
    pub(super) fn from_digits(digits: &str) -> Option<Self> {
        if !(4..=14).contains(&digits.len()) || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
            return None;
        }
        let known = digits.get(..digits.len() & !1)?;
        let part = |start: usize, length: usize| known.get(start..start + length)?.parse::<u32>().ok();
        let year = part(0, 4)?;
        let month = part(4, 2).unwrap_or(1);
        let fits = year >= FIRST_YEAR
            && (1..=12).contains(&month)
            && (1..=days_in(year, month)).contains(&part(6, 2).unwrap_or(1))
            && part(8, 2).is_none_or(|hour| hour < 24)
            && part(10, 2).is_none_or(|minute| minute < 60)
            && part(12, 2).is_none_or(|second| second < 60);
        fits.then(|| Self(known.to_owned()))
    }

    /// Says how exact the time is.
    pub(super) fn precision(&self) -> &'static str {
        match self.0.len() {
            ..6 => "year",
            6..8 => "month",
            8..10 => "day",
            10..12 => "hour",
            12..14 => "minute",
            _ => "second",
        }
    }

    /// Tells whether both can be the same time, one perhaps known better than the other.
    pub(super) fn agrees_with(&self, other: &Self) -> bool {
        self.0.starts_with(&other.0) || other.0.starts_with(&self.0)
    }

    /// Tells whether this time is known better than `other`.
    pub(super) fn is_finer_than(&self, other: &Self) -> bool {
        self.0.len() > other.0.len()
    }
}

impl std::fmt::Display for Moment {
    /// Writes the time as RFC 3339 has it, as far as it is known.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        for (at, digit) in self.0.char_indices() {
            f.write_str(match at {
                4 | 6 => "-",
                8 => "T",
                10 | 12 => ":",
                _ => "",
            })?;
            write!(f, "{digit}")?;
        }
        f.write_str(if self.0.len() > 8 { "Z" } else { "" })
    }
}

/// Gives the digits of `text` if it has the form of `pattern`, in which `0` stands for any digit.
pub(super) fn digits_in(text: &str, pattern: &str) -> Option<String> {
    let fits = text.len() == pattern.len()
        && text.bytes().zip(pattern.bytes()).all(|(byte, form)| match form {
            b'0' => byte.is_ascii_digit(),
            _ => byte == form,
        });
    fits.then(|| text.chars().filter(char::is_ascii_digit).collect())
}

/// Counts the days of a month of the Gregorian calendar, months from 1.
fn days_in(year: u32, month: u32) -> u32 {
    match month {
        4 | 6 | 9 | 11 => 30,
        2 if year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400)) => 29,
        2 => 28,
        _ => 31,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_what_is_known_and_no_more() {
        for (digits, told) in [
            ("20120309071502", Some(("2012-03-09T07:15:02Z", "second"))),
            ("201203090715", Some(("2012-03-09T07:15Z", "minute"))),
            ("2012030907", Some(("2012-03-09T07Z", "hour"))),
            ("20120309", Some(("2012-03-09", "day"))),
            ("201203", Some(("2012-03", "month"))),
            ("2012", Some(("2012", "year"))),
            ("20120", Some(("2012", "year"))),
            ("20000229", Some(("2000-02-29", "day"))),
            ("20160229", Some(("2016-02-29", "day"))),
            ("20150229", None),
            ("19000229", None),
            ("20120431", None),
            ("201200", None),
            ("201213", None),
            ("20120300", None),
            ("20120332", None),
            ("2012030924", None),
            ("201203090760", None),
            ("20120309071560", None),
            ("0000", None),
            ("2", None),
            ("", None),
            ("2012030907150203", None),
            ("2012x309", None),
        ] {
            let moment = Moment::from_digits(digits);
            let read = moment.as_ref().map(|moment| (moment.to_string(), moment.precision()));
            assert_eq!(read.as_ref().map(|(time, precision)| (time.as_str(), *precision)), told, "{digits}");
        }
    }

    #[test]
    fn reads_forms() {
        for (text, pattern, digits) in [
            ("2012-03-09", "0000-00-00", Some("20120309")),
            ("2021-05-06T07-08-09Z", "0000-00-00T00-00-00Z", Some("20210506070809")),
            ("2012-3-09", "0000-00-00", None),
            ("2012/03/09", "0000-00-00", None),
            ("2012-03-é", "0000-00-00", None),
        ] {
            assert_eq!(digits_in(text, pattern).as_deref(), digits, "{text}");
        }
    }
}
