//! What the commands that read documents share: the inputs, the rules, and the word about what went wrong.

use std::io::{IsTerminal, Read};
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};

use anyhow::Context;
use policyx::container::{self, Member};
use policyx::input::{self, Found, Place};
use policyx::rules::RuleSet;

use super::args::{Input, RuleChoice};
use super::terminal::{escape, say};

/// Lists the paths that the arguments name; standard input if there are none and it is no terminal.
pub(super) fn paths(input: &Input) -> anyhow::Result<Vec<PathBuf>> {
    let mut paths = input.paths.clone();
    match &input.files_from {
        Some(list) => {
            let is_stdin = list.as_os_str() == "-";
            anyhow::ensure!(
                !(is_stdin && paths.contains(list)),
                "standard input cannot be a list of paths and a document at once"
            );
            paths.extend(listed(list, input.null)?);
            anyhow::ensure!(!paths.is_empty(), "no input: the list of paths `{}` is empty", list.display());
        }
        None => return named(&paths),
    }
    Ok(paths)
}

/// Gives the paths; standard input if there are none and it is no terminal.
pub(super) fn named(paths: &[PathBuf]) -> anyhow::Result<Vec<PathBuf>> {
    if !paths.is_empty() {
        return Ok(paths.to_vec());
    }
    anyhow::ensure!(!std::io::stdin().is_terminal(), "no input: name files or folders, or `-` for standard input");
    Ok(vec!["-".into()])
}

/// Reads a list of paths, with a NUL behind each or a line for each. Each is that of a file, even `-`.
fn listed(list: &Path, has_nuls: bool) -> anyhow::Result<Vec<PathBuf>> {
    let bytes = if list.as_os_str() == "-" {
        let mut bytes = Vec::new();
        std::io::stdin().lock().read_to_end(&mut bytes).map(|_| bytes)
    } else {
        std::fs::read(list)
    };
    let bytes = bytes.with_context(|| format!("cannot read the list of paths `{}`", list.display()))?;
    let as_path = |path: &[u8]| Ok(if path == b"-" { Path::new(".").join("-") } else { as_path(path)? });
    if has_nuls {
        return bytes.split(|byte| *byte == b'\0').filter(|path| !path.is_empty()).map(as_path).collect();
    }
    anyhow::ensure!(!bytes.contains(&0), "the list of paths `{}` has NULs in it: read it with `-0`", list.display());
    // As Windows writes lines.
    let bytes = bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(&bytes);
    let lines = bytes.split(|byte| *byte == b'\n').map(|line| line.strip_suffix(b"\r").unwrap_or(line));
    lines.filter(|path| !path.is_empty()).map(as_path).collect()
}

#[cfg(unix)]
fn as_path(bytes: &[u8]) -> anyhow::Result<PathBuf> {
    use std::os::unix::ffi::OsStringExt;
    Ok(std::ffi::OsString::from_vec(bytes.to_vec()).into())
}

#[cfg(not(unix))]
fn as_path(bytes: &[u8]) -> anyhow::Result<PathBuf> {
    Ok(std::str::from_utf8(bytes).context("a path in the list is not in UTF-8")?.into())
}

/// Lists the places that the arguments name.
pub(super) fn gather(input: &Input) -> anyhow::Result<Vec<Found>> {
    Ok(input::gather(&paths(input)?))
}

/// The files among these places.
pub(super) fn files(places: &[Found]) -> impl Iterator<Item = &Path> {
    places.iter().filter_map(|found| match found {
        Ok(Place::File(path)) => Some(path.as_path()),
        Ok(Place::Stdin) | Err(_) => None,
    })
}

/// Does something with each document of these places, those within containers included, in order.
pub(super) fn each(
    places: &[Found],
    max_bytes: u64,
    mut take: impl FnMut(Member) -> anyhow::Result<()>,
) -> anyhow::Result<()> {
    let mut ended = Ok(());
    // How it ended is known.
    let _ = container::documents(places, max_bytes, &mut |member| match take(member) {
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
