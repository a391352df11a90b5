//! Which rules match nothing in some policies, and which match only where another one gives as much.

use crate::clause::clauses;
use crate::extract::Reading;
use crate::language;
use crate::model::Role;
use crate::rules::{Hit, Matcher, Rule, RuleSet, Scratch};

/// Counts, policy by policy, what each rule of a set matches.
#[derive(Debug)]
pub struct Reach<'r> {
    clauses: Count<'r>,
    headings: Count<'r>,
    scratch: Scratch,
}

/// What the rules of one matcher have matched so far.
#[derive(Debug)]
struct Count<'r> {
    matcher: &'r Matcher,
    seen: Vec<Seen>,
    hits: Vec<Hit>,
}

/// What a rule has matched so far.
#[derive(Clone, Debug, Default)]
struct Seen {
    texts: usize,
    /// The rules that matched each time, too, and give as much to the same type.
    always_with: Vec<usize>,
}

/// A rule that adds nothing to what others give, or matched nothing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Spare<'r> {
    /// The rule's id.
    pub rule: &'r str,
    /// How many headings or clauses it matched.
    pub texts: usize,
    /// A rule that matched all of them as well and gives as much to the same type; none if there were no texts.
    pub shadowed_by: Option<&'r str>,
}

impl<'r> Reach<'r> {
    /// Starts to count.
    pub fn new(rules: &'r RuleSet) -> Self {
        let count = |matcher: &'r Matcher| Count {
            matcher,
            seen: vec![Seen::default(); matcher.rules().len()],
            hits: Vec::new(),
        };
        Self { clauses: count(&rules.clauses), headings: count(&rules.headings), scratch: Scratch::default() }
    }

    /// Counts what matches the headings and clauses of a policy, as far as rules read them.
    pub fn read(&mut self, reading: &Reading) {
        let (page, outline) = (&reading.page, &reading.outline);
        if language::detect(&page.text).is_foreign {
            return;
        }
        for heading in outline.sections.iter().filter_map(|section| section.heading.as_ref()) {
            self.headings.read(page.slice(heading), &mut self.scratch);
        }
        for part in outline.parts.iter().filter(|part| outline.sections[part.section].role == Role::Policy) {
            let text = page.slice(&part.range);
            for clause in clauses(text) {
                let clause = text.get(clause).unwrap_or_default();
                self.clauses.read(clause, &mut self.scratch);
                if part.is_head {
                    self.headings.read(clause, &mut self.scratch);
                }
            }
        }
    }

    /// The rules that add nothing in the policies that were read; of two that do the same, the later one.
    pub fn spare(&self) -> Vec<Spare<'r>> {
        [self.headings.spare(), self.clauses.spare()].concat()
    }
}

impl<'r> Count<'r> {
    fn read(&mut self, text: &str, scratch: &mut Scratch) {
        self.matcher.hits(text, scratch, &mut self.hits);
        let rules = self.matcher.rules();
        for hit in &self.hits {
            let seen = &mut self.seen[hit.rule];
            if seen.texts == 0 {
                let others = self.hits.iter().map(|hit| hit.rule);
                seen.always_with = others.filter(|other| covers(rules, *other, hit.rule)).collect();
            } else {
                seen.always_with.retain(|other| self.hits.iter().any(|hit| hit.rule == *other));
            }
            seen.texts += 1;
        }
    }

    fn spare(&self) -> Vec<Spare<'r>> {
        let rules = self.matcher.rules();
        let mut spare = Vec::new();
        for (index, seen) in self.seen.iter().enumerate() {
            let is_mutual = |other: &usize| *other > index && self.seen[*other].always_with.contains(&index);
            let shadowed_by =
                seen.always_with.iter().find(|other| !is_mutual(other)).map(|other| rules[*other].id.as_ref());
            if seen.texts == 0 || shadowed_by.is_some() {
                spare.push(Spare { rule: rules[index].id.as_ref(), texts: seen.texts, shadowed_by });
            }
        }
        spare
    }
}

/// Tells whether a rule gives as much as another one to the same type, or takes as much.
fn covers(rules: &[Rule], other: usize, rule: usize) -> bool {
    let (ours, theirs) = (&rules[rule], &rules[other]);
    other != rule
        && ours.kind == theirs.kind
        && ours.weight.signum() == theirs.weight.signum()
        && theirs.weight.abs() >= ours.weight.abs()
}
