//! Cuts HTML source into text and tags as the HTML Standard's tokenizer does, in one pass and without copying.
//!
//! It knows no elements: whether a tag's content is text, hidden or markup is for the caller, who can jump over it.

use std::ops::Range;

use memchr::{memchr, memchr_iter, memrchr2};

/// Text is handed out in pieces of about this many bytes, so that no caller has to hold a long page twice.
const TEXT_PIECE: usize = 64 * 1024;
/// No entity is longer than this, in bytes, unless it is a number with needless zeros.
const LONGEST_ENTITY: usize = 64;

/// A piece of HTML source.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Token<'a> {
    /// Text, entities not yet decoded.
    Text(&'a str),
    /// A start tag: its name as written, and all that follows it up to the `>`.
    Open(&'a str, &'a str),
    /// An end tag.
    Close(&'a str),
    /// A comment, doctype or processing instruction, or a tag that the input's end cuts off.
    Nothing,
}

/// An iterator over the tokens of an HTML source.
pub(crate) struct Tokens<'a> {
    html: &'a str,
    at: usize,
}

impl<'a> Tokens<'a> {
    /// Starts at the beginning of `html`.
    pub(crate) fn new(html: &'a str) -> Self {
        Self { html, at: 0 }
    }

    /// Returns the place of the next token, in bytes.
    pub(crate) fn position(&self) -> usize {
        self.at
    }

    /// Finds the next end tag called `name` (in lower case) and returns its place.
    pub(crate) fn find_close(&self, name: &str) -> Option<usize> {
        let bytes = self.html.as_bytes();
        let rest = bytes.get(self.at..)?;
        memchr_iter(b'<', rest).map(|start| self.at + start).find(|start| {
            let tag = start + 2;
            bytes.get(start + 1) == Some(&b'/')
                && bytes.get(tag..tag + name.len()).is_some_and(|found| found.eq_ignore_ascii_case(name.as_bytes()))
                && bytes.get(tag + name.len()).is_some_and(|&after| ends_name(after))
        })
    }

    /// Jumps to a place, which [`Tokens::find_close`] told, and returns what lies between.
    pub(crate) fn jump(&mut self, to: usize) -> &'a str {
        let passed = self.slice(self.at, to);
        self.at = to;
        passed
    }

    /// Returns what stands up to the end tag at `close`, and what stands behind that tag.
    pub(crate) fn around(&self, close: usize) -> (&'a str, &'a str) {
        let end = memchr(b'>', self.html.as_bytes().get(close..).unwrap_or_default())
            .map_or(self.html.len(), |at| close + at + 1);
        (self.slice(self.at, close), self.slice(end, self.html.len()))
    }

    /// Jumps to the end.
    pub(crate) fn finish(&mut self) -> &'a str {
        self.jump(self.html.len())
    }

    fn slice(&self, start: usize, end: usize) -> &'a str {
        self.html.get(start..end).unwrap_or_default()
    }

    /// Tells whether the `<` at `start` begins markup; if not, it is text.
    fn begins_markup(&self, start: usize) -> bool {
        match self.html.as_bytes().get(start + 1) {
            Some(b'!' | b'?') => true,
            Some(b'/') => start + 2 < self.html.len(),
            Some(next) => next.is_ascii_alphabetic(),
            None => false,
        }
    }

    fn text(&mut self) -> Token<'a> {
        let bytes = self.html.as_bytes();
        // Nothing behind the piece is looked at, or else a long text would be searched again for each of its pieces.
        let longest = bytes.len().min(self.at + TEXT_PIECE);
        let found = memchr_iter(b'<', bytes.get(self.at..longest).unwrap_or_default())
            .map(|start| self.at + start)
            .find(|&start| self.begins_markup(start));
        let end = match found {
            Some(start) => start,
            None if longest == bytes.len() => longest,
            None => self.whole_before(longest),
        };
        Token::Text(self.jump(end))
    }

    /// Returns a place at `end` or not far before it where text can be cut: within no character, entity or line end.
    fn whole_before(&self, end: usize) -> usize {
        let end = self.html.floor_char_boundary(end);
        let tail = end - LONGEST_ENTITY;
        let last = self.html.as_bytes().get(tail..end).unwrap_or_default();
        memrchr2(b'&', b'\r', last).map_or(end, |within| tail + within)
    }

    /// Passes a comment that begins at `start`; `<!-->` and `<!--->` are whole comments.
    fn comment(&mut self, start: usize) -> Token<'a> {
        let body = start + 4;
        let bytes = self.html.as_bytes();
        let end = memchr_iter(b'>', bytes.get(body..).unwrap_or_default()).map(|end| body + end).find(|&end| {
            bytes.get(body - 2..end).is_some_and(|found| found.ends_with(b"--"))
                || bytes.get(body..end).is_some_and(|found| found.ends_with(b"--!"))
        });
        self.at = end.map_or(bytes.len(), |end| end + 1);
        Token::Nothing
    }

    fn markup(&mut self, start: usize) -> Token<'a> {
        let bytes = self.html.as_bytes();
        let closing = bytes.get(start + 1) == Some(&b'/');
        let name_start = start + 1 + usize::from(closing);
        if bytes.get(start + 1..start + 4) == Some(b"!--") {
            return self.comment(start);
        }
        if !bytes.get(name_start).is_some_and(u8::is_ascii_alphabetic) {
            self.at = memchr(b'>', bytes.get(name_start..).unwrap_or_default())
                .map_or(bytes.len(), |end| name_start + end + 1);
            return Token::Nothing;
        }
        let name_end = position_from(bytes, name_start, ends_name);
        let mut attributes = Attributes { html: self.html, at: name_end };
        while attributes.pass().is_some() {}
        let name = self.slice(name_start, name_end);
        let rest = self.slice(name_end, attributes.at);
        if attributes.at >= bytes.len() {
            self.at = bytes.len();
            return Token::Nothing;
        }
        self.at = attributes.at + 1;
        if closing { Token::Close(name) } else { Token::Open(name, rest) }
    }
}

