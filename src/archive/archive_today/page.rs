//! Pages saved from archive.today: the archive's header and sharing boxes stand around the page.

use super::{NAME, SAVED_FROM, SUBTITLE, facts_of};
use crate::archive::clock;
use crate::archive::facts::Facts;
use crate::archive::moment::Moment;
use crate::archive::shape::{Finding, Layer, Zone};
use crate::archive::source::{Kind, Source, Tag, element, has, plain, visible};
use crate::archive::url;

/// The archive's elements around the page, which is in `CONTENT`.
const AROUND: [&str; 4] = ["HEADER", "SHARER", "DIVSHARE", "FOOTER"];

/// The end of an id that pages seldom write in capitals.
pub(in crate::archive) const MARK: &str = "HEADER\"";

/// Finds the elements around the page.
pub(in crate::archive) fn find(zone: &Zone<'_>) -> Option<Finding> {
    if !has(zone, MARK) || !has(zone, "CONTENT\"") || !has(zone, "archive.") {
        return None;
    }
    let mut layer = Layer::default();
    let mut head = Head::default();
    let mut seen: Vec<&str> = Vec::new();
    let mut is_archives = false;
    let mut past = zone.start;
    for piece in Source::of(zone) {
        let Kind::Open(tag) = piece.kind else { continue };
        if piece.span.start < past {
            // The header tells some facts too.
            head.read(&tag);
            continue;
        }
        if tag.is("link") || tag.is("meta") {
            head.read(&tag);
        }
        let Some(id) = tag.attribute("id").and_then(|id| AROUND.iter().find(|around| **around == id)) else { continue };
        if seen.contains(id) {
            continue;
        }
        seen.push(id);
        let Some(span) = element(zone.text, &piece, zone.end) else { continue };
        if *id == "HEADER" {
            let words = visible(zone.text, span);
            let names_archive = words.contains(SUBTITLE) || words.contains(NAME);
            is_archives = names_archive && words.contains(SAVED_FROM);
            // An element that is not closed where it should be would hold the page.
            if span.of(zone.text).contains("id=\"CONTENT\"") {
                return is_archives.then(|| {
                    Finding::Doubt("the header of archive.today does not end before the page: left it".to_owned())
                });
            }
        }
        past = span.end;
        layer.removed.push(span);
    }
    layer.facts = head.into_facts();
    is_archives.then_some(Finding::from(layer))
}

/// What the page's head and the archive's header tell.
#[derive(Default)]
struct Head {
    /// The long address of the snapshot.
    bookmark: Option<String>,
    /// Its short address.
    canonical: Option<String>,
    /// The capture time: of the archive's page, not of the page within.
    published: Option<Moment>,
    /// The address in the search box.
    asked: Option<String>,
}

impl Head {
    fn read(&mut self, tag: &Tag<'_>) {
        let value = |name: &str| tag.attribute(name).map(plain);
        if tag.is("link") && tag.has("rel", "bookmark") {
            self.bookmark = self.bookmark.take().or_else(|| value("href"));
        } else if tag.is("link") && tag.has("rel", "canonical") {
            self.canonical = self.canonical.take().or_else(|| value("href"));
        } else if tag.is("meta") && tag.has("property", "article:published_time") {
            self.published = self.published.take().or_else(|| clock::read(&value("content")?));
        } else if tag.is("time") && tag.has("itemprop", "pubdate") {
            self.published = self.published.take().or_else(|| clock::read(&value("datetime")?));
        } else if tag.is("input") && tag.has("name", "q") {
            self.asked = self.asked.take().or_else(|| value("value"));
        }
    }

    fn into_facts(self) -> Facts {
        let mut facts = self.canonical.as_deref().and_then(facts_of).unwrap_or_default();
        if let Some(inner) = self.bookmark.as_deref().and_then(facts_of) {
            facts.add_inner(inner);
        }
        facts.add_time(self.published);
        facts.original_url = facts.original_url.take().or_else(|| url::original(self.asked.as_deref()?));
        facts
    }
}

#[cfg(test)]
mod tests {
    use crate::archive::unwrap;
    use crate::model::Archive;

    const PAGE: &str = "<div id=\"CONTENT\"><div id=\"app\"><h1>Privacy</h1><p>We keep names.</p></div></div>";
    const HEADER: &str = "<div id=\"HEADER\"><div><a>archive.today</a><div>webpage capture</div></div><form>Saved from \
                          <input name=\"q\" value=\"https://larkfield.example/privacy\"/></form><time \
                          itemprop=\"pubdate\" datetime=\"2018-05-05T22:28:55Z\">5 May 2018</time></div>";

    #[test]
    fn takes_what_stands_around_the_page() {
        let head = "<html><head><link rel=\"canonical\" href=\"https://archive.is/XvEff\"/><link rel=\"bookmark\" \
                    href=\"http://archive.today/20180505222855/https://larkfield.example/privacy\"/><meta \
                    property=\"article:published_time\" content=\"2018-05-05T22:28:55Z\"/></head><body>";
        let long = "http://archive.today/20180505222855/https://larkfield.example/privacy";
        for (head, snapshot) in [(head, Some(long)), ("<html><body>", None)] {
            let page = format!(
                "{head}{HEADER}<div id=\"SOLID\">{PAGE}<div id=\"DIVSHARE\"><div id=\"SHARER\">share</div></div></div>\
                 <div id=\"FOOTER\">0% 10%</div></body>"
            );
            let unwrapped = unwrap(&page, None);
            let kept: String = unwrapped.kept.iter().map(|span| span.of(&page)).collect();
            assert_eq!(kept, format!("{head}<div id=\"SOLID\">{PAGE}</div></body>"));
            let archive = unwrapped.archive;
            assert_eq!(archive.wrapper.as_deref(), Some("archive-today"));
            assert_eq!(archive.captured_at.as_deref(), Some("2018-05-05T22:28:55Z"));
            assert_eq!(archive.original_url.as_deref(), Some("https://larkfield.example/privacy"));
            assert_eq!(archive.snapshot_url.as_deref(), snapshot);
            assert_eq!(unwrapped.warnings, [""; 0]);
        }
    }

    #[test]
    fn leaves_headers_of_other_pages() {
        for (page, warnings) in [
            (format!("<div id=\"HEADER\">Our archive.today page. Call 555.</div>{PAGE}"), 0),
            (format!("<div id=\"HEADER\">Saved from a.example. See archive.org</div>{PAGE}"), 0),
            (format!("<header id=\"HEADER\"><a href=\"mailto:x@archive.today.example\">Write</a></header>{PAGE}"), 0),
            (format!("<div><div id=\"HEADER\">webpage capture archive.today Saved from {PAGE}</div></div>"), 1),
        ] {
            let unwrapped = unwrap(&page, None);
            assert_eq!(unwrapped.archive, Archive::default(), "{page}");
            assert_eq!(unwrapped.warnings.len(), warnings, "{page}");
        }
    }
}
