//! One document as it is found: where, and its bytes or the file that has them.

use std::fs::File;
use std::io::{Cursor, Read};
use std::path::PathBuf;

use super::{Label, body};
use crate::error::DocumentError;
use crate::input;

/// A document that is still to be read: a file of its own, or a part of a container.
#[derive(Debug)]
pub struct Member {
    /// The name as records give it: `crawl.zip/a.md`, `crawl.warc.gz#12`, or that of the file.
    pub name: String,
    /// A path that helps to find the format and what an archive's layout tells.
    pub path: Option<PathBuf>,
    /// Its bytes, or why there are none.
    pub content: Result<Content, DocumentError>,
    /// The collection that the container is a part of, as a WARC file states it.
    pub collection: Option<String>,
    /// What was odd about the container.
    pub warnings: Vec<String>,
}

/// A document's bytes, or where they are.
#[derive(Debug)]
pub enum Content {
    /// All bytes.
    Bytes(Vec<u8>),
    /// A file of which the head was read.
    File {
        /// The file, open behind the head.
        file: File,
        /// Its first bytes.
        head: Vec<u8>,
        /// Its size in bytes when it was opened.
        size: u64,
    },
}

impl Member {
    /// Makes the error that stands in the place of a document.
    pub fn failed(name: String, error: DocumentError) -> Self {
        Self { name, path: None, content: Err(error), collection: None, warnings: Vec::new() }
    }

    /// Makes a document without content.
    pub(super) fn new(label: &Label) -> Self {
        let content = Ok(Content::Bytes(Vec::new()));
        Self { name: label.name.clone(), path: label.path.clone(), content, collection: None, warnings: Vec::new() }
    }

    /// Gives the size in bytes, as far as it is known.
    pub fn size(&self) -> u64 {
        match &self.content {
            Ok(Content::Bytes(bytes)) => bytes.len() as u64,
            Ok(Content::File { size, .. }) => *size,
            Err(_) => 0,
        }
    }
}

impl Content {
    /// Reads all bytes, of which there may be `max_bytes`, and undoes what their transport did to the page within: an HTTP
    /// answer's body is unpacked, the parts of a saved page in mail form are put together. Adds to `warnings` what went wrong.
    ///
    /// # Errors
    ///
    /// [`crate::error::ErrorKind::TooLarge`] above the limit; [`crate::error::ErrorKind::Unreadable`] if the system refuses it.
    pub fn read(self, max_bytes: u64, warnings: &mut Vec<String>) -> Result<Vec<u8>, DocumentError> {
        let bytes = match self {
            Self::Bytes(bytes) => bytes,
            Self::File { size, .. } if size > max_bytes => return Err(input::too_large(max_bytes)),
            Self::File { file, head, size } => input::read_up_to(Cursor::new(head).chain(file), size, max_bytes)?,
        };
        body::settle(bytes, max_bytes, warnings)
    }
}
