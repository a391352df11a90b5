//! Where rules come from: the built-in table, and a user's files that add to it or override it by id.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::ops::Range;
use std::path::Path;

use regex_syntax::hir::Hir;

use super::filter::{Filter, LateFilter};
use super::known::Known;
use super::numbers::Numbers;
use super::program;
use super::source::{self, Lexicon, SourceRule};
use super::{Applies, Engine, Matcher, Rule, RuleSet, need};
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
}

/// The programs of the built-in rules, one after the other, as little-endian words.
static PROGRAMS: &[u8] = include_bytes!(concat!(env!("OUT_DIR"), "/rules_programs.bin"));

static BAKED: &[BakedRule] = include!(concat!(env!("OUT_DIR"), "/rules_table.rs"));

/// The filter of the built-in rules that read one kind of text.
fn baked_filter(applies: Applies) -> Filter {
    match applies {
        Applies::Clause => Filter::ready(
            include_str!(concat!(env!("OUT_DIR"), "/rules_clause.txt")),
            include_bytes!(concat!(env!("OUT_DIR"), "/rules_clause.bin")),
        ),
        Applies::Heading => Filter::ready(
            include_str!(concat!(env!("OUT_DIR"), "/rules_heading.txt")),
            include_bytes!(concat!(env!("OUT_DIR"), "/rules_heading.bin")),
        ),
    }
}

/// A built-in rule file: its name and its text.
pub type BuiltinFile = (&'static str, &'static str);

/// The built-in rule files, the lexicon first.
pub fn builtin_files() -> &'static [BuiltinFile] {
    include!(concat!(env!("OUT_DIR"), "/rules_files.rs"))
}

impl RuleSet {
    /// Makes the set of the built-in rules.
    pub fn builtin() -> Self {
        Self::new(builtin())
    }

    /// Makes the set of checked rules and no others, which are looked for from the first text on as in a long run.
    pub(crate) fn only(rules: &[SourceRule]) -> Self {
        let compiled = |rule: &SourceRule| Some((rule.clone(), compile(&rule.grouped).ok()?));
        let set = Self::new(rules.iter().filter_map(compiled).filter_map(ready).collect());
        set.clauses.prepare();
        set.headings.prepare();
        set
    }

    fn new(rules: Vec<(Rule, Origin)>) -> Self {
        let (clauses, headings): (Vec<_>, Vec<_>) =
            rules.into_iter().partition(|(rule, _)| rule.applies == Applies::Clause);
        let (clauses, headings) = (matcher(clauses, Applies::Clause), matcher(headings, Applies::Heading));
        Self { clauses, headings, known: Known::default() }
    }

    /// Makes the set of the built-in rules and a user's: a rule whose id is built in takes that one's place.
    ///
    /// # Errors
    ///
    /// Returns every fault of the file: what does not parse, an unknown key, type or lexicon name, a bad pattern, an id
    /// that is given twice.
    pub fn with_file(path: &Path, text: &str) -> Result<Self, RuleFileError> {
        let mut rules = builtin();
        let places: BTreeMap<_, _> =
            rules.iter().enumerate().map(|(at, (rule, _))| (rule.id.to_string(), at)).collect();
        for rule in read(path, text)?.into_iter().filter_map(ready) {
            match places.get(rule.0.id.as_ref()) {
                Some(at) => rules[*at] = rule,
                None => rules.push(rule),
            }
        }
        Ok(Self::new(rules))
    }
}

/// Where a rule comes from.
enum Origin {
    /// The built-in table, in whose filter it has this number.
    Builtin(usize),
    /// A file, in which it has this pattern, with lexicon entries as groups.
    File(Box<Hir>),
}

/// The built-in rules.
fn builtin() -> Vec<(Rule, Origin)> {
    let mut counts = [0, 0];
    let number = |rule: &BakedRule| {
        let count = &mut counts[usize::from(rule.applies == Applies::Heading)];
        *count += 1;
        (baked(rule), Origin::Builtin(*count - 1))
    };
    BAKED.iter().map(number).collect()
}

