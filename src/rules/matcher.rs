//! Which rules match a text: the literals that are in it first, and only then the patterns that these leave possible.

use std::ops::Range;

use aho_corasick::{AhoCorasick, AhoCorasickKind};

use super::program::{self, Search};
use super::{Folded, Rule};

/// A rule that matched, and where.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Hit {
    /// The rule, as an index of [`Matcher::rules`].
    pub rule: usize,
    /// What it matched first, in the text before it was folded.
    pub range: Range<usize>,
}

/// Rules over one kind of text, with an index of the literals that they require.
#[derive(Debug)]
pub struct Matcher {
    rules: Vec<Rule>,
    literals: Option<AhoCorasick>,
    /// For each literal, the rules and their groups that it stands in.
    places: Vec<Vec<(u32, u8)>>,
    /// The rules that require no literal: they are always tried.
    unindexed: Vec<u32>,
}

/// Buffers that are used again from text to text.
#[derive(Debug, Default)]
pub struct Scratch {
    folded: Folded,
    /// The groups of each rule that were found, as bits; all zero between texts.
    groups: Vec<u8>,
    touched: Vec<u32>,
    /// Where words start and end in the folded text: matches start at these places.
    boundaries: Vec<u32>,
    search: Search,
    candidates: Vec<u32>,
}

impl Matcher {
    pub(super) fn new(rules: Vec<Rule>) -> Self {
        let mut ids = std::collections::BTreeMap::new();
        for (index, rule) in (0u32..).zip(&rules) {
            for (group, literals) in (0u8..).zip(&rule.required) {
                for literal in literals {
                    ids.entry(literal.as_ref()).or_insert_with(Vec::new).push((index, group));
                }
            }
        }
        let unindexed = (0u32..).zip(&rules).filter(|(_, rule)| rule.required.is_empty()).map(|(index, _)| index).collect();
        let literals = AhoCorasick::builder().kind(Some(AhoCorasickKind::ContiguousNFA)).build(ids.keys()).ok();
        let places = ids.into_values().collect();
        Self { literals, places, unindexed, rules }
    }

    /// The rules, in the order of their files.
    pub fn rules(&self) -> &[Rule] {
        &self.rules
    }

    /// Finds all rules that match `text`, in their order, each with the first place that it matches.
    pub fn hits(&self, text: &str, scratch: &mut Scratch, hits: &mut Vec<Hit>) {
        hits.clear();
        scratch.folded.fold(text);
        self.find_candidates(scratch);
        let Scratch { folded, candidates, boundaries, search, .. } = scratch;
        let bytes = folded.text().as_bytes();
        boundaries.clear();
        boundaries.extend((0u32..).take(bytes.len() + 1).filter(|at| program::is_word_boundary(bytes, *at as usize)));
        for index in candidates {
            let rule = *index as usize;
            if let Some((start, end)) = program::find(&self.rules[rule].program, bytes, boundaries, search) {
                hits.push(Hit { rule, range: widen(text, folded.original(&(start..end))) });
            }
        }
    }

    /// Finds the rules of which the folded text has a literal of each group.
    fn find_candidates(&self, scratch: &mut Scratch) {
        let Scratch { folded, groups, touched, candidates, .. } = scratch;
        groups.resize(self.rules.len(), 0);
        candidates.clear();
        candidates.extend(&self.unindexed);
        for found in self.literals.iter().flat_map(|literals| literals.find_overlapping_iter(folded.text())) {
            for (rule, group) in &self.places[found.pattern().as_usize()] {
                let seen = &mut groups[*rule as usize];
                if *seen == 0 {
                    touched.push(*rule);
                }
                *seen |= 1 << group;
            }
        }
        for rule in touched.drain(..) {
            let needed = self.rules[rule as usize].required.len();
            if std::mem::take(&mut groups[rule as usize]).count_ones() as usize == needed {
                candidates.push(rule);
            }
        }
        candidates.sort_unstable();
    }
}

/// Moves the ends of a range out to character boundaries.
fn widen(text: &str, range: Range<usize>) -> Range<usize> {
    text.floor_char_boundary(range.start)..text.ceil_char_boundary(range.end)
}
