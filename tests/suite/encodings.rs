//! The same policy in all the ways that bytes, marks and line ends may come: the same sections, headings, clauses and types.

use std::path::Path;
use std::sync::LazyLock;

use policyx::extract::{Options, Reading, extract};
use policyx::model::{Document, SectionType, Status};
use policyx::rules::{RuleSet, Scratch};
use proptest::prelude::*;

static RULES: LazyLock<RuleSet> = LazyLock::new(RuleSet::builtin);

const MARKDOWN: &str = "\
# Fernhollow Tea - Privacy Notification

Contents

* Information we collect
* Cookies on our site
* Children's privacy

## Information we collect

We collect your name and e-mail address when you order tea. We don't sell your personal information to third parties.

* We keep your orders for three years.
* You may ask us to delete your account.

**Cookies on our site**  
We use cookies to remember your basket. You can switch cookies off in your browser.

## Children's privacy

We do not knowingly collect personal information from children under 13.
Parents may write to us at any time.
";

const PLAIN: &str = "\
FERNHOLLOW TEA PRIVACY POLICY

This policy says what Fernhollow Tea does with the names of its
guests, and why it does so.

INFORMATION WE COLLECT

We collect your name and e-mail address when you order tea.  We
don't sell your personal information to third parties.

COOKIES

We use cookies to remember your basket. You can switch cookies
off in your browser at any time that you like.
";

const HTML: &str = "\
<html><head><title>Fernhollow Tea</title></head><body>
<h1>Fernhollow Tea - Privacy Policy</h1>
<h2>Information
we collect</h2>
<p>We collect your name and e-mail address
when you order tea.</p>
<ul><li>We keep your orders for three years.</li>
<li>You may ask us to delete
your account.</li></ul>
<h2>Cookies</h2>
<p>We use cookies to remember your basket.</p>
</body></html>
";

/// Makes a variant of a text that looks the same.
type Vary = fn(&str) -> String;

fn read(name: &str, bytes: &[u8]) -> Document<'static> {
    extract(name, Some(Path::new(name)), bytes.to_vec(), &RULES, &Options::default(), &mut Scratch::default())
}

/// The headings and clauses with their types, words alone: no kind of quote, space or invisible character.
fn essence(document: &Document) -> Vec<(String, Vec<SectionType>)> {
    assert_eq!(document.status, Status::Ok, "{}", document.error_message);
    let words = |text: &str| {
        let seen = text.replace('’', "'").replace('\u{fb01}', "fi").replace(['\u{ad}', '\u{200b}', '\u{feff}'], "");
        seen.split_whitespace().collect::<Vec<_>>().join(" ")
    };
    let mut lines = vec![(words(document.title.as_deref().unwrap_or_default()), vec![])];
    for section in &document.sections {
        lines.push((format!("# {}", words(section.heading.as_deref().unwrap_or_default())), section.types.clone()));
        lines.extend(
            section
                .clauses
                .iter()
                .map(|clause| (words(clause.text.as_deref().unwrap_or_default()), clause.types.iter().collect())),
        );
    }
    lines
}

/// Checks that a text is read as the plain one is, and that its spans quote it if it is its own reference.
fn assert_same(name: &str, plain: &str, bytes: &[u8], what: &str) {
    let (expected, document) = (read(name, plain.as_bytes()), read(name, bytes));
    assert!(expected.sections.len() >= 2 && expected.title.is_some(), "the plain text must have a structure");
    assert_eq!(essence(&document), essence(&expected), "{what}");
    let reference = Reading::new(bytes.to_vec(), Some(Path::new(name)), None).unwrap().document.text;
    for clause in document.sections.iter().flat_map(|section| &section.clauses) {
        let quote = clause.span.of(&reference).split_whitespace().next();
        assert_eq!(quote, clause.text.as_deref().unwrap().split_whitespace().next(), "{what}");
    }
}

