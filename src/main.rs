//! The `policyx` command.
fn main() {}
