//! Which practices a clause denies: "we do not sell your data".

use std::borrow::Cow;
use std::sync::LazyLock;

use aho_corasick::packed::Searcher;
use memchr::memchr2_iter;

use super::{ENOUGH, Reason, TypeSet};
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
/// What takes a denial of the same statement back, or was none.
const EXCEPTIONS: [&str; 16] = [
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
    "if you",
    "prefer ",
    "whether or not",
];
/// What begins another statement, which neither the denials nor the exceptions of the one before hold for.
const TURNS: [&str; 3] = [" but ", "however", "; we "];
/// Words behind `but` that go on with the same statement: "but only if you agree".
const NO_TURNS: [&str; 6] = ["only", "if", "unless", "except", "with", "when"];
/// What begins another main clause of the same statement, where a denial ends: "while we do not sell it, we share it".
const ENDS: [&str; 2] = [", we ", " and we "];
/// Words before "do not" that show it to be the name of a right, a link or a signal: "the Do Not Call list".
const ARTICLES: [&str; 10] = ["the", "a", "an", "our", "your", "their", "its", "this", "such", "any"];
/// Words before "Do Not" with which it is a sentence, even in capitals.
const SUBJECTS: [&str; 5] = ["we", "they", "you", "and", "who"];
/// Words behind "do not track" with which it is the name of the signal.
const SIGNALS: [&str; 8] = ["signal", "setting", "request", "header", "feature", "mechanism", "preference", "option"];
/// How far a denial reaches, in bytes.
const REACH: usize = 60;

/// For each denial of a clause that stands, where it begins and where its main clause ends, in bytes of the clause.
///
/// Quotes may move bytes; a clause in which they do is measured by its own places, near enough for [`REACH`].
pub(super) fn standing(text: &str) -> Vec<usize> {
    if candidates(text).next().is_none() {
        return Vec::new();
    }
    let plain = with_plain_quotes(text);
    let lower = plain.to_ascii_lowercase();
    let mut standing = Vec::new();
    let mut begin = 0;
    while begin < lower.len() {
        let end = turn_behind(&lower, begin);
        let statement = lower.get(begin..end).unwrap_or_default();
        let denials = denials(statement);
        if !denials.is_empty() && !is_excepted(statement) {
            let real = denials.into_iter().filter(|at| !is_name(&plain, &lower, begin + at));
            standing.extend(real.flat_map(|at| [begin + at, begin + end_of_clause(statement, at)]));
        }
        begin = end;
    }
    standing
}

/// Where the statement that begins at a place of a text in lower case ends.
fn turn_behind(lower: &str, begin: usize) -> usize {
    let rest = lower.get(begin..).unwrap_or_default();
    let goes_on = |behind: &str| NO_TURNS.iter().any(|word| behind.starts_with(word));
    let turns = TURNS.iter().filter_map(|turn| {
        let mut found = rest.match_indices(turn).filter(|(at, _)| *at > 0);
        found.find(|(at, _)| !goes_on(rest.get(at + turn.len()..).unwrap_or_default())).map(|(at, _)| at)
    });
    turns.min().map_or(lower.len(), |at| begin + at)
}

/// Where the main clause of a denial at a place of a statement ends.
fn end_of_clause(statement: &str, at: usize) -> usize {
    let rest = statement.get(at..).unwrap_or_default();
    ENDS.iter().filter_map(|end| rest.find(end)).fold(rest.len(), usize::min) + at
}

/// Tells whether a denial is part of the name of a right, a link or a signal: "the “Do Not Sell My Data” page".
fn is_name(plain: &str, lower: &str, at: usize) -> bool {
    let cut = lower.split_at_checked(at);
    let around = cut.and_then(|(before, behind)| Some((before.strip_suffix("do ")?, behind.strip_prefix("not ")?)));
    let Some((before, behind)) = around else { return false };
    let word = before.trim_end().rsplit(|c: char| !c.is_alphanumeric()).next().unwrap_or_default();
    let is_quoted = before.ends_with(['"', '“', '\'', '‘', '*', '[']);
    let in_capitals = plain.get(at - 3..at + 2).is_some_and(|name| name == "Do No");
    let is_mine = behind.match_indices(" my ").next().is_some_and(|(mine, _)| mine < REACH);
    let is_signal = behind.strip_prefix("track").is_some_and(|behind| {
        !behind.starts_with(' ') || SIGNALS.iter().any(|signal| behind.trim_start().starts_with(signal))
    });
    let is_called = ARTICLES.contains(&word) && before.ends_with(' ');
    is_quoted || is_mine || is_signal || is_called || (in_capitals && !SUBJECTS.contains(&word))
}

