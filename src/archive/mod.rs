//! Decoded text in; where the policy stands in it, and what its archive's wrapper told, out.
//!
//! Wrappers are peeled from outside in by the rows of `shape::SHAPES`. What none of them knows for certain stays in
//! the text: a wrapper that is left costs a clause of type `other`, a policy's paragraph that is taken is lost.

use std::cell::OnceCell;
use std::path::Path;

use crate::model::{Archive, Removed, Status};
use crate::span::Span;

mod archive_it;
mod archive_today;
mod clock;
mod facts;
mod front_matter;
mod google_cache;
mod heads;
mod jina_reader;
mod links;
mod moment;
pub mod notice;
mod open_terms;
mod openwayback;
mod perma;
mod princeton;
mod pywb;
mod savers;
mod scan;
mod shape;
mod site_page;
mod snapshot;
mod source;
mod url;
mod visible;
mod warc;
mod wayback;

pub use links::repair_links;
pub(crate) use princeton::{BANNER, banner_lines};

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
    let mut zone = Zone { text, start: 0, end: text.len(), path, has_rare_mark: OnceCell::new() };
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
                let layer = *layer;
                layers += 1;
                wrapper.get_or_insert_with(|| shape.wrapper.to_owned());
                facts.add_inner(layer.facts);
                let outer = removed.len();
                let mut past = 0;
                let mut spans = layer.removed;
                spans.sort_unstable();
                for span in spans {
                    // What a shape finds for itself may stand within something else that it found.
                    let span = Span::new(span.start.max(past), span.end);
                    past = past.max(span.end);
                    for span in uncovered(span, removed.get(..outer).unwrap_or_default()) {
                        let span = zone.cut(span);
                        removed.push(Removed { shape: shape.name.to_owned(), span, text: span.of(text).to_owned() });
                    }
                }
                removed.sort_by_key(|removed| removed.span);
            }
        }
    }
    let kept = complement(text.len(), removed.iter().map(|removed| removed.span));
    let status = facts.status;
    let (archive, warnings) = facts.into_archive(wrapper, removed);
    Unwrapped { kept, archive, status, warnings }
}

