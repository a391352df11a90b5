//! Rule files in; a set of rules that can be asked what matches a text, out. Reads no policies.

mod fold;
mod load;
mod matcher;
mod required;
mod source;

use std::borrow::Cow;
use std::sync::OnceLock;

use regex::bytes::{Regex, RegexBuilder};

pub use fold::Folded;
pub use load::{BuiltinFile, builtin_files, read_source};
pub use matcher::{Hit, Matcher, Scratch};
pub use source::SourceRule;

use crate::model::SectionType;
use crate::named::named;

/// The largest program, in bytes, that a pattern may compile to: 100 times what the built-in ones need.
const PATTERN_SIZE_LIMIT: usize = 8 << 20;

named! {
    /// What a rule reads.
    pub enum Applies {
        /// The text of a clause.
        Clause = "clause",
        /// The text of a heading.
        Heading = "heading",
    }
}

/// A rule that is ready to match; its pattern is compiled when a text first holds what it requires.
#[derive(Debug)]
pub struct Rule {
    /// The rule's id, `type.fact-in-kebab-case`.
    pub id: Cow<'static, str>,
    /// The type that it speaks for.
    pub kind: SectionType,
    /// What it reads.
    pub applies: Applies,
    /// The points that it gives; negative if it speaks against the type.
    pub weight: i32,
    pattern: Cow<'static, str>,
    /// A text that matches has at least one literal of each group.
    required: Vec<Vec<Cow<'static, str>>>,
    regex: OnceLock<Option<Regex>>,
}

impl Rule {
    /// The compiled pattern. Patterns are checked when they are loaded, so there is always one.
    fn regex(&self) -> Option<&Regex> {
        self.regex.get_or_init(|| compile(&self.pattern).ok()).as_ref()
    }

    /// Tells whether texts without some literal can be passed over without running the pattern.
    pub fn is_indexed(&self) -> bool {
        !self.required.is_empty()
    }
}

fn compile(pattern: &str) -> Result<Regex, regex::Error> {
    RegexBuilder::new(pattern).unicode(false).size_limit(PATTERN_SIZE_LIMIT).build()
}

/// The rules in force, by what they read.
#[derive(Debug)]
pub struct RuleSet {
    /// The rules that read clauses.
    pub clauses: Matcher,
    /// The rules that read headings.
    pub headings: Matcher,
}

impl RuleSet {
    /// Makes a set of rules.
    fn new(rules: Vec<Rule>) -> Self {
        let (clauses, headings) = rules.into_iter().partition(|rule| rule.applies == Applies::Clause);
        Self { clauses: Matcher::new(clauses), headings: Matcher::new(headings) }
    }

    /// All rules, those for headings first.
    pub fn rules(&self) -> impl Iterator<Item = &Rule> {
        self.headings.rules().iter().chain(self.clauses.rules())
    }
}
