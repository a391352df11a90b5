//! Markdown, plain text or HTML in; a page of blocks out. The parsers of others stay behind this door.

mod entity;
pub mod html;
mod inline;
mod markdown;
mod page;
mod seek;

use std::path::Path;

pub use page::{Block, BlockKind, Page};
pub(crate) use page::{Following, within};

use crate::model::Format;
use crate::span::Span;

/// Parses the stretches of `source` that belong to the policy.
///
/// HTML is converted to Markdown before, so a page is only ever parsed from Markdown or plain text.
pub fn parse(source: &str, kept: &[Span], format: Format) -> Page {
    let mut page = Page::default();
    for span in kept {
        match format {
            Format::Markdown | Format::Html => markdown::parse_markdown(source, *span, &mut page),
            Format::Text => markdown::parse_text(source, *span, &mut page),
        }
    }
    page.finish();
    page
}

/// How much of a document is looked at to find its format, in bytes.
const DETECTION_ZONE: usize = 64 * 1024;

/// Finds the format of a text by its content, and by its name where the content leaves it open.
pub fn detect(text: &str, path: Option<&Path>) -> Format {
    let extension = path.and_then(Path::extension).and_then(|e| e.to_str()).unwrap_or_default().to_ascii_lowercase();
    let text = text.trim_start_matches(inline::is_space);
    let zone = text.get(..text.floor_char_boundary(DETECTION_ZONE)).unwrap_or(text);
    if looks_like_html(zone) || (extension.contains("htm") && (zone.starts_with('<') || zone.contains("</"))) {
        Format::Html
    } else if extension == "md" || extension == "markdown" || looks_like_markdown(zone) {
        Format::Markdown
    } else {
        Format::Text
    }
}

fn looks_like_html(zone: &str) -> bool {
    let head = zone.get(..zone.floor_char_boundary(512)).unwrap_or(zone).to_ascii_lowercase();
    let opens = ["<!doctype", "<html", "<head", "<body", "<?xml", "<title", "<meta", "<div", "<table"];
    if opens.iter().any(|tag| head.starts_with(tag)) {
        return true;
    }
    if head.starts_with("<!--") {
        return zone.to_ascii_lowercase().contains("<html") || closing_tags(zone) >= 3;
    }
    // Markdown may hold a few tags; a page without its head consists of them.
    let closing_tags = closing_tags(zone);
    closing_tags * 400 > zone.len() && closing_tags >= 3
}

fn closing_tags(zone: &str) -> usize {
    let block = ["p>", "div>", "li>", "td>", "h1>", "h2>", "h3>", "ul>", "body>", "html>", "font>", "span>"];
    let bytes = zone.as_bytes();
    let is_closing = |at: &usize| {
        let Some(name) = bytes.get(at + 1..).and_then(|rest| rest.strip_prefix(b"/")) else { return false };
        block.iter().any(|tag| name.get(..tag.len()).is_some_and(|name| name.eq_ignore_ascii_case(tag.as_bytes())))
    };
    memchr::memchr_iter(b'<', bytes).filter(is_closing).count()
}

