//! The `policyx` command: arguments in, calls to the library and an exit status out.
#![allow(clippy::print_stderr, reason = "words go to standard error")]

mod cli;

fn main() -> std::process::ExitCode {
    cli::main()
}
