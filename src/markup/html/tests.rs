//! Tests of the whole road from HTML to Markdown: each construct, hostile pages, and that no letter is lost.

use std::time::{Duration, Instant};

use proptest::prelude::*;
use scraper::{Html, Node};

use super::to_markdown;

fn check(cases: &[(&str, &str)]) {
    for (html, expected) in cases {
        let page = to_markdown(html);
        assert_eq!(page.markdown.strip_suffix('\n').unwrap_or(""), *expected, "{html}");
        assert_eq!(page.warnings, Vec::<String>::new(), "{html}");
    }
}

#[test]
fn headings_and_paragraphs() {
    check(&[
        ("<h1>A</h1><h2>B</h2>text<h6>C</h6>", "# A\n\n## B\n\ntext\n\n###### C"),
        ("<h2><b>A</b> <i>b</i><br>c</h2>", "## A b c"),
        ("<h2><div>A</div><p>b</h2>c", "## A\n\nb\n\nc"),
        ("<h2></h2>a", "a"),
        ("<h3>Do we use C #</h3>", "### Do we use C \\#"),
        ("<h3>1. Cookies</h3>", "### 1. Cookies"),
        ("<p>a<p>b<div>c</div>d", "a\n\nb\n\nc\n\nd"),
        ("<p>  a \n b\t</p>  <p> </p><p>&nbsp;</p><p>c&nbsp;d", "a b\n\nc\u{a0}d"),
        ("a<br>b<br/>c", "a  \nb  \nc"),
        ("a<br> <br>b<br><br><br>c<br>", "a\n\nb\n\nc"),
        ("<br>a</br<br>b", "a  \nb"),
        ("a<hr>b<hr><hr>c", "a\n\n* * *\n\nb\n\n* * *\n\nc"),
        ("<blockquote>a<p>b<br>c</blockquote>d", "> a\n>\n> b  \n> c\n\nd"),
        ("a<blockquote>b<blockquote>c</blockquote></blockquote>", "a\n\n> b\n>\n> > c"),
        ("<pre>one\n  two\n\nthree\n</pre>", "one  \ntwo\n\nthree"),
        ("<textarea rows=9>one\n<b>two</textarea>", "one  \n\\<b>two"),
        (
            "<dl><dt>Cookie<dd>A file.<dt>Log</dt><dd>A <b>list</b>.</dl>",
            "**Cookie**\n\nA file.\n\n**Log**\n\nA **list**.",
        ),
        ("<details><summary>More</summary>text</details>", "**More**\n\ntext"),
        ("<fieldset><legend>You</legend>text</fieldset>", "**You**\n\ntext"),
    ]);
}

#[test]
fn emphasis_and_links() {
    check(&[
        ("<b>a</b> <strong>b</strong> <em>c</em>", "**a b** _c_"),
        ("x<b> a </b>y<i> </i>z<b></b>", "x **a** y z"),
        ("<b><p>a</p><p>b</p></b>", "**a**\n\n**b**"),
        ("<b>a<br></b>b", "**a**  \nb"),
        ("<b>a<br>b</b>", "**a**  \n**b**"),
        ("<b><i>a</b> b</i> c", "**_a_** _b_ c"),
        ("<b>a <b>b</b> c</b>", "**a b c**"),
        ("f<i>oo</i> b<i>ar</i>, <i>ba</i>z", "foo bar, baz"),
        ("<b>Note:</b>now", "**Note:**now"),
        ("see <a href='/x y'> the <b>page</b> </a>.", "see [the **page**](/x%20y) ."),
        ("<a href=#top>up</a> <a href='javascript:x()'>do</a> <a name=n>n</a> <a href=/e><img></a>", "up do n"),
        ("<a href=/x><h3>T</h3><p>p</p></a>", "### [T](/x)\n\n[p](/x)"),
        ("now!<a href=/x>[go]</a>", "now\\![\\[go\\]](/x)"),
        ("<a href='/x?a=1&amp;b=(2)'>y</a>", "[y](/x?a=1&b=%282%29)"),
    ]);
}

