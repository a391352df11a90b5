//! A file, or standard input, in; the documents that it holds, one after another, out: itself, what it is packed from, the
//! members of an archive, the records of a crawl, what was joined to it. What a file is, its content says and never its name.
//!
//! Documents are pushed to a function of the caller's, so that the readers of nested containers can borrow from one another.
//! All of it streams: what is held at a time is one document, however many there are.

mod body;
mod gzip;
mod joined;
mod member;
mod mhtml;
mod records;
mod tar;
mod zip;
mod zstd;

use std::cell::Cell;
use std::fs::File;
use std::io::{self, BufReader, Cursor, Read};
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};
use std::rc::Rc;

pub use member::{Content, Member};

use crate::error::{DocumentError, ErrorKind};
use crate::input::{self, Found, Place};

/// How many bytes from the start of a file show what it is: as many as the head of a tar archive has.
const HEAD_BYTES: u64 = 512;

/// A file of at most so many bytes is read at once, by the one who finds out what it is.
const READ_AT_ONCE: u64 = 64 * 1024;

/// The most containers within one another, packed files included: a zip of `.tar.gz` of `.warc.gz` has five. What lies
/// deeper is not opened.
const MAX_DEPTH: usize = 6;

/// Takes one document after another; a break ends the run.
pub type Give<'g> = dyn FnMut(Member) -> ControlFlow<()> + 'g;

/// Gives the documents of all places, in order; a place that could not be found is an error in its place.
pub fn documents(found: &[Found], max_bytes: u64, give: &mut Give<'_>) -> ControlFlow<()> {
    found.iter().try_for_each(|found| match found {
        Ok(place) => open(place, max_bytes, give),
        Err((path, error)) => give(Member::failed(input::display_path(path), error.clone())),
    })
}

/// Gives the documents of a file or of standard input, each of at most `max_bytes`.
///
/// A file that can only be one document is given unread, so that whoever takes it can read it.
pub fn open(place: &Place, max_bytes: u64, give: &mut Give<'_>) -> ControlFlow<()> {
    let mut unpacker = Unpacker { max_bytes, give, junk: Rc::default() };
    match place {
        Place::Stdin => {
            let label = Label { name: "-".to_owned(), path: None };
            unpacker.unpack(&mut io::stdin().lock(), &label, 0)
        }
        Place::File(path) => {
            let label = Label { name: input::display_path(path), path: Some(path.clone()) };
            unpacker.open(path, &label)
        }
    }
}

/// What a container is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    Gzip,
    Zstd,
    Zip,
    Tar,
    Warc,
    Arc,
}

impl Kind {
    /// Tells what the bytes begin, if that is a container.
    fn of(head: &[u8]) -> Option<Self> {
        match head {
            [0x1F, 0x8B, 8, ..] => Some(Self::Gzip),
            [b'P', b'K', 3, 4, ..] | [b'P', b'K', 5, 6, ..] => Some(Self::Zip),
            _ if zstd::begins(head) => Some(Self::Zstd),
            _ if head.get(257..).is_some_and(|rest| rest.starts_with(b"ustar")) => Some(Self::Tar),
            _ if records::begins_warc(head) => Some(Self::Warc),
            _ if records::begins_arc(head) => Some(Self::Arc),
            _ => None,
        }
    }
}

/// Whose bytes are being read.
struct Label {
    /// The name as records give it.
    name: String,
    /// A path that helps to find the format; none for standard input and the records of a crawl.
    path: Option<PathBuf>,
}

impl Label {
    /// Labels what a packed file holds: it keeps its name, and its format is that of the name without `.gz`.
    fn unpacked(&self) -> Self {
        let is_packed = |path: &&PathBuf| input::is_packed(path);
        let path =
            self.path.as_ref().map(|path| Some(path).filter(is_packed).map_or(path.clone(), |p| p.with_extension("")));
        Self { name: self.name.clone(), path }
    }

    /// Labels a member of an archive.
    fn member(&self, name: &str) -> Self {
        let name = format!("{}/{}", self.name, name.strip_prefix("./").unwrap_or(name));
        Self { path: Some(PathBuf::from(&name)), name }
    }
}

/// Opens containers and gives what it finds.
struct Unpacker<'g, 'f> {
    max_bytes: u64,
    give: &'g mut Give<'f>,
    /// Whether bytes that are no gzip data were found behind some: see [`gzip::Gunzip`].
    junk: Rc<Cell<bool>>,
}

impl Unpacker<'_, '_> {
    fn open(&mut self, path: &Path, label: &Label) -> ControlFlow<()> {
        let max_bytes = self.max_bytes;
        match input::open(path).and_then(|(file, size)| Ok((read_head(&file, size.min(max_bytes))?, file, size))) {
            Err(error) => self.fail(&label.name, error),
            Ok((head, file, size)) => match Kind::of(shown(&head)) {
                None if joined::may_begin(shown(&head)) => self.unpack(&mut Cursor::new(head).chain(file), label, 0),
                // Read to its end, by which it was found that there is no more.
                None if head.len() as u64 == size && size <= max_bytes.min(READ_AT_ONCE) => {
                    self.give(Member { content: Ok(Content::Bytes(head)), ..Member::new(label) })
                }
                None => {
                    let content = Content::File { file, head, size };
                    self.give(Member { content: Ok(content), ..Member::new(label) })
                }
                Some(Kind::Zip) => self.zip(BufReader::new(file), label, 0),
                Some(_) => self.unpack(&mut Cursor::new(head).chain(file), label, 0),
            },
        }
    }

