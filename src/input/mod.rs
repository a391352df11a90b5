//! Paths in; the bytes of each document, in a fixed order, out. Does not interpret them.

mod gather;
mod name;
mod read;

use std::path::PathBuf;

pub use gather::{ENDINGS, gather};
pub use name::display_path;
pub use read::read;

use crate::error::{DocumentError, ErrorKind};

/// Where one document's bytes are.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Place {
    /// Standard input, named `-`.
    Stdin,
    /// A regular file, or a link to one.
    File(PathBuf),
}

/// Makes the error for what the system refused: what was tried, then its reason.
fn refused(tried: &str, error: &std::io::Error) -> DocumentError {
    let kind = match error.kind() {
        std::io::ErrorKind::NotFound => ErrorKind::NotFound,
        _ => ErrorKind::Unreadable,
    };
    DocumentError::new(kind, format!("{tried}: {error}"))
}

/// Makes the error for devices, pipes and sockets: to open one may wait for ever.
fn not_a_file() -> DocumentError {
    DocumentError::new(ErrorKind::NotAFile, "cannot read: no regular file; give a pipe as standard input, `-`")
}
