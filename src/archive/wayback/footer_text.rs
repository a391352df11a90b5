//! The Wayback Machine's comments at a page's end, which converters leave as text: when the page was captured and
//! fetched, and how long that took. Only what ends the document is taken.

use std::sync::LazyLock;

use memchr::memmem::Finder;

use super::footer::{ARCHIVED, TIMINGS, is_mark, sentence, timings};
use crate::archive::facts::Facts;
use crate::archive::scan::Cursor;
use crate::archive::shape::{Finding, Zone};
use crate::span::Span;

/// How much of a document's end is looked at, in bytes.
const REACH: usize = 3_000;

/// What else stands there.
const SENTENCES: [&str; 2] = [
    "JAVASCRIPT APPENDED BY WAYBACK MACHINE, COPYRIGHT INTERNET ARCHIVE.",
    "ALL OTHER CONTENT MAY ALSO BE PROTECTED BY COPYRIGHT (17 U.S.C. SECTION 108(a)(3)).",
];

/// How pages begin, the longest first.
const PAGE_STARTS: [&str; 5] = ["<html", "<head", "<body", "<!", "<?"];

/// The words that it is looked for by.
static WORDS: LazyLock<[Finder<'static>; 2]> = LazyLock::new(|| [ARCHIVED, TIMINGS].map(Finder::new));

/// Finds the text at the end.
pub(in crate::archive) fn find(zone: &Zone<'_>) -> Option<Finding> {
    // In a page it stands in comments, which are another shape's; a converted text may begin with a tag, too.
    let start = zone.rest().trim_start().get(..PAGE_STARTS[0].len()).unwrap_or_default();
    if PAGE_STARTS.iter().any(|known| start.get(..known.len()).is_some_and(|s| s.eq_ignore_ascii_case(known))) {
        return None;
    }
    let tail = zone.tail();
    let reach = zone.text.ceil_char_boundary(tail.saturating_sub(REACH).max(zone.start));
    let end = Span::new(reach, tail).of(zone.text);
    let found = WORDS.iter().find_map(|words| words.find_iter(end.as_bytes()).last())?;
    let line = end.get(..found)?.rfind(['\n', '\r']).map_or(0, |at| at + 1);
    // A sentence that quotes the words is the policy's.
    let lead = end.get(line..found)?;
    (lead.chars().all(is_mark) || lead.trim() == "<small>").then_some(())?;
    // A comment may open on the line before.
    let before = end.get(..line)?.trim_end();
    let opened = ["<!--", "/*"].into_iter().find_map(|mark| before.strip_suffix(mark));
    let start = opened.map_or(line + lead.len() - lead.trim_start().len(), str::len);
    let text = zone.text.get(..tail)?;
    let mut cursor = Cursor { text, at: reach + found };
    let Some(facts) = footer(&mut cursor).filter(|_| cursor.rest().is_empty()) else {
        return Some(Finding::Doubt(
            "the text holds a line of the Wayback Machine's footer, but does not end with it: left it there".into(),
        ));
    };
    Some(Finding::layer(vec![Span::new(reach + start, tail)], facts))
}

/// Reads the footer, and all that may follow it.
fn footer(cursor: &mut Cursor<'_>) -> Option<Facts> {
    let mut facts = Facts::default();
    if cursor.rest().starts_with(ARCHIVED) {
        facts = sentence(cursor)?.1;
    }
    loop {
        let at = cursor.at;
        cursor.skip(char::is_whitespace);
        if !cursor.accept("<small>") {
            cursor.skip(is_mark);
        }
        cursor.any_of(&SENTENCES);
        let _ = timings(cursor);
        if cursor.at == at {
            return Some(facts);
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::archive::unwrap;
    use crate::model::Archive;

    const FOOTER: &str = "FILE ARCHIVED ON 06:15:09 Feb 04, 2013 AND RETRIEVED FROM THE INTERNET ARCHIVE ON 22:41:30 Oct 11, \
                          2024.";
    const REST: &str = "JAVASCRIPT APPENDED BY WAYBACK MACHINE, COPYRIGHT INTERNET ARCHIVE.\n\n ALL OTHER CONTENT MAY ALSO BE \
                        PROTECTED BY COPYRIGHT (17 U.S.C.\nSECTION 108(a)(3)).";
    const TIMINGS: &str =
        "playback timings (ms):\n  captures_list: 0.61\n  exclusion.robots: 0.12\n  LoadShardBlock: 88.4 (3)";
    const BODY: &str = "# Teasel\n\nWe keep names.\n\n";

    #[test]
    fn takes_what_ends_the_document() {
        for (footer, is_told) in [
            (FOOTER.to_owned(), true),
            (format!("{FOOTER}\n\n{REST}\n"), true),
            (format!("{FOOTER} {} {}", REST.replace('\n', " "), TIMINGS.replace("\n ", "")), true),
            (format!("<!--\n     {FOOTER}\n{REST}\n-->\n<!--\n{TIMINGS}\n-->\n"), true),
            (format!("// {}", FOOTER.replace("THE INTERNET", "THE\n// INTERNET").replace("2024.", "2024")), true),
            (
                FOOTER
                    .replace("06:15:09 Feb 04, 2013", "20130204061509")
                    .replace("22:41:30 Oct 11, 2024.", "20241011224130"),
                true,
            ),
            (FOOTER.replace("THE INTERNET ARCHIVE", "THE\n     AN OPENWAYBACK INSTANCE"), true),
            (format!("<small>{FOOTER} <small>"), true),
            (TIMINGS.to_owned(), false),
        ] {
            let text = format!("{BODY}{footer}");
            let unwrapped = unwrap(&text, None);
            let kept: String = unwrapped.kept.iter().map(|span| span.of(&text)).collect();
            assert_eq!(kept, BODY, "{footer}");
            let archive = unwrapped.archive;
            assert_eq!(archive.wrapper.as_deref(), Some("wayback-machine"));
            assert_eq!(archive.captured_at.as_deref(), is_told.then_some("2013-02-04T06:15:09Z"), "{footer}");
            assert_eq!(archive.retrieved_at.as_deref(), is_told.then_some("2024-10-11T22:41:30Z"), "{footer}");
            assert!(unwrapped.warnings.is_empty(), "{footer}: {:?}", unwrapped.warnings);
        }
    }

    #[test]
    fn leaves_what_does_not_end_it() {
        for (text, warnings) in [
            (format!("{BODY}{FOOTER}\n\nWrite to us.\n"), 1),
            (format!("{BODY}We print: {FOOTER}\n"), 0),
            (format!("{BODY}{}", FOOTER.replace("Feb", "Wet")), 1),
            (format!("{BODY}{TIMINGS} ms\n"), 1),
            (format!("{BODY}{FOOTER}\n\n{}", "We keep names. ".repeat(300)), 0),
        ] {
            let unwrapped = unwrap(&text, None);
            assert_eq!((unwrapped.archive, unwrapped.warnings.len()), (Archive::default(), warnings), "{text}");
        }
    }
}
