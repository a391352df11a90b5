//! A page as the later stages see it: readable text, the blocks that it falls into, and where each byte of it came from.

use std::ops::Range;

use crate::span::Span;

/// What a block is by its markup.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BlockKind {
    /// A heading that is marked up as one, with its level from 1.
    Heading(u8),
    /// A paragraph, or a further paragraph of a list item.
    Paragraph,
    /// The first paragraph of a list item, or a line that its bullet or enumerator makes one.
    Item,
    /// A cell of a data table; `row` 0 is the head.
    Cell {
        /// The table's number within the page.
        table: usize,
        /// The row, from 0.
        row: usize,
        /// The column, from 0.
        column: usize,
    },
    /// Text that its markup keeps as it is, which never holds a heading.
    Code,
}

/// A stretch of a page's text that stands on its own.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Block {
    /// What the block is.
    pub kind: BlockKind,
    /// How many lists the block lies in.
    pub depth: u8,
    /// Its place in [`Page::text`]; a line break within is a hard one.
    pub range: Range<usize>,
}

/// A run of text that came from one run of the source.
#[derive(Clone, Copy, Debug)]
struct Piece {
    /// Where the run starts in the text; it ends where the next one starts.
    text: usize,
    /// Where it stands in the source. Of the same length as the text: byte for byte; else one character made of several.
    source: Span,
}

/// A parsed page.
#[derive(Clone, Debug, Default)]
pub struct Page {
    /// The readable text of all blocks, one after the other, without markup.
    pub text: String,
    /// The blocks in order.
    pub blocks: Vec<Block>,
    /// What is bold or italic, in order, as ranges of the text.
    pub emphasis: Vec<Range<usize>>,
    /// What is the text of a link, in order, as ranges of the text.
    pub links: Vec<Range<usize>>,
    /// Stretches of the source with letters, but none to read: images, links without text.
    pub marks: Vec<Span>,
    pieces: Vec<Piece>,
    /// The run that holds each [`STEP`]th byte of the text, once it is whole.
    steps: Vec<u32>,
}

impl Piece {
    /// Tells whether a run that ends at `end` in the text was copied byte for byte.
    const fn is_verbatim(&self, end: usize) -> bool {
        end - self.text == self.source.end - self.source.start
    }
}

/// How many bytes of the text a place is looked for in, run by run.
const STEP: usize = 64;

impl Page {
    /// Makes room for the blocks of so many lines.
    pub(super) fn reserve(&mut self, lines: usize) {
        self.blocks.reserve(lines / 2);
        self.pieces.reserve(2 * lines);
        self.emphasis.reserve(lines / 2);
        self.links.reserve(lines / 2);
    }

    /// Appends text that stands at `source`, either byte for byte or as one character.
    pub(super) fn push(&mut self, text: &str, source: Span) {
        if text.is_empty() {
            return;
        }
        let verbatim = text.len() == source.len();
        match self.pieces.last_mut() {
            // Goes on where the last run ended, byte for byte on both sides: the same run.
            Some(last) if verbatim && last.source.end == source.start && last.is_verbatim(self.text.len()) => {
                last.source.end = source.end;
            }
            _ => self.pieces.push(Piece { text: self.text.len(), source }),
        }
        self.text.push_str(text);
    }

    /// Notes where runs are found, once all text is there.
    pub(super) fn finish(&mut self) {
        let ends = self.pieces.iter().skip(1).map(|piece| piece.text).chain([self.text.len()]);
        self.steps.clear();
        self.steps.reserve(self.text.len() / STEP + 1);
        for (run, end) in (0..=u32::MAX).zip(ends) {
            self.steps.resize(end.div_ceil(STEP), run);
        }
    }

    /// Cuts the text back to `len` bytes, which must lie on a character boundary.
    pub(super) fn truncate(&mut self, len: usize) {
        let mut end = self.text.len();
        self.text.truncate(len);
        while let Some(last) = self.pieces.last_mut() {
            if last.text < len {
                if last.is_verbatim(end) {
                    last.source.end -= end.saturating_sub(len);
                }
                break;
            }
            end = last.text;
            self.pieces.pop();
        }
    }

    /// Finds where a range of the text stands in the source, markup between its ends included.
    pub fn source(&self, range: &Range<usize>) -> Span {
        self.piece_at(range.start).map_or(Span::default(), |first| self.source_from(first, range))
    }

    /// Finds where a range of the text stands in the source as [`Page::source`] does, sooner if it starts in the run `near` or
    /// in the next one. Gives the run in which it starts, too.
    pub(crate) fn source_near(&self, near: usize, range: &Range<usize>) -> (Span, usize) {
        let is_in = |piece: &Piece, next: &Piece| piece.text <= range.start && range.start < next.text;
        let first = match self.pieces.get(near..) {
            Some([this, next, ..]) if is_in(this, next) => near,
            Some([_, next, other, ..]) if is_in(next, other) => near + 1,
            _ => self.piece_at(range.start).unwrap_or_default(),
        };
        (self.source_from(first, range), first)
    }

    fn source_from(&self, first: usize, range: &Range<usize>) -> Span {
        let Some(piece) = self.pieces.get(first) else { return Span::default() };
        let end = self.end_of(first);
        if range.end <= end && piece.is_verbatim(end) {
            // Within such a run, as nearly all are.
            let start = piece.source.start + (range.start - piece.text);
            return Span::new(start, start + range.len());
        }
        let start = self.place(first, range.start).start;
        if range.is_empty() {
            return Span::new(start, start);
        }
        // Few ranges go over many runs, so the last one is found by going on from the first.
        let behind = self.pieces.get(first + 1..).unwrap_or_default();
        let last = first + behind.iter().take_while(|piece| piece.text < range.end).count();
        Span::new(start, self.place(last, range.end - 1).end)
    }

