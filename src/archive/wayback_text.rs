//! The Wayback Machine's toolbar as plain text: a line with the snapshot's address, perhaps with the toolbar's lines
//! after it.

use super::facts::Facts;
use super::scan::{Cursor, lines};
use super::shape::{Finding, Layer, Zone};
use super::snapshot::Snapshot;
use crate::span::Span;

/// How the line begins; a translating proxy leaves nothing more of it.
const LEAD: &str = "The Wayback Machine -";

/// The fewest toolbar lines that are taken for a toolbar: one alone may be a line of the page.
const MIN_RUN: usize = 3;

/// Lines of the toolbar that are always the same.
const FIXED_LINES: [&str; 13] = [
    "Previous capture",
    "Next capture",
    "Go",
    "Close",
    "Help",
    "Minimize",
    "success",
    "fail",
    "About this capture",
    COLLECTED_BY,
    "TIMESTAMPS",
    "sparklines",
    "loading",
];

/// The line after which the collection is named.
const COLLECTED_BY: &str = "COLLECTED BY";

const MONTHS: [&str; 12] = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];

/// Finds the line, which only a title may precede, and the run of toolbar lines after it.
pub(super) fn find(zone: &Zone<'_>) -> Option<Finding> {
    let line = lines(zone.text, zone.head()).take(2).find(|line| line.of(zone.text).trim_start().starts_with(LEAD))?;
    let mut cursor = Cursor { text: zone.text, at: line.start };
    cursor.skip(char::is_whitespace);
    let start = cursor.at;
    cursor.accept(LEAD);
    cursor.skip(is_space);
    let facts = if cursor.is_line_end() {
        Facts::default()
    } else {
        let url = cursor.token();
        if let Some(snapshot) = Snapshot::parse(url).filter(|snapshot| snapshot.timestamp.len() >= 4) {
            Facts::from_snapshot(url, snapshot)
        } else {
            // `The Wayback Machine - a history` is a title.
            return url.starts_with("http").then(|| {
                Finding::Doubt(
                    "the first lines name the Wayback Machine, but no snapshot: left them in the text".into(),
                )
            });
        }
    };
    cursor.skip(is_space);
    let end = if cursor.is_line_end() { toolbar_end(zone.text, cursor.at) } else { cursor.at };
    Some(Finding::Layer(Layer { removed: vec![Span::new(start, end)], facts }))
}

/// Finds the end of the toolbar lines that begin at `start`; `start` itself if they are too few.
fn toolbar_end(text: &str, start: usize) -> usize {
    let mut end = start;
    let mut count = 0;
    let mut previous = "";
    for span in lines(text, start) {
        let line = span.of(text).trim();
        if !is_toolbar_line(line, previous) {
            break;
        }
        (end, previous) = (span.end, line);
        count += 1;
    }
    if count < MIN_RUN { start } else { end }
}

/// Tells whether a line can be one of the toolbar's.
fn is_toolbar_line(line: &str, previous: &str) -> bool {
    FIXED_LINES.contains(&line)
        || is_capture_count(line)
        || is_date_range(line)
        || is_bar(line, 5, |word| is_month(word) || word == "«" || word == "»")
        || is_bar(line, 3, |word| is_number(word, 4))
        || (is_number(line, 1) || is_number(line, 2))
        || (line.starts_with("Collection: ") && previous == COLLECTED_BY)
}

/// Tells whether a line is `1,024 captures`.
fn is_capture_count(line: &str) -> bool {
    line.strip_suffix(" captures")
        .or_else(|| line.strip_suffix(" capture"))
        .is_some_and(|count| !count.is_empty() && count.bytes().all(|byte| byte.is_ascii_digit() || byte == b','))
}

/// Tells whether a line is `03 Mar 2014 - 19 Nov 2022`, or `3 Mar 14 - 19 Nov 22` as before 2018.
fn is_date_range(line: &str) -> bool {
    line.split_once(" - ").is_some_and(|(first, last)| is_date(first) && is_date(last))
}

/// Tells whether a text is `03 Mar 2014`.
fn is_date(text: &str) -> bool {
    let mut words = text.split(' ');
    let day = words.next().is_some_and(|day| is_number(day, 1) || is_number(day, 2));
    let month = words.next().is_some_and(is_month);
    let year = words.next().is_some_and(|year| is_number(year, 2) || is_number(year, 4));
    day && month && year && words.next().is_none()
}

