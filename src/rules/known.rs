//! What was found in texts that were read before: in an archive most clauses come again, in a policy's next version or in
//! another site's policy.

use std::collections::HashMap;
use std::hash::{BuildHasher, BuildHasherDefault, Hasher, RandomState};

use twox_hash::XxHash3_128;

use super::Hit;

/// The most bytes of each generation: about 100,000 clauses.
const MOST: usize = 6 << 20;

/// Texts with their hits, in two generations: when the young one is full, the old one is forgotten, and what was not asked
/// for since it was young with it.
///
/// Texts are known by 128 bits of a hash whose seed no one knows before the run: among 10¹⁰ texts, two have the same with
/// a chance of 1 in 10¹⁸.
#[derive(Debug)]
pub(crate) struct Known {
    seed: u64,
    young: Generation,
    old: Generation,
}

/// What stands for a text that a matcher read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Key(u128);

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
        Self { seed: RandomState::new().hash_one(0), young: Generation::default(), old: Generation::default() }
    }
}

impl Known {
    /// The key of a text, for a matcher's number.
    pub(crate) fn key(&self, matcher: u64, text: &str) -> Key {
        Key(XxHash3_128::oneshot_with_seed(self.seed ^ matcher, text.as_bytes()))
    }

    /// The hits of a text, if it is known.
    pub(crate) fn hits(&mut self, key: Key) -> Option<impl Iterator<Item = Hit>> {
        if !self.young.texts.contains_key(&key) {
            let packed = self.old.hits(key)?.to_vec();
            self.keep(key, packed);
        }
        let unpacked =
            |[rule, start, end]: &[u16; 3]| Hit { rule: (*rule).into(), range: (*start).into()..(*end).into() };
        Some(self.young.hits(key)?.iter().map(unpacked))
    }

    /// Keeps the hits of a text, if they are of a common size.
    pub(crate) fn insert(&mut self, key: Key, hits: &[Hit]) {
        let small = |number: usize| u16::try_from(number).ok();
        let packed = |hit: &Hit| Some([small(hit.rule)?, small(hit.range.start)?, small(hit.range.end)?]);
        if let Some(hits) = hits.iter().map(packed).collect() {
            self.keep(key, hits);
        }
    }

    fn keep(&mut self, key: Key, hits: Vec<[u16; 3]>) {
        if self.young.bytes() > MOST {
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
    use super::{Hit, Known, MOST};

    fn hits(known: &mut Known, matcher: u64, text: &str) -> Option<Vec<Hit>> {
        let key = known.key(matcher, text);
        known.hits(key).map(Iterator::collect)
    }

    #[test]
    fn keeps_what_is_asked_for_and_no_more_than_there_is_room_for() {
        let mut known = Known::default();
        let of_tea = [Hit { rule: 7, range: 1..2 }, Hit { rule: 9, range: 0..3 }];
        known.insert(known.key(1, "tea"), &of_tea);
        known.insert(known.key(1, "long"), &[Hit { rule: 7, range: 1..70_000 }]);
        for n in 0..MOST / 10 {
            known.insert(known.key(1, &n.to_string()), &[]);
            if n % 1_000 == 0 {
                assert_eq!(hits(&mut known, 1, "tea").as_deref(), Some(&of_tea[..]), "after {n} others");
            }
        }
        assert_eq!(hits(&mut known, 1, "0"), None);
        assert_eq!(hits(&mut known, 1, "long"), None);
        assert_eq!(hits(&mut known, 2, "tea"), None);
        assert!(known.young.bytes().max(known.old.bytes()) < MOST + 100);
    }
}