#[test]
fn lists() {
    check(&[
        ("a<ul><li>b<li>c</ul>d", "a\n\n* b\n* c\n\nd"),
        ("<ul><li>a<ul><li>b<ul><li>c</ul></ul><li>d</ul>", "* a\n    * b\n        * c\n* d"),
        ("<ol start=3><li>a<li value=7>b<li>c</ol>", "3. a\n7. b\n8. c"),
        ("<ol start=1000><li>a<p>b</ol>", "1000. a\n\n      b"),
        ("<ul><li><p>a</p><p>b<br>c</p></li><li>d</ul>", "* a\n\n    b  \n    c\n\n* d"),
        ("<ul><li>a</ul><ul><li>b</ul>", "* a\n\n* b"),
        ("<ul><li><ul><li>a</ul>b</ul>", "* a\n\nb"),
        ("<ul><li><h3>T</h3><p>p</p></ul>", "### T\n\np"),
        ("<ul>a<p>b</ul>", "a\n\nb"),
        ("<li>a<li>b", "* a\n* b"),
        ("<ul><li></li><li> <li>a</ul>", "* a"),
        ("<blockquote><ul><li>a<li>b</ul></blockquote>", "> * a\n> * b"),
        ("<ul><li><blockquote>a<p>b</blockquote></ul>", "* > a\n    >\n    > b"),
    ]);
}

#[test]
fn tables() {
    check(&[
        (
            "<table><caption>Data</caption><tr><th>What<th>Why<tr><td>a|b<td><b>c</b><br>d<tr><td>e<td></table>f",
            "**Data**\n\n| What | Why |\n|---|---|\n| a\\|b | **c** d |\n| e |  |\n\nf",
        ),
        ("<table><tr><td><p>a</p><td>b<tr><td>c<td><div>d</div></table>", "| a | b |\n|---|---|\n| c | d |"),
        ("<table><tr><td>a<tr><td>b</table>", "a\n\nb"),
        ("<table><tr><td>a<td>b</table>", "a\n\nb"),
        ("<table><tr><td>a<td><p>b<p>c<tr><td>d<td>e</table>", "a\n\nb\n\nc\n\nd\n\ne"),
        ("<table><tr><td>a<td>b<br><br>c<tr><td>d<td>e</table>", "a\n\nb\n\nc\n\nd\n\ne"),
        ("<table><tr><td>&#8226;<td>a b<tr><td>&#8226;<td>c</table>", "\u{2022}\n\na b\n\n\u{2022}\n\nc"),
        ("<table><tr><td colspan=2>a<tr><td>b<td>c</table>", "a\n\nb\n\nc"),
        (
            "<table><tr><td>x<td><table><tr><td>a<td>b<tr><td>c<td>d</table></table>",
            "x\n\n| a | b |\n|---|---|\n| c | d |",
        ),
        (
            "<blockquote><table><tr><td>a<td>b<tr><td>c<td>d</table></blockquote>",
            "> | a | b |\n> |---|---|\n> | c | d |",
        ),
    ]);
}

#[test]
fn text_that_looks_like_markdown_stays_text() {
    check(&[
        (
            "<p># a<p>- b<p>1. c<p>2) d<p>> e<p>---<p>===",
            "\\# a\n\n\\- b\n\n1\\. c\n\n2\\) d\n\n\\> e\n\n\\---\n\n\\===",
        ),
        ("a<br>---<br>- b", "a  \n\\---  \n\\- b"),
        (
            "<p>*Required <p>2 * 3 <p>a_b _c_ <p>`x` <p>[a](b) [c]",
            "\\*Required\n\n2 * 3\n\na_b \\_c\\_\n\n\\`x\\`\n\n[a\\](b) [c]",
        ),
        ("&lt;b> AT&amp;T &amp;amp; a &lt; b", "\\<b> AT&T \\&amp; a < b"),
        ("<p>1<b>.</b> a<p><b>1.</b> a", "1**.** a\n\n**1.** a"),
        ("[a]<b>(b)</b> [c]<a href=d>e</a>", "[a\\]**(b)** [c\\][e](d)"),
        ("<b>* a</b> * <b>b * </b>", "**\\* a** \\* **b \\***"),
        ("<ul><li># a<li>1. b", "* \\# a\n* 1\\. b"),
    ]);
}

