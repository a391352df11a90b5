//! A date as policies write them, read byte by byte: a regular expression that does the same takes longer to be made ready
//! than a whole document to be read.

/// The months by the letters that they start with.
const MONTHS: [&[u8; 3]; 12] =
    [b"jan", b"feb", b"mar", b"apr", b"may", b"jun", b"jul", b"aug", b"sep", b"oct", b"nov", b"dec"];
/// What follows the number of a day.
const ORDINALS: [&[u8; 2]; 4] = [b"st", b"nd", b"rd", b"th"];

/// The numbers of a date, as they are written; a month may be one that there is not.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Date {
    pub(super) year: u32,
    pub(super) month: u32,
    pub(super) day: Option<u32>,
}

/// Finds the first date of a text. Of dates in numbers, the first number is the month, as in most archived policies, unless
/// it cannot be one.
pub(super) fn find(text: &str) -> Option<Date> {
    let text = text.as_bytes();
    let is_start =
        |at: &usize| text[*at].is_ascii_alphanumeric() && !at.checked_sub(1).is_some_and(|at| is_word(text[at]));
    (0..text.len()).filter(is_start).find_map(|at| {
        let text = Reader(text.get(at..)?);
        text.year_first().or_else(|| text.month_first()).or_else(|| text.day_first()).or_else(|| text.in_numbers())
    })
}

/// Tells whether there may be a date somewhere in a text: no date is without a year of this century or the last, or a mark
/// between two numbers.
pub(super) fn may_be_in(text: &str) -> bool {
    let is_date = |three: &[u8]| match three {
        [b'1', b'9', third] | [b'2', b'0', third] => third.is_ascii_digit(),
        [first, mark, third] => is_mark(*mark) && first.is_ascii_digit() && third.is_ascii_digit(),
        _ => false,
    };
    text.as_bytes().windows(3).any(is_date)
}

fn is_word(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'_'
}

fn is_mark(byte: u8) -> bool {
    matches!(byte, b'-' | b'/' | b'.')
}

/// What is still to be read of a text.
#[derive(Clone, Copy)]
struct Reader<'t>(&'t [u8]);

impl<'t> Reader<'t> {
    /// `2019-05-24`, `2019/5`
    fn year_first(self) -> Option<Date> {
        let (year, rest) = self.year()?;
        let (month, rest) = rest.mark()?.number()?;
        let day = rest.mark().and_then(Self::number).and_then(|(day, rest)| rest.ended(day));
        Some(Date { year, month: if day.is_some() { month } else { rest.ended(month)? }, day })
    }

    /// `May 24th, 2019`, `Sept. 2013`
    fn month_first(self) -> Option<Date> {
        let (month, rest) = self.month()?;
        let rest = rest.skipping(b".").spaces()?;
        let with_day = || {
            let (day, rest) = rest.number()?;
            let (year, rest) = rest.after_ordinal().skipping(b",").spaces()?.year()?;
            rest.ended(Date { year, month, day: Some(day) })
        };
        with_day().or_else(|| {
            let (year, rest) = rest.year()?;
            rest.ended(Date { year, month, day: None })
        })
    }

    /// `24th of May, 2019`
    fn day_first(self) -> Option<Date> {
        let (day, rest) = self.number()?;
        let rest = rest.after_ordinal().spaces()?;
        let (month, rest) = rest.after(b"of").and_then(Self::spaces).unwrap_or(rest).month()?;
        let (year, rest) = rest.skipping(b".").skipping(b",").spaces()?.year()?;
        rest.ended(Date { year, month, day: Some(day) })
    }

    /// `5/24/2019`, `24.05.19`
    fn in_numbers(self) -> Option<Date> {
        let (first, rest) = self.number()?;
        let (second, rest) = rest.mark()?.number()?;
        let rest = rest.mark()?;
        let full = || rest.year().and_then(|(year, rest)| rest.ended(year));
        let short = || rest.number().filter(|(_, behind)| behind.0.len() + 2 == rest.0.len());
        let year = full().or_else(|| short().and_then(|(year, rest)| rest.ended(2000 + year)))?;
        let (month, day) = if first > 12 { (second, first) } else { (first, second) };
        Some(Date { year, month, day: Some(day) })
    }

    /// A year of this century or the last.
    fn year(self) -> Option<(u32, Self)> {
        let (year, rest) = self.0.split_first_chunk::<4>()?;
        let is_year = matches!(year, [b'1', b'9', ..] | [b'2', b'0', ..]) && year.iter().all(u8::is_ascii_digit);
        is_year.then(|| (year.iter().fold(0, |sum, digit| sum * 10 + u32::from(digit - b'0')), Self(rest)))
    }

    /// A number of one digit or two.
    fn number(self) -> Option<(u32, Self)> {
        let digit = |at: usize| self.0.get(at).filter(|byte| byte.is_ascii_digit()).map(|byte| u32::from(byte - b'0'));
        let first = digit(0)?;
        let (number, len) = digit(1).map_or((first, 1), |second| (first * 10 + second, 2));
        Some((number, Self(self.0.get(len..)?)))
    }

