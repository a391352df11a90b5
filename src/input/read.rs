//! A file opened, and bytes read up to a limit.

use std::fs::File;
use std::io::Read;
use std::path::Path;

use super::{not_a_file, refused};
use crate::error::{DocumentError, ErrorKind};

/// Opens a regular file and gives its size in bytes.
///
/// # Errors
///
/// [`ErrorKind::NotFound`], [`ErrorKind::NotAFile`] or [`ErrorKind::Unreadable`] if the file is gone, is none, or the system
/// refuses it.
pub(crate) fn open(path: &Path) -> Result<(File, u64), DocumentError> {
    // Before it is opened: to open a pipe that no one writes to waits for ever.
    let metadata = path.metadata().map_err(|error| refused("cannot read", &error))?;
    if !metadata.is_file() {
        return Err(not_a_file());
    }
    let file = File::open(path).map_err(|error| refused("cannot open", &error))?;
    Ok((file, metadata.len()))
}

/// Reads to the end, or to one byte past `max_bytes`; `expected` bytes get their room at once.
///
/// # Errors
///
/// [`ErrorKind::TooLarge`] above the limit, [`ErrorKind::Unreadable`] if the reader fails.
pub fn read_up_to(reader: impl Read, expected: u64, max_bytes: u64) -> Result<Vec<u8>, DocumentError> {
    let mut bytes = Vec::with_capacity(usize::try_from(expected).unwrap_or_default());
    reader.take(max_bytes.saturating_add(1)).read_to_end(&mut bytes).map_err(|error| refused("cannot read", &error))?;
    // The file may have grown since its size was asked, and standard input has none.
    if bytes.len() as u64 > max_bytes {
        return Err(too_large(max_bytes));
    }
    Ok(bytes)
}

pub(crate) fn too_large(max_bytes: u64) -> DocumentError {
    let message = format!("cannot read: larger than the size limit of {max_bytes} bytes; raise it with `--max-bytes`");
    DocumentError::new(ErrorKind::TooLarge, message)
}

#[cfg(test)]
mod tests {
    use std::{fs, io};

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
                let (file, size) = open(&path).unwrap();
                assert_eq!(size, content.len() as u64);
                assert_eq!(read_up_to(file, size, limit), expected, "{content} {limit}");
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
        let kind = |path: &Path| open(path).unwrap_err().kind;
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
        let error = open(&path).unwrap_err();
        assert_eq!(error.kind, ErrorKind::Unreadable);
        assert!(error.message.starts_with("cannot open: Permission denied"), "{}", error.message);
    }
}
