//! Which practices a clause denies: "we do not sell your data".

use super::Reason;
use crate::model::{Basis, SectionType};

/// Types that name a practice, which can be denied; the others name a topic.
const PRACTICES: [SectionType; 9] = [
    SectionType::Collection,
    SectionType::Use,
    SectionType::Disclosure,
    SectionType::Cookies,
    SectionType::Access,
    SectionType::Children,
    SectionType::Retention,
    SectionType::DoNotTrack,
    SectionType::Transfers,
];

/// Words that deny what follows them. `n't` stands for every verb that ends in it.
const DENIALS: [&str; 9] = ["not", "never", "no", "neither", "nor", "cannot", "without", "none", "nobody"];
/// What takes a denial back, or was none.
const EXCEPTIONS: [&str; 17] = [
    "except",
    "unless",
    "other than",
    "without your",
    "without the",
    "without first",
    "without prior",
    "without express",
    "not only",
    "not limited",
    "only with",
    "only if",
    "do not hesitate",
    "however",
    "if you",
    "prefer",
    "whether or not",
];
/// How far a denial reaches, in bytes.
const REACH: usize = 60;

/// Finds the types whose practice a clause denies: their strongest rules all match within a denial's reach, and nothing
/// takes it back. The clause starts at `start` of the page's text.
pub(super) fn denied(text: &str, start: usize, types: &[SectionType], reasons: &[Reason<'_>]) -> Vec<SectionType> {
    let lower = text.to_lowercase().replace('’', "'");
    // Lower case and quotes may move bytes; a clause in which they do is measured by its own places, near enough for reach.
    let denials = denials(&lower);
    if denials.is_empty() || EXCEPTIONS.iter().any(|exception| lower.contains(exception)) {
        return Vec::new();
    }
    let in_reach = |reason: &Reason<'_>| {
        let (from, to) = (reason.range.start.saturating_sub(start), reason.range.end.saturating_sub(start));
        denials.iter().any(|at| *at < to && from <= at + REACH)
    };
    let is_denied = |kind: &SectionType| {
        let own = || reasons.iter().filter(|reason| reason.kind == *kind && reason.basis == Basis::Words);
        let strongest = own().map(|reason| reason.weight).max();
        strongest.is_some_and(|weight| own().filter(|reason| reason.weight == weight).all(in_reach))
    };
    types.iter().copied().filter(|kind| PRACTICES.contains(kind) && is_denied(kind)).collect()
}

/// Where the denials of a text end, in bytes.
fn denials(lower: &str) -> Vec<usize> {
    let is_word = |c: char| c.is_alphanumeric() || c == '\'';
    let mut found = Vec::new();
    let mut at = 0;
    for word in lower.split(|c: char| !is_word(c)) {
        if DENIALS.contains(&word) || word.ends_with("n't") {
            found.push(at);
        }
        at += word.len() + lower.get(at + word.len()..).and_then(|rest| rest.chars().next()).map_or(0, char::len_utf8);
    }
    found
}