    /// Finds the whole lines of the source on which a run of blocks stands, the marks of headings and list items included.
    pub(crate) fn lines_of(&self, blocks: &Range<usize>, source: &str) -> Option<Span> {
        let blocks = self.blocks.get(blocks.clone())?;
        let (start, end) = (self.source(&blocks.first()?.range).start, self.source(&blocks.last()?.range).end);
        let before = source.get(..start)?.rfind(['\n', '\r']).map_or(0, |at| at + 1);
        let after = source.get(end..)?.find(['\n', '\r']).map_or(source.len(), |at| end + at);
        Some(Span::new(before, after))
    }

    /// The index of the run that holds a byte of the text.
    fn piece_at(&self, at: usize) -> Option<usize> {
        let near = self.steps.get(at / STEP).map_or(0, |run| *run as usize);
        let behind = self.pieces.get(near + 1..)?.iter().take_while(|piece| piece.text <= at).count();
        Some(near + behind)
    }

    /// Where a run ends in the text.
    fn end_of(&self, index: usize) -> usize {
        self.pieces.get(index + 1).map_or(self.text.len(), |next| next.text)
    }

    /// The place in the source of a byte of a run, or of the character that was made there of several.
    fn place(&self, index: usize, at: usize) -> Span {
        let Some(piece) = self.pieces.get(index) else { return Span::default() };
        if piece.is_verbatim(self.end_of(index)) {
            let start = piece.source.start + (at - piece.text);
            return Span::new(start, start + 1);
        }
        piece.source
    }

    /// Returns the text of a range; empty if it does not lie on character boundaries.
    pub fn slice(&self, range: &Range<usize>) -> &str {
        self.text.get(range.clone()).unwrap_or_default()
    }

    /// The emphasised ranges that start within `range`.
    pub fn emphasis_in(&self, range: &Range<usize>) -> &[Range<usize>] {
        within(&self.emphasis, range)
    }

    /// The link texts that start within `range`.
    pub fn links_in(&self, range: &Range<usize>) -> &[Range<usize>] {
        within(&self.links, range)
    }
}

/// Those of some ranges, which are in order, that start within `range`.
pub(crate) fn within<'a>(ranges: &'a [Range<usize>], range: &Range<usize>) -> &'a [Range<usize>] {
    let start = ranges.partition_point(|r| r.start < range.start);
    let end = ranges.partition_point(|r| r.start < range.end);
    ranges.get(start..end.max(start)).unwrap_or_default()
}

/// Ranges in order, of which those within one block after the other are wanted.
pub(crate) struct Following<'p>(&'p [Range<usize>]);

impl<'p> Following<'p> {
    /// Starts at the first of them.
    pub(crate) const fn new(ranges: &'p [Range<usize>]) -> Self {
        Self(ranges)
    }

    /// Those that start within `range`, which is not before the last one asked.
    pub(crate) fn within(&mut self, range: &Range<usize>) -> &'p [Range<usize>] {
        let count = |ranges: &[Range<usize>], end: usize| ranges.iter().take_while(|found| found.start < end).count();
        let rest = self.0.get(count(self.0, range.start)..).unwrap_or_default();
        let (found, rest) = rest.split_at(count(rest, range.end));
        self.0 = rest;
        found
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn finds_the_source_of_copied_and_of_made_text() {
        // source: `a **b** &amp; c`
        let mut page = Page::default();
        page.push("a ", Span::new(0, 2));
        page.push("b", Span::new(4, 5));
        page.push(" ", Span::new(7, 8));
        page.push("&", Span::new(8, 13));
        page.push(" c", Span::new(13, 15));
        assert_eq!(page.text, "a b & c");
        assert_eq!(page.source(&(0..7)), Span::new(0, 15));
        assert_eq!(page.source(&(2..3)), Span::new(4, 5));
        assert_eq!(page.source(&(4..5)), Span::new(8, 13));
        assert_eq!(page.source(&(6..7)), Span::new(14, 15));
        page.truncate(5);
        assert_eq!(page.source(&(0..5)), Span::new(0, 13));
    }

    #[test]
    fn finds_the_same_source_with_steps_as_from_the_first_run() {
        let mut page = Page::default();
        let mut at = 0;
        for length in [1, 200, 3, 1, 1, 64, 63, 1, 130, 2] {
            page.push(&"x".repeat(length), Span::new(at + 1, at + 1 + length));
            at += length + 5;
        }
        let plain = page.clone();
        page.finish();
        assert_eq!(page.steps.len(), page.text.len().div_ceil(STEP));
        for start in 0..=page.text.len() {
            let range = start..page.text.len();
            assert_eq!(page.source(&range), plain.source(&range), "{start}");
        }
    }

    #[test]
    fn follows_ranges_as_looking_for_them_finds_them() {
        let ranges = [0..2, 2..2, 5..9, 6..7, 12..20, 30..31];
        let mut following = Following::new(&ranges);
        for block in [0..2, 2..4, 6..12, 12..12, 14..31] {
            assert_eq!(following.within(&block), within(&ranges, &block), "{block:?}");
        }
    }
}
