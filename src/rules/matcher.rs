//! Which rules match a text: the literals that are in it first, and only then the patterns that these leave possible.

use std::borrow::Cow;
use std::ops::Range;

use super::index::LiteralIndex;
use super::program::{self, Search, Starts};
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
    /// The literals, each with the rules and their groups that it stands in.
    literals: LiteralIndex<(u32, u8)>,
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
    starts: Starts,
    search: Search,
    candidates: Vec<u32>,
}

impl Matcher {
    pub(super) fn new(rules: Vec<Rule>) -> Self {
        let literals = LiteralIndex::new((0u32..).zip(&rules).flat_map(|(index, rule)| {
            let groups = (0u8..).zip(&rule.required);
            groups.flat_map(move |(group, literals)| literals.iter().map(move |l| (l.clone(), (index, group))))
        }));
        let unindexed =
            (0u32..).zip(&rules).filter(|(_, rule)| rule.required.is_empty()).map(|(index, _)| index).collect();
        Self { literals, unindexed, rules }
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
        let Scratch { folded, candidates, starts, search, .. } = scratch;
        let bytes = folded.text().as_bytes();
        starts.find(bytes);
        for index in candidates {
            let rule = *index as usize;
            if let Some((start, end)) = program::find(self.rules[rule].program.words(), bytes, starts, search) {
                hits.push(Hit { rule, range: widen(text, folded.original(&(start..end))) });
            }
        }
    }

    /// Finds the rules that do not match `text`, but of whose groups of literals it lacks at most one and has one.
    pub fn near_misses(&self, text: &str, scratch: &mut Scratch) -> Vec<NearMiss<'_>> {
        let mut hits = Vec::new();
        self.hits(text, scratch, &mut hits);
        let folded = scratch.folded.text();
        let is_missing = |group: &&Vec<Cow<'static, str>>| !group.iter().any(|literal| folded.contains(&**literal));
        let mut near = Vec::new();
        for (index, rule) in self.rules.iter().enumerate() {
            let missing: Vec<_> = rule.required.iter().filter(is_missing).collect();
            let is_near = missing.len() <= 1 && missing.len() < rule.required.len();
            if is_near && !hits.iter().any(|hit| hit.rule == index) {
                let missing = missing.into_iter().flatten().map(|literal| &**literal).collect();
                near.push(NearMiss { rule, missing });
            }
        }
        near
    }

    /// Finds the rules of which the folded text has a literal of each group.
    fn find_candidates(&self, scratch: &mut Scratch) {
        let Scratch { folded, groups, touched, candidates, .. } = scratch;
        groups.resize(self.rules.len(), 0);
        candidates.clear();
        candidates.extend(&self.unindexed);
        self.literals.find(folded.text().as_bytes(), |places| {
            for (rule, group) in places {
                let seen = &mut groups[*rule as usize];
                if *seen == 0 {
                    touched.push(*rule);
                }
                *seen |= 1 << group;
            }
        });
        for rule in touched.drain(..) {
            let needed = self.rules[rule as usize].required.len();
            if std::mem::take(&mut groups[rule as usize]).count_ones() as usize == needed {
                candidates.push(rule);
            }
        }
        let present = program::kinds(folded.text().bytes());
        candidates.retain(|rule| {
            let kinds = self.rules[*rule as usize].kinds;
            kinds == 0 || kinds & present != 0
        });
        candidates.sort_unstable();
    }
}

/// Moves the ends of a range out to character boundaries.
fn widen(text: &str, range: Range<usize>) -> Range<usize> {
    text.floor_char_boundary(range.start)..text.ceil_char_boundary(range.end)
}
