//! The program, run in a folder of its own.

use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use serde_json::Value;
use tempfile::TempDir;

/// A fresh folder, which ends with its test, and the program run in it.
pub(crate) struct Desk {
    folder: TempDir,
}

impl Desk {
    pub(crate) fn new() -> Self {
        Self { folder: TempDir::new().unwrap() }
    }

    /// A desk with files on it.
    pub(crate) fn with(files: &[(&str, &str)]) -> Self {
        let desk = Self::new();
        for (name, content) in files {
            desk.write(name, content);
        }
        desk
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    pub(crate) fn write(&self, name: &str, content: impl AsRef<[u8]>) {
        let path = self.path(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, content).unwrap();
    }

    pub(crate) fn read(&self, name: &str) -> String {
        fs::read_to_string(self.path(name)).unwrap()
    }

    /// The names of the files in the folder, sorted.
    pub(crate) fn names(&self) -> Vec<String> {
        let entries = fs::read_dir(self.folder.path()).unwrap();
        let mut names: Vec<_> = entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
        names.sort();
        names
    }

    /// The program, to be run in the folder, without input.
    pub(crate) fn command(&self, args: &[&str]) -> Command {
        let mut command = Command::new(program());
        command.args(args).current_dir(self.folder.path()).stdin(Stdio::null());
        command
    }

    pub(crate) fn run(&self, args: &[&str]) -> Ran {
        self.pipe(args, b"")
    }

    /// Runs the program with standard input.
    pub(crate) fn pipe(&self, args: &[&str], input: &[u8]) -> Ran {
        let mut command = self.command(args);
        let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        let (mut stdin, input) = (child.stdin.take().unwrap(), input.to_vec());
        // The program may end before it has read all.
        let writer = std::thread::spawn(move || drop(stdin.write_all(&input)));
        let output = child.wait_with_output().unwrap();
        writer.join().unwrap();
        let mut stderr = String::from_utf8(output.stderr).unwrap();
        let summary = stderr.lines().last().filter(|line| is_summary(line)).map(str::to_owned);
        if let Some(summary) = &summary {
            stderr.truncate(stderr.len() - summary.len() - 1);
        }
        Ran { code: output.status.code(), stdout: String::from_utf8(output.stdout).unwrap(), stderr, summary }
    }
}

/// What a run of the program came to.
#[derive(Debug)]
pub(crate) struct Ran {
    pub(crate) code: Option<i32>,
    pub(crate) stdout: String,
    /// What was said, but for the summary.
    pub(crate) stderr: String,
    /// The last line, if it is what a run over several documents says at its end.
    pub(crate) summary: Option<String>,
}

/// Tells whether a line is as `policyx: 3 documents: 2 ok, 1 error`.
fn is_summary(line: &str) -> bool {
    let is_count = |count: &str| !count.is_empty() && count.bytes().all(|byte| byte.is_ascii_digit());
    let parts = line.strip_prefix("policyx: ").and_then(|line| line.split_once(": "));
    let parts = parts.and_then(|(all, counts)| Some((all.split_once(" document")?.0, counts)));
    parts.is_some_and(|(all, counts)| {
        let mut counts = counts.split(", ").map(|count| count.split_once(' '));
        is_count(all) && counts.all(|count| count.is_some_and(|(count, _)| is_count(count)))
    })
}

impl Ran {
    /// Checks that all went well and nothing was said, and returns the data.
    #[track_caller]
    pub(crate) fn data(self) -> String {
        assert_eq!((self.code, self.stderr.as_str()), (Some(0), ""));
        self.stdout
    }

    /// Checks the exit status and returns the records, one a line.
    #[track_caller]
    pub(crate) fn records(&self, code: i32) -> Vec<Value> {
        assert_eq!(self.code, Some(code), "{}", self.stderr);
        let lines = self.stdout.lines();
        lines.map(|line| serde_json::from_str(line).unwrap_or_else(|error| panic!("{error}: {line}"))).collect()
    }
}

pub(crate) fn program() -> &'static Path {
    Path::new(env!("CARGO_BIN_EXE_policyx"))
}