#[test]
fn line_ends_make_no_difference() {
    for end in ["\r\n", "\r", "\u{2028}", "\u{2029}", "\u{85}", "\u{c}"] {
        for (name, plain) in [("tea.md", MARKDOWN), ("tea.txt", PLAIN), ("tea.html", HTML)] {
            assert_same(name, plain, plain.replace('\n', end).as_bytes(), &format!("{name} with {end:?}"));
        }
    }
    let ends = ["\r\n", "\n", "\r", "\u{2028}", "\u{85}"];
    for shift in 0..ends.len() {
        for (name, plain) in [("tea.md", MARKDOWN), ("tea.txt", PLAIN), ("tea.html", HTML)] {
            // In an order in which no CR stands before LF: the two would be one end.
            let mixed: String = plain
                .split('\n')
                .enumerate()
                .map(|(index, line)| format!("{line}{}", ends[(index + shift) % ends.len()]))
                .collect();
            assert_same(name, plain, mixed.as_bytes(), &format!("{name}, mixed from {shift}"));
        }
    }
}

#[test]
fn a_page_end_is_no_paragraph_end() {
    for (end, paragraphs) in [("\n\u{c}", 1), ("\u{c}\n", 1), ("\r\n\u{c}", 1), ("\u{c}", 1), ("\n\n\u{c}", 2)] {
        let text = format!("We collect your name and{end}address when you order our tea.");
        let reading = Reading::new(text.into_bytes(), Some(Path::new("tea.md")), None).unwrap();
        assert_eq!(reading.page.blocks.len(), paragraphs, "{end:?}");
    }
}

#[test]
fn hard_breaks_survive_all_line_ends() {
    for end in ["\n", "\r\n", "\r", "\u{2028}", "\u{2029}", "\u{85}", "\u{c}"] {
        for (mark, breaks) in
            [("  ", 1), ("\\", 1), ("\u{a0} ", 1), (" \u{a0}", 1), ("", 0), (" ", 0), ("\u{200b} ", 0)]
        {
            let text = format!("**Fernhollow Tea**{mark}{end}Elm Row 3");
            let reading = Reading::new(text.into_bytes(), Some(Path::new("tea.md")), None).unwrap();
            assert_eq!(reading.page.text.matches('\n').count(), breaks, "{mark:?} {end:?}");
        }
    }
}

#[test]
fn marks_that_look_alike_make_no_difference() {
    let variants: [(&str, Vary); 7] = [
        ("no-break spaces", |text| text.replace("e ", "e\u{a0}").replace(". ", ".\u{a0} ")),
        ("curly quotes", |text| text.replace('\'', "’")),
        ("soft hyphens", |text| text.replace("ookie", "oo\u{ad}kie").replace("nfor", "n\u{ad}for")),
        ("zero width", |text| text.replace("## ", "## \u{200b}").replace("ildren", "il\u{200b}dren")),
        ("inner marks", |text| text.replace("We ", "\u{feff}We ")),
        ("ligatures", |text| text.replace("fi", "\u{fb01}")),
        ("a mark at the start", |text| format!("\u{feff}{text}")),
    ];
    for (what, vary) in variants {
        assert_same("tea.md", MARKDOWN, vary(MARKDOWN).as_bytes(), what);
    }
}

#[test]
fn encodings_make_no_difference() {
    let curly = MARKDOWN.replace('\'', "’");
    let utf16: Vec<u8> = curly.encode_utf16().flat_map(u16::to_le_bytes).collect();
    let latin: Vec<u8> = curly.chars().map(|c| u8::try_from(c).unwrap_or(0x92)).collect();
    let double = curly.replace('’', "â€™");
    for (what, bytes, encoding, warned) in [
        ("UTF-8", curly.clone().into_bytes(), "UTF-8", 0),
        ("UTF-16", utf16.clone(), "UTF-16LE", 0),
        ("UTF-16, marked", [b"\xFF\xFE".as_slice(), &utf16].concat(), "UTF-16LE", 0),
        ("windows-1252", latin, "windows-1252", 1),
        ("read twice", double.clone().into_bytes(), "UTF-8", 1),
        ("read twice, marked", format!("ï»¿{double}").into_bytes(), "UTF-8", 1),
    ] {
        assert_same("tea.md", &curly, &bytes, what);
        let document = read("tea.md", &bytes);
        assert_eq!(document.source.encoding.as_deref(), Some(encoding), "{what}");
        assert_eq!(document.warnings.len(), warned, "{what}: {:?}", document.warnings);
    }
}

