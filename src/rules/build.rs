//! Build script: reads the built-in rule files and writes them as a table that the program holds ready, so that a run
//! neither parses TOML nor looks at patterns.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};

/// Takes rooms of the library in, and names their files.
macro_rules! rooms {
    ($($room:ident $file:literal,)*) => {
        $(
            #[path = $file]
            #[allow(dead_code, unreachable_pub, reason = "a room of the library, of which this script uses a part")]
            mod $room;
        )*
        const ROOMS: &[&str] = &[$($file),*];
    };
}

rooms! {
    expr "expr.rs",
    filter "filter.rs",
    kinds "kinds.rs",
    need "need.rs",
    numbers "numbers.rs",
    prefix "prefix.rs",
    program "program.rs",
    source "source.rs",
    text "text.rs",
    vocabulary "vocabulary.rs",
}

fn main() {
    let folder = Path::new("src/rules/data");
    println!("cargo::rerun-if-changed={}", folder.display());
    for room in ROOMS.iter().chain(&["build.rs"]) {
        println!("cargo::rerun-if-changed=src/rules/{room}");
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
    let mut patterns: BTreeMap<String, (expr::Graph, Vec<u32>)> = BTreeMap::new();
    for path in &files {
        let text = std::fs::read_to_string(path).expect("a readable rule file");
        let rules = source::read(&text, &mut lexicon).unwrap_or_else(|faults| {
            let lines: Vec<_> =
                faults.iter().map(|f| format!("{}:{}: {}", path.display(), f.line, f.message)).collect();
            panic!("{}", lines.join("\n"));
        });
        for rule in rules {
            row(&mut table, &mut programs, path, &rule);
            let hir = parse(&rule.grouped, path, &rule);
            let (graph, places) = patterns.entry(rule.applies).or_insert_with(|| (expr::Graph::new(), Vec::new()));
            places.push(graph.add(&hir));
        }
        let name = path.file_name().expect("a file has a name").to_string_lossy();
        let full = std::fs::canonicalize(path).expect("the path of a file that was just read");
        writeln!(texts, "({name:?}, include_str!({full:?})),").expect("writing to a string cannot fail");
    }
    table.push(']');
    texts.push(']');
    let out = PathBuf::from(std::env::var_os("OUT_DIR").expect("cargo sets OUT_DIR"));
    for (applies, (graph, places)) in patterns {
        let (pool, tables) = filter::Filter::new(graph, &places).written();
        std::fs::write(out.join(format!("rules_{applies}.txt")), pool).expect("the build folder can be written");
        std::fs::write(out.join(format!("rules_{applies}.bin")), tables).expect("the build folder can be written");
    }
    std::fs::write(out.join("rules_table.rs"), table).expect("the build folder can be written");
    std::fs::write(out.join("rules_programs.bin"), programs).expect("the build folder can be written");
    std::fs::write(out.join("rules_files.rs"), texts).expect("the build folder can be written");
}

/// Reads a pattern of a rule.
fn parse(pattern: &str, path: &Path, rule: &source::SourceRule) -> regex_syntax::hir::Hir {
    source::parse(pattern).unwrap_or_else(|error| panic!("{}:{}: {}: {error}", path.display(), rule.line, rule.id))
}

/// Writes one rule as a `BakedRule` expression, and its program behind the others.
fn row(table: &mut String, programs: &mut Vec<u8>, path: &Path, rule: &source::SourceRule) {
    let hir = parse(&rule.pattern, path, rule);
    let program =
        program::compile(&hir).unwrap_or_else(|error| panic!("{}:{}: {}: {error}", path.display(), rule.line, rule.id));
    let start = programs.len();
    programs.extend(program.bytes());
    let end = programs.len();
    let variant: String = rule.kind.split('_').map(capitalised).collect();
    let applies = capitalised(&rule.applies);
    writeln!(
        table,
        "BakedRule {{ id: {:?}, kind: SectionType::{variant}, applies: Applies::{applies}, weight: {}, pattern: {:?}, program: {start}..{end}, kinds: {} }},",
        rule.id,
        rule.weight,
        rule.pattern,
        need::needed_kinds(&hir),
    )
    .expect("writing to a string cannot fail");
}

fn capitalised(word: &str) -> String {
    let mut letters = word.chars();
    letters.next().map(|first| first.to_ascii_uppercase()).into_iter().chain(letters).collect()
}