/// Tells whether a line is made of one word to `most` words that all fit.
fn is_bar(line: &str, most: usize, fits: impl Fn(&str) -> bool) -> bool {
    let mut words = line.split_whitespace();
    let fitting = words.by_ref().take(most).take_while(|word| fits(word)).count();
    fitting > 0 && line.split_whitespace().nth(fitting).is_none()
}

/// Tells whether a word is the short name of a month; the toolbar writes the current one in capitals.
fn is_month(word: &str) -> bool {
    MONTHS.iter().any(|month| month.eq_ignore_ascii_case(word))
}

/// Tells whether a word is a number of so many digits.
fn is_number(word: &str, digits: usize) -> bool {
    word.len() == digits && word.bytes().all(|byte| byte.is_ascii_digit())
}

/// Tells whether a character is white space within a line.
fn is_space(character: char) -> bool {
    character.is_whitespace() && !matches!(character, '\n' | '\r')
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::archive::unwrap;

    const LINE: &str =
        "The Wayback Machine - https://web.archive.org/web/20190214083015/https://mossgate.example/a?b=%20";

    #[test]
    fn takes_the_line_and_the_toolbar() {
        let toolbar = "12 captures\n03 Mar 2014 - 19 Nov 2022\nJan FEB Apr\n14\n2018 2019 2020\nsuccess\n\
                       fail\nAbout this capture";
        for (text, left) in [
            (format!("{LINE}\n{toolbar}\n\nWe keep names.\n"), "\n\nWe keep names.\n"),
            (format!("{LINE}\r\n{}\r\nWe", toolbar.replace('\n', "\r\n\r\n")), "\r\nWe"),
            (format!("{LINE}\r{}\rWe", toolbar.replace('\n', "\r")), "\rWe"),
            (format!("Mossgate\n\n  {LINE}  \n{toolbar}\nHelp us\n"), "Mossgate\n\n  \nHelp us\n"),
            (format!("{LINE}\nHelp\nClose\n\nWe"), "\nHelp\nClose\n\nWe"),
            (
                format!(
                    "{LINE}\n1 capture\n6 Jul 10 - 2 Mar 15\n«\nJUN\nmar\n»\nCOLLECTED BY\nCollection: big crawl\nWe"
                ),
                "\nWe",
            ),
            (format!("{LINE}\nGo\nHelp\nClose\nCollection: we ask for names.\n"), "\nCollection: we ask for names.\n"),
            (format!("{LINE} Mossgate keeps names.\nHelp\n"), "Mossgate keeps names.\nHelp\n"),
            (LINE.to_owned(), ""),
        ] {
            let unwrapped = unwrap(&text, None);
            assert_eq!(unwrapped.kept.iter().map(|span| span.of(&text)).collect::<String>(), left, "{text}");
            let archive = unwrapped.archive;
            assert_eq!(archive.wrapper.as_deref(), Some("wayback-machine"));
            assert_eq!(archive.captured_at.as_deref(), Some("2019-02-14T08:30:15Z"));
            assert_eq!(archive.original_url.as_deref(), Some("https://mossgate.example/a?b=%20"));
            assert_eq!(archive.snapshot_url.as_deref(), LINE.strip_prefix("The Wayback Machine - "));
        }
    }

    #[test]
    fn takes_the_bare_line_and_no_title() {
        let archive = unwrap("The Wayback Machine -\nWe keep names.\n", None).archive;
        assert_eq!((archive.removed.len(), archive.captured_at), (1, None));
        let archive = unwrap("The Wayback Machine - a history\nWe keep names.\n", None).archive;
        assert_eq!(archive.removed.len(), 0);
    }

    #[test]
    fn knows_toolbar_lines() {
        for (line, known) in [
            ("66,247 captures", true),
            ("captures", false),
            ("captures we keep", false),
            ("May", true),
            ("May we", false),
            ("Mar Apr May Jun Jul Aug", false),
            ("2015", true),
            ("2012 2015 2016", true),
            ("2012 2015 2016 2017", false),
            ("22", true),
            ("222", false),
            ("3 May 2018", false),
            ("3 May 2018 - 4 May 2019", true),
            ("3 May 2018 - 4 May 2019 - 5", false),
            ("Collection: x", false),
            ("Help", true),
            ("Help us", false),
        ] {
            assert_eq!(is_toolbar_line(line, ""), known, "{line}");
        }
    }
}