/// Puts the rules that read one kind of text together.
fn matcher(rules: Vec<(Rule, Origin)>, applies: Applies) -> Matcher {
    let baked = baked_filter(applies);
    let mut of_baked = vec![None; baked.rules()];
    let (mut patterns, mut of_files) = (Vec::new(), Vec::new());
    let place = |(index, (rule, origin))| {
        match origin {
            Origin::Builtin(number) => of_baked[number] = Some(index),
            Origin::File(pattern) => {
                patterns.push(*pattern);
                of_files.push(index);
            }
        }
        rule
    };
    let rules = rules.into_iter().enumerate().map(place).collect();
    Matcher::new(rules, (baked, of_baked), (LateFilter::new(patterns), of_files))
}

fn baked(baked: &BakedRule) -> Rule {
    Rule {
        id: Cow::Borrowed(baked.id),
        kind: baked.kind,
        applies: baked.applies,
        weight: baked.weight,
        pattern: Cow::Borrowed(baked.pattern),
        engine: Engine::Program(Numbers::ready(PROGRAMS.get(baked.program.clone()).unwrap_or_default())),
        kinds: baked.kinds,
    }
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
    Ok(read(path, text)?.into_iter().map(|(rule, _)| rule).collect())
}

/// What runs a rule, and its pattern, with lexicon entries as groups.
type Compiled = (Engine, Hir);

/// Reads a user's rule file and compiles its rules.
fn read(path: &Path, text: &str) -> Result<Vec<(SourceRule, Compiled)>, RuleFileError> {
    let fault = |line, rule, message| RuleFault { file: path.to_owned(), line, rule, message };
    // The lexicon's own file comes first and defines its entries, as a user's file may define more.
    let rules = source::read(text, &mut builtin_lexicon()).map_err(|faults| RuleFileError {
        faults: faults.into_iter().map(|f| fault(f.line, f.rule, f.message)).collect(),
    })?;
    let mut faults = Vec::new();
    let mut seen = BTreeMap::new();
    let mut compiled = Vec::new();
    for rule in rules {
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
        if let Some(line) = seen.insert(rule.id.clone(), rule.line) {
            report(format!("the id was given before, in line {line}"));
        }
        match compile(&rule.grouped) {
            Ok(ready) => compiled.push((rule, ready)),
            Err(reason) => report(format!("the pattern does not compile: {reason}")),
        }
    }
    if faults.is_empty() { Ok(compiled) } else { Err(RuleFileError { faults }) }
}

/// Makes a checked rule ready to match.
fn ready((rule, (engine, hir)): (SourceRule, Compiled)) -> Option<(Rule, Origin)> {
    let ready = Rule {
        kind: SectionType::from_name(&rule.kind)?,
        applies: Applies::from_name(&rule.applies)?,
        id: Cow::Owned(rule.id),
        weight: rule.weight,
        pattern: Cow::Owned(rule.pattern),
        engine,
        kinds: need::needed_kinds(&hir),
    };
    Some((ready, Origin::File(Box::new(hir))))
}

/// Compiles a pattern.
fn compile(pattern: &str) -> Result<Compiled, String> {
    let hir = source::parse(pattern).map_err(|error| {
        let error = error.to_string();
        error.lines().last().unwrap_or_default().trim_start_matches("error: ").to_owned()
    })?;
    let engine = match program::compile(&hir) {
        Ok(program) => Engine::Program(program),
        Err(_) => {
            let regex = regex::bytes::RegexBuilder::new(pattern).unicode(false).build();
            Engine::Regex(Box::new(regex.map_err(|error| error.to_string())?))
        }
    };
    Ok((engine, hir))
}

fn list<const N: usize>(names: [&str; N]) -> String {
    names.map(|name| format!("`{name}`")).join(", ")
}
