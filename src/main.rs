//! The `policyx` command: arguments in, calls to the library and an exit status out.

mod cli;

fn main() -> std::process::ExitCode {
    cli::main()
}
