//! Tables of contents: lists of short lines that stand again as headings further down.

use super::shape::{self, Pieces};
use crate::invisible::letters_of;
use crate::markup::{Block, BlockKind, Page};

/// The fewest lines that make a contents list.
const FEWEST: usize = 3;
/// The longest line of one, in bytes.
const LONGEST: usize = 140;

/// Tells for each block whether it belongs to a contents list.
pub(super) fn find(page: &Page, pieces: &Pieces) -> Vec<bool> {
    let headings = Headings::of(page, pieces);
    let mut found = vec![false; page.blocks.len()];
    if headings.0.is_empty() {
        return found;
    }
    let mut start = 0;
    while let Some(rest) = page.blocks.get(start..).filter(|rest| !rest.is_empty()) {
        let end = start + rest.iter().take_while(|block| is_candidate(page, block)).count();
        // The lines of a run of short blocks, each with its block.
        let lines =
            || (start..end).flat_map(|at| shape::lines(page, &page.blocks[at].range).map(move |line| (at, line)));
        // Of each line: its block, and whether a heading further down repeats it.
        let mut repeats: Vec<(usize, bool)> = Vec::new();
        if lines().nth(FEWEST - 1).is_some() {
            repeats
                .extend(lines().map(|(at, line)| (at, headings.last(page.slice(&line)).is_some_and(|last| last > at))));
        }
        // The run may start or end with short text that is no contents; only what lies between repeated lines can be.
        let first = repeats.iter().position(|(_, repeated)| *repeated);
        let last = repeats.iter().rposition(|(_, repeated)| *repeated);
        if let (Some(first), Some(last)) = (first, last) {
            let run = &repeats[first..=last];
            let repeated = run.iter().filter(|(_, repeated)| *repeated).count();
            if repeated >= FEWEST && repeated * 10 >= run.len() * 6 {
                found[run[0].0..=run[run.len() - 1].0].fill(true);
            }
        }
        start = end.max(start + 1);
    }
    found
}

fn is_candidate(page: &Page, block: &Block) -> bool {
    let text = page.slice(&block.range).as_bytes();
    let mut start = 0;
    let is_short = |end: usize| {
        let line = text.get(std::mem::replace(&mut start, end + 1)..end).unwrap_or_default();
        line.len() <= LONGEST && !line.ends_with(b". ")
    };
    matches!(block.kind, BlockKind::Paragraph | BlockKind::Item)
        && memchr::memchr_iter(b'\n', text).chain([text.len()]).all(is_short)
}

/// The folded words of a page's headings, in their order, with the blocks that each stands in.
struct Headings(Vec<(String, usize)>);

impl Headings {
    fn of(page: &Page, pieces: &Pieces) -> Self {
        let headings = (0..page.blocks.len()).flat_map(|block| {
            let ranges = pieces.of(block).iter().filter_map(|piece| piece.heading.as_ref()).map(|(range, _)| range);
            ranges.map(move |range| (fold(page.slice(range)), block))
        });
        let mut headings: Vec<_> = headings.collect();
        headings.sort_unstable();
        Self(headings)
    }

    /// Finds the last block with a heading of the same words as a line.
    fn last(&self, line: &str) -> Option<usize> {
        let line = without_number(line);
        if line.is_ascii() {
            // Most lines differ from all headings in their first letters, so they are not folded as a whole.
            return self.last_of(|| ascii_letters(line));
        }
        let line = letters(line);
        self.last_of(|| line.bytes())
    }

    /// Finds the last block with a heading of these bytes.
    fn last_of<I: Iterator<Item = u8>>(&self, line: impl Fn() -> I) -> Option<usize> {
        let behind = self.0.partition_point(|(heading, _)| heading.bytes().le(line()));
        let (heading, block) = self.0.get(behind.checked_sub(1)?)?;
        heading.bytes().eq(line()).then_some(*block)
    }
}

/// The letters and digits of a heading in lower case, without its number.
pub(crate) fn fold(text: &str) -> String {
    letters(without_number(text))
}

fn without_number(text: &str) -> &str {
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
    let mut folded = String::with_capacity(text.len());
    for c in text.chars() {
        match letters_of(c) {
            _ if c.is_ascii_alphanumeric() => folded.push(c.to_ascii_lowercase()),
            Some(letters) => folded.push_str(letters),
            None if c.is_alphanumeric() => folded.extend(c.to_lowercase()),
            None => {}
        }
    }
    folded
}
