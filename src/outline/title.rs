//! The page's title, which is no section, and its repetition at the top of the text.

use std::ops::Range;

use super::contents::fold;
use super::shape;
use crate::markup::{BlockKind, Page};

/// Finds the title and how many blocks it takes from the page's start.
///
/// It is the first block if that is a heading of level 1, or any heading that names a policy.
pub(super) fn find(page: &Page) -> (Option<Range<usize>>, usize) {
    let Some(first) = page.blocks.first() else { return (None, 0) };
    let text = page.slice(&first.range);
    let level = match first.kind {
        BlockKind::Heading(level) => level,
        BlockKind::Paragraph => {
            let heading = shape::pieces(page, first, None, page.blocks.get(1));
            match heading.as_slice() {
                [piece] if piece.body.is_none() => 2,
                _ => return (None, 0),
            }
        }
        _ => return (None, 0),
    };
    if (level == 1 && shape::enumerator(text) == 0) || names_policy(text) {
        return (Some(first.range.clone()), 1);
    }
    (None, 0)
}

/// Tells whether a text is what a privacy policy is called.
fn names_policy(text: &str) -> bool {
    let lower = text.to_lowercase();
    let names = ["privacy", "data protection", "data policy", "cookie policy", "confidentiality"];
    let words = text.split_whitespace().count();
    words <= 10 && !text.ends_with('?') && names.iter().any(|name| lower.contains(name)) && shape::enumerator(text) == 0
}

/// Tells whether `text` is the title once more, be it without the site's name.
pub(super) fn repeats(title: &str, text: &str) -> bool {
    let text = fold(text);
    if text.is_empty() {
        return false;
    }
    let separators = [" | ", " - ", " – ", " — ", " » ", " :: ", ": ", " · ", " > "];
    let mut parts = vec![title];
    for separator in separators {
        parts = parts.into_iter().flat_map(|part| part.split(separator)).collect();
    }
    fold(title) == text || parts.iter().any(|part| fold(part) == text)
}
