//! What always holds, on generated and on real documents: nothing is lost, quotes are verbatim, the same in gives the same
//! out, every label has a reason, one document never harms another, and time is linear.

use std::collections::BTreeSet;
use std::fs;
use std::hint::black_box;
use std::ops::Range;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::LazyLock;
use std::time::{Duration, Instant};

use policyx::batch;
use policyx::extract::{CleanDocument, Options, Reading, extract};
use policyx::model::{Basis, Document, Format, Role, SectionType, Status, TypeSummary};
use policyx::rules::{RuleSet, Scratch};
use policyx::span::Span;
use proptest::prelude::*;

use crate::readable::{Readable, letters};

static RULES: LazyLock<RuleSet> = LazyLock::new(RuleSet::builtin);

/// Returns from the function with a fault unless something holds.
macro_rules! holds {
    ($condition:expr, $($what:tt)+) => {
        if !$condition {
            return Err(format!($($what)+));
        }
    };
}

fn options(format: Option<Format>) -> Options {
    Options { format, scores: true, ..Options::default() }
}

fn record(name: &str, bytes: &[u8], format: Option<Format>) -> Document<'static> {
    extract(name, Some(Path::new(name)), bytes.to_vec(), &RULES, &options(format), &mut Scratch::default())
}

/// The text that the spans of a record refer to: the source itself, or what `policyx text` prints.
fn reference(bytes: &[u8], document: &Document, format: Option<Format>) -> Result<String, String> {
    let is_repaired = document.warnings.iter().any(|warning| warning.contains("spans refer to the clean text"));
    let is_utf8 = document.source.encoding.as_deref() == Some("UTF-8")
        && document.source.format != Some(Format::Html)
        && !is_repaired;
    match String::from_utf8(bytes.to_vec()) {
        Ok(text) if is_utf8 => Ok(text),
        _ => {
            let clean = CleanDocument::new(bytes.to_vec(), Some(Path::new(&document.source.path)), format);
            Ok(clean.map_err(|error| error.to_string())?.clean_text().into_owned())
        }
    }
}

/// Checks all that holds of one record, whatever was read.
fn check_structure(document: &Document, text: &str) -> Result<(), String> {
    let mut spans = outer_spans(document);
    spans.retain(|(span, _)| !span.is_empty());
    spans.sort_by_key(|(span, _)| *span);
    for (span, what) in &spans {
        holds!(text.get(span.start..span.end).is_some(), "{what} {span:?} does not lie on characters of the text");
    }
    for pair in spans.windows(2) {
        holds!(
            pair[0].0.end <= pair[1].0.start,
            "{} {:?} overlaps {} {:?}",
            pair[0].1,
            pair[0].0,
            pair[1].1,
            pair[1].0
        );
    }
    let debris: Vec<_> = document.debris.iter().map(|debris| debris.span).collect();
    holds!(debris.is_sorted(), "debris is not in order");
    check_sections(document)?;
    check_labels(document, text)?;
    check_counts(document)
}

/// Every span that a letter of the document can stand in.
fn outer_spans(document: &Document) -> Vec<(Span, &'static str)> {
    let title = document.title_span.map(|span| (span, "title"));
    let debris = document.debris.iter().map(|debris| (debris.span, "debris"));
    let sections = document.sections.iter().flat_map(|section| {
        let clauses = section.clauses.iter().map(|clause| (clause.span, "clause"));
        section.heading_span.map(|span| (span, "heading")).into_iter().chain(clauses)
    });
    title.into_iter().chain(debris).chain(sections).collect()
}

