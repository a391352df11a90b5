//! The Wayback Machine's toolbar as plain text: a line with the snapshot's address, perhaps with the toolbar's lines
//! before or after it.

use crate::archive::clock::is_short_month;
use crate::archive::facts::Facts;
use crate::archive::scan::Cursor;
use crate::archive::shape::{Finding, Zone};
use crate::archive::snapshot::Snapshot;
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
    TIMESTAMPS,
    "sparklines",
    "loading",
];

/// The line after which the collection is named, and told of in sentences.
const COLLECTED_BY: &str = "COLLECTED BY";
/// The line that follows those sentences.
const TIMESTAMPS: &str = "TIMESTAMPS";
/// The most lines between the two.
const MOST_LINES_TOLD: usize = 12;

/// Finds the line, which only a title or the toolbar may precede, and the run of toolbar lines before or after it; or a
/// toolbar without the line, if it counts the captures and tells their span.
pub(in crate::archive) fn find(zone: &Zone<'_>) -> Option<Finding> {
    let opening = zone.opening(1_000);
    (opening.contains(LEAD) || opening.contains("capture")).then_some(())?;
    let visible = zone.visible();
    let mut cursor = visible.cursor();
    let toolbar = Toolbar::read(cursor);
    let mut start = zone.head();
    if toolbar.is_run() {
        cursor.at = toolbar.end;
        cursor.skip(char::is_whitespace);
    } else if !cursor.rest().starts_with(LEAD) {
        cursor.line();
        start = skip(zone.text, visible.end(cursor.at), char::is_whitespace);
        cursor.skip(char::is_whitespace);
    }
    if !cursor.accept(LEAD) {
        let facts = Facts { collection: toolbar.collection, ..Facts::default() };
        let end = visible.end(toolbar.end);
        let is_certain = toolbar.counts && toolbar.spans && toolbar.lines >= MIN_RUN;
        return is_certain.then(|| Finding::layer(vec![Span::new(zone.head(), end)], facts));
    }
    cursor.skip(is_space);
    let mut facts = Facts::default();
    if !cursor.is_line_end() {
        let url = cursor.token().trim_matches(['<', '>']);
        let Some(snapshot) = Snapshot::parse(url).filter(|snapshot| snapshot.timestamp.len() >= 4) else {
            // `The Wayback Machine - a history` is a title.
            let warning = "the first lines name the Wayback Machine, but no snapshot: left them in the text";
            return url.starts_with("http").then(|| Finding::Doubt(warning.into()));
        };
        facts = Facts::from_snapshot(url, snapshot);
    }
    facts.collection = toolbar.collection;
    let mut ahead = cursor;
    ahead.skip(is_space);
    let end = if ahead.is_line_end() {
        let after = Toolbar::read(ahead);
        facts.collection = facts.collection.or_else(|| after.collection.clone());
        visible.end(if after.is_run() { after.end } else { ahead.at })
    } else {
        // A converter put the page's text on the same line.
        skip(zone.text, visible.end(cursor.at), is_space)
    };
    Some(Finding::layer(vec![Span::new(start, end)], facts))
}

/// Lines of a toolbar that follow each other.
#[derive(Default)]
struct Toolbar {
    lines: usize,
    /// Where the last one ends.
    end: usize,
    /// Whether one counts the captures.
    counts: bool,
    /// Whether one tells their first and last day.
    spans: bool,
    collection: Option<String>,
}

impl Toolbar {
    /// Reads the lines from the cursor's place on.
    fn read(mut cursor: Cursor<'_>) -> Self {
        let mut toolbar = Self::default();
        let mut previous = "";
        loop {
            cursor.skip(char::is_whitespace);
            // Tables that only lay the toolbar out leave their pipes and rules.
            let line = cursor.line().trim_matches(|character: char| character.is_whitespace() || character == '|');
            let is_rule =
                line.bytes().all(|byte| matches!(byte, b'|' | b'-' | b':' | b' ')) && !cursor.rest().is_empty();
            if is_rule && toolbar.lines > 0 {
                continue;
            }
            if !is_toolbar_line(line, previous) {
                return toolbar;
            }
            toolbar.lines += 1;
            toolbar.counts |= is_capture_count(line);
            toolbar.spans |= is_date_range(line);
            toolbar.end = cursor.at;
            previous = line;
            if line == COLLECTED_BY {
                toolbar.read_collection(&mut cursor);
            } else if let Some(name) = line.strip_prefix("Collection: ") {
                toolbar.collection = Some(name.to_owned());
            }
        }
    }

