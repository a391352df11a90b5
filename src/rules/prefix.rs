//! What a part of a pattern may begin with, up to three kinds of byte, whatever follows it: read off the syntax tree.

use regex_syntax::hir::{Hir, HirKind};

use super::kinds::{class_kinds, key, kind_bit};

/// How many kinds a beginning has.
const DEPTH: usize = 3;
/// The most beginnings that are told apart; of more, what all of them have.
const MOST: usize = 2_000;

/// What comes behind a part of a pattern.
#[derive(Clone, Copy)]
pub(crate) enum Rest<'a> {
    /// The pattern's end: whatever the text has there.
    End,
    /// Parts in a row, and what is behind them.
    Parts(&'a [Hir], &'a Self),
    /// A part any number of times, and what is behind it.
    Again(&'a Hir, &'a Self),
}

/// Kinds in a row: for each place a set of them.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Beginning {
    sets: [u64; DEPTH],
    len: usize,
}

impl Beginning {
    const EMPTY: Self = Self { sets: [u64::MAX; DEPTH], len: 0 };

    fn push(mut self, kinds: u64) -> Self {
        if self.len < DEPTH {
            self.sets[self.len] = kinds;
            self.len += 1;
        }
        self
    }
}

/// All beginnings of a part and what follows it.
pub(crate) struct Beginnings(Vec<Beginning>);

impl Beginnings {
    /// Finds the beginnings of a part that `rest` follows.
    pub(crate) fn of(hir: &Hir, rest: &Rest<'_>) -> Self {
        let mut all = Self(vec![Beginning::EMPTY]);
        all.part(hir);
        all.rest(rest);
        all
    }

    /// Finds the beginnings of what follows a part.
    pub(crate) fn after(rest: &Rest<'_>) -> Self {
        let mut all = Self(vec![Beginning::EMPTY]);
        all.rest(rest);
        all
    }

    /// The kinds that may stand at each place.
    pub(crate) fn sets(&self) -> [u64; DEPTH] {
        let mut sets = [0; DEPTH];
        for beginning in &self.0 {
            sets.iter_mut().zip(beginning.sets).for_each(|(all, set)| *all |= set);
        }
        sets
    }

    /// The keys of the beginnings, or nothing if there are more than `most`.
    pub(crate) fn keys(&self, most: usize) -> Option<Vec<u32>> {
        let count = |b: &Beginning| b.sets.iter().map(|set| set.count_ones() as usize).product::<usize>();
        if self.0.iter().map(count).sum::<usize>() > most {
            return None;
        }
        let members = |set: u64| (0..64u8).filter(move |kind| set & 1 << kind != 0);
        let mut keys = Vec::new();
        for Beginning { sets: [first, second, third], .. } in &self.0 {
            for a in members(*first) {
                for b in members(*second) {
                    keys.extend(members(*third).map(|c| key(a, b, c)));
                }
            }
        }
        keys.sort_unstable();
        keys.dedup();
        Some(keys)
    }

    fn is_full(&self) -> bool {
        self.0.iter().all(|beginning| beginning.len == DEPTH)
    }

    fn rest(&mut self, rest: &Rest<'_>) {
        if self.is_full() {
            return;
        }
        match rest {
            Rest::End => {}
            Rest::Parts(parts, rest) => {
                parts.iter().for_each(|part| self.part(part));
                self.rest(rest);
            }
            Rest::Again(hir, rest) => {
                self.again(hir, DEPTH as u32);
                self.rest(rest);
            }
        }
    }

    fn part(&mut self, hir: &Hir) {
        if self.is_full() {
            return;
        }
        match hir.kind() {
            HirKind::Empty | HirKind::Look(_) => {}
            HirKind::Literal(literal) => literal.0.iter().take(DEPTH).for_each(|byte| self.push(kind_bit(*byte))),
            HirKind::Class(class) => self.push(class_kinds(class)),
            HirKind::Capture(capture) => self.part(&capture.sub),
            HirKind::Concat(parts) => parts.iter().for_each(|part| self.part(part)),
            HirKind::Alternation(branches) => {
                let before = std::mem::take(&mut self.0);
                for branch in branches {
                    let mut all = Self(before.clone());
                    all.part(branch);
                    self.0.extend(all.0);
                }
                self.join();
            }
            HirKind::Repetition(repetition) => {
                let least = repetition.min.min(DEPTH as u32);
                (0..least).for_each(|_| self.part(&repetition.sub));
                self.again(&repetition.sub, repetition.max.map_or(DEPTH as u32, |max| max - repetition.min));
            }
        }
    }

    /// Lets a part follow any number of times, up to `most`.
    fn again(&mut self, hir: &Hir, most: u32) {
        let mut last = Self(self.0.clone());
        for _ in 0..most.min(DEPTH as u32) {
            last.part(hir);
            self.0.extend(&last.0);
        }
        self.join();
    }

    fn push(&mut self, kinds: u64) {
        self.0.iter_mut().for_each(|beginning| *beginning = beginning.push(kinds));
    }

    /// Leaves out what is there twice, and puts one in for all where they are too many.
    fn join(&mut self) {
        self.0.sort_unstable();
        self.0.dedup();
        if self.0.len() > MOST {
            let len = self.0.iter().map(|beginning| beginning.len).min().unwrap_or(0);
            let mut sets = self.sets();
            sets.iter_mut().skip(len).for_each(|set| *set = u64::MAX);
            self.0 = vec![Beginning { sets, len }];
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Beginnings, Rest};
    use crate::rules::kinds::{END, fits, key, kind};
    use crate::rules::source::parse;

    fn beginnings(pattern: &str) -> Beginnings {
        Beginnings::of(&parse(pattern).unwrap(), &Rest::End)
    }

    fn key_of(text: &str) -> u32 {
        let kind = |at: usize| text.as_bytes().get(at).map_or(END, |byte| kind(*byte));
        key(kind(0), kind(1), kind(2))
    }

    #[test]
    fn tells_what_a_pattern_may_begin_with() {
        let cases: [(&str, &[&str], &[&str]); 5] = [
            ("teas?|cups? of", &["tea", "cup"], &["cuf", "ten", "te"]),
            ("(?:an? )*tea", &["a t", "an ", "tea", "a a"], &["aa ", "a x", "tex"]),
            ("a{0,2}?bcd", &["bcd", "abc", "aab"], &["aaa", "acd"]),
            (r"a\b(?:, )?[0-9]+", &["a, ", "a01", "a0x"], &["a,0", "ab0"]),
            ("it", &["it", "it ", "its"], &["is ", "i"]),
        ];
        for (pattern, may, may_not) in cases {
            let beginnings = beginnings(pattern);
            let keys = beginnings.keys(10_000).unwrap();
            for text in may {
                assert!(keys.contains(&key_of(text)), "{pattern}: {text}");
                assert!(fits(beginnings.sets(), key_of(text)), "{pattern}: {text}");
            }
            for text in may_not {
                assert!(!keys.contains(&key_of(text)), "{pattern}: {text}");
            }
        }
        assert_eq!(beginnings(r"\w+ tea").keys(10_000), None);
    }
}