    /// A month's name, or the start of one with whatever letters follow.
    fn month(self) -> Option<(u32, Self)> {
        let start = self.0.first_chunk::<3>()?.map(|byte| byte.to_ascii_lowercase());
        let (number, _) = (1..).zip(MONTHS).find(|(_, month)| **month == start)?;
        let len = self.0.iter().take_while(|byte| byte.is_ascii_alphabetic()).count();
        Some((number, Self(self.0.get(len..)?)))
    }

    fn mark(self) -> Option<Self> {
        let (mark, rest) = self.0.split_first()?;
        is_mark(*mark).then_some(Self(rest))
    }

    /// At least one space.
    fn spaces(self) -> Option<Self> {
        let len = self.0.iter().take_while(|byte| **byte == b' ').count();
        Some(Self(self.0.get(len..)?)).filter(|_| len > 0)
    }

    /// What follows some letters, in any case.
    fn after(self, letters: &[u8]) -> Option<Self> {
        let (start, rest) = self.0.split_at_checked(letters.len())?;
        start.eq_ignore_ascii_case(letters).then_some(Self(rest))
    }

    fn skipping(self, letters: &[u8]) -> Self {
        self.after(letters).unwrap_or(self)
    }

    fn after_ordinal(self) -> Self {
        ORDINALS.iter().find_map(|ordinal| self.after(*ordinal)).unwrap_or(self)
    }

    /// Gives a value if a word ends here.
    fn ended<T>(self, value: T) -> Option<T> {
        (!self.0.first().is_some_and(|byte| is_word(*byte))).then_some(value)
    }
}

#[cfg(test)]
mod tests {
    use std::sync::LazyLock;

    use proptest::prelude::*;
    use regex::{Captures, Regex};

    use super::{Date, find, may_be_in};

    /// What is read, said once more.
    static DATE: LazyLock<Regex> = LazyLock::new(|| {
        let month = r"(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*";
        Regex::new(&format!(
            r"(?ix-u) \b (?:
                (?P<iso_year> (?:19|20)[0-9]{{2}} ) [-/.] (?P<iso_month> [0-9]{{1,2}} ) (?: [-/.] (?P<iso_day> [0-9]{{1,2}} ) )? \b
              | (?P<month> {month} ) \.? [\ ]+ (?: (?P<day> [0-9]{{1,2}} ) (?:st|nd|rd|th)? ,? [\ ]+ )? (?P<year> (?:19|20)[0-9]{{2}} ) \b
              | (?P<day_first> [0-9]{{1,2}} ) (?:st|nd|rd|th)? [\ ]+ (?:of[\ ]+)? (?P<month_second> {month} ) \.? ,? [\ ]+ (?P<year_last> (?:19|20)[0-9]{{2}} ) \b
              | (?P<first> [0-9]{{1,2}} ) [/.-] (?P<second> [0-9]{{1,2}} ) [/.-] (?P<last> (?:19|20)?[0-9]{{2}} ) \b
            )"
        ))
        .unwrap()
    });

    fn by_regex(text: &str) -> Option<Date> {
        let found = DATE.captures(text)?;
        let number = |name: &str| found.name(name).and_then(|m| m.as_str().parse::<u32>().ok());
        if let (Some(year), Some(month)) = (number("iso_year"), number("iso_month")) {
            return Some(Date { year, month, day: number("iso_day") });
        }
        if let Some(year) = number("year") {
            return Some(Date { year, month: month(&found, "month"), day: number("day") });
        }
        if let Some(year) = number("year_last") {
            return Some(Date { year, month: month(&found, "month_second"), day: number("day_first") });
        }
        let (first, second, last) = (number("first")?, number("second")?, number("last")?);
        let year = if last < 100 { 2000 + last } else { last };
        let (month, day) = if first > 12 { (second, first) } else { (first, second) };
        Some(Date { year, month, day: Some(day) })
    }

    fn month(found: &Captures<'_>, name: &str) -> u32 {
        let name = found.name(name).unwrap().as_str().get(..3).unwrap().to_ascii_lowercase();
        1 + super::MONTHS.iter().position(|month| month.as_slice() == name.as_bytes()).unwrap() as u32
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(2_000))]
        #[test]
        fn reads_what_the_regex_does(
            text in "(19|20|[0-9]|[0-9]{2}|1[0-2]|jan|SEPT|May|of|OF|th|St| |  |,|\\.|-|/|_|x|é|2019|2013|0[1-9]){0,9}"
        ) {
            prop_assert_eq!(find(&text), by_regex(&text));
            prop_assert!(may_be_in(&text) || find(&text).is_none());
        }
    }

    #[test]
    fn reads_the_ways_to_write_a_date() {
        let cases = [
            ("2019-05-241", Some((2019, 5, None))),
            ("2019-051", None),
            ("on 24th of May., 2019", Some((2019, 5, Some(24)))),
            ("May 20 2019", Some((2019, 5, Some(20)))),
            ("May 2019", Some((2019, 5, None))),
            ("1/2/19", Some((2019, 1, Some(2)))),
            ("1.2.190", None),
            ("1.2.2019", Some((2019, 1, Some(2)))),
            ("v1.2.3", None),
        ];
        for (text, expected) in cases {
            let expected = expected.map(|(year, month, day)| Date { year, month, day });
            assert_eq!((find(text), by_regex(text)), (expected, expected), "{text:?}");
        }
    }
}
