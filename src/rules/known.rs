//! What was found in texts that were read before: in an archive most paragraphs and sentences come again, in a policy's
//! next version or in another site's policy.

use std::hash::{BuildHasher, RandomState};
use std::sync::{Mutex, MutexGuard, PoisonError};

use hashbrown::HashTable;
use twox_hash::XxHash3_128;

/// The most bytes of all young generations, and of all old ones.
const MOST: usize = 12 << 20;
/// In how many parts the texts are kept, so that threads seldom wait for one another.
const PARTS: usize = 64;
/// The most bytes of one text's numbers: one that takes more is seldom met again, and would take the room of many.
const MOST_OF_ONE: usize = MOST / PARTS / 8;

/// Texts with what was found in them, as numbers, for all threads.
///
/// Texts are known by 128 bits of a hash whose seed no one knows before the run: among 10¹⁰ texts, two have the same with
/// a chance of 1 in 10¹⁸.
#[derive(Debug)]
pub(crate) struct Known {
    seed: u64,
    parts: Vec<Mutex<Generations>>,
}

/// What stands for a text: its hash, 16 bits each.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Key([u16; 8]);

/// When the young generation is full, the old one is forgotten, and what was not asked for since it was young with it.
#[derive(Debug, Default)]
struct Generations {
    young: Generation,
    old: Generation,
}

/// A text is found with few looks at memory: by a small table at a record that has all there is of it.
#[derive(Debug, Default)]
struct Generation {
    /// Where the record of each text starts.
    starts: HashTable<u32>,
    /// For each text its key, how many numbers it has, and these.
    records: Vec<u16>,
}

impl Default for Known {
    fn default() -> Self {
        let parts = std::iter::repeat_with(Mutex::default).take(PARTS).collect();
        Self { seed: RandomState::new().hash_one(0), parts }
    }
}

impl Known {
    /// The key of a text.
    pub(crate) fn key(&self, text: &str) -> Key {
        let hash = XxHash3_128::oneshot_with_seed(self.seed, text.as_bytes());
        Key(std::array::from_fn(|place| (hash >> (16 * place)) as u16))
    }

    /// Adds the numbers of a text, if it is known; tells whether it is.
    pub(crate) fn recall(&self, key: Key, numbers: &mut Vec<usize>) -> bool {
        let before = numbers.len();
        let mut part = self.part(key);
        let is_young = part.young.recall(key, numbers);
        let is_known = is_young || part.old.recall(key, numbers);
        if is_known && !is_young {
            part.keep(key, numbers.get(before..).unwrap_or_default());
        }
        is_known
    }

    /// Keeps the numbers of a text, if there are not uncommonly many, and none is uncommonly large.
    pub(crate) fn keep(&self, key: Key, numbers: &[usize]) {
        const { assert!(MOST_OF_ONE / size_of::<u16>() <= u16::MAX as usize, "a count fits into a number") };
        let is_small = |number: &usize| *number <= usize::from(u16::MAX);
        if numbers.len() * size_of::<u16>() <= MOST_OF_ONE && numbers.iter().all(is_small) {
            self.part(key).keep(key, numbers);
        }
    }

    fn part(&self, key: Key) -> MutexGuard<'_, Generations> {
        // The last number: a part's table goes by the others.
        self.parts[usize::from(key.0[7]) % PARTS].lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Generations {
    fn keep(&mut self, key: Key, numbers: &[usize]) {
        if self.young.bytes() > MOST / PARTS {
            self.old = std::mem::take(&mut self.young);
        }
        self.young.keep(key, numbers);
    }
}

impl Generation {
    fn recall(&self, key: Key, numbers: &mut Vec<usize>) -> bool {
        let record = |start: &u32| self.records.get(*start as usize..).unwrap_or_default();
        let is_of_key = |start: &u32| record(start).starts_with(&key.0);
        let Some(start) = self.starts.find(key.hash(), is_of_key) else { return false };
        let behind_key = record(start).get(key.0.len()..).and_then(<[u16]>::split_first);
        let kept = behind_key.and_then(|(count, behind)| behind.get(..usize::from(*count)));
        numbers.extend(kept.unwrap_or_default().iter().copied().map(usize::from));
        true
    }

    fn keep(&mut self, key: Key, numbers: &[usize]) {
        let Self { starts, records } = self;
        let start = records.len() as u32;
        records.extend(key.0);
        records.push(numbers.len() as u16);
        records.extend(numbers.iter().map(|number| *number as u16));
        let key_at = |start: &u32| records.get(*start as usize..).and_then(<[u16]>::first_chunk).copied().map(Key);
        starts.insert_unique(key.hash(), start, |start| key_at(start).map_or(0, Key::hash));
    }

    fn bytes(&self) -> usize {
        size_of_val(&*self.records) + self.starts.len() * size_of::<u32>()
    }
}

impl Key {
    /// The part of the hash that tables go by.
    fn hash(self) -> u64 {
        let [a, b, c, d, ..] = self.0.map(u64::from);
        a | b << 16 | c << 32 | d << 48
    }
}

#[cfg(test)]
mod tests {
    use super::{Known, MOST, MOST_OF_ONE, PARTS};

    fn numbers(known: &Known, text: &str) -> Option<Vec<usize>> {
        let mut numbers = Vec::new();
        known.recall(known.key(text), &mut numbers).then_some(numbers)
    }

    #[test]
    fn keeps_what_is_asked_for_and_no_more_than_there_is_room_for() {
        let known = Known::default();
        let of_tea = [7, 1, 65_535];
        known.keep(known.key("tea"), &of_tea);
        let most = vec![9; MOST_OF_ONE / size_of::<u16>()];
        known.keep(known.key("large"), &[7, 1, 65_536]);
        known.keep(known.key("many"), &[most.as_slice(), &[9]].concat());
        known.keep(known.key("most"), &most);
        assert_eq!(numbers(&known, "most"), Some(most.clone()));
        for n in 0..MOST / 10 {
            known.keep(known.key(&n.to_string()), most.get(..n % 3_000).filter(|_| n % 500 == 0).unwrap_or_default());
            if n % 1_000 == 0 {
                assert_eq!(numbers(&known, "tea").as_deref(), Some(&of_tea[..]), "after {n} others");
            }
        }
        assert_eq!(numbers(&known, "0"), None);
        assert_eq!((numbers(&known, "large"), numbers(&known, "many")), (None, None));
        for part in &known.parts {
            let part = part.lock().unwrap();
            assert!(part.young.bytes().max(part.old.bytes()) < MOST / PARTS + MOST_OF_ONE + 100);
        }
    }
}
