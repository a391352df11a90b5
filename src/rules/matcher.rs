//! Which rules match a text: the literals that are in it first, and only then the patterns that these leave possible.

use std::ops::Range;
use std::sync::atomic::{AtomicU64, Ordering};

use super::index::{Index, Seen};
use super::known::KnownTexts;
use super::run::{self, Search};
use super::text::Text;
use super::{Folded, Rule};

/// A rule that matched, and where.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Hit {
    /// The rule, as an index of [`Matcher::rules`].
    pub rule: usize,
    /// What it matched first, in the text before it was folded.
    pub range: Range<usize>,
}

/// A rule that does not match a text, but comes near.
#[derive(Clone, Debug)]
pub struct NearMiss<'r> {
    /// The rule.
    pub rule: &'r Rule,
    /// The literals of the only group of which the text has none; empty if it has all that the rule requires, but not as
    /// its pattern wants it.
    pub missing: Vec<&'r str>,
}

/// Rules over one kind of text, with an index of the literals that they require.
#[derive(Debug)]
pub struct Matcher {
    rules: Vec<Rule>,
    index: Index,
    /// No two matchers of a run have the same.
    id: u64,
}

/// Buffers that are used again from text to text, and what was found in the last of them.
#[derive(Debug, Default)]
pub struct Scratch {
    folded: Folded,
    text: Text,
    seen: Seen,
    search: Search,
    known: KnownTexts,
}

impl Matcher {
    /// Puts rules and the index of what they require together.
    pub(super) fn new(rules: Vec<Rule>, index: Index) -> Self {
        static NEXT: AtomicU64 = AtomicU64::new(1);
        Self { rules, index, id: NEXT.fetch_add(1, Ordering::Relaxed) }
    }

    /// The rules, in the order of their files.
    pub fn rules(&self) -> &[Rule] {
        &self.rules
    }

    /// Finds all rules that match `text`, in their order, each with the first place that it matches.
    pub fn hits(&self, text: &str, scratch: &mut Scratch, hits: &mut Vec<Hit>) {
        hits.clear();
        let known = scratch.known.of(self.id);
        if let Some(known) = known.hits(text) {
            hits.extend_from_slice(known);
            return;
        }
        self.search(text, scratch, hits);
        scratch.known.of(self.id).keep(text, hits);
    }

    /// Reads `text` and finds the rules that match it.
    fn search(&self, text: &str, scratch: &mut Scratch, hits: &mut Vec<Hit>) {
        let Scratch { folded, text: ready, seen, search, .. } = scratch;
        folded.fold(text);
        ready.read(folded.text().as_bytes());
        self.index.find(ready, seen);
        self.index.candidates(seen, |index, until, seen| {
            let rule = &self.rules[index];
            if rule.kinds != 0 && rule.kinds & ready.kinds() == 0 {
                return;
            }
            let last = |group| self.index.last_of(index, group, seen);
            if let Some((start, end)) = run::find(&rule.program, ready, until, last, search) {
                hits.push(Hit { rule: index, range: widen(text, folded.original(&(start..end))) });
            }
        });
    }

    /// Finds the rules that do not match `text`, but of whose groups of literals it lacks at most one and has one.
    pub fn near_misses(&self, text: &str, scratch: &mut Scratch) -> Vec<NearMiss<'_>> {
        let mut hits = Vec::new();
        self.search(text, scratch, &mut hits);
        let mut near = Vec::new();
        for (index, rule) in self.rules.iter().enumerate() {
            let missing = self.index.missing(index, &mut scratch.seen);
            let is_near = missing.len() <= 1 && missing.len() < rule.required;
            if is_near && !hits.iter().any(|hit| hit.rule == index) {
                near.push(NearMiss { rule, missing: missing.into_iter().flatten().collect() });
            }
        }
        near
    }
}

/// Moves the ends of a range out to character boundaries.
fn widen(text: &str, range: Range<usize>) -> Range<usize> {
    text.floor_char_boundary(range.start)..text.ceil_char_boundary(range.end)
}
