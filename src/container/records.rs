//! The records of crawls: WARC 1.0 and 1.1 (ISO 28500:2017), text from WARC records (WET), and the older ARC. A record's size
//! stands in its head, and its body may hold anything, so it is cut by that size and by nothing else.

use std::io::{self, BufRead, Read};
use std::ops::ControlFlow;

use super::{Ahead, Content, Label, Member, Unpacker, damaged};
use crate::error::{DocumentError, ErrorKind};
use crate::head::{self, ArcLine, Head};
use crate::input;

/// Media types of what may be a policy; what states another is an image, a script, a feed or the like.
const MEDIA_TYPES: [&str; 8] = [
    "text/html",
    "text/plain",
    "text/markdown",
    "text/x-markdown",
    "application/xhtml+xml",
    "application/x-mimearchive",
    "multipart/related",
    "message/rfc822",
];

/// Tells whether bytes begin a WARC file: the version alone on its line, and a field on the next.
pub(super) fn begins_warc(head: &[u8]) -> bool {
    head.starts_with(b"WARC/") && {
        let mut lines = head.split_inclusive(|byte| *byte == b'\n').take(2);
        // The head may be cut anywhere, so the two lines are looked at as if they were all.
        let two = [lines.next().unwrap_or_default(), lines.next().unwrap_or_default()].concat();
        two.contains(&b'\n') && Head::warc(&two).is_some()
    }
}

/// Tells whether bytes begin an ARC file.
pub(super) fn begins_arc(head: &[u8]) -> bool {
    head.starts_with(b"filedesc://") && ArcLine::read(head).is_some()
}

/// What a record is to us.
enum Use {
    /// A document.
    Document,
    /// Facts on the file that the records after it are a part of.
    Facts,
    /// Nothing.
    None,
}

/// A record's head, and what it says that matters here.
struct Record {
    head: Vec<u8>,
    /// The size of the block behind the head, in bytes.
    size: u64,
}

impl Unpacker<'_, '_> {
    /// Gives the documents of a WARC file.
    pub(super) fn warc(&mut self, reader: &mut dyn BufRead, label: &Label) -> ControlFlow<()> {
        self.records(reader, label, read_warc_head, |record, block| {
            let Some(head) = Head::warc(&record.head) else { return Use::None };
            let kind = head.field("warc-type").unwrap_or_default().to_ascii_lowercase();
            // Crawlers keep their own settings and logs as text under addresses of their own.
            if head.field("warc-target-uri").is_some_and(|uri| uri.trim_start_matches('<').starts_with("metadata:")) {
                return Use::None;
            }
            match kind.as_str() {
                "warcinfo" => Use::Facts,
                "response" | "resource" | "conversion" | "revisit" => {
                    let media_type = match head.media_type() {
                        Some(own) if own == "application/http" => last_media_type(block),
                        own => own,
                    };
                    use_of(media_type.as_deref())
                }
                _ => Use::None,
            }
        })
    }

    /// Gives the documents of an ARC file.
    pub(super) fn arc(&mut self, reader: &mut dyn BufRead, label: &Label) -> ControlFlow<()> {
        self.records(reader, label, read_arc_line, |record, block| {
            let Some(line) = ArcLine::read(&record.head).filter(|line| line.url.starts_with("http")) else {
                return Use::None;
            };
            // What was not told has a word such as `no-type`.
            let own = Some(line.media_type.to_ascii_lowercase()).filter(|own| own.contains('/'));
            use_of(last_media_type(block).or(own).as_deref())
        })
    }

    /// Gives the records that are documents, each under its number among all, from 1. What follows the last whole record is an
    /// error.
    fn records(
        &mut self,
        reader: &mut dyn BufRead,
        label: &Label,
        read_head: fn(&mut dyn BufRead) -> io::Result<Option<Record>>,
        use_of: impl Fn(&Record, &[u8]) -> Use,
    ) -> ControlFlow<()> {
        let mut collection = None;
        let mut is_empty = true;
        // The head of the next record, or a fault of it, where it was read to know whether the one before is whole.
        let mut ahead = None;
        for number in 1_u64.. {
            let name = format!("{}#{number}", label.name);
            let record = match ahead.take().unwrap_or_else(|| read_head(reader)) {
                Ok(Some(record)) => record,
                Ok(None) if self.junk.take() => {
                    let why = "the bytes behind the last whole record are no gzip data";
                    return self.fail(&name, damaged(&why));
                }
                Ok(None) => break,
                Err(error) => return self.fail(&name, damaged(&error)),
            };
            let mut block = Block { bytes: Vec::new(), left: record.size };
            let read = block.read(reader, head::MAX_BYTES as u64).and_then(|()| {
                let used = use_of(&record, &block.bytes);
                let is_too_large = record.size > self.max_bytes;
                if matches!(used, Use::Document) && !is_too_large {
                    block.read(reader, u64::MAX)?;
                }
                block.skip(reader)?;
                // Packed data are checked where they end, and a record's own end with the line breaks behind it.
                match skip_breaks(reader) {
                    Err(error) if Ahead::marks(&error) => ahead = Some(Err(error)),
                    Err(error) => return Err(error),
                    Ok(true) => {}
                    // Damage may have made the record longer than it was: then its packed data end with a fault.
                    Ok(false) => match read_head(reader) {
                        Err(error) if is_of_packed_data(&error) => return Err(error),
                        next => ahead = Some(next),
                    },
                }
                Ok((used, is_too_large))
            });
            match read {
                Err(error) => return self.fail(&name, damaged(&error)),
                Ok((Use::None, _)) => {}
                Ok((Use::Facts, _)) => {
                    collection = Head::mail(&block.bytes).and_then(|facts| facts.field("ispartof")).or(collection);
                }
                Ok((Use::Document, true)) => {
                    is_empty = false;
                    self.fail(&name, input::too_large(self.max_bytes))?;
                }
                Ok((Use::Document, false)) => {
                    is_empty = false;
                    let mut bytes = record.head;
                    bytes.append(&mut block.bytes);
                    let content = Ok(Content::Bytes(bytes));
                    let collection = collection.clone();
                    self.give(Member { name, path: None, content, collection, warnings: Vec::new() })?;
                }
            }
        }
        if is_empty { self.fail(&label.name, no_records()) } else { ControlFlow::Continue(()) }
    }
}

