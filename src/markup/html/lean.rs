//! Rewrites HTML as lean HTML: visible text and the few tags and attributes that shape it.
//!
//! The tree builder then never sees scripts, comments, long lists of attributes or elements without bearing on the text;
//! that is most of a modern page's bytes, and most of the ways to make a parser slow.

use html5ever::{LocalName, local_name};

use super::landmarks;
use super::styles;
use super::tags::{Tag, tag};
use super::tree;
use crate::tokens::{Attributes, Token, Tokens};

/// How much structure the lean HTML keeps.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Shape {
    /// Every tag that shapes the text.
    Whole,
    /// Line breaks and, where a block begins or ends, two of them: nothing that nests.
    Flat,
}

/// What lean HTML is told to, tag by tag.
pub(super) trait Sink {
    /// Adds text, entities not yet decoded: a whole one, or none, stands at its edges. Any `<` in it is text.
    fn text(&mut self, text: &str);
    /// Adds a start tag with its attributes, in whose values entities are not yet decoded.
    fn open(&mut self, name: LocalName, attributes: &[(LocalName, &str)]);
    /// Adds an end tag.
    fn close(&mut self, name: LocalName);
}

/// A stream of lean HTML, made from a page piece by piece.
pub(super) struct Lean<'a> {
    tokens: Tokens<'a>,
    shape: Shape,
    show_fallbacks: bool,
    /// The page's title, entities not yet decoded.
    pub(super) title: Option<&'a str>,
    /// How many words for pages without scripts or frames were passed over.
    pub(super) fallback_words: usize,
    /// How many other words were passed over that a script may show.
    pub(super) hidden_words: usize,
    /// Whether text stands just before, in the same block.
    amid_text: bool,
    /// The next end tag of each name that was looked for, so that no stretch is searched twice for it.
    closes: Vec<(&'static str, usize)>,
    /// Whether a heading or another label is open: there, a button's words are the label.
    in_label: bool,
    /// The element that stands for another's style, and the place of the end tag at which it ends.
    styled: Option<(LocalName, usize)>,
    /// Whether flat HTML has just ended a block.
    at_block_end: bool,
    /// Whether this is the page of a frame within another page.
    in_frame: bool,
}

impl<'a> Lean<'a> {
    /// Starts at the beginning of `html`; `show_fallbacks` shows what is meant for browsers without scripts or frames.
    pub(super) fn new(html: &'a str, shape: Shape, show_fallbacks: bool) -> Self {
        Self {
            tokens: Tokens::new(html),
            shape,
            show_fallbacks,
            title: None,
            fallback_words: 0,
            hidden_words: 0,
            amid_text: false,
            closes: Vec::new(),
            in_label: false,
            styled: None,
            at_block_end: false,
            in_frame: false,
        }
    }

    /// Tells `out` what is left of at least `size` more bytes of the page, cut between tokens; returns whether there is more.
    pub(super) fn fill(&mut self, out: &mut impl Sink, size: usize) -> bool {
        let end = self.tokens.position().saturating_add(size);
        while self.tokens.position() < end {
            if let Some((name, _)) = self.styled.take_if(|(_, place)| *place <= self.tokens.position()) {
                self.write_close(name, out);
            }
            let Some(token) = self.tokens.next() else {
                return false;
            };
            match token {
                Token::Text(text) => self.text(text, out),
                Token::Open(name, attributes) => self.open(name, attributes, out),
                Token::Close(name) => self.close(name, out),
                Token::Nothing => {}
            }
        }
        true
    }

    fn text(&mut self, text: &str, out: &mut impl Sink) {
        self.at_block_end = false;
        self.amid_text |= text.contains(|character: char| !character.is_whitespace());
        out.text(text);
    }

    /// Passes a button over, unless its words head a part of the text that it opens, are a heading, or stand in a sentence.
    fn button(&mut self, attributes: &str, out: &mut impl Sink) {
        if self.in_label || self.amid_text {
            return;
        }
        let Some(end) = self.close_within("button", MOST_OF_BUTTON) else { return };
        let (content, after) = self.tokens.around(end);
        let is_heading = |tag: &[u8]| matches!(tag, [b'<', b'h' | b'H', b'1'..=b'6']);
        let holds_heading = content.as_bytes().windows(3).any(is_heading);
        let is_in_sentence = after.strip_prefix(' ').is_some_and(|next| next.starts_with(char::is_lowercase));
        if self.styled.is_none() && !holds_heading && styles::heads_panel(attributes) {
            self.style(local_name!("summary"), end, out);
        } else if !holds_heading && !is_in_sentence {
            self.tokens.jump(end);
        }
    }

