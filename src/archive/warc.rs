//! The head of a crawl's record, WARC or ARC, which stays in front of its page.

use super::clock;
use super::facts::Facts;
use super::moment::{Moment, digits_in};
use super::shape::{Finding, Zone};
use super::url;
use crate::head::{ArcLine, Head};
use crate::model::Status;
use crate::span::Span;

/// Reads the head of a WARC record.
pub(super) fn find_warc(zone: &Zone<'_>) -> Option<Finding> {
    let start = zone.head();
    let head = Head::warc(zone.rest().as_bytes().get(start - zone.start..)?)?;
    let kind = head.field("warc-type")?;
    let mut facts = Facts {
        captured: head.field("warc-date").and_then(|date| moment(&date)),
        original_url: head.field("warc-target-uri").and_then(|uri| url::original(uri.trim_matches(['<', '>', ' ']))),
        status: kind.eq_ignore_ascii_case("revisit").then_some(Status::Revisit),
        ..Facts::default()
    };
    if let Some(why) = head.field("warc-truncated") {
        facts.warnings.push(format!("the crawler did not keep all of the page: {why}"));
    }
    Some(Finding::layer(vec![Span::new(start, start + head.len)], facts))
}

/// Reads the line before an ARC record.
pub(super) fn find_arc(zone: &Zone<'_>) -> Option<Finding> {
    let start = zone.head();
    let line = ArcLine::read(zone.rest().as_bytes().get(start - zone.start..)?)?;
    let facts =
        Facts { captured: Moment::from_digits(line.time), original_url: url::original(line.url), ..Facts::default() };
    Some(Finding::layer(vec![Span::new(start, start + line.len)], facts))
}

/// Tells whether a document is a crawl's record, of what type if it says so.
pub(super) fn record_type(text: &str) -> Option<String> {
    let bytes = text.as_bytes();
    let kind = Head::warc(bytes).and_then(|head| head.field("warc-type"));
    kind.or_else(|| ArcLine::read(bytes).map(|_| "response".to_owned()))
}

/// Reads a W3C date, of which parts from the right may be missing.
fn moment(date: &str) -> Option<Moment> {
    let short = ["0000", "0000-00"].iter().find_map(|pattern| digits_in(date, pattern));
    short.map_or_else(|| clock::read(date), |digits| Moment::from_digits(&digits))
}

#[cfg(test)]
mod tests {
    use crate::archive::unwrap;
    use crate::model::Status;

    #[test]
    fn reads_the_head_of_a_record() {
        for (date, uri, more, captured, precision, original) in [
            (
                "2024-05-18T01:58:10Z",
                "https://tea.example/privacy",
                "",
                Some("2024-05-18T01:58:10Z"),
                Some("second"),
                Some("https://tea.example/privacy"),
            ),
            (
                "2024-05-18T01:58:10.123456Z",
                "<http://tea.example/>",
                "warc-truncated: length\r\n",
                Some("2024-05-18T01:58:10Z"),
                Some("second"),
                Some("http://tea.example/"),
            ),
            ("2024-05", "urn:tea", "", Some("2024-05"), Some("month"), None),
            ("2024", "dns:tea.example", "", Some("2024"), Some("year"), None),
            ("then", "https://tea.example/privacy", "", None, None, Some("https://tea.example/privacy")),
        ] {
            let head = format!(
                "WARC/1.1\r\nWARC-Type: conversion\r\n{more}warc-target-uri:\r\n {uri}\r\nWARC-Date: {date}\r\n\r\n"
            );
            let text = format!("{head}We keep names.\nFrom: us\n");
            let unwrapped = unwrap(&text, None);
            let archive = &unwrapped.archive;
            assert_eq!(archive.wrapper.as_deref(), Some("warc"));
            assert_eq!(archive.removed[0].text, head);
            assert_eq!(unwrapped.kept[0].of(&text), "We keep names.\nFrom: us\n");
            assert_eq!(archive.captured_at.as_deref(), captured);
            assert_eq!(archive.capture_precision.as_deref(), precision);
            assert_eq!(archive.original_url.as_deref(), original);
            assert_eq!(unwrapped.warnings.len(), usize::from(!more.is_empty()), "{:?}", unwrapped.warnings);
        }
    }

    #[test]
    fn gives_a_revisit_its_status() {
        for answer in ["", "HTTP/1.1 200 OK\r\n\r\n", "HTTP/1.1 404 Gone\r\n\r\n"] {
            let text = format!("WARC/1.0\r\nWARC-Type: revisit\r\nContent-Length: {}\r\n\r\n{answer}", answer.len());
            let unwrapped = unwrap(&text, None);
            assert_eq!((unwrapped.status, unwrapped.kept.len()), (Some(Status::Revisit), 0), "{answer}");
        }
    }

    #[test]
    fn reads_the_line_of_an_arc_record() {
        let line = "http://tea.example:80/a 192.0.2.1 20050607080910 text/html 31\n";
        let text = format!("{line}HTTP/1.0 200 OK\n\nWe keep names.");
        let unwrapped = unwrap(&text, None);
        let archive = &unwrapped.archive;
        assert_eq!((archive.wrapper.as_deref(), archive.http_status), (Some("arc"), Some(200)));
        assert_eq!(archive.captured_at.as_deref(), Some("2005-06-07T08:09:10Z"));
        assert_eq!(archive.original_url.as_deref(), Some("http://tea.example/a"));
        assert_eq!(unwrapped.kept[0].of(&text), "We keep names.");
    }

    #[test]
    fn leaves_text_that_speaks_of_records() {
        for text in [
            "WARC/1.0\n\nis a format.\n",
            "WARC/1.0\nThe format: a list\n\nWe keep WARC/1.0 files.\n",
            "We keep names.\n\nWARC/1.0\r\nWARC-Type: response\r\n\r\n",
            "See http://tea.example/ 192.0.2.1 20050607080910 text/html 31\n",
        ] {
            let unwrapped = unwrap(text, None);
            assert!(unwrapped.archive.removed.is_empty(), "{text}");
        }
    }
}
