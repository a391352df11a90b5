//! Paths in; the places of files, in a fixed order, and their bytes out. Does not interpret them.

mod gather;
mod name;
mod read;

use std::path::PathBuf;

pub use gather::{ENDINGS, Found, PACKED, gather, may_hold_several};
pub use name::display_path;
pub use read::read_up_to;

pub(crate) use gather::{endings, is_packed, is_taken};
pub(crate) use name::display_bytes;
pub(crate) use read::{open, too_large};

use crate::error::{DocumentError, ErrorKind};

/// Where bytes are: those of one document, or of a container of some.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Place {
    /// Standard input, named `-`.
    Stdin,
    /// A regular file, or a link to one.
    File(PathBuf),
}

/// Makes the error for what the system refused: what was tried, then its reason.
pub(crate) fn refused(tried: &str, error: &std::io::Error) -> DocumentError {
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
