//! `policyx rules`: the rules in force, one rule whole, and whether rules do what their examples say.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use policyx::check::{self, Reach, Spare};
use policyx::extract::{CleanDocument, Reading};
use policyx::model::SectionType;
use policyx::rules::{Applies, Rule, SourceRule, builtin_files, read_source};

use super::Exit;
use super::args::{MAX_BYTES, RuleChoice, Rules, RulesCommand};
use super::inputs;
use super::output::Output;
use super::terminal::{counted, escape, say};

pub(super) fn run(args: &Rules) -> anyhow::Result<Exit> {
    match &args.command {
        RulesCommand::List { rules, types, json } => list(rules, types, *json),
        RulesCommand::Show { id, rules } => show(id, rules),
        RulesCommand::Check { file, on } => check(file.as_deref(), on),
    }
}

/// A rule in force, for other programs.
#[derive(serde::Serialize)]
struct Listed<'r> {
    id: &'r str,
    #[serde(rename = "type")]
    kind: SectionType,
    applies: Applies,
    weight: i32,
    pattern: &'r str,
}

fn list(choice: &RuleChoice, types: &[SectionType], json: bool) -> anyhow::Result<Exit> {
    let rules = inputs::rules(choice)?;
    let mut output = Output::stdout();
    let wanted = rules.rules().filter(|rule| types.is_empty() || types.contains(&rule.kind));
    for rule in wanted {
        if json {
            let Rule { id, kind, applies, weight, pattern, .. } = rule;
            output.json(&Listed { id, kind: *kind, applies: *applies, weight: *weight, pattern })?;
            continue;
        }
        output.write(escape(&format!("{}\t{}\t{:+}\n", rule.id, rule.applies, rule.weight)).as_bytes())?;
    }
    output.finish()?;
    Ok(Exit::Done)
}

/// Stands for the built-in lexicon among the rules' ids, which all have a dot.
const LEXICON: &str = "lexicon";

/// How far an id may be from the one that was meant, of 1 in all.
const LIKE: f64 = 0.7;

fn show(id: &str, choice: &RuleChoice) -> anyhow::Result<Exit> {
    if let (LEXICON, Some((_, text))) = (id, builtin_files().first()) {
        return print(text);
    }
    // A user's rule hides the built-in one of the same id, so the user's file comes first.
    let mut files: Vec<(PathBuf, String)> = Vec::new();
    if let Some(path) = &choice.file {
        files.push((path.clone(), inputs::read_rule_file(path)?));
    }
    files.extend(builtin_files().iter().map(|(name, text)| (PathBuf::from(name), (*text).to_owned())));
    let mut ids = Vec::new();
    for (path, text) in &files {
        for rule in read_source(path, text)? {
            if rule.id == id {
                return print(&whole(path, &rule));
            }
            ids.push(rule.id);
        }
    }
    let likeness = |other: &String| strsim::normalized_damerau_levenshtein(id, other);
    let nearest = ids.iter().max_by(|a, b| likeness(a).total_cmp(&likeness(b))).filter(|other| likeness(other) > LIKE);
    let meant = nearest.map(|other| format!(", but there is `{other}`")).unwrap_or_default();
    anyhow::bail!("there is no rule `{id}`{meant}; `policyx rules list` names them all");
}

fn print(text: &str) -> anyhow::Result<Exit> {
    let mut output = Output::stdout();
    output.write(escape(text).as_bytes())?;
    output.finish()?;
    Ok(Exit::Done)
}

fn whole(path: &Path, rule: &SourceRule) -> String {
    let mut shown = format!(
        "{}\n  file     {}:{}\n  type     {}\n  applies  {}\n  weight   {:+}\n  pattern  {}\n",
        rule.id,
        path.display(),
        rule.line,
        rule.kind,
        rule.applies,
        rule.weight,
        rule.written
    );
    if rule.names_lexicon() {
        let _ = writeln!(shown, "  in full  {}", rule.pattern);
    }
    for (examples, label) in [(&rule.must_match, "matches"), (&rule.must_not_match, "does not match")] {
        for example in examples {
            let _ = writeln!(shown, "  {label}: {example}");
        }
    }
    shown
}

fn check(file: Option<&Path>, on: &[PathBuf]) -> anyhow::Result<Exit> {
    let files: Vec<(PathBuf, String)> = match file {
        Some(path) => vec![(path.to_owned(), inputs::read_rule_file(path)?)],
        None => builtin_files().iter().map(|(name, text)| (PathBuf::from(name), (*text).to_owned())).collect(),
    };
    let mut output = Output::stdout();
    let (mut rules, mut examples, mut faults) = (0, 0, 0);
    for (path, text) in &files {
        let found = match check::check(path, text) {
            Ok(report) => {
                rules += report.rules;
                examples += report.examples;
                report.faults
            }
            Err(error) => error.faults,
        };
        faults += found.len();
        for fault in found {
            output.write(escape(&format!("{fault}\n")).as_bytes())?;
        }
    }
    let mut exit = if faults == 0 { Exit::Done } else { Exit::No };
    if faults == 0 && !on.is_empty() {
        exit = reach(file, on, &mut output)?;
    }
    output.finish()?;
    let [rules, examples, faults] =
        [(rules, "rule"), (examples, "example"), (faults, "fault")].map(|(count, one)| counted(count, one));
    say(&format!("{rules}, {examples}, {faults}"));
    Ok(exit)
}

/// Names the rules that add nothing in some policies: those of the file, or all built-in ones.
fn reach(file: Option<&Path>, on: &[PathBuf], output: &mut Output) -> anyhow::Result<Exit> {
    let rules = inputs::rules(&RuleChoice { file: file.map(Path::to_owned) })?;
    let own: Option<Vec<String>> = match file {
        Some(path) => {
            Some(read_source(path, &inputs::read_rule_file(path)?)?.into_iter().map(|rule| rule.id).collect())
        }
        None => None,
    };
    let (mut reach, mut exit, mut read) = (Reach::new(&rules), Exit::Done, 0);
    inputs::each(&policyx::input::gather(on), MAX_BYTES, |member| {
        let name = member.name.clone();
        match CleanDocument::of(member, MAX_BYTES, None).map(Reading::from) {
            Ok(reading) => {
                reach.read(&reading);
                read += 1;
            }
            Err(error) => {
                inputs::complain(&name, &error);
                exit = Exit::Failed;
            }
        }
        Ok(())
    })?;
    if read == 0 {
        return Ok(exit);
    }
    let is_own = |spare: &Spare<'_>| own.as_ref().is_none_or(|own| own.iter().any(|id| id == spare.rule));
    for spare in reach.spare().iter().filter(|spare| is_own(spare)) {
        let (rule, texts) = (spare.rule, spare.texts);
        let note = match spare.shadowed_by {
            Some(other) => format!("{rule}: {other} matched each of its {texts} texts, too, and gives as much\n"),
            None => format!("{rule}: matched nothing\n"),
        };
        output.write(escape(&note).as_bytes())?;
    }
    Ok(exit)
}
