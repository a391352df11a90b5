//! Tables of contents: lists of short lines that stand again as headings further down.

use std::cell::LazyCell;
use std::cmp::Ordering;

use super::shape::{self, Pieces};
use crate::invisible::letters_of;
use crate::markup::{Block, BlockKind, Page};

/// The fewest lines that make a contents list.
const FEWEST: usize = 3;
/// The longest line of one, in bytes.
const LONGEST: usize = 140;

/// Tells for each block whether it belongs to a contents list.
pub(super) fn find(page: &Page, pieces: &Pieces<'_>) -> Vec<bool> {
    let blocks = page.blocks.len();
    let headings = LazyCell::new(|| Headings::of(page, pieces));
    let mut found = vec![false; blocks];
    // Of each line of a run of short blocks: its block, and whether a heading further down repeats it.
    let mut repeats: Vec<(usize, bool)> = Vec::new();
    let mut start = 0;
    while start < blocks {
        let end = (start..blocks).find(|block| !is_candidate(page, pieces, *block)).unwrap_or(blocks);
        repeats.clear();
        if end - start >= FEWEST || (start..end).any(|block| pieces.has_lines(block)) {
            for block in start..end {
                let range = &page.blocks[block].range;
                if pieces.has_lines(block) {
                    let lines = shape::lines(page, range);
                    repeats.extend(lines.map(|line| (block, headings.repeat(&Line::new(page.slice(&line), block)))));
                } else {
                    repeats.push((block, headings.repeat(&Line::new(page.slice(range), block))));
                }
            }
        }
        mark(&mut found, &repeats);
        start = end.max(start + 1);
    }
    found
}

/// Marks the blocks of a run that are a contents list. The run may start or end with short text that is no contents; only
/// what lies between repeated lines can be.
fn mark(found: &mut [bool], repeats: &[(usize, bool)]) {
    let first = repeats.iter().position(|(_, repeated)| *repeated);
    let last = repeats.iter().rposition(|(_, repeated)| *repeated);
    if let (Some(first), Some(last)) = (first, last) {
        let run = &repeats[first..=last];
        let repeated = run.iter().filter(|(_, repeated)| *repeated).count();
        if repeated >= FEWEST && repeated * 10 >= run.len() * 6 {
            found[run[0].0..=run[run.len() - 1].0].fill(true);
        }
    }
}

/// Tells whether a block may be of a contents list: short lines.
fn is_candidate(page: &Page, pieces: &Pieces<'_>, block: usize) -> bool {
    let Block { kind, range, .. } = &page.blocks[block];
    let is_short = |line: &[u8]| line.len() <= LONGEST && !line.ends_with(b". ");
    if !matches!(kind, BlockKind::Paragraph | BlockKind::Item) {
        return false;
    }
    let text = page.slice(range).as_bytes();
    if pieces.has_lines(block) { text.split(|byte| *byte == b'\n').all(is_short) } else { is_short(text) }
}

/// A page's headings, in the order of their words and then of their blocks.
struct Headings<'p>(Vec<Line<'p>>);

impl<'p> Headings<'p> {
    fn of(page: &'p Page, pieces: &Pieces<'_>) -> Self {
        let mut headings = Vec::new();
        for block in 0..page.blocks.len() {
            let found = pieces.of(block).iter().filter_map(|piece| piece.heading.as_ref());
            headings.extend(found.map(|(range, _)| Line::new(page.slice(range), block)));
        }
        headings.sort_unstable_by(Line::cmp);
        Self(headings)
    }

    /// Tells whether a heading in a block behind the one of a line has the same words.
    fn repeat(&self, line: &Line<'_>) -> bool {
        // Nearly all lines show by their first letters that there is none.
        let behind = self.0.partition_point(|heading| heading.first < line.first);
        let alike = self.0.get(behind..).unwrap_or_default();
        if alike.first().is_none_or(|heading| heading.first > line.first) {
            return false;
        }
        let behind = alike.partition_point(|heading| heading.cmp(line).is_le());
        alike.get(behind).is_some_and(|heading| heading.cmp_words(line).is_eq())
    }
}

