//! Pages from archives that run pywb, such as the UK Web Archive: the block that it inserts, and the frame that it shows
//! pages in, which holds no page.

use super::clock;
use super::facts::Facts;
use super::moment::{Moment, digits_in};
use super::shape::{Finding, Layer, Zone};
use super::source::{Kind, Source, assigned, has, plain, visible_length};
use super::url;
use crate::model::Status;
use crate::span::Span;

/// The most text that a frame shows beside the page that it does not hold, in bytes.
const MOST_FRAME_TEXT: usize = 1_500;

/// What the block, the frame and the descriptions hold.
pub(super) const INSERT_MARK: &str = "WB Insert";
pub(super) const FRAME_MARK: &str = "replay_iframe";
pub(super) const UK_MARK: &str = "UK Web Archive";

/// Finds the inserted block.
pub(super) fn find_insert(zone: &Zone<'_>) -> Option<Finding> {
    if !has(zone, INSERT_MARK) {
        return None;
    }
    let mut begin: Option<Span> = None;
    for piece in Source::of(zone) {
        match piece.kind {
            Kind::Comment("WB Insert") if begin.is_none() => begin = Some(piece.span),
            Kind::Comment("End WB Insert") => {
                let Some(begin) = begin else { continue };
                let block = Span::new(begin.start, piece.span.end);
                if !is_insert(zone.text, block) {
                    return Some(doubt("holds something else"));
                }
                let facts = wbinfo(block.of(zone.text));
                return Some(Finding::layer(vec![block], facts));
            }
            _ => {}
        }
    }
    begin.map(|_| doubt("does not end"))
}

/// Finds the frame. Nothing is taken off, as there is nothing else.
pub(super) fn find_frame(zone: &Zone<'_>) -> Option<Finding> {
    if !has(zone, FRAME_MARK) || !has(zone, "wb_iframe_div") {
        return None;
    }
    let is_frame = Source::of(zone).any(|piece| match piece.kind {
        Kind::Program(tag, _) | Kind::Open(tag) => tag.is("iframe") && tag.has("id", "replay_iframe"),
        _ => false,
    });
    if !is_frame {
        return None;
    }
    let rest = Span::new(zone.start, zone.end);
    if visible_length(zone.text, rest) > MOST_FRAME_TEXT {
        return Some(Finding::Doubt("the page has the frame of a web archive, but text of its own: kept it".into()));
    }
    let facts = Facts { status: Some(Status::ShellOnly), ..wbinfo(zone.rest()) };
    Some(Finding::layer(Vec::new(), facts))
}

/// Finds the `<meta>` elements by which the UK Web Archive describes a page.
pub(super) fn find_uk_web_archive(zone: &Zone<'_>) -> Option<Finding> {
    if !has(zone, UK_MARK) {
        return None;
    }
    let mut layer = Layer::default();
    let mut is_archives = false;
    for piece in Source::of(zone) {
        let Kind::Open(tag) = piece.kind else { continue };
        let field = tag.attribute("name").or_else(|| tag.attribute("property")).unwrap_or_default();
        let content = tag.attribute("content").map(plain).unwrap_or_default();
        match field {
            "og:site" if content == "UK Web Archive" => is_archives = true,
            "og:title" if content.starts_with("Archived version of ") => {}
            "og:description" if content.starts_with("Archived version of ") => layer.facts = described(&content),
            _ => continue,
        }
        layer.removed.push(piece.span);
    }
    is_archives.then_some(Finding::from(layer))
}

/// Tells whether a block holds nothing of the page: no text and no title.
fn is_insert(text: &str, block: Span) -> bool {
    visible_length(text, block) == 0
        && !Source::within(text, block).any(|piece| match piece.kind {
            Kind::Program(tag, _) => !tag.is("script") && !tag.is("style"),
            Kind::Open(tag) => !tag.is("link") && !tag.is("meta"),
            _ => false,
        })
}

/// Reads what pywb tells the scripts of a replayed page.
fn wbinfo(source: &str) -> Facts {
    let value = |name: &str| assigned(source, &format!("wbinfo.{name}"));
    let mut facts = Facts {
        original_url: value("url").and_then(|written| url::original(&written)),
        collection: value("coll").filter(|collection| !collection.is_empty()),
        ..Facts::default()
    };
    if value("is_live").as_deref() == Some("true") {
        facts.warnings.push("the page came through a web archive, but live: it is not an archived one".to_owned());
        return facts;
    }
    facts.captured = value("timestamp").and_then(|time| clock::read_utc(&time));
    facts.snapshot_url = value("top_url").filter(|address| address.starts_with("http"));
    facts
}

/// Reads `Archived version of <address> as of HH:MM, DD/MM/YYYY (UTC). Preserved by the UK Web Archive.`
fn described(text: &str) -> Facts {
    let told = text.strip_prefix("Archived version of ").and_then(|rest| rest.rsplit_once(" as of "));
    let Some((address, rest)) = told else { return Facts::default() };
    let time = rest.split_once(" (UTC)").and_then(|(time, _)| time.split_once(", ")).and_then(|(time, day)| {
        let (day, time) = (digits_in(day, "00/00/0000")?, digits_in(time, "00:00")?);
        Moment::from_digits(&format!("{}{}{}{time}", day.get(4..)?, day.get(2..4)?, day.get(..2)?))
    });
    Facts { original_url: url::original(address), captured: time, ..Facts::default() }
}

