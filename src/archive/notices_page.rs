//! Visible notices that OpenWayback and Perma.cc put before an archived page, in its HTML source.

use super::clock;
use super::facts::Facts;
use super::moment::Moment;
use super::shape::{Finding, Layer, Zone};
use super::source::{Kind, Piece, Source, element, has, plain, visible, visible_length};
use super::url;
use crate::model::Status;
use crate::span::Span;

/// How the disclaimer of OpenWayback begins.
const DISCLAIMER: &str =
    "OpenWayback - External links, forms, and search boxes may not function within this collection.";
/// How many elements the disclaimer's words may nest in.
const MOST_ELEMENTS: usize = 4;

/// How the head of a page of Perma.cc begins.
const PERMA: &str = "This is a Perma.cc record";
/// Its other lines that are always the same.
const PERMA_LINES: [&str; 6] = [
    "View Mode:",
    "View Mode: Standard Screenshot",
    "Standard",
    "Screenshot",
    "View the live page",
    "Show record details",
];
/// The most text before that head, in bytes, and that a page without its capture shows.
const PERMA_TEXT: usize = 300;

/// Finds the element that holds the disclaimer and nothing else.
pub(super) fn find_openwayback(zone: &Zone<'_>) -> Option<Finding> {
    if !has(zone, "may not function within this collection") {
        return None;
    }
    let mut opened: Vec<Piece<'_>> = Vec::new();
    for piece in Source::of(zone) {
        match piece.kind {
            Kind::Open(_) => {
                if opened.len() == MOST_ELEMENTS {
                    opened.remove(0);
                }
                opened.push(piece);
            }
            Kind::Text(text) if text.contains("may not function within") => break,
            _ => {}
        }
    }
    opened.iter().rev().find_map(|opening| {
        let span = element(zone.text, opening, zone.end)?;
        let facts = disclaimer(&visible(zone.text, span))?;
        Some(Finding::Layer(Layer { removed: vec![span], facts }))
    })
}

/// Finds the lines of Perma.cc before the page.
pub(super) fn find_perma(zone: &Zone<'_>) -> Option<Finding> {
    if !has(zone, PERMA) {
        return None;
    }
    let mut layer = Layer::default();
    let mut before = 0;
    let mut link = None;
    let mut dates = None;
    for piece in Source::of(zone) {
        let text = match piece.kind {
            Kind::Open(tag) => {
                if tag.is("a") {
                    link = tag.attribute("href");
                }
                continue;
            }
            Kind::Text(text) if !text.trim().is_empty() => text,
            _ => continue,
        };
        let words = plain(text).split_whitespace().collect::<Vec<_>>().join(" ");
        if layer.removed.is_empty() {
            before += words.len();
            if words != PERMA && before > PERMA_TEXT {
                return None;
            }
            if words == PERMA {
                layer.removed.push(piece.span);
            }
            continue;
        }
        let date = match dates.take() {
            Some(is_upload) => Some((is_upload, words.as_str())),
            None => words
                .strip_prefix("Captured")
                .map(|date| (false, date))
                .or_else(|| Some((true, words.strip_prefix("Uploaded")?))),
        };
        match date {
            Some((is_upload, "")) => dates = Some(is_upload),
            Some((is_upload, date)) => match clock::read(date) {
                Some(day) => perma_day(&mut layer.facts, day, is_upload),
                None => break,
            },
            None if words == "View the live page" => {
                layer.facts.original_url = link.and_then(|address| url::original(&plain(address)));
            }
            None if PERMA_LINES.contains(&words.as_str()) => {}
            None => break,
        }
        layer.removed.push(piece.span);
    }
    if layer.facts.original_url.is_none() && layer.facts.captured.is_none() && layer.facts.saved.is_none() {
        return None;
    }
    let removed: usize = layer.removed.iter().map(|span| span.of(zone.text).trim().len()).sum();
    let rest = visible_length(zone.text, Span::new(zone.start, zone.end)).saturating_sub(removed);
    if rest < PERMA_TEXT && has(zone, "<iframe") {
        layer.facts.status = Some(Status::ShellOnly);
    }
    Some(Finding::Layer(layer))
}

/// Puts down the day that Perma.cc tells.
fn perma_day(facts: &mut Facts, day: Moment, is_upload: bool) {
    if is_upload {
        facts.saved = Some(day);
        facts
            .warnings
            .push("someone gave this page to Perma.cc as a file: it is no capture of the archive's".to_owned());
    } else {
        facts.captured = Some(day);
    }
}

/// Reads `… Url: <address> time: 7:15:02 Mar 09, 2012 [ hide ]`; `None` if more follows.
fn disclaimer(words: &str) -> Option<Facts> {
    let rest = words.strip_prefix(DISCLAIMER)?.trim_start().strip_prefix("Url: ")?;
    let (address, rest) = rest.split_once(" time: ")?;
    let (time, rest) = rest.split_once('[')?;
    if rest.trim_start().strip_prefix("hide").map(str::trim) != Some("]") {
        return None;
    }
    Some(Facts { original_url: url::original(address), captured: clock::read_utc(time), ..Facts::default() })
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

    const DISCLAIMER: &str = "<b>OpenWayback</b> - External links, forms, and search boxes may not function within this \
                              collection.<br>Url: <a href=x>http://pennyroyal.example/a</a> time: 7:15:02 Mar 09, 2012";

    #[test]
    fn takes_the_disclaimer() {
        let (kept, unwrapped) = unwrapped(&format!("<div class=d>{DISCLAIMER} [ <a href=y>hide</a> ]</div>"));
        assert_eq!(kept, format!("<html><body>{PAGE}"));
        assert_eq!(unwrapped.archive.wrapper.as_deref(), Some("openwayback"));
        assert_eq!(unwrapped.archive.captured_at.as_deref(), Some("2012-03-09T07:15:02Z"));
        assert_eq!(unwrapped.archive.original_url.as_deref(), Some("http://pennyroyal.example/a"));
    }

    #[test]
    fn takes_the_lines_of_perma() {
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
    fn leaves_what_speaks_of_them() {
        for head in [
            format!("<p>{DISCLAIMER} and more</p>"),
            format!("<p>Note: {DISCLAIMER} [ hide ]</p>"),
            "<p>This is a Perma.cc record</p><p>of what we keep.</p>".to_owned(),
            format!("<p>{}</p><p>This is a Perma.cc record</p><p>Captured May 3, 2018</p>", "We keep. ".repeat(50)),
        ] {
            let (kept, unwrapped) = unwrapped(&head);
            assert_eq!(kept, format!("<html><body>{head}{PAGE}"));
            assert_eq!((unwrapped.archive, unwrapped.warnings.len()), (Archive::default(), 0));
        }
    }
}
