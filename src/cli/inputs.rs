//! What the commands that read documents share: the inputs, the rules, and the word about what went wrong.

use std::io::IsTerminal;
use std::path::{Path, PathBuf};

use anyhow::Context;
use policyx::error::DocumentError;
use policyx::input::{self, Place};
use policyx::rules::RuleSet;

use super::args::RuleChoice;
use super::terminal::{escape, say};

/// An input: a place to read, or the reason why there is none.
pub(super) type Input = Result<Place, (PathBuf, DocumentError)>;

/// Lists the inputs that paths name; standard input if there are none and it is no terminal.
pub(super) fn gather(paths: &[PathBuf]) -> anyhow::Result<Vec<Input>> {
    if paths.is_empty() {
        anyhow::ensure!(!std::io::stdin().is_terminal(), "no input: name files or folders, or `-` for standard input");
        return Ok(vec![Ok(Place::Stdin)]);
    }
    Ok(input::gather(paths))
}

/// The name of an input as records and messages have it, and its path if it is a file's.
pub(super) fn name(input: &Input) -> (String, Option<&Path>) {
    match input {
        Ok(Place::Stdin) => ("-".to_owned(), None),
        Ok(Place::File(path)) | Err((path, _)) => (input::display_path(path), Some(path)),
    }
}

/// Reads an input's bytes, at most `max_bytes` of them.
pub(super) fn read(input: &Input, max_bytes: u64) -> Result<Vec<u8>, DocumentError> {
    match input {
        Ok(place) => input::read(place, max_bytes),
        Err((_, error)) => Err(error.clone()),
    }
}

/// Says on standard error what went wrong with an input.
pub(super) fn complain(name: &str, error: &impl std::fmt::Display) {
    say(&format!("{}: {}", escape(name), escape(&error.to_string())));
}

/// Loads the rules in force.
pub(super) fn rules(choice: &RuleChoice) -> anyhow::Result<RuleSet> {
    match &choice.file {
        None => Ok(RuleSet::builtin()),
        Some(path) => Ok(RuleSet::with_file(path, &read_rule_file(path)?)?),
    }
}

/// Reads a rule file.
pub(super) fn read_rule_file(path: &Path) -> anyhow::Result<String> {
    std::fs::read_to_string(path).with_context(|| format!("cannot read the rule file `{}`", path.display()))
}
