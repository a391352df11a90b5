//! Text as rules see it: lower case, plain quotes, single spaces, with the way back to where each byte came from.

use std::ops::Range;

use crate::invisible::{is_invisible, letters_of};

/// A folded text, and how its bytes map to the text that it was made of.
#[derive(Clone, Debug, Default)]
pub struct Folded {
    text: String,
    /// From each of these bytes on, the original is this far into its text.
    map: Vec<(usize, usize)>,
}

impl Folded {
    /// Folds `text` into this buffer, in place of what it held.
    ///
    /// ASCII letters become lower case (other letters stay: 2 of 10,352 labels of English policies differ), curly quotes
    /// and odd dashes plain ones, runs of white space one space, and a hyphen between letters or digits a space.
    /// What is invisible goes, and ligatures become their letters.
    pub fn fold(&mut self, text: &str) {
        self.text.clear();
        self.map.clear();
        let mut previous = ' ';
        let mut rest = text;
        while let Some(first) = rest.chars().next() {
            let at = text.len() - rest.len();
            let (plain, behind) = rest.split_at(plain(rest, previous));
            if let Some(last) = plain.chars().next_back() {
                self.from(at);
                self.text.push_str(plain);
                let place = self.text.len() - plain.len();
                self.text.get_mut(place..).into_iter().for_each(str::make_ascii_lowercase);
                previous = last;
                rest = behind;
                continue;
            }
            let (_, behind) = rest.split_at(first.len_utf8());
            rest = behind;
            let folded = match first {
                '\u{2018}' | '\u{2019}' | '\u{201b}' | '\u{b4}' => '\'',
                '\u{201c}' | '\u{201d}' | '\u{201f}' => '"',
                '-' | '\u{2010}' | '\u{2011}' => {
                    let between = previous.is_alphanumeric() && rest.chars().next().is_some_and(char::is_alphanumeric);
                    if between { ' ' } else { '-' }
                }
                '\u{2012}'..='\u{2015}' => '-',
                '\u{fb00}'..='\u{fb06}' => {
                    self.map.push((self.text.len(), at));
                    self.text.push_str(letters_of(first).unwrap_or_default());
                    previous = first;
                    continue;
                }
                c if !c.is_ascii() && is_invisible(c) => continue,
                c if c.is_whitespace() => ' ',
                c => c,
            };
            if folded == ' ' && previous == ' ' {
                continue;
            }
            self.from(at);
            self.text.push(folded);
            previous = folded;
        }
    }

    /// Notes that what is folded next comes from a place of the original.
    fn from(&mut self, at: usize) {
        let place = self.text.len();
        if self.map.last().map_or(place != at, |(from, original)| place - from != at - original) {
            self.map.push((place, at));
        }
    }

    /// The folded text.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// Finds where a range of the folded text stands in the original.
    pub fn original(&self, range: &Range<usize>) -> Range<usize> {
        let start = self.origin(range.start);
        let end = if range.is_empty() { start } else { self.origin(range.end - 1) + 1 };
        start..end
    }

    fn origin(&self, at: usize) -> usize {
        let index = self.map.partition_point(|(from, _)| *from <= at);
        index.checked_sub(1).and_then(|i| self.map.get(i)).map_or(at, |(from, original)| original + (at - from))
    }
}

/// How many bytes of a text, behind a character that was folded, are ASCII that at most becomes lower case.
fn plain(text: &str, previous: char) -> usize {
    let mut was_space = previous == ' ';
    let mut is_plain = |byte: &u8| {
        let is_space = *byte == b' ';
        let is_plain = matches!(byte, b' '..=b'~') && *byte != b'-' && !(is_space && was_space);
        was_space = is_space;
        is_plain
    };
    text.bytes().position(|byte| !is_plain(&byte)).unwrap_or(text.len())
}

#[cfg(test)]
mod tests {
    use super::Folded;

    #[test]
    fn folds_and_finds_the_way_back() {
        let text = "Third-Party  “Kites”\u{a0}–\u{ad} Don’t";
        let mut folded = Folded::default();
        folded.fold(text);
        assert_eq!(folded.text(), "third party \"kites\" - don't");
        let at = folded.text().find("don't").unwrap();
        assert_eq!(text.get(folded.original(&(at..at + 5))).unwrap(), "Don’t");
        assert_eq!(text.get(folded.original(&(0..11))).unwrap(), "Third-Party");

        let text = "\u{202a}No\u{200d}ti\u{fb01}\u{ad}cation\u{202c}, o\u{fb03}ce\u{a0}mail";
        folded.fold(text);
        assert_eq!(folded.text(), "notification, office mail");
        let at = folded.text().find("cation").unwrap();
        assert_eq!(text.get(folded.original(&(at..at + 6))).unwrap(), "cation");
        let at = folded.text().find("ce mail").unwrap();
        assert_eq!(text.get(folded.original(&(at..at + 7))).unwrap(), "ce\u{a0}mail");
    }
}