/// Finds the types whose practice a clause denies: their strongest rules all match within reach of one of its `denials`, as
/// [`standing`] has them, and none that is enough for the type matches behind them, in another main clause. The clause starts
/// at `start` of the page's text.
pub(super) fn denied(denials: &[usize], start: usize, types: TypeSet, reasons: &[Reason<'_>]) -> TypeSet {
    let practices = types.and(PRACTICES);
    if denials.is_empty() || practices.is_empty() {
        return TypeSet::default();
    }
    let denials = denials.as_chunks().0;
    let from = |reason: &Reason<'_>| reason.range.start.saturating_sub(start);
    let in_reach = |reason: &Reason<'_>| {
        let (from, to) = (from(reason), reason.range.end.saturating_sub(start));
        denials.iter().any(|[at, end]| *at < to && from <= at + REACH && from < *end)
    };
    let says = |reason: &Reason<'_>| {
        reason.weight >= ENOUGH && !in_reach(reason) && denials.iter().any(|[_, end]| from(reason) >= *end)
    };
    let is_denied = |kind: &SectionType| {
        let own = || reasons.iter().filter(|reason| reason.basis == Basis::Words && reason.kind == *kind);
        let strongest = own().map(|reason| reason.weight).max();
        strongest.is_some_and(|weight| own().filter(|reason| reason.weight == weight).all(in_reach)) && !own().any(says)
    };
    practices.iter().filter(is_denied).collect()
}

/// A text with plain quotes, as far as words of denial go.
fn with_plain_quotes(text: &str) -> Cow<'_, str> {
    if text.contains('’') { Cow::Owned(text.replace('’', "'")) } else { Cow::Borrowed(text) }
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

    use super::{DENIALS, candidates, denials, standing, with_plain_quotes};

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

    #[test]
    fn a_denial_ends_where_another_statement_begins() {
        let denied = |text: &str| -> Vec<String> {
            let standing = standing(text);
            let pairs = standing.as_chunks().0.iter();
            pairs.map(|[from, to]| text.get(*from..text.len().min(*to)).unwrap_or_default().to_owned()).collect()
        };
        assert_eq!(denied("We do not keep it, but we sell it."), ["not keep it,"]);
        assert_eq!(denied("We do not keep it, but only if you ask."), [""; 0]);
        assert_eq!(denied("We do not keep it, but we sell it unless you ask."), ["not keep it,"]);
        assert_eq!(denied("We do not keep it unless you ask, but we sell it."), [""; 0]);
        assert_eq!(denied("However, we never sell it."), ["never sell it."]);
        assert_eq!(denied("While we do not sell it, we share it."), ["not sell it"]);
        assert_eq!(denied("If you ask, we will not sell it."), [""; 0]);
    }

    #[test]
    fn a_name_denies_nothing() {
        for name in [
            "Use the “Do Not Sell or Share My Data” page.",
            "Use 'do not sell' below.",
            "Follow the do not sell page.",
            "Send a Fernhollow Do Not Share note.",
            "We honour Do Not Track.",
            "We read do not track signals.",
            "Press do not sell my data.",
        ] {
            assert_eq!(standing(name), [0; 0], "{name}");
        }
        for denial in ["We Do Not Sell It.", "They do not track you.", "Kites do not sell it.", "“We do not sell it.”"]
        {
            assert_eq!(standing(denial).len(), 2, "{denial}");
        }
    }

    proptest! {
        #[test]
        fn finds_the_denials_that_stand_among_the_words(text in "(no|NOT|ne|ver|can|w|ith|out|n't|’|'|t|\u{130}|é| |-){0,12}") {
            let lower = with_plain_quotes(&text).to_ascii_lowercase();
            let found: BTreeSet<_> = denials(&lower).into_iter().collect();
            prop_assert_eq!(&found, &word_by_word(&lower));
            prop_assert!(found.is_empty() || candidates(&text).next().is_some());
        }
    }
}
