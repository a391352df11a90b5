//! Marks that browsers and tools leave in a page that they save: a comment with its address, perhaps with the time.

use memchr::memmem;

use super::archive_today;
use super::clock;
use super::facts::Facts;
use super::shape::{Finding, Layer, Zone};
use super::snapshot::Snapshot;
use super::source::{Kind, Piece, Source, element, has, plain};
use super::url;
use crate::span::Span;

/// How far from its start a page holds such a comment, in bytes.
const HEAD: usize = 16 * 1024;
/// How far from its end.
const TAIL: usize = 2 * 1024;

/// Finds the comment of SingleFile, and the bar that it shows in a saved page.
pub(super) fn find_single_file(zone: &Zone<'_>) -> Option<Finding> {
    let (comment, text) = head_comment(zone, "SingleFile", |text| {
        text.starts_with("Page saved with SingleFile") || text.starts_with("Archive processed by SingleFile")
    })?;
    let mut facts = Facts::default();
    for line in text.lines().map(str::trim) {
        if let Some(address) = line.strip_prefix("url: ") {
            facts = facts_of(address);
        } else if let Some(date) = line.strip_prefix("saved date: ") {
            facts.saved = clock::read(date);
        }
    }
    let mut removed = vec![comment.span];
    let is_bar = |piece: &Piece<'_>| match piece.kind {
        Kind::Open(tag) => tag.is("single-file-infobar") || tag.is("singlefile-infobar"),
        _ => false,
    };
    if has(zone, "-infobar")
        && let Some(bar) = Source::of(zone).find(is_bar).and_then(|bar| element(zone.text, &bar, zone.end))
    {
        removed.push(bar);
    }
    Some(Finding::layer(removed, facts))
}

/// Finds the comment of browsers: `saved from url=(0021)https://a.example/`, the address's length before it.
pub(super) fn find_saved_from(zone: &Zone<'_>) -> Option<Finding> {
    let (comment, text) = head_comment(zone, "saved from url=", |text| text.starts_with("saved from url=("))?;
    let told = text.strip_prefix("saved from url=(").and_then(|rest| rest.split_once(')'));
    let Some((_, address)) = told.filter(|(length, address)| is_length(length, address)) else {
        return Some(doubt("a browser's"));
    };
    Some(Finding::layer(vec![comment.span], facts_of(address)))
}

/// Finds the comments of HTTrack: `Mirrored from a.example/b by HTTrack Website Copier/3.x [XR&CO'2014], <date>`.
pub(super) fn find_httrack(zone: &Zone<'_>) -> Option<Finding> {
    if !zone.is_markup() || ![head(zone), tail(zone)].iter().any(|part| has_within(zone, *part, "HTTrack")) {
        return None;
    }
    let mut layer = Layer::default();
    let mut added = None;
    let mut is_half = false;
    for piece in Source::of(zone) {
        match piece.kind {
            Kind::Comment(text) if text.starts_with("Mirrored from ") => {
                let Some(facts) = httrack_facts(text) else {
                    is_half = true;
                    continue;
                };
                if layer.facts.original_url.is_none() {
                    layer.facts = facts;
                }
                layer.removed.push(piece.span);
            }
            Kind::Comment("Added by HTTrack") => added = Some(piece.span),
            // Between these comments stands the `<meta>` of the encoding.
            Kind::Comment("/Added by HTTrack") => {
                layer.removed.extend(added.take().map(|added| Span::new(added.start, piece.span.end)));
            }
            Kind::Open(tag) if tag.is("meta") => {}
            Kind::Text(text) if text.trim().is_empty() => {}
            _ => added = None,
        }
    }
    if layer.facts.original_url.is_none() {
        return is_half.then(|| doubt("HTTrack's"));
    }
    Some(Finding::from(layer))
}

/// The name of the `<meta>` element that all of them have.
pub(super) const SAVE_PAGE_MARK: &str = "savepage-url";

/// Finds the `<meta>` elements of Save Page WE.
pub(super) fn find_save_page_we(zone: &Zone<'_>) -> Option<Finding> {
    if !has(zone, SAVE_PAGE_MARK) {
        return None;
    }
    let mut layer = Layer::default();
    let mut address = None;
    for piece in Source::of(zone) {
        let Kind::Open(tag) = piece.kind else { continue };
        let field = tag.attribute("name").and_then(|name| name.strip_prefix("savepage-"));
        let Some(field) = field.filter(|_| tag.is("meta")) else { continue };
        let value = || tag.attribute("content").map(plain);
        match field {
            "url" => address = address.or_else(value),
            "date" => layer.facts.saved = layer.facts.saved.or_else(|| clock::read(&value()?)),
            "title" | "pubdate" | "from" | "state" | "version" => {}
            _ => continue,
        }
        layer.removed.push(piece.span);
    }
    let saved = layer.facts.saved.take();
    layer.facts = Facts { saved, ..facts_of(&address?) };
    Some(Finding::from(layer))
}

