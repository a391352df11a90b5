//! Rule files as they are written: TOML in; rules with their lines, patterns with their lexicon entries put in, out.
//!
//! The build script reads the built-in files with this very module, so that a run has nothing to parse for them.

use std::collections::BTreeMap;
use std::ops::Range;

use regex_syntax::hir::Hir;
use serde::Deserialize;
use toml::Spanned;

/// What stands before and behind every pattern, so that it matches whole words: where it ends in another character, up to
/// the text's end.
const WHOLE_WORDS: (&str, &str) = (r"\b(?:", r")(?:\b|$)");

/// One rule as a file has it.
#[derive(Clone, Debug)]
pub struct SourceRule {
    /// The rule's id, `type.fact-in-kebab-case`.
    pub id: String,
    /// The name of the section type that it speaks for.
    pub kind: String,
    /// What it reads: `clause` or `heading`.
    pub applies: String,
    /// The points that it gives; negative if it speaks against the type.
    pub weight: i32,
    /// The pattern as written.
    pub written: String,
    /// The pattern with lexicon entries put in and whole words required.
    pub pattern: String,
    /// The same pattern, in which lexicon entries are capture groups.
    pub(crate) grouped: String,
    /// Texts that the pattern must match.
    pub must_match: Vec<String>,
    /// Near misses that it must not match.
    pub must_not_match: Vec<String>,
    /// The line of its `[[rule]]`, from 1.
    pub line: usize,
}

impl SourceRule {
    /// Tells whether the pattern as written has lexicon entries in it.
    pub fn names_lexicon(&self) -> bool {
        self.pattern.len() != WHOLE_WORDS.0.len() + self.written.len() + WHOLE_WORDS.1.len()
    }
}

/// A fault in a rule file: its line, the rule that it is in, and what is wrong.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct SourceFault {
    /// The line, from 1.
    pub line: usize,
    /// The id of the rule, if it is in one.
    pub rule: Option<String>,
    /// What is wrong.
    pub message: String,
}

/// Names that patterns use in braces, each with the pattern that it stands for.
pub(crate) type Lexicon = BTreeMap<String, String>;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    #[serde(default)]
    lexicon: BTreeMap<String, Spanned<String>>,
    #[serde(default)]
    rule: Vec<Spanned<Entry>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Entry {
    id: String,
    #[serde(rename = "type")]
    kind: String,
    #[serde(default = "clause")]
    applies: String,
    weight: i32,
    pattern: String,
    #[serde(default)]
    must_match: Vec<String>,
    #[serde(default)]
    must_not_match: Vec<String>,
}

fn clause() -> String {
    "clause".to_owned()
}

/// Reads a pattern, which is one over bytes.
pub(crate) fn parse(pattern: &str) -> Result<Hir, Box<regex_syntax::Error>> {
    Ok(regex_syntax::ParserBuilder::new().unicode(false).utf8(false).build().parse(pattern)?)
}

/// Reads a rule file. `lexicon` holds the entries that are known before; the file's own are added to it.
///
/// # Errors
///
/// Returns every fault: TOML that does not parse, an unknown key, an unknown name in braces.
pub(crate) fn read(text: &str, lexicon: &mut Lexicon) -> Result<Vec<SourceRule>, Vec<SourceFault>> {
    let file: File = toml::from_str(text).map_err(|error| {
        let line = line_of(text, error.span().unwrap_or_default());
        vec![SourceFault { line, rule: rule_around(text, line), message: error.message().to_owned() }]
    })?;
    for (name, entry) in &file.lexicon {
        lexicon.insert(name.clone(), entry.get_ref().clone());
    }
    let mut faults = Vec::new();
    let mut rules = Vec::new();
    for entry in file.rule {
        let line = line_of(text, entry.span());
        let entry = entry.into_inner();
        let whole = |group| {
            let pattern = expand(&entry.pattern, lexicon, group, 0)?;
            Ok(format!("{}{pattern}{}", WHOLE_WORDS.0, WHOLE_WORDS.1))
        };
        match whole("(?:").and_then(|pattern| Ok((pattern, whole("(")?))) {
            Ok((pattern, grouped)) => rules.push(SourceRule {
                id: entry.id,
                kind: entry.kind,
                applies: entry.applies,
                weight: entry.weight,
                written: entry.pattern,
                pattern,
                grouped,
                must_match: entry.must_match,
                must_not_match: entry.must_not_match,
                line,
            }),
            Err(message) => faults.push(SourceFault { line, rule: Some(entry.id), message }),
        }
    }
    if faults.is_empty() { Ok(rules) } else { Err(faults) }
}

/// Puts lexicon entries in for `{name}`, behind what begins a `group`. A repetition such as `{0,40}` stays.
fn expand(pattern: &str, lexicon: &Lexicon, group: &str, depth: usize) -> Result<String, String> {
    if depth > 8 {
        return Err("lexicon entries refer to one another in a circle".to_owned());
    }
    let mut expanded = String::with_capacity(pattern.len());
    let mut rest = pattern;
    while let Some((before, after)) = rest.split_once('{') {
        expanded.push_str(before);
        let (name, tail) = after.split_once('}').ok_or_else(|| "`{` without `}` in the pattern".to_owned())?;
        if name.bytes().all(|b| b.is_ascii_lowercase() || b == b'_') && !name.is_empty() {
            let entry = lexicon.get(name).ok_or_else(|| {
                format!("`{{{name}}}` is in no lexicon; `policyx rules show lexicon` prints the built-in one")
            })?;
            expanded.push_str(group);
            expanded.push_str(&expand(entry, lexicon, group, depth + 1)?);
            expanded.push(')');
        } else {
            expanded.push('{');
            expanded.push_str(name);
            expanded.push('}');
        }
        rest = tail;
    }
    expanded.push_str(rest);
    Ok(expanded.replace('\n', " "))
}

fn line_of(text: &str, span: Range<usize>) -> usize {
    1 + text.bytes().take(span.start).filter(|b| *b == b'\n').count()
}

/// The id of the rule that a line lies in, for faults that stop the parser before the rule is known.
fn rule_around(text: &str, line: usize) -> Option<String> {
    let lines: Vec<&str> = text.lines().collect();
    let start = lines.iter().take(line).rposition(|l| l.trim_start().starts_with("[[rule]]"))?;
    let body = lines.get(start + 1..)?.iter().take_while(|l| !l.trim_start().starts_with("[["));
    let id = body.filter_map(|l| l.trim().strip_prefix("id")?.trim_start().strip_prefix('=')).next()?;
    Some(id.trim().trim_matches(['"', '\'']).to_owned())
}
