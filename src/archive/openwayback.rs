//! The disclaimer that OpenWayback puts on top of a replayed page, in the page's HTML source and as text.

use super::clock;
use super::facts::Facts;
use super::scan::Cursor;
use super::shape::{Finding, Zone};
use super::source::{Kind, Piece, Source, element, has, visible};
use crate::span::Span;

/// How the disclaimer begins.
const OPENING: &str = "OpenWayback - External links, forms, and search boxes may not function within this collection.";
/// The button behind it.
const BUTTON: [&str; 2] = ["[ hide ]", "[hide]"];
/// The words of a date such as `6:15:09 Feb 04, 2013`.
const DATE_WORDS: usize = 4;

/// How many elements the disclaimer's words may nest in.
const MOST_ELEMENTS: usize = 4;

/// Words of the disclaimer.
pub(super) const MARK: &str = "may not function within this collection";

/// Finds the element that holds the disclaimer and nothing else.
pub(super) fn find_page(zone: &Zone<'_>) -> Option<Finding> {
    if !has(zone, MARK) {
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
        let words = visible(zone.text, span);
        let mut cursor = Cursor { text: &words, at: 0 };
        cursor.words(OPENING)?;
        let facts = facts(&mut cursor)?;
        let is_all = cursor.any_of(&BUTTON) == 1 && cursor.rest().is_empty();
        is_all.then(|| Finding::layer(vec![span], facts))
    })
}

/// Finds the disclaimer at the start of a text.
pub(super) fn find_text(zone: &Zone<'_>) -> Option<Finding> {
    zone.opening(100).contains("OpenWayback").then_some(())?;
    let visible = zone.visible();
    let mut cursor = visible.cursor();
    cursor.words(OPENING)?;
    let Some(facts) = facts(&mut cursor) else {
        let warning = "the text begins like OpenWayback's disclaimer but does not go on like it: left it in the text";
        return Some(Finding::Doubt(warning.into()));
    };
    let _ = cursor.any_of(&BUTTON);
    Some(Finding::layer(vec![Span::new(zone.head(), visible.end(cursor.at))], facts))
}

/// Reads what the disclaimer tells: `Url: <address> time: 6:15:09 Feb 04, 2013`.
fn facts(cursor: &mut Cursor<'_>) -> Option<Facts> {
    cursor.next_words("Url:")?;
    cursor.gap()?;
    let mut facts = Facts::from_address(cursor.token());
    cursor.next_words("time:")?;
    let start = cursor.at;
    for _ in 0..DATE_WORDS {
        cursor.gap()?;
        cursor.token();
    }
    facts.add_time(Some(clock::read_utc(Span::new(start, cursor.at).of(cursor.text))?));
    Some(facts)
}

#[cfg(test)]
mod tests {
    use crate::archive::unwrap;
    use crate::model::Archive;

    /// The disclaimer in HTML, without its button.
    const PAGE: &str = "<b>OpenWayback</b> - External links, forms, and search boxes may not function within this \
                        collection.<br>Url: <a href=x>http://pennyroyal.example/a</a> time: 7:15:02 Mar 09, 2012";
    const BODY: &str = "<div><h1>Privacy</h1><p>We keep names.</p></div></body></html>";

    const START: &str =
        "OpenWayback - External links, forms, and search boxes may not function within this collection.";

    #[test]
    fn takes_the_disclaimer_only_whole() {
        let whole = format!("{START} Url: http://sedge.example/privacy time: 6:15:09 Feb 04, 2013");
        for (text, body) in [
            (format!("{whole} [ hide ]\n\nWe keep names.\n"), "\n\nWe keep names.\n"),
            (format!("{}\nWe keep names.\n", whole.replace(". Url", ".\nUrl")), "\nWe keep names.\n"),
        ] {
            let unwrapped = unwrap(&text, None);
            assert_eq!(unwrapped.kept.iter().map(|span| span.of(&text)).collect::<String>(), body);
            assert_eq!(unwrapped.archive.wrapper.as_deref(), Some("openwayback"));
            assert_eq!(unwrapped.archive.captured_at.as_deref(), Some("2013-02-04T06:15:09Z"));
            assert_eq!(unwrapped.archive.original_url.as_deref(), Some("http://sedge.example/privacy"));
        }
        for (text, warnings) in [
            (format!("{START}\n\nWe keep names.\n"), 1),
            (whole.replace("Feb", "Wet"), 1),
            (format!("# Sedge\n\n{whole}\n"), 0),
            ("OpenWayback - a history of our archive\n".to_owned(), 0),
        ] {
            let unwrapped = unwrap(&text, None);
            assert_eq!((unwrapped.archive, unwrapped.warnings.len()), (Archive::default(), warnings), "{text}");
        }
    }

    #[test]
    fn takes_the_element_with_the_disclaimer() {
        let page = format!("<html><body><div class=d>{PAGE} [ <a href=y>hide</a> ]</div>{BODY}");
        let unwrapped = unwrap(&page, None);
        let kept: String = unwrapped.kept.iter().map(|span| span.of(&page)).collect();
        assert_eq!(kept, format!("<html><body>{BODY}"));
        assert_eq!(unwrapped.archive.wrapper.as_deref(), Some("openwayback"));
        assert_eq!(unwrapped.archive.captured_at.as_deref(), Some("2012-03-09T07:15:02Z"));
        assert_eq!(unwrapped.archive.original_url.as_deref(), Some("http://pennyroyal.example/a"));
    }

    #[test]
    fn leaves_elements_that_say_more_or_less() {
        for head in [
            format!("<p>{PAGE} and more</p>"),
            format!("<p>{PAGE}</p>"),
            format!("<p>{PAGE} [ hide ] and more</p>"),
            format!("<p>Note: {PAGE} [ hide ]</p>"),
        ] {
            let page = format!("<html><body>{head}{BODY}");
            let unwrapped = unwrap(&page, None);
            assert_eq!((unwrapped.archive, unwrapped.warnings.len()), (Archive::default(), 0), "{head}");
        }
    }
}