/// Says that what begins as the block is none for certain.
fn doubt(what: &str) -> Finding {
    Finding::Doubt(format!("what begins like the block that pywb inserts {what}: left it in the text"))
}

#[cfg(test)]
mod tests {
    use crate::archive::{Unwrapped, unwrap};
    use crate::model::{Archive, Status};

    const PAGE: &str = "<title>Pennyroyal</title></head><body><h1>Privacy</h1><p>We keep names.</p></body></html>";
    const SCRIPT: &str = "<script>\n  wbinfo = {}\n  wbinfo.top_url = \
                          \"https://archive.pennyroyal.example/all/20190122152926/http://pennyroyal.example/a\";\n  \
                          wbinfo.url = \"http://pennyroyal.example/a\";\n  wbinfo.timestamp = \"20190122152926\";\n  \
                          wbinfo.request_ts = \"2019\";\n  wbinfo.coll = \"all\";\n  wbinfo.is_live = false;\n</script>";

    fn unwrapped(head: &str) -> (String, Unwrapped) {
        let page = format!("<!DOCTYPE html><html><head>{head}{PAGE}");
        let unwrapped = unwrap(&page, None);
        (unwrapped.kept.iter().map(|span| span.of(&page)).collect(), unwrapped)
    }

    #[test]
    fn takes_the_block() {
        let block =
            format!("<!-- WB Insert -->\n{SCRIPT}<script src='/static/wombat.js'> </script>\n<!-- End WB Insert -->");
        let (kept, unwrapped) = unwrapped(&block);
        assert_eq!(kept, format!("<!DOCTYPE html><html><head>{PAGE}"));
        let archive = unwrapped.archive;
        assert_eq!(archive.wrapper.as_deref(), Some("pywb"));
        assert_eq!(archive.original_url.as_deref(), Some("http://pennyroyal.example/a"));
        assert_eq!(archive.captured_at.as_deref(), Some("2019-01-22T15:29:26Z"));
        assert_eq!(archive.collection.as_deref(), Some("all"));
        assert!(archive.snapshot_url.is_some_and(|url| url.contains("/all/20190122152926/")));
        assert_eq!(unwrapped.warnings, [""; 0]);
    }

    #[test]
    fn tells_a_live_page_from_a_capture() {
        let block = format!("<!-- WB Insert -->{}<!-- End WB Insert -->", SCRIPT.replace("= false", "= true"));
        let (_, unwrapped) = unwrapped(&block);
        assert_eq!((unwrapped.archive.captured_at, unwrapped.warnings.len()), (None, 1));
    }

    #[test]
    fn knows_the_frame_without_the_page() {
        let metas = "<meta name=\"og:site\" content=\"UK Web Archive\"><meta name=\"og:title\" content=\"Archived \
                     version of http://pennyroyal.example/a from 2019\"><meta name=\"og:description\" \
                     content=\"Archived version of http://pennyroyal.example/a as of 15:29, 22/01/2019 (UTC). \
                     Preserved by the UK Web Archive.\">";
        let frame = "<div id=\"wb_iframe_div\"><iframe id=\"replay_iframe\" src=\"x\"></iframe></div>";
        let page = format!("<html><head>{metas}</head><body>{frame}</body></html>");
        let unwrapped = unwrap(&page, None);
        assert_eq!(unwrapped.status, Some(Status::ShellOnly));
        let archive = unwrapped.archive;
        assert_eq!(archive.wrapper.as_deref(), Some("uk-web-archive"));
        assert_eq!(archive.captured_at.as_deref(), Some("2019-01-22T15:29Z"));
        assert_eq!(archive.original_url.as_deref(), Some("http://pennyroyal.example/a"));
        assert_eq!(archive.removed.len(), 3);
    }

    #[test]
    fn leaves_other_pages() {
        let text = "We keep names. ".repeat(200);
        for (head, warnings) in [
            ("<!-- WB Insert --><script>x</script>".to_owned(), 1),
            ("<!-- WB Insert --><title>x</title><!-- End WB Insert -->".to_owned(), 1),
            ("<!-- WB Insert --><p>We keep names.<!-- End WB Insert -->".to_owned(), 1),
            ("<meta name=keywords content=\"UK Web Archive\">".to_owned(), 0),
            ("<p>An iframe named replay_iframe in a wb_iframe_div.".to_owned(), 0),
            (format!("<div id=wb_iframe_div><iframe id=replay_iframe></iframe></div>{text}"), 1),
        ] {
            let (_, unwrapped) = unwrapped(&head);
            assert_eq!((unwrapped.archive, unwrapped.status), (Archive::default(), None), "{head}");
            assert_eq!(unwrapped.warnings.len(), warnings, "{head}: {:?}", unwrapped.warnings);
        }
    }
}
