//! Which practices a clause denies: "we do not sell your data".

use std::sync::LazyLock;

use aho_corasick::packed::Searcher;
use memchr::memchr2_iter;

use super::{Reason, TypeSet};
use crate::model::{Basis, SectionType};

/// Types that name a practice, which can be denied; the others name a topic.
const PRACTICES: TypeSet = TypeSet::of(&[
    SectionType::Collection,
    SectionType::Use,
    SectionType::Disclosure,
    SectionType::Cookies,
    SectionType::Access,
    SectionType::Children,
    SectionType::Retention,
    SectionType::DoNotTrack,
    SectionType::Transfers,
]);

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

/// Where a clause denies something, in bytes of it; nowhere if something takes it back.
///
/// Quotes may move bytes; a clause in which they do is measured by its own places, near enough for [`REACH`].
pub(super) fn standing(text: &str) -> Vec<usize> {
    if candidates(text).next().is_none() {
        return Vec::new();
    }
    let lower = lowered(text);
    let denials = denials(&lower);
    if denials.is_empty() || is_excepted(&lower) { Vec::new() } else { denials }
}

/// Finds the types whose practice a clause denies: their strongest rules all match within reach of one of its `denials`. The
/// clause starts at `start` of the page's text.
pub(super) fn denied(denials: &[usize], start: usize, types: TypeSet, reasons: &[Reason<'_>]) -> TypeSet {
    let practices = types.and(PRACTICES);
    if denials.is_empty() || practices.is_empty() {
        return TypeSet::default();
    }
    let in_reach = |reason: &Reason<'_>| {
        let (from, to) = (reason.range.start.saturating_sub(start), reason.range.end.saturating_sub(start));
        denials.iter().any(|at| *at < to && from <= at + REACH)
    };
    let is_denied = |kind: &SectionType| {
        let own = || reasons.iter().filter(|reason| reason.basis == Basis::Words && reason.kind == *kind);
        let strongest = own().map(|reason| reason.weight).max();
        strongest.is_some_and(|weight| own().filter(|reason| reason.weight == weight).all(in_reach))
    };
    practices.iter().filter(is_denied).collect()
}

/// A text in lower case with plain quotes, as far as words of denial go, which have no other letters than those of ASCII.
fn lowered(text: &str) -> String {
    let lower = text.to_ascii_lowercase();
    if lower.contains('’') { lower.replace('’', "'") } else { lower }
}

/// Tells whether a text in lower case takes a denial back, in one search where the processor has it.
fn is_excepted(lower: &str) -> bool {
    static EXCEPTION: LazyLock<Option<Searcher>> = LazyLock::new(|| Searcher::new(EXCEPTIONS));
    let one_by_one = || EXCEPTIONS.iter().any(|exception| lower.contains(exception));
    EXCEPTION.as_ref().map_or_else(one_by_one, |exception| exception.find(lower).is_some())
}

/// The places of letters that may be of a denial, by a look at the bytes around them: most texts have none, and need not be
/// put into lower case.
fn candidates(text: &str) -> impl Iterator<Item = usize> {
    let bytes = text.as_bytes();
    let lower = |at: usize| bytes.get(at).map_or(b' ', u8::to_ascii_lowercase);
    let before = move |at: usize| at.checked_sub(1).map_or(b' ', lower);
    let starts_word = move |at| !before(at).is_ascii_alphanumeric();
    // `n't` with whatever quote, and the words of denial that do not start with `w`: `no…`, `ne…` and `cannot`.
    let is_denial = move |at: &usize| match lower(at + 1) {
        b'o' => starts_word(*at) || before(*at) == b'n',
        b'e' => starts_word(*at),
        next => next == b'\'' || !next.is_ascii(),
    };
    let is_without = move |at: &usize| lower(at + 1) == b'i' && lower(at + 4) == b'o' && starts_word(*at);
    let denials = memchr2_iter(b'n', b'N', bytes).filter(is_denial);
    denials.chain(memchr2_iter(b'w', b'W', bytes).filter(is_without))
}

/// Where the denials of a text in lower case begin, in bytes.
fn denials(lower: &str) -> Vec<usize> {
    let is_end = |c: char| !c.is_alphanumeric() && c != '\'';
    let begin_of_denial = |at: usize| {
        let (before, behind) = lower.split_at_checked(at)?;
        let begin = before.trim_end_matches(|c| !is_end(c)).len();
        let end = behind.find(is_end).map_or(lower.len(), |len| at + len);
        let word = lower.get(begin..end)?;
        (DENIALS.contains(&word) || word.ends_with("n't")).then_some(begin)
    };
    candidates(lower).filter_map(begin_of_denial).collect()
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use proptest::prelude::*;

    use super::{DENIALS, candidates, denials, lowered};

    /// The denials of a text, found by a look at each of its words.
    fn word_by_word(lower: &str) -> BTreeSet<usize> {
        let words = lower.split(|c: char| !c.is_alphanumeric() && c != '\'');
        let is_denial = |word: &&str| DENIALS.contains(word) || word.ends_with("n't");
        words.filter(is_denial).map(|word| word.as_ptr() as usize - lower.as_ptr() as usize).collect()
    }

    #[test]
    fn the_first_look_passes_over_what_is_no_denial() {
        for text in ["We know one another.", "Personal information is owned by a host within", "Canonical, with", ""] {
            assert_eq!(candidates(text).next(), None, "{text:?}");
        }
        for word in DENIALS.into_iter().chain(["don't", "won't"]) {
            for (text, place) in [(word.to_owned(), 0), (format!("we ({word})"), 4)] {
                assert!(candidates(&text.to_uppercase()).next().is_some(), "{text}");
                assert_eq!(BTreeSet::from_iter(denials(&text)), BTreeSet::from([place]), "{text}");
            }
        }
        assert!(candidates("We DON’T").next().is_some());
    }

    proptest! {
        #[test]
        fn finds_the_denials_that_stand_among_the_words(text in "(no|NOT|ne|ver|can|w|ith|out|n't|’|'|t|\u{130}|é| |-){0,12}") {
            let lower = lowered(&text);
            let found: BTreeSet<_> = denials(&lower).into_iter().collect();
            prop_assert_eq!(&found, &word_by_word(&lower));
            prop_assert!(found.is_empty() || candidates(&text).next().is_some());
        }
    }
}