impl<'a> Iterator for Tokens<'a> {
    type Item = Token<'a>;

    fn next(&mut self) -> Option<Token<'a>> {
        match self.html.as_bytes().get(self.at)? {
            b'<' if self.begins_markup(self.at) => Some(self.markup(self.at)),
            _ => Some(self.text()),
        }
    }
}

/// An iterator over a tag's attributes as written, each a name and a value; it stops at the tag's `>`.
pub(crate) struct Attributes<'a> {
    html: &'a str,
    at: usize,
}

impl<'a> Attributes<'a> {
    /// Reads the attributes of a start tag, as [`Token::Open`] holds them.
    pub(crate) fn new(attributes: &'a str) -> Self {
        Self { html: attributes, at: 0 }
    }

    /// Passes an attribute, and returns where its name and its value stand.
    #[inline(always)]
    fn pass(&mut self) -> Option<(Range<usize>, Range<usize>)> {
        let bytes = self.html.as_bytes();
        let start = position_from(bytes, self.at, |byte| !is_space(byte) && byte != b'/');
        self.at = start;
        if *bytes.get(start)? == b'>' {
            return None;
        }
        // A name may begin with `=`, so its first byte is taken whatever it is.
        let end = position_from(bytes, start + 1, |byte| ends_name(byte) || byte == b'=');
        self.at = position_from(bytes, end, |byte| !is_space(byte));
        let value = if bytes.get(self.at) == Some(&b'=') { self.pass_value() } else { end..end };
        Some((start..end, value))
    }

    /// Passes the value behind a `=`.
    fn pass_value(&mut self) -> Range<usize> {
        let bytes = self.html.as_bytes();
        let start = position_from(bytes, self.at + 1, |byte| !is_space(byte));
        if let Some(&quote @ (b'"' | b'\'')) = bytes.get(start) {
            let start = start + 1;
            let end =
                memchr(quote, bytes.get(start..).unwrap_or_default()).map_or(bytes.len(), |length| start + length);
            self.at = (end + 1).min(bytes.len());
            return start..end;
        }
        self.at = position_from(bytes, start, |byte| is_space(byte) || byte == b'>');
        start..self.at
    }
}

impl<'a> Iterator for Attributes<'a> {
    type Item = (&'a str, &'a str);

    fn next(&mut self) -> Option<Self::Item> {
        let (name, value) = self.pass()?;
        Some((self.html.get(name)?, self.html.get(value)?))
    }
}

fn position_from(bytes: &[u8], start: usize, stop: impl Fn(u8) -> bool) -> usize {
    let mut at = start;
    while bytes.get(at).is_some_and(|&byte| !stop(byte)) {
        at += 1;
    }
    at
}

fn is_space(byte: u8) -> bool {
    matches!(byte, b' ' | b'\t' | b'\n' | b'\r' | b'\x0c')
}

fn ends_name(byte: u8) -> bool {
    is_space(byte) || matches!(byte, b'/' | b'>')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tokens_are_cut_as_browsers_cut_them() {
        use Token::{Close, Nothing, Open, Text};
        let cases: &[(&str, &[Token])] = &[
            ("a<p>b</p >", &[Text("a"), Open("p", ""), Text("b"), Close("p")]),
            ("1 < 2 <3 <", &[Text("1 < 2 <3 <")]),
            ("x</", &[Text("x</")]),
            ("<!-- a > b --><!--><!--->c<!--d--!>e", &[Nothing, Nothing, Nothing, Text("c"), Nothing, Text("e")]),
            ("<!-- never ends", &[Nothing]),
            ("<!doctype html><?php x ?></ y></>z", &[Nothing, Nothing, Nothing, Nothing, Text("z")]),
            ("<a href='>' b=\">\">c", &[Open("a", " href='>' b=\">\""), Text("c")]),
            ("<a \"x>y\">", &[Open("a", " \"x"), Text("y\">")]),
            ("</br<br>x", &[Close("br<br"), Text("x")]),
            ("a<b c=\"d", &[Text("a"), Nothing]),
            ("<br/>x", &[Open("br", "/"), Text("x")]),
        ];
        for (html, expected) in cases {
            assert_eq!(Tokens::new(html).collect::<Vec<_>>(), *expected, "{html}");
        }
    }

    #[test]
    fn attributes_are_read_as_browsers_read_them() {
        let cases: &[(&str, &[(&str, &str)])] = &[
            (" href=a title = \"b c\" d", &[("href", "a"), ("title", "b c"), ("d", "")]),
            ("/a='1'b=2/c", &[("a", "1"), ("b", "2/c")]),
            (" =x= y", &[("=x", "y")]),
            (" a=", &[("a", "")]),
            (" a='open", &[("a", "open")]),
        ];
        for (attributes, expected) in cases {
            assert_eq!(Attributes::new(attributes).collect::<Vec<_>>(), *expected, "{attributes}");
        }
    }

    #[test]
    fn long_text_comes_in_pieces() {
        let html = "é".repeat(TEXT_PIECE);
        let pieces: Vec<_> = Tokens::new(&html).collect();
        assert!(pieces.len() > 1);
        let whole: String = pieces.iter().map(|token| if let Token::Text(text) = token { text } else { "" }).collect();
        assert_eq!(whole, html);
    }
}
