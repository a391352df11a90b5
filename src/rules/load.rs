//! Where rules come from: the built-in table, and a user's files that add to it or override it by id.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::ops::Range;
use std::path::Path;
use std::sync::OnceLock;

use super::source::{self, Lexicon, SourceRule};
use super::{Applies, Program, Rule, RuleSet, program, required};
use crate::error::{RuleFault, RuleFileError};
use crate::model::SectionType;

/// A rule as the build script leaves it.
struct BakedRule {
    id: &'static str,
    kind: SectionType,
    applies: Applies,
    weight: i32,
    pattern: &'static str,
    /// Where the program stands in [`PROGRAMS`].
    program: Range<usize>,
    kinds: u64,
    required: &'static [&'static [&'static str]],
}

/// The programs of the built-in rules, one after the other, as little-endian words.
static PROGRAMS: &[u8] = include_bytes!(concat!(env!("OUT_DIR"), "/rules_programs.bin"));

static BAKED: &[BakedRule] = include!(concat!(env!("OUT_DIR"), "/rules_table.rs"));

/// A built-in rule file: its name and its text.
pub type BuiltinFile = (&'static str, &'static str);

/// The built-in rule files, the lexicon first.
pub fn builtin_files() -> &'static [BuiltinFile] {
    include!(concat!(env!("OUT_DIR"), "/rules_files.rs"))
}

impl RuleSet {
    /// Makes the set of the built-in rules.
    pub fn builtin() -> Self {
        Self::new(baked().collect())
    }

    /// Makes the set of checked rules and no others.
    pub(crate) fn only(rules: &[SourceRule]) -> Self {
        Self::new(rules.iter().cloned().filter_map(ready).collect())
    }

    /// Makes the set of the built-in rules and a user's: a rule whose id is built in takes that one's place.
    ///
    /// # Errors
    ///
    /// Returns every fault of the file: what does not parse, an unknown key, type or lexicon name, a bad pattern, an id
    /// that is given twice.
    pub fn with_file(path: &Path, text: &str) -> Result<Self, RuleFileError> {
        let mut rules: Vec<Rule> = baked().collect();
        let places: BTreeMap<_, _> = rules.iter().enumerate().map(|(at, rule)| (rule.id.to_string(), at)).collect();
        for rule in read_rules(path, text)? {
            match places.get(rule.id.as_ref()) {
                Some(at) => rules[*at] = rule,
                None => rules.push(rule),
            }
        }
        Ok(Self::new(rules))
    }
}

fn baked() -> impl Iterator<Item = Rule> {
    BAKED.iter().map(|baked| Rule {
        id: Cow::Borrowed(baked.id),
        kind: baked.kind,
        applies: baked.applies,
        weight: baked.weight,
        pattern: Cow::Borrowed(baked.pattern),
        program: Program::Baked(PROGRAMS.get(baked.program.clone()).unwrap_or_default(), OnceLock::new()),
        kinds: baked.kinds,
        required: baked.required.iter().map(|group| group.iter().map(|l| Cow::Borrowed(*l)).collect()).collect(),
    })
}

/// The lexicon of the built-in files.
fn builtin_lexicon() -> Lexicon {
    let mut lexicon = Lexicon::new();
    if let Some((_, text)) = builtin_files().first() {
        // The build script has read the same text, so there is no fault in it.
        let _ = source::read(text, &mut lexicon);
    }
    lexicon
}

/// Reads a user's rule file, with its examples. It may use and add to the built-in lexicon.
///
/// # Errors
///
/// Returns every fault with its line and rule.
pub fn read_source(path: &Path, text: &str) -> Result<Vec<SourceRule>, RuleFileError> {
    let fault = |line, rule, message| RuleFault { file: path.to_owned(), line, rule, message };
    // The lexicon's own file comes first and defines its entries, as a user's file may define more.
    let rules = source::read(text, &mut builtin_lexicon()).map_err(|faults| RuleFileError {
        faults: faults.into_iter().map(|f| fault(f.line, f.rule, f.message)).collect(),
    })?;
    let mut faults = Vec::new();
    let mut seen = BTreeMap::new();
    for rule in &rules {
        let mut report = |message: String| faults.push(fault(rule.line, Some(rule.id.clone()), message));
        if SectionType::from_name(&rule.kind).is_none() {
            report(format!(
                "unknown type `{}`; there are {}",
                rule.kind,
                list(SectionType::ALL.map(SectionType::name))
            ));
        }
        if Applies::from_name(&rule.applies).is_none() {
            report(format!("`applies` is `{}`; it can be {}", rule.applies, list(Applies::ALL.map(Applies::name))));
        }
        if let Err(reason) = compile(&rule.pattern) {
            report(format!("the pattern does not compile: {reason}"));
        }
        if let Some(line) = seen.insert(rule.id.clone(), rule.line) {
            report(format!("the id was given before, in line {line}"));
        }
    }
    if faults.is_empty() { Ok(rules) } else { Err(RuleFileError { faults }) }
}

fn read_rules(path: &Path, text: &str) -> Result<Vec<Rule>, RuleFileError> {
    let rules = read_source(path, text)?;
    Ok(rules.into_iter().filter_map(ready).collect())
}

/// Makes a checked rule ready to match.
fn ready(rule: SourceRule) -> Option<Rule> {
    let Compiled { program, kinds, required } = compile(&rule.pattern).ok()?;
    Some(Rule {
        kind: SectionType::from_name(&rule.kind)?,
        applies: Applies::from_name(&rule.applies)?,
        id: Cow::Owned(rule.id),
        weight: rule.weight,
        pattern: Cow::Owned(rule.pattern),
        program: Program::Compiled(program),
        kinds,
        required: required.into_iter().map(|group| group.into_iter().map(Cow::Owned).collect()).collect(),
    })
}

/// A pattern as the matcher needs it.
struct Compiled {
    program: Vec<u32>,
    kinds: u64,
    required: Vec<Vec<String>>,
}

fn compile(pattern: &str) -> Result<Compiled, String> {
    let hir =
        regex_syntax::ParserBuilder::new().unicode(false).utf8(false).build().parse(pattern).map_err(|error| {
            let error = error.to_string();
            error.lines().last().unwrap_or_default().trim_start_matches("error: ").to_owned()
        })?;
    Ok(Compiled {
        program: program::compile(&hir)?,
        kinds: required::required_kinds(&hir),
        required: required::required(&hir),
    })
}

fn list<const N: usize>(names: [&str; N]) -> String {
    names.map(|name| format!("`{name}`")).join(", ")
}
