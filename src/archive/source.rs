//! A page's HTML source as the shapes look at it: comments, tags with their attributes, scripts as a whole, elements.

use std::sync::LazyLock;

use aho_corasick::packed::Searcher;
use memchr::memmem;

use super::shape::Zone;
use super::wayback::{footer, head, toolbar};
use super::{archive_today, google_cache, openwayback, perma, pywb, savers};
use crate::span::Span;
use crate::tokens::{Attributes, Token, Tokens};

/// Elements whose content is no markup.
const PROGRAMS: [&str; 9] =
    ["script", "style", "title", "textarea", "xmp", "noembed", "noframes", "plaintext", "iframe"];

/// Elements that do not part the words around them.
const INLINE: [&str; 11] = ["a", "b", "em", "font", "i", "small", "span", "strong", "sub", "sup", "u"];

/// Elements without content or end tag.
const VOID: [&str; 6] = ["br", "hr", "img", "input", "link", "meta"];

/// A piece of source.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Piece<'t> {
    /// Where it stands in the document.
    pub span: Span,
    /// What it is.
    pub kind: Kind<'t>,
}

/// What a piece of source is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind<'t> {
    /// Text, entities not decoded.
    Text(&'t str),
    /// A comment, without its marks and the blank text within them.
    Comment(&'t str),
    /// A start tag.
    Open(Tag<'t>),
    /// The name of an end tag.
    Close(&'t str),
    /// An element whose content is no markup, with that content.
    Program(Tag<'t>, &'t str),
    /// A doctype or like; also a comment within preformatted text, where pages show source.
    Other,
}

/// A start tag.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Tag<'t> {
    /// The name as written.
    pub name: &'t str,
    /// The attributes as written.
    attributes: &'t str,
}

impl<'t> Tag<'t> {
    /// Tells whether the tag has this name, which is in lower case.
    pub(super) fn is(&self, name: &str) -> bool {
        self.name.eq_ignore_ascii_case(name)
    }

    /// Gives an attribute as written; its name is in lower case.
    pub(super) fn attribute(&self, name: &str) -> Option<&'t str> {
        Attributes::new(self.attributes).find(|(other, _)| other.eq_ignore_ascii_case(name)).map(|(_, value)| value)
    }

    /// Tells whether an attribute has a value, which is in lower case.
    pub(super) fn has(&self, name: &str, value: &str) -> bool {
        self.attribute(name).is_some_and(|written| written.eq_ignore_ascii_case(value))
    }

    /// Gives the address that the tag loads or leads to.
    pub(super) fn address(&self) -> Option<&'t str> {
        self.attribute("src").or_else(|| self.attribute("href"))
    }
}

/// An iterator over the pieces of a stretch of source.
pub(super) struct Source<'t> {
    text: &'t str,
    /// Where the stretch begins in the document.
    base: usize,
    tokens: Tokens<'t>,
    /// The names whose end tags were looked for in vain, so that no stretch is searched twice for them.
    unclosed: Vec<&'static str>,
    /// How many elements of preformatted text are open.
    preformatted: usize,
}

impl<'t> Source<'t> {
    /// Reads what is left of a document.
    pub(super) fn of(zone: &Zone<'t>) -> Self {
        Self::within(zone.text, Span::new(zone.start, zone.end))
    }

    /// Reads a stretch of a document, which begins between pieces.
    pub(super) fn within(document: &'t str, span: Span) -> Self {
        let text = span.of(document);
        Self { text, base: span.start, tokens: Tokens::new(text), unclosed: Vec::new(), preformatted: 0 }
    }

