//! The head that Perma.cc shows over a record: lines that say what it is, when it was made, and how it is shown; in a page's
//! HTML source and as text.

use super::clock;
use super::facts::Facts;
use super::scan::lines;
use super::shape::{Finding, Zone};
use super::source::{Kind, Source, has, plain, visible_length};
use super::url;
use super::visible::Visible;
use crate::model::Status;
use crate::span::Span;

/// The line that must be there.
pub(super) const LEAD: &str = "This is a Perma.cc record";

/// The line whose link leads to the page.
const LIVE_PAGE: &str = "View the live page";

/// Lines that tell nothing.
const FIXED_LINES: [&str; 6] = [
    "View Mode:",
    "View Mode: Standard Screenshot",
    "Standard",
    "Screenshot",
    "Show record details",
    "Hide record details",
];

/// The most text before the head in HTML source, and that a page without its capture shows, in bytes.
const MOST_TEXT: usize = 300;

/// How a record came to be.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Making {
    Captured,
    Uploaded,
}

/// What the lines of a head tell.
#[derive(Default)]
struct Head {
    facts: Facts,
    /// How the record was made, and that its day was read.
    made: Option<Making>,
    /// A line that says how it was made, before the one that says when.
    awaits_date: Option<Making>,
}

impl Head {
    /// Reads a line after the first, and the address to which a link in it leads; tells whether it is one of the head's.
    fn read(&mut self, line: &str, target: Option<&str>) -> bool {
        let told = self.awaits_date.take().map(|making| (making, line)).or_else(|| {
            let captured = line.strip_prefix("Captured").map(|date| (Making::Captured, date));
            captured.or_else(|| Some((Making::Uploaded, line.strip_prefix("Uploaded")?)))
        });
        match told {
            Some(_) if self.made.is_some() => false,
            Some((making, "")) => {
                self.awaits_date = Some(making);
                true
            }
            Some((making, date)) => self.read_date(making, date).is_some(),
            None if line == LIVE_PAGE => {
                self.facts.original_url = target.and_then(url::original);
                true
            }
            None => FIXED_LINES.contains(&line),
        }
    }

    /// Reads the day. The time of day is that of the reader's clock, of which the zone is not told.
    fn read_date(&mut self, making: Making, date: &str) -> Option<()> {
        let day = clock::read(date)?;
        self.made = Some(making);
        match making {
            Making::Captured => self.facts.captured = Some(day),
            Making::Uploaded => {
                let warning = "the record is a file that its user uploaded, not a capture of the page";
                self.facts.warnings.push(warning.into());
            }
        }
        Some(())
    }
}

/// Finds the head's lines before the page in HTML source, each in an element of its own.
pub(super) fn find_page(zone: &Zone<'_>) -> Option<Finding> {
    if !has(zone, LEAD) {
        return None;
    }
    let mut removed: Vec<Span> = Vec::new();
    let mut head = Head::default();
    let mut before = 0;
    let mut link = None;
    for piece in Source::of(zone) {
        let text = match piece.kind {
            Kind::Open(tag) => {
                if tag.is("a") {
                    link = tag.attribute("href").map(plain);
                }
                continue;
            }
            Kind::Text(text) if !text.trim().is_empty() => text,
            _ => continue,
        };
        let line = plain(text).split_whitespace().collect::<Vec<_>>().join(" ");
        let is_lead = removed.is_empty() && line == LEAD;
        if removed.is_empty() && !is_lead {
            before += line.len();
            if before > MOST_TEXT {
                return None;
            }
            continue;
        }
        if !is_lead && !head.read(&line, link.as_deref()) {
            break;
        }
        removed.push(piece.span);
    }
    let Head { mut facts, made, .. } = head;
    if facts.original_url.is_none() && made.is_none() {
        return None;
    }
    let length: usize = removed.iter().map(|span| span.of(zone.text).trim().len()).sum();
    let rest = visible_length(zone.text, Span::new(zone.start, zone.end)).saturating_sub(length);
    if rest < MOST_TEXT && has(zone, "<iframe") {
        facts.status = Some(Status::ShellOnly);
    }
    Some(Finding::layer(removed, facts))
}

/// Finds the head's lines at the start of a text, where the page's title may stand before them.
pub(super) fn find_text(zone: &Zone<'_>) -> Option<Finding> {
    zone.opening(600).contains("Perma.cc").then_some(())?;
    let first = lines(zone.text, zone.head()).take(2).find(|line| line.of(zone.text).contains(LEAD))?;
    let visible = Visible::new(zone.text, first.start, zone.end);
    let mut cursor = visible.cursor();
    cursor.words(LEAD)?;
    if !cursor.is_line_end() {
        return None;
    }
    let (mut head, mut end) = (Head::default(), cursor.at);
    loop {
        cursor.skip(char::is_whitespace);
        let start = cursor.at;
        let line = cursor.line().trim();
        let target = visible.targets(start, cursor.at).next().map(|(_, target)| target);
        if line.is_empty() || !head.read(line, target) {
            break;
        }
        end = cursor.at;
    }
    if head.made.is_none() {
        let warning = "the first lines name a Perma.cc record, but not when it was made: left them in the text";
        return Some(Finding::Doubt(warning.into()));
    }
    let start = first.start + first.of(zone.text).len() - first.of(zone.text).trim_start().len();
    Some(Finding::layer(vec![Span::new(start, visible.end(end))], head.facts))
}

