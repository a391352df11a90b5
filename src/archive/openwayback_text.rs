//! The disclaimer that OpenWayback puts on top of a page, as text.

use super::clock;
use super::facts::Facts;
use super::shape::{Finding, Layer, Zone};
use crate::span::Span;

/// Finds the disclaimer at the start.
pub(super) fn find(zone: &Zone<'_>) -> Option<Finding> {
    zone.opening(100).contains("OpenWayback").then_some(())?;
    let visible = zone.visible();
    let mut cursor = visible.cursor();
    cursor.words("OpenWayback - External links, forms, and search boxes may not function within this collection.")?;
    let facts = (|| {
        cursor.next_words("Url:")?;
        cursor.gap()?;
        let address = cursor.token();
        cursor.next_words("time:")?;
        // `6:15:09 Feb 04, 2013` is four words.
        let start = cursor.at;
        for _ in 0..4 {
            cursor.gap()?;
            cursor.token();
        }
        let mut facts = Facts::from_address(address);
        facts.add_time(Some(clock::read_utc(Span::new(start, cursor.at).of(cursor.text))?));
        let _ = cursor.any_of(&["[ hide ]", "[hide]"]);
        Some(facts)
    })();
    let Some(facts) = facts else {
        let warning = "the text begins like OpenWayback's disclaimer but does not go on like it: left it in the text";
        return Some(Finding::Doubt(warning.into()));
    };
    Some(Finding::Layer(Layer { removed: vec![Span::new(zone.head(), visible.end(cursor.at))], facts }))
}

#[cfg(test)]
mod tests {
    use crate::archive::unwrap;
    use crate::model::Archive;

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
}
