//! The command line: the only room that knows of arguments, standard streams and exit statuses. One file a command.

mod args;
mod classify;
mod explain;
mod extract;
mod inputs;
mod output;
mod pack;
mod partial;
mod progress;
mod rules;
mod schema;
mod stages;
mod stream;
mod table;
mod terminal;
mod text;
mod why_not;

use std::io;
use std::process::ExitCode;

use clap::Parser;

use args::{Arguments, Command};

/// How a run ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Exit {
    /// All was done.
    Done = 0,
    /// The answer is "no".
    No = 1,
    /// Something went wrong, be it with one document of many.
    Failed = 2,
}

/// Runs the command that the arguments ask for.
pub(crate) fn main() -> ExitCode {
    let mut words: Vec<_> = std::env::args_os().collect();
    // The parser takes what follows `help` for the name of a command, even this.
    if words.len() == 3 && words[1] == "help" && (words[2] == "--help" || words[2] == "-h") {
        words.pop();
    }
    let outcome = match Arguments::parse_from(words).command {
        Command::Extract(args) => extract::run(&args),
        Command::Classify(args) => classify::run(&args),
        Command::Text(args) => text::run(&args),
        Command::Pack(args) => pack::run(&args),
        Command::Explain(args) => explain::run(&args),
        Command::Rules(args) => rules::run(&args),
        Command::Schema(args) => schema::run(&args),
    };
    let exit = outcome.unwrap_or_else(|error| {
        let closed = error.chain().filter_map(|cause| cause.downcast_ref::<io::Error>());
        if closed.into_iter().any(|cause| cause.kind() == io::ErrorKind::BrokenPipe) {
            // Whoever read our output has seen enough.
            return Exit::Done;
        }
        terminal::say(&format!("{error:#}"));
        Exit::Failed
    });
    ExitCode::from(exit as u8)
}
