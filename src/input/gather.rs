//! The files that paths stand for: as they are named, and what may hold policies within folders.

use std::ffi::OsStr;
use std::path::{Path, PathBuf};

use walkdir::{DirEntry, WalkDir};

use super::{Place, not_a_file, refused};
use crate::error::{DocumentError, ErrorKind};

/// The endings, in lower case, of the files that are taken from a folder, and of the members that are taken from an archive; a
/// file that is named itself may have any.
pub const ENDINGS: [&str; 16] = [
    "md", "markdown", "txt", "text", "html", "htm", "xhtml", "mhtml", "mht", "warc", "wet", "arc", "wacz", "zip",
    "tar", "tgz",
];

/// Those among them that archives and crawls have.
const ARCHIVES: [&str; 7] = ["warc", "wet", "arc", "wacz", "zip", "tar", "tgz"];

/// The endings of packed files, which are taken if the name without it has one of the [`ENDINGS`].
pub const PACKED: [&str; 2] = ["gz", "zst"];

/// A place, or a path with the reason why there is none.
pub type Found = Result<Place, (PathBuf, DocumentError)>;

/// Lists the files that the paths stand for, in the order in which they are named.
///
/// `-` is standard input. A folder stands for the files below it that have one of the [`ENDINGS`] in any case, packed or not,
/// sorted by path, hidden ones included; links to files are read, links to folders are not entered, and what is no file is passed over.
/// Every path that stands for nothing, and every part of a folder that cannot be listed, is an error in its place.
pub fn gather(paths: &[PathBuf]) -> Vec<Found> {
    let mut found = Vec::new();
    for path in paths {
        if path.as_os_str() == "-" {
            found.push(Ok(Place::Stdin));
            continue;
        }
        match path.metadata() {
            Ok(metadata) if metadata.is_dir() => gather_folder(path, &mut found),
            Ok(metadata) if metadata.is_file() => found.push(Ok(Place::File(path.clone()))),
            Ok(_) => found.push(Err((path.clone(), not_a_file()))),
            Err(error) => found.push(Err((path.clone(), refused("cannot read", &error)))),
        }
    }
    found
}

fn gather_folder(folder: &Path, found: &mut Vec<Found>) {
    let before = found.len();
    found.extend(WalkDir::new(folder).sort_by_file_name().into_iter().filter_map(|entry| match entry {
        Ok(entry) => document(entry),
        Err(error) => {
            let path = error.path().unwrap_or(folder).to_path_buf();
            Some(Err((path, refused("cannot list", &error.into()))))
        }
    }));
    if found.len() == before {
        let message = format!("cannot find a policy in this folder: no file ends in one of {}", endings());
        found.push(Err((folder.to_path_buf(), DocumentError::new(ErrorKind::NoFiles, message))));
    }
}

/// Takes an entry of a folder that may be a policy. A link that leads nowhere is an error, so that it is not lost in silence.
fn document(entry: DirEntry) -> Option<Found> {
    if !is_taken(entry.path()) {
        return None;
    }
    let is_link = entry.path_is_symlink();
    let is_file = entry.file_type().is_file();
    let path = entry.into_path();
    match is_link.then(|| path.metadata()) {
        None => is_file.then_some(Ok(Place::File(path))),
        Some(Ok(metadata)) => metadata.is_file().then_some(Ok(Place::File(path))),
        Some(Err(error)) => Some(Err((path, refused("cannot follow the link", &error)))),
    }
}

/// Tells whether a name ends like that of a document or a container.
pub(crate) fn is_taken(path: &Path) -> bool {
    let has_ending = |path: &Path| is_one_of(path.extension(), &ENDINGS);
    has_ending(path) || is_packed(path) && path.file_stem().map(Path::new).is_some_and(has_ending)
}

/// Tells whether a name ends like that of a packed file.
pub(crate) fn is_packed(path: &Path) -> bool {
    is_one_of(path.extension(), &PACKED)
}

/// Tells whether a file's name ends like that of an archive, packed or not: there may be several documents in it.
pub fn may_hold_several(path: &Path) -> bool {
    let is_archive = |path: &Path| is_one_of(path.extension(), &ARCHIVES);
    is_archive(path) || is_packed(path) && path.file_stem().map(Path::new).is_some_and(is_archive)
}

/// Lists the endings for a message.
pub(crate) fn endings() -> String {
    let packed = PACKED.map(|ending| format!(".{ending}")).join(" or ");
    format!("{}, with {packed} behind it or not", ENDINGS.map(|ending| format!(".{ending}")).join(", "))
}

fn is_one_of(ending: Option<&OsStr>, known: &[&str]) -> bool {
    let ending = ending.and_then(OsStr::to_str);
    ending.is_some_and(|ending| known.iter().any(|known| known.eq_ignore_ascii_case(ending)))
}

#[cfg(test)]
mod tests {
    use std::fs;

    use tempfile::TempDir;

    use super::*;

