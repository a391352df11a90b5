//! How well the invented policies are read: their clauses, labelled by hand, against what comes out.
//!
//! `fixtures/<name>/labels.jsonl` has a line for each clause in order: how its text begins, and its types; what
//! comes out as a clause and is a heading, title or debris has what it `should_be`. The figures of
//! `tests/ledger.csv` may rise; that they fell must be seen: `POLICYX_BLESS=1 cargo test --test main` writes them anew.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::path::Path;

use policyx::extract::{Options, extract};
use policyx::model::{Clause, SectionType};
use policyx::rules::{RuleSet, Scratch};
use serde::Deserialize;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Label {
    text: String,
    types: BTreeSet<SectionType>,
    /// What the line is if it is no clause: `heading`, `title` or `debris`.
    #[serde(default)]
    should_be: Option<String>,
}

#[test]
fn labelled_fixtures_are_read_as_well_as_before() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures");
    let mut names: Vec<_> = std::fs::read_dir(&root).unwrap().map(|entry| entry.unwrap().path()).collect();
    names.retain(|folder| folder.join("labels.jsonl").exists());
    names.sort();
    assert!(names.len() >= 10, "only {} labelled fixtures", names.len());
    let (rules, options, mut scratch) = (RuleSet::builtin(), Options::default(), Scratch::default());
    let mut ledger = "fixture,labels right,labels wrong,labels missed,F1 in thousandths\n".to_owned();
    let mut sum = [0; 3];
    for folder in names {
        let case: toml::Table = toml::from_str(&std::fs::read_to_string(folder.join("case.toml")).unwrap()).unwrap();
        let input = folder.join(case["input"].as_str().unwrap());
        let bytes = std::fs::read(&input).unwrap();
        let document = extract("", Some(&input), bytes, &rules, &options, &mut scratch);
        let clauses: Vec<_> = document.sections.iter().flat_map(|section| &section.clauses).collect();
        let labels = std::fs::read_to_string(folder.join("labels.jsonl")).unwrap();
        let labels: Vec<Label> = labels.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
        let name = folder.file_name().unwrap().to_str().unwrap();
        let mut counts = [0; 3];
        let mut rest = clauses.as_slice();
        for label in &labels {
            let begins = |clause: &&Clause| clause.text.as_ref().unwrap().starts_with(&label.text);
            let Some(at) = rest.iter().position(begins) else {
                // It came out as a heading, title or debris.
                counts[2] += if label.should_be.is_some() { 0 } else { label.types.len() };
                continue;
            };
            // What is passed over has no label, so all that it has is wrong.
            counts[1] += rest[..at].iter().map(|clause| clause.types.len()).sum::<usize>();
            let found: BTreeSet<_> = rest[at].types.iter().collect();
            rest = &rest[at + 1..];
            let types = if label.should_be.is_some() { &BTreeSet::new() } else { &label.types };
            counts[0] += found.intersection(types).count();
            counts[1] += found.difference(types).count();
            counts[2] += types.difference(&found).count();
        }
        line(&mut ledger, name, counts);
        sum = std::array::from_fn(|at| sum[at] + counts[at]);
    }
    line(&mut ledger, "all", sum);
    let kept = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/ledger.csv");
    if std::env::var_os("POLICYX_BLESS").is_some_and(|value| value == "1") {
        std::fs::write(&kept, &ledger).unwrap();
    }
    let kept = std::fs::read_to_string(&kept).unwrap_or_default();
    let figures = |ledger: &str| -> BTreeMap<String, u32> {
        let line = |line: &str| Some((line.split_once(',')?.0.to_owned(), line.rsplit_once(',')?.1.parse().ok()?));
        ledger.lines().filter_map(line).collect()
    };
    let (now, before) = (figures(&ledger), figures(&kept));
    assert!(now.keys().eq(before.keys()), "a fixture is not in the ledger, or only there");
    let fell: Vec<_> = now.iter().filter(|(name, f1)| before[*name] > **f1).collect();
    assert!(fell.is_empty(), "these fell: {fell:?}; the ledger says\n{kept}and now it is\n{ledger}");
}

fn line(ledger: &mut String, name: &str, [right, wrong, missed]: [usize; 3]) {
    let f1 = 2000 * right / (2 * right + wrong + missed).max(1);
    let _ = writeln!(ledger, "{name},{right},{wrong},{missed},{f1}");
}
