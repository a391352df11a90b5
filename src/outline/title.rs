//! The page's title, which is no section, and its repetition at the top of the text.

use std::ops::Range;

use super::contents::{fold, letters, without_number};
use super::shape;
use crate::invisible::as_seen;
use crate::markup::{BlockKind, Page};

/// Finds the title: the first of the policy's blocks if that is a heading of level 1, or any heading that names a policy.
pub(super) fn find(page: &Page, first: usize) -> Option<Range<usize>> {
    let [first, rest @ ..] = page.blocks.get(first..)? else { return None };
    let text = page.slice(&first.range);
    let level = match first.kind {
        BlockKind::Heading(level) => level,
        BlockKind::Paragraph if shape::is_heading(page, first, rest.first()) => 2,
        _ => return None,
    };
    let is_title = (level == 1 && shape::enumerator(text) == 0) || names_policy(text);
    is_title.then(|| first.range.clone())
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
