//! The toolbar that the Wayback Machine and its relatives put at the top of a replayed page: a block between two comments.

use crate::archive::clock;
use crate::archive::facts::Facts;
use crate::archive::moment::Moment;
use crate::archive::shape::{Finding, Zone};
use crate::archive::snapshot::Snapshot;
use crate::archive::source::{Kind, Source, arguments, assigned, element, has, plain, visible_length};
use crate::archive::url;
use crate::span::Span;

const BEGIN: &str = "BEGIN WAYBACK TOOLBAR INSERT";
const END: &str = "END WAYBACK TOOLBAR INSERT";

/// The toolbar's elements. The first of a page's is one of those that only the toolbar has.
const IDS: [&str; 9] = [
    "wm-ipp-base",
    "wm-ipp",
    "wm-ipp-inside",
    "wm-ipp-print",
    "wm-ipp-minimized",
    "wm-ipp-disclaimer",
    "wm-capinfo",
    "wm-toolbar",
    "donato",
];

/// What else only the toolbar has.
const MARKS: [&str; 4] = ["wm-ipp", "__wm", "wbCurrentUrl", "wm-toolbar"];

/// The most text that a toolbar shows, in bytes: a collection may describe itself at length. More is a page.
const MOST_TEXT: usize = 8_000;

/// What the comments around the block and the ids of its elements hold.
pub(in crate::archive) const BLOCK_MARK: &str = "WAYBACK TOOLBAR INSERT";
pub(in crate::archive) const ELEMENT_MARK: &str = "wm-ipp";

/// Finds the block; if it does not end, the toolbar's elements.
pub(in crate::archive) fn find(zone: &Zone<'_>) -> Option<Finding> {
    if !has(zone, BLOCK_MARK) && !has(zone, ELEMENT_MARK) {
        return None;
    }
    let block = block(zone);
    let mut warnings = Vec::new();
    let removed = match block {
        Block::Whole(span) => vec![span],
        Block::Quoted => return Some(doubt("is about something else")),
        Block::Absent | Block::Endless(_) => {
            let mut elements = elements(zone);
            if elements.removed.is_empty() {
                let is_toolbar = elements.is_open || matches!(block, Block::Endless(_));
                return is_toolbar.then(|| doubt("does not end"));
            }
            if let Block::Endless(comment) = block {
                elements.removed.push(comment);
                warnings.push("the end of the Wayback Machine's toolbar is missing: took its elements off".into());
            }
            if elements.is_open {
                warnings.push("an element of the Wayback Machine's toolbar does not end: left it in the text".into());
            }
            elements.removed
        }
    };
    let mut facts = facts(zone.text, &removed);
    facts.warnings.extend(warnings);
    Some(Finding::layer(removed, facts))
}

/// Where the block of a page stands.
enum Block {
    /// There is none.
    Absent,
    /// Between its comments, both included.
    Whole(Span),
    /// After this comment, and it does not end.
    Endless(Span),
    /// Between comments of that name stands something else.
    Quoted,
}

fn block(zone: &Zone<'_>) -> Block {
    let mut begin = None;
    let mut follows_text = false;
    for piece in Source::of(zone) {
        match piece.kind {
            Kind::Comment(comment) if comment.eq_ignore_ascii_case(BEGIN) => match begin {
                None => begin = Some(piece.span),
                Some(_) => break,
            },
            Kind::Comment(comment) if comment.eq_ignore_ascii_case(END) => {
                let Some(begin) = begin else { continue };
                let block = Span::new(begin.start, piece.span.end);
                let is_marked = MARKS.iter().any(|mark| block.of(zone.text).contains(mark));
                let fits = (is_marked || !follows_text) && visible_length(zone.text, block) <= MOST_TEXT;
                return if fits { Block::Whole(block) } else { Block::Quoted };
            }
            Kind::Text(text) if begin.is_none() => follows_text |= !text.trim().is_empty(),
            _ => {}
        }
    }
    begin.map_or(Block::Absent, Block::Endless)
}

/// The toolbar's elements where no comments bound them.
#[derive(Default)]
struct Elements {
    removed: Vec<Span>,
    /// Whether there is one whose end was not found, or not where it can be.
    is_open: bool,
}

fn elements(zone: &Zone<'_>) -> Elements {
    let mut elements = Elements::default();
    // Each name is looked at once, as it occurs once: it is the first that counts.
    let mut seen: Vec<&str> = Vec::new();
    let mut past = zone.start;
    for piece in Source::of(zone) {
        let Kind::Open(tag) = piece.kind else { continue };
        let Some(id) = tag.attribute("id").and_then(|id| IDS.iter().find(|known| **known == id)) else { continue };
        if piece.span.start < past || seen.contains(id) || (seen.is_empty() && !id.starts_with("wm-ipp")) {
            continue;
        }
        seen.push(id);
        match element(zone.text, &piece, zone.end).filter(|span| visible_length(zone.text, *span) <= MOST_TEXT) {
            Some(span) => {
                past = span.end;
                elements.removed.push(span);
            }
            None => elements.is_open = true,
        }
    }
    elements
}

