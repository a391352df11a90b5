//! Invented policies in the shapes of real archives, each with the document that it must give.
//!
//! `fixtures/<name>/case.toml` says what the fixture shows, which file is read, whether the expected document has evidence,
//! and what is known to come out wrong. `POLICYX_BLESS=1 cargo test fixtures` writes the expected documents anew.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use policyx::extract::{Options, extract};
use policyx::model::Document;
use policyx::rules::{RuleSet, Scratch};

#[derive(serde::Deserialize)]
#[serde(deny_unknown_fields)]
struct Case {
    /// What is special about the fixture.
    shows: String,
    /// The file to read, from the fixture's folder.
    input: PathBuf,
    /// Whether the expected document has evidence: long, so only where it is the point.
    #[serde(default)]
    evidence: bool,
    /// What still comes out wrong.
    #[serde(default)]
    known_misses: Vec<Miss>,
}

/// Something that comes out wrong: a text of the fixture, and what it should be: `title`, `heading`, `debris`, or the types
/// of a clause, such as `cookies, choice`.
#[derive(serde::Deserialize)]
#[serde(deny_unknown_fields)]
struct Miss {
    text: String,
    should_be: String,
}

#[test]
fn fixtures_give_their_expected_documents() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures");
    let bless = std::env::var_os("POLICYX_BLESS").is_some_and(|value| value == "1");
    let mut names: Vec<_> = std::fs::read_dir(&root).unwrap().map(|entry| entry.unwrap().file_name()).collect();
    names.sort();
    assert!(names.len() >= 10, "only {} fixtures", names.len());
    let mut faults = String::new();
    for name in names {
        let name = name.to_str().unwrap();
        let folder = root.join(name);
        let case: Case = toml::from_str(&read(&folder.join("case.toml"))).unwrap_or_else(|e| panic!("{name}: {e}"));
        assert!(!case.shows.is_empty(), "{name}: `shows` is empty");
        let (document, json) = run(name, &folder, &case);
        let expected = folder.join("expected.json");
        if bless {
            std::fs::write(&expected, &json).unwrap();
        } else if let Some((line, is, was)) = difference(&json, &read(&expected)) {
            let _ = writeln!(faults, "{name}: expected.json, line {line}:\n  expected {was}\n  found    {is}");
        }
        for miss in &case.known_misses {
            let found = found(&document, &miss.text);
            assert!(!found.is_empty(), "{name}: known miss: no such text: {}", miss.text);
            if found.contains(&miss.should_be) {
                let _ = writeln!(faults, "{name}: no longer missed, take it out of case.toml: {}", miss.text);
            }
        }
    }
    assert!(faults.is_empty(), "{faults}To accept what was found: POLICYX_BLESS=1 cargo test fixtures");
}

fn run(name: &str, folder: &Path, case: &Case) -> (Document<'static>, String) {
    let path = folder.join(&case.input);
    let bytes = std::fs::read(&path).unwrap_or_else(|e| panic!("{}: {e}", path.display()));
    // The same name on every machine.
    let shown = format!("fixtures/{name}/{}", case.input.display()).replace('\\', "/");
    let options = Options { evidence: case.evidence, ..Options::default() };
    let document = extract(&shown, Some(&path), bytes, &RuleSet::builtin(), &options, &mut Scratch::default());
    let json = serde_json::to_string_pretty(&document).unwrap() + "\n";
    (document, json)
}

/// The first line that differs: its number, what it is and what it was.
fn difference<'a>(is: &'a str, was: &'a str) -> Option<(usize, &'a str, &'a str)> {
    let end = "(end of document)";
    let (mut is, mut was) = (is.lines(), was.lines());
    for number in 1.. {
        match (is.next(), was.next()) {
            (None, None) => return None,
            (is, was) if is != was => return Some((number, is.unwrap_or(end), was.unwrap_or(end))),
            _ => {}
        }
    }
    None
}

/// What a text came out as: the title or a heading that begins with it, debris or a clause that holds it.
fn found(document: &Document, text: &str) -> Vec<String> {
    let mut found = Vec::new();
    for section in &document.sections {
        if section.heading.as_ref().is_some_and(|heading| heading.starts_with(text)) {
            found.push("heading".to_owned());
        }
        for clause in &section.clauses {
            if clause.text.as_ref().is_some_and(|clause| clause.contains(text)) {
                found.push(clause.types.iter().map(|kind| kind.name()).collect::<Vec<_>>().join(", "));
            }
        }
    }
    if document.title.as_ref().is_some_and(|title| title.starts_with(text)) {
        found.push("title".to_owned());
    }
    found.extend(document.debris.iter().filter(|debris| debris.text.contains(text)).map(|_| "debris".to_owned()));
    found
}

fn read(path: &Path) -> String {
    std::fs::read_to_string(path).unwrap_or_else(|e| panic!("{}: {e}", path.display()))
}