fn looks_like_markdown(zone: &str) -> bool {
    let marked = |line: &str| {
        let level = line.bytes().take_while(|b| *b == b'#').count();
        let atx = (1..=6).contains(&level) && line.get(level..).is_some_and(|rest| rest.starts_with(' '));
        let setext = line.len() >= 4 && (line.bytes().all(|b| b == b'=') || line.bytes().all(|b| b == b'-'));
        atx || setext || line.starts_with("* * *")
    };
    let bold = |zone: &str| zone.matches("**").count() >= 2;
    zone.contains("](") || bold(zone) || zone.starts_with("> *") || {
        let mut lines = markdown::lines(zone, Span::new(0, zone.len()));
        lines.any(|line| marked(line.of(zone).trim_end()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parsed(markdown: &str) -> (Vec<(String, String)>, Page) {
        let page = parse(markdown, &[Span::new(0, markdown.len())], Format::Markdown);
        let blocks = page
            .blocks
            .iter()
            .map(|b| {
                let kind = match b.kind {
                    BlockKind::Heading(level) => format!("h{level}"),
                    BlockKind::Paragraph => format!("p{}", b.depth),
                    BlockKind::Item => format!("i{}", b.depth),
                    BlockKind::Cell { row, column, .. } => format!("c{row}{column}"),
                    BlockKind::Code => "code".to_owned(),
                };
                (kind, page.slice(&b.range).to_owned())
            })
            .collect();
        (blocks, page)
    }

    #[test]
    fn passes_over_files_within_link_targets() {
        let image = format!("before ![kite](data:image/png;base64,{}) after", "iVBORw0KGgo".repeat(1_000));
        assert_eq!(parsed(&image).0, [("p0".to_owned(), "before  after".to_owned())]);
    }

    #[test]
    fn reads_the_shapes_that_converters_leave() {
        let cases: &[(&str, &[(&str, &str)])] = &[
            ("# A\n\ntext\nmore  \nlast", &[("h1", "A"), ("p0", "text more\nlast")]),
            ("###   \nI. Overview\n\ntext", &[("h3", "I. Overview"), ("p0", "text")]),
            ("Kiosk\n=====\n\nWhat\n----\nx", &[("h1", "Kiosk"), ("h2", "What"), ("p0", "x")]),
            ("B. How long\n---\nx\n\n* Kites\n---\n", &[("h2", "B. How long"), ("p0", "x"), ("i1", "Kites")]),
            (
                "  * one\n    * two\n  * three\n\nafter",
                &[("i1", "one"), ("i2", "two"), ("i1", "three"), ("p0", "after")],
            ),
            ("*   one\n\n    more\n*   two", &[("i1", "one"), ("p1", "more"), ("i1", "two")]),
            ("· one  \n· two", &[("i1", "one"), ("i1", "two")]),
            ("1\\. first\n\n2\\. second", &[("i1", "1. first"), ("i1", "2. second")]),
            (
                "* tea * kites\n* 2 * 3\n* a *b* * c",
                &[("i1", "tea"), ("i1", "kites"), ("i1", "2 * 3"), ("i1", "a b * c")],
            ),
            ("**Web Site Traffi** c  \nWe count.", &[("p0", "Web Site Traffic\nWe count.")]),
            ("**  \nWELCOME**", &[("p0", "WELCOME")]),
            (
                "a ****b [c](http://d.example/e_(f) \"t\") ![g](h) _i_ snake_case 5 * 6",
                &[("p0", "a b c  i snake_case 5 * 6")],
            ),
            ("x &amp; y &nosuch; <http://a.example> a<br>b", &[("p0", "x & y &nosuch; http://a.example a\nb")]),
            ("| a | b |\n|---|---|\n| c | d |", &[("c00", "a"), ("c01", "b"), ("c10", "c"), ("c11", "d")]),
            (
                "| **Who We Are**  \n---|---  \nWe sell | kites.",
                &[("p0", "Who We Are"), ("p0", "We sell"), ("p0", "kites.")],
            ),
            ("* * *\n| \n\\-----\n", &[]),
            ("Home | About | Contact\n\nKites | tea", &[("p0", "Home | About | Contact"), ("p0", "Kites | tea")]),
        ];
        for (markdown, expected) in cases {
            let (blocks, _) = parsed(markdown);
            let expected: Vec<_> = expected.iter().map(|(k, t)| ((*k).to_owned(), (*t).to_owned())).collect();
            assert_eq!(blocks, expected, "{markdown:?}");
        }
    }

    #[test]
    fn reads_tables_whose_head_has_no_words() {
        let head = "|     |     |\n| --- | --- |";
        for (rows, expected) in [
            // A few words above longer ones, or words in bold, are the heads of their columns.
            (
                "\n| Category | Description |\n| Names | We keep your name and age. |",
                &[("c00", "Category"), ("c01", "Description"), ("c10", "Names"), ("c11", "We keep your name and age.")]
                    [..],
            ),
            (
                "\n| **Kite** | **Use** |\n| Red | Sport |",
                &[("c00", "Kite"), ("c01", "Use"), ("c10", "Red"), ("c11", "Sport")],
            ),
            // All others are rows like the rest.
            (
                "\n| Red | For sport |\n| Blue | For play |",
                &[("c10", "Red"), ("c11", "For sport"), ("c20", "Blue"), ("c21", "For play")],
            ),
            (
                "\n| [Tea](http://tea.example) | Ours |\n| Kites | They fly far and wide over the fields of Fernhollow |",
                &[
                    ("c10", "Tea"),
                    ("c11", "Ours"),
                    ("c20", "Kites"),
                    ("c21", "They fly far and wide over the fields of Fernhollow"),
                ],
            ),
            // A title may stand above them.
            (
                "\n| What you give us |\n| ### Kite | ### Use |\n| Red | Sport |",
                &[("p0", "What you give us"), ("c00", "Kite"), ("c01", "Use"), ("c10", "Red"), ("c11", "Sport")],
            ),
            // A caption may stand behind the delimiters, and the head below it.
            (
                "Our kites\n| Kite | Use |\n| --- | --- |\n| Red | Sport |",
                &[("p0", "Our kites"), ("c00", "Kite"), ("c01", "Use"), ("c10", "Red"), ("c11", "Sport")],
            ),
            // A single row, or a single column, lays a page out.
            ("\n| **Kites** | We sell kites. |", &[("p0", "Kites"), ("p0", "We sell kites.")]),
            ("\n| **Kites** |\n| We sell them. |", &[("p0", "Kites"), ("p0", "We sell them.")]),
            ("", &[]),
        ] {
            let (blocks, _) = parsed(&format!("{head}{rows}\n"));
            let blocks: Vec<_> = blocks.iter().map(|(kind, text)| (kind.as_str(), text.as_str())).collect();
            assert_eq!(blocks, expected, "{rows}");
        }
    }

    #[test]
    fn reads_lists_in_cells_and_tables_in_items() {
        let cell = "| Data | Why |\n|---|---|\n| * Your name<br>* Your age | To know:<br><br>*   who<br>you are |";
        let expected =
            [("c00", "Data"), ("c01", "Why"), ("c10", "Your name\nYour age"), ("c11", "To know:\n\nwho\nyou are")];
        assert_eq!(parsed(cell).0, expected.map(|(kind, text)| (kind.to_owned(), text.to_owned())));
        let (blocks, page) = parsed("*   We use:\n\n    | a | b |\n    |---|---|\n    | c | d |\n\n    more\n*   Tea");
        let expected = ["i1", "c00", "c01", "c10", "c11", "p1", "i1"];
        assert_eq!(blocks.iter().map(|(kind, _)| kind.as_str()).collect::<Vec<_>>(), expected);
        assert!(page.blocks.iter().all(|block| block.depth == 1));
    }

    #[test]
    fn reads_links_over_several_blocks() {
        for (markdown, expected) in [
            ("[\n\nHow we use tea\n\n](https://tea.example)", &["How we use tea"][..]),
            ("[![a](b)\n\nTea\n\nand kites](c \"d\") as [e](f)", &["Tea", "and kites as e"]),
            ("*   [\n\n    Tea](a)[\n\n    Kites](b)\n*   c", &["Tea", "Kites", "c"]),
            ("[Kites\n-----\n\nfly [far](a).](b)", &["Kites", "fly far."]),
            ("[### Tea\n\nis ours.](a)[# 1\n\nKites](b)", &["Tea", "is ours.\n1", "Kites"]),
            ("[sic\n\nTea [1] and](tea) \\](x)", &["sic", "Tea [1] and ](x)"]),
            ("[sic\n\nTea] (x) [1](", &["[sic", "Tea] (x) [1]("]),
        ] {
            let (blocks, _) = parsed(markdown);
            assert_eq!(blocks.iter().map(|(_, text)| text.as_str()).collect::<Vec<_>>(), expected, "{markdown:?}");
        }
    }

    #[test]
    fn keeps_emphasis_links_and_unreadable_marks() {
        let (_, page) = parsed("**_Rights._** You [may](x) _ask_.\n\n[](http://a.example)");
        let emphasised: Vec<_> = page.emphasis.iter().map(|r| page.slice(r)).collect();
        assert_eq!(emphasised, ["Rights.", "Rights.", "ask"]);
        assert_eq!(page.links.iter().map(|r| page.slice(r)).collect::<Vec<_>>(), ["may"]);
        assert_eq!(page.marks.len(), 1);
    }

    #[test]
    fn finds_the_format_by_content() {
        let cases = [
            ("<!DOCTYPE html><p>x</p>", "a.txt", Format::Html),
            ("<!-- saved --><html><p>x</p>", "a", Format::Html),
            ("<p>One</p><p>Two</p><p>Three</p>", "a", Format::Html),
            ("# Title\n\nText", "a.txt", Format::Markdown),
            ("We value <b>you</b>.", "a.txt", Format::Text),
            ("Plain words.", "a.md", Format::Markdown),
        ];
        for (text, name, format) in cases {
            assert_eq!(detect(text, Some(Path::new(name))), format, "{text:?}");
        }
    }
}