/// Finds the comment of monolith: `Saved from https://a.example/ at 2024-03-14T01:03:06Z using monolith v2.8.1`.
pub(super) fn find_monolith(zone: &Zone<'_>) -> Option<Finding> {
    let (comment, text) = head_comment(zone, "using monolith v", |text| text.starts_with("Saved from "))?;
    let mut words = text.split_whitespace().skip(2);
    let facts = (|| {
        let address = words.next()?;
        let at = words.next()?;
        let saved = clock::read_utc(words.next()?)?;
        let is_whole = at == "at" && words.next()? == "using" && words.next()? == "monolith" && words.count() == 1;
        is_whole.then(|| Facts { saved: Some(saved), ..facts_of(address) })
    })();
    let Some(facts) = facts else { return Some(doubt("monolith's")) };
    Some(Finding::layer(vec![comment.span], facts))
}

/// Tells what the address of a saved page tells: often it is that of a snapshot. One on no web server tells nothing.
fn facts_of(address: &str) -> Facts {
    if let Some(snapshot) = Snapshot::parse(address) {
        return Facts::from_snapshot(address, snapshot);
    }
    if let Some(facts) = archive_today::facts_of(address) {
        return facts;
    }
    let is_web =
        ["http://", "https://"].iter().any(|scheme| url::strip_prefix_ignoring_case(address, scheme).is_some());
    let original = is_web.then(|| url::original(address));
    let mut facts = Facts { original_url: original.clone().flatten(), ..Facts::default() };
    if original == Some(None) {
        facts.warnings.push(format!("the saved page's address `{address}` is malformed"));
    }
    facts
}

/// Tells whether `length` counts the bytes, or in some browsers the characters, of an address.
fn is_length(length: &str, address: &str) -> bool {
    let is = |count: usize| length.parse() == Ok(count);
    length.len() == 4 && !address.contains(char::is_whitespace) && (is(address.len()) || is(address.chars().count()))
}

/// Reads HTTrack's comment, which tells the address without its scheme.
fn httrack_facts(text: &str) -> Option<Facts> {
    let (address, rest) = text.strip_prefix("Mirrored from ")?.split_once(" by HTTrack Website Copier/")?;
    let (_, date) = rest.split_once(", ")?;
    let saved = Some(clock::read(date)?);
    Some(Facts { saved, ..facts_of(&format!("http://{address}")) })
}

/// Finds the first comment near the page's start that holds `mark` and is of the form sought. The page's text ends the
/// search: what stands behind it is the page's own.
fn head_comment<'t>(zone: &Zone<'t>, mark: &str, is_sought: fn(&str) -> bool) -> Option<(Piece<'t>, &'t str)> {
    if !zone.is_markup() || !has_within(zone, head(zone), mark) {
        return None;
    }
    for piece in Source::of(zone) {
        match piece.kind {
            Kind::Comment(text) if is_sought(text) && text.contains(mark) => return Some((piece, text)),
            Kind::Text(text) if !text.trim_matches(['\u{feff}', ' ', '\t', '\r', '\n']).is_empty() => return None,
            _ => {}
        }
    }
    None
}

/// Gives the first bytes of a page.
fn head(zone: &Zone<'_>) -> Span {
    Span::new(zone.start, zone.text.floor_char_boundary(zone.start + HEAD).min(zone.end))
}

/// Gives the last bytes of a page.
fn tail(zone: &Zone<'_>) -> Span {
    Span::new(zone.text.floor_char_boundary(zone.end.saturating_sub(TAIL)).max(zone.start), zone.end)
}

/// Tells whether a mark stands in a part of a page.
fn has_within(zone: &Zone<'_>, part: Span, mark: &str) -> bool {
    memmem::find(part.of(zone.text).as_bytes(), mark.as_bytes()).is_some()
}

/// Says that a saver's mark is not whole.
fn doubt(whose: &str) -> Finding {
    Finding::Doubt(format!("a comment begins like {whose} on a saved page but does not go on so: left it in the text"))
}

#[cfg(test)]
mod tests {
    use crate::archive::{Unwrapped, unwrap};
    use crate::model::Archive;

    const PAGE: &str = "<title>Thistlecot</title></head><body><!-- menu --><p>We keep names.</p></body></html>\n";

    fn unwrapped(head: &str) -> (String, Unwrapped) {
        let page = format!("<!DOCTYPE html>\n<html>{head}{PAGE}");
        let unwrapped = unwrap(&page, None);
        (unwrapped.kept.iter().map(|span| span.of(&page)).collect(), unwrapped)
    }