fn check_sections(document: &Document) -> Result<(), String> {
    let mut last = 0;
    for (index, section) in document.sections.iter().enumerate() {
        let id = section.id;
        holds!(id == index + 1, "section {id} is number {}", index + 1);
        holds!(section.heading.is_some() == section.heading_span.is_some(), "section {id}: heading without a place");
        holds!(section.heading.is_some() || !section.clauses.is_empty(), "section {id} holds nothing");
        if let Some(parent) = section.parent {
            holds!(parent < id && parent > 0, "section {id} stands under {parent}");
            let level = document.sections[parent - 1].level;
            holds!(level < section.level, "section {id} of level {} stands under level {level}", section.level);
        }
        let own = || section.heading_span.into_iter().chain(section.clauses.iter().map(|clause| clause.span));
        let span = Span::new(own().next().unwrap().start, own().last().unwrap().end);
        holds!(section.span == span, "section {id}: its span is {:?}, not {span:?}", section.span);
        holds!(last <= span.start, "section {id} starts before the end of the one before");
        last = span.end;
        let clauses: String = section.clauses.iter().filter_map(|clause| clause.text.as_deref()).collect();
        let text = section.text.as_deref().unwrap_or_default();
        holds!(letters(text) == letters(&clauses), "section {id}: its text is not that of its clauses");

        holds!(section.types.first() == Some(&section.kind), "section {id}: its main type is not its first");
        let types: BTreeSet<_> = section.types.iter().copied().collect();
        holds!(types.len() == section.types.len(), "section {id} has a type twice");
        let of_clauses: BTreeSet<_> = section.clauses.iter().flat_map(|clause| clause.types.iter()).collect();
        holds!(of_clauses.is_subset(&types), "section {id} lacks types of its clauses");
        holds!(
            section.clauses.is_empty() || types == of_clauses,
            "section {id} has types that none of its clauses has"
        );
    }
    Ok(())
}

/// Every type but `other` has evidence, and evidence points at what it says it does.
fn check_labels(document: &Document, text: &str) -> Result<(), String> {
    let headings: Vec<Span> = document.sections.iter().filter_map(|section| section.heading_span).collect();
    for clause in document.sections.iter().flat_map(|section| &section.clauses) {
        let (types, place) = (clause.types, clause.span);
        let evidence = clause.evidence.as_deref().unwrap_or_default();
        holds!(!types.is_empty(), "clause {place:?} has no type");
        holds!(types.len() == 1 || !types.contains(SectionType::Other), "clause {place:?} has `other` and more");
        holds!(clause.denied.iter().all(|kind| types.contains(kind)), "clause {place:?} denies what it does not have");
        for kind in types.iter().filter(|kind| *kind != SectionType::Other) {
            holds!(evidence.iter().any(|reason| reason.kind == kind), "clause {place:?} has no evidence of {kind}");
        }
        for reason in evidence {
            let (rule, span) = (&reason.rule, reason.span);
            holds!(types.contains(reason.kind), "clause {place:?}: {rule} speaks for a type that it does not have");
            holds!(!rule.is_empty() && !span.is_empty(), "clause {place:?}: evidence of nothing");
            holds!(text.get(span.start..span.end).is_some(), "clause {place:?}: {rule} at {span:?} is not in the text");
            let fits = match reason.basis {
                Basis::Words | Basis::Place => place.contains(span),
                Basis::Heading => headings.iter().any(|heading| heading.contains(span)),
                Basis::LeadIn | Basis::Above => span.end <= place.start,
                Basis::Paragraph => span.end <= place.start || span.start >= place.end,
            };
            holds!(fits, "clause {place:?}: {rule} at {span:?} is not its {}", reason.basis);
        }
    }
    Ok(())
}

fn check_counts(document: &Document) -> Result<(), String> {
    let sections = || document.sections.iter().filter(|section| section.role == Role::Policy);
    let count = |text: Option<&str>| text.unwrap_or_default().split_whitespace().count();
    let words: usize =
        sections().flat_map(|section| &section.clauses).map(|clause| count(clause.text.as_deref())).sum();
    holds!(document.words == words, "words is {}, not {words}", document.words);
    holds!(document.types.len() == SectionType::ALL.len(), "not every type is summed up");
    for (kind, summary) in &document.types {
        let clauses: Vec<_> =
            sections().flat_map(|s| &s.clauses).filter(|clause| clause.types.contains(*kind)).collect();
        let expected = TypeSummary {
            sections: sections().filter(|section| section.kind == *kind).map(|section| section.id).collect(),
            clauses: clauses.len(),
            words: clauses.iter().map(|clause| count(clause.text.as_deref())).sum(),
        };
        holds!(*summary == expected, "{kind} is summed up as {summary:?}, not {expected:?}");
    }
    Ok(())
}