    /// Reads the page that a frame brings along, within the page.
    fn frame(&mut self, attributes: &str, out: &mut impl Sink) {
        let page = Attributes::new(attributes).find(|(name, _)| name.eq_ignore_ascii_case("srcdoc"));
        if let (Some((_, page)), false) = (page, self.in_frame) {
            let page = tree::decode(page);
            let mut inner = Lean { in_frame: true, ..Lean::new(&page, self.shape, self.show_fallbacks) };
            self.write_open(local_name!("div"), "", out);
            inner.fill(out, usize::MAX);
            self.write_close(local_name!("div"), out);
        }
    }

    fn open(&mut self, name: &str, attributes: &str, out: &mut impl Sink) {
        match tag(name) {
            Tag::Block(name) => {
                self.amid_text = false;
                self.in_label |= is_label(&name);
                let styled = styles::element(&name);
                self.write_open(name, attributes, out);
                if let Some(name) = styled {
                    self.emphasise(name, attributes, out);
                }
            }
            Tag::Inline(name) if self.shape == Shape::Whole => self.write_open(name, attributes, out),
            Tag::Break => {
                self.amid_text = false;
                out.open(local_name!("br"), &[]);
            }
            Tag::Title => {
                if let Some(end) = self.close_within("title", usize::MAX) {
                    let title = self.tokens.jump(end);
                    self.title = self.title.or(Some(title));
                }
            }
            Tag::Button => self.button(attributes, out),
            // An empty picture has no end tag.
            Tag::Hidden("svg", _) if attributes.ends_with('/') => {}
            // A part of the page that its author only keeps apart.
            Tag::Hidden("template", _) if has_attribute(attributes, "shadowrootmode") => {}
            Tag::Hidden(name, reach) => {
                if name == "iframe" {
                    self.frame(attributes, out);
                }
                if let Some(end) = self.close_within(name, reach) {
                    let hidden = self.tokens.jump(end);
                    if name == "template" {
                        self.hidden_words += words(hidden);
                    }
                }
            }
            Tag::Program(name) => {
                match self.close_within(name, usize::MAX) {
                    Some(end) => self.tokens.jump(end),
                    None => self.tokens.finish(),
                };
            }
            Tag::Fallback(name) => {
                if !self.show_fallbacks
                    && let Some(end) = self.close_within(name, usize::MAX)
                {
                    self.fallback_words += words(self.tokens.jump(end));
                }
            }
            Tag::Verbatim(name) => {
                let content = match self.close_within(name, usize::MAX) {
                    Some(end) => self.tokens.jump(end),
                    None => self.tokens.finish(),
                };
                self.write_open(local_name!("pre"), "", out);
                self.text(content, out);
                self.write_close(local_name!("pre"), out);
            }
            Tag::Inline(_) => {}
            Tag::Plain => {
                if let Some(name) = styles::element(name) {
                    self.emphasise(name, attributes, out);
                }
            }
        }
    }

    /// Begins emphasis where an element's style does, if its end is near.
    fn emphasise(&mut self, name: &'static str, attributes: &str, out: &mut impl Sink) {
        if self.shape == Shape::Whole
            && self.styled.is_none()
            && styles::is_emphasised(name, attributes)
            && let Some(end) = self.close_within(name, styles::REACH)
        {
            self.style(local_name!("b"), end, out);
        }
    }

    /// Opens an element that ends at the end tag at `end`.
    fn style(&mut self, name: LocalName, end: usize, out: &mut impl Sink) {
        self.write_open(name.clone(), "", out);
        self.styled = Some((name, end));
    }

    fn close(&mut self, name: &str, out: &mut impl Sink) {
        match tag(name) {
            Tag::Block(name) => {
                self.amid_text = false;
                self.in_label &= !is_label(&name);
                self.write_close(name, out);
            }
            Tag::Inline(name) if self.shape == Shape::Whole => self.write_close(name, out),
            // Browsers read `</br>` as a break.
            Tag::Break => out.open(local_name!("br"), &[]),
            _ => {}
        }
    }

    fn write_open(&mut self, name: LocalName, attributes: &str, out: &mut impl Sink) {
        if self.shape == Shape::Flat {
            self.part_blocks(out);
            return;
        }
        let mut kept = Vec::new();
        if landmarks::is_region(&name) {
            kept.extend(landmarks::value_of(&name, attributes).map(|value| (landmarks::ATTRIBUTE, value)));
        }
        for wanted in attributes_of(&name) {
            let found = Attributes::new(attributes).find(|(found, _)| found.eq_ignore_ascii_case(wanted));
            kept.extend(found.map(|(_, value)| (wanted.clone(), value)));
        }
        out.open(name, &kept);
    }

