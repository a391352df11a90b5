//! A folded text as programs read it: its bytes, their kinds in threes, and where its words begin and end.

use super::kinds::{END, WORD_KINDS, is_letter, key, kind};
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
    /// Where words start and end, and before how many of those up to it there is a space.
    words: Vec<Word>,
}

/// A word of ASCII letters, digits and `_`.
#[derive(Clone, Copy, Debug)]
struct Word {
    start: u32,
    end: u32,
    spaces: u32,
}

impl Text {
    /// Takes a text in place of the one before.
    pub(crate) fn read(&mut self, text: &[u8]) {
        let Self { bytes, keys, kinds, words } = self;
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
        words.clear();
        let (mut rest, mut spaces) = (text, 0);
        while let Some(letter) = rest.iter().position(|byte| is_letter(*byte)) {
            let (marks, behind) = rest.split_at(letter);
            spaces += u32::from(marks.contains(&b' '));
            let len = behind.iter().position(|byte| !is_letter(*byte)).unwrap_or(behind.len());
            let start = (text.len() - behind.len()) as u32;
            words.push(Word { start, end: start + len as u32, spaces });
            rest = behind.split_at(len).1;
        }
    }

    /// The number of its bytes.
    pub(crate) fn len(&self) -> usize {
        self.bytes.len() - BEHIND
    }

    /// The kinds of byte that it has.
    pub(crate) fn kinds(&self) -> u64 {
        self.kinds
    }

    /// How many words it has.
    pub(crate) fn words(&self) -> usize {
        self.words.len()
    }

    /// A word.
    pub(crate) fn word(&self, word: usize) -> &[u8] {
        let Word { start, end, .. } = self.words[word];
        self.bytes.get(start as usize..end as usize).unwrap_or_default()
    }

    /// Where a word starts.
    pub(crate) fn start(&self, word: usize) -> u32 {
        self.words[word].start
    }

    /// Where a word ends.
    pub(crate) fn end(&self, word: usize) -> u32 {
        self.words[word].end
    }

    /// How many of the words up to this one have a space before them.
    pub(crate) fn spaces(&self, word: usize) -> u32 {
        self.words.get(word).or(self.words.last()).map_or(0, |word| word.spaces)
    }

    /// The places where a match may start that begins at a word or before it, with these kinds.
    pub(crate) fn starts(&self, word: usize, first: u64) -> impl Iterator<Item = usize> {
        let end = word.checked_sub(1).filter(|_| first & !WORD_KINDS != 0).and_then(|before| self.words.get(before));
        let start = self.words.get(word).map(|word| word.start);
        end.map(|word| word.end).into_iter().chain(start).map(|at| at as usize)
    }

    /// The key of the three bytes from a place.
    pub(crate) fn key(&self, at: usize) -> u32 {
        self.keys[at]
    }

    /// Tells whether a byte at a place is of some kinds, of which the text's end is one.
    pub(crate) fn fits(&self, kinds: u64, at: usize) -> bool {
        kinds >> (self.keys[at] & 63) & 1 != 0
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
        let is_word = |at: Option<usize>| at.and_then(|at| self.bytes.get(at)).is_some_and(|byte| is_letter(*byte));
        is_word(at.checked_sub(1)) != is_word(Some(at))
    }
}