/// Checks that every letter has its one place, and that each quote has the letters of its place.
fn check_letters(document: &Document, text: &str) -> Result<(), String> {
    let readable = match document.source.format {
        Some(Format::Text) => Readable::of_text(text),
        _ => Readable::of_markdown(text),
    };
    let read = |span: Span| readable.within(span.start..span.end).iter().map(|(_, c)| c).collect::<String>();
    let mut quotes: Vec<(Span, &str)> = Vec::new();
    quotes.extend(document.title_span.zip(document.title.as_deref()));
    for section in &document.sections {
        quotes.extend(section.heading_span.zip(section.heading.as_deref()));
        quotes.extend(section.clauses.iter().map(|clause| (clause.span, clause.text.as_deref().unwrap_or_default())));
    }
    quotes.extend(document.debris.iter().map(|debris| (debris.span, debris.text.as_str())));
    for (span, quote) in &quotes {
        let (seen, quoted) = (read(*span), letters(quote));
        holds!(seen == quoted, "{span:?} reads {seen:?} and is quoted as {quoted:?}");
    }

    let mut taken: Vec<Range<usize>> = quotes.iter().map(|(span, _)| span.start..span.end).collect();
    if reference_is_source(document) {
        taken.extend(document.archive.removed.iter().map(|removed| removed.span.start..removed.span.end));
    }
    taken.sort_by_key(|range| (range.start, range.end));
    let mut at = 0;
    for range in taken.into_iter().chain(std::iter::once(text.len()..text.len())) {
        holds!(at <= range.start || range.is_empty(), "{range:?} overlaps what ends at {at}");
        let lost = readable.within(at..range.start.max(at)).iter().find(|(_, c)| c.is_alphabetic());
        if let Some((place, _)) = lost {
            let around =
                text.get(text.floor_char_boundary(place.saturating_sub(40))..text.ceil_char_boundary(place + 60));
            return Err(format!("a letter at {place} is lost: {:?}", around.unwrap_or_default()));
        }
        at = at.max(range.end);
    }
    Ok(())
}

fn reference_is_source(document: &Document) -> bool {
    let is_whole = document.warnings.iter().all(|warning| !warning.contains("replaced"));
    is_whole && document.source.encoding.as_deref() == Some("UTF-8") && document.source.format != Some(Format::Html)
}

/// What the wrapper's removal says it took is what stood there.
fn check_removed(document: &Document, text: &str) -> Result<(), String> {
    let mut end = 0;
    for removed in &document.archive.removed {
        let span = removed.span;
        holds!(end <= span.start && span.start < span.end, "removed {span:?} is not in order");
        holds!(!reference_is_source(document) || span.of(text) == removed.text, "removed {span:?} reads otherwise");
        end = span.end;
    }
    Ok(())
}

/// Reads a document and checks all that holds of it.
fn check(name: &str, bytes: &[u8], format: Option<Format>, with_letters: bool) -> Result<Document<'static>, String> {
    let document = record(name, bytes, format);
    let named = |fault: String| format!("{name}: {fault}");
    if document.status == Status::Error {
        holds!(document.error_kind != "internal", "{name}: {}", document.error_message);
        holds!(document.sections.is_empty() && !document.error_message.is_empty(), "{name}: an error with sections");
        return Ok(document);
    }
    holds!(document.error_kind.is_empty() && document.error_message.is_empty(), "{name}: an error without its status");
    let text = reference(bytes, &document, format).map_err(named)?;
    check_structure(&document, &text).map_err(named)?;
    check_removed(&document, &text).map_err(named)?;
    if with_letters {
        check_letters(&document, &text).map_err(named)?;
    }
    Ok(document)
}

// Generated documents.

fn runs(cases: u32) -> ProptestConfig {
    ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(cases) }
}

fn word() -> impl Strategy<Value = String> {
    let words = [
        "we",
        "use",
        "cookies",
        "collect",
        "your",
        "personal",
        "information",
        "never",
        "sell",
        "to",
        "third parties",
        "tea",
        "kites",
        "children",
        "under 13",
        "you may",
        "opt out",
        "e.g.",
        "café",
        "Ünïcode",
        "日本",
        "naïve",
        "e-mail",
        "3.5",
        "delete",
        "retain",
        "California",
        "the following:",
        "privacy",
        "policy",
        "don’t",
        "encryption",
        "“quoted”",
        "(in brackets)",
    ];
    prop::sample::select(words.to_vec()).prop_map(str::to_owned)
}

fn sentence() -> impl Strategy<Value = String> {
    (prop::collection::vec(word(), 1..12), prop::sample::select(vec![".", "?", ":", ";", "!", ""])).prop_map(
        |(words, end)| {
            let text = words.join(" ");
            let first: String = text.chars().take(1).flat_map(char::to_uppercase).collect();
            format!("{first}{}{end}", text.chars().skip(1).collect::<String>())
        },
    )
}

