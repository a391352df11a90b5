//! What was found in texts that were read before: in an archive most paragraphs and sentences come again, in a policy's
//! next version or in another site's policy.

use std::collections::HashMap;
use std::hash::{BuildHasher, BuildHasherDefault, Hash, Hasher, RandomState};
use std::sync::{Mutex, MutexGuard, PoisonError};

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

/// What stands for a text: the low and the high half of its hash.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Key {
    low: u64,
    high: u64,
}

/// When the young generation is full, the old one is forgotten, and what was not asked for since it was young with it.
#[derive(Debug, Default)]
struct Generations {
    young: Generation,
    old: Generation,
}

#[derive(Debug, Default)]
struct Generation {
    /// For each text, where its numbers start and how many there are.
    texts: HashMap<Key, (u32, u32), BuildHasherDefault<LowHalf>>,
    numbers: Vec<u16>,
}

/// A hasher for keys, which are hashes already.
#[derive(Debug, Default)]
struct LowHalf(u64);

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
        Key { low: hash as u64, high: (hash >> 64) as u64 }
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
        let is_small = |number: &usize| *number <= usize::from(u16::MAX);
        if numbers.len() * size_of::<u16>() <= MOST_OF_ONE && numbers.iter().all(is_small) {
            self.part(key).keep(key, numbers);
        }
    }

    fn part(&self, key: Key) -> MutexGuard<'_, Generations> {
        // The high half: a part's table goes by the low one.
        self.parts[key.high as usize % PARTS].lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Generations {
    fn keep(&mut self, key: Key, numbers: &[usize]) {
        if self.young.bytes() > MOST / PARTS {
            self.old = std::mem::take(&mut self.young);
        }
        let young = &mut self.young;
        young.texts.insert(key, (young.numbers.len() as u32, numbers.len() as u32));
        young.numbers.extend(numbers.iter().map(|number| *number as u16));
    }
}

impl Generation {
    fn recall(&self, key: Key, numbers: &mut Vec<usize>) -> bool {
        let Some((start, count)) = self.texts.get(&key) else { return false };
        let kept = self.numbers.get(*start as usize..).and_then(|kept| kept.get(..*count as usize));
        numbers.extend(kept.unwrap_or_default().iter().copied().map(usize::from));
        true
    }

    fn bytes(&self) -> usize {
        self.texts.len() * size_of::<(Key, (u32, u32))>() + size_of_val(&*self.numbers)
    }
}

impl Hash for Key {
    fn hash<H: Hasher>(&self, state: &mut H) {
        state.write_u64(self.low);
    }
}

impl Hasher for LowHalf {
    fn write(&mut self, bytes: &[u8]) {
        self.0 = bytes.first_chunk().map_or(0, |bytes| u64::from_le_bytes(*bytes));
    }

    fn write_u64(&mut self, half: u64) {
        self.0 = half;
    }

    fn finish(&self) -> u64 {
        self.0
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
