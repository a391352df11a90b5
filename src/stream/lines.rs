//! Lines of bytes, up to a length, and those that can be had without waiting.

use std::io::{self, BufRead, BufReader, Read};

use sha2::{Digest, Sha256};

/// How many bytes are read at once. Lines that came together are handed on together, so this also bounds how many.
const BUFFER_BYTES: usize = 1 << 16;

/// How many bytes of a line's SHA-256 stand in the id that it gets if it has none.
const HASH_BYTES: usize = 8;

/// A line that is not blank.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line {
    /// Its number in its input, from 1; blank lines are counted.
    pub number: u64,
    /// Its bytes without the line feed; none if there are more than the limit.
    pub bytes: Option<Vec<u8>>,
    /// The SHA-256 of those bytes.
    hash: Option<[u8; 32]>,
}

impl Line {
    /// Names the line by its number and the first bytes of its SHA-256, as in `12:9f86d081884c7d65`.
    pub fn name(&self) -> String {
        let hash = self.hash.unwrap_or_else(|| Sha256::digest(self.bytes.as_deref().unwrap_or_default()).into());
        hash.iter().take(HASH_BYTES).fold(format!("{}:", self.number), |name, byte| format!("{name}{byte:02x}"))
    }
}

/// Reads lines, each of at most `max_bytes`; a longer one is read to its end without being kept.
#[derive(Debug)]
pub struct Lines<R> {
    reader: BufReader<R>,
    max_bytes: u64,
    number: u64,
}

impl<R: Read> Lines<R> {
    /// Reads from the start of an input.
    pub fn new(reader: R, max_bytes: u64) -> Self {
        Self { reader: BufReader::with_capacity(BUFFER_BYTES, reader), max_bytes, number: 0 }
    }

    /// Waits for a line and gives it with all that came with it; nothing at the end. Never waits while it holds a whole line.
    ///
    /// # Errors
    ///
    /// Returns what the reader refuses. Whole lines are given before, since there is no waiting while there are some.
    pub fn next_lines(&mut self) -> io::Result<Vec<Line>> {
        let mut lines = Vec::new();
        while lines.is_empty() || memchr::memchr(b'\n', self.reader.buffer()).is_some() {
            match self.next_line()? {
                None => break,
                Some(line) if line.is_blank() => {}
                Some(line) => lines.push(line),
            }
        }
        Ok(lines)
    }

    fn next_line(&mut self) -> io::Result<Option<Line>> {
        let mut bytes = Vec::new();
        // Set when the line has become too long.
        let mut hasher: Option<Sha256> = None;
        let mut is_begun = false;
        loop {
            let buffer = match self.reader.fill_buf() {
                Ok([]) if !is_begun => return Ok(None),
                Ok(buffer) => buffer,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
                Err(error) => return Err(error),
            };
            is_begun = true;
            let end = memchr::memchr(b'\n', buffer);
            let piece = buffer.get(..end.unwrap_or(buffer.len())).unwrap_or_default();
            if hasher.is_none() && (bytes.len() + piece.len()) as u64 > self.max_bytes {
                hasher = Some(Sha256::new_with_prefix(std::mem::take(&mut bytes)));
            }
            match &mut hasher {
                Some(hasher) => hasher.update(piece),
                None => bytes.extend_from_slice(piece),
            }
            let (taken, is_last) = (piece.len() + usize::from(end.is_some()), end.is_some() || buffer.is_empty());
            self.reader.consume(taken);
            if is_last {
                self.number += 1;
                let hash = hasher.map(|hasher| hasher.finalize().into());
                return Ok(Some(Line { number: self.number, bytes: hash.is_none().then_some(bytes), hash }));
            }
        }
    }
}

impl Line {
    /// Tells whether there is nothing in the line but white space and byte order marks.
    fn is_blank(&self) -> bool {
        self.bytes.as_deref().is_some_and(|bytes| without_mark(bytes).trim_ascii().is_empty())
    }
}

/// Takes a byte order mark in UTF-8 off.
pub(super) fn without_mark(bytes: &[u8]) -> &[u8] {
    bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A reader that gives one piece at a time, as a pipe does.
    struct Pieces(Vec<&'static [u8]>);

    impl Read for Pieces {
        fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
            if self.0.is_empty() {
                return Ok(0);
            }
            let piece = self.0.remove(0);
            buffer[..piece.len()].copy_from_slice(piece);
            Ok(piece.len())
        }
    }

    fn read(pieces: &[&'static [u8]], max_bytes: u64) -> Vec<Vec<(u64, Option<String>)>> {
        let mut lines = Lines::new(Pieces(pieces.to_vec()), max_bytes);
        let mut read = Vec::new();
        loop {
            let together = lines.next_lines().unwrap();
            if together.is_empty() {
                return read;
            }
            let one = |line: Line| (line.number, line.bytes.map(|bytes| String::from_utf8(bytes).unwrap()));
            read.push(together.into_iter().map(one).collect());
        }
    }

    fn some(number: u64, text: &str) -> (u64, Option<String>) {
        (number, Some(text.to_owned()))
    }

    #[test]
    fn gives_what_came_together() {
        assert_eq!(
            read(&[b"a\nb\nc", b"d\n", b"\n \r\n", b"e"], 10),
            [vec![some(1, "a"), some(2, "b")], vec![some(3, "cd")], vec![some(6, "e")]]
        );
        assert!(read(&[b"\n\xEF\xBB\xBF\n"], 10).is_empty());
        assert!(read(&[], 10).is_empty());
    }

    #[test]
    fn passes_over_what_is_too_long() {
        assert_eq!(
            read(&[b"1234", b"5\n123", b"4\n", b"12345"], 4),
            [vec![(1, None)], vec![some(2, "1234")], vec![(3, None)]]
        );
    }

    #[test]
    fn names_a_line_by_its_bytes_long_or_short() {
        let name = |max_bytes| Lines::new(b"\ntest\n".as_slice(), max_bytes).next_lines().unwrap()[0].name();
        // The first bytes of the SHA-256 of "test", as other programs give it.
        assert_eq!(name(4), "2:9f86d081884c7d65");
        assert_eq!(name(3), name(4));
    }
}
