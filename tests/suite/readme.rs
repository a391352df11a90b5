//! The README's shell examples, run as they stand.
//!
//! A fence that opens with ```` ```sh run ```` is run, in a folder that has copies of `examples/` and `fixtures/`; later
//! examples see the files of earlier ones. If the fence after it is `json` or `text`, that is what it must print.
//! `POLICYX_BLESS=1 cargo test readme` writes those fences anew.

use std::ffi::OsString;
use std::fmt::Write as _;
use std::path::Path;
use std::process::Command;

/// A fenced block: its info string, its text, and the line of its opening fence, from 0.
struct Fence {
    info: String,
    text: String,
    line: usize,
}

#[test]
fn shell_examples_print_what_the_readme_shows() {
    if Command::new("jq").arg("--version").output().is_err() {
        println!("skipped: the README's examples need jq, which is not installed");
        return;
    }
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let place = tempfile::tempdir().unwrap();
    for folder in ["examples", "fixtures"] {
        copy(&root.join(folder), &place.path().join(folder));
    }
    let readme = read(&root.join("README.md"));
    let fences = fences(&readme);
    let mut blessed = readme.lines().map(str::to_owned).collect::<Vec<_>>();
    let (mut runs, mut faults) = (0, String::new());
    for (index, fence) in fences.iter().enumerate().filter(|(_, fence)| fence.info == "sh run") {
        runs += 1;
        let found = run(fence, place.path());
        let shown = fences.get(index + 1).filter(|next| ["json", "text"].contains(&next.info.as_str()));
        let Some(shown) = shown.filter(|shown| shown.text != found) else { continue };
        let _ = writeln!(faults, "README.md:{}: shows\n{}but this is printed:\n{found}", shown.line + 1, shown.text);
        // All lines of the output take the place of its first, so that the lines behind keep their numbers.
        let lines = shown.text.lines().count();
        blessed[shown.line].push_str(&format!("\n{}", found.trim_end_matches('\n')));
        blessed[shown.line + 1..=shown.line + lines].fill(REMOVED.to_owned());
    }
    assert!(runs >= 10, "only {runs} examples are run");
    if std::env::var_os("POLICYX_BLESS").is_some_and(|value| value == "1") {
        blessed.retain(|line| line != REMOVED);
        std::fs::write(root.join("README.md"), blessed.join("\n") + "\n").unwrap();
    } else {
        assert!(faults.is_empty(), "{faults}To accept what is printed: POLICYX_BLESS=1 cargo test readme");
    }
}

/// Stands for a line that is to go; no line of a text file is like it.
const REMOVED: &str = "\0";

#[test]
fn rust_examples_are_parts_of_the_example_program() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let program = read(&root.join("examples/library.rs"));
    let fences = fences(&read(&root.join("README.md")));
    let mut examples = fences.iter().filter(|fence| fence.info == "rust").peekable();
    assert!(examples.peek().is_some());
    for example in examples {
        assert!(program.contains(&example.text), "README.md:{}: not in examples/library.rs", example.line + 1);
    }
}

/// Runs an example and returns what it prints on standard output.
fn run(fence: &Fence, place: &Path) -> String {
    let program = Path::new(env!("CARGO_BIN_EXE_policyx")).parent().unwrap();
    let mut path = OsString::from(program);
    if let Some(rest) = std::env::var_os("PATH") {
        path.push(":");
        path.push(rest);
    }
    let output =
        Command::new("sh").args(["-e", "-c", &fence.text]).current_dir(place).env("PATH", path).output().unwrap();
    let errors = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "README.md:{}: {}\n{errors}", fence.line + 1, output.status);
    String::from_utf8(output.stdout).unwrap()
}

fn fences(text: &str) -> Vec<Fence> {
    let mut fences: Vec<Fence> = Vec::new();
    let mut is_open = false;
    for (line, content) in text.lines().enumerate() {
        match content.strip_prefix("```") {
            Some(_) if is_open => is_open = false,
            Some(info) => {
                is_open = true;
                fences.push(Fence { info: info.to_owned(), text: String::new(), line });
            }
            None if is_open => {
                let fence = fences.last_mut().unwrap();
                fence.text.push_str(content);
                fence.text.push('\n');
            }
            None => {}
        }
    }
    assert!(!is_open, "README.md ends within a fence");
    fences
}

fn copy(from: &Path, to: &Path) {
    std::fs::create_dir(to).unwrap();
    for entry in std::fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        let target = to.join(entry.file_name());
        if entry.file_type().unwrap().is_dir() {
            copy(&entry.path(), &target);
        } else {
            std::fs::copy(entry.path(), target).unwrap();
        }
    }
}

fn read(path: &Path) -> String {
    std::fs::read_to_string(path).unwrap_or_else(|e| panic!("{}: {e}", path.display()))
}