    fn tree(files: &[&str]) -> TempDir {
        let root = TempDir::new().unwrap();
        for file in files {
            let path = root.path().join(file);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, "We keep nothing.").unwrap();
        }
        root
    }

    /// Writes what was found as `path` or `path: kind`, paths relative to the root.
    fn listed(root: &TempDir, paths: &[&str]) -> Vec<String> {
        let paths: Vec<_> = paths.iter().map(|path| root.path().join(path)).collect();
        let relative = |path: &Path| path.strip_prefix(root.path()).unwrap().display().to_string();
        let line = |found: Found| match found {
            Ok(Place::Stdin) => "-".to_owned(),
            Ok(Place::File(path)) => relative(&path),
            Err((path, error)) => format!("{}: {}", relative(&path), error.kind),
        };
        gather(&paths).into_iter().map(line).collect()
    }

    #[test]
    fn keeps_the_order_named_and_sorts_folders() {
        let root = tree(&[
            "b/z.md",
            "b/a.HTML",
            "b/a/q.txt",
            "b/a.b/q.htm",
            "b/.hidden/.x.xhtml",
            "b/notes.rst",
            "b/md",
            "a.pdf",
            "c.text",
            "b/B.markdown",
        ]);
        assert_eq!(
            listed(&root, &["c.text", "b", "a.pdf", "c.text"]),
            [
                "c.text",
                "b/.hidden/.x.xhtml",
                "b/B.markdown",
                "b/a/q.txt",
                "b/a.HTML",
                "b/a.b/q.htm",
                "b/z.md",
                "a.pdf",
                "c.text"
            ]
        );
    }

    #[test]
    fn knows_what_may_hold_policies_by_its_ending() {
        for (name, taken) in [
            ("a.md", true),
            ("a.HTML.GZ", true),
            ("b/crawl.warc.gz", true),
            ("a.tar.zst", true),
            ("a.tgz", true),
            ("a.zip", true),
            ("a.wacz", true),
            ("a.mht", true),
            ("a.gz", false),
            (".gz", false),
            ("md.gz", false),
            ("a.csv.gz", false),
            ("a.gz.md", true),
            ("a.gz.gz", false),
            ("a", false),
            ("", false),
        ] {
            assert_eq!(is_taken(Path::new(name)), taken, "{name}");
        }
    }

    #[test]
    fn names_standard_input() {
        assert_eq!(gather(&["-".into()]), [Ok(Place::Stdin)]);
        assert_eq!(gather(&[]), []);
    }

    #[test]
    fn tells_why_a_path_stands_for_nothing() {
        let root = tree(&["empty/notes.rst", "file.md"]);
        assert_eq!(
            listed(&root, &["gone.md", "empty", "file.md", "file.md/x"]),
            ["gone.md: not_found", "empty: no_files", "file.md", "file.md/x: unreadable"]
        );
        let error = gather(&[root.path().join("empty")]).remove(0).unwrap_err().1;
        assert_eq!(
            error.message,
            "cannot find a policy in this folder: no file ends in one of .md, .markdown, .txt, .text, .html, .htm, .xhtml, \
             .mhtml, .mht, .warc, .wet, .arc, .wacz, .zip, .tar, .tgz, with .gz or .zst behind it or not"
        );
    }

    #[cfg(unix)]
    #[test]
    fn follows_links_to_files_only() {
        use std::os::unix::fs::symlink;
        let root = tree(&["in/real.md", "out/kept.txt", "out/more/other.md"]);
        let link = |to: &str, from: &str| symlink(root.path().join(to), root.path().join(from)).unwrap();
        link("out/kept.txt", "in/file.md");
        link("out/more", "in/folder.md");
        link("in", "in/loop");
        link("nowhere", "in/lost.md");
        link("in", "named");
        assert_eq!(listed(&root, &["in"]), ["in/file.md", "in/lost.md: not_found", "in/real.md"]);
        assert_eq!(listed(&root, &["named"]), ["named/file.md", "named/lost.md: not_found", "named/real.md"]);
    }

    #[cfg(unix)]
    #[test]
    fn passes_over_what_is_no_file() {
        use std::os::unix::net::UnixListener;
        let root = tree(&["in/real.md"]);
        let _socket = UnixListener::bind(root.path().join("in/socket.md")).unwrap();
        assert_eq!(listed(&root, &["in", "in/socket.md"]), ["in/real.md", "in/socket.md: not_a_file"]);
        let (_, error) = gather(&["/dev/null".into()]).remove(0).unwrap_err();
        assert_eq!(error.message, "cannot read: no regular file; give a pipe as standard input, `-`");
    }

    #[cfg(unix)]
    #[test]
    fn reports_folders_that_it_may_not_list() {
        use std::os::unix::fs::PermissionsExt;
        let root = tree(&["in/shut/a.md", "in/z.md"]);
        let shut = root.path().join("in/shut");
        fs::set_permissions(&shut, fs::Permissions::from_mode(0o000)).unwrap();
        if fs::read_dir(&shut).is_ok() {
            eprintln!("skipped: nothing is shut to this user, who may be root");
            return;
        }
        assert_eq!(listed(&root, &["in", "in/shut"]), ["in/shut: unreadable", "in/z.md", "in/shut: unreadable"]);
        fs::set_permissions(&shut, fs::Permissions::from_mode(0o700)).unwrap();
    }
}
