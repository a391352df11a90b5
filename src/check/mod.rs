//! Rule files in; the faults found by running each rule's own examples, out; and which rules add nothing to the others.

mod reach;

pub use reach::{Reach, Spare};

use std::path::Path;

use crate::error::{RuleFault, RuleFileError};
use crate::rules::{Hit, RuleSet, Scratch, SourceRule};

/// The fewest examples that a rule must have of each kind.
const FEWEST_MATCHING: usize = 2;
const FEWEST_NEAR_MISSES: usize = 1;

/// What checking a rule file came to.
#[derive(Clone, Debug)]
pub struct Report {
    /// How many rules were checked.
    pub rules: usize,
    /// How many examples were run.
    pub examples: usize,
    /// Everything that is wrong, in order of the lines.
    pub faults: Vec<RuleFault>,
}

/// Checks a rule file: that it loads, and that each rule's examples come out as they say.
///
/// The examples run through the filter of words as the texts of a long run do, so a rule that is never looked at fails here.
///
/// # Errors
///
/// Returns the faults that keep the file from loading.
pub fn check(path: &Path, text: &str) -> Result<Report, RuleFileError> {
    let rules = crate::rules::read_source(path, text)?;
    let set = RuleSet::only(&rules);
    let mut report = Report { rules: rules.len(), examples: 0, faults: Vec::new() };
    let mut scratch = Scratch::default();
    for rule in &rules {
        let mut fault = |message: String| {
            report.faults.push(RuleFault {
                file: path.to_owned(),
                line: rule.line,
                rule: Some(rule.id.clone()),
                message,
            });
        };
        if !is_well_formed(rule) {
            fault(format!("the id must be `{}.` and then words in lower case with hyphens between them", rule.kind));
        }
        if rule.weight == 0 {
            fault("a weight of 0 says nothing".to_owned());
        }
        if rule.must_match.len() < FEWEST_MATCHING {
            fault(format!("has {} `must_match` examples; {FEWEST_MATCHING} are needed", rule.must_match.len()));
        }
        if rule.must_not_match.len() < FEWEST_NEAR_MISSES {
            fault(format!(
                "has {} `must_not_match` examples; {FEWEST_NEAR_MISSES} is needed",
                rule.must_not_match.len()
            ));
        }
        for (examples, expected) in [(&rule.must_match, true), (&rule.must_not_match, false)] {
            for example in examples {
                if matches(&set, rule, example, &mut scratch) != expected {
                    let verb = if expected { "must" } else { "must not" };
                    let why = if expected && has_capitals(&rule.written) { CAPITALS } else { "" };
                    fault(format!("{verb} match: {example}{why}"));
                }
                report.examples += 1;
            }
        }
    }
    Ok(report)
}

/// Why a pattern with capitals does not match.
const CAPITALS: &str = " (the pattern has capitals, but text is put in lower case before it is matched)";

/// Tells whether a pattern asks for a capital, escapes such as `\W` aside.
fn has_capitals(pattern: &str) -> bool {
    let mut is_escaped = false;
    pattern.bytes().any(|byte| {
        let is_capital = byte.is_ascii_uppercase() && !is_escaped;
        is_escaped = byte == b'\\' && !is_escaped;
        is_capital
    })
}

fn matches(set: &RuleSet, rule: &SourceRule, text: &str, scratch: &mut Scratch) -> bool {
    let mut hits: Vec<Hit> = Vec::new();
    [&set.clauses, &set.headings].into_iter().any(|matcher| {
        matcher.hits(text, scratch, &mut hits);
        hits.iter().any(|hit| matcher.rules()[hit.rule].id == rule.id)
    })
}

fn is_well_formed(rule: &SourceRule) -> bool {
    let fact = rule.id.strip_prefix(&rule.kind).and_then(|rest| rest.strip_prefix('.'));
    fact.is_some_and(|fact| {
        !fact.is_empty() && fact.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-')
    })
}
