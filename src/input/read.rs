//! One document's bytes, read up to a limit.

use std::fs::File;
use std::io::{self, Read};
use std::path::Path;

use super::{Place, not_a_file, refused};
use crate::error::{DocumentError, ErrorKind};

/// Reads all bytes of the document, of which there may be `max_bytes`. Never holds more than one byte over.
///
/// # Errors
///
/// [`ErrorKind::TooLarge`] above the limit; [`ErrorKind::NotFound`], [`ErrorKind::NotAFile`] or [`ErrorKind::Unreadable`] if
/// the file is gone, is none, or the system refuses it.
pub fn read(place: &Place, max_bytes: u64) -> Result<Vec<u8>, DocumentError> {
    match place {
        Place::Stdin => read_up_to(io::stdin().lock(), 0, max_bytes),
        Place::File(path) => read_file(path, max_bytes),
    }
}

fn read_file(path: &Path, max_bytes: u64) -> Result<Vec<u8>, DocumentError> {
    // Before it is opened: to open a pipe that no one writes to waits for ever.
    let metadata = path.metadata().map_err(|error| refused("cannot read", &error))?;
    if !metadata.is_file() {
        return Err(not_a_file());
    }
    if metadata.len() > max_bytes {
        return Err(too_large(max_bytes));
    }
    let file = File::open(path).map_err(|error| refused("cannot open", &error))?;
    read_up_to(file, metadata.len(), max_bytes)
}

/// Reads to the end or one byte past the limit; `expected` bytes get their room at once.
fn read_up_to(reader: impl Read, expected: u64, max_bytes: u64) -> Result<Vec<u8>, DocumentError> {
    let mut bytes = Vec::with_capacity(usize::try_from(expected).unwrap_or_default());
    reader.take(max_bytes.saturating_add(1)).read_to_end(&mut bytes).map_err(|error| refused("cannot read", &error))?;
    // The file may have grown since its size was asked, and standard input has none.
    if bytes.len() as u64 > max_bytes {
        return Err(too_large(max_bytes));
    }
    Ok(bytes)
}

fn too_large(max_bytes: u64) -> DocumentError {
    let message = format!("cannot read: larger than the size limit of {max_bytes} bytes; raise it with `--max-bytes`");
    DocumentError::new(ErrorKind::TooLarge, message)
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    /// A reader without an end that counts what was taken from it.
    struct Endless(usize);

    impl Read for Endless {
        fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
            buffer.fill(b'a');
            self.0 += buffer.len();
            Ok(buffer.len())
        }
    }

    #[test]
    fn reads_up_to_the_limit() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.md");
        for content in ["", "four"] {
            fs::write(&path, content).unwrap();
            for limit in [0, 3, 4, 5, u64::MAX] {
                let expected = if content.len() as u64 > limit { Err(too_large(limit)) } else { Ok(content.into()) };
                assert_eq!(read(&Place::File(path.clone()), limit), expected, "{content} {limit}");
                assert_eq!(read_up_to(content.as_bytes(), 0, limit), expected, "{content} {limit}, size unknown");
            }
        }
        let message = too_large(3).message;
        assert_eq!(message, "cannot read: larger than the size limit of 3 bytes; raise it with `--max-bytes`");
    }

    #[test]
    fn stops_at_the_limit() {
        let mut endless = Endless(0);
        assert_eq!(read_up_to(&mut endless, 0, 1000).unwrap_err().kind, ErrorKind::TooLarge);
        assert_eq!(endless.0, 1001);
    }

    #[test]
    fn tells_why_it_cannot() {
        let folder = tempfile::tempdir().unwrap();
        let kind = |path: &Path| read(&Place::File(path.to_path_buf()), 10).unwrap_err().kind;
        assert_eq!(kind(&folder.path().join("gone.md")), ErrorKind::NotFound);
        assert_eq!(kind(folder.path()), ErrorKind::NotAFile);
    }

    #[cfg(unix)]
    #[test]
    fn gives_the_reason_of_the_system() {
        use std::os::unix::fs::PermissionsExt;
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("shut.md");
        fs::write(&path, "text").unwrap();
        fs::set_permissions(&path, fs::Permissions::from_mode(0o000)).unwrap();
        if File::open(&path).is_ok() {
            eprintln!("skipped: nothing is shut to this user, who may be root");
            return;
        }
        let error = read(&Place::File(path), 10).unwrap_err();
        assert_eq!(error.kind, ErrorKind::Unreadable);
        assert!(error.message.starts_with("cannot open: Permission denied"), "{}", error.message);
    }
}
