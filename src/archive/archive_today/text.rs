//! The header of archive.today as text: its labels and buttons in any order, with the page's address and the time.

use super::{NAME, SAVED_FROM, SUBTITLE};
use crate::archive::clock;
use crate::archive::facts::Facts;
use crate::archive::moment::Moment;
use crate::archive::scan::Cursor;
use crate::archive::shape::{Finding, Zone};
use crate::span::Span;

/// The labels and buttons. None of them says anything alone: `share` and `search` stand on many pages.
const LABELS: [&str; 14] = [
    SUBTITLE,
    "search",
    "history",
    "←prior next→",
    "←prior",
    "next→",
    "no other snapshots from this url",
    "Webpage",
    "Screenshot",
    "share",
    "download .zip",
    "report bug or abuse",
    "report error or abuse",
    "Buy me a coffee",
];

/// Labels that no page has, so that the page's text may go on behind them on their line.
const LAST_LABELS: [&str; 3] = ["report bug or abuse", "report error or abuse", "Buy me a coffee"];

/// What was found of a header.
#[derive(Default)]
struct Header {
    names_archive: bool,
    saved_from: bool,
    all_snapshots: bool,
    labels: usize,
    /// Where its last whole line ends.
    end: usize,
    facts: Facts,
}

impl Header {
    /// Tells whether this is certain to be the archive's: it says so itself, or in two sentences of its own.
    fn is_certain(&self) -> bool {
        let tells = self.facts.captured.is_some() || self.saved_from;
        (self.names_archive && tells && self.labels > 0) || (self.saved_from && self.all_snapshots)
    }
}

/// Finds the header at the start, and what its scroll bar left at the end.
pub(in crate::archive) fn find(zone: &Zone<'_>) -> Option<Finding> {
    let opening = zone.opening(1_000);
    (opening.contains(SAVED_FROM) || opening.contains(SUBTITLE)).then_some(())?;
    let visible = zone.visible();
    let header = read(visible.cursor());
    if !header.is_certain() {
        let warning =
            "the text begins like the header of archive.today but does not go on like one: left it in the text";
        return (header.names_archive && header.end > 0).then(|| Finding::Doubt(warning.into()));
    }
    let end = visible.end(header.end);
    let scroll_bar = scroll_bar(zone, end);
    let removed = [Some(Span::new(zone.head(), end)), scroll_bar].into_iter().flatten().collect();
    Some(Finding::layer(removed, header.facts))
}

/// Reads the lines that hold nothing but the header's parts.
fn read(mut cursor: Cursor<'_>) -> Header {
    let mut header = Header::default();
    let mut line = Header::default();
    loop {
        if !part(&mut cursor, &mut line) {
            return header;
        }
        let said = cursor.text.get(..cursor.at).unwrap_or_default();
        if cursor.is_line_end() || LAST_LABELS.iter().any(|label| said.ends_with(label)) {
            header.names_archive |= line.names_archive;
            header.saved_from |= line.saved_from;
            header.all_snapshots |= line.all_snapshots;
            header.labels += line.labels;
            header.end = cursor.at;
            header.facts.add_inner(line.facts);
            line = Header::default();
        }
        cursor.skip(char::is_whitespace);
    }
}

/// Passes one part of the header.
fn part(cursor: &mut Cursor<'_>, header: &mut Header) -> bool {
    if cursor.passes(NAME) {
        header.names_archive = true;
    } else if cursor.passes(SAVED_FROM) {
        let _ = cursor.gap();
        let address = cursor.token();
        if !address.contains("://") {
            return false;
        }
        let time = header.facts.captured.take();
        header.facts = Facts::from_address(address);
        header.facts.add_time(time);
        header.saved_from = true;
    } else if cursor.passes("All snapshots") {
        header.all_snapshots = cursor.passes("from host");
        if header.all_snapshots {
            let _ = cursor.gap();
            cursor.token();
        }
    } else if LABELS.iter().any(|label| cursor.passes(label)) {
        header.labels += 1;
    } else {
        let mut ahead = *cursor;
        let _ = ahead.passes("archived");
        let Some(time) = time(&mut ahead) else { return false };
        *cursor = ahead;
        header.facts.add_time(Some(time));
    }
    true
}

