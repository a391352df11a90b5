//! A folded text as programs read it: its bytes, their kinds in threes, and where its words begin and end.

use super::kinds::{END, WORD_KINDS, key, kind};
use super::program::SET;

/// Bytes behind a text that a comparison may read.
const BEHIND: usize = 8;

/// A text that is ready to be searched.
#[derive(Debug, Default)]
pub(crate) struct Text {
    /// The text, and as many zeros as a comparison may read.
    bytes: Vec<u8>,
    /// For each place, the key of the three bytes from there; one more, of the text's end.
    keys: Vec<u32>,
    /// The kinds that it has, a bit each.
    kinds: u64,
    /// Where words start.
    starts: Vec<u32>,
    /// Where words start and end, in order.
    bounds: Vec<u32>,
}

impl Text {
    /// Takes a text in place of the one before.
    pub(crate) fn read(&mut self, text: &[u8]) {
        let Self { bytes, keys, kinds, starts, bounds } = self;
        *kinds = 0;
        bytes.clear();
        bytes.extend_from_slice(text);
        bytes.extend([0; BEHIND]);
        keys.clear();
        let mut last = key(END, END, END);
        keys.resize(text.len() + 1, last);
        for (place, byte) in keys.iter_mut().zip(text).rev() {
            let kind = kind(*byte);
            last = (last << 6 | u32::from(kind)) & (u32::MAX >> 14);
            *place = last;
            *kinds |= 1 << kind;
        }
        starts.clear();
        bounds.clear();
        let mut was_word = false;
        for at in 0..=text.len() {
            let is_word = text.get(at).is_some_and(|byte| is_word_byte(*byte));
            if is_word != was_word {
                bounds.push(at as u32);
                if is_word {
                    starts.push(at as u32);
                }
            }
            was_word = is_word;
        }
    }

    /// The number of its bytes.
    pub(crate) fn len(&self) -> usize {
        self.bytes.len() - BEHIND
    }

    /// The kinds of byte that it has, its end among them.
    pub(crate) fn kinds(&self) -> u64 {
        self.kinds
    }

    /// The places where a match may start that begins with these kinds.
    pub(crate) fn starts(&self, first: u64) -> &[u32] {
        if first & !WORD_KINDS == 0 { &self.starts } else { &self.bounds }
    }

    /// The key of the three bytes from a place.
    pub(crate) fn key(&self, at: usize) -> u32 {
        self.keys[at]
    }

    /// Tells whether a byte at a place is of some kinds, of which the text's end is one.
    pub(crate) fn fits(&self, kinds: u64, at: usize) -> bool {
        kinds >> (self.keys[at] & 63) & 1 != 0
    }

    /// The bytes from a place on.
    pub(crate) fn from(&self, at: usize) -> &[u8] {
        self.bytes.get(at..self.len()).unwrap_or_default()
    }

    /// Eight bytes from a place, as a number; beyond the text they are zeros.
    pub(crate) fn eight(&self, at: usize) -> u64 {
        self.bytes.get(at..).and_then(|bytes| bytes.first_chunk()).map_or(0, |bytes| u64::from_le_bytes(*bytes))
    }

    /// Tells whether a set has the byte at a place; it has none at the text's end.
    pub(crate) fn is_in(&self, set: &[u32; SET], at: usize) -> bool {
        let byte = self.bytes[at];
        at < self.len() && set[usize::from(byte >> 5)] & 1 << (byte & 31) != 0
    }

    /// Tells whether a byte stands at a place.
    pub(crate) fn has(&self, byte: u8, at: usize) -> bool {
        at < self.len() && self.bytes[at] == byte
    }

    /// Tells whether a word of ASCII letters, digits and `_` starts or ends at a place.
    pub(crate) fn is_word_boundary(&self, at: usize) -> bool {
        let is_word = |at: Option<usize>| at.and_then(|at| self.bytes.get(at)).is_some_and(|byte| is_word_byte(*byte));
        is_word(at.checked_sub(1)) != is_word(Some(at))
    }
}

fn is_word_byte(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'_'
}