#[test]
fn entities_are_decoded_once() {
    let text = |name: &str, source: &str| {
        Reading::new(source.as_bytes().to_vec(), Some(Path::new(name)), None).unwrap().page.text
    };
    for (source, markdown, html) in [
        ("don&#146;t &#x97; tea", "don’t — tea", "don’t — tea"),
        ("a&nbsp;b &nbsp c", "a\u{a0}b \u{a0} c", "a\u{a0}b \u{a0} c"),
        ("a &amp;nbsp; b", "a &nbsp; b", "a &nbsp; b"),
        ("a &amp;rsquo b", "a &rsquo b", "a &rsquo b"),
        ("a &amp;amp;nbsp; b", "a &amp;nbsp; b", "a &amp;nbsp; b"),
        ("don&rsquot &ldquotea&rdquo", "don’t “tea”", "don’t “tea”"),
        ("don&#8217;t &rsquo;", "don’t ’", "don’t ’"),
        ("Q &amp; A, R&D, &unheard; &Uuml;", "Q & A, R&D, &unheard; &Uuml;", "Q & A, R&D, &unheard; Ü"),
    ] {
        assert_eq!(text("tea.md", source), markdown);
        assert_eq!(text("tea.html", &format!("<html><body><p>{source}</p></body></html>")), html);
    }
}

#[test]
fn a_record_tells_what_was_declared() {
    let page =
        b"<html><head><meta charset=\"iso-8859-1\"></head><body><p>We don\x92t sell your data.</p></body></html>";
    let document = read("tea.html", page);
    assert_eq!(document.source.declared_encoding.as_deref(), Some("iso-8859-1"));
    assert_eq!(document.source.encoding.as_deref(), Some("windows-1252"));
    assert_eq!(read("tea.md", MARKDOWN.as_bytes()).source.declared_encoding, None);
}

#[test]
fn lost_characters_are_reported() {
    let lossy = MARKDOWN.replace("d y", "d?y").replace("r n", "r?n").replace("t s", "t?s").replace("e c", "e?c");
    let reported = |document: &Document| document.warnings.iter().filter(|w| w.contains("lost characters")).count();
    assert_eq!(reported(&read("tea.md", lossy.as_bytes())), 1);
    let links = MARKDOWN.replace("We ", "[We](http://tea.example/a?b) ");
    assert_eq!(reported(&read("tea.md", links.as_bytes())), 0);
    let script = format!("<html><script>a?b:c?d:e?f:g?h</script><body><p>{PLAIN}</p></body></html>");
    assert_eq!(reported(&read("tea.html", script.as_bytes())), 0);
}

proptest! {
    #[test]
    fn no_letter_is_lost_and_nothing_panics(
        parts in proptest::collection::vec(prop_oneof![
            proptest::sample::select(vec![
                "\r", "\n", "\u{c}", "\u{85}", "\u{2028}", "\u{2029}", "\u{a0}", "\u{ad}", "\u{fb01}", "\u{200b}", "â€™",
                "Ã©", "ï»¿", "&rsquo", "&#146;", "&", "](", "[", "**", "# ", "* ", "| ", "\\", "?", "¡¯", "漢 2009", "1. ",
            ]).prop_map(|part| part.as_bytes().to_vec()),
            "[a-z]{1,5} ?".prop_map(String::into_bytes),
            proptest::collection::vec(any::<u8>(), 1..3),
        ], 0..60),
    ) {
        let bytes = parts.concat();
        for name in ["tea.md", "tea.txt", "tea.html"] {
            let document = read(name, &bytes);
            prop_assert!(document.error_kind != "internal", "{}", document.error_message);
            // The end is never cut off.
            let whole = read(name, &[bytes.as_slice(), b"\n\nzzendzz"].concat());
            if name != "tea.html" && whole.status != Status::Error {
                let reading = Reading::new([bytes.as_slice(), b"\n\nzzendzz"].concat(), Some(Path::new(name)), None).unwrap();
                prop_assert!(reading.page.text.contains("zzendzz") || !reading.page.marks.is_empty());
            }
        }
    }
}
