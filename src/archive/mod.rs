//! Decoded text in; where the policy stands in it, and what its archive's wrapper told, out.
//!
//! Wrappers are peeled from outside in by the rows of `shape::SHAPES`. What none of them knows for certain stays in
//! the text: a wrapper that is left costs a clause of type `other`, a policy's paragraph that is taken is lost.

use std::path::Path;

use crate::model::{Archive, Removed, Status};
use crate::span::Span;

// Some forms wait for the shapes that read them.
#[allow(dead_code)]
mod clock;
mod facts;
mod heads;
mod links;
mod moment;
mod open_terms;
mod princeton;
mod scan;
mod shape;
mod snapshot;
mod url;
mod warc;
mod wayback_text;

pub use links::repair_links;

use facts::Facts;
use shape::{Finding, SHAPES, Zone};

/// The most layers that are peeled off one document.
const MAX_LAYERS: usize = 8;

/// A document without the wrappers of its archives.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Unwrapped {
    /// The stretches of text that are left, in order: with those of `archive.removed` they make up the whole input.
    pub kept: Vec<Span>,
    /// What the wrappers told, and what was removed with them.
    pub archive: Archive,
    /// What a wrapper says of the page, if that is no policy.
    pub status: Option<Status>,
    /// Facts that contradict each other, and what looked like a wrapper but was not certain enough to be removed.
    pub warnings: Vec<String>,
}

/// Takes the wrappers of archives off a decoded document and gathers what they tell about the snapshot.
///
/// `path` is where the document was found: some archives put their facts there and nowhere else.
pub fn unwrap(text: &str, path: Option<&Path>) -> Unwrapped {
    let mut zone = Zone { text, start: 0, end: text.len(), path };
    let mut shapes: Vec<_> = SHAPES.iter().collect();
    let mut facts = Facts::default();
    let mut wrapper = None;
    let mut removed: Vec<Removed> = Vec::new();
    let mut layers = 0;
    while layers < MAX_LAYERS {
        let found = shapes.iter().enumerate().find_map(|(row, shape)| Some((row, (shape.find)(&zone)?)));
        let Some((row, finding)) = found else { break };
        // Each shape occurs once: a second banner of the same archive begins another document.
        let shape = shapes.remove(row);
        match finding {
            Finding::Doubt(warning) => facts.warnings.push(warning),
            Finding::Layer(layer) => {
                layers += 1;
                wrapper.get_or_insert_with(|| shape.wrapper.to_owned());
                facts.add_inner(layer.facts);
                for span in layer.removed {
                    let span = zone.cut(span);
                    removed.push(Removed { shape: shape.name.to_owned(), span, text: span.of(text).to_owned() });
                }
            }
        }
    }
    removed.sort_by_key(|removed| removed.span);
    let kept = complement(text.len(), removed.iter().map(|removed| removed.span));
    let status = facts.status;
    let (archive, warnings) = facts.into_archive(wrapper, removed);
    Unwrapped { kept, archive, status, warnings }
}

