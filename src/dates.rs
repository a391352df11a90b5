//! The dates that a policy states about itself: "Last updated: 14 February 2006".

use std::sync::LazyLock;

use aho_corasick::packed::Searcher;

use crate::invisible::as_seen;
use crate::markup::Page;
use crate::model::StatedDate;

/// How far behind its cue a date may begin, in bytes.
const REACH: usize = 60;
/// Longest text, in bytes, that is looked at for a cue: such lines are short, or start their paragraph.
const ZONE: usize = 400;
/// How many blocks from a policy's first date one in parentheses still is the policy's, and not of a part of it.
const NEAR: usize = 10;

/// No date has fewer digits: those of a year, or as many as `1/2/05`.
const FEWEST_DIGITS: u16 = 4;

/// The months by name.
pub(crate) const MONTHS: [&str; 12] = [
    "january",
    "february",
    "march",
    "april",
    "may",
    "june",
    "july",
    "august",
    "september",
    "october",
    "november",
    "december",
];

/// What announces a date.
struct Cue {
    words: &'static str,
    /// Whether it is the day from which the policy holds, and not that of its last change.
    is_effective: bool,
    /// Whether it also announces dates of much else, so that no other words may stand before it than those of [`BESIDE`].
    is_weak: bool,
}

const fn cue(words: &'static str, is_effective: bool, is_weak: bool) -> Cue {
    Cue { words, is_effective, is_weak }
}

const CUES: [Cue; 16] = [
    cue("effective", true, false),
    cue("in force", true, false),
    cue("into effect", true, false),
    cue("applies from", true, false),
    cue("updated", false, false),
    cue("revised", false, false),
    cue("modified", false, false),
    cue("last change", false, false),
    cue("last changed", false, false),
    cue("last update", false, false),
    cue("amended", false, true),
    cue("reviewed", false, true),
    cue("version", false, true),
    cue("posted", false, true),
    cue("published", false, true),
    cue("revision", false, true),
];

/// The words that may stand beside a cue, and all that may stand between it and its date, a version's number aside.
#[rustfmt::skip]
const BESIDE: [&str; 46] = [
    "and", "as", "at", "been", "date", "dated", "from", "has", "in", "is", "last", "most", "of", "on", "or", "recently", "since",
    "starting", "the", "this", "was", "effective", "modified", "reviewed", "revised", "updated", "version", "current", "document",
    "notice", "page", "policy", "privacy", "statement", "cookie", "cookies", "terms", "monday", "tuesday", "wednesday", "thursday",
    "friday", "saturday", "sunday", "revision", "force",
];

/// The words before a cue that make the date another one than that of this policy: of the next one, of an earlier one, of a law
/// or of what a law asks for. Beside `this`, they do not.
const OF_ANOTHER: [&str; 17] = [
    "new",
    "upcoming",
    "becomes",
    "become",
    "will",
    "previous",
    "prior",
    "earlier",
    "older",
    "archived",
    "former",
    "act",
    "code",
    "law",
    "regulation",
    "directive",
    "these",
];

/// The words of all cues, to look for at once where the processor can.
static ANY_CUE: LazyLock<Option<Searcher>> = LazyLock::new(|| Searcher::new(CUES.iter().map(|cue| cue.words)));

/// Finds the first date of each kind that a page states about itself.
pub(crate) fn stated_dates(page: &Page) -> StatedDate {
    let mut found = StatedDate::default();
    let mut first = None;
    for (index, block) in page.blocks.iter().enumerate() {
        if found.effective.is_some() && found.updated.is_some() {
            break;
        }
        let text = page.slice(&block.range);
        let zone = text.get(..text.floor_char_boundary(ZONE)).unwrap_or(text);
        if digits_in(zone) < FEWEST_DIGITS {
            continue;
        }
        let zone = as_seen(zone).to_ascii_lowercase();
        if ANY_CUE.as_ref().is_some_and(|cues| cues.find(&zone).is_none()) {
            continue;
        }
        let is_far = first.is_some_and(|first| index > first + NEAR);
        for cue in &CUES {
            let slot = if cue.is_effective { &mut found.effective } else { &mut found.updated };
            if slot.is_none() {
                *slot = zone.match_indices(cue.words).find_map(|(at, _)| announced(&zone, at, cue, is_far));
                first = first.or_else(|| slot.is_some().then_some(index));
            }
        }
    }
    found
}

