//! The dates that a policy states about itself: "Last updated: 14 February 2006".

use std::sync::LazyLock;

use aho_corasick::packed::Searcher;

use crate::invisible::as_seen;
use crate::markup::Page;
use crate::model::StatedDate;

/// How far behind its cue a date may stand, in bytes.
const REACH: usize = 60;
/// Longest text, in bytes, that is looked at for a cue: such lines are short, or start their paragraph.
const ZONE: usize = 400;

/// No date has fewer digits: those of a year, or as many as `1/2/05`.
const FEWEST_DIGITS: u16 = 4;

/// What announces a date; `true` if it is the day from which the policy holds.
const CUES: [(&str, bool); 13] = [
    ("effective", true),
    ("in force", true),
    ("comes into effect", true),
    ("updated", false),
    ("revised", false),
    ("modified", false),
    ("last change", false),
    ("last revision", false),
    ("last update", false),
    ("amended", false),
    ("reviewed", false),
    ("version", false),
    ("posted", false),
];

/// The words of all cues, to look for at once where the processor can.
static ANY_CUE: LazyLock<Option<Searcher>> = LazyLock::new(|| Searcher::new(CUES.iter().map(|(cue, _)| cue)));

/// Finds the first date of each kind that a page states.
pub(crate) fn stated_dates(page: &Page) -> StatedDate {
    let mut found = StatedDate::default();
    for block in &page.blocks {
        if found.effective.is_some() && found.updated.is_some() {
            break;
        }
        let text = page.slice(&block.range);
        let zone = text.get(..text.floor_char_boundary(ZONE)).unwrap_or(text);
        if digits_in(zone) < FEWEST_DIGITS {
            continue;
        }
        let zone = as_seen(zone);
        let lower = zone.to_ascii_lowercase();
        if ANY_CUE.as_ref().is_some_and(|cues| cues.find(&lower).is_none()) {
            continue;
        }
        for (cue, is_effective) in CUES {
            let slot = if is_effective { &mut found.effective } else { &mut found.updated };
            if slot.is_none()
                && let Some(at) = lower.find(cue)
            {
                let behind = zone.get(at + cue.len()..).unwrap_or_default();
                *slot = date_in(behind.get(..behind.floor_char_boundary(REACH)).unwrap_or(behind));
            }
        }
    }
    found
}

/// Counts the digits of a text. Narrow sums let the compiler look at many bytes at once.
fn digits_in(text: &str) -> u16 {
    let count = |bytes: &[u8]| bytes.iter().map(|byte| u8::from(byte.is_ascii_digit())).sum::<u8>();
    text.as_bytes().chunks(u8::MAX.into()).map(|bytes| u16::from(count(bytes))).sum()
}

const MONTHS: [&str; 12] = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];

/// Reads the first date of a text.
fn date_in(text: &str) -> Option<String> {
    let bytes = text.as_bytes();
    let begins = |at: &usize| *at == 0 || !is_of_word(bytes.get(at - 1));
    let (year, month, day) = (0..bytes.len()).filter(begins).find_map(|at| Reader { rest: bytes.get(at..)? }.date())?;
    written(year, month, day)
}

/// The numbers of a year and a month, and of a day if the date has one.
type Numbers = (u32, u32, Option<u32>);

/// Reads the parts of a date, one after the other.
#[derive(Clone, Copy)]
struct Reader<'t> {
    rest: &'t [u8],
}