    /// Reads what is told of the collection, up to the line behind it, if that is near.
    fn read_collection(&mut self, cursor: &mut Cursor<'_>) {
        let (mut ahead, mut collection) = (*cursor, None);
        for _ in 0..MOST_LINES_TOLD {
            ahead.skip(char::is_whitespace);
            let line = ahead.line().trim();
            if let Some(name) = line.strip_prefix("Collection: ") {
                collection = Some(name.to_owned());
            }
            if line == TIMESTAMPS {
                *cursor = ahead;
                (self.end, self.collection) = (ahead.at, collection);
                return;
            }
        }
    }

    /// Tells whether there are enough lines to be sure.
    fn is_run(&self) -> bool {
        self.lines >= MIN_RUN
    }
}

/// Passes characters of a document from a place on and gives the place behind them.
fn skip(document: &str, at: usize, passes: impl Fn(char) -> bool) -> usize {
    let mut cursor = Cursor { text: document, at };
    cursor.skip(passes);
    cursor.at
}

/// Tells whether a line can be one of the toolbar's.
fn is_toolbar_line(line: &str, previous: &str) -> bool {
    FIXED_LINES.contains(&line)
        || is_capture_count(line)
        || is_date_range(line)
        || is_bar(line, 5, |word| is_short_month(word) || word == "«" || word == "»")
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
    let month = words.next().is_some_and(is_short_month);
    let year = words.next().is_some_and(|year| is_number(year, 2) || is_number(year, 4));
    day && month && year && words.next().is_none()
}

/// Tells whether a line is made of one word to `most` words that all fit.
fn is_bar(line: &str, most: usize, fits: impl Fn(&str) -> bool) -> bool {
    let words = || line.split_whitespace().filter(|word| *word != "|");
    let fitting = words().take(most).take_while(|word| fits(word)).count();
    fitting > 0 && words().nth(fitting).is_none()
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
    fn takes_a_toolbar_before_the_line() {
        let links = "[![Wayback Machine](/_static/logo.png)](/web/)\n\n[12 captures](/web/2019*/https://mossgate.example/ \"See\")\n\n\
                     03 Mar 2014 - 19 Nov 2022\n\n| [Jan](/web/1) | FEB | [Apr](/web/2)\n---|---|---\n| 14 |\n2018 | **2019** | \
                     2020\n\nsuccess\n\nfail\n\nAbout this capture\n\nCOLLECTED BY\n\nCollection: [Big Crawl](https://a.example/)\n\nThis \
                     crawl of pages began in 2013.\n\nTIMESTAMPS\n\n";
        for (toolbar, collection) in [(links, Some("Big Crawl")), ("12 captures\nHelp\nClose\n", None)] {
            for line in [LINE.to_owned(), LINE.replace("https://web", "<https://web") + ">"] {
                let text = format!("{toolbar}{line}\n\nWe keep names.\n");
                let unwrapped = unwrap(&text, None);
                let kept: String = unwrapped.kept.iter().map(|span| span.of(&text)).collect();
                assert_eq!(kept, "\n\nWe keep names.\n");
                assert_eq!(unwrapped.archive.captured_at.as_deref(), Some("2019-02-14T08:30:15Z"));
                assert_eq!(unwrapped.archive.collection.as_deref(), collection);
            }
        }
        let links_alone = format!("{links}\nWe keep names.\n");
        let unwrapped = unwrap(&links_alone, None);
        assert_eq!(
            unwrapped.kept.iter().map(|span| span.of(&links_alone)).collect::<String>(),
            "\n\n\nWe keep names.\n"
        );
        assert_eq!((unwrapped.archive.captured_at, unwrapped.warnings.len()), (None, 0));
    }

    #[test]
    fn leaves_lines_that_may_be_the_pages() {
        for text in [
            "Help\nClose\nGo\n\nWe capture names.\n",
            "12 captures\nHelp\nClose\n\nWe keep names.\n",
            "12 captures\n3 May 2018 - 4 May 2019\nWe keep names.\n",
            "We captured 12 captures.\n\nJan FEB Apr\n14\n2018\n",
        ] {
            assert_eq!(unwrap(text, None).archive.removed, [], "{text}");
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