fn sentences() -> impl Strategy<Value = String> {
    prop::collection::vec(sentence(), 1..4).prop_map(|all| all.join(" "))
}

/// Text with marks within.
fn marked() -> impl Strategy<Value = String> {
    let one = (sentence(), word(), 0..14).prop_map(|(text, word, mark)| match mark {
        0 => format!("**{text}** {word}"),
        1 => format!("_{text}_ {word}"),
        2 => format!("[{text}](http://tea.example/{word}_(x)) {word}")
            .replace("/under 13", "/")
            .replace("/the following:", "/"),
        3 => format!("{text} ![{word}](tea.png)"),
        4 => format!("{text} &amp; {word}&nbsp;&eacute;"),
        5 => format!("{text}<br>{word}"),
        6 => format!("<b>{text}</b> {word}"),
        7 => format!("{text} 5 \\* {word} \\[tea\\]"),
        8 => format!("**_{text}_**"),
        9 => format!("[**{word}**](mailto:a@tea.example): {text}"),
        10 => format!("[![{word}](tea.png)](http://tea.example/) {text}"),
        _ => text,
    });
    prop::collection::vec(one, 1..4).prop_map(|all| all.join(" "))
}

fn block() -> impl Strategy<Value = String> {
    (sentences(), marked(), word(), 0..16, 1..7usize).prop_map(|(plain, marked, word, shape, level)| match shape {
        0 => format!("{} {word}", "#".repeat(level)),
        1 => format!("{} {marked}", "#".repeat(level)),
        2 => format!("{word} kites\n====="),
        3 => format!("**{word}**  \n{marked}"),
        4 => format!("**{word} kites.** {marked}"),
        5 => format!("  * {marked}\n    * {plain}\n  * {word}"),
        6 => format!("* **{word}**: {marked}\n* {plain}\n\n  {word}"),
        7 => format!("1. {plain}\n\n2. {marked}"),
        8 => format!("a\\) {plain}  \nb\\) {marked}"),
        9 => format!("| {word} | kites |\n|---|---|\n| {plain} | {marked} |")
            .replace(['\n', ' '], " ")
            .replace("| |", "|\n|"),
        10 => format!("> {marked}\n> {plain}"),
        11 => "* * *".to_owned(),
        12 => format!("{}\n{plain}", word.to_uppercase()),
        13 => format!("```\n{plain}\n```"),
        _ => marked,
    })
}

const BANNER: &str = "> *The following text is extracted and transformed from the tea.example privacy policy that was archived on \
    2012-03-09. Please check the [original snapshot on the Wayback Machine](https://web.archive.org/web/20120309071502id_/\
    http%3A//www.tea.example/privacy) for the most accurate reproduction.*\n\n";

fn markdown() -> impl Strategy<Value = String> {
    (prop::collection::vec(block(), 0..14), 0..4, any::<bool>()).prop_map(|(blocks, start, windows)| {
        let start = match start {
            0 => BANNER,
            1 => "# Fernhollow Tea | privacy policy\n\n",
            2 => "Home | Shop\n\n* Cookies\n* Sharing\n\n",
            _ => "",
        };
        let text = format!("{start}{}\n", blocks.join("\n\n"));
        if windows { text.replace('\n', "\r\n") } else { text }
    })
}

