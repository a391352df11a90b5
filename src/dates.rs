//! The dates that a policy states about itself: "Last updated: 14 February 2006".

use std::sync::LazyLock;

use regex::{Captures, Regex};

use crate::invisible::as_seen;
use crate::markup::Page;
use crate::model::StatedDate;

/// How far behind its cue a date may stand, in bytes.
const REACH: usize = 60;
/// Longest text, in bytes, that is looked at for a cue: such lines are short, or start their paragraph.
const ZONE: usize = 400;

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

/// Finds the first date of each kind that a page states.
pub(crate) fn stated_dates(page: &Page) -> StatedDate {
    let mut found = StatedDate::default();
    for block in &page.blocks {
        let text = page.slice(&block.range);
        let zone = text.get(..text.floor_char_boundary(ZONE)).unwrap_or(text);
        if !zone.bytes().any(|b| b.is_ascii_digit()) {
            continue;
        }
        let zone = as_seen(zone);
        let lower = zone.to_ascii_lowercase();
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

const MONTHS: [&str; 12] = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];

static DATE: LazyLock<Option<Regex>> = LazyLock::new(|| {
    let month = r"(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*";
    Regex::new(&format!(
        r"(?ix-u) \b (?:
            (?P<iso_year> (?:19|20)[0-9]{{2}} ) [-/.] (?P<iso_month> [0-9]{{1,2}} ) (?: [-/.] (?P<iso_day> [0-9]{{1,2}} ) )? \b
          | (?P<month> {month} ) \.? [\ ]+ (?: (?P<day> [0-9]{{1,2}} ) (?:st|nd|rd|th)? ,? [\ ]+ )? (?P<year> (?:19|20)[0-9]{{2}} ) \b
          | (?P<day_first> [0-9]{{1,2}} ) (?:st|nd|rd|th)? [\ ]+ (?:of[\ ]+)? (?P<month_second> {month} ) \.? ,? [\ ]+ (?P<year_last> (?:19|20)[0-9]{{2}} ) \b
          | (?P<first> [0-9]{{1,2}} ) [/.-] (?P<second> [0-9]{{1,2}} ) [/.-] (?P<last> (?:19|20)?[0-9]{{2}} ) \b
        )"
    ))
    .ok()
});

/// Reads the first date of a text. Of dates in numbers, the first number is the month, as in most archived policies, unless
/// it cannot be one.
fn date_in(text: &str) -> Option<String> {
    let found = DATE.as_ref()?.captures(text)?;
    let number = |name: &str| found.name(name).and_then(|m| m.as_str().parse::<u32>().ok());
    if let Some(year) = number("iso_year") {
        return written(year, number("iso_month"), number("iso_day"));
    }
    if let Some(year) = number("year") {
        return written(year, month(&found, "month"), number("day"));
    }
    if let Some(year) = number("year_last") {
        return written(year, month(&found, "month_second"), number("day_first"));
    }
    let (first, second, last) = (number("first")?, number("second")?, number("last")?);
    let year = if last < 100 { 2000 + last } else { last };
    let (month, day) = if first > 12 { (second, first) } else { (first, second) };
    written(year, Some(month), Some(day))
}

fn month(found: &Captures<'_>, name: &str) -> Option<u32> {
    let name = found.name(name)?.as_str().get(..3)?.to_ascii_lowercase();
    (1..).zip(MONTHS).find(|(_, month)| *month == name).map(|(number, _)| number)
}

fn written(year: u32, month: Option<u32>, day: Option<u32>) -> Option<String> {
    match (month.filter(|m| (1..=12).contains(m)), day.filter(|d| (1..=31).contains(d))) {
        (Some(month), Some(day)) => Some(format!("{year:04}-{month:02}-{day:02}")),
        (Some(month), None) if day.is_none() => Some(format!("{year:04}-{month:02}")),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
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
            (" 45 March 2018", None),
            (" soon", None),
        ];
        for (text, expected) in cases {
            assert_eq!(date_in(text).as_deref(), expected, "{text:?}");
        }
    }
}
