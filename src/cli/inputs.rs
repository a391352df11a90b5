//! What the commands that read documents share: the inputs, the rules, and the word about what went wrong.

use std::io::IsTerminal;
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};

use anyhow::Context;
use policyx::container::{self, Member};
use policyx::input::{self, Found, Place};
use policyx::rules::RuleSet;

use super::args::RuleChoice;
use super::terminal::{escape, say};

/// Lists the places that paths name; standard input if there are none and it is no terminal.
pub(super) fn gather(paths: &[PathBuf]) -> anyhow::Result<Vec<Found>> {
    if paths.is_empty() {
        ask_for_input()?;
        return Ok(vec![Ok(Place::Stdin)]);
    }
    Ok(input::gather(paths))
}

/// Asks for an input if none is named and standard input is a terminal.
pub(super) fn ask_for_input() -> anyhow::Result<()> {
    anyhow::ensure!(!std::io::stdin().is_terminal(), "no input: name files or folders, or `-` for standard input");
    Ok(())
}

/// Does something with each document that paths name, those within containers included, in order.
pub(super) fn each(
    paths: &[PathBuf],
    max_bytes: u64,
    mut take: impl FnMut(Member) -> anyhow::Result<()>,
) -> anyhow::Result<()> {
    let mut ended = Ok(());
    // How it ended is known.
    let _ = container::documents(&gather(paths)?, max_bytes, &mut |member| match take(member) {
        Ok(()) => ControlFlow::Continue(()),
        Err(error) => {
            ended = Err(error);
            ControlFlow::Break(())
        }
    });
    ended
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
