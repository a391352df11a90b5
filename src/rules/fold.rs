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
        let mut chars = text.char_indices().peekable();
        let mut previous = ' ';
        while let Some((at, c)) = chars.next() {
            let folded = match c {
                'A'..='Z' => c.to_ascii_lowercase(),
                '\u{2018}' | '\u{2019}' | '\u{201b}' | '\u{b4}' => '\'',
                '\u{201c}' | '\u{201d}' | '\u{201f}' => '"',
                '-' | '\u{2010}' | '\u{2011}' => {
                    let between =
                        previous.is_alphanumeric() && chars.peek().is_some_and(|(_, next)| next.is_alphanumeric());
                    if between { ' ' } else { '-' }
                }
                '\u{2012}'..='\u{2015}' => '-',
                '\u{fb00}'..='\u{fb06}' => {
                    self.map.push((self.text.len(), at));
                    self.text.push_str(letters_of(c).unwrap_or_default());
                    previous = c;
                    continue;
                }
                c if !c.is_ascii() && is_invisible(c) => continue,
                c if c.is_whitespace() => ' ',
                c => c,
            };
            if folded == ' ' && previous == ' ' {
                continue;
            }
            let place = self.text.len();
            if self.map.last().map_or(place != at, |(from, original)| place - from != at - original) {
                self.map.push((place, at));
            }
            self.text.push(folded);
            previous = folded;
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