    /// Passes the content and the end tag of a program; `None` if there is no end tag.
    fn program(&mut self, name: &'static str) -> Option<&'t str> {
        if self.unclosed.contains(&name) {
            return None;
        }
        let Some(end) = self.tokens.find_close(name) else {
            self.unclosed.push(name);
            return None;
        };
        let content = self.tokens.jump(end);
        self.tokens.next();
        Some(content)
    }

    fn open(&mut self, tag: Tag<'t>) -> Kind<'t> {
        self.preformatted += usize::from(tag.is("pre"));
        let program = PROGRAMS.iter().find(|name| tag.is(name)).and_then(|name| self.program(name));
        program.map_or(Kind::Open(tag), |content| Kind::Program(tag, content))
    }

    fn close(&mut self, name: &'t str) -> Kind<'t> {
        let is = |other: &str| name.eq_ignore_ascii_case(other);
        if is("pre") {
            self.preformatted = self.preformatted.saturating_sub(1);
        } else if is("body") || is("html") {
            self.preformatted = 0;
        }
        Kind::Close(name)
    }
}

impl<'t> Iterator for Source<'t> {
    type Item = Piece<'t>;

    fn next(&mut self) -> Option<Piece<'t>> {
        let start = self.tokens.position();
        let kind = match self.tokens.next()? {
            Token::Text(text) => Kind::Text(text),
            Token::Open(name, attributes) => self.open(Tag { name, attributes }),
            Token::Close(name) => self.close(name),
            Token::Nothing => {
                let written = Span::new(start, self.tokens.position()).of(self.text);
                let comment = written.strip_prefix("<!--").and_then(|rest| rest.strip_suffix("-->"));
                comment.filter(|_| self.preformatted == 0).map_or(Kind::Other, |comment| Kind::Comment(comment.trim()))
            }
        };
        Some(Piece { span: Span::new(self.base + start, self.base + self.tokens.position()), kind })
    }
}

/// Finds where the element that a piece opens ends, within a document that ends at `end`; `None` if it is not closed.
pub(super) fn element(document: &str, opening: &Piece<'_>, end: usize) -> Option<Span> {
    let Kind::Open(tag) = opening.kind else { return Some(opening.span) };
    if VOID.iter().any(|name| tag.is(name)) {
        return Some(opening.span);
    }
    let mut depth = 1_usize;
    Source::within(document, Span::new(opening.span.end, end)).find_map(|piece| {
        match piece.kind {
            Kind::Open(inner) if inner.is(tag.name) => depth += 1,
            Kind::Close(name) if name.eq_ignore_ascii_case(tag.name) => depth -= 1,
            _ => {}
        }
        (depth == 0).then(|| Span::new(opening.span.start, piece.span.end))
    })
}

/// Gives the words that a stretch of source shows, single spaces between them.
pub(super) fn visible(document: &str, span: Span) -> String {
    let mut text = String::new();
    for piece in Source::within(document, span) {
        match piece.kind {
            Kind::Text(written) => text.push_str(&plain(written)),
            Kind::Open(Tag { name, .. }) | Kind::Close(name) => {
                if !INLINE.iter().any(|inline| name.eq_ignore_ascii_case(inline)) {
                    text.push(' ');
                }
            }
            Kind::Comment(_) | Kind::Program(..) | Kind::Other => {}
        }
    }
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Counts the bytes of text that a stretch of source shows, but for blank text.
pub(super) fn visible_length(document: &str, span: Span) -> usize {
    let length = |piece: Piece<'_>| match piece.kind {
        Kind::Text(text) => text.trim().len(),
        _ => 0,
    };
    Source::within(document, span).map(length).sum()
}

/// Decodes the entities that stand in wrappers.
pub(super) fn plain(source: &str) -> String {
    let mut text = source.to_owned();
    if text.contains('&') {
        for (entity, character) in [
            ("&nbsp;", "\u{a0}"),
            ("&#160;", "\u{a0}"),
            ("&rsquo;", "’"),
            ("&#8217;", "’"),
            ("&#39;", "'"),
            ("&quot;", "\""),
            // The last: what it makes is text.
            ("&amp;", "&"),
        ] {
            text = text.replace(entity, character);
        }
    }
    text
}

/// Marks of which ordinary pages hold none, so that one search for all of them is enough to know it. What is looked for and not
/// listed here is found as well, by a search of its own.
const RARE_MARKS: &[&str] = &[
    archive_today::page::MARK,
    footer::ARCHIVED,
    footer::TIMINGS,
    google_cache::page::ID_ENDING,
    head::COMMENT_MARK,
    head::FILE_MARKS[0],
    head::FILE_MARKS[1],
    head::OLD_MARK,
    head::SCRIPT_MARKS[0],
    head::SCRIPT_MARKS[1],
    head::SCRIPT_MARKS[2],
    openwayback::MARK,
    perma::LEAD,
    pywb::FRAME_MARK,
    pywb::INSERT_MARK,
    pywb::UK_MARK,
    savers::SAVE_PAGE_MARK,
    toolbar::BLOCK_MARK,
    toolbar::ELEMENT_MARK,
];

/// Tells whether a page holds one of the rare marks, in one search.
pub(super) fn has_rare_mark(page: &str) -> bool {
    static RARE: LazyLock<Option<Searcher>> = LazyLock::new(|| Searcher::new(RARE_MARKS));
    // Some processors have no such search.
    RARE.as_ref().is_none_or(|rare| rare.find(page).is_some())
}

/// Tells whether what is left is a page that holds a mark anywhere.
pub(super) fn has(zone: &Zone<'_>, mark: &str) -> bool {
    zone.is_markup()
        && (zone.has_rare_mark() || !RARE_MARKS.contains(&mark))
        && memmem::find(zone.rest().as_bytes(), mark.as_bytes()).is_some()
}

/// Lists the arguments of the first call of a function in a script, strings without their quotes.
pub(super) fn arguments(script: &str, function: &str) -> Vec<String> {
    /// No call of an archive has more.
    const MOST: usize = 16;
    let mut arguments = Vec::new();
    let Some((_, mut rest)) = script.split_once(function) else { return arguments };
    match rest.trim_start().strip_prefix('(') {
        Some(inner) => rest = inner,
        None => return arguments,
    }
    while arguments.len() < MOST {
        let Some((value, after)) = value(rest) else { break };
        arguments.push(value);
        match after.trim_start().strip_prefix(',') {
            Some(next) => rest = next,
            None => break,
        }
    }
    arguments
}

/// Gives the value that a script first assigns to a name.
pub(super) fn assigned(script: &str, name: &str) -> Option<String> {
    memmem::find_iter(script.as_bytes(), name).find_map(|at| {
        let (before, rest) = script.split_at_checked(at)?;
        let is_whole = !before.ends_with(|character: char| character.is_alphanumeric() || character == '_');
        let rest = rest.strip_prefix(name)?.trim_start().strip_prefix('=')?;
        if is_whole && !rest.starts_with('=') { Some(value(rest)?.0) } else { None }
    })
}

/// Reads a literal of a script and gives what follows it.
fn value(script: &str) -> Option<(String, &str)> {
    let script = script.trim_start();
    let quote = script.chars().next().filter(|first| matches!(first, '"' | '\''));
    let Some(quote) = quote else {
        let end = script.find(|character: char| !character.is_alphanumeric() && !"._-".contains(character))?;
        let (word, rest) = script.split_at_checked(end).filter(|(word, _)| !word.is_empty())?;
        return Some((word.to_owned(), rest));
    };
    let mut text = String::new();
    let mut characters = script.char_indices().skip(1);
    while let Some((at, character)) = characters.next() {
        match character {
            '\n' | '\r' => return None,
            '\\' => {
                let (at, escaped) = characters.next()?;
                if escaped == 'u' {
                    let code = u32::from_str_radix(script.get(at + 1..at + 5)?, 16).ok()?;
                    text.push(char::from_u32(code)?);
                    characters.nth(3)?;
                } else {
                    text.push(escaped);
                }
            }
            _ if character == quote => return Some((text, script.get(at + 1..)?)),
            _ => text.push(character),
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pieces(html: &str) -> Vec<Kind<'_>> {
        Source::within(html, Span::new(0, html.len())).map(|piece| piece.kind).collect()
    }

    #[test]
    fn cuts_source_into_what_shapes_look_at() {
        let html = "<!doctype html><!-- a --><script>'<!-- b -->'</script><p>c</p><pre><!-- d --></pre><!-- e -->";
        let comments: Vec<_> = pieces(html)
            .into_iter()
            .filter_map(|kind| if let Kind::Comment(comment) = kind { Some(comment) } else { None })
            .collect();
        assert_eq!(comments, ["a", "e"]);
        let programs = pieces("<STYLE media=x>p{}</style ><script>never closed<b>");
        assert!(matches!(programs.first(), Some(Kind::Program(tag, "p{}")) if tag.has("media", "x")));
        assert_eq!(programs.len(), 4);
    }

    #[test]
    fn finds_where_elements_end() {
        for (whole, rest) in [
            (Some("<div id=a><div></div><!-- </div> --><script></div></script></DIV>"), "</div>"),
            (None, "<div id=a><DIV></div>x"),
            (Some("<input id=a>"), "x</input>"),
        ] {
            let html = format!("{}{rest}", whole.unwrap_or_default());
            let opening = Source::within(&html, Span::new(0, html.len())).next().expect("a tag");
            assert_eq!(element(&html, &opening, html.len()).map(|span| span.of(&html)), whole, "{html}");
        }
    }

    #[test]
    fn shows_words() {
        let html = "<p>G<font color=x>oo</font>gle&rsquo;s\n<td>&amp;amp;<script>x</script>";
        assert_eq!(visible(html, Span::new(0, html.len())), "Google’s &amp;");
        assert_eq!(visible_length("<p> ab <b>c</b>", Span::new(0, 15)), 3);
    }

    #[test]
    fn reads_scripts() {
        let call = "f( 'a\\'b',\"c\\u0026\\/d\" , 3.5,true);";
        assert_eq!(arguments(call, "f"), ["a'b", "c&/d", "3.5", "true"]);
        for call in ["g(1)", "f", "f(", "f (", "f('a", "f(\"a\\", "f('\\u00", "f('\n')"] {
            assert_eq!(arguments(call, "f"), [""; 0], "{call}");
        }
        for (script, value) in [
            ("var x = \"y\";", Some("y")),
            ("xx='a';x='b'", Some("b")),
            ("w.x=false;", Some("false")),
            ("x == 'a'", None),
            ("x", None),
            ("", None),
        ] {
            assert_eq!(assigned(script, "x").as_deref(), value, "{script}");
        }
    }
}