#[test]
fn what_is_not_text_is_left_out() {
    check(&[
        (
            "a<script>b</script>c<style>d</style>e<!-- f -->g<template>h</template>i<svg><title>j</title></svg>k",
            "acegik",
        ),
        ("<head><title>T</title><meta name=d content=e></head><body>a", "a"),
        ("<select><option>a<option>b</select><input type=hidden value=c><input value=d><button>e</button>f", "f"),
        ("<h2><button>Cookies</button></h2><img alt=a src=b>", "## Cookies"),
        ("<select>a<p>b", "a\n\nb"),
        ("a<noscript>b</noscript>", "a"),
        ("<noscript><p>b</noscript>", "b"),
        ("<frameset><frame src=x><noframes><body><p>a</body></noframes></frameset>", "a"),
        ("&eacute;&#233;&#xe9;&#146;&nosuch;", "\u{e9}\u{e9}\u{e9}\u{2019}\\&nosuch;"),
        ("", ""),
    ]);
}

#[test]
fn titles_are_plain() {
    let cases = [
        ("<title> Tea &amp;\n <b>Cookies</b> </title><title>x</title>", Some("Tea & <b>Cookies</b>")),
        ("<svg><title>x</title></svg>", None),
        ("<title></title>", None),
        ("<title>never closed", None),
    ];
    for (html, expected) in cases {
        assert_eq!(to_markdown(html).title.as_deref(), expected, "{html}");
    }
}

/// Pages that make a tree builder quadratic, deep or huge. Each has the word `end` at its end. The bound on time is wide, for
/// a busy machine; without a budget the first two alone take minutes.
#[test]
fn hostile_pages_are_read_in_little_time() {
    let many = 10_000;
    let pages: Vec<(&str, String)> = vec![
        ("divs", "<div>".repeat(100_000)),
        ("lists", "<ul><li>".repeat(100_000)),
        ("quotes", "<blockquote>x".repeat(many)),
        ("bold", "<b>".repeat(many)),
        ("tables", "<table>".repeat(many)),
        ("table cells", "<table><tr><td>".repeat(many)),
        ("links", "<a href=x>".repeat(many)),
        ("links in cells", "<a href=x><table><td>".repeat(many)),
        ("fonts", (0..many).map(|n| format!("<font color={n}>")).collect()),
        ("attributes", format!("<p {}>", (0..many).map(|n| format!(" a{n}=1")).collect::<String>())),
        ("kept attributes", format!("<a {}>", " href=1".repeat(many))),
        (
            "nodes",
            format!("<p>{}</p>{}", (0..4000).map(|n| format!("<font c={n}>")).collect::<String>(), "<p>x".repeat(4000)),
        ),
        ("marks", "<p><b>".repeat(many)),
        ("swapped marks", "<b><i></b><div>".repeat(many)),
        ("long link", format!("<a href={}>{}", "x".repeat(many), "<p>x".repeat(many))),
        ("end tags", format!("{}{}", "<div>".repeat(300), "</ul></x></b>".repeat(many))),
        ("hidden", "<select><svg><noscript><button><title>".repeat(many)),
        ("comments", "<!--".repeat(many) + "-->"),
        ("bad entities", "&\0".repeat(many)),
        ("open tags", "<a ".repeat(many) + ">"),
        ("signs", "< ".repeat(100 * many)),
        ("words in italics", "a<i>b</i>c".repeat(many)),
    ];
    for (name, html) in pages {
        let started = Instant::now();
        let page = to_markdown(&format!("{html}end"));
        let passed = started.elapsed();
        let started = Instant::now();
        to_markdown(&"<p>A kite flies.</p>".repeat(1 + html.len() / 20));
        let plain = started.elapsed() + Duration::from_millis(1);
        assert!(passed < 400 * plain, "{name}: {passed:?}, where a plain page as long takes {plain:?}");
        assert!(
            page.markdown.trim_end_matches(['*', '_', '\n']).ends_with("end") || page.markdown.contains("[end]("),
            "{name}"
        );
        assert!(page.markdown.len() < 30 * html.len() + 100, "{name}: {} bytes", page.markdown.len());
    }
}