#[cfg(test)]
mod tests {
    use crate::archive::{Unwrapped, unwrap};
    use crate::model::{Archive, Status};

    const PAGE: &str = "<div><h1>Privacy</h1><p>We keep names.</p></div></body></html>";

    fn unwrapped(head: &str) -> (String, Unwrapped) {
        let page = format!("<html><body>{head}{PAGE}");
        let unwrapped = unwrap(&page, None);
        (unwrapped.kept.iter().map(|span| span.of(&page)).collect(), unwrapped)
    }

    #[test]
    fn takes_the_head_of_a_text() {
        let head = "This is a Perma.cc record\n\nCaptured June 5, 2018 3:45 pm\n\nView Mode: Standard Screenshot\n\n\
                    [View the live page](http://wether.example/privacy)\n\nShow record details";
        let uploaded = head.replace("Captured", "Uploaded");
        for (text, kept, captured, warnings) in [
            (format!("{head}\n\nScreenshots we take.\n"), "\n\nScreenshots we take.\n", Some("2018-06-05"), 0),
            (
                format!("Perma | Wether\n\n{head}\n\nCaptured by us.\n"),
                "Perma | Wether\n\n\n\nCaptured by us.\n",
                Some("2018-06-05"),
                0,
            ),
            (format!("{uploaded}\nWe"), "\nWe", None, 1),
        ] {
            let unwrapped = unwrap(&text, None);
            assert_eq!(unwrapped.kept.iter().map(|span| span.of(&text)).collect::<String>(), kept);
            let archive = unwrapped.archive;
            assert_eq!(archive.wrapper.as_deref(), Some("perma"));
            assert_eq!(archive.captured_at.as_deref(), captured);
            assert_eq!(archive.capture_precision.as_deref(), captured.map(|_| "day"));
            assert_eq!(archive.original_url.as_deref(), Some("http://wether.example/privacy"));
            assert_eq!(unwrapped.warnings.len(), warnings, "{:?}", unwrapped.warnings);
        }
    }

    #[test]
    fn leaves_texts_without_it() {
        for (text, warnings) in [
            ("This is a Perma.cc record of what we promise.\n", 0),
            ("Privacy\n\nWe link to Perma.cc.\n\nThis is a Perma.cc record\nCaptured June 5, 2018\n", 0),
            ("This is a Perma.cc record\n\nCaptured with care.\n", 1),
            ("Captured June 5, 2018\nView the live page\n", 0),
        ] {
            let unwrapped = unwrap(text, None);
            assert_eq!((unwrapped.archive, unwrapped.warnings.len()), (Archive::default(), warnings), "{text}");
        }
    }

    #[test]
    fn takes_the_head_of_a_page() {
        let lines = "<h2>This is a Perma.cc record</h2><p>Captured <span>January 5, 2019 3:02 pm</span></p><p>View \
                     Mode: <b>Standard</b></p><a href=\"https://pennyroyal.example/a?b&amp;c\">View the live page</a>\
                     <button>Show record details</button>";
        let (kept, unwrapped) = unwrapped(lines);
        assert!(!kept.contains("Perma.cc") && !kept.contains("View") && kept.ends_with(PAGE), "{kept}");
        assert_eq!(unwrapped.archive.captured_at.as_deref(), Some("2019-01-05"));
        assert_eq!(unwrapped.archive.original_url.as_deref(), Some("https://pennyroyal.example/a?b&c"));
        assert_eq!((unwrapped.status, unwrapped.warnings.len()), (None, 0));

        let page = format!("<html>{}<iframe src=x></iframe></html>", lines.replace("Captured", "Uploaded"));
        let unwrapped = unwrap(&page, None);
        assert_eq!((unwrapped.status, unwrapped.warnings.len()), (Some(Status::ShellOnly), 1));
    }

    #[test]
    fn leaves_pages_without_it() {
        for head in [
            "<p>This is a Perma.cc record</p><p>of what we keep.</p>".to_owned(),
            format!("<p>{}</p><p>This is a Perma.cc record</p><p>Captured May 3, 2018</p>", "We keep. ".repeat(50)),
        ] {
            let (kept, unwrapped) = unwrapped(&head);
            assert_eq!(kept, format!("<html><body>{head}{PAGE}"));
            assert_eq!((unwrapped.archive, unwrapped.warnings.len()), (Archive::default(), 0));
        }
    }
}