/// Reads the date that a cue announces in a text in lower case, if it is the policy's own.
fn announced(zone: &str, at: usize, cue: &Cue, is_far: bool) -> Option<String> {
    let (before, behind) = (zone.get(..at)?, zone.get(at + cue.words.len()..)?);
    let lead = before.get(sentence_start(before.as_bytes())..)?;
    let has = |known: &[&str]| words(lead).any(|word| known.contains(&word));
    let is_within_word = before.ends_with(|c: char| c.is_ascii_alphabetic());
    let is_of_another = has(&OF_ANOTHER) && !has(&["this"]);
    let is_unsure = cue.is_weak && words(lead).any(|word| !BESIDE.contains(&word));
    if is_within_word || is_of_another || is_unsure || (is_far && lead.contains('(')) {
        return None;
    }
    let (date, rest) = date_behind(behind, cue.words == "version", says_day_first(zone))?;
    // "Effective 1 May 2012, the Tea Act asks …", "effective from 1 May 2012, until …"
    let goes_on = |rest: &str| rest.starts_with(|c: char| c.is_ascii_alphabetic()) && !rest.starts_with("this");
    let is_of_law = cue.is_effective && (rest.strip_prefix(", ").is_some_and(goes_on) || rest.starts_with(" until"));
    (!is_of_law).then_some(date)
}

/// Tells where the last sentence, line or cell of a text begins, or what stands behind parentheses.
fn sentence_start(text: &[u8]) -> usize {
    let is_end = |at: &usize| {
        matches!(text.get(..=*at), Some([.., b'.' | b'!' | b'?', b' '] | [.., b'\n' | b'|' | b';' | b')']))
    };
    (0..text.len()).rev().find(is_end).map_or(0, |at| at + 1)
}

fn words(text: &str) -> impl Iterator<Item = &str> {
    text.split(|c: char| !c.is_ascii_alphabetic()).filter(|word| !word.is_empty())
}

/// Reads the date that stands behind a cue with nothing between but [`BESIDE`]; gives what follows it, too.
fn date_behind(text: &str, mut has_number: bool, day_first: bool) -> Option<(String, &str)> {
    let mut at = 0;
    while at < REACH {
        let rest = text.as_bytes().get(at..)?;
        let word = rest.iter().take_while(|byte| byte.is_ascii_alphanumeric()).count();
        if word == 0 {
            if matches!(rest, [] | [b'.', b' ' | b'\n', ..]) {
                return None;
            }
            at += 1;
            continue;
        }
        let mut reader = Reader { rest, day_first };
        if let Some((year, month, day)) = reader.date() {
            return Some((written(year, month, day)?, text.get(text.len() - reader.rest.len()..)?));
        }
        let word = text.get(at..at + word)?;
        let is_number = word.bytes().all(|byte| byte.is_ascii_digit());
        if !(if is_number { has_number } else { BESIDE.contains(&word) }) {
            return None;
        }
        has_number |= word == "version";
        at += word.len();
    }
    None
}

/// Tells whether a text has a date in numbers of which the first can only be a day.
fn says_day_first(text: &str) -> bool {
    let bytes = text.as_bytes();
    let begins = |at: &usize| *at == 0 || !is_of_word(bytes.get(at - 1));
    let day_first = |at| {
        let mut reader = Reader { rest: bytes.get(at..)?, day_first: false };
        let (day, ()) = (reader.small_number()?, reader.one_of(b"/.-")?);
        let (month, ()) = (reader.small_number()?, reader.one_of(b"/.-")?);
        ((13..=31).contains(&day) && (1..=12).contains(&month)).then_some(())
    };
    (0..bytes.len()).filter(begins).find_map(day_first).is_some()
}

/// Counts the digits of a text. Narrow sums let the compiler look at many bytes at once.
fn digits_in(text: &str) -> u16 {
    let count = |bytes: &[u8]| bytes.iter().map(|byte| u8::from(byte.is_ascii_digit())).sum::<u8>();
    text.as_bytes().chunks(u8::MAX.into()).map(|bytes| u16::from(count(bytes))).sum()
}

const MONTH_STARTS: [&str; 12] = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];

/// The numbers of a year and a month, and of a day if the date has one.
type Numbers = (u32, u32, Option<u32>);

/// Reads the parts of a date, one after the other.
#[derive(Clone, Copy)]
struct Reader<'t> {
    rest: &'t [u8],
    /// Whether the first of three numbers is the day, wherever it can be.
    day_first: bool,
}

