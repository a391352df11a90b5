//! Prints the headings of a policy with their types: `cargo run --example library [FILE]`.
#![allow(clippy::print_stdout, reason = "printing is what it is for")]

use std::path::PathBuf;

use policyx::extract::{Options, extract};
use policyx::rules::{RuleSet, Scratch};

fn main() -> std::io::Result<()> {
    let path = std::env::args_os().nth(1).map_or_else(|| PathBuf::from("examples/policy.txt"), PathBuf::from);
    let name = path.to_string_lossy();

    // Made once for any number of documents; the scratch space once for each thread.
    let (rules, options, mut scratch) = (RuleSet::builtin(), Options::default(), Scratch::default());

    let document = extract(&name, Some(&path), std::fs::read(&path)?, &rules, &options, &mut scratch);
    println!("{name}: {}", document.status);
    for section in &document.sections {
        println!("{:13} {}", section.kind.name(), section.heading.as_deref().unwrap_or("(no heading)"));
    }
    Ok(())
}
