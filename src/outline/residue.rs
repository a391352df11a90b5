//! Page residue: lines that a reader of the page needs and a reader of the policy does not.

use std::ops::Range;

use crate::invisible::as_seen;

/// Longest line, in bytes, that is taken for residue.
const LONGEST: usize = 80;

/// What such lines say, in lower case and without the marks around them.
const PHRASES: [&str; 31] = [
    "back to top",
    "back to the top",
    "return to top",
    "return to the top",
    "go to top",
    "top of page",
    "top of the page",
    "to top",
    "top",
    "back",
    "home",
    "home page",
    "return to home page",
    "print",
    "print this page",
    "print page",
    "print version",
    "printer friendly version",
    "printable version",
    "email this page",
    "share this page",
    "share",
    "skip to content",
    "skip to main content",
    "close",
    "close window",
    "close this window",
    "menu",
    "search",
    "next",
    "previous",
];

/// The longest of them, in bytes.
const LONGEST_PHRASE: usize = 24;

/// How a line begins that says that something is loading.
const LOADING: &str = "loading ";

/// A line that leads back to the top is shorter than this, in bytes.
const LONGEST_BACK_LINK: usize = 40;

/// Tells whether a line leads back to the page's top.
pub(crate) fn is_back_link(line: &str) -> bool {
    if line.len() >= LONGEST_BACK_LINK {
        return false;
    }
    let line = line.to_ascii_lowercase();
    let words = ["back to", "top of", "return to", "to top", "go to top"];
    line.contains("top") && words.iter().any(|start| line.contains(start))
}

/// Tells whether a block is navigation: one of the known phrases, or a lone link that is no sentence and no address. Its
/// `links` are ranges of the page's text.
pub(super) fn is_navigation(text: &str, links: &[Range<usize>], in_list: bool) -> bool {
    if text.len() > LONGEST {
        return false;
    }
    if is_phrase(text) {
        return true;
    }
    if in_list || links.is_empty() {
        return false;
    }
    let linked = linked_share(text, links);
    let lone_link =
        linked > 0.9 && text.split_whitespace().count() <= 4 && !text.contains('@') && !text.ends_with(['.', '?', ':']);
    let steps = text.split(['>', '»', '|', '·']).map(|step| step.split_whitespace().count());
    let breadcrumb = linked > 0.0 && steps.clone().count() >= 2 && steps.max().is_some_and(|words| words <= 4);
    lone_link || breadcrumb
}

/// Tells whether a text is one of the known phrases, or says that something is loading.
fn is_phrase(text: &str) -> bool {
    let seen = as_seen(text);
    let bare = seen.trim_matches(|c: char| !c.is_alphanumeric());
    let loads = || bare.get(..LOADING.len()).is_some_and(|start| start.eq_ignore_ascii_case(LOADING));
    (bare.len() <= LONGEST_PHRASE && PHRASES.iter().any(|phrase| bare.eq_ignore_ascii_case(phrase)))
        || (text.ends_with(['…', '.']) && loads())
}

/// The share of a text's bytes that are the text of links.
fn linked_share(text: &str, links: &[Range<usize>]) -> f64 {
    let linked: usize = links.iter().map(|link| link.len()).sum();
    #[expect(clippy::cast_precision_loss, reason = "lines of at most 80 bytes")]
    let share = linked as f64 / text.len().max(1) as f64;
    share
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn knows_its_longest_phrase() {
        assert_eq!(PHRASES.iter().map(|phrase| phrase.len()).max(), Some(LONGEST_PHRASE));
    }
}
