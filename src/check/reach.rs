//! Which rules never match, and which match only where another one says the same.

use crate::rules::{Applies, Hit, RuleSet, Scratch};

/// Counts, text by text, what each rule of a set matches.
#[derive(Debug)]
pub struct Reach<'r> {
    rules: &'r RuleSet,
    clauses: Vec<Seen>,
    headings: Vec<Seen>,
    hits: Vec<Hit>,
}

/// What a rule has matched so far.
#[derive(Clone, Debug, Default)]
struct Seen {
    texts: usize,
    /// The rules that matched each time, too, and give as much to the same type.
    always_with: Vec<usize>,
}

/// A rule on which no label depends.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Idle<'r> {
    /// The rule's id.
    pub rule: &'r str,
    /// How many texts it matched.
    pub texts: usize,
    /// A rule that matched all of them as well and gives as much to the same type; none if there were no texts.
    pub shadowed_by: Option<&'r str>,
}

impl<'r> Reach<'r> {
    /// Starts to count.
    pub fn new(rules: &'r RuleSet) -> Self {
        let (clauses, headings) = (rules.clauses.rules().len(), rules.headings.rules().len());
        Self {
            rules,
            clauses: vec![Seen::default(); clauses],
            headings: vec![Seen::default(); headings],
            hits: Vec::new(),
        }
    }

    /// Counts what matches a clause or heading.
    pub fn read(&mut self, applies: Applies, text: &str, scratch: &mut Scratch) {
        let (matcher, seen) = match applies {
            Applies::Clause => (&self.rules.clauses, &mut self.clauses),
            Applies::Heading => (&self.rules.headings, &mut self.headings),
        };
        matcher.hits(text, scratch, &mut self.hits);
        let rules = matcher.rules();
        for hit in &self.hits {
            let rule = &rules[hit.rule];
            let covers = |other: usize| {
                let other = &rules[other];
                other.kind == rule.kind
                    && (if rule.weight > 0 { other.weight >= rule.weight } else { other.weight <= rule.weight })
            };
            let with = |other: &usize| self.hits.iter().any(|hit| hit.rule == *other);
            let seen = &mut seen[hit.rule];
            if seen.texts == 0 {
                let others = self.hits.iter().map(|hit| hit.rule);
                seen.always_with = others.filter(|other| *other != hit.rule && covers(*other)).collect();
            } else {
                seen.always_with.retain(with);
            }
            seen.texts += 1;
        }
    }

    /// The rules on which nothing depends among the texts that were read, in the order of their files.
    pub fn idle(&self) -> Vec<Idle<'r>> {
        let of = |matcher: &'r crate::rules::Matcher, seen: &[Seen]| -> Vec<Idle<'r>> {
            let rules = matcher.rules();
            let idle = |(seen, rule): (&Seen, &'r crate::rules::Rule)| {
                let shadowed_by = seen.always_with.first().map(|other| rules[*other].id.as_ref());
                let idle = Idle { rule: rule.id.as_ref(), texts: seen.texts, shadowed_by };
                (seen.texts == 0 || shadowed_by.is_some()).then_some(idle)
            };
            seen.iter().zip(rules).filter_map(idle).collect()
        };
        [of(&self.rules.headings, &self.headings), of(&self.rules.clauses, &self.clauses)].concat()
    }
}