    fn write_close(&mut self, name: LocalName, out: &mut impl Sink) {
        if self.shape == Shape::Flat {
            self.part_blocks(out);
        } else {
            out.close(name);
        }
    }

    /// Ends a block in flat HTML, where nothing nests.
    fn part_blocks(&mut self, out: &mut impl Sink) {
        if !std::mem::replace(&mut self.at_block_end, true) {
            out.open(local_name!("br"), &[]);
            out.open(local_name!("br"), &[]);
        }
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

/// The most of a button's source, in bytes: one that is never closed must not hide a policy.
const MOST_OF_BUTTON: usize = 2 * 1024;

fn has_attribute(attributes: &str, wanted: &str) -> bool {
    Attributes::new(attributes).any(|(name, _)| name.eq_ignore_ascii_case(wanted))
}

/// Counts the words of a stretch of source.
fn words(html: &str) -> usize {
    let text = Tokens::new(html).map(|token| if let Token::Text(text) = token { text } else { "" });
    text.map(|text| text.split_whitespace().count()).sum()
}

/// Names the attributes of an element that shape its text.
fn attributes_of(name: &LocalName) -> &'static [LocalName] {
    static LINK: [LocalName; 1] = [local_name!("href")];
    static LIST: [LocalName; 1] = [local_name!("start")];
    static ITEM: [LocalName; 1] = [local_name!("value")];
    static CELL: [LocalName; 2] = [local_name!("colspan"), local_name!("rowspan")];
    match *name {
        local_name!("a") => &LINK,
        local_name!("ol") => &LIST,
        local_name!("li") => &ITEM,
        local_name!("td") | local_name!("th") => &CELL,
        _ => &[],
    }
}

fn is_label(name: &LocalName) -> bool {
    heading_level(name).is_some() || matches!(*name, local_name!("summary") | local_name!("dt"))
}

/// The level of a heading.
pub(super) fn heading_level(name: &LocalName) -> Option<usize> {
    match *name {
        local_name!("h1") => Some(1),
        local_name!("h2") => Some(2),
        local_name!("h3") => Some(3),
        local_name!("h4") => Some(4),
        local_name!("h5") => Some(5),
        local_name!("h6") => Some(6),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    impl Sink for String {
        fn text(&mut self, text: &str) {
            self.push_str(&text.replace('<', "&lt;"));
        }

        fn open(&mut self, name: LocalName, attributes: &[(LocalName, &str)]) {
            let attributes = attributes.iter().map(|(name, value)| format!(" {name}=[{value}]"));
            self.push_str(&format!("<{name}{}>", attributes.collect::<String>()));
        }

        fn close(&mut self, name: LocalName) {
            self.push_str(&format!("</{name}>"));
        }
    }

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
            ("<a name=n class=c HREF='x\"y'>l</a>", "<a href=[x\"y]>l</a>"),
            ("a<!-- c --><script>'<p>'</script >b<style>p{}", "ab"),
            ("1<2 <<b>b>", "1&lt;2 &lt;<b>b>"),
            ("<ol type=a start=3><li value=4 class=x>", "<ol start=[3]><li value=[4]>"),
            ("<select><option>x</select>y<select>z", "yz"),
            ("<h2><button>Cookies</button></h2><button>OK</button>", "<h2>Cookies</h2>"),
            ("<textarea>a\n<b>c</textarea>", "<pre>a\n&lt;b>c</pre>"),
            ("<title>T</title>x<title>U</title>", "x"),
            ("<title>x", "x"),
            ("</br>", "<br>"),
            ("<p class=title>a<i>b</i></p>c", "<p><b>a<i>b</i></b></p>c"),
            ("<span style='font-weight:bold'>a</span> b", "<b>a</b> b"),
            ("<span class=bold>a", "a"),
            ("<button class=accordion>a</button><p>b", "<summary>a</summary><p>b"),
            ("<button aria-expanded=false>a</button>", "<summary>a</summary>"),
            ("<button><h3>a</h3></button>", "<h3>a</h3>"),
            ("<p>a <button>b</button> c <b><button>d</button></b>", "<p>a b c <b>d</b>"),
            ("<p><button>a</button> to b", "<p>a to b"),
            ("<p>a</p><button>b</button><p>c", "<p>a</p><p>c"),
            ("<svg/>a<svg><text>b</text></svg>c", "ac"),
            ("<template>a</template>b<template shadowrootmode=open>c</template>", "bc"),
            ("<iframe srcdoc='&lt;p>a &amp;amp; b'>x</iframe>c", "<div><p>a &amp; b</div>c"),
            ("<nav><div class='share-bar x'>a</div></nav>", "<nav role=[a]><div role=[f]>a</div></nav>"),
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
