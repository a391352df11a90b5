//! What the text of a part says by itself, whatever stands around it: its clauses, how many words each has, what it denies,
//! and which rules match it. A text that was read before is not read again.

use std::ops::Range;

use super::{denial, words};
use crate::clause::clauses_into;
use crate::rules::{Hit, RuleSet, Scratch};

/// The wording of one part after another.
#[derive(Debug, Default)]
pub(super) struct Wording {
    /// For each clause, one behind the other: its start and end, how many words, denials and hits it has; the place of each
    /// denial; the numbers of each hit.
    numbers: Vec<usize>,
    ranges: Vec<Range<usize>>,
    ranges_of_clause: Vec<Range<usize>>,
    hits: Vec<Hit>,
}

/// A clause by itself.
pub(super) struct Worded<'w> {
    /// Its place in the text of its part.
    pub range: Range<usize>,
    /// How many words it has.
    pub words: usize,
    /// Where it denies something, in bytes of the clause with plain quotes.
    pub denials: &'w [usize],
    /// The numbers of each hit of a rule for clauses.
    pub hits: &'w [[usize; 3]],
}

impl Wording {
    /// Reads the text of a part; without rules, no more than how many words its clauses have.
    pub(super) fn read(&mut self, text: &str, rules: Option<&RuleSet>, scratch: &mut Scratch) {
        self.numbers.clear();
        let Some(rules) = rules else {
            clauses_into(text, &mut self.ranges);
            for range in &self.ranges {
                let words = words::count(text.get(range.clone()).unwrap_or_default());
                self.numbers.extend([range.start, range.end, words, 0, 0]);
            }
            return;
        };
        let key = rules.known.key(text);
        if !rules.known.recall(key, &mut self.numbers) {
            self.read_anew(text, rules, scratch);
            rules.known.keep(key, &self.numbers);
        }
    }

    /// The clauses of the part.
    pub(super) fn clauses(&self) -> impl Iterator<Item = Worded<'_>> {
        let mut rest = self.numbers.as_slice();
        std::iter::from_fn(move || {
            let ([start, end, words, denials, hits], behind) = rest.split_first_chunk()?;
            let (denials, behind) = behind.split_at_checked(*denials)?;
            let (hits, behind) = behind.split_at_checked(hits * 3)?;
            rest = behind;
            Some(Worded { range: *start..*end, words: *words, denials, hits: hits.as_chunks().0 })
        })
    }

    /// Reads a text that is not known. Its sentences may be: each is kept, too, as the part that it would be alone.
    fn read_anew(&mut self, text: &str, rules: &RuleSet, scratch: &mut Scratch) {
        let mut ranges = std::mem::take(&mut self.ranges);
        clauses_into(text, &mut ranges);
        if let [only] = ranges.as_slice() {
            self.search(text, only, rules, scratch);
        } else {
            ranges.iter().for_each(|range| self.read_sentence(text, range, rules, scratch));
        }
        self.ranges = ranges;
    }

    /// Adds one of several clauses of a text.
    fn read_sentence(&mut self, text: &str, range: &Range<usize>, rules: &RuleSet, scratch: &mut Scratch) {
        let clause = text.get(range.clone()).unwrap_or_default();
        let (whole, before) = (0..clause.len(), self.numbers.len());
        let key = rules.known.key(clause);
        let is_known = rules.known.recall(key, &mut self.numbers);
        // Where it stands alone, it may be cut once more.
        if !is_known || self.numbers.get(before..before + 2) != Some(&[whole.start, whole.end]) {
            self.numbers.truncate(before);
            self.search(clause, &whole, rules, scratch);
            clauses_into(clause, &mut self.ranges_of_clause);
            if self.ranges_of_clause == [whole] {
                rules.known.keep(key, self.numbers.get(before..).unwrap_or_default());
            }
        }
        for place in self.numbers.iter_mut().skip(before).take(2) {
            *place += range.start;
        }
    }

    /// Adds the clause that a range of a text is, with all that is found in it.
    fn search(&mut self, text: &str, range: &Range<usize>, rules: &RuleSet, scratch: &mut Scratch) {
        let clause = text.get(range.clone()).unwrap_or_default();
        self.hits.clear();
        rules.clauses.search(clause, scratch, &mut self.hits);
        let denials = denial::standing(clause);
        self.numbers.extend([range.start, range.end, words::count(clause), denials.len(), self.hits.len()]);
        self.numbers.extend(denials);
        self.numbers.extend(self.hits.iter().flat_map(Hit::numbers));
    }
}

#[cfg(test)]
mod tests {
    use super::Wording;
    use crate::rules::{RuleSet, Scratch};

    fn read(text: &str, rules: &RuleSet) -> String {
        let mut wording = Wording::default();
        wording.read(text, Some(rules), &mut Scratch::default());
        let shown = |clause: super::Worded<'_>| {
            let (range, words, denials, hits) = (clause.range, clause.words, clause.denials, clause.hits);
            format!("{:?} {words} {denials:?} {hits:?}", text.get(range))
        };
        wording.clauses().map(shown).collect::<Vec<_>>().join("\n")
    }

    #[test]
    fn a_text_says_the_same_whatever_was_read_before() {
        let texts = [
            "We log visits. We do not sell your data. You may object!",
            "We do not sell your data.",
            "We do not sell your data. We keep it for a year.",
            // A line that is counted: the mark behind its number ends no clause.
            "We keep:\n1. Cookies are set.\nNo more",
            "1. Cookies are set.",
            "1. Cookies are set. They expire.",
            " We log visits. ",
            "...",
            "",
        ];
        let rules = RuleSet::builtin();
        for text in texts.iter().chain(&texts).chain(texts.iter().rev()) {
            assert_eq!(read(text, &rules), read(text, &RuleSet::builtin()), "{text:?}");
        }
        let long = "We do not sell data. We keep it. Ask us! ".repeat(2_000);
        for text in [&long, texts[1], &long] {
            assert_eq!(read(text, &rules), read(text, &RuleSet::builtin()), "of {} bytes", text.len());
        }
        assert!(!rules.known.recall(rules.known.key(&long), &mut Vec::new()), "too long to be kept as a whole");
        assert_eq!(read(texts[1], &rules).lines().count(), 1);
        assert!(read(texts[0], &rules).contains(&read(texts[1], &rules)));
    }
}