/// Reads `5 May 2018 22:28:55 UTC`.
fn time(cursor: &mut Cursor<'_>) -> Option<Moment> {
    cursor.skip(char::is_whitespace);
    let rest = cursor.rest();
    let (time, _) = rest.split_at(rest.find("UTC").filter(|at| *at < 30)?);
    let read = clock::read_utc(time)?;
    cursor.at += time.len() + "UTC".len();
    Some(read)
}

/// Finds the marks of a scroll bar, `0%` to `100%` in steps of ten, at the end.
fn scroll_bar(zone: &Zone<'_>, start: usize) -> Option<Span> {
    let rest = Span::new(start, zone.tail()).of(zone.text);
    let mut left = rest;
    for percent in (0..=10).rev() {
        left = left.strip_suffix(&format!("{}%", percent * 10))?.trim_end();
    }
    let bar = rest.get(left.len()..)?.trim_start();
    let is_alone = left.is_empty() || rest.get(left.len()..rest.len() - bar.len())?.contains(['\n', '\r']);
    is_alone.then(|| Span::new(zone.tail() - bar.len(), zone.tail()))
}

#[cfg(test)]
mod tests {
    use crate::archive::unwrap;
    use crate::model::Archive;

    const HEADER: &str = "archive.today\nwebpage capture\tSaved from https://larkfield.example/privacy\t5 May 2018 \
                          22:28:55 UTC\nAll snapshots\tfrom host larkfield.example\nWebpage\tScreenshot\nshare\tdownload \
                          .zip\treport bug or abuse";

    fn left(text: &str) -> (String, Archive, Vec<String>) {
        let unwrapped = unwrap(text, None);
        (unwrapped.kept.iter().map(|span| span.of(text)).collect(), unwrapped.archive, unwrapped.warnings)
    }

    #[test]
    fn takes_headers_in_any_order() {
        let bar: String = (0..=10).map(|tenth| format!("{}%\n", tenth * 10)).collect();
        for (header, body, bar) in [
            (HEADER.to_owned(), "\n\nShare this\n\nWe keep names.", ""),
            (HEADER.to_owned(), "\n\nWe keep names. 100%\n", bar.as_str()),
            (HEADER.to_owned(), "\nWe keep names.\n", "0% 10% 20% 30% 40% 50% 60% 70% 80% 90% 100%\n"),
            (HEADER.replace(['\n', '\t'], " "), " We keep names.", ""),
            (HEADER.replace('\n', "\r\n"), "\r\nsearch our pages", ""),
            (
                "archived 5 May 2018 22:28:55 UTC\n\n[archive.today](https://archive.ph/)\n\n**webpage capture**\n\nSaved \
                 from [https://larkfield.example/privacy](https://archive.ph/x)\n\n[history](/h)\n\n←prior next→\n\nno other \
                 snapshots from this url\n\nBuy me a coffee"
                    .to_owned(),
                "\n\n# Larkfield\n",
                "",
            ),
            (
                "5 May 2018 22:28:55 UTC\nSaved from https://larkfield.example/privacy\nsearch\nAll snapshots from host \
                 larkfield.example"
                    .to_owned(),
                "\nWe share names.\n",
                "",
            ),
        ] {
            let (kept, archive, warnings) = left(&format!("{header}{body}{bar}"));
            assert_eq!(kept, body, "{header}");
            assert_eq!(archive.wrapper.as_deref(), Some("archive-today"));
            assert_eq!(archive.captured_at.as_deref(), Some("2018-05-05T22:28:55Z"), "{header}");
            assert_eq!(archive.original_url.as_deref(), Some("https://larkfield.example/privacy"));
            assert!(warnings.is_empty(), "{header}: {warnings:?}");
        }
    }

    #[test]
    fn leaves_what_is_no_header() {
        for (text, warnings) in [
            ("Saved from our records, as you can see.\n", 0),
            ("Saved from https://larkfield.example/privacy\n\nWebpage\nscreenshot\nsearch\nshare\n", 0),
            ("Webpage\nScreenshot\nshare\nAll snapshots\n\nSaved from the flood.\n", 0),
            ("archive.today\nwebpage capture\n\nWe keep names.\n", 1),
            ("Larkfield\n\narchive.today\nwebpage capture\nSaved from https://larkfield.example/privacy\n", 0),
            ("We keep names.\n\n0% 10% 20% 30% 40% 50% 60% 70% 80% 90% 100%\n", 0),
        ] {
            let (kept, archive, told) = left(text);
            assert_eq!((kept.as_str(), archive, told.len()), (text, Archive::default(), warnings), "{text}");
        }
    }
}