/// HTML, and the words that a reader of the page sees.
fn html() -> impl Strategy<Value = (String, String)> {
    let escape = |text: &str| text.replace('&', "&amp;").replace('<', "&lt;");
    let block = (sentences(), sentences(), word(), 0..14, 1..7).prop_map(move |(a, b, word, shape, level)| {
        let (ea, eb, ew) = (escape(&a), escape(&b), escape(&word));
        match shape {
            0 => (format!("<h{level}>{ew}</h{level}>"), word),
            1 => (format!("<p>{ea}<p>{eb}"), a + &b),
            2 => (format!("<ul><li>{ea}<li><b>{ew}</b> {eb}</ul>"), a + &word + &b),
            3 => (format!("<ol><li>{ea}<ul><li>{ew}</ul></ol>"), a + &word),
            4 => (format!("<table><tr><th>{ew}<th>kites<tr><td>{ea}<td>{eb}</table>"), word + "kites" + &a + &b),
            5 => (format!("<div><div>{ea}</div><i>{eb}</i></div>"), a + &b),
            6 => (format!("<p><a href=\"/x?y=z\">{ew}</a> {ea}<br>{eb}</p>"), word + &a + &b),
            7 => (format!("<script>var tea = '{ew}';</script><style>tea {{}}</style><!-- {ew} --><p>{ea}"), a),
            8 => (format!("<p>1 &lt; 2 *{ew}* [x](y) _{ew}_ &amp;lt; # | `{ea}"), format!("12{word}xy{word}lt{a}")),
            9 => (format!("<blockquote>{ea}</blockquote><pre>{eb}</pre>"), a + &b),
            10 => (format!("<p><strong>{ew}</p><p>{ea}</strong></div></p>"), word + &a),
            11 => (format!("# {ew}<br><br>* {ea}"), word + &a),
            _ => (format!("<p>{ea}</p>\n"), a),
        }
    });
    (prop::collection::vec(block, 0..10), 0..4).prop_map(|(blocks, start)| {
        let (pages, words): (Vec<_>, Vec<_>) = blocks.into_iter().unzip();
        let start = match start {
            0 => "<!--The following is the downloaded HTML source of the tea.example privacy policy that was archived on 2009-11-30.\n \
                  Please check the original snapshot on the Wayback Machine (https://web.archive.org/web/20091130221407id_/\
                  http%3A//tea.example/privacy) for the most accurate reproduction.-->\n\n<!DOCTYPE html><html>",
            1 => "<!DOCTYPE html><html><head><title>Tea</title></head><body>\n",
            _ => "<!DOCTYPE html>",
        };
        (format!("{start}{}", pages.concat()), words.concat())
    })
}

/// Text of which much looks like a mark and is none.
fn junk() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        3 => "[\\[\\]()*_`<>&|#!\\\\ \n\r\t;:.,\"'a-cA-C0-3é日\u{ad}\u{200b}\u{feff}\u{a0}-]{0,20}",
        1 => prop::sample::select(vec!["](", "```", "~~~", "**", "\n\n", "\n# ", "\n* ", "\n1. ", "&amp;", "&#0;", "&#9;", "<b>",
            "</p>", "<!--", "-->", "|---|---|\n", "\n| ", "\n=====\n", "  \n", "\r\n", "\\", "\u{85}", "\u{2028}", "<a href=", "i) "])
            .prop_map(str::to_owned),
        1 => word(),
        1 => Just(BANNER.to_owned()),
    ];
    prop::collection::vec(piece, 0..40).prop_map(|pieces| pieces.concat())
}

/// Wrappers and notices made of text, as they stand before a page.
const WRAPPERS: [&str; 8] = [
    "You are viewing an archived web page collected at the request of [Kite Library](https://archive-it.org/k) using [Archive-It]\
     (https://archive-it.org/). This page was captured on 15:29:26 Jan 22, 2019. The information on this web page may be out of \
     date. See [All versions](https://wayback.archive-it.org/org-9/*/http://tea.example/) of this archived page.\n\n\\>",
    "archive.today\nwebpage capture\tSaved from https://tea.example/\t5 May 2018 22:28:55 UTC\nWebpage\tScreenshot",
    "This is **Google's** cache of [http://tea.example/](http://tea.example/) as retrieved on 7 Aug 2018 15:53:18 GMT.",
    "12 captures\n3 Mar 2014 - 9 Nov 2022\nHelp\nThe Wayback Machine - https://web.archive.org/web/2019/https://tea.example/",
    "OpenWayback - External links, forms, and search boxes may not function within this collection. Url: http://tea.example/ \
     time: 6:15:09 Feb 04, 2013 [ hide ]",
    "Tea | Kites\n\nThis is a Perma.cc record\n\nCaptured June 5, 2018 3:45 pm\n\n[View the live page](http://tea.example/)",
    "Title: Tea\n\nURL Source: https://tea.example/\n\nMarkdown Content:",
    "---\nurl: https://tea.example/\ntags:\n  - kites\n---",
];

const FOOTER: &str = "\n\nFILE ARCHIVED ON 06:15:09 Feb 04, 2013 AND RETRIEVED FROM THE INTERNET ARCHIVE ON 22:41:30 Oct 11, 2024.\n\n\
    playback timings (ms):\n  captures_list: 0.61\n";

