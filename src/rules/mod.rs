//! Rule files in; a set of rules that can be asked what matches a text, out. Reads no policies.

mod expr;
mod filter;
mod fold;
mod kinds;
mod known;
mod load;
mod matcher;
mod need;
mod numbers;
mod prefix;
mod program;
mod required;
mod run;
mod source;
mod text;
mod vocabulary;

use std::borrow::Cow;

pub use fold::Folded;
pub use load::{BuiltinFile, builtin_files, read_source};
pub use matcher::{Hit, Matcher, NearMiss, Scratch};
pub use source::SourceRule;

use crate::model::SectionType;
use crate::named::named;
use known::Known;
use numbers::Numbers;

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
    engine: Engine,
    /// Kinds of byte of which a text that matches has at least one; 0 if any text may match.
    kinds: u64,
}

/// What runs a pattern.
#[derive(Debug)]
enum Engine {
    /// A program of [`run`], as all built-in rules have.
    Program(Numbers),
    /// The `regex` crate, for what a program cannot hold: assertions other than `\b`, `\B`, `^` and `$`, and large patterns.
    Regex(Box<regex::bytes::Regex>),
}

/// The rules in force, by what they read.
#[derive(Debug)]
pub struct RuleSet {
    pub(crate) clauses: Matcher,
    pub(crate) headings: Matcher,
    /// What was found with them in the texts of paragraphs and sentences, by who reads these.
    pub(crate) known: Known,
}

impl RuleSet {
    /// The rules that read clauses.
    pub fn clauses(&self) -> &Matcher {
        &self.clauses
    }

    /// The rules that read headings.
    pub fn headings(&self) -> &Matcher {
        &self.headings
    }

    /// All rules, those for headings first.
    pub fn rules(&self) -> impl Iterator<Item = &Rule> {
        self.headings.rules().iter().chain(self.clauses.rules())
    }
}
