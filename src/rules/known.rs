//! What was found in texts that were read before: in an archive most clauses come again, in a policy's next version or in
//! another site's policy.

use std::collections::HashMap;
use std::hash::{BuildHasher, BuildHasherDefault, Hasher, RandomState};
use std::sync::{Mutex, MutexGuard, PoisonError};

use twox_hash::XxHash3_128;

use super::Hit;

/// The most bytes of all young generations, and of all old ones: about 100,000 clauses.
const MOST: usize = 6 << 20;
/// In how many parts the texts are kept, so that threads seldom wait for one another.
const PARTS: usize = 64;

/// Texts with their hits, for all threads.
///
/// Texts are known by 128 bits of a hash whose seed no one knows before the run: among 10¹⁰ texts, two have the same with
/// a chance of 1 in 10¹⁸.
#[derive(Debug)]
pub(crate) struct Known {
    seed: u64,
    parts: Vec<Mutex<Generations>>,
}

/// What stands for a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Key(u128);

/// When the young generation is full, the old one is forgotten, and what was not asked for since it was young with it.
#[derive(Debug, Default)]
struct Generations {
    young: Generation,
    old: Generation,
}

#[derive(Debug, Default)]
struct Generation {
    /// For each text, where its hits start and how many there are.
    texts: HashMap<Key, (u32, u32), BuildHasherDefault<LowBits>>,
    /// A hit's rule and the start and end of its range.
    hits: Vec<[u16; 3]>,
}

/// A hasher for keys, which are hashes already.
#[derive(Debug, Default)]
struct LowBits(u64);

impl Default for Known {
    fn default() -> Self {
        let parts = std::iter::repeat_with(Mutex::default).take(PARTS).collect();
        Self { seed: RandomState::new().hash_one(0), parts }
    }
}

impl Known {
    /// The key of a text.
    pub(crate) fn key(&self, text: &str) -> Key {
        Key(XxHash3_128::oneshot_with_seed(self.seed, text.as_bytes()))
    }

    /// Adds the hits of a text, if it is known; tells whether it is.
    pub(crate) fn add_hits(&self, key: Key, hits: &mut Vec<Hit>) -> bool {
        let mut part = self.part(key);
        if !part.young.texts.contains_key(&key) {
            let Some(packed) = part.old.hits(key).map(<[_]>::to_vec) else { return false };
            part.keep(key, packed);
        }
        let unpacked =
            |[rule, start, end]: &[u16; 3]| Hit { rule: (*rule).into(), range: (*start).into()..(*end).into() };
        hits.extend(part.young.hits(key).into_iter().flatten().map(unpacked));
        true
    }

    /// Keeps the hits of a text, if they are of a common size.
    pub(crate) fn keep(&self, key: Key, hits: &[Hit]) {
        let small = |number: usize| u16::try_from(number).ok();
        let packed = |hit: &Hit| Some([small(hit.rule)?, small(hit.range.start)?, small(hit.range.end)?]);
        if let Some(hits) = hits.iter().map(packed).collect() {
            self.part(key).keep(key, hits);
        }
    }

    fn part(&self, key: Key) -> MutexGuard<'_, Generations> {
        // The high bits: a part's table goes by the low ones.
        self.parts[(key.0 >> 64) as usize % PARTS].lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Generations {
    fn keep(&mut self, key: Key, hits: Vec<[u16; 3]>) {
        if self.young.bytes() > MOST / PARTS {
            self.old = std::mem::take(&mut self.young);
        }
        let young = &mut self.young;
        young.texts.insert(key, (young.hits.len() as u32, hits.len() as u32));
        young.hits.extend(hits);
    }
}

impl Generation {
    fn hits(&self, key: Key) -> Option<&[[u16; 3]]> {
        let (start, count) = *self.texts.get(&key)?;
        self.hits.get(start as usize..)?.get(..count as usize)
    }

    fn bytes(&self) -> usize {
        self.texts.len() * size_of::<(Key, (u32, u32))>() + size_of_val(&*self.hits)
    }
}

impl Hasher for LowBits {
    fn write(&mut self, bytes: &[u8]) {
        self.0 = bytes.first_chunk().map_or(0, |bytes| u64::from_le_bytes(*bytes));
    }

    fn write_u128(&mut self, key: u128) {
        self.0 = key as u64;
    }

    fn finish(&self) -> u64 {
        self.0
    }
}

#[cfg(test)]
mod tests {
    use super::{Hit, Known, MOST, PARTS};

    fn hits(known: &Known, text: &str) -> Option<Vec<Hit>> {
        let mut hits = Vec::new();
        known.add_hits(known.key(text), &mut hits).then_some(hits)
    }

    #[test]
    fn keeps_what_is_asked_for_and_no_more_than_there_is_room_for() {
        let known = Known::default();
        let of_tea = [Hit { rule: 7, range: 1..2 }, Hit { rule: 9, range: 0..3 }];
        known.keep(known.key("tea"), &of_tea);
        known.keep(known.key("long"), &[Hit { rule: 7, range: 1..70_000 }]);
        for n in 0..MOST / 10 {
            known.keep(known.key(&n.to_string()), &[]);
            if n % 1_000 == 0 {
                assert_eq!(hits(&known, "tea").as_deref(), Some(&of_tea[..]), "after {n} others");
            }
        }
        assert_eq!(hits(&known, "0"), None);
        assert_eq!(hits(&known, "long"), None);
        for part in &known.parts {
            let part = part.lock().unwrap();
            assert!(part.young.bytes().max(part.old.bytes()) < MOST / PARTS + 100);
        }
    }
}
