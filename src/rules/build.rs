//! Build script: reads the built-in rule files and writes them as a table that the program holds ready, so that a run
//! neither parses TOML nor looks for required literals.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};

#[path = "index.rs"]
#[allow(dead_code, unreachable_pub, reason = "a room of the library, of which this script uses a part")]
mod index;
#[path = "kinds.rs"]
#[allow(dead_code, unreachable_pub, reason = "a room of the library, of which this script uses a part")]
mod kinds;
#[path = "prefix.rs"]
#[allow(dead_code, unreachable_pub, reason = "a room of the library, of which this script uses a part")]
mod prefix;
#[path = "program.rs"]
#[allow(dead_code, unreachable_pub, reason = "a room of the library, of which this script uses a part")]
mod program;
#[path = "required.rs"]
#[allow(dead_code, unreachable_pub, reason = "a room of the library, of which this script uses a part")]
mod required;
#[path = "source.rs"]
#[allow(dead_code, unreachable_pub, reason = "a room of the library, of which this script uses a part")]
mod source;
#[path = "text.rs"]
#[allow(dead_code, unreachable_pub, reason = "a room of the library, of which this script uses a part")]
mod text;
#[path = "words.rs"]
#[allow(dead_code, unreachable_pub, reason = "a room of the library, of which this script uses a part")]
mod words;

fn main() {
    let folder = Path::new("src/rules/data");
    println!("cargo::rerun-if-changed={}", folder.display());
    for room in ["build", "index", "kinds", "prefix", "program", "required", "source", "text", "words"] {
        println!("cargo::rerun-if-changed=src/rules/{room}.rs");
    }
    let mut files: Vec<PathBuf> = std::fs::read_dir(folder)
        .expect("the rule files stand beside the build script")
        .map(|entry| entry.expect("a readable entry of the rule folder").path())
        .collect();
    // The lexicon first: every other file uses it.
    files.sort_by_key(|path| (path.file_stem().is_none_or(|stem| stem != "lexicon"), path.clone()));
    let mut lexicon = source::Lexicon::new();
    let mut table = String::from("&[\n");
    let mut programs: Vec<u8> = Vec::new();
    let mut texts = String::from("&[\n");
    let mut groups: BTreeMap<String, Vec<index::Groups<String>>> = BTreeMap::new();
    for path in &files {
        let text = std::fs::read_to_string(path).expect("a readable rule file");
        let rules = source::read(&text, &mut lexicon).unwrap_or_else(|faults| {
            let lines: Vec<_> =
                faults.iter().map(|f| format!("{}:{}: {}", path.display(), f.line, f.message)).collect();
            panic!("{}", lines.join("\n"));
        });
        for rule in rules {
            let own = row(&mut table, &mut programs, path, &rule);
            groups.entry(rule.applies).or_default().push(own);
        }
        let name = path.file_name().expect("a file has a name").to_string_lossy();
        let full = std::fs::canonicalize(path).expect("the path of a file that was just read");
        writeln!(texts, "({name:?}, include_str!({full:?})),").expect("writing to a string cannot fail");
    }
    table.push(']');
    texts.push(']');
    let out = PathBuf::from(std::env::var_os("OUT_DIR").expect("cargo sets OUT_DIR"));
    for (applies, groups) in groups {
        let (pool, tables) = index::Index::new(&groups).written();
        std::fs::write(out.join(format!("rules_{applies}.txt")), pool).expect("the build folder can be written");
        std::fs::write(out.join(format!("rules_{applies}.bin")), tables).expect("the build folder can be written");
    }
    std::fs::write(out.join("rules_table.rs"), table).expect("the build folder can be written");
    std::fs::write(out.join("rules_programs.bin"), programs).expect("the build folder can be written");
    std::fs::write(out.join("rules_files.rs"), texts).expect("the build folder can be written");
}

/// Writes one rule as a `BakedRule` expression, and its program behind the others; returns its groups of literals and how
/// many of them it requires.
fn row(table: &mut String, programs: &mut Vec<u8>, path: &Path, rule: &source::SourceRule) -> index::Groups<String> {
    let place = format!("{}:{}: {}", path.display(), rule.line, rule.id);
    let hir =
        regex_syntax::ParserBuilder::new().unicode(false).utf8(false).build().parse(&rule.pattern).unwrap_or_else(
            |error| {
                panic!("{place}: {error}");
            },
        );
    let program = program::compile(&hir).unwrap_or_else(|error| panic!("{place}: {error}"));
    let start = programs.len();
    programs.extend(program.code.bytes());
    let end = programs.len();
    let variant: String = rule.kind.split('_').map(capitalised).collect();
    let applies = capitalised(&rule.applies);
    writeln!(
        table,
        "BakedRule {{ id: {:?}, kind: SectionType::{variant}, applies: Applies::{applies}, weight: {}, pattern: {:?}, program: {start}..{end}, kinds: {}, required: {} }},",
        rule.id,
        rule.weight,
        rule.pattern,
        required::required_kinds(&hir),
        program.required,
    )
    .expect("writing to a string cannot fail");
    (program.groups, program.required)
}

fn capitalised(word: &str) -> String {
    let mut letters = word.chars();
    letters.next().map(|first| first.to_ascii_uppercase()).into_iter().chain(letters).collect()
}