/// Lists what `removed`, which is in order, leaves of `span`: a shape may find what an outer layer took away with it.
fn uncovered(span: Span, removed: &[Removed]) -> Vec<Span> {
    let first = removed.partition_point(|removed| removed.span.end <= span.start);
    let mut left = Vec::new();
    let mut at = span.start;
    for removed in removed.iter().skip(first).take_while(|removed| removed.span.start < span.end) {
        if at < removed.span.start {
            left.push(Span::new(at, removed.span.start));
        }
        at = removed.span.end;
    }
    if at < span.end {
        left.push(Span::new(at, span.end));
    }
    left
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
            "> *The following text\n> is a summary.*\n\nWe keep little.\n",
            // 2: a policy that speaks of archives.
            "# Privacy\n\nWe send pages to the Wayback Machine - https://web.archive.org/ - each week.\n",
            "We send pages to the Wayback Machine - https://web.archive.org/ - each week.\n",
            "# Privacy\n\nA page of ours may be in Archive-It or Google's cache. You are viewing an archived web page if it says \
             so.\n",
            "Privacy\n\nWe care.\n\nThe Wayback Machine - https://web.archive.org/web/2019/https://a.example/\n",
            // 3: sections on old versions.
            "# Privacy\n\n## Snapshots\n\n* [2012](https://web.archive.org/web/2012/http://a.example/)\n",
            "## Captures\n\n12 captures\n\n14\n\n2018 2019 2020\n",
            "Captures\n\n14\n\n2018 2019 2020\n\nWe keep captures.\n",
            "Archived versions\n\n[Previous version](https://web.archive.org/web/2012id_/http://a.example/)\n",
            // 4: what a policy says of itself.
            "Last updated: 3 May 2018\nVersion 3.2\n\nThis policy was saved from our records.\n",
            "Effective 3 May 2018\n\nSaved from our records\n\nshare\nsearch\nWebpage\n",
            // 5: the page's own frame.
            "<header>Last updated 3 May 2018</header><p>We keep names.</p><footer>Write to a@b.example</footer>",
            // 6: small and bare policies.
            "We keep nothing.",
            "| What | Why |\n|---|---|\n| Name | To greet you |\n",
            "1. Data\n    1. We keep names.\n",
            "Some text comes first.\n\n# Then a heading\n",
            // 7: lines that look like the head of a message.
            "Title: Privacy\nDate: 3 May 2018\nFrom: The board\n\nWe keep names.\n",
            "Date: 3 May 2018\n\nWe keep names.\n",
            "---\ntitle: Privacy\ndate: 2018-05-03\n---\n\nWe keep names.\n",
            // 5: the parts of a page that hold what nothing else does.
            "<header>Mossgate, 5 High Street</header><p>We keep names.</p><footer>Updated 3 May 2018</footer>",
            "<nav id=\"HEADER\"><a href=\"mailto:a@b.example\">Write</a></nav><div id=\"CONTENT\">We keep names.</div>",
            // 8: a toolbar's words in an example.
            "<pre>&lt;!-- BEGIN WAYBACK TOOLBAR INSERT --&gt;</pre>\n",
            "<p>Look for this:</p><pre><!-- BEGIN WAYBACK TOOLBAR INSERT --></pre><p>We keep names.</p>\n",
            "<pre><!-- BEGIN WAYBACK TOOLBAR INSERT --><p><!-- END WAYBACK TOOLBAR INSERT --></pre>\n",
            "<p>A page from there ends in &lt;!-- FILE ARCHIVED ON --&gt; and playback timings (ms):</p>",
            "<!-- webbot bot=\"x\" --><!--[if IE]><p>x<![endif]--><p>We keep names.<!-- ad --></p><!-- end -->",
            // 11 without a banner: another language.
            "# Datenschutz\n\nWir speichern Ihren Namen.\n",
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
    fn takes_only_the_banner_off_another_language() {
        let text = format!("{BANNER}\n\n# Datenschutz\n\nWir speichern Ihren Namen.\n");
        assert_eq!(kept(&text), "\n\n# Datenschutz\n\nWir speichern Ihren Namen.\n");
    }

    #[test]
    fn keeps_a_malformed_address_raw() {
        let text = BANNER.replace("http%3A//www.pellow.example", "http%3A//https//www.pellow.example");
        let unwrapped = unwrap(&text, None);
        assert_eq!(unwrapped.archive.original_url, None);
        assert!(
            unwrapped
                .archive
                .snapshot_url
                .is_some_and(|url| url.ends_with("http%3A//https//www.pellow.example/privacy"))
        );
        assert_eq!(unwrapped.warnings.len(), 1, "{:?}", unwrapped.warnings);
    }

    #[test]
    fn peels_wrappers_of_every_kind_from_outside_in() {
        let clip = "---\nurl: https://web.archive.org/web/20190214083015/https://mossgate.example/privacy\n---";
        let footer =
            "FILE ARCHIVED ON 08:30:15 Feb 14, 2019 AND RETRIEVED FROM THE INTERNET ARCHIVE ON 07:58:41 Sep 01, 2023.";
        let text = format!("{clip}\n\n{BANNER}\n\n{LINE}\n\nBody\n\n{footer}\n");
        let unwrapped = unwrap(&text, None);
        let shapes: Vec<_> = unwrapped.archive.removed.iter().map(|removed| removed.shape.as_str()).collect();
        assert_eq!(shapes, ["front-matter", "princeton-leuven-markdown", "wayback-text", "wayback-footer-text"]);
        assert_eq!(kept(&text), "\n\nBody\n\n");
        assert_eq!(unwrapped.archive.captured_at.as_deref(), Some("2019-02-14T08:30:15Z"));
        assert_eq!(unwrapped.archive.retrieved_at.as_deref(), Some("2023-09-01T07:58:41Z"));
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

    /// A page of the corpus, replayed by the Wayback Machine, saved by a browser.
    fn nested() -> String {
        let replay = "https://web.archive.org/web/20200102030405/https://corpus.example/pellow.html";
        format!(
            "<!DOCTYPE html>\n<!-- saved from url=({:04}){replay} -->\n<html><head><script \
             src=\"./a_files/wombat.js.download\"></script><script>__wm.wombat(\"https://corpus.example/pellow.html\",\
             \"20200102030405\",\"https://web.archive.org/\",\"web\",\"/_static/\",\"1577934245\");</script><!-- End \
             Wayback Rewrite JS Include --></head><body><!-- BEGIN WAYBACK TOOLBAR INSERT -->\n<script>__wm.rw(0);\
             </script><div id=\"wm-ipp\">12 captures</div><!-- END WAYBACK TOOLBAR INSERT --><p>We keep <a \
             href=\"/web/20200102030405/https://corpus.example/b\">names</a>.</p></body></html>\n<!--\n     FILE \
             ARCHIVED ON 03:04:05 Jan 02, 2020 AND RETRIEVED FROM THE\n     INTERNET ARCHIVE ON 22:41:30 Oct 11, \
             2024.\n-->\n<!--\nplayback timings (ms):\n  captures_list: 0.61\n-->\n",
            replay.len()
        )
    }

    #[test]
    fn peels_from_outside_in() {
        let text = nested();
        let unwrapped = unwrap(&text, None);
        assert_eq!(
            kept(&text).trim_end(),
            "<!DOCTYPE html>\n\n<html><head></head><body><p>We keep <a \
             href=\"/web/20200102030405/https://corpus.example/b\">names</a>.</p></body></html>"
        );
        let archive = unwrapped.archive;
        assert_eq!(archive.wrapper.as_deref(), Some("browser"));
        assert_eq!(archive.original_url.as_deref(), Some("https://corpus.example/pellow.html"));
        assert_eq!(archive.captured_at.as_deref(), Some("2020-01-02T03:04:05Z"));
        assert_eq!(archive.retrieved_at.as_deref(), Some("2024-10-11T22:41:30Z"));
        assert_eq!(unwrapped.warnings, [""; 0]);
    }

    #[test]
    fn lets_the_page_within_a_replay_tell_the_time() {
        let banner = "<!--The following is the downloaded HTML source of the pellow.example privacy policy that was \
                      archived on 2009-11-30.\n Please check the original snapshot on the Wayback Machine \
                      (https://web.archive.org/web/20091130221407id_/http%3A//pellow.example/privacy) for the most \
                      accurate reproduction.-->";
        for text in [
            format!("{banner}\n{}", nested()),
            nested().replacen("<!DOCTYPE html>\n", "", 1).replacen("-->", &format!("-->{banner}"), 1),
        ] {
            let unwrapped = unwrap(&text, None);
            assert!(!kept(&text).contains("<!--"), "{text}");
            let archive = unwrapped.archive;
            assert_eq!(archive.captured_at.as_deref(), Some("2009-11-30T22:14:07Z"));
            assert_eq!(archive.original_url.as_deref(), Some("http://pellow.example/privacy"));
            assert_eq!(archive.retrieved_at.as_deref(), Some("2024-10-11T22:41:30Z"));
            assert_eq!(unwrapped.warnings.len(), 2, "{:?}", unwrapped.warnings);
        }
    }

    #[test]
    fn takes_time_in_proportion_to_hostile_input() {
        let marks = "<!-- saved from url=( --><!-- HTTrack --> wm-ipp __wm. FILE ARCHIVED ON playback timings (ms): \
                     sWayBackCGI archive.org/ HEADER\" CONTENT\" archive. __google-cache-hdr WB Insert replay_iframe \
                     wb_iframe_div UK Web Archive may not function within this collection This is a Perma.cc record \
                     savepage-url WAYBACK TOOLBAR INSERT cache";
        for piece in [
            "<!--",
            "<script>",
            "<div id=wm-ipp>",
            "<div id=\"HEADER\">",
            "<i id=x__google-cache-hdr>",
            "<!-- BEGIN WAYBACK TOOLBAR INSERT -->",
            "<!-- WB Insert -->",
            "<!-- FILE ARCHIVED ON -->",
            "<link href=\"//archive.org/_static/\">",
            "<p>OpenWayback may not function within this collection",
            "<meta name=savepage-title><pre>",
        ] {
            let wrapper = grows_with_its_input(&format!("<html>{marks}"), piece);
            assert!(wrapper.is_none() || piece.starts_with("<link"), "{piece}");
        }
        let begun = "> *The following text is extracted and transformed from the ";
        for (start, piece) in [
            ("", "> *The following text"),
            ("", begun),
            (BANNER, "\n> *The following text is extracted"),
            (
                BANNER,
                "\n> *The following text is extracted and transformed from the a privacy policy that was archived on ",
            ),
            (BANNER, "\n>>>>> "),
            ("", "FILE ARCHIVED ON "),
            ("", "FILE ARCHIVED ON 06:15:09 Feb 04, 2013 AND RETRIEVED FROM\n"),
            ("", "playback timings (ms): a: 1 "),
            (LINE, "\n12 captures"),
            (LINE, " 14"),
            ("", "This is Google's cache of "),
            ("This is Google's cache of a.example. ", "Learn more. "),
            ("", "archive.today\nwebpage capture\n"),
            ("", "You are viewing an archived web page collected at the request of using Archive-It "),
            ("This is a Perma.cc record\n", "View Mode:\n"),
            ("---\n", "url: https://a.example/\n"),
            ("HTTP/1.1 200 OK\n", "Link: <a>; rel=\"memento\", <"),
            ("", "HTTP/1.1 200 OK\n\n"),
            ("", "[a]("),
        ] {
            grows_with_its_input(start, piece);
        }
    }

    /// Checks that sixteen times as much of a piece does not take 256 times as long, as it does if all is looked at for each
    /// part of it; gives the wrapper that was found.
    fn grows_with_its_input(start: &str, piece: &str) -> Option<String> {
        let time = |count: usize| {
            let text = format!("{start}{}", piece.repeat(count));
            let start = std::time::Instant::now();
            std::hint::black_box(unwrap(&text, None));
            start.elapsed()
        };
        // A neighbour on the machine may take the time once, not again and again.
        let is_in_proportion = |_| time(4_000) < time(250).max(time(250)) * 80;
        assert!((0..5).any(is_in_proportion), "{start}{piece}");
        unwrap(&format!("{start}{}", piece.repeat(250)), None).archive.wrapper
    }

    /// What was kept and what was removed, put together again.
    fn rebuilt(text: &str) -> String {
        let unwrapped = unwrap(text, None);
        let removed = unwrapped.archive.removed.iter().map(|removed| (removed.span, removed.text.as_str()));
        let mut all: Vec<_> = unwrapped.kept.iter().map(|span| (*span, span.of(text))).chain(removed).collect();
        all.sort_unstable();
        all.iter().map(|(_, part)| *part).collect()
    }

    proptest! {
        #[test]
        fn loses_no_byte_of_markup(parts in prop::collection::vec(
            prop_oneof![
                Just("<html>"), Just("<body>"), Just("<!-- saved from url=(0014)about:internet -->"), Just("text"),
                Just("<!-- BEGIN WAYBACK TOOLBAR INSERT -->"), Just("<!-- END WAYBACK TOOLBAR INSERT -->"),
                Just("<div id=wm-ipp>"), Just("</div>"), Just("<script>__wm.init();</script>"), Just("<!--"), Just("-->"),
                Just("<!-- playback timings (ms): a: 1 -->"), Just("<!-- WB Insert -->"), Just("<!-- End WB Insert -->"),
                Just("<link href=\"//archive.org/_static/css/a.css\">"), Just("\n"), Just("é"), Just("<pre>"),
                Just("<!-- FILE ARCHIVED ON 20130204061509 AND RETRIEVED FROM THE INTERNET ARCHIVE ON 20130204061510 -->"),
                Just("<div id=\"HEADER\">archive.today Saved from"), Just("<div id=\"CONTENT\">"), Just("<script>"),
                Just("<div id=x__google-cache-hdr>This is Google's cache of a.example. "), Just("<p>"),
                Just("<!-- https://web.archive.org/web/20040905050618/http://a.example/ -->"),
            ],
            0..16,
        )) {
            let text = parts.concat();
            prop_assert_eq!(rebuilt(&text), text);
        }

        #[test]
        fn loses_no_byte(parts in prop::collection::vec(
            prop_oneof![
                Just(BANNER), Just(LINE), Just("\n"), Just("\r\n"), Just("12 captures\n"), Just("Help\n"),
                Just("\u{feff}"), Just("> "), Just("é"), Just("<!--"),
                Just("The following text is extracted and transformed from the "),
                Just("This is Google's cache of http://a.example/. "), Just("as retrieved on 7 Aug 2018 15:53:18 GMT"),
                Just("You are viewing an archived web page collected at the request of [A](b) using Archive-It."),
                Just("archive.today\nwebpage capture\nSaved from https://a.example/\n"), Just("0% 10% "),
                Just("---\nurl: https://a.example/\n---\n"), Just("This is a Perma.cc record\nCaptured May 3, 2018\n"),
                Just("Title: a\nURL Source: https://a.example/\nMarkdown Content:"), Just("[a](b"), Just("\\"),
                Just("FILE ARCHIVED ON 06:15:09 Feb 04, 2013 AND RETRIEVED FROM THE INTERNET ARCHIVE ON 20241011224130."),
                Just("playback timings (ms): captures_list: 0.61 (1) "), Just("OpenWayback - External links, forms, "),
            ],
            0..16,
        )) {
            let text = parts.concat();
            prop_assert_eq!(rebuilt(&text), text);
        }
    }
}
