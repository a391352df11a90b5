//! Pages saved from Google's cache: a header before the page that tells its address and when it was fetched.

use memchr::memmem;

use super::{address, date, opening};
use crate::archive::facts::Facts;
use crate::archive::scan::Cursor;
use crate::archive::shape::{Finding, Zone};
use crate::archive::source::{Kind, Source, element, has, visible};
use crate::span::Span;

/// How the header's element is named, after letters that change.
pub(in crate::archive) const ID_ENDING: &str = "__google-cache-hdr";
/// The most text that a header shows, in bytes.
const MOST_TEXT: usize = 2_000;
/// How far from the page's start an early header ends, in bytes.
const HEAD: usize = 16 * 1024;

/// Finds the header's element and its style.
pub(in crate::archive) fn find(zone: &Zone<'_>) -> Option<Finding> {
    if !has(zone, ID_ENDING) {
        return None;
    }
    let mut removed = Vec::new();
    let mut header = None;
    for piece in Source::of(zone) {
        match piece.kind {
            Kind::Program(tag, style) if tag.is("style") && style.contains(ID_ENDING) => removed.push(piece.span),
            Kind::Open(tag) if header.is_none() && tag.attribute("id").is_some_and(|id| id.ends_with(ID_ENDING)) => {
                header = Some(element(zone.text, &piece, zone.end));
            }
            _ => {}
        }
    }
    let told = header?.and_then(|header| Some((header, facts_of(&visible(zone.text, header))?)));
    let Some((header, facts)) = told else { return Some(doubt()) };
    removed.push(header);
    Some(Finding::layer(removed, facts))
}

/// Finds the table before the page, closed by a rule, that stood there until about 2008.
pub(in crate::archive) fn find_table(zone: &Zone<'_>) -> Option<Finding> {
    let start = zone.head();
    let end = zone.text.floor_char_boundary(start + HEAD).min(zone.end);
    let head = Span::new(start, end);
    if !zone.is_markup() || memmem::find(head.of(zone.text).as_bytes(), b"cache").is_none() {
        return None;
    }
    let rule = Source::within(zone.text, head).find_map(|piece| match piece.kind {
        Kind::Open(tag) if tag.is("hr") => Some(Some(piece.span)),
        // The page itself begins without a rule before it.
        Kind::Open(tag) if tag.is("html") || tag.is("body") => Some(None),
        _ => None,
    })??;
    let header = Span::new(start, rule.end);
    let facts = facts_of(&visible(zone.text, header))?;
    Some(Finding::layer(vec![header], facts))
}

/// Reads the words of a header, of which what follows the day tells nothing.
fn facts_of(words: &str) -> Option<Facts> {
    let mut cursor = Cursor { text: words, at: 0 };
    opening(&mut cursor).filter(|()| words.len() <= MOST_TEXT)?;
    cursor.gap()?;
    let mut facts = address(&mut cursor);
    let _ = date(&mut cursor, &mut facts);
    Some(facts)
}

/// Says that the header is not whole.
fn doubt() -> Finding {
    Finding::Doubt(
        "an element is named like the header of Google's cache but is not one for certain: left it in the text".into(),
    )
}

#[cfg(test)]
mod tests {
    use crate::archive::unwrap;
    use crate::model::Archive;

    const PAGE: &str = "<html><head><title>Larkfield</title></head><body><h1>Privacy</h1><hr><p>We keep names.</html>";

    #[test]
    fn takes_the_header() {
        let header = "<style>#bN0__google-cache-hdr{margin:0}</style><div id=\"bN0__google-cache-hdr\"><div>This is \
                      <b>Google&#39;s</b> cache of <a href=\"https://larkfield.example/a\">https://larkfield.example/a\
                      </a>. It is a snapshot of the page as it appeared on Aug 7, 2018 15:53:18 GMT. The <a>current \
                      page</a> could have changed in the meantime.</div><div>Tip</div></div>";
        for (page, kept, captured) in [
            (format!("<!DOCTYPE html>{header}{PAGE}"), format!("<!DOCTYPE html>{PAGE}"), "2018-08-07T15:53:18Z"),
            (
                format!(
                    "<meta charset=x>\n<BASE HREF=\"https://larkfield.example/a\"><table border=1><tr><td>This is <b>\
                     <font color=blue>G</font> <font color=red>o</font> ogle</b>'s <a>cache</a> of <A HREF=\"x\">\
                     https://larkfield.example/a</A> as retrieved on 12 Apr 2006 20:02:06 GMT.<br>Google is not \
                     affiliated with the authors of this page.</table>\n<HR>\n{PAGE}"
                ),
                format!("\n{PAGE}"),
                "2006-04-12T20:02:06Z",
            ),
        ] {
            let unwrapped = unwrap(&page, None);
            assert_eq!(unwrapped.kept.iter().map(|span| span.of(&page)).collect::<String>(), kept);
            let archive = unwrapped.archive;
            assert_eq!(archive.wrapper.as_deref(), Some("google-cache"));
            assert_eq!(archive.original_url.as_deref(), Some("https://larkfield.example/a"));
            assert_eq!(archive.captured_at.as_deref(), Some(captured));
            assert_eq!(unwrapped.warnings.len(), 1);
        }
    }

    #[test]
    fn leaves_pages_on_caches() {
        for (page, warnings) in [
            (format!("<table><tr><td>This is our cache of tea.</table><hr>{PAGE}"), 0),
            ("<html><p>This is Google's cache of x.example as retrieved on 12 Apr 2006 20:02:06 GMT.<hr>We".into(), 0),
            ("<p>We keep a cache of <b>names</b>.".into(), 0),
            ("<div id=x__google-cache-hdr>We keep names.</div>".into(), 1),
            ("<div id=x__google-cache-hdr>This is Google's cache of a.example. <p>We keep names.".into(), 1),
        ] {
            let unwrapped = unwrap(&page, None);
            assert_eq!(unwrapped.archive, Archive::default(), "{page}");
            assert_eq!(unwrapped.warnings.len(), warnings, "{page}");
        }
    }
}