proptest! {
    #![proptest_config(runs(150))]

    #[test]
    fn wrapped_text_is_read_whole(wrapper in prop::sample::select(WRAPPERS.to_vec()), text in markdown(), has_footer: bool) {
        let footer = if has_footer { FOOTER } else { "" };
        let text = format!("{wrapper}\n\n{text}{footer}");
        let checked = check("tea.md", text.as_bytes(), Some(Format::Markdown), true);
        prop_assert!(checked.is_ok(), "{}", checked.unwrap_err());
        let removed = checked.unwrap().archive.removed;
        prop_assert!(removed.len() > usize::from(has_footer), "{removed:?}");
    }

    #[test]
    fn notices_are_set_aside_whole(text in sentences(), format in prop::sample::select(vec![Format::Markdown, Format::Text])) {
        let text = format!("Hrm.\n\nThe Wayback Machine has not archived that URL.\n\n{text}\n");
        let checked = check("tea.md", text.as_bytes(), Some(format), true);
        prop_assert!(checked.is_ok(), "{}", checked.unwrap_err());
        let document = checked.unwrap();
        prop_assert_eq!(document.status == Status::NotArchived, document.sections.is_empty());
    }

    #[test]
    fn markdown_is_read_whole(text in markdown()) {
        let checked = check("tea.md", text.as_bytes(), Some(Format::Markdown), true);
        prop_assert!(checked.is_ok(), "{}", checked.unwrap_err());
    }

    #[test]
    fn text_is_read_whole(text in prop_oneof![markdown(), junk()]) {
        let checked = check("tea.txt", text.as_bytes(), Some(Format::Text), true);
        prop_assert!(checked.is_ok(), "{}", checked.unwrap_err());
    }

    #[test]
    fn html_is_read_whole((page, words) in html()) {
        let checked = check("tea.html", page.as_bytes(), Some(Format::Html), true);
        prop_assert!(checked.is_ok(), "{}", checked.unwrap_err());
        let document = checked.unwrap();
        let mut quotes: Vec<(Span, &str)> = document.title_span.zip(document.title.as_deref()).into_iter().collect();
        for section in &document.sections {
            quotes.extend(section.heading_span.zip(section.heading.as_deref()));
            quotes.extend(section.clauses.iter().map(|clause| (clause.span, clause.text.as_deref().unwrap())));
        }
        quotes.extend(document.debris.iter().map(|debris| (debris.span, debris.text.as_str())));
        quotes.sort();
        let read: String = quotes.iter().map(|(_, quote)| letters(quote)).collect();
        prop_assert_eq!(read, letters(&words));
    }

    #[test]
    fn junk_is_read_in_order(text in junk(), format in prop::sample::select(vec![None, Some(Format::Markdown), Some(Format::Html)])) {
        let checked = check("tea.md", text.as_bytes(), format, false);
        prop_assert!(checked.is_ok(), "{}", checked.unwrap_err());
    }

    #[test]
    fn any_bytes_are_read_in_order(mut bytes in prop::collection::vec(any::<u8>(), 0..200), text in junk(), at: prop::sample::Index) {
        let text = text.as_bytes();
        let (head, tail) = text.split_at(at.index(text.len() + 1));
        bytes = [head, &bytes, tail].concat();
        let checked = check("tea", &bytes, None, false);
        prop_assert!(checked.is_ok(), "{}", checked.unwrap_err());
        // Half as wide, or with its bytes in pairs.
        let wide: Vec<u8> = String::from_utf8_lossy(&bytes).encode_utf16().flat_map(u16::to_le_bytes).collect();
        let checked = check("tea", &wide, None, false);
        prop_assert!(checked.is_ok(), "{}", checked.unwrap_err());
    }
}

