//! What was found in texts that were read before: of an archive's versions of a policy, most clauses stand in the one before.

use std::collections::HashMap;

use super::Hit;

/// The most bytes of texts and hits that are kept of each generation: some thousand clauses.
const MOST: usize = 1 << 20;

/// The texts that each of the last two matchers that were asked knows: those for clauses and for headings.
#[derive(Debug, Default)]
pub(crate) struct KnownTexts([(u64, Known); 2]);

impl KnownTexts {
    /// What the matcher of that id knows.
    pub(crate) fn of(&mut self, id: u64) -> &mut Known {
        if self.0[0].0 != id {
            self.0.swap(0, 1);
        }
        let [(owner, known), _] = &mut self.0;
        if *owner != id {
            (*owner, *known) = (id, Known::default());
        }
        known
    }
}

/// Texts with their hits, in two generations: when the young one is full, the old one is forgotten, and what was not asked
/// for since it was young with it.
#[derive(Debug, Default)]
pub(crate) struct Known {
    young: Generation,
    old: Generation,
}

#[derive(Debug, Default)]
struct Generation {
    hits: HashMap<Box<str>, Box<[Hit]>>,
    bytes: usize,
}

impl Known {
    /// The hits of a text, if it is known.
    pub(crate) fn hits(&mut self, text: &str) -> Option<&[Hit]> {
        if let Some((text, hits)) = self.old.hits.remove_entry(text) {
            self.insert(text, hits);
        }
        self.young.hits.get(text).map(|hits| &**hits)
    }

    /// Keeps the hits of a text.
    pub(crate) fn keep(&mut self, text: &str, hits: &[Hit]) {
        self.insert(text.into(), hits.into());
    }

    fn insert(&mut self, text: Box<str>, hits: Box<[Hit]>) {
        let bytes = text.len() + size_of_val(&*hits);
        if bytes > MOST {
            return;
        }
        if self.young.bytes + bytes > MOST {
            self.old = std::mem::take(&mut self.young);
        }
        self.young.bytes += bytes;
        self.young.hits.insert(text, hits);
    }
}

#[cfg(test)]
mod tests {
    use super::{Hit, KnownTexts, MOST};

    #[test]
    fn keeps_what_is_asked_for_and_no_more_than_there_is_room_for() {
        let mut texts = KnownTexts::default();
        let known = texts.of(1);
        let hits = [Hit { rule: 7, range: 1..2 }];
        known.keep("tea", &hits);
        known.keep(&"x".repeat(MOST + 1), &hits);
        for n in 0..3 * MOST / 1_000 {
            known.keep(&format!("{n:01000}"), &[]);
            assert_eq!(known.hits("tea"), Some(&hits[..]), "after {n} others");
        }
        assert_eq!(known.hits(&format!("{:01000}", 0)), None);
        assert_eq!(known.hits(&"x".repeat(MOST + 1)), None);
        assert!(known.young.bytes + known.old.bytes <= 2 * MOST);
        assert_eq!(texts.of(2).hits("tea"), None);
        assert_eq!(texts.of(1).hits("tea"), Some(&hits[..]));
    }
}