/// Reads what a toolbar tells, the surest source first.
fn facts(text: &str, removed: &[Span]) -> Facts {
    let source: String = removed.iter().map(|span| span.of(text)).collect();
    let mut facts = printed_address(&source).unwrap_or_default();
    let form = Form::read(&source);
    let (called_url, called_time) = call(&source);
    let shown = ["displayDay", "displayMonth", "displayYear"].map(|name| assigned(&source, name).unwrap_or_default());
    let original = [called_url, facts.original_url.take(), form.url, assigned(&source, "wbCurrentUrl")];
    let times = [called_time, facts.captured.take(), form.date, form.place, clock::read_utc(&shown.join(" "))];
    facts.original_url = original.into_iter().flatten().find_map(|written| url::original(&plain(&written)));
    for time in times {
        facts.add_time(time);
    }
    facts.collection = form.collection;
    facts
}

/// Reads `__wm.bt(…,"web","<address>","<timestamp>",…)`.
fn call(source: &str) -> (Option<String>, Option<Moment>) {
    let mut arguments = arguments(source, "__wm.bt").into_iter().skip_while(|argument| argument != "web").skip(1);
    (arguments.next(), arguments.next().and_then(|time| clock::read_utc(&time)))
}

/// Reads the line that only shows in print.
fn printed_address(source: &str) -> Option<Facts> {
    let (_, rest) = source.split_once("The Wayback Machine - ")?;
    let address = plain(rest.split(|character: char| character == '<' || character.is_whitespace()).next()?);
    Some(Facts::from_snapshot(&address, Snapshot::parse(&address)?))
}

/// What the toolbar's form and links tell.
#[derive(Default)]
struct Form {
    url: Option<String>,
    date: Option<Moment>,
    /// The time at which the bar of captures says that one is.
    place: Option<Moment>,
    collection: Option<String>,
}

impl Form {
    fn read(source: &str) -> Self {
        let mut form = Self::default();
        let mut names_collection = false;
        for piece in Source::within(source, Span::new(0, source.len())) {
            match piece.kind {
                Kind::Open(tag) => {
                    let value = || tag.attribute("value").map(plain);
                    if tag.has("name", "date") {
                        form.date = form.date.or_else(|| clock::read_utc(&value()?));
                    } else if tag.has("id", "wmtburl") {
                        form.url = form.url.or_else(value);
                    }
                    let here = tag.attribute("title").and_then(|title| title.strip_prefix("You are here:"));
                    form.place = form.place.or_else(|| clock::read_utc(here?));
                }
                Kind::Text(text) if !text.trim().is_empty() => {
                    if names_collection && form.collection.is_none() {
                        form.collection = Some(plain(text.trim()));
                    }
                    names_collection = text.trim_end().ends_with("Collection:");
                }
                _ => {}
            }
        }
        form
    }
}

/// Says that what begins as a toolbar is none for certain.
fn doubt(what: &str) -> Finding {
    Finding::Doubt(format!("what begins like the Wayback Machine's toolbar {what}: left it in the text"))
}

#[cfg(test)]
mod tests {
    use crate::archive::{Unwrapped, unwrap};
    use crate::model::Archive;

    const HEAD: &str = "<!DOCTYPE html>\n<html><head><title>Mossgate</title></head>\n<body class=\"a\">";
    const BODY: &str = "<!-- menu --><div><h1>Privacy</h1><p>We keep <i>names</i>.</div></body></html>\n";

    fn unwrapped(block: &str) -> (String, Unwrapped) {
        let page = format!("{HEAD}{block}{BODY}");
        let unwrapped = unwrap(&page, None);
        (unwrapped.kept.iter().map(|span| span.of(&page)).collect(), unwrapped)
    }

    fn block(inner: &str) -> String {
        format!("<!-- BEGIN WAYBACK TOOLBAR INSERT -->\n{inner}\n<!-- END WAYBACK TOOLBAR INSERT -->")
    }

