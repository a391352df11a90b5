//! The dates that a policy states about itself: "Last updated: 14 February 2006".

mod date;

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
        // Without a stop at the first one, so that many bytes are looked at at once: most texts have none.
        if !zone.bytes().fold(false, |found, byte| found | byte.is_ascii_digit()) {
            continue;
        }
        let zone = as_seen(zone);
        if !date::may_be_in(&zone) {
            continue;
        }
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

/// Reads the first date of a text.
fn date_in(text: &str) -> Option<String> {
    let date = date::find(text)?;
    written(date.year, date.month, date.day)
}

fn written(year: u32, month: u32, day: Option<u32>) -> Option<String> {
    let is_month = (1..=12).contains(&month);
    match day {
        Some(day @ 1..=31) if is_month => Some(format!("{year:04}-{month:02}-{day:02}")),
        None if is_month => Some(format!("{year:04}-{month:02}")),
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
