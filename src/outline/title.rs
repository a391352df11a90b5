//! The page's title, which is no section, and its repetition at the top of the text.

use std::ops::Range;

use super::contents::{fold, letters, without_number};
use super::shape;
use crate::invisible::as_seen;
use crate::markup::{Block, BlockKind, Page};

/// How many short lines may stand before the title: a date, the steps to the page, a button.
const MOST_BEFORE: usize = 6;
/// The longest of them, in bytes.
const LONGEST_BEFORE: usize = 80;

/// Finds the title and the number of its block: the first of the policy's blocks if that is a heading of level 1, or any heading
/// that names a policy; or, behind short lines alone, a heading of level 1 that names one.
pub(super) fn find(page: &Page, first: usize) -> Option<(usize, Range<usize>)> {
    let blocks = page.blocks.get(first..)?;
    let (block, after) = blocks.split_first()?;
    let text = page.slice(&block.range);
    let level = match block.kind {
        BlockKind::Heading(level) => Some(level),
        BlockKind::Paragraph if shape::is_heading(page, block, after.first()) => Some(2),
        _ => None,
    };
    let is_title = level.is_some_and(|level| (level == 1 && shape::enumerator(text) == 0) || names_policy(text));
    if is_title {
        return Some((first, block.range.clone()));
    }
    let is_short = |block: &&Block| !matches!(block.kind, BlockKind::Heading(_)) && block.range.len() <= LONGEST_BEFORE;
    let before = blocks.iter().take(MOST_BEFORE).take_while(is_short).count();
    let title = blocks.get(before).filter(|title| title.kind == BlockKind::Heading(1))?;
    names_policy(page.slice(&title.range)).then(|| (first + before, title.range.clone()))
}

/// Tells whether a text is what a privacy policy is called.
fn names_policy(text: &str) -> bool {
    let lower = as_seen(text).to_lowercase();
    let names = ["privacy", "data protection", "data policy", "cookie policy", "confidentiality"];
    let words = text.split_whitespace().count();
    words <= 10 && !text.ends_with('?') && names.iter().any(|name| lower.contains(name)) && shape::enumerator(text) == 0
}

/// Tells whether `text` is the title once more, be it without the site's name.
pub(super) fn repeats(title: &str, text: &str) -> bool {
    // Most lines have more letters, or nothing of the title, whatever its parts are.
    if without_number(text).bytes().filter(u8::is_ascii_alphanumeric).nth(title.len()).is_some() {
        return false;
    }
    let text = fold(text);
    if text.is_empty() || !letters(title).contains(&text) {
        return false;
    }
    let title = as_seen(title);
    fold(&title) == text || parts(&title).iter().any(|part| fold(part) == text)
}

/// The parts of a title that a mark separates, such as a site's name; none if it is in one piece.
fn parts(title: &str) -> Vec<&str> {
    if !title.bytes().any(|byte| b"|-:>".contains(&byte) || !byte.is_ascii()) {
        return Vec::new();
    }
    let separators = [" | ", " - ", " – ", " — ", " » ", " :: ", ": ", " · ", " > "];
    separators
        .iter()
        .fold(vec![title], |parts, separator| parts.into_iter().flat_map(|part| part.split(separator)).collect())
}
