//! The first words of a document as a reader sees them, each with its place: wrappers made of text come plain, as
//! Markdown with links and emphasis, quoted, or wrapped at any width.

use super::links::{Link, links};
use super::scan::Cursor;
use crate::span::Span;

/// The most bytes of a document that are looked at; wrappers made of text are far shorter.
pub(super) const ZONE: usize = 8_000;

/// The words at the start of a document, without the marks of Markdown.
///
/// White space is one space, or a line feed if a line ends in it.
pub(super) struct Visible<'t> {
    /// The words.
    pub text: String,
    /// Where each byte of `text` stands in the document, and where what was looked at ends.
    places: Vec<usize>,
    /// The places in `text` where links end, with their targets.
    targets: Vec<(usize, &'t str)>,
}

impl<'t> Visible<'t> {
    /// Reads a document from the byte `start` to `end`, but not far.
    pub(super) fn new(document: &'t str, start: usize, end: usize) -> Self {
        let end = document.floor_char_boundary(end.min(start.saturating_add(ZONE)));
        let zone = Span::new(start, end).of(document);
        let mut visible = Self { text: String::new(), places: Vec::new(), targets: Vec::new() };
        let mut marks: Vec<(Span, Option<&'t str>)> = links(zone).flat_map(|link| link_marks(zone, &link)).collect();
        marks.sort_by_key(|(mark, _)| *mark);
        let mut marks = marks.into_iter().peekable();
        let mut at = 0;
        let mut previous = ' ';
        while let Some(character) = zone.get(at..).and_then(|rest| rest.chars().next()) {
            if let Some((mark, target)) = marks.next_if(|(mark, _)| mark.start <= at) {
                visible.targets.extend(target.map(|target| (visible.text.len(), target)));
                at = at.max(mark.end);
                continue;
            }
            let next = zone.get(at + character.len_utf8()..).and_then(|rest| rest.chars().next()).unwrap_or(' ');
            let begins_line = visible.text.is_empty() || visible.text.ends_with('\n');
            let is_mark = match character {
                '\\' => previous != '\\' && (next.is_ascii_punctuation() || is_break(next)),
                '*' | '_' => previous != '\\' && !(joins(previous) && joins(next)),
                '>' | '#' => begins_line && previous != '\\',
                '\u{feff}' => true,
                _ => false,
            };
            if character.is_whitespace() {
                visible.push_space(character, start + at);
            } else if !is_mark {
                visible.push(character, start + at);
            }
            // An escaped backslash escapes nothing.
            previous = if character == '\\' && previous == '\\' { ' ' } else { character };
            at += character.len_utf8();
        }
        visible.places.push(end);
        visible
    }

    /// Starts to read.
    pub(super) fn cursor(&self) -> Cursor<'_> {
        Cursor { text: &self.text, at: 0 }
    }

    /// Finds the place in the document of the end of what was read up to `at`, with the marks that close it.
    pub(super) fn end(&self, at: usize) -> usize {
        self.places.get(at).or(self.places.last()).copied().unwrap_or_default()
    }

    /// Lists the links that end in `start..=end`, each with its end and its target.
    pub(super) fn targets(&self, start: usize, end: usize) -> impl Iterator<Item = (usize, &'t str)> {
        self.targets.iter().copied().filter(move |(at, _)| (start..=end).contains(at))
    }

    fn push(&mut self, character: char, place: usize) {
        self.text.push(character);
        self.places.resize(self.text.len(), place);
    }

    fn push_space(&mut self, character: char, place: usize) {
        if self.text.ends_with(' ') && is_break(character) {
            self.text.pop();
            self.text.push('\n');
        } else if !self.text.is_empty() && !self.text.ends_with([' ', '\n']) {
            self.push(if is_break(character) { '\n' } else { ' ' }, place);
        }
    }
}

/// The marks of a link: what stands before its text and behind it; of an image, all of it.
fn link_marks<'t>(zone: &'t str, link: &Link) -> Vec<(Span, Option<&'t str>)> {
    let open = link.text.start - 1;
    let is_image = zone.as_bytes().get(..open).is_some_and(|before| before.ends_with(b"!"));
    let behind = Span::new(link.target.end, zone.len()).of(zone);
    let end = link.target.end + behind.find(')').map_or(0, |at| at + 1);
    if is_image {
        return vec![(Span::new(open - 1, end), None)];
    }
    vec![(Span::new(open, open + 1), None), (Span::new(link.text.end, end), Some(link.target.of(zone)))]
}

fn is_break(character: char) -> bool {
    matches!(character, '\n' | '\r')
}

/// Tells whether a star or underscore next to this character may belong to a word or an address.
fn joins(character: char) -> bool {
    character.is_alphanumeric() || matches!(character, '/' | '_')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sees_through_marks() {
        for (document, text) in [
            ("> **You** are\r\n>> viewing  _this_\n\n# Page", "You are\nviewing this\nPage"),
            ("\u{feff}\n  See [All *versions*](https://a.example/*/b).  \n", "See All versions.\n"),
            ("![logo](https://a.example/l.png)[ ![i](x) Home](/y \"T\") [ hide ]", "Home [ hide ]"),
            ("https://a.example/*/id_/b_c \\[x\\] \\\\*y*", "https://a.example/*/id_/b_c [x] \\y"),
            ("a\\\nb c > d # e", "a\nb c > d # e"),
            ("[a](b", "[a](b"),
            ("", ""),
        ] {
            assert_eq!(Visible::new(document, 0, document.len()).text, text, "{document}");
        }
    }

    #[test]
    fn knows_the_places() {
        let document = "é **[Page](https://a.example/)** of *us*.\n\n[Home](/) é";
        let visible = Visible::new(document, 3, document.len());
        assert_eq!(visible.text, "Page of us.\nHome é");
        for (word, end) in [("Page", " of"), (" of us.", "\n\n[Home"), ("Home", " é"), ("é", "")] {
            let at = visible.text.find(word).expect("it is there") + word.len();
            assert!(document.get(visible.end(at)..).is_some_and(|rest| rest.starts_with(end)), "{word}");
        }
        assert_eq!(visible.end(visible.text.len()), document.len());
        assert_eq!(visible.targets(0, 4).collect::<Vec<_>>(), [(4, "https://a.example/")]);
        assert_eq!(visible.targets(5, 10).count(), 0);
    }

    #[test]
    fn looks_at_little() {
        let document = "é".repeat(ZONE);
        let visible = Visible::new(&document, 0, document.len());
        assert_eq!((visible.text.len(), visible.end(visible.text.len())), (ZONE, ZONE));
    }
}