impl Reader<'_> {
    /// Reads a date in any of the ways in which policies write one, and passes it.
    fn date(&mut self) -> Option<Numbers> {
        let ways = [Self::year_first, Self::month_first, Self::day_first, Self::numbers];
        ways.into_iter().find_map(|way| {
            let mut ahead = *self;
            let date = way(&mut ahead).filter(|_| ahead.is_end())?;
            *self = ahead;
            Some(date)
        })
    }

    /// `2019-05-24`, or `2019/05`.
    fn year_first(&mut self) -> Option<Numbers> {
        let year = self.year()?;
        self.one_of(b"-/.")?;
        let month = self.small_number()?;
        let mut ahead = *self;
        let day = ahead.one_of(b"-/.").and_then(|()| ahead.small_number()).filter(|_| ahead.is_end());
        if day.is_some() {
            *self = ahead;
        }
        Some((year, month, day))
    }

    /// `August 14th, 2012`, or `Sept. 2013`.
    fn month_first(&mut self) -> Option<Numbers> {
        let month = self.month()?;
        let _ = self.one_of(b".,");
        self.gap()?;
        let mut ahead = *self;
        let day = ahead.day().and_then(|day| {
            let _ = ahead.one_of(b".,");
            ahead.gap()?;
            *self = ahead;
            Some(day)
        });
        Some((self.year()?, month, day))
    }

    /// `14 February 2006`, `10-JUN-2021`, or `1st of May, 2005`.
    fn day_first(&mut self) -> Option<Numbers> {
        let day = self.day()?;
        self.gap()?;
        let mut ahead = *self;
        if ahead.word(&["of"]).is_some() && ahead.gap().is_some() {
            *self = ahead;
        }
        let month = self.month()?;
        let _ = self.one_of(b".,");
        self.gap()?;
        Some((self.year()?, month, Some(day)))
    }

    /// `3/15/05`: the first number is the month, as in most archived policies, unless it cannot be one, or the day is known to
    /// come first.
    fn numbers(&mut self) -> Option<Numbers> {
        let first = self.small_number()?;
        self.one_of(b"/.-")?;
        let second = self.small_number()?;
        self.one_of(b"/.-")?;
        let mut ahead = *self;
        let year = match ahead.year().filter(|_| ahead.is_end()) {
            Some(year) => {
                *self = ahead;
                year
            }
            None => century(self.number(2)?),
        };
        let is_day_first = first > 12 || self.day_first && second <= 12;
        let (month, day) = if is_day_first { (second, first) } else { (first, second) };
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
        let month = self.word(&MONTH_STARTS)?;
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

    /// Passes what stands between a day, a month's name and a year.
    fn gap(&mut self) -> Option<()> {
        self.one_of(b" -/")?;
        while self.one_of(b" ").is_some() {}
        Some(())
    }

    /// Tells whether no letter or digit goes on here.
    fn is_end(&self) -> bool {
        !is_of_word(self.rest.first())
    }
}

