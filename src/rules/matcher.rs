//! Which rules match a text: those that its words leave possible first, and only then the patterns.

use std::ops::Range;
use std::sync::OnceLock;

use super::filter::{Filter, LateFilter, Work};
use super::known::Known;
use super::run::{self, Search};
use super::text::Text;
use super::{Engine, Folded, Rule, required, source};

/// A rule that matched, and where.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Hit {
    /// The rule, as an index of [`Matcher::rules`].
    pub rule: usize,
    /// What it matched first, in the text before it was folded.
    pub range: Range<usize>,
}

impl Hit {
    /// A hit as numbers, by which it is kept.
    pub(crate) fn numbers(&self) -> [usize; 3] {
        [self.rule, self.range.start, self.range.end]
    }

    /// The hit that some numbers are.
    pub(crate) fn of(numbers: &[usize; 3]) -> Self {
        let [rule, start, end] = *numbers;
        Self { rule, range: start..end }
    }
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

/// Rules over one kind of text, with filters that tell most of those that do not match.
#[derive(Debug)]
pub struct Matcher {
    rules: Vec<Rule>,
    /// The filter of the built-in patterns, and which rule each is of; none if another rule has taken its place.
    builtin: (Filter, Vec<Option<usize>>),
    /// The filter of the patterns of files, and which rule each is of.
    own: (LateFilter, Vec<usize>),
    /// For each rule, what a text must have for it to match, once it was asked for.
    required: OnceLock<Vec<Groups>>,
    known: Known,
}

/// Groups of literals, of each of which a text must have one.
type Groups = Vec<Vec<String>>;

/// Buffers that are used again from text to text.
#[derive(Debug, Default)]
pub struct Scratch {
    folded: Folded,
    text: Text,
    work: Work,
    search: Search,
    numbers: Vec<usize>,
}

impl Matcher {
    /// Puts rules and their filters together.
    pub(super) fn new(rules: Vec<Rule>, builtin: (Filter, Vec<Option<usize>>), own: (LateFilter, Vec<usize>)) -> Self {
        Self { rules, builtin, own, required: OnceLock::new(), known: Known::default() }
    }

    /// Makes the filter of the rules of files now, which would else be made once there is much to read.
    pub(super) fn prepare(&self) {
        self.own.0.prepare();
    }

    /// The rules, in the order of their files.
    pub fn rules(&self) -> &[Rule] {
        &self.rules
    }

    /// Finds all rules that match `text`, in their order, each with the first place that it matches, unless that is known
    /// from a text before.
    pub fn hits(&self, text: &str, scratch: &mut Scratch, hits: &mut Vec<Hit>) {
        hits.clear();
        let key = self.known.key(text);
        scratch.numbers.clear();
        if self.known.recall(key, &mut scratch.numbers) {
            hits.extend(scratch.numbers.as_chunks().0.iter().map(Hit::of));
        } else {
            self.search(text, scratch, hits);
            scratch.numbers.extend(hits.iter().flat_map(Hit::numbers));
            self.known.keep(key, &scratch.numbers);
        }
    }

    /// Reads `text` and adds the rules that match it.
    pub(crate) fn search(&self, text: &str, scratch: &mut Scratch, hits: &mut Vec<Hit>) {
        let Scratch { folded, text: ready, work, search, .. } = scratch;
        folded.fold(text);
        ready.read(folded.text().as_bytes());
        let is_possible = |index: usize| {
            let kinds = self.rules[index].kinds;
            kinds == 0 || kinds & ready.kinds() != 0
        };
        let mut run = |index: usize, words: &mut dyn Iterator<Item = usize>| {
            let found = match &self.rules[index].engine {
                Engine::Program(program) => run::find(program, ready, words, search),
                Engine::Regex(regex) => regex.find(folded.text().as_bytes()).map(|found| (found.start(), found.end())),
            };
            if let Some((start, end)) = found {
                hits.push(Hit { rule: index, range: widen(text, folded.original(&(start..end))) });
            }
        };
        let (own_filter, own) = &self.own;
        if own.len() < self.rules.len() {
            let (filter, rules) = &self.builtin;
            let is_in_force = |pattern: usize| rules[pattern].is_some_and(is_possible);
            filter.candidates(ready, work, is_in_force, |pattern, words| {
                rules[pattern].into_iter().for_each(|index| run(index, words));
            });
        }
        if !own.is_empty() {
            let is_possible = |pattern: usize| is_possible(own[pattern]);
            own_filter.candidates(ready, work, is_possible, |pattern, words| run(own[pattern], words));
            hits.sort_unstable_by_key(|hit| hit.rule);
        }
    }

    /// Finds the rules that do not match `text`, but of whose groups of literals it lacks at most one and has one.
    pub fn near_misses(&self, text: &str, scratch: &mut Scratch) -> Vec<NearMiss<'_>> {
        let mut hits = Vec::new();
        self.search(text, scratch, &mut hits);
        let text = scratch.folded.text();
        let required = self.required.get_or_init(|| self.rules.iter().map(required).collect());
        let mut near = Vec::new();
        for (index, (rule, groups)) in self.rules.iter().zip(required).enumerate() {
            let is_missing = |group: &&Vec<String>| !group.iter().any(|literal| text.contains(literal.as_str()));
            let missing: Vec<_> = groups.iter().filter(is_missing).collect();
            let is_near = missing.len() <= 1 && missing.len() < groups.len();
            if is_near && !hits.iter().any(|hit| hit.rule == index) {
                near.push(NearMiss { rule, missing: missing.into_iter().flatten().map(String::as_str).collect() });
            }
        }
        near
    }
}

/// The groups of literals that a rule requires.
fn required(rule: &Rule) -> Groups {
    source::parse(&rule.pattern).map(|pattern| required::required(&pattern)).unwrap_or_default()
}

/// Moves the ends of a range out to character boundaries.
fn widen(text: &str, range: Range<usize>) -> Range<usize> {
    text.floor_char_boundary(range.start)..text.ceil_char_boundary(range.end)
}