    #[test]
    fn takes_the_block_and_what_each_era_tells() {
        let url = "http://www.mossgate.example/a?b=1&c=2";
        let written = "http://www.mossgate.example:80/a?b=1&amp;c=2";
        for (inner, original, captured, collection) in [
            (
                format!(
                    "<script>__wm.bt(675,27,25,2,\"web\",\"{url}\",\"20190214083015\",1996,\"/_static/\",[\"b.css\"],\
                     false);</script><div id=\"wm-ipp-base\"><div id=\"wm-ipp\"><span class=\"c3\">COLLECTED BY</span>\
                     <!-- NEXT/PREV MONTH NAV AND MONTH INDICATOR --><div>Collection: <a href=\"/x\">web el 2019</a>\
                     </div><a>12 captures</a></div></div>"
                ),
                Some(url),
                Some("2019-02-14T08:30:15Z"),
                Some("web el 2019"),
            ),
            (
                format!(
                    "<div id=\"wm-ipp-print\">The Wayback Machine - \
                     https://web.archive.org/web/20190214083015/{written}</div>"
                ),
                Some(url),
                Some("2019-02-14T08:30:15Z"),
                None,
            ),
            (
                format!(
                    "<form><input type=\"text\" name=\"url\" id=\"wmtbURL\" value=\"{written}\"/>\
                     <input type=\"hidden\" name=\"date\" value=\"20120309071502\"></form>"
                ),
                Some(url),
                Some("2012-03-09T07:15:02Z"),
                None,
            ),
            (
                format!(
                    "<script>var firstDate = 8, wbCurrentUrl = \"{url}\"; displayDay = \"9\";\
                     displayMonth = \"Mar\"; displayYear = '2012';</script>"
                ),
                Some(url),
                Some("2012-03-09"),
                None,
            ),
            (
                "<a title=\"You are here: 7:15:02 Mar 09, 2012\">9</a>".to_owned(),
                None,
                Some("2012-03-09T07:15:02Z"),
                None,
            ),
            (String::new(), None, None, None),
        ] {
            let (kept, unwrapped) = unwrapped(&block(&inner));
            assert_eq!(kept, format!("{HEAD}{BODY}"), "{inner}");
            assert_eq!(unwrapped.warnings, [""; 0], "{inner}");
            let archive = unwrapped.archive;
            assert_eq!(archive.original_url.as_deref(), original, "{inner}");
            assert_eq!(archive.captured_at.as_deref(), captured, "{inner}");
            assert_eq!(archive.collection.as_deref(), collection, "{inner}");
            let shape = archive.removed.first().map(|removed| removed.shape.as_str());
            assert_eq!((archive.wrapper.as_deref(), shape), (Some("wayback-machine"), Some("wayback-toolbar")));
        }
    }

    #[test]
    fn takes_the_elements_if_the_block_does_not_end() {
        let element = "<div id=\"wm-ipp\" lang=\"en\"><div id=\"wm-ipp-inside\"><div>12 captures</div></div></div>";
        for (block, left, warnings) in [
            (format!("<!-- BEGIN WAYBACK TOOLBAR INSERT -->{element}"), "", 1),
            (format!("{element} <i id=donato></i>"), " ", 0),
            (format!("<!-- BEGIN WAYBACK TOOLBAR INSERT -->{element}<p id=wm-toolbar>"), "<p id=wm-toolbar>", 2),
        ] {
            let (kept, unwrapped) = unwrapped(&block);
            assert_eq!(kept, format!("{HEAD}{left}{BODY}"), "{block}");
            assert_eq!(unwrapped.warnings.len(), warnings, "{block}: {:?}", unwrapped.warnings);
        }
    }

    #[test]
    fn leaves_what_only_looks_like_a_toolbar() {
        let long = "We keep names. ".repeat(600);
        for (page, warnings) in [
            ("<p>So: <pre><!-- BEGIN WAYBACK TOOLBAR INSERT -->x<!-- END WAYBACK TOOLBAR INSERT --></pre>".into(), 0),
            ("<p>&lt;!-- BEGIN WAYBACK TOOLBAR INSERT --&gt; x <!-- END WAYBACK TOOLBAR INSERT -->".into(), 0),
            ("<script>'<!-- BEGIN WAYBACK TOOLBAR INSERT -->'</script>We<!-- wm-ipp -->".into(), 0),
            ("<div class=\"wm-ipp\">We keep names.</div><i id=donato>Gifts</i>".into(), 0),
            ("<p>We do:<!-- BEGIN WAYBACK TOOLBAR INSERT -->We<!-- END WAYBACK TOOLBAR INSERT -->".into(), 1),
            ("<!-- BEGIN WAYBACK TOOLBAR INSERT --><p>We keep names.".into(), 1),
            ("<div id=wm-ipp><p>We keep names.".into(), 1),
            (format!("<div id=wm-ipp>{long}</div>"), 1),
            (block(&long), 1),
        ] {
            let (kept, unwrapped) = unwrapped(&page);
            assert_eq!(kept, format!("{HEAD}{page}{BODY}"));
            assert_eq!(unwrapped.archive, Archive::default(), "{page}");
            assert_eq!(unwrapped.warnings.len(), warnings, "{page}: {:?}", unwrapped.warnings);
        }
        let markdown = format!("# Mossgate\n\n{}\n", block("<p id=wm-ipp>x"));
        assert_eq!(unwrap(&markdown, None).archive, Archive::default());
    }
}