/// A heading, or a line that may repeat one, without its number.
struct Line<'p> {
    /// Its first letters, by which most differ.
    first: u64,
    text: &'p str,
    block: usize,
}

impl<'p> Line<'p> {
    fn new(text: &'p str, block: usize) -> Self {
        let text = without_number(text);
        Self { first: first_letters(text), text, block }
    }

    fn cmp(&self, other: &Self) -> Ordering {
        self.cmp_words(other).then(self.block.cmp(&other.block))
    }

    /// Compares the letters and digits of both, in lower case.
    fn cmp_words(&self, other: &Self) -> Ordering {
        self.first.cmp(&other.first).then_with(|| {
            if self.text == other.text {
                return Ordering::Equal;
            }
            if self.text.is_ascii() && other.text.is_ascii() {
                return ascii_letters(self.text).cmp(ascii_letters(other.text));
            }
            letters(self.text).cmp(&letters(other.text))
        })
    }
}

/// How many bytes a number holds.
const FIRST: usize = 8;

/// The first bytes of the letters and digits of a text, by which most lines differ from all headings.
fn first_letters(text: &str) -> u64 {
    let mut first = 0;
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() {
            first = first << 8 | u64::from(byte.to_ascii_lowercase());
            if first >> (8 * (FIRST - 1)) > 0 {
                break;
            }
        } else if !byte.is_ascii() {
            let letters = first_letters_of(text, FIRST);
            return letters.bytes().take(FIRST).fold(0, |first, byte| first << 8 | u64::from(byte));
        }
    }
    first
}

/// The letters and digits of a heading in lower case, without its number.
pub(crate) fn fold(text: &str) -> String {
    letters(without_number(text))
}

/// A heading without its number.
pub(super) fn without_number(text: &str) -> &str {
    let text = text.trim();
    text.get(shape::enumerator(text)..).unwrap_or(text)
}

/// The letters and digits of an ASCII text in lower case.
fn ascii_letters(text: &str) -> impl Iterator<Item = u8> {
    text.bytes().filter(u8::is_ascii_alphanumeric).map(|byte| byte.to_ascii_lowercase())
}

/// The letters and digits of a text in lower case.
pub(super) fn letters(text: &str) -> String {
    if text.is_ascii() {
        let mut folded = Vec::with_capacity(text.len());
        folded.extend(ascii_letters(text));
        return String::from_utf8(folded).unwrap_or_default();
    }
    first_letters_of(text, usize::MAX)
}

/// The first letters and digits of a text in lower case, so many bytes or a few more.
fn first_letters_of(text: &str, most: usize) -> String {
    let mut folded = String::with_capacity(text.len().min(most));
    for c in text.chars() {
        if folded.len() >= most {
            break;
        }
        match letters_of(c) {
            _ if c.is_ascii_alphanumeric() => folded.push(c.to_ascii_lowercase()),
            Some(letters) => folded.push_str(letters),
            None if c.is_alphanumeric() => folded.extend(c.to_lowercase()),
            None => {}
        }
    }
    folded
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn knows_the_lines_that_a_heading_repeats() {
        let texts = ["Information we keep", "Information we share", "Tea", "Öffnung", "Tea"];
        let mut headings: Vec<_> = texts.iter().zip(0..).map(|(text, block)| Line::new(text, block)).collect();
        headings.sort_unstable_by(Line::cmp);
        let headings = Headings(headings);
        for (line, at, repeated) in [
            ("2. Information we share", 0, true),
            ("information we SHARE!", 1, false),
            ("Information we sell", 0, false),
            ("tea", 2, true),
            ("tea", 4, false),
            ("Teas", 0, false),
            ("öffnung", 0, true),
            ("", 0, false),
        ] {
            assert_eq!(headings.repeat(&Line::new(line, at)), repeated, "{line} {at}");
        }
    }
}