proptest! {
    #![proptest_config(runs(12))]

    /// The same documents on one thread, on eight, each alone, and with bad ones between them.
    #[test]
    fn neither_threads_nor_neighbours_change_a_record(texts in prop::collection::vec(prop_oneof![markdown(), junk()], 1..12)) {
        let alone: Vec<Document> = texts.iter().map(|text| record("tea.md", text.as_bytes(), None)).collect();
        let mut bytes: Vec<Vec<u8>> = Vec::new();
        for text in &texts {
            bytes.extend([text.clone().into_bytes(), b"%PDF-1.4".to_vec(), vec![0; 100], vec![0xff, b' ', 0x81, b'a']]);
        }
        for jobs in [1, 8] {
            let feed = |give: &mut batch::Feed<'_, _>| bytes.iter().try_for_each(|bytes| give(bytes, 0));
            let work = |bytes: &Vec<u8>, scratch: &mut Scratch| {
                extract("tea.md", Some(Path::new("tea.md")), bytes.clone(), &RULES, &options(None), scratch)
            };
            let mut together = Vec::new();
            batch::run(feed, jobs, work, |document| -> Result<(), ()> { together.push(document); Ok(()) }).unwrap();
            prop_assert_eq!(together.len(), bytes.len());
            for (document, expected) in together.iter().step_by(4).zip(&alone) {
                prop_assert_eq!(document, expected);
            }
            prop_assert!(together.iter().skip(1).step_by(4).all(|document| document.error_kind == "not_text"));
        }
    }
}

#[test]
#[should_panic(expected = "is lost")]
fn a_lost_letter_is_noticed() {
    let text = "# Tea\n\nWe sell tea. We use cookies.\n";
    let mut document = record("tea.md", text.as_bytes(), None);
    document.sections[0].clauses.pop();
    check_letters(&document, text).unwrap();
}

// Real documents.

fn shared(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared").join(path)
}

/// The files below a folder, sorted.
fn files(folder: &Path) -> Vec<PathBuf> {
    let mut entries: Vec<_> = fs::read_dir(folder).into_iter().flatten().map(|entry| entry.unwrap().path()).collect();
    entries.sort();
    entries.into_iter().flat_map(|path| if path.is_dir() { files(&path) } else { vec![path] }).collect()
}

/// Unpacks the corpus once.
fn corpus() -> Option<PathBuf> {
    let archive = shared("corpus/ota-policies.tar.zst");
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("corpus");
    if archive.exists() && !folder.exists() {
        let partial = folder.with_extension(std::process::id().to_string());
        fs::create_dir_all(&partial).unwrap();
        let unpacked = Command::new("tar").arg("--zstd").arg("-xf").arg(&archive).arg("-C").arg(&partial).status();
        if !unpacked.is_ok_and(|status| status.success()) {
            return None;
        }
        // Another run may have been faster.
        drop(fs::rename(&partial, &folder));
    }
    folder.exists().then_some(folder)
}

/// Checks real documents, and that each comes out a second time as it did the first.
fn check_real(paths: &[PathBuf]) {
    let jobs = std::thread::available_parallelism().map_or(1, usize::from);
    let work = |path: &PathBuf, scratch: &mut Scratch| {
        let bytes = fs::read(path).unwrap();
        let name = path.display().to_string();
        let first = check(&name, &bytes, None, true)?;
        let again = extract(&name, Some(path), bytes, &RULES, &options(None), scratch);
        holds!(first == again, "{name}: reads otherwise a second time");
        holds!(first.status != Status::Error, "{name}: {}", first.error_message);
        Ok(())
    };
    let mut faults = Vec::new();
    let sink = |outcome: Result<(), String>| -> Result<(), ()> {
        faults.extend(outcome.err());
        Ok(())
    };
    let feed = |give: &mut batch::Feed<'_, _>| paths.iter().try_for_each(|path| give(path, 0));
    batch::run(feed, jobs, work, sink).unwrap();
    let shown: Vec<_> = faults.iter().take(40).map(String::as_str).collect();
    assert!(faults.is_empty(), "{} of {} documents:\n{}", faults.len(), paths.len(), shown.join("\n"));
}

/// Without optimisation only a sample of the real documents is read: all take minutes.
fn sample(paths: Vec<PathBuf>, step: usize) -> Vec<PathBuf> {
    let step = if cfg!(debug_assertions) { step } else { 1 };
    paths.into_iter().step_by(step).collect()
}

#[test]
fn annotated_policies_are_read_whole() {
    let folders = ["seeds", "eval/archived/policies", "eval/modern/policies", "eval/opp115/policies"];
    let paths: Vec<PathBuf> = folders.iter().flat_map(|folder| sample(files(&shared(folder)), 6)).collect();
    if paths.is_empty() {
        eprintln!("skipped: there are no annotated policies here");
    }
    check_real(&paths);
}

#[test]
fn saved_pages_are_read_whole() {
    let paths = sample(files(&shared("eval/pages/html")), 10);
    if paths.is_empty() {
        eprintln!("skipped: there are no saved pages here");
    }
    check_real(&paths);
}

