//! The recipes in `examples/readers`, run with the Python packages that are there: each reader counts what the records say.
//!
//! `POLICYX_PYTHON` names the Python to use, `python3` if it is not set. A reader that is not installed is skipped.

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::path::Path;
use std::process::Command;

use serde_json::Value;

use crate::desk::Desk;

/// Policies of which some have null, no section, or no clause, where others have much.
const POLICIES: [(&str, &str); 5] = [
    ("in/0.md", ""),
    ("in/1.md", "%PDF-1.4"),
    ("in/2.md", "We use cookies.\n\n# Tea\n\n# Sharing\n\nWe never sell your name, and keep it for 2 days.\n"),
    (
        "in/3.md",
        "# Contents\n\n- [Cookies](#c)\n- [Children](#d)\n- [Contact us](#e)\n\n# Cookies\n\nWe use cookies.\n\n\
        # Children\n\nWe know no child under 13.\n\n# Contact us\n\nWrite to us about your privacy.\n",
    ),
    (
        "in/4.md",
        "> *The following text is extracted and transformed from the kite.example privacy policy that was archived on \
        2012-03-09. Please check the [original snapshot on the Wayback Machine](https://web.archive.org/web/\
        20120309071502id_/http%3A//www.kite.example/privacy) for the most accurate reproduction.*\n\nWe collect your name.\n",
    ),
];

fn python() -> OsString {
    std::env::var_os("POLICYX_PYTHON").unwrap_or_else(|| "python3".into())
}

/// Tells whether Python has these packages.
fn has(packages: &str) -> bool {
    let output = Command::new(python()).args(["-c", &format!("import {packages}")]).output();
    output.is_ok_and(|output| output.status.success())
}

/// The number of clauses for each type, contents lists aside, as Python prints a list of pairs.
fn counts(records: &[Value]) -> String {
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    let sections = records.iter().flat_map(|record| record["sections"].as_array().unwrap());
    for section in sections.filter(|section| section["role"] == "policy") {
        for clause in section["clauses"].as_array().unwrap() {
            for kind in clause["types"].as_array().unwrap() {
                *counts.entry(kind.as_str().unwrap()).or_default() += 1;
            }
        }
    }
    let pairs: Vec<_> = counts.iter().map(|(kind, count)| format!("('{kind}', {count})")).collect();
    format!("[{}]\n", pairs.join(", "))
}

#[test]
fn every_reader_counts_the_same() {
    let desk = Desk::with(&POLICIES);
    let recipes = Path::new(env!("CARGO_MANIFEST_DIR")).join("examples/readers");
    for recipe in ["with_duckdb.py", "with_polars.py", "with_pandas.py"] {
        desk.write(recipe, std::fs::read(recipes.join(recipe)).unwrap());
    }
    for format in ["jsonl", "parquet", "csv"] {
        assert_eq!(desk.run(&["extract", "in", "--format", format, "-o", &format!("all.{format}")]).code, Some(2));
    }
    for (reader, file) in [("duckdb", "policyx.schema"), ("polars", "policyx_schema.py")] {
        desk.write(file, desk.run(&["schema", "--for", reader]).data());
    }
    let records: Vec<Value> = desk.read("all.jsonl").lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let roles =
        records.iter().flat_map(|record| record["sections"].as_array().unwrap()).map(|section| &section["role"]);
    assert!(roles.clone().any(|role| role == "contents") && roles.clone().any(|role| role == "policy"));
    let expected = counts(&records);
    assert!(expected.len() > 40, "{expected}");

    for (packages, args, ways) in [
        ("duckdb", &["with_duckdb.py", "all.jsonl", "all.parquet", "policyx.schema"][..], 2),
        ("polars", &["with_polars.py", "all.jsonl", "all.parquet"], 2),
        ("pandas, pyarrow", &["with_pandas.py", "all.jsonl", "all.parquet", "all.csv"], 3),
    ] {
        if !has(packages) {
            eprintln!("skipped: {}, since {} has no {packages}", args[0], python().display());
            continue;
        }
        let output = Command::new(python()).args(args).current_dir(desk.path("")).output().unwrap();
        let errors = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "{}: {errors}", args[0]);
        assert_eq!(String::from_utf8(output.stdout).unwrap(), expected.repeat(ways), "{}", args[0]);
    }
}
