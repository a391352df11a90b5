//! Tables of contents: lists of short lines that stand again as headings further down.

use std::collections::HashMap;

use super::shape::{self, Piece};
use crate::invisible::letters_of;
use crate::markup::{BlockKind, Page};

/// The fewest lines that make a contents list.
const FEWEST: usize = 3;
/// The longest line of one, in bytes.
const LONGEST: usize = 140;

/// Tells for each block whether it belongs to a contents list.
pub(super) fn find(page: &Page, pieces: &[Vec<Piece>]) -> Vec<bool> {
    // Where each heading stands last, by its folded words.
    let mut headings: HashMap<String, usize> = HashMap::new();
    for (index, pieces) in pieces.iter().enumerate() {
        for (range, _) in pieces.iter().filter_map(|piece| piece.heading.as_ref()) {
            headings.insert(fold(page.slice(range)), index);
        }
    }
    let mut found = vec![false; page.blocks.len()];
    let mut start = 0;
    while start < page.blocks.len() {
        let mut end = start;
        // Of each line of a run of short blocks: its block, and whether a heading further down repeats it.
        let mut lines: Vec<(usize, bool)> = Vec::new();
        while let Some(block) = page.blocks.get(end).filter(|b| is_candidate(page, b)) {
            let texts: Vec<_> = shape::lines(page, &block.range).into_iter().map(|l| fold(page.slice(&l))).collect();
            lines.extend(texts.iter().map(|text| (end, headings.get(text).is_some_and(|last| *last > end))));
            end += 1;
        }
        // The run may start or end with short text that is no contents; only what lies between repeated lines can be.
        let first = lines.iter().position(|(_, repeated)| *repeated);
        let last = lines.iter().rposition(|(_, repeated)| *repeated);
        if let (Some(first), Some(last)) = (first, last) {
            let run = &lines[first..=last];
            let repeated = run.iter().filter(|(_, repeated)| *repeated).count();
            if repeated >= FEWEST && repeated * 10 >= run.len() * 6 {
                found[run[0].0..=run[run.len() - 1].0].fill(true);
            }
        }
        start = end.max(start + 1);
    }
    found
}

fn is_candidate(page: &Page, block: &crate::markup::Block) -> bool {
    matches!(block.kind, BlockKind::Paragraph | BlockKind::Item)
        && page.slice(&block.range).split('\n').all(|line| line.len() <= LONGEST && !line.ends_with(". "))
}

/// The letters and digits of a heading in lower case, without its number.
pub(crate) fn fold(text: &str) -> String {
    let text = text.trim();
    let text = text.get(shape::enumerator(text)..).unwrap_or(text);
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
