//! Rule files in; a set of rules that can be asked what matches a text, out. Reads no policies.

mod fold;
mod index;
mod load;
mod matcher;
mod program;
mod required;
mod source;

use std::borrow::Cow;
use std::sync::OnceLock;

pub use fold::Folded;
pub use load::{BuiltinFile, builtin_files, read_source};
pub use matcher::{Hit, Matcher, NearMiss, Scratch};
pub use source::SourceRule;

use crate::model::SectionType;
use crate::named::named;

named! {
    /// What a rule reads.
    pub enum Applies {
        /// The text of a clause.
        Clause = "clause",
        /// The text of a heading.
        Heading = "heading",
    }
}

/// A rule that is ready to match.
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
    /// The pattern with lexicon entries put in, as a regex over folded text.
    pub pattern: Cow<'static, str>,
    program: Program,
    /// Kinds of byte of which a text that matches has at least one; 0 if any text may match.
    kinds: u64,
    /// A text that matches has at least one literal of each group.
    required: Vec<Vec<Cow<'static, str>>>,
}

/// A rule's pattern, ready to run.
#[derive(Debug)]
enum Program {
    /// As the build script left it; read when a text first holds what the rule requires.
    Baked(&'static [u8], OnceLock<Vec<u32>>),
    Compiled(Vec<u32>),
}

impl Program {
    fn words(&self) -> &[u32] {
        match self {
            Self::Compiled(words) => words,
            Self::Baked(bytes, words) => {
                words.get_or_init(|| bytes.as_chunks().0.iter().map(|word| u32::from_le_bytes(*word)).collect())
            }
        }
    }
}

impl Rule {
    /// Tells whether texts without some literal can be passed over without running the pattern.
    pub fn is_indexed(&self) -> bool {
        !self.required.is_empty()
    }
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