    #[test]
    fn reads_address_and_time() {
        let date = "Wed Jan 03 2024 09:12:44 GMT+0100 (CET)";
        let address = "https://thistlecot.example/privacy";
        let saved = Some("2024-01-03T08:12:44Z");
        for (head, wrapper, time) in [
            (
                format!("<!--\n Page saved with SingleFile \n url: {address} \n saved date: {date}\n info: by hand\n-->"),
                "singlefile",
                saved,
            ),
            (format!("<!-- Archive processed by SingleFile\n url: {address}\n-->"), "singlefile", None),
            (format!("<!-- saved from url=(0034){address} -->"), "browser", None),
            (
                "<!-- Mirrored from thistlecot.example/privacy by HTTrack Website Copier/3.x [XR&CO'2014], Wed, 03 Jan \
                 2024 08:12:44 GMT -->"
                    .to_owned(),
                "httrack",
                saved,
            ),
            (
                format!(
                    "<meta name=\"savepage-url\" content=\"{address}\"><meta name=\"savepage-title\" content=\"\">\
                     <meta name=\"savepage-date\" content=\"{date}\">"
                ),
                "save-page-we",
                saved,
            ),
            (
                format!("<!-- Saved from {address} at 2024-01-03T08:12:44Z using monolith v2.8.1 -->"),
                "monolith",
                saved,
            ),
        ] {
            let (kept, unwrapped) = unwrapped(&head);
            assert_eq!(kept, format!("<!DOCTYPE html>\n<html>{PAGE}"), "{head}");
            let archive = unwrapped.archive;
            assert_eq!(archive.wrapper.as_deref(), Some(wrapper));
            let scheme_known = archive.original_url.as_deref().map(|url| url.replace("http://", "https://"));
            assert_eq!(scheme_known.as_deref(), Some(address), "{head}");
            assert_eq!((archive.captured_at.as_deref(), archive.retrieved_at.as_deref()), (time, time), "{head}");
            assert_eq!(unwrapped.warnings, [""; 0]);
        }
    }

    #[test]
    fn takes_all_that_a_saver_left() {
        let comment = "<!-- Mirrored from a.example/ by HTTrack Website Copier/3.x [XR&CO'2014], Wed, 03 Jan 2024 \
                       08:12:44 GMT -->";
        let meta = "<!-- Added by HTTrack --><meta http-equiv=\"content-type\" content=\"text/html\" /><!-- /Added by \
                    HTTrack -->";
        let page = format!("<html>\n{comment}\n{meta}\n{PAGE}{comment}\n");
        let unwrapped = unwrap(&page, None);
        let kept: String = unwrapped.kept.iter().map(|span| span.of(&page)).collect();
        assert_eq!((kept, unwrapped.archive.removed.len()), (format!("<html>\n\n\n{PAGE}"), 3));

        let comment = "<!-- Page saved with SingleFile\n url: https://a.example/ -->";
        let page = format!("<html>{comment}{PAGE}<single-file-infobar><p>Saved</single-file-infobar></html>");
        let unwrapped = unwrap(&page, None);
        let kept: String = unwrapped.kept.iter().map(|span| span.of(&page)).collect();
        assert_eq!(kept, format!("<html>{PAGE}</html>"));
    }

    #[test]
    fn reads_the_snapshot_that_was_saved() {
        let url = "https://web.archive.org/web/20190214083015/https://mossgate.example/a";
        let (_, unwrapped) = unwrapped(&format!("<!-- saved from url=({:04}){url} -->", url.len()));
        assert_eq!(unwrapped.archive.wrapper.as_deref(), Some("browser"));
        assert_eq!(unwrapped.archive.snapshot_url.as_deref(), Some(url));
        assert_eq!(unwrapped.archive.original_url.as_deref(), Some("https://mossgate.example/a"));
        assert_eq!(unwrapped.archive.captured_at.as_deref(), Some("2019-02-14T08:30:15Z"));
    }

    #[test]
    fn takes_a_page_from_nowhere() {
        let (kept, unwrapped) = unwrapped("<!-- saved from url=(0014)about:internet -->");
        assert_eq!(kept, format!("<!DOCTYPE html>\n<html>{PAGE}"));
        assert_eq!((unwrapped.archive.original_url, unwrapped.warnings.len()), (None, 0));
    }

    #[test]
    fn leaves_other_comments() {
        for (head, warnings) in [
            ("<!-- saved from url=(0035)https://thistlecot.example/privacy -->", 1),
            ("<!-- saved from our records -->", 0),
            ("<!-- Saved from https://a.example/ by hand, not using monolith v2 -->", 1),
            ("<!-- Mirrored from a.example by HTTrack, we think -->", 1),
            ("<!-- We do not use HTTrack or SingleFile -->", 0),
            ("<!-- Page saved with care. SingleFile is a tool. -->", 0),
            ("<meta name=\"savepage-other\" content=\"savepage-url\">", 0),
            ("<p>We keep names. <!-- saved from url=(0014)about:internet -->", 0),
            ("<pre><!-- saved from url=(0014)about:internet --></pre>", 0),
        ] {
            let (kept, unwrapped) = unwrapped(head);
            assert_eq!(kept, format!("<!DOCTYPE html>\n<html>{head}{PAGE}"));
            assert_eq!(unwrapped.archive, Archive::default(), "{head}");
            assert_eq!(unwrapped.warnings.len(), warnings, "{head}: {:?}", unwrapped.warnings);
        }
    }
}
