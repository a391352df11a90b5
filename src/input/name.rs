//! A path's name in a record, in UTF-8 whatever bytes the path has.

use std::fmt::Write;
use std::path::Path;

/// Writes a path so that two paths of a folder never look the same.
///
/// A path in UTF-8 is written as it is, `%` included. In any other path, each byte that is no UTF-8 is written as `%` and two
/// capital hexadecimal digits, and `%` itself as `%25`. So a name is to be read back as a path first; only if there is no such
/// file are its `%XX` bytes. (A path in UTF-8 that has a bad byte's `%XX` spelled out in it beside its double is the one
/// case that cannot be told apart.)
pub fn display_path(path: &Path) -> String {
    display_bytes(path.as_os_str().as_encoded_bytes())
}

/// Writes the bytes of a path so; the names of an archive's members are bytes, too.
pub(crate) fn display_bytes(path: &[u8]) -> String {
    if let Ok(name) = std::str::from_utf8(path) {
        return name.to_owned();
    }
    let mut name = String::new();
    for chunk in path.utf8_chunks() {
        name.push_str(&chunk.valid().replace('%', "%25"));
        for byte in chunk.invalid() {
            // To write to a string cannot fail.
            let _ = write!(name, "%{byte:02X}");
        }
    }
    name
}

#[cfg(all(test, unix))]
mod tests {
    use std::ffi::OsStr;
    use std::os::unix::ffi::OsStrExt;

    use proptest::prelude::*;

    use super::*;

    fn shown(bytes: &[u8]) -> String {
        display_path(Path::new(OsStr::from_bytes(bytes)))
    }

    #[test]
    fn writes_names() {
        for (bytes, name) in [
            (b"".as_slice(), ""),
            (b"a/b c.md", "a/b c.md"),
            ("thé/茶.md".as_bytes(), "thé/茶.md"),
            (b"http%3A//tea.example.md", "http%3A//tea.example.md"),
            (b"th\xE9.md", "th%E9.md"),
            (b"100%/\xC3\xA9\xFF\xFE.md", "100%25/é%FF%FE.md"),
        ] {
            assert_eq!(shown(bytes), name);
        }
    }

    proptest! {
        #[test]
        fn escapes_can_be_read_back(bytes in proptest::collection::vec(prop_oneof![any::<u8>(), Just(b'%')], 0..20)) {
            let name = shown(&bytes);
            if std::str::from_utf8(&bytes).is_ok() {
                prop_assert_eq!(name.as_bytes(), bytes);
            } else {
                let mut parts = name.split('%');
                let mut back = parts.next().unwrap().as_bytes().to_vec();
                for part in parts {
                    let (digits, rest) = part.split_at(2);
                    back.push(u8::from_str_radix(digits, 16).unwrap());
                    back.extend(rest.as_bytes());
                }
                prop_assert_eq!(back, bytes);
            }
        }
    }
}
