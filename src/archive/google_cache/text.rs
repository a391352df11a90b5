//! The header of Google's cache as text: sentences that name the page and the day it was fetched, in their form of 2009
//! and later and the one before.

use super::{address, date, opening, owner};
use crate::archive::facts::Facts;
use crate::archive::scan::Cursor;
use crate::archive::shape::{Finding, Zone};
use crate::archive::visible::{self, Visible};
use crate::span::Span;

/// What follows the first sentence, in any order, all of it optional.
const SENTENCES: [&str; 16] = [
    "The current page could have changed in the meantime.",
    "Learn more.",
    "Learn more",
    "Full versionText-only versionView source",
    "Full version",
    "Text-only version",
    "View source",
    "Tip: To quickly find your search term on this page, press Ctrl+F or ⌘-F (Mac) and use the find bar.",
    "Tip: To quickly find your search term on this page, press Ctrl+F or ⌘-F and use the find bar.",
    "The page may have changed since that time.",
    "Click here for the current page without highlighting.",
    "Click here for the current page.",
    "This cached page may reference images which are no longer available.",
    "Click here for the cached text only.",
    "Google is not affiliated with the authors of this page nor responsible for its content.",
    "G o o g l e is not affiliated with the authors of this page nor responsible for its content.",
];

/// What follows the owner's name in the older form.
const SECOND_SENTENCE: &str = "cache is the snapshot that we took of the page as we crawled the web.";

/// Sentences that end in words of the search, each on a line of its own.
const SEARCH_LINES: [&str; 3] = [
    "To link to or bookmark this page, use the following url:",
    "These search terms have been highlighted:",
    "These terms only appear in links pointing to this page:",
];

/// The longest text of a link to the page, in bytes.
const LONGEST_LINK: usize = 200;

/// Finds the header at the start.
pub(in crate::archive) fn find(zone: &Zone<'_>) -> Option<Finding> {
    zone.opening(100).contains("This").then_some(())?;
    // Many policies begin with that word, and few speak of caches at once.
    memchr::memmem::find(zone.opening(visible::ZONE).as_bytes(), b"cache")?;
    let visible = zone.visible();
    let mut cursor = visible.cursor();
    opening(&mut cursor)?;
    let Some(facts) = header(&visible, &mut cursor) else {
        return Some(Finding::Doubt(
            "the text begins like a page of Google's cache but does not go on like one: left it in the text".into(),
        ));
    };
    Some(Finding::layer(vec![Span::new(zone.head(), visible.end(cursor.at))], facts))
}

/// Reads the header after its first words; `None` if it names no page, or nothing more.
fn header(visible: &Visible<'_>, cursor: &mut Cursor<'_>) -> Option<Facts> {
    cursor.gap()?;
    let start = cursor.at;
    let mut facts = address(cursor);
    if facts.original_url.is_none() {
        // The address may be what a link leads to.
        let (end, target) = visible.targets(start, start + LONGEST_LINK).next()?;
        facts = Facts::from_address(target);
        cursor.at = end;
        cursor.accept(".");
    }
    let dated = date(cursor, &mut facts).is_some();
    let mut goes_on = dated;
    while sentence(cursor) {
        goes_on = true;
    }
    goes_on.then_some(facts)
}

/// Passes a sentence that follows the first one.
fn sentence(cursor: &mut Cursor<'_>) -> bool {
    if cursor.any_of(&SENTENCES) > 0 {
        return true;
    }
    if SEARCH_LINES.iter().any(|line| cursor.passes(line)) {
        cursor.line();
        return true;
    }
    let mut ahead = *cursor;
    let _ = ahead.gap();
    let passes = owner(&mut ahead).is_some() && ahead.passes(SECOND_SENTENCE);
    if passes {
        *cursor = ahead;
    }
    passes
}

#[cfg(test)]
mod tests {
    use crate::archive::unwrap;
    use crate::model::Archive;

    const BODY: &str = "\n\nTip: use a kite. We keep names.\n";

    fn left(text: &str) -> (String, Archive, Vec<String>) {
        let unwrapped = unwrap(text, None);
        (unwrapped.kept.iter().map(|span| span.of(text)).collect(), unwrapped.archive, unwrapped.warnings)
    }

    #[test]
    fn takes_both_forms() {
        let recent = "This is Google's cache of http://saltmarsh.example/privacy. It is a snapshot of the page as it \
                      appeared on Aug 7, 2018 15:53:18 GMT. The current page could have changed in the meantime. Learn \
                      more.\n\nFull versionText-only versionView source\n\nTip: To quickly find your search term on this \
                      page, press Ctrl+F or ⌘-F (Mac) and use the find bar.";
        let old = "This is G o o g l e's cache of http://saltmarsh.example/privacy as retrieved on 7 Aug 2018 15:53:18 \
                   GMT.\nG o o g l e's cache is the snapshot that we took of the page as we crawled the web.\nThe page may \
                   have changed since that time. Click here for the current page without highlighting.\nThese search terms \
                   have been highlighted: salt marsh\n\nGoogle is not affiliated with the authors of this page nor \
                   responsible for its content.";
        for header in [
            recent.to_owned(),
            recent.replace("Google's", "Google’s").replace("Aug 7, 2018", "7 Aug 2018"),
            recent.replace(
                "http://saltmarsh.example/privacy",
                "[http://saltmarsh.example/privacy](http://saltmarsh.example/privacy)",
            ),
            recent.replace("http://saltmarsh.example/privacy", "[this page](http://saltmarsh.example/privacy)"),
            recent.replace(' ', "\n> "),
            old.to_owned(),
            old.replace("The page may", "[The page may").replace("time. Click", "time.](http://a.example/) **Click**"),
        ] {
            let (kept, archive, warnings) = left(&format!("{header}{BODY}"));
            assert_eq!(kept, BODY, "{header}");
            assert_eq!(archive.wrapper.as_deref(), Some("google-cache"));
            assert_eq!(archive.captured_at.as_deref(), Some("2018-08-07T15:53:18Z"), "{header}");
            assert_eq!(archive.original_url.as_deref(), Some("http://saltmarsh.example/privacy"), "{header}");
            assert_eq!(warnings.len(), 1, "{warnings:?}");
        }
        let bare =
            "This is Google's cache of http://saltmarsh.example/. The current page could have changed in the meantime.";
        let (kept, archive, warnings) = left(&format!("{bare}{BODY}"));
        assert_eq!((kept.as_str(), warnings.len(), archive.captured_at), (BODY, 0, None));
        assert_eq!(archive.original_url.as_deref(), Some("http://saltmarsh.example/"));
    }

    #[test]
    fn leaves_what_is_no_header() {
        for (text, warnings) in [
            ("This is Google's privacy policy.\n", 0),
            ("This is our policy on Google's cache of pages.\n", 0),
            ("Privacy\n\nThis is Google's cache of http://a.example/ as retrieved on 7 Aug 2018 15:53:18 GMT.\n", 0),
            ("This is Google's cache of pages, which we cannot clear.\n", 1),
        ] {
            let (kept, archive, told) = left(text);
            assert_eq!((kept.as_str(), archive, told.len()), (text, Archive::default(), warnings), "{text}");
        }
    }
}