/// Lists what `removed`, which is in order, leaves of `0..length`.
fn complement(length: usize, removed: impl Iterator<Item = Span>) -> Vec<Span> {
    let mut kept = Vec::new();
    let mut at = 0;
    for span in removed.chain([Span::new(length, length)]) {
        let left = Span::new(at, span.start);
        if !left.is_empty() {
            kept.push(left);
        }
        at = span.end;
    }
    kept
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const BANNER: &str = "> *The following text is extracted and transformed from the pellow.example privacy policy \
                          that was archived on 2015-06-07. Please check the [original snapshot on the Wayback Machine]\
                          (https://web.archive.org/web/20150607080910id_/http%3A//www.pellow.example/privacy) for the \
                          most accurate reproduction.*";
    const LINE: &str =
        "The Wayback Machine - https://web.archive.org/web/20190214083015/https://mossgate.example/privacy";

    fn kept(text: &str) -> String {
        unwrap(text, None).kept.iter().map(|span| span.of(text)).collect()
    }

    #[test]
    fn leaves_alone_what_only_looks_like_a_wrapper() {
        let cases = [
            // 1: a quotation that begins as the banner does.
            "> *The following text is a summary.*\n\nWe keep little.\n",
            "Hello.\n\n> *The following text is extracted and transformed from the minutes of our board.*\n",
            // 2: a policy that speaks of archives.
            "# Privacy\n\nWe send pages to the Wayback Machine - https://web.archive.org/ - each week.\n",
            "Privacy\n\nWe care.\n\nThe Wayback Machine - https://web.archive.org/web/2019/https://a.example/\n",
            // 3: sections on old versions.
            "# Privacy\n\n## Snapshots\n\n* [2012](https://web.archive.org/web/2012/http://a.example/)\n",
            "## Captures\n\n12 captures\n\n14\n\n2018 2019 2020\n",
            // 4: what a policy says of itself.
            "Last updated: 3 May 2018\nVersion 3.2\n\nThis policy was saved from our records.\n",
            // 6: small and bare policies.
            "We keep nothing.",
            "| What | Why |\n|---|---|\n| Name | To greet you |\n",
            "1. Data\n    1. We keep names.\n",
            "Some text comes first.\n\n# Then a heading\n",
            // 7: lines that look like the head of a message.
            "Title: Privacy\nDate: 3 May 2018\nFrom: The board\n\nWe keep names.\n",
            // 8: a toolbar's words in an example.
            "<pre>&lt;!-- BEGIN WAYBACK TOOLBAR INSERT --&gt;</pre>\n",
            "",
            "\u{feff}\n",
        ];
        for text in cases {
            let unwrapped = unwrap(text, None);
            assert_eq!(unwrapped.archive, Archive::default(), "{text}");
            assert_eq!(kept(text), text);
            assert!(unwrapped.warnings.is_empty(), "{text}: {:?}", unwrapped.warnings);
        }
    }

    #[test]
    fn leaves_half_a_banner_and_says_so() {
        for text in [
            "> *The following text is extracted and transformed from the minutes of our board.*\n\nWe meet.\n",
            "<!--The following is the downloaded HTML source of the thing.--><p>We meet.",
            "The Wayback Machine - https://web.archive.org/save\nWe meet.\n",
        ] {
            let unwrapped = unwrap(text, None);
            assert_eq!(unwrapped.archive, Archive::default(), "{text}");
            assert_eq!(unwrapped.warnings.len(), 1, "{text}");
        }
    }

    #[test]
    fn takes_blank_text_before_a_banner_with_it() {
        let text = format!("\u{feff}\n \n{BANNER}\n\n  {LINE}\n\n    Body\n");
        let unwrapped = unwrap(&text, None);
        let shapes: Vec<_> = unwrapped.archive.removed.iter().map(|removed| removed.shape.as_str()).collect();
        assert_eq!(shapes, ["princeton-leuven-markdown", "wayback-text"]);
        assert_eq!(kept(&text), "\n\n    Body\n");
    }

    #[test]
    fn lets_the_inner_layer_tell_the_time() {
        let text = format!("{BANNER}\n\n{LINE}\n\nBody\n");
        let unwrapped = unwrap(&text, None);
        assert_eq!(unwrapped.archive.wrapper.as_deref(), Some("princeton-leuven"));
        assert_eq!(unwrapped.archive.domain.as_deref(), Some("pellow.example"));
        assert_eq!(unwrapped.archive.captured_at.as_deref(), Some("2019-02-14T08:30:15Z"));
        assert_eq!(unwrapped.archive.original_url.as_deref(), Some("https://mossgate.example/privacy"));
        assert_eq!(unwrapped.archive.replay_flag, None);
        assert_eq!(
            unwrapped.warnings,
            [
                "the capture time is told twice: took `2019-02-14T08:30:15Z`, not `2015-06-07T08:09:10Z`",
                "the original address is told twice: took `https://mossgate.example/privacy`, not \
                 `http://www.pellow.example/privacy`",
                "the archive filed this under `pellow.example`, but the page stood at `mossgate.example`",
            ]
        );
    }

    #[test]
    fn keeps_the_facts_of_a_banner_with_nothing_after_it() {
        for text in [BANNER.to_owned(), format!("{BANNER}\n\n")] {
            assert_eq!(kept(&text).trim(), "");
            assert_eq!(unwrap(&text, None).archive.captured_at.as_deref(), Some("2015-06-07T08:09:10Z"));
        }
    }

    #[test]
    fn leaves_a_second_banner_in_the_text() {
        let joined = format!("{BANNER}\n\n# One\n\n{BANNER}\n\n# Two\n");
        let unwrapped = unwrap(&joined, None);
        assert_eq!(unwrapped.archive.removed.len(), 1);
        assert_eq!(unwrapped.warnings.len(), 1, "{:?}", unwrapped.warnings);
        // Within a line, it is text like any other.
        let quoted = format!("{BANNER}\n\nThe corpus puts this first: {BANNER}\n");
        assert!(unwrap(&quoted, None).warnings.is_empty());
    }

    proptest! {
        #[test]
        fn loses_no_byte(parts in prop::collection::vec(
            prop_oneof![
                Just(BANNER), Just(LINE), Just("\n"), Just("\r\n"), Just("12 captures\n"), Just("Help\n"),
                Just("\u{feff}"), Just("> "), Just("é"), Just("<!--"),
                Just("The following text is extracted and transformed from the "),
            ],
            0..12,
        )) {
            let text = parts.concat();
            let unwrapped = unwrap(&text, None);
            let removed = unwrapped.archive.removed.iter().map(|removed| (removed.span, removed.text.as_str()));
            let mut all: Vec<_> = unwrapped.kept.iter().map(|span| (*span, span.of(&text))).chain(removed).collect();
            all.sort_unstable();
            prop_assert_eq!(all.iter().map(|(_, part)| *part).collect::<String>(), text);
        }
    }
}