impl Reader<'_> {
    /// Reads a date in any of the ways in which policies write one.
    fn date(self) -> Option<Numbers> {
        if self.rest.first()?.is_ascii_digit() {
            self.year_first().or_else(|| self.day_first()).or_else(|| self.numbers())
        } else {
            self.month_first()
        }
    }

    /// `2019-05-24`, or `2019/05`.
    fn year_first(mut self) -> Option<Numbers> {
        let year = self.year()?;
        self.one_of(b"-/.")?;
        let month = self.small_number()?;
        let mut ahead = self;
        let day = ahead.one_of(b"-/.").and_then(|()| ahead.small_number()).filter(|_| ahead.is_end());
        (day.is_some() || self.is_end()).then_some((year, month, day))
    }

    /// `August 14th, 2012`, or `Sept. 2013`.
    fn month_first(mut self) -> Option<Numbers> {
        let month = self.month()?;
        let _ = self.one_of(b".");
        self.spaces()?;
        let mut ahead = self;
        let day = ahead.day().and_then(|day| {
            let _ = ahead.one_of(b",");
            ahead.spaces()?;
            self = ahead;
            Some(day)
        });
        let year = self.year().filter(|_| self.is_end())?;
        Some((year, month, day))
    }

    /// `14 February 2006`, or `1st of May, 2005`.
    fn day_first(mut self) -> Option<Numbers> {
        let day = self.day()?;
        self.spaces()?;
        let mut ahead = self;
        if ahead.word(&["of"]).is_some() && ahead.spaces().is_some() {
            self = ahead;
        }
        let month = self.month()?;
        let _ = self.one_of(b".");
        let _ = self.one_of(b",");
        self.spaces()?;
        let year = self.year().filter(|_| self.is_end())?;
        Some((year, month, Some(day)))
    }

    /// `3/15/05`: the first number is the month, as in most archived policies, unless it cannot be one.
    fn numbers(mut self) -> Option<Numbers> {
        let first = self.small_number()?;
        self.one_of(b"/.-")?;
        let second = self.small_number()?;
        self.one_of(b"/.-")?;
        let mut ahead = self;
        let year = match ahead.year().filter(|_| ahead.is_end()) {
            Some(year) => year,
            None => century(self.number(2).filter(|_| self.is_end())?),
        };
        let (month, day) = if first > 12 { (second, first) } else { (first, second) };
        Some((year, month, Some(day)))
    }

    /// Passes the number of a year of this century or the last, and gives it.
    fn year(&mut self) -> Option<u32> {
        self.number(4).filter(|year| (1900..2100).contains(year))
    }

    /// Passes the number of a day, and what may be written behind it.
    fn day(&mut self) -> Option<u32> {
        let day = self.small_number()?;
        let _ = self.word(&["st", "nd", "rd", "th"]);
        Some(day)
    }

    /// Passes a word that begins as a month's name, and gives the month's number.
    fn month(&mut self) -> Option<u32> {
        let month = self.word(&MONTHS)?;
        let more = self.rest.iter().take_while(|byte| byte.is_ascii_alphabetic()).count();
        self.rest = self.rest.get(more..)?;
        u32::try_from(month + 1).ok()
    }

    /// Passes one of some words, in any case, and gives its index.
    fn word(&mut self, known: &[&str]) -> Option<usize> {
        let is_here =
            |word: &&str| self.rest.get(..word.len()).is_some_and(|rest| rest.eq_ignore_ascii_case(word.as_bytes()));
        let index = known.iter().position(is_here)?;
        self.rest = self.rest.get(known.get(index)?.len()..)?;
        Some(index)
    }

    /// Passes a number of one digit or two.
    fn small_number(&mut self) -> Option<u32> {
        self.number(2).or_else(|| self.number(1))
    }

    /// Passes a number of so many digits.
    fn number(&mut self, digits: usize) -> Option<u32> {
        let (number, rest) = self.rest.split_at_checked(digits)?;
        let number = number.iter().try_fold(0, |number, byte| Some(number * 10 + char::from(*byte).to_digit(10)?))?;
        self.rest = rest;
        Some(number)
    }

    fn one_of(&mut self, known: &[u8]) -> Option<()> {
        let (first, rest) = self.rest.split_first()?;
        self.rest = known.contains(first).then_some(rest)?;
        Some(())
    }

    fn spaces(&mut self) -> Option<()> {
        self.one_of(b" ")?;
        while self.one_of(b" ").is_some() {}
        Some(())
    }

    /// Tells whether no letter or digit goes on here.
    fn is_end(&self) -> bool {
        !is_of_word(self.rest.first())
    }
}

fn is_of_word(byte: Option<&u8>) -> bool {
    byte.is_some_and(|byte| byte.is_ascii_alphanumeric() || *byte == b'_')
}

fn written(year: u32, month: u32, day: Option<u32>) -> Option<String> {
    if !(1..=12).contains(&month) {
        return None;
    }
    match day {
        None => Some(format!("{year:04}-{month:02}")),
        Some(day) => (1..=31).contains(&day).then(|| format!("{year:04}-{month:02}-{day:02}")),
    }
}

/// The year that two digits stand for: of this century, or from `70` on of the last.
fn century(digits: u32) -> u32 {
    if digits < 70 { 2000 + digits } else { 1900 + digits }
}

#[cfg(test)]
mod tests {
    use proptest::collection::vec;
    use proptest::prelude::*;
    use proptest::sample::select;
    use regex::Regex;

    use super::*;

    #[test]
    fn reads_dates_in_the_ways_that_policies_write_them() {
        let cases = [
            (": 14 February 2006", Some("2006-02-14")),
            (" August 14th, 2012", Some("2012-08-14")),
            (" Sept. 2013", Some("2013-09")),
            (": 2019-05-24", Some("2019-05-24")),
            (" on 3/15/2013", Some("2013-03-15")),
            (" 25.05.2018", Some("2018-05-25")),
            (" 9/15/99", Some("1999-09-15")),
            (" 3/15/05", Some("2005-03-15")),
            (" 45 March 2018", None),
            (" soon", None),
        ];
        for (text, expected) in cases {
            assert_eq!(date_in(text).as_deref(), expected, "{text:?}");
        }
    }

    /// The ways to write a date, as a pattern.
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

    fn date_by_pattern(text: &str) -> Option<String> {
        let found = DATE.captures(text)?;
        let number = |name: &str| found.name(name).and_then(|m| m.as_str().parse::<u32>().ok());
        let month = |name: &str| {
            let name = found.name(name)?.as_str().get(..3)?.to_ascii_lowercase();
            (1..).zip(MONTHS).find(|(_, month)| *month == name).map(|(number, _)| number)
        };
        if let Some(year) = number("iso_year") {
            return written(year, number("iso_month")?, number("iso_day"));
        }
        if let Some(year) = number("year") {
            return written(year, month("month")?, number("day"));
        }
        if let Some(year) = number("year_last") {
            return written(year, month("month_second")?, number("day_first"));
        }
        let (first, second, last) = (number("first")?, number("second")?, number("last")?);
        let year = if last < 100 { century(last) } else { last };
        let (month, day) = if first > 12 { (second, first) } else { (first, second) };
        written(year, month, Some(day))
    }

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(4_000) })]

        #[test]
        fn reads_what_the_pattern_reads(
            parts in vec(
                prop_oneof![
                    select(vec!["May", "sept", "DEC.", "of", "2005", "1999", "20", "7", "31", "14th", "2nd", "/", "-", ".", ",", "é", "_"]),
                    select(vec![" ", "  ", "", "-", "/"]),
                ],
                0..12,
            )
        ) {
            let text = parts.concat();
            prop_assert_eq!(date_in(&text), date_by_pattern(&text), "{:?}", text);
        }
    }
}
