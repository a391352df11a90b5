//! A reader of fixed sentences that forgives how a converter broke their lines: plain scanning, no pattern to compile.

use memchr::memchr2;

use crate::span::Span;

/// A place in a text.
#[derive(Clone, Copy)]
pub(super) struct Cursor<'t> {
    /// The whole text.
    pub text: &'t str,
    /// The place, in bytes.
    pub at: usize,
}

impl<'t> Cursor<'t> {
    /// Gives the text from here on.
    pub(super) fn rest(&self) -> &'t str {
        self.text.get(self.at..).unwrap_or_default()
    }

    /// Passes all characters that `passes` accepts and gives them.
    pub(super) fn skip(&mut self, passes: impl Fn(char) -> bool) -> &'t str {
        let rest = self.rest();
        let skipped = Span::new(0, rest.len() - rest.trim_start_matches(passes).len()).of(rest);
        self.at += skipped.len();
        skipped
    }

    /// Passes `literal` if it stands here and tells whether it did.
    pub(super) fn accept(&mut self, literal: &str) -> bool {
        let found = self.rest().starts_with(literal);
        if found {
            self.at += literal.len();
        }
        found
    }

    /// Passes white space, and the quote marks of a line that begins in it; `None` if there is no white space.
    pub(super) fn gap(&mut self) -> Option<()> {
        let blank = self.skip(char::is_whitespace);
        if blank.contains(['\n', '\r']) {
            self.skip(|character| character == '>' || character.is_whitespace());
        }
        (!blank.is_empty()).then_some(())
    }

    /// Passes words that stand here with any gap between them.
    pub(super) fn words(&mut self, words: &str) -> Option<()> {
        for (number, word) in words.split(' ').enumerate() {
            if number > 0 {
                self.gap()?;
            }
            self.accept(word).then_some(())?;
        }
        Some(())
    }

    /// Passes a word after a gap.
    pub(super) fn next_words(&mut self, words: &str) -> Option<()> {
        self.gap()?;
        self.words(words)
    }

    /// Passes any of some texts, again and again, and counts how many there were.
    ///
    /// A gap may stand before each, and no letter or number right behind it.
    pub(super) fn any_of(&mut self, known: &[&str]) -> usize {
        let mut count = 0;
        while known.iter().any(|words| self.passes(words)) {
            count += 1;
        }
        count
    }

    /// Passes one text after a gap, if there is one, and tells whether it stood there as whole words.
    pub(super) fn passes(&mut self, words: &str) -> bool {
        let mut ahead = *self;
        let _ = ahead.gap();
        let found = ahead.words(words).is_some() && !ahead.rest().starts_with(char::is_alphanumeric);
        if found {
            *self = ahead;
        }
        found
    }

    /// Passes everything up to the end of the line and gives it.
    pub(super) fn line(&mut self) -> &'t str {
        self.skip(|character| !matches!(character, '\n' | '\r'))
    }

    /// Passes everything up to white space or the end and gives it.
    pub(super) fn token(&mut self) -> &'t str {
        self.skip(|character| !character.is_whitespace())
    }

    /// Tells whether the line or the text ends here.
    pub(super) fn is_line_end(&self) -> bool {
        self.rest().is_empty() || self.rest().starts_with(['\n', '\r'])
    }
}

/// Lists the lines of `text` from the byte `at` on that are not blank, without their breaks: LF, CRLF or CR.
pub(super) fn lines(text: &str, mut at: usize) -> impl Iterator<Item = Span> {
    std::iter::from_fn(move || {
        let rest = text.get(at..).filter(|rest| !rest.is_empty())?;
        let length = memchr2(b'\n', b'\r', rest.as_bytes()).unwrap_or(rest.len());
        let line = Span::new(at, at + length);
        at = line.end + 1;
        Some(line)
    })
    .filter(move |line| !line.of(text).trim().is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn passes_words_over_any_line_break() {
        for (text, passes) in [
            ("a b c", true),
            ("a  b\u{a0}c", true),
            ("a\n> b\r\n>> c", true),
            ("a\rb\nc", true),
            ("a > b c", false),
            ("ab c", false),
            ("a b", false),
        ] {
            let mut cursor = Cursor { text, at: 0 };
            assert_eq!(cursor.words("a b c").is_some(), passes, "{text:?}");
        }
    }

    #[test]
    fn lists_lines_of_every_kind() {
        let text = "one\r\n\r\ntwo\rthree\n \n";
        let found: Vec<_> = lines(text, 0).map(|line| line.of(text)).collect();
        assert_eq!(found, ["one", "two", "three"]);
    }
}