#[test]
fn a_page_past_the_budget_keeps_its_words_and_breaks() {
    let page = to_markdown(&format!("{}<h2>A &amp; b</h2><p>c<br>d <b>e</b><script>f</script>", "<div>".repeat(5000)));
    assert_eq!(page.markdown, "A & b\n\nc  \nd e\n");
    assert_eq!(page.warnings.len(), 1);
}

/// Elements whose content is no visible text.
const HIDDEN: [&str; 12] = [
    "script", "style", "noscript", "template", "svg", "iframe", "title", "select", "datalist", "button", "noembed",
    "noframes",
];

/// The letters of a page's visible text in the order of a browser's tree.
fn visible_letters(html: &str) -> String {
    let html = Html::parse_document(html);
    let is_hidden = |node: &Node| node.as_element().is_some_and(|element| HIDDEN.contains(&element.name()));
    let shown = html.tree.root().descendants().filter(|node| !node.ancestors().any(|above| is_hidden(above.value())));
    shown.filter_map(|node| node.value().as_text().map(|text| letters(text))).collect()
}

fn letters(text: &str) -> String {
    text.chars().filter(|character| character.is_alphabetic()).collect()
}

/// Source with tags in any order, closed or not, whose attributes hold no letters that could reach the text.
fn tag_soup() -> impl Strategy<Value = String> {
    let names = prop::sample::select(vec![
        "p",
        "div",
        "section",
        "span",
        "font",
        "b",
        "i",
        "strong",
        "em",
        "u",
        "ul",
        "ol",
        "li",
        "dl",
        "dt",
        "dd",
        "h1",
        "h2",
        "blockquote",
        "pre",
        "table",
        "tr",
        "td",
        "th",
        "tbody",
        "caption",
        "summary",
        "center",
        "br",
        "hr",
        "img",
        "a",
        "form",
    ]);
    let piece = prop_oneof![
        4 => "[ a-zé0-9.*_#>\\[\\]()!`|~=+\\\\-]{0,8}".prop_map(|text| text.replace('>', "&gt;")),
        4 => names.clone().prop_map(|name| format!("<{name}>")),
        3 => names.prop_map(|name| format!("</{name}>")),
        1 => Just("<a href='/1_(2)'>".to_owned()),
        1 => prop::sample::select(vec![" ", "\n", "&nbsp;", "&amp;", "&am", "p;", "<!-- x -->", "<br><br>", "1. ", "- "]).prop_map(str::to_owned),
        1 => prop::sample::select(vec!["<script>x</script>", "<style>x</style>", "<svg>x</svg>", "<template>x</template>"]).prop_map(str::to_owned),
    ];
    prop::collection::vec(piece, 0..60).prop_map(|pieces| pieces.concat())
}

proptest! {
    #[test]
    fn every_visible_letter_arrives_in_order(html in tag_soup()) {
        prop_assert_eq!(letters(&to_markdown(&html).markdown), visible_letters(&html));
    }

    #[test]
    fn the_tokenizer_agrees_with_a_browser(html in "([<>/!?='\" \na-c-]|<[a-z]|</[a-z]|&[a-z]{1,3};?|<!--|-->){0,60}") {
        prop_assert_eq!(letters(&to_markdown(&html).markdown), visible_letters(&html));
    }

    #[test]
    fn any_bytes_make_a_page(bytes in prop::collection::vec(any::<u8>(), 0..400)) {
        let html = String::from_utf8_lossy(&bytes);
        prop_assert_eq!(letters(&to_markdown(&html).markdown), visible_letters(&html));
    }

    #[test]
    fn emphasis_is_never_empty_nor_edged_with_space(html in tag_soup()) {
        for line in to_markdown(&html).markdown.lines() {
            let bare = line.replace("\\\\", "x").replace("\\*", "x").replace("\\_", "x");
            prop_assert_eq!(bare.matches("**").count() % 2, 0, "{}", line);
            prop_assert!(!bare.contains("****") && !bare.contains("** **"), "{}", line);
        }
    }
}

#[test]
fn bold_words_side_by_side_are_one_run() {
    assert_eq!(to_markdown("<i><b>(</em>a").markdown, "**(a**\n");
}
