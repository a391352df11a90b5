//! Which lists of tests a word passes: found by its letters, in tables that the build script leaves ready.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};

use super::expr::{ANY_WORD, Test, plain};
use super::numbers::Numbers;

/// What a key is: a whole word, how one starts or ends, or what is in one. The numbers begin its hash.
const WHOLE: u32 = 0;
const START: u32 = 1;
const END: u32 = 2;
const MIDDLE: u32 = 3;
/// How many lists of tests a block has: lists by their numbers, a bit for each.
pub(crate) const BLOCK: u32 = u32::BITS;
/// The numbers of a key: its hash, where its letters end in the pool, and its set of lists, which other keys may have too.
const KEY: usize = 3;

/// The words that tests name, and how words start and end that others ask for, each with the lists that are passed so.
#[derive(Debug, Default)]
pub(crate) struct Vocabulary {
    /// The letters of all keys, one behind the other.
    pub(crate) pool: Cow<'static, str>,
    /// How many letters the longest key has.
    pub(crate) longest: u32,
    /// For each low part of a hash one more than the number of its key, or the next free row.
    rows: Numbers,
    keys: Numbers,
    /// Where the blocks of each set of lists start; one more at the end.
    starts: Numbers,
    /// Blocks of lists, each with a bit for those of it that are passed.
    blocks: Numbers,
}

impl Vocabulary {
    /// Makes the vocabulary of lists of tests, of which each has a number.
    pub(crate) fn new<'t>(tests: impl Iterator<Item = (&'t Vec<Test>, u32)>) -> Self {
        let mut keys: BTreeMap<(u32, &[u8]), BTreeSet<u32>> = BTreeMap::new();
        for (tests, list) in tests.filter(|(_, list)| *list != ANY_WORD) {
            for test in tests {
                let Test { start, is_open, middle, end } = test;
                // One part is enough: a list may be passed by more words than it asks for.
                let parts = [(MIDDLE, middle), (END, end), (START, start)];
                let longest = parts.into_iter().max_by_key(|(_, letters)| letters.len());
                let key = longest.filter(|_| *is_open).unwrap_or((WHOLE, start));
                keys.entry((key.0, key.1.as_slice())).or_default().insert(list);
            }
        }
        // A whole word has all lists that it passes, so that nothing else is to be looked up.
        let words: Vec<&[u8]> = keys.keys().filter(|(kind, _)| *kind == WHOLE).map(|(_, word)| *word).collect();
        for word in words {
            let ends = (1..=word.len()).flat_map(|end| (0..end).map(move |start| (start, end)));
            let parts = ends.flat_map(|(start, end)| {
                let letters = word.get(start..end).unwrap_or_default();
                let start = (start == 0).then_some((START, letters));
                let end = (end == word.len()).then_some((END, letters));
                [Some((MIDDLE, letters)), start, end].into_iter().flatten()
            });
            let passed: Vec<u32> = parts.filter_map(|part| keys.get(&part)).flatten().copied().collect();
            keys.entry((WHOLE, word)).or_default().extend(passed);
        }
        let bits = (keys.len() * 4).next_power_of_two().ilog2().max(1);
        let mut rows = vec![0; 1 << bits];
        let longest = keys.keys().map(|(_, letters)| letters.len()).max().unwrap_or(0) as u32;
        let (mut pool, mut table) = (String::new(), Vec::new());
        let (mut sets, mut starts, mut blocks) = (BTreeMap::new(), Vec::new(), Vec::new());
        for (number, ((kind, letters), passed)) in keys.into_iter().enumerate() {
            let hash = letters.iter().fold(kind, |hash, letter| add(hash, *letter));
            let mut row = row(hash, bits);
            while rows[row] != 0 {
                row = (row + 1) & (rows.len() - 1);
            }
            rows[row] = number as u32 + 1;
            let set = *sets.entry(passed).or_insert_with_key(|passed| {
                starts.push(blocks.len() as u32);
                let passed: Vec<u32> = passed.iter().copied().collect();
                for block in passed.chunk_by(|one, next| one / BLOCK == next / BLOCK) {
                    blocks.extend([block[0] / BLOCK, block.iter().fold(0, |bits, list| bits | 1 << (list % BLOCK))]);
                }
                starts.len() as u32 - 1
            });
            pool.extend(letters.iter().map(|letter| char::from(*letter)));
            table.extend([hash, pool.len() as u32, set]);
        }
        starts.push(blocks.len() as u32);
        Self {
            pool: Cow::Owned(pool),
            longest,
            rows: rows.into_iter().collect(),
            keys: table.into_iter().collect(),
            starts: starts.into_iter().collect(),
            blocks: blocks.into_iter().collect(),
        }
    }

    pub(crate) fn tables(&mut self) -> [&mut Numbers; 4] {
        [&mut self.rows, &mut self.keys, &mut self.starts, &mut self.blocks]
    }

    /// Calls `found` with the set of lists, for [`Self::blocks`], of each known part of a word; some lists may be of several.
    pub(crate) fn sets(&self, word: &[u8], mut found: impl FnMut(u32)) {
        let hash = word.iter().fold(WHOLE, |hash, letter| add(hash, *letter));
        if let Some(set) = self.set(hash, word) {
            found(set);
            return;
        }
        let mut part = |hash: u32, letters: &[u8]| self.set(hash, letters).into_iter().for_each(&mut found);
        for start in 0..word.len() {
            let (mut as_start, mut as_middle, mut as_end) = (START, MIDDLE, END);
            for end in start..word.len().min(start + self.longest as usize) {
                let letters = word.get(start..=end).unwrap_or_default();
                as_middle = add(as_middle, word[end]);
                part(as_middle, letters);
                if start == 0 {
                    as_start = add(as_start, word[end]);
                    part(as_start, letters);
                }
                as_end = add(as_end, word[end]);
                if end + 1 == word.len() {
                    part(as_end, letters);
                }
            }
        }
    }

    /// The blocks of a set of lists of tests, with a bit for each list.
    pub(crate) fn blocks(&self, set: u32) -> impl Iterator<Item = [u32; 2]> {
        let [start, end] = self.starts.row().some(set as usize).map(|at| at as usize);
        self.blocks.row().groups(start, end.saturating_sub(start) / 2)
    }

    /// The set of lists of a key.
    fn set(&self, hash: u32, letters: &[u8]) -> Option<u32> {
        let rows = self.rows.len();
        let mut at = row(hash, rows.ilog2());
        loop {
            let key = self.rows.at(at).checked_sub(1)? as usize * KEY;
            if self.keys.at(key) == hash {
                let start = key.checked_sub(KEY).map_or(0, |before| self.keys.at(before + 1)) as usize;
                let known = self.pool.as_bytes().get(start..self.keys.at(key + 1) as usize).unwrap_or_default();
                if known == letters || known.iter().copied().eq(letters.iter().map(|letter| plain(*letter))) {
                    return Some(self.keys.at(key + 2));
                }
            }
            at = (at + 1) & (rows - 1);
        }
    }
}

fn add(hash: u32, letter: u8) -> u32 {
    (hash.rotate_left(5) ^ u32::from(plain(letter))).wrapping_mul(0x9E37_79B1)
}

fn row(hash: u32, bits: u32) -> usize {
    (hash >> (32 - bits)) as usize
}