/// The block of a record, as far as it was read.
struct Block {
    bytes: Vec<u8>,
    /// How many bytes of it are still to come.
    left: u64,
}

impl Block {
    /// Reads on, `most` bytes at most.
    fn read(&mut self, reader: &mut dyn BufRead, most: u64) -> io::Result<()> {
        let wanted = self.left.min(most);
        let count = reader.take(wanted).read_to_end(&mut self.bytes)? as u64;
        self.left -= count;
        if count < wanted { Err(cut_off()) } else { Ok(()) }
    }

    /// Passes over the rest.
    fn skip(&mut self, reader: &mut dyn BufRead) -> io::Result<()> {
        let left = std::mem::take(&mut self.left);
        if io::copy(&mut reader.take(left), &mut io::sink())? < left { Err(cut_off()) } else { Ok(()) }
    }
}

/// Tells a fault within packed data from those that records themselves have, and from the start of the next data.
fn is_of_packed_data(error: &io::Error) -> bool {
    !Ahead::marks(error) && !matches!(error.kind(), io::ErrorKind::InvalidData | io::ErrorKind::UnexpectedEof)
}

/// Passes over line breaks, up to what follows them; tells whether there were any, or nothing.
fn skip_breaks(reader: &mut dyn BufRead) -> io::Result<bool> {
    let mut has_breaks = false;
    loop {
        let buffer = reader.fill_buf()?;
        let breaks = buffer.iter().take_while(|byte| matches!(byte, b'\r' | b'\n')).count();
        let (is_end, is_all) = (buffer.is_empty(), breaks == buffer.len());
        reader.consume(breaks);
        has_breaks |= breaks > 0 || is_end;
        if is_end || !is_all {
            return Ok(has_breaks);
        }
    }
}

/// Reads the head of the next record, and blank lines before it; nothing at the end of the file.
fn read_warc_head(reader: &mut dyn BufRead) -> io::Result<Option<Record>> {
    let mut head = Vec::new();
    loop {
        let start = head.len();
        let room = (head::MAX_BYTES - start) as u64;
        reader.take(room).read_until(b'\n', &mut head)?;
        let line = head.get(start..).unwrap_or_default();
        if !line.ends_with(b"\n") {
            if head.trim_ascii().is_empty() {
                return Ok(None);
            }
            return Err(if head.len() < head::MAX_BYTES { cut_off() } else { no_record("a WARC") });
        }
        if line.trim_ascii().is_empty() {
            if start > 0 {
                break;
            }
            head.clear();
        } else if start == 0 && !line.starts_with(b"WARC/") {
            return Err(no_record("a WARC"));
        }
    }
    let size = Head::warc(&head).and_then(|head| head.field("content-length")?.parse().ok());
    let size = size.ok_or_else(|| no_record("a WARC"))?;
    Ok(Some(Record { head, size }))
}

/// Reads the line of the next ARC record, and blank lines before it; nothing at the end of the file.
fn read_arc_line(reader: &mut dyn BufRead) -> io::Result<Option<Record>> {
    let mut head = Vec::new();
    loop {
        reader.take(head::MAX_BYTES as u64).read_until(b'\n', &mut head)?;
        if head.is_empty() {
            return Ok(None);
        }
        if !head.trim_ascii().is_empty() {
            break;
        }
        head.clear();
    }
    if !head.ends_with(b"\n") {
        return Err(cut_off());
    }
    let size = ArcLine::read(&head).ok_or_else(|| no_record("an ARC"))?.size;
    Ok(Some(Record { head, size }))
}

/// Finds the media type that the last of the HTTP answers at the start of a block states.
fn last_media_type(block: &[u8]) -> Option<String> {
    head::http_heads(block).last()?.media_type()
}

fn use_of(media_type: Option<&str>) -> Use {
    if media_type.is_none_or(|media_type| MEDIA_TYPES.contains(&media_type)) { Use::Document } else { Use::None }
}

fn cut_off() -> io::Error {
    io::Error::new(io::ErrorKind::UnexpectedEof, "the record is cut off")
}

fn no_record(kind: &str) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, format!("what stands here is not the head of {kind} record"))
}

fn no_records() -> DocumentError {
    let message = "cannot find a policy in this archive: no record holds a page or text";
    DocumentError::new(ErrorKind::NoFiles, message)
}