fn is_of_word(byte: Option<&u8>) -> bool {
    byte.is_some_and(u8::is_ascii_alphanumeric)
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
    use crate::markup::parse;
    use crate::model::Format;
    use crate::span::Span;

    /// The dates that a text states, a block each paragraph.
    fn stated(text: &str) -> (Option<String>, Option<String>) {
        let StatedDate { effective, updated } =
            stated_dates(&parse(text, &[Span::new(0, text.len())], Format::Markdown));
        (effective, updated)
    }

    #[test]
    fn reads_dates_in_the_ways_that_policies_write_them() {
        for (text, expected) in [
            (": 14 February 2006", Some("2006-02-14")),
            (" August 14th, 2012", Some("2012-08-14")),
            (" Sept. 2013", Some("2013-09")),
            (": 2019-05-24", Some("2019-05-24")),
            (" on 3/15/2013", Some("2013-03-15")),
            (" 25.05.2018", Some("2018-05-25")),
            (" 9/15/99", Some("1999-09-15")),
            (" 3/15/05", Some("2005-03-15")),
            (":_ _August 21, 2023_", Some("2023-08-21")),
            (": November 20, 2025_._", Some("2025-11-20")),
            (": Nov, 24 2022", Some("2022-11-24")),
            (": June 8. 2026", Some("2026-06-08")),
            (" 10-JUN-2021", Some("2021-06-10")),
            (" April-2024", Some("2024-04")),
            (": May, 2023", Some("2023-05")),
            (" on Thursday, 3 May 2012", Some("2012-05-03")),
            (" 45 March 2018", None),
            (" soon", None),
        ] {
            let (_, updated) = stated(&format!("Last updated{text}"));
            assert_eq!(updated.as_deref(), expected, "{text:?}");
        }
    }

    #[test]
    fn takes_no_date_that_is_not_the_policys_own() {
        for text in [
            "View previous versions: 4/19/21, 6/12/20",
            "We have updated our November 1, 2022 Privacy Policy.",
            "Our new Privacy Policy becomes effective on 13 July 2022.",
            "Our new Privacy Policy for kite flyers comes into effect on 11 November 2026. Read on.",
            "See the Privacy Policy effective before 2020-04-07.",
            "These disclosures are required by the Kite Act and are effective as of February 9, 2021:",
            "Effective January 1, 2020, the Kite Act gives you rights.",
            "June 2021 to October 2025: effective from June 24, 2021, until October 6, 2025.",
            "1.1 | Updated text on kites | 28 September 2020",
            "A list of kites was published on 3 May 2020.",
            "A retroactive change, ineffective 3 May 2020.",
        ] {
            assert_eq!(stated(text), (None, None), "{text:?}");
        }
    }

    #[test]
    fn tells_the_two_kinds_apart() {
        for (text, effective, updated) in [
            ("Revised and effective: May 3, 2012", Some("2012-05-03"), Some("2012-05-03")),
            ("Effective as of 1 March 2023 | Posted: 1 December 2022", Some("2023-03-01"), Some("2022-12-01")),
            ("We've updated our policy, effective 21 September 2026.", Some("2026-09-21"), None),
            ("Effective date. This policy was last updated on 18 June 2021.", None, Some("2021-06-18")),
            ("Effective: 3 May 2012\n(View previous version: 5/25/08)", Some("2012-05-03"), None),
            ("Last changed: May 2017, when we grew.", None, Some("2017-05")),
            ("Version 4.1, in force since 1 June 2022", Some("2022-06-01"), Some("2022-06-01")),
            ("This version (Version 4.6) was revised on 3 May 2012", None, Some("2012-05-03")),
            ("Effective January 1, 2012, this policy holds for all kites.", Some("2012-01-01"), None),
        ] {
            let found = stated(text);
            assert_eq!((found.0.as_deref(), found.1.as_deref()), (effective, updated), "{text:?}");
        }
    }

    #[test]
    fn a_date_that_can_only_have_the_day_first_tells_of_the_one_beside_it() {
        let text = "This policy was reviewed on 26/06/2023 and last updated on 11/12/2023.";
        assert_eq!(stated(text).1.as_deref(), Some("2023-12-11"));
    }

    #[test]
    fn a_date_in_parentheses_far_below_is_of_a_part() {
        let between = |blocks| {
            let text = "Last updated: 3 May 2012\n\n".to_owned() + &"We sell kites.\n\n".repeat(blocks);
            stated(&(text + "Sharing in 2011\n(Effective as of 1 January 2011)\nWe shared names.")).0
        };
        assert_eq!((between(3).as_deref(), between(12).as_deref()), (Some("2011-01-01"), None));
    }

    /// The ways to write a date, as a pattern.
    static DATE: LazyLock<Regex> = LazyLock::new(|| {
        let month = r"(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*";
        let gap = r"[-/\ ]\ *";
        Regex::new(&format!(
            r"(?ix-u) \A (?:
                (?P<iso_year> (?:19|20)[0-9]{{2}} ) [-/.] (?P<iso_month> [0-9]{{1,2}} ) (?: [-/.] (?P<iso_day> [0-9]{{1,2}} ) )? \b
              | (?P<month> {month} ) [.,]? {gap} (?: (?P<day> [0-9]{{1,2}} ) (?:st|nd|rd|th)? [.,]? {gap} )? (?P<year> (?:19|20)[0-9]{{2}} ) \b
              | (?P<day_first> [0-9]{{1,2}} ) (?:st|nd|rd|th)? {gap} (?:of {gap} )? (?P<month_second> {month} ) [.,]? {gap} (?P<year_last> (?:19|20)[0-9]{{2}} ) \b
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
            (1..).zip(MONTH_STARTS).find(|(_, month)| *month == name).map(|(number, _)| number)
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
            let found = Reader { rest: text.as_bytes(), day_first: false }.date();
            let found = found.and_then(|(year, month, day)| written(year, month, day));
            // To the pattern, `_` is of a word.
            prop_assert_eq!(found, date_by_pattern(&text.replace('_', "*")), "{:?}", text);
        }
    }
}