#[test]
fn the_corpus_is_read_whole() {
    let Some(folder) = corpus() else {
        eprintln!("skipped: there is no corpus here");
        return;
    };
    let paths = files(&folder);
    assert!(paths.len() > 2000, "{} documents", paths.len());
    check_real(&sample(paths, 100));
}

// Bounded.

/// Texts that grow, each with what it tries.
const SHAPES: [(&str, &str); 33] = [
    ("sentences", "We collect your name when you buy a kite. "),
    ("paragraphs", "We use cookies.\n\n"),
    ("sections", "## Cookies\n\nWe use cookies.\n\n"),
    ("items", "* We use cookies.\n"),
    ("words without an end", "tea kites "),
    ("semicolons", "tea;kites;"),
    ("one word", "a"),
    ("stops", ". "),
    ("opening brackets", "["),
    ("images that do not open", "!["),
    ("ampersands", "&"),
    ("links", "[tea](http://tea.example/) "),
    ("links that do not end", "[tea](x "),
    ("stars", "*a "),
    ("underscores", "_a"),
    ("tags that do not end", "<a "),
    ("rows", "| a | b |\n|---|---|\n"),
    ("hard breaks", "**Tea**  \n"),
    ("stops in a row", "."),
    ("closing brackets", ")"),
    ("targets that do not open", "]("),
    ("quote marks", "> "),
    ("ticks", "`"),
    ("backslashes", "\\"),
    ("numbers", "1. "),
    ("tags", "<b>"),
    ("words without spaces", "x.y"),
    ("letters without spaces", "n\u{e9}"),
    ("calls without spaces", "f(a)"),
    ("code in letters", "dGVhIGFuZCBjdXBz"),
    ("images", "![x](y) "),
    ("links and images", "[a](b)![x](y) "),
    ("lines that end as Unicode has it", "tea\u{2028}"),
];

/// The time that some work takes: of this thread on a processor where the system tells it, so that neighbours count little.
fn time(work: impl Fn()) -> Duration {
    let on_processor = || {
        let told = std::fs::read_to_string("/proc/thread-self/schedstat").ok()?;
        told.split(' ').next()?.parse().ok().map(Duration::from_nanos)
    };
    let (start, before) = (Instant::now(), on_processor());
    work();
    before.zip(on_processor()).map_or_else(|| start.elapsed(), |(before, after)| after.saturating_sub(before))
}

/// Four times the text takes about four times as long, not sixteen times; else returns a fault. Tries little text first, so
/// that a fault does not take minutes to show.
fn growth(what: &str, (shape, unit): (&str, &str), len: usize, work: impl Fn(&str)) -> Option<String> {
    [len / 10, len].into_iter().find_map(|len| {
        let [short, long] = [len, len * 4].map(|len| unit.repeat(len / unit.len()) + "a");
        let ratio = || time(|| work(&long)).as_secs_f64() / (time(|| work(&short)).as_secs_f64() + 0.002);
        // A neighbour on the machine may take the time once, not again and again, nor for seconds.
        let (start, mut ratios) = (Instant::now(), Vec::new());
        while ratios.len() < 5 && ratios.iter().all(|ratio| *ratio >= 12.0) && start.elapsed().as_secs() < 5 {
            ratios.push(ratio());
        }
        let fault = || format!("{what} of {shape}: {ratios:.1?} times as long for four times the text");
        ratios.iter().all(|ratio| *ratio >= 12.0).then(fault)
    })
}

#[test]
fn time_is_linear() {
    let mut faults = Vec::new();
    let rules = RuleSet::builtin();
    faults.extend(growth("typing", ("sentences that say nothing", "Kites fly high. "), 60_000, |text| {
        black_box(policyx::classify::passage::classify(text, &rules, &mut Scratch::default()));
    }));
    for shape in SHAPES {
        for format in [Format::Markdown, Format::Html] {
            faults.extend(growth(&format!("reading as {format}"), shape, 10_000, |text| {
                black_box(Reading::new(text.as_bytes().to_vec(), None, Some(format)).unwrap());
            }));
        }
        faults.extend(growth("cutting into clauses", shape, 60_000, |text| {
            black_box(policyx::clause::clauses(text));
        }));
        faults.extend(growth("extraction", shape, 5_000, |text| {
            black_box(record("tea.md", text.as_bytes(), None));
        }));
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}