    /// Gives what a stream of bytes holds.
    fn unpack(&mut self, reader: &mut dyn Read, label: &Label, depth: usize) -> ControlFlow<()> {
        let mut head = Vec::new();
        // What comes before a fault is read all the same: there may be whole records in it.
        let fault = reader.take(HEAD_BYTES).read_to_end(&mut head).err();
        let kind = Kind::of(&head).filter(|_| depth < MAX_DEPTH);
        let rest: &mut dyn Read = match fault {
            None => reader,
            Some(fault) => &mut Fault(Some(fault)),
        };
        let mut reader = BufReader::with_capacity(1 << 16, Cursor::new(head).chain(rest));
        match kind {
            None => self.document(&mut reader, label, depth),
            Some(Kind::Gzip) => {
                let mut unpacked = gzip::Gunzip::new(reader, self.junk.clone());
                self.unpack(&mut unpacked, &label.unpacked(), depth + 1)
            }
            Some(Kind::Zstd) => self.unpack(&mut zstd::Unzstd::new(reader), &label.unpacked(), depth + 1),
            Some(Kind::Tar) => self.tar(&mut reader, label, depth),
            Some(Kind::Warc) => self.warc(&mut reader, label),
            Some(Kind::Arc) => self.arc(&mut reader, label),
            // Its list of members is at the end, so it has to be there whole.
            Some(Kind::Zip) => match input::read_up_to(reader, 0, self.max_bytes) {
                Ok(bytes) => self.zip(Cursor::new(bytes), label, depth),
                Err(error) => self.fail(&label.name, error),
            },
        }
    }

    /// Gives a stream of bytes as one document, or as the several that were joined to it.
    fn document(&mut self, reader: &mut dyn Read, label: &Label, depth: usize) -> ControlFlow<()> {
        let read = input::read_up_to(reader, 0, self.max_bytes).map_err(|error| {
            let is_packed = depth > 0 && error.kind == ErrorKind::Unreadable;
            if is_packed { DocumentError::new(ErrorKind::Damaged, error.message) } else { error }
        });
        let junk = self.junk.take();
        match read {
            Ok(bytes) => {
                let warnings = junk.then(|| "bytes behind the gzip data were ignored".to_owned()).into_iter().collect();
                self.give_read(bytes, warnings, label)
            }
            Err(error) => self.give(Member { content: Err(error), ..Member::new(label) }),
        }
    }

    fn give(&mut self, member: Member) -> ControlFlow<()> {
        (self.give)(member)
    }

    /// Gives an error in the place of a document.
    fn fail(&mut self, name: &str, error: DocumentError) -> ControlFlow<()> {
        self.give(Member::failed(name.to_owned(), error))
    }
}

/// A reader that only gives an error.
struct Fault(Option<io::Error>);

impl Read for Fault {
    fn read(&mut self, _: &mut [u8]) -> io::Result<usize> {
        Err(self.0.take().unwrap_or_else(|| io::ErrorKind::UnexpectedEof.into()))
    }
}

/// A fault of packed data right where a member or frame of them begins: all that was read before is whole.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
struct Ahead(io::Error);

impl Ahead {
    fn mark(error: io::Error) -> io::Error {
        io::Error::new(error.kind(), Self(error))
    }

    fn marks(error: &io::Error) -> bool {
        error.get_ref().is_some_and(|error| error.is::<Self>())
    }
}

/// Reads the head of a file, or all of it if it is small.
fn read_head(file: &File, size: u64) -> Result<Vec<u8>, DocumentError> {
    // One byte more than there should be, to see that there is no more.
    let most = if size <= READ_AT_ONCE { HEAD_BYTES.max(size + 1) } else { HEAD_BYTES };
    let mut head = Vec::with_capacity(usize::try_from(most).unwrap_or_default());
    file.take(most).read_to_end(&mut head).map_err(|error| input::refused("cannot read", &error))?;
    Ok(head)
}

/// What of a file's first bytes shows what it is.
fn shown(head: &[u8]) -> &[u8] {
    head.get(..HEAD_BYTES as usize).unwrap_or(head)
}

/// Makes the error for a container that is cut off or broken.
fn damaged(why: &dyn std::fmt::Display) -> DocumentError {
    DocumentError::new(ErrorKind::Damaged, format!("cannot unpack: {why}"))
}

/// Makes the error for an archive without a document.
fn no_members() -> DocumentError {
    let message = format!("cannot find a policy in this archive: no member ends in one of {}", input::endings());
    DocumentError::new(ErrorKind::NoFiles, message)
}

#[cfg(test)]
mod tests;
