//! The head of a Perma.cc record as text: lines that say what it is, when it was made, and how it is shown.

use super::clock;
use super::facts::Facts;
use super::scan::lines;
use super::shape::{Finding, Layer, Zone};
use super::url;
use super::visible::Visible;
use crate::span::Span;

/// The line that must be there.
const LEAD: &str = "This is a Perma.cc record";

/// Lines that tell nothing.
const FIXED_LINES: [&str; 6] = [
    "View Mode:",
    "View Mode: Standard Screenshot",
    "Standard",
    "Screenshot",
    "Show record details",
    "Hide record details",
];

/// Finds the head at the start, where the page's title may stand before it.
pub(super) fn find(zone: &Zone<'_>) -> Option<Finding> {
    zone.opening(600).contains("Perma.cc").then_some(())?;
    let first = lines(zone.text, zone.head()).take(2).find(|line| line.of(zone.text).contains(LEAD))?;
    let visible = Visible::new(zone.text, first.start, zone.end);
    let mut cursor = visible.cursor();
    cursor.words(LEAD)?;
    if !cursor.is_line_end() {
        return None;
    }
    let (mut facts, mut end, mut told) = (Facts::default(), cursor.at, false);
    loop {
        cursor.skip(char::is_whitespace);
        let start = cursor.at;
        let line = cursor.line().trim();
        if let Some(date) = line.strip_prefix("Captured ").filter(|_| !told) {
            // The time of day is that of the reader's clock, of which the zone is not told: only the day is known.
            let Some(day) = clock::read(date) else { break };
            (facts.captured, told) = (Some(day), true);
        } else if line.strip_prefix("Uploaded ").is_some_and(|date| clock::read(date).is_some()) && !told {
            facts.warnings.push("the record is a file that its user uploaded, not a capture of the page".into());
            told = true;
        } else if line == "View the live page" {
            facts.original_url = visible.targets(start, cursor.at).find_map(|(_, target)| url::original(target));
        } else if !FIXED_LINES.contains(&line) {
            break;
        }
        end = cursor.at;
    }
    if !told {
        let warning = "the first lines name a Perma.cc record, but not when it was made: left them in the text";
        return Some(Finding::Doubt(warning.into()));
    }
    let start = first.start + first.of(zone.text).len() - first.of(zone.text).trim_start().len();
    Some(Finding::Layer(Layer { removed: vec![Span::new(start, visible.end(end))], facts }))
}

#[cfg(test)]
mod tests {
    use crate::archive::unwrap;
    use crate::model::Archive;

    #[test]
    fn takes_the_head() {
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
    fn leaves_what_is_no_head() {
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
}
