//! Rewrites HTML as lean HTML: visible text and the few tags and attributes that shape it.
//!
//! The tree builder then never sees scripts, comments, long lists of attributes or elements without bearing on the text;
//! that is most of a modern page's bytes, and most of the ways to make a parser slow.

use memchr::{memchr, memrchr};

use super::tags::{Tag, tag};
use crate::tokens::{Attributes, Token, Tokens};

/// What ends a block in flat HTML.
const BLOCK_END: &str = "<br><br>";

/// How much structure the lean HTML keeps.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Shape {
    /// Every tag that shapes the text.
    Whole,
    /// Line breaks and, where a block begins or ends, two of them: nothing that nests.
    Flat,
}

/// A stream of lean HTML, made from a page piece by piece.
pub(super) struct Lean<'a> {
    tokens: Tokens<'a>,
    shape: Shape,
    show_fallbacks: bool,
    /// The number of tags written so far.
    pub(super) tags: usize,
    /// The page's title, entities not yet decoded.
    pub(super) title: Option<&'a str>,
    /// Whether content for pages without scripts or frames was passed over.
    pub(super) hid_fallbacks: bool,
    /// The next end tag of each name that was looked for, so that no stretch is searched twice for it.
    closes: Vec<(&'static str, usize)>,
    /// Whether a heading or another label is open: there, a button's words are the label.
    in_label: bool,
    /// Whether the text so far ends in what may be half an entity.
    half_entity: bool,
}

impl<'a> Lean<'a> {
    /// Starts at the beginning of `html`; `show_fallbacks` shows what is meant for browsers without scripts or frames.
    pub(super) fn new(html: &'a str, shape: Shape, show_fallbacks: bool) -> Self {
        Self {
            tokens: Tokens::new(html),
            shape,
            show_fallbacks,
            tags: 0,
            title: None,
            hid_fallbacks: false,
            closes: Vec::new(),
            in_label: false,
            half_entity: false,
        }
    }

    /// Appends at least `size` bytes of lean HTML to `out`, cut between tokens; tells whether there is more.
    pub(super) fn fill(&mut self, out: &mut String, size: usize) -> bool {
        let end = out.len() + size;
        while out.len() < end {
            let Some(token) = self.tokens.next() else {
                return false;
            };
            match token {
                Token::Text(text) => self.text(text, out),
                Token::Open(name, attributes) => self.open(name, attributes, out),
                Token::Close(name) => self.close(name, out),
                Token::Nothing => self.part(out),
            }
        }
        true
    }

    /// Appends text in which no tag can be found, even beside what was dropped around it.
    fn text(&mut self, text: &str, out: &mut String) {
        let mut rest = text;
        while let Some((before, after)) = memchr(b'<', rest.as_bytes()).and_then(|at| rest.split_at_checked(at)) {
            out.push_str(before);
            out.push_str("&lt;");
            rest = after.get(1..).unwrap_or_default();
        }
        out.push_str(rest);
        let start = text.len().saturating_sub(40);
        let tail = text.as_bytes().get(start..).unwrap_or_default();
        self.half_entity = memrchr(b'&', tail)
            .is_some_and(|at| tail.iter().skip(at + 1).all(|byte| byte.is_ascii_alphanumeric() || *byte == b'#'));
    }

    /// Stands for a dropped tag: keeps the text on its two sides from becoming one entity.
    fn part(&mut self, out: &mut String) {
        if self.half_entity {
            out.push_str("<!---->");
            self.half_entity = false;
        }
    }

    fn open(&mut self, name: &str, attributes: &str, out: &mut String) {
        match tag(name) {
            Tag::Block(name) => {
                self.in_label |= is_label(name);
                self.write_open(name, attributes, out);
            }
            Tag::Inline(name) if self.shape == Shape::Whole => self.write_open(name, attributes, out),
            Tag::Break => {
                self.tags += 1;
                out.push_str("<br>");
            }
            Tag::Title => {
                if let Some(end) = self.close_within("title", usize::MAX) {
                    let title = self.tokens.jump(end);
                    self.title = self.title.or(Some(title));
                }
                self.part(out);
            }
            Tag::Hidden(name, reach) => {
                if !(name == "button" && self.in_label)
                    && let Some(end) = self.close_within(name, reach)
                {
                    self.tokens.jump(end);
                }
                self.part(out);
            }
            Tag::Program(name) => {
                match self.close_within(name, usize::MAX) {
                    Some(end) => self.tokens.jump(end),
                    None => self.tokens.finish(),
                };
                self.part(out);
            }
            Tag::Fallback(name) => {
                if !self.show_fallbacks
                    && let Some(end) = self.close_within(name, usize::MAX)
                {
                    self.tokens.jump(end);
                    self.hid_fallbacks = true;
                }
                self.part(out);
            }
            Tag::Verbatim(name) => {
                let content = match self.close_within(name, usize::MAX) {
                    Some(end) => self.tokens.jump(end),
                    None => self.tokens.finish(),
                };
                self.write_open("pre", "", out);
                self.text(content, out);
                self.write_close("pre", out);
            }
            Tag::Inline(_) | Tag::Plain => self.part(out),
        }
    }

