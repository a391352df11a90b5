//! The lines that Jina Reader puts before a page that it turned into Markdown.

use super::facts::Facts;
use super::scan::lines;
use super::shape::{Finding, Zone};
use crate::span::Span;

/// The line that names the page.
const SOURCE: &str = "URL Source:";
/// The line behind which the page begins.
const CONTENT: &str = "Markdown Content:";
/// The most lines before the page.
const MOST_LINES: usize = 8;

/// Finds the lines at the start, of which the address and the last must be there.
pub(super) fn find(zone: &Zone<'_>) -> Option<Finding> {
    zone.opening(12).starts_with(['T', 'U']).then_some(())?;
    let mut facts = None;
    for span in lines(zone.text, zone.head()).take(MOST_LINES) {
        let line = span.of(zone.text).trim();
        if let Some(address) = line.strip_prefix(SOURCE) {
            facts = Some(Facts::from_address(address.trim()));
        } else if let Some(facts) = facts.take_if(|_| line.starts_with(CONTENT)) {
            let start = span.start + span.of(zone.text).find(CONTENT)?;
            return Some(Finding::layer(vec![Span::new(zone.head(), start + CONTENT.len())], facts));
        } else if !is_labelled(line) {
            break;
        }
    }
    // `Title:` alone is a line of many policies.
    facts.map(|_| {
        Finding::Doubt("the first lines name a `URL Source`, but are not a reader's: left them in the text".into())
    })
}

/// Tells whether a line is a label of the reader and what it says.
fn is_labelled(line: &str) -> bool {
    ["Title:", "Published Time:", "Warning:", "Number of Pages:"].iter().any(|label| line.starts_with(label))
}

#[cfg(test)]
mod tests {
    use crate::archive::unwrap;
    use crate::model::Archive;

    #[test]
    fn takes_the_lines() {
        for (head, address, captured) in [
            (
                "Title: Privacy - Tansy\n\nURL Source: https://tansy.example/privacy\n\nPublished Time: 2024-05-06T07:08:09Z\n\n\
                 Markdown Content:",
                "https://tansy.example/privacy",
                None,
            ),
            (
                "URL Source: https://web.archive.org/web/20190214083015/https://tansy.example/privacy\r\nMarkdown Content:",
                "https://tansy.example/privacy",
                Some("2019-02-14T08:30:15Z"),
            ),
        ] {
            for body in ["\n# Tansy\n\nTitle: none\n", " Tansy keeps names.\n"] {
                let text = format!("{head}{body}");
                let unwrapped = unwrap(&text, None);
                assert_eq!(unwrapped.kept.iter().map(|span| span.of(&text)).collect::<String>(), body);
                assert_eq!(unwrapped.archive.wrapper.as_deref(), Some("jina-reader"));
                assert_eq!(unwrapped.archive.original_url.as_deref(), Some(address));
                assert_eq!(unwrapped.archive.captured_at.as_deref(), captured);
            }
        }
    }

    #[test]
    fn needs_both_labels() {
        for (text, warnings) in [
            ("Title: Privacy\nDate: 3 May 2018\n\nWe keep names.\n", 0),
            ("Title: Privacy\n\nMarkdown Content:\n\nWe keep names.\n", 0),
            ("Title: Privacy\n\nURL Source: https://tansy.example/\n\nWe keep names.\n\nMarkdown Content:\n", 1),
            ("# Tansy\n\nURL Source: https://tansy.example/\n\nMarkdown Content:\n", 0),
        ] {
            let unwrapped = unwrap(text, None);
            assert_eq!((unwrapped.archive, unwrapped.warnings.len()), (Archive::default(), warnings), "{text}");
        }
    }
}
