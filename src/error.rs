//! The library's errors: what was tried and why it failed, with the path, rule or line that a person needs to mend it.

use std::path::PathBuf;

use crate::named::named;

named! {
    /// Why one document could not be read: the `error_kind` of its record.
    pub enum ErrorKind {
        /// There is no such file or folder.
        NotFound = "not_found",
        /// The folder or archive holds no file that a policy could be in.
        NoFiles = "no_files",
        /// The system would not let us read it.
        Unreadable = "unreadable",
        /// It is no regular file: a device, a pipe, a socket.
        NotAFile = "not_a_file",
        /// The bytes are no text: a PDF, an image, NULs.
        NotText = "not_text",
        /// It is larger than the limit.
        TooLarge = "too_large",
        /// It is packed or in an archive, and that is cut off or broken.
        Damaged = "damaged",
        /// It is encrypted.
        Encrypted = "encrypted",
        /// A line of JSON Lines that is no JSON, or does not say what the document is.
        BadLine = "bad_line",
        /// policyx itself failed on it; the message says where.
        Internal = "internal",
    }
}

/// Why one document could not be read. It ends that document's reading, never the run.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct DocumentError {
    /// The kind, for programs.
    pub kind: ErrorKind,
    /// What happened, for people; lower case, without the document's path.
    pub message: String,
}

impl DocumentError {
    /// Makes an error of a kind, with its message.
    pub fn new(kind: ErrorKind, message: impl Into<String>) -> Self {
        Self { kind, message: message.into() }
    }
}

/// Why a rule file was refused: each fault with its place.
#[derive(Clone, Debug, thiserror::Error)]
#[error("{}", .faults.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n"))]
pub struct RuleFileError {
    /// All faults found, in order of their lines.
    pub faults: Vec<RuleFault>,
}

/// One fault of a rule file, shown as `file:line: rule: what is wrong`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RuleFault {
    /// The rule file.
    pub file: PathBuf,
    /// The line, from 1.
    pub line: usize,
    /// The rule's id, if the fault is within a rule.
    pub rule: Option<String>,
    /// What is wrong and what was expected.
    pub message: String,
}

impl std::fmt::Display for RuleFault {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}:{}: ", self.file.display(), self.line)?;
        if let Some(rule) = &self.rule {
            write!(f, "{rule}: ")?;
        }
        f.write_str(&self.message)
    }
}