    fn close(&mut self, name: &str, out: &mut String) {
        match tag(name) {
            Tag::Block(name) => {
                self.in_label &= !is_label(name);
                self.write_close(name, out);
            }
            Tag::Inline(name) if self.shape == Shape::Whole => self.write_close(name, out),
            // Browsers read `</br>` as a break.
            Tag::Break => {
                self.tags += 1;
                out.push_str("<br>");
            }
            _ => self.part(out),
        }
    }

    fn write_open(&mut self, name: &'static str, attributes: &str, out: &mut String) {
        self.tags += 1;
        if self.shape == Shape::Flat {
            part_blocks(out);
            return;
        }
        out.push('<');
        out.push_str(name);
        for wanted in attributes_of(name) {
            let found = Attributes::new(attributes).find(|(found, _)| found.eq_ignore_ascii_case(wanted));
            if let Some((_, value)) = found {
                write_attribute(wanted, value, out);
            }
        }
        out.push('>');
    }

    fn write_close(&mut self, name: &'static str, out: &mut String) {
        self.tags += 1;
        if self.shape == Shape::Flat {
            part_blocks(out);
            return;
        }
        out.push_str("</");
        out.push_str(name);
        out.push('>');
    }

    /// Returns the place of the next end tag called `name` if it is at most `reach` bytes away.
    fn close_within(&mut self, name: &'static str, reach: usize) -> Option<usize> {
        let at = self.tokens.position();
        let known = self.closes.iter().position(|(other, _)| *other == name);
        let index = known.unwrap_or_else(|| {
            self.closes.push((name, 0));
            self.closes.len() - 1
        });
        let (_, place) = self.closes.get_mut(index)?;
        if *place < at || known.is_none() {
            *place = self.tokens.find_close(name).unwrap_or(usize::MAX);
        }
        (*place != usize::MAX && *place - at <= reach).then_some(*place)
    }
}

/// Ends a block in flat HTML, where nothing nests.
fn part_blocks(out: &mut String) {
    if !out.ends_with(BLOCK_END) {
        out.push_str(BLOCK_END);
    }
}

/// Names the attributes of an element that shape its text.
fn attributes_of(name: &str) -> &'static [&'static str] {
    match name {
        "a" => &["href"],
        "ol" => &["start"],
        "li" => &["value"],
        "td" | "th" => &["colspan", "rowspan"],
        _ => &[],
    }
}

fn is_label(name: &str) -> bool {
    matches!(name, "h1" | "h2" | "h3" | "h4" | "h5" | "h6" | "summary" | "dt")
}

fn write_attribute(name: &str, value: &str, out: &mut String) {
    out.push(' ');
    out.push_str(name);
    out.push_str("=\"");
    for (index, part) in value.split('"').enumerate() {
        if index > 0 {
            out.push_str("&quot;");
        }
        out.push_str(part);
    }
    out.push('"');
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lean(html: &str, shape: Shape) -> String {
        let mut out = String::new();
        let mut source = Lean::new(html, shape, false);
        while source.fill(&mut out, 16) {}
        out
    }

    #[test]
    fn only_what_shapes_the_text_is_kept() {
        let cases = [
            ("<P class=x>a<span>b</span></P>", "<p>ab</p>"),
            ("<a name=n class=c HREF='x\"y'>l</a>", "<a href=\"x&quot;y\">l</a>"),
            ("a<!-- c --><script>'<p>'</script >b<style>p{}", "ab"),
            ("1<2 <<b>b>", "1&lt;2 &lt;<b>b>"),
            ("<ol type=a start=3><li value=4 class=x>", "<ol start=\"3\"><li value=\"4\">"),
            ("&am<span>p;&amp;<span>", "&am<!---->p;&amp;"),
            ("<select><option>x</select>y<select>z", "yz"),
            ("<h2><button>Cookies</button></h2><button>OK</button>", "<h2>Cookies</h2>"),
            ("<textarea>a\n<b>c</textarea>", "<pre>a\n&lt;b>c</pre>"),
            ("<title>T</title>x<title>U</title>", "x"),
            ("<title>x", "x"),
            ("</br>", "<br>"),
        ];
        for (html, expected) in cases {
            assert_eq!(lean(html, Shape::Whole), expected, "{html}");
        }
    }

    #[test]
    fn flat_html_has_nothing_that_nests() {
        assert_eq!(lean("<div><b>a</b><br>c<ul><li>d", Shape::Flat), "<br><br>a<br>c<br><br>d");
    }
}
